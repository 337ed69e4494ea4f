"""The service reports that OLAs, UCs and commitments owe: put on record ahead, once each, and overdue when nobody delivers.

A report on a day covers the time from the day before it in its series to its eve. The day is the agreement's Next
Report, which moves on when it has passed; days that a scheduler missed are made up for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.agreement_states import AGREEMENT, PERFORMED
from slm_extension.adapters.supplier_reports import (
	DUE,
	NOT_NEEDED,
	OVERDUE,
	OWED,
	REPORT,
	RETURNED,
	Version,
	parties,
	versions_of,
)
from slm_extension.domain.recurrence import Every, next_day, next_day_from, previous_day
from slm_extension.services.chunks import Chunks
from slm_extension.services.due import FREQUENCIES
from slm_extension.services.supplier_reports import LAST_DAY, add_targets, keepers
from slm_extension.services.tell import tell

MOST = 120
"""So many reports of an agreement are put on record at once; the others follow on the next day."""

SEPARATELY = 3
"""So many overdue reports of an agreement are told one by one; more of them in one message."""


def keep_on_record(today: date, chunks: Chunks) -> int:
	"""Once a day: put on record what is owed, mark what is overdue and tell of it. Returns how many reports came.

	Each agreement, with all its versions, is a chunk; one that fails is put into the Error Log and keeps no other.
	"""
	count = 0
	for lineage in _lineages():
		try:
			count += chunks.run(partial(_keep_one, lineage, today))
		except Exception as error:
			chunks.undo()
			frappe.log_error(
				title=_("Service reports of {0} could not be put on record").format(lineage)[:140],
				message=f"{error}\n\n{frappe.get_traceback()}",
				reference_doctype=AGREEMENT,
				reference_name=lineage,
			)
			chunks.keep()
	return count


def _lineages() -> list[str]:
	"""Agreements with reports to come, and those with reports that are waited for."""
	rhythmic = frappe.get_all(
		AGREEMENT,
		filters={
			"kind": ["in", PERFORMED],
			"docstatus": 1,
			"is_template": 0,
			"next_report_on": ["is", "set"],
			"report_frequency": ["in", list(FREQUENCIES)],
		},
		pluck="lineage",
		order_by="lineage asc",
		limit_page_length=0,
	)
	waited_for = frappe.get_all(
		REPORT,
		filters={"status": ["in", OWED]},
		pluck="lineage",
		order_by="lineage asc",
		limit_page_length=0,
	)
	return sorted({*rhythmic, *waited_for} - {None})


def _keep_one(lineage: str, today: date) -> int:
	"""The first version is locked, so that of two schedulers the second sees what the first has done."""
	frappe.db.get_value(AGREEMENT, lineage, "name", for_update=True)
	versions = versions_of(lineage)
	count = 0
	for version in versions:
		count += _series(lineage, version, versions, today)
	_withdraw(lineage, versions)
	_mark_overdue(lineage, today)
	return count


def _series(lineage: str, version: Version, versions: Sequence[Version], today: date) -> int:
	"""The reports of a version up to the one that comes next; its Next Report moves to the day of that one."""
	every = FREQUENCIES.get(version.frequency)
	if every is None or version.next_report is None or version.next_report > LAST_DAY:
		return 0
	later = {one.next_report for one in versions if one.number > version.number and one.first <= today}
	count, day = 0, _first_of_series(version, version.next_report, every)
	for _number in range(MOST):
		first = _first_day(lineage, day, previous_day(day, every, version.first), version, versions)
		last = day - timedelta(days=1)
		if version.last is not None:
			last = min(last, version.last)
			if first > version.last:
				break
		if version.first > today:
			break
		if first <= last and day not in later:
			count += _put_on_record(lineage, version, first, last, day)
		if day >= today:
			break
		following = next_day(day, every, version.first)
		if following is None:
			break
		day = following
	if day != version.next_report:
		frappe.db.set_value(AGREEMENT, version.name, "next_report_on", day, update_modified=False)
		frappe.clear_document_cache(AGREEMENT, version.name)
	return count


def _first_of_series(version: Version, day: date, every: Every) -> date:
	"""A day that was entered far back: nothing was owed before the version began, and to get there may take months."""
	if day >= version.first:
		return day
	return next_day_from(day, every, version.first, version.first) or day


def _first_day(lineage: str, day: date, first: date, version: Version, versions: Sequence[Version]) -> date:
	"""Where a period begins: not before the agreement was in force without a gap, nor where a report covers it already."""
	begun = version.first
	while before := next(
		(one for one in versions if one.first < begun and one.in_force(begun - timedelta(days=1))), None
	):
		begun = before.first
	covered = frappe.get_all(
		REPORT,
		filters=[
			["lineage", "=", lineage],
			["first_due_on", "is", "set"],  # the host takes a day that is not set for an early one
			["first_due_on", "<", day],
			["status", "!=", NOT_NEEDED],
		],
		pluck="period_to",
		order_by="period_to desc",
		limit=1,
	)
	after = [covered[0] + timedelta(days=1)] if covered else []
	return max(first, begun, *after)


def _put_on_record(lineage: str, version: Version, first: date, last: date, day: date) -> int:
	"""One report, unless it is there; one of an earlier version that is waited for goes on under this one."""
	there = frappe.db.get_value(
		REPORT, {"lineage": lineage, "first_due_on": day}, ["name", "status", "agreement"], as_dict=True
	)
	if there is None:
		if _entered_by_hand(lineage, first, last):
			return 0
		report = frappe.new_doc(REPORT)
		report.update({"agreement": version.name, "period_from": first, "period_to": last, "due_on": day})
		report.flags.owed = day
		report.insert(ignore_permissions=True)
		return 1
	if there.status in OWED and there.agreement != version.name:
		frappe.db.set_value(REPORT, there.name, "agreement", version.name)  # nobody else may change it
		report = frappe.get_doc(REPORT, there.name)
		report.update({**parties(frappe.get_doc(AGREEMENT, version.name)), "period_to": last})
		add_targets(report)
		report.flags.slm_written = True
		report.save(ignore_permissions=True)
	return 0


def _entered_by_hand(lineage: str, first: date, last: date) -> bool:
	"""Somebody was quicker: a report on just these days is there."""
	wanted = {"lineage": lineage, "period_from": first, "period_to": last, "status": ["!=", NOT_NEEDED]}
	return bool(frappe.db.exists(REPORT, wanted))


def _withdraw(lineage: str, versions: Sequence[Version]) -> None:
	"""Reports on record ahead of an agreement that has ended since: cut to its last day, or not needed any more."""
	by_name = {one.name: one for one in versions}
	for row in frappe.get_all(
		REPORT,
		filters={"lineage": lineage, "status": ["in", OWED], "first_due_on": ["is", "set"]},
		fields=["name", "agreement", "period_from", "period_to"],
		order_by="first_due_on asc",
		limit_page_length=0,
	):
		version = by_name.get(row.agreement)
		if version is None:
			_no_longer(row.name, _("The agreement was cancelled."))
		elif version.last is not None and version.last < row.period_from:
			_no_longer(row.name, _("The agreement ended before the time that it is about."))
		elif version.last is not None and version.last < row.period_to:
			frappe.get_doc(REPORT, row.name).db_set("period_to", version.last)


def _no_longer(name: str, reason: str) -> None:
	report = frappe.get_doc(REPORT, name)
	report.db_set({"status": NOT_NEEDED, "not_needed_because": reason})
	report.add_comment("Info", reason)


def _mark_overdue(lineage: str, today: date) -> None:
	late = list(_now_overdue(lineage, today))
	for report in late:
		report.db_set({"status": OVERDUE, "told_on": today})
	if len(late) > SEPARATELY:
		subject = _("{0} owes {1} reports that are overdue").format(late[-1].provider, len(late))
		tell(late[-1], keepers(late[-1].agreement_owner), subject, everybody=True)
		return
	for report in late:
		subject = _("{0} has not delivered the report due on {1}").format(
			report.provider, frappe.format(report.due_on, "Date")
		)
		tell(report, keepers(report.agreement_owner), subject, everybody=True)


def _now_overdue(lineage: str, today: date) -> Iterator[Any]:
	for name in frappe.get_all(
		REPORT,
		filters={"lineage": lineage, "status": ["in", [DUE, RETURNED]], "due_on": ["<", today]},
		pluck="name",
		order_by="due_on asc, name asc",
		limit_page_length=0,
	):
		report = frappe.get_doc(REPORT, name, for_update=True)
		if report.status in (DUE, RETURNED):
			yield report
