"""A mail of ours as the host's own Email Template: given to a site, taken back from it, and filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr
from jinja2 import TemplateError


def seed(name: str, subject: str, message: str) -> None:
	"""What a site has already is left as its users want it."""
	if frappe.db.exists("Email Template", name):
		return
	frappe.get_doc(
		{
			"doctype": "Email Template",
			"name": name,
			"subject": subject,
			"use_html": 1,
			"response_html": message,
			"response": message,
		}
	).insert(ignore_permissions=True)


def unseed(names: Iterable[str]) -> None:
	for name in names:
		if frappe.db.exists("Email Template", name):
			frappe.delete_doc("Email Template", name, force=True, ignore_permissions=True)


def filled_in(name: str, subject: str, message: str, values: Mapping[str, Any]) -> tuple[str, str]:
	"""Subject, as plain text, and message by the site's template; by ours, where the site has deleted or broken it."""
	said = _by_site(name, values) or (
		frappe.render_template(subject, dict(values)),
		frappe.render_template(message, dict(values)),
	)
	return " ".join(unescape(frappe.utils.strip_html(cstr(said[0]))).split()), cstr(said[1])


def _by_site(name: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
	"""What the site's own template makes of it. One that cannot be filled in is put into the Error Log; mails go on."""
	if not frappe.db.exists("Email Template", name):
		return None
	try:
		mail = frappe.get_cached_doc("Email Template", name).get_formatted_email(dict(values))
	except (frappe.ValidationError, TemplateError) as error:
		frappe.clear_messages()
		frappe.log_error(
			title=_("The Email Template {0} cannot be filled in").format(name)[:140],
			message=f"{error}\n\n{frappe.get_traceback()}",
			reference_doctype="Email Template",
			reference_name=name,
		)
		return None
	return mail["subject"], mail["message"]
