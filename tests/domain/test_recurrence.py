"""Days that recur, and the ends of months."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.domain.recurrence import Every, next_day, next_day_from

NEAR = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def series(first: str, every: Every, count: int, begun: str | None = None) -> list[str]:
	days = [date.fromisoformat(first)]
	for _number in range(count):
		following = next_day(days[-1], every, date.fromisoformat(begun) if begun else None)
		assert following is not None
		days.append(following)
	return [str(day) for day in days[1:]]


@pytest.mark.parametrize(
	("first", "every", "begun", "expected"),
	[
		pytest.param("2026-06-01", Every.DAY, None, ["2026-06-02", "2026-06-03"], id="every day"),
		pytest.param("2026-12-28", Every.WEEK, None, ["2027-01-04", "2027-01-11"], id="every week"),
		pytest.param("2026-01-15", Every.MONTH, None, ["2026-02-15", "2026-03-15"], id="a day all months have"),
		pytest.param("2026-01-31", Every.MONTH, None, ["2026-02-28", "2026-03-31"], id="the last of the month"),
		pytest.param("2028-01-31", Every.MONTH, None, ["2028-02-29", "2028-03-31"], id="in a leap year"),
		pytest.param(
			"2026-01-30", Every.MONTH, "2025-12-30", ["2026-02-28", "2026-03-30"], id="the 30th, as it was begun"
		),
		pytest.param(
			"2026-02-28", Every.MONTH, "2025-12-28", ["2026-03-28", "2026-04-28"], id="the 28th, as it was begun"
		),
		pytest.param(
			"2026-02-28", Every.MONTH, "2025-12-01", ["2026-03-31", "2026-04-30"], id="another day than it was begun"
		),
		pytest.param("2026-11-30", Every.QUARTER, None, ["2027-02-28", "2027-05-31"], id="every quarter"),
		pytest.param("2026-08-31", Every.HALF_YEAR, None, ["2027-02-28", "2027-08-31"], id="every half year"),
		pytest.param(
			"2024-02-29", Every.YEAR, "2024-02-29", ["2025-02-28", "2026-02-28"], id="every year from a leap day"
		),
	],
)  # fmt: skip
def test_a_day_follows_a_day(first: str, every: Every, begun: str | None, expected: list[str]) -> None:
	assert series(first, every, len(expected), begun) == expected


def test_a_leap_day_comes_back_after_four_years() -> None:
	assert series("2024-02-29", Every.YEAR, 4, "2024-02-29")[-1] == "2028-02-29"


@pytest.mark.parametrize(
	("day", "every", "earliest", "expected"),
	[
		pytest.param("2026-01-31", Every.MONTH, "2026-01-01", "2026-02-28", id="at least one step"),
		pytest.param("2026-01-31", Every.MONTH, "2026-03-31", "2026-03-31", id="on the day itself"),
		pytest.param("2026-01-31", Every.MONTH, "2026-04-01", "2026-04-30", id="later in a shorter month"),
		pytest.param("2026-01-15", Every.MONTH, "2026-04-16", "2026-05-15", id="past its day in that month"),
		pytest.param("2026-01-15", Every.QUARTER, "2026-06-01", "2026-07-15", id="by quarters"),
		pytest.param("2026-06-01", Every.WEEK, "2026-06-16", "2026-06-22", id="by weeks"),
		pytest.param("2026-06-01", Every.WEEK, "2026-06-15", "2026-06-15", id="by weeks on the day itself"),
	],
)
def test_days_that_have_passed_are_stepped_over(day: str, every: Every, earliest: str, expected: str) -> None:
	found = next_day_from(date.fromisoformat(day), every, date.fromisoformat(earliest))

	assert str(found) == expected


@pytest.mark.parametrize("every", list(Every))
def test_there_is_no_day_past_the_year_9999(every: Every) -> None:
	assert next_day(date(9999, 12, 31), every) is None
	assert next_day_from(date(9999, 12, 31), every, date(2026, 6, 1)) is None


@given(NEAR, st.sampled_from(Every), NEAR)
def test_stepping_over_is_stepping_one_by_one(day: date, every: Every, earliest: date) -> None:
	"""Counted from where it was begun, as a step at a time would forget it at the end of a short month."""
	earliest = min(earliest, day + timedelta(days=800))
	one = next_day(day, every, day)
	while one is not None and one < earliest:
		one = next_day(one, every, day)

	assert next_day_from(day, every, earliest, day) == one


@given(NEAR, st.sampled_from([one for one in Every if one.value[1]]))
def test_a_series_has_a_day_in_each_of_its_months(day: date, every: Every) -> None:
	days = [day]
	for _number in range(30):
		following = next_day(days[-1], every, day)
		assert following is not None
		days.append(following)

	months = [one.year * 12 + one.month for one in days]
	assert {later - earlier for earlier, later in pairwise(months)} == {every.value[1]}
