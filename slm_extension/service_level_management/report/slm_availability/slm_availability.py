"""SLM Availability as the report view shows it: a row a service and period, and under it what was promised of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import site_time
from slm_extension.adapters.report_columns import BARS, RED, Row, card, column, followable, stacked_bars
from slm_extension.adapters.report_filters import days_of, document_of, one_of
from slm_extension.domain.attainment import Period
from slm_extension.domain.availability import Figures, Measure, Span, Standing
from slm_extension.domain.instants import moment
from slm_extension.services.availability import ALWAYS, Judged, Line, Question, lines

GRAINS = {"Month": Period.MONTH, "Quarter": Period.QUARTER, "Year": Period.YEAR}
SHOWN = ("Promised or Down", "All Services")
COLOURED = 6
"""More colours than these cannot be told apart."""

MOST_PERIODS = 240
LISTED = 80
"""So many outages are named in an address; of more those of the period are listed by their start."""

HOUR = 3600
COLOURS = ("#2490ef", "#28a745", "#e8833a", "#8f63d2", "#e24c4c", "#4aa3a2")


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that there is no row of totals."""
	asked = filters or {}
	question = understood(asked)
	found = lines(question, site_time.now())
	return (
		followable(columns()),
		[row for line in found for row in rows_of(line, question)],
		message(found),
		chart(found, question),
		summary(found),
		True,
	)


def understood(asked: Mapping[str, Any]) -> Question:
	"""The filters as a question. What cannot be meant is refused in one sentence."""
	first, last = days_of(asked, site_time.today())
	grain = GRAINS[one_of(asked, "period", _("Period"), GRAINS, "Month")]
	if (last - first).days > MOST_PERIODS * 28:
		frappe.throw(
			_("From {0} to {1} are too many periods for one report. Choose fewer years.").format(first, last),
			title=_("Filters"),
		)
	return Question(
		first,
		last,
		grain,
		document_of(asked, "service", "SLM Service"),
		document_of(asked, "agreement", "SLM Agreement"),
		document_of(asked, "customer", "Customer"),
		one_of(asked, "show", _("Show"), SHOWN, SHOWN[0]) == SHOWN[1],
	)


def columns() -> list[Row]:
	return [
		column("service", _("Service"), "Link", 200, "SLM Service"),
		column("period", _("Period"), width=90),
		column("agreement", _("Agreement"), "Link", 110, "SLM Agreement"),
		column("promised", _("Promised"), width=290),
		column("found", _("Was"), width=95, align="right"),
		column("verdict", _("Verdict"), width=110),
		column("availability", _("Availability %"), width=125, align="right"),
		column("gross", _("Gross Availability %"), width=165, align="right"),
		column("technical", _("Technical Availability %"), width=180, align="right"),
		column("agreed", _("Agreed Hours"), width=125, align="right"),
		column("available", _("Available Hours"), width=140, align="right"),
		column("downtime", _("Downtime Hours"), width=145, align="right"),
		column("as_agreed", _("Agreed Downtime Hours"), width=190, align="right"),
		column("failures", _("Failures"), "Int", 85),
		column("mtbf", _("MTBF Hours"), width=105, align="right"),
		column("mtrs", _("MTRS Hours"), width=105, align="right"),
		column("longest", _("Longest Hours"), width=130, align="right"),
		column("maintenance", _("Maintenance Hours"), width=165, align="right"),
		column("interruptions", _("Agreed Interruption Hours"), width=200, align="right"),
		column("tickets", _("Tickets in Time %"), width=150, align="right"),
		column("calendar", _("Agreed In"), width=130),
	]


def rows_of(line: Line, question: Question) -> list[Row]:
	"""The service in its own hours; beneath it each promise in the hours it was made for."""
	own: Row = {
		"service": line.service,
		"period": period_text(line.period, question.grain),
		**_figures(line.figures),
		"technical": _cut(line.technical.availability, 4),
		"tickets": _cut(line.tickets.gross, 2),
		"calendar": _("Always") if line.calendar == ALWAYS else line.calendar,
		"indent": 0,
		"outages": len(line.outages),
		"list": _listed(line),
	}
	if line.standing is not None:
		own.update(verdict=verdict(line.standing), standing=line.standing.value)
	return [own, *(_promised_row(one) for one in line.judged)]


def _promised_row(one: Judged) -> Row:
	promised = one.promised
	return {
		"service": promised.service,
		"period": period_text(one.period, promised.period),
		"agreement": promised.agreement,
		"agreement_title": promised.title,
		"promised": f"{_(promised.metric)}: {promised.words}",
		"found": _found(one),
		"verdict": verdict(one.standing),
		"standing": one.standing.value,
		**_figures(one.figures),
		"calendar": promised.calendar,
		"indent": 1,
	}


def _figures(one: Figures) -> Row:
	return {
		"availability": _cut(one.availability, 4),
		"gross": _cut(one.gross, 4),
		"agreed": _hours(one.agreed),
		"available": _hours(one.available),
		"downtime": _hours(one.lost),
		"as_agreed": _hours(one.lost_as_agreed),
		"failures": len(one.failures),
		"mtbf": _hours(one.mtbf),
		"mtrs": _hours(one.mtrs),
		"longest": _hours(one.longest),
		"maintenance": _hours(one.maintenance),
		"interruptions": _hours(one.interruptions),
	}


def _found(one: Judged) -> str:
	"""Never rounded to the better side: what missed a promise does not look as if it had kept it."""
	if one.found is None:
		return _("None") if one.figures.agreed else ""
	measure = one.promised.promise.measure
	text = f"{_cut(one.found, 4) if measure.at_least else _up(one.found, 4):.10g}"
	if measure is Measure.AVAILABILITY:
		return _("{0} %").format(text)
	return text if measure is Measure.FAILURES else _("{0} h").format(text)


def _cut(value: Fraction | None, digits: int) -> float | None:
	return None if value is None else (value * 10**digits).__floor__() / 10**digits


def _up(value: Fraction, digits: int) -> float:
	return (value * 10**digits).__ceil__() / 10**digits


def _hours(seconds: Fraction | int | None) -> float | None:
	return None if seconds is None else float(round(Fraction(seconds) / HOUR, 4))


def verdict(standing: Standing) -> str:
	return {
		Standing.KEPT: _("Kept"),
		Standing.MISSED: _("Missed"),
		Standing.OPEN: _("Not Over Yet"),
		Standing.NO_DATA: _("No Data"),
	}[standing]


def period_text(period: Span, grain: Period) -> str:
	"""As a reader sorts it: 2026-06, 2026 Q2, 2026."""
	day = moment(period[0], site_time.site_zone())
	if grain is Period.YEAR:
		return f"{day:%Y}"
	if grain is Period.QUARTER:
		return _("{0} Q{1}").format(f"{day:%Y}", (day.month + 2) // 3)
	return f"{day:%Y-%m}"


def _listed(line: Line) -> Row:
	"""The list filters under which the outages of a line are found."""
	if len(line.outages) <= LISTED:
		return {"name": ["in", list(line.outages)]}
	first, last = (site_time.to_site(at) for at in line.period)
	return {"cancelled": 0, "started": ["between", [str(first), str(last)]]}


def message(found: Sequence[Line]) -> str | None:
	"""What a reader has to know before he believes the figures."""
	if not found:
		return _(
			"No promise of availability and no outage in these periods. Show all services to see the others."
		)
	notes = []
	if any(not line.ended for line in found):
		notes.append(_("Periods that are not over yet stand as of now."))
	if any(line.calendar == ALWAYS for line in found):
		notes.append(_("Services without service hours are measured around the clock."))
	late, never = (
		len({name for line in found for name in names(line)})
		for names in (lambda line: line.announced_late, lambda line: line.never_announced)
	)
	if late or never:
		notes.append(_not_taken_out(late, never))
	return "<br>".join(notes) or None


def _not_taken_out(late: int, never: int) -> str:
	"""Which maintenance of the services shown changes no figure."""
	said = [
		_("{0} maintenance windows were announced too late").format(late) if late > 1 else "",
		_("1 maintenance window was announced too late") if late == 1 else "",
		_("{0} maintenance windows were never announced").format(never) if never > 1 else "",
		_("1 maintenance window was never announced") if never == 1 else "",
	]
	return _("{0}: not taken out of the agreed hours.").format("; ".join(filter(None, said)))


def chart(found: Sequence[Line], question: Question) -> Row | None:
	"""Hours lost by period, a colour for each service; by service where there are too many, or one period alone."""
	services = list(dict.fromkeys(line.service for line in found))
	periods = list(dict.fromkeys(line.period for line in found))
	if len(services) > COLOURED or len(periods) == 1:
		return _bars(found)
	if not any(line.figures.lost for line in found):
		return None
	lost = {(line.service, line.period): _hours(line.figures.lost) or 0 for line in found}
	return stacked_bars(
		[period_text(period, question.grain) for period in periods],
		[(service, [lost.get((service, period), 0) for period in periods]) for service in services],
		COLOURS,
		title=_("Downtime Hours"),
		fieldtype="Float",
	)


def _bars(found: Sequence[Line]) -> Row | None:
	"""The services that lost most, the worst first."""
	lost: dict[str, Fraction] = {}
	for line in found:
		lost[line.service] = lost.get(line.service, Fraction(0)) + line.figures.lost
	worst = sorted(((value, name) for name, value in lost.items() if value), reverse=True)[:BARS]
	if not worst:
		return None
	return {
		"data": {
			"labels": [name for _value, name in worst],
			"datasets": [{"name": _("Downtime Hours"), "values": [_hours(value) for value, _name in worst]}],
		},
		"type": "bar",
		"colors": [RED],
		"fieldtype": "Float",
	}


def summary(found: Sequence[Line]) -> list[Row]:
	if not found:
		return []
	agreed = sum(line.figures.agreed for line in found)
	lost = sum((line.figures.lost for line in found), Fraction(0))
	failures = [one for line in found for one in line.figures.failures]
	standings = [one.standing for line in found for one in line.judged]
	share = _cut(100 * (1 - lost / agreed), 3) if agreed else None
	cards = [
		card(_("Availability"), _("No Data") if share is None else _("{0} %").format(f"{share:g}"), "Blue"),
		card(_("Failures"), len(failures), "Orange"),
	]
	excused = sum((line.figures.lost_as_agreed for line in found), Fraction(0))
	if excused:
		hours = agreed + sum(line.figures.maintenance + line.figures.interruptions for line in found)
		gross = _cut(100 * (1 - (lost + excused) / hours), 3)
		cards.insert(1, card(_("Gross Availability"), _("{0} %").format(f"{gross:g}"), "Blue"))
	if failures:
		mean = Fraction(sum(one.lasted for one in failures), len(failures))
		cards.append(card(_("MTRS"), _("{0} h").format(f"{_hours(mean):.4g}"), "Orange"))
	if standings:
		cards += [
			card(_("Promises Kept"), standings.count(Standing.KEPT), "Green"),
			card(_("Promises Missed"), standings.count(Standing.MISSED), "Red"),
		]
	return cards
