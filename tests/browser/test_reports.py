"""The report, the workspace and the list of clocks in a real browser: what is shown leads to what is behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime
from playwright.sync_api import Page, expect

from slm_extension import testing

CUSTOMER = "Report & Co"
TERMS = "Report terms"
FIGURES = ("met", "missed", "overdue", "pending", "attainment")


@pytest.fixture(scope="module")
def agreement(_as_found: None) -> Iterator[str]:
	"""Its clocks: two tickets are met, one is missed and closed, two are overdue, and one is pending."""
	now = now_datetime()
	testing.make_calendar("Always Open", around_the_clock=True)
	name = testing.make_agreement(
		TERMS,
		[testing.target("Resolution", 4, objective=90)],
		calendar="Always Open",
		customer=testing.make_customer(CUSTOMER),
	).name
	for hours, closed in ((1, True), (2, True), (5, True), (6, False), (7, False), (3, False)):
		issue = testing.make_issue(f"{hours} h", opened=now - timedelta(hours=hours), customer=CUSTOMER)
		if closed:
			testing.set_status(issue, "Resolved")
	frappe.db.commit()
	yield str(name)


def open_report(page: Page, **filters: str) -> None:
	query = "&".join(f"{field}={value}" for field, value in filters.items())
	page.goto(f"/app/query-report/SLM Compliance?{query}")
	page.locator(".dt-scrollable .dt-row").first.wait_for()
	# The host shows the report by its defaults first, and again by what the address says.
	page.wait_for_load_state("networkidle")
	page.wait_for_function(
		"asked => Object.entries(asked).every(([name, value]) => frappe.query_report.get_filter_value(name) === value)",
		arg=filters,
	)


def rows(page: Page) -> list[dict[str, Any]]:
	found: list[dict[str, Any]] = page.evaluate("frappe.query_report.data")
	return found


def test_the_report_shows_cards_chart_and_table(page: Page, agreement: str) -> None:
	open_report(page, agreement=agreement)

	(row,) = rows(page)
	assert [row[figure] for figure in FIGURES] == [2, 3, 2, 1, 40]
	expect(page.locator(".report-summary .summary-value").first).to_have_text("40 %")
	expect(page.locator(".chart-wrapper svg.frappe-chart")).to_be_visible()
	expect(page.locator(".dt-scrollable")).to_contain_text(TERMS)
	expect(page.locator(".dt-scrollable .indicator-pill.red")).to_have_text("Failed")


@pytest.mark.parametrize(
	("figure", "behind"), [("met", 2), ("missed", 3), ("overdue", 2), ("pending", 1), ("attainment", 5)]
)
def test_a_figure_leads_to_the_clocks_it_counts(page: Page, agreement: str, figure: str, behind: int) -> None:
	open_report(page, agreement=agreement)
	column = page.evaluate(
		"figure => frappe.query_report.datatable.getColumns().find(column => column.id === figure).colIndex",
		figure,
	)

	page.locator(f'.dt-scrollable .dt-cell[data-row-index="0"][data-col-index="{column}"] a').click()

	page.wait_for_url("**/app/slm-clock**")
	expect(page.locator(".list-row-container .list-row-checkbox:visible")).to_have_count(behind)


def test_a_clock_leads_to_its_ticket(page: Page, agreement: str) -> None:
	page.goto(f"/app/slm-clock?agreement={agreement}&outcome=Pending")

	expect(page.locator(".list-row-container .list-row-checkbox:visible")).to_have_count(1)
	page.locator(".list-row-container").get_by_role("button", name="Ticket").click()

	page.wait_for_url("**/app/issue/**")
	expect(page.locator(".page-title:visible")).to_contain_text("3 h")


def test_a_clock_of_its_own_shows_how_much_is_used(page: Page, agreement: str) -> None:
	name = frappe.db.get_value("SLM Clock", {"agreement": agreement, "phase": "Stopped", "outcome": "Missed"})

	page.goto(f"/app/slm-clock/{name}")

	expect(page.locator(".progress-bar-danger")).to_be_visible()
	expect(page.locator(".progress-message")).to_have_text(re.compile(r"^5h .*of 4h used, overrun by 1h"))
	expect(page.locator(".indicator-pill:visible").first).to_have_text("Missed")


def test_the_filters_group_in_the_order_chosen(page: Page, agreement: str) -> None:
	open_report(page, agreement=agreement, period="None", group_by="Customer", then_by="Metric")
	page.wait_for_function("frappe.query_report.columns.some(one => one.fieldname === 'metric')")

	assert [(row["customer"], row["metric"]) for row in rows(page)] == [(CUSTOMER, "Resolution")]


def test_the_report_can_be_printed(page: Page, agreement: str) -> None:
	open_report(page, agreement=agreement)

	with page.expect_popup() as popup:
		page.evaluate("frappe.query_report.print_report({})")
	printed = popup.value

	expect(printed.locator("body")).to_contain_text(TERMS)
	expect(printed.locator("body")).to_contain_text("40")


def test_the_workspace_shows_its_cards_and_charts(page: Page, agreement: str) -> None:
	page.goto("/app/service-levels")

	for card in ("Overdue Now", "Held Now", "Missed This Month", "Attainment This Month"):
		expect(page.locator(".number-widget-box", has_text=card).locator(".number")).to_be_visible()
	for chart in ("Attainment by Month", "Met and Missed by Month"):
		expect(
			page.locator(".dashboard-widget-box", has_text=chart).locator("svg.frappe-chart")
		).to_be_visible()


def test_the_workspace_leads_to_the_tickets_that_are_overdue(page: Page, agreement: str) -> None:
	page.goto("/app/service-levels")
	page.wait_for_load_state("networkidle")

	page.locator(".shortcut-widget-box", has_text="Overdue").click()

	page.wait_for_url("**/app/issue/**")
	overdue = frappe.db.count("Issue", {"slm_state": "Overdue"})
	expect(page.locator(".list-row-container .list-row-checkbox:visible")).to_have_count(overdue)
