"""Counts of clocks, grouped by the database, and the targets they belong to. Queries; adds nothing up.

The period, the agreement, the target, the outcome, the excuse and the phase lie in one index (install.INDEXES),
in the order in which they are grouped, so that a year of a big site is read from it alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import frappe
from frappe.query_builder.functions import Count
from pypika.terms import LiteralValue

from slm_extension.adapters.permissions import condition_of
from slm_extension.adapters.site_time import to_instant
from slm_extension.adapters.store import CLOCK, FAILED
from slm_extension.domain.clocks import Outcome, Phase
from slm_extension.domain.instants import Instant


@dataclass(frozen=True, slots=True)
class Promise:
	"""A target as a report names it. `kind` is as the agreement's form has it; no `objective`: none was agreed."""

	agreement: str
	target_id: str
	kind: str
	title: str
	metric: str
	priority: str = ""
	service: str = ""
	objective: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Selection:
	"""Which clocks to count. Periods are numbers like 202606, both ends included; empty tuples leave out nothing.

	`fields` are further fields of a clock to group by, `equal` pairs of a field and the value it must have.
	"""

	first: int
	last: int
	undecided: bool
	agreements: tuple[str, ...] = ()
	targets: tuple[str, ...] = ()
	equal: tuple[tuple[str, str], ...] = ()
	fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
	"""How many clocks are alike. `period` is 0 while they are undecided; `values` are those of the fields asked."""

	period: int
	agreement: str
	target_id: str
	outcome: Outcome
	excused: bool
	phase: Phase
	values: tuple[str, ...]
	clocks: int


def counted(selection: Selection) -> Iterator[Counted]:
	"""The clocks that the session's user may read, counted. One query."""
	for period, agreement, target_id, outcome, excused, phase, *values, clocks in query(selection).run():
		yield Counted(
			period,
			agreement or "",
			target_id or "",
			Outcome(outcome.lower()),
			bool(excused),
			Phase(phase.lower()),
			tuple(value or "" for value in values),
			clocks,
		)


def query(selection: Selection) -> frappe.qb:
	"""The statement behind `counted`."""
	clock = frappe.qb.DocType(CLOCK)
	columns = (
		clock.period,
		clock.agreement,
		clock.target_id,
		clock.outcome,
		clock.excused,
		clock.phase,
		*(clock[field] for field in selection.fields),
	)
	in_time = (clock.period >= selection.first) & (clock.period <= selection.last)
	found = (
		frappe.qb.from_(clock)
		.select(*columns, Count("*"))
		.where(in_time | (clock.period == 0) if selection.undecided else in_time)
		.groupby(*columns)
	)
	if selection.agreements:
		found = found.where(clock.agreement.isin(selection.agreements))
	if selection.targets:
		found = found.where(clock.target_id.isin(selection.targets))
	for field, value in selection.equal:
		found = found.where(clock[field] == value)
	readable = condition_of(CLOCK, frappe.session.user)
	# the builder passes values apart, so a percent sign of the condition's own is doubled
	return found.where(LiteralValue(f"({readable.replace('%', '%%')})")) if readable else found


def promises() -> dict[tuple[str, str], Promise]:
	"""All targets of submitted agreements, by agreement and target ID. One query."""
	agreement, target = frappe.qb.DocType("SLM Agreement"), frappe.qb.DocType("SLM Target")
	rows = (
		frappe.qb.from_(target)
		.join(agreement)
		.on(agreement.name == target.parent)
		.select(
			agreement.name,
			target.target_id,
			agreement.kind,
			agreement.title,
			target.metric,
			target.priority,
			target.service,
			target.objective,
		)
		.where((agreement.docstatus == 1) & (target.parenttype == "SLM Agreement"))
		.run()
	)
	return {
		(name, target_id): Promise(
			name,
			target_id,
			kind,
			title,
			metric,
			priority or "",
			service or "",
			Fraction(str(objective)) if objective else None,
		)
		for name, target_id, kind, title, metric, priority, service, objective in rows
	}


def come_due(now: Instant) -> int:
	"""How many clocks wait to be measured because their instant has come, by the index on `next_at`."""
	clock = frappe.qb.DocType(CLOCK)
	((count,),) = (
		frappe.qb.from_(clock).select(Count("*")).where((clock.next_at > 0) & (clock.next_at <= now)).run()
	)
	return int(count)


def failed_measures() -> int:
	"""How many tickets are listed because they could not be measured."""
	return int(frappe.db.count(FAILED))


def last_beat() -> Instant | None:
	"""When the beat ended last; None when it never has."""
	value = frappe.get_cached_doc("SLM Settings").last_beat
	return to_instant(value) if value else None
