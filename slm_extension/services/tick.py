"""The beat: clocks whose outcome the passing of time alone has changed. Reads those that are due, no others."""

from __future__ import annotations

from slm_extension.adapters import issues, store
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.services import live
from slm_extension.services.chunks import Chunks
from slm_extension.services.rebuild import measure_all

PAGE = 200


def tick(now: Instant, chunks: Chunks) -> int:
	"""Measure every ticket that has a clock due by `now`, a page at a time, and return how many there were.

	Each page is kept as it is done: a beat that is cut short has done what it has done. When it runs does not
	matter; a miss bears the instant at which it happened. Two beats at once do the same work, one after the other.
	"""
	after: tuple[Instant, str] = (0, "")
	count = 0
	while due := store.due_tickets(now, after, chunks.page):
		after = due[-1][0], due[-1][1]
		tickets = list(dict.fromkeys(ticket for _, _, ticket in due))
		count += chunks.run(lambda some=tickets: _measured(some, now))
	return count


def _measured(tickets: list[Ticket], now: Instant) -> int:
	"""Nobody else changes them meanwhile, so that nothing older is put over something newer; nobody is waited for."""
	free = set(issues.lock_free([ticket.name for ticket in tickets]))
	tickets = [ticket for ticket in tickets if ticket.name in free]
	measure_all(store.facts_of(tickets), store.clocks_of(tickets), now, "beat")
	live.changed(tickets)
	return len(tickets)
