"""Number cards about agreements: the figure, and the list that shows what is behind it."""

from typing import Any

import frappe

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT, GOING
from slm_extension.services.due_list import waiting_for_signature

MOST_NAMES = 200
"""More names than these make an address too long; the list is then filtered as closely as it can be."""


@frappe.whitelist()
def waiting_for_signatures(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Agreements that the group has passed and that not every party has signed."""
	approved = {"status": "Approved", "docstatus": 0, "is_template": 0}
	drafts = frappe.get_list(
		AGREEMENT, filters=approved, fields=["name", "status"], order_by="name asc", limit=0
	)
	waiting = waiting_for_signature(drafts)
	return _card([row for row in drafts if row.name in waiting], approved)


@frappe.whitelist()
def reviews_overdue(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Agreements in force or agreed whose next review should have been held (R113)."""
	overdue = {
		"status": ["in", ",".join(GOING)],
		"next_review_on": ["Between", ["1900-01-01", str(_yesterday())]],
	}
	found = frappe.get_list(AGREEMENT, filters=overdue, fields=["name"], order_by="name asc", limit=0)
	return {
		"value": len(found),
		"fieldtype": "Int",
		"route": ["List", AGREEMENT],
		"route_options": overdue,
	}


def listed(found: list[Any], otherwise: dict[str, Any]) -> dict[str, Any]:
	"""The filters under which a list shows just these documents; so many that they cannot be named: nearly these."""
	if len(found) > MOST_NAMES:
		return otherwise
	return {"name": ["in", ",".join(row.name for row in found)]}


def _card(found: list[Any], otherwise: dict[str, Any]) -> dict[str, Any]:
	return {
		"value": len(found),
		"fieldtype": "Int",
		"route": ["List", AGREEMENT],
		"route_options": listed(found, otherwise),
	}


def _yesterday() -> Any:
	return frappe.utils.add_days(site_time.today(), -1)
