"""Warning and escalation levels: when a clock reaches them, in open time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from given import HOUR, MINUTE, RESOLUTION_4H, at, measured, ticket
from hypothesis import given as for_all
from hypothesis import strategies as st

from slm_extension.domain.clocks import Phase
from slm_extension.domain.errors import InvalidLevel
from slm_extension.domain.instants import DAY
from slm_extension.domain.levels import (
	EscalationLevel,
	Reached,
	Timing,
	is_reached,
	next_at,
	of_metric,
	reached,
)

HALF = EscalationLevel(1, Timing.PERCENT, 50)
LAST_HOUR = EscalationLevel(2, Timing.BEFORE, HOUR)
MISSED = EscalationLevel(3, Timing.AFTER, 0)
TWO_HOURS_LATE = EscalationLevel(4, Timing.AFTER, 2 * HOUR)
LADDER = (HALF, LAST_HOUR, MISSED, TWO_HOURS_LATE)


def clock(asked: str, *happenings: tuple[str, str], target=RESOLUTION_4H):
	opened = ("Mon 1 Jun 09:00", "opened")
	return measured(ticket(opened, *happenings), target, asked)[0]


@pytest.mark.parametrize(
	("level", "seconds"),
	[
		(HALF, 2 * HOUR),
		(EscalationLevel(1, Timing.PERCENT, 33), 4752),
		(EscalationLevel(1, Timing.PERCENT, 150), 6 * HOUR),
		(LAST_HOUR, 3 * HOUR),
		(EscalationLevel(1, Timing.BEFORE, 9 * HOUR), 0),
		(MISSED, 4 * HOUR + 1),
		(TWO_HOURS_LATE, 6 * HOUR),
	],
	ids=["half", "a third, rounded up", "beyond", "an hour left", "longer than the goal", "missed", "late"],
)
def test_a_level_lies_at_so_much_elapsed_time_of_a_four_hour_goal(level, seconds) -> None:
	assert level.threshold(4 * HOUR) == seconds


def test_a_third_of_ten_seconds_is_four_so_that_it_is_never_too_early() -> None:
	assert EscalationLevel(1, Timing.PERCENT, 33).threshold(10) == 4


@pytest.mark.parametrize(
	("asked", "numbers", "following"),
	[
		("Mon 1 Jun 10:59:59", [], "Mon 1 Jun 11:00"),
		("Mon 1 Jun 11:00", [1], "Mon 1 Jun 12:00"),
		("Mon 1 Jun 12:30", [1, 2], "Mon 1 Jun 13:00:01"),
		("Mon 1 Jun 13:00", [1, 2], "Mon 1 Jun 13:00:01"),
		("Mon 1 Jun 13:00:01", [1, 2, 3], "Mon 1 Jun 15:00"),
		("Mon 1 Jun 20:00", [1, 2, 3, 4], None),
	],
)
def test_levels_are_reached_one_after_the_other(asked, numbers, following) -> None:
	found = clock(asked)

	assert [one.number for one in reached(found, LADDER)] == numbers
	assert next_at(found, LADDER) == (at(following) if following else None)


def test_a_held_clock_reaches_nothing_and_goes_on_where_it_was() -> None:
	"""Held from 10:00 to 15:00: half of four hours is over at 16:00, not at 11:00."""
	held = ("Mon 1 Jun 10:00", "Replied"), ("Mon 1 Jun 15:00", "Open")

	while_held = clock("Mon 1 Jun 14:00", *held)
	afterwards = clock("Mon 1 Jun 17:00", *held)

	assert while_held.phase is Phase.HELD
	assert (reached(while_held, LADDER), next_at(while_held, LADDER)) == ((), None)
	assert reached(afterwards, LADDER) == (
		Reached(1, at("Mon 1 Jun 16:00")),
		Reached(2, at("Mon 1 Jun 17:00")),
	)


def test_levels_are_counted_in_open_time_over_a_night() -> None:
	"""Eight hours from 15:00: three quarters are over the next morning at 12:00."""
	target = replace(RESOLUTION_4H, goal=8 * HOUR)
	timeline = ticket(("Mon 1 Jun 15:00", "opened"))
	found = measured(timeline, target, "Tue 2 Jun 08:00")[0]

	assert next_at(found, (EscalationLevel(1, Timing.PERCENT, 75),)) == at("Tue 2 Jun 12:00")


def test_what_is_reached_at_closing_time_is_reached_then() -> None:
	timeline = ticket(("Mon 1 Jun 16:00", "opened"))
	found = measured(timeline, RESOLUTION_4H, "Tue 2 Jun 09:00")[0]

	assert reached(found, (HALF,)) == (Reached(1, at("Mon 1 Jun 18:00")),)


def test_of_two_rows_of_one_level_the_earlier_counts_and_it_is_one_level() -> None:
	later = EscalationLevel(1, Timing.PERCENT, 75)

	found = clock("Mon 1 Jun 12:00", target=RESOLUTION_4H)

	assert reached(found, (later, HALF)) == (Reached(1, at("Mon 1 Jun 11:00")),)


def test_a_warning_longer_than_the_goal_is_reached_with_the_start() -> None:
	found = clock("Mon 1 Jun 09:00")

	assert reached(found, (EscalationLevel(1, Timing.BEFORE, 9 * HOUR),)) == (
		Reached(1, at("Mon 1 Jun 09:00")),
	)


def test_a_clock_that_has_not_started_has_reached_nothing() -> None:
	"""Cancelled before anything: no start, no level, whatever it says."""
	found = clock("Mon 1 Jun 20:00")

	assert reached(found._replace(started=None), LADDER) == ()
	assert reached(found._replace(target=None), LADDER) == ()
	assert next_at(found._replace(target=None), LADDER) is None


def test_a_level_beyond_the_horizon_never_comes() -> None:
	found = clock("Mon 1 Jun 12:00")

	assert next_at(found, (EscalationLevel(1, Timing.AFTER, 200_000 * HOUR),)) is None


def test_rows_of_another_metric_do_not_concern_a_clock() -> None:
	for_response = EscalationLevel(1, Timing.PERCENT, 50, "response")

	assert of_metric((for_response, LAST_HOUR), "resolution") == (LAST_HOUR,)
	assert of_metric((for_response, LAST_HOUR), "response") == (for_response, LAST_HOUR)


@pytest.mark.parametrize(
	("number", "timing", "amount"),
	[(0, Timing.PERCENT, 50), (1, Timing.PERCENT, 0), (1, Timing.BEFORE, -1), (1, Timing.AFTER, -60)],
)
def test_a_level_that_lies_nowhere_is_refused(number, timing, amount) -> None:
	with pytest.raises(InvalidLevel, match="Number levels from 1"):
		EscalationLevel(number, timing, amount)


@for_all(
	minutes=st.integers(0, 5 * 24 * 60),
	amounts=st.lists(st.integers(1, 300), min_size=1, max_size=5),
)
def test_the_next_level_is_reached_exactly_when_it_was_foretold(minutes, amounts) -> None:
	"""Asked a second before, it is ahead; asked at that instant, it is reached, and then."""
	levels = tuple(EscalationLevel(number, Timing.PERCENT, one) for number, one in enumerate(amounts, 1))
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "Replied"), ("Tue 2 Jun 11:30", "Open")
	)
	asked = at("Mon 1 Jun 09:00") + minutes * MINUTE
	foretold = next_at(measured(timeline, RESOLUTION_4H, asked)[0], levels)
	if foretold is None or asked < at("Tue 2 Jun 11:30"):
		return

	before = reached(measured(timeline, RESOLUTION_4H, foretold - 1)[0], levels)
	then = reached(measured(timeline, RESOLUTION_4H, foretold)[0], levels)

	assert len(then) > len(before)
	assert {one.at for one in set(then) - set(before)} == {foretold}
	assert reached(measured(timeline, RESOLUTION_4H, foretold + 30 * DAY)[0], levels)[: len(then)] == then


@pytest.mark.parametrize(
	("number", "elapsed", "expected"),
	[
		(1, 2 * HOUR - 1, False),
		(1, 2 * HOUR, True),
		(3, 4 * HOUR, False),
		(3, 4 * HOUR + 1, True),
		(9, 9 * HOUR, False),
	],
)
def test_a_level_is_reached_when_that_much_has_elapsed(number, elapsed, expected) -> None:
	assert is_reached(number, LADDER, 4 * HOUR, elapsed) is expected
