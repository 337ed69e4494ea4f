"""Which agreements apply to a ticket, what comes from which, and why the others do not. Writes nothing.

For tickets that are there and for those that somebody only imagines. Instants and durations are whole seconds;
words are codes, for whoever shows them to translate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slm_extension.adapters import customers
from slm_extension.adapters.agreements import (
	SiteAgreements,
	agreement_of,
	book_of,
	calendar_editions,
	site_agreements,
)
from slm_extension.adapters.metrics import site_name
from slm_extension.domain.agreements import Agreement, Candidate
from slm_extension.domain.assessment import assess
from slm_extension.domain.clocks import Clock
from slm_extension.domain.effective import EffectiveTarget, effective, representative
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.scopes import Property
from slm_extension.domain.timeline import Fact, Kind, State, Timeline

TRIAL = "a ticket"
"""What an imagined ticket is called."""

_KINDS = {
	Property.PRIORITY: Kind.PRIORITY,
	Property.SERVICE: Kind.SERVICE,
	Property.CUSTOMER: Kind.CUSTOMER,
	Property.CUSTOMER_GROUP: Kind.CUSTOMER_GROUP,
	Property.TERRITORY: Kind.TERRITORY,
	Property.TYPE: Kind.TYPE,
}


@dataclass(frozen=True, slots=True)
class TicketProperties:
	"""What agreements are chosen by; empty where the ticket says nothing."""

	customer: str
	customer_group: str
	territory: str
	service: str
	priority: str
	type: str


@dataclass(frozen=True, slots=True)
class PromiseView:
	"""One metric, the agreement that promises it, and its target. `level` is a name of Level.

	`due` is when a ticket that nothing happens to would have to be there; None for one that has not started.
	"""

	metric: str
	agreement: str
	level: str
	goal: Seconds
	priorities: tuple[str, ...]
	services: tuple[str, ...]
	calendar: str
	zone: str
	due: Instant | None = None
	uncertain: bool = False


@dataclass(frozen=True, slots=True)
class CandidateView:
	"""An agreement that was looked at. `rejected` is a name of Rejection, empty for one that promises something;
	`metrics` are what; `property` is the one that a condition did not hold for."""

	agreement: str
	level: str
	rejected: str
	metrics: tuple[str, ...]
	property: str


@dataclass(frozen=True, slots=True)
class UnderpinningView:
	"""The OLA or UC that counts while a team or supplier has the ticket, and what it promises then.

	`service` is the one it is for, where the ticket's service only rests on that.
	"""

	party: str
	kind: str
	agreement: str
	metrics: tuple[str, ...]
	service: str


@dataclass(frozen=True, slots=True)
class Choice:
	"""`agreement` is the closest that applies, None where none does; the candidates begin with it.

	`beneath` says what underpins the ticket, with whichever team or supplier it is.
	"""

	ticket: TicketProperties
	opened: Instant
	agreement: str | None
	promises: tuple[PromiseView, ...]
	candidates: tuple[CandidateView, ...]
	beneath: tuple[UnderpinningView, ...]


@dataclass(frozen=True, slots=True)
class EffectiveView:
	"""A target that applies to tickets of an agreement's customer, and where it comes from.

	`agreement` is empty where nobody promises the metric, `own` where it is the agreement asked about, as it is
	in hand. No priorities, services or types: all of them; an empty one among them: all that are not named.
	"""

	metric: str
	priorities: tuple[str, ...]
	services: tuple[str, ...]
	types: tuple[str, ...]
	goal: Seconds
	calendar: str
	agreement: str
	level: str
	own: bool


@dataclass(frozen=True, slots=True)
class Effective:
	"""What applies to tickets of one customer of an agreement, or of those it is for, on an instant.

	`unpromised` are services of the agreement on which no metric is promised for every priority and type (R118).
	"""

	customer: str
	customers: tuple[str, ...]
	at: Instant
	rows: tuple[EffectiveView, ...]
	unpromised: tuple[str, ...]


def choice(agreements: SiteAgreements, state: State, opened: Instant) -> Choice:
	"""Which agreements apply to a ticket of these properties opened then, without due times."""
	cover = agreements.book.cover(state, opened)
	return Choice(
		ticket=_properties(state),
		opened=opened,
		agreement=None if cover.closest is None else agreements.document(cover.closest),
		promises=tuple(
			PromiseView(
				metric=site_name(layer.metric),
				agreement=agreements.document(layer.agreement),
				level=_level(layer.agreement),
				goal=layer.target.goal,
				priorities=tuple(sorted(layer.target.priorities)),
				services=tuple(sorted(layer.target.services)),
				calendar=layer.target.calendar.name,
				zone=layer.target.calendar.zone_name,
			)
			for layer in cover.layers
		),
		candidates=tuple(_candidate(agreements, one) for one in agreements.book.candidates(state, opened)),
		beneath=tuple(
			UnderpinningView(
				party=one.name,
				kind=one.agreement.kind.value,
				agreement=agreements.document(one.agreement),
				metrics=tuple(map(site_name, one.metrics)),
				service=one.service,
			)
			for one in agreements.book.underpinnings(state, opened)
		),
	)


def trial(state: State, opened: Instant) -> Choice:
	"""The same for a ticket that somebody imagines, with its due times. Raises kinds of DomainError."""
	agreements = site_agreements()
	found = choice(agreements, state, opened)
	timeline = Timeline.of(TRIAL, _facts(state, opened))
	clocks = {
		site_name(one.metric): one.clock for one in assess(timeline, agreements.book, opened).to_customer
	}
	return _with_due(found, clocks)


def effective_targets(document: Any, customer: str, now: Instant) -> Effective:
	"""What applies to tickets of an agreement in hand, saved or not, among all that are concluded.

	Asked for now, or for the nearest instant at which it is in force. Raises kinds of DomainError.
	"""
	mine = agreement_of(document, calendar_editions())
	agreements = site_agreements()
	others = [
		one for one in agreements.book.agreements if (one.name, one.version) != (mine.name, mine.version)
	]
	book = book_of([*others, mine], settled=True)
	own = next(one for one in book.agreements if (one.name, one.version) == (mine.name, mine.version))
	at = min(max(now, own.starts), own.ends - 1)
	known = tuple(sorted(own.customers))
	base = _standing(customer) if customer in known else _standing(known[0]) if known else representative(own)
	found = effective(book, base, at, own.services)
	return Effective(
		customer=base.customer,
		customers=known,
		at=at,
		unpromised=tuple(sorted(name for name in own.services if not _is_promised(name, found))),
		rows=tuple(_effective(one, own, agreements) for one in found),
	)


def _is_promised(service: str, found: Iterable[EffectiveTarget]) -> bool:
	"""Whether some metric is promised on a service for every priority and type that anybody tells apart."""
	about = [one for one in found if not one.services or service in one.services]
	return any(
		all(one.target is not None for one in about if one.metric == metric)
		for metric in {one.metric for one in about}
	)


def _standing(customer: str) -> State:
	found = customers.standing(customer)
	return State(customer=customer, customer_group=found.customer_group, territory=found.territory)


def _effective(one: EffectiveTarget, own: Agreement, agreements: SiteAgreements) -> EffectiveView:
	agreement, target = one.agreement, one.target
	return EffectiveView(
		metric=site_name(one.metric),
		priorities=one.priorities,
		services=one.services,
		types=one.types,
		goal=0 if target is None else target.goal,
		calendar="" if target is None else target.calendar.name,
		agreement="" if agreement is None or agreement is own else agreements.document(agreement),
		level="" if agreement is None else _level(agreement),
		own=agreement is own,
	)


def _candidate(agreements: SiteAgreements, one: Candidate) -> CandidateView:
	return CandidateView(
		agreement=agreements.document(one.agreement),
		level=_level(one.agreement),
		rejected="" if one.rejected is None else one.rejected.name.lower(),
		metrics=tuple(map(site_name, one.metrics)),
		property="" if one.property is None else one.property.value,
	)


def _level(agreement: Agreement) -> str:
	return agreement.level.name.lower()


def _properties(state: State) -> TicketProperties:
	return TicketProperties(
		customer=state.customer,
		customer_group=state.customer_group,
		territory=state.territory,
		service=state.service,
		priority=state.priority,
		type=state.type,
	)


def _facts(state: State, opened: Instant) -> Iterator[Fact]:
	for number, (of, kind) in enumerate(_KINDS.items()):
		yield Fact(opened, kind, of.of(state), number=number)
	yield Fact(opened, Kind.OPENED, number=len(_KINDS))


def _with_due(found: Choice, clocks: Mapping[str, Clock]) -> Choice:
	promises = (
		replace(one, due=clocks[one.metric].due, uncertain=clocks[one.metric].uncertain)
		if one.metric in clocks
		else one
		for one in found.promises
	)
	return replace(found, promises=tuple(promises))
