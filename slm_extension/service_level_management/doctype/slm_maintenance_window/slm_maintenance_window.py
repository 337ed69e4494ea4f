"""A stretch in which services may be worked on, and whether their users were told early enough."""

import frappe
from frappe.model.document import Document

from slm_extension.adapters import site_time
from slm_extension.adapters.refusals import filled_in, fits_in
from slm_extension.services import maintenance


class SLMMaintenanceWindow(Document):
	def validate(self) -> None:
		filled_in(self)
		fits_in(self)
		maintenance.check(self, site_time.now())

	@frappe.whitelist()
	def announce(self) -> None:
		"""The users have just been told."""
		self.check_permission("write")
		maintenance.announce(self, site_time.now())
