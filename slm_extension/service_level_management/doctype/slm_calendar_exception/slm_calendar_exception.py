"""SLM Calendar Exception, a row of its parent."""

from frappe.model.document import Document


class SLMCalendarException(Document):
	pass
