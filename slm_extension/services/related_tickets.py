"""Other tickets that have to do with one: split off from it, marked as its duplicates, merged into it. Writes nothing.

Found by what their ledgers say, so that it is told also of tickets that were deleted or told apart again since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import frappe

from slm_extension.adapters import issues, store
from slm_extension.adapters.facts import DUPLICATE_OF, MERGED_INTO, naming
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.permissions import condition_of
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Kind, Timeline


class Bond(Enum):
	"""What another ticket has to do with one."""

	SPLIT_OFF = "split off"
	DUPLICATE = "duplicate"
	NO_DUPLICATE = "no duplicate any more"
	MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Related:
	"""What `other` came to have to do with the ticket at an instant.

	`timeline` is the other's; None for a user who may not read that ticket and is told its name only. `there`: the
	user can open it.
	"""

	at: Instant
	bond: Bond
	other: str
	there: bool
	timeline: Timeline | None


def related_to(ticket: Ticket, at_most: int) -> list[Related]:
	"""The latest of them, in order of time. One query where there are none, else four or five."""
	if ticket.type != ISSUE:
		return []
	others = store.tickets_naming(ticket.type, naming(ticket.name), at_most)
	if not others:
		return []
	there = _readable(others)
	gone_too = condition_of(ISSUE, frappe.session.user) == ""
	known = issues.existing([one.name for one in others]) if gone_too else {}
	found = []
	for other, ledger in store.facts_of(others).items():
		timeline = Timeline.of(other.name, ledger)
		open_book = other.name in there or (gone_too and other.name not in known)
		found += [
			Related(at, bond, other.name, other.name in there, timeline if open_book else None)
			for at, bond in _bonds(ticket.name, timeline)
		]
	return sorted(found, key=lambda one: (one.at, one.other))[-at_most:]


def _readable(tickets: Sequence[Ticket]) -> set[str]:
	"""Those which the user may read; nobody else hears more of a ticket than its name."""
	return set(
		frappe.get_list(
			ISSUE,
			filters={"name": ["in", [one.name for one in tickets]]},
			pluck="name",
			order_by="name asc",
			limit_page_length=0,
		)
	)


def _bonds(name: str, timeline: Timeline) -> Iterator[tuple[Instant, Bond]]:
	"""What the facts of another ticket, in their order, say about the one of that name."""
	opening, duplicate = timeline.opening, False
	for fact in timeline.facts:
		if fact is opening and fact.value == name:
			yield fact.at, Bond.SPLIT_OFF
		if fact.kind not in (Kind.WITHDRAWN, Kind.REINSTATED):
			continue
		said = fact.value if fact.kind is Kind.WITHDRAWN else ""
		is_now = said == f"{DUPLICATE_OF}{name}"
		if is_now and not duplicate:
			yield fact.at, Bond.DUPLICATE
		elif duplicate and not is_now and (not said or said.startswith(DUPLICATE_OF)):
			yield fact.at, Bond.NO_DUPLICATE
		duplicate = is_now
		if said == f"{MERGED_INTO}{name}":
			yield fact.at, Bond.MERGED
