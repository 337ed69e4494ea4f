"""SLM Agreement Service, a row of its parent."""

from frappe.model.document import Document


class SLMAgreementService(Document):
	pass
