"""SLM Agreement Register: every controlled document with number, version, who passed it and where it stands (R309-R332).

Agreements, requirements and service specifications, as far as the reader may read them. What anything costs us is
not in it; the price is, for those who may read it on the agreement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.agreement_states import AGREEMENT, OVER
from slm_extension.adapters.agreements import KINDS
from slm_extension.adapters.party_names import FIELDS, party_names
from slm_extension.adapters.report_columns import BLUE, Row, column, followable
from slm_extension.adapters.report_filters import one_of

REQUIREMENT, SPECIFICATION = "SLM Requirement", "SLM Service Specification"
ARCHIVED = (*OVER, "Archived", "Rejected", "Withdrawn")
"""Documents with these states are kept for the record (R120, R396)."""

STANDINGS = ("Current", "Archived", "Current and Archived")
SIGNING = ("prepared_by", "prepared_on", "reviewed_by", "reviewed_on", "approved_by", "approved_on")
DEPARTMENTS = ("owning_department", "drafting_department")


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary."""
	asked = filters or {}
	rows = [
		row
		for doctype in _doctypes(asked)
		if frappe.has_permission(doctype, "read")
		for row in SOURCES[doctype](asked)
		if _wanted(row, asked)
	]
	rows.sort(key=lambda row: (row["document_type"], row["document_number"], row["version"]))
	return followable(columns()), rows, _message(rows), chart(rows), None


def columns() -> list[Row]:
	found = [
		column("document_number", _("Document Number"), "Data", 160),
		column("document_type", _("Document"), "Data", 110),
		column("document_name", _("Record"), "Dynamic Link", 100, "document_doctype"),
		column("title", _("Title"), "Data", 220),
		column("kind", _("Kind"), "Data", 90),
		column("party", _("Party"), "Data", 170),
		column("version", _("Version"), "Data", 75),
		column("status", _("Status"), "Data", 110),
		column("valid_from", _("Valid From"), "Date", 115),
		column("valid_until", _("Valid Until"), "Date", 115),
		column("until_replaced", _("Until Replaced"), "Check", 75),
		column("owner_user", _("Owner"), "Link", 150, "User"),
		column("owning_department", _("Owning Department"), "Link", 150, "Department"),
		column("drafting_department", _("Drafting Department"), "Link", 150, "Department"),
		column("secrecy", _("Secrecy"), "Data", 95),
		column("form_code", _("Record Number"), "Data", 110),
		column("prepared_by", _("Prepared By"), "Link", 140, "User"),
		column("prepared_on", _("Prepared On"), "Date", 115),
		column("reviewed_by", _("Reviewed By"), "Link", 140, "User"),
		column("reviewed_on", _("Reviewed On"), "Date", 115),
		column("approved_by", _("Approved By"), "Link", 140, "User"),
		column("approved_on", _("Approved On"), "Date", 115),
		column("issued_on", _("Issued On"), "Date", 115),
		column("next_review_on", _("Next Review"), "Date", 115),
		column("chain_state", _("Chain"), "Data", 110),
		column("revision_needed", _("Revision Needed"), "Check", 85),
		column("signed_copy", _("Signed Copy"), "Check", 75),
	]
	if _may_read_price():
		found.append(column("total_price", _("Price"), "Currency", 110, "currency"))
	return found


def _agreements(asked: Mapping[str, Any]) -> Iterator[Row]:
	fields = [
		*FIELDS,
		*SIGNING,
		*DEPARTMENTS,
		"title",
		"status",
		"document_number",
		"document_version",
		"lineage",
		"valid_from",
		"valid_until",
		"until_replaced",
		"agreement_owner",
		"secrecy",
		"form_code",
		"issued_on",
		"next_review_on",
		"chain_state",
		"revision_needed",
		"signed_copy",
	]
	if _may_read_price():
		fields += ["total_price", "currency"]
	found = frappe.get_list(
		AGREEMENT, filters={"is_template": 0}, fields=fields, order_by="name asc", limit_page_length=0
	)
	parties = party_names(found)
	settings = frappe.get_cached_doc("SLM Settings")
	for row in found:
		yield {
			**row,
			**_record(AGREEMENT, _("Agreement"), row),
			"document_number": row.document_number or row.lineage or row.name,
			"kind": _(row.kind),
			"kind_key": row.kind,
			"party": parties[row.name],
			"version": row.document_version or "",
			"owner_user": row.agreement_owner,
			"secrecy": _(row.secrecy) if row.secrecy else "",
			"form_code": row.form_code or settings.get(f"form_code_{row.kind.lower()}") or "",
			"chain_key": row.chain_state,
			"chain_state": _(row.chain_state) if row.chain_state else "",
			"signed_copy": int(bool(row.signed_copy)),
		}


def _requirements(asked: Mapping[str, Any]) -> Iterator[Row]:
	fields = ["name", "title", "kind", "status", "customer", "owner", "creation", "agreed_by_provider"]
	fields += ["agreed_by_provider_on"]
	if _may_read(REQUIREMENT, "requirement_owner"):
		fields.append("requirement_owner")
	for row in frappe.get_list(REQUIREMENT, fields=fields, order_by="name asc", limit_page_length=0):
		yield {
			**_record(REQUIREMENT, _("Requirement"), row),
			"kind": _(row.kind) if row.kind else "",
			"party": row.customer or "",
			"owner_user": row.get("requirement_owner"),
			"prepared_by": row.owner,
			"prepared_on": row.creation.date(),
			"approved_by": row.agreed_by_provider,
			"approved_on": row.agreed_by_provider_on,
			"form_code": _form_code("form_code_requirement"),
		}


def _specifications(asked: Mapping[str, Any]) -> Iterator[Row]:
	fields = ["name", "title", "status", "service", "specification_version", "drafting_department"]
	fields += ["drafted_by", "creation", "reviewed_by", "reviewed_on", "approved_by", "approved_on"]
	fields += ["published_on", "valid_from", "ended_on"]
	for row in frappe.get_list(SPECIFICATION, fields=fields, order_by="name asc", limit_page_length=0):
		yield {
			**row,
			**_record(SPECIFICATION, _("Specification"), row),
			"kind": "",
			"party": row.service,
			"version": str(row.specification_version or ""),
			"valid_until": row.ended_on,
			"prepared_by": row.drafted_by,
			"prepared_on": row.creation.date(),
			"issued_on": row.published_on,
			"form_code": _form_code("form_code_specification"),
		}


SOURCES: dict[str, Callable[[Mapping[str, Any]], Iterator[Row]]] = {
	AGREEMENT: _agreements,
	REQUIREMENT: _requirements,
	SPECIFICATION: _specifications,
}
DOCUMENTS = {
	"Agreements": (AGREEMENT,),
	"Requirements": (REQUIREMENT,),
	"Service Specifications": (SPECIFICATION,),
	"All Documents": tuple(SOURCES),
}


def _record(doctype: str, called: str, row: Any) -> Row:
	return {
		"document_doctype": doctype,
		"document_type": called,
		"document_name": row.name,
		"document_number": row.name,
		"title": row.title,
		"version": "",
		"status": _(row.status) if row.status else "",
		"status_key": row.status or "",
	}


def _form_code(field: str) -> str:
	return str(frappe.get_cached_doc("SLM Settings").get(field) or "")


def _doctypes(asked: Mapping[str, Any]) -> tuple[str, ...]:
	return DOCUMENTS[one_of(asked, "documents", _("Documents"), tuple(DOCUMENTS), "Agreements")]


def _wanted(row: Row, asked: Mapping[str, Any]) -> bool:
	standing = one_of(asked, "standing", _("Show"), STANDINGS, "Current")
	if standing != STANDINGS[2] and (row["status_key"] in ARCHIVED) != (standing == "Archived"):
		return False
	if asked.get("kind"):
		kind = one_of(asked, "kind", _("Kind"), tuple(KINDS), "")
		if row.get("kind_key") != kind:
			return False
	if asked.get("status") and row["status_key"] != asked["status"]:
		return False
	if asked.get("owner") and row.get("owner_user") != asked["owner"]:
		return False
	if asked.get("department") and asked["department"] not in [row.get(one) for one in DEPARTMENTS]:
		return False
	if asked.get("secrecy") and row.get("secrecy") != _(str(asked["secrecy"])):
		return False
	return not asked.get("revision_needed") or bool(row.get("revision_needed"))


def _may_read_price() -> bool:
	return _may_read(AGREEMENT, "total_price")


def _may_read(doctype: str, field: str) -> bool:
	"""Whether the user may read a field, by its level."""
	meta = frappe.get_meta(doctype)
	return meta.get_field(field).permlevel in meta.get_permlevel_access("read")


def _message(rows: list[Row]) -> str | None:
	revise = sum(1 for row in rows if row.get("revision_needed"))
	return _("{0} of these agreements need a revision.").format(revise) if revise else None


def chart(rows: list[Row]) -> Row | None:
	"""How many documents have which status."""
	counts = Counter(row["status_key"] for row in rows)
	if not counts:
		return None
	named = counts.most_common()
	return {
		"data": {
			"labels": [_(status) or _("None") for status, _count in named],
			"datasets": [{"name": _("Documents"), "values": [count for _status, count in named]}],
		},
		"type": "bar",
		"colors": [BLUE],
		"height": 200,
	}
