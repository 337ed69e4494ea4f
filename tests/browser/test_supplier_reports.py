"""Service reports of a supplier: checked and returned at the desk, delivered in the portal, counted in a report.

The office is open Monday to Friday 09:00-18:00. June 2026 begins on a Monday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import frappe
import pytest
from conftest import PASSWORD, visiting
from desk import Complaints, record
from playwright.sync_api import Browser, Page, expect

from slm_extension.services import owed_reports
from slm_extension.services.chunks import Chunks
from slm_extension.testing import (
	ZONE,
	fixed_clock,
	make_agreement,
	make_supplier,
	make_user,
	target,
)

REPORT, SUPPLIER = "SLM Supplier Report", "Reporting & Sons"
SELLER = "seller@reporting.example"


@pytest.fixture(scope="module")
def supplier(_as_found: None) -> str:
	frappe.set_user("Administrator")
	name = make_supplier(SUPPLIER)
	user = make_user(SELLER, "Supplier", new_password=PASSWORD, time_zone=ZONE)
	document = frappe.get_doc("Supplier", name)
	document.append("portal_users", {"user": user})
	document.save()
	frappe.db.commit()
	return name


@pytest.fixture
def agreement(supplier: str) -> Iterator[Any]:
	"""A UC; on 5 June the report on May is overdue, and that on June to come."""
	frappe.set_user("Administrator")
	with fixed_clock():
		made = make_agreement(
			"Hosting <b>well</b>",
			[target("Turnaround", 1), target("Response", 2)],
			kind="UC",
			supplier=supplier,
			report_frequency="Monthly",
			next_report_on="2026-06-01",
		)
		owed_reports.keep_on_record(date(2026, 6, 5), Chunks())
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	for name in frappe.get_all(REPORT, {"lineage": made.lineage}, pluck="name", order_by="name asc"):
		frappe.db.delete("SLM Supplier Figure", {"parent": name})
		frappe.db.delete(REPORT, {"name": name})
	frappe.db.set_value("SLM Agreement", made.name, "next_report_on", None)
	frappe.db.commit()


@pytest.fixture
def visitor(browser: Browser, address: str, supplier: str, complaints: Complaints) -> Iterator[Page]:
	"""A page of the supplier's user, signed in."""
	with visiting(browser, address, SELLER, complaints) as page:
		yield page


def of(agreement: Any, due_on: str = "2026-06-01") -> Any:
	return record(REPORT, lineage=agreement.lineage, first_due_on=due_on)


def opened(page: Page, name: str) -> None:
	page.goto(f"/app/slm-supplier-report/{name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=name)


def standing(page: Page) -> Any:
	return page.locator(".page-head .indicator-pill")


def test_a_report_is_received_checked_and_accepted(page: Page, agreement: Any) -> None:
	name = of(agreement).name
	opened(page, name)
	expect(standing(page)).to_have_text("Overdue")
	expect(page.locator("[data-fieldname=comparison_html]")).to_contain_text("Not reported")
	page.evaluate(
		"""() => {
			const row = cur_frm.doc.figures[0];
			frappe.model.set_value(row.doctype, row.name, { decided: 10, met: 9 });
			return cur_frm.save();
		}"""
	)

	page.get_by_role("button", name="Delivered").click()
	page.get_by_role("dialog").locator("input[data-fieldname=delivered_by]").fill("Bea")
	page.get_by_role("dialog").get_by_role("button", name="Delivered").click()
	expect(standing(page)).to_have_text("Delivered")
	expect(page.locator(".form-message")).to_contain_text("days late")
	page.get_by_role("button", name="Accept").click()
	dialog = page.get_by_role("dialog")
	dialog.locator("textarea[data-fieldname=problems]").fill("One ticket <u>missing</u>")
	dialog.get_by_role("button", name="Accept").click()

	expect(standing(page)).to_have_text("Accepted")
	expect(page.locator("[data-fieldname=comparison_html]")).to_contain_text(
		"As measured when the report was"
	)
	expect(page.locator("[data-fieldname=comparison_html]")).to_contain_text("9 of 10")
	expect(page.get_by_role("button", name="Save")).to_be_hidden()
	assert (of(agreement).status, of(agreement).problems) == ("Accepted", "One ticket <u>missing</u>")


def test_what_cannot_be_done_is_said(page: Page, agreement: Any, complaints: Complaints) -> None:
	complaints.expect_refusal()
	opened(page, of(agreement).name)

	page.get_by_role("button", name="Delivered").click()
	page.get_by_role("dialog").get_by_role("button", name="Delivered").click()

	expect(page.get_by_text("There is nothing in this report yet.")).to_be_visible()


def test_a_supplier_delivers_in_the_portal_and_a_returned_report_again(
	page: Page, visitor: Page, agreement: Any
) -> None:
	visitor.goto(f"/agreement?name={agreement.name}")
	item = visitor.locator(".slm-reports li").filter(has_text="due on 01-06-2026")
	expect(item.locator(".slm-state")).to_have_text("Overdue")
	item.get_by_label("Text", exact=True).fill("May went well.")
	item.get_by_label(re.compile("Decided: Turnaround")).fill("12")
	item.get_by_label(re.compile("Met: Turnaround")).fill("11")
	item.get_by_label("File", exact=True).set_input_files(
		{"name": "may.csv", "mimeType": "text/csv", "buffer": b"ticket,met\n1,yes\n"}
	)
	item.get_by_role("button", name="Deliver").dblclick()

	expect(item.locator(".slm-state")).to_have_text("Delivered")
	with visitor.expect_download() as download:
		item.get_by_role("link", name="File").click()
	assert download.value.suggested_filename.startswith("may")

	opened(page, of(agreement).name)
	expect(page.locator("[data-fieldname=comparison_html]")).to_contain_text("11 of 12")
	page.get_by_role("button", name="Return").click()
	page.get_by_role("dialog").locator("textarea[data-fieldname=reason]").fill("Half is missing.")
	page.get_by_role("dialog").get_by_role("button", name="Return").click()
	expect(standing(page)).to_have_text("Returned")

	visitor.reload()
	item = visitor.locator(".slm-reports li").filter(has_text="Half is missing.")
	item.get_by_label("Text", exact=True).fill("Now all of it.")
	item.get_by_role("button", name="Deliver").click()
	delivered = visitor.locator(".slm-reports li").filter(has_text="01-05-2026")
	expect(delivered.locator(".slm-state")).to_have_text("Delivered")
	assert (of(agreement).report_text, of(agreement).times_returned) == ("Now all of it.", 1)


def test_a_refusal_is_a_sentence_on_the_page(visitor: Page, agreement: Any, complaints: Complaints) -> None:
	complaints.expect("417 (EXPECTATION FAILED)")
	visitor.goto(f"/agreement?name={agreement.name}")
	item = visitor.locator(".slm-reports li").filter(has_text="due on 01-06-2026")
	item.get_by_label(re.compile("Decided: Turnaround")).fill("1")
	item.get_by_label(re.compile("Met: Turnaround")).fill("2")
	item.get_by_role("button", name="Deliver").click()

	expect(item.get_by_role("alert")).to_contain_text("2 met of 1 decided cannot be.")
	expect(item.get_by_role("button", name="Deliver")).to_be_enabled()


def test_the_report_counts_them_and_leads_to_them(page: Page, agreement: Any) -> None:
	page.goto(
		"/app/query-report/SLM Supplier Reports?from_date=2026-05-01&to_date=2026-06-30&provider=Reporting"
	)
	row = page.locator(".dt-row").filter(has_text=SUPPLIER)
	expect(page.locator(".report-summary")).to_contain_text("Missing")
	expect(page.locator(".frappe-chart").first).to_be_visible()
	row.get_by_role("link", name="1").last.click()

	page.wait_for_url("**/app/slm-supplier-report**")
	expect(page.locator(".list-row")).to_have_count(1)
	expect(page.locator(".list-row").get_by_text("Overdue").first).to_be_visible()


def test_the_agreement_leads_to_its_reports(page: Page, agreement: Any) -> None:
	page.goto(f"/app/slm-agreement/{agreement.name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=agreement.name)

	expect(page.locator('.document-link[data-doctype="SLM Supplier Report"] .count')).to_have_text("2")
	expect(page.locator('[data-label="Service%20Report"]')).to_have_count(0)
