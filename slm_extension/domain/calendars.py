"""When a service is attended, and sums of open time: the only place that knows about hours and days.

An instant is open exactly when a wall clock in the calendar's zone shows a time inside a window of that day.
So a window across a daylight-saving change is an hour shorter or longer, a time that spring leaves out is
never open, and one that autumn repeats is open twice. Spans are half-open: closing time itself is closed.

A dated exception or closure says all there is to say about its date: the windows that weekday would have do
not begin, and one that began the evening before ends at midnight.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from itertools import pairwise
from zoneinfo import ZoneInfo

from slm_extension.domain.errors import (
	BackwardSpan,
	BackwardWindow,
	CalendarNeverOpens,
	DuplicateException,
	EmptyWindow,
	HorizonExceeded,
	InstantOutOfRange,
	InvalidWindow,
	InvalidYearlyClosure,
	NegativeDuration,
	OverlappingWindows,
)
from slm_extension.domain.instants import (
	DAY,
	FIRST,
	FIRST_YEAR,
	LAST,
	LAST_YEAR,
	Instant,
	Seconds,
	end_of,
	moment,
	offset,
	transitions,
	zone,
)

HORIZON_YEARS = 50
"""How far a search for open time may go before it is an error."""

_YEAR: Seconds = 366 * DAY
_HORIZON: Seconds = HORIZON_YEARS * _YEAR
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, order=True)
class Window:
	"""Wall-clock seconds after midnight of the day it starts on; an end past DAY lies on the next day."""

	start: Seconds
	end: Seconds

	def __str__(self) -> str:
		days, rest = divmod(self.end, DAY)
		end = "24:00" if self.end == DAY else _clock(rest) + (" next day" if days > 0 else "")
		return f"{_clock(self.start)}-{end}"


WHOLE_DAY = Window(0, DAY)


@dataclass(frozen=True, slots=True)
class DatedHours:
	"""What holds on one date instead of its weekday's windows; without windows it is closed."""

	day: date
	windows: tuple[Window, ...] = ()
	name: str = ""

	def __post_init__(self) -> None:
		object.__setattr__(self, "windows", tuple(sorted(self.windows)))


@dataclass(frozen=True, slots=True)
class YearlyClosure:
	"""Closed every year from one (month, day) to another, both included; it may run over New Year."""

	first: tuple[int, int]
	last: tuple[int, int]
	name: str = ""

	def covers(self, month_day: tuple[int, int]) -> bool:
		if self.first <= self.last:
			return self.first <= month_day <= self.last
		return month_day >= self.first or month_day <= self.last


class Closed(Enum):
	"""Why an instant is closed."""

	HOURS = "outside hours"
	WEEKDAY = "weekday"
	DATE = "date"


@dataclass(frozen=True, slots=True)
class ClosedSpan:
	"""A closed stretch with its reason; `detail` is the weekday's or the closure's name."""

	start: Instant
	end: Instant
	why: Closed
	detail: str


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Week = tuple[
	tuple[Window, ...],
	tuple[Window, ...],
	tuple[Window, ...],
	tuple[Window, ...],
	tuple[Window, ...],
	tuple[Window, ...],
	tuple[Window, ...],
]


class _Openings:
	"""The openings of some years as sorted instants, with what sums over them need.

	By how many openings have begun, none included: `done` is the open time up to the last one's end, `lead` what
	an instant inside it lacks to the open time until then. `days` says how many have begun by each 86,400 seconds
	from `first` on, so that a search looks at one day only. Lists, not arrays: a search makes no numbers.

	A cache of what the calendar says, grown whole years at a time; two threads that grow it at once each
	store a complete one.
	"""

	__slots__ = ("days", "done", "first", "last", "lead", "opens", "shuts")

	def __init__(self, first: Instant, last: Instant, spans: Iterable[tuple[Instant, Instant]]) -> None:
		self.first, self.last = first, last
		self.opens: list[Instant] = []
		self.shuts: list[Instant] = []
		self.done: list[Seconds] = [0]
		self.lead: list[Seconds] = [0]
		total = 0
		for start, end in spans:
			total += end - start
			self.opens.append(start)
			self.shuts.append(end)
			self.done.append(total)
			self.lead.append(total - end)
		self.days = [bisect_right(self.opens, at) for at in range(first, last + 2 * DAY, DAY)]

	def until(self, at: Instant) -> Seconds:
		"""Open seconds from the beginning of these years until `at`."""
		day, days = (at - self.first) // DAY, self.days
		begun = bisect_right(self.opens, at, days[day], days[day + 1])
		going, done = self.lead[begun] + at, self.done[begun]
		return going if going < done else done


class _Slot:
	"""Where a frozen calendar keeps its openings."""

	__slots__ = ("openings",)

	def __init__(self) -> None:
		self.openings = _Openings(0, 0, ())


@dataclass(frozen=True, slots=True)
class Calendar:
	"""A named calendar. Built once per version; every sum of open time is a method of it.

	`known_until` is the last date for which holidays are known, None when that is no question. Raises a kind
	of InvalidCalendar, or UnknownZone, when it cannot be built.
	"""

	name: str
	zone_name: str
	week: Week
	exceptions: tuple[DatedHours, ...] = ()
	yearly: tuple[YearlyClosure, ...] = ()
	known_until: date | None = None
	zone: ZoneInfo = field(init=False, compare=False, repr=False)
	_known_end: Instant = field(init=False, compare=False, repr=False)
	_slot: _Slot = field(init=False, compare=False, repr=False, default_factory=_Slot)

	def __post_init__(self) -> None:
		object.__setattr__(self, "zone", zone(self.zone_name))
		known = self.known_until
		object.__setattr__(self, "_known_end", LAST if known is None else end_of(known, self.zone))
		self._check_windows()
		days = sorted(exception.day for exception in self.exceptions)
		for day, other in pairwise(days):
			if day == other:
				raise DuplicateException(calendar=self.name, day=day)
		for closure in self.yearly:
			for month_day in (closure.first, closure.last):
				_check_month_day(self.name, month_day)
		if not self._ever_opens():
			raise CalendarNeverOpens(calendar=self.name)

	@classmethod
	def around_the_clock(
		cls,
		name: str,
		zone_name: str,
		exceptions: tuple[DatedHours, ...] = (),
		yearly: tuple[YearlyClosure, ...] = (),
	) -> Calendar:
		"""24x7, less what the exceptions and closures say."""
		return cls(name, zone_name, _week(dict.fromkeys(range(7), (WHOLE_DAY,))), exceptions, yearly)

	@classmethod
	def weekly(
		cls,
		name: str,
		zone_name: str,
		windows: Mapping[int, tuple[Window, ...]],
		closures: Mapping[date, str] | None = None,
		exceptions: tuple[DatedHours, ...] = (),
		yearly: tuple[YearlyClosure, ...] = (),
		known_until: date | None = None,
	) -> Calendar:
		"""From windows by weekday (0 is Monday) and holidays by date; an exception wins over a holiday."""
		own = {exception.day for exception in exceptions}
		closed = tuple(
			DatedHours(day, (), why) for day, why in sorted((closures or {}).items()) if day not in own
		)
		return cls(name, zone_name, _week(windows), closed + exceptions, yearly, known_until)

	def add(self, start: Instant, seconds: Seconds) -> Instant:
		"""The earliest instant at or after `start` by which that much open time has passed.

		Raises NegativeDuration, and HorizonExceeded when there is not so much within HORIZON_YEARS (of 366
		days) or before LAST.
		"""
		if seconds <= 0:
			if seconds < 0:
				raise NegativeDuration(seconds=seconds)
			return start
		openings = self._slot.openings
		if not openings.first <= start < openings.last:
			openings = self._reach(start, start + 1)
		goal = openings.until(start) + seconds
		index = bisect_left(openings.done, goal)
		if index == len(openings.done):
			return self._add_far(start, seconds)
		due = goal - openings.lead[index]
		if due - start > _HORIZON or due == LAST:
			raise self._too_far(start, seconds)
		return due

	def between(self, start: Instant, end: Instant) -> Seconds:
		"""Open seconds in [start, end). Raises BackwardSpan when `end` precedes `start`."""
		openings = self._slot.openings
		if not openings.first <= start <= end <= openings.last:
			if end < start:
				raise BackwardSpan(start=start, end=end)
			openings = self._reach(start, end)
		until = openings.until
		return until(end) - until(start)

	def next_open(self, at: Instant) -> Instant:
		"""The earliest open instant at or after `at`. Raises HorizonExceeded when there is none in reach."""
		return self.add(at, 1) - 1

	def is_open(self, at: Instant) -> bool:
		return self.between(at, at + 1) == 1

	def open_spans(self, start: Instant, end: Instant) -> Iterator[tuple[Instant, Instant]]:
		"""The open stretches of [start, end), in order."""
		if end <= start:
			return
		openings = self._reach(start, end)
		index = max(bisect_right(openings.opens, start) - 1, 0)
		while index < len(openings.opens) and openings.opens[index] < end:
			begin, finish = max(openings.opens[index], start), min(openings.shuts[index], end)
			if begin < finish:
				yield begin, finish
			index += 1

	def closed_spans(self, start: Instant, end: Instant) -> Iterator[ClosedSpan]:
		"""The closed stretches of [start, end), in order, each with its reason."""
		at = start
		for begin, finish in [*self.open_spans(start, end), (end, end)]:
			if at < begin:
				yield from self._reasons(at, begin)
			at = finish

	def knows(self, at: Instant) -> bool:
		"""Whether the holidays are known for the date of that instant."""
		return at < self._known_end

	def pack(self) -> bytes:
		"""The compiled openings as bytes, to share between processes; see `unpack`."""
		openings = self._slot.openings
		count = len(openings.opens)
		return array("q", [openings.first, openings.last, count, *openings.opens, *openings.shuts]).tobytes()

	def unpack(self, packed: bytes) -> None:
		"""Take openings that the same version of this calendar has packed."""
		numbers = array("q")
		numbers.frombytes(packed)
		first, last, count = numbers[:3]
		spans = zip(numbers[3 : 3 + count], numbers[3 + count :], strict=True)
		self._slot.openings = _Openings(first, last, spans)

	def _add_far(self, start: Instant, seconds: Seconds) -> Instant:
		"""`add` for what lies beyond the years compiled so far: compile further, ever longer stretches."""
		limit = min(start + _HORIZON, LAST)
		reach = max(self._slot.openings.last, start)
		while reach < limit:
			reach = min(reach + max(4 * _YEAR, reach - start), limit)
			openings = self._reach(start, reach)
			if openings.done[-1] >= openings.until(start) + seconds:
				return self.add(start, seconds)
		raise self._too_far(start, seconds)

	def _too_far(self, start: Instant, seconds: Seconds) -> HorizonExceeded:
		return HorizonExceeded(
			calendar=self.name, seconds=seconds, years=HORIZON_YEARS, start=moment(start, self.zone)
		)

	def _reach(self, start: Instant, end: Instant) -> _Openings:
		"""Openings that cover [start, end), compiled further where needed."""
		openings = self._slot.openings
		if openings.first <= start and end <= openings.last:
			return openings
		if start < FIRST or end > LAST:
			outside = start if start < FIRST else end
			raise InstantOutOfRange(moment=outside, first=FIRST_YEAR, last=LAST_YEAR)
		first, last = start - _YEAR // 4, end + _YEAR
		if openings.last:
			first, last = min(first, openings.first), max(last, openings.last)
		first, last = max(first, FIRST), min(last, LAST)
		openings = _Openings(first, last, self._compile(first, last))
		self._slot.openings = openings
		return openings

	def _compile(self, first: Instant, last: Instant) -> Iterator[tuple[Instant, Instant]]:
		"""The open stretches of [first, last) as instants, joined where they touch."""
		walls = list(self._wall_openings(first // DAY - 2, last // DAY + 3))
		starts = [start for start, _ in walls]
		held: tuple[Instant, Instant] | None = None
		for begin, finish, shift in transitions(first, last, self.zone):
			index = max(bisect_right(starts, begin + shift) - 1, 0)
			while index < len(walls) and walls[index][0] < finish + shift:
				start = max(walls[index][0] - shift, begin)
				end = min(walls[index][1] - shift, finish)
				index += 1
				if start >= end:
					continue
				if held is not None and start <= held[1]:
					held = (held[0], end)
				else:
					if held is not None:
						yield held
					held = (start, end)
		if held is not None:
			yield held

	def _wall_openings(self, first_day: int, last_day: int) -> Iterator[tuple[Seconds, Seconds]]:
		"""Open stretches on the wall clock, in seconds since 1970-01-01 00:00 there, joined where they touch."""
		special = {
			exception.day.toordinal() - _EPOCH_ORDINAL: exception.windows for exception in self.exceptions
		}
		week, yearly = self.week, self.yearly
		held_start = held_end = -DAY * 1000
		for day in range(first_day, last_day):
			base = day * DAY
			windows = special.get(day)
			if windows is None and yearly and self._yearly_closure(day) is not None:
				windows = ()
			if windows is None:
				windows = week[(day + 3) % 7]
			elif held_end > base:
				held_end = base
			for window in windows:
				start, end = base + window.start, base + window.end
				if start <= held_end:
					held_end = max(held_end, end)
				else:
					if held_start < held_end:
						yield held_start, held_end
					held_start, held_end = start, end
		if held_start < held_end:
			yield held_start, held_end

	def _yearly_closure(self, day: int) -> YearlyClosure | None:
		that = date.fromordinal(day + _EPOCH_ORDINAL)
		return next((closure for closure in self.yearly if closure.covers((that.month, that.day))), None)

	def _reasons(self, start: Instant, end: Instant) -> Iterator[ClosedSpan]:
		"""Why the closed stretch [start, end) is closed, cut where the reason changes."""
		pending = ClosedSpan(start, start, *self._reason((start + offset(start, self.zone)) // DAY))
		for begin, finish, shift in transitions(start, end, self.zone):
			for day in range((begin + shift) // DAY, (finish + shift - 1) // DAY + 1):
				why, detail = self._reason(day)
				if (pending.why, pending.detail) != (why, detail):
					yield pending
					pending = ClosedSpan(pending.end, pending.end, why, detail)
				pending = replace(pending, end=min((day + 1) * DAY - shift, finish))
		yield pending

	def _reason(self, day: int) -> tuple[Closed, str]:
		that = date.fromordinal(day + _EPOCH_ORDINAL)
		for exception in self.exceptions:
			if exception.day == that:
				return (Closed.HOURS if exception.windows else Closed.DATE), exception.name
		closure = self._yearly_closure(day)
		if closure is not None:
			return Closed.DATE, closure.name
		if not self.week[that.weekday()]:
			return Closed.WEEKDAY, WEEKDAYS[that.weekday()]
		return Closed.HOURS, ""

	def _check_windows(self) -> None:
		for day, windows in zip(WEEKDAYS, self.week, strict=True):
			_check_day(self.name, day, windows)
		for exception in self.exceptions:
			_check_day(self.name, str(exception.day), exception.windows)
		for number, windows in enumerate(self.week):
			following = self.week[(number + 1) % 7]
			if windows and following and windows[-1].end - DAY > following[0].start:
				raise OverlappingWindows(
					calendar=self.name, first=windows[-1], second=following[0], day=WEEKDAYS[(number + 1) % 7]
				)

	def _ever_opens(self) -> bool:
		if any(exception.windows for exception in self.exceptions):
			return True
		if not any(self.week):
			return False
		leap_year = (date(2000, 1, 1) + timedelta(days=number) for number in range(366))
		return any(
			not any(closure.covers((day.month, day.day)) for closure in self.yearly) for day in leap_year
		)


def _week(windows: Mapping[int, tuple[Window, ...]]) -> Week:
	monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
		tuple(sorted(windows.get(day, ()))) for day in range(7)
	)
	return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _check_day(calendar: str, day: str, windows: tuple[Window, ...]) -> None:
	for window in windows:
		if window.start == window.end:
			raise EmptyWindow(calendar=calendar, window=window, day=day)
		if window.end < window.start:
			raise BackwardWindow(calendar=calendar, window=window, day=day)
		if not 0 <= window.start < DAY or window.end > window.start + DAY:
			raise InvalidWindow(calendar=calendar, window=window, day=day)
	for first, second in pairwise(windows):
		if first.end > second.start:
			raise OverlappingWindows(calendar=calendar, first=first, second=second, day=day)


def _check_month_day(calendar: str, month_day: tuple[int, int]) -> None:
	try:
		date(2000, *month_day)
	except ValueError as error:
		raise InvalidYearlyClosure(calendar=calendar, day="{:02}-{:02}".format(*month_day)) from error


def _clock(seconds: Seconds) -> str:
	hours, rest = divmod(seconds, 3600)
	minutes, left = divmod(rest, 60)
	return f"{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")
