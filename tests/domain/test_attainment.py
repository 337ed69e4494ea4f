"""Counts of clocks, their quotient, and what an objective makes of it."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from slm_extension.domain.attainment import Attainment, Period, Verdict, tally
from slm_extension.domain.calendars import Calendar, Window
from slm_extension.domain.clocks import measure
from slm_extension.domain.errors import InvalidObjective
from slm_extension.domain.instants import instant
from slm_extension.domain.targets import RESOLUTION, RESPONSE, Piece, Target
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar.weekly("office", "Europe/Berlin", {day: (Window(9 * 3600, 18 * 3600),) for day in range(5)})
RESOLVE = Target("resolution", RESOLUTION, 4 * 3600, OFFICE)


def at(text: str) -> int:
	return instant(datetime.fromisoformat(text).replace(tzinfo=BERLIN))


def clock(asked: str, *facts: Fact, target: Target = RESOLVE):
	timeline = Timeline.of("T-1", (Fact(at("2026-06-01T09:00"), Kind.OPENED), *facts))
	return measure(timeline, (Piece(timeline.opened, target),), at(asked))[0]


def test_case_30_ten_overdue_open_tickets_are_no_attainment_at_all() -> None:
	"""Case 30 of the semantics: 0 % of 10, not 100 % of none."""
	figures = Attainment()

	for _ in range(10):
		figures += tally(clock("2026-06-20T09:00"))

	assert (figures.met, figures.missed, figures.pending) == (0, 10, 0)
	assert figures.gross == 0
	assert figures.decided == 10


def test_a_clock_that_can_still_be_met_is_counted_beside() -> None:
	figures = tally(clock("2026-06-01T12:59"))

	assert figures == Attainment(pending=1)
	assert figures.gross is None
	assert figures.net is None


def test_a_stopped_clock_in_time_is_met() -> None:
	stopped = Fact(at("2026-06-01T13:00"), Kind.STATUS, Status.CLOSED.value)

	assert tally(clock("2026-06-02T09:00", stopped)) == Attainment(met=1)


def test_a_withdrawn_ticket_counts_nowhere() -> None:
	withdrawn = Fact(at("2026-06-01T10:00"), Kind.WITHDRAWN, "duplicate of T-0")

	assert tally(clock("2026-06-20T09:00", withdrawn)) == Attainment()


def test_a_clock_that_never_started_counts_nowhere() -> None:
	done_before = Fact(at("2026-06-01T08:00"), Kind.STATUS, Status.CLOSED.value)

	assert (
		tally(clock("2026-06-20T09:00", done_before, target=Target("r", RESPONSE, 60, OFFICE)))
		== Attainment()
	)


def test_excused_clocks_are_in_the_gross_figure_and_not_in_the_net_one() -> None:
	met, missed = Attainment(met=1), tally(clock("2026-06-20T09:00"), excused=True)

	figures = met + met + met + missed

	assert figures.gross == 75
	assert figures.net == 100
	assert figures.excused_missed == 1


def test_an_excused_clock_that_was_met_leaves_the_net_figure_too() -> None:
	stopped = Fact(at("2026-06-01T13:00"), Kind.STATUS, Status.CLOSED.value)

	figures = tally(clock("2026-06-02T09:00", stopped), excused=True) + Attainment(missed=1)

	assert figures.gross == 50
	assert figures.net == 0


@pytest.mark.parametrize(
	("figures", "objective", "verdict"),
	[
		pytest.param(Attainment(met=95, missed=5), Fraction(95), Verdict.KEPT, id="exactly"),
		pytest.param(Attainment(met=9499, missed=501), Fraction(95), Verdict.FAILED, id="just below"),
		pytest.param(
			Attainment(met=2, missed=1), Fraction(200, 3), Verdict.KEPT, id="two thirds are two thirds"
		),
		pytest.param(Attainment(met=1), None, Verdict.NO_OBJECTIVE, id="no objective"),
		pytest.param(Attainment(pending=3), Fraction(95), Verdict.NO_DATA, id="nothing decided"),
		pytest.param(Attainment(missed=2, excused_missed=2), Fraction(95), Verdict.NO_DATA, id="all excused"),
		pytest.param(
			Attainment(met=19, missed=2, excused_missed=1), Fraction(95), Verdict.KEPT, id="net counts"
		),
	],
)
def test_the_verdict_compares_the_net_figure(
	figures: Attainment, objective: Fraction | None, verdict: Verdict
) -> None:
	assert figures.verdict(objective) is verdict


@pytest.mark.parametrize(
	("figures", "objective", "left"),
	[
		pytest.param(Attainment(met=95), Fraction(95), 5, id="five of a hundred"),
		pytest.param(Attainment(met=95, missed=2), Fraction(95), 3, id="two are used"),
		pytest.param(Attainment(met=95, missed=5), Fraction(95), 0, id="exactly used up"),
		pytest.param(Attainment(met=90, missed=10), Fraction(95), -5, id="five of ten too many"),
		pytest.param(Attainment(met=10), Fraction(100), 0, id="no miss allowed"),
		pytest.param(Attainment(met=9, missed=1), Fraction(100), -1, id="one miss where none is allowed"),
		pytest.param(
			Attainment(missed=1, met=19, excused_missed=1), Fraction(95), 1, id="an excused one is not used"
		),
		pytest.param(Attainment(), Fraction(95), 0, id="nothing decided"),
	],
)
def test_misses_left_is_how_many_more_the_objective_bears(
	figures: Attainment, objective: Fraction, left: int
) -> None:
	assert figures.misses_left(objective) == left


@pytest.mark.parametrize("objective", [Fraction(0), Fraction(101)])
def test_an_objective_beyond_reason_is_refused(objective: Fraction) -> None:
	with pytest.raises(InvalidObjective):
		Attainment(met=1).misses_left(objective)


@pytest.mark.parametrize(
	("decided", "small"),
	[(0, False), (1, True), (19, True), (20, False)],
)
def test_small_samples_are_marked(decided: int, small: bool) -> None:
	assert Attainment(met=decided).small() is small


def test_what_counts_as_small_can_be_said() -> None:
	assert Attainment(met=3, missed=1).small(below=5)
	assert not Attainment(met=3, missed=1).small(below=4)


@pytest.mark.parametrize(
	("period", "first"),
	[
		pytest.param(Period.WEEK, date(2026, 8, 31), id="Monday of the week of Tue 1 Sep"),
		pytest.param(Period.MONTH, date(2026, 9, 1), id="month"),
		pytest.param(Period.QUARTER, date(2026, 7, 1), id="third quarter"),
		pytest.param(Period.YEAR, date(2026, 1, 1), id="year"),
	],
)
def test_the_period_is_that_of_the_wall_clock_in_the_zone(period: Period, first: date) -> None:
	"""22:30 UTC on Mon 31 Aug 2026 is Tue 1 Sep 00:30 in Berlin."""
	assert period.first_day(at("2026-09-01T00:30"), BERLIN) == first


@pytest.mark.parametrize(
	("month", "first_month"), [(1, 1), (3, 1), (4, 4), (6, 4), (7, 7), (9, 7), (10, 10), (12, 10)]
)
def test_quarters_start_in_january_april_july_and_october(month: int, first_month: int) -> None:
	middle = at(f"2026-{month:02}-15T12:00")

	assert Period.QUARTER.first_day(middle, BERLIN) == date(2026, first_month, 1)


@pytest.mark.parametrize(
	("period", "days"),
	[
		(Period.WEEK, [date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4)]),
		(Period.MONTH, [date(2028, month, 1) for month in range(1, 13)] + [date(2029, 1, 1)]),
		(Period.QUARTER, [date(2028, month, 1) for month in (1, 4, 7, 10)] + [date(2029, 1, 1)]),
		(Period.YEAR, [date(2027, 1, 1), date(2028, 1, 1), date(2029, 1, 1)]),
	],
	ids=lambda value: value.value if isinstance(value, Period) else None,
)
def test_one_period_follows_the_other(period: Period, days: list[date]) -> None:
	"""2028 has a 29th of February."""
	assert [period.following(day) for day in days[:-1]] == days[1:]


@pytest.mark.parametrize(
	("period", "last"),
	[
		(Period.WEEK, date(9999, 12, 27)),
		(Period.MONTH, date(9999, 12, 1)),
		(Period.QUARTER, date(9999, 10, 1)),
		(Period.YEAR, date(9999, 1, 1)),
	],
	ids=lambda value: value.value if isinstance(value, Period) else None,
)
def test_nothing_follows_the_year_9999(period: Period, last: date) -> None:
	with pytest.raises(OverflowError):
		period.following(last)


def test_every_count_is_added() -> None:
	one, two = Attainment(1, 2, 3, 4, 5), Attainment(10, 20, 30, 40, 50)

	assert one + two == Attainment(11, 22, 33, 44, 55)
