"""The mail by which an agreement is announced, as the host's own Email Template (R098)."""

from __future__ import annotations

import frappe

NAME = "SLM Agreement Announced"
SUBJECT = "{{ kind }}: {{ title }}"
MESSAGE = """<p>{{ _("{0} and {1} have concluded this agreement:").format(provider, other_party) }}</p>
<p><strong>{{ title }}</strong><br>{{ number }} · {{ version }}<br>{{ _("In force") }} {{ validity }}</p>
<p><a href="{{ url }}">{{ _("Read the agreement") }}</a></p>"""


def seed() -> None:
	if frappe.db.exists("Email Template", NAME):
		return
	frappe.get_doc(
		{
			"doctype": "Email Template",
			"name": NAME,
			"subject": SUBJECT,
			"use_html": 1,
			"response_html": MESSAGE,
			"response": MESSAGE,
		}
	).insert(ignore_permissions=True)


def unseed() -> None:
	if frappe.db.exists("Email Template", NAME):
		frappe.delete_doc("Email Template", NAME, force=True, ignore_permissions=True)
