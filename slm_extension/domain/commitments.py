"""What an agreement says beside what clocks measure: availability, agreed interruptions, and who acts on levels.

Values only; `availability`, `interruptions` and `levels` make something of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from slm_extension.domain.attainment import Period
from slm_extension.domain.availability import Promise
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.interruptions import AgreedInterruption
from slm_extension.domain.levels import EscalationLevel, Timing
from slm_extension.domain.targets import Target


class Notify(Enum):
	"""Who is told that a clock has reached a level."""

	HOLDER = "holder"
	HOLDERS_MANAGER = "holder's manager"
	TEAM = "team"
	AGREEMENT_OWNER = "agreement owner"
	SERVICE_OWNER = "service owner"
	ROLE = "role"
	USER = "user"
	NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ServicePromise:
	"""A promise about the availability of a service, of each of the agreement's if empty, in the hours of a calendar."""

	service: str
	promise: Promise
	period: Period
	calendar: Calendar


@dataclass(frozen=True, slots=True)
class Escalation:
	"""Who is told and what is done at a level. `action` is what they do, in words; the rest are names."""

	level: EscalationLevel
	notify: Notify = Notify.HOLDER
	role: str = ""
	user: str = ""
	action: str = ""
	raise_priority_to: str = ""
	move_to_team: str = ""
	assign_to: str = ""


@dataclass(frozen=True, slots=True)
class Commitments:
	"""What a version of an agreement says of this. `warned` are rows that stand for warning levels of its targets."""

	agreement: str
	version: int
	services: tuple[ServicePromise, ...] = ()
	escalations: tuple[Escalation, ...] = ()
	interruptions: tuple[AgreedInterruption, ...] = ()
	warned: tuple[Escalation, ...] = field(default=(), compare=False)


def escalations_for_warnings(
	targets: Iterable[Target], known: Iterable[Escalation]
) -> tuple[Escalation, ...]:
	"""A row that tells the holder for each warning level of targets at which no known row of that metric lies.

	Levels of a metric are numbered in order, with numbers that no known row of that metric has.
	"""
	levels = [one.level for one in known]
	percents: dict[str, set[int]] = {}
	for target in targets:
		percents.setdefault(target.metric.name, set()).update(target.warnings)
	return tuple(_rows(percents, levels))


def _rows(percents: dict[str, set[int]], levels: list[EscalationLevel]) -> Iterator[Escalation]:
	for metric, wanted in percents.items():
		known = [one for one in levels if one.metric in ("", metric)]
		there = {one.amount for one in known if one.timing is Timing.PERCENT}
		taken = {one.number for one in known}
		number = 1
		for percent in sorted(wanted - there):
			while number in taken:
				number += 1
			yield Escalation(EscalationLevel(number, Timing.PERCENT, percent, metric))
			number += 1
