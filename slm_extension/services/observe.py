"""Something has happened to a ticket: put what is new into the ledger, then measure. The one way in for events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, NamedTuple

import frappe

from slm_extension.adapters import customers, issues, store
from slm_extension.adapters import facts as translate
from slm_extension.adapters.settings import meanings, taken_in_person, team_by_assignment
from slm_extension.adapters.store import StoredClock, Ticket
from slm_extension.adapters.teams import site_teams
from slm_extension.domain.errors import CorrectionBeforeOpening, CorrectionInFuture
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Kind, Timeline
from slm_extension.services import live
from slm_extension.services.history import brought_in, first_facts, histories
from slm_extension.services.measure import Measured, computed, keep, measure

TEAM_FIELD = translate.PROPERTIES[Kind.TEAM]


def inserted(issue: Any, now: Instant, source: str) -> Measured | None:
	"""A ticket is there: begin its ledger, unless what the host did on inserting has begun it already.

	In that case the document in hand is older than what is stored; None then. One that had been deleted and is
	restored goes on with the ledger it had.
	"""
	ticket = Ticket(issue.doctype, issue.name)
	given = given_meanwhile(ticket)
	if ledger := store.facts_of([ticket])[ticket]:
		restored = Timeline.of(ticket.name, ledger).steps[-1].state.withdrawn == translate.DELETED
		result = changed(issue, now, "restore") if restored else None
		for one in given:
			result = assigned(ticket, one, now)
			issue.set(TEAM_FIELD, frappe.db.get_value(ticket.type, ticket.name, TEAM_FIELD))
		return result
	facts = first_facts(issue, now, source)
	if frappe.flags.in_import:
		facts = brought_in(issue, facts, now)
	moved: dict[str, Any] = {}
	sourced = _pending().pop(ticket, [])
	for assignment in given:
		news = _assignment(assignment, moved.get(TEAM_FIELD, issue.get(TEAM_FIELD) or ""))
		moved.update(_moved_by(news))
		sourced += [(one, assignment.source) for one in news]
	following = max(fact.number for fact in facts) + 1
	facts += [
		translate.fact_of(one, now, now, number, where)
		for number, (one, where) in enumerate(sourced, following)
	]
	store.add_facts(ticket, facts)
	result = computed(ticket, facts, now)
	keep(result, {})
	live.changed([ticket, *_named(ticket, facts)])
	return replace(result, fields={**moved, **result.fields})


def begun(issue: Any, now: Instant, source: str) -> Measured:
	"""A ticket that was there before this app changes: begin its ledger with what the host remembers of it."""
	ticket = Ticket(issue.doctype, issue.name)
	_pending().pop(ticket, None)  # the host remembers it
	facts = histories([issue.name], now, source, latest=True)[issue.name]
	store.add_facts(ticket, facts)
	result = computed(ticket, facts, now)
	keep(result, {})
	live.changed([ticket])
	return result


def changed(issue: Any, now: Instant, source: str) -> Measured | None:
	"""A ticket may have changed: compare it with its ledger. None when the ledger knew all of it."""
	ticket = Ticket(issue.doctype, issue.name)
	ledger, known = store.record_of(ticket, clocked=issues.has_clocks(issue.get("slm_state")))
	if not ledger:
		return begun(issue, now, source)
	timeline = Timeline.of(ticket.name, ledger)
	return told(ticket, ledger, list(news_of(issue, timeline)), now, source, known)


def news_of(issue: Any, timeline: Timeline) -> Iterator[translate.News]:
	"""What an Issue, or a row with its fields, says that its ledger does not know."""
	state = timeline.steps[-1].state
	yield from translate.withdrawal_of(issue, state)
	said = [*translate.properties_of(issue), translate.status_of(issue, meanings())]
	unknown = translate.unknown_to(state, last_said(timeline), said)
	yield from translate.with_standing(unknown, translate.standing_in(state), customers.standing)


def happened(ticket: Ticket, news: Sequence[translate.News], now: Instant, source: str) -> Measured | None:
	"""Something happened to a ticket that has a ledger; one that has none is left to backfill."""
	ledger, known = _locked(ticket)
	if not ledger:
		_pending().pop(ticket, None)
		return None
	return told(ticket, ledger, news, now, source, known)


def _locked(ticket: Ticket) -> tuple[list[Fact], dict[str, StoredClock] | None]:
	"""The record of a ticket that nobody else changes any more until the transaction ends."""
	return store.record_of(ticket, clocked=ticket.name in issues.lock([ticket.name]))


def corrected(ticket: Ticket, facts: Sequence[Fact], now: Instant, source: str, why: str) -> Measured | None:
	"""Something about a ticket's past has become known, and was approved: facts with an `at` that has passed.

	The other door into the ledger, for services.correct alone. `why` is noted of all but a status, whose note is
	the Issue's own. None for a ticket without a ledger. Raises a kind of InvalidCorrection for what lies ahead, or
	before the opening as it is after them.
	"""
	settled(ticket, now)
	ledger, known = _locked(ticket)
	if not ledger:
		return None
	learnt = max(now, latest(ledger))
	following = max(fact.number for fact in ledger) + 1
	added = [
		fact._replace(
			recorded_at=learnt,
			number=number,
			source=fact.source if fact.source == translate.IMPORTED else source,
			note=fact.note if fact.kind is Kind.STATUS else translate.noted("", why),
		)
		for number, fact in enumerate(facts, following)
	]
	opened = Timeline.of(ticket.name, [*ledger, *added]).opened
	for fact in added:
		if fact.at < opened:
			raise CorrectionBeforeOpening(at=fact.at, opened=opened)
		if fact.at > learnt:
			raise CorrectionInFuture(at=fact.at)
	store.add_facts(ticket, added)
	result = measure(ticket, [*ledger, *added], learnt, known)
	put(ticket, result)
	return result


class Given(NamedTuple):
	"""A ticket was given to a user, by an assignment rule of the host or by somebody. `source` is the assignment."""

	user: str
	source: str
	by_rule: bool = False


def assigned(ticket: Ticket, given: Given, now: Instant) -> Measured | None:
	"""A ticket was given to somebody: he owns it, and it is with his team unless it is with one of his already.

	Where the site wants tickets to be taken in person, who was found by a rule does not own it yet.

	The host's assignment rules do so while the ticket is being saved. What they do to a new one is told with its
	opening: to look for a ledger that is not there yet would lock its place, which is that of all new tickets. The
	document in hand learns which team they have brought; see `saving`.
	"""
	saved = _being_saved().get(ticket)
	if saved is not None:
		saved.given.append(given)
		if saved.new:
			return None
	ledger, known = _locked(ticket)
	if not ledger:
		return None
	news = _assignment(given, Timeline.of(ticket.name, ledger).steps[-1].state.team)
	moved = _moved_by(news)
	result = told(ticket, ledger, news, now, given.source, known)
	fields = {**moved, **(result.fields if result is not None else {})}
	if fields:
		store.set_ticket_fields(ticket, fields)
	return result


def _assignment(given: Given, current: str) -> list[translate.News]:
	"""What it tells that a ticket, which is with the `current` team, was given to somebody."""
	team = site_teams().brought_by(given.user, current) if team_by_assignment() else current
	owned = [] if given.by_rule and taken_in_person() else [translate.News(Kind.OWNED, given.user)]
	return owned if team == current else [*owned, translate.News(Kind.TEAM, team)]


def _moved_by(news: Sequence[translate.News]) -> dict[str, Any]:
	"""The field of the ticket that follows from these news."""
	return next(({TEAM_FIELD: one.value} for one in news if one.kind is Kind.TEAM), {})


@dataclass(slots=True)
class _BeingSaved:
	"""A ticket, a `new` one or not, that is being stored, and to whom it was given meanwhile."""

	new: bool
	given: list[Given] = field(default_factory=list)


def saving(ticket: Ticket, new: bool) -> None:
	"""A ticket is about to be stored: whom it is given to before that is seen is kept for the one who sees it."""
	_being_saved()[ticket] = _BeingSaved(new)


def given_meanwhile(ticket: Ticket) -> list[Given]:
	"""To whom a ticket was given since `saving`. Told once."""
	saved = _being_saved().pop(ticket, None)
	return [] if saved is None else saved.given


def _being_saved() -> dict[Ticket, _BeingSaved]:
	"""The tickets that this request is storing."""
	return frappe.local.flags.setdefault("slm_being_saved", {})


def noted(ticket: Ticket, news: Sequence[translate.News], source: str) -> None:
	"""The same where more is about to follow in this transaction: kept for what follows, or for `settled`."""
	if not _pending():
		frappe.db.after_rollback.add(_forget_pending)
	_pending().setdefault(ticket, []).extend((one, source) for one in news)


def settled(ticket: Ticket, now: Instant) -> Measured | None:
	"""Put into the ledger what was noted of a ticket, and measure, unless that has been done since.

	What is noted of a new one, as the message by which it comes from the portal, is told with its opening.
	"""
	saved = _being_saved().get(ticket)
	if ticket not in _pending() or (saved is not None and saved.new):
		return None
	return happened(ticket, [], now, "")


def told(
	ticket: Ticket,
	ledger: Sequence[Fact],
	news: Sequence[translate.News],
	now: Instant,
	source: str,
	known: Mapping[str, StoredClock] | None = None,
) -> Measured | None:
	"""Append news, after what was noted, to a ledger that was read, and measure. None when there are none.

	`known` are the clocks that were read with it; see measure.
	"""
	sourced = [*_pending().pop(ticket, ()), *((one, source) for one in news)]
	if not sourced:
		return None
	at = max(now, latest(ledger))
	following = max((fact.number for fact in ledger), default=-1) + 1
	added = [
		translate.fact_of(one, at, at, number, where)
		for number, (one, where) in enumerate(sourced, following)
	]
	store.add_facts(ticket, added)
	if any(fact.kind in (Kind.WITHDRAWN, Kind.REINSTATED) for fact in added):
		live.changed(_named(ticket, [*ledger, *added]))
	return measure(ticket, [*ledger, *added], at, known)


def _named(ticket: Ticket, facts: Iterable[Fact]) -> list[Ticket]:
	"""The other tickets that a ledger names, whose time-lines speak of this one."""
	return [
		Ticket(ticket.type, name)
		for name in dict.fromkeys(translate.named_by(fact) for fact in facts)
		if name
	]


def _pending() -> dict[Ticket, list[tuple[translate.News, str]]]:
	"""What this request has noted of tickets, with its source, and not yet put into their ledgers."""
	return frappe.local.flags.setdefault("slm_pending", {})


def _forget_pending() -> None:
	"""What it was about has been taken back."""
	_pending().clear()


_happened, _recorded = attrgetter("at"), attrgetter("recorded_at")


def latest(ledger: Collection[Fact]) -> Instant:
	"""The latest instant of a ledger: what is told after it comes after it, though the machine's clock was set back."""
	happened = max(map(_happened, ledger), default=0)
	return max(happened, max(filter(None, map(_recorded, ledger)), default=0))


def last_said(timeline: Timeline) -> translate.Said:
	"""The status that the Issue has, and what was noted of it, as far as its ledger knows."""
	return next(
		(
			translate.Said(translate.issue_status(fact), fact.note)
			for fact in reversed(timeline.facts)
			if fact.kind is Kind.STATUS
		),
		translate.Said("Open"),
	)


def known_status(ticket: Ticket) -> str:
	"""The status that an Issue, which is locked, had when its ledger was told last; empty where it has none."""
	ledger = store.facts_of([ticket], latest=True)[ticket]
	return last_said(Timeline.of(ticket.name, ledger)).status if ledger else ""


def put(ticket: Ticket, result: Measured | None) -> None:
	"""Our fields of a ticket in the database, where it was measured."""
	if result is not None and result.fields:
		store.set_ticket_fields(ticket, result.fields)


def put_fields(issue: Any, result: Measured, cached: bool = True) -> None:
	"""Our fields of a ticket, on the document in hand and in the database.

	`cached` is whether the host may have a document of it in its cache; during a save it has just forgotten it, and
	forgets it again once that is committed.
	"""
	if not result.fields or all(issue.get(name) == value for name, value in result.fields.items()):
		return
	for name, value in result.fields.items():
		issue.set(name, value)
	store.set_ticket_fields(Ticket(issue.doctype, issue.name), result.fields, cached)
