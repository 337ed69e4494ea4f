"""Metrics of the site as metrics of the domain, kept per process; what the site and the domain call them.

Standard metrics are the domain's own, by the same words in small letters; only those that the site has defined are
read from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import frappe

from slm_extension.adapters.kept import Kept
from slm_extension.domain.conditions import HOLDS
from slm_extension.domain.errors import UnknownMetric
from slm_extension.domain.targets import METRICS, UPDATE_INTERVAL, Metric
from slm_extension.domain.timeline import Waiting

METRIC = "SLM Metric"
DIMENSIONS = ("Quality", "Quantity", "Cost")
HOLD_FIELDS = {
	"hold_customer": Waiting.CUSTOMER,
	"hold_supplier": Waiting.SUPPLIER,
	"hold_other": Waiting.OTHER,
}
"""Where a row of an agreement says what its target is held for."""

_TABLES = {"starts": "SLM Metric Start", "stops": "SLM Metric Stop", "holds": "SLM Metric Hold"}


@lru_cache(maxsize=1024)
def site_name(metric: str) -> str:
	"""What the site calls a metric of the domain."""
	return metric.title() if metric in METRICS else metric


def domain_name(metric: str) -> str:
	"""What the domain calls a metric of the site."""
	standard = metric.lower()
	return standard if standard in METRICS else metric


def metric_of(name: str) -> Metric:
	"""The metric the site calls so. Raises UnknownMetric."""
	found = METRICS.get(name.lower()) or own_metrics().get(name)
	if found is None:
		raise UnknownMetric(metric=name)
	return found


def own_metrics() -> dict[str, Metric]:
	"""The metrics that the site has defined, by name; read again only when one of them has changed."""
	return _own.get()


def all_metrics() -> dict[str, Metric]:
	"""Every metric by what the site calls it, the standard ones first."""
	return {**{site_name(name): one for name, one in METRICS.items()}, **own_metrics()}


def forget_metrics() -> None:
	_own.forget()


def usual_holds(name: str) -> Waiting:
	"""What a target of that metric is held for on this site unless its row says otherwise.

	Of the standard ones those that wait for the customer wait as well while a ticket is on hold, as the host has it;
	who is to be kept informed is not less so meanwhile.
	"""
	metric = metric_of(name)
	if name.lower() in METRICS and metric is not UPDATE_INTERVAL and metric.holds & Waiting.CUSTOMER:
		return metric.holds | Waiting.OTHER
	return metric.holds


def metric_in(document: Any) -> Metric:
	"""The metric a document describes. Raises a kind of InvalidMetric."""
	return _metric(
		document.metric_name,
		{table: [row.what for row in document.get(table)] for table in _TABLES},
		bool(document.recurs),
	)


def conditions_in(metric: Metric) -> dict[str, list[str]]:
	"""The rows of a document that describes a metric, by its tables."""
	return {
		"starts": [_shown(name) for name in metric.starts],
		"stops": [_shown(name) for name in metric.stops],
		"holds": [_shown(name) for name, one in HOLDS.items() if one & metric.holds],
	}


def hold_fields(holds: Waiting) -> dict[str, int]:
	"""Holds as the fields of a target's row."""
	return {field: int(bool(holds & waits)) for field, waits in HOLD_FIELDS.items()}


def hold_as_usual(row: Any) -> None:
	"""A target's row that says nothing about holds has those that are usual for its metric."""
	if row.never_held:
		row.update(dict.fromkeys(HOLD_FIELDS, 0))
	elif row.metric and not any(row.get(field) for field in HOLD_FIELDS):
		row.update(hold_fields(usual_holds(row.metric)))


def disabled_of(names: Iterable[str]) -> list[str]:
	"""Those of some metrics that are not for new agreements any more."""
	return frappe.get_all(
		METRIC, filters={"name": ["in", sorted(names)], "disabled": 1}, pluck="name", order_by="name asc"
	)


def measuring(dimension: str) -> list[str]:
	"""The metrics of a dimension, by what the site calls them: Quality, Quantity or Cost (R230)."""
	return frappe.get_all(
		METRIC, filters={"dimension": dimension}, pluck="name", order_by="name asc", limit_page_length=0
	)


def settled_by(name: str) -> str:
	"""An agreement with a target on that metric that was concluded at any time, or signed; empty where there is none."""
	rows = frappe.get_all(
		"SLM Target",
		filters={"metric": name, "parenttype": "SLM Agreement"},
		fields=["parent", "docstatus"],
		order_by="docstatus desc, parent asc",
		limit_page_length=0,
	)
	if not rows or rows[0].docstatus:
		return str(rows[0].parent) if rows else ""
	signed = frappe.get_all(
		"SLM Agreement Sign Off",
		filters={"parent": ["in", [row.parent for row in rows]], "signed_on": ["is", "set"]},
		pluck="parent",
		order_by="parent asc",
		limit=1,
	)
	return str(signed[0]) if signed else ""


def _shown(name: str) -> str:
	return name.capitalize()


def _metric(name: str, said: dict[str, list[str]], recurs: bool) -> Metric:
	holds = Waiting.NOBODY
	for one in said["holds"]:
		holds |= HOLDS[one.lower()]
	starts, stops = ([one.lower() for one in said[table]] for table in ("starts", "stops"))
	return Metric.named(name, starts, stops, holds, recurs)


def _read() -> dict[str, Metric]:
	rows = frappe.get_all(
		METRIC, filters={"standard": 0}, fields=["name", "recurs"], order_by="name asc", limit_page_length=0
	)
	said: dict[str, dict[str, list[str]]] = {row.name: {table: [] for table in _TABLES} for row in rows}
	for table, doctype in _TABLES.items() if rows else ():
		for row in frappe.get_all(
			doctype,
			filters={"parent": ["in", list(said)], "parenttype": METRIC},
			fields=["parent", "what"],
			order_by="parent asc, idx asc",
			limit_page_length=0,
		):
			said[row.parent][table].append(row.what)
	return {row.name: _metric(row.name, said[row.name], bool(row.recurs)) for row in rows}


_own = Kept("metrics", _read)
