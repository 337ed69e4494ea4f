"""The two sides of an agreement: what they are called in it, and who stands behind them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, get_fullname

from slm_extension.adapters.agreement_states import FACING


@dataclass(frozen=True, slots=True)
class Reader:
	"""Who reads it: only these customers are named besides the one it was concluded with. None: all are."""

	customers: Collection[str] | None = None


EVERYBODY = Reader()


class Sides:
	"""The sides of one agreement, as a reader may know them."""

	def __init__(self, document: Any, reader: Reader) -> None:
		self.it = document
		self.reader = reader

	def role(self, party: str) -> str:
		names = {
			"Provider": _("Service provider"),
			"Customer": _("Customer"),
			"Team": _("Internal team"),
			"Supplier": _("Supplier"),
			"Both": _("Both sides"),
		}
		if party == "Provider" and self.it.kind == "UC":
			return _("Client")
		return names.get(party, _(party))

	def organisation(self, party: str) -> str:
		if party == "Provider":
			return cstr(self.it.company or frappe.defaults.get_global_default("company") or "")
		if party == "Supplier":
			return title_of("Supplier", self.it.supplier)
		if party == "Team":
			parts = [*(row.team for row in self.it.teams), self.it.department, self.it.designation]
			return ", ".join(part for part in parts if part)
		return self.customers() if party == "Customer" else ""

	def customers(self) -> str:
		"""Whom an agreement with customers is for."""
		if self.it.kind not in FACING:
			return ""
		named = {
			"Customer Group": lambda: _("Customers of the group {0}").format(
				", ".join(row.customer_group for row in self.it.customer_groups)
			),
			"Territory": lambda: _("Customers in {0}").format(
				", ".join(row.territory for row in self.it.territories)
			),
			"Service": lambda: _("All users of the services below"),
			"Corporate": lambda: _("All customers"),
			"Default": lambda: _("Every customer without an agreement of its own"),
		}.get(self.it.basis)
		if named is not None:
			return named()
		names = dict.fromkeys(
			[
				self.it.customer,
				*(
					row.customer
					for row in self.it.customers
					if self.reader.customers is None or row.customer in self.reader.customers
				),
			]
		)
		return ", ".join(title_of("Customer", name) for name in names if name)


def person(user: Any) -> str:
	return cstr(get_fullname(user)) if user else ""


def title_of(doctype: str, name: Any) -> str:
	"""What a person calls a record of the host."""
	if not name:
		return ""
	field = {"Customer": "customer_name", "Supplier": "supplier_name", "Item": "item_name"}[doctype]
	return cstr(frappe.get_cached_value(doctype, name, field) or name)
