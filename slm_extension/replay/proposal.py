"""Looks at a ticket log and proposes a profile for it, as commented TOML. Guesses, and says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from slm_extension.domain.instants import zone
from slm_extension.replay import logfile
from slm_extension.replay.logfile import Layout
from slm_extension.replay.problems import Flaw, shown
from slm_extension.replay.times import EPOCH, EPOCH_MS, ISO, BadTime, NoZone, TimeLayout, Times
from slm_extension.replay.toml_document import InputProblem

_ROWS_LOOKED_AT = 50_000
_VALUES_TOLD_APART = 200
_NEARLY_UNIQUE = 0.95
"""The share of rows that have a ticket of their own in a log of one row a ticket; a few may be repeated."""


_NAMES = {
	"ticket": "ticket|ticket id|ticket number|ticket no|ticketnummer|ticket nr|ticketnr|ticket nummer|incident|"
	"incident id|incident number|number|nummer|nr|case|case id|case number|fallnummer|vorgang|vorgangsnummer|"
	"vorfall|vorfallnummer|störungsnummer|sr number|issue|issue key|issue id|key|request id|request number|"
	"anfragenummer|anfrage|name|id",
	"time": "at|time|timestamp|zeitstempel|date|datum|datetime|date time|zeit|zeitpunkt|change date time|changed|"
	"changed at|changed on|geändert am|geändert|änderungsdatum|updated|updated at|modified|occurred at|"
	"event time|complete timestamp|sys updated at|sys updated on|creation",
	"status": "status|state|zustand|ticket status|ticketstatus|incident state|new status|neuer status|to status|"
	"status to|activity",
	"substatus": "substatus|sub status|unterstatus|status detail|sub state|substate|pending reason|wartegrund",
	"event": "event|ereignis|action|aktion|event type|event name|activity|aktivität|change|concept name",
	"team": "team|group|gruppe|assignment group|assigned group|zuweisungsgruppe|bearbeitergruppe|support group|"
	"supportgruppe|support team|involved st|queue|warteschlange|agent group|assigned team|assigned to team|"
	"abteilung|org resource",
	"supplier": "supplier|lieferant|vendor|third party|dienstleister|provider",
	"priority": "priority|prio|priorität|prioritaet|impact|urgency|dringlichkeit|severity",
	"customer": "customer|customer name|kunde|kundenname|company|firma|client|mandant|account|account name|"
	"organization|organisation|requester organization",
	"customer_group": "customer group|kundengruppe|segment|customer segment",
	"territory": "territory|gebiet|region",
	"service": "service|dienst|product|produkt|business service|category|kategorie|application|anwendung|"
	"configuration item|cmdb ci",
	"type": "type|typ|ticket type|tickettyp|ticketart|art|issue type|request type",
}
_MILESTONE_NAMES = {
	"opened": "opened|opened at|opened on|geöffnet|geöffnet am|eröffnet|eröffnet am|created|created at|created on|"
	"created time|erstellt|erstellt am|erstellt um|angelegt|angelegt am|erstellungsdatum|erfasst|erfasst am|"
	"gemeldet|gemeldet am|eingang|eingegangen am|opening time|open time|reported|reported at|reported on|"
	"creation|creation date|created date|submitted|submitted at|sys created at|sys created on|opening date",
	"acknowledged": "acknowledged|acknowledged at|acknowledged on|bestätigt|bestätigt am|eingang bestätigt am",
	"owned": "assigned at|assigned on|accepted at|owned at|zugewiesen am|übernommen am|angenommen am",
	"replied": "replied|replied at|first replied on|first responded on|first response|first response at|"
	"first response time|first response date|first reply|first reply at|responded|responded at|response time|"
	"erste reaktion|erste reaktion am|erstreaktion|erste antwort|erste antwort am|erstantwort|beantwortet am|"
	"reaktion am",
	"escalated": "escalated|escalated at|escalated on|eskaliert|eskaliert am",
	"resolved": "resolved|resolved at|resolved on|resolved time|resolution date|resolution time|solved at|solved on|"
	"resolved date|solved|gelöst|gelöst am|gelöst um|lösung am|lösungsdatum|behoben|behoben am|erledigt|"
	"erledigt am",
	"closed": "closed|closed at|closed on|closed time|close time|close date|closed date|closing time|geschlossen|"
	"geschlossen am|abgeschlossen|abgeschlossen am|abschluss am|schliessdatum",
	"cancelled": "cancelled|canceled|cancelled at|canceled at|cancelled on|canceled on|storniert|storniert am|"
	"abgebrochen am",
}
_PROPERTIES = (
	"team",
	"supplier",
	"priority",
	"customer",
	"customer_group",
	"territory",
	"service",
	"type",
)
_TURNS = ("team", "supplier")
_MEANINGS = (
	("cancelled", r"cancel|reject|withdraw|void|spam|duplicate|stornier|abgebroch|abgelehnt|duplikat"),
	("open", r"queue|unassigned|await\w* assign|^re.?open|wieder.?(er)?öffnet"),
	(
		"held_supplier",
		r"vendor|supplier|third.?party|3rd.?party|provider|external|lieferant|dienstleister|hersteller",
	),
	(
		"held_customer",
		r"(wait|pend|hold|await|need|feedback).*(customer|user|caller|client|request|reply|info)|^replied$|"
		r"(wart|rückfrage).*(kunde|anwender|melder|antwort|rückmeldung)",
	),
	("held_other", r"wait|pend|hold|suspend|paus|defer|blocked|wart|zurückgestellt|ausgesetzt"),
	("closed", r"clos|(ab)?geschlossen"),
	("resolved", r"resolv|solved|fixed|complet|done|in call|gelöst|behoben|erledigt"),
	(
		"replied",
		r"repl(y|ied)|respon|answer|in progress|in process|work in|active|investigat|in bearbeitung|in arbeit",
	),
	(
		"open",
		r"open|new|assign|queue|await|received|registered|start|regist|logged|resum|progress|offen|neu|zugewiesen|"
		r"angenommen|eröffnet",
	),
)
_EVENT_MEANINGS = (
	(
		"customer_replied",
		r"(customer|user|client|caller).*(repl|respon|answer|comment|mail|update)|mail.?in|inbound",
	),
	("replied", r"repl(y|ied)|respon|answer|mail.?(out|sent)|outbound"),
	("opened", r"^(open|opened|create|created|new|register|registered|submitted)$"),
	("acknowledged", r"^(acknowledg|bestätig).*"),
	("escalated", r"^(escalat|eskalier).*"),
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

	Raises InputProblem when the log cannot be read, or no column of it holds times.
	"""
	sample = _sample(path)
	proposal = _Proposal(sample)
	if not proposal.times:
		raise InputProblem(
			str(path),
			None,
			f"Does not look like a ticket log: none of its columns ({_listed(sample.header)}) holds times "
			f"of a form that is known here, in {len(sample.rows):,} rows looked at.",
			"Export one row a ticket, or one a change, with the times; or write the profile by hand, "
			"see docs/replay-profile.md.",
		)
	return "\n".join(proposal.lines()) + "\n"


def _listed(names: Sequence[str]) -> str:
	few = ", ".join(shown(name) for name in names[:8])
	return f"{few} and {len(names) - 8:,} more" if len(names) > 8 else few


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
		self.layouts = {name: layout for name in self.left if (layout := self.layout_of(name)) is not None}
		self.times = tuple(self.layouts)
		self.milestones, self.milestones_guessed = self.find_milestones()
		for column_of_times in self.milestones.values():
			self.left.remove(column_of_times)
		self.found = {
			key: name for key in _NAMES if key not in ("time", "event") and (name := self.take(key))
		}
		if not self.milestones:
			times = [name for name in self.left if name in self.layouts]
			column = _named(times, _NAMES["time"]) or next(iter(times), None)
			if column is not None:
				self.found["time"] = column
				self.left.remove(column)
			if "status" not in self.found and (event := self.take("event")):
				self.found["event"] = event
		self.newest_first = not self.milestones and self.descends()

	def take(self, key: str) -> str | None:
		name = _named(self.left, _NAMES[key])
		if name is not None:
			self.left.remove(name)
		return name

	def layout_of(self, column: str) -> str | None:
		"""The first time format that all of a column's first values have."""
		values = list(islice(self.sample.values(column), 2000))
		return next((layout for layout in (ISO, *_epochs(values), *_FORMATS) if _fits(values, layout)), None)

	def find_milestones(self) -> tuple[dict[str, str], bool]:
		"""Columns of times in a log that has a row a ticket, and whether the opening was but guessed.

		Empty for other logs: those in which tickets come more than once, or with a single column of times.
		"""
		ticket = _named(self.left, _NAMES["ticket"])
		if ticket is None:
			return {}, False
		tickets = list(self.sample.values(ticket))
		dates = [
			name
			for name in self.left
			if name != ticket and self.layouts.get(name) not in (None, EPOCH, EPOCH_MS)
		]
		found: dict[str, str] = {}
		for key, names in _MILESTONE_NAMES.items():
			name = _named([one for one in self.left if one not in found.values()], names)
			if name is not None and (name in self.layouts or next(self.sample.values(name), None) is None):
				found[key] = name
		several = len(set(found.values()) | set(dates)) > 1
		if not several or len(set(tickets)) < len(tickets) * _NEARLY_UNIQUE:
			return {}, False
		if "opened" in found:
			return found, False
		free = [name for name in dates if name not in found.values()]
		if not free:
			return {}, False
		fullest = max(free, key=lambda name: sum(1 for _ in self.sample.values(name)))
		return {"opened": fullest, **found}, True

	def by_ticket(self) -> Iterator[list[list[str]]]:
		"""The rows of each ticket in the order in which they came about."""
		if "ticket" not in self.found:
			return
		place = self.sample.header.index(self.found["ticket"])
		tickets: dict[str, list[list[str]]] = {}
		for row in self.sample.rows:
			tickets.setdefault(row[place].strip(), []).append(row)
		for rows in tickets.values():
			yield rows[::-1] if self.newest_first else rows

	def descends(self) -> bool:
		"""Whether the times of most rows are before those of the row of the same ticket above them."""
		if "time" not in self.found or "ticket" not in self.found:
			return False
		place = self.sample.header.index(self.found["time"])
		times = Times(TimeLayout(self.layouts[self.found["time"]], zone("UTC")))
		falls = rises = 0
		self.newest_first = False
		for rows in self.by_ticket():
			for above, below in pairwise(rows):
				try:
					step = times.read(below[place]) - times.read(above[place])
				except BadTime:
					continue
				falls += step < 0
				rises += step > 0
		return falls > rises

	def stands_once(self) -> list[str]:
		"""The properties that stand in the rows that set them and, for most tickets, hardly in those after."""
		keys = [key for key in _PROPERTIES if key in self.found]
		places = {key: self.sample.header.index(self.found[key]) for key in keys}
		followed, emptied = dict.fromkeys(keys, 0), dict.fromkeys(keys, 0)
		for rows in self.by_ticket():
			for key, place in places.items():
				filled = [bool(row[place].strip()) for row in rows]
				# Whose turn it is may well come and go; all else is empty only where a row leaves it out.
				after = (
					filled[1:] if filled[0] else filled[filled.index(True) + 1 :] if True in filled else []
				)
				if not after or (key in _TURNS and not filled[0] and "event" not in self.found):
					continue
				followed[key] += 1
				emptied[key] += after.count(False) * 2 > len(after)
		return [key for key in keys if emptied[key] * 2 > followed[key]]

	def lines(self) -> Iterator[str]:
		yield f"# Proposed from the first {len(self.sample.rows)} rows. Go through it: whatever says UNSURE is a guess."
		yield from self.log_lines()
		yield from self.time_lines()
		yield from self.column_lines()
		if self.milestones:
			yield from ("", "# One row a ticket: the columns that hold its times.", "[milestones]")
			for key, name in self.milestones.items():
				doubt = "  # UNSURE: is it when the ticket was opened?" if self.milestones_guessed else ""
				yield f"{key} = {_quoted(name)}{doubt if key == 'opened' else ''}"
			others = [name for name in self.left if name in self.layouts]
			if others:
				yield f"# UNSURE: these hold times too; is one of them a milestone? {', '.join(map(_quoted, others))}"
		elif "status" in self.found:
			columns = [self.found[key] for key in ("status", "substatus") if key in self.found]
			yield from ("", "# What the values of the status mean.", "[status]")
			yield from _meaning_lines(self.sample.distinct(columns), _MEANINGS, "open")
		elif "event" in self.found:
			yield from ("", "# What the events mean.", "[events]", f"column = {_quoted(self.found['event'])}")
			yield from _meaning_lines(self.sample.distinct([self.found["event"]]), _EVENT_MEANINGS, "ignore")

	def log_lines(self) -> Iterator[str]:
		found = []
		if self.sample.encoding:
			found.append(f"encoding = {_quoted(self.sample.encoding)}  # UNSURE: it is not UTF-8")
		if self.newest_first:
			found.append("newest_first = true  # UNSURE: the times of most tickets go backwards")
		once = [] if self.milestones else self.stands_once()
		if once:
			words = " and ".join([", ".join(once[:-1]), once[-1]] if len(once) > 1 else once).replace(
				"_", " "
			)
			stand = "stands" if len(once) == 1 else "stand"
			found.append(f'blank = "unchanged"  # UNSURE: {words} {stand} only on rows that set a value')
		if found:
			yield from ("", "[log]", *found)

	def time_lines(self) -> Iterator[str]:
		column = self.milestones.get("opened") or self.found.get("time")
		if column is None:
			return
		layout = self.layouts.get(column, ISO)
		yield from ("", "[time]", f"format = {_quoted(layout)}{self.doubt_about(column, layout)}")
		if _naive(islice(self.sample.values(column), 2000), layout):
			yield 'zone = "UTC"  # UNSURE: the times have no offset. In which zone were they read?'

	def doubt_about(self, column: str, layout: str) -> str:
		if not _AMBIGUOUS.search(layout):
			return ""
		other = layout.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
		fits = _fits(list(islice(self.sample.values(column), 2000)), other)
		return "  # UNSURE: day and month might be the other way round" if fits else ""

	def doubt_about_time(self) -> str:
		others = [name for name in self.times if name not in (self.found["time"], self.found.get("ticket"))]
		few = f"{_quoted(others[0])} and others" if len(others) > 1 else "".join(map(_quoted, others))
		hold = "holds times too" if len(others) == 1 else "hold times too"
		return f"  # UNSURE: {few} {hold}; which one is when the row was written?" if others else ""

	def column_lines(self) -> Iterator[str]:
		yield from ("", f"# The log's columns: {', '.join(map(_quoted, self.sample.header))}.", "[columns]")
		for key in ("ticket", "time"):
			if key in self.found:
				yield f"{key} = {_quoted(self.found[key])}{self.doubt_about_time() if key == 'time' else ''}"
			elif key == "ticket" or not self.milestones:
				yield f'{key} = ""  # UNSURE: which column?'
		if "status" in self.found and not self.milestones:
			names = [_quoted(self.found[key]) for key in ("status", "substatus") if key in self.found]
			yield f"status = {names[0] if len(names) == 1 else '[' + ', '.join(names) + ']'}"
		elif not self.milestones and "event" not in self.found:
			yield 'status = ""  # UNSURE: which column? A log with one row a ticket has [milestones] instead'
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
			if key.startswith("held_"):
				yield "# UNSURE: does the ticket wait in these, and for whom? Clocks may stand still meanwhile."
			if doubts:
				yield f"# UNSURE: what do these mean? {', '.join(map(_quoted, doubts))}"
			yield f"{key} = [{', '.join(map(_quoted, found))}]"


def _quoted(text: str) -> str:
	return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
