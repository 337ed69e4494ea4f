"""Finds what happened to Issues past every event of the host, puts it into their ledgers, and measures.

It looks at Issues written since it last looked, at all that are not done or have a clock going, and at those
that could not be measured. Nothing that SQL does to an open Issue stays unseen, whatever it does to `modified`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from slm_extension.adapters import customers, issues, store
from slm_extension.adapters import facts as translate
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.settings import meanings
from slm_extension.adapters.site_time import to_instant
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import DONE, Fact, Kind, Timeline
from slm_extension.services.backfill import begin_ledgers
from slm_extension.services.chunks import Chunks
from slm_extension.services.measure import DELETED
from slm_extension.services.observe import last_said, latest
from slm_extension.services.rebuild import measure_all, rebuild

SOURCE = "reconcile"


def reconcile(now: Instant, since: datetime, chunks: Chunks) -> int:
	"""Bring ledgers up to what the Issues say; returns how many did not know. `since` is naive site time."""
	count = 0
	for names, written in _suspects(since, chunks.page):
		count += chunks.run(lambda some=names, begin=written: reconcile_some(some, now, begin))
	chunks.run(lambda: rebuild([Ticket(ISSUE, name) for name in issues.failed(chunks.page)], now))
	return count


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


def reconcile_some(names: Sequence[str], now: Instant, begin: bool = True) -> int:
	"""The same for some Issues; with `begin` those without a ledger get one from what the host remembers."""
	issues.lock(names)
	documents = issues.rows(names)
	ledgers = store.facts_of([Ticket(ISSUE, name) for name in names])
	missed: dict[Ticket, list[Fact]] = {}
	for ticket, ledger in ledgers.items():
		if ledger and (news := _news(ticket, documents.get(ticket.name), ledger, now)):
			missed[ticket] = news
	store.add_facts_of([(ticket, fact) for ticket, facts in missed.items() for fact in facts])
	measure_all(
		{ticket: [*ledgers[ticket], *facts] for ticket, facts in missed.items()},
		store.clocks_of(list(missed)),
		now,
		SOURCE,
	)
	without = [ticket.name for ticket, ledger in ledgers.items() if not ledger and ticket.name in documents]
	return len(missed) + (begin_ledgers(without, now, SOURCE) if begin and without else 0)


def _news(ticket: Ticket, issue: object, ledger: Sequence[Fact], now: Instant) -> list[Fact]:
	"""The facts that a ledger lacks. They happened when the Issue was last written, if that is news too, else now."""
	timeline = Timeline.of(ticket.name, ledger)
	state = timeline.steps[-1].state
	before = latest(ledger)
	if issue is None:
		news = [] if state.withdrawn == DELETED else [translate.News(Kind.WITHDRAWN, DELETED)]
		at = max(now, before)
	else:
		said = [*translate.properties_of(issue), translate.status_of(issue, meanings())]
		unknown = translate.unknown_to(state, last_said(timeline), iter(said))
		known = translate.standing_in(state)
		news = list(translate.with_standing(unknown, known, customers.standing))
		written = to_instant(issue.modified)
		at = written if before < written <= now else max(now, before)
	following = max(fact.number for fact in ledger) + 1
	return [
		translate.fact_of(one, at, max(now, at), number, SOURCE) for number, one in enumerate(news, following)
	]
