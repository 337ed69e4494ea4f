"""Who holds a ticket: its team and supplier by hand, by rule and by assignment, and what it waits for and why."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.cache_manager import clear_doctype_map
from frappe.core.doctype.deleted_document.deleted_document import restore

from slm_extension import api
from slm_extension.adapters import site_time
from slm_extension.adapters.calendars import WEEKDAYS
from slm_extension.services import observe, rebuild, reconcile
from slm_extension.services.chunks import Chunks
from slm_extension.testing import (
	assign,
	clock_rows,
	clocks,
	ledger,
	make_agreement,
	make_issue,
	make_priority,
	make_service,
	make_supplier,
	make_team,
	make_user,
	set_status,
	target,
	wall,
)

MIRA, OTTO, NILS = "mira@desk.example", "otto@desk.example", "nils@network.example"


@pytest.fixture
def desk() -> str:
	return make_team("Front Desk", make_user(MIRA, "Support Team"), make_user(OTTO, "Support Team"))


@pytest.fixture
def network() -> str:
	return make_team("Network", make_user(NILS, "Support Team"))


def said(issue: Any, kind: str) -> list[str]:
	return [row.value or "" for row in ledger(issue) if row.kind == kind]


def verified() -> None:
	found = rebuild.verify(site_time.now(), Chunks())
	assert found.count == 0, [str(one) for one in found.first]


def test_a_team_set_by_hand_is_a_fact_and_so_is_taking_it_away(clock, agreement, desk, network) -> None:
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 10:00")
	issue.slm_team = network
	issue.save()
	issue.slm_team = None
	issue.save()

	assert said(issue, "team") == [desk, network, ""]
	verified()


def test_who_is_assigned_brings_his_team_with_him(clock, agreement, desk, network) -> None:
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 10:00")
	assign(issue, NILS)

	assert frappe.db.get_value("Issue", issue.name, "slm_team") == network
	assert said(issue, "team") == [desk, network]
	assert said(issue, "owned") == [NILS]
	verified()


def test_a_ticket_stays_with_the_team_it_is_with_when_one_of_that_team_is_assigned(
	clock, agreement, desk, network
) -> None:
	"""Otto is in both teams; the ticket is with the network already."""
	make_team(network, NILS, OTTO)
	issue = make_issue(slm_team=network)

	assign(issue, OTTO)

	assert frappe.db.get_value("Issue", issue.name, "slm_team") == network


def test_a_restored_ticket_that_a_rule_gives_to_somebody_is_with_his_team(
	clock, agreement, desk, network, assignment_rule
) -> None:
	issue = make_issue(slm_team=desk)
	frappe.delete_doc("Issue", issue.name)
	assignment_rule("status == 'Open'")
	restore(frappe.get_last_doc("Deleted Document", {"deleted_name": issue.name}).name)

	assert said(issue, "team") == [desk, network]
	assert frappe.db.get_value("Issue", issue.name, "slm_team") == network
	verified()


@pytest.fixture
def assignment_rule(site: str) -> Any:
	"""Make an Assignment Rule of the host that gives tickets to Nils; what the host keeps of it is forgotten."""

	def made(condition: str) -> None:
		rule = {"name": "To Nils", "document_type": "Issue", "description": "Yours", "rule": "Round Robin"}
		days = [{"day": day} for day in WEEKDAYS]
		frappe.get_doc(
			{
				"doctype": "Assignment Rule",
				**rule,
				"assign_condition": condition,
				"users": [{"user": NILS}],
				"assignment_days": days,
			}
		).insert()

	yield made
	clear_doctype_map("Assignment Rule", "Issue")
	frappe.clear_document_cache("Assignment Rule", "To Nils")


def test_an_assignment_rule_of_the_host_gives_a_new_ticket_its_owner_and_his_team(
	clock, desk, network, assignment_rule
) -> None:
	"""The host applies it while the ticket is being inserted, before anything is told of the ticket."""
	make_agreement(targets=[target("Ownership", 1)])
	assignment_rule("status == 'Open'")
	issue = make_issue(slm_team=desk)

	assert (said(issue, "owned"), said(issue, "team")) == ([NILS], [desk, network])
	assert issue.slm_team == frappe.db.get_value("Issue", issue.name, "slm_team") == network
	assert clocks(issue)["ownership"].outcome == "Met"
	verified()


def test_an_assignment_rule_that_applies_when_a_ticket_is_saved_brings_the_team_for_good(
	clock, agreement, desk, network, assignment_rule
) -> None:
	issue = make_issue(slm_team=desk)
	assignment_rule("status == 'Replied'")
	clock.at("Mon 1 Jun 10:00")
	issue = set_status(issue, "Replied")

	assert (said(issue, "owned"), said(issue, "team")) == ([NILS], [desk, network])
	assert issue.slm_team == frappe.db.get_value("Issue", issue.name, "slm_team") == network
	issue.subject = "The printer has no ink"
	issue.save()
	assert said(issue, "team") == [desk, network]
	verified()


class TestTakenInPerson:
	"""The site wants to know when somebody took the ticket, and not when a rule found him."""

	@pytest.fixture
	def issue(self, clock, desk, network, assignment_rule) -> Any:
		frappe.db.set_single_value("SLM Settings", "taken_in_person", 1)
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		make_agreement(targets=[target("Ownership", 1)])
		assignment_rule("status == 'Open'")
		return make_issue(slm_team=desk)

	def test_whom_a_rule_has_found_brings_his_team_and_has_not_taken_it(self, clock, issue, network) -> None:
		clock.at("Mon 1 Jun 11:00")

		assert (said(issue, "owned"), issue.slm_team) == ([], network)
		assert clocks(issue)["ownership"].outcome == "Pending"
		verified()

	def test_he_takes_it_by_a_button(self, clock, issue, desk, network) -> None:
		clock.at("Mon 1 Jun 09:20")
		frappe.set_user(NILS)

		assert "is yours" in api.take(issue.name)
		assert "yours already" in api.take(issue.name)
		frappe.set_user("Administrator")

		assert (said(issue, "owned"), said(issue, "team")) == ([NILS], [desk, network])
		assert clocks(issue)["ownership"].outcome == "Met"
		assert frappe.db.count("ToDo", {"reference_name": issue.name}) == 1
		verified()

	def test_somebody_else_takes_it_and_is_assigned_by_that(self, clock, issue, desk) -> None:
		clock.at("Mon 1 Jun 09:20")
		frappe.set_user(MIRA)
		api.take(issue.name)
		frappe.set_user("Administrator")

		assert said(issue, "owned") == [MIRA]
		assert (
			frappe.db.get_value("ToDo", {"reference_name": issue.name, "allocated_to": MIRA}, "status")
			== "Open"
		)
		verified()

	def test_who_hands_it_on_has_decided_in_person(self, clock, issue) -> None:
		todo = frappe.get_last_doc("ToDo")
		todo.allocated_to = MIRA
		todo.save()

		assert said(issue, "owned") == [MIRA]

	def test_a_ledger_that_is_begun_later_and_the_reconciler_say_the_same(self, clock, issue) -> None:
		frappe.db.delete("SLM Ticket Event", {"ticket": issue.name})
		clock.at("Mon 1 Jun 10:00")
		observe.begun(issue, site_time.now(), "backfill")

		assert said(issue, "owned") == []
		assert (
			reconcile.reconcile(site_time.now(), wall("Mon 1 Jun 08:00"), Chunks()) == reconcile.Reconciled()
		)
		assert said(issue, "owned") == []

	def test_nobody_takes_what_is_done(self, clock, issue) -> None:
		set_status(issue, "Closed")

		with pytest.raises(frappe.ValidationError, match="is done"):
			api.take(issue.name)


def test_an_assignment_that_is_handed_on_brings_the_team_of_the_next(clock, agreement, desk, network) -> None:
	issue = make_issue()
	assign(issue, MIRA)
	clock.at("Mon 1 Jun 10:00")
	todo = frappe.get_last_doc("ToDo")
	todo.allocated_to = NILS
	todo.save()
	todo.priority = "High"
	todo.save()

	assert (said(issue, "owned"), said(issue, "team")) == ([MIRA, NILS], [desk, network])
	verified()


def test_a_todo_that_becomes_a_tickets_later_is_an_assignment_from_then_on(clock, agreement, desk) -> None:
	todo = frappe.get_doc({"doctype": "ToDo", "description": "Ink", "allocated_to": MIRA}).insert()
	issue = make_issue()
	todo.update({"reference_type": "Issue", "reference_name": issue.name}).save()

	assert (said(issue, "owned"), said(issue, "team")) == ([MIRA], [desk])
	verified()


def test_who_is_in_no_team_leaves_it_where_it_is(clock, agreement, desk) -> None:
	issue = make_issue(slm_team=desk)

	assign(issue, make_user("temp@desk.example", "Support Team"))

	assert frappe.db.get_value("Issue", issue.name, "slm_team") == desk


def test_assigning_moves_no_ticket_where_the_settings_say_so(clock, agreement, desk, network) -> None:
	frappe.db.set_single_value("SLM Settings", "team_by_assignment", 0)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")
	issue = make_issue(slm_team=desk)

	assign(issue, NILS)

	assert frappe.db.get_value("Issue", issue.name, "slm_team") == desk


def test_only_groups_that_the_settings_name_are_teams_once_they_name_any(
	clock, agreement, desk, network
) -> None:
	make_team("Everybody", NILS, MIRA)
	make_team(network, NILS, manager=MIRA)
	issue = make_issue()

	assign(issue, NILS)

	assert frappe.db.get_value("Issue", issue.name, "slm_team") == network


def test_a_rule_names_the_team_and_otherwise_the_service_does(clock, agreement, desk, network) -> None:
	make_service("Online Shop", support_team=desk)
	make_service("Mail", support_team=desk)
	frappe.get_doc(
		{
			"doctype": "SLM Service Rule",
			"rule_name": "Mail by its word",
			"service": "Mail",
			"words": "mailbox",
			"team": network,
		}
	).insert()

	by_rule = make_issue("My mailbox is full")
	by_service = make_issue("Broken basket", slm_service="Online Shop")
	by_hand = make_issue("My mailbox is full", slm_service="Mail", slm_team=desk)

	assert (by_rule.slm_service, by_rule.slm_team) == ("Mail", network)
	assert by_service.slm_team == desk
	assert by_hand.slm_team == desk


def test_the_team_of_a_group_of_services_gets_what_lies_beneath(clock, agreement, desk) -> None:
	make_service("Workplace", is_group=1, support_team=desk)
	make_service("Printers", parent_slm_service="Workplace")

	assert make_issue(slm_service="Printers").slm_team == desk


def test_a_service_named_later_brings_its_team_where_nobody_holds_the_ticket(
	clock, agreement, desk, network
) -> None:
	make_service("Online Shop", support_team=desk)
	free, held = make_issue(), make_issue(slm_team=network)
	for issue in (free, held):
		issue.slm_service = "Online Shop"
		issue.save()

	assert (free.slm_team, held.slm_team) == (desk, network)


def test_what_a_ticket_waits_for_decides_which_clock_is_held(clock, desk) -> None:
	"""On Hold for the supplier: the SLA held for customers alone goes on, as SLM Target says."""
	make_agreement(targets=[target("Resolution", 4, hold_customer=1)])
	supplier = make_supplier()
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 10:00")
	issue.update({"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": supplier})
	issue.slm_waiting_reason = "A spare\npart"
	issue.save()

	fact = ledger(issue)[-1]
	assert (fact.waiting, fact.note) == (2, "Supplier · A spare part")
	assert clocks(issue)["resolution"].phase == "Running"

	clock.at("Mon 1 Jun 11:00")
	issue.slm_waiting_for = "Customer"
	issue.save()

	assert clocks(issue)["resolution"].phase == "Held"
	assert ledger(issue)[-1].waiting == 1
	verified()


def test_whom_a_ticket_waited_for_is_forgotten_when_it_goes_on(clock, agreement) -> None:
	issue = make_issue()
	issue.update({"status": "On Hold", "slm_waiting_for": "Other", "slm_waiting_reason": "Stocktaking"})
	issue.save()
	set_status(issue, "Open")

	assert not issue.slm_waiting_for and not issue.slm_waiting_reason
	verified()


def test_a_reason_written_past_every_event_is_found_by_reconcile(clock, agreement) -> None:
	issue = make_issue()
	set_status(issue, "On Hold")
	clock.at("Mon 1 Jun 11:00")
	frappe.db.sql("update `tabIssue` set slm_waiting_for = 'Customer' where name = %s", issue.name)

	repaired = reconcile.reconcile(site_time.now(), wall("Mon 1 Jun 10:50"), Chunks()).repaired

	assert len(repaired) == 1 and issue.name in repaired[0]
	assert clocks(issue)["resolution"].phase == "Held"
	verified()


def test_an_ola_counts_each_time_its_team_has_the_ticket_and_a_uc_while_with_the_supplier(
	clock, desk, network
) -> None:
	"""Desk 09-10, network 10-11, desk 11-13, supplier 13-15 (desk's job all the while), closed at 16:00."""
	supplier = make_supplier()
	make_agreement()
	make_agreement("Desk", [target("Turnaround", 2)], kind="OLA", teams=[desk])
	make_agreement("Network", [target("Turnaround", 2)], kind="OLA", teams=[network])
	make_agreement("Parts", [target("Turnaround", 1)], kind="UC", supplier=supplier)
	issue = make_issue(slm_team=desk)
	for when, change in (
		("Mon 1 Jun 10:00", {"slm_team": network}),
		("Mon 1 Jun 11:00", {"slm_team": desk}),
		("Mon 1 Jun 13:00", {"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": supplier}),
		("Mon 1 Jun 15:00", {"status": "Open"}),
		("Mon 1 Jun 16:00", {"status": "Closed"}),
	):
		clock.at(when)
		issue.reload()
		issue.update(change).save()

	beneath = [
		(row.kind, row.party, row.outcome, row.elapsed)
		for row in sorted(clock_rows(issue), key=lambda row: row.leg)
		if row.leg
	]
	assert beneath == [
		("OLA", desk, "Met", 3600),
		("OLA", network, "Met", 3600),
		("OLA", desk, "Missed", 5 * 3600),
		("UC", supplier, "Missed", 2 * 3600),
	]
	verified()


@pytest.mark.parametrize("which", ["team", "supplier"])
def test_a_team_or_supplier_that_is_called_otherwise_keeps_its_tickets(clock, agreement, desk, which) -> None:
	supplier = make_supplier()
	issue = make_issue(slm_team=desk, slm_supplier=supplier)
	doctype, old = ("User Group", desk) if which == "team" else ("Supplier", supplier)

	frappe.rename_doc(doctype, old, "Called Otherwise", force=True)

	assert said(issue, which) == ["Called Otherwise"]
	assert frappe.db.get_value("Issue", issue.name, f"slm_{which}") == "Called Otherwise"
	verified()


def test_a_duplicate_is_withdrawn_and_comes_back(clock, agreement) -> None:
	original, issue = make_issue("First"), make_issue("Second")
	clock.at("Mon 1 Jun 09:30")
	issue.slm_duplicate_of = original.name
	issue.save()

	assert {row.phase for row in clock_rows(issue)} == {"Cancelled"}
	assert ledger(issue)[-1].value == f"duplicate of {original.name}"

	clock.at("Mon 1 Jun 09:45")
	issue.slm_duplicate_of = None
	issue.save()

	assert {row.phase for row in clock_rows(issue)} == {"Running"}
	verified()


def test_a_deleted_ticket_that_is_restored_goes_on_with_its_past(clock, agreement) -> None:
	"""Deleted at 09:30 and restored at 12:00: response was due at 10:00, and nobody had answered."""
	issue = make_issue()
	clock.at("Mon 1 Jun 09:30")
	frappe.delete_doc("Issue", issue.name)
	assert not clock_rows(issue)

	clock.at("Mon 1 Jun 12:00")
	deleted = frappe.get_all(
		"Deleted Document", filters={"deleted_name": issue.name}, pluck="name", order_by="name asc"
	)

	restore(deleted[0], alert=False)

	assert [row.kind for row in ledger(issue)][-2:] == ["withdrawn", "reinstated"]
	assert {row.metric for row in clock_rows(issue)} == {"Response", "Resolution"}
	verified()


def test_what_a_script_has_in_hand_it_has_still_after_setting_one_field(clock: Any) -> None:
	issue = make_issue()
	issue.slm_waiting_for, issue.slm_waiting_reason = "Customer", "a log"

	issue.db_set("status", "On Hold")
	issue.save()

	issue.reload()
	assert (issue.slm_waiting_for, issue.slm_waiting_reason) == ("Customer", "a log")


def test_a_ticket_on_which_nothing_is_promised_says_so_until_something_is(clock) -> None:
	"""R218."""
	issue = make_issue()
	assert (issue.slm_agreement, issue.slm_state) == (None, "Outside SLA")
	assert frappe.db.get_value("Issue", issue.name, "slm_state") == "Outside SLA"

	make_agreement()
	clock.at("Mon 1 Jun 09:30")
	issue.reload().priority = make_priority("High")
	issue.save()

	assert frappe.db.get_value("Issue", issue.name, "slm_state") == "Running"
	verified()


def test_what_teams_promise_each_other_is_no_promise_to_the_customer(clock, network) -> None:
	make_agreement("Network", [target("Turnaround", 1)], kind="OLA", teams=[network])
	issue = make_issue(slm_team=network)
	clock.at("Mon 1 Jun 11:00")
	issue = set_status(issue, "Closed")

	assert (clocks(issue)["turnaround"].outcome, issue.slm_state) == ("Missed", "Outside SLA")
	assert frappe.db.get_value("Issue", issue.name, "slm_state") == "Outside SLA"
	verified()
