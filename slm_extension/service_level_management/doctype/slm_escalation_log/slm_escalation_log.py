"""A level that a clock reached, and whom it was told. Written by services.escalate alone."""

from frappe.model.document import Document


class SLMEscalationLog(Document):
	pass
