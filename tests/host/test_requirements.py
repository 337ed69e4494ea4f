"""Requirements on a real site: what they must say when, what becomes of them, and what the portal lets a customer do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from frappe.model.workflow import apply_workflow

from slm_extension import api, testing
from slm_extension.seeds import requirement_workflows
from slm_extension.services import requirement_results, requirements

HOUR = 3600
WOOL, SILK = "Wool & Sons", "Silk Brothers"


@pytest.fixture(autouse=True)
def _workflows(site: str) -> None:
	requirement_workflows.seed()


@pytest.fixture
def analyst() -> str:
	return testing.make_user("analyst@acme.example", "Service Level Analyst")


@pytest.fixture
def manager() -> str:
	return testing.make_user("manager@acme.example", "Service Level Manager", "Service Level Analyst")


@pytest.fixture
def seller() -> str:
	return testing.make_user("seller@acme.example", "Sales User")


@pytest.fixture
def buyer() -> str:
	"""A user of the portal who belongs to Wool & Sons."""
	return portal_user("buyer@wool.example", WOOL)


def portal_user(email: str, *customers: str) -> str:
	testing.make_user(email, user_type="Website User")
	for customer in customers:
		document = frappe.get_doc("Customer", testing.make_customer(customer))
		document.append("portal_users", {"user": email})
		document.save()
	return email


def level(
	metric: str, wanted: float, unit: str = "hours", offer: str = "As Wanted", **more: Any
) -> dict[str, Any]:
	return {"metric": metric, "wanted": wanted, "unit": unit, "offer": offer, **more}


def make_requirement(**fields: Any) -> Any:
	"""A requirement of Wool & Sons that lacks nothing to be agreed on but the way there."""
	return frappe.get_doc(
		{
			"doctype": "SLM Requirement",
			"title": "Help for the web shop",
			"customer": testing.make_customer(WOOL),
			"why_now": "New Contract",
			"need": "<p>Orders must not get lost when the shop hangs.</p>",
			"analysis": "<p>The shop hangs twice a month.</p>",
			"clarification": "Clear",
			"calendar": testing.make_calendar().name,
			"agreed_by_customer": "Bo Peep",
			"agreed_by_provider": "Administrator",
			"services": [{"service": testing.make_service(), "importance": "Must"}],
			"levels": [
				level("Response Time", 1),
				level("Turnaround Time", 4),
				level("Failure Duration", 90, "minutes"),
			],
			**fields,
		}
	).insert()


def go(document: Any, *actions: str) -> Any:
	for action in actions:
		document = apply_workflow(document.as_dict(), action)
	return document


def make_agreed(**fields: Any) -> Any:
	return go(make_requirement(**fields), "Clarify", "Finish Analysis", "Agree")


class TestWhatItMustSay:
	def test_somebody_must_need_it(self) -> None:
		with pytest.raises(frappe.ValidationError, match="Nobody is named whose need this is"):
			make_requirement(customer=None)

	def test_a_prospect_is_enough(self) -> None:
		lead = frappe.get_doc(
			{"doctype": "Lead", "lead_name": "Mary Lamb", "company_name": "Lamb Ltd"}
		).insert()

		assert make_requirement(customer=None, lead=lead.name).name

	def test_a_service_of_the_catalogue_or_a_new_one_has_to_be_named(self) -> None:
		make_requirement(services=[{"new_service": "Fax from space", "importance": "Could"}])
		with pytest.raises(frappe.ValidationError, match="Row 1 of Services names no service"):
			make_requirement(services=[{"new_service": "  ", "importance": "Could"}])

	@pytest.mark.parametrize(
		("row", "gap"),
		[
			pytest.param(
				level("Response Time", 4, offer="To Be Discussed"), "not offered yet", id="nothing offered"
			),
			pytest.param(level("Response Time", 4), "none", id="as wanted"),
			pytest.param(
				level("Response Time", 4, offer="Otherwise", offered=6), "2 hours worse", id="slower"
			),
			pytest.param(
				level("Response Time", 4, offer="Otherwise", offered=3.5), "30 minutes better", id="faster"
			),
			pytest.param(
				level("Availability", 99.5, "% of service hours", "Otherwise", offered=99),
				"0.5 % of service hours worse",
				id="less available",
			),
			pytest.param(
				level("Number of Failures", 2, "a month", "Otherwise", offered=0),
				"2 a month better",
				id="no failures",
			),
			pytest.param(
				level("Failure Frequency", 30, "days between failures", "Otherwise", offered=20),
				"10 days between failures worse",
				id="failing more often",
			),
		],
	)
	def test_each_level_says_how_the_offer_stands_beside_the_wish(
		self, row: dict[str, Any], gap: str
	) -> None:
		assert make_requirement(levels=[row]).levels[0].gap == gap

	@pytest.mark.parametrize(
		("row", "words"),
		[
			pytest.param(
				level("Availability", 4, "hours"), 'hours" says nothing about Availability', id="unit"
			),
			pytest.param(level("Availability", 101, "% of service hours"), "cannot be 101", id="over 100 %"),
			pytest.param(
				level("Availability", 25, "hours a day"), "cannot be 25", id="a longer day than there is"
			),
			pytest.param(level("Response Time", 0), "cannot be 0", id="at once"),
			pytest.param(level("Response Time", 1e12), "cannot be", id="for ever"),
			pytest.param(
				level("Response Time", 1, offer="Otherwise", offered=0),
				"cannot be 0",
				id="an offer of nothing",
			),
			pytest.param(level("Response Time", -1), "negative|cannot be -1", id="before it was asked"),
		],
	)
	def test_numbers_that_cannot_be_are_refused(self, row: dict[str, Any], words: str) -> None:
		with pytest.raises(frappe.ValidationError, match=words):
			make_requirement(levels=[row])

	def test_a_level_is_given_once(self) -> None:
		high = testing.make_priority("High")
		make_requirement(levels=[level("Response Time", 1, priority=high), level("Response Time", 2)])
		with pytest.raises(frappe.ValidationError, match="Rows 1 and 2 of the levels"):
			make_requirement(levels=[level("Response Time", 1), level("Response Time", 2)])

	def test_a_text_that_no_column_can_hold_is_refused_in_a_sentence(self) -> None:
		with pytest.raises(
			frappe.ValidationError, match="is too long: 70,000 bytes of text, 65,535 are possible"
		):
			make_requirement(goals="x" * 70_000)

	def test_a_title_has_no_markup(self) -> None:
		"""The host's web list takes titles for HTML."""
		assert make_requirement(title="<img src=x onerror=alert(1)>Shop, <b>big</b>").title == "Shop, big"
		with pytest.raises(frappe.MandatoryError):
			make_requirement(title="<b></b>")

	def test_the_last_day_of_the_calendar_can_be_waited_for(self) -> None:
		assert str(make_requirement(needed_by="9999-12-31").needed_by) == "9999-12-31"


class TestLife:
	def test_from_draft_to_agreed_through_the_workflow(self, manager: str) -> None:
		document = make_requirement()
		frappe.set_user(manager)

		document = go(document, "Clarify", "Finish Analysis", "Agree")

		assert document.status == "Agreed"
		assert document.agreed_by_customer_on and document.agreed_by_provider_on

	def test_without_an_analysis_it_is_not_analysed(self) -> None:
		document = go(make_requirement(analysis="<p> </p>"), "Clarify")
		with pytest.raises(frappe.ValidationError, match="Analysis is empty"):
			go(document, "Finish Analysis")

	@pytest.mark.parametrize(
		("fields", "words"),
		[
			pytest.param(
				{"clarification": "The customer's own problem is not clear"},
				"problem is not clear yet",
				id="R065",
			),
			pytest.param({"clarification": "Being clarified"}, "problem is not clear yet", id="half clear"),
			pytest.param({"services": []}, "Services is empty", id="no service"),
			pytest.param({"levels": []}, "No level and no expectation", id="no levels"),
			pytest.param(
				{"levels": [level("Response Time", 1, offer="To Be Discussed")]},
				"1 rows of levels",
				id="open level",
			),
			pytest.param(
				{"expectations": [{"aspect": "Quality", "expectation": "Friendly", "importance": "Should"}]},
				"1 rows of levels",
				id="open expectation",
			),
			pytest.param(
				{"agreed_by_customer": " "}, "Nobody has agreed for the customer", id="R061 customer"
			),
			pytest.param({"agreed_by_provider": None}, "Nobody has agreed for us", id="R061 provider"),
			pytest.param({"agreed_by_customer_on": "9999-12-31"}, "a day that is still to come", id="future"),
		],
	)
	def test_it_is_agreed_only_when_nothing_is_open(self, fields: dict[str, Any], words: str) -> None:
		document = go(make_requirement(**fields), "Clarify", "Finish Analysis")
		with pytest.raises(frappe.ValidationError, match=words):
			go(document, "Agree")

	def test_a_rejection_has_a_reason(self) -> None:
		document = make_requirement()
		with pytest.raises(frappe.ValidationError, match="Why It Is Rejected is empty"):
			go(document, "Reject")
		document.reload()
		document.rejection_reason = "We do not sell faxes."

		assert go(document.save(), "Reject").status == "Rejected"

	def test_a_state_cannot_be_jumped_to(self) -> None:
		document = make_requirement()
		document.status = "Agreed"
		with pytest.raises(frappe.ValidationError, match="transition not allowed"):
			document.save()

	def test_without_the_workflow_the_state_is_set_by_hand_and_still_needs_what_it_needs(self) -> None:
		frappe.db.set_value("Workflow", "SLM Requirement", "is_active", 0)
		frappe.clear_cache(doctype="SLM Requirement")
		document = make_requirement(clarification="Being clarified")
		document.status = "Agreed"
		with pytest.raises(frappe.ValidationError, match="problem is not clear yet"):
			document.save()
		document.reload()
		document.update({"status": "Agreed", "clarification": "Clear"})
		assert document.save().status == "Agreed"
		frappe.clear_cache(doctype="SLM Requirement")

	def test_what_is_agreed_stays_but_our_own_notes_go_on(self) -> None:
		document = make_agreed()
		document.append("talks", {"with_whom": "Bo Peep", "notes": "Happy.", "talked_on": "2026-06-01"})
		document.save()
		document.levels[0].wanted = 9
		document.goals = "More."
		with pytest.raises(
			frappe.ValidationError, match=r"Goals, Levels Wanted and Offered.*Reopen it first"
		):
			document.save()

	def test_reopening_asks_for_consent_anew(self) -> None:
		document = go(make_agreed(), "Reopen")

		assert (document.status, document.agreed_by_customer, document.agreed_by_provider_on) == (
			"In Clarification",
			None,
			None,
		)

	def test_archive_ends_it(self) -> None:
		assert go(make_agreed(), "Archive").status == "Archived"

	def test_it_is_in_agreement_only_with_an_agreement(self) -> None:
		frappe.db.set_value("Workflow", "SLM Requirement", "is_active", 0)
		frappe.clear_cache(doctype="SLM Requirement")
		document = make_requirement()
		document.status = "In Agreement"
		with pytest.raises(frappe.ValidationError, match="No agreement has been made from it"):
			document.save()
		frappe.clear_cache(doctype="SLM Requirement")


class TestSales:
	def test_sales_writes_drafts_but_not_what_has_been_analysed(self, seller: str) -> None:
		testing.make_customer(WOOL)
		testing.make_service()
		calendar = testing.make_calendar().name
		frappe.set_user(seller)
		document = make_requirement(calendar=calendar)
		document.goals = "Fewer lost orders."
		document.save()
		document = go(document, "Clarify")
		frappe.set_user("Administrator")
		document = go(document, "Finish Analysis")
		frappe.set_user(seller)
		document = frappe.get_doc("SLM Requirement", document.name)
		document.goals = "None."

		assert document.has_permission("read")
		with pytest.raises(frappe.PermissionError):
			document.save()

	def test_sales_makes_no_agreement(self, seller: str) -> None:
		document = make_agreed()
		frappe.set_user(seller)
		with pytest.raises(frappe.PermissionError):
			api.agreement_from_requirement(document.name)

	def test_an_opportunity_becomes_a_requirement_of_its_customer(self, seller: str) -> None:
		opportunity = frappe.get_doc(
			{
				"doctype": "Opportunity",
				"opportunity_from": "Customer",
				"party_name": testing.make_customer(WOOL),
				"company": frappe.defaults.get_global_default("company"),
			}
		).insert()

		document = api.requirement_from_opportunity(opportunity.name)

		assert (document.customer, document.opportunity, document.status) == (WOOL, opportunity.name, "Draft")
		assert [(row.source_type, row.source_name) for row in document.sources] == [
			("Opportunity", opportunity.name)
		]
		assert document.insert().name

	def test_a_contract_becomes_a_requirement(self) -> None:
		contract = make_contract("Customer", testing.make_customer(WOOL))

		document = api.requirement_from_contract(contract.name)

		assert (document.customer, document.why_now, document.kind) == (WOOL, "New Contract", "New")
		assert document.insert().name

	def test_a_contract_with_a_supplier_is_none_of_ours(self) -> None:
		supplier = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Fleece Traders"}).insert()
		contract = make_contract("Supplier", supplier.name)
		with pytest.raises(frappe.ValidationError, match="Requirements are those of customers"):
			api.requirement_from_contract(contract.name)

	def test_who_may_not_read_the_source_makes_nothing_of_it(self) -> None:
		contract = make_contract("Customer", testing.make_customer(WOOL))
		analyst = testing.make_user("analyst@acme.example", "Service Level Analyst")
		frappe.set_user(analyst)
		with pytest.raises(frappe.PermissionError):
			api.requirement_from_contract(contract.name)


def make_contract(party_type: str, party: str) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Contract",
			"party_type": party_type,
			"party_name": party,
			"contract_terms": "As agreed.",
			"start_date": "2026-07-01",
		}
	).insert()


class TestAgreement:
	def test_the_draft_says_what_was_agreed_and_both_name_each_other(self, manager: str) -> None:
		high = testing.make_priority("High")
		document = make_agreed(
			levels=[
				level("Response Time", 1, priority=high),
				level("Turnaround Time", 4, offer="Otherwise", offered=8),
				level("Failure Duration", 90, "minutes"),
				level("Availability", 99.5, "% of service hours"),
			]
		)
		frappe.set_user(manager)

		name = api.agreement_from_requirement(document.name, valid_from="2026-07-01")

		agreement = frappe.get_doc("SLM Agreement", name)
		assert (agreement.docstatus, agreement.kind, agreement.basis) == (0, "SLA", "Customer")
		assert (agreement.customer, str(agreement.valid_from)) == (WOOL, "2026-07-01")
		assert [row.service for row in agreement.services] == ["Online Shop"]
		assert [(row.metric, row.goal, row.priority) for row in agreement.targets] == [
			("Response", HOUR, high),
			("Resolution", 8 * HOUR, None),
			("Restoration", 90 * 60, None),
		]
		assert agreement.agreed_level == "Availability: 99.5 % of service hours"
		assert agreement.requirement == document.name
		document = frappe.get_doc("SLM Requirement", document.name)
		assert (document.status, document.agreement) == ("In Agreement", name)
		assert document.as_dict()["agreement"] == name

	@pytest.mark.parametrize(
		("hours", "said"), [([], "Mornings only"), (["08:00-12:00"], None)], ids=["words only", "rows too"]
	)
	def test_hours_in_words_are_taken_over_where_no_rows_say_them(
		self, hours: list[str], said: str | None
	) -> None:
		"""Else the agreement would print its service time twice, and the words might say something else."""
		document = make_agreed(wanted_hours="Mornings only", hours=testing.hours_rows(hours) if hours else [])

		agreement = frappe.get_doc("SLM Agreement", requirement_results.draft_agreement(document))

		assert agreement.service_schedule == said

	def test_hours_from_midnight_to_midnight_are_printed_as_such(self) -> None:
		document = make_requirement(
			calendar=None, hours=[{"day": "Sunday", "from_time": "00:00:00", "to_time": "00:00:00"}]
		)

		page = frappe.get_print("SLM Requirement", document.name, print_format="SLM Requirement")

		assert ">00:00<" in page and ">24:00<" in page

	def test_without_a_calendar_one_is_made_of_the_hours(self) -> None:
		document = make_agreed(calendar=None, hours=testing.hours_rows(["08:00-12:00"]))

		agreement = frappe.get_doc("SLM Agreement", requirement_results.draft_agreement(document))

		calendar = frappe.get_doc("SLM Calendar", agreement.calendar)
		assert [(row.day, str(row.from_time)) for row in calendar.hours][:2] == [
			("Monday", "8:00:00"),
			("Tuesday", "8:00:00"),
		]
		assert requirement_results.draft_agreement(document) != agreement.name
		assert frappe.db.count("SLM Calendar", {"name": ["like", f"%{document.name}%"]}) == 1

	@pytest.mark.parametrize(
		("fields", "words"),
		[
			pytest.param({"calendar": None}, "it has neither a calendar nor hours", id="no calendar"),
			pytest.param(
				{"levels": [level("Availability", 99, "% of service hours")]},
				"none of its levels can be a target",
				id="nothing to measure by",
			),
			pytest.param(
				{"services": [{"new_service": "<b>Fax</b>", "importance": "Must"}]},
				r"the catalogue does not have (&lt;b&gt;)?Fax",
				id="not in the catalogue",
			),
		],
	)
	def test_what_is_missing_is_said_in_one_sentence(self, fields: dict[str, Any], words: str) -> None:
		document = make_agreed(**fields)
		with pytest.raises(frappe.ValidationError, match=words):
			requirement_results.draft_agreement(document)
		assert frappe.db.get_value("SLM Requirement", document.name, "status") == "Agreed"

	def test_a_service_that_is_not_approved_cannot_be_agreed_on(self) -> None:
		document = make_agreed(
			services=[{"service": testing.make_service("Draft Shop", status="Draft"), "importance": "Must"}]
		)
		with pytest.raises(frappe.ValidationError, match="the catalogue has Draft Shop, but not approved"):
			requirement_results.draft_agreement(document)

	def test_before_both_sides_have_agreed_there_is_no_agreement(self) -> None:
		with pytest.raises(frappe.ValidationError, match="both sides have not agreed on it"):
			requirement_results.draft_agreement(make_requirement())

	def test_a_requirement_that_an_agreement_names_is_not_deleted(self) -> None:
		document = make_agreed()
		name = requirement_results.draft_agreement(document)
		with pytest.raises(frappe.LinkExistsError):
			frappe.delete_doc("SLM Requirement", document.name)

		frappe.delete_doc("SLM Agreement", name)
		frappe.delete_doc("SLM Requirement", document.name)

	def test_the_trace_shows_where_each_agreement_comes_from_and_what_is_missing(self) -> None:
		from slm_extension.service_level_management.report.slm_requirement_trace import slm_requirement_trace

		bound = make_agreed(title="Bound")
		agreement = requirement_results.draft_agreement(bound)
		waiting = make_agreed(title="Waiting")
		loose = testing.make_agreement("Out of the blue", customer=WOOL, submit=False)

		_columns, rows = slm_requirement_trace.execute({"customer": WOOL})

		told = {(row.get("requirement"), row.get("agreement")): row.get("finding") for row in rows}
		assert told == {
			(bound.name, agreement): None,
			(waiting.name, None): "Agreed, but no agreement yet",
			(None, loose.name): "Agreement without a requirement",
		}


class TestQualityPlanAndSpecification:
	def test_the_quality_plan_is_a_quality_goal_with_an_objective_a_level(self) -> None:
		document = make_requirement(
			expectations=[
				{
					"aspect": "Contact",
					"expectation": "One person to talk to",
					"importance": "Should",
					"offered": "A service manager",
					"gap": "None",
				}
			]
		)

		name = api.quality_plan_from_requirement(document.name)

		goal = frappe.get_doc("Quality Goal", name)
		assert [(row.objective, row.target, row.uom) for row in goal.objectives] == [
			("Response Time", "1", "Hour"),
			("Turnaround Time", "4", "Hour"),
			("Failure Duration", "90", "Minute"),
			("One person to talk to", "A service manager", None),
		]
		assert api.quality_plan_from_requirement(document.name) == name
		assert frappe.db.get_value("SLM Requirement", document.name, "quality_plan") == name

	def test_a_specification_is_drafted_reviewed_approved_and_published_and_the_next_takes_its_place(
		self, manager: str
	) -> None:
		document = make_requirement(
			delivery_method="<p>Set up by the web team.</p>",
			technical_specification="<p>Two servers.</p>",
			tasks=[{"task": "Buy <b>servers</b>", "due_on": "2026-07-01"}],
		)
		frappe.set_user(manager)
		first = frappe.get_doc("SLM Service Specification", api.specification_from_requirement(document.name))
		assert (first.service, first.requirement, first.specification_version) == (
			"Online Shop",
			document.name,
			1,
		)
		assert "Set up by the web team" in first.delivery_process and "Two servers" in first.technical_rules
		with pytest.raises(frappe.ValidationError, match=r"Daily Maintenance.* is empty"):
			go(first, "Pass Review")
		first.reload()
		first.update({"monitoring_rules": "<p>Ping.</p>", "maintenance_rules": "<p>Daily backup.</p>"})
		first = go(first.save(), "Pass Review", "Approve", "Publish")
		assert (first.reviewed_by, first.approved_by, first.published_by) == (manager,) * 3
		first.technical_rules = "<p>Three servers.</p>"
		with pytest.raises(frappe.ValidationError, match="Make a new version"):
			first.save()

		second = frappe.get_doc("SLM Service Specification", api.new_specification_version(first.name))
		with pytest.raises(frappe.ValidationError, match="is the next version already"):
			api.new_specification_version(first.name)
		second.technical_rules = "<p>Three servers.</p>"
		go(second.save(), "Pass Review", "Approve", "Publish")

		assert (second.specification_version, second.previous) == (2, first.name)
		first.reload()
		assert (first.status, bool(first.ended_on)) == ("Superseded", True)
		published = frappe.get_all(
			"SLM Service Specification",
			filters={"service": "Online Shop", "status": "Published"},
			pluck="name",
			order_by="name asc",
		)
		assert published == [second.name]
		frappe.set_user("Administrator")
		with pytest.raises(frappe.ValidationError, match="stays on record"):
			frappe.delete_doc("SLM Service Specification", first.name)

	def test_which_service_to_specify_has_to_be_said_when_there_are_several(self) -> None:
		document = make_requirement(
			services=[
				{"service": testing.make_service(), "importance": "Must"},
				{"service": testing.make_service("Mail"), "importance": "Must"},
			]
		)
		with pytest.raises(frappe.ValidationError, match="Choose which service"):
			api.specification_from_requirement(document.name)
		name = api.specification_from_requirement(document.name, "Mail")
		assert frappe.db.get_value("SLM Service Specification", name, "service") == "Mail"


@pytest.fixture
def web(site: str) -> Iterator[Callable[..., Any]]:
	"""Send the portal's form as its page does."""
	from frappe.website.doctype.web_form import web_form

	def send(**values: Any) -> Any:
		accept = getattr(web_form.accept, "__wrapped__", web_form.accept)
		return accept(web_form="service-requirement", data=json.dumps(values))

	yield send
	frappe.flags.in_web_form = False


class TestPortal:
	def test_the_customer_is_the_users_own_whatever_the_request_says(
		self, buyer: str, web: Callable[..., Any]
	) -> None:
		testing.make_customer(SILK)
		frappe.set_user(buyer)

		sent = web(
			title="A night shift",
			why_now="Need of a User",
			importance="Must",
			need="<p>We work at night.</p>",
			customer=SILK,
			status="Agreed",
			analysis="Give it to him",
			answer="Yes",
			clarification="Clear",
		)

		frappe.set_user("Administrator")
		stored = frappe.get_doc("SLM Requirement", sent.name)
		assert (stored.customer, stored.status, stored.received_through) == (WOOL, "Draft", "Portal")
		assert (stored.analysis, stored.answer) == (None, None)
		assert stored.clarification == "The customer's own problem is not clear"
		assert [(row.side, row.person) for row in stored.participants] == [("Customer", "Buyer")]

	def test_those_who_look_after_service_levels_are_told(
		self, buyer: str, manager: str, web: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""The host writes notices on its job queue; here at once."""
		monkeypatch.setitem(frappe.flags, "in_test", True)
		frappe.set_user(buyer)
		sent = web(
			title="A night shift", why_now="Need of a User", importance="Must", need="<p>At night.</p>"
		)

		frappe.set_user("Administrator")
		assert frappe.db.exists("Notification Log", {"document_name": sent.name, "for_user": manager}), (
			"no notice for the manager"
		)

	def test_a_user_of_no_customer_sends_nothing(self, web: Callable[..., Any]) -> None:
		frappe.set_user(portal_user("nobody@street.example"))
		with pytest.raises(frappe.PermissionError, match="does not belong to a customer"):
			web(title="Free lunch", why_now="Need of a User", importance="Must", need="<p>Food.</p>")

	def test_a_contact_that_a_user_wrote_himself_makes_him_nobodys_customer(
		self, web: Callable[..., Any]
	) -> None:
		testing.make_customer(SILK)
		thief = portal_user("thief@street.example")
		frappe.set_user(thief)
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Thief",
				"user": thief,
				"links": [{"link_doctype": "Customer", "link_name": SILK}],
			}
		).insert()
		with pytest.raises(frappe.PermissionError, match="does not belong to a customer"):
			web(title="Free lunch", why_now="Need of a User", importance="Must", need="<p>Food.</p>")

	def test_a_guest_sends_nothing(self, web: Callable[..., Any]) -> None:
		frappe.set_user("Guest")
		with pytest.raises(frappe.ValidationError, match="must login"):
			web(title="Free lunch", why_now="Need of a User", importance="Must", need="<p>Food.</p>")

	def test_what_he_wrote_can_be_changed_until_it_is_analysed(
		self, buyer: str, web: Callable[..., Any]
	) -> None:
		frappe.set_user(buyer)
		wanted = {
			"title": "A night shift",
			"why_now": "Need of a User",
			"importance": "Must",
			"need": "<p>1</p>",
		}
		sent = web(**wanted)
		web(name=sent.name, **{**wanted, "need": "<p>2</p>", "status": "Agreed", "answer": "Yes"})
		frappe.set_user("Administrator")
		stored = frappe.get_doc("SLM Requirement", sent.name)
		assert ("2" in stored.need, stored.status, stored.answer) == (True, "Draft", None)
		stored.analysis = "<p>They do.</p>"
		go(stored.save(), "Clarify", "Finish Analysis")

		frappe.set_user(buyer)
		with pytest.raises(frappe.PermissionError, match="cannot be changed here any more"):
			web(name=sent.name, **{**wanted, "need": "<p>3</p>"})


class TestWhatAnotherCustomerSees:
	"""Every way to a requirement, tried by a user of the portal."""

	@pytest.fixture
	def given(self, buyer: str, web: Callable[..., Any]) -> SimpleNamespace:
		weaver = portal_user("weaver@silk.example", SILK)
		frappe.set_user(buyer)
		sent = web(
			title="A night shift",
			why_now="Need of a User",
			importance="Must",
			need="<p>We work at night.</p>",
		)
		frappe.set_user("Administrator")
		stored = frappe.get_doc("SLM Requirement", sent.name)
		stored.analysis = "<p>They bluff.</p>"
		stored.business_profile = "<p>Nearly broke.</p>"
		stored.append("levels", level("Response Time", 1, offer="Otherwise", offered=77.25))
		stored.append("talks", {"with_whom": "Bo", "notes": "Whispered.", "talked_on": "2026-06-01"})
		stored.save()
		ours = make_requirement(title="Our own guess")
		return SimpleNamespace(sent=sent.name, ours=ours.name, weaver=weaver, buyer=buyer)

	def test_no_query_no_document_no_report_for_users_of_the_portal(self, given: SimpleNamespace) -> None:
		for user in (given.weaver, given.buyer, "Guest"):
			frappe.set_user(user)
			with pytest.raises(frappe.PermissionError):
				frappe.get_list("SLM Requirement", order_by="name asc")
			with pytest.raises(frappe.PermissionError):
				frappe.get_doc("SLM Requirement", given.sent).check_permission("read")
			with pytest.raises(frappe.PermissionError):
				frappe.client.get("SLM Requirement", given.sent)
			with pytest.raises(frappe.PermissionError):
				frappe.client.get_value("SLM Requirement", "analysis", {"name": given.sent})
			assert not frappe.has_permission("SLM Requirement", "export")

	def test_the_web_form_and_the_print_refuse_another_customer(self, given: SimpleNamespace) -> None:
		from frappe.website.doctype.web_form.web_form import get_form_data

		for user in (given.weaver, "Guest"):
			frappe.set_user(user)
			with pytest.raises(frappe.PermissionError):
				get_form_data("SLM Requirement", given.sent, "service-requirement")
			with pytest.raises(frappe.PermissionError):
				frappe.get_print("SLM Requirement", given.sent, print_format="SLM Requirement")

	def test_the_list_shows_ones_own_and_nothing_that_we_have_not_agreed(
		self, given: SimpleNamespace
	) -> None:
		assert listed(given.buyer) == [given.sent]
		assert listed(given.weaver) == []
		assert listed("Guest") == []

	def test_filters_of_the_list_find_nothing_that_is_not_shown(self, given: SimpleNamespace) -> None:
		"""A filter on our own text would tell it letter by letter."""
		frappe.set_user(given.buyer)
		guess = {"analysis": json.dumps(["like", "%nothing like it%"]), "customer": SILK}

		assert [row.name for row in listed_rows(**guess)] == [given.sent]
		assert set(listed_rows()[0]) == set(requirements.PORTAL_LIST)

	def test_he_reads_what_he_wrote_and_not_what_we_think(self, given: SimpleNamespace) -> None:
		from frappe.website.doctype.web_form.web_form import get_form_data

		frappe.set_user(given.buyer)
		answer = frappe.as_json(get_form_data("SLM Requirement", given.sent, "service-requirement"))

		assert "We work at night" in answer
		for secret in ("They bluff", "Nearly broke", "Whispered", "77.25"):
			assert secret not in answer

	@pytest.mark.parametrize("print_format", ["SLM Requirement", "SLM Requirement Internal", "Standard"])
	def test_a_print_shows_him_no_more(self, given: SimpleNamespace, print_format: str) -> None:
		frappe.set_user(given.buyer)
		page = frappe.get_print("SLM Requirement", given.sent, print_format=print_format)

		assert "We work at night" in page
		for secret in ("They bluff", "Nearly broke", "Whispered", "77.25"):
			assert secret not in page

	def test_the_paper_for_the_customer_has_nothing_internal_whoever_prints_it(
		self, given: SimpleNamespace
	) -> None:
		frappe.set_user("Administrator")
		page = frappe.get_print("SLM Requirement", given.sent, print_format="SLM Requirement")
		for secret in ("They bluff", "Nearly broke", "Whispered"):
			assert secret not in page
		assert "They bluff" in frappe.get_print(
			"SLM Requirement", given.sent, print_format="SLM Requirement Internal"
		)

	def test_what_is_agreed_he_reads_with_what_was_offered(self, given: SimpleNamespace) -> None:
		from frappe.website.doctype.web_form.web_form import get_form_data

		frappe.set_user("Administrator")
		agreed = make_agreed(
			title="Signed", levels=[level("Response Time", 1, offer="Otherwise", offered=77.25)]
		)
		frappe.set_user(given.buyer)
		answer = frappe.as_json(get_form_data("SLM Requirement", agreed.name, "service-requirement"))

		assert set(listed(given.buyer)) == {given.sent, agreed.name}
		assert "77.25" in answer and "twice a month" not in answer

	def test_a_service_that_customers_are_shown_is_named_in_the_requirement(
		self, given: SimpleNamespace, web: Callable[..., Any]
	) -> None:
		category = frappe.get_all("SLM Service", filters={"standard": 1}, pluck="name", order_by="name asc")[
			0
		]
		testing.make_service(
			"Night Watch", published=1, customer_description="<p>We watch.</p>", parent_slm_service=category
		)
		testing.make_service("Engine Room")
		frappe.set_user(given.buyer)
		wanted = {
			"title": "More",
			"why_now": "Need of a User",
			"importance": "Must",
			"need": "<p>More of it.</p>",
		}

		shown = web(**wanted, about_service="Night Watch").name
		hidden = web(**wanted, about_service="Engine Room").name

		frappe.set_user("Administrator")
		assert [row.service for row in frappe.get_doc("SLM Requirement", shown).services] == ["Night Watch"]
		assert frappe.get_doc("SLM Requirement", hidden).services == []

	def test_who_has_left_the_customer_reads_not_even_what_he_wrote(self, given: SimpleNamespace) -> None:
		from frappe.website.doctype.web_form.web_form import get_form_data

		customer = frappe.get_doc("Customer", WOOL)
		customer.portal_users = []
		customer.save()
		frappe.set_user(given.buyer)

		assert "We work at night" not in frappe.as_json(
			get_form_data("SLM Requirement", given.sent, "service-requirement")
		)
		assert listed(given.buyer) == []

	def test_support_reads_and_does_not_write(self, given: SimpleNamespace) -> None:
		agent = testing.make_user("agent@acme.example", "Support Team")
		frappe.set_user(agent)
		document = frappe.get_doc("SLM Requirement", given.sent)

		assert document.has_permission("read")
		assert not document.has_permission("write")


def listed_rows(**filters: Any) -> list[Any]:
	from frappe.www.list import get_list_data

	return get_list_data("SLM Requirement", web_form_name="service-requirement", **filters)


def listed(user: str) -> list[str]:
	frappe.set_user(user)
	return [row.name for row in listed_rows()]


def test_uninstalling_takes_the_workflows_and_their_states_back_and_leaves_the_hosts() -> None:
	requirement_workflows.unseed()

	assert not frappe.db.exists("Workflow", {"document_type": "SLM Requirement"})
	assert not frappe.db.exists("Workflow State", "In Clarification")
	assert not frappe.db.exists("Workflow Action Master", "Finish Analysis")
	assert frappe.db.exists("Workflow State", "Approved")
	assert frappe.db.exists("Workflow Action Master", "Reject")


def test_seeding_twice_changes_nothing_that_was_changed() -> None:
	frappe.db.set_value("Workflow", "SLM Requirement", "is_active", 0)
	before = frappe.db.count("Workflow Transition", {"parent": "SLM Requirement"})

	requirement_workflows.seed()

	assert frappe.db.get_value("Workflow", "SLM Requirement", "is_active") == 0
	assert frappe.db.count("Workflow Transition", {"parent": "SLM Requirement"}) == before
