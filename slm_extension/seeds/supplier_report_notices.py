"""What tells of service reports that are owed: to the provider's contact by mail, to us in the desk; the host's own.

Mails to people outside are switched off until somebody has read their words and enables them.
"""

from __future__ import annotations

from slm_extension.seeds import notification

DOCTYPE = "SLM Supplier Report"
AHEAD, LATE, STILL_LATE = 5, 3, 7
"""Days before and after a report is due."""

SOON = "SLM Supplier Report Due Soon"
OVERDUE = "SLM Supplier Report Overdue"
STILL_MISSING = "SLM Supplier Report Still Missing"
RETURNED = "SLM Supplier Report Returned"
NAMES = (SOON, OVERDUE, STILL_MISSING, RETURNED)

OWED = "doc.status in ('Due', 'Overdue', 'Returned')"
CONTACT = [{"receiver_by_document_field": "contact_email"}]

_LETTER = """<p>{{{{ _("Good day,") }}}}</p>
<p>{{{{ _("Agreement: {{0}}").format(doc.agreement_title) | e }}}}</p>
<p>{said}</p>
{more}<p>{{{{ _("Please send it to us, or deliver it on the page of the agreement in our portal.") }}}}</p>"""

_SOON = """{{ _("Your service report on the time from {0} to {1} is due on {2}.").format(frappe.format(doc.period_from, "Date"), frappe.format(doc.period_to, "Date"), frappe.format(doc.due_on, "Date")) }}"""
_OVERDUE = """{{ _("Your service report on the time from {0} to {1} was due on {2} and has not reached us.").format(frappe.format(doc.period_from, "Date"), frappe.format(doc.period_to, "Date"), frappe.format(doc.due_on, "Date")) }}"""
_RETURNED = """{{ _("We return your service report on the time from {0} to {1}. Please deliver it again by {2}.").format(frappe.format(doc.period_from, "Date"), frappe.format(doc.period_to, "Date"), frappe.format(doc.due_on, "Date")) }}"""
_BECAUSE = """<p>{{ _("Because: {0}").format(doc.returned_because) | e }}</p>
"""
_STILL_MISSING = """<p>{{ _("{0} has not delivered the report that was due on {1}.").format(doc.provider, frappe.format(doc.due_on, "Date")) | e }}</p>
<p><a href="{{ frappe.utils.get_url_to_form(doc.doctype, doc.name) }}">{{ doc.name }}</a></p>"""


def seed() -> None:
	_mail(SOON, "Days Before", AHEAD, "{{ _('Service report due on {0}').format(doc.due_on) }}", _SOON)
	_mail(
		OVERDUE,
		"Days After",
		LATE,
		"{{ _('Service report overdue') }}: {{ doc.agreement_title | e }}",
		_OVERDUE,
	)
	notification.seed(
		STILL_MISSING,
		document_type=DOCTYPE,
		event="Days After",
		date_changed="due_on",
		days_in_advance=STILL_LATE,
		subject="{{ _('Service report still missing') }}: {{ doc.provider | e }}",
		condition=OWED,
		message=_STILL_MISSING,
		recipients=[
			{"receiver_by_document_field": "agreement_owner"},
			{"receiver_by_role": "Service Level Manager"},
		],
	)
	notification.seed(
		RETURNED,
		document_type=DOCTYPE,
		channel="Email",
		enabled=0,
		event="Value Change",
		value_changed="status",
		subject="{{ _('Service report returned') }}: {{ doc.agreement_title | e }}",
		condition="doc.status == 'Returned' and doc.contact_email",
		message=_LETTER.format(said=_RETURNED, more=_BECAUSE),
		recipients=CONTACT,
	)


def _mail(name: str, event: str, days: int, subject: str, said: str) -> None:
	notification.seed(
		name,
		document_type=DOCTYPE,
		channel="Email",
		enabled=0,
		event=event,
		date_changed="due_on",
		days_in_advance=days,
		subject=subject,
		condition=f"{OWED} and doc.contact_email",
		message=_LETTER.format(said=said, more=""),
		recipients=CONTACT,
	)


def unseed() -> None:
	notification.unseed(NAMES)
