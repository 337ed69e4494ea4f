"""Editions of calendars: what each has said from when on, so that what was decided by one stays decided."""

from __future__ import annotations

import frappe

from slm_extension.adapters import site_time
from slm_extension.adapters.agreements import forget_agreements
from slm_extension.adapters.calendars import calendar_of, to_text
from slm_extension.services.rechecks import recheck_calendar
from slm_extension.services.remeasure import hours_changed

EDITION = "SLM Calendar Edition"


def keep_edition(calendar: str, specification: str) -> None:
	"""Keep what a calendar says now, unless it said the same before. One that nothing counts in is replaced."""
	latest = frappe.get_all(
		EDITION,
		filters={"calendar": calendar},
		fields=["name", "specification"],
		order_by="recorded_instant desc, creation desc",
		limit=1,
	)
	if latest and latest[0].specification == specification:
		return
	if latest and not _in_use(calendar):
		forget_editions(calendar)
	now = site_time.now()
	frappe.get_doc(
		{
			"doctype": EDITION,
			"calendar": calendar,
			"recorded_at": site_time.to_site(now),
			"recorded_instant": now,
			"specification": specification,
		}
	).insert(ignore_permissions=True)
	forget_agreements()
	hours_changed(agreements_in(calendar))
	recheck_calendar(calendar)


def holidays_changed(holiday_list: str) -> None:
	"""A Holiday List was saved: the calendars that use it say something else now."""
	for name in frappe.get_all(
		"SLM Calendar Holiday List",
		filters={"holiday_list": holiday_list, "parenttype": "SLM Calendar"},
		pluck="parent",
		distinct=True,
		order_by="parent asc",
	):
		calendar = frappe.get_doc("SLM Calendar", name)
		specified = calendar_of(calendar)
		calendar.db_set("known_until", specified.known_until, update_modified=False)
		keep_edition(name, to_text(specified))


def forget_editions(calendar: str) -> None:
	frappe.db.delete(EDITION, {"calendar": calendar})
	forget_agreements()


def _in_use(calendar: str) -> bool:
	"""Whether an agreement that was ever submitted counts in it, or the availability of a service does."""
	return bool(agreements_in(calendar)) or _measures_availability(calendar)


def _measures_availability(calendar: str) -> bool:
	if frappe.db.exists("SLM Agreement Availability", {"calendar": calendar, "docstatus": [">", 0]}):
		return True
	hours = frappe.db.exists("SLM Service", {"service_hours": calendar})
	return bool(hours and frappe.get_all("SLM Outage", pluck="name", order_by="name asc", limit=1))


def agreements_in(calendar: str) -> list[str]:
	"""The agreements that were ever submitted and count in a calendar, by themselves or in one of their targets."""
	used = {"calendar": calendar, "docstatus": [">", 0]}
	own = frappe.get_all("SLM Agreement", filters=used, pluck="name", order_by="name asc")
	rows = frappe.get_all(
		"SLM Target",
		filters={**used, "parenttype": "SLM Agreement"},
		pluck="parent",
		distinct=True,
		order_by="parent asc",
	)
	return sorted({*own, *rows})
