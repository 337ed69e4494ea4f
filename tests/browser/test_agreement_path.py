"""An agreement from a template to its second version, as its owner goes through it in the desk."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest
from desk import Complaints, record
from playwright.sync_api import Page, expect

from slm_extension import testing
from slm_extension.testing import HOUR, target

TITLE = "Path to Wool"


@pytest.fixture(scope="module")
def supports(site: str) -> Iterator[dict[str, str]]:
	"""An office, a supplier open the same hours whose contract allows four hours, and a customer."""
	testing.make_calendar("Path Office", around_the_clock=True)
	if not frappe.db.exists("Supplier", "Path Cables"):
		frappe.get_doc({"doctype": "Supplier", "supplier_name": "Path Cables"}).insert()
	contract = testing.make_agreement(
		"Path Contract",
		kind="UC",
		supplier="Path Cables",
		calendar="Path Office",
		targets=[target("Turnaround", 4, objective=95)],
	)
	customer = testing.make_customer("Path Wool")
	frappe.db.commit()
	yield {"contract": contract.name, "customer": customer}
	frappe.db.rollback()
	frappe.delete_doc("Supplier", "Path Cables", force=True)
	frappe.db.commit()


def act(page: Page, action: str) -> None:
	page.locator(".actions-btn-group:visible button").first.click()
	page.locator(".actions-btn-group .dropdown-item:visible", has_text=action).first.click()


def indicator(page: Page) -> object:
	return page.locator(".page-head .indicator-pill:visible")


def tab(page: Page, name: str) -> None:
	page.get_by_role("tab", name=name, exact=True).click()


def sign(page: Page, party: str, name: str, on_paper: str | None = None) -> None:
	page.get_by_role("button", name="Sign", exact=True).first.click()
	dialog = page.locator(".modal.show")
	dialog.locator('[data-fieldname="party"] select').select_option(party)
	if on_paper:
		page.wait_for_function("() => window.cur_dialog && cur_dialog.fields_dict.on_paper")
		page.evaluate(
			"file => cur_dialog.set_value('on_paper', 1).then(() => cur_dialog.set_value('evidence', file))",
			on_paper,
		)
	dialog.locator('[data-fieldname="full_name"] input').fill(name)
	dialog.get_by_role("button", name="Sign", exact=True).click()
	expect(dialog).to_have_count(0)


def test_from_a_template_to_the_second_version(
	page: Page, supports: dict[str, str], complaints: Complaints
) -> None:
	complaints.expect_refusal()
	complaints.expect("undefined")  # the host's own button does not catch a refused action
	template = frappe.db.get_value("SLM Agreement", {"is_template": 1, "kind": "SLA"})
	page.goto(f"/app/slm-agreement/{template}")
	expect(indicator(page)).to_have_text("Template")
	page.get_by_role("button", name="Make Agreement").click()
	page.wait_for_function("() => cur_frm && cur_frm.is_new()")
	page.evaluate(
		"""async (values) => {
			await cur_frm.set_value({title: values.title, customer: values.customer, calendar: 'Path Office',
				valid_from: frappe.datetime.get_today()});
			cur_frm.clear_table('targets');
			cur_frm.add_child('targets', {metric: 'Resolution', goal: values.goal, objective: 90});
			cur_frm.add_child('rests_on', {agreement: values.contract});
			cur_frm.refresh_fields();
			await cur_frm.save();
		}""",
		{"title": TITLE, "goal": 2 * HOUR, **supports},
	)
	expect(indicator(page)).to_have_text("Draft · version 0.1")

	tab(page, "Chain")
	chain = page.locator(".slm-chain")
	expect(chain).to_have_attribute("data-state", "Infeasible")
	expect(chain).to_contain_text("2 hours of service time too late")
	expect(chain.locator("svg").first).to_be_visible()

	page.evaluate(
		"""async (goal) => {
			await frappe.model.set_value('SLM Target', cur_frm.doc.targets[0].name, 'goal', goal);
			await cur_frm.save();
		}""",
		5 * HOUR,
	)
	expect(chain).to_have_attribute("data-state", "Feasible")
	expect(indicator(page)).to_have_text("Draft · version 0.2")

	for action, status in (
		("Negotiate", "In Negotiation"),
		("Send to Group Review", "Group Review"),
		("Pass Review", "Approved"),
	):
		act(page, action)
		expect(indicator(page)).to_have_text(f"{status} · version 0.2")
	act(page, "Conclude")
	expect(page.locator(".msgprint")).to_contain_text("Signatures are missing: Provider, Customer")
	page.locator(".modal.show .btn-modal-close:visible").click()
	expect(page.locator(".modal.show")).to_have_count(0)

	sign(page, "Provider", "Ann Provider")
	expect(page.locator(".form-message:visible")).to_contain_text("Waiting for: Customer")
	sign(page, "Customer", "Bo Buyer", "/files/signed.pdf")
	expect(page.locator(".form-message:visible")).to_contain_text("Signed by every party")
	act(page, "Conclude")
	expect(indicator(page)).to_have_text("In Force · version 1.0")

	first = record("SLM Agreement", title=TITLE, docstatus=1)
	assert [(row.party, row.full_name, row.method) for row in first.sign_offs] == [
		("Provider", "Ann Provider", "Desk"),
		("Customer", "Bo Buyer", "On Paper"),
	]
	page.get_by_role("button", name="New Version").click()
	page.wait_for_function("first => cur_frm && cur_frm.docname !== first", arg=first.name)
	expect(indicator(page)).to_have_text("Draft · version 1.1")

	page.goto(f"/app/slm-agreement/{first.name}")
	act(page, "Terminate")
	dialog = page.locator(".modal.show")
	dialog.locator('[data-fieldname="reason"] textarea').fill("The customer moves on.")
	dialog.get_by_role("button", name="Terminate").click()
	expect(page.locator(".form-message:visible")).to_contain_text("The customer moves on.")
	assert record("SLM Agreement", name=first.name).termination_reason == "The customer moves on."


def test_a_title_with_mark_up_is_shown_as_it_is_written(page: Page, supports: dict[str, str]) -> None:
	"""In the titles of dialogs, which the host takes for HTML."""
	page.goto(f"/app/slm-agreement/{supports['contract']}")
	page.wait_for_function("() => window.cur_frm && cur_frm.doc.title && window.slm && slm.freeze_dialog")
	for action, said in (("sign_dialog", "Sign"), ("end_dialog", "Terminate"), ("freeze_dialog", "Freeze")):
		page.evaluate("action => { cur_frm.doc.title = 'A <i>b</i> & c'; slm[action](cur_frm); }", action)
		title = page.locator(".modal.show .modal-title").first
		expect(title).to_have_text(f"{said} A <i>b</i> & c")
		page.wait_for_function("() => window.cur_dialog")
		page.evaluate("cur_dialog.hide()")
		expect(page.locator(".modal.show")).to_have_count(0)
