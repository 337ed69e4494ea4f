"""The page /services: who may read it, what stands on it and what does not, and that it follows every change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils import set_request
from frappe.website.serve import get_response

from slm_extension import testing
from slm_extension.adapters import catalogue
from slm_extension.services.catalogue_page import PAGE, find

GROUP = "Application Software Services"
SECRET = "SECRET-WORDS"
MAIN = re.compile(r'<div class="slm-services">.*</div>', re.DOTALL)


def service(name: str, **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "SLM Service",
			"service_name": name,
			"parent_slm_service": GROUP,
			"status": "Live",
			"published": 1,
			"customer_description": f"<p>{name} does your work.</p>",
			**values,
		}
	).insert()


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
	"""What a request leaves behind in this process is put back."""
	names = ("request", "response", "form_dict", "path", "no_cache", "jenv")
	before = {name: getattr(frappe.local, name) for name in names if hasattr(frappe.local, name)}
	yield
	for name in names:
		if name in before:
			setattr(frappe.local, name, before[name])
		elif hasattr(frappe.local, name):
			delattr(frappe.local, name)


def page(
	path: str = "services", user: str | None = None, whole: bool = False, **asked: Any
) -> tuple[int, str]:
	"""What the host answers to a visitor, and the part of it that is ours, or all of it."""
	frappe.set_user(user or testing.make_user("buyer@wool.example", user_type="Website User"))
	set_request(method="GET", path=f"/{path}", query_string=asked)
	frappe.local.form_dict = frappe._dict(asked)
	frappe.local.response = frappe._dict(headers={})
	response = get_response(path)
	frappe.set_user("Administrator")
	html = response.get_data(as_text=True)
	found = None if whole else MAIN.search(html)
	return response.status_code, found.group(0) if found else html


def make_public() -> None:
	frappe.db.set_single_value("SLM Settings", "public_catalogue", 1)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")


class TestWhoMayRead:
	def test_a_guest_is_sent_to_the_login_unless_the_catalogue_is_public(self) -> None:
		service("Shop")
		status, html = page(user="Guest")
		assert status == 301 or status == 302
		assert "does your work" not in html

		make_public()
		status, html = page(user="Guest")
		assert status == 200 and "Shop does your work." in html

	def test_a_guest_is_not_told_whether_a_service_exists(self) -> None:
		service("Shop")
		assert {page(path, user="Guest")[0] for path in ("services/shop", "services/nothing")} <= {301, 302}

	@pytest.mark.parametrize("role", ["Employee", "Support Team", "Customer", None])
	def test_staff_and_customers_read_it(self, role: str | None) -> None:
		service("Shop")
		user = testing.make_user("reader@acme.example", *filter(None, [role]), user_type="Website User")

		assert "Shop does your work." in page(user=user)[1]


class TestWhatStandsThere:
	def test_only_published_business_services_in_the_words_of_customers(self) -> None:
		service(
			"Shop",
			internal_description=f"<p>{SECRET}</p>",
			ci_code=SECRET,
			value_statement="Orders day and night",
			business_impact=SECRET,
			service_content=f"<p>{SECRET}</p>",
			delivery_process=f"<p>{SECRET}</p>",
			monitoring_rules=f"<p>{SECRET}</p>",
			maintenance_rules=f"<p>{SECRET}</p>",
			cost_justification=SECRET,
			capacity=SECRET,
			elements=[{"element": SECRET}],
			resources=[{"resource": SECRET}],
			it_systems=[{"system": SECRET}],
			customers=[{"business_function": SECRET, "expectation": SECRET}],
			information_sources=[{"kind": "Other", "source": SECRET}],
			price=4711.5,
			deliverables=[{"deliverable": "Report", "frequency": "Monthly"}],
		)
		service("Idea", published=0, customer_description=f"<p>{SECRET}</p>")
		listed, detail = page(whole=True)[1], page("services/shop", whole=True)[1]

		assert "Shop does your work." in listed and "Idea" not in listed
		assert "Orders day and night" in detail and "Report" in detail
		for html in (listed, detail):
			assert SECRET not in html and "4,711" not in html and "4711.5" not in html

	def test_one_that_was_published_past_the_form_and_may_not_be_is_not_there(self) -> None:
		for name, values in (
			("Net", {"service_type": "Network Service"}),
			("Old", {"status": "Retired"}),
			("Bunch", {"is_group": 1}),
		):
			made = service(name)
			frappe.db.set_value("SLM Service", made.name, values)
		catalogue.forget_catalogue()

		assert [card.name for card in catalogue.published().cards] == []

	def test_a_price_and_hours_are_shown_where_they_are_meant_to_be(self) -> None:
		hours = testing.make_calendar().name
		service("Shop", price=1200, price_shown=1, currency="INR", price_unit="month", service_hours=hours)

		for html in (page()[1], page("services/shop")[1]):
			assert "1,200.00 / month" in html and "Monday to Friday 09:00 - 18:00" in html

	def test_hours_that_change_are_shown_as_they_are_then(self) -> None:
		hours = testing.make_calendar()
		service("Shop", service_hours=hours.name)
		page()
		hours.update({"around_the_clock": 1, "hours": []})
		hours.save()

		assert "Around the clock" in page()[1]

	def test_html_in_names_and_texts_is_shown_as_it_was_typed_and_scripts_are_dropped(self) -> None:
		service(
			"Shop",
			customer_description="<p>Hello</p><script>alert(1)</script><p onclick='x()'>you &lt;b&gt;</p>",
			service_mode="<i>on site</i>",
		)
		frappe.db.set_value("SLM Service", "Shop", "value_statement", "<img src=x onerror=alert(2)>")
		frappe.db.set_value(
			"SLM Service",
			"Shop",
			"features",
			"<p>fine<script>alert(3)</script><a href='javascript:x()'>a</a></p>",
		)
		catalogue.forget_catalogue()

		for html in (page()[1], page("services/shop")[1]):
			assert not any(
				part in html for part in ("<script", "onclick", "<i>on site", "<img src=x", "javascript:")
			)
		assert "you &lt;b&gt;" in page()[1]

	def test_the_way_to_request_it_names_the_service(self) -> None:
		service("Shop & Co")
		assert 'href="/service-requirement/new?service=Shop%20%26%20Co"' in page("services/shop-co")[1]

	def test_a_page_that_is_not_there(self) -> None:
		service("Idea", published=0, route="idea")
		assert [page(path)[0] for path in ("services/idea", "services/nothing", "services/../x")] == [
			404,
			404,
			404,
		]

	def test_an_empty_catalogue_says_so(self) -> None:
		assert "No services have been published yet." in page()[1]


class TestFollowsChanges:
	@pytest.mark.parametrize(
		("change", "there"),
		[
			pytest.param(
				lambda one: one.update({"customer_description": "<p>NEW</p>"}).save(), "NEW", id="text"
			),
			pytest.param(lambda one: frappe.rename_doc("SLM Service", one.name, "NEW"), "NEW", id="name"),
			pytest.param(
				lambda one: frappe.rename_doc("SLM Service", GROUP, "NEW", rebuild_search=False),
				"NEW",
				id="category",
			),
			pytest.param(lambda one: one.update({"published": 0}).save(), "No services", id="taken off"),
			pytest.param(lambda one: frappe.delete_doc("SLM Service", one.name), "No services", id="deleted"),
		],
	)
	def test_the_page_shows_it_at_once(self, change: Any, there: str) -> None:
		made = service("Shop")
		assert there not in page()[1]

		change(frappe.get_doc("SLM Service", made.name))

		assert there in page()[1]

	def test_a_detail_follows_too(self) -> None:
		service("Shop")
		page("services/shop")
		frappe.get_doc("SLM Service", "Shop").update({"value_statement": "NEW"}).save()

		assert "NEW" in page("services/shop")[1]

	def test_what_is_kept_is_read_without_a_query(self, queries: Any) -> None:
		service("Shop")
		catalogue.sheet(catalogue.published(), catalogue.published().cards[0])

		with queries.counted():
			known = catalogue.published()
			catalogue.sheet(known, known.by_route["shop"])
			find(known, "shop", GROUP, 1)

		assert queries.sent == []


class TestSearching:
	@pytest.fixture
	def many(self) -> Any:
		service(
			"Café Network",
			customer_description="<p>Coffee for guests</p>",
			parent_slm_service="Network Operations",
		)
		service("Laptop Care", customer_description="<p>Repairs, also of the <b>coffee</b>stained</p>")
		for number in range(PAGE + 1):
			service(f"Course {number:02}", parent_slm_service="Consulting and Training")
		return catalogue.published()

	@pytest.mark.parametrize(
		("search", "names"),
		[
			pytest.param("CAFE", ["Café Network"], id="without case and accents"),
			pytest.param("coffee", ["Café Network", "Laptop Care"], id="in the text"),
			pytest.param("guests network", ["Café Network"], id="all words, anywhere"),
			pytest.param("application care", ["Laptop Care"], id="by category"),
			pytest.param("course 24", ["Course 24"], id="a name"),
			pytest.param("zzz", [], id="nothing"),
			pytest.param("%' OR 1=1 --", [], id="nonsense"),
		],
	)
	def test_words(self, many: Any, search: str, names: list[str]) -> None:
		assert [card.name for card in find(many, search, "", 1).cards] == names

	def test_names_come_before_texts(self) -> None:
		service("A Text", customer_description="<p>about Zebra</p>")
		service("Zebra")

		assert [card.name for card in find(catalogue.published(), "zebra", "", 1).cards] == [
			"Zebra",
			"A Text",
		]

	def test_a_page_holds_so_many_and_leads_to_the_next(self, many: Any) -> None:
		first, second = find(many, "course", "", 1), find(many, "course", "", 2)

		assert (len(first.cards), len(second.cards), first.count) == (PAGE, 1, PAGE + 1)
		assert (first.previous, first.following) == ("", "/services?q=course&page=2")
		assert (second.previous, second.following) == ("/services?q=course", "")

	@pytest.mark.parametrize("number", [-5, 0, 99])
	def test_a_page_that_does_not_exist_is_the_nearest(self, many: Any, number: int) -> None:
		assert find(many, "", "", number).page == (2 if number > 1 else 1)

	def test_categories_count_what_was_found_and_open_where_one_is(self, many: Any) -> None:
		found = find(many, "coffee", "Network Operations", 1)

		assert [card.name for card in found.cards] == ["Café Network"]
		assert found.everything.count == 2
		assert [(one.name, one.depth, one.count, one.chosen) for one in found.categories] == [
			("Hardware Operations", 0, 1, False),
			("Network Operations", 1, 1, True),
			("Software Operations", 0, 1, False),
			("Other Operations", 0, 0, False),
		]

	def test_an_endless_search_and_an_unknown_category_are_no_trouble(self, many: Any) -> None:
		assert find(many, "x " * 5000, "<b>Nowhere</b>", 1).count == 0
		status, html = page(q='"><script>alert(1)</script>', category="<b>", page="nonsense")
		assert status == 200 and "<script>alert" not in html and "<b>" not in html
