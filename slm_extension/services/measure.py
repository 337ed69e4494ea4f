"""From the ledger to the clocks: folds a ticket's facts through the domain and keeps what it says.

What is kept is a cache of a pure function; nothing of it is read to compute it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from slm_extension.adapters import issues, store
from slm_extension.adapters.agreements import SiteAgreements, site_agreements
from slm_extension.adapters.breaches import figures_of
from slm_extension.adapters.clock_words import AS_STORED, GOING, MISSED
from slm_extension.adapters.facts import DELETED
from slm_extension.adapters.metrics import site_name
from slm_extension.adapters.site_time import to_site
from slm_extension.adapters.store import Alarm, BreachRow, ClockRow, StoredClock, Ticket
from slm_extension.domain import levels
from slm_extension.domain.assessment import AssessedClock, Assessment, assess
from slm_extension.domain.attainment import Period
from slm_extension.domain.clocks import Clock, Outcome, Phase
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Timeline
from slm_extension.services import live


@dataclass(frozen=True, slots=True)
class Measured:
	"""What one measure came to: the rows to keep and our fields of the ticket.

	`breaches` are the clocks missed among those of the customer, `alarms` the levels that clocks which are still
	going have reached.
	"""

	rows: tuple[ClockRow, ...]
	fields: dict[str, Any]
	breaches: tuple[BreachRow, ...] = ()
	alarms: tuple[Alarm, ...] = ()

	@property
	def gone(self) -> bool:
		"""Whether there is no ticket any more."""
		return not self.fields


def measure(
	ticket: Ticket, facts: Sequence[Fact], now: Instant, known: Mapping[str, StoredClock] | None = None
) -> Measured:
	"""Measure a ticket from its facts and keep the result. `known` are its clocks, where store.record_of told them.

	Whoever measures has locked the ticket. What somebody else has stored of it since this transaction began to read
	is seen, and gone over or withdrawn. Clocks are not locked before there are any; see there.
	"""
	result = computed(ticket, facts, now)
	if known is None and (known := store.clocks_of([ticket])[ticket]):
		known = store.clocks_of([ticket], latest=True)[ticket]
	keep(result, known)
	if not known and (result.rows or result.gone):
		_drop_what_came_meanwhile(ticket, result)
	live.changed([ticket])
	return result


def _drop_what_came_meanwhile(ticket: Ticket, result: Measured) -> None:
	"""Of a ticket that had no clocks when this transaction began to read, those that are none any more."""
	others = store.clocks_of([ticket], latest=True)[ticket].keys() - {row.name for row in result.rows}
	store.drop_clocks(sorted(others))
	store.withdraw_breaches(sorted(others))


def computed(
	ticket: Ticket, facts: Sequence[Fact], now: Instant, agreements: SiteAgreements | None = None
) -> Measured:
	"""What a ticket's clocks are at `now`, by its facts and the agreements of the site; queries nothing.

	`agreements` are those of the site, for whoever measures many tickets in one go.
	"""
	return judged(ticket, Timeline.of(ticket.name, facts), now, agreements)


def judged(
	ticket: Ticket, timeline: Timeline, now: Instant, agreements: SiteAgreements | None = None
) -> Measured:
	"""The same of a timeline that has been told already."""
	agreements = agreements or site_agreements()
	return measured(ticket, assess(timeline, agreements.book, now), agreements)


def measured(ticket: Ticket, assessment: Assessment, agreements: SiteAgreements) -> Measured:
	"""What an assessment comes to: rows as they are stored, in the order of its clocks, and the ticket's fields."""
	if assessment.timeline.state_at(assessment.asked).withdrawn == DELETED:
		return Measured((), {})
	legs = {tenure: number for number, tenure in enumerate(dict.fromkeys(_tenures(assessment)), start=1)}
	excused = assessment.timeline.excused
	rows: list[ClockRow] = []
	breaches: list[BreachRow] = []
	alarms: list[Alarm] = []
	for one in assessment.clocks:
		document = agreements.document(one.agreement)
		agreed = agreements.levels.get(document)
		ladder = levels.of_metric(agreed, one.metric) if agreed else ()
		reached = levels.reached(one.clock, ladder) if ladder else ()
		upcoming = levels.next_at(one.clock, ladder) if ladder else None
		leg = 0 if one.tenure is None else legs[one.tenure]
		row = _row(ticket, assessment, one, document, leg, len(reached), upcoming, excused)
		rows.append(row)
		if one.attribution is not None:
			breaches.append(BreachRow(row, figures_of(one)))
		if one.clock.phase in _GOING:
			alarms += [Alarm(row, level.number, level.at) for level in reached]
	return Measured(tuple(rows), ticket_fields(assessment, agreements), tuple(breaches), tuple(alarms))


_GOING = (Phase.RUNNING, Phase.HELD)


def keep(result: Measured, known: Mapping[str, StoredClock]) -> None:
	"""Write the rows that are new or say something else, and drop those that nothing stands for any more."""
	_kept([(result, known)])


def _kept(results: Sequence[tuple[Measured, Mapping[str, StoredClock]]]) -> None:
	"""Clocks, breaches and alarms of some tickets; each with the clocks that are stored of its ticket."""
	rows: list[ClockRow] = []
	breaches: list[BreachRow] = []
	alarms: list[Alarm] = []
	obsolete: list[str] = []
	no_longer: list[str] = []
	for result, known in results:
		new = {row.name: row for row in result.rows}
		changed = {name: row for name, row in new.items() if name not in known or not known[name].says(row)}
		rows += changed.values()
		if changed:
			breaches += [one for one in result.breaches if one.clock.name in changed]
		alarms += [one for one in result.alarms if _may_be_untold(one, known.get(one.clock.name))]
		obsolete += known.keys() - new.keys()
		no_longer += [
			name
			for name, row in known.items()
			if row.outcome == MISSED and (name not in new or new[name].outcome != MISSED)
		]
	if rows:
		store.put_clocks(rows)
	store.drop_clocks(sorted(obsolete))
	store.put_breaches(breaches)
	store.withdraw_breaches(no_longer)
	if alarms:
		store.put_alarms(alarms)


def _may_be_untold(alarm: Alarm, stored: StoredClock | None) -> bool:
	"""Whether a level was reached since the clock was stored, or while it stood stopped."""
	return stored is None or stored.levels < alarm.clock.levels or stored.phase not in GOING


def keep_all(results: Mapping[Ticket, Measured], known: Mapping[Ticket, Mapping[str, StoredClock]]) -> None:
	"""Keep what several tickets of one type came to, in as few statements as their clocks allow.

	`known` are their stored clocks by name, as far as they have any.
	"""
	_kept([(result, known.get(ticket, {})) for ticket, result in results.items()])
	issues.put_fields({ticket.name: result.fields for ticket, result in results.items() if result.fields})


def _tenures(assessment: Assessment) -> list[Any]:
	return [one.tenure for one in assessment.beneath]


def _row(
	ticket: Ticket,
	assessment: Assessment,
	one: AssessedClock,
	document: str,
	leg: int,
	levels_reached: int,
	upcoming: Instant | None,
	excused: frozenset[str],
) -> ClockRow:
	clock, agreement, target = one.clock, one.agreement, one.clock.target
	decided, next_at = clock.decided_at, clock.next_at
	if upcoming is not None and (not next_at or upcoming < next_at):
		next_at = upcoming
	state = assessment.timeline.state_at(assessment.asked if decided is None else decided)
	# One value a column, in their order: by keywords this takes twice the time.
	return ClockRow(
		store.clock_name(ticket, document, one.metric, leg, clock.cycle),
		ticket.type,
		ticket.name,
		site_name(one.metric),
		document,
		agreement.kind.value,
		target.name if target is not None else "",
		_target_label(one.metric, target.priorities if target is not None else frozenset()),
		clock.cycle,
		leg,
		one.tenure.name if one.tenure is not None else "",
		AS_STORED[clock.phase],
		AS_STORED[clock.outcome],
		clock.due,
		clock.missed_at,
		clock.started,
		clock.stopped,
		clock.stopped_by,
		int(clock.uncertain),
		clock.goal,
		clock.elapsed,
		clock.held,
		clock.remaining,
		state.customer or None,
		state.service or None,
		state.priority or None,
		float(target.objective or 0) if target is not None else 0.0,
		one.attribution.cause.value if one.attribution is not None else "",
		one.attribution.responsible if one.attribution is not None else "",
		0 if decided is None or target is None else _month(decided, target.calendar.zone),
		decided,
		next_at or None,
		_is_excused(document, one, leg, excused) if excused else 0,
		levels_reached,
		assessment.asked,
	)


def _is_excused(document: str, one: AssessedClock, leg: int, excused: frozenset[str]) -> int:
	return int("" in excused or store.clock_key(document, one.metric, leg, one.clock.cycle) in excused)


@lru_cache(maxsize=4096)
def _target_label(metric: str, priorities: frozenset[str]) -> str:
	return " ".join(filter(None, [site_name(metric), *sorted(priorities)]))


@lru_cache(maxsize=4096)
def _month(at: Instant, zone: ZoneInfo) -> int:
	"""The month an instant lies in by the wall clock of a zone, as one number."""
	first = Period.MONTH.first_day(at, zone)
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
		"slm_state": _state([one.clock for one in clocks], going)
		if clocks or chosen is not None
		else issues.OUTSIDE,
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
