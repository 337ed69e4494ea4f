"""From the rows of a ticket log to facts per ticket: what changed, when, and in which line it stands.

Rows of a ticket must come together. Whether they do is found out by a pass over the ticket column: if the
tickets ascend, none can come twice, and the log is streamed; if not, its rows are sorted on disk first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Kind
from slm_extension.replay import logfile
from slm_extension.replay.problems import BrokenRow, Flaw, Problems, shown
from slm_extension.replay.profile import IGNORED, Column, Meaning, Profile, Vocabulary
from slm_extension.replay.sorting import Sorter
from slm_extension.replay.times import BadTime, NoZone, Times
from slm_extension.replay.toml_document import InputProblem

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class TicketLog:
	"""A ticket's facts; `rows` were used for them, `broken` ones that name it were not."""

	ticket: str
	facts: tuple[Fact, ...]
	rows: int
	broken: int


def read_tickets(
	path: Path | None,
	profile: Profile,
	problems: Problems,
	*,
	progress: Callable[[int], None] | None = None,
) -> TicketReader:
	"""Read a log (None: standard input) ticket by ticket, as one iterates over what is returned.

	`progress` is told the bytes of the file read so far. Iterating raises InputProblem when the log cannot be
	read or lacks a column, StrictStop when `problems` are strict.
	"""
	return TicketReader(path, profile, problems, progress)


def last_instant(path: Path, profile: Profile) -> Instant | None:
	"""The latest time in a log, None if there is none that can be read. Raises InputProblem as reading does."""
	last: Instant | None = None
	read = Times(profile.times).read
	name = logfile.shown_path(path)
	with logfile.opened(path) as source:
		rows = logfile.rows(source, profile.layout, _pass_over, name=name)
		shape = _Shape(profile, next(rows)[1])
		places = shape.milestones or [shape.time]
		for line, cells in rows:
			for place in places:
				try:
					at = read(cells[place])
				except BadTime as error:
					if last is None and isinstance(error, NoZone):
						raise _zone_missing(name, line, error) from error
					continue
				if last is None or at > last:
					last = at
	return last


def _pass_over(line: int, flaw: Flaw, reason: str, cells: list[str]) -> None:
	"""Report nothing: the reading proper does."""


def _zone_missing(name: str, line: int, error: NoZone) -> InputProblem:
	return InputProblem(name, line, str(error), 'Add zone = "Europe/Berlin", or yours, under [time].')


class TicketReader:
	"""Iterates over the tickets of a log.

	Once that is done, `rows` is the number of rows in it, broken ones included, `sorted` tells whether they
	had to be sorted, and `sort_bytes` how much temporary disk that took.
	"""

	def __init__(
		self, path: Path | None, profile: Profile, problems: Problems, progress: logfile.Progress | None
	) -> None:
		self.path, self.profile, self.problems, self.progress = path, profile, problems, progress
		self.name = logfile.shown_path(path)
		self._begin()

	def _begin(self) -> None:
		self.rows, self.sorted, self.sort_bytes = 0, False, 0

	def __iter__(self) -> Iterator[TicketLog]:
		self._begin()
		with logfile.opened(self.path) as source:
			before = _fingerprint(source)
			self.sorted = not self._ascends(source)
			source.seek(0)
			yield from self._sorted(source) if self.sorted else self._streamed(source)
			if _fingerprint(source) != before:
				raise InputProblem(
					self.name, None, "Was changed while it was read.", "Copy it, and read the copy."
				)

	def _ascends(self, source: BinaryIO) -> bool:
		rows = self._rows(source, _pass_over, None)
		_, header = next(rows)
		ticket = _Shape(self.profile, header).ticket
		order = _Order()
		current = ""
		for _, cells in rows:
			if cells[ticket] != current:
				current = cells[ticket]
				if not order.follows(current.strip()):
					return False
		return True

	def _rows(
		self, source: BinaryIO, report: logfile.Report, progress: logfile.Progress | None
	) -> Iterator[tuple[int, list[str]]]:
		return logfile.rows(source, self.profile.layout, report, name=self.name, progress=progress)

	def _open_rows(self, source: BinaryIO) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
		"""The header and the rows, flaws reported with the ticket they seem to be of."""
		place: list[int] = []

		def report(line: int, flaw: Flaw, reason: str, cells: list[str]) -> None:
			self.rows += flaw is not Flaw.DAMAGED
			ticket = cells[place[0]].strip()[:200] if place and place[0] < len(cells) else ""
			self.problems.add(BrokenRow(line, ticket, reason), flaw)

		rows = self._rows(source, report, self.progress)
		_, header = next(rows)
		place.append(_Shape(self.profile, header).ticket)
		return header, rows

	def _streamed(self, source: BinaryIO) -> Iterator[TicketLog]:
		header, rows = self._open_rows(source)
		shape = _Shape(self.profile, header)
		narrator = _Narrator(self.profile, shape, self.problems, self.name, together=True)
		current: str | None = None
		run: list[Row] = []
		exact: str | None = None
		for row in rows:
			cell = row[1][shape.ticket]
			if cell != exact:
				exact = cell
				ticket = cell.strip()
				if ticket != current:
					if current is not None:
						yield from self._told(narrator, current, run)
					current, run = ticket, []
			run.append(row)
		if current is not None:
			yield from self._told(narrator, current, run)

	def _sorted(self, source: BinaryIO) -> Iterator[TicketLog]:
		header, rows = self._open_rows(source)
		shape = _Shape(self.profile, header)
		used = shape.used
		pick = _picker(used)
		with Sorter() as sorter:
			for line, cells in rows:
				sorter.add(cells[shape.ticket].strip(), line, pick(cells))
			narrow = _Shape(self.profile, [header[index] for index in used])
			narrator = _Narrator(self.profile, narrow, self.problems, self.name, together=False)
			current: str | None = None
			run: list[Row] = []
			for ticket, line, kept in sorter.merged():
				if ticket != current:
					if current is not None:
						yield from self._told(narrator, current, run)
					current, run = ticket, []
				run.append((line, kept))
			self.sort_bytes = sorter.bytes
			if current is not None:
				yield from self._told(narrator, current, run)

	def _told(self, narrator: _Narrator, ticket: str, run: list[Row]) -> Iterator[TicketLog]:
		self.rows += len(run)
		log = narrator.tell(ticket, run)
		if log is not None:
			yield log


def _fingerprint(source: BinaryIO) -> tuple[int, int]:
	found = os.fstat(source.fileno())
	return found.st_size, found.st_mtime_ns


class _Order:
	"""Whether tickets ascend, as plain text or with their numbers taken as numbers."""

	def __init__(self) -> None:
		self.plain, self.natural = True, True
		self.last = ""
		self.last_key = _natural("")

	def follows(self, ticket: str) -> bool:
		if not ticket or ticket == self.last:
			return True
		key = _natural(ticket)
		self.plain = self.plain and ticket > self.last
		self.natural = self.natural and (key, ticket) > (self.last_key, self.last)
		self.last, self.last_key = ticket, key
		return self.plain or self.natural


_NUMBERS = re.compile(r"(\d+)")


def _natural(ticket: str) -> list[tuple[int, str]]:
	"""Text and numbers in turn, so that any two keys can be compared; a number by its length, then its digits."""
	parts = _NUMBERS.split(ticket)
	for index in range(1, len(parts), 2):
		parts[index] = parts[index].lstrip("0")
	return [(len(part) if index % 2 else 0, part) for index, part in enumerate(parts)]


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
	"""A function from cells to those at these places, always as a tuple."""
	if not places:
		return lambda cells: ()
	if len(places) == 1:
		only = places[0]
		return lambda cells: (cells[only],)
	pick: Any = itemgetter(*places)
	return pick  # type: ignore[no-any-return]


class _Shape:
	"""Where the profile's columns stand in a header. Raises InputProblem when one is missing or there twice."""

	def __init__(self, profile: Profile, header: Sequence[str]) -> None:
		self.profile, self.header = profile, header
		self.ticket = self.place(profile.ticket)
		self.time = -1 if profile.time is None else self.place(profile.time)
		self.opened = None if profile.opened is None else self.place(profile.opened)
		self.event = None if profile.event is None else self.place(profile.event)
		self.status = [self.place(column) for column in profile.status]
		self.milestones = [self.place(one.column) for one in profile.milestones]
		self.properties = [self.place(one.column) for one in profile.properties]
		self.used = sorted({self.place(column) for column in profile.columns})

	def place(self, column: Column) -> int:
		count = self.header.count(column.name)
		if count == 1:
			return self.header.index(column.name)
		if count:
			problem, remedy = (
				f'The log has {count} columns "{column.name}".',
				"Rename all but one in its header.",
			)
		else:
			near = get_close_matches(column.name, self.header, n=1)
			known = f"Its columns: {', '.join(shown(name) for name in self.header)}."
			problem = f'The log has no column "{column.name}".'
			remedy = f'Did you mean "{near[0]}"? {known}' if near else known
		raise InputProblem(self.profile.file, column.line, problem, remedy)


class _Lexicon:
	"""Looks up what a value means: as written first, then whatever its case. Remembers what it found."""

	def __init__(self, vocabulary: Vocabulary) -> None:
		self.exact = {term.value: term.meaning for term in vocabulary.terms}
		self.folded = {term.value.casefold(): term.meaning for term in reversed(vocabulary.terms)}
		self.otherwise = vocabulary.otherwise

	def meaning(self, value: str) -> Meaning | None:
		return self.exact.get(value) or self.folded.get(value.casefold()) or self.otherwise


_Said = tuple[str, Meaning]
"""A value as logged, and what it means."""

_NOTHING: _Said = ("", IGNORED)
_REMEMBERED = 10_000


@dataclass(slots=True)
class _Entry:
	at: Instant
	line: int
	cells: Sequence[str]
	status: _Said
	event: _Said


class _Flawed(Exception):
	"""Why a row cannot be used."""

	def __init__(self, flaw: Flaw, reason: str) -> None:
		self.flaw, self.reason = flaw, reason


class _Narrator:
	"""Turns the rows of one ticket after another into facts."""

	def __init__(
		self, profile: Profile, shape: _Shape, problems: Problems, name: str, *, together: bool
	) -> None:
		self.profile, self.shape, self.problems, self.name = profile, shape, problems, name
		self.together = together
		self.times = Times(profile.times)
		self.any_time_read = False
		self.kinds = [one.kind for one in profile.properties]
		self.properties = _picker(shape.properties)
		self.status_cells = _picker(shape.status)
		self.statuses, self.events = _Lexicon(profile.statuses), _Lexicon(profile.events)
		self.known_statuses: dict[tuple[str, ...], _Said] = {}
		self.known_events: dict[str, _Said] = {}

	def tell(self, ticket: str, rows: list[Row]) -> TicketLog | None:
		"""The facts in these rows; None when none of them can be used."""
		if not ticket:
			for line, _ in rows:
				self.flawed(line, "", Flaw.NO_TICKET, "This row names no ticket.")
			return None
		if self.profile.milestones:
			return self.tell_milestones(ticket, rows)
		if self.profile.newest_first:
			rows.reverse()
		entries = self.entries(ticket, rows)
		if not entries:
			return None
		return TicketLog(ticket, tuple(self.facts(entries)), len(entries), len(rows) - len(entries))

	def flawed(self, line: int, ticket: str, flaw: Flaw, reason: str) -> None:
		self.problems.add(BrokenRow(line, ticket, reason), flaw)

	def bad_time(self, line: int, ticket: str, error: BadTime) -> None:
		"""Report a bad time. If not a single one could be read without a zone, it is the profile that is wrong."""
		if isinstance(error, NoZone) and not self.any_time_read:
			raise _zone_missing(self.name, line, error) from error
		self.flawed(line, ticket, Flaw.TIME, str(error))

	def entries(self, ticket: str, rows: list[Row]) -> list[_Entry]:
		"""The usable rows in order of time."""
		entries: list[_Entry] = []
		read, place, event = self.times.read, self.shape.time, self.shape.event
		opened = self.shape.opened
		latest: Instant | None = None
		checked = ""
		astray = False
		for line, cells in rows:
			try:
				at = read(cells[place], latest)
				status = self.known_statuses.get(self.status_cells(cells)) or self.status(cells)
				happening = (
					_NOTHING if event is None else self.known_events.get(cells[event]) or self.event(cells)
				)
				if opened is not None and cells[opened] != checked:
					checked = cells[opened]
					if checked.strip():
						read(checked)
			except BadTime as error:
				self.bad_time(line, ticket, error)
				continue
			except _Flawed as error:
				self.flawed(line, ticket, error.flaw, error.reason)
				continue
			self.any_time_read = True
			entries.append(_Entry(at, line, cells, status, happening))
			if latest is None or at >= latest:
				latest = at
				continue
			astray = True
			if self.together:
				reason = f"The time {shown(cells[place])} is before that of the row above; it was placed by its time."
				self.flawed(line, ticket, Flaw.OUT_OF_ORDER, reason)
		if astray:
			entries.sort(key=lambda entry: entry.at)
		return entries

	def status(self, cells: Sequence[str]) -> _Said:
		raw = self.status_cells(cells)
		label = " / ".join(cell.strip() for cell in raw if cell.strip())
		said = self.said(label, self.statuses, Flaw.STATUS, optional=self.shape.event is not None or not raw)
		if len(self.known_statuses) < _REMEMBERED:
			self.known_statuses[raw] = said
		return said

	def event(self, cells: Sequence[str]) -> _Said:
		assert self.shape.event is not None
		raw = cells[self.shape.event]
		said = self.said(raw.strip(), self.events, Flaw.EVENT, optional=bool(self.shape.status))
		if len(self.known_events) < _REMEMBERED:
			self.known_events[raw] = said
		return said

	def said(self, label: str, lexicon: _Lexicon, flaw: Flaw, *, optional: bool) -> _Said:
		if not label and (optional or self.profile.blank_is_unchanged):
			return _NOTHING
		meaning = lexicon.meaning(label)
		if meaning is None:
			raise _Flawed(flaw, f"The profile does not say what the {_NOUNS[flaw]} {shown(label)} means.")
		return label, meaning

	def facts(self, entries: list[_Entry]) -> Iterator[Fact]:
		first = entries[0]
		opened, opening = self.opening(entries)
		yield Fact(opened, Kind.OPENED, source=f"line {opening.line}")
		number = 1
		known_at = min(opened, first.at)
		for constant in self.profile.constants:
			yield Fact(known_at, constant.kind, constant.value, number=number, source=f"line {first.line}")
			number += 1
		values = [""] * len(self.kinds)
		blank_is_unchanged = self.profile.blank_is_unchanged
		seen: tuple[str, ...] = ()
		label = None
		for entry in entries:
			at, source = entry.at, f"line {entry.line}"
			cells = self.properties(entry.cells)
			if cells != seen:
				seen = cells
				for index, cell in enumerate(cells):
					value = cell.strip()
					if value == values[index] or (blank_is_unchanged and not value):
						continue
					values[index] = value
					kind = self.kinds[index]
					since = known_at if entry is first and kind not in _HELD_BY else at
					yield Fact(since, kind, value, number=number, source=source)
					number += 1
			for said, lasts in ((entry.status, True), (entry.event, False)):
				name, meaning = said
				if meaning is IGNORED:
					continue
				entered = name != label
				if meaning.status is not None and entered:
					label = name
					yield Fact(
						at,
						Kind.STATUS,
						meaning.status.value,
						meaning.waiting,
						name,
						number=number,
						source=source,
					)
					number += 1
				if entered or not lasts:
					for kind in meaning.events:
						yield Fact(at, kind, number=number, source=source)
						number += 1

	def opening(self, entries: list[_Entry]) -> tuple[Instant, _Entry]:
		"""When a ticket was opened: as its column says, or at the first row that opens, or at its first row."""
		opened = self.shape.opened
		if opened is not None:
			for entry in entries:
				if entry.cells[opened].strip():
					return self.times.read(entry.cells[opened]), entry
		for entry in entries:
			if entry.status[1].opens or entry.event[1].opens:
				return entry.at, entry
		return entries[0].at, entries[0]

	def tell_milestones(self, ticket: str, rows: list[Row]) -> TicketLog | None:
		"""The facts of a ticket that has a single row; further ones are reported."""
		told: TicketLog | None = None
		for line, cells in rows:
			if told is not None:
				reason = "The ticket has a row already, and with [milestones] each has only one."
				self.flawed(line, ticket, Flaw.REPEATED, reason)
				continue
			try:
				told = TicketLog(ticket, tuple(self.milestones(ticket, line, cells)), 1, len(rows) - 1)
			except BadTime as error:
				self.bad_time(line, ticket, error)
			except _Flawed as error:
				self.flawed(line, ticket, error.flaw, error.reason)
		return told

	def milestones(self, ticket: str, line: int, cells: Sequence[str]) -> list[Fact]:
		reached: list[tuple[Instant, str, Meaning]] = []
		opened: Instant | None = None
		for one, place in zip(self.profile.milestones, self.shape.milestones, strict=True):
			if cells[place].strip():
				at = self.times.read(cells[place], opened)
				if one.meaning.opens:
					opened = at
				else:
					reached.append((at, one.column.name, one.meaning))
				self.any_time_read = True
		if opened is None:
			raise _Flawed(Flaw.TIME, "This row does not say when the ticket was opened.")
		source = f"line {line}"
		facts = [Fact(opened, Kind.OPENED, source=source)]
		stated = [(one.kind, one.value) for one in self.profile.constants]
		stated += zip(self.kinds, (cell.strip() for cell in self.properties(cells)), strict=True)
		for kind, value in stated:
			if value:
				facts.append(Fact(opened, kind, value, number=len(facts), source=source))
		for at, name, meaning in sorted(reached, key=itemgetter(0)):
			if at < opened:
				reason = f"The time under {shown(name)} is before the opening; it was placed by its time."
				self.flawed(line, ticket, Flaw.OUT_OF_ORDER, reason)
			if meaning.status is not None:
				facts.append(
					Fact(at, Kind.STATUS, meaning.status.value, reason=name, number=len(facts), source=source)
				)
			for kind in meaning.events:
				facts.append(Fact(at, kind, number=len(facts), source=source))
		return facts


_NOUNS = {Flaw.STATUS: "status", Flaw.EVENT: "event"}
_HELD_BY = frozenset({Kind.TEAM, Kind.SUPPLIER})
