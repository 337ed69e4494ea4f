"""Who held a ticket: its life cut into legs, and the stretches of one team or one supplier.

Legs answer "who had it at that second": exactly one holder at any time. Tenures answer "how long was it this
team's, or this supplier's, job": a team keeps its tenure while the ticket waits for the customer, so that an
answer does not give the team its whole time again; whether the wait counts is for the OLA's holds to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from slm_extension.domain.clocks import Within
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.timeline import State, Timeline, Waiting

_Key = TypeVar("_Key")


class Party(Enum):
	TEAM = "team"
	SUPPLIER = "supplier"
	CUSTOMER = "customer"
	UNASSIGNED = "unassigned"
	NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Leg:
	"""[start, end) during which one party held the ticket. `name` is the team's or supplier's."""

	start: Instant
	end: Instant
	party: Party
	name: str = ""

	@property
	def seconds(self) -> Seconds:
		return self.end - self.start


@dataclass(frozen=True, slots=True)
class Tenure:
	"""A stretch during which a ticket was one team's or one supplier's job; `end` None: still is."""

	party: Party
	name: str
	within: Within


def holder(state: State) -> tuple[Party, str]:
	"""Who holds a ticket in that state. A ticket that is done is held by nobody."""
	if state.done or state.withdrawn:
		return Party.NOBODY, ""
	if state.waiting & Waiting.CUSTOMER.value:
		return Party.CUSTOMER, state.customer
	if state.waiting & Waiting.SUPPLIER.value:
		return Party.SUPPLIER, state.supplier
	if state.team:
		return Party.TEAM, state.team
	return Party.UNASSIGNED, ""


def legs(timeline: Timeline, asked: Instant) -> tuple[Leg, ...]:
	"""The ticket's life up to `asked`, or up to its end when it is done, as legs without gap or overlap."""
	runs = _runs(timeline, asked, holder)
	if runs and runs[-1][0][0] is Party.NOBODY:
		runs.pop()
	return tuple(Leg(start, end, party, name) for (party, name), start, end in runs)


def team_tenures(timeline: Timeline, asked: Instant) -> tuple[Tenure, ...]:
	"""Each stretch during which one team was the ticket's team."""
	return _tenures(timeline, asked, Party.TEAM, lambda state: state.team or None)


def supplier_tenures(timeline: Timeline, asked: Instant) -> tuple[Tenure, ...]:
	"""Each stretch during which the ticket waited for one supplier; its name is empty where nobody said which."""
	return _tenures(timeline, asked, Party.SUPPLIER, _awaited_supplier)


def _awaited_supplier(state: State) -> str | None:
	waits = state.waiting & Waiting.SUPPLIER.value and not state.done and not state.withdrawn
	return state.supplier if waits else None


def _tenures(
	timeline: Timeline, asked: Instant, party: Party, key: Callable[[State], str | None]
) -> tuple[Tenure, ...]:
	"""One that begins at the very instant asked is there: its clock has to be waited for."""
	runs = _runs(timeline, asked, key)
	now = key(timeline.state_at(asked))
	if asked >= timeline.opened and (not runs or runs[-1][0] != now):
		runs.append((now, asked, asked))
	return tuple(
		Tenure(party, name, Within(start, None if index == len(runs) - 1 else end))
		for index, (name, start, end) in enumerate(runs)
		if name is not None
	)


def _runs(
	timeline: Timeline, asked: Instant, key: Callable[[State], _Key]
) -> list[tuple[_Key, Instant, Instant]]:
	"""Stretches of equal key from the opening to `asked`, empty ones left out."""
	runs: list[tuple[_Key, Instant, Instant]] = []
	steps = timeline.steps
	last = len(steps) - 1
	state: State | None = None
	for index, step in enumerate(steps):
		end = asked if index == last or steps[index + 1].at > asked else steps[index + 1].at
		if end <= step.at:
			continue
		if step.state is not state:
			state = step.state
			value = key(state)
		if runs and runs[-1][0] == value:
			runs[-1] = (value, runs[-1][1], end)
		else:
			runs.append((value, step.at, end))
	return runs
