"""What people are told about the clocks of a ticket: how they stand now, and why, span by span. Writes nothing.

Instants and durations are whole seconds, as in the domain; words are codes, for whoever shows them to translate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from slm_extension.adapters import store
from slm_extension.adapters.agreements import SiteAgreements, site_agreements
from slm_extension.adapters.store import ClockRow, Ticket
from slm_extension.domain.assessment import AssessedClock, Assessment, assess
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.clocks import Clock, Phase, Span, Spell, explain
from slm_extension.domain.errors import DomainError, HorizonExceeded
from slm_extension.domain.instants import DAY, LAST, Instant, Seconds
from slm_extension.domain.targets import Target
from slm_extension.domain.timeline import Fact, Timeline
from slm_extension.services import which
from slm_extension.services.measure import measured
from slm_extension.services.which import Choice

SPANS_AHEAD = 60
"""How many open spans ahead of now a running clock is told with; whoever counts on past them asks again."""

_LOOK_AHEAD: Seconds = 7 * DAY


@dataclass(frozen=True, slots=True)
class ClockView:
	"""A clock as it stands. `ahead` are its calendar's open spans from now on, while it runs.

	`reason` says whom or what it waits for when held, and why when cancelled. `goal`, `elapsed`, `held` and
	`remaining` are open seconds. A clock beneath has `held_from` and `held_until`, the stretch of the team or
	supplier it is about; None as its end: they still have the ticket.
	"""

	metric: str
	cycle: int
	leg: int
	agreement: str
	kind: str
	party: str
	priorities: tuple[str, ...]
	calendar: str
	zone: str
	phase: str
	outcome: str
	reason: str
	started: Instant | None
	stopped: Instant | None
	stopped_by: str
	due: Instant | None
	missed_at: Instant | None
	next_at: Instant | None
	goal: Seconds
	elapsed: Seconds
	held: Seconds
	remaining: Seconds
	uncertain: bool
	held_from: Instant | None
	held_until: Instant | None
	ahead: tuple[tuple[Instant, Instant], ...]


@dataclass(frozen=True, slots=True)
class TicketView:
	"""All clocks of a ticket at `now`; `agreement` is the one with the customer that applies."""

	now: Instant
	agreement: str | None
	clocks: tuple[ClockView, ...]


@dataclass(frozen=True, slots=True)
class SpanView:
	"""One line of an explanation; `closed` is a name of Closed where the kind is "closed"."""

	kind: str
	closed: str
	reason: str
	start: Instant
	end: Instant
	seconds: Seconds


@dataclass(frozen=True, slots=True)
class SwapView:
	"""Another target took over. A goal of None: none applied."""

	at: Instant
	goal_before: Seconds | None
	goal_after: Seconds | None
	priorities_before: tuple[str, ...]
	priorities_after: tuple[str, ...]
	elapsed_before: Seconds
	elapsed_after: Seconds


@dataclass(frozen=True, slots=True)
class Explanation:
	"""A clock with the spans it consists of. The counted ones add up to `clock.elapsed`, the held to `clock.held`;
	counted, held and uncounted add up to the life of the clock, `total`."""

	clock: ClockView
	spans: tuple[SpanView, ...]
	counted: Seconds
	held: Seconds
	uncounted: Seconds
	total: Seconds
	swaps: tuple[SwapView, ...]
	cause: str
	responsible: str


@dataclass(frozen=True, slots=True)
class Looked:
	"""A ticket with everything that has to be read to speak about it."""

	agreements: SiteAgreements
	assessment: Assessment
	rows: tuple[ClockRow, ...]

	def clocks(self) -> Iterator[tuple[ClockRow, AssessedClock]]:
		"""The clocks that count; a ticket whose ledger says that it was deleted has none."""
		return zip(self.rows, self.assessment.clocks, strict=bool(self.rows))


def look_at(ticket: Ticket, now: Instant) -> Looked | None:
	"""Read a ticket's ledger and assess it at `now`; None when it has no ledger. Raises kinds of DomainError."""
	return _looked(ticket, store.facts_of([ticket])[ticket], now)


def look_at_all(tickets: Sequence[Ticket], now: Instant) -> dict[Ticket, Looked]:
	"""The same for a page of tickets, with one query; those that cannot be assessed are left out."""
	found: dict[Ticket, Looked] = {}
	for ticket, facts in store.facts_of(tickets).items():
		try:
			looked = _looked(ticket, facts, now)
		except DomainError:
			continue
		if looked is not None:
			found[ticket] = looked
	return found


def _looked(ticket: Ticket, facts: Sequence[Fact], now: Instant) -> Looked | None:
	if not facts:
		return None
	asked = max(now, *(fact.at for fact in facts))
	agreements = site_agreements()
	assessment = assess(Timeline.of(ticket.name, facts), agreements.book, asked)
	return Looked(agreements, assessment, measured(ticket, assessment, agreements).rows)


def ticket_view(looked: Looked) -> TicketView:
	"""How the clocks of a ticket stand."""
	assessment, agreements = looked.assessment, looked.agreements
	chosen = agreements.book.choose(
		assessment.timeline.state_at(assessment.asked), assessment.timeline.opened
	)
	return TicketView(
		assessment.asked,
		None if chosen is None else agreements.document(chosen),
		tuple(clock_view(row, one) for row, one in looked.clocks()),
	)


def choice(looked: Looked) -> Choice:
	"""Which agreements apply to the ticket as it is now, what comes from which, and why the others do not."""
	timeline = looked.assessment.timeline
	return which.choice(looked.agreements, timeline.state_at(looked.assessment.asked), timeline.opened)


def explanation(looked: Looked, metric: str, cycle: int, leg: int) -> Explanation | None:
	"""Why one clock says what it says; None when the ticket has no such clock."""
	for row, one in looked.clocks():
		if (row.metric, row.cycle, row.leg) == (metric, cycle, leg):
			return _explanation(row, one, _targets_of_its_day(looked))
	return None


def _targets_of_its_day(looked: Looked) -> dict[str, Target]:
	"""All targets by name that were in force when the ticket was opened; versions share the names."""
	opened = looked.assessment.timeline.opened
	return {
		target.name: target
		for agreement in looked.agreements.book.agreements
		if agreement.starts <= opened < agreement.ends
		for target in agreement.targets
	}


def _explanation(row: ClockRow, one: AssessedClock, targets: Mapping[str, Target]) -> Explanation:
	spans = tuple(_united(_span_view(span) for span in explain(one.clock)))
	counted = sum(span.seconds for span in spans if span.kind == Spell.COUNTED.value)
	held = sum(span.seconds for span in spans if span.kind in (Spell.HELD.value, Spell.DONE.value))
	total = sum(span.seconds for span in spans)
	return Explanation(
		clock=clock_view(row, one),
		spans=spans,
		counted=counted,
		held=held,
		uncounted=total - counted - held,
		total=total,
		swaps=tuple(_swap_views(one.clock, targets)),
		cause=row.cause,
		responsible=row.responsible,
	)


def _united(spans: Iterable[SpanView]) -> Iterator[SpanView]:
	"""Neighbours that say the same as one: a fact between them changed nothing about this clock."""
	for _, group in groupby(spans, key=lambda span: (span.kind, span.closed, span.reason)):
		first, *others = group
		last = others[-1] if others else first
		yield replace(first, end=last.end, seconds=last.end - first.start)


def _span_view(span: Span) -> SpanView:
	closed = "" if span.closed is None else span.closed.name.lower()
	return SpanView(span.spell.value, closed, span.reason, span.start, span.end, span.seconds)


def _swap_views(clock: Clock, targets: Mapping[str, Target]) -> Iterator[SwapView]:
	for swap in clock.swaps:
		before, after = targets.get(swap.before), targets.get(swap.after)
		yield SwapView(
			at=swap.at,
			goal_before=None if before is None else before.goal,
			goal_after=None if after is None else after.goal,
			priorities_before=() if before is None else tuple(sorted(before.priorities)),
			priorities_after=() if after is None else tuple(sorted(after.priorities)),
			elapsed_before=swap.elapsed_before,
			elapsed_after=swap.elapsed_after,
		)


def clock_view(row: ClockRow, one: AssessedClock) -> ClockView:
	"""How one clock stands at the instant it was assessed for."""
	clock, tenure = one.clock, one.tenure
	target = clock.target
	return ClockView(
		metric=row.metric,
		cycle=row.cycle,
		leg=row.leg,
		agreement=row.agreement,
		kind=row.kind,
		party=row.party,
		priorities=() if target is None else tuple(sorted(target.priorities)),
		calendar="" if target is None else target.calendar.name,
		zone="" if target is None else target.calendar.zone_name,
		phase=clock.phase.value,
		outcome=clock.outcome.value,
		reason=clock.why,
		started=clock.started,
		stopped=clock.stopped,
		stopped_by=clock.stopped_by,
		due=clock.due,
		missed_at=clock.missed_at,
		next_at=clock.next_at,
		goal=clock.goal,
		elapsed=clock.elapsed,
		held=clock.held,
		remaining=clock.remaining,
		uncertain=clock.uncertain,
		held_from=None if tenure is None else tenure.within.start,
		held_until=None if tenure is None else tenure.within.end,
		ahead=tuple(islice(_open_ahead(clock, target.calendar), SPANS_AHEAD)) if target is not None else (),
	)


def _open_ahead(clock: Clock, calendar: Calendar) -> Iterator[tuple[Instant, Instant]]:
	"""Open spans from now until a running clock is due, and at least some days from the next opening on."""
	if clock.phase is not Phase.RUNNING:
		return
	try:
		opens = calendar.next_open(clock.asked)
	except HorizonExceeded:
		return
	until = max(clock.due or 0, opens + _LOOK_AHEAD)
	yield from calendar.open_spans(clock.asked, min(until, LAST))
