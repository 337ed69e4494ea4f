"""A correction from the ticket's form to the decision: asked with evidence, seen before and after, approved.

June 2026: 1 June is a Monday. The office is open Monday to Friday 09:00-18:00; resolution 4 h.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from desk import Complaints, record
from playwright.sync_api import Page, expect

from slm_extension.testing import (
	as_user,
	clocks,
	fixed_clock,
	make_agreement,
	make_customer,
	make_issue,
	make_priority,
	make_user,
	reply,
	set_status,
	target,
)

CORRECTION, CUSTOMER = "SLM Correction", "Corrected Ltd"


@pytest.fixture(scope="module", autouse=True)
def _agreed(_as_found: None) -> Iterator[None]:
	"""The usual promise to one customer, and corrections as far back as anybody likes."""
	frappe.set_user("Administrator")
	days = frappe.db.get_single_value("SLM Settings", "correction_days")
	frappe.db.set_single_value("SLM Settings", "correction_days", 0)
	with fixed_clock():
		make_agreement("Corrected", customer=make_customer(CUSTOMER))
	frappe.db.commit()
	yield
	frappe.db.set_single_value("SLM Settings", "correction_days", days)
	frappe.db.commit()


@pytest.fixture
def late() -> Any:
	"""A ticket answered after half an hour and closed after 8 h of 4 h."""
	frappe.set_user("Administrator")
	with fixed_clock() as clock:
		issue = make_issue("Late <b>because of him</b>", customer=CUSTOMER)
		clock.at("Mon 1 Jun 09:30")
		reply(issue)
		set_status(issue, "Open")
		clock.at("Mon 1 Jun 17:00")
		set_status(issue, "Closed")
	frappe.db.commit()
	return issue


def message_of(issue: Any) -> str:
	return frappe.get_all(
		"Communication", filters={"reference_name": issue.name}, pluck="name", order_by="creation asc"
	)[0]


def opened(page: Page, route: str, name: str) -> None:
	page.goto(f"/app/{route}/{name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=name)


def test_asked_on_the_ticket_it_shows_what_it_would_change(
	page: Page, late: Any, complaints: Complaints
) -> None:
	complaints.expect_refusal()
	opened(page, "issue", late.name)
	page.get_by_role("button", name="Correct the Record…").click()
	page.wait_for_function("() => window.cur_frm && cur_frm.doctype === 'SLM Correction'")
	expect(page.locator("[data-fieldname=preview_html]")).to_contain_text("Say what was so, and when")
	page.evaluate(
		"""() => cur_frm.set_value({what: "Waited for Customer", from_time: "2026-06-01 10:00:00"})"""
	)

	table = page.get_by_role("table", name="Clocks before and after")
	expect(table).to_contain_text("Before")
	preview = page.locator("[data-fieldname=preview_html]")
	expect(preview).to_contain_text("1 of 2 clocks change.")
	expect(preview).to_contain_text("Until: 01-06-2026 17:00")

	page.evaluate("() => cur_frm.set_value('from_time', '2026-05-31 10:00:00')")
	expect(preview).to_contain_text("lies before the ticket was opened")
	page.evaluate("() => cur_frm.set_value('from_time', '2026-06-01 10:00:00')")
	expect(table).to_contain_text("Before")
	page.evaluate(
		"message => cur_frm.set_value({reason: 'He <i>said</i> so', communication: message})",
		message_of(late),
	)
	page.get_by_role("button", name="Save").click()
	page.wait_for_url("**/app/slm-correction/Correction-**")
	expect(page.locator(".form-message")).to_contain_text("Nothing has been changed yet")
	expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
	expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

	opened(page, "issue", late.name)
	expect(page.get_by_text("Corrections waiting for a decision")).to_be_visible()


def asked_by_an_agent(issue: Any, **request: Any) -> Any:
	"""A correction that waits for somebody else's decision, there for the browser too."""
	known = {"doctype": CORRECTION, "ticket_type": "Issue", "ticket": issue.name}
	with as_user(make_user("agent@desk.example", "Support Team")):
		correction = frappe.get_doc({**known, "communication": message_of(issue), **request}).insert()
	frappe.db.commit()
	return correction


def test_somebody_else_sees_every_clock_before_and_after_and_approves(page: Page, late: Any) -> None:
	correction = asked_by_an_agent(
		late,
		what="Waited for Customer",
		from_time="2026-06-01 10:00:00",
		until_time="2026-06-01 15:00:00",
		reason="He was away until three.",
	)

	opened(page, "slm-correction", correction.name)
	table = page.get_by_role("table", name="Clocks before and after")
	expect(table.get_by_role("row", name="Unchanged")).to_contain_text("Met")
	expect(table.get_by_role("row", name="Before")).to_contain_text("Missed")
	expect(table.get_by_role("row", name="After")).to_contain_text("Met")
	restated = page.get_by_role("table", name="Figures before and after")
	expect(restated).to_contain_text("Jun 2026")

	page.get_by_role("button", name="Approve", exact=True).click()
	dialog = page.get_by_role("dialog").filter(has_text="1 clocks are decided otherwise")
	dialog.get_by_role("button", name="Approve").click()
	expect(page.locator(".form-message")).to_contain_text("Approved by")
	expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
	expect(table.get_by_text("Decided Otherwise")).to_have_count(1)
	stored = record(CORRECTION, name=correction.name)
	assert stored.status == "Approved"
	assert clocks(late)["resolution"].outcome == "Met"


@pytest.fixture
def raised() -> Any:
	"""Medium at 09:00 with 40 h, Urgent since 14:00 with 2 h from the change, closed at 15:30."""
	frappe.set_user("Administrator")
	with fixed_clock() as clock:
		medium, urgent = make_priority("Medium"), make_priority("Urgent")
		customer = make_customer("Raised Ltd")
		if not frappe.db.exists("SLM Agreement", {"title": "By priority", "docstatus": 1}):
			make_agreement(
				"By priority",
				[
					target("Resolution", 40, priority=medium, on_change="From the Change"),
					target("Resolution", 2, priority=urgent, on_change="From the Change"),
				],
				customer=customer,
			)
		issue = make_issue("Raised too late", customer=customer, priority=medium)
		reply(issue)
		set_status(issue, "Open")
		clock.at("Mon 1 Jun 14:00")
		issue.reload()
		issue.priority = urgent
		issue.save()
		clock.at("Mon 1 Jun 15:30")
		set_status(issue, "Closed")
	frappe.db.commit()
	return issue


def test_another_priority_in_the_past_is_chosen_from_the_list(
	page: Page, raised: Any, complaints: Complaints
) -> None:
	complaints.expect_refusal()
	opened(page, "issue", raised.name)
	page.get_by_role("button", name="Correct the Record…").click()
	page.wait_for_function("() => window.cur_frm && cur_frm.doctype === 'SLM Correction'")
	page.evaluate("() => cur_frm.set_value({what: 'Had Priority', from_time: '2026-06-01 10:00:00'})")
	preview = page.locator("[data-fieldname=preview_html]")
	expect(preview).to_contain_text("Say which priority it had.")
	expect(page.locator("[data-fieldname=priority]").get_by_role("combobox")).to_be_visible()
	expect(page.locator("[data-fieldname=until_time] input")).to_be_visible()

	page.evaluate("() => cur_frm.set_value('priority', 'Urgent')")
	expect(preview).to_contain_text("1 of 1 clocks change.")
	expect(preview).to_contain_text("Until: 01-06-2026 14:00")
	table = page.get_by_role("table", name="Clocks before and after")
	expect(table.get_by_role("row", name="Before")).to_contain_text("Met")
	expect(table.get_by_role("row", name="After")).to_contain_text("Missed")
	expect(page.get_by_role("table", name="Figures before and after")).to_contain_text("Jun 2026")


def test_an_earlier_opening_is_one_time_and_is_approved(
	page: Page, late: Any, complaints: Complaints
) -> None:
	complaints.expect_refusal()
	correction = asked_by_an_agent(
		late,
		what="Opened",
		from_time="2026-05-29 17:10:00",
		reason="He called on Friday; it was entered on Monday.",
	)

	page.goto(f"/app/slm-correction/new?ticket={late.name}")
	page.wait_for_function("() => window.cur_frm && cur_frm.is_new()")
	page.evaluate(
		"ticket => cur_frm.set_value({ticket, what: 'Opened', from_time: '2026-06-01 09:31:00'})", late.name
	)
	preview = page.locator("[data-fieldname=preview_html]")
	expect(preview).to_contain_text("Something happened to the ticket at 01-06-2026 09:30")
	expect(page.locator("input[data-fieldname=until_time]")).to_be_hidden()

	opened(page, "slm-correction", correction.name)
	table = page.get_by_role("table", name="Clocks before and after")
	expect(table.get_by_role("row", name="After").first).to_contain_text("Missed")
	page.get_by_role("button", name="Approve", exact=True).click()
	page.get_by_role("dialog").get_by_role("button", name="Approve").click()
	expect(page.locator(".form-message")).to_contain_text("Approved by")
	assert str(clocks(late)["response"].started) == "2026-05-29 17:10:00"

	opened(page, "issue", late.name)
	expect(page.locator(".new-timeline")).to_contain_text("approved the correction")
