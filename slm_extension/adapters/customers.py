"""Where customers stand: the customer group and territory that a ticket takes over from its customer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

import frappe

from slm_extension.adapters.facts import NOWHERE, Standing

Standings: TypeAlias = Callable[[str], Standing]


def standing(customer: str) -> Standing:
	"""Of one customer, from the document in the host's cache; a customer that is no more stands nowhere."""
	if not customer:
		return NOWHERE
	found = frappe.get_cached_value("Customer", customer, ["customer_group", "territory"])
	return Standing(found[0] or "", found[1] or "") if found else NOWHERE


def standings(customers: Collection[str]) -> Standings:
	"""Of several customers, read in one query."""
	wanted = sorted(set(customers) - {""})
	known: Mapping[str, Standing] = {}
	if wanted:
		rows = frappe.get_all(
			"Customer",
			filters={"name": ["in", wanted]},
			fields=["name", "customer_group", "territory"],
			order_by="name asc",
			limit_page_length=0,
		)
		known = {row.name: Standing(row.customer_group or "", row.territory or "") for row in rows}
	return lambda customer: known.get(customer, NOWHERE)
