"""Who held a ticket: its life cut into legs, and the stretches of one team or one supplier.

Legs answer "who had it at that second": exactly one holder at any time. Tenures answer "how long was it this
team's, or this supplier's, job": a team keeps its tenure while the ticket waits for the customer, so that an
answer does not give the team its whole time again; whether the wait counts is for the OLA's holds to say.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple, TypeVar

from slm_extension.domain.clocks import Within
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.timeline import State, Timeline, Waiting

_Key = TypeVar("_Key")
_FOR_CUSTOMER, _FOR_SUPPLIER = Waiting.CUSTOMER.value, Waiting.SUPPLIER.value


class Party(Enum):
	TEAM = "team"
	SUPPLIER = "supplier"
	CUSTOMER = "customer"
	UNASSIGNED = "unassigned"
	NOBODY = "nobody"


class Leg(NamedTuple):
	"""[start, end) during which one party held the ticket. `name` is the team's or supplier's."""

	start: Instant
	end: Instant
	party: Party
	name: str = ""

	@property
	def seconds(self) -> Seconds:
		return self.end - self.start


class Tenure(NamedTuple):
	"""A stretch during which a ticket was one team's or one supplier's job; `end` None: still is."""

	party: Party
	name: str
	within: Within


def holder(state: State) -> tuple[Party, str]:
	"""Who holds a ticket in that state. A ticket that is done is held by nobody."""
	if state.done or state.withdrawn:
		return Party.NOBODY, ""
	if state.waiting & _FOR_CUSTOMER:
		return Party.CUSTOMER, state.customer
	if state.waiting & _FOR_SUPPLIER:
		return Party.SUPPLIER, state.supplier
	if state.team:
		return Party.TEAM, state.team
	return Party.UNASSIGNED, ""


def legs(timeline: Timeline, asked: Instant) -> tuple[Leg, ...]:
	"""The ticket's life up to `asked`, or up to its end when it is done, as legs without gap or overlap."""
	return _legs(_lasting(timeline, asked), asked)


def team_tenures(timeline: Timeline, asked: Instant) -> tuple[Tenure, ...]:
	"""Each stretch during which one team was the ticket's team."""
	return _tenures(timeline, _lasting(timeline, asked), asked, Party.TEAM, _team)


def supplier_tenures(timeline: Timeline, asked: Instant) -> tuple[Tenure, ...]:
	"""Each stretch during which the ticket waited for one supplier; its name is empty where nobody said which."""
	return _tenures(timeline, _lasting(timeline, asked), asked, Party.SUPPLIER, _awaited_supplier)


def legs_and_tenures(timeline: Timeline, asked: Instant) -> tuple[tuple[Leg, ...], tuple[Tenure, ...]]:
	"""The legs, and the tenures of teams and then of suppliers, in one go."""
	states = _lasting(timeline, asked)
	of_teams = _tenures(timeline, states, asked, Party.TEAM, _team)
	of_suppliers = _tenures(timeline, states, asked, Party.SUPPLIER, _awaited_supplier)
	return _legs(states, asked), of_teams + of_suppliers


def _team(state: State) -> str | None:
	return state.team or None


def _awaited_supplier(state: State) -> str | None:
	waits = state.waiting & _FOR_SUPPLIER and not state.done and not state.withdrawn
	return state.supplier if waits else None


_States = list[tuple[Instant, State]]


def _lasting(timeline: Timeline, asked: Instant) -> _States:
	"""The states a ticket was in before `asked`, each from when; those that lasted no second are left out."""
	found: _States = []
	for at, state, *_ in timeline.steps:
		if at >= asked:
			break
		if found and found[-1][1] is state:
			continue
		if found and found[-1][0] == at:
			found.pop()
		found.append((at, state))
	return found


def _runs(
	states: _States, asked: Instant, key: Callable[[State], _Key]
) -> list[tuple[_Key, Instant, Instant]]:
	"""Stretches of equal key, up to `asked`."""
	begun: list[tuple[_Key, Instant]] = []
	for at, state in states:
		value = key(state)
		if not begun or begun[-1][0] != value:
			begun.append((value, at))
	ends = [*(start for _, start in begun[1:]), asked]
	return [(value, start, end) for (value, start), end in zip(begun, ends, strict=False)]


def _legs(states: _States, asked: Instant) -> tuple[Leg, ...]:
	runs = _runs(states, asked, holder)
	if runs and runs[-1][0][0] is Party.NOBODY:
		runs.pop()
	return tuple(Leg(start, end, party, name) for (party, name), start, end in runs)


def _tenures(
	timeline: Timeline, states: _States, asked: Instant, party: Party, key: Callable[[State], str | None]
) -> tuple[Tenure, ...]:
	"""One that begins at the very instant asked is there: its clock has to be waited for."""
	runs = _runs(states, asked, key)
	now = key(timeline.state_at(asked))
	if asked >= timeline.opened and (not runs or runs[-1][0] != now):
		runs.append((now, asked, asked))
	last = len(runs) - 1
	return tuple(
		Tenure(party, name, Within(start, None if index == last else end))
		for index, (name, start, end) in enumerate(runs)
		if name is not None
	)
