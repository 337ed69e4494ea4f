"""The workflows of requirements and of service specifications, as the host's own Workflow, to be changed there."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

ANALYST, MANAGER, OWNER = "Service Level Analyst", "Service Level Manager", "SLM Process Owner"
SALES = ("Sales User", "Sales Manager")
WRITERS, DECIDERS = (ANALYST, MANAGER, OWNER), (MANAGER, OWNER)


@dataclass(frozen=True, slots=True)
class State:
	name: str
	style: str
	editors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
	before: str
	action: str
	after: str
	roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
	"""The states a DocType's documents go through, and the steps between them."""

	doctype: str
	states: tuple[State, ...]
	steps: tuple[Step, ...]


REQUIREMENT = Life(
	"SLM Requirement",
	(
		State("Draft", "", (*WRITERS, *SALES)),
		State("In Clarification", "Primary", (*WRITERS, *SALES)),
		State("Analysed", "Info", WRITERS),
		State("Agreed", "Success", WRITERS),
		State("In Agreement", "Success", WRITERS),
		State("Archived", "", DECIDERS),
		State("Rejected", "Danger", DECIDERS),
	),
	(
		Step("Draft", "Clarify", "In Clarification", (*WRITERS, *SALES)),
		Step("In Clarification", "Finish Analysis", "Analysed", WRITERS),
		Step("Analysed", "Ask Again", "In Clarification", WRITERS),
		Step("Analysed", "Agree", "Agreed", DECIDERS),
		Step("Agreed", "Reopen", "In Clarification", DECIDERS),
		Step("Agreed", "Archive", "Archived", DECIDERS),
		Step("In Agreement", "Archive", "Archived", DECIDERS),
		Step("In Agreement", "Reopen", "In Clarification", DECIDERS),
		Step("Draft", "Reject", "Rejected", DECIDERS),
		Step("In Clarification", "Reject", "Rejected", DECIDERS),
		Step("Analysed", "Reject", "Rejected", DECIDERS),
		Step("Rejected", "Reopen", "In Clarification", DECIDERS),
		Step("Rejected", "Archive", "Archived", DECIDERS),
	),
)
SPECIFICATION = Life(
	"SLM Service Specification",
	(
		State("Draft", "", WRITERS),
		State("Reviewed", "Primary", WRITERS),
		State("Approved", "Info", DECIDERS),
		State("Published", "Success", DECIDERS),
		State("Superseded", "", DECIDERS),
		State("Withdrawn", "Danger", DECIDERS),
	),
	(
		Step("Draft", "Pass Review", "Reviewed", WRITERS),
		Step("Reviewed", "Back to Draft", "Draft", WRITERS),
		Step("Reviewed", "Approve", "Approved", DECIDERS),
		Step("Approved", "Back to Draft", "Draft", DECIDERS),
		Step("Approved", "Publish", "Published", DECIDERS),
		Step("Published", "Withdraw", "Withdrawn", DECIDERS),
	),
)
LIVES = (REQUIREMENT, SPECIFICATION)
OF_THE_HOST = frozenset({"Approved", "Pending", "Rejected", "Approve", "Reject", "Review"})
"""States and actions that every site has had from the start."""


def seed() -> None:
	for life in LIVES:
		for state in life.states:
			_have("Workflow State", "workflow_state_name", state.name, style=state.style)
		for step in life.steps:
			_have("Workflow Action Master", "workflow_action_name", step.action)
		if not frappe.db.exists("Workflow", life.doctype):
			frappe.get_doc(_workflow(life)).insert(ignore_permissions=True)


def unseed() -> None:
	"""Take back the workflows, and their states and actions that nobody else uses."""
	for life in LIVES:
		for name in frappe.get_all(
			"Workflow", filters={"document_type": life.doctype}, pluck="name", order_by="name asc"
		):
			frappe.delete_doc("Workflow", name, force=True, ignore_permissions=True)
	for life in LIVES:
		for state in life.states:
			_drop_unused("Workflow State", state.name, "Workflow Document State", "state")
		for step in life.steps:
			_drop_unused("Workflow Action Master", step.action, "Workflow Transition", "action")


def _workflow(life: Life) -> dict[str, object]:
	return {
		"doctype": "Workflow",
		"workflow_name": life.doctype,
		"document_type": life.doctype,
		"workflow_state_field": "status",
		"is_active": 1,
		"override_status": 1,
		"send_email_alert": 0,
		"states": [
			{"state": state.name, "doc_status": "0", "allow_edit": role}
			for state in life.states
			for role in state.editors
		],
		"transitions": [
			{
				"state": step.before,
				"action": step.action,
				"next_state": step.after,
				"allowed": role,
				"allow_self_approval": 1,
			}
			for step in life.steps
			for role in step.roles
		],
	}


def _have(doctype: str, field: str, name: str, **values: object) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, field: name, **values}).insert(ignore_permissions=True)


def _drop_unused(doctype: str, name: str, child: str, field: str) -> None:
	if (
		name not in OF_THE_HOST
		and frappe.db.exists(doctype, name)
		and not frappe.db.exists(child, {field: name})
	):
		frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
