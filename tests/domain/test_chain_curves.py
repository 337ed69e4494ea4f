"""Curves against the same questions asked at every instant."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

import pytest
from chains import AROUND, World, worlds
from given import HOUR, OFFICE, at, windows
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.domain import curves
from slm_extension.domain.calendars import Calendar, DatedHours
from slm_extension.domain.curves import Curve
from slm_extension.domain.instants import LAST

END = 24


@st.composite
def drawn(draw: st.DrawFn, slopes: tuple[int, ...] = (-2, -1, 0, 1, 2, 3), end: int = END) -> Curve:
	starts = sorted({0, *draw(st.lists(st.integers(1, end - 1), max_size=6))})
	return Curve([(start, draw(st.integers(-9, 9)), draw(st.sampled_from(slopes))) for start in starts], end)


@st.composite
def rising(draw: st.DrawFn, end: int = END) -> Curve:
	"""Never falls, slopes of 0 or 1, nowhere before its instant and nowhere past the end of a drawn curve."""
	steps = [draw(st.sampled_from((0, 0, 0, 1, 1, 1, 1, 3))) for _ in range(end)]
	values: list[int] = []
	for instant, step in enumerate(steps):
		values.append(min(max(instant, values[-1] + step if values else step), END - 1))
	return Curve([(instant, value, 0) for instant, value in enumerate(values)], end)


def told(curve: Curve) -> list[int]:
	return [curve.at(instant) for instant in range(curve.starts[0], curve.end)]


def of_slopes(curve: Curve) -> Curve:
	"""The same function with pieces of slope 1 where it rises by one a second."""
	values = told(curve)
	pieces = []
	for instant, value in enumerate(values):
		rises = instant + 1 < len(values) and values[instant + 1] == value + 1
		pieces.append((instant, value, int(rises)))
	return Curve(pieces, curve.end)


@given(drawn(), drawn(end=END - 5))
def test_sums_and_differences_are_those_of_each_instant(one: Curve, other: Curve) -> None:
	pairs = list(zip(told(one), told(other), strict=False))

	assert told(curves.plus(one, other)) == [first + second for first, second in pairs]
	assert told(curves.minus(one, other)) == [first - second for first, second in pairs]
	assert told(one.raised(7)) == [value + 7 for value in told(one)]


@given(st.lists(drawn(), min_size=1, max_size=4))
def test_the_highest_and_lowest_are_those_of_each_instant(some: list[Curve]) -> None:
	columns = list(zip(*(told(curve) for curve in some), strict=True))

	assert told(curves.highest(some)) == [max(column) for column in columns]
	assert told(curves.lowest(some)) == [min(column) for column in columns]


@given(drawn(), rising(), st.booleans())
def test_a_curve_of_a_curve_is_that_of_each_instant(outer: Curve, inner: Curve, sloped: bool) -> None:
	inner = of_slopes(inner) if sloped else inner

	assert told(curves.compose(outer, inner)) == [outer.at(value) for value in told(inner)]


@given(drawn(), rising(), st.booleans())
def test_the_highest_ahead_is_that_of_each_instant(curve: Curve, until: Curve, sloped: bool) -> None:
	until = of_slopes(until) if sloped else until

	assert told(curves.highest_ahead(curve, until)) == [
		max(curve.at(instant) for instant in range(start, end + 1)) for start, end in enumerate(told(until))
	]


@given(drawn(), st.integers(-20, 40))
def test_the_peak_and_what_lies_above_a_level_are_found(curve: Curve, level: int) -> None:
	values = told(curve)
	above = [instant for instant, value in enumerate(values) if value > level]

	assert curve.peak() == (values.index(max(values)), max(values))
	assert curve.above(level) == (above[0] if above else None, len(above))


def test_pieces_of_one_straight_line_are_one() -> None:
	curve = Curve([(0, 5, 1), (3, 8, 1), (6, 11, 0), (9, 11, 0), (10, 12, 0)], 20)

	assert (curve.starts, curve.values, curve.slopes) == ([0, 6, 10], [5, 11, 12], [1, 0, 0])


@given(worlds(), st.integers(0, 40))
def test_calendars_as_curves_say_at_each_second_what_they_say_themselves(world: World, seconds: int) -> None:
	calendar, first, last = world.target.calendar, world.first, world.last

	opened = curves.open_time(calendar, first, last)
	added = curves.advance(calendar, seconds, first, last)

	assert [opened.at(at) for at in range(first, last)] == [
		calendar.between(first, at) for at in range(first, last)
	]
	assert [added.at(at) for at in range(first, last)] == [
		calendar.add(at, seconds) for at in range(first, last)
	]
	assert all(bisect_right(curve.starts, last) <= 2 * AROUND + 1 for curve in (opened, added))


TWO_DAYS = Calendar.weekly(
	"Two days",
	"UTC",
	{},
	exceptions=tuple(DatedHours(date(2026, 6, day), windows("09:00-17:00")) for day in (1, 2)),
)


@pytest.mark.parametrize(
	("hours", "last_reached"),
	[(3, "Tue 2 Jun 14:00"), (10, "Mon 1 Jun 15:00"), (16, "Mon 1 Jun 09:00"), (17, None)],
)
def test_where_a_calendar_does_not_open_long_enough_the_curve_says_last(
	hours: int, last_reached: str | None
) -> None:
	first, last = at("Mon 1 Jun 00:00"), at("Thu 4 Jun 00:00")

	curve = curves.advance(TWO_DAYS, hours * HOUR, first, last)

	if last_reached is None:
		assert (curve.starts, curve.values) == ([first], [LAST])
	else:
		assert curve.at(at(last_reached)) == at("Tue 2 Jun 17:00")
		assert curve.at(at(last_reached) + 1) == LAST
	assert curve.at(last - 1) == LAST


def test_a_year_of_an_office_is_four_pieces_a_working_day() -> None:
	"""However long a period, its size is that of its openings and not of its seconds."""
	first, last = at("Thu 1 Jan 00:00"), at("Fri 1 Jan 2027 00:00")

	assert len(curves.open_time(OFFICE, first, last).starts) == 2 * 261 + 1
	assert len(curves.advance(OFFICE, 4 * HOUR, first, last).starts) == 3 * 261 + 1
