"""Whether a promise can be kept by those who have the ticket one after the other, whatever the clocks allow them.

*Is there an instant at which a ticket could be opened such that everyone keeps their OLA and UC and the SLA is
still missed?* Here for targets that have been chosen, chain.py chooses them. The answer is exact to the second
and for every second of a period. It follows the clocks (clocks.py): a goal that is used up at closing time is
overrun only when that calendar opens again, so whoever has the ticket may keep it until then.

How it is found. What is counted from an opening to the end of a ticket is a function of the instant at which a
stage begins, made of straight pieces (curves.py); it is built from the last stage backwards. A stage that counts
is worst when it takes as long as it may: the open time that has passed at its end plus what is still to come
never falls when it ends later. While the SLA's clock is held for a supplier, nothing counts, and the worst end
is wherever the rest becomes longest, so the highest value over the whole time he has is taken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from slm_extension.domain.agreements import AgreementKind
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.curves import (
	Curve,
	add_or_last,
	advance,
	compose,
	highest,
	highest_ahead,
	lowest,
	minus,
	open_time,
	plus,
)
from slm_extension.domain.errors import EmptyPeriod, EmptyStage, NegativeDuration
from slm_extension.domain.instants import LAST, Instant, Seconds
from slm_extension.domain.targets import Target
from slm_extension.domain.timeline import Waiting

FOREVER: Instant = LAST
"""Stands for an end that never comes."""


class ChainVerdict(Enum):
	"""UNBOUNDED: a support's calendar never opens again, so its goal is never overrun and it may keep a ticket."""

	FEASIBLE = "feasible"
	INFEASIBLE = "infeasible"
	UNBOUNDED = "unbounded"
	GAP = "gap"
	UNSUPPORTED = "rests on nothing"


@dataclass(frozen=True, slots=True)
class Link:
	"""What one support has promised for a stage of the way; all of its targets are to be kept."""

	agreement: str
	kind: AgreementKind
	targets: tuple[Target, ...]
	version: int = 1
	parties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Slack:
	"""Time assumed for what no agreement limits, a handover or own work: so many open seconds, then it ends.

	`calendar` None: that of the SLA's target. `metrics`: of which of the SLA's metrics it is part of; empty means
	all. Raises NegativeDuration.
	"""

	name: str
	seconds: Seconds
	calendar: Calendar | None = None
	metrics: frozenset[str] = frozenset()

	def __post_init__(self) -> None:
		if self.seconds < 0:
			raise NegativeDuration(seconds=self.seconds)


Way: TypeAlias = "Link | Slack"


@dataclass(frozen=True, slots=True)
class Passage:
	"""One leg of a ticket's way. `stage` is its position among those that were checked, from 0.

	`target` is what binds it first (None for slack), `latest` the last instant at which everything promised is
	still kept, `end` when it ends here: the latest, unless an earlier end of a held leg is worse. `used` is open
	time of the target's calendar (slack: its own), `counted` what the SLA's clock makes of it. When it never
	has to end, these four are None.
	"""

	stage: int
	way: Way
	target: Target | None
	start: Instant
	latest: Instant | None
	end: Instant | None
	used: Seconds | None
	counted: Seconds | None
	held: bool


@dataclass(frozen=True, slots=True)
class Journey:
	"""The worst way of a ticket opened at one instant with everybody keeping what they promised.

	`due` is when the SLA's goal is used up on it; None when that is never, or it is held for ever. `overrun` is
	open time of the SLA's calendar, negative when that much is left; None when the last leg never has to end.
	"""

	opened: Instant
	due: Instant | None
	passages: tuple[Passage, ...]
	finish: Instant | None
	overrun: Seconds | None


@dataclass(frozen=True, slots=True)
class ChainCheck:
	"""The answer for tickets opened in [first, last).

	`worst` is the way with the greatest overrun (of equals the earliest), or that has no end; `earliest` the
	first that misses. `offending` is at how many of the period's seconds an opening can go wrong.
	"""

	target: Target
	first: Instant
	last: Instant
	verdict: ChainVerdict
	worst: Journey
	earliest: Journey | None
	offending: Seconds

	@property
	def slack(self) -> Seconds | None:
		"""What is left of the goal in the worst case, negative when it is missed; None: it never ends."""
		return None if self.worst.overrun is None else -self.worst.overrun

	@property
	def share(self) -> Fraction:
		"""The part of the period's seconds at which an opening can go wrong."""
		return Fraction(self.offending, self.last - self.first)


def check(target: Target, stages: Sequence[Sequence[Way]], first: Instant, last: Instant) -> ChainCheck:
	"""Whether `target` is kept by every ticket opened in [first, last) that passes the stages in order.

	The ways of one stage are alternatives. With [t, t + 1) it says how bad an opening at t can get. Raises
	EmptyPeriod, EmptyStage.
	"""
	if last <= first:
		raise EmptyPeriod(start=first, end=last)
	for number, ways in enumerate(stages, 1):
		if not ways:
			raise EmptyStage(number=number)
	ending = bisect_left(
		range(first, last), FOREVER, key=lambda opened: _latest_begins(target, stages, opened)[-1]
	)
	limit = first + ending
	endless = None if limit == last else _endless(target, stages, limit)
	earliest, offending = endless, last - limit
	worst = endless
	if first < limit:
		solution = _Solution(target, stages, first, limit)
		counted = minus(solution.ahead[0], solution.open)
		since, misses = counted.above(target.goal)
		offending += misses
		if since is not None:
			earliest = solution.journey(since)
		if worst is None:
			worst = solution.journey(counted.peak()[0])
	assert worst is not None
	verdict = ChainVerdict.UNBOUNDED
	if endless is None:
		verdict = ChainVerdict.FEASIBLE if earliest is None else ChainVerdict.INFEASIBLE
	return ChainCheck(target, first, last, verdict, worst, earliest, offending)


def _is_held(target: Target, way: Way) -> bool:
	"""Whether the SLA's clock stands still while the ticket is there."""
	return (
		isinstance(way, Link)
		and way.kind is AgreementKind.UC
		and bool(target.held_for & Waiting.SUPPLIER.value)
	)


def _last_kept(promised: Target, start: Instant) -> Instant:
	"""The last instant at which a clock that starts then can stop and be met."""
	late = add_or_last(promised.calendar, start, promised.goal + 1)
	return FOREVER if late == LAST else late - 1


def _latest(target: Target, way: Way, start: Instant) -> tuple[Instant, Target | None]:
	"""When a leg that begins at `start` ends at the latest, and what binds it."""
	if isinstance(way, Slack):
		return add_or_last(way.calendar or target.calendar, start, way.seconds), None
	ends = [_last_kept(promised, start) for promised in way.targets]
	end = min(ends)
	return end, way.targets[ends.index(end)]


def _latest_begins(target: Target, stages: Sequence[Sequence[Way]], opened: Instant) -> list[Instant]:
	"""The latest instants at which each stage can begin, and the last one end; FOREVER and nothing after it."""
	begins = [opened]
	for ways in stages:
		begins.append(max(_latest(target, way, begins[-1])[0] for way in ways))
		if begins[-1] == FOREVER:
			break
	return begins


class _Solution:
	"""A chain solved for all openings of a period in which every stage has to end.

	`open` is the SLA's open time since `first`; `ahead[n]`, for the instant at which stage n begins, the highest
	value that it plus everything still to be counted can come to.
	"""

	def __init__(
		self, target: Target, stages: Sequence[Sequence[Way]], first: Instant, last: Instant
	) -> None:
		self.target, self.stages = target, stages
		begins = _latest_begins(target, stages, last - 1)
		self.open = open_time(target.calendar, first, begins[-1] + 1)
		self.ahead = [self.open]
		for ways, begin in zip(reversed(stages), reversed(begins[:-1]), strict=True):
			self.ahead.append(highest([self._through(way, first, begin + 1) for way in ways]))
		self.ahead.reverse()

	def _through(self, way: Way, first: Instant, last: Instant) -> Curve:
		"""`ahead` of a stage that begins in [first, last) and goes that way; the stages after it are solved."""
		after = self.ahead[-1]
		if isinstance(way, Slack):
			return compose(after, advance(way.calendar or self.target.calendar, way.seconds, first, last))
		latest = lowest(
			[advance(promised.calendar, promised.goal + 1, first, last) for promised in way.targets]
		).raised(-1)
		if not _is_held(self.target, way):
			return compose(after, latest)
		return plus(self.open, highest_ahead(minus(after, self.open), latest))

	def journey(self, opened: Instant) -> Journey:
		"""The way on which most is counted; of equal ones the longest, by what is named first."""
		at, passages = opened, []
		for stage, ways in enumerate(self.stages):
			after = self.ahead[stage + 1]
			found: list[tuple[Seconds, Instant, Way]] = []
			for way in ways:
				end = _latest(self.target, way, at)[0]
				if _is_held(self.target, way):
					end = max(
						self._corners(after, at, end),
						key=lambda one: (after.at(one) - self.open.at(one), one),
					)
					found.append((after.at(end) - self.open.at(end), end, way))
				else:
					found.append((after.at(end) - self.open.at(at), end, way))
			_, end, way = max(found, key=lambda one: one[:2])
			passages.append(_passage(self.target, stage, way, at, end))
			at = end
		return _journey(self.target, opened, passages)

	def _corners(self, after: Curve, start: Instant, end: Instant) -> Iterator[Instant]:
		"""Instants of [start, end] among which `after` less the open time is highest.

		Open time has no jumps and `after` jumps upwards only, so the last second of a rising piece need not be asked.
		"""
		yield start
		yield end
		for curve in (after, self.open):
			yield from curve.starts[bisect_right(curve.starts, start) : bisect_right(curve.starts, end)]


def _endless(target: Target, stages: Sequence[Sequence[Way]], opened: Instant) -> Journey:
	"""A way that never has to end."""
	begins = _latest_begins(target, stages, opened)
	passages = []
	for stage, (start, end) in enumerate(pairwise(begins)):
		way = next(one for one in stages[stage] if _latest(target, one, start)[0] == end)
		passages.append(_passage(target, stage, way, start, end))
	return _journey(target, opened, passages)


def _passage(target: Target, stage: int, way: Way, start: Instant, end: Instant) -> Passage:
	latest, binding = _latest(target, way, start)
	held = _is_held(target, way)
	if end == FOREVER:
		return Passage(stage, way, binding, start, None, None, None, None, held)
	calendar = (isinstance(way, Slack) and way.calendar) or target.calendar
	if binding is not None:
		calendar = binding.calendar
	used = calendar.between(start, end)
	counted = 0 if held else target.calendar.between(start, end)
	return Passage(stage, way, binding, start, latest, end, used, counted, held)


def _journey(target: Target, opened: Instant, passages: Sequence[Passage]) -> Journey:
	counted = sum(passage.counted or 0 for passage in passages)
	finish = passages[-1].end if passages else opened
	overrun = None if finish is None else counted - target.goal
	return Journey(opened, _due(target, opened, passages), tuple(passages), finish, overrun)


def _due(target: Target, opened: Instant, passages: Sequence[Passage]) -> Instant | None:
	"""When the goal is used up, by the ticket's clock: during a leg, or after all of them if nobody ends it."""
	left, at = target.goal, opened
	for passage in passages:
		if passage.end is None and passage.held:
			return None
		if passage.counted is None or (passage.counted >= left and not passage.held):
			at = passage.start
			break
		assert passage.end is not None
		left, at = left - passage.counted, passage.end
	due = add_or_last(target.calendar, at, left)
	return None if due == LAST else due
