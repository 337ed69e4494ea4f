"""Late knowledge: what somebody says now about a ticket's past, as facts that its ledger can take.

A correction adds facts and takes none away. They say what was so from one instant to another, and after it
everything is as the ledger had it; so the latest state of a ticket never changes by a correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from slm_extension.domain.errors import (
	BackwardCorrection,
	CorrectionBeforeOpening,
	CorrectionInFuture,
	ExcludedAlready,
	HandedOnMeanwhile,
	NotExcluded,
	NothingWaited,
	NotResolvedYet,
	OpenedAfterEvent,
	OpenedThenAlready,
	PriorityChangedMeanwhile,
	PriorityWasSo,
	ResolvedAlready,
	StatusChangedMeanwhile,
)
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import ENDED, Fact, Kind, Status, Timeline, Waiting


class Claim(Enum):
	"""What is said about a ticket's past."""

	WAITED = "waited"
	DID_NOT_WAIT = "did not wait"
	REPLIED = "replied"
	ACKNOWLEDGED = "acknowledged"
	TAKEN = "taken"
	TOLD = "told"
	RESOLVED = "resolved"
	WITH_TEAM = "with team"
	HAD_PRIORITY = "had priority"
	OPENED = "opened"
	EXCLUDED = "excluded"
	INCLUDED = "included"


LASTING = frozenset({Claim.WAITED, Claim.DID_NOT_WAIT, Claim.WITH_TEAM, Claim.HAD_PRIORITY})
"""Claims about a stretch; the others are about an instant."""

JUDGING = frozenset({Claim.EXCLUDED, Claim.INCLUDED})
"""Claims about how the ticket is judged; they hold from when they are made."""

_HAPPENED = {
	Claim.REPLIED: Kind.REPLIED,
	Claim.ACKNOWLEDGED: Kind.ACKNOWLEDGED,
	Claim.TAKEN: Kind.OWNED,
	Claim.TOLD: Kind.TOLD,
}


_CHANGED_BY = {Claim.WITH_TEAM: Kind.TEAM, Claim.HAD_PRIORITY: Kind.PRIORITY}


@dataclass(frozen=True, slots=True)
class Correction:
	"""One claim: `at`, and `until` for one that lasts; `whom` it waited for; `party` who took, told or held it.

	The party of a priority is what it was. `name` tells its hold apart from others. `words` are how the ledger calls a wait.
	"""

	name: str
	claim: Claim
	at: Instant
	until: Instant | None = None
	whom: Waiting = Waiting.NOBODY
	party: str = ""
	words: str = ""


def end_of(claim: Claim, whom: Waiting, at: Instant, timeline: Timeline, now: Instant) -> Instant:
	"""Until when a claim that lasts was true where nobody has said so: as long as nothing speaks against it.

	A wait ends with the next change of status, one for the customer with his next message too; being with a
	team ends when the ticket is handed on, a priority with the next one. At the latest it ends now.
	"""
	ending = {_CHANGED_BY.get(claim, Kind.STATUS)}
	if claim is Claim.WAITED and whom & Waiting.CUSTOMER:
		ending.add(Kind.CUSTOMER_REPLIED)
	return min((fact.at for fact in timeline.facts if fact.kind in ending and fact.at > at), default=now)


def facts_of(correction: Correction, timeline: Timeline, now: Instant) -> tuple[Fact, ...]:
	"""The facts a correction comes to, not numbered and without the instant they were learnt.

	Raises a kind of InvalidCorrection where it cannot be so.
	"""
	if correction.claim in JUDGING:
		return (_judgement(correction, timeline, now),)
	_refuse_impossible_times(correction, timeline, now)
	until = correction.until or now
	if correction.claim is Claim.WAITED:
		return tuple(_waited(correction, timeline, until))
	if correction.claim is Claim.DID_NOT_WAIT:
		return _did_not_wait(correction.at, until, timeline)
	if correction.claim is Claim.WITH_TEAM:
		return tuple(_held_by(Kind.TEAM, correction, timeline, until))
	if correction.claim is Claim.HAD_PRIORITY:
		return tuple(_had_priority(correction, timeline, until))
	if correction.claim is Claim.OPENED:
		return tuple(_opened(correction.at, timeline))
	if correction.claim is Claim.RESOLVED:
		return (_resolved(correction.at, timeline),)
	return (Fact(correction.at, _HAPPENED[correction.claim], correction.party),)


def _judgement(correction: Correction, timeline: Timeline, now: Instant) -> Fact:
	excluded = "" in timeline.excused
	if correction.claim is Claim.EXCLUDED:
		if excluded:
			raise ExcludedAlready()
		return Fact(now, Kind.EXCUSED)
	if not excluded:
		raise NotExcluded()
	return Fact(now, Kind.UNEXCUSED)


def _refuse_impossible_times(correction: Correction, timeline: Timeline, now: Instant) -> None:
	at, until = correction.at, correction.until
	if at < timeline.opened and correction.claim is not Claim.OPENED:
		raise CorrectionBeforeOpening(at=at, opened=timeline.opened)
	for instant in (at, until):
		if instant is not None and instant > now:
			raise CorrectionInFuture(at=instant)
	if correction.claim in LASTING and (until or now) <= at:
		raise BackwardCorrection(at=at, until=until or now)


def _waited(correction: Correction, timeline: Timeline, until: Instant) -> Iterator[Fact]:
	if correction.whom & Waiting.SUPPLIER and correction.party:
		yield from _held_by(Kind.SUPPLIER, correction, timeline, until)
	yield Fact(
		correction.at,
		Kind.HOLD_BEGAN,
		correction.name,
		waiting=correction.whom.value,
		reason=correction.words,
	)
	yield Fact(until, Kind.HOLD_ENDED, correction.name)


def _held_by(kind: Kind, correction: Correction, timeline: Timeline, until: Instant) -> Iterator[Fact]:
	"""With somebody for a stretch, and back with whom the ledger has it then."""
	for fact in timeline.facts:
		if fact.kind is kind and correction.at < fact.at < until and fact.value != correction.party:
			raise HandedOnMeanwhile(at=fact.at, holder=fact.value or "-")
	state = timeline.state_at(until)
	yield Fact(correction.at, kind, correction.party)
	yield Fact(until, kind, state.team if kind is Kind.TEAM else state.supplier)


def _had_priority(correction: Correction, timeline: Timeline, until: Instant) -> Iterator[Fact]:
	"""Another priority for a stretch, and after it the one that the ledger has then."""
	at, priority = correction.at, correction.party
	meanwhile = [fact for fact in timeline.facts if fact.kind is Kind.PRIORITY and at < fact.at < until]
	for fact in meanwhile:
		if fact.value != priority:
			raise PriorityChangedMeanwhile(at=fact.at, priority=fact.value or "-")
	if timeline.state_at(at).priority == priority:
		raise PriorityWasSo(at=at, priority=priority)
	yield Fact(at, Kind.PRIORITY, priority)
	after = timeline.state_at(until).priority
	if after != priority:
		yield Fact(until, Kind.PRIORITY, after)


_ABOUT = (
	(Kind.PRIORITY, "priority"),
	(Kind.CUSTOMER, "customer"),
	(Kind.CUSTOMER_GROUP, "customer_group"),
	(Kind.TERRITORY, "territory"),
	(Kind.SERVICE, "service"),
	(Kind.TYPE, "type"),
)
"""What a ticket is about. With whom it is begins when it is handed to them, so that is no part of this."""


def _opened(at: Instant, timeline: Timeline) -> Iterator[Fact]:
	"""A further opening, and before the former one what the ticket was about when that was recorded."""
	opened = timeline.opened
	if at == opened:
		raise OpenedThenAlready(at=at)
	state = timeline.state_at(opened)
	for step in timeline.steps:
		if opened < step.at < at and (step.events or step.state != state):
			raise OpenedAfterEvent(at=at, event=step.at)
	yield Fact(at, Kind.OPENED, timeline.opening.value)
	if at > opened:
		return
	for kind, name in _ABOUT:
		if value := getattr(state, name):
			yield Fact(at, kind, value)
	said = [fact for fact in timeline.facts if fact.kind is Kind.STATUS and fact.at <= opened]
	if said and Status(said[-1].value) is Status.OPEN:
		yield said[-1]._replace(at=at, recorded_at=None, number=0)


def _did_not_wait(at: Instant, until: Instant, timeline: Timeline) -> tuple[Fact, ...]:
	"""Every wait in [at, until) is interrupted: that of a status by the open one, a hold by its end."""
	found: list[Fact] = []
	for began, ended, fact in _waits(timeline):
		start = max(at, began)
		if start >= until or (ended is not None and ended <= start):
			continue
		again = fact._replace(at=until, recorded_at=None, number=0)
		if fact.kind is Kind.STATUS:
			found.append(Fact(start, Kind.STATUS, Status.OPEN.value, reason="Open"))
		else:
			found.append(Fact(start, Kind.HOLD_ENDED, fact.value))
		if ended is None or ended > until:
			found.append(again)
	if not found:
		raise NothingWaited(at=at, until=until)
	return tuple(found)


def _waits(timeline: Timeline) -> Iterator[tuple[Instant, Instant | None, Fact]]:
	"""The stretches in which a ticket waited, each with the fact that began it; None: it still does."""
	status: Fact | None = None
	holds: dict[str, Fact] = {}
	for fact in timeline.facts:
		if fact.kind is Kind.STATUS:
			if status is not None and status.waiting:
				yield status.at, fact.at, status
			status = fact
		elif fact.kind is Kind.HOLD_BEGAN:
			holds[fact.value] = fact
		elif fact.kind is Kind.HOLD_ENDED and fact.value in holds:
			yield holds[fact.value].at, fact.at, holds.pop(fact.value)
	if status is not None and status.waiting:
		yield status.at, None, status
	for fact in holds.values():
		yield fact.at, None, fact


def _resolved(at: Instant, timeline: Timeline) -> Fact:
	"""The status under which the ticket was last done, from an earlier instant on."""
	statuses = [fact for fact in timeline.facts if fact.kind is Kind.STATUS]
	ended = len(statuses)
	while ended and Status(statuses[ended - 1].value) in ENDED:
		ended -= 1
	if ended == len(statuses):
		raise NotResolvedYet()
	if at >= statuses[ended].at:
		raise ResolvedAlready(at=statuses[ended].at)
	if ended and at < statuses[ended - 1].at:
		raise StatusChangedMeanwhile(at=statuses[ended - 1].at)
	return statuses[ended]._replace(at=at, recorded_at=None, number=0)
