"""A missed promise that wants an answer; what may be done with it is in services.breaches.

Without postponed annotations: the host checks the arguments of whitelisted methods by them.
"""

from typing import Any

import frappe
from frappe.model.document import Document

from slm_extension.services import breaches


class SLMBreach(Document):
	@frappe.whitelist()
	def figures_view(self) -> dict[str, Any]:
		"""Who held the ticket, what was overrun, and what would have been, as drawn on the form."""
		self.check_permission("read")
		return breaches.view(self)

	@frappe.whitelist()
	def grounds(self) -> list[dict[str, str]]:
		"""What the agreement itself offers as an excuse: the clause, and what it says here."""
		self.check_permission("read")
		return breaches.grounds(self)

	@frappe.whitelist()
	def explain(self, explanation: str, root_cause: str) -> None:
		self.check_permission("read")
		breaches.explain(self, explanation, root_cause)

	@frappe.whitelist()
	def ask_to_excuse(
		self, clause: str, reason: str, evidence: str | None = None, evidence_link: str | None = None
	) -> None:
		self.check_permission("read")
		breaches.ask_to_excuse(self, clause, reason, evidence or "", evidence_link or "")

	@frappe.whitelist()
	def decide_excuse(self, excused: bool, decision: str) -> None:
		self.check_permission("read")
		breaches.decide_excuse(self, excused, decision)

	@frappe.whitelist()
	def take_excuse_back(self, decision: str) -> None:
		self.check_permission("read")
		breaches.take_excuse_back(self, decision)

	@frappe.whitelist()
	def dispute(self, by: str, reason: str) -> None:
		self.check_permission("read")
		breaches.dispute(self, by, reason)

	@frappe.whitelist()
	def settle(self, settlement: str) -> None:
		self.check_permission("read")
		breaches.settle(self, settlement)

	@frappe.whitelist()
	def close(self, response: str) -> None:
		self.check_permission("read")
		breaches.close(self, response)

	@frappe.whitelist()
	def open_again(self) -> None:
		self.check_permission("read")
		breaches.open_again(self)
