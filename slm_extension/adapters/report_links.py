"""Where the documents behind a figure are seen: the list, report or form to which a report's figure leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe

from slm_extension.adapters.report_columns import Row

MOST_NAMES = 200
"""More names than these make an address too long."""


@dataclass(frozen=True, slots=True)
class Behind:
	"""A list or a report with its filters; of a single DocType, its form."""

	doctype: str = ""
	report: str = ""
	filters: Mapping[str, Any] = field(default_factory=dict)


def named(doctype: str, names: Iterable[str]) -> Behind | None:
	"""A list of just these documents, None without any; so many that they cannot be named: the first of them."""
	known = sorted(set(names))[:MOST_NAMES]
	return Behind(doctype, filters={"name": ["in", known]}) if known else None


def where(behind: Behind | None) -> Row | None:
	"""As public/js/slm_behind.js reads it; None where the reader may not go."""
	if behind is None or (behind.doctype and not frappe.has_permission(behind.doctype, "read")):
		return None
	return {"doctype": behind.doctype, "report": behind.report, "filters": dict(behind.filters)}
