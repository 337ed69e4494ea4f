"""What the host's report view hands to reports: filters, taken as one of the values that can be meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_months, escape_html, getdate

LONGEST = 140


def one_of(
	filters: Mapping[str, Any], field: str, label: str, choices: Iterable[str], otherwise: str = ""
) -> str:
	"""The value of a filter, or `otherwise` where it is empty. Raises frappe.ValidationError for any other value."""
	value = str(filters.get(field) or otherwise)
	known = tuple(choices)
	if value and value not in known:
		frappe.throw(
			_("{0} cannot be {1}. Choose one of: {2}.").format(
				label, frappe.bold(escape_html(value[:LONGEST])), ", ".join(map(_, known))
			),
			title=_("Filters"),
		)
	return value


def day_of(filters: Mapping[str, Any], field: str, label: str, otherwise: date) -> date:
	"""The day of a filter, or `otherwise` where it is empty. Raises frappe.ValidationError for what is no day."""
	value = filters.get(field)
	if not value:
		return otherwise
	try:
		found = date.fromisoformat(str(value)[:10])
	except ValueError:
		found = date.max
	if not 1971 <= found.year <= 2190:
		frappe.throw(
			_("{0} {1} is not a day that can be reported on. Enter one like {2}.").format(
				label, frappe.bold(escape_html(str(value)[:LONGEST])), otherwise.isoformat()
			),
			title=_("Filters"),
		)
	return found


def days_of(filters: Mapping[str, Any], today: date) -> tuple[date, date]:
	"""The first and the last day of a report; from five months ago until today where nothing is said."""
	first = day_of(filters, "from_date", _("From"), getdate(add_months(today.replace(day=1), -5)))
	last = day_of(filters, "to_date", _("To"), today)
	if first > last:
		frappe.throw(
			_("From ({0}) is after To ({1}). Choose an earlier first day.").format(first, last),
			title=_("Filters"),
		)
	return first, last
