"""What is due or has been left undone around agreements and services, each with who looks after it. Writes nothing.

Only of documents that the session's user may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate
from pypika.terms import ExistsCriterion

from slm_extension.adapters.agreement_states import AGREEMENT, CONCLUDED, FACING, GOING
from slm_extension.adapters.party_names import FIELDS, party_names
from slm_extension.adapters.supplier_reports import OWED
from slm_extension.adapters.supplier_reports import REPORT as REPORT_OWED
from slm_extension.adapters.tallies import UNDECIDED, months
from slm_extension.domain.recurrence import next_day
from slm_extension.services.due import FREQUENCIES, REPORT, REVIEW, reported_to_us

SERVICE = "SLM Service"
UNMEASURED_AFTER = 90
"""Days in force without a clock after which an agreement counts as not watched (R113)."""


class What(Enum):
	"""What kind of thing is due."""

	REVIEW = "Review"
	REPORT = "Service Report"
	NO_REVIEW = "No Review Planned"
	DELIVERABLE = "Deliverable"
	END = "Agreement Ends"
	SERVICE_REVIEW = "Service Review"
	REVISION = "Revision Needed"
	SIGNATURE = "Signature"
	UNMEASURED = "Not Measured"


@dataclass(frozen=True, slots=True)
class Horizon:
	"""Days: how far ahead is looked, for ends of agreements apart, and how long a signature may take."""

	today: date
	ahead: int = 30
	ends_ahead: int = 90
	signing: int = 7

	def within(self, days: int) -> date:
		"""The last day looked at; the end of the calendar where there are no more."""
		return self.today + timedelta(days=min(days, (date.max - self.today).days))


@dataclass(frozen=True, slots=True)
class Due:
	"""One thing to do. `due` is None for what has no day and should be done now.

	`item` is what services.due.done calls it; empty where nothing follows by itself.
	"""

	what: What
	doctype: str
	name: str
	title: str
	detail: str
	party: str
	due: date | None
	owner: str
	kind: str = ""
	every: str = ""
	item: str = ""

	def overdue(self, today: date) -> int:
		"""Days since it was due; 0 where it is not overdue."""
		return max(0, (today - self.due).days) if self.due else 0


def everything_due(horizon: Horizon) -> tuple[Due, ...]:
	"""All of it: what is longest overdue first, then what has no day, then what is to come."""
	found = [*_of_agreements(horizon), *_of_services(horizon)]

	def order(one: Due) -> tuple[int, date, str, str, str]:
		late = 0 if one.overdue(horizon.today) else 1 if one.due is None else 2
		return late, one.due or date.min, one.what.value, one.name, one.detail

	return tuple(sorted(found, key=order))


def _of_agreements(horizon: Horizon) -> Iterator[Due]:
	rows = frappe.get_list(
		AGREEMENT,
		filters={"is_template": 0, "docstatus": ["<", 2]},
		fields=[
			*FIELDS,
			"title",
			"status",
			"docstatus",
			"agreement_owner",
			"valid_from",
			"valid_until",
			"until_replaced",
			"termination_reason",
			"lineage",
			"agreement_version",
			"review_frequency",
			"next_review_on",
			"report_frequency",
			"next_report_on",
			"revision_needed",
			"revision_because",
			"reviewed_on",
		],
		order_by="name asc",
		limit_page_length=0,
	)
	parties = party_names(rows)
	going = [row for row in rows if row.docstatus == 1 and row.status in GOING]
	for row in going:
		yield from _reviews(row, parties, horizon)
		if row.revision_needed:
			yield _due(What.REVISION, row, parties, row.revision_because or "", None)
	yield from _ends(going, parties, horizon)
	concluded = [row for row in rows if row.docstatus == 1 and row.status in CONCLUDED]
	for row in concluded:
		if not reported_to_us(row):
			yield from _reports(row, parties, horizon)
	yield from _reports_to_us({row.name: row for row in concluded}, horizon)
	yield from _deliverables({row.name: row for row in concluded}, parties, horizon)
	yield from _signatures([row for row in rows if row.docstatus == 0], parties, horizon)
	by_name = {row.name: row for row in going}
	for name in _unmeasured(going, horizon.today):
		text = _("No ticket was measured by it in {0} days").format(UNMEASURED_AFTER)
		yield _due(What.UNMEASURED, by_name[name], parties, text, None)


def _reviews(row: Any, parties: Mapping[str, str], horizon: Horizon) -> Iterator[Due]:
	every = row.review_frequency or ""
	if row.next_review_on:
		day = getdate(row.next_review_on)
		if day <= horizon.within(horizon.ahead) and not _over_by(row, day):
			yield _due(What.REVIEW, row, parties, "", day, every, REVIEW)
	elif row.status != "Agreed":
		text = _("In force since {0} without a day for its next review").format(
			frappe.format(row.valid_from, "Date")
		)
		yield _due(What.NO_REVIEW, row, parties, text, None, every, REVIEW)


def _reports(row: Any, parties: Mapping[str, str], horizon: Horizon) -> Iterator[Due]:
	"""R390: the reports that were promised."""
	if not row.next_report_on:
		return
	day = getdate(row.next_report_on)
	if day <= horizon.within(horizon.ahead) and _owed(row, day, row.report_frequency):
		yield _due(What.REPORT, row, parties, "", day, row.report_frequency or "", REPORT)


def _reports_to_us(concluded: Mapping[str, Any], horizon: Horizon) -> Iterator[Due]:
	"""R182: what teams and suppliers owe us. Nothing follows from the list: each is delivered on its own record."""
	if not frappe.has_permission(REPORT_OWED, "read"):
		return
	for row in frappe.get_list(
		REPORT_OWED,
		filters={
			"agreement": ["in", list(concluded) or [""]],
			"status": ["in", OWED],
			"due_on": ["<=", horizon.within(horizon.ahead)],
		},
		fields=["name", "agreement", "provider", "status", "due_on", "period_from", "period_to"],
		order_by="due_on asc, name asc",
		limit_page_length=0,
	):
		agreement = concluded[row.agreement]
		text = _("From {0} to {1}").format(
			frappe.format(row.period_from, "Date"), frappe.format(row.period_to, "Date")
		)
		yield Due(
			What.REPORT,
			REPORT_OWED,
			row.name,
			agreement.title,
			text,
			row.provider or "",
			getdate(row.due_on),
			agreement.agreement_owner or "",
			agreement.kind,
			agreement.report_frequency or "",
		)


def _ends(going: list[Any], parties: Mapping[str, str], horizon: Horizon) -> Iterator[Due]:
	"""Agreements about to end, or past their day and waiting to be replaced, for which nothing has been done yet."""
	latest = latest_versions()
	for row in going:
		if (
			not row.valid_until
			or row.termination_reason
			or latest.get(row.lineage, 0) > row.agreement_version
		):
			continue
		day = getdate(row.valid_until)
		if day <= horizon.within(horizon.ends_ahead):
			text = _("Stays in force until it is replaced") if row.until_replaced else ""
			yield _due(What.END, row, parties, text, day)


def latest_versions() -> dict[str, int]:
	"""By lineage, the number of the last version that was concluded."""
	found: dict[str, int] = {}
	for row in frappe.get_all(
		AGREEMENT,
		filters={"docstatus": 1},
		fields=["lineage", "agreement_version"],
		order_by="agreement_version asc",
		limit_page_length=0,
	):
		found[row.lineage] = row.agreement_version
	return found


def _deliverables(
	concluded: Mapping[str, Any], parties: Mapping[str, str], horizon: Horizon
) -> Iterator[Due]:
	for row in frappe.get_all(
		"SLM Agreement Deliverable",
		filters={
			"parenttype": AGREEMENT,
			"parent": ["in", list(concluded) or [""]],
			"next_due": ["between", [date.min, horizon.within(horizon.ahead)]],
		},
		fields=["name", "parent", "deliverable", "service", "frequency", "next_due"],
		order_by="parent asc, idx asc",
	):
		agreement, day = concluded[row.parent], getdate(row.next_due)
		if not _owed(agreement, day, row.frequency):
			continue
		text = f"{row.deliverable} · {row.service}" if row.service else row.deliverable
		yield _due(What.DELIVERABLE, agreement, parties, text, day, row.frequency or "", row.name)


def _signatures(drafts: list[Any], parties: Mapping[str, str], horizon: Horizon) -> Iterator[Due]:
	waiting = waiting_for_signature(drafts)
	for row in drafts:
		if row.name not in waiting:
			continue
		day = getdate(row.reviewed_on) if row.reviewed_on else horizon.today
		until = day + timedelta(days=min(horizon.signing, (date.max - day).days))
		if until <= horizon.within(horizon.ahead):
			names = ", ".join(map(_, waiting[row.name]))
			yield _due(What.SIGNATURE, row, parties, _("Waiting for: {0}").format(names), until)


def waiting_for_signature(drafts: list[Any]) -> dict[str, list[str]]:
	"""By name, of which parties the drafts passed by the group review (status Approved) wait for a signature."""
	approved = [row.name for row in drafts if row.status == "Approved"]
	found: dict[str, list[str]] = {}
	for row in frappe.get_all(
		"SLM Agreement Sign Off",
		filters={
			"parenttype": AGREEMENT,
			"parent": ["in", approved or [""]],
			"signed_on": ["is", "not set"],
			"void_because": ["is", "not set"],
		},
		fields=["parent", "party"],
		order_by="parent asc, idx asc",
	):
		waiting = found.setdefault(row.parent, [])
		if row.party not in waiting:
			waiting.append(row.party)
	return found


def _unmeasured(going: list[Any], today: date) -> list[str]:
	"""Promises to customers that have been in force for a while without a single clock, open or decided."""
	since = today - timedelta(days=UNMEASURED_AFTER)
	names = [
		row.name
		for row in going
		if row.kind in FACING and row.status != "Agreed" and getdate(row.valid_from) <= since
	]
	if not names:
		return []
	agreement, clock = frappe.qb.DocType(AGREEMENT), frappe.qb.DocType("SLM Clock")
	open_low, open_high = UNDECIDED
	low, high = months(since.year * 100 + since.month, today.year * 100 + today.month)
	measured = (
		frappe.qb.from_(clock)
		.select(clock.name)
		.where(clock.agreement == agreement.name)
		.where(clock.tally[open_low:open_high] | clock.tally[low:high])
	)
	return [
		name
		for (name,) in frappe.qb.from_(agreement)
		.select(agreement.name)
		.where(agreement.name.isin(names))
		.where(ExistsCriterion(measured).negate())
		.orderby(agreement.name)
		.run()
	]


def _of_services(horizon: Horizon) -> Iterator[Due]:
	"""R035: what stands in the catalogue is looked at regularly."""
	if not frappe.has_permission(SERVICE, "read"):
		return
	for row in frappe.get_list(
		SERVICE,
		filters={
			"status": ["in", ["Approved", "Live"]],
			"next_quality_review": ["between", [date.min, horizon.within(horizon.ahead)]],
		},
		fields=["name", "service_owner", "next_quality_review"],
		order_by="name asc",
		limit_page_length=0,
	):
		day = getdate(row.next_quality_review)
		owner = row.service_owner or ""
		yield Due(What.SERVICE_REVIEW, SERVICE, row.name, row.name, "", "", day, owner, item=REVIEW)


def _owed(row: Any, day: date, frequency: str | None) -> bool:
	"""What covers the time before its day, as a report does, is owed once more after an agreement has ended."""
	every = FREQUENCIES.get(frequency or "")
	if every is None or not _over_by(row, day):
		return not _over_by(row, day)
	last = next_day(getdate(row.valid_until), every)
	return last is not None and day < last


def _over_by(row: Any, day: date) -> bool:
	"""Whether an agreement has ended by then, so that nothing is due any more."""
	return bool(row.valid_until and not row.until_replaced and day > getdate(row.valid_until))


def _due(
	what: What,
	of: Any,
	parties: Mapping[str, str],
	detail: str,
	due: date | None,
	every: str = "",
	item: str = "",
) -> Due:
	party, owner = parties.get(of.name, ""), of.agreement_owner or ""
	return Due(what, AGREEMENT, of.name, of.title, detail, party, due, owner, of.kind, every, item)
