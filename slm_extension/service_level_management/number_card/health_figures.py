"""Number cards of the process's own health: how many indicators are bad or want attention."""

from typing import Any

import frappe

from slm_extension.adapters import site_time
from slm_extension.services.process_health import Standing, health, this_month

REPORT = "SLM Process Health"


@frappe.whitelist()
def indicators_bad(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Indicators of the process that are bad now, of those the user may know of."""
	return _standing(Standing.BAD)


@frappe.whitelist()
def indicators_in_attention(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Indicators of the process that want attention now, of those the user may know of."""
	return _standing(Standing.ATTENTION)


def _standing(wanted: Standing) -> dict[str, Any]:
	if not frappe.get_cached_doc("Report", REPORT).is_permitted():
		frappe.throw(frappe._("You may not read {0}.").format(REPORT), frappe.PermissionError)
	now = site_time.now()
	stands = health(now, this_month(now), current=True)
	return {
		"value": sum(1 for one in stands if one.standing is wanted),
		"fieldtype": "Int",
		"route": ["query-report", REPORT],
		"route_options": {"standing": wanted.value},
	}
