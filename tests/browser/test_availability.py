"""From a ticket that says "Service Is Down" to the outage in the report, as people at the desk go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import frappe
import pytest
from desk import record
from frappe.utils import now_datetime
from playwright.sync_api import Locator, Page, expect

from slm_extension import testing

SHOP, ROOM = "Down Shop", "Down Server Room"


@pytest.fixture(scope="module")
def ticket(_as_found: None) -> Iterator[str]:
	"""An Issue on a shop that rests on a server room, which was down for two hours."""
	now = now_datetime()
	testing.make_service(ROOM)
	testing.make_service(SHOP, rests_on=[{"service": ROOM, "relation": "Rests On"}])
	frappe.get_doc(
		{
			"doctype": "SLM Outage",
			"service": ROOM,
			"started": now - timedelta(hours=4),
			"told_at": now - timedelta(hours=2),
		}
	).insert()
	name = testing.make_issue("Blank page", slm_service=SHOP, raised_by="buyer@wool.example").name
	frappe.db.commit()
	yield name


def opened(page: Page, name: str) -> None:
	page.goto(f"/app/issue/{name}")
	page.wait_for_function(
		"name => window.cur_frm && cur_frm.docname === name && !cur_frm.is_dirty()", arg=name
	)


def down(page: Page):
	return page.locator("[data-fieldname=slm_service_down] input[type=checkbox]:visible").first


def ticked(page: Page) -> None:
	down(page).check()
	page.wait_for_function("() => cur_frm.is_dirty()")
	page.keyboard.press("Control+s")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	expect(page.get_by_text("The service is down. Its outage ends when its users are told.")).to_be_visible()


def test_a_service_goes_down_and_its_users_are_told_that_it_works_again(page: Page, ticket: str) -> None:
	opened(page, ticket)
	ticked(page)
	assert record("SLM Outage", issue=ticket).status == "Open"

	down(page).uncheck()
	page.get_by_role("button", name="It Works Again").click()
	page.get_by_role("button", name="Write to Them").click()
	mail = page.locator(".modal:visible")
	expect(mail.locator(".ql-editor").first).to_contain_text(f"{SHOP} works again.")
	expect(mail.locator("[data-fieldname=subject] input")).to_have_value(f"{SHOP} works again (#{ticket})")
	mail.get_by_role("button", name="Discard").click()
	assert record("SLM Outage", issue=ticket).status == "Open"

	page.get_by_role("button", name="Users Told", exact=True).click()
	page.get_by_role("button", name="They Know").click()
	expect(page.locator("[data-fieldname=slm_told_at] .control-value:visible")).not_to_be_empty()

	assert record("SLM Outage", issue=ticket).status == "Closed"
	expect(down(page)).not_to_be_checked()


def test_who_unticks_it_by_mistake_changes_nothing(page: Page, ticket: str) -> None:
	opened(page, ticket)
	ticked(page)

	down(page).uncheck()
	page.locator(".modal:visible .btn-modal-close").click()
	expect(down(page)).to_be_checked()

	down(page).uncheck()
	page.get_by_role("button", name="It Never Was Down").click()
	page.keyboard.press("Control+s")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	assert record("SLM Outage", issue=ticket, cancelled=1).status == "Cancelled"


def test_the_report_leads_to_the_outages_beneath(page: Page, ticket: str) -> None:
	page.goto(f"/app/query-report/SLM Availability?service={SHOP}")
	rows = page.locator(".dt-scrollable .dt-row")
	expect(rows.filter(has_text=SHOP).first).to_be_visible()
	link = rows.filter(has_text=SHOP).locator(".dt-cell a[href*='slm-outage']").first
	link.scroll_into_view_if_needed()
	link.click()
	expect(page.locator(".list-row").filter(has_text=ROOM).first).to_be_visible()


def test_maintenance_is_announced(page: Page, ticket: str) -> None:
	start = now_datetime() + timedelta(days=5)
	window = frappe.get_doc(
		{
			"doctype": "SLM Maintenance Window",
			"title": "Down for patches",
			"services": [{"service": SHOP}],
			"starts": start,
			"ends": start + timedelta(hours=2),
		}
	).insert()
	frappe.db.commit()
	page.goto(f"/app/slm-maintenance-window/{window.name}")
	expect(page.get_by_text("Not announced yet: the services count as down")).to_be_visible()

	page.get_by_role("button", name="Announce", exact=True).click()
	page.get_by_role("button", name="They Know").click()

	expect(page.get_by_text("Announced in time: it is taken out of the agreed hours.")).to_be_visible()
	assert record("SLM Maintenance Window", name=window.name).in_time


def test_the_calendar_shows_windows_and_what_is_agreed_and_opens_either(page: Page, ticket: str) -> None:
	"""At ten on every day but Sunday the agreement lets its services be interrupted; a window is tomorrow night."""
	today = now_datetime().replace(hour=10, minute=0, second=0, microsecond=0)
	testing.make_calendar("Down Hours", around_the_clock=True)
	agreement = testing.make_agreement(
		"Down & Out",
		calendar="Down Hours",
		services=[SHOP],
		valid_from=(today - timedelta(days=60)).date(),
		interruptions=[
			{
				"title": "Daily backup",
				"recurrence": "Weekly",
				"weekday": "Monday",
				"to_weekday": "Saturday",
				"starts": today - timedelta(days=60),
				"duration": 1800,
			}
		],
	)
	window = testing.make_window(
		f"{today + timedelta(days=1):%Y-%m-%d 22:00:00}",
		f"{today + timedelta(days=1):%Y-%m-%d 23:00:00}",
		SHOP,
		title="Down for a move",
	)
	frappe.db.commit()
	page.goto("/app/slm-maintenance-window/view/calendar/default")
	agreed = page.locator(".fc-event", has_text="Daily backup (Down & Out)")
	announced = page.locator(".fc-event", has_text="Down for a move")
	expect(agreed.first).to_have_attribute(
		"title", "Daily backup (Down & Out): all that the agreement is about, weekly from Monday to Saturday"
	)
	assert color(agreed.first) != color(announced.first)

	agreed.first.click()
	page.wait_for_url(f"**/app/slm-agreement/{agreement.name}")
	page.go_back()
	announced.first.click()
	page.wait_for_url(f"**/app/slm-maintenance-window/{window.name}")


def color(entry: Locator) -> str:
	return str(entry.evaluate("element => getComputedStyle(element).backgroundColor"))
