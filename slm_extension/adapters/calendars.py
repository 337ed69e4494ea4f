"""SLM Calendar documents as calendars of the domain, and as text that an edition of a calendar is kept in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from slm_extension.domain.calendars import WHOLE_DAY, Calendar, DatedHours, Window, YearlyClosure
from slm_extension.domain.instants import DAY

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
)


def calendar_of(document: Any) -> Calendar:
	"""The calendar an SLM Calendar describes. Raises what the domain objects to; see domain.errors."""
	weekly: dict[int, tuple[Window, ...]] = {}
	if document.around_the_clock:
		weekly = {day: (WHOLE_DAY,) for day in range(7)}
	else:
		for row in document.hours:
			day = WEEKDAYS.index(row.day)
			weekly[day] = (*weekly.get(day, ()), _window(row))
	exceptions: dict[date, DatedHours] = {}
	for row in document.exceptions:
		day = getdate(row.date)
		known = exceptions.get(day, DatedHours(day, (), row.reason or ""))
		windows = known.windows if row.closed else tuple(sorted((*known.windows, _window(row))))
		exceptions[day] = DatedHours(day, windows, known.name)
	yearly = tuple(
		YearlyClosure(
			(MONTHS.index(row.from_month) + 1, row.from_day),
			(MONTHS.index(row.to_month) + 1, row.to_day),
			row.reason or "",
		)
		for row in document.yearly_closures
	)
	holidays, known_until = holidays_of([row.holiday_list for row in document.holiday_lists])
	return Calendar.weekly(
		document.name or document.calendar_name,
		document.time_zone,
		weekly,
		holidays,
		tuple(exceptions.values()),
		yearly,
		known_until,
	)


def holidays_of(lists: list[str]) -> tuple[dict[date, str], date | None]:
	"""Closed days of Holiday Lists with their names, and the last day for which all of them are known."""
	if not lists:
		return {}, None
	days = {
		getdate(row.holiday_date): frappe.utils.strip_html(row.description or "").strip()
		for row in frappe.get_all(
			"Holiday",
			filters={"parent": ["in", lists], "parenttype": "Holiday List"},
			fields=["holiday_date", "description"],
			order_by="holiday_date asc",
			limit_page_length=0,
		)
	}
	ends = frappe.get_all(
		"Holiday List", filters={"name": ["in", lists]}, pluck="to_date", order_by="to_date asc"
	)
	return days, getdate(ends[0]) if ends else None


def _window(row: Any) -> Window:
	start, end = _time_of(row, "from_time"), _time_of(row, "to_time")
	if row.ends_next_day:
		return Window(start, end + DAY)
	return Window(start, end or DAY)


def _time_of(row: Any, field: str) -> int:
	try:
		return _seconds(row.get(field))
	except ValueError:
		frappe.throw(
			_("Row {0}: {1} in {2} is not a time of day. Enter it like 09:00.").format(
				row.idx,
				frappe.bold(frappe.utils.escape_html(str(row.get(field)))),
				_(row.meta.get_label(field)),
			),
			title=_("Not a Time"),
		)


def _seconds(value: Any) -> int:
	"""A Time field (a timedelta from the database, text from a form) in seconds after midnight."""
	if value in (None, ""):
		return 0
	if isinstance(value, timedelta):
		return int(value.total_seconds())
	hours, minutes, seconds = (*str(value).split(":"), "0", "0")[:3]
	return int(hours) * 3600 + int(minutes) * 60 + int(float(seconds))


def to_text(calendar: Calendar) -> str:
	"""A calendar as JSON: what an edition of it is stored as. `from_text` gives an equal calendar."""
	return json.dumps(
		{
			"name": calendar.name,
			"zone": calendar.zone_name,
			"week": [[[window.start, window.end] for window in day] for day in calendar.week],
			"exceptions": [
				[str(one.day), [[window.start, window.end] for window in one.windows], one.name]
				for one in calendar.exceptions
			],
			"yearly": [[one.first, one.last, one.name] for one in calendar.yearly],
			"known_until": str(calendar.known_until) if calendar.known_until else None,
		},
		sort_keys=True,
		ensure_ascii=False,
	)


def from_text(text: str) -> Calendar:
	"""The calendar that `to_text` wrote."""
	data = json.loads(text)
	return Calendar(
		data["name"],
		data["zone"],
		tuple(tuple(Window(*window) for window in day) for day in data["week"]),
		tuple(
			DatedHours(date.fromisoformat(day), tuple(Window(*window) for window in windows), name)
			for day, windows, name in data["exceptions"]
		),
		tuple(YearlyClosure(tuple(first), tuple(last), name) for first, last, name in data["yearly"]),
		date.fromisoformat(data["known_until"]) if data["known_until"] else None,
	)
