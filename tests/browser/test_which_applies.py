"""Which agreement applies, as the desk says it: on the Issue, and on the page where one tries a ticket out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import frappe
import pytest
from playwright.sync_api import Locator, Page, expect

from slm_extension import testing
from slm_extension.adapters.agreements import forget_agreements

PAGE = "/app/slm-which-agreement"
AGREEMENTS = ("Terms of Which", "Company-wide", "Outages", "Of others", "Leased lines")


@pytest.fixture(scope="module")
def issue(_as_found: None) -> Iterator[str]:
	"""An Issue of a customer who has an agreement on the response only; the rest comes from the company's."""
	testing.make_calendar("Always Open", around_the_clock=True)
	buyer = testing.make_customer("Which & Sons")
	urgent = testing.make_priority("Urgent")
	testing.make_issue_type("Outage")
	shared = {"calendar": "Always Open", "valid_from": "2024-01-01"}
	testing.make_agreement(
		"Terms of Which",
		[testing.target("Response", 1, priority=urgent)],
		customer=buyer,
		**shared,
	)
	testing.make_agreement(
		"Company-wide",
		[testing.target("Response", 4), testing.target("Resolution", 20)],
		basis="Corporate",
		**shared,
	)
	testing.make_agreement(
		"Outages",
		[testing.target("Restoration", 2)],
		basis="Corporate",
		conditions=[{"property": "Issue Type", "operator": "is", "value": "Outage"}],
		**shared,
	)
	testing.make_agreement(
		"Of others", [testing.target("Response", 1)], customer=testing.make_customer("Other Ltd"), **shared
	)
	line = testing.make_service("Line of Which")
	testing.make_service("Till of Which", rests_on=[{"service": line}])
	testing.make_agreement(
		"Leased lines",
		[testing.target("Turnaround", 2)],
		kind="UC",
		supplier=testing.make_supplier("Carrier of Which"),
		services=[line],
		**shared,
	)
	document = testing.make_issue("The till does not open", customer=buyer, priority=urgent)
	frappe.db.commit()
	yield str(document.name)
	# What is for everybody would be so for the tickets of other modules, too.
	for name in AGREEMENTS:
		frappe.db.delete("SLM Agreement", {"title": name})
	forget_agreements()
	frappe.db.commit()


def answer(page: Page, **values: str) -> Locator:
	page.goto(f"{PAGE}?{urlencode(values)}")
	section = page.locator(".slm-answer")
	expect(section).to_contain_text("Agreements that were looked at")
	return section


def promises(section: Locator) -> Locator:
	return section.locator("tr[data-metric]")


def candidate(section: Locator, title: str) -> Locator:
	return section.locator("tr[data-rejected]").filter(has_text=title)


def choose(page: Page, fieldname: str, value: str) -> None:
	box = page.locator(f'[data-fieldname="{fieldname}"] input:visible').first
	box.fill(value)
	page.keyboard.press("Tab")


def test_the_address_fills_the_page_and_it_says_what_comes_from_which_agreement(
	page: Page, issue: str
) -> None:
	section = answer(page, customer="Which & Sons", priority="Urgent")

	expect(section.locator(".slm-verdict")).to_contain_text(
		"The closest agreement is Terms of Which (Customer)."
	)
	expect(promises(section).filter(has_text="Response")).to_contain_text("Terms of Which")
	expect(promises(section).filter(has_text="Resolution")).to_contain_text("Company-wide")
	expect(candidate(section, "Outages")).to_contain_text(
		"Its condition on the issue type does not hold: the ticket has none"
	)
	expect(section).to_contain_text(re.compile(r"[1-9]\d* for other customers"))


def test_the_group_of_the_customer_is_filled_in_and_stands_in_the_address(page: Page, issue: str) -> None:
	answer(page, customer="Which & Sons")
	group, territory = frappe.db.get_value("Customer", "Which & Sons", ["customer_group", "territory"])

	expect(page.locator('[data-fieldname="customer_group"] input:visible')).to_have_value(group or "")
	expect(page.locator('[data-fieldname="territory"] input:visible')).to_have_value(territory or "")
	expect(page).to_have_url(re.compile(r"customer=Which"))


def test_another_type_changes_the_answer_and_the_address(page: Page, issue: str) -> None:
	section = answer(page, customer="Which & Sons")
	expect(candidate(section, "Terms of Which")).to_contain_text("none of its targets is for this priority")

	choose(page, "issue_type", "Outage")

	expect(promises(section).filter(has_text="Restoration")).to_contain_text("Outages")
	expect(page).to_have_url(re.compile(r"issue_type=Outage"))


def test_a_time_before_all_agreements_has_none_and_says_so(page: Page, issue: str) -> None:
	section = answer(page, customer="Which & Sons", opened="2023-01-02 10:00:00")

	expect(section.locator(".slm-verdict")).to_contain_text("No agreement applies to this ticket")
	expect(candidate(section, "Company-wide")).to_contain_text("Not in force yet when the ticket was opened")


def test_agreements_for_other_customers_are_shown_on_request(page: Page, issue: str) -> None:
	section = answer(page, customer="Which & Sons")

	page.get_by_label("Show agreements for other customers too").check()

	expect(candidate(section, "Of others")).to_contain_text(
		"For another customer: the ticket's is Which & Sons"
	)


def test_the_issue_says_why_and_leads_to_the_page_filled_in(page: Page, issue: str) -> None:
	page.goto(f"/app/issue/{issue}")
	page.get_by_role("button", name="Why this agreement?").click()
	dialog = page.locator(".modal.show")
	expect(dialog.locator(".slm-verdict")).to_contain_text("What it says nothing about comes from agreements")
	expect(promises(dialog).filter(has_text="Resolution")).to_contain_text("Company-wide")

	dialog.get_by_role("link", name="Try it with other properties").click()

	expect(page.locator(".slm-answer .slm-verdict")).to_contain_text("Terms of Which")
	expect(page.locator('[data-fieldname="priority"] input:visible')).to_have_value("Urgent")
	expect(page.locator('[data-fieldname="opened"] input:visible')).not_to_have_value("")


def test_the_page_says_what_counts_while_a_supplier_has_the_ticket(page: Page, issue: str) -> None:
	section = answer(page, customer="Which & Sons", service="Till of Which")

	underpinning = section.locator('tr[data-party="Carrier of Which"]')

	expect(underpinning).to_contain_text("UC Leased lines for Line of Which, which the service rests on")
	expect(underpinning).to_contain_text("Turnaround")
	expect(underpinning.get_by_role("link", name="Leased lines")).to_be_visible()
