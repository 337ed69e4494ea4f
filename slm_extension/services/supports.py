"""OLAs and UCs made for an SLA: drafted from what is left of its targets, and joined to what it rests on (R164, R168).

Also the request for a supplier where external support is needed (R185, R186): a Material Request for the Items of
the services, as the host has it, or a ToDo where there is no Item to ask for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, strip_html

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT, FACING, OVER
from slm_extension.domain.instants import Seconds

KINDS = ("OLA", "UC")
DONE = ("Resolution", "Restoration", "Closure", "Turnaround")
_FINE, _COARSE = 60, 300
_COARSE_FROM: Seconds = 900


def draft_for(agreement: Any, kind: str) -> Any:
	"""An OLA or UC, not saved yet, that fits beneath an agreement with a customer.

	Raises frappe.ValidationError where there is nothing to support.
	"""
	_refuse_unsupportable(agreement, kind)
	title = _("{0}: internal support") if kind == "OLA" else _("{0}: supplier")
	draft = frappe.new_doc(AGREEMENT)
	draft.update(
		{
			"title": title.format(agreement.title)[:140],
			"kind": kind,
			"company": agreement.company,
			"calendar": agreement.calendar,
			"valid_from": max(getdate(agreement.valid_from), site_time.today()),
			"agreement_owner": frappe.session.user,
			"made_for": agreement.name,
			"legally_binding": int(kind == "UC"),
			"services": [{"service": row.service} for row in agreement.services],
			"targets": list(_targets(agreement, kind)),
		}
	)
	return draft


def join(support: Any) -> None:
	"""A support made for an agreement has been saved: it becomes part of that one's draft, or of its next version.

	What keeps the other from being saved is said and does not keep the support from being there.
	"""
	if not support.made_for or support.kind not in KINDS or support.is_template:
		return
	above = frappe.get_doc(AGREEMENT, support.made_for)
	title = frappe.bold(escape_html(above.title))
	if above.docstatus != 0:
		frappe.msgprint(
			_("{0} is concluded. This agreement joins what it rests on with its next version.").format(title),
			title=_("Joins Later"),
		)
		return
	if any(row.agreement == support.name for row in above.rests_on):
		return
	above.append("rests_on", {"agreement": support.name})
	frappe.db.savepoint("slm_join")
	try:
		above.save()
	except (frappe.ValidationError, frappe.PermissionError) as refusal:
		frappe.db.rollback(save_point="slm_join")
		frappe.clear_last_message()
		frappe.msgprint(
			_("This agreement could not be added to what {0} rests on: {1} Add it there by hand.").format(
				title, escape_html(strip_html(str(refusal)))
			),
			title=_("Not Joined"),
			indicator="orange",
		)
		return
	frappe.msgprint(
		_("Added to what {0} rests on; its chain: {1}.").format(title, _(above.chain_state)), alert=True
	)


def join_waiting(draft: Any, lineage: str) -> None:
	"""Put what was made for an earlier version and has not joined yet into the next version's draft; saves nothing."""
	versions = frappe.get_all(AGREEMENT, filters={"lineage": lineage}, pluck="name", order_by="name asc")
	beneath = {
		frappe.db.get_value(AGREEMENT, row.agreement, "lineage") or row.agreement for row in draft.rests_on
	}
	for row in frappe.get_all(
		AGREEMENT,
		filters={
			"made_for": ["in", versions or [""]],
			"kind": ["in", KINDS],
			"docstatus": ["<", 2],
			"is_template": 0,
			"status": ["not in", OVER],
		},
		fields=["name", "lineage"],
		order_by="creation asc, name asc",
	):
		if row.lineage not in beneath:
			beneath.add(row.lineage)
			draft.append("rests_on", {"agreement": row.name})


def supplier_request(agreement: Any) -> Any:
	"""A Material Request, not saved yet, for the Items of an agreement's services; without any, a ToDo."""
	services = [row.service for row in agreement.services]
	items = frappe.get_all(
		"SLM Service",
		filters={"name": ["in", services or [""]], "item": ["is", "set"]},
		fields=["name", "item"],
		order_by="name asc",
	)
	needed = max(getdate(agreement.valid_from), site_time.today())
	if items and frappe.has_permission("Material Request", "create"):
		return _material_request(agreement, items, needed)
	todo = frappe.new_doc("ToDo")
	todo.update(
		{
			"description": _("Find a supplier for {0}, needed from {1}. Services: {2}.").format(
				escape_html(agreement.title),
				frappe.format(needed, "Date"),
				escape_html(", ".join(services) or _("all")),
			),
			"reference_type": AGREEMENT,
			"reference_name": agreement.name,
			"date": needed,
		}
	)
	return todo


def _material_request(agreement: Any, services: list[Any], needed: Any) -> Any:
	request = frappe.new_doc("Material Request")
	request.update(
		{
			"material_request_type": "Purchase",
			"company": agreement.company or frappe.defaults.get_user_default("Company"),
			"schedule_date": needed,
			"title": _("Supplier for {0}").format(agreement.title)[:140],
		}
	)
	for service in services:
		item = frappe.get_cached_doc("Item", service.item)
		request.append(
			"items",
			{
				"item_code": item.name,
				"item_name": item.item_name,
				"description": _("{0}, to support {1} ({2})").format(
					service.name, agreement.title, agreement.name
				),
				"qty": 1,
				"uom": item.stock_uom,
				"stock_uom": item.stock_uom,
				"conversion_factor": 1,
				"schedule_date": needed,
			},
		)
	return request


def _targets(agreement: Any, kind: str) -> Iterator[dict[str, Any]]:
	"""One turnaround for all that is to be done by the same tickets; who answers first is nobody's yet for an OLA."""
	turnaround: dict[tuple[str, str], dict[str, Any]] = {}
	for row in agreement.targets:
		if row.metric in DONE:
			goal = _left(agreement, row)
			key = (row.priority or "", row.service or "")
			if key not in turnaround or goal < turnaround[key]["goal"]:
				turnaround[key] = _row("Turnaround", goal, row)
	yield from turnaround.values()
	if kind == "OLA" and not _somebody_answers(agreement):
		for row in agreement.targets:
			if row.metric == "Response":
				yield _row("Response", row.goal, row)


def _row(metric: str, goal: Seconds, row: Any) -> dict[str, Any]:
	return {
		"metric": metric,
		"goal": goal,
		"priority": row.priority,
		"service": row.service,
		"objective": row.objective,
		"calendar": row.calendar,
	}


def _left(agreement: Any, row: Any) -> Seconds:
	"""What the worst case leaves of a target; where that is nothing, an even share with what is beneath already."""
	found = json.loads(agreement.chain_result or "{}").get("findings", ())
	slacks = [
		one["slack"]
		for one in found
		if one["metric"] == row.metric
		and one["goal"] == row.goal
		and (row.priority or "") in one["priorities"]
		and (row.service or "") in one["services"]
		and (one["worst"] or one["gaps"])
	]
	left = row.goal if not slacks else min((slack or 0) for slack in slacks)
	if left <= 0:
		left = row.goal // (len(agreement.rests_on) + 1)
	step = _COARSE if left >= _COARSE_FROM else _FINE
	return max(int(left) // step * step, min(row.goal, _FINE))


def _somebody_answers(agreement: Any) -> bool:
	names = [row.agreement for row in agreement.rests_on]
	return bool(frappe.db.exists("SLM Target", {"parent": ["in", names or [""]], "metric": "Response"}))


def _refuse_unsupportable(agreement: Any, kind: str) -> None:
	if kind not in KINDS:
		frappe.throw(_("Choose an OLA or a UC."), title=_("Kind Missing"))
	if agreement.kind not in FACING or agreement.is_template or agreement.status in OVER:
		frappe.throw(
			_("{0} is no agreement with a customer that is being made or in force.").format(
				frappe.bold(escape_html(agreement.title))
			),
			title=_("Nothing to Support"),
		)
