"""What the browser may ask: how a ticket's clocks stand and why, and what a form would come to.

Every method checks permission itself, hands the work to a service and puts the answer into plain values.
Instants are seconds since 1970-01-01T00:00:00Z, so the browser shows them in its user's zone. Annotations are
not postponed here: the host checks and converts arguments by them.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, getdate, today

from slm_extension.adapters import site_time
from slm_extension.adapters.agreements import KINDS
from slm_extension.adapters.refusals import sentence
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import FAILED, Ticket
from slm_extension.domain.errors import DomainError
from slm_extension.domain.targets import METRICS
from slm_extension.domain.timeline import Waiting
from slm_extension.services import explain, preview, versions

CANDIDATES_SHOWN = 20


@frappe.whitelist()
def ticket_clocks(ticket_type: str, ticket: str) -> dict[str, Any]:
	"""The clocks of a ticket as of now. Without any: why not, as `candidates`.

	`recorded` is false for a ticket the ledger does not know, `problem` says why it could not be measured, safe as HTML.
	"""
	_may_read(ticket_type, ticket)
	failed = frappe.db.get_value(FAILED, {"ticket_type": ticket_type, "ticket": ticket}, "problem")
	answer: dict[str, Any] = {
		"enabled": enabled(),
		"recorded": False,
		"problem": frappe.utils.escape_html(failed or ""),
		"now": site_time.now(),
		"agreement": None,
		"agreements": {},
		"clocks": [],
	}
	try:
		looked = explain.look_at(Ticket(ticket_type, ticket), answer["now"])
	except DomainError as error:
		return {**answer, "recorded": True, "problem": sentence(error)}
	if looked is None:
		return answer
	view = explain.ticket_view(looked)
	agreements = _readable({*(clock.agreement for clock in view.clocks), *filter(None, [view.agreement])})
	clocks = [
		asdict(clock)
		for clock in view.clocks
		if _promised_to_customer(clock) or clock.agreement in agreements
	]
	answer.update(recorded=True, now=view.now, agreement=view.agreement, agreements=agreements, clocks=clocks)
	return answer if clocks else {**answer, **_candidates(looked)}


@frappe.whitelist()
def explain_agreement(ticket_type: str, ticket: str) -> dict[str, Any]:
	"""Which agreement applies to a ticket, and why the others do not."""
	return _candidates(_looked(ticket_type, ticket))


@frappe.whitelist()
def explain_clock(ticket_type: str, ticket: str, metric: str, cycle: int = 1, leg: int = 0) -> dict[str, Any]:
	"""One clock span by span, in sums that add up, and why its agreement is the one that applies."""
	looked = _looked(ticket_type, ticket)
	found = explain.explanation(looked, metric, cycle, leg)
	if found is not None:
		agreements = _readable({found.clock.agreement})
		if _promised_to_customer(found.clock) or agreements:
			return {**asdict(found), "agreements": agreements, **_candidates(looked)}
	frappe.throw(
		_("{0} has no such clock any more. Reload the page.").format(frappe.bold(ticket)),
		frappe.DoesNotExistError,
		title=_("Clock Not Found"),
	)


@frappe.whitelist()
def preview_calendar(doc: str | dict[str, Any]) -> dict[str, Any]:
	"""The next days of a calendar as it is being edited."""
	return asdict(preview.calendar_preview(_in_hand("SLM Calendar", doc), site_time.now()))


@frappe.whitelist()
def preview_targets(doc: str | dict[str, Any], opened: str | None = None) -> list[dict[str, Any]]:
	"""When each target of an agreement as it is being edited would be due on a ticket opened then, or now.

	`opened` is a time of the site's zone.
	"""
	at = site_time.to_instant(opened) if opened else site_time.now()
	return [asdict(one) for one in preview.target_previews(_in_hand("SLM Agreement", doc), at)]


@frappe.whitelist()
def default_holds() -> dict[str, dict[str, int]]:
	"""What the rows of an agreement hold for unless somebody says otherwise, by metric as the form calls it."""
	frappe.has_permission("SLM Agreement", "read", throw=True)
	return {
		name.title(): {
			"hold_customer": int(Waiting.CUSTOMER in metric.holds),
			"hold_supplier": 0,
			"hold_other": int(Waiting.CUSTOMER in metric.holds),
		}
		for name, metric in METRICS.items()
	}


@frappe.whitelist()
def service_nodes(
	doctype: str, parent: str = "", is_root: bool = False, **_more: Any
) -> list[dict[str, Any]]:
	"""The services right under a node of the tree, or the topmost ones."""
	frappe.has_permission("SLM Service", "read", throw=True)
	return frappe.get_list(
		"SLM Service",
		filters={"parent_slm_service": ["is", "not set"] if is_root else parent},
		fields=["name as value", "is_group as expandable", "status", "service_type"],
		order_by="is_group desc, name asc",
		limit_page_length=0,
	)


@frappe.whitelist(methods=["POST"])
def add_service(
	service_name: str, parent: str = "", is_root: bool = False, is_group: bool = False, **more: Any
) -> str:
	"""Put a service or a group under a node of the tree; returns its name."""
	document = frappe.get_doc(
		{
			"doctype": "SLM Service",
			"service_name": service_name,
			"is_group": int(is_group),
			"parent_slm_service": None if is_root else parent,
			"service_type": more.get("service_type") or None,
			"status": more.get("status") or "Draft",
		}
	)
	return document.insert().name


@frappe.whitelist(methods=["POST"])
def new_version(agreement: str) -> str:
	"""Draft the next version of a submitted agreement, from tomorrow on; returns its name."""
	document = frappe.get_doc("SLM Agreement", agreement)
	document.check_permission("read")
	frappe.has_permission("SLM Agreement", "create", throw=True)
	if document.docstatus != 1:
		frappe.throw(
			_("{0} is not submitted. Change it as it is.").format(frappe.bold(agreement)),
			title=_("No New Version"),
		)
	return versions.new_version(document, getdate(add_days(today(), 1))).name


def _may_read(ticket_type: str, ticket: str) -> None:
	frappe.get_doc(ticket_type, ticket).check_permission("read")


def _looked(ticket_type: str, ticket: str) -> explain.Looked:
	_may_read(ticket_type, ticket)
	try:
		looked = explain.look_at(Ticket(ticket_type, ticket), site_time.now())
	except DomainError as error:
		frappe.throw(sentence(error), title=_("Cannot Be Measured"))
	if looked is None:
		frappe.throw(
			_("Nothing has been recorded about {0} yet. Ask the process owner to run the backfill.").format(
				frappe.bold(ticket)
			),
			title=_("Not Recorded"),
		)
	return looked


def _promised_to_customer(clock: explain.ClockView) -> bool:
	return any(kind.value == clock.kind and kind.customer_facing for kind in KINDS.values())


def _readable(names: Iterable[str]) -> dict[str, dict[str, Any]]:
	"""Those of some agreements that the user may read, with what to call them."""
	wanted = sorted(names)
	if not wanted or not frappe.has_permission("SLM Agreement", "read"):
		return {}
	rows = frappe.get_list(
		"SLM Agreement",
		filters={"name": ["in", wanted]},
		fields=["name", "title", "kind", "agreement_version", "valid_from", "valid_until"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.pop("name"): row for row in rows}


def _candidates(looked: explain.Looked) -> dict[str, Any]:
	"""Agreements that were looked at, those for other customers only counted, those the user may not read left out."""
	found = explain.candidates(looked)
	near = [one for one in found if one.rejected != "customer"]
	readable = _readable(one.agreement for one in near)
	shown = [
		{**asdict(one), **readable.get(one.agreement, {})}
		for one in near
		if one.agreement in readable or not one.rejected
	][:CANDIDATES_SHOWN]
	return {"candidates": shown, "other_customers": len(found) - len(near), "more": len(near) - len(shown)}


def _in_hand(doctype: str, doc: str | dict[str, Any]) -> Any:
	"""The document a form holds, for those who may write it; for readers, as it is stored."""
	values = dict(frappe.parse_json(doc))
	name = values.get("name")
	stored = frappe.get_doc(doctype, name) if name and frappe.db.exists(doctype, name) else None
	if stored is None:
		frappe.has_permission(doctype, "create", throw=True)
	elif not stored.has_permission("write"):
		stored.check_permission("read")
		return stored
	return frappe.get_doc({**values, "doctype": doctype})
