"""What happened to an Issue before anybody kept its ledger: facts from what the host remembers of it.

It remembers saved changes (Version), messages (Communication) and assignments (ToDo), each with its time. What
was written past all of them (a bulk action, SQL) shows only in what comes next: such a change is put where it
was first seen, or at the Issue's last modification when nothing came after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import frappe

from slm_extension.adapters import customers
from slm_extension.adapters import facts as translate
from slm_extension.adapters import issues as past
from slm_extension.adapters.customers import Standings
from slm_extension.adapters.facts import News
from slm_extension.adapters.issues import Assignment, Change, Message
from slm_extension.adapters.settings import meanings, taken_in_person
from slm_extension.adapters.site_time import on_day, to_instant, to_site
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import DONE, Fact, Kind, State

Happening = Change | Message | Assignment


def opening(issue: Any, now: Instant) -> Instant:
	"""When a ticket was opened: as its form says, but a split one when it was split, and none in the future."""
	if issue.get("issue_split_from") or not issue.get("opening_date"):
		return now if issue.flags.in_insert else min(to_instant(issue.creation), now)
	said = on_day(issue.opening_date, issue.opening_time)
	return now if said >= to_site(now) else min(to_instant(said), now)


def first_facts(
	issue: Any, now: Instant, source: str, standing: Standings = customers.standing
) -> list[Fact]:
	"""The facts that an Issue begins its ledger with."""
	opened = opening(issue, now)
	news = [
		*translate.with_standing(translate.properties_of(issue), translate.NOWHERE, standing),
		translate.News(Kind.OPENED, issue.get("issue_split_from") or ""),
		translate.status_of(issue, meanings()),
	]
	at = {Kind.STATUS: now} if news[-1].value != "open" else {}
	return [
		translate.fact_of(one, at.get(one.kind, opened), now, number, source)
		for number, one in enumerate(news)
		if one.value or one.kind is Kind.OPENED
	]


def brought_in(issue: Any, facts: Sequence[Fact], now: Instant) -> list[Fact]:
	"""The first facts of an Issue that comes from a file, with what the file says of its answer and its end."""
	opened = next(fact.at for fact in facts if fact.kind is Kind.OPENED)
	answered, done = (_between(issue.get(field), opened, now) for field in ANSWERED_AND_DONE)
	ended = {status.value for status in DONE}
	found = [
		fact._replace(at=done)
		if done is not None and fact.kind is Kind.STATUS and fact.value in ended
		else fact
		for fact in facts
	]
	if answered is not None:
		number = max(fact.number for fact in facts) + 1
		found.append(translate.fact_of(News(Kind.REPLIED, ""), answered, now, number, facts[0].source))
	return found


ANSWERED_AND_DONE = ("first_responded_on", "sla_resolution_date")
"""Fields of an Issue that ERPNext fills in, and that a file may bring along."""


def _between(said: Any, opened: Instant, now: Instant) -> Instant | None:
	"""A time that a file says, where it lies in the life of the ticket."""
	at = to_instant(said) if said else None
	return at if at is not None and opened <= at <= now else None


def histories(names: Sequence[str], now: Instant, source: str, latest: bool = False) -> dict[str, list[Fact]]:
	"""The facts of these Issues up to `now`, all learnt now. As many queries however many they are.

	With `latest` they hold what was said on these Issues since this transaction began to read; whoever changed one of
	them has begun its ledger.

	Nobody remembers in which group and territory a customer was; those that he is in now are taken.
	"""
	issues = past.rows(names)
	known = list(issues)
	changes = past.changes(known)
	messages, assignments = past.messages(known, latest), past.assignments(known, latest)
	standing = customers.standings(
		[
			*(issue.customer or "" for issue in issues.values()),
			*(one for some in changes.values() for change in some for one in _customers(change)),
		]
	)
	return {
		name: _history(
			issue, [*messages[name], *_readable(changes[name]), *assignments[name]], now, source, standing
		)
		for name, issue in issues.items()
	}


def _customers(change: Change) -> tuple[str, ...]:
	return (change.before, change.after) if change.field == translate.PROPERTIES[Kind.CUSTOMER] else ()


def _history(
	issue: Any, happenings: list[Happening], now: Instant, source: str, standing: Standings
) -> list[Fact]:
	happenings.sort(key=lambda one: one.at)
	state = _beginning(issue, happenings)
	created = min(to_instant(issue.creation), now)
	facts = first_facts(frappe._dict(issue, **state), created, source, standing)
	opened = next(fact.at for fact in facts if fact.kind is Kind.OPENED)
	told: list[tuple[Instant, News]] = []
	at = opened
	for one in happenings:
		at = min(max(to_instant(one.at, at), opened), now)
		told += [(at, news) for news in _news(one, state)]
	written = to_instant(issue.modified)
	at = min(max(written, at), now)
	told += [(at, news) for news in _unseen(issue, state)]
	told += [(at, news) for news in _said_now(issue, told, facts)]
	told = list(_with_standing(told, facts, standing))
	following = max(fact.number for fact in facts) + 1
	facts += [
		translate.fact_of(news, at, now, number, source) for number, (at, news) in enumerate(told, following)
	]
	return [fact._replace(recorded_at=now) for fact in facts]


def _with_standing(
	told: Sequence[tuple[Instant, News]], first: Sequence[Fact], standing: Standings
) -> Iterator[tuple[Instant, News]]:
	"""The same news and, after each customer, where he stands if that is news as well."""
	values = {fact.kind: fact.value for fact in first}
	known = translate.Standing(values.get(Kind.CUSTOMER_GROUP, ""), values.get(Kind.TERRITORY, ""))
	for at, news in told:
		yield from ((at, one) for one in translate.with_standing([news], known, standing))
		known = standing(news.value) if news.kind is Kind.CUSTOMER else known


def _beginning(issue: Any, happenings: Sequence[Happening]) -> dict[str, str]:
	"""The fields that we time as they were when the Issue was created."""
	state: dict[str, str] = {}
	for one in happenings:
		if isinstance(one, Change):
			state.setdefault(one.field, one.before)
		elif isinstance(one, Message) and one.opens:
			state.setdefault("status", "Open")
	untouched = issue.modified == issue.creation
	for field in translate.TIMED_FIELDS:
		if field not in state:
			state[field] = (issue[field] or "") if field != "status" or untouched else "Open"
	return state


def told_by(one: Message | Assignment) -> News | None:
	"""What a message or an assignment tells by itself."""
	if isinstance(one, Assignment):
		return None if one.by_rule and taken_in_person() else News(Kind.OWNED, one.to)
	return None if one.tells is None else News(one.tells, one.sender)


def _news(one: Happening, state: dict[str, str]) -> list[News]:
	"""What a happening tells, in the order in which the host would have told it; `state` follows it."""
	if not isinstance(one, Change):
		said = told_by(one)
		opened = _set(state, "status", "Open") if isinstance(one, Message) and one.opens else []
		return [*([] if said is None else [said]), *opened]
	return [*_set(state, one.field, one.before), *_set(state, one.field, one.after)]


def _unseen(issue: Any, state: dict[str, str]) -> list[News]:
	return [news for field in translate.TIMED_FIELDS for news in _set(state, field, issue[field] or "")]


def _said_now(issue: Any, told: Sequence[tuple[Instant, News]], first: Sequence[Fact]) -> Iterator[News]:
	"""Whom the ticket waits for now, why, and whose duplicate it is: the host keeps no past of these."""
	now = translate.status_of(issue, meanings())
	notes = [news.note for _at, news in told if news.kind is Kind.STATUS]
	notes = notes or [fact.note for fact in first if fact.kind is Kind.STATUS] or [""]
	if now.note != notes[-1]:
		yield now
	yield from translate.withdrawal_of(issue, State())


def _set(state: dict[str, str], field: str, value: str) -> list[News]:
	"""The news that a field has a value, unless it had it before."""
	if state[field] == value or (field == "status" and not value):
		return []
	state[field] = value
	if field == "status":
		return [translate.status_of(state, meanings())]
	return [News(next(kind for kind, name in translate.PROPERTIES.items() if name == field), value)]


def _readable(changes: Sequence[Change]) -> list[Change]:
	"""Changes with their statuses in English: the host keeps them in the language of who saved."""
	known = meanings()
	if all(one.field != "status" or {one.before, one.after} <= known.keys() for one in changes):
		return list(changes)
	english = _translated(known)
	return [
		replace(one, before=english.get(one.before, one.before), after=english.get(one.after, one.after))
		if one.field == "status"
		else one
		for one in changes
	]


def _translated(statuses: Mapping[str, Any]) -> dict[str, str]:
	"""Statuses by what they are called in the languages that users of this site have."""
	languages = frappe.get_all(
		"User", filters={"language": ["is", "set"]}, pluck="language", distinct=True, order_by="language asc"
	)
	names: dict[str, str] = {}
	for language in [*languages, frappe.db.get_default("lang") or "en"]:
		for status in statuses:
			for context in ("Issue", None):
				names.setdefault(frappe._(status, lang=language, context=context), status)
	return {name: status for name, status in names.items() if name not in statuses}
