"""An agreement in which every part of the form is filled in, and the records that it needs."""

from __future__ import annotations

from typing import Any

import frappe

from slm_extension.services import guarded_fields
from slm_extension.testing import (
	HOUR,
	make_calendar,
	make_customer,
	make_priority,
	make_service,
	make_user,
	target,
)

DAY = 24 * HOUR

SECRETS = {
	"cost": 918273,
	"total_cost": 918273,
	"budget": 645342,
	"cost_justification": "secret-cost-justification",
	"justification": "secret-target-justification",
	"service_justification": "secret-service-justification",
	"internal_document": "secret-margin-sheet",
	"baseline": "secret-level-today",
	"internal_description": "secret-internal-description",
	"participants": "secret-participants",
	"waiver": "secret-waiver",
}
"""What stands in the full agreement and must never reach the other party."""


def make_holidays(name: str = "Kolkata 2026") -> str:
	if not frappe.db.exists("Holiday List", name):
		frappe.get_doc(
			{
				"doctype": "Holiday List",
				"holiday_list_name": name,
				"from_date": "2026-01-01",
				"to_date": "2026-12-31",
				"holidays": [
					{"holiday_date": "2026-01-26", "description": "Republic Day"},
					{"holiday_date": "2026-08-15", "description": "Independence Day, a Saturday"},
					{"holiday_date": "2026-10-02", "description": "Gandhi Jayanti"},
				],
			}
		).insert()
	return name


def make_support_hours() -> str:
	"""Mon-Fri 08:00-18:00, Sat 09:00-13:00, with holidays, a yearly closure and a short day."""
	return make_calendar(
		"Support Hours",
		hours=("08:00-18:00",),
		holiday_lists=[{"holiday_list": make_holidays()}],
		yearly_closures=[
			{
				"from_month": "December",
				"from_day": 30,
				"to_month": "January",
				"to_day": 1,
				"reason": "Stocktaking",
			}
		],
		exceptions=[
			{"date": "2026-12-24", "from_time": "08:00:00", "to_time": "12:00:00", "reason": "Christmas Eve"}
		],
	).name


def make_term(term: str, abbreviation: str, definition: str) -> None:
	if not frappe.db.exists("SLM Glossary Term", {"term": term}):
		frappe.get_doc(
			{
				"doctype": "SLM Glossary Term",
				"term": term,
				"abbreviation": abbreviation,
				"definition": definition,
				"customer_visible": 1,
			}
		).insert()


def make_full_agreement(customer: str = "Wool & Sons", **more: Any) -> Any:
	"""A draft SLA with everything in it."""
	for name in ("High", "Medium", "Low"):
		make_priority(name)
	make_term("Workaround", "WA", "A way to go on working before the cause is removed.")
	shop = make_service(
		"Online Shop",
		customer_description="<p>Where your customers buy.</p>",
		internal_description=f"<p>{SECRETS['internal_description']}</p>",
	)
	mail = make_service("Mail", customer_description="<p>Sending and receiving mail.</p>")
	manager = make_user("manager@acme.example", "Service Level Manager")
	around = make_calendar("Around the Clock", around_the_clock=True).name
	values = {
		"doctype": "SLM Agreement",
		"title": "Support of the Online Shop",
		"kind": "SLA",
		"basis": "Customer",
		"customer": make_customer(customer),
		"calendar": make_support_hours(),
		"valid_from": "2026-01-01",
		"valid_until": "2027-12-31",
		"until_replaced": 1,
		"agreement_owner": manager,
		"monitor": make_user("watch@acme.example", "Service Level Analyst"),
		"agreed_level": "Orders can be placed whenever people want to buy.",
		"overview": "<p>We run the <strong>online shop</strong> and answer questions about it. "
		"Where there is no solution yet, a Workaround is named.</p>",
		"processes": [
			{
				"business_process": "Selling online",
				"importance": "Key",
				"service": shop,
				"description": "Orders, payment.",
			},
			{"business_process": "Customer service", "importance": "Important", "service": mail},
		],
		"services": [
			{
				"service": shop,
				"system_class": "Key",
				"service_mode": "Remote, on call",
				"price": 12000,
				"cost": SECRETS["cost"],
				"content": "Operation, patches, backup.\nHelp for its users.",
				"staff_skills": "Two years with the shop software",
				"cost_justification": SECRETS["service_justification"],
			},
			{"service": mail, "service_mode": "Remote", "price": 1500},
		],
		"targets": [
			target(
				"Response",
				1,
				priority="High",
				objective=98,
				key_target=1,
				justification=SECRETS["justification"],
			),
			target("Response", 4, objective=95, baseline=SECRETS["baseline"]),
			target(
				"Resolution",
				4,
				priority="High",
				service=shop,
				objective=95,
				key_target=1,
				calendar=around,
				customer_wording="If nobody can buy, the shop sells again within 4 hours, at any hour of any day.",
			),
			target(
				"Resolution",
				16,
				objective=90,
				measured_by="By the shop's own monitoring",
				evaluation_rule="By quarter",
			),
		],
		"service_schedule": "Outside service time a person on call answers the telephone for the shop.",
		"availability": [
			{"service": shop, "metric": "Availability %", "value": 99.5, "period": "Month"},
			{"metric": "Longest Outage", "value": 4, "period": "Quarter"},
		],
		"interruptions": [
			{
				"title": "Monthly patches",
				"service": shop,
				"recurrence": "Monthly",
				"starts": "2026-01-11 02:00:00",
				"duration": 2 * HOUR,
				"notice": 3 * DAY,
			}
		],
		"duties": [
			{"party": "Provider", "duty": "Keeps the shop patched.", "measured_by": "Patch report"},
			{"party": "Customer", "duty": "Names two key users.", "measured_by": "List of key users"},
			{"party": "Both", "duty": "Meet once a quarter."},
		],
		"security_boundary": "We protect the servers; the customer protects the passwords of its staff.",
		"priority_matrix": [
			{"impact": "High", "urgency": "High", "priority": "High", "guidance": "Nobody can buy."},
			{"impact": "High", "urgency": "Low", "priority": "Medium"},
			{"impact": "Low", "urgency": "Low", "priority": "Low", "guidance": "A question."},
		],
		"escalations": [
			{
				"level": 1,
				"timing": "Percent of Goal",
				"percent": 75,
				"notify": "Holder",
				"action": "Asks for help.",
			},
			{
				"level": 2,
				"metric": "Resolution",
				"timing": "After Due",
				"offset": HOUR,
				"notify": "Agreement Owner",
			},
		],
		"workload_limits": [
			{"service": shop, "period": "Month", "tickets": 120, "accepted": 1, "beyond": "Best effort"}
		],
		"exceptions": [
			{
				"title": "Summer sale",
				"from_date": "2026-07-01",
				"until_date": "2026-07-14",
				"description": "Load tests.",
			}
		],
		"exceptional_event": "A power cut of the region.",
		"fault_recovery": "Recovered means that an order can be placed and paid.",
		"contacts": [
			{
				"party": "Customer",
				"contact_role": "Key user",
				"full_name": "Wanda Wool",
				"email": "wanda@wool.example",
			},
			{
				"party": "Provider",
				"contact_role": "Service level manager",
				"full_name": "Max Manager",
				"phone": "+91 33 5550 0000",
			},
		],
		"channels": [
			{
				"purpose": "Reporting a fault",
				"channel": "Telephone",
				"address": "+91 33 5550 0001",
				"hours": "Always",
			}
		],
		"complaint_procedure": "Write to the service level manager; an answer comes within two working days.",
		"report_frequency": "Monthly",
		"report_method": "PDF by e-mail",
		"review_frequency": "Quarterly",
		"next_review_on": "2026-04-01",
		"evaluation_baseline": "The figures of 2025.",
		"satisfaction_objective": 4.2,
		"deliverables": [
			{"deliverable": "Service report", "service": shop, "frequency": "Monthly", "format": "PDF"}
		],
		"spare_parts": [
			{"description": "Payment terminal", "qty": 3, "provided_within": DAY, "location": "Howrah"}
		],
		"documents": [
			{"kind": "Continuity plan", "title": "Plan for the shop", "url": "https://docs.example.com/plan"},
			{"kind": "Financial agreement", "title": SECRETS["internal_document"], "internal": 1},
		],
		"change_control": "Either side may ask for a change; both sign it.",
		"description": "<h3>Law</h3><p>The law of West Bengal applies.</p>",
		"print_glossary": 1,
		"charging_method": "Fixed price",
		"billing_period": "Month",
		"currency": "INR",
		"budget": SECRETS["budget"],
		"cost_justification": SECRETS["cost_justification"],
		"credit_bands": [{"metric": "Resolution", "below": 90, "credit": 5}],
		"participants": SECRETS["participants"],
		"chain_waiver": SECRETS["waiver"],
		"distribution": [
			{"recipient": "Wool & Sons, management", "access": "Read", "copy_number": "1"},
			{"user": manager, "access": "Edit", "copy_number": "2"},
		],
		"revisions": [
			{
				"document_version": "0.1",
				"revised_on": "2025-12-01",
				"mark": "A",
				"what": "First draft",
				"reviser": manager,
			}
		],
		"release_scope": "Both parties",
	}
	document = frappe.get_doc({**values, **more})
	guarded_fields.allow(document, "revisions", "chain_waiver")
	return document.insert()
