"""What the browser may ask, on a real site: who gets an answer, and what is in it. June 2026: 1 June is a Monday."""

from __future__ import annotations

import inspect
from typing import Any

import frappe
import pytest
from whitelisted_methods import METHODS, STRANGERS, of_this_app

from slm_extension import api, testing
from slm_extension.adapters.site_time import to_instant
from slm_extension.testing import SiteClock

HOUR = 3600


def at(when: str) -> int:
	return to_instant(testing.wall(when))


def told(ticket: Any) -> dict[str, dict[str, Any]]:
	return {clock["metric"]: clock for clock in api.ticket_clocks("Issue", ticket.name)["clocks"]}


class TestWhoMayAsk:
	"""Who gets an answer from which method, role by role, is in test_permissions with the table it goes by."""

	def test_every_method_of_the_app_is_in_that_table(self) -> None:
		assert set(of_this_app()) == set(METHODS)

	@pytest.mark.parametrize("name", METHODS)
	def test_a_method_is_for_users_only_and_its_arguments_are_checked(self, name: str) -> None:
		"""The host checks types by annotations that are types, not by postponed ones."""
		method = of_this_app()[name]
		assert method in frappe.whitelisted
		assert method not in frappe.guest_methods
		inner = inspect.unwrap(method)
		taken = inspect.signature(inner).parameters.keys() - {"self"}
		assert inner.__annotations__.keys() - {"return"} == taken
		assert not any(isinstance(hint, str) for hint in inner.__annotations__.values())

	def test_what_is_for_users_of_the_portal_is_told_apart(self) -> None:
		"""Everything else refuses them, whatever document they name."""
		for_them = {name for name, method in METHODS.items() if set(method.answers) & set(STRANGERS)}
		assert for_them == {
			"portal.sign_agreement",
			"portal.agreement_pdf",
			"portal.due_times",
			"portal.ticket_feedback",
			"portal.give_feedback",
			"portal.deliver_supplier_report",
			"portal.supplier_report_file",
		}

	def test_a_reader_previews_the_calendar_as_it_is_stored_whatever_he_sends(self, agreement: str) -> None:
		document = frappe.get_doc("SLM Calendar", testing.OFFICE).as_dict()
		frappe.set_user(testing.make_user("agent@acme.example", "Support Team"))
		view = api.preview_calendar({**document, "hours": [], "around_the_clock": 1})
		assert view["open_seconds"] == 45 * HOUR

	def test_who_may_read_no_agreements_sees_the_clocks_to_the_customer_and_no_more(
		self, clock: SiteClock
	) -> None:
		"""A ticket that was shared with somebody: what is promised on it, but no titles and no other agreements."""
		testing.make_agreement("For everybody")
		testing.make_agreement("Old", basis="Corporate", valid_from="2025-01-01", valid_until="2025-12-31")
		ticket = testing.make_issue()
		reader = testing.make_user("clerk@acme.example")
		frappe.share.add("Issue", ticket.name, reader, read=1)
		frappe.set_user(reader)
		view = api.ticket_clocks("Issue", ticket.name)
		assert [one["metric"] for one in view["clocks"]] == ["Response", "Resolution"]
		assert view["agreements"] == {}
		shown = api.explain_agreement("Issue", ticket.name)["candidates"]
		assert [(one["rejected"], "title" in one) for one in shown] == [("", False)]

	def test_an_unknown_ticket_is_not_found(self, agreement: str) -> None:
		with pytest.raises(frappe.DoesNotExistError):
			api.ticket_clocks("Issue", "ISS-0000-00000")


class TestClocksAsTheyStand:
	def test_a_running_clock_comes_with_the_open_spans_until_it_is_due(
		self, agreement: str, clock: SiteClock
	) -> None:
		"""Opened Fri 16:00, 4 h: due Mon 11:00. The spans before that add up to what remains."""
		clock.at("Fri 5 Jun 16:00")
		ticket = testing.make_issue()
		clock.at("Fri 5 Jun 16:30")
		resolution = told(ticket)["Resolution"]
		assert (resolution["phase"], resolution["outcome"]) == ("running", "pending")
		assert resolution["due"] == at("Mon 8 Jun 11:00")
		assert resolution["remaining"] == 3.5 * HOUR
		assert resolution["ahead"][0] == (at("Fri 5 Jun 16:30"), at("Fri 5 Jun 18:00"))
		due = resolution["due"]
		until_due = [min(end, due) - start for start, end in resolution["ahead"] if start < due]
		assert until_due == [1.5 * HOUR, 2 * HOUR]

	def test_outside_hours_the_first_span_is_the_next_opening(self, agreement: str, clock: SiteClock) -> None:
		clock.at("Sat 6 Jun 12:00")
		ticket = testing.make_issue()
		response = told(ticket)["Response"]
		assert response["remaining"] == HOUR
		assert response["ahead"][0] == (at("Mon 8 Jun 09:00"), at("Mon 8 Jun 18:00"))

	def test_the_spans_ahead_are_bounded(self, clock: SiteClock) -> None:
		"""4,000 h of office hours are 445 days; nobody is sent all of them."""
		testing.make_agreement(targets=[testing.target("Resolution", 4000)])
		ticket = testing.make_issue()
		assert len(told(ticket)["Resolution"]["ahead"]) == 60

	def test_a_held_clock_says_why_and_has_no_due_time(self, agreement: str, clock: SiteClock) -> None:
		ticket = testing.make_issue()
		clock.at("Mon 1 Jun 10:00")
		testing.set_status(ticket, "Replied")
		clock.at("Mon 1 Jun 15:00")
		resolution = told(ticket)["Resolution"]
		assert (resolution["phase"], resolution["reason"]) == ("held", "Replied")
		assert (resolution["due"], resolution["ahead"]) == (None, ())
		assert (resolution["elapsed"], resolution["held"], resolution["remaining"]) == (
			HOUR,
			5 * HOUR,
			3 * HOUR,
		)

	def test_an_overdue_clock_goes_on_and_says_since_when(self, agreement: str, clock: SiteClock) -> None:
		ticket = testing.make_issue()
		clock.at("Tue 2 Jun 09:30")
		resolution = told(ticket)["Resolution"]
		assert (resolution["phase"], resolution["outcome"]) == ("running", "missed")
		assert resolution["missed_at"] == at("Mon 1 Jun 13:00")
		assert resolution["remaining"] == -5.5 * HOUR
		assert resolution["ahead"][0] == (at("Tue 2 Jun 09:30"), at("Tue 2 Jun 18:00"))

	def test_a_stopped_clock_says_what_stopped_it(self, agreement: str, clock: SiteClock) -> None:
		ticket = testing.make_issue()
		clock.at("Mon 1 Jun 09:40")
		testing.reply(ticket)
		response = told(ticket)["Response"]
		assert (response["phase"], response["outcome"], response["stopped_by"]) == (
			"stopped",
			"met",
			"replied",
		)
		assert (response["stopped"], response["elapsed"]) == (at("Mon 1 Jun 09:40"), 40 * 60)

	def test_what_is_told_is_what_is_stored_when_nothing_has_passed_since(
		self, agreement: str, clock: SiteClock
	) -> None:
		ticket = testing.make_issue()
		clock.at("Mon 1 Jun 12:00")
		testing.set_status(ticket, "On Hold")
		stored = testing.clocks(ticket)
		for metric, clock_told in told(ticket).items():
			row = stored[metric.lower()]
			assert clock_told["phase"].title() == row.phase
			assert clock_told["outcome"].title() == row.outcome
			assert (
				clock_told["goal"],
				clock_told["elapsed"],
				clock_told["held"],
				clock_told["remaining"],
			) == (
				row.goal,
				row.elapsed,
				row.held,
				row.remaining,
			)

	def test_asking_writes_nothing(self, agreement: str, clock: SiteClock) -> None:
		ticket = testing.make_issue()
		before = testing.ledger(ticket), testing.clock_rows(ticket)
		clock.at("Wed 3 Jun 12:00")
		told(ticket)
		assert (testing.ledger(ticket), testing.clock_rows(ticket)) == before

	def test_holidays_that_are_not_known_that_far_are_a_warning(self, clock: SiteClock) -> None:
		"""Known until Tue 2 Jun; 20 h from Mon 09:00 end on Wed."""
		holidays = make_holiday_list("Acme June", "2026-06-01", "2026-06-02")
		testing.make_calendar(holiday_lists=[{"holiday_list": holidays}])
		testing.make_agreement(targets=[testing.target("Response", 1), testing.target("Resolution", 20)])
		clocks = told(testing.make_issue())
		assert (clocks["Response"]["uncertain"], clocks["Resolution"]["uncertain"]) == (False, True)

	def test_the_agreement_is_named(self, agreement: str, clock: SiteClock) -> None:
		view = api.ticket_clocks("Issue", testing.make_issue().name)
		assert view["agreement"] == agreement
		assert view["agreements"][agreement]["title"] == "Support for everybody"


class TestTicketsWithoutClocks:
	def test_without_any_agreement_there_is_nobody_to_name(self, clock: SiteClock) -> None:
		view = api.ticket_clocks("Issue", testing.make_issue().name)
		assert (view["recorded"], view["agreement"], view["clocks"], view["candidates"]) == (
			True,
			None,
			[],
			[],
		)

	def test_the_agreements_that_do_not_apply_say_why(self, clock: SiteClock) -> None:
		"""Those for other customers are only counted: there may be hundreds."""
		shop = testing.make_service()
		testing.make_agreement("Shop", services=[shop])
		testing.make_agreement("Old", basis="Corporate", valid_from="2025-01-01", valid_until="2025-12-31")
		testing.make_agreement("Next year", basis="Default", valid_from="2027-01-01")
		testing.make_agreement("Rail", customer=testing.make_customer("Northern Rail"))
		view = api.ticket_clocks("Issue", testing.make_issue().name)
		assert {one["title"]: one["rejected"] for one in view["candidates"]} == {
			"Shop": "service",
			"Old": "no_longer",
			"Next year": "not_yet",
		}
		assert (view["other_customers"], view["more"]) == (1, 0)

	def test_an_agreement_without_a_target_for_the_ticket_is_named(self, clock: SiteClock) -> None:
		high = testing.make_priority("High")
		name = testing.make_agreement(targets=[testing.target("Resolution", 4, priority=high)]).name
		view = api.ticket_clocks("Issue", testing.make_issue(priority=testing.make_priority("Low")).name)
		assert (view["agreement"], view["clocks"]) == (name, [])

	def test_a_ticket_that_was_there_before_is_not_recorded(self, clock: SiteClock) -> None:
		ticket = testing.make_issue()
		frappe.db.delete("SLM Ticket Event", {"ticket": ticket.name})
		view = api.ticket_clocks("Issue", ticket.name)
		assert (view["recorded"], view["clocks"]) == (False, [])
		with pytest.raises(frappe.ValidationError, match="backfill"):
			api.explain_agreement("Issue", ticket.name)

	def test_a_ticket_that_could_not_be_measured_says_so_as_text(
		self, agreement: str, clock: SiteClock
	) -> None:
		ticket = testing.make_issue()
		frappe.get_doc(
			{
				"doctype": "SLM Failed Measure",
				"ticket_type": "Issue",
				"ticket": ticket.name,
				"problem": "<b>no</b>",
				"times": 1,
			}
		).insert()
		assert api.ticket_clocks("Issue", ticket.name)["problem"] == "&lt;b&gt;no&lt;/b&gt;"


class TestExplanations:
	def test_the_spans_are_gapless_and_add_up_to_the_second(self, agreement: str, clock: SiteClock) -> None:
		"""Fri 14:00 opened, 15:00-17:00 replied, Mon 10:30 closed: 1 h + 1 h + 1.5 h counted, 2 h held."""
		clock.at("Fri 5 Jun 14:00")
		ticket = testing.make_issue()
		clock.at("Fri 5 Jun 15:00")
		testing.set_status(ticket, "Replied")
		clock.at("Fri 5 Jun 17:00")
		testing.set_status(ticket, "Open")
		clock.at("Mon 8 Jun 10:30")
		testing.set_status(ticket, "Closed")
		clock.at("Tue 9 Jun 09:00")
		answer = api.explain_clock("Issue", ticket.name, "Resolution", 1, 0)
		spans = answer["spans"]
		assert [(one["kind"], one["seconds"]) for one in spans if one["kind"] != "closed"] == [
			("counted", HOUR),
			("held", 2 * HOUR),
			("counted", HOUR),
			("counted", 5400),
		]
		assert [(one["closed"], one["reason"]) for one in spans if one["kind"] == "closed"] == [
			("hours", ""),
			("weekday", "Saturday"),
			("weekday", "Sunday"),
			("hours", ""),
		]
		assert [one["start"] for one in spans[1:]] == [one["end"] for one in spans[:-1]]
		assert (spans[0]["start"], spans[-1]["end"]) == (at("Fri 5 Jun 14:00"), at("Mon 8 Jun 10:30"))
		assert answer["counted"] == answer["clock"]["elapsed"] == 3.5 * HOUR
		assert answer["held"] == answer["clock"]["held"] == 2 * HOUR
		assert answer["counted"] + answer["held"] + answer["uncounted"] == answer["total"]
		assert answer["total"] == at("Mon 8 Jun 10:30") - at("Fri 5 Jun 14:00")

	def test_a_fact_that_changes_nothing_about_a_clock_does_not_cut_its_spans(
		self, agreement: str, clock: SiteClock
	) -> None:
		"""Opened 09:00, replied 09:30, asked 10:00: one hour counted, in one line."""
		ticket = testing.make_issue()
		clock.at("Mon 1 Jun 09:30")
		testing.reply(ticket)
		clock.at("Mon 1 Jun 10:00")
		answer = api.explain_clock("Issue", ticket.name, "Resolution", 1, 0)
		assert [(one["kind"], one["seconds"]) for one in answer["spans"]] == [("counted", HOUR)]

	def test_a_target_that_took_over_is_told_with_both_goals(self, clock: SiteClock) -> None:
		high, low = testing.make_priority("High"), testing.make_priority("Low")
		testing.make_agreement(
			targets=[testing.target("Resolution", 8), testing.target("Resolution", 4, priority=high)]
		)
		ticket = testing.make_issue(priority=low)
		clock.at("Mon 1 Jun 11:00")
		ticket.priority = high
		ticket.save()
		answer = api.explain_clock("Issue", ticket.name, "Resolution", 1, 0)
		assert [
			(one["at"], one["goal_before"], one["goal_after"], one["priorities_after"], one["elapsed_after"])
			for one in answer["swaps"]
		] == [(at("Mon 1 Jun 11:00"), 8 * HOUR, 4 * HOUR, ("High",), 2 * HOUR)]

	def test_the_agreement_that_applies_comes_first_with_the_others_and_why_not(
		self, clock: SiteClock
	) -> None:
		customer = testing.make_customer()
		own = testing.make_agreement("Own", customer=customer).name
		general = testing.make_agreement("General").name
		ticket = testing.make_issue(customer=customer)
		answer = api.explain_clock("Issue", ticket.name, "Response", 1, 0)
		assert [(one["agreement"], one["rejected"]) for one in answer["candidates"]] == [
			(own, ""),
			(general, "default"),
		]

	def test_a_clock_that_is_not_there_any_more_says_what_to_do(
		self, agreement: str, clock: SiteClock
	) -> None:
		with pytest.raises(frappe.DoesNotExistError, match="Reload"):
			api.explain_clock("Issue", testing.make_issue().name, "Resolution", 2, 0)


class TestCalendarPreview:
	def test_two_weeks_are_drawn_with_their_hours(self, clock: SiteClock) -> None:
		"""Mon 1 June 09:00, 8 to 12 and 13 to 17 on weekdays."""
		view = api.preview_calendar(
			{
				"calendar_name": "Shop",
				"time_zone": "Asia/Kolkata",
				"hours": testing.hours_rows(["08:00-12:00", "13:00-17:00"]),
			}
		)
		assert [day["day"] for day in view["days"]] == [f"2026-06-{day:02}" for day in range(1, 15)]
		monday, saturday = view["days"][0], view["days"][5]
		assert [(part["opens"], part["shuts"]) for part in monday["parts"]] == [
			("08:00", "12:00"),
			("13:00", "17:00"),
		]
		assert [(part["start"], part["end"]) for part in monday["parts"]] == [
			(8 * HOUR, 12 * HOUR),
			(13 * HOUR, 17 * HOUR),
		]
		assert (saturday["parts"], saturday["closed"], saturday["detail"]) == ((), "weekday", "Saturday")
		assert (view["open_now"], view["changes_at"]) == (True, at("Mon 1 Jun 12:00"))
		assert view["open_seconds"] == 40 * HOUR

	def test_a_window_until_midnight_ends_at_24(self, clock: SiteClock) -> None:
		view = api.preview_calendar(
			{"calendar_name": "Late", "time_zone": "Asia/Kolkata", "around_the_clock": 1}
		)
		assert [(part["opens"], part["shuts"]) for part in view["days"][0]["parts"]] == [("00:00", "24:00")]
		assert (view["open_now"], view["changes_at"]) == (True, None)

	def test_a_day_is_as_long_as_its_zone_has_it(self, clock: SiteClock) -> None:
		"""Sun 25 Oct 2026 has 25 hours in Berlin, and an open day of 25 hours with it."""
		clock.at("Sun 25 Oct 12:00")
		view = api.preview_calendar(
			{"calendar_name": "Berlin", "time_zone": "Europe/Berlin", "around_the_clock": 1}
		)
		assert view["days"][0]["seconds"] == 25 * HOUR
		assert view["days"][0]["parts"][0]["end"] == 25 * HOUR

	def test_holidays_are_named_and_it_says_how_far_they_are_known(self, clock: SiteClock) -> None:
		holidays = make_holiday_list("Acme June", "2026-06-01", "2026-06-30", {"2026-06-03": "Founders' Day"})
		view = api.preview_calendar(
			{
				"calendar_name": "Acme",
				"time_zone": "Asia/Kolkata",
				"around_the_clock": 1,
				"holiday_lists": [{"holiday_list": holidays}],
			}
		)
		assert (view["days"][2]["closed"], view["days"][2]["detail"]) == ("date", "Founders' Day")
		assert (view["known_until"], view["known_days"]) == ("2026-06-30", 29)

	def test_what_cannot_be_used_is_said_in_a_sentence(self, clock: SiteClock) -> None:
		view = api.preview_calendar({"calendar_name": "Never", "time_zone": "Asia/Kolkata", "hours": []})
		assert view["problem"] == (
			'Calendar "Never" never opens. Give it at least one window on a day that is not closed.'
		)
		assert view["days"] == ()

	def test_rows_that_are_not_filled_in_yet_say_nothing(self, clock: SiteClock) -> None:
		view = api.preview_calendar(
			{
				"calendar_name": "Half",
				"time_zone": "Asia/Kolkata",
				"hours": [*testing.hours_rows(["09:00-18:00"]), {"day": "Sunday"}, {}],
				"exceptions": [{"reason": "some day"}],
				"yearly_closures": [{"from_month": "December"}],
			}
		)
		assert (view["problem"], view["open_seconds"]) == ("", 45 * HOUR)

	def test_an_example_says_when_a_goal_is_used_up(self, clock: SiteClock) -> None:
		testing.make_calendar()
		clock.at("Fri 5 Jun 16:00")
		view = api.preview_calendar(frappe.get_doc("SLM Calendar", testing.OFFICE).as_dict())
		assert {one["goal"]: one["due"] for one in view["examples"]} == {
			HOUR: at("Fri 5 Jun 17:00"),
			4 * HOUR: at("Mon 8 Jun 11:00"),
			8 * HOUR: at("Mon 8 Jun 15:00"),
		}


class TestTargetPreview:
	def draft(self, *targets: dict[str, Any], **more: Any) -> dict[str, Any]:
		rows = [{**row, "idx": number} for number, row in enumerate(targets, start=1)]
		return {
			"title": "Draft",
			"kind": "SLA",
			"basis": "Default",
			"calendar": testing.make_calendar().name,
			"valid_from": "2026-01-01",
			"targets": rows,
			**more,
		}

	def test_each_row_has_its_due_time_for_a_ticket_opened_now(self, clock: SiteClock) -> None:
		testing.make_calendar("Always", around_the_clock=True)
		clock.at("Fri 5 Jun 16:00")
		rows = api.preview_targets(
			self.draft(testing.target("Response", 1), testing.target("Resolution", 4, calendar="Always"))
		)
		assert [(row["idx"], row["due"], row["calendar"]) for row in rows] == [
			(1, at("Fri 5 Jun 17:00"), "Office Hours"),
			(2, at("Fri 5 Jun 20:00"), "Always"),
		]

	def test_another_opening_can_be_tried(self, clock: SiteClock) -> None:
		rows = api.preview_targets(self.draft(testing.target("Resolution", 4)), "2026-06-05 16:00:00")
		assert rows[0]["due"] == at("Mon 8 Jun 11:00")

	def test_a_clock_that_nothing_has_started_has_no_due_time(self, clock: SiteClock) -> None:
		rows = api.preview_targets(self.draft(testing.target("Next Reply", 4)))
		assert (rows[0]["due"], rows[0]["problem"]) == (None, "")

	def test_unfinished_rows_are_left_out_and_wrong_ones_say_why(self, clock: SiteClock) -> None:
		rows = api.preview_targets(
			self.draft({"metric": "Response"}, testing.target("Resolution", 4, objective=101), {})
		)
		assert [row["idx"] for row in rows] == [2]
		assert "101" in rows[0]["problem"]

	def test_without_a_calendar_there_is_nothing_to_say(self, clock: SiteClock) -> None:
		assert api.preview_targets(self.draft(testing.target("Resolution", 4), calendar=None)) == []

	def test_the_calendar_counts_as_it_is_now_not_as_it_was_first(self, clock: SiteClock) -> None:
		testing.make_agreement()
		clock.at("Mon 8 Jun 09:00")
		calendar = frappe.get_doc("SLM Calendar", testing.OFFICE)
		calendar.set("hours", testing.hours_rows(["10:00-18:00"]))
		calendar.save()
		rows = api.preview_targets(self.draft(testing.target("Resolution", 4)))
		assert rows[0]["due"] == at("Mon 8 Jun 14:00")


class TestSetUp:
	@pytest.mark.parametrize(
		("metric", "customer", "other"),
		[
			("Response", 0, 0),
			("Resolution", 1, 1),
			("Closure", 1, 1),
			("Turnaround", 0, 0),
			("Next Reply", 0, 0),
			("Escalation", 1, 1),
			("Update Interval", 1, 0),
		],
	)
	def test_the_usual_holds_are_those_of_the_metric(self, metric: str, customer: int, other: int) -> None:
		holds = api.default_holds()[metric]
		assert holds == {"hold_customer": customer, "hold_supplier": 0, "hold_other": other}

	def test_every_metric_of_the_form_has_its_usual_holds(self) -> None:
		metrics = frappe.get_all("SLM Metric", pluck="name", order_by="name asc")
		assert set(api.default_holds()) == set(metrics)

	def test_a_new_version_of_an_agreement_in_use_is_a_draft_that_replaces_it(self, clock: SiteClock) -> None:
		"""The host's own Amend would want the agreement cancelled, which tickets were measured by."""
		first = testing.make_agreement()
		testing.make_issue()
		draft = frappe.get_doc("SLM Agreement", api.new_version(first.name))
		assert (draft.docstatus, draft.status, draft.agreement_version) == (0, "Draft", 2)
		assert (draft.amended_from, draft.lineage) == (first.name, first.name)
		assert [row.goal for row in draft.targets] == [row.goal for row in first.targets]
		draft.targets[0].goal = 2 * HOUR
		testing.conclude(draft)
		first.reload()
		assert first.valid_until == frappe.utils.add_days(draft.valid_from, -1)
		assert first.docstatus == 1

	def test_a_draft_has_no_versions(self, clock: SiteClock) -> None:
		draft = testing.make_agreement(submit=False)
		with pytest.raises(frappe.ValidationError, match="is not submitted"):
			api.new_version(draft.name)

	def test_services_are_listed_level_by_level_groups_first(self) -> None:
		api.add_service("Zebra Services", is_root=True, is_group=True, status="Live")
		api.add_service("Alone", is_root=True)
		api.add_service("Stripes", parent="Zebra Services", status="Approved", service_type="Network Service")
		top = [node["value"] for node in api.service_nodes("SLM Service", "All Services", True)]
		assert top.index("Zebra Services") < top.index("Alone")
		assert api.service_nodes("SLM Service", "Zebra Services") == [
			{"value": "Stripes", "expandable": 0, "status": "Approved", "service_type": "Network Service"}
		]


def make_holiday_list(name: str, first: str, last: str, days: dict[str, str] | None = None) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Holiday List",
				"holiday_list_name": name,
				"from_date": first,
				"to_date": last,
				"holidays": [
					{"holiday_date": day, "description": text} for day, text in (days or {}).items()
				],
			}
		)
		.insert()
		.name
	)
