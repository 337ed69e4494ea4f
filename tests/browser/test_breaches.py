"""A missed promise on its form: who held the ticket, why it was late, and an excuse that somebody else decides.

June 2026: 1 June is a Monday. The office is open Monday to Friday 09:00-18:00; resolution 4 h, the network 1 h.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from playwright.sync_api import Page, expect

from slm_extension.adapters import site_time
from slm_extension.services.chunks import Chunks
from slm_extension.services.tick import tick
from slm_extension.testing import (
	as_user,
	fixed_clock,
	make_agreement,
	make_customer,
	make_issue,
	make_team,
	make_user,
	set_status,
	target,
	wall,
)

BREACH, CUSTOMER = "SLM Breach", "Late Again Ltd"


@pytest.fixture(scope="module", autouse=True)
def _agreed(_as_found: None) -> Iterator[None]:
	frappe.set_user("Administrator")
	with fixed_clock():
		network = make_team("Network & Lines", make_user("nils@network.example", "Support Team"))
		make_agreement("Misses", [target("Resolution", 4)], customer=make_customer(CUSTOMER))
		make_agreement("Network", [target("Turnaround", 1)], kind="OLA", teams=[network])
	frappe.db.commit()
	yield


@pytest.fixture
def breach() -> Any:
	"""Unassigned for an hour, with the network for five, closed two hours late."""
	frappe.set_user("Administrator")
	with fixed_clock() as clock:
		issue = make_issue("Late <b>again</b>", customer=CUSTOMER)
		clock.at("Mon 1 Jun 10:00")
		issue.slm_team = "Network & Lines"
		issue.save()
		clock.at("Mon 1 Jun 14:00")
		tick(site_time.now(), Chunks())
		clock.at("Mon 1 Jun 15:00")
		set_status(issue, "Closed")
	frappe.db.commit()
	return frappe.get_doc(BREACH, {"ticket": issue.name})


def opened(page: Page, name: str) -> None:
	page.goto(f"/app/slm-breach/{name}")
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=name)


def test_the_form_says_who_held_it_and_what_would_have_been(page: Page, breach: Any) -> None:
	opened(page, breach.name)
	figures = page.locator("[data-fieldname=figures_html]")

	expect(figures).to_contain_text("Team Network & Lines")
	expect(figures.get_by_role("row", name="Unassigned")).to_contain_text("1 h")
	expect(figures.get_by_role("row", name="Together")).to_contain_text("6 h")
	expect(figures).to_contain_text("overran")
	expect(figures).to_contain_text("Without it the promise would have been kept")
	expect(page.locator("[data-fieldname=cause] .control-value")).to_have_text("Own team")
	expect(page.get_by_role("button", name="Save")).to_be_hidden()


def test_it_is_explained_and_an_excuse_is_asked_for_but_not_decided_by_oneself(
	page: Page, breach: Any
) -> None:
	opened(page, breach.name)
	page.get_by_role("button", name="Explain").click()
	dialog = page.get_by_role("dialog")
	dialog.locator("select[data-fieldname=root_cause]").select_option("Wrong assignment")
	dialog.locator("textarea[data-fieldname=explanation]").fill("Nobody had looked into the <u>queue</u>.")
	dialog.get_by_role("button", name="Explain").click()
	expect(page.locator(".page-head .indicator-pill")).to_have_text("Explained")

	page.get_by_role("button", name="Ask to Excuse").click()
	dialog = page.get_by_role("dialog")
	dialog.locator("select[data-fieldname=clause]").select_option("Force majeure")
	dialog.locator("textarea[data-fieldname=reason]").fill("The street was flooded.")
	dialog.locator("input[data-fieldname=evidence_link]").fill("newspaper of Tuesday")
	dialog.get_by_role("button", name="Ask to Excuse").click()

	expect(page.locator(".page-head .indicator-pill")).to_have_text("Excuse Requested")
	expect(page.locator(".form-message")).to_contain_text("Somebody else has to decide")
	expect(page.get_by_role("button", name="Excuse", exact=True)).to_have_count(0)


def test_what_the_agreement_offers_is_the_reason_until_somebody_writes_one(page: Page) -> None:
	"""Missed at 13:00 after two agreed interruptions, of ninety minutes and of fifteen."""
	frappe.set_user("Administrator")
	rows = [
		{
			"title": title,
			"recurrence": "Weekly",
			"starts": wall(f"Mon 5 Jan {start}"),
			"duration": minutes * 60,
		}
		for title, start, minutes in (("Backup", "10:00", 90), ("Restart", "12:00", 15))
	]
	with fixed_clock() as clock:
		customer = make_customer("Often Down Ltd")
		make_agreement("Pauses", [target("Resolution", 4)], customer=customer, interruptions=rows)
		issue = make_issue("It is slow", customer=customer)
		clock.at("Mon 1 Jun 15:00")
		tick(site_time.now(), Chunks())
	frappe.db.commit()
	opened(page, frappe.db.get_value(BREACH, {"ticket": issue.name}))

	page.get_by_role("button", name="Ask to Excuse").click()
	dialog = page.get_by_role("dialog")
	clause = dialog.locator("select[data-fieldname=clause]")
	reason = dialog.locator("textarea[data-fieldname=reason]")

	expect(clause).to_have_value("Agreed interruption")
	expect(reason).to_have_value(re.compile(r"Backup, agreed weekly: .*\nRestart, agreed weekly: .*"))
	clause.select_option("Force majeure")
	expect(reason).to_have_value("")
	clause.select_option("Agreed interruption")
	expect(reason).to_have_value(re.compile("Backup"))
	reason.fill("As agreed, and the line was cut.")
	clause.select_option("Force majeure")
	page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
	expect(reason).to_have_value("As agreed, and the line was cut.")


def test_who_decides_sees_the_evidence_and_the_ticket_counts_as_excused(page: Page, breach: Any) -> None:
	agent = make_user("agent@desk.example", "Support Team")
	with as_user(agent):
		breach.ask_to_excuse("Force majeure", "The street was flooded.", None, "newspaper of Tuesday")
	frappe.db.commit()
	opened(page, breach.name)
	expect(page.locator("[data-fieldname=evidence_link]")).to_contain_text("newspaper of Tuesday")
	page.get_by_role("button", name="Excuse", exact=True).click()
	dialog = page.get_by_role("dialog")
	dialog.locator("textarea[data-fieldname=decision]").fill("Seen; agreed with the customer.")
	dialog.get_by_role("button", name="Excuse").click()

	expect(page.locator(".page-head .indicator-pill")).to_have_text("Excused")
	frappe.db.rollback()
	assert frappe.db.get_value("SLM Clock", {"name": breach.clock}, "excused") == 1


def test_the_report_draws_where_misses_came_from_and_leads_to_them(page: Page, breach: Any) -> None:
	page.goto("/app/query-report/SLM Causes?group=Who Held It&from_month=2026-06&to_month=2026-06")
	expect(page.locator(".report-wrapper")).to_contain_text("Network & Lines")
	expect(page.locator(".chart-wrapper svg.frappe-chart")).to_be_visible()

	page.locator(".dt-cell a[href*='slm-breach']").first.click()

	page.wait_for_url("**/app/slm-breach**")
	expect(page.locator(".list-row-container").first).to_be_visible()
