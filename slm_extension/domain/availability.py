"""How available a service was inside its agreed hours: outages and maintenance in, figures by period out.

An outage lasts until the users were told that the service is back (R193); one of which they were not told lasts
until the instant at which the figures are asked for. Outages are united: at each second the greatest percentage
lost counts, and they are never added up. Maintenance that was announced in time is no agreed time at all: neither
is the service expected then, nor is an outage in it counted. Maintenance announced later changes nothing, so that
the service counts as down in it as far as it was. What an agreement lets the service be interrupted for is no agreed
time either; a second that is both is taken out once. What was lost in either is told beside the figures, and with it
how available the service was when nothing is taken out.

Outages that overlap or touch are one *failure*. It counts when at least one second of it lies in agreed time, once,
in the period in which the first of these seconds lies; its seconds count where they are. It lasts as long as the
agreed time between its beginning and its end, in whichever periods that lies, however much was lost.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from heapq import heappop, heappush
from itertools import pairwise

from slm_extension.domain.attainment import Period
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.errors import (
	BackwardMaintenance,
	BackwardOutage,
	InvalidLoss,
	NegativeNotice,
	PeriodsOutOfOrder,
)
from slm_extension.domain.instants import DAY, Instant, Seconds

WHOLE = 100
"""Percent lost when nothing of a service works."""


@dataclass(frozen=True, slots=True)
class Outage:
	"""A stretch in which a service was down, wholly or in part.

	`told` is the instant at which the users were told that it is back, None while they have not been. `lost` is the
	percentage of the service that was lost, from 1 to 100. `worked` is the instant at which it worked again, None while
	it does not, or where nobody knows. Raises BackwardOutage, InvalidLoss.
	"""

	began: Instant
	told: Instant | None = None
	lost: int = WHOLE
	worked: Instant | None = None

	def __post_init__(self) -> None:
		if self.told is not None and self.told < self.began:
			raise BackwardOutage(began=self.began, told=self.told)
		if not 1 <= self.lost <= WHOLE:
			raise InvalidLoss(lost=self.lost)

	@property
	def until_it_worked(self) -> Outage:
		"""The same as a monitor sees it, which knows when a service works, and nothing of its users."""
		if self.worked is None:
			return self
		ended = self.worked if self.told is None else min(self.worked, self.told)
		return replace(self, told=max(ended, self.began))


@dataclass(frozen=True, slots=True)
class Maintenance:
	"""A stretch [starts, ends) in which a service may be worked on.

	`announced` is the instant at which the users were told of it, None when they were not; `notice` the seconds
	that are agreed to lie between that and the start. Raises BackwardMaintenance, NegativeNotice.
	"""

	starts: Instant
	ends: Instant
	announced: Instant | None
	notice: Seconds = 0

	def __post_init__(self) -> None:
		if self.ends <= self.starts:
			raise BackwardMaintenance(starts=self.starts, ends=self.ends)
		if self.notice < 0:
			raise NegativeNotice(notice=self.notice)

	@property
	def in_time(self) -> bool:
		"""Whether it was announced in time; announced exactly that long before is in time."""
		return self.announced is not None and self.announced + self.notice <= self.starts

	def for_whom(self, notice: Seconds) -> Maintenance:
		"""The same for those to whom a notice of so many seconds was promised, if that is longer."""
		return self if notice <= self.notice else replace(self, notice=notice)


@dataclass(frozen=True, slots=True)
class Failure:
	"""One failure. `began` is its first second in agreed time, `lasted` its agreed seconds until the users were told."""

	began: Instant
	lasted: Seconds


@dataclass(frozen=True, slots=True)
class Figures:
	"""One period [start, end), which ends when it is asked for where it has not ended yet. All times are seconds.

	`agreed`: agreed time, without maintenance that was announced in time and without agreed interruptions.
	`maintenance`: what the first took of the agreed hours. `down`: agreed time in which anything was lost. `lost`: the
	same, each second by the part of the service that was lost. `failures`: those that began in the period, in order.
	`interruptions`: what agreed interruptions took of the agreed hours besides. `lost_as_agreed`: what was lost in
	what both took, each second by the part of the service that was lost.
	"""

	start: Instant
	end: Instant
	agreed: Seconds
	maintenance: Seconds
	down: Seconds
	lost: Fraction
	failures: tuple[Failure, ...]
	interruptions: Seconds = 0
	lost_as_agreed: Fraction = Fraction(0)

	@property
	def gross(self) -> Fraction | None:
		"""Percent of the agreed hours that was not lost, whatever was announced or agreed; None without any hours."""
		hours = self.agreed + self.maintenance + self.interruptions
		return 100 * (1 - (self.lost + self.lost_as_agreed) / hours) if hours else None

	@property
	def availability(self) -> Fraction | None:
		"""Percent of the agreed time that was not lost; None when no time was agreed."""
		return 100 * (1 - self.lost / self.agreed) if self.agreed else None

	@property
	def available(self) -> Fraction:
		"""Agreed seconds that were not lost."""
		return self.agreed - self.lost

	@property
	def mtbf(self) -> Fraction | None:
		"""Mean time between failures: agreed time in which nothing was lost, by failure; None without any."""
		return Fraction(self.agreed - self.down, len(self.failures)) if self.failures else None

	@property
	def mtrs(self) -> Fraction | None:
		"""Mean time to restore service: from where failures began until the users were told; None without any."""
		return (
			Fraction(sum(one.lasted for one in self.failures), len(self.failures)) if self.failures else None
		)

	@property
	def longest(self) -> Seconds | None:
		"""How long the longest failure lasted; None without any."""
		return max((one.lasted for one in self.failures), default=None)

	def and_then(self, later: Figures) -> Figures:
		"""Both periods as one. Raises PeriodsOutOfOrder where the other does not begin at the end of this one, or later."""
		if later.start < self.end:
			raise PeriodsOutOfOrder(start=later.start, end=self.end)
		return Figures(
			self.start,
			later.end,
			self.agreed + later.agreed,
			self.maintenance + later.maintenance,
			self.down + later.down,
			self.lost + later.lost,
			self.failures + later.failures,
			self.interruptions + later.interruptions,
			self.lost_as_agreed + later.lost_as_agreed,
		)


MOST_FAILURES = 100_000
"""A greater number of failures in a period is a slip of the finger."""

_LONGEST_DAYS = {Period.WEEK: 7, Period.MONTH: 31, Period.QUARTER: 92, Period.YEAR: 366}


def longest_in(period: Period) -> Seconds:
	"""The seconds that the longest such period has: more can be promised by nobody."""
	return _LONGEST_DAYS[period] * DAY


class Measure(Enum):
	"""What an agreement may promise of a service."""

	AVAILABILITY = "availability"  # percent, at least
	HOURS = "available hours"  # seconds, at least
	FAILURES = "failures"  # a number, at most
	MTBF = "mtbf"  # seconds, at least
	MTRS = "mtrs"  # seconds, at most
	LONGEST = "longest outage"  # seconds, at most

	def of(self, figures: Figures) -> Fraction | None:
		"""What it was in a period; None when there is nothing to measure it by."""
		if self is Measure.AVAILABILITY:
			return figures.availability
		if self is Measure.HOURS:
			return figures.available
		if self is Measure.FAILURES:
			return Fraction(len(figures.failures))
		if self is Measure.MTBF:
			return figures.mtbf
		found = figures.mtrs if self is Measure.MTRS else figures.longest
		return None if found is None else Fraction(found)

	@property
	def at_least(self) -> bool:
		"""Whether more is better."""
		return self in (Measure.AVAILABILITY, Measure.HOURS, Measure.MTBF)

	@property
	def is_time(self) -> bool:
		"""Whether it is in seconds."""
		return self not in (Measure.AVAILABILITY, Measure.FAILURES)


class Standing(Enum):
	"""How a promise stands in a period. OPEN: the period lasts, and what is promised can still be kept or missed."""

	KEPT = "kept"
	MISSED = "missed"
	OPEN = "open"
	NO_DATA = "no data"


@dataclass(frozen=True, slots=True)
class Promise:
	"""So much of a measure in a period: percent, seconds or a number, as the measure has it."""

	measure: Measure
	value: Fraction

	def standing(self, figures: Figures, ended: bool) -> Standing:
		"""Kept or missed; exactly what was promised is kept.

		Without a failure the promises about failures are kept, and one about MTBF is. Before the period has ended
		a number that may only grow is missed as soon as it is too great; everything else is open. Where no time
		was agreed there is nothing to judge.
		"""
		if not figures.agreed:
			return Standing.NO_DATA if ended else Standing.OPEN
		found = self.measure.of(figures)
		kept = found is None or (found >= self.value if self.measure.at_least else found <= self.value)
		if ended:
			return Standing.KEPT if kept else Standing.MISSED
		final = self.measure in (Measure.FAILURES, Measure.LONGEST) and not kept
		return Standing.MISSED if final else Standing.OPEN


Span = tuple[Instant, Instant]
"""[start, end)."""


@dataclass(frozen=True, slots=True)
class _Piece:
	"""A stretch of an outage in which the same was lost, and the failure it belongs to."""

	start: Instant
	end: Instant
	lost: int
	failure: int


class _Pieces:
	"""Pieces in order, and what was lost in them."""

	def __init__(self, pieces: Iterable[_Piece]) -> None:
		self.pieces = tuple(pieces)
		self._starts = [one.start for one in self.pieces]

	def lost(self, calendar: Calendar, start: Instant, end: Instant) -> tuple[Seconds, int]:
		"""Open seconds of [start, end) in which anything was lost, and the same by the percentage lost."""
		down = weighted = 0
		for piece in self._within(start, end):
			seconds = calendar.between(max(piece.start, start), min(piece.end, end))
			down += seconds
			weighted += seconds * piece.lost
		return down, weighted

	def _within(self, start: Instant, end: Instant) -> Iterator[_Piece]:
		"""The pieces that lie in [start, end), or reach into it."""
		index = max(bisect_right(self._starts, start) - 1, 0)
		while index < len(self.pieces) and self.pieces[index].start < end:
			if self.pieces[index].end > start:
				yield self.pieces[index]
			index += 1


class _Spans:
	"""Spans in order, those that overlap or touch made one, and how much of them is open."""

	def __init__(self, spans: Iterable[Span]) -> None:
		self.spans = tuple(joined(spans))
		self._closings = [end for _start, end in self.spans]

	def open(self, calendar: Calendar, start: Instant, end: Instant) -> Seconds:
		"""Open seconds of [start, end) in them."""
		seconds, index = 0, bisect_right(self._closings, start)
		while index < len(self.spans) and self.spans[index][0] < end:
			first, last = self.spans[index]
			seconds += calendar.between(max(first, start), min(last, end))
			index += 1
		return seconds


class History:
	"""What happened to one service and what was agreed on that, put in order once and asked by calendar and period.

	`asked` is the instant as of which is told: what began later is left out, and what lasts lasts until then.
	The cost is that of sorting what went in; a period costs what lies in it.
	"""

	def __init__(
		self,
		outages: Iterable[Outage],
		maintenance: Iterable[Maintenance],
		asked: Instant,
		interruptions: Iterable[Span] = (),
	) -> None:
		self.asked = asked
		self._maintained = _Spans((one.starts, one.ends) for one in maintenance if one.in_time)
		self._excluded = _Spans((*self._maintained.spans, *interruptions))
		swept = tuple(_swept(outages, asked))
		self._whole = _Pieces(swept)
		self._counted = _Pieces(_without(swept, self._excluded.spans))

	def figures(self, calendar: Calendar, periods: Sequence[Span]) -> tuple[Figures, ...]:
		"""The figures of periods that are in order and do not overlap, in the agreed hours of a calendar.

		A period that has not begun has no agreed time. Raises PeriodsOutOfOrder.
		"""
		for start, end in periods:
			if end < start:
				raise PeriodsOutOfOrder(start=start, end=end)
		for (_start, end), (following, _end) in pairwise(periods):
			if following < end:
				raise PeriodsOutOfOrder(start=following, end=end)
		failures = self._failures(calendar)
		begins = [one.began for one in failures]
		found = []
		for start, end in periods:
			end = max(min(end, self.asked), start)
			began = failures[bisect_right(begins, start - 1) : bisect_right(begins, end - 1)]
			found.append(self._period(calendar, start, end, began))
		return tuple(found)

	def _period(
		self, calendar: Calendar, start: Instant, end: Instant, failures: tuple[Failure, ...]
	) -> Figures:
		down, weighted = self._counted.lost(calendar, start, end)
		maintenance = self._maintained.open(calendar, start, end)
		excluded = self._excluded.open(calendar, start, end)
		_down, anyway = self._whole.lost(calendar, start, end) if excluded else (down, weighted)
		return Figures(
			start,
			end,
			calendar.between(start, end) - excluded,
			maintenance,
			down,
			Fraction(weighted, WHOLE),
			failures,
			excluded - maintenance,
			Fraction(anyway - weighted, WHOLE),
		)

	def _failures(self, calendar: Calendar) -> tuple[Failure, ...]:
		"""The failures that count in a calendar, in order."""
		found: dict[int, Failure] = {}
		for piece in self._counted.pieces:
			seconds = calendar.between(piece.start, piece.end)
			if seconds:
				known = found.get(piece.failure)
				began = calendar.next_open(piece.start) if known is None else known.began
				found[piece.failure] = Failure(began, seconds + (0 if known is None else known.lasted))
		return tuple(found.values())


def _swept(outages: Iterable[Outage], asked: Instant) -> Iterator[_Piece]:
	"""The outages united, cut where one begins or the greatest loss ends; those that overlap or touch share a failure."""
	ends = [(one.began, asked if one.told is None else min(one.told, asked), one.lost) for one in outages]
	waiting = sorted(((began, end, lost) for began, end, lost in ends if began < end), reverse=True)
	going: list[tuple[int, Instant]] = []
	at, failure = 0, -1
	while waiting or going:
		if not going:
			if failure < 0 or waiting[-1][0] > at:
				failure += 1
			at = waiting[-1][0]
		while waiting and waiting[-1][0] <= at:
			_began, end, lost = waiting.pop()
			heappush(going, (-lost, -end))
		lost, until = -going[0][0], -going[0][1]
		if waiting:
			until = min(until, waiting[-1][0])
		yield _Piece(at, until, lost, failure)
		at = until
		while going and -going[0][1] <= at:
			heappop(going)


def joined(spans: Iterable[Span]) -> Iterator[Span]:
	"""Spans in order, those that overlap or touch made one."""
	held: Span | None = None
	for start, end in sorted(spans):
		if held is not None and start <= held[1]:
			held = (held[0], max(held[1], end))
		else:
			if held is not None:
				yield held
			held = (start, end)
	if held is not None:
		yield held


def outside(span: Span, others: Iterable[Span]) -> Iterator[Span]:
	"""What of a span lies in none of the others, in order."""
	at, end = span
	for begins, ends in joined(others):
		if at < min(begins, end):
			yield at, min(begins, end)
		at = max(at, ends)
	if at < end:
		yield at, end


def _without(pieces: Iterable[_Piece], excluded: Sequence[Span]) -> Iterator[_Piece]:
	"""What is left of the pieces outside some spans; both are in order."""
	index = 0
	for piece in pieces:
		at = piece.start
		while index < len(excluded) and excluded[index][1] <= at:
			index += 1
		inside = index
		while inside < len(excluded) and excluded[inside][0] < piece.end:
			start, end = excluded[inside]
			if at < start:
				yield _Piece(at, start, piece.lost, piece.failure)
			at = max(at, end)
			inside += 1
		if at < piece.end:
			yield _Piece(at, piece.end, piece.lost, piece.failure)
