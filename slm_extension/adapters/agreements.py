"""SLM Agreement documents as agreements of the domain, and the site's agreements as one book, kept per process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import frappe
from frappe.utils import getdate

from slm_extension.adapters import calendars
from slm_extension.adapters.site_time import site
from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind, Edition
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import Instant
from slm_extension.domain.targets import METRICS, Change, Reopen, Target
from slm_extension.domain.timeline import Waiting

KINDS = {
	"SLA": AgreementKind.SLA,
	"OLA": AgreementKind.OLA,
	"UC": AgreementKind.UC,
	"Commitment": AgreementKind.COMMITMENT,
}
REOPEN = {"Resume": Reopen.RESUME, "New Cycle": Reopen.NEW_CYCLE}
CHANGE = {"Retroactive": Change.RETROACTIVE, "From the Change": Change.FROM_CHANGE}

STAMP_KEY = "slm_extension:agreements"


@dataclass(frozen=True, slots=True)
class SiteAgreements:
	"""The book of a site, and which document each version in it came from."""

	book: AgreementBook
	documents: Mapping[tuple[str, int], str]

	def document(self, agreement: Agreement) -> str:
		return self.documents[agreement.name, agreement.version]


@dataclass(frozen=True, slots=True)
class CalendarEditions:
	"""What a calendar has said, each from the instant it was saved; the first counts for all time before."""

	editions: tuple[tuple[Instant, Calendar], ...]

	@property
	def first(self) -> Calendar:
		return self.editions[0][1]


_kept: dict[str, tuple[str, SiteAgreements]] = {}


def site_agreements() -> SiteAgreements:
	"""The agreements in force, at any time, on this site; read again only when one of them has changed."""
	stamp = frappe.cache.get_value(STAMP_KEY)
	if stamp is None:
		stamp = frappe.generate_hash(length=12)
		frappe.cache.set_value(STAMP_KEY, stamp)
	kept = _kept.get(site())
	if kept is None or kept[0] != stamp:
		kept = (stamp, _read())
		_kept[site()] = kept
	return kept[1]


def forget_agreements(*_args: Any, **_kwargs: Any) -> None:
	"""An agreement or calendar has changed: forget the book here at once, everywhere when it is committed."""
	_kept.pop(site(), None)
	_renew_stamp()
	frappe.db.after_commit.add(_renew_stamp)
	frappe.db.after_rollback.add(_forget_here)


def _renew_stamp() -> None:
	frappe.cache.set_value(STAMP_KEY, frappe.generate_hash(length=12))


def _forget_here() -> None:
	_kept.pop(site(), None)
	_renew_stamp()


def _read() -> SiteAgreements:
	names = frappe.get_all("SLM Agreement", filters={"docstatus": 1}, pluck="name", order_by="name asc")
	documents = [frappe.get_doc("SLM Agreement", name) for name in names]
	editions = calendar_editions()
	agreements = [agreement_of(document, editions) for document in documents]
	return SiteAgreements(
		AgreementBook(agreements),
		{
			(agreement.name, agreement.version): document.name
			for agreement, document in zip(agreements, documents, strict=True)
		},
	)


def calendar_editions() -> dict[str, CalendarEditions]:
	"""All calendars of the site with everything they have said."""
	found: dict[str, list[tuple[Instant, Calendar]]] = {}
	for row in frappe.get_all(
		"SLM Calendar Edition",
		fields=["calendar", "recorded_instant", "specification"],
		order_by="recorded_instant asc, creation asc",
		limit_page_length=0,
	):
		found.setdefault(row.calendar, []).append(
			(row.recorded_instant, calendars.from_text(row.specification))
		)
	return {name: CalendarEditions(tuple(editions)) for name, editions in found.items()}


def agreement_of(document: Any, editions: Mapping[str, CalendarEditions]) -> Agreement:
	"""The agreement a document describes. Raises what the domain objects to; see domain.errors."""
	services = frozenset(row.service for row in document.services)
	kind = KINDS[document.kind]
	teams = frozenset(row.team for row in document.teams)
	suppliers = frozenset(filter(None, [document.supplier]))
	first = {name: known.first for name, known in editions.items()}
	return Agreement(
		name=document.lineage or document.name or document.title,
		kind=kind,
		calendar=first[document.calendar],
		targets=_targets(document, first),
		valid_from=getdate(document.valid_from) if document.valid_from else None,
		valid_until=getdate(document.valid_until) if document.valid_until else None,
		version=document.agreement_version or 1,
		customers=_customers(document, kind),
		services=services,
		parties={AgreementKind.OLA: teams, AgreementKind.UC: suppliers}.get(kind, frozenset()),
		teams=teams if kind.customer_facing else frozenset(),
		rests_on=tuple(_lineages([row.agreement for row in document.rests_on])),
		default=kind.customer_facing and document.basis == "Default",
		editions=tuple(_later_editions(document, editions)),
	)


def _customers(document: Any, kind: AgreementKind) -> frozenset[str]:
	"""Whose tickets it is for; of an SLA its customer and those that the same promise covers too."""
	further = frozenset(row.customer for row in document.get("customers") or ())
	if not kind.customer_facing:
		return further
	return (
		further | frozenset(filter(None, [document.customer]))
		if document.basis == "Customer"
		else frozenset()
	)


def _lineages(names: list[str]) -> list[str]:
	if not names:
		return []
	return frappe.get_all(
		"SLM Agreement", filters={"name": ["in", names]}, pluck="lineage", order_by="name asc"
	)


def _later_editions(document: Any, editions: Mapping[str, CalendarEditions]) -> Iterable[Edition]:
	"""The targets as they are since each later edition of a calendar that they count in."""
	used = {row.calendar or document.calendar for row in document.targets}
	moments = sorted({at for name in used for at, _ in editions[name].editions[1:]})
	for at in moments:
		current = {
			name: next(calendar for since, calendar in reversed(editions[name].editions) if since <= at)
			if editions[name].editions[0][0] <= at
			else editions[name].first
			for name in used
		}
		yield Edition(at, _targets(document, current))


def _targets(document: Any, by_name: Mapping[str, Calendar]) -> tuple[Target, ...]:
	"""The rows as targets. Rows of one target ID that differ in nothing but the tickets they are for are one."""
	apart = [_target(row, by_name[row.calendar or document.calendar]) for row in document.targets]
	together: dict[Target, list[Target]] = {}
	for one in apart:
		together.setdefault(replace(one, priorities=frozenset(), services=frozenset()), []).append(one)
	found: list[Target] = []
	for same in together.values():
		joined = _joined(same)
		found += [joined] if joined is not None else same
	return tuple(sorted(found, key=lambda target: _position(target, apart)))


def _joined(rows: list[Target]) -> Target | None:
	"""One target for what these are for; None where that would be for other tickets as well."""
	priorities = frozenset(priority for row in rows for priority in row.priorities or {""})
	services = frozenset(service for row in rows for service in row.services or {""})
	if len(rows) == 1 or len(rows) != len(priorities) * len(services) or len(set(rows)) < len(rows):
		return None
	for names in (priorities, services):
		if "" in names and len(names) > 1:
			return None
	return replace(rows[0], priorities=priorities - {""}, services=services - {""})


def _position(target: Target, rows: list[Target]) -> int:
	return next(number for number, row in enumerate(rows) if row.name == target.name)


def _target(row: Any, calendar: Calendar) -> Target:
	return Target(
		name=row.target_id or f"{row.idx}",
		metric=METRICS[row.metric.lower()],
		goal=int(row.goal or 0),
		calendar=calendar,
		holds=_holds(row),
		priorities=frozenset(filter(None, [row.priority])),
		services=frozenset(filter(None, [row.service])),
		on_reopen=REOPEN[row.on_reopen or "Resume"],
		on_change=CHANGE[row.on_change or "Retroactive"],
		objective=Fraction(str(row.objective)) if row.objective else None,
	)


def _holds(row: Any) -> Waiting:
	holds = Waiting.NOBODY
	if row.hold_customer:
		holds |= Waiting.CUSTOMER
	if row.hold_supplier:
		holds |= Waiting.SUPPLIER
	if row.hold_other:
		holds |= Waiting.OTHER
	return holds
