"""What reports hand to the host's report view: columns, cards, stacked bars; and links only a reader may follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import frappe

Row = dict[str, Any]

NO_CHART: Row = {"data": {}, "type": "bar"}
"""A chart of nothing: a dashboard says so, where without any chart the host would try to draw one of the columns."""

BARS = 20
"""More bars than these cannot be told apart."""

GREEN, RED, ORANGE, GREY, BLUE = "#28a745", "#e24c4c", "#e8833a", "#98a1a9", "#2490ef"


def column(
	fieldname: str, label: str, fieldtype: str = "Data", width: int = 120, options: str = "", **more: Any
) -> Row:
	"""A column; `options` is the DocType of a Link, or the field that names it, or the currency's."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
		**more,
	}


def card(label: str, value: int | str, indicator: str) -> Row:
	"""A figure above the rows; a count of none is grey."""
	return {
		"label": label,
		"value": value,
		"datatype": "Int" if isinstance(value, int) else "Data",
		"indicator": "Grey" if value == 0 else indicator,
	}


def stacked_bars(
	labels: Sequence[str], datasets: Iterable[tuple[str, Sequence[float]]], colors: Sequence[str], **more: Any
) -> Row:
	"""A bar for each label, made of one piece from each data set."""
	return {
		"data": {
			"labels": list(labels),
			"datasets": [{"name": name, "values": list(values)} for name, values in datasets],
		},
		"type": "bar",
		"colors": list(colors),
		"barOptions": {"stacked": 1, "spaceRatio": 0.5},
		**more,
	}


def percent(value: Fraction | Decimal | None) -> float | None:
	"""A share as a percentage with two decimals, cut off and never rounded up: 94.996 is not the 95 it missed."""
	return None if value is None else (Fraction(value) * 100).__floor__() / 100


def followable(columns: Iterable[Row]) -> list[Row]:
	"""The same columns, with links as plain text where the reader may not read what they lead to.

	The host refuses a whole report for one link to a DocType that its reader has no right to.
	"""
	return [one if _may_follow(one) else {**one, "fieldtype": "Data", "options": ""} for one in columns]


def _may_follow(one: Row) -> bool:
	doctype = one.get("options")
	if one.get("fieldtype") != "Link" or not doctype:
		return True
	return bool(frappe.has_permission(doctype, "read") or frappe.has_permission(doctype, "select"))
