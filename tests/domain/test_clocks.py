"""Clocks by example: reopening, changes of target, tenures, replies, withdrawal, deadlines out of reach.

The office is open Monday to Friday 09:00-18:00; 1 June 2026 is a Monday.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from given import (
	ALWAYS,
	HOUR,
	OFFICE,
	RESOLUTION_4H,
	RESPONSE_1H,
	at,
	clock,
	fact,
	facts,
	measured,
	office,
	ticket,
	windows,
)

from slm_extension.domain.calendars import Calendar, Closed, DatedHours
from slm_extension.domain.clocks import (
	HANDED_OVER,
	NO_TARGET,
	Clock,
	Outcome,
	Phase,
	Span,
	Spell,
	Stretch,
	Swap,
	Within,
	explain,
	measure,
)
from slm_extension.domain.errors import HorizonExceeded
from slm_extension.domain.targets import (
	CLOSURE,
	NEXT_REPLY,
	OWNERSHIP,
	RESTORATION,
	Change,
	Piece,
	Reopen,
	Target,
)
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline, Waiting

NEW_CYCLE_4H = replace(RESOLUTION_4H, on_reopen=Reopen.NEW_CYCLE)
SHORT = replace(RESOLUTION_4H, name="resolution 2 h", goal=2 * HOUR)
LONG = replace(RESOLUTION_4H, name="resolution 8 h", goal=8 * HOUR)
SHORT_FROM_CHANGE = replace(SHORT, on_change=Change.FROM_CHANGE)
LONG_FROM_CHANGE = replace(LONG, on_change=Change.FROM_CHANGE)
NEXT_REPLY_1H = Target("next reply 1 h", NEXT_REPLY, HOUR, OFFICE)
NEXT_DAY = "Tue 2 Jun 09:00"


def plan(*pieces: tuple[str, Target | None]) -> tuple[Piece, ...]:
	return tuple(Piece(at(when), target) for when, target in pieces)


def only(timeline: Timeline, pieces: tuple[Piece, ...], asked: str, within: Within | None = None) -> Clock:
	(found,) = measure(timeline, pieces, at(asked), within)
	return found


def verdict(found: Clock) -> tuple[Phase, Outcome]:
	return found.phase, found.outcome


# A plain clock


def test_without_a_plan_there_is_no_clock() -> None:
	assert measure(ticket(("Mon 1 Jun 09:00", "opened")), (), at(NEXT_DAY)) == ()


@pytest.mark.parametrize(
	("asked", "outcome", "elapsed"),
	[
		pytest.param("Mon 1 Jun 09:00", Outcome.PENDING, 0, id="just opened"),
		pytest.param("Mon 1 Jun 13:00", Outcome.PENDING, 4 * HOUR, id="used up to the second"),
		pytest.param("Mon 1 Jun 13:00:01", Outcome.MISSED, 4 * HOUR + 1, id="a second later"),
	],
)
def test_a_clock_is_missed_when_its_time_is_gone_past_the_goal(
	asked: str, outcome: Outcome, elapsed: int
) -> None:
	found = clock(ticket(("Mon 1 Jun 09:00", "opened")), RESOLUTION_4H, asked)

	assert (found.ticket, found.cycle, found.why) == ("ISS-1", 1, "")
	assert verdict(found) == (Phase.RUNNING, outcome)
	assert (found.started, found.stopped, found.stopped_by) == (at("Mon 1 Jun 09:00"), None, "")
	assert (found.elapsed, found.remaining, found.held) == (elapsed, 4 * HOUR - elapsed, 0)
	assert found.due == at("Mon 1 Jun 13:00")
	if outcome is Outcome.MISSED:
		assert (found.missed_at, found.next_at) == (at("Mon 1 Jun 13:00"), None)
		assert (found.decided, found.decided_at) == (True, at("Mon 1 Jun 13:00"))
	else:
		assert (found.missed_at, found.next_at) == (None, at("Mon 1 Jun 13:00:01"))
		assert (found.decided, found.decided_at) == (False, None)


@pytest.mark.parametrize(
	("closed", "outcome"),
	[("Mon 1 Jun 13:00", Outcome.MET), ("Mon 1 Jun 13:00:01", Outcome.MISSED)],
	ids=["exactly on target is met", "a second late is missed"],
)
def test_a_stopped_clock_keeps_its_verdict(closed: str, outcome: Outcome) -> None:
	found = clock(ticket(("Mon 1 Jun 09:00", "opened"), (closed, "Closed")), RESOLUTION_4H, NEXT_DAY)

	assert (verdict(found), found.why) == ((Phase.STOPPED, outcome), "")
	assert (found.stopped, found.stopped_by, found.next_at) == (at(closed), "closed", None)
	assert found.decided_at == at("Mon 1 Jun 13:00")
	assert found.due == at("Mon 1 Jun 13:00")


def test_before_it_is_opened_a_ticket_has_a_clock_that_has_not_started() -> None:
	found = clock(ticket(("Mon 1 Jun 09:00", "opened")), RESOLUTION_4H, "Mon 1 Jun 08:59:59")

	assert (verdict(found), found.why) == ((Phase.NOT_STARTED, Outcome.PENDING), "")
	assert (found.cycle, found.started, found.due, found.next_at) == (1, None, None, None)
	assert (found.elapsed, found.stretches, list(explain(found))) == (0, (), [])


def test_a_ticket_that_arrives_done_starts_no_clock_until_it_comes_back() -> None:
	timeline = ticket(
		("Fri 29 May 12:00", "Closed"), ("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Open")
	)

	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 10:00").phase is Phase.NOT_STARTED
	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 12:00").started == at("Mon 1 Jun 11:00")


def test_a_ticket_closed_as_it_is_opened_is_met_in_no_time() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:00", "Resolved"))

	found = clock(timeline, RESOLUTION_4H, NEXT_DAY)

	assert verdict(found) == (Phase.STOPPED, Outcome.MET)
	assert (found.elapsed, found.stopped_by, found.due) == (0, "resolved", at("Mon 1 Jun 13:00"))
	assert found.stretches == ()


def test_a_goal_used_up_at_closing_time_can_be_met_until_the_calendar_opens() -> None:
	opened = ("Fri 5 Jun 14:00", "opened")
	weekend = clock(ticket(opened), RESOLUTION_4H, "Sun 7 Jun 12:00")
	monday = clock(ticket(opened), RESOLUTION_4H, "Mon 8 Jun 09:00:01")
	in_time = clock(ticket(opened, ("Mon 8 Jun 09:00", "Closed")), RESOLUTION_4H, "Mon 8 Jun 12:00")

	assert (weekend.outcome, weekend.due, weekend.next_at) == (
		Outcome.PENDING,
		at("Fri 5 Jun 18:00"),
		at("Mon 8 Jun 09:00:01"),
	)
	assert (monday.outcome, monday.due, monday.missed_at) == (
		Outcome.MISSED,
		at("Fri 5 Jun 18:00"),
		at("Mon 8 Jun 09:00"),
	)
	assert (in_time.outcome, in_time.decided_at) == (Outcome.MET, at("Mon 8 Jun 09:00"))


# Holds


def test_a_held_clock_has_no_due_date_but_a_remainder() -> None:
	found = clock(
		ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "Replied")), RESOLUTION_4H, NEXT_DAY
	)

	assert verdict(found) == (Phase.HELD, Outcome.PENDING)
	assert (found.due, found.next_at, found.remaining, found.held) == (None, None, HOUR, 6 * HOUR)
	assert found.why == "Replied"


def test_a_hold_belongs_to_the_target() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "With Supplier"))
	theirs = replace(RESOLUTION_4H, holds=Waiting.SUPPLIER | Waiting.OTHER)

	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 12:00").phase is Phase.RUNNING
	assert clock(timeline, theirs, "Mon 1 Jun 12:00").phase is Phase.HELD


def test_holds_that_overlap_count_once() -> None:
	timeline = Timeline.of(
		"ISS-1",
		[
			*facts(
				("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Replied"), ("Mon 1 Jun 12:00", "Open")
			),
			Fact(at("Mon 1 Jun 11:00"), Kind.HOLD_BEGAN, "mail", int(Waiting.CUSTOMER), "Mail of 11:00"),
			Fact(at("Mon 1 Jun 13:00"), Kind.HOLD_ENDED, "mail"),
		],
	)

	found = clock(timeline, RESOLUTION_4H, "Mon 1 Jun 14:00")

	assert (found.elapsed, found.held, found.due) == (2 * HOUR, 3 * HOUR, at("Mon 1 Jun 16:00"))
	assert [(span.spell, span.reason) for span in explain(found)] == [
		(Spell.COUNTED, "open"),
		(Spell.HELD, "Replied"),
		(Spell.HELD, "Mail of 11:00"),
		(Spell.COUNTED, "Open"),
	]


@pytest.mark.parametrize(
	("began", "ended"),
	[
		pytest.param("Sat 6 Jun 10:00", "Sun 7 Jun 10:00", id="outside open time"),
		pytest.param("Fri 5 Jun 18:00", "Mon 8 Jun 09:00", id="from closing to opening"),
	],
)
def test_a_hold_outside_open_time_moves_nothing(began: str, ended: str) -> None:
	timeline = ticket(("Fri 5 Jun 17:00", "opened"), (began, "Replied"), (ended, "Open"))

	found = clock(timeline, RESOLUTION_4H, "Mon 8 Jun 10:00")

	assert (found.held, found.due) == (0, at("Mon 8 Jun 12:00"))


def test_a_hold_before_work_starts_counts_like_any_other() -> None:
	timeline = ticket(
		("Mon 1 Jun 08:00", "opened"), ("Mon 1 Jun 08:00", "Replied"), ("Mon 1 Jun 10:00", "Open")
	)

	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 10:00").due == at("Mon 1 Jun 14:00")


def test_a_clock_stopped_while_held_has_no_due_date() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Replied"), ("Mon 1 Jun 16:00", "Closed")
	)

	found = clock(timeline, RESOLUTION_4H, NEXT_DAY)

	assert (verdict(found), found.due) == ((Phase.STOPPED, Outcome.MET), None)


def test_a_goal_used_up_before_a_hold_is_missed_when_the_hold_ends() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 13:00", "Replied"), ("Mon 1 Jun 15:00", "Open")
	)

	held, resumed, missed = (
		clock(timeline, RESOLUTION_4H, f"Mon 1 Jun {when}") for when in ("14:00", "15:00", "15:00:01")
	)

	assert (verdict(held), held.due, held.next_at) == (
		(Phase.HELD, Outcome.PENDING),
		at("Mon 1 Jun 13:00"),
		None,
	)
	assert (verdict(resumed), resumed.next_at) == ((Phase.RUNNING, Outcome.PENDING), at("Mon 1 Jun 15:00:01"))
	assert (verdict(missed), missed.missed_at) == ((Phase.RUNNING, Outcome.MISSED), at("Mon 1 Jun 15:00"))


# Reopening


def reopened(*more: tuple[str, str]) -> Timeline:
	return ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Resolved"), ("Mon 1 Jun 14:00", "Open"), *more
	)


def test_resume_holds_the_closed_stretch() -> None:
	found = clock(reopened(), RESOLUTION_4H, "Mon 1 Jun 15:00")

	assert verdict(found) == (Phase.RUNNING, Outcome.PENDING)
	assert (found.elapsed, found.held, found.due) == (3 * HOUR, 3 * HOUR, at("Mon 1 Jun 16:00"))
	assert (found.stopped, found.stopped_by) == (None, "")
	assert [(one.spell, one.reason) for one in found.stretches] == [
		(Spell.COUNTED, "open"),
		(Spell.DONE, "Resolved"),
		(Spell.COUNTED, "Open"),
	]


def test_a_new_cycle_starts_afresh_and_the_earlier_one_keeps_its_verdict() -> None:
	first, second = measured(reopened(), NEW_CYCLE_4H, "Mon 1 Jun 15:00")

	assert (first.cycle, verdict(first)) == (1, (Phase.STOPPED, Outcome.MET))
	assert (first.stopped, first.elapsed, first.held) == (at("Mon 1 Jun 11:00"), 2 * HOUR, 0)
	assert (second.cycle, verdict(second)) == (2, (Phase.RUNNING, Outcome.PENDING))
	assert (second.started, second.elapsed, second.due) == (
		at("Mon 1 Jun 14:00"),
		HOUR,
		at("Mon 1 Jun 18:00"),
	)
	assert [one.start for one in first.stretches] == [at("Mon 1 Jun 09:00")]


def test_each_cycle_has_its_own_miss() -> None:
	timeline = reopened(("Tue 2 Jun 10:00", "Closed"), ("Tue 2 Jun 11:00", "Open"))

	found = measured(timeline, NEW_CYCLE_4H, "Tue 2 Jun 12:00")

	assert [(one.cycle, one.outcome, one.missed_at) for one in found] == [
		(1, Outcome.MET, None),
		(2, Outcome.MISSED, at("Tue 2 Jun 09:00")),
		(3, Outcome.PENDING, None),
	]


def test_the_outcome_of_a_resumed_clock_is_open_again() -> None:
	before = clock(reopened(), RESOLUTION_4H, "Mon 1 Jun 13:00")
	after = clock(reopened(), RESOLUTION_4H, "Mon 1 Jun 16:00:01")

	assert before.outcome is Outcome.MET
	assert (after.outcome, after.missed_at) == (Outcome.MISSED, at("Mon 1 Jun 16:00"))


def test_moving_from_resolved_to_closed_neither_resumes_nor_stops_again() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Resolved"), ("Mon 1 Jun 15:00", "Closed")
	)

	for target in (RESOLUTION_4H, NEW_CYCLE_4H):
		found = clock(timeline, target, NEXT_DAY)
		assert (found.stopped, found.stopped_by, found.elapsed) == (
			at("Mon 1 Jun 11:00"),
			"resolved",
			2 * HOUR,
		)


@pytest.mark.parametrize(
	("on_reopen", "cycles"),
	[
		pytest.param(Reopen.RESUME, [(None, 3 * HOUR)], id="resume"),
		pytest.param(Reopen.NEW_CYCLE, [("Mon 1 Jun 11:00", 2 * HOUR), (None, HOUR)], id="new cycle"),
	],
)
def test_a_closure_clock_goes_on_when_a_closed_ticket_is_resolved_only(
	on_reopen: Reopen, cycles: list[tuple[str | None, int]]
) -> None:
	target = Target("closure 8 h", CLOSURE, 8 * HOUR, OFFICE, on_reopen=on_reopen)
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Closed"), ("Mon 1 Jun 14:00", "Resolved")
	)

	found = measured(timeline, target, "Mon 1 Jun 15:00")

	assert [(one.stopped, one.elapsed) for one in found] == [
		(None if stopped is None else at(stopped), elapsed) for stopped, elapsed in cycles
	]


# Responses


def test_a_response_is_stopped_by_closing_without_a_reply_and_goes_on_when_reopened() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:30", "Closed"), ("Mon 1 Jun 12:00", "Open")
	)

	closed = clock(timeline, RESPONSE_1H, "Mon 1 Jun 11:00")
	again = clock(timeline, RESPONSE_1H, "Mon 1 Jun 12:10")

	assert (closed.outcome, closed.stopped_by) == (Outcome.MET, "closed")
	assert (verdict(again), again.due) == ((Phase.RUNNING, Outcome.PENDING), at("Mon 1 Jun 12:30"))


@pytest.mark.parametrize(
	"happenings",
	[
		pytest.param(
			(("Mon 1 Jun 09:30", "reply"), ("Mon 1 Jun 09:40", "Closed")), id="replied, then closed"
		),
		pytest.param(
			(("Mon 1 Jun 09:30", "Closed"), ("Mon 1 Jun 09:40", "reply")), id="closed, then replied"
		),
		pytest.param(
			(("Mon 1 Jun 09:30", "Closed"), ("Mon 1 Jun 12:00", "reply")), id="replied on reopening"
		),
	],
)
def test_a_response_that_was_given_does_not_come_back_with_the_ticket(
	happenings: tuple[tuple[str, str], ...],
) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), *happenings, ("Mon 1 Jun 12:00", "Open"))

	found = clock(timeline, RESPONSE_1H, "Mon 1 Jun 17:00")

	assert (verdict(found), found.stopped) == ((Phase.STOPPED, Outcome.MET), at("Mon 1 Jun 09:30"))


def test_with_new_cycles_a_reopened_ticket_wants_a_new_response() -> None:
	target = replace(RESPONSE_1H, on_reopen=Reopen.NEW_CYCLE)
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:30", "reply"),
		("Mon 1 Jun 10:00", "Closed"),
		("Mon 1 Jun 12:00", "Open"),
		("Mon 1 Jun 12:15", "reply"),
		("Mon 1 Jun 12:20", "reply"),
	)

	first, second = measured(timeline, target, NEXT_DAY)

	assert (first.started, first.stopped) == (at("Mon 1 Jun 09:00"), at("Mon 1 Jun 09:30"))
	assert (second.started, second.stopped) == (at("Mon 1 Jun 12:00"), at("Mon 1 Jun 12:15"))


def test_a_customers_mail_to_a_closed_ticket_is_no_reopening() -> None:
	target = replace(RESPONSE_1H, on_reopen=Reopen.NEW_CYCLE)
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:30", "Closed"), ("Mon 1 Jun 10:00", "asked")
	)

	assert len(measured(timeline, target, NEXT_DAY)) == 1


def test_ownership_stops_when_somebody_takes_the_ticket() -> None:
	target = Target("ownership 1 h", OWNERSHIP, HOUR, OFFICE)
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:40", "owned"))

	assert clock(timeline, target, NEXT_DAY).stopped_by == "owned"


def test_restoration_ends_when_the_user_was_told_not_when_the_status_changed() -> None:
	target = Target("restoration 4 h", RESTORATION, 4 * HOUR, OFFICE)
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "Resolved"), ("Mon 1 Jun 14:00", "told")
	)

	found = clock(timeline, target, NEXT_DAY)

	assert (found.outcome, found.stopped, found.stopped_by) == (
		Outcome.MISSED,
		at("Mon 1 Jun 14:00"),
		"told",
	)
	assert found.missed_at == at("Mon 1 Jun 13:00")


# Next replies


def test_each_question_of_a_customer_has_its_own_cycle() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "asked"),
		("Mon 1 Jun 10:20", "asked"),
		("Mon 1 Jun 10:30", "reply"),
		("Mon 1 Jun 11:00", "reply"),
		("Mon 1 Jun 12:00", "asked"),
		("Mon 1 Jun 14:00", "reply"),
		("Mon 1 Jun 15:00", "asked"),
	)

	found = measured(timeline, NEXT_REPLY_1H, "Mon 1 Jun 15:30")

	assert [(one.cycle, one.started, one.stopped, one.outcome) for one in found] == [
		(1, at("Mon 1 Jun 10:00"), at("Mon 1 Jun 10:30"), Outcome.MET),
		(2, at("Mon 1 Jun 12:00"), at("Mon 1 Jun 14:00"), Outcome.MISSED),
		(3, at("Mon 1 Jun 15:00"), None, Outcome.PENDING),
	]


def test_nobody_asked_and_no_reply_is_due() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "reply"))

	assert clock(timeline, NEXT_REPLY_1H, NEXT_DAY).phase is Phase.NOT_STARTED


def test_a_question_to_a_closed_ticket_counts_from_its_reopening() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "asked"),
		("Mon 1 Jun 10:10", "Closed"),
		("Mon 1 Jun 11:00", "asked"),
		("Mon 1 Jun 12:00", "Open"),
	)

	first, second = measured(timeline, NEXT_REPLY_1H, "Mon 1 Jun 12:30")

	assert (first.stopped, first.stopped_by) == (at("Mon 1 Jun 10:10"), "closed")
	assert (second.started, second.phase) == (at("Mon 1 Jun 12:00"), Phase.RUNNING)


def test_a_first_question_while_the_ticket_is_closed_waits_for_its_reopening() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "Closed"),
		("Mon 1 Jun 11:00", "asked"),
		("Mon 1 Jun 12:00", "Open"),
	)

	assert clock(timeline, NEXT_REPLY_1H, "Mon 1 Jun 11:30").phase is Phase.NOT_STARTED
	assert clock(timeline, NEXT_REPLY_1H, "Mon 1 Jun 12:30").started == at("Mon 1 Jun 12:00")


def test_reopening_alone_asks_for_no_new_reply() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "asked"),
		("Mon 1 Jun 10:10", "reply"),
		("Mon 1 Jun 11:00", "Closed"),
		("Mon 1 Jun 12:00", "Open"),
	)

	assert clock(timeline, NEXT_REPLY_1H, NEXT_DAY).stopped == at("Mon 1 Jun 10:10")


# Another target takes over


def changed(*more: tuple[str, str]) -> Timeline:
	"""Held 11:00-13:00, another priority at 14:00 (3 h used)."""
	return ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 11:00", "Replied"),
		("Mon 1 Jun 13:00", "Open"),
		("Mon 1 Jun 14:00", "priority High"),
		*more,
	)


def test_a_retroactive_change_takes_the_time_used_and_keeps_the_holds() -> None:
	found = only(
		changed(), plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 14:00", LONG)), "Mon 1 Jun 15:00"
	)

	assert (found.target, found.goal) == (LONG, 8 * HOUR)
	assert (found.elapsed, found.held, found.due) == (4 * HOUR, 2 * HOUR, at("Tue 2 Jun 10:00"))
	assert found.swaps == (
		Swap(
			at=at("Mon 1 Jun 14:00"),
			before="resolution 4 h",
			after="resolution 8 h",
			elapsed_before=3 * HOUR,
			elapsed_after=3 * HOUR,
			due_before=at("Mon 1 Jun 15:00"),
			due_after=at("Tue 2 Jun 10:00"),
		),
	)


def test_a_change_is_told_as_it_was_before_a_hold_of_the_same_second() -> None:
	timeline = Timeline.of(
		"ISS-1",
		[
			*facts(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "priority High")),
			Fact(at("Mon 1 Jun 10:00"), Kind.HOLD_BEGAN, "mail", int(Waiting.CUSTOMER), number=2),
		],
	)
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 10:00", LONG))

	found = only(timeline, pieces, "Mon 1 Jun 11:00")

	(swap,) = found.swaps
	assert (swap.due_before, swap.due_after) == (at("Mon 1 Jun 13:00"), at("Mon 1 Jun 17:00"))
	assert found.phase is Phase.HELD


def test_a_change_from_the_change_on_starts_afresh() -> None:
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 14:00", LONG_FROM_CHANGE))

	found = only(changed(), pieces, "Mon 1 Jun 15:00")

	assert (found.started, found.elapsed, found.held) == (at("Mon 1 Jun 09:00"), HOUR, 0)
	assert found.due == at("Tue 2 Jun 13:00")
	assert (found.swaps[0].elapsed_before, found.swaps[0].elapsed_after) == (3 * HOUR, 0)
	assert [(span.start, span.end, span.spell, span.reason) for span in explain(found)] == [
		(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 11:00"), Spell.REPLACED, "open"),
		(at("Mon 1 Jun 11:00"), at("Mon 1 Jun 13:00"), Spell.REPLACED, "Replied"),
		(at("Mon 1 Jun 13:00"), at("Mon 1 Jun 14:00"), Spell.REPLACED, "Open"),
		(at("Mon 1 Jun 14:00"), at("Mon 1 Jun 15:00"), Spell.COUNTED, "Open"),
	]


def test_a_retroactive_change_counts_in_the_new_calendar_and_by_the_new_holds() -> None:
	other = replace(LONG, calendar=ALWAYS, holds=Waiting.SUPPLIER)

	found = only(
		changed(), plan(("Mon 1 Jun 08:00", RESOLUTION_4H), ("Mon 1 Jun 14:00", other)), "Mon 1 Jun 15:00"
	)

	assert (found.elapsed, found.held, found.due) == (6 * HOUR, 0, at("Mon 1 Jun 17:00"))


def test_a_retroactive_change_to_a_goal_already_used_up_is_missed_at_once() -> None:
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 14:00", SHORT))

	at_once = only(changed(), pieces, "Mon 1 Jun 14:00")
	then = only(changed(), pieces, "Mon 1 Jun 14:00:01")

	assert (at_once.outcome, at_once.due, at_once.next_at) == (
		Outcome.PENDING,
		at("Mon 1 Jun 11:00"),
		at("Mon 1 Jun 14:00:01"),
	)
	assert (then.outcome, then.due, then.missed_at) == (
		Outcome.MISSED,
		at("Mon 1 Jun 11:00"),
		at("Mon 1 Jun 14:00"),
	)


def test_a_change_after_closing_time_to_a_goal_used_up_is_missed_when_the_calendar_opens() -> None:
	timeline = ticket(("Mon 1 Jun 15:00", "opened"), ("Mon 1 Jun 20:00", "priority High"))

	found = only(timeline, plan(("Mon 1 Jun 15:00", LONG), ("Mon 1 Jun 20:00", SHORT)), "Tue 2 Jun 10:00")

	assert (found.outcome, found.missed_at) == (Outcome.MISSED, at("Tue 2 Jun 09:00"))


def test_after_several_changes_the_last_target_judges() -> None:
	timeline = changed(("Mon 1 Jun 14:30", "priority Low"), ("Mon 1 Jun 15:00", "priority Lowest"))
	pieces = plan(
		("Mon 1 Jun 09:00", RESOLUTION_4H),
		("Mon 1 Jun 14:00", LONG_FROM_CHANGE),
		("Mon 1 Jun 14:30", SHORT_FROM_CHANGE),
		("Mon 1 Jun 15:00", LONG),
	)

	found = only(timeline, pieces, "Mon 1 Jun 16:00")

	assert (found.target, found.elapsed) == (LONG, 5 * HOUR)
	assert [(one.before, one.after, one.elapsed_before, one.elapsed_after) for one in found.swaps] == [
		("resolution 4 h", "resolution 8 h", 3 * HOUR, 0),
		("resolution 8 h", "resolution 2 h", HOUR // 2, 0),
		("resolution 2 h", "resolution 8 h", HOUR // 2, 4 * HOUR),
	]


def test_several_changes_within_one_step_leave_the_last() -> None:
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 14:00", SHORT), ("Mon 1 Jun 14:00", LONG))

	found = only(changed(), pieces, "Mon 1 Jun 15:00")

	assert (found.target, len(found.swaps)) == (LONG, 1)


def test_a_change_while_held_is_seen_in_the_remainder() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Replied"), ("Mon 1 Jun 13:00", "priority High")
	)

	found = only(timeline, plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 13:00", LONG)), NEXT_DAY)

	assert (found.phase, found.remaining, found.elapsed, found.held) == (
		Phase.HELD,
		6 * HOUR,
		2 * HOUR,
		7 * HOUR,
	)
	assert (found.swaps[0].due_before, found.swaps[0].due_after) == (None, None)


@pytest.mark.parametrize(
	("new", "due", "elapsed"),
	[
		pytest.param(LONG, "Tue 2 Jun 11:00", 2 * HOUR, id="retroactive"),
		pytest.param(LONG_FROM_CHANGE, "Tue 2 Jun 13:00", 0, id="from the change"),
	],
)
def test_a_change_while_closed_waits_for_the_reopening(new: Target, due: str, elapsed: int) -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 11:00", "Closed"),
		("Mon 1 Jun 12:00", "priority High"),
		("Mon 1 Jun 14:00", "Open"),
	)
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 12:00", new))

	closed = only(timeline, pieces, "Mon 1 Jun 13:00")
	again = only(timeline, pieces, "Mon 1 Jun 14:00")

	assert (closed.target, closed.outcome, closed.swaps) == (RESOLUTION_4H, Outcome.MET, ())
	assert (again.target, again.due, again.elapsed) == (new, at(due), elapsed)
	assert again.swaps[0].at == at("Mon 1 Jun 14:00")


def test_a_change_while_closed_is_taken_by_a_new_cycle() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 11:00", "Closed"),
		("Mon 1 Jun 12:00", "priority High"),
		("Mon 1 Jun 14:00", "Open"),
	)

	first, second = measure(
		timeline, plan(("Mon 1 Jun 09:00", NEW_CYCLE_4H), ("Mon 1 Jun 12:00", SHORT)), at("Mon 1 Jun 15:00")
	)

	assert (first.target, second.target, second.swaps) == (NEW_CYCLE_4H, SHORT, ())


@pytest.mark.parametrize("new", [LONG, LONG_FROM_CHANGE], ids=["retroactive", "from the change"])
def test_after_a_miss_no_other_target_takes_over(new: Target) -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 14:00", "priority Low"),
		("Mon 1 Jun 15:00", "Closed"),
		("Mon 1 Jun 16:00", "Open"),
	)

	found = only(
		timeline, plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 14:00", new)), "Mon 1 Jun 17:00"
	)

	assert (found.target, found.outcome, found.missed_at) == (
		RESOLUTION_4H,
		Outcome.MISSED,
		at("Mon 1 Jun 13:00"),
	)
	assert (found.swaps, found.elapsed) == ((), 7 * HOUR)


@pytest.mark.parametrize(
	("asked", "target", "elapsed", "due"),
	[
		pytest.param("Mon 1 Jun 11:59:59", RESOLUTION_4H, 3 * HOUR - 1, "Mon 1 Jun 13:00", id="before"),
		pytest.param("Mon 1 Jun 12:00", LONG, 3 * HOUR, "Mon 1 Jun 17:00", id="at that instant"),
		pytest.param("Mon 1 Jun 14:00", LONG, 5 * HOUR, "Mon 1 Jun 17:00", id="after"),
	],
)
def test_a_plan_may_change_while_nothing_happens_to_the_ticket(
	asked: str, target: Target, elapsed: int, due: str
) -> None:
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 12:00", LONG))

	found = only(ticket(("Mon 1 Jun 09:00", "opened")), pieces, asked)

	assert (found.target, found.elapsed, found.due) == (target, elapsed, at(due))


def test_a_plan_that_changes_as_a_tenure_ends_or_before_it_begins_leaves_its_target() -> None:
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 12:00", LONG))
	timeline = ticket(("Mon 1 Jun 09:00", "opened"))

	ended = only(timeline, pieces, "Mon 1 Jun 12:00", Within(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 12:00")))
	ahead = only(timeline, pieces, "Mon 1 Jun 12:00", Within(at("Mon 1 Jun 12:01"), None))

	assert (ended.target, ended.phase) == (RESOLUTION_4H, Phase.STOPPED)
	assert (ahead.target, ahead.phase) == (RESOLUTION_4H, Phase.NOT_STARTED)


def test_a_target_that_takes_over_as_the_ticket_is_closed_says_when_it_would_have_been_due() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "priority High"), ("Mon 1 Jun 12:00", "Closed")
	)
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 12:00", SHORT_FROM_CHANGE))

	found = only(timeline, pieces, NEXT_DAY)

	assert (found.outcome, found.elapsed, found.due) == (Outcome.MET, 0, at("Mon 1 Jun 14:00"))


# No target applies


def test_where_nothing_is_promised_the_clock_is_cancelled() -> None:
	found = only(ticket(("Mon 1 Jun 09:00", "opened")), plan(("Mon 1 Jun 09:00", None)), NEXT_DAY)

	assert (verdict(found), found.why) == ((Phase.CANCELLED, Outcome.PENDING), NO_TARGET)
	assert (found.target, found.goal, found.due, found.uncertain, list(explain(found))) == (
		None,
		0,
		None,
		False,
		[],
	)


UNSORTED_UNTIL_NOON = plan(("Mon 1 Jun 09:00", None), ("Mon 1 Jun 12:00", RESOLUTION_4H))


def test_a_retroactive_target_that_comes_later_counts_from_the_opening() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "priority High"))

	before = only(timeline, UNSORTED_UNTIL_NOON, "Mon 1 Jun 11:59")
	after = only(timeline, UNSORTED_UNTIL_NOON, "Mon 1 Jun 12:00")

	assert (before.phase, before.why, before.next_at) == (Phase.CANCELLED, NO_TARGET, None)
	assert (after.phase, after.started, after.elapsed, after.due) == (
		Phase.RUNNING,
		at("Mon 1 Jun 09:00"),
		3 * HOUR,
		at("Mon 1 Jun 13:00"),
	)
	assert (after.swaps[0].before, after.swaps[0].due_before) == ("", None)


def test_a_target_from_the_change_that_comes_later_counts_from_there() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "priority High"))
	pieces = plan(("Mon 1 Jun 09:00", None), ("Mon 1 Jun 12:00", SHORT_FROM_CHANGE))

	found = only(timeline, pieces, "Mon 1 Jun 13:00")

	assert (found.elapsed, found.due) == (HOUR, at("Mon 1 Jun 14:00"))
	assert [span.spell for span in explain(found)] == [Spell.REPLACED, Spell.COUNTED]


@pytest.mark.parametrize(
	("replied", "outcome", "missed_at"),
	[
		pytest.param("Mon 1 Jun 09:30", Outcome.MET, None, id="in time"),
		pytest.param("Mon 1 Jun 10:00", Outcome.MET, None, id="just in time"),
		pytest.param("Mon 1 Jun 10:30", Outcome.MISSED, "Mon 1 Jun 12:00", id="late"),
	],
)
def test_a_reply_given_before_a_retroactive_target_applied_counts(
	replied: str, outcome: Outcome, missed_at: str | None
) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), (replied, "reply"), ("Mon 1 Jun 12:00", "priority High"))
	pieces = plan(("Mon 1 Jun 09:00", None), ("Mon 1 Jun 12:00", RESPONSE_1H))

	found = only(timeline, pieces, "Mon 1 Jun 17:00")

	assert (found.phase, found.outcome) == (Phase.STOPPED, outcome)
	assert found.missed_at == (None if missed_at is None else at(missed_at))
	assert (found.stopped, found.elapsed) == (at(replied), at(replied) - at("Mon 1 Jun 09:00"))
	assert found.due == at("Mon 1 Jun 10:00")


def test_a_target_from_the_change_does_not_judge_what_was_over_before() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Closed"), ("Mon 1 Jun 12:00", "priority High")
	)
	pieces = plan(("Mon 1 Jun 09:00", None), ("Mon 1 Jun 12:00", SHORT_FROM_CHANGE))

	found = only(timeline, pieces, NEXT_DAY)

	assert (verdict(found), found.why, found.stopped) == (
		(Phase.CANCELLED, Outcome.PENDING),
		NO_TARGET,
		at("Mon 1 Jun 10:00"),
	)


def test_a_ticket_reopened_while_nothing_is_promised_goes_on() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "Closed"),
		("Mon 1 Jun 11:00", "Open"),
		("Mon 1 Jun 12:00", "priority High"),
	)

	found = only(timeline, UNSORTED_UNTIL_NOON, "Mon 1 Jun 12:00")

	assert (found.phase, found.elapsed, found.held) == (Phase.RUNNING, 2 * HOUR, HOUR)


def test_a_while_without_a_target_is_counted_when_a_retroactive_one_returns() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "priority None"),
		("Mon 1 Jun 11:00", "Replied"),
		("Mon 1 Jun 12:00", "Open"),
		("Mon 1 Jun 12:30", "priority High"),
	)
	pieces = plan(("Mon 1 Jun 09:00", LONG), ("Mon 1 Jun 10:00", None), ("Mon 1 Jun 12:30", RESOLUTION_4H))

	without = only(timeline, pieces, "Mon 1 Jun 12:00")
	found = only(timeline, pieces, "Mon 1 Jun 13:00")

	assert (without.phase, without.why, without.elapsed) == (Phase.CANCELLED, NO_TARGET, HOUR)
	assert [(one.spell, one.open_seconds) for one in without.stretches] == [
		(Spell.COUNTED, HOUR),
		(Spell.REPLACED, 0),
		(Spell.REPLACED, 0),
	]
	assert (found.elapsed, found.held, found.due) == (3 * HOUR, HOUR, at("Mon 1 Jun 14:00"))
	assert [(one.before, one.after) for one in found.swaps] == [
		("resolution 8 h", ""),
		("", "resolution 4 h"),
	]


def test_a_ticket_closed_while_nothing_is_promised_stops_there() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "priority None"),
		("Mon 1 Jun 11:00", "Resolved"),
		("Mon 1 Jun 15:00", "priority High"),
	)
	pieces = plan(("Mon 1 Jun 09:00", LONG), ("Mon 1 Jun 10:00", None), ("Mon 1 Jun 15:00", RESOLUTION_4H))

	found = only(timeline, pieces, NEXT_DAY)

	assert (verdict(found), found.stopped, found.elapsed) == (
		(Phase.STOPPED, Outcome.MET),
		at("Mon 1 Jun 11:00"),
		2 * HOUR,
	)


def test_questions_asked_and_answered_while_nothing_is_promised_are_cycles_all_the_same() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "asked"),
		("Mon 1 Jun 11:30", "reply"),
		("Mon 1 Jun 12:00", "asked"),
		("Mon 1 Jun 12:30", "priority High"),
	)
	pieces = plan(("Mon 1 Jun 09:00", None), ("Mon 1 Jun 12:30", NEXT_REPLY_1H))

	first, second = measure(timeline, pieces, at("Mon 1 Jun 12:45"))

	assert (verdict(first), first.target) == ((Phase.CANCELLED, Outcome.PENDING), None)
	assert (second.started, second.due) == (at("Mon 1 Jun 12:00"), at("Mon 1 Jun 13:00"))


# Cancelled and withdrawn tickets


@pytest.mark.parametrize(
	("gone", "back", "why"),
	[
		pytest.param("Cancelled", "Open", "Cancelled", id="cancelled"),
		pytest.param("withdrawn merged into ISS-2", "reinstated", "merged into ISS-2", id="withdrawn"),
	],
)
def test_a_ticket_that_is_gone_for_a_while_cancels_its_clocks_for_so_long(
	gone: str, back: str, why: str
) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", gone), ("Mon 1 Jun 16:00", back))

	during = clock(timeline, RESOLUTION_4H, "Mon 1 Jun 15:00")
	after = clock(timeline, RESOLUTION_4H, "Mon 1 Jun 17:00")

	assert (verdict(during), during.why) == ((Phase.CANCELLED, Outcome.PENDING), why)
	assert (during.due, during.next_at, during.elapsed, during.held) == (None, None, HOUR, 5 * HOUR)
	assert (verdict(after), after.elapsed, after.held) == (
		(Phase.RUNNING, Outcome.PENDING),
		2 * HOUR,
		6 * HOUR,
	)


def test_a_cancelled_status_without_a_name_says_what_it_is() -> None:
	timeline = Timeline.of(
		"ISS-1",
		[fact("Mon 1 Jun 09:00", "opened"), Fact(at("Mon 1 Jun 10:00"), Kind.STATUS, Status.CANCELLED.value)],
	)

	assert clock(timeline, RESOLUTION_4H, NEXT_DAY).why == "cancelled"


def test_a_miss_before_the_ticket_was_withdrawn_stays_on_record() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 14:00", "withdrawn duplicate"))

	assert verdict(clock(timeline, RESOLUTION_4H, NEXT_DAY)) == (Phase.CANCELLED, Outcome.MISSED)


@pytest.mark.parametrize("after", ["Closed", "reply"])
def test_a_withdrawn_ticket_is_not_met_by_what_happens_to_it_afterwards(after: str) -> None:
	"""Merged, and the rest of it closed: nobody kept a promise by that."""
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:30", "withdrawn merged into ISS-2"),
		("Mon 1 Jun 09:40", after),
		("Mon 1 Jun 09:50", "team First"),
	)

	found = clock(timeline, RESPONSE_1H, NEXT_DAY)

	assert (verdict(found), found.why) == ((Phase.CANCELLED, Outcome.PENDING), "merged into ISS-2")


def test_a_reply_to_a_withdrawn_ticket_counts_when_it_is_reinstated() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:30", "withdrawn merged into ISS-2"),
		("Mon 1 Jun 09:40", "reply"),
		("Mon 1 Jun 12:00", "reinstated"),
		("Mon 1 Jun 13:00", "withdrawn spam"),
	)

	found = clock(timeline, RESPONSE_1H, "Mon 1 Jun 12:30")
	later = clock(timeline, RESPONSE_1H, NEXT_DAY)

	assert (verdict(found), found.stopped) == ((Phase.STOPPED, Outcome.MET), at("Mon 1 Jun 09:40"))
	assert verdict(later) == (Phase.STOPPED, Outcome.MET)


@pytest.mark.parametrize("gone", ["withdrawn duplicate", "Cancelled"])
@pytest.mark.parametrize("target", [RESOLUTION_4H, NEW_CYCLE_4H], ids=["resume", "new cycle"])
def test_a_ticket_that_goes_after_it_was_closed_keeps_its_verdict(gone: str, target: Target) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Closed"), ("Mon 1 Jun 11:00", gone))

	assert verdict(clock(timeline, target, NEXT_DAY)) == (Phase.STOPPED, Outcome.MET)


def test_a_withdrawn_ticket_that_is_open_again_resumes_when_it_is_reinstated() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "Closed"),
		("Mon 1 Jun 11:00", "withdrawn duplicate"),
		("Mon 1 Jun 12:00", "Open"),
		("Mon 1 Jun 13:00", "reinstated"),
	)

	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 12:30").phase is Phase.STOPPED
	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 13:00").due == at("Mon 1 Jun 16:00")


# Within a tenure


def test_a_team_that_gets_a_ticket_twice_has_its_whole_time_twice() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "team Second"),
		("Mon 1 Jun 12:00", "team First"),
		("Mon 1 Jun 13:00", "team Second"),
	)

	first = clock(timeline, RESOLUTION_4H, NEXT_DAY, Within(at("Mon 1 Jun 10:00"), at("Mon 1 Jun 12:00")))
	second = clock(timeline, RESOLUTION_4H, "Mon 1 Jun 15:00", Within(at("Mon 1 Jun 13:00"), None))

	assert (verdict(first), first.stopped_by) == ((Phase.STOPPED, Outcome.MET), HANDED_OVER)
	assert (first.started, first.stopped, first.elapsed) == (
		at("Mon 1 Jun 10:00"),
		at("Mon 1 Jun 12:00"),
		2 * HOUR,
	)
	assert (verdict(second), second.elapsed, second.due) == (
		(Phase.RUNNING, Outcome.PENDING),
		2 * HOUR,
		at("Mon 1 Jun 17:00"),
	)


@pytest.mark.parametrize(
	("end", "outcome"),
	[("Mon 1 Jun 14:00", Outcome.MET), ("Mon 1 Jun 14:00:01", Outcome.MISSED)],
)
def test_a_tenure_handed_on_is_judged_by_its_length(end: str, outcome: Outcome) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "team Second"), (end, "team First"))

	found = clock(timeline, RESOLUTION_4H, NEXT_DAY, Within(at("Mon 1 Jun 10:00"), at(end)))

	assert (found.outcome, found.stopped) == (outcome, at(end))


def test_a_tenure_that_ends_at_the_instant_asked_is_over() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"))
	within = Within(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 12:00"))

	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 11:59:59", within).phase is Phase.RUNNING
	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 12:00", within).phase is Phase.STOPPED


def test_a_tenure_stopped_earlier_is_not_stopped_again_by_handing_over() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Resolved"), ("Mon 1 Jun 12:00", "team First")
	)

	found = clock(timeline, RESOLUTION_4H, NEXT_DAY, Within(at("Mon 1 Jun 10:00"), at("Mon 1 Jun 12:00")))

	assert (found.stopped, found.stopped_by) == (at("Mon 1 Jun 11:00"), "resolved")


def test_what_ends_a_tenure_is_its_end_whatever_happens_at_that_instant() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "Resolved"))

	found = clock(timeline, RESOLUTION_4H, NEXT_DAY, Within(at("Mon 1 Jun 10:00"), at("Mon 1 Jun 12:00")))

	assert (found.stopped, found.stopped_by) == (at("Mon 1 Jun 12:00"), HANDED_OVER)


def test_a_tenure_that_begins_as_the_ticket_is_resolved_does_not_start() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "Resolved"))

	found = clock(timeline, RESOLUTION_4H, NEXT_DAY, Within(at("Mon 1 Jun 12:00"), None))

	assert found.phase is Phase.NOT_STARTED


def test_a_tenure_that_begins_during_a_hold_begins_held() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Replied"), ("Mon 1 Jun 15:00", "Open")
	)

	found = clock(timeline, RESOLUTION_4H, "Mon 1 Jun 16:00", Within(at("Mon 1 Jun 12:00"), None))

	assert (found.started, found.elapsed, found.held) == (at("Mon 1 Jun 12:00"), HOUR, 3 * HOUR)


def test_a_tenure_that_begins_on_a_done_ticket_starts_when_it_comes_back() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Closed"), ("Mon 1 Jun 15:00", "Open")
	)
	within = Within(at("Mon 1 Jun 12:00"), None)

	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 14:00", within).phase is Phase.NOT_STARTED
	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 16:00", within).started == at("Mon 1 Jun 15:00")


def test_a_tenure_on_a_done_ticket_that_never_comes_back_never_starts() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Closed"))
	within = Within(at("Mon 1 Jun 12:00"), at("Mon 1 Jun 14:00"))

	assert clock(timeline, RESOLUTION_4H, NEXT_DAY, within).phase is Phase.NOT_STARTED


def test_a_tenure_that_lies_ahead_has_not_started() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"))
	within = Within(at("Mon 1 Jun 12:00"), None)

	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 11:59:59", within).phase is Phase.NOT_STARTED
	assert clock(timeline, RESOLUTION_4H, "Mon 1 Jun 12:00", within).started == at("Mon 1 Jun 12:00")


def test_a_reply_before_a_tenure_does_not_count_for_it() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:30", "reply"), ("Mon 1 Jun 12:30", "reply")
	)

	found = clock(timeline, RESPONSE_1H, NEXT_DAY, Within(at("Mon 1 Jun 12:00"), None))

	assert found.stopped == at("Mon 1 Jun 12:30")


def test_a_change_before_a_tenure_leaves_its_target_and_no_trace() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "priority High"))
	pieces = plan(("Mon 1 Jun 09:00", RESOLUTION_4H), ("Mon 1 Jun 10:00", SHORT))

	found = only(timeline, pieces, "Mon 1 Jun 13:00", Within(at("Mon 1 Jun 12:00"), None))

	assert (found.target, found.swaps, found.due) == (SHORT, (), at("Mon 1 Jun 14:00"))


def test_a_withdrawn_ticket_handed_over_is_not_met_by_that() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "withdrawn spam"),
		("Mon 1 Jun 11:00", "team First"),
	)

	found = clock(timeline, RESOLUTION_4H, NEXT_DAY, Within(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 11:00")))

	assert verdict(found) == (Phase.CANCELLED, Outcome.PENDING)


# Far deadlines, and holidays not known yet


def test_a_goal_beyond_the_horizon_is_an_error_that_names_the_calendar() -> None:
	endless = replace(RESOLUTION_4H, goal=200_000 * HOUR)

	with pytest.raises(HorizonExceeded, match='"Office" has not 720000000 open seconds within 50 years'):
		clock(ticket(("Mon 1 Jun 09:00", "opened")), endless, "Mon 1 Jun 09:00")


def test_a_goal_used_up_when_the_calendar_closes_for_ever_is_never_missed() -> None:
	once = Calendar.weekly(
		"Move", "UTC", {}, exceptions=(DatedHours(date(2026, 6, 1), windows("09:00-13:00")),)
	)

	found = clock(ticket(("Mon 1 Jun 09:00", "opened")), replace(RESOLUTION_4H, calendar=once), NEXT_DAY)

	assert (found.outcome, found.due, found.next_at) == (Outcome.PENDING, at("Mon 1 Jun 13:00"), None)


@pytest.mark.parametrize(
	("happenings", "asked", "uncertain"),
	[
		pytest.param(
			(("Tue 30 Jun 14:00", "opened"),), "Tue 30 Jun 15:00", False, id="due on the last known date"
		),
		pytest.param((("Tue 30 Jun 15:00", "opened"),), "Tue 30 Jun 15:00", True, id="due after it"),
		pytest.param(
			(("Tue 30 Jun 15:00", "opened"), ("Tue 30 Jun 16:00", "Replied")),
			"Tue 30 Jun 23:59:59",
			False,
			id="held on the last known date",
		),
		pytest.param(
			(("Tue 30 Jun 15:00", "opened"), ("Tue 30 Jun 16:00", "Replied")),
			"Wed 1 Jul 00:00",
			True,
			id="held after it",
		),
		pytest.param(
			(("Tue 30 Jun 09:00", "opened"), ("Tue 30 Jun 12:00", "Closed")),
			"Mon 6 Jul 09:00",
			False,
			id="stopped and due while holidays were known",
		),
		pytest.param(
			(("Tue 30 Jun 15:00", "opened"), ("Tue 30 Jun 15:30", "Closed")),
			"Mon 6 Jul 09:00",
			True,
			id="met, but due on a date not known",
		),
	],
)
def test_a_clock_that_relies_on_holidays_not_known_yet_is_uncertain(
	happenings: tuple[tuple[str, str], ...], asked: str, uncertain: bool
) -> None:
	calendar = office(known_until=date(2026, 6, 30))

	found = clock(ticket(*happenings), replace(RESOLUTION_4H, calendar=calendar), asked)

	assert found.uncertain is uncertain


# Explanations


def test_an_explanation_shows_counted_held_done_and_closed_time() -> None:
	timeline = ticket(
		("Fri 5 Jun 16:00", "opened"),
		("Fri 5 Jun 17:00", "Replied"),
		("Mon 8 Jun 10:00", "Open"),
		("Mon 8 Jun 11:00", "Resolved"),
		("Mon 8 Jun 12:00", "Open"),
	)

	found = clock(timeline, RESOLUTION_4H, "Mon 8 Jun 13:00")

	assert list(explain(found)) == [
		Span(at("Fri 5 Jun 16:00"), at("Fri 5 Jun 17:00"), Spell.COUNTED, "open"),
		Span(at("Fri 5 Jun 17:00"), at("Fri 5 Jun 18:00"), Spell.HELD, "Replied"),
		Span(at("Fri 5 Jun 18:00"), at("Sat 6 Jun 00:00"), Spell.CLOSED, "", Closed.HOURS),
		Span(at("Sat 6 Jun 00:00"), at("Sun 7 Jun 00:00"), Spell.CLOSED, "Saturday", Closed.WEEKDAY),
		Span(at("Sun 7 Jun 00:00"), at("Mon 8 Jun 00:00"), Spell.CLOSED, "Sunday", Closed.WEEKDAY),
		Span(at("Mon 8 Jun 00:00"), at("Mon 8 Jun 09:00"), Spell.CLOSED, "", Closed.HOURS),
		Span(at("Mon 8 Jun 09:00"), at("Mon 8 Jun 10:00"), Spell.HELD, "Replied"),
		Span(at("Mon 8 Jun 10:00"), at("Mon 8 Jun 11:00"), Spell.COUNTED, "Open"),
		Span(at("Mon 8 Jun 11:00"), at("Mon 8 Jun 12:00"), Spell.DONE, "Resolved"),
		Span(at("Mon 8 Jun 12:00"), at("Mon 8 Jun 13:00"), Spell.COUNTED, "Open"),
	]
	assert [span.seconds for span in explain(found)][:2] == [HOUR, HOUR]
	assert found.stretches[1] == Stretch(
		at("Fri 5 Jun 17:00"), at("Mon 8 Jun 10:00"), Spell.HELD, 2 * HOUR, "Replied"
	)
