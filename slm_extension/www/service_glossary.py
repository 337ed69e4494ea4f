"""The page /service-glossary: the terms we use, explained, to be read or printed (R404, R408)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters.portal import is_portal_user
from slm_extension.services.glossary import TERM, glossary

no_cache = 1


def get_context(context: Any) -> None:
	"""Customers read the terms printed for customers; who may read the glossary itself may ask for all of it."""
	if frappe.session.user == "Guest":
		frappe.local.flags.redirect_location = "/login?redirect-to=/service-glossary"
		raise frappe.Redirect
	all_of_it = (
		bool(cint(frappe.form_dict.get("all")))
		and not is_portal_user()
		and bool(frappe.has_permission(TERM, "read"))
	)
	context.title = _("Glossary")
	context.no_breadcrumbs = True
	context.show_sidebar = False
	context.terms = [one for one in glossary().terms if one.customer_visible or all_of_it]
	context.company = frappe.defaults.get_global_default("company") or ""
