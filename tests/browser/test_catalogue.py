"""The catalogue as people use it: written and published at the desk, read and searched by customers, printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from conftest import new_context
from desk import Complaints, record
from playwright.sync_api import Browser, Page, expect

from slm_extension import testing

GROUP = "Application Software Services"


@pytest.fixture(scope="module")
def services(_as_found: None) -> Iterator[None]:
	testing.make_service("Web Power", service_type="Infrastructure Service", parent_slm_service=GROUP)
	testing.make_service(
		"Web Net",
		service_type="Network Service",
		parent_slm_service=GROUP,
		rests_on=[{"service": "Web Power"}],
	)
	testing.make_service(
		"Web Shop",
		parent_slm_service=GROUP,
		published=1,
		customer_description="<p>Your shop takes orders.</p>",
		internal_description="<p>INTERNAL-ONLY</p>",
		rests_on=[{"service": "Web Net"}],
		customers=[{"business_function": "Sales", "business_process": "Taking orders"}],
	)
	testing.make_service(
		"Web Course",
		parent_slm_service="Consulting and Training",
		published=1,
		customer_description="<p>Learn.</p>",
	)
	testing.make_service("Web Draft", parent_slm_service=GROUP, status="Draft")
	frappe.get_doc(
		{"doctype": "SLM Service Rule", "rule_name": "Web VPN", "service": "Web Net", "words": "VPN"}
	).insert()
	frappe.db.commit()
	yield


def status(page: Page, step: str) -> None:
	page.locator(".inner-group-button", has_text="Status").get_by_role("button").click()
	page.locator(".dropdown-menu:visible .dropdown-item", has_text=step).click()


def opened(page: Page, name: str) -> None:
	page.goto(f"/app/slm-service/{name}")
	page.wait_for_function(
		"name => window.cur_frm && cur_frm.docname === name && !cur_frm.is_dirty()", arg=name
	)


class TestAtTheDesk:
	def test_a_service_is_approved_written_for_customers_and_published(
		self, page: Page, services: None, complaints: Complaints
	) -> None:
		complaints.expect_refusal()
		opened(page, "Web Draft")
		status(page, "Approve")
		page.wait_for_function("cur_frm.doc.status === 'Approved' && !cur_frm.is_dirty()")
		status(page, "Publish")
		shown = page.locator(".modal.show .msgprint").first
		expect(shown).to_contain_text("Say in their words what it does for them.")
		page.keyboard.press("Escape")
		page.evaluate("cur_frm.set_value('customer_description', '<p>Now it says something.</p>')")
		page.evaluate("cur_frm.save()")
		page.wait_for_function("!cur_frm.is_dirty() && cur_frm.doc.published")
		document = record("SLM Service", name="Web Draft")
		assert (document.status, document.route, bool(document.approved_on)) == (
			"Approved",
			"web-draft",
			True,
		)
		page.goto("/services/web-draft")
		expect(page.locator(".slm-services")).to_contain_text("Now it says something.")

	def test_the_drawing_shows_both_directions_and_leads_there(self, page: Page, services: None) -> None:
		opened(page, "Web Net")
		page.get_by_role("tab", name="Rests On").click()
		drawing = page.locator('[data-fieldname="graph_html"] svg')
		expect(drawing.locator("g[data-service]")).to_have_count(3)
		expect(drawing.locator("path[marker-end]")).to_have_count(2)
		drawing.locator('g[data-service="Web Power"]').click()
		page.wait_for_function("cur_frm && cur_frm.docname === 'Web Power'")

	def test_the_trace_is_a_tree_from_function_to_what_is_beneath(self, page: Page, services: None) -> None:
		page.goto("/app/query-report/SLM Service Trace?service=Web Shop")
		cells = page.locator(".dt-cell--col-1 .dt-cell__content")
		for name in ("Sales", "Taking orders", "Web Shop", "Web Net", "Web Power"):
			expect(cells.filter(has_text=name).first).to_be_visible()

	def test_rules_are_tried_before_they_decide(self, page: Page, services: None) -> None:
		page.goto("/app/slm-service-rule")
		page.get_by_role("button", name="Try the Rules").click()
		dialog = page.locator(".modal.show")
		dialog.locator('[data-fieldname="subject"] input').fill("My VPN is slow")
		dialog.get_by_role("button", name="Try", exact=True).click()
		expect(dialog).to_contain_text("It would get Web Net.")
		expect(dialog.locator("tr", has_text="Web VPN")).to_contain_text("Decides")

	def test_the_printed_catalogue_is_a_pdf(self, page: Page, services: None) -> None:
		page.goto("/app")
		answer = page.request.get("/api/method/slm_extension.api.print_catalogue")
		assert answer.status == 200 and answer.body().startswith(b"%PDF")


class TestForCustomers:
	@pytest.fixture
	def visitor(self, browser: Browser, address: str, complaints: Complaints) -> Iterator[Page]:
		context = new_context(browser, address)
		page = context.new_page()
		page.on("pageerror", lambda error: complaints.hear(str(error)))
		yield page
		context.close()
		assert complaints.unexpected == []

	def test_a_stranger_is_asked_to_sign_in(self, visitor: Page, services: None) -> None:
		visitor.goto("/services/web-shop")
		visitor.wait_for_url("**/login?redirect-to=**")

	def test_somebody_who_is_signed_in_searches_and_reads(self, page: Page, services: None) -> None:
		page.goto("/services")
		page.get_by_role("searchbox").fill("orders")
		page.get_by_role("button", name="Search").click()
		expect(page.locator(".slm-card h3")).to_have_text(["Web Shop"])
		page.get_by_role("link", name="Web Shop").click()
		expect(page.get_by_role("heading", level=1)).to_have_text("Web Shop")
		assert "INTERNAL-ONLY" not in page.content()
		expect(page.get_by_role("link", name="Request this service")).to_have_attribute(
			"href", "/service-requirement/new?service=Web%20Shop"
		)

	def test_categories_narrow_what_is_shown(self, page: Page, services: None) -> None:
		page.goto("/services")
		page.get_by_role("link", name="Other Operations").click()
		expect(page.locator(".slm-card h3")).to_have_text(["Web Course"])
		expect(page.locator('.slm-categories [aria-current="page"]')).to_contain_text("Other Operations")

	@pytest.mark.parametrize("path", ["/services", "/services/web-shop"])
	def test_it_fits_on_a_telephone(self, page: Page, services: None, path: str) -> None:
		page.set_viewport_size({"width": 360, "height": 740})
		page.goto(path)
		wide: Any = page.evaluate("document.documentElement.scrollWidth")
		assert wide <= 360
