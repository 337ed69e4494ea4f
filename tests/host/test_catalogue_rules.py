"""Issues find their service by rules: on insert only, without a query, and never in the way of a save."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from slm_extension import api, testing
from slm_extension.adapters import service_rules as kept
from slm_extension.services import service_rules

REMOTE, SHOP = "Remote Access", "Online Shop"


@pytest.fixture(autouse=True)
def services(clock: testing.SiteClock) -> None:
	testing.make_service(REMOTE)
	testing.make_service(SHOP)


def rule(name: str, service: str = REMOTE, **values: Any) -> Any:
	return frappe.get_doc(
		{"doctype": "SLM Service Rule", "rule_name": name, "service": service, **values}
	).insert()


def test_the_first_rule_that_suits_decides() -> None:
	rule("wool", SHOP, customer=testing.make_customer(), place=20)
	rule("vpn", words="VPN, remote access", place=10)

	assert testing.make_issue("VPN drops", customer="Wool & Sons").slm_service == REMOTE
	assert testing.make_issue("Shop is slow", customer="Wool & Sons").slm_service == SHOP
	assert not testing.make_issue("Shop is slow").slm_service


def test_who_names_a_service_gets_it() -> None:
	rule("everything")

	assert testing.make_issue(slm_service=SHOP).slm_service == SHOP


def test_a_ticket_is_given_its_service_when_it_comes_in_and_not_later() -> None:
	issue = testing.make_issue("VPN drops")
	rule("vpn", words="VPN")
	issue.reload()
	issue.priority = testing.make_priority("Low")
	issue.save()

	assert not issue.slm_service


def test_a_customer_who_is_known_by_his_address_counts_too() -> None:
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": "Wilma",
			"email_ids": [{"email_id": "wilma@wool.example", "is_primary": 1}],
			"links": [{"link_doctype": "Customer", "link_name": testing.make_customer()}],
		}
	).insert()
	rule("wool", SHOP, customer="Wool & Sons")

	issue = testing.make_issue(raised_by="wilma@wool.example")

	assert (issue.contact, issue.slm_service) == (contact.name, SHOP)


def test_the_ledger_and_the_agreement_know_the_service_from_the_start() -> None:
	testing.make_agreement("For the shop", services=[SHOP])
	rule("shop", SHOP, words="shop")

	issue = testing.make_issue("Shop is slow")

	assert testing.clocks(issue)["response"].service == SHOP
	assert [fact.value for fact in testing.ledger(issue) if fact.kind == "service"] == [SHOP]


@pytest.mark.parametrize(
	"change",
	[
		pytest.param(lambda one: one.update({"disabled": 1}).save(), id="disabled"),
		pytest.param(lambda one: frappe.delete_doc("SLM Service Rule", one.name), id="deleted"),
		pytest.param(
			lambda one: frappe.get_doc("SLM Service", one.service).update({"status": "Retired"}).save(),
			id="its service is retired",
		),
	],
)
def test_a_rule_that_is_out_of_use_decides_nothing(change: Any) -> None:
	one = rule("vpn", words="VPN")
	assert testing.make_issue("VPN drops").slm_service == REMOTE

	change(one)

	assert not testing.make_issue("VPN drops").slm_service


def test_what_rules_name_may_be_renamed() -> None:
	rule("wool", SHOP, customer=testing.make_customer(), issue_type=testing.make_issue_type("Incident"))
	testing.make_issue()
	for doctype, old, new in (
		("SLM Service", SHOP, "Web Shop"),
		("Customer", "Wool & Sons", "Wool & Daughters"),
		("Issue Type", "Incident", "Disturbance"),
	):
		testing.make_issue()
		frappe.rename_doc(doctype, old, new, rebuild_search=False, show_alert=False)

	issue = testing.make_issue(customer="Wool & Daughters", issue_type="Disturbance")

	assert issue.slm_service == "Web Shop"


def test_rules_cost_no_query_once_a_process_has_them(queries: Any) -> None:
	rule("vpn", words="VPN")
	testing.make_issue("VPN drops")
	issue = frappe.get_doc({"doctype": "Issue", "subject": "VPN drops"})

	with queries.counted():
		service_rules.fill(issue)

	assert issue.slm_service == REMOTE
	assert queries.sent == []


def test_rules_that_fail_are_logged_and_the_ticket_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
	def broken() -> Any:
		raise RuntimeError("the rules are on fire")

	monkeypatch.setattr(service_rules, "site_rules", broken)

	issue = testing.make_issue("VPN drops")

	assert issue.name and not issue.slm_service
	log = frappe.get_last_doc("Error Log")
	assert issue.name in log.method and "the rules are on fire" in log.error


class TestByMail:
	@pytest.fixture
	def account(self) -> str:
		return (
			frappe.get_doc(
				{
					"doctype": "Email Account",
					"email_account_name": "Remote Desk",
					"email_id": "remote@acme.example",
					"enable_incoming": 0,
					"enable_outgoing": 0,
				}
			)
			.insert()
			.name
		)

	def came_in(self, account: str, subject: str) -> Any:
		"""An Issue and its first message, in the order in which the host makes them of a mail."""
		issue = testing.make_issue(subject)
		testing.receive(issue, email_account=account)
		return frappe.get_doc("Issue", issue.name)

	def test_the_account_is_known_with_the_first_message(self, account: str) -> None:
		rule("remote", email_account=account, place=5)
		rule("shop", SHOP, words="shop", place=10)
		testing.make_agreement("Remote", services=[REMOTE])

		issue = self.came_in(account, "Shop is slow")

		assert issue.slm_service == REMOTE
		assert testing.clocks(issue)["response"].service == REMOTE

	def test_a_later_message_changes_nothing(self, account: str) -> None:
		rule("remote", email_account=account)
		issue = testing.make_issue("Shop is slow")
		testing.receive(issue)
		issue.reload()
		issue.db_set("slm_service", SHOP)
		testing.receive(issue, email_account=account)

		assert frappe.db.get_value("Issue", issue.name, "slm_service") == SHOP


class TestTrying:
	def test_every_rule_says_why(self) -> None:
		rule("printers", words="printer", place=1)
		rule("vpn", words="VPN", place=2)
		rule("rest", SHOP, place=3)

		answer = api.find_service({"subject": "The VPN is slow"})

		assert answer["service"] == REMOTE
		assert [(one["name"], one["decided"], one["why"]) for one in answer["rules"]] == [
			("printers", False, "Does not suit: Words in the Subject"),
			("vpn", True, "Decides"),
			("rest", False, "An earlier rule decides"),
		]

	def test_without_rules_there_is_no_service(self) -> None:
		frappe.db.delete("SLM Service Rule")
		kept.forget_rules()

		assert api.find_service({"subject": "The VPN is slow"}) == {"service": None, "rules": []}


@pytest.mark.parametrize(
	("values", "said"),
	[
		pytest.param({"service": "Nowhere"}, "Nowhere", id="no such service"),
		pytest.param({"words": "x" * 3000}, "3000 letters", id="endless words"),
		pytest.param({"place": -1}, "Order", id="a negative place"),
		pytest.param({"customer": "Nobody"}, "Nobody", id="no such customer"),
	],
)
def test_a_rule_that_cannot_be_meant_is_refused(values: dict[str, Any], said: str) -> None:
	with pytest.raises(frappe.ValidationError, match=said):
		rule("odd", **values)


def test_a_rule_for_a_retired_service_is_refused() -> None:
	frappe.get_doc("SLM Service", REMOTE).update({"status": "Retired"}).save()

	with pytest.raises(frappe.ValidationError, match="is retired"):
		rule("late", words="VPN")


def test_patterns_in_words_are_only_words() -> None:
	rule("odd", words="(.*, [a-z]+, ${x}")

	assert not testing.make_issue("anything").slm_service
	assert testing.make_issue("what is (.* for").slm_service == REMOTE
