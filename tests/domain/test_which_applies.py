"""Several agreements on one ticket: who promises which metric, on what conditions, and what lies beneath what.

Offices are open Monday to Friday 09:00-18:00 UTC; 1 June 2026 is a Monday.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest
from given import HOUR, OFFICE, at, ticket
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_extension.domain import agreements
from slm_extension.domain.agreements import (
	Agreement,
	AgreementBook,
	AgreementKind,
	Rejection,
	promises_beneath,
	promises_to_customer,
)
from slm_extension.domain.assessment import assess
from slm_extension.domain.errors import AgreementsOverlap, ConditionsContradict
from slm_extension.domain.legs import team_tenures
from slm_extension.domain.scopes import ANY, Condition, Forest, Property, Values, among
from slm_extension.domain.targets import CLOSURE, RESOLUTION, RESPONSE, TURNAROUND, Metric, Target
from slm_extension.domain.timeline import State

MONDAY = at("Mon 1 Jun 09:00")
ACME = State(
	customer="Acme",
	customer_group="Industry",
	territory="Germany",
	service="Mail",
	priority="P2",
	type="Incident",
)


def target(metric: Metric, name: str = "", **more: str) -> Target:
	for_whom = {key: frozenset(names.split("+")) for key, names in more.items()}
	return Target(name or metric.name, metric, 4 * HOUR, OFFICE, **for_whom)


BOTH = (target(RESPONSE), target(RESOLUTION))


def sla(
	name: str,
	*targets: Target,
	conditions: tuple[Condition, ...] = (),
	default: bool = False,
	valid_from: date | None = None,
	rests_on: tuple[str, ...] = (),
	**scopes: str,
) -> Agreement:
	return Agreement(
		name,
		AgreementKind.SLA,
		OFFICE,
		targets or BOTH,
		conditions=conditions,
		default=default,
		valid_from=valid_from,
		rests_on=rests_on,
		**{scope: frozenset(names.split("+")) for scope, names in scopes.items()},
	)


def one_of(of: Property, *names: str) -> Condition:
	return Condition(of, Values(frozenset(names)))


def none_of(of: Property, *names: str) -> Condition:
	return Condition(of, Values(frozenset(names), others=True))


def promised(book: AgreementBook, state: State = ACME, opened: int = MONDAY) -> dict[str, str]:
	"""Who promises what."""
	return {layer.metric: layer.agreement.name for layer in book.cover(state, opened).layers}


# --- Layers ----------------------------------------------------------------------------------------------


def test_what_a_close_agreement_says_nothing_about_is_left_to_those_less_close() -> None:
	book = AgreementBook(
		[
			sla("Company", target(RESPONSE), target(RESOLUTION), target(CLOSURE)),
			sla("Mail", target(RESOLUTION), services="Mail"),
			sla("Acme", target(RESPONSE), customers="Acme"),
		]
	)

	assert promised(book) == {"response": "Acme", "resolution": "Mail", "closure": "Company"}
	assert promised(book, ACME._replace(customer="Bolt")) == {
		"response": "Company",
		"resolution": "Mail",
		"closure": "Company",
	}


def test_a_target_for_other_tickets_leaves_the_metric_to_the_next_agreement() -> None:
	book = AgreementBook([sla("Company"), sla("Acme", target(RESPONSE, priorities="P1"), customers="Acme")])

	assert promised(book)["response"] == "Company"
	assert promised(book, ACME._replace(priority="P1"))["response"] == "Acme"


def test_a_default_promises_nothing_where_any_other_agreement_is_for_the_ticket() -> None:
	"""Not even what the other leaves out; Bolt, who has nothing else, gets all of it."""
	book = AgreementBook(
		[sla("House", default=True), sla("Acme", target(RESPONSE, priorities="P1"), customers="Acme")]
	)

	assert promised(book) == {}
	assert promised(book, ACME._replace(customer="Bolt")) == {"response": "House", "resolution": "House"}


def test_the_agreement_of_a_ticket_is_the_closest_that_is_for_it_whatever_it_promises() -> None:
	book = AgreementBook([sla("Company"), sla("Acme", target(CLOSURE, priorities="P1"), customers="Acme")])

	cover = book.cover(ACME, MONDAY)

	assert cover.closest is not None and cover.closest.name == "Acme"
	assert [one.name for one in cover.fitting] == ["Acme", "Company"]


def test_each_metric_comes_with_the_target_that_is_for_the_ticket() -> None:
	exact = target(RESOLUTION, "mail, P2", services="Mail", priorities="P2")
	book = AgreementBook([sla("Acme", target(RESOLUTION), exact, customers="Acme")])

	layer = book.cover(ACME, MONDAY).layer("resolution")

	assert layer is not None and layer.target is exact
	assert book.cover(ACME, MONDAY).layer("response") is None


def test_each_metric_of_a_ticket_is_measured_by_the_agreement_that_promises_it() -> None:
	opened = ticket(("Mon 1 Jun 09:00", "customer Acme"), ("Mon 1 Jun 09:00", "opened"))
	book = AgreementBook([sla("Company"), sla("Acme", target(RESPONSE), customers="Acme")])

	found = assess(opened, book, at("Mon 1 Jun 10:00")).to_customer

	assert {one.metric: one.agreement.name for one in found} == {"response": "Acme", "resolution": "Company"}


def test_a_change_of_priority_may_hand_a_metric_to_a_less_close_agreement() -> None:
	changed = ticket(
		("Mon 1 Jun 09:00", "customer Acme"),
		("Mon 1 Jun 09:00", "priority P1"),
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 11:00", "priority P2"),
	)
	book = AgreementBook(
		[
			sla("Company", target(RESOLUTION, "company")),
			sla("Acme", target(RESOLUTION, "Acme P1", priorities="P1"), customers="Acme"),
		]
	)

	(promise,) = promises_to_customer(changed, book, at("Mon 1 Jun 17:00"))

	assert [piece.target.name for piece in promise.plan if piece.target] == ["Acme P1", "company"]
	assert [source.name for source in promise.sources if source] == ["Acme", "Company"]


def test_where_nobody_promises_a_metric_any_more_the_closest_agreement_answers_for_it() -> None:
	changed = ticket(
		("Mon 1 Jun 09:00", "customer Acme"),
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 11:00", "customer Bolt"),
	)
	book = AgreementBook(
		[sla("Acme", target(CLOSURE), customers="Acme"), sla("Bolt", target(RESPONSE), customers="Bolt")]
	)

	closure = next(
		one for one in promises_to_customer(changed, book, at("Mon 1 Jun 17:00")) if one.metric == "closure"
	)

	assert [source.name for source in closure.sources if source] == ["Acme", "Bolt"]


def test_olas_that_any_agreement_on_the_ticket_rests_on_are_preferred() -> None:
	def ola(name: str) -> Agreement:
		return Agreement(
			name, AgreementKind.OLA, OFFICE, (target(TURNAROUND),), parties=frozenset({"Network"})
		)

	walked = ticket(
		("Mon 1 Jun 09:00", "customer Acme"),
		("Mon 1 Jun 09:00", "team Network"),
		("Mon 1 Jun 09:00", "opened"),
	)
	book = AgreementBook(
		[
			sla("Company", rests_on=("Z",)),
			sla("Acme", target(RESPONSE), customers="Acme"),
			ola("A"),
			ola("Z"),
		]
	)
	asked = at("Mon 1 Jun 17:00")

	(promise,) = promises_beneath(walked, book, asked, team_tenures(walked, asked))

	assert [source.name for source in promise.sources if source] == ["Z"]


# --- Why not ---------------------------------------------------------------------------------------------


def test_candidates_say_what_each_promises_and_why_the_others_promise_nothing() -> None:
	book = AgreementBook(
		[
			sla("Company"),
			sla("House", default=True),
			sla("Mail", target(RESOLUTION), services="Mail"),
			sla("Germans", target(RESPONSE), territories="Germany"),
			sla("Acme", target(CLOSURE, priorities="P1"), customers="Acme"),
			sla("Changes", target(CLOSURE), conditions=(one_of(Property.TYPE, "Change"),)),
		]
	)

	found = book.candidates(ACME, MONDAY)

	assert [(one.agreement.name, one.rejected, one.metrics) for one in found] == [
		("Acme", Rejection.NO_TARGET, ()),
		("Germans", None, ("response",)),
		("Mail", None, ("resolution",)),
		("Changes", Rejection.CONDITION, ()),
		("Company", Rejection.LESS_SPECIFIC, ()),
		("House", Rejection.DEFAULT, ()),
	]
	assert [one.property for one in found if one.rejected is Rejection.CONDITION] == [Property.TYPE]


# --- Conditions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("condition", "applies"),
	[
		pytest.param(one_of(Property.TYPE, "Incident", "Outage"), True, id="one of them"),
		pytest.param(one_of(Property.TYPE, "Outage"), False, id="another"),
		pytest.param(none_of(Property.TYPE, "Question"), True, id="none of them"),
		pytest.param(none_of(Property.TYPE, "Incident"), False, id="one that it must not be"),
		pytest.param(one_of(Property.PRIORITY, "P2"), True, id="priority"),
		pytest.param(one_of(Property.CUSTOMER, "Bolt"), False, id="customer"),
		pytest.param(one_of(Property.CUSTOMER_GROUP, "Industry"), True, id="customer group"),
		pytest.param(none_of(Property.TERRITORY, "Germany"), False, id="territory"),
		pytest.param(one_of(Property.SERVICE, "Web"), False, id="service"),
	],
)
def test_an_agreement_applies_where_its_condition_holds(condition: Condition, applies: bool) -> None:
	book = AgreementBook([sla("Company", conditions=(condition,))])

	assert bool(promised(book)) is applies


def test_what_a_ticket_does_not_say_is_none_of_the_values() -> None:
	book = AgreementBook(
		[
			sla("one", target(RESPONSE), conditions=(one_of(Property.TYPE, "Incident"),)),
			sla("none", target(RESOLUTION), conditions=(none_of(Property.TYPE, "Incident"),)),
		]
	)

	assert promised(book, ACME._replace(type="")) == {"resolution": "none"}


def test_of_several_conditions_all_must_hold() -> None:
	conditions = (one_of(Property.TYPE, "Incident"), one_of(Property.PRIORITY, "P1"))
	book = AgreementBook([sla("Company", conditions=conditions)])

	assert promised(book) == {}
	assert promised(book, ACME._replace(priority="P1")) != {}


def test_within_a_level_more_conditions_are_closer() -> None:
	book = AgreementBook(
		[
			sla("A"),
			sla("B", conditions=(one_of(Property.TYPE, "Incident"),)),
			sla("C", conditions=(one_of(Property.TYPE, "Incident"), one_of(Property.PRIORITY, "P2"))),
			sla("D", services="Mail"),
		]
	)

	assert [one.name for one in book.cover(ACME, MONDAY).fitting] == ["D", "C", "B", "A"]


@pytest.mark.parametrize(
	"agreement",
	[
		pytest.param(
			{"conditions": (one_of(Property.TYPE, "A"), one_of(Property.TYPE, "B"))}, id="two values at once"
		),
		pytest.param(
			{"conditions": (one_of(Property.TYPE, "A"), none_of(Property.TYPE, "A"))}, id="a value and not"
		),
		pytest.param(
			{"conditions": (none_of(Property.CUSTOMER, "Acme"),), "customers": "Acme"}, id="not its customer"
		),
	],
)
def test_conditions_that_no_ticket_can_meet_are_refused(agreement: dict) -> None:
	with pytest.raises(ConditionsContradict, match="no ticket can meet all its conditions on the"):
		sla("A", **agreement)


def test_a_scope_and_a_condition_on_something_beneath_it_are_not_a_contradiction() -> None:
	sla("A", services="IT", conditions=(one_of(Property.SERVICE, "Mail"),))


# --- What lies beneath what ------------------------------------------------------------------------------

FOREST = Forest(
	{
		Property.SERVICE: {"IT": "", "Mail": "IT", "Web Mail": "Mail"},
		Property.TERRITORY: {"World": "", "Germany": "World", "Bavaria": "Germany"},
		Property.CUSTOMER_GROUP: {"All": "", "Industry": "All"},
	}
)


def in_trees(*agreements: Agreement) -> AgreementBook:
	return AgreementBook(agreements, [FOREST])


@pytest.mark.parametrize(
	"scope",
	[{"services": "IT"}, {"territories": "World"}, {"customer_groups": "All"}, {"services": "Other+IT"}],
	ids=str,
)
def test_an_agreement_is_for_all_that_lies_beneath_what_it_names(scope: dict[str, str]) -> None:
	assert promised(in_trees(sla("A", **scope))) != {}
	assert promised(in_trees(sla("A", **scope)), State(service="Else", territory="Else")) == {}


def test_the_agreement_that_names_what_lies_nearest_is_closer() -> None:
	book = in_trees(sla("A", services="IT"), sla("B", services="Mail"))

	assert promised(book)["response"] == "B"
	assert promised(book, ACME._replace(service="Web Mail"))["response"] == "B"
	assert promised(book, ACME._replace(service="IT"))["response"] == "A"


def test_the_target_for_what_lies_nearest_applies_and_a_service_goes_before_a_priority() -> None:
	rows = (
		target(RESOLUTION, "IT, P2", services="IT", priorities="P2"),
		target(RESOLUTION, "Mail", services="Mail"),
		target(RESOLUTION, "all"),
	)
	book = in_trees(sla("A", *rows))

	def chosen(service: str) -> str:
		layer = book.cover(ACME._replace(service=service), MONDAY).layer("resolution")
		return layer.target.name if layer else "-"

	assert [chosen(one) for one in ("Web Mail", "Mail", "IT", "Else")] == ["Mail", "Mail", "IT, P2", "all"]


def test_a_condition_on_a_name_is_about_all_that_lies_beneath_it() -> None:
	book = in_trees(
		sla("in", target(RESPONSE), conditions=(one_of(Property.TERRITORY, "World"),)),
		sla("out", target(RESOLUTION), conditions=(none_of(Property.TERRITORY, "World"),)),
	)

	assert promised(book) == {"response": "in"}
	assert promised(book, ACME._replace(territory="Mars")) == {"resolution": "out"}


def test_an_ola_for_a_group_of_services_is_for_those_beneath_it() -> None:
	ola = Agreement(
		"OLA",
		AgreementKind.OLA,
		OFFICE,
		(target(TURNAROUND),),
		parties=frozenset({"Desk"}),
		services=frozenset({"IT"}),
	)
	walked = ticket(
		("Mon 1 Jun 09:00", "service Mail"), ("Mon 1 Jun 09:00", "team Desk"), ("Mon 1 Jun 09:00", "opened")
	)
	asked = at("Mon 1 Jun 17:00")

	assert promises_beneath(walked, in_trees(ola), asked, team_tenures(walked, asked)) != ()


def test_a_move_in_a_tree_counts_for_tickets_opened_since() -> None:
	moved = Forest({Property.SERVICE: {"Mail": "Other"}}, at("Mon 1 Jun 12:00"))
	book = AgreementBook([sla("IT", services="IT")], [moved, FOREST])

	assert promised(book, ACME, at("Mon 1 Jun 11:59:59")) != {}
	assert promised(book, ACME, at("Mon 1 Jun 12:00")) == {}


def test_trees_that_go_in_a_circle_are_followed_once() -> None:
	circle = Forest({Property.SERVICE: {"A": "B", "B": "A"}})

	assert circle.path(Property.SERVICE, "A") == ("A", "B")
	assert circle.path(Property.SERVICE, "") == ("",)
	assert circle.path(Property.TYPE, "A") == ("A",)


# --- Overlaps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("one", "other"),
	[
		pytest.param(sla("1", target(RESPONSE)), sla("2", target(RESOLUTION)), id="other metrics"),
		pytest.param(
			sla("1", target(RESPONSE, priorities="P1")),
			sla("2", target(RESPONSE, priorities="P2")),
			id="priorities",
		),
		pytest.param(
			sla("1", conditions=(one_of(Property.TYPE, "A"),)),
			sla("2", conditions=(one_of(Property.TYPE, "B", "C"),)),
			id="conditions apart",
		),
		pytest.param(
			sla("1", conditions=(one_of(Property.TYPE, "A"),)),
			sla("2", conditions=(none_of(Property.TYPE, "A", "B"),)),
			id="one of, none of",
		),
		pytest.param(
			sla("1", customers="Acme"),
			sla("2", customers="Acme", conditions=(one_of(Property.TYPE, "A"),)),
			id="one narrowed down further",
		),
		pytest.param(sla("1", services="IT"), sla("2", services="Mail"), id="one beneath the other"),
		pytest.param(
			sla("1", conditions=(one_of(Property.SERVICE, "Mail"),)),
			sla("2", conditions=(none_of(Property.SERVICE, "IT"),)),
			id="outside what it lies beneath",
		),
	],
)
def test_agreements_that_no_ticket_is_equally_close_to_do_not_overlap(
	one: Agreement, other: Agreement
) -> None:
	in_trees(one, other)


@pytest.mark.parametrize(
	("one", "other"),
	[
		pytest.param(
			sla("1", target(RESPONSE, priorities="P1")), sla("2", target(RESPONSE)), id="one priority"
		),
		pytest.param(
			sla("1", conditions=(one_of(Property.TYPE, "A", "B"),)),
			sla("2", conditions=(one_of(Property.TYPE, "B"),)),
			id="a value of both",
		),
		pytest.param(
			sla("1", conditions=(none_of(Property.TYPE, "A"),)),
			sla("2", conditions=(none_of(Property.TYPE, "B"),)),
			id="neither",
		),
		pytest.param(
			sla("1", conditions=(one_of(Property.TYPE, "A"),)),
			sla("2", conditions=(one_of(Property.PRIORITY, "P1"),)),
			id="on different properties",
		),
		pytest.param(
			sla("1", conditions=(one_of(Property.SERVICE, "IT"),)),
			sla("2", conditions=(one_of(Property.SERVICE, "Mail"),)),
			id="conditions of which one lies beneath the other",
		),
		pytest.param(sla("1", services="IT+Mail"), sla("2", services="Mail"), id="the same name in both"),
	],
)
def test_agreements_that_a_ticket_may_be_equally_close_to_overlap(one: Agreement, other: Agreement) -> None:
	with pytest.raises(AgreementsOverlap):
		in_trees(one, other)


def test_settled_agreements_that_have_come_to_overlap_are_told_apart_by_name() -> None:
	book = AgreementBook([sla("B"), sla("A")], settled=True)

	assert promised(book)["response"] == "A"


# --- Against an oracle -----------------------------------------------------------------------------------

SERVICES = {"s": ("s",), "t": ("t", "s"), "u": ("u", "t", "s"), "x": ("x",), "": ("",)}
"""Each service with what it lies beneath."""
TERRITORIES = {"n": ("n",), "m": ("m", "n"), "": ("",)}
TREES = Forest({Property.SERVICE: {"t": "s", "u": "t"}, Property.TERRITORY: {"m": "n"}})
METRICS = (RESPONSE, RESOLUTION)


@dataclass(frozen=True)
class Spec:
	"""An agreement in plain words."""

	name: str
	customers: frozenset[str]
	territories: frozenset[str]
	services: frozenset[str]
	default: bool
	first: int
	types: tuple[frozenset[str], bool] | None
	priorities: tuple[frozenset[str], bool] | None
	rows: tuple[tuple[Metric, str, str], ...]

	def agreement(self) -> Agreement:
		conditions = [
			Condition(of, Values(*said))
			for of, said in ((Property.TYPE, self.types), (Property.PRIORITY, self.priorities))
			if said is not None
		]
		targets = [
			Target(
				f"{number}",
				metric,
				HOUR,
				OFFICE,
				priorities=frozenset({priority} - {""}),
				services=frozenset({service} - {""}),
			)
			for number, (metric, priority, service) in enumerate(self.rows)
		]
		return Agreement(
			self.name,
			AgreementKind.SLA,
			OFFICE,
			tuple(targets),
			valid_from=date(2026, 6, self.first),
			customers=self.customers,
			territories=self.territories,
			services=self.services,
			default=self.default,
			conditions=tuple(conditions),
		)

	def fits(self, state: State, day: int) -> bool:
		if day < self.first:
			return False
		if self.customers and state.customer not in self.customers:
			return False
		for names, path in (
			(self.territories, TERRITORIES[state.territory]),
			(self.services, SERVICES[state.service]),
		):
			if names and not any(name in names for name in path):
				return False
		for said, value in ((self.types, state.type), (self.priorities, state.priority)):
			if said is not None and (value in said[0]) == said[1]:
				return False
		return True

	def distance(self, state: State) -> tuple[int, ...]:
		"""The smaller, the closer."""
		if self.customers:
			level = 0 if self.services else 1
		elif self.territories:
			level = 2
		elif self.services:
			level = 3
		else:
			level = 5 if self.default else 4
		said = (self.customers, self.territories, self.services, self.types, self.priorities)
		away = [
			min((path.index(name) for name in names if name in path), default=0) if names else 0
			for names, path in (
				(self.territories, TERRITORIES[state.territory]),
				(self.services, SERVICES[state.service]),
			)
		]
		return level, -sum(1 for one in said if one), *away

	def promises(self, metric: Metric, state: State) -> bool:
		return any(
			of is metric
			and priority in ("", state.priority)
			and (not service or service in SERVICES[state.service])
			for of, priority, service in self.rows
		)


def by_hand(specs: list[Spec], state: State, day: int) -> dict[str, str]:
	"""Who promises what, looked up metric by metric among all agreements."""
	fitting = [one for one in specs if one.fits(state, day)]
	if any(one.distance(state)[0] < 5 for one in fitting):
		fitting = [one for one in fitting if one.distance(state)[0] < 5]
	found = {}
	for metric in METRICS:
		able = [one for one in fitting if one.promises(metric, state)]
		if able:
			found[metric.name] = min(able, key=lambda one: (one.distance(state), one.name)).name
	return found


def names(*values: str) -> st.SearchStrategy[frozenset[str]]:
	return st.frozensets(st.sampled_from(values), max_size=2)


conditions = st.none() | st.tuples(st.frozensets(st.sampled_from("ab"), min_size=1), st.booleans())
rows = st.lists(
	st.tuples(st.sampled_from(METRICS), st.sampled_from(["", "a", "b"]), st.sampled_from(["", "s", "t"])),
	min_size=1,
	max_size=3,
	unique=True,
).map(tuple)


def specs(name: str) -> st.SearchStrategy[Spec]:
	return st.builds(
		Spec,
		st.just(name),
		names("A", "B"),
		names("n", "m"),
		names("s", "t", "u"),
		st.booleans(),
		st.sampled_from([1, 2]),
		conditions,
		conditions,
		rows,
	)


states = st.builds(
	State,
	customer=st.sampled_from(["A", "B", ""]),
	territory=st.sampled_from(list(TERRITORIES)),
	service=st.sampled_from(list(SERVICES)),
	type=st.sampled_from(["a", "b", "z", ""]),
	priority=st.sampled_from(["a", "b", "z", ""]),
)


@given(st.tuples(*(specs(name) for name in "pqrst")), st.lists(states, min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_who_promises_what_is_what_one_finds_metric_by_metric(
	given_specs: tuple[Spec, ...], tickets: list[State]
) -> None:
	book = AgreementBook([one.agreement() for one in given_specs], [TREES], settled=True)

	for state, day in product(tickets, (1, 2)):
		opened = at(f"{'Mon' if day == 1 else 'Tue'} {day} Jun 10:00")
		assert promised(book, state, opened) == by_hand(list(given_specs), state, day)


def every_ticket() -> Iterator[State]:
	for customer, territory, service, kind, priority in product(
		("A", "B", ""), TERRITORIES, SERVICES, ("a", "b", "z"), ("a", "b", "z")
	):
		yield State(customer=customer, territory=territory, service=service, type=kind, priority=priority)


TICKETS = list(every_ticket())


@given(specs("p"), specs("q"))
@settings(max_examples=200, deadline=None)
def test_two_agreements_overlap_exactly_where_some_ticket_is_equally_close_to_both(
	one: Spec, other: Spec
) -> None:
	overlap = any(
		one.fits(state, 2)
		and other.fits(state, 2)
		and one.distance(state) == other.distance(state)
		and any(one.promises(metric, state) and other.promises(metric, state) for metric in METRICS)
		for state in TICKETS
	)

	try:
		AgreementBook([one.agreement(), other.agreement()], [TREES])
	except AgreementsOverlap:
		assert overlap
	else:
		assert not overlap


value_sets = st.builds(Values, st.frozensets(st.sampled_from("abc")), st.booleans())


@given(value_sets, value_sets)
def test_sets_of_values_meet_in_what_both_have(one: Values, other: Values) -> None:
	for value in ("a", "b", "c", "another", ""):
		assert (value in (one & other)) == (value in one and value in other)
	assert bool(one & other) == any(value in one and value in other for value in ("a", "b", "c", "another"))


def test_a_scope_that_names_nothing_lets_in_anything() -> None:
	assert among([]) is ANY
	assert "" in ANY and "x" in ANY
	assert "x" not in among(["y"])


def test_a_ticket_that_passes_to_a_customer_without_agreement_has_no_promise_from_then_on() -> None:
	book = AgreementBook([sla("Acme's", customers="Acme")])
	timeline = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:00", "customer Acme"),
		("Mon 1 Jun 10:00", "customer Bolt"),
	)

	promise = promises_to_customer(timeline, book, at("Mon 1 Jun 12:00"))[0]

	assert [piece.target is None for piece in promise.plan] == [False, True]
	assert [source and source.name for source in promise.sources] == ["Acme's", None]


def test_covers_forgotten_for_want_of_room_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(agreements, "_COVERS_KEPT", 1)
	book = AgreementBook([sla("Acme's", customers="Acme"), sla("Bolt's", customers="Bolt")])

	found = [book.choose(State(customer=name), MONDAY) for name in ("Acme", "Bolt", "Acme", "Carl")]

	assert [one and one.name for one in found] == ["Acme's", "Bolt's", "Acme's", None]
