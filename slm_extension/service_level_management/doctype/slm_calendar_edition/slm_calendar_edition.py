"""What a calendar has said from an instant on. Clocks that were decided before keep the one they were decided by.."""

from frappe.model.document import Document


class SLMCalendarEdition(Document):
	pass
