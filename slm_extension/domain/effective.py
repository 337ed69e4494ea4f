"""What an agreement comes to among all others: for each metric, priority and service the target that wins.

It enumerates the tickets that agreements and targets tell apart, one for all that they do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from slm_extension.domain.agreements import Agreement, AgreementBook, Cover
from slm_extension.domain.instants import Instant
from slm_extension.domain.scopes import Property
from slm_extension.domain.targets import Target, select
from slm_extension.domain.timeline import State

OTHERS = ""
"""Stands for every value that no agreement or target names, among values that they do."""


@dataclass(frozen=True, slots=True)
class EffectiveTarget:
	"""A target and the tickets on which it is the one that applies: any of these priorities with any of these
	services and types. Empty means all; OTHERS among them, all that are not named by anybody.

	A `target` of None with no agreement: on these tickets nobody promises the metric.
	"""

	metric: str
	agreement: Agreement | None
	target: Target | None
	priorities: tuple[str, ...]
	services: tuple[str, ...]
	types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Axis:
	"""The values of a property that somebody tells apart, OTHERS last where there are others."""

	of: Property
	values: tuple[str, ...]

	def shown(self, values: Iterable[str]) -> tuple[str, ...]:
		"""Some of the values in their order; empty where they are all."""
		found = frozenset(values)
		return () if len(found) == len(self.values) else tuple(one for one in self.values if one in found)


_Cell = tuple[str, str, str]
_FREE = frozenset({Property.SERVICE, Property.PRIORITY, Property.TYPE})


def effective(
	book: AgreementBook, base: State, opened: Instant, services: Iterable[str] = ()
) -> tuple[EffectiveTarget, ...]:
	"""The targets that apply to tickets of this customer, customer group and territory, opened then.

	`services` limits them to tickets for these, or for what lies beneath them; without any, all. They come in the
	order of the metrics as the closest agreement has them; what nobody promises is told last of a metric.
	"""
	near = book.around(base, opened, _FREE)
	axes = (
		_axis(book, near, Property.SERVICE, opened, frozenset(services)),
		_axis(book, near, Property.PRIORITY, opened),
		_axis(book, near, Property.TYPE, opened),
	)
	covers: dict[_Cell, tuple[State, Cover]] = {}
	for service, priority, kind in product(*(axis.values for axis in axes)):
		state = base._replace(service=service, priority=priority, type=kind)
		covers[service, priority, kind] = state, book.cover(state, opened)
	metrics = dict.fromkeys(metric for _, cover in covers.values() for metric in cover.metrics)
	return tuple(row for metric in metrics for row in _rows(metric, covers, axes, opened))


def representative(agreement: Agreement) -> State:
	"""A ticket of an agreement by customer, customer group and territory, as far as it says for whom it is."""
	found = {of: min(names, default=OTHERS) for of, names in agreement.scopes}
	for one in agreement.conditions:
		if found.get(one.property, OTHERS) not in one.values and not one.values.others:
			found[one.property] = min(one.values.names)
	return State(
		customer=found[Property.CUSTOMER],
		customer_group=found[Property.CUSTOMER_GROUP],
		territory=found[Property.TERRITORY],
	)


def _axis(
	book: AgreementBook,
	near: Iterable[Agreement],
	of: Property,
	opened: Instant,
	within: frozenset[str] = frozenset(),
) -> _Axis:
	"""The values of a property by which agreements differ; one stands for all that lies beneath it unnamed."""
	named = set(within)
	for agreement in near:
		for scope, names in agreement.scopes:
			named |= names if scope is of else frozenset()
		for condition in agreement.conditions:
			named |= condition.values.names if condition.property is of else frozenset()
		for target in agreement.targets:
			named |= {Property.SERVICE: target.services, Property.PRIORITY: target.priorities}.get(of, set())
	if within:
		forest = book.forest_at(opened)
		return _Axis(of, tuple(sorted(one for one in named if not within.isdisjoint(forest.path(of, one)))))
	return _Axis(of, (*sorted(named), OTHERS))


def _rows(
	metric: str,
	covers: Mapping[_Cell, tuple[State, Cover]],
	axes: tuple[_Axis, _Axis, _Axis],
	opened: Instant,
) -> Iterator[EffectiveTarget]:
	"""The tickets of each target that wins somewhere, in as few rows as say it exactly."""
	won: dict[tuple[int, int], tuple[Agreement | None, Target | None, list[_Cell]]] = {}
	for cell, (state, cover) in covers.items():
		layer = cover.layer(metric)
		agreement = None if layer is None else layer.agreement
		target = None
		if agreement is not None:
			target = select(agreement.targets_for(metric, opened), state, cover.services)
		won.setdefault((id(agreement), id(target)), (agreement, target, []))[2].append(cell)
	for agreement, target, cells in sorted(won.values(), key=lambda one: one[1] is None):
		for services, priorities, kinds in _blocks(cells):
			yield EffectiveTarget(
				metric,
				agreement,
				target,
				axes[1].shown(priorities),
				axes[0].shown(services),
				axes[2].shown(kinds),
			)


_Block = tuple[frozenset[str], frozenset[str], frozenset[str]]


def _blocks(cells: Sequence[_Cell]) -> Iterator[_Block]:
	"""Cells as services by priorities by types, each cell in one block."""
	priorities: dict[tuple[str, str], set[str]] = defaultdict(set)
	for service, priority, kind in cells:
		priorities[service, kind].add(priority)
	services: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
	for (service, kind), found in priorities.items():
		services[kind, frozenset(found)].add(service)
	kinds: dict[tuple[frozenset[str], frozenset[str]], set[str]] = defaultdict(set)
	for (kind, some), of_services in services.items():
		kinds[frozenset(of_services), some].add(kind)
	for (some_services, some_priorities), of_kinds in kinds.items():
		yield some_services, some_priorities, frozenset(of_kinds)
