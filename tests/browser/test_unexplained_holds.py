"""A ticket that was put on hold past the form: its form asks afterwards, and a card leads to all such tickets.

Times are relative to the machine's: the web server has no other clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import frappe
import pytest
from desk import Complaints, record
from frappe.utils import now_datetime
from playwright.sync_api import Locator, Page, expect

from slm_extension import testing
from slm_extension.overrides.issue import set_multiple_status

CUSTOMER = "Quiet Harbour"
BANNER = ".slm-held-unexplained"


@dataclass(frozen=True, slots=True)
class Held:
	"""Issues that the list's bulk action put on hold, and one that is open."""

	first: str
	second: str
	opened: str


@pytest.fixture(scope="module")
def held(_as_found: None) -> Iterator[Held]:
	testing.make_calendar("Always Open", around_the_clock=True)
	testing.make_agreement(
		"Promise to Quiet Harbour",
		[testing.target("Resolution", 8, hold_customer=1)],
		calendar="Always Open",
		customer=testing.make_customer(CUSTOMER),
	)
	now = now_datetime().replace(microsecond=0)
	with testing.fixed_clock() as clock:
		clock.at(now - timedelta(hours=2))
		names = [testing.make_issue(f"Held {number}", customer=CUSTOMER).name for number in range(3)]
		clock.at(now - timedelta(hours=1))
		set_multiple_status(json.dumps(names[:2]), "On Hold")
	frappe.db.commit()
	yield Held(*names)


def open_form(page: Page, name: str) -> Locator:
	page.goto(f"/app/issue/{name}")
	page.locator(".slm-box .slm-clock").first.wait_for()
	return page.locator(BANNER)


def ask(page: Page, banner: Locator) -> Locator:
	banner.get_by_role("button", name="Say Whom and Why").click()
	dialog = page.locator(".modal.show:visible")
	dialog.get_by_text("Whom Does It Wait For?").wait_for()
	return dialog


def test_a_card_of_the_workspace_leads_to_them(page: Page, held: Held, complaints: Complaints) -> None:
	for part in ("cumulativeYPos", "reading 'length'"):
		complaints.expect(part)  # the host's charts, when one leaves the page while they are drawn
	page.goto("/app/service-levels")
	page.wait_for_load_state("networkidle")
	number = page.locator(".number-widget-box", has_text="Held Without a Reason").locator(".number")
	frappe.db.rollback()
	waiting = frappe.get_all(
		"Issue", filters={"status": ["in", ["On Hold", "Replied"]], "slm_waiting_for": ["is", "not set"]}
	)
	assert {held.first, held.second} <= {one.name for one in waiting}
	expect(number).to_have_text(str(len(waiting)))

	number.click()

	page.wait_for_url("**/app/issue**")
	for name in (held.first, held.second):
		expect(page.locator(f'.list-row-container [data-name="{name}"]').first).to_be_visible()
	expect(page.locator(f'.list-row-container [data-name="{held.opened}"]')).to_have_count(0)


def test_a_ticket_that_does_not_wait_is_not_asked_about(page: Page, held: Held) -> None:
	expect(open_form(page, held.opened)).to_have_count(0)


def test_cancelling_leaves_the_question_and_the_ticket_as_they_were(page: Page, held: Held) -> None:
	banner = open_form(page, held.first)
	expect(banner).to_contain_text("nobody said whom it waits for")
	expect(banner).to_contain_text("On Hold since")

	dialog = ask(page, banner)
	expect(dialog).to_contain_text("Your answer counts from now on")
	dialog.get_by_role("button", name="Cancel").click()

	expect(dialog).to_have_count(0)
	expect(banner).to_have_count(1)
	assert not page.evaluate("cur_frm.is_dirty()")


def test_the_question_follows_what_is_chosen_on_the_form(page: Page, held: Held) -> None:
	banner = open_form(page, held.first)
	status = page.locator('select[data-fieldname="status"]:visible')
	status.select_option("Open")
	expect(banner).to_have_count(0)


def test_an_answer_is_saved_at_once_and_the_question_is_gone(page: Page, held: Held) -> None:
	banner = open_form(page, held.second)
	dialog = ask(page, banner)
	dialog.locator('select[data-fieldname="slm_waiting_for"]').select_option("Customer")
	expect(dialog.locator('[data-fieldname="slm_waiting_reason"] .control-label.reqd')).to_have_count(0)
	dialog.locator('textarea[data-fieldname="slm_waiting_reason"]').fill("The serial number is missing")
	dialog.get_by_role("button", name="Continue").click()

	expect(banner).to_have_count(0)
	expect(page.locator('.slm-clock[data-metric="Resolution"]')).to_have_attribute("data-state", "held")
	expect(page.locator(".timeline-item").filter(has_text="Waiting for the customer")).to_contain_text(
		"The serial number is missing"
	)
	issue = record("Issue", name=held.second)
	assert (issue.status, issue.slm_waiting_for, issue.slm_waiting_reason) == (
		"On Hold",
		"Customer",
		"The serial number is missing",
	)
	page.reload()
	page.locator(".slm-box .slm-clock").first.wait_for()
	expect(banner).to_have_count(0)


def test_the_banner_fits_a_phone(page: Page, held: Held) -> None:
	page.set_viewport_size({"width": 390, "height": 844})
	banner = open_form(page, held.first)
	button = banner.get_by_role("button", name="Say Whom and Why")
	expect(button).to_be_visible()
	for part in (banner, button):
		box = part.bounding_box()
		assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
