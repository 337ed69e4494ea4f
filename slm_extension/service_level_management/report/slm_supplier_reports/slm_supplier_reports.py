"""SLM Supplier Reports as the report view shows it: which service reports came in time, and whether they say what we do.

By provider, agreement or month, of the reports that were due on some days (R182, R183, R209).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import counts, site_time
from slm_extension.adapters.agreement_states import PERFORMED
from slm_extension.adapters.counts import Promise
from slm_extension.adapters.permissions import reads_every_ticket
from slm_extension.adapters.report_columns import (
	GREEN,
	ORANGE,
	RED,
	Row,
	card,
	column,
	followable,
	percent,
	stacked_bars,
)
from slm_extension.adapters.report_filters import days_of, one_of
from slm_extension.adapters.supplier_reports import ACCEPTED, HERE, NOT_NEEDED, OWED, REPORT
from slm_extension.domain.attainment import Attainment
from slm_extension.services import reported_figures

GROUPS = ("Provider", "Agreement", "Month")
ON_TIME, LATE, MISSING, NOT_YET = "on_time", "late", "missing", "not_yet"
SHADES = {ON_TIME: GREEN, LATE: ORANGE, MISSING: RED}


@dataclass(frozen=True, slots=True)
class Owed:
	"""A report that was due: how it stands, and of those that came what they say beside what was measured."""

	key: str
	title: str
	due_on: date
	standing: str
	accepted: bool
	returned: bool
	reported: Attainment
	measured: Attainment


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that there is no row of totals."""
	asked = filters or {}
	today = site_time.today()
	first, last = days_of(asked, today)
	group = one_of(asked, "group", _("Group By"), GROUPS, GROUPS[0])
	wanted = _wanted(asked)
	measures = reads_every_ticket(str(frappe.session.user))
	found = reports(first, last, wanted, group, today, measures)
	return (
		followable(columns(group, measures)),
		rows(found, group, first, last, today, wanted, measures),
		None if measures else _("What was measured is shown to those who may read every ticket."),
		chart(found),
		summary(found),
		True,
	)


def _wanted(asked: Mapping[str, Any]) -> Row:
	"""The filters that a list understands too; of a provider's name a part will do."""
	kind = one_of(asked, "kind", _("Kind of Agreement"), PERFORMED)
	agreement, provider = (str(asked.get(name) or "").strip()[:140] for name in ("agreement", "provider"))
	return {
		**({"kind": kind} if kind else {}),
		**({"agreement": agreement} if agreement else {}),
		**({"provider": ["like", f"%{provider}%"]} if provider else {}),
	}


def reports(first: date, last: date, wanted: Row, group: str, today: date, measures: bool) -> list[Owed]:
	"""Those due on these days that the reader may read; measured figures only where he may have them."""
	found = frappe.get_list(
		REPORT,
		filters={**wanted, "due_on": ["between", [first, last]], "status": ["!=", NOT_NEEDED]},
		fields=[
			"name",
			"provider",
			"lineage",
			"agreement_title",
			"due_on",
			"status",
			"days_late",
			"times_returned",
			"period_from",
			"period_to",
		],
		order_by="due_on asc, name asc",
		limit_page_length=0,
	)
	here = [row.name for row in found if row.status in HERE]
	figures, kept = _figures(here), _kept(here) if measures else {}
	promises = counts.promises() if measures and len(kept) < len(here) else ()
	key_of = _KEYS[group]
	return [
		_owed(row, key_of(row), figures.get(row.name, []), kept, today, promises if measures else None)
		for row in found
	]


_KEYS: dict[str, Callable[[Any], str]] = {
	"Provider": lambda row: row.provider or "",
	"Agreement": lambda row: row.lineage or "",
	"Month": lambda row: f"{row.due_on:%Y-%m}",
}


def _owed(
	row: Any,
	key: str,
	figures: Sequence[Any],
	kept: Mapping[str, str],
	today: date,
	promises: Sequence[Promise] | None,
) -> Owed:
	"""`promises` are all there are; None where the reader sees nothing of what was measured."""
	row.measured = kept.get(row.name)
	if promises is not None:
		reported, measured = reported_figures.compared(row, figures, promises)
	else:
		reported, measured = reported_figures.reported(figures), Attainment()
	return Owed(
		key,
		row.agreement_title or "",
		row.due_on,
		_standing(row, today),
		row.status == ACCEPTED,
		bool(row.times_returned),
		reported,
		measured,
	)


def _standing(row: Any, today: date) -> str:
	if row.status in HERE:
		return LATE if row.days_late else ON_TIME
	return MISSING if row.due_on < today else NOT_YET


def _figures(names: list[str]) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = {}
	for row in frappe.get_all(
		"SLM Supplier Figure",
		filters={"parenttype": REPORT, "parent": ["in", names or [""]]},
		fields=["parent", "target_id", "reported", "decided", "met"],
		order_by="parent asc, idx asc",
	):
		found.setdefault(row.parent, []).append(row)
	return found


def _kept(names: list[str]) -> dict[str, str]:
	"""What was kept with the accepted ones; no role reads it through the host."""
	return dict(
		frappe.get_all(
			REPORT,
			filters={"name": ["in", names or [""]], "measured": ["is", "set"]},
			fields=["name", "measured"],
			order_by="name asc",
			as_list=True,
		)
	)


def columns(group: str, measures: bool) -> list[Row]:
	first = (
		[
			column("value", _("Agreement"), "Link", 140, "SLM Agreement"),
			column("title", _("Title"), "Data", 200),
		]
		if group == "Agreement"
		else [column("value", _(group), "Data", 220)]
	)
	last = [
		column("measured", _("As Measured %"), "Percent", 125),
		column("difference", _("Difference in Points"), "Float", 150, precision=2),
	]
	return [
		*first,
		column("owed", _("Owed"), "Int", 80),
		column("on_time", _("On Time"), "Int", 90),
		column("late", _("Late"), "Int", 80),
		column("missing", _("Missing"), "Int", 90),
		column("not_yet", _("Not Due Yet"), "Int", 110),
		column("accepted", _("Accepted"), "Int", 90),
		column("returned", _("Returned"), "Int", 90),
		column("reported", _("As Reported %"), "Percent", 125),
		*(last if measures else []),
	]


def rows(
	found: Sequence[Owed],
	group: str,
	first: date,
	last: date,
	today: date,
	wanted: Row,
	measures: bool,
) -> list[Row]:
	"""A row a value, those with the most missing and late reports first, months in their order."""
	by: dict[str, list[Owed]] = {}
	for one in found:
		by.setdefault(one.key, []).append(one)
	made = [
		_row(key, some, measures) | {"ask": _ask(key, group, first, last, today, wanted)}
		for key, some in by.items()
	]
	if group == "Month":
		return sorted(made, key=lambda row: row["value"])
	return sorted(made, key=lambda row: (-row["missing"], -row["late"], row["value"]))


def _row(key: str, some: Sequence[Owed], measures: bool) -> Row:
	reported = sum((one.reported for one in some), Attainment())
	measured = sum((one.measured for one in some), Attainment())
	return {
		"value": key,
		"title": some[-1].title,
		"owed": len(some),
		**{name: sum(one.standing == name for one in some) for name in (ON_TIME, LATE, MISSING, NOT_YET)},
		"accepted": sum(one.accepted for one in some),
		"returned": sum(one.returned for one in some),
		"reported": _share(reported),
		**(
			{
				"measured": _share(measured),
				"difference": reported_figures.difference(reported, measured),
			}
			if measures
			else {}
		),
	}


def _share(attainment: Attainment) -> float | None:
	return percent(attainment.gross)


def _ask(key: str, group: str, first: date, last: date, today: date, wanted: Row) -> dict[str, Row]:
	"""By column, the filters under which a list shows the reports behind its figure."""
	if group == "Month":
		first, last = max(first, _month_of(key)[0]), min(last, _month_of(key)[1])
	of: Row = {**wanted} | (
		{} if group == "Month" else {"provider" if group == "Provider" else "lineage": key}
	)
	all_days = ["between", [str(first), str(last)]]
	yesterday = date.fromordinal(today.toordinal() - 1)
	here = {**of, "due_on": all_days, "status": ["in", list(HERE)]}
	return {
		"owed": {**of, "due_on": all_days, "status": ["!=", NOT_NEEDED]},
		"on_time": {**here, "days_late": 0},
		"late": {**here, "days_late": [">", 0]},
		"missing": {
			**of,
			"due_on": ["between", [str(first), str(min(last, yesterday))]],
			"status": ["in", list(OWED)],
		},
		"not_yet": {
			**of,
			"due_on": ["between", [str(max(first, today)), str(last)]],
			"status": ["in", list(OWED)],
		},
		"accepted": {**of, "due_on": all_days, "status": ACCEPTED},
		"returned": {**of, "due_on": all_days, "times_returned": [">", 0], "status": ["!=", NOT_NEEDED]},
		"reported": here,
		"measured": here,
		"difference": here,
	}


def _month_of(key: str) -> tuple[date, date]:
	year, month = int(key[:4]), int(key[5:])
	following = date(year + month // 12, month % 12 + 1, 1)
	return date(year, month, 1), date.fromordinal(following.toordinal() - 1)


def chart(found: Iterable[Owed]) -> Row | None:
	"""By the month in which they were due: in time, late, missing."""
	by: dict[str, dict[str, int]] = {}
	for one in found:
		if one.standing in SHADES:
			counts = by.setdefault(f"{one.due_on:%Y-%m}", dict.fromkeys(SHADES, 0))
			counts[one.standing] += 1
	if not by:
		return None
	labels = {ON_TIME: _("On Time"), LATE: _("Late"), MISSING: _("Missing")}
	months = sorted(by)
	return stacked_bars(
		months,
		[(labels[name], [by[month][name] for month in months]) for name in SHADES],
		list(SHADES.values()),
	)


def summary(found: Sequence[Owed]) -> list[Row]:
	def count(standing: str) -> int:
		return sum(one.standing == standing for one in found)

	return [
		card(_("Owed"), len(found), "Blue"),
		card(_("On Time"), count(ON_TIME), "Green"),
		card(_("Late"), count(LATE), "Orange"),
		card(_("Missing"), count(MISSING), "Red"),
	]
