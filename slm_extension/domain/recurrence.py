"""Days that recur: weekly, monthly, by the quarter. Knows the ends of months, no hours and no holidays.

A day of the month that a shorter month has not is that month's last day, and is itself again as soon as a month
has it: from 31 January monthly come 28 February and 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import Enum

_LAST = 31
"""The day of the month that stands for the last one."""


class Every(Enum):
	"""How often: every so many days, or every so many months."""

	DAY = (1, 0)
	WEEK = (7, 0)
	MONTH = (0, 1)
	QUARTER = (0, 3)
	HALF_YEAR = (0, 6)
	YEAR = (0, 12)


def next_day(day: date, every: Every, begun: date | None = None) -> date | None:
	"""The day after `day` in its series; None past the end of the calendar, the year 9999.

	`begun` is the day from which the series was first counted, if it is known. It tells which day of the month is
	meant where `day` itself does not: from 30 January comes 28 February, and from that 30 March. Where `day` is no
	day of that series and the last of its month, the last of every month is meant.
	"""
	days, months = every.value
	if months:
		return _in_month(day.year * 12 + day.month - 1 + months, _day_meant(day, begun))
	return day + timedelta(days=days) if (date.max - day).days >= days else None


def next_day_from(day: date, every: Every, earliest: date, begun: date | None = None) -> date | None:
	"""The first day after `day` in its series that is not before `earliest`; None past the year 9999."""
	found = next_day(day, every, begun)
	days, months = every.value
	if days:
		late = (earliest - found).days if found else 0
		return found and found + timedelta(days=-(-late // days) * days) if late > 0 else found
	number = day.year * 12 + day.month - 1
	meant = _day_meant(day, begun)
	skipped = (earliest.year * 12 + earliest.month - 1 - number) // months
	found = _in_month(number + max(1, skipped) * months, meant)
	return _in_month(number + (max(1, skipped) + 1) * months, meant) if found and found < earliest else found


def _day_meant(day: date, begun: date | None) -> int:
	if begun is not None and day.day == min(begun.day, _length(day)):
		return begun.day
	return _LAST if day.day == _length(day) else day.day


def _length(day: date) -> int:
	return monthrange(day.year, day.month)[1]


def _in_month(number: int, day: int) -> date | None:
	"""A day of the month with that number, counted from January of the year 0."""
	year, month = divmod(number, 12)
	if year > date.max.year:
		return None
	return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
