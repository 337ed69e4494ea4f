"""Workload against what was agreed (R143, R216): period by period, ticket by ticket, and told in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from slm_extension.adapters import workload
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.permissions import speakable
from slm_extension.adapters.store import Ticket
from slm_extension.adapters.workload import Agreed, Opened
from slm_extension.domain.attainment import Attainment
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import Instant
from slm_extension.domain.workload import Load, Numbered, Opening, forecast, loads, reached, share_used
from slm_extension.services.tell import tell

NOTICE = "SLM Workload Notice"
WARN_AT = (80, 100)
"""Percent of a limit at which the agreement's owner is told."""

MOST_PERIODS = 400
"""More periods of one limit than these nobody reads."""


@dataclass(frozen=True, slots=True)
class Line:
	"""One limit in one period. `inside` and `above` are what became of the tickets up to the limit, and beyond.

	`forecast` is None for a period that is over, or not open yet; `used` where the limit is no ticket at all.
	"""

	agreement: str
	title: str
	customer: str
	agreed: Agreed
	first_day: date
	running: bool
	tickets: tuple[Numbered, ...]
	outcomes: tuple[Attainment, ...]
	used: Fraction | None
	forecast: Fraction | None

	@property
	def count(self) -> int:
		return len(self.tickets)

	@property
	def above(self) -> int:
		return sum(one.above for one in self.tickets)

	@property
	def attained_inside(self) -> Attainment:
		return self._attained(above=False)

	@property
	def attained_above(self) -> Attainment:
		return self._attained(above=True)

	def _attained(self, above: bool) -> Attainment:
		pairs = zip(self.tickets, self.outcomes, strict=True)
		return sum((outcome for one, outcome in pairs if one.above is above), Attainment())


@dataclass(frozen=True, slots=True)
class Place:
	"""Where a ticket stands under a limit."""

	agreement: str
	title: str
	agreed: Agreed
	first_day: date
	numbered: Numbered


def lines(
	agreements: Sequence[str], first: date, last: date, now: Instant, per: str = "", position: int = 0
) -> tuple[Line, ...]:
	"""Every limit of some agreements in every period that touches the days `first` to `last` and has begun.

	With `per` or `position` only the limits for that period, or of that row of their agreement.
	"""
	limits, about = workload.agreed(agreements), workload.titles_of(agreements)
	return tuple(
		line
		for name in agreements
		for row in limits.get(name, ())
		if per in ("", row.per) and position in (0, row.position)
		for line in _lines(name, about[name], row, first, last, now)
	)


def _lines(name: str, agreement: Any, row: Agreed, first: date, last: date, now: Instant) -> Iterator[Line]:
	calendar = workload.calendar_of(agreement.calendar)
	per, zone = row.limit.per, calendar.zone
	days = list(_periods(row, agreement, first, last, now, calendar))
	if len(days) > MOST_PERIODS:
		frappe.throw(
			_("{0} has {1} periods between these days. Choose fewer.").format(agreement.title, len(days)),
			title=_("Filters"),
		)
	if not days:
		return
	start, end = per.span(days[0], zone)[0], per.span(days[-1], zone)[1]
	opened = {one.opening.ticket: one for one in _opened(agreement, start, end)}
	by_day = loads(row.limit, [one.opening for one in opened.values()], zone)
	for day in days:
		load = by_day.get(day, Load(day, ()))
		span = per.span(day, zone)
		running = span[0] <= now < span[1]
		count = len(load.tickets)
		yield Line(
			name,
			agreement.title,
			agreement.customer or "",
			row,
			day,
			running,
			load.tickets,
			tuple(opened[one.opening.ticket].outcome for one in load.tickets),
			share_used(count, row.limit.tickets),
			forecast(count, span, now, calendar) if running else None,
		)


def _periods(
	row: Agreed, agreement: Any, first: date, last: date, now: Instant, calendar: Calendar
) -> Iterator[date]:
	"""The first days of the periods that touch both the days asked for and the agreement's validity."""
	per, zone = row.limit.per, calendar.zone
	begins = max(first, getdate(agreement.valid_from)) if agreement.valid_from else first
	ends = last
	if agreement.valid_until and not agreement.until_replaced:
		ends = min(last, getdate(agreement.valid_until))
	day = per.first_day(per.span(begins, zone)[0], zone)
	while day <= ends and per.span(day, zone)[0] <= now:
		yield day
		day = per.following(day)


def _opened(agreement: Any, start: Instant, end: Instant) -> list[Opened]:
	return workload.opened_under(_versions(agreement), start, end)


def _versions(agreement: Any) -> list[str]:
	return workload.versions_of(agreement.lineage) or [agreement.name]


def places(ticket: Ticket, agreements: Iterable[str] | None = None) -> tuple[Place, ...]:
	"""The how-manieth ticket it is, under each limit of its agreements (or of these) that is for it."""
	names = workload.agreements_of(ticket.type, ticket.name) if agreements is None else list(agreements)
	limits = workload.agreed(names)
	if not limits:
		return ()
	at = workload.opened_at(ticket.type, ticket.name)
	if at is None:
		return ()
	about = workload.titles_of(list(limits))
	return tuple(
		place for name, rows in limits.items() for place in _places(ticket, name, about[name], rows, at)
	)


def _places(
	ticket: Ticket, name: str, agreement: Any, rows: Sequence[Agreed], at: Instant
) -> Iterator[Place]:
	zone, versions = workload.calendar_of(agreement.calendar).zone, _versions(agreement)
	for row in rows:
		per = row.limit.per
		day = per.first_day(at, zone)
		start, _end = per.span(day, zone)
		number = workload.number_of(ticket, versions, row.limit, start, at)
		if number is not None:
			numbered = Numbered(Opening(ticket.name, at), number, number > row.limit.tickets)
			yield Place(name, agreement.title, row, day, numbered)


def remarks_on(ticket: Ticket) -> tuple[str, ...]:
	"""What the form of a ticket says: under which agreements it lies above the agreed workload. Plain text.

	Of agreements with teams and suppliers to those who may read them.
	"""
	spoken = speakable(workload.agreements_of(ticket.type, ticket.name))
	return tuple(
		_("Above the agreed workload of {0}: number {1}, agreed are {2}.").format(
			place.title, place.numbered.number, limit_in_words(place.agreed)
		)
		for place in places(ticket, sorted(filter(None, spoken)))
		if place.numbered.above
	)


def limit_in_words(row: Agreed) -> str:
	"""A limit as a person says it, with what it is for."""
	words = {
		"Day": _("{0} tickets a day"),
		"Week": _("{0} tickets a week"),
		"Month": _("{0} tickets a month"),
		"Quarter": _("{0} tickets a quarter"),
		"Year": _("{0} tickets a year"),
	}[row.per].format(row.limit.tickets)
	only = ", ".join(filter(None, [row.service, row.priority and _(row.priority)]))
	return f"{words} ({only})" if only else words


def warn(now: Instant) -> int:
	"""Tell owners of agreements whose limit is nearly, or quite, used up: once each a period. Returns how many times."""
	names = frappe.get_all(
		AGREEMENT, filters={"docstatus": 1, "status": "In Force"}, pluck="name", order_by="name asc"
	)
	limits, count = workload.agreed(names), 0
	about = workload.titles_of(list(limits))
	for name, rows in limits.items():
		agreement = about[name]
		for row in rows:
			count += _warn(name, agreement, row, now)
	return count


def _warn(name: str, agreement: Any, row: Agreed, now: Instant) -> int:
	calendar = workload.calendar_of(agreement.calendar)
	per, zone = row.limit.per, calendar.zone
	day = per.first_day(now, zone)
	span = per.span(day, zone)
	count = workload.count_opened(_versions(agreement), row.limit, *span)
	percents = reached(count, row.limit.tickets, WARN_AT)
	new = [percent for percent in percents if _first_time(name, row, day, percent, count)]
	if not new:
		return 0
	text = _("{0} since {1}; agreed are {2}.").format(count, formatdate(day), limit_in_words(row))
	expected = forecast(count, span, now, calendar)
	if expected is not None:
		last = per.following(day) - timedelta(days=1)
		text += " " + _("Going on like this it will be {0} by {1}.").format(round(expected), formatdate(last))
	subject = (
		_("The agreed workload of {0} is used up")
		if 100 in new
		else _("{1} % of the agreed workload of {0} is used")
	).format(agreement.title, new[-1])
	told = tell(frappe.get_doc(AGREEMENT, name), [agreement.agreement_owner], subject, text, everybody=True)
	for percent in new:
		frappe.db.set_value(NOTICE, {"notice_key": _key(name, row, day, percent)}, "told", ", ".join(told))
	return 1


def _first_time(name: str, row: Agreed, day: date, percent: int, count: int) -> bool:
	"""Note that a share has been reached; False when somebody has, or does so at this moment."""
	key = _key(name, row, day, percent)
	if frappe.db.exists(NOTICE, {"notice_key": key}):
		return False
	notice = frappe.get_doc(
		{
			"doctype": NOTICE,
			"agreement": name,
			"limit_text": limit_in_words(row)[:140],
			"first_day": day,
			"percent": percent,
			"tickets": count,
			"notice_key": key,
		}
	)
	frappe.db.savepoint("slm_workload_notice")
	try:
		notice.insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="slm_workload_notice")
		return False
	return True


def _key(name: str, row: Agreed, day: date, percent: int) -> str:
	return f"{name}|{row.row}|{day.isoformat()}|{percent}"
