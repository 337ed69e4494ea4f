"""Agreed interruptions: when they take place, and how much of a clock they took.

June 2026: 1 June is a Monday. Where nothing else is said everything is UTC; the office is open Monday to Friday
09:00-18:00.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from given import HOUR, RESOLUTION_4H, at, ticket
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.domain.availability import Maintenance
from slm_extension.domain.clocks import Clock, measure
from slm_extension.domain.errors import (
	DomainError,
	InterruptionWithoutEnd,
	NegativeInterruption,
	NegativeNotice,
)
from slm_extension.domain.instants import LAST, Instant
from slm_extension.domain.interruptions import AgreedInterruption, Interruption, agreed_by_all, covered
from slm_extension.domain.recurrence import LAST as LAST_PLACE
from slm_extension.domain.recurrence import Every, Rhythm
from slm_extension.domain.targets import Piece, Target
from slm_extension.domain.timeline import Timeline

UTC, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SUNDAY = 0, 1, 2, 3, 4, 6


def backup(
	begins: str, every: Every | Rhythm | None = None, zone: ZoneInfo = UTC, **more: int
) -> Interruption:
	"""An hour from that time of the wall on, unless said."""
	rhythm = every if every is None or isinstance(every, Rhythm) else Rhythm(every)
	return Interruption(datetime.fromisoformat(begins), zone, more.pop("lasts", HOUR), rhythm, **more)


def starts(found: Interruption, first: str, last: str) -> list[Instant]:
	return [start for start, _end in found.spans(at(first), at(last))]


class TestWhen:
	@pytest.mark.parametrize(
		("row", "expected"),
		[
			pytest.param(backup("2026-06-02 10:00"), ["Tue 2 Jun 10:00"], id="once"),
			pytest.param(backup("2026-05-26 10:00"), [], id="once, before"),
			pytest.param(backup("1911-06-02 10:00"), [], id="once, before all time"),
			pytest.param(backup("2026-06-08 10:00"), [], id="once, after"),
			pytest.param(
				backup("2026-06-03 10:00", Every.DAY),
				["Wed 3 Jun 10:00", "Thu 4 Jun 10:00", "Fri 5 Jun 10:00"],
				id="daily from its first day on",
			),
			pytest.param(
				backup("2020-06-01 10:00", Every.WEEK), ["Mon 1 Jun 10:00"], id="weekly for six years"
			),
			pytest.param(backup("2026-01-31 10:00", Every.MONTH), [], id="monthly at the end of the month"),
			pytest.param(backup("2026-03-04 10:00", Every.QUARTER), ["Thu 4 Jun 10:00"], id="quarterly"),
			pytest.param(backup("2019-06-05 10:00", Every.YEAR), ["Fri 5 Jun 10:00"], id="yearly"),
			pytest.param(
				backup("2025-01-01 10:00", Rhythm(Every.MONTH, weekday=1, place=1)),
				["Tue 2 Jun 10:00"],
				id="first Tuesday of the month",
			),
			pytest.param(
				backup("2026-05-20 10:00", Rhythm(Every.WEEK, 2)), ["Wed 3 Jun 10:00"], id="every two weeks"
			),
			pytest.param(
				backup("2026-05-20 10:00", Rhythm(Every.WEEK, 1, TUESDAY, through=THURSDAY)),
				["Tue 2 Jun 10:00", "Wed 3 Jun 10:00", "Thu 4 Jun 10:00"],
				id="Tuesday to Thursday",
			),
			pytest.param(
				backup("2026-05-20 10:00", Rhythm(Every.WEEK, 2, WEDNESDAY, through=MONDAY)),
				["Wed 3 Jun 10:00", "Thu 4 Jun 10:00", "Fri 5 Jun 10:00"],
				id="every two weeks, past Sunday",
			),
		],
	)
	def test_on_its_days(self, row: Interruption, expected: list[str]) -> None:
		assert starts(row, "Mon 1 Jun 00:00", "Fri 5 Jun 18:00") == [at(one) for one in expected]

	def test_the_day_of_the_month_comes_back_after_a_short_one(self) -> None:
		row = backup("2026-01-30 10:00", Every.MONTH)
		assert starts(row, "Sun 1 Feb 00:00", "Wed 1 Apr 00:00") == [
			at("Sat 28 Feb 10:00"),
			at("Mon 30 Mar 10:00"),
		]

	def test_touching_is_not_being_in_it(self) -> None:
		row = backup("2026-06-01 10:00")
		assert starts(row, "Mon 1 Jun 11:00", "Mon 1 Jun 12:00") == []
		assert starts(row, "Mon 1 Jun 09:00", "Mon 1 Jun 10:00") == []
		assert starts(row, "Mon 1 Jun 10:59:59", "Mon 1 Jun 12:00") == [at("Mon 1 Jun 10:00")]
		assert starts(row, "Mon 1 Jun 09:00", "Mon 1 Jun 10:00:01") == [at("Mon 1 Jun 10:00")]

	def test_one_that_began_days_ago_lasts_into_it(self) -> None:
		row = backup("2026-05-04 10:00", Every.WEEK, lasts=6 * 24 * HOUR)
		assert starts(row, "Sun 31 May 09:00", "Sun 31 May 09:30") == [at("Mon 25 May 10:00")]

	def test_by_the_wall_clock_across_the_change_to_summer_time(self) -> None:
		"""29 March 2026, a Sunday, loses an hour in Berlin: 01:00 stays 01:00 and is an hour earlier in UTC then."""
		row = backup("2026-03-28 01:00", Every.DAY, BERLIN)
		assert [one for one in row.spans(at("Sat 28 Mar 00:00"), at("Tue 31 Mar 00:00"))] == [
			(at("Sat 28 Mar 00:00"), at("Sat 28 Mar 01:00")),
			(at("Sun 29 Mar 00:00"), at("Sun 29 Mar 01:00")),
			(at("Sun 29 Mar 23:00"), at("Mon 30 Mar 00:00")),
			(at("Mon 30 Mar 23:00"), at("Tue 31 Mar 00:00")),
		]

	def test_the_night_on_which_summer_time_ends_is_an_hour_longer(self) -> None:
		"""25 October 2026, the last Sunday: 02:00 in Berlin comes twice, the first is meant; four hours are four hours."""
		row = backup(
			"2026-01-01 02:00", Rhythm(Every.MONTH, weekday=6, place=LAST_PLACE), BERLIN, lasts=4 * HOUR
		)
		assert list(row.spans(at("Thu 1 Oct 00:00"), at("Tue 1 Dec 00:00"))) == [
			(at("Sun 25 Oct 00:00"), at("Sun 25 Oct 04:00")),
			(at("Sun 29 Nov 01:00"), at("Sun 29 Nov 05:00")),
		]

	def test_the_nights_from_friday_to_monday_around_the_end_of_summer_time(self) -> None:
		"""25 October 2026 is the Sunday: 02:30 in Berlin is 00:30 UTC until its first 02:30, and 01:30 after it."""
		row = backup("2026-10-01 02:30", Rhythm(Every.WEEK, 1, FRIDAY, through=MONDAY), BERLIN)
		assert list(row.spans(at("Tue 20 Oct 00:00"), at("Fri 30 Oct 00:00"))) == [
			(at("Fri 23 Oct 00:30"), at("Fri 23 Oct 01:30")),
			(at("Sat 24 Oct 00:30"), at("Sat 24 Oct 01:30")),
			(at("Sun 25 Oct 00:30"), at("Sun 25 Oct 01:30")),
			(at("Mon 26 Oct 01:30"), at("Mon 26 Oct 02:30")),
		]

	def test_the_nights_from_monday_to_friday_in_winter_and_in_summer(self) -> None:
		"""29 March 2026 is the Sunday between: 02:00 in Berlin is 01:00 UTC before it, and midnight after it."""
		row = backup("2026-01-01 02:00", Rhythm(Every.WEEK, 1, MONDAY, through=FRIDAY), BERLIN)
		assert starts(row, "Thu 26 Mar 00:00", "Wed 1 Apr 00:00") == [
			at("Thu 26 Mar 01:00"),
			at("Fri 27 Mar 01:00"),
			at("Mon 30 Mar 00:00"),
			at("Tue 31 Mar 00:00"),
		]

	@given(
		st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda run: run[0] != run[1]),
		st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 5)).map(lambda one: one.replace(microsecond=0)),
		st.sampled_from([UTC, BERLIN]),
		st.integers(1, 24 * HOUR),
	)
	def test_one_row_is_the_same_instants_as_a_row_for_each_weekday(
		self, run: tuple[int, int], begins: datetime, zone: ZoneInfo, lasts: int
	) -> None:
		"""Across 29 March 2026, when summer time begins in Berlin."""
		first, last = run
		bounds = at("Wed 25 Mar 00:00"), at("Wed 8 Apr 00:00")
		weekdays = [(first + more) % 7 for more in range((last - first) % 7 + 1)]

		one = Interruption(begins, zone, lasts, Rhythm(Every.WEEK, 1, first, through=last))
		each = [Interruption(begins, zone, lasts, Rhythm(Every.WEEK, 1, weekday)) for weekday in weekdays]

		assert list(one.spans(*bounds)) == sorted(span for row in each for span in row.spans(*bounds))

	def test_a_time_that_spring_leaves_out_is_when_the_clock_jumps(self) -> None:
		"""29 March 2026: from 02:00 to 03:00 in Berlin, at 01:00 UTC."""
		row = backup("2026-03-29 02:30", None, BERLIN)
		assert list(row.spans(at("Sun 29 Mar 00:00"), at("Mon 30 Mar 00:00"))) == [
			(at("Sun 29 Mar 01:00"), at("Sun 29 Mar 02:00"))
		]

	def test_at_both_ends_of_time(self) -> None:
		assert list(backup("1970-01-01 00:00").spans(0, 1)) == [(0, HOUR)]
		assert list(backup("9999-12-31 00:00", Every.YEAR).spans(0, LAST)) == []


class TestSaid:
	BEGINS = datetime(2026, 6, 1, 10)

	def test_when_is_by_the_clocks_of_the_zone(self) -> None:
		said = AgreedInterruption("Backup", "", self.BEGINS, HOUR, Rhythm(Every.DAY), 60)
		assert said.in_zone(BERLIN) == Interruption(self.BEGINS, BERLIN, HOUR, Rhythm(Every.DAY), 60)

	@pytest.mark.parametrize(
		"said",
		[AgreedInterruption("Backup", lasts=HOUR), AgreedInterruption("Backup", begins=BEGINS)],
		ids=["no time", "no duration"],
	)
	def test_what_does_not_say_when_is_at_no_time(self, said: AgreedInterruption) -> None:
		assert said.in_zone(UTC) is None

	@pytest.mark.parametrize(
		("values", "error"),
		[
			pytest.param({"lasts": -1}, NegativeInterruption, id="shorter than nothing"),
			pytest.param({"notice": -1}, NegativeNotice, id="told afterwards"),
			pytest.param(
				{"lasts": 24 * HOUR + 1, "rhythm": Rhythm(Every.DAY)}, InterruptionWithoutEnd, id="all day"
			),
			pytest.param(
				{"lasts": 56 * 24 * HOUR + 1, "rhythm": Rhythm(Every.MONTH, 2)}, InterruptionWithoutEnd, id="all year"
			),
			pytest.param(
				{"lasts": 24 * HOUR + 1, "rhythm": Rhythm(Every.WEEK, 2, MONDAY, through=FRIDAY)},
				InterruptionWithoutEnd,
				id="all days of a week",
			),
		],
	)  # fmt: skip
	def test_what_cannot_be_is_refused(self, values: dict[str, object], error: type[DomainError]) -> None:
		with pytest.raises(error):
			AgreedInterruption("Backup", **values)

	def test_once_it_may_last_as_long_as_it_takes(self) -> None:
		assert AgreedInterruption("Move", lasts=60 * 24 * HOUR).rhythm is None
		assert AgreedInterruption("Backup", lasts=24 * HOUR, rhythm=Rhythm(Every.DAY)).lasts == 24 * HOUR


class TestAgreedByAll:
	"""Hours of Monday 1 June; both agreements are in force from 8 to 20 unless said."""

	@pytest.mark.parametrize(
		("agreements", "expected"),
		[
			pytest.param([], [], id="nobody"),
			pytest.param([((8, 20), [])], [], id="one that says nothing"),
			pytest.param([((8, 20), [(9, 10), (12, 14)])], [(9, 10), (12, 14)], id="one alone"),
			pytest.param([((8, 20), [(9, 11)]), ((8, 20), [(10, 12)])], [(10, 11)], id="what both say"),
			pytest.param([((8, 20), [(9, 11)]), ((8, 20), [(11, 12)])], [], id="one after the other"),
			pytest.param([((8, 20), [(9, 11)]), ((8, 20), [])], [], id="one of two"),
			pytest.param(
				[((8, 20), [(9, 11)]), ((10, 20), [])], [(9, 10)], id="before the other is in force"
			),
			pytest.param(
				[((8, 12), [(7, 13)]), ((12, 20), [(11, 14)])], [(8, 14)], id="one version, then the next"
			),
			pytest.param([((8, 20), [(9, 11), (10, 12)])], [(9, 12)], id="two of one that overlap"),
			pytest.param([((8, 20), [(2, 3), (19, 23)])], [(19, 20)], id="only while it is in force"),
			pytest.param([((12, 8), [(7, 13)])], [], id="never in force"),
		],
	)
	def test_only_what_everybody_agrees_on(self, agreements, expected) -> None:
		def hour(number: int) -> Instant:
			return at("Mon 1 Jun 00:00") + number * HOUR

		found = agreed_by_all(
			((hour(first), hour(last)), [(hour(one), hour(other)) for one, other in spans])
			for (first, last), spans in agreements
		)

		assert found == tuple((hour(one), hour(other)) for one, other in expected)


class TestNotice:
	ROW = backup("2026-06-01 10:00", Every.DAY, lasts=2 * HOUR, notice=48 * HOUR)

	def agreed(self, *windows: Maintenance) -> tuple[tuple[Instant, Instant], ...]:
		return self.ROW.agreed(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00"), windows)

	def test_without_one_all_of_it_is_agreed(self) -> None:
		row = backup("2026-06-01 10:00")
		assert row.agreed(at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00"), ()) == (
			(at("Mon 1 Jun 10:00"), at("Mon 1 Jun 11:00")),
		)

	def test_what_nobody_was_told_of_is_not(self) -> None:
		assert self.agreed() == ()

	@pytest.mark.parametrize(
		("told", "notice", "agreed"),
		[
			("Sat 30 May 10:30", 0, True),
			("Sat 30 May 10:30:01", 0, False),
			("Sat 30 May 10:30", 49 * HOUR, False),
		],
		ids=["exactly in time", "a second late", "in time for it and not for the window"],
	)
	def test_of_what_they_were_told_the_part_inside(self, told: str, notice: int, agreed: bool) -> None:
		window = Maintenance(at("Mon 1 Jun 10:30"), at("Mon 1 Jun 14:00"), at(told), notice)
		expected = ((at("Mon 1 Jun 10:30"), at("Mon 1 Jun 12:00")),)
		assert self.agreed(window) == (expected if agreed else ())

	def test_a_window_of_another_time_tells_nothing(self) -> None:
		told = at("Mon 25 May 10:00")
		before = Maintenance(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 10:00"), told)
		after = Maintenance(at("Mon 1 Jun 12:00"), at("Mon 1 Jun 13:00"), told)
		unannounced = Maintenance(at("Mon 1 Jun 10:00"), at("Mon 1 Jun 12:00"), None)
		assert self.agreed(before, after, unannounced) == ()


class TestCovered:
	"""Opened Monday 09:00, held 11:00-12:00; four hours are used up at 14:00."""

	def clock(self, target: Target | None = RESOLUTION_4H) -> Clock:
		line = ticket(
			("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "Replied"), ("Mon 1 Jun 12:00", "Open")
		)
		return measure(line, (Piece(line.opened, target),), at("Mon 1 Jun 17:00"))[-1]

	def seconds(self, *spans: tuple[str, str], until: str = "Mon 1 Jun 14:00") -> int:
		return covered(self.clock(), [(at(first), at(last)) for first, last in spans], at(until))[0]

	@pytest.mark.parametrize(
		("spans", "expected"),
		[
			pytest.param([("Mon 1 Jun 10:00", "Mon 1 Jun 10:30")], 1800, id="while it ran"),
			pytest.param([("Mon 1 Jun 10:30", "Mon 1 Jun 12:30")], 3600, id="without the hold"),
			pytest.param([("Mon 1 Jun 11:00", "Mon 1 Jun 12:00")], 0, id="all of it held"),
			pytest.param([("Mon 1 Jun 08:00", "Mon 1 Jun 09:30")], 1800, id="from the opening on"),
			pytest.param([("Mon 1 Jun 13:30", "Mon 1 Jun 16:00")], 1800, id="up to the miss"),
			pytest.param([("Mon 1 Jun 15:00", "Mon 1 Jun 16:00")], 0, id="after the miss"),
			pytest.param(
				[("Mon 1 Jun 10:00", "Mon 1 Jun 11:00"), ("Mon 1 Jun 09:30", "Mon 1 Jun 10:30")],
				90 * 60,
				id="two that overlap are counted once",
			),
			pytest.param(
				[
					("Mon 1 Jun 09:00", "Mon 1 Jun 11:00"),
					("Mon 1 Jun 09:30", "Mon 1 Jun 10:00"),
					("Mon 1 Jun 10:30", "Mon 1 Jun 11:00"),
				],
				7200,
				id="some inside another too",
			),
			pytest.param([], 0, id="none"),
		],
	)
	def test_open_seconds_that_it_counted(self, spans: list[tuple[str, str]], expected: int) -> None:
		assert self.seconds(*spans) == expected

	def test_outside_open_time_there_is_nothing_to_count(self) -> None:
		line = ticket(("Fri 29 May 17:30", "opened"))
		clock = measure(line, (Piece(line.opened, RESOLUTION_4H),), at("Tue 2 Jun 10:00"))[-1]
		weekend = (at("Fri 29 May 17:00"), at("Mon 1 Jun 09:10"))
		assert covered(clock, [weekend], at("Tue 2 Jun 10:00")) == (40 * 60, (weekend,))

	def test_only_those_that_took_something_are_told(self) -> None:
		held = (at("Mon 1 Jun 11:00"), at("Mon 1 Jun 12:00"))
		ran = (at("Mon 1 Jun 10:00"), at("Mon 1 Jun 10:30"))
		assert covered(self.clock(), [held, ran], at("Mon 1 Jun 14:00")) == (1800, (ran,))

	def test_where_nothing_is_promised_nothing_is_covered(self) -> None:
		line = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 10:00", "priority Low"))
		plan = (Piece(line.opened, RESOLUTION_4H), Piece(at("Mon 1 Jun 10:00"), None))
		clock = measure(Timeline.of("T", line.facts), plan, at("Mon 1 Jun 12:00"))[-1]
		assert clock.target is None
		assert covered(clock, [(at("Mon 1 Jun 09:00"), at("Mon 1 Jun 10:00"))], LAST) == (0, ())
