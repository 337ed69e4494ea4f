"""A calendar: its rows must make one the domain can count with, and every change of it is kept as an edition."""

from __future__ import annotations

from datetime import timedelta

from frappe.model.document import Document

from slm_extension.adapters.agreements import forget_agreements
from slm_extension.adapters.calendars import calendar_of, to_text
from slm_extension.adapters.refusals import filled_in, refusing
from slm_extension.services.editions import forget_editions, keep_edition


class SLMCalendar(Document):
	def before_validate(self) -> None:
		"""The database gives 24:00 back as a day, which it does not take as a time."""
		for row in self.get_all_children():
			for field in ("from_time", "to_time"):
				if row.get(field) == timedelta(days=1):
					row.set(field, "24:00:00")

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
