"""Agreements from a TOML file to an AgreementBook: reads, checks, and says in which line a mistake stands.

The format is described in docs/replay-agreements.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeGuard, TypeVar

import holidays

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.calendars import WHOLE_DAY, Calendar, DatedHours, Window, YearlyClosure
from slm_extension.domain.commitments import Commitments
from slm_extension.domain.conditions import STARTS, STOP_EVENTS, STOP_STATUSES
from slm_extension.domain.errors import (
	BackwardValidity,
	ConditionsContradict,
	DomainError,
	InvalidGoal,
	InvalidYearlyClosure,
	MetricCannotRecur,
	MetricNeverStarts,
	MetricNeverStops,
	RestsOnItself,
	RestsOnUnknown,
	RestsOnWrongKind,
	UnknownZone,
)
from slm_extension.domain.instants import DAY, Instant, Seconds, instant
from slm_extension.domain.scopes import Condition, Forest, Property, Values
from slm_extension.domain.service_links import ServiceLinks
from slm_extension.domain.targets import METRICS, Change, Metric, Reopen, Target
from slm_extension.domain.timeline import Waiting
from slm_extension.replay.commitments_file import read_commitments
from slm_extension.replay.toml_document import Document, InputProblem, Table
from slm_extension.replay.toml_values import choice, duration, named_calendar

HOLIDAY_YEARS = (2000, 2049)
"""Years for which holidays of a country are looked up when the file does not say."""


@dataclass(frozen=True, slots=True)
class Excuse:
	"""Misses that both parties have agreed not to count; of one ticket, or of what was missed in [start, end)."""

	reason: str
	approved_by: str
	evidence: str
	ticket: str
	agreement: str
	start: Instant | None
	end: Instant | None

	def covers(self, ticket: str, agreement: str, missed_at: Instant) -> bool:
		return (
			(not self.ticket or self.ticket == ticket)
			and (not self.agreement or self.agreement == agreement)
			and (self.start is None or self.start <= missed_at)
			and (self.end is None or missed_at < self.end)
		)


@dataclass(frozen=True, slots=True)
class AgreementsFile:
	"""What the file says, checked."""

	book: AgreementBook
	calendars: tuple[Calendar, ...]
	excuses: tuple[Excuse, ...]
	metrics: tuple[Metric, ...] = ()
	"""The metrics that the file defines of its own."""
	commitments: tuple[Commitments, ...] = ()
	"""Availability and escalation, an entry an agreement, in the same order."""

	def excuse(self, ticket: str, agreement: str, missed_at: Instant) -> Excuse | None:
		return next((one for one in self.excuses if one.covers(ticket, agreement, missed_at)), None)


def read_agreements(path: Path) -> AgreementsFile:
	"""Read and check a file. Raises InputProblem with file, line, what is wrong and what to do."""
	root = Document.read(path).root
	root.allow({"calendar", "metric", "agreement", "beneath", "rests_on", "excuse"})
	calendars: dict[str, Calendar] = {}
	for name in root.table("calendar").values:
		table = root.table("calendar").table(name)
		calendars[name] = _domain(table, partial(_calendar, table, name))
	metrics = _metrics(root)
	tables = list(root.tables("agreement"))
	if not tables:
		raise root.problem("There are no agreements.", "Add at least one [[agreement]].")
	agreements = [_agreement(table, calendars, metrics) for table in tables]
	book = _book(tables, agreements, _forest(root.table("beneath"), root.table("rests_on")))
	names = {agreement.name for agreement in agreements}
	excuses = tuple(_excuse(table, names) for table in root.tables("excuse"))
	own = tuple(metric for metric in metrics.values() if metric.name not in METRICS)
	commitments = tuple(
		read_commitments(table, one, calendars, metrics)
		for table, one in zip(tables, agreements, strict=True)
	)
	return AgreementsFile(book, tuple(calendars.values()), excuses, own, commitments)


_Built = TypeVar("_Built")


def _domain(table: Table, build: Callable[[], _Built], key: str | None = None) -> _Built:
	"""Build something of the domain; what it objects to becomes a problem of this table, or of that key."""
	try:
		return build()
	except DomainError as error:
		raise _problem(table, error, key) from error


_KEYS: dict[type[DomainError], str] = {
	BackwardValidity: "valid_until",
	ConditionsContradict: "condition",
	InvalidGoal: "goal",
	InvalidYearlyClosure: "yearly",
	MetricCannotRecur: "recurs",
	MetricNeverStarts: "starts",
	MetricNeverStops: "stops",
	RestsOnItself: "rests_on",
	RestsOnUnknown: "rests_on",
	RestsOnWrongKind: "rests_on",
	UnknownZone: "zone",
}
"""Where in a table what the domain refuses stands; all else is shown at the table itself."""


def _problem(table: Table, error: DomainError, key: str | None = None) -> InputProblem:
	values = error.values
	return table.problem(
		error.problem.format(**values), error.remedy.format(**values), key or _KEYS.get(type(error))
	)


def _book(tables: list[Table], agreements: list[Agreement], forest: Forest) -> AgreementBook:
	"""The checks between agreements; a mistake is shown at the last agreement it names."""
	try:
		return AgreementBook(agreements, [forest])
	except DomainError as error:
		said = {part for value in error.values.values() for part in str(value).split(" -> ")}
		named = [
			table
			for table, one in zip(tables, agreements, strict=True)
			if not said.isdisjoint((one.name, f"{one.name} (version {one.version})"))
		]
		raise _problem((named or tables)[-1], error) from error


_TREES = ("service", "customer_group", "territory")


def _forest(table: Table, linked: Table) -> Forest:
	"""What lies right beneath what: a table a property, each name with that of what it is part of.

	Beside it what services rest on: each name with those a link away.
	"""
	table.allow(set(_TREES))
	parents: dict[Property, dict[str, str]] = {}
	for key in _TREES:
		tree = table.table(key)
		parents[Property(key)] = {name: tree.get(name, str) for name in tree.values}
		forest = Forest(parents)
		for name in tree.values:
			above = forest.path(Property(key), name)[-1]
			if parents[Property(key)].get(above):
				raise tree.problem(
					f'"{name}" lies beneath itself.', "Correct what one of them is part of.", name
				)
	links = ServiceLinks((name, lower) for name in linked.values for lower in linked.texts(name))
	for name in linked.values:
		_domain(linked, partial(links.refuse_circle, name), name)
	return Forest(parents, links=links)


def _metrics(root: Table) -> dict[str, Metric]:
	"""The standard metrics and those that the file defines, by name."""
	found = dict(METRICS)
	for table in root.tables("metric"):
		metric = _domain(table, partial(_metric, table))
		taken = next((name for name in found if name.casefold() == metric.name.casefold()), None)
		if taken in METRICS:
			raise table.problem(f'"{taken}" is a standard metric.', "Give yours another name.", "name")
		if taken is not None:
			raise table.problem(f'The metric "{taken}" is there twice.', "Remove or rename one.", "name")
		found[metric.name] = metric
	return found


def _metric(table: Table) -> Metric:
	table.allow({"name", "starts", "stops", "holds", "recurs"})
	name = " ".join(table.get("name", str).split())
	if not name:
		raise table.problem("The metric has no name.", "Give it one.", "name")
	starts = _named_conditions(table, "starts", STARTS) if table.has("starts") else ("opened",)
	stops = _named_conditions(table, "stops", {**STOP_EVENTS, **STOP_STATUSES})
	return Metric.named(name, starts, stops, _waits(table), table.get("recurs", bool, False))


def _named_conditions(table: Table, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
	names = table.texts(key)
	for name in names:
		if name not in known:
			raise table.problem(f'"{name}" is not a condition here.', f"Known: {', '.join(known)}.", key)
	return names


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")


def _calendar(table: Table, name: str) -> Calendar:
	table.allow(
		{"zone", "hours", "around_the_clock", "holidays", "closed", "yearly", "exception", "known_until"}
	)
	zone = table.get("zone", str)
	closures: dict[date, str] = {}
	known_until: date | None = None
	if table.has("holidays"):
		closures, known_until = _holidays(table.table("holidays"))
	known_until = _date(table, "known_until") or known_until
	closures.update(_closed(table))
	exceptions = tuple(_exception(one) for one in table.tables("exception"))
	yearly = tuple(_yearly(table, one) for one in table.texts("yearly"))
	if table.get("around_the_clock", bool, False):
		if table.has("hours"):
			raise table.problem("It is attended around the clock and has hours too.", "Remove one.", "hours")
		weekly: dict[int, tuple[Window, ...]] = {day: (WHOLE_DAY,) for day in range(7)}
	else:
		weekly = _week(table)
	return Calendar.weekly(name, zone, weekly, closures, exceptions, yearly, known_until)


def _week(table: Table) -> dict[int, tuple[Window, ...]]:
	hours = table.table("hours")
	weekly: dict[int, tuple[Window, ...]] = {}
	for days in hours.values:
		first, dash, last = days.partition("-")
		if first not in _DAYS or (dash and last not in _DAYS):
			raise hours.problem(
				f'"{days}" is not a day of the week.',
				"Write mon, tue, wed, thu, fri, sat, sun or a range: mon-fri.",
				days,
			)
		begin, end = _DAYS.index(first), _DAYS.index(last or first)
		for day in range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)]:
			if day in weekly:
				raise hours.problem(
					f"The hours of {_DAYS[day]} are given twice.", "Give each day once.", days
				)
			weekly[day] = _windows(hours, days)
	return weekly


def _windows(table: Table, key: str) -> tuple[Window, ...]:
	"""Windows as "08:00-12:00 13:00-17:00", or a list of such; "22:00-06:00+1" ends on the next day."""
	found = []
	for text in " ".join(table.texts(key)).split():
		start, dash, end = text.partition("-")
		end, plus, days = end.partition("+")
		begin, finish = _wall(start), _wall(end)
		if not dash or begin is None or finish is None or (plus and days != "1"):
			raise table.problem(
				f'"{text}" is not a window of time.',
				'Write "08:00-17:00"; add +1 to an end on the next day: "22:00-06:00+1".',
				key,
			)
		found.append(Window(begin, finish + (DAY if plus else 0)))
	return tuple(sorted(found))


def _wall(text: str) -> Seconds | None:
	found = _TIME.match(text)
	if not found:
		return None
	hours, minutes, seconds = (int(part or 0) for part in found.groups())
	total = hours * 3600 + minutes * 60 + seconds
	return total if minutes < 60 and seconds < 60 and total <= DAY else None


def _holidays(table: Table) -> tuple[dict[date, str], date]:
	table.allow({"country", "subdivision", "first_year", "last_year", "language"})
	country = table.get("country", str)
	first = table.get("first_year", int, HOLIDAY_YEARS[0])
	last = table.get("last_year", int, HOLIDAY_YEARS[1])
	if not 1900 <= first <= last <= 2199:
		raise table.problem("The years of the holidays are not possible.", "Give first_year up to last_year.")
	subdivision, language = table.get("subdivision", str, ""), table.get("language", str, "")
	known = holidays.list_supported_countries()
	if country not in known:
		raise table.problem(
			f"No holidays are known for {country}.",
			"Use an ISO 3166 code such as SE, or list them under closed.",
			"country",
		)
	try:
		country_alone = holidays.country_holidays(country, subdiv=subdivision or None)
	except NotImplementedError as error:
		raise table.problem(
			f"{country} has no subdivision {subdivision}.",
			f"Use one of: {', '.join(known[country])}." if known[country] else "Remove it.",
			"subdivision",
		) from error
	languages = country_alone.supported_languages
	if language and language not in languages:
		raise table.problem(
			f"The holidays of {country} have no names in {language}.",
			f"Use one of: {', '.join(languages)}." if languages else "Remove it.",
			"language",
		)
	# Without a language the package takes the machine's, and reports would differ between machines.
	found = holidays.country_holidays(
		country,
		subdiv=subdivision or None,
		years=range(first, last + 1),
		language=language or country_alone.default_language,
	)
	return dict(sorted(found.items())), date(last, 12, 31)


def _closed(table: Table) -> Iterator[tuple[date, str]]:
	values = table.values.get("closed", [])
	listed = values if isinstance(values, (dict, list)) else [values]
	pairs = listed.items() if isinstance(listed, dict) else [("", value) for value in listed]
	for name, value in pairs:
		if not _is_date(value):
			raise table.problem(
				f"{value} is not a date.", "Write dates without quotes: 2026-12-24.", "closed"
			)
		yield value, name


_MONTH_DAYS = re.compile(r"^(\d{1,2})-(\d{1,2})(?:\.\.(\d{1,2})-(\d{1,2}))?$")


def _yearly(table: Table, text: str) -> YearlyClosure:
	"""A closure every year as "12-24..01-02", with a name after a space."""
	days, _, name = text.partition(" ")
	found = _MONTH_DAYS.match(days)
	if found is None:
		raise table.problem(
			f'"{text}" is not a closure.', 'Write "12-24..01-02 Christmas" (month-day).', "yearly"
		)
	month, day, last_month, last_day = found.groups()
	return YearlyClosure(
		(int(month), int(day)), (int(last_month or month), int(last_day or day)), name.strip()
	)


def _exception(table: Table) -> DatedHours:
	table.allow({"date", "hours", "name"})
	day = table.values.get("date")
	if not _is_date(day):
		raise table.problem("The exception has no date.", "Add one without quotes: date = 2026-12-24.")
	return DatedHours(day, _windows(table, "hours"), table.get("name", str, ""))


_AGREEMENT = {
	"name", "kind", "version", "calendar", "customers", "customer_groups", "territories", "services", "teams",
	"suppliers", "rests_on", "default", "valid_from", "valid_until", "objective", "reopen", "on_change", "target",
	"condition", "availability", "escalation", "interruption",
}  # fmt: skip
_SCOPES = ("customers", "customer_groups", "territories", "services")
_TARGET = {
	"name", "metric", "goal", "calendar", "holds", "priorities", "services", "objective", "reopen", "on_change",
	"warn_at",
}  # fmt: skip


def _agreement(table: Table, calendars: dict[str, Calendar], metrics: Mapping[str, Metric]) -> Agreement:
	table.allow(_AGREEMENT)
	if not table.get("name", str).strip():
		raise table.problem("The name is empty.", "Give the agreement a name of its own.", "name")
	kind = choice(table, "kind", AgreementKind, AgreementKind.SLA)
	teams, suppliers = frozenset(table.texts("teams")), frozenset(table.texts("suppliers"))
	if suppliers and kind is not AgreementKind.UC:
		raise table.problem(
			f"An agreement of kind {kind.value} has no suppliers.", "Remove them.", "suppliers"
		)
	if teams and kind is AgreementKind.UC:
		raise table.problem("An agreement of kind UC has no teams.", "Remove them.", "teams")
	if table.get("default", bool, False) and any(table.has(key) for key in _SCOPES):
		raise table.problem(
			"A default applies to everybody who has nothing else.",
			f"Remove default, or {', '.join(key for key in _SCOPES if table.has(key))}.",
			"default",
		)
	calendar = named_calendar(table, calendars, None)
	targets = tuple(
		target
		for one in table.tables("target")
		for target in _targets(one, table, calendars, metrics, calendar, kind)
	)
	return _domain(
		table,
		lambda: Agreement(
			name=table.get("name", str),
			kind=kind,
			calendar=calendar,
			targets=targets,
			valid_from=_date(table, "valid_from"),
			valid_until=_date(table, "valid_until"),
			version=table.get("version", int, 1),
			customers=frozenset(table.texts("customers")),
			customer_groups=frozenset(table.texts("customer_groups")),
			territories=frozenset(table.texts("territories")),
			services=frozenset(table.texts("services")),
			parties={AgreementKind.OLA: teams, AgreementKind.UC: suppliers}.get(kind, frozenset()),
			teams=teams if kind.customer_facing else frozenset(),
			rests_on=table.texts("rests_on"),
			default=table.get("default", bool, False),
			conditions=tuple(found for one in table.tables("condition") for found in _conditions(one)),
		),
	)


def _conditions(table: Table) -> Iterator[Condition]:
	"""One of the values under `is`, none of those under `is_not`, or both."""
	table.allow({"property", "is", "is_not"})
	of = choice(table, "property", Property, None)
	found = [("is", table.texts("is")), ("is_not", table.texts("is_not"))]
	if not any(names for _, names in found):
		raise table.problem("The condition names no values.", 'Add is = ["..."] or is_not = ["..."].')
	for key, names in found:
		if names:
			yield Condition(of, Values(frozenset(names), key == "is_not"))


def _targets(
	table: Table,
	agreement: Table,
	calendars: dict[str, Calendar],
	metrics: Mapping[str, Metric],
	calendar: Calendar,
	kind: AgreementKind,
) -> Iterator[Target]:
	"""One row, or one a priority when the goal is a table of durations by priority."""
	table.allow(_TARGET)
	metric = metrics.get(table.get("metric", str))
	if metric is None:
		raise table.problem(
			f'"{table.get("metric", str)}" is not a metric.',
			f"Known metrics: {', '.join(metrics)}. Define your own as [[metric]].",
			"metric",
		)
	goal = table.values.get("goal")
	if isinstance(goal, dict):
		if table.has("priorities"):
			raise table.problem("The goal names priorities already.", "Remove priorities.", "priorities")
		goals = [(duration(table, value), frozenset({priority})) for priority, value in goal.items()]
	else:
		goals = [(duration(table, goal), frozenset(table.texts("priorities")))]
	for seconds, priorities in goals:
		name = " ".join(
			[table.get("name", str, metric.name), *sorted(priorities if isinstance(goal, dict) else ())]
		)
		yield _domain(
			table,
			partial(
				Target,
				name=name,
				metric=metric,
				goal=seconds,
				calendar=named_calendar(table, calendars, calendar),
				holds=_holds(table, metric, kind),
				priorities=priorities,
				services=frozenset(table.texts("services")),
				on_reopen=choice(table, "reopen", Reopen, choice(agreement, "reopen", Reopen, Reopen.RESUME)),
				on_change=choice(
					table, "on_change", Change, choice(agreement, "on_change", Change, Change.RETROACTIVE)
				),
				objective=_objective(table if table.has("objective") else agreement),
				warnings=_warnings(table),
			),
		)


_HOLDS = {
	"customer": Waiting.CUSTOMER,
	"supplier": Waiting.SUPPLIER,
	"other": Waiting.OTHER,
	"anybody": Waiting.ANYBODY,
}


def _holds(table: Table, metric: Metric, kind: AgreementKind) -> Waiting:
	if not table.has("holds"):
		return metric.holds if kind is not AgreementKind.UC else Waiting.NOBODY
	return _waits(table)


def _waits(table: Table) -> Waiting:
	held = Waiting.NOBODY
	for name in table.texts("holds"):
		if name not in _HOLDS:
			raise table.problem(
				f'A clock cannot be held for "{name}".', f"Known: {', '.join(_HOLDS)}.", "holds"
			)
		held |= _HOLDS[name]
	return held


def _objective(table: Table) -> Fraction | None:
	value = table.values.get("objective")
	if value is None:
		return None
	if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 100:
		raise table.problem(
			f"{value!r} is not a percentage above 0 and up to 100.", "Write objective = 95.", "objective"
		)
	return Fraction(str(value))


def _warnings(table: Table) -> tuple[int, ...]:
	values = table.get("warn_at", list, [])
	if not all(type(one) is int and 0 < one <= 1000 for one in values):
		raise table.problem(
			"Warning levels are percentages of the goal.", "Write warn_at = [50, 75].", "warn_at"
		)
	return tuple(sorted(values))


def _excuse(table: Table, agreements: set[str]) -> Excuse:
	table.allow({"reason", "approved_by", "evidence", "ticket", "agreement", "from", "until"})
	agreement = table.get("agreement", str, "")
	if agreement and agreement not in agreements:
		raise table.problem(f'There is no agreement "{agreement}".', "Correct the name.", "agreement")
	start, end = _instant(table, "from"), _instant(table, "until")
	if not table.has("ticket") and (start is None or end is None):
		raise table.problem("The excuse has no bounds.", "Name a ticket, or give from and until.")
	if start is not None and end is not None and end <= start:
		raise table.problem("The excuse ends before it starts.", "Swap from and until.", "until")
	return Excuse(
		reason=table.get("reason", str),
		approved_by=table.get("approved_by", str),
		evidence=table.get("evidence", str, ""),
		ticket=table.get("ticket", str, ""),
		agreement=agreement,
		start=start,
		end=end,
	)


def _instant(table: Table, key: str) -> Instant | None:
	value = table.values.get(key)
	if value is None:
		return None
	if not isinstance(value, datetime) or value.tzinfo is None:
		raise table.problem(
			f"{value} is not a time with a zone.", f"Write {key} = 2026-06-01T09:00:00+02:00.", key
		)
	return _domain(table, lambda: instant(value), key)


def _date(table: Table, key: str) -> date | None:
	value = table.values.get(key)
	if value is None:
		return None
	if not _is_date(value):
		raise table.problem(f"{value} is not a date.", f"Write it without quotes: {key} = 2026-01-31.", key)
	return date(value.year, value.month, value.day)


def _is_date(value: object) -> TypeGuard[date]:
	return isinstance(value, date) and not isinstance(value, datetime)
