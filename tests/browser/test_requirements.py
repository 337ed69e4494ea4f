"""From what a customer needs to a draft agreement, through the forms and the portal as people use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from conftest import new_context, watched
from desk import Complaints, record
from playwright.sync_api import Browser, Page, expect

from slm_extension import testing

BUYER, WEAVER, PASSWORD = "buyer@mill.example", "weaver@loom.example", "Looms-never-sleep-5"
HOUR = 3600


@pytest.fixture(scope="module")
def given(_as_found: None) -> Iterator[SimpleNamespace]:
	"""Two customers with a portal user each, a requirement that waits for its agreement, an SLA of ERPNext."""
	tracked = frappe.db.get_single_value("Support Settings", "track_service_level_agreement")
	for user, customer in ((BUYER, "Mill & Daughters"), (WEAVER, "Loom Ltd")):
		testing.make_user(user, "Customer", user_type="Website User", new_password=PASSWORD)
		document = frappe.get_doc("Customer", testing.make_customer(customer))
		document.append("portal_users", {"user": user})
		document.save()
	testing.make_calendar("Mill Hours")
	testing.make_service("Mill Shop")
	requirement = frappe.get_doc(
		{
			"doctype": "SLM Requirement",
			"title": "Help for the mill",
			"customer": "Mill & Daughters",
			"why_now": "New Contract",
			"need": "<p>The wheel must turn.</p>",
			"clarification": "Clear",
			"calendar": "Mill Hours",
			"services": [{"service": "Mill Shop", "importance": "Must"}],
			"levels": [
				{
					"metric": "Response Time",
					"wanted": 1,
					"unit": "hours",
					"importance": "Must",
					"offer": "As Wanted",
				},
				{
					"metric": "Turnaround Time",
					"wanted": 4,
					"unit": "hours",
					"importance": "Must",
					"offer": "Otherwise",
					"offered": 6,
				},
			],
		}
	).insert()
	opportunity = frappe.get_doc(
		{
			"doctype": "Opportunity",
			"opportunity_from": "Customer",
			"party_name": "Mill & Daughters",
			"company": frappe.defaults.get_global_default("company"),
		}
	).insert()
	original = testing.track_erpnext_sla()
	frappe.db.commit()
	yield SimpleNamespace(requirement=requirement.name, opportunity=opportunity.name, original=original)
	frappe.db.set_single_value("Support Settings", "track_service_level_agreement", tracked)
	frappe.db.commit()


def open_form(page: Page, doctype: str, name: str) -> None:
	page.goto(f"/app/{doctype.lower().replace(' ', '-')}/{name}")
	page.wait_for_function(
		"name => window.cur_frm && cur_frm.docname === name && !cur_frm.is_new()", arg=name
	)


def save(page: Page) -> None:
	page.evaluate("cur_frm.save()")
	page.wait_for_function("!cur_frm.is_dirty()")


def act(page: Page, action: str, state: str) -> None:
	page.locator(".actions-btn-group:visible button").first.click()
	page.locator(".actions-btn-group .dropdown-item:visible", has_text=action).first.click()
	page.wait_for_function("state => cur_frm.doc.status === state && !cur_frm.is_dirty()", arg=state)


def create(page: Page, what: str) -> None:
	page.locator(".inner-group-button:visible button", has_text="Create").first.click()
	page.locator(
		".dropdown-menu:visible .dropdown-item", has_text=re.compile(rf"^\s*{what}\s*$")
	).first.click()


class TestForm:
	def test_from_a_draft_to_an_agreement_that_names_it(self, page: Page, given: SimpleNamespace) -> None:
		open_form(page, "SLM Requirement", given.requirement)
		expect(page.locator(".form-message:visible")).to_contain_text("clarify it with the customer")
		act(page, "Clarify", "In Clarification")
		page.evaluate("cur_frm.set_value('analysis', '<p>It turns on water.</p>')")
		save(page)
		act(page, "Finish Analysis", "Analysed")
		page.evaluate(
			"cur_frm.set_value({agreed_by_customer: 'Dusty Miller', agreed_by_provider: frappe.session.user})"
		)
		save(page)
		act(page, "Agree", "Agreed")
		create(page, "Agreement")
		dialog = page.locator(".modal.show")
		expect(dialog.locator('[data-fieldname="calendar"] input')).to_have_value("Mill Hours")
		dialog.locator(".btn-modal-primary").click()
		page.wait_for_function("cur_frm.doctype === 'SLM Agreement' && !cur_frm.is_new()")

		agreement = record("SLM Agreement", requirement=given.requirement)
		assert [(row.metric, row.goal) for row in agreement.targets] == [
			("Response", HOUR),
			("Resolution", 6 * HOUR),
		]
		open_form(page, "SLM Requirement", given.requirement)
		expect(page.locator(".page-head .indicator-pill:visible").first).to_contain_text("In Agreement")
		page.locator(".form-tabs .nav-link:visible", has_text="Connections").click()
		expect(page.locator('.document-link[data-doctype="SLM Agreement"]:visible .count')).to_have_text("1")

	def test_a_level_is_given_in_units_that_say_something_of_it(
		self, page: Page, given: SimpleNamespace
	) -> None:
		page.goto("/app/slm-requirement/new")
		page.wait_for_function("window.cur_frm && cur_frm.is_new() && cur_frm.doctype === 'SLM Requirement'")
		unit = page.evaluate(
			"""async () => {
				const row = cur_frm.fields_dict.levels.grid.add_new_row();
				await frappe.model.set_value(row.doctype, row.name, "metric", "Availability");
				return row.unit;
			}"""
		)
		assert unit == "% of service hours"

	def test_an_opportunity_starts_a_requirement_of_its_customer(
		self, page: Page, given: SimpleNamespace
	) -> None:
		open_form(page, "Opportunity", given.opportunity)
		create(page, "Service Requirement")
		page.wait_for_function("cur_frm.doctype === 'SLM Requirement' && cur_frm.is_new()")

		assert page.evaluate("[cur_frm.doc.customer, cur_frm.doc.opportunity]") == [
			"Mill & Daughters",
			given.opportunity,
		]

	def test_an_agreement_of_erpnext_becomes_a_draft_from_its_form(
		self, page: Page, given: SimpleNamespace
	) -> None:
		open_form(page, "Service Level Agreement", given.original)
		create(page, "SLM Agreement")
		page.wait_for_function("cur_frm.doctype === 'SLM Agreement' && !cur_frm.is_new()")

		expect(page.locator(".msgprint-dialog:visible, .modal.show .msgprint:visible").first).to_contain_text(
			"Tickets of any other priority"
		)
		assert record("SLM Agreement", title="Default", is_template=0).basis == "Default"

	def test_the_list_of_agreements_offers_what_can_be_imported(
		self, page: Page, given: SimpleNamespace
	) -> None:
		page.goto("/app/slm-agreement")
		page.locator("button:visible", has_text="Import from ERPNext").click()
		box = page.locator('.modal.show [data-fieldname="name"] input').last
		box.click()
		box.press_sequentially("SLA")
		expect(page.locator('.modal.show [data-fieldname="name"] [role=listbox]').last).to_contain_text(
			given.original
		)


def portal_page(browser: Browser, address: str, complaints: Complaints, user: str) -> Page:
	context = new_context(browser, address)
	page = watched(context, complaints)
	page.goto("/login")
	page.fill("#login_email", user)
	page.fill("#login_password", PASSWORD)
	page.click(".btn-login:visible")
	page.wait_for_url("**/me**")
	return page


@pytest.fixture
def portal(browser: Browser, address: str, complaints: Complaints, given: SimpleNamespace) -> Iterator[Any]:
	pages: list[Page] = []

	def sign_in(user: str) -> Page:
		pages.append(portal_page(browser, address, complaints, user))
		return pages[-1]

	yield sign_in
	for page in pages:
		page.context.close()
	assert complaints.unexpected == []


class TestPortal:
	def test_a_customer_sends_what_he_needs_and_nobody_elses_customer_sees_it(
		self, portal: Any, complaints: Complaints
	) -> None:
		page = portal(BUYER)
		expect(page.locator(".sidebar-item", has_text="Service Requirements")).to_be_visible()
		page.goto("/service-requirement/new")
		page.fill('[data-fieldname="title"] input', "A night shift <b>please</b>")
		page.select_option('[data-fieldname="importance"] select', "Must")
		page.locator('[data-fieldname="need"] .ql-editor').first.fill("We grind at night.")
		page.locator(".submit-btn:visible").first.click()
		expect(page.locator(".success-container:visible, .success-page:visible").first).to_contain_text(
			"Thank you"
		)
		sent = record("SLM Requirement", title="A night shift please")
		assert (sent.customer, sent.received_through, sent.importance) == (
			"Mill & Daughters",
			"Portal",
			"Must",
		)

		page.goto("/service-requirement/list")
		expect(page.locator(".web-list-table tbody tr")).to_contain_text(["Received"])
		page.locator(".web-list-table tbody tr", has_text="A night shift").click()
		page.wait_for_url(f"**/{sent.name}")
		expect(page.locator('[data-fieldname="need"]').first).to_contain_text("We grind at night")
		assert "not clear" not in page.content()

		other = portal(WEAVER)
		other.goto("/service-requirement/list")
		other.wait_for_load_state("networkidle")
		expect(other.locator("h1", has_text="Service Requirements")).to_be_visible()
		expect(other.locator(".web-list-table tbody tr")).to_have_count(0)
		complaints.expect("403 (FORBIDDEN)")
		other.goto(f"/service-requirement/{sent.name}")
		expect(other.locator("body")).not_to_contain_text("We grind at night")

	def test_the_glossary_is_a_page_to_read(self, portal: Any) -> None:
		page = portal(BUYER)
		page.goto("/service-glossary")
		expect(page.locator(".slm-term", has_text="SLA").first).to_contain_text(
			"What a provider and a customer have agreed"
		)
		expect(page.locator(".slm-term", has_text="Waiver")).to_have_count(0)
