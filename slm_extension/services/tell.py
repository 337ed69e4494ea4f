"""Telling people of this site about a document: through the host's notifications, which also send its mails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification

PROCESS_OWNER = "SLM Process Owner"


def tell(
	document: Any, users: Iterable[str | None], subject: str, text: str = "", everybody: bool = False
) -> list[str]:
	"""Notify the enabled users among these, each once; returns whom.

	Never the one who does it himself, unless `everybody`: for what he may not know that he has caused.
	"""
	wanted = {user for user in users if user and user != "Guest"}
	if not everybody:
		wanted -= {frappe.session.user}
	if not wanted:
		return []
	known = frappe.get_all(
		"User", filters={"name": ["in", sorted(wanted)], "enabled": 1}, pluck="name", order_by="name asc"
	)
	if known:
		escape = frappe.utils.escape_html
		enqueue_create_notification(
			known,
			{
				"type": "Alert",
				"document_type": document.doctype,
				"document_name": document.name,
				"subject": escape(subject),
				"email_content": escape(text),
				"from_user": frappe.session.user,
			},
		)
	return known


def holders_of(role: str) -> list[str]:
	"""The enabled users who have a role."""
	users = frappe.get_all(
		"Has Role", filters={"role": role, "parenttype": "User"}, pluck="parent", order_by="parent asc"
	)
	return frappe.get_all(
		"User", filters={"name": ["in", users or [""]], "enabled": 1}, pluck="name", order_by="name asc"
	)


def tell_owners(subject: str, text: str = "", among: Iterable[str] | None = None) -> list[str]:
	"""Notify those who own the process, or some of them, about the timing as a whole."""
	settings = frappe.get_single("SLM Settings")
	owners = holders_of(PROCESS_OWNER) if among is None else among
	return tell(settings, owners, subject, text, everybody=True)
