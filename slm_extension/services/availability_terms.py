"""What an agreement may promise about the availability of services: which rows can be kept and judged at all."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from slm_extension.adapters.catalogue import SERVICE, USABLE
from slm_extension.adapters.promised_availability import HOURS, MEASURES, PERIODS
from slm_extension.domain.availability import MOST_FAILURES, Measure, longest_in

LONGEST_HOURS = {name: longest_in(period) // 3600 for name, period in PERIODS.items()}


def refuse_wrong_rows(agreement: Any) -> None:
	"""Refuse, in a sentence, a row that says nothing, the same as another, or what no period can have."""
	seen: set[tuple[str, str, str]] = set()
	for row in agreement.get("availability") or ():
		problem = _problem(agreement, row)
		key = (row.service or "", row.metric, row.period)
		if not problem and key in seen:
			problem = _("the same is promised in a row above. Remove one.")
		seen.add(key)
		if problem:
			frappe.throw(
				_("Row {0} of Availability of Services: {1}").format(row.idx, problem),
				title=_("Availability"),
			)


def _problem(agreement: Any, row: Any) -> str:
	if not row.service and not agreement.services:
		return _("name the service; the agreement names none.")
	if row.service and not _can_be_promised(row.service):
		return _("{0} is not approved. Approve it first, or take it out.").format(
			frappe.bold(escape_html(row.service))
		)
	return _problem_with(row, MEASURES[row.metric], flt(row.value))


def _can_be_promised(service: str) -> bool:
	"""R002; a group stands for what is approved beneath it."""
	is_group, status = frappe.db.get_value(SERVICE, service, ["is_group", "status"]) or (0, "")
	return bool(is_group) or status in USABLE


def _problem_with(row: Any, measure: Measure, value: float) -> str:
	if measure is Measure.AVAILABILITY:
		if not 0 < value <= 100:
			return _("enter a percentage above 0 and up to 100.")
	elif measure is Measure.FAILURES:
		if value < 0 or value != int(value) or value > MOST_FAILURES:
			return _("enter a whole number of failures, 0 or more.")
	elif measure in HOURS and not 0 < value <= LONGEST_HOURS[row.period]:
		return _("enter hours above 0 and up to the {0} that the longest {1} has.").format(
			LONGEST_HOURS[row.period], _(row.period).lower()
		)
	return ""
