"""Who held a ticket from when to when: its legs as people look at them. Reads one ledger, writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slm_extension.adapters import store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.store import Ticket
from slm_extension.domain.agreements import promises_to_customer
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.legs import Leg, Party, holder, legs
from slm_extension.domain.timeline import Timeline


@dataclass(frozen=True, slots=True)
class LegView:
	"""One leg, [start, end). `seconds` is what passed on the wall, `open_seconds` what of it was open for the customer.

	`party` is a value of domain.legs.Party; "nobody" is a ticket that was done and came back later. `going`: the
	ticket is still held so, and `end` is the instant of asking.
	"""

	party: str
	name: str
	start: Instant
	end: Instant
	seconds: Seconds
	open_seconds: Seconds | None
	going: bool


@dataclass(frozen=True, slots=True)
class LegsView:
	"""A ticket's life cut into legs; their seconds add up to `seconds`, from its opening until it was done or asked.

	`calendar` names the customer's hours in which open seconds are told; empty where nothing was promised to him.
	"""

	opened: Instant
	end: Instant
	seconds: Seconds
	open_seconds: Seconds | None
	calendar: str
	legs: tuple[LegView, ...]


def legs_view(ticket: Ticket, now: Instant) -> LegsView | None:
	"""The legs of a ticket up to `now`; None where nothing is known of it yet."""
	facts = store.facts_of([ticket])[ticket]
	if not facts:
		return None
	asked = max(now, *(fact.at for fact in facts))
	timeline = Timeline.of(ticket.name, facts)
	hours = _hours(timeline, asked)
	found = [*legs(timeline, asked), *_begun_just_now(timeline, asked)]
	done = holder(timeline.state_at(asked))[0] is Party.NOBODY
	views = tuple(
		LegView(
			party=leg.party.value,
			name=leg.name if leg.party is not Party.NOBODY else "",
			start=leg.start,
			end=leg.end,
			seconds=leg.seconds,
			open_seconds=None if hours is None else hours.between(leg.start, leg.end),
			going=not done and number == len(found),
		)
		for number, leg in enumerate(found, start=1)
	)
	end = found[-1].end if found else timeline.opened
	return LegsView(
		opened=timeline.opened,
		end=end,
		seconds=end - timeline.opened,
		open_seconds=None if hours is None else hours.between(timeline.opened, end),
		calendar="" if hours is None else hours.name,
		legs=views,
	)


def _begun_just_now(timeline: Timeline, asked: Instant) -> Iterator[Leg]:
	"""The leg that begins at the instant of asking, which has no length yet."""
	party, name = holder(timeline.state_at(asked))
	if timeline.steps[-1].at == asked and party is not Party.NOBODY:
		before = legs(timeline, asked)
		if not before or (before[-1].party, before[-1].name) != (party, name):
			yield Leg(asked, asked, party, name)


def _hours(timeline: Timeline, asked: Instant) -> Calendar | None:
	"""The calendar of the longest of the promises to the customer, which is the one that the legs are about."""
	book = site_agreements().book
	targets = [
		promise.plan[-1].target
		for promise in promises_to_customer(timeline, book, asked)
		if promise.plan[-1].target is not None
	]
	return max(targets, key=lambda target: target.goal).calendar if targets else None
