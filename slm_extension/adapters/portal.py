"""What users of the customer portal are to the site: whose they are, and which fields of a document are not for them.

A user belongs to the customers that name him as a portal user. A Contact does not count: every user may write one
for himself, and link it to whom he likes. Fields above permission level 0 are ours alone.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils.user import is_website_user


def is_portal_user(user: str | None = None) -> bool:
	"""Whether a user has no desk; the guest has none either."""
	return bool(is_website_user(user or frappe.session.user))


def customers_of(user: str | None = None) -> tuple[str, ...]:
	"""The customers a user of the portal belongs to, the one that named him first in front."""
	user = user or frappe.session.user
	if user == "Guest":
		return ()
	rows = frappe.get_all(
		"Portal User",
		filters={"user": user, "parenttype": "Customer"},
		pluck="parent",
		order_by="creation asc, parent asc",
	)
	return tuple(dict.fromkeys(rows))


def shared(document: Any, values: dict[str, Any]) -> dict[str, Any]:
	"""The values of a document that the user who asks may have: for users of the portal those of level 0."""
	if not is_portal_user():
		return values
	hidden = _internal(document) | {"owner", "modified_by"}
	return {name: value for name, value in values.items() if name not in hidden and not name.startswith("_")}


def hide_internal(document: Any) -> None:
	"""Empty, in memory, what the user who prints a document may not read, whatever the print format shows."""
	allowed = set(document.get_permlevel_access("read")) if not is_portal_user() else set()
	for field in document.meta.fields:
		if field.permlevel and field.permlevel not in allowed and not field.get("is_virtual"):
			document.set(field.fieldname, [] if field.fieldtype in frappe.model.table_fields else None)


def _internal(document: Any) -> set[str]:
	return {field.fieldname for field in document.meta.fields if field.permlevel}
