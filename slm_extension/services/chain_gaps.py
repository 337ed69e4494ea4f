"""What every agreement with a customer rests on and how much that leaves, from the last check of each (R179)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe

from slm_extension.adapters.agreement_states import AGREEMENT, FACING, OVER
from slm_extension.domain.chain_check import ChainVerdict
from slm_extension.domain.instants import Seconds

GRAVEST = (
	ChainVerdict.UNBOUNDED,
	ChainVerdict.INFEASIBLE,
	ChainVerdict.GAP,
	ChainVerdict.FEASIBLE,
	ChainVerdict.UNSUPPORTED,
)


@dataclass(frozen=True, slots=True)
class Beneath:
	"""An OLA or UC under an agreement. `weak`: it cannot carry a target even by itself."""

	name: str
	title: str
	kind: str
	stage: int
	party: str
	status: str
	valid_until: date | None
	concluded: bool
	revision_needed: bool
	weak: bool


@dataclass(frozen=True, slots=True)
class ChainStanding:
	"""How an agreement stands by its last check.

	`slack` is the least that the worst case leaves of a target, negative when that is missed; None when nothing
	was checked or somebody may keep a ticket for ever. `weakest` is the title of what leaves least by itself.
	"""

	name: str
	title: str
	status: str
	customer: str
	state: str
	verdict: str
	slack: Seconds | None
	weakest: str
	problem: str
	beneath: tuple[Beneath, ...]


def standings(state: str = "", supplier: str = "", customer: str = "") -> tuple[ChainStanding, ...]:
	"""The agreements being made or in force that the user may read, by title."""
	filters: dict[str, Any] = {
		"kind": ["in", FACING],
		"docstatus": ["<", 2],
		"status": ["not in", OVER],
		"is_template": 0,
	}
	if state:
		filters["chain_state"] = state
	if customer:
		filters["customer"] = customer
	rows = frappe.get_list(
		AGREEMENT,
		filters=filters,
		fields=["name", "title", "status", "customer", "chain_state", "chain_result"],
		order_by="title asc, name asc",
		limit_page_length=0,
	)
	links = _links([row.name for row in rows])
	known = _supports({link.agreement for some in links.values() for link in some})
	found = (_standing(row, links.get(row.name, []), known) for row in rows)
	return tuple(
		one
		for one in found
		if not supplier or any(beneath.kind == "UC" and beneath.party == supplier for beneath in one.beneath)
	)


def _links(parents: list[str]) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = {}
	for row in frappe.get_all(
		"SLM Agreement Support",
		filters={"parent": ["in", parents or [""]], "parenttype": AGREEMENT},
		fields=["parent", "agreement", "stage"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		found.setdefault(row.parent, []).append(row)
	return found


def _supports(names: set[str]) -> dict[str, Any]:
	"""By the name in a row: the version that counts now, or the latest."""
	fields = [
		"name",
		"title",
		"kind",
		"lineage",
		"status",
		"supplier",
		"valid_until",
		"docstatus",
		"revision_needed",
	]
	named = frappe.get_list(
		AGREEMENT,
		filters={"name": ["in", sorted(names) or [""]]},
		fields=fields,
		order_by="name asc",
		limit_page_length=0,
	)
	current = {
		row.lineage: row
		for row in frappe.get_list(
			AGREEMENT,
			filters={"lineage": ["in", sorted({row.lineage for row in named}) or [""]], "docstatus": 1},
			fields=fields,
			order_by="agreement_version asc",
			limit_page_length=0,
		)
		if row.status != "Agreed"
	}
	found = {row.name: row if row.docstatus == 0 else current.get(row.lineage, row) for row in named}
	teams: dict[str, list[str]] = {}
	for row in frappe.get_all(
		"SLM Agreement Team",
		filters={"parent": ["in", [one.name for one in found.values()] or [""]], "parenttype": AGREEMENT},
		fields=["parent", "team"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		teams.setdefault(row.parent, []).append(row.team)
	for one in found.values():
		one.party = one.supplier or ", ".join(teams.get(one.name, ()))
	return found


def _standing(row: Any, links: list[Any], known: Mapping[str, Any]) -> ChainStanding:
	result = json.loads(row.chain_result or "{}")
	findings = result.get("findings", ())
	verdicts = {one["verdict"] for one in findings}
	verdict = next((one.value for one in GRAVEST if one.value in verdicts), "")
	endless = ChainVerdict.UNBOUNDED.value in verdicts
	slacks = [one["slack"] for one in findings if one["slack"] is not None]
	alone = result.get("alone", ())
	weak = {one["support"] for one in alone if not one["kept"] and one["verdict"] != ChainVerdict.GAP.value}
	weakest = min(alone, key=_left_alone, default=None)
	titles = {one.lineage: one.title for one in known.values()}
	return ChainStanding(
		name=row.name,
		title=row.title,
		status=row.status,
		customer=row.customer or "",
		state=row.chain_state or "Not Checked",
		verdict=verdict,
		slack=None if endless else min(slacks, default=None),
		weakest=titles.get(weakest["support"], weakest["support"]) if weakest else "",
		problem=result.get("problem", ""),
		beneath=tuple(
			_beneath(number, link, known[link.agreement], weak)
			for number, link in enumerate(links, 1)
			if link.agreement in known
		),
	)


def _left_alone(finding: Mapping[str, Any]) -> tuple[bool, bool, Seconds]:
	return finding["kept"], finding["slack"] is not None, finding["slack"] or 0


def _beneath(number: int, link: Any, support: Any, weak: set[str]) -> Beneath:
	return Beneath(
		name=support.name,
		title=support.title,
		kind=support.kind,
		stage=link.stage or number,
		party=support.party,
		status=support.status,
		valid_until=support.valid_until,
		concluded=support.docstatus == 1,
		revision_needed=bool(support.revision_needed),
		weak=support.lineage in weak,
	)
