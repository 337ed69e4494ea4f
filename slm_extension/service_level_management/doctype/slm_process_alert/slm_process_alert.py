"""That an indicator of the process has turned bad, and was told; written by services.process_alerts alone."""

from frappe.model.document import Document


class SLMProcessAlert(Document):
	pass
