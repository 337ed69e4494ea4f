"""When the promises on a ticket are due, in a customer's words; never those of teams and suppliers (feature 94)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_system_timezone

from slm_extension.adapters import wording
from slm_extension.adapters.clock_words import CANCELLED, HELD, MET, MISSED, NOT_STARTED
from slm_extension.domain.agreements import AgreementKind

FACING = [kind.value for kind in AgreementKind if kind.customer_facing]


def dues(ticket_type: str, ticket: str) -> list[dict[str, str]]:
	"""What, when and how it stands, a line each in the order of the due times; of several cycles the last."""
	rows = frappe.get_all(
		"SLM Clock",
		filters={"ticket_type": ticket_type, "ticket": ticket, "kind": ["in", FACING]},
		fields=["metric", "cycle", "phase", "outcome", "due", "stopped"],
		order_by="cycle asc, name asc",
		limit_page_length=0,
	)
	latest = {row.metric: row for row in rows if row.phase not in (CANCELLED, NOT_STARTED)}
	return [
		{"what": _what(row.metric), "when": _when(row), "state": _state(row)}
		for row in sorted(latest.values(), key=lambda row: (row.due is None, row.due, row.metric))
	]


def _what(metric: str) -> str:
	names = {
		"acknowledgement": _("Confirmation that it has arrived"),
		"response": _("First answer"),
		"resolution": _("Solution"),
		"closure": _("Closing"),
		"ownership": _("Taken on by a person"),
		"restoration": _("Service works again"),
		"next reply": _("Next answer"),
		"update interval": _("Next news"),
		"escalation": _("Handed to the next level"),
	}
	return names.get(metric.lower(), _(metric))


def _when(row: Any) -> str:
	if row.phase == HELD:
		return _("The time stands still at the moment.")
	if row.stopped:
		return _("Done on {0}").format(wording.moment(row.stopped))
	if not row.due:
		return ""
	return _("Due by {0} ({1})").format(wording.moment(row.due), get_system_timezone())


def _state(row: Any) -> str:
	"""A word for a colour: done, held, late or open."""
	if row.stopped:
		return "done" if row.outcome == MET else "late"
	if row.phase == HELD:
		return "held"
	return "late" if row.outcome == MISSED else "open"
