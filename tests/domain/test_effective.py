"""What an agreement comes to among all others: rows that say, for every ticket, which target is the one."""

from __future__ import annotations

from itertools import product

import pytest
from given import at
from hypothesis import given, settings
from hypothesis import strategies as st
from test_which_applies import METRICS, TREES, Spec, one_of, sla, specs, target

from slm_extension.domain.agreements import AgreementBook
from slm_extension.domain.effective import OTHERS, EffectiveTarget, effective, representative
from slm_extension.domain.scopes import Forest, Property
from slm_extension.domain.targets import CLOSURE, RESOLUTION, RESPONSE
from slm_extension.domain.timeline import State

MONDAY = at("Mon 1 Jun 09:00")
TUESDAY = at("Tue 2 Jun 10:00")
Row = tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def rows(book: AgreementBook, base: State, *services: str) -> list[Row]:
	return [
		(
			one.metric,
			one.agreement.name if one.agreement else "-",
			one.priorities,
			one.services,
			one.types,
		)
		for one in effective(book, base, MONDAY, services)
	]


def test_each_row_says_which_target_wins_for_which_tickets_and_whose_it_is() -> None:
	book = AgreementBook(
		[
			sla("Company", target(RESPONSE), target(RESOLUTION), target(CLOSURE)),
			sla("Mail", target(RESOLUTION), services="Mail"),
			sla("Acme", target(RESPONSE, priorities="P1"), customers="Acme"),
			sla("Bolt", customers="Bolt"),
		]
	)

	assert rows(book, State(customer="Acme")) == [
		("response", "Acme", ("P1",), (), ()),
		("response", "Company", (OTHERS,), (), ()),
		("resolution", "Mail", (), ("Mail",), ()),
		("resolution", "Company", (), (OTHERS,), ()),
		("closure", "Company", (), (), ()),
	]


def test_what_nobody_promises_is_said_too() -> None:
	book = AgreementBook([sla("Acme", target(RESPONSE, priorities="P1"), customers="Acme")])

	assert rows(book, State(customer="Acme")) == [
		("response", "Acme", ("P1",), (), ()),
		("response", "-", (OTHERS,), (), ()),
	]


def test_types_are_told_apart_where_a_condition_does() -> None:
	outages = sla("Outages", target(CLOSURE), conditions=(one_of(Property.TYPE, "Outage"),))

	assert rows(AgreementBook([outages]), State()) == [
		("closure", "Outages", (), (), ("Outage",)),
		("closure", "-", (), (), (OTHERS,)),
	]


def test_services_may_be_limited_to_those_of_an_agreement_and_what_lies_beneath_them() -> None:
	forest = Forest({Property.SERVICE: {"Mail": "IT", "Shop": ""}})
	book = AgreementBook(
		[
			sla("IT", target(RESPONSE), services="IT"),
			sla("Mail", target(RESPONSE), services="Mail"),
			sla("Shop", target(RESPONSE), services="Shop"),
		],
		[forest],
	)

	assert rows(book, State(), "IT") == [
		("response", "IT", (), ("IT",), ()),
		("response", "Mail", (), ("Mail",), ()),
	]


@pytest.mark.parametrize(
	("scopes", "expected"),
	[
		pytest.param({"customers": "Bolt+Acme"}, State(customer="Acme"), id="the first customer"),
		pytest.param(
			{"customer_groups": "Industry", "territories": "Germany"},
			State(customer_group="Industry", territory="Germany"),
			id="a group and a territory",
		),
		pytest.param({"services": "Mail"}, State(), id="anybody"),
		pytest.param(
			{"conditions": (one_of(Property.TERRITORY, "India"),)}, State(territory="India"), id="a condition"
		),
		pytest.param(
			{"territories": "India", "conditions": (one_of(Property.TERRITORY, "India", "Kerala"),)},
			State(territory="India"),
			id="a condition that its scope meets already",
		),
	],
)
def test_a_ticket_of_an_agreement_is_for_whom_it_is_for(scopes: dict, expected: State) -> None:
	assert representative(sla("A", **scopes)) == expected


@given(st.tuples(*(specs(name) for name in "pqrst")), st.sampled_from(["A", ""]), st.sampled_from(["m", ""]))
@settings(max_examples=100, deadline=None)
def test_for_every_ticket_exactly_one_row_of_a_metric_says_what_applies(
	given_specs: tuple[Spec, ...], customer: str, territory: str
) -> None:
	"""Tickets whose service is named nowhere above what it lies beneath are left to the row of that."""
	book = AgreementBook([one.agreement() for one in given_specs], [TREES], settled=True)
	base = State(customer=customer, territory=territory)

	found = effective(book, base, TUESDAY)

	named = {name for row in found for name in row.services} - {OTHERS} or {"s", "t", "u"}
	for service, priority, kind in product(sorted(named), ("a", "b"), ("a", "b")):
		state = base._replace(service=service, priority=priority, type=kind)
		cover = book.cover(state, TUESDAY)
		for metric in METRICS:
			about = [
				row
				for row in found
				if row.metric == metric.name
				and (
					not row.priorities
					or priority in row.priorities
					or _left_over(found, "priorities", priority, row)
				)
				and (not row.services or service in row.services)
				and (not row.types or kind in row.types or _left_over(found, "types", kind, row))
			]
			layer = cover.layer(metric.name)
			if layer is not None:
				assert [row.target for row in about] == [layer.target]
			else:
				assert [row.target for row in about if row.target is not None] == []


def _left_over(found: tuple[EffectiveTarget, ...], axis: str, value: str, row: EffectiveTarget) -> bool:
	"""Whether a value is one of the others of a row because no row names it."""
	return OTHERS in getattr(row, axis) and not any(value in getattr(one, axis) for one in found)
