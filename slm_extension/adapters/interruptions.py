"""Interruptions that agreements list, as the domain's values and back, with what people call them. Decides nothing.

Their times are those of the clock on the wall in the zone of the agreement's calendar.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import cint, cstr, get_datetime

from slm_extension.adapters.agreement_states import AGREEMENT, FACING
from slm_extension.adapters.agreements import CalendarEditions
from slm_extension.adapters.promised_availability import in_force
from slm_extension.adapters.trees import forests
from slm_extension.domain.availability import Span
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import Seconds
from slm_extension.domain.interruptions import AgreedInterruption, Interruption
from slm_extension.domain.recurrence import LAST as LAST_PLACE
from slm_extension.domain.recurrence import Every, Rhythm
from slm_extension.domain.scopes import Property

TABLE = "SLM Agreement Interruption"
FIELDS = (
	"title",
	"service",
	"recurrence",
	"every_number",
	"month_rule",
	"weekday",
	"to_weekday",
	"month_day",
	"starts",
	"duration",
	"notice",
)

OFTEN = {
	"Once": None,
	"Daily": Every.DAY,
	"Weekly": Every.WEEK,
	"Monthly": Every.MONTH,
	"Quarterly": Every.QUARTER,
	"Half-Yearly": Every.HALF_YEAR,
	"Yearly": Every.YEAR,
}
PLACES = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": LAST_PLACE}
ON_DAY = "On Day"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Agreed:
	"""A row that says when: what it says, and when that is."""

	said: AgreedInterruption
	interruption: Interruption


@dataclass(frozen=True, slots=True)
class Interruptible:
	"""A concluded agreement with a customer: when it is in force, what it names, and when it may be interrupted."""

	in_force: Span
	services: frozenset[str]
	rows: tuple[Agreed, ...]


def said_in(document: Any) -> Iterator[AgreedInterruption]:
	"""The rows of an agreement. Raises a DomainError for one that can take place at no time, or never ends."""
	return (said_by(row) for row in document.get("interruptions") or ())


def said_by(row: Any) -> AgreedInterruption:
	"""What a row says; fields that are of no use to how often it takes place are not looked at. Raises as above."""
	begins = get_datetime(row.starts) if row.starts else None
	return AgreedInterruption(
		cstr(row.title).strip(),
		cstr(row.service),
		begins and begins.replace(microsecond=0),
		cint(row.duration),
		_rhythm(row),
		cint(row.notice),
	)


def said_if_possible(row: Any) -> AgreedInterruption | None:
	"""The same, and None for a row that nobody could conclude today: it interrupts nothing. Its form says why."""
	try:
		return said_by(row)
	except DomainError:
		return None


def _rhythm(row: Any) -> Rhythm | None:
	every = OFTEN[row.recurrence or "Once"]
	if every is None:
		return None
	interval = cint(row.every_number) or 1
	weekday = WEEKDAYS.index(row.weekday) if row.weekday else None
	if every is Every.WEEK:
		through = WEEKDAYS.index(row.to_weekday) if row.weekday and row.to_weekday else None
		return Rhythm(every, interval, weekday, through=through)
	plain = Rhythm(every, interval)
	if not plain.monthly or not row.month_rule:
		return plain
	if row.month_rule == ON_DAY:
		return Rhythm(every, interval, day=cint(row.month_day))
	return Rhythm(every, interval, weekday, PLACES[row.month_rule])


def useless_fields(row: Any) -> Iterator[str]:
	"""The fields that say nothing beside how often it takes place."""
	every = OFTEN.get(row.recurrence or "Once")
	by_month = every is not None and Rhythm(every).monthly
	if every is None:
		yield "every_number"
	if not by_month:
		yield "month_rule"
	if not (every is Every.WEEK or (by_month and row.month_rule in PLACES)):
		yield "weekday"
	if not (every is Every.WEEK and row.weekday):
		yield "to_weekday"
	if not (by_month and row.month_rule == ON_DAY):
		yield "month_day"


def row_of(said: AgreedInterruption) -> dict[str, Any]:
	"""The row of the form that says so."""
	rhythm = said.rhythm
	place = next((name for name, number in PLACES.items() if rhythm and number == rhythm.place), None)
	weekday, through = (rhythm.weekday, rhythm.through) if rhythm else (None, None)
	return {
		"title": said.title,
		"service": said.service or None,
		"recurrence": next(
			name for name, every in OFTEN.items() if every is (rhythm.every if rhythm else None)
		),
		"every_number": rhythm.interval if rhythm and rhythm.interval > 1 else None,
		"month_rule": ON_DAY if rhythm and rhythm.day else place,
		"weekday": None if weekday is None else WEEKDAYS[weekday],
		"to_weekday": None if through is None else WEEKDAYS[through],
		"month_day": rhythm.day if rhythm else None,
		"starts": said.begins,
		"duration": said.lasts or None,
		"notice": said.notice or None,
	}


def agreed_in(document: Any, calendars: Mapping[str, CalendarEditions]) -> Iterator[Agreed]:
	"""The rows of an agreement that say when and for how long."""
	return _placed(document.get("interruptions") or (), document.calendar, calendars)


def _placed(
	rows: Iterable[Any], calendar: str, calendars: Mapping[str, CalendarEditions]
) -> Iterator[Agreed]:
	for row in rows:
		said = said_if_possible(row)
		interruption = None if said is None else said.in_zone(calendars[calendar].first.zone)
		if said is not None and interruption is not None:
			yield Agreed(said, interruption)


def named_with(reach: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
	"""By service, the names by which an interruption is about it: those it reaches, and the groups of these."""
	tree = forests()[-1]
	return {
		service: frozenset(above for one in reached for above in tree.path(Property.SERVICE, one))
		for service, reached in reach.items()
	}


def about(rows: Iterable[Agreed], names: frozenset[str]) -> Iterator[Agreed]:
	"""The rows about a service that bears these names, or about whatever their agreement is about."""
	return (row for row in rows if not row.said.service or row.said.service in names)


def agreed_by_agreement(calendars: Mapping[str, CalendarEditions]) -> Mapping[str, tuple[Agreed, ...]]:
	"""What all concluded agreements say, by their names; those that say nothing are left out."""
	rows: dict[str, list[Any]] = {}
	for row in frappe.get_all(
		TABLE,
		filters={"parenttype": AGREEMENT, "docstatus": 1},
		fields=["parent", *FIELDS],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		rows.setdefault(row.parent, []).append(row)
	used = {
		one.name: one.calendar
		for one in frappe.get_all(
			AGREEMENT,
			filters={"name": ["in", list(rows) or [""]]},
			fields=["name", "calendar"],
			order_by="name asc",
			limit_page_length=0,
		)
	}
	found = {name: tuple(_placed(some, used[name], calendars)) for name, some in rows.items()}
	return {name: agreed for name, agreed in found.items() if agreed}


def notices_by_agreement(agreement: str = "") -> Mapping[str, tuple[tuple[str, Seconds], ...]]:
	"""By concluded agreement, or of one alone, whatever its state: the services of its rows ("" for all that it is
	about) with the notice in seconds that is asked for; rows that ask for none are left out.
	"""
	found: dict[str, list[tuple[str, Seconds]]] = {}
	only = {"parent": agreement} if agreement else {"docstatus": 1}
	for row in frappe.get_all(
		TABLE,
		filters={"parenttype": AGREEMENT, "notice": [">", 0], **only},
		fields=["parent", "service", "notice"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		found.setdefault(row.parent, []).append((cstr(row.service), cint(row.notice)))
	return {name: tuple(rows) for name, rows in found.items()}


def longest_notice(notices: Iterable[tuple[str, Seconds]], names: Collection[str]) -> Seconds:
	"""The longest that rows ask for about a service that bears these names; 0 where none does."""
	return max((notice for service, notice in notices if not service or service in names), default=0)


def with_customers(
	calendars: Mapping[str, CalendarEditions], agreed: Mapping[str, tuple[Agreed, ...]]
) -> tuple[Interruptible, ...]:
	"""All concluded agreements with customers, with what each says about interruptions; none where nobody says any."""
	if not agreed:
		return ()
	named: dict[str, set[str]] = {}
	for table in (TABLE, "SLM Agreement Service", "SLM Agreement Availability"):
		for row in frappe.get_all(
			table,
			filters={"parenttype": AGREEMENT, "docstatus": 1, "service": ["is", "set"]},
			fields=["parent", "service"],
			order_by="parent asc, idx asc",
			limit_page_length=0,
		):
			named.setdefault(row.parent, set()).add(row.service)
	return tuple(
		Interruptible(
			in_force(one, calendars[one.calendar].first.zone),
			frozenset(named.get(one.name, ())),
			agreed.get(one.name, ()),
		)
		for one in frappe.get_all(
			AGREEMENT,
			filters={"docstatus": 1, "kind": ["in", FACING]},
			fields=["name", "calendar", "valid_from", "valid_until", "until_replaced"],
			order_by="name asc",
			limit_page_length=0,
		)
	)
