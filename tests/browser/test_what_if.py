"""A draft is tried on past tickets: from its form to the figures, and from a figure to its tickets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from desk import record
from frappe.utils.background_jobs import get_job
from playwright.sync_api import Page, expect

from slm_extension.services import what_if
from slm_extension.testing import (
	fixed_clock,
	make_agreement,
	make_customer,
	make_issue,
	reply,
	set_status,
	target,
)

PERIOD = {"opened_from": "2026-06-01", "opened_until": "2026-06-30"}


@pytest.fixture(scope="module")
def draft(_as_found: None) -> Iterator[str]:
	"""A draft of half an hour beside a promise of one; of two tickets one was answered after 45 minutes."""
	frappe.set_user("Administrator")
	with fixed_clock() as clock:
		customer = make_customer("Tried & Co")
		make_agreement("Answers", customer=customer)
		first = make_issue("Answered", customer=customer)
		second = make_issue("Not answered <b>yet</b>", customer=customer)
		clock.at("Mon 1 Jun 09:45")
		reply(first)
		clock.at("Mon 1 Jun 10:00")
		set_status(first, "Resolved")
		clock.at("Mon 1 Jun 12:30")
		reply(second)
		set_status(second, "Resolved")
		name = make_agreement(
			"Faster <i>answers</i>",
			[target("Response", 0.5, objective=95)],
			customer=customer,
			submit=False,
		).name
	frappe.db.commit()
	yield name
	for run in frappe.get_all("SLM What-If", pluck="name", order_by="name asc"):
		job = get_job(what_if.job_id(run))
		if job is not None:
			job.delete()


def open_draft(page: Page, draft: str) -> None:
	page.goto(f"/app/slm-agreement/{draft}")
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=draft)
	page.wait_for_function("() => window.slm && slm.what_if_button")


def say_period(page: Page, **period: str) -> None:
	page.wait_for_function("() => window.cur_dialog && cur_dialog.fields_dict.opened_until")
	page.evaluate("period => cur_dialog.set_values(period)", period)


def start(page: Page, draft: str) -> Any:
	open_draft(page, draft)
	page.get_by_role("button", name="Try", exact=True).click()
	page.get_by_role("link", name="What If").click()
	dialog = page.get_by_role("dialog").filter(has=page.get_by_role("button", name="Start"))
	expect(dialog).to_contain_text("Faster <i>answers</i>")
	say_period(page, **PERIOD)
	dialog.get_by_role("button", name="Start").click()
	page.wait_for_url("**/app/slm-what-if/**")
	run = page.url.rpartition("/")[2]
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=run)
	return record("SLM What-If", name=run)


def test_from_the_draft_to_its_tickets(page: Page, draft: str) -> None:
	run = start(page, draft)
	expect(page.locator(".slm-progress")).to_contain_text("Waits for the job queue.")
	what_if.run_job(run.name)

	table = page.get_by_role("table", name="Figures")
	expect(table).to_be_visible()
	response = table.locator("tr.slm-total").first
	expect(response).to_contain_text("Response")
	expect(response.locator("td")).to_have_text(
		["Response", "0", "2", "0", "0 % small", "95 %", "-2", "1", "1", "0", "50 % small", "-50"]
	)
	expect(page.locator(".slm-chart svg")).to_be_visible()
	expect(page.get_by_role("table", name="Would have been missed").locator("tbody tr")).to_have_count(2)

	page.locator(".slm-card", has_text="Newly Missed").locator("a").click()
	page.wait_for_url("**/query-report/SLM%20What-If%20Tickets**")
	expect(page.locator(".dt-row-0 .dt-cell__content", has_text="Newly Missed")).to_be_visible()
	expect(page.locator(".dt-scrollable .dt-row")).to_have_count(1)


def test_a_run_is_cancelled_and_goes_on(page: Page, draft: str) -> None:
	run = start(page, draft)
	page.get_by_role("button", name="Cancel", exact=True).click()
	expect(page.locator(".slm-standing")).to_contain_text("Cancelled")

	page.get_by_role("button", name="Go On").click()
	expect(page.locator(".slm-progress")).to_be_visible()
	what_if.run_job(run.name)

	expect(page.get_by_role("table", name="Figures")).to_be_visible()
	assert record("SLM What-If", name=run.name).status == "Done"


def test_a_draft_is_taken_away_as_a_file(page: Page, draft: str) -> None:
	open_draft(page, draft)
	page.get_by_role("button", name="Try", exact=True).click()
	page.get_by_role("link", name="Export for slm replay").click()
	with page.expect_download() as download:
		page.get_by_role("button", name="Download", exact=True).click()
	assert download.value.suggested_filename == f"{draft}.toml"
	text = download.value.path().read_text()
	assert 'goal = "30m"' in text and "valid_from" not in text


def test_a_period_that_cannot_be_is_refused_in_the_dialog(page: Page, draft: str, complaints: Any) -> None:
	complaints.expect_refusal()
	open_draft(page, draft)
	page.evaluate("() => slm.ask_what_if(cur_frm)")
	say_period(page, opened_from="2026-06-01", opened_until="9999-12-31")
	page.get_by_role("button", name="Start").click()
	expect(page.locator(".modal.show .msgprint")).to_contain_text("Tickets of the future cannot be replayed")
