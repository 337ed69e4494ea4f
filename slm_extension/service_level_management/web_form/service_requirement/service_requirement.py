"""What a customer needs or suggests, sent in through the portal (R067). The document guards itself."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.website.utils import get_portal_sidebar_items

from slm_extension.adapters import portal
from slm_extension.services import requirements


def get_context(context: Any) -> None:
	"""Only what the customer may see goes into the page; see services.requirements."""
	context.belongs_to_customer = bool(portal.customers_of())
	context.sidebar_items = get_portal_sidebar_items()
	name = frappe.form_dict.get("name")
	if name and context.get("reference_doc") and portal.is_portal_user():
		document = frappe.get_doc(requirements.REQUIREMENT, name)
		if not requirements.may_in_portal(document):
			raise frappe.PermissionError
