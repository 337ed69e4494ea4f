"""What a replay comes to: counts by agreement, target, priority and month, worst misses, causes. No output here.

A Collector takes one assessment after the other and keeps sums, never tickets, so its size follows the number
of agreements and months and not that of the log.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from slm_extension.domain.agreements import Agreement, promises_to_customer
from slm_extension.domain.assessment import AssessedClock, Assessment
from slm_extension.domain.attainment import Attainment, Period, tally
from slm_extension.domain.attribution import Attribution, Cause
from slm_extension.domain.clocks import Clock, Outcome
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.replay.agreements_file import AgreementsFile, Excuse
from slm_extension.replay.name_counts import NameCount, NameCounts

WORST = 25
"""How many of the largest overruns are kept by name."""

EXCUSED = 200
"""How many excused misses are kept by name; all of them are counted."""


CUSTOMERS = 10
"""How many customers without agreement are kept by name, those with most tickets."""


@dataclass(frozen=True, slots=True, order=True)
class LineKey:
	"""What figures are cut by. `month` is its first day, by the wall clock of the target's calendar."""

	kind: str
	agreement: str
	metric: str
	target: str
	priority: str
	month: date


@dataclass(frozen=True, slots=True)
class Line:
	key: LineKey
	objective: Fraction | None
	attainment: Attainment


@dataclass(frozen=True, slots=True)
class PartyLine:
	"""How one team or supplier kept its OLA or UC over all months."""

	kind: str
	agreement: str
	party: str
	objective: Fraction | None
	attainment: Attainment


@dataclass(frozen=True, slots=True)
class Miss:
	"""A missed clock of a customer, in words for a list; its agreement's zone is that of `zone_name`."""

	ticket: str
	agreement: str
	target: str
	priority: str
	zone_name: str
	goal: Seconds
	elapsed: Seconds
	due: Instant | None
	missed_at: Instant
	open: bool
	cause: Cause
	responsible: str
	shares: tuple[tuple[str, str, Seconds], ...]
	overruns: tuple[tuple[str, str, Seconds, bool], ...]

	@property
	def overrun(self) -> Seconds:
		return self.elapsed - self.goal


@dataclass(frozen=True, slots=True)
class CauseLine:
	"""Misses put down to one party, and the open seconds by which those clocks overran."""

	agreement: str
	cause: Cause
	responsible: str
	misses: int
	overrun: Seconds
	would_have_held: int


@dataclass(frozen=True, slots=True)
class ExcusedMiss:
	ticket: str
	agreement: str
	target: str
	priority: str
	missed_at: Instant
	excuse: Excuse


@dataclass(frozen=True, slots=True)
class Summary:
	"""All figures of a replay. Lines are sorted; `uncertain` counts clocks past what is known of holidays.

	`zone_name` is the zone of the log's own times. Of the tickets, `not_covered` have no agreement, the most
	frequent customers among them by name; `no_target` have one that promises nothing for them.
	"""

	log: str
	asked: Instant
	zone_name: str
	tickets: int
	opened_later: int
	not_covered: int
	not_covered_customers: tuple[NameCount, ...]
	no_target: int
	clocks: int
	cancelled: int
	uncertain: int
	lines: tuple[Line, ...]
	parties: tuple[PartyLine, ...]
	worst: tuple[Miss, ...]
	causes: tuple[CauseLine, ...]
	excused: tuple[ExcusedMiss, ...]
	excused_total: int

	def of_kinds(self, *kinds: str) -> tuple[Line, ...]:
		return tuple(line for line in self.lines if line.key.kind in kinds)


@dataclass(slots=True)
class _Cause:
	misses: int = 0
	overrun: Seconds = 0
	would_have_held: int = 0


@dataclass(slots=True)
class Collector:
	"""Adds up assessments asked at one instant, with the excuses of the agreements' file."""

	log: str
	asked: Instant
	agreements: AgreementsFile
	zone_name: str = "UTC"
	tickets: int = 0
	opened_later: int = 0
	no_target: int = 0
	clocks: int = 0
	cancelled: int = 0
	uncertain: int = 0
	excused_total: int = 0
	_lines: dict[tuple[LineKey, Fraction | None], Attainment] = field(default_factory=dict)
	_parties: dict[tuple[tuple[str, str, str], Fraction | None], Attainment] = field(default_factory=dict)
	_worst: list[tuple[Seconds, str, int, Miss]] = field(default_factory=list)
	_causes: dict[tuple[str, Cause, str], _Cause] = field(default_factory=lambda: defaultdict(_Cause))
	_excused: list[ExcusedMiss] = field(default_factory=list)
	_not_covered: NameCounts = field(default_factory=NameCounts)

	def add(self, assessment: Assessment) -> None:
		self.tickets += 1
		if not assessment.to_customer:
			self._add_without_clock(assessment)
		for one in assessment.to_customer:
			self._add_clock(assessment, one)
		for one in assessment.beneath:
			self._add_clock(assessment, one)

	def _add_without_clock(self, assessment: Assessment) -> None:
		timeline = assessment.timeline
		if promises_to_customer(timeline, self.agreements.book, assessment.asked):
			self.no_target += 1
		else:
			self._not_covered.add(timeline.state_at(timeline.opened).customer)

	def excuse(self, ticket: str, one: AssessedClock) -> Excuse | None:
		"""The excuse that covers a missed clock, if any."""
		clock = one.clock
		if clock.outcome is not Outcome.MISSED or clock.missed_at is None or not self.agreements.excuses:
			return None
		return self.agreements.excuse(ticket, one.agreement.name, clock.missed_at)

	def _add_clock(self, assessment: Assessment, one: AssessedClock) -> None:
		clock, agreement, ticket = one.clock, one.agreement, assessment.timeline.ticket
		self.clocks += 1
		excuse = self.excuse(ticket, one)
		counts = tally(clock, excuse is not None)
		if counts == Attainment():
			self.cancelled += 1
			return
		self.uncertain += clock.uncertain
		decided = clock.decided_at
		when = assessment.asked if decided is None else decided
		state = assessment.timeline.state_at(when)
		target = clock.target
		key = LineKey(
			agreement.kind.value,
			agreement.name,
			one.metric,
			target.name if target is not None else one.metric,
			state.priority,
			Period.MONTH.first_day(when, agreement.calendar.zone if target is None else target.calendar.zone),
		)
		objective = target.objective if target is not None else None
		self._lines[key, objective] = self._lines.get((key, objective), _NOTHING) + counts
		if one.tenure is not None:
			party = (agreement.kind.value, agreement.name, one.tenure.name)
			self._parties[party, objective] = self._parties.get((party, objective), _NOTHING) + counts
		if excuse is not None and clock.missed_at is not None:
			self.excused_total += 1
			if len(self._excused) < EXCUSED:
				self._excused.append(
					ExcusedMiss(ticket, agreement.name, key.target, state.priority, clock.missed_at, excuse)
				)
		if one.attribution is not None:
			self._add_miss(ticket, state.priority, agreement, clock, one.attribution)

	def _add_miss(
		self, ticket: str, priority: str, agreement: Agreement, clock: Clock, attribution: Attribution
	) -> None:
		cause = self._causes[agreement.name, attribution.cause, attribution.responsible]
		cause.misses += 1
		cause.overrun -= clock.remaining
		cause.would_have_held += any(overrun.would_have_held for overrun in attribution.overruns)
		overrun = -clock.remaining
		if len(self._worst) == WORST and overrun <= self._worst[0][0]:
			return
		assert clock.target is not None and clock.missed_at is not None
		totals: dict[tuple[str, str], Seconds] = defaultdict(int)
		for share in attribution.shares:
			totals[share.leg.party.value, share.leg.name] += share.counted
		miss = Miss(
			ticket=ticket,
			agreement=agreement.name,
			target=clock.target.name,
			priority=priority,
			zone_name=clock.target.calendar.zone_name,
			goal=clock.goal,
			elapsed=clock.elapsed,
			due=clock.due,
			missed_at=clock.missed_at,
			open=clock.stopped is None,
			cause=attribution.cause,
			responsible=attribution.responsible,
			shares=tuple(
				(party, name, seconds)
				for (party, name), seconds in sorted(totals.items(), key=lambda item: -item[1])
				if seconds
			),
			overruns=tuple(
				(one.agreement, one.tenure.name, one.seconds, one.would_have_held)
				for one in attribution.overruns
			),
		)
		entry = (overrun, ticket, self.clocks, miss)
		if len(self._worst) < WORST:
			heapq.heappush(self._worst, entry)
		else:
			heapq.heapreplace(self._worst, entry)

	def summary(self) -> Summary:
		causes = (
			CauseLine(agreement, cause, responsible, sums.misses, sums.overrun, sums.would_have_held)
			for (agreement, cause, responsible), sums in self._causes.items()
		)
		return Summary(
			log=self.log,
			asked=self.asked,
			zone_name=self.zone_name,
			tickets=self.tickets,
			opened_later=self.opened_later,
			not_covered=self._not_covered.total,
			not_covered_customers=self._not_covered.largest(CUSTOMERS),
			no_target=self.no_target,
			clocks=self.clocks,
			cancelled=self.cancelled,
			uncertain=self.uncertain,
			lines=tuple(
				Line(key, objective, counts)
				for (key, objective), counts in sorted(self._lines.items(), key=_by_key)
			),
			parties=tuple(
				PartyLine(*key, objective, counts)
				for (key, objective), counts in sorted(self._parties.items(), key=_by_key)
			),
			worst=tuple(entry[3] for entry in sorted(self._worst, key=lambda one: (-one[0], one[1], one[2]))),
			causes=tuple(
				sorted(causes, key=lambda one: (one.agreement, -one.misses, one.cause.value, one.responsible))
			),
			excused=tuple(self._excused),
			excused_total=self.excused_total,
		)


_NOTHING = Attainment()


def _by_key(item: tuple[tuple[Any, Fraction | None], Attainment]) -> tuple[Any, Fraction]:
	(key, objective), _ = item
	return key, Fraction(0) if objective is None else objective
