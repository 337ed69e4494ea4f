"""SLM Process Health as the report view shows it: how the process itself goes, against its limits (R220)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import site_time
from slm_extension.adapters.civil_months import in_words
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
from slm_extension.services.process_figures import Figure
from slm_extension.services.process_health import (
	BY_NAME,
	Group,
	Indicator,
	Stand,
	Standing,
	Unit,
	health,
	site_limits,
	this_month,
	trend,
)

COLOURS = {
	Standing.GOOD: ("Green", GREEN),
	Standing.ATTENTION: ("Orange", ORANGE),
	Standing.BAD: ("Red", RED),
	Standing.NO_DATA: ("Grey", GREY),
}


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that there is no row of totals."""
	asked = filters or {}
	now = site_time.now()
	this = this_month(now)
	month = month_in(asked, "month", _("Month"), this)
	group = one_of(asked, "group", _("Part"), [one.value for one in Group])
	standing = one_of(asked, "standing", _("Standing"), [one.value for one in Standing])
	shown = one_of(asked, "chart", _("Chart"), BY_NAME)
	stands = health(now, month, month == this, [Group(group)] if group else Group)
	wanted = [one for one in stands if standing in ("", one.standing.value)]
	return (
		columns(),
		[row(one, month, this) for one in wanted],
		message(month, this),
		trend_chart(BY_NAME[shown], now, month) if shown else standings_chart(stands),
		summary(stands),
		True,
	)


def columns() -> list[Row]:
	return [
		column("group", _("Part"), "Data", 115),
		column("indicator", _("Indicator"), "Data", 275),
		column("standing", _("Standing"), "Data", 95),
		column("value", _("Figure"), "Float", 80, precision=1),
		column("unit", _("Unit"), "Data", 95),
		column("before", _("Month Before"), "Float", 115, precision=1),
		column("attention_at", _("Attention At"), "Float", 115, precision=1),
		column("bad_at", _("Bad At"), "Float", 72, precision=1),
		column("advice", _("What to Do"), "Data", 420),
		column("cases", _("Made Of"), "Int", 90),
		column("as_of", _("As Of"), "Data", 90),
	]


def row(one: Stand, month: int, this: int) -> Row:
	indicator = one.indicator
	return {
		"group": _(indicator.group.value),
		"indicator": _(indicator.name),
		"indicator_key": indicator.name,
		"standing": _(one.standing.value),
		"standing_key": one.standing.value,
		"value": shown(one.figure.value),
		"unit": _(indicator.unit.value),
		"before": shown(one.before.value),
		"attention_at": float(one.limit.attention),
		"bad_at": float(one.limit.bad),
		"cases": one.figure.cases if one.figure.value is not None else None,
		"as_of": in_words(month) if indicator.monthly else _("Now"),
		"advice": _advice(one, month, this),
		"monthly": int(indicator.monthly),
		"behind": _behind(one.figure),
		"behind_before": _behind(one.before),
	}


def shown(value: Fraction | None) -> float | None:
	"""With one decimal, cut off: 89.96 has not reached the 90 it is to reach."""
	return None if value is None else (value * 10).__floor__() / 10


def _advice(one: Stand, month: int, this: int) -> str:
	if not one.indicator.monthly and month != this:
		return _("It is known as of now alone. Choose this month.")
	if one.figure.value is not None and one.standing is Standing.NO_DATA:
		return _("Fewer than {0}: too few to be judged.").format(one.indicator.judged_from)
	never = one.figure.value is None and one.indicator.group is Group.TIMING
	wanted = never or one.standing in (Standing.ATTENTION, Standing.BAD)
	return _(one.indicator.advice) if wanted else ""


def _behind(figure: Figure) -> Row | None:
	return None if figure.value is None else where(figure.behind)


def message(month: int, this: int) -> str | None:
	said = []
	if month != this:
		said.append(_("{0}: what is known as of now alone has no figure.").format(in_words(month)))
	if reads_no_ticket(frappe.session.user):
		said.append(_("Figures about tickets are shown to those who may read tickets."))
	return " ".join(said) or None


def standings_chart(stands: Sequence[Stand]) -> Row:
	"""How many indicators of each part stand how."""
	counts = Counter((one.indicator.group, one.standing) for one in stands)
	groups = [one for one in Group if any(counts[one, standing] for standing in Standing)]
	if not groups:
		return NO_CHART
	datasets = [(_(standing.value), [counts[group, standing] for group in groups]) for standing in COLOURS]
	colours = [colour for _name, colour in COLOURS.values()]
	return stacked_bars([_(one.value) for one in groups], datasets, colours, height=220)


def trend_chart(one: Indicator, now: int, month: int) -> Row:
	"""An indicator in those of the twelve months up to this one that have a figure, with its limits."""
	values = {each: shown(figure.value) for each, figure in trend(one, now, month).items()}
	values = {each: value for each, value in values.items() if value is not None}
	if not values:
		return NO_CHART
	limit = site_limits()[one.name]
	marks = [(_("Attention"), limit.attention), (_("Bad"), limit.bad)]
	return {
		"data": {
			"labels": [in_words(each) for each in values],
			"datasets": [{"name": _label(one), "values": list(values.values())}],
			"yMarkers": [
				{"label": label, "value": float(value), "options": {"labelPos": "left"}}
				for label, value in marks
			],
		},
		"type": "bar",
		"colors": [BLUE],
		"axisOptions": {"xIsSeries": 1},
		"height": 220,
	}


def _label(one: Indicator) -> str:
	return _(one.name) if one.unit is Unit.NUMBER else f"{_(one.name)} ({_(one.unit.value)})"


def summary(stands: Sequence[Stand]) -> list[Row]:
	counts = Counter(one.standing for one in stands)
	return [
		card(_(standing.value), counts[standing], colour) for standing, (colour, _code) in COLOURS.items()
	]
