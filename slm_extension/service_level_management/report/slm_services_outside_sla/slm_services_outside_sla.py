"""SLM Services Outside SLA as the report view shows it: services that no agreement covers, and tickets without (R335)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, get_url_to_list

from slm_extension.adapters import site_time
from slm_extension.adapters.report_columns import followable
from slm_extension.services.coverage import (
	Coverage,
	Covered,
	coverage,
	issue_filters,
	issues_by_service,
	issues_since,
)

Row = dict[str, Any]

DAYS = 90
SHOWN = {
	"Outside Any SLA": (Coverage.OUTSIDE,),
	"Only by General Agreement": (Coverage.GENERAL,),
	"Outside or Only by General Agreement": (Coverage.OUTSIDE, Coverage.GENERAL),
	"All": tuple(Coverage),
}


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary."""
	asked = (filters or {}).get("show") or "Outside or Only by General Agreement"
	if asked not in SHOWN:
		frappe.throw(_("Show is one of these: {0}.").format(", ".join(map(_, SHOWN))), title=_("Filters"))
	now = site_time.now()
	day = first_day(now)
	found = coverage(now)
	may = frappe.has_permission("Issue", "read")
	tickets = issues_by_service(day) if may else {}
	owners = _owners()
	readable = _readable(found)
	rows = [
		{
			"service": one.service,
			"category": " / ".join(map(_, one.path)),
			"coverage": _(one.coverage.value),
			"standing": one.coverage.name,
			"status": _(owners[one.service].status),
			"service_owner": owners[one.service].service_owner,
			"own": ", ".join(name for name in one.own if name in readable),
			"general": ", ".join(name for name in one.general if name in readable),
			"only_general": int(one.coverage is Coverage.GENERAL),
			"issues": tickets.get(one.service, 0),
			"since": day,
		}
		for one in found
		if one.coverage in SHOWN[asked]
	]
	counts = {how: sum(1 for one in found if one.coverage is how) for how in Coverage}
	return followable(columns()), rows, message(day) if may else None, None, summary(counts, day, may)


def first_day(now: int) -> str:
	"""The day from which tickets are counted, as the database has it."""
	return str(add_days(site_time.to_site(now).date(), -DAYS))


def _readable(found: Iterable[Covered]) -> set[str]:
	"""Of the agreements that cover services, those that the user may read."""
	names = {name for one in found for name in (*one.own, *one.general)}
	if not names or not frappe.has_permission("SLM Agreement", "read"):
		return set()
	return set(
		frappe.get_list(
			"SLM Agreement",
			filters={"name": ["in", sorted(names)]},
			pluck="name",
			order_by="name asc",
			limit_page_length=0,
		)
	)


def _owners() -> dict[str, Any]:
	return {
		row.name: row
		for row in frappe.get_all(
			"SLM Service",
			fields=["name", "status", "service_owner"],
			order_by="name asc",
			limit_page_length=0,
		)
	}


def columns() -> list[Row]:
	def column(fieldname: str, label: str, fieldtype: str, width: int, options: str = "") -> Row:
		return {
			"fieldname": fieldname,
			"label": label,
			"fieldtype": fieldtype,
			"width": width,
			"options": options,
			"align": "right" if fieldtype == "Int" else "left",
		}

	return [
		column("service", _("Service"), "Link", 240, "SLM Service"),
		column("category", _("Category"), "Data", 260),
		column("status", _("Status"), "Data", 90),
		column("coverage", _("Coverage"), "Data", 190),
		column("only_general", _("Only by General Agreement"), "Check", 120),
		column("general", _("General Agreements"), "Data", 180),
		column("own", _("Agreements"), "Data", 180),
		column("service_owner", _("Owner"), "Link", 180, "User"),
		column("issues", _("Tickets without Agreement, {0} Days").format(DAYS), "Int", 150),
	]


def summary(counts: Mapping[Coverage, int], day: str, may: bool) -> list[Row]:
	cards = [
		_card(counts[Coverage.OUTSIDE], _("Services Outside Any SLA"), bad=True),
		_card(counts[Coverage.GENERAL], _("Only by General Agreement")),
		_card(counts[Coverage.COVERED], _("Covered")),
	]
	if may:
		cards.append(_card(issues_since(day, "slm_service"), _("Tickets without Service"), bad=True))
		cards.append(_card(issues_since(day, "slm_agreement"), _("Tickets without Agreement"), bad=True))
	return cards


def _card(value: int, label: str, bad: bool = False) -> Row:
	return {
		"value": value,
		"label": label,
		"datatype": "Int",
		"indicator": "Red" if bad and value else "Green" if bad else "Blue",
	}


def message(day: str) -> str:
	"""The way to the tickets behind the two figures about them."""
	parts = [
		f'<a href="{get_url_to_list("Issue")}?{_query(day, field)}">{label}</a>'
		for field, label in (
			("slm_service", _("Tickets of the last {0} days without a service").format(DAYS)),
			("slm_agreement", _("Tickets of the last {0} days without an agreement").format(DAYS)),
		)
	]
	return " · ".join(parts)


def _query(day: str, field: str) -> str:
	from urllib.parse import quote, urlencode

	filters = issue_filters(day, field)
	return urlencode(
		{name: frappe.as_json(value, indent=None) for name, value in filters.items()}, quote_via=quote
	)
