"""The page /agreement?name=...: one agreement as its other party reads it, how it was kept, where he signs and reports."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cstr, get_fullname

from slm_extension.adapters import site_time, wording
from slm_extension.adapters.metrics import site_name
from slm_extension.adapters.party_permissions import (
	customers_in,
	parties_of,
	reading_for_a_party,
	visible,
)
from slm_extension.services import agreement_figures, signing_in_portal, supplier_reports_in_portal, terms
from slm_extension.services.paper import reader_of
from slm_extension.services.print_agreement import printed

no_cache = 1


def get_context(context: Any) -> None:
	name = cstr(frappe.form_dict.get("name"))
	if frappe.session.user == "Guest":
		back = quote(f"/agreement?name={quote(name)}", safe="")
		frappe.local.flags.redirect_location = f"/login?redirect-to={back}"
		raise frappe.Redirect
	try:
		agreement, side = visible(name)
	except frappe.DoesNotExistError:
		frappe.clear_last_message()
		# The host remembers a page that was not found by its address, for whoever asks next and until it is restarted.
		raise frappe.PermissionError(_("There is no such agreement of yours.")) from None
	context.printed = printed(agreement, reader_of(agreement))
	context.title = context.printed.title
	context.no_breadcrumbs = True
	context.show_sidebar = True
	context.pdf_url = f"/api/method/slm_extension.portal.agreement_pdf?agreement={quote(agreement.name)}"
	context.state = agreement.status
	context.may_sign = signing_in_portal.may_sign(agreement, side)
	context.terms = terms.digest(agreement) if context.may_sign else ""
	context.full_name = get_fullname(frappe.session.user)
	given = signing_in_portal.signature_of(agreement, side)
	context.signed = (
		_("You signed on {0}.").format(wording.moment(given.signed_on)) if given is not None else ""
	)
	context.reports = _reports(agreement) if side == "Supplier" and agreement.docstatus == 1 else []
	context.figures = _figures(agreement) if side == "Customer" and agreement.docstatus == 1 else None


def _reports(agreement: Any) -> list[dict[str, Any]]:
	"""The supplier's service reports in words; the one that is longest overdue is open to be delivered."""
	found = supplier_reports_in_portal.reports_on(agreement)
	overdue = [one.name for one in found if one.may_deliver and one.status != "Due"]
	return [
		{
			"one": one,
			"open": one.name in overdue[-1:],
			"period": _("{0} to {1}").format(wording.day(one.period_from), wording.day(one.period_to)),
			"due": _("due on {0}").format(wording.day(one.due_on)),
			"status": _(one.status),
			"received": _("received on {0}").format(wording.day(one.received_on)) if one.received_on else "",
			"returned": _("Returned: {0}").format(one.returned_because) if one.returned_because else "",
			"file_url": f"/api/method/slm_extension.portal.supplier_report_file?report={quote(one.name)}",
		}
		for one in found
	]


def _figures(agreement: Any) -> dict[str, Any] | None:
	"""The figures in words, for the chart and the table."""
	mine = parties_of().customers & customers_in(agreement)
	with reading_for_a_party():
		found = agreement_figures.figures(agreement, mine, site_time.today())
	if not found.any:
		return None
	return {
		"metrics": [
			{
				"name": _(site_name(metric)),
				"objective": _("at least {0}").format(wording.percent(float(objective)))
				if objective is not None
				else "",
			}
			for metric, objective in zip(found.metrics, found.objectives, strict=True)
		],
		"months": [
			{
				"name": wording.month(one.month),
				"short": wording.months()[one.month % 100 - 1][:3],
				"height": float(one.total.percent) if one.total.percent is not None else None,
				"state": "none" if one.kept is None else "kept" if one.kept else "failed",
				"total": _said(one.total),
				"metrics": [_said(figure) for figure in one.metrics],
			}
			for one in found.months
		],
	}


def _said(figure: agreement_figures.Figure) -> str:
	if figure.percent is None:
		return "-"
	return _("{0} ({1} of {2})").format(wording.share(figure.percent), figure.met, figure.decided)
