"""SLM Due as the report view shows it: what is due and overdue around agreements and services, and with whom it lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import site_time
from slm_extension.adapters.agreements import KINDS
from slm_extension.adapters.report_columns import (
	NO_CHART,
	ORANGE,
	RED,
	Row,
	card,
	column,
	followable,
	stacked_bars,
)
from slm_extension.adapters.report_filters import one_of
from slm_extension.services.due_list import Due, Horizon, What, everything_due

MOST_DAYS = 36_500
KINDS_OF_DUE = tuple(one.value for one in What)
STANDINGS = ("Overdue", "To Do Now", "Coming")


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary."""
	asked = filters or {}
	horizon = horizon_of(asked)
	found = [one for one in everything_due(horizon) if _wanted(one, asked)]
	return (
		followable(columns()),
		[_row(one, horizon) for one in found],
		None,
		chart(found, horizon),
		summary(found, horizon),
	)


def horizon_of(asked: Mapping[str, Any]) -> Horizon:
	"""How far to look; the usual distance where nothing is said."""
	labels = {"ahead": _("Days Ahead"), "ends_ahead": _("Ends within Days"), "signing": _("Days to Sign")}
	usual = {field.name: field.default for field in fields(Horizon) if field.name in labels}
	return Horizon(
		site_time.today(), **{name: _days(asked, name, label, usual[name]) for name, label in labels.items()}
	)


def _days(asked: Mapping[str, Any], name: str, label: str, usual: Any) -> int:
	value = asked.get(name)
	if value is None or value == "":
		return int(usual)
	try:
		days = int(value)
	except (TypeError, ValueError):
		days = -1
	if not 0 <= days <= MOST_DAYS:
		frappe.throw(
			_("{0} cannot be {1}. Enter a number of days from 0 to {2}.").format(
				label, frappe.bold(frappe.utils.escape_html(str(value)[:140])), MOST_DAYS
			),
			title=_("Filters"),
		)
	return days


def _wanted(one: Due, asked: Mapping[str, Any]) -> bool:
	what = one_of(asked, "what", _("What"), KINDS_OF_DUE)
	kind = one_of(asked, "kind", _("Kind of Agreement"), tuple(KINDS))
	return (
		(not what or one.what.value == what)
		and (not kind or one.kind == kind)
		and (not asked.get("owner") or one.owner == asked["owner"])
	)


def columns() -> list[Row]:
	return [
		column("what", _("What"), "Data", 150),
		column("standing", _("Standing"), "Data", 150),
		column("due", _("Due"), "Date", 115),
		column("days_overdue", _("Days Overdue"), "Int", 130),
		column("document_name", _("Agreement or Service"), "Dynamic Link", 190, "document_doctype"),
		column("title", _("Title"), "Data", 200),
		column("detail", _("Which"), "Data", 260),
		column("party", _("Party"), "Data", 160),
		column("every", _("How Often"), "Data", 105),
		column("owner_user", _("Owner"), "Link", 180, "User"),
		column("kind", _("Kind"), "Data", 80),
	]


def _row(one: Due, horizon: Horizon) -> Row:
	return {
		"what": _(one.what.value),
		"document_doctype": one.doctype,
		"document_name": one.name,
		"title": one.title,
		"detail": one.detail,
		"party": one.party,
		"due": one.due,
		"days_overdue": one.overdue(horizon.today) or None,
		"standing": _(_standing(one, horizon)),
		"standing_key": _standing(one, horizon),
		"every": _(one.every) if one.every else "",
		"owner_user": one.owner,
		"kind": _(one.kind) if one.kind else "",
		"item": one.item,
	}


def _standing(one: Due, horizon: Horizon) -> str:
	if one.overdue(horizon.today):
		return "Overdue"
	return "Coming" if one.due else "To Do Now"


def chart(found: list[Due], horizon: Horizon) -> Row:
	"""How much of each kind is overdue, and how much is to be done now."""
	overdue = Counter(one.what for one in found if _standing(one, horizon) == "Overdue")
	now = Counter(one.what for one in found if _standing(one, horizon) == "To Do Now")
	kinds = [one for one in What if overdue[one] or now[one]]
	if not kinds:
		return NO_CHART
	return stacked_bars(
		[_(one.value) for one in kinds],
		[
			(_("Overdue"), [overdue[one] for one in kinds]),
			(_("To Do Now"), [now[one] for one in kinds]),
		],
		[RED, ORANGE],
		height=200,
	)


def summary(found: list[Due], horizon: Horizon) -> list[Row]:
	counts = Counter(_standing(one, horizon) for one in found)
	return [
		card(_(standing), counts[standing], indicator)
		for standing, indicator in zip(STANDINGS, ("Red", "Orange", "Blue"), strict=True)
	]
