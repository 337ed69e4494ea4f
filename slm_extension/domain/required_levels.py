"""A service level that a customer asks for on one of six metrics (R054), and how far an offer falls short of it.

Knows numbers and units only: which target an agreement makes of it is said here, when that target is due is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from slm_extension.domain.errors import LevelOutOfRange, UnitDoesNotFit
from slm_extension.domain.instants import Seconds
from slm_extension.domain.targets import RESOLUTION, RESPONSE, RESTORATION, Metric

MINUTE, HOUR = 60, 3600
LARGEST = Decimal(100_000)
"""More than eleven years in hours: a slip of the finger."""


class Unit(Enum):
	HOURS = "hours"
	MINUTES = "minutes"
	PERCENT = "% of service hours"
	HOURS_A_DAY = "hours a day"
	HOURS_A_WEEK = "hours a week"
	A_MONTH = "a month"
	A_QUARTER = "a quarter"
	A_YEAR = "a year"
	HOURS_BETWEEN = "hours between failures"
	DAYS_BETWEEN = "days between failures"


SECONDS = {Unit.HOURS: HOUR, Unit.MINUTES: MINUTE}
"""The units of time within which something has to be done."""

MOST = {Unit.PERCENT: Decimal(100), Unit.HOURS_A_DAY: Decimal(24), Unit.HOURS_A_WEEK: Decimal(168)}
"""The units that end somewhere."""


@dataclass(frozen=True, slots=True)
class LevelMetric:
	"""What is asked for. `target` is the metric of an agreement that measures it ticket by ticket, if one does."""

	name: str
	units: tuple[Unit, ...]
	more_is_better: bool
	target: Metric | None = None
	may_be_none: bool = False


LEVEL_METRICS = {
	one.name: one
	for one in (
		LevelMetric("Availability", (Unit.PERCENT, Unit.HOURS_A_DAY, Unit.HOURS_A_WEEK), True),
		LevelMetric(
			"Number of Failures", (Unit.A_MONTH, Unit.A_QUARTER, Unit.A_YEAR), False, may_be_none=True
		),
		LevelMetric("Failure Frequency", (Unit.DAYS_BETWEEN, Unit.HOURS_BETWEEN), True),
		LevelMetric("Failure Duration", (Unit.HOURS, Unit.MINUTES), False, RESTORATION),
		LevelMetric("Response Time", (Unit.HOURS, Unit.MINUTES), False, RESPONSE),
		LevelMetric("Turnaround Time", (Unit.HOURS, Unit.MINUTES), False, RESOLUTION),
	)
}


@dataclass(frozen=True, slots=True)
class RequiredLevel:
	"""What is wanted of a metric, and what is offered: None while nobody has said.

	Raises UnitDoesNotFit where the unit says nothing about the metric, LevelOutOfRange where a number cannot be.
	"""

	metric: LevelMetric
	wanted: Decimal
	unit: Unit
	offered: Decimal | None = None

	def __post_init__(self) -> None:
		if self.unit not in self.metric.units:
			raise UnitDoesNotFit(
				metric=self.metric.name,
				unit=self.unit.value,
				units=", ".join(unit.value for unit in self.metric.units),
			)
		for number in (self.wanted, self.offered):
			if number is not None and not self._possible(number):
				raise LevelOutOfRange(metric=self.metric.name, number=str(number), unit=self.unit.value)

	@property
	def shortfall(self) -> Decimal:
		"""By how much what is offered is worse than what is wanted, in its unit; below zero where it is better.

		Zero while nothing is offered.
		"""
		if self.offered is None:
			return Decimal(0)
		difference = self.wanted - self.offered
		return difference if self.metric.more_is_better else -difference

	@property
	def agreed(self) -> Decimal:
		"""What goes into an agreement: the offer, and what is wanted where there is none yet."""
		return self.wanted if self.offered is None else self.offered

	@property
	def goal(self) -> Seconds | None:
		"""The goal of the target that measures it, in open seconds; None where no target does."""
		if self.metric.target is None:
			return None
		return int((self.agreed * SECONDS[self.unit]).to_integral_value())

	def _possible(self, number: Decimal) -> bool:
		if not number.is_finite() or number > MOST.get(self.unit, LARGEST):
			return False
		return number > 0 or (number == 0 and self.metric.may_be_none)
