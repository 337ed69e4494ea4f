"""A notice to those who look after service levels when a requirement comes in (R056), as the host's own Notification."""

from __future__ import annotations

from slm_extension.seeds import notification

NAME = "SLM Requirement Received"
MESSAGE = """<p>{{ _("{0} needs: {1}").format(doc.customer or doc.lead or doc.opportunity, doc.title) | e }}</p>
<p>{{ _("Importance: {0}. Received through: {1}.").format(_(doc.importance), _(doc.received_through)) }}</p>
<p><a href="{{ frappe.utils.get_url_to_form(doc.doctype, doc.name) }}">{{ doc.name }}</a></p>"""


def seed() -> None:
	notification.seed(
		NAME,
		document_type="SLM Requirement",
		event="New",
		subject="{{ _('New requirement') }}: {{ doc.title | e }}",
		message=MESSAGE,
		recipients=[
			{"receiver_by_role": "Service Level Manager"},
			{"receiver_by_role": "SLM Process Owner"},
		],
	)


def unseed() -> None:
	notification.unseed([NAME])
