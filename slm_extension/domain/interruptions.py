"""Interruptions that both sides have agreed on: when they take place, and how much of a clock they took.

Each takes place at the same time of the wall clock in its zone, across changes between summer and winter time, and
lasts so many real seconds. What an agreement concludes from it is not this module's business, nor is what becomes of
the figures of a service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from slm_extension.domain.availability import Maintenance, Span, joined
from slm_extension.domain.clocks import Clock, Spell
from slm_extension.domain.errors import InterruptionWithoutEnd, NegativeInterruption, NegativeNotice
from slm_extension.domain.instants import DAY, LAST, Instant, Seconds, from_wall, moment
from slm_extension.domain.recurrence import Rhythm


@dataclass(frozen=True, slots=True)
class AgreedInterruption:
	"""What an agreement says of one, by the clock on the wall wherever that hangs.

	`service` empty: whatever the agreement is about. `begins` is the naive time from which on it is counted; it takes
	place on the first day of its rhythm from that day on, at that time; without a rhythm once. Without `begins` or with
	zero seconds in `lasts` it is not said when. With a `notice` in seconds it is agreed only where users were told of
	it that long before it starts. Raises NegativeInterruption, NegativeNotice, InterruptionWithoutEnd.
	"""

	title: str
	service: str = ""
	begins: datetime | None = None
	lasts: Seconds = 0
	rhythm: Rhythm | None = None
	notice: Seconds = 0

	def __post_init__(self) -> None:
		if self.lasts < 0:
			raise NegativeInterruption(lasts=self.lasts)
		if self.notice < 0:
			raise NegativeNotice(notice=self.notice)
		if self.rhythm is not None and self.lasts > self.rhythm.apart * DAY:
			raise InterruptionWithoutEnd()

	def in_zone(self, zone: ZoneInfo) -> Interruption | None:
		"""When it takes place by the clocks of a zone; None where it is not said when."""
		if self.begins is None or not self.lasts:
			return None
		return Interruption(self.begins, zone, self.lasts, self.rhythm, self.notice)


@dataclass(frozen=True, slots=True)
class Interruption:
	"""Counted from `begins` on, a naive time on the wall in `zone`, on the days of a rhythm; without one, once.

	It lasts `lasts` seconds. With a `notice` in seconds it is agreed only where users were told of it that long before
	it starts.
	"""

	begins: datetime
	zone: ZoneInfo
	lasts: Seconds
	rhythm: Rhythm | None = None
	notice: Seconds = 0

	def spans(self, first: Instant, last: Instant) -> Iterator[Span]:
		"""When it takes place, wherever that touches [first, last), in order. Raises InstantOutOfRange."""
		earliest = moment(max(first - self.lasts - DAY, 0), self.zone).date()
		latest = moment(min(last, LAST - 1), self.zone).date()
		for day in self._days(earliest, latest):
			start = from_wall(datetime.combine(day, self.begins.time()), self.zone)
			if start < last and first < start + self.lasts:
				yield start, start + self.lasts

	def _days(self, earliest: date, latest: date) -> Iterable[date]:
		begun = self.begins.date()
		if self.rhythm is not None:
			return self.rhythm.days(begun, earliest, latest)
		return (begun,) if earliest <= begun <= latest else ()

	def agreed(self, first: Instant, last: Instant, announced: Iterable[Maintenance]) -> tuple[Span, ...]:
		"""The spans that are agreed in fact: all of them, or what of them lies in windows announced early enough."""
		spans = tuple(self.spans(first, last))
		if not self.notice:
			return spans
		told = [
			(one.starts, one.ends)
			for one in announced
			if one.in_time and one.announced is not None and one.announced + self.notice <= one.starts
		]
		return tuple(
			(max(start, begins), min(end, ends))
			for start, end in spans
			for begins, ends in told
			if begins < end and start < ends
		)


def covered(clock: Clock, spans: Iterable[Span], until: Instant) -> tuple[Seconds, tuple[Span, ...]]:
	"""Open seconds that a clock counted in some spans before `until`, each once, and the spans it counted any in."""
	if clock.target is None:
		return 0, ()
	calendar = clock.target.calendar
	counted = [(one.start, min(one.end, until)) for one in clock.stretches if one.spell is Spell.COUNTED]
	total, touched, at = 0, [], 0
	for start, end in sorted(spans):
		begin, at = max(start, at), max(at, end)
		both = ((max(begin, since), min(end, to)) for since, to in counted)
		seconds = sum(calendar.between(one, other) for one, other in both if one < other)
		if seconds:
			touched.append((start, end))
		total += seconds
	return total, tuple(touched)


def agreed_by_all(agreements: Iterable[tuple[Span, Iterable[Span]]]) -> tuple[Span, ...]:
	"""The time in which a service may be interrupted because every agreement about it that is in force then says so.

	Each is given with when it is in force and when it lets the service be interrupted. In order, without overlaps.
	"""
	steps: list[tuple[Instant, int, int]] = []
	for (starts, ends), spans in agreements:
		if ends <= starts:
			continue
		steps += [(starts, 1, 0), (ends, -1, 0)]
		for start, end in joined(spans):
			if max(start, starts) < min(end, ends):
				steps += [(max(start, starts), 0, 1), (min(end, ends), 0, -1)]
	found: list[Span] = []
	in_force = interrupted = began = 0
	held = False
	for at, group in groupby(sorted(steps), key=itemgetter(0)):
		for _at, force, interruption in group:
			in_force, interrupted = in_force + force, interrupted + interruption
		everybody = 0 < in_force == interrupted
		if everybody and not held:
			began = at
		elif held and not everybody:
			found.append((began, at))
		held = everybody
	return tuple(found)
