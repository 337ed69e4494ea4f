"""The health of the process and the data collected, in a real browser: a figure leads to just what it counts."""

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
from slm_extension.adapters import site_time

DASHBOARD = "SLM Process Health"
DECISION = "Longest Wait of an Excuse or Dispute"

A_PAGE = 20
"""So many rows a list shows at first."""


@pytest.fixture(scope="module")
def disputes(_as_found: None) -> Iterator[int]:
	"""Two disputes that have waited for 20 days, and an outage under way; how many disputes."""
	since = now_datetime() - timedelta(days=20)
	ticket = testing.make_issue("Disputed").name
	for number in range(2):
		document = frappe.get_doc(
			{
				"doctype": "SLM Breach",
				"name": frappe.generate_hash(length=10),
				"ticket_type": "Issue",
				"ticket": ticket,
				"clock_key": f"health-{number}",
				"status": "Disputed",
				"standing": 1,
				"disputed_on": since,
				"missed_at": since,
				"missed_instant": site_time.to_instant(since),
				"period": since.year * 100 + since.month,
			}
		)
		document.db_insert()
	service = testing.make_service("Health Check Service")
	frappe.get_doc(
		{"doctype": "SLM Outage", "service": service, "started": now_datetime() - timedelta(minutes=5)}
	).insert()
	frappe.db.commit()
	yield 2


def open_report(page: Page, report: str, **filters: str) -> None:
	query = "&".join(f"{field}={value}" for field, value in filters.items())
	page.goto(f"/app/query-report/{report}?{query}")
	page.locator(".dt-scrollable .dt-row").first.wait_for()
	page.wait_for_load_state("networkidle")
	page.wait_for_function(
		"asked => Object.entries(asked).every(([name, value]) => frappe.query_report.get_filter_value(name) === value)",
		arg=filters,
	)


def cell(page: Page, column: str, where: str, value: str) -> Any:
	"""The cell of a column in the row whose field has a value."""
	place = page.evaluate(
		"""([column, where, value]) => [
			frappe.query_report.data.findIndex((row) => row[where] === value),
			frappe.query_report.datatable.getColumns().find((one) => one.id === column).colIndex,
		]""",
		[column, where, value],
	)
	return page.locator(f'.dt-cell[data-row-index="{place[0]}"][data-col-index="{place[1]}"]')


def test_an_indicator_shows_how_it_stands_and_leads_to_what_is_behind(page: Page, disputes: int) -> None:
	open_report(page, "SLM Process Health", group="Misses")

	expect(page.locator(".report-summary .summary-value")).to_have_count(4)
	expect(cell(page, "standing", "indicator_key", DECISION).locator(".indicator-pill.red")).to_have_text(
		"Bad"
	)
	expect(page.locator(".chart-wrapper svg.frappe-chart")).to_be_visible()
	cases = page.evaluate(
		"name => frappe.query_report.data.find((row) => row.indicator_key === name).cases", DECISION
	)
	cell(page, "value", "indicator_key", DECISION).locator("a").click()

	page.wait_for_url("**/app/slm-breach**")
	expect(page.locator(".list-row-container .list-row-checkbox:visible")).to_have_count(cases)


def test_the_name_of_an_indicator_draws_its_trend(page: Page, disputes: int) -> None:
	open_report(page, "SLM Process Health")

	cell(page, "indicator", "indicator_key", "Tickets without a Service").locator("a").click()

	page.wait_for_function(
		"frappe.query_report.get_filter_value('chart') === 'Tickets without a Service'"
		" && frappe.query_report.chart_options"
	)
	expect(page.locator(".chart-wrapper .y-markers").first).to_contain_text("Attention")


def test_limits_are_entered_in_the_settings(page: Page, disputes: int) -> None:
	open_report(page, "SLM Process Health")

	page.get_by_role("button", name="Limits").click()

	page.wait_for_url("**/app/slm-settings")
	expect(page.locator('[data-fieldname="process_limits"] .form-grid').first).to_be_visible()


def test_the_dashboard_shows_cards_and_trends(page: Page, disputes: int) -> None:
	page.goto(f"/app/dashboard-view/{DASHBOARD}")
	page.wait_for_load_state("networkidle")

	bad = page.locator(".number-widget-box", has_text="SLM Indicators Bad").locator(".number")
	expect(bad).to_have_text(re.compile("^[1-9]"))
	expect(page.locator(".number-widget-box")).to_have_count(8)
	expect(page.locator(".dashboard-widget-box")).to_have_count(7)
	for chart in ("SLM Process Standings", "SLM Tickets without a Service by Month"):
		drawn = page.locator(".dashboard-widget-box", has_text=chart).locator("svg.frappe-chart")
		expect(drawn).to_be_visible()


def test_the_card_of_the_workspace_leads_to_what_is_bad(page: Page, disputes: int) -> None:
	page.goto("/app/service-levels")
	page.wait_for_load_state("networkidle")
	card = page.locator(".number-widget-box", has_text="Process Indicators That Are Bad").locator(".number")
	expect(card).to_have_text(re.compile("^[1-9]"))

	card.click()

	page.wait_for_url("**/app/query-report/SLM%20Process%20Health**")
	page.wait_for_function("frappe.query_report.get_filter_value('standing') === 'Bad'")
	expect(page.locator(".dt-scrollable .indicator-pill.red").first).to_have_text("Bad")


def test_the_workspace_leads_to_the_dashboard(page: Page, disputes: int) -> None:
	page.goto("/app/service-levels")
	page.wait_for_load_state("networkidle")

	page.locator(".shortcut-widget-box", has_text="Process Health").click()

	page.wait_for_url("**/app/dashboard-view/SLM%20Process%20Health")
	page.wait_for_load_state("networkidle")
	expect(page.locator(".number-widget-box", has_text="SLM Indicators Bad")).to_be_visible()


@pytest.mark.parametrize(
	("data", "there"),
	[("Openings and Changes, Live", "issue"), ("Outages by Hand", "slm-outage")],
	ids=["tickets without a service", "outages without an end"],
)
def test_what_is_missing_leads_to_where_it_is_missing(
	page: Page, disputes: int, data: str, there: str
) -> None:
	open_report(page, "SLM Data Collected")

	expect(page.locator(".report-summary .summary-value").first).to_be_visible()
	gap = cell(page, "gaps", "name", data).locator("a")
	count = int(gap.inner_text())
	assert count > 0
	gap.click()

	page.wait_for_url(f"**/app/{there}**")
	shown = min(count, A_PAGE)
	expect(page.locator(".list-row-container .list-row-checkbox:visible")).to_have_count(shown)
