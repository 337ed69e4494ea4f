"""Availability, escalation and interruptions in an agreements file, each table checked. `slm replay` measures none of it.

The format is described in docs/replay-agreements.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from fractions import Fraction

from slm_extension.domain.agreements import Agreement
from slm_extension.domain.attainment import Period
from slm_extension.domain.availability import MOST_FAILURES, Measure, Promise, longest_in
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.commitments import (
	Commitments,
	Escalation,
	Notify,
	ServicePromise,
	escalations_for_warnings,
)
from slm_extension.domain.errors import InvalidInterruption
from slm_extension.domain.interruptions import AgreedInterruption
from slm_extension.domain.levels import EscalationLevel, Timing
from slm_extension.domain.recurrence import LAST, Every, Rhythm
from slm_extension.replay.toml_document import Table
from slm_extension.replay.toml_values import choice, duration, named_calendar, number

_HOUR = 3600
DECIMALS = 4
"""So many digits after the point a promise of availability may have."""

_AVAILABILITY = {"service", "measure", "value", "period", "calendar"}
_ESCALATION = {
	"level", "metric", "at", "before", "after", "notify", "role", "user", "action", "raise_priority_to", "move_to_team",
	"assign_to",
}  # fmt: skip
_INTERRUPTION = {"name", "service", "from", "lasts", "every", "interval", "on", "notice"}

RHYTHMS = {
	"day": Every.DAY,
	"week": Every.WEEK,
	"month": Every.MONTH,
	"quarter": Every.QUARTER,
	"half-year": Every.HALF_YEAR,
	"year": Every.YEAR,
}
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_commitments(
	table: Table, agreement: Agreement, calendars: Mapping[str, Calendar], metrics: Collection[str]
) -> Commitments:
	"""What the table of an agreement says of this. Raises InputProblem."""
	escalations = tuple(_escalation(one, metrics) for one in table.tables("escalation"))
	return Commitments(
		agreement.name,
		agreement.version,
		tuple(_promises(table, agreement, calendars)),
		escalations,
		tuple(_interruption(one) for one in table.tables("interruption")),
		escalations_for_warnings(agreement.targets, escalations),
	)


def _promises(
	table: Table, agreement: Agreement, calendars: Mapping[str, Calendar]
) -> Iterator[ServicePromise]:
	seen = set()
	for one in table.tables("availability"):
		one.allow(_AVAILABILITY)
		service = one.get("service", str, "").strip()
		if not service and not agreement.services:
			raise one.problem(
				"The promise of availability is about no service.",
				"Name one: service = ..., or give the agreement services.",
			)
		measure = choice(one, "measure", Measure, Measure.AVAILABILITY)
		period = choice(one, "period", Period, Period.MONTH)
		if period is Period.WEEK:
			raise one.problem('"week" is not possible here.', "Write one of: month, quarter, year.", "period")
		if (service, measure, period) in seen:
			raise one.problem("The same availability is promised twice.", "Remove one.")
		seen.add((service, measure, period))
		calendar = named_calendar(one, calendars, agreement.calendar)
		yield ServicePromise(service, Promise(measure, _value(one, measure, period)), period, calendar)


def _value(table: Table, measure: Measure, period: Period) -> Fraction:
	"""Percent, a number, or seconds of what the file gives in hours."""
	value = number(table, "value")
	shown = table.values["value"]
	if value is not None and (value * 10**DECIMALS).denominator != 1:
		raise table.problem(
			f"{shown!r} has more than {DECIMALS} digits after the point.", "Round it.", "value"
		)
	if measure is Measure.AVAILABILITY:
		if value is None or not 0 < value <= 100:
			raise table.problem(
				f"{shown!r} is not a percentage above 0 and up to 100.", "Write value = 99.5.", "value"
			)
		return value
	if measure is Measure.FAILURES:
		if value is None or value.denominator != 1 or not 0 <= value <= MOST_FAILURES:
			raise table.problem(
				f"{shown!r} is not a number of failures.", "Write a whole number, 0 or more.", "value"
			)
		return value
	longest = longest_in(period) // _HOUR
	if value is None or not 0 < value <= longest:
		raise table.problem(
			f"{shown!r} is not a number of hours that a {period.value} can have.",
			f"Write hours above 0 and up to {longest}.",
			"value",
		)
	return value * _HOUR


def _escalation(table: Table, metrics: Collection[str]) -> Escalation:
	table.allow(_ESCALATION)
	level = table.get("level", int, 1)
	if level < 1:
		raise table.problem(f"{level} is not a level.", "Number levels from 1.", "level")
	metric = table.get("metric", str, "")
	if metric and metric not in metrics:
		raise table.problem(
			f'"{metric}" is not a metric.',
			f"Known metrics: {', '.join(metrics)}. Define your own as [[metric]].",
			"metric",
		)
	timing, amount = _placed(table)
	notify = choice(table, "notify", Notify, Notify.HOLDER)
	for key, needed in (("role", Notify.ROLE), ("user", Notify.USER)):
		if (notify is needed) != bool(table.get(key, str, "")):
			raise table.problem(
				f'notify = "{needed.value}" and {key} = ... belong together.', "Give both, or none.", key
			)
	return Escalation(
		EscalationLevel(level, timing, amount, metric),
		notify,
		*(
			table.get(key, str, "")
			for key in ("role", "user", "action", "raise_priority_to", "move_to_team", "assign_to")
		),
	)


def _placed(table: Table) -> tuple[Timing, int]:
	"""Where the level lies: percent of the goal, or open time before or after the goal is used up."""
	given = [key for key in ("at", "before", "after") if table.has(key)]
	if len(given) != 1:
		raise table.problem(
			"It is not clear where the level lies.",
			'Give one of: at = 75 (percent of the goal), before = "30m", after = "1h".',
		)
	(key,) = given
	if key != "at":
		return (Timing.BEFORE if key == "before" else Timing.AFTER), duration(table, table.values[key], key)
	percent = table.get("at", int)
	if not 0 < percent <= 1000:
		raise table.problem("Levels are percentages of the goal.", "Write at = 75, from 1 to 1000.", "at")
	return Timing.PERCENT, percent


def _interruption(table: Table) -> AgreedInterruption:
	table.allow(_INTERRUPTION)
	name = table.get("name", str).strip()
	if not name:
		raise table.problem("The interruption has no name.", 'Write name = "Backup".', "name")
	begins = table.values.get("from")
	if begins is not None and (not isinstance(begins, datetime) or begins.tzinfo is not None):
		raise table.problem(
			f"{begins!s} is not a time of the clock on the wall.",
			"Write it without quotes and without a zone: from = 2026-01-04T02:00:00.",
			"from",
		)
	try:
		return AgreedInterruption(
			name,
			table.get("service", str, "").strip(),
			begins.replace(microsecond=0) if begins is not None else None,
			_length(table, "lasts"),
			_rhythm(table),
			_length(table, "notice"),
		)
	except InvalidInterruption as error:
		raise table.problem(
			error.problem.format(**error.values), error.remedy.format(**error.values)
		) from error


def _length(table: Table, key: str) -> int:
	return duration(table, table.values[key], key) if table.has(key) else 0


def _rhythm(table: Table) -> Rhythm | None:
	"""How often, and on which days. Raises InvalidInterruption."""
	if not table.has("every"):
		for key in ("interval", "on"):
			if table.has(key):
				raise table.problem(f'"{key}" is of no use without "every".', 'Write every = "month".', key)
		return None
	every = table.get("every", str)
	if every not in RHYTHMS:
		raise table.problem(
			f'"{every}" is not possible here.', f"Write one of: {', '.join(RHYTHMS)}.", "every"
		)
	return _on(table, RHYTHMS[every], table.get("interval", int, 1))


def _on(table: Table, every: Every, interval: int) -> Rhythm:
	"""That rhythm on the days that `on` says."""
	said = table.values.get("on")
	if said is None:
		return Rhythm(every, interval)
	if isinstance(said, int) and not isinstance(said, bool):
		return Rhythm(every, interval, day=said)
	match said.lower().split() if isinstance(said, str) else []:
		case [weekday] if weekday in WEEKDAYS:
			return Rhythm(every, interval, WEEKDAYS.index(weekday))
		case [place, weekday] if place in PLACES and weekday in WEEKDAYS:
			return Rhythm(every, interval, WEEKDAYS.index(weekday), PLACES[place])
		case [weekday, "to", last] if weekday in WEEKDAYS and last in WEEKDAYS:
			return Rhythm(every, interval, WEEKDAYS.index(weekday), through=WEEKDAYS.index(last))
	raise table.problem(
		f"{said!r} is not a day here.",
		'Write on = "sunday" or "monday to friday" (of a week), "first sunday", "last friday" or 15 (of a month).',
		"on",
	)
