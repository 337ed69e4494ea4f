"""An agreement as a printed document: cover, numbered sections, signatures and records, for print and portal (R328)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, escape_html

from slm_extension.adapters import wording
from slm_extension.adapters.agreement_states import OVER
from slm_extension.services.agreement_sections import Sections
from slm_extension.services.agreement_sides import EVERYBODY, Reader, Sides, person
from slm_extension.services.printed import (
	Block,
	Party,
	Printed,
	Signature,
	Text,
	numbered,
	pairs,
	table,
	texts,
)
from slm_extension.services.versions import revisions_of

IN_THE_MAKING = ("Draft", "In Negotiation", "Group Review")

Part = tuple[str, list[Block]]


def slm_printed_agreement(document: Any) -> Printed:
	"""For print formats: the whole agreement, to whom the portal prints it as that party sees it."""
	return printed(document, document.flags.get("slm_reader") or EVERYBODY)


def slm_printed_annex(document: Any) -> Printed:
	"""For print formats: the annex on services to a contract (R389, R390)."""
	return printed_annex(document)


def printed(document: Any, reader: Reader = EVERYBODY) -> Printed:
	"""The whole agreement as the other party signs it."""
	made = _Made(document, reader)
	return made.document(
		kind_name(document.kind),
		[
			(_("Overview"), made.says.overview()),
			(_("Key Business Processes"), made.says.processes()),
			(_("Services"), made.says.services()),
			(_("Where It Applies"), made.says.scope()),
			(_("Service Time"), made.says.service_time()),
			(_("Planned and Agreed Interruptions"), made.says.interruptions()),
			(_("Service Levels"), made.says.targets()),
			(_("Availability of Services"), made.says.availability()),
			(_("Key and Important Systems"), made.says.important_systems()),
			(_("Priorities"), made.says.priorities()),
			(_("Escalation and Notification"), made.says.escalation()),
			(_("Responsibilities"), made.says.duties()),
			(_("Workload Limits"), made.says.workload()),
			(_("Exceptions"), made.says.exceptions()),
			(_("Exceptional Events and Recovery"), made.says.events()),
			(_("Security Responsibilities"), texts(document.security_boundary)),
			(_("Contacts"), made.says.contacts()),
			(_("Communication"), made.says.channels()),
			(_("Complaints"), texts(document.complaint_procedure)),
			(_("Reporting and Review"), made.says.reporting()),
			(_("Deliverables"), made.says.deliverables()),
			(_("Spare Parts"), made.says.spare_parts()),
			(_("Prices"), made.says.prices()),
			(_("Service Credits"), made.says.credits()),
			(_("References"), made.says.references()),
			(_("Changes of This Agreement"), texts(document.change_control)),
			(_("Further Clauses"), made.says.prose(document.description)),
			(_("Terms and Definitions"), made.says.glossary()),
		],
	)


def printed_annex(document: Any) -> Printed:
	"""Service items, mode, key indicators of each service, reports, the baseline they are judged by, prices."""
	made = _Made(document, EVERYBODY)
	return made.document(
		_("Annex on Services"),
		[
			(_("Service Items and Mode"), made.says.services()),
			(_("Key Indicators"), made.says.indicators()),
			(_("Service Time"), made.says.service_time()),
			(_("Quality Reports"), made.says.reporting(baseline=False)),
			(_("Baseline of the Evaluation"), made.says.baseline()),
			(_("Deliverables"), made.says.deliverables()),
			(_("Prices"), made.says.prices()),
			(_("Service Credits"), made.says.credits()),
		],
	)


def kind_name(kind: str) -> str:
	"""What a kind of agreement is called on paper."""
	return {
		"SLA": _("Service Level Agreement"),
		"OLA": _("Operational Level Agreement"),
		"UC": _("Underpinning Contract"),
		"Commitment": _("Service Commitment"),
	}[kind]


def status_name(status: str | None) -> str:
	"""A status in words that say something to the other party."""
	return _("Ready to be signed") if status == "Approved" else _(status or "Draft")


class _Made:
	"""One document in the making."""

	def __init__(self, document: Any, reader: Reader) -> None:
		self.it = document
		self.sides = Sides(document, reader)
		self.says = Sections(document, reader, self.sides)

	def document(self, what: str, parts: list[Part]) -> Printed:
		sections = numbered(parts)
		signatures = self.signatures()
		first = len(sections) + 1
		records = numbered(
			[
				(_("Revision History"), self.revisions()),
				(_("Distribution"), self.distribution()),
				(_("Document Control"), self.document_control()),
			],
			first + bool(signatures),
		)
		stamp = self.stamp()
		return Printed(
			name=cstr(self.it.name),
			title=cstr(self.it.title),
			what=what,
			number=self.number(),
			version=_("Version {0}").format(self.it.document_version or self.it.agreement_version or 1),
			status=status_name(self.it.status),
			note=self.note(),
			parties=self.parties(),
			facts=self.facts(),
			sections=sections,
			signatures=signatures,
			signatures_number=first,
			records=records,
			form_code=self.form_code(),
			notice=cstr(frappe.get_cached_doc("SLM Settings").copy_notice).strip(),
			secrecy=_(self.it.secrecy) if self.it.secrecy else "",
			stamp=stamp,
			watermark=_watermark(stamp) if stamp else "",
		)

	def number(self) -> str:
		return cstr(self.it.document_number or self.it.name or "")

	def form_code(self) -> str:
		"""R327: the record number of this kind of document."""
		kind = {"OLA": "ola", "UC": "uc"}.get(self.it.kind, "sla")
		return cstr(self.it.form_code or frappe.get_cached_doc("SLM Settings").get(f"form_code_{kind}"))

	def stamp(self) -> str:
		"""R311: what stands across the pages of a document that nobody may rely on."""
		if self.it.is_template:
			return _("TEMPLATE")
		if not self.it.docstatus and self.it.status != "Approved":
			return _("DRAFT")
		return _(self.it.status).upper() if self.it.status in OVER else ""

	def note(self) -> str:
		"""What a reader has to know about the standing of what is in his hands."""
		if self.it.is_template:
			return _("A pattern for agreements. It binds nobody.")
		if self.it.status in IN_THE_MAKING and not self.it.docstatus:
			return _("A draft, for reference only. It binds nobody until it has been passed and signed.")
		if not self.it.docstatus:
			return _(
				"Ready to be signed. It is concluded as version {0} when both sides have signed."
			).format(f"{self.it.agreement_version or 1}.0")
		if self.it.status == "Frozen":
			frozen = [wording.period_of(row) for row in self.it.freezes if not row.lifted_on]
			return _("Frozen {0}: its times do not count on these days.").format(", ".join(frozen))
		if self.it.legally_binding:
			return _("This document is a legally binding contract.")
		return _("This document records what both sides have agreed. It is not meant as a legal text.")

	def facts(self) -> tuple[tuple[str, str], ...]:
		found = [
			(_("Number"), self.number()),
			(_("Record number"), self.form_code()),
			(_("Version"), cstr(self.it.document_version or self.it.agreement_version or 1)),
			(_("Status"), status_name(self.it.status)),
			(_("In force"), wording.validity(self.it)),
			(_("Issued on"), wording.day(self.it.issued_on)),
			(_("Secrecy"), _(self.it.secrecy) if self.it.secrecy else ""),
			(_("Released for"), cstr(self.it.release_scope)),
			(
				_("Standing"),
				_("Legally binding contract") if self.it.legally_binding else "",
			),
		]
		return tuple((label, value) for label, value in found if value)

	def parties(self) -> tuple[Party, ...]:
		provider = Party(self.sides.role("Provider"), self.sides.organisation("Provider"))
		other = {"OLA": "Team", "UC": "Supplier"}.get(self.it.kind, "Customer")
		return provider, Party(self.sides.role(other), self.sides.organisation(other))

	def signatures(self) -> tuple[Signature, ...]:
		return tuple(
			Signature(
				party=self.sides.role(row.party),
				organisation=self.sides.organisation(row.party),
				full_name=cstr(row.full_name) or (person(row.user) if not row.signed_on else ""),
				designation=cstr(row.designation),
				signed_on=wording.moment(row.signed_on),
				electronic=_signed(row) if row.signed_on else "",
			)
			for row in self.it.sign_offs
			if not row.void_because
		)

	def _revisions_to_sign(self) -> list[tuple[str, ...]]:
		"""What a draft changes, for those who are asked to sign it; on record once it is concluded."""
		if self.it.docstatus != 0 or not self.it.amended_from:
			return []
		version = f"{self.it.agreement_version}.0"
		return [
			(version, _("when concluded"), one.mark, one.what, person(self.it.prepared_by), "", "")
			for one in revisions_of(self.it)
		]

	def revisions(self) -> list[Block]:
		"""R310, R318, R319."""
		rows = [
			(
				cstr(row.document_version),
				wording.day(row.revised_on),
				cstr(row.mark),
				cstr(row.what),
				person(row.reviser),
				person(row.reviewer),
				person(row.approver),
			)
			for row in self.it.revisions
		]
		rows += self._revisions_to_sign()
		return [
			*table(
				[
					(_("Version"), 3),
					(_("Date"), 4),
					(_("Mark"), 2),
					(_("What changed"), 9),
					(_("Revised by"), 5),
					(_("Reviewed by"), 5),
					(_("Approved by"), 5),
				],
				rows,
			),
			*([Text(_("A: added, M: modified, D: deleted."))] if rows else []),
		]

	def distribution(self) -> list[Block]:
		return [
			*table(
				[(_("Recipient"), 5), (_("Right"), 2), (_("Copy"), 2)],
				[
					(
						cstr(row.recipient) or person(row.user) or (_(row.role) if row.role else ""),
						_(row.access) if row.access else "",
						cstr(row.copy_number),
					)
					for row in self.it.distribution
				],
			)
		]

	def document_control(self) -> list[Block]:
		"""R314-R317, R320, R329."""

		def by(user: Any, on: Any) -> str:
			return ", ".join(part for part in (person(user), wording.day(on)) if part)

		departments = ", ".join(row.department for row in self.it.related_departments)
		return [
			*pairs(
				[
					(_("Prepared"), by(self.it.prepared_by, self.it.prepared_on)),
					(_("Reviewed"), by(self.it.reviewed_by, self.it.reviewed_on)),
					(_("Approved"), by(self.it.approved_by, self.it.approved_on)),
					(_("Issued"), wording.day(self.it.issued_on)),
					(_("In force"), wording.validity(self.it)),
					(_("Owner"), person(self.it.agreement_owner)),
					(_("Monitored by"), person(self.it.monitor)),
					(_("Owning department"), cstr(self.it.owning_department)),
					(_("Drafting department"), cstr(self.it.drafting_department)),
					(_("Related departments"), departments),
					(_("Record number"), self.form_code()),
				]
			)
		]


def _signed(row: Any) -> str:
	"""How a signature was given; the account and the address it came from are evidence, kept on record and not printed."""
	when = wording.moment(row.signed_on)
	return {
		"On Paper": _("Signed on paper; recorded on {0}. The signed copy is on file."),
		"Imported": _("Signed elsewhere; taken over on {0}."),
		"Portal": _("Signed electronically in the portal on {0}."),
	}.get(row.method, _("Signed electronically on {0}.")).format(when)


def _watermark(stamp: str) -> str:
	"""A stamp across a page, as an image that is laid under the text again and again: every way of printing has it."""
	size = min(90, 900 // max(len(stamp), 1))
	image = (
		'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="900">'
		f'<text x="320" y="450" transform="rotate(-52 320 450)" text-anchor="middle" font-family="sans-serif" '
		f'font-size="{size}" font-weight="bold" fill="#b00020" fill-opacity="0.10">{escape_html(stamp)}</text></svg>'
	)
	return "data:image/svg+xml;base64," + b64encode(image.encode()).decode()
