"""How the process itself goes: its figures, their limits, who sees them, and who is told once. 1 June 2026 is a Monday."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from slm_extension import tasks
from slm_extension.adapters import site_time
from slm_extension.service_level_management.number_card import health_figures
from slm_extension.service_level_management.report.slm_process_health import slm_process_health
from slm_extension.services import process_alerts, process_health
from slm_extension.services.process_health import BY_NAME, Indicator
from slm_extension.testing import (
	SiteClock,
	as_user,
	make_agreement,
	make_customer,
	make_issue,
	make_outage,
	make_service,
	make_supplier,
	make_user,
	set_status,
	target,
	wall,
)

OWNER, BLIND, SMALL = "owner@desk.example", "blind.owner@desk.example", "small.owner@desk.example"
BREACH, ALERT, LIMIT = "SLM Breach", "SLM Process Alert", "SLM Process Limit"


@pytest.fixture(autouse=True)
def _settings(clock: SiteClock) -> Iterator[None]:
	"""Explanations are asked for within five days; the site has no limits of its own."""
	limits()
	clock.at("Tue 30 Jun 12:00")
	yield
	frappe.clear_document_cache("SLM Settings", "SLM Settings")


def limits(*rows: tuple[str, float, float]) -> None:
	settings = frappe.get_single("SLM Settings")
	settings.explanation_days = 5
	settings.set("process_limits", [])
	for indicator, attention, bad in rows:
		settings.append("process_limits", {"indicator": indicator, "attention_at": attention, "bad_at": bad})
	settings.save()


def raw(doctype: str, **values: Any) -> str:
	"""A document that services write past its controller."""
	document = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
	document.db_insert()
	return str(document.name)


def miss(missed: str = "Mon 1 Jun 10:00", **values: Any) -> str:
	"""A missed promise on record; what is a time is written as "Mon 1 Jun 10:00"."""
	times = {name: wall(said) for name, said in values.items() if name.endswith("_on")}
	return raw(
		BREACH,
		ticket_type="Issue",
		clock_key=frappe.generate_hash(length=6),
		standing=1,
		missed_instant=site_time.to_instant(wall(missed)),
		**{"ticket": "ISS-GONE", "period": 202606, "status": "Open", **values, **times},
	)


def rows(**filters: Any) -> dict[str, dict[str, Any]]:
	return {row["indicator_key"]: row for row in slm_process_health.execute(filters)[1]}


def row(indicator: str, **filters: Any) -> dict[str, Any]:
	return rows(**filters)[indicator]


def names(found: dict[str, Any], which: str = "behind") -> set[str]:
	"""The documents that a figure leads to."""
	behind = found[which]
	return set(
		frappe.get_list(
			behind["doctype"],
			filters=behind["filters"],
			pluck="name",
			order_by="name asc",
			limit_page_length=0,
		)
	)


class TestTable:
	def test_every_indicator_can_be_given_a_limit(self, site: str) -> None:
		options = frappe.get_meta(LIMIT).get_field("indicator").options.split("\n")
		assert options == list(BY_NAME)

	def test_the_chart_offers_those_that_are_known_by_the_month(self, site: str) -> None:
		path = frappe.get_app_path(
			"slm_extension", "service_level_management/report/slm_process_health/slm_process_health.js"
		)
		offered = frappe.read_file(path).split("const TRENDS = [")[1].split("];")[0]
		assert offered.count('"') == 2 * sum(one.monthly for one in BY_NAME.values())
		assert all(f'"{one.name}"' in offered for one in BY_NAME.values() if one.monthly)

	@pytest.mark.parametrize("indicator", BY_NAME.values(), ids=list(BY_NAME))
	def test_each_has_a_figure_or_none_and_a_standing(self, clock: SiteClock, indicator: Indicator) -> None:
		found = row(indicator.name)
		assert (found["value"] is None) <= (found["standing_key"] == "No Data")


class TestFigures:
	def test_what_has_never_run_is_waited_for_since_the_first_ticket_was_timed(
		self, clock: SiteClock
	) -> None:
		frappe.db.delete("SLM Ticket Event")
		frappe.db.set_single_value("SLM Settings", "last_beat", None)
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		assert row("Minutes since the Last Beat")["standing_key"] == "No Data"

		make_issue()
		frappe.db.sql("update `tabSLM Ticket Event` set creation = %s", wall("Tue 30 Jun 11:30"))

		found = row("Minutes since the Last Beat")
		assert (found["value"], found["standing_key"]) == (30, "Attention")

	def test_reports_of_suppliers_are_in_time_or_late_or_missing(self, clock: SiteClock) -> None:
		"""Due in June: two came in time, one late, one is missing; one is not needed, and one is due tomorrow.

		None of them is one that we owe.
		"""
		contract = make_agreement("Hosting", [target("Turnaround", 1)], kind="UC", supplier=make_supplier())
		supplied = [
			raw(
				"SLM Supplier Report",
				agreement=contract.name,
				due_on=due,
				received_on=received,
				status=status,
				days_late=late,
			)
			for due, received, status, late in (
				("2026-06-05", "2026-06-05", "Accepted", 0),
				("2026-06-05", "2026-06-03", "Delivered", 0),
				("2026-06-05", "2026-06-09", "Delivered", 4),
				("2026-06-05", None, "Overdue", 25),
				("2026-06-05", None, "Not Needed", 0),
				("2026-07-01", None, "Due", 0),
				("2026-05-05", "2026-05-05", "Accepted", 0),
			)
		]
		found = row("Supplier Reports in Time")

		assert row("Reports Overdue")["value"] == 0
		assert (found["value"], found["before"], found["standing_key"]) == (50, 100, "Bad")
		assert names(found) == set(supplied[:5])

	def test_users_are_satisfied_from_a_score_of_four_on(self, clock: SiteClock) -> None:
		def said(period: int, *scores: int) -> set[str]:
			of = {"ticket_type": "Issue", "ticket": "ISS-GONE", "period": period}
			return {raw("SLM Feedback", score=score, **of) for score in scores}

		june = said(202606, 5, 4, 4, 3, 1)
		said(202605, 5, 5)
		found = row("Users Satisfied")

		assert (found["value"], found["before"], found["standing_key"]) == (60, 100, "Attention")
		assert names(found) == june

	def test_an_explanation_is_in_time_within_the_days_asked(self, clock: SiteClock) -> None:
		"""Of six asked for: three in time, one excuse asked for in time, one late, one late and still waited for."""
		for _ in range(3):
			miss(asked_on="Mon 1 Jun 10:00", explained_on="Sat 6 Jun 10:00", status="Explained")
		miss(asked_on="Mon 1 Jun 10:00", requested_on="Wed 3 Jun 10:00", status="Excuse Requested")
		late = miss(asked_on="Mon 1 Jun 10:00", explained_on="Sat 6 Jun 10:01", status="Explained")
		waiting = miss(asked_on="Mon 1 Jun 10:00", status="Explanation Requested")
		miss(asked_on="Mon 29 Jun 10:00", status="Explanation Requested")
		found = row("Misses Explained in Time")
		assert (found["value"], found["cases"], found["standing_key"]) == (66.6, 6, "Bad")
		assert names(found) == {late, waiting}
		assert names(row("Misses Waiting Too Long for an Explanation")) == {waiting}

	def test_where_nobody_is_given_days_nothing_is_late(self, clock: SiteClock) -> None:
		frappe.db.set_single_value("SLM Settings", "explanation_days", 0)
		miss(asked_on="Mon 1 Jun 10:00", status="Explanation Requested")
		for indicator in ("Misses Explained in Time", "Misses Waiting Too Long for an Explanation"):
			assert row(indicator)["value"] is None, indicator

	def test_a_month_is_told_with_the_one_before(self, clock: SiteClock) -> None:
		for _ in range(5):
			miss(asked_on="Mon 4 May 10:00", explained_on="Tue 5 May 10:00", status="Explained")
		found = row("Misses Explained in Time", month="2026-06")
		assert (found["value"], found["before"], found["standing_key"]) == (None, 100, "No Data")
		assert row("Misses Explained in Time", month="2026-05")["standing_key"] == "Good"

	def test_the_time_to_an_explanation_is_open_time(self, clock: SiteClock) -> None:
		"""Missed Friday 17:00, explained Monday 10:00 to 14:00: two to six open hours, four in the middle."""
		agreement = make_agreement().name
		found = {
			miss(
				"Fri 5 Jun 17:00",
				agreement=agreement,
				explained_on=f"Mon 8 Jun {hour}:00",
				status="Explained",
			)
			for hour in range(10, 15)
		}
		told = row("Open Hours from Miss to Explanation")
		assert (told["value"], told["cases"], told["standing_key"]) == (4, 5, "Good")
		assert names(told) == found

	def test_who_waits_longest_for_a_decision_counts(self, clock: SiteClock) -> None:
		excuse = miss(status="Excuse Requested", requested_on="Tue 16 Jun 12:00")
		dispute = miss(status="Disputed", disputed_on="Sat 20 Jun 12:00")
		found = row("Longest Wait of an Excuse or Dispute")
		assert (found["value"], found["standing_key"]) == (14, "Bad")
		assert names(found) == {excuse, dispute}

	def test_decisions_after_seven_days_are_late(self, clock: SiteClock) -> None:
		for _ in range(4):
			miss(status="Excused", requested_on="Mon 1 Jun 12:00", decided_on="Mon 8 Jun 12:00")
		late = miss(status="Closed", disputed_on="Mon 1 Jun 12:00", settled_on="Mon 8 Jun 12:01")
		found = row("Excuses and Disputes Decided in Time")
		assert (found["value"], found["standing_key"]) == (80, "Attention")
		assert names(found) == {late}

	def test_a_closed_miss_says_its_root_cause(self, clock: SiteClock) -> None:
		for cause in ("Supplier late", "Supplier late", "Supplier late", "Supplier late", None):
			last = miss(status="Closed", closed_on="Mon 8 Jun 12:00", root_cause=cause)
		found = row("Misses Closed without Root Cause")
		assert (found["value"], found["standing_key"]) == (20, "Attention")
		assert names(found) == {last}

	def test_corrections_wait_and_are_decided(self, clock: SiteClock) -> None:
		def correction(status: str, requested: str, decided: str | None = None) -> str:
			return raw(
				"SLM Correction",
				ticket_type="Issue",
				ticket="ISS-GONE",
				what="Users Told",
				status=status,
				requested_on=wall(requested),
				decided_on=wall(decided) if decided else None,
			)

		waiting = correction("Requested", "Sat 20 Jun 12:00")
		correction("Withdrawn", "Mon 1 Jun 12:00")
		for _ in range(4):
			correction("Approved", "Mon 1 Jun 12:00", "Tue 2 Jun 12:00")
		found = rows(group="Late Knowledge")
		assert found["Corrections Asked For"]["value"] == 5
		assert found["Longest Wait of a Correction"]["value"] == 10
		assert found["Corrections Decided in Time"]["value"] == 80
		assert names(found["Corrections Decided in Time"]) == {waiting}

	def test_tickets_without_service_and_agreement_are_counted_by_their_month(self, clock: SiteClock) -> None:
		make_agreement(customer=make_customer())
		shop = make_service()
		with clock.at("Mon 1 Jun 09:00"):
			for _ in range(4):
				make_issue(slm_service=shop, customer="Wool & Sons")
			bare = make_issue().name
		make_issue(opened="Sun 31 May 09:00")
		found = rows(group="Coverage")
		for indicator in ("Tickets without a Service", "Tickets without an Agreement"):
			assert (found[indicator]["value"], found[indicator]["before"]) == (20, 100), indicator
			assert names(found[indicator]) == {bare}, indicator

	def test_a_hold_past_the_form_has_no_reason(self, clock: SiteClock) -> None:
		issues = [make_issue() for _ in range(5)]
		for issue in issues:
			set_status(issue, "On Hold")
		for issue in issues[1:]:
			frappe.db.set_value("Issue", issue.name, "slm_waiting_for", "Customer")
		found = row("Holds without a Reason")
		assert (found["value"], found["cases"]) == (20, 5)

	def test_an_outage_that_never_ended_is_found(self, clock: SiteClock) -> None:
		long_ago = make_outage(make_service(), "Sat 27 Jun 11:00").name
		make_outage(make_service("Mail"), "Sat 27 Jun 13:00")
		assert names(row("Outages without an End")) == {long_ago}

	def test_repairs_are_counted_by_ticket_in_the_month_they_were_found(self, clock: SiteClock) -> None:
		for ticket, when in (("A", "Mon 1 Jun 00:00"), ("A", "Tue 2 Jun 00:00"), ("B", "Sun 31 May 23:59")):
			raw(
				"SLM Ticket Event",
				ticket_type="Issue",
				ticket=ticket,
				kind="status",
				source="reconcile",
				recorded_instant=site_time.to_instant(wall(when)),
				recorded_at=wall(when),
			)
		found = row("Tickets Repaired by the Reconciler")
		assert (found["value"], found["before"]) == (1, 1)
		assert len(names(found)) == 2

	def test_a_warning_that_reached_nobody_is_found(self, clock: SiteClock) -> None:
		def warning(status: str) -> str:
			return raw(
				"SLM Escalation Log",
				ticket_type="Issue",
				ticket="ISS-GONE",
				clock_key=status,
				level=1,
				status=status,
				reached_instant=site_time.to_instant(wall("Mon 8 Jun 09:00")),
			)

		lost = {warning("Failed"), warning("Nobody to Tell")}
		warning("Sent")
		assert names(row("Warnings That Reached Nobody")) == lost

	def test_an_agreement_that_ended_alone_is_found(self, clock: SiteClock) -> None:
		alone = make_agreement("Alone", valid_until="2026-06-15").name
		make_agreement("Goes on", customer=make_customer())
		tasks.daily()
		assert names(row("Agreements Ended without Successor")) == {alone}

	def test_the_beat_is_as_old_as_it_is(self, clock: SiteClock) -> None:
		frappe.db.set_single_value("SLM Settings", "last_beat", "2026-06-30 10:30:00")
		frappe.db.set_single_value("SLM Settings", "last_reconcile", "2026-06-30 09:00:00")
		frappe.db.set_single_value("SLM Settings", "last_verify", "2026-06-29 09:00:00")
		frappe.db.set_single_value("SLM Settings", "last_verify_differences", 3)
		found = rows(group="Timing")
		assert (
			found["Minutes since the Last Beat"]["value"],
			found["Minutes since the Last Beat"]["standing"],
		) == (
			90,
			"Bad",
		)
		assert found["Hours since the Last Reconcile"]["value"] == 3
		assert found["Hours since the Last Verify"]["value"] == 27
		assert found["Differences Found by the Last Verify"]["value"] == 3

	def test_too_few_cases_are_not_judged(self, clock: SiteClock) -> None:
		make_issue()
		found = row("Tickets without a Service")
		assert (found["value"], found["standing_key"]) == (100, "No Data")
		assert "too few" in found["advice"]

	def test_a_month_gone_by_has_no_figure_of_now(self, clock: SiteClock) -> None:
		found = row("Longest Wait of an Excuse or Dispute", month="2026-05")
		assert (found["value"], found["standing_key"]) == (None, "No Data")

	def test_a_trend_has_the_months_that_have_a_figure_and_its_limits(self, clock: SiteClock) -> None:
		for _ in range(5):
			miss(asked_on="Mon 4 May 10:00", explained_on="Tue 5 May 10:00", status="Explained")
		data = slm_process_health.execute({"chart": "Misses Explained in Time"})[3]["data"]
		assert data["labels"] == ["2026-05"]
		assert data["datasets"][0]["values"] == [100]
		assert [mark["value"] for mark in data["yMarkers"]] == [90, 75]

	@pytest.mark.parametrize(
		("filters", "words"),
		[
			({"month": "2026-13"}, "not a month"),
			({"group": "Else"}, "Choose one of"),
			({"standing": "Fine"}, "Choose one of"),
			({"chart": "<b>"}, "Choose one of"),
		],
		ids=["month", "part", "standing", "chart"],
	)
	def test_what_is_no_filter_is_refused(self, clock: SiteClock, filters: Any, words: str) -> None:
		with pytest.raises(frappe.ValidationError, match=words):
			slm_process_health.execute(filters)


class TestLimits:
	def test_the_site_says_what_is_bad(self, clock: SiteClock) -> None:
		for _ in range(4):
			miss(status="Excused", requested_on="Mon 1 Jun 12:00", decided_on="Mon 8 Jun 12:00")
		miss(status="Closed", disputed_on="Mon 1 Jun 12:00", settled_on="Mon 8 Jun 12:01")
		limits(("Excuses and Disputes Decided in Time", 95, 85))
		found = row("Excuses and Disputes Decided in Time")
		assert (found["attention_at"], found["bad_at"], found["standing_key"]) == (95, 85, "Bad")
		limits(("Excuses and Disputes Decided in Time", 80, 80))
		assert row("Excuses and Disputes Decided in Time")["standing_key"] == "Good"

	@pytest.mark.parametrize(
		("said", "words"),
		[
			([("Failed Measures", 5, 1)], "higher the worse"),
			([("Misses Explained in Time", 50, 80)], "lower the worse"),
			([("Misses Explained in Time", 101, 80)], "above 100"),
			([("Failed Measures", -1, 1)], "below 0"),
			([("Failed Measures", 0, 1)], "never be good"),
			([("Failed Measures", 1, 2), ("Failed Measures", 1, 3)], "there twice"),
			([("Else", 1, 2)], "Else"),
		],
		ids=["bad first", "good first", "percent", "negative", "none", "twice", "unknown"],
	)
	def test_what_can_be_no_limit_is_refused(self, clock: SiteClock, said: Any, words: str) -> None:
		with pytest.raises(frappe.ValidationError, match=words):
			limits(*said)


class TestReaders:
	def test_who_reads_no_tickets_gets_none_of_their_figures(self, clock: SiteClock) -> None:
		make_user(BLIND, "SLM Process Owner")
		with as_user(BLIND):
			found = rows()
			message = slm_process_health.execute({})[2]
			chart = slm_process_health.execute({"chart": "Misses Explained in Time"})[3]
		assert not {one.name for one in BY_NAME.values() if one.tickets} & set(found)
		assert "Chains That Do Not Hold" in found
		assert "those who may read tickets" in message
		assert chart["data"] == {}

	def test_who_reads_some_tickets_counts_those(self, clock: SiteClock) -> None:
		make_user(SMALL, "SLM Process Owner", "Support Team")
		for customer in ("Wool & Sons", "Silk Ltd"):
			make_customer(customer)
			ticket = make_issue(customer=customer).name
			miss(status="Disputed", disputed_on="Mon 1 Jun 12:00", ticket=ticket)
		frappe.get_doc(
			{"doctype": "User Permission", "user": SMALL, "allow": "Customer", "for_value": "Silk Ltd"}
		).insert()
		with as_user(SMALL):
			assert row("Longest Wait of an Excuse or Dispute")["cases"] == 1
			assert row("Tickets without a Service")["cases"] == 1
		assert row("Tickets without a Service")["cases"] == 2

	def test_a_card_counts_what_is_bad(self, clock: SiteClock) -> None:
		bad = sum(one["standing_key"] == "Bad" for one in rows().values())
		assert health_figures.indicators_bad()["value"] == bad
		miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		assert health_figures.indicators_bad()["value"] == bad + 1


def notices(user: str) -> list[Any]:
	return frappe.get_all(
		"Notification Log",
		filters={"for_user": user},
		fields=["subject", "email_content"],
		order_by="creation asc",
	)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], str, str]]:
	"""Who was told what: users, subject, text."""
	found: list[tuple[list[str], str, str]] = []
	monkeypatch.setattr(
		process_alerts,
		"tell_owners",
		lambda subject, text, users: found.append((sorted(users), subject, text)),
	)
	return found


@pytest.fixture
def owners(clock: SiteClock, monkeypatch: pytest.MonkeyPatch) -> None:
	"""One owner who reads tickets, one who does not; whatever else is on the site is quiet."""
	make_user(OWNER, "SLM Process Owner", "Support Team")
	make_user(BLIND, "SLM Process Owner")
	monkeypatch.setattr(process_alerts, "holders_of", lambda _role: [BLIND, OWNER])
	quiet = {"Longest Wait of an Excuse or Dispute", "Chains That Do Not Hold"}
	few = tuple(one for one in process_health.INDICATORS if one.name in quiet)
	monkeypatch.setattr(process_health, "INDICATORS", few)


def look(clock: SiteClock, when: str) -> tuple[list[str], list[str]]:
	clock.at(when)
	bad, good = process_alerts.watch(site_time.now())
	return [one.indicator.name for one in bad], [one.indicator.name for one in good]


NAME = "Longest Wait of an Excuse or Dispute"


class TestAlerts:
	def test_what_turns_bad_is_told_once_and_once_when_it_is_good_again(
		self, clock: SiteClock, owners: None, told: list[Any]
	) -> None:
		dispute = miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		assert look(clock, "Sun 14 Jun 01:00") == ([], [])
		assert look(clock, "Tue 16 Jun 01:00") == ([NAME], [])
		assert look(clock, "Wed 17 Jun 01:00") == ([], [])
		frappe.db.set_value(BREACH, dispute, "status", "Explained")
		assert look(clock, "Thu 18 Jun 01:00") == ([], [NAME])
		assert look(clock, "Fri 19 Jun 01:00") == ([], [])
		frappe.db.set_value(BREACH, dispute, "status", "Disputed")
		assert look(clock, "Sat 20 Jun 01:00") == ([NAME], [])
		assert len(told) == 6  # each time the one owner and the other
		assert frappe.db.count(ALERT, {"indicator": NAME}) == 2

	def test_what_wants_attention_after_it_was_bad_is_not_good_again_yet(
		self, clock: SiteClock, owners: None, told: list[Any]
	) -> None:
		dispute = miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		look(clock, "Tue 16 Jun 01:00")
		frappe.db.set_value(BREACH, dispute, "disputed_on", "2026-06-08 12:00:00")
		assert look(clock, "Wed 17 Jun 01:00") == ([], [])
		assert look(clock, "Tue 23 Jun 01:00") == ([], [])

	def test_the_message_names_value_limit_and_what_to_do(
		self, clock: SiteClock, owners: None, told: list[Any]
	) -> None:
		miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		look(clock, "Tue 16 Jun 12:00")
		texts = {users[0]: text for users, _subject, text in told}
		assert texts[OWNER].split("\n") == [
			f"{NAME}: 15 Days, bad at 14. Grant or refuse the oldest excuses, settle the oldest disputes.",
			"See the report SLM Process Health.",
		]
		assert told[0][1] == f"The process: {NAME} has turned bad"

	def test_an_owner_who_reads_no_tickets_is_told_no_figure_of_theirs(
		self, clock: SiteClock, owners: None, told: list[Any]
	) -> None:
		miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		look(clock, "Tue 16 Jun 12:00")
		texts = {users[0]: text for users, _subject, text in told}
		assert texts[BLIND].startswith(f"{NAME}: bad at 14.")
		assert "15" not in texts[BLIND]

	def test_all_that_turned_in_a_night_is_one_message(
		self, clock: SiteClock, owners: None, told: list[Any]
	) -> None:
		miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		for number in range(3):
			make_agreement(f"Weak {number}", customer=make_customer(f"Customer {number}"))
		frappe.db.sql("UPDATE `tabSLM Agreement` SET chain_state = 'Infeasible' WHERE title LIKE 'Weak %%'")
		assert len(look(clock, "Tue 16 Jun 12:00")[0]) == 2
		assert [subject for users, subject, _text in told if users == [OWNER]] == [
			"The process: 2 indicators have turned bad"
		]

	def test_two_schedulers_at_once_tell_once(
		self, clock: SiteClock, owners: None, told: list[Any], monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""The second has not seen what the first has noted since it began to read."""
		miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		assert look(clock, "Tue 16 Jun 01:00") == ([NAME], [])
		with monkeypatch.context() as blind:
			blind.setattr(frappe.db, "exists", lambda *_asked: None)
			assert look(clock, "Tue 16 Jun 01:00") == ([], [])
		assert frappe.db.count(ALERT, {"indicator": NAME}) == 1

	def test_the_owner_finds_it_among_his_notifications(self, clock: SiteClock) -> None:
		make_user(OWNER, "SLM Process Owner", "Support Team")
		miss(status="Disputed", disputed_on="Mon 1 Jun 12:00")
		frappe.flags.in_test = True
		try:
			tasks.process()
		finally:
			frappe.flags.in_test = False
		(notice,) = notices(OWNER)
		assert NAME in notice.email_content or NAME in notice.subject
