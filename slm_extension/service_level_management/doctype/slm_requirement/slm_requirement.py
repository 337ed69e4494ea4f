"""A service requirement: who needs what how well, worked out with the customer until both sides agree (R045-R078)."""

from __future__ import annotations

from typing import Any

from frappe.model.document import Document

from slm_extension.adapters import portal
from slm_extension.adapters.numbers import next_number
from slm_extension.adapters.refusals import filled_in, fits_in, refusing
from slm_extension.services import requirements


class SLMRequirement(Document):
	def autoname(self) -> None:
		self.name = next_number(self.doctype, "SLR")

	def before_validate(self) -> None:
		if portal.is_portal_user():
			requirements.keep_to_the_portal(self)

	def validate(self) -> None:
		requirements.tidy(self)
		filled_in(self)
		fits_in(self)
		requirements.refuse_without_party(self)
		requirements.refuse_services_without_name(self)
		requirements.refuse_changes_of_what_is_agreed(self)
		requirements.take_back_consent(self)
		with refusing(self):
			requirements.compare_levels(self)
		requirements.refuse_early_states(self)

	def before_print(self, _settings: Any = None) -> None:
		requirements.hide_for_print(self)

	def as_dict(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
		"""What a portal's pages and answers are made of: without what is ours alone."""
		return requirements.for_the_portal(self, super().as_dict(*args, **kwargs))

	def has_website_permission(
		self, ptype: str = "read", user: str | None = None, verbose: bool = False
	) -> bool:
		"""Asked by the host for web forms and prints."""
		return requirements.may_in_portal(self, ptype, user)

	@property
	def agreement(self) -> str | None:
		"""The latest agreement made from this requirement."""
		return requirements.latest_agreement(self.name)


def get_list_context(_context: Any = None) -> dict[str, Any]:
	"""Hook of the host's web lists: the requirements of the user's own customers."""
	return {"get_list": requirements.portal_list, "no_breadcrumbs": True, "show_search": True}
