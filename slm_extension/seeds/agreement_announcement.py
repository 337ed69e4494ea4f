"""The mail by which an agreement is announced, as the host's own Email Template (R098)."""

from __future__ import annotations

from slm_extension.seeds import mail_template

NAME = "SLM Agreement Announced"
SUBJECT = "{{ kind }}: {{ title }}"
MESSAGE = """<p>{{ _("{0} and {1} have concluded this agreement:").format(provider, other_party) }}</p>
<p><strong>{{ title }}</strong><br>{{ number }} · {{ version }}<br>{{ _("In force") }} {{ validity }}</p>
<p><a href="{{ url }}">{{ _("Read the agreement") }}</a></p>"""


def seed() -> None:
	mail_template.seed(NAME, SUBJECT, MESSAGE)


def unseed() -> None:
	mail_template.unseed([NAME])
