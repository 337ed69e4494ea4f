"""Rows to facts: a ticket's facts are those of its own usable rows, however the log is shaped or ordered.

1 June 2026 is a Monday.
"""

from __future__ import annotations

import gzip
import random
from datetime import datetime, timezone
from pathlib import Path

import pytest

from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Fact, Kind
from slm_extension.replay import tickets as tickets_module
from slm_extension.replay.problems import Flaw, Problems, StrictStop
from slm_extension.replay.profile import Profile
from slm_extension.replay.sorting import Sorter
from slm_extension.replay.tickets import TicketLog, TicketReader, last_instant, read_tickets
from slm_extension.replay.toml_document import InputProblem

HISTORY = """
[columns]
ticket = "id"
time = "at"
status = "state"
team = "team"
[status]
open = ["New", "Open"]
replied = ["Working"]
held_customer = ["Ask"]
held_supplier = ["Vendor"]
resolved = ["Done"]
closed = ["Closed"]
ignore = ["Note"]
"""
HEADER = "id,at,state,team\n"


class Log:
	"""A log and its profile on disk, and what reading it found."""

	def __init__(self, folder: Path, text: str | bytes, profile: str = HISTORY, strict: bool = False) -> None:
		self.path = folder / "log.csv"
		self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
		(folder / "profile.toml").write_text(profile)
		self.profile = Profile.read(folder / "profile.toml")
		self.problems = Problems(strict=strict)
		self.reader: TicketReader = read_tickets(self.path, self.profile, self.problems)

	def read(self) -> list[TicketLog]:
		return list(self.reader)

	def flaws(self) -> list[tuple[int, str]]:
		return [(row.line, row.ticket) for row in self.problems.rows]


def june(day: int, clock: str) -> Instant:
	hour, minute = clock.split(":")
	return int(datetime(2026, 6, day, int(hour), int(minute), tzinfo=timezone.utc).timestamp())


def told(facts: tuple[Fact, ...]) -> list[tuple[str, Kind, str]]:
	"""Each fact as (day and time, kind, reason or value)."""
	return [
		(
			datetime.fromtimestamp(fact.at, timezone.utc).strftime("%d %H:%M"),
			fact.kind,
			f"{fact.value}: {fact.reason}" if fact.reason else fact.value,
		)
		for fact in facts
	]


def test_only_what_changed_becomes_a_fact(tmp_path: Path) -> None:
	log = Log(
		tmp_path,
		HEADER
		+ "T1,2026-06-01T09:00:00Z,New,A\n"
		+ "T1,2026-06-01T09:10:00Z,New,A\n"
		+ "T1,2026-06-01T09:20:00Z,New, B \n"
		+ "T1,2026-06-01T09:30:00Z,Vendor,C\n"
		+ "T1,2026-06-01T09:40:00Z,Done,\n",
	)
	(ticket,) = log.read()
	assert told(ticket.facts) == [
		("01 09:00", Kind.OPENED, ""),
		("01 09:00", Kind.TEAM, "A"),
		("01 09:00", Kind.STATUS, "open: New"),
		("01 09:20", Kind.TEAM, "B"),
		("01 09:30", Kind.TEAM, "C"),
		("01 09:30", Kind.STATUS, "held: Vendor"),
		("01 09:40", Kind.TEAM, ""),
		("01 09:40", Kind.STATUS, "resolved: Done"),
	]
	assert [fact.number for fact in ticket.facts] == list(range(8))
	assert [fact.source for fact in ticket.facts] == [f"line {n}" for n in (2, 2, 2, 4, 5, 5, 6, 6)]
	assert (ticket.ticket, ticket.rows, ticket.broken) == ("T1", 5, 0)
	assert (log.reader.rows, log.reader.sorted, log.reader.sort_bytes) == (5, False, 0)


def test_a_status_that_is_a_reply_tells_so_each_time_it_is_entered(tmp_path: Path) -> None:
	states = ["Working", "Working", "Ask", "Note", "Ask", "Working"]
	log = Log(tmp_path, HEADER + "".join(f"T1,2026-06-01T09:0{n}:00Z,{s},\n" for n, s in enumerate(states)))
	(ticket,) = log.read()
	assert told(ticket.facts) == [
		("01 09:00", Kind.OPENED, ""),
		("01 09:00", Kind.STATUS, "open: Working"),
		("01 09:00", Kind.REPLIED, ""),
		("01 09:02", Kind.STATUS, "held: Ask"),
		("01 09:05", Kind.STATUS, "open: Working"),
		("01 09:05", Kind.REPLIED, ""),
	]


def test_a_value_is_compared_as_written_first_then_whatever_its_case(tmp_path: Path) -> None:
	profile = HISTORY.replace('open = ["New", "Open"]', 'open = ["New", "ASK"]')
	log = Log(
		tmp_path,
		HEADER + "".join(f"T,2026-06-01T0{n}:00Z,{s},\n" for n, s in enumerate((" new ", "Ask", "ASK"))),
		profile,
	)
	(ticket,) = log.read()
	assert [text for _, kind, text in told(ticket.facts) if kind is Kind.STATUS] == [
		"open: new",
		"held: Ask",
		"open: ASK",
	]


def test_several_status_columns_are_joined_and_empty_ones_left_out(tmp_path: Path) -> None:
	profile = '[columns]\nticket="id"\ntime="at"\nstatus=["a","b"]\n[status]\nopen=["X / Y","X"]\n'
	log = Log(tmp_path, "id,at,a,b\nT,2026-06-01T09:00Z,X,Y\nT,2026-06-01T10:00Z,X,\n", profile)
	(ticket,) = log.read()
	assert [text for _, kind, text in told(ticket.facts) if kind is Kind.STATUS] == ["open: X / Y", "open: X"]


def test_constants_hold_from_the_opening_on(tmp_path: Path) -> None:
	log = Log(tmp_path, HEADER + "T,2026-06-01T09:00Z,New,A\n", HISTORY + '[constants]\nsupplier = "ACME"\n')
	assert told(log.read()[0].facts)[:2] == [
		("01 09:00", Kind.OPENED, ""),
		("01 09:00", Kind.SUPPLIER, "ACME"),
	]


def test_an_opening_column_opens_the_ticket_with_what_its_first_row_says_of_it_but_not_with_its_team(
	tmp_path: Path,
) -> None:
	profile = '[columns]\nticket="id"\ntime="at"\nstatus="s"\nopened="o"\nteam="t"\npriority="p"\n[status]\nopen=["X"]\n'
	log = Log(tmp_path, "id,at,s,o,t,p\nT,2026-06-01T10:00Z,X,2026-06-01T09:00Z,A,High\n", profile)
	assert told(log.read()[0].facts) == [
		("01 09:00", Kind.OPENED, ""),
		("01 10:00", Kind.TEAM, "A"),
		("01 09:00", Kind.PRIORITY, "High"),
		("01 10:00", Kind.STATUS, "open: X"),
	]


def test_a_status_that_opens_does_so_where_it_first_comes_up(tmp_path: Path) -> None:
	profile = HISTORY.replace("[status]", '[status]\nopened = ["Registered"]')
	log = Log(tmp_path, HEADER + "T,2026-06-01T09:00Z,Note,A\nT,2026-06-01T10:00Z,Registered,A\n", profile)
	assert told(log.read()[0].facts)[0] == ("01 10:00", Kind.OPENED, "")


EVENTS = """
[log]
blank = "unchanged"
[columns]
ticket = "id"
time = "at"
team = "team"
[events]
column = "event"
opened = ["create"]
open = ["resume"]
held_customer = ["ask"]
replied = ["mail out", "ask"]
customer_replied = ["mail in"]
owned = ["take"]
resolved = ["solve"]
told = ["inform"]
ignore = ["*"]
"""


def test_an_event_log_tells_every_event_and_every_change_of_status(tmp_path: Path) -> None:
	events = [
		"create,A",
		"view,",
		"take,B",
		"mail out,",
		"mail out,",
		"ask,",
		"ask,",
		"mail in,",
		"resume,",
		"solve,",
		"inform,",
	]
	log = Log(
		tmp_path,
		"id,at,event,team\n"
		+ "".join(f"T,2026-06-01T09:{n:02}Z,{event}\n" for n, event in enumerate(events)),
		EVENTS,
	)
	assert told(log.read()[0].facts) == [
		("01 09:00", Kind.OPENED, ""),
		("01 09:00", Kind.TEAM, "A"),
		("01 09:00", Kind.STATUS, "open: create"),
		("01 09:02", Kind.TEAM, "B"),
		("01 09:02", Kind.OWNED, ""),
		("01 09:03", Kind.REPLIED, ""),
		("01 09:04", Kind.REPLIED, ""),
		("01 09:05", Kind.STATUS, "held: ask"),
		("01 09:05", Kind.REPLIED, ""),
		("01 09:06", Kind.REPLIED, ""),
		("01 09:07", Kind.CUSTOMER_REPLIED, ""),
		("01 09:08", Kind.STATUS, "open: resume"),
		("01 09:09", Kind.STATUS, "resolved: solve"),
		("01 09:10", Kind.TOLD, ""),
	]
	assert log.problems.total == 0


def test_events_may_stand_beside_a_status(tmp_path: Path) -> None:
	profile = HISTORY + '[events]\ncolumn = "event"\nreplied = ["mail"]\n'
	text = "id,at,state,team,event\nT,2026-06-01T09:00Z,New,,\nT,2026-06-01T09:05Z,New,,mail\nT,2026-06-01T09:06Z,,,mail\nT,2026-06-01T09:07Z,New,,odd\n"
	log = Log(tmp_path, text, profile)
	assert [kind for _, kind, _ in told(log.read()[0].facts)] == [
		Kind.OPENED,
		Kind.STATUS,
		Kind.REPLIED,
		Kind.REPLIED,
	]
	assert log.problems.counts == ((Flaw.EVENT, 1),)


WIDE = """
[time]
zone = "Europe/Berlin"
[columns]
ticket = "id"
priority = "prio"
[milestones]
opened = "Opened"
replied = "Replied"
resolved = "Solved"
closed = "Closed"
"""


def test_a_log_with_a_row_a_ticket_tells_its_milestones_in_order(tmp_path: Path) -> None:
	log = Log(
		tmp_path,
		"id,Opened,Replied,Solved,Closed,prio\n"
		"A,2026-06-01 09:00,2026-06-01 12:00,2026-06-01 11:00,,High\n"
		"B,2026-06-02 09:00,,,,\n"
		"C,,2026-06-01 12:00,,,\n"
		"D,2026-06-01 09:00,soon,,,\n"
		"E,2026-06-01 09:00,2026-05-01 09:00,,,\n"
		"E,2026-06-01 09:00,,,,\n",
		WIDE,
	)
	first, second, third = log.read()
	assert told(first.facts) == [
		("01 07:00", Kind.OPENED, ""),
		("01 07:00", Kind.PRIORITY, "High"),
		("01 09:00", Kind.STATUS, "resolved: Solved"),
		("01 10:00", Kind.REPLIED, ""),
	]
	assert told(second.facts) == [("02 07:00", Kind.OPENED, "")]
	assert (third.ticket, third.rows, third.broken) == ("E", 1, 1)
	assert log.problems.counts == ((Flaw.TIME, 2), (Flaw.REPEATED, 1), (Flaw.OUT_OF_ORDER, 1))


BROKEN = [
	pytest.param("T1,2026-13-01T09:30Z,Done,Z", Flaw.TIME, "T1", "is not a time of the form iso", id="no such month"),
	pytest.param("T1,,Done,Z", Flaw.TIME, "T1", "has no time", id="no time"),
	pytest.param("T1,yesterday,Done,Z", Flaw.TIME, "T1", '"yesterday" is not a time', id="a word for a time"),
	pytest.param("T1,9999-12-31T23:59:59Z,Done,Z", Flaw.TIME, "T1", "outside the years", id="year 9999"),
	pytest.param("T1,0001-01-01T00:00:00+02:00,Done,Z", Flaw.TIME, "T1", "outside the years", id="year 1"),
	pytest.param("T1,2026-06-01T09:30,Done,Z", Flaw.TIME, "T1", "has no offset", id="no offset, and no zone in the profile"),
	pytest.param(",2026-06-01T09:30Z,Done,Z", Flaw.NO_TICKET, "", "names no ticket", id="no ticket"),
	pytest.param("  ,2026-06-01T09:30Z,Done,Z", Flaw.NO_TICKET, "", "names no ticket", id="blank ticket"),
	pytest.param("T1,2026-06-01T09:30Z,Nonsense,Z", Flaw.STATUS, "T1", 'the status "Nonsense" means', id="unknown status"),
	pytest.param("T1,2026-06-01T09:30Z,,Z", Flaw.STATUS, "T1", 'the status "" means', id="no status"),
	pytest.param("T1,2026-06-01T09:30Z,Done", Flaw.COLUMNS, "T1", "3 columns, the header 4", id="a column missing"),
	pytest.param('T1,2026-06-01T09:30Z,Done,"Z', Flaw.QUOTES, "T1", "not closed", id="unclosed quote"),
	pytest.param("T1,2026-06-01T09:30Z,Done,\0", Flaw.NUL, "T1", "NUL", id="NUL"),
	pytest.param("T1,2026-06-01T09:30Z,Done," + "x" * 10_000_000, Flaw.TOO_LONG, "T1", "more than", id="ten megabytes"),
	pytest.param("T1,2026-06-01T09:30Z,Done,\udcff", Flaw.ENCODING, "T1", "encoding", id="undecodable"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "flaw", "ticket", "reason"), BROKEN)
@pytest.mark.parametrize("grouped", [True, False], ids=["grouped", "unsorted"])
def test_a_broken_row_is_reported_and_changes_no_result(
	tmp_path: Path, row: str, flaw: Flaw, ticket: str, reason: str, grouped: bool
) -> None:
	before = "T1,2026-06-01T09:00Z,New,A\nT1,2026-06-01T09:15Z,Working,A\n"
	after = ("T2" if grouped else "T0") + ",2026-06-01T09:00Z,New,A\n"
	clean = HEADER + before + after
	broken = HEADER + before + row + "\n" + after
	expected = [told(one.facts) for one in Log(tmp_path, clean).read()]
	log = Log(tmp_path, broken.encode("utf-8", "surrogateescape"))
	found = log.read()
	assert [told(one.facts) for one in found] == expected
	assert log.problems.counts == ((flaw, 1),)
	assert log.flaws() == [(4, ticket)]
	assert reason in log.problems.rows[0].reason
	assert log.reader.rows == 4
	assert log.reader.sorted is not grouped


def test_strict_stops_at_the_first_broken_row(tmp_path: Path) -> None:
	log = Log(tmp_path, HEADER + "T1,2026-06-01T09:00Z,New,A\nT1,never,New,A\nT1,never,New,A\n", strict=True)
	with pytest.raises(StrictStop, match='line 3: "never" is not a time'):
		log.read()


def test_of_a_ticket_without_a_usable_row_nothing_is_told(tmp_path: Path) -> None:
	log = Log(tmp_path, HEADER + "T1,never,New,A\nT2,2026-06-01T09:00Z,New,A\nT2,never,New,A\n")
	assert [(one.ticket, one.rows, one.broken) for one in log.read()] == [("T2", 1, 1)]


def test_of_a_truncated_gzip_the_tickets_before_its_end_are_told(tmp_path: Path) -> None:
	numbers = random.Random(5)
	text = HEADER + "".join(f"T{n:05},2026-06-01T09:00Z,New,{numbers.random()}\n" for n in range(10_000))
	packed = gzip.compress(text.encode())
	log = Log(tmp_path, packed[: len(packed) // 2])
	found = log.read()
	assert 1_000 < len(found) < 10_000
	assert log.problems.counts == ((Flaw.DAMAGED, 1),)
	assert log.flaws() == [(len(found) + 2, "")]


def test_a_row_whose_time_goes_backwards_is_placed_by_its_time_and_reported(tmp_path: Path) -> None:
	log = Log(
		tmp_path,
		HEADER
		+ "T,2026-06-01T09:00Z,New,A\n"
		+ "T,2026-06-01T12:00Z,Done,B\n"
		+ "T,2026-06-01T10:00Z,Ask,B\n"
		+ "T,2026-06-01T13:00Z,Closed,B\n",
	)
	(ticket,) = log.read()
	assert told(ticket.facts)[3:] == [
		("01 10:00", Kind.TEAM, "B"),
		("01 10:00", Kind.STATUS, "held: Ask"),
		("01 12:00", Kind.STATUS, "resolved: Done"),
		("01 13:00", Kind.STATUS, "closed: Closed"),
	]
	assert log.problems.counts == ((Flaw.OUT_OF_ORDER, 1),)
	assert [(row.line, row.ticket) for row in log.problems.notes] == [(4, "T")]
	assert "placed by its time" in log.problems.notes[0].reason
	assert (log.problems.total, log.problems.noted, log.problems.rows) == (0, 1, ())
	assert (ticket.rows, ticket.broken) == (4, 0)


def test_in_a_log_told_to_be_newest_first_nothing_goes_backwards(tmp_path: Path) -> None:
	"""At one instant the lower row came first."""
	text = HEADER + "T,2026-06-01T10:00Z,Closed,A\nT,2026-06-01T10:00Z,Done,A\nT,2026-06-01T09:00Z,New,A\n"
	log = Log(tmp_path, text, HISTORY + "[log]\nnewest_first = true\n")
	(ticket,) = log.read()
	assert [text for _, kind, text in told(ticket.facts) if kind is Kind.STATUS] == [
		"open: New",
		"resolved: Done",
		"closed: Closed",
	]
	assert log.problems.total == 0


def random_log(seed: int) -> list[str]:
	numbers = random.Random(seed)
	return [
		f"T{ticket},2026-06-{numbers.randrange(1, 28):02}T{numbers.randrange(24):02}:{step:02}:00Z,"
		f"{numbers.choice(['New', 'Ask', 'Done', 'Working'])},{numbers.choice('ABC')}\n"
		for ticket in range(1, 200)
		for step in range(numbers.randrange(1, 9))
	]


@pytest.mark.parametrize("seed", range(3))
def test_an_unsorted_log_gives_the_facts_of_the_sorted_one(
	tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(tickets_module, "Sorter", lambda: Sorter(rows_held=50))
	lines = random_log(seed)
	grouped = Log(tmp_path, HEADER + "".join(lines))
	expected = {one.ticket: told(one.facts) for one in grouped.read()}
	random.Random(seed).shuffle(lines)
	log = Log(tmp_path, HEADER + "".join(lines))
	assert {one.ticket: told(one.facts) for one in log.read()} == expected
	assert (grouped.reader.sorted, log.reader.sorted) == (False, True)
	assert log.reader.sort_bytes > 0
	assert log.problems.total == 0


@pytest.mark.parametrize(
	("tickets", "sorts"),
	[
		pytest.param(["1", "2", "10"], False, id="numbers"),
		pytest.param(["1", "10", "2"], False, id="numbers as text"),
		pytest.param(["1", "10", "2", "11"], True, id="neither"),
		pytest.param(["INC-9", "INC-10", "REQ-1"], False, id="natural"),
		pytest.param(["A2", "A10", "A3"], True, id="backwards in both, at last"),
		pytest.param(["1", "01", "1"], True, id="a ticket comes again after its equal number"),
		pytest.param(["a", " a", "a "], False, id="blanks around"),
		pytest.param(["9" * 5000, "1" + "0" * 5000], False, id="very long numbers"),
		pytest.param(["a", "", "b"], False, id="none in between"),
		pytest.param(["b", "a", "b"], True, id="comes again"),
	],
)
def test_a_log_is_sorted_only_if_its_tickets_do_not_ascend(
	tmp_path: Path, tickets: list[str], sorts: bool
) -> None:
	log = Log(tmp_path, HEADER + "".join(f"{ticket},2026-06-01T09:00Z,New,\n" for ticket in tickets))
	names = [one.ticket for one in log.read()]
	assert log.reader.sorted is sorts
	assert sorted(names) == sorted({ticket.strip() for ticket in tickets} - {""})


def test_a_very_long_log_of_sorted_tickets_is_streamed(tmp_path: Path) -> None:
	"""The first ticket is there before much of the file has been read for it."""
	text = HEADER + "".join(f"{n},2026-06-01T09:00Z,New,{'x' * 100}\n" for n in range(10_000))
	read: list[int] = []
	log = Log(tmp_path, text)
	reader = read_tickets(log.path, log.profile, log.problems, progress=read.append)
	next(iter(reader))
	assert read[-1] < len(text) / 2


@pytest.mark.parametrize(
	("layout", "text", "instant"),
	[
		pytest.param('format = "iso"', "2026-06-01T09:00:00+02:00", june(1, "07:00"), id="iso, offset"),
		pytest.param('format = "iso"', "2026-06-01T09:00:59.999999Z", june(1, "09:00") + 59, id="iso, fraction"),
		pytest.param('format = "iso"', "2026-06-01 09:00:00,5 +0200", june(1, "07:00"), id="iso, comma and blanks"),
		pytest.param('format = "iso"', "20260601T0900Z", june(1, "09:00"), id="iso, basic"),
		pytest.param('zone = "Asia/Kolkata"', "2026-06-01T09:00", june(1, "03:30"), id="iso, naive"),
		pytest.param('zone = "Asia/Kolkata"', "2026-06-02", june(1, "18:30"), id="iso, a date"),
		pytest.param('format = "epoch"', "1780304400", june(1, "09:00"), id="epoch"),
		pytest.param('format = "epoch"', "1780304400.9", june(1, "09:00"), id="epoch, fraction"),
		pytest.param('format = "epoch_ms"', "1780304400999", june(1, "09:00"), id="milliseconds"),
		pytest.param('format = "%d.%m.%Y %H:%M"\nzone = "Europe/Berlin"', "1.6.2026 9:00", june(1, "07:00"), id="digits"),
		pytest.param('format = "%m/%d/%Y %I:%M %p"\nzone = "UTC"', "06/01/2026 09:00 PM", june(1, "21:00"), id="PM"),
		pytest.param('format = "%d %b %Y %H:%M %z"', "01 Jun 2026 09:00 +0200", june(1, "07:00"), id="month's name, offset"),
	],
)  # fmt: skip
def test_times_are_read_as_the_profile_says(tmp_path: Path, layout: str, text: str, instant: Instant) -> None:
	log = Log(tmp_path, f'id;at;state;team\nT;"{text}";New;\n', HISTORY + f"[time]\n{layout}\n")
	assert log.read()[0].facts[0].at == instant
	assert last_instant(log.path, log.profile) == instant


def test_a_time_that_autumn_has_twice_follows_the_row_above(tmp_path: Path) -> None:
	"""Berlin, Sunday 25 October 2026: 03:00 summer time is 02:00 winter time, at 01:00 UTC."""
	rows = "".join(
		f"T,2026-10-25 {clock},{state},\n"
		for clock, state in (("02:10", "New"), ("02:50", "Ask"), ("02:05", "Done"))
	)
	log = Log(tmp_path, HEADER + rows, HISTORY + '[time]\nzone = "Europe/Berlin"\n')
	assert [clock for clock, kind, _ in told(log.read()[0].facts) if kind is Kind.STATUS] == [
		"25 00:10",
		"25 00:50",
		"25 01:05",
	]
	assert log.problems.total == 0


@pytest.mark.parametrize("text", ["0001-01-01 00:00", "1969-12-31 18:59", "9999-12-31 23:59"])
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_a_time_without_an_offset_far_away_is_a_bad_time(tmp_path: Path, text: str, zone: str) -> None:
	log = Log(tmp_path, HEADER + f"T,{text},New,\n", HISTORY + f'[time]\nzone = "{zone}"\n')
	assert log.read() == []
	assert "outside the years" in log.problems.rows[0].reason


def test_times_without_an_offset_need_a_zone(tmp_path: Path) -> None:
	log = Log(tmp_path, HEADER + "T,2026-06-01T09:00,New,\n")
	with pytest.raises(InputProblem, match=r"line 2: .* has no offset"):
		log.read()


def test_a_missing_column_is_refused_with_those_there_are(tmp_path: Path) -> None:
	log = Log(tmp_path, "id,at,State,team\n")
	with pytest.raises(InputProblem) as found:
		log.read()
	assert found.value.file.endswith("profile.toml")
	assert found.value.line == 5
	assert found.value.problem == 'The log has no column "state".'
	assert found.value.remedy == 'Did you mean "State"? Its columns: "id", "at", "State", "team".'


def test_a_column_that_is_there_twice_is_refused_only_if_it_is_used(tmp_path: Path) -> None:
	assert Log(tmp_path, "id,at,state,team,x,x\n").read() == []
	with pytest.raises(InputProblem, match='The log has 2 columns "team"'):
		Log(tmp_path, "id,at,state,team,team\n").read()


def test_a_log_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
	log = Log(tmp_path, HEADER + "T1,2026-06-01T09:00Z,New,A\nT2,2026-06-01T09:00Z,New,A\n")
	tickets = iter(log.reader)
	next(tickets)
	with log.path.open("a") as file:
		file.write("T1,2026-06-01T09:00Z,New,A\n")
	with pytest.raises(InputProblem, match="changed while it was read"):
		list(tickets)


def test_the_last_time_of_a_log_is_found_past_broken_rows(tmp_path: Path) -> None:
	text = HEADER + "T1,2026-06-03T09:00Z,New,A\nT2,2026-06-09T09:00,New,A\nT2,never,New,A\n"
	log = Log(tmp_path, text)
	assert last_instant(log.path, log.profile) == june(3, "09:00")
	assert last_instant(Log(tmp_path, HEADER).path, log.profile) is None


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
	log = Log(tmp_path, HEADER + "".join(random_log(7)))
	assert log.read() == log.read()
	assert log.reader.rows == len(random_log(7))
