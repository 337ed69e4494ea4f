"""Named conditions: the fixed words in which a metric says what starts, stops and holds its clocks.

They are of three sorts: something that happens, a status that lasts, and a wait. Who defines a metric chooses
among them; nobody writes a condition of his own, so that every clock means the same to everybody.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from slm_extension.domain.timeline import ENDED, Kind, State, Status, Waiting


class Turn(Enum):
	"""What happens to a ticket without being a fact of its own: its state turns into another."""

	__hash__ = object.__hash__

	REOPENED = "reopened"
	RESOLVED = "became resolved"
	CLOSED = "became closed"
	TO_TEAM = "handed to a team"
	TO_SUPPLIER = "handed to a supplier"
	FROM_SUPPLIER = "back from the supplier"


Happening: TypeAlias = Kind | Turn


STARTS: dict[str, Happening] = {
	"opened": Kind.OPENED,
	"acknowledged": Kind.ACKNOWLEDGED,
	"staff replied": Kind.REPLIED,
	"customer wrote": Kind.CUSTOMER_REPLIED,
	"somebody took it": Kind.OWNED,
	"escalated": Kind.ESCALATED,
	"users told": Kind.TOLD,
	"handed to a team": Turn.TO_TEAM,
	"handed to a supplier": Turn.TO_SUPPLIER,
	"back from the supplier": Turn.FROM_SUPPLIER,
	"reopened": Turn.REOPENED,
	"resolved": Turn.RESOLVED,
	"closed": Turn.CLOSED,
}
"""What may start a clock, or call for the next cycle of one that has stopped."""

STOP_EVENTS: dict[str, Happening] = {
	name: happening
	for name, happening in STARTS.items()
	if happening not in (Kind.OPENED, Turn.RESOLVED, Turn.CLOSED)
}
"""What stops a clock for good when it happens."""

STOP_STATUSES: dict[str, frozenset[Status]] = {
	"resolved": frozenset({Status.RESOLVED}),
	"closed": frozenset({Status.CLOSED}),
	"done": ENDED,
}
"""What stops a clock for as long as it lasts."""

HOLDS: dict[str, Waiting] = {
	"waiting for customer": Waiting.CUSTOMER,
	"waiting for supplier": Waiting.SUPPLIER,
	"on hold otherwise": Waiting.OTHER,
}
"""What holds a clock."""

UNTRUE_AFTERWARDS = frozenset({Kind.TOLD})
"""What a reopening gives the lie to: the user was told that all is well, and it was not."""

AT_THE_END: dict[Happening, Status] = {Turn.RESOLVED: Status.RESOLVED, Turn.CLOSED: Status.CLOSED}
"""Starts of what is promised for the time after the work is done, with the status that comes with them."""


def turns(before: State, after: State) -> tuple[Turn, ...]:
	"""What has happened to a ticket by turning from one state into another."""
	supplier, previous = _awaited(after), _awaited(before)
	happened = (
		(Turn.REOPENED, before.done and not after.done),
		(Turn.RESOLVED, after.status is Status.RESOLVED is not before.status),
		(Turn.CLOSED, after.status is Status.CLOSED is not before.status),
		(Turn.TO_TEAM, bool(after.team) and after.team != before.team),
		(Turn.TO_SUPPLIER, supplier is not None and supplier != previous),
		(Turn.FROM_SUPPLIER, supplier is None and previous is not None),
	)
	return tuple(turn for turn, so in happened if so)


def _awaited(state: State) -> str | None:
	"""The supplier a ticket waits for, who may have no name; None while it waits for none."""
	return state.supplier if state.waiting & Waiting.SUPPLIER.value else None
