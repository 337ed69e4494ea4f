"""The life of a DocType's documents as the host's own Workflow: given to a site, and taken back from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import frappe


@dataclass(frozen=True, slots=True)
class State:
	"""`editors` are the roles that may change a document in it; `docstatus` is the host's own."""

	name: str
	style: str
	editors: tuple[str, ...]
	docstatus: str = "0"


@dataclass(frozen=True, slots=True)
class Step:
	before: str
	action: str
	after: str
	roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
	"""The states a DocType's documents go through, and the steps between them, each under one condition."""

	doctype: str
	states: tuple[State, ...]
	steps: tuple[Step, ...]
	condition: str = ""


OF_THE_HOST = frozenset({"Approved", "Pending", "Rejected", "Approve", "Reject", "Review"})
"""States and actions that every site has had from the start."""


def seed(life: Life) -> None:
	"""What a site has already is left as its users want it."""
	for state in life.states:
		_have("Workflow State", "workflow_state_name", state.name, style=state.style)
	for action in _actions(life):
		_have("Workflow Action Master", "workflow_action_name", action)
	if not frappe.db.exists("Workflow", life.doctype):
		frappe.get_doc(_workflow(life)).insert(ignore_permissions=True)


def unseed(lives: Iterable[Life]) -> None:
	"""Take back the workflows, and their states and actions that nobody else uses."""
	lives = tuple(lives)
	for life in lives:
		for name in frappe.get_all(
			"Workflow", filters={"document_type": life.doctype}, pluck="name", order_by="name asc"
		):
			frappe.delete_doc("Workflow", name, force=True, ignore_permissions=True)
	for life in lives:
		for state in life.states:
			_drop_unused("Workflow State", state.name, "Workflow Document State", "state")
		for action in _actions(life):
			_drop_unused("Workflow Action Master", action, "Workflow Transition", "action")


def _actions(life: Life) -> Iterable[str]:
	return dict.fromkeys(step.action for step in life.steps)


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
			{"state": state.name, "doc_status": state.docstatus, "allow_edit": role}
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
				"condition": life.condition,
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
