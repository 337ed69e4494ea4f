"""Months of the civil calendar as numbers like 202606, as records keep them: before, until, from and to which day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta


def month_of(day: date) -> int:
	"""The month that a day, or a naive time, lies in."""
	return day.year * 100 + day.month


def months_before(month: int, count: int) -> int:
	"""The month so many months before."""
	number = month // 100 * 12 + month % 100 - 1 - count
	return number // 12 * 100 + number % 12 + 1


def all_months(first: int, last: int) -> tuple[int, ...]:
	"""Every month from the first to the last, both included."""
	found = []
	while first <= last:
		found.append(first)
		first = months_before(first, -1)
	return tuple(found)


def first_day(month: int) -> date:
	return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
	return date(month // 100, month % 100, monthrange(month // 100, month % 100)[1])


def begin(month: int) -> datetime:
	"""The naive time at which it begins."""
	return datetime.combine(first_day(month), time())


def end(month: int) -> datetime:
	"""The naive time at which it is over, and the next begins."""
	return datetime.combine(last_day(month), time()) + timedelta(days=1)


def in_words(month: int) -> str:
	"""As a filter and a chart write it: 2026-06."""
	return f"{month // 100}-{month % 100:02}"
