"""The page /services: what customers may read of the catalogue, to search and to browse."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cint

from slm_extension.adapters.catalogue import published, safe_html, sheet
from slm_extension.services.catalogue_page import find, shown

no_cache = 1
"""The host's cache of pages knows neither who asks nor for what; adapters.catalogue keeps what is read."""


def get_context(context: Any) -> None:
	_refuse_strangers()
	context.no_breadcrumbs = True
	context.show_sidebar = False
	settings = frappe.get_cached_doc("SLM Settings")
	context.catalogue_public = bool(settings.get("public_catalogue"))
	catalogue = published()
	route = str(frappe.form_dict.get("service_route") or frappe.form_dict.get("service") or "").strip()
	if route:
		card = catalogue.by_route.get(route) or next(
			(one for one in catalogue.cards if one.name == route), None
		)
		if card is None:
			raise frappe.PageDoesNotExistError
		context.title = card.name
		context.card = shown(card)
		context.sheet = sheet(catalogue, card)
		context.description = card.summary
		context.request_url = f"/service-requirement/new?service={quote(card.name)}"
		return
	context.title = _("Services")
	context.card = None
	context.charter = safe_html(settings.get("service_charter") or "")
	context.found = find(
		catalogue,
		str(frappe.form_dict.get("q") or ""),
		str(frappe.form_dict.get("category") or ""),
		cint(frappe.form_dict.get("page")),
	)


def _refuse_strangers() -> None:
	"""Guests read the catalogue where the settings say that it is public; whoever has signed in always may."""
	if frappe.session.user != "Guest" or frappe.get_cached_doc("SLM Settings").get("public_catalogue"):
		return
	path = frappe.request.full_path.rstrip("?") if frappe.request else "/services"
	frappe.local.flags.redirect_location = f"/login?redirect-to={quote(path, safe='')}"
	raise frappe.Redirect
