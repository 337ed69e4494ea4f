"""Notices before an agreement ends: 90, 30 and 7 days, as the host's own Notifications, to be changed there."""

from __future__ import annotations

from slm_extension.seeds import notification

DAYS = (90, 30, 7)
NAMES = {days: f"SLM Agreement Ends in {days} Days" for days in DAYS}

MESSAGE = """<p>{{ _("{0} ends on {1}.").format(doc.title, frappe.format(doc.valid_until, "Date")) }}</p>
{% if doc.until_replaced %}<p>{{ _("It stays in force until a new version starts; negotiate that version in time.") }}</p>
{% else %}<p>{{ _("Tickets opened after that day have no promise of this agreement. Draft a new version, or terminate it.") }}</p>
{% endif %}<p><a href="{{ frappe.utils.get_url_to_form(doc.doctype, doc.name) }}">{{ doc.name }}</a></p>"""


def seed() -> None:
	for days, name in NAMES.items():
		notification.seed(
			name,
			document_type="SLM Agreement",
			event="Days Before",
			date_changed="valid_until",
			days_in_advance=days,
			subject=f"{{{{ doc.title }}}}: {{{{ _('{days} days until it ends') }}}}",
			condition="doc.docstatus == 1 and doc.status in ('Agreed', 'In Force', 'Frozen')",
			message=MESSAGE,
			recipients=[
				{"receiver_by_document_field": "agreement_owner"},
				{"receiver_by_role": "Service Level Manager"},
			],
		)


def unseed() -> None:
	notification.unseed(NAMES.values())
