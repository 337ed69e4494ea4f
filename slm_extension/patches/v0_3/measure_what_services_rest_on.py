"""Clocks of OLAs and UCs for what a service rests on: a rebuild on the job queue, where there may be any."""

from __future__ import annotations

import frappe

from slm_extension.adapters import issues, store
from slm_extension.services import jobs
from slm_extension.services.chunks import PAGE


def execute() -> None:
	linked = frappe.db.exists("SLM Service Link", {"parenttype": "SLM Service"})
	beneath = frappe.db.exists("SLM Agreement", {"kind": ["in", ["OLA", "UC"]], "docstatus": 1})
	if linked and beneath and store.ticket_page(issues.ISSUE, "", 1):
		jobs.enqueue("rebuild", 1, PAGE, {})
