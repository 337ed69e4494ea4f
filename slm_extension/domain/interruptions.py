"""Interruptions that both sides have agreed on: when they take place, and how much of a clock they took.

Each takes place at the same time of the wall clock in its zone, across changes between summer and winter time, and
lasts so many real seconds. What an agreement concludes from it is not this module's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slm_extension.domain.availability import Maintenance, Span
from slm_extension.domain.clocks import Clock, Spell
from slm_extension.domain.instants import DAY, LAST, Instant, Seconds, from_wall, moment
from slm_extension.domain.recurrence import Every, next_day, next_day_from


@dataclass(frozen=True, slots=True)
class Interruption:
	"""One row of an agreement: first at `begins`, a naive time on the wall in `zone`, then `every` so often.

	`every` None: once. It lasts `lasts` seconds. With a `notice` in seconds it is agreed only where users were told
	of it that long before it starts.
	"""

	begins: datetime
	zone: ZoneInfo
	lasts: Seconds
	every: Every | None = None
	notice: Seconds = 0

	def spans(self, first: Instant, last: Instant) -> Iterator[Span]:
		"""When it takes place, wherever that touches [first, last), in order. Raises InstantOutOfRange."""
		begun = self.begins.date()
		earliest = moment(max(first - self.lasts - DAY, 0), self.zone).date()
		latest = moment(min(last, LAST - 1), self.zone).date()
		day: date | None = begun
		if begun < earliest:
			day = None if self.every is None else next_day_from(begun, self.every, earliest, begun)
		while day is not None and day <= latest:
			start = from_wall(datetime.combine(day, self.begins.time()), self.zone)
			if start < last and first < start + self.lasts:
				yield start, start + self.lasts
			day = None if self.every is None else next_day(day, self.every, begun)

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
