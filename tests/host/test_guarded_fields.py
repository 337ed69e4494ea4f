"""What services alone write on an agreement cannot be written by whoever may write the agreement, by no door.

June 2026: 1 June is a Monday.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.utils import getdate

from slm_extension import testing
from slm_extension.seeds import agreement_workflow
from slm_extension.service_level_management.rows import Row
from slm_extension.services import agreements, guarded_fields, signing, versions
from slm_extension.testing import SiteClock, as_user, make_user

AGREEMENT = "SLM Agreement"
ANALYST, MANAGER = "Service Level Analyst", "Service Level Manager"
DAY, MOMENT = "2026-05-05", "2026-05-05 10:00:00"
SIGNED = {
	"party": "Customer",
	"full_name": "Forged Name",
	"signed_on": MOMENT,
	"signed_by": "Administrator",
	"method": "Imported",
	"signed_from": "203.0.113.9",
	"evidence": "/files/forged.pdf",
	"digest": "forged",
}
FORGED: dict[str, Any] = {
	"document_version": "9.0",
	"agreement_version": 9,
	"lineage": "SLA-9999",
	"terms_digest": "forged",
	"chain_state": "Waived",
	"chain_checked_at": MOMENT,
	"chain_result": "{}",
	"chain_waiver": "forged",
	"chain_waived_by": "Administrator",
	"chain_waived_on": MOMENT,
	"chain_waived_digest": "forged",
	"revision_needed": 1,
	"revision_because": "forged",
	"announced_on": MOMENT,
	"termination_reason": "forged",
	"terminated_by": "Administrator",
	"prepared_on": DAY,
	"reviewed_by": "Administrator",
	"reviewed_on": DAY,
	"approved_by": "Administrator",
	"approved_on": DAY,
	"issued_on": DAY,
	"contract_reviewed_by": "Administrator",
	"contract_reviewed_on": DAY,
	"total_price": 999,
	"total_cost": 999,
	"freezes": [{"from_date": "2026-06-01", "until_date": "2026-12-31", "reason": "forged"}],
	"revisions": [{"document_version": "1.0", "revised_on": DAY, "mark": "A", "what": "forged"}],
}


@pytest.fixture(autouse=True)
def _workflow(site: str) -> None:
	agreement_workflow.seed()
	frappe.clear_cache(doctype=AGREEMENT)
	testing.make_customer()
	testing.make_calendar()


def analyst() -> str:
	return make_user("analyst@provider.example", ANALYST)


def manager() -> str:
	return make_user("manager@provider.example", MANAGER)


def terms(**more: Any) -> dict[str, Any]:
	return {
		"doctype": AGREEMENT,
		"title": "Forged",
		"kind": "SLA",
		"basis": "Customer",
		"customer": testing.make_customer(),
		"calendar": testing.make_calendar().name,
		"valid_from": "2026-01-01",
		"targets": [testing.target("Response", 1)],
		**more,
	}


def draft(**more: Any) -> Any:
	return frappe.get_doc(terms(**more)).insert()


def approved(**more: Any) -> Any:
	document = draft(**more)
	document.db_set("status", "Approved", update_modified=False)
	return document.reload()


def signed(document: Any) -> Any:
	for party in signing.parties_of(document):
		signing.sign(document, party, f"Real {party}", method="Desk" if party != "Customer" else "Portal")
	return document.reload()


def stored(name: str) -> dict[str, Any]:
	"""What services alone write, as it is in the database."""
	document = frappe.get_doc(AGREEMENT, name)
	fields = (*guarded_fields.FIELDS, "status", "total_price", "total_cost")
	found: dict[str, Any] = {field: document.get(field) for field in fields}
	for table in (*guarded_fields.TABLES, "sign_offs"):
		found[table] = [
			{field.fieldname: row.get(field.fieldname) for field in row.meta.fields}
			for row in document.get(table)
		]
	return {field: value for field, value in found.items() if field != "chain_checked_at"}


Door = Callable[[str, dict[str, Any]], object]


def by_saving(name: str, values: dict[str, Any]) -> None:
	frappe.client.save(json.dumps({**frappe.get_doc(AGREEMENT, name).as_dict(), **values}, default=str))


def by_form(name: str, values: dict[str, Any]) -> None:
	from frappe.desk.form.save import savedocs

	savedocs(json.dumps({**frappe.get_doc(AGREEMENT, name).as_dict(), **values}, default=str), "Save")


def by_setting(name: str, values: dict[str, Any]) -> None:
	frappe.client.set_value(AGREEMENT, name, json.dumps(values))


def by_rest(name: str, values: dict[str, Any]) -> None:
	from frappe.api.v1 import update_doc

	frappe.local.form_dict = frappe._dict(
		data=json.dumps({**values, "flags": {"slm_written": ["sign_offs"]}})
	)
	update_doc(AGREEMENT, name)


def by_import(name: str, values: dict[str, Any]) -> None:
	"""As the host's Data Import does it."""
	frappe.flags.in_import = True
	try:
		document = frappe.get_doc(AGREEMENT, name)
		document.update(values)
		document.flags.updater_reference = {
			"doctype": "Data Import",
			"docname": "x",
			"label": "via Data Import",
		}
		document.save()
	finally:
		frappe.flags.in_import = False


DOORS: tuple[Door, ...] = (by_saving, by_form, by_setting, by_rest, by_import)
every_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)


class TestNew:
	@pytest.mark.parametrize("who", [analyst, manager], ids=["analyst", "manager"])
	def test_a_new_agreement_has_no_past(self, clock: SiteClock, who: Callable[[], str]) -> None:
		with as_user(who()):
			plain = frappe.client.insert(terms(sign_offs=[{"party": "Customer", "full_name": "Forged Name"}]))
			forged = frappe.client.insert(terms(**FORGED, sign_offs=[SIGNED]))
		names = {plain["name"], forged["name"]}
		assert {name: stored(name)["lineage"] for name in names} == {name: name for name in names}
		assert {**stored(forged["name"]), "lineage": ""} == {**stored(plain["name"]), "lineage": ""}

	@pytest.mark.parametrize("status", ["Approved", "Agreed", "In Force"])
	def test_it_is_not_born_in_a_later_state(self, clock: SiteClock, status: str) -> None:
		with as_user(manager()), pytest.raises(frappe.ValidationError, match="not allowed from"):
			frappe.client.insert(terms(status=status))

	def test_without_the_workflow_it_begins_as_a_draft(self, clock: SiteClock) -> None:
		frappe.delete_doc("Workflow", agreement_workflow.NAME, force=True)
		frappe.clear_cache(doctype=AGREEMENT)
		with as_user(analyst()):
			document = frappe.client.insert(terms(status="In Force"))
			frappe.client.set_value(AGREEMENT, document["name"], "status", "In Force")
		assert stored(document["name"])["status"] == "Draft"

	@pytest.mark.parametrize("importing", [False, True])
	def test_it_is_not_born_concluded(self, clock: SiteClock, importing: bool) -> None:
		frappe.flags.in_import = importing
		try:
			with as_user(analyst()), pytest.raises(frappe.PermissionError):
				frappe.client.insert(terms(docstatus=1, sign_offs=[SIGNED]))
			with as_user(manager()), pytest.raises(frappe.ValidationError, match="Signatures are missing"):
				frappe.client.insert(terms(docstatus=1, sign_offs=[SIGNED]))
		finally:
			frappe.flags.in_import = False

	def test_the_revisions_of_another_document_are_not_taken_along_by_a_copy(self, clock: SiteClock) -> None:
		first = testing.make_agreement(customer=testing.make_customer())
		assert first.revisions
		copy = frappe.copy_doc(first, ignore_no_copy=False)
		copy.valid_from = "2030-01-01"
		assert copy.insert().revisions == []

	def test_an_amendment_of_the_hosts_own_keeps_them(self, clock: SiteClock) -> None:
		first = testing.make_agreement(customer=testing.make_customer())
		first.cancel()
		amended = frappe.get_doc({**terms(**FORGED), "amended_from": first.name}).insert()
		assert [row.what for row in amended.revisions] == [row.what for row in first.revisions]
		assert (amended.lineage, amended.agreement_version) == (first.lineage, 2)


class TestDraft:
	@every_door
	def test_what_is_written_to_a_draft_is_not_kept(self, clock: SiteClock, door: Door) -> None:
		document = signed(approved())
		before = stored(document.name)
		with as_user(manager()):
			door(document.name, {**FORGED, "amended_from": document.name, "made_for": document.name})
		assert stored(document.name) == before

	@every_door
	def test_a_line_is_not_signed_by_writing_to_it(self, clock: SiteClock, door: Door) -> None:
		document = approved()
		lines = [{**row.as_dict(), **SIGNED, "party": row.party} for row in document.sign_offs]
		with as_user(manager()):
			door(document.name, {"sign_offs": json.loads(json.dumps([*lines, SIGNED], default=str))})
		rows = frappe.get_doc(AGREEMENT, document.name).sign_offs
		assert {row.full_name for row in rows} == {"Forged Name"}, "who is to sign is by hand"
		assert not any(row.get(column) for row in rows for column in guarded_fields.SIGNATURE)

	@every_door
	def test_a_signature_is_neither_changed_nor_taken_away(self, clock: SiteClock, door: Door) -> None:
		document = signed(approved())
		before = stored(document.name)["sign_offs"]
		row = json.loads(json.dumps(document.sign_offs[0].as_dict(), default=str))
		for rows in ([{**row, **SIGNED, "void_because": "forged"}], [row, {**row, "signed_on": None}], []):
			with as_user(manager()):
				door(document.name, {"sign_offs": rows})
			kept = [one for one in stored(document.name)["sign_offs"] if one["signed_on"]]
			assert sorted(kept, key=str) == sorted(before, key=str)

	def test_a_signature_is_not_taken_from_another_agreement(self, clock: SiteClock) -> None:
		other = signed(approved())
		mine = approved(title="Mine", valid_from="2030-01-01")
		before = stored(other.name)
		row = json.loads(json.dumps(other.sign_offs[0].as_dict(), default=str))
		with as_user(manager()):
			by_saving(mine.name, {"sign_offs": [row]})
		assert stored(other.name) == before
		assert not any(row["signed_on"] for row in stored(mine.name)["sign_offs"])

	def test_what_was_allowed_once_is_not_allowed_again(self, clock: SiteClock) -> None:
		document = approved()
		guarded_fields.allow(document, "reviewed_by")
		document.reviewed_by = "Administrator"
		document.save()
		assert document.reviewed_by == "Administrator"
		document.reviewed_by = "Guest"
		assert document.save().reviewed_by == "Administrator"

	def test_terms_that_were_reviewed_are_changed_by_those_who_edit_then(self, clock: SiteClock) -> None:
		"""The host makes its form read-only in such a state, and nothing else."""
		document = approved()
		with as_user(analyst()), pytest.raises(frappe.PermissionError, match="Approved"):
			frappe.client.set_value(AGREEMENT, document.name, "agreed_level", "Something else")
		with as_user(analyst()):
			frappe.client.set_value(AGREEMENT, document.name, "participants", "Ann")
		with as_user(manager()):
			frappe.client.set_value(AGREEMENT, document.name, "agreed_level", "Something else")


class TestConcluding:
	def test_what_skipped_the_review_is_not_concluded(self, clock: SiteClock) -> None:
		document = signed(approved())
		document.db_set("status", "In Negotiation")
		document.reload()
		with as_user(manager()), pytest.raises(frappe.ValidationError, match="once it is <strong>Approved"):
			frappe.client.submit(frappe.as_json(document.as_dict()))
		assert frappe.db.get_value(AGREEMENT, document.name, "docstatus") == 0

	def test_who_may_submit_but_not_conclude_does_not(self, clock: SiteClock) -> None:
		document = signed(approved())
		with (
			as_user(make_user("admin@provider.example", "System Manager")),
			pytest.raises(frappe.ValidationError, match=f"by: {MANAGER}"),
		):
			frappe.client.submit(frappe.as_json(document.as_dict()))

	def test_what_was_reviewed_and_signed_is_concluded_by_any_door(self, clock: SiteClock) -> None:
		document = signed(approved())
		with as_user(manager()):
			frappe.client.submit(frappe.as_json(document.as_dict()))
		assert frappe.db.get_value(AGREEMENT, document.name, "status") == "In Force"

	def test_other_terms_than_those_signed_are_not_concluded(self, clock: SiteClock) -> None:
		document = signed(approved())
		values = document.as_dict()
		values["targets"][0]["goal"] = 99 * 3600
		with as_user(manager()), pytest.raises(frappe.ValidationError, match="not those that were signed"):
			frappe.client.submit(frappe.as_json(values))

	def test_signatures_that_come_with_the_submission_do_not_count(self, clock: SiteClock) -> None:
		document = approved()
		values = document.as_dict()
		for row in values["sign_offs"]:
			row.update({**SIGNED, "party": row["party"]})
		with as_user(manager()), pytest.raises(frappe.ValidationError, match="Signatures are missing"):
			frappe.client.submit(frappe.as_json(values))


class TestConcluded:
	@pytest.mark.parametrize("door", DOORS[:4], ids=lambda door: door.__name__)
	@pytest.mark.parametrize(
		"forged",
		[{field: value} for field, value in FORGED.items()] + [{"sign_offs": [SIGNED]}, {"status": "Frozen"}],
		ids=lambda forged: next(iter(forged)),
	)
	def test_nothing_of_it_is_written_by_hand(
		self, clock: SiteClock, door: Door, forged: dict[str, Any]
	) -> None:
		"""Some doors say so, others leave it as it was."""
		document = testing.make_agreement(customer=testing.make_customer())
		before = stored(document.name)
		frappe.db.savepoint("door")
		try:
			with as_user(manager()):
				door(document.name, forged)
		except frappe.ValidationError:
			frappe.db.rollback(save_point="door")
		assert stored(document.name) == before

	def test_what_services_write_stays(self, clock: SiteClock) -> None:
		"""Frozen, lifted and ended by the manager, and a new version with the history of the first."""
		document = testing.make_agreement(customer=testing.make_customer())
		with as_user(manager()):
			agreements.freeze(document, getdate("2026-06-01"), getdate("2026-06-05"), "Stocktaking")
			agreements.lift_freeze(document.reload())
			agreements.terminate(document.reload(), getdate("2026-06-30"), "Moved away")
		kept = stored(document.name)
		assert [(row["reason"], str(row["lifted_on"])) for row in kept["freezes"]] == [
			("Stocktaking", "2026-06-01")
		]
		assert (kept["termination_reason"], kept["terminated_by"]) == ("Moved away", manager())
		version = versions.new_version(document.reload(), getdate("2026-07-01"))
		assert [row.what for row in version.revisions] == [row.what for row in document.revisions]

	def test_cancelling_writes_nothing_else(self, clock: SiteClock) -> None:
		document = testing.make_agreement(customer=testing.make_customer())
		before = stored(document.name)
		with as_user(manager()):
			by_saving(document.name, {**FORGED, "docstatus": 2, "title": "Forged", "targets": []})
		assert {**stored(document.name), "status": before["status"]} == before
		cancelled = frappe.get_doc(AGREEMENT, document.name)
		assert (cancelled.docstatus, cancelled.status, cancelled.title) == (2, "Cancelled", document.title)
		assert [row.goal for row in cancelled.targets] == [row.goal for row in document.targets]


class TestRows:
	def test_every_row_of_ours_is_saved_with_its_document_alone(self, site: str) -> None:
		for doctype in frappe.get_all(
			"DocType",
			filters={"module": "Service Level Management", "istable": 1},
			pluck="name",
			order_by="name asc",
		):
			assert isinstance(frappe.new_doc(doctype), Row), doctype

	@pytest.mark.parametrize(
		("table", "values"),
		[("sign_offs", {"signed_on": MOMENT}), ("targets", {"goal": 1}), ("revisions", {"what": "forged"})],
	)
	def test_a_row_is_not_saved_past_its_agreement(
		self, clock: SiteClock, table: str, values: dict[str, Any]
	) -> None:
		document = (
			testing.make_agreement(customer=testing.make_customer()) if table == "revisions" else draft()
		)
		row = document.get(table)[0]
		from frappe.api.v1 import update_doc

		with as_user(manager()):
			for door in (
				lambda: frappe.client.save(frappe.as_json({**row.as_dict(), **values})),
				lambda: update_doc(row.doctype, row.name),
				lambda: frappe.new_doc(
					row.doctype, parent=document.name, parenttype=AGREEMENT, parentfield=table, **values
				).insert(),
			):
				frappe.local.form_dict = frappe._dict(data=json.dumps(values))
				with pytest.raises(frappe.PermissionError, match="saved with the document"):
					door()

	def test_the_hosts_ways_through_the_document_stay_open(self, clock: SiteClock) -> None:
		document = draft()
		with as_user(analyst()):
			frappe.client.set_value("SLM Target", document.targets[0].name, "goal", 7200)
			frappe.client.insert(
				{
					"doctype": "SLM Target",
					"parent": document.name,
					"parenttype": AGREEMENT,
					"parentfield": "targets",
					**testing.target("Resolution", 4),
				}
			)
		document.reload()
		assert [row.goal for row in document.targets] == [7200, 4 * 3600]
		assert document.document_version == "0.3"
