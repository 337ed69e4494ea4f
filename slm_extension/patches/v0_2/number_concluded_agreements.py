"""Agreements concluded before documents had versions get the number and the dates that they would have had."""

from __future__ import annotations

import frappe


def execute() -> None:
	for row in frappe.get_all(
		"SLM Agreement",
		filters={"docstatus": [">", 0], "issued_on": ["is", "not set"]},
		fields=["name", "lineage", "agreement_version", "creation", "owner", "modified_by"],
		order_by="name asc",
	):
		frappe.db.set_value(
			"SLM Agreement",
			row.name,
			{
				"document_version": f"{row.agreement_version or 1}.0",
				"document_number": row.lineage or row.name,
				"prepared_by": row.owner,
				"prepared_on": row.creation.date(),
				"approved_by": row.modified_by,
				"issued_on": row.creation.date(),
			},
			update_modified=False,
		)
