"""SLM Causes as the report view shows it: where misses came from, month by month (R211, R219, KPI R336)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import site_time
from slm_extension.adapters.breaches import Counted, behind, counted
from slm_extension.adapters.civil_months import all_months, in_words, month_of, months_before
from slm_extension.adapters.permissions import speakable
from slm_extension.adapters.report_columns import (
	BLUE,
	GREEN,
	GREY,
	ORANGE,
	RED,
	Row,
	card,
	column,
	followable,
	stacked_bars,
)
from slm_extension.adapters.report_filters import month_in, one_of
from slm_extension.domain.attribution import Cause

GROUPS = {
	"Where It Came From": ("cause", "Data", ""),
	"Who Held It": ("responsible", "Data", ""),
	"OLA or UC Not Kept": ("uc", "Link", "SLM Agreement"),
	"Agreement": ("agreement", "Link", "SLM Agreement"),
	"Customer": ("customer", "Link", "Customer"),
	"Service": ("service", "Link", "SLM Service"),
	"Metric": ("metric", "Data", ""),
	"Root Cause": ("root_cause", "Data", ""),
}
COLOURS = {
	Cause.OWN_TEAM: BLUE,
	Cause.OTHER_TEAM: GREEN,
	Cause.SUPPLIER: ORANGE,
	Cause.UNASSIGNED: RED,
	Cause.CUSTOMER: GREY,
}
ASKED = ("cause", "responsible", "agreement", "customer", "service", "metric", "root_cause")
MONTHS = 6
CONTRACT = "uc"
NAMED = 200
"""So many breaches a link names."""


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that there is no row of totals."""
	asked = filters or {}
	group = one_of(asked, "group", _("Group By"), GROUPS, next(iter(GROUPS)))
	first, last = months(asked)
	equal = {name: str(asked[name])[:140] for name in ASKED if asked.get(name)}
	field, fieldtype, options = GROUPS[group]
	found = counted(field, first, last, equal)
	if field == CONTRACT:
		found = _heard_of(found)
	return (
		followable(columns(group, fieldtype, options)),
		rows(found, field, first, last, equal),
		_("Misses that a correction or a reopening took back are not among them."),
		chart(found, first, last),
		summary(found),
		True,
	)


def months(asked: Mapping[str, Any]) -> tuple[int, int]:
	"""The first and the last month asked for, as numbers like 202606: half a year unless said."""
	this = month_of(site_time.today())
	last = month_in(asked, "to_month", _("To Month"), this)
	first = month_in(asked, "from_month", _("From Month"), months_before(last, MONTHS - 1))
	if first > last:
		frappe.throw(
			_("From Month ({0}) is after To Month ({1}). Choose an earlier first month.").format(first, last),
			title=_("Filters"),
		)
	return first, last


def columns(group: str, fieldtype: str, options: str) -> list[Row]:
	return [
		column("value", _(group), fieldtype, 220, options),
		column("misses", _("Misses"), "Int", 90),
		column("share", _("Share %"), "Percent", 90),
		column("excused", _("Excused"), "Int", 90),
		column("waiting", _("Wait for an Answer"), "Int", 140),
		column("disputed", _("Disputed"), "Int", 90),
		column("overrun", _("Overrun Together"), "Duration", 150, hide_days=1),
		column("mean", _("Overrun Each"), "Duration", 130, hide_days=1),
	]


def rows(found: Iterable[Counted], field: str, first: int, last: int, equal: Mapping[str, str]) -> list[Row]:
	"""A row a value, the most misses first; `ask` leads to the breaches behind it."""
	sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
	for one in found:
		numbers = (one.misses, one.excused, one.waiting, one.disputed, one.overrun)
		sums[one.value] = [a + b for a, b in zip(sums[one.value], numbers, strict=True)]
	every = sum(numbers[0] for numbers in sums.values())
	asked = {value: {**equal, field: value, **_within(first, last)} for value in sums}
	if field == CONTRACT:
		asked = _by_name(sums, first, last, equal)
	return [
		{
			"value": _shown(field, value),
			"misses": misses,
			"share": 100 * misses / every,
			"excused": excused,
			"waiting": waiting,
			"disputed": disputed,
			"overrun": overrun,
			"mean": overrun // misses,
			"ask": asked[value],
		}
		for value, (misses, excused, waiting, disputed, overrun) in sorted(
			sums.items(), key=lambda item: (-item[1][0], item[0])
		)
	]


def _within(first: int, last: int) -> Row:
	return {"period": ["in", list(all_months(first, last))], "standing": 1}


def _heard_of(found: Iterable[Counted]) -> list[Counted]:
	"""Misses by contract; those of which the reader may not hear are counted where there is none."""
	every = list(found)
	spoken = speakable(one.value for one in every)
	return [one if one.value in spoken else replace(one, value="") for one in every]


def _by_name(values: Iterable[str], first: int, last: int, equal: Mapping[str, str]) -> dict[str, Row | None]:
	"""The breaches of each contract by name: lists do not show which contract one is about. None: too many to name."""
	of: dict[str, list[str]] = {value: [] for value in values}
	for value, name in behind(CONTRACT, first, last, equal):
		of[value if value in of else ""].append(name)
	return {value: {"name": ["in", names]} if len(names) <= NAMED else None for value, names in of.items()}


def _shown(field: str, value: str) -> str:
	if field == "cause":
		return _(value.capitalize()) if value else ""
	return _(value) if value and field in ("root_cause", "metric") else value


def chart(found: Sequence[Counted], first: int, last: int) -> Row | None:
	"""Misses by month, each bar made of where they came from."""
	if not found:
		return None
	shown = list(all_months(first, last))
	by: dict[tuple[str, int], int] = defaultdict(int)
	for one in found:
		by[one.cause, one.period] += one.misses
	datasets = [
		(_(cause.value.capitalize()), [by[cause.value, month] for month in shown]) for cause in COLOURS
	]
	return stacked_bars([in_words(month) for month in shown], datasets, list(COLOURS.values()))


def summary(found: Sequence[Counted]) -> list[Row]:
	suppliers = sum(one.misses for one in found if one.cause == Cause.SUPPLIER.value)
	return [
		card(_("Misses"), sum(one.misses for one in found), "Red"),
		card(_("Because of a Supplier"), suppliers, "Orange"),
		card(_("Excused"), sum(one.excused for one in found), "Green"),
		card(_("Wait for an Answer"), sum(one.waiting for one in found), "Orange"),
	]
