"""Columns of reports that link to documents; whether the reader may follow a link is asked of the host."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe


def followable(columns: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The same columns, with links as plain text where the reader may not read what they lead to.

	The host refuses a whole report for one link to a DocType that its reader has no right to.
	"""
	return [one if _may_follow(one) else {**one, "fieldtype": "Data", "options": ""} for one in columns]


def _may_follow(column: dict[str, Any]) -> bool:
	doctype = column.get("options")
	if column.get("fieldtype") != "Link" or not doctype:
		return True
	return bool(frappe.has_permission(doctype, "read") or frappe.has_permission(doctype, "select"))
