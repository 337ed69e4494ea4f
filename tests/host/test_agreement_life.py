"""Agreements from draft to their end: the workflow, two signatures, versions, freezes, notices, what rests on them."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
import pytest
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.model.workflow import apply_workflow, get_transitions
from frappe.utils import getdate

from slm_extension import api, testing
from slm_extension.patches.v0_2 import number_concluded_agreements
from slm_extension.seeds import agreement_notices, agreement_templates, agreement_workflow
from slm_extension.seeds.once import once
from slm_extension.services import signing, tell, terms
from slm_extension.services.agreements import refresh_statuses
from slm_extension.services.glossary import texts_of
from slm_extension.services.versions import from_template, new_version
from slm_extension.testing import HOUR, SiteClock, as_user, clocks, make_agreement, make_user, target

MANAGER, ANALYST, OWNER, SALES = (
	"Service Level Manager",
	"Service Level Analyst",
	"SLM Process Owner",
	"Sales Manager",
)


@pytest.fixture(autouse=True)
def _as_a_new_site(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
	"""With the workflow as it is seeded today; what people are told is written at once, not by a worker."""
	if frappe.db.exists("Workflow", agreement_workflow.NAME):
		frappe.delete_doc("Workflow", agreement_workflow.NAME, force=True)
	agreement_workflow.seed()
	monkeypatch.setattr(tell, "enqueue_create_notification", make_notification_logs_of)


def make_notification_logs_of(users: list[str], values: dict[str, Any]) -> None:
	make_notification_logs(frappe._dict(values), users)


def draft(**values: Any) -> Any:
	return make_agreement("Support for Wool", customer=testing.make_customer(), submit=False, **values)


def user(role: str) -> str:
	return make_user(f"{role.split()[-1].lower()}@provider.example", role, "Support Team")


def act(document: Any, action: str) -> Any:
	document.reload()
	return apply_workflow(document, action)


def approved(**values: Any) -> Any:
	document = draft(**values)
	for action in ("Negotiate", "Send to Group Review", "Pass Review"):
		document = act(document, action)
	return document


def sign_both(document: Any) -> Any:
	signing.sign(document, "Provider", "Ann Provider", "Director")
	signing.sign(document, "Customer", "Bo Buyer", "Head of IT", "On Paper", "", "/private/files/signed.pdf")
	return document


def concluded(**values: Any) -> Any:
	return act(sign_both(approved(**values)), "Conclude")


class TestWorkflow:
	def test_a_draft_goes_through_negotiation_review_and_signing_into_force(self, clock: SiteClock) -> None:
		document = concluded(valid_from="2026-06-01")
		document.reload()
		assert (document.docstatus, document.status, document.document_version) == (1, "In Force", "1.0")
		assert document.reviewed_by and document.approved_by and str(document.issued_on) == "2026-06-01"

	def test_what_begins_later_is_agreed_until_then(self, clock: SiteClock) -> None:
		document = concluded(valid_from="2026-07-01")
		document.reload()
		assert document.status == "Agreed"
		refresh_statuses(date(2026, 7, 1))
		assert frappe.db.get_value("SLM Agreement", document.name, "status") == "In Force"

	@pytest.mark.parametrize(
		("role", "actions"),
		[
			(ANALYST, {"Negotiate Again"}),
			(MANAGER, {"Negotiate Again", "Conclude"}),
			(SALES, set()),
		],
	)
	def test_who_may_do_what_to_an_approved_one(self, clock: SiteClock, role: str, actions: set[str]) -> None:
		document = approved()
		with as_user(user(role)):
			assert {one.action for one in get_transitions(document)} == actions

	def test_without_signatures_it_is_not_concluded_and_says_whose_are_missing(
		self, clock: SiteClock
	) -> None:
		document = approved()
		signing.sign(document, "Provider", "Ann Provider")
		with pytest.raises(frappe.ValidationError, match="Signatures are missing: Customer"):
			act(document, "Conclude")
		assert frappe.db.get_value("SLM Agreement", document.name, "docstatus") == 0

	def test_a_site_may_do_without_signatures_and_without_the_workflow(self, clock: SiteClock) -> None:
		frappe.db.set_single_value("SLM Settings", "require_signatures", 0)
		frappe.delete_doc("Workflow", agreement_workflow.NAME, force=True)
		frappe.clear_cache(doctype="SLM Agreement")
		document = draft()
		document.submit()
		document.reload()
		assert document.status == "In Force"

	def test_a_second_seeding_changes_nothing_and_a_deleted_workflow_stays_deleted(self, site: str) -> None:
		made = frappe.get_doc("Workflow", agreement_workflow.NAME)
		agreement_workflow.seed()
		assert frappe.get_doc("Workflow", agreement_workflow.NAME).modified == made.modified
		frappe.delete_doc("Workflow", agreement_workflow.NAME, force=True)
		once("agreement workflow", agreement_workflow.seed)
		assert not frappe.db.exists("Workflow", agreement_workflow.NAME)


class TestSigning:
	def test_who_when_and_from_where_is_kept(self, clock: SiteClock) -> None:
		document = approved()
		clock.at("Tue 2 Jun 10:30")
		with as_user(user(MANAGER)):
			signing.sign(document, "Provider", "Ann Provider", "Director", "Desk", "192.0.2.7")
		row = next(one for one in document.sign_offs if one.party == "Provider")
		assert (row.full_name, row.designation, row.signed_from) == ("Ann Provider", "Director", "192.0.2.7")
		assert (row.signed_by, str(row.signed_on)) == ("manager@provider.example", "2026-06-02 10:30:00")
		assert row.digest == terms.digest(document)

	def test_changed_terms_void_signatures_and_ask_for_them_again(self, clock: SiteClock) -> None:
		document = sign_both(approved())
		version = document.document_version
		document.reload()
		document.targets[0].goal = 30 * 60
		document.save()
		assert [row.void_because is not None for row in document.sign_offs] == [True, True, False, False]
		assert signing.missing_parties(document) == ["Provider", "Customer"]
		assert float(document.document_version) > float(version)
		assert next(row for row in signing.open_signatures(document)).full_name == "Ann Provider"

	def test_what_the_other_party_does_not_see_leaves_signatures_alone(self, clock: SiteClock) -> None:
		document = sign_both(approved())
		document.reload()
		document.cost_justification = "Two people on call are enough."
		document.budget = 100
		document.save()
		assert not signing.missing_parties(document)

	@pytest.mark.parametrize(
		("values", "said"),
		[
			({"party": "Provider", "full_name": "  "}, "full name"),
			({"party": "Supplier", "full_name": "Eve"}, "not signed by a Supplier"),
			({"party": "Customer", "full_name": "Eve"}, "cannot sign for the Customer"),
			({"party": "Customer", "full_name": "Eve", "method": "On Paper"}, "Attach the signed copy"),
		],
	)
	def test_what_is_no_signature(self, clock: SiteClock, values: dict[str, str], said: str) -> None:
		document = approved()
		refusals = (frappe.ValidationError, frappe.PermissionError)
		with as_user(user(MANAGER)), pytest.raises(refusals, match=said):
			signing.sign(document, **values)
		document.reload()
		assert len(signing.open_signatures(document)) == 2

	def test_an_analyst_does_not_sign_for_the_provider(self, clock: SiteClock) -> None:
		document = approved()
		with (
			as_user(user(ANALYST)),
			pytest.raises(frappe.PermissionError, match="cannot sign for the Provider"),
		):
			signing.sign(document, "Provider", "An Analyst")

	def test_a_person_who_is_named_signs_and_nobody_else(self, clock: SiteClock) -> None:
		document = approved()
		named = user(OWNER)
		document.sign_offs[0].user = named
		document.save()
		with as_user(user(MANAGER)), pytest.raises(frappe.PermissionError, match=named):
			signing.sign(document, "Provider", "A Manager")
		with as_user(named):
			assert signing.sign(document, "Provider", "The Owner").signed_by == named

	def test_nothing_is_signed_twice_and_no_draft_before_its_review(self, clock: SiteClock) -> None:
		document = approved()
		signing.sign(document, "Provider", "Ann Provider")
		with pytest.raises(frappe.ValidationError, match=r"has signed .* already"):
			signing.sign(document, "Provider", "Ann Provider")
		with pytest.raises(frappe.ValidationError, match="once it is Approved"):
			signing.sign(draft(), "Provider", "Ann Provider")

	def test_an_ola_is_signed_by_somebody_of_the_team(self, clock: SiteClock) -> None:
		member = make_user("network@provider.example", "Support Team")
		frappe.get_doc(
			{"doctype": "User Group", "name": "Network", "user_group_members": [{"user": member}]}
		).insert()
		document = make_agreement("Network", kind="OLA", teams=["Network"], submit=False)
		for action in ("Negotiate", "Send to Group Review", "Pass Review"):
			document = act(document, action)
		with as_user(user(SALES)), pytest.raises(frappe.PermissionError):
			signing.sign(document, "Team", "Sales")
		with as_user(member):
			assert signing.sign(document, "Team", "Nell Network").party == "Team"

	def test_who_is_not_of_the_team_does_not_sign_for_it_whatever_his_rights(self, clock: SiteClock) -> None:
		member = make_user("network@provider.example", "Support Team")
		frappe.get_doc(
			{"doctype": "User Group", "name": "Network", "user_group_members": [{"user": member}]}
		).insert()
		document = make_agreement("Network", kind="OLA", teams=["Network"], submit=False)
		for action in ("Negotiate", "Send to Group Review", "Pass Review"):
			document = act(document, action)
		with pytest.raises(frappe.PermissionError, match="cannot sign for the Team"):
			signing.sign(document, "Team", "Administrator")

	def test_who_is_named_signs_for_a_team_he_is_not_of(self, clock: SiteClock) -> None:
		head = make_user("head@provider.example", "Support Team")
		document = make_agreement("Network", kind="OLA", teams=[team("Network")], submit=False)
		for action in ("Negotiate", "Send to Group Review", "Pass Review"):
			document = act(document, action)
		next(row for row in document.sign_offs if row.party == "Team").user = head
		document.save()
		with as_user(head):
			assert signing.sign(document, "Team", "Hedda Head").signed_by == head


class TestWhatADraftMaySay:
	@pytest.mark.parametrize("valid_from", ["2101-01-01", "9999-12-30"])
	def test_a_beginning_in_another_age_is_refused(self, clock: SiteClock, valid_from: str) -> None:
		with pytest.raises(frappe.ValidationError, match="too far away; the last day possible is 31-12-2100"):
			draft(valid_from=valid_from)

	def test_the_last_beginning_possible_is_taken(self, clock: SiteClock) -> None:
		assert str(draft(valid_from="2100-12-31").valid_from) == "2100-12-31"

	@pytest.mark.parametrize("day", ["2036-06-02", "2099-06-01", "9999-12-30"])
	def test_a_next_report_in_another_age_is_refused_signed_or_not(self, clock: SiteClock, day: str) -> None:
		concluded = make_agreement("In force", next_report_on="2036-06-01")
		concluded.next_report_on = day

		for entered in (lambda: draft(next_report_on=day), concluded.save):
			with pytest.raises(frappe.ValidationError, match=r"Next Report .* is too far away; the last day"):
				entered()

	@pytest.mark.parametrize("title", ["wool@customer.example", " wool@customer.example "])
	def test_an_address_is_no_title(self, clock: SiteClock, title: str) -> None:
		with pytest.raises(frappe.ValidationError, match="is an e-mail address, no title"):
			make_agreement(title, customer=testing.make_customer(), submit=False)

	def test_a_title_with_an_address_in_it_is_one(self, clock: SiteClock) -> None:
		document = make_agreement("Mail to help@wool.example", customer=testing.make_customer(), submit=False)
		assert document.title == "Mail to help@wool.example"


class TestReadiness:
	@pytest.mark.parametrize(
		("setting", "said"),
		[
			("require_cost_analysis", "cost analysis is empty"),
			("require_requirement", "not linked to a requirement"),
			("require_availability_review", "availability review is not attached"),
		],
	)
	def test_what_a_site_asks_for_is_needed(self, clock: SiteClock, setting: str, said: str) -> None:
		frappe.db.set_single_value("SLM Settings", setting, 1)
		document = sign_both(approved())
		with pytest.raises(frappe.ValidationError, match=said):
			act(document, "Conclude")

	def test_pitfalls_are_named_and_do_not_bind(self, clock: SiteClock) -> None:
		frappe.db.set_single_value("SLM Settings", "many_targets", 1)
		service, other = testing.make_service("Shop"), testing.make_service("Mail")
		document = draft(
			services=[service, other],
			targets=[target("Response", 1, service=service), target("Resolution", 4, service=service)],
		)
		lines = {line["name"]: line for line in api.agreement_checklist(document.name)}
		assert not lines["complexity"]["done"] and "2 targets" in lines["complexity"]["what"]
		assert not lines["coverage"]["done"] and "Mail" in lines["coverage"]["what"]
		assert {name for name, line in lines.items() if line["binding"]} == {
			"chain",
			"signatures",
			"support",
		}

	def test_a_contract_with_a_supplier_needs_its_review(self, clock: SiteClock) -> None:
		supplier = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Cables"}).insert().name
		document = make_agreement("Cables", kind="UC", supplier=supplier, submit=False)
		assert document.legally_binding
		for row in document.sign_offs:
			row.update({"signed_on": "2026-06-01", "full_name": "Somebody"})
		with pytest.raises(frappe.ValidationError, match="Nobody has reviewed the contract"):
			document.submit()

	def test_a_contract_is_reviewed_by_whoever_says_so_himself(self, clock: SiteClock) -> None:
		supplier = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Cables"}).insert().name
		document = make_agreement(
			"Cables", kind="UC", supplier=supplier, submit=False, contract_reviewed_by="Administrator"
		)
		assert not document.contract_reviewed_by
		manager = user(MANAGER)
		with as_user(user(ANALYST)), pytest.raises(frappe.PermissionError):
			api.contract_reviewed(document.name)
		with as_user(manager):
			api.contract_reviewed(document.name)
		document.reload()
		assert (document.contract_reviewed_by, str(document.contract_reviewed_on)) == (manager, "2026-06-01")

	def test_a_contract_taken_back_into_negotiation_is_reviewed_again(self, clock: SiteClock) -> None:
		supplier = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Cables"}).insert().name
		document = make_agreement("Cables", kind="UC", supplier=supplier, submit=False)
		for action in ("Negotiate", "Send to Group Review", "Pass Review"):
			document = act(document, action)
		assert document.contract_reviewed_by
		assert not act(document, "Negotiate Again").contract_reviewed_by

	def test_what_is_no_contract_has_no_contract_review(self, clock: SiteClock) -> None:
		with pytest.raises(frappe.ValidationError, match="nothing to review"):
			api.contract_reviewed(draft().name)


class TestVersions:
	def test_drafts_count_below_one_and_each_change_of_terms_counts(self, clock: SiteClock) -> None:
		document = draft()
		assert document.document_version == "0.1"
		document.targets[0].goal = 2 * HOUR
		document.save()
		document.budget = 5
		document.save()
		assert document.document_version == "0.2"

	def test_a_version_says_what_was_added_modified_and_deleted(self, clock: SiteClock) -> None:
		first = concluded(
			targets=[target("Response", 1), target("Resolution", 4)],
			duties=[{"party": "Provider", "duty": "Attend"}],
		)
		version = new_version(first, getdate("2026-07-01"))
		assert (version.document_version, [row.signed_on for row in version.sign_offs]) == (
			"1.1",
			[None, None],
		)
		version.targets[0].goal = 2 * HOUR
		version.append("targets", target("Closure", 8))
		version.set("duties", [])
		version.change_reason = "More staff"
		testing.conclude(version.save())
		new = [(row.mark, row.what) for row in version.revisions if row.document_version == "2.0"]
		assert ("M", "More staff") in new
		assert [mark for mark, what in new if what.startswith("Targets: Response")] == ["M"]
		assert [mark for mark, what in new if what.startswith("Targets: Closure")] == ["A"]
		assert [mark for mark, what in new if what.startswith("Responsibilities")] == ["D"]
		assert any(row.document_version == "1.0" and row.mark == "A" for row in version.revisions)

	def test_what_is_ours_alone_is_in_no_history_that_the_other_party_reads(self, clock: SiteClock) -> None:
		first = concluded()
		version = new_version(first, getdate("2026-07-01"))
		version.append("documents", {"kind": "Other", "title": "Our margin", "internal": 1})
		testing.conclude(version.save())
		assert not any("Our margin" in row.what for row in version.revisions)

	def test_tickets_before_and_after_are_measured_by_their_own_version(self, clock: SiteClock) -> None:
		first = concluded(targets=[target("Response", 1)])
		before = testing.make_issue(customer="Wool & Sons")
		version = new_version(first, getdate("2026-06-10"))
		version.targets[0].goal = 3 * HOUR
		testing.conclude(version.save())
		clock.at("Tue 9 Jun 12:00")
		eve = testing.make_issue(customer="Wool & Sons")
		clock.at("Wed 10 Jun 09:00")
		after = testing.make_issue(customer="Wool & Sons")
		found = [clocks(one)["response"] for one in (before, eve, after)]
		assert [(one.agreement, one.goal) for one in found] == [
			(first.name, HOUR),
			(first.name, HOUR),
			(version.name, 3 * HOUR),
		]

	def test_what_it_rests_on_is_marked_for_revision_and_its_owner_told(self, clock: SiteClock) -> None:
		owner = make_user("owner@provider.example", MANAGER)
		ola = make_agreement(
			"Network",
			kind="OLA",
			teams=[team("Network")],
			targets=[target("Turnaround", 1)],
			agreement_owner=owner,
		)
		first = testing.conclude(draft(rests_on=[{"agreement": ola.name}]))
		version = new_version(first, getdate("2026-07-01"))
		version.targets[0].goal = 2 * HOUR
		testing.conclude(version.save())
		ola.reload()
		assert ola.revision_needed and "Support for Wool" in ola.revision_because
		told = frappe.get_all(
			"Notification Log", filters={"for_user": owner}, pluck="subject", order_by="creation asc"
		)
		assert any("Revision needed" in subject for subject in told)
		api.agreement_revised(ola.name)
		ola.reload()
		assert not ola.revision_needed


def team(name: str) -> str:
	if not frappe.db.exists("User Group", name):
		frappe.get_doc(
			{"doctype": "User Group", "name": name, "user_group_members": [{"user": "Administrator"}]}
		).insert()
	return name


class TestEnding:
	def test_terminated_on_a_day_it_measures_until_then(self, clock: SiteClock) -> None:
		document = concluded()
		api.terminate_agreement(document.name, "2026-06-02", "The customer moves on.")
		document.reload()
		assert (document.status, str(document.valid_until)) == ("In Force", "2026-06-02")
		clock.at("Tue 2 Jun 17:00")
		last = testing.make_issue(customer="Wool & Sons")
		clock.at("Wed 3 Jun 09:00")
		refresh_statuses(date(2026, 6, 3))
		assert clocks(last) and not clocks(testing.make_issue(customer="Wool & Sons"))
		assert frappe.db.get_value("SLM Agreement", document.name, "status") == "Terminated"

	@pytest.mark.parametrize(
		("last_day", "reason", "said"),
		[
			("2026-05-31", "Too late", "has passed"),
			("2026-06-30", "  ", "Enter the reason"),
		],
	)
	def test_what_is_no_ending(self, clock: SiteClock, last_day: str, reason: str, said: str) -> None:
		document = concluded()
		with pytest.raises(frappe.ValidationError, match=said):
			api.terminate_agreement(document.name, last_day, reason)
		assert not frappe.db.get_value("SLM Agreement", document.name, "valid_until")

	def test_the_host_s_own_action_says_where_to_enter_day_and_reason(self, clock: SiteClock) -> None:
		document = concluded()
		with pytest.raises(frappe.ValidationError, match="a day and a reason are needed"):
			act(document, "Terminate")

	def test_an_analyst_does_not_end_it(self, clock: SiteClock) -> None:
		document = concluded()
		with as_user(user(ANALYST)), pytest.raises(frappe.PermissionError):
			api.terminate_agreement(document.name, "2026-06-30", "No")

	def test_its_contracts_are_asked_about(self, clock: SiteClock) -> None:
		supplier = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Cables"}).insert().name
		contract = make_agreement("Cables", kind="UC", supplier=supplier, targets=[target("Turnaround", 1)])
		document = testing.conclude(draft(rests_on=[{"agreement": contract.name}]))
		api.terminate_agreement(document.name, "2026-06-30", "The customer moves on.")
		contract.reload()
		assert contract.revision_needed and "The customer moves on." in contract.revision_because

	def test_in_force_until_replaced(self, clock: SiteClock) -> None:
		document = concluded(valid_until="2026-06-30", until_replaced=1)
		clock.at("Wed 1 Jul 09:00")
		refresh_statuses(date(2026, 7, 1))
		assert frappe.db.get_value("SLM Agreement", document.name, "status") == "In Force"
		assert clocks(testing.make_issue(customer="Wool & Sons"))
		version = new_version(document, getdate("2026-07-10"))
		testing.conclude(version)
		document.reload()
		assert (str(document.valid_until), document.until_replaced) == ("2026-07-09", 0)

	@pytest.mark.parametrize("days", agreement_notices.DAYS)
	def test_notice_is_given_before_it_ends(
		self, clock: SiteClock, days: int, monkeypatch: pytest.MonkeyPatch
	) -> None:
		monkeypatch.setitem(frappe.flags, "in_test", True)
		owner = make_user("owner@provider.example", MANAGER)
		document = concluded(
			valid_until=str(frappe.utils.add_days(frappe.utils.nowdate(), days)), agreement_owner=owner
		)
		agreement_notices.seed()
		notification = frappe.get_doc("Notification", agreement_notices.NAMES[days])
		assert [one.name for one in notification.get_documents_for_today()] == [document.name]
		notification.send(document)
		told = frappe.get_all(
			"Notification Log", filters={"for_user": owner}, pluck="subject", order_by="creation asc"
		)
		assert f"Support for Wool: {days} days until it ends" in told


class TestFreezing:
	def test_frozen_days_do_not_count_and_what_was_decided_stays(self, clock: SiteClock) -> None:
		document = concluded(targets=[target("Response", 1), target("Resolution", 10)])
		issue = testing.make_issue(customer="Wool & Sons")
		clock.at("Mon 1 Jun 12:00")
		api.freeze_agreement(document.name, "2026-06-02", "2026-06-03", "The company moves house.")
		clock.at("Thu 4 Jun 09:30")
		testing.set_status(issue, "Closed")
		found = clocks(issue)
		assert found["response"].outcome == "Missed"
		assert (found["resolution"].outcome, found["resolution"].elapsed) == ("Met", 9.5 * HOUR)

	def test_its_status_says_so_and_lifting_counts_again(self, clock: SiteClock) -> None:
		document = concluded(targets=[target("Resolution", 10)])
		issue = testing.make_issue(customer="Wool & Sons")
		clock.at("Mon 1 Jun 18:00")
		api.freeze_agreement(document.name, "2026-06-02", "2026-06-30", "Merger")
		refresh_statuses(date(2026, 6, 2))
		assert frappe.db.get_value("SLM Agreement", document.name, "status") == "Frozen"
		clock.at("Wed 3 Jun 08:00")
		api.lift_freeze(document.name)
		assert frappe.db.get_value("SLM Agreement", document.name, "status") == "In Force"
		clock.at("Wed 3 Jun 09:30")
		testing.set_status(issue, "Closed")
		assert clocks(issue)["resolution"].elapsed == 9.5 * HOUR

	@pytest.mark.parametrize(
		("first", "last", "reason", "said"),
		[
			("2026-06-10", "2026-06-09", "x", "ends on .* before it begins"),
			("2026-05-31", "2026-06-09", "x", "has passed"),
			("2026-06-10", "2028-06-09", "x", "more than a year"),
			("2026-06-10", "2026-06-20", "", "Enter the reason"),
			("2026-06-05", "2026-06-20", "x", "frozen from .* already"),
			("2026-06-10", "9999-06-20", "x", "more than a year"),
		],
	)
	def test_what_is_no_freeze(self, clock: SiteClock, first: str, last: str, reason: str, said: str) -> None:
		document = concluded()
		api.freeze_agreement(document.name, "2026-06-04", "2026-06-06", "Merger")
		with pytest.raises(frappe.ValidationError, match=said):
			api.freeze_agreement(document.name, first, last, reason)
		document.reload()
		assert len(document.freezes) == 1


class TestTemplates:
	def test_each_kind_has_one_and_an_agreement_is_made_from_it(self, clock: SiteClock) -> None:
		agreement_templates.seed()
		found = frappe.get_all("SLM Agreement", filters={"is_template": 1}, pluck="kind", order_by="kind asc")
		assert found == ["OLA", "SLA", "UC"]
		template = frappe.get_doc("SLM Agreement", {"is_template": 1, "kind": "SLA"})
		made = from_template(template)
		made.update(
			{
				"title": "Support for Wool",
				"customer": testing.make_customer(),
				"calendar": testing.make_calendar().name,
				"valid_from": "2026-06-01",
			}
		)
		made.insert()
		assert not made.is_template and len(made.duties) == len(template.duties)
		assert made.lineage == made.name and made.status == "Draft"

	def test_a_template_is_never_in_force_and_changes_nobody_s_choice(self, clock: SiteClock) -> None:
		agreement_templates.seed()
		template = frappe.get_doc("SLM Agreement", {"is_template": 1, "kind": "SLA"})
		with pytest.raises(frappe.ValidationError, match="is a template"):
			template.submit()

	def test_what_is_no_template(self, clock: SiteClock) -> None:
		with pytest.raises(frappe.ValidationError, match="is not a template"):
			api.agreement_from_template(draft().name)


def test_price_and_cost_are_those_of_the_services(clock: SiteClock) -> None:
	document = draft()
	document.set(
		"services",
		[
			{"service": testing.make_service("Shop"), "price": 100.5, "cost": 40},
			{"service": testing.make_service("Mail"), "price": 20, "cost": 10},
		],
	)
	document.save()
	assert (document.total_price, document.total_cost) == (120.5, 50)


def test_agreements_concluded_before_documents_had_versions_are_numbered(clock: SiteClock) -> None:
	document = concluded()
	frappe.db.set_value(
		"SLM Agreement",
		document.name,
		{"document_version": "0.1", "issued_on": None, "document_number": None},
	)
	number_concluded_agreements.execute()
	document.reload()
	assert (document.document_version, document.document_number) == ("1.0", document.name)
	assert document.issued_on == document.creation.date()


class TestWhatTheWalkFound:
	"""Stumbles of somebody who had only the guide."""

	def test_who_signs_a_new_version_sees_what_it_changes(self, clock: SiteClock) -> None:
		version = new_version(concluded(targets=[target("Response", 1)]), getdate("2026-07-01"))
		version.targets[0].goal = 2 * HOUR
		version.save()
		printed = frappe.get_print("SLM Agreement", version.name, "SLM Agreement")
		assert "when concluded" in printed and "Goal 1h → 2h" in printed

	def test_the_glossary_of_a_print_knows_nothing_of_what_lies_beneath(self, clock: SiteClock) -> None:
		ola = make_agreement("Net", kind="OLA", teams=[team("Network")], targets=[target("Turnaround", 1)])
		above = draft(rests_on=[{"agreement": ola.name}])
		assert not any("OLA" in text for text in texts_of(above))

	@pytest.mark.parametrize(
		("goal", "said"),
		[(10**15, "Row 2 of Targets: a goal of more than ten years"), (0, "row 2, Resolution")],
	)
	def test_a_wrong_goal_is_named_by_its_row(self, clock: SiteClock, goal: int, said: str) -> None:
		with pytest.raises(frappe.ValidationError, match=said):
			draft(targets=[target("Response", 1), {"metric": "Resolution", "goal": goal}])

	def test_a_freeze_to_come_can_be_taken_back(self, clock: SiteClock) -> None:
		document = concluded()
		api.freeze_agreement(document.name, "2026-06-10", "2026-06-11", "Merger")
		api.lift_freeze(document.name)
		refresh_statuses(date(2026, 6, 10))
		assert frappe.db.get_value("SLM Agreement", document.name, "status") == "In Force"
