"""Which agreements apply on a site: groups, territories, trees and conditions, and how the site says so.

1 June 2026 is a Monday; calendars keep 09:00-18:00 in Asia/Kolkata, and the app's clock stands at 09:00.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frappe
import pytest

from slm_extension import api, testing
from slm_extension.adapters import site_time, store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.store import Ticket
from slm_extension.domain.timeline import Kind
from slm_extension.services.backfill import begin_ledgers
from slm_extension.services.import_agreements import import_agreements
from slm_extension.services.observe import changed
from slm_extension.services.rebuild import differences, rebuild
from slm_extension.services.reconcile import reconcile_some
from slm_extension.testing import HOUR, SiteClock, make_agreement, make_issue, target

RESPONSE, RESOLUTION, CLOSURE = (target(name, 4) for name in ("Response", "Resolution", "Closure"))
_PARENTS = {
	"Customer Group": "parent_customer_group",
	"Territory": "parent_territory",
	"SLM Service": "parent_slm_service",
}


@pytest.fixture(autouse=True)
def _clock(clock: SiteClock) -> None:
	"""All here happens by the app's clock."""


def node(doctype: str, name: str, parent: str | None = None, is_group: int = 0) -> str:
	title = {"Customer Group": "customer_group_name", "Territory": "territory_name"}.get(
		doctype, "service_name"
	)
	more = {"status": "Live"} if doctype == "SLM Service" else {}
	values = {"doctype": doctype, title: name, _PARENTS[doctype]: parent, "is_group": is_group, **more}
	return str(frappe.get_doc(values).insert().name)


def move(doctype: str, name: str, parent: str) -> None:
	document = frappe.get_doc(doctype, name)
	document.set(_PARENTS[doctype], parent)
	document.save()


def customer(name: str, group: str | None = None, territory: str | None = None) -> str:
	document = frappe.get_doc("Customer", testing.make_customer(name))
	document.update({"customer_group": group, "territory": territory})
	return str(document.save().name)


def trade() -> tuple[str, str]:
	"""A customer group with one beneath it."""
	root = frappe.db.get_value("Customer Group", {"parent_customer_group": ["is", "not set"]})
	return node("Customer Group", "Trade", root, 1), node("Customer Group", "Wholesale", "Trade")


def groups(*names: str) -> dict[str, Any]:
	return {"basis": "Customer Group", "customer_groups": [{"customer_group": name} for name in names]}


def condition(doctype: str, value: str, operator: str = "is") -> dict[str, str]:
	return {"property": doctype, "operator": operator, "value": value}


def sources(issue: Any) -> dict[str, str]:
	"""By metric the title of the agreement that an Issue is measured by."""
	return {
		row.metric: frappe.db.get_value("SLM Agreement", row.agreement, "title")
		for row in testing.clock_rows(issue)
	}


def told(issue: Any, kind: Kind) -> list[str]:
	facts = store.facts_of([Ticket("Issue", issue.name)])[Ticket("Issue", issue.name)]
	return [fact.value for fact in sorted(facts, key=lambda one: one.order()) if fact.kind is kind]


# --- Layers ----------------------------------------------------------------------------------------------


def test_what_the_customers_agreement_leaves_out_comes_from_the_corporate_one() -> None:
	own = make_agreement("Own", [RESPONSE], customer=testing.make_customer())
	make_agreement("Company", [RESPONSE, RESOLUTION], basis="Corporate")
	make_agreement("House", [CLOSURE])

	issue = make_issue(customer=testing.make_customer())

	assert sources(issue) == {"Response": "Own", "Resolution": "Company"}
	assert issue.reload().slm_agreement == own.name


def test_an_agreement_for_a_group_is_for_the_customers_of_those_beneath_it() -> None:
	_, wholesale = trade()
	make_agreement("Trade terms", [RESPONSE], **groups("Trade"))
	make_agreement("House", [CLOSURE])

	assert sources(make_issue(customer=customer("Cloth & Co", wholesale))) == {"Response": "Trade terms"}
	assert sources(make_issue(customer=customer("Elsewhere"))) == {"Closure": "House"}


def test_the_agreement_for_the_territory_that_lies_nearest_is_closer() -> None:
	root = frappe.db.get_value("Territory", {"parent_territory": ["is", "not set"]})
	node("Territory", "South", root, 1)
	node("Territory", "Kerala", "South")
	for name in ("South", "Kerala"):
		make_agreement(f"{name} terms", [RESPONSE], basis="Territory", territories=[{"territory": name}])

	assert sources(make_issue(customer=customer("Spice", None, "Kerala"))) == {"Response": "Kerala terms"}


def test_an_agreement_and_a_target_for_a_group_of_services_are_for_those_beneath_it() -> None:
	group = node("SLM Service", "IT", None, 1)
	mail = node("SLM Service", "Mail", group)
	make_agreement("IT terms", [RESPONSE], services=[group])
	make_agreement(
		"Company", [target("Resolution", 8), target("Resolution", 2, service=group)], basis="Corporate"
	)

	rows = testing.clocks(make_issue(slm_service=mail))

	assert rows["response"].goal == 4 * HOUR
	assert rows["resolution"].goal == 2 * HOUR


def test_conditions_choose_by_type_and_priority() -> None:
	for name in ("Outage", "Question"):
		testing.make_issue_type(name)
	make_agreement("Outages", [RESPONSE], basis="Corporate", conditions=[condition("Issue Type", "Outage")])
	make_agreement(
		"The rest",
		[RESPONSE],
		basis="Corporate",
		conditions=[
			condition("Issue Type", "Outage", "is not"),
			condition("Issue Type", "Question", "is not"),
		],
	)

	assert sources(make_issue(issue_type="Outage")) == {"Response": "Outages"}
	assert sources(make_issue(issue_type="Question")) == {}
	assert sources(make_issue()) == {"Response": "The rest"}


def test_a_renamed_value_is_renamed_in_conditions() -> None:
	testing.make_issue_type("Outage")
	make_agreement("Outages", [RESPONSE], basis="Corporate", conditions=[condition("Issue Type", "Outage")])

	frappe.rename_doc("Issue Type", "Outage", "Standstill", rebuild_search=False, show_alert=False)

	assert sources(make_issue(issue_type="Standstill")) == {"Response": "Outages"}


def test_one_that_stays_in_force_until_it_is_replaced_outlives_its_day(clock: SiteClock) -> None:
	make_agreement(
		"Own",
		[RESPONSE],
		customer=testing.make_customer(),
		valid_until="2026-05-31",
		until_replaced=1,
	)

	assert sources(make_issue(customer=testing.make_customer())) == {"Response": "Own"}


# --- What a ticket knows of its customer -----------------------------------------------------------------


def test_a_ticket_is_told_the_group_and_territory_of_its_customer() -> None:
	trade()
	issue = make_issue(customer=customer("Cloth & Co", "Wholesale", "India"))

	assert (told(issue, Kind.CUSTOMER_GROUP), told(issue, Kind.TERRITORY)) == (["Wholesale"], ["India"])


def test_a_customer_who_is_moved_later_leaves_the_ticket_as_it_was() -> None:
	trade()
	buyer = customer("Cloth & Co", "Wholesale")
	issue = make_issue(customer=buyer)
	customer("Cloth & Co", "Individual")

	testing.set_status(issue, "Closed")

	assert told(issue, Kind.CUSTOMER_GROUP) == ["Wholesale"]
	assert list(differences([Ticket("Issue", issue.name)], site_time.now())) == []


def test_another_customer_brings_his_group_along_and_none_takes_it_away() -> None:
	trade()
	issue = make_issue(customer=customer("Cloth & Co", "Wholesale"))
	for value in (customer("Elsewhere", "Individual"), None):
		issue.reload()
		issue.customer = value
		issue.save()

	assert told(issue, Kind.CUSTOMER_GROUP) == ["Wholesale", "Individual", ""]


def test_a_change_past_all_events_brings_the_group_along(clock: SiteClock) -> None:
	trade()
	issue = make_issue()
	frappe.db.set_value("Issue", issue.name, "customer", customer("Cloth & Co", "Wholesale"))

	reconcile_some([issue.name], site_time.now())

	assert told(issue, Kind.CUSTOMER_GROUP) == ["Wholesale"]


def test_a_backfilled_ledger_has_the_groups_of_today() -> None:
	trade()
	buyer = customer("Cloth & Co", "Wholesale")
	issue = make_issue(customer=buyer)
	issue.reload()
	issue.customer = customer("Elsewhere", "Individual")
	issue.save()
	before = told(issue, Kind.CUSTOMER_GROUP)
	frappe.db.delete(store.EVENT, {"ticket": issue.name})
	frappe.db.delete(store.CLOCK, {"ticket": issue.name})

	begin_ledgers([issue.name], site_time.now())

	assert told(issue, Kind.CUSTOMER_GROUP) == before == ["Wholesale", "Individual"]


def test_a_ledger_from_before_groups_were_recorded_is_left_as_it_is() -> None:
	"""Nothing is found by a verification, and neither a rebuild nor a save adds what nobody knew then."""
	trade()
	issue = make_issue(customer=customer("Cloth & Co", "Wholesale"))
	kinds = ["in", [Kind.CUSTOMER_GROUP.value, Kind.TERRITORY.value]]
	frappe.db.delete(store.EVENT, {"ticket": issue.name, "kind": kinds})
	ticket = Ticket("Issue", issue.name)

	rebuild([ticket], site_time.now())
	found = list(differences([ticket], site_time.now()))
	testing.set_status(issue, "Closed")
	changed(issue.reload(), site_time.now(), "save")

	assert found == []
	assert told(issue, Kind.CUSTOMER_GROUP) == []


# --- Trees -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("doctype", "fields"),
	[
		pytest.param("SLM Service", lambda name: {"slm_service": name}, id="service"),
		pytest.param(
			"Customer Group", lambda name: {"customer": customer("Cloth", name)}, id="customer group"
		),
		pytest.param("Territory", lambda name: {"customer": customer("Cloth", None, name)}, id="territory"),
	],
)
def test_a_move_counts_for_tickets_opened_since(
	clock: SiteClock, doctype: str, fields: Callable[[str], dict[str, str]]
) -> None:
	root = frappe.db.get_value(doctype, {_PARENTS[doctype]: ["is", "not set"], "is_group": 1})
	one, other = node(doctype, "One", root, 1), node(doctype, "Other", root, 1)
	leaf = node(doctype, "Leaf", one)
	scope = {
		"SLM Service": {"services": [one]},
		"Customer Group": groups(one),
		"Territory": {"basis": "Territory", "territories": [{"territory": one}]},
	}[doctype]
	make_agreement("For one", [RESPONSE], **scope)
	earlier = make_issue(**fields(leaf))
	clock.at("Mon 1 Jun 10:00")

	move(doctype, leaf, other)

	later = make_issue(**fields(leaf))
	ticket = Ticket("Issue", earlier.name)
	assert (sources(earlier), sources(later)) == ({"Response": "For one"}, {})
	assert list(differences([ticket], site_time.now())) == []
	rebuild([ticket], site_time.now())
	assert sources(earlier) == {"Response": "For one"}


def test_a_node_that_is_new_or_deleted_or_renamed_keeps_tickets_where_they_were(clock: SiteClock) -> None:
	group = node("SLM Service", "IT", None, 1)
	make_agreement("IT terms", [RESPONSE], services=[group])
	site_agreements()
	mail = node("SLM Service", "Mail", group)
	issue = make_issue(slm_service=mail)
	clock.at("Mon 1 Jun 10:00")
	frappe.rename_doc("SLM Service", mail, "Post", rebuild_search=False, show_alert=False)
	frappe.db.set_value("Issue", issue.name, "slm_service", None, update_modified=False)
	frappe.delete_doc("SLM Service", "Post")

	rebuild([Ticket("Issue", issue.name)], site_time.now())

	assert told(issue, Kind.SERVICE) == ["Post"]
	assert sources(issue) == {"Response": "IT terms"}


@pytest.mark.parametrize("merge", [False, True], ids=["renamed", "merged into another"])
def test_a_group_with_another_name_keeps_its_tickets(merge: bool) -> None:
	trade()
	if merge:
		node("Customer Group", "Resale", "Trade")
	make_agreement("Trade terms", [RESPONSE], **groups("Trade"))
	issue = make_issue(customer=customer("Cloth & Co", "Wholesale"))

	frappe.rename_doc(
		"Customer Group", "Wholesale", "Resale", merge=merge, rebuild_search=False, show_alert=False
	)
	rebuild([Ticket("Issue", issue.name)], site_time.now())

	assert told(issue, Kind.CUSTOMER_GROUP) == ["Resale"]
	assert sources(issue) == {"Response": "Trade terms"}


def test_a_save_that_moves_nothing_is_not_remembered() -> None:
	group = node("SLM Service", "IT", None, 1)
	node("SLM Service", "Mail", group)
	move("SLM Service", "Mail", group)

	assert frappe.get_all("SLM Tree Move", pluck="node", order_by="name asc") == []


# --- Said in words ---------------------------------------------------------------------------------------


def test_the_issue_says_what_comes_from_which_agreement_and_why_the_others_promise_nothing() -> None:
	testing.make_issue_type("Outage")
	buyer = testing.make_customer()
	own = make_agreement("Own", [RESPONSE], customer=buyer).name
	company = make_agreement("Company", [RESPONSE, RESOLUTION], basis="Corporate").name
	outages = make_agreement(
		"Outages", [CLOSURE], basis="Corporate", conditions=[condition("Issue Type", "Outage")]
	).name

	answer = api.explain_agreement("Issue", make_issue(customer=buyer).name)

	assert answer["applies"] == own
	assert [(one["metric"], one["agreement"], one["level"]) for one in answer["promises"]] == [
		("Response", own, "customer"),
		("Resolution", company, "corporate"),
	]
	assert [(one["agreement"], one["rejected"], one["property"]) for one in answer["candidates"]] == [
		(own, "", ""),
		(company, "", ""),
		(outages, "condition", "type"),
	]
	assert answer["ticket"]["customer"] == buyer


def test_a_ticket_that_somebody_imagines_is_told_what_would_be_due_when() -> None:
	"""Opened on Fri 5 June at 17:00, 4 h of 09:00-18:00: due on Monday at 12:00."""
	buyer = testing.make_customer()
	make_agreement("Own", [RESPONSE], customer=buyer)

	answer = api.which_agreement(customer=buyer, opened="2026-06-05 17:00:00")

	(promise,) = answer["promises"]
	assert (promise["title"], promise["due"]) == (
		"Own",
		site_time.to_instant(testing.wall("Mon 8 Jun 12:00")),
	)


def test_an_imagined_ticket_and_a_real_one_get_the_same_answer() -> None:
	trade()
	buyer = customer("Cloth & Co", "Wholesale")
	make_agreement("Own", [target("Response", 1, priority=testing.make_priority("High"))], customer=buyer)
	make_agreement("Trade terms", [RESPONSE, RESOLUTION], **groups("Trade"))
	issue = make_issue(customer=buyer, priority="High")
	standing = api.customer_standing(buyer)

	imagined = api.which_agreement(customer=buyer, priority="High", **standing)
	real = api.explain_agreement("Issue", issue.name)

	assert imagined["candidates"] == real["candidates"]
	assert {one["metric"]: one["title"] for one in imagined["promises"]} == sources(issue)


@pytest.mark.parametrize(
	"nonsense",
	[
		{"customer": "<script>"},
		{"priority": "x" * 5000},
		{"opened": "1960-01-01 00:00:00"},
		{"opened": "9999-12-31 23:59:59"},
	],
	ids=["HTML", "absurdly long", "before time", "after time"],
)
def test_nonsense_gets_no_agreement_or_a_refusal_in_words(nonsense: dict[str, str]) -> None:
	make_agreement(
		"Company", [RESPONSE], basis="Corporate", conditions=[condition("Customer", testing.make_customer())]
	)

	try:
		answer = api.which_agreement(**nonsense)
	except frappe.ValidationError as refused:
		assert "years" in str(refused)
	else:
		assert answer["promises"] == []


def test_agreements_for_other_customers_are_counted_or_told_on_request() -> None:
	make_agreement("Of others", [RESPONSE], customer=testing.make_customer("Northern Rail"))

	counted = api.which_agreement(customer=testing.make_customer())
	all_of_them = api.which_agreement(customer=testing.make_customer(), everyone=True)

	assert (counted["candidates"], counted["other_customers"]) == ([], 1)
	assert [(one["title"], one["rejected"]) for one in all_of_them["candidates"]] == [
		("Of others", "customer")
	]


def test_who_may_not_read_agreements_may_not_ask() -> None:
	frappe.set_user(testing.make_user("clerk@acme.example", "Projects User"))
	for ask in (
		lambda: api.which_agreement(),
		lambda: api.customer_standing("Wool & Sons"),
		lambda: api.effective_targets({"title": "New"}),
	):
		with pytest.raises(frappe.PermissionError):
			ask()


# --- Effective targets -----------------------------------------------------------------------------------


def effective(document: Any, customer: str = "") -> list[tuple[Any, ...]]:
	view = api.effective_targets(document if isinstance(document, str) else document.as_dict(), customer)
	assert view["problem"] == ""
	names = {name: one["title"] for name, one in view["agreements"].items()}
	return [
		(row["metric"], row["priorities"], "this" if row["own"] else names.get(row["agreement"], "-"))
		for row in view["rows"]
	]


def test_the_effective_targets_of_a_draft_are_those_it_would_have_among_the_others() -> None:
	buyer = testing.make_customer()
	high = testing.make_priority("High")
	make_agreement("Company", [RESPONSE, RESOLUTION], basis="Corporate")
	draft = make_agreement("Own", [target("Response", 1, priority=high)], customer=buyer, submit=False)

	assert effective(draft) == [
		("Response", (high,), "this"),
		("Response", ("",), "Company"),
		("Resolution", (), "Company"),
	]


def test_the_effective_targets_of_a_new_version_are_those_of_its_first_day() -> None:
	buyer = testing.make_customer()
	first = make_agreement("Own", [RESPONSE], customer=buyer)
	draft = frappe.get_doc("SLM Agreement", api.new_version(first.name))

	view = api.effective_targets(draft.name)

	assert [row["own"] for row in view["rows"]] == [True]
	assert site_time.to_site(view["at"]).date() == frappe.utils.getdate(draft.valid_from)


def test_an_agreement_for_several_customers_is_asked_about_one() -> None:
	"""Only the second has a closer agreement for a service."""
	one, other = testing.make_customer("A Ltd"), testing.make_customer("B Ltd")
	both = make_agreement("Both", [RESPONSE], customer=one, customers=[{"customer": other}])
	make_agreement("Shop", [RESPONSE], customer=other, services=[testing.make_service()])

	assert effective(both.name) == [("Response", (), "this")]
	assert sorted(effective(both.name, other)) == [("Response", (), "Shop"), ("Response", (), "this")]


def test_services_of_an_agreement_on_which_nothing_is_promised_are_named() -> None:
	"""R118: a priority without any target is a gap; what a less close agreement promises fills it."""
	high = testing.make_priority("High")
	shop, mail = testing.make_service(), testing.make_service("Mail")
	rows = [target("Response", 1, priority=high, service=shop), target("Response", 1, service=mail)]
	draft = make_agreement("Own", rows, customer=testing.make_customer(), services=[shop, mail], submit=False)

	gap = api.effective_targets(draft.name)["unpromised"]
	make_agreement("Company", [RESOLUTION], basis="Corporate")

	assert gap == (shop,)
	assert api.effective_targets(draft.name)["unpromised"] == ()


def test_an_agreement_that_cannot_be_read_yet_says_why() -> None:
	document = {
		"title": "New",
		"kind": "SLA",
		"basis": "Corporate",
		"calendar": testing.make_calendar().name,
		"valid_from": "2026-06-02",
		"valid_until": "2026-06-01",
		"targets": [{"metric": "Response", "goal": 3600}],
	}

	view = api.effective_targets(json.dumps(document))

	assert "before it starts" in view["problem"]
	assert view["rows"] == []


# --- Files -----------------------------------------------------------------------------------------------


def test_an_imported_agreement_for_a_group_with_conditions_says_the_same_on_the_site(tmp_path: Path) -> None:
	path = tmp_path / "agreements.toml"
	path.write_text(
		"""
[calendar.always]
zone = "UTC"
around_the_clock = true

[[agreement]]
name = "Heroes"
customer_groups = "Half-Gods"
territories = "Thessaly"
calendar = "always"
condition = [
	{ property = "type", is = ["Quest", "Labour"] },
	{ property = "priority", is_not = "Low" },
]
target = [{ metric = "response", goal = "4h" }]
"""
	)

	first, again = import_agreements(path), import_agreements(path)

	document = frappe.get_doc("SLM Agreement", {"title": "Heroes"})
	assert (first.agreements, again.agreements, again.unchanged) == (1, 0, 1)
	assert document.basis == "Customer Group"
	assert [(row.property, row.operator, row.value) for row in document.conditions] == [
		("Issue Type", "is", "Labour"),
		("Issue Type", "is", "Quest"),
		("Issue Priority", "is not", "Low"),
	]
