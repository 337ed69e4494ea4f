"""The same questions answered slowly and differently: a calendar minute by minute, a clock second by second.

Nothing here uses the code under test, apart from the values that describe what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from slm_extension.domain.calendars import DatedHours, Window, YearlyClosure
from slm_extension.domain.conditions import Turn
from slm_extension.domain.targets import Change, Reopen, Target
from slm_extension.domain.timeline import Fact, Kind, Status

MINUTE = 60
DAY = 86_400


class MinuteByMinute:
	"""A calendar that asks the zone for the wall clock at each minute and looks up the rules of that date.

	Good for windows and offsets in whole minutes, and for instants in [start, end), which are whole minutes.
	"""

	def __init__(
		self,
		zone_name: str,
		week: dict[int, tuple[Window, ...]],
		exceptions: tuple[DatedHours, ...],
		yearly: tuple[YearlyClosure, ...],
		start: int,
		end: int,
	) -> None:
		self.zone, self.week, self.yearly = ZoneInfo(zone_name), week, yearly
		self.special = {exception.day: exception.windows for exception in exceptions}
		self.start = start
		self.cells = [self.wall_is_open(at) for at in range(start, end, MINUTE)]

	def wall_is_open(self, at: int) -> bool:
		wall = datetime.fromtimestamp(at, self.zone)
		second = wall.hour * 3600 + wall.minute * 60 + wall.second
		if any(one.start <= second < one.end for one in self.windows(wall.date())):
			return True
		if self.is_special(wall.date()):
			return False
		yesterday = wall.date() - timedelta(days=1)
		return any(one.start <= second + DAY < one.end for one in self.windows(yesterday))

	def windows(self, day: date) -> tuple[Window, ...]:
		if day in self.special:
			return self.special[day]
		return () if self.is_special(day) else self.week.get(day.weekday(), ())

	def is_special(self, day: date) -> bool:
		return day in self.special or any(self.closes(one, day) for one in self.yearly)

	@staticmethod
	def closes(closure: YearlyClosure, day: date) -> bool:
		inside = closure.first <= (day.month, day.day) <= closure.last
		over_new_year = closure.last < closure.first
		return inside or (over_new_year and not (closure.last < (day.month, day.day) < closure.first))

	def between(self, start: int, end: int) -> int:
		total = 0
		at = start
		while at < end:
			following = min((at // MINUTE + 1) * MINUTE, end)
			if self.cells[(at - self.start) // MINUTE]:
				total += following - at
			at = following
		return total

	def add(self, start: int, seconds: int) -> int | None:
		"""None when the minutes looked at are not enough."""
		at, left = start, seconds
		while left:
			index = (at - self.start) // MINUTE
			if index == len(self.cells):
				return None
			following = (at // MINUTE + 1) * MINUTE
			if self.cells[index]:
				if following - at >= left:
					return at + left
				left -= following - at
			at = following
		return at


@dataclass
class Cycle:
	"""What second after second has shown of one cycle of a clock."""

	target: Target | None
	started: int | None = None
	stopped: int | None = None
	stopped_by: str = ""
	void: bool = False
	for_good: bool = False
	told: bool = False
	missed_at: int | None = None
	since: int = 0
	seconds: list[tuple[int, str]] = field(default_factory=list)
	swaps: int = 0


class SecondBySecond:
	"""One promise on one ticket, lived through second by second, for spans of a minute or so.

	Each second that passes is kept with what it was: "gone", "done", or whom the ticket waited for. Whatever is
	asked is counted anew from that list. `opens` gives, for a calendar's name, the windows of each day in UTC.
	"""

	def __init__(
		self,
		facts: list[Fact],
		plan: list[tuple[int, Target | None]],
		opens: dict[str, tuple[Window, ...]],
		asked: int,
		within: tuple[int, int | None] | None = None,
	) -> None:
		self.plan, self.opens, self.asked = plan, opens, asked
		self.opened = min(fact.at for fact in facts if fact.kind is Kind.OPENED)
		self.begin, over = within or (self.opened, None)
		self.end = asked if over is None else min(over, asked)
		self.metric = next(target.metric for _, target in plan if target is not None)
		self.promised = any(target is not None for start, target in plan if start <= self.end)
		self.status, self.waiting, self.withdrawn = Status.OPEN, 0, False
		self.holds: dict[str, int] = {}
		self.call = Kind.OPENED in self.metric.start_events
		self.past: list[Cycle] = []
		self.cycle = Cycle(plan[0][1])
		for now in range(self.opened, asked + 1):
			if over is not None and now >= over:
				break
			self.live(now, [fact for fact in facts if fact.at == now])
		if (
			over is not None
			and over <= asked
			and self.cycle.started is not None
			and self.cycle.stopped is None
		):
			self.stop(over, "handed over")

	def live(self, now: int, facts: list[Fact]) -> None:
		begins = now == self.begin or (now > self.begin and any(start == now for start, _ in self.plan))
		if begins and not facts:
			self.take_part(now, set(), False)
		skipped = self.of_the_other(now, facts)
		for number, fact in enumerate(facts):
			before = (self.done, self.status, self.with_whom)
			events: set[Kind | Turn] = set()
			kind = self.apply(fact)
			# The first call is given; that a ticket is opened once more is none.
			events |= set() if kind is None or kind is Kind.OPENED else {kind}
			comes_back = before[0] and not self.done
			events |= {Turn.REOPENED} if comes_back else set()
			if self.status is not before[1]:
				events |= {Status.RESOLVED: {Turn.RESOLVED}, Status.CLOSED: {Turn.CLOSED}}.get(
					self.status, set()
				)
			if self.with_whom is not before[2]:
				events |= {Turn.TO_SUPPLIER if self.with_whom else Turn.FROM_SUPPLIER}
			if self.promised and now >= self.begin and number >= skipped:
				self.take_part(now, events, comes_back)
		if self.promised and now >= self.begin:
			self.go_on_alone(now)
		cycle = self.cycle
		if now >= self.begin and now < self.end and cycle.started is not None:
			if cycle.stopped is not None or self.withdrawn or self.status is Status.CANCELLED:
				cycle.seconds.append((now, "done"))
			else:
				cycle.seconds.append((now, f"waits {self.awaited}"))
			if (
				cycle.target is not None
				and cycle.missed_at is None
				and self.elapsed(cycle) > cycle.target.goal
			):
				if self.elapsed(cycle, until=now) < self.elapsed(cycle):
					cycle.missed_at = now

	@property
	def with_whom(self) -> bool:
		"""Whether the ticket waits for a supplier; these stories know one, and no teams."""
		return bool(self.awaited & 2)

	def of_the_other(self, now: int, facts: list[Fact]) -> int:
		"""How many facts of the instant at which a tenure begins come before the ticket was handed over."""
		if now != self.begin or now == self.opened or not facts:
			return 0
		memory = self.status, self.waiting, dict(self.holds), self.withdrawn
		places = []
		for fact in facts:
			self.apply(fact)
			places.append(self.with_whom)
		self.status, self.waiting, self.holds, self.withdrawn = memory
		return next(number for number in range(len(places)) if len(set(places[number:])) == 1)

	@property
	def done(self) -> bool:
		return self.status in (Status.RESOLVED, Status.CLOSED, Status.CANCELLED)

	@property
	def awaited(self) -> int:
		"""Whom it waits for, by whatever hold: each bit once."""
		return sum(
			bit for bit in (1, 2, 4) if any(held & bit for held in [self.waiting, *self.holds.values()])
		)

	def apply(self, fact: Fact) -> Kind | None:
		if fact.kind is Kind.STATUS:
			stays = self.status is Status.CANCELLED and fact.value in ("resolved", "closed")
			if not stays:
				self.status, self.waiting = Status(fact.value), fact.waiting
		elif fact.kind is Kind.HOLD_BEGAN:
			self.holds[fact.value] = fact.waiting
		elif fact.kind is Kind.HOLD_ENDED:
			self.holds.pop(fact.value, None)
		elif fact.kind in (Kind.WITHDRAWN, Kind.REINSTATED):
			self.withdrawn = fact.kind is Kind.WITHDRAWN
		elif fact.kind is not Kind.PRIORITY:
			return fact.kind
		return None

	def take_part(self, now: int, events: set[Kind | Turn], comes_back: bool) -> None:
		cycle, metric = self.cycle, self.metric
		if not self.withdrawn:
			cycle.void = False
		planned = self.planned(now)
		judges = cycle.target is None and planned is not None and planned.on_change is Change.RETROACTIVE
		if planned is not cycle.target and (cycle.stopped is None or judges):
			self.swap(now, planned)
		self.call = self.call or bool(events & metric.start_events)
		stopping = events & metric.stop_events
		after_the_end = bool(metric.start_events & {Turn.RESOLVED, Turn.CLOSED})
		may_begin = not self.done or (after_the_end and self.status is not Status.CANCELLED)
		if cycle.stopped is not None:
			if comes_back:
				cycle.told = False
			self.note(stopping)
			if self.status is Status.CANCELLED or self.withdrawn:
				return
			if self.call and may_begin:
				self.next_cycle(now, planned)
			elif Kind.OPENED not in metric.start_events:
				pass
			elif cycle.target is not None and cycle.target.on_reopen is Reopen.NEW_CYCLE:
				if comes_back or not self.stays:
					self.next_cycle(now, planned)
			elif not self.stays:
				self.go_on(now)
		elif cycle.started is None and self.call and may_begin:
			cycle.started = now
		if self.cycle.started is not None and self.cycle.stopped is None:
			self.note(stopping)
			if stopping:
				self.stop(now, sorted(stopping, key=lambda one: isinstance(one, Turn))[0].value)
			elif self.status in metric.stop_statuses:
				self.stop(now, self.status.value)

	def go_on_alone(self, now: int) -> None:
		"""At the end of a second: what nobody has to call for."""
		cycle, metric = self.cycle, self.metric
		if cycle.stopped is None or self.status is Status.CANCELLED or self.withdrawn:
			return
		if metric.recurs and (cycle.for_good or cycle.told):
			if not self.done:
				self.next_cycle(now, self.planned(now))
		elif Kind.OPENED not in metric.start_events and not self.stays:
			if cycle.target is not None and cycle.target.on_reopen is Reopen.NEW_CYCLE:
				self.next_cycle(now, self.planned(now))
			else:
				self.go_on(now)

	def planned(self, now: int) -> Target | None:
		return [target for start, target in self.plan if start <= now][-1]

	def note(self, stopping: set[Kind | Turn]) -> None:
		self.cycle.told = self.cycle.told or Kind.TOLD in stopping
		self.cycle.for_good = self.cycle.for_good or bool(stopping - {Kind.TOLD})

	@property
	def stays(self) -> bool:
		"""Whether the clock of this cycle stands for what has been done, or for how the ticket is."""
		return self.cycle.for_good or self.cycle.told or self.status in self.metric.stop_statuses

	def go_on(self, now: int) -> None:
		self.cycle.stopped, self.cycle.stopped_by = None, ""
		if self.planned(now) is not self.cycle.target:
			self.swap(now, self.planned(now))

	def swap(self, now: int, planned: Target | None) -> None:
		cycle = self.cycle
		if cycle.missed_at is not None:
			return
		cycle.target = planned
		if cycle.started is not None:
			cycle.swaps += 1
			if planned is not None:
				cycle.since = 0 if planned.on_change is Change.RETROACTIVE else now
				if cycle.stopped is not None and self.elapsed(cycle) > planned.goal:
					cycle.missed_at = now

	def stop(self, now: int, by: str) -> None:
		self.cycle.stopped, self.cycle.stopped_by, self.cycle.void = now, by, self.withdrawn
		self.call = False

	def next_cycle(self, now: int, planned: Target | None) -> None:
		self.past.append(self.cycle)
		self.cycle = Cycle(planned, started=now)
		self.call = True

	def is_open(self, target: Target, now: int) -> bool:
		return any(window.start <= now % DAY < window.end for window in self.opens[target.calendar.name])

	def counted(self, cycle: Cycle) -> list[int]:
		"""The seconds that count for the cycle's target."""
		target = cycle.target
		assert target is not None
		return [
			now
			for now, what in cycle.seconds
			if now >= cycle.since
			and what != "done"
			and not int(what.removeprefix("waits ")) & target.holds
			and self.is_open(target, now)
		]

	def elapsed(self, cycle: Cycle, until: int | None = None) -> int:
		return sum(1 for now in self.counted(cycle) if until is None or now < until)

	def held(self, cycle: Cycle) -> int:
		target = cycle.target
		assert target is not None
		return sum(
			1
			for now, what in cycle.seconds
			if now >= cycle.since
			and (cycle.stopped is None or now < cycle.stopped)
			and (what == "done" or int(what.removeprefix("waits ")) & target.holds)
			and self.is_open(target, now)
		)

	def used_up(self, cycle: Cycle) -> int | None:
		assert cycle.target is not None
		counted = self.counted(cycle)
		return counted[cycle.target.goal - 1] + 1 if len(counted) >= cycle.target.goal else None

	def open_from(self, target: Target, now: int) -> Iterator[int]:
		"""Every open second from `now` on."""
		for day in count(now // DAY):
			for window in self.opens[target.calendar.name]:
				yield from range(max(day * DAY + window.start, now), max(day * DAY + window.end, now))

	def due(self, cycle: Cycle, start: int) -> int:
		assert cycle.target is not None
		left = cycle.target.goal - self.elapsed(cycle)
		return next(islice(self.open_from(cycle.target, start), left - 1, None)) + 1
