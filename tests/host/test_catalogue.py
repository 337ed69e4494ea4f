"""The service catalogue: what is seeded, who approves, what is refused, and what import and other records bring."""

from __future__ import annotations

import re
from typing import Any

import frappe
import pytest

from slm_extension import api, testing
from slm_extension.domain.standard_catalogue import MAIN_CATEGORIES
from slm_extension.seeds import catalogue as seeds
from slm_extension.services import catalogue_print

PARENT = "Application Software Services"
TAGS = re.compile("<[^>]*>")


def service(name: str = "Online Shop", **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "SLM Service",
			"service_name": name,
			"parent_slm_service": PARENT,
			"status": "Live",
			"customer_description": "<p>Takes your orders.</p>",
			**values,
		}
	)


def refusal(make: Any, error: type[Exception] = frappe.ValidationError) -> str:
	"""The sentence a user is shown, without its tags."""
	frappe.clear_messages()
	frappe.db.savepoint("refused")
	with pytest.raises(error) as caught:
		make()
	frappe.db.rollback(save_point="refused")
	return TAGS.sub(" ", str(caught.value))


def analyst() -> str:
	return testing.make_user("analyst@acme.example", "Service Level Analyst")


def manager() -> str:
	return testing.make_user("manager@acme.example", "Service Level Manager")


class TestStandardCategories:
	def test_they_are_there_with_their_parts(self) -> None:
		for category in MAIN_CATEGORIES:
			main = frappe.get_doc("SLM Service", category.name)
			assert (main.standard, main.is_group, main.parent_slm_service or "") == (1, 1, "")

	def test_seeding_again_brings_nothing_back_that_was_deleted_and_changes_nothing(self) -> None:
		frappe.delete_doc("SLM Service", "Consulting and Training")
		frappe.rename_doc("SLM Service", "Host Operations", "Servers", show_alert=False, rebuild_search=False)
		before = frappe.get_all("SLM Service", fields=["name", "modified"], order_by="name asc")

		seeds.seed()

		assert frappe.get_all("SLM Service", fields=["name", "modified"], order_by="name asc") == before

	@pytest.mark.parametrize(
		"do",
		[
			pytest.param(lambda main: frappe.delete_doc("SLM Service", main.name), id="delete"),
			pytest.param(lambda main: frappe.rename_doc("SLM Service", main.name, "Other"), id="rename"),
			pytest.param(lambda main: main.update({"parent_slm_service": PARENT}).save(), id="move"),
			pytest.param(lambda main: main.update({"is_group": 0}).save(), id="make a service"),
		],
	)
	def test_they_stay(self, do: Any) -> None:
		main = frappe.get_doc("SLM Service", "Security Operations")

		assert "main category of the standard" in refusal(lambda: do(main))

	def test_nobody_else_makes_one(self) -> None:
		made = service("Mine", is_group=1, parent_slm_service=None, standard=1).insert()
		assert made.standard == 0

		made.standard = 1
		made.save()
		assert made.standard == 0

	def test_parts_may_be_renamed_and_own_ones_added_however_deep(self) -> None:
		frappe.rename_doc("SLM Service", "Host Operations", "Servers", show_alert=False, rebuild_search=False)
		service("Linux", is_group=1, parent_slm_service="Servers").insert()
		deep = service("Linux in Berlin", parent_slm_service="Linux", published=1).insert()

		assert deep.route == "linux-in-berlin"


class TestApproval:
	def test_who_approved_and_when_is_kept_and_cannot_be_written_by_hand(self) -> None:
		made = service(status="Draft", approved_by="Administrator", approved_on="2020-01-01").insert()
		assert (made.approved_by, made.approved_on) == (None, None)
		frappe.set_user(manager())

		made.status = "Approved"
		made.save()

		assert made.approved_by == "manager@acme.example"
		made.approved_by = "Administrator"
		made.save()
		assert made.approved_by == "manager@acme.example"

	@pytest.mark.parametrize("status", ["Approved", "Live", "Retired"])
	def test_an_analyst_drafts_and_does_not_approve(self, status: str) -> None:
		frappe.set_user(analyst())
		made = service(status="Draft").insert()
		made.status = status

		assert f"from Draft to {status}" in refusal(made.save, frappe.PermissionError)
		assert "from Draft to" in refusal(service("New", status=status).insert, frappe.PermissionError)

	def test_an_analyst_s_change_of_what_was_approved_is_marked_until_somebody_approves_it(self) -> None:
		made = service().insert()
		frappe.set_user(analyst())
		made.maintenance_rules = "<p>Restart it on Sundays.</p>"
		made.save()
		assert made.changed_since_approval == 1
		made.changed_since_approval = 0
		made.save()
		assert made.changed_since_approval == 1

		frappe.set_user(manager())
		made.changed_since_approval = 0
		made.save()

		assert (made.changed_since_approval, made.approved_by) == (0, "manager@acme.example")

	def test_a_change_of_something_else_needs_no_approval(self) -> None:
		made = service(price=10, deliverables=[{"deliverable": "Report"}]).insert()
		frappe.set_user(analyst())
		made.reload()
		made.update({"ci_code": "CI-1", "price": "10.0"})
		made.save()

		assert made.changed_since_approval == 0

	@pytest.mark.parametrize(
		"values",
		[
			{"customer_description": "<p>Takes no orders.</p>"},
			{"published": 0},
			{"price": 12},
			{"deliverables": [{"deliverable": "A new car"}]},
		],
		ids=lambda values: next(iter(values)),
	)
	def test_what_customers_read_is_changed_by_approvers_only(self, values: dict[str, Any]) -> None:
		made = service(published=1).insert()
		frappe.set_user(analyst())
		made.update(values)

		assert "Customers read" in refusal(made.save, frappe.PermissionError)

	def test_a_published_service_is_renamed_by_approvers_only(self) -> None:
		service(published=1).insert()
		frappe.set_user(analyst())

		said = refusal(
			lambda: frappe.rename_doc("SLM Service", "Online Shop", "Shop"), frappe.PermissionError
		)
		assert "know Online Shop by its name" in re.sub(" +", " ", said)


class TestPublication:
	@pytest.mark.parametrize(
		("values", "said"),
		[
			pytest.param(
				{"service_type": "Network Service"}, "business services only", id="not for customers"
			),
			pytest.param({"status": "Draft"}, "Approve it first", id="not approved"),
			pytest.param({"customer_description": ""}, "Say in their words", id="nothing said"),
			pytest.param({"customer_description": "<p><br></p>"}, "Say in their words", id="only tags said"),
			pytest.param({"parent_slm_service": None}, "under no category", id="level 1"),
			pytest.param({"is_group": 1}, "It is a group", id="a group"),
		],
	)
	def test_it_is_refused_with_what_is_missing(self, values: dict[str, Any], said: str) -> None:
		assert said in refusal(service(published=1, **values).insert)

	def test_its_page_has_a_name_of_its_own(self) -> None:
		first = service("Online: Shop!", published=1).insert()
		second = service("Online Shop", published=1).insert()
		third = service("网上商店", published=1).insert()
		fourth = service("?!", published=1).insert()

		assert [one.route for one in (first, second, third, fourth)] == [
			"online-shop",
			"online-shop-2",
			"网上商店",
			"service",
		]

	def test_a_retired_service_is_no_longer_published(self) -> None:
		made = service(published=1).insert()
		made.status = "Retired"
		made.save()

		assert (made.published, made.approved_by) == (0, None)


class TestPromised:
	@pytest.fixture
	def promised(self, clock: testing.SiteClock) -> Any:
		made = service().insert()
		testing.make_agreement("Gold", services=[made.name])
		return frappe.get_doc("SLM Service", made.name)

	def test_it_is_not_retired_drafted_or_deleted_and_the_agreement_is_named(self, promised: Any) -> None:
		for status, said in (("Retired", "cannot be retired"), ("Draft", "cannot be a draft again")):
			promised.status = status
			sentence = refusal(promised.save)
			assert said in sentence and "Gold" in sentence
			promised.reload()
		assert "cannot be deleted: it is promised by" in refusal(
			lambda: frappe.delete_doc("SLM Service", promised.name)
		)

	def test_what_nobody_is_promised_any_more_may_go(self, promised: Any) -> None:
		frappe.db.set_value("SLM Agreement", {"title": "Gold"}, "status", "Expired")
		promised.status = "Retired"
		promised.save()

	def test_it_is_not_merged_away(self, promised: Any) -> None:
		service("Other").insert()
		said = refusal(
			lambda: frappe.rename_doc("SLM Service", promised.name, "Other", merge=True, show_alert=False)
		)
		assert "cannot be merged" in said


class TestRestsOn:
	def test_a_circle_is_refused_with_its_path(self) -> None:
		service("C").insert()
		service("B", rests_on=[{"service": "C"}]).insert()
		service("A", rests_on=[{"service": "B"}]).insert()
		last = frappe.get_doc("SLM Service", "C")
		last.append("rests_on", {"service": "A"})

		assert "in a circle: C → A → B → C. Remove one of these links." in refusal(last.save)

	def test_nothing_rests_on_itself_or_twice_on_the_same(self) -> None:
		made = service("A").insert()
		made.append("rests_on", {"service": "A"})
		assert "A → A" in refusal(made.save)
		service("B").insert()
		made = frappe.get_doc("SLM Service", "A")
		made.set("rests_on", [{"service": "B"}, {"service": "B"}])
		assert "is there twice" in refusal(made.save)

	def test_a_merge_that_would_close_a_circle_is_refused(self) -> None:
		service("C").insert()
		service("B", rests_on=[{"service": "C"}]).insert()
		service("A", rests_on=[{"service": "B"}]).insert()

		said = refusal(lambda: frappe.rename_doc("SLM Service", "C", "A", merge=True, show_alert=False))
		assert "A → B → A" in said

	def test_the_drawing_has_rows_above_and_beneath(self) -> None:
		service("Power", service_type="Infrastructure Service").insert()
		service("Net", service_type="Network Service", rests_on=[{"service": "Power"}]).insert()
		service("Shop", rests_on=[{"service": "Net"}]).insert()

		graph = api.service_graph("Net")

		assert [[node["name"] for node in row] for row in graph["above"]] == [["Shop"]]
		assert [[node["name"] for node in row] for row in graph["beneath"]] == [["Power"]]
		assert sorted(graph["links"]) == [("Net", "Power"), ("Shop", "Net")]


@pytest.mark.parametrize(
	("values", "said"),
	[
		pytest.param({"service_name": "  "}, "Name", id="no name"),
		pytest.param({"service_name": "x" * 200}, "140", id="a long name"),
		pytest.param({"service_name": "<b>Shop</b>"}, "", id="HTML in the name"),
		pytest.param({"service_type": "Magic"}, "Service Type", id="no such type"),
		pytest.param({"price": -1}, "Price", id="a negative price"),
		pytest.param({"expected_tickets": -5}, "Tickets a Month", id="negative tickets"),
		pytest.param({"parent_slm_service": "Nowhere"}, "Nowhere", id="no such parent"),
		pytest.param({"rests_on": [{"service": "Nowhere"}]}, "Nowhere", id="rests on nothing"),
		pytest.param({"customers": [{"confirmed_by": "Somebody"}]}, "Row 1 of Customers", id="an empty use"),
		pytest.param({"status": "Sleeping"}, "Status", id="no such state"),
	],
)
def test_what_cannot_be_meant_is_refused(values: dict[str, Any], said: str) -> None:
	assert said in refusal(service(**values).insert, Exception)


def test_a_parent_is_a_group_and_not_beneath() -> None:
	service("Leaf").insert()
	assert "is not a group" in refusal(service("Under", parent_slm_service="Leaf").insert)
	group = service("Group", is_group=1).insert()
	service("Inside", parent_slm_service="Group").insert()
	group.reload()
	group.is_group = 0
	assert "has 1 services or groups under it" in refusal(group.save)
	group.reload()
	group.parent_slm_service = "Group"
	assert "cannot lie under itself" in refusal(group.save)


def test_costs_are_for_those_who_manage_services() -> None:
	service(annual_cost=5000).insert()
	for role, seen in (("Service Level Analyst", 5000), ("Support Team", None)):
		frappe.set_user(testing.make_user(f"{frappe.scrub(role)}@acme.example", role))
		document = frappe.get_doc("SLM Service", "Online Shop")
		document.apply_fieldlevel_read_permissions()
		assert document.get("annual_cost") == seen


def test_agreements_that_came_after_the_last_review_are_shown(clock: testing.SiteClock) -> None:
	made = service(last_quality_review="2025-12-31").insert()
	testing.make_agreement("Gold", services=[made.name])
	made.run_method("onload")
	assert [one.title for one in made.get_onload("agreed_since_review")] == ["Gold"]

	made.last_quality_review = "2026-02-01"
	made.run_method("onload")
	assert made.get_onload("agreed_since_review") == []


class TestImport:
	def imported(self, text: str) -> list[Any]:
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "services.csv", "content": text, "is_private": 1}
		).insert()
		order = frappe.get_doc(
			{
				"doctype": "Data Import",
				"reference_doctype": "SLM Service",
				"import_type": "Insert New Records",
				"import_file": file.file_url,
			}
		).insert()
		order.get_importer().import_data()
		frappe.flags.in_import = False
		return frappe.get_all(
			"Data Import Log",
			filters={"data_import": order.name},
			fields=["success", "messages", "docname"],
			order_by="log_index asc",
		)

	HEAD = (
		"Name,Service Type,Parent Service,Status,Description for Customers,Published,"
		"Deliverable (Deliverables),Frequency (Deliverables)\n"
	)

	def test_good_rows_come_in(self) -> None:
		(log,) = self.imported(
			self.HEAD + f"Payroll,Business Service,{PARENT},Live,<p>Pays your people.</p>,1,Slips,Monthly\n"
			",,,,,,Yearly statement,Yearly\n"
		)

		assert log.success, log.messages
		made = frappe.get_doc("SLM Service", "Payroll")
		assert [(row.deliverable, row.frequency) for row in made.deliverables] == [
			("Slips", "Monthly"),
			("Yearly statement", "Yearly"),
		]
		assert (made.approved_by, made.route) == ("Administrator", "payroll")

	@pytest.mark.parametrize(
		("row", "said"),
		[
			pytest.param(f"Silent,Business Service,{PARENT},Live,,1,,", "Say in their words", id="no words"),
			pytest.param(
				"Lonely,Business Service,,Live,<p>Alone.</p>,1,,", "under no category", id="no category"
			),
			pytest.param(f"Odd,Business Service,{PARENT},Asleep,,0,,", "Asleep", id="no such state"),
			pytest.param(f"{PARENT},Business Service,,Draft,,0,,", "exists", id="a name that is taken"),
			pytest.param(
				"Under,Business Service,Order Taking,Draft,,0,,",
				"Order Taking",
				id="a parent that is not there",
			),
		],
	)
	def test_broken_rows_say_why_and_bring_nothing(self, row: str, said: str) -> None:
		before = frappe.db.count("SLM Service")
		logs = self.imported(self.HEAD + row + "\n")

		shown = logs[0].messages if logs else str(frappe.get_last_doc("Data Import").template_warnings)
		assert said in shown
		assert not (logs and logs[0].success)
		assert frappe.db.count("SLM Service") == before


class TestOtherRecords:
	@pytest.fixture
	def item(self) -> str:
		group = frappe.get_all(
			"Item Group", filters={"is_group": 0}, pluck="name", order_by="name asc", limit=1
		)[0]
		return (
			frappe.get_doc(
				{
					"doctype": "Item",
					"item_code": "SLM-SRV-1",
					"item_name": "Managed Printing",
					"item_group": group,
					"stock_uom": "Nos",
					"is_stock_item": 0,
					"description": "<p>Printers with <script>alert(1)</script>paper</p>",
				}
			)
			.insert()
			.name
		)

	def test_a_draft_is_made_of_an_item_once(self, item: str) -> None:
		assert api.services_from("Item", [item], PARENT) == {"created": ("Managed Printing",), "skipped": ()}
		made = frappe.get_doc("SLM Service", "Managed Printing")
		assert (made.status, made.item, made.parent_slm_service) == ("Draft", item, PARENT)
		assert made.information_sources[0].source == f"Item {item}"
		assert "<script" not in (made.internal_description or "")

		again = api.services_from("Item", [item], PARENT)

		assert again == {
			"created": (),
			"skipped": (("Managed Printing", "Belongs to Managed Printing already"),),
		}

	@pytest.mark.parametrize(
		("source", "names"),
		[("User", ["Administrator"]), ("Item", []), ("Item", ["x"] * 3 + [str(i) for i in range(600)])],
	)
	def test_nothing_is_made_of_anything_else(self, source: str, names: list[str]) -> None:
		refusal(lambda: api.services_from(source, names))

	def test_a_record_that_may_not_be_read_is_not_taken(self, item: str) -> None:
		frappe.set_user(analyst())
		with pytest.raises(frappe.PermissionError):
			api.services_from("Item", [item])


class TestPrint:
	def printed(self, name: str) -> str:
		return frappe.get_print("SLM Service", name, print_format="SLM Service Catalogue")

	def test_the_whole_catalogue_has_a_cover_with_the_charter_and_what_is_in_it(self) -> None:
		frappe.db.set_single_value("SLM Settings", "service_charter", "<p>You can count on us.</p>")
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		service(published=1).insert()

		html = frappe.get_print(
			"SLM Service", "", print_format=catalogue_print.PRINT_FORMAT, doc=catalogue_print.whole()
		)

		assert "You can count on us." in html and "What we offer" in html and "QR-14-03" in html
		assert "Takes your orders." in html

	def test_a_category_prints_what_is_published_in_the_words_of_customers(self) -> None:
		service(published=1, internal_description="<p>SECRET</p>", price=5, annual_cost=9).insert()
		service("Hidden").insert()
		service(
			"Shown Price", published=1, price=77, price_shown=1, currency="INR", price_unit="month"
		).insert()

		html = self.printed("Software Operations")

		assert "Takes your orders." in html and PARENT in html
		assert "77.00 / month" in TAGS.sub("", html)
		assert not any(secret in html for secret in ("SECRET", "Hidden", "5.00"))

	def test_a_single_service_that_is_not_published_says_so(self) -> None:
		service().insert()
		assert "not published" in self.printed("Online Shop")

	def test_html_in_plain_fields_is_shown_as_it_was_typed(self) -> None:
		service(
			published=1, value_statement="<img src=x onerror=alert(1)>", service_mode="<i>on site</i>"
		).insert()
		html = self.printed("Online Shop")
		assert "<img src=x" not in html and "<i>on site" not in html

	def test_an_empty_branch_says_so(self) -> None:
		service("Empty Branch", is_group=1).insert()
		assert "No services have been published here yet" in self.printed("Empty Branch")
