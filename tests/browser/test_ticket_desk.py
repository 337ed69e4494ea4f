"""A ticket on the desk: asking whom it waits for, who held it, its team after an assignment, and the list at risk.

Times are relative to the machine's: the web server has no other clock.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import frappe
import pytest
from conftest import USER, watched
from desk import Complaints, record
from frappe.utils import now_datetime
from playwright.sync_api import BrowserContext, Locator, Page, expect

from slm_extension import testing

NETWORK, FRONT, BYTES = "Browser Network", "Browser Front Line", "Bytes & Co"
NETWORKER = "nina@acme.example"


@dataclass(frozen=True, slots=True)
class Story:
	"""The Issues of this module by what they are about."""

	issues: dict[str, str]

	def open(self, page: Page, about: str) -> None:
		page.goto(f"/app/issue/{self.issues[about]}")
		page.locator(".slm-box .slm-clock").first.wait_for()


@pytest.fixture(scope="module")
def story(_as_found: None) -> Iterator[Story]:
	testing.make_user(NETWORKER, "Support Team")
	for team, user in ((NETWORK, NETWORKER), (FRONT, USER)):
		frappe.get_doc(
			{"doctype": "User Group", "name": team, "user_group_members": [{"user": user}]}
		).insert()
	frappe.get_doc({"doctype": "Supplier", "supplier_name": BYTES}).insert()
	testing.make_calendar("Always Open", around_the_clock=True)
	customer = testing.make_customer("Harbour Lights")
	for title, targets, more in (
		(
			"Promise to Harbour Lights",
			[testing.target("Resolution", 8, hold_other=1)],
			{"customer": customer},
		),
		("Contract with Bytes", [testing.target("Turnaround", 4)], {"kind": "UC", "supplier": BYTES}),
		("Word of the network team", [testing.target("Turnaround", 1)], {"kind": "OLA", "teams": [NETWORK]}),
	):
		basis = {} if "customer" in more else {"basis": "Corporate"}
		testing.make_agreement(title, targets, calendar="Always Open", **basis, **more)
	now = now_datetime().replace(microsecond=0)
	with testing.fixed_clock() as clock:

		def at(minutes: int) -> datetime:
			clock.at(now - timedelta(minutes=minutes))
			return now - timedelta(minutes=minutes)

		at(300)
		passed_on = testing.make_issue("Passed on", customer=customer, slm_team=FRONT)
		for minutes, fields in (
			(240, {"slm_team": NETWORK}),
			(180, {"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": BYTES}),
			(120, {"status": "Open"}),
		):
			at(minutes)
			passed_on.reload()
			passed_on.update(fields)
			passed_on.save()
		at(10)
		story = Story(
			{
				"passed on": passed_on.name,
				**{
					about: testing.make_issue(about.capitalize(), customer=customer).name
					for about in ("to hold", "to assign", "to edit", "duplicate", "original", "to close")
				},
			}
		)
		at(470)
		story.issues["nearly due"] = testing.make_issue("Nearly due", customer=customer).name
	frappe.db.commit()
	yield story


def choose_status(page: Page, status: str) -> None:
	page.locator('select[data-fieldname="status"]:visible').select_option(status)


def asked(page: Page) -> Locator:
	dialog = page.locator(".modal.show:visible")
	dialog.get_by_text("Whom Does It Wait For?").wait_for()
	return dialog


def value(page: Page, field: str) -> Any:
	return page.evaluate("field => cur_frm.doc[field]", field)


# asking whom a ticket waits for


def test_cancelling_the_question_leaves_the_status_as_it_was(page: Page, story: Story) -> None:
	story.open(page, "to hold")
	choose_status(page, "On Hold")
	asked(page).get_by_role("button", name="Cancel").click()
	expect(page.locator('select[data-fieldname="status"]:visible')).to_have_value("Open")
	assert value(page, "slm_waiting_for") in (None, "")


def test_a_hold_is_saved_with_supplier_and_reason_and_is_not_asked_about_again(
	page: Page, story: Story
) -> None:
	story.open(page, "to hold")
	choose_status(page, "On Hold")
	dialog = asked(page)
	dialog.locator('select[data-fieldname="slm_waiting_for"]').select_option("Supplier")
	dialog.get_by_role("button", name=BYTES).click()
	expect(dialog.locator('select[data-fieldname="slm_supplier"]')).to_have_value(BYTES)
	dialog.locator('textarea[data-fieldname="slm_waiting_reason"]').fill("A new print head is ordered")
	dialog.get_by_role("button", name="Continue").click()
	expect(dialog).to_have_count(0)
	page.get_by_role("button", name="Save", exact=True).click()
	held = page.locator('.slm-clock[data-metric="Resolution"]')
	expect(page.locator(".slm-legs-key")).to_contain_text(BYTES)
	expect(held).to_have_attribute("data-state", "running")
	issue = record("Issue", name=story.issues["to hold"])
	assert (issue.status, issue.slm_waiting_for, issue.slm_supplier) == ("On Hold", "Supplier", BYTES)
	choose_status(page, "Open")
	expect(page.locator('[data-fieldname="slm_waiting_reason"]:visible')).to_have_count(0)
	assert page.locator(".modal.show:visible").count() == 0


def test_the_reason_may_be_left_out_for_the_customer_only(page: Page, story: Story) -> None:
	story.open(page, "to edit")
	choose_status(page, "On Hold")
	dialog = asked(page)
	dialog.get_by_role("button", name="Continue").click()
	missing = page.locator(".modal.show").filter(has_text="Missing Values Required")
	missing.wait_for()
	missing.locator(".btn-modal-close").click()
	expect(missing).to_have_count(0)
	dialog.locator('select[data-fieldname="slm_waiting_for"]').select_option("Customer")
	expect(dialog.locator('[data-fieldname="slm_waiting_reason"] .control-label.reqd')).to_have_count(0)
	dialog.get_by_role("button", name="Continue").click()
	expect(dialog).to_have_count(0)
	assert value(page, "slm_waiting_for") == "Customer"


# who held it


def test_the_bar_shows_each_leg_and_its_table_adds_up(page: Page, story: Story) -> None:
	story.open(page, "passed on")
	bar = page.locator(".slm-legs-bar .slm-leg")
	expect(bar).to_have_count(4)
	parties = bar.evaluate_all("legs => legs.map(leg => leg.dataset.party)")
	assert parties == ["team", "team", "supplier", "team"]
	seconds = bar.evaluate_all("legs => legs.map(leg => Number(leg.dataset.seconds))")
	assert seconds[:3] == [3600, 3600, 3600]
	widths = bar.evaluate_all("legs => legs.map(leg => leg.getBoundingClientRect().width)")
	assert widths[3] > 1.9 * widths[0]
	assert "until now" in bar.last.get_attribute("title")
	page.locator(".slm-legs summary").click()
	foot = page.locator(".slm-legs tfoot td").first.inner_text()
	assert foot.startswith("5 h")
	expect(page.locator(".slm-legs-bar")).to_have_attribute(
		"aria-label", re.compile(f"^Who held it: {FRONT} 1 h, {NETWORK} 3 h.*, {BYTES} 1 h$")
	)


def test_a_clock_beneath_names_its_team_and_stretch_in_the_colour_of_the_bar(
	page: Page, story: Story
) -> None:
	story.open(page, "passed on")
	beneath = page.locator(".slm-beneath").filter(has_text=NETWORK).first
	dot = beneath.locator(".slm-dot").evaluate("e => e.style.getPropertyValue('--slm-holder')")
	leg = page.locator(".slm-leg").nth(1).evaluate("e => e.style.getPropertyValue('--slm-holder')")
	assert dot == leg
	expect(beneath).to_contain_text("since")


# the team that an assignment brings


def test_the_form_shows_the_team_that_came_with_an_assignment_and_keeps_it_on_saving(
	page: Page, story: Story
) -> None:
	story.open(page, "to assign")
	frappe.db.rollback()
	from frappe.desk.form import assign_to

	assign_to.add({"doctype": "Issue", "name": story.issues["to assign"], "assign_to": [NETWORKER]})
	frappe.db.commit()
	page.evaluate("cur_frm.timeline.refresh()")
	expect(page.locator('input[data-fieldname="slm_team"]:visible')).to_have_value(NETWORK)
	assert not page.evaluate("cur_frm.is_dirty()")
	page.evaluate("cur_frm.set_value('resolution_details', '<p>Tried turning it off</p>')")
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator(".indicator-pill").filter(has_text="Not Saved")).to_have_count(0)
	assert record("Issue", name=story.issues["to assign"]).slm_team == NETWORK


def test_a_team_that_is_being_edited_is_left_alone(page: Page, story: Story) -> None:
	story.open(page, "to edit")
	page.evaluate("front => cur_frm.set_value('slm_team', front)", FRONT)
	frappe.db.set_value("Issue", story.issues["to edit"], "slm_team", NETWORK, update_modified=False)
	frappe.db.commit()
	page.evaluate("cur_frm.slm_clocks.load()")
	assert value(page, "slm_team") == FRONT


# duplicates, and the time-line


def test_a_ticket_is_marked_as_a_duplicate_and_told_apart_again(page: Page, story: Story) -> None:
	story.open(page, "duplicate")
	group = page.get_by_role("button", name="Service Level", exact=True)
	group.click()
	page.get_by_role("link", name="Mark as Duplicate…").click()
	dialog = page.locator(".modal.show:visible")
	page.wait_for_function("window.cur_dialog && cur_dialog.fields_dict.original")
	page.evaluate("original => cur_dialog.set_value('original', original)", story.issues["original"])
	dialog.get_by_role("button", name="Mark as Duplicate").click()
	clock = page.locator(".slm-clock").first
	expect(clock).to_have_attribute("data-state", "cancelled")
	line = page.locator(".timeline-item").filter(has_text="Marked as a duplicate of")
	expect(line).to_contain_text("Resolution cancelled")
	group.click()
	page.get_by_role("link", name="Not a Duplicate").click()
	expect(clock).to_have_attribute("data-state", "running")


def test_the_original_cannot_be_marked_as_a_duplicate_of_its_duplicate(
	page: Page, story: Story, complaints: Complaints
) -> None:
	complaints.expect_refusal()
	frappe.db.set_value("Issue", story.issues["duplicate"], "slm_duplicate_of", story.issues["original"])
	frappe.db.commit()
	story.open(page, "original")
	page.evaluate("original => slm.set_duplicate(cur_frm, original)", story.issues["duplicate"])
	expect(page.locator(".msgprint-dialog")).to_contain_text("is itself marked as a duplicate of")
	page.wait_for_function("!cur_frm.doc.slm_duplicate_of")
	filters = page.evaluate("slm.originals_of(cur_frm).filters")
	assert ["Issue", "name", "!=", story.issues["original"]] in filters


def test_the_time_line_keeps_its_lines_when_the_form_is_saved(page: Page, story: Story) -> None:
	story.open(page, "passed on")
	line = page.locator(".timeline-item").filter(has_text=f"Waiting for {BYTES}")
	expect(line).to_have_count(1)
	page.evaluate("cur_frm.set_value('resolution_details', '<p>Again</p>')")
	page.get_by_role("button", name="Save", exact=True).click()
	page.wait_for_function("!cur_frm.is_dirty()")
	expect(line).to_have_count(1)


# at risk


def at_risk(page: Page, query: str = "scope=all&customer=Harbour+Lights") -> Locator:
	page.goto(f"/app/slm-at-risk?{query}")
	page.locator(".slm-risk-counts button").first.wait_for()
	return page.locator(".slm-risk tbody tr")


def subjects(rows: Locator) -> list[str]:
	return rows.locator(".slm-risk-subject").all_inner_texts()


def test_the_nearest_clock_comes_first_and_ticks(page: Page, story: Story) -> None:
	rows = at_risk(page, "scope=all&customer=Harbour+Lights&kind=SLA")
	expect(rows.first).to_contain_text("Nearly due")
	expect(rows.first).to_have_attribute("data-state", "soon")
	left = rows.first.locator(".slm-left")
	before = left.inner_text()
	expect(left).not_to_have_text(before)


def test_a_row_opens_its_ticket_and_arrows_move_between_rows(page: Page, story: Story) -> None:
	rows = at_risk(page)
	rows.nth(0).locator("a").focus()
	page.keyboard.press("ArrowDown")
	focused = page.evaluate("document.activeElement.closest('tr').dataset.index")
	assert focused == "1"
	ticket = rows.nth(1).locator(".slm-small").first.inner_text().split(" · ")[0]
	rows.nth(1).locator(".slm-due").click()
	page.wait_for_url(f"**/issue/{ticket}")


def test_counts_filter_and_stand_in_the_address(page: Page, story: Story) -> None:
	rows = at_risk(page)
	soon = page.locator('.slm-risk-counts [data-state="soon"]')
	soon.click()
	expect(soon).to_have_attribute("aria-pressed", "true")
	expect(rows.first).to_contain_text("Nearly due")
	assert "state=soon" in page.url and "Harbour" in page.url
	page.reload()
	expect(page.locator('.slm-risk-counts [data-state="soon"]')).to_have_attribute("aria-pressed", "true")
	page.get_by_role("button", name="Clear Filters").click()
	expect(page.locator('.slm-risk-counts [aria-pressed="true"]')).to_have_count(0)


def test_an_empty_list_says_why(page: Page, story: Story) -> None:
	at_risk(page, "scope=mine")
	expect(page.locator(".slm-risk-none")).to_contain_text("No clock is running on your tickets.")


def test_nothing_sticks_out_on_a_narrow_screen(page: Page, story: Story) -> None:
	page.set_viewport_size({"width": 390, "height": 800})
	rows = at_risk(page)
	rows.first.wait_for()
	assert page.evaluate("document.querySelector('.slm-risk').scrollWidth <= window.innerWidth")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_sockets_the_list_follows_within_a_minute(timeless: Page, story: Story) -> None:
	rows = at_risk(timeless)
	expect(rows.filter(has_text="To close")).to_have_count(1)
	testing.set_status(frappe.get_doc("Issue", story.issues["to close"]), "Closed")
	frappe.db.commit()
	timeless.clock.run_for(65_000)
	expect(rows.filter(has_text="To close")).to_have_count(0)
	testing.set_status(frappe.get_doc("Issue", story.issues["to close"]), "Open")
	frappe.db.commit()


@pytest.fixture
def sockets(site: str) -> Iterator[None]:
	"""The host's realtime service, started here unless it runs already."""
	port = int(frappe.conf.socketio_port or 9000)
	if _open(port):
		yield
		return
	bench = Path(frappe.__file__).parents[3]
	node, script = shutil.which("node"), bench / "apps" / "frappe" / "socketio.js"
	if not node or not script.exists() or not (bench / "apps" / "frappe" / "node_modules").exists():
		pytest.skip(
			"The host's realtime service cannot be started: no node, or its modules are not installed."
		)
	environment = {**os.environ, "FRAPPE_SITE": site, "FRAPPE_SOCKETIO_PORT": str(port)}
	service = subprocess.Popen([node, str(script)], cwd=bench, env=environment, start_new_session=True)
	try:
		for _attempt in range(100):
			if _open(port):
				break
			time.sleep(0.1)
		yield
	finally:
		os.killpg(service.pid, signal.SIGTERM)
		service.wait(10)


def _open(port: int) -> bool:
	with closing(socket.socket()) as probe:
		return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def live(signed_in: BrowserContext, complaints: Complaints, sockets: None) -> Iterator[Page]:
	"""A page that looks for the realtime service at its own port, as on a bench without a web server before it."""
	page = watched(signed_in, complaints)
	page.add_init_script("Object.defineProperty(window, 'dev_server', { get: () => 1, set() {} })")
	yield page
	page.close()
	assert complaints.unexpected == []


def test_another_list_follows_at_once_when_somebody_closes_a_ticket(live: Page, story: Story) -> None:
	rows = at_risk(live)
	expect(rows.filter(has_text="To close")).to_have_count(1)
	live.wait_for_function("frappe.realtime.socket && frappe.realtime.socket.connected")
	live.wait_for_function("performance.now() - cur_page.page.slm_risk.loaded_at > 2500")
	testing.set_status(frappe.get_doc("Issue", story.issues["to close"]), "Closed")
	frappe.db.commit()
	expect(rows.filter(has_text="To close")).to_have_count(0)
