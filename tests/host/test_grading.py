"""Impact and urgency of a ticket give it the priority that its agreement says, and with it the target (R139, R202)."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from slm_extension.overrides import boot
from slm_extension.testing import (
	HOUR,
	clocks,
	ledger,
	make_agreement,
	make_customer,
	make_issue,
	make_priority,
	opened_form,
	save_form,
	target,
)

TARGETS = (target("Resolution", 2, priority="High"), target("Resolution", 8, priority="Low"))


def matrix(**priorities: str) -> list[dict[str, str]]:
	"""Rows by impact and urgency: High_Low="High"."""
	return [
		dict(zip(("impact", "urgency", "priority"), (*cell.split("_"), make_priority(priority)), strict=True))
		for cell, priority in priorities.items()
	]


@pytest.fixture
def everybody(clock: Any) -> str:
	rows = matrix(High_High="High", High_Low="High", Low_Low="Low")
	return make_agreement(targets=TARGETS, priority_matrix=rows).name


def test_impact_and_urgency_decide_which_target_applies(clock, everybody) -> None:
	issue = make_issue(slm_impact="High", slm_urgency="Low")

	assert issue.priority == "High"
	assert clocks(issue)["resolution"].goal == 2 * HOUR


def test_one_of_them_that_changes_changes_the_priority(clock, everybody) -> None:
	issue = make_issue(slm_impact="Low", slm_urgency="Low")
	clock.at("Mon 1 Jun 10:00")
	issue.update({"slm_impact": "High"}).save()

	assert (issue.priority, clocks(issue)["resolution"].goal) == ("High", 2 * HOUR)
	assert [row.value for row in ledger(issue) if row.kind == "priority"] == ["Low", "High"]


def test_who_chooses_a_priority_along_with_them_is_believed(clock, everybody) -> None:
	new = make_issue(slm_impact="High", slm_urgency="High", priority="Low")
	changed = make_issue(slm_impact="Low", slm_urgency="Low")
	changed.update({"slm_impact": "High", "priority": None}).save()

	assert (new.priority, changed.priority) == ("Low", None)


def test_a_priority_chosen_later_stays_until_one_of_them_changes(clock, everybody) -> None:
	issue = make_issue(slm_impact="High", slm_urgency="High")
	issue.update({"priority": "Low"}).save()
	issue.update({"subject": "The printer has no ink"}).save()
	assert issue.priority == "Low"

	issue.update({"slm_urgency": "Low"}).save()
	assert issue.priority == "High"


@pytest.mark.parametrize(
	("own", "expected"),
	[
		pytest.param({"High_Low": "Low"}, "Low", id="the customer's own agreement"),
		pytest.param({}, None, id="a default is for those who have nothing else"),
	],
)
def test_the_closest_agreement_that_grades_them_decides(
	clock, everybody, own: dict[str, str], expected: str | None
) -> None:
	customer = make_customer()
	make_agreement("Wool", TARGETS, customer=customer, priority_matrix=matrix(**own))
	issue = make_issue(customer=customer, slm_impact="High", slm_urgency="Low")

	assert issue.priority == expected


def test_a_form_sends_an_empty_text_for_a_priority_that_is_not_there(clock, everybody) -> None:
	issue = make_issue()
	save_form({**opened_form(issue), "priority": "", "slm_impact": "High", "slm_urgency": "High"})

	assert frappe.db.get_value("Issue", issue.name, "priority") == "High"


def test_what_no_agreement_grades_has_the_priority_it_had(clock, everybody) -> None:
	issue = make_issue(priority="Low")
	issue.update({"slm_impact": "Medium", "slm_urgency": "Medium"}).save()

	assert issue.priority == "Low"


def test_a_matrix_that_cannot_be_read_keeps_nobody_from_saving(clock, everybody, monkeypatch) -> None:
	def broken(*_args: Any) -> None:
		raise ValueError("No such thing")

	monkeypatch.setattr("slm_extension.services.grading.priority_of", broken)
	issue = make_issue(slm_impact="High", slm_urgency="High")

	assert frappe.db.get_value("Issue", issue.name, "slm_impact") == "High"


def test_the_desk_is_told_whether_any_agreement_grades_them(clock, site) -> None:
	"""Where none does, no form asks for them. A draft does not, and no template."""
	frappe.db.delete("SLM Agreement Priority")
	make_agreement("Draft", TARGETS, priority_matrix=matrix(High_High="High"), submit=False)
	told = frappe._dict()
	boot.extend(told)
	assert not told.slm_grades

	make_agreement(targets=TARGETS, priority_matrix=matrix(High_High="High"))
	boot.extend(told)
	assert told.slm_grades
