"""The site's tickets as a ticket log, a row a fact, and the profile to read it back: what replay needs of a site."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path

from slm_extension.adapters import issues, store
from slm_extension.adapters.site_time import site_zone
from slm_extension.domain.instants import FIRST, LAST, end_of, midnight
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline, Waiting
from slm_extension.replay.profile import PROPERTIES
from slm_extension.services.files import written

PAGE = 500
_EVENTS = {
	Kind.OPENED: "opened",
	Kind.REPLIED: "replied",
	Kind.CUSTOMER_REPLIED: "customer replied",
	Kind.OWNED: "owned",
	Kind.ACKNOWLEDGED: "acknowledged",
	Kind.ESCALATED: "escalated",
	Kind.TOLD: "told",
}
_FIELDS = {kind: name for name, kind in PROPERTIES}
COLUMNS = ("ticket", "at", "event", "status", *_FIELDS.values())
_HELD = {Waiting.CUSTOMER: "held_customer", Waiting.SUPPLIER: "held_supplier", Waiting.OTHER: "held_other"}


@dataclass(frozen=True, slots=True)
class Exported:
	"""Counts of what was written; `left_out` tickets are deleted ones, or have facts that no log can say."""

	tickets: int
	rows: int
	left_out: int


@dataclass(slots=True)
class _Labels:
	"""What the statuses of the log are called, each name with one meaning only."""

	names: dict[tuple[str, int, str], str] = field(default_factory=dict)
	meanings: dict[str, tuple[Status, int]] = field(default_factory=dict)

	def of(self, fact: Fact) -> str:
		known = self.names.get((fact.value, fact.waiting, fact.reason))
		if known is not None:
			return known
		meaning = Status(fact.value), fact.waiting
		plain = (
			" ".join("".join(one if one.isprintable() else " " for one in fact.reason).split()) or fact.value
		)
		label, number = plain, 1
		while self.meanings.setdefault(label.casefold(), meaning) != meaning:
			number += 1
			label = f"{plain} ({fact.value}{f' {number}' if number > 2 else ''})"
		self.names[fact.value, fact.waiting, fact.reason] = label
		return label

	def lists(self) -> Iterator[tuple[str, str]]:
		"""The lists of a profile and what belongs into them."""
		for (value, waiting, _), label in self.names.items():
			status = Status(value)
			held = [name for whom, name in _HELD.items() if waiting & whom.value]
			if status is Status.CANCELLED or status in (Status.RESOLVED, Status.CLOSED):
				yield status.value, label
			else:
				yield from ((name, label) for name in held or ["open"])


def export_log(
	log: Path,
	profile: Path,
	since: date | None = None,
	told: Callable[[int], None] = lambda done: None,
	until: date | None = None,
) -> Exported:
	"""Write every ticket that has a ledger, and the profile; with `since` and `until` those opened on these days.

	Both days are included, as the site's clock shows them, and may be left out.
	Both files are there when they are complete, or not at all. Raises InputProblem where they cannot be written.
	"""
	labels = _Labels()
	first = FIRST if since is None else midnight(since, site_zone())
	end = LAST if until is None else end_of(until, site_zone())
	tickets = rows = left_out = 0
	with written(log) as file:
		writer = csv.writer(file, lineterminator="\n")
		writer.writerow(COLUMNS)
		for timeline in _timelines(told):
			if not first <= timeline.opened < end:
				continue
			if not _sayable(timeline):
				left_out += 1
				continue
			tickets += 1
			for row in _rows(timeline, labels):
				writer.writerow(row)
				rows += 1
		with written(profile) as other:
			other.write("\n".join(_profile(labels)) + "\n")
	return Exported(tickets, rows, left_out)


def _timelines(told: Callable[[int], None]) -> Iterator[Timeline]:
	after, done = "", 0
	while page := store.ticket_page(issues.ISSUE, after, PAGE):
		after = page[-1].name
		ledgers = store.facts_of(page)
		for ticket in page:
			if any(fact.kind is Kind.OPENED for fact in ledgers[ticket]):
				yield Timeline.of(ticket.name, ledgers[ticket])
		done += len(page)
		told(done)


def _sayable(timeline: Timeline) -> bool:
	return all(
		fact.kind in _EVENTS or fact.kind in _FIELDS or fact.kind is Kind.STATUS for fact in timeline.facts
	)


def _rows(timeline: Timeline, labels: _Labels) -> Iterator[tuple[str, ...]]:
	"""A row a fact; each row says all that lasts, so that nothing is left to be guessed.

	A log has no place for two times of opening: the one that counts is in it.
	"""
	lasting = dict.fromkeys(_FIELDS, "")
	status = ""
	opening = timeline.opening
	for fact in timeline.facts:
		if fact.kind is Kind.OPENED and fact is not opening:
			continue
		if fact.kind in lasting:
			lasting[fact.kind] = fact.value
		elif fact.kind is Kind.STATUS:
			status = labels.of(fact)
		at = datetime.fromtimestamp(fact.at, timezone.utc).isoformat()
		yield timeline.ticket, at, _EVENTS.get(fact.kind, ""), status, *lasting.values()


def _profile(labels: _Labels) -> Iterator[str]:
	yield "# Written by slm export-log. What it means: docs/replay-profile.md."
	yield ""
	yield "[log]"
	yield 'delimiter = "comma"'
	yield 'encoding = "utf-8"'
	yield ""
	yield "[columns]"
	yield 'ticket = "ticket"'
	yield 'time = "at"'
	yield 'status = "status"'
	yield from (f'{name} = "{name}"' for name in _FIELDS.values())
	lists: dict[str, list[str]] = {}
	for name, label in labels.lists():
		known = lists.setdefault(name, [])
		if label not in known:
			known.append(label)
	if lists:
		yield ""
		yield "[status]"
		yield from (f"{name} = {_quoted(values)}" for name, values in lists.items())
	yield ""
	yield "[events]"
	yield 'column = "event"'
	yield from (f"{name.replace(' ', '_')} = {_quoted([name])}" for name in _EVENTS.values())


def _quoted(values: Iterable[str]) -> str:
	texts = (json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") for value in values)
	return f"[{', '.join(texts)}]"
