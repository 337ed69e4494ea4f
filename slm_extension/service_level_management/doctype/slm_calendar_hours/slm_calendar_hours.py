"""SLM Calendar Hours, a row of its parent."""

from frappe.model.document import Document


class SLMCalendarHours(Document):
	pass
