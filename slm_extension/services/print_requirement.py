"""What is printed of a requirement and of a service specification (R323, R328): sections in order, terms explained.

What the reader may not see has been emptied in the document before it comes here; empty sections are left out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, formatdate, get_fullname, strip_html

from slm_extension.adapters import wording
from slm_extension.domain.required_levels import Unit
from slm_extension.services.glossary import terms_in
from slm_extension.services.printed import (
	Block,
	Caption,
	Party,
	Printed,
	Prose,
	Signature,
	numbered,
	pairs,
	table,
	texts,
)
from slm_extension.services.requirements import AGREED_STATES, amount_in_words

TEXT_OF_SERVICE = ("customer_description", "internal_description")


def slm_printed_requirement(document: Any, internal: bool = False) -> Printed:
	"""A requirement as both sides sign it; with `internal`, what is ours alone as well, to be kept in the house."""
	people = [(row.side, row) for row in document.participants]
	sections = numbered(
		[
			(_("What Is Needed"), [*_prose(document.need), *_why(document, internal)]),
			(_("Services"), _services(document)),
			(_("Levels"), _levels(document)),
			(_("Expectations"), _expectations(document)),
			(_("Hours, Continuity and Capacity"), _hours(document)),
			(_("Environment"), _environment(document)),
			(
				_("People"),
				table(
					[(_("Side"), 1), (_("Person"), 2), (_("Role"), 3)],
					[(_(side), cstr(row.person), cstr(row.role)) for side, row in people],
				),
			),
			(_("Answer"), [*_prose(document.answer), *texts(document.rejection_reason)]),
			(_("Internal: Analysis"), _analysis(document) if internal else []),
			(_("Internal: Delivery"), _inside(document) if internal else []),
			(_("Terms and Definitions"), _terms(document)),
		]
	)
	signatures = _consent(document)
	return _printed(
		document,
		_("Service Requirement"),
		"form_code_requirement",
		sections,
		parties=(
			Party(_("Customer"), cstr(document.customer or document.lead or document.opportunity)),
			Party(_("Provider"), cstr(frappe.defaults.get_global_default("company"))),
		),
		facts=(
			(_("Number"), cstr(document.name)),
			(_("Status"), _(document.status)),
			(_("Importance"), _(document.importance)),
			(_("Received On"), formatdate(document.received_on) if document.received_on else ""),
			(_("Needed By"), formatdate(document.needed_by) if document.needed_by else ""),
			(_("Agreement"), cstr(document.agreement)),
		),
		signatures=signatures,
		stamp=_("INTERNAL") if internal else "" if document.status in AGREED_STATES else _("DRAFT"),
		version="",
	)


def slm_printed_specification(document: Any) -> Printed:
	"""A service specification with all that describes its service."""
	service = frappe.get_cached_doc("SLM Service", document.service)
	sections = numbered(
		[
			(_("The Service"), _of_service(service)),
			*(
				(_(document.meta.get_label(name)), _prose(document.get(name)))
				for name in (
					"delivery_process",
					"implementation_plan",
					"monitoring_rules",
					"maintenance_rules",
					"technical_rules",
					"service_standards",
				)
			),
			(_("Changes"), texts(document.change_reason)),
			(_("Terms and Definitions"), _terms(document)),
		]
	)
	return _printed(
		document,
		_("Service Specification"),
		"form_code_specification",
		sections,
		parties=(
			Party(_("Service"), cstr(document.service)),
			Party(_("Drafting Department"), cstr(document.drafting_department)),
		),
		facts=(
			(_("Number"), cstr(document.name)),
			(_("Status"), _(document.status)),
			(_("Requirement"), cstr(document.requirement)),
			(_("Valid From"), formatdate(document.valid_from) if document.valid_from else ""),
			*(
				(label, _who_and_when(document, stamp))
				for label, stamp in (
					(_("Reviewed"), "reviewed"),
					(_("Approved"), "approved"),
					(_("Published"), "published"),
				)
			),
		),
		signatures=(),
		stamp={
			"Draft": _("DRAFT"),
			"Reviewed": _("DRAFT"),
			"Superseded": _("SUPERSEDED"),
			"Withdrawn": _("WITHDRAWN"),
		}.get(document.status, ""),
		version=_("Version {0}").format(document.specification_version or 1),
	)


def _printed(
	document: Any,
	what: str,
	code: str,
	sections: Any,
	parties: tuple[Party, ...],
	facts: tuple[tuple[str, str], ...],
	signatures: tuple[Signature, ...],
	stamp: str,
	version: str,
) -> Printed:
	settings = frappe.get_cached_doc("SLM Settings")
	return Printed(
		name=cstr(document.name),
		title=cstr(document.title),
		what=what,
		number=cstr(document.name),
		version=version,
		status=_(document.status),
		note="",
		parties=parties,
		facts=tuple((label, value) for label, value in facts if value),
		sections=sections,
		signatures=signatures,
		signatures_number=len(sections) + 1,
		records=(),
		form_code=cstr(settings.get(code)),
		notice=cstr(settings.get("copy_notice")).strip(),
		secrecy="",
		stamp=stamp,
		watermark="",
	)


def _prose(html: str | None) -> list[Block]:
	return [Prose(cstr(html))] if strip_html(cstr(html)).strip() or "<img" in cstr(html) else []


def _why(document: Any, internal: bool) -> list[Block]:
	sources = [
		(row.source_type, row.source_name, cstr(row.note))
		for row in (document.get("sources") or () if internal else ())
	]
	return [
		*pairs(
			[
				(_("Why Now"), _(document.why_now) if document.why_now else ""),
				(_("Kind"), _(document.kind)),
				(_("Goals"), document.goals),
				(_("Scope"), document.scope),
				(_("Business Process"), document.business_process),
				(_("Strategy"), document.strategy),
				(_("Trigger"), document.get("trigger") if internal else ""),
			]
		),
		*([Caption(_("Inputs"))] if sources else []),
		*table(
			[(_("Kind of Document"), 2), (_("Document"), 2), (_("What It Says"), 4)],
			[(_(kind), name, note) for kind, name, note in sources],
		),
	]


def _services(document: Any) -> list[Block]:
	return table(
		[(_("Service"), 3), (_("Importance"), 1), (_("Business Process"), 2), (_("What It Has to Do"), 4)],
		[
			(
				cstr(row.service or _("{0} (new)").format(row.new_service)),
				_(row.importance),
				cstr(row.business_process),
				cstr(row.need),
			)
			for row in document.services
		],
	)


def _levels(document: Any) -> list[Block]:
	return table(
		[
			(_("Metric"), 3),
			(_("For"), 3),
			(_("Importance"), 2),
			(_("Wanted"), 2),
			(_("Offered"), 2),
			(_("Gap"), 2),
			(_("Why"), 3),
		],
		[
			(
				_(row.metric),
				", ".join(filter(None, (row.service, row.priority and _(row.priority)))) or _("all"),
				_(row.importance),
				_amount(row, row.wanted),
				_offered(row),
				cstr(row.gap),
				cstr(row.reason),
			)
			for row in document.levels
		],
	)


def _amount(row: Any, number: Any) -> str:
	return amount_in_words(Decimal(cstr(number or 0)), Unit(row.unit))


def _offered(row: Any) -> str:
	return _(row.offer) if row.offer == "To Be Discussed" else _amount(row, row.offered)


def _expectations(document: Any) -> list[Block]:
	return table(
		[
			(_("About"), 2),
			(_("The Customer Expects"), 4),
			(_("Importance"), 2),
			(_("We Offer"), 4),
			(_("Gap"), 2),
		],
		[
			(_(row.aspect), cstr(row.expectation), _(row.importance), cstr(row.offered), _(row.gap))
			for row in document.expectations
		],
	)


def _hours(document: Any) -> list[Block]:
	return [
		*pairs(
			[
				(_("Calendar"), document.calendar),
				(_("Hours in Words"), document.wanted_hours),
			]
		),
		*table(
			[(_("Day"), 1), (_("From"), 1), (_("To"), 1)],
			[
				(_(row.day), _clock(row.from_time) or "00:00", _clock(row.to_time) or "24:00")
				for row in (document.hours if not document.calendar else ())
			],
		),
		*pairs(
			[
				(_("Continuity"), document.continuity),
				(_("Back Within"), wording.duration(document.recovery_time, days=True)),
				(_("Data Lost at Most"), wording.duration(document.recovery_point, days=True)),
				(_("Capacity"), document.capacity),
				(_("Staff Skills"), document.skills),
			]
		),
	]


def _clock(value: Any) -> str:
	text = cstr(value)[:5].rstrip(":")
	return text if text and text not in ("0:00", "00:00") else ""


def _environment(document: Any) -> list[Block]:
	return [
		*_prose(document.environment),
		*pairs([(_("How It Is Done Today"), document.baseline)]),
		*table(
			[(_("Kind"), 2), (_("What Changes"), 4), (_("What It Does to the Service"), 4), (_("From"), 2)],
			[
				(
					_(row.kind),
					cstr(row.what),
					cstr(row.effect),
					formatdate(row.from_date) if row.from_date else "",
				)
				for row in document.influences
			],
		),
	]


def _analysis(document: Any) -> list[Block]:
	return [
		*_prose(document.get("analysis")),
		*pairs(
			[
				(_("Is the Problem Understood"), _(document.get("clarification") or "")),
				(_("Open Questions"), document.get("clarification_note")),
				(_("Level Class"), _(document.get("level_class") or "")),
				(_("Standard Agreement That Fits"), document.get("matched_agreement")),
			]
		),
		*_under(_("The Customer's Business"), _prose(document.get("business_profile"))),
		*_under(
			_("Talks with the Customer"),
			table(
				[(_("On"), 2), (_("How"), 2), (_("With Whom"), 3), (_("What Was Said"), 6)],
				[
					(formatdate(row.talked_on), _(row.channel or ""), cstr(row.with_whom), cstr(row.notes))
					for row in document.get("talks") or ()
				],
			),
		),
	]


def _inside(document: Any) -> list[Block]:
	return [
		*_prose(document.get("internal_description")),
		*_under(
			_("Components"),
			table(
				[(_("Component"), 3), (_("Service"), 2), (_("Item"), 2), (_("What For"), 3)],
				[
					(cstr(row.component), cstr(row.service), cstr(row.item), cstr(row.note))
					for row in document.get("components") or ()
				],
			),
		),
		*_under(_("Delivery"), _prose(document.get("delivery_method"))),
		*_under(
			_("Departments"),
			table(
				[(_("Department"), 2), (_("What It Does for the Service"), 4)],
				[(cstr(row.department), cstr(row.contribution)) for row in document.get("departments") or ()],
			),
		),
		*_under(_("Technical Specification"), _prose(document.get("technical_specification"))),
		*_under(
			_("Tasks"),
			table(
				[(_("Task"), 5), (_("By"), 2), (_("Until"), 2), (_("Done"), 1)],
				[
					(
						cstr(row.task),
						get_fullname(row.assigned_to) if row.assigned_to else "",
						formatdate(row.due_on) if row.due_on else "",
						_("yes") if row.done else "",
					)
					for row in document.get("tasks") or ()
				],
			),
		),
		*_under(
			_("Quality"),
			[
				*table(
					[(_("Quality Procedure"), 2), (_("What It Checks"), 4)],
					[
						(cstr(row.quality_procedure), cstr(row.note))
						for row in document.get("quality_procedures") or ()
					],
				),
				*texts(document.get("quality_control")),
				*pairs([(_("Quality Plan"), document.get("quality_plan"))]),
			],
		),
	]


def _under(heading: str, blocks: Any) -> list[Block]:
	return [Caption(heading), *blocks] if blocks else []


def _of_service(service: Any) -> list[Block]:
	return [
		*pairs(
			[
				(_("Name"), service.name),
				(_("Service Type"), _(service.service_type or "")),
				(_("Status"), _(service.status or "")),
				(_("Owner"), get_fullname(service.service_owner) if service.service_owner else ""),
				(_("Service Hours"), service.service_hours),
			]
		),
		*(part for name in TEXT_OF_SERVICE for part in _prose(service.get(name))),
	]


def _terms(document: Any) -> list[Block]:
	return table(
		[(_("Term"), 3), (_("Abbreviation"), 2), (_("Definition"), 7)],
		[(one["term"], one["abbreviation"], one["definition"]) for one in terms_in(document)],
	)


def _consent(document: Any) -> tuple[Signature, ...]:
	return tuple(
		Signature(
			party=party,
			organisation=cstr(organisation),
			full_name=cstr(name),
			designation="",
			signed_on=formatdate(on) if on else "",
			electronic=_("Agreed on {0}.").format(formatdate(on)) if name and on else "",
		)
		for party, organisation, name, on in (
			(
				_("Customer"),
				document.customer,
				document.agreed_by_customer,
				document.agreed_by_customer_on,
			),
			(
				_("Provider"),
				frappe.defaults.get_global_default("company"),
				get_fullname(document.agreed_by_provider) if document.agreed_by_provider else "",
				document.agreed_by_provider_on,
			),
		)
	)


def _who_and_when(document: Any, stamp: str) -> str:
	user, on = document.get(f"{stamp}_by"), document.get(f"{stamp}_on")
	if not user:
		return ""
	return _("{0} on {1}").format(get_fullname(user), formatdate(on))
