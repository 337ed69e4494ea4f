"""The priority of a ticket follows from its impact and urgency, as its agreement grades them (R139, R202)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.agreements import site_agreements
from slm_extension.domain.timeline import Timeline
from slm_extension.services.history import first_facts

GRADED = ("slm_impact", "slm_urgency")


def grade(issue: Any) -> None:
	"""Give an Issue that is about to be stored the priority of its impact and urgency, if one of them is new.

	A priority that somebody has chosen along with them stays. Never in the way of who saves it.
	"""
	pair, before = tuple(issue.get(field) for field in GRADED), issue.get_doc_before_save()
	if not all(pair):
		return
	if before is None and issue.priority:
		return
	if before is not None and pair == tuple(before.get(field) for field in GRADED):
		return
	if before is not None and (issue.priority or "") != (before.priority or ""):
		return
	try:
		issue.priority = priority_of(issue, *pair) or issue.priority
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		frappe.log_error(title=_("The priority of {0} could not be found").format(issue.name))


def priority_of(issue: Any, impact: str, urgency: str) -> str | None:
	"""What the closest agreement says that is for such a ticket and grades them so; None where none does."""
	agreements = site_agreements()
	timeline = Timeline.of(issue.name or "", first_facts(issue, site_time.now(), ""))
	for agreement in agreements.book.cover(timeline.steps[-1].state, timeline.opened).fitting:
		document = frappe.get_cached_doc(AGREEMENT, agreements.document(agreement))
		for row in document.get("priority_matrix") or ():
			if (row.impact, row.urgency) == (impact, urgency):
				return str(row.priority)
	return None
