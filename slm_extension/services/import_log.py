"""A ticket log as Issues with their ledgers and clocks, in bulk. A ticket that was imported before is left alone.

The Issue of ticket 4711 is named LOG-4711 (the prefix may be chosen). A number that the host could not tell from
another, or not use as a name, gets a few characters of its checksum as well, so the name is always the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import issues, store
from slm_extension.adapters.agreements import SiteAgreements, site_agreements
from slm_extension.adapters.facts import IMPORTED, issue_status
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.site_time import to_site
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Kind, State, Timeline
from slm_extension.replay.problems import Flaw, Problems
from slm_extension.replay.profile import Profile
from slm_extension.replay.tickets import TicketLog, last_instant, read_tickets
from slm_extension.replay.toml_document import InputProblem
from slm_extension.services.chunks import Chunks
from slm_extension.services.guard import note
from slm_extension.services.master_data import LONGEST, MasterData, known_as
from slm_extension.services.measure import Measured, judged

PREFIX = "LOG-"
_NAMED = (
	Kind.CUSTOMER,
	Kind.CUSTOMER_GROUP,
	Kind.PRIORITY,
	Kind.SERVICE,
	Kind.SUPPLIER,
	Kind.TEAM,
	Kind.TERRITORY,
	Kind.TYPE,
)


@dataclass(frozen=True, slots=True)
class Source:
	"""A log, how it is read, and how far: `until` leaves out what happened later, None means all up to now."""

	log: Path
	profile: Profile
	until: Instant | None = None
	prefix: str = PREFIX
	company: str | None = None
	limit: int | None = None
	skip_broken: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
	"""What is in a log, found out before anything is written. `asked` is the instant its clocks are asked at."""

	tickets: int
	asked: Instant
	names: Mapping[Kind, frozenset[str]]
	broken_rows: int


@dataclass(slots=True)
class ImportedLog:
	"""Counts of tickets: `present` had been imported before, `later` were opened after the instant asked."""

	tickets: int = 0
	clocks: int = 0
	facts: int = 0
	present: int = 0
	later: int = 0
	failed: int = 0


@dataclass(frozen=True, slots=True)
class _Imported:
	"""A ticket to be written: the Issue's name, the facts in the site's names, and how they stand at the end."""

	number: str
	name: str
	timeline: Timeline
	status: str

	@property
	def facts(self) -> tuple[Fact, ...]:
		return self.timeline.facts

	@property
	def state(self) -> State:
		return self.timeline.steps[-1].state


def scan(source: Source, now: Instant) -> Scan:
	"""Read a log once, without writing anything.

	Raises InputProblem when it cannot be read, or has rows that cannot be used and must not be skipped.
	"""
	last = last_instant(source.log, source.profile)
	if last is None:
		raise InputProblem(str(source.log), None, "No row has a time that can be read.", "Check the profile.")
	asked = min(source.until if source.until is not None else last, now)
	names: dict[Kind, set[str]] = {kind: set() for kind in _NAMED}
	problems = Problems()
	count = 0
	for log in _tickets(source, problems):
		count += 1
		for fact in log.facts:
			if fact.at <= asked and fact.kind in names and fact.value:
				names[fact.kind].add(fact.value)
	unusable = sum(number for flaw, number in problems.counts if flaw is not Flaw.OUT_OF_ORDER)
	if unusable and not source.skip_broken:
		first = problems.rows[0]
		raise InputProblem(
			str(source.log),
			first.line,
			f"{first.reason} {unusable} rows of this log cannot be used." if unusable > 1 else first.reason,
			"Correct them, or leave them out with --skip-broken.",
		)
	for kind, values in names.items():
		for value in values:
			if len(value) > LONGEST:
				raise InputProblem(
					str(source.log),
					None,
					f'The {kind.value} "{value[:40]}..." has {len(value)} characters; {LONGEST} are possible.',
					"Shorten it.",
				)
	return Scan(count, asked, {kind: frozenset(values) for kind, values in names.items()}, unusable)


def prepare(found: Scan, master: MasterData) -> dict[Kind, dict[str, str]]:
	"""What the site calls everything that the log names, by kind. What an Issue names is created where it is missing;
	customer groups and territories need no document.

	A ticket has the customer group and territory that the log says it has, not those of a customer created here.
	"""
	names = found.names
	return {
		Kind.CUSTOMER: master.customers(names[Kind.CUSTOMER]),
		Kind.PRIORITY: master.priorities(names[Kind.PRIORITY]),
		Kind.SERVICE: master.services(names[Kind.SERVICE]),
		Kind.TYPE: master.types(names[Kind.TYPE]),
		Kind.SUPPLIER: master.suppliers(names[Kind.SUPPLIER]),
		Kind.TEAM: master.teams(names[Kind.TEAM]),
		Kind.CUSTOMER_GROUP: {
			name: known_as("Customer Group", name) or name for name in names[Kind.CUSTOMER_GROUP]
		},
		Kind.TERRITORY: {name: known_as("Territory", name) or name for name in names[Kind.TERRITORY]},
	}


def import_log(
	source: Source, found: Scan, known: Mapping[Kind, Mapping[str, str]], chunks: Chunks
) -> ImportedLog:
	"""Write the tickets of a log that are not there yet, a chunk of tickets at a time."""
	result = ImportedLog()
	tickets = (log for log in _tickets(source, Problems()) if chunks.share.takes(log.ticket))
	read = 0
	while page := list(islice(tickets, chunks.page)):
		read += len(page)
		chunk = chunks.run(lambda some=page: _import_chunk(source, some, found.asked, known))
		result = ImportedLog(
			*(getattr(result, name) + getattr(chunk, name) for name in ImportedLog.__slots__)
		)
		chunks.told(read)
	return result


def _tickets(source: Source, problems: Problems) -> Iterator[TicketLog]:
	return islice(iter(read_tickets(source.log, source.profile, problems)), source.limit)


def _import_chunk(
	source: Source, logs: Sequence[TicketLog], asked: Instant, known: Mapping[Kind, Mapping[str, str]]
) -> ImportedLog:
	result = ImportedLog()
	named = _names(source.prefix, [log.ticket for log in logs])
	there = issues.existing(list(named.values()))
	coming: list[_Imported] = []
	for log in logs:
		name = named[log.ticket]
		if there.get(name) == name:
			result.present += 1
			continue
		one = _translated(log, name, asked, known)
		if one is None:
			result.later += 1
		else:
			coming.append(one)
	measured: dict[str, Measured] = {}
	refused: dict[str, Exception] = {}
	agreements: SiteAgreements | None = None
	for one in coming:
		try:
			agreements = agreements or site_agreements()
			measured[one.name] = judged(Ticket(ISSUE, one.name), one.timeline, asked, agreements)
		except Exception as error:
			refused[one.name] = error
	titles = _customer_titles({one.state.customer for one in coming if one.state.customer})
	issues.insert([_issue(one, source, measured.get(one.name), titles) for one in coming])
	store.add_facts_of([(Ticket(ISSUE, one.name), fact) for one in coming for fact in one.facts])
	rows = [row for one in measured.values() for row in one.rows]
	store.put_clocks(rows)
	store.put_breaches([breach for one in measured.values() for breach in one.breaches])
	for name, error in refused.items():
		note(Ticket(ISSUE, name), IMPORTED, error)
	result.tickets, result.clocks, result.failed = len(coming), len(rows), len(refused)
	result.facts = sum(len(one.facts) for one in coming)
	return result


_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/#:-]{0,98}[A-Za-z0-9])?")


def issue_name(prefix: str, number: str, apart: bool = False) -> str:
	"""The name of the Issue for a ticket; `apart` where the host takes the plain one for another's."""
	if _PLAIN.fullmatch(number) and not apart:
		return prefix + number
	plain = re.sub(r"[^A-Za-z0-9._-]+", "-", number)[:60].strip("-")
	return f"{prefix}{plain}-{hashlib.sha256(number.encode()).hexdigest()[:12]}"


def _names(prefix: str, numbers: Sequence[str]) -> dict[str, str]:
	"""Names of Issues by ticket: none that differs from another's, here or on the site, by its case alone."""
	named: dict[str, str] = {}
	taken: dict[str, str] = {
		name.casefold(): there
		for name, there in issues.existing([issue_name(prefix, number) for number in numbers]).items()
	}
	for number in numbers:
		name = issue_name(prefix, number)
		if taken.setdefault(name.casefold(), name) != name:
			name = issue_name(prefix, number, apart=True)
		named[number] = name
	return named


def _translated(
	log: TicketLog, name: str, asked: Instant, known: Mapping[Kind, Mapping[str, str]]
) -> _Imported | None:
	"""A ticket in the names of the site, without what happened after `asked`; None when it was opened later."""
	facts = tuple(
		Fact(
			fact.at,
			fact.kind,
			known[fact.kind].get(fact.value, fact.value) if fact.kind in known else fact.value,
			fact.waiting,
			fact.reason,
			fact.at,
			fact.number,
			IMPORTED,
		)
		for fact in log.facts
		if fact.at <= asked
	)
	if not any(fact.kind is Kind.OPENED for fact in facts):
		return None
	timeline = Timeline.of(name, facts)
	said = [fact for fact in timeline.facts if fact.kind is Kind.STATUS]
	return _Imported(
		log.ticket,
		name,
		timeline,
		issue_status(said[-1]) if said else "Open",
	)


def _issue(
	one: _Imported, source: Source, measured: Measured | None, titles: Mapping[str, str]
) -> dict[str, Any]:
	"""The Issue as a form would have left it: created when the ticket was opened, written when it last changed."""
	opened = to_site(one.timeline.opened)
	assert opened is not None
	user = frappe.session.user
	state = one.state
	fields = measured.fields if measured is not None else {}
	return {
		"name": one.name,
		"creation": opened,
		"modified": to_site(max(one.facts[-1].at, one.timeline.opened)),
		"owner": user,
		"modified_by": user,
		"docstatus": 0,
		"idx": 0,
		"naming_series": issues.new_series(),
		"subject": _("Imported {0}").format(one.number)[:LONGEST],
		"status": one.status,
		"priority": state.priority or None,
		"customer": state.customer or None,
		"customer_name": titles.get(state.customer),
		"issue_type": state.type or None,
		"slm_service": state.service or None,
		"slm_team": state.team or None,
		"slm_supplier": state.supplier or None,
		"company": source.company,
		"opening_date": opened.date(),
		"opening_time": opened.time(),
		"via_customer_portal": 0,
		**{name: fields.get(name) or None for name in issues.OUR_FIELDS},
	}


def _customer_titles(names: Iterable[str]) -> dict[str, str]:
	wanted = list(names)
	if not wanted:
		return {}
	rows = frappe.get_all(
		"Customer", filters={"name": ["in", wanted]}, fields=["name", "customer_name"], order_by="name asc"
	)
	return {row.name: row.customer_name for row in rows}
