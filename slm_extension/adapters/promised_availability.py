"""What agreements promise about the availability of services, as the domain's promises and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import cstr, flt, getdate

from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.agreements import CalendarEditions
from slm_extension.adapters.catalogue import Tree
from slm_extension.domain.attainment import Period
from slm_extension.domain.availability import Measure, Promise, Span
from slm_extension.domain.instants import FIRST, LAST, Instant, end_of, midnight

TABLE = "SLM Agreement Availability"

MEASURES = {
	"Availability %": Measure.AVAILABILITY,
	"Availability Hours": Measure.HOURS,
	"Number of Failures": Measure.FAILURES,
	"MTBF": Measure.MTBF,
	"MTRS": Measure.MTRS,
	"Longest Outage": Measure.LONGEST,
}
PERIODS = {"Month": Period.MONTH, "Quarter": Period.QUARTER, "Year": Period.YEAR}

HOURS = frozenset(measure for measure in Measure if measure.is_time)
"""Measures that people enter and read in hours."""

_HOUR = 3600


def promise_of(row: Any) -> Promise:
	"""The promise of a row, in percent, seconds or a number; what was entered is taken to the last digit shown."""
	measure = MEASURES[row.metric]
	value = Fraction(f"{flt(row.value):.4f}")
	return Promise(measure, value * _HOUR if measure in HOURS else value)


def in_units(measure: Measure, value: Fraction | None) -> Fraction | None:
	"""A figure as people enter it: percent, hours or a number."""
	return value / _HOUR if value is not None and measure in HOURS else value


def in_words(row: Any) -> str:
	"""Such as "at least 99.5 % a month"."""
	measure = MEASURES[row.metric]
	number = f"{flt(row.value):.10g}"
	amount = (
		_("{0} %").format(number)
		if measure is Measure.AVAILABILITY
		else _("{0} h").format(number)
		if measure in HOURS
		else number
	)
	period = {"Month": _("a month"), "Quarter": _("a quarter"), "Year": _("a year")}[row.period or "Month"]
	return (_("at least {0} {1}") if measure.at_least else _("at most {0} {1}")).format(amount, period)


@dataclass(frozen=True, slots=True)
class Promised:
	"""One promise about one service. It holds in [starts, ends), in the hours of that calendar."""

	service: str
	agreement: str
	title: str
	customer: str
	metric: str
	words: str
	promise: Promise
	period: Period
	calendar: str
	starts: Instant
	ends: Instant


def promised(
	editions: Mapping[str, CalendarEditions], tree: Tree, agreement: str = "", customer: str = ""
) -> Iterator[Promised]:
	"""All that concluded agreements promise about services, as far as the user may read them.

	A row about one service is put before a row about all services of the agreement; a group means the services
	beneath it.
	"""
	rows = frappe.get_all(
		TABLE,
		filters={"parenttype": AGREEMENT, "docstatus": 1},
		fields=["parent", "service", "metric", "value", "period", "calendar"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	)
	if not rows or not frappe.has_permission(AGREEMENT, "read"):
		return
	filters: dict[str, Any] = {"name": ["in", sorted({row.parent for row in rows})], "docstatus": 1}
	if customer:
		filters["customer"] = customer
	found = frappe.get_list(
		AGREEMENT,
		filters=[*([key, *_operator(value)] for key, value in filters.items())],
		fields=["name", "title", "customer", "calendar", "valid_from", "valid_until", "until_replaced"],
		order_by="name asc",
		limit_page_length=0,
	)
	known = {one.name: one for one in found if not agreement or one.name == agreement}
	services = _services_of(known)
	for row in _closest(rows, known, services, tree):
		one = known[row.parent]
		calendar = row.calendar or one.calendar
		yield Promised(
			row.service,
			one.name,
			cstr(one.title),
			cstr(one.customer),
			row.metric,
			in_words(row),
			promise_of(row),
			PERIODS[row.period or "Month"],
			calendar,
			*in_force(one, editions[calendar].first.zone),
		)


def in_force(agreement: Any, zone: ZoneInfo) -> Span:
	"""From when to when a concluded version is in force, its days being those of a zone."""
	last = getdate(agreement.valid_until) if agreement.valid_until and not agreement.until_replaced else None
	return (
		midnight(getdate(agreement.valid_from), zone) if agreement.valid_from else FIRST,
		end_of(last, zone) if last else LAST,
	)


def _operator(value: Any) -> tuple[Any, Any]:
	return (value[0], value[1]) if isinstance(value, list) else ("=", value)


def _services_of(known: Mapping[str, Any]) -> Mapping[str, list[str]]:
	found: dict[str, list[str]] = {}
	for row in frappe.get_all(
		"SLM Agreement Service",
		filters={"parenttype": AGREEMENT, "parent": ["in", list(known) or [""]]},
		fields=["parent", "service"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		found.setdefault(row.parent, []).append(row.service)
	return found


def _closest(
	rows: Iterable[Any], known: Mapping[str, Any], services: Mapping[str, list[str]], tree: Tree
) -> Iterator[Any]:
	"""A row for each single service: the one that names it, else one that names a group above, else one for all."""
	chosen: dict[tuple[str, str, str, str], tuple[int, Any]] = {}
	for row in rows:
		if row.parent not in known:
			continue
		for named in [row.service] if row.service else services.get(row.parent, []):
			for service in tree.beneath([named]):
				node = tree.nodes.get(service)
				if node is None or node.is_group:
					continue
				nearness = 2 if row.service == service else 1 if row.service else 0
				key = (row.parent, service, row.metric, row.period or "Month")
				if key not in chosen or chosen[key][0] < nearness:
					chosen[key] = (nearness, {**row, "service": service})
	for _nearness, row in chosen.values():
		yield frappe._dict(row)
