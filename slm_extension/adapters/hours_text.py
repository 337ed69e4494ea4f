"""The hours of an SLM Calendar in a few words for customers, such as "Monday to Friday 09:00 - 18:00"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_system_timezone

from slm_extension.adapters.calendars import WEEKDAYS


def hours_texts(names: Iterable[str]) -> Mapping[str, str]:
	"""For each calendar its hours in the user's language; exceptions and holidays are left out."""
	wanted = sorted(set(names))
	if not wanted:
		return {}
	rows: dict[str, list[Any]] = {}
	for row in frappe.get_all(
		"SLM Calendar Hours",
		filters={"parenttype": "SLM Calendar", "parent": ["in", wanted]},
		fields=["parent", "day", "from_time", "to_time"],
		order_by="parent asc, from_time asc",
		limit_page_length=0,
	):
		rows.setdefault(row.parent, []).append(row)
	return {
		calendar.name: _text(calendar, rows.get(calendar.name, []))
		for calendar in frappe.get_all(
			"SLM Calendar",
			filters={"name": ["in", wanted]},
			fields=["name", "around_the_clock", "time_zone"],
			order_by="name asc",
			limit_page_length=0,
		)
	}


def _text(calendar: Any, rows: list[Any]) -> str:
	if calendar.around_the_clock:
		return _("Around the clock")
	by_day = {
		day: ", ".join(f"{_clock(row.from_time)} - {_clock(row.to_time)}" for row in rows if row.day == day)
		for day in WEEKDAYS
	}
	parts = []
	for windows, together in groupby(WEEKDAYS, key=lambda day: by_day[day]):
		days = list(together)
		if windows:
			parts.append(f"{_days(days)} {windows}")
	if parts and calendar.time_zone != get_system_timezone():
		parts[-1] += f" ({calendar.time_zone})"
	return "; ".join(parts)


def _days(days: list[str]) -> str:
	if len(days) == len(WEEKDAYS):
		return _("Every day")
	return _(days[0]) if len(days) == 1 else _("{0} to {1}").format(_(days[0]), _(days[-1]))


def _clock(value: Any) -> str:
	seconds = int(value.total_seconds())
	return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
