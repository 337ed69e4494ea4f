"""A service report of a team or supplier: delivered, checked, accepted or returned; or not needed after all (R182, R209).

What is owed is put on record by services.owed_reports; what was measured comes from services.reported_figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import cint, cstr, getdate

from slm_extension.adapters import site_time, store
from slm_extension.adapters import supplier_reports as records
from slm_extension.adapters.agreement_states import AGREEMENT, PERFORMED
from slm_extension.adapters.refusals import said, said_at_most
from slm_extension.adapters.supplier_reports import (
	ACCEPTED,
	CLOSED,
	DELIVERED,
	DUE,
	HERE,
	NOT_NEEDED,
	OVERDUE,
	OWED,
	REPORT,
	RETURNED,
)
from slm_extension.services import reported_figures
from slm_extension.services.tell import PROCESS_OWNER, holders_of, tell

DECIDERS = (PROCESS_OWNER, "Service Level Manager")
CHECKERS = (*DECIDERS, "Service Level Analyst")
FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(2100, 12, 31)
LONGEST_WAIT = 366
"""Days within which a returned report can be asked for again."""

MOST = 1_000_000_000
"""More clocks than these nobody decides in a period."""

KEPT = (
	"agreement",
	"agreement_title",
	"kind",
	"provider",
	"supplier",
	"department",
	"agreement_owner",
	"status",
	"portal_user",
	"days_late",
	"checked_by",
	"checked_on",
	"returned_because",
	"times_returned",
	"not_needed_because",
	"lineage",
	"first_due_on",
	"told_on",
	"measured",
)
"""Fields that services alone write, whatever a form, an import or the API sends."""

PERIOD = ("period_from", "period_to")
"""Of reports that came by themselves these follow from the agreement: the next one begins where they end."""

DELIVERY = ("received_on", "delivered_by", "file", "report_text")


@dataclass(frozen=True, slots=True)
class ReportsDue:
	"""Reports due on some days. Those that are not due yet are `owed` and nothing else."""

	owed: int
	on_time: int
	late: int
	missing: int


def standing(first: date, last: date) -> ReportsDue:
	"""How the reports due on these days, both included, stand today. One query; all there are, whoever asks.

	A returned report counts by its new day. One that is not needed does not count.
	"""
	return ReportsDue(*records.counted(first, last, site_time.today()))


def begin(report: Any) -> None:
	"""A new report: whose it is follows from its agreement; one that comes with its delivery is delivered.

	`report.flags.owed` is set by services.owed_reports alone; it says since when it is owed.
	"""
	for field in set(KEPT) - {"agreement"}:
		report.set(field, None)
	report.update({"status": DUE, "days_late": 0, "times_returned": 0})
	report.first_due_on = report.flags.owed
	agreement = _performed(report.agreement)
	address = report.contact_email
	report.update(records.parties(agreement))
	report.contact_email = address or report.contact_email
	report.lineage = agreement.lineage or agreement.name
	if not report.figures:
		add_targets(report)
	if report.received_on:
		refuse_nothing(report)
		report.status = DELIVERED


def _performed(name: str | None) -> Any:
	"""The agreement of a report. Raises frappe.ValidationError where nobody owes us reports on it."""
	if not name or not frappe.db.exists(AGREEMENT, name):
		frappe.throw(
			_(
				"Agreement is empty, or there is none of that name. Name the OLA, UC or commitment reported on."
			),
			frappe.MandatoryError,
			title=_("Agreement Missing"),
		)
	agreement = frappe.get_doc(AGREEMENT, name)
	if agreement.kind not in PERFORMED:
		frappe.throw(
			_(
				"{0} is an agreement with a customer; we report on it ourselves. Name an OLA, UC or commitment."
			).format(frappe.bold(name)),
			title=_("Agreement with a Customer"),
		)
	if agreement.docstatus != 1 or agreement.is_template:
		frappe.throw(
			_("{0} is not concluded, so that no report is owed. Conclude it first.").format(
				frappe.bold(name)
			),
			title=_("Agreement Not Concluded"),
		)
	return agreement


def keep(report: Any) -> None:
	"""A report that is there already is saved: what services alone write is as it is stored. A closed one stays."""
	before = report.get_doc_before_save()
	if before is None or report.flags.pop("slm_written", False):
		return
	if before.status in CLOSED:
		frappe.throw(
			_("This report is {0} and stays as it is. {1} it first to change it.").format(
				frappe.bold(_(before.status)), frappe.bold(_("Return"))
			),
			title=_("Report Closed"),
		)
	for field in (*KEPT, *(PERIOD if before.first_due_on else ())):
		report.set(field, before.get(field))
	if before.status == DELIVERED and not report.received_on:
		report.received_on = before.received_on
	if before.status in OWED:
		report.received_on = None


def check(report: Any, today: date) -> None:
	"""Refuse what cannot be: days, texts and figures. Raises frappe.ValidationError."""
	for field in ("period_from", "period_to", "due_on", "received_on"):
		_refuse_no_day(report, field)
	_refuse_swapped_days(report)
	_refuse_other_times(report)
	_refuse_twice(report)
	if report.received_on:
		_refuse_wrong_receipt(report, today)
	if report.status == OVERDUE and report.due_on >= today:
		report.update({"status": RETURNED if report.returned_because else DUE, "told_on": None})
	report.days_late = (
		max(0, (getdate(report.received_on) - getdate(report.due_on)).days) if report.status in HERE else 0
	)
	_check_figures(report)


def _refuse_no_day(report: Any, field: str) -> None:
	value = report.get(field)
	if not value:
		return
	label = _(report.meta.get_label(field))
	day = day_of(value, label)
	if not FIRST_DAY <= day <= LAST_DAY:
		_refuse_day(label, _day(day))
	report.set(field, day)


def day_of(value: Any, label: str) -> date:
	"""A day as somebody has entered it. Raises frappe.ValidationError for what is none."""
	day = getdate(value) if value else None
	if day is None:
		_refuse_day(label, frappe.utils.escape_html(cstr(value)[:40]))
	return day


def _refuse_day(label: str, said: str) -> NoReturn:
	frappe.throw(
		_("{0} {1} cannot be meant; possible are {2} to {3}. Check the year.").format(
			frappe.bold(label), said, _day(FIRST_DAY), _day(LAST_DAY)
		),
		title=_("Day Out of Range"),
	)
	raise AssertionError


def _refuse_swapped_days(report: Any) -> None:
	if report.period_to < report.period_from:
		frappe.throw(
			_("Period To ({0}) is before Period From ({1}). Correct one of the days.").format(
				_day(report.period_to), _day(report.period_from)
			),
			title=_("Days Swapped"),
		)
	if report.due_on < report.period_from:
		frappe.throw(
			_("Due On ({0}) is before the period begins, on {1}. Enter a later day.").format(
				_day(report.due_on), _day(report.period_from)
			),
			title=_("Due Too Early"),
		)


def _refuse_other_times(report: Any) -> None:
	"""A report is owed on days on which some version of the agreement was in force."""
	versions = records.versions_of(report.lineage)
	if not versions or any(
		one.first <= report.period_to and (one.last is None or report.period_from <= one.last)
		for one in versions
	):
		return
	frappe.throw(
		_(
			"{0} was not in force from {1} to {2}, so that no report on these days is owed. Correct the period."
		).format(frappe.bold(report.agreement), _day(report.period_from), _day(report.period_to)),
		title=_("Agreement Not in Force"),
	)


def _refuse_twice(report: Any) -> None:
	"""Of two that enter the same days at once the second waits, and sees what the first has entered."""
	entered = report.is_new()
	if entered:
		frappe.db.get_value(AGREEMENT, report.lineage, "name", for_update=store.locks_rows())
	other = frappe.db.get_value(
		REPORT,
		{
			"lineage": report.lineage,
			"period_from": report.period_from,
			"period_to": report.period_to,
			"status": ["!=", NOT_NEEDED],
			"name": ["!=", report.name or ""],
		},
		"name",
		for_update=entered and store.locks_rows(),
	)
	if other and report.status != NOT_NEEDED:
		frappe.throw(
			_("{0} is on record for the same days already. Use that one, or correct the period.").format(
				frappe.bold(other)
			),
			frappe.DuplicateEntryError,
			title=_("Report on Record"),
		)


def _refuse_wrong_receipt(report: Any, today: date) -> None:
	if report.received_on > today:
		frappe.throw(
			_("Received On ({0}) is in the future. Enter today or an earlier day.").format(
				_day(report.received_on)
			),
			title=_("Not Received Yet"),
		)
	if report.received_on < report.period_from:
		frappe.throw(
			_("Received On ({0}) is before the period begins, on {1}. Correct one of the days.").format(
				_day(report.received_on), _day(report.period_from)
			),
			title=_("Received Too Early"),
		)


def _check_figures(report: Any) -> None:
	"""Each line is one that the agreement promises, and its numbers can be."""
	promises = _promises(report)
	taken: set[str] = set()
	for row in report.figures:
		promise = promises.get(row.target_id or "") or next(
			(one for one in promises.values() if one.metric == row.metric and one.target_id not in taken),
			None,
		)
		if promise is None or promise.metric != row.metric:
			_refuse_row(
				row,
				_("{0} is no target of {1}. Choose one of: {2}.").format(
					frappe.bold(frappe.utils.escape_html(cstr(row.metric)[:140]) or _("Nothing")),
					report.agreement,
					", ".join(dict.fromkeys(_(one.metric) for one in promises.values())),
				),
			)
		if promise.target_id in taken:
			_refuse_row(
				row, _("{0} is in the table already. Keep one line.").format(frappe.bold(_(row.metric)))
			)
		taken.add(promise.target_id)
		row.update({"target_id": promise.target_id, "target": promise.target, "objective": promise.objective})
		_check_numbers(row)


def _promises(report: Any) -> dict[str, reported_figures.Promised]:
	"""By target ID; of a target that versions promise otherwise, as the report's own one does."""
	names = [one.name for one in records.versions_of(report.lineage)]
	found: dict[str, reported_figures.Promised] = {}
	for name in (report.agreement, *reversed(names)):
		for one in reported_figures.promised(name):
			found.setdefault(one.target_id, one)
	return found


def _check_numbers(row: Any) -> None:
	row.decided, row.met = cint(row.decided), cint(row.met)
	for label, value in ((_("Decided"), row.decided), (_("Met"), row.met)):
		if not 0 <= value <= MOST:
			_refuse_row(
				row,
				_("{0} cannot be {1}. Enter a number from 0 to {2}.").format(frappe.bold(label), value, MOST),
			)
	if row.met > row.decided:
		_refuse_row(
			row,
			_("{0} met of {1} decided cannot be. Correct one of the numbers.").format(row.met, row.decided),
		)
	row.reported = int(bool(row.reported or row.decided))
	row.attainment = 100 * row.met / row.decided if row.decided else 0


def _refuse_row(row: Any, said: str) -> None:
	frappe.throw(_("Row {0} of Figures: {1}").format(row.idx, said), title=_("Figure Cannot Be Used"))


def add_targets(report: Any) -> int:
	"""A line for each target of the agreement that has none; returns how many came."""
	known = {row.target_id for row in report.figures if row.target_id}
	missing = [one for one in reported_figures.promised(report.agreement) if one.target_id not in known]
	for one in missing:
		report.append(
			"figures",
			{
				"metric": one.metric,
				"target": one.target,
				"objective": one.objective,
				"target_id": one.target_id,
			},
		)
	return len(missing)


def take_figures(report: Any) -> int:
	"""The same for a report on record, which is kept."""
	_refuse_other_states(report, (*OWED, DELIVERED))
	count = add_targets(report)
	if count:
		report.save()
	return count


def deliver(report: Any, received_on: date, delivered_by: str = "") -> None:
	"""The report has come: it is in the document already, as file, text or figures. Raises frappe.ValidationError."""
	_deliver(_stored(report), received_on, delivered_by, None)
	report.reload()


def deliver_in_portal(report: Any, received_on: date, delivered_by: str, user: str) -> None:
	"""The same by a user of the supplier's, with what he has entered in a report that was loaded for update."""
	_deliver(report, received_on, delivered_by, user)


def _deliver(report: Any, received_on: date, delivered_by: str, portal_user: str | None) -> None:
	_refuse_other_states(report, OWED)
	if report.period_from > received_on:
		frappe.throw(
			_("The report is about the time from {0} on. Deliver it when that has begun.").format(
				_day(report.period_from)
			),
			title=_("Period Not Begun"),
		)
	refuse_nothing(report)
	_put(
		report,
		status=DELIVERED,
		received_on=received_on,
		delivered_by=cstr(delivered_by).strip()[:140],
		portal_user=portal_user,
	)
	subject = _("{0} has delivered the report due on {1}").format(report.provider, _day(report.due_on))
	tell(report, keepers(report.agreement_owner), subject)


def refuse_nothing(report: Any) -> None:
	"""Raises frappe.ValidationError where nothing was delivered."""
	if not (
		cstr(report.file).strip()
		or cstr(report.report_text).strip()
		or any(row.reported or cint(row.decided) for row in report.figures)
	):
		frappe.throw(
			_(
				"There is nothing in this report yet. Attach its file, enter its text or its figures, and save."
			),
			title=_("Nothing Delivered"),
		)


def accept(report: Any, remarks: str = "", problems: str = "") -> None:
	"""R209: the report was checked. What was measured is kept beside it as it is now."""
	_only(CHECKERS)
	stored = _stored(report)
	_refuse_other_states(stored, (DELIVERED,))
	measures = reported_figures.measured(stored.lineage, stored.period_from, stored.period_to)
	_put(
		stored,
		status=ACCEPTED,
		measured=reported_figures.freeze(measures),
		remarks=said_at_most(remarks, _("Remarks")) or stored.remarks,
		problems=said_at_most(problems, _("Problems Found")) or stored.problems,
		checked_by=frappe.session.user,
		checked_on=site_time.to_site(site_time.now()),
	)
	report.reload()


def send_back(report: Any, reason: str, due_on: date) -> None:
	"""What was delivered will not do, or is needed after all: it is owed again by another day."""
	_only(CHECKERS)
	stored = _stored(report)
	_refuse_other_states(stored, (DELIVERED, *CLOSED))
	today = site_time.today()
	if not today <= due_on <= today + timedelta(days=LONGEST_WAIT):
		frappe.throw(
			_("Due On {0} cannot be. Enter a day from today on, within a year.").format(_day(due_on)),
			title=_("New Day Cannot Be"),
		)
	text = said(reason, _("Reason"))
	_record_return(stored, text)
	for row in stored.figures:
		row.update({"reported": 0, "decided": 0, "met": 0})
	_put(
		stored,
		**dict.fromkeys(DELIVERY),
		status=RETURNED,
		due_on=due_on,
		portal_user=None,
		returned_because=text,
		times_returned=(stored.times_returned or 0) + (stored.status != NOT_NEEDED),
		not_needed_because=None,
		checked_by=frappe.session.user,
		checked_on=site_time.to_site(site_time.now()),
		measured=None,
		told_on=None,
	)
	report.reload()


def _record_return(report: Any, reason: str) -> None:
	"""The report is emptied for the next delivery; the file stays attached, and the history of changes has the rest."""
	escape = frappe.utils.escape_html
	received = _day(report.received_on) if report.received_on else "-"
	report.add_comment(
		"Info",
		_("Returned: {0} (due on {1}, received on {2}{3})").format(
			escape(reason), _day(report.due_on), received, f", {escape(report.file)}" if report.file else ""
		),
	)


def not_needed(report: Any, reason: str) -> None:
	"""Nobody waits for it any more. For those who decide about service levels."""
	_only(DECIDERS)
	stored = _stored(report)
	_refuse_other_states(stored, OWED)
	_put(
		stored,
		status=NOT_NEEDED,
		not_needed_because=said(reason, _("Reason")),
		checked_by=frappe.session.user,
		checked_on=site_time.to_site(site_time.now()),
	)
	report.reload()


def refuse_deletion(report: Any) -> None:
	"""Records stay: what came, and what the agreement owes by itself."""
	if report.first_due_on or report.status in HERE:
		frappe.throw(
			_("{0} is kept as a record. Say {1} instead of deleting it.").format(
				frappe.bold(report.name), frappe.bold(_("Not Needed"))
			),
			title=_("Record Stays"),
		)


def may(report: Any) -> dict[str, bool]:
	"""What the session's user can do with a report as it stands, for the buttons of its form."""
	writes = bool(report.has_permission("write"))
	checks, decides = writes and _has(CHECKERS), writes and _has(DECIDERS)
	return {
		"deliver": writes and report.status in OWED,
		"take_figures": writes and report.status in (*OWED, DELIVERED),
		"accept": checks and report.status == DELIVERED,
		"send_back": checks and report.status in (DELIVERED, *CLOSED),
		"not_needed": decides and report.status in OWED,
	}


def keepers(owner: str | None) -> list[str]:
	"""Who looks after an agreement; where nobody does, those who own the process."""
	if owner and frappe.db.get_value("User", owner, "enabled"):
		return [owner]
	return holders_of(PROCESS_OWNER)


def _stored(report: Any) -> Any:
	"""The report as it is now, for nobody else to write until the transaction ends."""
	return frappe.get_doc(REPORT, report.name, for_update=True)


def _put(report: Any, **values: Any) -> None:
	report.update(values)
	report.flags.slm_written = True
	report.save(ignore_permissions=True)


def _refuse_other_states(report: Any, states: Sequence[str]) -> None:
	if report.status not in states:
		frappe.throw(
			_("This report is {0}; that can be done while it is {1}.").format(
				frappe.bold(_(report.status)), ", ".join(_(state) for state in states)
			),
			title=_("Not in This State"),
		)


def _has(roles: Sequence[str]) -> bool:
	return bool({*roles, "System Manager"} & set(frappe.get_roles()))


def _only(roles: Sequence[str]) -> None:
	if not _has(roles):
		frappe.throw(
			_("This needs one of the roles {0}.").format(", ".join(_(role) for role in roles)),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)


def _day(day: Any) -> str:
	return str(frappe.format(day, "Date"))
