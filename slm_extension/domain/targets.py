"""A promise on a metric: what starts it, stops it and holds it, how long, in which calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from slm_extension.domain.calendars import Calendar
from slm_extension.domain.errors import InvalidGoal, InvalidObjective
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.scopes import steps
from slm_extension.domain.timeline import ENDED, Kind, State, Status, Waiting


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
	"""What is measured: the events that start it (the opening, unless said), and what stops it.

	Any of `stop_events` stops it for good; being in one of `stop_statuses` stops it while that lasts.
	`holds` is the hold condition a target of this metric has unless it says otherwise.
	"""

	name: str
	stop_events: frozenset[Kind]
	stop_statuses: frozenset[Status]
	holds: Waiting = Waiting.NOBODY
	start_events: frozenset[Kind] = frozenset({Kind.OPENED})


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

METRICS = {
	metric.name: metric
	for metric in (RESPONSE, RESOLUTION, CLOSURE, OWNERSHIP, RESTORATION, TURNAROUND, NEXT_REPLY)
}


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


@dataclass(frozen=True, slots=True)
class Piece:
	"""From `start` on, `target` applies; None where the agreement in force promises nothing for the ticket."""

	start: Instant
	target: Target | None


def select(targets: Iterable[Target], state: State, services: tuple[str, ...] = ()) -> Target | None:
	"""Of targets of one metric, the one for a ticket in that state: the most precise that suits.

	A row for the service comes before one for a group that it lies beneath, the nearest first, and before one
	for all services; then a row for the priority before one for all. `services` is the ticket's service with
	what it lies beneath, the nearest first.
	"""
	path = services or (state.service,)
	best: Target | None = None
	closest = (False, 0, False)
	for target in targets:
		if target.priorities and state.priority not in target.priorities:
			continue
		above = steps(target.services, path) if target.services else 0
		if above is None:
			continue
		closeness = (bool(target.services), -above, bool(target.priorities))
		if best is None or closeness > closest:
			best, closest = target, closeness
	return best
