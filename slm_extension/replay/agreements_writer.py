"""Agreements of the domain as the TOML that `read_agreements` reads: the way back. Builds text, writes no file.

What is written says everything outright and leaves no default to be looked up. Editions have no place in a file;
of two calendars of one name, the second gets a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from slm_extension.domain.agreements import Agreement, AgreementKind
from slm_extension.domain.calendars import WHOLE_DAY, Calendar, DatedHours, Window, YearlyClosure
from slm_extension.domain.commitments import Commitments, Escalation, ServicePromise
from slm_extension.domain.instants import DAY, Seconds
from slm_extension.domain.interruptions import AgreedInterruption
from slm_extension.domain.levels import Timing
from slm_extension.domain.recurrence import Rhythm
from slm_extension.domain.scopes import FLAT, Condition, Forest
from slm_extension.domain.targets import METRICS, Metric, Target
from slm_extension.domain.timeline import Waiting
from slm_extension.replay.commitments_file import PLACES, RHYTHMS, WEEKDAYS

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOLDS = {Waiting.CUSTOMER: "customer", Waiting.SUPPLIER: "supplier", Waiting.OTHER: "other"}
_HOUR = 3600
NO_REMARKS: Mapping[tuple[str, int], str] = {}


def agreements_text(
	agreements: Iterable[Agreement],
	remarks: Mapping[tuple[str, int], str] = NO_REMARKS,
	heading: str = "",
	forest: Forest = FLAT,
	commitments: Iterable[Commitments] = (),
) -> str:
	"""The file of some agreements with the calendars they count in, and with what lies beneath what and what
	services rest on.

	`remarks` are written above an agreement, by its name and version; `heading` at the top. `commitments` go with the
	agreements that they are of.
	"""
	written = list(agreements)
	committed = {(one.agreement, one.version): one for one in commitments}
	beside = [committed.get((one.name, one.version), Commitments(one.name, one.version)) for one in written]
	calendars = _named_apart(
		calendar
		for one, other in zip(written, beside, strict=True)
		for calendar in (
			one.calendar,
			*(target.calendar for target in one.targets),
			*(promise.calendar for promise in other.services),
		)
	)
	lines = [*_comment(heading), *_trees(forest)]
	for metric in _own_metrics(written):
		lines += ["", *_metric(metric)]
	for calendar, name in calendars.items():
		lines += ["", *_calendar(calendar, name)]
	for one, other in zip(written, beside, strict=True):
		lines += ["", *_comment(remarks.get((one.name, one.version), "")), *_agreement(one, calendars)]
		lines += _commitments(one, other, calendars)
	return "\n".join(lines).strip("\n") + "\n"


def _named_apart(calendars: Iterable[Calendar]) -> dict[Calendar, str]:
	"""A name for each calendar that no other one has."""
	found: dict[Calendar, str] = {}
	for calendar in dict.fromkeys(calendars):
		name, number = calendar.name, 1
		while name in found.values():
			number += 1
			name = f"{calendar.name} ({number})"
		found[calendar] = name
	return found


def _trees(forest: Forest) -> Iterator[str]:
	for of, parents in forest.parents.items():
		if parents:
			yield ""
			yield f"[beneath.{of.value}]"
			yield from (f"{_text(name)} = {_text(above)}" for name, above in sorted(parents.items()))
	links: dict[str, list[str]] = {}
	for upper, lower in sorted(forest.links):
		links.setdefault(upper, []).append(lower)
	if links:
		yield ""
		yield "[rests_on]"
		yield from (f"{_text(upper)} = {_texts(lower)}" for upper, lower in links.items())


def _own_metrics(agreements: Iterable[Agreement]) -> list[Metric]:
	"""The metrics of some agreements that are no standard ones, each once."""
	found = dict.fromkeys(target.metric for one in agreements for target in one.targets)
	return [metric for metric in found if metric.name not in METRICS]


def _metric(metric: Metric) -> Iterator[str]:
	yield "[[metric]]"
	yield f"name = {_text(metric.name)}"
	yield f"starts = {_texts(metric.starts)}"
	yield f"stops = {_texts(metric.stops)}"
	yield f"holds = {_texts(_waits(metric.holds))}"
	yield f"recurs = {str(metric.recurs).lower()}"


def _waits(holds: Waiting) -> Iterator[str]:
	return (name for whom, name in _HOLDS.items() if holds & whom)


def _comment(text: str) -> Iterator[str]:
	"""Lines that a reader skips; what a line may not hold becomes a space."""
	for line in text.splitlines():
		yield "# " + "".join(one if one.isprintable() else " " for one in line)


def _calendar(calendar: Calendar, name: str) -> Iterator[str]:
	yield f"[calendar.{_text(name)}]"
	yield f"zone = {_text(calendar.zone_name)}"
	if calendar.known_until is not None:
		yield f"known_until = {calendar.known_until.isoformat()}"
	if all(windows == (WHOLE_DAY,) for windows in calendar.week):
		yield "around_the_clock = true"
	else:
		for day, windows in zip(_DAYS, calendar.week, strict=True):
			if windows:
				yield f"hours.{day} = {_text(_windows(windows))}"
	if calendar.yearly:
		yield f"yearly = {_texts(map(_closure, calendar.yearly))}"
	if calendar.exceptions:
		yield "exception = ["
		yield from (f"\t{_exception(one)}," for one in calendar.exceptions)
		yield "]"


def _windows(windows: Iterable[Window]) -> str:
	return " ".join(f"{_clock(one.start)}-{_end(one.end)}" for one in windows)


def _end(seconds: Seconds) -> str:
	return f"{_clock(seconds - DAY)}+1" if seconds > DAY else _clock(seconds)


def _clock(seconds: Seconds) -> str:
	left = f":{seconds % 60:02}" if seconds % 60 else ""
	return f"{seconds // 3600:02}:{seconds // 60 % 60:02}{left}"


def _closure(closure: YearlyClosure) -> str:
	(month, day), (last_month, last_day) = closure.first, closure.last
	return f"{month:02}-{day:02}..{last_month:02}-{last_day:02} {closure.name}".strip()


def _exception(one: DatedHours) -> str:
	parts = [f"date = {one.day.isoformat()}"]
	if one.windows:
		parts.append(f"hours = {_text(_windows(one.windows))}")
	if one.name:
		parts.append(f"name = {_text(one.name)}")
	return f"{{ {', '.join(parts)} }}"


def _agreement(one: Agreement, calendars: Mapping[Calendar, str]) -> Iterator[str]:
	yield "[[agreement]]"
	yield f"name = {_text(one.name)}"
	yield f"kind = {_text(one.kind.value)}"
	yield f"version = {one.version}"
	yield from _dated("valid_from", one.valid_from)
	yield from _dated("valid_until", one.valid_until)
	yield from _named("customers", one.customers)
	yield from _named("customer_groups", one.customer_groups)
	yield from _named("territories", one.territories)
	yield from _named("services", one.services)
	yield from _named("suppliers" if one.kind is AgreementKind.UC else "teams", one.parties | one.teams)
	if one.rests_on:
		yield f"rests_on = {_texts(one.rests_on)}"
	if one.default:
		yield "default = true"
	yield f"calendar = {_text(calendars[one.calendar])}"
	for condition in one.conditions:
		yield ""
		yield from _condition(condition)
	for target in one.targets:
		yield ""
		yield from _target(target)
		if target.calendar != one.calendar:
			yield f"calendar = {_text(calendars[target.calendar])}"


def _condition(condition: Condition) -> Iterator[str]:
	yield "[[agreement.condition]]"
	yield f"property = {_text(condition.property.value)}"
	yield from _named("is_not" if condition.values.others else "is", condition.values.names)


def _target(target: Target) -> Iterator[str]:
	yield "[[agreement.target]]"
	yield f"name = {_text(target.name)}"
	yield f"metric = {_text(target.metric.name)}"
	yield f"goal = {_text(_duration(target.goal))}"
	yield from _named("priorities", target.priorities)
	yield from _named("services", target.services)
	yield f"holds = {_texts(_waits(target.holds))}"
	if target.objective is not None:
		yield f"objective = {_decimal(target.objective)}"
	yield f"reopen = {_text(target.on_reopen.value)}"
	yield f"on_change = {_text(target.on_change.value)}"
	if target.warnings:
		yield f"warn_at = [{', '.join(map(str, target.warnings))}]"


def _commitments(agreement: Agreement, said: Commitments, calendars: Mapping[Calendar, str]) -> Iterator[str]:
	for promise in said.services:
		yield ""
		yield from _availability(promise)
		if promise.calendar != agreement.calendar:
			yield f"calendar = {_text(calendars[promise.calendar])}"
	for escalation in said.escalations:
		yield ""
		yield from _escalation(escalation)
	for interruption in said.interruptions:
		yield ""
		yield from _interruption(interruption)


def _availability(one: ServicePromise) -> Iterator[str]:
	measure, value = one.promise.measure, one.promise.value
	yield "[[agreement.availability]]"
	yield from _said("service", one.service)
	yield f"measure = {_text(measure.value)}"
	yield f"value = {_decimal(value / _HOUR if measure.is_time else value)}"
	yield f"period = {_text(one.period.value)}"


_PLACED = {Timing.PERCENT: "at", Timing.BEFORE: "before", Timing.AFTER: "after"}


def _escalation(one: Escalation) -> Iterator[str]:
	level = one.level
	amount = str(level.amount) if level.timing is Timing.PERCENT else _text(_duration(level.amount))
	yield "[[agreement.escalation]]"
	yield f"level = {level.number}"
	yield from _said("metric", level.metric)
	yield f"{_PLACED[level.timing]} = {amount}"
	yield f"notify = {_text(one.notify.value)}"
	yield from _said("role", one.role)
	yield from _said("user", one.user)
	yield from _said("action", one.action)
	yield from _said("raise_priority_to", one.raise_priority_to)
	yield from _said("move_to_team", one.move_to_team)
	yield from _said("assign_to", one.assign_to)


def _interruption(one: AgreedInterruption) -> Iterator[str]:
	yield "[[agreement.interruption]]"
	yield f"name = {_text(one.title)}"
	yield from _said("service", one.service)
	if one.begins is not None:
		yield f"from = {one.begins.isoformat()}"
	if one.lasts:
		yield f"lasts = {_text(_duration(one.lasts))}"
	if one.rhythm is not None:
		yield from _rhythm(one.rhythm)
	if one.notice:
		yield f"notice = {_text(_duration(one.notice))}"


def _rhythm(one: Rhythm) -> Iterator[str]:
	yield f"every = {_text(next(name for name, every in RHYTHMS.items() if every is one.every))}"
	yield f"interval = {one.interval}"
	if one.weekday is not None and one.through is not None:
		yield f"on = {_text(f'{WEEKDAYS[one.weekday]} to {WEEKDAYS[one.through]}')}"
	elif one.weekday is not None:
		place = (name for name, number in PLACES.items() if number == one.place)
		yield f"on = {_text(' '.join((*place, WEEKDAYS[one.weekday])))}"
	elif one.day is not None:
		yield f"on = {one.day}"


def _said(key: str, text: str) -> Iterator[str]:
	if text:
		yield f"{key} = {_text(text)}"


def _duration(seconds: Seconds) -> str:
	parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
	return " ".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _decimal(value: Fraction) -> str:
	whole, rest = divmod(value, 1)
	return str(whole) if not rest else repr(float(value))


def _dated(key: str, day: date | None) -> Iterator[str]:
	if day is not None:
		yield f"{key} = {day.isoformat()}"


def _named(key: str, names: Iterable[str]) -> Iterator[str]:
	known = sorted(names)
	if known:
		yield f"{key} = {_texts(known)}"


def _texts(values: Iterable[str]) -> str:
	return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
	"""A basic string: JSON's escapes are TOML's too, but for the one character that JSON leaves as it is."""
	return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
