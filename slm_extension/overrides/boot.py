"""What the desk is told when somebody opens it, so that forms do not ask for it."""

from __future__ import annotations

from typing import Any

import frappe

from slm_extension.adapters.agreement_states import AGREEMENT


def extend(bootinfo: Any) -> None:
	"""`slm_grades`: whether an agreement gives priorities by impact and urgency; without one no form asks for them."""
	filters = [
		["SLM Agreement Priority", "priority", "is", "set"],
		["docstatus", "=", 1],
		["is_template", "=", 0],
	]
	bootinfo.slm_grades = bool(frappe.get_all(AGREEMENT, filters=filters, limit=1, order_by="name asc"))
