"""Metrics: named conditions, what each standard metric measures, and those a site defines of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from given import HOUR, OFFICE, at, clock, measured, ticket

from slm_extension.domain.calendars import Calendar, DatedHours, Window
from slm_extension.domain.clocks import Clock, Outcome, Phase, Within, measure
from slm_extension.domain.conditions import HOLDS, STARTS, STOP_EVENTS, STOP_STATUSES, Turn, turns
from slm_extension.domain.errors import (
	HorizonExceeded,
	MetricCannotRecur,
	MetricNeverStarts,
	MetricNeverStops,
	MetricStopsAtItsStart,
)
from slm_extension.domain.instants import DAY
from slm_extension.domain.targets import (
	ACKNOWLEDGEMENT,
	ESCALATION,
	METRICS,
	NEXT_REPLY,
	RESOLUTION,
	RESPONSE,
	RESTORATION,
	UPDATE_INTERVAL,
	Metric,
	Piece,
	Reopen,
	Target,
)
from slm_extension.domain.timeline import ENDED, Fact, Kind, State, Status, Timeline, Waiting

NEXT_DAY = "Tue 2 Jun 09:00"


def verdict(found: Clock) -> tuple[Phase, Outcome]:
	return found.phase, found.outcome


def promise(metric: Metric, hours: float = 1, **more) -> Target:
	return Target(metric.name, metric, round(hours * HOUR), OFFICE, holds=metric.holds, **more)


# What a metric is made of


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_the_named_conditions_of_a_metric_make_it_again(metric: Metric) -> None:
	again = Metric.named(metric.name, metric.starts, metric.stops, metric.holds, metric.recurs)

	assert again == metric


def test_either_of_two_statuses_is_said_in_one_word() -> None:
	assert RESPONSE.stops == ("staff replied", "done")
	assert Metric.named("both", ["opened"], ["resolved", "closed"]).stops == ("done",)
	assert Metric.named("one", ["opened"], ["closed"]).stops == ("closed",)


def test_there_are_conditions_of_three_sorts() -> None:
	assert set(STOP_EVENTS) < set(STARTS)
	assert set(STOP_STATUSES) == {"resolved", "closed", "done"}
	assert [int(waits) for waits in HOLDS.values()] == [Waiting.CUSTOMER, Waiting.SUPPLIER, Waiting.OTHER]


@pytest.mark.parametrize(
	("starts", "stops", "recurs", "refusal", "said"),
	[
		pytest.param([], ["done"], False, MetricNeverStarts, "nothing starts", id="no start"),
		pytest.param(["opened"], [], False, MetricNeverStops, "nothing stops", id="no stop"),
		pytest.param(
			["staff replied"],
			["staff replied"],
			False,
			MetricStopsAtItsStart,
			'"staff replied" starts its clocks and stops them at once',
			id="an event at both ends",
		),
		pytest.param(
			["resolved"],
			["done"],
			False,
			MetricStopsAtItsStart,
			'"resolved" starts its clocks and stops them at once',
			id="a status at both ends",
		),
		pytest.param(["opened"], ["done"], True, MetricCannotRecur, "begins anew", id="no event to recur at"),
	],
)
def test_a_metric_no_clock_could_be_measured_by_is_refused(
	starts: list[str], stops: list[str], recurs: bool, refusal: type[Exception], said: str
) -> None:
	with pytest.raises(refusal, match=said):
		Metric.named("mine", starts, stops, recurs=recurs)


@pytest.mark.parametrize(
	("before", "after", "expected"),
	[
		pytest.param(State(), State(), (), id="nothing"),
		pytest.param(State(status=Status.CLOSED), State(), (Turn.REOPENED,), id="reopened"),
		pytest.param(State(), State(status=Status.RESOLVED), (Turn.RESOLVED,), id="resolved"),
		pytest.param(
			State(status=Status.RESOLVED), State(status=Status.CLOSED), (Turn.CLOSED,), id="then closed"
		),
		pytest.param(State(status=Status.CLOSED), State(status=Status.CLOSED), (), id="closed as before"),
		pytest.param(State(team="A"), State(team="B"), (Turn.TO_TEAM,), id="another team"),
		pytest.param(State(team="A"), State(), (), id="no team any more"),
		pytest.param(State(), State(waiting=2, supplier="Corvane"), (Turn.TO_SUPPLIER,), id="to a supplier"),
		pytest.param(State(supplier="Corvane"), State(waiting=2), (Turn.TO_SUPPLIER,), id="to one unnamed"),
		pytest.param(
			State(waiting=3, supplier="Corvane"), State(waiting=1), (Turn.FROM_SUPPLIER,), id="and back"
		),
		pytest.param(
			State(waiting=2, supplier="Corvane"),
			State(waiting=2, supplier="Sable"),
			(Turn.TO_SUPPLIER,),
			id="from one supplier to another",
		),
		pytest.param(
			State(waiting=2, supplier="Corvane"),
			State(waiting=3, supplier="Corvane"),
			(),
			id="still with the supplier",
		),
	],
)
def test_a_state_that_turns_into_another_is_something_that_happens(
	before: State, after: State, expected: tuple[Turn, ...]
) -> None:
	assert turns(before, after) == expected


# Acknowledgement and escalation


@pytest.mark.parametrize(
	("what", "by"),
	[("acknowledged", "acknowledged"), ("owned", "owned"), ("reply", "replied"), ("Closed", "closed")],
)
def test_an_acknowledgement_is_given_by_whatever_shows_that_somebody_has_seen_it(what: str, by: str) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:20", what))

	found = clock(timeline, promise(ACKNOWLEDGEMENT, 0.5), NEXT_DAY)

	assert (found.outcome, found.stopped, found.stopped_by) == (Outcome.MET, at("Mon 1 Jun 09:20"), by)


def test_a_status_or_an_internal_change_acknowledges_nothing() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:05", "On Hold"), ("Mon 1 Jun 09:10", "team Network")
	)

	found = clock(timeline, promise(ACKNOWLEDGEMENT, 0.5), "Mon 1 Jun 12:00")

	assert (verdict(found), found.missed_at) == ((Phase.RUNNING, Outcome.MISSED), at("Mon 1 Jun 09:30"))


def test_escalation_is_until_the_ticket_goes_to_the_next_level_and_waits_for_the_customer() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "Replied"),
		("Mon 1 Jun 12:00", "Open"),
		("Mon 1 Jun 12:30", "escalated"),
		("Mon 1 Jun 16:00", "Closed"),
	)

	found = clock(timeline, promise(ESCALATION, 2), NEXT_DAY)

	assert (found.elapsed, found.held) == (90 * 60, 2 * HOUR)
	assert (found.outcome, found.stopped_by) == (Outcome.MET, "escalated")


def test_a_ticket_that_is_solved_needs_no_next_level() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Resolved"))

	assert clock(timeline, promise(ESCALATION, 2), NEXT_DAY).outcome is Outcome.MET


# Update interval: a cycle from one public reply to the next


def test_each_reply_ends_a_cycle_and_begins_the_next_at_that_instant() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:30", "reply"),
		("Mon 1 Jun 11:00", "reply"),
		("Mon 1 Jun 11:30", "Resolved"),
	)

	found = measured(timeline, promise(UPDATE_INTERVAL), NEXT_DAY)

	assert [(one.cycle, one.started, one.stopped, one.outcome) for one in found] == [
		(1, at("Mon 1 Jun 09:00"), at("Mon 1 Jun 09:30"), Outcome.MET),
		(2, at("Mon 1 Jun 09:30"), at("Mon 1 Jun 11:00"), Outcome.MISSED),
		(3, at("Mon 1 Jun 11:00"), at("Mon 1 Jun 11:30"), Outcome.MET),
	]
	assert found[1].missed_at == at("Mon 1 Jun 10:30")


def test_asked_at_the_reply_itself_the_next_cycle_is_due_already() -> None:
	"""Whoever measures when something happens, and not again before the next due time, has to know that time."""
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:30", "reply"))

	first, second = measured(timeline, promise(UPDATE_INTERVAL), "Mon 1 Jun 09:30")

	assert verdict(first) == (Phase.STOPPED, Outcome.MET)
	assert (verdict(second), second.due) == ((Phase.RUNNING, Outcome.PENDING), at("Mon 1 Jun 10:30"))
	assert second.next_at == at("Mon 1 Jun 10:30") + 1


@pytest.mark.parametrize(
	"at_once",
	[
		pytest.param(("reply", "reply"), id="two replies at once"),
		pytest.param(("reply", "Closed"), id="replied and closed"),
		pytest.param(("Closed", "reply"), id="closed and replied"),
	],
)
def test_no_cycle_is_empty(at_once: tuple[str, ...]) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), *(("Mon 1 Jun 09:30", what) for what in at_once))

	found = measured(timeline, promise(UPDATE_INTERVAL), "Mon 1 Jun 09:40")

	assert found[0].stopped == at("Mon 1 Jun 09:30")
	assert [one.started for one in found[1:]] == ([at("Mon 1 Jun 09:30")] if "Closed" not in at_once else [])


@pytest.mark.parametrize(
	("meanwhile", "minutes"),
	[
		pytest.param((("Mon 1 Jun 10:00", "reply"),), [10, 60, 0], id="told something meanwhile: anew"),
		pytest.param((), [70, 0], id="told nothing: from where it stood"),
	],
)
def test_a_reopened_ticket_goes_on_from_the_last_news(
	meanwhile: tuple[tuple[str, str], ...], minutes: list[int]
) -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:10", "Closed"),
		*meanwhile,
		("Mon 1 Jun 11:00", "Open"),
		("Mon 1 Jun 12:00", "reply"),
	)

	found = measured(timeline, promise(UPDATE_INTERVAL, 2), "Mon 1 Jun 12:00")

	assert [one.elapsed // 60 for one in found] == minutes


def test_news_is_not_owed_to_somebody_who_is_asked_for_an_answer() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:30", "reply"), ("Mon 1 Jun 09:30", "Replied")
	)

	found = measured(timeline, promise(UPDATE_INTERVAL), NEXT_DAY)

	assert verdict(found[1]) == (Phase.HELD, Outcome.PENDING)


def test_a_cycle_that_would_begin_on_a_withdrawn_ticket_waits_for_its_return() -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:10", "withdrawn duplicate"),
		("Mon 1 Jun 09:20", "reply"),
		("Mon 1 Jun 10:00", "reinstated"),
	)

	meanwhile = measured(timeline, promise(UPDATE_INTERVAL), "Mon 1 Jun 09:40")
	after = measured(timeline, promise(UPDATE_INTERVAL), "Mon 1 Jun 10:10")

	assert [verdict(one) for one in meanwhile] == [(Phase.CANCELLED, Outcome.PENDING)]
	assert [one.started for one in after] == [at("Mon 1 Jun 09:00"), at("Mon 1 Jun 10:00")]


def test_a_team_that_has_handed_a_ticket_on_owes_no_news() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:30", "reply"))
	within = Within(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 09:40"))

	found = measured(timeline, promise(UPDATE_INTERVAL), NEXT_DAY, within)

	assert [one.stopped_by for one in found] == ["replied", "handed over"]


# Restoration: what the users were told has to be so


RESTORED = (
	("Mon 1 Jun 09:00", "opened"),
	("Mon 1 Jun 10:00", "told"),
	("Mon 1 Jun 10:30", "Closed"),
	("Mon 1 Jun 12:00", "Open"),
)


def test_a_ticket_that_comes_back_after_its_users_were_told_was_not_restored() -> None:
	found = clock(ticket(*RESTORED), promise(RESTORATION, 4), "Mon 1 Jun 13:00")

	assert verdict(found) == (Phase.RUNNING, Outcome.PENDING)
	assert (found.elapsed, found.held, found.due) == (2 * HOUR, 2 * HOUR, at("Mon 1 Jun 15:00"))


def test_with_new_cycles_the_first_restoration_keeps_its_verdict() -> None:
	target = promise(RESTORATION, 4, on_reopen=Reopen.NEW_CYCLE)

	first, second = measured(ticket(*RESTORED), target, "Mon 1 Jun 13:00")

	assert (verdict(first), second.started) == ((Phase.STOPPED, Outcome.MET), at("Mon 1 Jun 12:00"))


@pytest.mark.parametrize(
	"happenings",
	[
		pytest.param((), id="still open"),
		pytest.param((("Mon 1 Jun 11:00", "Replied"), ("Mon 1 Jun 12:00", "Open")), id="held in between"),
	],
)
def test_what_was_told_stands_as_long_as_the_ticket_does_not_come_back(
	happenings: tuple[tuple[str, str], ...],
) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "told"), *happenings)

	assert clock(timeline, promise(RESTORATION, 4), NEXT_DAY).stopped == at("Mon 1 Jun 10:00")


def test_being_told_again_ends_it_again() -> None:
	timeline = ticket(*RESTORED, ("Mon 1 Jun 14:00", "told"), ("Mon 1 Jun 14:10", "Closed"))

	found = clock(timeline, promise(RESTORATION, 4), NEXT_DAY)

	assert (found.outcome, found.elapsed, found.stopped) == (Outcome.MET, 3 * HOUR, at("Mon 1 Jun 14:00"))


# Next reply: closing is no answer to somebody who comes back


CLOSED_UNANSWERED = (
	("Mon 1 Jun 09:00", "opened"),
	("Mon 1 Jun 10:00", "asked"),
	("Mon 1 Jun 10:40", "Closed"),
)


def test_a_ticket_that_is_closed_and_stays_so_owes_no_reply() -> None:
	found = clock(ticket(*CLOSED_UNANSWERED), promise(NEXT_REPLY), NEXT_DAY)

	assert (found.outcome, found.stopped_by) == (Outcome.MET, "closed")


def test_a_question_that_was_closed_away_is_owed_again_when_the_ticket_is_reopened() -> None:
	timeline = ticket(*CLOSED_UNANSWERED, ("Mon 1 Jun 14:00", "Open"))

	found = clock(timeline, promise(NEXT_REPLY), "Mon 1 Jun 14:00")

	assert (verdict(found), found.elapsed, found.due) == (
		(Phase.RUNNING, Outcome.PENDING),
		40 * 60,
		at("Mon 1 Jun 14:20"),
	)


def test_with_new_cycles_the_whole_time_is_given_again() -> None:
	timeline = ticket(*CLOSED_UNANSWERED, ("Mon 1 Jun 14:00", "Open"))

	first, second = measured(timeline, promise(NEXT_REPLY, on_reopen=Reopen.NEW_CYCLE), "Mon 1 Jun 14:30")

	assert (first.outcome, second.due) == (Outcome.MET, at("Mon 1 Jun 15:00"))


@pytest.mark.parametrize(
	"order", [("Open", "asked"), ("asked", "Open")], ids=["reopened first", "asked first"]
)
def test_a_new_message_that_reopens_the_ticket_is_a_new_question(order: tuple[str, str]) -> None:
	timeline = ticket(*CLOSED_UNANSWERED, *(("Mon 1 Jun 14:00", what) for what in order))

	first, second = measured(timeline, promise(NEXT_REPLY), "Mon 1 Jun 14:30")

	assert (first.outcome, first.stopped) == (Outcome.MET, at("Mon 1 Jun 10:40"))
	assert (second.started, second.due) == (at("Mon 1 Jun 14:00"), at("Mon 1 Jun 15:00"))


# Handed over and replied at one instant: who had the ticket when it happened


@pytest.mark.parametrize(
	("order", "phase"),
	[
		pytest.param(("reply", "team Network"), Phase.RUNNING, id="replied, then handed over"),
		pytest.param(("team Network", "reply"), Phase.STOPPED, id="handed over, then replied"),
	],
)
def test_a_reply_counts_for_whoever_had_the_ticket_when_it_was_sent(
	order: tuple[str, str], phase: Phase
) -> None:
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:00", "team Desk"),
		*(("Mon 1 Jun 10:00", what) for what in order),
	)

	found = clock(timeline, promise(RESPONSE), "Mon 1 Jun 10:10", Within(at("Mon 1 Jun 10:00"), None))

	assert found.phase is phase


@pytest.mark.parametrize(
	("order", "phase"),
	[
		pytest.param(("reply", "With Supplier"), Phase.RUNNING, id="replied, then with the supplier"),
		pytest.param(("With Supplier", "reply"), Phase.STOPPED, id="with the supplier, then replied"),
	],
)
def test_a_reply_counts_for_the_supplier_only_when_he_has_the_ticket(
	order: tuple[str, str], phase: Phase
) -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), *(("Mon 1 Jun 10:00", what) for what in order))
	target = replace(promise(RESPONSE), holds=Waiting.NOBODY)

	found = clock(timeline, target, "Mon 1 Jun 10:10", Within(at("Mon 1 Jun 10:00"), None))

	assert found.phase is phase


def test_a_tenure_that_begins_between_two_facts_takes_the_ticket_as_it_is() -> None:
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "reply"))

	found = clock(timeline, promise(RESPONSE, 4), NEXT_DAY, Within(at("Mon 1 Jun 10:00"), None))

	assert (found.started, found.stopped) == (at("Mon 1 Jun 10:00"), at("Mon 1 Jun 12:00"))


# A stopped clock is measured, however far its due time lies


ONE_DAY_ONLY = Calendar(
	"The fair",
	"UTC",
	((),) * 7,
	exceptions=(DatedHours(date(2026, 6, 1), (Window(9 * HOUR, 18 * HOUR),), "fair"),),
)


def test_a_stopped_clock_has_no_due_time_where_none_can_be_found() -> None:
	target = replace(promise(RESOLUTION, 40), calendar=ONE_DAY_ONLY)
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Closed"))

	found = clock(timeline, target, NEXT_DAY)

	assert (found.outcome, found.due, found.elapsed) == (Outcome.MET, None, HOUR)


def test_a_running_clock_says_that_its_due_time_cannot_be_found() -> None:
	target = replace(promise(RESOLUTION, 40), calendar=ONE_DAY_ONLY)

	with pytest.raises(HorizonExceeded, match="The fair"):
		clock(ticket(("Mon 1 Jun 09:00", "opened")), target, "Mon 1 Jun 12:00")


def test_a_target_that_took_over_has_a_due_time_in_the_record_only_where_one_can_be_found() -> None:
	far = replace(promise(RESOLUTION, 40), calendar=ONE_DAY_ONLY)
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "priority High"), ("Mon 1 Jun 12:00", "Closed")
	)
	plan = (
		Piece(at("Mon 1 Jun 09:00"), promise(RESOLUTION, 4)),
		Piece(at("Mon 1 Jun 10:00"), far),
	)
	(found,) = measure(timeline, plan, at(NEXT_DAY))

	assert [(one.due_before, one.due_after) for one in found.swaps] == [(at("Mon 1 Jun 13:00"), None)]
	assert found.outcome is Outcome.MET


# Metrics of one's own


def test_a_promise_for_the_time_after_the_work_is_done() -> None:
	confirmed = Metric.named("confirmation", ["resolved"], ["closed", "reopened"])
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "Resolved"),
		("Mon 1 Jun 10:30", "Open"),
		("Mon 1 Jun 12:00", "Resolved"),
		("Mon 1 Jun 12:40", "Closed"),
	)

	found = measured(timeline, promise(confirmed), NEXT_DAY)

	assert [(one.started, one.elapsed // 60, one.stopped_by) for one in found] == [
		(at("Mon 1 Jun 10:00"), 30, "reopened"),
		(at("Mon 1 Jun 12:00"), 40, "closed"),
	]


def test_what_comes_after_the_end_does_not_come_to_a_cancelled_ticket() -> None:
	confirmed = Metric.named("confirmation", ["resolved", "customer wrote"], ["closed"])
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "Cancelled"),
		("Mon 1 Jun 11:00", "Resolved"),
		("Mon 1 Jun 12:00", "asked"),
	)

	assert clock(timeline, promise(confirmed), NEXT_DAY).started is None


def test_a_clock_for_each_time_a_ticket_is_at_a_supplier() -> None:
	outside = Metric.named("outside", ["handed to a supplier"], ["back from the supplier", "done"])
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "With Supplier"),
		("Mon 1 Jun 10:30", "Open"),
		("Mon 1 Jun 12:00", "With Supplier"),
		("Mon 1 Jun 14:00", "Resolved"),
	)

	found = measured(timeline, promise(outside), NEXT_DAY)

	assert [(one.elapsed // 60, one.outcome) for one in found] == [(30, Outcome.MET), (120, Outcome.MISSED)]


def test_a_metric_may_start_with_the_opening_and_with_each_message() -> None:
	answers = Metric(
		"answers",
		frozenset({Kind.REPLIED}),
		ENDED,
		start_events=frozenset({Kind.OPENED, Kind.CUSTOMER_REPLIED}),
	)
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:30", "reply"),
		("Mon 1 Jun 11:00", "asked"),
		("Mon 1 Jun 11:20", "reply"),
		("Mon 1 Jun 12:00", "Closed"),
		("Mon 1 Jun 13:00", "Open"),
	)

	found = measured(timeline, promise(answers), NEXT_DAY)

	assert [(one.started, one.stopped) for one in found] == [
		(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 09:30")),
		(at("Mon 1 Jun 11:00"), at("Mon 1 Jun 11:20")),
	]


def test_news_by_telling_the_users_begins_anew_as_well() -> None:
	news = Metric.named("news", ["opened"], ["users told", "closed"], recurs=True)
	timeline = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:30", "told"))

	assert [one.started for one in measured(timeline, promise(news), NEXT_DAY)] == [
		at("Mon 1 Jun 09:00"),
		at("Mon 1 Jun 09:30"),
	]


def test_many_replies_make_as_many_cycles_in_time_that_grows_with_them() -> None:
	start = at("Mon 1 Jun 09:00")
	facts = [
		Fact(start, Kind.OPENED),
		*(Fact(start + 60 * number, Kind.REPLIED) for number in range(1, 2001)),
	]
	target = replace(promise(UPDATE_INTERVAL), calendar=Calendar.around_the_clock("24x7", "UTC"))

	found = measure(Timeline.of("ISS-1", facts), (Piece(start, target),), start + DAY * 2)

	assert len(found) == 2001
	assert sum(one.elapsed for one in found) == DAY * 2
