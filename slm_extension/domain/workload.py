"""Agreed workload: which ticket is the how-manieth of a period, and how many a period is heading for.

Tickets count in the order in which they were opened. One that was opened after the limit was reached lies above
it, whatever becomes of the others later. Periods are those of the wall clock of the agreement's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from zoneinfo import ZoneInfo

from slm_extension.domain.attainment import Period
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import Instant, Seconds, from_wall, moment


class Per(Enum):
	"""What a limit is agreed for."""

	DAY = "day"
	WEEK = "week"
	MONTH = "month"
	QUARTER = "quarter"
	YEAR = "year"

	def first_day(self, at: Instant, zone: ZoneInfo) -> date:
		"""The first day of the period an instant lies in, by the wall clock of that zone."""
		if self is Per.DAY:
			return moment(at, zone).date()
		return Period(self.value).first_day(at, zone)

	def following(self, first: date) -> date:
		"""The first day of the next period. Raises OverflowError past the year 9999."""
		if self is Per.DAY:
			return first + timedelta(days=1)
		return Period(self.value).following(first)

	def span(self, first: date, zone: ZoneInfo) -> tuple[Instant, Instant]:
		"""The instants [start, end) of the period that begins on that day."""
		start, end = (
			from_wall(datetime(day.year, day.month, day.day), zone) for day in (first, self.following(first))
		)
		return start, end


@dataclass(frozen=True, slots=True)
class Limit:
	"""So many tickets a period. Of which: empty sets leave out none; `services` holds all that the limit is for.

	`best_effort`: what lies above is no promise any more. `accepted`: by the customer.
	"""

	tickets: int
	per: Per
	services: frozenset[str] = frozenset()
	priorities: frozenset[str] = frozenset()
	best_effort: bool = True
	accepted: bool = True

	def covers(self, opening: Opening) -> bool:
		return (not self.services or opening.service in self.services) and (
			not self.priorities or opening.priority in self.priorities
		)


@dataclass(frozen=True, slots=True)
class Opening:
	"""A ticket with the instant it was opened and what it is about."""

	ticket: str
	at: Instant
	service: str = ""
	priority: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
	"""A ticket as the `number`th of its period; counted from 1."""

	opening: Opening
	number: int
	above: bool


@dataclass(frozen=True, slots=True)
class Load:
	"""The tickets of one period under one limit."""

	first_day: date
	tickets: tuple[Numbered, ...]


def loads(limit: Limit, openings: Iterable[Opening], zone: ZoneInfo) -> Mapping[date, Load]:
	"""The tickets a limit is for, numbered period by period; only periods that have any. Of equals the name decides."""
	periods: dict[date, list[Opening]] = {}
	for opening in sorted(filter(limit.covers, openings), key=lambda one: (one.at, one.ticket)):
		periods.setdefault(limit.per.first_day(opening.at, zone), []).append(opening)
	return {
		first: Load(
			first,
			tuple(
				Numbered(opening, number, number > limit.tickets)
				for number, opening in enumerate(opened, start=1)
			),
		)
		for first, opened in periods.items()
	}


def share_used(count: int, limit: int) -> Fraction | None:
	"""Percent of a limit; None where nothing at all was agreed to come."""
	return Fraction(100 * count, limit) if limit else None


def forecast(count: int, span: tuple[Instant, Instant], now: Instant, calendar: Calendar) -> Fraction | None:
	"""How many tickets the period ends with if they go on to come as they did, by open time of the calendar.

	None for a period that has not begun to be open; the count itself once it has been open for the last time.
	"""
	start, end = span
	passed: Seconds = calendar.between(start, min(max(now, start), end))
	if not passed:
		return None
	return Fraction(count * calendar.between(start, end), passed)


def reached(count: int, limit: int, percents: Sequence[int]) -> tuple[int, ...]:
	"""Which of some percentages of a limit have been reached. A limit of none is reached by the first ticket."""
	if not limit:
		return tuple(percents) if count else ()
	return tuple(percent for percent in percents if 100 * count >= percent * limit)
