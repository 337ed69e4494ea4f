"""A Service Level Agreement of ERPNext, or one of Helpdesk, as a draft of ours, with what has no place in it told.

The draft measures what the original measured as closely as our targets can; the original is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters import site_time
from slm_extension.adapters.calendars import WEEKDAYS, calendar_of
from slm_extension.adapters.facts import Meaning
from slm_extension.adapters.host_agreements import (
	ERPNEXT,
	HELPDESK,
	TICKETS,
	HostAgreement,
	HostHours,
	erpnext_agreement,
	helpdesk_agreement,
)
from slm_extension.adapters.settings import meanings
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import DAY, Seconds
from slm_extension.domain.timeline import Status, Waiting
from slm_extension.services.master_data import known_as

PAUSED, RESOLVED = "Paused", "Resolved"
"""Categories of Helpdesk's statuses."""


@dataclass(frozen=True, slots=True)
class Imported:
	"""The draft, and in sentences what a person has to look at; safe as HTML."""

	agreement: str
	notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holidays:
	"""A Holiday List of the host that closes the same days, or none; `note` says what became of the original's."""

	name: str | None
	note: str = ""


def sources() -> tuple[str, ...]:
	"""The DocTypes of this site that can be imported from and that the user may read."""
	return tuple(
		one
		for one in (ERPNEXT, HELPDESK)
		if frappe.db.exists("DocType", one) and frappe.has_permission(one, "read")
	)


def import_agreement(source: str, name: str) -> Imported:
	"""Draft an SLM Agreement from one of the host's, with its hours as a calendar. Refuses what is about no tickets."""
	document = frappe.get_doc(source, name)
	document.check_permission("read")
	frappe.has_permission("SLM Agreement", "create", throw=True)
	found = read(source, document.as_dict())
	return draft(found, holidays_of(found))


def read(source: str, values: dict[str, Any]) -> HostAgreement:
	"""The values of a document of the host as what they say."""
	if source == ERPNEXT:
		return erpnext_agreement(values)
	return helpdesk_agreement(values, _helpdesk_statuses(PAUSED), _helpdesk_statuses(RESOLVED))


def _helpdesk_statuses(category: str) -> tuple[str, ...]:
	if not frappe.db.exists("DocType", "HD Ticket Status"):
		return ()
	return tuple(
		frappe.get_all("HD Ticket Status", filters={"category": category}, pluck="name", order_by="name asc")
	)


def holidays_of(found: HostAgreement) -> Holidays:
	"""The host's Holiday List for an agreement. Helpdesk's own list becomes one, under its name."""
	if not found.holiday_list:
		return Holidays(None)
	if found.source == ERPNEXT:
		return Holidays(found.holiday_list)
	document = frappe.get_doc("HD Service Holiday List", found.holiday_list)
	return copy_holidays(document.as_dict())


def copy_holidays(values: dict[str, Any]) -> Holidays:
	"""Helpdesk's holiday list as one of the host; one of that name that is there is used as it is."""
	name = f"{values['holiday_list_name']} (Helpdesk)"[:140]
	if frappe.db.exists("Holiday List", name):
		return Holidays(name, _("The holidays are those of {0}, which was here already.").format(_bold(name)))
	frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": name,
			"from_date": values["from_date"],
			"to_date": values["to_date"],
			"holidays": [
				{
					"holiday_date": row["holiday_date"],
					"description": row.get("description") or _("Holiday"),
					"weekly_off": row.get("weekly_off") or 0,
				}
				for row in values.get("holidays") or ()
			],
		}
	).insert()
	return Holidays(name, _("The holidays were copied to the Holiday List {0}.").format(_bold(name)))


def draft(found: HostAgreement, holidays: Holidays) -> Imported:
	"""Write the draft of what was found; refuses what is not about tickets that this app measures."""
	if found.tickets not in TICKETS.values():
		frappe.throw(
			_("{0} is about {1}. Only agreements about {2} can be taken over.").format(
				_bold(found.name), _bold(_(found.tickets)), ", ".join(_(one) for one in TICKETS.values())
			),
			title=_("Not About Tickets"),
		)
	notes: list[str] = [holidays.note] if holidays.note else []
	calendar = _calendar(found, holidays.name, notes)
	values = {
		"doctype": "SLM Agreement",
		"title": found.title[:140],
		"kind": "SLA",
		**_party(found, notes),
		**_validity(found, notes),
		"calendar": calendar,
		"targets": [*_targets(found, notes)],
	}
	_note_statuses(found, notes)
	if not found.enabled:
		notes.append(_("The original is disabled."))
	document = frappe.get_doc(values).insert()
	document.add_comment("Comment", _in_words(found, notes))
	return Imported(str(document.name), tuple(notes))


def _party(found: HostAgreement, notes: list[str]) -> dict[str, Any]:
	"""Whom the draft is for. A condition is told, never silently dropped: without it the draft is for more tickets."""
	if found.default:
		return {"basis": "Default"}
	if found.customers:
		known = {name: known_as("Customer", name) for name in found.customers}
		customers = [name for name in known.values() if name]
		if customers and len(customers) == len(known):
			return {
				"basis": "Customer",
				"customer": customers[0],
				"customers": [{"customer": one} for one in customers[1:]],
			}
		missing = ", ".join(name for name, one in known.items() if not one)
		notes.append(_("These customers of its condition are not on this site: {0}.").format(_bold(missing)))
	if found.condition:
		notes.append(
			_(
				"Its condition was not taken over: {0}. As it stands the draft is for more tickets than the original; give it a basis or conditions before it is signed."
			).format(f"<code>{escape_html(found.condition)}</code>")
		)
	return {
		"Customer": {"basis": "Customer", "customer": found.entity},
		"Customer Group": {
			"basis": "Customer Group",
			"customer_groups": [{"customer_group": found.entity}],
		},
		"Territory": {"basis": "Territory", "territories": [{"territory": found.entity}]},
	}.get(found.entity_type, {"basis": "Corporate"})


def _validity(found: HostAgreement, notes: list[str]) -> dict[str, Any]:
	if found.starts is None:
		notes.append(
			_(
				"The original has no start date; the draft is valid from today. Choose an earlier day if it should be."
			)
		)
	if found.ends is not None and found.ends < site_time.today():
		notes.append(_("The original ended on {0}.").format(frappe.format(found.ends, "Date")))
	return {"valid_from": found.starts or site_time.today(), "valid_until": found.ends}


def _targets(found: HostAgreement, notes: list[str]) -> Iterator[dict[str, Any]]:
	"""A row a priority and metric, and rows of the usual priority for tickets that have none of these."""
	holds = _holds(found, notes)
	solved = _solved(found, notes)
	known = {level.priority: _priority(level.priority, notes) for level in found.levels}
	usual = next((level for level in found.levels if level.usual), None)
	rows = [(known[level.priority], level) for level in found.levels if known[level.priority]]
	if usual is not None:
		rows.append((None, usual))
		notes.append(
			_("Tickets of any other priority, or of none, have the times of {0}, the usual priority.").format(
				_bold(usual.priority)
			)
		)
	if any(level.resolution for _name, level in rows) and not found.with_resolution:
		notes.append(_("Resolution times were left out: the original does not apply them."))
	for priority, level in rows:
		for metric, goal in (
			("Response", level.response),
			(solved, level.resolution if found.with_resolution else None),
		):
			if goal and goal > 0:
				yield {"metric": metric, "priority": priority, "goal": goal, **holds}


def _priority(name: str, notes: list[str]) -> str | None:
	"""The Issue Priority of that name, made where the user may make one."""
	known = known_as("Issue Priority", name)
	if known:
		return known
	if not frappe.has_permission("Issue Priority", "create"):
		notes.append(
			_("The priority {0} is not on this site, and you may not add it: its row was left out.").format(
				_bold(name)
			)
		)
		return None
	notes.append(_("The priority {0} was added.").format(_bold(name)))
	return str(frappe.get_doc({"doctype": "Issue Priority", "name": name}).insert().name)


def _holds(found: HostAgreement, notes: list[str]) -> dict[str, int]:
	"""What the statuses that pause the original mean here: whom a ticket waits for while it has one of them."""
	known = meanings()
	waits = Waiting.NOBODY
	for status in found.pausing:
		meaning: Meaning | None = known.get(status)
		if meaning is None or meaning.waiting is Waiting.NOBODY:
			notes.append(
				_(
					"The original pauses in the status {0}, which does not mean waiting here (SLM Settings)."
				).format(_bold(status))
			)
		else:
			waits |= meaning.waiting
	if waits is Waiting.NOBODY:
		return {"never_held": 1}
	return {
		"hold_customer": int(bool(waits & Waiting.CUSTOMER)),
		"hold_supplier": int(bool(waits & Waiting.SUPPLIER)),
		"hold_other": int(bool(waits & Waiting.OTHER)),
	}


def _solved(found: HostAgreement, notes: list[str]) -> str:
	"""The metric that ends where the original is fulfilled."""
	ended = {status for status in found.fulfilling if _ends(status, Status.RESOLVED)}
	closed = {status for status in found.fulfilling if _ends(status, Status.CLOSED)}
	other = sorted(set(found.fulfilling) - ended - closed)
	if other:
		notes.append(
			_("The original is fulfilled by {0} too, which does not end a ticket here.").format(
				_bold(", ".join(other))
			)
		)
	if closed and not ended:
		notes.append(_("The original is fulfilled by closing only: its resolution became Closure."))
		return "Closure"
	return "Resolution"


def _ends(status: str, wanted: Status) -> bool:
	meaning = meanings().get(status)
	return meaning is not None and meaning.status is wanted


def _note_statuses(found: HostAgreement, notes: list[str]) -> None:
	if found.pausing:
		notes.append(
			_("A ticket is held by whom it waits for, not by its status: {0} paused the original.").format(
				_bold(", ".join(found.pausing))
			)
		)


def _calendar(found: HostAgreement, holiday_list: str | None, notes: list[str]) -> str:
	"""A calendar with the same hours and holidays: one that is there, or a new one."""
	values = _calendar_values(found, holiday_list)
	wanted = calendar_of(frappe.get_doc(values))
	for name in frappe.get_all("SLM Calendar", filters={"disabled": 0}, pluck="name", order_by="name asc"):
		document = frappe.get_doc("SLM Calendar", name)
		lists = [row.holiday_list for row in document.holiday_lists]
		if lists == [holiday_list] * bool(holiday_list) and _hours(calendar_of(document)) == _hours(wanted):
			notes.append(
				_("Its hours are those of the calendar {0}, which was here already.").format(_bold(name))
			)
			return str(name)
	document = frappe.get_doc(values).insert()
	notes.append(
		_("Its hours became the calendar {0}, in the zone {1}.").format(
			_bold(document.name), escape_html(document.time_zone)
		)
	)
	return str(document.name)


def _calendar_values(found: HostAgreement, holiday_list: str | None) -> dict[str, Any]:
	always = len({row.day for row in found.hours}) == 7 and all(
		(row.start, row.end) == (0, DAY) for row in found.hours
	)
	return {
		"doctype": "SLM Calendar",
		"calendar_name": _free_name(_("Hours of {0}").format(found.title)[:130]),
		"time_zone": str(site_time.site_zone()),
		"around_the_clock": int(always),
		"hours": []
		if always
		else [_hours_row(row) for row in sorted(found.hours, key=lambda row: WEEKDAYS.index(row.day))],
		"holiday_lists": [{"holiday_list": holiday_list}] if holiday_list else [],
	}


def _free_name(name: str) -> str:
	"""The name, with a number where a calendar has it already."""
	number, free = 1, name
	while frappe.db.exists("SLM Calendar", free):
		number += 1
		free = f"{name} {number}"
	return free


def _hours_row(row: HostHours) -> dict[str, Any]:
	return {
		"day": row.day,
		"from_time": _clock(row.start),
		"to_time": _clock(row.end % DAY),
		"ends_next_day": 0,
	}


def _clock(seconds: Seconds) -> str:
	return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _hours(calendar: Calendar) -> tuple[object, ...]:
	"""When a calendar is open, whatever it and its holidays are called."""
	days = sorted((one.day, one.windows) for one in calendar.exceptions)
	return (calendar.zone_name, calendar.week, tuple(days), calendar.yearly, calendar.known_until)


def _in_words(found: HostAgreement, notes: list[str]) -> str:
	"""For the draft's time-line: an agreement's own texts are what the customer signs."""
	lines = "".join(f"<li>{note}</li>" for note in notes)
	return (
		f"<p>{_('Taken over from {0} {1}.').format(_(found.source), _bold(found.name))}</p><ul>{lines}</ul>"
	)


def _bold(text: str) -> str:
	return f"<strong>{escape_html(text)}</strong>"
