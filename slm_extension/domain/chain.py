"""What each target of an SLA rests on, and whether that carries it: asked of agreements, before they are signed.

For every metric of the SLA and every kind of ticket it is for, the targets of the OLAs and UCs behind it are
chosen as they would be for a ticket, version by version; chain_check.py judges the chain that they make.

What is assumed: nobody waits for the customer or for anything but the supplier, no property of the ticket
changes on its way, agreements and their editions count as in force at its opening, a ticket is ended (closed, or
its user told) the moment the last stage is done. Of what agreements are for, priority and service are looked at,
customers, territories and types are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from itertools import pairwise

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.chain_check import ChainCheck, ChainVerdict, Journey, Link, Slack, Way, check
from slm_extension.domain.errors import EmptyPeriod, EmptyStage, InvalidPasses, RestsOnWrongKind
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.scopes import FLAT, Forest, Property
from slm_extension.domain.targets import (
	ACKNOWLEDGEMENT,
	CLOSURE,
	OWNERSHIP,
	RESOLUTION,
	RESPONSE,
	RESTORATION,
	TURNAROUND,
	Services,
	Target,
	select,
)
from slm_extension.domain.timeline import State, Waiting

MOST_PASSES = 100
"""How often a ticket may pass a stage; more is no plan, and would only cost time."""


class GapReason(Enum):
	"""Why a support binds nobody to a time."""

	NOT_IN_FORCE = "not in force"
	NOT_PROMISED = "nothing promised"
	OTHER_TICKETS = "for other tickets"
	NEVER_COUNTS = "its clock is held while the supplier has the ticket"


@dataclass(frozen=True, slots=True)
class Stage:
	"""A station of the chain: agreements of which one gets the ticket, whichever is worse.

	Those of one name are versions of one support. `handover` is spent before each of the `times` it is passed.
	"""

	agreements: tuple[Agreement, ...]
	handover: Slack | None = None
	times: int = 1


@dataclass(frozen=True, slots=True)
class Profile:
	"""Tickets of one priority and service; "" stands for any that no target involved names."""

	priority: str
	service: str


@dataclass(frozen=True, slots=True)
class Gap:
	"""Tickets opened in [start, end) can stay with this support for ever and no promise is broken."""

	agreement: str
	reason: GapReason
	start: Instant
	end: Instant


@dataclass(frozen=True, slots=True)
class ChainFinding:
	"""What one target of the SLA rests on, for tickets of those profiles.

	`support` names the one agreement that was looked at alone (R166, R173); empty for the whole chain. `checks`
	are the answers for the parts of the period without gap, in order; a part ends where a version does.
	`verdict` is the gravest of what was found.
	"""

	metric: str
	target: Target
	profiles: tuple[Profile, ...]
	verdict: ChainVerdict
	checks: tuple[ChainCheck, ...] = ()
	gaps: tuple[Gap, ...] = ()
	support: str = ""

	@property
	def kept(self) -> bool:
		"""Whether nothing stands against it."""
		return self.verdict in (ChainVerdict.FEASIBLE, ChainVerdict.UNSUPPORTED)

	@property
	def priorities(self) -> tuple[str, ...]:
		return tuple(dict.fromkeys(profile.priority for profile in self.profiles))

	@property
	def services(self) -> tuple[str, ...]:
		return tuple(dict.fromkeys(profile.service for profile in self.profiles))

	@property
	def worst(self) -> Journey | None:
		"""The worst way in any part of the period; None where none was checked."""
		return max((one.worst for one in self.checks), key=_severity, default=None)

	@property
	def earliest(self) -> Journey | None:
		"""The first opening in any part of the period that can be missed."""
		return next((one.earliest for one in self.checks if one.earliest is not None), None)

	@property
	def slack(self) -> Seconds | None:
		"""The least that is left of the goal, negative when missed; None when nothing was checked or ends."""
		worst = self.worst
		return None if worst is None or worst.overrun is None else -worst.overrun

	@property
	def share(self) -> Fraction:
		"""The part of the seconds looked at, gaps included, at which an opening can go wrong."""
		bad = [(gap.start, gap.end) for gap in self.gaps]
		united, until = 0, 0
		for start, end in sorted(bad):
			united += max(end - max(start, until), 0)
			until = max(until, end)
		wrong = united + sum(one.offending for one in self.checks)
		whole = united + sum(one.last - one.first for one in self.checks)
		return Fraction(wrong, whole) if whole else Fraction(0)


@dataclass(frozen=True, slots=True)
class ChainReport:
	"""The answers for one version of an SLA and tickets opened in [first, last).

	`findings` are about the whole chain, `alone` about each support by itself, as far as it has a part.
	"""

	agreement: str
	version: int
	first: Instant
	last: Instant
	findings: tuple[ChainFinding, ...]
	alone: tuple[ChainFinding, ...]

	@property
	def kept(self) -> bool:
		"""Whether everything that was promised can be kept; what rests on nothing does not stand against it."""
		return all(finding.kept for finding in self.findings)


def check_agreement(
	sla: Agreement,
	chain: Sequence[Stage | Slack],
	first: Instant,
	last: Instant,
	forest: Forest = FLAT,
) -> ChainReport:
	"""Check all targets of an SLA against the chain behind it, for tickets opened in [first, last) of its life.

	A support takes part in a metric when any of its versions promises something that limits it: turnaround,
	resolution and closure each of the three, all of which are to be kept, or else restoration; restoration any
	of the four; acknowledgement the same, or else ownership and response; every other metric the same. One that
	is for other services or priorities is left out of a stage where another is for the ticket's. `forest` says
	which services lie beneath others, and what they rest on: a support may be for that as well.
	Raises EmptyPeriod, EmptyStage, InvalidPasses, RestsOnWrongKind, PartyMissing and DuplicateAgreement.
	"""
	first, last = max(first, sla.starts), min(last, sla.ends)
	if last <= first:
		raise EmptyPeriod(start=first, end=last)
	stages = _prepare(sla, chain)
	whole = _findings(sla, stages, first, last, forest)
	supports = {
		support.name: support for stage in stages if isinstance(stage, _Stage) for support in stage.supports
	}
	alone = tuple(
		finding
		for support in supports.values()
		for finding in _findings(sla, (_Stage((support,), None, 1),), first, last, forest, support)
	)
	return ChainReport(sla.name, sla.version, first, last, whole, alone)


@dataclass(frozen=True, slots=True)
class _Ticket:
	"""A ticket of a profile: its service comes with all that it lies beneath.

	`reached` says how far away the services lie that a support may be for: these and what the service rests on.
	"""

	profile: Profile
	services: tuple[str, ...]
	reached: Mapping[str, int]

	def suits(self, agreement: Agreement) -> bool:
		"""Whether an agreement is for its priority and service."""
		paths = {Property.PRIORITY: (self.profile.priority,), Property.SERVICE: self.services}
		return (
			not agreement.services or not agreement.services.isdisjoint(self._services_for(agreement))
		) and all(
			condition.holds(paths[condition.property])
			for condition in agreement.conditions
			if condition.property in paths
		)

	def select(self, agreement: Agreement, metric: str, opened: Instant) -> Target | None:
		state = State(priority=self.profile.priority, service=self.profile.service)
		return select(agreement.targets_for(metric, opened), state, self._services_for(agreement))

	def _services_for(self, agreement: Agreement) -> Services:
		return self.services if agreement.kind.customer_facing else self.reached


@dataclass(frozen=True, slots=True)
class _Support:
	"""The versions of one OLA or UC, each ended where the next one starts."""

	name: str
	versions: tuple[Agreement, ...]

	def at(self, opened: Instant) -> Agreement | None:
		return next((one for one in self.versions if one.starts <= opened < one.ends), None)

	def has_part(self, metric: str) -> bool:
		names = {name for names in _limits(metric) for name in names}
		return any(target.metric.name in names for one in self.versions for target in _all_targets(one))

	def is_for(self, ticket: _Ticket) -> bool:
		return any(ticket.suits(one) for one in self.versions)


@dataclass(frozen=True, slots=True)
class _Stage:
	supports: tuple[_Support, ...]
	handover: Slack | None
	times: int


@dataclass(frozen=True, slots=True)
class _Part:
	"""What a profile rests on in a part of the period in which no version changes."""

	start: Instant
	end: Instant
	target: Target | None
	stages: tuple[tuple[Way, ...], ...]
	gaps: tuple[tuple[str, GapReason], ...]

	@property
	def rests(self) -> tuple[object, ...]:
		return self.target, self.stages, self.gaps

	@property
	def has_links(self) -> bool:
		return any(isinstance(way, Link) for ways in self.stages for way in ways)


_DONE = (TURNAROUND.name, RESOLUTION.name, CLOSURE.name)
"""What a team or supplier promises on these ends when it hands the ticket on, and not while it works on it."""


def _limits(metric: str) -> tuple[tuple[str, ...], ...]:
	"""Names of metrics that limit how long a leg lasts for one of the SLA; the first group that is promised."""
	if metric == RESTORATION.name:
		return ((*_DONE, RESTORATION.name),)
	if metric == ACKNOWLEDGEMENT.name:
		return ((metric,), (OWNERSHIP.name, RESPONSE.name))
	return (_DONE, (RESTORATION.name,)) if metric in _DONE else ((metric,),)


def _all_targets(agreement: Agreement) -> tuple[Target, ...]:
	return (*agreement.targets, *(target for edition in agreement.editions for target in edition.targets))


def _prepare(sla: Agreement, chain: Sequence[Stage | Slack]) -> tuple[_Stage | Slack, ...]:
	"""The chain with the versions of each support put together."""
	known: list[Agreement] = []
	for number, stage in enumerate(chain, 1):
		if isinstance(stage, Slack):
			continue
		if not stage.agreements:
			raise EmptyStage(number=number)
		if not 1 <= stage.times <= MOST_PASSES:
			raise InvalidPasses(number=number, times=stage.times, most=MOST_PASSES)
		for agreement in stage.agreements:
			if agreement.kind.customer_facing:
				raise RestsOnWrongKind(agreement=sla.name, other=agreement.name)
			if agreement not in known:
				known.append(agreement)
	versions = AgreementBook(replace(agreement, rests_on=()) for agreement in known).agreements
	return tuple(
		stage
		if isinstance(stage, Slack)
		else _Stage(
			tuple(
				_Support(name, tuple(one for one in versions if one.name == name))
				for name in dict.fromkeys(agreement.name for agreement in stage.agreements)
			),
			stage.handover,
			stage.times,
		)
		for stage in chain
	)


def _findings(
	sla: Agreement,
	stages: Sequence[_Stage | Slack],
	first: Instant,
	last: Instant,
	forest: Forest,
	alone: _Support | None = None,
) -> tuple[ChainFinding, ...]:
	"""A finding for each target of the SLA and each set of profiles that rest on the same."""
	cuts = _cuts(sla, stages, first, last)
	found: list[ChainFinding] = []
	for metric in dict.fromkeys(target.metric.name for target in _all_targets(sla)):
		if alone is not None and not alone.has_part(metric):
			continue
		groups: list[tuple[tuple[_Part, ...], list[Profile]]] = []
		for ticket in _tickets(sla, stages, metric, forest):
			if alone is not None and not alone.is_for(ticket):
				continue
			parts = _joined(_part(sla, stages, metric, ticket, start, end) for start, end in pairwise(cuts))
			same = next((profiles for others, profiles in groups if others == parts), None)
			if same is None:
				groups.append((parts, [ticket.profile]))
			else:
				same.append(ticket.profile)
		for parts, profiles in groups:
			targets: list[Target] = []
			for part in parts:
				if part.target is not None and part.target not in targets:
					targets.append(part.target)
			for target in targets:
				mine = [part for part in parts if part.target == target]
				found.append(
					_finding(metric, target, tuple(profiles), mine, "" if alone is None else alone.name)
				)
	return tuple(found)


def _finding(
	metric: str, target: Target, profiles: tuple[Profile, ...], parts: Sequence[_Part], support: str
) -> ChainFinding:
	checks = tuple(
		check(target, part.stages, part.start, part.end) for part in parts if part.has_links and not part.gaps
	)
	gaps = _gaps(parts)
	verdicts = {one.verdict for one in checks} | ({ChainVerdict.GAP} if gaps else set())
	gravest = (ChainVerdict.UNBOUNDED, ChainVerdict.INFEASIBLE, ChainVerdict.GAP, ChainVerdict.FEASIBLE)
	verdict = next((one for one in gravest if one in verdicts), ChainVerdict.UNSUPPORTED)
	return ChainFinding(metric, target, profiles, verdict, checks, gaps, support)


def _severity(journey: Journey) -> tuple[bool, Seconds]:
	return journey.overrun is None, journey.overrun or 0


def _cuts(
	sla: Agreement, stages: Sequence[_Stage | Slack], first: Instant, last: Instant
) -> tuple[Instant, ...]:
	"""The ends of the period, and each instant inside it from which openings rest on other targets."""
	cuts = {first, last, *(edition.since for edition in sla.editions)}
	for agreement in _agreements(stages):
		cuts |= {agreement.starts, agreement.ends, *(edition.since for edition in agreement.editions)}
	return tuple(sorted(cut for cut in cuts if first <= cut <= last))


def _agreements(stages: Sequence[_Stage | Slack]) -> Iterator[Agreement]:
	for stage in stages:
		if isinstance(stage, _Stage):
			for support in stage.supports:
				yield from support.versions


def _tickets(sla: Agreement, stages: Sequence[_Stage | Slack], metric: str, forest: Forest) -> list[_Ticket]:
	"""Every kind of ticket under the SLA that targets or agreements tell apart, and the one that none names.

	What rests on a service that a support names is a kind of its own: the support is for that, too.
	"""
	names = {name for names in _limits(metric) for name in names}
	targets = [target for target in _all_targets(sla) if target.metric.name == metric]
	named: dict[Property, set[str]] = {Property.PRIORITY: {""}, Property.SERVICE: set(sla.services)}
	for agreement in (sla, *_agreements(stages)):
		for condition in agreement.conditions:
			if condition.property in named:
				named[condition.property] |= condition.values.names
	beneath: set[str] = set()
	for agreement in _agreements(stages):
		promised = [target for target in _all_targets(agreement) if target.metric.name in names]
		beneath = beneath.union(agreement.services, *(target.services for target in promised))
		targets += promised
	for target in targets:
		named[Property.PRIORITY] |= target.priorities
		named[Property.SERVICE] |= target.services
	named[Property.SERVICE] |= {"", *beneath, *(upper for upper, _ in forest.leading_to(beneath))}
	services = {
		service: (forest.path(Property.SERVICE, service), forest.reach(service))
		for service in _others_last(named[Property.SERVICE])
	}
	tickets = (
		_Ticket(Profile(priority, service), *reached)
		for priority in _others_last(named[Property.PRIORITY])
		for service, reached in services.items()
	)
	return [ticket for ticket in tickets if ticket.suits(sla)]


def _others_last(names: set[str]) -> list[str]:
	return sorted(names, key=lambda name: (not name, name))


def _part(
	sla: Agreement,
	stages: Sequence[_Stage | Slack],
	metric: str,
	ticket: _Ticket,
	start: Instant,
	end: Instant,
) -> _Part:
	"""What such a ticket rests on when it is opened in [start, end)."""
	target = ticket.select(sla, metric, start)
	if target is None:
		return _Part(start, end, None, (), ())
	ways: list[tuple[Way, ...]] = []
	gaps: list[tuple[str, GapReason]] = []
	for stage in stages:
		if isinstance(stage, Slack):
			ways += _assumed(stage, metric)
			continue
		links, missing = _links(stage, metric, ticket, start)
		gaps += [gap for gap in missing if gap not in gaps]
		if links:
			ways += [*_assumed(stage.handover, metric), links] * stage.times
	return _Part(start, end, target, tuple(ways), tuple(gaps))


def _assumed(slack: Slack | None, metric: str) -> list[tuple[Way, ...]]:
	return [(slack,)] if slack is not None and (not slack.metrics or metric in slack.metrics) else []


def _links(
	stage: _Stage, metric: str, ticket: _Ticket, opened: Instant
) -> tuple[tuple[Link, ...], list[tuple[str, GapReason]]]:
	"""The alternatives of a stage that are bound to a time, and those that have a part and are not."""
	links: list[Link] = []
	gaps: list[tuple[str, GapReason]] = []
	elsewhere: list[tuple[str, GapReason]] = []
	for support in stage.supports:
		if not support.has_part(metric):
			continue
		agreement = support.at(opened)
		if agreement is None:
			gaps.append((support.name, GapReason.NOT_IN_FORCE))
		elif not ticket.suits(agreement):
			elsewhere.append((support.name, GapReason.OTHER_TICKETS))
		else:
			promised = _promised(agreement, metric, ticket, opened)
			counting = tuple(target for target in promised if not _never_counts(agreement, target))
			if counting:
				links.append(
					Link(agreement.name, agreement.kind, counting, agreement.version, agreement.parties)
				)
			else:
				why = GapReason.NEVER_COUNTS if promised else GapReason.NOT_PROMISED
				gaps.append((support.name, why))
	return tuple(links), gaps or ([] if links else elsewhere)


def _promised(agreement: Agreement, metric: str, ticket: _Ticket, opened: Instant) -> tuple[Target, ...]:
	for names in _limits(metric):
		chosen = (ticket.select(agreement, name, opened) for name in names)
		found = tuple(target for target in chosen if target is not None)
		if found:
			return found
	return ()


def _never_counts(agreement: Agreement, target: Target) -> bool:
	"""A supplier's target that is held for the supplier: its clock never runs while he has the ticket."""
	return agreement.kind is AgreementKind.UC and bool(target.held_for & Waiting.SUPPLIER.value)


def _joined(parts: Iterator[_Part]) -> tuple[_Part, ...]:
	"""Neighbours that rest on the same made one."""
	joined: list[_Part] = []
	for part in parts:
		if joined and joined[-1].rests == part.rests:
			joined[-1] = replace(joined[-1], end=part.end)
		else:
			joined.append(part)
	return tuple(joined)


def _gaps(parts: Sequence[_Part]) -> tuple[Gap, ...]:
	"""The gaps of all parts, each from where it begins to where it ends."""
	found: list[Gap] = []
	for part in parts:
		for name, reason in part.gaps:
			before = next(
				(gap for gap in found if (gap.agreement, gap.reason, gap.end) == (name, reason, part.start)),
				None,
			)
			if before is None:
				found.append(Gap(name, reason, part.start, part.end))
			else:
				found[found.index(before)] = replace(before, end=part.end)
	return tuple(found)
