"""What a customer needs or suggests, sent in through the portal (R067). The document guards itself."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.website.utils import get_portal_sidebar_items

from slm_extension.adapters import portal
from slm_extension.services import requirements


def get_context(context: Any) -> None:
	"""Only what the customer may see goes into the page; see services.requirements."""
	context.belongs_to_customer = bool(portal.customers_of())
	context.style = f"{context.get('style') or ''}\n{_words_for_none()}"
	context.sidebar_items = get_portal_sidebar_items()
	name = frappe.form_dict.get("name")
	if name and context.get("reference_doc") and portal.is_portal_user():
		document = frappe.get_doc(requirements.REQUIREMENT, name)
		if not requirements.may_in_portal(document):
			raise frappe.PermissionError


def _words_for_none() -> str:
	"""A style: the host shows an empty list to those only who may create at the desk, and nothing to all others."""
	said = _("Nothing here yet. Choose New to say what you need.")
	words = said.replace("\\", "").replace('"', "").replace("<", "").replace("\n", " ")
	return (
		"@keyframes slm-none { from { opacity: 0; } to { opacity: 1; } }\n"
		".web-list-table:empty::after {"
		f' content: "{words}"; display: block; padding: 2rem 0; text-align: center;'
		" color: var(--text-muted); animation: slm-none 0.2s 1s both; }"
	)
