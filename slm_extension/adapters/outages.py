"""Outages and maintenance windows as the domain's values, of a service and of all that it rests on. Decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import frappe

from slm_extension.adapters import site_time, store
from slm_extension.adapters.catalogue import links
from slm_extension.adapters.issues import ISSUE
from slm_extension.domain.availability import WHOLE, Maintenance, Outage
from slm_extension.domain.instants import Instant
from slm_extension.domain.service_links import Direction

OUTAGE = "SLM Outage"
WINDOW = "SLM Maintenance Window"
ROW = "SLM Maintenance Service"

GOING = ("Open", "Restored")
"""States of an outage of whose end the users have not been told."""

MOST_SERVICES = 100_000


TIMES = ("started", "restored_at", "told_at")
"""In the order in which they happen."""


def times_of(row: Any) -> dict[str, Instant]:
	"""The times of an outage that are entered; each, in the hour that autumn repeats, no earlier than the one before."""
	found: dict[str, Instant] = {}
	earlier: Instant | None = None
	for field in TIMES:
		if row.get(field):
			earlier = found[field] = site_time.to_instant(row.get(field), not_before=earlier)
	return found


def outage_of(row: Any) -> Outage:
	"""The outage of a document, or of a row of its table. Raises what the domain objects to."""
	at = times_of(row)
	return Outage(at["started"], at.get("told_at"), int(row.degradation or WHOLE), at.get("restored_at"))


def window_of(row: Any) -> Maintenance:
	"""The same of a maintenance window."""
	starts = site_time.to_instant(row.starts)
	return Maintenance(
		starts,
		site_time.to_instant(row.ends, not_before=starts),
		site_time.to_instant(row.announced_on) if row.announced_on else None,
		int(row.minimum_notice or 0),
	)


def outages_of(issue: str) -> list[Any]:
	"""Rows of all outages of an Issue, by name, as they are now; nobody else writes them until the transaction ends.

	Whoever asks has locked the Issue before.
	"""
	statement = (
		f"SELECT name, status, cancelled, started, told_at FROM `tab{OUTAGE}` WHERE issue = %s ORDER BY name"
	)
	return list(frappe.db.sql(store.locking(statement), [issue], as_dict=True))


def stored(name: str) -> Any:
	"""The document of an outage as it is now, whatever this transaction has read of it before."""
	return frappe.get_doc(OUTAGE, name, for_update=store.locks_rows())


def outages_since(since: Instant) -> Mapping[str, tuple[tuple[str, Outage], ...]]:
	"""By service, names and spans of the outages that lasted at or after an instant, or still last."""
	found: dict[str, list[tuple[str, Outage]]] = defaultdict(list)
	lasting = [["told_at", "is", "not set"], ["told_at", ">=", site_time.to_site(since)]]
	for row in frappe.get_all(
		OUTAGE,
		filters={"cancelled": 0},
		or_filters=lasting,
		fields=["name", "service", *TIMES, "degradation"],
		order_by="started asc, name asc",
		limit_page_length=0,
	):
		found[row.service].append((row.name, outage_of(row)))
	return {service: tuple(outages) for service, outages in found.items()}


def tickets_without_outage(after: str, page: int) -> list[str]:
	"""A page of Issues, by name, that say of a service that it is down, and no outage of theirs lasts."""
	issue, outage = frappe.qb.DocType(ISSUE), frappe.qb.DocType(OUTAGE)
	query = (
		frappe.qb.from_(issue)
		.left_join(outage)
		.on((outage.issue == issue.name) & outage.status.isin(list(GOING)))
		.select(issue.name)
		.where((issue.slm_service_down == 1) & (issue.slm_service != "") & (issue.name > after))
		.where(outage.name.isnull())
	)
	return [name for (name,) in query.orderby(issue.name).limit(page).run()]


def outages_without_ticket(after: str, page: int) -> list[str]:
	"""A page of names of Issues of which an outage lasts, and that do not say so, or are no more."""
	issue, outage = frappe.qb.DocType(ISSUE), frappe.qb.DocType(OUTAGE)
	query = (
		frappe.qb.from_(outage)
		.left_join(issue)
		.on(issue.name == outage.issue)
		.select(outage.issue)
		.distinct()
		.where(outage.status.isin(list(GOING)) & (outage.issue != "") & (outage.issue > after))
		.where(issue.name.isnull() | (issue.slm_service_down == 0))
	)
	return [name for (name,) in query.orderby(outage.issue).limit(page).run()]


def windows_between(first: Instant, last: Instant) -> Mapping[str, tuple[tuple[str, Maintenance], ...]]:
	"""By service, the names and spans of the windows that touch [first, last] and take place."""
	rows = frappe.get_all(
		WINDOW,
		filters={
			"cancelled": 0,
			"starts": ["<=", site_time.to_site(last)],
			"ends": [">=", site_time.to_site(first)],
		},
		fields=["name", "starts", "ends", "announced_on", "minimum_notice"],
		order_by="starts asc, name asc",
		limit_page_length=0,
	)
	windows = {row.name: window_of(row) for row in rows}
	found: dict[str, list[tuple[str, Maintenance]]] = defaultdict(list)
	for row in frappe.get_all(
		ROW,
		filters={"parenttype": WINDOW, "parent": ["in", list(windows) or [""]]},
		fields=["parent", "service"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		found[row.service].append((row.parent, windows[row.parent]))
	return {service: tuple(one) for service, one in found.items()}


def beneath(services: Iterable[str]) -> Mapping[str, frozenset[str]]:
	"""Each of some services with all that it rests on or consists of, over however many steps, itself included."""
	return _reached(services, Direction.DOWN)


def resting_on(service: str) -> frozenset[str]:
	"""All that is down when a service is, itself included."""
	return _reached([service], Direction.UP)[service]


def _reached(services: Iterable[str], direction: Direction) -> Mapping[str, frozenset[str]]:
	known = links()
	return {
		service: frozenset(
			[service, *(one for row in known.rows(service, direction, MOST_SERVICES) for one in row)]
		)
		for service in services
	}
