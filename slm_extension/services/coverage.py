"""Which services no SLA covers, and which tickets came without one (R335)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import frappe

from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.catalogue import USABLE, tree
from slm_extension.domain.agreements import Agreement, Level
from slm_extension.domain.instants import Instant

GENERAL = (Level.CORPORATE, Level.DEFAULT)
"""Levels of agreements that are for everybody."""


class Coverage(Enum):
	"""How far the agreements in force with customers cover a service."""

	OUTSIDE = "Outside"
	GENERAL = "Only by General Agreement"
	COVERED = "Covered"


@dataclass(frozen=True, slots=True)
class Covered:
	"""A service that is offered, the documents of the agreements that cover it, and how far they do."""

	service: str
	path: tuple[str, ...]
	coverage: Coverage
	own: tuple[str, ...]
	general: tuple[str, ...]


def coverage(now: Instant) -> tuple[Covered, ...]:
	"""Every business service that is approved or live, in the order of the tree.

	An agreement that names a group covers what is under it; one that names no services covers all of them.
	"""
	known = site_agreements()
	whole = tree()
	everywhere: list[Agreement] = []
	by_service: dict[str, list[Agreement]] = {}
	for agreement in known.book.agreements:
		if not agreement.kind.customer_facing or not agreement.starts <= now < agreement.ends:
			continue
		if not agreement.services:
			everywhere.append(agreement)
		for name in whole.beneath(agreement.services & whole.nodes.keys()):
			by_service.setdefault(name, []).append(agreement)
	found: list[Covered] = []
	for _depth, node in whole.in_order():
		if node.is_group or node.type != "Business Service" or node.status not in USABLE:
			continue
		own: list[str] = []
		general: list[str] = []
		for agreement in (*by_service.get(node.name, ()), *everywhere):
			(general if agreement.level in GENERAL else own).append(known.document(agreement))
		how = Coverage.COVERED if own else Coverage.GENERAL if general else Coverage.OUTSIDE
		found.append(Covered(node.name, whole.ancestors(node.name), how, tuple(own), tuple(general)))
	return tuple(found)


def issues_since(day: str, field: str) -> int:
	"""Issues opened on that day or later with nothing in a field of ours, as far as the user may read them."""
	return len(
		frappe.get_list(
			"Issue", filters=issue_filters(day, field), pluck="name", order_by="name asc", limit_page_length=0
		)
	)


def issue_filters(day: str, field: str) -> dict[str, list[str]]:
	"""The list of Issues behind such a figure."""
	return {"opening_date": [">=", day], field: ["is", "not set"]}


def issues_by_service(day: str) -> dict[str, int]:
	"""Issues opened on that day or later without an agreement, by their service, of those the user may read."""
	names = frappe.get_list(
		"Issue",
		filters={
			"opening_date": [">=", day],
			"slm_agreement": ["is", "not set"],
			"slm_service": ["is", "set"],
		},
		pluck="slm_service",
		order_by="slm_service asc",
		limit_page_length=0,
	)
	found: dict[str, int] = {}
	for name in names:
		found[name] = found.get(name, 0) + 1
	return found
