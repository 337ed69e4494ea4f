"""Why a clock was missed, as a breach keeps it: who held the ticket, what was overrun, and what would have been.

Also counts breaches for reports; decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum

from slm_extension.adapters.clock_words import MISSED
from slm_extension.adapters.permissions import only_readable
from slm_extension.adapters.store import BREACH, CLOCK
from slm_extension.domain.assessment import AssessedClock
from slm_extension.domain.instants import Instant, Seconds


@dataclass(frozen=True, slots=True)
class LegFigure:
	"""One leg of a missed ticket; `counted` are the open seconds that the customer's clock counted in it."""

	party: str
	name: str
	start: Instant
	end: Instant
	counted: Seconds


@dataclass(frozen=True, slots=True)
class OverrunFigure:
	"""An OLA or UC that was not kept on the way; see domain.attribution.Overrun for the units."""

	agreement: str
	party: str
	name: str
	start: Instant
	overrun: Seconds
	cost: Seconds
	would_have_held: bool


@dataclass(frozen=True, slots=True)
class Figures:
	"""What was worked out about a miss when its clock was measured last."""

	legs: tuple[LegFigure, ...] = ()
	overruns: tuple[OverrunFigure, ...] = ()


def figures_of(one: AssessedClock) -> str:
	"""The attribution of a missed clock as text. Raises AssertionError for one that was not missed."""
	assert one.attribution is not None
	legs = [
		[share.leg.party.value, share.leg.name, share.leg.start, share.leg.end, share.counted]
		for share in one.attribution.shares
	]
	overruns = [
		[
			over.agreement,
			over.tenure.party.value,
			over.tenure.name,
			over.tenure.within.start,
			over.seconds,
			over.cost,
			int(over.would_have_held),
		]
		for over in one.attribution.overruns
	]
	return json.dumps({"legs": legs, "overruns": overruns}, separators=(",", ":"), ensure_ascii=False)


def read(text: str | None) -> Figures:
	"""The figures that a breach keeps; none where it keeps none."""
	said: Mapping[str, Any] = json.loads(text or "{}")
	return Figures(
		tuple(LegFigure(*leg) for leg in said.get("legs", ())),
		tuple(OverrunFigure(*over[:-1], bool(over[-1])) for over in said.get("overruns", ())),
	)


def contracts_missed(tickets: Collection[str]) -> dict[tuple[str, str, str, str], str]:
	"""The UCs and OLAs that were not kept on some tickets: type and name of the ticket, kind, party -> agreement."""
	if not tickets:
		return {}
	rows = frappe.get_all(
		CLOCK,
		filters={"ticket": ["in", sorted(tickets)], "outcome": MISSED, "kind": ["in", ["OLA", "UC"]]},
		fields=["ticket_type", "ticket", "kind", "party", "agreement"],
		order_by="name desc",
		limit_page_length=0,
	)
	return {(row.ticket_type, row.ticket, row.kind, row.party or ""): row.agreement for row in rows}


@dataclass(frozen=True, slots=True)
class Counted:
	"""Breaches that are alike, in one month like 202606: how many, how many of them excused or still to be explained.

	`overrun` are the open seconds of all of them together.
	"""

	value: str
	period: int
	cause: str
	misses: int
	excused: int
	waiting: int
	disputed: int
	overrun: Seconds


def counted(field: str, first: int, last: int, equal: Mapping[str, str]) -> list[Counted]:
	"""Breaches that are still a miss, in months from `first` to `last`, of tickets the session's user may read.

	Grouped by the value of `field`, month and cause; `equal` are further values asked for. One query.
	"""
	breach = frappe.qb.DocType(BREACH)
	waiting = Case().when(breach.status.isin(list(WAITING)), 1).else_(0)
	disputed = Case().when(breach.status == "Disputed", 1).else_(0)
	groups = (breach[field], breach.period, breach.cause)
	numbers = (Count("*"), Sum(breach.excused), Sum(waiting), Sum(disputed), Sum(breach.overrun))
	query = _still_a_miss(breach, first, last, equal).select(*groups, *numbers).groupby(*groups)
	return [
		Counted(value or "", period, cause or "", *(int(number or 0) for number in numbers))
		for value, period, cause, *numbers in query.run()
	]


def behind(field: str, first: int, last: int, equal: Mapping[str, str]) -> list[tuple[str, str]]:
	"""The breaches that `counted` counts, each as the value of `field` and its name."""
	breach = frappe.qb.DocType(BREACH)
	query = _still_a_miss(breach, first, last, equal).select(breach[field], breach.name)
	return [(value or "", name) for value, name in query.orderby(breach.name).run()]


def _still_a_miss(breach: Any, first: int, last: int, equal: Mapping[str, str]) -> Any:
	query = frappe.qb.from_(breach).where((breach.standing == 1) & breach.period[first:last])
	for name, value in equal.items():
		query = query.where(breach[name] == value)
	return only_readable(query, BREACH)


WAITING = ("Open", "Explanation Requested", "Excuse Requested")
"""States in which somebody still has to say something."""
