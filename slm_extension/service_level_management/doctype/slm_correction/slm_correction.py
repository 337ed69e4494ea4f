"""What somebody asks to be put right in the record of a ticket. The work is in services.correct and corrections.

Without postponed annotations: the host checks the arguments of whitelisted methods by them.
"""

from typing import Any

import frappe
from frappe.model.document import Document

from slm_extension.adapters import site_time
from slm_extension.adapters.corrections import APPROVED, CORRECTION, REQUESTED
from slm_extension.adapters.numbers import next_number
from slm_extension.adapters.store import Ticket
from slm_extension.services import correct, corrections
from slm_extension.services.workload import remarks_on


class SLMCorrection(Document):
	def autoname(self) -> None:
		self.name = next_number(self.doctype, "Correction")

	def onload(self) -> None:
		correct.hide(self)
		self.set_onload("may_decide", not correct.why_not_decide(self))
		self.set_onload("may_withdraw", correct.may_withdraw(self))

	def before_insert(self) -> None:
		correct.ask(self, site_time.now())
		self.flags.slm_figures = self.figures

	def validate(self) -> None:
		if self.is_new():
			self.figures = self.flags.slm_figures  # no role writes it: the host has emptied it
		else:
			correct.keep(self)

	def after_insert(self) -> None:
		correct.refuse_twice(self)
		correct.tell_deciders(self)
		correct.hide(self)

	def apply_fieldlevel_read_permissions(self) -> None:
		super().apply_fieldlevel_read_permissions()
		correct.hide(self)

	def on_trash(self) -> None:
		correct.refuse_deletion(self)

	@frappe.whitelist()
	def approve(self, shown: str, note: str = "") -> None:
		correct.approve(self.name, shown, note, site_time.now())
		self._answer()

	@frappe.whitelist()
	def reject(self, note: str) -> None:
		correct.reject(self.name, note, site_time.now())
		self._answer()

	@frappe.whitelist()
	def withdraw(self, note: str = "") -> None:
		correct.withdraw(self.name, note, site_time.now())
		self._answer()

	def _answer(self) -> None:
		"""The host sends this document back with the answer: as it is stored now, and what its user may read of it."""
		self.reload()
		self.apply_fieldlevel_read_permissions()


@frappe.whitelist()
def preview(name: str) -> dict[str, Any]:
	"""Every clock of the ticket before and after; of what is decided, as it was then."""
	asked = frappe.get_doc(CORRECTION, name)
	asked.check_permission("read")
	return correct.shown(asked, site_time.now())


@frappe.whitelist()
def preview_new(request: dict[str, Any] | str) -> dict[str, Any]:
	"""The same of a request that a form has not saved yet; nothing where it does not say enough."""
	frappe.has_permission(CORRECTION, "create", throw=True)
	values = frappe.parse_json(request)
	asked = frappe.new_doc(CORRECTION)
	asked.update({field: values.get(field) for field in correct.ASKED if values.get(field)})
	return correct.shown_before_asking(asked, site_time.now())


@frappe.whitelist()
def about_ticket(ticket_type: str, ticket: str) -> dict[str, Any]:
	"""What the form of a ticket says of its corrections and of the agreed workload."""
	frappe.has_permission(ticket_type, "read", ticket, throw=True)
	readable = frappe.has_permission(CORRECTION, "read")
	asked = corrections.standing_of(Ticket(ticket_type, ticket)) if readable else ()
	return {
		"waiting": [{"name": name, "what": what} for name, what, status in asked if status == REQUESTED],
		"approved": sum(status == APPROVED for _name, _what, status in asked),
		"remarks": list(remarks_on(Ticket(ticket_type, ticket))),
	}
