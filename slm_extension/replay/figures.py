"""A summary's lines put together for reading: by agreement, metric, target and month, and how figures look.

The terminal, the page and the JSON file show what is added up here; none of them adds up anything itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import TypeVar

from slm_extension.domain.agreements import AgreementKind
from slm_extension.domain.attainment import Attainment, Verdict
from slm_extension.domain.targets import METRICS
from slm_extension.replay.summary import Line, PartyLine, Summary

CUSTOMER_KINDS = tuple(kind.value for kind in AgreementKind if kind.customer_facing)
UNDERPINNING_KINDS = tuple(kind.value for kind in AgreementKind if not kind.customer_facing)


@dataclass(frozen=True, slots=True)
class Standing:
	"""All clocks that share one objective."""

	objective: Fraction | None
	attainment: Attainment


@dataclass(frozen=True, slots=True)
class Total:
	"""Counts of several lines. Where their objectives differ, each is judged by its own clocks."""

	attainment: Attainment
	standings: tuple[Standing, ...]

	@property
	def verdict(self) -> Verdict:
		"""Kept when every objective in it is; one that fails, fails the whole."""
		found = {standing.attainment.verdict(standing.objective) for standing in self.standings}
		for verdict in (Verdict.FAILED, Verdict.KEPT, Verdict.NO_OBJECTIVE):
			if verdict in found:
				return verdict
		return Verdict.NO_DATA

	@property
	def objectives(self) -> tuple[Fraction, ...]:
		return tuple(one.objective for one in self.standings if one.objective is not None)

	@property
	def misses_left(self) -> int | None:
		"""How many more may be missed, of the objective with the least to spare; None without one."""
		left = [
			one.attainment.misses_left(one.objective) for one in self.standings if one.objective is not None
		]
		return min(left, default=None)


@dataclass(frozen=True, slots=True)
class MonthFigure:
	month: date
	total: Total


@dataclass(frozen=True, slots=True)
class Row:
	"""One target for tickets of one priority, with the months that have clocks."""

	metric: str
	target: str
	priority: str
	total: Total
	months: tuple[MonthFigure, ...]

	@property
	def name(self) -> str:
		return target_name(self.target, self.priority)


@dataclass(frozen=True, slots=True)
class MetricFigures:
	metric: str
	total: Total
	months: tuple[MonthFigure, ...]
	rows: tuple[Row, ...]

	@property
	def judged_months(self) -> tuple[int, int]:
		"""Of the months that have a verdict: how many were kept, and how many there are."""
		return _kept(self.months)

	@property
	def judged_cells(self) -> tuple[int, int]:
		"""The same for each target and priority by itself: what is kept as a whole may hide one that is not."""
		return _kept(month for row in self.rows for month in row.months)


@dataclass(frozen=True, slots=True)
class AgreementFigures:
	kind: str
	name: str
	total: Total
	metrics: tuple[MetricFigures, ...]


def target_name(target: str, priority: str) -> str:
	"""Target and priority, the same whether a goal for all or one a priority is behind it: "response · P1"."""
	if not priority:
		return f"{target} · no priority"
	if target == priority:
		return target
	return f"{target.removesuffix(f' {priority}')} · {priority}"


def kind_beside(name: str, kind: str) -> str:
	"""The kind of an agreement to be written beside its name; empty where the name says it already."""
	return "" if kind.casefold() in re.findall(r"\w+", name.casefold()) else kind


def verdict_words(verdict: Verdict) -> str:
	"""How a verdict is told, the same wherever it stands."""
	return "not kept" if verdict is Verdict.FAILED else verdict.value


def counted(number: int, noun: str) -> str:
	"""A number with its noun: "1 row", "1,204 rows"."""
	if number == 1:
		return f"1 {noun}"
	return f"{number:,} {noun}es" if noun.endswith("s") else f"{number:,} {noun}s"


def _kept(months: Iterable[MonthFigure]) -> tuple[int, int]:
	verdicts = [one.total.verdict for one in months]
	kept = verdicts.count(Verdict.KEPT)
	return kept, kept + verdicts.count(Verdict.FAILED)


def total(lines: Iterable[Line | PartyLine | Standing]) -> Total:
	"""The sum, with one standing for each objective, the lowest first and "none" last."""
	sums: dict[Fraction | None, Attainment] = {}
	everything = Attainment()
	for line in lines:
		sums[line.objective] = sums.get(line.objective, Attainment()) + line.attainment
		everything += line.attainment
	ordered = sorted(sums, key=lambda one: (one is None, one or 0))
	return Total(everything, tuple(Standing(objective, sums[objective]) for objective in ordered))


def by_agreement(lines: Iterable[Line]) -> tuple[AgreementFigures, ...]:
	"""Lines grouped for reading: agreements and targets by name, metrics and months in order of time."""
	return tuple(
		AgreementFigures(
			kind,
			name,
			total(of_agreement),
			tuple(
				MetricFigures(metric, total(of_metric), _months(of_metric), _rows(of_metric))
				for (_, metric), of_metric in _grouped(
					of_agreement, lambda line: _metric_order(line.key.metric)
				)
			),
		)
		for (kind, name), of_agreement in _grouped(lines, lambda line: (line.key.kind, line.key.agreement))
	)


def _metric_order(metric: str) -> tuple[int, str]:
	"""Metrics in the order of a ticket's life, not of the alphabet."""
	return (_METRICS.index(metric) if metric in _METRICS else len(_METRICS)), metric


_METRICS = tuple(METRICS)


def _rows(lines: list[Line]) -> tuple[Row, ...]:
	return tuple(
		Row(metric, target, priority, total(found), _months(found))
		for (metric, target, priority), found in _grouped(
			lines, lambda line: (line.key.metric, line.key.target, line.key.priority)
		)
	)


def _months(lines: list[Line]) -> tuple[MonthFigure, ...]:
	return tuple(
		MonthFigure(month, total(found)) for month, found in _grouped(lines, lambda line: line.key.month)
	)


_Key = TypeVar("_Key", date, tuple[int, str], tuple[str, str], tuple[str, str, str])


def _grouped(lines: Iterable[Line], key: Callable[[Line], _Key]) -> list[tuple[_Key, list[Line]]]:
	return [(value, list(found)) for value, found in groupby(sorted(lines, key=key), key)]


def parties_worst_first(summary: Summary) -> tuple[PartyLine, ...]:
	"""OLA and UC by team and supplier: most misses beyond what the objective allows first.

	Sorting by percentage would put everybody who missed his only ticket above whoever missed hundreds. Without
	an objective every miss counts as one too many.
	"""

	def order(line: PartyLine) -> tuple[Fraction, Fraction, str, str]:
		counts = line.attainment
		missed = counts.missed - counts.excused_missed
		decided = counts.decided - counts.excused_met - counts.excused_missed
		allowed = decided * (100 - (line.objective if line.objective is not None else Fraction(100))) / 100
		net = counts.net
		return allowed - missed, Fraction(100) if net is None else net, line.party, line.agreement

	return tuple(sorted(summary.parties, key=order))


def percent(value: Fraction | None, objectives: Iterable[Fraction] = ()) -> str:
	"""A percentage for readers, cut off and never rounded up, so that 94.96 does not look like the 95 it missed.

	It has one decimal, or as many as the objectives it is held against. Empty when there is no figure.
	"""
	if value is None:
		return ""
	places = max((_decimals(one) for one in objectives), default=0)
	scale = 10 ** max(1, places)
	whole, part = divmod((value * scale).__floor__(), scale)
	return f"{whole}.{part:0{max(1, places)}d} %"


def objective_text(objectives: tuple[Fraction, ...]) -> str:
	"""The objective as agreed: "95 %", "99.5 %", "90 % to 95 %" where targets differ; empty without one."""
	if not objectives:
		return ""
	first, last = (f"{float(one):g} %" for one in (objectives[0], objectives[-1]))
	return first if first == last else f"{first} to {last}"


_DECIMALS = 4


def _decimals(value: Fraction) -> int:
	"""How many decimals it takes to write a percentage, at most four."""
	return next((places for places in range(_DECIMALS) if (value * 10**places).denominator == 1), _DECIMALS)


NAME_LENGTH = 120
"""Longer names are cut when shown; a log may hold anything in a name."""

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(name: str, length: int = NAME_LENGTH) -> str:
	"""A name from a stranger's file made fit to show.

	On one line and not too long, without control characters (a terminal obeys them), lone surrogates (they
	cannot be written) and marks that turn the direction of the text around it.
	"""
	kept = "".join(
		"\ufffd" if unicodedata.category(one) in ("Cc", "Cs") or one in _DIRECTIONS else one
		for one in " ".join(name[: length * 4].split())
	)
	return kept if len(kept) <= length else kept[: length - 1] + "…"
