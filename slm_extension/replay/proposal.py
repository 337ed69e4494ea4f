"""Looks at a ticket log and proposes a profile for it, as commented TOML. Guesses, and says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from slm_extension.replay import logfile
from slm_extension.replay.logfile import Layout
from slm_extension.replay.problems import Flaw
from slm_extension.replay.times import EPOCH, EPOCH_MS, ISO, BadTime, NoZone, TimeLayout, Times

_ROWS_LOOKED_AT = 50_000
_VALUES_TOLD_APART = 200

_NAMES = {
	"ticket": "ticket|ticket id|ticket number|ticket no|incident|incident id|incident number|number|case|case id|"
	"case number|sr number|issue|issue key|issue id|key|request id|name|id",
	"time": "at|time|timestamp|date|datetime|date time|change date time|changed|changed at|changed on|updated|"
	"updated at|modified|occurred at|event time|complete timestamp|sys updated at|sys updated on|creation",
	"status": "status|state|ticket status|incident state|new status|to status|status to|activity",
	"substatus": "substatus|sub status|status detail|sub state|substate|pending reason",
	"event": "event|action|event type|event name|activity|change|concept name",
	"team": "team|group|assignment group|assigned group|support group|support team|involved st|queue|agent group|"
	"assigned team|org resource",
	"supplier": "supplier|vendor|third party|provider",
	"priority": "priority|impact|urgency|severity",
	"customer": "customer|company|client|account|organization|organisation|requester organization",
	"customer_group": "customer group|segment|customer segment",
	"territory": "territory|region",
	"service": "service|product|business service|category|application|configuration item|cmdb ci",
	"type": "type|ticket type|issue type|request type",
}
_MILESTONE_NAMES = {
	"opened": "opened|opened at|opened on|created|created at|created on|opening time|open time|reported|"
	"creation|creation date|created date|submitted|sys created at|opening date",
	"owned": "assigned at|assigned on|accepted at|owned at",
	"replied": "replied|replied at|first replied on|first responded on|first response|first response at|"
	"first reply|responded|responded at|response time",
	"resolved": "resolved|resolved at|resolved on|resolution date|resolution time|solved at|resolved date|"
	"solved",
	"closed": "closed|closed at|closed on|close time|closed date|closing time",
	"cancelled": "cancelled at|canceled at|cancelled on",
}
_MEANINGS = (
	("cancelled", r"cancel|reject|withdraw|void|spam|duplicate"),
	("open", r"queue|unassigned|await\w* assign|^re.?open"),
	("held_supplier", r"vendor|supplier|third.?party|3rd.?party|provider|external"),
	(
		"held_customer",
		r"(wait|pend|hold|await|need|feedback).*(customer|user|caller|client|request|reply|info)|^replied$",
	),
	("held_other", r"wait|pend|hold|suspend|paus|defer|blocked"),
	("closed", r"clos"),
	("resolved", r"resolv|solved|fixed|complet|done|in call"),
	("replied", r"repl(y|ied)|respon|answer|in progress|in process|work in|active|investigat"),
	("open", r"open|new|assign|queue|await|received|registered|start|regist|logged|resum|progress"),
)
_EVENT_MEANINGS = (
	(
		"customer_replied",
		r"(customer|user|client|caller).*(repl|respon|answer|comment|mail|update)|mail.?in|inbound",
	),
	("replied", r"repl(y|ied)|respon|answer|mail.?(out|sent)|outbound"),
	("opened", r"^(open|opened|create|created|new|register|registered|submitted)$"),
	("owned", r"^(take|taken|own|owned|accept|accepted|pick|picked).*"),
	*(one for one in _MEANINGS if one[0] != "replied"),
)
_FORMATS = (
	"%Y-%m-%d %H:%M:%S.%f",
	"%Y/%m/%d %H:%M:%S",
	"%Y/%m/%d %H:%M",
	"%d.%m.%Y %H:%M:%S",
	"%d.%m.%Y %H:%M",
	"%d/%m/%Y %H:%M:%S",
	"%d/%m/%Y %H:%M",
	"%m/%d/%Y %H:%M:%S",
	"%m/%d/%Y %H:%M",
	"%m/%d/%Y %I:%M:%S %p",
	"%m/%d/%Y %I:%M %p",
	"%d-%m-%Y %H:%M:%S",
	"%d-%m-%Y %H:%M",
	"%m-%d-%Y %H:%M:%S",
	"%m-%d-%Y %H:%M",
	"%d-%b-%Y %H:%M:%S",
	"%d-%b-%Y %H:%M",
	"%d/%b/%y %I:%M %p",
	"%d %b %Y %H:%M",
)
_AMBIGUOUS = re.compile(r"%d(.)%m|%m(.)%d")


@dataclass(frozen=True, slots=True)
class _Sample:
	header: list[str]
	rows: list[list[str]]
	encoding: str

	def values(self, column: str) -> Iterator[str]:
		place = self.header.index(column)
		return (row[place].strip() for row in self.rows if row[place].strip())

	def distinct(self, columns: Sequence[str]) -> list[str]:
		places = [self.header.index(column) for column in columns]
		found: dict[str, None] = {}
		for row in self.rows:
			found[" / ".join(row[place].strip() for place in places if row[place].strip())] = None
			if len(found) > _VALUES_TOLD_APART:
				break
		return [value for value in found if value]


def propose(path: Path) -> str:
	"""A profile for that log, ready to be read if enough of it was recognised; what is unsure says so.

	Raises InputProblem when the log cannot be read.
	"""
	return "\n".join(_Proposal(_sample(path)).lines()) + "\n"


def _sample(path: Path) -> _Sample:
	wrongly_encoded = 0

	def report(line: int, flaw: Flaw, reason: str, cells: list[str]) -> None:
		nonlocal wrongly_encoded
		wrongly_encoded += flaw is Flaw.ENCODING

	with logfile.opened(path) as source:
		for encoding in ("", "cp1252"):
			source.seek(0)
			rows = logfile.rows(source, Layout(encoding=encoding), report, name=str(path))
			_, header = next(rows)
			cells = [row for _, row in islice(rows, _ROWS_LOOKED_AT)]
			if not wrongly_encoded:
				break
	return _Sample(header, cells, encoding)


class _Proposal:
	"""The guesses about one log, and the text that tells them."""

	def __init__(self, sample: _Sample) -> None:
		self.sample = sample
		self.left = list(dict.fromkeys(sample.header))
		self.milestones = self.find_milestones()
		self.found = {
			key: name for key in _NAMES if key not in ("time", "event") and (name := self.take(key))
		}
		if not self.milestones:
			times = [name for name in self.left if self.layout_of(name) is not None]
			named = _named(times, _NAMES["time"]) or next(iter(times), None)
			if named is not None:
				self.found["time"] = named
				self.left.remove(named)
			if "status" not in self.found and (event := self.take("event")):
				self.found["event"] = event

	def take(self, key: str) -> str | None:
		name = _named(self.left, _NAMES[key])
		if name is not None:
			self.left.remove(name)
		return name

	def layout_of(self, column: str) -> str | None:
		"""The first time format that all of a column's first values have."""
		values = list(islice(self.sample.values(column), 2000))
		return next((layout for layout in (ISO, *_epochs(values), *_FORMATS) if _fits(values, layout)), None)

	def find_milestones(self) -> dict[str, str]:
		"""Columns of times in a log that has a row a ticket; empty for other logs."""
		ticket = _named(self.left, _NAMES["ticket"])
		if ticket is None:
			return {}
		tickets = list(self.sample.values(ticket))
		if len(set(tickets)) < len(tickets):
			return {}
		found: dict[str, str] = {}
		for key, names in _MILESTONE_NAMES.items():
			name = _named([one for one in self.left if one not in found.values()], names)
			if name is not None and self.layout_of(name) is not None:
				found[key] = name
		if "opened" not in found or len(found) < 2:
			return {}
		for name in found.values():
			self.left.remove(name)
		return found

	def lines(self) -> Iterator[str]:
		yield f"# Proposed from the first {len(self.sample.rows)} rows. Go through it: whatever says UNSURE is a guess."
		if self.sample.encoding:
			yield from ("", "[log]", f"encoding = {_quoted(self.sample.encoding)}  # UNSURE: it is not UTF-8")
		yield from self.time_lines()
		yield from self.column_lines()
		if self.milestones:
			yield from ("", "# One row a ticket: the columns that hold its times.", "[milestones]")
			yield from (f"{key} = {_quoted(name)}" for key, name in self.milestones.items())
		elif "status" in self.found:
			columns = [self.found[key] for key in ("status", "substatus") if key in self.found]
			yield from ("", "# What the values of the status mean.", "[status]")
			yield from _meaning_lines(self.sample.distinct(columns), _MEANINGS, "open")
		elif "event" in self.found:
			yield from ("", "# What the events mean.", "[events]", f"column = {_quoted(self.found['event'])}")
			yield from _meaning_lines(self.sample.distinct([self.found["event"]]), _EVENT_MEANINGS, "ignore")

	def time_lines(self) -> Iterator[str]:
		column = self.milestones.get("opened") or self.found.get("time")
		if column is None:
			return
		layout = self.layout_of(column) or ISO
		yield from ("", "[time]", f"format = {_quoted(layout)}{self.doubt_about(column, layout)}")
		if _naive(islice(self.sample.values(column), 2000), layout):
			yield 'zone = "UTC"  # UNSURE: the times have no offset. In which zone were they read?'

	def doubt_about(self, column: str, layout: str) -> str:
		if not _AMBIGUOUS.search(layout):
			return ""
		other = layout.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
		fits = _fits(list(islice(self.sample.values(column), 2000)), other)
		return "  # UNSURE: day and month might be the other way round" if fits else ""

	def column_lines(self) -> Iterator[str]:
		yield from ("", f"# The log's columns: {', '.join(map(_quoted, self.sample.header))}.", "[columns]")
		for key in ("ticket", "time"):
			if key in self.found:
				yield f"{key} = {_quoted(self.found[key])}"
			elif key == "ticket" or not self.milestones:
				yield f'{key} = ""  # UNSURE: which column?'
		if "status" in self.found and not self.milestones:
			names = [_quoted(self.found[key]) for key in ("status", "substatus") if key in self.found]
			yield f"status = {names[0] if len(names) == 1 else '[' + ', '.join(names) + ']'}"
		elif not self.milestones and "event" not in self.found:
			yield 'status = ""  # UNSURE: which column?'
		for key in _NAMES:
			if key not in ("ticket", "time", "status", "substatus", "event") and key in self.found:
				yield f"{key} = {_quoted(self.found[key])}"
		if self.left:
			yield f"# Not used: {', '.join(map(_quoted, self.left))}."


def _named(columns: Sequence[str], names: str) -> str | None:
	"""The column whose name is one of these, the earlier in the list the better."""
	plain = {re.sub(r"[\W_]+", " ", column).strip().casefold(): column for column in reversed(columns)}
	return next((plain[name] for name in names.split("|") if name in plain), None)


def _epochs(values: Sequence[str]) -> tuple[str, ...]:
	"""Formats for times that are but digits, by their number."""
	length = len(values[0].partition(".")[0]) if values else 0
	return (EPOCH,) if length in (9, 10) else (EPOCH_MS,) if length in (12, 13) else ()


def _fits(values: Sequence[str], layout: str) -> bool:
	times = Times(TimeLayout(layout))
	for value in values:
		try:
			times.read(value)
		except NoZone:
			continue
		except BadTime:
			return False
	return bool(values)


def _naive(values: Iterable[str], layout: str) -> bool:
	times = Times(TimeLayout(layout))
	try:
		for value in values:
			times.read(value)
	except NoZone:
		return True
	return False


def _meaning_lines(
	values: Sequence[str], meanings: Sequence[tuple[str, str]], fallback: str
) -> Iterator[str]:
	lists: dict[str, list[str]] = {}
	unsure: list[str] = []
	for value in values[:_VALUES_TOLD_APART]:
		text = value.casefold()
		key = next((key for key, pattern in meanings if re.search(pattern, text)), None)
		if key is None:
			unsure.append(value)
		else:
			lists.setdefault(key, []).append(value)
	if len(values) > _VALUES_TOLD_APART:
		yield f"# UNSURE: there are more than {_VALUES_TOLD_APART} different values. Is it the right column?"
		lists.setdefault("ignore", []).append("*")
	if "replied" in lists:
		yield "# UNSURE: is the first of these under replied really what the requester hears of?"
	lists.setdefault(fallback, []).extend(unsure)
	for key, found in lists.items():
		if found:
			doubts = [value for value in found if value in unsure]
			if doubts:
				yield f"# UNSURE: what do these mean? {', '.join(map(_quoted, doubts))}"
			yield f"{key} = [{', '.join(map(_quoted, found))}]"


def _quoted(text: str) -> str:
	return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
