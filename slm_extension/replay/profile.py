"""Profiles: what the columns and values of a ticket log mean, read from TOML and checked. Reads no log.

The format is described in docs/replay-profile.md.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from slm_extension.domain import instants
from slm_extension.domain.errors import UnknownZone
from slm_extension.domain.timeline import Kind, Status, Waiting
from slm_extension.replay.logfile import Layout
from slm_extension.replay.proposal import propose as propose
from slm_extension.replay.times import ISO, TimeLayout, usable
from slm_extension.replay.toml_document import Document, Table

PROPERTIES = (
	("team", Kind.TEAM),
	("supplier", Kind.SUPPLIER),
	("priority", Kind.PRIORITY),
	("customer", Kind.CUSTOMER),
	("customer_group", Kind.CUSTOMER_GROUP),
	("territory", Kind.TERRITORY),
	("service", Kind.SERVICE),
	("type", Kind.TYPE),
)
ANY = "*"
"""Among the values to ignore: all that no other list has."""


@dataclass(frozen=True, slots=True)
class Column:
	"""A column the log must have, and the profile's line that says so."""

	name: str
	line: int | None = None


@dataclass(frozen=True, slots=True)
class Property:
	kind: Kind
	column: Column


@dataclass(frozen=True, slots=True)
class Constant:
	kind: Kind
	value: str


@dataclass(frozen=True, slots=True)
class Meaning:
	"""What a value says: a status from then on (None: no change), and what happens when it comes up."""

	status: Status | None = None
	waiting: int = 0
	events: tuple[Kind, ...] = ()
	opens: bool = False


IGNORED = Meaning()


@dataclass(frozen=True, slots=True)
class Term:
	value: str
	meaning: Meaning


@dataclass(frozen=True, slots=True)
class Vocabulary:
	"""The values of a column and what each means; `otherwise` for those not listed, None: unknown."""

	terms: tuple[Term, ...] = ()
	otherwise: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
	"""A column of times in a log that has one row a ticket: when it was opened, replied to, resolved ..."""

	column: Column
	meaning: Meaning


@dataclass(frozen=True, slots=True)
class Profile:
	"""All that is to be known about a log. A log with `milestones` has neither `time` nor `status`.

	`blank_is_unchanged`: an empty cell says nothing, else it says "none". `newest_first`: the rows of a ticket
	come in reverse.
	"""

	file: str
	layout: Layout
	times: TimeLayout
	ticket: Column
	time: Column | None = None
	status: tuple[Column, ...] = ()
	opened: Column | None = None
	event: Column | None = None
	statuses: Vocabulary = Vocabulary()
	events: Vocabulary = Vocabulary()
	milestones: tuple[Milestone, ...] = ()
	properties: tuple[Property, ...] = ()
	constants: tuple[Constant, ...] = ()
	blank_is_unchanged: bool = False
	newest_first: bool = False

	@classmethod
	def read(cls, path: Path) -> Profile:
		"""Read a profile. Raises InputProblem with file, line, problem and remedy for whatever is wrong in it."""
		return _profile(Document.read(path))

	@property
	def zone_name(self) -> str:
		"""The zone of times without offset; UTC where the profile names none."""
		return "UTC" if self.times.zone is None else self.times.zone.key

	@property
	def columns(self) -> Iterator[Column]:
		"""Every column the log must have."""
		yield self.ticket
		yield from (one for one in (self.time, self.opened, self.event) if one is not None)
		yield from self.status
		yield from (one.column for one in self.milestones)
		yield from (one.column for one in self.properties)


_SECTIONS = ("log", "time", "columns", "constants", "status", "events", "milestones")
_PROPERTY_NAMES = tuple(name for name, _ in PROPERTIES)
_STATUSES = {
	"opened": Meaning(Status.OPEN, opens=True),
	"open": Meaning(Status.OPEN),
	"held_customer": Meaning(Status.HELD, Waiting.CUSTOMER.value),
	"held_supplier": Meaning(Status.HELD, Waiting.SUPPLIER.value),
	"held_other": Meaning(Status.HELD, Waiting.OTHER.value),
	"resolved": Meaning(Status.RESOLVED),
	"closed": Meaning(Status.CLOSED),
	"cancelled": Meaning(Status.CANCELLED),
}
_HAPPENINGS = {
	"replied": Kind.REPLIED,
	"customer_replied": Kind.CUSTOMER_REPLIED,
	"owned": Kind.OWNED,
	"acknowledged": Kind.ACKNOWLEDGED,
	"escalated": Kind.ESCALATED,
	"told": Kind.TOLD,
}
_IGNORE = "ignore"
_LISTS = (*_STATUSES, *_HAPPENINGS, _IGNORE)
_MILESTONES = {
	"opened": Meaning(opens=True),
	"acknowledged": Meaning(events=(Kind.ACKNOWLEDGED,)),
	"owned": Meaning(events=(Kind.OWNED,)),
	"replied": Meaning(events=(Kind.REPLIED,)),
	"customer_replied": Meaning(events=(Kind.CUSTOMER_REPLIED,)),
	"escalated": Meaning(events=(Kind.ESCALATED,)),
	"resolved": Meaning(Status.RESOLVED),
	"told": Meaning(events=(Kind.TOLD,)),
	"closed": Meaning(Status.CLOSED),
	"cancelled": Meaning(Status.CANCELLED),
}
_BLANKS = ("none", "unchanged")
_DELIMITER_NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " "}


def _profile(document: Document) -> Profile:
	root = document.root
	root.allow(_SECTIONS)
	columns, log = root.table("columns"), root.table("log")
	columns.allow(("ticket", "time", "status", "opened", *_PROPERTY_NAMES))
	if not root.has("columns"):
		raise root.problem("There is no [columns].", 'Say which column holds what: ticket = "...".')
	layout, newest_first, blank = _log(log)
	properties = tuple(
		Property(kind, _column(columns, name)) for name, kind in PROPERTIES if columns.has(name)
	)
	milestones = tuple(_milestones(root, columns))
	status = tuple(Column(name, columns.line("status")) for name in _names(columns, "status"))
	events = root.table("events")
	event = _column(events, "column") if root.has("events") else None
	if not status and event is None and not milestones:
		raise columns.problem(
			"Nothing says what happened to a ticket.",
			'Name the status column (status = "..."), or write [events] or [milestones].',
		)
	if not status and root.has("status"):
		raise root.problem("[status] needs a status column.", "Add status = ... under [columns].", "status")
	return Profile(
		file=document.name,
		layout=layout,
		times=_times(root.table("time")),
		ticket=_column(columns, "ticket"),
		time=None if milestones else _column(columns, "time"),
		status=status,
		opened=_column(columns, "opened") if columns.has("opened") else None,
		event=event,
		statuses=_vocabulary(root.table("status"), ()) if status else Vocabulary(),
		events=_vocabulary(events, ("column",), instants_only=bool(status)) if event else Vocabulary(),
		milestones=milestones,
		properties=properties,
		constants=tuple(_constants(root.table("constants"), columns)),
		blank_is_unchanged=blank == "unchanged",
		newest_first=newest_first,
	)


def _column(table: Table, key: str) -> Column:
	name = table.get(key, str)
	if not name.strip():
		raise table.problem(
			f'"{key}" names no column.', "Write the column's name as in the log's header.", key
		)
	return Column(name.strip(), table.line(key))


def _names(table: Table, key: str) -> tuple[str, ...]:
	names = tuple(name.strip() for name in table.texts(key))
	if table.has(key) and not all(names or ("",)):
		remedy = "Write the column's name as in the log's header"
		if key == "status":
			remedy += (
				"; or remove the line and write [events], or [milestones] if the log has one row a ticket"
			)
		raise table.problem(f'"{key}" names no column.', f"{remedy}.", key)
	return names


def _log(log: Table) -> tuple[Layout, bool, str]:
	log.allow(("delimiter", "quote", "escape", "encoding", "skip", "header", "newest_first", "blank"))
	blank = log.get("blank", str, _BLANKS[0])
	if blank not in _BLANKS:
		raise log.problem(f'"blank" cannot be "{blank}".', f"Use one of: {', '.join(_BLANKS)}.", "blank")
	skip = log.get("skip", int, 0)
	if skip < 0:
		raise log.problem('"skip" is negative.', "Give the number of lines above the header.", "skip")
	encoding = log.get("encoding", str, "")
	if encoding and not _readable(encoding):
		raise log.problem(
			f'"{encoding}" is not an encoding.',
			'Use a name such as "utf-8", "cp1252" or "utf-16".',
			"encoding",
		)
	layout = Layout(
		delimiter=_character(log, "delimiter", ""),
		quote=_character(log, "quote", '"'),
		escape=_character(log, "escape", ""),
		encoding=encoding,
		skip=skip,
		header=log.texts("header"),
	)
	marks = [mark for mark in (layout.delimiter, layout.quote, layout.escape) if mark]
	if len(set(marks)) < len(marks):
		raise log.problem("Delimiter, quote and escape must be different characters.", "Change one of them.")
	return layout, log.get("newest_first", bool, False), blank


def _character(log: Table, key: str, default: str) -> str:
	text = log.get(key, str, default)
	text = _DELIMITER_NAMES.get(text, text)
	if len(text) > 1 or text in ("\r", "\n", "\0"):
		raise log.problem(f'"{key}" must be a single character.', 'A tab is written "tab" or "\\t".', key)
	return text


def _readable(encoding: str) -> bool:
	try:
		codecs.getincrementaldecoder(encoding)
		b"0".decode(encoding)
	except UnicodeError:
		return True
	except (LookupError, ValueError):
		return False
	return True


def _times(time: Table) -> TimeLayout:
	time.allow(("format", "zone"))
	layout = time.get("format", str, ISO)
	if not usable(layout):
		raise time.problem(
			f'"{layout}" is not a time format.',
			'Use "iso", "epoch", "epoch_ms" or a strptime format such as "%d.%m.%Y %H:%M".',
			"format",
		)
	zone: ZoneInfo | None = None
	if time.has("zone"):
		name = time.get("zone", str)
		try:
			zone = instants.zone(name)
		except UnknownZone as error:
			raise time.problem(f'"{name}" is not a time zone.', UnknownZone.remedy, "zone") from error
	return TimeLayout(layout, zone)


def _constants(constants: Table, columns: Table) -> Iterator[Constant]:
	constants.allow(_PROPERTY_NAMES)
	for name, kind in PROPERTIES:
		if constants.has(name):
			if columns.has(name):
				raise constants.problem(
					f'"{name}" is a constant and a column.', "Remove it here or under [columns].", name
				)
			yield Constant(kind, constants.get(name, str).strip())


def _milestones(root: Table, columns: Table) -> Iterator[Milestone]:
	if not root.has("milestones"):
		return
	table = root.table("milestones")
	table.allow(_MILESTONES)
	for other in ("status", "events"):
		if root.has(other):
			raise root.problem(
				f"[{other}] and [milestones] do not go together.",
				"[milestones] is for a log with one row a ticket: keep one of them.",
				other,
			)
	for key in ("time", "status", "opened"):
		if columns.has(key):
			raise columns.problem(
				f'"{key}" and [milestones] do not go together.',
				"With [milestones] each of its columns says a time: remove this line.",
				key,
			)
	_column(table, "opened")
	for name, meaning in _MILESTONES.items():
		if table.has(name):
			yield Milestone(_column(table, name), meaning)


def _vocabulary(table: Table, others: Iterable[str], instants_only: bool = False) -> Vocabulary:
	"""Read the lists of values; with `instants_only` none may set a status, which a column of its own says."""
	table.allow((*others, *_LISTS))
	meanings: dict[str, Meaning] = {}
	placed: dict[str, str] = {}
	otherwise: Meaning | None = None
	for key in (*_STATUSES, *_HAPPENINGS, _IGNORE):
		for value in (text.strip() for text in table.texts(key)):
			if key == _IGNORE and value == ANY:
				otherwise = IGNORED
				continue
			if instants_only and key in _STATUSES and key != "opened":
				raise table.problem(
					f'"{key}" is a status, and the status column already says it.',
					"Remove it here, or remove the status column.",
					key,
				)
			before = meanings.get(value)
			joined = _joined(before, key, instants_only)
			if joined is None:
				raise table.problem(
					f'"{value}" is listed under "{placed[value]}" and under "{key}".',
					"Keep one of them.",
					key,
				)
			meanings[value], placed[value] = joined, key
	in_events = bool(tuple(others))
	return Vocabulary(
		tuple(
			Term(value, meaning if in_events else _lasting(meaning)) for value, meaning in meanings.items()
		),
		otherwise,
	)


def _joined(before: Meaning | None, key: str, instants_only: bool) -> Meaning | None:
	"""What a value means that is in another list as well; None if the lists contradict each other."""
	if key == _IGNORE:
		return IGNORED if before is None else None
	if key in _HAPPENINGS:
		base = before or IGNORED
		return Meaning(base.status, base.waiting, (*base.events, _HAPPENINGS[key]), base.opens)
	new = Meaning(None, opens=True) if instants_only else _STATUSES[key]
	if before is None or before == new:
		return new
	if before.status is not new.status:
		return None
	return Meaning(new.status, before.waiting | new.waiting, before.events, before.opens or new.opens)


def _lasting(meaning: Meaning) -> Meaning:
	"""A status in which something happens is open, unless it is listed as another; told, it is resolved."""
	if meaning.status is not None or not meaning.events:
		return meaning
	status = Status.RESOLVED if Kind.TOLD in meaning.events else Status.OPEN
	return Meaning(status, meaning.waiting, meaning.events, meaning.opens)
