"""The cases that other systems get wrong, with the numbers they have in the notes on how time counts.

Unless said otherwise the office is open Monday to Friday 09:00-18:00 without holidays; a response is due
within 1 h, a resolution within 4 h. Cases 9, 13, 14 and 23 are about the choice of an agreement and stand in
test_agreements.py, case 30 is about attainment and stands in test_attainment.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from given import ALWAYS, HOUR, OFFICE, RESOLUTION_4H, RESPONSE_1H, at, clock, fact, office, ticket

from slm_extension.domain.calendars import Calendar, Closed, YearlyClosure
from slm_extension.domain.clocks import Outcome, Phase, Spell, explain, measure
from slm_extension.domain.targets import Piece, Target
from slm_extension.domain.timeline import Timeline, Waiting

RESOLUTION_10H = replace(RESOLUTION_4H, name="resolution 10 h", goal=10 * HOUR)


@dataclass(frozen=True)
class Case:
	"""What happened, what is asked when, and what the clock must say."""

	happened: tuple[tuple[str, str], ...]
	target: Target
	asked: str
	outcome: Outcome
	due: str | None = None
	missed_at: str | None = None
	elapsed: int | None = None
	held: int | None = None
	phase: Phase | None = None
	stopped: str | None = None


def case(number: int, title: str, *happened: tuple[str, str], **expected) -> object:
	return pytest.param(Case(happened, **expected), id=f"{number:02}-{title}")


@pytest.mark.parametrize(
	"case",
	[
		case(
			1,
			"held overnight, due before noon",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 17:00", "Replied"),
			("Tue 2 Jun 10:00", "Open"),
			target=RESOLUTION_10H,
			asked="Tue 2 Jun 10:30",
			outcome=Outcome.PENDING,
			due="Tue 2 Jun 12:00",
			held=2 * HOUR,
		),
		case(
			2,
			"held on Friday, closed on Monday in time",
			("Fri 5 Jun 14:00", "opened"),
			("Fri 5 Jun 15:00", "Replied"),
			("Fri 5 Jun 17:00", "Open"),
			("Mon 8 Jun 10:30", "Closed"),
			target=RESOLUTION_4H,
			asked="Mon 8 Jun 12:00",
			outcome=Outcome.MET,
			due="Mon 8 Jun 11:00",
			elapsed=3 * HOUR + HOUR // 2,
			held=2 * HOUR,
		),
		case(
			3,
			"closed and then held counts once",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Closed"),
			("Mon 1 Jun 12:00", "Replied"),
			("Mon 1 Jun 13:00", "Open"),
			target=RESOLUTION_4H,
			asked="Mon 1 Jun 14:00",
			outcome=Outcome.PENDING,
			due="Mon 1 Jun 16:00",
			held=3 * HOUR,
		),
		case(
			4,
			"reopened on a Sunday",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Closed"),
			("Sun 7 Jun 12:00", "Open"),
			target=RESOLUTION_4H,
			asked="Sun 7 Jun 12:00",
			outcome=Outcome.PENDING,
			due="Mon 8 Jun 12:00",
			elapsed=HOUR,
		),
		case(
			5,
			"late response stays late",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 12:00", "reply"),
			("Mon 1 Jun 12:30", "Closed"),
			target=RESPONSE_1H,
			asked="Tue 2 Jun 09:00",
			outcome=Outcome.MISSED,
			due="Mon 1 Jun 10:00",
			missed_at="Mon 1 Jun 10:00",
			elapsed=3 * HOUR,
			stopped="Mon 1 Jun 12:00",
		),
		case(
			5,
			"resolution in time stays in time",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 12:00", "reply"),
			("Mon 1 Jun 12:30", "Closed"),
			target=RESOLUTION_4H,
			asked="Tue 2 Jun 09:00",
			outcome=Outcome.MET,
			due="Mon 1 Jun 13:00",
			elapsed=3 * HOUR + HOUR // 2,
			stopped="Mon 1 Jun 12:30",
		),
		case(
			6,
			"missed without anybody saving it",
			("Mon 1 Jun 09:00", "opened"),
			target=RESPONSE_1H,
			asked="Sat 20 Jun 12:00",
			outcome=Outcome.MISSED,
			missed_at="Mon 1 Jun 10:00",
			phase=Phase.RUNNING,
		),
		case(
			7,
			"on hold without a mail is no response",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 09:05", "On Hold"),
			target=RESPONSE_1H,
			asked="Mon 1 Jun 11:00",
			outcome=Outcome.MISSED,
			missed_at="Mon 1 Jun 10:00",
			phase=Phase.RUNNING,
		),
		case(
			10,
			"closed from the list view",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 11:00:07", "Closed"),
			target=RESOLUTION_4H,
			asked="Tue 2 Jun 09:00",
			outcome=Outcome.MET,
			elapsed=2 * HOUR + 7,
			phase=Phase.STOPPED,
			stopped="Mon 1 Jun 11:00:07",
		),
		case(
			11,
			"reopened from the list view",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 11:00", "Closed"),
			("Mon 1 Jun 15:00", "Open"),
			target=RESOLUTION_4H,
			asked="Mon 1 Jun 16:00",
			outcome=Outcome.PENDING,
			due="Mon 1 Jun 17:00",
			elapsed=3 * HOUR,
			held=4 * HOUR,
			phase=Phase.RUNNING,
		),
		case(
			15,
			"a month of office hours",
			("Mon 5 Jan 16:00", "opened"),
			("Thu 5 Feb 20:00", "reply"),
			target=RESPONSE_1H,
			asked="Fri 6 Feb 09:00",
			outcome=Outcome.MISSED,
			elapsed=209 * HOUR,
		),
		case(
			16,
			"opened before and replied after hours",
			("Mon 1 Jun 07:00", "opened"),
			("Mon 1 Jun 20:00", "reply"),
			target=RESPONSE_1H,
			asked="Tue 2 Jun 09:00",
			outcome=Outcome.MISSED,
			due="Mon 1 Jun 10:00",
			elapsed=9 * HOUR,
		),
		case(
			19,
			"closed from a hold a week later",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Replied"),
			("Mon 8 Jun 10:00", "Closed"),
			target=RESOLUTION_4H,
			asked="Mon 8 Jun 12:00",
			outcome=Outcome.MET,
			elapsed=HOUR,
			held=45 * HOUR,
			phase=Phase.STOPPED,
		),
		case(
			20,
			"a tag does not end a hold",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Replied"),
			target=RESOLUTION_4H,
			asked="Tue 2 Jun 10:00",
			outcome=Outcome.PENDING,
			elapsed=HOUR,
			phase=Phase.HELD,
		),
		case(
			21,
			"resolved, replied, open again",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Resolved"),
			("Wed 3 Jun 10:00", "Replied"),
			("Wed 3 Jun 11:00", "Open"),
			target=RESOLUTION_4H,
			asked="Wed 3 Jun 11:00",
			outcome=Outcome.PENDING,
			due="Wed 3 Jun 14:00",
		),
		case(
			22,
			"moved to another closed status",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 14:00", "Resolved"),
			("Tue 2 Jun 14:00", "Closed"),
			target=RESOLUTION_4H,
			asked="Wed 3 Jun 09:00",
			outcome=Outcome.MISSED,
			missed_at="Mon 1 Jun 13:00",
			elapsed=5 * HOUR,
			stopped="Mon 1 Jun 14:00",
		),
		case(
			24,
			"a miss survives reopening",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 15:00", "Closed"),
			("Tue 2 Jun 09:00", "Open"),
			("Tue 2 Jun 10:00", "Closed"),
			target=RESOLUTION_4H,
			asked="Wed 3 Jun 09:00",
			outcome=Outcome.MISSED,
			missed_at="Mon 1 Jun 13:00",
			elapsed=7 * HOUR,
		),
		case(
			28,
			"a hold of 58 seconds",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00:01", "Replied"),
			("Mon 1 Jun 10:00:59", "Open"),
			target=RESOLUTION_4H,
			asked="Mon 1 Jun 11:00",
			outcome=Outcome.PENDING,
			due="Mon 1 Jun 13:00:58",
			held=58,
		),
	],
)
def test_case(case: Case) -> None:
	got = clock(ticket(*case.happened), case.target, case.asked)

	assert got.outcome is case.outcome
	for name in ("due", "missed_at", "stopped"):
		expected = getattr(case, name)
		assert expected is None or getattr(got, name) == at(expected), name
	for name in ("elapsed", "held", "phase"):
		expected = getattr(case, name)
		assert expected is None or getattr(got, name) == expected, name


def test_case_08_a_target_cut_after_closing_does_not_judge_again() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 12:00", "Closed"),
		("Wed 10 Jun 09:00", "priority High"),
		("Wed 1 Jul 09:00", "type Question"),
	)
	cut = replace(RESOLUTION_4H, name="resolution 2 h", goal=2 * HOUR)
	plan = (Piece(at("Mon 1 Jun 09:00"), RESOLUTION_4H), Piece(at("Wed 10 Jun 09:00"), cut))

	(got,) = measure(timeline, plan, at("Thu 2 Jul 09:00"))

	assert (got.outcome, got.target, got.elapsed) == (Outcome.MET, RESOLUTION_4H, 3 * HOUR)


def test_case_12_site_in_kolkata_owner_in_new_york() -> None:
	kolkata = office("Asia/Kolkata")
	timeline = Timeline.of(
		"ISS-1",
		[
			fact("Mon 1 Jun 11:00", "opened", zone="Asia/Kolkata"),
			fact("Mon 1 Jun 05:30", "Closed", zone="America/New_York"),
		],
	)

	got = clock(timeline, replace(RESPONSE_1H, calendar=kolkata), at("Tue 2 Jun 09:00", "Asia/Kolkata"))

	assert got.stopped == at("Mon 1 Jun 15:00", "Asia/Kolkata")
	assert (got.elapsed, got.outcome) == (4 * HOUR, Outcome.MISSED)
	assert got.missed_at == at("Mon 1 Jun 12:00", "Asia/Kolkata")


def test_case_17_around_the_clock_loses_nothing_at_midnight() -> None:
	assert ALWAYS.add(at("Mon 1 Jun 08:00"), 48 * HOUR) == at("Wed 3 Jun 08:00:00")


@pytest.mark.parametrize(
	("start", "due"),
	[
		pytest.param("Sat 28 Mar 22:00", "Sun 29 Mar 07:00", id="spring"),
		pytest.param("Sat 24 Oct 22:00", "Sun 25 Oct 05:00", id="autumn"),
	],
)
def test_case_18_eight_real_hours_across_a_change_of_the_clocks(start: str, due: str) -> None:
	berlin = Calendar.around_the_clock("24x7 Berlin", "Europe/Berlin")

	assert berlin.add(at(start, "Europe/Berlin"), 8 * HOUR) == at(due, "Europe/Berlin")


def test_case_25_a_split_ticket_starts_clean() -> None:
	parent = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Replied"))
	before = clock(parent, RESOLUTION_4H, "Thu 4 Jun 11:00")
	child = ticket(("Thu 4 Jun 11:00", "opened"))

	assert clock(child, RESPONSE_1H, "Thu 4 Jun 11:00").due == at("Thu 4 Jun 12:00")
	assert clock(child, RESOLUTION_4H, "Thu 4 Jun 11:00").due == at("Thu 4 Jun 15:00")
	assert (before.phase, before.elapsed, before.held) == (Phase.HELD, 2 * HOUR, 27 * HOUR)


def test_case_26_a_yearly_closure_runs_over_new_year() -> None:
	closure = YearlyClosure((12, 24), (1, 2), "Winter break")
	calendar = office(yearly=(closure,))

	assert not calendar.is_open(at("Mon 28 Dec 10:00"))
	assert not calendar.is_open(at("Fri 1 Jan 2027 10:00"))
	assert calendar.is_open(at("Wed 23 Dec 17:59:59"))
	assert calendar.next_open(at("Wed 23 Dec 18:00")) == at("Mon 4 Jan 2027 09:00")


def test_case_27_a_shorter_target_during_a_hold_is_missed_at_once() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 14:00", "Replied"),
		("Mon 1 Jun 15:00", "priority High"),
		("Mon 1 Jun 16:00", "Open"),
	)
	long = replace(RESOLUTION_4H, name="resolution 8 h", goal=8 * HOUR)
	plan = (Piece(at("Mon 1 Jun 09:00"), long), Piece(at("Mon 1 Jun 15:00"), RESOLUTION_4H))

	(while_held,) = measure(timeline, plan, at("Mon 1 Jun 16:00"))
	(resumed,) = measure(timeline, plan, at("Mon 1 Jun 16:00:01"))

	assert while_held.outcome is Outcome.PENDING
	assert (resumed.outcome, resumed.missed_at) == (Outcome.MISSED, at("Mon 1 Jun 16:00"))


def test_case_29_an_hour_from_saturday_evening() -> None:
	assert OFFICE.add(at("Sat 6 Jun 18:00"), HOUR) == at("Mon 8 Jun 10:00")


def test_case_20_the_explanation_says_whom_it_waits_for() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Replied"))
	got = clock(timeline, RESOLUTION_4H, "Tue 2 Jun 10:00")

	assert [(span.start, span.end, span.spell, span.reason, span.closed) for span in explain(got)] == [
		(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 10:00"), Spell.COUNTED, "open", None),
		(at("Mon 1 Jun 10:00"), at("Mon 1 Jun 18:00"), Spell.HELD, "Replied", None),
		(at("Mon 1 Jun 18:00"), at("Tue 2 Jun 09:00"), Spell.CLOSED, "", Closed.HOURS),
		(at("Tue 2 Jun 09:00"), at("Tue 2 Jun 10:00"), Spell.HELD, "Replied", None),
	]
	assert got.target is not None and got.target.holds is Waiting.CUSTOMER
