"""Warning and escalation levels: how much of a goal, or how long before or after it, in open time.

Pure: tells which levels a clock has reached, when it did, and when it reaches the next. Who is told is not its
business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from slm_extension.domain.clocks import Clock, Phase, Spell
from slm_extension.domain.errors import HorizonExceeded, InvalidLevel
from slm_extension.domain.instants import Instant, Seconds


class Timing(Enum):
	"""How a level is placed."""

	PERCENT = "percent of the goal"
	BEFORE = "before the goal is used up"
	AFTER = "after the goal is used up"


@dataclass(frozen=True, slots=True)
class EscalationLevel:
	"""One row: level `number` of clocks of `metric` (of every metric if empty) lies at `amount`.

	`amount` is percent of the goal (150 lies past it), or open seconds before or after the goal is used up. A
	warning further ahead than the goal is long is due at once, and nothing after a goal before it has been
	missed by a second. Raises InvalidLevel for an amount or a number that is too small.
	"""

	number: int
	timing: Timing
	amount: int
	metric: str = ""

	def __post_init__(self) -> None:
		least = 1 if self.timing is Timing.PERCENT else 0
		if self.number < 1 or self.amount < least:
			raise InvalidLevel(level=self.number, amount=self.amount)

	def threshold(self, goal: Seconds) -> Seconds:
		"""The elapsed time, in open seconds, at which a clock with that goal reaches it."""
		if self.timing is Timing.PERCENT:
			return -(-goal * self.amount // 100)
		return max(0, goal - self.amount) if self.timing is Timing.BEFORE else goal + max(1, self.amount)


@dataclass(frozen=True, slots=True)
class Reached:
	"""A level that a clock has reached, and the instant at which it did."""

	number: int
	at: Instant


def of_metric(levels: Iterable[EscalationLevel], metric: str) -> tuple[EscalationLevel, ...]:
	"""The rows that concern clocks of a metric."""
	return tuple(level for level in levels if level.metric in ("", metric))


def reached(clock: Clock, levels: Sequence[EscalationLevel]) -> tuple[Reached, ...]:
	"""The levels that a clock has reached, each once, the first reached first.

	Of several rows of one level the earliest counts. A clock that has not started has reached none.
	"""
	if clock.target is None or clock.started is None:
		return ()
	found = [
		Reached(number, _passed(clock, threshold))
		for number, threshold in _thresholds(clock, levels).items()
		if threshold <= clock.elapsed
	]
	return tuple(sorted(found, key=lambda one: (one.at, one.number)))


def is_reached(number: int, levels: Sequence[EscalationLevel], goal: Seconds, elapsed: Seconds) -> bool:
	"""Whether a clock with that goal and elapsed time has reached a level; a level without a row is never reached."""
	return any(level.number == number and level.threshold(goal) <= elapsed for level in levels)


def next_at(clock: Clock, levels: Sequence[EscalationLevel]) -> Instant | None:
	"""When a running clock reaches its next level if nothing else happens; None when it does not."""
	if clock.target is None or clock.phase is not Phase.RUNNING:
		return None
	ahead = [one for one in _thresholds(clock, levels).values() if one > clock.elapsed]
	if not ahead:
		return None
	try:
		return clock.target.calendar.add(clock.asked, min(ahead) - clock.elapsed)
	except HorizonExceeded:
		return None


def _thresholds(clock: Clock, levels: Sequence[EscalationLevel]) -> dict[int, Seconds]:
	found: dict[int, Seconds] = {}
	for level in levels:
		threshold = level.threshold(clock.goal)
		found[level.number] = min(threshold, found.get(level.number, threshold))
	return found


def _passed(clock: Clock, threshold: Seconds) -> Instant:
	"""The instant at which the elapsed time of a clock came to `threshold`, which it has."""
	assert clock.target is not None and clock.started is not None
	at, counted = clock.started, 0
	for stretch in clock.stretches:
		if stretch.spell is not Spell.COUNTED or not stretch.open_seconds:
			continue
		if counted + stretch.open_seconds >= threshold:
			return clock.target.calendar.add(stretch.start, threshold - counted)
		counted += stretch.open_seconds
	return at
