"""SLM What-If Tickets as the report view shows it: the tickets behind a figure of a run. Filters in, rows out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters.clock_words import MET, MISSED, PENDING
from slm_extension.adapters.report_columns import Row, column, followable
from slm_extension.adapters.report_filters import one_of
from slm_extension.adapters.what_if import ROW, RUN

LIMIT = 2_000
"""So many rows are shown unless more are asked for; a browser does not like a hundred thousand."""

OUTCOMES = (MET, MISSED, PENDING)
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


def execute(filters: Filters | None = None) -> tuple[list[Row], list[Any], str | None]:
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
		fields=[one["fieldname"] for one in _columns()] + ["ticket_type"],
		order_by="overrun desc, real_overrun desc, ticket asc, metric asc, cycle asc",
		limit_page_length=limit,
	)
	return followable(_columns()), rows, _message(run, len(rows), wanted, limit)


def _wanted(asked: Filters) -> dict[str, Any]:
	"""The rows that are meant. Month and outcome are those of the side that is looked at."""
	side = SIDES[one_of(asked, "side", _("Side"), tuple(SIDES)) or "As Drafted"]
	wanted: dict[str, Any] = {"what_if": str(asked["what_if"])}
	outcome = one_of(asked, "outcome", _("Outcome"), (*OUTCOMES, "Decided"))
	if outcome == "Decided":
		wanted[f"{side}outcome"] = ["in", [MET, MISSED]]
	elif outcome:
		wanted[f"{side}outcome"] = outcome
	if asked.get("month"):
		wanted[f"{side}month"] = cint(str(asked["month"]).replace("-", ""))
	for field in ("metric", "target", "priority"):
		value = asked.get(field)
		if value:
			wanted[field] = ["is", "not set"] if value == NONE else str(value)
	difference = one_of(asked, "difference", _("Difference"), DIFFERENCES)
	if difference:
		wanted["difference"] = difference
	return wanted


NONE = "-"
"""In a filter: where there is none."""


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


def _columns() -> list[Row]:
	return [
		column("ticket", _("Ticket"), "Dynamic Link", 150, "ticket_type"),
		column("customer", _("Customer"), "Link", 150, "Customer"),
		column("metric", _("Metric"), "Data", 100),
		column("target", _("Target"), "Data", 150),
		column("priority", _("Priority"), "Data", 85),
		column("outcome", _("As Drafted"), "Data", 95),
		column("real_outcome", _("Really"), "Data", 85),
		column("difference", _("Difference"), "Data", 150),
		column("goal", _("Goal"), "Duration", 90, hide_days=1),
		column("elapsed", _("Elapsed"), "Duration", 100, hide_days=1),
		column("overrun", _("Over by"), "Duration", 100, hide_days=1),
		column("decided_at", _("Decided"), "Datetime", 150),
		column("cause", _("Cause"), "Data", 100),
		column("responsible", _("Responsible"), "Data", 120),
		column("real_agreement", _("Really by"), "Link", 120, "SLM Agreement"),
		column("real_target", _("Real Target"), "Data", 130),
		column("real_goal", _("Real Goal"), "Duration", 90, hide_days=1),
		column("real_elapsed", _("Really Elapsed"), "Duration", 115, hide_days=1),
		column("real_overrun", _("Really Over by"), "Duration", 115, hide_days=1),
		column("real_decided_at", _("Really Decided"), "Datetime", 150),
		column("cycle", _("Cycle"), "Int", 65),
	]
