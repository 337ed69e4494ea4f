"""Clocks and chains of OLAs and UCs for what a service rests on: both anew on the job queue, where there may be any."""

from __future__ import annotations

import frappe

from slm_extension.adapters import issues, store
from slm_extension.services import jobs, rechecks


def execute() -> None:
	linked = frappe.db.exists("SLM Service Link", {"parenttype": "SLM Service"})
	beneath = frappe.db.exists("SLM Agreement", {"kind": ["in", ["OLA", "UC"]], "docstatus": 1})
	if linked and beneath:
		rechecks.recheck_all()
		if store.ticket_page(issues.ISSUE, "", 1):
			jobs.rebuild_after_upgrade()
