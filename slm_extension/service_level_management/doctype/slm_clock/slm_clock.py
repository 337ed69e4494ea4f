"""One target measured on one ticket: what the domain's clock said, kept for queries.."""

from frappe.model.document import Document


class SLMClock(Document):
	pass
