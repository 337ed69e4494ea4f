"""The life of agreements: whether one fits among the others, and what its beginning, freezing and ending do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT, GOING
from slm_extension.adapters.agreements import (
	agreement_of,
	book_of,
	calendar_editions,
	concluded,
	forget_agreements,
	locked,
)
from slm_extension.domain.agreements import AgreementBook
from slm_extension.services import guarded_fields
from slm_extension.services.remeasure import hours_changed
from slm_extension.services.tell import tell


def book_with(document: Any) -> AgreementBook:
	"""All submitted agreements and this one, checked against each other. Raises what the domain objects to."""
	editions = calendar_editions()
	others = [agreement_of(one, editions) for one in concluded() if one.name != document.name]
	return book_of([*others, agreement_of(document, editions)])


def status_on(document: Any, day: date) -> str:
	"""Where a submitted agreement, with its freezes, stands on a day (R101, R105, R107, R312)."""
	if document.valid_from and getdate(document.valid_from) > day:
		return "Agreed"
	if document.valid_until and getdate(document.valid_until) < day and not document.until_replaced:
		if document.termination_reason:
			return "Terminated"
		return "Superseded" if _has_successor(document) else "Expired"
	return "Frozen" if _frozen_on(document.freezes, day) else "In Force"


def _has_successor(document: Any) -> bool:
	return bool(
		frappe.db.exists(
			AGREEMENT,
			{
				"lineage": document.lineage,
				"docstatus": 1,
				"agreement_version": [">", document.agreement_version],
			},
		)
	)


def _frozen_on(freezes: Iterable[Any], day: date) -> bool:
	return any(
		getdate(row.from_date) <= day <= getdate(row.until_date)
		and (not row.lifted_on or day < getdate(row.lifted_on))
		for row in freezes
	)


def _freezes_of(names: list[str]) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = {}
	for row in frappe.get_all(
		"SLM Agreement Freeze",
		filters={"parent": ["in", names or [""]], "parenttype": AGREEMENT},
		fields=["parent", "from_date", "until_date", "lifted_on"],
		order_by="parent asc, idx asc",
	):
		found.setdefault(row.parent, []).append(row)
	return found


def end_predecessor(document: Any) -> str | None:
	"""A new version takes effect: the one before it ends on its eve (R312). Returns the earlier one's name."""
	eve = getdate(document.valid_from) - timedelta(days=1)
	for name in frappe.get_all(
		AGREEMENT,
		filters={
			"lineage": document.lineage,
			"docstatus": 1,
			"agreement_version": ["<", document.agreement_version],
		},
		pluck="name",
		order_by="agreement_version desc",
		limit=1,
	):
		previous = locked(name)
		if not previous.valid_until or getdate(previous.valid_until) > eve or previous.until_replaced:
			status = "Superseded" if eve < site_time.today() else previous.status
			previous.db_set(
				{"valid_until": eve, "until_replaced": 0, "status": status}, update_modified=False
			)
		return str(name)
	return None


def refresh_statuses(day: date) -> None:
	"""Once a day: agreements that begin, end, freeze or thaw on it say so, and what rested on them is asked about."""
	rows = frappe.get_all(
		AGREEMENT,
		filters={"docstatus": 1, "status": ["in", GOING]},
		fields=[
			"name",
			"title",
			"kind",
			"status",
			"valid_from",
			"valid_until",
			"until_replaced",
			"termination_reason",
			"lineage",
			"agreement_version",
		],
		order_by="name asc",
	)
	freezes = _freezes_of([row.name for row in rows])
	for row in rows:
		row.freezes = freezes.get(row.name, [])
		if status_on(row, day) == row.status:
			continue
		agreement = locked(row.name)  # somebody may have frozen or ended it meanwhile
		status = status_on(agreement, day)
		if agreement.status in GOING and status != agreement.status:
			frappe.db.set_value(AGREEMENT, row.name, "status", status, update_modified=False)
			if status in ("Expired", "Terminated"):
				ask_about_support(
					frappe.get_doc(AGREEMENT, row.name),
					_("{0} has ended. End this agreement too, or change it.").format(row.title),
				)


def terminate(document: Any, last_day: date, reason: str) -> None:
	"""End an agreement on a day of choice, today or later; its UCs are asked about at once (R184)."""
	_refuse_unconcluded(document)
	reason = _reason(reason)
	if last_day < site_time.today():
		frappe.throw(
			_(
				"The last day {0} has passed; tickets opened since were measured. Choose today or later."
			).format(_day(last_day)),
			title=_("End in the Past"),
		)
	document.valid_until = last_day
	document.until_replaced = 0
	document.termination_reason = reason
	document.terminated_by = frappe.session.user
	guarded_fields.allow(document, "termination_reason", "terminated_by")
	document.save()
	ask_about_support(
		document,
		_("{0} ends on {1}: {2}. End this agreement too, or change it.").format(
			document.title, _day(last_day), reason
		),
	)
	tell(
		document,
		[document.agreement_owner],
		_("{0} ends on {1}").format(document.title, _day(last_day)),
		reason,
	)


def freeze(document: Any, first: date, last: date, reason: str) -> None:
	"""Let the clocks of an agreement stand still from one day to another, both included (R105)."""
	_refuse_unconcluded(document)
	reason = _reason(reason)
	_refuse_impossible_days(document, first, last)
	now = site_time.now()
	document.append(
		"freezes",
		{
			"from_date": first,
			"until_date": last,
			"reason": reason,
			"frozen_by": frappe.session.user,
			"recorded_at": site_time.to_site(now),
			"recorded_instant": now,
		},
	)
	guarded_fields.allow(document, "freezes")
	document.save()
	hours_changed([document.name])


def lift_freeze(document: Any) -> None:
	"""End the freeze that is on, or the one that is to come: today counts again (R105)."""
	day = site_time.today()
	row = next(
		(one for one in document.freezes if getdate(one.until_date) >= day and not one.lifted_on), None
	)
	if row is None:
		frappe.throw(_("{0} is not frozen.").format(frappe.bold(document.name)), title=_("Nothing to Lift"))
	row.lifted_on = max(day, getdate(row.from_date))
	row.lifted_instant = site_time.now()
	guarded_fields.allow(document, "freezes")
	document.save()
	hours_changed([document.name])


def ask_about_support(agreement: Any, because: str) -> list[str]:
	"""Mark what an agreement rests on as in need of revision and tell the owners (R167, R169, R184).

	What other agreements still rest on is marked too: whoever owns it decides. Returns the names marked.
	"""
	return mark_for_revision([row.agreement for row in agreement.rests_on], because)


def mark_for_revision(names: Iterable[str], because: str) -> list[str]:
	"""Mark agreements in force as in need of revision; those marked already get the newest reason."""
	marked = []
	for name in dict.fromkeys(names):
		for current in _current_versions(name):
			frappe.db.set_value(
				AGREEMENT,
				current.name,
				{"revision_needed": 1, "revision_because": because[:500]},
				update_modified=False,
			)
			document = frappe.get_doc(AGREEMENT, current.name)
			tell(
				document,
				[document.agreement_owner],
				_("Revision needed: {0}").format(document.title),
				because,
			)
			marked.append(str(current.name))
	return marked


def revised(document: Any) -> None:
	"""Somebody has looked at an agreement marked for revision and leaves it as it is, or has changed it."""
	document.db_set({"revision_needed": 0, "revision_because": None}, update_modified=False)


def totals(document: Any) -> None:
	"""Price and cost of an agreement are those of its services (R387)."""
	document.total_price = sum(row.price or 0 for row in document.services)
	document.total_cost = sum(row.cost or 0 for row in document.services)


def _current_versions(name: str) -> list[Any]:
	lineage = frappe.db.get_value(AGREEMENT, name, "lineage")
	return frappe.get_all(
		AGREEMENT,
		filters={"lineage": lineage or name, "docstatus": 1, "status": ["in", GOING]},
		fields=["name"],
		order_by="agreement_version asc",
	)


def _refuse_unconcluded(document: Any) -> None:
	if document.docstatus != 1 or document.status not in GOING:
		frappe.throw(
			_("{0} is {1}; only an agreement in force or agreed can be frozen or ended.").format(
				frappe.bold(document.name), _(document.status)
			),
			title=_("Not in Force"),
		)


def _refuse_impossible_days(document: Any, first: date, last: date) -> None:
	if last < first:
		frappe.throw(
			_("The freeze ends on {0}, before it begins on {1}. Correct one of the days.").format(
				_day(last), _day(first)
			),
			title=_("Days Swapped"),
		)
	if first < site_time.today():
		frappe.throw(
			_("{0} has passed; what was measured then stays. Begin today or later.").format(_day(first)),
			title=_("Freeze in the Past"),
		)
	if (last - first).days > 366:
		frappe.throw(
			_("A freeze of more than a year is an end: terminate the agreement instead."),
			title=_("Freeze Too Long"),
		)
	if document.valid_until and last > getdate(document.valid_until) and not document.until_replaced:
		frappe.throw(
			_("{0} ends on {1}, before the freeze does.").format(
				frappe.bold(document.name), _day(getdate(document.valid_until))
			),
			title=_("Freeze Too Long"),
		)
	for row in document.freezes:
		until = getdate(row.lifted_on) - timedelta(days=1) if row.lifted_on else getdate(row.until_date)
		if first <= until and getdate(row.from_date) <= last:
			frappe.throw(
				_(
					"It is frozen from {0} to {1} already. Lift that freeze first, or choose other days."
				).format(_day(getdate(row.from_date)), _day(until)),
				title=_("Frozen Already"),
			)


def _reason(reason: str) -> str:
	if not (reason or "").strip():
		frappe.throw(_("Enter the reason; both parties will read it."), title=_("Reason Missing"))
	return reason.strip()[:500]


def _day(day: date) -> str:
	return str(frappe.format(day, "Date"))


def after_change(document: Any) -> None:
	"""An agreement in force was frozen, ended or prolonged: its status says so, and the book is read anew."""
	document.db_set("status", status_on(document, site_time.today()), update_modified=False)
	forget_agreements()
