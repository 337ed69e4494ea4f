"""SLM Scorecard as the report view shows it: quality, quantity and cost side by side, and what users say (R197, R230, R231)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters import feedback, site_time
from slm_extension.adapters.civil_months import first_day, in_words, last_day
from slm_extension.adapters.permissions import reads_no_ticket
from slm_extension.adapters.report_columns import (
	BARS,
	BLUE,
	GREEN,
	Row,
	card,
	column,
	followable,
	percent,
)
from slm_extension.adapters.report_filters import document_of, months_of, one_of
from slm_extension.domain.attainment import SMALL_SAMPLE, Attainment
from slm_extension.domain.satisfaction import HIGHEST_SCORE, Satisfaction
from slm_extension.domain.users_view import UsersView
from slm_extension.services.report import Months
from slm_extension.services.scorecard import (
	TICKET_FIELDS,
	Against,
	Card,
	Line,
	Question,
	Scorecard,
	Subject,
	scorecard,
)

SUBJECTS = {"Service": Subject.SERVICE, "Agreement": Subject.AGREEMENT, "Customer": Subject.CUSTOMER}
AGAINST = {
	"Months Before": Against.MONTHS_BEFORE,
	"Year Before": Against.YEAR_BEFORE,
	"Nothing": Against.NOTHING,
}
CHARTS = ("By Line", "By Month")
DOCUMENTS = {
	Subject.SERVICE: "SLM Service",
	Subject.AGREEMENT: "SLM Agreement",
	Subject.CUSTOMER: "Customer",
}
LISTED = 80
"""So many outages are named in an address; of more those of the months are listed by their start."""

MONTHS = 3
"""So many are shown unless somebody says otherwise."""

_Figure = Callable[[Card], float | int | None]


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary, and that rows are not added up."""
	asked = filters or {}
	question = understood(asked)
	found = scorecard(question, site_time.now())
	return (
		followable(columns_of(found, question)),
		[{**row_of(line, question), "title": found.titles.get(line.key, "")} for line in found.lines],
		message_of(found, question),
		chart_of(found, one_of(asked, "chart", _("Chart"), CHARTS, CHARTS[0])),
		summary_of(found),
		True,
	)


def understood(asked: Mapping[str, Any]) -> Question:
	"""The filters as a question. What cannot be meant is refused in one sentence."""
	only = [
		(subject, name)
		for subject, doctype in DOCUMENTS.items()
		if (name := document_of(asked, subject.value, doctype))
	]
	return Question.about(
		Months(*months_of(asked, site_time.today(), MONTHS)),
		SUBJECTS[one_of(asked, "group_by", _("Group By"), SUBJECTS, "Service")],
		AGAINST[one_of(asked, "against", _("Compare With"), AGAINST, "Months Before")],
		only,
	)


def columns_of(found: Scorecard, question: Question) -> list[Row]:
	"""Quality, then quantity, then cost; what of the figures before is there only where they are asked for."""
	subject = question.subject
	labels = {
		Subject.SERVICE: _("Service"),
		Subject.AGREEMENT: _("Agreement"),
		Subject.CUSTOMER: _("Customer"),
	}
	compared = question.against is not Against.NOTHING
	columns = [column(subject.value, labels[subject], "Link", 200, DOCUMENTS[subject])]
	if subject is Subject.AGREEMENT:
		columns.append(column("title", _("Title"), "Data", 180))
	columns += [
		column("view", _("Figures and Users"), "Data", 190),
		*_with_change("attainment", _("Attainment %"), 125, compared),
	]
	if _any_excused(found):
		columns.append(_figure("net", _("Net %"), 90))
	columns.append(column("kept", _("Objectives Kept"), "Data", 135, align="right"))
	if subject is Subject.SERVICE:
		columns += [
			*_with_change("availability", _("Availability %"), 125, compared),
			_figure("technical", _("Technical Availability %"), 180),
		]
	columns += [
		*_with_change("score", _("Users' Score"), 120, compared),
		_figure("satisfied", _("Satisfied %"), 105),
		column("answers", _("Answers"), "Int", 90),
	]
	if any(line.now.perceived.answers for line in found.lines):
		columns.append(_figure("gap", _("Than Expected"), 130))
	if subject is Subject.AGREEMENT:
		columns.append(_figure("objective", _("Agreed Score"), 115))
	columns += [
		*_with_change("tickets", _("Tickets"), 85, compared),
		column("decided", _("Clocks Decided"), "Int", 125),
		column("missed", _("Missed"), "Int", 80),
	]
	if subject is Subject.SERVICE:
		columns.append(column("failures", _("Failures"), "Int", 85))
	if any(line.amounts is not None for line in found.lines):
		columns += [
			column("price", _("Price"), "Currency", 115, "currency"),
			column("cost", _("Cost"), "Currency", 115, "currency"),
			column("cost_of_a_ticket", _("Cost per Ticket"), "Currency", 130, "currency"),
		]
	return columns


def row_of(line: Line, question: Question) -> Row:
	"""A line with what it was before, and the ways to what is behind its figures."""
	now, before = line.now, line.before
	row: Row = {
		question.subject.value: line.key,
		"view": _view(line.view),
		"standing": line.view.value,
		"net": percent(now.clocks.attainment.net),
		"kept": _("{0} of {1}").format(now.clocks.kept, now.clocks.judged) if now.clocks.judged else "",
		"technical": _cut(now.technical.availability if now.technical else None, 4),
		"satisfied": percent(now.said.share),
		"answers": now.said.answers,
		"gap": _nearest(now.perceived.gap),
		"objective": _cut(line.objective, 2),
		"decided": now.clocks.attainment.decided,
		"missed": now.clocks.attainment.missed,
		"failures": len(now.up.failures) if now.up else None,
		"behind": _behind(line, question),
	}
	for field, figure in FIGURES.items():
		row[field] = figure(now)
		if before is not None:
			row[f"{field}_change"] = _change(figure(now), figure(before))
	if line.amounts is not None:
		row.update(
			currency=line.amounts.currency,
			price=_money(line.amounts.price),
			cost=_money(line.amounts.cost),
			cost_of_a_ticket=_money(line.cost_of_a_ticket),
		)
	return row


FIGURES: Mapping[str, _Figure] = {
	"attainment": lambda one: percent(one.clocks.attainment.gross),
	"availability": lambda one: _cut(one.up.availability if one.up else None, 4),
	"score": lambda one: _cut(one.said.mean, 2),
	"tickets": lambda one: one.tickets,
}
"""The figures that are held against those before."""


def message_of(found: Scorecard, question: Question) -> str | None:
	"""What a reader has to know before he believes the figures."""
	notes = []
	if reads_no_ticket(frappe.session.user):
		notes.append(
			_(
				"You may read no tickets, so none are counted. Ask for the role Support Team, or for read on Issue."
			)
		)
	if not found.lines:
		return "<br>".join([*notes, _("Nothing is known of these months. Choose others, or fewer filters.")])
	on_paper = [line for line in found.lines if line.view is UsersView.GOOD_ON_PAPER]
	if on_paper:
		notes.append(
			_("Kept on paper, and its users are not content: {0}.").format(
				", ".join(frappe.bold(frappe.utils.escape_html(line.key)) for line in on_paper[:BARS])
			)
		)
	small = cint(frappe.db.get_single_value("SLM Settings", "small_sample")) or SMALL_SAMPLE
	few = sum(1 for line in found.lines if 0 < line.now.said.answers < small)
	if few:
		notes.append(
			_("In {0} lines fewer than {1} users have answered: their score says little.").format(few, small)
		)
	if question.subject is Subject.SERVICE:
		notes.append(
			_("Availability counts until users were told that a service is back, Technical until it worked.")
		)
	return "<br>".join(notes) or None


def chart_of(found: Scorecard, chart: str) -> Row | None:
	"""Attainment beside the users who are satisfied, both in percent: line by line, or month by month."""
	if chart == "By Month":
		return _bars([(in_words(month), clocks, said) for month, (clocks, said) in found.by_month.items()])
	most = sorted(found.lines, key=lambda line: (-line.now.said.answers, -line.now.clocks.attainment.decided))
	return _bars([(line.key or _("None"), line.now.clocks.attainment, line.now.said) for line in most[:BARS]])


def _bars(named: Sequence[tuple[str, Attainment, Satisfaction]]) -> Row | None:
	shown = [one for one in named if one[1].decided or one[2].answers]
	if not shown:
		return None
	return {
		"data": {
			"labels": [label for label, _clocks, _said in shown],
			"datasets": [
				{
					"name": _("Attainment %"),
					"values": [percent(clocks.gross) for _label, clocks, _said in shown],
				},
				{
					"name": _("Satisfied %"),
					"values": [percent(said.share) for _label, _clocks, said in shown],
				},
			],
		},
		"type": "bar",
		"colors": [BLUE, GREEN],
		"fieldtype": "Float",
	}


def summary_of(found: Scorecard) -> list[Row]:
	if not found.lines:
		return []
	clocks = sum((line.now.clocks.attainment for line in found.lines), Attainment())
	said = sum((line.now.said for line in found.lines), Satisfaction())
	views = [line.view for line in found.lines]
	score = (
		_("No Data")
		if said.mean is None
		else _("{0} of {1}").format(f"{_cut(said.mean, 2):g}", HIGHEST_SCORE)
	)
	share = _("No Data") if clocks.gross is None else _("{0} %").format(f"{percent(clocks.gross):g}")
	return [
		card(_("Attainment"), share, "Blue"),
		card(_("Users' Score"), score, "Blue"),
		card(_("Answers"), said.answers, "Blue"),
		card(_("Tickets"), sum(line.now.tickets for line in found.lines), "Blue"),
		card(_("Good on Paper Only"), views.count(UsersView.GOOD_ON_PAPER), "Red"),
	]


def _view(view: UsersView) -> str:
	return {
		UsersView.GOOD: _("Good"),
		UsersView.GOOD_ON_PAPER: _("Good on Paper Only"),
		UsersView.FORGIVEN: _("Missed, Users Content"),
		UsersView.BAD: _("Bad"),
		UsersView.NOT_ASKED: _("Users Not Heard"),
		UsersView.NO_FIGURES: _("Nothing to Judge"),
	}[view]


def _behind(line: Line, question: Question) -> Row:
	"""The list filters under which the clocks, tickets, answers and outages of a line are found, by DocType."""
	first, last = first_day(question.months.first), last_day(question.months.last)
	equal = [[subject.value, _among(sorted(names))] for subject, names in question.others.items()]
	equal.append([question.subject.value, line.key or ["is", "not set"]])
	months = [["period", [">=", question.months.first]], ["period", ["<=", question.months.last]]]
	behind: Row = {
		"SLM Clock": [*equal, ["kind", "SLA"], *months],
		"Issue": [
			*([TICKET_FIELDS[Subject(field)], value] for field, value in equal),
			["opening_date", ["between", [str(first), str(last)]]],
		],
		feedback.FEEDBACK: [*equal, *months],
	}
	if line.now.outages:
		behind["SLM Outage"] = (
			[["name", _among(line.now.outages)]]
			if len(line.now.outages) <= LISTED
			else [["cancelled", 0], ["started", ["between", [str(first), str(last)]]]]
		)
	return behind


def _among(names: Sequence[str]) -> str | list[str]:
	return names[0] if len(names) == 1 else ["in", ",".join(names)]


def _with_change(field: str, label: str, width: int, compared: bool) -> list[Row]:
	columns = [_figure(field, label, width)]
	if compared:
		columns.append(_figure(f"{field}_change", _("Change"), 90))
	return columns


def _figure(field: str, label: str, width: int) -> Row:
	return column(field, label, width=width, align="right")


def _any_excused(found: Scorecard) -> bool:
	counts = [line.now.clocks.attainment for line in found.lines]
	return any(one.excused_met or one.excused_missed for one in counts)


def _change(now: float | None, before: float | None) -> float | None:
	return None if now is None or before is None else round(now - before, 4)


def _cut(value: Fraction | None, digits: int) -> float | None:
	return None if value is None else (value * 10**digits).__floor__() / 10**digits


def _nearest(value: Fraction | None) -> float | None:
	"""Better or worse than expected: to the nearest hundredth, so that neither side is favoured."""
	return None if value is None else float(round(value, 2))


def _money(value: Decimal | None) -> float | None:
	return None if value is None else float(value)
