"""What agreements and services cost and bring, beside how well they were kept (R384-R392, R110). Writes nothing.

Amounts stay in the currency in which they were agreed; nothing is converted. Figures of the clocks come from
services/report.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cstr

from slm_extension.adapters.agreement_states import AGREEMENT, FACING
from slm_extension.adapters.party_names import FIELDS, party_names
from slm_extension.services.report import Group, Kept, Months, Question, kept

SERVICE = "SLM Service"
COST_LEVEL = 1
"""The level of the fields that say what anything costs us; rows of an agreement are read past the host's check."""

A_YEAR = {"Month": 12, "Quarter": 4, "Year": 1}
"""How often a billing period fits into a year; what is paid once is in no year."""


@dataclass(frozen=True, slots=True)
class Amounts:
	"""Price, cost and budget of one period in one currency; None is unknown, which is not 0.

	`per` is the period as the form calls it, empty where none was agreed. `sold`: the price is what a customer
	pays; a team's or supplier's is what we pay, and leaves no margin.
	"""

	currency: str
	per: str
	price: Decimal | None = None
	cost: Decimal | None = None
	budget: Decimal | None = None
	sold: bool = True

	@property
	def margin(self) -> Decimal | None:
		if not self.sold or self.price is None or self.cost is None:
			return None
		return self.price - self.cost

	@property
	def margin_percent(self) -> Decimal | None:
		"""Margin in percent of the price; None without a price."""
		return self.margin * 100 / self.price if self.margin is not None and self.price else None

	@property
	def within_budget(self) -> bool | None:
		"""R386; None where no budget was set or the cost is not known."""
		return None if self.budget is None or self.cost is None else self.cost <= self.budget


@dataclass(frozen=True, slots=True)
class CostLine:
	"""An agreement, a service, or one within the other (`beneath`).

	`mixed` is set on a service whose agreements pay in several currencies or without a period, so that there is
	no sum.
	"""

	agreement: str
	service: str
	title: str
	beneath: bool
	amounts: Amounts
	justified: bool
	kind: str = ""
	status: str = ""
	party: str = ""
	charging: str = ""
	contract: str = ""
	targets: int = 0
	quality: Kept = field(default_factory=Kept)
	mixed: bool = False


def last_full_quarter(month: int) -> Months:
	"""The quarter before the one that a month lies in; months are numbers like 202606."""
	year, number = divmod(month, 100)
	first = number - (number - 1) % 3 - 3
	if first < 1:
		year, first = year - 1, first + 12
	return Months(year * 100 + first, year * 100 + first + 2)


def by_agreement(filters: Mapping[str, Any], month: int) -> list[CostLine]:
	"""Agreements as asked for, each with its services beneath it."""
	agreements = _agreements(filters)
	whole, parts = _quality(month, Group.AGREEMENT), _quality(month, Group.AGREEMENT, Group.SERVICE)
	parties, targets = party_names(agreements), _targets(agreements)
	services = _rows_by(_service_rows(agreements), "parent")
	found = []
	for row in agreements:
		found.append(
			CostLine(
				row.name,
				"",
				row.title,
				False,
				_amounts_of(row),
				bool(cstr(row.cost_justification).strip()),
				row.kind,
				row.status,
				parties[row.name],
				row.charging_method or "",
				row.contract or "",
				len(targets.get(row.name, ())),
				whole.get((row.name,), Kept()),
			)
		)
		found += [
			_part(row, one, targets, parts.get((row.name, one.service), Kept()))
			for one in services.get(row.name, ())
		]
	return found


def by_service(filters: Mapping[str, Any], month: int) -> list[CostLine]:
	"""Services of the catalogue that were agreed or cost something, each with its agreements beneath it.

	Amounts of a service are those of a year: the price is the sum of what its SLAs bring, the cost and the
	budget are the catalogue's; without a cost there, the sum of what the SLAs say.
	"""
	agreements = {row.name: row for row in _agreements(filters)}
	whole, parts = _quality(month, Group.SERVICE), _quality(month, Group.AGREEMENT, Group.SERVICE)
	parties, targets = party_names(agreements.values()), _targets(agreements.values())
	agreed = _rows_by(_service_rows(agreements.values()), "service")
	found = []
	for service in frappe.get_list(
		SERVICE,
		filters={"is_group": 0},
		fields=[
			"name",
			"status",
			"currency",
			"annual_cost",
			"budget",
			"charging_mode",
			"cost_justification",
		],
		order_by="name asc",
		limit_page_length=0,
	):
		rows = agreed.get(service.name, [])
		if not rows and not service.annual_cost and not service.budget:
			continue
		amounts, mixed = _a_year(service, rows, agreements)
		found.append(
			CostLine(
				"",
				service.name,
				service.name,
				False,
				amounts,
				bool(cstr(service.cost_justification).strip()),
				status=service.status,
				charging=service.charging_mode or "",
				targets=sum(_targets_for(targets, row) for row in rows),
				quality=whole.get((service.name,), Kept()),
				mixed=mixed,
			)
		)
		for row in rows:
			agreement = agreements[row.parent]
			part = _part(agreement, row, targets, parts.get((row.parent, row.service), Kept()))
			found.append(
				CostLine(
					part.agreement,
					part.service,
					agreement.title,
					True,
					part.amounts,
					part.justified,
					agreement.kind,
					agreement.status,
					parties[agreement.name],
					agreement.charging_method or "",
					agreement.contract or "",
					part.targets,
					part.quality,
				)
			)
	return found


def reads_costs() -> bool:
	"""Whether the session's user may read what anything costs."""
	allowed = frappe.has_permission(AGREEMENT, "read") and frappe.has_permission(SERVICE, "read")
	return bool(allowed and COST_LEVEL in frappe.get_meta(AGREEMENT).get_permlevel_access("read"))


def for_months(amounts: Amounts, count: int) -> Amounts | None:
	"""What is paid in so many months; None for what is paid once, or without a period."""
	times = A_YEAR.get(amounts.per)
	if times is None:
		return None
	part = Decimal(times * count) / 12
	price, cost, budget = (
		None if amount is None else amount * part for amount in (amounts.price, amounts.cost, amounts.budget)
	)
	return replace(amounts, per="", price=price, cost=cost, budget=budget)


def together(one: Amounts | None, other: Amounts | None) -> Amounts | None:
	"""Price and cost of two for the same time; None where either is not known, or they are in two currencies."""
	if one is None or other is None or one.currency != other.currency:
		return None
	return replace(one, price=_sum(one.price, other.price), cost=_sum(one.cost, other.cost), budget=None)


def _sum(*amounts: Decimal | None) -> Decimal | None:
	known = [amount for amount in amounts if amount is not None]
	return sum(known, Decimal(0)) if known else None


def _agreements(filters: Mapping[str, Any]) -> list[Any]:
	return frappe.get_list(
		AGREEMENT,
		filters={"is_template": 0, **filters},
		fields=[
			*FIELDS,
			"title",
			"status",
			"billing_period",
			"charging_method",
			"currency",
			"total_price",
			"total_cost",
			"budget",
			"cost_justification",
			"contract",
		],
		order_by="name asc",
		limit_page_length=0,
	)


def _service_rows(agreements: Iterable[Any]) -> list[Any]:
	rows = frappe.get_all(
		"SLM Agreement Service",
		filters={"parenttype": AGREEMENT, "parent": ["in", [row.name for row in agreements] or [""]]},
		fields=["parent", "service", "price", "cost", "cost_justification"],
		order_by="parent asc, idx asc",
	)
	if COST_LEVEL not in frappe.get_meta(AGREEMENT).get_permlevel_access("read"):
		for row in rows:
			row.update({"cost": None, "cost_justification": None})
	return rows


def _rows_by(rows: Iterable[Any], column: str) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = {}
	for row in rows:
		found.setdefault(row[column], []).append(row)
	return found


def _targets(agreements: Iterable[Any]) -> dict[str, list[str]]:
	"""By agreement, the service of each of its targets; empty for one that is for all."""
	found: dict[str, list[str]] = {}
	for row in frappe.get_all(
		"SLM Target",
		filters={"parenttype": AGREEMENT, "parent": ["in", [row.name for row in agreements] or [""]]},
		fields=["parent", "service"],
		order_by="parent asc, idx asc",
	):
		found.setdefault(row.parent, []).append(row.service or "")
	return found


def _targets_for(targets: Mapping[str, list[str]], row: Any) -> int:
	return sum(1 for service in targets.get(row.parent, ()) if service in ("", row.service))


def _part(agreement: Any, row: Any, targets: Mapping[str, list[str]], quality: Kept) -> CostLine:
	"""A service within an agreement; the budget is the whole agreement's."""
	return CostLine(
		agreement.name,
		row.service,
		row.service,
		True,
		Amounts(
			_currency(agreement),
			agreement.billing_period or "",
			_known(row.price),
			_known(row.cost),
			sold=agreement.kind in FACING,
		),
		bool(cstr(row.cost_justification).strip()),
		targets=_targets_for(targets, row),
		quality=quality,
	)


def _amounts_of(agreement: Any) -> Amounts:
	return Amounts(
		_currency(agreement),
		agreement.billing_period or "",
		_known(agreement.total_price),
		_known(agreement.total_cost),
		_known(agreement.budget),
		agreement.kind in FACING,
	)


def _a_year(service: Any, rows: list[Any], agreements: Mapping[str, Any]) -> tuple[Amounts, bool]:
	"""A service's amounts of a year, and whether its agreements cannot be added up."""
	currency = service.currency or (_currency(agreements[rows[0].parent]) if rows else _currency(service))
	paid = [
		(agreements[row.parent], row)
		for row in rows
		if (row.price or row.cost) and agreements[row.parent].kind in FACING
	]
	mixed = any(
		_currency(agreement) != currency or agreement.billing_period not in A_YEAR for agreement, _row in paid
	)
	cost = _known(service.annual_cost)
	price: Decimal | None = None
	if not mixed:
		price = _yearly(paid, "price")
		cost = cost if cost is not None else _yearly(paid, "cost")
	return Amounts(currency, "Year", price, cost, _known(service.budget)), mixed


def _yearly(paid: list[tuple[Any, Any]], column: str) -> Decimal | None:
	amounts = [
		amount * A_YEAR[agreement.billing_period]
		for agreement, row in paid
		if (amount := _known(row[column])) is not None
	]
	return sum(amounts, Decimal(0)) if amounts else None


def _known(value: Any) -> Decimal | None:
	"""An amount; the forms have 0 where nothing was entered."""
	return Decimal(str(value)) if value else None


def _currency(row: Any) -> str:
	return str(row.currency or frappe.defaults.get_global_default("currency") or "")


def _quality(month: int, *groups: Group) -> dict[tuple[str, ...], Kept]:
	"""By agreement, service or both: what was decided in the last full quarter, of tickets that the user may read."""
	return kept(Question(last_full_quarter(month), month, groups))
