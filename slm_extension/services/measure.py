"""From the ledger to the clocks: folds a ticket's facts through the domain and keeps what it says.

What is kept is a cache of a pure function; nothing of it is read to compute it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slm_extension.adapters import issues, store
from slm_extension.adapters.agreements import SiteAgreements, site_agreements
from slm_extension.adapters.site_time import to_site
from slm_extension.adapters.store import ClockRow, Ticket
from slm_extension.domain.assessment import AssessedClock, Assessment, assess
from slm_extension.domain.attainment import Period
from slm_extension.domain.clocks import Clock, Outcome, Phase
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Timeline

DELETED = "deleted"
"""Why a ticket was withdrawn when the host has it no more; its clocks leave the figures."""


@dataclass(frozen=True, slots=True)
class Measured:
	"""What one measure came to: the rows to keep and our fields of the ticket."""

	rows: tuple[ClockRow, ...]
	fields: dict[str, Any]


def measure(ticket: Ticket, facts: Sequence[Fact], now: Instant) -> Measured:
	"""Measure a ticket from its facts and keep the result. Three queries, or two when nothing became obsolete."""
	result = computed(ticket, facts, now)
	known = store.clocks_of([ticket])[ticket]
	keep(result, known)
	return result


def computed(ticket: Ticket, facts: Sequence[Fact], now: Instant) -> Measured:
	"""What a ticket's clocks are at `now`, by its facts and the agreements of the site; queries nothing."""
	agreements = site_agreements()
	return measured(ticket, assess(Timeline.of(ticket.name, facts), agreements.book, now), agreements)


def measured(ticket: Ticket, assessment: Assessment, agreements: SiteAgreements) -> Measured:
	"""What an assessment comes to: rows as they are stored, in the order of its clocks, and the ticket's fields."""
	if assessment.timeline.state_at(assessment.asked).withdrawn == DELETED:
		return Measured((), {})
	legs = {tenure: number for number, tenure in enumerate(dict.fromkeys(_tenures(assessment)), start=1)}
	rows = tuple(
		_row(ticket, assessment, one, agreements, 0 if one.tenure is None else legs[one.tenure])
		for one in assessment.clocks
	)
	return Measured(rows, ticket_fields(assessment, agreements))


def keep(result: Measured, known: dict[str, Any]) -> None:
	"""Write the rows that are new or say something else, and drop those that nothing stands for any more."""
	changed = [row for row in result.rows if row.name not in known or known[row.name].digest != row.digest]
	if changed:
		store.put_clocks(changed)
	store.drop_clocks(sorted(known.keys() - {row.name for row in result.rows}))


def keep_all(results: Mapping[Ticket, Measured], known: Mapping[Ticket, Mapping[str, Any]]) -> None:
	"""Keep what several tickets of one type came to, in as few statements as their clocks allow.

	`known` are their stored clocks by name, as far as they have any.
	"""
	rows: list[ClockRow] = []
	obsolete: list[str] = []
	for ticket, result in results.items():
		stored = known.get(ticket, {})
		rows += [
			row for row in result.rows if row.name not in stored or stored[row.name].digest != row.digest
		]
		obsolete += stored.keys() - {row.name for row in result.rows}
	store.put_clocks(rows)
	store.drop_clocks(sorted(obsolete))
	issues.put_fields({ticket.name: result.fields for ticket, result in results.items() if result.fields})


def _tenures(assessment: Assessment) -> list[Any]:
	return [one.tenure for one in assessment.beneath]


def _row(
	ticket: Ticket, assessment: Assessment, one: AssessedClock, agreements: SiteAgreements, leg: int
) -> ClockRow:
	clock, agreement, target = one.clock, one.agreement, one.clock.target
	document = agreements.document(agreement)
	decided = clock.decided_at
	state = assessment.timeline.state_at(assessment.asked if decided is None else decided)
	return ClockRow(
		name=store.clock_name(ticket, document, one.metric, leg, clock.cycle),
		ticket_type=ticket.type,
		ticket=ticket.name,
		metric=one.metric.title(),
		agreement=document,
		kind=agreement.kind.value,
		target_id=target.name if target is not None else "",
		target=_target_label(one, state.priority),
		cycle=clock.cycle,
		leg=leg,
		party=one.tenure.name if one.tenure is not None else "",
		phase=clock.phase.value.title(),
		outcome=clock.outcome.value.title(),
		due=clock.due,
		missed_at=clock.missed_at,
		started=clock.started,
		stopped=clock.stopped,
		stopped_by=clock.stopped_by,
		uncertain=int(clock.uncertain),
		goal=clock.goal,
		elapsed=clock.elapsed,
		held=clock.held,
		remaining=clock.remaining,
		customer=state.customer or None,
		service=state.service or None,
		priority=state.priority or None,
		objective=float(target.objective or 0) if target is not None else 0.0,
		cause=one.attribution.cause.value if one.attribution is not None else "",
		responsible=one.attribution.responsible if one.attribution is not None else "",
		period=_period(clock),
		decided_at=decided,
		next_at=clock.next_at,
		asked_instant=assessment.asked,
	)


def _target_label(one: AssessedClock, priority: str) -> str:
	target = one.clock.target
	return " ".join(
		filter(None, [one.metric.title(), *(sorted(target.priorities) if target is not None else [])])
	)


def _period(clock: Clock) -> int:
	"""The month in which a clock was decided, by its own calendar's zone, as one number; 0 while it is not."""
	if clock.decided_at is None or clock.target is None:
		return 0
	first = Period.MONTH.first_day(clock.decided_at, clock.target.calendar.zone)
	return first.year * 100 + first.month


def ticket_fields(assessment: Assessment, agreements: SiteAgreements) -> dict[str, Any]:
	"""Our fields on a ticket: its agreement, the nearest due time, and how it stands."""
	clocks = assessment.to_customer
	going = [
		one.clock
		for one in clocks
		if one.clock.phase in (Phase.RUNNING, Phase.HELD) and one.clock.stopped is None
	]
	due = min((clock.due for clock in going if clock.due is not None), default=None)
	chosen = agreements.book.choose(
		assessment.timeline.state_at(assessment.asked), assessment.timeline.opened
	)
	return {
		"slm_agreement": None if chosen is None else agreements.document(chosen),
		"slm_due": to_site(due),
		"slm_state": _state([one.clock for one in clocks], going),
	}


def _state(clocks: Sequence[Clock], going: Sequence[Clock]) -> str:
	if not clocks:
		return ""
	if any(clock.outcome is Outcome.MISSED for clock in going):
		return "Overdue"
	if any(clock.phase is Phase.RUNNING for clock in going):
		return "Running"
	if going:
		return "Held"
	if any(clock.outcome is Outcome.MISSED for clock in clocks):
		return "Missed"
	return "Met" if any(clock.outcome is Outcome.MET for clock in clocks) else ""
