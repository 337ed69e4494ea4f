"""The mails about outages and maintenance, as the host's own Email Templates, to be changed there (R193)."""

from __future__ import annotations

from slm_extension.seeds import mail_template

RESTORED = "SLM Service Restored"
ANNOUNCED = "SLM Maintenance Announced"

TEMPLATES = {
	RESTORED: (
		"{{ slm_service or _('The service') }} {{ _('works again') }} (#{{ name }})",
		"""<p>{{ _("Good day,") }}</p>
<p>{{ _("{0} works again. You can use it as before.").format(slm_service|e or _("The service")) }}</p>
<p>{{ _("Your ticket: {0}, {1}. If anything still does not work, just answer this message.").format(name, subject|e) }}</p>""",
	),
	ANNOUNCED: (
		"{{ _('Maintenance') }}: {{ title }}",
		"""<p>{{ _("Good day,") }}</p>
<p>{{ _("We maintain these services from {0} to {1}; they may be unavailable meanwhile:").format(frappe.format(starts, "Datetime"), frappe.format(ends, "Datetime")) }}</p>
<ul>{% for row in services %}<li>{{ row.service|e }}</li>{% endfor %}</ul>
{{ description or "" }}""",
	),
}


def seed() -> None:
	for name, (subject, message) in TEMPLATES.items():
		mail_template.seed(name, subject, message)


def unseed() -> None:
	mail_template.unseed(TEMPLATES)
