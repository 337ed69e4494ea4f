"""A ticket whose clocks could not be measured. Repaired by a rebuild of that ticket.."""

from frappe.model.document import Document


class SLMFailedMeasure(Document):
	pass
