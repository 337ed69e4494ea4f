"""What happened to a ticket: facts, put in order, and the state they add up to between them.

Facts may arrive in any order and as late as they like; the timeline is the same. At one instant the opening
comes first, then what was recorded earlier, then what was recorded under the smaller number. When a ticket was opened
is corrected by a further opening: the one that was recorded last counts, and the others stay on record.

What a timeline is made of by the dozen is a named tuple, which is built in a third of the time of a dataclass that
cannot be changed either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, IntFlag
from typing import NamedTuple

from slm_extension.domain.errors import NotOpened
from slm_extension.domain.instants import FIRST, Instant


class Status(Enum):
	"""What a ticket's status means for time, whatever it is called on the screen."""

	__hash__ = object.__hash__

	OPEN = "open"
	HELD = "held"
	RESOLVED = "resolved"
	CLOSED = "closed"
	CANCELLED = "cancelled"


class Waiting(IntFlag):
	"""Whom a held ticket waits for; a target's hold condition is a set of these."""

	NOBODY = 0
	CUSTOMER = 1
	SUPPLIER = 2
	OTHER = 4
	ANYBODY = 7


class Kind(Enum):
	"""What a fact says. In the comment: what `value` means."""

	# Members are single objects; the enum's own hash is a call into Python for every look-up.
	__hash__ = object.__hash__

	OPENED = "opened"
	STATUS = "status"  # a Status value
	REPLIED = "replied"  # staff told the requester something in public
	CUSTOMER_REPLIED = "customer replied"
	OWNED = "owned"  # who took it
	ACKNOWLEDGED = "acknowledged"  # staff confirmed that the ticket has arrived; who did
	ESCALATED = "escalated"  # it was handed to the next level; to whom
	TOLD = "told"  # the user was told that service is restored
	TEAM = "team"  # name, empty for none
	SUPPLIER = "supplier"  # name of the supplier dealt with, empty for none
	PRIORITY = "priority"
	CUSTOMER = "customer"
	CUSTOMER_GROUP = "customer group"
	TERRITORY = "territory"
	SERVICE = "service"
	TYPE = "type"
	HOLD_BEGAN = "hold began"  # a name for this hold; it may overlap others
	HOLD_ENDED = "hold ended"  # the name it began under
	WITHDRAWN = "withdrawn"  # merged, duplicate, deleted: why
	REINSTATED = "reinstated"
	EXCUSED = "excused"  # which clock the figures leave out, empty: every one of the ticket
	UNEXCUSED = "unexcused"  # the same, taken back


EVENTS = frozenset(
	{
		Kind.OPENED,
		Kind.REPLIED,
		Kind.CUSTOMER_REPLIED,
		Kind.OWNED,
		Kind.ACKNOWLEDGED,
		Kind.ESCALATED,
		Kind.TOLD,
	}
)
"""Kinds that happen at an instant; all others but REMARKS change a state that lasts."""

REMARKS = frozenset({Kind.EXCUSED, Kind.UNEXCUSED})
"""Kinds that say how a ticket is judged; no clock runs otherwise because of them."""


class Fact(NamedTuple):
	"""Something that happened at `at` and that we learnt at `recorded_at` (the same instant if None).

	`waiting` and `reason` belong to holds: whom the ticket waits for, and that status or reason in words;
	`note` is what somebody wrote about it. `number` tells apart facts of one instant; within a ticket the
	ledger numbers them upwards.
	"""

	at: Instant
	kind: Kind
	value: str = ""
	waiting: int = 0
	reason: str = ""
	recorded_at: Instant | None = None
	number: int = 0
	source: str = ""
	note: str = ""

	def order(self) -> tuple[Instant, bool, Instant, int, str, str, int, str, str, str]:
		"""Facts that are equal in this are the same; the last six only keep arrival from deciding."""
		learnt = self.at if self.recorded_at is None else self.recorded_at
		kind = self.kind
		told_apart = kind.value, self.value, self.waiting, self.reason, self.source, self.note
		return self.at, kind is not Kind.OPENED, learnt, self.number, *told_apart


class State(NamedTuple):
	"""All that lasts between two facts. `waiting` unites the status's hold and holds of their own.

	`reason` is that of the status while it holds, else that of the hold that began first, else the status's.
	"""

	status: Status = Status.OPEN
	waiting: int = 0
	reason: str = ""
	team: str = ""
	supplier: str = ""
	priority: str = ""
	customer: str = ""
	customer_group: str = ""
	territory: str = ""
	service: str = ""
	type: str = ""
	withdrawn: str = ""

	@property
	def done(self) -> bool:
		return self.status in DONE


ENDED = frozenset({Status.RESOLVED, Status.CLOSED})
"""A cancelled ticket that is filed under one of these afterwards stays cancelled; nobody has worked on it."""

DONE = ENDED | {Status.CANCELLED}


class Step(NamedTuple):
	"""From `at` on, until the next step, `state` holds; `events` happened at that very instant.

	`turned`: its status, wait or withdrawal is not that of the step before, which is all of a state that makes a
	clock go otherwise as long as it has the same target.
	"""

	at: Instant
	state: State
	events: tuple[Kind, ...] = ()
	turned: bool = True


@dataclass(frozen=True, slots=True)
class Timeline:
	"""A ticket's facts in order, and the steps they fold into; the first step is the opening."""

	ticket: str
	facts: tuple[Fact, ...]
	steps: tuple[Step, ...] = field(compare=False, repr=False)

	@classmethod
	def of(cls, ticket: str, facts: Iterable[Fact]) -> Timeline:
		"""Put facts in order and fold them. Raises NotOpened when none says when the ticket was opened.

		What was known before the opening (a priority, a team) is the state it opens with. Of several
		openings the one that was recorded last counts, and of those that tell no such difference the first.
		"""
		ordered = _in_order(tuple(facts))
		return cls(ticket, ordered, tuple(_fold(ticket, ordered)))

	@property
	def opened(self) -> Instant:
		return self.steps[0].at

	@property
	def opening(self) -> Fact:
		"""The opening that counts."""
		return _opening(self.ticket, self.facts)

	@property
	def excused(self) -> frozenset[str]:
		"""The clocks that the figures leave out, as the facts name them; an empty name: all of the ticket."""
		found: set[str] = set()
		for fact in self.facts:
			if fact.kind is Kind.EXCUSED:
				found.add(fact.value)
			elif fact.kind is Kind.UNEXCUSED:
				found.discard(fact.value)
		return frozenset(found)

	def state_at(self, at: Instant) -> State:
		"""What holds at that instant, after everything that happened at it."""
		for step in reversed(self.steps):
			if step.at <= at:
				return step.state
		return self.steps[0].state


_STATUSES = {status.value: status for status in Status}
_FIELDS = {
	Kind.TEAM: "team",
	Kind.SUPPLIER: "supplier",
	Kind.PRIORITY: "priority",
	Kind.CUSTOMER: "customer",
	Kind.CUSTOMER_GROUP: "customer_group",
	Kind.TERRITORY: "territory",
	Kind.SERVICE: "service",
	Kind.TYPE: "type",
}


def _in_order(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
	"""Facts by their order; those of a ledger have numbers of their own, and what comes after these decides nothing."""
	if len({fact.number for fact in facts}) == len(facts):
		return tuple(sorted(facts, key=_early_order))
	return tuple(sorted(facts, key=Fact.order))


def _early_order(fact: Fact) -> tuple[Instant, bool, Instant, int]:
	at, kind, _, _, _, recorded, number, *_ = fact
	return at, kind is not Kind.OPENED, at if recorded is None else recorded, number


def _opening(ticket: str, facts: tuple[Fact, ...]) -> Fact:
	openings = [fact for fact in facts if fact.kind is Kind.OPENED]
	if not openings:
		raise NotOpened(ticket=ticket)
	return openings[0] if len(openings) == 1 else max(openings, key=_recorded)


def _recorded(fact: Fact) -> tuple[Instant, int]:
	"""By this the last of several is told; of those of which it is not known, none comes after another."""
	return (FIRST - 1, 0) if fact.recorded_at is None else (fact.recorded_at, fact.number)


def _fold(ticket: str, facts: tuple[Fact, ...]) -> list[Step]:
	opening = _opening(ticket, facts)
	names: dict[str, str] = {}
	before: State | None = None
	status, waiting, reason, withdrawn = Status.OPEN, 0, "", ""
	holds: dict[str, Fact] = {}
	steps: list[Step] = []
	began = False
	last = len(facts) - 1
	for index, fact in enumerate(facts):
		at, kind, value, *_ = fact
		event: tuple[Kind, ...] = ()
		if kind in _FIELDS:
			names[_FIELDS[kind]] = value
		elif kind is Kind.STATUS:
			said = _STATUSES.get(value) or Status(value)
			if status is not Status.CANCELLED or said not in ENDED:
				status, waiting, reason = said, fact.waiting, _words(fact)
		elif kind in REMARKS:
			continue
		elif kind is Kind.HOLD_BEGAN:
			holds[value] = fact
		elif kind is Kind.HOLD_ENDED:
			holds.pop(value, None)
		elif kind is Kind.WITHDRAWN:
			withdrawn = value or kind.value
		elif kind is Kind.REINSTATED:
			withdrawn = ""
		elif kind is not Kind.OPENED or not began:
			event = (kind,)
		began = began or fact is opening
		if not began:
			continue
		if not event and index < last and _together(fact, facts[index + 1]):
			continue
		if event and before is not None:
			steps.append(Step(at, before, event, False))
			continue
		united, label = waiting, reason if waiting else ""
		for hold in holds.values():
			united |= hold.waiting
			label = label or _words(hold)
		state = State(status, united, label or reason, withdrawn=withdrawn, **names)
		steps.append(Step(at, state, event, before is None or _turns(before, state)))
		before = state
	return steps


def _turns(before: State, after: State) -> bool:
	return (
		before.status is not after.status
		or before.waiting != after.waiting
		or before.reason != after.reason
		or before.withdrawn != after.withdrawn
	)


def _words(fact: Fact) -> str:
	"""A status or hold with what was written about it."""
	return f"{fact.reason}: {fact.note}" if fact.reason and fact.note else fact.reason or fact.note


def _together(fact: Fact, following: Fact) -> bool:
	"""Whether two facts of one instant are one change: a property that came in with the next fact."""
	return (
		fact.kind in _FIELDS
		and fact.at == following.at
		and (following.kind in _FIELDS or following.kind is Kind.STATUS)
	)
