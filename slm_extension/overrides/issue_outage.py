"""Issue, a DocType of ERPNext: the box that says that a service is down, and the outage that follows from it."""

from __future__ import annotations

from typing import Any

from frappe.utils import cint

from slm_extension.adapters import site_time
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import Ticket
from slm_extension.overrides.issue import as_stored
from slm_extension.services import outages
from slm_extension.services.guard import guarded

FOLLOWED = ("slm_service_down", "slm_service", "status")
"""What an outage follows from. Of a ticket whose service is not down nothing but the first."""


def before_insert(issue: Any, _method: str | None = None) -> None:
	"""A copy has told nobody anything, and a split ticket leaves the outage with its parent."""
	issue.slm_told_at = None
	issue.set(outages.CHANGES, 0)
	if issue.get("issue_split_from"):
		issue.slm_service_down = 0


def validate(issue: Any, _method: str | None = None) -> None:
	"""When users were told is never entered; it is forgotten when the service is down again.

	A document that does not know of the last change by an outage was read before, and so is its tick; of a form the
	desk's override knows which it was opened with.
	"""
	before = issue.get_doc_before_save()
	if before is not None:
		changes = cint(before.get(outages.CHANGES))
		if cint(issue.get(outages.CHANGES)) != changes and not issue.get("__onload"):
			issue.slm_service_down = before.get("slm_service_down")
		issue.set(outages.CHANGES, changes)
		again = issue.get("slm_service_down") and not before.get("slm_service_down")
		issue.slm_told_at = None if again else before.get("slm_told_at")


def on_change(issue: Any, _method: str | None = None) -> None:
	if not issue.get("slm_service_down") and _was(issue) in (None, 0):
		return
	if issue.flags.in_delete or not _changed(issue) or not enabled():
		return
	with guarded(Ticket(issue.doctype, issue.name), "outage"):
		stored = as_stored(issue)
		if stored is issue or _changed(stored):
			outages.follow(stored, site_time.now())
		issue.slm_service_down = stored.slm_service_down


def on_trash(issue: Any, _method: str | None = None) -> None:
	with guarded(Ticket(issue.doctype, issue.name), "outage"):
		outages.ticket_gone(issue.name)


def _was(issue: Any) -> int | None:
	"""Whether the service was down before the save; None where there was none."""
	before = issue.get_doc_before_save()
	return None if issue.flags.in_insert or before is None else int(before.get("slm_service_down") or 0)


def _changed(issue: Any) -> bool:
	before = issue.get_doc_before_save()
	if issue.flags.in_insert or before is None:
		return True
	return any((issue.get(field) or "") != (before.get(field) or "") for field in FOLLOWED)
