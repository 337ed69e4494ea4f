"""What a correction would change: every clock of its ticket, and the figures of the periods, before and after.

Nothing here writes. Durations are open seconds, instants are the domain's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import frappe

from slm_extension.adapters.corrections import (
	CORRECTION,
	PARTIES,
	correction_of,
	counted,
	decided_of_others,
)
from slm_extension.adapters.store import ClockRow, Ticket
from slm_extension.domain.attainment import Attainment
from slm_extension.domain.corrections import facts_of
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.timeline import REMARKS, Fact, Timeline
from slm_extension.services.measure import computed
from slm_extension.services.observe import latest


@dataclass(frozen=True, slots=True)
class Side:
	"""A clock as it stands before or after. `period` is a month like 202606, 0 while undecided."""

	phase: str
	outcome: str
	started: Instant | None
	stopped: Instant | None
	due: Instant | None
	missed_at: Instant | None
	goal: Seconds
	elapsed: Seconds
	held: Seconds
	remaining: Seconds
	period: int
	excused: bool

	@property
	def judged(self) -> tuple[str, int, bool]:
		"""What the figures of a period are made of."""
		return self.outcome, self.period, self.excused

	@property
	def lasting(self) -> tuple[object, ...]:
		"""What the passing of a minute does not change, as long as nothing happens."""
		return self.phase, self.started, self.stopped, self.due, self.missed_at, self.goal, *self.judged


@dataclass(frozen=True, slots=True)
class Compared:
	"""One clock before and after; None where there was, or will be, no such clock. `changed` names fields of Side."""

	key: str
	metric: str
	agreement: str
	kind: str
	target_id: str
	target: str
	party: str
	leg: int
	cycle: int
	before: Side | None
	after: Side | None
	changed: tuple[str, ...]

	@property
	def restated(self) -> bool:
		"""Whether figures of a period change by it."""
		before = self.before.judged if self.before else ("", 0, False)
		after = self.after.judged if self.after else ("", 0, False)
		return before != after and bool(before[1] or after[1])


@dataclass(frozen=True, slots=True)
class PeriodFigures:
	"""A target's figures of a month before and after."""

	agreement: str
	metric: str
	target: str
	period: int
	before: Attainment
	after: Attainment


@dataclass(frozen=True, slots=True)
class Preview:
	"""What a correction comes to, asked at `asked`. Two with the same `digest` show the same to a reader."""

	asked: Instant
	facts: tuple[Fact, ...]
	clocks: tuple[Compared, ...]
	periods: tuple[PeriodFigures, ...]
	digest: str


@dataclass(frozen=True, slots=True)
class Asked:
	"""A correction of a ticket as others list it; times as the site has them, `restated` the clocks decided otherwise."""

	name: str
	what: str
	status: str
	from_time: datetime | None
	until_time: datetime | None
	party: str
	reason: str
	requested_by: str
	requested_on: datetime | None
	decided_by: str
	decided_on: datetime | None
	decision_note: str
	restated: int


def preview(ticket: Ticket, document: Any, ledger: Sequence[Fact], now: Instant) -> Preview:
	"""What a correction would do to a ticket whose ledger is in hand. Raises a kind of InvalidCorrection."""
	asked = max(now, latest(ledger))
	timeline = Timeline.of(ticket.name, ledger)
	facts = facts_of(correction_of(document, asked), timeline, asked)
	clocks = compared(ticket, ledger, facts, asked)
	return Preview(asked, facts, clocks, _periods(ticket, clocks), _digest(timeline.facts, facts, clocks))


def compared(
	ticket: Ticket, ledger: Sequence[Fact], proposed: Sequence[Fact], asked: Instant
) -> tuple[Compared, ...]:
	"""Every clock of a ticket by its ledger, and by its ledger with some facts more."""
	before = {row.key: row for row in computed(ticket, ledger, asked).rows}
	after = {
		row.key: row for row in computed(ticket, [*ledger, *_learnt(ledger, proposed, asked)], asked).rows
	}
	return tuple(_compared(before.get(key), after.get(key)) for key in dict.fromkeys([*before, *after]))


def _learnt(ledger: Sequence[Fact], proposed: Sequence[Fact], asked: Instant) -> list[Fact]:
	"""The facts with the number and instant that the ledger would give them."""
	following = max((fact.number for fact in ledger), default=-1) + 1
	return [
		Fact(fact.at, fact.kind, fact.value, fact.waiting, fact.reason, asked, number, fact.source, fact.note)
		for number, fact in enumerate(proposed, following)
	]


def _compared(before: ClockRow | None, after: ClockRow | None) -> Compared:
	row = after or before
	assert row is not None
	was, will_be = _side(before), _side(after)
	changed = tuple(
		field.name
		for field in fields(Side)
		if getattr(was, field.name, None) != getattr(will_be, field.name, None)
	)
	return Compared(
		row.key,
		row.metric,
		row.agreement,
		row.kind,
		row.target_id,
		row.target,
		row.party,
		row.leg,
		row.cycle,
		was,
		will_be,
		changed,
	)


def _side(row: ClockRow | None) -> Side | None:
	if row is None:
		return None
	return Side(
		row.phase,
		row.outcome,
		row.started,
		row.stopped,
		row.due,
		row.missed_at,
		row.goal,
		row.elapsed,
		row.held,
		row.remaining,
		row.period,
		bool(row.excused),
	)


def _periods(ticket: Ticket, clocks: Sequence[Compared]) -> tuple[PeriodFigures, ...]:
	"""The figures that change: those of all other tickets as stored, with this one's before and after."""
	places = {
		(one.agreement, one.target_id, side.period): one
		for one in clocks
		if one.restated
		for side in (one.before, one.after)
		if side is not None and side.period
	}
	found = []
	for (agreement, target_id, period), one in sorted(places.items(), key=lambda item: item[0]):
		others = decided_of_others(ticket, agreement, target_id, period)
		mine = [other for other in clocks if (other.agreement, other.target_id) == (agreement, target_id)]
		before, after = (
			sum(
				(counted(side.outcome, side.excused) for side in sides if side and side.period == period),
				others,
			)
			for sides in ([other.before for other in mine], [other.after for other in mine])
		)
		found.append(PeriodFigures(agreement, one.metric, one.target, period, before, after))
	return tuple(found)


def _digest(ledger: Sequence[Fact], facts: Sequence[Fact], clocks: Sequence[Compared]) -> str:
	said = (
		[fact.order() for fact in ledger],
		[
			(fact.at if fact.kind not in REMARKS else 0, fact.kind.value, fact.value, fact.waiting)
			for fact in facts
		],
		[(one.key, one.before and one.before.lasting, one.after and one.after.lasting) for one in clocks],
	)
	return hashlib.sha256(repr(said).encode()).hexdigest()


def of_ticket(ticket: Ticket) -> tuple[Asked, ...]:
	"""The corrections asked for about a ticket, in the order in which they were."""
	rows = frappe.get_all(
		CORRECTION,
		filters={"ticket_type": ticket.type, "ticket": ticket.name},
		fields=[*_LISTED, *PARTIES],
		order_by="requested_on asc, name asc",
		limit_page_length=0,
	)
	counts = _restatements([row.name for row in rows])
	return tuple(
		Asked(
			row.name,
			row.what,
			row.status,
			row.from_time,
			row.until_time,
			next((row[field] for field in PARTIES if row[field]), ""),
			row.reason or "",
			row.requested_by or "",
			row.requested_on,
			row.decided_by or "",
			row.decided_on,
			row.decision_note or "",
			counts.get(row.name, 0),
		)
		for row in rows
	)


_LISTED = (
	"name",
	"what",
	"status",
	"from_time",
	"until_time",
	"reason",
	"requested_by",
	"requested_on",
	"decided_by",
	"decided_on",
	"decision_note",
)


def standing_of(ticket: Ticket) -> tuple[tuple[str, str, str], ...]:
	"""Name, what, and status of the corrections asked for about a ticket, in the order in which they were."""
	rows = frappe.get_all(
		CORRECTION,
		filters={"ticket_type": ticket.type, "ticket": ticket.name},
		fields=["name", "what", "status"],
		order_by="requested_on asc, name asc",
		limit_page_length=0,
	)
	return tuple((row.name, row.what, row.status) for row in rows)


def _restatements(names: Sequence[str]) -> dict[str, int]:
	found: dict[str, int] = {}
	for parent in frappe.get_all(
		"SLM Correction Restatement",
		filters={"parenttype": CORRECTION, "parent": ["in", list(names) or [""]]},
		pluck="parent",
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		found[parent] = found.get(parent, 0) + 1
	return found
