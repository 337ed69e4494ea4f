"""Asking users how their ticket was handled (R368, R372): the host's Notification when it is closed, and its mail.

Switched off at first, so that no customer gets mail that nobody has decided on. The Email Template is for asking by
hand, from the ticket.
"""

from __future__ import annotations

from slm_extension.seeds import mail_template, notification

NAME = "SLM Feedback Request"

SUBJECT = "{{ _('How did we do?') }} {{ %(subject)s }} (#{{ %(name)s }})"
MESSAGE = """<p>{{ _("Good day,") }}</p>
<p>{{ _("Your ticket {0}, {1}, is done. How did we handle it? Your answer takes half a minute.").format(%(name)s, %(subject)s | e) }}</p>
<p><a href="{{ frappe.utils.get_url('/issues/' ~ %(name)s) }}">{{ _("Give one to five stars") }}</a></p>
<p>{{ _("If anything is still not right, just answer this message.") }}</p>"""


def seed() -> None:
	in_template = {"name": "name", "subject": "subject"}
	mail_template.seed(NAME, SUBJECT % in_template, MESSAGE % in_template)
	of_document = {"name": "doc.name", "subject": "doc.subject"}
	notification.seed(
		NAME,
		enabled=0,
		channel="Email",
		document_type="Issue",
		event="Value Change",
		value_changed="status",
		condition="doc.status == 'Closed' and doc.raised_by",
		subject=SUBJECT % of_document,
		message=MESSAGE % of_document,
		recipients=[{"receiver_by_document_field": "raised_by"}],
	)


def unseed() -> None:
	notification.unseed([NAME])
	mail_template.unseed([NAME])
