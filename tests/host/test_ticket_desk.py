"""What the form of an Issue gets from the server: legs, time-line, suppliers to wait for, and the team it has not seen.

Monday to Friday 09:00-18:00 in Kolkata; response 1 h, resolution 4 h. June 2026 begins on a Monday.
"""

from __future__ import annotations

from html import unescape
from itertools import pairwise
from typing import Any

import frappe
import pytest
from frappe.desk.form import assign_to, load

from slm_extension import api, testing
from slm_extension.adapters import issues, store
from slm_extension.overrides import issue_desk
from slm_extension.services import ticket_actions, timeline_items
from slm_extension.testing import (
	HOUR,
	SiteClock,
	as_user,
	make_agreement,
	make_issue,
	make_priority,
	make_user,
	opened_form,
	save_form,
	set_status,
	target,
)

NETWORK, DESK = "Desk Test Network", "Desk Test Front Line"
SUPPLIER = "Bytes & Co"
MINUTE = 60


@pytest.fixture
def teams(site: str) -> None:
	for name in (NETWORK, DESK):
		if not frappe.db.exists("User Group", name):
			rows = [{"user": make_user(f"{frappe.scrub(name)}@desk.example", "Support Team")}]
			frappe.get_doc({"doctype": "User Group", "name": name, "user_group_members": rows}).insert()


@pytest.fixture
def supplier(site: str) -> str:
	if not frappe.db.exists("Supplier", SUPPLIER):
		frappe.get_doc({"doctype": "Supplier", "supplier_name": SUPPLIER}).insert()
	return SUPPLIER


def change(issue: Any, **fields: Any) -> Any:
	issue.reload()
	issue.update(fields)
	return issue.save()


def lines(issue: Any) -> list[tuple[str, str]]:
	return [(f"{item.at:%H:%M}", item.html) for item in timeline_items.of_ticket("Issue", issue.name)]


def texts(issue: Any) -> list[str]:
	return [unescape(frappe.utils.strip_html(html)) for _at, html in lines(issue)]


# buttons


def test_an_acknowledgement_that_came_meanwhile_is_seen_though_this_request_began_before_it(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	"""The ticket is locked, and its ledger read as it is now, before anything is decided by it."""
	issue = make_issue()
	order = []
	lock, facts_of, record_of = issues.lock, store.facts_of, store.record_of
	monkeypatch.setattr(issues, "lock", lambda names: (order.append(("lock", *names)), lock(names))[1])
	monkeypatch.setattr(
		store,
		"facts_of",
		lambda tickets, latest=False: (order.append(("read", latest)), facts_of(tickets, latest))[1],
	)

	monkeypatch.setattr(
		store,
		"record_of",
		lambda ticket, clocked: (order.append(("read", True)), record_of(ticket, clocked))[1],
	)

	ticket_actions.acknowledge(issue)

	assert order[:2] == [("lock", issue.name), ("read", True)]
	assert ("read", False) not in order
	assert "acknowledged already" in ticket_actions.acknowledge(issue)


# legs


def test_the_legs_add_up_to_the_life_of_the_ticket(
	clock: SiteClock, agreement: str, teams: None, supplier: str
) -> None:
	"""09:00 front line, 09:30 network, 10:00 supplier, 11:00 network, 12:00 closed, 13:00 reopened, asked Tue 09:00."""
	issue = make_issue(slm_team=DESK)
	clock.at("Mon 1 Jun 09:30")
	change(issue, slm_team=NETWORK)
	clock.at("Mon 1 Jun 10:00")
	change(issue, status="On Hold", slm_waiting_for="Supplier", slm_supplier=supplier)
	clock.at("Mon 1 Jun 11:00")
	set_status(issue, "Open")
	clock.at("Mon 1 Jun 12:00")
	set_status(issue, "Closed")
	clock.at("Mon 1 Jun 13:00")
	set_status(issue, "Open")
	clock.at("Tue 2 Jun 09:00")
	view = api.ticket_legs("Issue", issue.name)
	assert [(leg["party"], leg["name"], leg["seconds"], leg["open_seconds"]) for leg in view["legs"]] == [
		("team", DESK, 30 * MINUTE, 30 * MINUTE),
		("team", NETWORK, 30 * MINUTE, 30 * MINUTE),
		("supplier", SUPPLIER, HOUR, HOUR),
		("team", NETWORK, HOUR, HOUR),
		("nobody", "", HOUR, HOUR),
		("team", NETWORK, 20 * HOUR, 5 * HOUR),
	]
	assert sum(leg["seconds"] for leg in view["legs"]) == view["seconds"] == 24 * HOUR
	assert sum(leg["open_seconds"] for leg in view["legs"]) == view["open_seconds"] == 9 * HOUR
	assert [leg["going"] for leg in view["legs"]] == [False] * 5 + [True]
	assert view["calendar"] == testing.OFFICE


def test_a_ticket_that_is_done_has_no_leg_that_goes_on(clock: SiteClock, agreement: str) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Closed")
	clock.at("Mon 1 Jun 11:00")
	view = api.ticket_legs("Issue", issue.name)
	assert [(leg["party"], leg["seconds"], leg["going"]) for leg in view["legs"]] == [
		("unassigned", HOUR, False)
	]


def test_who_has_it_since_this_very_second_is_on_the_bar(
	clock: SiteClock, agreement: str, teams: None
) -> None:
	issue = make_issue(slm_team=DESK)
	clock.at("Mon 1 Jun 10:00")
	change(issue, slm_team=NETWORK)
	legs = api.ticket_legs("Issue", issue.name)["legs"]
	assert [(leg["name"], leg["seconds"], leg["going"]) for leg in legs] == [
		(DESK, HOUR, False),
		(NETWORK, 0, True),
	]


def test_without_an_agreement_legs_tell_no_open_time(clock: SiteClock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	view = api.ticket_legs("Issue", issue.name)
	assert (view["calendar"], view["open_seconds"], view["seconds"]) == ("", None, HOUR)


def test_a_ticket_without_a_ledger_has_no_legs(clock: SiteClock) -> None:
	issue = make_issue()
	frappe.db.delete("SLM Ticket Event", {"ticket": issue.name})
	assert api.ticket_legs("Issue", issue.name)["legs"] == []


# whom a ticket can wait for


def test_suppliers_with_a_contract_for_the_ticket_are_proposed(clock: SiteClock, supplier: str) -> None:
	make_agreement("Bytes", [target("Turnaround", 2)], kind="UC", supplier=supplier, basis="Corporate")
	other = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Shop Crew"}).insert().name
	shop = testing.make_service("Desk Test Shop")
	make_agreement("Shop Crew", [target("Turnaround", 2)], kind="UC", supplier=other, services=[shop])
	plain, of_shop = make_issue(), make_issue(slm_service=shop)
	assert [one["supplier"] for one in api.contracted_suppliers("Issue", plain.name)] == [supplier]
	assert {one["supplier"] for one in api.contracted_suppliers("Issue", of_shop.name)} == {supplier, other}


def test_the_form_is_told_which_statuses_ask_for_whom(clock: SiteClock) -> None:
	issue = make_issue()
	load.run_onload(issue)
	assert issue.get_onload("slm")["asks"] == {"Replied": "Customer", "On Hold": "Other"}
	frappe.db.set_single_value("SLM Settings", "ask_for_reason", 0)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")
	load.run_onload(issue)
	assert issue.get_onload("slm")["asks"] == {}


# a team that came behind the form's back


def test_an_old_form_does_not_put_back_the_team_it_was_opened_with(
	clock: SiteClock, agreement: str, teams: None
) -> None:
	issue = make_issue(slm_team=DESK)
	form = opened_form(issue)
	assign_to.add(
		{"doctype": "Issue", "name": issue.name, "assign_to": [f"{frappe.scrub(NETWORK)}@desk.example"]}
	)
	assert frappe.db.get_value("Issue", issue.name, "slm_team") == NETWORK
	saved = save_form({**form, "priority": make_priority("High")})
	assert (saved.slm_team, saved.priority) == (NETWORK, "High")
	assert [row.value for row in testing.ledger(issue) if row.kind == "team"] == [DESK, NETWORK]


def test_a_team_chosen_on_the_form_is_the_one_that_counts(
	clock: SiteClock, agreement: str, teams: None
) -> None:
	issue = make_issue()
	form = opened_form(issue)
	frappe.db.set_value("Issue", issue.name, "slm_team", NETWORK, update_modified=False)
	assert save_form({**form, "slm_team": DESK}).slm_team == DESK


def test_who_saves_without_a_form_may_set_any_team(clock: SiteClock, agreement: str, teams: None) -> None:
	issue = make_issue(slm_team=DESK)
	assert change(issue, slm_team="").slm_team == ""


def test_the_clocks_tell_the_form_with_whom_the_ticket_is_now(
	clock: SiteClock, agreement: str, teams: None
) -> None:
	issue = make_issue(slm_team=DESK)
	assert api.ticket_clocks("Issue", issue.name)["holder"] == {"slm_team": DESK, "slm_supplier": ""}


# the time-line


def test_a_change_of_priority_tells_the_due_times_before_and_after(clock: SiteClock) -> None:
	urgent = make_priority("Urgent")
	make_agreement(targets=(target("Resolution", 4), target("Resolution", 2, priority=urgent)))
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	change(issue, priority=urgent)
	assert texts(issue) == [
		"Priority Urgent instead of none: Resolution due 01-06-2026 11:00 instead of 01-06-2026 13:00"
	]


def test_a_hold_tells_whom_it_waits_for_and_what_is_left_and_its_end_the_new_due_time(
	clock: SiteClock, supplier: str
) -> None:
	make_agreement(targets=(target("Resolution", 4, hold_supplier=1),))
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	change(
		issue,
		status="On Hold",
		slm_waiting_for="Supplier",
		slm_supplier=supplier,
		slm_waiting_reason="<b>spare</b> part",
	)
	clock.at("Mon 1 Jun 11:30")
	set_status(issue, "Open")
	assert lines(issue) == [
		(
			"10:00",
			"Waiting for <strong>Bytes &amp; Co</strong> (&lt;b&gt;spare&lt;/b&gt; part): "
			"<strong>Resolution</strong> held with 3 hours left",
		),
		(
			"11:30",
			"No longer waiting: <strong>Resolution</strong> due 01-06-2026 14:30 instead of 01-06-2026 13:00",
		),
	]


def test_a_reopening_tells_when_the_clock_is_due_now(clock: SiteClock) -> None:
	make_agreement(targets=(target("Resolution", 4),))
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Closed")
	clock.at("Mon 1 Jun 12:00")
	set_status(issue, "Open")
	assert texts(issue) == ["Reopened: Resolution due 01-06-2026 15:00 instead of 01-06-2026 13:00"]


def test_a_duplicate_tells_what_it_is_one_of_and_that_it_is_none_any_more(clock: SiteClock) -> None:
	make_agreement(targets=(target("Resolution", 4),))
	original, issue = make_issue(), make_issue()
	clock.at("Mon 1 Jun 10:00")
	change(issue, slm_duplicate_of=original.name)
	clock.at("Mon 1 Jun 11:00")
	change(issue, slm_duplicate_of=None)
	assert [text.partition(":")[0] for text in texts(issue)] == [
		f"Marked as a duplicate of {original.name}",
		f"No longer a duplicate of {original.name}",
	]
	assert texts(issue)[0].endswith("Resolution cancelled, was due 01-06-2026 13:00")


@pytest.mark.parametrize("steps", [1, 2, 3], ids=["itself", "of each other", "over three"])
def test_duplicates_in_a_circle_are_refused_whoever_saves(
	clock: SiteClock, agreement: str, steps: int
) -> None:
	"""Otherwise the clocks of all of them would be cancelled."""
	tickets = [make_issue() for _number in range(steps)]
	for one, original in pairwise(tickets):
		change(one, slm_duplicate_of=original.name)
	first, last = tickets[0], tickets[-1]
	with pytest.raises(frappe.ValidationError, match="duplicate"):
		change(last, slm_duplicate_of=first.name)
	assert not frappe.db.get_value("Issue", last.name, "slm_duplicate_of")
	assert {row.phase for row in testing.clock_rows(last)} == {"Running"}


def test_a_ticket_does_not_follow_from_a_circle_of_others(clock: SiteClock, agreement: str) -> None:
	"""Which SQL has made; who marks a third one is neither kept waiting nor refused."""
	one, other, third = make_issue(), make_issue(), make_issue()
	frappe.db.set_value("Issue", one.name, "slm_duplicate_of", other.name)
	frappe.db.set_value("Issue", other.name, "slm_duplicate_of", one.name)
	assert change(third, slm_duplicate_of=one.name).slm_duplicate_of == one.name


def test_a_change_of_customer_tells_what_the_new_one_was_promised(clock: SiteClock) -> None:
	wool, silk = testing.make_customer("Wool & Sons"), testing.make_customer("Silk Ltd")
	make_agreement("Wool", [target("Resolution", 4)], customer=wool)
	make_agreement("Silk", [target("Resolution", 2)], customer=silk)
	issue = make_issue(customer=wool)
	clock.at("Mon 1 Jun 10:00")
	change(issue, customer=silk)
	assert texts(issue) == [
		"Customer Silk Ltd instead of Wool & Sons: Resolution due 01-06-2026 11:00 instead of 01-06-2026 13:00"
	]


def test_a_change_that_moves_no_clock_is_left_to_the_host(clock: SiteClock, agreement: str) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 09:30")
	change(issue, priority=make_priority("Low"))
	assert lines(issue) == []


def test_a_miss_stands_at_its_instant_with_its_cause(clock: SiteClock, agreement: str) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 11:00")
	assert lines(issue) == [("10:00", "<strong>Response</strong> missed (nobody had taken it)")]


def test_levels_tell_whom_they_were_told(clock: SiteClock, agreement: str) -> None:
	issue = make_issue()
	row = testing.clock_rows(issue, metric="Response")[0]
	frappe.get_doc(
		{
			"doctype": "SLM Escalation Log",
			"ticket_type": "Issue",
			"ticket": issue.name,
			"metric": "Response",
			"level": 2,
			"agreement": agreement,
			"clock": row.name,
			"clock_key": "x",
			"status": "Sent",
			"reached_instant": row.asked_instant + 45 * MINUTE,
			"recipients": "anna@acme.example\nbob@acme.example",
			"actions_taken": "Priority set to High & dry",
		}
	).insert(ignore_permissions=True)
	assert lines(issue) == [
		(
			"09:45",
			"<strong>Response</strong> reached level 2: told anna@acme.example, bob@acme.example. "
			"Priority set to High &amp; dry",
		)
	]


def test_agreements_with_teams_are_spoken_of_to_their_readers_alone(
	clock: SiteClock, agreement: str, teams: None
) -> None:
	"""Who may read Issues but no agreement (a support user of another app) sees the customer's misses only."""
	make_agreement(
		"Network's word", [target("Turnaround", 1)], kind="OLA", teams=[NETWORK], basis="Corporate"
	)
	issue = make_issue(slm_team=NETWORK)
	clock.at("Mon 1 Jun 12:00")
	assert "Turnaround of Network's word missed" in texts(issue)
	frappe.get_doc({"doctype": "Role", "role_name": "Issue Reader"}).insert()
	frappe.get_doc(
		{"doctype": "Custom DocPerm", "parent": "Issue", "role": "Issue Reader", "read": 1, "permlevel": 0}
	).insert()
	with as_user(make_user("reader@desk.example", "Issue Reader")):
		assert [text.partition(" (")[0] for text in texts(issue)] == ["Response missed"]


def test_the_form_gets_the_lines_from_the_host(clock: SiteClock, agreement: str) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 11:00")
	content = load.get_additional_timeline_content("Issue", issue.name)
	assert [(row["creation"], row["is_card"]) for row in content] == [("2026-06-01 10:00:00", 0)]


def test_a_form_opens_though_its_lines_cannot_be_worked_out(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	issue = make_issue()
	monkeypatch.setattr(timeline_items, "of_ticket", lambda *_: 1 / 0)
	before = frappe.db.count("Error Log")
	assert issue_desk.timeline("Issue", issue.name) == []
	assert frappe.db.count("Error Log") == before + 1


def test_saving_a_ticket_asks_nothing_for_the_time_line(
	clock: SiteClock, agreement: str, queries: Any
) -> None:
	issue = make_issue()
	form = opened_form(issue)
	with queries.counted() as sent:
		save_form({**form, "description": "Nothing that is timed"})
	assert [
		query
		for query in sent.sent
		if "SLM" in query and "SLM Settings" not in query and "Ticket Event" not in query
	] == []


def test_a_long_life_is_looked_into_no_further_than_its_latest_changes(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(timeline_items, "CHANGES_AT_MOST", 3)
	issue = make_issue()
	testing.reply(issue)
	for minute in range(1, 7):
		clock.at(f"Mon 1 Jun 09:{minute:02}")
		set_status(issue, "On Hold" if minute % 2 else "Open")
	assert [at for at, _html in lines(issue)] == ["09:04", "09:05", "09:06"]
	assert "due" in texts(issue)[0]
