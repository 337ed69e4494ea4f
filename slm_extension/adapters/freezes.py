"""Freezes of an agreement as days on which its calendars are closed (R105).

A freeze counts from the instant it was recorded: what was decided before keeps its verdict, what runs is counted
anew. So each freeze, and each lifting of one, begins an edition of the agreement's targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from frappe import _
from frappe.utils import getdate

from slm_extension.domain.calendars import Calendar, DatedHours
from slm_extension.domain.instants import Instant

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Freeze:
	"""Closed from `first` to `last`, known since `recorded`; from `lifted_on` on it counts again, known since `lifted`."""

	first: date
	last: date
	reason: str
	recorded: Instant
	lifted_on: date | None = None
	lifted: Instant | None = None

	@property
	def moments(self) -> tuple[Instant, ...]:
		return (self.recorded,) if self.lifted is None else (self.recorded, self.lifted)

	def days(self, at: Instant) -> list[date]:
		"""The days that are frozen as far as was known at an instant."""
		if at < self.recorded:
			return []
		last = self.last
		if self.lifted is not None and self.lifted_on is not None and self.lifted <= at:
			last = self.lifted_on - DAY
		return [self.first + DAY * number for number in range((last - self.first).days + 1)]


def freezes_of(document: Any) -> tuple[Freeze, ...]:
	"""The freezes on record on an SLM Agreement."""
	return tuple(
		Freeze(
			getdate(row.from_date),
			getdate(row.until_date),
			row.reason or "",
			int(row.recorded_instant or 0),
			getdate(row.lifted_on) if row.lifted_on else None,
			int(row.lifted_instant) if row.lifted_on and row.lifted_instant else None,
		)
		for row in document.get("freezes") or ()
	)


def frozen(calendar: Calendar, freezes: tuple[Freeze, ...], at: Instant) -> Calendar:
	"""A calendar as it counts for an agreement with these freezes, as far as they were known at an instant."""
	closed = {
		day: DatedHours(day, (), _("frozen: {0}").format(freeze.reason))
		for freeze in freezes
		for day in freeze.days(at)
	}
	if not closed:
		return calendar
	kept = tuple(one for one in calendar.exceptions if one.day not in closed)
	return replace(calendar, exceptions=(*kept, *(closed[day] for day in sorted(closed))))
