"""The page /agreements: the agreements of a customer's or supplier's user, those that wait for his signature first."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cstr

from slm_extension.adapters import wording
from slm_extension.adapters.agreement_states import ENDED, GOING
from slm_extension.adapters.party_permissions import TO_SIGN, agreements_of, parties_of
from slm_extension.services.print_agreement import kind_name, status_name

no_cache = 1


def get_context(context: Any) -> None:
	if frappe.session.user == "Guest":
		frappe.local.flags.redirect_location = "/login?redirect-to=/agreements"
		raise frappe.Redirect
	parties = parties_of()
	rows = agreements_of(parties)
	context.title = _("Service Agreements")
	context.no_breadcrumbs = True
	context.show_sidebar = True
	context.known = bool(parties)
	context.groups = [
		(title, [_shown(row) for row in rows if row.status in statuses])
		for title, statuses in (
			(_("Waiting for signatures"), (TO_SIGN,)),
			(_("In force or agreed"), GOING),
			(_("Ended"), ENDED),
		)
	]


def _shown(row: Any) -> dict[str, str]:
	return {
		"url": f"/agreement?name={quote(row.name)}",
		"title": cstr(row.title),
		"what": kind_name(row.kind),
		"number": cstr(row.document_number or row.name),
		"version": cstr(row.document_version or row.agreement_version),
		"status": status_name(row.status),
		"state": row.status,
		"validity": wording.validity(row),
	}
