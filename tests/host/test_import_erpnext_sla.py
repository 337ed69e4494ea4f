"""Agreements of ERPNext and Helpdesk as drafts: what is taken over, what is told, what is refused."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from erpnext.support.doctype.service_level_agreement.service_level_agreement import get_expected_time_for

from slm_extension import api, testing
from slm_extension.adapters.host_agreements import ERPNEXT, HELPDESK, customers_in, helpdesk_agreement
from slm_extension.services import import_erpnext_sla as imports

HOUR = 3600
WEEK = testing.WEEKDAYS


def days(start: str = "09:00:00", end: str = "18:00:00", count: int = 5) -> list[dict[str, str]]:
	return [{"workday": day, "start_time": start, "end_time": end} for day in WEEK[:count]]


def make_original(**fields: Any) -> Any:
	"""A Service Level Agreement of ERPNext, for everybody unless said, with three priorities."""
	frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 1)
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Holidays of the Mill",
			"from_date": "2026-01-01",
			"to_date": "2026-12-31",
			"holidays": [{"holiday_date": "2026-06-05", "description": "Shearing"}],
		}
	).insert()
	return frappe.get_doc(
		{
			"doctype": ERPNEXT,
			"document_type": "Issue",
			"service_level": "Gold",
			"enabled": 1,
			"apply_sla_for_resolution": 1,
			"holiday_list": holidays.name,
			"priorities": [
				{
					"priority": testing.make_priority(name),
					"default_priority": int(name == "Medium"),
					"response_time": response * HOUR,
					"resolution_time": resolution * HOUR,
				}
				for name, response, resolution in (("High", 1, 4), ("Medium", 2, 8), ("Low", 4, 24))
			],
			"sla_fulfilled_on": [{"status": "Resolved"}, {"status": "Closed"}],
			"pause_sla_on": [{"status": "Replied"}, {"status": "On Hold"}],
			"support_and_resolution": days(),
			**fields,
		}
	).insert()


def take(original: Any) -> tuple[Any, str]:
	"""The draft, and the notes as one text."""
	found = imports.import_agreement(original.doctype, original.name)
	return frappe.get_doc("SLM Agreement", found.agreement), "\n".join(found.notes)


class TestErpnext:
	def test_times_hours_holidays_and_holds_are_those_of_the_original(self, clock: testing.SiteClock) -> None:
		draft, notes = take(make_original(start_date="2026-01-01"))

		assert (draft.docstatus, draft.kind, draft.title, str(draft.valid_from)) == (
			0,
			"SLA",
			"Gold",
			"2026-01-01",
		)
		assert {(row.metric, row.priority, row.goal) for row in draft.targets} == {
			("Response", "High", HOUR),
			("Resolution", "High", 4 * HOUR),
			("Response", "Medium", 2 * HOUR),
			("Resolution", "Medium", 8 * HOUR),
			("Response", "Low", 4 * HOUR),
			("Resolution", "Low", 24 * HOUR),
			("Response", None, 2 * HOUR),
			("Resolution", None, 8 * HOUR),
		}
		assert {(row.hold_customer, row.hold_supplier, row.hold_other) for row in draft.targets} == {
			(1, 0, 1)
		}
		calendar = frappe.get_doc("SLM Calendar", draft.calendar)
		assert [(row.day, str(row.from_time), str(row.to_time)) for row in calendar.hours] == [
			(day, "9:00:00", "18:00:00") for day in WEEK[:5]
		]
		assert [row.holiday_list for row in calendar.holiday_lists] == ["Holidays of the Mill"]
		assert calendar.time_zone == testing.ZONE
		assert "Medium" in notes and "usual priority" in notes

	@pytest.mark.parametrize(
		("opened", "priority"),
		[
			pytest.param("Thu 4 Jun 17:30", "High", id="over a holiday and a weekend"),
			pytest.param("Mon 1 Jun 09:00", "Low", id="over several days"),
			pytest.param("Sat 6 Jun 12:00", "Medium", id="on a weekend"),
		],
	)
	def test_the_draft_once_concluded_has_the_due_times_of_the_original(
		self, clock: testing.SiteClock, opened: str, priority: str
	) -> None:
		original = make_original(default_service_level_agreement=1, start_date="2026-01-01")
		draft, _notes = take(original)
		testing.conclude(draft)
		clock.at(opened)

		issue = testing.make_issue(priority=priority, opened=opened)

		original.reload()
		level = {
			**original.get_service_level_agreement_priority(priority),
			"support_and_resolution": original.support_and_resolution,
			"holiday_list": original.holiday_list,
		}
		theirs = {
			metric: get_expected_time_for(metric, level, testing.wall(opened))
			for metric in ("response", "resolution")
		}
		assert {metric: row.due for metric, row in testing.clocks(issue).items()} == theirs

	@pytest.mark.parametrize(
		("fields", "basis", "table", "party"),
		[
			pytest.param({"default_service_level_agreement": 1}, "Default", None, None, id="default"),
			pytest.param({}, "Corporate", None, None, id="everybody"),
			pytest.param({"entity_type": "Customer"}, "Customer", "customer", "Wool & Sons", id="customer"),
			pytest.param(
				{"entity_type": "Customer Group", "entity": "Commercial"},
				"Customer Group",
				"customer_groups",
				"Commercial",
				id="customer group",
			),
			pytest.param(
				{"entity_type": "Territory", "entity": "India"},
				"Territory",
				"territories",
				"India",
				id="territory",
			),
		],
	)
	def test_it_is_for_those_the_original_was_for(
		self, fields: dict[str, Any], basis: str, table: str | None, party: str | None
	) -> None:
		if fields.get("entity_type") == "Customer":
			fields = {**fields, "entity": testing.make_customer()}

		draft, _notes = take(make_original(**fields))

		assert draft.basis == basis
		if table == "customer":
			assert draft.customer == party
		elif table:
			assert [next(v for k, v in row.as_dict().items() if k in ("customer_group", "territory"))
				for row in draft.get(table)] == [party]  # fmt: skip

	@pytest.mark.parametrize(
		("fields", "words"),
		[
			pytest.param(
				{"condition": "doc.priority == 'High'"}, "condition was not taken over", id="condition"
			),
			pytest.param({"enabled": 0}, "The original is disabled", id="disabled"),
			pytest.param(
				{"start_date": "2020-01-01", "end_date": "2021-12-31"}, "The original ended on", id="over"
			),
			pytest.param({}, "has no start date", id="no start"),
			pytest.param(
				{"apply_sla_for_resolution": 0}, "Resolution times were left out", id="response only"
			),
			pytest.param(
				{"sla_fulfilled_on": [{"status": "Closed"}]},
				"its resolution became Closure",
				id="closing only",
			),
			pytest.param(
				{"sla_fulfilled_on": [{"status": "Resolved"}, {"status": "Replied"}]},
				"fulfilled by <strong>Replied</strong> too",
				id="fulfilled by waiting",
			),
			pytest.param(
				{"pause_sla_on": [{"status": "Resolved"}]},
				"does not mean waiting here",
				id="pauses when solved",
			),
		],
	)
	def test_what_cannot_be_taken_over_is_told_and_kept_with_the_draft(
		self, fields: dict[str, Any], words: str
	) -> None:
		draft, notes = take(make_original(**fields))

		assert words in notes
		comments = frappe.get_all(
			"Comment",
			filters={
				"reference_doctype": "SLM Agreement",
				"reference_name": draft.name,
				"comment_type": "Comment",
			},
			pluck="content",
			order_by="creation asc",
		)
		assert len(comments) == 1
		assert "Taken over from Service Level Agreement" in comments[0]

	def test_a_condition_comes_out_as_text(self) -> None:
		_draft, notes = take(make_original(condition="doc.subject != '<script>alert(1)</script>'"))

		assert "<script>" not in notes and "&lt;script&gt;" in notes

	def test_what_pauses_for_nobody_is_never_held(self) -> None:
		draft, _notes = take(make_original(pause_sla_on=[]))

		assert {row.never_held for row in draft.targets} == {1}

	def test_midnight_written_as_its_last_second_is_midnight(self) -> None:
		draft, _notes = take(make_original(support_and_resolution=days("00:00:00", "23:59:59", 7)))

		calendar = frappe.get_doc("SLM Calendar", draft.calendar)
		assert (calendar.around_the_clock, calendar.hours) == (1, [])

	def test_a_calendar_with_the_same_hours_and_holidays_is_used_again(self) -> None:
		original = make_original()
		first, _notes = take(original)
		second, notes = take(original)

		assert first.calendar == second.calendar
		assert "was here already" in notes

	def test_what_is_not_about_tickets_is_refused_and_nothing_is_written(self) -> None:
		values = make_original().as_dict()
		before = frappe.db.count("SLM Agreement"), frappe.db.count("SLM Calendar")
		with pytest.raises(frappe.ValidationError, match=r"is about .*Lead.*Only agreements about Issue"):
			imports.draft(imports.read(ERPNEXT, {**values, "document_type": "Lead"}), imports.Holidays(None))
		assert (frappe.db.count("SLM Agreement"), frappe.db.count("SLM Calendar")) == before

	def test_who_may_not_draft_agreements_may_not_import_any(self) -> None:
		original = make_original()
		frappe.set_user(testing.make_user("agent@acme.example", "Support Team"))
		with pytest.raises(frappe.PermissionError):
			api.import_agreement(ERPNEXT, original.name)
		with pytest.raises(frappe.PermissionError):
			api.importable_agreements()

	def test_only_agreements_of_the_host_can_be_named(self) -> None:
		assert api.importable_agreements() == [ERPNEXT]
		for source in ("User", "SLM Agreement", HELPDESK, ""):
			with pytest.raises(frappe.PermissionError):
				api.import_agreement(source, "Administrator")


HELPDESK_GOLD = {
	"doctype": HELPDESK,
	"name": "Gold",
	"service_level": "Gold",
	"enabled": 1,
	"default_sla": 0,
	"condition": "",
	"condition_json": "[]",
	"apply_sla_for_resolution": 1,
	"start_date": "2026-01-01",
	"end_date": None,
	"holiday_list": "Default",
	"default_priority": "Urgent",
	"priorities": [
		{"priority": "Urgent", "default_priority": 1, "response_time": 1800.0, "resolution_time": 7200.0},
		{"priority": "Low", "default_priority": 0, "response_time": 14400.0, "resolution_time": None},
	],
	"support_and_resolution": days("10:00:00", "18:00:00"),
}
HOLIDAYS = {
	"holiday_list_name": "Default",
	"from_date": "2026-01-01",
	"to_date": "2026-12-31",
	"holidays": [{"holiday_date": "2026-12-25", "description": "Christmas", "weekly_off": 0}],
}


def from_helpdesk(**fields: Any) -> tuple[Any, str]:
	"""The draft made of what Helpdesk's document says; its own DocTypes are not on this site."""
	found = helpdesk_agreement({**HELPDESK_GOLD, **fields}, ["Replied"], ["Resolved", "Closed"])
	made = imports.draft(found, imports.copy_holidays(HOLIDAYS))
	return frappe.get_doc("SLM Agreement", made.agreement), "\n".join(made.notes)


class TestHelpdesk:
	def test_times_hours_and_holidays_are_those_of_the_original(self) -> None:
		draft, notes = from_helpdesk(default_sla=1)

		assert (draft.title, draft.basis, str(draft.valid_from)) == ("Gold", "Default", "2026-01-01")
		assert {(row.metric, row.priority, row.goal) for row in draft.targets} == {
			("Response", "Urgent", 1800),
			("Resolution", "Urgent", 7200),
			("Response", "Low", 14400),
			("Response", None, 1800),
			("Resolution", None, 7200),
		}
		assert {(row.hold_customer, row.hold_other) for row in draft.targets} == {(1, 0)}
		calendar = frappe.get_doc("SLM Calendar", draft.calendar)
		assert [row.holiday_list for row in calendar.holiday_lists] == ["Default (Helpdesk)"]
		assert str(calendar.known_until) == "2026-12-31"
		assert "copied to the Holiday List" in notes

	def test_a_priority_that_is_not_here_is_added(self) -> None:
		frappe.delete_doc_if_exists("Issue Priority", "Urgent", force=True)

		_draft, notes = from_helpdesk()

		assert frappe.db.exists("Issue Priority", "Urgent")
		assert "The priority <strong>Urgent</strong> was added" in notes

	def test_a_condition_that_names_customers_makes_it_theirs(self) -> None:
		testing.make_customer("Wool & Sons")
		testing.make_customer("Silk Brothers")

		draft, notes = from_helpdesk(
			condition="doc.customer == 'Wool & Sons' or (doc.customer == \"Silk Brothers\")"
		)

		assert (draft.basis, draft.customer) == ("Customer", "Wool & Sons")
		assert [row.customer for row in draft.customers] == ["Silk Brothers"]
		assert "condition" not in notes

	def test_a_customer_that_is_not_here_is_told(self) -> None:
		draft, notes = from_helpdesk(condition="doc.customer == 'Nobody Ltd'")

		assert draft.basis == "Corporate"
		assert (
			"Nobody Ltd" in notes and "not on this site" in notes and "condition was not taken over" in notes
		)

	def test_a_condition_built_by_clicking_is_told_as_well(self) -> None:
		_draft, notes = from_helpdesk(condition_json='[["priority", "==", "Low"]]')

		assert "condition was not taken over" in notes

	def test_an_older_one_says_itself_which_statuses_pause(self) -> None:
		draft, _notes = from_helpdesk(pause_sla_on=[{"status": "On Hold"}])

		assert {(row.hold_customer, row.hold_other) for row in draft.targets} == {(0, 1)}

	@pytest.mark.parametrize(
		("condition", "customers"),
		[
			pytest.param("doc.customer == 'A'", ("A",), id="one"),
			pytest.param("""doc.customer=="It's"  or doc.customer == 'B'""", ("It's", "B"), id="two"),
			pytest.param("doc.customer == 'A' and doc.priority == 'High'", (), id="and something else"),
			pytest.param("doc.customer != 'A'", (), id="all but one"),
			pytest.param("doc.customer == 'A' or True", (), id="or anything"),
			pytest.param("not doc.customer == 'A'", (), id="negated"),
			pytest.param("", (), id="none"),
		],
	)
	def test_only_conditions_about_customers_alone_are_understood(
		self, condition: str, customers: tuple[str, ...]
	) -> None:
		assert customers_in(condition) == customers
