"""Signing an agreement: who has to, who may, and what is kept of it: who, when, from where, and which terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr

from slm_extension.adapters import site_time
from slm_extension.services import guarded_fields
from slm_extension.services.terms import digest

PROVIDER_ROLES = ("SLM Process Owner", "Service Level Manager", "Sales Manager", "System Manager")
"""Who may sign for the provider where no person is named (R093, R099)."""

METHODS = ("Desk", "Portal", "On Paper", "Imported")
LONGEST = 140


def parties_of(agreement: Any) -> tuple[str, ...]:
	"""Whose signature an agreement needs: both sides, where there is another side that can sign."""
	if agreement.kind == "SLA" and agreement.basis == "Customer":
		return ("Provider", "Customer")
	return {"OLA": ("Provider", "Team"), "UC": ("Provider", "Supplier")}.get(agreement.kind, ("Provider",))


def open_signatures(agreement: Any) -> list[Any]:
	"""The lines under Sign-off that wait for a signature."""
	return [row for row in agreement.sign_offs if not row.signed_on and not row.void_because]


def signed(agreement: Any, party: str) -> bool:
	return any(row.party == party and row.signed_on and not row.void_because for row in agreement.sign_offs)


def missing_parties(agreement: Any) -> list[str]:
	"""Parties of which nobody has signed the terms as they are, and those with a line still open."""
	waiting = {row.party for row in open_signatures(agreement)}
	return [one for one in parties_of(agreement) if one in waiting or not signed(agreement, one)]


def expect_signatures(agreement: Any) -> None:
	"""Give each party that has to sign a line to sign on, where it has none; empty lines of others go."""
	parties = parties_of(agreement)
	for row in [one for one in open_signatures(agreement) if one.party not in parties and not one.full_name]:
		agreement.remove(row)
	for party in parties:
		if not any(row.party == party and not row.void_because for row in agreement.sign_offs):
			agreement.append("sign_offs", {"party": party})


def void_signatures(agreement: Any, terms: str) -> int:
	"""The terms are others than those signed: the signatures stay on record as void, and new ones are asked for."""
	void = [
		row
		for row in agreement.sign_offs
		if row.signed_on and not row.void_because and row.digest and row.digest != terms
	]
	for row in void:
		row.void_because = _("The terms were changed on {0}.").format(_now())
		agreement.append(
			"sign_offs",
			{
				"party": row.party,
				"full_name": row.full_name,
				"designation": row.designation,
				"user": row.user,
			},
		)
	return len(void)


def sign(
	agreement: Any,
	party: str,
	full_name: str,
	designation: str = "",
	method: str = "Desk",
	where: str = "",
	evidence: str | None = None,
) -> Any:
	"""Put a signature on an agreement's draft and save it; returns the line.

	`where` is the address it came from. The signature is bound to the terms as they are now. Whether the user may
	sign for that party is asked here; who calls need not. Raises frappe.ValidationError, frappe.PermissionError.
	"""
	agreement.flags.for_update = True  # who signs at the same moment is waited for, and his signature seen
	agreement.reload()
	full_name = cstr(full_name).strip()
	_refuse_unsignable(agreement, party, full_name, method, evidence)
	row = _line(agreement, party, method)
	row.update(
		{
			"full_name": full_name[:LONGEST],
			"designation": cstr(designation).strip()[:LONGEST] or row.designation,
			"signed_on": _now(),
			"signed_by": frappe.session.user,
			"method": method,
			"signed_from": cstr(where)[:LONGEST],
			"evidence": evidence,
			"digest": digest(agreement),
		}
	)
	guarded_fields.allow(agreement, "sign_offs")
	agreement.flags.ignore_permissions = True
	agreement.save()
	agreement.add_comment(
		"Info", _("{0} signed for the {1}.").format(frappe.utils.escape_html(row.full_name), _(party))
	)
	return row


def sign_as_imported(agreement: Any, source: str) -> None:
	"""An agreement concluded elsewhere: its parties signed there. For imports; nothing is saved here."""
	terms = digest(agreement)
	guarded_fields.allow(agreement, "sign_offs")
	agreement.set("sign_offs", [])
	for party in parties_of(agreement):
		agreement.append(
			"sign_offs",
			{
				"party": party,
				"signed_on": _now(),
				"signed_by": frappe.session.user,
				"method": "Imported",
				"signed_from": source[:LONGEST],
				"digest": terms,
			},
		)


def concluded_elsewhere(agreement: Any) -> bool:
	"""Whether all its signatures say that it was imported as it stands."""
	methods = {row.method for row in agreement.sign_offs if not row.void_because}
	return methods == {"Imported"}


def refuse_other_terms(agreement: Any) -> None:
	"""Raises frappe.ValidationError when what is about to be concluded is not what was signed."""
	terms = digest(agreement)
	if any(row.signed_on and not row.void_because and row.digest != terms for row in agreement.sign_offs):
		frappe.throw(
			_(
				"The terms of {0} are not those that were signed. Save the draft, and have it signed again."
			).format(frappe.bold(agreement.name)),
			title=_("Other Terms Than Signed"),
		)


def _refuse_unsignable(agreement: Any, party: str, full_name: str, method: str, evidence: str | None) -> None:
	if method not in METHODS or party not in parties_of(agreement):
		frappe.throw(
			_("{0} is not signed by a {1}.").format(frappe.bold(agreement.name), _(party)),
			title=_("Nothing to Sign"),
		)
	if not full_name:
		frappe.throw(_("Enter the full name of the person who signs."), title=_("Name Missing"))
	if not agreement.docstatus.is_draft() or agreement.is_template:
		frappe.throw(
			_("{0} has been concluded already; it is not signed again.").format(frappe.bold(agreement.name)),
			title=_("Nothing to Sign"),
		)
	if agreement.meta.get_workflow() and agreement.status != "Approved":
		frappe.throw(
			_("{0} is {1}. It can be signed once it is Approved.").format(
				frappe.bold(agreement.name), _(agreement.status)
			),
			title=_("Not Ready to Sign"),
		)
	if method == "On Paper":
		if not evidence:
			frappe.throw(_("Attach the signed copy."), title=_("Signed Copy Missing"))
		_only_for(PROVIDER_ROLES, party)
	elif party == "Provider":
		_only_for(PROVIDER_ROLES, party)
	elif party == "Team" and not _of_team(agreement):
		_refuse(party)
	elif party in ("Customer", "Supplier") and method != "Portal":
		_refuse(party)


def _line(agreement: Any, party: str, method: str) -> Any:
	"""The line of this party that the user may sign on: his own first."""
	lines = [row for row in open_signatures(agreement) if row.party == party]
	if not lines:
		frappe.throw(
			_("The {0} has signed {1} already.").format(_(party), frappe.bold(agreement.name)),
			title=_("Nothing to Sign"),
		)
	user = frappe.session.user
	fitting = [row for row in lines if method == "On Paper" or row.user in (None, "", user)]
	if not fitting:
		frappe.throw(
			_("{0} is asked to sign for the {1}, nobody else.").format(frappe.bold(lines[0].user), _(party)),
			frappe.PermissionError,
			title=_("Not Yours to Sign"),
		)
	return min(fitting, key=lambda row: (row.user != user, row.idx))


def _of_team(agreement: Any) -> bool:
	"""Whether the user is of a team of the agreement, or is the one whose signature for it is asked for."""
	user = frappe.session.user
	teams = [row.team for row in agreement.teams]
	return any(row.party == "Team" and row.user == user for row in open_signatures(agreement)) or bool(
		teams and frappe.db.exists("User Group Member", {"parent": ["in", teams], "user": user})
	)


def _only_for(roles: Sequence[str], party: str) -> None:
	if frappe.session.user != "Administrator" and not set(roles) & set(frappe.get_roles()):
		_refuse(party)


def _refuse(party: str) -> None:
	frappe.throw(
		_("You cannot sign for the {0}. Ask somebody of theirs, or attach what they signed on paper.").format(
			_(party)
		),
		frappe.PermissionError,
		title=_("Not Yours to Sign"),
	)


def _now() -> Any:
	return site_time.to_site(site_time.now())
