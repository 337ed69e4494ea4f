"""What has to be true of a site whatever happened to it, asked of its tables by a reader who shares no code with it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .agents import Answer, Change
from .stack import Stack

_FIELDS = {
	"priority": "priority",
	"customer": "customer",
	"type": "issue_type",
	"service": "slm_service",
}


_HASH = re.compile(r"\b[0-9a-z]{16}\b")
"""A name that the host makes up, different each time."""


@dataclass(frozen=True, slots=True)
class Entry:
	"""A row of a ticket's ledger."""

	ticket: str
	number: int
	kind: str
	value: str
	said: str
	at: int
	source: str


def ledgers(stack: Stack, tickets: Sequence[str] = ()) -> dict[str, list[Entry]]:
	"""Ledgers of all tickets, or of some, in the order in which they were told."""
	where = f" and ticket in ({', '.join(['%s'] * len(tickets))})" if tickets else ""
	found: defaultdict[str, list[Entry]] = defaultdict(list)
	for row in stack.rows(
		"select ticket, number, kind, value, reason, at_instant, source from `tabSLM Ticket Event`"
		f" where ticket_type = 'Issue'{where} order by ticket, number",
		*tickets,
	):
		found[row[0]].append(Entry(*(one if one is not None else "" for one in row)))
	return dict(found)


def wrong(stack: Stack, tickets: Sequence[str] = ()) -> list[str]:
	"""Sentences about everything that is lost, told twice, or half done; none if all is well."""
	books = ledgers(stack, tickets)
	where = f" where name in ({', '.join(['%s'] * len(tickets))})" if tickets else ""
	columns = ", ".join(_FIELDS.values())
	issues = {
		row[0]: row[1:]
		for row in stack.rows(f"select name, status, {columns} from tabIssue{where}", *tickets)
	}
	said = [
		sentence for name, book in books.items() for sentence in _in_ledger(name, book, name not in issues)
	]
	for name, (status, *values) in issues.items():
		book = books.get(name)
		if not book:
			said.append(f"{name} has no ledger")
			continue
		known = {"status": "Open", **dict.fromkeys(_FIELDS, "")}
		for one in book:
			if one.kind in known:
				known[one.kind] = one.said if one.kind == "status" else one.value
		wanted = {"status": status, **dict(zip(_FIELDS, (value or "" for value in values), strict=True))}
		said += [
			f"{name} has the {kind} {wanted[kind]!r}, its ledger says {known[kind]!r}"
			for kind in wanted
			if wanted[kind] != known[kind]
		]
	return said + ([] if tickets else list(_in_tables(stack)))


def _in_ledger(name: str, book: list[Entry], deleted: bool) -> Iterable[str]:
	openings = [one for one in book if one.kind == "opened"]
	if len(openings) != 1 or openings[0].at != min(one.at for one in book):
		yield f"{name}: the ledger does not begin with being opened, once: {[one.kind for one in book]}"
	numbers = [one.number for one in book]
	if len(numbers) != len(set(numbers)):
		yield f"{name}: the ledger's numbers are {numbers}"
	events = [one for one in book if not one.source.startswith("Correction-")]
	if any(later.at < one.at for one, later in pairwise(events)):
		yield f"{name}: what was told later is said to have happened before"
	statuses = ["Open", *(one.said for one in book if one.kind == "status")]
	if any(one == later for one, later in pairwise(statuses) if one != "Open"):
		yield f"{name}: the same status was told twice: {statuses}"
	messages = [
		(one.kind, one.source) for one in book if one.kind in ("replied", "customer_replied", "owned")
	]
	if len(messages) != len(set(messages)):
		yield f"{name}: a message or an assignment was told twice: {messages}"
	if deleted and book[-1].kind != "withdrawn":
		yield f"{name} is gone, its ledger does not know"


def _in_tables(stack: Stack) -> Iterable[str]:
	for ticket, problem in stack.rows("select ticket, problem from `tabSLM Failed Measure`"):
		yield f"{ticket} could not be measured: {problem}"
	for name, ticket in stack.rows(
		"select c.name, c.ticket from `tabSLM Clock` c left join tabIssue i on i.name = c.ticket"
		" where i.name is null"
	):
		yield f"the clock {name} belongs to {ticket}, which is not there"
	for name, ticket in stack.rows(
		"select b.name, b.ticket from `tabSLM Breach` b left join `tabSLM Clock` c on c.name = b.clock"
		" where b.standing = 1 and ifnull(c.outcome, '') != 'Missed'"
	):
		yield f"the breach {name} of {ticket} stands, its clock is not missed"
	for name, ticket in stack.rows(
		"select c.name, c.ticket from `tabSLM Clock` c left join `tabSLM Breach` b"
		" on b.clock = c.name and b.standing = 1 where c.outcome = 'Missed' and b.name is null"
	):
		yield f"the clock {name} of {ticket} is missed, no breach stands"
	yield from _in_breaches(stack)
	yield from _in_outages(stack)
	yield from _in_corrections(stack)
	for ticket, key, level in stack.rows(
		"select ticket, clock_key, level from `tabSLM Escalation Log`"
		" group by ticket, clock_key, level having count(*) > 1"
	):
		yield f"level {level} of {key} of {ticket} was reached twice"
	for name, communication in stack.rows(
		"select c.reference_name, c.name from tabCommunication c left join `tabSLM Ticket Event` e"
		" on e.source = c.name and e.ticket = c.reference_name"
		" where c.reference_doctype = 'Issue' and c.communication_type = 'Communication' and e.name is null"
	):
		yield f"the message {communication} is not in the ledger of {name}"
	for name, todo in stack.rows(
		"select t.reference_name, t.name from tabToDo t left join `tabSLM Ticket Event` e"
		" on e.source = t.name and e.ticket = t.reference_name"
		" where t.reference_type = 'Issue' and e.name is null"
	):
		yield f"the assignment {todo} is not in the ledger of {name}"


def _in_breaches(stack: Stack) -> Iterable[str]:
	"""A breach that stands says what its clock says."""
	for name, ticket, *pairs in stack.rows(
		"select b.name, b.ticket, b.excused, c.excused, b.missed_at, c.missed_at, b.overrun, -c.remaining"
		" from `tabSLM Breach` b join `tabSLM Clock` c on c.name = b.clock where b.standing = 1"
	):
		if pairs[::2] != pairs[1::2]:
			yield f"the breach {name} of {ticket} says {pairs[::2]}, its clock {pairs[1::2]}"


def _in_outages(stack: Stack) -> Iterable[str]:
	"""A ticket says that its service is down as long as an outage of it lasts, and of its own there is one."""
	going = "o.status in ('Open', 'Restored')"
	for name, down, count, own in stack.rows(
		"select i.name, i.slm_service_down, count(o.name), ifnull(sum(o.source = 'Ticket'), 0) from tabIssue i"
		f" left join `tabSLM Outage` o on o.issue = i.name and {going}"
		" where ifnull(i.slm_service, '') != '' or o.name is not null group by i.name"
	):
		if bool(down) != bool(count):
			yield f"{name} says {down} of its service being down, {count} outages of it last"
		if own > 1:
			yield f"{name} has opened {own} outages that last"
	for name, issue in stack.rows(
		"select o.name, o.issue from `tabSLM Outage` o left join tabIssue i on i.name = o.issue"
		" where ifnull(o.issue, '') != '' and i.name is null"
	):
		yield f"the outage {name} belongs to {issue}, which is not there"
	for name, issue, status in stack.rows(
		"select o.name, o.issue, i.status from `tabSLM Outage` o join tabIssue i on i.name = o.issue"
		f" where i.status in ('Resolved', 'Closed') and o.restored_at is null and {going}"
	):
		yield f"{issue} is {status}, its outage {name} has not been restored"


def _in_corrections(stack: Stack) -> Iterable[str]:
	"""What was approved is in the ledger, each fact once; what was not, is not."""
	for name, ticket, status, told, different in stack.rows(
		"select c.name, c.ticket, c.status, count(e.name),"
		" count(distinct e.kind, ifnull(e.value, ''), e.at_instant, ifnull(e.reason, ''), ifnull(e.waiting, 0))"
		" from `tabSLM Correction` c left join `tabSLM Ticket Event` e on e.source = c.name"
		" and e.ticket = c.ticket group by c.name, c.ticket, c.status"
	):
		if told != different or bool(told) != (status == "Approved"):
			yield f"the correction {name} of {ticket} is {status}, its facts: {told}, of which differ {different}"


def said(stack: Stack) -> Counter[tuple[str, ...]]:
	"""Everything that people were told, and that was noted about it, each as often as it is there."""
	found: Counter[tuple[str, ...]] = Counter()
	for what, statement in {
		"in the desk": "select for_user, document_name, subject from `tabNotification Log`",
		"by mail": "select r.recipient, q.reference_name from `tabEmail Queue Recipient` r"
		" join `tabEmail Queue` q on q.name = r.parent",
		"level": "select ticket, metric, level, status, recipients from `tabSLM Escalation Log`",
		"breach": "select ticket, metric, status, missed_at from `tabSLM Breach`",
	}.items():
		found.update((what, *(_HASH.sub("", str(value)) for value in row)) for row in stack.rows(statement))
	return found


def overdue(stack: Stack, now: int) -> list[str]:
	"""Clocks that a beat at `now` has not seen."""
	return [
		f"{ticket}: the {metric} clock was to be looked at"
		for ticket, metric in stack.rows(
			"select ticket, metric from `tabSLM Clock` where next_at > 0 and next_at <= %s", now
		)
	]


def possible(statuses: Sequence[str], told: Sequence[tuple[str, bool]]) -> bool:
	"""Whether a ledger can have these statuses, after Open, when its only agent set `told`, in this order.

	Each comes with whether it is certain; of one that is not, nobody knows whether it was done. A status that the
	ticket has already is no news.
	"""
	places = {(0, "Open")}
	for status, certain in told:
		after = set() if certain else set(places)
		for place, current in places:
			if status == current:
				after.add((place, current))
			elif place < len(statuses) and statuses[place] == status:
				after.add((place + 1, status))
		places = after
	return any(place == len(statuses) for place, _ in places)


def wrongly_told(stack: Stack, changes: Iterable[Change], own: Iterable[str]) -> list[str]:
	"""Sentences about changes that agents were told of otherwise than they are in the ledgers.

	What was done is there once, what was refused is not there, what nobody knows about is there once or not.
	`own` are tickets that one agent alone has worked on: their statuses are followed one by one.
	"""
	everything = list(changes)
	books = ledgers(stack)
	known = Counter((one.ticket, one.value) for book in books.values() for one in book if one.kind == "type")
	for table, ticket, word, kind in (
		("tabCommunication", "reference_name", "subject", "replied"),
		("tabToDo", "reference_name", "description", "owned"),
	):
		known.update(
			stack.rows(
				f"select t.{ticket}, t.{word} from `{table}` t join `tabSLM Ticket Event` e"
				f" on e.source = t.name and e.ticket = t.{ticket} and e.kind = %s",
				kind,
			)
		)
	said = []
	for change in everything:
		if change.mark:
			allowed = {Answer.DONE: (1,), Answer.UNKNOWN: (0, 1)}.get(change.answer, (0,))
			times = known[change.ticket, change.mark]
			if times not in allowed:
				said.append(f"{change} is in the ledger {times} times")
	for ticket in own:
		told = [
			(change.status, change.answer is Answer.DONE)
			for change in everything
			if change.ticket == ticket and change.status and change.answer in (Answer.DONE, Answer.UNKNOWN)
		]
		statuses = [one.said for one in books[ticket] if one.kind == "status"]
		if not possible(statuses[statuses[:1] == ["Open"] :], told):
			said.append(f"{ticket}: its agent was told {told}, its ledger says {statuses}")
	return said
