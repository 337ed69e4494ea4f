"""SLM Calendar Closure, a row of its parent."""

from frappe.model.document import Document


class SLMCalendarClosure(Document):
	pass
