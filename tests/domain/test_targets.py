"""Targets: what is refused, which tickets they are for, and which of several applies."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from given import HOUR, OFFICE, RESOLUTION_4H

from slm_extension.domain.errors import InvalidGoal, InvalidObjective, InvalidTarget
from slm_extension.domain.targets import METRICS, RESOLUTION, RESPONSE, Change, Reopen, Target, select
from slm_extension.domain.timeline import Kind, State, Status, Waiting

ANY = RESOLUTION_4H
HIGH = replace(ANY, name="high", priorities=frozenset({"High", "Urgent"}))
MAIL = replace(ANY, name="mail", services=frozenset({"Mail"}))
MAIL_HIGH = replace(HIGH, name="mail, high", services=frozenset({"Mail"}))


@pytest.mark.parametrize("goal", [0, -1])
def test_a_goal_of_no_time_is_refused(goal: int) -> None:
	with pytest.raises(
		InvalidGoal, match=f'Target "nothing": a duration of {goal} seconds cannot be promised'
	):
		Target("nothing", RESPONSE, goal, OFFICE)


def test_a_goal_of_one_second_is_accepted() -> None:
	assert Target("at once", RESPONSE, 1, OFFICE).goal == 1


@pytest.mark.parametrize("objective", [Fraction(0), Fraction(-1), Fraction(1001, 10)])
def test_an_objective_that_is_no_share_is_refused(objective: Fraction) -> None:
	with pytest.raises(InvalidObjective, match="is not possible") as refusal:
		replace(ANY, objective=objective)

	assert isinstance(refusal.value, InvalidTarget)
	assert refusal.value.values == {"target": ANY.name, "objective": float(objective)}


@pytest.mark.parametrize("objective", [None, Fraction(1, 10), Fraction(95), Fraction(100)])
def test_an_objective_may_be_any_share_above_nothing(objective: Fraction | None) -> None:
	assert replace(ANY, objective=objective).objective == objective


@pytest.mark.parametrize(
	("state", "expected"),
	[
		pytest.param(State(), {ANY}, id="nothing known"),
		pytest.param(State(priority="Low", service="Printing"), {ANY}, id="others"),
		pytest.param(State(priority="Urgent"), {ANY, HIGH}, id="one of its priorities"),
		pytest.param(State(service="Mail"), {ANY, MAIL}, id="its service"),
		pytest.param(State(priority="High", service="Mail"), {ANY, HIGH, MAIL, MAIL_HIGH}, id="both"),
	],
)
def test_a_target_suits_the_tickets_it_names(state: State, expected: set[Target]) -> None:
	assert {target for target in (ANY, HIGH, MAIL, MAIL_HIGH) if select((target,), state)} == expected


@pytest.mark.parametrize(
	("targets", "expected"),
	[
		pytest.param((ANY, HIGH, MAIL, MAIL_HIGH), MAIL_HIGH, id="both said"),
		pytest.param((ANY, HIGH, MAIL), MAIL, id="the service before the priority"),
		pytest.param((HIGH, ANY), HIGH, id="the priority before nothing"),
		pytest.param((ANY,), ANY, id="the only one"),
		pytest.param((), None, id="none"),
	],
)
@pytest.mark.parametrize("turn", [1, -1], ids=["as listed", "the other way round"])
def test_the_most_precise_suitable_target_applies(
	targets: tuple[Target, ...], expected: Target | None, turn: int
) -> None:
	assert select(targets[::turn], State(priority="High", service="Mail")) is expected


def test_no_target_applies_when_none_suits() -> None:
	assert select((HIGH, MAIL, MAIL_HIGH), State(priority="Low")) is None


def test_a_target_is_resumed_and_retroactive_unless_said_otherwise() -> None:
	plain = Target("plain", RESOLUTION, HOUR, OFFICE)

	assert (plain.on_reopen, plain.on_change, plain.holds) == (
		Reopen.RESUME,
		Change.RETROACTIVE,
		Waiting.NOBODY,
	)


@pytest.mark.parametrize(
	("name", "starts", "stop_events", "stop_statuses", "holds"),
	[
		("response", Kind.OPENED, {Kind.REPLIED}, {Status.RESOLVED, Status.CLOSED}, Waiting.NOBODY),
		("resolution", Kind.OPENED, set(), {Status.RESOLVED, Status.CLOSED}, Waiting.CUSTOMER),
		("closure", Kind.OPENED, set(), {Status.CLOSED}, Waiting.CUSTOMER),
		("ownership", Kind.OPENED, {Kind.OWNED}, {Status.RESOLVED, Status.CLOSED}, Waiting.NOBODY),
		("restoration", Kind.OPENED, {Kind.TOLD}, set(), Waiting.NOBODY),
		(
			"next reply",
			Kind.CUSTOMER_REPLIED,
			{Kind.REPLIED},
			{Status.RESOLVED, Status.CLOSED},
			Waiting.NOBODY,
		),
	],
)
def test_a_metric_says_what_starts_stops_and_holds_it(
	name: str, starts: Kind, stop_events: set[Kind], stop_statuses: set[Status], holds: Waiting
) -> None:
	metric = METRICS[name]

	assert metric.start_events == {starts}
	assert (metric.stop_events, metric.stop_statuses, metric.holds) == (stop_events, stop_statuses, holds)
