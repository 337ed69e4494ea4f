"""SLM Target, a row of its parent."""

from frappe.model.document import Document


class SLMTarget(Document):
	pass
