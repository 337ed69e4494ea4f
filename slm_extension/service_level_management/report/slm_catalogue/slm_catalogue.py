"""SLM Catalogue as the report view shows it: the whole catalogue as a matrix, for reading and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, getdate

from slm_extension.adapters import site_time
from slm_extension.adapters.catalogue import SERVICE, tree
from slm_extension.adapters.report_columns import Row, column, followable

DAYS = 30
FIELDS = (
	"service_type",
	"status",
	"published",
	"service_owner",
	"service_hours",
	"service_mode",
	"service_frequency",
	"system_class",
	"key_service",
	"criticality",
	"business_priority",
	"price",
	"currency",
	"charging_mode",
	"expected_tickets",
	"expected_users",
	"capacity",
	"capacity_used",
	"business_impact",
	"next_quality_review",
)
COSTS = ("annual_cost", "budget")
LAYOUT = {
	"service_type": 150,
	"status": 90,
	"published": 90,
	"expected_tickets": 120,
	"business_impact": 220,
}
EQUAL = ("service_type", "status", "criticality", "system_class")


def execute(filters: Mapping[str, Any] | None = None) -> tuple[list[Row], list[Row]]:
	"""What a Script Report gives: columns, rows. Groups are kept as far as something is under them."""
	asked = filters or {}
	fields = [*FIELDS, *(COSTS if _sees_costs() else ())]
	return followable(columns(fields)), rows(asked, fields)


def _sees_costs() -> bool:
	"""Whether the user may read fields of the level that costs are on."""
	return 1 in frappe.get_meta(SERVICE).get_permlevel_access("read")


def columns(fields: list[str]) -> list[Row]:
	meta = frappe.get_meta(SERVICE)
	found: list[Row] = [
		column("service", _("Service"), "Link", 300, SERVICE),
	]
	for name in fields:
		field = meta.get_field(name)
		plain = field.fieldtype in ("Select", "Small Text")
		found.append(
			column(
				name,
				_(field.label),
				"Data" if plain else field.fieldtype,
				LAYOUT.get(name, 120),
				"" if plain else field.options,
			)
		)
		if name == "expected_tickets":
			found.append(column("tickets", _("Tickets, {0} Days").format(DAYS), "Int", 110))
	return found


def rows(asked: Mapping[str, Any], fields: list[str]) -> list[Row]:
	filters: dict[str, Any] = {name: asked[name] for name in EQUAL if asked.get(name)}
	if asked.get("review_overdue"):
		filters["next_quality_review"] = ["<", str(_today())]
	filters["is_group"] = 0
	values = {
		row.name: row
		for row in frappe.get_list(
			SERVICE, filters=filters, fields=["name", *fields], order_by="name asc", limit_page_length=0
		)
	}
	whole = tree()
	kept = {name for service in values for name in (service, *whole.ancestors(service))}
	tickets = _tickets() if frappe.has_permission("Issue", "read") else {}
	found: list[Row] = []
	for depth, node in whole.in_order():
		if node.name not in kept:
			continue
		row: Row = {
			"service": node.name,
			"parent_service": node.parent,
			"indent": depth,
			"is_group": int(node.is_group),
		}
		if node.name in values:
			row.update({name: values[node.name].get(name) for name in fields})
			row["service_type"], row["status"] = _(row["service_type"] or ""), _(row["status"])
			row["tickets"] = tickets.get(node.name, 0)
		found.append(row)
	return found


def _today() -> Any:
	return getdate(site_time.to_site(site_time.now()))


def _tickets() -> dict[str, int]:
	"""Issues of the last days by service, as far as the user may read them."""
	found: dict[str, int] = {}
	for name in frappe.get_list(
		"Issue",
		filters={"opening_date": [">", str(add_days(_today(), -DAYS))], "slm_service": ["is", "set"]},
		pluck="slm_service",
		order_by="slm_service asc",
		limit_page_length=0,
	):
		found[name] = found.get(name, 0) + 1
	return found
