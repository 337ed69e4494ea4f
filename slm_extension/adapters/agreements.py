"""SLM Agreement documents as agreements of the domain, and the site's agreements as one book, kept per process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import frappe
from frappe.utils import get_datetime, getdate, now_datetime

from slm_extension.adapters import calendars, store, trees
from slm_extension.adapters.freezes import freezes_of, frozen
from slm_extension.adapters.kept import Kept
from slm_extension.adapters.levels import levels_of
from slm_extension.adapters.metrics import HOLD_FIELDS, metric_of
from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind, Edition
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import Instant
from slm_extension.domain.levels import EscalationLevel
from slm_extension.domain.scopes import Condition, Property, Values
from slm_extension.domain.targets import Change, Reopen, Target
from slm_extension.domain.timeline import Waiting

KINDS = {
	"SLA": AgreementKind.SLA,
	"OLA": AgreementKind.OLA,
	"UC": AgreementKind.UC,
	"Commitment": AgreementKind.COMMITMENT,
}
REOPEN = {"Resume": Reopen.RESUME, "New Cycle": Reopen.NEW_CYCLE}
CHANGE = {"Retroactive": Change.RETROACTIVE, "From the Change": Change.FROM_CHANGE}
PROPERTIES = {
	"Issue Priority": Property.PRIORITY,
	"Issue Type": Property.TYPE,
	"Customer": Property.CUSTOMER,
	"Customer Group": Property.CUSTOMER_GROUP,
	"Territory": Property.TERRITORY,
	"SLM Service": Property.SERVICE,
}
"""What a condition may be about: the DocType that its value is one of."""


@dataclass(frozen=True, slots=True)
class SiteAgreements:
	"""The book of a site, which document each version in it came from, and its levels by document."""

	book: AgreementBook
	documents: Mapping[tuple[str, int], str]
	levels: Mapping[str, tuple[EscalationLevel, ...]]

	def document(self, agreement: Agreement) -> str:
		return self.documents[agreement.name, agreement.version]

	def of_document(self, name: str) -> Agreement | None:
		"""The version that a document describes; None for one that is not concluded."""
		return next((one for one in self.book.agreements if self.document(one) == name), None)


@dataclass(frozen=True, slots=True)
class CalendarEditions:
	"""What a calendar has said, each from the instant it was saved; the first counts for all time before."""

	editions: tuple[tuple[Instant, Calendar], ...]

	@property
	def first(self) -> Calendar:
		return self.editions[0][1]

	def at(self, instant: Instant) -> Calendar:
		"""What it said at an instant; before the first edition, what that says."""
		said = (calendar for since, calendar in reversed(self.editions) if since <= instant)
		return next(said, self.first)


def site_agreements() -> SiteAgreements:
	"""The agreements in force, at any time, on this site; read again only when one of them has changed."""
	return _agreements.get()


def forget_agreements(*_args: Any, **_kwargs: Any) -> None:
	"""An agreement or calendar has changed: forget the book here at once, everywhere when it is committed."""
	_agreements.forget()


def _read() -> SiteAgreements:
	names = frappe.get_all("SLM Agreement", filters={"docstatus": 1}, pluck="name", order_by="name asc")
	documents = [frappe.get_doc("SLM Agreement", name) for name in names]
	editions = calendar_editions()
	agreements = [agreement_of(document, editions) for document in documents]
	return SiteAgreements(
		book_of(agreements, settled=True),
		{
			(agreement.name, agreement.version): document.name
			for agreement, document in zip(agreements, documents, strict=True)
		},
		levels_of(documents),
	)


def book_of(agreements: Iterable[Agreement], settled: bool = False) -> AgreementBook:
	"""A book with the trees of this site. What is not `settled` is checked for overlaps. Raises InvalidAgreement."""
	return AgreementBook(agreements, trees.forests(), settled)


def concluded() -> list[Any]:
	"""The documents of all submitted agreements as they are now; nobody else concludes or changes one until the
	transaction ends, so that two that clash do not pass each other by.
	"""
	statement = "SELECT name, modified, valid_until FROM `tabSLM Agreement` WHERE docstatus = 1 ORDER BY name"
	seen = set(frappe.db.sql(statement))
	if not store.locks_rows():
		return [frappe.get_doc("SLM Agreement", name) for name, *_ in sorted(seen)]
	return [
		frappe.get_doc("SLM Agreement", row[0]) if row in seen else locked(row[0])
		for row in frappe.db.sql(f"{statement} FOR UPDATE")
	]


def locked(name: str) -> Any:
	"""The document of an agreement as it is now, for nobody else to write until the transaction ends."""
	return frappe.get_doc("SLM Agreement", name, for_update=store.locks_rows())


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
	kind = KINDS[document.kind]
	default = kind.customer_facing and document.basis == "Default"
	services = frozenset(row.service for row in document.services if row.service)
	teams = frozenset(row.team for row in document.teams)
	suppliers = frozenset(filter(None, [document.supplier]))
	first = {name: known.first for name, known in editions.items()}
	return Agreement(
		name=document.lineage or document.name or document.title,
		kind=kind,
		calendar=first[document.calendar],
		targets=_targets(document, first),
		valid_from=getdate(document.valid_from) if document.valid_from else None,
		valid_until=_last_day(document),
		version=document.agreement_version or 1,
		customers=_customers(document, kind),
		customer_groups=frozenset(
			row.customer_group for row in document.get("customer_groups") or () if not default
		),
		territories=frozenset(row.territory for row in document.get("territories") or () if not default),
		services=services,
		parties={AgreementKind.OLA: teams, AgreementKind.UC: suppliers}.get(kind, frozenset()),
		teams=teams if kind.customer_facing else frozenset(),
		rests_on=tuple(_lineages([row.agreement for row in document.rests_on])),
		default=default,
		editions=tuple(_later_editions(document, editions)),
		conditions=tuple(_conditions(document.get("conditions") or ())),
	)


def _last_day(document: Any) -> date | None:
	"""None for one that stays in force, past its day, until a later version starts."""
	return (
		getdate(document.valid_until) if document.valid_until and not document.get("until_replaced") else None
	)


def _conditions(rows: Iterable[Any]) -> Iterable[Condition]:
	"""Rows of one property together: one of all that it is, none of all that it is not."""
	named: dict[tuple[Property, bool], set[str]] = {}
	for row in rows:
		if row.property and row.value:
			named.setdefault((PROPERTIES[row.property], row.operator == "is not"), set()).add(row.value)
	for (of, others), names in named.items():
		yield Condition(of, Values(frozenset(names), others))


def rename_in_conditions(doctype: str, old: str, new: str) -> None:
	"""What a condition names is called otherwise now; not every version of the host follows dynamic links."""
	condition = frappe.qb.DocType("SLM Agreement Condition")
	frappe.qb.update(condition).set(condition.value, new).where(
		(condition.property == doctype) & (condition.value == old)
	).run()


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
	"""The targets as they are since each later edition of a calendar that they count in, and since each freeze."""
	used = {row.calendar or document.calendar for row in document.targets}
	freezes = freezes_of(document)
	moments = {at for name in used for at, _ in editions[name].editions[1:]}
	moments |= {at for freeze in freezes for at in freeze.moments}
	for at in sorted(moments):
		current = {name: frozen(editions[name].at(at), freezes, at) for name in used}
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
		metric=metric_of(row.metric),
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
	for field, waits in HOLD_FIELDS.items():
		if row.get(field):
			holds |= waits
	return holds


_LAST_CHANGE = "slm_extension:agreements_changed_at"


def _note_change() -> None:
	frappe.cache.set_value(_LAST_CHANGE, now_datetime())


def changed_since(moment: datetime) -> bool:
	"""Whether the book has become another since a moment of the site's wall clock; so it is where nobody knows any more."""
	last = frappe.cache.get_value(_LAST_CHANGE)
	if last is None:
		_note_change()
		return True
	return bool(get_datetime(last) >= moment)


_agreements = Kept("agreements", _read, _note_change)
