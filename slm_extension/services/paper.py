"""An agreement as PDF for a party that has been checked: printed by the host, with the words of that party's page."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.party_permissions import parties_of
from slm_extension.services.agreement_sides import Reader

FORMAT = "SLM Agreement"


def reader_of(agreement: Any) -> Reader:
	"""What the session's user is told about other customers: all, where his customer concluded the agreement."""
	mine = parties_of().customers
	return Reader(None if agreement.kind == "UC" or agreement.customer in mine else mine)


def agreement_as_pdf(agreement: Any) -> bytes:
	"""Raises frappe.ValidationError when the site's PDF engine fails."""
	agreement.flags.slm_reader = reader_of(agreement)
	before = frappe.flags.ignore_print_permissions
	frappe.flags.ignore_print_permissions = True
	try:
		return bytes(frappe.get_print(agreement.doctype, agreement.name, FORMAT, doc=agreement, as_pdf=True))
	except OSError:
		frappe.log_error(title="PDF of an agreement failed", reference_doctype=agreement.doctype)
		frappe.throw(
			_("The PDF cannot be made at the moment. Print this page instead, or ask us for a copy."),
			title=_("No PDF"),
		)
	finally:
		frappe.flags.ignore_print_permissions = before
