"""Agreements of the site, drafts too, as the file that `slm replay` and `slm import-agreements` read. Changes nothing.

Calendars, freezes, and what lies beneath what, are written as they are now. A row of a form whose ID is only a number of the host's is called by what
it is for.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.agreements import CalendarEditions, agreement_of, calendar_editions
from slm_extension.adapters.commitments import commitments_of
from slm_extension.adapters.trees import forests
from slm_extension.domain.agreements import Agreement, AgreementBook
from slm_extension.domain.commitments import Commitments
from slm_extension.domain.scopes import FLAT, Forest, Property
from slm_extension.domain.service_links import ServiceLinks
from slm_extension.domain.targets import Target
from slm_extension.replay.agreements_file import AgreementsFile, read_agreements
from slm_extension.replay.agreements_writer import agreements_text

_HEADING = "Written by slm export-agreement. What it means: docs/replay-agreements.md."


class Support(Enum):
	"""Which OLAs and UCs are written as well: none, those that the agreements rest on, or all of the site."""

	NONE = "none"
	RESTS_ON = "rests on"
	ALL = "all"


@dataclass(frozen=True, slots=True)
class ExportedAgreements:
	"""A file; `left_out` says in sentences what of the agreements is not in it."""

	text: str
	agreements: int
	calendars: int
	left_out: tuple[str, ...]


def export_agreements(
	names: Sequence[str], support: Support = Support.NONE, undated: bool = False
) -> ExportedAgreements:
	"""Write these agreements, by the names of their documents. `undated`: as if they had always been in force.

	Raises DomainError where they cannot stand in one file, and the host's ValidationError for what is no agreement
	to measure by.
	"""
	documents = [frappe.get_doc(AGREEMENT, name) for name in dict.fromkeys(names)]
	for document in documents:
		_refuse_what_measures_nothing(document)
	newest = _newest(calendar_editions())
	agreements = [_called_by_purpose(_as_now(agreement_of(document, newest))) for document in documents]
	if undated:
		agreements = [replace(one, valid_from=None, valid_until=None) for one in agreements]
		_refuse_two_versions(agreements)
	beneath = _beneath(documents, support)
	documents += beneath
	agreements += [_called_by_purpose(_as_now(agreement_of(document, newest))) for document in beneath]
	there = {one.name for one in agreements}
	left_out = sorted({name for one in agreements for name in one.rests_on} - there)
	agreements = [
		replace(one, rests_on=tuple(name for name in one.rests_on if name in there)) for one in agreements
	]
	remarks = {
		(one.name, one.version): _remark(document)
		for one, document in zip(agreements, documents, strict=True)
	}
	forest = _named_in(forests()[-1:], agreements)
	book = AgreementBook(agreements, [forest])
	commitments = [
		replace(commitments_of(document, newest), agreement=one.name)
		for one, document in zip(agreements, documents, strict=True)
	]
	text = agreements_text(agreements, remarks, _HEADING, forest, commitments)
	file = read_text(text)
	_prove(book, commitments, file)
	return ExportedAgreements(text, len(agreements), len(file.calendars), tuple(_said(left_out)))


def read_text(text: str) -> AgreementsFile:
	"""What an exported text says. Raises InputProblem."""
	with tempfile.TemporaryDirectory(prefix="slm-") as folder:
		path = Path(folder) / "agreements.toml"
		path.write_text(text, encoding="utf-8")
		return read_agreements(path)


def found(name: str) -> str:
	"""The document that somebody means by its name, or by a title that no other agreement has."""
	if frappe.db.exists(AGREEMENT, name):
		return name
	titled = frappe.get_all(
		AGREEMENT, filters={"title": name, "docstatus": ["<", 2]}, pluck="name", order_by="name asc"
	)
	if len(titled) == 1:
		return str(titled[0])
	if titled:
		frappe.throw(
			_('Several agreements are called "{0}": {1}. Name one of them.').format(name, ", ".join(titled))
		)
	frappe.throw(_('There is no agreement "{0}" on this site.').format(name), frappe.DoesNotExistError)
	raise AssertionError


def concluded() -> list[str]:
	"""All agreements that are, were or will be in force."""
	return frappe.get_all(AGREEMENT, filters={"docstatus": 1}, pluck="name", order_by="name asc")


def _refuse_what_measures_nothing(document: Any) -> None:
	if document.get("is_template"):
		frappe.throw(
			_("{0} is a template: make an agreement from it first.").format(frappe.bold(document.name)),
			title=_("Template"),
		)
	if not document.calendar:
		frappe.throw(
			_("{0} has no calendar yet. Choose one and save it.").format(frappe.bold(document.name)),
			title=_("Calendar Missing"),
		)


def _refuse_two_versions(agreements: Iterable[Agreement]) -> None:
	seen: dict[str, int] = {}
	for one in agreements:
		if seen.setdefault(one.name, one.version) != one.version:
			frappe.throw(
				_(
					'Versions {0} and {1} of "{2}" cannot both be without dates. Name one of them, or keep the dates.'
				).format(seen[one.name], one.version, one.name)
			)


def _newest(editions: Mapping[str, CalendarEditions]) -> dict[str, CalendarEditions]:
	return {name: CalendarEditions(known.editions[-1:]) for name, known in editions.items()}


def _beneath(documents: Sequence[Any], support: Support) -> list[Any]:
	"""OLAs and UCs to be written as well: every concluded version, or the draft where none was concluded."""
	named = {document.name for document in documents}
	filters: dict[str, Any] = {"kind": ["in", ["OLA", "UC"]], "docstatus": 1}
	if support is Support.NONE:
		return []
	rows = [row.agreement for document in documents for row in document.rests_on]
	known = frappe.get_all(
		AGREEMENT,
		filters={"name": ["in", rows or [""]]},
		fields=["name", "lineage", "docstatus"],
		order_by="name asc",
	)
	lineages = {row.lineage for row in known}
	if support is Support.RESTS_ON:
		filters["lineage"] = ["in", sorted(lineages) or [""]]
	found = [frappe.get_doc(AGREEMENT, row.name) for row in _concluded(filters)]
	there = {document.lineage for document in [*documents, *found]}
	drafts = [row.name for row in known if row.docstatus == 0 and row.lineage not in there]
	found += [frappe.get_doc(AGREEMENT, name) for name in drafts]
	return [document for document in found if document.name not in named]


def _concluded(filters: Mapping[str, Any]) -> list[Any]:
	return frappe.get_all(
		AGREEMENT, filters=dict(filters), fields=["name"], order_by="lineage asc, agreement_version asc"
	)


def _named_in(newest: Sequence[Forest], agreements: Sequence[Agreement]) -> Forest:
	"""Of the site's trees as they are now what lies beneath a name that one of these agreements has, and what rests
	on such a service.
	"""
	forest = newest[0] if newest else FLAT
	names: dict[Property, set[str]] = {}
	for one in agreements:
		for of, values in one.scopes:
			names.setdefault(of, set()).update(values)
		for condition in one.conditions:
			names.setdefault(condition.property, set()).update(condition.values.names)
		for target in one.targets:
			names.setdefault(Property.SERVICE, set()).update(target.services)
	return Forest(
		{
			of: {
				name: above
				for name, above in parents.items()
				if not names.get(of, set()).isdisjoint(forest.path(of, name)[1:])
			}
			for of, parents in forest.parents.items()
		},
		links=ServiceLinks(forest.leading_to(names.get(Property.SERVICE, ()))),
	)


def _remark(document: Any) -> str:
	return " · ".join(filter(None, [document.title, document.name, _status(document)]))


def _status(document: Any) -> str:
	return "draft" if document.docstatus == 0 else str(document.status or "").lower()


def _as_now(agreement: Agreement) -> Agreement:
	"""The same in its last edition: a file knows one state of a calendar, and of a freeze, for all time."""
	if not agreement.editions:
		return agreement
	return replace(agreement, targets=agreement.editions[-1].targets, editions=())


_NUMBER = re.compile(r"[0-9a-f]{10}|\d*")


def _called_by_purpose(agreement: Agreement) -> Agreement:
	"""The same with readable names where a target has only a generated one."""
	taken = {target.name for target in agreement.targets}
	targets = []
	for target in agreement.targets:
		if _NUMBER.fullmatch(target.name):
			plain = _purpose(target)
			name, number = plain, 1
			while name in taken:
				number += 1
				name = f"{plain} ({number})"
			taken.add(name)
			target = replace(target, name=name)
		targets.append(target)
	return replace(agreement, targets=tuple(targets))


def _purpose(target: Target) -> str:
	return " ".join([target.metric.name, *sorted(target.services), *sorted(target.priorities)])


def _prove(book: AgreementBook, commitments: Iterable[Commitments], file: AgreementsFile) -> None:
	"""What was written says what the site says, or it is not handed out."""
	same = _beside(commitments) == _beside(file.commitments)
	if not same or _by_version(book) != _by_version(file.book):
		frappe.throw(_("These agreements say something that a file for slm replay cannot say."))


def _by_version(book: AgreementBook) -> dict[tuple[str, int], Agreement]:
	return {(one.name, one.version): _plain(one) for one in book.agreements}


def _beside(commitments: Iterable[Commitments]) -> dict[tuple[str, int], Commitments]:
	return {
		(one.agreement, one.version): replace(
			one,
			services=tuple(
				replace(promise, calendar=replace(promise.calendar, name="")) for promise in one.services
			),
		)
		for one in commitments
	}


def _plain(agreement: Agreement) -> Agreement:
	"""An agreement without the names of its calendars, each of which a file has once only."""
	return replace(
		agreement,
		calendar=replace(agreement.calendar, name=""),
		targets=tuple(replace(one, calendar=replace(one.calendar, name="")) for one in agreement.targets),
	)


def _said(left_out: Sequence[str]) -> Iterable[str]:
	if left_out:
		yield _("What they rest on was left out: {0}. --with-support writes it too.").format(
			", ".join(left_out)
		)
