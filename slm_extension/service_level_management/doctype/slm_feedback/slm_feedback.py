"""What a user says about how his ticket was handled. The work is in services.feedback.

Without postponed annotations: the host checks the arguments of whitelisted methods by them.
"""

from typing import Any

import frappe
from frappe.model.document import Document

from slm_extension.adapters import site_time
from slm_extension.adapters.feedback import FEEDBACK
from slm_extension.adapters.numbers import next_number
from slm_extension.adapters.refusals import fits_in
from slm_extension.services import feedback


class SLMFeedback(Document):
	def autoname(self) -> None:
		self.name = next_number(self.doctype, "Feedback")

	def before_insert(self) -> None:
		feedback.take_down(self, site_time.now())

	def validate(self) -> None:
		fits_in(self)
		if not self.is_new():
			feedback.refuse_editing(self)

	def on_update(self) -> None:
		feedback.tell_poor(self)


@frappe.whitelist()
def about_ticket(ticket: str) -> dict[str, Any]:
	"""What the form of a ticket says of what its users have said, and whom it may be recorded for."""
	frappe.has_permission("Issue", "read", ticket, throw=True)
	frappe.has_permission(FEEDBACK, "read", throw=True)
	return feedback.about(ticket, site_time.now())


@frappe.whitelist(methods=["POST"])
def record(
	ticket: str,
	score: int,
	said_by: str,
	channel: str,
	comment: str = "",
	expected: int = 0,
) -> str:
	"""Write down what a user has said on the telephone, in a mail or in person; returns the name of the record."""
	frappe.has_permission("Issue", "read", ticket, throw=True)
	frappe.has_permission(FEEDBACK, "create", throw=True)
	said = feedback.Said(score, said_by, channel, comment, expected)
	return feedback.record(ticket, said, site_time.now())
