"""Counts of the service delivery data that the site has collected, by kind, in a span of time. Queries; judges nothing.

Only what the session's user may read. The ledger is read in the order in which it learnt, by its index on that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Max
from frappe.utils import get_datetime

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.civil_months import begin, end, first_day, last_day
from slm_extension.adapters.facts import IMPORTED
from slm_extension.adapters.feedback import FEEDBACK
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.outages import OUTAGE, ROW, WINDOW
from slm_extension.adapters.permissions import only_readable
from slm_extension.adapters.process_records import RECONCILED
from slm_extension.adapters.store import BREACH, CLOCK, EVENT
from slm_extension.adapters.supplier_reports import REPORT
from slm_extension.adapters.tallies import months
from slm_extension.domain.timeline import Kind, Status

LIVE, REPAIRED, BEGUN, CARRIED, CORRECTED = "Live", "Reconciler", "Backfill", "Import", "Correction"
LEARNT = (LIVE, REPAIRED, BEGUN, CARRIED, CORRECTED)
"""How the ledger has learnt of a ticket's opening or change."""

MESSAGES, HOLDERS, SUPPLIERS = "Messages", "Assignments and Teams", "Suppliers"

TOLD_BY = {
	MESSAGES: (Kind.REPLIED, Kind.CUSTOMER_REPLIED, Kind.ACKNOWLEDGED, Kind.TOLD),
	HOLDERS: (Kind.OWNED, Kind.TEAM, Kind.ESCALATED),
	SUPPLIERS: (Kind.SUPPLIER,),
}
"""Kinds of facts that have a row of their own, however they were learnt."""

SOURCES = {REPAIRED: RECONCILED, BEGUN: "backfill", CARRIED: IMPORTED}
CORRECTIONS = "Correction-%"
"""What the source of a corrected fact is like."""


@dataclass(frozen=True, slots=True)
class Collected:
	"""So many records, the last of them at a naive time of the site, of so many services and agreements."""

	records: int = 0
	last: datetime | None = None
	services: int = 0
	agreements: int = 0


NONE = Collected()


@dataclass(frozen=True, slots=True)
class Span:
	"""Months like 202606, both ends included; of one service, or of all where none is named."""

	first: int
	last: int
	service: str = ""


def learnt(span: Span) -> Mapping[str, Collected]:
	"""What the ledger has learnt in these months: openings and changes by how (LEARNT), and what else it was told.

	Two queries, that of services and agreements over each ticket once.
	"""
	event, issue = frappe.qb.DocType(EVENT), frappe.qb.DocType(ISSUE)
	row = _row(event)
	counts = _in_ledger(event, span).select(row.as_("row"), Count("*"), Max(event.recorded_instant))
	if span.service:
		counts = counts.join(issue).on(issue.name == event.ticket).where(issue.slm_service == span.service)
	told = _in_ledger(event, span).select(row.as_("row"), event.ticket).distinct().as_("told")
	covered = (
		frappe.qb.from_(told)
		.join(issue)
		.on(issue.name == told.ticket)
		.select(told.row, Count(issue.slm_service).distinct(), Count(issue.slm_agreement).distinct())
		.groupby(told.row)
	)
	if span.service:
		covered = covered.where(issue.slm_service == span.service)
	of = {name: (services, agreements) for name, services, agreements in covered.run()}
	return {
		name: Collected(records, site_time.to_site(last), *of.get(name, (0, 0)))
		for name, records, last in counts.groupby(row).run()
	}


def learnt_by_month(spans: Iterable[Span]) -> list[Mapping[str, int]]:
	"""The same counts alone, a mapping a span of all services: from the index."""
	event = frappe.qb.DocType(EVENT)
	row = _row(event)
	return [
		dict(_in_ledger(event, span).select(row.as_("row"), Count("*")).groupby(row).run()) for span in spans
	]


def holds(span: Span) -> Mapping[bool, Collected]:
	"""Holds of which somebody said for whom or why (True), and of which nobody did."""
	event, issue = frappe.qb.DocType(EVENT), frappe.qb.DocType(ISSUE)
	said = Case().when(event.note.isnull() | (event.note == ""), 0).else_(1)
	query = (
		_in_ledger(event, span)
		.left_join(issue)
		.on(issue.name == event.ticket)
		.select(
			said.as_("said"),
			Count("*"),
			Max(event.recorded_instant),
			Count(issue.slm_service).distinct(),
			Count(issue.slm_agreement).distinct(),
		)
		.where((event.kind == Kind.STATUS.value) & (event.value == Status.HELD.value))
		.groupby(said)
	)
	if frappe.db.db_type == "mariadb":
		# it would rather read every hold there ever was, by the index on kind and value
		query = query.force_index("slm_recorded_instant_kind_source_ticket")
	if span.service:
		query = query.where(issue.slm_service == span.service)
	return {
		bool(told): Collected(records, site_time.to_site(last), services, agreements)
		for told, records, last, services, agreements in query.run()
	}


def _row(event: Any) -> Any:
	"""Which row of the report a fact is counted in."""
	found = Case()
	for name, kinds in TOLD_BY.items():
		found = found.when(event.kind.isin([kind.value for kind in kinds]), name)
	for name, source in SOURCES.items():
		found = found.when(event.source == source, name)
	return found.when(event.source.like(CORRECTIONS), CORRECTED).else_(LIVE)


def _in_ledger(event: Any, span: Span) -> Any:
	start, over = site_time.to_instant(begin(span.first)), site_time.to_instant(end(span.last))
	query = frappe.qb.from_(event).where((event.recorded_instant >= start) & (event.recorded_instant < over))
	return only_readable(query, EVENT)


def decided(span: Span) -> Collected:
	"""Clocks decided in these months."""
	clock = frappe.qb.DocType(CLOCK)
	low, high = months(span.first, span.last)
	query = (
		frappe.qb.from_(clock)
		.select(
			Count("*"),
			Max(clock.decided_at),
			Count(clock.service).distinct(),
			Count(clock.agreement).distinct(),
		)
		.where(clock.tally[low:high])
	)
	if span.service:
		query = query.where(clock.service == span.service)
	return _one(only_readable(query, CLOCK))


def missed(span: Span, explained: bool) -> Collected:
	"""Misses of these months that stand, or those of them that have been explained."""
	breach = frappe.qb.DocType(BREACH)
	query = (
		frappe.qb.from_(breach)
		.select(
			Count("*"),
			Max(breach.explained_on if explained else breach.missed_at),
			Count(breach.service).distinct(),
			Count(breach.agreement).distinct(),
		)
		.where((breach.standing == 1) & breach.period[span.first : span.last])
	)
	if explained:
		query = query.where(breach.explained_on.isnotnull())
	if span.service:
		query = query.where(breach.service == span.service)
	return _one(only_readable(query, BREACH))


def outages(span: Span) -> Mapping[tuple[str, str], Collected]:
	"""Outages that began in these months, by where they come from and, of measured ones, the system that measured."""
	outage = frappe.qb.DocType(OUTAGE)
	query = (
		frappe.qb.from_(outage)
		.select(
			outage.source,
			outage.data_source,
			Count("*"),
			Max(outage.started),
			Count(outage.service).distinct(),
		)
		.where((outage.cancelled == 0) & (outage.started >= begin(span.first)))
		.where(outage.started < end(span.last))
		.groupby(outage.source, outage.data_source)
	)
	if span.service:
		query = query.where(outage.service == span.service)
	rows = only_readable(query, OUTAGE).run()
	return {
		(source or "By Hand", system or ""): Collected(records, get_datetime(last), services)
		for source, system, records, last, services in rows
	}


def windows(span: Span) -> Collected:
	"""Maintenance windows that begin in these months and take place."""
	window, row = frappe.qb.DocType(WINDOW), frappe.qb.DocType(ROW)
	query = (
		frappe.qb.from_(window)
		.left_join(row)
		.on((row.parent == window.name) & (row.parenttype == WINDOW))
		.select(
			Count(window.name).distinct(),
			Max(window.starts),
			Count(row.service).distinct(),
			Count(window.agreement).distinct(),
		)
		.where((window.cancelled == 0) & (window.starts >= begin(span.first)))
		.where(window.starts < end(span.last))
	)
	if span.service:
		query = query.where(row.service == span.service)
	return _one(only_readable(query, WINDOW))


def workload(span: Span) -> Collected:
	"""Tickets opened in these months under agreements that limit the workload."""
	issue, limit = frappe.qb.DocType(ISSUE), frappe.qb.DocType("SLM Agreement Workload")
	limited = frappe.qb.from_(limit).select(limit.parent).where(limit.parenttype == AGREEMENT)
	query = (
		_opened(issue, span)
		.select(
			Count("*"),
			Max(issue.opening_date),
			Count(issue.slm_service).distinct(),
			Count(issue.slm_agreement).distinct(),
		)
		.where(issue.slm_agreement.isin(limited))
	)
	return _one(only_readable(query, ISSUE))


def answers(span: Span) -> Collected:
	"""What users have said in these months."""
	said = frappe.qb.DocType(FEEDBACK)
	query = (
		frappe.qb.from_(said)
		.select(
			Count("*"), Max(said.given_on), Count(said.service).distinct(), Count(said.agreement).distinct()
		)
		.where(said.period[span.first : span.last])
	)
	if span.service:
		query = query.where(said.service == span.service)
	return _one(only_readable(query, FEEDBACK))


def reports(span: Span) -> Collected:
	"""Service reports of teams and suppliers that came in these months."""
	report = frappe.qb.DocType(REPORT)
	query = (
		frappe.qb.from_(report)
		.select(Count("*"), Max(report.received_on), Count(report.lineage).distinct())
		.where((report.received_on >= first_day(span.first)) & (report.received_on <= last_day(span.last)))
	)
	((records, last, agreements),) = only_readable(query, REPORT).run()
	return Collected(int(records), get_datetime(last) if last else None, 0, agreements)


def services_heard_of(span: Span) -> frozenset[str]:
	"""Services with a ticket or an outage that began in these months."""
	issue, outage = frappe.qb.DocType(ISSUE), frappe.qb.DocType(OUTAGE)
	tickets = _opened(issue, span).select(issue.slm_service).distinct()
	lasting = (
		frappe.qb.from_(outage)
		.select(outage.service)
		.distinct()
		.where((outage.started >= begin(span.first)) & (outage.started < end(span.last)))
	)
	found = (*only_readable(tickets, ISSUE).run(), *only_readable(lasting, OUTAGE).run())
	return frozenset(name for (name,) in found if name)


def _opened(issue: Any, span: Span) -> Any:
	query = frappe.qb.from_(issue).where(issue.opening_date[first_day(span.first) : last_day(span.last)])
	return query.where(issue.slm_service == span.service) if span.service else query


def _one(query: Any) -> Collected:
	((records, last, services, agreements),) = query.run()
	return Collected(int(records), get_datetime(last) if last else None, services, agreements)


def count_of(doctype: str, wanted: Sequence[Sequence[Any]] | Mapping[str, Any]) -> int:
	"""How many documents of a list its reader would see under these filters."""
	filters = dict(wanted) if isinstance(wanted, Mapping) else list(wanted)
	return len(
		frappe.get_list(doctype, filters=filters, pluck="name", order_by="name asc", limit_page_length=0)
	)
