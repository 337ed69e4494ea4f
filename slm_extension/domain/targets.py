"""A promise on a metric: what starts it, stops it and holds it, how long, in which calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from slm_extension.domain.calendars import Calendar
from slm_extension.domain.conditions import AT_THE_END, STARTS, STOP_EVENTS, STOP_STATUSES, Happening, Turn
from slm_extension.domain.errors import (
	InvalidGoal,
	InvalidObjective,
	MetricCannotRecur,
	MetricNeverStarts,
	MetricNeverStops,
	MetricStopsAtItsStart,
)
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.scopes import steps
from slm_extension.domain.timeline import ENDED, Kind, State, Status, Waiting

Services: TypeAlias = "Sequence[str] | Mapping[str, int]"
"""A ticket's service with what rows may name for it, the nearest first; or how far away each of these lies."""


class Reopen(Enum):
	"""What a clock does when a ticket comes back after it had stopped."""

	RESUME = "resume"
	NEW_CYCLE = "new cycle"


class Change(Enum):
	"""What happens to the time used so far when another target takes over in mid-flight."""

	RETROACTIVE = "retroactive"
	FROM_CHANGE = "from the change"


@dataclass(frozen=True, slots=True)
class Metric:
	"""What is measured: what starts it (the opening, unless said), and what stops it.

	Any of `stop_events` stops it for good; being in one of `stop_statuses` stops it while that lasts.
	`holds` is the hold condition a target of this metric has unless it says otherwise. One that `recurs` begins
	its next cycle at the very instant at which a stop event ended the last, as long as the ticket goes on.
	Raises a kind of InvalidMetric.
	"""

	name: str
	stop_events: frozenset[Happening]
	stop_statuses: frozenset[Status]
	holds: Waiting = Waiting.NOBODY
	start_events: frozenset[Happening] = frozenset({Kind.OPENED})
	recurs: bool = False
	by_opening: bool = field(init=False, compare=False, repr=False)
	"""Whether a ticket's opening starts it; within a tenure, the tenure's beginning."""
	turning: bool = field(init=False, compare=False, repr=False)
	"""Whether turns of a ticket's state matter to it."""
	heeded: frozenset[Happening] | None = field(init=False, compare=False, repr=False)
	"""The events of a ticket that matter to it; None where its turns do."""
	at_the_end: bool = field(init=False, compare=False, repr=False)
	"""Whether it starts where others have ended."""
	once: bool = field(init=False, compare=False, repr=False)
	"""Whether nothing but a reopening can begin a further cycle."""

	def __post_init__(self) -> None:
		said = self.start_events | self.stop_events
		object.__setattr__(self, "by_opening", Kind.OPENED in self.start_events)
		turning = any(isinstance(one, Turn) for one in said)
		object.__setattr__(self, "turning", turning)
		object.__setattr__(self, "heeded", None if turning else said)
		object.__setattr__(self, "at_the_end", not self.start_events.isdisjoint(AT_THE_END))
		object.__setattr__(self, "once", self.start_events == {Kind.OPENED} and not self.recurs)
		if not self.start_events:
			raise MetricNeverStarts(metric=self.name)
		if not self.stop_events and not self.stop_statuses:
			raise MetricNeverStops(metric=self.name)
		both = (self.start_events & self.stop_events) | {
			start for start in self.start_events if AT_THE_END.get(start) in self.stop_statuses
		}
		if both:
			first = min(name for name, one in STARTS.items() if one in both)
			raise MetricStopsAtItsStart(metric=self.name, condition=f'"{first}"')
		if self.recurs and not self.stop_events:
			raise MetricCannotRecur(metric=self.name)

	@classmethod
	def named(
		cls,
		name: str,
		starts: Iterable[str],
		stops: Iterable[str],
		holds: Waiting = Waiting.NOBODY,
		recurs: bool = False,
	) -> Metric:
		"""A metric by the names of its conditions, of which each must be one of STARTS, or one of the stops."""
		stopping = tuple(stops)
		return cls(
			name,
			frozenset(STOP_EVENTS[one] for one in stopping if one not in STOP_STATUSES),
			frozenset(status for one in stopping for status in STOP_STATUSES.get(one, ())),
			holds,
			frozenset(STARTS[one] for one in starts),
			recurs,
		)

	@property
	def starts(self) -> tuple[str, ...]:
		"""The names of its start conditions."""
		return tuple(name for name, one in STARTS.items() if one in self.start_events)

	@property
	def stops(self) -> tuple[str, ...]:
		"""The names of its stop conditions."""
		events = tuple(name for name, one in STOP_EVENTS.items() if one in self.stop_events)
		if self.stop_statuses == ENDED:
			return (*events, "done")
		return (*events, *(name for name, said in STOP_STATUSES.items() if said == self.stop_statuses))


RESPONSE = Metric("response", frozenset({Kind.REPLIED}), ENDED)
RESOLUTION = Metric("resolution", frozenset(), ENDED, Waiting.CUSTOMER)
CLOSURE = Metric("closure", frozenset(), frozenset({Status.CLOSED}), Waiting.CUSTOMER)
OWNERSHIP = Metric("ownership", frozenset({Kind.OWNED}), ENDED)
RESTORATION = Metric("restoration", frozenset({Kind.TOLD}), frozenset())
TURNAROUND = Metric("turnaround", frozenset(), ENDED)
"""How long a team or supplier had the ticket: ends as well when it is handed over. For OLA and UC."""
NEXT_REPLY = Metric(
	"next reply",
	frozenset({Kind.REPLIED}),
	ENDED,
	start_events=frozenset({Kind.CUSTOMER_REPLIED}),
)
ACKNOWLEDGEMENT = Metric("acknowledgement", frozenset({Kind.ACKNOWLEDGED, Kind.OWNED, Kind.REPLIED}), ENDED)
"""Until somebody has confirmed that the ticket has arrived; who takes or answers it has done so as well."""
ESCALATION = Metric("escalation", frozenset({Kind.ESCALATED}), ENDED, Waiting.CUSTOMER)
"""How long a level may keep a ticket before it hands it to the next."""
UPDATE_INTERVAL = Metric("update interval", frozenset({Kind.REPLIED}), ENDED, Waiting.CUSTOMER, recurs=True)
"""The longest time in which the requester hears nothing; a cycle from one public reply to the next."""

METRICS = {
	metric.name: metric
	for metric in (
		ACKNOWLEDGEMENT,
		RESPONSE,
		RESOLUTION,
		CLOSURE,
		OWNERSHIP,
		RESTORATION,
		TURNAROUND,
		NEXT_REPLY,
		UPDATE_INTERVAL,
		ESCALATION,
	)
}
"""The standard ones; agreements may name others."""


@dataclass(frozen=True, slots=True)
class Target:
	"""One row of an agreement.

	`goal` is open seconds of `calendar`. `priorities` and `services` say which tickets it is for; empty means
	all. `objective` is the share, in percent, of clocks that must be met in a period. `warnings` are levels
	in percent of the goal. Raises InvalidGoal, InvalidObjective.
	"""

	name: str
	metric: Metric
	goal: Seconds
	calendar: Calendar
	holds: Waiting = Waiting.NOBODY
	priorities: frozenset[str] = frozenset()
	services: frozenset[str] = frozenset()
	on_reopen: Reopen = Reopen.RESUME
	on_change: Change = Change.RETROACTIVE
	objective: Fraction | None = None
	warnings: tuple[int, ...] = ()
	held_for: int = field(init=False, compare=False, repr=False)
	"""`holds` as a plain number, for the loop that compares it with every state."""

	def __post_init__(self) -> None:
		object.__setattr__(self, "held_for", self.holds.value)
		if self.goal <= 0:
			raise InvalidGoal(target=self.name, seconds=self.goal)
		if self.objective is not None and not 0 < self.objective <= 100:
			raise InvalidObjective(target=self.name, objective=float(self.objective))

	@property
	def precision(self) -> tuple[bool, bool]:
		"""The more it says about its tickets, the larger; the most precise suitable row applies."""
		return bool(self.services), bool(self.priorities)


class Piece(NamedTuple):
	"""From `start` on, `target` applies; None where the agreement in force promises nothing for the ticket."""

	start: Instant
	target: Target | None


def select(targets: Iterable[Target], state: State, services: Services = ()) -> Target | None:
	"""Of targets of one metric, the one for a ticket in that state: the most precise that suits.

	A row for the service comes before one for a group that it lies beneath, the nearest first, and before one
	for all services; then a row for the priority before one for all. `services` is the ticket's service with
	what it lies beneath, the nearest first; for an agreement beneath it says how far away each service lies that
	may be named, what the ticket's service rests on among them.
	"""
	path = services or (state.service,)
	best: Target | None = None
	closest = (False, 0, False)
	for target in targets:
		if target.priorities and state.priority not in target.priorities:
			continue
		above = _distance(target.services, path) if target.services else 0
		if above is None:
			continue
		closeness = (bool(target.services), -above, bool(target.priorities))
		if best is None or closeness > closest:
			best, closest = target, closeness
	return best


def _distance(names: frozenset[str], services: Services) -> int | None:
	if isinstance(services, Mapping):
		return min((services[name] for name in names if name in services), default=None)
	return steps(names, services)
