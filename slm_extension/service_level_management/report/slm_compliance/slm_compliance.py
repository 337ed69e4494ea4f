"""SLM Compliance as the report view shows it: filters in, columns, rows, notes, chart and cards out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _
from frappe.utils import cint, format_datetime, get_url_to_list

from slm_extension.adapters import site_time
from slm_extension.adapters.agreements import KINDS
from slm_extension.adapters.civil_months import in_words, month_of
from slm_extension.adapters.metrics import DIMENSIONS, all_metrics, measuring
from slm_extension.adapters.permissions import reads_no_ticket
from slm_extension.adapters.report_columns import (
	BARS,
	GREEN,
	GREY,
	NO_CHART,
	RED,
	Row,
	card,
	column,
	followable,
	percent,
	stacked_bars,
)
from slm_extension.adapters.report_filters import document_of, months_of, one_of
from slm_extension.domain.attainment import SMALL_SAMPLE, Period, Verdict
from slm_extension.services.report import Answer, Doubts, Group, Line, Months, Question, answer, doubts

GRAINS = {"None": None, "Month": Period.MONTH, "Quarter": Period.QUARTER, "Year": Period.YEAR}
GROUPS = {
	"Period": Group.PERIOD,
	"Agreement": Group.AGREEMENT,
	"Customer": Group.CUSTOMER,
	"Service": Group.SERVICE,
	"Kind": Group.KIND,
	"Metric": Group.METRIC,
	"Dimension": Group.DIMENSION,
	"Target": Group.TARGET,
	"Priority": Group.PRIORITY,
	"Team or Supplier": Group.PARTY,
}
GROUP_FILTERS = ("group_by", "then_by", "last_by")
CHARTS = ("Attainment", "Met and Missed")
MONTHS = 12
"""So many are shown unless somebody says otherwise."""

DOCUMENTS = {
	Group.AGREEMENT: "SLM Agreement",
	Group.CUSTOMER: "Customer",
	Group.SERVICE: "SLM Service",
	Group.PRIORITY: "Issue Priority",
}
"""The groups whose values are documents of the host."""


@dataclass(frozen=True, slots=True)
class Wish:
	"""The filters, understood."""

	question: Question
	chart: str
	small_sample: int


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that it brings its own totals."""
	wish = understood(filters or {})
	found = answer(wish.question)
	return (
		followable(columns_of(found)),
		rows_of(found, wish),
		message_of(found, doubts(site_time.now()), wish),
		chart_of(found, wish),
		summary_of(found),
		True,
	)


def understood(filters: Mapping[str, Any]) -> Wish:
	"""The filters as a question. What cannot be meant is refused in one sentence."""
	asked = site_time.to_site(site_time.now()).date()
	first, last = months_of(filters, asked, MONTHS)
	only = [
		(group, document_of(filters, group.value, doctype))
		for group, doctype in DOCUMENTS.items()
		if filters.get(group.value)
	]
	if filters.get("kind"):
		only.append((Group.KIND, one_of(filters, "kind", _("Kind"), KINDS)))
	if filters.get("metric"):
		metrics = list(all_metrics())
		only.append((Group.METRIC, one_of(filters, "metric", _("Metric"), metrics)))
	if filters.get("dimension"):
		only.append((Group.DIMENSION, one_of(filters, "dimension", _("Dimension"), DIMENSIONS)))
	grain = GRAINS[one_of(filters, "period", _("Period"), GRAINS, "Month")]
	return Wish(
		Question(Months(first, last), month_of(asked), _groups(filters), grain, tuple(only)),
		one_of(filters, "chart", _("Chart"), CHARTS, CHARTS[0]),
		cint(frappe.db.get_single_value("SLM Settings", "small_sample")) or SMALL_SAMPLE,
	)


def columns_of(found: Answer) -> list[Row]:
	"""The groups in their order, then the figures. The net figure is there when something was excused."""
	columns = [one for group in found.groups for one in _group_columns(group)]
	if not columns:
		columns = [column("scope", _("Scope"), "Data", 160)]
	columns += [
		column("met", _("Met"), "Int", 70),
		column("missed", _("Missed"), "Int", 82),
		column("overdue", _("Still Open"), "Int", 100),
		column("pending", _("Pending"), "Int", 88),
		column("excused", _("Excused"), "Int", 92),
		_figure("attainment", _("Attainment %"), 125),
	]
	if _any_excused(found):
		columns.append(_figure("net", _("Net %"), 90))
	return [
		*columns,
		_figure("objective", _("Objective %"), 115),
		column("verdict", _("Verdict"), "Data", 130),
		column("misses_left", _("Misses Left"), "Int", 110),
		column("sample", _("Sample"), "Data", 85),
	]


def rows_of(found: Answer, wish: Wish) -> list[Row]:
	"""A row a line, and one with the totals when there are several."""
	if not found.lines:
		return []
	rows = []
	for line in found.lines:
		row = _figures(line, wish)
		for group, key in zip(found.groups, line.keys, strict=True):
			row.update(_group_values(group, key, line, found, wish))
		if not found.groups:
			row["scope"] = _("All clocks")
		row["clocks"] = urlencode(_route(found.groups, line.keys, wish), quote_via=quote)
		rows.append(row)
	rows.sort(key=lambda row: [str(row[group.value]) for group in found.groups])
	if len(rows) > 1:
		total = _figures(found.total, wish)
		total[columns_of(found)[0]["fieldname"]] = _("Total")
		total["is_total"] = 1
		total["clocks"] = urlencode(_route((), (), wish), quote_via=quote)
		rows.append(total)
	return rows


def message_of(found: Answer, doubt: Doubts, wish: Wish) -> str | None:
	"""What a reader has to know before he believes the figures."""
	notes = []
	if reads_no_ticket(frappe.session.user):
		notes.append(
			_(
				"You may read no tickets, so none are counted. Ask for the role Support Team, or for read on Issue."
			)
		)
	if doubt.last_beat is not None:
		since = (
			_("Clocks were last looked at on {0}.").format(
				format_datetime(site_time.to_site(doubt.last_beat))
			)
			if doubt.last_beat
			else _("Clocks have never been looked at by the scheduler.")
		)
		waiting = (
			_("{0} have come due meanwhile and count as pending.").format(doubt.due) if doubt.due else ""
		)
		notes.append(" ".join(filter(None, [since, waiting, _("Is the scheduler running?")])))
	if doubt.failed:
		text = _("{0} tickets could not be measured; their clocks may be missing or old.").format(
			doubt.failed
		)
		notes.append(_linked(text, "SLM Failed Measure"))
	mixed = sum(line.mixed for line in found.lines)
	if mixed:
		notes.append(
			_(
				"Objectives differ within {0} rows, so none is shown there. Group by Target to judge each."
			).format(mixed)
		)
	if found.total.attainment.pending:
		notes.append(_("Pending clocks stand as of today."))
	if any(line.small(wish.small_sample) for line in found.lines):
		notes.append(
			_("Sample: fewer than {0} decided clocks are marked as small.").format(wish.small_sample)
		)
	return "<br>".join(notes) or None


def chart_of(found: Answer, wish: Wish) -> Row:
	"""Attainment by period with the objective as a line; met and missed where there are no periods."""
	if wish.question.grain is None:
		lines = sorted(found.lines, key=lambda line: -line.attainment.decided)[:BARS]
		named = [(_name(found, line), line) for line in lines if line.attainment.decided]
		return _bars(named)
	named = [
		(_period_text(line.months, wish.question.grain), line)
		for line in found.periods
		if line.attainment.decided
	]
	chart = _bars(named) if wish.chart == "Met and Missed" else _attainments(named, found)
	return {**chart, "axisOptions": {"xIsSeries": 1}}


def summary_of(found: Answer) -> list[Row]:
	total = found.total.attainment
	verdict = found.total.verdict
	color = {Verdict.KEPT: "Green", Verdict.FAILED: "Red"}.get(verdict, "Blue")
	cards = [card(_("Attainment"), _percent_text(total.gross), color)]
	if _any_excused(found):
		cards.append(card(_("Net of Excused"), _percent_text(total.net), color))
	return [
		*cards,
		card(_("Met"), total.met, "Green"),
		card(_("Missed"), total.missed, "Red"),
		card(_("Pending"), total.pending, "Grey"),
		card(_("Missed and Still Open"), found.total.overdue, "Orange"),
	]


def _period_text(months: Months, grain: Period) -> str:
	"""As a reader sorts it: 2026-06, 2026 Q2, 2026."""
	year, month = divmod(months.first, 100)
	if grain is Period.YEAR:
		return f"{year:04d}"
	if grain is Period.QUARTER:
		return _("{0} Q{1}").format(f"{year:04d}", (month + 2) // 3)
	return in_words(months.first)


def _groups(filters: Mapping[str, Any]) -> tuple[Group, ...]:
	"""The groups in the order chosen; agreement and target when nothing was said."""
	if not any(field in filters for field in GROUP_FILTERS):
		return (Group.AGREEMENT, Group.TARGET)
	return tuple(
		GROUPS[one_of(filters, field, label, GROUPS)]
		for field, label in zip(GROUP_FILTERS, (_("Group By"), _("Then By"), _("Last By")), strict=True)
		if filters.get(field)
	)


def _group_columns(group: Group) -> list[Row]:
	if group is Group.AGREEMENT:
		return [
			column("agreement", _("Agreement"), "Link", 105, "SLM Agreement"),
			column("agreement_title", _("Title"), "Data", 180),
		]
	labels = {
		Group.PERIOD: (_("Period"), 85),
		Group.CUSTOMER: (_("Customer"), 180),
		Group.SERVICE: (_("Service"), 180),
		Group.KIND: (_("Kind"), 110),
		Group.METRIC: (_("Metric"), 120),
		Group.DIMENSION: (_("Dimension"), 110),
		Group.TARGET: (_("Target"), 150),
		Group.PRIORITY: (_("Priority"), 110),
		Group.PARTY: (_("Team or Supplier"), 180),
	}
	label, width = labels[group]
	doctype = DOCUMENTS.get(group)
	return [column(group.value, label, "Link" if doctype else "Data", width, doctype or "")]


def _group_values(group: Group, key: str | int, line: Line, found: Answer, wish: Wish) -> Row:
	if group is Group.PERIOD:
		return {"period": _period_text(line.months, wish.question.grain or Period.MONTH)}
	if group is Group.AGREEMENT:
		return {"agreement": key, "agreement_title": found.titles.get(str(key), "")}
	if group is Group.TARGET:
		return {"target_id": _target(found, line)}
	if group in (Group.KIND, Group.METRIC, Group.DIMENSION):
		return {group.value: _(str(key)) if key else ""}
	return {group.value: key}


def _target(found: Answer, line: Line) -> str:
	"""A target by what its row in the agreement says: metric, priority, service."""
	keys = dict(zip(found.groups, line.keys, strict=True))
	promise = found.promises.get((str(keys[Group.AGREEMENT]), str(keys[Group.TARGET])))
	if promise is None:
		return ""
	return " · ".join(filter(None, [_(promise.metric), promise.priority, promise.service]))


def _name(found: Answer, line: Line) -> str:
	"""A line's name under a bar."""
	parts = []
	for group, key in zip(found.groups, line.keys, strict=True):
		if group is Group.AGREEMENT:
			parts.append(found.titles.get(str(key)) or str(key))
		elif group is Group.TARGET:
			parts.append(_target(found, line))
		elif group is Group.PERIOD:
			parts.append(in_words(int(key)))
		else:
			parts.append(str(key) or _("None"))
	return ", ".join(filter(None, parts)) or _("All clocks")


def _figures(line: Line, wish: Wish) -> Row:
	counts = line.attainment
	return {
		"met": counts.met,
		"missed": counts.missed,
		"overdue": line.overdue,
		"pending": counts.pending,
		"excused": counts.excused_met + counts.excused_missed,
		"attainment": percent(counts.gross),
		"net": percent(counts.net),
		"objective": percent(line.objective),
		"verdict": _("Objectives Differ") if line.mixed and counts.decided else _verdict(line.verdict),
		"standing": line.verdict.value,
		"misses_left": line.misses_left,
		"sample": _("Small") if line.small(wish.small_sample) else "",
		"within": urlencode([("period", json.dumps([">=", line.months.first])),
			("period", json.dumps(["<=", line.months.last]))], quote_via=quote),
	}  # fmt: skip


def _verdict(verdict: Verdict) -> str:
	return {
		Verdict.KEPT: _("Kept"),
		Verdict.FAILED: _("Failed"),
		Verdict.NO_DATA: _("No Data"),
		Verdict.NO_OBJECTIVE: _("No Objective"),
	}[verdict]


def _route(groups: tuple[Group, ...], keys: tuple[str | int, ...], wish: Wish) -> list[tuple[str, str]]:
	"""The list filters under which the clocks of a line are found; the period goes apart."""
	wanted: dict[Group, str] = dict(wish.question.only)
	wanted.update({group: str(key) for group, key in zip(groups, keys, strict=True)})
	wanted.pop(Group.PERIOD, None)
	dimension = wanted.pop(Group.DIMENSION, None)
	if Group.KIND in wanted:
		wanted[Group.KIND] = KINDS[wanted[Group.KIND]].value if wanted[Group.KIND] else ""
	route = [(group.value, value or json.dumps(["is", "not set"])) for group, value in wanted.items()]
	if dimension is not None and not {Group.METRIC, Group.TARGET} & set(wanted):
		route.append((Group.METRIC.value, _metrics_of(dimension)))
	return route


def _metrics_of(dimension: str) -> str:
	"""Clocks know their metric, and not its dimension."""
	return json.dumps(["in", ",".join(measuring(dimension))] if dimension else ["is", "not set"])


def _any_excused(found: Answer) -> bool:
	return bool(found.total.attainment.excused_met or found.total.attainment.excused_missed)


def _percent_text(value: Fraction | None) -> str:
	return _("No Data") if value is None else f"{percent(value):g} %"


def _attainments(named: list[tuple[str, Line]], found: Answer) -> Row:
	"""A curve; a bar where there is one point only, of which the host's charts cannot draw a curve."""
	if not named:
		return NO_CHART
	datasets = [
		{"name": _("Attainment %"), "values": [percent(line.attainment.gross) for _label, line in named]}
	]
	if _any_excused(found) and all(line.attainment.net is not None for _label, line in named):
		datasets.append(
			{"name": _("Net %"), "values": [percent(line.attainment.net) for _label, line in named]}
		)
	data: Row = {"labels": [label for label, _line in named], "datasets": datasets}
	objective = found.total.objective
	if objective is not None:
		data["yMarkers"] = [
			{"label": _("Objective {0}").format(_percent_text(objective)), "value": percent(objective)}
		]
	return {
		"data": data,
		"type": "line" if len(named) > 1 else "bar",
		"colors": [GREEN, GREY],
		"fieldtype": "Float",
		"lineOptions": {"dotSize": 5},
		"barOptions": {"spaceRatio": 0.5},
	}


def _bars(named: list[tuple[str, Line]]) -> Row:
	if not named:
		return NO_CHART
	return stacked_bars(
		[label for label, _line in named],
		[
			(_("Met"), [line.attainment.met for _label, line in named]),
			(_("Missed"), [line.attainment.missed for _label, line in named]),
		],
		[GREEN, RED],
		fieldtype="Int",
	)


def _figure(fieldname: str, label: str, width: int) -> Row:
	"""A column of percentages. Data, not Percent: an empty one would be printed as 0 %."""
	return column(fieldname, label, "Data", width, align="right")


def _linked(text: str, doctype: str) -> str:
	"""A note that leads to a list, for those who may read it."""
	if not frappe.has_permission(doctype, "read"):
		return text
	return f'<a href="{get_url_to_list(doctype)}">{text}</a>'
