"""What documents of the host say about a ticket, as facts of the domain. Reads no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slm_extension.domain.timeline import Fact, Kind, State, Status, Waiting


@dataclass(frozen=True, slots=True)
class Meaning:
	"""What one status of the host means for time."""

	status: Status
	waiting: Waiting


MEANINGS = {
	"Open": Meaning(Status.OPEN, Waiting.NOBODY),
	"Waiting for Customer": Meaning(Status.HELD, Waiting.CUSTOMER),
	"Waiting for Supplier": Meaning(Status.HELD, Waiting.SUPPLIER),
	"On Hold": Meaning(Status.HELD, Waiting.OTHER),
	"Resolved": Meaning(Status.RESOLVED, Waiting.NOBODY),
	"Closed": Meaning(Status.CLOSED, Waiting.NOBODY),
	"Cancelled": Meaning(Status.CANCELLED, Waiting.NOBODY),
}

ISSUE_STATUSES = {
	"Open": "Open",
	"Replied": "Waiting for Customer",
	"On Hold": "On Hold",
	"Resolved": "Resolved",
	"Closed": "Closed",
}
"""What ERPNext's own statuses of an Issue mean, unless SLM Settings say otherwise."""

PROPERTIES = {
	Kind.PRIORITY: "priority",
	Kind.CUSTOMER: "customer",
	Kind.TYPE: "issue_type",
	Kind.SERVICE: "slm_service",
	Kind.TEAM: "slm_team",
	Kind.SUPPLIER: "slm_supplier",
}
"""The fields of an Issue that decide which target applies, and who holds it."""

TIMED_FIELDS = ("status", *PROPERTIES.values())

WAITING_FIELDS = ("slm_waiting_for", "slm_waiting_reason")
"""Whom a ticket that is held waits for, and why; they say nothing while it is not."""

DUPLICATE_FIELD = "slm_duplicate_of"

OBSERVED_FIELDS = (*TIMED_FIELDS, *WAITING_FIELDS, DUPLICATE_FIELD)
"""All fields of an Issue of which a change is a fact."""

WAITING_FOR = {"Customer": Waiting.CUSTOMER, "Supplier": Waiting.SUPPLIER, "Other": Waiting.OTHER}

DELETED = "deleted"
"""Why a ticket was withdrawn when the host has it no more; its clocks leave the figures."""

DUPLICATE_OF = "duplicate of "
"""How the reason begins for which a duplicate was withdrawn."""

MERGED_INTO = "merged into "
"""How the reason begins for which a ticket was withdrawn that became part of another."""


def naming(ticket: str) -> dict[Kind, tuple[str, ...]]:
	"""What the ledgers of other tickets say that names this one: split off from it, its duplicate, merged into it."""
	return {
		Kind.OPENED: (ticket,),
		Kind.WITHDRAWN: (f"{DUPLICATE_OF}{ticket}", f"{MERGED_INTO}{ticket}"),
	}


def named_by(fact: Fact) -> str:
	"""The other ticket that a fact about one names; empty: none."""
	if fact.kind is Kind.OPENED:
		return fact.value
	if fact.kind is not Kind.WITHDRAWN:
		return ""
	prefix = next((one for one in (DUPLICATE_OF, MERGED_INTO) if fact.value.startswith(one)), None)
	return "" if prefix is None else fact.value.removeprefix(prefix)


@dataclass(frozen=True, slots=True)
class News:
	"""Something about a ticket that the ledger may or may not know yet.

	`said` is the status as the host has it, `note` what somebody wrote about it.
	"""

	kind: Kind
	value: str
	waiting: int = 0
	said: str = ""
	note: str = ""


def properties_of(issue: Any) -> Iterator[News]:
	"""Priority, customer, type, service, team and supplier of an Issue."""
	for kind, field in PROPERTIES.items():
		yield News(kind, issue.get(field) or "")


def withdrawal_of(issue: Any, state: State) -> Iterator[News]:
	"""What an Issue says otherwise than its ledger about being there, and about being another's duplicate."""
	original = issue.get(DUPLICATE_FIELD) or ""
	said = f"{DUPLICATE_OF}{original}" if original else ""
	duplicate = state.withdrawn.startswith(DUPLICATE_OF)
	if said and state.withdrawn != said and (duplicate or state.withdrawn in ("", DELETED)):
		yield News(Kind.WITHDRAWN, said)
	elif not said and (duplicate or state.withdrawn == DELETED):
		yield News(Kind.REINSTATED, "")


def status_of(issue: Any, meanings: Mapping[str, Meaning]) -> News:
	"""The status of an Issue; one that nobody gave a meaning counts as open."""
	said = issue.get("status") or "Open"
	meaning = meanings.get(said, MEANINGS["Open"])
	if meaning.status is not Status.HELD:
		return News(Kind.STATUS, meaning.status.value, meaning.waiting.value, said)
	whom, why = (issue.get(field) or "" for field in WAITING_FIELDS)
	waiting = WAITING_FOR.get(whom, meaning.waiting)
	return News(Kind.STATUS, meaning.status.value, waiting.value, said, noted(whom, why))


def is_held(issue: Any, meanings: Mapping[str, Meaning]) -> bool:
	"""Whether the status of an Issue means that it waits."""
	return meanings.get(issue.get("status") or "Open", MEANINGS["Open"]).status is Status.HELD


def noted(whom: str, why: str) -> str:
	"""What is noted of a hold: whom it is for, where somebody said so, and why, in one line."""
	return " · ".join(filter(None, (whom, " ".join(why.split()))))[:NOTE_LENGTH]


NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Said:
	"""What the latest fact about a ticket's status says: the host's word for it, and what was noted."""

	status: str
	note: str = ""

	@property
	def words(self) -> tuple[str, str]:
		return self.status, self.note


def unknown_to(state: State | None, last: Said, news: Iterable[News]) -> Iterator[News]:
	"""Of some news, those that tell something else than the ledger's latest state."""
	for one in news:
		if state is None:
			if one.value:
				yield one
		elif one.kind is Kind.STATUS:
			if (one.said, one.note) != last.words:
				yield one
		elif one.value != getattr(state, STATE_FIELDS[one.kind]):
			yield one


@dataclass(frozen=True, slots=True)
class Standing:
	"""Where a customer stands: the customer group and the territory of the Customer document."""

	customer_group: str
	territory: str


NOWHERE = Standing("", "")


def standing_in(state: State | None) -> Standing:
	"""Where a ticket's customer stood when he became its customer, as far as the ledger knows."""
	return NOWHERE if state is None else Standing(state.customer_group, state.territory)


def with_standing(
	news: Iterable[News], known: Standing, standing: Callable[[str], Standing]
) -> Iterator[News]:
	"""The same news and, after a customer, his customer group and territory where others are `known`.

	A ticket keeps what its customer was when he became its customer: a customer who is moved to another group
	later is no news about the ticket.
	"""
	for one in news:
		yield one
		if one.kind is Kind.CUSTOMER:
			found = standing(one.value)
			if found.customer_group != known.customer_group:
				yield News(Kind.CUSTOMER_GROUP, found.customer_group)
			if found.territory != known.territory:
				yield News(Kind.TERRITORY, found.territory)
			known = found


STATE_FIELDS = {
	Kind.PRIORITY: "priority",
	Kind.CUSTOMER: "customer",
	Kind.TYPE: "type",
	Kind.SERVICE: "service",
	Kind.TEAM: "team",
	Kind.SUPPLIER: "supplier",
}


def is_public_reply(communication: Any) -> bool:
	"""Whether staff has told the requester something: not a comment, not an automatic message."""
	return communication.communication_type == "Communication" and communication.sent_or_received == "Sent"


def is_customer_message(communication: Any) -> bool:
	return (
		communication.communication_type == "Communication" and communication.sent_or_received == "Received"
	)


IMPORTED = "import"
"""The source of facts that another system told; their reasons are its words, not those of an Issue."""

_SHOWN = {
	Status.OPEN: "Open",
	Status.HELD: "On Hold",
	Status.RESOLVED: "Resolved",
	Status.CLOSED: "Closed",
	Status.CANCELLED: "Closed",
}


def issue_status(fact: Fact) -> str:
	"""The status an Issue has while a fact about its status holds."""
	if fact.source != IMPORTED:
		return fact.reason or "Open"
	status = Status(fact.value)
	if status is Status.HELD and fact.waiting == Waiting.CUSTOMER.value:
		return "Replied"
	return _SHOWN[status]


def fact_of(one: News, at: int, recorded_at: int, number: int, source: str) -> Fact:
	return Fact(
		at=at,
		kind=one.kind,
		value=one.value,
		waiting=one.waiting,
		reason=one.said,
		recorded_at=recorded_at,
		number=number,
		source=source,
		note=one.note,
	)
