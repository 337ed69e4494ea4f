"""Late knowledge on a site: asked with evidence, shown before and after, decided by another, kept either way.

June 2026: 1 June is a Monday. The office is open Monday to Friday 09:00-18:00; response 1 h, resolution 4 h.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import frappe
import frappe.client
import pytest
from frappe.desk.form import load
from frappe.handler import run_doc_method
from frappe.permissions import add_permission, update_permission_property

from slm_extension.adapters import site_time
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.store import Ticket
from slm_extension.adapters.workload import opened_at, opened_under
from slm_extension.domain.assessment import assess
from slm_extension.domain.errors import CorrectionBeforeOpening, CorrectionInFuture
from slm_extension.domain.timeline import Fact, Kind, Timeline
from slm_extension.replay.problems import Problems
from slm_extension.replay.profile import Profile
from slm_extension.replay.tickets import read_tickets
from slm_extension.service_level_management.doctype.slm_correction import slm_correction
from slm_extension.services import corrections, grounds, observe, outages, rebuild, reconcile
from slm_extension.services.export_log import export_log
from slm_extension.services.rebuild import differences
from slm_extension.testing import (
	SiteClock,
	as_user,
	clocks,
	ledger,
	make_agreement,
	make_customer,
	make_issue,
	make_priority,
	make_service,
	make_team,
	make_user,
	receive,
	reply,
	set_status,
	target,
	wall,
)

CORRECTION = "SLM Correction"
AGENT, MANAGER = "agent@desk.example", "manager@desk.example"


@pytest.fixture(autouse=True)
def _people(clock: SiteClock, agreement: str) -> None:
	make_user(AGENT, "Support Team")
	make_user(MANAGER, "Support Team", "Service Level Manager")
	frappe.db.set_single_value("SLM Settings", "correction_days", 30)
	frappe.db.set_single_value("SLM Settings", "correction_limit", 0)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")


@pytest.fixture
def late(clock: SiteClock) -> Any:
	"""Opened Monday 09:00, answered at 09:30, closed at 17:00 after 8 h of 4 h; it is Tuesday 10:00 now."""
	clock.at("Mon 1 Jun 09:00")
	issue = make_issue()
	clock.at("Mon 1 Jun 09:30")
	reply(issue)
	set_status(issue, "Open")
	clock.at("Mon 1 Jun 17:00")
	set_status(issue, "Closed")
	clock.at("Tue 2 Jun 10:00")
	return issue


def request(issue: Any, what: str = "Waited for Customer", **fields: Any) -> Any:
	"""What an agent asks for, with a message of the ticket as evidence unless said."""
	times = {"from_time": wall("Mon 1 Jun 10:00"), "until_time": wall("Mon 1 Jun 15:00")}
	return frappe.get_doc(
		{
			"doctype": CORRECTION,
			"ticket_type": "Issue",
			"ticket": issue.name,
			"what": what,
			"reason": "We had written to him and heard nothing until three.",
			"communication": evidence_of(issue),
			**times,
			**fields,
		}
	)


def evidence_of(issue: Any) -> str:
	return frappe.get_all(
		"Communication",
		filters={"reference_name": issue.name},
		pluck="name",
		order_by="creation asc",
		limit=1,
	)[0]


def asked(issue: Any, what: str = "Waited for Customer", **fields: Any) -> Any:
	with as_user(AGENT):
		return request(issue, what, **fields).insert()


def approve(correction: Any, user: str = MANAGER, note: str = "") -> None:
	with as_user(user):
		correction.approve(slm_correction.preview(correction.name)["digest"], note)


def resolution(issue: Any) -> Any:
	return clocks(issue)["resolution"]


def refused(call: Callable[[], object], *words: str) -> None:
	with pytest.raises((frappe.ValidationError, frappe.PermissionError)) as caught:
		call()
	for word in words:
		assert word in str(caught.value), str(caught.value)


def outages_of(issue: Any) -> list[tuple[Any, ...]]:
	rows = frappe.get_all(
		"SLM Outage",
		filters={"issue": issue.name},
		fields=["status", "restored_at", "told_at"],
		order_by="started asc",
	)
	return [(row.status, row.restored_at, row.told_at) for row in rows]


class TestApproved:
	def test_a_wait_becomes_part_of_the_record_and_the_miss_is_one_no_more(self, late: Any) -> None:
		correction = asked(late)
		assert resolution(late).outcome == "Missed"
		approve(correction, note="The mail says so.")
		clock = resolution(late)
		assert (clock.outcome, clock.elapsed, clock.held) == ("Met", 3 * 3600, 5 * 3600)
		began, ended = [row for row in ledger(late) if row.kind.startswith("hold")]
		assert (began.at, ended.at) == (wall("Mon 1 Jun 10:00"), wall("Mon 1 Jun 15:00"))
		assert {began.recorded_at, ended.recorded_at} == {wall("Tue 2 Jun 10:00")}
		assert {began.source, ended.source} == {correction.name}
		assert frappe.db.get_value("Issue", late.name, "slm_state") == "Met"

	def test_the_record_keeps_what_was_decided_otherwise(self, late: Any) -> None:
		correction = asked(late)
		approve(correction)
		correction.reload()
		(row,) = correction.restatements
		assert (row.metric, row.before_outcome, row.before_period) == ("Resolution", "Missed", 202606)
		assert (row.after_outcome, row.after_period) == ("Met", 202606)
		figures = json.loads(correction.figures)
		(period,) = figures["periods"]
		assert (period["before"]["missed"] - period["after"]["missed"]) == 1
		assert (correction.status, correction.decided_by) == ("Approved", MANAGER)

	def test_what_was_stored_is_what_the_ledger_says_and_a_rebuild_changes_nothing(self, late: Any) -> None:
		approve(asked(late))
		ticket, now = Ticket("Issue", late.name), site_time.now()
		before = clocks(late)
		assert list(differences([ticket], now)) == []
		rebuild.rebuild([ticket], now)
		reconcile.reconcile_some([late.name], now)
		assert {name: row.digest for name, row in clocks(late).items()} == {
			name: row.digest for name, row in before.items()
		}

	def test_the_breach_is_no_miss_any_more_and_stays_on_record(self, late: Any) -> None:
		approve(asked(late))
		(standing,) = frappe.get_all(
			"SLM Breach", filters={"ticket": late.name, "metric": "Resolution"}, pluck="standing"
		)
		assert standing == 0

	def test_a_late_reply_meets_the_response(self, clock: SiteClock) -> None:
		issue = make_issue()
		receive(issue)
		clock.at("Mon 1 Jun 12:00")
		correction = asked(issue, "Staff Replied", from_time=wall("Mon 1 Jun 09:20"), until_time=None)
		(period,) = json.loads(correction.figures)["periods"]
		assert (period["before"]["missed"], period["after"]["missed"]) == (1, 0)
		approve(correction)
		assert clocks(issue)["response"].outcome == "Met"
		assert clocks(issue)["response"].stopped == wall("Mon 1 Jun 09:20")

	def test_resolved_earlier(self, late: Any) -> None:
		approve(asked(late, "Resolved Earlier", from_time=wall("Mon 1 Jun 12:00"), until_time=None))
		assert (resolution(late).outcome, resolution(late).stopped) == ("Met", wall("Mon 1 Jun 12:00"))
		assert list(differences([Ticket("Issue", late.name)], site_time.now())) == []

	def test_a_hold_that_was_none_counts_and_the_ticket_goes_on_waiting(self, clock: SiteClock) -> None:
		issue = make_issue()
		reply(issue)
		clock.at("Mon 1 Jun 10:00")
		set_status(issue, "On Hold")
		clock.at("Mon 1 Jun 16:00")
		correction = asked(
			issue, "Did Not Wait", from_time=wall("Mon 1 Jun 12:00"), until_time=wall("Mon 1 Jun 14:00")
		)
		approve(correction)
		(row,) = [
			one for one in json.loads(correction.reload().figures)["clocks"] if one["metric"] == "Resolution"
		]
		assert (row["before"]["held"], row["after"]["held"]) == (6 * 3600, 4 * 3600)
		assert resolution(issue).held == 4 * 3600
		assert not reconcile.reconcile_some([issue.name], site_time.now()).repaired
		assert frappe.db.get_value("Issue", issue.name, "status") == "On Hold"

	def test_a_ticket_left_out_and_counted_again(self, late: Any) -> None:
		approve(asked(late, "Exclude from the Figures"))
		assert {row.excused for row in clocks(late).values()} == {1}
		assert resolution(late).outcome == "Missed"
		(ground,) = grounds.grounds_for(Ticket("Issue", late.name), resolution(late).agreement, None)
		assert (ground.clause, ground.doctype) == (grounds.EXCLUDED, CORRECTION)
		refused(lambda: asked(late, "Exclude from the Figures"), "left out of the figures already")
		approve(asked(late, "Count in the Figures Again"))
		assert {row.excused for row in clocks(late).values()} == {0}

	def test_users_told_earlier_ends_the_outage_then(self, clock: SiteClock) -> None:
		"""Down at 09:00, users told at 11:00, which nobody wrote down; asked and approved the day after."""
		issue = make_issue(slm_service=make_service(), slm_service_down=1)
		reply(issue)
		clock.at("Tue 2 Jun 10:00")
		correction = asked(issue, "Users Told", from_time=wall("Mon 1 Jun 11:00"), until_time=None)
		assert outages_of(issue) == [("Open", None, None)]
		approve(correction)
		eleven = wall("Mon 1 Jun 11:00")
		assert outages_of(issue) == [("Closed", eleven, eleven)]
		assert frappe.db.get_value("Issue", issue.name, ["slm_service_down", "slm_told_at"]) == (0, eleven)

	def test_of_several_outages_users_told_earlier_ends_the_one_of_that_time(self, clock: SiteClock) -> None:
		"""Down 09:00 to 12:00 and again from 14:00; users knew of the first end at 11:00 already."""
		issue = make_issue(slm_service=make_service(), slm_service_down=1)
		reply(issue)
		clock.at("Mon 1 Jun 12:00")
		outages.told(frappe.get_doc("Issue", issue.name), None, site_time.now())
		clock.at("Mon 1 Jun 14:00")
		issue.reload()
		issue.slm_service_down = 1
		issue.save()
		clock.at("Tue 2 Jun 10:00")
		approve(asked(issue, "Users Told", from_time=wall("Mon 1 Jun 11:00"), until_time=None))
		eleven = wall("Mon 1 Jun 11:00")
		assert outages_of(issue) == [("Closed", eleven, eleven), ("Open", None, None)]
		assert frappe.db.get_value("Issue", issue.name, ["slm_service_down", "slm_told_at"]) == (1, None)

	def test_without_an_end_the_wait_ends_with_his_next_message(self, clock: SiteClock) -> None:
		issue = make_issue()
		reply(issue)
		clock.at("Mon 1 Jun 14:00")
		receive(issue)
		clock.at("Mon 1 Jun 15:00")
		correction = asked(issue, until_time=None)
		assert correction.until_time == wall("Mon 1 Jun 14:00")


class TestPriority:
	"""Medium at 09:00 with 40 h, Urgent since 14:00 with 2 h from the change; it is Tuesday 10:00 now."""

	@pytest.fixture
	def urgent(self, clock: SiteClock) -> Any:
		clock.at("Mon 1 Jun 09:00")
		medium, high = make_priority("Medium"), make_priority("Urgent")
		make_agreement(
			"By priority",
			[
				target("Resolution", 40, priority=medium, on_change="From the Change"),
				target("Resolution", 2, priority=high, on_change="From the Change"),
			],
			customer=make_customer(),
		)
		issue = make_issue(customer=make_customer(), priority=medium)
		receive(issue)
		clock.at("Mon 1 Jun 14:00")
		issue.reload()
		issue.priority = high
		issue.save()
		clock.at("Mon 1 Jun 15:30")
		set_status(issue, "Closed")
		clock.at("Tue 2 Jun 10:00")
		return issue

	def had(self, issue: Any, priority: str = "Urgent", **more: Any) -> Any:
		times = {"from_time": wall("Mon 1 Jun 10:00"), "until_time": None}
		return asked(issue, "Had Priority", priority=priority, **{**times, **more})

	def test_urgent_from_ten_on_and_not_from_two_makes_it_late(self, urgent: Any) -> None:
		assert resolution(urgent).outcome == "Met"
		correction = self.had(urgent)
		assert correction.until_time == wall("Mon 1 Jun 14:00")
		(row,) = json.loads(correction.figures)["clocks"]
		assert (row["before"]["outcome"], row["after"]["outcome"]) == ("Met", "Missed")
		assert row["after"]["missed_at"] == "2026-06-01 12:00:00"
		approve(correction)
		assert (resolution(urgent).outcome, resolution(urgent).missed_at) == (
			"Missed",
			wall("Mon 1 Jun 12:00"),
		)
		(fact,) = [row for row in ledger(urgent) if row.source == correction.name]
		assert (fact.kind, fact.value, fact.at, fact.recorded_at) == (
			"priority",
			"Urgent",
			wall("Mon 1 Jun 10:00"),
			wall("Tue 2 Jun 10:00"),
		)

	def test_the_issue_keeps_its_priority_and_a_rebuild_changes_nothing(self, urgent: Any) -> None:
		"""Low until now, though the Issue is urgent: after it the record goes on as it was."""
		approve(self.had(urgent, make_priority("Low"), from_time=wall("Mon 1 Jun 15:00")))
		ticket, now = Ticket("Issue", urgent.name), site_time.now()
		before = clocks(urgent)
		assert list(differences([ticket], now)) == []
		assert not reconcile.reconcile_some([urgent.name], now).repaired
		rebuild.rebuild([ticket], now)
		assert {key: row.digest for key, row in clocks(urgent).items()} == {
			key: row.digest for key, row in before.items()
		}
		assert frappe.db.get_value("Issue", urgent.name, "priority") == "Urgent"

	def test_rejected_it_is_kept_and_nothing_changes(self, urgent: Any) -> None:
		correction, before = self.had(urgent), ledger(urgent)
		with as_user(MANAGER):
			correction.reject("Nobody has said so.")
		assert (correction.reload().status, correction.priority) == ("Rejected", "Urgent")
		assert (ledger(urgent), resolution(urgent).outcome) == (before, "Met")

	@pytest.mark.parametrize(
		("fields", "words"),
		[
			({"priority": None}, "which priority"),
			({"priority": "No <b>such</b>"}, "Could not find Priority"),
			({"from_time": "2026-06-01 14:30:00"}, "was Urgent at"),
			({"priority": "Medium"}, "was Medium at"),
			(
				{"until_time": "2026-06-01 16:00:00", "priority": "High"},
				"the priority was changed: Urgent",
			),
			({"from_time": "2026-05-31 10:00:00"}, "before the ticket was opened"),
			({"from_time": "2026-04-01 10:00:00"}, "more than 30 days ago"),
		],
		ids=[
			"none",
			"unknown",
			"so already",
			"so at its beginning",
			"another meanwhile",
			"too early",
			"limit",
		],
	)
	def test_what_cannot_be_is_refused_in_a_sentence(
		self, urgent: Any, fields: dict[str, Any], words: str
	) -> None:
		make_priority("High")
		refused(lambda: self.had(urgent, **fields), words)

	def test_a_form_that_is_not_saved_says_that_there_is_no_such_priority(self, urgent: Any) -> None:
		values = {
			"ticket_type": "Issue",
			"ticket": urgent.name,
			"what": "Had Priority",
			"from_time": "2026-06-01 10:00:00",
			"priority": "No <b>such</b>",
		}
		with as_user(AGENT):
			refused(lambda: slm_correction.preview_new(values), "There is no priority", "&lt;b&gt;such")
			view = slm_correction.preview_new({**values, "priority": "Urgent"})
		assert view["until"] == "2026-06-01 14:00:00"


class TestOpening:
	"""Entered Monday 09:00, answered at 09:30, closed at 17:00; the call was earlier, or later."""

	def opened(self, issue: Any, when: str) -> Any:
		return asked(issue, "Opened", from_time=wall(when), until_time=None)

	def test_the_call_was_on_friday_evening_and_was_not_answered_in_time(self, late: Any) -> None:
		correction = self.opened(late, "Fri 29 May 17:10")
		shown = {row["metric"]: row for row in json.loads(correction.figures)["clocks"]}
		assert (shown["Response"]["before"]["outcome"], shown["Response"]["after"]["outcome"]) == (
			"Met",
			"Missed",
		)
		approve(correction)
		found = clocks(late)
		assert (found["response"].outcome, found["response"].started) == (
			"Missed",
			wall("Fri 29 May 17:10"),
		)
		assert found["resolution"].elapsed == 8 * 3600 + 50 * 60
		assert {(row.at, row.recorded_at) for row in ledger(late) if row.kind == "opened"} == {
			(wall("Mon 1 Jun 09:00"), wall("Mon 1 Jun 09:00")),
			(wall("Fri 29 May 17:10"), wall("Tue 2 Jun 10:00")),
		}

	def test_later_the_response_is_in_time_by_less(self, late: Any) -> None:
		approve(self.opened(late, "Mon 1 Jun 09:20"))
		found = clocks(late)
		assert (found["response"].outcome, found["response"].elapsed) == ("Met", 600)
		assert found["resolution"].elapsed == 7 * 3600 + 40 * 60

	@pytest.mark.parametrize("when", ["Fri 29 May 17:10", "Mon 1 Jun 09:20"])
	def test_rebuild_verify_and_reconcile_agree(self, late: Any, when: str) -> None:
		approve(self.opened(late, when))
		ticket, now = Ticket("Issue", late.name), site_time.now()
		before = clocks(late)
		assert list(differences([ticket], now)) == []
		rebuild.rebuild([ticket], now)
		assert not reconcile.reconcile_some([late.name], now).repaired
		assert {key: row.digest for key, row in clocks(late).items()} == {
			key: row.digest for key, row in before.items()
		}

	@pytest.mark.parametrize("when", ["Fri 29 May 17:10", "Mon 1 Jun 09:20"])
	def test_a_log_written_and_replayed_has_the_same_opening_and_clocks(
		self, late: Any, when: str, tmp_path: Path
	) -> None:
		approve(self.opened(late, when))
		log, profile = tmp_path / "log.csv", tmp_path / "profile.toml"
		export_log(log, profile)
		(read,) = [
			one for one in read_tickets(log, Profile.read(profile), Problems()) if one.ticket == late.name
		]
		timeline = Timeline.of(read.ticket, read.facts)
		assert timeline.opened == site_time.to_instant(wall(when))
		again = assess(timeline, site_agreements().book, site_time.now())
		assert {one.metric: (one.clock.started, one.clock.elapsed) for one in again.to_customer} == {
			name: (site_time.to_instant(row.started), row.elapsed) for name, row in clocks(late).items()
		}

	def test_a_correction_is_corrected_by_another(self, late: Any, clock: SiteClock) -> None:
		approve(self.opened(late, "Fri 29 May 17:10"))
		clock.at("Tue 2 Jun 10:05")
		approve(self.opened(late, "Mon 1 Jun 08:50"))
		assert clocks(late)["response"].started == wall("Mon 1 Jun 08:50")
		assert opened_at("Issue", late.name) == site_time.to_instant(wall("Mon 1 Jun 08:50"))
		assert list(differences([Ticket("Issue", late.name)], site_time.now())) == []

	def test_the_month_whose_work_it_is_is_the_one_it_was_opened_in(self, late: Any, agreement: str) -> None:
		may = [site_time.to_instant(wall(day)) for day in ("Fri 1 May 00:00", "Mon 1 Jun 00:00")]
		june = [may[1], site_time.to_instant(wall("Wed 1 Jul 00:00"))]
		approve(self.opened(late, "Fri 29 May 17:10"))
		assert [one.opening.ticket for one in opened_under([agreement], *may)] == [late.name]
		assert opened_under([agreement], *june) == []

	def test_the_reply_before_the_entry_becomes_possible(self, late: Any, clock: SiteClock) -> None:
		reply_then = {"from_time": wall("Fri 29 May 17:20"), "until_time": None}
		refused(lambda: asked(late, "Staff Replied", **reply_then), "have the opening corrected first")
		approve(self.opened(late, "Fri 29 May 17:10"))
		approve(asked(late, "Staff Replied", **reply_then))
		assert (clocks(late)["response"].outcome, clocks(late)["response"].elapsed) == ("Met", 600)

	def test_rejected_it_is_kept_and_nothing_changes(self, late: Any) -> None:
		correction, before = self.opened(late, "Fri 29 May 17:10"), ledger(late)
		with as_user(MANAGER):
			correction.reject("He called about something else.")
		assert correction.reload().status == "Rejected"
		assert ledger(late) == before

	@pytest.mark.parametrize(
		("when", "words"),
		[
			("Mon 1 Jun 09:31", "Something happened to the ticket at"),
			("Mon 1 Jun 09:00", "There is nothing to ask for"),
			("Tue 2 Jun 10:01", "has not come yet"),
			("Sat 2 May 09:00", "more than 30 days ago"),
		],
	)
	def test_what_cannot_be_is_refused_in_a_sentence(self, late: Any, when: str, words: str) -> None:
		refused(lambda: self.opened(late, when), words)


class TestWhoDecides:
	def test_nobody_decides_his_own(self, late: Any) -> None:
		with as_user(MANAGER):
			correction = request(late).insert()
		refused(lambda: approve(correction), "Somebody else has to decide")
		with as_user(MANAGER):
			refused(lambda: correction.reject("no"), "Somebody else")

	def test_not_even_the_administrator(self, late: Any) -> None:
		correction = request(late).insert()
		assert correction.requested_by == "Administrator"
		refused(lambda: approve(correction, "Administrator"), "Somebody else")

	def test_an_agent_does_not_decide(self, late: Any) -> None:
		correction = asked(late)
		make_user("other@desk.example", "Support Team")
		refused(lambda: approve(correction, "other@desk.example"), "Service Level Manager")

	def test_nobody_asks_or_decides_under_another_name(self, late: Any) -> None:
		correction = asked(late)
		with as_user(MANAGER):
			seen = slm_correction.preview(correction.name)["digest"]
			frappe.session.data.impersonated_by = "Administrator"
			try:
				refused(lambda: request(late, from_time=wall("Mon 1 Jun 11:00")).insert(), "act for somebody")
				refused(lambda: correction.approve(seen), "act for somebody")
			finally:
				frappe.session.data.pop("impersonated_by")

	def test_only_who_asked_withdraws(self, late: Any) -> None:
		correction = asked(late)
		with as_user(MANAGER):
			refused(lambda: correction.withdraw(), "who asked")
		with as_user(AGENT):
			frappe.get_doc(CORRECTION, correction.name).withdraw()
		assert correction.reload().status == "Withdrawn"
		with as_user(MANAGER):
			refused(lambda: correction.approve("x"), "is Withdrawn already")

	def test_what_is_decided_is_not_decided_again(self, late: Any) -> None:
		correction = asked(late)
		approve(correction)
		facts = len(ledger(late))
		with as_user(MANAGER):
			refused(lambda: correction.approve(json.loads(correction.reload().figures)["digest"]), "already")
			refused(lambda: correction.reject("no"), "already")
		assert len(ledger(late)) == facts

	@pytest.mark.parametrize("way", ["approve", "reject", "withdraw"])
	def test_the_ticket_is_locked_before_the_request(
		self, late: Any, monkeypatch: pytest.MonkeyPatch, way: str
	) -> None:
		"""As by who asks: he locks the ticket, and then looks at its requests."""
		correction = asked(late)
		seen = slm_correction.preview(correction.name)["digest"]
		decide = {
			"approve": lambda: correction.approve(seen),
			"reject": lambda: correction.reject("No."),
			"withdraw": lambda: correction.withdraw(),
		}[way]
		asks, locks = frappe.db.sql, []

		def sql(query: Any, *values: Any, **more: Any) -> Any:
			if str(query).rstrip().upper().endswith("FOR UPDATE"):
				locks.append("ticket" if "`tabIssue`" in str(query) else "request")
			return asks(query, *values, **more)

		with as_user(AGENT if way == "withdraw" else MANAGER), monkeypatch.context() as watched:
			watched.setattr(frappe.local.db, "sql", sql)
			decide()

		assert locks[:2] == ["ticket", "request"]

	def test_rejected_it_is_kept_with_the_reason_and_nothing_changes(self, late: Any) -> None:
		correction, before = asked(late), ledger(late)
		with as_user(MANAGER):
			refused(lambda: correction.reject("  "), "Say why")
			correction.reject("The mail is from Tuesday.")
		correction.reload()
		assert (correction.status, correction.decision_note) == ("Rejected", "The mail is from Tuesday.")
		assert (ledger(late), resolution(late).outcome) == (before, "Missed")

	def test_both_sides_are_told(self, late: Any, monkeypatch: pytest.MonkeyPatch) -> None:
		monkeypatch.setitem(frappe.flags, "in_test", True)  # the host then writes notifications at once
		correction = asked(late)
		approve(correction)
		told = frappe.get_all(
			"Notification Log",
			filters={"document_name": correction.name},
			fields=["for_user", "subject"],
			order_by="creation asc",
		)
		assert [row.for_user for row in told if "asks to correct" in row.subject] == [MANAGER]
		assert [row.for_user for row in told if "is approved" in row.subject] == [AGENT]


class TestWhatWasShown:
	def test_what_happened_meanwhile_makes_it_outdated(self, late: Any, clock: SiteClock) -> None:
		correction = asked(late)
		with as_user(MANAGER):
			seen = slm_correction.preview(correction.name)["digest"]
		clock.at("Tue 2 Jun 11:00")
		set_status(late, "Open")
		with as_user(MANAGER):
			refused(lambda: correction.approve(seen), "Look at the new ones")
		assert correction.reload().status == "Requested"
		approve(correction)

	def test_the_passing_of_time_alone_does_not(self, clock: SiteClock) -> None:
		issue = make_issue()
		reply(issue)
		clock.at("Mon 1 Jun 12:00")
		correction = asked(issue, until_time=wall("Mon 1 Jun 11:00"))
		with as_user(MANAGER):
			seen = slm_correction.preview(correction.name)["digest"]
			clock.at("Mon 1 Jun 12:05")
			correction.approve(seen)
		assert correction.reload().status == "Approved"

	def test_another_correction_approved_meanwhile_does_too(self, late: Any) -> None:
		first = asked(late)
		second = asked(late, from_time=wall("Mon 1 Jun 11:00"), until_time=wall("Mon 1 Jun 12:00"))
		with as_user(MANAGER):
			seen = slm_correction.preview(second.name)["digest"]
		approve(first)
		with as_user(MANAGER):
			refused(lambda: second.approve(seen), "Look at the new ones")

	def test_nothing_is_touched_before_it_is_approved(self, late: Any) -> None:
		before = (ledger(late), clocks(late))
		correction = asked(late)
		with as_user(MANAGER):
			view = slm_correction.preview(correction.name)
		assert (ledger(late), clocks(late)) == before
		assert [one["metric"] for one in view["clocks"] if one["restated"]] == ["Resolution"]

	def test_a_form_that_is_not_saved_shows_the_same_and_where_the_wait_ends(self, late: Any) -> None:
		values = {
			"ticket_type": "Issue",
			"ticket": late.name,
			"what": "Waited for Customer",
			"from_time": "2026-06-01 10:00:00",
		}
		with as_user(AGENT):
			view = slm_correction.preview_new(values)
			assert view["until"] == "2026-06-01 17:00:00"
			assert slm_correction.preview_new({**values, "what": "Something <b>else</b>"}) == {}
			refused(
				lambda: slm_correction.preview_new({**values, "from_time": "2026-05-31 10:00:00"}),
				"before the ticket was opened",
			)


class TestAsking:
	@pytest.mark.parametrize(
		("fields", "words"),
		[
			({"from_time": "2026-05-31 10:00:00"}, "before the ticket was opened"),
			({"until_time": "2026-06-02 10:00:01"}, "has not come yet"),
			({"until_time": "2026-06-01 09:59:00"}, "Correct one of the two times"),
			({"from_time": None}, "from when on"),
			({"from_time": "9999-12-31 10:00:00", "until_time": None}, "9999"),
			({"communication": None}, "Attach a file"),
			({"communication": None, "evidence": "/private/files/not-mine.pdf"}, "no such file"),
			({"reason": " "}, "reason"),
			({"what": "Handed to Team"}, "Team"),
			({"what": "Taken By"}, "Who"),
			({"what": "Resolved Earlier", "from_time": "2026-06-01 17:30:00"}, "has been resolved since"),
			({"what": "Did Not Wait"}, "did not wait"),
			({"reason": "x" * 70_000}, "too long"),
		],
		ids=lambda value: value if isinstance(value, str) else None,
	)
	def test_what_cannot_be_is_refused_in_a_sentence(
		self, late: Any, fields: dict[str, Any], words: str
	) -> None:
		refused(lambda: asked(late, **fields), words)
		assert not frappe.get_all(CORRECTION, filters={"ticket": late.name})

	def test_a_message_of_another_ticket_is_no_evidence(self, late: Any) -> None:
		other = make_issue("Another")
		reply(other)
		refused(lambda: asked(late, communication=evidence_of(other)), "not about")

	def test_the_same_is_not_asked_twice(self, late: Any) -> None:
		first = asked(late)
		refused(lambda: asked(late), "not decided yet")

		left = frappe.get_all(CORRECTION, filters={"ticket": late.name}, pluck="name", order_by="name asc")
		assert left == [first.name]

	def test_the_same_of_another_person_is_something_else(self, late: Any) -> None:
		"""He may have handed it on the minute he got it; the approver says whom it was with."""
		times = {"from_time": wall("Mon 1 Jun 10:00"), "until_time": None}
		asked(late, "Taken By", user=AGENT, **times)
		refused(lambda: asked(late, "Taken By", user=AGENT, **times), "not decided yet")
		assert asked(late, "Taken By", user=MANAGER, **times).name

	def test_a_wait_of_more_than_a_year_is_refused_though_nobody_said_when_it_ended(
		self, clock: SiteClock
	) -> None:
		frappe.db.set_single_value("SLM Settings", "correction_days", 0)
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		clock.at("Sat 1 Jun 2024 09:00")
		issue = make_issue()
		reply(issue)
		clock.at("Mon 1 Jun 2026 09:00")
		times = {"from_time": wall("Sat 1 Jun 2024 10:00"), "until_time": None}
		refused(lambda: asked(issue, "Waited for Other", **times), "more than a year")
		assert asked(
			issue, "Waited for Other", **{**times, "from_time": wall("Sun 1 Jun 2025 10:00")}
		).until_time == wall("Mon 1 Jun 2026 09:00")

	def test_no_further_back_than_the_settings_say(self, late: Any, clock: SiteClock) -> None:
		frappe.db.set_single_value("SLM Settings", "correction_days", 3)
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		clock.at("Thu 4 Jun 10:00")
		asked(late)
		clock.at("Thu 4 Jun 10:01")
		refused(lambda: asked(late, "Users Told"), "more than 3 days ago")

	def test_no_more_a_month_than_the_settings_say(self, late: Any) -> None:
		frappe.db.set_single_value("SLM Settings", "correction_limit", 1)
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		asked(late)
		refused(lambda: asked(late, "Users Told"), "allow 1")
		with as_user(MANAGER):
			request(late, "Users Told").insert()

	def test_who_may_not_write_the_ticket_does_not_ask(self, late: Any) -> None:
		make_user("analyst@desk.example", "Service Level Analyst")
		with as_user("analyst@desk.example"):
			refused(lambda: request(late).insert())

	def test_a_ticket_without_a_record_is_refused(self, late: Any) -> None:
		frappe.db.delete("SLM Ticket Event", {"ticket": late.name})
		refused(lambda: asked(late), "Nothing has been recorded")


class TestNoOtherDoor:
	FORGED: ClassVar[dict[str, str]] = {
		"status": "Approved",
		"decided_by": MANAGER,
		"decided_on": "2026-06-01 10:00:00",
		"decision_note": "forged",
		"requested_by": MANAGER,
		"requested_on": "2026-06-01 10:00:00",
		"ticket": "ISS-0",
		"until_time": "2026-06-01 16:00:00",
		"reason": "Another one",
	}

	@pytest.mark.parametrize("field", FORGED)
	def test_what_was_asked_and_decided_is_not_written_by_a_save(self, late: Any, field: str) -> None:
		correction = asked(late)
		with as_user(AGENT):
			refused(
				lambda: frappe.client.set_value(CORRECTION, correction.name, {field: self.FORGED[field]}),
			)
			values = {**correction.reload().as_dict(), field: self.FORGED[field]}
			refused(lambda: frappe.client.save(frappe.as_json(values)))
		stored = frappe.db.get_value(CORRECTION, correction.name, field)
		assert str(stored) != self.FORGED[field]

	def test_the_figures_that_were_kept_are_neither_written_nor_read_as_they_are(self, late: Any) -> None:
		"""They go out through the preview alone, which leaves out what a reader may not know."""
		correction = asked(late)
		kept = frappe.db.get_value(CORRECTION, correction.name, "figures")
		with as_user(AGENT):
			frappe.client.set_value(CORRECTION, correction.name, {"figures": "{}"})
			(listed,) = frappe.get_list(
				CORRECTION,
				filters={"name": correction.name},
				fields=["name", "figures"],
				order_by="name asc",
			)
		assert frappe.db.get_value(CORRECTION, correction.name, "figures") == kept
		assert json.loads(kept)["clocks"]
		assert "figures" not in listed

	def test_a_new_one_is_a_request_whatever_it_says(self, late: Any) -> None:
		rows = [{"metric": "Resolution", "after_outcome": "Met"}]
		forged = {key: self.FORGED[key] for key in ("status", "decided_by", "requested_by", "decision_note")}
		correction = asked(late, restatements=rows, **forged)
		assert (correction.status, correction.decided_by, correction.requested_by) == (
			"Requested",
			None,
			AGENT,
		)
		assert (correction.restatements, correction.decision_note) == ([], None)

	def test_a_form_sends_no_other_ticket_to_be_approved(self, late: Any) -> None:
		"""The host hands document methods whatever document a browser has sent."""
		other = make_issue("Another")
		correction = asked(late)
		sent = frappe.get_doc({**correction.as_dict(), "ticket": other.name, "requested_by": "x"})
		with as_user(MANAGER):
			sent.approve(slm_correction.preview(correction.name)["digest"])
		assert correction.reload().ticket == late.name
		assert not [row for row in ledger(other) if row.kind.startswith("hold")]

	def test_it_is_not_deleted(self, late: Any) -> None:
		correction = asked(late)
		refused(lambda: frappe.delete_doc(CORRECTION, correction.name), "stays on record")

	def test_the_door_into_the_ledger_takes_no_future_and_nothing_before_the_opening(self, late: Any) -> None:
		ticket, now = Ticket("Issue", late.name), site_time.now()
		for at, error in (
			(now + 1, CorrectionInFuture),
			(site_time.to_instant(wall("Mon 1 Jun 08:59")), CorrectionBeforeOpening),
		):
			with pytest.raises(error):
				observe.corrected(ticket, [Fact(at, Kind.TOLD)], now, "x", "y")


class TestTheTicketMeanwhile:
	def test_deleted_it_can_be_rejected_and_not_approved(self, late: Any) -> None:
		correction = asked(late)
		with as_user(MANAGER):
			seen = slm_correction.preview(correction.name)["digest"]
		for name in frappe.get_all("Communication", filters={"reference_name": late.name}, pluck="name"):
			frappe.delete_doc("Communication", name, force=True)
		frappe.delete_doc("Issue", late.name)
		with as_user(MANAGER):
			refused(lambda: correction.approve(seen), "has been deleted")
			correction.reload().reject("The ticket is gone.")
		assert correction.reload().status == "Rejected"

	def test_renamed_it_takes_its_corrections_along(self, late: Any) -> None:
		correction = asked(late)
		new = frappe.rename_doc("Issue", late.name, "ISS-RENAMED")
		assert correction.reload().ticket == new
		approve(correction)
		assert resolution(new).outcome == "Met"
		assert [one.name for one in corrections.of_ticket(Ticket("Issue", new))] == [correction.name]


def test_what_others_list_of_a_ticket(late: Any) -> None:
	approve(asked(late))
	asked(late, "Taken By", from_time=wall("Mon 1 Jun 09:10"), until_time=None, user=AGENT)
	first, second = corrections.of_ticket(Ticket("Issue", late.name))
	assert (first.what, first.status, first.restated) == ("Waited for Customer", "Approved", 1)
	assert (second.what, second.status, second.party) == ("Taken By", "Requested", AGENT)
	with as_user(AGENT):
		about = slm_correction.about_ticket("Issue", late.name)
	assert [one["what"] for one in about["waiting"]] == ["Taken By"]


@pytest.fixture
def reader(clock: SiteClock) -> str:
	"""Somebody who may read and correct tickets, and read no agreement."""
	role = frappe.get_doc({"doctype": "Role", "role_name": "Ticket Corrector"}).insert().name
	for doctype, right in (("Issue", "write"), (CORRECTION, "create")):
		add_permission(doctype, role)
		update_permission_property(doctype, role, 0, right, 1)
	return make_user("corrector@desk.example", role)


class TestWhatAReaderMayKnow:
	"""Who may read no agreement learns of the customer's clocks alone, as on the ticket's form."""

	@pytest.fixture
	def team(self, clock: SiteClock) -> str:
		team = make_team("Network", make_user("nina@desk.example", "Support Team"))
		make_agreement(
			"Word of the network",
			[target("Turnaround", 1, hold_other=1)],
			kind="OLA",
			teams=[team],
			basis="Corporate",
			workload_limits=[{"period": "Month", "tickets": 0, "accepted": 1, "beyond": "Best effort"}],
		)
		return team

	@pytest.fixture
	def passed_on(self, clock: SiteClock, team: str) -> Any:
		clock.at("Mon 1 Jun 09:00")
		issue = make_issue(slm_team=team)
		reply(issue)
		set_status(issue, "Open")
		clock.at("Mon 1 Jun 17:00")
		return issue

	def test_previews_leave_out_what_was_agreed_with_teams(self, passed_on: Any, reader: str) -> None:
		times = {"from_time": wall("Mon 1 Jun 09:10"), "until_time": wall("Mon 1 Jun 16:50")}
		correction = asked(passed_on, "Waited for Customer", **times)
		request = {"ticket_type": "Issue", "ticket": passed_on.name, "what": "Waited for Other", **times}
		with as_user(reader):
			views = [slm_correction.preview(correction.name), slm_correction.preview_new(request)]
		for view in views:
			assert {one["metric"] for one in view["clocks"]} == {"Response", "Resolution"}
			assert "Word of the network" not in str(view)
			assert view["hidden"] == 1
		with as_user(AGENT):
			view = slm_correction.preview(correction.name)
		assert ("Word of the network" in str(view), view["hidden"]) == (True, 0)

	def test_so_does_the_record_of_what_was_decided(self, passed_on: Any, reader: str) -> None:
		correction = asked(
			passed_on,
			"Waited for Other",
			from_time=wall("Mon 1 Jun 09:01"),
			until_time=wall("Mon 1 Jun 16:59"),
		)
		approve(correction)
		correction.reload()
		assert "Turnaround" in {row.metric for row in correction.restatements}
		with as_user(reader):
			by_rest, by_form = correction.reload(), frappe.get_doc(CORRECTION, correction.name)
			by_rest.apply_fieldlevel_read_permissions()
			load.run_onload(by_form)
			assert "Word of the network" not in str(slm_correction.preview(correction.name))
		for document in (by_rest, by_form):
			assert "Turnaround" not in {row.get("metric") for row in document.restatements}
			assert "Word of the network" not in str(document.get("figures"))

	@pytest.mark.parametrize("field", ["metric", "agreement", "clock_key", "after_outcome"])
	@pytest.mark.parametrize("door", ["rows by themselves", "rows with their correction"])
	def test_its_rows_say_nothing_by_the_doors_of_the_host(
		self, passed_on: Any, reader: str, field: str, door: str
	) -> None:
		"""The host lists rows of a document's table to whoever may read documents of its type at all; the form draws
		what its reader may know.
		"""
		times = {"from_time": wall("Mon 1 Jun 09:01"), "until_time": wall("Mon 1 Jun 16:59")}
		correction = asked(passed_on, "Waited for Other", **times)
		approve(correction)
		doctype = "SLM Correction Restatement" if door == "rows by themselves" else CORRECTION
		said = field if door == "rows by themselves" else f"restatements.{field}"
		for user in (reader, AGENT):
			with as_user(user):
				found = frappe.client.get_list(
					doctype, fields=["name", said], parent=CORRECTION, order_by="name asc"
				)
			assert found and all(set(row) <= {"name"} for row in found)
		assert frappe.db.count("SLM Correction Restatement", {"parent": correction.name})

	def test_rows_about_tickets_of_others_are_not_listed(self, late: Any) -> None:
		"""The agent reads the tickets of one customer alone."""
		approve(asked(late))
		with as_user(AGENT):
			assert restated_by_list()
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": AGENT,
				"allow": "Issue",
				"for_value": make_issue("His own").name,
			}
		).insert(ignore_permissions=True)
		with as_user(AGENT):
			assert restated_by_list() == []

	def test_who_asks_by_another_door_is_answered_the_same(self, passed_on: Any, reader: str) -> None:
		with as_user(reader):
			answer = request(passed_on, "Waited for Other").insert()
		assert "Word of the network" not in str(answer.as_dict())
		assert "Word of the network" in frappe.db.get_value(CORRECTION, answer.name, "figures")

	def test_nor_does_the_answer_to_what_he_does_tell_him(
		self, passed_on: Any, reader: str, monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""The host sends the document along by which a method was called."""
		monkeypatch.setattr(frappe.local, "request", frappe._dict(method="POST"), raising=False)
		frappe.response.docs = []
		with as_user(reader):
			name = request(passed_on, "Waited for Other").insert().name
			run_doc_method("withdraw", dt=CORRECTION, dn=name, args=json.dumps({"note": "By mistake."}))
			(answer,) = [one.as_dict() for one in frappe.response.docs]
		assert answer["status"] == "Withdrawn"
		assert "Word of the network" not in str(answer)

	def test_a_ticket_tells_him_of_no_limits_of_teams(self, passed_on: Any, reader: str) -> None:
		with as_user(AGENT):
			assert "Word of the network" in str(
				slm_correction.about_ticket("Issue", passed_on.name)["remarks"]
			)
		with as_user(reader):
			assert slm_correction.about_ticket("Issue", passed_on.name)["remarks"] == []

	def test_nor_of_corrections_whom_they_are_no_business_of(self, late: Any) -> None:
		asked(late)
		role = frappe.get_doc({"doctype": "Role", "role_name": "Issue Reader"}).insert().name
		add_permission("Issue", role)
		with as_user(make_user("onlooker@desk.example", role)):
			about = slm_correction.about_ticket("Issue", late.name)
		assert (about["waiting"], about["approved"]) == ([], 0)


def restated_by_list() -> list[str]:
	"""Rows of *Decided Otherwise* as the host's API lists them."""
	rows = frappe.client.get_list(
		"SLM Correction Restatement", fields=["name"], parent=CORRECTION, limit_page_length=0
	)
	return [row.name for row in rows]


def test_what_a_form_says_of_corrections_reads_no_more_than_it_shows(late: Any, queries: Any) -> None:
	"""Not the figures that each of them keeps, which are long, and nothing about the clocks decided otherwise."""
	approve(asked(late))
	with queries.counted():
		about = slm_correction.about_ticket("Issue", late.name)
	of_form = list(queries.sent)
	with queries.counted():
		corrections.of_ticket(Ticket("Issue", late.name))
	assert about["approved"] == 1
	assert not [one for one in of_form if "Restatement" in one]
	for one in (*of_form, *queries.sent):
		assert "tabSLM Correction`" not in one or not ("*" in one or "figures" in one), one


def test_the_deciders_are_those_who_may_read_the_ticket(late: Any, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setitem(frappe.flags, "in_test", True)
	make_user("blind@desk.example", "Service Level Manager")
	correction = asked(late)
	told = frappe.get_all("Notification Log", filters={"document_name": correction.name}, pluck="for_user")
	assert MANAGER in told and "blind@desk.example" not in told
