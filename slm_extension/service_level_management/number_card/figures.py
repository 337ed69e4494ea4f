"""Number cards that no list of documents can count: the figure, and the list that shows what is behind it."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import GOING
from slm_extension.adapters.clock_words import MISSED
from slm_extension.domain.attainment import Attainment
from slm_extension.service_level_management.number_card.agreement_figures import listed
from slm_extension.services import unexplained_holds
from slm_extension.services.at_risk import due_soon
from slm_extension.services.due_list import latest_versions
from slm_extension.services.report import Group, Months, Question, answer

EXPIRY_NOTICE = 90
"""Days before its end at which an agreement is counted as expiring."""


@frappe.whitelist()
def missed_this_month(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""SLA clocks missed in this month, of the tickets that the user may read."""
	month, figures = _this_month()
	return {
		"value": figures.missed,
		"fieldtype": "Int",
		"route": ["List", "SLM Clock"],
		"route_options": {"kind": "SLA", "outcome": MISSED, "period": month},
	}


@frappe.whitelist()
def attainment_this_month(
	filters: str | list[Any] | dict[str, Any] | None = None,
) -> dict[str, Any] | str:
	"""Percent of the SLA clocks decided in this month that were met, without the excused ones."""
	month, figures = _this_month()
	if figures.net is None:
		return _("No Data")
	return {
		"value": (figures.net * 10).__floor__() / 10,
		"fieldtype": "Percent",
		"route": ["List", "SLM Clock"],
		"route_options": {"kind": "SLA", "outcome": ["in", "Met,Missed"], "period": month, "excused": 0},
	}


@frappe.whitelist()
def agreements_expiring(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Agreements that end within 90 days and are not replaced yet, as far as the user may read them."""
	today = site_time.today()
	expiring = {
		"status": ["in", ",".join(GOING)],
		"valid_until": ["Between", [str(today), str(add_days(today, EXPIRY_NOTICE))]],
	}
	latest = latest_versions()
	found = [
		row
		for row in frappe.get_list(
			"SLM Agreement",
			filters=expiring,
			fields=["name", "lineage", "agreement_version"],
			order_by="name asc",
			limit=0,
		)
		if latest.get(row.lineage, 0) <= row.agreement_version
	]
	return {
		"value": len(found),
		"fieldtype": "Int",
		"route": ["List", "SLM Agreement"],
		"route_options": listed(found, expiring),
	}


@frappe.whitelist()
def due_within_the_hour(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Clocks that run out within the hour, of the tickets that the user may read."""
	frappe.has_permission("SLM Clock", "read", throw=True)
	return {
		"value": due_soon(site_time.now(), str(frappe.session.user)),
		"fieldtype": "Int",
		"route": ["slm-at-risk"],
		"route_options": {"scope": "all", "state": "soon"},
	}


@frappe.whitelist()
def held_now(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Tickets that wait, as far as the user may read them."""
	return _tickets(unexplained_holds.filters_of_all())


@frappe.whitelist()
def held_without_a_reason(filters: str | list[Any] | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Tickets that wait and nobody said for whom, as far as the user may read them."""
	return _tickets(unexplained_holds.filters())


def _tickets(wanted: Mapping[str, Any]) -> dict[str, Any]:
	frappe.has_permission("Issue", "read", throw=True)
	found = frappe.get_list("Issue", filters=dict(wanted), pluck="name", order_by="name asc", limit=0)
	return {"value": len(found), "fieldtype": "Int", "route": ["List", "Issue"], "route_options": wanted}


def _this_month() -> tuple[int, Attainment]:
	frappe.has_permission("SLM Clock", "read", throw=True)
	today = site_time.to_site(site_time.now())
	month = today.year * 100 + today.month
	found = answer(Question(Months(month, month), month, only=((Group.KIND, "SLA"),)))
	return month, found.total.attainment
