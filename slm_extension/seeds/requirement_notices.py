"""A notice to those who look after service levels when a requirement comes in (R056), as the host's own Notification."""

from __future__ import annotations

import frappe

NAME = "SLM Requirement Received"
MESSAGE = """<p>{{ _("{0} needs: {1}").format(doc.customer or doc.lead or doc.opportunity, doc.title) | e }}</p>
<p>{{ _("Importance: {0}. Received through: {1}.").format(_(doc.importance), _(doc.received_through)) }}</p>
<p><a href="{{ frappe.utils.get_url_to_form(doc.doctype, doc.name) }}">{{ doc.name }}</a></p>"""


def seed() -> None:
	if frappe.db.exists("Notification", NAME):
		return
	frappe.get_doc(
		{
			"doctype": "Notification",
			"name": NAME,
			"enabled": 1,
			"document_type": "SLM Requirement",
			"event": "New",
			"channel": "System Notification",
			"subject": "{{ _('New requirement') }}: {{ doc.title | e }}",
			"message": MESSAGE,
			"message_type": "HTML",
			"recipients": [
				{"receiver_by_role": "Service Level Manager"},
				{"receiver_by_role": "SLM Process Owner"},
			],
		}
	).insert(ignore_permissions=True)


def unseed() -> None:
	if frappe.db.exists("Notification", NAME):
		frappe.delete_doc("Notification", NAME, force=True, ignore_permissions=True)
