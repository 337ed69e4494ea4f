"""Ledgers for Issues that were there before this app, or that were written past it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slm_extension.adapters import issues, store
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.services.chunks import Chunks
from slm_extension.services.history import histories
from slm_extension.services.rebuild import measure_all

SOURCE = "backfill"


def backfill(now: Instant, chunks: Chunks, since: date | None = None) -> int:
	"""Begin a ledger for every Issue that has none, created on `since` or later; returns how many it were.

	One that has a ledger is left alone, so a run that was cut short goes on where it was.
	"""
	after, count = "", 0
	while page := issues.without_ledger(after, chunks.page, since):
		after = page[-1]
		mine = [name for name in page if chunks.share.takes(name)]
		count += chunks.run(lambda some=mine: begin_ledgers(some, now))
		chunks.told(count)
	return count


def begin_ledgers(names: Sequence[str], now: Instant, source: str = SOURCE) -> int:
	"""Write the past of these Issues into ledgers and measure them; returns how many had none yet."""
	issues.lock(names)
	ledgers = store.facts_of([Ticket(ISSUE, name) for name in names])
	missing = [ticket.name for ticket, facts in ledgers.items() if not facts]
	begun = {Ticket(ISSUE, name): facts for name, facts in histories(missing, now, source).items()}
	store.add_facts_of([(ticket, fact) for ticket, facts in begun.items() for fact in facts])
	measure_all(begun, {}, now, source)
	return len(begun)
