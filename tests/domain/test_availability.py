"""Outages and maintenance as figures: by hand where a rule is shown, against every second where rules meet."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import pytest
from given import ALWAYS, HOUR, OFFICE, at, office
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_extension.domain.attainment import Period
from slm_extension.domain.availability import (
	Failure,
	Figures,
	History,
	Maintenance,
	Measure,
	Outage,
	Promise,
	Span,
	Standing,
	longest_in,
	outside,
)
from slm_extension.domain.calendars import Calendar, Window
from slm_extension.domain.errors import (
	BackwardMaintenance,
	BackwardOutage,
	InvalidLoss,
	NegativeNotice,
	PeriodsOutOfOrder,
)

DAY = 24 * HOUR
JUNE = at("Mon 1 Jun 2026 00:00"), at("Wed 1 Jul 2026 00:00")
JULY = at("Wed 1 Jul 2026 00:00"), at("Sat 1 Aug 2026 00:00")
LATER = at("Tue 1 Sep 2026 00:00")
OFFICE_JUNE = 22 * 9 * HOUR
"""June 2026 has 22 working days of nine hours."""


def june(
	outages: Sequence[Outage],
	maintenance: Sequence[Maintenance] = (),
	calendar: Calendar = OFFICE,
	asked: int = LATER,
) -> Figures:
	return History(outages, maintenance, asked).figures(calendar, [JUNE])[0]


def test_only_seconds_inside_the_agreed_hours_count() -> None:
	"""Down from Friday 17:00 to Monday 10:00: an hour on Friday and one on Monday."""
	found = june([Outage(at("Fri 5 Jun 17:00"), at("Mon 8 Jun 10:00"))])

	assert (found.agreed, found.down, found.lost) == (OFFICE_JUNE, 2 * HOUR, 2 * HOUR)
	assert found.availability == Fraction(100 * (198 - 2), 198)
	assert found.available == 196 * HOUR
	assert found.failures == (Failure(at("Fri 5 Jun 17:00"), 2 * HOUR),)


def test_an_outage_outside_agreed_hours_is_no_failure() -> None:
	found = june([Outage(at("Sat 6 Jun 08:00"), at("Sun 7 Jun 20:00"))])

	assert (found.availability, found.failures) == (100, ())


def test_a_failure_begins_with_its_first_second_in_agreed_time() -> None:
	"""Down since Saturday 27 June, told on Wednesday 1 July at 10:00: it begins on Monday 29 June at 09:00."""
	first, second = History([Outage(at("Sat 27 Jun 12:00"), at("Wed 1 Jul 10:00"))], [], LATER).figures(
		OFFICE, [JUNE, JULY]
	)

	assert first.failures == (Failure(at("Mon 29 Jun 09:00"), 19 * HOUR),)
	assert (first.down, second.down) == (18 * HOUR, HOUR)
	assert second.failures == ()
	assert second.mtrs is second.mtbf is second.longest is None


def test_overlapping_outages_are_counted_once_and_are_one_failure() -> None:
	found = june(
		[
			Outage(at("Tue 2 Jun 10:00"), at("Tue 2 Jun 12:00")),
			Outage(at("Tue 2 Jun 11:00"), at("Tue 2 Jun 13:00")),
			Outage(at("Tue 2 Jun 13:00"), at("Tue 2 Jun 14:00")),
			Outage(at("Tue 2 Jun 15:00"), at("Tue 2 Jun 16:00")),
		]
	)

	assert found.down == 5 * HOUR
	assert [one.lasted for one in found.failures] == [4 * HOUR, HOUR]
	assert (found.mtrs, found.longest) == (Fraction(5 * HOUR, 2), 4 * HOUR)
	assert found.mtbf == Fraction(OFFICE_JUNE - 5 * HOUR, 2)


def test_at_each_second_the_greatest_loss_counts_and_they_are_never_added_up() -> None:
	"""Half is lost from 10 to 14, everything from 11 to 12, and 80 % from 11:30 to 13."""
	found = june(
		[
			Outage(at("Tue 2 Jun 10:00"), at("Tue 2 Jun 14:00"), 50),
			Outage(at("Tue 2 Jun 11:00"), at("Tue 2 Jun 12:00"), 100),
			Outage(at("Tue 2 Jun 11:30"), at("Tue 2 Jun 13:00"), 80),
		]
	)

	assert found.down == 4 * HOUR
	assert found.lost == Fraction(50 + 100 + 80 + 50, 100) * HOUR
	assert found.failures == (Failure(at("Tue 2 Jun 10:00"), 4 * HOUR),)


def test_an_outage_that_users_were_not_told_the_end_of_lasts_until_one_asks() -> None:
	found = june([Outage(at("Mon 29 Jun 10:00"))], asked=at("Tue 30 Jun 11:00"))

	assert found.end == at("Tue 30 Jun 11:00")
	assert found.down == 10 * HOUR
	assert found.agreed == OFFICE_JUNE - 7 * HOUR


def test_what_lies_after_the_instant_of_asking_is_not_known_yet() -> None:
	"""Told at noon, asked at 11:00; another outage begins at 11:30."""
	outages = [
		Outage(at("Tue 2 Jun 10:00"), at("Tue 2 Jun 12:00")),
		Outage(at("Tue 2 Jun 11:30"), at("Tue 2 Jun 14:00")),
	]

	assert june(outages, asked=at("Tue 2 Jun 11:00")).down == HOUR


def test_a_period_that_has_not_begun_has_no_agreed_time() -> None:
	found = History([], [], at("Fri 5 Jun 12:00")).figures(OFFICE, [JUNE, JULY])[1]

	assert (found.start, found.end, found.agreed) == (JULY[0], JULY[0], 0)
	assert found.availability is None


def test_an_outage_of_no_length_is_nothing() -> None:
	moment = at("Tue 2 Jun 10:00")

	assert june([Outage(moment, moment)]).failures == ()


class TestMaintenance:
	WINDOW = at("Thu 4 Jun 16:00"), at("Thu 4 Jun 19:00")
	OUTAGE = Outage(at("Thu 4 Jun 15:00"), at("Fri 5 Jun 10:00"))
	"""From an hour before the window until an hour into the next morning: 1 h before, 2 h within office hours, 1 h after."""

	@pytest.mark.parametrize(("promised", "in_time"), [(0, True), (3 * HOUR, True), (3 * HOUR + 1, False)])
	def test_who_was_promised_a_longer_notice_has_to_have_had_it(self, promised: int, in_time: bool) -> None:
		"""Announced three hours before, where two are usual."""
		window = Maintenance(5 * HOUR, 6 * HOUR, 2 * HOUR, 2 * HOUR)

		assert window.for_whom(promised).in_time is in_time
		assert window.for_whom(promised).notice == max(promised, 2 * HOUR)

	def test_announced_in_time_it_is_no_agreed_time_and_no_downtime(self) -> None:
		found = june([self.OUTAGE], [Maintenance(*self.WINDOW, at("Tue 2 Jun 16:00"), 48 * HOUR)])

		assert (found.maintenance, found.agreed) == (2 * HOUR, OFFICE_JUNE - 2 * HOUR)
		assert found.down == 2 * HOUR
		assert found.failures == (Failure(at("Thu 4 Jun 15:00"), 2 * HOUR),)

	@pytest.mark.parametrize(
		"announced",
		[at("Tue 2 Jun 16:00:01"), at("Thu 4 Jun 17:00"), None],
		ids=["a second too late", "while it goes on", "never"],
	)
	def test_announced_late_it_counts_as_far_as_the_service_was_down(self, announced: int | None) -> None:
		found = june([self.OUTAGE], [Maintenance(*self.WINDOW, announced, 48 * HOUR)])

		assert (found.maintenance, found.agreed, found.down) == (0, OFFICE_JUNE, 4 * HOUR)

	def test_an_outage_that_lies_in_it_is_no_failure(self) -> None:
		inside = Outage(at("Thu 4 Jun 16:30"), at("Thu 4 Jun 17:30"))

		found = june([inside], [Maintenance(*self.WINDOW, at("Mon 1 Jun 09:00"))])

		assert (found.down, found.failures, found.availability) == (0, (), 100)

	def test_windows_that_overlap_are_taken_out_once(self) -> None:
		windows = [
			Maintenance(at("Thu 4 Jun 10:00"), at("Thu 4 Jun 12:00"), 0),
			Maintenance(at("Thu 4 Jun 10:15"), at("Thu 4 Jun 10:30"), 0),
			Maintenance(at("Thu 4 Jun 11:00"), at("Thu 4 Jun 13:00"), 0),
			Maintenance(at("Fri 5 Jun 10:00"), at("Fri 5 Jun 11:00"), 0),
		]

		assert june([], windows).maintenance == 4 * HOUR

	def test_it_does_not_split_a_failure(self) -> None:
		windows = [Maintenance(at("Thu 4 Jun 11:00"), at("Thu 4 Jun 12:00"), 0)]

		found = june([Outage(at("Thu 4 Jun 10:00"), at("Thu 4 Jun 14:00"))], windows)

		assert found.failures == (Failure(at("Thu 4 Jun 10:00"), 3 * HOUR),)


@pytest.mark.parametrize(
	("build", "error"),
	[
		(lambda: Outage(10, 9), BackwardOutage),
		(lambda: Outage(10, None, 0), InvalidLoss),
		(lambda: Outage(10, None, 101), InvalidLoss),
		(lambda: Maintenance(10, 10, None), BackwardMaintenance),
		(lambda: Maintenance(10, 9, None), BackwardMaintenance),
		(lambda: Maintenance(10, 11, None, -1), NegativeNotice),
		(lambda: History([], [], 0).figures(ALWAYS, [(5, 4)]), PeriodsOutOfOrder),
		(lambda: History([], [], 0).figures(ALWAYS, [(5, 9), (8, 12)]), PeriodsOutOfOrder),
	],
	ids=[
		"told before it began",
		"nothing lost",
		"more than everything lost",
		"empty window",
		"backward window",
		"negative notice",
		"backward period",
		"overlapping periods",
	],
)
def test_what_cannot_be_is_refused(build, error) -> None:
	with pytest.raises(error):
		build()


TWO_FAILURES = june(
	[
		Outage(at("Tue 2 Jun 10:00"), at("Tue 2 Jun 11:00")),
		Outage(at("Wed 3 Jun 10:00"), at("Wed 3 Jun 13:00"), 50),
	]
)
"""198 agreed hours, 4 down, 2.5 lost; two failures of 1 and 3 hours."""
FLAWLESS = june([])
NEVER_AGREED = june([], calendar=office(days="Sat", exceptions=()), asked=JUNE[0])


@pytest.mark.parametrize(
	("measure", "found", "worse"),
	[
		(Measure.AVAILABILITY, Fraction(100 * 1955, 1980), Fraction(1, 1000)),
		(Measure.HOURS, Fraction(1955 * HOUR, 10), Fraction(1)),
		(Measure.FAILURES, Fraction(2), Fraction(-1)),
		(Measure.MTBF, Fraction(194 * HOUR, 2), Fraction(1)),
		(Measure.MTRS, Fraction(2 * HOUR), Fraction(-1)),
		(Measure.LONGEST, Fraction(3 * HOUR), Fraction(-1)),
	],
	ids=lambda one: one.name if isinstance(one, Measure) else "",
)
def test_exactly_what_was_promised_is_kept_and_a_bit_more_is_not(
	measure: Measure, found: Fraction, worse: Fraction
) -> None:
	assert measure.of(TWO_FAILURES) == found
	assert Promise(measure, found).standing(TWO_FAILURES, ended=True) is Standing.KEPT
	assert Promise(measure, found + worse).standing(TWO_FAILURES, ended=True) is Standing.MISSED


def test_what_is_time_is_in_seconds_and_fits_into_its_longest_period() -> None:
	assert {one for one in Measure if not one.is_time} == {Measure.AVAILABILITY, Measure.FAILURES}
	assert [longest_in(one) // (24 * HOUR) for one in Period] == [7, 31, 92, 366]


@pytest.mark.parametrize("measure", [Measure.FAILURES, Measure.MTBF, Measure.MTRS, Measure.LONGEST])
def test_without_failures_what_is_promised_about_them_is_kept(measure: Measure) -> None:
	assert Promise(measure, Fraction(0)).standing(FLAWLESS, ended=True) is Standing.KEPT


@pytest.mark.parametrize(
	("measure", "value", "standing"),
	[
		(Measure.FAILURES, 1, Standing.MISSED),
		(Measure.LONGEST, 2 * HOUR, Standing.MISSED),
		(Measure.FAILURES, 2, Standing.OPEN),
		(Measure.LONGEST, 3 * HOUR, Standing.OPEN),
		(Measure.AVAILABILITY, 100, Standing.OPEN),
		(Measure.MTRS, 1, Standing.OPEN),
	],
	ids=["failures over", "longest over", "failures within", "longest within", "availability", "MTRS"],
)
def test_before_its_end_a_period_can_only_be_missed_by_what_cannot_shrink(
	measure: Measure, value: int, standing: Standing
) -> None:
	assert Promise(measure, Fraction(value)).standing(TWO_FAILURES, ended=False) is standing


@pytest.mark.parametrize(
	("ended", "standing"), [(True, Standing.NO_DATA), (False, Standing.OPEN)], ids=["ended", "to come"]
)
def test_where_no_time_was_agreed_there_is_nothing_to_judge(ended: bool, standing: Standing) -> None:
	assert Promise(Measure.FAILURES, Fraction(3)).standing(NEVER_AGREED, ended) is standing


class TestAgreedInterruptions:
	"""Agreed: Tuesday 2 June, 10:00 to 14:00. The office is open from nine to six; the service is down 9:00-12:00."""

	AGREED = (at("Tue 2 Jun 10:00"), at("Tue 2 Jun 14:00"))
	DOWN = Outage(at("Tue 2 Jun 09:00"), at("Tue 2 Jun 12:00"))

	def figures(self, *outages: Outage, windows: Sequence[Maintenance] = ()) -> Figures:
		return History(outages, windows, LATER, [self.AGREED]).figures(OFFICE, [JUNE])[0]

	def test_it_is_no_agreed_time_and_what_was_lost_in_it_is_told_apart(self) -> None:
		found = self.figures(self.DOWN)

		assert (found.agreed, found.interruptions) == (OFFICE_JUNE - 4 * HOUR, 4 * HOUR)
		assert (found.lost, found.lost_as_agreed) == (HOUR, 2 * HOUR)
		assert found.failures == (Failure(at("Tue 2 Jun 09:00"), HOUR),)

	def test_net_leaves_it_out_and_gross_does_not(self) -> None:
		found = self.figures(self.DOWN)

		assert found.availability == Fraction(100 * 193, 194)
		assert found.gross == Fraction(100 * 195, 198)

	def test_half_a_service_lost_in_it_is_half_of_the_time(self) -> None:
		found = self.figures(Outage(at("Tue 2 Jun 10:00"), at("Tue 2 Jun 12:00"), 50))

		assert (found.lost_as_agreed, found.gross) == (HOUR, Fraction(100 * 197, 198))
		assert (found.availability, found.failures) == (100, ())

	@pytest.mark.parametrize(
		("starts", "ends", "maintenance", "interruptions"),
		[
			pytest.param("Tue 2 Jun 11:00", "Tue 2 Jun 13:00", 2, 2, id="a window inside"),
			pytest.param("Tue 2 Jun 12:00", "Tue 2 Jun 15:00", 3, 2, id="a window that lasts longer"),
			pytest.param("Tue 2 Jun 10:00", "Tue 2 Jun 14:00", 4, 0, id="the same time"),
			pytest.param("Wed 3 Jun 10:00", "Wed 3 Jun 11:00", 1, 4, id="another day"),
		],
	)
	def test_a_second_of_maintenance_in_it_is_taken_out_once(
		self, starts: str, ends: str, maintenance: int, interruptions: int
	) -> None:
		told = at("Mon 1 Jun 09:00")

		found = self.figures(self.DOWN, windows=[Maintenance(at(starts), at(ends), told)])

		taken = (maintenance + interruptions) * HOUR
		assert (found.maintenance, found.interruptions) == (maintenance * HOUR, interruptions * HOUR)
		assert found.agreed == OFFICE_JUNE - taken
		assert found.gross == Fraction(100 * 195, 198)

	def test_maintenance_announced_too_late_takes_out_no_more_than_it(self) -> None:
		late = Maintenance(at("Tue 2 Jun 11:00"), at("Tue 2 Jun 16:00"), None)

		found = self.figures(self.DOWN, windows=[late])

		assert (found.maintenance, found.interruptions) == (0, 4 * HOUR)

	def test_without_any_hours_there_is_no_gross_figure(self) -> None:
		assert NEVER_AGREED.gross is None


BASE = at("Mon 1 Jun 09:00")
SHORT = Calendar.weekly(
	"short",
	"UTC",
	{
		0: (
			Window(9 * HOUR + 10, 9 * HOUR + 40),
			Window(9 * HOUR + 55, 9 * HOUR + 90),
			Window(9 * HOUR + 100, 10 * HOUR),
		)
	},
)
"""Open at the 10th to 40th, 55th to 90th and from the 100th second after nine on Mondays."""
SPAN = 120
seconds = st.integers(0, SPAN)
outages = st.builds(
	lambda begin, length, lost: Outage(BASE + begin, None if length is None else BASE + begin + length, lost),
	seconds,
	st.none() | st.integers(0, 40),
	st.sampled_from([1, 30, 100]),
)
maintenance = st.builds(
	lambda start, length, lead: Maintenance(
		BASE + start, BASE + start + length, None if lead is None else BASE + start - lead, 5
	),
	seconds,
	st.integers(1, 30),
	st.none() | st.integers(0, 10),
)
interruptions = st.builds(
	lambda start, length: (BASE + start, BASE + start + length), seconds, st.integers(1, 30)
)


def by_the_second(
	all_outages: Sequence[Outage],
	windows: Sequence[Maintenance],
	asked: int,
	periods: Sequence[tuple[int, int]],
	interruptions: Sequence[tuple[int, int]],
) -> list[Figures]:
	"""The oracle: every second is looked at, and failures are runs of seconds that are down."""
	last = max(asked, BASE + 2 * SPAN)
	loss: dict[int, int] = {}
	for second in range(BASE, asked):
		going = [
			one.lost for one in all_outages if one.began <= second and (one.told is None or second < one.told)
		]
		if going:
			loss[second] = max(going)
	opened = {second for second in range(BASE, last) if SHORT.is_open(second)}
	maintained = {
		second
		for second in opened
		for one in windows
		if one.starts <= second < one.ends
		and one.announced is not None
		and one.announced + one.notice <= one.starts
	}
	interrupted = {second for second in opened for start, end in interruptions if start <= second < end}
	counted = opened - maintained - interrupted
	failures: list[list[int]] = []
	for second in sorted(loss):
		if second - 1 not in loss:
			failures.append([])
		failures[-1].append(second)
	runs = [[second for second in run if second in counted] for run in failures]
	found = []
	for start, end in periods:
		end = max(min(end, asked), start)
		inside = [second for second in range(start, end) if second in counted]
		down = [second for second in inside if second in loss]
		found.append(
			Figures(
				start,
				end,
				len(inside),
				len(maintained.intersection(range(start, end))),
				len(down),
				Fraction(sum(loss[second] for second in down), 100),
				tuple(Failure(run[0], len(run)) for run in runs if run and start <= run[0] < end),
				len((interrupted - maintained).intersection(range(start, end))),
				Fraction(
					sum(loss.get(second, 0) for second in range(start, end) if second in opened - counted),
					100,
				),
			)
		)
	return found


@pytest.mark.parametrize(
	("worked", "told", "seen"),
	[
		pytest.param("Tue 2 Jun 11:00", "Tue 2 Jun 14:00", "Tue 2 Jun 11:00", id="told later"),
		pytest.param("Tue 2 Jun 11:00", None, "Tue 2 Jun 11:00", id="not told yet"),
		pytest.param(None, "Tue 2 Jun 14:00", "Tue 2 Jun 14:00", id="nobody knows when it worked"),
		pytest.param(None, None, None, id="it lasts"),
		pytest.param("Tue 2 Jun 15:00", "Tue 2 Jun 14:00", "Tue 2 Jun 14:00", id="told before it worked"),
		pytest.param("Tue 2 Jun 09:00", "Tue 2 Jun 14:00", "Tue 2 Jun 10:00", id="worked before it was down"),
	],
)
def test_a_monitor_sees_an_outage_until_the_service_works(
	worked: str | None, told: str | None, seen: str | None
) -> None:
	"""R197: it began on Tue 2 Jun 10:00."""
	outage = Outage(at("Tue 2 Jun 10:00"), told and at(told), 60, worked and at(worked))

	technical = outage.until_it_worked

	assert (technical.began, technical.told, technical.lost) == (outage.began, seen and at(seen), 60)


@settings(max_examples=60, deadline=None)
@given(
	st.lists(outages, max_size=6),
	st.lists(maintenance, max_size=4),
	st.lists(interruptions, max_size=4),
	st.lists(seconds, min_size=3, max_size=3, unique=True),
)
def test_two_periods_together_are_the_one_they_make(
	all_outages: list[Outage], windows: list[Maintenance], agreed: list[tuple[int, int]], cuts: list[int]
) -> None:
	start, middle, end = (BASE + cut for cut in sorted(cuts))
	history = History(all_outages, windows, BASE + SPAN, agreed)
	first, second = history.figures(SHORT, [(start, middle), (middle, end)])

	assert first.and_then(second) == history.figures(SHORT, [(start, end)])[0]


def test_periods_together_are_in_order() -> None:
	first, second = History([], [], LATER).figures(OFFICE, [JUNE, JULY])

	with pytest.raises(PeriodsOutOfOrder):
		second.and_then(first)


@settings(max_examples=150, deadline=None)
@given(
	st.lists(outages, max_size=6),
	st.lists(maintenance, max_size=4),
	st.lists(interruptions, max_size=4),
	st.integers(0, SPAN + 20),
	st.lists(seconds, min_size=2, max_size=5, unique=True),
)
def test_it_is_what_looking_at_every_second_gives(
	all_outages: list[Outage],
	windows: list[Maintenance],
	agreed: list[tuple[int, int]],
	asked: int,
	cuts: list[int],
) -> None:
	edges = [BASE + cut for cut in sorted(cuts)]
	periods = list(itertools.pairwise(edges))

	found = History(all_outages, windows, BASE + asked, agreed).figures(SHORT, periods)

	assert list(found) == by_the_second(all_outages, windows, BASE + asked, periods, agreed)


@settings(max_examples=60, deadline=None)
@given(
	st.lists(outages, max_size=6),
	st.lists(maintenance, max_size=4),
	st.lists(interruptions, max_size=4),
	st.lists(seconds, max_size=4, unique=True),
)
def test_the_parts_of_a_period_add_up_to_it(
	all_outages: list[Outage],
	windows: list[Maintenance],
	agreed: list[tuple[int, int]],
	cuts: list[int],
) -> None:
	history = History(all_outages, windows, BASE + 2 * SPAN, agreed)
	edges = [BASE, *(BASE + 1 + cut for cut in sorted(cuts)), BASE + 2 * SPAN]

	(whole,) = history.figures(SHORT, [(edges[0], edges[-1])])
	parts = history.figures(SHORT, list(itertools.pairwise(edges)))

	for name in ("agreed", "maintenance", "interruptions", "down", "lost", "lost_as_agreed"):
		assert sum(getattr(part, name) for part in parts) == getattr(whole, name), name
	assert [one for part in parts for one in part.failures] == list(whole.failures)


@settings(max_examples=60, deadline=None)
@given(st.lists(outages, max_size=5), outages)
def test_another_outage_never_raises_the_availability(all_outages: list[Outage], more: Outage) -> None:
	period = [(BASE, BASE + SPAN)]

	before = History(all_outages, [], BASE + SPAN).figures(SHORT, period)[0]
	after = History([*all_outages, more], [], BASE + SPAN).figures(SHORT, period)[0]

	assert after.availability <= before.availability
	assert after.down >= before.down


@pytest.mark.parametrize(
	("others", "left"),
	[
		pytest.param([], [(10, 20)], id="no others"),
		pytest.param([(0, 5), (30, 40)], [(10, 20)], id="before and after it"),
		pytest.param([(5, 12), (18, 25)], [(12, 18)], id="over its edges"),
		pytest.param([(14, 16), (12, 15)], [(10, 12), (16, 20)], id="within it, overlapping"),
		pytest.param([(0, 30)], [], id="all of it"),
		pytest.param([(0, 10), (20, 30)], [(10, 20)], id="up to its edges"),
	],
)
def test_what_of_a_span_lies_outside_others(others: list[Span], left: list[Span]) -> None:
	assert list(outside((10, 20), others)) == left
