"""SLM Data Collected as the report view shows it: kinds of service delivery data, how much, and what is missing (R208)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters import site_time
from slm_extension.adapters.catalogue import SERVICE
from slm_extension.adapters.civil_months import in_words, month_of
from slm_extension.adapters.collected_records import LEARNT, Span
from slm_extension.adapters.permissions import reads_no_ticket
from slm_extension.adapters.report_columns import (
	BLUE,
	GREEN,
	GREY,
	NO_CHART,
	ORANGE,
	RED,
	Row,
	card,
	column,
	stacked_bars,
)
from slm_extension.adapters.report_filters import month_in, one_of
from slm_extension.adapters.report_links import where
from slm_extension.services.data_collected import Group, Line, by_month, collected

MOST_MONTHS = 12
CARDS = (
	"Tickets without a Service",
	"Tickets without a Team",
	"Without Explanation",
	"Users Not Told Yet",
	"Live Services without Any Data",
)


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that there is no row of totals."""
	asked = filters or {}
	span = span_of(asked)
	group = one_of(asked, "group", _("About"), [one.value for one in Group])
	lines = collected(span)
	wanted = [one for one in lines if group in ("", one.kind.group.value)]
	if asked.get("gaps_only"):
		wanted = [one for one in wanted if one.gap and one.gap.count]
	return columns(), [row(one) for one in wanted], message(), chart(span.last), summary(lines), True


def span_of(asked: Mapping[str, Any]) -> Span:
	"""This month unless said; at most a year."""
	last = month_in(asked, "to_month", _("To Month"), month_of(site_time.today()))
	first = month_in(asked, "from_month", _("From Month"), last)
	if first > last:
		frappe.throw(
			_("From Month ({0}) is after To Month ({1}). Choose an earlier first month.").format(
				in_words(first), in_words(last)
			),
			title=_("Filters"),
		)
	if (last // 100 - first // 100) * 12 + last % 100 - first % 100 >= MOST_MONTHS:
		frappe.throw(
			_("{0} to {1} is more than {2} months. Choose fewer.").format(
				in_words(first), in_words(last), MOST_MONTHS
			),
			title=_("Filters"),
		)
	service = str(asked.get("service") or "")
	if service and not frappe.db.exists(SERVICE, service):
		frappe.throw(
			_("There is no service {0}. Choose one from the list.").format(
				frappe.bold(escape_html(service[:140]))
			),
			title=_("Filters"),
		)
	return Span(first, last, service)


def columns() -> list[Row]:
	return [
		column("group", _("About"), "Data", 110),
		column("name", _("Data"), "Data", 250),
		column("records", _("Records"), "Int", 95),
		column("before", _("Period Before"), "Int", 120),
		column("last", _("Last One"), "Datetime", 185),
		column("gaps", _("Missing"), "Int", 90),
		column("lacking", _("What Is Missing"), "Data", 230),
		column("services", _("Services"), "Int", 90),
		column("agreements", _("Agreements"), "Int", 105),
		column("origin", _("Where It Comes From"), "Data", 330),
		column("used_for", _("What It Is Used For"), "Data", 290),
	]


def row(one: Line) -> Row:
	ticketed = one.covers and one.now.records
	return {
		"group": _(one.kind.group.value),
		"name": one.name.replace(one.kind.name, _(one.kind.name), 1),
		"key": one.kind.name,
		"records": one.now.records,
		"before": one.before.records,
		"last": one.now.last,
		"gaps": one.gap.count if one.gap else None,
		"lacking": _(one.gap.words) if one.gap else "",
		"services": one.now.services if one.now.records else None,
		"agreements": one.now.agreements if ticketed else None,
		"origin": _(one.kind.origin),
		"used_for": _(one.kind.used_for),
		"behind": where(one.behind) if one.now.records else None,
		"behind_gap": where(one.gap.behind) if one.gap and one.gap.count else None,
	}


def message() -> str | None:
	if reads_no_ticket(frappe.session.user):
		return _("Data about tickets are shown to those who may read tickets.")
	return None


def chart(last: int) -> Row:
	"""Openings and changes of tickets by month, of all services, each bar made of how they were learnt."""
	months = by_month(last)
	if not any(sum(counts.values()) for counts in months.values()):
		return NO_CHART
	datasets = [(_(name), [counts[name] for counts in months.values()]) for name in LEARNT]
	return stacked_bars(
		[in_words(month) for month in months], datasets, (BLUE, RED, GREY, GREEN, ORANGE), height=220
	)


def summary(lines: Sequence[Line]) -> list[Row]:
	gaps = {words: 0 for words in CARDS if any(one.gap and one.gap.words == words for one in lines)}
	for one in lines:
		if one.gap and one.gap.words in gaps:
			gaps[one.gap.words] += one.gap.count
	return [card(_(words), count, "Orange") for words, count in gaps.items()]
