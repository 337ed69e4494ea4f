"""Names that ledgers hold are renamed with what they name; clocks that hold them are measured anew."""

from __future__ import annotations

import frappe

from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters.agreements import forget_agreements
from slm_extension.domain.timeline import Kind
from slm_extension.services.chunks import PAGE, Chunks
from slm_extension.services.rebuild import rebuild


def renamed(kind: Kind, old: str, new: str) -> None:
	"""A customer, priority, type or service has another name: a name is not a fact, so the ledgers follow.

	The clocks follow on the job queue: there may be many.
	"""
	store.rename_value(kind, old, new)
	forget_agreements()
	frappe.enqueue(
		measure_named, queue="long", enqueue_after_commit=True, kind=kind.value, value=new, timeout=4 * 3600
	)


def measure_named(kind: str, value: str) -> int:
	"""A job: measure the tickets whose ledger holds a value, a page at a time; returns how many there were."""
	chunks = Chunks(PAGE, frappe.db.commit, frappe.db.rollback)
	after, count = "", 0
	while page := store.tickets_that_said(issues.ISSUE, Kind(kind), value, after, chunks.page):
		after = page[-1].name
		count += chunks.run(lambda some=page: _measured(some))
	return count


def _measured(tickets: list[store.Ticket]) -> int:
	issues.lock([ticket.name for ticket in tickets])
	return rebuild(tickets, site_time.now())
