"""Timelines: the order of facts, and the state they fold into."""

from __future__ import annotations

import pytest
from given import at, fact, facts, ticket
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.domain.errors import NotOpened
from slm_extension.domain.timeline import EVENTS, Fact, Kind, State, Status, Timeline, Waiting

NINE, TEN, ELEVEN, NOON = (at(f"Mon 1 Jun {hour:02}:00") for hour in (9, 10, 11, 12))


def timeline(*found: Fact) -> Timeline:
	return Timeline.of("ISS-1", found)


def began(when: int, name: str, waiting: Waiting, reason: str = "") -> Fact:
	return Fact(when, Kind.HOLD_BEGAN, name, int(waiting), reason)


def ended(when: int, name: str) -> Fact:
	return Fact(when, Kind.HOLD_ENDED, name)


OPENED = Fact(NINE, Kind.OPENED)


# Order


def test_a_ticket_that_was_never_opened_has_no_timeline() -> None:
	with pytest.raises(NotOpened, match='Ticket "ISS-1" has no fact that says when it was opened'):
		ticket(("Mon 1 Jun 09:00", "priority High"), ("Mon 1 Jun 10:00", "reply"))


def test_facts_are_put_in_the_order_in_which_they_happened() -> None:
	found = timeline(Fact(TEN, Kind.REPLIED), Fact(ELEVEN, Kind.TOLD), OPENED)

	assert [one.kind for one in found.facts] == [Kind.OPENED, Kind.REPLIED, Kind.TOLD]
	assert [(step.at, step.events) for step in found.steps] == [
		(NINE, (Kind.OPENED,)),
		(TEN, (Kind.REPLIED,)),
		(ELEVEN, (Kind.TOLD,)),
	]


@pytest.mark.parametrize(
	("first", "second"),
	[
		pytest.param(OPENED, Fact(NINE, Kind.CUSTOMER_REPLIED, recorded_at=0), id="the opening comes first"),
		pytest.param(
			Fact(TEN, Kind.TEAM, "B", recorded_at=TEN, number=2),
			Fact(TEN, Kind.TEAM, "A", recorded_at=NOON, number=1),
			id="what was recorded earlier",
		),
		pytest.param(
			Fact(TEN, Kind.TEAM, "B", number=2),
			Fact(TEN, Kind.TEAM, "A", recorded_at=TEN + 1, number=1),
			id="recorded at once unless said otherwise",
		),
		pytest.param(
			Fact(TEN, Kind.TEAM, "B", number=1), Fact(TEN, Kind.REPLIED, number=2), id="the smaller number"
		),
		pytest.param(Fact(TEN, Kind.PRIORITY, "B"), Fact(TEN, Kind.REPLIED, "A"), id="then the kind"),
		pytest.param(Fact(TEN, Kind.TEAM, "A"), Fact(TEN, Kind.TEAM, "B"), id="then the value"),
		pytest.param(
			Fact(TEN, Kind.STATUS, "held", 1, "B"), Fact(TEN, Kind.STATUS, "held", 2, "A"), id="then the hold"
		),
		pytest.param(
			Fact(TEN, Kind.STATUS, "held", 1, "A", source="B"),
			Fact(TEN, Kind.STATUS, "held", 1, "B", source="A"),
			id="then the reason",
		),
		pytest.param(
			Fact(TEN, Kind.REPLIED, source="A"), Fact(TEN, Kind.REPLIED, source="B"), id="then the source"
		),
	],
)
def test_facts_of_one_instant_have_one_order(first: Fact, second: Fact) -> None:
	opened = () if first is OPENED else (OPENED,)

	for given_order in ((first, second), (second, first)):
		assert timeline(*opened, *given_order).facts == (*opened, first, second)


def test_of_several_openings_the_first_counts() -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "opened"), ("Mon 1 Jun 10:00", "team Network")
	)

	assert found.opened == NINE
	assert [step.events for step in found.steps] == [(Kind.OPENED,), (), ()]


def test_an_opening_that_was_recorded_later_takes_the_place_of_the_others() -> None:
	"""Entered at ten; known at eleven to have been at nine; known at noon to have been half an hour later."""
	entered = Fact(TEN, Kind.OPENED, recorded_at=TEN, number=0)
	earlier = Fact(NINE, Kind.OPENED, recorded_at=ELEVEN, number=3)
	later = Fact(NINE + 1800, Kind.OPENED, recorded_at=NOON, number=4)
	at_once = Fact(NINE + 2400, Kind.OPENED, recorded_at=NOON, number=5)

	assert timeline(entered, earlier).opened == NINE
	assert timeline(later, entered, earlier).opened == NINE + 1800
	assert timeline(later, at_once, entered, earlier).opening == at_once
	assert [step.events for step in timeline(later, entered, earlier).steps] == [(Kind.OPENED,), ()]


def test_what_was_known_before_the_opening_is_the_state_it_opens_with() -> None:
	found = ticket(
		("Fri 29 May 12:00", "priority Low"),
		("Fri 29 May 13:00", "reply"),
		("Sun 31 May 12:00", "priority High"),
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "team Network"),
	)

	assert [(step.at, step.state.priority, step.events) for step in found.steps] == [
		(NINE, "High", (Kind.OPENED,)),
		(TEN, "High", ()),
	]


KINDS = [kind for kind in Kind if kind is not Kind.STATUS]
any_facts = st.lists(
	st.one_of(
		st.builds(
			Fact,
			st.integers(0, 4),
			st.sampled_from(KINDS),
			st.sampled_from(("", "A", "B")),
			st.integers(0, 7),
			st.sampled_from(("", "x")),
			st.none() | st.integers(0, 4),
			st.integers(0, 2),
			st.sampled_from(("", "mail")),
		),
		st.builds(
			Fact,
			st.integers(0, 4),
			st.just(Kind.STATUS),
			st.sampled_from([status.value for status in Status]),
			st.integers(0, 7),
			st.sampled_from(("", "x")),
		),
	),
	max_size=8,
)


@given(any_facts, st.randoms(use_true_random=False))
def test_facts_may_arrive_in_any_order(found: list[Fact], random) -> None:
	found.append(Fact(0, Kind.OPENED))
	shuffled = list(found)
	random.shuffle(shuffled)

	assert timeline(*shuffled).steps == timeline(*found).steps


@given(any_facts)
def test_a_fact_that_arrives_twice_changes_no_state(found: list[Fact]) -> None:
	found.append(Fact(0, Kind.OPENED))
	once, twice = timeline(*found), timeline(*found, *found)

	assert all(once.state_at(when) == twice.state_at(when) for when in range(5))


# State


def test_a_new_ticket_is_open_and_waits_for_nobody() -> None:
	assert timeline(OPENED).steps[0].state == State()


@pytest.mark.parametrize(
	("word", "field"),
	[
		("team", "team"),
		("supplier", "supplier"),
		("priority", "priority"),
		("customer", "customer"),
		("group", "customer_group"),
		("territory", "territory"),
		("service", "service"),
		("type", "type"),
	],
)
def test_a_property_lasts_until_it_changes(word: str, field: str) -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", f"{word} One"),
		("Mon 1 Jun 11:00", f"{word} Two"),
		("Mon 1 Jun 12:00", f"{word} "),
	)

	assert [getattr(found.state_at(when), field) for when in (NINE, TEN, ELEVEN - 1, ELEVEN, NOON)] == [
		"",
		"One",
		"One",
		"Two",
		"",
	]
	assert all(step.events == () for step in found.steps[1:])


def test_before_its_opening_a_ticket_is_as_it_opened() -> None:
	assert timeline(OPENED, Fact(TEN, Kind.TEAM, "A")).state_at(0) == State()


@pytest.mark.parametrize("kind", sorted(EVENTS - {Kind.OPENED}, key=lambda kind: kind.value))
def test_an_event_happens_at_an_instant_and_changes_no_state(kind: Kind) -> None:
	found = timeline(OPENED, Fact(TEN, kind))

	assert found.steps[1].events == (kind,)
	assert found.steps[1].state == found.steps[0].state


@pytest.mark.parametrize(
	("status", "done"),
	[("Open", False), ("Replied", False), ("Resolved", True), ("Closed", True), ("Cancelled", True)],
)
def test_a_ticket_is_done_when_it_is_resolved_closed_or_cancelled(status: str, done: bool) -> None:
	found = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", status))

	assert found.state_at(TEN).done is done
	assert found.state_at(TEN).reason == status


def test_a_status_brings_its_hold_and_takes_it_away() -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "Replied"),
		("Mon 1 Jun 11:00", "With Supplier"),
		("Mon 1 Jun 12:00", "Open"),
	)

	assert [(step.state.status, step.state.waiting, step.state.reason) for step in found.steps] == [
		(Status.OPEN, Waiting.NOBODY, ""),
		(Status.HELD, Waiting.CUSTOMER, "Replied"),
		(Status.HELD, Waiting.SUPPLIER, "With Supplier"),
		(Status.OPEN, Waiting.NOBODY, "Open"),
	]


def test_holds_of_their_own_overlap_each_other_and_the_status() -> None:
	found = timeline(
		OPENED,
		began(TEN, "mail", Waiting.CUSTOMER, "Asked by mail"),
		began(TEN + 1, "part", Waiting.SUPPLIER, "Spare part"),
		Fact(TEN + 2, Kind.STATUS, "held", int(Waiting.OTHER), "On Hold"),
		ended(TEN + 3, "mail"),
		Fact(TEN + 4, Kind.STATUS, "open", reason="Open"),
		ended(TEN + 5, "part"),
		ended(TEN + 6, "never began"),
	)

	assert [(step.state.waiting, step.state.reason) for step in found.steps[1:]] == [
		(Waiting.CUSTOMER, "Asked by mail"),
		(Waiting.CUSTOMER | Waiting.SUPPLIER, "Asked by mail"),
		(Waiting.ANYBODY, "On Hold"),
		(Waiting.SUPPLIER | Waiting.OTHER, "On Hold"),
		(Waiting.SUPPLIER, "Spare part"),
		(Waiting.NOBODY, "Open"),
		(Waiting.NOBODY, "Open"),
	]


def test_a_hold_of_its_own_gives_the_reason_while_the_status_holds_nothing() -> None:
	found = timeline(
		OPENED,
		Fact(TEN, Kind.STATUS, "open", reason="Work in progress"),
		began(ELEVEN, "mail", Waiting.CUSTOMER, "Asked by mail"),
		ended(NOON, "mail"),
		began(NOON + 1, "call", Waiting.CUSTOMER),
	)

	assert [step.state.reason for step in found.steps[1:]] == [
		"Work in progress",
		"Asked by mail",
		"Work in progress",
		"Work in progress",
	]


def test_a_withdrawn_ticket_says_why_until_it_is_reinstated() -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "withdrawn merged into ISS-2"),
		("Mon 1 Jun 11:00", "reinstated"),
		("Mon 1 Jun 12:00", "withdrawn "),
	)

	assert [step.state.withdrawn for step in found.steps] == ["", "merged into ISS-2", "", "withdrawn"]


@pytest.mark.parametrize(
	("happenings", "expected"),
	[
		pytest.param(("priority High", "service Mail"), [("High", "Mail", Status.OPEN)], id="two properties"),
		pytest.param(
			("priority High", "Closed"), [("High", "", Status.CLOSED)], id="a property and then a status"
		),
		pytest.param(
			("Closed", "priority High"),
			[("", "", Status.CLOSED), ("High", "", Status.CLOSED)],
			id="not a status and then a property",
		),
		pytest.param(
			("Closed", "Open"), [("", "", Status.CLOSED), ("", "", Status.OPEN)], id="not two statuses"
		),
		pytest.param(
			("priority High", "reply", "service Mail"),
			[("High", "", Status.OPEN), ("High", "", Status.OPEN), ("High", "Mail", Status.OPEN)],
			id="not across an event",
		),
	],
)
def test_properties_that_change_at_one_instant_are_one_step(
	happenings: tuple[str, ...], expected: list[tuple[str, str, Status]]
) -> None:
	found = ticket(("Mon 1 Jun 09:00", "opened"), *(("Mon 1 Jun 10:00", what) for what in happenings))

	assert [
		(step.state.priority, step.state.service, step.state.status) for step in found.steps[1:]
	] == expected


def test_properties_that_change_a_second_apart_are_two_steps() -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00:00", "priority High"),
		("Mon 1 Jun 10:00:01", "service Mail"),
	)

	assert [step.at for step in found.steps] == [NINE, TEN, TEN + 1]


def test_timelines_of_the_same_facts_are_equal() -> None:
	same = facts(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "reply"))

	assert timeline(*same) == timeline(*reversed(same))
	assert timeline(*same) != timeline(same[0], same[1]._replace(number=7))
	assert timeline(*same) != Timeline.of("ISS-2", same)


def test_an_unknown_status_is_an_error() -> None:
	with pytest.raises(ValueError, match="'Pending' is not a valid Status"):
		timeline(OPENED, fact("Mon 1 Jun 10:00", "Open")._replace(value="Pending"))


@pytest.mark.parametrize("filed", [Status.RESOLVED, Status.CLOSED])
def test_a_cancelled_ticket_filed_as_done_stays_cancelled(filed: Status) -> None:
	facts = (
		Fact(at("Mon 1 Jun 09:00"), Kind.OPENED),
		Fact(at("Mon 1 Jun 10:00"), Kind.STATUS, Status.CANCELLED.value, reason="not ours"),
		Fact(at("Tue 2 Jun 10:00"), Kind.STATUS, filed.value),
		Fact(at("Wed 3 Jun 10:00"), Kind.STATUS, Status.OPEN.value),
		Fact(at("Thu 4 Jun 10:00"), Kind.STATUS, filed.value),
	)

	timeline = Timeline.of("T-1", facts)

	assert timeline.state_at(at("Tue 2 Jun 11:00")).status is Status.CANCELLED
	assert timeline.state_at(at("Tue 2 Jun 11:00")).reason == "not ours"
	assert timeline.state_at(at("Wed 3 Jun 11:00")).status is Status.OPEN
	assert timeline.state_at(at("Thu 4 Jun 11:00")).status is filed
