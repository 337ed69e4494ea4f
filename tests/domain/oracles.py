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
		self.status, self.waiting, self.withdrawn = Status.OPEN, 0, False
		self.holds: dict[str, int] = {}
		self.call = False
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
			self.take_part(now, None, self.done)
		for fact in facts:
			was_done = self.done
			event = self.apply(fact)
			if now >= self.begin:
				self.take_part(now, event, was_done)
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

	def take_part(self, now: int, event: Kind | None, was_done: bool) -> None:
		cycle, metric = self.cycle, self.metric
		if not self.withdrawn:
			cycle.void = False
		planned = [target for start, target in self.plan if start <= now][-1]
		judges = cycle.target is None and planned is not None and planned.on_change is Change.RETROACTIVE
		if planned is not cycle.target and (cycle.stopped is None or judges):
			self.swap(now, planned)
		from_opening = Kind.OPENED in metric.start_events
		self.call = self.call or from_opening or event in metric.start_events
		if cycle.stopped is not None:
			cycle.for_good = cycle.for_good or event in metric.stop_events
			if self.status is Status.CANCELLED or self.withdrawn:
				return
			stays = cycle.for_good or self.status in metric.stop_statuses
			comes_back = was_done and not self.done
			if not from_opening:
				if self.call and not self.done:
					self.next_cycle(now, planned)
			elif cycle.target is not None and cycle.target.on_reopen is Reopen.NEW_CYCLE:
				if comes_back or not stays:
					self.next_cycle(now, planned)
			elif not stays:
				cycle.stopped, cycle.stopped_by = None, ""
				if planned is not cycle.target:
					self.swap(now, planned)
		elif cycle.started is None and self.call and not self.done:
			cycle.started = now
		if self.cycle.started is not None and self.cycle.stopped is None:
			if event is not None and event in metric.stop_events:
				self.cycle.for_good = True
				self.stop(now, event.value)
			elif self.status in metric.stop_statuses:
				self.stop(now, self.status.value)

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
