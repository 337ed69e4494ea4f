"""The workflow of agreements, as the host's own Workflow: from draft to concluded, and what may end it (R097-R102).

What is concluded begins, expires and is superseded by the calendar; those states are the host's to show, not to set.
"""

from __future__ import annotations

from slm_extension.seeds import workflow
from slm_extension.seeds.workflow import Life, State, Step

NAME = "SLM Agreement"
ANALYST, MANAGER, OWNER = "Service Level Analyst", "Service Level Manager", "SLM Process Owner"
DRAFTERS, APPROVERS = (ANALYST, MANAGER, OWNER), (MANAGER, OWNER)

LIFE = Life(
	NAME,
	(
		State("Draft", "", DRAFTERS),
		State("In Negotiation", "Primary", DRAFTERS),
		State("Group Review", "Warning", APPROVERS),
		State("Approved", "Info", APPROVERS),
		State("Agreed", "Info", APPROVERS, docstatus="1"),
		State("In Force", "Success", APPROVERS, docstatus="1"),
		State("Frozen", "Warning", APPROVERS, docstatus="1"),
		State("Superseded", "", APPROVERS, docstatus="1"),
		State("Expired", "Warning", APPROVERS, docstatus="1"),
		State("Terminated", "Danger", APPROVERS, docstatus="1"),
		State("Cancelled", "Danger", APPROVERS, docstatus="2"),
	),
	(
		Step("Draft", "Negotiate", "In Negotiation", DRAFTERS),
		Step("In Negotiation", "Send to Group Review", "Group Review", DRAFTERS),
		Step("In Negotiation", "Back to Draft", "Draft", DRAFTERS),
		Step("Group Review", "Pass Review", "Approved", APPROVERS),
		Step("Group Review", "Send Back", "In Negotiation", APPROVERS),
		Step("Approved", "Negotiate Again", "In Negotiation", DRAFTERS),
		Step("Approved", "Conclude", "Agreed", APPROVERS),
		Step("Agreed", "Terminate", "Terminated", APPROVERS),
		Step("In Force", "Terminate", "Terminated", APPROVERS),
		Step("Frozen", "Terminate", "Terminated", APPROVERS),
		Step("In Force", "Freeze", "Frozen", APPROVERS),
		Step("Frozen", "Lift Freeze", "In Force", APPROVERS),
	),
	condition="not doc.is_template",
)


def seed() -> None:
	workflow.seed(LIFE)


def unseed() -> None:
	workflow.unseed([LIFE])
