"""Clocks: what a target says about a ticket, as a pure function of its timeline and the instant we ask.

Each cycle of a clock is walked once, from step to step, past those that mean nothing to it. An interval between
two steps is counted, held or done as a whole; only its open seconds matter. Two rules decide everything else:

*Missed* is a running clock whose elapsed time has gone past the goal then in force. Used up to the second is
not yet missed. So a clock whose goal is used up at closing time can still be met until the calendar opens
again, and is missed at that moment if nothing stops it: what a period's figures say never changes later.

*Decided stays decided.* After a miss no change of priority, service or agreement swaps the target, nor does
one that arrives while the clock stands stopped, until the ticket is reopened. What happens while no target
applies is noted all the same: a retroactive one that comes later judges it, even if the clock has stopped.

What happens at one instant is taken in the order of the timeline. A clock that goes on by itself does so only
when all of that instant has been taken: two replies at once, or a reply and the closing, make no empty cycle.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from slm_extension.domain.calendars import Calendar, Closed
from slm_extension.domain.conditions import UNTRUE_AFTERWARDS, Happening, turns
from slm_extension.domain.errors import HorizonExceeded
from slm_extension.domain.instants import LAST, Instant, Seconds
from slm_extension.domain.targets import Change, Piece, Reopen, Target
from slm_extension.domain.timeline import State, Status, Step, Timeline, Waiting


class Phase(Enum):
	__hash__ = object.__hash__

	NOT_STARTED = "not started"
	RUNNING = "running"
	HELD = "held"
	STOPPED = "stopped"
	CANCELLED = "cancelled"


class Outcome(Enum):
	__hash__ = object.__hash__

	PENDING = "pending"
	MET = "met"
	MISSED = "missed"


class Spell(Enum):
	"""What a stretch of a clock's life was."""

	COUNTED = "counted"
	HELD = "held"
	DONE = "done"
	REPLACED = "replaced"
	CLOSED = "closed"


class Stretch(NamedTuple):
	"""A stretch between two facts that matter to the clock. `open_seconds` are those of the target's calendar in [start, end).

	`reason` is the status or hold in words. A stretch is REPLACED when another target took over afterwards
	and started afresh, or when none applied.
	"""

	start: Instant
	end: Instant
	spell: Spell
	open_seconds: Seconds
	reason: str = ""


@dataclass(frozen=True, slots=True)
class Span:
	"""One line of an explanation: [start, end), what it was, and why."""

	start: Instant
	end: Instant
	spell: Spell
	reason: str = ""
	closed: Closed | None = None

	@property
	def seconds(self) -> Seconds:
		return self.end - self.start


@dataclass(frozen=True, slots=True)
class Swap:
	"""Another target took over at `at`: time used and due before and after. Kept for the record."""

	at: Instant
	before: str
	after: str
	elapsed_before: Seconds
	elapsed_after: Seconds
	due_before: Instant | None
	due_after: Instant | None


class Within(NamedTuple):
	"""The part of a ticket's life a clock is about: a team's or a supplier's stretch. `end` None: still going."""

	start: Instant
	end: Instant | None


class Clock(NamedTuple):
	"""One target on one ticket in one cycle, at the instant `asked`.

	All durations are open seconds of the target's calendar. `held` includes the closed stretch of a reopened
	ticket. `remaining` is negative by the overrun. `due` is None while held, when it stopped while held, and
	when it stopped in a calendar that never opens for so long again.
	`missed_at` is the last instant at which it could still have been met. `next_at` is the first instant at
	which, with nothing else happening, the outcome is another. `stopped_by` says what stopped it: the value of
	a Kind, a Turn or a Status, or "handed over".
	"""

	ticket: str
	cycle: int
	target: Target | None
	asked: Instant
	phase: Phase
	outcome: Outcome
	started: Instant | None = None
	stopped: Instant | None = None
	stopped_by: str = ""
	due: Instant | None = None
	elapsed: Seconds = 0
	held: Seconds = 0
	missed_at: Instant | None = None
	next_at: Instant | None = None
	why: str = ""
	swaps: tuple[Swap, ...] = ()
	stretches: tuple[Stretch, ...] = ()
	uncertain: bool = False

	@property
	def goal(self) -> Seconds:
		return 0 if self.target is None else self.target.goal

	@property
	def remaining(self) -> Seconds:
		return self.goal - self.elapsed

	@property
	def decided(self) -> bool:
		"""Whether the passing of time alone can no longer change the outcome."""
		return self.outcome is not Outcome.PENDING

	@property
	def decided_at(self) -> Instant | None:
		"""The instant whose period this clock counts in; None while pending."""
		if self.outcome is Outcome.MISSED:
			return self.missed_at
		return self.stopped if self.outcome is Outcome.MET else None


HANDED_OVER = "handed over"
_at = attrgetter("at")
NO_TARGET = "no target applies"


def measure(
	timeline: Timeline, plan: tuple[Piece, ...], asked: Instant, within: Within | None = None
) -> tuple[Clock, ...]:
	"""The clocks, one a cycle, of one promise on one ticket as seen at `asked`; later facts are left out.

	`plan` says which target applies from when on (see agreements.plan); its first piece must not start after
	the clock does. Returns one clock that has not started when nothing started it yet, and none without plan.
	"""
	if not plan:
		return ()
	return tuple(_Walk(timeline, plan, asked, within or Within(timeline.opened, None)).finished)


@dataclass(slots=True)
class _Interval:
	"""A stretch in the making; `active` tells whether the clock was going or stood stopped."""

	start: Instant
	end: Instant
	state: State
	active: bool
	spell: Spell = Spell.COUNTED
	open_seconds: Seconds = 0


class _Walk:
	"""One pass over a timeline. Apart from the plan, what it keeps is about the cycle it is in."""

	def __init__(self, timeline: Timeline, plan: tuple[Piece, ...], asked: Instant, within: Within) -> None:
		self.ticket = timeline.ticket
		self.asked = asked
		self.end = asked if within.end is None else min(within.end, asked)
		self.plan, self.next_piece = plan, 1
		self.planned = self.target = plan[0].target
		promised = (piece.target for piece in plan if piece.target is not None and piece.start <= self.end)
		self.metric = next((target.metric for target in promised), None)
		self.finished: list[Clock] = []
		self.begin_cycle()
		self.walk(timeline, within)

	def begin_cycle(self) -> None:
		"""Nothing is known of a cycle yet; the opening, or the beginning of a tenure, calls for the first."""
		self.target = self.planned
		self.started: Instant | None = None
		self.stopped: Instant | None = None
		self.stopped_by = ""
		self.void = False
		self.for_good = False
		self.until_reopened = False
		self.called = self.metric is not None and self.metric.by_opening
		self.intervals: list[_Interval] = []
		self.elapsed: Seconds = 0
		self.used_up: Instant | None = None
		self.missed_at: Instant | None = None
		self.swaps: list[Swap] = []

	def walk(self, timeline: Timeline, within: Within) -> None:
		steps = timeline.steps
		later = within.start > timeline.opened
		first = max(bisect_left(steps, within.start, key=_at) - 1, 0) if later else 0
		mine = _taken_over(steps, within.start) if later else 0
		last = len(steps) - 1
		asked, opens, closes = self.asked, within.start, LAST if within.end is None else within.end
		heeded = self.metric.heeded if self.metric is not None else None
		several = len(self.plan) > 1
		live = self.live if several else self.pass_time
		begin: Instant | None = None
		state = steps[first].state
		for index in range(first, len(steps)):
			at, after, events, turned = steps[index]
			if at > asked or at >= closes:
				break
			if begin is not None:
				unheard = heeded is not None and (not events or heeded.isdisjoint(events))
				unheard = unheard and not (several and self.is_planned(at))
				if unheard and not turned:
					continue
				live(begin, at, state)
				if unheard and self.is_going and after.status is state.status:
					begin, state = at, after
					continue
			before, state = state, after
			if at >= opens:
				if index >= mine:
					self.enter(at, state, events, before)
					begin = at
					if self.over_and_done:
						begin = None
						break
			elif opens <= asked and (index == last or steps[index + 1].at > opens):
				self.enter(opens, state, (), state)
				begin = opens
		if begin is not None:
			live(begin, self.end, state)
		over = within.end is not None and within.end <= self.asked
		planned_now = self.next_piece < len(self.plan) and self.plan[self.next_piece].start == self.asked
		if planned_now and not over and within.start <= self.asked:
			self.enter(self.asked, state, (), state)
		if over and self.started is not None and self.stopped is None:
			self.stop(self.end, state, HANDED_OVER)
		elif self.stopped is not None:
			self.settle(self.asked, state)
		self.finished.append(self.result(state))

	def is_planned(self, at: Instant) -> bool:
		"""Whether the plan brings in another target by then, or at that very instant."""
		return self.next_piece < len(self.plan) and self.plan[self.next_piece].start <= at

	@property
	def is_going(self) -> bool:
		"""Whether a clock counts or is held, so that a wait that begins or ends does nothing else to it."""
		return self.started is not None and self.stopped is None

	@property
	def over_and_done(self) -> bool:
		"""Whether nothing that may still happen makes the clock say anything else."""
		if self.stopped is None or not self.for_good or self.void or self.target is None:
			return False
		assert self.metric is not None
		return self.metric.once and self.target.on_reopen is Reopen.RESUME

	def enter(self, at: Instant, state: State, events: tuple[Happening, ...], before: State) -> None:
		"""What the beginning of a step does to the clock; within a step nothing changes but time."""
		while self.next_piece < len(self.plan) and self.plan[self.next_piece].start <= at:
			self.planned = self.plan[self.next_piece].target
			self.next_piece += 1
		self.perhaps_swap(at, state)
		metric = self.metric
		if metric is None:
			return
		if metric.turning:
			events = (*events, *turns(before, state))
		if events and not self.called:
			self.called = not metric.start_events.isdisjoint(events)
		self.void = self.void and bool(state.withdrawn)
		if self.stopped is not None:
			self.perhaps_go_on(at, state, events, before)
		elif self.started is None and self.called and self.may_go(state):
			self.started = at
		if self.started is not None and self.stopped is None:
			self.perhaps_stop(at, state, events)

	def may_go(self, state: State) -> bool:
		"""Whether a clock may begin on a ticket in that state: one that is done has only what comes after the end."""
		assert self.metric is not None
		return not state.done or (self.metric.at_the_end and state.status is not Status.CANCELLED)

	def perhaps_swap(self, at: Instant, state: State) -> None:
		"""Let the target that is planned by now take over, unless something has been decided."""
		planned = self.planned
		if planned is self.target or self.missed_at is not None:
			return
		if self.stopped is None:
			self.swap(at, state)
		elif self.target is None and planned is not None and planned.on_change is Change.RETROACTIVE:
			self.swap(at, state)

	def perhaps_go_on(self, at: Instant, state: State, events: tuple[Happening, ...], before: State) -> None:
		"""A stopped clock: does the ticket's return, or a new call, make it go again?"""
		assert self.metric is not None
		metric = self.metric
		reopened = before.done and not state.done
		self.until_reopened = self.until_reopened and not reopened
		self.remember(events)
		if state.status is Status.CANCELLED or state.withdrawn:
			return
		if self.called and self.may_go(state):
			self.go_round(at, state)
		elif not metric.by_opening:
			return
		elif self.target is not None and self.target.on_reopen is Reopen.NEW_CYCLE:
			if reopened or self.is_open_again(state):
				self.go_round(at, state)
		elif self.is_open_again(state):
			self.resume(at, state)

	def is_open_again(self, state: State) -> bool:
		"""Whether what stopped the clock does so no more."""
		assert self.metric is not None
		lasting = self.for_good or self.until_reopened
		return not lasting and state.status not in self.metric.stop_statuses

	def resume(self, at: Instant, state: State) -> None:
		self.stopped, self.stopped_by = None, ""
		self.perhaps_swap(at, state)

	def settle(self, at: Instant, state: State) -> None:
		"""What waits until all that happens at an instant is known: does a clock that stopped go on by itself?

		One that recurs begins anew. One that needs a call and was stopped by a status that is over goes on, as
		nobody has done yet what was asked for; a new call at the same instant would have begun the next cycle.
		"""
		assert self.metric is not None
		if state.status is Status.CANCELLED or state.withdrawn:
			return
		if self.metric.recurs and (self.for_good or self.until_reopened):
			if not state.done:
				self.go_round(at, state)
		elif not self.metric.by_opening and self.is_open_again(state):
			if self.target is not None and self.target.on_reopen is Reopen.NEW_CYCLE:
				self.go_round(at, state)
			else:
				self.resume(at, state)

	def go_round(self, at: Instant, state: State) -> None:
		self.finished.append(self.result(state))
		self.begin_cycle()
		self.started = at

	def remember(self, events: tuple[Happening, ...]) -> Happening | None:
		"""Note which stop events have happened; returns the first of these."""
		assert self.metric is not None
		first: Happening | None = None
		for event in events:
			if event in self.metric.stop_events:
				first = first or event
				if event in UNTRUE_AFTERWARDS:
					self.until_reopened = True
				else:
					self.for_good = True
		return first

	def perhaps_stop(self, at: Instant, state: State, events: tuple[Happening, ...]) -> None:
		assert self.metric is not None
		event = self.remember(events) if events else None
		if event is not None:
			self.stop(at, state, event.value)
		elif state.status in self.metric.stop_statuses:
			self.stop(at, state, state.status.value)

	def stop(self, at: Instant, state: State, by: str) -> None:
		"""What stops a withdrawn ticket's clock is void while the ticket stays withdrawn."""
		self.stopped, self.stopped_by, self.void = at, by, bool(state.withdrawn)
		self.called = False

	def live(self, begin: Instant, until: Instant, state: State) -> None:
		"""Let a step last, cut where the plan brings in another target meanwhile."""
		while self.next_piece < len(self.plan) and self.plan[self.next_piece].start < until:
			at = self.plan[self.next_piece].start
			self.pass_time(begin, at, state)
			self.enter(at, state, (), state)
			begin = at
		self.pass_time(begin, until, state)

	def pass_time(self, begin: Instant, until: Instant, state: State) -> None:
		if self.started is None or until <= begin:
			return
		if self.stopped is not None:
			self.settle(begin, state)
		interval = _Interval(begin, until, state, self.stopped is None)
		self.intervals.append(interval)
		if self.target is None:
			interval.spell = Spell.REPLACED
		else:
			self.take(interval, self.target, judging=True)

	def take(self, interval: _Interval, target: Target, judging: bool) -> None:
		"""What a target makes of an interval: held, done, or added to the elapsed time.

		When judging, notice that the goal is passed.
		"""
		goal, calendar = target.goal, target.calendar
		interval.spell = spell = _spell(interval, target)
		interval.open_seconds = seconds = calendar.between(interval.start, interval.end)
		if spell is not Spell.COUNTED or not seconds:
			return
		total = self.elapsed + seconds
		if self.used_up is None and total >= goal:
			self.used_up = calendar.add(interval.start, goal - self.elapsed)
		if judging and self.missed_at is None and total > goal:
			assert self.used_up is not None
			self.missed_at = calendar.next_open(max(self.used_up, interval.start))
		self.elapsed = total

	def swap(self, at: Instant, state: State) -> None:
		"""Another target takes over: time used so far counts for it from the start, or not at all."""
		before, elapsed_before, due_before = self.target, self.elapsed, self.due_if_found(at, state)
		self.target = self.planned
		if self.started is None:
			return
		if self.target is not None:
			self.elapsed, self.used_up = 0, None
			for interval in self.intervals:
				if self.target.on_change is Change.RETROACTIVE:
					self.take(interval, self.target, judging=False)
				else:
					interval.spell = Spell.REPLACED
			if self.stopped is not None and self.elapsed > self.target.goal:
				self.missed_at = at
		self.swaps.append(
			Swap(
				at=at,
				before=before.name if before is not None else "",
				after=self.target.name if self.target is not None else "",
				elapsed_before=elapsed_before,
				elapsed_after=self.elapsed,
				due_before=due_before,
				due_after=self.due_if_found(at, state),
			)
		)

	def due(self, at: Instant, state: State) -> Instant | None:
		"""When the goal is used up if the clock goes on from `at`, or was; None while held."""
		if self.used_up is not None:
			return self.used_up
		if self.target is None or self.started is None or state.waiting & self.target.held_for:
			return None
		return self.target.calendar.add(at, self.target.goal - self.elapsed)

	def due_if_found(self, at: Instant, state: State) -> Instant | None:
		"""The same for what is only told; None as well where the calendar does not open for so long any more."""
		try:
			return self.due(at, state)
		except HorizonExceeded:
			return None

	def result(self, state: State) -> Clock:
		"""The clock of this cycle as it stands at the end of the walk, or of the cycle."""
		target = self.target
		phase, why = self.phase(state)
		outcome, due, next_at = Outcome.PENDING, self.used_up, None
		if self.missed_at is not None:
			outcome = Outcome.MISSED
		elif phase is Phase.STOPPED:
			outcome = Outcome.MET
		if phase is Phase.RUNNING:
			due = self.due(self.end, state)
			if outcome is Outcome.PENDING and target is not None and due is not None:
				next_at = _first_late(target.calendar, max(due, self.end))
		elif phase is Phase.STOPPED and due is None and target is not None:
			due = self.due_had_it_gone_on(target)
		stretches: list[Stretch] = []
		held = 0
		for one in self.intervals:
			if self.stopped is not None and one.start >= self.stopped:
				break
			spell, seconds, said = one.spell, one.open_seconds, one.state
			stretches.append(Stretch(one.start, one.end, spell, seconds, said.reason or said.status.value))
			if spell is Spell.HELD or spell is Spell.DONE:
				held += seconds
		latest = max(due or 0, self.stopped or self.end)
		# One value a field, in their order: by keywords this takes a third more.
		return Clock(
			self.ticket,
			len(self.finished) + 1,
			target,
			self.asked,
			phase,
			outcome,
			self.started,
			self.stopped,
			self.stopped_by,
			due,
			self.elapsed,
			held,
			self.missed_at,
			next_at,
			why,
			tuple(self.swaps),
			tuple(stretches),
			target is not None and not target.calendar.knows(latest),
		)

	def due_had_it_gone_on(self, target: Target) -> Instant | None:
		"""When a clock that stopped while it counted would have used up its goal."""
		assert self.stopped is not None
		lived = [interval for interval in self.intervals if interval.active]
		if lived and _spell(lived[-1], target) is not Spell.COUNTED:
			return None
		try:
			return target.calendar.add(self.stopped, target.goal - self.elapsed)
		except HorizonExceeded:
			return None

	def phase(self, state: State) -> tuple[Phase, str]:
		if self.stopped is not None and self.target is not None and not self.void:
			return Phase.STOPPED, ""
		if state.withdrawn:
			return Phase.CANCELLED, state.withdrawn
		if state.status is Status.CANCELLED:
			return Phase.CANCELLED, state.reason or state.status.value
		if self.target is None:
			return Phase.CANCELLED, NO_TARGET
		if self.started is None:
			return Phase.NOT_STARTED, ""
		if state.waiting & self.target.held_for:
			return Phase.HELD, state.reason
		return Phase.RUNNING, ""


def _taken_over(steps: tuple[Step, ...], start: Instant) -> int:
	"""The first step that belongs to who has had a ticket since `start`, and not to whom he had it from.

	Of what happened at that very instant, what came before the hand-over was done by the other.
	"""
	first, end = (side(steps, start, key=_at) for side in (bisect_left, bisect_right))
	if end - first < 2:
		return 0
	before, after = steps[first - 1].state, steps[end - 1].state
	by_team = before.team != after.team
	mine = end - 1
	while mine > first and _with(steps[mine - 1].state, by_team) == _with(after, by_team):
		mine -= 1
	return mine


def _with(state: State, by_team: bool) -> tuple[object, ...]:
	"""With whom a ticket is, as far as a hand-over to a team, or else to a supplier, changes it."""
	return (state.team,) if by_team else (state.waiting & Waiting.SUPPLIER.value, state.supplier)


def _spell(interval: _Interval, target: Target) -> Spell:
	state = interval.state
	if not interval.active or state.status is Status.CANCELLED or state.withdrawn:
		return Spell.DONE
	return Spell.HELD if state.waiting & target.held_for else Spell.COUNTED


def _first_late(calendar: Calendar, due: Instant) -> Instant | None:
	"""The first instant at which a clock due then has been missed; None when the calendar opens no more."""
	try:
		return calendar.next_open(due) + 1
	except HorizonExceeded:
		return None


def explain(clock: Clock) -> Iterator[Span]:
	"""A clock span by span, from its start until it stopped or was asked, without gaps.

	The counted spans add up to `elapsed`, the held and done ones to `held`.
	"""
	if clock.target is None:
		return
	calendar = clock.target.calendar
	for stretch in clock.stretches:
		if stretch.spell is Spell.REPLACED:
			yield Span(stretch.start, stretch.end, Spell.REPLACED, stretch.reason)
			continue
		spans = [
			Span(start, end, stretch.spell, stretch.reason)
			for start, end in calendar.open_spans(stretch.start, stretch.end)
		]
		spans += [
			Span(gap.start, gap.end, Spell.CLOSED, gap.detail, gap.why)
			for gap in calendar.closed_spans(stretch.start, stretch.end)
		]
		yield from sorted(spans, key=lambda span: span.start)
