"""Times as a ticket log writes them: text in, instants out. The sums are the domain's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from slm_extension.domain.errors import DomainError, InstantOutOfRange
from slm_extension.domain.instants import FIRST_YEAR, LAST_YEAR, Instant, from_wall, instant, zone
from slm_extension.replay.problems import shown

ISO, EPOCH, EPOCH_MS = "iso", "epoch", "epoch_ms"

_ISO = re.compile(
	r"(\d{4})-?(\d\d)-?(\d\d)"
	r"(?:[T ]\s*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?)?"
)
_EPOCH_SECONDS = re.compile(r"(\d{1,13})(?:[.,]\d*)?")
_DIRECTIVES = {
	"Y": r"(?P<year>\d{4})",
	"m": r"(?P<month>\d{1,2})",
	"d": r"(?P<day>\d{1,2})",
	"H": r"(?P<hour>\d{1,2})",
	"M": r"(?P<minute>\d{1,2})",
	"S": r"(?P<second>\d{1,2})",
	"f": r"\d{1,6}",
}


class BadTime(ValueError):
	"""Text that is no usable time; the message is one sentence."""


class NoZone(BadTime):
	"""A time without offset where nothing says in which zone it was read."""


def as_of(text: str, zone_name: str) -> Instant:
	"""The instant a person means by an ISO 8601 time: without offset in that zone, a date alone as its end.

	Raises BadTime.
	"""
	try:
		if len(text) == 10:
			end = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time())
			return from_wall(end, zone(zone_name))
		moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
		return from_wall(moment, zone(zone_name)) if moment.tzinfo is None else instant(moment)
	except (ValueError, OverflowError, DomainError) as error:
		raise BadTime(f'"{text}" is not a time. Write 2026-06-30 or 2026-06-30T18:00+02:00.') from error


@dataclass(frozen=True, slots=True)
class TimeLayout:
	"""How times are written: `iso`, `epoch`, `epoch_ms` or a strptime format, and the zone of naive ones."""

	format: str = ISO
	zone: ZoneInfo | None = None


class Times:
	"""Reads times of one layout."""

	def __init__(self, layout: TimeLayout) -> None:
		self.layout = layout
		self._datetime = _parser(layout.format)

	def read(self, text: str, not_before: Instant | None = None) -> Instant:
		"""The instant a text means. A naive time that an autumn night has twice follows `not_before`.

		Raises BadTime, and NoZone for a naive time when the layout names no zone.
		"""
		try:
			moment = self._datetime(text)
			if moment.tzinfo is not None:
				return instant(moment)
			if self.layout.zone is None:
				raise NoZone(f"The time {shown(text)} has no offset, and the profile names no zone.")
			return from_wall(moment, self.layout.zone, not_before)
		except (InstantOutOfRange, OverflowError) as error:
			raise BadTime(
				f"The time {shown(text)} lies outside the years {FIRST_YEAR} to {LAST_YEAR}."
			) from error
		except BadTime:
			raise
		except ValueError as error:
			if not text.strip():
				raise BadTime("This row has no time.") from error
			raise BadTime(f"{shown(text)} is not a time of the form {self.layout.format}.") from error


def _parser(layout: str) -> Callable[[str], datetime]:
	if layout == ISO:
		return _iso
	if layout == EPOCH:
		return lambda text: _epoch(text, 1)
	if layout == EPOCH_MS:
		return lambda text: _epoch(text, 1000)
	return _compiled(layout) or (lambda text: datetime.strptime(text.strip(), layout))


def _iso(text: str) -> datetime:
	try:
		return datetime.fromisoformat(text)
	except ValueError:
		found = _ISO.fullmatch(text.strip())
		if found is None:
			raise
	year, month, day, hour, minute, second, utc, offset, offset_minutes = found.groups()
	zone = "+00:00" if utc else f"{offset}:{offset_minutes or '00'}" if offset else ""
	return datetime.fromisoformat(
		f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone}"
	)


def _epoch(text: str, per_second: int) -> datetime:
	found = _EPOCH_SECONDS.fullmatch(text.strip())
	if found is None:
		raise ValueError(text)
	return datetime.fromtimestamp(int(found.group(1)) // per_second, timezone.utc)


def _compiled(layout: str) -> Callable[[str], datetime] | None:
	"""A parser several times as fast as strptime, for formats of digits only; None for others."""
	pattern = ""
	literal = True
	for part in re.split(r"%(.)", layout):
		if not literal:
			if part not in _DIRECTIVES:
				return None
			pattern += _DIRECTIVES[part]
		else:
			pattern += re.escape(part)
		literal = not literal
	if any(pattern.count(f"<{name}>") != 1 for name in ("year", "month", "day")):
		return None
	try:
		match = re.compile(pattern, re.ASCII).fullmatch
	except re.error:
		return None

	def parse(text: str) -> datetime:
		found = match(text.strip())
		if found is None:
			raise ValueError(text)
		parts = found.groupdict("0")
		return datetime(
			int(parts["year"]),
			int(parts["month"]),
			int(parts["day"]),
			int(parts.get("hour", 0)),
			int(parts.get("minute", 0)),
			int(parts.get("second", 0)),
		)

	return parse


def usable(layout: str) -> bool:
	"""Whether that is one of the names above, or a strptime format with a year in it."""
	if layout in (ISO, EPOCH, EPOCH_MS):
		return True
	if not re.search(r"%[YyGcxs]", layout):
		return False
	try:
		datetime.strptime("", layout)
	except ValueError as error:
		return "bad directive" not in str(error) and "stray %" not in str(error)
	except re.error:
		return False
	return True
