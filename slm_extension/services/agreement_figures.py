"""How an agreement was kept, month by month, as its customer is shown it: his tickets alone, its targets alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import frappe

from slm_extension.adapters.metrics import domain_name
from slm_extension.domain.attainment import Attainment, Period, Verdict
from slm_extension.services.report import Answer, Group, Months, Question, answer

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Figure:
	"""What was reached: `percent` of the decided tickets; None when none was decided."""

	met: int
	decided: int
	percent: Fraction | None


@dataclass(frozen=True, slots=True)
class MonthFigures:
	"""A month like 202606: all targets together, and each metric."""

	month: int
	total: Figure
	metrics: tuple[Figure, ...]
	kept: bool | None


@dataclass(frozen=True, slots=True)
class Figures:
	"""The latest months, the oldest first. `objectives` of the metrics, None where none or several were agreed."""

	metrics: tuple[str, ...]
	objectives: tuple[Fraction | None, ...]
	months: tuple[MonthFigures, ...]

	@property
	def any(self) -> bool:
		return any(one.total.decided for one in self.months)


def figures(agreement: Any, customers: Collection[str], today: date) -> Figures:
	"""The figures of an agreement, with the versions before it, over tickets of these customers.

	Counts what the session's user may read.
	"""
	months = latest_months(today)
	metrics = tuple(dict.fromkeys(domain_name(row.metric) for row in agreement.targets))
	sums: dict[tuple[int, str], Attainment] = {}
	failed: set[int] = set()
	for name in _versions(agreement):
		for customer in sorted(customers):
			_add(sums, failed, _asked(name, customer, months, today), frozenset(metrics))
	return Figures(
		metrics,
		tuple(_objective(agreement, metric) for metric in metrics),
		tuple(_month(month, metrics, sums, failed) for month in months),
	)


def latest_months(today: date) -> tuple[int, ...]:
	"""The months up to and with that of `today`, like 202606."""
	last = today.year * 12 + today.month - 1
	return tuple(number // 12 * 100 + number % 12 + 1 for number in range(last - MONTHS_SHOWN + 1, last + 1))


def _versions(agreement: Any) -> list[str]:
	return frappe.get_all(
		"SLM Agreement",
		filters={
			"lineage": agreement.lineage or agreement.name,
			"docstatus": 1,
			"agreement_version": ["<=", agreement.agreement_version],
		},
		pluck="name",
		order_by="agreement_version asc",
	)


def _asked(name: str, customer: str, months: tuple[int, ...], today: date) -> Answer:
	return answer(
		Question(
			Months(months[0], months[-1]),
			today.year * 100 + today.month,
			(Group.METRIC, Group.TARGET),
			Period.MONTH,
			((Group.AGREEMENT, name), (Group.CUSTOMER, customer)),
		)
	)


def _add(
	sums: dict[tuple[int, str], Attainment], failed: set[int], found: Answer, metrics: frozenset[str]
) -> None:
	month_at, metric_at = (found.groups.index(one) for one in (Group.PERIOD, Group.METRIC))
	for line in found.lines:
		month, metric = int(line.keys[month_at]), domain_name(str(line.keys[metric_at]))
		if metric not in metrics:
			continue
		sums[month, metric] = sums.get((month, metric), Attainment()) + line.attainment
		if line.verdict is Verdict.FAILED:
			failed.add(month)


def _objective(agreement: Any, metric: str) -> Fraction | None:
	known = {row.objective for row in agreement.targets if domain_name(row.metric) == metric}
	return Fraction(str(known.pop())) if len(known) == 1 and all(known) else None


def _month(
	month: int, metrics: tuple[str, ...], sums: dict[tuple[int, str], Attainment], failed: set[int]
) -> MonthFigures:
	each = [sums.get((month, metric), Attainment()) for metric in metrics]
	total = sum(each, Attainment())
	return MonthFigures(
		month,
		_figure(total),
		tuple(_figure(one) for one in each),
		None if not total.decided else month not in failed,
	)


def _figure(found: Attainment) -> Figure:
	met = found.met - found.excused_met
	return Figure(met, met + found.missed - found.excused_missed, found.net)
