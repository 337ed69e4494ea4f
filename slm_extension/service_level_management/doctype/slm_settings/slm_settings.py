"""Settings of the site: each status may have one meaning only, and the process's limits can be kept."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from slm_extension.adapters.agreements import forget_agreements
from slm_extension.adapters.levels import level_of
from slm_extension.adapters.refusals import refusing
from slm_extension.adapters.teams import forget_teams
from slm_extension.services.process_health import refuse_bad_limits


class SLMSettings(Document):
	def on_update(self) -> None:
		forget_teams()
		forget_agreements()

	def validate(self) -> None:
		with refusing(self):
			for row in self.get("default_escalations") or ():
				level_of(row)
		refuse_bad_limits(self.get("process_limits") or ())
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
