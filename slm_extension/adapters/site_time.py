"""The site's naive datetimes and the domain's instants, into each other. The host stores wall-clock time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_datetime, get_system_timezone, get_time, getdate, now_datetime

from slm_extension.domain.instants import Instant, from_wall, moment, zone

_Read = TypeVar("_Read")


def site_zone() -> ZoneInfo:
	"""The zone of System Settings, in which the database keeps its times."""
	return zone(get_system_timezone())


def to_instant(value: datetime | str, not_before: Instant | None = None) -> Instant:
	"""The instant of a time as the database has it; see instants.from_wall for the hour autumn repeats."""
	return from_wall(get_datetime(value), site_zone(), not_before)


def to_site(at: Instant | None) -> datetime | None:
	"""An instant as the database keeps it: naive, in the site's zone."""
	return None if at is None else _wall(at, site_zone())


def walls() -> Callable[[Instant | None], datetime | None]:
	"""The same for many instants: the site is asked for its zone once."""
	zone_of_site = site_zone()
	return lambda at: None if at is None else _wall(at, zone_of_site)


@lru_cache(maxsize=16384)
def _wall(at: Instant, zone_of_site: ZoneInfo) -> datetime:
	return moment(at, zone_of_site).replace(tzinfo=None)


def now() -> Instant:
	"""The one place where this app looks at a clock; services get it handed in."""
	return to_instant(now_datetime())


def today() -> date:
	"""The date on the site's calendar now."""
	return moment(now(), site_zone()).date()


def on_day(day: date | str, at: timedelta | str | None) -> datetime:
	"""A date field and a time field as one naive time."""
	return datetime.combine(
		_read(str(day), date.fromisoformat, getdate) if day else getdate(),
		_read(str(at or "00:00:00"), time.fromisoformat, get_time),
	)


def _read(text: str, quickly: Callable[[str], _Read], patiently: Callable[[str], _Read]) -> _Read:
	"""As the host reads it, which is slow where the text could be anything."""
	try:
		return quickly(text)
	except ValueError:
		return patiently(text)


def site() -> str:
	"""The name of the current site, to keep apart what one process caches for several."""
	return str(frappe.local.site)
