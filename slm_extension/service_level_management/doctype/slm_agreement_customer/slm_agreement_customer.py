"""SLM Agreement Customer, a row of its parent."""

from frappe.model.document import Document


class SLMAgreementCustomer(Document):
	pass
