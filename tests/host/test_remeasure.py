"""Tickets measured anew because something else has changed: a name of theirs, or the agreements."""

from __future__ import annotations

import frappe

from slm_extension.adapters import site_time
from slm_extension.adapters.site_time import to_instant
from slm_extension.adapters.store import Ticket
from slm_extension.domain.timeline import Kind
from slm_extension.services.rebuild import differences
from slm_extension.services.remeasure import measure_named, measure_since
from slm_extension.testing import clock_rows, make_agreement, make_customer, make_issue, make_priority, target


def test_a_renamed_customer_keeps_his_clocks_and_nothing_differs_afterwards(clock) -> None:
	customer = make_customer("Before Renaming")
	make_agreement(customer=customer)
	issue = make_issue(customer=customer)
	before = {row.metric: row.due for row in clock_rows(issue)}

	frappe.rename_doc("Customer", customer, "After Renaming", force=True)
	clock.at("Mon 1 Jun 09:30")
	measured = measure_named(Kind.CUSTOMER.value, "After Renaming")

	rows = clock_rows(issue)
	assert before
	assert measured == 1
	assert {row.customer for row in rows} == {"After Renaming"}
	assert {row.metric: row.due for row in rows} == before
	assert list(differences([Ticket("Issue", issue.name)], site_time.now())) == []


def test_a_renamed_priority_keeps_its_target(clock) -> None:
	priority = make_priority("Before Renaming")
	make_agreement(targets=[target("Resolution", 2, priority=priority)])
	issue = make_issue(priority=priority)

	frappe.rename_doc("Issue Priority", priority, "After Renaming", force=True)
	measure_named(Kind.PRIORITY.value, "After Renaming")

	(row,) = clock_rows(issue)
	assert (row.priority, row.goal) == ("After Renaming", 7200)
	assert list(differences([Ticket("Issue", issue.name)], site_time.now())) == []


def test_an_agreement_signed_late_takes_the_tickets_opened_since_it_starts(clock) -> None:
	"""Mon 1 June 2026; the agreement is written on Tuesday and valid from Monday on."""
	issue = make_issue()
	assert clock_rows(issue) == []

	clock.at("Tue 2 Jun 09:00")
	make_agreement(valid_from="2026-06-01")
	measured = measure_since(to_instant("2026-06-01 00:00:00"))

	assert measured == 1
	assert {row.outcome for row in clock_rows(issue)} == {"Missed"}
	assert list(differences([Ticket("Issue", issue.name)], site_time.now())) == []


def test_tickets_opened_before_it_starts_are_left_alone(clock) -> None:
	issue = make_issue()
	clock.at("Tue 2 Jun 09:00")
	make_agreement(valid_from="2026-06-02")

	assert measure_since(to_instant("2026-06-02 00:00:00")) == 0
	assert clock_rows(issue) == []
