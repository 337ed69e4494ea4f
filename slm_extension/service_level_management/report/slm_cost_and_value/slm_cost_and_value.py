"""SLM Cost and Value as the report view shows it: price, cost and budget beside targets and how they were kept."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import ENDED, GOING
from slm_extension.adapters.agreements import KINDS
from slm_extension.adapters.permissions import reads_no_ticket
from slm_extension.adapters.report_columns import BARS, BLUE, GREEN, Row, card, column, followable, percent
from slm_extension.adapters.report_filters import one_of
from slm_extension.services.cost_value import CostLine, by_agreement, by_service, last_full_quarter
from slm_extension.services.report import Months

VIEWS = {"Agreement": by_agreement, "Service": by_service}
STANDINGS = {
	"In Force": GOING,
	"Drafts": ("Draft", "In Negotiation", "Group Review", "Approved"),
	"Ended": ENDED,
}
SHOWN = ("Everything", "Over Budget", "Without Cost Analysis")
YES, NO = "Yes", "No"


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that rows are not added up."""
	asked = filters or {}
	view = one_of(asked, "group_by", _("By"), tuple(VIEWS), "Agreement")
	shown = one_of(asked, "show", _("Show"), SHOWN, SHOWN[0])
	today = site_time.today()
	month = today.year * 100 + today.month
	lines = _chosen(VIEWS[view](_filters(asked), month), shown)
	quarter = last_full_quarter(month)
	rows = [_row(line, view) for line in lines]
	return followable(columns(view, quarter)), rows, _message(lines), chart(lines), summary(lines), True


def _filters(asked: Mapping[str, Any]) -> dict[str, Any]:
	found: dict[str, Any] = {}
	standing = one_of(asked, "standing", _("Agreements"), tuple(STANDINGS), "In Force")
	found["status"] = ["in", STANDINGS[standing]]
	kind = one_of(asked, "kind", _("Kind"), KINDS)
	if kind:
		found["kind"] = kind
	for field in ("customer", "contract"):
		if asked.get(field):
			found[field] = str(asked[field])
	return found


def _chosen(lines: list[CostLine], shown: str) -> list[CostLine]:
	"""Whole groups: what stands beneath a line goes with it."""
	found: list[CostLine] = []
	keep = False
	for line in lines:
		if not line.beneath:
			keep = (
				shown == "Everything"
				or (shown == "Over Budget" and line.amounts.within_budget is False)
				or (shown == "Without Cost Analysis" and not line.justified)
			)
		if keep:
			found.append(line)
	return found


def columns(view: str, quarter: Months) -> list[Row]:
	first = [
		_column("agreement", _("Agreement"), "Link", 160, "SLM Agreement"),
		_column("service", _("Service"), "Link", 160, "SLM Service"),
	]
	return [
		*(first if view == "Agreement" else reversed(first)),
		_column("title", _("Title"), "Data", 180),
		_column("party", _("Party"), "Data", 150),
		_column("price", _("Price"), "Currency", 115, "currency"),
		_column("cost", _("Cost"), "Currency", 115, "currency"),
		_column("margin", _("Margin"), "Currency", 115, "currency"),
		_column("margin_percent", _("Margin %"), "Float", 95),
		_column("per", _("Per"), "Data", 75),
		_column("budget", _("Budget"), "Currency", 115, "currency"),
		_column("within_budget", _("Within Budget"), "Data", 115),
		_column("justified", _("Cost Analysis"), "Data", 115),
		_column("charging", _("Charging"), "Data", 105),
		_column("contract", _("Contract"), "Link", 130, "Contract"),
		_column("targets", _("Targets"), "Int", 80),
		_column("attainment", _("Attainment % {0}").format(_quarter(quarter)), "Float", 165),
		_column("kept", _("Objectives Kept"), "Data", 130),
		_column("decided", _("Clocks Decided"), "Int", 115),
		_column("status", _("Status"), "Data", 95),
	]


def _row(line: CostLine, view: str) -> Row:
	amounts, quality = line.amounts, line.quality
	row: Row = {
		"agreement": line.agreement,
		"service": line.service,
		"title": line.title,
		"party": line.party,
		"price": _shown(amounts.price),
		"cost": _shown(amounts.cost),
		"margin": _shown(amounts.margin),
		"margin_percent": percent(amounts.margin_percent),
		"per": _(amounts.per) if amounts.per else "",
		"budget": _shown(amounts.budget),
		"within_budget": _yes_or_no(amounts.within_budget),
		"justified": _yes_or_no(line.justified),
		"charging": _(line.charging) if line.charging else "",
		"contract": line.contract,
		"targets": line.targets,
		"attainment": percent(quality.attainment.gross),
		"kept": _("{0} of {1}").format(quality.kept, quality.judged) if quality.judged else "",
		"all_kept": int(quality.kept == quality.judged),
		"decided": quality.attainment.decided,
		"status": _(line.status) if line.status else "",
		"currency": amounts.currency,
		"indent": int(line.beneath),
	}
	if line.beneath:
		row["agreement" if view == "Agreement" else "service"] = ""
	return row


def _message(lines: list[CostLine]) -> str | None:
	notes = []
	if reads_no_ticket(frappe.session.user):
		notes.append(_("You may read no tickets, so there is no attainment."))
	mixed = [line.service for line in lines if line.mixed]
	if mixed:
		notes.append(
			_("Not added up, because of several currencies or a price without a period: {0}.").format(
				frappe.utils.escape_html(", ".join(mixed[:5]))
			)
		)
	return "<br>".join(notes) or None


def chart(lines: list[CostLine]) -> Row | None:
	"""Margin beside attainment, both in percent, so that currencies do not matter; of what has both."""
	both = [
		(line.title, percent(line.amounts.margin_percent), percent(line.quality.attainment.gross))
		for line in lines
		if not line.beneath
		and line.amounts.margin_percent is not None
		and line.quality.attainment.gross is not None
	][:BARS]
	if not both:
		return None
	return {
		"data": {
			"labels": [title for title, _margin, _attainment in both],
			"datasets": [
				{"name": _("Margin %"), "values": [margin for _title, margin, _attainment in both]},
				{
					"name": _("Attainment %"),
					"values": [attainment for _title, _margin, attainment in both],
				},
			],
		},
		"type": "bar",
		"colors": [BLUE, GREEN],
		"height": 220,
	}


def summary(lines: list[CostLine]) -> list[Row]:
	top = [line for line in lines if not line.beneath]
	over = sum(1 for line in top if line.amounts.within_budget is False)
	loss = sum(1 for line in top if (line.amounts.margin or 0) < 0)
	bare = sum(1 for line in top if not line.justified)
	return [
		card(_("Lines"), len(top), "Blue"),
		card(_("Over Budget"), over, "Red"),
		card(_("Cost above Price"), loss, "Red"),
		card(_("Without Cost Analysis"), bare, "Orange"),
	]


def _quarter(quarter: Months) -> str:
	year, month = divmod(quarter.first, 100)
	return _("{0} Q{1}").format(year, (month + 2) // 3)


def _yes_or_no(value: bool | None) -> str:
	return "" if value is None else _(YES) if value else _(NO)


def _shown(value: Decimal | None) -> float | None:
	return None if value is None else float(value)


def _column(fieldname: str, label: str, fieldtype: str, width: int, options: str = "") -> Row:
	more: Row = {"precision": 2} if fieldtype == "Float" else {}
	if fieldtype in ("Data", "Link"):
		more["align"] = "left"
	return column(fieldname, label, fieldtype, width, options, **more)
