"""Every method of this app that a browser may call: who gets an answer, and a call with another's documents."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import frappe

import slm_extension
from slm_extension import api, portal
from slm_extension.service_level_management.doctype.slm_correction import slm_correction
from slm_extension.service_level_management.doctype.slm_feedback import slm_feedback
from slm_extension.service_level_management.doctype.slm_what_if import slm_what_if
from slm_extension.service_level_management.number_card import (
	agreement_figures,
	catalogue_figures,
	figures,
	health_figures,
)

GUEST, OF_WOOL, OF_SILK, SUPPLIER = "Guest", "Customer of Wool", "Customer of Silk", "Supplier"
EMPLOYEE, SUPPORT = "Employee", "Support Team"
SALES, SALES_MANAGER = "Sales User", "Sales Manager"
ANALYST, MANAGER, OWNER, ADMIN = (
	"Service Level Analyst",
	"Service Level Manager",
	"SLM Process Owner",
	"System Manager",
)
STRANGERS = (GUEST, OF_WOOL, OF_SILK, SUPPLIER)
ROLES = (*STRANGERS, EMPLOYEE, SUPPORT, SALES, SALES_MANAGER, ANALYST, MANAGER, OWNER, ADMIN)

CONCLUDERS = (MANAGER, OWNER, ADMIN)
DRAFTERS = (ANALYST, *CONCLUDERS)
SERVICE_READERS = (SUPPORT, *DRAFTERS)
AGREEMENT_READERS = (SALES, SALES_MANAGER, *SERVICE_READERS)


@dataclass(frozen=True, slots=True)
class World:
	"""Names of documents of Wool's: his agreement in force, a draft to be signed, his ticket and so on."""

	agreement: str
	to_sign: str
	ticket: str
	requirement: str
	service: str
	specification: str
	run: str
	correction: str
	breach: str
	report: str
	customer: str
	calendar: str
	template: str
	opportunity: str
	lead: str
	contract: str
	erpnext_sla: str


@dataclass(frozen=True, slots=True)
class Method:
	"""`answers` are the roles that are not refused; what is said about the arguments is another matter."""

	answers: tuple[str, ...]
	call: Callable[[World], object]


def _stored(doctype: str, name: str) -> dict[str, Any]:
	"""A document as a form has it."""
	user = frappe.session.user
	frappe.set_user("Administrator")
	try:
		return dict(frappe.get_doc(doctype, name).as_dict(no_private_properties=True))
	finally:
		frappe.set_user(user)


def _run(world: World) -> Any:
	return frappe.get_doc("SLM What-If", world.run)


def _last(doctype: str) -> Any:
	return frappe.get_doc(
		doctype, frappe.get_all(doctype, pluck="name", order_by="creation desc", limit=1)[0]
	)


def _correction(world: World) -> Any:
	return frappe.get_doc("SLM Correction", world.correction)


def _breach(world: World) -> Any:
	return frappe.get_doc("SLM Breach", world.breach)


def _report(world: World) -> Any:
	return frappe.get_doc("SLM Supplier Report", world.report)


def _request(world: World) -> dict[str, str]:
	at = "2026-06-01 09:00:00"
	return {"ticket_type": "Issue", "ticket": world.ticket, "what": "Users Told", "from_time": at}


TICKETS = (SUPPORT,)
"""Who reads an Issue, as the host has it."""

METHODS: dict[str, Method] = {
	# tickets
	"api.ticket_clocks": Method(TICKETS, lambda w: api.ticket_clocks("Issue", w.ticket)),
	"api.ticket_legs": Method(TICKETS, lambda w: api.ticket_legs("Issue", w.ticket)),
	"api.ticket_timeline": Method(TICKETS, lambda w: api.ticket_timeline("Issue", w.ticket)),
	"api.contracted_suppliers": Method(TICKETS, lambda w: api.contracted_suppliers("Issue", w.ticket)),
	"api.at_risk": Method(TICKETS, lambda w: api.at_risk("all")),
	"api.explain_agreement": Method(TICKETS, lambda w: api.explain_agreement("Issue", w.ticket)),
	"api.explain_clock": Method(TICKETS, lambda w: api.explain_clock("Issue", w.ticket, "Resolution", 1, 0)),
	"api.acknowledge": Method(TICKETS, lambda w: api.acknowledge(w.ticket)),
	"api.take": Method(TICKETS, lambda w: api.take(w.ticket)),
	"api.escalate": Method(TICKETS, lambda w: api.escalate(w.ticket)),
	"api.ticket_told": Method(TICKETS, lambda w: api.ticket_told(w.ticket)),
	"api.find_service": Method(SERVICE_READERS, lambda w: api.find_service({"subject": "VPN"})),
	# agreements: to read
	"api.which_agreement": Method(
		AGREEMENT_READERS, lambda w: api.which_agreement(w.customer, everyone=True)
	),
	"api.customer_standing": Method((SALES, SALES_MANAGER), lambda w: api.customer_standing(w.customer)),
	"api.effective_targets": Method(AGREEMENT_READERS, lambda w: api.effective_targets(w.agreement)),
	"api.preview_targets": Method(
		AGREEMENT_READERS, lambda w: api.preview_targets(_stored("SLM Agreement", w.agreement))
	),
	"api.preview_interruptions": Method(
		AGREEMENT_READERS, lambda w: api.preview_interruptions(_stored("SLM Agreement", w.agreement))
	),
	"api.maintenance_calendar": Method(
		SERVICE_READERS,
		lambda w: api.maintenance_calendar(
			"2026-06-01 00:00:00", "2026-07-01 00:00:00", '{"start": "starts", "end": "ends"}'
		),
	),
	"api.default_holds": Method(AGREEMENT_READERS, lambda w: api.default_holds()),
	"api.agreement_checklist": Method(AGREEMENT_READERS, lambda w: api.agreement_checklist(w.agreement)),
	"api.chain_report": Method(AGREEMENT_READERS, lambda w: api.chain_report(w.agreement)),
	"api.glossary_coverage": Method(
		AGREEMENT_READERS, lambda w: api.glossary_coverage("SLM Agreement", w.agreement)
	),
	"api.supplier_request": Method(AGREEMENT_READERS, lambda w: api.supplier_request(w.agreement)),
	"api.preview_calendar": Method(
		SERVICE_READERS, lambda w: api.preview_calendar(_stored("SLM Calendar", w.calendar))
	),
	# agreements: to draft
	"api.new_version": Method(DRAFTERS, lambda w: api.new_version(w.agreement)),
	"api.agreement_from_template": Method(DRAFTERS, lambda w: api.agreement_from_template(w.template)),
	"api.support_for": Method(DRAFTERS, lambda w: api.support_for(w.agreement)),
	"api.check_chain": Method(DRAFTERS, lambda w: api.check_chain(w.to_sign)),
	"api.importable_agreements": Method(DRAFTERS, lambda w: api.importable_agreements()),
	"api.import_agreement": Method(
		DRAFTERS, lambda w: api.import_agreement("Service Level Agreement", w.erpnext_sla)
	),
	"api.agreement_from_requirement": Method(
		DRAFTERS, lambda w: api.agreement_from_requirement(w.requirement)
	),
	"api.next_due": Method(DRAFTERS, lambda w: api.next_due("SLM Agreement", w.agreement, "review")),
	"api.mark_done": Method(DRAFTERS, lambda w: api.mark_done("SLM Agreement", w.agreement, "review")),
	# agreements: to conclude and to end
	"api.sign_agreement": Method(
		(SALES_MANAGER, *CONCLUDERS), lambda w: api.sign_agreement(w.to_sign, "Provider", "Ann")
	),
	"api.contract_reviewed": Method(CONCLUDERS, lambda w: api.contract_reviewed(w.to_sign)),
	"api.waive_chain": Method((OWNER,), lambda w: api.waive_chain(w.to_sign, "Because")),
	"api.terminate_agreement": Method(
		(MANAGER, OWNER), lambda w: api.terminate_agreement(w.agreement, "2026-06-30", "Moved")
	),
	"api.freeze_agreement": Method(
		(MANAGER, OWNER), lambda w: api.freeze_agreement(w.agreement, "2026-06-02", "2026-06-03", "Fair")
	),
	"api.lift_freeze": Method((MANAGER, OWNER), lambda w: api.lift_freeze(w.agreement)),
	"api.agreement_revised": Method(CONCLUDERS, lambda w: api.agreement_revised(w.agreement)),
	"api.announcement": Method(CONCLUDERS, lambda w: api.announcement(w.agreement)),
	"api.announce_agreement": Method(CONCLUDERS, lambda w: api.announce_agreement(w.agreement)),
	# the catalogue
	"api.service_nodes": Method(SERVICE_READERS, lambda w: api.service_nodes("SLM Service", "", True)),
	"api.service_graph": Method(SERVICE_READERS, lambda w: api.service_graph(w.service)),
	"api.print_catalogue": Method(SERVICE_READERS, lambda w: api.print_catalogue()),
	"api.add_service": Method(DRAFTERS, lambda w: api.add_service("New", is_root=True)),
	# of items that he may read as well, which none of these roles alone lets him
	"api.services_from": Method((), lambda w: api.services_from("Item", ["Nothing"])),
	# requirements and specifications
	"api.requirement_from_opportunity": Method(
		(SALES, SALES_MANAGER), lambda w: api.requirement_from_opportunity(w.opportunity)
	),
	"api.requirement_from_lead": Method(
		(SALES, SALES_MANAGER, ADMIN), lambda w: api.requirement_from_lead(w.lead)
	),
	"api.requirement_from_contract": Method(
		(SALES_MANAGER, ADMIN), lambda w: api.requirement_from_contract(w.contract)
	),
	"api.specification_from_requirement": Method(
		DRAFTERS, lambda w: api.specification_from_requirement(w.requirement, w.service)
	),
	"api.quality_plan_from_requirement": Method(
		(SALES, SALES_MANAGER, *DRAFTERS), lambda w: api.quality_plan_from_requirement(w.requirement)
	),
	"api.new_specification_version": Method(
		DRAFTERS, lambda w: api.new_specification_version(w.specification)
	),
	# what-if
	"slm_what_if.begin": Method((), lambda w: slm_what_if.begin(w.to_sign, "2026-01-01", "2026-03-31")),
	"slm_what_if.standing": Method(TICKETS, lambda w: slm_what_if.standing(w.run)),
	"slm_what_if.figures": Method(TICKETS, lambda w: slm_what_if.figures(w.run)),
	"slm_what_if.download_agreement": Method(
		AGREEMENT_READERS, lambda w: slm_what_if.download_agreement(w.agreement)
	),
	"slm_what_if.download_agreements_of": Method(
		TICKETS, lambda w: slm_what_if.download_agreements_of(w.run)
	),
	"SLMMaintenanceWindow.announce": Method(DRAFTERS, lambda w: _last("SLM Maintenance Window").announce()),
	"SLMWhatIf.go_on": Method((), lambda w: _run(w).go_on()),
	"SLMWhatIf.cancel_run": Method((), lambda w: _run(w).cancel_run()),
	# corrections: decided by who has the role and reads the ticket as well, which none of these roles alone lets him
	"slm_correction.preview": Method(TICKETS, lambda w: slm_correction.preview(w.correction)),
	"slm_correction.preview_new": Method(TICKETS, lambda w: slm_correction.preview_new(_request(w))),
	"slm_correction.about_ticket": Method(TICKETS, lambda w: slm_correction.about_ticket("Issue", w.ticket)),
	"SLMCorrection.approve": Method((), lambda w: _correction(w).approve("x")),
	"SLMCorrection.reject": Method((), lambda w: _correction(w).reject("x")),
	"SLMCorrection.withdraw": Method((), lambda w: _correction(w).withdraw()),
	# feedback
	"slm_feedback.about_ticket": Method(TICKETS, lambda w: slm_feedback.about_ticket(w.ticket)),
	"slm_feedback.record": Method(TICKETS, lambda w: slm_feedback.record(w.ticket, 5, "Pia", "Telephone")),
	# breaches: as corrections are
	"SLMBreach.figures_view": Method(TICKETS, lambda w: _breach(w).figures_view()),
	"SLMBreach.grounds": Method(TICKETS, lambda w: _breach(w).grounds()),
	"SLMBreach.explain": Method(TICKETS, lambda w: _breach(w).explain("x", "Other")),
	"SLMBreach.ask_to_excuse": Method(
		TICKETS, lambda w: _breach(w).ask_to_excuse("Other", "x", None, "a mail")
	),
	"SLMBreach.dispute": Method(TICKETS, lambda w: _breach(w).dispute("Wool", "x")),
	"SLMBreach.decide_excuse": Method((), lambda w: _breach(w).decide_excuse(True, "x")),
	"SLMBreach.take_excuse_back": Method((), lambda w: _breach(w).take_excuse_back("x")),
	"SLMBreach.settle": Method((), lambda w: _breach(w).settle("x")),
	"SLMBreach.close": Method((), lambda w: _breach(w).close("x")),
	"SLMBreach.open_again": Method((), lambda w: _breach(w).open_again()),
	# service reports of suppliers
	"SLMSupplierReport.compare": Method(SERVICE_READERS, lambda w: _report(w).compare()),
	"SLMSupplierReport.take_figures": Method(DRAFTERS, lambda w: _report(w).take_figures()),
	"SLMSupplierReport.deliver": Method(DRAFTERS, lambda w: _report(w).deliver("2026-06-01")),
	"SLMSupplierReport.accept": Method(DRAFTERS, lambda w: _report(w).accept()),
	"SLMSupplierReport.send_back": Method(DRAFTERS, lambda w: _report(w).send_back("x", "2026-06-08")),
	"SLMSupplierReport.not_needed": Method(CONCLUDERS, lambda w: _report(w).not_needed("x")),
	# number cards
	"agreement_figures.waiting_for_signatures": Method(
		AGREEMENT_READERS, lambda w: agreement_figures.waiting_for_signatures()
	),
	"agreement_figures.reviews_overdue": Method(
		AGREEMENT_READERS, lambda w: agreement_figures.reviews_overdue()
	),
	"figures.agreements_expiring": Method(AGREEMENT_READERS, lambda w: figures.agreements_expiring()),
	"figures.missed_this_month": Method(SERVICE_READERS, lambda w: figures.missed_this_month()),
	"figures.due_within_the_hour": Method(SERVICE_READERS, lambda w: figures.due_within_the_hour()),
	"figures.held_now": Method(TICKETS, lambda w: figures.held_now()),
	"figures.held_without_a_reason": Method(TICKETS, lambda w: figures.held_without_a_reason()),
	"figures.attainment_this_month": Method(SERVICE_READERS, lambda w: figures.attainment_this_month()),
	"health_figures.indicators_bad": Method(DRAFTERS, lambda w: health_figures.indicators_bad()),
	"health_figures.indicators_in_attention": Method(
		DRAFTERS, lambda w: health_figures.indicators_in_attention()
	),
	"catalogue_figures.services_outside": Method(
		SERVICE_READERS, lambda w: catalogue_figures.services_outside()
	),
	"catalogue_figures.tickets_without_service": Method(
		TICKETS, lambda w: catalogue_figures.tickets_without_service()
	),
	"catalogue_figures.tickets_without_agreement": Method(
		TICKETS, lambda w: catalogue_figures.tickets_without_agreement()
	),
	# for users of the portal: to what is their own; all others are told that there is no such thing
	"portal.sign_agreement": Method(
		(OF_WOOL,), lambda w: portal.sign_agreement(w.to_sign, "Wanda", "Head", True)
	),
	"portal.agreement_pdf": Method((OF_WOOL,), lambda w: portal.agreement_pdf(w.agreement)),
	"portal.deliver_supplier_report": Method(
		(SUPPLIER,), lambda w: portal.deliver_supplier_report(w.report, "All went well.")
	),
	"portal.supplier_report_file": Method((SUPPLIER,), lambda w: portal.supplier_report_file(w.report)),
	"portal.due_times": Method((OF_WOOL, SUPPORT), lambda w: portal.due_times(w.ticket)),
	"portal.ticket_feedback": Method((OF_WOOL,), lambda w: portal.ticket_feedback(w.ticket)),
	"portal.give_feedback": Method((OF_WOOL,), lambda w: portal.give_feedback(w.ticket, 5)),
}


def name_of(function: Any) -> str:
	"""How a method is called in the table: module or class, and name."""
	inner = inspect.unwrap(function)
	owner = inner.__qualname__.rpartition(".")[0] or inner.__module__.rpartition(".")[2]
	return f"{owner}.{inner.__name__}"


def of_this_app() -> dict[str, Any]:
	"""Whatever the host lets a browser call in this app, found by importing all of it."""
	for module in pkgutil.walk_packages(slm_extension.__path__, "slm_extension."):
		if not module.name.startswith(("slm_extension.replay", "slm_extension.domain")):
			importlib.import_module(module.name)
	return {
		name_of(function): function
		for function in frappe.whitelisted
		if inspect.unwrap(function).__module__.startswith("slm_extension.")
		and not inspect.unwrap(function).__module__.startswith("slm_extension.overrides.")
	}
