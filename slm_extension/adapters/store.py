"""The one module that queries: the ledger, the clocks, and the few fields we keep on a ticket.

Reads and writes are whole statements for a ticket, or pages of tickets; nothing here decides anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now as now_text
from pypika import Criterion, Order

from slm_extension.adapters import clock_words
from slm_extension.adapters.site_time import to_site, walls
from slm_extension.adapters.spelling import Spelling
from slm_extension.adapters.tallies import tally_of
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Kind

EVENT, CLOCK, FAILED = "SLM Ticket Event", "SLM Clock", "SLM Failed Measure"
BREACH, ALARM = "SLM Breach", "SLM Escalation Log"
_ROWS_A_STATEMENT = 500
_Row = TypeVar("_Row")
_IN_ONE_PIECE = 8
"""From so many tickets on, putting together in the server what each has comes cheaper than reading row by row."""

_ONE_BY_ONE = 20
"""More cached documents than these are forgotten in one go, with all others of their type."""


@dataclass(frozen=True, slots=True)
class Ticket:
	"""A ticket of the host by DocType and name."""

	type: str
	name: str


class ClockRow(NamedTuple):
	"""A clock as it is stored. Datetimes are derived from instants on writing; see SLM Clock for the units.

	`objective` is in percent, 0 where none was agreed: the host's column knows no other nothing. `levels` counts
	the warning and escalation levels it has reached.
	"""

	name: str
	ticket_type: str
	ticket: str
	metric: str
	agreement: str
	kind: str
	target_id: str
	target: str
	cycle: int
	leg: int
	party: str
	phase: str
	outcome: str
	due: Instant | None
	missed_at: Instant | None
	started: Instant | None
	stopped: Instant | None
	stopped_by: str
	uncertain: int
	goal: int
	elapsed: int
	held: int
	remaining: int
	customer: str | None
	service: str | None
	priority: str | None
	objective: float
	cause: str
	responsible: str
	period: int
	decided_at: Instant | None
	next_at: Instant | None
	excused: int
	levels: int
	asked_instant: Instant

	@property
	def tally(self) -> int:
		"""What it is counted by; see adapters.tallies."""
		return tally_of(self.period, self.agreement, self.target_id, self.outcome, self.phase)

	@property
	def digest(self) -> str:
		"""What a stored clock can be compared by; two rows with equal digests say the same."""
		return hashlib.sha256(repr((*self, self.tally)).encode()).hexdigest()

	@property
	def key(self) -> str:
		"""Which of a ticket's clocks it is; unlike the name, the same when the ticket is called otherwise."""
		return clock_key(self.agreement, self.metric, self.leg, self.cycle)


def clock_key(agreement: str, metric: str, leg: int, cycle: int) -> str:
	"""Which clock of a ticket is meant, in one word; `metric` in whichever case."""
	return f"{agreement}|{metric.lower()}|{leg}|{cycle}"


_INSTANTS = ("due", "missed_at", "started", "stopped", "decided_at")
_COLUMNS = (*ClockRow._fields, "tally", "digest")
_INSTANT_PLACES = tuple(_COLUMNS.index(name) for name in _INSTANTS)
_AGAIN = tuple(name for name in _COLUMNS if name != "name")
_standing = itemgetter(*map(_COLUMNS.index, ("name", "digest", "levels", "outcome", "phase")))
_ASKED = _COLUMNS.index("asked_instant")


def clock_name(ticket: Ticket, agreement: str, metric: str, leg: int, cycle: int) -> str:
	"""The primary key of a clock: the same whenever, and wherever, it is measured."""
	key = "\x1f".join((ticket.type, ticket.name, agreement, metric, str(leg), str(cycle)))
	return hashlib.sha256(key.encode()).hexdigest()[:20]


_KINDS = {kind.value: kind for kind in Kind}

# Written out, because every change of a ticket runs them and building a query takes as long as running it.
_SAID = """at_instant, kind, COALESCE(value, ''), COALESCE(waiting, 0), COALESCE(reason, ''), recorded_instant,
	COALESCE(number, 0), COALESCE(source, ''), COALESCE(note, '')"""
_LEDGERS = f"""
	SELECT ticket_type, ticket, {_SAID} FROM `tab{EVENT}`
	WHERE ticket IN %(tickets)s ORDER BY ticket, ticket_type, at_instant"""
_LEDGERS_AS_TEXT = f"""
	SET STATEMENT group_concat_max_len = 4294967295 FOR
	SELECT ticket_type, ticket, JSON_ARRAYAGG(JSON_ARRAY({_SAID})) FROM `tab{EVENT}`
	WHERE ticket IN %(tickets)s GROUP BY ticket, ticket_type"""
_STANDING = "name, digest, levels, outcome, phase"
_WHOLE_RECORD = f"""
	(SELECT ticket, JSON_ARRAY(TRUE, {_SAID}) FROM `tab{EVENT}`
	WHERE ticket_type = %(type)s AND ticket = %(name)s FOR UPDATE)
	UNION ALL
	(SELECT ticket, JSON_ARRAY(FALSE, {_STANDING}) FROM `tab{CLOCK}`
	WHERE ticket_type = %(type)s AND ticket = %(name)s FOR UPDATE)"""
_DIGESTS = f"SELECT ticket_type, ticket, {_STANDING} FROM `tab{CLOCK}` WHERE ticket IN %(tickets)s"
_STANDING_BREACHES = f"""
	SELECT ticket_type, ticket, clock FROM `tab{BREACH}`
	WHERE standing = 1 AND ticket_type IN %(types)s AND ticket IN %(tickets)s"""
_CLOCKS_AS_TEXT = f"""
	SET STATEMENT group_concat_max_len = 4294967295 FOR
	SELECT ticket_type, ticket, JSON_ARRAYAGG(JSON_ARRAY({", ".join(_COLUMNS)})) FROM `tab{CLOCK}`
	WHERE ticket IN %(tickets)s GROUP BY ticket, ticket_type"""


def facts_of(tickets: Sequence[Ticket], latest: bool = False) -> dict[Ticket, list[Fact]]:
	"""The ledgers of some tickets, in one query.

	With `latest` what others have committed since this transaction began is in them too, and nobody adds to
	them until it ends; whoever asks so has locked the tickets themselves before.
	"""
	found: dict[Ticket, list[Fact]] = {ticket: [] for ticket in tickets}
	if not tickets:
		return found
	ledgers = {(ticket.type, ticket.name): facts for ticket, facts in found.items()}
	# A ledger in one piece costs a third of what the driver takes to read it row by row; it cannot be locked so.
	few = len(tickets) < _IN_ONE_PIECE
	in_pieces = list(tickets) if latest or few or frappe.db.db_type != "mariadb" else []
	if not in_pieces:
		whole = {"tickets": tuple(ticket.name for ticket in tickets)}
		for kind_of, name, text in frappe.db.sql(_LEDGERS_AS_TEXT, whole):
			if text is None:  # larger than the server lets a value be
				in_pieces.append(Ticket(kind_of, name))
			elif (kind_of, name) in ledgers:
				ledgers[kind_of, name] += _facts(json.loads(text))
	if in_pieces:
		statement = locking(_LEDGERS) if latest else _LEDGERS
		names = {"tickets": tuple(ticket.name for ticket in in_pieces)}
		for kind_of, name, *row in frappe.db.sql(statement, names):
			if (kind_of, name) in ledgers:
				ledgers[kind_of, name] += _facts([row])
	return found


def record_of(ticket: Ticket, clocked: bool) -> tuple[list[Fact], dict[str, StoredClock] | None]:
	"""A ticket's ledger as it is now and, of one that is `clocked`, its clocks: in one query on MariaDB.

	Nobody else adds to either until the transaction ends; whoever asks has locked the ticket itself before. Clocks of
	a ticket that had none are not looked at: the database would lock the place where they would be, which is that of
	many tickets.
	"""
	if not clocked:
		return facts_of([ticket], latest=True)[ticket], None
	if frappe.db.db_type != "mariadb":
		return facts_of([ticket], latest=True)[ticket], clocks_of([ticket], latest=True)[ticket]
	facts: list[list[Any]] = []
	clocks: dict[str, StoredClock] = {}
	for name, text in frappe.db.sql(_WHOLE_RECORD, {"type": ticket.type, "name": ticket.name}):
		if name != ticket.name:  # the database knows no difference between letter cases
			continue
		is_fact, *said = json.loads(text)
		if is_fact:
			facts.append(said)
		else:
			clock, digest, levels, outcome, phase = said
			clocks[clock] = StoredClock(clock, digest, levels or 0, outcome, phase)
	return _facts(facts), clocks


def _facts(rows: Iterable[Sequence[Any]]) -> list[Fact]:
	"""Facts of rows of _SAID."""
	return [
		Fact(at, _KINDS[kind], value, waiting, reason, recorded, number, source, note)
		for at, kind, value, waiting, reason, recorded, number, source, note in rows
	]


def add_facts(ticket: Ticket, facts: Sequence[Fact]) -> None:
	"""Append facts to a ledger, in one statement."""
	add_facts_of([(ticket, fact) for fact in facts])


def add_facts_of(entries: Sequence[tuple[Ticket, Fact]]) -> None:
	"""Append facts to several ledgers, in as few statements as their number allows."""
	columns = (
		"name",
		"ticket_type",
		"ticket",
		"kind",
		"value",
		"waiting",
		"reason",
		"at",
		"at_instant",
		"recorded_at",
		"recorded_instant",
		"number",
		"source",
		"note",
	)
	wall = walls()
	rows = (_event(ticket, fact, wall) for ticket, fact in entries)
	insert_rows(EVENT, columns, rows, {**_written(), "recorded_by": frappe.session.user})


def _event(ticket: Ticket, fact: Fact, wall: Callable[[Instant | None], Any]) -> tuple[Any, ...]:
	learnt = _learnt(fact)
	at = wall(fact.at)
	return (
		frappe.generate_hash(length=16),
		ticket.type,
		ticket.name,
		fact.kind.value,
		fact.value[:255],
		fact.waiting,
		fact.reason[:140],
		at,
		fact.at,
		at if learnt == fact.at else wall(learnt),
		learnt,
		fact.number,
		fact.source[:140],
		fact.note,
	)


def _learnt(fact: Fact) -> Instant:
	return fact.at if fact.recorded_at is None else fact.recorded_at


class StoredClock(NamedTuple):
	"""A clock as it is in the database, with what tells whether a row says something else.

	That is its digest or, where somebody may have changed it and left the digest alone, all that it `said`, with
	the digest last; what that is decides nothing then.
	"""

	name: str
	digest: str
	levels: int
	outcome: str
	phase: str
	said: list[Any] | None = None
	words: Callable[[Instant | None], Any] = to_site
	"""How the database has told its times."""

	@property
	def asked(self) -> Instant | None:
		"""The instant it was measured for, where it is known what it said."""
		return None if self.said is None else self.said[_ASKED]

	def says(self, row: ClockRow) -> bool:
		if self.said is None:
			return self.digest == row.digest
		return self.said == [*_values(row, self.words), self.digest]


def clocks_of(
	tickets: Sequence[Ticket], trusted: bool = True, latest: bool = False
) -> dict[Ticket, dict[str, StoredClock]]:
	"""The stored clocks of some tickets by name, in one query; not `trusted`: with all that they say.

	Then those of which the database cannot tell it are like no row. With `latest` they are what others have
	committed since this transaction began; whoever asks so has locked the tickets themselves before.
	"""
	found: dict[Ticket, dict[str, StoredClock]] = {ticket: {} for ticket in tickets}
	if not tickets:
		return found
	in_pieces = list(tickets) if trusted or latest or frappe.db.db_type != "mariadb" else []
	if not in_pieces:
		whole, words = {"tickets": tuple(ticket.name for ticket in tickets)}, _words_of(walls())
		for kind, ticket, text in frappe.db.sql(_CLOCKS_AS_TEXT, whole):
			if text is None:  # larger than the server lets a value be
				in_pieces.append(Ticket(kind, ticket))
			elif (known := found.get(Ticket(kind, ticket))) is not None:
				for said in json.loads(text):
					stored = StoredClock(*_standing(said), said, words)
					known[stored.name] = stored
	if in_pieces:
		statement = locking(_DIGESTS) if latest else _DIGESTS
		names = {"tickets": tuple(ticket.name for ticket in in_pieces)}
		for kind, ticket, name, digest, levels, outcome, phase in frappe.db.sql(statement, names):
			if (known := found.get(Ticket(kind, ticket))) is not None:
				known[name] = StoredClock(name, digest if trusted else "", levels or 0, outcome, phase)
	return found


def _words_of(
	wall: Callable[[Instant | None], datetime | None],
) -> Callable[[Instant | None], str | None]:
	"""Times as the database writes them into a text; the clocks of a ticket have some of them in common."""

	@cache
	def words(at: Instant | None) -> str | None:
		found = wall(at)
		return None if found is None else found.isoformat(" ", "microseconds")

	return words


def whole_clocks_of(tickets: Sequence[Ticket]) -> dict[Ticket, dict[str, frappe._dict]]:
	"""The stored clocks of some tickets by name with every column that a measure writes, in one query."""
	found: dict[Ticket, dict[str, frappe._dict]] = {ticket: {} for ticket in tickets}
	if not tickets:
		return found
	clock = frappe.qb.DocType(CLOCK)
	query = (
		frappe.qb.from_(clock)
		.select(*[clock[column] for column in _COLUMNS])
		.where(clock.ticket.isin([ticket.name for ticket in tickets]))
	)
	for row in query.run(as_dict=True):
		known = found.get(Ticket(row.ticket_type, row.ticket))
		if known is not None:
			known[row.name] = row
	return found


def unlike(row: ClockRow, stored: frappe._dict) -> dict[str, tuple[Any, Any]]:
	"""The columns in which a stored clock is not this row: (as stored, as it should be)."""
	return {
		column: (stored[column], value)
		for column, value in zip(_COLUMNS, _clock(row, walls()), strict=True)
		if (stored[column] or "") != (value or "")
	}


def orphaned_clocks(page: int) -> list[tuple[str, str]]:
	"""Stored clocks of tickets that have no ledger, as (name, ticket)."""
	clock, event = frappe.qb.DocType(CLOCK), frappe.qb.DocType(EVENT)
	query = (
		frappe.qb.from_(clock)
		.left_join(event)
		.on(
			(event.ticket == clock.ticket)
			& (event.ticket_type == clock.ticket_type)
			& (event.kind == Kind.OPENED.value)
		)
		.select(clock.name, clock.ticket)
		.where(event.name.isnull())
	)
	return list(query.orderby(clock.name).limit(page).run())


def count_tickets(ticket_type: str) -> int:
	"""How many tickets have a ledger."""
	event = frappe.qb.DocType(EVENT)
	query = frappe.qb.from_(event).select(Count(event.ticket).distinct())
	return int(query.where(event.ticket_type == ticket_type).run()[0][0])


def put_clocks(rows: Sequence[ClockRow]) -> None:
	"""Write clocks, new ones and known ones alike, in one statement a few hundred rows."""
	wall = walls()
	values = (_clock(row, wall) for row in rows)
	insert_rows(CLOCK, _COLUMNS, values, _written(), again=("modified", "modified_by", *_AGAIN))


def _clock(row: ClockRow, wall: Callable[[Instant | None], Any]) -> list[Any]:
	"""A row as it is stored."""
	return [*_values(row, wall), row.digest]


def _values(row: ClockRow, wall: Callable[[Instant | None], Any]) -> list[Any]:
	"""A row as it is stored, without its digest: instants as the site's wall shows them."""
	values: list[Any] = [*row, row.tally]
	for place in _INSTANT_PLACES:
		values[place] = wall(values[place])
	return values


def _written() -> dict[str, str]:
	"""What the host notes about who wrote a row when."""
	stamp, user = now_text(), frappe.session.user
	return {"creation": stamp, "modified": stamp, "owner": user, "modified_by": user}


_SAME = ("ticket_type", "ticket", "clock_key")


@dataclass(frozen=True, slots=True)
class BreachRow:
	"""What a missed clock came to, as SLM Breach keeps it. `overrun` is open seconds, `figures` JSON."""

	clock: ClockRow
	figures: str


_AS_ITS_CLOCK = (
	"ticket_type",
	"ticket",
	"agreement",
	"kind",
	"metric",
	"target",
	"customer",
	"service",
	"priority",
	"goal",
	"period",
	"cause",
	"responsible",
	"excused",
)
_of_its_clock = attrgetter(*_AS_ITS_CLOCK)


def put_breaches(rows: Sequence[BreachRow]) -> None:
	"""Missed clocks on record, one each: new ones, and the figures of those that are there. One statement."""
	if not rows:
		return
	columns = (
		"name",
		*_AS_ITS_CLOCK,
		"clock_key",
		"clock",
		"overrun",
		"missed_at",
		"missed_instant",
		"figures",
	)
	values = (
		(
			frappe.generate_hash(length=16),
			*_of_its_clock(row.clock),
			row.clock.key,
			row.clock.name,
			-row.clock.remaining,
			to_site(row.clock.missed_at),
			row.clock.missed_at,
			row.figures,
		)
		for row in rows
	)
	constants = {**_written(), "status": "Open", "standing": "1"}
	# who has a breach open has not been overtaken because its figures are measured anew
	again = ("standing", *(name for name in columns if name not in ("name", *_SAME)))
	insert_rows(BREACH, columns, values, constants, again, _SAME)


def withdraw_breaches(clocks: Sequence[str]) -> None:
	"""These clocks, by name, are not missed any more, or are no more: their breaches say so, and stay."""
	if clocks:
		breach = frappe.qb.DocType(BREACH)
		frappe.qb.update(breach).set(breach.standing, 0).where(breach.clock.isin(list(clocks))).run()


def standing_breaches(tickets: Sequence[Ticket]) -> dict[Ticket, set[str]]:
	"""Of which clocks, by name, breaches of some tickets stand, in one query."""
	found: dict[Ticket, set[str]] = {ticket: set() for ticket in tickets}
	if not tickets:
		return found
	names = {
		"types": tuple({ticket.type for ticket in tickets}),
		"tickets": tuple(ticket.name for ticket in tickets),
	}
	for kind, name, clock in frappe.db.sql(_STANDING_BREACHES, names):
		if (known := found.get(Ticket(kind, name))) is not None:
			known.add(clock)
	return found


@dataclass(frozen=True, slots=True)
class Alarm:
	"""A clock has reached a warning or escalation level at an instant."""

	clock: ClockRow
	level: int
	at: Instant


def put_alarms(alarms: Sequence[Alarm]) -> None:
	"""Levels reached, to be told of: each once, however often it is put. One statement."""
	columns = (
		"name",
		"ticket_type",
		"ticket",
		"clock_key",
		"clock",
		"agreement",
		"metric",
		"level",
		"reached_at",
		"reached_instant",
	)
	values = (
		(
			frappe.generate_hash(length=16),
			one.clock.ticket_type,
			one.clock.ticket,
			one.clock.key,
			one.clock.name,
			one.clock.agreement,
			one.clock.metric,
			one.level,
			to_site(one.at),
			one.at,
		)
		for one in alarms
	)
	constants = {**_written(), "status": "Queued"}
	# a ticket that was renamed has its clock under another name
	insert_rows(ALARM, columns, values, constants, ("clock",), (*_SAME, "level"))


def drop_clocks(names: Sequence[str]) -> None:
	if names:
		frappe.db.delete(CLOCK, {"name": ["in", list(names)]})


def due_tickets(now: Instant, after: tuple[Instant, str], page: int) -> list[tuple[Instant, str, Ticket]]:
	"""A page of clocks whose next instant has come, as (next_at, name, ticket), by the index on next_at."""
	clock = frappe.qb.DocType(CLOCK)
	later = (clock.next_at > after[0]) | ((clock.next_at == after[0]) & (clock.name > after[1]))
	rows = (
		frappe.qb.from_(clock)
		.select(clock.next_at, clock.name, clock.ticket_type, clock.ticket)
		.where((clock.next_at > 0) & (clock.next_at <= now) & later)
		.orderby(clock.next_at)
		.orderby(clock.name)
		.limit(page)
		.run()
	)
	return [(next_at, name, Ticket(kind, ticket)) for next_at, name, kind, ticket in rows]


def ticket_page(ticket_type: str, after: str, page: int) -> list[Ticket]:
	"""A page of tickets that have a ledger, by name."""
	return _tickets_in(frappe.qb.DocType(EVENT), ticket_type, after, page)


def forget_failures(tickets: Sequence[Ticket]) -> None:
	"""Take tickets off the list of those that could not be measured.

	It is short, or empty: to delete from it by tickets would lock all of it, and whoever adds to it would wait.
	"""
	if not tickets:
		return
	listed = frappe.db.sql(
		f"SELECT name, ticket_type, ticket FROM `tab{FAILED}` WHERE ticket IN %(names)s",
		{"names": [ticket.name for ticket in tickets]},
	)
	mine = set(tickets)
	for name, kind, ticket in listed:
		if Ticket(kind, ticket) in mine:
			frappe.db.delete(FAILED, {"name": name})


def rename_ticket(ticket_type: str, old: str, new: str) -> None:
	"""Give a renamed ticket its ledger, clocks and failures. The host does so only where it knows of the links."""
	for doctype in (EVENT, CLOCK, FAILED, BREACH, ALARM, "SLM Correction", "SLM What-If Clock"):
		table = frappe.qb.DocType(doctype)
		frappe.qb.update(table).set(table.ticket, new).where(
			(table.ticket_type == ticket_type) & (table.ticket == old)
		).run()


def rename_value(kind: Kind, old: str, new: str) -> None:
	"""A customer, priority, type or service was renamed: every ledger says the new name, as the tickets do."""
	event = frappe.qb.DocType(EVENT)
	frappe.qb.update(event).set(event.value, new).where(
		(event.kind == kind.value) & (event.value == old)
	).run()


def rename_naming(
	ticket_type: str, old: Mapping[Kind, Sequence[str]], new: Mapping[Kind, Sequence[str]]
) -> None:
	"""A ticket was renamed: what other ledgers say that names it (see adapters.facts.naming) names it so."""
	event = frappe.qb.DocType(EVENT)
	for kind, values in old.items():
		for before, after in zip(values, new[kind], strict=True):
			frappe.qb.update(event).set(event.value, after).where(
				(event.ticket_type == ticket_type) & (event.kind == kind.value) & (event.value == before)
			).run()


def tickets_naming(ticket_type: str, said: Mapping[Kind, Sequence[str]], at_most: int) -> list[Ticket]:
	"""Tickets whose ledger says one of these, whoever said it last first. By the index on kind and value."""
	event = frappe.qb.DocType(EVENT)
	matching = [
		(event.kind == kind.value) & event.value.isin(list(values)) for kind, values in said.items() if values
	]
	query = (
		frappe.qb.from_(event)
		.select(event.ticket)
		.where((event.ticket_type == ticket_type) & Criterion.any(matching))
		.orderby(event.at_instant, order=Order.desc)
		.orderby(event.ticket)
		.limit(at_most)
	)
	return [Ticket(ticket_type, name) for name in dict.fromkeys(name for (name,) in query.run())]


def known_sources(sources: Collection[str]) -> set[str]:
	"""Which of these are the source of a fact in any ledger. Reads all ledgers: for the few that no other way is known of."""
	if not sources:
		return set()
	event = frappe.qb.DocType(EVENT)
	query = frappe.qb.from_(event).select(event.source).distinct().where(event.source.isin(list(sources)))
	return {source for (source,) in query.run()}


def tickets_that_said(ticket_type: str, kind: Kind, value: str, after: str, page: int) -> list[Ticket]:
	"""A page of tickets, by name, whose ledger holds that value for a property, at any time."""
	event = frappe.qb.DocType(EVENT)
	said = (event.kind == kind.value) & (event.value == value)
	return _tickets_in(event, ticket_type, after, page, said)


def tickets_opened_since(ticket_type: str, start: Instant, after: str, page: int) -> list[Ticket]:
	"""A page of tickets, by name, that were opened at `start` or later."""
	event = frappe.qb.DocType(EVENT)
	opened = (event.kind == Kind.OPENED.value) & (event.at_instant >= start)
	return _tickets_in(event, ticket_type, after, page, opened)


def tickets_running_under(ticket_type: str, agreements: Sequence[str], after: str, page: int) -> list[Ticket]:
	"""A page of tickets, by name, of which a clock of one of these agreements runs or is held."""
	clock = frappe.qb.DocType(CLOCK)
	going = clock.agreement.isin(list(agreements)) & clock.phase.isin(list(clock_words.GOING))
	return _tickets_in(clock, ticket_type, after, page, going)


def tickets_measured_since(ticket_type: str, moment: datetime, after: str, page: int) -> list[Ticket]:
	"""A page of tickets, by name, of which a clock was written at a moment of the site's wall clock or later."""
	clock = frappe.qb.DocType(CLOCK)
	return _tickets_in(clock, ticket_type, after, page, clock.modified >= moment)


def _tickets_in(
	table: Any, ticket_type: str, after: str, page: int, where: Criterion | None = None
) -> list[Ticket]:
	"""A page of tickets, by name, of which a table has rows."""
	query = (
		frappe.qb.from_(table)
		.select(table.ticket)
		.distinct()
		.where((table.ticket_type == ticket_type) & (table.ticket > after))
	)
	if where is not None:
		query = query.where(where)
	rows = query.orderby(table.ticket).limit(page).run()
	return [Ticket(ticket_type, name) for (name,) in rows]


def set_ticket_fields(ticket: Ticket, values: dict[str, Any], cached: bool = True) -> None:
	"""Our fields on a ticket, past its events and its time stamp: they follow from the ledger."""
	sets = ", ".join(f"`{field}` = %s" for field in values)
	frappe.db.sql(f"UPDATE `tab{ticket.type}` SET {sets} WHERE `name` = %s", [*values.values(), ticket.name])
	if cached:
		frappe.clear_document_cache(ticket.type, ticket.name)


def locks_rows() -> bool:
	"""Whether the database locks what is read for it; SQLite has one writer at a time anyway, and no words for it."""
	return frappe.db.db_type != "sqlite"


def locking(statement: str) -> str:
	"""The statement for whoever writes what it reads: nobody else does so until the transaction ends."""
	return f"{statement} FOR UPDATE" if locks_rows() else statement


def by_name(doctype: str) -> str:
	"""A table whose rows are to be locked by their names, as a statement has it.

	MariaDB locks all that it looks at, new rows in between too. For a page of names it would rather look at every
	entry of some small index than each of them up, and whoever inserts a ticket would wait for all of that.
	"""
	return f"`tab{doctype}` FORCE INDEX (PRIMARY)" if frappe.db.db_type == "mariadb" else f"`tab{doctype}`"


def set_fields(doctype: str, names: Iterable[str], values: Mapping[str, Any]) -> None:
	"""The same values in rows of some names, past their events; no other row is locked."""
	sets = ", ".join(f"`{field}` = %s" for field in values)
	for some in batched(names):
		frappe.db.sql(f"UPDATE {by_name(doctype)} SET {sets} WHERE name IN %s", [*values.values(), some])


def forget_cached(doctype: str, names: Collection[str]) -> None:
	"""The host's cached documents of these names are older than what is stored."""
	if len(names) > _ONE_BY_ONE:
		frappe.clear_document_cache(doctype)
		return
	for name in names:
		frappe.clear_document_cache(doctype, name)


def count_up(ticket: Ticket, field: str) -> None:
	"""One more in a field of a ticket than whoever wrote it last has left there."""
	statement = f"UPDATE `tab{ticket.type}` SET `{field}` = COALESCE(`{field}`, 0) + 1 WHERE `name` = %s"
	frappe.db.sql(statement, [ticket.name])


def insert_rows(
	doctype: str,
	columns: Sequence[str],
	rows: Iterable[Sequence[Any]],
	constants: Mapping[str, str],
	again: Sequence[str] = (),
	unique: Sequence[str] = ("name",),
) -> None:
	"""Multi-row INSERT; `constants` are the same in every row, `again` names the columns to overwrite where a row
	with the same `unique` columns is there already.
	"""
	quote = '"' if frappe.db.db_type != "mariadb" else "`"
	names = ", ".join(f"{quote}{column}{quote}" for column in (*columns, *constants))
	spelling = Spelling(map(frappe.db.escape, constants.values()))
	end = _on_conflict(quote, again, unique) if again else ""
	for chunk in batched(rows):
		every, left = spelling.rows(chunk)
		frappe.db.sql(f"INSERT INTO {quote}tab{doctype}{quote} ({names}) VALUES {every}{end}", left)


def _on_conflict(quote: str, columns: Sequence[str], unique: Sequence[str]) -> str:
	"""Overwrite what is there already: MariaDB's words, and those of PostgreSQL and SQLite."""
	if frappe.db.db_type == "mariadb":
		return " ON DUPLICATE KEY UPDATE " + ", ".join(f"`{name}` = VALUES(`{name}`)" for name in columns)
	same = ", ".join(f"{quote}{name}{quote}" for name in unique)
	return f" ON CONFLICT ({same}) DO UPDATE SET " + ", ".join(
		f"{quote}{name}{quote} = EXCLUDED.{quote}{name}{quote}" for name in columns
	)


def batched(rows: Iterable[_Row], size: int = _ROWS_A_STATEMENT) -> Iterator[list[_Row]]:
	"""Rows, or names, as many at once as a statement takes."""
	chunk: list[_Row] = []
	for row in rows:
		chunk.append(row)
		if len(chunk) == size:
			yield chunk
			chunk = []
	if chunk:
		yield chunk
