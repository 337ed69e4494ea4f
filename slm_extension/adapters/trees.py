"""The host's trees and ours as forests of the domain: what services, customer groups and territories lie beneath.

What moves is remembered with where it lay before, so that tickets opened earlier keep what applied to them. So it
is with what services rest on; see link_changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import frappe

from slm_extension.adapters import link_changes
from slm_extension.adapters.site_time import to_site
from slm_extension.domain.instants import FIRST, Instant
from slm_extension.domain.scopes import Forest, Property
from slm_extension.domain.service_links import ServiceLinks

MOVE = "SLM Tree Move"
SERVICE = "SLM Service"
TREES = {
	Property.CUSTOMER_GROUP: ("Customer Group", "parent_customer_group"),
	Property.TERRITORY: ("Territory", "parent_territory"),
	Property.SERVICE: (SERVICE, "parent_slm_service"),
}
_PROPERTIES = {doctype: of for of, (doctype, _) in TREES.items()}


def forests() -> tuple[Forest, ...]:
	"""What lay beneath what and rested on what, from which instant on. One query a tree, and three more."""
	return tuple(newest_first())[::-1]


def newest_first() -> Iterator[Forest]:
	"""The same backwards; who wants only the newest need not have all that was worked out."""
	parents = {of: _parents(doctype, field) for of, (doctype, field) in TREES.items()}
	counted = link_changes.links_now()
	links = ServiceLinks(counted)
	moves, changes = _moves(), link_changes.changes()
	for at in sorted({*moves, *changes}, reverse=True):
		yield Forest(dict(parents), at, links)
		undone = moves.get(at, ())
		for of in {_PROPERTIES[row.tree] for row in undone}:
			parents[of] = dict(parents[of])
		for row in undone:
			parents[_PROPERTIES[row.tree]][row.node] = row.lay_beneath or ""
		if at in changes:
			counted.subtract(changes[at])
			links = ServiceLinks(+counted)
	yield Forest(parents, FIRST, links)


def _moves() -> dict[Instant, list[Any]]:
	"""What was moved or deleted, by instant, the last of an instant first."""
	found: dict[Instant, list[Any]] = defaultdict(list)
	for row in frappe.get_all(
		MOVE,
		fields=["tree", "node", "lay_beneath", "moved_instant"],
		order_by="moved_instant desc, creation desc, name desc",
		limit_page_length=0,
	):
		found[row.moved_instant].append(row)
	return found


def _parents(doctype: str, field: str) -> dict[str, str]:
	rows = frappe.get_all(
		doctype, fields=["name", field], order_by="name asc", limit_page_length=0, as_list=True
	)
	return {name: parent or "" for name, parent in rows}


def has_changed(document: Any, at: Instant) -> bool:
	"""Whether a node that was saved lies beneath another, or rests on others, than before; that is then remembered."""
	moved = _has_moved(document, at)
	return (document.doctype == SERVICE and link_changes.have_changed(document, at)) or moved


def _has_moved(document: Any, at: Instant) -> bool:
	field = TREES[_PROPERTIES[document.doctype]][1]
	before = document.get_doc_before_save()
	if before is None:
		return False
	lay, lies = before.get(field) or "", document.get(field) or ""
	if lay == lies:
		return False
	_remember(document.doctype, document.name, lay, at)
	return True


def has_gone(document: Any, at: Instant) -> None:
	"""A node is being deleted; what it lay beneath and rested on is remembered."""
	lay = document.get(TREES[_PROPERTIES[document.doctype]][1]) or ""
	_remember(document.doctype, document.name, lay, at)
	if document.doctype == SERVICE:
		link_changes.have_gone(document, at)


def renamed(doctype: str, old: str, new: str, merged: bool) -> None:
	"""A node has another name: what is remembered of it, and of what lay beneath it, says the new one.

	Of one that was merged into another only what lay beneath it, or rested on it, is kept.
	"""
	move = frappe.qb.DocType(MOVE)
	if merged:
		frappe.qb.from_(move).delete().where((move.tree == doctype) & (move.node == old)).run()
	for column in (move.node, move.lay_beneath):
		frappe.qb.update(move).set(column, new).where((move.tree == doctype) & (column == old)).run()
	if doctype == SERVICE:
		link_changes.rename(old, new, merged)


def _remember(doctype: str, node: str, lay_beneath: str, at: Instant) -> None:
	frappe.get_doc(
		{
			"doctype": MOVE,
			"tree": doctype,
			"node": node,
			"lay_beneath": lay_beneath,
			"moved_at": to_site(at),
			"moved_instant": at,
		}
	).insert(ignore_permissions=True)
