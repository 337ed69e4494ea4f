"""The first terms of the glossary (R404-R407), in plain English; a site changes, adds and deletes as it likes."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

TERM = "SLM Glossary Term"


@dataclass(frozen=True, slots=True)
class Seed:
	term: str
	definition: str
	abbreviation: str = ""
	forms: tuple[str, ...] = ()
	avoid: tuple[str, ...] = ()
	customer_visible: bool = True


TERMS = (
	Seed(
		"Service level management",
		"The work of agreeing with customers how good a service has to be, measuring whether it is, and making it better.",
		"SLM",
	),
	Seed(
		"Service level agreement",
		"What a provider and a customer have agreed about a service: what it does, when it is there, and how fast help comes.",
		"SLA",
		avoid=("support contract",),
	),
	Seed(
		"Operational level agreement",
		"What one team of the provider promises another, so that a service level agreement can be kept.",
		"OLA",
	),
	Seed(
		"Underpinning contract",
		"What a supplier promises the provider, so that a service level agreement can be kept.",
		"UC",
		forms=("Underpinning",),
		avoid=("supplier SLA",),
	),
	Seed(
		"Internal commitment",
		"A promise about service levels that the provider gives without an agreement signed by a customer.",
		forms=("Commitment",),
		customer_visible=False,
	),
	Seed(
		"Service catalogue",
		"The list of services a provider offers, with what each does, for whom, and at what price.",
		forms=("Catalogue", "Catalog"),
	),
	Seed(
		"Service",
		"Something a provider does for customers that they can use without caring how it works inside.",
	),
	Seed("Customer", "Who agrees on a service with the provider, and pays for it."),
	Seed("User", "Who works with a service. Users may be other people than the customer."),
	Seed(
		"Provider", "Who provides a service: a department, a company, or several that work together as one."
	),
	Seed("Supplier", "Another company whose goods or services the provider needs to provide a service."),
	Seed(
		"Service level manager",
		"The person who agrees on service levels, watches whether they are met, and answers for improvements.",
		forms=("SLM owner", "Service level management owner"),
	),
	Seed(
		"Process owner",
		"The person who answers for how service level management is done, and decides on exceptions.",
		customer_visible=False,
	),
	Seed(
		"Service level requirement",
		"What a customer needs of a service and how good it has to be, written down before anything is promised.",
		"SLR",
		forms=("Requirement",),
	),
	Seed(
		"Service specification",
		"How a service is delivered, watched and looked after: the provider's own instructions.",
		forms=("Specification",),
	),
	Seed(
		"Verification",
		"A check that something was made as it was planned: every point of the plan is there.",
	),
	Seed(
		"Validation",
		"A check that something does for its users what they need, whatever the plan said.",
	),
	Seed(
		"Service level target",
		"One promise in numbers, such as an answer within one hour of the service hours.",
		forms=("Target",),
	),
	Seed(
		"Objective",
		"The share of cases in a period in which a target has to be met, such as 95 of 100.",
	),
	Seed("Attainment", "The share of cases in a period in which a target was met.", avoid=("hit rate",)),
	Seed(
		"Breach",
		"A target that was missed.",
		forms=("Breached", "Missed"),
		avoid=("SLA violation",),
	),
	Seed(
		"Availability",
		"The share of the agreed service hours in which a service could be used.",
		avoid=("uptime",),
	),
	Seed("Outage", "A time in which a service could not be used though it should have been.", avoid=("downtime",)),
	Seed(
		"Maintenance window",
		"A time, announced before, in which a service may be away for work on it.",
	),
	Seed(
		"Mean time between failures",
		"How long a service runs on average from one failure to the next.",
		"MTBF",
	),
	Seed(
		"Mean time to restore service",
		"How long it takes on average from a failure until the service can be used again.",
		"MTRS",
		avoid=("MTTR",),
	),
	Seed("Failure", "The loss of something that a service should do."),
	Seed(
		"Incident",
		"Something that went wrong, or is about to, for the users of a service.",
	),
	Seed("Ticket", "The record of one request or incident, from its opening to its closing.", forms=("Issue",)),
	Seed(
		"Priority",
		"The order in which tickets are worked on: how much depends on it, and how soon it is needed.",
	),
	Seed(
		"Response time",
		"The service hours from the opening of a ticket until somebody answers it in person.",
		forms=("Response",),
		avoid=("reaction time",),
	),
	Seed(
		"Resolution time",
		"The service hours from the opening of a ticket until it is solved, times of waiting for the customer left out.",
		forms=("Resolution",),
		avoid=("fix time",),
	),
	Seed(
		"Restoration time",
		"The service hours until the service can be used again, even if the cause is still to be removed.",
		forms=("Restoration",),
	),
	Seed(
		"Turnaround time",
		"The service hours a request takes from its arrival until its result is handed over.",
		forms=("Turnaround",),
	),
	Seed(
		"Hold",
		"A time in which a ticket waits for somebody else, usually the customer, and its clock stands still.",
		forms=("On hold", "Held"),
	),
	Seed("Clock", "What counts the time of one target on one ticket."),
	Seed(
		"Service hours",
		"The days and hours during which a service is provided and time counts.",
		forms=("Hours of service",),
		avoid=("opening hours", "business hours"),
	),
	Seed("Calendar", "Service hours, holidays and exceptions in one time zone, written down under a name."),
	Seed(
		"Escalation",
		"Telling somebody who can do more, when a target is in danger or missed.",
	),
	Seed(
		"Workload limit",
		"How many tickets a promise holds for. Beyond that number other rules of the agreement apply.",
	),
	Seed("Waiver", "A decision, with a reason, to accept what a rule does not allow.", customer_visible=False),
	Seed(
		"Service credit",
		"What the customer gets back when an objective was not met.",
		avoid=("penalty",),
	),
	Seed("Service review", "A meeting of customer and provider about what was promised, what was delivered and what to change."),
	Seed(
		"Continuity",
		"That the customer can go on working after a disaster, and how fast and how well.",
	),
	Seed("Capacity", "How much of a service can be used at once, or in a period."),
	Seed("Baseline", "How things are today: what later figures are compared with."),
)  # fmt: skip


def seed() -> None:
	language = "en" if frappe.db.exists("Language", "en") else None
	known = {name.casefold() for name in frappe.get_all(TERM, pluck="term", order_by="term asc")}
	for one in TERMS:
		if one.term.casefold() not in known:
			frappe.get_doc(
				{
					"doctype": TERM,
					"term": one.term,
					"abbreviation": one.abbreviation,
					"definition": one.definition,
					"other_forms": "\n".join(one.forms),
					"avoid": "\n".join(one.avoid),
					"customer_visible": int(one.customer_visible),
					"language": language,
				}
			).insert(ignore_permissions=True)
