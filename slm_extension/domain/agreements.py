"""Agreements: who promised what to whom and from when, which one applies to a ticket, and why."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from fnmatch import fnmatchcase
from functools import reduce
from itertools import combinations, pairwise, product
from operator import and_
from typing import NamedTuple

from slm_extension.domain.calendars import Calendar
from slm_extension.domain.clocks import Within
from slm_extension.domain.errors import (
	AgreementsOverlap,
	AmbiguousTargets,
	BackwardValidity,
	ConditionsContradict,
	DuplicateAgreement,
	NoTargets,
	PartyMissing,
	RestsOnItself,
	RestsOnUnknown,
	RestsOnWrongKind,
)
from slm_extension.domain.instants import FIRST, LAST, Instant, end_of, midnight, moment
from slm_extension.domain.legs import Party, Tenure
from slm_extension.domain.scopes import (
	ANY,
	FLAT,
	Condition,
	Forest,
	Property,
	Selectors,
	Values,
	among,
	in_order,
	selectors_of,
	steps,
)
from slm_extension.domain.targets import Piece, Services, Target, select
from slm_extension.domain.timeline import State, Timeline

_COVERS_KEPT = 8192
"""So many combinations of properties are remembered with what applies to them."""


class AgreementKind(Enum):
	"""R079 and R103: the three kinds of agreement, and the provider's own commitment."""

	SLA = "SLA"
	OLA = "OLA"
	UC = "UC"
	COMMITMENT = "commitment"

	@property
	def customer_facing(self) -> bool:
		return self in (AgreementKind.SLA, AgreementKind.COMMITMENT)


class Level(Enum):
	"""How close an agreement is to a ticket; of those that apply, the highest value wins (R084-R086)."""

	DEFAULT = 0
	CORPORATE = 1
	SERVICE = 2
	TERRITORY = 3
	CUSTOMER_GROUP = 4
	CUSTOMER = 5
	CUSTOMER_AND_SERVICE = 6


@dataclass(frozen=True, slots=True)
class Edition:
	"""What the targets of an agreement are from an instant on, because a calendar of theirs was changed then.

	Clocks decided before keep their verdict; those that run are counted anew.
	"""

	since: Instant
	targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
	"""One version of an agreement.

	In force from `valid_from` to `valid_until`, both days included, in its calendar's zone; None means until a
	later version starts. `parties` are the teams of an OLA or the suppliers of a UC; `*` and `?` in
	a name stand for any characters and for one. An empty `customers`,
	`customer_groups`, `territories` or `services` means any; a name stands for all that lies beneath it, too.
	All `conditions` must hold as well. `default` marks what applies when nothing else
	does. `teams` are the provider's own front line, for attribution. `rests_on` names OLAs and UCs.
	Raises a kind of InvalidAgreement.
	"""

	name: str
	kind: AgreementKind
	calendar: Calendar
	targets: tuple[Target, ...]
	valid_from: date | None = None
	valid_until: date | None = None
	version: int = 1
	customers: frozenset[str] = frozenset()
	customer_groups: frozenset[str] = frozenset()
	territories: frozenset[str] = frozenset()
	services: frozenset[str] = frozenset()
	parties: frozenset[str] = frozenset()
	teams: frozenset[str] = frozenset()
	rests_on: tuple[str, ...] = ()
	default: bool = False
	editions: tuple[Edition, ...] = ()
	conditions: tuple[Condition, ...] = ()
	starts: Instant = field(init=False, compare=False, repr=False)
	ends: Instant = field(init=False, compare=False, repr=False)

	def __post_init__(self) -> None:
		if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
			raise BackwardValidity(agreement=self.name, start=self.valid_from, until=self.valid_until)
		if not self.targets:
			raise NoTargets(agreement=self.name)
		_check_ambiguity(self)
		_check_conditions(self)
		zone = self.calendar.zone
		start = FIRST if self.valid_from is None else midnight(self.valid_from, zone)
		end = LAST if self.valid_until is None else end_of(self.valid_until, zone)
		object.__setattr__(self, "starts", start)
		object.__setattr__(self, "ends", end)

	@property
	def level(self) -> Level:
		if self.customers:
			return Level.CUSTOMER_AND_SERVICE if self.services else Level.CUSTOMER
		if self.customer_groups:
			return Level.CUSTOMER_GROUP
		if self.territories:
			return Level.TERRITORY
		if self.services:
			return Level.SERVICE
		return Level.DEFAULT if self.default else Level.CORPORATE

	@property
	def rank(self) -> tuple[int, int]:
		"""The larger, the closer to a ticket: its level, then by how many scopes and conditions it is narrowed down."""
		narrowed = sum(1 for _, names in self.scopes if names)
		return self.level.value, narrowed + len({one.property for one in self.conditions})

	@property
	def scopes(self) -> tuple[tuple[Property, frozenset[str]], ...]:
		"""For whom and what it is, the closest property first; an empty one means any."""
		return (
			(Property.CUSTOMER, self.customers),
			(Property.CUSTOMER_GROUP, self.customer_groups),
			(Property.TERRITORY, self.territories),
			(Property.SERVICE, self.services),
		)

	@property
	def metrics(self) -> tuple[str, ...]:
		"""The names of the metrics it promises something on, in the order of its targets."""
		return tuple(dict.fromkeys(target.metric.name for target in self.targets))

	def targets_for(self, metric: str, at: Instant | None = None) -> tuple[Target, ...]:
		"""Its targets on a metric, in the edition that counts at `at`; the first one unless said."""
		targets = self.targets
		for edition in self.editions:
			if at is not None and edition.since <= at:
				targets = edition.targets
		return tuple(target for target in targets if target.metric.name == metric)


class Rejection(Enum):
	"""Why an agreement promises nothing on a ticket."""

	NOT_YET = "not in force yet"
	NO_LONGER = "no longer in force"
	CUSTOMER = "another customer"
	CUSTOMER_GROUP = "another customer group"
	TERRITORY = "another territory"
	SERVICE = "another service"
	CONDITION = "a condition that does not hold"
	NO_TARGET = "its targets are for other tickets"
	LESS_SPECIFIC = "closer agreements promise all that it does"
	DEFAULT = "a default, and another agreement applies"


@dataclass(frozen=True, slots=True)
class Mismatch:
	"""What keeps an agreement from a ticket, and which property of the ticket it is, where it is one."""

	why: Rejection
	property: Property | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
	"""An agreement that was looked at; `rejected` is None for one that promises something on the ticket.

	`metrics` are what it promises on the ticket. `property` is the one that a condition did not hold for.
	"""

	agreement: Agreement
	rejected: Rejection | None
	metrics: tuple[str, ...] = ()
	property: Property | None = None


@dataclass(frozen=True, slots=True)
class Layer:
	"""Who promises one metric on a ticket: the closest agreement with a target for it; the target as first agreed."""

	metric: str
	agreement: Agreement
	target: Target


@dataclass(frozen=True, slots=True)
class Cover:
	"""What applies to a ticket: the agreements that fit it, the closest first, and what comes from which.

	A default fits only where nothing else does. `paths` are the ticket's properties, each with what it lies beneath;
	`reach` says how far away the services lie that agreements beneath may be for, the nearest first.
	"""

	fitting: tuple[Agreement, ...]
	layers: tuple[Layer, ...]
	paths: Mapping[Property, tuple[str, ...]] = field(compare=False)
	reach: Mapping[str, int] = field(compare=False)
	by_metric: Mapping[str, Layer] = field(init=False, compare=False, repr=False)
	metrics: tuple[str, ...] = field(init=False, compare=False, repr=False)
	"""What the agreements that fit are about, whether they promise it for this ticket or not."""
	rests_on: frozenset[str] = field(init=False, compare=False, repr=False)
	"""What the closest agreement, and those that promise something, rest on."""

	def __post_init__(self) -> None:
		about = dict.fromkeys(metric for one in self.fitting for metric in one.metrics)
		behind = [*self.fitting[:1], *(layer.agreement for layer in self.layers)]
		object.__setattr__(self, "by_metric", {layer.metric: layer for layer in self.layers})
		object.__setattr__(self, "metrics", tuple(about))
		object.__setattr__(self, "rests_on", frozenset(name for one in behind for name in one.rests_on))

	@property
	def services(self) -> tuple[str, ...]:
		return self.paths[Property.SERVICE]

	@property
	def closest(self) -> Agreement | None:
		return self.fitting[0] if self.fitting else None

	def layer(self, metric: str) -> Layer | None:
		return self.by_metric.get(metric)

	def metrics_of(self, agreement: Agreement) -> tuple[str, ...]:
		return tuple(layer.metric for layer in self.layers if layer.agreement is agreement)


_Under = tuple[AgreementKind, str, frozenset[str], Selectors, int]
"""What decides which agreement underpins a ticket: kind, party, what is preferred, properties and time."""


@dataclass(frozen=True, slots=True)
class Underpinning:
	"""What a team or supplier has promised for tickets like one, for as long as it has them.

	`metrics` are those that it promises on such a ticket. `service` is the nearest that the agreement names, where
	the ticket's service only rests on that, else empty.
	"""

	party: Party
	name: str
	agreement: Agreement
	metrics: tuple[str, ...]
	service: str = ""


class AgreementBook:
	"""All agreements of a provider, checked against each other once, and asked for every ticket.

	`forests` say what services, customer groups and territories lie beneath, and what services rest on; what held
	when a ticket was opened counts. Agreements that are `settled` were checked for overlaps when each was made, and are not again: two
	that trees have moved onto each other since are told apart by name.

	Raises DuplicateAgreement, AgreementsOverlap, RestsOnUnknown, RestsOnItself, RestsOnWrongKind,
	PartyMissing.
	"""

	def __init__(
		self, agreements: Iterable[Agreement], forests: Iterable[Forest] = (), settled: bool = False
	) -> None:
		self.agreements = _close_versions(tuple(agreements))
		self.forests = tuple(in_order(forests))
		for agreement in self.agreements:
			_check_parties(agreement)
		_check_links(self.agreements)
		self._facing = [one for one in self.agreements if one.kind.customer_facing]
		if not settled:
			_check_overlaps(self._facing, self.forests[-1])
		self._by_customer: dict[str, list[Agreement]] = defaultdict(list)
		self._general: list[Agreement] = []
		for agreement in self._facing:
			for customer in agreement.customers:
				self._by_customer[customer].append(agreement)
			if not agreement.customers:
				self._general.append(agreement)
		self._beneath = [one for one in self.agreements if not one.kind.customer_facing]
		self._bound: dict[tuple[AgreementKind, str], list[Agreement]] = {}
		moved = {one.since for one in self.forests}
		self._edges = sorted(moved.union(*((one.starts, one.ends) for one in self._facing)))
		self._edges_beneath = sorted(moved.union(*((one.starts, one.ends) for one in self._beneath)))
		self._covers: dict[tuple[Selectors, int], Cover] = {}
		self._reaches: dict[tuple[str, Instant], Mapping[str, int]] = {}
		self._underpinned: dict[_Under, Agreement | None] = {}

	@property
	def has_underpinning(self) -> bool:
		"""Whether there is any OLA or UC at all."""
		return bool(self._beneath)

	def cover(self, state: State, opened: Instant) -> Cover:
		"""What applies to a ticket of these properties opened then.

		For each metric the closest agreement that has a target for such a ticket promises it; what that one says
		nothing about is left to those less close: customer and service, customer, customer group, territory,
		service, corporate. A default applies where no other agreement does. Within a level the one narrowed down
		further is closer, then the one that names what lies nearest, then the one named first in the alphabet,
		so that the choice never depends on an order of storage.
		"""
		# Nothing that decides it changes between two edges, so that all tickets opened there share it.
		key = selectors_of(state), bisect_right(self._edges, opened)
		found = self._covers.get(key)
		if found is None:
			if len(self._covers) >= _COVERS_KEPT:
				self._covers.clear()
				self._reaches.clear()
			found = self._covers[key] = self._cover(state, opened)
		return found

	def _cover(self, state: State, opened: Instant) -> Cover:
		paths = self._paths(state, opened)
		fitting = [
			agreement
			for agreement in [*self._by_customer.get(state.customer, ()), *self._general]
			if _mismatch(agreement, paths, opened) is None
		]
		fitting.sort(key=lambda one: _precedence(one, paths))
		own = [one for one in fitting if one.level is not Level.DEFAULT]
		fitting = own or fitting
		services = paths[Property.SERVICE]
		layers: dict[str, Layer] = {}
		for agreement in fitting:
			for metric in agreement.metrics:
				if metric not in layers:
					target = select(agreement.targets_for(metric), state, services)
					if target is not None:
						layers[metric] = Layer(metric, agreement, target)
		return Cover(tuple(fitting), tuple(layers.values()), paths, self._reach(state.service, opened))

	def forest_at(self, opened: Instant) -> Forest:
		"""What lay beneath what at an instant."""
		return next((one for one in reversed(self.forests) if one.since <= opened), FLAT)

	def _paths(self, state: State, opened: Instant) -> _Paths:
		forest = self.forest_at(opened)
		return {one: forest.path(one, one.of(state)) for one in Property}

	def _reach(self, service: str, opened: Instant) -> Mapping[str, int]:
		"""What an agreement beneath may name on a ticket for a service, found once for each forest."""
		forest = self.forest_at(opened)
		key = service, forest.since
		found = self._reaches.get(key)
		if found is None:
			found = self._reaches[key] = forest.reach(service)
		return found

	def around(self, state: State, opened: Instant, free: frozenset[Property]) -> tuple[Agreement, ...]:
		"""The agreements with a customer that may fit a ticket like this, were only the free properties others."""
		paths = self._paths(state, opened)
		return tuple(one for one in self._facing if _mismatch(one, paths, opened, free) is None)

	def choose(self, state: State, opened: Instant) -> Agreement | None:
		"""The agreement with the customer that is closest to a ticket of these properties opened then."""
		return self.cover(state, opened).closest

	def candidates(self, state: State, opened: Instant) -> tuple[Candidate, ...]:
		"""Every agreement with a customer: the closest that fits, the others that promise something, all the rest.

		The closest is the first even where it promises nothing on this ticket.
		"""
		cover = self.cover(state, opened)
		paths = cover.paths
		near = [
			Candidate(one, _overruled(one, cover, state), cover.metrics_of(one))
			for one in sorted(self._facing, key=lambda one: _precedence(one, paths))
			if one in cover.fitting
		]
		first = [one for one in near if one.agreement is cover.closest or one.metrics]
		others = []
		for agreement in sorted(self._facing, key=lambda one: _precedence(one, paths)):
			if any(one.agreement is agreement for one in first):
				continue
			mismatch = _mismatch(agreement, paths, opened)
			why = _overruled(agreement, cover, state) if mismatch is None else mismatch.why
			others.append(Candidate(agreement, why, property=None if mismatch is None else mismatch.property))
		return (*first, *others)

	def underpinning(
		self, tenure: Tenure, rests_on: Collection[str], state: State, opened: Instant
	) -> Agreement | None:
		"""The OLA of a team, or UC of a supplier, for one tenure on a ticket of these properties opened then.

		It may be for the ticket's service, for what that lies beneath, or for a service that it rests on. One that
		the ticket's own agreements rest on is preferred, then the one narrowed down most, then the one that names
		what lies nearest (what is rested on farther than all else, over more links farther still), then one that
		names the party to one with a pattern.
		"""
		kind = AgreementKind.OLA if tenure.party is Party.TEAM else AgreementKind.UC
		wanted = frozenset(rests_on)
		# As with covers: nothing that decides it changes between two edges.
		key = kind, tenure.name, wanted, selectors_of(state), bisect_right(self._edges_beneath, opened)
		if key not in self._underpinned:
			if len(self._underpinned) >= _COVERS_KEPT:
				self._underpinned.clear()
			self._underpinned[key] = self._underpin(kind, tenure.name, wanted, state, opened)
		return self._underpinned[key]

	def _underpin(
		self, kind: AgreementKind, party: str, rests_on: frozenset[str], state: State, opened: Instant
	) -> Agreement | None:
		cover = self.cover(state, opened)
		paths, reach = cover.paths, cover.reach
		fitting = (
			agreement
			for agreement in self._binding(kind, party)
			if _mismatch(agreement, paths, opened, services=reach) is None
		)
		return min(
			fitting,
			key=lambda one: (
				one.name not in rests_on,
				[-part for part in one.rank],
				_nearness(one, paths, reach),
				party not in one.parties,
				one.name,
			),
			default=None,
		)

	def underpinnings(self, state: State, opened: Instant) -> tuple[Underpinning, ...]:
		"""What underpins a ticket like this while each of the teams and suppliers that agreements name has it."""
		cover = self.cover(state, opened)
		kinds = {AgreementKind.OLA: Party.TEAM, AgreementKind.UC: Party.SUPPLIER}
		named = {(one.kind, name) for one in self._beneath for name in one.parties}
		found = []
		for kind, name in sorted(named, key=lambda one: (one[0].value, one[1])):
			tenure = Tenure(kinds[kind], name, Within(opened, None))
			agreement = self.underpinning(tenure, cover.rests_on, state, opened)
			if agreement is not None:
				found.append(_underpinning(tenure, agreement, cover, state, opened))
		return tuple(found)

	def _binding(self, kind: AgreementKind, party: str) -> list[Agreement]:
		"""The agreements of a kind with a party of that name, found once for each name."""
		found = self._bound.get((kind, party))
		if found is None:
			found = [
				one
				for one in self._beneath
				if one.kind is kind
				and (party in one.parties or any(fnmatchcase(party, pattern) for pattern in one.parties))
			]
			self._bound[kind, party] = found
		return found


class Promise(NamedTuple):
	"""What is promised on one metric of one ticket: a plan for the clocks, and whose plan it is.

	`tenure` is set for the promise of a team or a supplier, None for one to the customer. `sources` are the
	agreements behind the pieces of the plan, in their order.
	"""

	metric: str
	plan: tuple[Piece, ...]
	sources: tuple[Agreement | None, ...]
	tenure: Tenure | None = None

	def agreement_behind(self, target: Target | None) -> Agreement | None:
		"""The agreement whose target a clock of this promise ended up with."""
		for piece, source in zip(reversed(self.plan), reversed(self.sources), strict=True):
			if piece.target is target and source is not None:
				return source
		return next((source for source in self.sources if source is not None), None)


def _underpinning(
	tenure: Tenure, agreement: Agreement, cover: Cover, state: State, opened: Instant
) -> Underpinning:
	metrics = tuple(
		metric
		for metric in agreement.metrics
		if select(agreement.targets_for(metric, opened), state, cover.reach) is not None
	)
	nearest = next((name for name in cover.reach if name in agreement.services), "")
	service = "" if nearest in cover.services else nearest
	return Underpinning(tenure.party, tenure.name, agreement, metrics, service)


Covered = tuple[Instant, State, Cover]
"""From an instant on a ticket is in that state, as far as agreements are chosen by it; and what covers it then."""

_Chosen = tuple[Instant, State, "Agreement | None", Cover]
"""The same with an agreement."""


def covers(timeline: Timeline, book: AgreementBook, asked: Instant) -> list[Covered]:
	"""What covers a ticket, from its opening on and from each change of what agreements are chosen by.

	The version in force when the ticket was opened counts, whatever came later; a change of priority, type,
	service or customer may bring in another target or another agreement of that day.
	"""
	opened = timeline.opened
	return [(start, state, book.cover(state, opened)) for start, state in _selectors(timeline, asked)]


def promises_to_customer(
	timeline: Timeline, book: AgreementBook, asked: Instant, covered: Sequence[Covered] | None = None
) -> tuple[Promise, ...]:
	"""All that is promised to the customer of a ticket, each metric by the closest agreement that speaks of it.

	`covered` is what `covers` says, for whoever has asked it already.
	"""
	covered = covers(timeline, book, asked) if covered is None else covered
	metrics = dict.fromkeys(metric for _, _, cover in covered for metric in cover.metrics)
	return tuple(_promise(metric, _layered(metric, covered), asked, None) for metric in metrics)


def _layered(metric: str, covered: Sequence[Covered]) -> list[_Chosen]:
	"""Who promises a metric, state by state; where nobody does, the closest agreement answers for that."""
	chosen: list[_Chosen] = []
	for start, state, cover in covered:
		layer = cover.layer(metric)
		chosen.append((start, state, cover.closest if layer is None else layer.agreement, cover))
	return chosen


def promises_beneath(
	timeline: Timeline,
	book: AgreementBook,
	asked: Instant,
	tenures: Sequence[Tenure],
	covered: Sequence[Covered] | None = None,
) -> tuple[Promise, ...]:
	"""What teams and suppliers have promised for each of their tenures of a ticket; `covered` as above."""
	if not tenures:
		return ()
	opened = timeline.opened
	covered = covers(timeline, book, asked) if covered is None else covered
	found: list[Promise] = []
	for tenure in tenures:
		state = timeline.state_at(tenure.within.start)
		agreement = book.underpinning(tenure, book.cover(state, opened).rests_on, state, opened)
		if agreement is not None:
			chosen: list[_Chosen] = [(start, state, agreement, cover) for start, state, cover in covered]
			found.extend(_promise(metric, chosen, asked, tenure) for metric in agreement.metrics)
	return tuple(found)


def _with_editions(choices: Sequence[_Chosen], asked: Instant) -> Iterator[_Chosen]:
	"""The same choices, cut as well where an edition of the chosen agreement begins."""
	for index, choice in enumerate(choices):
		yield choice
		start, state, agreement, cover = choice
		if agreement is not None and agreement.editions:
			end = choices[index + 1][0] if index + 1 < len(choices) else asked
			for edition in agreement.editions:
				if start < edition.since <= end:
					yield edition.since, state, agreement, cover


def _promise(metric: str, chosen: Sequence[_Chosen], asked: Instant, tenure: Tenure | None) -> Promise:
	pieces: list[Piece] = []
	sources: list[Agreement | None] = []
	for start, state, agreement, cover in _with_editions(chosen, asked):
		target = _target(metric, start, state, agreement, cover)
		if not pieces or pieces[-1].target is not target:
			pieces.append(Piece(start, target))
			sources.append(agreement)
	return Promise(metric, tuple(pieces), tuple(sources), tenure)


def _target(
	metric: str, at: Instant, state: State, agreement: Agreement | None, cover: Cover
) -> Target | None:
	"""What an agreement promises on a metric from an instant on; the cover knows it, unless there are editions."""
	if agreement is None:
		return None
	if agreement.kind.customer_facing and not agreement.editions:
		layer = cover.layer(metric)
		return layer.target if layer is not None and layer.agreement is agreement else None
	services: Services = cover.services if agreement.kind.customer_facing else cover.reach
	return select(agreement.targets_for(metric, at), state, services)


def _selectors(timeline: Timeline, asked: Instant) -> list[tuple[Instant, State]]:
	"""When a property by which agreements and targets are chosen took another value, and the state then."""
	found: list[tuple[Instant, State]] = []
	state: State | None = None
	for step in timeline.steps:
		if step.at > asked and found:
			break
		if step.state is state:
			continue
		state = step.state
		if not found or selectors_of(found[-1][1]) != selectors_of(state):
			if found and found[-1][0] == step.at:
				found.pop()
			found.append((step.at, state))
	return found


_Paths = Mapping[Property, tuple[str, ...]]
"""The properties of a ticket, each with what its value lies beneath, the nearest first."""


def _precedence(agreement: Agreement, paths: _Paths) -> tuple[int, int, tuple[int, ...], str, int]:
	level, narrowed = agreement.rank
	return -level, -narrowed, _nearness(agreement, paths), agreement.name, -agreement.version


def _nearness(
	agreement: Agreement, paths: _Paths, services: Mapping[str, int] | None = None
) -> tuple[int, ...]:
	"""How far from the ticket's own values the names of its scopes lie, the smaller the closer.

	`services` say it of services; where they do not, only what the ticket's service lies beneath counts.
	"""
	if services is None:
		return tuple(steps(names, paths[of]) or 0 if names else 0 for of, names in agreement.scopes)
	above = (steps(names, paths[of]) or 0 for of, names in agreement.scopes if of is not Property.SERVICE)
	return (*above, min((services[one] for one in agreement.services if one in services), default=0))


_REJECTIONS = {
	Property.CUSTOMER: Rejection.CUSTOMER,
	Property.CUSTOMER_GROUP: Rejection.CUSTOMER_GROUP,
	Property.TERRITORY: Rejection.TERRITORY,
	Property.SERVICE: Rejection.SERVICE,
}


def _mismatch(
	agreement: Agreement,
	paths: _Paths,
	opened: Instant,
	free: frozenset[Property] = frozenset(),
	services: Collection[str] | None = None,
) -> Mismatch | None:
	"""What keeps an agreement from a ticket; whom it is for says more than its dates, and is said first.

	Free properties may have any value. `services` are those that it may be for, where they are not the ticket's own
	with what that lies beneath; its conditions are on the ticket's own in any case.
	"""
	for of, names in agreement.scopes:
		if not names or of in free:
			continue
		if names.isdisjoint(paths[of] if services is None or of is not Property.SERVICE else services):
			return Mismatch(_REJECTIONS[of], of)
	for condition in agreement.conditions:
		if condition.property not in free and not condition.holds(paths[condition.property]):
			return Mismatch(Rejection.CONDITION, condition.property)
	if opened < agreement.starts:
		return Mismatch(Rejection.NOT_YET)
	if opened >= agreement.ends:
		return Mismatch(Rejection.NO_LONGER)
	return None


def _overruled(agreement: Agreement, cover: Cover, state: State) -> Rejection | None:
	"""Why an agreement that is for a ticket promises nothing on it; None for one that does."""
	if cover.metrics_of(agreement):
		return None
	if agreement not in cover.fitting:
		return Rejection.DEFAULT
	suitable = any(
		select(agreement.targets_for(metric), state, cover.services) is not None
		for metric in agreement.metrics
	)
	return Rejection.LESS_SPECIFIC if suitable else Rejection.NO_TARGET


def _close_versions(agreements: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
	"""A version ends on the day before the next one of the same name starts (R312)."""
	versions: dict[str, list[Agreement]] = defaultdict(list)
	for agreement in sorted(agreements, key=lambda one: (one.name, one.version)):
		versions[agreement.name].append(agreement)
	closed: list[Agreement] = []
	for name, line in versions.items():
		for one, following in pairwise(line):
			if one.version == following.version:
				raise DuplicateAgreement(agreement=name, version=one.version)
			eve = None if following.valid_from is None else following.valid_from - timedelta(days=1)
			if eve is not None and (one.valid_until is None or eve < one.valid_until):
				one = replace(one, valid_until=eve)
			closed.append(one)
		closed.append(line[-1])
	return tuple(closed)


def _check_ambiguity(agreement: Agreement) -> None:
	for first, second in combinations(agreement.targets, 2):
		if (
			first.metric.name == second.metric.name
			and first.precision == second.precision
			and _meet(first.priorities, second.priorities)
			and _meet(first.services, second.services)
		):
			raise AmbiguousTargets(
				agreement=agreement.name, first=first.name, second=second.name, metric=first.metric.name
			)


def _check_parties(agreement: Agreement) -> None:
	party = {AgreementKind.OLA: "team", AgreementKind.UC: "supplier"}.get(agreement.kind)
	if party and not agreement.parties:
		raise PartyMissing(agreement=agreement.name, kind=agreement.kind.value, party=party)


def _check_conditions(agreement: Agreement) -> None:
	"""Conditions that no ticket can meet together would make an agreement that never applies."""
	for of in {one.property for one in agreement.conditions}:
		said = [one.values for one in agreement.conditions if one.property is of]
		# Of the scopes only customers: in the others a name may lie beneath another.
		said += [among(agreement.customers)] if of is Property.CUSTOMER else []
		if not reduce(and_, said, ANY):
			raise ConditionsContradict(agreement=agreement.name, property=of.value.replace("_", " "))


def _check_overlaps(agreements: Sequence[Agreement], forest: Forest) -> None:
	for first, second in _neighbours(agreements):
		start, end = max(first.starts, second.starts), min(first.ends, second.ends)
		if start < end and _both_promise(first, second, forest):
			shared = sorted(
				name
				for (_, one), (_, other) in zip(first.scopes, second.scopes, strict=True)
				for name in one & other
			)
			raise AgreementsOverlap(
				first=f"{first.name} (version {first.version})",
				second=f"{second.name} (version {second.version})",
				scope=", ".join(shared) or "the same tickets",
				day=moment(start, first.calendar.zone).date(),
			)


def _neighbours(agreements: Sequence[Agreement]) -> Iterator[tuple[Agreement, Agreement]]:
	"""Pairs that are equally close to tickets and have a name in common in what they are foremost for."""
	named: dict[tuple[tuple[int, int], str], list[int]] = defaultdict(list)
	for number, agreement in enumerate(agreements):
		foremost = next((names for _, names in agreement.scopes if names), frozenset({""}))
		for name in foremost:
			named[agreement.rank, name].append(number)
	pairs = {pair for numbers in named.values() for pair in combinations(numbers, 2)}
	for first, second in sorted(pairs):
		yield agreements[first], agreements[second]


def _both_promise(first: Agreement, second: Agreement, forest: Forest) -> bool:
	"""Whether there may be a ticket, equally close to both, on which both promise the same metric."""
	scopes = zip(first.scopes, second.scopes, strict=True)
	shared = {of: _equally_close(of, one, other, forest) for (of, one), (_, other) in scopes}
	for condition in (*first.conditions, *second.conditions):
		of = condition.property
		shared[of] = shared.get(of, ANY) & forest.beneath(of, condition.values)
	if not all(shared.values()):
		return False
	priorities, services = shared.get(Property.PRIORITY, ANY), shared[Property.SERVICE]
	return any(
		one.metric.name == other.metric.name
		and priorities & among(one.priorities) & among(other.priorities)
		and services & _served(one, forest) & _served(other, forest)
		for one, other in product(first.targets, second.targets)
	)


def _served(target: Target, forest: Forest) -> Values:
	return forest.beneath(Property.SERVICE, among(target.services))


def _equally_close(of: Property, one: frozenset[str], other: frozenset[str], forest: Forest) -> Values:
	"""The values for which two scopes name what lies equally near; an empty scope names the value itself."""
	if not one or not other:
		return among(one | other)
	both, either = one & other, one | other
	lying = forest.parents.get(of, {}).keys() | either
	return Values(
		frozenset(
			value
			for value in (lying if both else ())
			if next((name for name in forest.path(of, value) if name in either), "") in both
		)
	)


def _check_links(agreements: Sequence[Agreement]) -> None:
	kinds = {agreement.name: agreement.kind for agreement in agreements}
	links: dict[str, tuple[str, ...]] = dict.fromkeys(kinds, ())
	for agreement in agreements:
		links[agreement.name] += agreement.rests_on
	for name, others in links.items():
		for other in others:
			if other not in kinds:
				raise RestsOnUnknown(agreement=name, other=other)
	for name in links:
		circle = _circle(name, links)
		if circle:
			raise RestsOnItself(path=" -> ".join(circle))
	for name, others in links.items():
		for other in others:
			if kinds[other].customer_facing:
				raise RestsOnWrongKind(agreement=name, other=other)


def _circle(name: str, links: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
	"""A path from an agreement over what it rests on back to itself, empty when there is none."""
	paths: list[tuple[str, ...]] = [(name,)]
	seen: set[str] = set()
	while paths:
		path = paths.pop()
		for other in links[path[-1]]:
			if other == name:
				return (*path, name)
			if other not in seen:
				seen.add(other)
				paths.append((*path, other))
	return ()


def _meet(first: frozenset[str], second: frozenset[str]) -> bool:
	"""Whether two scopes have something in common; an empty one means any."""
	return not first or not second or not first.isdisjoint(second)
