"""One fact about one ticket. The ledger is only ever added to.."""

from frappe.model.document import Document


class SLMTicketEvent(Document):
	pass
