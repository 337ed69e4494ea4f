"""SLM Status Meaning, a row of its parent."""

from frappe.model.document import Document


class SLMStatusMeaning(Document):
	pass
