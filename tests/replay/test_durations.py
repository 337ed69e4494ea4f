"""How durations and instants look."""

from __future__ import annotations

from datetime import date

import pytest
from summaries import utc

from slm_extension.domain.errors import UnknownZone
from slm_extension.replay.durations import duration, local_time, month_name, short_duration, utc_time


@pytest.mark.parametrize(
	("seconds", "words", "digits"),
	[
		pytest.param(0, "0 s", "00:00:00", id="nothing"),
		pytest.param(59, "59 s", "00:00:59", id="seconds"),
		pytest.param(60, "1 min", "00:01:00", id="a minute"),
		pytest.param(303, "5 min 03 s", "00:05:03", id="minutes and seconds"),
		pytest.param(3600, "1 h", "01:00:00", id="an hour"),
		pytest.param(3610, "1 h 00 min 10 s", "01:00:10", id="no minutes between"),
		pytest.param(11_110, "3 h 05 min 10 s", "03:05:10", id="all three"),
		pytest.param(16_200, "4 h 30 min", "04:30:00", id="hours and minutes"),
		pytest.param(4_320_000, "1,200 h", "1200:00:00", id="hours are not cut into days"),
		pytest.param(-61, "-1 min 01 s", "-00:01:01", id="negative"),
	],
)
def test_a_duration_reads_the_same_everywhere(seconds: int, words: str, digits: str) -> None:
	assert (duration(seconds), short_duration(seconds)) == (words, digits)


def test_an_instant_shows_the_wall_clock_of_its_zone_and_names_it() -> None:
	"""Monday 1 June 2026 07:00 UTC; Kolkata is half an hour off the others."""
	monday = utc(2026, 6, 1, 7)

	assert local_time(monday, "Europe/Berlin") == "2026-06-01 09:00:00 CEST"
	assert local_time(monday, "Asia/Kolkata") == "2026-06-01 12:30:00 IST"
	assert utc_time(monday) == "2026-06-01T07:00:00Z"


def test_the_hour_that_autumn_repeats_is_told_apart() -> None:
	"""Sunday 25 October 2026, 02:30 in Berlin, twice."""
	assert local_time(utc(2026, 10, 25, 0, 30), "Europe/Berlin") == "2026-10-25 02:30:00 CEST"
	assert local_time(utc(2026, 10, 25, 1, 30), "Europe/Berlin") == "2026-10-25 02:30:00 CET"


def test_an_unknown_zone_is_refused() -> None:
	with pytest.raises(UnknownZone):
		local_time(utc(2026, 6, 1), "Europe/Atlantis")


def test_a_month_has_its_english_name_in_every_locale() -> None:
	assert month_name(date(2026, 3, 1)) == "Mar 2026"
