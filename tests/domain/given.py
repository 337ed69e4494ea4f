"""Builders for the domain's tests: instants written with their weekday, offices, and tickets line by line."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slm_extension.domain.calendars import Calendar, Window
from slm_extension.domain.clocks import Clock, Within, measure
from slm_extension.domain.instants import Instant, from_wall
from slm_extension.domain.targets import RESOLUTION, RESPONSE, Piece, Target
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline, Waiting

MINUTE = 60
HOUR = 3600


def at(text: str, zone: str = "UTC") -> Instant:
	"""The instant of "Mon 1 Jun 2026 09:00", with or without seconds; without a year, 2026 is meant.

	The weekday has to be right, so that who reads a test need not look at a calendar.
	"""
	weekday, day, month, *year, clock = text.split()
	seconds = "" if clock.count(":") == 2 else ":00"
	wall = datetime.strptime(f"{day} {month} {year[0] if year else 2026}", "%d %b %Y")
	assert wall.strftime("%a") == weekday, f"{text} is a {wall:%A}"
	hours, minutes, rest = (int(part) for part in f"{clock}{seconds}".split(":"))
	return from_wall(wall + timedelta(hours=hours, minutes=minutes, seconds=rest), ZoneInfo(zone))


def window(text: str) -> Window:
	"""The window "09:00-18:00"; an end before its start lies on the next day."""
	start, end = (
		sum(int(part) * unit for part, unit in zip(clock.split(":"), (3600, 60, 1), strict=False))
		for clock in text.split("-")
	)
	return Window(start, end if end > start else end + 86_400)


def windows(*texts: str) -> tuple[Window, ...]:
	return tuple(window(text) for text in texts)


def office(
	zone: str = "UTC", hours: tuple[str, ...] = ("09:00-18:00",), days: str = "Mon-Fri", **more
) -> Calendar:
	"""A calendar open during `hours` on the days from one to another."""
	names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
	first, _, last = days.partition("-")
	span = range(names.index(first), names.index(last or first) + 1)
	return Calendar.weekly("Office", zone, dict.fromkeys(span, windows(*hours)), **more)


OFFICE = office()
ALWAYS = Calendar.around_the_clock("24x7", "UTC")
RESPONSE_1H = Target("response 1 h", RESPONSE, HOUR, OFFICE)
RESOLUTION_4H = Target("resolution 4 h", RESOLUTION, 4 * HOUR, OFFICE, holds=Waiting.CUSTOMER)

STATUSES = {
	"Open": (Status.OPEN, Waiting.NOBODY),
	"Replied": (Status.HELD, Waiting.CUSTOMER),
	"On Hold": (Status.HELD, Waiting.OTHER),
	"With Supplier": (Status.HELD, Waiting.SUPPLIER),
	"Resolved": (Status.RESOLVED, Waiting.NOBODY),
	"Closed": (Status.CLOSED, Waiting.NOBODY),
	"Cancelled": (Status.CANCELLED, Waiting.NOBODY),
}
"""What the statuses of an ERPNext issue mean for time; the supplier's and the cancelled one are custom."""

EVENTS = {
	"opened": Kind.OPENED,
	"reply": Kind.REPLIED,
	"asked": Kind.CUSTOMER_REPLIED,
	"owned": Kind.OWNED,
	"acknowledged": Kind.ACKNOWLEDGED,
	"escalated": Kind.ESCALATED,
	"told": Kind.TOLD,
	"reinstated": Kind.REINSTATED,
}

VALUES = {
	"team": Kind.TEAM,
	"supplier": Kind.SUPPLIER,
	"priority": Kind.PRIORITY,
	"customer": Kind.CUSTOMER,
	"group": Kind.CUSTOMER_GROUP,
	"territory": Kind.TERRITORY,
	"service": Kind.SERVICE,
	"type": Kind.TYPE,
	"withdrawn": Kind.WITHDRAWN,
}

Happening = tuple[str, str]


def fact(when: str, what: str, number: int = 0, zone: str = "UTC", **more) -> Fact:
	"""A fact from words: a status of an issue, an event, or a property and its value ("team Network")."""
	instant = at(when, zone)
	if what in STATUSES:
		status, waiting = STATUSES[what]
		found = Fact(instant, Kind.STATUS, status.value, int(waiting), what, number=number)
	elif what in EVENTS:
		found = Fact(instant, EVENTS[what], number=number)
	else:
		word, _, value = what.partition(" ")
		found = Fact(instant, VALUES[word], value, number=number)
	return found._replace(**more)


def facts(*happenings: Happening, zone: str = "UTC") -> list[Fact]:
	return [fact(when, what, number, zone) for number, (when, what) in enumerate(happenings)]


def ticket(*happenings: Happening, zone: str = "UTC") -> Timeline:
	"""A ticket's timeline; of happenings at one instant the one that stands first happened first."""
	return Timeline.of("ISS-1", facts(*happenings, zone=zone))


def measured(
	timeline: Timeline, target: Target, asked: str | Instant, within: Within | None = None
) -> tuple[Clock, ...]:
	"""All cycles of one target on a ticket, the target being the only one that ever applies."""
	when = at(asked) if isinstance(asked, str) else asked
	return measure(timeline, (Piece(timeline.opened, target),), when, within)


def clock(timeline: Timeline, target: Target, asked: str | Instant, within: Within | None = None) -> Clock:
	"""The only cycle of one target on a ticket."""
	(only,) = measured(timeline, target, asked, within)
	return only
