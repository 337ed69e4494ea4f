"""The list of clocks that run out next: whose tickets are on it, in which order, and what a user may not see.

Monday to Friday 09:00-18:00 in Kolkata; response 1 h, resolution 4 h. June 2026 begins on a Monday.
"""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
from frappe.desk.form import assign_to

from slm_extension import api, testing
from slm_extension.adapters import running_clocks, site_time
from slm_extension.adapters.running_clocks import Wanted
from slm_extension.adapters.store import Ticket
from slm_extension.overrides.issue import set_multiple_status
from slm_extension.services import at_risk, live
from slm_extension.services.chunks import Chunks
from slm_extension.services.tick import tick
from slm_extension.testing import SiteClock, as_user, make_agreement, make_issue, make_user, target

AGENT = "agent@at-risk.example"


@pytest.fixture(autouse=True)
def _alone(site: str) -> None:
	"""Without the clocks that the site has already; they are back when the test is over."""
	frappe.db.delete("SLM Clock")


@pytest.fixture
def agent() -> str:
	return make_user(AGENT, "Support Team")


def listed(**asked: Any) -> list[tuple[str, str]]:
	found = api.at_risk(**{"scope": "all", **asked})
	return [(row["ticket"], row["clock"]["metric"]) for row in found["rows"]]


def assign(issue: Any, user: str) -> None:
	assign_to.add({"doctype": "Issue", "name": issue.name, "assign_to": [user]})


def make_team(name: str, *members: str) -> str:
	if not frappe.db.exists("User Group", name):
		rows = [{"user": user} for user in members or ("Administrator",)]
		frappe.get_doc({"doctype": "User Group", "name": name, "user_group_members": rows}).insert()
	return name


def test_what_is_due_first_comes_first_and_what_is_held_comes_last(clock: SiteClock, agreement: str) -> None:
	early = make_issue("early")
	held = make_issue("held")
	clock.at("Mon 1 Jun 09:30")
	late = make_issue("late")
	testing.reply(held)
	testing.set_status(held, "On Hold")
	clock.at("Mon 1 Jun 09:40")
	assert listed() == [
		(early.name, "Response"),
		(late.name, "Response"),
		(early.name, "Resolution"),
		(late.name, "Resolution"),
		(held.name, "Resolution"),
	]


def test_each_clock_is_told_as_its_ticket_tells_it(clock: SiteClock, agreement: str) -> None:
	"""Stored at 09:00, asked at 09:20: elapsed and open spans are those of now."""
	issue = make_issue("The printer")
	clock.at("Mon 1 Jun 09:20")
	row = next(one for one in api.at_risk("all")["rows"] if one["clock"]["metric"] == "Response")
	there = next(
		one for one in api.ticket_clocks("Issue", issue.name)["clocks"] if one["metric"] == "Response"
	)
	assert row["clock"] == there
	assert (row["clock"]["elapsed"], row["clock"]["remaining"]) == (1200, 2400)
	assert (row["subject"], row["holder"]) == ("The printer", "unassigned")


def test_the_counts_tell_the_four_states_apart(clock: SiteClock, agreement: str) -> None:
	make_issue("overdue")
	clock.at("Mon 1 Jun 10:30")
	held = make_issue("held")
	testing.reply(held)
	testing.set_status(held, "On Hold")
	make_issue("fresh")
	clock.at("Mon 1 Jun 10:31")
	tick(site_time.now(), Chunks())
	found = api.at_risk("all")
	assert found["counts"] == {"overdue": 1, "soon": 1, "running": 2, "held": 1}
	for state, number in found["counts"].items():
		assert len(listed(state=state)) == number, state


def test_a_miss_that_the_beat_has_not_seen_is_overdue_already(clock: SiteClock, agreement: str) -> None:
	make_issue()
	clock.at("Mon 1 Jun 10:00:30")
	assert api.at_risk("all")["counts"]["overdue"] == 1


def test_due_at_closing_time_is_not_overdue_before_the_calendar_opens(
	clock: SiteClock, agreement: str
) -> None:
	clock.at("Mon 1 Jun 17:00")
	make_issue()
	clock.at("Mon 1 Jun 20:00")
	assert api.at_risk("all")["counts"] == {"overdue": 0, "soon": 1, "running": 1, "held": 0}


def test_mine_are_the_tickets_assigned_to_me(clock: SiteClock, agreement: str, agent: str) -> None:
	mine, _other = make_issue("mine"), make_issue("other")
	assign(mine, agent)
	with as_user(agent):
		assert {ticket for ticket, _ in listed(scope="mine")} == {mine.name}


def test_a_user_whose_name_looks_like_mine_is_not_me(clock: SiteClock, agreement: str) -> None:
	"""An underscore stands for any letter in LIKE."""
	me, other = (
		make_user("a_b@at-risk.example", "Support Team"),
		make_user("axb@at-risk.example", "Support Team"),
	)
	assign(make_issue(), other)
	with as_user(me):
		assert listed(scope="mine") == []


def test_my_teams_tickets_are_those_of_the_teams_i_am_in(
	clock: SiteClock, agreement: str, agent: str
) -> None:
	team, other = make_team("Risk Network", agent), make_team("Risk Desktop", "Administrator")
	ours = make_issue("ours", slm_team=team)
	make_issue("theirs", slm_team=other)
	with as_user(agent):
		assert {ticket for ticket, _ in listed(scope="teams")} == {ours.name}
		assert api.at_risk("teams")["teams"] == (team,)


def test_who_is_in_no_team_sees_no_teams_tickets(clock: SiteClock, agreement: str, agent: str) -> None:
	make_issue("nobody's")
	with as_user(agent):
		assert listed(scope="teams") == []


FILTERS: dict[str, tuple[dict[str, str], set[str]]] = {
	"team": ({"team": "Risk Network"}, {"network"}),
	"customer": ({"customer": "Wool & Sons"}, {"wool"}),
	"metric": ({"metric": "Resolution", "state": "running"}, {"network", "wool", "none"}),
	"kind": ({"kind": "OLA"}, {"network"}),
	"nothing": ({"customer": "Nobody's"}, set()),
}


@pytest.mark.parametrize("case", FILTERS)
def test_a_filter_keeps_what_it_names(clock: SiteClock, agreement: str, case: str) -> None:
	team = make_team("Risk Network")
	make_agreement("Network's word", [target("Turnaround", 2)], kind="OLA", teams=[team], basis="Corporate")
	names = {
		make_issue("network", slm_team=team).name: "network",
		make_issue("wool", customer=testing.make_customer()).name: "wool",
		make_issue("none").name: "none",
	}
	asked, kept = FILTERS[case]
	assert {names[ticket] for ticket, _ in listed(**asked)} == kept


def test_pages_follow_each_other_without_gap_from_running_to_held(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(at_risk, "PAGE", 2)
	for number in range(3):
		issue = make_issue(f"{number}")
		testing.reply(issue)
		if number:
			testing.set_status(issue, "On Hold")
	pages = [listed(start=start) for start in (0, 2)]
	assert [len(page) for page in pages] == [2, 1]
	assert len({row for page in pages for row in page}) == 3
	assert listed(start=1000) == pages[1]


def test_a_user_sees_the_tickets_he_may_read_and_no_others(
	clock: SiteClock, agreement: str, agent: str
) -> None:
	"""User Permissions of the host; in the rows, in the counts and in the number card."""
	wool = make_issue("wool", customer=testing.make_customer("Wool & Sons"))
	make_issue("silk", customer=testing.make_customer("Silk Ltd"))
	frappe.get_doc(
		{"doctype": "User Permission", "user": agent, "allow": "Customer", "for_value": "Wool & Sons"}
	).insert()
	with as_user(agent):
		assert {ticket for ticket, _ in listed()} == {wool.name}
		assert sum(api.at_risk("all")["counts"].values()) == 2


def test_who_may_read_no_agreement_sees_no_clocks_of_teams_and_suppliers(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	team = make_team("Risk Network")
	make_agreement("Network's word", [target("Turnaround", 2)], kind="OLA", teams=[team], basis="Corporate")
	make_issue(slm_team=team)
	assert len(listed()) == 3
	real = running_clocks.condition_of
	monkeypatch.setattr(
		running_clocks,
		"condition_of",
		lambda doctype, user: "1 = 0" if doctype == "SLM Agreement" else real(doctype, user),
	)
	assert {metric for _, metric in listed()} == {"Response", "Resolution"}


@pytest.mark.parametrize("asked", [{"scope": "everything"}, {"state": "sad"}])
def test_a_list_that_does_not_exist_is_refused(clock: SiteClock, asked: dict[str, str]) -> None:
	with pytest.raises(frappe.ValidationError):
		api.at_risk(**asked)


@pytest.mark.parametrize("word", ["%' OR 1=1 --", "\\", "<b>" * 200, "%(now)s"])
def test_odd_words_find_nothing_and_break_nothing(clock: SiteClock, agreement: str, word: str) -> None:
	make_issue()
	assert listed(customer=word) == listed(team=word) == listed(metric=word) == []


def test_the_list_reads_running_clocks_by_their_index(clock: SiteClock, agreement: str) -> None:
	"""What is decided costs nothing: the plan goes by (phase, due), from the clocks to their tickets."""
	make_issue()
	filler = frappe.get_all("SLM Clock", fields=["*"], limit=1, order_by="name asc")[0]
	running = {**filler, "next_at": 9_999_999_999}
	stopped = {**filler, "phase": "Stopped", "outcome": "Met", "next_at": None}
	columns = list(filler)
	rows = [
		[{**like, "name": f"{like['phase']} {number}"}[column] for column in columns]
		for like, copies in ((running, 600), (stopped, 3000))
		for number in range(copies)
	]
	frappe.db.bulk_insert("SLM Clock", columns, rows)
	sent: list[str] = []
	real = frappe.db.sql
	frappe.db.sql = lambda query, values=(), *args, **more: (
		sent.append(frappe.db.mogrify(query, values)) or real(query, values, *args, **more)
	)
	try:
		running_clocks.page(Wanted(), site_time.now(), "Administrator", 0, 50)
	finally:
		frappe.db.sql = real
	plan = frappe.db.sql(f"EXPLAIN {sent[0]}", as_dict=True)
	clocks = next(row for row in plan if row.table == "clock")
	assert clocks.key == "slm_phase_due"
	assert int(clocks.rows) < 1000


def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any], str]]:
	"""What is said to open desks, as (event, message, room), once it is committed."""
	said: list[tuple[str, dict[str, Any], str]] = []
	monkeypatch.setattr(
		live.frappe,
		"publish_realtime",
		lambda event, message=None, room=None, after_commit=False, **more: (
			said.append((event, message, room)) if event == live.EVENT and after_commit else None
		),
	)
	return said


def test_open_desks_hear_of_a_saved_ticket(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	issue = make_issue()
	said = heard(monkeypatch)
	testing.set_status(issue, "Closed")
	assert said == [("slm_clocks", {"ticket_type": "Issue", "tickets": [issue.name]}, "doctype:Issue")]


def test_open_desks_hear_of_the_bulk_action_and_of_the_beat(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	issue = make_issue()
	said = heard(monkeypatch)
	clock.at("Mon 1 Jun 12:00")
	tick(site_time.now(), Chunks())
	set_multiple_status(json.dumps([issue.name]), "Closed")
	assert [message["tickets"] for _event, message, _room in said] == [[issue.name]] * 2


def test_a_save_that_changes_nothing_is_not_told(
	clock: SiteClock, agreement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	issue = make_issue()
	said = heard(monkeypatch)
	issue.reload()
	issue.description = "More words"
	issue.save()
	assert said == []


def test_very_many_tickets_are_told_without_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
	said = heard(monkeypatch)
	live.changed(Ticket("Issue", f"I{number}") for number in range(live.NAMED_AT_MOST + 1))
	assert [message["tickets"] for _event, message, _room in said] == [None]
