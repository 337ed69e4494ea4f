"""Holds the tickets of a log against profile and agreements: names that never meet, values that get lost.

Takes one ticket after the other and keeps sums. Measures nothing and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.scopes import FLAT, Property
from slm_extension.domain.timeline import Kind, State, Timeline
from slm_extension.replay.figures import counted, shown
from slm_extension.replay.name_counts import NameCount, NameCounts
from slm_extension.replay.profile import PROPERTIES
from slm_extension.replay.tickets import TicketLog

LISTED = 10
"""How many names a line lists before the others are counted."""

_KNOWN = 10_000
"""Names of one kind that are remembered as looked up already."""

_TURNS = frozenset({Kind.TEAM, Kind.SUPPLIER})


class Inspection:
	"""What a log does to names; without agreements only what the profile may have got wrong."""

	def __init__(self, book: AgreementBook | None = None) -> None:
		self._book = book
		self._forest = FLAT if book is None else book.forests[-1]
		self._reached: dict[str, tuple[str, ...]] = {}
		self._set: dict[Kind, int] = dict.fromkeys((kind for _, kind in PROPERTIES), 0)
		self._emptied = dict(self._set)
		self._promised = _Promised(book.agreements if book is not None else ())
		self._no_agreement, self._no_target = NameCounts(), NameCounts()
		self._tickets = 0

	def add(self, log: TicketLog) -> None:
		"""Look at one ticket. Raises a DomainError when its facts make no timeline."""
		self._tickets += 1
		given: set[Kind] = set()
		emptied: set[Kind] = set()
		for fact in log.facts:
			if fact.kind not in self._set:
				continue
			if fact.value:
				given.add(fact.kind)
				self._meet(fact.kind, fact.value)
			elif fact.kind in given:
				emptied.add(fact.kind)
		for kind in given:
			self._set[kind] += 1
		for kind in emptied:
			self._emptied[kind] += 1
		if self._book is not None:
			timeline = Timeline.of(log.ticket, log.facts)
			self._choose(self._book, timeline.state_at(timeline.opened), timeline)

	def _meet(self, kind: Kind, value: str) -> None:
		"""A value of the log is one of every name that it stands for, too."""
		of = _PROPERTIES.get(kind)
		for name in (value,) if of is None else self._stands_for(of, value):
			self._promised.met(kind, name)

	def _stands_for(self, of: Property, value: str) -> Iterable[str]:
		"""A value with what it lies beneath; a service with what it rests on, too, found once for each."""
		if of is not Property.SERVICE:
			return self._forest.path(of, value)
		if value not in self._reached:
			self._reached[value] = tuple(self._forest.reach(value))
		return self._reached[value]

	def _choose(self, book: AgreementBook, state: State, timeline: Timeline) -> None:
		cover = book.cover(state, timeline.opened)
		if cover.closest is None:
			self._no_agreement.add(state.customer)
		elif not cover.layers:
			self._no_target.add(state.priority)

	def warnings(self) -> Iterator[str]:
		"""Sentences about properties that become empty where they probably only were not repeated."""
		for name, kind in PROPERTIES:
			emptied, given = self._emptied[kind], self._set[kind]
			# A ticket goes back to the queue, a supplier is done with it: that is empty and meant so.
			share = 2 if kind in _TURNS else 4
			if emptied and kind is not Kind.SUPPLIER and emptied * share > given:
				yield (
					f"Warning: the {name.replace('_', ' ')} becomes empty on {emptied:,} of "
					f'{counted(given, "ticket")} that had one; did you mean blank = "unchanged" under [log]?'
				)

	def findings(self) -> Iterator[str]:
		"""Lines about names that agreements and log do not share; none when they fit together."""
		for kind, names in self._promised.never_met():
			yield f"In the agreements, never in the log: {_PLURALS[kind]} {_listed(names)}."
		if self._no_agreement.total:
			yield (
				f"No agreement applies to {self._no_agreement.total:,} of {counted(self._tickets, 'ticket')}: "
				f"{named(self._no_agreement, 'customer')}."
			)
		if self._no_target.total:
			yield (
				f"An agreement applies, but none of its targets, to {self._no_target.total:,} of "
				f"{counted(self._tickets, 'ticket')}: {named(self._no_target, 'priority')}."
			)


_PLURALS = {
	Kind.CUSTOMER: "customers",
	Kind.CUSTOMER_GROUP: "customer groups",
	Kind.TERRITORY: "territories",
	Kind.SERVICE: "services",
	Kind.PRIORITY: "priorities",
	Kind.TYPE: "types",
	Kind.TEAM: "teams",
	Kind.SUPPLIER: "suppliers",
}


_KINDS = {one: Kind(one.value.replace("_", " ")) for one in Property}
_PROPERTIES = {kind: of for of, kind in _KINDS.items()}


@dataclass(slots=True)
class _Names:
	"""Names and patterns that nothing in the log has matched yet."""

	left: set[str]
	patterns: bool = False

	def met(self, name: str) -> None:
		self.left.discard(name)
		if self.patterns:
			self.left = {pattern for pattern in self.left if not fnmatchcase(name, pattern)}


class _Promised:
	"""The names of agreements, ticked off as the log has them."""

	def __init__(self, agreements: Iterable[Agreement]) -> None:
		self._names = {kind: _Names(set(), kind in _TURNS) for kind in _PLURALS}
		self._known: dict[Kind, set[str]] = {kind: set() for kind in _PLURALS}
		for agreement in agreements:
			self._note(Kind.CUSTOMER, agreement.customers)
			self._note(Kind.CUSTOMER_GROUP, agreement.customer_groups)
			self._note(Kind.TERRITORY, agreement.territories)
			self._note(Kind.SERVICE, agreement.services)
			for condition in agreement.conditions:
				self._note(_KINDS[condition.property], condition.values.names)
			self._note(Kind.TEAM, agreement.teams)
			party = {AgreementKind.OLA: Kind.TEAM, AgreementKind.UC: Kind.SUPPLIER}.get(agreement.kind)
			if party is not None:
				self._note(party, agreement.parties)
			for target in agreement.targets:
				self._note(Kind.PRIORITY, target.priorities)
				self._note(Kind.SERVICE, target.services)

	def _note(self, kind: Kind, names: Iterable[str]) -> None:
		self._names[kind].left.update(names)

	def met(self, kind: Kind, name: str) -> None:
		if kind not in self._names or name in self._known[kind] or not self._names[kind].left:
			return
		if len(self._known[kind]) < _KNOWN:
			self._known[kind].add(name)
		self._names[kind].met(name)

	def never_met(self) -> Iterator[tuple[Kind, list[str]]]:
		for kind, names in self._names.items():
			if names.left:
				yield kind, sorted(names.left)


def named(counts: NameCounts, noun: str, number: int = LISTED) -> str:
	"""The most frequent names with their counts, and how many tickets the others have together."""
	return name_list(counts.largest(number), counts.total, noun)


def name_list(largest: Iterable[NameCount], total: int, noun: str) -> str:
	"""Names with their counts out of a total: 'customer "Bolt" 12, without customer 3, others 2'."""
	parts = []
	rest = total
	for one in largest:
		rest -= one.tickets
		who = f'{noun} "{shown(one.name, 60)}"' if one.name else f"without {noun}"
		parts.append(f"{who} {one.tickets:,}")
	if rest:
		parts.append(f"others {rest:,}")
	return ", ".join(parts)


def _listed(names: list[str]) -> str:
	few = ", ".join(f'"{shown(name, 60)}"' for name in names[:LISTED])
	return f"{few} and {len(names) - LISTED:,} more" if len(names) > LISTED else few
