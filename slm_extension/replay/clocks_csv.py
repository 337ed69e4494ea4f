"""clocks.csv: a line a clock, with its legs and how its sum came about.

Times are ISO 8601 in the zone of the target's calendar, durations whole seconds of open time. `legs` says who
held the ticket how long in open time of the target; `explanation` the stretches in their order.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO
from zoneinfo import ZoneInfo

from slm_extension.domain.assessment import AssessedClock, Assessment
from slm_extension.domain.clocks import Clock, Spell
from slm_extension.domain.instants import Instant, moment
from slm_extension.replay.agreements_file import Excuse

SUBJECT = (
	"ticket",
	"agreement",
	"version",
	"kind",
	"party",
	"metric",
	"target",
	"priority",
	"customer",
	"service",
)
"""Whose clock it is, and of what."""

OUTCOME = ("cycle", "phase", "outcome")
FIGURES = (
	"started",
	"stopped",
	"stopped_by",
	"due",
	"missed_at",
	"goal",
	"elapsed",
	"held",
	"remaining",
	"cause",
	"responsible",
	"uncertain",
)
COLUMNS = (*SUBJECT, *OUTCOME, "excused", "opened", *FIGURES, "legs", "explanation")


class ClocksCsv:
	"""Writes to a text file that the caller opens (newline="") and closes."""

	def __init__(self, file: TextIO) -> None:
		self._writer = csv.writer(file, lineterminator="\n")
		self._writer.writerow(COLUMNS)

	def add(self, assessment: Assessment, one: AssessedClock, excuse: Excuse | None) -> None:
		clock, agreement = one.clock, one.agreement
		calendar = agreement.calendar if clock.target is None else clock.target.calendar
		zone = calendar.zone
		decided = clock.decided_at
		state = assessment.timeline.state_at(assessment.asked if decided is None else decided)
		blame = one.attribution
		self._writer.writerow(
			(
				safe(assessment.timeline.ticket),
				agreement.name,
				agreement.version,
				agreement.kind.value,
				safe(one.tenure.name) if one.tenure is not None else "",
				one.metric,
				clock.target.name if clock.target is not None else "",
				safe(state.priority),
				safe(state.customer),
				safe(state.service),
				clock.cycle,
				clock.phase.value,
				clock.outcome.value,
				excuse.reason if excuse is not None else "",
				_time(assessment.timeline.opened, zone),
				_time(clock.started, zone),
				_time(clock.stopped, zone),
				clock.stopped_by,
				_time(clock.due, zone),
				_time(clock.missed_at, zone),
				clock.goal,
				clock.elapsed,
				clock.held,
				clock.remaining,
				blame.cause.value if blame is not None else "",
				safe(blame.responsible) if blame is not None else "",
				"yes" if clock.uncertain else "",
				safe("; ".join(_legs(one))),
				safe("; ".join(_explanation(clock, zone))),
			)
		)


def _time(at: Instant | None, zone: ZoneInfo) -> str:
	return "" if at is None else moment(at, zone).isoformat()


def safe(text: str) -> str:
	"""Text that a spreadsheet does not take for a formula; ticket numbers and names come from strangers."""
	return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _legs(one: AssessedClock) -> Iterator[str]:
	for share in one.shares:
		name = f" {share.leg.name}" if share.leg.name else ""
		yield f"{share.leg.party.value}{name} {share.counted}"


def _explanation(clock: Clock, zone: ZoneInfo) -> Iterator[str]:
	"""Stretches of equal kind and reason joined, each with the open seconds in it."""
	start: Instant | None = None
	seconds = 0
	for index, stretch in enumerate(clock.stretches):
		if start is None:
			start = stretch.start
		seconds += stretch.open_seconds
		following = clock.stretches[index + 1] if index + 1 < len(clock.stretches) else None
		if following is not None and (following.spell, following.reason) == (stretch.spell, stretch.reason):
			continue
		reason = f" ({stretch.reason})" if stretch.spell is not Spell.COUNTED and stretch.reason else ""
		yield f"{moment(start, zone).isoformat()} {stretch.spell.value} {seconds}{reason}"
		start, seconds = None, 0
