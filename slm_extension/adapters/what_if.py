"""What-if runs in the database: their tickets, their rows in bulk, counts of them, and who may see a run.

Of tickets, ledgers and clocks it reads only; it writes to SLM What-If and SLM What-If Clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now as now_text
from pypika.terms import LiteralValue

from slm_extension.adapters.permissions import only_readable, reads_no_ticket
from slm_extension.adapters.site_time import to_instant, to_site
from slm_extension.adapters.store import CLOCK, EVENT, Ticket, insert_rows
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Kind

RUN, ROW = "SLM What-If", "SLM What-If Clock"


@dataclass(frozen=True, slots=True)
class RealClock:
	"""A customer's clock as it is stored, or would be; outcome "" where it counts nowhere."""

	ticket: str
	metric: str
	cycle: int
	agreement: str
	target: str
	priority: str
	outcome: str
	phase: str
	month: int
	excused: bool
	goal: int
	elapsed: int
	decided_at: Instant | None
	next_at: Instant
	asked: Instant


@dataclass(frozen=True, slots=True)
class Row:
	"""A row of a run as it is stored; see SLM What-If Clock for the units. An outcome is "" where it counts nowhere."""

	what_if: str
	ticket_type: str
	ticket: str
	customer: str | None
	service: str | None
	metric: str
	target: str
	cycle: int
	difference: str
	outcome: str
	priority: str | None
	month: int
	objective: float
	goal: int
	elapsed: int
	overrun: int
	due: Instant | None
	decided_at: Instant | None
	cause: str
	responsible: str
	uncertain: int
	real_outcome: str
	real_agreement: str | None
	real_target: str
	real_priority: str | None
	real_month: int
	real_excused: int
	real_goal: int
	real_elapsed: int
	real_overrun: int
	real_decided_at: Instant | None

	@property
	def name(self) -> str:
		"""The same for the same clock of a run, however often it is written."""
		key = "\x1f".join((self.what_if, self.ticket_type, self.ticket, self.metric, str(self.cycle)))
		return hashlib.sha256(key.encode()).hexdigest()[:20]


_COLUMNS = tuple(one.name for one in fields(Row))
_all = attrgetter(*_COLUMNS)
_INSTANT_PLACES = tuple(_COLUMNS.index(name) for name in ("due", "decided_at", "real_decided_at"))


def put_rows(rows: Iterable[Row]) -> None:
	"""Write rows, in one statement a few hundred; a row that is there already is written over."""
	stamp, user = now_text(), frappe.session.user
	constants = {"creation": stamp, "modified": stamp, "owner": user, "modified_by": user}
	insert_rows(ROW, ("name", *_COLUMNS), map(_stored, rows), constants, again=_COLUMNS)


def _stored(row: Row) -> list[Any]:
	values = list(_all(row))
	for place in _INSTANT_PLACES:
		values[place] = to_site(values[place])
	return [row.name, *values]


def drop_rows(run: str) -> None:
	frappe.db.delete(ROW, {"what_if": run})


def lock(run: str) -> tuple[str, str]:
	"""Status and last ticket of a run, which nobody else changes until this transaction ends; "" when it is gone."""
	row = frappe.qb.DocType(RUN)
	rows = frappe.qb.from_(row).select(row.status, row.cursor).where(row.name == run).for_update().run()
	return (rows[0][0] or "", rows[0][1] or "") if rows else ("", "")


def note(run: str, values: Mapping[str, Any]) -> None:
	"""Fields of a run, past its events and its time stamp: an open form stays as it was read."""
	frappe.db.set_value(RUN, run, dict(values), update_modified=False)


def opened_between(ticket_type: str, start: Instant, end: Instant, after: str, page: int) -> list[Ticket]:
	"""A page of tickets, by name, whose ledger has an opening in [start, end)."""
	event = frappe.qb.DocType(EVENT)
	rows = (
		_openings(event, ticket_type, start, end)
		.select(event.ticket)
		.distinct()
		.where(event.ticket > after)
		.orderby(event.ticket)
		.limit(page)
		.run()
	)
	return [Ticket(ticket_type, name) for (name,) in rows]


def count_opened_between(ticket_type: str, start: Instant, end: Instant) -> int:
	event = frappe.qb.DocType(EVENT)
	return int(_openings(event, ticket_type, start, end).select(Count(event.ticket).distinct()).run()[0][0])


def _openings(event: Any, ticket_type: str, start: Instant, end: Instant) -> Any:
	return frappe.qb.from_(event).where(
		(event.ticket_type == ticket_type)
		& (event.kind == Kind.OPENED.value)
		& (event.at_instant >= start)
		& (event.at_instant < end)
	)


_REAL = f"""
	SELECT ticket_type, ticket, metric, cycle, agreement, target, priority, outcome, phase, period, excused, goal,
		elapsed, decided_at, next_at, asked_instant
	FROM `tab{CLOCK}` WHERE leg = 0 AND ticket IN %(tickets)s ORDER BY metric, cycle"""


def real_clocks(tickets: Sequence[Ticket]) -> dict[Ticket, list[RealClock]]:
	"""The stored clocks of what was promised to the customers of some tickets, in one query."""
	found: dict[Ticket, list[RealClock]] = {ticket: [] for ticket in tickets}
	if not tickets:
		return found
	for kind, ticket, metric, cycle, agreement, target, priority, *rest in frappe.db.sql(
		_REAL, {"tickets": tuple(ticket.name for ticket in tickets)}
	):
		outcome, phase, month, excused, goal, elapsed, decided_at, next_at, asked = rest
		clocks = found.get(Ticket(kind, ticket))
		if clocks is not None:
			clocks.append(
				RealClock(
					ticket,
					metric,
					cycle,
					agreement or "",
					target or "",
					priority or "",
					outcome,
					phase,
					month or 0,
					bool(excused),
					int(goal or 0),
					int(elapsed or 0),
					None if decided_at is None else to_instant(decided_at),
					next_at or 0,
					asked or 0,
				)
			)
	return found


@dataclass(frozen=True, slots=True)
class Counted:
	"""How many clocks of a run are alike, seen from one of the two sides."""

	metric: str
	target: str
	priority: str
	month: int
	outcome: str
	excused: bool
	objective: float
	clocks: int


def counted(run: str, really: bool) -> list[Counted]:
	"""The rows of a run that the session's user may read, counted as drafted, or as they really were."""
	row = frappe.qb.DocType(ROW)
	month, outcome = (row.real_month, row.real_outcome) if really else (row.month, row.outcome)
	columns = [row.metric, row.target, row.priority, month, outcome]
	columns += [
		row.real_excused if really else LiteralValue("0"),
		LiteralValue("0") if really else row.objective,
	]
	grouped = columns[:6] if really else [*columns[:5], columns[6]]
	query = frappe.qb.from_(row).select(*columns, Count("*"))
	rows = only_readable(query.where((row.what_if == run) & (outcome != "")), ROW).groupby(*grouped).run()
	return [
		Counted(metric, target, said or "", number or 0, result, bool(excused), float(objective), clocks)
		for metric, target, said, number, result, excused, objective, clocks in rows
	]


def differences(run: str) -> dict[str, int]:
	"""How many rows there are of each difference, of those that the session's user may read."""
	row = frappe.qb.DocType(ROW)
	query = frappe.qb.from_(row).select(row.difference, Count("*")).where(row.what_if == run)
	return dict(only_readable(query, ROW).groupby(row.difference).run())


def uncertain(run: str) -> int:
	row = frappe.qb.DocType(ROW)
	query = frappe.qb.from_(row).select(Count("*"))
	return int(only_readable(query.where((row.what_if == run) & (row.uncertain == 1)), ROW).run()[0][0])


def of_readable_runs(user: str | None = None, doctype: str = RUN) -> str:
	"""Hook permission_query_conditions: no runs for someone who may read no ticket."""
	return "1 = 0" if reads_no_ticket(user or frappe.session.user) else ""


def may_read_run(doc: Any, ptype: str = "read", user: str | None = None) -> bool | None:
	"""Hook has_permission: no run for someone who may read no ticket, or not the agreement it is about."""
	user = user or frappe.session.user
	if reads_no_ticket(user):
		return False
	agreement = doc.get("agreement")
	if agreement and frappe.db.exists("SLM Agreement", agreement):
		if not frappe.has_permission("SLM Agreement", "read", agreement, user=user):
			return False
	return None
