"""With whom or for whom agreements are, in words for a list. A query a kind of party, however many agreements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.agreement_states import AGREEMENT

FIELDS = ("name", "kind", "basis", "customer", "supplier", "department", "designation")
"""What a row has to bring."""

SHOWN = 3
"""So many names are written out; the form has the others."""

_TABLES = {
	"customers": ("SLM Agreement Customer", "customer"),
	"groups": ("SLM Agreement Customer Group", "customer_group"),
	"territories": ("SLM Agreement Territory", "territory"),
	"teams": ("SLM Agreement Team", "team"),
	"services": ("SLM Agreement Service", "service"),
}


def party_names(agreements: Iterable[Any]) -> dict[str, str]:
	"""By the agreement's name: its customers, team or supplier, or what it says instead of one."""
	rows = list(agreements)
	tables = {key: _children(*table, rows) for key, table in _TABLES.items()}
	customers = _titles("Customer", "customer_name", _all_customers(rows, tables["customers"]))
	suppliers = _titles("Supplier", "supplier_name", {row.supplier for row in rows if row.supplier})
	return {row.name: _party(row, tables, customers, suppliers) for row in rows}


def provider_names(agreements: Iterable[Any]) -> dict[str, str]:
	"""By the agreement's name, who performs it: the supplier of a UC, the team of an OLA; of others our own side.

	The rows bring FIELDS and the company.
	"""
	rows = list(agreements)
	teams = _children(*_TABLES["teams"], rows)
	suppliers = _titles("Supplier", "supplier_name", {row.supplier for row in rows if row.supplier})
	return {row.name: _provider(row, teams.get(row.name, []), suppliers) for row in rows}


def _provider(row: Any, teams: list[str], suppliers: Mapping[str, str]) -> str:
	if row.kind == "UC":
		return suppliers.get(row.supplier or "", row.supplier or "")
	return _listed(teams) or row.department or row.designation or row.company or _("Our own side")


def _party(
	row: Any,
	tables: Mapping[str, Mapping[str, list[str]]],
	customers: Mapping[str, str],
	suppliers: Mapping[str, str],
) -> str:
	def named(key: str) -> list[str]:
		return tables[key].get(row.name, [])

	if row.kind == "UC":
		return suppliers.get(row.supplier or "", row.supplier or "")
	if row.kind == "OLA":
		return _listed(named("teams")) or row.department or row.designation or ""
	if row.basis == "Customer":
		every = [row.customer, *named("customers")] if row.customer else named("customers")
		return _listed([customers.get(name, name) for name in every])
	if row.basis == "Customer Group":
		return _listed(named("groups"))
	if row.basis == "Territory":
		return _listed(named("territories"))
	if row.basis == "Service":
		return _("All customers of {0}").format(_listed(named("services")))
	return _("Everybody")


def _listed(names: list[str]) -> str:
	shown = ", ".join(names[:SHOWN])
	return _("{0} and {1} more").format(shown, len(names) - SHOWN) if len(names) > SHOWN else shown


def _children(doctype: str, field: str, rows: list[Any]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for row in frappe.get_all(
		doctype,
		filters={"parenttype": AGREEMENT, "parent": ["in", [one.name for one in rows] or [""]]},
		fields=["parent", field],
		order_by="parent asc, idx asc",
	):
		found.setdefault(row.parent, []).append(row[field])
	return found


def _all_customers(rows: list[Any], further: Mapping[str, list[str]]) -> set[str]:
	return {row.customer for row in rows if row.customer} | {
		name for names in further.values() for name in names
	}


def _titles(doctype: str, field: str, names: set[str]) -> dict[str, str]:
	if not names:
		return {}
	return {
		row.name: row[field]
		for row in frappe.get_all(
			doctype, filters={"name": ["in", sorted(names)]}, fields=["name", field], order_by="name asc"
		)
	}
