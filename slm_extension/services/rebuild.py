"""Clocks anew from their ledgers, and the proof that what is stored is what the ledgers say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe

from slm_extension.adapters import clock_words, issues, store
from slm_extension.adapters import facts as translate
from slm_extension.adapters.agreements import SiteAgreements, site_agreements
from slm_extension.adapters.site_time import to_site
from slm_extension.adapters.store import StoredClock, Ticket
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Kind, Timeline
from slm_extension.services.chunks import Chunks
from slm_extension.services.guard import guarded
from slm_extension.services.measure import Measured, computed, keep_all
from slm_extension.services.observe import last_said, latest, news_of
from slm_extension.services.tell import tell_owners

STOPPED = clock_words.STOPPED

SHOWN = 50
"""So many differences are kept to be shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
	"""Something stored that is not what the ledger says; `where` is a clock, or the ticket itself."""

	ticket: Ticket
	where: str
	field: str
	found: str
	expected: str

	def __str__(self) -> str:
		said = f"{self.found or 'nothing'} is stored, the ledger says {self.expected or 'nothing'}"
		return f"{self.ticket.name}, {self.where}, {self.field}: {said}"


@dataclass(frozen=True, slots=True)
class Verified:
	"""What a verification came to; `first` are the first SHOWN of `count` differences."""

	tickets: int
	count: int
	first: tuple[Difference, ...]
	unseen: int

	@property
	def sentence(self) -> str:
		checked = f"{self.tickets} tickets checked"
		if not self.count:
			return f"{checked}: no difference."
		concerned = f"{self.first[0].ticket.name} first" if self.first else ""
		return f"{checked}: {self.count} differences, {concerned}."


def rebuild(tickets: Sequence[Ticket], now: Instant, latest: bool = False) -> int:
	"""Measure tickets from their ledgers as seen at `now`; returns how many have one.

	With `latest` what others have committed since this transaction began to read counts too; whoever asks so has
	locked the tickets.

	No digest is trusted: somebody may have changed a row and left that alone. A ticket of which every clock stands
	stopped is seen as of when it was measured last: that has not become another by waiting, and need not be written.
	"""
	ledgers = {ticket: facts for ticket, facts in store.facts_of(tickets, latest).items() if facts}
	known = store.clocks_of(tickets, trusted=False, latest=latest)
	_put_breaches_right(measure_all(ledgers, known, now, "rebuild", _seen_before))
	return len(ledgers)


def _put_breaches_right(results: Mapping[Ticket, Measured]) -> None:
	"""Each missed clock has its breach with its figures, and no other has one that stands, whatever became of their rows."""
	standing = set().union(*store.standing_breaches(list(results)).values())
	missed = {one.clock.name: one for result in results.values() for one in result.breaches}
	store.withdraw_breaches(sorted(standing - missed.keys()))
	store.put_breaches(list(missed.values()))


def _seen_before(stored: Mapping[str, StoredClock], now: Instant) -> Instant:
	"""As of when a ticket can be looked at as well as now."""
	if any(clock.phase != STOPPED for clock in stored.values()):
		return now
	return max((clock.asked or now for clock in stored.values()), default=now)


def rebuild_all(now: Instant, chunks: Chunks, after: str = "") -> Iterator[str]:
	"""Measure every ticket that has a ledger, in order of name from `after` on; yields the last name of a chunk."""
	count = 0
	while page := store.ticket_page(issues.ISSUE, after, chunks.page):
		after = page[-1].name
		mine = [ticket for ticket in page if chunks.share.takes(ticket.name)]
		count += chunks.run(lambda some=mine: rebuild_locked(some, now))
		chunks.told(count)
		yield after


def rebuild_locked(tickets: Sequence[Ticket], now: Instant) -> int:
	"""The same while nobody else changes them, so that nothing older is put over something newer."""
	issues.lock([ticket.name for ticket in tickets])
	return rebuild(tickets, now)


def measure_all(
	ledgers: Mapping[Ticket, Sequence[Fact]],
	known: Mapping[Ticket, Mapping[str, StoredClock]],
	now: Instant,
	during: str,
	asked: Callable[[Mapping[str, StoredClock], Instant], Instant] | None = None,
) -> dict[Ticket, Measured]:
	"""Measure tickets by facts in hand and keep the results together. Those that fail are listed, once each.

	`known` are their stored clocks by name. A ticket of which something is known that happened after `now`, as work
	that takes long meets them, is measured as of then. `asked` names an earlier instant for what time does not touch;
	where something does go on, it is `now` all the same. Returns what each came to, without those that failed.
	"""
	results: dict[Ticket, Measured] = {}
	agreements: SiteAgreements | None = None
	for ticket, facts in ledgers.items():
		with guarded(ticket, during):
			agreements = agreements or site_agreements()
			heard = latest(facts)
			at = max(now if asked is None else asked(known.get(ticket, {}), now), heard)
			result = computed(ticket, facts, at, agreements)
			if at != max(now, heard) and any(row.phase != STOPPED for row in result.rows):
				result = computed(ticket, facts, max(now, heard), agreements)
			results[ticket] = result
	try:
		keep_all(results, known)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		results = dict(_kept_apart(results, known, during))
	store.forget_failures(list(results))
	return results


def _kept_apart(
	results: Mapping[Ticket, Measured], known: Mapping[Ticket, Mapping[str, StoredClock]], during: str
) -> Iterator[tuple[Ticket, Measured]]:
	"""One of several cannot be kept: find out which, and keep the others."""
	for ticket, result in results.items():
		with guarded(ticket, during):
			keep_all({ticket: result}, known)
			yield ticket, result


def differences(tickets: Sequence[Ticket], now: Instant) -> Iterator[Difference]:
	"""Where stored clocks and Issues differ from what their ledgers say, asked at the instant they were stored for.

	A clock whose `next_at` has come by `now` is no difference: the beat has not been there yet.
	"""
	ledgers, clocks = store.facts_of(tickets), store.whole_clocks_of(tickets)
	standing = store.standing_breaches(tickets)
	documents = issues.rows([ticket.name for ticket in tickets if ticket.type == issues.ISSUE])
	for ticket in tickets:
		if not ledgers[ticket]:
			continue
		stored = clocks[ticket]
		asked = sorted({row.asked_instant for row in stored.values()} or {now})
		try:
			measured = {at: computed(ticket, ledgers[ticket], at) for at in asked}
		except DomainError as error:
			yield Difference(ticket, "the ledger", "facts", "cannot be measured", str(error))
			continue
		yield from _in_clocks(ticket, stored, measured)
		yield from _in_breaches(ticket, standing[ticket], stored, measured)
		yield from _in_issue(ticket, documents.get(ticket.name), ledgers[ticket], measured[asked[-1]])


def _in_clocks(
	ticket: Ticket, stored: Mapping[str, Any], measured: Mapping[Instant, Measured]
) -> Iterator[Difference]:
	expected = {at: {row.name: row for row in result.rows} for at, result in measured.items()}
	for name, found in sorted(stored.items()):
		row = expected[found.asked_instant].get(name)
		where = f"clock {found.metric} {name}"
		if row is None:
			yield Difference(ticket, where, "clock", found.outcome, "")
			continue
		for field, (value, other) in store.unlike(row, found).items():
			yield Difference(ticket, where, field, str(value), str(other))
	for name, row in sorted(expected[max(expected)].items()):
		if name not in stored:
			yield Difference(ticket, f"clock {row.metric} {name}", "clock", "", row.outcome)


def _in_breaches(
	ticket: Ticket, standing: Collection[str], stored: Mapping[str, Any], measured: Mapping[Instant, Measured]
) -> Iterator[Difference]:
	missed = {
		one.clock.name
		for at, result in measured.items()
		for one in result.breaches
		if one.clock.name in stored and stored[one.clock.name].asked_instant == at
	}
	for name in sorted(missed.symmetric_difference(standing)):
		found, expected = ("", "that it stands") if name in missed else ("that it stands", "")
		yield Difference(ticket, f"breach of clock {name}", "standing", found, expected)


def _in_issue(ticket: Ticket, issue: Any, ledger: Sequence[Fact], measured: Measured) -> Iterator[Difference]:
	timeline = Timeline.of(ticket.name, ledger)
	state = timeline.steps[-1].state
	if issue is None:
		if state.withdrawn != translate.DELETED:
			yield Difference(ticket, "the ticket", "existence", "", "that it is there")
		return
	said = last_said(timeline)
	for one in news_of(issue, timeline):
		if one.kind in translate.STATE_FIELDS:
			field, known = translate.PROPERTIES[one.kind], getattr(state, translate.STATE_FIELDS[one.kind])
			yield Difference(ticket, "the ticket", field, one.value, known)
		elif one.kind is Kind.STATUS:
			found, expected = (" · ".join(filter(None, pair)) for pair in ((one.said, one.note), said.words))
			yield Difference(ticket, "the ticket", "status", found, expected)
		elif one.kind in (Kind.WITHDRAWN, Kind.REINSTATED):
			yield Difference(ticket, "the ticket", one.kind.value, one.value, state.withdrawn)
	for field, value in measured.fields.items():
		if (issue[field] or None) != (value or None):
			yield Difference(ticket, "the ticket", field, str(issue[field] or ""), str(value or ""))


def verify(now: Instant, chunks: Chunks) -> Verified:
	"""Compare every ticket of the site with its ledger. Changes nothing."""
	after, tickets, count = "", 0, 0
	first: list[Difference] = []
	while page := store.ticket_page(issues.ISSUE, after, chunks.page):
		after = page[-1].name
		found = chunks.run(lambda some=page: list(differences(some, now)))
		tickets, count = tickets + len(page), count + len(found)
		first += found[: SHOWN - len(first)]
		chunks.told(tickets)
	orphans = store.orphaned_clocks(SHOWN)
	count += len(orphans)
	first += [
		Difference(Ticket(issues.ISSUE, ticket), f"clock {name}", "clock", "there", "")
		for name, ticket in orphans
	][: SHOWN - len(first)]
	return Verified(tickets, count, tuple(first), issues.count_without_ledger())


def note_verified(verified: Verified, now: Instant) -> None:
	"""Keep when, and with what result, the site was verified: SLM Settings show it, the process owner is told."""
	lines = [verified.sentence, *map(str, verified.first)]
	values = {
		"last_verify": str(to_site(now)),
		"last_verify_result": "\n".join(lines)[:4000],
		"last_verify_differences": verified.count,
	}
	for field, value in values.items():
		frappe.db.set_single_value("SLM Settings", field, value, update_modified=False)
	if verified.count:
		tell_owners(verified.sentence, "\n".join(lines))
