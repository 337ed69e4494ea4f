"""Finds what happened to Issues past every event of the host, puts it into their ledgers, and measures.

It looks at Issues written since it last looked, at all that are not done or have a clock going, and at those
that could not be measured; and for messages and assignments that came since and that no ledger knows. Where
agreements have changed since, it measures what was written meanwhile once more.
Nothing that SQL does to an open Issue stays unseen, whatever it does to `modified`.
Of outages it looks at those that say otherwise than their tickets; two queries where there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import facts as translate
from slm_extension.adapters import issues, store
from slm_extension.adapters.agreements import changed_since
from slm_extension.adapters.facts import DELETED
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.outages import outages_without_ticket, tickets_without_outage
from slm_extension.adapters.settings import meanings
from slm_extension.adapters.site_time import to_instant, to_site
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import DONE, Fact, Kind, Timeline
from slm_extension.services import outages
from slm_extension.services.backfill import begin_ledgers
from slm_extension.services.chunks import Chunks
from slm_extension.services.guard import guarded
from slm_extension.services.history import told_by
from slm_extension.services.observe import last_said, latest, news_of
from slm_extension.services.rebuild import SHOWN, measure_all, rebuild, rebuild_locked
from slm_extension.services.tell import tell_owners

SOURCE = "reconcile"


@dataclass(frozen=True, slots=True)
class Reconciled:
	"""What was done, each a ticket and a few words, and the Issues that somebody was writing: they were not looked at."""

	done: tuple[tuple[str, str], ...] = ()
	left: tuple[str, ...] = ()

	def __add__(self, other: Reconciled) -> Reconciled:
		return Reconciled(self.done + other.done, self.left + other.left)

	@property
	def repaired(self) -> tuple[str, ...]:
		"""A sentence a ticket."""
		of: dict[str, list[str]] = {}
		for ticket, said in self.done:
			of.setdefault(ticket, []).append(said)
		return tuple(f"{ticket}: {'; '.join(said)}" for ticket, said in of.items())


def reconcile(now: Instant, since: datetime, chunks: Chunks) -> Reconciled:
	"""Bring ledgers up to what the Issues say. `since` is naive site time."""
	found, fresh = Reconciled(), set()
	for names, written in _suspects(since, chunks.page):
		found += chunks.run(lambda some=names, begin=written: reconcile_some(some, now, begin))
		fresh.update(names if written else ())
	busy_talking: list[str] = []
	for names in _talked_about(since, chunks.page):
		heard = chunks.run(lambda some=names: _heard(some, now, since))
		found += Reconciled(heard.done)
		busy_talking += heard.left
	failed = [Ticket(ISSUE, name) for name in issues.failed(chunks.page)]
	chunks.run(lambda: rebuild_locked(failed, now))
	busy = _measured_again(_to_measure_again(since, chunks.page), now, chunks)
	left = dict.fromkeys(found.left)
	found = Reconciled(found.done)
	for begin in (True, False):
		found += _again([name for name in left if (name in fresh) is begin], now, begin, chunks)
	for names in _pages(busy_talking, chunks.page):
		found += chunks.run(lambda some=names: _heard(some, now, since))
	found += Reconciled(left=tuple(_measured_again(_pages(busy, chunks.page), now, chunks)))
	for names in _outages_to_look_at(chunks.page):
		found += chunks.run(lambda some=names: _reconcile_outages(some, now, to_instant(since)))
	return found


def _again(left: Sequence[str], now: Instant, begin: bool, chunks: Chunks) -> Reconciled:
	"""Those that somebody was writing, once more: by now he has most likely done so."""
	found = Reconciled()
	for some in _pages(left, chunks.page):
		found += chunks.run(lambda names=some: reconcile_some(names, now, begin))
	return found


def _pages(names: Sequence[str], page: int) -> Iterator[Sequence[str]]:
	for start in range(0, len(names), page):
		yield names[start : start + page]


def _to_measure_again(since: datetime, page: int) -> Iterator[Sequence[str]]:
	"""Where agreements have changed, the tickets written or measured since: some may have been by the agreements before.

	A request that had begun to read before an agreement was concluded sees none of it. If it takes longer than the job
	that measures the tickets concerned, that has passed its ticket, or could not see it yet.
	"""
	if not changed_since(since):
		return
	met: set[str] = set()
	after = ""
	while tickets := store.tickets_measured_since(ISSUE, since, after, page):
		after = tickets[-1].name
		met.update(names := [ticket.name for ticket in tickets])
		yield names
	written = (since, "")
	while found := issues.modified_since(since, written, page):
		written = found[-1]
		if names := [name for _, name in found if name not in met]:
			yield names


def _measured_again(pages: Iterable[Sequence[str]], now: Instant, chunks: Chunks) -> list[str]:
	"""Measure tickets, apart from those that somebody is writing; returns these."""
	busy: list[str] = []
	for names in pages:
		busy += chunks.run(lambda some=names: _left_of_rebuilt(some, now))
	return busy


def _left_of_rebuilt(names: Sequence[str], now: Instant) -> list[str]:
	free = issues.lock_free(names)
	rebuild([Ticket(ISSUE, name) for name in free], now)
	return [name for name in names if name not in free]


def _outages_to_look_at(page: int) -> Iterator[list[str]]:
	"""Pages of names of Issues of which an outage lasts, or does not, other than they say."""
	for differing in (tickets_without_outage, outages_without_ticket):
		after = ""
		while names := differing(after, page):
			after = names[-1]
			yield names


def _reconcile_outages(names: Sequence[str], now: Instant, since: Instant) -> Reconciled:
	"""Let the outages of some Issues follow them. A service is down since its Issue was written, if that is news, else now."""
	free = issues.lock_free(names)
	found = Reconciled(left=tuple(name for name in names if name not in free))
	for name in free:
		with guarded(Ticket(ISSUE, name), "outage"):
			found += Reconciled(tuple((name, said) for said in _outage_repaired(name, now, since)))
	return found


def _outage_repaired(name: str, now: Instant, since: Instant) -> Iterator[str]:
	if not frappe.db.exists(ISSUE, name):
		outages.ticket_gone(name)
		yield _("it is gone, its outage stays")
		return
	issue = frappe.get_doc(ISSUE, name)
	written = to_instant(issue.modified)
	yield from outages.caught_up(issue, written if since <= written <= now else now)


def _suspects(since: datetime, page: int) -> Iterator[tuple[list[str], bool]]:
	"""Pages of Issues to look at, and whether they were written since; the same may come more than once."""
	written = (since, "")
	while found := issues.modified_since(since, written, page):
		written = found[-1]
		yield [name for _, name in found], True
	done = [status for status, meaning in meanings().items() if meaning.status in DONE]
	after = ""
	while names := issues.going(done, after, page):
		after = names[-1]
		yield names, False
	after = ""
	while names := issues.gone(after, page):
		after = names[-1]
		yield names, False


def reconcile_some(names: Sequence[str], now: Instant, begin: bool = True) -> Reconciled:
	"""The same for some Issues; with `begin` those without a ledger get one from what the host remembers.

	Those that somebody is writing are left to him, and to the next time.
	"""
	free = issues.lock_free(names)
	left = tuple(name for name in names if name not in free)
	names = free
	documents = issues.rows(names)
	ledgers = store.facts_of([Ticket(ISSUE, name) for name in names])
	missed: dict[Ticket, list[Fact]] = {}
	for ticket, ledger in ledgers.items():
		with guarded(ticket, SOURCE):
			if ledger and (news := _news(ticket, documents.get(ticket.name), ledger, now)):
				missed[ticket] = news
	_put(missed, ledgers, now)
	issues.forget_waiting(
		[ticket.name for ticket in missed if _says_of_an_old_hold(documents.get(ticket.name))]
	)
	without = [ticket.name for ticket, ledger in ledgers.items() if not ledger and ticket.name in documents]
	done: list[tuple[str, str]] = []
	for ticket, facts in missed.items():
		done.append((ticket.name, _repaired(facts)))
		outages_done = _outages_kept_up(documents.get(ticket.name), ledgers[ticket], facts)
		done += [(ticket.name, said) for said in outages_done]
	if begin and without and begin_ledgers(without, now, SOURCE):
		done += [(name, _("its ledger was begun")) for name in without]
	return Reconciled(tuple(done), left)


def _talked_about(since: datetime, page: int) -> Iterator[list[str]]:
	after = ""
	while names := issues.talked_about(since, after, page):
		after = names[-1]
		yield names


def _heard(names: Sequence[str], now: Instant, since: datetime) -> Reconciled:
	"""Put messages and assignments into the ledgers of some Issues that came since and that no ledger knows.

	They happened when they were written down, as in a ledger that is begun later; see services.history.
	"""
	free = issues.lock_free(names)
	left = tuple(name for name in names if name not in free)
	ledgers = {
		ticket: facts
		for ticket, facts in store.facts_of([Ticket(ISSUE, name) for name in free]).items()
		if facts
	}
	timed = [ticket.name for ticket in ledgers]
	messages, assignments = issues.messages(timed), issues.assignments(timed)
	unheard: dict[Ticket, list[Fact]] = {}
	for ticket, ledger in ledgers.items():
		with guarded(ticket, SOURCE):
			unheard[ticket] = _unheard(
				ledger, [*messages[ticket.name], *assignments[ticket.name]], now, since
			)
	elsewhere = store.known_sources({fact.source for facts in unheard.values() for fact in facts})
	missed = {
		ticket: some
		for ticket, facts in unheard.items()
		if (some := [fact for fact in facts if fact.source not in elsewhere])
	}
	_put(missed, ledgers, now)
	return Reconciled(tuple((ticket.name, _repaired(facts)) for ticket, facts in missed.items()), left)


def _unheard(
	ledger: Sequence[Fact], said: Sequence[issues.Message | issues.Assignment], now: Instant, since: datetime
) -> list[Fact]:
	"""Facts of what was said on a ticket since and stands in its ledger neither by name nor by its time, learnt now.

	Times are compared as the wall clock showed them: in the hour that autumn repeats it tells no two instants apart.
	"""
	opened, learnt = Timeline.of("", ledger).opened, max(now, latest(ledger))
	known = {fact.source for fact in ledger}
	times = {(fact.kind, to_site(fact.at)) for fact in ledger}
	found: list[Fact] = []
	for number, one in enumerate(sorted(said, key=attrgetter("at")), max(fact.number for fact in ledger) + 1):
		news = told_by(one)
		if news is None or one.at < since or one.name in known:
			continue
		at = min(max(to_instant(one.at, opened), opened), learnt)
		if times.isdisjoint((news.kind, to_site(when)) for when in (at, to_instant(one.at))):
			found.append(translate.fact_of(news, at, learnt, number, one.name))
	return found


def _put(
	missed: Mapping[Ticket, Sequence[Fact]], ledgers: Mapping[Ticket, Sequence[Fact]], now: Instant
) -> None:
	"""Add to ledgers what they lack, and measure these tickets."""
	store.add_facts_of([(ticket, fact) for ticket, facts in missed.items() for fact in facts])
	measure_all(
		{ticket: [*ledgers[ticket], *facts] for ticket, facts in missed.items()},
		store.clocks_of(list(missed)),
		now,
		SOURCE,
	)


def _says_of_an_old_hold(row: Any) -> bool:
	"""Whether an Issue, a row, goes on and still says whom it waited for; the next hold would take it over."""
	return (
		row is not None
		and any(row.get(field) for field in translate.WAITING_FIELDS)
		and not translate.is_held(row, meanings())
	)


def _outages_kept_up(row: Any, ledger: Sequence[Fact], facts: Sequence[Fact]) -> list[str]:
	"""What became of the outages of an Issue, a row, whose ledger lacked these facts."""
	if row is None or not row.slm_service_down or {fact.kind for fact in facts}.isdisjoint(_FOLLOWED):
		return []
	done: list[str] = []
	with guarded(Ticket(ISSUE, row.name), "outage"):
		was = last_said(Timeline.of(row.name, ledger)).status
		done = outages.kept_up(row, facts[0].at, was)
	return done


_FOLLOWED = {Kind.STATUS, Kind.SERVICE}


def _repaired(facts: Sequence[Fact]) -> str:
	"""What a ledger did not know of its ticket."""
	news = ", ".join(
		f"{_(fact.kind.value)} {fact.reason or fact.value}".strip()
		if fact.reason or fact.value
		else _("{0} none").format(_(fact.kind.value))
		for fact in facts
	)
	return _("{0} (at {1})").format(news, to_site(facts[0].at))


def note_reconciled(found: Reconciled, began: datetime) -> None:
	"""Keep when it was looked, and what was repaired: SLM Settings show it, and the process owner is told.

	Where something was left, the next time looks back as far as this one did.
	"""
	repaired = found.repaired
	lines = [_("{0} tickets had changed past every event.").format(len(repaired)), *repaired]
	values = {
		**({} if found.left else {"last_reconcile": str(began)}),
		"last_reconcile_result": "\n".join(lines[: SHOWN + 1]) if repaired else _("Nothing to repair."),
	}
	for field, value in values.items():
		frappe.db.set_single_value("SLM Settings", field, value, update_modified=False)
	if repaired:
		tell_owners(lines[0], "\n".join(lines[: SHOWN + 1]))


def _news(ticket: Ticket, issue: object, ledger: Sequence[Fact], now: Instant) -> list[Fact]:
	"""The facts that a ledger lacks. They happened when the Issue was last written, if that is news too, else now."""
	timeline = Timeline.of(ticket.name, ledger)
	before = latest(ledger)
	if issue is None:
		gone = timeline.steps[-1].state.withdrawn == DELETED
		news = [] if gone else [translate.News(Kind.WITHDRAWN, DELETED)]
		at = max(now, before)
	else:
		news = list(news_of(issue, timeline))
		written = to_instant(issue.modified)
		at = written if before < written <= now else max(now, before)
	following = max(fact.number for fact in ledger) + 1
	return [
		translate.fact_of(one, at, max(now, at), number, SOURCE) for number, one in enumerate(news, following)
	]
