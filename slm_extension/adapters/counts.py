"""Counts of clocks, grouped by the database, and the targets they belong to. Queries; adds nothing up.

The clock's number (see adapters.tallies) and its excuse lie in an index, alone and within an agreement
(install.INDEXES), so that a year of a big site is read from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from slm_extension.adapters import settings
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.metrics import METRIC
from slm_extension.adapters.permissions import only_readable
from slm_extension.adapters.site_time import to_instant
from slm_extension.adapters.store import CLOCK, FAILED
from slm_extension.adapters.tallies import UNDECIDED, months, promise_number, read
from slm_extension.domain.clocks import Outcome, Phase
from slm_extension.domain.instants import Instant


@dataclass(frozen=True, slots=True)
class Promise:
	"""A target as a report names it. `kind` is as the agreement's form has it; no `objective`: none was agreed.

	`dimension` is the metric's. Clocks that no target was for have one without target ID, metric and dimension.
	"""

	agreement: str
	target_id: str
	kind: str
	title: str
	metric: str
	priority: str = ""
	service: str = ""
	objective: Fraction | None = None
	dimension: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
	"""Which clocks to count. Periods are numbers like 202606, both ends included.

	An empty `agreement` leaves out none; `equal` are pairs of a field and the value it must have, `fields`
	further fields of a clock to group by. With `days`, both included, only clocks decided on them by the site's calendar.
	"""

	first: int
	last: int
	undecided: bool
	agreement: str = ""
	equal: tuple[tuple[str, str], ...] = ()
	fields: tuple[str, ...] = ()
	days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Counted:
	"""How many clocks are alike. `period` is 0 while they are undecided; `values` are those of the fields asked."""

	period: int
	promise: Promise
	outcome: Outcome
	excused: bool
	phase: Phase
	values: tuple[str, ...]
	clocks: int


def counted(selection: Selection, known: Iterable[Promise]) -> list[Counted]:
	"""The clocks that the session's user may read, counted. One query, unless a clock's target is not known."""
	by_number = {promise_number(one.agreement, one.target_id): one for one in known}
	found = []
	for tally, excused, *values, clocks in query(selection).run():
		period, number, outcome, phase = read(tally)
		promise = by_number.get(number)
		if promise is None:
			promise = by_number[number] = _unknown_promise(tally)
		fields = tuple(value or "" for value in values)
		found.append(Counted(period, promise, outcome, bool(excused), phase, fields, clocks))
	return found


def query(selection: Selection) -> Any:
	"""The statement behind `counted`. It groups in the order of the index by which it finds the clocks."""
	clock = frappe.qb.DocType(CLOCK)
	columns = (clock.tally, clock.excused, *(clock[field] for field in selection.fields))
	low, high = months(selection.first, selection.last)
	in_time = clock.tally[low:high]
	if selection.undecided:
		low, high = UNDECIDED
		in_time = clock.tally[low:high] | in_time
	found = frappe.qb.from_(clock).select(*columns, Count("*")).where(in_time).groupby(*columns)
	if selection.agreement:
		found = found.where(clock.agreement == selection.agreement)
	for field, value in selection.equal:
		found = found.where(clock[field] == value)
	if selection.days is not None:
		start, end = selection.days
		found = found.where((clock.decided_at >= start) & (clock.decided_at < end + timedelta(days=1)))
	return only_readable(found, CLOCK)


def tickets_opened(
	first: date, last: date, by: str, only: Mapping[str, Iterable[str]] | None = None
) -> dict[str, int]:
	"""Issues opened on these days, both included, that the session's user may read, by the value of a field.

	`only` are further fields and the values one of which they must have.
	"""
	issue = frappe.qb.DocType(ISSUE)
	found = (
		frappe.qb.from_(issue)
		.select(issue[by], Count("*"))
		.where(issue.opening_date[first:last])
		.groupby(issue[by])
	)
	for field, values in (only or {}).items():
		found = found.where(issue[field].isin(sorted(values)))
	counted: dict[str, int] = {}
	for value, count in only_readable(found, ISSUE).run():
		counted[value or ""] = counted.get(value or "", 0) + int(count)
	return counted


def _unknown_promise(tally: int) -> Promise:
	"""The target of a clock whose agreement is gone, as far as the clock itself tells."""
	agreement, target_id, kind, metric = frappe.db.get_value(
		CLOCK, {"tally": tally}, ["agreement", "target_id", "kind", "metric"]
	)
	dimension = frappe.db.get_value(METRIC, metric, "dimension") if metric else ""
	return Promise(agreement or "", target_id or "", kind or "", "", metric or "", dimension=dimension or "")


def promises() -> list[Promise]:
	"""All targets of agreements that were ever submitted, and for each agreement one for clocks without a target."""
	agreement, target = frappe.qb.DocType("SLM Agreement"), frappe.qb.DocType("SLM Target")
	metric = frappe.qb.DocType(METRIC)
	rows = (
		frappe.qb.from_(target)
		.join(agreement)
		.on(agreement.name == target.parent)
		.left_join(metric)
		.on(metric.name == target.metric)
		.select(
			agreement.name,
			target.target_id,
			agreement.kind,
			agreement.title,
			target.metric,
			target.priority,
			target.service,
			target.objective,
			metric.dimension,
		)
		.where((agreement.docstatus > 0) & (target.parenttype == "SLM Agreement"))
		.orderby(agreement.name)
		.orderby(target.idx)
		.run()
	)
	found = [
		Promise(
			name,
			target_id,
			kind,
			title,
			metric,
			priority or "",
			service or "",
			_fraction(objective),
			dimension or "",
		)
		for name, target_id, kind, title, metric, priority, service, objective, dimension in rows
	]
	without = {one.agreement: Promise(one.agreement, "", one.kind, one.title, "") for one in found}
	return [*found, *without.values()]


def _fraction(objective: float | None) -> Fraction | None:
	return Fraction(str(objective)) if objective else None


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
	value = settings.last_beat()
	return to_instant(value) if value else None
