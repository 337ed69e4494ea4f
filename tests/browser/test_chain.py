"""The Chain tab of an agreement and the report on all chains, as those who own them see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from desk import record
from playwright.sync_api import Locator, Page, expect

from slm_extension import testing
from slm_extension.testing import target

PROCESS_OWNER = "SLM Process Owner"


@pytest.fixture(scope="module")
def agreements(_as_found: None) -> Iterator[dict[str, str]]:
	"""The names of an agreement that cannot be kept and of one that can."""
	always = testing.make_calendar("Chain Around the Clock", around_the_clock=True).name
	day = testing.make_calendar("Chain Supplier's Day", hours=("09:00-17:00",)).name
	group = frappe.get_all(
		"Supplier Group", filters={"is_group": 0}, pluck="name", order_by="name asc", limit=1
	)[0]
	before = set(frappe.get_all("Supplier", pluck="name", order_by="name asc"))
	supplier = frappe.get_doc(
		{"doctype": "Supplier", "supplier_name": "Browser Lines", "supplier_group": group}
	).insert()

	def support(title: str, calendar: str) -> Any:
		return testing.make_agreement(
			title, [target("Turnaround", 3)], calendar, kind="UC", supplier=supplier.name
		)

	def sla(title: str, beneath: Any) -> str:
		return str(
			testing.make_agreement(
				title,
				[target("Resolution", 4)],
				always,
				customer=testing.make_customer(f"{title} & Co"),
				rests_on=[{"agreement": beneath.name}],
				submit=False,
			).name
		)

	names = {
		"weak": sla("Chain Weak", support("Lines <i>by Day</i>", day)),
		"strong": sla("Chain Strong", support("Lines by Night", always)),
	}
	frappe.db.commit()
	yield names
	frappe.db.rollback()
	frappe.db.delete("Supplier", {"name": ["in", sorted({supplier.name} - before)]})
	frappe.db.commit()


@pytest.fixture
def as_process_owner(site: str) -> Iterator[None]:
	"""The user of the desk has the role until the test is over."""
	from conftest import USER

	user = frappe.get_doc("User", USER)
	user.add_roles(PROCESS_OWNER)
	frappe.db.commit()
	yield
	frappe.db.rollback()
	user.reload()
	user.remove_roles(PROCESS_OWNER)
	frappe.db.commit()


def chain_tab(page: Page, name: str) -> Locator:
	page.goto(f"/app/slm-agreement/{name}")
	page.get_by_role("tab", name="Chain").click()
	box = page.get_by_role("region", name="Can it be kept")
	box.wait_for()
	return box


class TestChainTab:
	def test_the_worst_case_is_told_and_drawn_with_all_its_lanes(
		self, page: Page, agreements: dict[str, str]
	) -> None:
		box = chain_tab(page, agreements["weak"])
		expect(box).to_have_attribute("data-state", "Infeasible")
		expect(box.locator("article.slm-bad")).to_contain_text(
			"within 3 hours of its own hours, may return it on"
		)
		drawing = box.get_by_role("img")
		expect(drawing).to_be_visible()
		words = box.locator("article.slm-bad p span").last.inner_text()
		assert drawing.get_attribute("aria-label") == words
		assert drawing.locator("g").count() == 2
		assert drawing.locator("rect.slm-late").count() == 1
		assert drawing.locator("rect.slm-open").count() >= 2
		assert box.locator("i i, svg i").count() == 0

	def test_what_can_be_kept_shows_its_worst_case_on_demand(
		self, page: Page, agreements: dict[str, str]
	) -> None:
		box = chain_tab(page, agreements["strong"])
		expect(box).to_have_attribute("data-state", "Feasible")
		expect(box.get_by_role("img")).to_be_hidden()
		box.get_by_text("Worst case", exact=True).click()
		expect(box.get_by_role("img")).to_be_visible()
		assert box.locator("rect.slm-late").count() == 0

	def test_only_the_process_owner_is_offered_a_waiver(self, page: Page, agreements: dict[str, str]) -> None:
		box = chain_tab(page, agreements["weak"])
		expect(box.get_by_role("button", name="Check Now")).to_be_visible()
		expect(box.get_by_role("button", name="Waive")).to_have_count(0)

	def test_the_process_owner_waives_with_a_reason(
		self, page: Page, agreements: dict[str, str], as_process_owner: None
	) -> None:
		box = chain_tab(page, agreements["weak"])
		box.get_by_role("button", name="Waive").click()
		dialog = page.locator(".modal.show")
		dialog.locator("textarea").fill("Replaced in August <b>at last</b>.")
		dialog.get_by_role("button", name="Waive").click()
		expect(page.locator('.slm-chain[data-state="Waived"]')).to_contain_text(
			"Replaced in August <b>at last</b>."
		)
		assert record("SLM Agreement", name=agreements["weak"]).chain_state == "Waived"

	def test_an_ola_is_made_from_it_with_what_is_left(self, page: Page, agreements: dict[str, str]) -> None:
		chain_tab(page, agreements["strong"])
		page.get_by_role("button", name="Create", exact=True).click()
		page.get_by_role("menuitem", name="OLA").or_(
			page.locator(".dropdown-item:visible", has_text="OLA")
		).first.click()
		page.wait_for_function("cur_frm && cur_frm.is_new() && cur_frm.doc.kind === 'OLA'")
		assert page.evaluate("cur_frm.doc.made_for") == agreements["strong"]
		assert page.evaluate("cur_frm.doc.targets.map((row) => [row.metric, row.goal])") == [
			["Turnaround", 3600]
		]


class TestReport:
	def test_each_chain_leads_to_its_agreements(self, page: Page, agreements: dict[str, str]) -> None:
		page.goto("/app/query-report/SLM Chain?customer=Chain Strong %26 Co")
		row = page.locator(".dt-row:visible", has_text="Chain Strong").first
		expect(row).to_contain_text("Feasible")
		expect(row).to_contain_text("1 hour")
		row.get_by_role("link", name=agreements["strong"]).click()
		page.wait_for_url(f"**/slm-agreement/{agreements['strong']}")
