"""Who reads a concluded agreement and with what right: shared through the host with those on its list (R313)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.share import add_docshare


def share(document: Any) -> list[str]:
	"""Share it with the users of its distribution list; returns with whom, by name.

	Read and Comment let them read, for who reads may comment; Edit lets them write. A user without a desk reads
	in the portal what is meant for him; a share would show him everything. Roles have the rights of their role.
	"""
	rights: dict[str, bool] = {}
	for row in document.distribution:
		if row.user:
			rights[row.user] = rights.get(row.user, False) or row.access == "Edit"
	at_the_desk = frappe.get_all(
		"User",
		filters={"name": ["in", sorted(rights) or [""]], "enabled": 1, "user_type": "System User"},
		pluck="name",
		order_by="name asc",
	)
	for user in at_the_desk:
		add_docshare(
			document.doctype,
			document.name,
			user,
			read=1,
			write=int(rights[user]),
			flags={"ignore_share_permission": True},
		)
	return at_the_desk
