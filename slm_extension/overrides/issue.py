"""Issue, a DocType of ERPNext: what happens to one, and the list view's bulk actions that tell nobody.

Without postponed annotations: the host checks the arguments of whitelisted functions by them.
"""

import json
from typing import Any

import frappe
from erpnext.support.doctype.issue import issue as erpnext_issue

from slm_extension.adapters import facts as translate
from slm_extension.adapters import site_time, store
from slm_extension.adapters.issues import OUR_FIELDS, lock
from slm_extension.adapters.settings import enabled, meanings
from slm_extension.adapters.store import Ticket
from slm_extension.domain.timeline import Kind
from slm_extension.services import duplicates, grading, observe, outages, service_rules
from slm_extension.services.guard import guarded
from slm_extension.services.rebuild import rebuild


def before_insert(issue: Any, _method: str | None = None) -> None:
	"""A copy has no history yet, and a split ticket starts clean, whatever its parent is waiting for."""
	for field in OUR_FIELDS:
		issue.set(field, None)
	_forget_waiting(issue)
	if issue.get("issue_split_from"):
		issue.status = "Open"


def validate(issue: Any, _method: str | None = None) -> None:
	"""Our fields follow from the ledger; a form that was opened earlier does not set them back."""
	issue.flags.slm_one_field = False
	before = issue.get_doc_before_save()
	observe.saving(Ticket(issue.doctype, issue.name), new=bool(issue.flags.in_insert))
	if before is None:
		service_rules.fill(issue)
		grading.grade(issue)
		return
	original = issue.get(translate.DUPLICATE_FIELD)
	if original and original != before.get(translate.DUPLICATE_FIELD):
		duplicates.refuse_circle(issue)
	for field in OUR_FIELDS:
		issue.set(field, before.get(field))
	_forget_waiting(issue)
	if issue.get("slm_service") != before.get("slm_service") and not issue.get("slm_team"):
		service_rules.service_changed(issue)
	grading.grade(issue)


def _forget_waiting(issue: Any) -> bool:
	"""Whom a ticket waited for, and why, belongs to that hold; the next one is asked anew. Whether there was any."""
	said = any(issue.get(field) for field in translate.WAITING_FIELDS)
	if not said or translate.is_held(issue, meanings()):
		return False
	for field in translate.WAITING_FIELDS:
		issue.set(field, None)
	return True


def _forget_stored_waiting(issue: Any) -> bool:
	"""The same after a status that was written past `validate`: by a mail, by the list's bulk action."""
	if not _forget_waiting(issue):
		return False
	frappe.db.set_value(
		issue.doctype, issue.name, dict.fromkeys(translate.WAITING_FIELDS), update_modified=False
	)
	return True


def before_change(issue: Any, _method: str | None = None) -> None:
	"""db_set alone says so beforehand: it stores one field, whatever else the document in hand says."""
	issue.flags.slm_one_field = True


def on_change(issue: Any, _method: str | None = None) -> None:
	"""Inserted, saved or set by db_set: if something we time has changed, the ledger is told."""
	if not enabled() or issue.flags.in_delete:
		return
	_learn_its_team(issue)
	if not _timed_change(issue):
		return
	source, observed = ("insert", observe.inserted) if issue.flags.in_insert else ("save", observe.changed)
	with guarded(Ticket(issue.doctype, issue.name), source):
		stored = as_stored(issue)
		forgotten = _forget_stored_waiting(stored)
		result = observed(stored, site_time.now(), source)
		if result is not None:
			observe.put_fields(stored, result, cached=stored is not issue)
		if stored is not issue:
			issue.update({field: stored.get(field) for field in OUR_FIELDS})
			if forgotten:
				issue.update(dict.fromkeys(translate.WAITING_FIELDS))


def as_stored(issue: Any) -> Any:
	"""The document in hand where it has been stored as it is, else one of what is stored now."""
	if _is_saved_whole(issue):
		return issue
	stored = _stored(issue.name)
	stored._doc_before_save = issue.get_doc_before_save()
	return stored


def _is_saved_whole(issue: Any) -> bool:
	"""Inserted or saved, so that it is stored as it is in hand.

	Whether it is being saved the host does not know for certain: it still says so after a save that failed.
	"""
	if issue.flags.in_insert:
		return True
	being_saved = (issue.doctype, issue.name) in (frappe.flags.currently_saving or ())
	return being_saved and not issue.flags.slm_one_field


def _stored(name: str) -> Any:
	"""An Issue as it is stored now, whatever this transaction has read of it before others were done with it."""
	return frappe.get_doc("Issue", name, for_update=store.locks_rows())


def _learn_its_team(issue: Any) -> None:
	"""Where the host has given the ticket to somebody while it was saved, the document in hand is older than that."""
	if issue.flags.in_insert or not _is_saved_whole(issue):
		return
	ticket = Ticket(issue.doctype, issue.name)
	if observe.given_meanwhile(ticket):
		with guarded(ticket, "assignment"):
			team = frappe.db.get_value(issue.doctype, issue.name, observe.TEAM_FIELD)
			issue.set(observe.TEAM_FIELD, team)


def _timed_change(issue: Any) -> bool:
	"""Whether something we time may have changed.

	The host keeps what a document was before for as long as it lives in memory, so after a db_set and another
	one back it shows no difference; therefore we keep as well what we have looked at last.
	"""
	values = tuple(issue.get(field) or "" for field in translate.OBSERVED_FIELDS)
	last, issue.flags.slm_looked_at = issue.flags.slm_looked_at, values
	before = issue.get_doc_before_save()
	if issue.flags.in_insert or before is None or last not in (None, values):
		return True
	return values != tuple(before.get(field) or "" for field in translate.OBSERVED_FIELDS)


def on_trash(issue: Any, _method: str | None = None) -> None:
	"""The clocks of a deleted ticket leave the figures; its ledger stays and says so."""
	if not enabled():
		return
	ticket = Ticket(issue.doctype, issue.name)
	with guarded(ticket, "delete"):
		observe.happened(
			ticket, [translate.News(Kind.WITHDRAWN, translate.DELETED)], site_time.now(), "delete"
		)


@frappe.whitelist()
def set_multiple_status(names: str, status: str) -> None:
	"""The list view's bulk action (origin: erpnext.support.doctype.issue.issue), seen by the clocks."""
	issues = json.loads(names)
	_refuse_who_may_not_write(issues)
	erpnext_issue.set_multiple_status(names, status)
	_seen(issues, "bulk action")


@frappe.whitelist()
def set_status(name: str, status: str) -> None:
	"""The list view's action on one ticket (origin: erpnext.support.doctype.issue.issue), seen by the clocks."""
	_refuse_who_may_not_write([name])
	erpnext_issue.set_status(name, status)
	_seen([name], "list action")


def _refuse_who_may_not_write(names: list[str]) -> None:
	for name in names:
		frappe.has_permission("Issue", "write", doc=name, throw=True)


def _seen(names: list[str], source: str) -> None:
	if not enabled():
		return
	for name in names:
		with guarded(Ticket("Issue", name), source):
			issue = _stored(name)
			was = observe.known_status(Ticket("Issue", name)) if issue.get("slm_service_down") else ""
			_forget_stored_waiting(issue)
			result = observe.changed(issue, site_time.now(), source)
			if result is not None:
				observe.put_fields(issue, result)
			if issue.get("slm_service_down"):
				outages.follow(issue, site_time.now(), was)


def before_rename(issue: Any, _method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""A ticket that is merged into another is withdrawn; where the host hands over links, its past is put aside."""
	if not merge or not enabled():
		return
	ticket = Ticket(issue.doctype, old)
	with guarded(ticket, "merge"):
		news = translate.News(Kind.WITHDRAWN, f"{translate.MERGED_INTO}{new}")
		observe.happened(ticket, [news], site_time.now(), "merge")
		store.rename_ticket(issue.doctype, old, _aside(old))


def after_rename(issue: Any, _method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""The clocks are named after their ticket, so they are measured anew; a merged one gets its past back.

	Other ledgers that name a renamed ticket follow. Duplicates of a merged one are the other's from now on, as the
	host has it.
	"""
	ticket = Ticket(issue.doctype, new)
	with guarded(ticket, "rename"):
		store.rename_ticket(issue.doctype, _aside(old) if merge else old, old if merge else new)
		if not merge:
			store.rename_naming(issue.doctype, translate.naming(old), translate.naming(new))
		lock([new])
		rebuild([ticket], site_time.now(), latest=True)
	if not merge or not enabled():
		return
	if issue.get(translate.DUPLICATE_FIELD) == new:
		issue.db_set(translate.DUPLICATE_FIELD, None)  # it was a duplicate of the one that became part of it
	_seen(_duplicates_of(new), "merge")
	with guarded(ticket, "outage"):
		outages.mirror(new)


def _duplicates_of(name: str) -> list[str]:
	return frappe.get_all(
		"Issue", filters={translate.DUPLICATE_FIELD: name}, pluck="name", order_by="name asc"
	)


def _aside(name: str) -> str:
	return f"merging {name}"[:140]
