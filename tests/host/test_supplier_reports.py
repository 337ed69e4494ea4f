"""Service reports of teams and suppliers: owed by themselves, delivered, checked, compared. June 2026 begins on a Monday."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
import pytest
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.utils import getdate

from slm_extension import api, tasks
from slm_extension.service_level_management.report.slm_due import slm_due
from slm_extension.services import owed_reports, tell, terms
from slm_extension.services.chunks import Chunks
from slm_extension.services.supplier_reports import ReportsDue, standing
from slm_extension.services.versions import new_version
from slm_extension.testing import (
	SiteClock,
	as_user,
	conclude,
	make_agreement,
	make_customer,
	make_issue,
	make_supplier,
	make_team,
	make_user,
	set_status,
	target,
)

REPORT, AGREEMENT = "SLM Supplier Report", "SLM Agreement"
KEEPER, OWNER = "keeper@desk.example", "owner@desk.example"
MANAGER, ANALYST = "slm@desk.example", "ana@desk.example"


@pytest.fixture
def people(clock: SiteClock) -> None:
	make_user(KEEPER, "Service Level Manager")
	make_user(OWNER, "SLM Process Owner")
	make_user(MANAGER, "Service Level Manager", "Support Team")
	make_user(ANALYST, "Service Level Analyst")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
	"""What the host tells by its job queue is told at once."""
	monkeypatch.setattr(
		tell,
		"enqueue_create_notification",
		lambda users, doc: make_notification_logs(frappe._dict(doc), users),
	)


def make_uc(title: str = "Hosting", **more: Any) -> Any:
	values = {
		"kind": "UC",
		"supplier": make_supplier(),
		"report_frequency": "Monthly",
		"next_report_on": "2026-06-01",
		"agreement_owner": KEEPER,
		"contacts": [
			{"party": "Customer", "full_name": "Us", "email": "us@desk.example"},
			{"party": "Supplier", "full_name": "Bea", "email": "bea@bytes.example"},
		],
		**more,
	}
	return make_agreement(title, [target("Turnaround", 1)], **values)


def run(day: str) -> int:
	return owed_reports.keep_on_record(date.fromisoformat(day), Chunks())


def on_record(agreement: Any) -> list[tuple[str, str, str, str]]:
	"""Period, due day and status of each report of an agreement."""
	return [
		(str(row.period_from), str(row.period_to), str(row.due_on), row.status)
		for row in frappe.get_all(
			REPORT,
			filters={"lineage": agreement.lineage},
			fields=["period_from", "period_to", "due_on", "status"],
			order_by="due_on asc, name asc",
		)
	]


def the_report(agreement: Any, due_on: str = "2026-06-01") -> Any:
	return frappe.get_doc(REPORT, {"lineage": agreement.lineage, "due_on": due_on})


def next_report(agreement: Any) -> str:
	return str(frappe.db.get_value(AGREEMENT, agreement.name, "next_report_on"))


def told(user: str) -> list[str]:
	return frappe.get_all(
		"Notification Log", {"for_user": user}, pluck="subject", order_by="creation asc, name asc"
	)


def delivered(agreement: Any, due_on: str = "2026-06-01", on: str = "2026-06-01", **more: Any) -> Any:
	report = the_report(agreement, due_on)
	report.update({"report_text": "All went well.", **more})
	report.save()
	report.deliver(on, "Bea of Bytes")
	return report


class TestOwed:
	def test_the_next_report_is_on_record_ahead_with_what_it_is_about(self, people: None) -> None:
		agreement = make_uc()

		assert run("2026-05-20") == 1

		report = the_report(agreement)
		assert on_record(agreement) == [("2026-05-01", "2026-05-31", "2026-06-01", "Due")]
		assert (report.kind, report.provider, report.supplier) == ("UC", "Bytes & Co", "Bytes & Co")
		assert (report.agreement_owner, report.contact_email) == (KEEPER, "bea@bytes.example")
		assert [(row.metric, row.target, row.reported) for row in report.figures] == [
			("Turnaround", "1 hour", 0)
		]
		assert next_report(agreement) == "2026-06-01"

	def test_nothing_comes_twice_however_often_it_runs(self, people: None) -> None:
		agreement = make_uc()

		assert [run("2026-05-20"), run("2026-05-20"), run("2026-05-21")] == [1, 0, 0]
		assert len(on_record(agreement)) == 1

	@pytest.mark.parametrize("entered", ["0001-01-01", "0026-06-01", "1990-01-01"])
	@pytest.mark.parametrize("every", ["Monthly", "Weekly"])
	def test_a_day_entered_far_back_is_where_the_agreement_begins(
		self, people: None, entered: str, every: str
	) -> None:
		agreement = make_uc(valid_from="2026-05-01", report_frequency=every)
		agreement.db_set("next_report_on", entered)

		run("2026-06-01")

		found = on_record(agreement)
		assert "2026-05-01" <= found[0][0] <= "2026-05-08"
		assert next_report(agreement) == found[-1][2] >= "2026-06-01"

	def test_a_day_that_cannot_be_meant_keeps_nobody_from_telling_what_is_overdue(self, people: None) -> None:
		agreement = make_uc()
		run("2026-06-01")
		agreement.db_set("next_report_on", "9999-12-31")

		run("2026-06-02")

		assert on_record(agreement) == [("2026-05-01", "2026-05-31", "2026-06-01", "Overdue")]

	def test_the_day_moves_on_when_it_has_passed(self, people: None) -> None:
		agreement = make_uc()
		run("2026-05-20")

		assert run("2026-06-01") == 0
		assert next_report(agreement) == "2026-06-01"
		assert run("2026-06-02") == 1
		assert next_report(agreement) == "2026-07-01"
		assert on_record(agreement) == [
			("2026-05-01", "2026-05-31", "2026-06-01", "Overdue"),
			("2026-06-01", "2026-06-30", "2026-07-01", "Due"),
		]

	def test_days_that_a_scheduler_missed_are_made_up_for(self, people: None) -> None:
		agreement = make_uc(report_frequency="Weekly")

		assert run("2026-06-25") == 5
		assert [(first, due) for first, _last, due, _status in on_record(agreement)] == [
			("2026-05-25", "2026-06-01"),
			("2026-06-01", "2026-06-08"),
			("2026-06-08", "2026-06-15"),
			("2026-06-15", "2026-06-22"),
			("2026-06-22", "2026-06-29"),
		]
		assert next_report(agreement) == "2026-06-29"

	def test_a_long_time_is_made_up_for_in_parts(self, people: None, monkeypatch: pytest.MonkeyPatch) -> None:
		monkeypatch.setattr(owed_reports, "MOST", 2)
		make_uc(report_frequency="Weekly")

		assert [run("2026-06-25"), run("2026-06-25"), run("2026-06-25"), run("2026-06-25")] == [2, 2, 1, 0]

	def test_days_at_the_end_of_months_are_those_that_were_meant(self, people: None) -> None:
		agreement = make_uc(valid_from="2026-01-31", next_report_on="2026-02-28")

		run("2026-04-01")

		assert [row[:3] for row in on_record(agreement)] == [
			("2026-01-31", "2026-02-27", "2026-02-28"),
			("2026-02-28", "2026-03-30", "2026-03-31"),
			("2026-03-31", "2026-04-29", "2026-04-30"),
		]

	@pytest.mark.parametrize(
		("values", "expected"),
		[
			pytest.param({"kind": "SLA", "customer": "Wool & Sons"}, 0, id="with a customer"),
			pytest.param({"report_frequency": ""}, 0, id="no rhythm"),
			pytest.param(
				{"valid_from": "2026-06-15", "next_report_on": "2026-07-15"}, 0, id="not in force yet"
			),
			pytest.param({"is_template": 1, "submit": False}, 0, id="a template"),
			pytest.param({"submit": False}, 0, id="a draft"),
			pytest.param({"kind": "Commitment", "basis": "Default"}, 1, id="a commitment"),
		],
	)
	def test_whose_reports_are_owed(self, people: None, values: dict[str, Any], expected: int) -> None:
		make_customer()
		make_uc(**values)

		assert run("2026-06-01") == expected

	def test_an_ola_is_reported_on_by_its_team(self, people: None) -> None:
		agreement = make_uc("Network", kind="OLA", teams=[make_team("Lines")])

		run("2026-06-01")

		assert (the_report(agreement).provider, the_report(agreement).supplier) == ("Lines", None)

	def test_no_report_is_about_days_before_the_agreement_was_in_force(self, people: None) -> None:
		agreement = make_uc(valid_from="2026-05-15", next_report_on="2026-06-01")
		early = make_uc("Backup", valid_from="2026-05-15", next_report_on="2026-05-15")

		run("2026-06-01")

		assert on_record(agreement) == [("2026-05-15", "2026-05-31", "2026-06-01", "Due")]
		assert [row[0] for row in on_record(early)] == ["2026-05-15"]

	def test_it_ends_with_the_agreement_and_the_last_days_are_reported_on(self, people: None) -> None:
		agreement = make_uc(valid_until="2026-06-15")

		run("2026-09-01")
		run("2026-09-02")

		assert [row[:3] for row in on_record(agreement)] == [
			("2026-05-01", "2026-05-31", "2026-06-01"),
			("2026-06-01", "2026-06-15", "2026-07-01"),
		]

	def test_until_replaced_it_goes_on(self, people: None) -> None:
		agreement = make_uc(valid_until="2026-06-15", until_replaced=1)

		run("2026-08-02")

		assert [row[2] for row in on_record(agreement)] == [
			"2026-06-01",
			"2026-07-01",
			"2026-08-01",
			"2026-09-01",
		]

	def test_what_is_on_record_ahead_ends_with_an_agreement_that_is_ended_early(
		self, people: None, clock: SiteClock
	) -> None:
		cut, over = make_uc(next_report_on="2026-07-01"), make_uc("Yearly", next_report_on="2026-08-01")
		run("2026-06-01")
		api.terminate_agreement(cut.name, "2026-06-10", "Moved")
		api.terminate_agreement(over.name, "2026-06-10", "Moved")

		run("2026-06-11")

		assert on_record(cut) == [("2026-06-01", "2026-06-10", "2026-07-01", "Due")]
		assert [row[3] for row in on_record(over)] == ["Not Needed"]
		assert the_report(over, "2026-08-01").not_needed_because.startswith("The agreement ended before")

	def test_what_a_cancelled_agreement_owed_is_not_needed(self, people: None) -> None:
		agreement = make_uc()
		run("2026-06-01")
		agreement.reload().cancel()

		run("2026-06-02")

		assert [row[3] for row in on_record(agreement)] == ["Not Needed"]

	def test_a_new_version_carries_on_without_a_gap(self, people: None, clock: SiteClock) -> None:
		"""Its own days are counted from the day on which it begins."""
		first = make_uc()
		run("2026-06-01")
		second = conclude(new_version(first, getdate("2026-06-16")))

		run("2026-07-02")
		run("2026-08-17")

		assert second.lineage == first.lineage
		assert [row[:3] for row in on_record(first)] == [
			("2026-05-01", "2026-05-31", "2026-06-01"),
			("2026-06-01", "2026-06-15", "2026-07-01"),
			("2026-06-16", "2026-07-15", "2026-07-16"),
			("2026-07-16", "2026-08-15", "2026-08-16"),
			("2026-08-16", "2026-09-15", "2026-09-16"),
		]
		assert the_report(first, "2026-07-01").agreement == first.name
		assert the_report(first, "2026-08-16").agreement == second.name

	def test_a_new_version_takes_over_a_report_of_the_same_day(self, people: None, clock: SiteClock) -> None:
		first = make_uc(next_report_on="2026-07-01")
		run("2026-06-01")
		second = new_version(first, getdate("2026-06-16"))
		second.next_report_on = "2026-07-01"
		conclude(second.save())

		run("2026-06-16")
		changed = the_report(first, "2026-07-01").modified
		for day in ("2026-06-17", "2026-06-18"):
			run(day)
		assert the_report(first, "2026-07-01").modified == changed
		run("2026-07-02")

		assert [row[:3] for row in on_record(first)] == [
			("2026-06-01", "2026-06-30", "2026-07-01"),
			("2026-07-01", "2026-07-31", "2026-08-01"),
		]
		assert the_report(first, "2026-07-01").agreement == second.name

	def test_one_broken_agreement_does_not_stop_the_others(
		self, people: None, monkeypatch: pytest.MonkeyPatch
	) -> None:
		broken, sound = make_uc("Broken"), make_uc("Sound")
		parties = owed_reports.versions_of

		def fail(lineage: str) -> Any:
			if lineage == broken.lineage:
				raise ValueError("broken")
			return parties(lineage)

		monkeypatch.setattr(owed_reports, "versions_of", fail)
		logged = frappe.db.count("Error Log", {"reference_name": broken.lineage})

		assert run("2026-06-01") == 1
		assert len(on_record(sound)) == 1
		assert frappe.db.count("Error Log", {"reference_name": broken.lineage}) == logged + 1

	def test_the_database_itself_takes_no_second_one_for_a_day(self, people: None) -> None:
		agreement = make_uc()
		run("2026-06-01")
		again = frappe.copy_doc(the_report(agreement))
		again.update(
			{"name": "Twice", "lineage": agreement.lineage, "first_due_on": "2026-06-01", "docstatus": 0}
		)

		with pytest.raises(frappe.UniqueValidationError):
			again.db_insert()

	def test_a_report_that_somebody_entered_by_hand_is_not_asked_for_again(self, people: None) -> None:
		agreement = make_uc()
		make_report(agreement)

		assert run("2026-06-01") == 0
		assert run("2026-06-02") == 1
		assert next_report(agreement) == "2026-07-01"

	def test_one_that_was_entered_by_hand_covers_nothing_else(self, people: None) -> None:
		agreement = make_uc()
		make_report(agreement, period_to="2026-12-31", due_on="2027-01-01")

		run("2026-06-01")

		assert on_record(agreement)[0] == ("2026-05-01", "2026-05-31", "2026-06-01", "Due")

	def test_a_day_that_is_moved_by_hand_is_about_what_no_report_has_covered(self, people: None) -> None:
		agreement = make_uc(next_report_on="2026-07-01")
		run("2026-06-01")
		frappe.db.set_value(AGREEMENT, agreement.name, "next_report_on", "2026-07-15")

		run("2026-07-02")

		assert [row[:3] for row in on_record(agreement)] == [
			("2026-06-01", "2026-06-30", "2026-07-01"),
			("2026-07-01", "2026-07-14", "2026-07-15"),
		]

	def test_the_day_is_no_term_of_the_agreement(self, people: None) -> None:
		agreement = make_uc()
		before = terms.digest(agreement)

		run("2026-06-02")

		assert terms.digest(agreement.reload()) == before
		assert agreement.terms_digest == before

	def test_the_daily_job_does_it(self, people: None, clock: SiteClock) -> None:
		agreement = make_uc()

		tasks.daily()

		assert len(on_record(agreement)) == 1

	def test_the_day_of_a_report_to_a_customer_stays_as_it_is(self, people: None) -> None:
		agreement = make_agreement(
			customer=make_customer(), report_frequency="Monthly", next_report_on="2026-05-31"
		)

		run("2026-06-10")

		assert next_report(agreement) == "2026-05-31"


class TestOverdue:
	def test_the_owner_is_told_once(self, people: None, at_once: None) -> None:
		agreement = make_uc()
		for day in ("2026-06-01", "2026-06-02", "2026-06-03"):
			run(day)

		assert told(KEEPER) == ["Bytes &amp; Co has not delivered the report due on 01-06-2026"]
		assert the_report(agreement).status == "Overdue"

	def test_without_an_owner_those_are_told_who_own_the_process(self, people: None, at_once: None) -> None:
		agreement = make_uc()
		frappe.db.set_value(AGREEMENT, agreement.name, "agreement_owner", None)

		run("2026-06-02")

		assert len(told(OWNER)) == 1

	def test_one_that_is_given_more_time_is_overdue_no_more_and_told_again(
		self, people: None, at_once: None, clock: SiteClock
	) -> None:
		agreement = make_uc()
		clock.at("Tue 2 Jun 09:00")
		run("2026-06-02")
		report = the_report(agreement)
		report.due_on = "2026-06-05"
		report.save()
		assert report.status == "Due"

		run("2026-06-06")

		assert report.reload().status == "Overdue"
		assert len(told(KEEPER)) == 2

	def test_many_at_once_are_told_in_one_message(self, people: None, at_once: None) -> None:
		make_uc(report_frequency="Weekly")

		run("2026-07-01")

		assert told(KEEPER) == ["Bytes &amp; Co owes 5 reports that are overdue"]

	def test_what_is_due_lists_each_report_that_is_owed(self, people: None, clock: SiteClock) -> None:
		agreement = make_uc()
		clock.at("Wed 3 Jun 09:00")
		run("2026-06-03")

		rows = [row for row in slm_due.execute({"what": "Service Report"})[1]]

		assert [(row["document_name"], row["days_overdue"], row["item"]) for row in rows] == [
			(the_report(agreement).name, 2, ""),
			(the_report(agreement, "2026-07-01").name, None, ""),
		]

	def test_what_is_on_record_is_not_done_by_moving_the_day(self, people: None) -> None:
		agreement = make_uc()

		with pytest.raises(frappe.ValidationError, match="on record, each by itself"):
			api.mark_done(AGREEMENT, agreement.name, "next_report_on", "2026-06-01")


def make_report(agreement: Any, **more: Any) -> Any:
	"""One that somebody enters by hand."""
	return frappe.get_doc(
		{
			"doctype": REPORT,
			"agreement": agreement.name,
			"period_from": "2026-05-01",
			"period_to": "2026-05-31",
			"due_on": "2026-06-01",
			**more,
		}
	).insert()


class TestLife:
	def test_delivered_checked_and_accepted(self, people: None, at_once: None, clock: SiteClock) -> None:
		agreement = make_uc()
		run("2026-06-01")
		clock.at("Thu 4 Jun 09:00")
		report = delivered(agreement, on="2026-06-03")
		assert (report.status, report.days_late, report.delivered_by) == ("Delivered", 2, "Bea of Bytes")
		assert told(KEEPER)[-1] == "Bytes &amp; Co has delivered the report due on 01-06-2026"

		with as_user(ANALYST):
			report.accept("Well done", "One ticket is missing")

		assert (report.status, report.checked_by, str(report.checked_on)) == (
			"Accepted",
			ANALYST,
			"2026-06-04 09:00:00",
		)
		assert (report.remarks, report.problems) == ("Well done", "One ticket is missing")

	def test_returned_it_is_owed_again_and_told_again(
		self, people: None, at_once: None, clock: SiteClock
	) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = delivered(agreement)
		report.send_back("Half of it is missing", "2026-06-08")
		assert (report.status, str(report.due_on), report.times_returned) == ("Returned", "2026-06-08", 1)
		assert (report.received_on, report.report_text) == (None, None)

		run("2026-06-09")

		assert report.reload().status == "Overdue"
		assert told(KEEPER)[-1].endswith("due on 08-06-2026")
		clock.at("Wed 10 Jun 09:00")
		again = delivered(agreement, due_on="2026-06-08", on="2026-06-10")
		assert (again.status, again.days_late, str(again.first_due_on)) == ("Delivered", 2, "2026-06-01")

	def test_not_needed_is_said_by_those_who_decide(self, people: None) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = the_report(agreement)

		with as_user(ANALYST), pytest.raises(frappe.PermissionError, match="Service Level Manager"):
			report.not_needed("No traffic")
		with as_user(MANAGER):
			report.not_needed("No traffic")

		assert (report.status, report.not_needed_because) == ("Not Needed", "No traffic")

	def test_a_closed_report_stays_as_it_is_until_it_is_returned(self, people: None) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = delivered(agreement)
		report.accept()
		report.report_text = "Even better"

		with pytest.raises(frappe.ValidationError, match="stays as it is"):
			report.save()
		report.send_back("It was about April", "2026-06-05")

		assert (report.status, report.measured) == ("Returned", None)

	def test_what_services_write_is_written_by_them_alone(self, people: None) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = the_report(agreement)
		forged = {
			"status": "Accepted",
			"days_late": 0,
			"checked_by": "Administrator",
			"first_due_on": None,
			"lineage": "x",
			"period_to": "2026-12-31",
			"provider": "Us",
			"measured": "{}",
		}

		report.update(forged)
		report.save()

		stored = frappe.get_doc(REPORT, report.name)
		assert (stored.status, stored.checked_by, stored.provider) == ("Due", None, "Bytes & Co")
		assert (str(stored.first_due_on), stored.lineage) == ("2026-06-01", agreement.lineage)
		assert str(stored.period_to) == "2026-05-31"
		new = make_report(agreement, **{**forged, "period_from": "2026-04-01", "period_to": "2026-04-30"})
		assert (new.status, new.checked_by, new.measured) == ("Due", None, None)

	def test_one_that_is_entered_with_its_delivery_is_delivered(self, people: None) -> None:
		agreement = make_uc()

		report = make_report(agreement, received_on="2026-05-31", report_text="Figures of May")

		assert (report.status, report.first_due_on, report.days_late) == ("Delivered", None, 0)

	@pytest.mark.parametrize(
		("what", "said"),
		[
			(lambda report: report.deliver("2026-06-01"), "nothing in this report yet"),
			(
				lambda report: report.accept(),
				"is <strong>Due</strong>; that can be done while it is Delivered",
			),
			(
				lambda report: report.send_back("x", "2026-06-02"),
				"while it is Delivered, Accepted, Not Needed",
			),
			(lambda report: report.not_needed("  "), "Reason</strong> is empty"),
			(lambda report: report.not_needed("x" * 10_001), "10001 letters"),
			(lambda report: report.delete(), "kept as a record"),
		],
	)
	def test_what_cannot_be_done_is_said_in_a_sentence(self, people: None, what: Any, said: str) -> None:
		agreement = make_uc()
		run("2026-06-01")

		with pytest.raises(frappe.ValidationError, match=said):
			what(the_report(agreement))

	@pytest.mark.parametrize("day", ["2026-05-31", "2027-06-03", "9999-12-31"])
	def test_a_report_is_asked_for_again_by_a_day_that_can_be(self, people: None, day: str) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = delivered(agreement)

		with pytest.raises(frappe.ValidationError, match="from today on, within a year"):
			report.send_back("x", day)

	@pytest.mark.parametrize(
		("values", "said"),
		[
			({"period_from": "2026-06-01"}, "before Period From"),
			({"due_on": "2026-04-30"}, "before the period begins"),
			({"due_on": "9999-12-31"}, "cannot be meant"),
			({"due_on": "0000-00-00"}, "Due On</strong> 0000-00-00 cannot be meant"),
			({"period_from": "0001-01-01"}, "cannot be meant"),
			({"period_from": "1026-05-01"}, "cannot be meant"),
			({"period_from": "2025-01-01", "period_to": "2025-01-31"}, "was not in force"),
			({"received_on": "2026-06-02", "report_text": "x"}, "in the future"),
			({"received_on": "2026-04-30", "report_text": "x"}, "before the period begins"),
			({"received_on": "2026-06-01"}, "nothing in this report"),
			({"figures": [{"metric": "Response", "decided": 1}]}, "is no target of"),
			({"figures": [{"metric": "Turnaround", "decided": 1, "met": 2}]}, "2 met of 1 decided"),
			({"figures": [{"metric": "Turnaround", "decided": -1}]}, "(?i)cannot be"),
			({"figures": [{"metric": "Turnaround", "decided": 10**10}]}, "Enter a number from 0"),
			(
				{"figures": [{"metric": "Turnaround"}, {"metric": "Turnaround"}]},
				"is no target|in the table already",
			),
			({"report_text": "x" * 70_000}, "too long"),
		],
	)
	def test_bad_input_is_refused_in_a_sentence_and_changes_nothing(
		self, people: None, values: dict[str, Any], said: str
	) -> None:
		agreement = make_uc()

		with pytest.raises(frappe.ValidationError, match=said):
			make_report(agreement, **values)

		assert on_record(agreement) == []

	@pytest.mark.parametrize("day", ["0000-00-00", "0001-01-01", ""])
	def test_a_button_refuses_what_is_no_day(self, people: None, day: str) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = the_report(agreement)
		report.report_text = "All well"
		report.save()

		with pytest.raises(frappe.ValidationError, match=r"Received On</strong> .*cannot be meant"):
			report.deliver(day)
		report.deliver("2026-06-01")
		with pytest.raises(frappe.ValidationError, match=r"Due On</strong> .*cannot be meant"):
			report.send_back("x", day)

	@pytest.mark.parametrize(
		("more", "said"),
		[
			({"kind": "SLA", "customer": "Wool & Sons"}, "agreement with a customer"),
			({"submit": False}, "is not concluded"),
		],
	)
	def test_only_what_others_perform_is_reported_on(
		self, people: None, more: dict[str, Any], said: str
	) -> None:
		make_customer()

		with pytest.raises(frappe.ValidationError, match=said):
			make_report(make_uc(**more))

	def test_who_enters_the_same_days_at_once_waits_for_the_other(
		self, people: None, monkeypatch: pytest.MonkeyPatch
	) -> None:
		agreement = make_uc()
		asked: list[str] = []
		sql = frappe.db.sql

		def listened(query: Any, *args: Any, **more: Any) -> Any:
			asked.append(str(query))
			return sql(query, *args, **more)

		monkeypatch.setattr(frappe.db, "sql", listened)
		make_report(agreement)

		locking = [one for one in asked if one.upper().endswith("FOR UPDATE")]
		tables = [table for one in locking for table in (AGREEMENT, REPORT) if f"FROM `tab{table}`" in one]
		assert tables == [AGREEMENT, REPORT]

	def test_the_same_days_are_reported_on_once(self, people: None) -> None:
		agreement = make_uc()
		run("2026-06-01")

		with pytest.raises(frappe.DuplicateEntryError, match="on record for the same days"):
			make_report(agreement)


class TestFigures:
	def handled(self, clock: SiteClock, team: str, taken: str, closed: str) -> None:
		clock.at(taken)
		issue = make_issue(slm_team=team)
		clock.at(closed)
		set_status(issue, "Closed")

	@pytest.fixture
	def agreement(self, people: None, clock: SiteClock) -> Any:
		"""An OLA of an hour. In May two tickets of three are in time, the last on Friday 29; in June none."""
		clock.at("Fri 1 May 09:00")
		make_agreement(targets=[target("Resolution", 40)])
		team = make_team("Lines")
		agreement = make_uc("Network", kind="OLA", teams=[team], supplier=None)
		self.handled(clock, team, "Mon 4 May 10:00", "Mon 4 May 10:30")
		self.handled(clock, team, "Tue 5 May 10:00", "Tue 5 May 12:30")
		self.handled(clock, team, "Fri 29 May 10:00", "Fri 29 May 10:30")
		self.handled(clock, team, "Mon 1 Jun 10:00", "Mon 1 Jun 12:30")
		return agreement

	def compared(self, report: Any) -> tuple[Any, ...]:
		with as_user(MANAGER):
			view = report.compare()
		(line,) = view["lines"]
		return line["reported"], line["measured"]["decided"], line["measured"]["met"], line["difference"]

	def test_what_is_reported_stands_beside_what_was_measured_in_the_same_days(self, agreement: Any) -> None:
		run("2026-06-01")
		report = the_report(agreement)
		assert self.compared(report) == (None, 3, 2, None)

		report.figures[0].update({"decided": 4, "met": 4})
		report.save()

		assert self.compared(report) == ({"decided": 4, "met": 4, "attainment": 100.0}, 3, 2, 33.33)

	def test_days_that_are_no_month_are_counted_as_days(self, agreement: Any) -> None:
		report = make_report(agreement, period_from="2026-05-05", period_to="2026-05-29", due_on="2026-06-05")
		later = make_report(agreement, period_from="2026-05-30", period_to="2026-06-05", due_on="2026-06-06")

		assert self.compared(report)[1:3] == (2, 1)
		assert self.compared(later)[1:3] == (1, 0)

	def test_it_is_kept_when_the_report_is_accepted(self, agreement: Any, clock: SiteClock) -> None:
		run("2026-06-01")
		report = delivered(agreement)
		report.accept()
		frappe.db.delete("SLM Clock", {"agreement": agreement.name})

		assert self.compared(report)[1:3] == (3, 2)
		report.send_back("x", "2026-06-08")
		assert self.compared(report)[1:3] == (0, 0)

	def test_who_reads_no_tickets_sees_no_figures_of_tickets(self, agreement: Any) -> None:
		run("2026-06-01")
		report = delivered(agreement)
		report.accept()

		with as_user(ANALYST):
			view = report.compare()
			shown = frappe.client.get(REPORT, report.name)
			listed = frappe.get_list(REPORT, fields=["*"], limit_page_length=0)

		assert (view["shown"], view["lines"], view["total"]) == (False, [], None)
		assert not shown.get("measured")
		assert not any(row.get("measured") for row in listed)

	def test_targets_of_the_agreement_are_taken_in(self, agreement: Any) -> None:
		report = make_report(agreement, figures=[{"metric": "Turnaround", "decided": 1, "met": 1}])
		report.figures = []
		report.save()

		assert (report.take_figures(), report.take_figures()) == (1, 0)
		assert report.figures[0].target == "1 hour"


class TestStanding:
	def test_it_counts_what_was_due_in_the_days_asked_for(self, people: None, clock: SiteClock) -> None:
		clock.at("Fri 10 Jul 09:00")
		agreement = make_uc(next_report_on="2026-03-01")
		run("2026-07-10")
		assert len(on_record(agreement)) == 6
		delivered(agreement, "2026-03-01", "2026-02-27")
		delivered(agreement, "2026-04-01", "2026-04-02").accept()
		the_report(agreement, "2026-05-01").not_needed("No traffic")
		delivered(agreement, "2026-06-01", "2026-06-01").send_back("x", "2026-07-20")

		assert standing(date(2026, 1, 1), date(2026, 12, 31)) == ReportsDue(5, 1, 1, 1)
		assert standing(date(2026, 3, 1), date(2026, 4, 1)) == ReportsDue(2, 1, 1, 0)
		assert standing(date(2026, 7, 2), date(2026, 8, 1)) == ReportsDue(2, 0, 0, 0)
		assert standing(date(2025, 1, 1), date(2025, 12, 31)) == ReportsDue(0, 0, 0, 0)
