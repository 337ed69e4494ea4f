"""Holds that came past the form's question: asked about afterwards, counted by a card, and told when they are explained.

Monday to Friday 09:00-18:00 in Kolkata; response 1 h, resolution 4 h. June 2026 begins on a Monday.
"""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import frappe
import pytest
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs

from slm_extension import api, testing
from slm_extension.adapters import site_time
from slm_extension.overrides.issue import set_multiple_status
from slm_extension.service_level_management.number_card import figures
from slm_extension.services import rebuild, timeline_items
from slm_extension.services.chunks import Chunks
from slm_extension.services.reconcile import reconcile_some
from slm_extension.testing import (
	SiteClock,
	as_user,
	make_agreement,
	make_issue,
	make_user,
	receive,
	set_status,
	target,
)


def hold_by_list_action(issue: Any) -> None:
	set_multiple_status(json.dumps([issue.name]), "On Hold")


def hold_by_bulk_edit(issue: Any) -> None:
	submit_cancel_or_update_docs(
		"Issue", json.dumps([issue.name]), "update", json.dumps({"status": "On Hold"})
	)


def hold_by_api(issue: Any) -> None:
	frappe.client.set_value("Issue", issue.name, "status", "On Hold")


def hold_by_db_set(issue: Any) -> None:
	"""As a mail, an assignment rule or another app does it."""
	frappe.get_doc("Issue", issue.name).db_set("status", "On Hold")


PAST_THE_FORM = [
	pytest.param(hold_by_list_action, id="list action"),
	pytest.param(hold_by_bulk_edit, id="bulk edit"),
	pytest.param(hold_by_api, id="API"),
	pytest.param(hold_by_db_set, id="db_set"),
]


@pytest.fixture(autouse=True)
def promise(clock: SiteClock) -> None:
	make_agreement(targets=(target("Resolution", 4, hold_customer=1),))


def asked(issue: Any) -> Any:
	return api.ticket_clocks("Issue", issue.name)["unexplained"]


def explain(issue: Any, whom: str, why: str = "") -> None:
	issue.reload()
	issue.update({"slm_waiting_for": whom, "slm_waiting_reason": why})
	issue.save()


def texts(issue: Any) -> list[tuple[str, str]]:
	items = timeline_items.of_ticket("Issue", issue.name)
	return [(f"{item.at:%H:%M}", unescape(frappe.utils.strip_html(item.html))) for item in items]


# who is asked


@pytest.mark.parametrize("hold", PAST_THE_FORM)
def test_a_hold_past_the_form_is_asked_about_with_its_beginning(clock: SiteClock, hold: Any) -> None:
	issue = make_issue()
	assert asked(issue) is None
	clock.at("Mon 1 Jun 10:00")
	hold(issue)
	began = site_time.now()
	clock.at("Mon 1 Jun 11:00")

	assert asked(issue) == {"since": began, "waits_for": "Other"}


def test_what_the_status_says_by_itself_is_told(clock: SiteClock) -> None:
	issue = make_issue()
	set_multiple_status(json.dumps([issue.name]), "Replied")

	assert asked(issue)["waits_for"] == "Customer"


def test_nobody_is_asked_again_who_has_said_it(clock: SiteClock) -> None:
	issue = make_issue()
	hold_by_api(issue)
	explain(issue, "Customer")

	assert asked(issue) is None


@pytest.mark.parametrize("ends", ["Open", "Closed"])
def test_nobody_is_asked_about_a_hold_that_is_over(clock: SiteClock, ends: str) -> None:
	issue = make_issue()
	hold_by_api(issue)
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, ends)

	assert asked(issue) is None


def test_the_second_hold_is_asked_about_from_its_own_beginning(clock: SiteClock) -> None:
	issue = make_issue()
	for time, status in (("09:10", "On Hold"), ("09:20", "Open"), ("09:30", "Replied"), ("09:40", "On Hold")):
		clock.at(f"Mon 1 Jun {time}")
		set_multiple_status(json.dumps([issue.name]), status)
	with clock.at("Mon 1 Jun 09:30"):
		began = site_time.now()

	assert asked(issue) == {"since": began, "waits_for": "Other"}


def test_a_duplicate_is_not_asked_about(clock: SiteClock) -> None:
	original, issue = make_issue(), make_issue()
	hold_by_api(issue)
	issue.reload()
	issue.slm_duplicate_of = original.name
	issue.save()

	assert asked(issue) is None


def test_the_settings_can_do_without(clock: SiteClock) -> None:
	issue = make_issue()
	hold_by_api(issue)
	frappe.db.set_single_value("SLM Settings", "ask_for_reason", 0)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")

	assert asked(issue) is None


# what was said of an earlier hold


def ends_by_mail(issue: Any) -> None:
	receive(issue)


def ends_by_list_action(issue: Any) -> None:
	set_multiple_status(json.dumps([issue.name]), "Open")


def ends_by_sql(issue: Any) -> None:
	frappe.db.sql("update `tabIssue` set status = 'Open' where name = %s", issue.name)
	reconcile_some([issue.name], site_time.now())


@pytest.mark.parametrize("end", [ends_by_mail, ends_by_list_action, ends_by_sql])
def test_an_answer_is_not_taken_over_by_the_next_hold_however_the_first_ended(
	clock: SiteClock, end: Any
) -> None:
	"""The customer writes while the ticket waits for a supplier; the next hold is not the supplier's."""
	issue = make_issue()
	issue.update(
		{"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": testing.make_supplier()}
	).save()
	clock.at("Mon 1 Jun 10:00")
	end(issue)
	clock.at("Mon 1 Jun 11:00")
	hold_by_list_action(issue)

	assert not frappe.db.get_value("Issue", issue.name, "slm_waiting_for")
	assert asked(issue)["waits_for"] == "Other"
	assert testing.ledger(issue)[-1].waiting == 4
	assert rebuild.verify(site_time.now(), Chunks()).count == 0


# what becomes of the answer


def test_an_answer_counts_from_when_it_was_given_and_is_told_then(clock: SiteClock) -> None:
	"""Held at ten for nobody in particular, so the clock went on; at eleven somebody says that it is the customer."""
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	hold_by_api(issue)
	clock.at("Mon 1 Jun 11:00")
	explain(issue, "Customer", "No serial number yet")

	assert texts(issue) == [
		("10:00", "Waiting"),
		("11:00", "Waiting for the customer (No serial number yet): Resolution held with 2 hours left"),
	]


def test_a_reason_that_changes_no_clock_is_told_too(clock: SiteClock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	hold_by_api(issue)
	clock.at("Mon 1 Jun 11:00")
	explain(issue, "Other", "The board decides")

	assert texts(issue)[-1] == ("11:00", "Waiting (The board decides)")


# the card


def counted() -> int:
	return int(figures.held_without_a_reason()["value"])


def test_the_card_counts_them_until_somebody_has_answered(clock: SiteClock) -> None:
	before = counted()
	first, second, said = make_issue(), make_issue(), make_issue()
	hold_by_list_action(first)
	set_multiple_status(json.dumps([second.name]), "Replied")
	said.update({"status": "On Hold", "slm_waiting_for": "Other", "slm_waiting_reason": "Stocktaking"}).save()
	assert counted() == before + 2

	explain(first, "Other", "Stocktaking")
	set_status(second, "Open")

	assert counted() == before


def test_the_card_of_held_tickets_counts_those_that_are_overdue_as_well(clock: SiteClock) -> None:
	"""Or fewer would be held than are held without a reason."""
	card = frappe.get_doc("Number Card", "SLM Held Now")
	before = frappe.get_attr(card.method)()["value"]
	late = make_issue(opened="Fri 29 May 09:00")
	hold_by_list_action(late)

	assert frappe.db.get_value("Issue", late.name, "slm_state") == "Overdue"
	assert frappe.get_attr(card.method)()["value"] == before + 1


def test_the_card_leads_to_just_these(clock: SiteClock) -> None:
	issue, other = make_issue(), make_issue()
	for one in (issue, other):
		hold_by_list_action(one)
	explain(other, "Other", "Stocktaking")
	card = figures.held_without_a_reason()

	listed = frappe.get_list(
		"Issue", filters=card["route_options"], pluck="name", order_by="name asc", limit=0
	)

	assert (card["route"], len(listed)) == (["List", "Issue"], card["value"])
	assert issue.name in listed and other.name not in listed


def test_the_card_counts_what_its_reader_may_read(clock: SiteClock) -> None:
	issue, hidden = make_issue(), make_issue()
	for one in (issue, hidden):
		hold_by_list_action(one)
	user = make_user("one.ticket@desk.example", "Employee")
	frappe.share.add_docshare("Issue", issue.name, user, read=1, flags={"ignore_share_permission": True})
	with as_user(user):
		assert counted() == 1


# cost


@pytest.mark.parametrize("waited", [False, True])
def test_forgetting_an_answer_asks_nothing_of_a_save(clock: SiteClock, queries: Any, waited: bool) -> None:
	"""A save has emptied the fields already; only what is written past it has them emptied by a statement more."""
	issue = make_issue()
	if waited:
		issue.update(
			{"status": "On Hold", "slm_waiting_for": "Other", "slm_waiting_reason": "Stocktaking"}
		).save()
		clock.at("Mon 1 Jun 10:00")
	with queries.counted() as sent:
		set_status(issue, "Open" if waited else "On Hold")
	assert not [
		one for one in sent.sent if "slm_waiting_for" in one and one.strip().lower().startswith("update")
	]
