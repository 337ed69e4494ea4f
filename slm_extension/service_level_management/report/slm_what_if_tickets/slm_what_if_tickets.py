"""SLM What-If Tickets as the report view shows it: the tickets behind a figure of a run. Filters in, rows out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters.report_columns import followable
from slm_extension.adapters.what_if import ROW, RUN

LIMIT = 2_000
"""So many rows are shown unless more are asked for; a browser does not like a hundred thousand."""

OUTCOMES = ("Met", "Missed", "Pending")
DIFFERENCES = (
	"Newly Missed",
	"No Longer Missed",
	"Missed Both Ways",
	"Met Both Ways",
	"Undecided",
	"Not Promised Before",
	"No Longer Promised",
)
SIDES = {"As Drafted": "", "Really": "real_"}

Filters = Mapping[str, Any]
Column = dict[str, Any]


def execute(filters: Filters | None = None) -> tuple[list[Column], list[Any], str | None]:
	"""What a Script Report gives: columns, rows and what a reader has to know."""
	asked = filters or {}
	if not asked.get("what_if"):
		return _columns(), [], _("Choose a What-If.")
	run: Any = frappe.get_doc(RUN, str(asked["what_if"]))
	run.check_permission("read")
	limit = max(0, cint(asked.get("limit", LIMIT)))
	wanted = _wanted(asked)
	rows = frappe.get_list(
		ROW,
		filters=wanted,
		fields=[column["fieldname"] for column in _columns()] + ["ticket_type"],
		order_by="overrun desc, real_overrun desc, ticket asc, metric asc, cycle asc",
		limit_page_length=limit,
	)
	return followable(_columns()), rows, _message(run, len(rows), wanted, limit)


def _wanted(asked: Filters) -> dict[str, Any]:
	"""The rows that are meant. Month and outcome are those of the side that is looked at."""
	side = SIDES[_one_of(asked, "side", _("Side"), tuple(SIDES)) or "As Drafted"]
	wanted: dict[str, Any] = {"what_if": str(asked["what_if"])}
	outcome = _one_of(asked, "outcome", _("Outcome"), (*OUTCOMES, "Decided"))
	if outcome == "Decided":
		wanted[f"{side}outcome"] = ["in", ["Met", "Missed"]]
	elif outcome:
		wanted[f"{side}outcome"] = outcome
	if asked.get("month"):
		wanted[f"{side}month"] = cint(str(asked["month"]).replace("-", ""))
	for field in ("metric", "target", "priority"):
		value = asked.get(field)
		if value:
			wanted[field] = ["is", "not set"] if value == NONE else str(value)
	difference = _one_of(asked, "difference", _("Difference"), DIFFERENCES)
	if difference:
		wanted["difference"] = difference
	return wanted


NONE = "-"
"""In a filter: where there is none."""


def _one_of(asked: Filters, field: str, label: str, choices: tuple[str, ...]) -> str:
	value = str(asked.get(field) or "")
	if value and value not in choices:
		frappe.throw(
			_("{0} cannot be {1}. Choose one of: {2}.").format(
				label, frappe.bold(frappe.utils.escape_html(value)), ", ".join(map(_, choices))
			),
			title=_("Filters"),
		)
	return value


def _message(run: Any, shown: int, wanted: Mapping[str, Any], limit: int) -> str | None:
	notes = []
	if run.status != "Done":
		notes.append(
			_("{0} is not done: {1} of {2} tickets have been looked at.").format(
				frappe.bold(run.name), run.done, run.tickets
			)
		)
	if limit and shown == limit:
		counted = frappe.get_list(
			ROW, filters=dict(wanted), fields=["count(name) as rows_found"], order_by=None
		)
		there = counted[0].rows_found
		if there > shown:
			notes.append(
				_("The {0} largest of {1} rows are shown. Set Rows to 0 to show, and export, all.").format(
					shown, there
				)
			)
	return "<br>".join(notes) or None


def _columns() -> list[Column]:
	return [
		_column("ticket", _("Ticket"), "Dynamic Link", 150, "ticket_type"),
		_column("customer", _("Customer"), "Link", 150, "Customer"),
		_column("metric", _("Metric"), "Data", 100),
		_column("target", _("Target"), "Data", 150),
		_column("priority", _("Priority"), "Data", 85),
		_column("outcome", _("As Drafted"), "Data", 95),
		_column("real_outcome", _("Really"), "Data", 85),
		_column("difference", _("Difference"), "Data", 150),
		_column("goal", _("Goal"), "Duration", 90),
		_column("elapsed", _("Elapsed"), "Duration", 100),
		_column("overrun", _("Over by"), "Duration", 100),
		_column("decided_at", _("Decided"), "Datetime", 150),
		_column("cause", _("Cause"), "Data", 100),
		_column("responsible", _("Responsible"), "Data", 120),
		_column("real_agreement", _("Really by"), "Link", 120, "SLM Agreement"),
		_column("real_target", _("Real Target"), "Data", 130),
		_column("real_goal", _("Real Goal"), "Duration", 90),
		_column("real_elapsed", _("Really Elapsed"), "Duration", 115),
		_column("real_overrun", _("Really Over by"), "Duration", 115),
		_column("real_decided_at", _("Really Decided"), "Datetime", 150),
		_column("cycle", _("Cycle"), "Int", 65),
	]


def _column(name: str, label: str, kind: str, width: int, options: str | None = None) -> Column:
	column = {"fieldname": name, "label": label, "fieldtype": kind, "width": width, "options": options}
	return {**column, "hide_days": 1} if kind == "Duration" else column
