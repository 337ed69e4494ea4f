"""Days that recur, and the ends of months. Rules of iCalendar, as python-dateutil reads them, are the oracle."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_extension.domain.errors import (
	DaysDoNotFit,
	DomainError,
	IntervalOutOfRange,
	NoDayOfMonth,
	SameWeekdayTwice,
	WeekdayMissing,
)
from slm_extension.domain.recurrence import LAST, Every, Rhythm, next_day, next_day_from, previous_day

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


MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6


@pytest.mark.parametrize(
	("rhythm", "begun", "expected"),
	[
		pytest.param(
			Rhythm(Every.MONTH, weekday=SUNDAY, place=1),
			"2026-01-01",
			["2026-01-04", "2026-02-01", "2026-03-01", "2026-04-05"],
			id="first Sunday of the month",
		),
		pytest.param(
			Rhythm(Every.MONTH, weekday=SUNDAY, place=1),
			"2026-01-05",
			["2026-02-01", "2026-03-01", "2026-04-05"],
			id="the first of this month is over",
		),
		pytest.param(
			Rhythm(Every.MONTH, weekday=FRIDAY, place=LAST),
			"2026-01-01",
			["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24"],
			id="last Friday, the fourth or the fifth",
		),
		pytest.param(
			Rhythm(Every.MONTH, weekday=FRIDAY, place=4),
			"2026-01-01",
			["2026-01-23", "2026-02-27", "2026-03-27", "2026-04-24"],
			id="fourth Friday",
		),
		pytest.param(
			Rhythm(Every.QUARTER, weekday=SUNDAY, place=2),
			"2026-01-01",
			["2026-01-11", "2026-04-12"],
			id="second Sunday of each quarter",
		),
		pytest.param(
			Rhythm(Every.MONTH, 2, day=15), "2026-01-16", ["2026-03-15"], id="the 15th of every other month"
		),
		pytest.param(
			Rhythm(Every.MONTH, day=31),
			"2026-01-10",
			["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
			id="the last day of the month",
		),
		pytest.param(
			Rhythm(Every.MONTH),
			"2026-01-30",
			["2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30"],
			id="the day on which it begins",
		),
		pytest.param(
			Rhythm(Every.WEEK, 6), "2026-01-07", ["2026-01-07", "2026-02-18", "2026-04-01"], id="every six weeks"
		),
		pytest.param(
			Rhythm(Every.WEEK, 6, SUNDAY),
			"2026-01-07",
			["2026-01-11", "2026-02-22", "2026-04-05"],
			id="every six weeks on Sunday",
		),
		pytest.param(
			Rhythm(Every.DAY, 50), "2026-01-07", ["2026-01-07", "2026-02-26", "2026-04-17"], id="every 50 days"
		),
		pytest.param(Rhythm(Every.YEAR, weekday=SUNDAY, place=1), "2024-08-01", [], id="in August"),
		pytest.param(
			Rhythm(Every.HALF_YEAR, 3, day=1), "2024-10-01", ["2026-04-01"], id="every three half-years"
		),
		pytest.param(Rhythm(Every.WEEK), "9999-12-31", [], id="at the end of the calendar"),
		pytest.param(Rhythm(Every.MONTH), "9999-12-31", [], id="by months at the end of the calendar"),
	],
)  # fmt: skip
def test_a_rhythm_has_its_days(rhythm: Rhythm, begun: str, expected: list[str]) -> None:
	found = rhythm.days(date.fromisoformat(begun), date(2026, 1, 1), date(2026, 4, 30))

	assert [str(day) for day in found] == expected


@pytest.mark.parametrize(
	("rhythm", "begun", "weeks"),
	[
		pytest.param(
			Rhythm(Every.WEEK, 6, MONDAY, through=FRIDAY),
			"2026-01-07",
			[("2026-01-07", "2026-01-09"), ("2026-02-16", "2026-02-20"), ("2026-03-30", "2026-04-03")],
			id="Monday to Friday from a Wednesday on",
		),
		pytest.param(
			Rhythm(Every.WEEK, 6, MONDAY, through=FRIDAY),
			"2025-10-04",
			[("2026-01-01", "2026-01-02"), ("2026-02-09", "2026-02-13"), ("2026-03-23", "2026-03-27")],
			id="Monday to Friday from a Saturday on: the next week is the first",
		),
		pytest.param(
			Rhythm(Every.WEEK, 14, FRIDAY, through=MONDAY),
			"2026-01-06",
			[("2026-01-09", "2026-01-12"), ("2026-04-17", "2026-04-20")],
			id="past Sunday from a Tuesday on",
		),
		pytest.param(
			Rhythm(Every.WEEK, 15, FRIDAY, through=MONDAY),
			"2025-09-22",
			[("2026-01-02", "2026-01-05"), ("2026-04-17", "2026-04-20")],
			id="past Sunday from the last of its days on",
		),
		pytest.param(
			Rhythm(Every.WEEK, 13, SATURDAY, through=THURSDAY),
			"2026-01-02",
			[("2026-01-03", "2026-01-08"), ("2026-04-04", "2026-04-09")],
			id="on all days but Friday",
		),
		pytest.param(
			Rhythm(Every.WEEK, 1, MONDAY, through=FRIDAY),
			"2026-04-21",
			[("2026-04-21", "2026-04-24"), ("2026-04-27", "2026-04-30")],
			id="until the last day asked for",
		),
	],
)
def test_from_a_weekday_through_another(rhythm: Rhythm, begun: str, weeks: list[tuple[str, str]]) -> None:
	found = rhythm.days(date.fromisoformat(begun), date(2026, 1, 1), date(2026, 4, 30))

	spans = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in weeks]
	assert list(found) == [
		first + timedelta(days=number) for first, last in spans for number in range((last - first).days + 1)
	]


@pytest.mark.parametrize(
	("values", "error"),
	[
		pytest.param((Every.WEEK, 0), IntervalOutOfRange, id="never"),
		pytest.param((Every.WEEK, 100), IntervalOutOfRange, id="seldom"),
		pytest.param((Every.MONTH, 1, None, 1), WeekdayMissing, id="first of what"),
		pytest.param((Every.MONTH, 1, None, None, 0), NoDayOfMonth, id="day 0"),
		pytest.param((Every.MONTH, 1, None, None, 32), NoDayOfMonth, id="day 32"),
		pytest.param((Every.DAY, 1, SUNDAY), DaysDoNotFit, id="daily on Sunday"),
		pytest.param((Every.WEEK, 1, SUNDAY, 1), DaysDoNotFit, id="first Sunday of a week"),
		pytest.param((Every.WEEK, 1, None, None, 15), DaysDoNotFit, id="the 15th of a week"),
		pytest.param((Every.WEEK, 1, 7), DaysDoNotFit, id="an eighth weekday"),
		pytest.param((Every.MONTH, 1, SUNDAY), DaysDoNotFit, id="which Sunday of the month"),
		pytest.param((Every.MONTH, 1, SUNDAY, 5), DaysDoNotFit, id="a fifth Sunday, which not all have"),
		pytest.param((Every.MONTH, 1, SUNDAY, 1, 15), DaysDoNotFit, id="a weekday and a day"),
		pytest.param((Every.WEEK, 1, MONDAY, None, None, MONDAY), SameWeekdayTwice, id="Monday to Monday"),
		pytest.param((Every.WEEK, 1, MONDAY, None, None, 7), DaysDoNotFit, id="to an eighth weekday"),
		pytest.param((Every.WEEK, 1, MONDAY, None, None, -1), DaysDoNotFit, id="to none"),
		pytest.param((Every.WEEK, 1, None, None, None, FRIDAY), DaysDoNotFit, id="to Friday from where"),
		pytest.param((Every.WEEK, 1, MONDAY, 1, None, FRIDAY), DaysDoNotFit, id="first Monday to Friday"),
		pytest.param((Every.WEEK, 1, MONDAY, None, 15, FRIDAY), DaysDoNotFit, id="Monday to Friday, the 15th"),
		pytest.param((Every.MONTH, 1, MONDAY, 1, None, FRIDAY), DaysDoNotFit, id="first Monday to Friday of a month"),
		pytest.param((Every.DAY, 1, MONDAY, None, None, FRIDAY), DaysDoNotFit, id="daily from Monday to Friday"),
	],
)  # fmt: skip
def test_what_is_no_rhythm_is_refused(values: tuple[object, ...], error: type[DomainError]) -> None:
	with pytest.raises(error):
		Rhythm(*values)


FREQUENCIES = {
	Every.DAY: (rrule.DAILY, 1),
	Every.WEEK: (rrule.WEEKLY, 1),
	Every.MONTH: (rrule.MONTHLY, 1),
	Every.QUARTER: (rrule.MONTHLY, 3),
	Every.HALF_YEAR: (rrule.MONTHLY, 6),
	Every.YEAR: (rrule.MONTHLY, 12),
}
BY_MONTHS = st.sampled_from([one for one in Every if one.value[1]])
INTERVALS = st.integers(1, 5)
RHYTHMS = (
	st.builds(Rhythm, st.sampled_from([Every.DAY, Every.WEEK]), INTERVALS)
	| st.builds(Rhythm, st.just(Every.WEEK), INTERVALS, st.integers(0, 6))
	| st.builds(Rhythm, BY_MONTHS, INTERVALS, st.integers(0, 6), st.sampled_from([1, 2, 3, 4, LAST]))
	| st.builds(Rhythm, BY_MONTHS, INTERVALS, day=st.integers(1, 31))
)


@settings(max_examples=200, deadline=None)
@given(RHYTHMS, st.dates(date(2019, 1, 1), date(2026, 12, 31)), st.dates(date(2020, 1, 1), date(2028, 1, 1)))
def test_a_rhythm_is_that_of_icalendar_but_for_short_months(
	rhythm: Rhythm, begun: date, earliest: date
) -> None:
	"""A day that a month has not is its last one: the last of the days up to it that the month has."""
	latest = earliest + timedelta(days=400)
	frequency, months = FREQUENCIES[rhythm.every]
	first, more = begun, {}
	if rhythm.place is not None:
		more = {"byweekday": rrule.weekday(rhythm.weekday)(rhythm.place)}
	elif rhythm.day is not None:
		more = {"bymonthday": range(1, rhythm.day + 1), "bysetpos": -1}
	elif rhythm.weekday is not None:
		first += timedelta(days=(rhythm.weekday - begun.weekday()) % 7)
	rule = rrule.rrule(
		frequency, datetime.combine(first, time()), months * rhythm.interval, until=latest, **more
	)

	found = list(rhythm.days(begun, earliest, latest))

	assert found == [day.date() for day in rule if day.date() >= earliest]
	assert all((later - one).days >= rhythm.apart for one, later in pairwise(found))


WEEKDAY = st.integers(0, 6)
RUNS = st.tuples(WEEKDAY, WEEKDAY).filter(lambda one: one[0] != one[1])


def on_each(run: tuple[int, int], interval: int, begun: date, earliest: date, latest: date) -> list[date]:
	"""What a rhythm on each single weekday of a run has together."""
	first, last = run
	single = (Rhythm(Every.WEEK, interval, (first + more) % 7) for more in range((last - first) % 7 + 1))
	return sorted(day for one in single for day in one.days(begun, earliest, latest))


@given(RUNS, st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_from_a_weekday_through_another_is_a_row_for_each_of_them(
	run: tuple[int, int], begun: date, earliest: date
) -> None:
	first, last = run
	latest = earliest + timedelta(days=40)

	found = list(Rhythm(Every.WEEK, 1, first, through=last).days(begun, earliest, latest))

	assert found == on_each(run, 1, begun, earliest, latest)


@given(
	RUNS,
	st.integers(1, 5),
	st.dates(date(2025, 1, 1), date(2026, 12, 31)),
	st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)
def test_every_so_many_weeks_it_is_so_from_where_such_a_week_begins(
	run: tuple[int, int], interval: int, begun: date, earliest: date
) -> None:
	"""From a day in the midst of one on, the days before it are left out, and the rest of the week is not torn off."""
	first, last = run
	inside = (begun.weekday() - first) % 7
	begins = begun - timedelta(days=inside if inside <= (last - first) % 7 else inside - 7)
	latest = earliest + timedelta(days=100)
	rhythm = Rhythm(Every.WEEK, interval, first, through=last)

	found = list(rhythm.days(begun, earliest, latest))

	assert found == on_each(run, interval, begins, max(begun, earliest), latest)
	assert all((later - one).days >= rhythm.apart for one, later in pairwise(found))


@pytest.mark.parametrize(
	("day", "every", "begun", "expected"),
	[
		pytest.param("2026-06-08", Every.WEEK, None, "2026-06-01", id="a week before"),
		pytest.param(
			"2026-03-31", Every.MONTH, "2026-01-31", "2026-02-28", id="a month too short for the day"
		),
		pytest.param("2026-02-28", Every.MONTH, "2026-01-30", "2026-01-30", id="the day that was meant"),
		pytest.param("2026-01-15", Every.QUARTER, None, "2025-10-15", id="in the year before"),
		pytest.param("0001-01-03", Every.WEEK, None, "0001-01-01", id="no week before it"),
		pytest.param("0001-03-03", Every.YEAR, None, "0001-01-01", id="no year before it"),
	],
)
def test_the_day_before_in_a_series(day: str, every: Every, begun: str | None, expected: str) -> None:
	found = previous_day(date.fromisoformat(day), every, date.fromisoformat(begun) if begun else None)

	assert str(found) == expected


@given(day=NEAR, every=st.sampled_from(Every))
def test_the_day_after_the_day_before_is_the_day_itself(day: date, every: Every) -> None:
	following = next_day(day, every, day)
	assert following is not None

	assert previous_day(following, every, day) == day
