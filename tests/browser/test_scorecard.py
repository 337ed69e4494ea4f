"""SLM Scorecard in a real browser: figures and users side by side, and the way from each figure to what is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, urlencode

import frappe
import pytest
from frappe.utils import get_first_day, get_last_day, now_datetime, today
from playwright.sync_api import Page, expect

from slm_extension import testing
from slm_extension.adapters.feedback import FEEDBACK

CUSTOMER, SERVICE = "Scorecard & Co", "Scorecard Shop"


@pytest.fixture(scope="module")
def scored(_as_found: None) -> Iterator[str]:
	"""Three tickets of a service of this month: two in time, and nobody is content; one is open. The service's name."""
	now = now_datetime()
	testing.make_calendar("Always Open", around_the_clock=True)
	service = testing.make_service(SERVICE)
	testing.make_agreement(
		"Scorecard terms",
		[testing.target("Resolution", 4, objective=50)],
		calendar="Always Open",
		customer=testing.make_customer(CUSTOMER),
	)
	for number in range(3):
		issue = testing.make_issue(
			f"Ticket {number}", opened=now - timedelta(minutes=2), customer=CUSTOMER, slm_service=service
		)
		if number:
			testing.set_status(issue, "Resolved")
			answer = {"ticket": issue.name, "score": number, "channel": "In Person", "person": "Pia"}
			frappe.get_doc({"doctype": FEEDBACK, **answer}).insert()
	frappe.db.commit()
	yield service


def open_report(page: Page, **filters: str) -> None:
	months = {"from_date": str(get_first_day(today())), "to_date": str(get_last_day(today()))}
	page.goto(f"/app/query-report/SLM Scorecard?{urlencode({**months, **filters}, quote_via=quote)}")
	page.locator(".dt-scrollable .dt-row").first.wait_for()
	page.wait_for_load_state("networkidle")
	# What a user has filtered a list by last, the host mixes with what a link asks for.
	page.evaluate("frappe.model.user_settings.save('SLM Clock', 'List', { filters: [] })")
	page.wait_for_function(
		"asked => Object.entries(asked).every(([name, value]) => frappe.query_report.get_filter_value(name) === value)",
		arg=filters,
	)


def test_figures_and_users_stand_side_by_side(page: Page, scored: str) -> None:
	open_report(page, customer=CUSTOMER)

	expect(page.locator(".dt-scrollable .indicator-pill.red")).to_have_text("Good on Paper Only")
	expect(page.locator(".report-summary .summary-value").nth(1)).to_have_text("1.5 of 5")
	expect(page.locator(".chart-wrapper svg.frappe-chart")).to_be_visible()


@pytest.mark.parametrize(
	("figure", "doctype", "behind"),
	[
		("attainment", "SLM Clock", 2),
		("tickets", "Issue", 3),
		("answers", FEEDBACK, 2),
		("score", FEEDBACK, 2),
	],
)
def test_a_figure_leads_to_what_it_counts(
	page: Page, scored: str, figure: str, doctype: str, behind: int
) -> None:
	open_report(page, customer=CUSTOMER)
	column = page.evaluate(
		"figure => frappe.query_report.datatable.getColumns().find(column => column.id === figure).colIndex",
		figure,
	)
	link = page.locator(f'.dt-scrollable .dt-cell[data-row-index="0"][data-col-index="{column}"] a')
	link.scroll_into_view_if_needed()

	link.click()

	page.wait_for_function("doctype => cur_list?.doctype === doctype && cur_list.data.length", arg=doctype)
	assert page.evaluate("cur_list.data.length") == behind


def test_lines_are_grouped_as_chosen(page: Page, scored: str) -> None:
	open_report(page, group_by="Customer", customer=CUSTOMER, against="Nothing")

	rows = page.evaluate("frappe.query_report.data")
	assert [(row["customer"], row["tickets"], row["answers"]) for row in rows] == [(CUSTOMER, 3, 2)]
