"""SLM Agreement Support, a row of its parent."""

from frappe.model.document import Document


class SLMAgreementSupport(Document):
	pass
