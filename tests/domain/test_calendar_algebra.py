"""Calendars under random zones, windows, holidays and exceptions: the algebra, and an answer found otherwise."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st
from oracles import MinuteByMinute

from slm_extension.domain.calendars import Calendar, Closed, DatedHours, Window, YearlyClosure
from slm_extension.domain.errors import CalendarNeverOpens, DomainError
from slm_extension.domain.instants import DAY, LAST

DAYS = 5
MINUTE = 60
TEN_MINUTES = 600

SCENES = [
	("UTC", date(2026, 6, 1)),
	("Europe/Berlin", date(2026, 3, 29)),
	("Europe/Berlin", date(2026, 10, 25)),
	("America/New_York", date(2026, 3, 8)),
	("America/New_York", date(2026, 11, 1)),
	("Australia/Lord_Howe", date(2026, 4, 5)),
	("Australia/Lord_Howe", date(2026, 10, 4)),
	("Asia/Kolkata", date(2026, 12, 31)),
	("Asia/Kathmandu", date(1985, 12, 31)),
	("Pacific/Apia", date(2011, 12, 30)),
	("Pacific/Kwajalein", date(1993, 8, 21)),
	("America/Sao_Paulo", date(2018, 11, 4)),
	("America/Sao_Paulo", date(2018, 2, 18)),
	("America/Havana", date(2026, 11, 1)),
	("America/St_Johns", date(2009, 11, 1)),
	("Africa/Casablanca", date(2026, 2, 15)),
	("Antarctica/Troll", date(2026, 3, 29)),
]
"""Zones with the dates on which their clocks do something remarkable; the weekday is of no matter here."""


@dataclass(frozen=True)
class Rules:
	"""A calendar in parts, so that both sides can be built from it, and a stretch of days to look at."""

	zone: str
	week: dict[int, tuple[Window, ...]]
	exceptions: tuple[DatedHours, ...]
	closures: dict[date, str]
	yearly: tuple[YearlyClosure, ...]
	start: int

	@property
	def end(self) -> int:
		return self.start + DAYS * DAY

	def calendar(self) -> Calendar:
		try:
			return Calendar.weekly("Drawn", self.zone, self.week, self.closures, self.exceptions, self.yearly)
		except CalendarNeverOpens:
			assume(False)
			raise

	def oracle(self) -> MinuteByMinute:
		own = {exception.day for exception in self.exceptions}
		holidays = tuple(DatedHours(day) for day in self.closures if day not in own)
		return MinuteByMinute(
			self.zone, self.week, self.exceptions + holidays, self.yearly, self.start, self.end
		)


def cut(draw: st.DrawFn, days: int, unit: int) -> list[tuple[int, int]]:
	"""Stretches of some days that do not overlap, in seconds; two may touch."""
	points = draw(st.lists(st.integers(0, days * DAY // unit), max_size=4 * days, unique=True).map(sorted))
	pairs = itertools.pairwise(points)
	return [(start * unit, end * unit) for start, end in pairs if draw(st.integers(0, 2))]


@st.composite
def weeks(draw: st.DrawFn) -> dict[int, tuple[Window, ...]]:
	if draw(st.integers(0, 9)) == 0:
		return dict.fromkeys(range(7), (Window(0, DAY),))
	unit = draw(st.sampled_from((MINUTE, TEN_MINUTES, 3_600)))
	week: dict[int, tuple[Window, ...]] = {}
	for start, end in cut(draw, 7, unit):
		day, begin = divmod(start, DAY)
		week[day] = (*week.get(day, ()), Window(begin, min(begin + end - start, begin + DAY)))
	return week


@st.composite
def rules(draw: st.DrawFn) -> Rules:
	zone, day = draw(st.sampled_from(SCENES))
	first = day - timedelta(days=draw(st.integers(1, 3)))
	some_day = st.integers(-1, DAYS).map(lambda number: first + timedelta(days=number))
	hours = draw(
		st.dictionaries(
			some_day,
			st.composite(
				lambda draw: tuple(Window(*one) for one in cut(draw, 1, TEN_MINUTES) if one[0] < DAY)
			)(),
			max_size=2,
		)
	)
	if hours and draw(st.booleans()):
		dated = next(iter(hours))
		hours[dated] = (
			*(one for one in hours[dated] if one.end <= 20 * 3_600),
			Window(20 * 3_600, DAY + 4 * 3_600),
		)
	yearly = draw(
		st.lists(st.tuples(some_day, st.integers(0, 3)).map(lambda one: closure(*one)), max_size=1).map(tuple)
	)
	return Rules(
		zone=zone,
		week=draw(weeks()),
		exceptions=tuple(DatedHours(day, windows) for day, windows in hours.items()),
		closures=dict.fromkeys(draw(st.lists(some_day, max_size=2)), "Holiday"),
		yearly=yearly,
		start=int(datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone)).timestamp()) // 60 * 60,
	)


def closure(day: date, more: int) -> YearlyClosure:
	last = day + timedelta(days=more)
	return YearlyClosure((day.month, day.day), (last.month, last.day), "Break")


seconds_inside = st.integers(0, DAYS * DAY)
durations = st.one_of(st.integers(0, 2 * DAY), st.integers(0, 400 * DAY))
some_instants = st.integers(5 * DAY, LAST - 6_000 * DAY)


@given(rules(), seconds_inside, seconds_inside, st.integers(0, 2 * DAY))
def test_a_calendar_agrees_with_the_wall_clock(rules: Rules, one: int, other: int, seconds: int) -> None:
	calendar, oracle = rules.calendar(), rules.oracle()
	start, end = rules.start + min(one, other), rules.start + max(one, other)

	assert calendar.between(start, end) == oracle.between(start, end)
	due = oracle.add(start, seconds)
	if due is not None:
		assert calendar.add(start, seconds) == due


@given(rules())
def test_open_and_closed_spans_cut_a_stretch_as_the_wall_clock_does(rules: Rules) -> None:
	calendar, oracle = rules.calendar(), rules.oracle()
	minutes = range(rules.start, rules.end, MINUTE)

	opened = list(calendar.open_spans(rules.start, rules.end))
	closed = list(calendar.closed_spans(rules.start, rules.end))

	spans = sorted(opened + [(span.start, span.end) for span in closed])
	assert spans[0][0] == rules.start
	assert spans[-1][1] == rules.end
	assert all(one[1] == two[0] for one, two in itertools.pairwise(spans))
	assert all(one[1] < two[0] for one, two in itertools.pairwise(opened))
	assert [at for at, is_open in zip(minutes, oracle.cells, strict=True) if is_open] == [
		at for start, end in opened for at in range(start, end, MINUTE)
	]


@given(rules())
def test_each_closed_minute_has_the_reason_of_its_date(rules: Rules) -> None:
	calendar, oracle = rules.calendar(), rules.oracle()

	for span in calendar.closed_spans(rules.start, rules.end):
		for at in range(span.start, span.end, 15 * MINUTE):
			day = datetime.fromtimestamp(at, ZoneInfo(rules.zone)).date()
			if oracle.is_special(day):
				assert span.why is (Closed.HOURS if oracle.windows(day) else Closed.DATE)
			elif oracle.windows(day):
				assert (span.why, span.detail) == (Closed.HOURS, "")
			else:
				assert (span.why, span.detail) == (Closed.WEEKDAY, f"{day:%A}")


@given(rules(), some_instants, durations)
def test_a_deadline_is_the_earliest_instant_by_which_so_much_time_was_open(
	rules: Rules, start: int, seconds: int
) -> None:
	calendar = rules.calendar()
	due = add_or_skip(calendar, start, seconds)

	assert calendar.add(start, 0) == start
	assert calendar.between(start, due) == seconds
	if seconds:
		assert calendar.is_open(due - 1)
		assert calendar.between(start, due - 1) == seconds - 1


@given(rules(), st.lists(some_instants, min_size=3, max_size=3).map(sorted))
def test_open_time_adds_up(rules: Rules, instants: list[int]) -> None:
	calendar = rules.calendar()
	start, middle, end = instants

	assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)
	assert 0 <= calendar.between(start, middle) <= middle - start


@given(rules(), some_instants, durations, durations)
def test_deadlines_add_up(rules: Rules, start: int, one: int, other: int) -> None:
	calendar = rules.calendar()
	first = add_or_skip(calendar, start, one)

	assert add_or_skip(calendar, first, other) == add_or_skip(calendar, start, one + other)


@given(rules(), some_instants, st.integers(0, 10 * DAY), durations, st.integers(0, 2 * DAY))
def test_later_or_longer_is_never_due_earlier(
	rules: Rules, start: int, later: int, seconds: int, longer: int
) -> None:
	calendar = rules.calendar()
	due = add_or_skip(calendar, start, seconds)

	assert due <= add_or_skip(calendar, start + later, seconds)
	assert due <= add_or_skip(calendar, start, seconds + longer)
	assert (longer == 0) == (due == add_or_skip(calendar, start, seconds + longer))


@given(rules(), some_instants)
def test_the_next_opening_is_the_first_open_instant(rules: Rules, at: int) -> None:
	calendar = rules.calendar()
	opens = add_or_skip(calendar, at, 1) - 1

	assert calendar.next_open(at) == opens
	assert calendar.is_open(opens)
	assert calendar.between(at, opens) == 0
	assert calendar.is_open(at) is (opens == at)


questions = st.lists(st.tuples(st.integers(0, LAST), st.integers(-1, 60 * 366 * DAY)), min_size=2, max_size=4)


@given(rules(), questions)
def test_answers_do_not_depend_on_what_was_asked_before(rules: Rules, asked: list[tuple[int, int]]) -> None:
	used = rules.calendar()

	for start, seconds in asked:
		assert answers(used, start, seconds) == answers(rules.calendar(), start, seconds)


@given(rules(), st.integers(0, LAST - DAY), st.integers(0, LAST - DAY))
def test_packed_openings_give_the_same_answers(rules: Rules, one: int, other: int) -> None:
	packed, unpacked = rules.calendar(), rules.calendar()
	start, end = min(one, other), max(one, other)
	expected = packed.between(start, start + DAY)

	unpacked.unpack(packed.pack())

	assert unpacked.between(start, start + DAY) == expected
	assert unpacked.between(start, end) == packed.between(start, end)


def answers(calendar: Calendar, start: int, seconds: int) -> list[object]:
	found: list[object] = []
	for question in (
		lambda: calendar.add(start, seconds),
		lambda: calendar.between(start, start + seconds),
		lambda: list(calendar.open_spans(start, min(start + seconds, start + 20 * DAY))),
	):
		try:
			found.append(question())
		except DomainError as error:
			found.append(str(error))
	return found


def add_or_skip(calendar: Calendar, start: int, seconds: int) -> int:
	try:
		return calendar.add(start, seconds)
	except DomainError:
		assume(False)
		raise
