"""From what customers asked for to what was agreed, and what has no reason or no answer (R064)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters.agreement_states import ENDED, FACING
from slm_extension.adapters.report_columns import Row, column, followable

OVER = ("Archived", "Rejected")


def execute(filters: dict[str, Any] | None = None) -> tuple[list[Row], list[Row]]:
	chosen = filters or {}
	of_customer = {"customer": chosen["customer"]} if chosen.get("customer") else {}
	agreements = _agreements(of_customer)
	specifications = _specifications()
	rows = []
	for one in frappe.get_list(
		"SLM Requirement",
		filters=of_customer,
		fields=["name", "title", "customer", "status", "importance"],
		order_by="creation desc",
		limit_page_length=0,
	):
		requirement = {
			"requirement": one.name,
			"title": one.title,
			"customer": one.customer,
			"status": _(one.status),
			"importance": _(one.importance),
			"specification": ", ".join(specifications[one.name]),
		}
		made = agreements.pop(one.name, [])
		rows += [{**requirement, **_of_agreement(agreement)} for agreement in made]
		if not made:
			rows.append({**requirement, "finding": _finding(one)})
	rows += [
		{
			"title": agreement.title,
			"customer": agreement.customer,
			**_of_agreement(agreement),
			"finding": _("Agreement without a requirement"),
		}
		for agreement in agreements.get("", [])
	]
	if cint(chosen.get("only_findings")):
		rows = [row for row in rows if row.get("finding")]
	return followable(_columns()), rows


def _columns() -> list[Row]:
	return [
		column("requirement", _("Requirement"), "Link", 120, "SLM Requirement"),
		column("title", _("Title"), "Data", 220),
		column("customer", _("Customer"), "Link", 150, "Customer"),
		column("status", _("Status"), "Data", 120),
		column("importance", _("Importance"), "Data", 100),
		column("specification", _("Specifications"), "Data", 140),
		column("agreement", _("Agreement"), "Link", 130, "SLM Agreement"),
		column("agreement_status", _("Agreement Is"), "Data", 120),
		column("finding", _("Finding"), "Data", 240),
	]


def _agreements(of_customer: dict[str, str]) -> dict[str, list[Any]]:
	"""Agreements with customers that the user may read, by their requirement; "" for those without."""
	found: dict[str, list[Any]] = defaultdict(list)
	for row in frappe.get_list(
		"SLM Agreement",
		filters={
			"kind": ["in", FACING],
			"docstatus": ["<", 2],
			"is_template": 0,
			"status": ["not in", ENDED],
			**of_customer,
		},
		fields=["name", "title", "customer", "status", "requirement"],
		order_by="creation asc",
		limit_page_length=0,
	):
		found[row.requirement or ""].append(row)
	return found


def _specifications() -> dict[str, list[str]]:
	found: dict[str, list[str]] = defaultdict(list)
	if frappe.has_permission("SLM Service Specification", "read"):
		for row in frappe.get_list(
			"SLM Service Specification",
			filters={"requirement": ["is", "set"]},
			fields=["name", "requirement"],
			order_by="name asc",
			limit_page_length=0,
		):
			found[row.requirement].append(row.name)
	return found


def _of_agreement(agreement: Any) -> dict[str, str]:
	return {"agreement": agreement.name, "agreement_status": _(agreement.status)}


def _finding(requirement: Any) -> str:
	if requirement.status == "Agreed":
		return _("Agreed, but no agreement yet")
	if requirement.status == "In Agreement":
		return _("Its agreement has ended or is gone")
	return "" if requirement.status in OVER else _("Not agreed yet")
