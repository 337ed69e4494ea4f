"""The dates of what recurs in an agreement: reviews, reports, deliverables. First ones, and the next when one is done.

What is due is listed in services/due_list.py; which day follows which is counted in domain/recurrence.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, getdate

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import PERFORMED
from slm_extension.domain.recurrence import Every, next_day, next_day_from

FREQUENCIES = {
	"Daily": Every.DAY,
	"Weekly": Every.WEEK,
	"Monthly": Every.MONTH,
	"Quarterly": Every.QUARTER,
	"Half-yearly": Every.HALF_YEAR,
	"Yearly": Every.YEAR,
}
"""How the forms call what recurs; whatever else they offer does not."""

SERVICE = "SLM Service"
REVIEW, REPORT = "next_review_on", "next_report_on"
"""The dates of an agreement as a whole, by field; deliverables have one each."""

RHYTHMS = {REVIEW: "review_frequency", REPORT: "report_frequency"}
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Task:
	"""Something with a date of its own. `begun` is the first day of its series; `every` is None when it does not recur.

	`each` of those that were not done in time is owed (a report a month); otherwise doing it once makes up for all.
	"""

	document: Any
	field: str
	what: str
	due: date | None
	every: Every | None
	begun: date | None
	each: bool = False


def first_dates(agreement: Any) -> None:
	"""An agreement is concluded: give what recurs in it its first dates, where nobody has. Nothing is saved here.

	No first date lies in the past. A date that a new version has from the one before, and that lies before the new
	one begins, is moved on.
	"""
	begun = getdate(agreement.valid_from)
	for field, frequency in RHYTHMS.items():
		agreement.set(field, _first(agreement.get(field), agreement.get(frequency), begun))
	for row in agreement.deliverables:
		row.next_due = _first(row.next_due, row.frequency, begun)


def _first(given: Any, frequency: str | None, begun: date) -> date | None:
	every = FREQUENCIES.get(frequency or "")
	known = getdate(given) if given else None
	if every is None or (known and known >= begun):
		return known
	if known:
		return next_day_from(known, every, begun)
	return next_day_from(begun, every, max(begun, site_time.today()), begun)


def task_of(document: Any, item: str = REVIEW) -> Task:
	"""What recurs in an agreement: its REVIEW, its REPORT, or the deliverable whose row has that name; of a service
	its quality review.

	Raises frappe.ValidationError where there is none.
	"""
	if document.doctype == SERVICE:
		return Task(
			document,
			"next_quality_review",
			_("Quality review of {0}").format(document.name),
			_day(document.next_quality_review),
			Every.YEAR,
			_day(document.last_quality_review),
		)
	if document.docstatus != 1:
		frappe.throw(
			_("{0} is not concluded; nothing is due from it.").format(frappe.bold(document.name)),
			title=_("Nothing Due"),
		)
	begun = getdate(document.valid_from)
	if item == REPORT and reported_to_us(document):
		frappe.throw(
			_(
				"The reports on {0} are on record, each by itself. Open the one that has come under {1}."
			).format(frappe.bold(document.name), frappe.bold(_("SLM Supplier Report"))),
			title=_("Report on Record"),
		)
	if item in RHYTHMS:
		every = FREQUENCIES.get(document.get(RHYTHMS[item]) or "")
		said = _("Review of {0}") if item == REVIEW else _("Report on {0}")
		due = _day(document.get(item))
		return Task(document, item, said.format(document.title), due, every, begun, item == REPORT)
	for one in document.deliverables:
		if one.name == item:
			every = FREQUENCIES.get(one.frequency or "")
			return Task(one, "next_due", one.deliverable, _day(one.next_due), every, begun, True)
	frappe.throw(
		_("{0} has no such deliverable any more. Reload the page.").format(frappe.bold(document.name)),
		title=_("Nothing Due"),
	)
	raise AssertionError


def reported_to_us(agreement: Any) -> bool:
	"""Whether somebody owes us reports on an agreement, which services.owed_reports puts on record."""
	return agreement.kind in PERFORMED and (agreement.report_frequency or "") in FREQUENCIES


def next_dates(task: Task) -> tuple[date, ...]:
	"""The days that may come next: the one that follows, and where that has passed too, the first still to come.

	What need not be made up for has only the latter. Empty: nothing follows.
	"""
	if task.every is None:
		return ()
	tomorrow = site_time.today() + timedelta(days=1)
	start = task.due or task.begun or site_time.today()
	ahead = next_day_from(start, task.every, tomorrow, task.begun)
	following = next_day(start, task.every, task.begun) if task.each else ahead
	return tuple(dict.fromkeys(day for day in (following, ahead) if day))


def done(document: Any, item: str, due: date | None, next_on: date | None, note: str = "") -> date | None:
	"""Somebody has done what was due on a day: set the next day, keep who said so, and return the day.

	`due` is the day he saw, so that of two who do it at once the second is told. Without `next_on` the next day
	follows from the frequency. Raises frappe.ValidationError.
	"""
	frappe.db.get_value(document.doctype, document.name, "name", for_update=True)
	document.reload()
	task = task_of(document, item)
	if task.due != due:
		frappe.throw(
			_("Its date has been changed to {0} meanwhile. Reload the page.").format(
				frappe.bold(_said(task.due))
			),
			title=_("Done Already"),
		)
	if next_on is not None and next_on <= (due or site_time.today()):
		frappe.throw(
			_("The next date {0} is not after {1}. Choose a later day.").format(
				frappe.bold(_said(next_on)), _said(due or site_time.today())
			),
			title=_("Next Date Too Early"),
		)
	found = next_on or next(iter(next_dates(task)), None)
	if due is None and found is None:
		frappe.throw(
			_("{0} has no rhythm to count the next date by. Enter the next date.").format(
				frappe.bold(frappe.utils.escape_html(task.what))
			),
			title=_("Next Date Missing"),
		)
	task.document.db_set(task.field, found)
	if document.doctype == SERVICE:
		document.db_set("last_quality_review", site_time.today())
	document.add_comment("Info", _record(task, found, note))
	return found


def _record(task: Task, found: date | None, note: str) -> str:
	escape = frappe.utils.escape_html
	said = _("{0}, due on {1}, is done. Next: {2}.").format(escape(task.what), _said(task.due), _said(found))
	return f"{said} {escape(cstr(note).strip()[:LONGEST_NOTE])}".strip()


def _said(day: date | None) -> str:
	return str(frappe.format(day, "Date")) if day else _("no date")


def _day(value: Any) -> date | None:
	return getdate(value) if value else None
