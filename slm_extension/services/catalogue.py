"""The life of a service in the catalogue: what it needs, who approves it, when it is published, when it may go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.utils import cast, escape_html, now_datetime
from frappe.website.utils import cleanup_page_name

from slm_extension.adapters.agreement_states import GOING
from slm_extension.adapters.catalogue import SERVICE, USABLE, binding_agreements, links, plain
from slm_extension.adapters.refusals import refusing
from slm_extension.domain.service_links import ServiceLinks

APPROVERS = frozenset({"SLM Process Owner", "Service Level Manager"})

READ_BY_CUSTOMERS = (
	"service_name",
	"customer_description",
	"features",
	"self_help",
	"service_mode",
	"service_frequency",
	"service_hours",
	"value_statement",
	"deliverables",
	"offered_levels",
	"price",
	"price_shown",
	"price_unit",
	"currency",
)

CONTROLLED = (
	*READ_BY_CUSTOMERS,
	"service_type",
	"service_content",
	"system_class",
	"key_service",
	"criticality",
	"charging_mode",
	"elements",
	"resources",
	"rests_on",
	"it_systems",
	"delivery_process",
	"monitoring_rules",
	"maintenance_rules",
)
"""What an approval is about (R039)."""

LONGEST_ROUTE = 120


def approves(user: str | None = None) -> bool:
	"""Whether a user, or else the one who is signed in, may approve services."""
	return not APPROVERS.isdisjoint(frappe.get_roles(user or frappe.session.user))


def check(service: Any) -> None:
	"""Everything a service has to be, before it is saved. Refuses in a sentence."""
	service.service_name = " ".join((service.service_name or "").split())
	_keep_standard(service)
	_refuse_parent_that_is_no_group(service)
	_refuse_group_that_is_none_any_more(service)
	_refuse_empty_use(service)
	_refuse_circle(service)
	_take_to_its_state(service)
	_note_change_since_approval(service)
	_refuse_what_cannot_be_published(service)


def _keep_standard(service: Any) -> None:
	"""R009: only the app itself makes main categories, and they stay where they are."""
	before = service.get_doc_before_save()
	if before is None:
		service.standard = int(bool(service.standard and service.flags.seeded))
		return
	service.standard = before.standard
	if before.standard and (service.parent_slm_service or not service.is_group):
		_refuse_standard(service.name, _("moved or made a service"))


def _refuse_standard(name: str, what: str) -> None:
	frappe.throw(
		_("{0} is a main category of the standard and cannot be {1}. Put your own groups under it.").format(
			frappe.bold(escape_html(name)), what
		),
		title=_("Standard Category"),
	)


def _refuse_parent_that_is_no_group(service: Any) -> None:
	parent = service.parent_slm_service
	if not parent:
		return
	if parent == service.name:
		frappe.throw(
			_("{0} cannot lie under itself. Choose another parent.").format(frappe.bold(escape_html(parent))),
			title=_("Parent Service"),
		)
	is_group = frappe.db.get_value(SERVICE, parent, "is_group")
	if is_group is not None and not is_group:
		frappe.throw(
			_("{0} is not a group. Choose a group as parent, or make it one first.").format(
				frappe.bold(escape_html(parent))
			),
			title=_("Parent Service"),
		)


def _refuse_group_that_is_none_any_more(service: Any) -> None:
	before = service.get_doc_before_save()
	if before is None or service.is_group or not before.is_group:
		return
	children = frappe.db.count(SERVICE, {"parent_slm_service": service.name})
	if children:
		frappe.throw(
			_("{0} has {1} services or groups under it. Move them first.").format(
				frappe.bold(escape_html(service.name)), children
			),
			title=_("Still a Group"),
		)


def _refuse_empty_use(service: Any) -> None:
	for row in service.customers:
		if not any((row.customer, row.department, row.business_function, row.business_process)):
			frappe.throw(
				_(
					"Row {0} of Customers and Their Processes says nobody and nothing. Fill it in or remove it."
				).format(row.idx),
				title=_("Customers"),
			)


def _refuse_circle(service: Any) -> None:
	"""R024: what a service rests on must not, over however many steps, rest on it."""
	seen: set[str] = set()
	for row in service.rests_on:
		if row.service in seen:
			frappe.throw(
				_("Row {0} of Services Beneath: {1} is there twice. Remove one.").format(
					row.idx, frappe.bold(escape_html(row.service))
				),
				title=_("Rests On"),
			)
		seen.add(row.service)
	before = service.get_doc_before_save()
	if not seen or (before is not None and seen <= {row.service for row in before.rests_on}):
		return
	name = service.name or service.service_name
	with refusing(service):
		links(without=name, more=((name, one) for one in seen)).refuse_circle(name)


def _take_to_its_state(service: Any) -> None:
	"""R002: who approved it, and when; neither can be written by hand."""
	before = service.get_doc_before_save()
	was = before.status if before is not None else "Draft"
	service.approved_by = before.approved_by if before is not None else None
	service.approved_on = before.approved_on if before is not None else None
	if service.status == was:
		return
	if not approves() and not service.flags.ignore_permissions:
		frappe.throw(
			_("Only a Service Level Manager or an SLM Process Owner takes a service from {0} to {1}.").format(
				_(was), _(service.status)
			),
			frappe.PermissionError,
			title=_("Not Approved"),
		)
	if service.status not in USABLE:
		if was in USABLE:
			refuse_if_promised(
				service.name, _("retired") if service.status == "Retired" else _("a draft again")
			)
		service.approved_by = service.approved_on = None
		service.changed_since_approval = 0
		if service.published:
			service.published = 0
			frappe.msgprint(_("It is no longer published."), alert=True, indicator="orange")
	elif was not in USABLE:
		_approve(service)


def _approve(service: Any) -> None:
	service.approved_by, service.approved_on = frappe.session.user, now_datetime()
	service.changed_since_approval = 0


def _note_change_since_approval(service: Any) -> None:
	"""R039: an approver's change is approved by him; another's is marked, or refused where customers would read it."""
	before = service.get_doc_before_save()
	if before is None or before.status not in USABLE or service.status not in USABLE:
		return
	changed = [name for name in CONTROLLED if _said(before, name) != _said(service, name)]
	if approves() or service.flags.ignore_permissions:
		cleared = before.changed_since_approval and not service.changed_since_approval
		if cleared or (changed and not before.changed_since_approval):
			_approve(service)
		return
	service.changed_since_approval = int(bool(before.changed_since_approval or changed))
	read = [name for name in changed if name in READ_BY_CUSTOMERS]
	if service.published != before.published:
		read.append("published")
	if read and (before.published or service.published):
		frappe.throw(
			_(
				"Customers read {0} of this service. Only a Service Level Manager or an SLM Process Owner changes"
				" that, or takes the service off the catalogue."
			).format(", ".join(frappe.bold(_(service.meta.get_label(name))) for name in read)),
			frappe.PermissionError,
			title=_("Published"),
		)


def _said(service: Any, fieldname: str) -> Any:
	"""The value of a field, however a form, an import or the database writes it."""
	field = service.meta.get_field(fieldname)
	if field.fieldtype != "Table":
		return cast(field.fieldtype, service.get(fieldname))
	columns = [one for one in frappe.get_meta(field.options).fields if one.fieldtype not in no_value_fields]
	return [
		tuple(cast(one.fieldtype, row.get(one.fieldname)) for one in columns)
		for row in service.get(fieldname)
	]


def _refuse_what_cannot_be_published(service: Any) -> None:
	"""R010, R014, R015, R019."""
	if not service.published:
		return
	missing = _missing_for_publication(service)
	if missing:
		frappe.throw(
			"<br>".join(
				[
					_("{0} cannot be published:").format(frappe.bold(escape_html(service.service_name))),
					*missing,
				]
			),
			title=_("Not Ready to Be Published"),
		)
	if not service.route:
		service.route = _free_route(service)


def _missing_for_publication(service: Any) -> list[str]:
	found = []
	if service.is_group:
		found.append(
			_("It is a group. Groups show by themselves as soon as one of their services is published.")
		)
	if service.service_type != "Business Service":
		found.append(
			_("It is of type {0}. Customers are shown business services only.").format(
				_(service.service_type or "-")
			)
		)
	if service.status not in USABLE:
		found.append(_("It is {0}. Approve it first.").format(_(service.status)))
	if not plain(service.customer_description):
		found.append(_("Description for Customers is empty. Say in their words what it does for them."))
	if not service.parent_slm_service:
		found.append(_("It lies under no category. Choose a Parent Service."))
	return found


def _free_route(service: Any) -> str:
	wished = cleanup_page_name(service.service_name).strip("-./")[:LONGEST_ROUTE] or "service"
	route, number = wished, 1
	while frappe.db.exists(SERVICE, {"route": route, "name": ["!=", service.name]}):
		number += 1
		route = f"{wished}-{number}"
	return route


def refuse_if_promised(service: str, what: str) -> None:
	"""What an agreement promises cannot go, under whichever name."""
	agreements = binding_agreements(service)
	if agreements:
		frappe.throw(
			_(
				"{0} cannot be {1}: it is promised by {2}. End these agreements or take it out of them first."
			).format(
				frappe.bold(escape_html(service)), what, frappe.bold(escape_html(", ".join(agreements)))
			),
			title=_("Promised to Customers"),
		)


def check_deletion(service: Any) -> None:
	if service.standard:
		_refuse_standard(service.name, _("deleted"))
	refuse_if_promised(service.name, _("deleted"))


def check_renaming(service: Any, new: str, merge: bool) -> None:
	"""Neither a standard category, nor a merge that would let services rest on themselves."""
	if service.standard or (merge and frappe.db.get_value(SERVICE, new, "standard")):
		_refuse_standard(service.name if service.standard else new, _("renamed or merged"))
	if service.published and not approves():
		frappe.throw(
			_(
				"Customers know {0} by its name. Only a Service Level Manager or an SLM Process Owner renames it."
			).format(frappe.bold(escape_html(service.name))),
			frappe.PermissionError,
			title=_("Published"),
		)
	if not merge:
		return
	refuse_if_promised(service.name, _("merged"))
	with refusing(service):
		ServiceLinks(_as_merged(service.name, new)).refuse_circle(new)


def _as_merged(old: str, new: str) -> Iterable[tuple[str, str]]:
	for row in frappe.get_all(
		"SLM Service Link",
		filters={"parenttype": SERVICE},
		fields=["parent", "service"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		yield new if row.parent == old else row.parent, new if row.service == old else row.service


def agreed_since_review(service: Any) -> list[dict[str, str]]:
	"""Agreements on a service that were concluded after its last quality review, of those the user may read (R034)."""
	names = frappe.get_all(
		"SLM Agreement Service",
		filters={"service": service.name, "parenttype": "SLM Agreement", "docstatus": 1},
		pluck="parent",
		order_by="parent asc",
	)
	if not names or not service.last_quality_review or not frappe.has_permission("SLM Agreement", "read"):
		return []
	return frappe.get_list(
		"SLM Agreement",
		filters={
			"name": ["in", names],
			"status": ["in", GOING],
			"valid_from": [">", service.last_quality_review],
		},
		fields=["name", "title"],
		order_by="name asc",
		limit_page_length=0,
	)
