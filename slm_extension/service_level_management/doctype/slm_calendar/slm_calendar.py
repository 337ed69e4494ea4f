"""A calendar: its rows must make one the domain can count with, and every change of it is kept as an edition."""

from __future__ import annotations

from frappe.model.document import Document

from slm_extension.adapters.agreements import forget_agreements
from slm_extension.adapters.calendars import calendar_of, to_text
from slm_extension.adapters.refusals import filled_in, refusing
from slm_extension.services.editions import forget_editions, keep_edition


class SLMCalendar(Document):
	def validate(self) -> None:
		filled_in(self)
		with refusing(self):
			self.known_until = calendar_of(self).known_until

	def on_update(self) -> None:
		keep_edition(self.name, to_text(calendar_of(self)))

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		forget_agreements()

	def on_trash(self) -> None:
		forget_editions(self.name)
