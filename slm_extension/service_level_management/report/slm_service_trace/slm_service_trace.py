"""SLM Service Trace as the report view shows it: a tree from business function to component, or back up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters.catalogue import SERVICE
from slm_extension.adapters.report_columns import Row, column
from slm_extension.adapters.report_filters import one_of
from slm_extension.domain.service_links import Direction
from slm_extension.services.trace import MOST_LINES, Line, trace

DIRECTIONS = {"What It Rests On": Direction.DOWN, "What Rests on It": Direction.UP}
KINDS = {
	"function": "Business Function",
	"process": "Business Process",
	"service": "Service",
	"it_function": "IT Function",
	"system": "IT System",
	"component": "Component",
}

CUTS = {"circle": "Goes in a circle from here", "above": "Stands above with all that it rests on"}


def execute(filters: Mapping[str, Any] | None = None) -> tuple[list[Row], list[Row], str | None]:
	"""What a Script Report gives: columns, rows, message."""
	service, direction = understood(filters or {})
	found = trace(service, direction)
	message = None
	if found.more:
		message = _("The first {0} lines. Choose a service to see all of its own.").format(MOST_LINES)
	return columns(), rows_of(found.lines), message


def understood(filters: Mapping[str, Any]) -> tuple[str | None, Direction]:
	service = filters.get("service")
	if service and not frappe.db.exists(SERVICE, service):
		frappe.throw(
			_("There is no service {0}. Choose another one.").format(frappe.bold(escape_html(str(service)))),
			title=_("Filters"),
		)
	named = one_of(filters, "direction", _("Direction"), DIRECTIONS, next(iter(DIRECTIONS)))
	return service, DIRECTIONS[named]


def columns() -> list[Row]:
	return [
		column("name", _("Function, Process, Service, Component"), "Data", 420, align="left"),
		column("kind", _("Kind"), "Data", 140, align="left"),
		column("type", _("Service Type"), "Data", 160, align="left"),
		column("status", _("Status"), "Data", 90, align="left"),
		column("relation", _("Relation"), "Data", 110, align="left"),
		column("layer", _("Layer"), "Data", 110, align="left"),
		column("note", _("Note"), "Data", 240, align="left"),
	]


def rows_of(lines: tuple[Line, ...]) -> list[Row]:
	"""A row a line; each has its own ID, because what is shared stands in several places."""
	names = {line.service for line in lines if line.service}
	services = (
		{
			row.name: row
			for row in frappe.get_all(
				SERVICE,
				filters={"name": ["in", sorted(names)]},
				fields=["name", "service_type", "status"],
				order_by="name asc",
				limit_page_length=0,
			)
		}
		if names
		else {}
	)
	rows: list[Row] = []
	above: list[str] = []
	for number, line in enumerate(lines):
		del above[line.depth :]
		known = services.get(line.service)
		rows.append(
			{
				"line": f"{number}",
				"parent_line": above[-1] if above else "",
				"indent": line.depth,
				"name": line.name,
				"service": line.service,
				"kind": _(KINDS[line.kind]),
				"type": _(known.service_type or "") if known else "",
				"status": _(known.status) if known else "",
				"relation": _(line.relation),
				"layer": _(line.layer),
				"note": _(CUTS[line.cut]) if line.cut else line.note,
			}
		)
		above.append(f"{number}")
	return rows
