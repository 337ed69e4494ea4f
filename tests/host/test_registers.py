"""Registers and lists around agreements: the register, what is due, cost beside quality, cards and connections.

The site's clock stands at Mon 1 Jun 2026 09:00 of Kolkata unless a test says otherwise.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run

import slm_extension
from slm_extension import api
from slm_extension.adapters import site_time
from slm_extension.service_level_management.number_card import agreement_figures, figures
from slm_extension.services import catalogue_check, cost_value, due
from slm_extension.services.report import Months
from slm_extension.testing import (
	SiteClock,
	as_user,
	conclude,
	make_agreement,
	make_customer,
	make_issue,
	make_service,
	make_user,
	set_status,
	target,
)

REGISTER, DUE, COST = "SLM Agreement Register", "SLM Due", "SLM Cost and Value"
MODULE = Path(slm_extension.__file__).parent / "service_level_management"
DAY = date.fromisoformat


@pytest.fixture(autouse=True)
def _an_empty_site(site: str, clock: SiteClock) -> None:
	"""Whatever the site has is out of the way; the transaction gives it back."""
	for doctype in ("SLM Clock", "SLM Agreement", "SLM Requirement", "SLM Service Specification"):
		frappe.db.delete(doctype)
	for child in ("Deliverable", "Service", "Sign Off", "Customer"):
		frappe.db.delete(f"SLM Agreement {child}")
	frappe.db.set_value(
		"SLM Service", {"name": ["is", "set"]}, {"next_quality_review": None, "annual_cost": 0}
	)
	frappe.db.set_value("SLM Service", {"name": ["is", "set"]}, "budget", 0)


def shown(report: str, **filters: Any) -> list[dict[str, Any]]:
	"""The rows that the report view gets."""
	return [row for row in run(report, filters=filters)["result"] if isinstance(row, dict)]


def fields_of(report: str, **filters: Any) -> list[str]:
	return [column["fieldname"] for column in run(report, filters=filters)["columns"]]


def make_sla(title: str = "Wool & Sons support", **more: Any) -> Any:
	return make_agreement(title, **{"customer": make_customer(), "valid_from": "2026-01-31", **more})


def put(agreement: Any, **values: Any) -> None:
	"""Bring a document into a state that would take a site months to come to."""
	frappe.db.set_value("SLM Agreement", agreement.name, values)
	agreement.reload()


class TestRegister:
	def test_a_row_says_who_passed_which_version_and_where_it_stands(self) -> None:
		agreement = make_sla(document_number="SD-02001", secrecy="Internal")

		(row,) = shown(REGISTER)

		assert (row["document_number"], row["document_name"], row["kind"]) == (
			"SD-02001",
			agreement.name,
			"SLA",
		)
		assert (row["version"], row["status"], row["party"]) == ("1.0", "In Force", "Wool & Sons")
		assert (row["valid_from"], row["valid_until"]) == (DAY("2026-01-31"), None)
		assert (row["prepared_on"], row["approved_on"], row["issued_on"]) == (DAY("2026-06-01"),) * 3
		assert row["approved_by"] == "Administrator"

	@pytest.mark.parametrize(
		("own", "expected"),
		[pytest.param("", "QR-77", id="of its kind"), pytest.param("QR-1", "QR-1", id="its own")],
	)
	def test_the_record_number_is_its_own_or_that_of_its_kind(self, own: str, expected: str) -> None:
		frappe.db.set_single_value("SLM Settings", "form_code_sla", "QR-77")
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		make_sla(form_code=own)

		assert shown(REGISTER)[0]["form_code"] == expected

	def test_a_template_is_no_document_and_an_ended_one_is_in_the_archive(self) -> None:
		make_agreement("A pattern", submit=False, is_template=1)
		ended = make_sla()
		put(ended, status="Terminated")
		make_sla("Cotton support", customer=make_customer("Cotton Ltd"))

		assert [row["title"] for row in shown(REGISTER)] == ["Cotton support"]
		assert [row["title"] for row in shown(REGISTER, standing="Archived")] == ["Wool & Sons support"]
		assert len(shown(REGISTER, standing="Current and Archived")) == 2

	def test_requirements_and_specifications_stand_in_the_same_register(self) -> None:
		make_sla()
		frappe.get_doc(
			{
				"doctype": "SLM Requirement",
				"title": "Faster answers",
				"customer": make_customer(),
				"why_now": "Need of a User",
			}
		).insert()
		frappe.get_doc(
			{"doctype": "SLM Service Specification", "title": "How we do it", "service": make_service()}
		).insert()

		rows = shown(REGISTER, documents="All Documents")

		assert [(row["document_type"], row["document_doctype"]) for row in rows] == [
			("Agreement", "SLM Agreement"),
			("Requirement", "SLM Requirement"),
			("Specification", "SLM Service Specification"),
		]
		assert len(shown(REGISTER, documents="Service Specifications")) == 1

	@pytest.mark.parametrize(
		("filters", "expected"),
		[
			pytest.param({"kind": "SLA"}, 1, id="kind"),
			pytest.param({"kind": "UC"}, 0, id="another kind"),
			pytest.param({"status": "In Force"}, 1, id="status"),
			pytest.param({"status": "Draft"}, 0, id="another status"),
			pytest.param({"secrecy": "Internal"}, 1, id="secrecy"),
			pytest.param({"owner": "nobody@acme.example"}, 0, id="another owner"),
			pytest.param({"department": "No Such"}, 0, id="another department"),
			pytest.param({"revision_needed": 1}, 0, id="revision needed"),
		],
	)
	def test_filters_leave_what_they_name(self, filters: dict[str, Any], expected: int) -> None:
		make_sla(secrecy="Internal")

		assert len(shown(REGISTER, **filters)) == expected

	def test_the_chart_counts_documents_by_status(self) -> None:
		make_sla()
		make_sla("Draft", customer=make_customer("Cotton Ltd"), submit=False)

		data = run(REGISTER, filters={})["chart"]["data"]

		assert dict(zip(data["labels"], data["datasets"][0]["values"], strict=True)) == {
			"In Force": 1,
			"Draft": 1,
		}

	def test_cost_is_never_in_it_and_the_price_only_for_who_may_read_it(
		self, monkeypatch: pytest.MonkeyPatch
	) -> None:
		make_sla()
		user = make_user("sales@acme.example", "Sales User")
		assert "total_price" in fields_of(REGISTER)

		with as_user(user):
			monkeypatch.setattr(frappe.get_meta("SLM Agreement").get_field("total_price"), "permlevel", 3)
			assert "total_price" not in fields_of(REGISTER)
			(row,) = shown(REGISTER)
			assert not {"total_price", "total_cost", "budget", "cost_justification"} & row.keys()

	def test_who_may_not_read_specifications_sees_none(self) -> None:
		frappe.get_doc(
			{"doctype": "SLM Service Specification", "title": "How we do it", "service": make_service()}
		).insert()

		with as_user(make_user("sales@acme.example", "Sales User")):
			assert shown(REGISTER, documents="All Documents") == []

	@pytest.mark.parametrize("value", ["Nonsense", "<script>", "x" * 100_000])
	def test_a_filter_that_cannot_be_meant_is_refused_in_one_sentence(self, value: str) -> None:
		with pytest.raises(
			frappe.ValidationError, match=r"cannot be .* Choose one of: Agreements"
		) as refused:
			shown(REGISTER, documents=value)

		assert "<script>" not in str(refused.value)
		assert len(str(refused.value)) < 500


class TestFirstDates:
	@pytest.mark.parametrize(
		("frequency", "expected"),
		[
			("Once", None),
			("Daily", "2026-06-01"),
			("Weekly", "2026-06-06"),
			("Monthly", "2026-06-30"),
			("Quarterly", "2026-07-31"),
			("Half-yearly", "2026-07-31"),
			("Yearly", "2027-01-31"),
			("On request", None),
		],
	)
	def test_a_deliverable_gets_its_first_day_that_has_not_passed(
		self, frequency: str, expected: str | None
	) -> None:
		"""In force since Sat 31 Jan 2026, concluded on Mon 1 Jun 2026."""
		agreement = make_sla(deliverables=[{"deliverable": "Figures", "frequency": frequency}])

		found = frappe.db.get_value("SLM Agreement Deliverable", {"parent": agreement.name}, "next_due")

		assert found == (expected and DAY(expected))

	def test_reviews_and_reports_get_theirs_too(self) -> None:
		agreement = make_sla(
			valid_from="2026-06-15", review_frequency="Quarterly", report_frequency="Monthly"
		)

		assert (agreement.next_review_on, agreement.next_report_on) == (DAY("2026-09-15"), DAY("2026-07-15"))

	def test_a_day_that_somebody_has_entered_stays(self) -> None:
		agreement = make_sla(
			review_frequency="Quarterly",
			next_review_on="2026-02-10",
			deliverables=[{"deliverable": "Figures", "frequency": "Monthly", "next_due": "2026-03-03"}],
		)

		assert str(agreement.next_review_on) == "2026-02-10"
		assert str(agreement.deliverables[0].next_due) == "2026-03-03"

	def test_a_day_before_the_agreement_begins_moves_into_it(self) -> None:
		draft = frappe.get_doc(
			{
				"doctype": "SLM Agreement",
				"valid_from": "2026-07-01",
				"deliverables": [
					{"deliverable": "Figures", "frequency": "Monthly", "next_due": "2026-05-31"}
				],
			}
		)

		due.first_dates(draft)

		assert draft.deliverables[0].next_due == DAY("2026-07-31")

	def test_an_agreement_that_begins_at_the_end_of_the_calendar_has_none(self) -> None:
		draft = frappe.get_doc(
			{"doctype": "SLM Agreement", "valid_from": "9999-12-31", "review_frequency": "Yearly"}
		)

		due.first_dates(draft)

		assert draft.next_review_on is None


class TestDue:
	def listed(self, **filters: Any) -> list[tuple[Any, ...]]:
		return [
			(row["what"], row["detail"], row["due"] and str(row["due"]), row["days_overdue"])
			for row in shown(DUE, **filters)
		]

	def of_kind(self, what: str, **filters: Any) -> list[tuple[Any, ...]]:
		return [row[1:] for row in self.listed(what=what, **filters)]

	def test_what_is_longest_overdue_comes_first_and_what_is_to_come_last(self) -> None:
		agreement = make_sla(
			deliverables=[
				{"deliverable": "Old figures", "frequency": "Monthly", "next_due": "2026-05-20"},
				{"deliverable": "Older figures", "frequency": "Monthly", "next_due": "2026-04-30"},
				{"deliverable": "Later figures", "frequency": "Monthly", "next_due": "2026-06-10"},
			]
		)
		put(agreement, revision_needed=1, revision_because="The UC was changed")

		found = [row[1:] for row in self.listed() if row[0] in ("Deliverable", "Revision Needed")]

		assert found == [
			("Older figures", "2026-04-30", 32),
			("Old figures", "2026-05-20", 12),
			("The UC was changed", None, None),
			("Later figures", "2026-06-10", None),
		]

	@pytest.mark.parametrize(
		("day", "ahead", "listed"),
		[
			pytest.param("2026-07-01", None, True, id="in 30 days"),
			pytest.param("2026-07-02", None, False, id="in 31 days"),
			pytest.param("2026-07-02", 31, True, id="in 31 days, as asked for"),
			pytest.param("2026-06-02", 0, False, id="tomorrow, when nothing to come was asked for"),
			pytest.param("2026-06-01", 0, True, id="today"),
			pytest.param("9999-12-31", 36500, False, id="never"),
		],
	)
	def test_reviews_are_listed_as_far_ahead_as_was_asked(
		self, day: str, ahead: int | None, listed: bool
	) -> None:
		make_sla(next_review_on=day)

		assert bool(self.of_kind("Review", ahead=ahead)) is listed

	def test_a_report_is_due_at_its_rhythm(self) -> None:
		agreement = make_sla(report_frequency="Monthly")
		put(agreement, next_report_on="2026-05-31")

		assert self.of_kind("Service Report") == [("", "2026-05-31", 1)]

	def test_an_agreement_in_force_without_a_day_for_its_review_is_flagged(self) -> None:
		put(make_sla(review_frequency=""), next_review_on=None)

		assert self.of_kind("No Review Planned") == [
			("In force since 31-01-2026 without a day for its next review", None, None)
		]

	@pytest.mark.parametrize(
		("values", "expected"),
		[
			pytest.param({"valid_until": "2026-08-30"}, 1, id="in 90 days"),
			pytest.param({"valid_until": "2026-08-31"}, 0, id="in 91 days"),
			pytest.param({"valid_until": None}, 0, id="without an end"),
			pytest.param(
				{"valid_until": "2026-05-01", "until_replaced": 1}, 1, id="past its day, until replaced"
			),
			pytest.param(
				{"valid_until": "2026-06-30", "termination_reason": "Sold"}, 0, id="ended on purpose"
			),
			pytest.param({"valid_until": "2026-06-30", "status": "Frozen"}, 1, id="frozen"),
		],
	)
	def test_agreements_that_end_are_listed(self, values: dict[str, Any], expected: int) -> None:
		put(make_sla(), **values)

		assert len(self.of_kind("Agreement Ends")) == expected

	def test_an_agreement_whose_next_version_is_concluded_does_not_end(self) -> None:
		first = make_sla()
		second = frappe.get_doc("SLM Agreement", api.new_version(first.name))
		second.valid_from = "2026-07-01"
		conclude(second.save())
		first.reload()

		assert str(first.valid_until) == "2026-06-30"
		assert self.of_kind("Agreement Ends") == []
		assert figures.agreements_expiring()["value"] == 0

	@pytest.mark.parametrize(
		("reviewed_on", "signing", "expected"),
		[
			pytest.param("2026-05-20", None, [("2026-05-27", 5)], id="longer than a week"),
			pytest.param("2026-05-30", None, [("2026-06-06", None)], id="not yet a week"),
			pytest.param("2026-05-20", 2, [("2026-05-22", 10)], id="longer than was asked for"),
		],
	)
	def test_signatures_are_waited_for_so_many_days(
		self, reviewed_on: str, signing: int | None, expected: list[tuple[Any, ...]]
	) -> None:
		put(make_sla(submit=False), status="Approved", reviewed_on=reviewed_on)

		found = self.of_kind("Signature", signing=signing)

		assert [row[1:] for row in found] == expected
		assert {row[0] for row in found} == {"Waiting for: Provider, Customer"}

	def test_a_promise_that_nobody_measures_is_flagged_after_90_days(self, clock: SiteClock) -> None:
		watched = make_sla("Watched")
		make_sla("New", customer=make_customer("New & Co"), valid_from="2026-05-01")
		make_sla("Forgotten", customer=make_customer("Cotton Ltd"))
		make_issue(customer="Wool & Sons")

		assert frappe.db.exists("SLM Clock", {"agreement": watched.name})
		assert [row["title"] for row in shown(DUE, what="Not Measured")] == ["Forgotten"]

	def test_a_service_is_reviewed_when_its_day_has_come(self) -> None:
		make_service("Reviewed Shop", next_quality_review="2026-05-31", service_owner="Administrator")
		make_service("Retired Shop", next_quality_review="2026-05-31", status="Retired")

		(row,) = shown(DUE, what="Service Review")

		assert (row["document_doctype"], row["document_name"]) == ("SLM Service", "Reviewed Shop")
		assert (row["days_overdue"], row["owner_user"]) == (1, "Administrator")

	def test_the_last_report_is_owed_after_the_end_and_no_other(self) -> None:
		"""It ended on Thu 30 Apr 2026; what was due on 31 May covers May, what was due on 1 May covers April."""
		agreement = make_sla(
			deliverables=[
				{"deliverable": "April", "frequency": "Monthly", "next_due": "2026-05-01"},
				{"deliverable": "May", "frequency": "Monthly", "next_due": "2026-05-31"},
				{"deliverable": "Once", "frequency": "Once", "next_due": "2026-05-01"},
			]
		)
		put(agreement, valid_until="2026-04-30", status="Expired", next_review_on="2026-04-01")

		assert [row[1] for row in self.listed()] == ["April"]

	@pytest.mark.parametrize("field", ["ahead", "ends_ahead", "signing"])
	@pytest.mark.parametrize("value", [-1, "soon", 10**9, "<b>"])
	def test_days_that_cannot_be_meant_are_refused_in_one_sentence(self, field: str, value: Any) -> None:
		with pytest.raises(frappe.ValidationError, match="Enter a number of days from 0 to 36500"):
			shown(DUE, **{field: value})

	def test_the_owner_filter_leaves_what_is_his(self) -> None:
		olga = make_user("olga@acme.example", "Service Level Manager")
		make_sla(next_review_on="2026-05-01", agreement_owner=olga)
		make_sla("Other", customer=make_customer("Cotton Ltd"), next_review_on="2026-05-01")

		assert [row["title"] for row in shown(DUE, owner=olga, what="Review")] == ["Wool & Sons support"]

	def test_the_chart_counts_overdue_things_by_kind(self) -> None:
		make_sla(next_review_on="2026-05-01")
		make_service("Reviewed Shop", next_quality_review="2026-05-31")

		data = run(DUE, filters={})["chart"]["data"]
		overdue = dict(zip(data["labels"], data["datasets"][0]["values"], strict=True))

		assert (overdue["Review"], overdue["Service Review"]) == (1, 1)
		assert run(DUE, filters={})["report_summary"][0]["value"] == 2

	def test_it_is_mailed_with_its_rows(self) -> None:
		make_sla(next_review_on="2026-05-01")
		mail = frappe.get_doc(
			{
				"doctype": "Auto Email Report",
				"report": DUE,
				"report_type": "Script Report",
				"user": "Administrator",
				"email_to": "owner@wool.example",
				"format": "CSV",
				"filters": json.dumps({"what": "Review"}),
			}
		)

		content = mail.get_report_content()

		assert "Wool & Sons support" in content
		assert "Overdue" in content

	def test_a_user_permission_on_a_customer_cuts_it(self) -> None:
		make_sla(next_review_on="2026-05-01")
		make_sla("Other", customer=make_customer("Cotton Ltd"), next_review_on="2026-05-01")
		user = make_user("narrow@acme.example", "Service Level Manager")
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "Customer", "for_value": "Cotton Ltd"}
		).insert()

		with as_user(user):
			assert {row["title"] for row in shown(DUE, what="Review")} == {"Other"}


class TestDone:
	@pytest.fixture
	def agreement(self) -> Any:
		"""In force since Sat 31 Jan 2026; its monthly figures and its quarterly review are late."""
		return make_sla(
			review_frequency="Quarterly",
			next_review_on="2026-02-28",
			deliverables=[
				{"deliverable": "Figures", "frequency": "Monthly", "next_due": "2026-02-28"},
				{"deliverable": "Handbook", "frequency": "Once", "next_due": "2026-05-31"},
			],
		)

	def row(self, agreement: Any, number: int = 0) -> str:
		return str(agreement.deliverables[number].name)

	def test_each_month_of_figures_is_owed_by_itself(self, agreement: Any) -> None:
		found = api.next_due("SLM Agreement", agreement.name, self.row(agreement))

		assert found == {"what": "Figures", "due": "2026-02-28", "next": ["2026-03-31", "2026-06-30"]}

	def test_a_review_makes_up_for_those_that_were_missed(self, agreement: Any) -> None:
		found = api.next_due("SLM Agreement", agreement.name, due.REVIEW)

		assert (found["due"], found["next"]) == ("2026-02-28", ["2026-08-31"])

	def test_done_sets_the_next_day_and_keeps_who_said_so(self, agreement: Any) -> None:
		with as_user(make_user("olga@acme.example", "Service Level Manager")):
			found = api.mark_done(
				"SLM Agreement", agreement.name, self.row(agreement), "2026-02-28", None, "In <the> folder"
			)

		assert found == "2026-03-31"
		assert frappe.db.get_value("SLM Agreement Deliverable", self.row(agreement), "next_due") == DAY(
			"2026-03-31"
		)
		comment = frappe.get_last_doc("Comment", {"reference_name": agreement.name})
		assert comment.owner == "olga@acme.example"
		assert "Figures, due on 28-02-2026, is done. Next: 31-03-2026." in comment.content
		assert "<the>" not in comment.content

	def test_what_does_not_recur_is_done_for_good(self, agreement: Any) -> None:
		assert api.mark_done("SLM Agreement", agreement.name, self.row(agreement, 1), "2026-05-31") is None
		assert "Handbook" not in [row["detail"] for row in shown(DUE)]

	def test_another_day_may_be_chosen(self, agreement: Any) -> None:
		assert (
			api.mark_done("SLM Agreement", agreement.name, due.REVIEW, "2026-02-28", "2026-07-01")
			== "2026-07-01"
		)
		agreement.reload()
		assert agreement.next_review_on == DAY("2026-07-01")

	def test_a_review_of_a_service_keeps_the_day_on_which_it_was_held(self) -> None:
		service = make_service("Reviewed Shop", next_quality_review="2026-05-31")

		assert api.mark_done("SLM Service", service, due.REVIEW, "2026-05-31") == "2027-05-31"
		assert frappe.db.get_value("SLM Service", service, "last_quality_review") == DAY("2026-06-01")

	def test_of_two_who_do_it_at_once_the_second_is_told(self, agreement: Any) -> None:
		api.mark_done("SLM Agreement", agreement.name, due.REVIEW, "2026-02-28")

		with pytest.raises(frappe.ValidationError, match=r"changed to .*31-08-2026.* meanwhile"):
			api.mark_done("SLM Agreement", agreement.name, due.REVIEW, "2026-02-28")

	@pytest.mark.parametrize(
		("item", "seen", "following", "sentence"),
		[
			pytest.param(due.REVIEW, "2026-02-28", "2026-02-28", "is not after", id="the same day again"),
			pytest.param(due.REVIEW, "2026-02-28", "1999-01-01", "is not after", id="an earlier day"),
			pytest.param("no such row", "2026-02-28", None, "no such deliverable", id="a row that is gone"),
			pytest.param(due.REVIEW, "2026-02-28", "whenever", "not a valid date", id="no date"),
		],
	)
	def test_what_cannot_be_is_refused_in_one_sentence(
		self, agreement: Any, item: str, seen: str, following: str | None, sentence: str
	) -> None:
		with pytest.raises(frappe.ValidationError, match=sentence):
			api.mark_done("SLM Agreement", agreement.name, item, seen, following)

	def test_a_review_without_day_and_rhythm_asks_for_the_day(self) -> None:
		agreement = make_sla()
		put(agreement, review_frequency="", next_review_on=None)

		with pytest.raises(frappe.ValidationError, match="Enter the next date"):
			api.mark_done("SLM Agreement", agreement.name, due.REVIEW)
		assert api.mark_done("SLM Agreement", agreement.name, due.REVIEW, None, "2026-09-01") == "2026-09-01"

	def test_nothing_is_due_from_a_draft(self) -> None:
		draft = make_sla(submit=False, next_review_on="2026-02-28")

		with pytest.raises(frappe.ValidationError, match="is not concluded"):
			api.mark_done("SLM Agreement", draft.name, due.REVIEW, "2026-02-28")

	@pytest.mark.parametrize(
		"roles",
		[
			pytest.param(("Support Team",), id="who may only read"),
			pytest.param(("Sales User",), id="who sells"),
			pytest.param((), id="a portal user"),
		],
	)
	def test_who_may_not_write_the_agreement_does_nothing(
		self, agreement: Any, roles: tuple[str, ...]
	) -> None:
		with as_user(make_user("reader@acme.example", *roles)):
			for ask in (
				lambda: api.next_due("SLM Agreement", agreement.name, due.REVIEW),
				lambda: api.mark_done("SLM Agreement", agreement.name, due.REVIEW, "2026-02-28"),
				lambda: api.mark_done("User", "Administrator", due.REVIEW, "2026-02-28"),
			):
				with pytest.raises(frappe.PermissionError):
					ask()

		agreement.reload()
		assert agreement.next_review_on == DAY("2026-02-28")


class TestCostAndValue:
	@pytest.fixture
	def kept(self, clock: SiteClock) -> Any:
		"""An agreement on two services, and four tickets of the first quarter: three met in 4 h, one missed."""
		for name in ("Shop", "Mail"):
			make_service(name)
		clock.at("Mon 2 Feb 09:00")
		agreement = make_agreement(
			"Wool & Sons support",
			[target("Resolution", 4, objective=75), target("Closure", 1, objective=50)],
			customer=make_customer(),
			services=["Shop", "Mail"],
			basis="Customer",
			currency="INR",
			billing_period="Month",
			charging_method="Fixed price",
			budget=500,
			cost_justification="Half an agent",
		)
		for service, price, cost in (("Shop", 600, 400), ("Mail", 400, 200)):
			frappe.db.set_value(
				"SLM Agreement Service",
				{"parent": agreement.name, "service": service},
				{"price": price, "cost": cost},
			)
		put(agreement, total_price=1000, total_cost=600)
		for day, closed, service in (
			("Mon 2 Feb", "11:00", "Shop"),
			("Tue 3 Feb", "11:00", "Shop"),
			("Wed 4 Feb", "11:00", "Mail"),
			("Thu 5 Feb", "16:00", "Mail"),
		):
			clock.at(f"{day} 09:00")
			issue = make_issue(customer="Wool & Sons", slm_service=service)
			clock.at(f"{day} {closed}")
			set_status(issue, "Closed")
		clock.at("Mon 1 Jun 09:00")
		return agreement

	@pytest.mark.parametrize(
		("month", "expected"),
		[
			(202606, (202601, 202603)),
			(202604, (202601, 202603)),
			(202603, (202510, 202512)),
			(202601, (202510, 202512)),
			(202612, (202607, 202609)),
		],
	)
	def test_the_last_full_quarter_is_the_one_before(self, month: int, expected: tuple[int, int]) -> None:
		assert cost_value.last_full_quarter(month) == Months(*expected)

	@pytest.mark.parametrize("view", [cost_value.by_agreement, cost_value.by_service])
	def test_who_may_not_read_costs_has_none_of_the_rows_either(self, kept: Any, view: Any) -> None:
		"""Whatever roles a site gives the report to."""
		with as_user(make_user("agent@acme.example", "Support Team")):
			parts = [line for line in view({"name": kept.name}, 202606) if line.beneath]

		assert sorted(line.amounts.price or 0 for line in parts) == [400, 600]
		assert [line.amounts.cost for line in parts] == [None, None]

	def test_an_agreement_shows_what_it_brings_and_how_it_was_kept(self, kept: Any) -> None:
		"""Of eight clocks three resolutions were met; of two objectives the one of 75 % was kept."""
		whole, *parts = shown(COST)

		assert (whole["price"], whole["cost"], whole["margin"]) == (1000, 600, 400)
		assert (whole["margin_percent"], whole["per"], whole["currency"]) == (40, "Month", "INR")
		assert (whole["within_budget"], whole["justified"], whole["targets"]) == ("No", "Yes", 2)
		assert (whole["attainment"], whole["kept"], whole["decided"]) == (37.5, "1 of 2", 8)
		assert [(row["service"], row["margin"], row["attainment"], row["kept"]) for row in parts] == [
			("Shop", 200, 50, "1 of 2"),
			("Mail", 200, 25, "0 of 2"),
		]
		assert {row["indent"] for row in parts} == {1}

	def test_a_service_shows_the_sums_of_a_year(self, kept: Any) -> None:
		frappe.db.set_value("SLM Service", "Shop", {"annual_cost": 6000, "budget": 7000})

		mail, _of_mail, shop, _of_shop = shown(COST, group_by="Service")

		assert (shop["service"], shop["price"], shop["cost"], shop["margin"]) == ("Shop", 7200, 6000, 1200)
		assert (shop["per"], shop["within_budget"], shop["attainment"]) == ("Year", "Yes", 50)
		assert (mail["price"], mail["cost"]) == (4800, 2400)

	def test_what_a_supplier_is_paid_is_no_income(self, kept: Any) -> None:
		supplier = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Wires Ltd"}).insert().name
		contract = make_agreement(
			"Wires", kind="UC", supplier=supplier, services=["Shop"], billing_period="Month"
		)
		frappe.db.set_value("SLM Agreement Service", {"parent": contract.name}, {"price": 99, "cost": 9})
		put(contract, total_price=99, total_cost=9)

		(whole, *_parts) = shown(COST, kind="UC")
		shop = next(row for row in shown(COST, group_by="Service") if row["service"] == "Shop")

		assert (whole["price"], whole["margin"]) == (99, None)
		assert shop["price"] == 7200

	def test_amounts_of_several_currencies_are_not_added_up(self, kept: Any) -> None:
		other = make_agreement(
			"Cotton support", customer=make_customer("Cotton Ltd"), services=["Shop"], basis="Customer", currency="EUR",
			billing_period="Month",
		)  # fmt: skip
		frappe.db.set_value("SLM Agreement Service", {"parent": other.name}, {"price": 10, "cost": 5})

		found = run(COST, filters={"group_by": "Service"})
		shop = next(row for row in found["result"] if row["service"] == "Shop" and not row["indent"])

		assert shop["price"] is None and shop["margin"] is None
		assert "Not added up" in found["message"] and "Shop" in found["message"]

	def test_what_was_not_entered_is_not_nothing(self) -> None:
		make_sla()

		(row,) = shown(COST)

		assert (row["price"], row["margin"], row["within_budget"], row["attainment"]) == (
			None,
			None,
			"",
			None,
		)
		assert row["justified"] == "No"

	@pytest.mark.parametrize(
		("filters", "expected"),
		[
			pytest.param({"show": "Over Budget"}, 3, id="over budget, with its services"),
			pytest.param({"show": "Without Cost Analysis"}, 0, id="without a cost analysis"),
			pytest.param({"standing": "Drafts"}, 0, id="drafts"),
			pytest.param({"kind": "UC"}, 0, id="another kind"),
			pytest.param({"customer": "Wool & Sons"}, 3, id="customer"),
			pytest.param({"contract": "CON-1"}, 0, id="another contract"),
		],
	)
	def test_filters_leave_what_they_name(self, kept: Any, filters: dict[str, str], expected: int) -> None:
		assert len(shown(COST, **filters)) == expected

	def test_the_chart_has_quality_beside_margin(self, kept: Any) -> None:
		data = run(COST, filters={})["chart"]["data"]

		assert [one["values"] for one in data["datasets"]] == [[40], [37.5]]
		assert [one["name"] for one in data["datasets"]] == ["Margin %", "Attainment %"]

	@pytest.mark.parametrize("role", ["Service Level Analyst", "Support Team", "Sales Manager"])
	def test_it_is_for_those_who_answer_for_money(self, kept: Any, role: str) -> None:
		with as_user(make_user("other@acme.example", role)), pytest.raises(frappe.PermissionError):
			shown(COST)


class TestCards:
	def behind(self, card: dict[str, Any]) -> list[str]:
		"""What the list shows to which a card leads."""
		filters = {
			field: [value[0], value[1].split(",")] if isinstance(value, list) and value[0] == "in" else value
			for field, value in card["route_options"].items()
		}
		return frappe.get_list("SLM Agreement", filters=filters, pluck="name", order_by="name asc")

	def test_agreements_that_wait_for_a_signature_are_counted_and_listed(self) -> None:
		waiting = make_sla(submit=False)
		put(waiting, status="Approved")
		signed = make_sla("Signed", customer=make_customer("Cotton Ltd"), submit=False)
		put(signed, status="Approved")
		frappe.db.set_value(
			"SLM Agreement Sign Off", {"parent": signed.name}, "signed_on", site_time.to_site(site_time.now())
		)
		make_sla("Negotiated", customer=make_customer("Linen Ltd"), submit=False)

		card = agreement_figures.waiting_for_signatures()

		assert (card["value"], self.behind(card)) == (1, [waiting.name])

	@pytest.mark.parametrize(
		("day", "expected"),
		[("2026-05-31", 1), ("2026-06-01", 0), ("", 0)],
		ids=["yesterday", "today", "no day"],
	)
	def test_reviews_overdue_are_counted_and_listed(self, day: str, expected: int) -> None:
		agreement = make_sla()
		put(agreement, next_review_on=day or None)

		card = agreement_figures.reviews_overdue()

		assert (card["value"], self.behind(card)) == (expected, [agreement.name] * expected)

	def test_a_card_of_none_leads_to_an_empty_list(self) -> None:
		make_sla()

		assert self.behind(agreement_figures.waiting_for_signatures()) == []
		assert self.behind(figures.agreements_expiring()) == []

	def test_agreements_in_need_of_revision_are_counted_by_the_host(self) -> None:
		agreement = make_sla()
		put(agreement, revision_needed=1)
		ended = make_sla("Ended", customer=make_customer("Cotton Ltd"))
		put(ended, revision_needed=1, status="Expired")
		card = json.loads((MODULE / "number_card/slm_revision_needed/slm_revision_needed.json").read_text())

		found = frappe.get_list(
			"SLM Agreement", filters=json.loads(card["filters_json"]), pluck="name", order_by="name asc"
		)

		assert found == [agreement.name]


def test_the_workspace_names_only_what_there_is() -> None:
	space = json.loads((MODULE / "workspace/service_levels/service_levels.json").read_text())

	links = [(row["link_type"], row["link_to"]) for row in space["links"] if row["type"] == "Link"]
	links += [("Number Card", row["number_card_name"]) for row in space["number_cards"]]
	links += [("Dashboard Chart", row["chart_name"]) for row in space["charts"]]
	links += [(row["type"], row["link_to"]) for row in space["shortcuts"] if row["type"] != "URL"]

	assert [link for link in links if not frappe.db.exists(*link)] == []


def test_every_number_card_and_report_of_the_app_is_in_the_workspace() -> None:
	space = json.loads((MODULE / "workspace/service_levels/service_levels.json").read_text())
	ours = {"module": "Service Level Management"}

	cards = set(frappe.get_all("Number Card", filters=ours, pluck="name", order_by="name asc"))
	reports = set(frappe.get_all("Report", filters=ours, pluck="name", order_by="name asc"))

	assert cards == {row["number_card_name"] for row in space["number_cards"]}
	assert reports <= {row.get("link_to") for row in space["links"]}


@pytest.mark.parametrize(
	("doctype", "field"),
	[
		("Contract", "contract"),
		("Project", "project"),
		("Purchase Order", "purchase_order"),
		("Sales Order", "sales_order"),
	],
)
def test_agreements_are_among_the_connections_of_what_they_name(doctype: str, field: str) -> None:
	data = frappe.get_meta(doctype).get_dashboard_data()
	again = frappe.get_meta(doctype).get_dashboard_data()

	assert data.non_standard_fieldnames["SLM Agreement"] == field
	assert data.fieldname
	assert [group["items"] for group in again.transactions].count(["SLM Agreement"]) == 1


def test_owners_of_services_are_asked_whether_the_catalogue_still_fits(clock: SiteClock) -> None:
	"""R034: an entry that somebody changed after the agreement was drafted has been looked at."""
	olga = make_user("olga@acme.example", "Service Level Manager")
	for name in ("Old Entry", "New Entry", "Without Owner"):
		make_service(name, service_owner=olga if name != "Without Owner" else None)
	agreement = make_sla(services=["Old Entry", "New Entry", "Without Owner"], basis="Customer", submit=False)
	frappe.db.set_value("SLM Service", "Old Entry", "modified", "2020-01-01 10:00:00", update_modified=False)
	frappe.db.set_value(
		"SLM Service", "Without Owner", "modified", "2020-01-01 10:00:00", update_modified=False
	)
	frappe.clear_document_cache("SLM Service", "Old Entry")
	frappe.db.set_value("SLM Service", "New Entry", "modified", "2999-01-01 10:00:00", update_modified=False)
	for name in ("Old Entry", "New Entry", "Without Owner"):
		frappe.clear_document_cache("SLM Service", name)

	assert catalogue_check.ask_owners(agreement) == ["Old Entry"]
