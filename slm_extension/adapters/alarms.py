"""Levels that clocks have reached and that nobody has been told of, with what is needed to tell: read and settled here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe

from slm_extension.adapters import store, written
from slm_extension.adapters.clock_words import GOING, MISSED
from slm_extension.adapters.store import ALARM, CLOCK, set_fields
from slm_extension.domain.instants import Instant


@dataclass(frozen=True, slots=True)
class QueuedAlarm:
	"""A row of SLM Escalation Log that is queued, and its clock as it is stored now.

	`going` tells whether that still runs or is held; `goal` and `elapsed` are open seconds.
	"""

	name: str
	ticket_type: str
	ticket: str
	agreement: str
	metric: str
	level: int
	reached: Instant
	kind: str = ""
	party: str = ""
	going: bool = False
	missed: bool = False
	goal: int = 0
	elapsed: int = 0
	due: Any = None
	target: str = ""


def tickets_queued(page: int) -> list[str]:
	"""The tickets that the longest queued levels are about, each once."""
	alarm = frappe.qb.DocType(ALARM)
	rows = (
		frappe.qb.from_(alarm)
		.select(alarm.ticket)
		.where(alarm.status == "Queued")
		.orderby(alarm.reached_instant)
		.orderby(alarm.name)
		.limit(page)
		.run()
	)
	return list(dict.fromkeys(name for (name,) in rows))


def queued(tickets: Sequence[str], page: int) -> list[QueuedAlarm]:
	"""A page of what is queued about some tickets, as it was reached. Nobody else gets it until the transaction ends."""
	if not tickets:
		return []
	alarm, clock = frappe.qb.DocType(ALARM), frappe.qb.DocType(CLOCK)
	rows = (
		frappe.qb.from_(alarm)
		.select(
			alarm.name,
			alarm.ticket_type,
			alarm.ticket,
			alarm.agreement,
			alarm.metric,
			alarm.level,
			alarm.reached_instant,
			alarm.clock,
		)
		.where((alarm.status == "Queued") & alarm.ticket.isin(list(tickets)))
		.orderby(alarm.reached_instant)
		.orderby(alarm.name)
		.limit(page)
	)
	if store.locks_rows():
		rows = rows.for_update()
	found = rows.run(as_dict=True)
	if not found:
		return []
	clocks = {
		row.name: row
		for row in frappe.qb.from_(clock)
		.select(
			clock.name,
			clock.kind,
			clock.party,
			clock.phase,
			clock.outcome,
			clock.goal,
			clock.elapsed,
			clock.due,
			clock.target,
		)
		.where(clock.name.isin([row.clock for row in found]))
		.run(as_dict=True)
	}
	return [_alarm(row, clocks.get(row.clock)) for row in found]


def _alarm(row: Any, clock: Any) -> QueuedAlarm:
	said = (row.name, row.ticket_type, row.ticket, row.agreement, row.metric, row.level, row.reached_instant)
	if clock is None:
		return QueuedAlarm(*said)
	return QueuedAlarm(
		*said,
		kind=clock.kind,
		party=clock.party or "",
		going=clock.phase in GOING,
		missed=clock.outcome == MISSED,
		goal=int(clock.goal or 0),
		elapsed=int(clock.elapsed or 0),
		due=clock.due,
		target=clock.target or "",
	)


def told_since(since: datetime) -> Counter[str]:
	"""How many levels each user has been told of after an instant, in the site's time."""
	rows = frappe.get_all(
		ALARM, filters={"sent_at": [">", since]}, pluck="recipients", order_by=None, limit_page_length=0
	)
	return Counter(user for users in rows for user in (users or "").split(", ") if user)


def settle(values: Mapping[str, Mapping[str, Any]]) -> None:
	"""Say what became of some by their names, through their documents."""
	documents = written.locked(ALARM, values)
	for name, document in documents.items():
		document.update(values[name])
	written.write(list(documents.values()))


def settle_quietly(names: Sequence[str], status: str) -> None:
	"""The same for those that nobody is told of."""
	set_fields(ALARM, names, {"status": status})
