"""What is made of a service requirement (an agreement, a specification, a quality plan), and what one is made from.

Each is a draft that names where it came from; nothing of it is agreed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, escape_html

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.catalogue import USABLE
from slm_extension.adapters.metrics import site_name
from slm_extension.services.requirements import AGREED_STATES, REQUIREMENT, amount_in_words, level_of

SPECIFICATION = "SLM Service Specification"
UNITS_OF_THE_HOST = {"hours": "Hour", "minutes": "Minute", "% of service hours": "Percent"}
"""What the host's quality goals call our units, where it has them."""


def draft_agreement(requirement: Any, calendar: str | None = None, valid_from: date | None = None) -> str:
	"""Draft an SLA with what has been agreed, name the requirement in it, and move that on; returns its name.

	`calendar` goes before the requirement's own; without either one is made of its hours. What is not measured
	ticket by ticket goes into the agreement's text; hours in words do where no rows say them. Refuses, in a sentence, as long as something is missing.
	"""
	lacking = [*_lacking(requirement, calendar)]
	if lacking:
		frappe.throw(
			_("No agreement can be made of {0} yet: {1}.").format(
				frappe.bold(requirement.name), "; ".join(lacking)
			),
			title=_("Not Yet an Agreement"),
		)
	agreement = frappe.get_doc(
		{
			"doctype": AGREEMENT,
			"title": requirement.title,
			"kind": "SLA",
			"basis": "Customer",
			"customer": requirement.customer,
			"requirement": requirement.name,
			"contract": _contract(requirement),
			"valid_from": valid_from or site_time.today(),
			"calendar": calendar or requirement.calendar or _calendar_of_hours(requirement),
			"services": [{"service": service} for service in _services(requirement)],
			"targets": [*_targets(requirement)],
			"overview": requirement.need,
			"agreed_level": "\n".join(_levels_in_words(requirement)),
			"service_schedule": None if requirement.hours else requirement.wanted_hours,
			"fault_recovery": requirement.continuity,
		}
	).insert()
	if requirement.status != "In Agreement":
		requirement.db_set("status", "In Agreement", notify=True)
		requirement.add_comment("Workflow", _("In Agreement"))
	return str(agreement.name)


def _lacking(requirement: Any, calendar: str | None) -> Iterator[str]:
	if requirement.status not in AGREED_STATES:
		yield _("both sides have not agreed on it (it is {0})").format(_(requirement.status))
	if not requirement.customer:
		yield _("it has no customer, only a prospect")
	if not any(True for _row in _targets(requirement)):
		yield _(
			"none of its levels can be a target (Response Time, Turnaround Time and Failure Duration can)"
		)
	if not (calendar or requirement.calendar or requirement.hours):
		yield _("it has neither a calendar nor hours")
	unnamed = [escape_html(row.new_service) for row in requirement.services if not row.service]
	if unnamed:
		yield _("the catalogue does not have {0}").format(", ".join(unnamed))
	unapproved = frappe.get_all(
		"SLM Service",
		filters={"name": ["in", _services(requirement)], "status": ["not in", USABLE]},
		pluck="name",
		order_by="name asc",
	)
	if unapproved:
		yield _("the catalogue has {0}, but not approved").format(escape_html(", ".join(unapproved)))


def _services(requirement: Any) -> list[str]:
	"""The services of the catalogue it is about, those with levels of their own included."""
	named = [row.service for row in (*requirement.services, *requirement.levels) if row.service]
	return list(dict.fromkeys(named))


def _targets(requirement: Any) -> Iterator[dict[str, Any]]:
	for row in requirement.levels:
		level = level_of(row)
		if level.metric.target is not None:
			yield {
				"metric": site_name(level.metric.target.name),
				"goal": level.goal,
				"priority": row.priority,
				"service": row.service,
			}


def _levels_in_words(requirement: Any) -> Iterator[str]:
	"""The levels that no clock measures, for the agreement's text."""
	for row in requirement.levels:
		level = level_of(row)
		if level.metric.target is None:
			about = ", ".join(filter(None, (row.service, row.priority)))
			yield f"{_(row.metric)}{f' ({about})' if about else ''}: {amount_in_words(level.agreed, level.unit)}"


def _amount(number: Any) -> str:
	return f"{number.normalize():f}"


def _contract(requirement: Any) -> str | None:
	return next((row.source_name for row in requirement.sources if row.source_type == "Contract"), None)


def _calendar_of_hours(requirement: Any) -> str:
	"""A calendar of the requirement's own weekly hours, in the site's zone; the one made before, if there is one."""
	name = _("Hours of {0}").format(requirement.name)
	if not frappe.db.exists("SLM Calendar", name):
		frappe.get_doc(
			{
				"doctype": "SLM Calendar",
				"calendar_name": name,
				"time_zone": str(site_time.site_zone()),
				"hours": [
					{field: row.get(field) for field in ("day", "from_time", "to_time", "ends_next_day")}
					for row in requirement.hours
				],
			}
		).insert()
	return name


def draft_specification(requirement: Any, service: str | None = None) -> str:
	"""Draft a service specification from what the requirement says; returns its name (R057, R323, R333)."""
	services = _services(requirement)
	if service is None and len(services) == 1:
		service = services[0]
	if service not in services:
		frappe.throw(
			_("Choose which service of {0} to specify: {1}.").format(
				frappe.bold(requirement.name), escape_html(", ".join(services))
			)
			if services
			else _(
				"{0} names no service of the catalogue. Put the new service into the catalogue first."
			).format(frappe.bold(requirement.name)),
			title=_("Service Missing"),
		)
	document = frappe.get_doc(
		{
			"doctype": SPECIFICATION,
			"title": _("{0}: how it is provided").format(service)[:140],
			"service": service,
			"requirement": requirement.name,
			"drafting_department": next((row.department for row in requirement.departments), None),
			"delivery_process": requirement.delivery_method,
			"implementation_plan": _list([_task(row) for row in requirement.tasks]),
			"monitoring_rules": _list([*_levels_of_all_kinds(requirement, service)]),
			"technical_rules": requirement.technical_specification,
		}
	)
	return str(document.insert().name)


def _task(row: Any) -> str:
	until = _("until {0}").format(frappe.format(row.due_on, "Date")) if row.due_on else ""
	who = frappe.utils.get_fullname(row.assigned_to) if row.assigned_to else ""
	more = ", ".join(filter(None, (who, until)))
	return f"{row.task} ({more})" if more else cstr(row.task)


def _levels_of_all_kinds(requirement: Any, service: str) -> Iterator[str]:
	for row in requirement.levels:
		if row.service in (None, "", service):
			level = level_of(row)
			about = f" ({row.priority})" if row.priority else ""
			yield f"{_(row.metric)}{about}: {amount_in_words(level.agreed, level.unit)}"


def _list(lines: list[str]) -> str:
	if not lines:
		return ""
	return "<ul>" + "".join(f"<li>{escape_html(line)}</li>" for line in lines) + "</ul>"


def quality_plan(requirement: Any) -> str:
	"""The service quality plan of a requirement (R058): a Quality Goal of the host, an objective a level.

	Returns its name; made once, and found again afterwards.
	"""
	if requirement.quality_plan and frappe.db.exists("Quality Goal", requirement.quality_plan):
		return str(requirement.quality_plan)
	objectives = [*_objectives(requirement)]
	if not objectives:
		frappe.throw(
			_("{0} has neither levels nor expectations to make a plan of.").format(
				frappe.bold(requirement.name)
			),
			title=_("Nothing to Plan"),
		)
	goal = frappe.get_doc(
		{
			"doctype": "Quality Goal",
			"goal": _("Service quality of {0}: {1}").format(requirement.name, requirement.title)[:140],
			"frequency": "Monthly",
			"procedure": next((row.quality_procedure for row in requirement.quality_procedures), None),
			"objectives": objectives,
		}
	).insert()
	requirement.db_set("quality_plan", goal.name)
	return str(goal.name)


def _objectives(requirement: Any) -> Iterator[dict[str, Any]]:
	for row in requirement.levels:
		level = level_of(row)
		unit = UNITS_OF_THE_HOST.get(row.unit)
		known = unit if unit and frappe.db.exists("UOM", unit) else None
		amount = _amount(level.agreed)
		yield {
			"objective": ", ".join(filter(None, (_(row.metric), row.service, row.priority))),
			"target": amount if known else amount_in_words(level.agreed, level.unit),
			"uom": known,
		}
	for row in requirement.expectations:
		if row.gap != "Not Offered":
			yield {"objective": row.expectation, "target": cstr(row.offered)[:140]}


def from_opportunity(name: str) -> Any:
	"""A new requirement, not saved, of the customer or lead of an opportunity (R068)."""
	source = _readable("Opportunity", name)
	document = _new(source)
	document.opportunity = source.name
	document.why_now = "Other"
	document.title = cstr(source.get("title") or source.get("customer_name") or source.party_name)[:140]
	if source.opportunity_from in ("Customer", "Lead"):
		document.set(source.opportunity_from.lower(), source.party_name)
	return document


def from_lead(name: str) -> Any:
	"""A new requirement, not saved, of a lead."""
	source = _readable("Lead", name)
	document = _new(source)
	document.lead = source.name
	document.why_now = "Other"
	document.title = cstr(source.get("company_name") or source.get("lead_name") or source.name)[:140]
	return document


def from_contract(name: str) -> Any:
	"""A new requirement, not saved, because a contract was signed or changed (R074)."""
	source = _readable("Contract", name)
	if source.party_type != "Customer":
		frappe.throw(
			_("{0} is a contract with a {1}. Requirements are those of customers.").format(
				frappe.bold(source.name), _(source.party_type)
			),
			title=_("Not a Customer's Contract"),
		)
	document = _new(source)
	document.customer = source.party_name
	document.title = _("Services under {0}").format(source.name)[:140]
	changed = bool(source.amended_from)
	document.why_now = "Changed Contract" if changed else "New Contract"
	document.kind = "Change" if changed else "New"
	document.needed_by = source.start_date
	return document


def _readable(doctype: str, name: str) -> Any:
	source = frappe.get_doc(doctype, name)
	source.check_permission("read")
	return source


def _new(source: Any) -> Any:
	document = frappe.new_doc(REQUIREMENT)
	document.append("sources", {"source_type": source.doctype, "source_name": source.name})
	return document
