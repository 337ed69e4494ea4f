"""The life of agreements: whether one fits among the others, and what its taking effect does to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import getdate

from slm_extension.adapters.agreements import agreement_of, calendar_editions
from slm_extension.domain.agreements import AgreementBook


def book_with(document: Any) -> AgreementBook:
	"""All submitted agreements and this one, checked against each other. Raises what the domain objects to."""
	editions = calendar_editions()
	names = frappe.get_all(
		"SLM Agreement",
		filters={"docstatus": 1, "name": ["!=", document.name]},
		pluck="name",
		order_by="name asc",
	)
	others = [agreement_of(frappe.get_doc("SLM Agreement", name), editions) for name in names]
	return AgreementBook([*others, agreement_of(document, editions)])


def status_on(document: Any, day: date) -> str:
	"""Where a submitted agreement stands on a day."""
	if document.valid_from and getdate(document.valid_from) > day:
		return "Agreed"
	if document.valid_until and getdate(document.valid_until) < day:
		return "Expired"
	return "In Force"


def end_predecessor(document: Any) -> None:
	"""A new version takes effect: the ones before it end on its eve (R312)."""
	eve = getdate(document.valid_from) - timedelta(days=1)
	for name in frappe.get_all(
		"SLM Agreement",
		filters={
			"lineage": document.lineage,
			"docstatus": 1,
			"agreement_version": ["<", document.agreement_version],
		},
		pluck="name",
		order_by="agreement_version desc",
		limit=1,
	):
		previous = frappe.get_doc("SLM Agreement", name)
		if not previous.valid_until or getdate(previous.valid_until) > eve:
			status = "Superseded" if eve < getdate() else previous.status
			previous.db_set({"valid_until": eve, "status": status}, update_modified=False)


def refresh_statuses(day: date) -> None:
	"""Once a day: agreements that begin or end on it say so."""
	for row in frappe.get_all(
		"SLM Agreement",
		filters={"docstatus": 1, "status": ["in", ["Agreed", "In Force"]]},
		fields=["name", "status", "valid_from", "valid_until", "lineage", "agreement_version"],
		order_by="name asc",
	):
		status = status_on(row, day)
		if status == "Expired" and frappe.db.exists(
			"SLM Agreement",
			{"lineage": row.lineage, "docstatus": 1, "agreement_version": [">", row.agreement_version]},
		):
			status = "Superseded"
		if status != row.status:
			frappe.db.set_value("SLM Agreement", row.name, "status", status, update_modified=False)
