"""What the records say about how the process itself goes: answers to misses, decisions, repairs, unsent warnings.

Rows as values, only of what the session's user may read; months are numbers like 202606. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Min, Sum
from frappe.utils import get_datetime, getdate

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT, ENDED
from slm_extension.adapters.agreements import calendar_editions
from slm_extension.adapters.civil_months import all_months, begin, end, first_day, last_day
from slm_extension.adapters.corrections import CORRECTION
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.outages import GOING, OUTAGE
from slm_extension.adapters.permissions import only_readable
from slm_extension.adapters.store import ALARM, BREACH, EVENT
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import Instant

RECONCILED = "reconcile"
"""The source of facts that nobody told and the reconciler found."""

UNTOLD = ("Failed", "Nobody to Tell")
"""What became of a warning that reached nobody."""


@dataclass(frozen=True, slots=True)
class Asked:
	"""Somebody was to answer, or to decide, from one naive time of the site on; `done` None: nobody has yet."""

	name: str
	since: datetime
	done: datetime | None


def explanations_asked(first: int, last: int) -> list[Asked]:
	"""Misses whose explanation was asked for in these months; an excuse or a dispute is an answer too."""
	rows = _breaches(
		{"asked_on": _within(first, last), "standing": 1},
		"asked_on",
		"explained_on",
		"requested_on",
		"disputed_on",
	)
	return [
		Asked(
			row.name,
			get_datetime(row.asked_on),
			_earliest(row, "explained_on", "requested_on", "disputed_on"),
		)
		for row in rows
	]


def explanations_waited_for() -> list[Asked]:
	"""Misses whose explanation has been asked for and has not come."""
	wanted = {"status": "Explanation Requested", "standing": 1, "excused": 0, "asked_on": ["is", "set"]}
	return [Asked(row.name, get_datetime(row.asked_on), None) for row in _breaches(wanted, "asked_on")]


def decisions_waited_for() -> list[Asked]:
	"""Excuses that were asked for and disputes, not decided."""
	excuses = _breaches({"status": "Excuse Requested", "requested_on": ["is", "set"]}, "requested_on")
	disputes = _breaches({"status": "Disputed", "disputed_on": ["is", "set"]}, "disputed_on")
	return [
		*(Asked(row.name, get_datetime(row.requested_on), None) for row in excuses),
		*(Asked(row.name, get_datetime(row.disputed_on), None) for row in disputes),
	]


def decisions_asked(first: int, last: int) -> list[Asked]:
	"""Excuses that were asked for and disputes that were raised in these months."""
	found = []
	for asked, done in (("requested_on", "decided_on"), ("disputed_on", "settled_on")):
		# what somebody did to a breach in a month has been written since that month began: the index on `modified`
		wanted = {asked: _within(first, last), "modified": [">=", begin(first)]}
		found += [
			Asked(row.name, get_datetime(row[asked]), get_datetime(row[done]) if row[done] else None)
			for row in _breaches(wanted, asked, done)
		]
	return found


@dataclass(frozen=True, slots=True)
class Closed:
	"""A miss that was closed at a naive time of the site."""

	name: str
	at: datetime
	root_cause: str


def closed(first: int, last: int) -> list[Closed]:
	wanted = {"closed_on": _within(first, last), "status": "Closed", "modified": [">=", begin(first)]}
	return [
		Closed(row.name, get_datetime(row.closed_on), row.root_cause or "")
		for row in _breaches(wanted, "closed_on", "root_cause")
	]


@dataclass(frozen=True, slots=True)
class Explained:
	"""A miss of a month that was explained, and when; `calendar` is that of its agreement, None where it is gone."""

	name: str
	month: int
	missed: Instant
	explained: Instant
	calendar: Calendar | None


def explained(first: int, last: int) -> list[Explained]:
	"""Misses of these months that have been explained."""
	rows = _breaches(
		{"standing": 1, "period": ["in", all_months(first, last)], "explained_on": ["is", "set"]},
		"period",
		"missed_instant",
		"explained_on",
		"agreement",
	)
	if not rows:
		return []
	named = dict(
		frappe.get_all(
			AGREEMENT,
			filters={"name": ["in", sorted({row.agreement or "" for row in rows})]},
			fields=["name", "calendar"],
			order_by="name asc",
			as_list=True,
		)
	)
	calendars = {name: known.editions[-1][1] for name, known in calendar_editions().items()}
	return [
		Explained(
			row.name,
			row.period,
			row.missed_instant,
			site_time.to_instant(row.explained_on, row.missed_instant),
			calendars.get(named.get(row.agreement) or ""),
		)
		for row in rows
	]


def _breaches(wanted: Mapping[str, Any], *fields: str) -> list[Any]:
	return frappe.get_list(
		BREACH,
		filters=dict(wanted),
		fields=["name", *fields],
		order_by="name asc",
		limit_page_length=0,
	)


def _within(first: int, last: int) -> list[Any]:
	return ["between", [first_day(first), last_day(last)]]


def _earliest(row: Any, *fields: str) -> datetime | None:
	return min((get_datetime(row[field]) for field in fields if row[field]), default=None)


def corrections_asked(first: int, last: int) -> list[Asked]:
	"""Corrections asked for in these months; one that was withdrawn waits for nobody."""
	return _corrections({"requested_on": _within(first, last), "status": ["!=", "Withdrawn"]})


def corrections_waited_for() -> list[Asked]:
	return _corrections({"status": "Requested", "requested_on": ["is", "set"]})


def _corrections(wanted: Mapping[str, Any]) -> list[Asked]:
	rows = frappe.get_list(
		CORRECTION,
		filters=dict(wanted),
		fields=["name", "requested_on", "decided_on"],
		order_by="name asc",
		limit_page_length=0,
	)
	return [
		Asked(
			row.name, get_datetime(row.requested_on), get_datetime(row.decided_on) if row.decided_on else None
		)
		for row in rows
	]


@dataclass(frozen=True, slots=True)
class Opened:
	"""Tickets opened in a month, and how many of them are under no service, under no agreement."""

	tickets: int = 0
	without_service: int = 0
	without_agreement: int = 0


def opened(first: int, last: int) -> Mapping[int, Opened]:
	"""By month, in one query."""
	issue = frappe.qb.DocType(ISSUE)
	months = all_months(first, last)
	columns = []
	for month in months:
		within = issue.opening_date[first_day(month) : last_day(month)]
		columns.append(_count_if(within))
		for field in (issue.slm_service, issue.slm_agreement):
			columns.append(_count_if(within & (field.isnull() | (field == ""))))
	query = (
		frappe.qb.from_(issue).select(*columns).where(issue.opening_date[first_day(first) : last_day(last)])
	)
	((*numbers,),) = only_readable(query, ISSUE).run()
	counts = [int(number or 0) for number in numbers]
	return {month: Opened(*counts[3 * place : 3 * place + 3]) for place, month in enumerate(months)}


def _count_if(criterion: Any) -> Any:
	return Sum(Case().when(criterion, 1).else_(0))


def repaired(first: int, last: int) -> Mapping[int, int]:
	"""By month, how many tickets had changed past every event, as the reconciler found."""
	event = frappe.qb.DocType(EVENT)
	found = {}
	for month in all_months(first, last):
		start, over = site_time.to_instant(begin(month)), site_time.to_instant(end(month))
		query = (
			frappe.qb.from_(event)
			.select(Count(event.ticket).distinct())
			.where((event.recorded_instant >= start) & (event.recorded_instant < over))
			.where(event.source == RECONCILED)
		)
		found[month] = int(only_readable(query, EVENT).run()[0][0])
	return found


@dataclass(frozen=True, slots=True)
class Untold:
	"""A warning that reached nobody."""

	name: str
	reached: Instant


def untold(first: int, last: int) -> list[Untold]:
	start, over = site_time.to_instant(begin(first)), site_time.to_instant(end(last))
	rows = frappe.get_list(
		ALARM,
		filters=[
			["status", "in", UNTOLD],
			["reached_instant", ">=", start],
			["reached_instant", "<", over],
		],
		fields=["name", "reached_instant"],
		order_by="reached_instant asc, name asc",
		limit_page_length=0,
	)
	return [Untold(row.name, row.reached_instant) for row in rows]


def outages_going() -> list[Asked]:
	"""Outages of whose end nobody has been told, by when they began."""
	rows = frappe.get_list(
		OUTAGE,
		filters={"status": ["in", GOING], "cancelled": 0},
		fields=["name", "started"],
		order_by="started asc, name asc",
		limit_page_length=0,
	)
	return [Asked(row.name, get_datetime(row.started), None) for row in rows]


@dataclass(frozen=True, slots=True)
class Over:
	"""An agreement that has ended, on a day, and whether a later version stands in for it."""

	name: str
	day: date
	replaced: bool


def ended(first: int, last: int, latest: Mapping[str, int]) -> list[Over]:
	"""Agreements whose last day lies in these months; `latest` is the last version concluded of each lineage."""
	rows = frappe.get_list(
		AGREEMENT,
		filters={"docstatus": 1, "status": ["in", ENDED], "valid_until": _within(first, last)},
		fields=["name", "valid_until", "lineage", "agreement_version"],
		order_by="name asc",
		limit_page_length=0,
	)
	return [
		Over(row.name, getdate(row.valid_until), latest.get(row.lineage, 0) > row.agreement_version)
		for row in rows
	]


def agreements_like(**wanted: Any) -> Sequence[str]:
	"""Names of the agreements in force or agreed of which this is so."""
	return frappe.get_list(
		AGREEMENT,
		filters={"docstatus": 1, **wanted},
		pluck="name",
		order_by="name asc",
		limit_page_length=0,
	)


def first_kept() -> Instant | None:
	"""When the first fact was put into the ledger; None while it has none. Reads all of it: for who waits for a beginning."""
	event = frappe.qb.DocType(EVENT)
	((at,),) = frappe.qb.from_(event).select(Min(event.creation)).run()
	return site_time.to_instant(at) if at else None
