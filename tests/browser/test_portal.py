"""The portal in a browser: a customer finds his agreement, signs it once, takes the PDF; and the printed pages."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import frappe
import pytest
from conftest import PASSWORD, visiting
from desk import Complaints
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from slm_extension import testing
from slm_extension.testing import target

sys.path.append(str(Path(__file__).parents[1] / "host"))
from full_agreement import make_full_agreement

CUSTOMER, BUYER = "Portal & Sons", "petra@portal.example"


@pytest.fixture(scope="module")
def buyer(_as_found: None) -> str:
	customer = testing.make_customer(CUSTOMER)
	user = testing.make_user(BUYER, "Customer", new_password=PASSWORD, time_zone=testing.ZONE)
	document = frappe.get_doc("Customer", customer)
	document.append("portal_users", {"user": user})
	document.save()
	frappe.db.commit()
	return str(user)


@pytest.fixture
def agreement(buyer: str) -> Iterator[Any]:
	"""Ready to be signed."""
	document = make_full_agreement(CUSTOMER)
	document.db_set("status", "Approved")
	frappe.db.commit()
	yield document
	frappe.db.rollback()
	frappe.delete_doc("SLM Agreement", document.name, force=True)
	frappe.db.commit()


@pytest.fixture
def visitor(browser: Browser, address: str, buyer: str, complaints: Complaints) -> Iterator[Page]:
	"""A page of the customer's user, signed in."""
	with visiting(browser, address, buyer, complaints) as page:
		yield page


def signatures(name: str) -> list[Any]:
	frappe.db.rollback()
	return [row for row in frappe.get_doc("SLM Agreement", name).sign_offs if row.party == "Customer"]


def test_a_customer_finds_his_agreement_and_signs_it_once(visitor: Page, agreement: Any) -> None:
	"""Two presses in a row leave one signature."""
	visitor.goto("/agreements")
	visitor.get_by_role("link", name=agreement.title).click()
	visitor.get_by_label("Full name").fill("Petra Portal")
	visitor.get_by_label("Title").fill("Head of Buying")
	visitor.get_by_label("I have read and agree.").check()
	visitor.get_by_role("button", name="Sign").dblclick()

	expect(visitor.locator(".slm-signed")).to_contain_text("You signed on")
	expect(visitor.locator(".slm-sign-form")).to_have_count(0)
	(row,) = signatures(agreement.name)
	assert (row.full_name, row.designation, row.method) == ("Petra Portal", "Head of Buying", "Portal")
	assert row.signed_by == BUYER
	assert row.signed_from


def test_two_requests_at_once_sign_once(visitor: Page, agreement: Any) -> None:
	visitor.goto(f"/agreement?name={agreement.name}")

	answers = visitor.evaluate(
		"""() => {
			const form = document.querySelector(".slm-sign-form");
			const send = () => fetch("/api/method/slm_extension.portal.sign_agreement", {
				method: "POST",
				headers: { "Content-Type": "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token },
				body: JSON.stringify({ agreement: form.dataset.agreement, terms: form.dataset.terms,
					full_name: "Petra", designation: "Buyer", agreed: 1 }),
			}).then((answer) => answer.status);
			return Promise.all([send(), send(), send()]);
		}"""
	)

	assert answers == [200, 200, 200]
	assert len(signatures(agreement.name)) == 1


def test_a_refusal_is_a_sentence_on_the_page(visitor: Page, agreement: Any, complaints: Complaints) -> None:
	"""The terms were changed while he was reading; the button can be pressed again."""
	complaints.expect("417 (EXPECTATION FAILED)")
	visitor.goto(f"/agreement?name={agreement.name}")
	frappe.db.set_value("SLM Agreement", agreement.name, "complaint_procedure", "Call us.")
	frappe.db.commit()
	visitor.get_by_label("Title").fill("Head of Buying")
	visitor.get_by_label("I have read and agree.").check()
	visitor.get_by_role("button", name="Sign").click()

	expect(visitor.get_by_role("alert")).to_have_text(
		"The agreement has been changed since you opened this page. Reload the page and read it again."
	)
	expect(visitor.get_by_role("button", name="Sign")).to_be_enabled()
	assert signatures(agreement.name)[0].signed_on is None


@pytest.mark.skipif(not shutil.which("wkhtmltopdf"), reason="the host's PDF engine is not installed")
def test_the_customer_takes_the_agreement_along_as_pdf(visitor: Page, agreement: Any) -> None:
	answer = visitor.request.get(f"/api/method/slm_extension.portal.agreement_pdf?agreement={agreement.name}")

	assert answer.status == 200
	assert answer.headers["content-type"] == "application/pdf"
	text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.body())).pages)
	assert "Support of the Online Shop" in text
	assert "secret" not in text


def test_an_agreement_of_somebody_else_is_not_shown(
	visitor: Page, agreement: Any, complaints: Complaints
) -> None:
	complaints.expect("403 (FORBIDDEN)")
	frappe.db.set_value("SLM Agreement", agreement.name, "customer", testing.make_customer("Other & Co"))
	frappe.db.commit()

	answer = visitor.goto(f"/agreement?name={agreement.name}")

	assert answer is not None
	assert answer.status == 403
	expect(visitor.locator("body")).not_to_contain_text(agreement.title)


def test_a_ticket_in_the_portal_says_when_it_is_due(visitor: Page, buyer: str) -> None:
	"""Feature 94."""
	testing.make_agreement(
		"Portal terms",
		[target("Response", 1), target("Resolution", 4)],
		calendar=testing.make_calendar("Always Open", around_the_clock=True).name,
		customer=CUSTOMER,
	)
	issue = testing.make_issue(
		"It hums", opened=frappe.utils.now_datetime(), customer=CUSTOMER, raised_by=buyer
	)
	frappe.db.commit()

	visitor.goto(f"/issues/{issue.name}")

	lines = visitor.locator(".slm-dues > div")
	expect(lines).to_have_count(2)
	expect(lines.first).to_contain_text("First answer")
	expect(lines.first).to_contain_text(re.compile(r"Due by .* \(Asia/Kolkata\)"))


def test_the_printed_pages_are_numbered_and_long_tables_repeat_their_head(
	page: Page, agreement: Any, complaints: Complaints
) -> None:
	"""As the browser prints the host's page, which has no icon: 60 targets run over several pages."""
	complaints.expect("favicon.ico")
	for number in range(5, 61):
		agreement.append("targets", target("Resolution", number, priority="Low", objective=90))
	frappe.db.delete("SLM Target", {"parent": agreement.name})
	for number, row in enumerate(agreement.targets, 1):
		row.update({"idx": number, "name": None, "parent": agreement.name, "parenttype": agreement.doctype})
		row.parentfield = "targets"
		row.target_id = f"t{number}"
		row.db_insert()
	frappe.db.commit()

	page.goto(f"/printview?doctype=SLM Agreement&name={agreement.name}&format=SLM Agreement")
	pages = [
		" ".join(one.extract_text().split())
		for one in PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
	]

	assert len(pages) > 5
	assert [f"{number} / {len(pages)}" in text for number, text in enumerate(pages, 1)] == [True] * len(pages)
	with_targets = [text for text in pages if "The request is solved within" in text]
	assert len(with_targets) > 2
	assert all("What is promised" in text for text in with_targets)


def test_an_agreement_is_announced_from_its_form(page: Page, buyer: str) -> None:
	"""Who would be told is shown before anything is sent."""
	document = testing.make_agreement("Heard of", customer=CUSTOMER, targets=[target("Closure", 9)])
	frappe.db.commit()

	page.goto(f"/app/slm-agreement/{document.name}")
	page.get_by_role("button", name="Announce").click()

	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("These people are told by e-mail:")
	expect(dialog).to_contain_text(BUYER)
