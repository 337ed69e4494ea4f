"""Factories for tests and for demo data: documents of a believable little company, a call each.

Everything goes through documents, as a person at the desk would have it. Nothing here commits. Names are the
caller's; where none is given the same name gives the same document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import frappe
from frappe.desk.form import assign_to, load
from frappe.desk.form.save import savedocs
from frappe.utils import get_datetime

from slm_extension.adapters import site_time
from slm_extension.adapters.calendars import WEEKDAYS
from slm_extension.domain.instants import Instant
from slm_extension.services import guarded_fields, signing, terms

HOUR = 3600
OFFICE = "Office Hours"
ZONE = "Asia/Kolkata"


class SiteClock:
	"""Stands in for the one function by which this app looks at a clock.

	`at` sets it, at once and until it is set again; used in a `with` block, it goes back afterwards.
	"""

	def __init__(self) -> None:
		self.instant: Instant | None = None

	def now(self) -> Instant:
		assert self.instant is not None, "Set the clock first: clock.at(...)"
		return self.instant

	def at(self, when: str | datetime) -> Any:
		before, self.instant = self.instant, site_time.to_instant(wall(when))
		return self._back_to(before)

	@contextmanager
	def _back_to(self, before: Instant | None) -> Iterator[None]:
		try:
			yield
		finally:
			self.instant = before


@contextmanager
def fixed_clock() -> Iterator[SiteClock]:
	"""Replace the clock of this app; without `at` it stands at Mon 1 Jun 2026 09:00 of the site's zone."""
	clock, real = SiteClock(), site_time.now
	clock.at("Mon 1 Jun 09:00")
	site_time.now = clock.now
	try:
		yield clock
	finally:
		site_time.now = real


def wall(when: str | datetime) -> datetime:
	"""A naive time of "Mon 1 Jun 2026 09:00" (without a year: 2026), or of "2026-06-01 09:00".

	The weekday has to be right, so that who reads a test need not look at a calendar.
	"""
	if isinstance(when, datetime) or when[0].isdigit():
		return get_datetime(when)
	weekday, day, month, *year, time = when.split()
	found = get_datetime(datetime.strptime(f"{day} {month} {year[0] if year else 2026}", "%d %b %Y"))
	assert found.strftime("%a") == weekday, f"{when} is a {found:%A}"
	hours, minutes, *seconds = (int(part) for part in time.split(":"))
	return found.replace(hour=hours, minute=minutes, second=seconds[0] if seconds else 0)


def make_calendar(
	name: str = OFFICE,
	hours: Sequence[str] = ("09:00-18:00",),
	days: Sequence[str] = WEEKDAYS[:5],
	zone: str = ZONE,
	around_the_clock: bool = False,
	**more: Any,
) -> Any:
	"""An SLM Calendar open during `hours` ("09:00-18:00") on each of `days`, Monday to Friday unless said."""
	if frappe.db.exists("SLM Calendar", name):
		return frappe.get_doc("SLM Calendar", name)
	rows = [] if around_the_clock else hours_rows(hours, days)
	return frappe.get_doc(
		{
			"doctype": "SLM Calendar",
			"calendar_name": name,
			"time_zone": zone,
			"around_the_clock": int(around_the_clock),
			"hours": rows,
			**more,
		}
	).insert()


def hours_rows(hours: Sequence[str], days: Sequence[str] = WEEKDAYS[:5]) -> list[dict[str, Any]]:
	"""Rows of SLM Calendar Hours. An end before its start lies on the next day."""
	rows = []
	for day in days:
		for window in hours:
			start, end = window.split("-")
			rows.append(
				{"day": day, "from_time": start, "to_time": end, "ends_next_day": int("00:00" < end <= start)}
			)
	return rows


def target(metric: str, hours: float, **more: Any) -> dict[str, Any]:
	"""A row of an agreement: a metric as the form calls it, and its goal in hours."""
	return {"metric": metric, "goal": round(hours * HOUR), **more}


RESPONSE_1H = target("Response", 1)
RESOLUTION_4H = target("Resolution", 4)


def make_agreement(
	title: str = "Support for everybody",
	targets: Sequence[dict[str, Any]] = (RESPONSE_1H, RESOLUTION_4H),
	calendar: str | None = None,
	customer: str | None = None,
	services: Sequence[str] = (),
	teams: Sequence[str] = (),
	basis: str | None = None,
	valid_from: str = "2026-01-01",
	submit: bool = True,
	**more: Any,
) -> Any:
	"""An SLM Agreement: with its customer where one is named, else for its services, else the default one."""
	document = frappe.get_doc(
		{
			"doctype": "SLM Agreement",
			"title": title,
			"kind": "SLA",
			"basis": basis or ("Customer" if customer else "Service" if services else "Default"),
			"customer": customer,
			"calendar": calendar or make_calendar().name,
			"valid_from": valid_from,
			"services": [{"service": service} for service in services],
			"teams": [{"team": team} for team in teams],
			"targets": [dict(row) for row in targets],
			**more,
		}
	).insert()
	return conclude(document) if submit else document


def conclude(document: Any) -> Any:
	"""Sign for every party, as if each had done so at the desk after the group's review, and submit."""
	if document.meta.get_workflow():
		document.db_set("status", "Approved", update_modified=False)
	document.update(
		{"contract_reviewed_by": frappe.session.user, "contract_reviewed_on": frappe.utils.getdate()}
		if document.kind == "UC"
		else {}
	)
	for row in signing.open_signatures(document):
		row.update(
			{
				"full_name": f"Somebody of the {row.party}",
				"signed_on": site_time.to_site(site_time.now()),
				"signed_by": frappe.session.user,
				"method": "Desk",
				"digest": terms.digest(document),
			}
		)
	guarded_fields.allow(document, "sign_offs", "contract_reviewed_by", "contract_reviewed_on")
	return document.submit()


def make_customer(name: str = "Wool & Sons") -> str:
	if not frappe.db.exists("Customer", name):
		frappe.get_doc({"doctype": "Customer", "customer_name": name, "customer_type": "Company"}).insert()
	return name


def make_service(name: str = "Online Shop", **more: Any) -> str:
	if not frappe.db.exists("SLM Service", name):
		frappe.get_doc({"doctype": "SLM Service", "service_name": name, "status": "Live", **more}).insert()
	return name


def make_priority(name: str) -> str:
	return _named("Issue Priority", name)


@contextmanager
def as_user(user: str) -> Iterator[None]:
	"""What is done inside is done by that user."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def make_issue_type(name: str) -> str:
	return _named("Issue Type", name)


def _named(doctype: str, name: str) -> str:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, "name": name}).insert()
	return name


def make_user(email: str, *roles: str, **more: Any) -> str:
	"""A user of the desk with these roles; without any, a user of the portal."""
	if not frappe.db.exists("User", email):
		frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": email.partition("@")[0].title(),
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in roles],
				**more,
			}
		).insert(ignore_permissions=True)
	return email


def make_team(name: str, *members: str, manager: str | None = None) -> str:
	"""A User Group with these members; with a manager, one of the support teams in the settings."""
	known = frappe.db.exists("User Group", name)
	group = frappe.get_doc("User Group", name) if known else frappe.new_doc("User Group", name=name)
	group.set("user_group_members", [{"user": user} for user in members])
	group.flags.ignore_mandatory = True
	group.save() if known else group.insert()
	if manager:
		settings = frappe.get_single("SLM Settings")
		settings.append("teams", {"team": group.name, "manager": manager})
		settings.save()
	return str(group.name)


def make_supplier(name: str = "Bytes & Co") -> str:
	if not frappe.db.exists("Supplier", name):
		frappe.get_doc({"doctype": "Supplier", "supplier_name": name}).insert()
	return name


def make_outage(service: str, started: str, told: str | None = None, **more: Any) -> Any:
	"""A service that is down from one time of the test's to another, or still is."""
	return frappe.get_doc(
		{
			"doctype": "SLM Outage",
			"service": service,
			"started": wall(started),
			"told_at": wall(told) if told else None,
			**more,
		}
	).insert()


def make_window(starts: str, ends: str, *services: str, announced: str | None = None, **more: Any) -> Any:
	"""A maintenance window between two times of the test's."""
	return frappe.get_doc(
		{
			"doctype": "SLM Maintenance Window",
			"title": "Patches",
			"services": [{"service": service} for service in services],
			"starts": wall(starts),
			"ends": wall(ends),
			"announced_on": wall(announced) if announced else None,
			**more,
		}
	).insert()


def assign(issue: Any, user: str) -> None:
	"""Assign an Issue as the desk does."""
	assign_to.add({"assign_to": [user], "doctype": issue.doctype, "name": issue.name})


def make_issue(
	subject: str = "The printer is out of ink", opened: str | datetime | None = None, **fields: Any
) -> Any:
	"""An Issue, opened now by the app's clock unless said."""
	at = site_time.to_site(site_time.now()) if opened is None else wall(opened)
	return frappe.get_doc(
		{
			"doctype": "Issue",
			"subject": subject,
			"opening_date": at.date(),
			"opening_time": at.time(),
			**fields,
		}
	).insert()


def set_status(issue: Any, status: str) -> Any:
	"""Save an Issue with another status, from a form that was opened just now."""
	issue.reload()
	issue.status = status
	return issue.save()


def reply(issue: Any, **fields: Any) -> Any:
	"""What the desk writes to the requester."""
	return message(issue, "Sent", **fields)


def receive(issue: Any, **fields: Any) -> Any:
	"""What the requester writes."""
	return message(issue, "Received", **{"sender": "buyer@wool.example", **fields})


def message(issue: Any, direction: str, **fields: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Email",
			"sent_or_received": direction,
			"reference_doctype": issue.doctype,
			"reference_name": issue.name,
			"sender": frappe.session.user,
			"subject": issue.subject,
			"content": "We have looked into it.",
			**fields,
		}
	).insert(ignore_permissions=True)


def track_erpnext_sla() -> str:
	"""Switch ERPNext's own SLA tracking on, with a default agreement for every Issue; returns its name."""
	frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 1)
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "No Holidays 2026",
			"from_date": "2026-01-01",
			"to_date": "2026-12-31",
		}
	).insert()
	priorities = [make_priority(name) for name in ("Low", "Medium", "High")]
	return (
		frappe.get_doc(
			{
				"doctype": "Service Level Agreement",
				"document_type": "Issue",
				"service_level": "Default",
				"default_service_level_agreement": 1,
				"enabled": 1,
				"apply_sla_for_resolution": 1,
				"holiday_list": holidays.name,
				"priorities": [
					{
						"priority": priority,
						"default_priority": int(priority == "Medium"),
						"response_time": HOUR,
						"resolution_time": 4 * HOUR,
					}
					for priority in priorities
				],
				"sla_fulfilled_on": [{"status": "Resolved"}, {"status": "Closed"}],
				"pause_sla_on": [{"status": "Replied"}, {"status": "On Hold"}],
				"support_and_resolution": [
					{"workday": day, "start_time": "09:00:00", "end_time": "18:00:00"} for day in WEEKDAYS[:5]
				],
			}
		)
		.insert()
		.name
	)


def clocks(issue: Any | str, **filters: Any) -> dict[str, Any]:
	"""The stored clocks of an Issue by metric, in lower case; of several cycles the last."""
	return {row.metric.lower(): row for row in clock_rows(issue, **filters)}


def clock_rows(issue: Any | str, **filters: Any) -> list[Any]:
	"""The stored clocks of an Issue, by metric, leg and cycle."""
	return frappe.get_all(
		"SLM Clock",
		filters={"ticket_type": "Issue", "ticket": getattr(issue, "name", issue), **filters},
		fields=["*"],
		order_by="metric asc, leg asc, cycle asc",
	)


def ledger(issue: Any | str) -> list[Any]:
	"""The facts of an Issue in the order in which they were told."""
	return frappe.get_all(
		"SLM Ticket Event",
		filters={"ticket_type": "Issue", "ticket": getattr(issue, "name", issue)},
		fields=["kind", "value", "reason", "waiting", "at", "recorded_at", "number", "source", "note"],
		order_by="number asc",
	)


def opened_form(issue: Any) -> dict[str, Any]:
	"""The document as a browser holds it."""
	document = frappe.get_doc("Issue", issue.name)
	load.run_onload(document)
	return dict(frappe.parse_json(frappe.as_json(document)))


def save_form(form: dict[str, Any]) -> Any:
	"""Save it as the browser does; returns the document as it is stored then."""
	frappe.local.form_dict = frappe._dict(cmd="frappe.desk.form.save.savedocs")
	frappe.response.docs = []
	savedocs(frappe.as_json(form), "Save")
	return frappe.get_doc("Issue", form["name"])
