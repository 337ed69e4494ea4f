"""Trace, coverage and matrix of the catalogue, and the number cards."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from slm_extension import testing
from slm_extension.service_level_management.number_card import catalogue_figures
from slm_extension.service_level_management.report.slm_catalogue import slm_catalogue
from slm_extension.service_level_management.report.slm_service_trace import slm_service_trace
from slm_extension.service_level_management.report.slm_services_outside_sla import slm_services_outside_sla
from slm_extension.services import trace

GROUP = "Application Software Services"


def service(name: str, **values: Any) -> str:
	return testing.make_service(name, parent_slm_service=values.pop("parent", GROUP), **values)


class TestTrace:
	@pytest.fixture(autouse=True)
	def shop(self) -> None:
		service("Power", service_type="Infrastructure Service")
		service(
			"Net",
			service_type="Network Service",
			rests_on=[{"service": "Power", "layer": "Operations"}],
			it_systems=[
				{"system": "switch-1", "layer": "Network", "it_function": "Carry", "component": "card 2"}
			],
		)
		service(
			"Shop",
			rests_on=[{"service": "Net", "relation": "Consists Of"}],
			customers=[
				{
					"customer": testing.make_customer(),
					"business_function": "Sales",
					"business_process": "Orders",
				},
				{"customer": "Wool & Sons", "business_function": "Sales", "business_process": "Returns"},
			],
		)

	def rows(self, **filters: Any) -> list[tuple[int, str, str]]:
		_columns, rows, message = slm_service_trace.execute(filters)
		assert message is None
		return [(row["indent"], row["kind"], row["name"]) for row in rows]

	def test_from_the_business_function_down_to_the_component(self) -> None:
		assert self.rows(service="Shop") == [
			(0, "Business Function", "Sales"),
			(1, "Business Process", "Orders"),
			(2, "Service", "Shop"),
			(3, "Service", "Net"),
			(4, "IT Function", "Carry"),
			(5, "IT System", "switch-1"),
			(6, "Component", "card 2"),
			(4, "Service", "Power"),
			(1, "Business Process", "Returns"),
			(2, "Service", "Shop"),
		]

	def test_each_row_knows_the_one_above_it(self) -> None:
		_columns, rows, _message = slm_service_trace.execute({"service": "Shop"})

		above = {row["line"]: row["name"] for row in rows}
		assert [above.get(row["parent_line"]) for row in rows] == [
			None, "Sales", "Orders", "Shop", "Net", "Carry", "switch-1", "Net", "Sales", "Returns",
		]  # fmt: skip
		assert rows[3]["relation"] == "Consists Of"
		assert rows[-1]["note"] == "Stands above with all that it rests on"

	def test_from_a_component_s_service_up_to_who_depends_on_it(self) -> None:
		assert self.rows(service="Power", direction="What Rests on It") == [
			(0, "Service", "Power"),
			(1, "Service", "Net"),
			(2, "Service", "Shop"),
			(3, "Business Function", "Sales"),
			(4, "Business Process", "Orders"),
			(4, "Business Process", "Returns"),
		]

	def test_without_a_service_it_begins_at_the_ends(self) -> None:
		downwards = [name for indent, kind, name in self.rows() if (indent, kind) == (0, "Service")]
		assert "Net" not in downwards and "Power" not in downwards
		upwards = [name for indent, _kind, name in self.rows(direction="What Rests on It") if indent == 0]
		assert "Power" in upwards and "Shop" not in upwards

	def test_a_circle_in_the_data_ends_and_says_so(self) -> None:
		row = frappe.get_doc("SLM Service", "Power").append(
			"rests_on", {"service": "Shop", "relation": "Rests On"}
		)
		row.db_insert()

		_columns, rows, _message = slm_service_trace.execute({"service": "Power"})

		assert rows[-1]["name"] == "Power" or "Goes in a circle from here" in [row["note"] for row in rows]
		assert "Goes in a circle from here" in [row["note"] for row in rows]

	def test_a_long_one_is_cut_with_a_note(self, monkeypatch: pytest.MonkeyPatch) -> None:
		monkeypatch.setattr(trace, "MOST_LINES", 3)
		_columns, rows, message = slm_service_trace.execute({"service": "Shop"})

		assert len(rows) == 3 and "Choose a service" in message

	@pytest.mark.parametrize(
		("filters", "said"),
		[({"service": "Nowhere"}, "no service"), ({"direction": "Sideways"}, "Direction cannot be")],
	)
	def test_filters_that_cannot_be_meant_are_refused(self, filters: dict[str, str], said: str) -> None:
		with pytest.raises(frappe.ValidationError, match=said):
			slm_service_trace.execute(filters)


class TestOutside:
	def found(self, show: str = "All") -> dict[str, str]:
		_columns, rows, *_rest = slm_services_outside_sla.execute({"show": show})
		return {row["service"]: row["coverage"] for row in rows}

	@pytest.fixture(autouse=True)
	def four(self, clock: testing.SiteClock) -> None:
		for name in ("Alone", "Named", "In Group"):
			service(name, parent="Databases and Middleware" if name == "In Group" else GROUP)
		service("Draft", status="Draft")
		service("Beneath", service_type="Network Service")

	def test_what_nobody_is_promised_is_outside(self) -> None:
		found = self.found()

		assert {name: found.get(name) for name in ("Alone", "Named", "In Group", "Draft", "Beneath")} == {
			"Alone": "Outside",
			"Named": "Outside",
			"In Group": "Outside",
			"Draft": None,
			"Beneath": None,
		}

	def test_an_agreement_covers_what_it_names_and_what_lies_under_it(self) -> None:
		testing.make_agreement("One", services=["Named"])
		testing.make_agreement(
			"Group", customer=testing.make_customer(), services=["Databases and Middleware"]
		)

		assert self.found("Outside Any SLA") == {"Alone": "Outside"}
		assert self.found()["In Group"] == "Covered"

	def test_an_agreement_without_services_covers_all_of_them(self) -> None:
		testing.make_agreement("All for Wool", customer=testing.make_customer())

		assert set(self.found().values()) == {"Covered"}

	def test_a_general_agreement_is_told_apart(self) -> None:
		name = testing.make_agreement("For everybody").name
		testing.make_agreement("One", services=["Named"])

		_columns, rows, _message, _chart, summary = slm_services_outside_sla.execute({})

		assert {row["service"]: (row["coverage"], row["only_general"], row["general"]) for row in rows} == {
			"Alone": ("Only by General Agreement", 1, name),
			"In Group": ("Only by General Agreement", 1, name),
		}
		assert [card["value"] for card in summary[:3]] == [0, 2, 1]

	@pytest.mark.parametrize(
		("start", "end"),
		[("2026-06-02", None), ("2026-01-01", "2026-05-31")],
		ids=["from tomorrow", "until yesterday"],
	)
	def test_only_what_is_in_force_today_counts(self, start: str, end: str | None) -> None:
		testing.make_agreement("One", services=["Named"], valid_from=start, valid_until=end)

		assert self.found()["Named"] == "Outside"

	def test_a_promise_of_a_team_is_none_to_a_customer(self) -> None:
		frappe.get_doc(
			{"doctype": "User Group", "name": "Desk", "user_group_members": [{"user": "Administrator"}]}
		).insert()
		testing.make_agreement("Beneath", kind="OLA", teams=["Desk"], services=["Named"])

		assert self.found()["Named"] == "Outside"

	def test_tickets_without_service_or_agreement_are_counted_and_led_to(self) -> None:
		testing.make_issue()
		testing.make_issue(slm_service="Alone")
		testing.make_issue(opened="2026-02-01 09:00")

		_columns, rows, message, _chart, summary = slm_services_outside_sla.execute({})

		assert [card["value"] for card in summary[3:]] == [1, 2]
		assert {row["service"]: row["issues"] for row in rows}["Alone"] == 1
		assert "slm_service=" in message and "slm_agreement=" in message

	def test_cards_show_the_same_figures(self) -> None:
		testing.make_issue()

		assert catalogue_figures.services_outside()["value"] == 3
		assert catalogue_figures.tickets_without_service()["value"] == 1
		card = catalogue_figures.tickets_without_agreement()
		assert card["value"] == 1
		listed = frappe.get_list("Issue", filters=card["route_options"], pluck="name", order_by="name asc")
		assert len(listed) == 1

	def test_somebody_who_reads_no_issues_is_told_of_none(self) -> None:
		testing.make_issue()
		frappe.set_user(testing.make_user("analyst@acme.example", "Service Level Analyst"))

		_columns, _rows, message, _chart, summary = slm_services_outside_sla.execute({})

		assert message is None and len(summary) == 3
		with pytest.raises(frappe.PermissionError):
			catalogue_figures.tickets_without_service()


class TestMatrix:
	def rows(self, **filters: Any) -> list[dict[str, Any]]:
		_columns, rows = slm_catalogue.execute(filters)
		return rows

	def test_services_stand_under_their_categories_in_the_order_of_the_standard(self) -> None:
		service("Shop", criticality="High", expected_tickets=5)
		service("Rack", parent="Data Centre Facilities")

		assert [(row["indent"], row["service"]) for row in self.rows()] == [
			(0, "Basic Environment Operations"),
			(1, "Data Centre Facilities"),
			(2, "Rack"),
			(0, "Software Operations"),
			(1, GROUP),
			(2, "Shop"),
		]

	def test_tickets_of_the_last_month_stand_beside_those_expected(self, clock: testing.SiteClock) -> None:
		service("Shop", expected_tickets=5)
		testing.make_issue(slm_service="Shop")
		testing.make_issue(slm_service="Shop", opened="2026-04-01 09:00")

		(row,) = (row for row in self.rows() if row["service"] == "Shop")
		assert (row["expected_tickets"], row["tickets"]) == (5, 1)

	def test_overdue_reviews_are_a_filter(self, clock: testing.SiteClock) -> None:
		service("Late", next_quality_review="2026-05-31")
		service("Soon", next_quality_review="2026-06-02")

		assert [row["service"] for row in self.rows(review_overdue=1) if not row["is_group"]] == ["Late"]

	def test_costs_are_columns_for_those_who_may_see_them(self) -> None:
		service("Shop", annual_cost=10)
		seen = {}
		for role in ("Service Level Analyst", "Support Team"):
			frappe.set_user(testing.make_user(f"{frappe.scrub(role)}@acme.example", role))
			columns, rows = slm_catalogue.execute({})
			seen[role] = "annual_cost" in {column["fieldname"] for column in columns}
			assert ("annual_cost" in rows[-1]) == seen[role]

		assert seen == {"Service Level Analyst": True, "Support Team": False}
