"""Instants: the way in, the way out, and where a zone's wall clock jumps."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.domain import instants
from slm_extension.domain.errors import InstantOutOfRange, NaiveInstant, UnknownZone
from slm_extension.domain.instants import FIRST, LAST

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo")


def utc(*parts: int) -> int:
	return int(datetime(*parts, tzinfo=timezone.utc).timestamp())


def test_a_naive_datetime_is_refused() -> None:
	with pytest.raises(NaiveInstant, match=r"2026-06-01 09:00:00 has no time zone\. Give it the zone"):
		instants.instant(datetime(2026, 6, 1, 9))


@pytest.mark.parametrize(
	("moment", "expected"),
	[
		pytest.param(datetime(1970, 1, 1, tzinfo=timezone.utc), 0, id="the epoch"),
		pytest.param(datetime(2026, 6, 1, 11, tzinfo=BERLIN), utc(2026, 6, 1, 9), id="a zone's"),
		pytest.param(
			datetime(2026, 6, 1, 9, 0, 0, 999_999, tzinfo=timezone.utc), utc(2026, 6, 1, 9), id="cut"
		),
		pytest.param(
			datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), utc(2026, 10, 25, 0, 30), id="first reading"
		),
		pytest.param(
			datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
			utc(2026, 10, 25, 1, 30),
			id="second reading",
		),
		pytest.param(datetime(2199, 12, 31, 23, 59, 59, tzinfo=timezone.utc), LAST - 1, id="the last second"),
	],
)
def test_a_datetime_with_a_zone_becomes_whole_seconds(moment: datetime, expected: int) -> None:
	assert instants.instant(moment) == expected


@pytest.mark.parametrize(
	"moment",
	[
		pytest.param(datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc), id="before 1970"),
		pytest.param(datetime(2200, 1, 1, tzinfo=timezone.utc), id="after 2199"),
		pytest.param(datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), id="the end of all dates"),
		pytest.param(
			datetime.min.replace(tzinfo=timezone(timedelta(hours=12))), id="the beginning of all dates"
		),
	],
)
def test_a_datetime_out_of_range_is_refused(moment: datetime) -> None:
	with pytest.raises(InstantOutOfRange, match="lies outside the years 1970 to 2199") as refusal:
		instants.instant(moment)

	assert refusal.value.values["moment"] is moment


@pytest.mark.parametrize(
	"wall",
	[
		pytest.param(datetime(1970, 1, 1, 0, 59, 59), id="before 1970 in UTC"),
		pytest.param(datetime(9999, 12, 31, 23, 59, 59), id="the year 9999"),
		pytest.param(datetime(1, 1, 1), id="the year 1"),
	],
)
def test_a_wall_time_out_of_range_is_refused(wall: datetime) -> None:
	with pytest.raises(InstantOutOfRange) as refusal:
		instants.from_wall(wall, BERLIN)

	assert refusal.value.values["moment"] is wall


@pytest.mark.parametrize(
	("wall", "zone", "not_before", "expected"),
	[
		pytest.param(
			datetime(2026, 6, 1, 9), "Europe/Berlin", None, utc(2026, 6, 1, 7), id="an ordinary time"
		),
		pytest.param(
			datetime(2026, 6, 1, 9, tzinfo=timezone.utc),
			"Europe/Berlin",
			None,
			utc(2026, 6, 1, 9),
			id="one that brings its own zone keeps it",
		),
		pytest.param(
			datetime(2026, 3, 29, 2, 30),
			"Europe/Berlin",
			None,
			utc(2026, 3, 29, 1),
			id="one that spring leaves out is when the clock jumped",
		),
		pytest.param(
			datetime(2026, 3, 29, 2, 30),
			"Europe/Berlin",
			utc(2026, 3, 29, 5),
			utc(2026, 3, 29, 1),
			id="the jump does not move for what went before",
		),
		pytest.param(
			datetime(2026, 10, 25, 2, 30),
			"Europe/Berlin",
			None,
			utc(2026, 10, 25, 0, 30),
			id="of two readings in autumn the first",
		),
		pytest.param(
			datetime(2026, 10, 25, 2, 30),
			"Europe/Berlin",
			utc(2026, 10, 25, 0, 30),
			utc(2026, 10, 25, 0, 30),
			id="the first, if it equals what went before",
		),
		pytest.param(
			datetime(2026, 10, 25, 2, 30),
			"Europe/Berlin",
			utc(2026, 10, 25, 0, 30) + 1,
			utc(2026, 10, 25, 1, 30),
			id="the second, if the first lies before what went before",
		),
		pytest.param(
			datetime(2026, 10, 25, 2, 30),
			"Europe/Berlin",
			utc(2026, 10, 25, 1, 30),
			utc(2026, 10, 25, 1, 30),
			id="the second, if it equals what went before",
		),
		pytest.param(
			datetime(2026, 10, 25, 2, 30),
			"Europe/Berlin",
			utc(2026, 10, 25, 1, 30) + 1,
			utc(2026, 10, 25, 0, 30),
			id="the first, if both lie before what went before",
		),
		pytest.param(
			datetime(2026, 10, 4, 2, 15),
			"Australia/Lord_Howe",
			None,
			utc(2026, 10, 3, 15, 30),
			id="half an hour left out",
		),
		pytest.param(
			datetime(2011, 12, 30, 12),
			"Pacific/Apia",
			None,
			utc(2011, 12, 30, 10),
			id="a whole day left out",
		),
	],
)
def test_a_wall_time_is_read_in_its_zone(
	wall: datetime, zone: str, not_before: int | None, expected: int
) -> None:
	assert instants.from_wall(wall, ZoneInfo(zone), not_before) == expected


@pytest.mark.parametrize(
	("day", "zone", "expected"),
	[
		pytest.param(date(2026, 6, 1), "Asia/Kolkata", utc(2026, 5, 31, 18, 30), id="half an hour off"),
		pytest.param(date(2026, 6, 1), "Asia/Kathmandu", utc(2026, 5, 31, 18, 15), id="a quarter off"),
		pytest.param(date(2018, 11, 4), "America/Sao_Paulo", utc(2018, 11, 4, 3), id="no midnight that day"),
		pytest.param(
			date(2018, 2, 18), "America/Sao_Paulo", utc(2018, 2, 18, 3), id="an hour before it twice"
		),
		pytest.param(date(2026, 11, 1), "America/Havana", utc(2026, 11, 1, 4), id="midnight twice"),
		pytest.param(date(2011, 12, 30), "Pacific/Apia", utc(2011, 12, 30, 10), id="no such day"),
	],
)
def test_midnight_is_the_first_instant_of_a_date(day: date, zone: str, expected: int) -> None:
	assert instants.midnight(day, ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
	("day", "zone", "starts", "ends"),
	[
		pytest.param(date(2026, 6, 1), "UTC", utc(2026, 6, 1), utc(2026, 6, 2), id="any date"),
		pytest.param(
			date(1970, 1, 1), "Asia/Tokyo", FIRST, utc(1970, 1, 1, 15), id="begins before the range"
		),
		pytest.param(
			date(1969, 12, 31), "America/New_York", FIRST, utc(1970, 1, 1, 5), id="ends in the range"
		),
		pytest.param(
			date(2199, 12, 31), "America/New_York", utc(2199, 12, 31, 5), LAST, id="ends after the range"
		),
		pytest.param(date(2200, 1, 1), "Asia/Tokyo", utc(2199, 12, 31, 15), LAST, id="begins in the range"),
		pytest.param(date.min, "UTC", FIRST, FIRST, id="the first date of all"),
		pytest.param(date.max, "UTC", LAST, LAST, id="the last date of all"),
	],
)
def test_a_date_begins_and_ends_within_the_range(day: date, zone: str, starts: int, ends: int) -> None:
	assert (instants.midnight(day, ZoneInfo(zone)), instants.end_of(day, ZoneInfo(zone))) == (starts, ends)


@pytest.mark.parametrize(
	("zone", "expected"),
	[
		("UTC", 0),
		("Asia/Kolkata", 19_800),
		("Asia/Kathmandu", 20_700),
		("America/New_York", -14_400),
		("Pacific/Apia", 46_800),
		("Pacific/Marquesas", -34_200),
	],
)
def test_an_offset_is_how_far_the_wall_clock_is_ahead(zone: str, expected: int) -> None:
	assert instants.offset(utc(2026, 6, 1), ZoneInfo(zone)) == expected


def test_a_moment_shows_the_wall_clock() -> None:
	shown = instants.moment(utc(2026, 6, 1, 7), BERLIN)

	assert (shown.isoformat(), shown.tzinfo) == ("2026-06-01T09:00:00+02:00", BERLIN)


@pytest.mark.parametrize(
	("first", "last", "expected"),
	[
		pytest.param(
			utc(2026, 3, 1),
			utc(2026, 12, 1),
			[
				(utc(2026, 3, 1), utc(2026, 3, 29, 1), 3600),
				(utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), 7200),
				(utc(2026, 10, 25, 1), utc(2026, 12, 1), 3600),
			],
			id="both changes of a year",
		),
		pytest.param(
			utc(2026, 3, 29, 1),
			utc(2026, 3, 29, 2),
			[(utc(2026, 3, 29, 1), utc(2026, 3, 29, 2), 7200)],
			id="beginning at a change",
		),
		pytest.param(
			utc(2026, 3, 29),
			utc(2026, 3, 29, 1),
			[(utc(2026, 3, 29), utc(2026, 3, 29, 1), 3600)],
			id="ending at a change",
		),
		pytest.param(
			utc(2026, 3, 29, 0, 59, 59),
			utc(2026, 3, 29, 1, 0, 1),
			[
				(utc(2026, 3, 29, 0, 59, 59), utc(2026, 3, 29, 1), 3600),
				(utc(2026, 3, 29, 1), utc(2026, 3, 29, 1, 0, 1), 7200),
			],
			id="a second on either side",
		),
		pytest.param(utc(2026, 3, 29), utc(2026, 3, 29), [], id="nothing"),
	],
)
def test_transitions_cut_where_the_offset_changes(
	first: int, last: int, expected: list[tuple[int, int, int]]
) -> None:
	assert instants.transitions(first, last, BERLIN) == expected


@given(
	st.sampled_from(ZONES),
	st.integers(FIRST + 2 * instants.DAY, LAST - 400 * instants.DAY),
	st.integers(1, 399 * instants.DAY),
	st.data(),
)
def test_transitions_cover_a_span_and_give_the_offset_at_each_instant(
	name: str, first: int, length: int, data: st.DataObject
) -> None:
	zone = ZoneInfo(name)
	parts = instants.transitions(first, first + length, zone)
	probe = data.draw(st.integers(first, first + length - 1))

	assert parts[0][0] == first
	assert parts[-1][1] == first + length
	assert all(one[1] == two[0] and one[2] != two[2] for one, two in itertools.pairwise(parts))
	(found,) = (shift for begin, end, shift in parts if begin <= probe < end)
	assert found == instants.offset(probe, zone)


@given(st.sampled_from(ZONES), st.integers(FIRST, LAST - 1))
def test_a_moment_read_back_is_the_same_instant(name: str, at: int) -> None:
	assert instants.instant(instants.moment(at, ZoneInfo(name))) == at


@pytest.mark.parametrize(
	"name", ["", "Mars/Olympus", "../etc/passwd", "Europe", "a\0b", "Europe/Berlin\n", "é" * 300]
)
def test_an_unknown_zone_is_refused(name: str) -> None:
	with pytest.raises(UnknownZone, match="is not a time zone"):
		instants.zone(name)


def test_a_zone_is_known_by_its_name() -> None:
	assert instants.zone("Europe/Berlin") is instants.zone("Europe/Berlin")
	assert instants.zone("Europe/Berlin").key == "Europe/Berlin"
