"""Words in our documents that the glossary does not cover: unknown abbreviations, and words to avoid (R405)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, strip_html

from slm_extension.adapters.agreement_states import OVER
from slm_extension.adapters.report_columns import Row, column
from slm_extension.services.glossary import TEXTS, glossary

DOCTYPES = ("SLM Agreement", "SLM Service", "SLM Service Specification", "SLM Requirement")
ENDED = (*OVER, "Retired", "Withdrawn", "Archived", "Rejected")
"""What nobody will write any better."""


def execute(filters: dict[str, Any] | None = None) -> tuple[list[Row], list[Row], str]:
	wanted = (filters or {}).get("document_type")
	rows = [
		row
		for doctype in DOCTYPES
		if wanted in (None, "", doctype) and frappe.has_permission(doctype, "read")
		for row in _rows(doctype, cstr((filters or {}).get("document")))
	]
	message = (
		"" if rows else _("Every abbreviation is in the glossary, and no word is used that it says to avoid.")
	)
	return _columns(), rows, message


def _columns() -> list[Row]:
	return [
		column("word", _("Word"), "Data", 160),
		column("finding", _("Finding"), "Data", 260),
		column("document_type", _("Kind of Document"), "Data", 190),
		column("document", _("Document"), "Dynamic Link", 220, "document_type"),
		column("where", _("Where"), "Data", 260),
	]


def _rows(doctype: str, document: str) -> Iterator[Row]:
	words = glossary()
	for name, texts in _texts(doctype, document).items():
		places: dict[tuple[str, str], list[str]] = {}
		for label, text in texts:
			for one in words.findings(text):
				where = places.setdefault((one.word, one.instead), [])
				if label not in where:
					where.append(label)
		for (word, instead), where in sorted(places.items()):
			yield {
				"word": word,
				"finding": _("Write {0} instead").format(instead) if instead else _("Not in the glossary"),
				"document_type": doctype,
				"document": name,
				"where": ", ".join(where),
			}


def _texts(doctype: str, document: str) -> dict[str, list[tuple[str, str]]]:
	"""What people have written into the documents the user may read, a label and a text each, rows included."""
	meta = frappe.get_meta(doctype)
	rows = frappe.get_list(
		doctype,
		filters={"status": ["not in", ENDED], **({"name": document} if document else {})},
		fields=["name", *_written(meta)],
		order_by="name asc",
		limit_page_length=0,
	)
	found: dict[str, list[tuple[str, str]]] = {row.name: _of_row(meta, row) for row in rows}
	for table in meta.get_table_fields():
		child = frappe.get_meta(table.options)
		fields = _written(child)
		if not fields or not found or child.istable != 1 or table.permlevel:
			continue
		for row in frappe.get_all(
			table.options,
			filters={"parenttype": doctype, "parentfield": table.fieldname, "parent": ["in", list(found)]},
			fields=["parent", *fields],
			order_by="parent asc, idx asc",
			limit_page_length=0,
		):
			found[row.parent] += _of_row(child, row)
	return found


def _written(meta: Any) -> list[str]:
	return [
		field.fieldname
		for field in meta.fields
		if field.fieldtype in TEXTS
		and field.fieldtype != "Select"
		and not (field.permlevel or field.get("is_virtual") or field.read_only or field.hidden)
	]


def _of_row(meta: Any, row: Any) -> list[tuple[str, str]]:
	return [
		(_(meta.get_label(name)), strip_html(cstr(row[name]))) for name in _written(meta) if row.get(name)
	]
