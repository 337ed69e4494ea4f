"""Keeps trouble of ours away from the person who saves a ticket: what fails is listed and repaired later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import now as now_text

from slm_extension.adapters.store import FAILED, Ticket

_SAVEPOINT = "slm_measure"


@contextmanager
def guarded(ticket: Ticket, during: str) -> Iterator[None]:
	"""Run a measure; if it fails, note the ticket under SLM Failed Measure and go on.

	A deadlock or lock timeout is not kept from the host: the database has undone its work too, and the host
	knows how to try again.
	"""
	separate = frappe.db.db_type != "mariadb"
	if separate:
		frappe.db.savepoint(_SAVEPOINT)
	try:
		yield
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception as error:
		if separate:
			frappe.db.rollback(save_point=_SAVEPOINT)
		note(ticket, during, error)
	else:
		if separate:
			frappe.db.release_savepoint(_SAVEPOINT)


def note(ticket: Ticket, during: str, error: Exception) -> None:
	"""Put a ticket on the list of those that could not be measured, once."""
	known = frappe.db.get_value(
		FAILED, {"ticket_type": ticket.type, "ticket": ticket.name}, ["name", "times"]
	)
	values = {
		"problem": str(error)[:500] or type(error).__name__,
		"during": during,
		"failed_at": now_text(),
		"traceback": frappe.get_traceback(),
	}
	if known:
		frappe.db.set_value(FAILED, known[0], {**values, "times": (known[1] or 0) + 1})
		return
	document = frappe.get_doc(
		{"doctype": FAILED, "ticket_type": ticket.type, "ticket": ticket.name, "times": 1, **values}
	)
	document.flags.ignore_links = True
	document.insert(ignore_permissions=True)


@contextmanager
def tolerated(what: str) -> Iterator[None]:
	"""Run something that is only shown; if it fails, the Error Log tells, and the person sees everything else."""
	try:
		yield
	except Exception:
		frappe.log_error(title=what[:140])
