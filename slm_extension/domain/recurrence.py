"""Days that recur: weekly, monthly, on the first Sunday of a quarter. Knows the ends of months, no hours, no holidays.

A day of the month that a shorter month has not is that month's last day, and is itself again as soon as a month
has it: from 31 January monthly come 28 February and 31 March. That is why this is no matter for iCalendar's rules,
which skip such a month.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from slm_extension.domain.errors import (
	DaysDoNotFit,
	IntervalOutOfRange,
	NoDayOfMonth,
	SameWeekdayTwice,
	WeekdayMissing,
)

LAST_DAY = 31
"""The day of the month that stands for the last one."""


class Every(Enum):
	"""How often: every so many days, or every so many months."""

	DAY = (1, 0)
	WEEK = (7, 0)
	MONTH = (0, 1)
	QUARTER = (0, 3)
	HALF_YEAR = (0, 6)
	YEAR = (0, 12)


LONGEST_INTERVAL = 99
"""A greater one is a slip of the finger."""

LAST = -1
"""The place of the last weekday of its name in a month."""

_PLACES = (1, 2, 3, 4, LAST)
"""Those that every month has."""


@dataclass(frozen=True, slots=True)
class Rhythm:
	"""Each `interval`-th day, week, month ... of a series, counted from the day on which it begins.

	By weeks: on a `weekday`, 0 is Monday; None is that of the first day. From that weekday `through` another it is on
	all days between them too, from Friday through Monday on four; each `interval`-th week then begins with `weekday`,
	and the first is the one in which it first takes place. By months, quarters ...: on the `place`-th such weekday,
	from 1 to 4 or LAST; or on a `day`, from 1 to 31; or else on the day of the month on which it begins.
	Raises IntervalOutOfRange, WeekdayMissing, NoDayOfMonth, SameWeekdayTwice, DaysDoNotFit.
	"""

	every: Every
	interval: int = 1
	weekday: int | None = None
	place: int | None = None
	day: int | None = None
	through: int | None = None

	def __post_init__(self) -> None:
		if not 1 <= self.interval <= LONGEST_INTERVAL:
			raise IntervalOutOfRange(interval=self.interval, most=LONGEST_INTERVAL)
		if self.place is not None and self.weekday is None:
			raise WeekdayMissing()
		if self.day is not None and not 1 <= self.day <= LAST_DAY:
			raise NoDayOfMonth(day=self.day)
		if self.through is not None and self.through == self.weekday:
			raise SameWeekdayTwice()
		if not self._fits():
			raise DaysDoNotFit()

	def _fits(self) -> bool:
		if self.weekday is not None and not 0 <= self.weekday <= 6:
			return False
		if self.through is not None:
			weekly = self.every is Every.WEEK and self.weekday is not None and 0 <= self.through <= 6
			return weekly and self.place is self.day is None
		if not self.monthly:
			return self.place is self.day is None and (self.weekday is None or self.every is Every.WEEK)
		if self.weekday is None:
			return True
		return self.place in _PLACES and self.day is None

	@property
	def monthly(self) -> bool:
		"""Whether it is counted in months, or in quarters or years of them."""
		return bool(self.every.value[1])

	@property
	def apart(self) -> int:
		"""So many days lie at least between two of its days."""
		if self.through is not None:
			return 1
		days, months = self.every.value
		return (days + months * 28) * self.interval

	@property
	def _more(self) -> int:
		"""So many days follow upon the first in each of its weeks."""
		if self.weekday is None or self.through is None:
			return 0
		return (self.through - self.weekday) % 7

	def days(self, begun: date, earliest: date, latest: date) -> Iterator[date]:
		"""Its days from `earliest` to `latest`, both included, of a series that begins on `begun`, in order."""
		if self.monthly:
			return self._of_months(begun, max(begun, earliest), latest)
		return self._of_days(begun, earliest, latest)

	def _of_days(self, begun: date, earliest: date, latest: date) -> Iterator[date]:
		first, step, more = begun.toordinal(), self.every.value[0] * self.interval, self._more
		earliest_number, latest_number = max(first, earliest.toordinal()), latest.toordinal()
		if self.weekday is not None:
			past = (begun.weekday() - self.weekday) % 7
			first += -past if past <= more else 7 - past
		late = earliest_number - more - first
		for number in range(first + -(-late // step) * step, latest_number + 1, step):
			for one in range(max(number, earliest_number), min(number + more, latest_number) + 1):
				yield date.fromordinal(one)

	def _of_months(self, begun: date, earliest: date, latest: date) -> Iterator[date]:
		first, step = _number(begun), self.every.value[1] * self.interval
		skipped = (_number(earliest) - first) // step
		for number in range(first + skipped * step, _number(latest) + 1, step):
			day = self._in_month(number, begun)
			if earliest <= day <= latest:
				yield day

	def _in_month(self, number: int, begun: date) -> date:
		year, month = divmod(number, 12)
		first, length = monthrange(year, month + 1)
		if self.weekday is None or self.place is None:
			return date(year, month + 1, min(self.day or begun.day, length))
		day = 1 + (self.weekday - first) % 7
		weeks = (length - day) // 7 if self.place == LAST else self.place - 1
		return date(year, month + 1, day + weeks * 7)


def next_day(day: date, every: Every, begun: date | None = None) -> date | None:
	"""The day after `day` in its series; None past the end of the calendar, the year 9999.

	`begun` is the day from which the series was first counted, if it is known. It tells which day of the month is
	meant where `day` itself does not: from 30 January comes 28 February, and from that 30 March. Where `day` is no
	day of that series and the last of its month, the last of every month is meant.
	"""
	days, months = every.value
	if months:
		return _in_month(_number(day) + months, _day_meant(day, begun))
	return day + timedelta(days=days) if (date.max - day).days >= days else None


def next_day_from(day: date, every: Every, earliest: date, begun: date | None = None) -> date | None:
	"""The first day after `day` in its series that is not before `earliest`; None past the year 9999."""
	found = next_day(day, every, begun)
	days, months = every.value
	if days:
		late = (earliest - found).days if found else 0
		return found and found + timedelta(days=-(-late // days) * days) if late > 0 else found
	number = _number(day)
	meant = _day_meant(day, begun)
	skipped = (_number(earliest) - number) // months
	found = _in_month(number + max(1, skipped) * months, meant)
	return _in_month(number + (max(1, skipped) + 1) * months, meant) if found and found < earliest else found


def previous_day(day: date, every: Every, begun: date | None = None) -> date:
	"""The day before `day` in its series, the first of the calendar where there is none; `begun` as in `next_day`."""
	days, months = every.value
	if not months:
		return day - timedelta(days=min(days, (day - date.min).days))
	number = _number(day) - months
	return (_in_month(number, _day_meant(day, begun)) if number >= _number(date.min) else None) or date.min


def _day_meant(day: date, begun: date | None) -> int:
	if begun is not None and day.day == min(begun.day, _length(day)):
		return begun.day
	return LAST_DAY if day.day == _length(day) else day.day


def _length(day: date) -> int:
	return monthrange(day.year, day.month)[1]


def _number(day: date) -> int:
	"""Its month, counted from January of the year 0."""
	return day.year * 12 + day.month - 1


def _in_month(number: int, day: int) -> date | None:
	"""A day of the month with that number, counted from January of the year 0."""
	year, month = divmod(number, 12)
	if year > date.max.year:
		return None
	return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
