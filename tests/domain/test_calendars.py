"""Calendars by example: what is refused, what each rule means, and why an instant is closed."""

from __future__ import annotations

from datetime import date

import pytest
from given import HOUR, MINUTE, OFFICE, at, office, windows

from slm_extension.domain import errors
from slm_extension.domain.calendars import (
	WHOLE_DAY,
	Calendar,
	Closed,
	DatedHours,
	Window,
	YearlyClosure,
)
from slm_extension.domain.instants import DAY, FIRST, LAST

YEAR = 366 * DAY


def daily(zone: str, *hours: str) -> Calendar:
	return office(zone, hours, "Mon-Sun")


# Refusals


@pytest.mark.parametrize(
	("found", "error", "message"),
	[
		pytest.param(
			(*windows("09:00-18:00"), Window(HOUR, HOUR)), errors.EmptyWindow, "is empty", id="empty"
		),
		pytest.param(
			(Window(2 * HOUR, HOUR),), errors.BackwardWindow, "ends before it starts", id="backward"
		),
		pytest.param(
			(Window(-1, HOUR),), errors.InvalidWindow, "does not lie inside the day", id="before midnight"
		),
		pytest.param((Window(DAY, DAY + 1),), errors.InvalidWindow, "does not lie", id="starts at 24:00"),
		pytest.param(
			(Window(HOUR, DAY + HOUR + 1),), errors.InvalidWindow, "does not lie", id="over 24 hours"
		),
		pytest.param(
			windows("09:00-12:00", "11:59-18:00"), errors.OverlappingWindows, "overlap", id="overlapping"
		),
		pytest.param(windows("09:00-12:00", "09:00-12:00"), errors.OverlappingWindows, "overlap", id="twice"),
		pytest.param(
			windows("09:00-18:00", "10:00-11:00"), errors.OverlappingWindows, "overlap", id="nested"
		),
	],
)
@pytest.mark.parametrize("where", ["weekday", "dated"])
def test_a_window_that_makes_no_sense_is_refused(
	found: tuple[Window, ...], error: type[errors.DomainError], message: str, where: str
) -> None:
	with pytest.raises(error, match=message) as refusal:
		if where == "weekday":
			Calendar.weekly("Desk", "UTC", {2: found})
		else:
			office(exceptions=(DatedHours(date(2026, 6, 3), found),))

	assert isinstance(refusal.value, errors.InvalidCalendar)
	assert refusal.value.values["day"] == ("Wednesday" if where == "weekday" else "2026-06-03")
	assert refusal.value.values["calendar"] == ("Desk" if where == "weekday" else "Office")
	named = [value for name, value in refusal.value.values.items() if name in ("window", "first", "second")]
	assert named
	assert all(one in found for one in named)


@pytest.mark.parametrize(
	("week", "day"),
	[
		pytest.param({0: windows("20:00-08:00"), 1: windows("07:59-12:00")}, "Tuesday", id="into Tuesday"),
		pytest.param(
			{6: windows("20:00-08:00"), 0: windows("07:59-12:00")}, "Monday", id="into the next week"
		),
	],
)
def test_a_night_that_runs_into_the_next_days_window_is_refused(
	week: dict[int, tuple[Window, ...]], day: str
) -> None:
	with pytest.raises(errors.OverlappingWindows) as refusal:
		Calendar.weekly("Desk", "UTC", week)

	assert str(refusal.value) == (
		f'Calendar "Desk": the windows 20:00-08:00 next day and 07:59-12:00 on {day} overlap. '
		"Join them, or let one end where the other starts."
	)


@pytest.mark.parametrize(
	("windows_of_week", "exceptions", "yearly"),
	[
		pytest.param({}, (), (), id="no windows"),
		pytest.param({}, (DatedHours(date(2026, 6, 3)),), (), id="only a closed date"),
		pytest.param({0: (WHOLE_DAY,)}, (), (YearlyClosure((1, 1), (12, 31)),), id="closed all year"),
		pytest.param({0: (WHOLE_DAY,)}, (), (YearlyClosure((7, 1), (6, 30)),), id="closed from July to June"),
		pytest.param(
			{0: (WHOLE_DAY,)},
			(),
			(YearlyClosure((1, 1), (2, 28)), YearlyClosure((2, 29), (12, 31))),
			id="closed all year in two parts",
		),
	],
)
def test_a_calendar_that_never_opens_is_refused(
	windows_of_week: dict[int, tuple[Window, ...]],
	exceptions: tuple[DatedHours, ...],
	yearly: tuple[YearlyClosure, ...],
) -> None:
	with pytest.raises(errors.CalendarNeverOpens, match='Calendar "Desk" never opens'):
		Calendar.weekly("Desk", "UTC", windows_of_week, exceptions=exceptions, yearly=yearly)


def test_two_exceptions_on_one_date_are_refused() -> None:
	day = date(2026, 6, 3)
	both = (DatedHours(day, windows("09:00-12:00")), DatedHours(date(2026, 6, 2)), DatedHours(day))

	with pytest.raises(errors.DuplicateException, match='"Office" has two exceptions on 2026-06-03'):
		office(exceptions=both)


@pytest.mark.parametrize(
	"closure", [YearlyClosure((2, 30), (3, 1)), YearlyClosure((3, 1), (13, 1)), YearlyClosure((0, 1), (1, 1))]
)
def test_a_yearly_closure_on_no_day_is_refused(closure: YearlyClosure) -> None:
	with pytest.raises(errors.InvalidYearlyClosure, match="there is no day"):
		office(yearly=(closure,))


def test_a_day_of_a_yearly_closure_that_does_not_exist_is_named() -> None:
	with pytest.raises(
		errors.InvalidYearlyClosure, match='Calendar "Office": there is no day 02-30 in any year'
	):
		office(yearly=(YearlyClosure((2, 30), (3, 1)),))


def test_an_unknown_zone_is_refused() -> None:
	with pytest.raises(errors.UnknownZone, match='"Europe/Atlantis" is not a time zone'):
		office("Europe/Atlantis")


def test_a_negative_duration_is_refused() -> None:
	with pytest.raises(errors.NegativeDuration, match="-1 seconds is negative"):
		OFFICE.add(at("Mon 1 Jun 09:00"), -1)


def test_a_backward_span_is_refused() -> None:
	with pytest.raises(errors.BackwardSpan) as refusal:
		OFFICE.between(1_000, 999)

	assert refusal.value.values == {"start": 1_000, "end": 999}


# Windows


@pytest.mark.parametrize(
	("hours", "start", "end", "expected"),
	[
		pytest.param(("09:00-18:00",), "Mon 1 Jun 00:00", "Tue 2 Jun 00:00", 9 * HOUR, id="a day"),
		pytest.param(("09:00-18:00",), "Mon 1 Jun 08:59:59", "Mon 1 Jun 09:00", 0, id="up to opening"),
		pytest.param(("09:00-18:00",), "Mon 1 Jun 08:59:59", "Mon 1 Jun 09:00:01", 1, id="the first second"),
		pytest.param(("09:00-18:00",), "Mon 1 Jun 17:59:59", "Mon 1 Jun 18:00", 1, id="the last second"),
		pytest.param(("09:00-18:00",), "Mon 1 Jun 18:00", "Tue 2 Jun 09:00", 0, id="a night"),
		pytest.param(("09:00-18:00",), "Mon 1 Jun 10:00", "Mon 1 Jun 10:00", 0, id="no time"),
		pytest.param(
			("08:00-12:00", "13:00-17:00"), "Mon 1 Jun 11:00", "Mon 1 Jun 14:00", 2 * HOUR, id="lunch"
		),
		pytest.param(
			("08:00-12:00", "12:00-16:00"), "Mon 1 Jun 11:00", "Mon 1 Jun 13:00", 2 * HOUR, id="touching"
		),
		pytest.param(
			("13:00-17:00", "08:00-12:00"), "Mon 1 Jun 00:00", "Tue 2 Jun 00:00", 8 * HOUR, id="unsorted"
		),
		pytest.param(("18:00-00:00",), "Mon 1 Jun 23:00", "Tue 2 Jun 01:00", HOUR, id="until 24:00"),
		pytest.param(("22:00-06:00",), "Mon 1 Jun 00:00", "Tue 2 Jun 07:00", 14 * HOUR, id="over midnight"),
		pytest.param(("22:00-06:00",), "Tue 2 Jun 05:59", "Tue 2 Jun 06:01", MINUTE, id="end of a night"),
		pytest.param(
			("09:00-09:00",), "Mon 1 Jun 00:00", "Wed 3 Jun 00:00", 48 * HOUR, id="24 hours from nine"
		),
		pytest.param(
			("23:00-01:00", "01:00-02:00"),
			"Mon 1 Jun 22:00",
			"Tue 2 Jun 03:00",
			3 * HOUR,
			id="night and more",
		),
	],
)
def test_open_seconds_of_daily_windows(hours: tuple[str, ...], start: str, end: str, expected: int) -> None:
	assert daily("UTC", *hours).between(at(start), at(end)) == expected


@pytest.mark.parametrize(
	("start", "seconds", "due"),
	[
		pytest.param("Mon 1 Jun 10:00", 0, "Mon 1 Jun 10:00", id="nothing"),
		pytest.param("Sat 6 Jun 10:00", 0, "Sat 6 Jun 10:00", id="nothing while closed"),
		pytest.param("Mon 1 Jun 10:00", 1, "Mon 1 Jun 10:00:01", id="a second"),
		pytest.param(
			"Mon 1 Jun 09:00", 9 * HOUR, "Mon 1 Jun 18:00", id="closing time is due on closing time"
		),
		pytest.param("Mon 1 Jun 09:00", 9 * HOUR + 1, "Tue 2 Jun 09:00:01", id="a second past closing time"),
		pytest.param("Mon 1 Jun 18:00", 1, "Tue 2 Jun 09:00:01", id="from closing time"),
		pytest.param("Fri 5 Jun 17:00", 2 * HOUR, "Mon 8 Jun 10:00", id="over the weekend"),
		pytest.param("Mon 1 Jun 09:00", 45 * HOUR, "Fri 5 Jun 18:00", id="a week"),
	],
)
def test_a_deadline_in_office_hours(start: str, seconds: int, due: str) -> None:
	assert OFFICE.add(at(start), seconds) == at(due)


@pytest.mark.parametrize(
	("when", "opens"),
	[
		("Mon 1 Jun 08:00", "Mon 1 Jun 09:00"),
		("Mon 1 Jun 09:00", "Mon 1 Jun 09:00"),
		("Mon 1 Jun 17:59:59", "Mon 1 Jun 17:59:59"),
		("Fri 5 Jun 18:00", "Mon 8 Jun 09:00"),
	],
)
def test_next_open_is_the_instant_itself_while_open(when: str, opens: str) -> None:
	assert OFFICE.next_open(at(when)) == at(opens)
	assert OFFICE.is_open(at(when)) is (when == opens)


@pytest.mark.parametrize(
	("shown", "expected"),
	[
		(Window(9 * HOUR, 18 * HOUR), "09:00-18:00"),
		(Window(0, DAY), "00:00-24:00"),
		(Window(22 * HOUR, DAY + 6 * HOUR), "22:00-06:00 next day"),
		(Window(9 * HOUR + 61, 10 * HOUR + 59), "09:01:01-10:00:59"),
		(Window(HOUR, DAY + HOUR), "01:00-01:00 next day"),
	],
)
def test_a_window_is_shown_as_on_a_door(shown: Window, expected: str) -> None:
	assert str(shown) == expected


# Changes of the clocks


@pytest.mark.parametrize(
	("zone", "hours", "start", "end", "expected"),
	[
		pytest.param(
			"Europe/Berlin",
			"00:00-00:00",
			"Sun 29 Mar 00:00",
			"Mon 30 Mar 00:00",
			23 * HOUR,
			id="Berlin spring day",
		),
		pytest.param(
			"Europe/Berlin",
			"00:00-00:00",
			"Sun 25 Oct 00:00",
			"Mon 26 Oct 00:00",
			25 * HOUR,
			id="Berlin autumn day",
		),
		pytest.param(
			"Europe/Berlin",
			"22:00-06:00",
			"Sat 28 Mar 22:00",
			"Sun 29 Mar 06:00",
			7 * HOUR,
			id="Berlin spring night",
		),
		pytest.param(
			"Europe/Berlin",
			"22:00-06:00",
			"Sat 24 Oct 22:00",
			"Sun 25 Oct 06:00",
			9 * HOUR,
			id="Berlin autumn night",
		),
		pytest.param(
			"Europe/Berlin", "02:00-03:00", "Sun 29 Mar 00:00", "Mon 30 Mar 00:00", 0, id="a window left out"
		),
		pytest.param(
			"Europe/Berlin",
			"02:00-03:00",
			"Sun 25 Oct 00:00",
			"Mon 26 Oct 00:00",
			2 * HOUR,
			id="a window twice",
		),
		pytest.param(
			"Europe/Berlin",
			"02:30-04:00",
			"Sun 29 Mar 00:00",
			"Mon 30 Mar 00:00",
			HOUR,
			id="opens in the gap",
		),
		pytest.param(
			"Europe/Berlin",
			"01:00-02:30",
			"Sun 29 Mar 00:00",
			"Mon 30 Mar 00:00",
			HOUR,
			id="closes in the gap",
		),
		pytest.param(
			"Europe/Berlin",
			"02:15-02:45",
			"Sun 25 Oct 00:00",
			"Mon 26 Oct 00:00",
			HOUR,
			id="twice with a pause between",
		),
		pytest.param(
			"America/New_York",
			"00:00-08:00",
			"Sun 8 Mar 00:00",
			"Sun 8 Mar 08:00",
			7 * HOUR,
			id="New York spring",
		),
		pytest.param(
			"America/New_York",
			"00:00-08:00",
			"Sun 1 Nov 00:00",
			"Sun 1 Nov 08:00",
			9 * HOUR,
			id="New York autumn",
		),
		pytest.param(
			"Australia/Lord_Howe",
			"00:00-08:00",
			"Sun 4 Oct 00:00",
			"Sun 4 Oct 08:00",
			7 * HOUR + 30 * MINUTE,
			id="Lord Howe spring",
		),
		pytest.param(
			"Australia/Lord_Howe",
			"00:00-08:00",
			"Sun 5 Apr 00:00",
			"Sun 5 Apr 08:00",
			8 * HOUR + 30 * MINUTE,
			id="Lord Howe autumn",
		),
		pytest.param(
			"America/Sao_Paulo",
			"00:00-08:00",
			"Sat 3 Nov 2018 23:59:59",
			"Sun 4 Nov 2018 08:00",
			7 * HOUR,
			id="Sao Paulo without midnight",
		),
		pytest.param(
			"America/Sao_Paulo",
			"23:00-00:00",
			"Sat 17 Feb 2018 22:00",
			"Sun 18 Feb 2018 01:00",
			2 * HOUR,
			id="Sao Paulo last hour twice",
		),
		pytest.param(
			"Pacific/Apia",
			"09:00-17:00",
			"Thu 29 Dec 2011 00:00",
			"Sun 1 Jan 2012 00:00",
			16 * HOUR,
			id="Apia without 30 December",
		),
		pytest.param("Asia/Kolkata", "09:00-18:00", "Mon 1 Jun 08:00", "Mon 1 Jun 10:00", HOUR, id="Kolkata"),
		pytest.param(
			"Asia/Kathmandu", "09:00-18:00", "Mon 1 Jun 08:00", "Mon 1 Jun 10:00", HOUR, id="Kathmandu"
		),
	],
)
def test_open_seconds_where_the_wall_clock_jumps(
	zone: str, hours: str, start: str, end: str, expected: int
) -> None:
	assert daily(zone, hours).between(at(start, zone), at(end, zone)) == expected


@pytest.mark.parametrize(
	("start", "expected"),
	[
		pytest.param("Sun 8 Mar 00:00", 5 * HOUR, id="spring"),
		pytest.param("Sun 1 Nov 00:00", 7 * HOUR, id="autumn"),
	],
)
def test_a_window_across_a_change_and_one_after_it(start: str, expected: int) -> None:
	new_york = daily("America/New_York", "00:00-05:00", "06:00-07:00")
	midnight = at(start, "America/New_York")

	assert new_york.between(midnight, midnight + 12 * HOUR) == expected


def test_a_window_that_autumn_repeats_is_open_twice() -> None:
	berlin = daily("Europe/Berlin", "02:15-02:45")
	midnight = at("Sun 25 Oct 00:00", "Europe/Berlin")

	assert list(berlin.open_spans(midnight, midnight + 6 * HOUR)) == [
		(midnight + 2 * HOUR + 15 * MINUTE, midnight + 2 * HOUR + 45 * MINUTE),
		(midnight + 3 * HOUR + 15 * MINUTE, midnight + 3 * HOUR + 45 * MINUTE),
	]


def test_an_opening_across_a_change_of_the_clocks_is_one_span() -> None:
	berlin = Calendar.around_the_clock("24x7 Berlin", "Europe/Berlin")
	start, end = at("Mon 2 Mar 00:00"), at("Mon 2 Nov 00:00")

	assert list(berlin.open_spans(start, end)) == [(start, end)]


# Dates


SHORT_FRIDAY = DatedHours(date(2026, 6, 5), windows("09:00-12:00"), "Bridge day")
WORKING_SATURDAY = DatedHours(date(2026, 6, 6), windows("10:00-14:00"), "Stocktaking")
HOLIDAY = DatedHours(date(2026, 6, 4), (), "Corpus Christi")


def test_a_dated_exception_replaces_the_windows_of_its_weekday() -> None:
	calendar = office(exceptions=(WORKING_SATURDAY, SHORT_FRIDAY, HOLIDAY))

	assert list(calendar.open_spans(at("Wed 3 Jun 17:00"), at("Mon 8 Jun 10:00"))) == [
		(at("Wed 3 Jun 17:00"), at("Wed 3 Jun 18:00")),
		(at("Fri 5 Jun 09:00"), at("Fri 5 Jun 12:00")),
		(at("Sat 6 Jun 10:00"), at("Sat 6 Jun 14:00")),
		(at("Mon 8 Jun 09:00"), at("Mon 8 Jun 10:00")),
	]


def test_windows_of_an_exception_may_come_in_any_order() -> None:
	calendar = office(exceptions=(DatedHours(date(2026, 6, 5), windows("14:00-16:00", "09:00-12:00")),))

	assert list(calendar.open_spans(at("Fri 5 Jun 00:00"), at("Sat 6 Jun 00:00"))) == [
		(at("Fri 5 Jun 09:00"), at("Fri 5 Jun 12:00")),
		(at("Fri 5 Jun 14:00"), at("Fri 5 Jun 16:00")),
	]


def test_an_exception_wins_over_a_holiday_of_the_same_date() -> None:
	calendar = office(
		closures={date(2026, 6, 5): "Local holiday", date(2026, 6, 4): "Corpus Christi"},
		exceptions=(SHORT_FRIDAY,),
	)

	assert calendar.between(at("Thu 4 Jun 00:00"), at("Fri 5 Jun 00:00")) == 0
	assert calendar.between(at("Fri 5 Jun 00:00"), at("Sat 6 Jun 00:00")) == 3 * HOUR


def test_an_exception_wins_over_a_yearly_closure() -> None:
	calendar = office(
		yearly=(YearlyClosure((12, 24), (1, 2)),),
		exceptions=(DatedHours(date(2026, 12, 29), windows("10:00-12:00")),),
	)

	assert list(calendar.open_spans(at("Thu 24 Dec 00:00"), at("Mon 4 Jan 2027 00:00"))) == [
		(at("Tue 29 Dec 10:00"), at("Tue 29 Dec 12:00"))
	]


@pytest.mark.parametrize(
	("closure", "month_day", "expected"),
	[
		((8, 1), (7, 31), False),
		((8, 1), (8, 1), True),
		((8, 1), (8, 15), True),
		((8, 1), (8, 16), False),
	],
)
def test_a_yearly_closure_includes_both_its_days(
	closure: tuple[int, int], month_day: tuple[int, int], expected: bool
) -> None:
	assert YearlyClosure(closure, (8, 15)).covers(month_day) is expected


@pytest.mark.parametrize(
	("month_day", "expected"),
	[((12, 23), False), ((12, 24), True), ((12, 31), True), ((1, 1), True), ((1, 2), True), ((1, 3), False)],
)
def test_a_yearly_closure_may_run_over_new_year(month_day: tuple[int, int], expected: bool) -> None:
	assert YearlyClosure((12, 24), (1, 2)).covers(month_day) is expected


def test_a_yearly_closure_of_one_day() -> None:
	calendar = office(yearly=(YearlyClosure((6, 3), (6, 3), "Founder's day"),))

	assert calendar.between(at("Tue 2 Jun 00:00"), at("Fri 5 Jun 00:00")) == 18 * HOUR


@pytest.mark.parametrize(
	("new_year", "open_days"),
	[
		pytest.param("Fri 1 Jan 2027 00:00", 365, id="an ordinary year"),
		pytest.param("Sat 1 Jan 2028 00:00", 364, id="a leap year"),
	],
)
def test_a_yearly_closure_on_29_february_bites_in_leap_years_only(new_year: str, open_days: int) -> None:
	calendar = Calendar.around_the_clock("24x7", "UTC", yearly=(YearlyClosure((2, 29), (2, 29)),))

	assert calendar.between(at(new_year), at(new_year) + 365 * DAY) == open_days * DAY


def test_a_calendar_that_opens_on_29_february_only_does_open() -> None:
	closed = (YearlyClosure((1, 1), (2, 28)), YearlyClosure((3, 1), (12, 31)))
	calendar = Calendar.weekly("Leap", "UTC", {1: windows("09:00-10:00")}, yearly=closed)

	assert calendar.next_open(at("Mon 1 Jun 2026 00:00")) == at("Tue 29 Feb 2028 09:00")


def test_around_the_clock_closes_on_its_exceptions_and_closures_only() -> None:
	calendar = Calendar.around_the_clock(
		"24x7",
		"UTC",
		(DatedHours(date(2026, 6, 3), windows("09:00-12:00")),),
		(YearlyClosure((6, 5), (6, 5)),),
	)

	assert list(calendar.open_spans(at("Tue 2 Jun 00:00"), at("Sun 7 Jun 00:00"))) == [
		(at("Tue 2 Jun 00:00"), at("Wed 3 Jun 00:00")),
		(at("Wed 3 Jun 09:00"), at("Wed 3 Jun 12:00")),
		(at("Thu 4 Jun 00:00"), at("Fri 5 Jun 00:00")),
		(at("Sat 6 Jun 00:00"), at("Sun 7 Jun 00:00")),
	]


def test_around_the_clock_keeps_its_name() -> None:
	calendar = Calendar.around_the_clock("Always", "Asia/Kolkata")

	assert (calendar.name, calendar.zone_name) == ("Always", "Asia/Kolkata")


def test_a_night_ends_at_midnight_before_a_date_with_rules_of_its_own() -> None:
	"""The exception says all there is about its date, and nothing about the morning after."""
	calendar = office(
		hours=("22:00-06:00",),
		days="Mon-Sun",
		exceptions=(
			DatedHours(date(2026, 6, 3)),
			DatedHours(date(2026, 6, 5), windows("01:00-02:00", "23:00-03:00")),
		),
	)

	assert list(calendar.open_spans(at("Tue 2 Jun 12:00"), at("Sat 6 Jun 23:00"))) == [
		(at("Tue 2 Jun 22:00"), at("Wed 3 Jun 00:00")),
		(at("Thu 4 Jun 22:00"), at("Fri 5 Jun 00:00")),
		(at("Fri 5 Jun 01:00"), at("Fri 5 Jun 02:00")),
		(at("Fri 5 Jun 23:00"), at("Sat 6 Jun 03:00")),
		(at("Sat 6 Jun 22:00"), at("Sat 6 Jun 23:00")),
	]


def test_a_dated_night_may_run_into_the_next_days_window() -> None:
	calendar = office(exceptions=(DatedHours(date(2026, 6, 3), windows("12:00-10:00")),))

	assert list(calendar.open_spans(at("Wed 3 Jun 00:00"), at("Fri 5 Jun 00:00"))) == [
		(at("Wed 3 Jun 12:00"), at("Thu 4 Jun 18:00"))
	]


def test_a_dated_window_that_lies_within_the_night_before_changes_nothing() -> None:
	calendar = office(
		exceptions=(DatedHours(date(2026, 6, 3), windows("12:00-11:00")), DatedHours(date(2026, 6, 2)))
	)

	assert list(calendar.open_spans(at("Wed 3 Jun 00:00"), at("Thu 4 Jun 10:30"))) == [
		(at("Wed 3 Jun 12:00"), at("Thu 4 Jun 10:30"))
	]


def test_dates_that_no_search_reaches_are_no_harm() -> None:
	calendar = office(exceptions=(DatedHours(date.max), DatedHours(date.min)))

	assert calendar.between(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00")) == 9 * HOUR


# Spans


def test_open_spans_are_cut_to_what_was_asked() -> None:
	assert list(OFFICE.open_spans(at("Fri 5 Jun 17:00"), at("Tue 9 Jun 09:00:01"))) == [
		(at("Fri 5 Jun 17:00"), at("Fri 5 Jun 18:00")),
		(at("Mon 8 Jun 09:00"), at("Mon 8 Jun 18:00")),
		(at("Tue 9 Jun 09:00"), at("Tue 9 Jun 09:00:01")),
	]


@pytest.mark.parametrize(
	("start", "end"),
	[
		pytest.param("Mon 1 Jun 10:00", "Mon 1 Jun 10:00", id="empty"),
		pytest.param("Mon 1 Jun 11:00", "Mon 1 Jun 10:00", id="backward"),
	],
)
def test_an_empty_or_backward_stretch_has_no_spans(start: str, end: str) -> None:
	assert list(OFFICE.open_spans(at(start), at(end))) == []
	assert list(OFFICE.closed_spans(at(start), at(end))) == []


def test_closed_spans_say_why() -> None:
	calendar = office(
		closures={date(2026, 12, 22): "Local holiday"},
		exceptions=(
			DatedHours(date(2026, 12, 21), windows("09:00-12:00"), "Party"),
			DatedHours(date(2026, 12, 28), windows("10:00-11:00"), "Duty"),
		),
		yearly=(YearlyClosure((12, 24), (1, 1), "Winter break"),),
	)

	found = calendar.closed_spans(at("Fri 18 Dec 18:00"), at("Mon 4 Jan 2027 09:00"))

	assert [(span.start, span.end, span.why, span.detail) for span in found] == [
		(at("Fri 18 Dec 18:00"), at("Sat 19 Dec 00:00"), Closed.HOURS, ""),
		(at("Sat 19 Dec 00:00"), at("Sun 20 Dec 00:00"), Closed.WEEKDAY, "Saturday"),
		(at("Sun 20 Dec 00:00"), at("Mon 21 Dec 00:00"), Closed.WEEKDAY, "Sunday"),
		(at("Mon 21 Dec 00:00"), at("Mon 21 Dec 09:00"), Closed.HOURS, "Party"),
		(at("Mon 21 Dec 12:00"), at("Tue 22 Dec 00:00"), Closed.HOURS, "Party"),
		(at("Tue 22 Dec 00:00"), at("Wed 23 Dec 00:00"), Closed.DATE, "Local holiday"),
		(at("Wed 23 Dec 00:00"), at("Wed 23 Dec 09:00"), Closed.HOURS, ""),
		(at("Wed 23 Dec 18:00"), at("Thu 24 Dec 00:00"), Closed.HOURS, ""),
		(at("Thu 24 Dec 00:00"), at("Mon 28 Dec 00:00"), Closed.DATE, "Winter break"),
		(at("Mon 28 Dec 00:00"), at("Mon 28 Dec 10:00"), Closed.HOURS, "Duty"),
		(at("Mon 28 Dec 11:00"), at("Tue 29 Dec 00:00"), Closed.HOURS, "Duty"),
		(at("Tue 29 Dec 00:00"), at("Sat 2 Jan 2027 00:00"), Closed.DATE, "Winter break"),
		(at("Sat 2 Jan 2027 00:00"), at("Sun 3 Jan 2027 00:00"), Closed.WEEKDAY, "Saturday"),
		(at("Sun 3 Jan 2027 00:00"), at("Mon 4 Jan 2027 00:00"), Closed.WEEKDAY, "Sunday"),
		(at("Mon 4 Jan 2027 00:00"), at("Mon 4 Jan 2027 09:00"), Closed.HOURS, ""),
	]


def test_open_spans_from_closing_time_begin_with_the_next_opening() -> None:
	assert list(OFFICE.open_spans(at("Mon 1 Jun 18:00"), at("Tue 2 Jun 10:00"))) == [
		(at("Tue 2 Jun 09:00"), at("Tue 2 Jun 10:00"))
	]


@pytest.mark.parametrize(
	("end", "expected"),
	[
		pytest.param("Sat 6 Jun 00:00", [("Fri 5 Jun 18:00", Closed.HOURS)], id="up to midnight"),
		pytest.param(
			"Sat 6 Jun 00:00:01",
			[("Fri 5 Jun 18:00", Closed.HOURS), ("Sat 6 Jun 00:00", Closed.WEEKDAY)],
			id="a second into the day",
		),
	],
)
def test_closed_spans_change_their_reason_at_midnight(end: str, expected: list[tuple[str, Closed]]) -> None:
	found = list(OFFICE.closed_spans(at("Fri 5 Jun 18:00"), at(end)))

	assert [(span.start, span.why) for span in found] == [(at(start), why) for start, why in expected]
	assert found[-1].end == at(end)


def test_nights_closed_for_the_same_reason_are_one_span() -> None:
	found = OFFICE.closed_spans(at("Mon 1 Jun 18:00"), at("Tue 2 Jun 09:00"))

	assert [(span.start, span.end) for span in found] == [(at("Mon 1 Jun 18:00"), at("Tue 2 Jun 09:00"))]


def test_a_stretch_that_is_open_throughout_has_no_closed_spans() -> None:
	assert list(OFFICE.closed_spans(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 18:00"))) == []


def test_closed_spans_know_that_a_date_was_left_out() -> None:
	apia = office("Pacific/Apia")

	found = apia.closed_spans(
		at("Thu 29 Dec 2011 17:00", "Pacific/Apia"), at("Sat 31 Dec 2011 01:00", "Pacific/Apia")
	)

	assert [(span.start, span.end, span.detail) for span in found] == [
		(at("Thu 29 Dec 2011 18:00", "Pacific/Apia"), at("Sat 31 Dec 2011 00:00", "Pacific/Apia"), ""),
		(
			at("Sat 31 Dec 2011 00:00", "Pacific/Apia"),
			at("Sat 31 Dec 2011 01:00", "Pacific/Apia"),
			"Saturday",
		),
	]


def test_closed_spans_follow_the_wall_clock_back_over_midnight() -> None:
	"""In St. John's it was Sunday 1 November 2009 for a minute, and then Saturday 23:01 again."""
	st_johns = office("America/St_Johns", ("22:00-23:30",), "Sat")
	sunday = at("Sun 1 Nov 2009 00:00", "America/St_Johns")

	found = st_johns.closed_spans(sunday - HOUR, sunday + 3 * HOUR)

	assert [(span.start - sunday, span.end - sunday, span.why, span.detail) for span in found] == [
		(-30 * MINUTE, 0, Closed.HOURS, ""),
		(0, MINUTE, Closed.WEEKDAY, "Sunday"),
		(30 * MINUTE, HOUR, Closed.HOURS, ""),
		(HOUR, 3 * HOUR, Closed.WEEKDAY, "Sunday"),
	]


# Holidays known so far


def test_holidays_are_known_up_to_the_end_of_the_last_date() -> None:
	calendar = office("Asia/Kolkata", known_until=date(2026, 12, 31))
	new_year = at("Fri 1 Jan 2027 00:00", "Asia/Kolkata")

	assert calendar.knows(new_year - 1)
	assert not calendar.knows(new_year)


@pytest.mark.parametrize(
	"known_until",
	[
		pytest.param(None, id="no question"),
		pytest.param(date(2199, 12, 31), id="the last supported date"),
		pytest.param(date.max, id="the last date"),
	],
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_holidays_that_are_known_for_ever(known_until: date | None, zone: str) -> None:
	assert office(zone, known_until=known_until).knows(LAST - 1)


def test_holidays_that_are_not_known_at_all() -> None:
	assert not office(known_until=date(1960, 1, 1)).knows(FIRST)


# Horizon and range


def test_a_search_past_the_horizon_names_the_calendar() -> None:
	once = Calendar.weekly(
		"Move", "Europe/Berlin", {}, exceptions=(DatedHours(date(2026, 6, 6), windows("09:00-12:00")),)
	)

	with pytest.raises(errors.HorizonExceeded) as refusal:
		once.add(at("Mon 1 Jun 00:00"), 3 * HOUR + 1)

	assert str(refusal.value) == (
		'Calendar "Move" has not 10801 open seconds within 50 years after 2026-06-01 02:00:00+02:00. '
		"Shorten the target or give the calendar more hours."
	)
	assert once.add(at("Mon 1 Jun 00:00"), 3 * HOUR) == at("Sat 6 Jun 12:00", "Europe/Berlin")


def test_a_calendar_that_has_opened_for_the_last_time_has_no_next_opening() -> None:
	once = Calendar.weekly(
		"Move", "UTC", {}, exceptions=(DatedHours(date(2026, 6, 6), windows("09:00-12:00")),)
	)

	with pytest.raises(errors.HorizonExceeded):
		once.next_open(at("Sat 6 Jun 12:00"))


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_the_horizon_lies_where_it_lies_whatever_was_compiled_before(warm: bool) -> None:
	start = at("Mon 1 Jun 2026 00:00")
	calendar = Calendar.around_the_clock("24x7", "UTC")
	if warm:
		calendar.between(start, start + 80 * YEAR)

	assert calendar.add(start, 50 * YEAR) == start + 50 * YEAR
	with pytest.raises(errors.HorizonExceeded) as refusal:
		calendar.add(start, 50 * YEAR + 1)
	assert refusal.value.values["seconds"] == 50 * YEAR + 1


def test_a_far_deadline_is_found_step_by_step() -> None:
	"""1 June 1970 is a Monday; 4,000 weeks of 45 hours end on a Friday evening."""
	assert OFFICE.add(at("Mon 1 Jun 1970 00:00"), 2_000 * 45 * HOUR) == at("Fri 26 Sep 2008 18:00")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_the_whole_range_of_instants_can_be_asked_for(zone: str) -> None:
	calendar = Calendar.around_the_clock("24x7", zone)

	assert calendar.between(FIRST, FIRST + 1) == 1
	assert calendar.between(FIRST, LAST) == LAST - FIRST
	assert calendar.is_open(LAST - 1)
	assert list(calendar.open_spans(FIRST, LAST)) == [(FIRST, LAST)]
	assert list(office(zone, days="Sun").closed_spans(LAST - HOUR, LAST))[-1].end == LAST


def test_the_first_second_of_all_counts() -> None:
	assert Calendar.around_the_clock("24x7", "UTC").between(FIRST, FIRST + 1) == 1


def test_a_far_opening_is_used_up_to_its_last_second() -> None:
	once = Calendar.weekly(
		"Move", "UTC", {}, exceptions=(DatedHours(date(2045, 6, 3), windows("09:00-12:00")),)
	)

	assert once.add(at("Mon 1 Jun 2026 00:00"), 3 * HOUR) == at("Sat 3 Jun 2045 12:00")


def test_a_deadline_is_an_instant() -> None:
	"""LAST is none any more."""
	assert Calendar.around_the_clock("24x7", "UTC").add(LAST - 2, 1) == LAST - 1
	with pytest.raises(errors.HorizonExceeded):
		Calendar.around_the_clock("24x7", "UTC").add(LAST - 1, 1)


@pytest.mark.parametrize(
	("start", "end", "named"),
	[
		pytest.param(FIRST - 1, FIRST, FIRST - 1, id="before"),
		pytest.param(LAST, LAST + 1, LAST + 1, id="after"),
	],
)
def test_instants_out_of_range_are_refused(start: int, end: int, named: int) -> None:
	calendar = office()

	for question in (
		lambda: calendar.between(start, end),
		lambda: calendar.add(start, 1),
		lambda: list(calendar.open_spans(start, end)),
		lambda: list(calendar.closed_spans(start, end)),
	):
		with pytest.raises(errors.InstantOutOfRange, match="outside the years 1970 to 2199") as refusal:
			question()
		assert refusal.value.values["moment"] == named


def test_a_span_that_begins_in_the_range_and_ends_outside_is_refused() -> None:
	with pytest.raises(errors.InstantOutOfRange) as refusal:
		office().between(FIRST, LAST + 1)

	assert refusal.value.values["moment"] == LAST + 1


# Compiled openings, shared


def test_packed_openings_serve_another_process() -> None:
	ours, theirs = office("Europe/Berlin"), office("Europe/Berlin")
	start, end = at("Mon 1 Jun 2026 00:00"), at("Mon 1 Jun 2026 00:00") + YEAR
	expected = ours.between(start, end)

	theirs.unpack(ours.pack())

	assert theirs.pack() == ours.pack()
	assert theirs.between(start, end) == expected
	assert theirs.between(start - 5 * YEAR, end) == office("Europe/Berlin").between(start - 5 * YEAR, end)


def test_packed_openings_are_what_is_used() -> None:
	"""So unpacking those of another version would show, and compiling is not done again."""
	longer, calendar = office(hours=("09:00-19:00",)), office()
	longer.between(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00"))

	calendar.unpack(longer.pack())

	assert calendar.between(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00")) == 10 * HOUR


def test_packed_openings_that_were_cut_off_are_refused() -> None:
	calendar = office()
	calendar.between(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00"))

	with pytest.raises(ValueError, match="zip"):
		office().unpack(calendar.pack()[:-8])


def test_nothing_compiled_packs_to_nothing() -> None:
	calendar = office()

	calendar.unpack(office().pack())

	assert calendar.between(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00")) == 9 * HOUR


def test_calendars_of_the_same_rules_are_equal() -> None:
	used = office()
	used.between(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00"))

	assert used == office()
	assert hash(used) == hash(office())
	assert used != office("Europe/Berlin")
