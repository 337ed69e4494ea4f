"""A term of the glossary (R404-R409): named after itself, defined once a language."""

from __future__ import annotations

from frappe.model.document import Document

from slm_extension.adapters.refusals import filled_in, fits_in
from slm_extension.services import glossary


class SLMGlossaryTerm(Document):
	def autoname(self) -> None:
		self.name = glossary.name_for(self)

	def validate(self) -> None:
		filled_in(self)
		fits_in(self)
		glossary.tidy(self)
		glossary.refuse_a_second_definition(self)
