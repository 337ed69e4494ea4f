"""Clocks that still go, nearest to their end first, of the tickets that a user may read. Queries only; no now.

Reads the running ones by the index on (phase, due), from the clocks to their tickets, so that what it costs
follows the clocks that go, and neither those that are decided nor all tickets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import frappe

from slm_extension.adapters.clock_words import GOING, HELD, RUNNING
from slm_extension.adapters.permissions import condition_of
from slm_extension.adapters.site_time import to_site
from slm_extension.adapters.store import Ticket
from slm_extension.domain.agreements import AgreementKind
from slm_extension.domain.instants import Instant, Seconds

SOON: Seconds = 3600
"""A clock due within so long is about to be missed."""

STATES = ("overdue", "soon", "running", "held")

_FACING = tuple(kind.value for kind in AgreementKind if kind.customer_facing)

_FROM = """FROM `tabSLM Clock` AS clock
	JOIN `tabIssue` ON `tabIssue`.name = clock.ticket
	WHERE clock.ticket_type = 'Issue' AND {conditions}"""

_OVERDUE = (
	"(clock.outcome = 'Missed' OR clock.phase = 'Running' AND clock.due < %(now)s"
	" AND clock.next_at BETWEEN 1 AND %(instant)s)"
)
"""Missed, or about to be found so by the next beat."""

_IN_STATE = {
	"overdue": _OVERDUE,
	"soon": f"(clock.phase = 'Running' AND clock.due < %(soon)s AND NOT {_OVERDUE})",
	"running": f"(clock.phase = 'Running' AND clock.due >= %(soon)s AND NOT {_OVERDUE})",
	"held": f"(clock.phase = 'Held' AND NOT {_OVERDUE})",
}

_ORDER = {RUNNING: "clock.due ASC, clock.name ASC", HELD: "clock.remaining ASC, clock.name ASC"}
"""What is due is told by its time; what is held has none, so by what is left of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
	"""Which clocks are asked for. `assigned_to` is a user; empty, and None for `teams`, ask for any."""

	assigned_to: str = ""
	teams: tuple[str, ...] | None = None
	team: str = ""
	customer: str = ""
	metric: str = ""
	agreement: str = ""
	kind: str = ""
	state: str = ""


@dataclass(frozen=True, slots=True)
class Going:
	"""A clock that goes, by name, and of its ticket what people know it by."""

	clock: str
	ticket: Ticket
	subject: str
	customer: str
	team: str
	status: str


def count(wanted: Wanted, now: Instant, user: str) -> dict[str, int]:
	"""How many clocks are in which state, whatever state is wanted; one query."""
	sums = ", ".join(f"SUM({condition})" for condition in _IN_STATE.values())
	found = _select(sums, GOING, wanted, now, user)[0]
	return {state: int(number or 0) for state, number in zip(_IN_STATE, found, strict=True)}


def page(wanted: Wanted, now: Instant, user: str, start: int, length: int) -> list[Going]:
	"""The clocks that are wanted from the `start`-th on: those running by their due times, then those held."""
	rows = _rows(RUNNING, wanted, now, user, start, length)
	if len(rows) < length:
		before = start + len(rows) if rows else _running(wanted, now, user)
		skipped = start + len(rows) - before
		rows += _rows(HELD, wanted, now, user, skipped, length - len(rows))
	return [
		Going(name, Ticket("Issue", ticket), subject or "", customer or "", team or "", status or "")
		for name, ticket, subject, customer, team, status in rows
	]


def _running(wanted: Wanted, now: Instant, user: str) -> int:
	return int(_select("COUNT(*)", (RUNNING,), wanted, now, user, wanted.state)[0][0])


def _rows(phase: str, wanted: Wanted, now: Instant, user: str, start: int, length: int) -> list[Any]:
	columns = (
		"clock.name, clock.ticket, `tabIssue`.subject, clock.customer, `tabIssue`.slm_team, `tabIssue`.status"
	)
	end = f" ORDER BY {_ORDER[phase]} LIMIT {int(length)} OFFSET {int(start)}"
	return _select(columns, (phase,), wanted, now, user, wanted.state, end)


def _select(
	columns: str,
	phases: tuple[str, ...],
	wanted: Wanted,
	now: Instant,
	user: str,
	state: str = "",
	end: str = "",
) -> list[Any]:
	conditions = ["clock.phase IN %(phases)s", *_conditions(wanted), *_readable(user)]
	if state:
		conditions.append(_IN_STATE[state])
	values = {
		"phases": phases,
		"now": to_site(now),
		"instant": now,
		"soon": to_site(now + SOON),
		"assigned": f'%"{_literally(wanted.assigned_to)}"%',
		"teams": wanted.teams or ("",),
		"facing": _FACING,
		**{name: getattr(wanted, name) for name in ("team", "customer", "metric", "agreement", "kind")},
	}
	straight = "STRAIGHT_JOIN " if frappe.db.db_type == "mariadb" else ""
	statement = f"SELECT {straight}{columns} {_FROM.format(conditions=' AND '.join(conditions))}{end}"
	return list(frappe.db.sql(statement, values))


def _literally(text: str) -> str:
	"""As LIKE takes it at its word."""
	return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _conditions(wanted: Wanted) -> list[str]:
	found = []
	if wanted.assigned_to:
		found.append("`tabIssue`._assign LIKE %(assigned)s")
	if wanted.teams is not None:
		found.append("`tabIssue`.slm_team IN %(teams)s" if wanted.teams else "1 = 0")
	if wanted.team:
		found.append("`tabIssue`.slm_team = %(team)s")
	found += [
		f"clock.{name} = %({name})s"
		for name in ("customer", "metric", "agreement", "kind")
		if getattr(wanted, name)
	]
	return found


def _readable(user: str) -> list[str]:
	"""Tickets the user may read; clocks of teams and suppliers only where he may read what was agreed with them."""
	found = []
	tickets, agreements = (
		condition_of(doctype, user).replace("%", "%%") for doctype in ("Issue", "SLM Agreement")
	)
	if tickets:
		found.append(f"({tickets})")
	if agreements:
		within = f"SELECT `tabSLM Agreement`.name FROM `tabSLM Agreement` WHERE {agreements}"
		found.append(f"(clock.kind IN %(facing)s OR clock.agreement IN ({within}))")
	return found
