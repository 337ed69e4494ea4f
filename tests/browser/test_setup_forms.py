"""Setting up calendars, agreements and services through their forms, as somebody at the desk would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from desk import Complaints, record
from playwright.sync_api import Locator, Page, expect

from slm_extension import testing

HOUR = 3600


@pytest.fixture(scope="module")
def prepared(_as_found: None) -> Iterator[None]:
	testing.make_calendar("Always Open", around_the_clock=True)
	testing.make_calendar("Closed Down", around_the_clock=True, disabled=1)
	testing.make_customer("Form & Co")
	for name, status in (
		("Form Shop", "Live"),
		("Form Mail", "Approved"),
		("Form Draft", "Draft"),
		("Form Old", "Retired"),
	):
		testing.make_service(name, status=status)
	testing.make_service("Form Group", is_group=1)
	frappe.db.commit()
	yield


def new(page: Page, doctype: str) -> None:
	page.goto(f"/app/{doctype}/new")
	page.locator(".page-head .title-text:visible").wait_for()
	page.wait_for_function("window.cur_frm && cur_frm.is_new() && !cur_frm.setting_dependency")


def fill(page: Page, fieldname: str, value: str) -> None:
	box = page.locator(f'.frappe-control[data-fieldname="{fieldname}"] input:visible').first
	box.fill(value)
	box.press("Tab")


def choose(page: Page, values: dict[str, Any]) -> None:
	"""Set fields of the form by its own means, with everything that happens when somebody picks a value."""
	page.evaluate("values => cur_frm.set_value(values)", values)


def add_row(page: Page, table: str, values: dict[str, Any]) -> None:
	page.evaluate(
		"""async ([table, values]) => {
			const row = cur_frm.fields_dict[table].grid.add_new_row();
			for (const [name, value] of Object.entries(values)) await frappe.model.set_value(row.doctype, row.name, name, value);
			cur_frm.refresh_field(table);
		}""",
		[table, values],
	)


def save(page: Page) -> None:
	page.locator(".page-actions .primary-action:visible").click()


def saved(page: Page) -> str:
	page.wait_for_function("cur_frm && !cur_frm.is_new() && !cur_frm.is_dirty()")
	return str(page.evaluate("cur_frm.docname"))


def message(page: Page) -> Locator:
	return page.locator(".msgprint-dialog:visible, .modal.show .msgprint:visible").first


class TestCalendar:
	def test_office_hours_are_two_clicks_and_drawn_before_they_are_saved(
		self, page: Page, prepared: None
	) -> None:
		new(page, "slm-calendar")
		fill(page, "calendar_name", "Form Hours")
		page.get_by_role("button", name="Monday to Friday, 9 to 18").click()
		week = page.locator(".slm-week")
		expect(week.locator(".slm-day")).to_have_count(14)
		expect(week.locator(".slm-day:not(.slm-shut)")).to_have_count(10)
		expect(week.locator(".slm-day:not(.slm-shut) .slm-day-text").first).to_have_text(
			re.compile("^09:00.18:00$")
		)
		expect(page.locator('[data-fieldname="preview"]')).to_contain_text("45 h open in the next 7 days")
		save(page)
		assert saved(page) == "Form Hours"
		document = record("SLM Calendar", name="Form Hours")
		assert (document.time_zone, len(document.hours)) == (testing.ZONE, 5)

	def test_the_zone_of_the_site_is_offered_first_and_others_by_typing(
		self, page: Page, prepared: None
	) -> None:
		new(page, "slm-calendar")
		zone = page.locator('.frappe-control[data-fieldname="time_zone"] input:visible')
		expect(zone).to_have_value(testing.ZONE)
		zone.fill("Berlin")
		page.locator(".awesomplete li:visible", has_text="Europe/Berlin").first.click()
		expect(zone).to_have_value("Europe/Berlin")

	def test_the_preview_follows_the_rows(self, page: Page, prepared: None) -> None:
		new(page, "slm-calendar")
		preview = page.locator('[data-fieldname="preview"]')
		expect(preview).to_contain_text("never opens")
		add_row(page, "hours", {"day": "Wednesday", "from_time": "10:00:00", "to_time": "12:30:00"})
		expect(preview.locator(".slm-day:not(.slm-shut)")).to_have_count(2)
		expect(preview).to_contain_text("2 h 30 min open in the next 7 days")
		choose(page, {"around_the_clock": 1})
		expect(preview.locator(".slm-day:not(.slm-shut)")).to_have_count(14)

	def test_hours_that_overlap_are_refused_with_a_sentence(
		self, page: Page, prepared: None, complaints: Complaints
	) -> None:
		complaints.expect_refusal()
		new(page, "slm-calendar")
		fill(page, "calendar_name", "Form Overlap")
		for start, end in (("09:00:00", "13:00:00"), ("12:00:00", "18:00:00")):
			add_row(page, "hours", {"day": "Monday", "from_time": start, "to_time": end})
		save(page)
		expect(message(page)).to_contain_text("the windows 09:00-13:00 and 12:00-18:00 on Monday overlap")
		expect(message(page)).to_contain_text("Join them, or let one end where the other starts.")
		assert not frappe.db.exists("SLM Calendar", "Form Overlap")


class TestAgreement:
	def draft(self, page: Page, title: str, **values: Any) -> None:
		new(page, "slm-agreement")
		fill(page, "title", title)
		choose(
			page, {"customer": "Form & Co", "calendar": "Always Open", "valid_from": "2026-01-01", **values}
		)

	def test_it_is_written_submitted_and_says_where_it_stands(self, page: Page, prepared: None) -> None:
		self.draft(page, "Form Gold")
		page.evaluate("cur_frm.clear_table('targets')")
		add_row(page, "targets", {"metric": "Response", "goal": HOUR})
		add_row(page, "targets", {"metric": "Resolution", "goal": 4 * HOUR, "objective": 95})
		save(page)
		name = saved(page)
		expect(page.locator(".page-head .indicator-pill:visible")).to_have_text("Draft · version 0.1")
		testing.conclude(record("SLM Agreement", name=name))
		frappe.db.commit()
		page.reload()
		expect(page.locator(".page-head .indicator-pill:visible")).to_have_text("In Force · version 1.0")
		expect(page.locator(".form-message:visible")).to_contain_text("What has been agreed stays as it is.")
		document = record("SLM Agreement", name=name)
		assert (document.docstatus, document.status) == (1, "In Force")
		assert [
			(row.metric, row.hold_customer, row.hold_supplier, row.hold_other) for row in document.targets
		] == [
			("Response", 0, 0, 0),
			("Resolution", 1, 0, 1),
		]

	def test_the_version_after_it_is_a_click(self, page: Page, prepared: None) -> None:
		first = testing.make_agreement(
			"Form Versions", calendar="Always Open", customer=testing.make_customer("Version & Co")
		)
		frappe.db.commit()
		page.goto(f"/app/slm-agreement/{first.name}")
		page.get_by_role("button", name="New Version").click()
		page.wait_for_function("first => cur_frm && cur_frm.docname !== first", arg=first.name)
		expect(page.locator(".page-head .indicator-pill:visible")).to_have_text("Draft · version 1.1")
		expect(page.locator(".form-message:visible")).to_contain_text(f"ends {first.name} on the day before")

	def test_the_holds_are_those_of_metric_and_kind_until_somebody_says_otherwise(
		self, page: Page, prepared: None
	) -> None:
		new(page, "slm-agreement")
		page.evaluate("cur_frm.clear_table('targets')")
		add_row(page, "targets", {"metric": "Resolution"})
		add_row(page, "targets", {"metric": "Response", "hold_other": 1})
		add_row(page, "targets", {"metric": "Response"})

		def holds() -> Any:
			return page.evaluate(
				"cur_frm.doc.targets.map(row => [row.hold_customer, row.hold_supplier, row.hold_other].map(cint))"
			)

		assert holds() == [[1, 0, 1], [0, 0, 1], [0, 0, 0]]
		choose(page, {"kind": "UC"})
		page.wait_for_function("!cur_frm.doc.targets[0].hold_customer")
		assert holds() == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]

	def test_due_times_are_shown_while_editing_for_any_opening(self, page: Page, prepared: None) -> None:
		testing.make_calendar("Form Office", days=testing.WEEKDAYS[:5])
		frappe.db.commit()
		self.draft(page, "Form Preview", calendar="Form Office")
		page.evaluate("cur_frm.clear_table('targets')")
		add_row(page, "targets", {"metric": "Resolution", "goal": 4 * HOUR})
		dues = page.locator(".slm-target-preview .slm-dues")
		expect(dues.locator("tbody tr[data-idx]")).to_have_count(1)
		expect(dues.locator("tbody tr.slm-meaning")).to_contain_text("waits for an answer of the customer")
		opened = page.locator(".slm-target-preview input:visible")
		opened.fill("05-06-2026 16:00:00")
		opened.press("Tab")
		expect(dues.locator("tbody tr[data-idx] td:nth-child(4) strong")).to_have_text("Mon 08-06-2026 11:00")

	def test_only_services_that_are_approved_or_live_are_offered(self, page: Page, prepared: None) -> None:
		new(page, "slm-agreement")
		table = page.locator('.frappe-control[data-fieldname="services"]')
		table.get_by_role("button", name="Add Row").click()
		cell = table.locator('.grid-body [data-fieldname="service"]').first
		cell.click()
		box = cell.locator("input")
		box.press_sequentially("Form")
		offered = table.locator('.awesomplete [role="option"]:visible')
		expect(offered.filter(has_text="Form Mail")).to_have_count(1)
		names = " ".join(offered.all_inner_texts())
		assert "Form Shop" in names
		assert "Form Draft" not in names and "Form Old" not in names

	def test_two_promises_for_the_same_tickets_are_refused_with_a_sentence(
		self, page: Page, prepared: None, complaints: Complaints
	) -> None:
		complaints.expect_refusal()
		self.draft(page, "Form Twice")
		page.evaluate("cur_frm.clear_table('targets')")
		for goal in (HOUR, 2 * HOUR):
			add_row(page, "targets", {"metric": "Resolution", "goal": goal})
		save(page)
		expect(message(page)).to_contain_text("for the same tickets")
		expect(message(page)).to_contain_text("Remove one, or tell them apart by priority or service.")
		assert not frappe.db.exists("SLM Agreement", {"title": "Form Twice"})

	def test_the_list_says_where_each_stands(self, page: Page, prepared: None) -> None:
		testing.make_agreement(
			"Form Expired",
			customer=testing.make_customer("Expired & Co"),
			valid_from="2020-01-01",
			valid_until="2020-12-31",
		)
		frappe.db.commit()
		page.goto("/app/slm-agreement/view/list?title=Form Expired")
		pill = page.locator(".list-row .indicator-pill", has_text="Expired").first
		expect(pill).to_have_class(re.compile("orange"))

	def test_an_interruption_shows_its_next_times_and_the_fields_that_count(
		self, page: Page, prepared: None
	) -> None:
		"""The first Sunday of the month, then the 15th; the weekday is asked for the one, the day for the other."""
		new(page, "slm-agreement")
		choose(page, {"calendar": "Always Open"})
		page.get_by_role("tab", name="Terms", exact=True).click()
		page.evaluate("cur_frm.fields_dict.sb_time.collapse(false)")
		add_row(
			page,
			"interruptions",
			{
				"title": "Patches",
				"starts": "2026-01-04 02:00:00",
				"duration": 4 * HOUR,
				"month_rule": "First",
			},
		)
		coming = page.locator(".slm-interruptions")
		expect(coming).to_contain_text("Next Times (Asia/Kolkata)")
		expect(coming).to_contain_text("Monthly on the first Sunday")
		expect(coming.locator("tbody span").first).to_have_text(
			re.compile(r"^Sun 0[1-7]-\d\d-\d{4} 02:00 . 06:00$")
		)

		page.evaluate("() => void cur_frm.fields_dict.interruptions.grid.grid_rows[0].toggle_view(true)")
		row = page.locator(".form-in-grid:visible")
		expect(row.locator('.frappe-control[data-fieldname="weekday"] select')).to_have_value("Sunday")
		expect(row.locator('.frappe-control[data-fieldname="month_day"]')).to_be_hidden()
		expect(row.locator('.frappe-control[data-fieldname="starts"]')).not_to_contain_text("Asia/Kolkata")
		row.locator('.frappe-control[data-fieldname="month_rule"] select').select_option("On Day")
		expect(row.locator('.frappe-control[data-fieldname="weekday"]')).to_be_hidden()
		day = row.locator('.frappe-control[data-fieldname="month_day"] input')
		expect(day).to_have_value("4")
		day.fill("15")
		day.press("Tab")
		expect(coming).to_contain_text("Monthly on day 15")
		row.locator('.frappe-control[data-fieldname="recurrence"] select').select_option("Weekly")
		last = row.locator('.frappe-control[data-fieldname="to_weekday"]')
		expect(row.locator('.frappe-control[data-fieldname="weekday"] select')).to_have_value("Sunday")
		last.locator("select").select_option("Tuesday")
		expect(coming).to_contain_text("Weekly from Sunday to Tuesday")
		row.locator('.frappe-control[data-fieldname="weekday"] select').select_option("")
		expect(last).to_be_hidden()
		expect(coming).not_to_contain_text("Tuesday")
		row.locator('.frappe-control[data-fieldname="recurrence"] select').select_option("Once")
		expect(row.locator('.frappe-control[data-fieldname="month_rule"]')).to_be_hidden()
		expect(row.locator('.frappe-control[data-fieldname="every_number"]')).to_be_hidden()


class TestServices:
	def test_the_tree_shows_each_service_with_its_state(self, page: Page, prepared: None) -> None:
		page.goto("/app/slm-service/view/tree")
		node = page.locator(".tree-link", has_text="Form Mail")
		expect(node.locator(".indicator-pill")).to_have_text("Approved")
		expect(node).to_contain_text("Business Service")

	def test_a_service_is_added_under_its_group(self, page: Page, prepared: None) -> None:
		page.goto("/app/slm-service/view/tree")
		page.locator(".tree-link", has_text="Form Group").click()
		page.get_by_role("button", name="Add Child").locator("visible=true").click()
		dialog = page.locator(".modal.show")
		dialog.locator('[data-fieldname="service_name"] input').fill("Form Child")
		dialog.locator('[data-fieldname="status"] select').select_option("Live")
		dialog.get_by_role("button", name="Create New").click()
		expect(page.locator(".tree-link", has_text="Form Child").locator(".indicator-pill")).to_have_text(
			"Live"
		)
		assert record("SLM Service", name="Form Child").parent_slm_service == "Form Group"

	def test_a_service_is_added_at_the_top(self, page: Page, prepared: None) -> None:
		page.goto("/app/slm-service/view/tree")
		page.locator(".tree-link", has_text="All Services").click()
		page.locator(".page-actions .primary-action:visible").click()
		dialog = page.locator(".modal.show")
		dialog.locator('[data-fieldname="service_name"] input').fill("Form Top")
		dialog.get_by_role("button", name="Create New").click()
		expect(page.locator(".tree-link", has_text="Form Top")).to_be_visible()
		assert not record("SLM Service", name="Form Top").parent_slm_service
