"""The life of a service specification: reviewed, approved, published, superseded by the next (R323-R325)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, strip_html, today

SPECIFICATION = "SLM Service Specification"
CONTENT = (
	"delivery_process",
	"implementation_plan",
	"monitoring_rules",
	"maintenance_rules",
	"technical_rules",
	"service_standards",
)
NEEDED = ("delivery_process", "monitoring_rules", "maintenance_rules")
"""What a specification has to say before it can be reviewed (R324)."""

FINAL = ("Approved", "Published", "Superseded", "Withdrawn")
"""From here on the text stays as it was approved; a new version changes it."""

STAMPS = {"Reviewed": "reviewed", "Approved": "approved", "Published": "published"}


def number(document: Any) -> None:
	"""A version of its own among the specifications of a service, one above the highest."""
	rows = frappe.get_all(
		SPECIFICATION,
		filters={"service": document.service},
		pluck="specification_version",
		order_by="specification_version desc",
		limit=1,
	)
	document.specification_version = (rows[0] if rows else 0) + 1


def refuse_changes_of_what_was_approved(document: Any) -> None:
	before = document.get_doc_before_save()
	if before is None or before.status not in FINAL:
		return
	changed = [
		name for name in ("service", "title", *CONTENT) if cstr(document.get(name)) != cstr(before.get(name))
	]
	if changed:
		labels = ", ".join(_(document.meta.get_label(name)) for name in changed)
		frappe.throw(
			_("{0} is {1}, so {2} stays as it is. Make a new version.").format(
				frappe.bold(document.name), _(before.status), frappe.bold(labels)
			),
			title=_("Approved Already"),
		)


def refuse_without_content(document: Any) -> None:
	if document.status not in ("Reviewed", "Approved", "Published"):
		return
	empty = [name for name in NEEDED if not strip_html(cstr(document.get(name))).strip()]
	if empty:
		labels = ", ".join(_(document.meta.get_label(name)) for name in empty)
		frappe.throw(
			_("{0} is empty. Fill it in before the review.").format(frappe.bold(labels)),
			title=_("Specification Incomplete"),
		)


def record_who_and_when(document: Any) -> None:
	"""Who brought it into its state, and on which day; a way back takes that back."""
	before = document.get_doc_before_save()
	was = before.status if before else "Draft"
	if document.status == was:
		return
	if document.status == "Draft":
		for stamp in STAMPS.values():
			document.update({f"{stamp}_by": None, f"{stamp}_on": None})
	stamp = STAMPS.get(document.status)
	if stamp:
		document.update({f"{stamp}_by": frappe.session.user, f"{stamp}_on": today()})
	if document.status == "Published":
		document.valid_from = document.valid_from or today()
	if document.status in ("Superseded", "Withdrawn"):
		document.ended_on = today()


def supersede_others(document: Any) -> None:
	"""One specification of a service is published at a time; publishing the next ends the one before."""
	before = document.get_doc_before_save()
	if document.status != "Published" or (before is not None and before.status == "Published"):
		return
	for name in frappe.get_all(
		SPECIFICATION,
		filters={"service": document.service, "status": "Published", "name": ["!=", document.name]},
		pluck="name",
		order_by="name asc",
	):
		other = frappe.get_doc(SPECIFICATION, name)
		other.db_set({"status": "Superseded", "ended_on": today()})
		other.add_comment("Info", _("Superseded by {0}.").format(document.name))


def refuse_to_delete_what_was_published(document: Any) -> None:
	if document.published_on:
		frappe.throw(
			_("{0} was published and stays on record. Withdraw it instead.").format(
				frappe.bold(document.name)
			),
			title=_("Published Already"),
		)


def new_version(document: Any) -> str:
	"""Draft the next version of a specification with the same text; returns its name (R325)."""
	waiting = frappe.get_all(
		SPECIFICATION,
		filters={"service": document.service, "status": ["in", ["Draft", "Reviewed", "Approved"]]},
		pluck="name",
		order_by="name asc",
	)
	if waiting:
		frappe.throw(
			_("{0} is the next version already. Change or publish that one.").format(frappe.bold(waiting[0])),
			title=_("Next Version Exists"),
		)
	copy = frappe.copy_doc(document, ignore_no_copy=False)
	copy.previous = document.name
	copy.valid_from = None
	return str(copy.insert().name)
