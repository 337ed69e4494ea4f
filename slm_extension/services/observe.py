"""Something has happened to a ticket: put what is new into the ledger, then measure. The one way in for events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import frappe

from slm_extension.adapters import customers, issues, store
from slm_extension.adapters import facts as translate
from slm_extension.adapters.settings import meanings
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Kind, Timeline
from slm_extension.services.history import first_facts, histories
from slm_extension.services.measure import Measured, computed, keep, measure


def inserted(issue: Any, now: Instant, source: str) -> Measured | None:
	"""A ticket is there: begin its ledger, unless what the host did on inserting has begun it already.

	In that case the document in hand is older than what is stored; None then.
	"""
	ticket = Ticket(issue.doctype, issue.name)
	if store.facts_of([ticket])[ticket]:
		return None
	facts = first_facts(issue, now, source)
	store.add_facts(ticket, facts)
	result = computed(ticket, facts, now)
	keep(result, {})
	return result


def begun(issue: Any, now: Instant, source: str) -> Measured:
	"""A ticket that was there before this app changes: begin its ledger with what the host remembers of it."""
	ticket = Ticket(issue.doctype, issue.name)
	facts = histories([issue.name], now, source)[issue.name]
	store.add_facts(ticket, facts)
	result = computed(ticket, facts, now)
	keep(result, {})
	return result


def changed(issue: Any, now: Instant, source: str) -> Measured | None:
	"""A ticket may have changed: compare it with its ledger. None when the ledger knew all of it."""
	ticket = Ticket(issue.doctype, issue.name)
	ledger = store.facts_of([ticket], latest=True)[ticket]
	if not ledger:
		return begun(issue, now, source)
	timeline = Timeline.of(ticket.name, ledger)
	state = timeline.steps[-1].state
	news = translate.unknown_to(
		state,
		last_said(timeline),
		[*translate.properties_of(issue), translate.status_of(issue, meanings())],
	)
	news = translate.with_standing(news, translate.standing_in(state), customers.standing)
	return told(ticket, ledger, list(news), now, source)


def happened(ticket: Ticket, news: Sequence[translate.News], now: Instant, source: str) -> Measured | None:
	"""Something happened to a ticket that has a ledger; one that has none is left to backfill."""
	issues.lock([ticket.name])
	ledger = store.facts_of([ticket], latest=True)[ticket]
	return told(ticket, ledger, news, now, source) if ledger else None


def noted(ticket: Ticket, news: Sequence[translate.News], now: Instant, source: str) -> None:
	"""The same where more is about to follow: append only, and leave it to what follows, or `settled`, to measure."""
	issues.lock([ticket.name])
	ledger = store.facts_of([ticket], latest=True)[ticket]
	if ledger:
		_appended(ticket, ledger, news, now, source)
		_unmeasured().add(ticket)


def settled(ticket: Ticket, now: Instant) -> Measured | None:
	"""Measure a ticket that something was noted of, unless it has been measured since."""
	if ticket not in _unmeasured():
		return None
	ledger = store.facts_of([ticket], latest=True)[ticket]
	return _measured(ticket, ledger, max(now, latest(ledger)))


def told(
	ticket: Ticket, ledger: Sequence[Fact], news: Sequence[translate.News], now: Instant, source: str
) -> Measured | None:
	"""Append news to a ledger that was read, and measure. None when there are none, and none are unmeasured."""
	if not news and ticket not in _unmeasured():
		return None
	at = max(now, latest(ledger))
	return _measured(ticket, [*ledger, *_appended(ticket, ledger, news, at, source)], at)


def _appended(
	ticket: Ticket, ledger: Sequence[Fact], news: Sequence[translate.News], now: Instant, source: str
) -> list[Fact]:
	at = max(now, latest(ledger))
	following = max((fact.number for fact in ledger), default=-1) + 1
	added = [translate.fact_of(one, at, at, number, source) for number, one in enumerate(news, following)]
	if added:
		store.add_facts(ticket, added)
	return added


def _measured(ticket: Ticket, facts: Sequence[Fact], now: Instant) -> Measured:
	result = measure(ticket, facts, now)
	_unmeasured().discard(ticket)
	return result


def _unmeasured() -> set[Ticket]:
	"""Tickets that this request has noted something of; a request that fails takes its facts back as well."""
	return frappe.local.flags.setdefault("slm_unmeasured", set())


def latest(ledger: Iterable[Fact]) -> Instant:
	"""The latest instant of a ledger: what is told after it comes after it, though the machine's clock was set back."""
	return max((max(fact.at, fact.recorded_at or 0) for fact in ledger), default=0)


def last_said(timeline: Timeline) -> str:
	"""The status that the Issue has, as far as its ledger knows."""
	return next(
		(translate.issue_status(fact) for fact in reversed(timeline.facts) if fact.kind is Kind.STATUS),
		"Open",
	)


def put_fields(issue: Any, result: Measured) -> None:
	"""Our fields of a ticket, on the document in hand and in the database."""
	if not result.fields or all(issue.get(name) == value for name, value in result.fields.items()):
		return
	for name, value in result.fields.items():
		issue.set(name, value)
	store.set_ticket_fields(Ticket(issue.doctype, issue.name), result.fields)
