"""Whose seconds a miss was made of, and whether it would have been one without an overrun.

Mon 1 June 2026; all calendars Mon-Fri 09:00-18:00 in Berlin unless said otherwise.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.assessment import Assessment, assess
from slm_extension.domain.attribution import Cause
from slm_extension.domain.calendars import Calendar, Window
from slm_extension.domain.clocks import Outcome
from slm_extension.domain.instants import instant
from slm_extension.domain.legs import Party
from slm_extension.domain.targets import RESOLUTION, RESTORATION, TURNAROUND, Target
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline, Waiting

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600
OFFICE = Calendar.weekly("office", "Europe/Berlin", {day: (Window(9 * HOUR, 18 * HOUR),) for day in range(5)})
ALWAYS = Calendar.around_the_clock("always", "Europe/Berlin")


def at(text: str) -> int:
	return instant(datetime.fromisoformat(f"2026-06-{text}").replace(tzinfo=BERLIN))


def sla(goal: int = 4, holds: Waiting = Waiting.CUSTOMER, **scope: object) -> Agreement:
	target = Target("resolution", RESOLUTION, goal * HOUR, OFFICE, holds)
	return Agreement("sla", AgreementKind.SLA, OFFICE, (target,), **scope)


def ola(team: str, goal: int, name: str = "") -> Agreement:
	target = Target("turnaround", TURNAROUND, goal * HOUR, OFFICE, Waiting.CUSTOMER | Waiting.SUPPLIER)
	return Agreement(name or f"ola {team}", AgreementKind.OLA, OFFICE, (target,), parties=frozenset({team}))


def uc(supplier: str, goal: int) -> Agreement:
	target = Target("turnaround", TURNAROUND, goal * HOUR, ALWAYS)
	return Agreement("uc", AgreementKind.UC, ALWAYS, (target,), parties=frozenset({supplier}))


def team(when: str, name: str) -> Fact:
	return Fact(at(when), Kind.TEAM, name)


def supplier(when: str, name: str) -> tuple[Fact, Fact]:
	return (
		Fact(at(when), Kind.SUPPLIER, name),
		Fact(at(when), Kind.STATUS, Status.HELD.value, Waiting.SUPPLIER.value, "with supplier"),
	)


def status(when: str, value: Status, waiting: Waiting = Waiting.NOBODY) -> Fact:
	return Fact(at(when), Kind.STATUS, value.value, waiting.value)


def ticket(agreements: list[Agreement], *facts: Fact, asked: str = "20T09:00") -> Assessment:
	timeline = Timeline.of("T-1", (Fact(at("01T09:00"), Kind.OPENED), *facts))
	return assess(timeline, AgreementBook(agreements), at(asked))


def test_shares_name_every_leg_and_add_up_to_the_elapsed_time() -> None:
	assessment = ticket(
		[sla()],
		team("01T10:00", "desk"),
		team("01T11:30", "network"),
		status("01T12:00", Status.HELD, Waiting.CUSTOMER),
		status("01T14:00", Status.OPEN),
		status("01T17:00", Status.RESOLVED),
	)

	clock = assessment.to_customer[0]

	assert [(share.leg.party, share.leg.name, share.counted) for share in clock.shares] == [
		(Party.UNASSIGNED, "", HOUR),
		(Party.TEAM, "desk", 3 * HOUR // 2),
		(Party.TEAM, "network", HOUR // 2),
		(Party.CUSTOMER, "", 0),
		(Party.TEAM, "network", 3 * HOUR),
	]
	assert sum(share.counted for share in clock.shares) == clock.clock.elapsed == 6 * HOUR


def test_a_clock_that_was_met_has_shares_and_no_cause() -> None:
	clock = ticket([sla()], team("01T09:00", "desk"), status("01T10:00", Status.RESOLVED)).to_customer[0]

	assert clock.attribution is None
	assert [share.counted for share in clock.shares] == [HOUR]


def test_seconds_counted_after_the_ticket_was_done_belong_to_the_last_leg() -> None:
	"""R193: restoration runs until the user is told, and nobody holds a closed ticket."""
	restored = Target("restoration", RESTORATION, HOUR, OFFICE)
	agreement = Agreement("sla", AgreementKind.SLA, OFFICE, (restored,))

	clock = ticket(
		[agreement], team("01T09:00", "desk"), status("01T10:00", Status.CLOSED), asked="01T12:00"
	).to_customer[0]

	assert [(share.leg.name, share.counted) for share in clock.shares] == [("desk", 3 * HOUR)]


def test_the_longest_holder_is_the_cause_when_nothing_beneath_was_overrun() -> None:
	blame = (
		ticket(
			[sla()],
			team("01T09:00", "desk"),
			team("01T10:00", "network"),
			status("01T18:00", Status.RESOLVED),
		)
		.to_customer[0]
		.attribution
	)

	assert blame is not None
	assert (blame.cause, blame.responsible, blame.overruns) == (Cause.OTHER_TEAM, "network", ())


def test_the_first_team_is_the_front_line_unless_the_agreement_names_another() -> None:
	facts = (team("01T09:00", "desk"), team("01T10:00", "network"), status("01T18:00", Status.RESOLVED))

	blame = ticket([sla(teams=frozenset({"network"}))], *facts).to_customer[0].attribution

	assert blame is not None
	assert blame.cause is Cause.OWN_TEAM


def test_nobody_took_it() -> None:
	blame = ticket([sla()]).to_customer[0].attribution

	assert blame is not None
	assert (blame.cause, blame.responsible) == (Cause.UNASSIGNED, "")


def test_the_customer_can_be_the_cause_when_the_target_is_not_held_for_him() -> None:
	blame = (
		ticket(
			[sla(holds=Waiting.NOBODY)],
			team("01T09:00", "desk"),
			status("01T10:00", Status.HELD, Waiting.CUSTOMER),
		)
		.to_customer[0]
		.attribution
	)

	assert blame is not None
	assert blame.cause is Cause.CUSTOMER


def test_an_overrun_without_which_the_target_would_have_held_is_the_cause() -> None:
	"""Desk 1 h of its 2 h, network 4 h of its 2 h, desk again 1 h: 6 h of 4 h, 4 h without the overrun."""
	assessment = ticket(
		[sla(), ola("desk", 2), ola("network", 2)],
		team("01T09:00", "desk"),
		team("01T10:00", "network"),
		team("01T14:00", "desk"),
		status("01T15:00", Status.RESOLVED),
	)

	blame = assessment.to_customer[0].attribution

	assert blame is not None
	assert (blame.cause, blame.responsible) == (Cause.OTHER_TEAM, "network")
	assert [(one.agreement, one.seconds, one.cost, one.would_have_held) for one in blame.overruns] == [
		("ola network", 2 * HOUR, 2 * HOUR, True)
	]


def test_one_second_more_and_it_would_not_have_held() -> None:
	assessment = ticket(
		[sla(), ola("desk", 2), ola("network", 2)],
		team("01T09:00", "desk"),
		team("01T10:00", "network"),
		team("01T14:00", "desk"),
		status("01T15:00:01", Status.RESOLVED),
	)

	blame = assessment.to_customer[0].attribution

	assert blame is not None
	assert blame.overruns[0].would_have_held is False
	assert blame.responsible == "network"


def test_of_two_decisive_overruns_the_costlier_comes_first() -> None:
	assessment = ticket(
		[sla(6), ola("network", 1), ola("database", 1)],
		team("01T09:00", "network"),
		team("01T12:00", "database"),
		status("01T16:00", Status.RESOLVED),
	)

	blame = assessment.to_customer[0].attribution

	assert blame is not None
	assert [(one.tenure.name, one.cost, one.would_have_held) for one in blame.overruns] == [
		("database", 3 * HOUR, True),
		("network", 2 * HOUR, True),
	]


@pytest.mark.parametrize(
	("goal", "held", "cause"),
	[pytest.param(9, True, Cause.SUPPLIER, id="9 h"), pytest.param(8, False, Cause.OWN_TEAM, id="8 h")],
)
def test_a_supplier_is_measured_in_its_own_calendar_and_its_cost_in_ours(
	goal: int, held: bool, cause: Cause
) -> None:
	"""With the supplier from Mon 16:00 to Tue 11:00: 19 h of his 2 h, and 2 h of ours after Mon 18:00.

	The desk had 7 h before: 11 h in all, 9 h without the overrun.
	"""
	assessment = ticket(
		[sla(goal), uc("ACME", 2)],
		team("01T09:00", "desk"),
		*supplier("01T16:00", "ACME"),
		status("02T11:00", Status.RESOLVED),
	)

	blame = assessment.to_customer[0].attribution

	assert blame is not None
	assert [(one.seconds, one.cost, one.would_have_held) for one in blame.overruns] == [
		(17 * HOUR, 2 * HOUR, held)
	]
	assert blame.cause is cause


def test_an_overrun_that_goes_on_counts_until_now() -> None:
	assessment = ticket([sla(), ola("desk", 2)], team("01T09:00", "desk"), asked="01T15:00")

	blame = assessment.to_customer[0].attribution

	assert blame is not None
	assert [(one.seconds, one.cost, one.would_have_held) for one in blame.overruns] == [
		(4 * HOUR, 4 * HOUR, True)
	]


def test_an_underpinning_clock_that_was_kept_is_no_overrun() -> None:
	assessment = ticket(
		[sla(), ola("desk", 9)], team("01T09:00", "desk"), status("01T18:00", Status.RESOLVED)
	)

	assert assessment.beneath[0].clock.outcome is Outcome.MET
	blame = assessment.to_customer[0].attribution
	assert blame is not None
	assert blame.overruns == ()


@pytest.mark.parametrize("asked", ["01T09:00", "01T13:00"])
def test_a_clock_not_yet_missed_has_no_attribution(asked: str) -> None:
	assert ticket([sla()], asked=asked).to_customer[0].attribution is None


def test_a_leg_that_nobody_had_is_no_cause() -> None:
	"""Resolved Mon 10:00-12:00 and reopened; the desk has it the whole day otherwise."""
	blame = (
		ticket(
			[sla()],
			team("01T09:00", "desk"),
			status("01T10:00", Status.RESOLVED),
			status("01T12:00", Status.OPEN),
			status("01T18:00", Status.RESOLVED),
		)
		.to_customer[0]
		.attribution
	)

	assert blame is not None
	assert [share.leg.party for share in blame.shares] == [Party.TEAM, Party.NOBODY, Party.TEAM]
	assert blame.responsible == "desk"


def test_a_ticket_that_nobody_ever_held_is_put_down_to_nobody_in_particular() -> None:
	"""Closed as it was opened, and the user not told: the clock runs and no leg is there."""
	restored = Target("restoration", RESTORATION, HOUR, OFFICE)
	agreement = Agreement("sla", AgreementKind.SLA, OFFICE, (restored,))

	blame = ticket([agreement], status("01T09:00", Status.CLOSED)).to_customer[0].attribution

	assert blame is not None
	assert (blame.shares, blame.cause, blame.responsible) == ((), Cause.UNASSIGNED, "")


def only_high() -> Agreement:
	target = Target("resolution", RESOLUTION, HOUR, OFFICE, priorities=frozenset({"High"}))
	return Agreement("sla", AgreementKind.SLA, OFFICE, (target,))


def test_a_ticket_for_whose_priority_nothing_is_promised_has_no_clock() -> None:
	assert ticket([only_high()], Fact(at("01T09:00"), Kind.PRIORITY, "Low")).clocks == ()


def test_a_clock_that_lost_its_target_has_counted_nothing_for_anybody() -> None:
	(clock,) = ticket(
		[only_high()],
		team("01T09:00", "desk"),
		Fact(at("01T09:00"), Kind.PRIORITY, "High"),
		Fact(at("01T09:30"), Kind.PRIORITY, "Low"),
	).to_customer

	assert clock.clock.target is None
	assert [share.counted for share in clock.shares] == [0]


def test_a_ticket_that_no_agreement_covers_has_no_clocks() -> None:
	assessment = ticket([sla(customers=frozenset({"somebody else"}))])

	assert assessment.clocks == ()
