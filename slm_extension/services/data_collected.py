"""What service delivery data the site collects (R208): of each kind what for, how much, how recent, and what is missing.

One more kind is one more row of KINDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import frappe

from slm_extension.adapters import collected_records as records
from slm_extension.adapters.catalogue import SERVICE, tree
from slm_extension.adapters.civil_months import all_months, first_day, last_day, months_before
from slm_extension.adapters.collected_records import (
	BEGUN,
	CARRIED,
	CORRECTED,
	CORRECTIONS,
	HOLDERS,
	LEARNT,
	LIVE,
	MESSAGES,
	NONE,
	REPAIRED,
	SOURCES,
	SUPPLIERS,
	TOLD_BY,
	Collected,
	Span,
)
from slm_extension.adapters.corrections import CORRECTION
from slm_extension.adapters.feedback import FEEDBACK
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.outages import GOING, OUTAGE, WINDOW
from slm_extension.adapters.permissions import reads_no_ticket
from slm_extension.adapters.report_links import Behind, named
from slm_extension.adapters.site_time import today
from slm_extension.adapters.store import BREACH, CLOCK, EVENT
from slm_extension.adapters.supplier_reports import OVERDUE, REPORT
from slm_extension.domain.timeline import Kind, Status
from slm_extension.services.due_list import AGREEMENT, Horizon, What, everything_due


class Group(Enum):
	"""What a kind of data is about."""

	TICKETS = "Tickets"
	TIMING = "Timing"
	AVAILABILITY = "Availability"
	CATALOGUE = "Catalogue"


@dataclass(frozen=True, slots=True)
class Gap:
	"""How many records lack something, what they lack, and where they are seen."""

	count: int
	words: str
	behind: Behind | None


@dataclass(frozen=True, slots=True)
class Line:
	"""A kind of data in a span of months, and in as many months before."""

	name: str
	kind: KindOfData
	now: Collected
	before: Collected
	behind: Behind | None = None
	gap: Gap | None = None
	covers: bool = True


class Look:
	"""One look at the records of a span: what several rows are made of is read once."""

	def __init__(self, span: Span) -> None:
		self.span = span
		months = len(all_months(span.first, span.last))
		self.earlier = Span(months_before(span.first, months), months_before(span.first, 1), span.service)

	@cached_property
	def learnt(self) -> tuple[Mapping[str, Collected], Mapping[str, Collected]]:
		return records.learnt(self.span), records.learnt(self.earlier)

	@cached_property
	def holds(self) -> tuple[Mapping[bool, Collected], Mapping[bool, Collected]]:
		return records.holds(self.span), records.holds(self.earlier)

	@cached_property
	def outages(self) -> tuple[Mapping[tuple[str, str], Collected], Mapping[tuple[str, str], Collected]]:
		return records.outages(self.span), records.outages(self.earlier)

	@property
	def days(self) -> list[Any]:
		"""As the filter of a list has it."""
		return ["Between", [str(first_day(self.span.first)), str(last_day(self.span.last))]]

	def of_service(self, field: str) -> dict[str, str]:
		return {field: self.span.service} if self.span.service else {}

	def gap(self, doctype: str, words: str, **wanted: Any) -> Gap:
		"""The documents of a list that these filters leave."""
		return Gap(records.count_of(doctype, wanted), words, Behind(doctype, filters=wanted))

	def tickets_lacking(self, field: str, words: str) -> Gap:
		"""Tickets opened in the span with nothing in a field."""
		wanted = {"opening_date": self.days, field: ["is", "not set"], **self.of_service("slm_service")}
		return self.gap(ISSUE, words, **wanted)


@dataclass(frozen=True, slots=True)
class KindOfData:
	"""Where a kind of data comes from, what it is used for, and how it is counted."""

	name: str
	group: Group
	origin: str
	used_for: str
	about: str
	tickets: bool
	lines: Callable[[Look, KindOfData], list[Line]]


def _facts(row: str) -> Callable[[Look, KindOfData], list[Line]]:
	"""A kind that the ledger tells."""

	def lines(look: Look, kind: KindOfData) -> list[Line]:
		now, before = (found.get(row, NONE) for found in look.learnt)
		return [Line(kind.name, kind, now, before, _ledger_of(row, look), _gap_of(row, look))]

	return lines


def _ledger_of(row: str, look: Look) -> Behind | None:
	"""The list of the facts that a row counts; none where a list cannot be filtered so."""
	if row == LIVE or look.span.service:
		return None
	if row in TOLD_BY:
		wanted: dict[str, Any] = {"kind": ["in", [kind.value for kind in TOLD_BY[row]]]}
	else:
		others = [kind.value for kinds in TOLD_BY.values() for kind in kinds]
		source = SOURCES.get(row) or ["like", CORRECTIONS]
		wanted = {"kind": ["not in", others], "source": source}
	return Behind(EVENT, filters={**wanted, "recorded_at": look.days})


def _gap_of(row: str, look: Look) -> Gap | None:
	if row == LIVE and not look.span.service:
		return look.tickets_lacking("slm_service", "Tickets without a Service")
	if row == HOLDERS:
		return look.tickets_lacking("slm_team", "Tickets without a Team")
	if row == SUPPLIERS:
		return look.gap(
			ISSUE,
			"Wait for a Supplier That Is Not Named",
			slm_waiting_for="Supplier",
			slm_supplier=["is", "not set"],
			**look.of_service("slm_service"),
		)
	if row == CORRECTED:
		return look.gap(CORRECTION, "Corrections to Decide", status="Requested")
	return None


def _holds(told: bool) -> Callable[[Look, KindOfData], list[Line]]:
	def lines(look: Look, kind: KindOfData) -> list[Line]:
		now, before = (found.get(told, NONE) for found in look.holds)
		wanted = {
			"kind": Kind.STATUS.value,
			"value": Status.HELD.value,
			"note": ["is", "set" if told else "not set"],
			"recorded_at": look.days,
		}
		behind = None if look.span.service else Behind(EVENT, filters=wanted)
		gap = None if told else Gap(now.records, "Nobody Said for Whom", behind)
		return [Line(kind.name, kind, now, before, behind, gap)]

	return lines


def _clocks(look: Look, kind: KindOfData) -> list[Line]:
	months = list(all_months(look.span.first, look.span.last))
	behind = Behind(CLOCK, filters={"period": ["in", months], **look.of_service("service")})
	gap = None
	if not look.span.service:
		names = [one.name for one in everything_due(Horizon(today())) if one.what is What.UNMEASURED]
		gap = Gap(len(names), "Agreements Not Measured", named(AGREEMENT, names))
	return [Line(kind.name, kind, records.decided(look.span), records.decided(look.earlier), behind, gap)]


def _misses(explained: bool) -> Callable[[Look, KindOfData], list[Line]]:
	def lines(look: Look, kind: KindOfData) -> list[Line]:
		months = list(all_months(look.span.first, look.span.last))
		wanted = {"standing": 1, "period": ["in", months], **look.of_service("service")}
		now, before = records.missed(look.span, explained), records.missed(look.earlier, explained)
		if explained:
			behind = Behind(BREACH, filters={**wanted, "explained_on": ["is", "set"]})
			return [Line(kind.name, kind, now, before, behind)]
		gap = look.gap(
			BREACH, "Without Explanation", **wanted, status=["in", ["Open", "Explanation Requested"]]
		)
		return [Line(kind.name, kind, now, before, Behind(BREACH, filters=wanted), gap)]

	return lines


def _outages(source: str) -> Callable[[Look, KindOfData], list[Line]]:
	"""A row, or one for each system that measures."""

	def lines(look: Look, kind: KindOfData) -> list[Line]:
		now, before = look.outages
		systems = sorted({system for found in look.outages for of, system in found if of == source}) or [""]
		return [
			Line(
				f"{kind.name}: {system}" if system else kind.name,
				kind,
				now.get((source, system), NONE),
				before.get((source, system), NONE),
				Behind(OUTAGE, filters={**_of(look, source, system), "started": look.days}),
				look.gap(
					OUTAGE, "Users Not Told Yet", **_of(look, source, system), status=["in", list(GOING)]
				),
				covers=False,
			)
			for system in systems
		]

	return lines


def _of(look: Look, source: str, system: str) -> dict[str, Any]:
	which = {"data_source": system} if system else {}
	return {"source": source, "cancelled": 0, **which, **look.of_service("service")}


def _windows(look: Look, kind: KindOfData) -> list[Line]:
	now, before = records.windows(look.span), records.windows(look.earlier)
	if look.span.service:
		return [Line(kind.name, kind, now, before)]
	wanted = {"cancelled": 0, "starts": look.days}
	gap = look.gap(WINDOW, "Not Announced in Time", **wanted, in_time=0)
	return [Line(kind.name, kind, now, before, Behind(WINDOW, filters=wanted), gap)]


def _workload(look: Look, kind: KindOfData) -> list[Line]:
	days = {"from_date": str(first_day(look.span.first)), "to_date": str(last_day(look.span.last))}
	behind = Behind(report="SLM Workload", filters=days)
	return [Line(kind.name, kind, records.workload(look.span), records.workload(look.earlier), behind)]


def _answers(look: Look, kind: KindOfData) -> list[Line]:
	months = list(all_months(look.span.first, look.span.last))
	behind = Behind(FEEDBACK, filters={"period": ["in", months], **look.of_service("service")})
	return [Line(kind.name, kind, records.answers(look.span), records.answers(look.earlier), behind)]


def _reports(look: Look, kind: KindOfData) -> list[Line]:
	"""They are about agreements, and of no service alone."""
	if look.span.service:
		return []
	behind = Behind(REPORT, filters={"received_on": look.days})
	gap = look.gap(REPORT, "Reports Overdue", status=OVERDUE)
	return [Line(kind.name, kind, records.reports(look.span), records.reports(look.earlier), behind, gap)]


def _services(look: Look, kind: KindOfData) -> list[Line]:
	"""Live services with any data of the span; those without are the gap."""
	live = sorted(
		node.name
		for node in tree().nodes.values()
		if node.status == "Live" and not node.is_group and look.span.service in ("", node.name)
	)
	heard = [records.services_heard_of(span) & frozenset(live) for span in (look.span, look.earlier)]
	silent = sorted(frozenset(live) - heard[0])
	now, before = (Collected(len(names), None, len(names)) for names in heard)
	gap = Gap(len(silent), "Live Services without Any Data", named(SERVICE, silent))
	return [Line(kind.name, kind, now, before, named(SERVICE, heard[0]), gap, covers=False)]


def _ticket_kind(name: str, origin: str, used_for: str, lines: Any, about: str = EVENT) -> KindOfData:
	return KindOfData(name, Group.TICKETS, origin, used_for, about, True, lines)


_EVERY_FIGURE = "Every clock, and all that follows from it"

KINDS: tuple[KindOfData, ...] = (
	_ticket_kind(
		"Openings and Changes, Live",
		"Issues, as they are saved in the desk, the portal, by mail or the API",
		_EVERY_FIGURE,
		_facts(LIVE),
	),
	_ticket_kind(
		"Openings and Changes, Reconciler",
		"Issues that changed past every event, found within the hour",
		_EVERY_FIGURE,
		_facts(REPAIRED),
	),
	_ticket_kind(
		"Openings and Changes, Backfill",
		"What the host remembered of Issues that were there before",
		"Clocks of older tickets",
		_facts(BEGUN),
	),
	_ticket_kind(
		"Openings and Changes, Import",
		"Ticket logs of other systems",
		"Figures of the time before this site",
		_facts(CARRIED),
	),
	_ticket_kind(
		"Openings and Changes, Correction",
		"Corrections that were approved",
		"Clocks measured anew, periods restated",
		_facts(CORRECTED),
	),
	_ticket_kind(
		"Messages",
		"Communications, and the buttons Acknowledge and Users Told",
		"Response and update times",
		_facts(MESSAGES),
	),
	_ticket_kind(
		"Assignments and Teams",
		"Assignments (ToDo) and the field Team",
		"Legs, OLAs, and whose time it was",
		_facts(HOLDERS),
	),
	_ticket_kind("Suppliers", "The field Supplier", "Underpinning contracts", _facts(SUPPLIERS)),
	_ticket_kind(
		"Holds with a Reason", "Status and Waiting For", "Time that does not count", _holds(told=True)
	),
	_ticket_kind(
		"Holds without a Reason",
		"Bulk actions, imports and the API",
		"Time that does not count, by the status alone",
		_holds(told=False),
	),
	_ticket_kind(
		"Workload", "Tickets under agreements with limits", "Workload against its limits", _workload, ISSUE
	),
	KindOfData(
		"Feedback",
		Group.TICKETS,
		"Users, in the portal or noted at the desk",
		"Users' scores beside what was kept",
		FEEDBACK,
		True,
		_answers,
	),
	KindOfData(
		"Clocks Decided",
		Group.TIMING,
		"Measured from the ledger",
		"Compliance, attainment, service reports",
		CLOCK,
		True,
		_clocks,
	),
	KindOfData(
		"Misses", Group.TIMING, "Clocks that were missed", "Causes, credits", BREACH, True, _misses(False)
	),
	KindOfData(
		"Explanations",
		Group.TIMING,
		"Those who held the ticket",
		"Causes, improvement",
		BREACH,
		True,
		_misses(True),
	),
	KindOfData(
		"Supplier Reports",
		Group.TIMING,
		"Teams and suppliers, as their agreements ask",
		"What they report beside what we measure",
		REPORT,
		False,
		_reports,
	),
	KindOfData(
		"Outages from Tickets",
		Group.AVAILABILITY,
		"Issues on which a service is marked as down",
		"Availability, MTRS, MTBF",
		OUTAGE,
		False,
		_outages("Ticket"),
	),
	KindOfData(
		"Outages by Hand",
		Group.AVAILABILITY,
		"Entered at the desk",
		"Availability, MTRS, MTBF",
		OUTAGE,
		False,
		_outages("By Hand"),
	),
	KindOfData(
		"Outages Measured",
		Group.AVAILABILITY,
		"Monitoring systems",
		"Availability, MTRS, MTBF",
		OUTAGE,
		False,
		_outages("Measurement"),
	),
	KindOfData(
		"Maintenance Windows",
		Group.AVAILABILITY,
		"Entered at the desk",
		"What availability leaves out",
		WINDOW,
		False,
		_windows,
	),
	KindOfData(
		"Services with Data",
		Group.CATALOGUE,
		"Tickets and outages of live services",
		"Whether all running services are measured",
		SERVICE,
		True,
		_services,
	),
)


def collected(span: Span) -> tuple[Line, ...]:
	"""Every kind of data that the session's user may know of."""
	blind, look = reads_no_ticket(frappe.session.user), Look(span)
	return tuple(
		line
		for kind in KINDS
		if frappe.has_permission(kind.about, "read") and not (blind and kind.tickets)
		for line in kind.lines(look, kind)
	)


MONTHS_SHOWN = 6


def by_month(last: int) -> dict[int, Mapping[str, int]]:
	"""In the months up to one, how many openings and changes the ledger has learnt of, by how (see LEARNT)."""
	if reads_no_ticket(frappe.session.user):
		return {}
	shown = all_months(months_before(last, MONTHS_SHOWN - 1), last)
	counts = records.learnt_by_month(Span(month, month) for month in shown)
	return {
		month: {name: count.get(name, 0) for name in LEARNT}
		for month, count in zip(shown, counts, strict=True)
	}
