"""One ticket explained in plain text: which agreement and why, each clock span by span, who held it."""

from __future__ import annotations

from collections.abc import Iterator

from slm_extension.domain.agreements import AgreementBook, Candidate, Rejection
from slm_extension.domain.assessment import AssessedClock, Assessment
from slm_extension.domain.calendars import Closed
from slm_extension.domain.clocks import Clock, Outcome, Span, Spell, explain
from slm_extension.domain.timeline import Kind, State
from slm_extension.replay.durations import duration, local_time
from slm_extension.replay.figures import kind_beside


def explain_ticket(assessment: Assessment, book: AgreementBook, zone_name: str = "UTC") -> Iterator[str]:
	"""Lines of text; every sum adds up to the second, and says so.

	Facts are told by the clock of the agreement's calendar; `zone_name`, the zone of the log, is for the rest.
	"""
	timeline = assessment.timeline
	zone = assessment.clocks[0].agreement.calendar.zone_name if assessment.clocks else zone_name
	yield f"Ticket {timeline.ticket}, as seen at {local_time(assessment.asked, zone_name)}"
	yield ""
	yield "Facts"
	for fact in timeline.facts:
		if fact.at <= assessment.asked:
			said = fact.reason or fact.value
			what = fact.kind.value if fact.kind is not Kind.STATUS else f"status {fact.value}"
			yield f"  {local_time(fact.at, zone)}  {what}{': ' + said if said else ''}"
	yield ""
	yield "Agreement"
	state = timeline.state_at(timeline.opened)
	for candidate in book.candidates(state, timeline.opened):
		name = f"{candidate.agreement.name} (version {candidate.agreement.version})"
		yield f"  {name}: {_choice(candidate, state)}"
	yield ""
	yield f"Held by (sum {duration(sum(leg.seconds for leg in assessment.legs))})"
	for leg in assessment.legs:
		who = f"{leg.party.value} {leg.name}".strip()
		yield f"  {local_time(leg.start, zone)}  {duration(leg.seconds):>16}  {who}"
	for one in assessment.clocks:
		yield ""
		yield from _clock(one)


def _choice(candidate: Candidate, state: State) -> str:
	rejected, of = candidate.rejected, candidate.property
	if rejected is None:
		return f"applies: {', '.join(candidate.metrics)}"
	if of is None:
		return f"no, {rejected.value}"
	name, value = of.value.replace("_", " "), of.of(state)
	if rejected is Rejection.CONDITION:
		return f"no, its condition on the {name} does not hold ({f'it is {value}' if value else 'there is none'})"
	return f"no, {rejected.value}" if value else f"no, the ticket has no {name}"


def _clock(one: AssessedClock) -> Iterator[str]:
	clock, agreement = one.clock, one.agreement
	target = clock.target.name if clock.target is not None else one.metric
	whose = f" for {one.tenure.name}" if one.tenure is not None else ""
	zone = agreement.calendar.zone_name if clock.target is None else clock.target.calendar.zone_name
	kind = kind_beside(agreement.name, agreement.kind.value)
	yield f"{f'{kind} ' if kind else ''}{agreement.name}: {target}{whose}, cycle {clock.cycle}"
	verdict = clock.outcome.value
	if clock.outcome is Outcome.MISSED and clock.missed_at is not None:
		verdict += f" at {local_time(clock.missed_at, zone)}, over by {duration(-clock.remaining)}"
	yield f"  {clock.phase.value}{', ' + clock.why if clock.why else ''}; {verdict}"
	yield f"  goal {duration(clock.goal)}, elapsed {duration(clock.elapsed)}, held {duration(clock.held)}"
	if clock.due is not None:
		yield f"  due {local_time(clock.due, zone)}"
	if clock.uncertain:
		yield "  Warning: holidays are not known that far; the due time may move."
	for swap in clock.swaps:
		yield (
			f'  At {local_time(swap.at, zone)} target "{swap.before}" ({duration(swap.elapsed_before)} used) '
			f'gave way to "{swap.after}" ({duration(swap.elapsed_after)} used).'
		)
	yield from _spans(clock, zone)
	yield from _who(one)


def _spans(clock: Clock, zone: str) -> Iterator[str]:
	counted = held = 0
	for span in explain(clock):
		counted += span.seconds if span.spell is Spell.COUNTED else 0
		held += span.seconds if span.spell in (Spell.HELD, Spell.DONE) else 0
		yield f"  {local_time(span.start, zone)}  {duration(span.seconds):>16}  {_reason(span)}"
	if clock.stretches:
		life = clock.stretches[-1].end - clock.stretches[0].start
		yield (
			f"  counted {duration(counted)} + held {duration(held)} "
			f"+ closed or not counted {duration(life - counted - held)} = {duration(life)}"
		)


def _reason(span: Span) -> str:
	if span.spell is not Spell.CLOSED:
		return f"{span.spell.value}: {span.reason}" if span.reason else span.spell.value
	if span.closed is Closed.HOURS:
		return "closed: outside hours"
	return f"closed: {span.reason}" if span.reason else "closed"


def _who(one: AssessedClock) -> Iterator[str]:
	blame = one.attribution
	if blame is None:
		return
	yield f"  Missed because of: {blame.cause.value}{' ' + blame.responsible if blame.responsible else ''}"
	for share in blame.shares:
		if share.counted:
			yield f"    {duration(share.counted):>16}  {share.leg.party.value} {share.leg.name}".rstrip()
	yield f"    {duration(sum(share.counted for share in blame.shares)):>16}  together, the elapsed time"
	for overrun in blame.overruns:
		held = "would" if overrun.would_have_held else "would not"
		yield (
			f"    {overrun.agreement} was overrun by {overrun.tenure.name} by {duration(overrun.seconds)}, which took "
			f"{duration(overrun.cost)} of this clock; without it the target {held} have held."
		)
