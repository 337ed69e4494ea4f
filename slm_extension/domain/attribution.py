"""Whose seconds they were: a clock's counted time by leg, and what a miss would have been without an overrun.

The counterfactual takes nothing but the overrun away: had a team or supplier handed on when its own goal was
used up, everybody after it would have needed the same open time as they did. So it is the customer's clock
less the seconds it counted between that instant and the end of that tenure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from slm_extension.domain.clocks import Clock, Outcome, Spell
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.legs import Leg, Party, Tenure


class Cause(Enum):
	"""Where a miss came from, as KPI R336 counts it."""

	OWN_TEAM = "own team"
	OTHER_TEAM = "other team"
	SUPPLIER = "supplier"
	UNASSIGNED = "unassigned"
	CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Share:
	"""One leg and the open seconds, by the customer's target, that its clock counted in it."""

	leg: Leg
	counted: Seconds


@dataclass(frozen=True, slots=True)
class Overrun:
	"""An OLA or UC that was not kept on the way to a miss.

	`seconds` is the overrun in its own calendar, `cost` what it took from the customer's clock in that one's
	calendar. `would_have_held` tells whether the customer's target would have been kept without it.
	"""

	agreement: str
	tenure: Tenure
	seconds: Seconds
	cost: Seconds
	would_have_held: bool


@dataclass(frozen=True, slots=True)
class Attribution:
	"""Who held a missed ticket for how long. The shares add up to the clock's elapsed time."""

	shares: tuple[Share, ...]
	overruns: tuple[Overrun, ...]
	cause: Cause
	responsible: str


def shares(clock: Clock, legs: Sequence[Leg]) -> tuple[Share, ...]:
	"""The counted seconds of a clock by leg; they add up to its elapsed time.

	A counted second after the ticket was done (a clock that waits for the user to be told) belongs to the last
	leg before it.
	"""
	counted = [0] * len(legs)
	if clock.target is not None:
		between = clock.target.calendar.between
		index = 0
		for start, end in _counted(clock):
			while index + 1 < len(legs) and legs[index + 1].start <= start:
				index += 1
			position = index
			while start < end and legs:
				last = position == len(legs) - 1
				until = end if last else min(end, legs[position + 1].start)
				counted[position] += between(start, until)
				start, position = until, position + 1
	return tuple(Share(leg, seconds) for leg, seconds in zip(legs, counted, strict=True))


def attribute(
	clock: Clock,
	legs: Sequence[Leg],
	beneath: Iterable[tuple[str, Tenure, Clock]],
	own_teams: frozenset[str] = frozenset(),
) -> Attribution | None:
	"""Why a clock was missed; None for one that was not.

	`beneath` are the clocks of OLAs and UCs on the same ticket with the names of their agreements. `own_teams`
	are the provider's front line; where nobody named it, it is the team that had the ticket first.
	"""
	if clock.outcome is not Outcome.MISSED or clock.target is None:
		return None
	found = shares(clock, legs)
	overruns = tuple(
		sorted(
			(
				_overrun(clock, name, tenure, under)
				for name, tenure, under in beneath
				if under.outcome is Outcome.MISSED and under.missed_at is not None
			),
			key=lambda one: (not one.would_have_held, -one.cost, one.tenure.within.start),
		)
	)
	party, name = _culprit(found, overruns)
	front = own_teams or frozenset(
		leg.name for leg in legs if leg.party is Party.TEAM and _is_first(leg, legs)
	)
	return Attribution(found, overruns, _cause(party, name, front), name)


def _is_first(leg: Leg, legs: Sequence[Leg]) -> bool:
	return leg is next(one for one in legs if one.party is Party.TEAM)


def _culprit(found: Sequence[Share], overruns: Sequence[Overrun]) -> tuple[Party, str]:
	"""Who a miss is put down to: an overrun without which it would not have been, else the longest holder."""
	if overruns and overruns[0].would_have_held:
		tenure = overruns[0].tenure
		return tenure.party, tenure.name
	totals: dict[tuple[Party, str], Seconds] = {}
	for share in found:
		if share.leg.party is not Party.NOBODY:
			key = share.leg.party, share.leg.name
			totals[key] = totals.get(key, 0) + share.counted
	if not totals:
		return Party.UNASSIGNED, ""
	return max(totals, key=lambda key: totals[key])


def _cause(party: Party, name: str, front: frozenset[str]) -> Cause:
	if party is Party.TEAM:
		return Cause.OWN_TEAM if name in front else Cause.OTHER_TEAM
	return {
		Party.SUPPLIER: Cause.SUPPLIER,
		Party.CUSTOMER: Cause.CUSTOMER,
	}.get(party, Cause.UNASSIGNED)


def _overrun(clock: Clock, name: str, tenure: Tenure, under: Clock) -> Overrun:
	assert clock.target is not None and under.missed_at is not None
	end = under.stopped if under.stopped is not None else clock.asked
	between = clock.target.calendar.between
	cost = 0
	for start, finish in _counted(clock):
		begin, until = max(start, under.missed_at), min(finish, end)
		if begin < until:
			cost += between(begin, until)
	return Overrun(name, tenure, -under.remaining, cost, clock.elapsed - cost <= clock.goal)


def _counted(clock: Clock) -> list[tuple[Instant, Instant]]:
	return [(one.start, one.end) for one in clock.stretches if one.spell is Spell.COUNTED]
