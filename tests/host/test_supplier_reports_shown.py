"""Service reports of suppliers in the portal, in the report SLM Supplier Reports, and by mail. June 2026 begins on a Monday."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import Any

import frappe
import pytest
from frappe.utils import set_request
from frappe.website.serve import get_response
from werkzeug.datastructures import FileStorage

from slm_extension import portal
from slm_extension.adapters import counts
from slm_extension.seeds import supplier_report_notices as notices
from slm_extension.service_level_management.report.slm_supplier_reports import slm_supplier_reports
from slm_extension.services import owed_reports
from slm_extension.services.chunks import Chunks
from slm_extension.testing import (
	SiteClock,
	as_user,
	make_agreement,
	make_customer,
	make_issue,
	make_supplier,
	make_team,
	make_user,
	set_status,
	target,
)

REPORT, FIGURE = "SLM Supplier Report", "SLM Supplier Figure"
MANAGER, ANALYST = "slm@desk.example", "ana@desk.example"


pytestmark = pytest.mark.usefixtures("request_put_back")


def make_uc(title: str = "Hosting", supplier: str = "Bytes & Co", **more: Any) -> Any:
	values = {
		"kind": "UC",
		"supplier": make_supplier(supplier),
		"report_frequency": "Monthly",
		"next_report_on": "2026-06-01",
		"contacts": [{"party": "Supplier", "full_name": "Bea", "email": "bea@bytes.example"}],
		**more,
	}
	return make_agreement(title, [target("Turnaround", 1)], **values)


def portal_user(email: str, party: str, name: str) -> str:
	user = make_user(email, party)
	document = frappe.get_doc(party, name)
	if not any(row.user == user for row in document.portal_users):
		document.append("portal_users", {"user": user})
		document.save()
	return str(user)


def run(day: str) -> None:
	owed_reports.keep_on_record(date.fromisoformat(day), Chunks())


def the_report(agreement: Any, due_on: str = "2026-06-01") -> Any:
	return frappe.get_doc(REPORT, {"lineage": agreement.lineage, "due_on": due_on})


class TestPortal:
	@pytest.fixture
	def agreement(self, clock: SiteClock) -> Any:
		found = make_uc()
		run("2026-06-01")
		return found

	@pytest.fixture
	def seller(self, agreement: Any) -> str:
		return portal_user("seller@bytes.test", "Supplier", "Bytes & Co")

	def page(self, user: str, agreement: Any) -> tuple[int, str]:
		with as_user(user):
			frappe.local.form_dict = frappe._dict(name=agreement.name)
			set_request(method="GET", path="/agreement", query_string={"name": agreement.name})
			answer = get_response("agreement")
		return answer.status_code, answer.get_data(as_text=True)

	def deliver(self, user: str, report: Any, file: tuple[str, bytes] | None = None, **said: Any) -> Any:
		set_request(method="POST", path="/")
		files = {"file": FileStorage(BytesIO(file[1]), file[0])} if file else {}
		frappe.local.request.__dict__["files"] = files
		with as_user(user):
			return portal.deliver_supplier_report(report.name, **said)

	def test_a_supplier_sees_what_he_owes_and_nothing_that_we_noted(
		self, agreement: Any, seller: str
	) -> None:
		report = the_report(agreement)
		report.update({"problems": "secret-problem", "remarks": "secret-remark"})
		report.save()

		status, shown = self.page(seller, agreement)

		assert status == 200
		assert "Service Reports" in shown and "due on 01-06-2026" in shown
		assert "Deliver this report" in shown
		assert "secret" not in shown

	def test_he_delivers_text_figures_and_a_file(self, agreement: Any, seller: str) -> None:
		report = the_report(agreement)
		figures = json.dumps({report.figures[0].name: {"decided": "12", "met": "11"}})

		answer = self.deliver(seller, report, ("may.pdf", b"%PDF-1.4 May"), text="All well", figures=figures)

		assert answer == {"status": "Delivered", "received_on": "2026-06-01"}
		report.reload()
		assert (report.status, report.portal_user, report.delivered_by) == ("Delivered", seller, "Seller")
		assert [(row.reported, row.decided, row.met) for row in report.figures] == [(1, 12, 11)]
		file = frappe.get_doc("File", {"attached_to_name": report.name})
		assert (file.is_private, file.attached_to_field, file.file_url) == (1, "file", report.file)
		with as_user(seller):
			portal.supplier_report_file(report.name)
		assert frappe.safe_encode(frappe.local.response.filecontent) == b"%PDF-1.4 May"
		assert "Deliver this report" not in self.page(seller, agreement)[1]

	def test_what_he_has_delivered_is_no_longer_his_to_change_publish_or_delete(
		self, agreement: Any, seller: str
	) -> None:
		report = the_report(agreement)
		self.deliver(seller, report, ("may.pdf", b"%PDF-1.4 As it was"))
		file = frappe.db.get_value("File", {"attached_to_name": report.name})

		with as_user(seller):
			for attempt in (
				lambda: frappe.client.delete("File", file),
				lambda: frappe.client.set_value("File", file, "is_private", 0),
				lambda: frappe.client.set_value("File", file, "attached_to_name", "x"),
			):
				with pytest.raises(frappe.PermissionError):
					attempt()
			portal.supplier_report_file(report.name)
		assert frappe.safe_encode(frappe.local.response.filecontent) == b"%PDF-1.4 As it was"

	def test_a_returned_one_says_why_and_is_delivered_again(self, agreement: Any, seller: str) -> None:
		report = the_report(agreement)
		self.deliver(seller, report, text="Half of it")
		report.reload().send_back("The other half is missing", "2026-06-08")

		shown = self.page(seller, agreement)[1]
		assert "Returned: The other half is missing" in shown
		self.deliver(seller, report, text="All of it")

		assert (report.reload().status, report.report_text) == ("Delivered", "All of it")

	@pytest.mark.parametrize("who", ["another supplier", "a customer", "a stranger", "guest"])
	def test_all_others_are_told_that_there_is_no_such_report(self, agreement: Any, who: str) -> None:
		make_supplier("Bits Ltd")
		user = {
			"another supplier": lambda: portal_user("seller@bits.test", "Supplier", "Bits Ltd"),
			"a customer": lambda: portal_user("buyer@wool.test", "Customer", make_customer()),
			"a stranger": lambda: make_user("stray@nowhere.test", "Supplier"),
			"guest": lambda: "Guest",
		}[who]()
		report = the_report(agreement)

		for call in (
			lambda: self.deliver(user, report, text="x"),
			lambda: portal.supplier_report_file(report.name),
		):
			with as_user(user), pytest.raises(frappe.DoesNotExistError, match="no service report"):
				call()
		assert report.reload().status == "Due"
		with as_user(user), pytest.raises(frappe.PermissionError):
			frappe.client.get(REPORT, report.name)
		assert "Service Reports" not in self.page(user, agreement)[1]

	def test_a_report_on_an_ola_is_nobodys_in_the_portal(self, agreement: Any, seller: str) -> None:
		ola = make_uc("Network", kind="OLA", teams=[make_team("Lines")])
		run("2026-06-01")

		with pytest.raises(frappe.DoesNotExistError):
			self.deliver(seller, the_report(ola), text="x")

	def test_a_supplier_of_an_earlier_version_sees_his_own_alone(self, agreement: Any, seller: str) -> None:
		make_supplier("Bits Ltd")
		frappe.db.set_value(REPORT, the_report(agreement).name, "supplier", "Bits Ltd")

		assert "Service Reports" not in self.page(seller, agreement)[1]

	@pytest.mark.parametrize(
		("said", "file", "what"),
		[
			({}, None, "nothing in this report yet"),
			({"text": "x" * 70_000}, None, "too long"),
			({"figures": "[1]"}, None, "could not be read"),
			({"figures": "{"}, None, "could not be read"),
			({"figures": "[" * 100_000}, None, "could not be read"),
			({"figures": {"decided": "a", "met": "1"}}, None, "is no number of tickets"),
			({"figures": {"decided": "1"}}, None, "is no number of tickets"),
			({"figures": {"decided": "1", "met": "-1"}}, None, "is no number of tickets"),
			({"figures": {"decided": "1", "met": "2"}}, None, "2 met of 1 decided"),
			({"figures": {"decided": "9999999999", "met": "2"}}, None, "Enter a number from 0"),
			({"figures": {"decided": "²", "met": "1"}}, None, "is no number of tickets"),
			({}, ("run.exe", b"x"), "Send a file of one of these kinds"),
			({}, ("<b>.svg", b"x"), "Send a file of one of these kinds"),
			({}, ("may.pdf", b""), "The file is empty"),
		],
	)
	def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_kept(
		self, agreement: Any, seller: str, said: dict[str, Any], file: Any, what: str
	) -> None:
		report = the_report(agreement)
		if isinstance(said.get("figures"), dict):
			said = {"figures": json.dumps({report.figures[0].name: said["figures"]})}

		with pytest.raises(frappe.ValidationError, match=what):
			self.deliver(seller, report, file, **said)

		assert (report.reload().status, report.report_text) == ("Due", None)

	def test_it_is_delivered_once(self, agreement: Any, seller: str) -> None:
		report = the_report(agreement)
		self.deliver(seller, report, text="First")

		with pytest.raises(frappe.ValidationError, match="Delivered"):
			self.deliver(seller, report, text="Second")

		assert report.reload().report_text == "First"

	def test_not_before_its_period_has_begun(self, clock: SiteClock, agreement: Any, seller: str) -> None:
		run("2026-06-02")
		clock.at("Sun 31 May 09:00")

		with pytest.raises(frappe.ValidationError, match="when that has begun"):
			self.deliver(seller, the_report(agreement, "2026-07-01"), text="x")


def test_who_may_read_the_reports_of_one_supplier_reads_no_figures_of_another(clock: SiteClock) -> None:
	ours, theirs = make_uc(), make_uc("Cables", supplier="Bits Ltd")
	run("2026-06-01")
	user = make_user("half@desk.example", "Support Team")
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Supplier", "for_value": "Bytes & Co"}
	).insert()

	def parents() -> set[str]:
		return {row.parent for row in frappe.client.get_list(FIGURE, ["parent"], parent=REPORT)}

	assert parents() >= {the_report(ours).name, the_report(theirs).name}
	with as_user(user):
		assert {row.name for row in frappe.client.get_list(REPORT)} == {the_report(ours).name}
		assert parents() == {the_report(ours).name}
	with as_user(make_user("clerk@desk.example", "Employee")), pytest.raises(frappe.PermissionError):
		parents()


class TestReport:
	@pytest.fixture
	def owed(self, clock: SiteClock) -> Any:
		"""Of Bytes: March in time, April late, May and June missing, July to come. Of Bits: May not needed, June in time."""
		make_user(MANAGER, "Service Level Manager", "Support Team")
		make_user(ANALYST, "Service Level Analyst")
		clock.at("Fri 10 Jul 09:00")
		first = make_uc(next_report_on="2026-04-01")
		second = make_uc("Backup", "Bits Ltd")
		run("2026-07-10")
		self.deliver(first, "2026-04-01", "2026-03-31", (10, 9)).accept()
		self.deliver(first, "2026-05-01", "2026-05-04", (10, 5))
		the_report(second).not_needed("No traffic")
		report = self.deliver(second, "2026-07-01", "2026-07-01", (4, 4))
		report.send_back("x", "2026-07-12")
		self.deliver(second, "2026-07-12", "2026-07-10", (4, 4))
		return first

	def deliver(self, agreement: Any, due_on: str, on: str, figures: tuple[int, int]) -> Any:
		report = the_report(agreement, due_on)
		report.figures[0].update({"decided": figures[0], "met": figures[1]})
		report.save()
		report.deliver(on)
		return report

	def shown(self, **filters: Any) -> list[Any]:
		asked = {"from_date": "2026-01-01", "to_date": "2026-12-31", **filters}
		return slm_supplier_reports.execute(asked)[1]

	def counts(self, row: Any) -> tuple[Any, ...]:
		names = ("value", "owed", "on_time", "late", "missing", "not_yet", "accepted", "returned", "reported")
		return tuple(row[name] for name in names)

	def test_by_provider_the_worst_first(self, owed: Any) -> None:
		assert [self.counts(row) for row in self.shown()] == [
			("Bytes & Co", 5, 1, 1, 2, 1, 1, 0, 70.0),
			("Bits Ltd", 2, 1, 0, 0, 1, 0, 1, 100.0),
		]

	def test_all_targets_of_the_site_are_read_once_however_many_reports_are_compared(
		self, owed: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		read, promises = [], counts.promises
		monkeypatch.setattr(counts, "promises", lambda: read.append(1) or promises())

		self.shown()

		assert len(read) == 1

	def test_by_month_and_by_agreement(self, owed: Any) -> None:
		months = self.shown(group="Month", to_date="2026-06-30")
		assert [self.counts(row)[:5] for row in months] == [
			("2026-04", 1, 1, 0, 0),
			("2026-05", 1, 0, 1, 0),
			("2026-06", 1, 0, 0, 1),
		]
		agreements = self.shown(group="Agreement", provider="bytes")
		assert [(row["value"], row["title"]) for row in agreements] == [(owed.lineage, "Hosting")]

	@pytest.mark.parametrize("group", slm_supplier_reports.GROUPS)
	def test_every_count_leads_to_just_its_reports(self, owed: Any, group: str) -> None:
		counted = ("owed", "on_time", "late", "missing", "not_yet", "accepted", "returned")
		rows = self.shown(group=group)

		found = {
			(row["value"], name): len(frappe.get_list(REPORT, filters=row["ask"][name], limit_page_length=0))
			for row in rows
			for name in counted
		}

		assert found == {(row["value"], name): row[name] for row in rows for name in counted}

	def test_the_chart_stacks_what_came_in_time_late_and_not(self, owed: Any) -> None:
		chart = slm_supplier_reports.execute({"from_date": "2026-01-01", "to_date": "2026-07-10"})[3]

		assert chart["data"]["labels"] == ["2026-04", "2026-05", "2026-06", "2026-07"]
		assert [one["values"] for one in chart["data"]["datasets"]] == [
			[1, 0, 0, 0],
			[0, 1, 0, 0],
			[0, 0, 1, 1],
		]
		assert chart["barOptions"]["stacked"]

	def test_what_is_reported_stands_beside_what_was_measured(self, clock: SiteClock) -> None:
		make_user(MANAGER, "Service Level Manager", "Support Team")
		make_user(ANALYST, "Service Level Analyst")
		clock.at("Mon 4 May 10:00")
		make_agreement(targets=[target("Resolution", 40)])
		team = make_team("Lines")
		agreement = make_uc("Network", kind="OLA", teams=[team])
		issue = make_issue(slm_team=team)
		clock.at("Mon 4 May 12:30")
		set_status(issue, "Closed")
		clock.at("Mon 1 Jun 09:00")
		run("2026-06-01")
		self.deliver(agreement, "2026-06-01", "2026-06-01", (2, 2))

		with as_user(MANAGER):
			(row,) = self.shown()
		assert (row["reported"], row["measured"], row["difference"]) == (100.0, 0.0, 100.0)
		with as_user(ANALYST):
			columns, (row,), said, *_more = slm_supplier_reports.execute(
				{"from_date": "2026-01-01", "to_date": "2026-12-31"}
			)
		assert "measured" not in row and "measured" not in [one["fieldname"] for one in columns]
		assert "every ticket" in said

	@pytest.mark.parametrize(
		("filters", "said"),
		[
			({"group": "<b>"}, "Choose one of: Provider, Agreement, Month"),
			({"kind": "SLA"}, "Choose one of: OLA, UC, Commitment"),
			({"from_date": "9999-12-31"}, "is not a day"),
			({"from_date": "2026-06-02", "to_date": "2026-06-01"}, "is after To"),
		],
	)
	def test_filters_that_cannot_be_meant_are_refused(
		self, clock: SiteClock, filters: dict[str, Any], said: str
	) -> None:
		with pytest.raises(frappe.ValidationError, match=said):
			slm_supplier_reports.execute(filters)


class TestNotices:
	@pytest.fixture(autouse=True)
	def _seeded(self, outgoing: None) -> None:
		notices.seed()

	@pytest.mark.parametrize(
		("name", "subject"),
		[
			(notices.SOON, "Service report due on"),
			(notices.OVERDUE, "Service report overdue: Hosting"),
		],
	)
	def test_the_contact_is_reminded_by_mail(self, clock: SiteClock, name: str, subject: str) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = the_report(agreement)

		frappe.get_doc("Notification", name).send(report)

		mail = frappe.get_last_doc("Communication", {"reference_name": report.name})
		assert mail.recipients == "bea@bytes.example"
		assert mail.subject.startswith(subject)
		assert "01-05-2026" in mail.content and "31-05-2026" in mail.content

	def test_nobody_outside_is_written_to_before_somebody_says_so(self, site: str) -> None:
		notices.unseed()
		notices.seed()

		switched_on = frappe.get_all(
			"Notification", {"document_type": REPORT, "enabled": 1}, pluck="name", order_by="name asc"
		)
		assert switched_on == [notices.STILL_MISSING]

	@pytest.mark.parametrize("name", [notices.SOON, notices.OVERDUE, notices.STILL_MISSING])
	def test_only_of_what_is_owed_and_on_the_day(self, clock: SiteClock, name: str) -> None:
		"""The host counts from the day on which it looks."""
		agreement = make_uc()
		run("2026-06-01")
		report = the_report(agreement)
		notice = frappe.get_doc("Notification", name)
		days = notice.days_in_advance * (1 if notice.event == "Days Before" else -1)
		report.db_set("due_on", frappe.utils.add_days(frappe.utils.nowdate(), days))
		assert [one.name for one in notice.get_documents_for_today()] == [report.name]

		report.db_set("status", "Delivered")

		assert notice.get_documents_for_today() == []

	def test_a_returned_report_is_sent_back_with_its_reason(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		agreement = make_uc()
		run("2026-06-01")
		report = the_report(agreement)
		report.update({"report_text": "x"})
		report.save()
		report.deliver("2026-06-01")
		frappe.db.set_value("Notification", notices.RETURNED, "enabled", 1)
		frappe.flags.notifications = None
		frappe.cache.delete_value("notifications")

		report.send_back("Half & half", "2026-06-08")

		mail = frappe.get_last_doc("Communication", {"reference_name": report.name})
		assert mail.subject == "Service report returned: Hosting"
		assert "Half &amp; half" in mail.content and "08-06-2026" in mail.content

	def test_they_are_taken_back_with_the_app(self) -> None:
		notices.unseed()

		assert not frappe.get_all("Notification", {"document_type": REPORT}, order_by="name asc")
