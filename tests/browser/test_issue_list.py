"""The nearest due time in the list of Issues, next to what ERPNext's own settings of that list do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime
from playwright.sync_api import Locator, Page, expect

from slm_extension import testing

CUSTOMER = "List & Co"


@pytest.fixture(scope="module")
def subjects(_as_found: None) -> Iterator[dict[str, str]]:
	"""Issue names by subject, made in another order than the one they are due in."""
	now = now_datetime()
	testing.make_calendar("Always Open", around_the_clock=True)
	testing.make_agreement(
		"List terms",
		[testing.target("Resolution", 4, hold_customer=1)],
		calendar="Always Open",
		customer=testing.make_customer(CUSTOMER),
	)
	opened = {
		"later": now,
		"overdue": now - timedelta(hours=6),
		"soon": now - timedelta(hours=3, minutes=30),
		"held": now - timedelta(hours=1),
	}
	names = {
		subject: testing.make_issue(subject, opened=at, customer=CUSTOMER).name
		for subject, at in opened.items()
	}
	testing.set_status(frappe.get_doc("Issue", names["held"]), "Replied")
	names["without terms"] = testing.make_issue(
		"without terms", customer=testing.make_customer("Nobody Ltd")
	).name
	frappe.db.commit()
	yield names


def open_list(page: Page, **filters: str) -> None:
	query = "&".join(f"{name}={value}" for name, value in filters.items())
	page.goto(f"/app/issue/view/list?{query}")
	page.locator(".list-row-head:visible").wait_for()


def row(page: Page, name: str) -> Locator:
	return page.locator(".list-row-container", has=page.locator(f'[data-name="{name}"]'))


PILLS = {
	"later": ("green", r"^Due "),
	"soon": ("orange", r"^Due "),
	"overdue": ("red", r"^Overdue "),
	"held": ("blue", r"^Held$"),
}


def test_each_row_says_when_it_is_due_and_how_it_stands(page: Page, subjects: dict[str, str]) -> None:
	open_list(page, customer=CUSTOMER.replace("&", "%26"), status="")
	for subject, (colour, text) in PILLS.items():
		pill = row(page, subjects[subject]).locator(".slm-due")
		expect(pill).to_have_text(re.compile(text))
		expect(pill).to_have_class(re.compile(rf"\b{colour}\b"))


def test_a_ticket_on_which_nothing_is_promised_says_so(page: Page, subjects: dict[str, str]) -> None:
	open_list(page, subject="without terms")
	expect(row(page, subjects["without terms"]).locator(".slm-due")).to_have_text("Outside SLA")


def test_the_list_can_be_ordered_by_what_is_due_next(page: Page, subjects: dict[str, str]) -> None:
	open_list(page, customer=CUSTOMER.replace("&", "%26"))
	page.locator(".menu-btn-group .btn:visible").click()
	page.get_by_text("Nearest Due First", exact=True).locator("visible=true").first.click()
	expect(page.locator(".list-row-container .list-subject a")).to_have_text(["overdue", "soon", "later"])


def test_the_state_filters_by_a_click(page: Page, subjects: dict[str, str]) -> None:
	open_list(page, customer=CUSTOMER.replace("&", "%26"))
	row(page, subjects["overdue"]).locator(".slm-due").click()
	expect(page.locator(".list-row-container .list-subject a")).to_have_text(["overdue"])
	expect(page.locator('.standard-filter-section [data-fieldname="slm_state"] select')).to_have_value(
		"Overdue"
	)


def test_what_erpnext_does_in_this_list_is_still_there(page: Page, subjects: dict[str, str]) -> None:
	"""Its indicator of the status, coloured by priority, and its bulk actions, which our clocks see."""
	open_list(page, customer=CUSTOMER.replace("&", "%26"))
	line = row(page, subjects["later"])
	expect(line.locator(".indicator-pill", has_text="Open").first).to_be_visible()
	page.wait_for_function("!cur_list.last_args")  # the host refreshes no list twice within some seconds
	line.locator(".list-row-checkbox").click()
	page.locator(".actions-btn-group .btn:visible").click()
	page.get_by_text("Set as Closed", exact=True).locator("visible=true").first.click()
	expect(line.locator(".slm-due")).to_have_text("Met")
	frappe.db.rollback()
	assert testing.clocks(subjects["later"])["resolution"].outcome == "Met"


def test_the_due_time_is_beside_the_status_on_a_small_screen(page: Page, subjects: dict[str, str]) -> None:
	open_list(page)
	heads = page.locator(".list-row-head .list-row-col:visible").all_inner_texts()
	assert [head.strip() for head in heads][:3] == ["Subject", "Status", "Next Due"]
