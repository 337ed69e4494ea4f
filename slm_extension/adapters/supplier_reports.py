"""Service reports that are owed, as the host's records: their states, how they are counted, who provides what.

Queries and words of fields; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.party_names import FIELDS, provider_names

REPORT = "SLM Supplier Report"
DUE, OVERDUE, DELIVERED, ACCEPTED, RETURNED, NOT_NEEDED = (
	"Due",
	"Overdue",
	"Delivered",
	"Accepted",
	"Returned",
	"Not Needed",
)
OWED = (DUE, OVERDUE, RETURNED)
"""States in which the provider has to deliver."""

HERE = (DELIVERED, ACCEPTED)
"""States in which a report has been delivered that counts."""

CLOSED = (ACCEPTED, NOT_NEEDED)
"""States in which a report is no longer changed."""

_CONTACTS = {"UC": "Supplier", "OLA": "Team", "Commitment": "Provider"}


@dataclass(frozen=True, slots=True)
class Version:
	"""A concluded version of an agreement, as far as its reports go by it. `last` is None while it goes on."""

	name: str
	title: str
	number: int
	first: date
	last: date | None
	frequency: str
	next_report: date | None

	def in_force(self, day: date) -> bool:
		return self.first <= day and (self.last is None or day <= self.last)


def versions_of(lineage: str) -> list[Version]:
	"""The concluded versions of an agreement, the oldest first."""
	rows = frappe.get_all(
		AGREEMENT,
		filters={"lineage": lineage, "docstatus": 1, "is_template": 0},
		fields=[
			"name",
			"title",
			"agreement_version",
			"valid_from",
			"valid_until",
			"until_replaced",
			"report_frequency",
			"next_report_on",
		],
		order_by="agreement_version asc, name asc",
		limit_page_length=0,
	)
	return [
		Version(
			row.name,
			row.title,
			row.agreement_version,
			row.valid_from,
			None if row.until_replaced else row.valid_until,
			row.report_frequency or "",
			row.next_report_on,
		)
		for row in rows
	]


def parties(agreement: Any) -> dict[str, Any]:
	"""Whose report it is, in the fields of a report: provider in words, supplier, department, our owner, a contact."""
	row = frappe._dict({field: agreement.get(field) for field in (*FIELDS, "company")})
	wanted = _CONTACTS.get(agreement.kind)
	contacts = [one.email for one in agreement.contacts if one.party == wanted and one.email]
	return {
		"agreement_title": agreement.title,
		"kind": agreement.kind,
		"provider": (provider_names([row])[agreement.name] or "")[:140],
		"supplier": agreement.supplier if agreement.kind == "UC" else None,
		"department": agreement.department if agreement.kind == "OLA" else None,
		"agreement_owner": agreement.agreement_owner,
		"contact_email": next(iter(contacts), None),
	}


def counted(first: date, last: date, today: date) -> tuple[int, int, int, int]:
	"""Of the reports due on these days: how many are owed, came on time, came late, and are missing today.

	All there are, whoever asks.
	"""
	report = frappe.qb.DocType(REPORT)
	rows = (
		frappe.qb.from_(report)
		.select(report.status, report.days_late > 0, report.due_on < today, Count("*"))
		.where(report.due_on[first:last] & (report.status != NOT_NEEDED))
		.groupby(report.status, report.days_late > 0, report.due_on < today)
		.run()
	)

	def how_many(states: Iterable[str], late: bool | None = None, past: bool | None = None) -> int:
		return sum(
			count
			for status, was_late, is_past, count in rows
			if status in states
			and (late is None or bool(was_late) is late)
			and (past is None or bool(is_past) is past)
		)

	return (
		how_many((*OWED, *HERE)),
		how_many(HERE, late=False),
		how_many(HERE, late=True),
		how_many(OWED, past=True),
	)
