"""The workflows of requirements and of service specifications, as the host's own Workflow, to be changed there."""

from __future__ import annotations

from slm_extension.seeds import workflow
from slm_extension.seeds.workflow import Life, State, Step

ANALYST, MANAGER, OWNER = "Service Level Analyst", "Service Level Manager", "SLM Process Owner"
SALES = ("Sales User", "Sales Manager")
WRITERS, DECIDERS = (ANALYST, MANAGER, OWNER), (MANAGER, OWNER)


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


def seed() -> None:
	for life in LIVES:
		workflow.seed(life)


def unseed() -> None:
	workflow.unseed(LIVES)
