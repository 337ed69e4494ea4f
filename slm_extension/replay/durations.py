"""Durations and instants as text: the one place that decides how they look. Counts nothing itself."""

from __future__ import annotations

from datetime import date

from slm_extension.domain.instants import Instant, Seconds, moment, zone


def duration(seconds: Seconds) -> str:
	"""A duration for readers: "3 h 05 min 10 s", "4 h", "5 min", "0 s"; hours are not cut into days."""
	if seconds < 0:
		return "-" + duration(-seconds)
	hours, minutes, rest = _parts(seconds)
	if not hours and not minutes:
		return f"{rest} s"
	words = f"{hours:,} h {minutes:02d} min" if hours else f"{minutes} min"
	if rest:
		return f"{words} {rest:02d} s"
	return f"{hours:,} h" if hours and not minutes else words


def short_duration(seconds: Seconds) -> str:
	"""A duration for columns and spreadsheets: "03:05:10", "124:00:00", "-00:00:07"."""
	if seconds < 0:
		return "-" + short_duration(-seconds)
	return "{:02d}:{:02d}:{:02d}".format(*_parts(seconds))


def local_time(at: Instant, zone_name: str) -> str:
	"""An instant by the wall clock of a zone: "2026-06-01 09:00:00 CEST". Raises UnknownZone."""
	return f"{moment(at, zone(zone_name)):%Y-%m-%d %H:%M:%S %Z}"


def utc_time(at: Instant) -> str:
	"""An instant for machines, ISO 8601: "2026-06-01T07:00:00Z"."""
	return moment(at, zone("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def month_name(month: date) -> str:
	"""A month for readers, the same in every locale: "Jun 2026"."""
	return f"{MONTHS[month.month - 1]} {month.year}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _parts(seconds: Seconds) -> tuple[int, int, int]:
	minutes, rest = divmod(seconds, 60)
	return minutes // 60, minutes % 60, rest
