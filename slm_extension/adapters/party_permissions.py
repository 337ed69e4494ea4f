"""Which agreements a customer's or a supplier's user sees, and for whom he signs.

He has no permission on SLM Agreement itself: through it he would read what is ours alone. Pages and methods of
the portal ask here, then read for him and show what services.print_agreement shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import frappe

from slm_extension.adapters.agreement_states import AGREEMENT, CONCLUDED, FACING
from slm_extension.adapters.portal import customers_of

TO_SIGN = "Approved"


@dataclass(frozen=True, slots=True)
class Parties:
	"""On whose side a user is."""

	customers: frozenset[str]
	suppliers: frozenset[str]

	def __bool__(self) -> bool:
		return bool(self.customers or self.suppliers)


def parties_of(user: str | None = None) -> Parties:
	"""The customers and suppliers that name a user as their portal user. Nobody's for guests and disabled users."""
	user = user or frappe.session.user
	if user == "Guest" or not frappe.get_cached_value("User", user, "enabled"):
		return Parties(frozenset(), frozenset())
	return Parties(frozenset(customers_of(user)), frozenset(_suppliers_of(user)))


def _suppliers_of(user: str) -> list[str]:
	return frappe.get_all(
		"Portal User",
		filters={"user": user, "parenttype": "Supplier"},
		pluck="parent",
		order_by="parent asc",
	)


def side_of(agreement: Any, parties: Parties) -> str:
	"""The side on which a user sees an agreement: "Customer" or "Supplier"; empty when he does not see it."""
	if agreement.is_template or not _far_enough(agreement):
		return ""
	if agreement.kind == "UC":
		return "Supplier" if agreement.supplier in parties.suppliers else ""
	if agreement.kind in FACING and agreement.basis == "Customer":
		return "Customer" if customers_in(agreement) & parties.customers else ""
	return ""


def customers_in(agreement: Any) -> frozenset[str]:
	return frozenset(filter(None, [agreement.customer, *(row.customer for row in agreement.customers)]))


def _far_enough(agreement: Any) -> bool:
	"""Passed by the group and waiting for signatures, or concluded; a draft in negotiation is talked about elsewhere."""
	if agreement.docstatus == 0:
		return bool(agreement.status == TO_SIGN)
	return agreement.docstatus == 1 and agreement.status in CONCLUDED


def agreements_of(parties: Parties) -> list[Any]:
	"""The agreements that users of these parties see, the newest first, with what a list shows of them."""
	names = {*_with_customers(parties.customers), *_with_suppliers(parties.suppliers)}
	if not names:
		return []
	return frappe.get_all(
		AGREEMENT,
		filters={"name": ["in", sorted(names)]},
		fields=[
			"name",
			"title",
			"kind",
			"status",
			"docstatus",
			"document_number",
			"document_version",
			"agreement_version",
			"valid_from",
			"valid_until",
			"until_replaced",
		],
		order_by="valid_from desc, agreement_version desc, name asc",
		limit_page_length=0,
	)


def _with_customers(customers: frozenset[str]) -> list[str]:
	if not customers:
		return []
	mine = ["in", sorted(customers)]
	further = frappe.get_all(
		"SLM Agreement Customer",
		filters={"customer": mine, "parenttype": AGREEMENT, "parentfield": "customers"},
		pluck="parent",
		order_by="parent asc",
	)
	facing = {"kind": ["in", FACING], "basis": "Customer"}
	return [
		name
		for also in ({"customer": mine}, {"name": ["in", further or [""]]})
		for name in _far_enough_among({**facing, **also})
	]


def _with_suppliers(suppliers: frozenset[str]) -> list[str]:
	return _far_enough_among({"kind": "UC", "supplier": ["in", sorted(suppliers)]}) if suppliers else []


def _far_enough_among(filters: dict[str, Any]) -> list[str]:
	rows = frappe.get_all(
		AGREEMENT,
		filters={**filters, "is_template": 0},
		fields=["name", "status", "docstatus"],
		order_by="name asc",
		limit_page_length=0,
	)
	return [row.name for row in rows if _far_enough(row)]


def visible(name: str, for_update: bool = False) -> tuple[Any, str]:
	"""An agreement that the session's user sees, and his side. With `for_update` it is his alone until the end.

	Raises frappe.DoesNotExistError alike for what is not there and for what is not for him.
	"""
	parties = parties_of()
	if parties and name and frappe.db.exists(AGREEMENT, name):
		agreement = frappe.get_doc(AGREEMENT, name)
		if side := side_of(agreement, parties):
			if for_update:
				agreement = frappe.get_doc(AGREEMENT, name, for_update=True)
			return agreement, side
	frappe.throw(
		frappe._("There is no agreement {0} of yours.").format(
			frappe.bold(frappe.utils.escape_html(str(name or "")[:140]))
		),
		frappe.DoesNotExistError,
		title=frappe._("Not Found"),
	)


@contextmanager
def reading_for_a_party() -> Iterator[None]:
	"""Read with the server's rights what a user of the portal is shown after he was checked; for reading alone."""
	user = frappe.session.user
	frappe.session.user = "Administrator"
	try:
		yield
	finally:
		frappe.session.user = user
