"""The terms of an agreement: what both parties sign, a digest of it, and how two versions differ (R310, R318).

Terms are what the other party sees and agrees to. What is ours alone (costs, what lies beneath, who reads the
document) and what happens to the document (signatures, announcements, its ending) are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, strip_html

from slm_extension.services import guarded_fields

NOT_TERMS = frozenset(
	{
		*guarded_fields.FIELDS,
		*guarded_fields.TABLES,
		"status",
		"agreement_owner",
		"monitor",
		"is_template",
		"rests_on",
		"requirement",
		"total_price",
		"total_cost",
		"budget",
		"cost_justification",
		"external_support_needed",
		"contract",
		"project",
		"sales_order",
		"purchase_order",
		"sign_offs",
		"signed_copy",
		"availability_review",
		"participants",
		"document_number",
		"form_code",
		"owning_department",
		"drafting_department",
		"related_departments",
		"release_scope",
		"prepared_by",
		"distribution",
		"change_reason",
		"next_review_on",
		"next_report_on",
	}
)
OURS_ALONE = frozenset(
	{"cost", "cost_justification", "justification", "target_id", "next_due", "internal", "baseline"}
)
"""Columns of rows that the other party does not sign."""

KEYS = {
	"availability": ("service", "metric", "period"),
	"targets": ("metric", "priority", "service"),
	"services": ("service",),
	"duties": ("party", "duty"),
	"priority_matrix": ("impact", "urgency"),
	"escalations": ("level", "metric", "notify"),
	"workload_limits": ("service", "priority", "period"),
	"contacts": ("party", "contact_role", "full_name"),
	"channels": ("purpose", "channel"),
}
"""What tells the rows of a table apart; otherwise their first column does."""

SHOWN = 140
"""So many characters of a text are shown in a revision."""


@dataclass(frozen=True, slots=True)
class Difference:
	"""One revision: `mark` is A (added), M (modified) or D (deleted), R318."""

	mark: str
	what: str


def digest(document: Any) -> str:
	"""A fingerprint of the terms: two documents with the same terms have the same."""
	return sha256(json.dumps(_terms(document), sort_keys=True, default=str).encode()).hexdigest()


def differences(before: Any, after: Any) -> Iterator[Difference]:
	"""What the terms of `after` say otherwise than those of `before`, field by field and row by row."""
	for field in _fields(after):
		if field.fieldtype in frappe.model.table_fields:
			yield from _rows_differ(
				field, before.get(field.fieldname) or [], after.get(field.fieldname) or []
			)
		else:
			old, new = _plain(before.get(field.fieldname)), _plain(after.get(field.fieldname))
			if old != new:
				yield _changed(_(field.label), old, new)


def _changed(label: str, old: str, new: str) -> Difference:
	if not old:
		return Difference("A", f"{label}: {_short(new)}")
	if not new:
		return Difference("D", f"{label}: {_short(old)}")
	return Difference("M", f"{label}: {_short(old)} → {_short(new)}")


def _rows_differ(field: Any, before: list[Any], after: list[Any]) -> Iterator[Difference]:
	label = _(field.label)
	old, new = _by_key(field, before), _by_key(field, after)
	for key, row in new.items():
		if key not in old:
			yield Difference("A", f"{label}: {_said(field, row)}")
		elif _row(old[key]) != _row(row):
			yield Difference("M", f"{label}: {_name(key)}: {_columns_differ(field, old[key], row)}")
	for key, row in old.items():
		if key not in new:
			yield Difference("D", f"{label}: {_said(field, row)}")


def _by_key(field: Any, rows: list[Any]) -> dict[tuple[str, ...], Any]:
	found: dict[tuple[str, ...], Any] = {}
	columns = KEYS.get(field.fieldname) or (_columns(field)[0].fieldname,)
	for row in rows:
		if row.get("internal"):
			continue
		key = tuple(_plain(row.get(column)) for column in columns)
		while key in found:
			key = (*key, "+")
		found[key] = row
	return found


def _columns_differ(field: Any, old: Any, new: Any) -> str:
	return _short(
		"; ".join(
			f"{_(column.label)} {_value(column, old) or '-'} → {_value(column, new) or '-'}"
			for column in _columns(field)
			if _plain(old.get(column.fieldname)) != _plain(new.get(column.fieldname))
		)
	)


def _said(field: Any, row: Any) -> str:
	values = [_value(column, row) for column in _columns(field)]
	return _short(", ".join(value for value in values if value and value != "0"))


def _value(column: Any, row: Any) -> str:
	value = row.get(column.fieldname)
	if column.fieldtype == "Duration" and value:
		return cstr(frappe.utils.format_duration(value))
	return _plain(value)


def _name(key: tuple[str, ...]) -> str:
	return _short(", ".join(part for part in key if part and part != "+"))


def _short(text: str) -> str:
	return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _plain(value: object) -> str:
	"""A value as text, the same whether it comes from a form, from Python or from the database."""
	if value is None or value == 0:
		return ""
	if isinstance(value, float):
		return f"{value:g}"
	return strip_html(cstr(value)).strip()


def _terms(document: Any) -> Mapping[str, object]:
	"""What is filled in, so that a field that comes with a later version of this app changes no signed terms."""
	found: dict[str, object] = {}
	for field in _fields(document):
		value = document.get(field.fieldname)
		if field.fieldtype in frappe.model.table_fields:
			found[field.fieldname] = [_row(row) for row in value or [] if not row.get("internal")]
		elif field.fieldtype == "Text Editor":
			found[field.fieldname] = cstr(value)
		else:
			found[field.fieldname] = _plain(value)
	return {name: value for name, value in found.items() if value}


def _row(row: Any) -> list[tuple[str, str]]:
	return [
		(column.fieldname, _plain(row.get(column.fieldname)))
		for column in row.meta.fields
		if _is_value(column) and column.fieldname not in OURS_ALONE and row.get(column.fieldname)
	]


def _fields(document: Any) -> list[Any]:
	return [
		field
		for field in document.meta.fields
		if field.fieldname not in NOT_TERMS
		and (_is_value(field) or field.fieldtype in frappe.model.table_fields)
		and not field.get("is_custom_field")
	]


def _columns(field: Any) -> list[Any]:
	meta = frappe.get_meta(field.options)
	return [one for one in meta.fields if _is_value(one) and one.fieldname not in OURS_ALONE]


def _is_value(field: Any) -> bool:
	return field.fieldtype not in frappe.model.no_value_fields
