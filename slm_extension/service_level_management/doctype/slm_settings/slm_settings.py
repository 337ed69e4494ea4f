"""Settings of the site: each status may have one meaning only."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class SLMSettings(Document):
	def validate(self) -> None:
		seen: set[str] = set()
		for row in self.status_meanings:
			if row.status in seen:
				frappe.throw(
					_("Row {0}: the status {1} is there twice. Remove one of the rows.").format(
						row.idx, frappe.bold(row.status)
					),
					title=_("Status Given Twice"),
				)
			seen.add(row.status)
