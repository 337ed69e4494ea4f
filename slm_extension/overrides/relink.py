"""The host's action that links a message to a document by SQL (origin: frappe.email.relink), seen by the clocks.

Without postponed annotations: the host checks the arguments of whitelisted functions by them.
"""

import frappe
from frappe import email as frappe_email

from slm_extension.overrides.communication import linked


@frappe.whitelist()
def relink(name: str, reference_doctype: str | None = None, reference_name: str | None = None) -> None:
	"""A message that is linked to a ticket counts from now on, unless it belonged to another one before."""
	to_ticket = reference_doctype == "Issue" and reference_name
	if to_ticket:
		frappe.has_permission("Issue", "write", doc=reference_name, throw=True)
	before = frappe.db.get_value("Communication", name, "reference_doctype")
	frappe_email.relink(name, reference_doctype, reference_name)
	if to_ticket and before != "Issue":
		linked(frappe.get_doc("Communication", name))
