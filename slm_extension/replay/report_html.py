"""A summary as one HTML file to read, print and send: no network, no script. Chooses what whoever may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from slm_extension.domain.attainment import SMALL_SAMPLE, Attainment, Verdict
from slm_extension.domain.attribution import Cause
from slm_extension.domain.instants import Seconds
from slm_extension.domain.legs import Party
from slm_extension.replay.audience import Audience
from slm_extension.replay.charts import attainment_by_month, misses_by_holder
from slm_extension.replay.durations import duration, local_time, month_name
from slm_extension.replay.figures import (
	CUSTOMER_KINDS,
	AgreementFigures,
	MetricFigures,
	Total,
	by_agreement,
	kind_beside,
	objective_text,
	parties_worst_first,
	percent,
	shown,
	target_name,
	total,
	verdict_words,
)
from slm_extension.replay.problems import BrokenRow
from slm_extension.replay.summary import CauseLine, ExcusedMiss, Miss, PartyLine, Summary

PARTIES_LISTED = 30
CAUSES_LISTED = 15
BARS = 10
SHARES_LISTED = 3
OVERRUNS_LISTED = 3
BROKEN_LISTED = 50
"""How many entries a list has before the rest is summed up or counted."""


def write(
	summary: Summary,
	broken: Sequence[BrokenRow],
	broken_total: int,
	path: Path,
	audience: Audience = Audience.INTERNAL,
	*,
	agreements: Collection[str] = (),
	title: str = "",
) -> None:
	"""Write the page, UTF-8, headed by `title` or else the log's name. Raises OSError when it cannot be written.

	With `agreements`, only those of the customers' agreements are in it: a log often holds tickets of several
	customers, and none of them should read about another.
	"""
	page = _page(_narrowed(summary, agreements) if agreements else summary, audience)
	text = (
		_environment()
		.get_template("report.html")
		.render(
			page=page,
			summary=summary,
			title=title or summary.log,
			internal=audience is Audience.INTERNAL,
			narrowed=bool(agreements),
			broken=broken[:BROKEN_LISTED],
			broken_total=broken_total,
			small_sample=SMALL_SAMPLE,
		)
	)
	path.write_text(text, encoding="utf-8")


def _narrowed(summary: Summary, agreements: Collection[str]) -> Summary:
	lines = tuple(
		line
		for line in summary.lines
		if line.key.kind not in CUSTOMER_KINDS or line.key.agreement in agreements
	)
	named = {line.key.agreement for line in lines}
	return replace(
		summary,
		lines=lines,
		worst=tuple(one for one in summary.worst if one.agreement in agreements),
		causes=tuple(one for one in summary.causes if one.agreement in agreements),
		excused=tuple(one for one in summary.excused if one.agreement in named),
	)


@dataclass(frozen=True, slots=True)
class Section:
	"""A customer's agreement with the metrics that have more than a month to draw."""

	figures: AgreementFigures
	charts: tuple[tuple[MetricFigures, Markup], ...]


@dataclass(frozen=True, slots=True)
class CauseRow:
	"""Misses put down to one holder, or to one kind of holder; `holder` is empty where it may not be told."""

	cause: str
	holder: str
	misses: int
	overrun: Seconds
	would_have_held: int


@dataclass(frozen=True, slots=True)
class CauseTable:
	agreement: str
	chart: Markup
	rows: tuple[CauseRow, ...]
	rest: CauseRow | None
	total: int
	bars: int
	holders: int


@dataclass(frozen=True, slots=True)
class MissRow:
	"""A miss with the words for who held the ticket, longest first, and how many more there were."""

	miss: Miss
	holders: tuple[tuple[str, Seconds], ...]
	more_holders: int
	overruns: tuple[tuple[str, str, Seconds, bool], ...]
	more_overruns: int


@dataclass(frozen=True, slots=True)
class Page:
	sections: tuple[Section, ...]
	causes: tuple[CauseTable, ...]
	worst: tuple[MissRow, ...]
	parties: tuple[PartyLine, ...]
	parties_rest: Total | None
	parties_more: int
	excused: tuple[ExcusedMiss, ...]
	excused_total: int


def _page(summary: Summary, audience: Audience) -> Page:
	internal = audience is Audience.INTERNAL
	figures = by_agreement(summary.of_kinds(*CUSTOMER_KINDS))
	named = {one.name for one in figures}
	parties = parties_worst_first(summary) if internal else ()
	rest = parties[PARTIES_LISTED:]
	return Page(
		sections=tuple(_section(number, one) for number, one in enumerate(figures)),
		causes=_causes(summary, internal),
		worst=tuple(_miss(miss, internal) for miss in summary.worst),
		parties=parties[:PARTIES_LISTED],
		parties_rest=total(rest) if rest else None,
		parties_more=len(rest),
		excused=tuple(one for one in summary.excused if internal or one.agreement in named),
		excused_total=sum(
			line.attainment.excused_missed
			for line in summary.lines
			if internal or line.key.kind in CUSTOMER_KINDS
		),
	)


def _section(number: int, figures: AgreementFigures) -> Section:
	return Section(
		figures,
		tuple(
			(metric, Markup(attainment_by_month(metric.months, f"attainment-{number}-{index}")))
			for index, metric in enumerate(figures.metrics)
			if len(metric.months) > 1
		),
	)


CAUSES = {
	Cause.OWN_TEAM: "Front-line team",
	Cause.OTHER_TEAM: "Other team",
	Cause.SUPPLIER: "Supplier",
	Cause.UNASSIGNED: "Nobody assigned",
	Cause.CUSTOMER: "Customer",
}

_PARTIES = {
	Party.TEAM.value: "a team",
	Party.SUPPLIER.value: "a supplier",
	Party.CUSTOMER.value: "customer",
	Party.UNASSIGNED.value: "nobody assigned",
	Party.NOBODY.value: "nobody",
}


def _causes(summary: Summary, internal: bool) -> tuple[CauseTable, ...]:
	agreements = dict.fromkeys(line.agreement for line in summary.causes)
	return tuple(
		_cause_table(
			number, agreement, [one for one in summary.causes if one.agreement == agreement], internal
		)
		for number, agreement in enumerate(agreements)
	)


def _cause_table(number: int, agreement: str, lines: list[CauseLine], internal: bool) -> CauseTable:
	rows = [_cause_row(one) for one in lines]
	if not internal:
		rows = [_sum([row for row in rows if row.cause == name], name) for name in CAUSES.values()]
	rows = sorted((row for row in rows if row.misses), key=lambda row: (-row.misses, row.cause, row.holder))
	rest = rows[CAUSES_LISTED:]
	bars = [(row.holder or row.cause, row.misses) for row in rows[:BARS]]
	return CauseTable(
		agreement,
		Markup(misses_by_holder(bars, f"causes-{number}")),
		tuple(rows[:CAUSES_LISTED]),
		_sum(rest, f"{len(rest):,} more") if rest else None,
		sum(row.misses for row in rows),
		len(bars),
		len(rows),
	)


def _cause_row(line: CauseLine) -> CauseRow:
	return CauseRow(CAUSES[line.cause], line.responsible, line.misses, line.overrun, line.would_have_held)


def _sum(rows: Sequence[CauseRow], cause: str) -> CauseRow:
	return CauseRow(
		cause,
		"",
		sum(row.misses for row in rows),
		sum(row.overrun for row in rows),
		sum(row.would_have_held for row in rows),
	)


def _miss(miss: Miss, internal: bool) -> MissRow:
	if internal:
		holders = [
			(name if name and party != Party.CUSTOMER.value else _PARTIES[party], seconds)
			for party, name, seconds in miss.shares
		]
	else:
		sums: dict[str, Seconds] = {}
		for party, _, seconds in miss.shares:
			label = "provider's teams" if party == Party.TEAM.value else _PARTIES[party]
			sums[label] = sums.get(label, 0) + seconds
		holders = sorted(sums.items(), key=lambda one: -one[1])
	overruns = miss.overruns if internal else ()
	return MissRow(
		miss,
		tuple(holders[:SHARES_LISTED]),
		max(len(holders) - SHARES_LISTED, 0),
		overruns[:OVERRUNS_LISTED],
		max(len(overruns) - OVERRUNS_LISTED, 0),
	)


@dataclass(frozen=True, slots=True)
class Mark:
	"""How a verdict is told: a sign and words, so that it does not hang on a colour."""

	sign: str
	words: str
	look: str


_MARKS = {
	Verdict.KEPT: Mark("✓", "kept", "kept"),
	Verdict.FAILED: Mark("▼", verdict_words(Verdict.FAILED), "failed"),
	Verdict.NO_OBJECTIVE: Mark("", "no objective", "none"),
	Verdict.NO_DATA: Mark("", "no figure", "none"),
}


def _spare(figures: Total) -> str:
	"""What the objective still allows, in words; empty without an objective."""
	left = figures.misses_left
	if left is None:
		return ""
	if left < 0:
		return f"{-left:,} {'miss' if left == -1 else 'misses'} too many"
	return f"{left:,} more may be missed" if left else "no more may be missed"


def _newest(metric: MetricFigures) -> str:
	"""The newest month with what it still allows: "Jun 2026: 2 more may be missed"."""
	newest = metric.months[-1]
	spare = _spare(newest.total)
	return f"{month_name(newest.month)}: {spare}" if spare else ""


def _net_differs(counts: Attainment) -> bool:
	return counts.net != counts.gross


def _environment() -> Environment:
	environment = Environment(
		loader=PackageLoader("slm_extension.replay"),
		autoescape=True,
		undefined=StrictUndefined,
		trim_blocks=True,
		lstrip_blocks=True,
	)
	environment.filters.update(
		shown=shown,
		target=target_name,
		kind_beside=kind_beside,
		words=duration,
		percent=percent,
		objective=objective_text,
		month=month_name,
		mark=lambda verdict: _MARKS[verdict],
		spare=_spare,
		newest=_newest,
		net_differs=_net_differs,
		number=lambda value: f"{value:,}",
		instant=local_time,
		share=lambda row, whole: percent(Fraction(100 * row.misses, whole)),
		total=lambda line: total([line]),
	)
	return environment
