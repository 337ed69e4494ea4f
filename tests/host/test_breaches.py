"""Missed promises on record: whose time it was, who is asked, and what is excused by whom. June 2026 begins on a Monday."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import frappe
import frappe.client
import pytest
from frappe.desk import reportview
from frappe.desk.form import load
from frappe.handler import run_doc_method
from frappe.translate import get_messages_from_doctype

from slm_extension.adapters import site_time, store
from slm_extension.adapters.facts import News
from slm_extension.adapters.store import Ticket
from slm_extension.domain.timeline import Kind
from slm_extension.service_level_management.report.slm_causes import slm_causes
from slm_extension.services import breaches, observe, rebuild, report
from slm_extension.services.chunks import Chunks
from slm_extension.services.tick import tick
from slm_extension.testing import (
	SiteClock,
	as_user,
	assign,
	clocks,
	ledger,
	make_agreement,
	make_calendar,
	make_issue,
	make_service,
	make_supplier,
	make_team,
	make_user,
	make_window,
	reply,
	set_status,
	target,
	wall,
)

AGENT, OTHER, BOSS = "mira@desk.example", "otto@desk.example", "boss@desk.example"
MANAGER, SECOND, KEEPER = "slm@desk.example", "slm2@desk.example", "keeper@desk.example"
BREACH = "SLM Breach"


@pytest.fixture
def desk(clock: SiteClock) -> str:
	make_user(AGENT, "Support Team")
	make_user(OTHER, "Support Team")
	make_user(BOSS, "Support Team")
	make_user(MANAGER, "Service Level Manager", "Support Team")
	make_user(SECOND, "Service Level Manager", "Support Team")
	make_user(KEEPER, "Service Level Manager", "Support Team")
	return make_team("Front Desk", AGENT, OTHER, manager=BOSS)


@pytest.fixture
def late(clock: SiteClock, desk: str) -> Any:
	"""A ticket of the desk, due on Monday at 13:00, that nobody has touched by 15:00."""
	make_agreement(targets=[target("Resolution", 4)], agreement_owner=KEEPER)
	issue = make_issue(slm_team=desk)
	beat(clock, "Mon 1 Jun 15:00")
	return issue


def beat(clock: SiteClock, when: str) -> None:
	clock.at(when)
	tick(site_time.now(), Chunks())
	breaches.ask_for_explanations(site_time.now(), Chunks())


def breach_of(issue: Any, metric: str = "Resolution") -> Any:
	return frappe.get_doc(BREACH, {"ticket": issue.name, "metric": metric})


def told(user: str) -> list[str]:
	return frappe.get_all(
		"Notification Log", {"for_user": user}, pluck="subject", order_by="creation asc, name asc"
	)


def excuse(breach: Any, by: str = AGENT) -> Any:
	with as_user(by):
		breach.reload()
		breach.ask_to_excuse("Customer's fault", "They unplugged it.", evidence_link="mail of Monday")
	return breach


def test_what_the_buttons_say_can_be_translated() -> None:
	"""The host finds what is to be translated by reading, so it has to stand there word for word."""
	found = {message for _path, message, *_more in get_messages_from_doctype("SLM Breach")}

	assert {"Explain", "Ask to Excuse", "Dispute", "Settle", "Take the Excuse Back", "Close"} <= found


def test_a_miss_is_on_record_with_its_instant_overrun_and_cause(clock, late, desk) -> None:
	breach = breach_of(late)

	assert (breach.missed_at, breach.overrun, breach.goal) == (wall("Mon 1 Jun 13:00"), 2 * 3600, 4 * 3600)
	assert (breach.cause, breach.responsible, breach.standing, breach.period) == ("own team", desk, 1, 202606)


def test_seven_breaches_are_asked_about_in_as_many_statements_as_two(clock, desk, queries) -> None:
	make_agreement(targets=[target("Resolution", 4)], agreement_owner=KEEPER)
	frappe.db.set_single_value("SLM Settings", "storm_limit", 1)

	def statements(start: str, end: str, count: int) -> int:
		clock.at(start)
		for _ in range(count):
			assign(make_issue(), AGENT)
		clock.at(end)
		tick(site_time.now(), Chunks())
		with queries.counted():
			assert breaches.ask_for_explanations(site_time.now(), Chunks()) == count
		return len(queries)

	statements("Mon 1 Jun 09:00", "Mon 1 Jun 14:00", 2)  # whatever the host reads once and keeps
	few = statements("Tue 2 Jun 09:00", "Tue 2 Jun 14:00", 2)
	many = statements("Wed 3 Jun 09:00", "Wed 3 Jun 14:00", 7)

	assert many <= few, queries.sent
	(version,) = frappe.get_all("Version", {"docname": frappe.get_last_doc(BREACH).name}, pluck="data")
	assert ["status", "Open", "Explanation Requested"] in json.loads(version)["changed"]


def test_what_is_met_leaves_no_breach(clock, desk) -> None:
	make_agreement(targets=[target("Resolution", 4)])
	issue = make_issue()
	clock.at("Mon 1 Jun 12:00")
	set_status(issue, "Closed")

	assert not frappe.db.exists(BREACH, {"ticket": issue.name})


def test_legs_overruns_and_the_counterfactual_are_in_the_figures(clock, desk) -> None:
	"""Desk 09-10, network 10-14 (OLA 1 h, three hours over), closed at 14:00: 4 h would have held without."""
	network = make_team("Network")
	make_agreement(targets=[target("Resolution", 4)])
	make_agreement("Network", [target("Turnaround", 1)], kind="OLA", teams=[network])
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 10:00")
	issue.slm_team = network
	issue.save()
	clock.at("Mon 1 Jun 14:00")
	set_status(issue, "Closed")

	breach = breach_of(issue)
	view = breach.figures_view()

	assert [(leg["party"], leg["name"], leg["counted"]) for leg in view["legs"]] == [
		("team", desk, 3600),
		("team", network, 4 * 3600),
	]
	(over,) = view["overruns"]
	assert (over["name"], over["overrun"], over["cost"], over["would_have_held"]) == (
		network,
		3 * 3600,
		3 * 3600,
		True,
	)
	assert (breach.cause, breach.responsible) == ("other team", network)


def test_a_suppliers_overrun_names_his_contract_and_asks_who_keeps_it(clock, desk) -> None:
	supplier = make_supplier()
	make_agreement(targets=[target("Resolution", 4)])
	uc = make_agreement(
		"Parts", [target("Turnaround", 1)], kind="UC", supplier=supplier, agreement_owner=KEEPER
	)
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 09:30")
	issue.update({"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": supplier})
	issue.save()

	beat(clock, "Mon 1 Jun 16:00")

	breach = breach_of(issue)
	assert (breach.cause, breach.responsible, breach.uc, breach.asked_of) == (
		"supplier",
		supplier,
		uc.name,
		KEEPER,
	)


@pytest.mark.parametrize(
	("team", "assigned", "asked"),
	[(True, False, BOSS), (True, True, BOSS), (False, True, KEEPER), (False, False, KEEPER)],
	ids=["the team's manager", "the manager though assigned", "unassigned: the owner", "nobody: the owner"],
)
def test_whoever_held_it_is_asked(clock, desk, team, assigned, asked) -> None:
	make_agreement(targets=[target("Resolution", 4)], agreement_owner=KEEPER)
	frappe.db.set_single_value("SLM Settings", "team_by_assignment", 0)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")
	issue = make_issue(slm_team=desk if team else None)
	if assigned:
		assign(issue, AGENT)

	beat(clock, "Mon 1 Jun 15:00")

	breach = breach_of(issue)
	assert (breach.status, breach.asked_of) == ("Explanation Requested", asked)
	assert told(asked)[-1] == (
		f"{issue.name}: Resolution was missed by 2 hours of open time. Please say why on its breach, {breach.name}."
	)


def test_nobody_is_asked_twice_or_about_what_is_long_past(clock, late) -> None:
	beat(clock, "Mon 1 Jun 15:02")
	assert len(told(BOSS)) == 1

	make_issue("Old", opened="Mon 4 May 09:00", slm_team="Front Desk")
	beat(clock, "Mon 1 Jun 15:04")

	assert len(told(BOSS)) == 1


def test_who_does_not_answer_is_reminded_as_often_as_the_settings_say(clock, late) -> None:
	"""Asked on Monday; after two days each, three times at most."""
	counts = []
	for day in ("Tue 2 Jun", "Wed 3 Jun", "Thu 4 Jun", "Fri 5 Jun", "Mon 8 Jun", "Thu 11 Jun", "Mon 15 Jun"):
		clock.at(f"{day} 16:00")
		breaches.remind(site_time.now(), Chunks())
		counts.append(len(told(BOSS)) - 1)

	assert counts == [0, 1, 1, 2, 3, 3, 3]


def test_the_agent_explains_and_the_manager_closes(clock, late) -> None:
	breach = breach_of(late)
	with as_user(BOSS):
		breach.explain("Two of us were ill.", "Not enough people")
	with as_user(MANAGER):
		breach.reload()
		breach.close("A stand-in is named from July on.")

	assert (breach.status, breach.explained_by, breach.closed_by) == ("Closed", BOSS, MANAGER)
	assert breach.root_cause == "Not enough people"


def test_an_excuse_is_a_fact_of_the_ledger_and_gross_and_net_stand_side_by_side(clock, late) -> None:
	met = make_issue("Quick")
	clock.at("Mon 1 Jun 16:00")
	set_status(met, "Closed")
	breach = excuse(breach_of(late))
	with as_user(MANAGER):
		breach.decide_excuse(True, "Agreed with the customer.")

	assert (breach.status, breach.excused) == ("Excused", 1)
	fact = ledger(late)[-1]
	assert (fact.kind, fact.value, fact.source) == ("excused", breach.clock_key, breach.name)
	assert clocks(late)["resolution"].excused == 1
	total = report.answer(report.Question(report.Months(202606, 202606), 202606)).total.attainment
	assert (total.met, total.missed, total.gross, total.net) == (1, 1, 50, 100)
	rebuild.rebuild([rebuild.Ticket("Issue", late.name)], site_time.now())
	assert clocks(late)["resolution"].excused == 1
	assert rebuild.verify(site_time.now(), Chunks()).count == 0


def test_verify_names_breaches_that_are_not_what_the_clocks_say_and_a_rebuild_puts_them_right(
	late: Any, clock: SiteClock
) -> None:
	ticket = Ticket("Issue", late.name)
	(one,) = store.clocks_of([ticket])[ticket].values()
	frappe.db.delete(BREACH, {"clock": one.name})
	frappe.get_doc(
		{"doctype": BREACH, "ticket_type": "Issue", "ticket": late.name, "clock": "of nobody", "standing": 1}
	).db_insert()

	found = rebuild.verify(site_time.now(), Chunks())
	rebuild.rebuild([ticket], site_time.now())

	assert {(one.where, one.found, one.expected) for one in found.first} == {
		(f"breach of clock {one.name}", "", "that it stands"),
		("breach of clock of nobody", "that it stands", ""),
	}
	assert frappe.get_all(BREACH, {"ticket": late.name, "standing": 1}, pluck="clock") == [one.name]
	assert rebuild.verify(site_time.now(), Chunks()).count == 0


def test_a_rebuild_puts_the_figures_of_a_breach_right(late: Any) -> None:
	breach = breach_of(late)
	frappe.db.set_value(BREACH, breach.name, {"overrun": 1, "period": 209901})

	rebuild.rebuild([Ticket("Issue", late.name)], site_time.now())

	assert (breach_of(late).overrun, breach_of(late).period) == (breach.overrun, breach.period)


def test_what_was_excused_can_be_taken_back(clock, late) -> None:
	breach = excuse(breach_of(late))
	with as_user(MANAGER):
		breach.decide_excuse(True, "Agreed.")
		breach.take_excuse_back("The mail was of another ticket.")

	assert (breach.status, breach.excused, clocks(late)["resolution"].excused) == (
		"Explanation Requested",
		0,
		0,
	)
	assert [row.kind for row in ledger(late)][-2:] == ["excused", "unexcused"]


def test_a_refused_excuse_is_kept_and_changes_no_figure(clock, late) -> None:
	breach = excuse(breach_of(late))
	with as_user(MANAGER):
		breach.decide_excuse(False, "The switch is ours.")

	assert (breach.status, breach.decision, breach.excuse_reason) == (
		"Explanation Requested",
		"The switch is ours.",
		"They unplugged it.",
	)
	assert clocks(late)["resolution"].excused == 0


def test_nobody_decides_about_his_own_excuse(clock, late) -> None:
	breach = excuse(breach_of(late), by=MANAGER)

	with as_user(MANAGER), pytest.raises(frappe.ValidationError, match="Somebody else has to decide"):
		breach.decide_excuse(True, "Fine.")
	with as_user(SECOND):
		breach.decide_excuse(True, "Fine.")

	assert breach.decided_by == SECOND


@pytest.mark.parametrize(
	("act", "words"),
	[
		(lambda it: it.explain(" ", "Other"), "is empty"),
		(lambda it: it.explain("Because.", "The moon"), "choose one of"),
		(lambda it: it.explain("x" * 20_000, "Other"), "20000 letters"),
		(lambda it: it.ask_to_excuse("Other", "Because.", None, None), "without evidence"),
		(lambda it: it.ask_to_excuse("", "Because.", None, "a mail"), "choose one of"),
		(lambda it: it.dispute("", "No."), "is empty"),
	],
)
def test_what_says_nothing_is_refused(clock, late, act, words) -> None:
	with pytest.raises(frappe.ValidationError, match=words):
		act(breach_of(late))


@pytest.mark.parametrize(
	"act",
	[
		lambda it: it.decide_excuse(True, "Fine."),
		lambda it: it.take_excuse_back("No."),
		lambda it: it.settle("Done."),
		lambda it: it.close("Done."),
		lambda it: it.open_again(),
	],
	ids=["decide", "take back", "settle", "close", "open again"],
)
def test_who_supports_decides_nothing_and_nothing_is_done_out_of_turn(clock, late, act) -> None:
	breach = breach_of(late)
	with as_user(AGENT), pytest.raises(frappe.PermissionError):
		act(breach)
	with as_user(MANAGER), pytest.raises(frappe.ValidationError, match="can be done while it is"):
		act(breach)


def test_a_dispute_is_settled_and_leads_back(clock, late) -> None:
	breach = breach_of(late)
	with as_user(AGENT):
		breach.explain("It was the lift.", "Other")
		breach.dispute("Wool & Sons", "The ticket was opened the day before.")
	assert breach.status == "Disputed"
	with as_user(MANAGER):
		breach.settle("Both have seen the mail; it stays.")

	assert (breach.status, breach.settled_by) == ("Explained", MANAGER)


def test_no_field_of_a_breach_is_written_through_the_door_of_the_host(clock, late) -> None:
	breach = breach_of(late)
	for user in (AGENT, MANAGER):
		with as_user(user), pytest.raises(frappe.PermissionError):
			frappe.get_doc(BREACH, breach.name).update({"excused": 1, "status": "Excused"}).save()


def test_a_deleted_ticket_leaves_its_breach_as_no_miss_any_more(clock, late) -> None:
	frappe.delete_doc("Issue", late.name)

	assert breach_of(late).standing == 0


def test_a_renamed_ticket_keeps_its_breach_and_its_excuse(clock, late) -> None:
	breach = excuse(breach_of(late))
	with as_user(MANAGER):
		breach.decide_excuse(True, "Agreed.")
	frappe.rename_doc("Issue", late.name, "Called Otherwise", force=True)

	found = frappe.get_all(
		BREACH, {"ticket": "Called Otherwise"}, ["name", "standing", "clock"], order_by="name asc"
	)
	assert [(row.name, row.standing) for row in found] == [(breach.name, 1)]
	assert found[0].clock == clocks("Called Otherwise")["resolution"].name
	assert clocks("Called Otherwise")["resolution"].excused == 1


def test_each_missed_promise_has_its_own_breach_once(clock, desk) -> None:
	make_agreement()
	issue = make_issue(slm_team=desk)
	for when in ("Mon 1 Jun 11:00", "Mon 1 Jun 14:00", "Mon 1 Jun 14:02"):
		beat(clock, when)
	reply(issue)
	rebuild.rebuild([rebuild.Ticket("Issue", issue.name)], site_time.now())

	found = frappe.get_all(BREACH, {"ticket": issue.name}, pluck="metric", order_by="metric asc")
	assert found == ["Resolution", "Response"]


def three_misses(clock: SiteClock, desk: str) -> str:
	"""Two tickets of the desk and one that waited for a supplier are late; one of the desk's is excused."""
	supplier = make_supplier()
	make_agreement(targets=[target("Resolution", 4)], agreement_owner=KEEPER)
	uc = make_agreement(
		"Parts", [target("Turnaround", 1)], kind="UC", supplier=supplier, agreement_owner=KEEPER
	)
	first, second = (make_issue(f"Number {number}", slm_team=desk) for number in range(2))
	third = make_issue("With the supplier", slm_team=desk)
	clock.at("Mon 1 Jun 09:30")
	third.update({"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": supplier}).save()
	beat(clock, "Mon 1 Jun 14:00")
	breach = excuse(breach_of(first))
	with as_user(MANAGER):
		breach.decide_excuse(True, "Agreed.")
	assert breach_of(second).status == "Explanation Requested"
	return uc.name


@pytest.mark.parametrize(
	("group", "expected"),
	[
		("Where It Came From", [("Own team", 2, 1), ("Supplier", 1, 0)]),
		("Who Held It", [("Front Desk", 2, 1), ("Bytes & Co", 1, 0)]),
		("Metric", [("Resolution", 3, 1)]),
	],
)
def test_the_report_counts_misses_by_what_is_asked(clock, desk, group, expected) -> None:
	three_misses(clock, desk)

	_columns, rows, _message, chart, summary, _no_total = slm_causes.execute(
		{"group": group, "to_month": "2026-06"}
	)

	assert [(row["value"], row["misses"], row["excused"]) for row in rows] == expected
	assert sum(row["overrun"] for row in rows) == 3 * 3600
	assert chart["data"]["labels"][-1] == "2026-06"
	assert {one["label"]: one["value"] for one in summary}["Because of a Supplier"] == 1


def test_every_count_of_the_report_leads_to_its_breaches(clock, desk) -> None:
	uc = three_misses(clock, desk)
	rows = slm_causes.execute(
		{"group": "OLA or UC Not Kept", "from_month": "2026-06", "to_month": "2026-06"}
	)[1]

	for row in rows:
		asked = {name: value or ["is", "not set"] for name, value in row["ask"].items()}
		assert len(frappe.get_list(BREACH, filters=asked, order_by="name asc")) == row["misses"]
	assert [(row["value"], row["misses"]) for row in rows] == [("", 2), (uc, 1)]


def test_who_may_read_no_ticket_counts_none(clock, desk) -> None:
	three_misses(clock, desk)
	with as_user(make_user("reader@desk.example", "Service Level Analyst")):
		rows = slm_causes.execute({"to_month": "2026-06"})[1]

	assert rows == []


@pytest.mark.parametrize(
	("filters", "words"),
	[
		({"from_month": "soon"}, "not a month"),
		({"from_month": "2026-07", "to_month": "2026-06"}, "is after To Month"),
		({"group": "<b>"}, "Choose one of"),
	],
)
def test_filters_that_mean_nothing_are_refused(clock, filters, words) -> None:
	with pytest.raises(frappe.ValidationError, match=words):
		slm_causes.execute(filters)


def test_the_ground_that_the_agreement_offers_is_shown(clock, desk) -> None:
	make_agreement(
		targets=[target("Resolution", 4)],
		exceptions=[
			{
				"title": "Stocktaking",
				"from_date": "2026-06-01",
				"until_date": "2026-06-02",
				"description": "Yearly.",
			}
		],
	)
	issue = make_issue(slm_team=desk)
	beat(clock, "Mon 1 Jun 15:00")

	(ground,) = breach_of(issue).grounds()

	assert ground["clause"] == "Exception of the agreement" and "Stocktaking" in ground["words"]


def test_a_settled_dispute_leaves_what_was_asked_before_it_as_it_was(clock, late) -> None:
	"""Asked about and disputed: still to be explained. With an excuse asked for: still to be decided about."""
	breach = breach_of(late)
	with as_user(MANAGER):
		breach.dispute("Wool & Sons", "It rang at ten.")
		breach.settle("It rang at nine.")
	after_asking = breach.status
	with as_user(AGENT):
		breach.ask_to_excuse("Customer's fault", "They were away.", evidence_link="mail of 1 June")
	with as_user(MANAGER):
		breach.reload()
		breach.dispute("Wool & Sons", "We were there.")
		breach.settle("They were away.")

	assert (after_asking, breach.status) == ("Explanation Requested", "Excuse Requested")


def test_nobody_is_asked_about_a_ticket_that_the_figures_leave_out(clock, desk) -> None:
	make_agreement(targets=[target("Resolution", 4)], agreement_owner=KEEPER)
	issue = make_issue(slm_team=desk)
	observe.happened(Ticket("Issue", issue.name), [News(Kind.EXCUSED, "")], site_time.now(), "test")

	beat(clock, "Mon 1 Jun 15:00")

	assert breach_of(issue).excused == 1
	assert told(BOSS) == []


def test_an_ola_that_is_missed_withdraws_nobody_elses_breach(clock, desk, monkeypatch) -> None:
	"""Breaches are of promises to the customer; a measure of others leaves their table alone."""
	make_agreement("Desk", [target("Turnaround", 1)], kind="OLA", teams=[desk])
	make_agreement(targets=[target("Resolution", 8)])
	issue = make_issue(slm_team=desk)
	beat(clock, "Mon 1 Jun 12:00")
	withdrawn: list[Any] = []
	monkeypatch.setattr(store, "withdraw_breaches", withdrawn.append)

	clock.at("Mon 1 Jun 12:30")
	set_status(issue, "Closed")

	assert clocks(issue)["turnaround"].outcome == "Missed"
	assert withdrawn == [[]]


def test_what_was_missed_on_a_deleted_ticket_can_still_be_read(clock, late) -> None:
	breach = breach_of(late)
	frappe.delete_doc("Issue", late.name, force=True)

	assert frappe.has_permission("SLM Breach", "read", breach.name, user=BOSS)


def test_contracts_that_somebody_may_not_read_are_not_named_on_a_breach(clock, desk) -> None:
	"""The supplier's overrun is shown to the manager, not to an agent who may read no agreements but his customer's."""
	supplier = make_supplier()
	sla = make_agreement(targets=[target("Resolution", 4)])
	make_agreement("Cable", [target("Turnaround", 1)], kind="UC", supplier=supplier, agreement_owner=KEEPER)
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 09:30")
	issue.update({"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": supplier})
	issue.save()
	beat(clock, "Mon 1 Jun 16:00")
	breach = breach_of(issue)
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": AGENT,
			"allow": "SLM Agreement",
			"for_value": sla.name,
			"apply_to_all_doctypes": 0,
			"applicable_for": "SLM Agreement",
		}
	).insert(ignore_permissions=True)

	with as_user(MANAGER):
		full = breach.figures_view()
	with as_user(AGENT):
		reduced = breach.figures_view()

	assert (len(full["overruns"]), full["contract"]) == (1, breach_of(issue).uc)
	assert (reduced["overruns"], reduced["contract"]) == ([], None)


@pytest.mark.parametrize("user", [AGENT, MANAGER])
@pytest.mark.parametrize("door", ["list", "resource", "document", "method", "export", "versions"])
def test_no_door_of_the_host_has_the_contract_behind_a_breach(clock, desk, posted, user, door) -> None:
	contract = three_misses(clock, desk)
	late = frappe.get_doc(BREACH, {"uc": contract})
	lineage = frappe.db.get_value("SLM Agreement", contract, "lineage")
	assert lineage in late.figures

	with as_user(user):
		said = str(through(door, late))

	assert "Resolution" in said or door == "versions"
	assert contract not in said and lineage not in said


@pytest.fixture
def posted() -> Iterator[None]:
	"""As if a browser had sent it."""
	frappe.local.request = frappe._dict(method="POST")
	frappe.response.docs = []
	yield
	del frappe.local.request


def through(door: str, breach: Any) -> Any:
	"""A breach as one of the host's doors gives it to the session's user."""
	if door == "list":
		wishes = (["*"], ["metric", "uc"], ["metric", "figures"], ["figures", "metric", "uc"])
		return [frappe.get_list(BREACH, fields=wish, order_by="name asc") for wish in wishes]
	if door == "resource":
		return frappe.client.get(BREACH, breach.name)
	if door == "document":
		load.getdoc(BREACH, breach.name)
		return frappe.as_json(frappe.response.docs)
	if door == "method":
		run_doc_method("figures_view", dt=BREACH, dn=breach.name)
		return [one.as_dict() for one in frappe.response.docs]
	if door == "versions":
		versions = frappe.get_all("Version", {"docname": breach.name}, pluck="data", order_by="name asc")
		assert versions
		return versions
	columns = [f"`tab{BREACH}`.`{field}`" for field in ("name", "metric", "uc", "figures")]
	frappe.local.form_dict = frappe._dict(
		doctype=BREACH, fields=json.dumps(columns), file_format_type="CSV", title="Breaches"
	)
	reportview.export_query()
	return frappe.response["filecontent"]


def test_the_report_names_contracts_to_those_who_may_read_them(clock, desk) -> None:
	three_misses(clock, desk)
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": AGENT,
			"allow": "SLM Agreement",
			"for_value": frappe.db.get_value("SLM Agreement", {"kind": "SLA", "docstatus": 1}),
			"apply_to_all_doctypes": 0,
			"applicable_for": "SLM Agreement",
		}
	).insert(ignore_permissions=True)

	with as_user(AGENT):
		rows = slm_causes.execute({"group": "OLA or UC Not Kept", "to_month": "2026-06"})[1]

	assert [(row["value"], row["misses"], len(row["ask"]["name"][1])) for row in rows] == [("", 3, 3)]


def test_who_decides_is_not_what_a_browser_says_of_a_breach(clock, late, posted) -> None:
	"""The document that a form sends along names somebody else as the one who has asked."""
	breach = excuse(breach_of(late), MANAGER)
	sent = {**frappe.parse_json(frappe.as_json(breach)), "requested_by": AGENT}

	with as_user(MANAGER), pytest.raises(frappe.ValidationError, match="Somebody else has to decide"):
		run_doc_method(
			"decide_excuse",
			docs=json.dumps(sent, default=str),
			args=json.dumps({"excused": True, "decision": "Granted to myself."}),
		)


def agreed(**more: Any) -> dict[str, Any]:
	"""A row of Planned and Agreed Interruptions: every Monday 10:00-11:30, since January."""
	return {
		"title": "Backup",
		"recurrence": "Weekly",
		"starts": wall("Mon 5 Jan 10:00"),
		"duration": 90 * 60,
		**more,
	}


class TestAgreedInterruptions:
	"""Opened Monday 09:00, four hours, missed at 13:00."""

	def grounds(self, clock: SiteClock, row: dict[str, Any], service: str | None = None) -> list[Any]:
		make_agreement(targets=[target("Response", 1), target("Resolution", 4)], interruptions=[row])
		issue = make_issue(slm_service=service)
		clock.at("Mon 1 Jun 09:15")
		reply(issue)
		set_status(issue, "Open")
		beat(clock, "Mon 1 Jun 15:00")
		return breach_of(issue).grounds()

	def test_a_clock_that_ran_through_one_names_it_with_its_open_seconds(
		self, clock: SiteClock, desk
	) -> None:
		(ground,) = self.grounds(clock, agreed())

		assert ground == {
			"clause": "Agreed interruption",
			"words": "Backup, agreed weekly: 1 hour 30 minutes of the time counted, "
			"from 01-06-2026 10:00 to 01-06-2026 11:30.",
		}

	def test_the_first_monday_of_a_month_is_told_as_that(self, clock: SiteClock, desk) -> None:
		row = agreed(
			recurrence="Monthly", month_rule="First", weekday="Monday", starts=wall("Thu 1 Jan 10:00")
		)

		(ground,) = self.grounds(clock, row)

		assert ground["words"].startswith("Backup, agreed monthly on the first Monday: 1 hour 30 minutes of")

	def test_its_time_is_that_of_the_agreements_calendar(self, clock: SiteClock, desk) -> None:
		"""06:30 in Berlin is 10:00 here in summer."""
		make_calendar("Berlin", ["05:30-14:30"], zone="Europe/Berlin")
		row = agreed(starts=wall("Mon 5 Jan 06:30"))
		make_agreement(calendar="Berlin", targets=[target("Resolution", 4)], interruptions=[row])
		make_issue(slm_team=desk)
		beat(clock, "Mon 1 Jun 15:00")

		(ground,) = frappe.get_last_doc("SLM Breach").grounds()

		assert "from 01-06-2026 10:00 to 01-06-2026 11:30." in ground["words"]

	@pytest.mark.parametrize(
		"row",
		[
			agreed(starts=wall("Tue 6 Jan 10:00")),
			agreed(recurrence="Monthly", month_rule="Second", weekday="Monday"),
			agreed(every_number=2),
			agreed(starts=wall("Mon 8 Jun 10:00")),
			agreed(starts=wall("Mon 5 Jan 13:00")),
			agreed(starts=wall("Mon 5 Jan 07:00")),
			agreed(duration=0),
			agreed(starts=None),
			agreed(notice=48 * 3600),
		],
		ids=[
			"another day",
			"the second Monday",
			"the other week",
			"not yet agreed",
			"after the miss",
			"outside open time",
			"no duration",
			"no time",
			"not announced",
		],
	)
	def test_one_that_took_nothing_of_it_is_none(self, clock: SiteClock, desk, row: dict[str, Any]) -> None:
		assert self.grounds(clock, row) == []

	@pytest.mark.parametrize(("named", "offered"), [("Mail", False), ("Network", True), ("Shop", True)])
	def test_only_of_the_service_it_names_and_what_rests_on_that(
		self, clock: SiteClock, desk, named: str, offered: bool
	) -> None:
		make_service("Mail")
		shop = make_service("Shop", rests_on=[{"service": make_service("Network"), "relation": "Rests On"}])

		found = self.grounds(clock, agreed(service=named, recurrence="Daily"), shop)

		assert [one["words"].partition(" of the")[0] for one in found] == (
			[f"Backup ({named}), agreed daily: 1 hour 30 minutes"] if offered else []
		)

	def test_what_another_clock_of_the_ticket_counted_in_it_is_nothing_to_this_one(
		self, clock: SiteClock, desk
	) -> None:
		"""Held for the customer while the backup ran; the clock until somebody owns it is not held."""
		make_agreement(targets=[target("Resolution", 4), target("Ownership", 40)], interruptions=[agreed()])
		issue = make_issue()
		clock.at("Mon 1 Jun 09:30")
		set_status(issue, "Replied")
		clock.at("Mon 1 Jun 12:00")
		set_status(issue, "Open")
		beat(clock, "Mon 1 Jun 17:00")

		breach = breach_of(issue)

		assert breach.missed_at == wall("Mon 1 Jun 15:30")
		assert breach.grounds() == []

	def test_where_a_notice_is_agreed_the_part_that_was_announced(self, clock: SiteClock, desk) -> None:
		shop = make_service("Shop")
		clock.at("Wed 27 May 09:00")
		make_window("Mon 1 Jun 10:30", "Mon 1 Jun 12:00", shop, announced="Wed 27 May 09:00")
		clock.at("Mon 1 Jun 09:00")

		found = self.grounds(clock, agreed(notice=48 * 3600), shop)

		assert [one["clause"] for one in found] == ["Planned maintenance", "Agreed interruption"]
		assert "1 hour of the time counted" in found[1]["words"]

	def test_it_can_be_asked_for_and_excused_on_that_ground(self, clock: SiteClock, desk) -> None:
		make_agreement(targets=[target("Resolution", 4)], interruptions=[agreed()])
		issue = make_issue(slm_team=desk)
		beat(clock, "Mon 1 Jun 15:00")
		breach = breach_of(issue)

		with as_user(AGENT):
			breach.ask_to_excuse("Agreed interruption", "See the agreement.", evidence_link="backup log")

		assert breach_of(issue).excuse_clause == "Agreed interruption"
