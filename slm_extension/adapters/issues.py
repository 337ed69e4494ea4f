"""Issues as rows, in pages: what they say now, what the host remembers of their past, and new ones in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from slm_extension.adapters import clock_words, correspondence
from slm_extension.adapters.facts import OBSERVED_FIELDS, PROPERTIES, WAITING_FIELDS
from slm_extension.adapters.store import (
	CLOCK,
	EVENT,
	FAILED,
	batched,
	by_name,
	forget_cached,
	insert_rows,
	locking,
	locks_rows,
	set_fields,
)
from slm_extension.domain.timeline import Kind

ISSUE = "Issue"
OUR_FIELDS = ("slm_agreement", "slm_due", "slm_state")
OUTSIDE = "Outside SLA"
"""The state of an Issue on which nothing is promised to its customer (R218); one that was never measured has none."""

GOING = (*clock_words.GOING, "Overdue")
"""States of an Issue of which a clock runs or is held; see measure.ticket_fields."""

_READ = (
	"name",
	"creation",
	"modified",
	"opening_date",
	"opening_time",
	"issue_split_from",
	"slm_service_down",
	*OBSERVED_FIELDS,
	*OUR_FIELDS,
)


@dataclass(frozen=True, slots=True)
class Change:
	"""A field of an Issue was saved with another value; times are naive, in the site's zone."""

	issue: str
	at: datetime
	field: str
	before: str
	after: str


@dataclass(frozen=True, slots=True)
class Message:
	"""A Communication on an Issue, or a customer's comment in the portal.

	`tells` is what it was: a reply, a message of the customer, or neither. `opens`: the host opens the ticket of a
	mail that is received.
	"""

	issue: str
	name: str
	at: datetime
	sender: str
	opens: bool
	tells: Kind | None


@dataclass(frozen=True, slots=True)
class Assignment:
	"""A ToDo gave an Issue to somebody; `by_rule`: an assignment rule of the host found him."""

	issue: str
	name: str
	at: datetime
	to: str
	by_rule: bool


def without_ledger(after: str, page: int, since: date | None = None) -> list[str]:
	"""A page of Issues that have no ledger, by name; with `since` only those created on that day or later."""
	issue, event = frappe.qb.DocType(ISSUE), frappe.qb.DocType(EVENT)
	query = _no_ledger(issue, event, since).select(issue.name).where(issue.name > after)
	return [name for (name,) in query.orderby(issue.name).limit(page).run()]


def count_without_ledger(since: date | None = None) -> int:
	issue, event = frappe.qb.DocType(ISSUE), frappe.qb.DocType(EVENT)
	return int(_no_ledger(issue, event, since).select(Count(issue.name)).run()[0][0])


def _no_ledger(issue: Any, event: Any, since: date | None) -> Any:
	query = (
		frappe.qb.from_(issue)
		.left_join(event)
		.on((event.ticket == issue.name) & (event.ticket_type == ISSUE) & (event.kind == Kind.OPENED.value))
		.where(event.name.isnull())
	)
	return (
		query
		if since is None
		else query.where(issue.creation >= datetime(since.year, since.month, since.day))
	)


def modified_since(moment: datetime, after: tuple[datetime, str], page: int) -> list[tuple[datetime, str]]:
	"""A page of Issues that were written at `moment` or later, as (modified, name)."""
	issue = frappe.qb.DocType(ISSUE)
	later = (issue.modified > after[0]) | ((issue.modified == after[0]) & (issue.name > after[1]))
	return list(
		frappe.qb.from_(issue)
		.select(issue.modified, issue.name)
		.where((issue.modified >= moment) & later)
		.orderby(issue.modified)
		.orderby(issue.name)
		.limit(page)
		.run()
	)


_TALKED_ABOUT = """
	SELECT reference_name AS ticket FROM `tabCommunication`
	WHERE modified >= %(since)s AND reference_doctype = %(type)s AND reference_name > %(after)s
	UNION SELECT reference_name FROM `tabComment`
	WHERE modified >= %(since)s AND reference_doctype = %(type)s AND reference_name > %(after)s
	AND comment_type = 'Comment'
	UNION SELECT reference_name FROM `tabToDo`
	WHERE modified >= %(since)s AND reference_type = %(type)s AND reference_name > %(after)s
	ORDER BY ticket LIMIT %(page)s"""


def talked_about(since: datetime, after: str, page: int) -> list[str]:
	"""A page of Issues, by name, about which a message, comment or assignment was written at `since` or later."""
	values = {"since": since, "type": ISSUE, "after": after, "page": page}
	return [name for (name,) in frappe.db.sql(_TALKED_ABOUT, values)]


def going(done: Collection[str], after: str, page: int) -> list[str]:
	"""A page of Issues, by name, that are in none of these statuses, or of which a clock runs or is held."""
	issue = frappe.qb.DocType(ISSUE)
	query = (
		frappe.qb.from_(issue)
		.select(issue.name)
		.where((issue.name > after) & (issue.status.notin(list(done)) | issue.slm_state.isin(list(GOING))))
	)
	return [name for (name,) in query.orderby(issue.name).limit(page).run()]


def gone(after: str, page: int) -> list[str]:
	"""A page of names of Issues that are no more, though a clock of theirs runs or is held."""
	clock, issue = frappe.qb.DocType(CLOCK), frappe.qb.DocType(ISSUE)
	query = (
		frappe.qb.from_(clock)
		.left_join(issue)
		.on(issue.name == clock.ticket)
		.select(clock.ticket)
		.distinct()
		.where(
			(clock.ticket_type == ISSUE) & (clock.ticket > after) & clock.phase.isin(list(clock_words.GOING))
		)
		.where(issue.name.isnull())
	)
	return [name for (name,) in query.orderby(clock.ticket).limit(page).run()]


def failed(page: int) -> list[str]:
	"""Issues on the list of those that could not be measured, the longest there first."""
	return frappe.get_all(
		FAILED, filters={"ticket_type": ISSUE}, pluck="ticket", order_by="failed_at asc", limit=page
	)


def existing(names: Sequence[str]) -> dict[str, str]:
	"""Which of these names Issues have, as the host compares names: the name asked for -> the name there is."""
	found = {name.casefold(): name for name in _names(ISSUE, names)}
	return {name: found[name.casefold()] for name in names if name.casefold() in found}


def rows(names: Sequence[str]) -> dict[str, Any]:
	"""Issues by name, with the fields that we time, ours, and those that say when they began."""
	if not names:
		return {}
	issue = frappe.qb.DocType(ISSUE)
	query = (
		frappe.qb.from_(issue).select(*[issue[field] for field in _READ]).where(issue.name.isin(list(names)))
	)
	found = {}
	for row in query.run(as_dict=True):
		row.doctype, row.flags = ISSUE, frappe._dict()
		found[row.name] = row
	return found


def told_of(names: Collection[str]) -> dict[str, Any]:
	"""Issues by name, with what people are told of them and who has to do with them."""
	fields = ("name", "subject", "customer", "status", "priority", "slm_team", "slm_service")
	found = {}
	for row in _select(ISSUE, {"name": sorted(names)}, fields):
		row.doctype = ISSUE
		found[row.name] = row
	return found


def lock(names: Sequence[str]) -> set[str]:
	"""Let nobody else write these Issues until the transaction ends. Returns those that have clocks."""
	statement = locking(f"SELECT name, slm_state FROM {by_name(ISSUE)} WHERE name IN %(names)s")
	return {
		name
		for some in batched(names)
		for name, state in frappe.db.sql(statement, {"names": some})
		if has_clocks(state)
	}


def has_clocks(state: str | None) -> bool:
	"""Whether an Issue in that state has clocks. To look for some FOR UPDATE where there are none locks their place."""
	return bool(state) and state != OUTSIDE


def lock_free(names: Sequence[str]) -> list[str]:
	"""The same for those of them that nobody else is writing; returns these, and those that are no more.

	What another is writing is measured by him, and due again with the next beat if it was not.
	"""
	if not names or not locks_rows():
		return list(names)
	statement = f"SELECT name FROM {by_name(ISSUE)} WHERE name IN %(names)s"
	free: set[str] = set()
	for some in batched(names):
		free.update(name for (name,) in frappe.db.sql(f"{statement} FOR UPDATE SKIP LOCKED", {"names": some}))
	# without a lock it is read only when all are had: what is read from then on is as old as that
	for some in batched([name for name in names if name not in free]):
		free.update(set(some) - {name for (name,) in frappe.db.sql(statement, {"names": some})})
	return [name for name in names if name in free]


def put_fields(values: Mapping[str, Mapping[str, Any]]) -> int:
	"""Our fields on several Issues, past their events, where they say something else; returns how many did.

	Tickets that get the same values share a statement. Whoever measures has locked them: what is there is seen.
	"""
	if not values:
		return 0
	statement = (
		f"SELECT name, {', '.join(OUR_FIELDS)} FROM {by_name(ISSUE)} WHERE name IN %(names)s ORDER BY name"
	)
	known = frappe.db.sql(locking(statement), {"names": list(values)})
	same: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
	for name, *stored in known:
		wanted = tuple(values[name][field] or None for field in OUR_FIELDS)
		if wanted != tuple(value or None for value in stored):
			same[wanted].append(name)
	for wanted, names in same.items():
		set_fields(ISSUE, names, dict(zip(OUR_FIELDS, wanted, strict=True)))
	written = [name for names in same.values() for name in names]
	forget_cached(ISSUE, written)
	return len(written)


def forget_waiting(names: Sequence[str]) -> None:
	"""Whom these Issues waited for, and why, belonged to a hold that is over."""
	set_fields(ISSUE, names, dict.fromkeys(WAITING_FIELDS))
	forget_cached(ISSUE, names)


def changes(names: Sequence[str]) -> dict[str, list[Change]]:
	"""What versions of these Issues say about the fields that we time, in the order in which events tell it."""
	found: dict[str, list[Change]] = {name: [] for name in names}
	for row in _about("Version", "ref_doctype", "docname", names, ("name", "docname", "creation", "data")):
		changed = {field: pair for field, *pair in frappe.parse_json(row.data or "{}").get("changed") or ()}
		for field in (*PROPERTIES.values(), "status"):
			if field in changed:
				before, after = changed[field]
				found[row.docname].append(Change(row.docname, row.creation, field, before or "", after or ""))
	return found


def messages(names: Sequence[str], latest: bool = False) -> dict[str, list[Message]]:
	"""What staff sent, what was received, and what customers wrote in the portal, by Issue.

	Those which the host moved to a ticket that was split off count where they were told. With `latest` those that
	came since this transaction began to read are among them.
	"""
	split = ("name", "creation", "issue_split_from", "raised_by")
	parents = {row.name: row for row in _select(ISSUE, {"issue_split_from": names}, split)}
	columns = (
		"name",
		"reference_name",
		"creation",
		"owner",
		"communication_type",
		*correspondence.COLUMNS,
	)
	everybody = [*names, *(parents.keys() - set(names))]
	told = [
		row
		for row in _about("Communication", "reference_doctype", "reference_name", everybody, columns, latest)
		if row.communication_type == "Communication" and row.sent_or_received in ("Sent", "Received")
	]
	tickets = {**parents, **{row.name: row for row in _select(ISSUE, {"name": names}, split)}}
	children = {name: row for name, row in tickets.items() if row.issue_split_from}
	letters = {row.name: correspondence.letter_of(row) for row in told}
	requesters = {name: correspondence.requester_of(row.raised_by) for name, row in tickets.items()}
	unknown = (letters[row.name].unknown(requesters.get(row.reference_name, "")) for row in told)
	insiders = correspondence.insiders_among({address for some in unknown for address in some})
	said = [
		row
		for row in _about("Comment", "reference_doctype", "reference_name", names, _COMMENT, latest)
		if row.comment_type == "Comment" and row.owner not in (None, "Guest")
	]
	staff = _of_type("System User", {user for row in told for user in (row.owner, row.sender) if user})
	customers = _of_type("Website User", {row.owner for row in said})
	found: dict[str, list[Message]] = {name: [] for name in names}
	for row in told:
		child = children.get(row.reference_name)
		moved = child is not None and row.creation < child.creation
		issue = child.issue_split_from if moved and child is not None else row.reference_name
		letter = letters[row.name]
		if issue not in found or (letter.sent and staff.isdisjoint((row.owner, row.sender))):
			continue
		tells = letter.tells(requesters.get(row.reference_name, ""), insiders)
		found[issue].append(Message(issue, row.name, row.creation, row.sender or "", not letter.sent, tells))
	for row in said:
		of = row.reference_name
		if row.owner in customers and of in found:
			found[of].append(Message(of, row.name, row.creation, row.owner, False, Kind.CUSTOMER_REPLIED))
	return found


_COMMENT = ("name", "reference_name", "creation", "owner", "comment_type")


def assignments(names: Sequence[str], latest: bool = False) -> dict[str, list[Assignment]]:
	"""To whom these Issues were given, in their order; `latest` as for messages."""
	found: dict[str, list[Assignment]] = {name: [] for name in names}
	columns = ("name", "reference_name", "creation", "allocated_to", "assignment_rule")
	for row in _about("ToDo", "reference_type", "reference_name", names, columns, latest):
		if row.allocated_to and row.reference_name in found:
			found[row.reference_name].append(
				Assignment(
					row.reference_name, row.name, row.creation, row.allocated_to, bool(row.assignment_rule)
				)
			)
	return found


def assigned_to(name: str) -> list[str]:
	"""The users to whom an Issue is assigned now."""
	return frappe.get_all(
		"ToDo",
		filters={"reference_type": ISSUE, "reference_name": name, "status": "Open"},
		pluck="allocated_to",
		order_by="creation asc",
	)


def _of_type(user_type: str, users: Collection[str]) -> set[str]:
	if not users:
		return set()
	return set(
		frappe.get_all(
			"User",
			filters={"name": ["in", list(users)], "user_type": user_type},
			pluck="name",
			order_by="name asc",
		)
	)


def _about(
	doctype: str,
	type_field: str,
	name_field: str,
	names: Iterable[str],
	columns: Sequence[str],
	latest: bool = False,
) -> Iterator[Any]:
	"""Rows about Issues. Of the `latest` those are left out that are not committed yet: whoever writes one tells of it."""
	where = {type_field: [ISSUE], name_field: list(names)}
	found = {row.name: row for row in _select(doctype, where, columns)}
	if latest and locks_rows():
		found |= {row.name: row for row in _select(doctype, where, columns, " FOR UPDATE SKIP LOCKED")}
	yield from sorted(found.values(), key=attrgetter("creation", "name"))


def _select(
	doctype: str, where: Mapping[str, Sequence[str]], columns: Sequence[str], locking: str = ""
) -> list[Any]:
	"""Rows in the order in which they were created."""
	if not all(where.values()):
		return []
	said = ", ".join(f"`{column}`" for column in columns)
	conditions = " AND ".join(f"`{field}` IN %({field})s" for field in where)
	statement = f"SELECT {said} FROM `tab{doctype}` WHERE {conditions} ORDER BY creation, name{locking}"
	values = {field: tuple(values) for field, values in where.items()}
	return list(frappe.db.sql(statement, values, as_dict=True))


def _names(doctype: str, names: Sequence[str]) -> list[str]:
	return [row.name for row in _select(doctype, {"name": names}, ("name",))]


def insert(issues: Sequence[Mapping[str, Any]]) -> None:
	"""New Issues in bulk, past their events. All have the same fields; what a field would have by default is given."""
	if not issues:
		return
	known = set(frappe.get_meta(ISSUE).get_valid_columns())
	columns = [field for field in issues[0] if field in known]
	insert_rows(ISSUE, columns, (tuple(issue[column] for column in columns) for issue in issues), {})


def new_series() -> str:
	"""The naming series that the form of an Issue would offer first."""
	options = frappe.get_meta(ISSUE).get_options("naming_series") or ""
	return options.strip().partition("\n")[0]
