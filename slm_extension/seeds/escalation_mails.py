"""The mails about warnings, escalations and misses, as the host's own Email Templates, to be changed there."""

from __future__ import annotations

from slm_extension.seeds import mail_template

ONE = "SLM Escalation"
ONE_SUBJECT = "{{ headline }}"
ONE_MESSAGE = """<p>{{ sentence }}</p>
<p><strong>{{ ticket }}: {{ subject }}</strong>{% if customer %}<br>{{ customer }}{% endif %}</p>
{% if action %}<p>{{ action }}</p>{% endif %}
<p><a href="{{ url }}">{{ _("Open the ticket") }}</a></p>"""

MANY = "SLM Escalation Summary"
MANY_SUBJECT = "{{ headline }}"
MANY_MESSAGE = """<p>{{ sentence }}</p>
<table>{% for line in lines %}<tr><td><a href="{{ line.url }}">{{ line.ticket }}</a></td><td>{{ line.subject }}</td>
<td>{{ line.sentence }}</td></tr>{% endfor %}</table>
{% if more %}<p>{{ more }}</p>{% endif %}"""


def seed() -> None:
	mail_template.seed(ONE, ONE_SUBJECT, ONE_MESSAGE)
	mail_template.seed(MANY, MANY_SUBJECT, MANY_MESSAGE)


def unseed() -> None:
	mail_template.unseed((ONE, MANY))
