"""Agreements: who promised what to whom and from when, which one applies to a ticket, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from fnmatch import fnmatchcase
from itertools import combinations, pairwise

from slm_extension.domain.calendars import Calendar
from slm_extension.domain.errors import (
	AgreementsOverlap,
	AmbiguousTargets,
	BackwardValidity,
	DuplicateAgreement,
	NoTargets,
	PartyMissing,
	RestsOnItself,
	RestsOnUnknown,
	RestsOnWrongKind,
)
from slm_extension.domain.instants import FIRST, LAST, Instant, end_of, midnight, moment
from slm_extension.domain.legs import Party, Tenure
from slm_extension.domain.targets import Piece, Target, select
from slm_extension.domain.timeline import State, Timeline


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
	`customer_groups`, `territories` or `services` means any. `default` marks what applies when nothing else
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
	starts: Instant = field(init=False, compare=False, repr=False)
	ends: Instant = field(init=False, compare=False, repr=False)

	def __post_init__(self) -> None:
		if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
			raise BackwardValidity(agreement=self.name, start=self.valid_from, until=self.valid_until)
		if not self.targets:
			raise NoTargets(agreement=self.name)
		_check_ambiguity(self)
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
		"""The larger, the closer to a ticket: its level, then by how many properties it is narrowed down."""
		scopes = (self.customers, self.customer_groups, self.territories, self.services)
		return self.level.value, sum(1 for scope in scopes if scope)

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
	"""Why an agreement does not apply to a ticket."""

	NOT_YET = "not in force yet"
	NO_LONGER = "no longer in force"
	CUSTOMER = "another customer"
	CUSTOMER_GROUP = "another customer group"
	TERRITORY = "another territory"
	SERVICE = "another service"
	LESS_SPECIFIC = "a more specific agreement applies"


@dataclass(frozen=True, slots=True)
class Candidate:
	"""An agreement that was looked at; `rejected` is None for the one that applies."""

	agreement: Agreement
	rejected: Rejection | None


class AgreementBook:
	"""All agreements of a provider, checked against each other once, and asked for every ticket.

	Raises DuplicateAgreement, AgreementsOverlap, RestsOnUnknown, RestsOnItself, RestsOnWrongKind,
	PartyMissing.
	"""

	def __init__(self, agreements: Iterable[Agreement]) -> None:
		self.agreements = _close_versions(tuple(agreements))
		for agreement in self.agreements:
			_check_parties(agreement)
		_check_links(self.agreements)
		self._facing = [one for one in self.agreements if one.kind.customer_facing]
		_check_overlaps(self._facing)
		self._by_customer: dict[str, list[Agreement]] = defaultdict(list)
		self._general: list[Agreement] = []
		for agreement in self._facing:
			for customer in agreement.customers:
				self._by_customer[customer].append(agreement)
			if not agreement.customers:
				self._general.append(agreement)
		self._beneath = [one for one in self.agreements if not one.kind.customer_facing]
		self._bound: dict[tuple[AgreementKind, str], list[Agreement]] = {}

	@property
	def has_underpinning(self) -> bool:
		"""Whether there is any OLA or UC at all."""
		return bool(self._beneath)

	def choose(self, state: State, opened: Instant) -> Agreement | None:
		"""The agreement with the customer that applies to a ticket of these properties opened then.

		The most specific level wins: customer and service, customer, customer group, territory, service,
		corporate, default. Within a level the one named first in the alphabet, so that the choice never
		depends on an order of storage.
		"""
		fitting = (
			agreement
			for agreement in [*self._by_customer.get(state.customer, ()), *self._general]
			if _mismatch(agreement, state, opened) is None
		)
		return min(fitting, key=_precedence, default=None)

	def candidates(self, state: State, opened: Instant) -> tuple[Candidate, ...]:
		"""Every agreement with a customer, the one that applies first, the others with why they do not."""
		chosen = self.choose(state, opened)
		found = [Candidate(chosen, None)] if chosen is not None else []
		for agreement in sorted(self._facing, key=_precedence):
			if agreement is not chosen:
				why = _mismatch(agreement, state, opened) or Rejection.LESS_SPECIFIC
				found.append(Candidate(agreement, why))
		return tuple(found)

	def underpinning(
		self, tenure: Tenure, sla: Agreement | None, state: State, opened: Instant
	) -> Agreement | None:
		"""The OLA of a team, or UC of a supplier, for one tenure on a ticket of these properties opened then.

		One that the ticket's own agreement rests on is preferred, then the one narrowed down most, then one that
		names the party to one with a pattern.
		"""
		kind = AgreementKind.OLA if tenure.party is Party.TEAM else AgreementKind.UC
		names = sla.rests_on if sla is not None else ()
		fitting = (
			agreement
			for agreement in self._binding(kind, tenure.name)
			if _mismatch(agreement, state, opened) is None
		)
		return min(
			fitting,
			key=lambda one: (
				one.name not in names,
				[-part for part in one.rank],
				tenure.name not in one.parties,
				one.name,
			),
			default=None,
		)

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


@dataclass(frozen=True, slots=True)
class Promise:
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


def promises_to_customer(timeline: Timeline, book: AgreementBook, asked: Instant) -> tuple[Promise, ...]:
	"""All that is promised to the customer of a ticket.

	The version in force when the ticket was opened counts, whatever came later; a change of priority, type,
	service or customer may bring in another target or another agreement of that day.
	"""
	opened = timeline.opened
	chosen: list[tuple[Instant, State, Agreement | None]] = []
	for start, state in _selectors(timeline, asked):
		chosen.append((start, state, book.choose(state, opened)))
	metrics = dict.fromkeys(
		metric for _, _, agreement in chosen if agreement is not None for metric in agreement.metrics
	)
	chosen = _with_editions(chosen, asked)
	return tuple(_promise(metric, chosen, None) for metric in metrics)


def promises_beneath(
	timeline: Timeline, book: AgreementBook, asked: Instant, tenures: Sequence[Tenure]
) -> tuple[Promise, ...]:
	"""What teams and suppliers have promised for each of their tenures of a ticket."""
	opened = timeline.opened
	found: list[Promise] = []
	selectors = _selectors(timeline, asked) if tenures else []
	for tenure in tenures:
		state = timeline.state_at(tenure.within.start)
		sla = book.choose(state, opened)
		agreement = book.underpinning(tenure, sla, state, opened)
		if agreement is not None:
			chosen = _with_editions([(start, state, agreement) for start, state in selectors], asked)
			found.extend(_promise(metric, chosen, tenure) for metric in agreement.metrics)
	return tuple(found)


def _with_editions(
	chosen: Sequence[tuple[Instant, State, Agreement | None]], asked: Instant
) -> list[tuple[Instant, State, Agreement | None]]:
	"""The same choices, cut as well where an edition of the chosen agreement begins."""
	found: list[tuple[Instant, State, Agreement | None]] = []
	for index, (start, state, agreement) in enumerate(chosen):
		found.append((start, state, agreement))
		end = chosen[index + 1][0] if index + 1 < len(chosen) else asked
		for edition in agreement.editions if agreement is not None else ():
			if start < edition.since <= end:
				found.append((edition.since, state, agreement))
	return found


def _promise(
	metric: str, chosen: Sequence[tuple[Instant, State, Agreement | None]], tenure: Tenure | None
) -> Promise:
	pieces: list[Piece] = []
	sources: list[Agreement | None] = []
	for start, state, agreement in chosen:
		target = None if agreement is None else select(agreement.targets_for(metric, start), state)
		if not pieces or pieces[-1].target is not target:
			pieces.append(Piece(start, target))
			sources.append(agreement)
	return Promise(metric, tuple(pieces), tuple(sources), tenure)


def _selectors(timeline: Timeline, asked: Instant) -> list[tuple[Instant, State]]:
	"""When a property by which agreements and targets are chosen took another value, and the state then."""
	found: list[tuple[Instant, State]] = []
	for step in timeline.steps:
		if step.at > asked and found:
			break
		state = step.state
		if not found or _properties(found[-1][1]) != _properties(state):
			if found and found[-1][0] == step.at:
				found.pop()
			found.append((step.at, state))
	return found


def _properties(state: State) -> tuple[str, ...]:
	return state.priority, state.service, state.customer, state.customer_group, state.territory, state.type


def _precedence(agreement: Agreement) -> tuple[int, int, str, int]:
	level, narrowed = agreement.rank
	return -level, -narrowed, agreement.name, -agreement.version


def _mismatch(agreement: Agreement, state: State, opened: Instant) -> Rejection | None:
	"""What keeps an agreement from a ticket; whom it is for says more than its dates, and is said first."""
	if agreement.customers and state.customer not in agreement.customers:
		return Rejection.CUSTOMER
	if agreement.customer_groups and state.customer_group not in agreement.customer_groups:
		return Rejection.CUSTOMER_GROUP
	if agreement.territories and state.territory not in agreement.territories:
		return Rejection.TERRITORY
	if agreement.services and state.service not in agreement.services:
		return Rejection.SERVICE
	if opened < agreement.starts:
		return Rejection.NOT_YET
	if opened >= agreement.ends:
		return Rejection.NO_LONGER
	return None


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


def _check_overlaps(agreements: Sequence[Agreement]) -> None:
	for first, second in combinations(agreements, 2):
		start, end = max(first.starts, second.starts), min(first.ends, second.ends)
		scopes = (
			(first.customers, second.customers),
			(first.customer_groups, second.customer_groups),
			(first.territories, second.territories),
			(first.services, second.services),
		)
		if start < end and first.rank == second.rank and all(_meet(one, other) for one, other in scopes):
			shared = sorted(name for one, other in scopes for name in (one & other))
			raise AgreementsOverlap(
				first=f"{first.name} (version {first.version})",
				second=f"{second.name} (version {second.version})",
				scope=", ".join(shared) or "the same tickets",
				day=moment(start, first.calendar.zone).date(),
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
