"""What users of a customer or a supplier may ask in the portal: sign, take a PDF along, see when a ticket is due.

Every method checks for whom the user speaks. Annotations are not postponed here: the host checks arguments by them.
"""

import frappe
from frappe import _

from slm_extension.adapters.party_permissions import visible
from slm_extension.services import signing_in_portal, ticket_dues
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


@frappe.whitelist()
def due_times(issue: str) -> list[dict[str, str]]:
	"""When a ticket's promises are due, for whoever may see the ticket in the portal."""
	document = frappe.get_doc("Issue", issue) if issue and frappe.db.exists("Issue", issue) else None
	if document is None or not (document.has_permission("read") or frappe.has_website_permission(document)):
		frappe.throw(
			_("There is no ticket {0} of yours.").format(frappe.bold(frappe.utils.escape_html(issue[:140]))),
			frappe.DoesNotExistError,
			title=_("Not Found"),
		)
	return ticket_dues.dues("Issue", document.name)
