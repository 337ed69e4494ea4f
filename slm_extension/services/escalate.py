"""Warnings and escalations: tells people of the levels that clocks have reached, and does what the agreement says.

A level is told once, whatever happens: what is told, and that it was, are one transaction. What has become
pointless meanwhile, because the clock stopped, is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import frappe
from frappe import _
from frappe.desk.form import assign_to

from slm_extension.adapters import alarms, levels, site_time, wording
from slm_extension.adapters import issues as issue_store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.alarms import QueuedAlarm
from slm_extension.adapters.metrics import domain_name
from slm_extension.adapters.settings import telling
from slm_extension.domain.levels import is_reached, of_metric
from slm_extension.domain.targets import select
from slm_extension.domain.timeline import State
from slm_extension.services.chunks import Chunks
from slm_extension.services.holders import Holders
from slm_extension.services.inform import Message, Ticket, inform

PAGE = 1000
_SAVEPOINT = "slm_escalation"


def escalate(chunks: Chunks) -> int:
	"""Tell of everything that is queued; returns how many levels there were. Two at once tell each level once."""
	count = 0
	while tickets := alarms.tickets_queued(PAGE):
		handled = chunks.run(lambda some=tickets: _page(some))
		if not handled:
			break
		count += handled
	return count


def _page(tickets: Sequence[str]) -> int:
	"""The tickets are locked before their levels, as whoever saves a ticket does, and before anything is read of them."""
	queued = alarms.queued(issue_store.lock_free(tickets), PAGE)
	issues = issue_store.told_of({one.ticket for one in queued})
	people = Holders(issues.values())
	worth = [one for one in queued if one.ticket in issues and _still_reached(one)]
	pointless = {one.name for one in queued} - {one.name for one in worth}
	alarms.settle_quietly(sorted(pointless), "Not Needed")
	messages: dict[str, list[Message]] = {}
	wanted: dict[str, list[str]] = {}
	done: dict[str, tuple[str, str]] = {}
	for one in worth:
		issue = issues[one.ticket]
		agreement = frappe.get_cached_doc("SLM Agreement", one.agreement)
		rows = list(levels.rows_of(agreement, one.metric, one.level))
		named = (user for row in rows for user in people.named_by(row, issue, agreement, one.party))
		users = list(dict.fromkeys(named))
		wanted[one.name] = users
		done[one.name] = _act(rows, issue, one, people)
		message = _message(one, issue, rows)
		for user in users:
			messages.setdefault(user, []).append(message)
	how, now = telling(), site_time.now()
	told = inform(messages, how, _headline, alarms.told_since(site_time.to_site(now - how.seconds)))
	at = site_time.to_site(now)
	alarms.settle({name: _outcome(users, told, done[name], at) for name, users in wanted.items()})
	return len(queued)


def _outcome(
	wanted: Sequence[str], told: dict[str, bool], done: tuple[str, str], now: datetime
) -> dict[str, Any]:
	users = [user for user in wanted if user in told]
	status = "Nobody to Tell"
	if users:
		status = "In a Summary" if all(told[user] for user in users) else "Sent"
	return {
		"status": "Failed" if done[1] else status,
		"sent_at": now if users else None,
		"recipients": ", ".join(users),
		"actions_taken": done[0],
		"problem": done[1],
	}


def _still_reached(one: QueuedAlarm) -> bool:
	ladder = of_metric(site_agreements().levels.get(one.agreement, ()), domain_name(one.metric))
	return one.going and is_reached(one.level, ladder, one.goal, one.elapsed)


def _message(one: QueuedAlarm, issue: Any, rows: Sequence[Any]) -> Message:
	ticket = Ticket(one.ticket_type, one.ticket, issue.subject or "", issue.customer or "")
	action = " ".join(row.action for row in rows if row.get("action"))
	return Message(ticket, partial(_sentence, one), action)


def _sentence(one: QueuedAlarm) -> str:
	"""What is told of a level, in the language of who reads it."""
	what = _(one.metric)
	if one.kind in ("OLA", "UC"):
		what = _("{0} of {1}").format(what, one.party or _(one.kind))
	over, left = wording.duration(one.elapsed - one.goal), wording.duration(max(0, one.goal - one.elapsed))
	if one.missed and over:
		return _("{0} is overdue by {1} of open time.").format(what, over)
	if not left:
		return _("{0} is due now.").format(what)
	percent = 100 * one.elapsed // one.goal
	if one.due is None:
		return _("{0}: {1} % used, {2} of open time left; the clock is held.").format(what, percent, left)
	due = wording.moment(one.due)
	return _("{0}: {1} % used, {2} of open time left, due {3}.").format(what, percent, left, due)


def _headline(count: int) -> str:
	return _("{0} warnings about tickets that are due or overdue").format(count)


def _act(rows: Iterable[Any], issue: Any, alarm: QueuedAlarm, people: Holders) -> tuple[str, str]:
	"""What the rows have the system do; returns what was done and what went wrong, each a sentence or empty.

	A ticket that cannot be saved as it is keeps what it has; the people are told all the same.
	"""
	done: list[str] = []
	wrong: list[str] = []
	for row in rows:
		for field, do in _ACTS.items():
			if not row.get(field):
				continue
			frappe.db.savepoint(_SAVEPOINT)
			try:
				sentence = do(row.get(field), issue, alarm, people)
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
				raise
			except Exception as error:
				frappe.db.rollback(save_point=_SAVEPOINT)
				wrong.append(frappe.utils.strip_html(str(error)) or type(error).__name__)
				continue
			if sentence:
				done.append(sentence)
				people.forget(issue)
	return " ".join(done), " ".join(wrong)


def _raise_priority(wanted: str, issue: Any, alarm: QueuedAlarm, _people: Holders) -> str:
	"""The host does not rank priorities; one for which the agreement allows more time is no higher one."""
	if issue.priority == wanted:
		return ""
	goal = _goal_for(wanted, issue, alarm)
	if goal is not None and goal > alarm.goal:
		return _("Priority {0} was kept: {1} would allow {2} instead of {3}.").format(
			_(issue.priority or "none"), _(wanted), wording.duration(goal), wording.duration(alarm.goal)
		)
	document = frappe.get_doc(issue.doctype, issue.name)
	document.priority = wanted
	document.save(ignore_permissions=True)
	before, issue.priority = issue.priority, wanted
	return _("Priority {0} became {1}.").format(_(before or "none"), _(wanted))


def _goal_for(priority: str, issue: Any, alarm: QueuedAlarm) -> int | None:
	"""The open seconds that an agreement allows at a priority; None where it says nothing about that."""
	agreement = site_agreements().of_document(alarm.agreement)
	if agreement is None:
		return None
	state = State(priority=priority, service=issue.slm_service or "")
	target = select(agreement.targets_for(domain_name(alarm.metric), site_time.now()), state)
	return None if target is None else target.goal


def _move(wanted: str, issue: Any, _alarm: QueuedAlarm, _people: Holders) -> str:
	if issue.slm_team == wanted:
		return ""
	document = frappe.get_doc(issue.doctype, issue.name)
	document.slm_team = wanted
	document.save(ignore_permissions=True)
	issue.slm_team = wanted
	return _("Moved to {0}.").format(wanted)


def _assign(wanted: str, issue: Any, _alarm: QueuedAlarm, people: Holders) -> str:
	if wanted in people.assigned(issue):
		return ""
	assign_to.add(
		{"assign_to": [wanted], "doctype": issue.doctype, "name": issue.name}, ignore_permissions=True
	)
	return _("Assigned to {0}.").format(wanted)


_ACTS = {"raise_priority_to": _raise_priority, "move_to_team": _move, "assign_to": _assign}
"""What the system does where a row has something in a field."""
