"""The main categories of the catalogue, which stay, and their usual parts, which users may change or delete."""

from __future__ import annotations

import frappe

from slm_extension.adapters.catalogue import SERVICE
from slm_extension.domain.standard_catalogue import MAIN_CATEGORIES


def seed() -> None:
	"""A group at the top that has the name of a main category already becomes it, with what lies in it."""
	for category in MAIN_CATEGORIES:
		known = frappe.db.get_value(SERVICE, category.name, ["parent_slm_service", "is_group", "standard"])
		if known is None:
			_group(category.name, category.description, None)
			for part in category.parts:
				if not frappe.db.exists(SERVICE, part.name):
					_group(part.name, part.description, category.name)
		elif known[1] and not known[0] and not known[2]:
			frappe.db.set_value(SERVICE, category.name, "standard", 1)


def _group(name: str, description: str, parent: str | None) -> None:
	document = frappe.get_doc(
		{
			"doctype": SERVICE,
			"service_name": name,
			"parent_slm_service": parent,
			"is_group": 1,
			"standard": int(parent is None),
			"status": "Live",
			"customer_description": f"<p>{description}</p>",
		}
	)
	document.flags.seeded = True
	document.insert(ignore_permissions=True)
