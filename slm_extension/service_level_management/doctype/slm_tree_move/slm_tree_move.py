"""SLM Tree Move, written by adapters.trees and never by hand."""

from frappe.model.document import Document


class SLMTreeMove(Document):
	pass
