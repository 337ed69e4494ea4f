"""Versions of an agreement: drafts below 1.0, what changed from one to the next, and who passed it (R310-R319)."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import get_transitions, get_workflow

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT, FACING
from slm_extension.services import agreements, due, guarded_fields, signing, supports, terms

MOST_REVISIONS = 200
"""So many lines one version adds to the revision history; a document that differs more is a new one."""


def new_version(agreement: Any, valid_from: date) -> Any:
	"""A draft with the same terms, to be changed and concluded; concluding it ends the one before on its eve.

	The host's own Amend wants the earlier document cancelled first, which one that tickets were measured by
	must not be. So the link to it and the version are set once the draft is there.
	"""
	draft = frappe.copy_doc(agreement, ignore_no_copy=False)
	draft.valid_from, draft.valid_until = valid_from, None
	draft.flags.version = _latest(agreement) + 1
	draft.sign_offs = [
		copied
		for copied, signed in zip(draft.sign_offs, agreement.sign_offs, strict=True)
		if not signed.void_because
	]
	supports.join_waiting(draft, agreement.lineage)
	guarded_fields.allow(draft, "revisions")
	draft.insert()
	draft.db_set(
		{
			"amended_from": agreement.name,
			"lineage": agreement.lineage,
			"agreement_version": draft.flags.version,
			"document_version": f"{draft.flags.version - 1}.1",
		},
		update_modified=False,
	)
	return draft


def from_template(template: Any) -> Any:
	"""A new agreement with what a template says, not saved yet (R331)."""
	if not template.is_template:
		frappe.throw(
			_("{0} is not a template. Choose one, or duplicate the agreement.").format(
				frappe.bold(template.name)
			),
			title=_("Not a Template"),
		)
	draft = frappe.copy_doc(template, ignore_no_copy=False)
	draft.update({"is_template": 0, "lineage": None, "agreement_owner": frappe.session.user})
	return draft


def refuse_action(agreement: Any, action: str) -> None:
	"""Raises frappe.PermissionError unless the site's workflow lets this user do that to it; see seeds."""
	if not agreement.meta.get_workflow():
		return
	if action not in {one.action for one in get_transitions(agreement)}:
		frappe.throw(
			_("You cannot choose {0} while {1} is {2}.").format(
				frappe.bold(_(action)), frappe.bold(agreement.name), _(agreement.status)
			),
			frappe.PermissionError,
			title=_("Not Allowed Now"),
		)


def refuse_unpassed(agreement: Any) -> None:
	"""Raises frappe.ValidationError unless the workflow leads this user from the stored state to a concluded one.

	The host asks only whoever concludes by the workflow's own button. What was imported stands as it is.
	"""
	if not agreement.meta.get_workflow() or signing.concluded_elsewhere(agreement):
		return
	workflow = get_workflow(agreement.doctype)
	concluded = {row.state for row in workflow.states if row.doc_status == "1"}
	before = agreement.get_doc_before_save()
	if before is not None and {one.next_state for one in get_transitions(before, workflow)} & concluded:
		return
	leading = [
		one for one in workflow.transitions if one.state not in concluded and one.next_state in concluded
	]
	frappe.throw(
		_("{0} is {1}. It can be concluded once it is {2}, by: {3}.").format(
			frappe.bold(agreement.name),
			_(before.status if before is not None else "Draft"),
			frappe.bold(", ".join(dict.fromkeys(_(one.state) for one in leading))),
			", ".join(dict.fromkeys(_(one.allowed) for one in leading)),
		),
		title=_("Not Ready to Be Concluded"),
	)


def keep_draft(draft: Any) -> None:
	"""A draft was changed: its number goes up, and signatures on other terms are void (R104, R311)."""
	before = draft.get_doc_before_save()
	current = terms.digest(draft)
	if draft.is_new():
		draft.document_version = f"{(draft.agreement_version or 1) - 1}.1"
		draft.prepared_on = site_time.today()
	elif draft.terms_digest and draft.terms_digest != current:
		_refuse_other_hands(draft, before)
		major, _dot, minor = (draft.document_version or "0.1").partition(".")
		draft.document_version = f"{major}.{int(minor or 0) + 1}"
	draft.terms_digest = current
	if draft.is_template:
		return
	signing.void_signatures(draft, current)
	signing.expect_signatures(draft)
	if before is not None and before.status != draft.status:
		_keep_who_passed_it(draft)


def _refuse_other_hands(draft: Any, before: Any) -> None:
	"""In each state of the workflow the terms are for the roles that edit then; the host binds only its form to that."""
	if draft.flags.ignore_permissions or before is None or not draft.meta.get_workflow():
		return
	editors = {row.allow_edit for row in get_workflow(draft.doctype).states if row.state == before.status}
	if editors and not editors & set(frappe.get_roles()):
		frappe.throw(
			_("{0} is {1}; its terms are changed now by: {2}. Take it back to negotiation first.").format(
				frappe.bold(draft.name), _(before.status), ", ".join(sorted(_(one) for one in editors))
			),
			frappe.PermissionError,
			title=_("Not Yours to Change Now"),
		)


def _keep_who_passed_it(draft: Any) -> None:
	"""R315: the group review is passed, or has to be passed again."""
	if draft.status == "Approved":
		draft.reviewed_by, draft.reviewed_on = frappe.session.user, site_time.today()
		if draft.kind == "UC" and not draft.contract_reviewed_by:
			draft.contract_reviewed_by, draft.contract_reviewed_on = draft.reviewed_by, draft.reviewed_on
	elif draft.status in ("Draft", "In Negotiation"):
		draft.reviewed_by = draft.reviewed_on = None
		draft.contract_reviewed_by = draft.contract_reviewed_on = None


def contract_reviewed(draft: Any) -> None:
	"""The user has read a draft contract with a supplier and vouches for it, by name and day, and saves it."""
	if draft.kind != "UC" or draft.is_template or not draft.docstatus.is_draft():
		frappe.throw(
			_("{0} is no draft of a contract with a supplier; there is nothing to review.").format(
				frappe.bold(draft.name)
			),
			title=_("Nothing to Review"),
		)
	draft.contract_reviewed_by, draft.contract_reviewed_on = frappe.session.user, site_time.today()
	guarded_fields.allow(draft, "contract_reviewed_by", "contract_reviewed_on")
	draft.save()


def conclude(draft: Any) -> None:
	"""The draft becomes a version of its own: n.0, issued today, with what is new in it on record."""
	draft.document_version = f"{draft.agreement_version or 1}.0"
	draft.approved_by, draft.approved_on = frappe.session.user, site_time.today()
	draft.issued_on = site_time.today()
	draft.document_number = draft.document_number or draft.lineage or draft.name
	draft.revision_needed, draft.revision_because = 0, None
	due.first_dates(draft)
	for one in revisions_of(draft):
		draft.append(
			"revisions",
			{
				"document_version": draft.document_version,
				"revised_on": draft.issued_on,
				"mark": one.mark,
				"what": one.what,
				"reviser": draft.prepared_by or draft.owner,
				"reviewer": draft.reviewed_by,
				"approver": draft.approved_by,
			},
		)


def revisions_of(draft: Any) -> list[terms.Difference]:
	"""What a draft says otherwise than the version it amends: on record once it is concluded, shown to who signs it."""
	if not draft.amended_from:
		return [terms.Difference("A", draft.change_reason or _("First edition"))]
	found = list(terms.differences(frappe.get_doc(AGREEMENT, draft.amended_from), draft))
	if len(found) > MOST_REVISIONS:
		more = len(found) - MOST_REVISIONS
		found = [*found[:MOST_REVISIONS], terms.Difference("M", _("and {0} more changes").format(more))]
	if draft.change_reason:
		found.insert(0, terms.Difference("M", draft.change_reason))
	return found or [terms.Difference("M", _("Signed anew, terms unchanged"))]


def announce_change(agreement: Any, previous: str | None) -> None:
	"""A version was concluded: what it and the version before rest on has to follow it (R167, R169, R184)."""
	agreements.revised(agreement)
	if previous is None or agreement.kind not in FACING:
		return
	beneath = {row.agreement for row in agreement.rests_on}
	beneath |= set(
		frappe.get_all(
			"SLM Agreement Support", filters={"parent": previous}, pluck="agreement", order_by="idx asc"
		)
	)
	agreements.mark_for_revision(
		sorted(beneath),
		_("Version {0} of {1} takes effect on {2}. Check whether this agreement still supports it.").format(
			agreement.document_version, agreement.title, frappe.format(agreement.valid_from, "Date")
		),
	)


def _latest(agreement: Any) -> int:
	return int(
		frappe.get_all(
			AGREEMENT,
			filters={"lineage": agreement.lineage},
			pluck="agreement_version",
			order_by="agreement_version desc",
			limit=1,
		)[0]
	)
