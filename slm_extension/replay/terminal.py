"""A summary on the terminal: attainment, causes, worst misses, OLA and UC. Prints; adds nothing up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from slm_extension.domain.attainment import SMALL_SAMPLE, Verdict
from slm_extension.replay.durations import local_time, short_duration
from slm_extension.replay.figures import (
	CUSTOMER_KINDS,
	AgreementFigures,
	MonthFigure,
	Total,
	by_agreement,
	counted,
	kind_beside,
	objective_text,
	parties_worst_first,
	percent,
	shown,
	target_name,
	total,
	verdict_words,
)
from slm_extension.replay.inspection import name_list
from slm_extension.replay.summary import Summary

MONTHS_SHOWN = 6
CUSTOMERS_SHOWN = 5
LISTED = 10
"""How many misses, causes and parties are printed; the files hold them all."""

_VERDICTS = {
	Verdict.KEPT: ("kept", "green"),
	Verdict.FAILED: (verdict_words(Verdict.FAILED), "bold red"),
	Verdict.NO_OBJECTIVE: ("", ""),
	Verdict.NO_DATA: ("", ""),
}


def print_summary(
	summary: Summary, console: Console, *, broken_total: int = 0, months: int = MONTHS_SHOWN
) -> None:
	"""Print what a replay came to; `months` is how many of the newest months are shown for each target."""
	console.print(
		Text(f"{shown(summary.log)} as of {local_time(summary.asked, summary.zone_name)}: ", style="bold")
		+ Text(f"{counted(summary.tickets, 'ticket')}, {counted(summary.clocks, 'clock')}")
	)
	agreements = by_agreement(summary.of_kinds(*CUSTOMER_KINDS))
	for agreement in agreements:
		console.print()
		console.print(_attainment(agreement, months))
	if not agreements:
		console.print("No ticket has a clock of a customer's agreement: nothing to report on.")
	for table in (_causes(summary), _worst(summary), _parties(summary)):
		if table.row_count:
			console.print()
			console.print(table)
	console.print()
	for note in _notes(summary, broken_total):
		console.print(Text(note))


def _table(title: str, *columns: str, numbers: Iterable[str] = (), whole: Iterable[str] = ()) -> Table:
	table = Table(
		title=Text(title),
		title_justify="left",
		title_style="bold",
		box=box.SIMPLE_HEAD,
		pad_edge=False,
		collapse_padding=True,
	)
	for column in columns:
		if column in numbers:
			table.add_column(column, justify="right", no_wrap=True)
		elif column in whole:
			table.add_column(column, no_wrap=True)
		else:
			table.add_column(column, overflow="fold")
	return table


_COUNTS = ("Met", "Missed", "Pend.", "Exc.", "Attained", "Obj.")


def _attainment(agreement: AgreementFigures, months: int) -> Table:
	kind = kind_beside(agreement.name, agreement.kind)
	table = _table(
		shown(agreement.name) + (f" ({kind})" if kind else ""), "Target", *_COUNTS, "Verdict", numbers=_COUNTS
	)
	for metric in agreement.metrics:
		for row in metric.rows:
			_add_rows(table, row.name, row.total, row.months, months)
		if len(metric.rows) > 1:
			_add_rows(table, f"{metric.metric}, all", metric.total, metric.months, months)
	return table


def _add(table: Table, *cells: str | Text, style: str = "") -> None:
	"""A row in which text is text: names from a log are not to be read as markup."""
	table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells), style=style)


def _add_rows(
	table: Table, name: str, figures: Total, by_month: tuple[MonthFigure, ...], months: int
) -> None:
	_add(table, shown(name, 60), *_figures(figures), style="bold")
	earlier, newest = _split(by_month, months)
	for month in newest:
		_add(table, f"  {month.month:%Y-%m}", *_figures(month.total))
	if earlier:
		standings = (standing for month in earlier for standing in month.total.standings)
		_add(
			table,
			f"  … {counted(len(earlier), 'earlier month')}",
			*_figures(total(standings)),
			style="dim",
		)


def _split(
	months: tuple[MonthFigure, ...], newest: int
) -> tuple[tuple[MonthFigure, ...], tuple[MonthFigure, ...]]:
	"""The earlier months, and the newest ones, newest first."""
	cut = max(len(months) - newest, 0)
	return months[:cut], months[cut:][::-1]


def _figures(figures: Total) -> Iterator[Text]:
	counts = figures.attainment
	for number in (counts.met, counts.missed, counts.pending, counts.excused_met + counts.excused_missed):
		yield Text(f"{number:,}" if number else "·")
	attained = percent(counts.net, figures.objectives)
	yield Text(f"* {attained}" if attained and counts.small() else attained or "-")
	yield Text(objective_text(figures.objectives))
	yield Text(*_VERDICTS[figures.verdict])


def _causes(summary: Summary) -> Table:
	numbers = ("Misses", "Overrun", "Avoidable")
	table = _table("Causes of misses", "Agreement", "Cause", "Held by", *numbers, numbers=numbers)
	for agreement, found in groupby(summary.causes, lambda one: one.agreement):
		causes = list(found)
		for rank, line in enumerate(causes[:LISTED]):
			_add(
				table,
				"" if rank else shown(agreement, 40),
				line.cause.value,
				shown(line.responsible, 40),
				f"{line.misses:,}",
				short_duration(line.overrun),
				f"{line.would_have_held:,}",
			)
		rest = causes[LISTED:]
		if rest:
			_add(
				table,
				"",
				f"… {len(rest):,} more",
				"",
				f"{sum(one.misses for one in rest):,}",
				short_duration(sum(one.overrun for one in rest)),
				f"{sum(one.would_have_held for one in rest):,}",
				style="dim",
			)
	return table


def _worst(summary: Summary) -> Table:
	table = _table(
		"Worst misses",
		"Ticket",
		"Target",
		"Overrun",
		"Missed at",
		"Held by",
		numbers=("Overrun",),
		whole=("Missed at",),
	)
	for miss in summary.worst[:LISTED]:
		_add(
			table,
			shown(miss.ticket, 40) + (" (open)" if miss.open else ""),
			shown(target_name(miss.target, miss.priority), 40),
			short_duration(miss.overrun),
			local_time(miss.missed_at, miss.zone_name),
			next((shown(name or party, 40) for party, name, _ in miss.shares), ""),
		)
	return table


def _parties(summary: Summary) -> Table:
	table = _table(
		"OLA and UC, furthest from their objective first",
		"Team or supplier",
		*_COUNTS,
		"Verdict",
		numbers=_COUNTS,
	)
	parties = parties_worst_first(summary)
	for line in parties[:LISTED]:
		_add(table, f"{shown(line.party, 40)} · {shown(line.agreement, 40)}", *_figures(total([line])))
	rest = parties[LISTED:]
	if rest:
		_add(table, f"… {len(rest):,} more", *_figures(total(rest)), style="dim")
	return table


def _notes(summary: Summary, broken_total: int) -> Iterator[str]:
	counts = [*(line.attainment for line in summary.lines), *(line.attainment for line in summary.parties)]
	if any(one.small() for one in counts):
		yield f"* fewer than {SMALL_SAMPLE} decided clocks: one miss moves the figure by more than five points."
	if summary.excused_total:
		yield f"Excused misses, left out of the attainment: {summary.excused_total:,}."
	if summary.not_covered:
		customers = name_list(
			summary.not_covered_customers[:CUSTOMERS_SHOWN], summary.not_covered, "customer"
		)
		yield f"Tickets no agreement applies to: {summary.not_covered:,} ({customers})."
	for what, number in (
		("Tickets with an agreement, but no target for them", summary.no_target),
		("Tickets opened later, left out", summary.opened_later),
		("Clocks beyond the last day for which holidays are known", summary.uncertain),
		("Broken rows in the log, which change no other ticket's result", broken_total),
	):
		if number:
			yield f"{what}: {number:,}."
