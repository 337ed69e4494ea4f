"""Instants: the one kind of time inside the domain, and the only way in and out.

An instant is the number of whole seconds since 1970-01-01T00:00:00Z, so it means the same in every zone.
Fractions of a second are cut off on the way in; all sums are exact.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from slm_extension.domain.errors import InstantOutOfRange, NaiveInstant, UnknownZone

Instant: TypeAlias = int
Seconds: TypeAlias = int

DAY: Seconds = 86_400
FIRST_YEAR, LAST_YEAR = 1970, 2199
FIRST: Instant = 0
LAST: Instant = 7_258_118_400
"""The supported range is [FIRST, LAST): from 1970 up to the end of 2199, in UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = timedelta(seconds=1)


def _checked(value: Instant, shown: object) -> Instant:
	if not FIRST <= value < LAST:
		raise InstantOutOfRange(moment=shown, first=FIRST_YEAR, last=LAST_YEAR)
	return value


def instant(moment: datetime) -> Instant:
	"""The instant of a datetime that has a zone.

	Raises NaiveInstant for one that has none, InstantOutOfRange outside [FIRST, LAST).
	"""
	if moment.utcoffset() is None:
		raise NaiveInstant(moment=moment)
	return _checked((moment - _EPOCH) // _SECOND, moment)


def from_wall(wall: datetime, zone: ZoneInfo, not_before: Instant | None = None) -> Instant:
	"""The instant at which a clock on the wall in `zone` shows `wall` (a naive datetime).

	In the hour that autumn repeats, the first reading is meant, unless that lies before `not_before` and the
	second does not: what follows something cannot precede it. A time that spring leaves out is read as the
	moment at which the clock jumped over it.
	"""
	if wall.tzinfo is not None:
		return instant(wall)
	early, late = (
		_checked((wall.replace(tzinfo=zone, fold=fold) - _EPOCH) // _SECOND, wall) for fold in (0, 1)
	)
	if early > late:
		return _jump(late, early, zone)
	if not_before is not None and early < not_before <= late:
		return late
	return early


def _jump(low: Instant, high: Instant, zone: ZoneInfo) -> Instant:
	"""The instant in (low, high] at which the zone's offset changes."""
	before = offset(low, zone)
	while high - low > 1:
		middle = (low + high) // 2
		if offset(middle, zone) == before:
			low = middle
		else:
			high = middle
	return high


def offset(at: Instant, zone: ZoneInfo) -> Seconds:
	"""Seconds by which the wall clock in `zone` is ahead of UTC at that instant."""
	shift = datetime.fromtimestamp(at, zone).utcoffset()
	assert shift is not None
	return shift.days * DAY + shift.seconds


def transitions(first: Instant, last: Instant, zone: ZoneInfo) -> list[tuple[Instant, Instant, Seconds]]:
	"""Split [first, last) where the zone's offset changes: (from, until, offset) each, without gaps."""
	parts: list[tuple[Instant, Instant, Seconds]] = []
	begin, at, current = first, first, offset(first, zone)
	while at < last:
		following = min(at + DAY, last)
		shift = offset(following, zone)
		if shift != current:
			change = _jump(at, following, zone)
			parts.append((begin, change, current))
			begin, current = change, shift
		at = following
	if begin < last:
		parts.append((begin, last, current))
	return parts


def moment(at: Instant, zone: ZoneInfo) -> datetime:
	"""The datetime that a wall clock in `zone` shows at that instant."""
	return datetime.fromtimestamp(at, zone)


def midnight(day: date, zone: ZoneInfo) -> Instant:
	"""The first instant of a date in `zone`; FIRST or LAST where that lies out of range."""
	try:
		return from_wall(datetime(day.year, day.month, day.day), zone)
	except InstantOutOfRange:
		return FIRST if day.year <= FIRST_YEAR else LAST


def end_of(day: date, zone: ZoneInfo) -> Instant:
	"""The first instant after a date in `zone`; FIRST or LAST where that lies out of range."""
	return LAST if day == date.max else midnight(day + timedelta(days=1), zone)


@cache
def zone(name: str) -> ZoneInfo:
	"""The zone of that IANA name. Raises UnknownZone."""
	try:
		return ZoneInfo(name)
	except (ValueError, OSError, LookupError) as error:
		raise UnknownZone(zone=name) from error
