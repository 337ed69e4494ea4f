"""Compliance: which promises were kept, in lines by whatever a reader groups by. Knows nothing of how they look.

The database counts clocks that are alike; here the counts become attainments of the domain and are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from slm_extension.adapters import counts
from slm_extension.adapters.counts import Counted, Promise, Selection
from slm_extension.adapters.settings import enabled
from slm_extension.domain.attainment import Attainment, Period, Verdict, tally
from slm_extension.domain.clocks import Clock, Outcome, Phase
from slm_extension.domain.instants import Instant


class Group(Enum):
	"""What lines may be made of. The value is the field of a clock in which it stands, if it stands there."""

	PERIOD = "period"
	AGREEMENT = "agreement"
	CUSTOMER = "customer"
	SERVICE = "service"
	KIND = "kind"
	METRIC = "metric"
	DIMENSION = "dimension"
	TARGET = "target_id"
	PRIORITY = "priority"
	PARTY = "party"


_OF_A_CLOCK = (Group.CUSTOMER, Group.SERVICE, Group.PRIORITY, Group.PARTY)
"""What a clock knows apart from its target; everything else follows from its agreement and target."""

_OPEN = (Phase.RUNNING, Phase.HELD)

LATE_AFTER = 900
"""Seconds after which a beat that comes every two minutes is late."""


Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Months:
	"""Months as numbers like 202606, both ends included."""

	first: int
	last: int

	def __contains__(self, month: int) -> bool:
		return self.first <= month <= self.last


@dataclass(frozen=True, slots=True)
class Question:
	"""What is asked. `this_month` is the month in which it is asked: pending clocks stand as of today, in it.

	`grain` cuts time into lines; `only` leaves out clocks that have another value there, `days` those that were
	decided on other days of the months.
	"""

	months: Months
	this_month: int
	groups: tuple[Group, ...] = ()
	grain: Period | None = None
	only: tuple[tuple[Group, str], ...] = ()
	days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Line:
	"""Clocks that share the values of the groups asked for.

	`keys` are in the order of the answer's groups, that of the period its first month. `overdue` of the missed
	ones are still open. `objectives` has None in it when a clock has no objective.
	"""

	keys: Key
	months: Months
	attainment: Attainment
	overdue: int
	objectives: frozenset[Fraction | None]

	@property
	def objective(self) -> Fraction | None:
		"""The objective all its clocks share; None when there is none, or several."""
		return None if self.mixed else next(iter(self.objectives), None)

	@property
	def mixed(self) -> bool:
		"""Whether its clocks have different objectives, so that none can be named."""
		return len(self.objectives) > 1

	@property
	def verdict(self) -> Verdict:
		return self.attainment.verdict(self.objective)

	@property
	def misses_left(self) -> int | None:
		"""How many more may be missed; None without an objective or with nothing decided."""
		if self.objective is None or self.attainment.net is None:
			return None
		return self.attainment.misses_left(self.objective)

	def small(self, below: int) -> bool:
		"""Whether fewer clocks were decided than make a sample."""
		return self.attainment.small(below)


@dataclass(frozen=True, slots=True)
class Answer:
	"""`lines` by key, `periods` the same clocks by period alone, `total` all of them.

	`promises` says what a target is, by agreement and target ID; `titles` what an agreement is called.
	"""

	groups: tuple[Group, ...]
	lines: tuple[Line, ...]
	periods: tuple[Line, ...]
	total: Line
	promises: Mapping[tuple[str, str], Promise]
	titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
	"""How well something was kept: its clocks together, and of the targets that have an objective how many met it."""

	attainment: Attainment = field(default_factory=Attainment)
	kept: int = 0
	judged: int = 0

	def __add__(self, other: Kept) -> Kept:
		return Kept(self.attainment + other.attainment, self.kept + other.kept, self.judged + other.judged)


_NO_MONTHS = Months(0, 0)


def answer(question: Question, promises: Sequence[Promise] | None = None) -> Answer:
	"""Count the clocks that the session's user may read. Two queries, one for whoever has all promises already."""
	groups = groups_of(question)
	promises = counts.promises() if promises is None else promises
	fields = tuple(group for group in _OF_A_CLOCK if group in groups)
	cut = question.grain or Period.MONTH
	found = [
		(one, part)
		for one in counts.counted(_selection(question, fields), promises)
		if _asked_for(one.promise, question) and (part := _part(one)) is not None
	]

	def key_of(one: Counted) -> Key:
		return tuple(_value(group, one, fields, cut, question) for group in groups)

	def period_of(one: Counted) -> Key:
		return (_first_month(one, cut, question),)

	periods = _lines(found, period_of, (Group.PERIOD,), question)
	return Answer(
		groups,
		_lines(found, key_of, groups, question),
		periods,
		_united((), question.months, periods),
		{(one.agreement, one.target_id): one for one in promises},
		{one.agreement: one.title for one in promises},
	)


def kept(
	question: Question, among: tuple[Group, Collection[str]] | None = None
) -> dict[tuple[str, ...], Kept]:
	"""By the groups asked for; every target is judged by its own objective.

	With `among` clocks alone that have one of some values there, which cut no target into several.
	"""
	cut = () if among is None else (among[0],)
	apart = replace(question, groups=(*question.groups, *cut, Group.AGREEMENT, Group.TARGET))
	groups = groups_of(apart)
	targets: dict[Key, list[Line]] = {}
	for line in answer(apart).lines:
		values = dict(zip(groups, line.keys, strict=True))
		if among is None or values[among[0]] in among[1]:
			key = (*question.groups, Group.AGREEMENT, Group.TARGET)
			targets.setdefault(tuple(values[group] for group in key), []).append(line)
	found: dict[tuple[str, ...], Kept] = {}
	for values_of, some in targets.items():
		line = _united(values_of, question.months, some)
		name = tuple(str(value) for value in values_of[: len(question.groups)])
		judged = line.verdict in (Verdict.KEPT, Verdict.FAILED)
		found[name] = found.get(name, Kept()) + Kept(
			line.attainment, int(line.verdict is Verdict.KEPT), int(judged)
		)
	return found


def groups_of(question: Question) -> tuple[Group, ...]:
	"""The groups asked for, each once; the period leads unless placed, and a target comes with its agreement."""
	groups = list(dict.fromkeys(question.groups))
	if Group.TARGET in groups and Group.AGREEMENT not in groups:
		groups.insert(groups.index(Group.TARGET), Group.AGREEMENT)
	if question.grain is not None and Group.PERIOD not in groups:
		groups.insert(0, Group.PERIOD)
	return tuple(groups)


@lru_cache(maxsize=4096)
def months_of(month: int, cut: Period) -> Months:
	"""The months of the period that a month lies in."""
	year, number = divmod(month, 100)
	if cut is Period.MONTH:
		return Months(month, month)
	if cut is Period.QUARTER:
		first = number - (number - 1) % 3
		return Months(year * 100 + first, year * 100 + first + 2)
	if cut is Period.YEAR:
		return Months(year * 100 + 1, year * 100 + 12)
	raise ValueError(f"clocks are stored by month and cannot be cut into a {cut.value}")


def _selection(question: Question, fields: tuple[Group, ...]) -> Selection:
	"""What the database leaves out; kind, metric and target are looked at afterwards, one agreement's are few."""
	return Selection(
		question.months.first,
		question.months.last,
		question.this_month in question.months,
		dict(question.only).get(Group.AGREEMENT, ""),
		tuple((group.value, value) for group, value in question.only if group in _OF_A_CLOCK),
		tuple(group.value for group in fields),
		question.days,
	)


def _asked_for(promise: Promise, question: Question) -> bool:
	return all(
		_of_a_promise(group, promise) == value for group, value in question.only if group not in _OF_A_CLOCK
	)


def _of_a_promise(group: Group, promise: Promise) -> str:
	if group is Group.AGREEMENT:
		return promise.agreement
	if group is Group.TARGET:
		return promise.target_id
	if group is Group.DIMENSION:
		return promise.dimension
	return promise.kind if group is Group.KIND else promise.metric


def _value(
	group: Group, one: Counted, fields: tuple[Group, ...], cut: Period, question: Question
) -> str | int:
	if group is Group.PERIOD:
		return _first_month(one, cut, question)
	if group in fields:
		return one.values[fields.index(group)]
	return _of_a_promise(group, one.promise)


def _first_month(one: Counted, cut: Period, question: Question) -> int:
	return months_of(one.period or question.this_month, cut).first


def _lines(
	found: Iterable[tuple[Counted, Line]],
	key_of: Callable[[Counted], Key],
	groups: tuple[Group, ...],
	question: Question,
) -> tuple[Line, ...]:
	by_key: dict[Key, list[Line]] = {}
	for one, part in found:
		by_key.setdefault(key_of(one), []).append(part)
	return tuple(_united(key, _line_months(key, groups, question), by_key[key]) for key in sorted(by_key))


def _line_months(key: Key, groups: tuple[Group, ...], question: Question) -> Months:
	"""The months of a line: those of its period that were asked for."""
	if Group.PERIOD not in groups:
		return question.months
	whole = months_of(int(key[groups.index(Group.PERIOD)]), question.grain or Period.MONTH)
	return Months(max(whole.first, question.months.first), min(whole.last, question.months.last))


def _united(key: Key, months: Months, parts: Sequence[Line]) -> Line:
	return Line(
		key,
		months,
		sum((part.attainment for part in parts), Attainment()),
		sum(part.overdue for part in parts),
		frozenset[Fraction | None]().union(*(part.objectives for part in parts)),
	)


def _part(one: Counted) -> Line | None:
	"""Clocks that are alike count as the domain counts one of them, as often as there are; None: it does not."""
	each = _count_of_one(one.outcome, one.phase, one.excused)
	if each == Attainment():
		return None
	attainment = Attainment(
		each.met * one.clocks,
		each.missed * one.clocks,
		each.pending * one.clocks,
		each.excused_met * one.clocks,
		each.excused_missed * one.clocks,
	)
	overdue = one.clocks if one.outcome is Outcome.MISSED and one.phase in _OPEN else 0
	return Line((), _NO_MONTHS, attainment, overdue, _alone(one.promise.objective))


@lru_cache(maxsize=256)
def _alone(objective: Fraction | None) -> frozenset[Fraction | None]:
	return frozenset((objective,))


@lru_cache(maxsize=64)
def _count_of_one(outcome: Outcome, phase: Phase, excused: bool) -> Attainment:
	return tally(Clock("", 1, None, 0, phase, outcome), excused)


@dataclass(frozen=True, slots=True)
class Doubts:
	"""What may be missing in the figures.

	`last_beat` is set when the beat is late, 0 when it never ran; `due` clocks have come due meanwhile and
	`failed` tickets could not be measured.
	"""

	last_beat: Instant | None = None
	due: int = 0
	failed: int = 0


def doubts(now: Instant) -> Doubts:
	"""Whether the figures are complete as of `now`."""
	latest = counts.last_beat() or 0
	late = enabled() and latest < now - LATE_AFTER
	return Doubts(latest if late else None, counts.come_due(now) if late else 0, counts.failed_measures())
