"""What services rest on, as the catalogue says now, and every link that was added or removed since when.

A link that nothing is remembered of has been there for ever: those of a service that is new, too.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import frappe

from slm_extension.adapters.site_time import to_site
from slm_extension.domain.instants import Instant

CHANGE = "SLM Service Link Change"
ADDED, REMOVED = "Added", "Removed"

Links = Counter[tuple[str, str]]
"""How often a service is linked to one that it rests on: a merge of services can leave a link there twice."""


def links_now() -> Links:
	rows = frappe.get_all(
		"SLM Service Link",
		filters={"parenttype": "SLM Service", "parentfield": "rests_on"},
		fields=["parent", "service"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
		as_list=True,
	)
	return Counter((upper, lower) for upper, lower in rows)


def changes() -> dict[Instant, Links]:
	"""What came to the links at an instant; what went is counted below zero."""
	found: dict[Instant, Links] = {}
	for row in frappe.get_all(
		CHANGE,
		fields=["service", "rests_on", "change", "changed_instant"],
		order_by="changed_instant asc, creation asc, name asc",
		limit_page_length=0,
	):
		step = 1 if row.change == ADDED else -1
		found.setdefault(row.changed_instant, Counter())[row.service, row.rests_on] += step
	return found


def have_changed(service: Any, at: Instant) -> bool:
	"""Whether a service that was saved rests on others than before, which is then remembered."""
	before = service.get_doc_before_save()
	if before is None and not frappe.db.exists(CHANGE, {"service": service.name}):
		return False
	had, has = _links_of(before), _links_of(service)
	for lower in (has - had).elements():
		_remember(service.name, lower, ADDED, at)
	for lower in (had - has).elements():
		_remember(service.name, lower, REMOVED, at)
	return had != has


def have_gone(service: Any, at: Instant) -> None:
	"""A service is being deleted, and its links with it."""
	for lower in _links_of(service).elements():
		_remember(service.name, lower, REMOVED, at)


def rename(old: str, new: str, merged: bool) -> None:
	"""A service has another name: what is remembered says the new one. One that was merged has no past of its own."""
	change = frappe.qb.DocType(CHANGE)
	if merged:
		frappe.qb.from_(change).delete().where(change.service == old).run()
	for column in (change.service, change.rests_on):
		frappe.qb.update(change).set(column, new).where(column == old).run()


def _links_of(service: Any | None) -> Counter[str]:
	return Counter(row.service for row in service.rests_on) if service is not None else Counter()


def _remember(service: str, rests_on: str, change: str, at: Instant) -> None:
	frappe.get_doc(
		{
			"doctype": CHANGE,
			"service": service,
			"rests_on": rests_on,
			"change": change,
			"changed_at": to_site(at),
			"changed_instant": at,
		}
	).insert(ignore_permissions=True)
