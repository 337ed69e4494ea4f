"""A notice in the desk as the host's own Notification: given to a site, and taken back from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe


def seed(name: str, **values: Any) -> None:
	"""What a site has already is left as its users want it."""
	if frappe.db.exists("Notification", name):
		return
	frappe.get_doc(
		{
			"doctype": "Notification",
			"name": name,
			"enabled": 1,
			"channel": "System Notification",
			"message_type": "HTML",
			**values,
		}
	).insert(ignore_permissions=True)


def unseed(names: Iterable[str]) -> None:
	for name in names:
		if frappe.db.exists("Notification", name):
			frappe.delete_doc("Notification", name, force=True, ignore_permissions=True)
