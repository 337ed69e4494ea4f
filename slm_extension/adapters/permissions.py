"""Who may read what we keep about a ticket: whoever may read the ticket. Asks the host, decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.desk.reportview import build_match_conditions
from frappe.permissions import get_role_permissions
from pypika.terms import LiteralValue

from slm_extension.domain.agreements import AgreementKind

TICKET_TYPES = ("Issue",)
"""The DocTypes of the host whose documents are tickets."""

_NOTHING = "1 = 0"


def of_readable_tickets(user: str | None = None, doctype: str = "SLM Clock") -> str:
	"""Hook permission_query_conditions: rows about tickets the user may read. Empty: about all of them."""
	user = user or frappe.session.user
	conditions = {one: condition_of(one, user) for one in TICKET_TYPES}
	if not any(conditions.values()):
		return ""
	return "({})".format(
		" or ".join(_about(doctype, one, condition) for one, condition in conditions.items())
	)


def may_read_ticket(doc: Any, ptype: str = "read", user: str | None = None) -> bool | None:
	"""Hook has_permission: no to a row about a ticket that the user may not read, otherwise as the host says.

	Of a ticket that is no more, its trace stays: the role alone decides.
	"""
	if not doc.get("ticket") or not frappe.db.exists(doc.ticket_type, doc.ticket):
		return None
	return None if frappe.has_permission(doc.ticket_type, "read", doc.ticket, user=user) else False


def reads_no_ticket(user: str) -> bool:
	"""Whether a user may read no ticket at all."""
	return all(condition_of(one, user) == _NOTHING for one in TICKET_TYPES)


def reads_every_ticket(user: str) -> bool:
	"""Whether a user may read what was measured of all tickets there are, so that figures over them are whole."""
	return not any(condition_of(one, user) for one in (*TICKET_TYPES, "SLM Clock"))


def condition_of(doctype: str, user: str) -> str:
	"""What the host adds to a query of a DocType for a user, as SQL. Empty: he may read every document.

	The host's own condition is empty as well for someone who has no role but a few documents shared with him.
	"""
	allowed = get_role_permissions(frappe.get_meta(doctype), user=user)
	if allowed.get("read"):
		return str(build_match_conditions(doctype, user=user)).replace("%%", "%")
	shared = frappe.share.get_shared(doctype, user)
	if not shared:
		return _NOTHING
	return f"`tab{doctype}`.`name` in ({', '.join(frappe.db.escape(name, percent=False) for name in shared)})"


def only_readable(query: Any, doctype: str) -> Any:
	"""A query of the builder, about the documents that the session's user may read."""
	condition = condition_of(doctype, frappe.session.user)
	# the builder passes values apart, so a percent sign of the condition's own is doubled
	return query.where(LiteralValue(f"({condition.replace('%', '%%')})")) if condition else query


def of_readable_restatements(user: str | None = None, doctype: str = "SLM Correction Restatement") -> str:
	"""Hook permission_query_conditions: rows of corrections the user may read, about agreements of which he may hear.

	The host asks whether rows of a document may be read at all, and then gives those of every document.
	"""
	user = user or frappe.session.user
	corrections, agreements = condition_of("SLM Correction", user), condition_of("SLM Agreement", user)
	conditions = []
	if corrections:
		readable = f"select `tabSLM Correction`.`name` from `tabSLM Correction` where {corrections}"
		conditions.append(f"`tab{doctype}`.`parent` in ({readable})")
	if agreements:
		facing = ", ".join(frappe.db.escape(kind.value) for kind in AgreementKind if kind.customer_facing)
		of_customers = f"`tabSLM Agreement`.`kind` in ({facing})"
		spoken = (
			f"select `tabSLM Agreement`.`name` from `tabSLM Agreement` where {of_customers} or ({agreements})"
		)
		conditions.append(f"`tab{doctype}`.`agreement` in ({spoken})")
	return f"({' and '.join(conditions)})" if conditions else ""


def of_readable_reports(user: str | None = None, doctype: str = "SLM Supplier Figure") -> str:
	"""Hook permission_query_conditions: figures of the service reports that the user may read; as of restatements."""
	condition = condition_of("SLM Supplier Report", user or frappe.session.user)
	if not condition:
		return ""
	readable = f"select `tabSLM Supplier Report`.`name` from `tabSLM Supplier Report` where {condition}"
	return f"`tab{doctype}`.`parent` in ({readable})"


def speakable(agreements: Iterable[str | None]) -> frozenset[str | None]:
	"""Those of some agreements of which the user may hear: with the customer, and others that he may read."""
	wanted = set(agreements)
	named = sorted(filter(None, wanted))
	kinds = dict(
		frappe.get_all(
			"SLM Agreement",
			filters={"name": ["in", named or [""]]},
			fields=["name", "kind"],
			order_by="name asc",
			as_list=True,
		)
	)
	facing = {kind.value for kind in AgreementKind if kind.customer_facing}
	beneath = sorted(name for name, kind in kinds.items() if kind not in facing)
	readable: list[str] = []
	if beneath and frappe.has_permission("SLM Agreement", "read"):
		readable = frappe.get_list(
			"SLM Agreement",
			filters={"name": ["in", beneath]},
			pluck="name",
			order_by="name asc",
			limit_page_length=0,
		)
	return frozenset(wanted - (set(beneath) - set(readable)))


def _about(doctype: str, ticket_type: str, condition: str) -> str:
	table = f"`tab{doctype}`"
	kind = f"{table}.`ticket_type` = {frappe.db.escape(ticket_type)}"
	if not condition:
		return kind
	if condition == _NOTHING:
		return _NOTHING
	return (
		f"({kind} and {table}.`ticket` in "
		f"(select `tab{ticket_type}`.`name` from `tab{ticket_type}` where {condition}))"
	)
