"""Clocks on random tickets: what always holds, and the same clocks lived through second by second."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from given import at
from hypothesis import given
from hypothesis import strategies as st
from oracles import Cycle, SecondBySecond

from slm_extension.domain.calendars import Calendar, Window
from slm_extension.domain.clocks import Clock, Outcome, Phase, Spell, Within, explain, measure
from slm_extension.domain.conditions import Turn
from slm_extension.domain.instants import DAY
from slm_extension.domain.legs import legs, supplier_tenures, team_tenures
from slm_extension.domain.targets import METRICS, Change, Metric, Piece, Reopen, Target
from slm_extension.domain.timeline import ENDED, Fact, Kind, Status, Timeline, Waiting

START = at("Mon 1 Jun 23:59:30")
LENGTH = 60

OWN_METRICS = (
	Metric(
		"confirming",
		frozenset({Turn.REOPENED}),
		frozenset({Status.CLOSED}),
		start_events=frozenset({Turn.RESOLVED}),
	),
	Metric("reaction", frozenset({Kind.REPLIED}), ENDED, start_events=frozenset({Turn.REOPENED})),
	Metric(
		"at the supplier", frozenset({Turn.FROM_SUPPLIER}), ENDED, start_events=frozenset({Turn.TO_SUPPLIER})
	),
	Metric(
		"any reply",
		frozenset({Kind.REPLIED}),
		ENDED,
		start_events=frozenset({Kind.OPENED, Kind.CUSTOMER_REPLIED}),
	),
	Metric("news", frozenset({Kind.REPLIED, Kind.TOLD}), frozenset({Status.CLOSED}), recurs=True),
	Metric(
		"news once asked",
		frozenset({Kind.REPLIED}),
		frozenset(),
		start_events=frozenset({Kind.CUSTOMER_REPLIED}),
		recurs=True,
	),
)
"""What a site may define of its own, by named conditions of every sort."""


@dataclass(frozen=True)
class Story:
	"""A ticket with all that is promised on one metric; most pieces of a plan begin with a change of priority."""

	facts: list[Fact]
	plan: tuple[Piece, ...]
	opens: dict[str, tuple[Window, ...]]
	asked: int

	@property
	def timeline(self) -> Timeline:
		return Timeline.of("ISS-1", self.facts)

	def until(self, at: int) -> Timeline:
		return Timeline.of("ISS-1", [fact for fact in self.facts if fact.at <= at])

	def plan_until(self, at: int) -> tuple[Piece, ...]:
		return tuple(piece for piece in self.plan if piece.start <= at)

	def clocks(self, asked: int | None = None, within: Within | None = None) -> tuple[Clock, ...]:
		return measure(self.timeline, self.plan, self.asked if asked is None else asked, within)

	def second_by_second(self, within: Within | None = None) -> SecondBySecond:
		return SecondBySecond(
			list(self.timeline.facts),
			[(piece.start, piece.target) for piece in self.plan],
			self.opens,
			self.asked,
			None if within is None else (within.start, within.end),
		)


moments = st.integers(START, START + LENGTH)
waits = st.sampled_from([0, 0, 1, 2, 3, 4, 7])
statuses = st.builds(
	lambda at, status, waiting: Fact(at, Kind.STATUS, status.value, waiting if status is Status.HELD else 0),
	moments,
	st.sampled_from([Status.OPEN, Status.OPEN, Status.HELD, *Status]),
	waits,
)
EVENTS = (
	Kind.REPLIED,
	Kind.REPLIED,
	Kind.CUSTOMER_REPLIED,
	Kind.OWNED,
	Kind.ACKNOWLEDGED,
	Kind.ESCALATED,
	Kind.TOLD,
	Kind.OPENED,
)
events = st.builds(Fact, moments, st.sampled_from(EVENTS))
holds = st.builds(
	Fact, moments, st.sampled_from([Kind.HOLD_BEGAN, Kind.HOLD_ENDED]), st.sampled_from(["A", "B"]), waits
)
withdrawals = st.builds(Fact, moments, st.sampled_from([Kind.WITHDRAWN, Kind.REINSTATED]))
hand_overs = st.builds(
	Fact, moments, st.sampled_from([Kind.TEAM, Kind.SUPPLIER]), st.sampled_from(["", "One", "Two"])
)
some_facts = st.lists(st.one_of(statuses, statuses, events, events, holds, withdrawals), max_size=10)


@st.composite
def calendars(draw: st.DrawFn, name: str) -> Calendar:
	near_midnight = st.one_of(st.integers(0, 35), st.integers(DAY - 35, DAY))
	points = draw(st.lists(near_midnight, min_size=2, max_size=8, unique=True).map(sorted))
	windows = tuple(Window(*pair) for pair in zip(points[::2], points[1::2], strict=False))
	return Calendar.weekly(name, "UTC", dict.fromkeys(range(7), windows))


@st.composite
def stories(draw: st.DrawFn, with_gaps: bool = True, metrics: tuple[Metric, ...] = ()) -> Story:
	metric: Metric = draw(st.sampled_from(metrics or (*METRICS.values(), *OWN_METRICS)))
	facts = [Fact(draw(st.integers(START, START + 20)), Kind.OPENED), *draw(some_facts)]
	opened = min(fact.at for fact in facts if fact.kind is Kind.OPENED)
	facts = [fact for fact in facts if fact.at >= opened]
	starts = [
		opened,
		*draw(st.lists(st.integers(opened + 1, START + LENGTH), max_size=3, unique=True).map(sorted)),
	]
	opens, plan = {}, []
	for start in starts:
		target = None
		if not with_gaps or draw(st.integers(0, 4)):
			calendar = draw(calendars(f"from {start}"))
			opens[calendar.name] = calendar.week[0]
			target = Target(
				f"from {start}",
				metric,
				draw(st.integers(1, 25)),
				calendar,
				Waiting(draw(waits)),
				on_reopen=draw(st.sampled_from(Reopen)),
				on_change=draw(st.sampled_from(Change)),
			)
		plan.append(Piece(start, target))
	if all(piece.target is None for piece in plan):
		return draw(stories(with_gaps=False, metrics=metrics))
	facts += [
		Fact(piece.start, Kind.PRIORITY, f"P{piece.start}") for piece in plan[1:] if draw(st.integers(0, 3))
	]
	numbers = draw(st.permutations(range(len(facts))))
	facts = [
		Fact(fact.at, fact.kind, fact.value, fact.waiting, fact.reason, number=number)
		for fact, number in zip(facts, numbers, strict=True)
	]
	return Story(facts, tuple(plan), opens, draw(st.integers(opened, START + LENGTH + 20)))


@given(stories())
def test_a_clock_is_what_second_after_second_shows(story: Story) -> None:
	lived = story.second_by_second()

	compare(story.clocks(), lived)


@given(stories(), moments, st.none() | st.integers(1, 40))
def test_a_clock_within_a_tenure_is_what_second_after_second_shows(
	story: Story, start: int, length: int | None
) -> None:
	start = min(max(start, story.timeline.opened), story.asked)
	within = Within(start, None if length is None else start + length)
	lived = story.second_by_second(within)

	compare(story.clocks(within=within), lived)


def compare(clocks: tuple[Clock, ...], lived: SecondBySecond) -> None:
	cycles = [*lived.past, lived.cycle]
	assert len(clocks) == len(cycles)
	for number, (clock, cycle) in enumerate(zip(clocks, cycles, strict=True), start=1):
		assert clock.cycle == number
		assert clock.target is cycle.target
		if clock.target is None:
			assert (clock.phase, clock.outcome) == (Phase.CANCELLED, Outcome.PENDING)
			continue
		assert (clock.started, clock.stopped, clock.stopped_by) == (
			cycle.started,
			cycle.stopped,
			cycle.stopped_by,
		)
		assert clock.missed_at == cycle.missed_at
		assert len(clock.swaps) == cycle.swaps
		assert (clock.elapsed, clock.held) == (lived.elapsed(cycle), lived.held(cycle))
		assert clock.remaining == clock.target.goal - clock.elapsed
		assert clock.phase is phase(lived, cycle)
		if cycle.missed_at is not None:
			assert clock.outcome is Outcome.MISSED
		else:
			assert clock.outcome is (Outcome.MET if clock.phase is Phase.STOPPED else Outcome.PENDING)
		assert clock.due == due(lived, cycle, clock.phase)
		if clock.phase is Phase.RUNNING and clock.outcome is Outcome.PENDING:
			assert clock.due is not None
			assert clock.next_at == next(lived.open_from(clock.target, max(clock.due, lived.end))) + 1
		else:
			assert clock.next_at is None


def phase(lived: SecondBySecond, cycle: Cycle) -> Phase:
	assert cycle.target is not None
	if cycle.stopped is not None and not cycle.void:
		return Phase.STOPPED
	if lived.withdrawn or lived.status is Status.CANCELLED:
		return Phase.CANCELLED
	if cycle.started is None:
		return Phase.NOT_STARTED
	return Phase.HELD if lived.awaited & cycle.target.holds else Phase.RUNNING


def due(lived: SecondBySecond, cycle: Cycle, phase: Phase) -> int | None:
	assert cycle.target is not None
	used_up = lived.used_up(cycle)
	if used_up is not None:
		return used_up
	if phase is Phase.RUNNING:
		return lived.due(cycle, lived.end)
	if phase is Phase.STOPPED and cycle.stopped is not None:
		before = [what for now, what in cycle.seconds if now < cycle.stopped]
		if not before or (
			before[-1] != "done" and not int(before[-1].removeprefix("waits ")) & cycle.target.holds
		):
			return lived.due(cycle, cycle.stopped)
	return None


@given(stories(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_is_of_no_matter(story: Story, random) -> None:
	shuffled = list(story.facts)
	random.shuffle(shuffled)

	assert measure(Timeline.of("ISS-1", shuffled), story.plan, story.asked) == story.clocks()


@given(stories(), moments)
def test_what_happens_after_the_instant_asked_has_no_influence(story: Story, asked: int) -> None:
	asked = max(asked, story.timeline.opened)

	assert measure(story.until(asked), story.plan_until(asked), asked) == story.clocks(asked)


@given(stories(), st.integers(0, 2 * DAY))
def test_a_miss_stays_a_miss_whenever_we_ask(story: Story, later: int) -> None:
	for before, after in zip(story.clocks(), story.clocks(story.asked + later), strict=False):
		if before.outcome is Outcome.MISSED:
			assert (after.outcome, after.missed_at, after.target) == (
				Outcome.MISSED,
				before.missed_at,
				before.target,
			)
			assert after.decided_at == before.decided_at == before.missed_at


@given(stories(), st.integers(0, 2 * DAY))
def test_the_passing_of_time_alone_decides_nothing_else_than_a_miss(story: Story, later: int) -> None:
	timeline, plan = story.until(story.asked), story.plan_until(story.asked)
	now, then = (measure(timeline, plan, asked)[-1] for asked in (story.asked, story.asked + later))

	assert then.phase is now.phase
	assert (then.target, then.started, then.stopped) == (now.target, now.started, now.stopped)
	if now.decided:
		assert (then.outcome, then.missed_at, then.due) == (now.outcome, now.missed_at, now.due)
	else:
		assert then.outcome is not Outcome.MET


@given(stories())
def test_next_at_is_the_first_instant_at_which_the_clock_is_missed(story: Story) -> None:
	timeline, plan = story.until(story.asked), story.plan_until(story.asked)
	now = measure(timeline, plan, story.asked)[-1]

	if now.next_at is not None:
		assert now.next_at > story.asked
		assert measure(timeline, plan, now.next_at - 1)[-1].outcome is Outcome.PENDING
		missed = measure(timeline, plan, now.next_at)[-1]
		assert (missed.outcome, missed.missed_at, missed.due) == (Outcome.MISSED, now.next_at - 1, now.due)
	elif not now.decided:
		assert measure(timeline, plan, story.asked + 9 * DAY)[-1].outcome is Outcome.PENDING


@given(stories())
def test_an_explanation_adds_up_to_the_second(story: Story) -> None:
	for clock in story.clocks():
		spans = list(explain(clock))
		if clock.target is None or clock.started is None:
			assert spans == []
			continue
		end = clock.asked if clock.stopped is None else clock.stopped
		edges = [clock.started, *(span.end for span in spans)]
		assert [span.start for span in spans] == edges[:-1]
		assert edges[-1] == end
		assert all(span.seconds > 0 for span in spans)
		total = {spell: sum(span.seconds for span in spans if span.spell is spell) for spell in Spell}
		assert total[Spell.COUNTED] == clock.elapsed
		assert total[Spell.HELD] + total[Spell.DONE] == clock.held
		assert all((span.closed is not None) is (span.spell is Spell.CLOSED) for span in spans)


@given(stories(), st.lists(hand_overs, max_size=6))
def test_legs_cut_a_tickets_life_without_gap_or_overlap(story: Story, moves: list[Fact]) -> None:
	opened = story.timeline.opened
	timeline = Timeline.of("ISS-1", [*story.facts, *(move for move in moves if move.at >= opened)])

	found = legs(timeline, story.asked)

	last = timeline.state_at(story.asked - 1) if story.asked > opened else None
	gone = last is not None and (last.done or bool(last.withdrawn))
	edges = [opened, *(leg.end for leg in found)]
	assert [leg.start for leg in found] == edges[:-1]
	assert gone or edges[-1] == story.asked
	assert all(leg.seconds > 0 for leg in found)
	assert all((one.party, one.name) != (two.party, two.name) for one, two in itertools.pairwise(found))


@given(stories(), st.lists(hand_overs, max_size=6))
def test_tenures_are_the_seconds_of_a_team_or_a_supplier(story: Story, moves: list[Fact]) -> None:
	opened = story.timeline.opened
	timeline = Timeline.of("ISS-1", [*story.facts, *(move for move in moves if move.at >= opened)])
	states = {now: timeline.state_at(now) for now in range(opened, story.asked)}

	of_teams = team_tenures(timeline, story.asked)
	of_suppliers = supplier_tenures(timeline, story.asked)

	assert seconds_of(of_teams, story.asked) == {
		now: state.team for now, state in states.items() if state.team
	}
	assert seconds_of(of_suppliers, story.asked) == {
		now: state.supplier
		for now, state in states.items()
		if state.waiting & Waiting.SUPPLIER and not state.done and not state.withdrawn
	}


def seconds_of(tenures, asked: int) -> dict[int, str]:
	"""Who had it in which second; one that begins at the very instant asked has none yet."""
	found: dict[int, str] = {}
	for tenure in tenures:
		end = asked if tenure.within.end is None else tenure.within.end
		assert tenure.within.start < end <= asked or tenure.within == Within(asked, None)
		for now in range(tenure.within.start, end):
			assert now not in found
			found[now] = tenure.name
	return found


RECURRING = tuple(metric for metric in (*METRICS.values(), *OWN_METRICS) if metric.recurs)


@given(stories(with_gaps=False, metrics=RECURRING))
def test_cycles_that_begin_anew_follow_each_other_and_none_of_them_is_empty(story: Story) -> None:
	clocks = [one for one in story.clocks() if one.started is not None]

	assert [one.cycle for one in clocks] == list(range(1, len(clocks) + 1))
	for earlier, later in itertools.pairwise(clocks):
		assert earlier.stopped is not None
		assert later.started is not None and later.started >= earlier.stopped
	for one in clocks[1:]:
		assert one.started is not None
		assert one.stopped is None or one.stopped > one.started or one.started == story.asked


@given(stories(with_gaps=False, metrics=RECURRING))
def test_cycles_add_up_to_the_time_from_the_first_start_less_what_lay_between(story: Story) -> None:
	clocks = [one for one in story.clocks() if one.started is not None]

	lived = sum((one.asked if one.stopped is None else one.stopped) - (one.started or 0) for one in clocks)
	between = sum(
		(later.started or 0) - (earlier.stopped or 0) for earlier, later in itertools.pairwise(clocks)
	)
	if clocks:
		first, last = clocks[0], clocks[-1]
		end = last.asked if last.stopped is None else last.stopped
		assert lived + between == end - (first.started or 0)


@given(stories(with_gaps=False, metrics=RECURRING))
def test_a_ticket_that_goes_on_always_has_a_clock_that_waits_for_the_next_news(story: Story) -> None:
	state = story.timeline.state_at(story.asked)
	clocks = story.clocks()

	if clocks[-1].started is not None and not state.done and not state.withdrawn:
		assert clocks[-1].stopped is None
