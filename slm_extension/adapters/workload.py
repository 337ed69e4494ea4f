"""Workload limits of SLM Agreement documents as the domain's, and the tickets opened under an agreement. Queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Max, Min

from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.agreements import calendar_editions
from slm_extension.adapters.catalogue import SERVICE
from slm_extension.adapters.clock_words import CANCELLED
from slm_extension.adapters.corrections import counted
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.store import CLOCK, EVENT, Ticket
from slm_extension.adapters.tallies import UNDECIDED, months
from slm_extension.domain.attainment import Attainment
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import DAY, Instant, moment, zone
from slm_extension.domain.timeline import Kind
from slm_extension.domain.workload import Limit, Opening, Per

_UTC = zone("UTC")

ROW = "SLM Agreement Workload"
PERS = {"Day": Per.DAY, "Week": Per.WEEK, "Month": Per.MONTH, "Quarter": Per.QUARTER, "Year": Per.YEAR}
BEST_EFFORT = "Best effort"


@dataclass(frozen=True, slots=True)
class Agreed:
	"""A row under Workload Limits, with the words that tell it apart from the others of its agreement."""

	row: str
	position: int
	per: str
	service: str
	priority: str
	limit: Limit


@dataclass(frozen=True, slots=True)
class Opened:
	"""A ticket opened under an agreement, and what became of its clocks there."""

	opening: Opening
	outcome: Attainment


def agreed(agreements: Sequence[str]) -> dict[str, tuple[Agreed, ...]]:
	"""The limits of some agreements, by name, those that have any."""
	found: dict[str, list[Agreed]] = {}
	for row in frappe.get_all(
		ROW,
		filters={"parenttype": AGREEMENT, "parent": ["in", list(agreements) or [""]]},
		fields=["name", "parent", "idx", "period", "service", "priority", "tickets", "beyond", "accepted"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		limit = Limit(
			int(row.tickets or 0),
			PERS[row.period],
			_with_all_beneath(row.service) if row.service else frozenset(),
			frozenset(filter(None, [row.priority])),
			(row.beyond or BEST_EFFORT) == BEST_EFFORT,
			bool(row.accepted),
		)
		found.setdefault(row.parent, []).append(
			Agreed(row.name, row.idx, row.period, row.service or "", row.priority or "", limit)
		)
	return {name: tuple(rows) for name, rows in found.items()}


def _with_all_beneath(service: str) -> frozenset[str]:
	return frozenset([service, *frappe.db.get_descendants(SERVICE, service)])


def calendar_of(name: str) -> Calendar:
	"""What a calendar says now."""
	return calendar_editions()[name].editions[-1][1]


def versions_of(lineage: str) -> list[str]:
	"""All concluded versions of an agreement: a limit is for the tickets of whichever is in force."""
	return frappe.get_all(
		AGREEMENT, filters={"lineage": lineage, "docstatus": 1}, pluck="name", order_by="name asc"
	)


def opened_under(agreements: Sequence[str], start: Instant, end: Instant) -> list[Opened]:
	"""The tickets opened in [start, end) that these agreements promise something on, as they are today.

	One that was withdrawn or cancelled is no work and not among them.
	"""
	query, clock, event, issue = _openings(agreements, start, end)
	rows = (
		query.select(
			clock.name,
			clock.ticket,
			clock.outcome,
			clock.excused,
			issue.slm_service,
			issue.priority,
			Min(event.at_instant),
		)
		.groupby(clock.name, clock.ticket, clock.outcome, clock.excused, issue.slm_service, issue.priority)
		.orderby(clock.ticket)
		.orderby(clock.name)
		.run()
	)
	found: dict[str, Opened] = {}
	for _name, ticket, outcome, excused, service, priority, at in rows:
		known = found.get(ticket)
		so_far = Attainment() if known is None else known.outcome
		opening = Opening(ticket, at, service or "", priority or "")
		found[ticket] = Opened(opening, so_far + counted(outcome, bool(excused)))
	return list(found.values())


def count_opened(agreements: Sequence[str], limit: Limit, start: Instant, end: Instant) -> int:
	"""How many of the tickets that `opened_under` tells of a limit is for, counted by the database."""
	query, clock, _event, issue = _openings(agreements, start, end)
	return int(_for(limit, query, issue).select(Count(clock.ticket).distinct()).run()[0][0])


def number_of(
	ticket: Ticket, agreements: Sequence[str], limit: Limit, start: Instant, at: Instant
) -> int | None:
	"""The how-manieth of them a ticket opened at an instant is, since the start; None where it is none of them."""
	query, clock, event, issue = _openings(agreements, start, at + 1)
	mine = Case().when(clock.ticket == ticket.name, 1).else_(0)
	number, counts = (
		_for(limit, query, issue)
		.where((event.at_instant < at) | (clock.ticket <= ticket.name))
		.select(Count(clock.ticket).distinct(), Max(mine))
		.run()[0]
	)
	return int(number) if counts else None


def _for(limit: Limit, query: Any, issue: Any) -> Any:
	if limit.services:
		query = query.where(issue.slm_service.isin(sorted(limit.services)))
	if limit.priorities:
		query = query.where(issue.priority.isin(sorted(limit.priorities)))
	return query


def _openings(agreements: Sequence[str], start: Instant, end: Instant) -> tuple[Any, Any, Any, Any]:
	"""Clocks under agreements, of tickets opened in [start, end), with the tables of clock, opening and Issue.

	Of several openings the one that was recorded last counts. No clock is decided before its ticket was opened, so the
	index by agreement and month finds them; the day more is for zones.
	"""
	earliest = moment(start - DAY, _UTC)
	month = earliest.year * 100 + earliest.month
	decided_since = months(month, month)[0]
	clock, event, issue = (frappe.qb.DocType(one) for one in (CLOCK, EVENT, ISSUE))
	corrected = frappe.qb.DocType(EVENT).as_("corrected")
	recorded_later = (corrected.recorded_instant > event.recorded_instant) | (
		(corrected.recorded_instant == event.recorded_instant) & (corrected.number > event.number)
	)
	query = (
		frappe.qb.from_(clock)
		.join(event)
		.on(
			(event.ticket == clock.ticket)
			& (event.ticket_type == clock.ticket_type)
			& (event.kind == Kind.OPENED.value)
		)
		.left_join(corrected)
		.on(
			(corrected.ticket == event.ticket)
			& (corrected.ticket_type == event.ticket_type)
			& (corrected.kind == Kind.OPENED.value)
			& recorded_later
		)
		.join(issue)
		.on(issue.name == clock.ticket)
		.where(clock.agreement.isin(list(agreements)) & (clock.ticket_type == ISSUE))
		.where(clock.phase != CANCELLED)
		.where((clock.tally >= decided_since) | (clock.tally <= UNDECIDED[1]))
		.where((event.at_instant >= start) & (event.at_instant < end) & corrected.name.isnull())
	)
	return query, clock, event, issue


def agreements_of(ticket_type: str, ticket: str) -> list[str]:
	"""The agreements that promise something on a ticket."""
	return frappe.get_all(
		CLOCK,
		filters={"ticket_type": ticket_type, "ticket": ticket},
		pluck="agreement",
		distinct=True,
		order_by="agreement asc",
	)


def opened_at(ticket_type: str, ticket: str) -> Instant | None:
	"""When a ticket was opened, by its ledger; of several openings by the one that was recorded last."""
	at = frappe.db.get_value(
		EVENT,
		{"ticket_type": ticket_type, "ticket": ticket, "kind": Kind.OPENED.value},
		"at_instant",
		order_by="recorded_instant desc, number desc",
	)
	return None if at is None else int(at)


def titles_of(names: Sequence[str]) -> dict[str, Any]:
	"""Title, lineage, calendar, owner and customer of some agreements."""
	rows = frappe.get_all(
		AGREEMENT,
		filters={"name": ["in", list(names) or [""]]},
		fields=[
			"name",
			"title",
			"lineage",
			"calendar",
			"agreement_owner",
			"customer",
			"valid_from",
			"valid_until",
			"until_replaced",
			"status",
		],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.name: row for row in rows}
