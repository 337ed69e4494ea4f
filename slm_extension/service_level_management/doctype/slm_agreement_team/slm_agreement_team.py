"""SLM Agreement Team, a row of its parent."""

from frappe.model.document import Document


class SLMAgreementTeam(Document):
	pass
