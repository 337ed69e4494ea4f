"""The host's trees and ours as forests of the domain: what services, customer groups and territories lie beneath.

What moves is remembered with where it lay before, so that tickets opened earlier keep what applied to them.
"""

from __future__ import annotations

from typing import Any

import frappe

from slm_extension.adapters.site_time import to_site
from slm_extension.domain.instants import FIRST, Instant
from slm_extension.domain.scopes import Forest, Property

MOVE = "SLM Tree Move"
TREES = {
	Property.CUSTOMER_GROUP: ("Customer Group", "parent_customer_group"),
	Property.TERRITORY: ("Territory", "parent_territory"),
	Property.SERVICE: ("SLM Service", "parent_slm_service"),
}
_PROPERTIES = {doctype: of for of, (doctype, _) in TREES.items()}


def forests() -> tuple[Forest, ...]:
	"""What lay beneath what, from which instant on. One query a tree, and one for all moves."""
	parents = {of: _parents(doctype, field) for of, (doctype, field) in TREES.items()}
	found: list[Forest] = []
	undone: Instant | None = None
	for row in frappe.get_all(
		MOVE,
		fields=["tree", "node", "lay_beneath", "moved_instant"],
		order_by="moved_instant desc, creation desc, name desc",
		limit_page_length=0,
	):
		if row.moved_instant != undone:
			found.append(Forest({of: dict(one) for of, one in parents.items()}, row.moved_instant))
			undone = row.moved_instant
		parents[_PROPERTIES[row.tree]][row.node] = row.lay_beneath or ""
	return (Forest(parents, FIRST), *reversed(found))


def _parents(doctype: str, field: str) -> dict[str, str]:
	rows = frappe.get_all(
		doctype, fields=["name", field], order_by="name asc", limit_page_length=0, as_list=True
	)
	return {name: parent or "" for name, parent in rows}


def has_moved(document: Any, at: Instant) -> bool:
	"""Whether a node that was saved lies beneath another than before, which is then remembered."""
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
	"""A node is being deleted; what it lay beneath is remembered."""
	lay = document.get(TREES[_PROPERTIES[document.doctype]][1]) or ""
	_remember(document.doctype, document.name, lay, at)


def rename_moved(doctype: str, old: str, new: str, merged: bool) -> None:
	"""A node has another name: what is remembered of it, and of what lay beneath it, says the new one.

	Of one that was merged into another only what lay beneath it is kept.
	"""
	move = frappe.qb.DocType(MOVE)
	if merged:
		frappe.qb.from_(move).delete().where((move.tree == doctype) & (move.node == old)).run()
	for column in (move.node, move.lay_beneath):
		frappe.qb.update(move).set(column, new).where((move.tree == doctype) & (column == old)).run()


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
