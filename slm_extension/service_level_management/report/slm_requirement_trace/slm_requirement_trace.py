"""From what customers asked for to what was agreed, and what has no reason or no answer (R064)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters.report_columns import followable

FACING = ("SLA", "Commitment")
OVER = ("Archived", "Rejected")


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
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


def _columns() -> list[dict[str, Any]]:
	def link(fieldname: str, label: str, options: str, width: int) -> dict[str, Any]:
		return {
			"fieldname": fieldname,
			"label": label,
			"fieldtype": "Link",
			"options": options,
			"width": width,
		}

	return [
		link("requirement", _("Requirement"), "SLM Requirement", 120),
		{"fieldname": "title", "label": _("Title"), "fieldtype": "Data", "width": 220},
		link("customer", _("Customer"), "Customer", 150),
		{"fieldname": "status", "label": _("Status"), "fieldtype": "Data", "width": 120},
		{"fieldname": "importance", "label": _("Importance"), "fieldtype": "Data", "width": 100},
		{"fieldname": "specification", "label": _("Specifications"), "fieldtype": "Data", "width": 140},
		link("agreement", _("Agreement"), "SLM Agreement", 130),
		{"fieldname": "agreement_status", "label": _("Agreement Is"), "fieldtype": "Data", "width": 120},
		{"fieldname": "finding", "label": _("Finding"), "fieldtype": "Data", "width": 240},
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
			"status": ["not in", ["Superseded", "Expired", "Terminated"]],
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
