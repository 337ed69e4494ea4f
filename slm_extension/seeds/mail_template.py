"""A mail of ours as the host's own Email Template: given to a site, taken back from it, and filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

import frappe
from frappe.utils import cstr


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
	"""Subject, as plain text, and message by the site's template; by ours, where the site has deleted it."""
	if frappe.db.exists("Email Template", name):
		mail = frappe.get_cached_doc("Email Template", name).get_formatted_email(dict(values))
		subject, message = mail["subject"], mail["message"]
	else:
		subject = frappe.render_template(subject, dict(values))
		message = frappe.render_template(message, dict(values))
	return " ".join(unescape(frappe.utils.strip_html(cstr(subject))).split()), cstr(message)
