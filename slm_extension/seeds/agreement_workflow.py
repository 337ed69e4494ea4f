"""The workflow of agreements, as the host's own Workflow: from draft to concluded, and what may end it (R097-R102).

What is concluded begins, expires and is superseded by the calendar; those states are the host's to show, not to set.
"""

from __future__ import annotations

import frappe

NAME = "SLM Agreement"
ANALYST, MANAGER, OWNER = "Service Level Analyst", "Service Level Manager", "SLM Process Owner"
DRAFTERS, APPROVERS = (ANALYST, MANAGER, OWNER), (MANAGER, OWNER)

STATES = (
	("Draft", "0", "", DRAFTERS),
	("In Negotiation", "0", "Primary", DRAFTERS),
	("Group Review", "0", "Warning", APPROVERS),
	("Approved", "0", "Info", APPROVERS),
	("Agreed", "1", "Info", APPROVERS),
	("In Force", "1", "Success", APPROVERS),
	("Frozen", "1", "Warning", APPROVERS),
	("Superseded", "1", "", APPROVERS),
	("Expired", "1", "Warning", APPROVERS),
	("Terminated", "1", "Danger", APPROVERS),
	("Cancelled", "2", "Danger", APPROVERS),
)
"""Each state: its name, the host's document status, its style, the roles that may edit in it."""

TRANSITIONS = (
	("Draft", "Negotiate", "In Negotiation", DRAFTERS),
	("In Negotiation", "Send to Group Review", "Group Review", DRAFTERS),
	("In Negotiation", "Back to Draft", "Draft", DRAFTERS),
	("Group Review", "Pass Review", "Approved", APPROVERS),
	("Group Review", "Send Back", "In Negotiation", APPROVERS),
	("Approved", "Negotiate Again", "In Negotiation", DRAFTERS),
	("Approved", "Conclude", "Agreed", APPROVERS),
	("Agreed", "Terminate", "Terminated", APPROVERS),
	("In Force", "Terminate", "Terminated", APPROVERS),
	("Frozen", "Terminate", "Terminated", APPROVERS),
	("In Force", "Freeze", "Frozen", APPROVERS),
	("Frozen", "Lift Freeze", "In Force", APPROVERS),
)


def seed() -> None:
	for state, _docstatus, style, _roles in STATES:
		if not frappe.db.exists("Workflow State", state):
			frappe.get_doc(
				{"doctype": "Workflow State", "workflow_state_name": state, "style": style}
			).insert(ignore_permissions=True)
	for action in dict.fromkeys(one[1] for one in TRANSITIONS):
		if not frappe.db.exists("Workflow Action Master", action):
			frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert(
				ignore_permissions=True
			)
	if frappe.db.exists("Workflow", NAME):
		return
	frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": NAME,
			"document_type": "SLM Agreement",
			"workflow_state_field": "status",
			"is_active": 1,
			"override_status": 1,
			"send_email_alert": 0,
			"states": [
				{"state": state, "doc_status": docstatus, "allow_edit": role}
				for state, docstatus, _style, roles in STATES
				for role in roles
			],
			"transitions": [
				{
					"state": state,
					"action": action,
					"next_state": following,
					"allowed": role,
					"allow_self_approval": 1,
					"condition": "not doc.is_template",
				}
				for state, action, following, roles in TRANSITIONS
				for role in roles
			],
		}
	).insert(ignore_permissions=True)


def unseed() -> None:
	"""Take back the workflow, and its states and actions that nobody else uses."""
	for name in frappe.get_all(
		"Workflow", filters={"document_type": "SLM Agreement"}, pluck="name", order_by="name asc"
	):
		frappe.delete_doc("Workflow", name, force=True, ignore_permissions=True)
	for state, *_rest in STATES:
		_drop_unused("Workflow State", state, "Workflow Document State", "state")
	for action in dict.fromkeys(one[1] for one in TRANSITIONS):
		_drop_unused("Workflow Action Master", action, "Workflow Transition", "action")


def _drop_unused(doctype: str, name: str, child: str, field: str) -> None:
	if (
		frappe.db.exists(doctype, name)
		and not frappe.db.exists(child, {field: name})
		and name not in _OF_THE_HOST
	):
		frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)


_OF_THE_HOST = frozenset({"Approved", "Pending", "Rejected", "Approve", "Reject", "Review"})
