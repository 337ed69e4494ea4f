"""Somebody was told that an agreed workload has been reached: once a limit, period and share, whoever looks."""

from frappe.model.document import Document


class SLMWorkloadNotice(Document):
	pass
