"""Escalation rows of SLM Agreement documents, and of SLM Settings, as levels of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import frappe

from slm_extension.adapters.metrics import domain_name
from slm_extension.domain.levels import EscalationLevel, Timing

TIMINGS = {
	"Percent of Goal": Timing.PERCENT,
	"Before Due": Timing.BEFORE,
	"After Due": Timing.AFTER,
}


def level_of(row: Any) -> EscalationLevel:
	"""The level of a row. Raises InvalidLevel."""
	timing = TIMINGS[row.timing or "Percent of Goal"]
	amount = row.percent if timing is Timing.PERCENT else row.offset
	return EscalationLevel(
		int(row.level or 0), timing, int(amount or 0), domain_name(row.metric) if row.metric else ""
	)


def levels_of(agreements: Iterable[Any]) -> Mapping[str, tuple[EscalationLevel, ...]]:
	"""The levels of agreements by the name of the document; those of the settings for one that has no rows."""
	default = tuple(map(level_of, default_rows()))
	return {
		document.name: tuple(level_of(row) for row in document.get("escalations") or ()) or default
		for document in agreements
	}


def default_rows() -> list[Any]:
	"""What is done for agreements that say nothing about escalation."""
	return list(frappe.get_cached_doc("SLM Settings").get("default_escalations") or ())


def rows_of(agreement: Any, metric: str, number: int) -> Iterator[Any]:
	"""The rows by which a level of clocks of a metric, as the site calls it, acts; several may have the same number."""
	rows = agreement.get("escalations") or default_rows()
	for row in rows:
		if int(row.level or 0) == number and (row.metric or "") in ("", metric):
			yield row
