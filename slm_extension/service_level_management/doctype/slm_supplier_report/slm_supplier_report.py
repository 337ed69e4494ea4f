"""A service report that a team or supplier owes; what may be done with it is in services.supplier_reports.

Without postponed annotations: the host checks the arguments of whitelisted methods by them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import frappe
from frappe.model.document import Document

from slm_extension.adapters import site_time
from slm_extension.adapters.numbers import next_number
from slm_extension.adapters.refusals import filled_in, fits_in
from slm_extension.services import reported_figures, supplier_reports


class SLMSupplierReport(Document):
	def autoname(self) -> None:
		self.name = next_number(self.doctype, "Supplier-Report")

	def onload(self) -> None:
		self.set_onload("may", supplier_reports.may(self))

	def before_validate(self) -> None:
		if self.is_new():
			supplier_reports.begin(self)
		else:
			supplier_reports.keep(self)

	def validate(self) -> None:
		filled_in(self)
		fits_in(self)
		supplier_reports.check(self, site_time.today())

	def on_trash(self) -> None:
		supplier_reports.refuse_deletion(self)

	@contextmanager
	def _as_stored(self, right: str) -> Iterator[None]:
		"""What a browser sends along is its own copy; what goes back with the answer is what its user may read."""
		self.reload()
		self.check_permission(right)
		yield
		self.apply_fieldlevel_read_permissions()

	def _day(self, value: str, field: str) -> date:
		return supplier_reports.day_of(value, frappe._(self.meta.get_label(field)))

	@frappe.whitelist()
	def compare(self) -> dict[str, Any]:
		"""What the provider reports beside what was measured, for those who may read all tickets."""
		with self._as_stored("read"):
			return reported_figures.view(self)

	@frappe.whitelist()
	def take_figures(self) -> int:
		"""Put a line for each target of the agreement that has none; returns how many came."""
		with self._as_stored("write"):
			return supplier_reports.take_figures(self)

	@frappe.whitelist()
	def deliver(self, received_on: str, delivered_by: str = "") -> None:
		with self._as_stored("write"):
			supplier_reports.deliver(self, self._day(received_on, "received_on"), delivered_by)

	@frappe.whitelist()
	def accept(self, remarks: str = "", problems: str = "") -> None:
		with self._as_stored("write"):
			supplier_reports.accept(self, remarks, problems)

	@frappe.whitelist()
	def send_back(self, reason: str, due_on: str) -> None:
		with self._as_stored("write"):
			supplier_reports.send_back(self, reason, self._day(due_on, "due_on"))

	@frappe.whitelist()
	def not_needed(self, reason: str) -> None:
		with self._as_stored("write"):
			supplier_reports.not_needed(self, reason)
