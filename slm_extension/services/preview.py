"""What a calendar, a target or an interruption would come to, while somebody still edits it. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import cint

from slm_extension.adapters import metric_words, wording
from slm_extension.adapters.agreements import CalendarEditions, agreement_of, calendar_editions
from slm_extension.adapters.calendars import calendar_of
from slm_extension.adapters.interruptions import said_by
from slm_extension.adapters.metrics import hold_as_usual
from slm_extension.adapters.refusals import sentence
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.clocks import measure
from slm_extension.domain.errors import DomainError, HorizonExceeded
from slm_extension.domain.instants import DAY, LAST, Instant, Seconds, end_of, from_wall, midnight, moment
from slm_extension.domain.targets import TURNAROUND, Piece, Target
from slm_extension.domain.timeline import Fact, Kind, Timeline

DAYS_DRAWN = 14
INTERRUPTIONS_SHOWN = 3
EXAMPLES: tuple[Seconds, ...] = (3600, 4 * 3600, 8 * 3600)
"""Goals, in open seconds, whose due times a calendar is shown with."""

STARTED = ((0, time(9)), (4, time(16)))
"""Weekdays and times, Monday morning and Friday afternoon, at which a target is shown to start."""

_NEEDED = {
	"hours": ("day", "from_time"),
	"exceptions": ("date",),
	"yearly_closures": ("from_month", "from_day", "to_month", "to_day"),
	"holiday_lists": ("holiday_list",),
}
"""What a row of a calendar needs before it says anything."""


@dataclass(frozen=True, slots=True)
class OpenPart:
	"""An open part of a day: seconds since its midnight, and how a wall clock shows both ends."""

	start: Seconds
	end: Seconds
	opens: str
	shuts: str


@dataclass(frozen=True, slots=True)
class DayView:
	"""A date in the calendar's zone. `seconds` is its length; `closed` and `detail` say why none of it is open."""

	day: str
	seconds: Seconds
	parts: tuple[OpenPart, ...]
	closed: str
	detail: str


@dataclass(frozen=True, slots=True)
class Example:
	goal: Seconds
	due: Instant


@dataclass(frozen=True, slots=True)
class CalendarPreview:
	"""The next days of a calendar. `problem` says why it cannot be used; then there is nothing else.

	`open_now` tells how it is at `now`, `changes_at` when that ends, None when it does not within the days drawn.
	"""

	now: Instant
	problem: str = ""
	zone: str = ""
	days: tuple[DayView, ...] = ()
	open_seconds: Seconds = 0
	open_now: bool = False
	changes_at: Instant | None = None
	known_until: str | None = None
	known_days: int | None = None
	examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class DueExample:
	"""When a clock that starts then is due if nothing holds it; both as a wall clock in its calendar's zone shows them."""

	started: str
	due: str
	uncertain: bool


@dataclass(frozen=True, slots=True)
class TargetPreview:
	"""When a target would be due on a ticket opened at `opened`. A due of None without a problem: not started.

	`starts` says what has to happen first, `meaning` and `held` what else moves its clocks.
	"""

	idx: int
	opened: Instant
	due: Instant | None = None
	calendar: str = ""
	zone: str = ""
	uncertain: bool = False
	problem: str = ""
	starts: str = ""
	meaning: str = ""
	held: str = ""
	examples: tuple[DueExample, ...] = ()


@dataclass(frozen=True, slots=True)
class InterruptionPreview:
	"""The next times of an agreed interruption, as a wall clock in `zone` shows them, and how often, in words.

	`problem` says why it cannot take place; then there is nothing else.
	"""

	idx: int
	often: str = ""
	zone: str = ""
	times: tuple[tuple[str, str], ...] = ()
	problem: str = ""


def calendar_preview(document: Any, now: Instant) -> CalendarPreview:
	"""Draw the next days of an SLM Calendar that may not be finished."""
	for table, needed in _NEEDED.items():
		document.set(table, [row for row in document.get(table) if all(row.get(name) for name in needed)])
	try:
		calendar = calendar_of(document)
		return _drawn(calendar, now)
	except DomainError as error:
		return CalendarPreview(now, problem=sentence(error))


def _drawn(calendar: Calendar, now: Instant) -> CalendarPreview:
	days = tuple(_days(calendar, now))
	edges = [now, *_edges(calendar, now, now + DAYS_DRAWN * DAY)]
	known = calendar.known_until
	return CalendarPreview(
		now=now,
		zone=calendar.zone_name,
		days=days,
		open_seconds=calendar.between(now, now + 7 * DAY),
		open_now=calendar.is_open(now),
		changes_at=next((edge for edge in edges if edge > now), None),
		known_until=None if known is None else known.isoformat(),
		known_days=None if known is None else (known - moment(now, calendar.zone).date()).days,
		examples=tuple(_examples(calendar, now)),
	)


def _edges(calendar: Calendar, start: Instant, end: Instant) -> Iterator[Instant]:
	"""When the calendar opens or shuts in (start, end)."""
	for opens, shuts in calendar.open_spans(start, end):
		yield from (edge for edge in (opens, shuts) if start < edge < end)


def _days(calendar: Calendar, now: Instant) -> Iterator[DayView]:
	first = moment(now, calendar.zone).date()
	for number in range(DAYS_DRAWN):
		day = first + timedelta(days=number)
		start, end = midnight(day, calendar.zone), end_of(day, calendar.zone)
		parts = tuple(
			OpenPart(opens - start, shuts - start, _wall(opens, calendar), _wall(shuts, calendar, end))
			for opens, shuts in calendar.open_spans(start, end)
		)
		why = None if parts else next(calendar.closed_spans(start, end), None)
		yield DayView(
			day=day.isoformat(),
			seconds=end - start,
			parts=parts,
			closed="" if why is None else why.why.name.lower(),
			detail="" if why is None else why.detail,
		)


def _wall(at: Instant, calendar: Calendar, midnight_after: Instant | None = None) -> str:
	return "24:00" if at == midnight_after else f"{moment(at, calendar.zone):%H:%M}"


def _examples(calendar: Calendar, now: Instant) -> Iterator[Example]:
	for goal in EXAMPLES:
		try:
			yield Example(goal, calendar.add(now, goal))
		except HorizonExceeded:
			return


def target_previews(document: Any, opened: Instant) -> tuple[TargetPreview, ...]:
	"""When each target of an SLM Agreement would be due, if nothing happened to a ticket opened then.

	Rows without metric or goal, or without a calendar, are left out.
	"""
	editions = calendar_editions()
	rows = [row for row in document.targets if row.metric and row.goal]
	if document.calendar not in editions:
		return ()
	return tuple(_target_preview(document, row, editions, opened) for row in rows)


def _target_preview(
	document: Any, row: Any, editions: Mapping[str, CalendarEditions], opened: Instant
) -> TargetPreview:
	try:
		if document.docstatus == 0:
			hold_as_usual(row)
		target = _target(document, row, editions, opened)
		clock = measure(_just_opened(opened), (Piece(opened, target),), opened)[0]
	except DomainError as error:
		return TargetPreview(row.idx, opened, problem=sentence(error))
	calendar = target.calendar
	return TargetPreview(
		idx=row.idx,
		opened=opened,
		due=clock.due,
		calendar=calendar.name,
		zone=calendar.zone_name,
		uncertain=clock.uncertain,
		starts=metric_words.starts_when(target.metric),
		meaning=metric_words.meaning(target.metric),
		held=wording.held(row),
		examples=tuple(_due_examples(target, opened)),
	)


def _due_examples(target: Target, opened: Instant) -> Iterator[DueExample]:
	"""The next of each example time at which a clock may start, whatever starts it."""
	zone = target.calendar.zone
	at_once = replace(target, metric=TURNAROUND)
	today = moment(opened, zone).date()
	for weekday, wall in STARTED:
		day = today + timedelta(days=(weekday - today.weekday()) % 7)
		start = from_wall(datetime.combine(day, wall), zone)
		clock = measure(_just_opened(start), (Piece(start, at_once),), start)[0]
		if clock.due is not None:
			yield DueExample(*(moment(at, zone).isoformat() for at in (start, clock.due)), clock.uncertain)


def _target(document: Any, row: Any, editions: Mapping[str, CalendarEditions], opened: Instant) -> Target:
	"""One row as the domain's target, in the edition of its calendar that counts when the ticket is opened."""
	alone = frappe.copy_doc(document)
	alone.targets = [row]
	agreement = agreement_of(alone, editions)
	return agreement.targets_for(agreement.metrics[0], opened)[0]


def _just_opened(opened: Instant) -> Timeline:
	return Timeline.of("", [Fact(opened, Kind.OPENED)])


def interruption_previews(document: Any, now: Instant) -> tuple[InterruptionPreview, ...]:
	"""When each interruption of an SLM Agreement takes place from now on. Rows that do not say when are left out."""
	editions = calendar_editions()
	if document.calendar not in editions:
		return ()
	rows = [row for row in document.get("interruptions") or () if row.starts and cint(row.duration)]
	return tuple(_interruption_preview(row, editions[document.calendar].first.zone, now) for row in rows)


def _interruption_preview(row: Any, zone: ZoneInfo, now: Instant) -> InterruptionPreview:
	try:
		said = said_by(row)
		found = said.in_zone(zone)
		spans = [] if found is None else list(islice(found.spans(now, LAST), INTERRUPTIONS_SHOWN))
	except DomainError as error:
		return InterruptionPreview(row.idx, problem=sentence(error))
	times = tuple((moment(start, zone).isoformat(), moment(end, zone).isoformat()) for start, end in spans)
	return InterruptionPreview(row.idx, wording.recurrence(said.rhythm), zone.key, times)
