"""A missed promise that wants an answer; what may be done with it is in services.breaches.

Without postponed annotations: the host checks the arguments of whitelisted methods by them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.model.document import Document

from slm_extension.services import breaches


class SLMBreach(Document):
	@contextmanager
	def _as_stored(self) -> Iterator[None]:
		"""What a browser sends along is its own copy; what goes back with the answer is what its user may read."""
		self.reload()
		self.check_permission("read")
		yield
		self.apply_fieldlevel_read_permissions()

	@frappe.whitelist()
	def figures_view(self) -> dict[str, Any]:
		"""Who held the ticket, what was overrun, and what would have been, as drawn on the form."""
		with self._as_stored():
			return breaches.view(self)

	@frappe.whitelist()
	def grounds(self) -> list[dict[str, str]]:
		"""What the agreement itself offers as an excuse: the clause, and what it says here."""
		with self._as_stored():
			return breaches.grounds(self)

	@frappe.whitelist()
	def explain(self, explanation: str, root_cause: str) -> None:
		with self._as_stored():
			breaches.explain(self, explanation, root_cause)

	@frappe.whitelist()
	def ask_to_excuse(
		self, clause: str, reason: str, evidence: str | None = None, evidence_link: str | None = None
	) -> None:
		with self._as_stored():
			breaches.ask_to_excuse(self, clause, reason, evidence or "", evidence_link or "")

	@frappe.whitelist()
	def decide_excuse(self, excused: bool, decision: str) -> None:
		with self._as_stored():
			breaches.decide_excuse(self, excused, decision)

	@frappe.whitelist()
	def take_excuse_back(self, decision: str) -> None:
		with self._as_stored():
			breaches.take_excuse_back(self, decision)

	@frappe.whitelist()
	def dispute(self, by: str, reason: str) -> None:
		with self._as_stored():
			breaches.dispute(self, by, reason)

	@frappe.whitelist()
	def settle(self, settlement: str) -> None:
		with self._as_stored():
			breaches.settle(self, settlement)

	@frappe.whitelist()
	def close(self, response: str) -> None:
		with self._as_stored():
			breaches.close(self, response)

	@frappe.whitelist()
	def open_again(self) -> None:
		with self._as_stored():
			breaches.open_again(self)
