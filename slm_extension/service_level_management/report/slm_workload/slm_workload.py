"""SLM Workload as the report view shows it: limits against what came, period by period; or the tickets of a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.permissions import reads_no_ticket
from slm_extension.adapters.report_columns import (
	BARS,
	BLUE,
	RED,
	Row,
	card,
	column,
	followable,
	stacked_bars,
)
from slm_extension.adapters.report_filters import days_of, one_of
from slm_extension.adapters.workload import PERS
from slm_extension.domain.attainment import Attainment
from slm_extension.domain.workload import Per
from slm_extension.services.workload import Line, limit_in_words, lines

SHOWN = ("Periods", "Tickets")
FULL = 100


@dataclass(frozen=True, slots=True)
class Wish:
	"""The filters, understood. `row` is the position of one limit in its agreement, 0 for all."""

	agreements: tuple[str, ...]
	first: date
	last: date
	per: str
	row: int
	tickets: bool
	above_only: bool


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that there is no row of totals."""
	wish = understood(filters or {})
	found = lines(wish.agreements, wish.first, wish.last, site_time.now(), wish.per, wish.row)
	if wish.tickets:
		return (
			followable(ticket_columns()),
			list(ticket_rows(found, wish)),
			None,
			None,
			summary(found),
			True,
		)
	return (
		followable(columns()),
		[row_of(line) for line in found],
		message(found),
		chart(found),
		summary(found),
		True,
	)


def understood(asked: Mapping[str, Any]) -> Wish:
	"""The filters as a question. What cannot be meant is refused in one sentence."""
	first, last = days_of(asked, site_time.today())
	tickets = one_of(asked, "show", _("Show"), SHOWN, SHOWN[0]) == SHOWN[1]
	if tickets and reads_no_ticket(frappe.session.user):
		frappe.throw(_("You may not read tickets."), frappe.PermissionError, title=_("Tickets"))
	return Wish(
		tuple(_agreements(asked)),
		first,
		last,
		one_of(asked, "per", _("Per"), PERS),
		cint(asked.get("row")),
		tickets,
		bool(cint(asked.get("above_only"))),
	)


def _agreements(asked: Mapping[str, Any]) -> list[str]:
	"""The concluded agreements that the reader may read, and has asked for."""
	equal = {"docstatus": 1}
	for field, name in (("name", "agreement"), ("customer", "customer")):
		if asked.get(name):
			equal[field] = str(asked[name])[:140]
	return frappe.get_list(
		AGREEMENT, filters=equal, pluck="name", order_by="title asc, name asc", limit_page_length=0
	)


def columns() -> list[Row]:
	return [
		column("agreement", _("Agreement"), "Link", 110, AGREEMENT),
		column("title", _("Title"), width=170),
		column("customer", _("Customer"), "Link", 130, "Customer"),
		column("limit", _("Agreed"), width=210),
		column("period", _("Period"), width=105),
		column("tickets", _("Tickets"), "Int", 85),
		column("used", _("Used %"), width=85, align="right"),
		column("above", _("Above"), "Int", 80),
		column("forecast", _("Forecast"), width=90, align="right"),
		column("verdict", _("Standing"), width=120),
		column("inside", _("Kept Inside %"), width=115, align="right"),
		column("inside_decided", _("Decided Inside"), "Int", 120),
		column("beyond", _("Kept Above %"), width=115, align="right"),
		column("beyond_decided", _("Decided Above"), "Int", 120),
		column("accepted", _("Accepted"), width=90),
		column("clause", _("Above the Limit"), width=150),
	]


def row_of(line: Line) -> Row:
	limit = line.agreed.limit
	return {
		"agreement": line.agreement,
		"title": line.title,
		"customer": line.customer,
		"limit": limit_in_words(line.agreed),
		"period": period_text(line.first_day, limit.per),
		"tickets": line.count,
		"used": _cut(line.used),
		"above": line.above,
		"forecast": None if line.forecast is None else round(line.forecast),
		"verdict": verdict(line),
		"inside": _cut(line.attained_inside.gross),
		"inside_decided": line.attained_inside.decided,
		"beyond": _cut(line.attained_above.gross),
		"beyond_decided": line.attained_above.decided,
		"accepted": _("Yes") if limit.accepted else _("Not yet"),
		"clause": _("Best effort") if limit.best_effort else _("Counts all the same"),
		"standing": _standing(line),
		"ask": {
			"agreement": line.agreement,
			"row": line.agreed.position,
			"per": line.agreed.per,
			"from_date": line.first_day.isoformat(),
			"to_date": line.first_day.isoformat(),
			"show": SHOWN[1],
		},
	}


def _standing(line: Line) -> str:
	if line.above:
		return "above"
	if line.forecast is not None and line.forecast > line.agreed.limit.tickets:
		return "heading"
	return "inside"


def verdict(line: Line) -> str:
	return {
		"above": _("Above by {0}").format(line.above),
		"heading": _("Heading Above"),
		"inside": _("Inside"),
	}[_standing(line)]


def period_text(first: date, per: Per) -> str:
	"""As a reader sorts it: 2026-06-01, 2026 W23, 2026-06, 2026 Q2, 2026."""
	if per is Per.YEAR:
		return f"{first.year}"
	if per is Per.QUARTER:
		return _("{0} Q{1}").format(first.year, (first.month + 2) // 3)
	if per is Per.MONTH:
		return f"{first:%Y-%m}"
	if per is Per.WEEK:
		year, week, _weekday = first.isocalendar()
		return _("{0} W{1}").format(year, f"{week:02}")
	return first.isoformat()


def _cut(value: Fraction | None) -> float | None:
	"""A percentage cut off to a tenth: what is above 100 % does not look like 100 %, nor 99.96 % like it."""
	return None if value is None else (value * 10).__floor__() / 10


def ticket_columns() -> list[Row]:
	return [
		column("number", _("No."), "Int", 60),
		column("ticket", _("Ticket"), "Link", 150, ISSUE),
		column("subject", _("Subject"), width=240),
		column("opened", _("Opened"), "Datetime", 165),
		column("service", _("Service"), "Link", 140, "SLM Service"),
		column("priority", _("Priority"), "Link", 100, "Issue Priority"),
		column("mark", _("Workload"), width=110),
		column("met", _("Met"), "Int", 70),
		column("missed", _("Missed"), "Int", 80),
		column("excused", _("Excused"), "Int", 85),
		column("agreement", _("Agreement"), "Link", 110, AGREEMENT),
		column("limit", _("Agreed"), width=200),
		column("period", _("Period"), width=105),
	]


def ticket_rows(found: Iterable[Line], wish: Wish) -> Iterator[Row]:
	"""The tickets that the reader may read, numbered as all are."""
	some = list(found)
	subjects = _subjects({one.opening.ticket for line in some for one in line.tickets})
	for line in some:
		for one, outcome in zip(line.tickets, line.outcomes, strict=True):
			if one.opening.ticket in subjects and (one.above or not wish.above_only):
				yield {
					"number": one.number,
					"ticket": one.opening.ticket,
					"subject": subjects[one.opening.ticket],
					"opened": site_time.to_site(one.opening.at),
					"service": one.opening.service,
					"priority": one.opening.priority,
					"mark": _("Above") if one.above else _("Inside"),
					"standing": "above" if one.above else "inside",
					"met": outcome.met,
					"missed": outcome.missed,
					"excused": outcome.excused_met + outcome.excused_missed,
					"agreement": line.agreement,
					"limit": limit_in_words(line.agreed),
					"period": period_text(line.first_day, line.agreed.limit.per),
				}


def _subjects(names: set[str]) -> dict[str, str]:
	rows = frappe.get_list(
		ISSUE,
		filters={"name": ["in", sorted(names) or [""]]},
		fields=["name", "subject"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.name: row.subject or "" for row in rows}


def message(found: Sequence[Line]) -> str | None:
	"""What a reader has to know before he draws a conclusion."""
	if not found:
		return _("No agreement has a workload limit in these periods.")
	notes = []
	if any(line.running for line in found):
		notes.append(
			_("A forecast takes the tickets to go on coming as they did, by open time of the agreement.")
		)
	if any(line.above and not line.agreed.limit.accepted for line in found):
		notes.append(_("A limit that the customer has not accepted excuses nothing."))
	return "<br>".join(notes) or None


def chart(found: Sequence[Line]) -> Row | None:
	"""Tickets up to the limit and above it, with the limit as a line where all bars have the same."""
	shown = [line for line in found if line.count or line.agreed.limit.tickets][-BARS:]
	if not shown:
		return None
	several = len({line.agreement for line in shown}) > 1
	labels = [f"{_period(line)} · {line.title[:20]}" if several else _period(line) for line in shown]
	drawn = stacked_bars(
		labels,
		(
			(_("Inside the Limit"), [line.count - line.above for line in shown]),
			(_("Above"), [line.above for line in shown]),
		),
		[BLUE, RED],
		fieldtype="Int",
	)
	limits = {line.agreed.limit.tickets for line in shown}
	if len(limits) == 1:
		drawn["data"]["yMarkers"] = [
			{"label": _("Agreed"), "value": limits.pop(), "options": {"labelPos": "left"}}
		]
	return drawn


def _period(line: Line) -> str:
	return period_text(line.first_day, line.agreed.limit.per)


def summary(found: Sequence[Line]) -> list[Row]:
	if not found:
		return []
	periods = [line for line in found if line.above]
	inside = sum((line.attained_inside for line in found), Attainment())
	beyond = sum((line.attained_above for line in found), Attainment())
	cards = [
		card(_("Periods above Their Limit"), len(periods), "Red"),
		card(_("Tickets Above"), sum(line.above for line in found), "Orange"),
	]
	for label, attained, colour in (
		(_("Kept Inside"), inside, "Green"),
		(_("Kept Above"), beyond, "Blue"),
	):
		if attained.gross is not None:
			cards.append(card(label, _("{0} %").format(f"{_cut(attained.gross):g}"), colour))
	return cards
