"""Whether a promise can be kept by those who have the ticket one after the other.

June 2026: 1 June is a Monday. Calendars are UTC unless said otherwise.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from chains import World, replayed, ticket_of, worlds
from given import ALWAYS, HOUR, MINUTE, OFFICE, at, office, windows
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.assessment import Assessment, assess
from slm_extension.domain.calendars import Calendar, DatedHours
from slm_extension.domain.chain_check import ChainCheck, ChainVerdict, Link, Slack, Way, check
from slm_extension.domain.clocks import Clock, Outcome
from slm_extension.domain.errors import EmptyPeriod, EmptyStage, NegativeDuration
from slm_extension.domain.instants import DAY
from slm_extension.domain.targets import RESOLUTION, TURNAROUND, Target
from slm_extension.domain.timeline import Waiting

NINE_TO_FIVE = office(hours=("09:00-17:00",))
JUNE = at("Mon 1 Jun 00:00"), at("Wed 1 Jul 00:00")
YEAR = at("Thu 1 Jan 00:00"), at("Fri 1 Jan 2027 00:00")
FEASIBLE, INFEASIBLE, UNBOUNDED = ChainVerdict.FEASIBLE, ChainVerdict.INFEASIBLE, ChainVerdict.UNBOUNDED


def sla(hours: float, calendar: Calendar = OFFICE, holds: Waiting = Waiting.NOBODY) -> Target:
	return Target("resolution", RESOLUTION, int(hours * HOUR), calendar, holds=holds)


def link(kind: AgreementKind, hours: float, calendar: Calendar, name: str) -> Link:
	target = Target("turnaround", TURNAROUND, int(hours * HOUR), calendar)
	return Link(name, kind, (target,), parties=frozenset({name}))


def ola(hours: float, calendar: Calendar = OFFICE, name: str = "Network") -> Link:
	return link(AgreementKind.OLA, hours, calendar, name)


def uc(hours: float, calendar: Calendar = OFFICE, name: str = "Carrier") -> Link:
	return link(AgreementKind.UC, hours, calendar, name)


def chain(*links: Way | tuple[Way, ...]) -> list[tuple[Way, ...]]:
	return [one if isinstance(one, tuple) else (one,) for one in links]


def book(target: Target, stages: list[tuple[Way, ...]]) -> AgreementBook:
	named = {way.agreement: way for ways in stages for way in ways if isinstance(way, Link)}
	under = [
		Agreement(way.agreement, way.kind, OFFICE, way.targets, parties=way.parties) for way in named.values()
	]
	return AgreementBook([Agreement("SLA", AgreementKind.SLA, OFFICE, (target,)), *under])


def the_sla(assessment: Assessment) -> Clock:
	(only,) = assessment.to_customer
	return only.clock


def beneath(assessment: Assessment) -> list[Outcome]:
	return [one.clock.outcome for one in assessment.beneath]


CLOSED_MONDAY = office(hours=("09:00-17:00",), exceptions=(DatedHours(date(2026, 6, 8), (), "Whit Monday"),))
EARLY_FRIDAY = office(
	hours=("09:00-17:00",), exceptions=(DatedHours(date(2026, 6, 5), windows("09:00-12:00")),)
)
NIGHT = office(hours=("22:00-06:00",))
LUNCH = office(hours=("09:00-12:00", "13:00-17:00"))
BERLIN, KOLKATA = office("Europe/Berlin", ("09:00-17:00",)), office("Asia/Kolkata", ("09:00-17:00",))
SUPPLIER = Waiting.SUPPLIER

CASES = {
	"as much as promised": (sla(4), chain(ola(4)), FEASIBLE, "Mon 1 Jun 00:00", 0),
	"a 4-hour UC cannot carry a 2-hour SLA": (sla(2), chain(uc(4)), INFEASIBLE, "Mon 1 Jun 00:00", -2),
	"an hour to spare": (sla(4), chain(ola(3)), FEASIBLE, "Mon 1 Jun 00:00", 1),
	"two legs together": (sla(4), chain(ola(2), uc(3)), INFEASIBLE, "Mon 1 Jun 00:00", -1),
	"the worst alternative": (sla(4), chain((ola(2), uc(5))), INFEASIBLE, "Mon 1 Jun 00:00", -1),
	"handover uses up what was left": (
		sla(4),
		chain(Slack("handover", HOUR), ola(3), Slack("own work", MINUTE)),
		INFEASIBLE,
		"Mon 1 Jun 00:00",
		Fraction(-1, 60),
	),
	"no leg at all": (sla(4), [], FEASIBLE, "Mon 1 Jun 00:00", 4),
	"an 8x5 UC cannot carry a 24x7 SLA": (
		sla(4, ALWAYS),
		chain(uc(4, NINE_TO_FIVE)),
		INFEASIBLE,
		"Fri 5 Jun 13:00",
		-64,
	),
	"a 24x7 UC carries an 8x5 SLA": (sla(4), chain(uc(4, ALWAYS)), FEASIBLE, "Mon 1 Jun 09:00", 0),
	"a supplier's holiday": (
		sla(8, NINE_TO_FIVE),
		chain(uc(4, CLOSED_MONDAY)),
		INFEASIBLE,
		"Fri 5 Jun 13:00",
		-4,
	),
	"a supplier's short day": (
		sla(4, NINE_TO_FIVE),
		chain(uc(4, EARLY_FRIDAY)),
		INFEASIBLE,
		"Thu 4 Jun 16:00",
		-5,
	),
	"a supplier who works at night": (
		sla(9, NINE_TO_FIVE),
		chain(uc(8, NIGHT)),
		INFEASIBLE,
		"Mon 1 Jun 00:00",
		-7,
	),
	"a lunch break that one has and the other has not": (
		sla(4, NINE_TO_FIVE),
		chain(ola(4, LUNCH)),
		INFEASIBLE,
		"Mon 1 Jun 00:00",
		-1,
	),
	"two zones": (sla(8, BERLIN), chain(uc(4, KOLKATA)), FEASIBLE, "Mon 1 Jun 07:30", Fraction(1, 2)),
	"a held supplier costs nothing": (
		sla(4, ALWAYS, SUPPLIER),
		chain(uc(40, NINE_TO_FIVE)),
		FEASIBLE,
		"Mon 1 Jun 00:00",
		4,
	),
	"a held supplier brings the ticket back at the worst time": (
		sla(4, ALWAYS, SUPPLIER),
		chain(uc(8, ALWAYS), ola(4, NINE_TO_FIVE)),
		INFEASIBLE,
		"Fri 5 Jun 05:00",
		-64,
	),
}


@pytest.mark.parametrize(("target", "stages", "verdict", "opened", "slack"), CASES.values(), ids=CASES)
def test_the_worst_opening_of_june_2026(
	target: Target, stages: list[tuple[Way, ...]], verdict: ChainVerdict, opened: str, slack: Fraction
) -> None:
	"""`slack` is hours of the SLA's calendar that are left, negative when it is missed by so much."""
	found = check(target, stages, *JUNE)

	assert found.verdict is verdict
	assert (found.worst.opened, found.slack) == (at(opened), slack * HOUR)
	assert (found.earliest is None) is (verdict is FEASIBLE)
	replay = replayed(found.worst, book(target, stages))
	assert the_sla(replay).outcome is (Outcome.MET if verdict is FEASIBLE else Outcome.MISSED)
	assert set(beneath(replay)) <= {Outcome.MET}


def test_opened_on_friday_at_16_due_at_20_and_the_supplier_may_return_it_on_monday_at_12() -> None:
	"""The example of the design: a 4-hour UC of Monday to Friday 09:00-17:00 under a 4-hour SLA at any time."""
	opened = at("Fri 5 Jun 16:00")

	found = check(sla(4, ALWAYS), chain(uc(4, NINE_TO_FIVE)), opened, opened + 1)

	journey = found.worst
	assert (journey.opened, journey.due, journey.finish) == (
		opened,
		at("Fri 5 Jun 20:00"),
		at("Mon 8 Jun 12:00"),
	)
	(leg,) = journey.passages
	assert (leg.used, leg.counted, leg.held) == (4 * HOUR, 68 * HOUR, False)
	assert journey.overrun == 64 * HOUR


def test_a_goal_used_up_at_closing_time_may_be_kept_until_the_calendar_opens_again() -> None:
	opened = at("Fri 5 Jun 13:00")

	leg = check(sla(4, ALWAYS), chain(uc(4, NINE_TO_FIVE)), opened, opened + 1).worst.passages[0]

	assert (leg.latest, leg.end, leg.used) == (at("Mon 8 Jun 09:00"), at("Mon 8 Jun 09:00"), 4 * HOUR)


def test_a_goal_used_up_at_closing_time_is_due_at_closing_time() -> None:
	opened = at("Fri 5 Jun 13:00")

	found = check(sla(4, NINE_TO_FIVE), chain(ola(4, NINE_TO_FIVE), ola(4, name="Desk")), opened, opened + 1)

	assert found.worst.passages[0].end == at("Mon 8 Jun 09:00")
	assert found.worst.due == at("Fri 5 Jun 17:00")


@pytest.mark.parametrize(
	("opened", "returned"),
	[
		("Fri 5 Jun 08:00", "Fri 5 Jun 16:00"),
		("Fri 5 Jun 12:00", "Fri 5 Jun 17:00"),
		("Fri 5 Jun 18:00", "Fri 5 Jun 18:00"),
		("Sun 7 Jun 20:00", "Sun 7 Jun 20:00"),
	],
	ids=["as late as he may", "when the team goes home", "at once", "at once, on Sunday"],
)
def test_a_held_supplier_returns_the_ticket_when_the_rest_takes_longest(opened: str, returned: str) -> None:
	"""He has eight hours of any day; the team after him four from Monday to Friday, 09:00-17:00."""
	stages = chain(uc(8, ALWAYS), ola(4, NINE_TO_FIVE))

	found = check(sla(24, ALWAYS, SUPPLIER), stages, at(opened), at(opened) + 1)

	supplier, team = found.worst.passages
	assert (supplier.end, supplier.latest) == (at(returned), at(opened) + 8 * HOUR)
	assert found.worst.overrun == team.counted - 24 * HOUR


def test_the_earliest_opening_and_the_share_of_bad_ones_are_told() -> None:
	"""Four hours before closing the rest of the day is enough; from then on the night is in between."""
	first, last = at("Tue 2 Jun 00:00"), at("Wed 3 Jun 00:00")

	found = check(sla(17, ALWAYS), chain(uc(4, NINE_TO_FIVE)), first, last)

	assert found.earliest is not None
	assert found.earliest.opened == at("Tue 2 Jun 13:00")
	assert found.worst.opened == at("Tue 2 Jun 13:00")
	# From 13:00 to 20:00; what comes later has to be back at 13:00, at most 17 hours on.
	assert found.offending == 7 * HOUR
	assert found.share == Fraction(7, 24)


NIGHTS = office("Europe/Berlin", ("22:00-06:00",), "Mon-Sun")


def test_a_night_shift_that_spring_makes_an_hour_shorter_breaks_what_held_all_winter() -> None:
	"""Seven and a half hours fit into any night but that of 28 March, which has seven."""
	target, stages = sla(24, ALWAYS), chain(ola(7.5, NIGHTS))

	february = check(target, stages, at("Sun 1 Feb 00:00"), at("Sun 1 Mar 00:00"))
	march = check(target, stages, at("Sun 1 Mar 00:00"), at("Wed 1 Apr 00:00"))

	assert (february.verdict, february.slack) == (FEASIBLE, HOUR // 2)
	assert (march.verdict, march.slack) == (INFEASIBLE, -15.5 * HOUR)
	assert march.worst.opened == at("Sat 28 Mar 05:30", "Europe/Berlin")
	assert march.worst.finish == at("Sun 29 Mar 22:00", "Europe/Berlin")


@pytest.mark.parametrize(
	("opened", "finish"),
	[("Fri 23 Oct 22:00", "Sat 24 Oct 22:30"), ("Sat 24 Oct 22:00", "Sun 25 Oct 05:30")],
	ids=["eight hours", "nine hours"],
)
def test_a_night_shift_that_autumn_makes_an_hour_longer_holds_what_others_do_not(
	opened: str, finish: str
) -> None:
	when = at(opened, "Europe/Berlin")

	found = check(sla(24, ALWAYS), chain(ola(8.5, NIGHTS)), when, when + 1)

	assert found.worst.finish == at(finish, "Europe/Berlin")


@given(worlds())
def test_the_answer_is_that_of_trying_every_second(world: World) -> None:
	most = world.most()
	goal = world.target.goal
	bad = [opened for opened in most if most[opened] > goal]

	found = check(world.target, world.stages, world.first, world.last)

	highest = max(most.values())
	assert found.verdict is (INFEASIBLE if bad else FEASIBLE)
	assert found.slack == goal - highest
	assert found.worst.opened == min(opened for opened in most if most[opened] == highest)
	assert found.offending == len(bad)
	assert (found.earliest.opened if found.earliest else None) == min(bad, default=None)


@given(worlds(), st.data())
def test_a_journey_is_a_way_that_ticket_can_go(world: World, data: st.DataObject) -> None:
	opened = data.draw(st.integers(world.first, world.last - 1))

	journey = check(world.target, world.stages, opened, opened + 1).worst

	now, counted = opened, 0
	for number, passage in enumerate(journey.passages):
		assert (passage.stage, passage.start) == (number, now)
		assert passage.way in world.stages[number]
		ends = world.ends(passage.way, now)
		assert passage.end in ends
		assert passage.latest == ends[-1]
		assert passage.held is world.held(passage.way)
		expected = 0 if passage.held else world.opened(world.target.calendar, now, passage.end)
		assert passage.counted == expected
		now, counted = passage.end, counted + expected
	assert (journey.finish, journey.overrun) == (now, counted - world.target.goal)
	assert counted == world.most()[opened]


@given(worlds(), st.data())
def test_replayed_through_the_clocks_everyone_keeps_theirs_and_the_sla_is_missed(
	world: World, data: st.DataObject
) -> None:
	"""The proof: a ticket that goes the worst way, measured as any ticket is."""
	opened = data.draw(st.integers(world.first, world.last - 1))
	for found in (
		check(world.target, world.stages, world.first, world.last),
		check(world.target, world.stages, opened, opened + 1),
	):
		for journey in (found.worst, found.earliest):
			if journey is None:
				continue
			assessment = replayed(journey, world.book())
			clock = the_sla(assessment)

			assert set(beneath(assessment)) <= {Outcome.MET}
			assert -clock.remaining == journey.overrun
			assert (clock.outcome is Outcome.MISSED) is (journey.overrun > 0)
			stopped_held = (
				any(leg.end > leg.start for leg in journey.passages)
				and [leg.held for leg in journey.passages if leg.end > leg.start][-1]
			)
			if journey.overrun >= 0 or not stopped_held:
				assert clock.due == journey.due


@given(worlds(), st.data())
def test_no_ticket_on_which_everyone_keeps_theirs_is_later_than_the_check_says(
	world: World, data: st.DataObject
) -> None:
	opened = data.draw(st.integers(world.first, world.last - 1))
	legs, now = [], opened
	for ways in world.stages:
		way = data.draw(st.sampled_from(ways))
		legs.append((now, way))
		now = data.draw(st.sampled_from(world.ends(way, now)))

	assessment = assess(ticket_of(legs or [(opened, Slack("", 0))], now), world.book(), now + DAY)

	assert set(beneath(assessment)) <= {Outcome.MET}
	worst = check(world.target, world.stages, opened, opened + 1).worst
	assert -the_sla(assessment).remaining <= worst.overrun


@given(worlds(stages=1), st.data())
def test_a_second_after_the_latest_end_a_support_has_missed(world: World, data: st.DataObject) -> None:
	opened = data.draw(st.integers(world.first, world.last - 1))
	(passage,) = check(world.target, world.stages, opened, opened + 1).worst.passages
	if isinstance(passage.way, Slack):
		return

	kept, late = (
		assess(ticket_of([(opened, passage.way)], end), world.book(), opened + DAY)
		for end in (passage.latest, passage.latest + 1)
	)

	assert set(beneath(kept)) <= {Outcome.MET}
	missed = [one.clock.target for one in late.beneath if one.clock.outcome is Outcome.MISSED]
	assert passage.target in missed


def year_of_six(holds: Waiting) -> tuple[Target, list[tuple[Way, ...]]]:
	"""Three teams and three suppliers in three zones, with lunch breaks and nights."""
	lunch = office("Europe/Berlin", ("08:00-12:00", "13:00-17:30"))
	night = office("America/New_York", ("20:00-04:00",))
	kolkata = office("Asia/Kolkata", ("09:00-18:00",))
	stages = chain(
		ola(4, lunch, "Desk"),
		uc(8, night, "Maker"),
		ola(4, lunch, "Network"),
		uc(8, kolkata, "Carrier"),
		ola(2, night, "Operations"),
		uc(4, lunch, "Fitter"),
	)
	return sla(40, lunch, holds), stages


@pytest.mark.parametrize("holds", [Waiting.NOBODY, Waiting.SUPPLIER], ids=["running", "held for suppliers"])
def test_a_year_of_six_legs_in_three_zones_is_proved_by_the_clocks(holds: Waiting) -> None:
	target, stages = year_of_six(holds)

	found = check(target, stages, *YEAR)

	assessment = replayed(found.worst, book(target, stages))
	assert beneath(assessment) == [Outcome.MET] * 6
	assert -the_sla(assessment).remaining == found.worst.overrun
	assert the_sla(assessment).outcome is (Outcome.MISSED if found.verdict is INFEASIBLE else Outcome.MET)
	for day in range(364):
		opened = YEAR[0] + day * DAY + day * 211
		there = check(target, stages, opened, opened + 1)
		assert there.worst.overrun <= found.worst.overrun


UNTIL_TUESDAY = Calendar.weekly(
	"Until Tuesday",
	"UTC",
	{},
	exceptions=tuple(DatedHours(date(2026, 6, day), windows("09:00-17:00")) for day in (1, 2)),
)


def unbounded(found: ChainCheck) -> tuple[int, int | None, int | None]:
	return found.worst.opened, found.worst.due, found.earliest.opened if found.earliest else None


def test_a_support_that_never_opens_again_after_its_goal_may_keep_the_ticket_for_ever() -> None:
	found = check(sla(10, ALWAYS), chain(ola(1, ALWAYS), uc(4, UNTIL_TUESDAY)), *JUNE)

	assert (found.verdict, found.slack, found.worst.finish) == (UNBOUNDED, None, None)
	first, second = found.worst.passages
	assert (first.end, second.start) == (at("Tue 2 Jun 13:00"), at("Tue 2 Jun 13:00"))
	assert (second.latest, second.end, second.used, second.counted) == (None, None, None, None)
	assert unbounded(found) == (
		at("Tue 2 Jun 12:00"),
		at("Tue 2 Jun 22:00"),
		at("Mon 1 Jun 00:00"),
	)
	# A ticket of the first midnight may be back at 13:00 only, three hours late.
	assert found.offending < JUNE[1] - JUNE[0]


def test_one_endless_alternative_is_enough() -> None:
	found = check(sla(100, ALWAYS), chain((ola(1), uc(4, UNTIL_TUESDAY)), ola(1, name="Desk")), *JUNE)

	assert found.verdict is UNBOUNDED
	assert [passage.way.agreement for passage in found.worst.passages] == ["Carrier"]


def test_where_nothing_goes_wrong_before_the_endless_opening_that_one_is_the_earliest() -> None:
	found = check(sla(100, ALWAYS), chain(uc(4, UNTIL_TUESDAY), ola(1)), *JUNE)

	assert unbounded(found) == (at("Tue 2 Jun 13:00"), at("Sat 6 Jun 17:00"), at("Tue 2 Jun 13:00"))
	assert found.offending == JUNE[1] - at("Tue 2 Jun 13:00")
	assert len(found.worst.passages) == 1


def test_a_supplier_who_never_has_to_return_it_holds_the_sla_for_ever() -> None:
	found = check(sla(4, ALWAYS, SUPPLIER), chain(ola(1, ALWAYS), uc(4, UNTIL_TUESDAY)), JUNE[1] - 1, JUNE[1])

	assert (found.verdict, found.worst.due) == (UNBOUNDED, None)
	assert found.share == 1


def test_a_due_time_that_lies_before_the_endless_leg_is_told() -> None:
	found = check(sla(1, ALWAYS), chain(ola(4, ALWAYS), uc(4, UNTIL_TUESDAY)), JUNE[1] - 1, JUNE[1])

	assert found.worst.due == JUNE[1] - 1 + HOUR


def test_an_assumed_time_that_a_calendar_does_not_have_never_ends() -> None:
	found = check(sla(4), chain(Slack("own work", 20 * HOUR, UNTIL_TUESDAY)), *JUNE)

	assert found.verdict is UNBOUNDED
	assert found.worst.passages[0].target is None


def test_an_sla_whose_own_calendar_opens_no_more_is_never_missed() -> None:
	found = check(sla(20, UNTIL_TUESDAY), chain(uc(4)), *JUNE)

	assert (found.verdict, found.worst.due) == (FEASIBLE, None)


def test_all_promises_of_a_support_bind_it_and_the_tightest_is_named() -> None:
	slow, fast = Target("slow", TURNAROUND, 8 * HOUR, ALWAYS), Target("fast", RESOLUTION, HOUR, NINE_TO_FIVE)
	both = Link("Carrier", AgreementKind.UC, (slow, fast))

	found = check(sla(8, ALWAYS), chain(both), *JUNE)

	assert (found.verdict, found.slack) == (FEASIBLE, 0)
	morning, evening = at("Mon 1 Jun 10:00"), at("Mon 1 Jun 18:00")
	bound = [check(sla(8), chain(both), now, now + 1).worst.passages[0].target for now in (morning, evening)]
	assert bound == [fast, slow]


def test_slack_uses_the_sla_calendar_unless_it_has_its_own() -> None:
	opened = at("Fri 5 Jun 16:00")
	stages = chain(Slack("own work", 2 * HOUR, ALWAYS), Slack("handover", 2 * HOUR))

	first, second = check(sla(8, NINE_TO_FIVE), stages, opened, opened + 1).worst.passages

	assert (first.end, first.used, first.counted) == (at("Fri 5 Jun 18:00"), 2 * HOUR, HOUR)
	assert (second.end, second.used, second.counted) == (at("Mon 8 Jun 11:00"), 2 * HOUR, 2 * HOUR)


@pytest.mark.parametrize(
	("error", "stages", "first", "last"),
	[
		(EmptyPeriod, chain(ola(1)), 5, 5),
		(EmptyPeriod, chain(ola(1)), 6, 5),
		(EmptyStage, [(ola(1),), ()], *JUNE),
	],
	ids=["no second", "backwards", "a stage of nobody"],
)
def test_what_cannot_be_checked_is_refused(error: type, stages: list, first: int, last: int) -> None:
	with pytest.raises(error):
		check(sla(4), stages, first, last)


def test_negative_slack_is_refused() -> None:
	with pytest.raises(NegativeDuration):
		Slack("handover", -1)
