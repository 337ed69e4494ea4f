"""A service specification: how a service is delivered, watched and looked after (R323-R325, R332, R333)."""

from __future__ import annotations

from frappe.model.document import Document

from slm_extension.adapters.numbers import next_number
from slm_extension.adapters.refusals import filled_in, fits_in
from slm_extension.services import specifications


class SLMServiceSpecification(Document):
	def autoname(self) -> None:
		self.name = next_number(self.doctype, "SSP")

	def before_insert(self) -> None:
		specifications.number(self)

	def validate(self) -> None:
		filled_in(self)
		fits_in(self)
		specifications.refuse_changes_of_what_was_approved(self)
		specifications.refuse_without_content(self)
		specifications.record_who_and_when(self)

	def on_update(self) -> None:
		specifications.supersede_others(self)

	def on_trash(self) -> None:
		specifications.refuse_to_delete_what_was_published(self)
