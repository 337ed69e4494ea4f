"""People at the desk: each with a session of his own, changing tickets over HTTP and remembering what he was told."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from .names import agent, api_key, mark
from .stack import SITE

STATUSES = ("Open", "Replied", "On Hold", "Resolved", "Closed")
_PATIENCE = 90


class Answer(Enum):
	"""What an agent knows about a change."""

	DONE = "done"
	REFUSED = "refused"
	UNKNOWN = "unknown"
	"""The line went dead: it was done or not."""
	UNREACHED = "unreached"
	"""Nobody was there to ask."""


@dataclass(frozen=True, slots=True)
class Change:
	"""A change of a ticket that an agent has tried; `mark` is found in the ledger if it was done."""

	ticket: str
	what: str
	mark: str
	status: str
	answer: Answer


@dataclass
class Desk:
	"""What all agents of a test have in common."""

	url: str
	secret: str
	ended: threading.Event = field(default_factory=threading.Event)
	changes: list[Change] = field(default_factory=list)
	refusals: list[str] = field(default_factory=list)
	_marks: Any = field(default_factory=itertools.count)
	_lock: threading.Lock = field(default_factory=threading.Lock)

	def mark(self) -> str:
		with self._lock:
			return mark(next(self._marks))

	def keep(self, change: Change, why: str) -> None:
		with self._lock:
			self.changes.append(change)
			if why:
				self.refusals.append(why)

	def count(self, answer: Answer) -> int:
		return sum(change.answer is answer for change in self.changes)


class Agent:
	"""One agent. `own` tickets are touched by nobody else, `shared` ones by others at the same time."""

	def __init__(self, desk: Desk, number: int, own: list[str], shared: list[str], seed: int) -> None:
		self._desk, self._number, self._own, self._shared = desk, number, own, shared
		self._dice = random.Random(seed * 1000 + number)
		self._assigned: set[str] = set()
		self._session = requests.Session()
		self._session.headers.update(
			{
				"Authorization": f"token {api_key(number)}:{desk.secret}",
				"X-Frappe-Site-Name": SITE,
				"Accept": "application/json",
			}
		)

	def work(self, changes: int | None = None) -> None:
		"""Change tickets until the desk is closed, or so often."""
		for _ in itertools.count() if changes is None else range(changes):
			if self._desk.ended.is_set():
				return
			self.change()

	def change(self) -> Answer:
		"""One change of one ticket, by one of the ways in which the desk makes them."""
		if self._own and (not self._shared or self._dice.random() < 0.6):
			ticket, ways = self._dice.choice(self._own), (self._save, self._set_value, self._bulk)
		else:
			ticket, ways = (
				self._dice.choice(self._shared),
				(self._save, self._set_value, self._reply, self._assign),
			)
		return self._dice.choice(ways)(ticket)

	def _save(self, ticket: str) -> Answer:
		status, word = self._dice.choice(STATUSES), self._desk.mark()
		return self._told(
			Change(ticket, "save", word, status, Answer.UNKNOWN),
			lambda: self._session.put(
				f"{self._desk.url}/api/resource/Issue/{ticket}",
				json={"issue_type": word, "status": status},
				timeout=_PATIENCE,
			),
		)

	def _set_value(self, ticket: str) -> Answer:
		status, word = self._dice.choice(STATUSES), self._desk.mark()
		values = {"issue_type": word, "status": status}
		return self._called(
			Change(ticket, "set value", word, status, Answer.UNKNOWN),
			"frappe.client.set_value",
			{"doctype": "Issue", "name": ticket, "fieldname": json.dumps(values)},
		)

	def _bulk(self, ticket: str) -> Answer:
		"""The list view's action on several of his own tickets; told as a change of each."""
		status = self._dice.choice(STATUSES)
		names = sorted({ticket, *self._dice.sample(self._own, min(2, len(self._own)))})
		answer, why = self._post(
			"erpnext.support.doctype.issue.issue.set_multiple_status",
			{"names": json.dumps(names), "status": status},
		)
		for name in names:
			self._desk.keep(Change(name, "bulk action", "", status, answer), why)
			why = ""
		return answer

	def _reply(self, ticket: str) -> Answer:
		word = self._desk.mark()
		values = {"doctype": "Issue", "name": ticket, "subject": word, "content": word, "send_email": 0}
		return self._called(
			Change(ticket, "reply", word, "", Answer.UNKNOWN),
			"frappe.core.doctype.communication.email.make",
			{**values, "sender": agent(self._number), "sent_or_received": "Sent"},
		)

	def _assign(self, ticket: str) -> Answer:
		"""To himself; the host lets him have a ticket once."""
		if ticket in self._assigned:
			return self._reply(ticket)
		self._assigned.add(ticket)
		word = self._desk.mark()
		values = {"assign_to": json.dumps([agent(self._number)]), "doctype": "Issue", "name": ticket}
		return self._called(
			Change(ticket, "assign", word, "", Answer.UNKNOWN),
			"frappe.desk.form.assign_to.add",
			{**values, "description": word},
		)

	def _called(self, change: Change, method: str, values: dict[str, Any]) -> Answer:
		return self._told(
			change,
			lambda: self._session.post(
				f"{self._desk.url}/api/method/{method}", data=values, timeout=_PATIENCE
			),
		)

	def _told(self, change: Change, ask: Callable[[], requests.Response]) -> Answer:
		answer, why = _answer(ask)
		self._desk.keep(Change(change.ticket, change.what, change.mark, change.status, answer), why)
		self._after(answer)
		return answer

	def _post(self, method: str, values: dict[str, Any]) -> tuple[Answer, str]:
		found = _answer(
			lambda: self._session.post(
				f"{self._desk.url}/api/method/{method}", data=values, timeout=_PATIENCE
			)
		)
		self._after(found[0])
		return found

	def _after(self, answer: Answer) -> None:
		"""Whoever gets no answer looks again a little later, as people do."""
		if answer in (Answer.UNKNOWN, Answer.UNREACHED):
			self._desk.ended.wait(0.2)


def _answer(ask: Callable[[], requests.Response]) -> tuple[Answer, str]:
	try:
		response = ask()
	except requests.RequestException as error:
		reached = not isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
		return (Answer.UNKNOWN if reached else Answer.UNREACHED), ""
	if response.ok:
		return Answer.DONE, ""
	return Answer.REFUSED, f"{response.status_code} {response.text[-300:]}"


def at_work(agents: Iterable[Agent], changes: int | None = None) -> list[threading.Thread]:
	"""All agents begin at the same moment."""
	everybody = list(agents)
	gate = threading.Barrier(len(everybody))

	def begin(one: Agent) -> None:
		gate.wait()
		one.work(changes)

	threads = [threading.Thread(target=begin, args=(one,), daemon=True) for one in everybody]
	for thread in threads:
		thread.start()
	return threads


def finished(threads: Iterable[threading.Thread], seconds: float) -> None:
	until = time.monotonic() + seconds
	for thread in threads:
		thread.join(max(0.0, until - time.monotonic()))
		assert not thread.is_alive(), "an agent still waits for an answer"
