"""Templates for the three kinds of agreement (R331): drafts that are never in force, to be made into real ones."""

from __future__ import annotations

from typing import Any

import frappe

HOUR = 3600
PRIORITIES = (("High", 1, 4), ("Medium", 2, 8), ("Low", 4, 24))
"""Priority, and the hours for response and resolution."""


def seed() -> None:
	for values in (_sla(), _ola(), _uc()):
		if not frappe.db.exists("SLM Agreement", {"is_template": 1, "title": values["title"]}):
			document = frappe.get_doc(
				{"doctype": "SLM Agreement", "is_template": 1, "agreement_owner": None, **values}
			)
			document.flags.ignore_mandatory = True
			document.flags.ignore_links = True
			document.insert(ignore_permissions=True)


def _sla() -> dict[str, Any]:
	return {
		"title": "Service level agreement",
		"kind": "SLA",
		"basis": "Customer",
		"overview": "<p>What the services are for, and which of your business processes depend on them.</p>",
		"agreed_level": "The targets below are met in the agreed share of cases, month by month.",
		"targets": [
			row
			for priority, response, resolution in _known_priorities()
			for row in (
				{"metric": "Response", "priority": priority, "goal": response * HOUR, "objective": 95},
				{"metric": "Resolution", "priority": priority, "goal": resolution * HOUR, "objective": 90},
			)
		],
		"duties": [
			{"party": "Provider", "duty": "Attends the services during the service hours.", "measured_by": "Clocks of tickets"},
			{"party": "Provider", "duty": "Reports monthly what was kept and what was not, with the causes."},
			{"party": "Customer", "duty": "Reports faults through the agreed channels, with impact and urgency."},
			{"party": "Customer", "duty": "Answers questions on a ticket within two working days."},
		],
		"escalations": [
			{"level": 1, "timing": "Percent of Goal", "percent": 75, "notify": "Holder", "action": "Acts or asks for help."},
			{"level": 2, "timing": "Percent of Goal", "percent": 100, "notify": "Holder's Manager", "action": "Decides on further means."},
			{"level": 3, "timing": "After Due", "offset": 4 * HOUR, "notify": "Agreement Owner", "action": "Informs the customer."},
		],
		"exceptional_event": "An event that neither side could foresee or prevent, such as a failure of public supply.",
		"fault_recovery": "The service can be used again and the person who reported the fault has been told.",
		"complaint_procedure": "A complaint goes to the service level manager, who answers within five working days.",
		"security_boundary": "The provider answers for the security of the systems it runs; the customer for accounts, devices and what users do with them.",
		"change_control": "Changes are agreed in writing by both sides and take effect as a new version from an agreed day.",
		"report_frequency": "Monthly",
		"review_frequency": "Quarterly",
		**_matrix(),
	}  # fmt: skip


def _ola() -> dict[str, Any]:
	return {
		"title": "Operational level agreement",
		"kind": "OLA",
		"targets": [
			{"metric": "Turnaround", "priority": priority, "goal": max(resolution // 2, 1) * HOUR, "objective": 95}
			for priority, _response, resolution in _known_priorities()
		],
		"duties": [
			{"party": "Team", "duty": "Takes up what is handed over and hands it on, or back, with what was found."},
			{"party": "Provider", "duty": "Hands over with all that is known about the fault."},
		],
		"change_control": "Follows every change of the agreements that rest on it.",
		"report_frequency": "Monthly",
		"review_frequency": "Quarterly",
	}  # fmt: skip


def _uc() -> dict[str, Any]:
	return {
		"title": "Underpinning contract",
		"kind": "UC",
		"legally_binding": 1,
		"targets": [{"metric": "Turnaround", "goal": 4 * HOUR, "objective": 95}],
		"duties": [
			{"party": "Supplier", "duty": "Repairs or replaces what it supports within the agreed time."},
			{"party": "Supplier", "duty": "Delivers a service report every month."},
			{"party": "Provider", "duty": "Reports faults with all that is known about them."},
		],
		"deliverables": [{"deliverable": "Service report", "frequency": "Monthly"}],
		"change_control": "Follows every change of the agreements that rest on it, by an amendment of the contract.",
		"report_frequency": "Monthly",
		"review_frequency": "Half-yearly",
	}


def _known_priorities() -> list[tuple[str | None, int, int]]:
	"""The host's usual priorities, where the site has them; otherwise one row for all."""
	known = [one for one in PRIORITIES if frappe.db.exists("Issue Priority", one[0])]
	return [*known] or [(None, 1, 8)]


def _matrix() -> dict[str, Any]:
	if not all(frappe.db.exists("Issue Priority", name) for name, *_hours in PRIORITIES):
		return {}
	grid = {
		("High", "High"): "High", ("High", "Medium"): "High", ("High", "Low"): "Medium",
		("Medium", "High"): "High", ("Medium", "Medium"): "Medium", ("Medium", "Low"): "Low",
		("Low", "High"): "Medium", ("Low", "Medium"): "Low", ("Low", "Low"): "Low",
	}  # fmt: skip
	return {
		"priority_matrix": [
			{"impact": impact, "urgency": urgency, "priority": priority}
			for (impact, urgency), priority in grid.items()
		]
	}
