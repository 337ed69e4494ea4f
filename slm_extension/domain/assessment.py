"""A ticket as a whole: every clock of every promise on it, who held it, and why it was late.

The one way from a ticket's facts and the agreements to its clocks; whoever measures a ticket calls `assess`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from slm_extension.domain.agreements import (
	Agreement,
	AgreementBook,
	Promise,
	covers,
	promises_beneath,
	promises_to_customer,
)
from slm_extension.domain.attribution import Attribution, Share, attribute, shares
from slm_extension.domain.clocks import Clock, measure
from slm_extension.domain.instants import Instant
from slm_extension.domain.legs import Leg, Tenure, legs_and_tenures
from slm_extension.domain.timeline import Timeline


class AssessedClock(NamedTuple):
	"""A clock with whose promise it is. `tenure` is set below the customer's agreement (OLA, UC).

	`legs`, those of the ticket, and the attribution belong to clocks of the customer.
	"""

	agreement: Agreement
	metric: str
	clock: Clock
	tenure: Tenure | None = None
	legs: tuple[Leg, ...] = ()
	attribution: Attribution | None = None

	@property
	def shares(self) -> tuple[Share, ...]:
		"""Its counted seconds by leg; worked out when asked for."""
		return shares(self.clock, self.legs)


@dataclass(frozen=True, slots=True)
class Assessment:
	"""All clocks of a ticket at one instant: those promised to the customer, and those beneath."""

	timeline: Timeline
	asked: Instant
	legs: tuple[Leg, ...]
	to_customer: tuple[AssessedClock, ...]
	beneath: tuple[AssessedClock, ...]

	@property
	def clocks(self) -> tuple[AssessedClock, ...]:
		return self.to_customer + self.beneath


def assess(timeline: Timeline, book: AgreementBook, asked: Instant) -> Assessment:
	"""Measure everything that is promised on a ticket, as seen at `asked`.

	A ticket that no agreement covers has no clocks. Raises HorizonExceeded when a due date cannot be found.
	"""
	covered = covers(timeline, book, asked)
	held, tenures = legs_and_tenures(timeline, asked)
	beneath = tuple(
		AssessedClock(agreement, promise.metric, clock, promise.tenure)
		for promise in promises_beneath(
			timeline, book, asked, tenures if book.has_underpinning else (), covered
		)
		for agreement, clock in _clocks(timeline, promise, asked)
	)
	under = tuple((one.agreement.name, one.tenure, one.clock) for one in beneath if one.tenure is not None)
	to_customer = tuple(
		AssessedClock(
			agreement,
			promise.metric,
			clock,
			None,
			held,
			attribute(clock, held, under, agreement.teams),
		)
		for promise in promises_to_customer(timeline, book, asked, covered)
		for agreement, clock in _clocks(timeline, promise, asked)
	)
	return Assessment(timeline, asked, held, to_customer, beneath)


def _clocks(timeline: Timeline, promise: Promise, asked: Instant) -> list[tuple[Agreement, Clock]]:
	within = None if promise.tenure is None else promise.tenure.within
	found = []
	for clock in measure(timeline, promise.plan, asked, within):
		agreement = promise.agreement_behind(clock.target)
		if agreement is not None and (clock.target is not None or clock.swaps):
			found.append((agreement, clock))
	return found
