"""The life of a service requirement: what it must say before it may go on, who may change it when, and the portal.

What is made of it lies in services.requirement_results.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.version.version import get_diff
from frappe.utils import cint, cstr, getdate, strip_html

from slm_extension.adapters import portal, site_time, wording
from slm_extension.adapters.catalogue import published
from slm_extension.domain.required_levels import LEVEL_METRICS, SECONDS, RequiredLevel, Unit

REQUIREMENT = "SLM Requirement"
CLEAR = "Clear"
AGREED_STATES = ("Agreed", "In Agreement", "Archived")
"""From here on both sides rely on what is written."""

OPEN_STATES = ("Draft", "In Clarification")
"""While these last, sales and the customer write too."""

CONSENT = (
	"agreed_by_customer",
	"agreed_by_customer_on",
	"agreed_by_provider",
	"agreed_by_provider_on",
)

PORTAL_FIELDS = (
	"title",
	"about_service",
	"why_now",
	"importance",
	"need",
	"business_process",
	"wanted_hours",
	"continuity",
	"needed_by",
)
"""What a customer writes; all else is the provider's."""

PORTAL_SHOWN = {
	*PORTAL_FIELDS,
	*("doctype", "name", "creation", "modified", "docstatus"),
	*("customer", "status", "received_on", "received_through", "answer", "rejection_reason"),
}

PORTAL_REASONS = ("Suggestion of a User", "Need of a User", "Complaint")
PORTAL_LIST = ("name", "title", "status", "why_now", "importance", "needed_by", "creation", "modified")

WRITERS = ("System Manager", "SLM Process Owner", "Service Level Manager", "Service Level Analyst")
"""Who may write a requirement at any time; sales may as long as it is open (R068)."""


def tidy(document: Any) -> None:
	"""Titles are shown in places of the host that take them for HTML."""
	document.title = " ".join(strip_html(cstr(document.title)).split())


def refuse_without_party(document: Any) -> None:
	if not (document.customer or document.opportunity or document.lead):
		frappe.throw(
			_("Nobody is named whose need this is. Choose a customer, an opportunity or a lead."),
			title=_("Customer Missing"),
		)


def refuse_services_without_name(document: Any) -> None:
	for row in document.services:
		if not row.service and not cstr(row.new_service).strip():
			frappe.throw(
				_(
					"Row {0} of Services names no service. Choose one of the catalogue, or name the new one."
				).format(row.idx),
				title=_("Service Missing"),
			)


def refuse_changes_of_what_is_agreed(document: Any) -> None:
	"""What both sides have said yes to stays as it is; only our own notes go on (R061)."""
	before = document.get_doc_before_save()
	if before is None or before.status not in AGREED_STATES or document.status != before.status:
		return
	difference = get_diff(before, document)
	if difference is None:
		return
	names = {name for name, *_values in difference.changed}
	names |= {name for name, _row in (*difference.added, *difference.removed)}
	names |= {name for name, *_values in difference.row_changed}
	ours = {field.fieldname for field in document.meta.fields if field.permlevel} | {"answer"}
	labels = [document.meta.get_label(name) for name in sorted(names - ours) if document.meta.has_field(name)]
	if labels:
		frappe.throw(
			_("{0} has been agreed by both sides, so {1} cannot be changed. Reopen it first.").format(
				frappe.bold(document.name), frappe.bold(", ".join(_(label) for label in labels))
			),
			title=_("Agreed Already"),
		)


def take_back_consent(document: Any) -> None:
	"""What is reopened has to be agreed on anew."""
	before = document.get_doc_before_save()
	if before is not None and before.status in AGREED_STATES and document.status not in AGREED_STATES:
		document.update(dict.fromkeys(CONSENT))


def compare_levels(document: Any) -> None:
	"""Write down how each level that is offered stands beside the one that is wanted (R069)."""
	seen: dict[tuple[str, str, str], int] = {}
	for row in document.levels:
		level = level_of(row)
		what = (row.metric, row.service or "", row.priority or "")
		if what in seen:
			frappe.throw(
				_(
					"Rows {0} and {1} of the levels are about the same metric, service and priority. Remove one."
				).format(seen[what], row.idx),
				title=_("Level Given Twice"),
			)
		seen[what] = row.idx
		row.offered = float(level.offered or 0)
		row.gap = _gap(row, level)


def level_of(row: Any) -> RequiredLevel:
	"""A row as a value. Raises UnitDoesNotFit and LevelOutOfRange."""
	wanted = Decimal(cstr(row.wanted or 0))
	offered = {"As Wanted": wanted, "Otherwise": Decimal(cstr(row.offered or 0))}.get(row.offer)
	return RequiredLevel(LEVEL_METRICS[row.metric], wanted, Unit(row.unit), offered)


def _gap(row: Any, level: RequiredLevel) -> str:
	if level.offered is None:
		return _("not offered yet")
	if not level.shortfall:
		return _("none")
	text = _("{0} worse") if level.shortfall > 0 else _("{0} better")
	return text.format(amount_in_words(abs(level.shortfall), level.unit))


def amount_in_words(number: Decimal, unit: Unit) -> str:
	"""An amount as people say it: 90 minutes are "1 hour 30 minutes"."""
	if unit in SECONDS:
		return wording.duration(int(number * SECONDS[unit]))
	return f"{number.normalize():f} {_(unit.value)}"


def refuse_early_states(document: Any) -> None:
	"""What a requirement must say before it is in the state it is in, however it came there."""
	before = document.get_doc_before_save()
	if document.status == (before.status if before else "Draft"):
		return
	lacking = [*_LACKING.get(document.status, lambda _document: [])(document)]
	if lacking:
		frappe.throw(
			_("{0} cannot be {1} yet:").format(
				frappe.bold(document.name or document.title), _(document.status)
			)
			+ "<ul>"
			+ "".join(f"<li>{one}</li>" for one in lacking)
			+ "</ul>",
			title=_("Not Yet {0}").format(_(document.status)),
		)


def _lacking_for_analysis(document: Any) -> list[str]:
	return [
		sentence
		for missing, sentence in (
			(_empty(document.need), _("What Is Needed is empty.")),
			(_empty(document.analysis), _("Analysis is empty.")),
		)
		if missing
	]


def _lacking_for_agreement(document: Any) -> list[str]:
	document.agreed_by_customer_on = document.agreed_by_customer_on or (
		site_time.today() if document.agreed_by_customer else None
	)
	document.agreed_by_provider_on = document.agreed_by_provider_on or (
		site_time.today() if document.agreed_by_provider else None
	)
	open_rows = [row for row in document.levels if row.offer == "To Be Discussed"]
	open_rows += [row for row in document.expectations if row.gap == "To Be Discussed"]
	return [
		sentence
		for missing, sentence in (
			(
				document.clarification != CLEAR,
				_("The customer's own problem is not clear yet (Is the Problem Understood)."),
			),
			(not document.services, _("Services is empty.")),
			(
				not document.levels and not document.expectations,
				_("No level and no expectation is written down."),
			),
			(
				bool(open_rows),
				_("{0} rows of levels and expectations are still to be discussed.").format(len(open_rows)),
			),
			(_empty(document.agreed_by_customer), _("Nobody has agreed for the customer.")),
			(not document.agreed_by_provider, _("Nobody has agreed for us.")),
			(
				_after_today(document.agreed_by_customer_on, document.agreed_by_provider_on),
				_("It was agreed on a day that is still to come."),
			),
		)
		if missing
	]


def _lacking_in_agreement(document: Any) -> list[str]:
	return [] if latest_agreement(document.name) else [_("No agreement has been made from it.")]


def _lacking_for_rejection(document: Any) -> list[str]:
	return [_("Why It Is Rejected is empty.")] if _empty(document.rejection_reason) else []


_LACKING = {
	"Analysed": _lacking_for_analysis,
	"Agreed": _lacking_for_agreement,
	"In Agreement": _lacking_in_agreement,
	"Rejected": _lacking_for_rejection,
}


def _empty(text: Any) -> bool:
	return not strip_html(cstr(text)).strip()


def _after_today(*days: Any) -> bool:
	return any(day and getdate(day) > site_time.today() for day in days)


def latest_agreement(requirement: str | None) -> str | None:
	"""The youngest agreement that names a requirement and has not been cancelled."""
	if not requirement:
		return None
	names = frappe.get_all(
		"SLM Agreement",
		filters={"requirement": requirement, "docstatus": ["<", 2]},
		pluck="name",
		order_by="creation desc",
		limit=1,
	)
	return names[0] if names else None


def may_write(doc: Any, ptype: str = "read", user: str | None = None) -> bool:
	"""Hook has_permission: sales write and delete a requirement only while it is open. Denies, grants nothing."""
	if ptype not in ("write", "delete"):
		return True
	user = user or frappe.session.user
	if user == "Administrator" or not set(WRITERS).isdisjoint(frappe.get_roles(user)):
		return True
	stored = frappe.db.get_value(REQUIREMENT, doc.get("name"), "status") if doc.get("name") else None
	return (stored or "Draft") in OPEN_STATES


def may_in_portal(document: Any, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether a user of the portal may do this with a requirement of his customers.

	He reads what came through the portal and what has been agreed, and writes what he may still change.
	"""
	user = user or frappe.session.user
	if document.customer not in portal.customers_of(user):
		return False
	if ptype == "write":
		return _open_to_the_portal(document)
	return ptype in ("read", "print") and (
		document.received_through == "Portal" or document.status in AGREED_STATES
	)


def for_the_portal(document: Any, values: dict[str, Any]) -> dict[str, Any]:
	"""What the user who asks may have of a requirement: in the portal, until it is agreed, what he wrote himself.

	Offers are not shown before somebody stands by them.
	"""
	if not portal.is_portal_user():
		return values
	if not document.is_new() and not may_in_portal(document):
		return {name: value for name, value in values.items() if name in ("name", "doctype")}
	values = {
		**portal.shared(document, values),
		"status": status_for_customers(document.status),
	}
	if document.status in AGREED_STATES:
		return values
	return {name: value for name, value in values.items() if name in PORTAL_SHOWN}


def status_for_customers(status: str) -> str:
	"""What a state is called where a customer reads it."""
	return {
		"Draft": _("Received"),
		"In Clarification": _("Being clarified"),
		"Analysed": _("Being decided"),
		"Agreed": _("Agreed"),
		"In Agreement": _("Agreed"),
		"Archived": _("Closed"),
		"Rejected": _("Declined"),
	}.get(status, _(status))


def hide_for_print(document: Any) -> None:
	"""Empty, in memory, what the user who prints a requirement may not read."""
	portal.hide_internal(document)
	if portal.is_portal_user() and document.status not in AGREED_STATES:
		for field in document.meta.get_table_fields():
			document.set(field.fieldname, [])


def portal_list(
	doctype: str,
	txt: str | None = None,
	filters: Any = None,
	limit_start: int = 0,
	limit_page_length: int = 20,
	order_by: str | None = None,
	**_more: Any,
) -> list[Any]:
	"""The requirements of the user's own customers, newest first; filters on anything else are left out."""
	customers = portal.customers_of()
	if not customers:
		return []
	known = filters if isinstance(filters, dict) else {}
	rows = frappe.get_all(
		REQUIREMENT,
		or_filters={"received_through": "Portal", "status": ["in", AGREED_STATES]},
		filters={
			**{name: cstr(known[name]) for name in ("status", "why_now", "importance") if known.get(name)},
			**({"title": ["like", f"%{cstr(txt)}%"]} if txt else {}),
			"customer": ["in", customers],
		},
		fields=list(PORTAL_LIST),
		order_by="creation desc",
		limit_start=cint(limit_start),
		limit_page_length=min(max(cint(limit_page_length), 1), 100),
	)
	for row in rows:
		row.status = status_for_customers(row.status)
	return rows


def keep_to_the_portal(document: Any) -> None:
	"""A user of the portal has saved it: his customer is the server's to say, and he changes only what he writes.

	Whatever else came with the request goes back to what is stored, or to what a new requirement has.
	"""
	customers = portal.customers_of()
	if not customers:
		frappe.throw(
			_("Your user does not belong to a customer yet. Ask us to add you as a portal user."),
			frappe.PermissionError,
			title=_("No Customer"),
		)
	stored = document.get_doc_before_save()
	if stored is not None and (stored.customer not in customers or not _open_to_the_portal(stored)):
		frappe.throw(
			_(
				"{0} is being worked on and cannot be changed here any more. Send us a message instead."
			).format(frappe.bold(stored.name)),
			frappe.PermissionError,
			title=_("Cannot Be Changed"),
		)
	known = stored or frappe.new_doc(REQUIREMENT)
	for field in document.meta.get("fields"):
		if field.fieldname not in PORTAL_FIELDS and not field.get("is_virtual"):
			document.set(field.fieldname, known.get(field.fieldname))
	if stored is None:
		document.update(
			{
				"customer": customers[0],
				"received_through": "Portal",
				"requirement_owner": None,
				"importance": document.importance or "Should",
			}
		)
		document.append("participants", {"side": "Customer", "person": _full_name()})
		_name_the_service(document)
	else:
		document.about_service = stored.about_service
	if document.why_now not in PORTAL_REASONS:
		document.why_now = PORTAL_REASONS[0]
	if _empty(document.need):
		frappe.throw(_("Describe what you need in a sentence or two."), title=_("Description Missing"))


def _name_the_service(document: Any) -> None:
	"""The service whose page the customer came from, if it is one that customers are shown."""
	if any(card.name == document.about_service for card in published().cards):
		document.append("services", {"service": document.about_service, "importance": document.importance})
	else:
		document.about_service = None


def _open_to_the_portal(document: Any) -> bool:
	return document.received_through == "Portal" and document.status in OPEN_STATES


def _full_name() -> str:
	return cstr(frappe.utils.get_fullname(frappe.session.user))[:140] or cstr(frappe.session.user)
