"""What services alone write on an agreement: signatures, stamps, versions, what was found, frozen and ended.

"Read only" binds a form, not a REST call or an import. So whatever saves an agreement, these fields go back to what
is stored; a service says with `allow` what its next save may write. `db_set` is a service's own and not affected.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe

FIELDS = (
	"document_version",
	"agreement_version",
	"lineage",
	"amended_from",
	"made_for",
	"terms_digest",
	"chain_state",
	"chain_checked_at",
	"chain_result",
	"chain_waiver",
	"chain_waived_by",
	"chain_waived_on",
	"chain_waived_digest",
	"revision_needed",
	"revision_because",
	"announced_on",
	"termination_reason",
	"terminated_by",
	"prepared_on",
	"reviewed_by",
	"reviewed_on",
	"approved_by",
	"approved_on",
	"issued_on",
	"contract_reviewed_by",
	"contract_reviewed_on",
)
TABLES = ("freezes", "revisions")
"""Tables that nobody writes by hand."""

SIGNATURE = ("signed_on", "method", "signed_by", "signed_from", "evidence", "digest", "void_because")
"""What makes a line under Sign-off a signature; the rest of a line is by hand until it is signed."""

_GIVEN_WHEN_NEW = ("amended_from", "made_for")
"""What a new document comes with: the host's Amend, and what it is drafted for. The host checks the former."""

_NEVER_STORED = ("name", "idx", "creation", "modified", "owner", "modified_by", "parent")


def allow(agreement: Any, *fields: str) -> None:
	"""Let the next save of this object write some of the fields, `sign_offs` included."""
	agreement.flags.slm_written = {*(agreement.flags.slm_written or ()), *fields}


def clear(agreement: Any) -> None:
	"""A new agreement begins unsigned, unreviewed and without a past, unless it amends one."""
	allowed = _allowed(agreement)
	for field in {*FIELDS, *_status(agreement)} - allowed - set(_GIVEN_WHEN_NEW):
		agreement.set(field, agreement.meta.get_field(field).default)
	for table in set(TABLES) - allowed:
		agreement.set(table, [])
	if agreement.amended_from and "revisions" not in allowed:
		agreement.set(
			"revisions", _copies(frappe.get_doc(agreement.doctype, agreement.amended_from).revisions)
		)
	if "sign_offs" not in allowed:
		_unsign(agreement.sign_offs)


def keep(agreement: Any) -> None:
	"""An agreement that is there already is saved: what services alone write is as it is stored."""
	before = agreement.get_doc_before_save()
	if before is None:
		return
	allowed = _allowed(agreement)
	for field in {*FIELDS, *_status(agreement)} - allowed:
		agreement.set(field, before.get(field))
	for table in set(TABLES) - allowed:
		agreement.set(table, [row.as_dict() for row in before.get(table)])
	if "sign_offs" not in allowed:
		_keep_signatures(agreement, before)


def restore(agreement: Any) -> None:
	"""An agreement is cancelled as it is stored; the host would write whatever comes along."""
	before = agreement.get_doc_before_save()
	for field in agreement.meta.fields:
		if field.fieldtype in frappe.model.table_fields:
			agreement.set(field.fieldname, [row.as_dict() for row in before.get(field.fieldname)])
		elif field.fieldtype not in frappe.model.no_value_fields:
			agreement.set(field.fieldname, before.get(field.fieldname))


def _keep_signatures(agreement: Any, before: Any) -> None:
	"""A signed line stays as it is and where it is; no other becomes one, and none is taken from elsewhere."""
	stored = {row.name: row for row in before.sign_offs}
	for row in agreement.sign_offs:
		was = stored.pop(row.name, None)
		if was is None:
			_unsign([row])
			row.update({"name": None, "__islocal": 1})
		elif was.signed_on:
			row.update(was.as_dict())
		else:
			row.update({column: was.get(column) for column in SIGNATURE})
	for was in stored.values():
		if was.signed_on:
			agreement.append("sign_offs", {**was.as_dict(), "idx": None})


def _unsign(rows: Iterable[Any]) -> None:
	for row in rows:
		row.update(dict.fromkeys(SIGNATURE))


def _status(agreement: Any) -> tuple[str, ...]:
	"""Without a workflow that moves it, the status is ours as well."""
	workflow = agreement.meta.get_workflow()
	moved = frappe.get_cached_value("Workflow", workflow, "workflow_state_field") if workflow else None
	return () if moved == "status" else ("status",)


def _allowed(agreement: Any) -> set[str]:
	"""What was allowed, once."""
	return set(agreement.flags.pop("slm_written", None) or ())


def _copies(rows: Iterable[Any]) -> list[dict[str, Any]]:
	return [{key: value for key, value in row.as_dict().items() if key not in _NEVER_STORED} for row in rows]
