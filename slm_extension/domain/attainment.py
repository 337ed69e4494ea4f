"""How many promises were kept: decided clocks by period, gross and net, against an objective.

A clock counts in the period in which it was decided: met when it stopped, missed when its goal was used up.
Pending clocks are counted beside, never in the quotient. An open ticket that is overdue is a miss.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from zoneinfo import ZoneInfo

from slm_extension.domain.clocks import Clock, Outcome, Phase
from slm_extension.domain.errors import InvalidObjective
from slm_extension.domain.instants import Instant, moment

SMALL_SAMPLE = 20
"""Below so many decided clocks one miss moves the figure by more than five points: it is marked."""


class Period(Enum):
	"""What figures are cut into. Weeks start on Monday (ISO 8601)."""

	WEEK = "week"
	MONTH = "month"
	QUARTER = "quarter"
	YEAR = "year"

	def first_day(self, at: Instant, zone: ZoneInfo) -> date:
		"""The first day of the period an instant lies in, by the wall clock of that zone."""
		day = moment(at, zone).date()
		if self is Period.WEEK:
			return day - timedelta(days=day.weekday())
		if self is Period.MONTH:
			return day.replace(day=1)
		if self is Period.QUARTER:
			return date(day.year, day.month - (day.month - 1) % 3, 1)
		return date(day.year, 1, 1)

	def following(self, first: date) -> date:
		"""The first day of the period after the one that begins on that day. Raises OverflowError past the year 9999."""
		if self is Period.WEEK:
			return first + timedelta(days=7)
		into_the_next = {Period.MONTH: 32, Period.QUARTER: 95, Period.YEAR: 370}[self]
		return (first + timedelta(days=into_the_next)).replace(day=1)


class Verdict(Enum):
	KEPT = "kept"
	FAILED = "failed"
	NO_OBJECTIVE = "no objective"
	NO_DATA = "no data"


@dataclass(frozen=True, slots=True)
class Attainment:
	"""Counts of clocks. `excused_met` and `excused_missed` are those of them that the net figure leaves out."""

	met: int = 0
	missed: int = 0
	pending: int = 0
	excused_met: int = 0
	excused_missed: int = 0

	def __add__(self, other: Attainment) -> Attainment:
		return Attainment(
			self.met + other.met,
			self.missed + other.missed,
			self.pending + other.pending,
			self.excused_met + other.excused_met,
			self.excused_missed + other.excused_missed,
		)

	@property
	def decided(self) -> int:
		return self.met + self.missed

	@property
	def gross(self) -> Fraction | None:
		"""Percent met of all decided; None when nothing was."""
		return _percent(self.met, self.decided)

	@property
	def net(self) -> Fraction | None:
		"""Percent met of the decided ones that were not excused; None when there is none."""
		met = self.met - self.excused_met
		return _percent(met, met + self.missed - self.excused_missed)

	def small(self, below: int = SMALL_SAMPLE) -> bool:
		"""Whether so few were decided that one more miss moves the figure a lot."""
		return 0 < self.decided < below

	def verdict(self, objective: Fraction | None) -> Verdict:
		"""Whether the net figure reaches an objective in percent."""
		net = self.net
		if net is None:
			return Verdict.NO_DATA
		if objective is None:
			return Verdict.NO_OBJECTIVE
		return Verdict.KEPT if net >= objective else Verdict.FAILED

	def misses_left(self, objective: Fraction) -> int:
		"""How many more may be missed, the rest as it is, before the objective fails; negative: too many already.

		The negative figure says how many of the misses would have had to be met. Raises InvalidObjective.
		"""
		if not 0 < objective <= 100:
			raise InvalidObjective(target="", objective=float(objective))
		met = self.met - self.excused_met
		missed = self.missed - self.excused_missed
		spare = Fraction(met * 100) / objective - met - missed
		if spare >= 0:
			return spare.__floor__()
		return ((met + missed) * (100 - objective) / 100).__floor__() - missed


def tally(clock: Clock, excused: bool = False) -> Attainment:
	"""One clock as counts, to be added up. One that was cancelled before it was decided counts nowhere."""
	if clock.outcome is Outcome.MET:
		return Attainment(met=1, excused_met=int(excused))
	if clock.outcome is Outcome.MISSED:
		return Attainment(missed=1, excused_missed=int(excused))
	if clock.phase in (Phase.CANCELLED, Phase.NOT_STARTED):
		return Attainment()
	return Attainment(pending=1)


def _percent(part: int, whole: int) -> Fraction | None:
	return Fraction(100 * part, whole) if whole else None
