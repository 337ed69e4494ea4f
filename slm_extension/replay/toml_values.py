"""Values that several tables of an agreements file have: words of a list, durations, names of calendars, numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from math import isfinite
from typing import TypeVar

from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import DAY, Seconds
from slm_extension.replay.toml_document import Table

LONGEST: Seconds = 3_660 * DAY
"""The longest goal that is taken for meant."""

_Option = TypeVar("_Option", bound=Enum)
_DURATION = re.compile(r"(\d{1,9})\s*([a-z]+)")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600}


def choice(table: Table, key: str, kinds: type[_Option], default: _Option | None) -> _Option:
	"""One of some words; without a default the key is required."""
	if default is not None and not table.has(key):
		return default
	value = table.get(key, str)
	for option in kinds:
		if option.value == value:
			return option
	raise table.problem(
		f'"{value}" is not possible here.', f"Write one of: {', '.join(one.value for one in kinds)}.", key
	)


def duration(table: Table, value: object, key: str = "goal") -> Seconds:
	"""Open time as "4h", "1h 30m" or "90s"; a day is not a duration, its length depends on the calendar."""
	text = value if isinstance(value, str) else ""
	found = _DURATION.findall(text)
	if not found or _DURATION.sub("", text).strip() or any(unit not in _UNITS for _, unit in found):
		raise table.problem(
			f"{value!r} is not a duration." if value is not None else f'"{key}" is missing.',
			f'Write open time in hours, minutes and seconds: {key} = "1h 30m".',
			key,
		)
	seconds = sum(int(number) * _UNITS[unit] for number, unit in found)
	if seconds > LONGEST:
		raise table.problem(f"{value!r} is longer than ten years.", f"Give a shorter {key}.", key)
	return seconds


def named_calendar(table: Table, calendars: Mapping[str, Calendar], default: Calendar | None) -> Calendar:
	if default is not None and not table.has("calendar"):
		return default
	name = table.get("calendar", str)
	if name not in calendars:
		raise table.problem(
			f'There is no calendar "{name}".',
			f"Add [calendar.{name}] or use one of: {', '.join(calendars)}.",
			"calendar",
		)
	return calendars[name]


def number(table: Table, key: str) -> Fraction | None:
	"""The number under a required key, exactly as it is written; None for what is no number."""
	value = table.values[key] if table.has(key) else table.get(key, int)
	if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
		return None
	return Fraction(str(value))
