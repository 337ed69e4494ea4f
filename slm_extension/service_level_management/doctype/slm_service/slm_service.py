"""A service of the catalogue, in a tree of services and groups."""

from __future__ import annotations

from typing import Any

from frappe.utils.nestedset import NestedSet

from slm_extension.adapters.catalogue import forget_catalogue
from slm_extension.adapters.refusals import filled_in
from slm_extension.adapters.service_rules import forget_rules
from slm_extension.adapters.teams import forget_supporting
from slm_extension.services import catalogue
from slm_extension.services.catalogue_print import Book, book_of


class SLMService(NestedSet):
	nsm_parent_field = "parent_slm_service"

	def onload(self) -> None:
		if not self.is_group:
			self.set_onload("agreed_since_review", catalogue.agreed_since_review(self))

	def validate(self) -> None:
		filled_in(self)
		catalogue.check(self)

	def on_update(self) -> None:
		super().on_update()
		_forget()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		super().before_rename(old, new, merge)
		catalogue.check_renaming(self, new, merge)

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		super().after_rename(old, new, merge)
		_forget()

	def on_trash(self) -> None:
		catalogue.check_deletion(self)
		super().on_trash()
		_forget()

	def catalogue_book(self) -> Book:
		"""What a print of the catalogue shows of this service, or of the branch under this group."""
		return book_of(self)


def _forget(*_args: Any) -> None:
	forget_catalogue()
	forget_rules()
	forget_supporting()
