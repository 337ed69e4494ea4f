"""What the host's report view hands to reports: filters, taken as one of the values that can be meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_months, cint, escape_html, getdate

from slm_extension.adapters.civil_months import in_words, month_of

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


def months_of(filters: Mapping[str, Any], today: date, count: int) -> tuple[int, int]:
	"""The months of a report, by any day of the first and the last; so many until today's where nothing is said."""
	first = _month_of(filters, "from_date", _("From"), getdate(add_months(today.replace(day=1), 1 - count)))
	last = _month_of(filters, "to_date", _("To"), today)
	if first > last:
		frappe.throw(
			_("From ({0}) is after To ({1}). Choose a first month that is not later than the last.").format(
				in_words(first), in_words(last)
			),
			title=_("Filters"),
		)
	return first, last


def _month_of(filters: Mapping[str, Any], field: str, label: str, otherwise: date) -> int:
	value = filters.get(field)
	if not value:
		return month_of(otherwise)
	try:
		return month_of(date.fromisoformat(str(value)[:10]))
	except ValueError:
		frappe.throw(
			_("{0} {1} is not a date. Enter a day of the month that is meant, like {2}.").format(
				label, frappe.bold(escape_html(str(value)[:LONGEST])), otherwise.isoformat()
			),
			title=_("Filters"),
		)
		raise


def document_of(filters: Mapping[str, Any], field: str, doctype: str) -> str:
	"""The document of a filter, empty where none is named. Raises frappe.ValidationError for one that there is not."""
	name = filters.get(field)
	if not name:
		return ""
	if not isinstance(name, str) or not frappe.db.exists(doctype, name):
		frappe.throw(
			_("There is no {0} {1}. Choose one that exists, or leave the filter empty.").format(
				_(doctype), frappe.bold(escape_html(str(name)[:LONGEST]))
			),
			title=_("Filters"),
		)
	return name


def month_in(filters: Mapping[str, Any], field: str, label: str, otherwise: int) -> int:
	"""The month of a filter, 202606 of 2026-06, or `otherwise`. Raises frappe.ValidationError for what is none."""
	value = filters.get(field)
	if not value:
		return otherwise
	month = cint(str(value).replace("-", "")[:6])
	if not (197101 <= month <= 219012 and 1 <= month % 100 <= 12):
		frappe.throw(
			_("{0} is not a month. Write it as in 2026-06.").format(frappe.bold(label)), title=_("Filters")
		)
	return month
