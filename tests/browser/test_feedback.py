"""Feedback in a browser: a customer gives stars on his ticket's page and changes them; an agent notes what he is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from conftest import PASSWORD, visiting
from desk import Complaints, record
from playwright.sync_api import Browser, Page, expect

from slm_extension import testing

CUSTOMER, BUYER = "Opinion & Sons", "olga@opinion.example"
FEEDBACK = "SLM Feedback"


@pytest.fixture(scope="module")
def buyer(_as_found: None) -> str:
	user = testing.make_user(BUYER, "Customer", new_password=PASSWORD, time_zone=testing.ZONE)
	document = frappe.get_doc("Customer", testing.make_customer(CUSTOMER))
	document.append("portal_users", {"user": user})
	document.save()
	frappe.db.commit()
	return str(user)


@pytest.fixture
def visitor(browser: Browser, address: str, buyer: str, complaints: Complaints) -> Iterator[Page]:
	"""A page of the customer's user, signed in."""
	with visiting(browser, address, buyer, complaints) as page:
		yield page


@pytest.fixture
def done(buyer: str) -> Any:
	"""A ticket of the customer's that has been resolved."""
	frappe.set_user("Administrator")
	issue = testing.make_issue(
		"It hums <b>loud</b>", opened=frappe.utils.now_datetime(), customer=CUSTOMER, raised_by=buyer
	)
	testing.set_status(issue, "Resolved")
	frappe.db.commit()
	return issue


def star(page: Page, question: str, score: int) -> None:
	page.locator(f"[data-name={question}] label").nth(score - 1).click()


def test_a_customer_gives_stars_and_changes_them(visitor: Page, done: Any) -> None:
	visitor.goto(f"/issues/{done.name}")
	box = visitor.locator(".slm-feedback")
	box.get_by_role("button", name="Send").click()
	expect(box.get_by_role("alert")).to_have_text("Choose between one and five stars.")

	star(visitor, "score", 2)
	expect(box.get_by_role("alert")).to_be_hidden()
	star(visitor, "expected", 4)
	box.get_by_label("Anything you would like to tell us?").fill("<b>Late</b>\nand loud")
	box.get_by_role("button", name="Send").click()

	expect(box.get_by_role("heading")).to_have_text("Thank you for your opinion")
	expect(box.get_by_role("img", name="2 of 5: Dissatisfied")).to_be_visible()
	expect(box).to_contain_text("<b>Late</b>")
	said = record(FEEDBACK, ticket=done.name)
	assert (said.score, said.expected_score, said.channel, said.given_by) == (2, 4, "Portal", BUYER)

	visitor.reload()
	box.get_by_role("button", name="Change").click()
	star(visitor, "score", 5)
	box.get_by_role("button", name="Take Back").click()
	box.get_by_role("button", name="Send").click()

	expect(box.get_by_role("img", name="5 of 5: Very satisfied")).to_be_visible()
	said = record(FEEDBACK, ticket=done.name)
	assert (said.score, said.expected_score) == (5, 0)


def test_it_is_answered_by_the_keyboard_alone(visitor: Page, done: Any) -> None:
	visitor.goto(f"/issues/{done.name}")
	visitor.locator("[data-name=score] input").first.focus()
	for key in ("Space", "ArrowRight", "ArrowRight", "ArrowRight"):
		visitor.keyboard.press(key)
	visitor.get_by_role("button", name="Send").press("Enter")

	expect(visitor.get_by_role("img", name="4 of 5: Satisfied")).to_be_visible()
	assert record(FEEDBACK, ticket=done.name).score == 4


def test_presses_in_a_row_leave_one_answer(visitor: Page, done: Any) -> None:
	visitor.goto(f"/issues/{done.name}")
	expect(visitor.locator(".slm-feedback")).to_be_visible()

	answers = visitor.evaluate(
		"""(issue) => {
			const send = (score) => fetch("/api/method/slm_extension.portal.give_feedback", {
				method: "POST",
				headers: { "Content-Type": "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token },
				body: JSON.stringify({ issue, score }),
			}).then((answer) => answer.status);
			return Promise.all([send(3), send(3), send(3)]);
		}""",
		done.name,
	)

	assert answers == [200, 200, 200]
	assert record(FEEDBACK, ticket=done.name).score == 3


def test_of_an_open_ticket_nobody_is_asked(visitor: Page, buyer: str) -> None:
	issue = testing.make_issue("Still open", customer=CUSTOMER, raised_by=buyer)
	frappe.db.commit()

	with visitor.expect_response(lambda answer: "ticket_feedback" in answer.url) as asked:
		visitor.goto(f"/issues/{issue.name}")

	assert asked.value.ok
	expect(visitor.locator(".slm-feedback")).to_have_count(0)


def test_an_agent_notes_on_the_ticket_what_he_is_told(page: Page, done: Any) -> None:
	page.goto(f"/app/issue/{done.name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=done.name)
	page.get_by_role("button", name="Service Level").click()
	page.get_by_role("link", name="Record Feedback…").click()
	dialog = page.locator(".modal.show")
	expect(dialog.locator("[data-fieldname=said_by] input")).to_have_value(BUYER)
	star(page, "score", 1)
	dialog.locator("[data-fieldname=comment] textarea").fill("Called <i>twice</i>")
	dialog.get_by_role("button", name="Record").click()

	line = page.locator(".slm-feedback-line")
	expect(line).to_contain_text("Called <i>twice</i>")
	expect(line.get_by_role("img", name="1 of 5: Very dissatisfied")).to_be_visible()
	said = record(FEEDBACK, ticket=done.name)
	assert (said.score, said.channel, said.given_by) == (1, "Telephone", BUYER)
	assert said.recorded_by == "desk@acme.example"

	line.get_by_role("link").click()
	expect(page.locator("[data-fieldname=stars_html]")).to_contain_text("★☆☆☆☆")
	expect(page.get_by_role("button", name="Save")).to_be_hidden()


def test_what_came_on_paper_is_entered_on_a_form_of_its_own(page: Page, done: Any) -> None:
	page.goto(f"/app/slm-feedback/new?ticket={done.name}")
	page.wait_for_function("() => window.cur_frm && cur_frm.doctype === 'SLM Feedback'")
	star(page, "score", 4)
	page.locator("[data-fieldname=channel] select").select_option("In Person")
	name = page.locator("[data-fieldname=person] input")
	name.press_sequentially("Pia of the shop")
	name.press("Tab")
	page.get_by_role("button", name="Save").click()

	expect(page.locator("[data-fieldname=stars_html]")).to_contain_text("Satisfied")
	page.wait_for_function("() => !cur_frm.is_new()")
	said = record(FEEDBACK, ticket=done.name)
	assert (said.score, said.person, said.subject) == (4, "Pia of the shop", "It hums <b>loud</b>")

	page.goto("/app/slm-feedback")
	expect(page.locator(".list-row .slm-stars").first).to_have_text("★★★★☆")
