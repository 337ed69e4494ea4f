"""Issue on the desk: what its form has to know of our settings, and that it puts back nothing it has not seen."""

from __future__ import annotations

from typing import Any

import frappe

from slm_extension.adapters.settings import asked_for
from slm_extension.adapters.teams import HOLDER_FIELDS
from slm_extension.services import timeline_items
from slm_extension.services.guard import tolerated

KEPT = (*HOLDER_FIELDS, "slm_service_down")
"""What comes to a ticket past its time stamp, while forms are open."""

_SEEN = "slm"
_SAVING = "frappe.desk.form.save.savedocs"


def onload(issue: Any, _method: str | None = None) -> None:
	"""The form is told with whom the ticket is, whether its service is down, and of which statuses it asks whom the ticket waits for."""
	seen = {field: issue.get(field) or "" for field in KEPT}
	issue.set_onload(_SEEN, {**seen, "asks": asked_for()})


def validate(issue: Any, _method: str | None = None) -> None:
	"""What came while the form was open stays, unless the form itself brings something else."""
	before = issue.get_doc_before_save()
	seen = (issue.get("__onload") or {}).get(_SEEN)
	if before is None or not isinstance(seen, dict):
		return
	for field in KEPT:
		if (issue.get(field) or "") == (seen.get(field) or ""):
			issue.set(field, before.get(field))


def timeline(doctype: str, name: str) -> list[dict[str, Any]]:
	"""Hook additional_timeline_content: what moved the ticket's clocks. Without it the form opens all the same.

	The host asks for it in the answer to a save as well. Nobody who saves waits for it: the form comes back for it.
	"""
	if frappe.form_dict.get("cmd") == _SAVING:
		return []
	with tolerated(f"Time-line of {doctype} {name}"):
		return timeline_items.content(doctype, name)
	return []
