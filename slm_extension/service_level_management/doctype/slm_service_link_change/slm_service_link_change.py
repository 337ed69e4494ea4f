"""SLM Service Link Change, written by adapters.link_changes and never by hand."""

from frappe.model.document import Document


class SLMServiceLinkChange(Document):
	pass
