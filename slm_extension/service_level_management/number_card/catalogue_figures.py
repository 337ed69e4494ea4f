"""Number cards of the catalogue: services that no SLA covers and tickets without one, with what is behind each."""

from typing import Any

import frappe
from frappe.utils import add_days

from slm_extension.adapters import site_time
from slm_extension.services.coverage import Coverage, coverage, issue_filters, issues_since

DAYS = 90


@frappe.whitelist()
def services_outside(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Business services, approved or live, that no agreement in force covers, not even a general one (R335)."""
	frappe.has_permission("SLM Service", "report", throw=True)
	found = sum(1 for one in coverage(site_time.now()) if one.coverage is Coverage.OUTSIDE)
	return {
		"value": found,
		"fieldtype": "Int",
		"route": ["query-report", "SLM Services Outside SLA"],
		"route_options": {"show": "Outside Any SLA"},
	}


@frappe.whitelist()
def tickets_without_service(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Issues of the last 90 days that are under no service, of those the user may read."""
	return _tickets_without("slm_service")


@frappe.whitelist()
def tickets_without_agreement(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Issues of the last 90 days that no agreement applies to, of those the user may read."""
	return _tickets_without("slm_agreement")


def _tickets_without(field: str) -> dict[str, Any]:
	frappe.has_permission("Issue", "read", throw=True)
	day = str(add_days(site_time.to_site(site_time.now()).date(), -DAYS))
	return {
		"value": issues_since(day, field),
		"fieldtype": "Int",
		"route": ["List", "Issue"],
		"route_options": issue_filters(day, field),
	}
