"""Which tickets something is for: properties, sets of their values, conditions, and what lies beneath what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from operator import attrgetter

from slm_extension.domain.instants import FIRST, Instant
from slm_extension.domain.service_links import NO_LINKS, Direction, ServiceLinks
from slm_extension.domain.timeline import State


class Property(Enum):
	"""What agreements and targets are chosen by; the value is the name of the field of State."""

	# Members are single objects; the enum's own hash is a call into Python for every look-up.
	__hash__ = object.__hash__

	PRIORITY = "priority"
	SERVICE = "service"
	CUSTOMER = "customer"
	CUSTOMER_GROUP = "customer_group"
	TERRITORY = "territory"
	TYPE = "type"

	def of(self, state: State) -> str:
		value: str = getattr(state, self.value)
		return value


Selectors = tuple[str, str, str, str, str, str]
"""The values of all properties of a ticket, in the order of Property."""

selectors_of = attrgetter(*(one.value for one in Property))
"""The Selectors of a State."""


@dataclass(frozen=True, slots=True)
class Values:
	"""A set of values of a property: those named or, with `others`, all but those. There is always another value."""

	names: frozenset[str]
	others: bool = False

	def __contains__(self, value: str) -> bool:
		return (value in self.names) is not self.others

	def __and__(self, other: Values) -> Values:
		if self.others and other.others:
			return Values(self.names | other.names, True)
		if self.others:
			return Values(other.names - self.names)
		return Values(self.names - other.names if other.others else self.names & other.names)

	def __bool__(self) -> bool:
		return self.others or bool(self.names)


ANY = Values(frozenset(), True)


def among(names: Iterable[str]) -> Values:
	"""The values a scope lets in; an empty one lets in any."""
	found = frozenset(names)
	return Values(found) if found else ANY


@dataclass(frozen=True, slots=True)
class Condition:
	"""What must hold for a property of a ticket; a name stands for all that lies beneath it, too."""

	property: Property
	values: Values

	def holds(self, path: tuple[str, ...]) -> bool:
		"""Whether it holds for a value, given with what that lies beneath."""
		return self.values.names.isdisjoint(path) is self.values.others


@dataclass(frozen=True, slots=True)
class Forest:
	"""What lies right beneath what from an instant on, by property: the name of a thing -> that of its parent.

	`links` say which services rest on which others, wherever those lie.
	"""

	parents: Mapping[Property, Mapping[str, str]] = field(default_factory=dict)
	since: Instant = FIRST
	links: ServiceLinks = NO_LINKS

	def path(self, of: Property, value: str) -> tuple[str, ...]:
		"""A value and all that it lies beneath, the nearest first; a circle is followed once."""
		parents = self.parents.get(of)
		if not parents or not value:
			return (value,)
		found = [value]
		while (above := parents.get(found[-1], "")) and above not in found:
			found.append(above)
		return tuple(found)

	def reach(self, service: str) -> dict[str, int]:
		"""How far from a service lies what an agreement beneath may name for it, the nearest first.

		First itself and all that it lies beneath; then what it rests on over one link, over two and so on, each
		with all that this lies beneath. What is equally far has the same number, and comes by name.
		"""
		found = {name: (0, above) for above, name in enumerate(self.path(Property.SERVICE, service))}
		for links, ring in enumerate(self.links.rings(service, Direction.DOWN), 1):
			for lower in ring:
				for above, name in enumerate(self.path(Property.SERVICE, lower)):
					found[name] = min(found.get(name, (links, above)), (links, above))
		distances = {step: far for far, step in enumerate(sorted(set(found.values())))}
		return {name: distances[found[name]] for name in sorted(found, key=lambda one: (found[one], one))}

	def leading_to(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
		"""The links over which services rest on one of these, or on what lies beneath one of them."""
		lower = self.beneath(Property.SERVICE, Values(frozenset(names))).names
		ends = lower.union(*(ring for name in lower for ring in self.links.rings(name, Direction.UP)))
		return tuple(link for link in self.links if link[1] in ends)

	def beneath(self, of: Property, values: Values) -> Values:
		"""The same values with, for each name, all that lies beneath it."""
		parents = self.parents.get(of)
		if not parents or not values.names:
			return values
		lower = (name for name in parents if not values.names.isdisjoint(self.path(of, name)))
		return Values(values.names.union(lower), values.others)


FLAT = Forest()


def steps(names: frozenset[str], path: Iterable[str]) -> int | None:
	"""How far above a value the nearest of some names lies: 0 for itself, None where it is beneath none of them."""
	for number, name in enumerate(path):
		if name in names:
			return number
	return None


def in_order(forests: Iterable[Forest]) -> Iterator[Forest]:
	"""The first for all time before it, the later ones from their instants on."""
	given = sorted(forests, key=lambda one: one.since) or [FLAT]
	yield replace(given[0], since=FIRST)
	yield from given[1:]
