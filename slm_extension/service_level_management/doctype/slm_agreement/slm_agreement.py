"""An agreement: its rows must make one the domain can measure by, and the agreements in force must not clash."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from slm_extension.adapters.agreements import agreement_of, calendar_editions, forget_agreements
from slm_extension.adapters.refusals import filled_in, refusing
from slm_extension.domain.targets import METRICS
from slm_extension.domain.timeline import Waiting
from slm_extension.services.agreements import book_with, end_predecessor, status_on
from slm_extension.services.remeasure import in_force_since

HOLDS = ("hold_customer", "hold_supplier", "hold_other")


class SLMAgreement(Document):
	def before_validate(self) -> None:
		self._clear_what_its_kind_has_not()
		for row in self.targets:
			row.target_id = row.target_id or frappe.generate_hash(length=10)
			if self.docstatus.is_draft():
				_hold_by_metric(row)

	def before_insert(self) -> None:
		if self.amended_from:
			previous = frappe.get_doc("SLM Agreement", self.amended_from)
			self.lineage = previous.lineage
			self.agreement_version = previous.agreement_version + 1
		else:
			self.lineage = None
			self.agreement_version = 1

	def after_insert(self) -> None:
		if not self.lineage:
			self.db_set("lineage", self.name, update_modified=False)

	def validate(self) -> None:
		filled_in(self)
		self._refuse_a_missing_party()
		self._refuse_unapproved_services()
		self._refuse_unknown_support()
		with refusing(self):
			agreement_of(self, calendar_editions())

	def before_submit(self) -> None:
		with refusing(self):
			book_with(self)
		self.status = status_on(self, getdate(today()))

	def on_submit(self) -> None:
		end_predecessor(self)
		forget_agreements()
		in_force_since(agreement_of(self, calendar_editions()).starts)

	def before_update_after_submit(self) -> None:
		self._refuse_an_end_in_the_past()
		self.status = status_on(self, getdate(today()))
		with refusing(self):
			book_with(self)

	def on_update_after_submit(self) -> None:
		forget_agreements()

	def before_cancel(self) -> None:
		clocks = frappe.db.exists("SLM Clock", {"agreement": self.name})
		if clocks:
			frappe.throw(
				_(
					"Tickets have been measured by {0}. End it with Valid Until, or make a new version with a later Valid From."
				).format(frappe.bold(self.name)),
				title=_("Agreement in Use"),
			)

	def on_cancel(self) -> None:
		self.db_set("status", "Terminated", update_modified=False)
		forget_agreements()

	def _clear_what_its_kind_has_not(self) -> None:
		if self.kind not in ("SLA", "Commitment") or self.basis != "Customer":
			self.customer = None
			self.customers = self.customers if self.kind in ("OLA", "UC") else []
		if self.kind not in ("SLA", "Commitment") or self.basis == "Default":
			self.services = self.services if self.kind in ("OLA", "UC") else []
		if self.kind == "UC":
			self.teams = []
		if self.kind != "UC":
			self.supplier = None
		if self.kind not in ("SLA", "Commitment"):
			self.rests_on = []

	def _refuse_a_missing_party(self) -> None:
		"""What is meant for one customer or service must not become a promise to all for want of a name."""
		if self.kind not in ("SLA", "Commitment"):
			return
		if self.basis == "Customer" and not (self.customer or self.get("customers")):
			frappe.throw(
				_("Customer is empty. Name the customer, or choose another Basis."),
				title=_("Customer Missing"),
			)
		if self.basis == "Service" and not self.services:
			frappe.throw(
				_("Services is empty. Name the services, or choose another Basis."),
				title=_("Service Missing"),
			)

	def _refuse_unapproved_services(self) -> None:
		"""R002: what is not approved cannot be promised."""
		names = [row.service for row in self.services]
		if not names:
			return
		refused = frappe.get_all(
			"SLM Service",
			filters={"name": ["in", names], "status": ["not in", ["Approved", "Live"]]},
			pluck="name",
			order_by="name asc",
		)
		if refused:
			frappe.throw(
				_("These services are not approved: {0}. Approve them first, or take them out.").format(
					frappe.bold(", ".join(refused))
				),
				title=_("Service Not Approved"),
			)

	def _refuse_unknown_support(self) -> None:
		"""The host lets a link pass that it fetches other fields by."""
		for row in self.rests_on:
			if not frappe.db.exists("SLM Agreement", row.agreement):
				frappe.throw(
					_(
						"Row {0} of Rests On: there is no agreement {1}. Correct the name or remove the row."
					).format(row.idx, frappe.bold(row.agreement)),
					frappe.LinkValidationError,
					title=_("Agreement Not Found"),
				)

	def _refuse_an_end_in_the_past(self) -> None:
		before: Any = self.get_doc_before_save()
		if before is None or str(before.valid_until or "") == str(self.valid_until or ""):
			return
		if self.valid_until and getdate(self.valid_until) < getdate(today()):
			frappe.throw(
				_(
					"Valid Until {0} has passed already; tickets opened since were measured by this agreement. "
					"Enter today or a later day."
				).format(frappe.format(self.valid_until, "Date")),
				title=_("End in the Past"),
			)


def _hold_by_metric(row: Any) -> None:
	"""A row that says nothing about holds has those of its metric; a supplier's wait is not held unless said."""
	if row.never_held:
		row.update(dict.fromkeys(HOLDS, 0))
	elif row.metric and row.metric.lower() in METRICS and not any(row.get(field) for field in HOLDS):
		waits = METRICS[row.metric.lower()].holds & Waiting.CUSTOMER
		row.update({"hold_customer": int(bool(waits)), "hold_other": int(bool(waits))})
