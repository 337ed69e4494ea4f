"""An outage of a service: when it began, when it ended, when its users were told, and how much was lost."""

from __future__ import annotations

from frappe.model.document import Document

from slm_extension.adapters import site_time
from slm_extension.adapters.issues import lock
from slm_extension.adapters.outages import resting_on
from slm_extension.adapters.refusals import filled_in, fits_in
from slm_extension.services import outages


class SLMOutage(Document):
	def onload(self) -> None:
		self.set_onload("concerned", sorted(resting_on(self.service) - {self.service}))

	def check_if_latest(self) -> None:
		"""The ticket is locked before its outage, as whoever saves the ticket does."""
		if self.issue:
			lock([self.issue])
		super().check_if_latest()

	def validate(self) -> None:
		filled_in(self)
		fits_in(self)
		outages.check(self, site_time.now())

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		for issue in dict.fromkeys([self.issue, before and before.issue]):
			if issue:
				outages.mirror(issue)

	def on_trash(self) -> None:
		if self.issue:
			lock([self.issue])

	def after_delete(self) -> None:
		if self.issue:
			outages.mirror(self.issue)
