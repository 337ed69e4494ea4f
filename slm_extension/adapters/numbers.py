"""Numbers of records: each kind counts for itself, and a number is given once, even if its record is deleted.

The host's own expressions in a DocType would count all kinds together, and give the last number again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import frappe
from frappe.model.naming import NamingSeries, make_autoname

from slm_extension.adapters.agreements import KINDS

PREFIXES = {
	"SLM Agreement": tuple(KINDS),
	"SLM Correction": ("Correction",),
	"SLM Feedback": ("Feedback",),
	"SLM Requirement": ("SLR",),
	"SLM Service Specification": ("SSP",),
	"SLM Supplier Report": ("Supplier-Report",),
	"SLM What-If": ("What-If",),
}


def next_number(doctype: str, prefix: str) -> str:
	"""The next name of its kind, as SLA-0042, past those that came in by an import under names of their own."""
	name = str(make_autoname(_series(prefix)))
	while frappe.db.exists(doctype, name):
		name = str(make_autoname(_series(prefix)))
	return name


def count_on() -> None:
	"""Let every kind go on above the highest number that a record of it has."""
	for doctype, prefixes in PREFIXES.items():
		names = frappe.get_all(doctype, pluck="name", order_by="name asc", limit_page_length=0)
		for prefix in prefixes:
			series = NamingSeries(_series(prefix))
			highest = _highest(prefix, names)
			if highest > (series.get_current_value() or 0):
				series.update_counter(highest)


def _series(prefix: str) -> str:
	return f"{prefix}-.####"


def _highest(prefix: str, names: Iterable[str]) -> int:
	numbered = re.compile(rf"{re.escape(prefix)}-(\d+)(-\d+)?")
	return max((int(found[1]) for name in names if (found := numbered.fullmatch(name))), default=0)
