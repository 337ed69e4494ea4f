"""Tickets that something other than a fact of theirs concerns: measured anew on the job queue, in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import frappe

from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters.agreements import forget_agreements
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Kind
from slm_extension.services.chunks import PAGE, Chunks
from slm_extension.services.rebuild import rebuild_locked

_HOURS = 4


def renamed(kind: Kind, old: str, new: str) -> None:
	"""A customer, priority, type or service has another name: a name is not a fact, so the ledgers follow.

	The clocks follow on the job queue: there may be many.
	"""
	store.rename_value(kind, old, new)
	forget_agreements()
	_later(measure_named, kind=kind.value, value=new)


def in_force_since(start: Instant) -> None:
	"""An agreement has taken effect as of an instant that may lie in the past: tickets opened since are its own."""
	if start <= site_time.now():
		_later(measure_since, start=start)


def hours_changed(agreements: Sequence[str]) -> None:
	"""Agreements count in other hours from now on: what runs by them is due at another time."""
	if agreements:
		_later(measure_running, agreements=list(agreements))


def measure_running(agreements: Sequence[str]) -> int:
	"""A job: measure the tickets of which a clock of these agreements runs or is held; returns how many."""
	return _measured(lambda after, page: store.tickets_running_under(issues.ISSUE, agreements, after, page))


def measure_named(kind: str, value: str) -> int:
	"""A job: measure the tickets whose ledger holds a value; returns how many there were."""
	return _measured(
		lambda after, page: store.tickets_that_said(issues.ISSUE, Kind(kind), value, after, page)
	)


def measure_since(start: Instant) -> int:
	"""A job: measure the tickets opened at `start` or later; returns how many there were."""
	return _measured(lambda after, page: store.tickets_opened_since(issues.ISSUE, start, after, page))


def _later(job: Callable[..., int], **arguments: object) -> None:
	frappe.enqueue(job, queue="long", timeout=_HOURS * 3600, enqueue_after_commit=True, **arguments)


def _measured(pages: Callable[[str, int], list[Ticket]]) -> int:
	chunks = Chunks(PAGE, frappe.db.commit, frappe.db.rollback)
	after, count = "", 0
	while page := pages(after, chunks.page):
		after = page[-1].name
		count += chunks.run(lambda some=page: rebuild_locked(some, site_time.now()))
	return count
