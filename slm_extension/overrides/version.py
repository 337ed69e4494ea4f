"""The host's Version: the history of a document's changes, which it shows to whoever reads the document."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import frappe

MODULE = "Service Level Management"
HIDDEN = "…"


def before_insert(version: Any, _method: str | None = None) -> None:
	"""Of what not every reader of a document may read, costs above all, it says that it changed, not from what to what."""
	if not version.data or not (version.ref_doctype or "").startswith("SLM "):
		return
	meta = frappe.get_meta(version.ref_doctype)
	if meta.module != MODULE:
		return
	levels = _levels_of_some(meta)
	if levels:
		version.data = json.dumps(_without(json.loads(version.data), meta, levels), separators=(",", ":"))


def _levels_of_some(meta: Any) -> set[int]:
	"""The permission levels that somebody who reads the document does not read."""

	def readers(level: int) -> set[str]:
		return {row.role for row in meta.permissions if row.read and (row.permlevel or 0) == level}

	everybody = readers(0)
	used = {field.permlevel for field in _fields(meta) if field.permlevel}
	return {level for level in used if everybody - readers(level)}


def _fields(meta: Any) -> Iterable[Any]:
	yield from meta.fields
	for table in meta.get_table_fields():
		yield from frappe.get_meta(table.options).fields


def _without(data: dict[str, Any], meta: Any, levels: set[int]) -> dict[str, Any]:
	def hidden(of: Any, name: str) -> bool:
		field = of.get_field(name)
		return field is not None and (field.permlevel or 0) in levels

	def changed(of: Any, values: list[list[Any]]) -> list[list[Any]]:
		return [[name, HIDDEN, HIDDEN] if hidden(of, name) else [name, *both] for name, *both in values]

	def row_of(table: str) -> Any:
		return frappe.get_meta(meta.get_field(table).options)

	def rows(values: list[list[Any]]) -> list[list[Any]]:
		return [
			[table, {name: HIDDEN if hidden(row_of(table), name) else value for name, value in row.items()}]
			for table, row in values
			if not hidden(meta, table)
		]

	return {
		**data,
		"changed": changed(meta, data.get("changed") or []),
		"added": rows(data.get("added") or []),
		"removed": rows(data.get("removed") or []),
		"row_changed": [
			[table, place, name, changed(row_of(table), values)]
			for table, place, name, values in data.get("row_changed") or []
			if not hidden(meta, table)
		],
	}
