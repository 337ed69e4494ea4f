"""SLM Services Outside SLA as the report view shows it: services that no agreement covers, and tickets without (R335)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _
from frappe.utils import add_days, get_url_to_list

from slm_extension.adapters import site_time
from slm_extension.adapters.report_columns import Row, card, column, followable
from slm_extension.adapters.report_filters import one_of
from slm_extension.services.coverage import (
	Coverage,
	Covered,
	coverage,
	issue_filters,
	issues_by_service,
	issues_since,
)

DAYS = 90
SHOWN = {
	"Outside Any SLA": (Coverage.OUTSIDE,),
	"Only by General Agreement": (Coverage.GENERAL,),
	"Outside or Only by General Agreement": (Coverage.OUTSIDE, Coverage.GENERAL),
	"All": tuple(Coverage),
}


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary."""
	asked = one_of(filters or {}, "show", _("Show"), SHOWN, "Outside or Only by General Agreement")
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
	return [
		column("service", _("Service"), "Link", 240, "SLM Service", align="left"),
		column("category", _("Category"), "Data", 260, align="left"),
		column("status", _("Status"), "Data", 90, align="left"),
		column("coverage", _("Coverage"), "Data", 190, align="left"),
		column("only_general", _("Only by General Agreement"), "Check", 120, align="left"),
		column("general", _("General Agreements"), "Data", 180, align="left"),
		column("own", _("Agreements"), "Data", 180, align="left"),
		column("service_owner", _("Owner"), "Link", 180, "User", align="left"),
		column("issues", _("Tickets without Agreement, {0} Days").format(DAYS), "Int", 150, align="right"),
	]


def summary(counts: Mapping[Coverage, int], day: str, may: bool) -> list[Row]:
	cards = [
		_bad(_("Services Outside Any SLA"), counts[Coverage.OUTSIDE]),
		card(_("Only by General Agreement"), counts[Coverage.GENERAL], "Blue"),
		card(_("Covered"), counts[Coverage.COVERED], "Blue"),
	]
	if may:
		cards.append(_bad(_("Tickets without Service"), issues_since(day, "slm_service")))
		cards.append(_bad(_("Tickets without Agreement"), issues_since(day, "slm_agreement")))
	return cards


def _bad(label: str, value: int) -> Row:
	"""Something of which there should be none."""
	return {**card(label, value, "Red"), "indicator": "Red" if value else "Green"}


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
	filters = issue_filters(day, field)
	return urlencode(
		{name: frappe.as_json(value, indent=None) for name, value in filters.items()}, quote_via=quote
	)
