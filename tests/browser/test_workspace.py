"""The workspace as a newcomer finds it, and what its cards and reports lead to, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest
from desk import Complaints, record
from frappe.utils import getdate
from playwright.sync_api import Page, expect

from slm_extension import testing

CUSTOMER = "Workspace & Co"
TERMS = "Workspace terms"
PHONE = {"width": 390, "height": 844}
CARDS = [
	"Catalogue",
	"Requirements",
	"Agreements",
	"Calendars",
	"Tickets",
	"Misses",
	"Suppliers",
	"Availability",
	"Process",
	"Settings",
]


@pytest.fixture(scope="module")
def agreement(_as_found: None) -> Iterator[Any]:
	"""In force; its review and a monthly report are late, and a draft of another customer waits for signatures."""
	testing.make_calendar("Always Open", around_the_clock=True)
	today = getdate()
	document = testing.make_agreement(
		TERMS,
		calendar="Always Open",
		customer=testing.make_customer(CUSTOMER),
		review_frequency="Quarterly",
		next_review_on=today - timedelta(days=10),
		deliverables=[
			{"deliverable": "Monthly figures", "frequency": "Monthly", "next_due": today - timedelta(days=3)}
		],
	)
	draft = testing.make_agreement(
		"Unsigned terms",
		calendar="Always Open",
		customer=testing.make_customer("Unsigned & Co"),
		submit=False,
	)
	frappe.db.set_value("SLM Agreement", draft.name, "status", "Approved")
	frappe.db.commit()
	yield document


def number(page: Page, card: str) -> int:
	"""What a card counts. The host's charts complain when one leaves the page while they are drawn."""
	page.wait_for_load_state("networkidle")
	box = page.locator(".number-widget-box", has_text=card).locator(".number")
	box.wait_for()
	return int(box.inner_text())


def open_due(page: Page, **filters: str) -> None:
	query = "&".join(f"{field}={value}" for field, value in filters.items())
	page.goto(f"/app/query-report/SLM Due?{query}")
	page.locator(".dt-scrollable .dt-row").first.wait_for()
	page.wait_for_load_state("networkidle")


def test_its_cards_come_in_the_order_in_which_one_sets_things_up(page: Page, agreement: Any) -> None:
	page.goto("/app/service-levels")

	heads = page.locator(".links-widget-box .widget-title")
	expect(heads).to_have_count(len(CARDS))
	assert [text.strip() for text in heads.all_inner_texts()] == CARDS


def test_its_links_lead_somewhere(page: Page, agreement: Any) -> None:
	page.goto("/app/service-levels")
	page.locator(".links-widget-box a.link-item").first.wait_for()

	for name, there in (
		("SLM Agreement Register", "**/app/query-report/SLM%20Agreement%20Register**"),
		("Which Agreement Applies?", "**/app/slm-which-agreement**"),
		("Services", "**/app/slm-service**"),
	):
		page.goto("/app/service-levels")
		page.wait_for_load_state("networkidle")
		page.locator(".links-widget-box a.link-item", has_text=name).first.click()
		page.wait_for_url(there)


def test_it_fits_a_telephone(page: Page, agreement: Any) -> None:
	page.set_viewport_size(PHONE)
	page.goto("/app/service-levels")
	page.locator(".number-widget-box .number").first.wait_for()

	assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
	expect(page.locator(".links-widget-box", has_text="Agreements").first).to_be_visible()


@pytest.mark.parametrize("card", ["Agreements Waiting for Signature", "Reviews Overdue", "Revision Needed"])
def test_a_card_leads_to_as_many_agreements_as_it_counts(page: Page, agreement: Any, card: str) -> None:
	page.goto("/app/service-levels")
	count = number(page, card)

	page.locator(".number-widget-box", has_text=card).locator(".number").click()

	page.wait_for_url(re.compile("/app/slm-agreement[?/]"))
	expect(page.locator(".list-row-container .list-row-checkbox:visible")).to_have_count(count)


def test_a_report_that_was_sent_is_marked_as_done_in_the_list_of_what_is_due(
	page: Page, agreement: Any
) -> None:
	open_due(page, what="Deliverable")
	row = page.locator(".dt-scrollable .dt-row", has_text="Monthly figures")
	expect(row.locator(".indicator-pill.red")).to_have_text("Overdue")

	row.get_by_role("button", name="Done").click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Monthly figures")
	dialog.locator('[data-fieldname="note"] textarea').fill("By e-mail")
	dialog.get_by_role("button", name="Done").click()

	expect(page.locator(".desk-alert")).to_contain_text("Next due on")
	document = record("SLM Agreement", title=TERMS)
	assert document.deliverables[0].next_due > getdate()
	expect(page.locator(".dt-scrollable .dt-row", has_text="Monthly figures").locator(".red")).to_have_count(
		0
	)


def test_a_review_is_marked_as_done_on_the_agreement(page: Page, agreement: Any) -> None:
	page.goto(f"/app/slm-agreement/{agreement.name}")
	page.locator('.inner-group-button[data-label="Done"] button').click()
	page.locator('.inner-group-button[data-label="Done"] a', has_text="Review").click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text(f"Review of {TERMS}")
	dialog.get_by_role("button", name="Done").click()

	expect(page.locator(".desk-alert")).to_contain_text("Next due on")
	assert record("SLM Agreement", title=TERMS).next_review_on > getdate()


def test_mine_leaves_what_is_mine(page: Page, agreement: Any) -> None:
	open_due(page)
	page.get_by_role("button", name="Mine").click()

	page.wait_for_function(
		"(frappe.query_report.data || []).every(row => row.owner_user === frappe.session.user)"
	)


def test_html_in_a_title_is_shown_as_it_was_typed(page: Page, complaints: Complaints, agreement: Any) -> None:
	frappe.db.set_value("SLM Agreement", agreement.name, "title", "<img src=x onerror=alert(1)>Terms")
	frappe.db.commit()
	try:
		for report in ("SLM Due", "SLM Agreement Register", "SLM Cost and Value"):
			page.goto(f"/app/query-report/{report}")
			typed = page.locator(".dt-scrollable .dt-row", has_text="<img src=x onerror=alert(1)>Terms")
			expect(typed.first).to_be_visible()
			assert page.locator(".dt-scrollable img[src=x]").count() == 0
	finally:
		frappe.db.set_value("SLM Agreement", agreement.name, "title", TERMS)
		frappe.db.commit()
