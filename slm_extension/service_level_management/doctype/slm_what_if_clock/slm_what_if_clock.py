"""One target on one ticket as a draft would have had it, and as it really was. Written in bulk, never by a form."""

from frappe.model.document import Document


class SLMWhatIfClock(Document):
	pass
