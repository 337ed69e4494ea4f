"""What users of a customer or a supplier may ask in the portal: sign, see when a ticket is due, judge it, report.

Every method checks for whom the user speaks. Annotations are not postponed here: the host checks arguments by them.
"""

from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit

from slm_extension.adapters import site_time
from slm_extension.adapters.correspondence import requester_of
from slm_extension.adapters.party_permissions import visible
from slm_extension.adapters.portal import customers_of
from slm_extension.services import feedback, signing_in_portal, supplier_reports_in_portal, ticket_dues
from slm_extension.services.paper import agreement_as_pdf


@frappe.whitelist(methods=["POST"])
def sign_agreement(
	agreement: str, full_name: str, designation: str = "", agreed: bool = False, terms: str = ""
) -> dict[str, str]:
	"""Sign for the party of the session's user. `terms` is the digest of what he has read; returns who and when."""
	document, side = visible(agreement, for_update=True)
	row = signing_in_portal.sign(
		document, side, full_name, designation, agreed, terms, str(frappe.local.request_ip or "")
	)
	return {"full_name": str(row.full_name), "signed_on": str(row.signed_on)}


@frappe.whitelist()
def agreement_pdf(agreement: str) -> None:
	"""The agreement as PDF, as the user's side sees it."""
	document, _side = visible(agreement)
	frappe.local.response.filename = f"{document.name}.pdf"
	frappe.local.response.filecontent = agreement_as_pdf(document)
	frappe.local.response.type = "pdf"


@frappe.whitelist(methods=["POST"])
def deliver_supplier_report(report: str, text: str = "", figures: str = "{}") -> dict[str, str]:
	"""Deliver a service report for the user's supplier; its file comes along as `file`. Returns how it stands.

	`figures` is JSON: by row what was typed as `decided` and `met`.
	"""
	found = supplier_reports_in_portal.deliver(report, text, _typed(figures), _uploaded())
	return {"status": str(found.status), "received_on": str(found.received_on)}


def _typed(figures: str) -> dict[str, dict[str, str]]:
	try:
		return dict(frappe.parse_json(figures or "{}"))
	except (TypeError, ValueError, RecursionError):
		frappe.throw(
			_("The figures could not be read. Reload the page and enter them again."), title=_("Figures")
		)
		raise AssertionError from None


def _uploaded() -> supplier_reports_in_portal.Upload | None:
	request = getattr(frappe.local, "request", None)
	file = request.files.get("file") if request is not None else None
	if file is None or not file.filename:
		return None
	return supplier_reports_in_portal.Upload(file.filename, file.stream.read())


@frappe.whitelist()
def supplier_report_file(report: str) -> None:
	"""The file that was delivered with a service report of the user's supplier."""
	document = supplier_reports_in_portal.mine(report)
	name = frappe.db.get_value(
		"File",
		{
			"attached_to_doctype": document.doctype,
			"attached_to_name": document.name,
			"file_url": document.file,
		},
	)
	if not document.file or not name:
		frappe.throw(_("No file was delivered with this report."), title=_("No File"))
	file = frappe.get_doc("File", name)
	frappe.local.response.filename = file.file_name
	frappe.local.response.filecontent = file.get_content()
	frappe.local.response.type = "download"


@frappe.whitelist()
def due_times(issue: str) -> list[dict[str, str]]:
	"""When a ticket's promises are due, for whoever may see the ticket in the portal."""
	document = _ticket(issue)
	if document is None or not (document.has_permission("read") or frappe.has_website_permission(document)):
		_refuse(issue)
	return ticket_dues.dues("Issue", document.name)


@frappe.whitelist()
def ticket_feedback(issue: str) -> dict[str, Any] | None:
	"""What the user has said about how a ticket of his was handled, and whether he may; None: he is not asked."""
	return feedback.own(_own_ticket(issue), site_time.now())


@frappe.whitelist(methods=["POST"])
@rate_limit(key="issue", limit=20, seconds=3600)
def give_feedback(issue: str, score: int, comment: str = "", expected: int = 0) -> dict[str, Any] | None:
	"""Say how a ticket was handled, and, with `expected`, what one had expected, from 1 to 5 each; 0: not said.

	Returns what `ticket_feedback` says then.
	"""
	name = _own_ticket(issue)
	feedback.give(name, score, comment, expected, site_time.now())
	return feedback.own(name, site_time.now())


def _own_ticket(issue: str) -> str:
	"""A ticket that the user has raised, or one of his customer's; whatever else he may read is not his to judge.

	The host's own question is for who has a party: it refuses everybody else outright, in its own words.
	"""
	user = frappe.session.user
	document = _ticket(issue)
	if document is None or user == "Guest":
		_refuse(issue)
	if requester_of(document.raised_by) != requester_of(user) and document.customer not in customers_of(user):
		_refuse(issue)
	return str(document.name)


def _ticket(issue: str) -> Any:
	return frappe.get_doc("Issue", issue) if issue and frappe.db.exists("Issue", issue) else None


def _refuse(issue: str) -> NoReturn:
	frappe.throw(
		_("There is no ticket {0} of yours.").format(frappe.bold(frappe.utils.escape_html(issue[:140]))),
		frappe.DoesNotExistError,
		title=_("Not Found"),
	)
	raise AssertionError
