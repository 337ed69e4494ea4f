"""Signing an agreement in the portal: by somebody of the other side, of the terms that he has read, once (R093)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr

from slm_extension.services import signing, terms


def may_sign(agreement: Any, side: str, user: str | None = None) -> bool:
	"""Whether a line waits for a signature of this side that the user may give."""
	user = user or frappe.session.user
	return (
		agreement.status == "Approved"
		and side in signing.parties_of(agreement)
		and any(
			row.party == side and (not row.user or row.user == user)
			for row in signing.open_signatures(agreement)
		)
	)


def signature_of(agreement: Any, side: str, user: str | None = None) -> Any | None:
	"""The valid signature that a user has given for his side."""
	user = user or frappe.session.user
	return next(
		(
			row
			for row in agreement.sign_offs
			if row.party == side and row.signed_on and not row.void_because and row.signed_by == user
		),
		None,
	)


def sign(
	agreement: Any, side: str, full_name: str, designation: str, agreed: bool, read: str, where: str
) -> Any:
	"""The signature of the session's user; the one he has given already, when he presses twice.

	`agreement` was loaded for update, so that of two requests the second sees what the first has done. `read` is
	the digest of the terms he was shown. Raises frappe.ValidationError.
	"""
	if not may_sign(agreement, side):
		given = signature_of(agreement, side)
		if given is not None:
			return given
	if not cstr(full_name).strip():
		frappe.throw(_("Enter your full name."), title=_("Name Missing"))
	if not cstr(designation).strip():
		frappe.throw(_("Enter your title: in which function you sign."), title=_("Title Missing"))
	if not agreed:
		frappe.throw(_("Tick that you have read the agreement and agree."), title=_("Not Agreed"))
	if read != terms.digest(agreement):
		frappe.throw(
			_(
				"The agreement has been changed since you opened this page. Reload the page and read it again."
			),
			title=_("Changed Meanwhile"),
		)
	return signing.sign(agreement, side, full_name, designation, "Portal", where)
