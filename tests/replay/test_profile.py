"""Profiles: what may be said about a log, what is refused with its line, and what is proposed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slm_extension.domain.timeline import Kind, Status, Waiting
from slm_extension.replay.problems import Problems
from slm_extension.replay.profile import Column, Constant, Meaning, Milestone, Profile, Property, propose
from slm_extension.replay.tickets import TicketLog, read_tickets
from slm_extension.replay.toml_document import InputProblem

ROOT = Path(__file__).parents[2]
COLUMNS = '[columns]\nticket = "id"\ntime = "at"\nstatus = "state"\n'


def profile_of(tmp_path: Path, text: str) -> Profile:
	path = tmp_path / "profile.toml"
	path.write_text(text, encoding="utf-8")
	return Profile.read(path)


def meanings(profile: Profile) -> dict[str, Meaning]:
	return {term.value: term.meaning for term in profile.statuses.terms}


def test_the_least_a_profile_says_is_which_columns_hold_ticket_time_and_status(tmp_path: Path) -> None:
	profile = profile_of(tmp_path, COLUMNS)
	assert (profile.ticket, profile.time, profile.status) == (
		Column("id", 2),
		Column("at", 3),
		(Column("state", 4),),
	)
	assert (profile.layout.delimiter, profile.layout.quote, profile.layout.encoding) == ("", '"', "")
	assert (profile.times.format, profile.zone_name) == ("iso", "UTC")


DOCUMENTED = re.findall(
	r"```toml\n(.*?)```", (ROOT / "docs" / "replay-profile.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize("text", DOCUMENTED, ids=["status history", "event log", "one row a ticket"])
def test_every_example_of_the_documentation_is_a_profile(tmp_path: Path, text: str) -> None:
	profile = profile_of(tmp_path, text)
	assert profile.statuses.terms or profile.events.terms or profile.milestones


def test_the_example_for_volvo_knows_what_its_statuses_mean() -> None:
	found = meanings(Profile.read(ROOT / "examples" / "volvo" / "profile.toml"))
	assert found["Accepted / In Progress"] == Meaning(Status.OPEN, events=(Kind.REPLIED,))
	assert found["Accepted / Wait - User"] == Meaning(Status.HELD, Waiting.CUSTOMER.value)
	assert found["Accepted / Wait - Vendor"] == Meaning(Status.HELD, Waiting.SUPPLIER.value)


def test_properties_are_columns_or_constants(tmp_path: Path) -> None:
	profile = profile_of(tmp_path, COLUMNS + 'team = "group"\n[constants]\nsupplier = "ACME"\n')
	assert profile.properties == (Property(Kind.TEAM, Column("group", 5)),)
	assert profile.constants == (Constant(Kind.SUPPLIER, "ACME"),)


def test_each_list_of_statuses_has_its_meaning(tmp_path: Path) -> None:
	profile = profile_of(
		tmp_path,
		COLUMNS
		+ """[status]
opened = ["new"]
open = ["working", "both"]
replied = ["both", "answered", "fixed"]
held_customer = ["user", "all"]
held_supplier = ["vendor", "all"]
held_other = ["other"]
resolved = ["fixed"]
closed = "closed"
cancelled = ["void"]
told = ["informed"]
ignore = ["note"]
""",
	)
	assert meanings(profile) == {
		"new": Meaning(Status.OPEN, opens=True),
		"working": Meaning(Status.OPEN),
		"both": Meaning(Status.OPEN, events=(Kind.REPLIED,)),
		"answered": Meaning(Status.OPEN, events=(Kind.REPLIED,)),
		"user": Meaning(Status.HELD, Waiting.CUSTOMER.value),
		"vendor": Meaning(Status.HELD, Waiting.SUPPLIER.value),
		"all": Meaning(Status.HELD, Waiting.CUSTOMER.value | Waiting.SUPPLIER.value),
		"other": Meaning(Status.HELD, Waiting.OTHER.value),
		"fixed": Meaning(Status.RESOLVED, events=(Kind.REPLIED,)),
		"closed": Meaning(Status.CLOSED),
		"void": Meaning(Status.CANCELLED),
		"informed": Meaning(Status.RESOLVED, events=(Kind.TOLD,)),
		"note": Meaning(),
	}
	assert profile.statuses.otherwise is None


def test_milestones_stand_for_time_and_status(tmp_path: Path) -> None:
	profile = profile_of(tmp_path, '[columns]\nticket = "id"\n[milestones]\nopened = "o"\nresolved = "r"\n')
	assert profile.milestones == (
		Milestone(Column("o", 4), Meaning(opens=True)),
		Milestone(Column("r", 5), Meaning(Status.RESOLVED)),
	)


@pytest.mark.parametrize(
	("text", "message"),
	[
		pytest.param("", "There is no \\[columns\\]", id="empty"),
		pytest.param(COLUMNS + "[tiem]\n", 'line 5: Unknown key "tiem". Did you mean "time"', id="unknown section"),
		pytest.param(COLUMNS + 'prority = "p"\n', 'line 5: Unknown key "prority"', id="unknown column"),
		pytest.param('[columns]\ntime = "a"\nstatus = "s"\n', '"ticket" is missing', id="no ticket"),
		pytest.param('[columns]\nticket = "a"\nstatus = "s"\n', '"time" is missing', id="no time"),
		pytest.param('[columns]\nticket = "a"\ntime = "s"\n', "Nothing says what happened", id="no status"),
		pytest.param('[columns]\nticket = ""\ntime = "a"\nstatus = "s"\n', 'line 2: "ticket" names no column', id="blank column"),
		pytest.param('[columns]\nticket = "t"\ntime = "a"\nstatus = []\n', 'line 4: "status" names no column', id="no status columns"),
		pytest.param('[columns]\nticket = "t"\ntime = "a"\n[status]\nopen = "x"\n[events]\ncolumn = "e"\n', "needs a status column", id="statuses without column"),
		pytest.param(COLUMNS + '[log]\ndelimiter = ";;"\n', "line 6: .* single character", id="long delimiter"),
		pytest.param(COLUMNS + '[log]\ndelimiter = "\\n"\n', "line 6: .* single character", id="newline as delimiter"),
		pytest.param(COLUMNS + "[log]\ndelimiter = '\"'\n", "must be different", id="delimiter is quote"),
		pytest.param(COLUMNS + '[log]\nencoding = "utf-9"\n', 'line 6: "utf-9" is not an encoding', id="encoding"),
		pytest.param(COLUMNS + '[log]\nencoding = "rot13"\n', "is not an encoding", id="no text encoding"),
		pytest.param(COLUMNS + "[log]\nskip = -1\n", 'line 6: "skip" is negative', id="negative skip"),
		pytest.param(COLUMNS + '[log]\nblank = "maybe"\n', 'line 6: "blank" cannot be "maybe"', id="blank"),
		pytest.param(COLUMNS + '[time]\nformat = "%Q"\n', "line 6: .* is not a time format", id="bad directive"),
		pytest.param(COLUMNS + '[time]\nformat = "%Y %Q"\n', "line 6: .* is not a time format", id="bad directive after a good one"),
		pytest.param(COLUMNS + '[time]\nformat = "%H:%M"\n', "is not a time format", id="no year"),
		pytest.param(COLUMNS + '[time]\nzone = "Mars/Base"\n', 'line 6: "Mars/Base" is not a time zone', id="zone"),
		pytest.param(COLUMNS + '[time]\nzone = "../x"\n', "is not a time zone", id="zone as a path"),
		pytest.param(COLUMNS + 'team = "g"\n[constants]\nteam = "x"\n', 'line 7: "team" is a constant and a column', id="constant and column"),
		pytest.param(COLUMNS + '[status]\nopen = "x"\nclosed = "x"\n', 'line 7: "x" is listed under "open" and under "closed"', id="two statuses"),
		pytest.param(COLUMNS + '[status]\nreplied = "x"\nignore = "x"\n', 'line 7: "x" is listed', id="ignored and not"),
		pytest.param(COLUMNS + "[status]\nopen = [1]\n", 'line 6: "open" must be a string or a list', id="number as status"),
		pytest.param(COLUMNS + '[events]\ncolumn = "e"\nresolved = "x"\n', 'line 7: "resolved" is a status', id="status event beside a status"),
		pytest.param(COLUMNS + '[events]\nreplied = "e"\n', '"column" is missing', id="events without column"),
		pytest.param(COLUMNS + '[milestones]\nopened = "o"\n', 'line 3: "time" and \\[milestones\\]', id="milestones and time"),
		pytest.param('[columns]\nticket = "t"\n[milestones]\nclosed = "o"\n', '"opened" is missing', id="no opening"),
		pytest.param('[columns]\nticket = "t"\n[milestones]\nopened = "o"\n[status]\nopen = "x"\n', "do not go together", id="milestones and statuses"),
	],
)  # fmt: skip
def test_what_is_wrong_in_a_profile_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
	with pytest.raises(InputProblem, match=message) as found:
		profile_of(tmp_path, text)
	assert found.value.file == str(tmp_path / "profile.toml")


def proposal_for(tmp_path: Path, log: str, encoding: str = "utf-8") -> tuple[str, list[TicketLog], Problems]:
	"""The profile proposed for a log, and what the log gives when it is read with it."""
	path = tmp_path / "log.csv"
	path.write_bytes(log.encode(encoding))
	text = propose(path)
	problems = Problems()
	return text, list(read_tickets(path, profile_of(tmp_path, text), problems)), problems


def test_a_status_history_gets_a_profile_that_can_be_used_as_it_is(tmp_path: Path) -> None:
	log = """Incident;Changed at;Status;Sub status;Assignment Group;Impact;Note
I1;2026-06-01T09:00:00Z;Queued;Awaiting Assignment;A;High;x
I1;2026-06-01T09:10:00Z;Accepted;In Progress;B;High;x
I1;2026-06-01T10:00:00Z;Accepted;Wait - Vendor;B;High;x
I1;2026-06-01T11:00:00Z;Pending;Customer;B;High;x
I1;2026-06-01T12:00:00Z;Completed;Resolved;B;High;x
I1;2026-06-02T12:00:00Z;Completed;Closed;B;High;x
I1;2026-06-02T12:01:00Z;Xyzzy;;B;High;x
"""
	text, tickets, problems = proposal_for(tmp_path, log)
	assert 'team = "Assignment Group"' in text
	assert 'priority = "Impact"' in text
	assert 'open = ["Queued / Awaiting Assignment"' in text
	assert 'replied = ["Accepted / In Progress"]' in text
	assert 'held_supplier = ["Accepted / Wait - Vendor"]' in text
	assert 'held_customer = ["Pending / Customer"]' in text
	assert 'resolved = ["Completed / Resolved"]' in text
	assert 'closed = ["Completed / Closed"]' in text
	assert 'UNSURE: what do these mean? "Xyzzy"' in text
	assert 'Not used: "Note"' in text
	assert "zone" not in text
	assert ([ticket.rows for ticket in tickets], problems.total) == ([7], 0)


def test_an_event_log_gets_an_events_table_and_a_zone_to_be_confirmed(tmp_path: Path) -> None:
	log = """case id,timestamp,event,team
1,2026-06-01 09:00:00,Created,A
1,2026-06-01 09:10:00,Mail sent,A
1,2026-06-01 09:15:00,Customer mail,A
1,2026-06-01 09:20:00,Resolved,A
1,2026-06-01 09:21:00,Looked at,A
"""
	text, tickets, problems = proposal_for(tmp_path, log)
	assert 'zone = "UTC"  # UNSURE' in text
	assert 'customer_replied = ["Customer mail"]' in text
	assert 'ignore = ["Looked at"]' in text
	kinds = [fact.kind for fact in tickets[0].facts if fact.kind is not Kind.TEAM]
	assert kinds == [Kind.OPENED, Kind.STATUS, Kind.REPLIED, Kind.CUSTOMER_REPLIED, Kind.STATUS]
	assert problems.total == 0


def test_a_log_with_a_row_a_ticket_gets_milestones_and_a_doubt_about_days_and_months(tmp_path: Path) -> None:
	log = """Number\tOpened\tResolved\tClosed\tPriority\tCity
INC1\t01/06/2026 09:00\t02/06/2026 10:00\t\t1 - High\tKöln
INC2\t02/06/2026 09:00\t\t\t2 - Low\tKöln
"""
	text, tickets, problems = proposal_for(tmp_path, log, "cp1252")
	assert 'encoding = "cp1252"' in text
	assert 'format = "%d/%m/%Y %H:%M"  # UNSURE: day and month' in text
	assert 'resolved = "Resolved"' in text
	assert 'priority = "Priority"' in text
	assert ([ticket.ticket for ticket in tickets], problems.total) == (["INC1", "INC2"], 0)


def test_what_was_not_recognised_is_left_to_be_filled_in(tmp_path: Path) -> None:
	path = tmp_path / "log.csv"
	path.write_text("foo,bar\n1,2026-06-01T09:00Z\n")
	text = propose(path)
	assert 'ticket = ""  # UNSURE: which column?' in text
	with pytest.raises(InputProblem, match="names no column"):
		profile_of(tmp_path, text)


EVENTS = """case,at,event,customer,priority,group
1,2026-06-01T09:00Z,Created,ACME,P1,Desk
1,2026-06-01T09:10Z,Taken,,,
1,2026-06-01T09:20Z,Resolved,,,
2,2026-06-01T10:00Z,Created,Bolt,,Desk
2,2026-06-01T10:10Z,Prioritised,,P2,
2,2026-06-01T10:20Z,Resolved,,,
"""


def test_properties_that_stand_only_where_they_are_set_stay_what_they_were(tmp_path: Path) -> None:
	text, tickets, _ = proposal_for(tmp_path, EVENTS)

	assert (
		'blank = "unchanged"  # UNSURE: team, priority and customer stand only on rows that set a value'
		in text
	)
	assert [(fact.kind, fact.value) for fact in tickets[0].facts if fact.kind is Kind.CUSTOMER] == [
		(Kind.CUSTOMER, "ACME")
	]


def test_a_supplier_that_is_done_with_a_ticket_does_not_make_blank_unchanged(tmp_path: Path) -> None:
	log = """ticket,time,status,supplier,customer
1,2026-06-01T09:00Z,New,,ACME
1,2026-06-01T09:10Z,Vendor,Corvane,ACME
1,2026-06-01T09:20Z,Open,,ACME
1,2026-06-01T09:30Z,Resolved,,ACME
"""
	text, _, _ = proposal_for(tmp_path, log)

	assert "blank" not in text


def test_a_log_whose_tickets_run_backwards_is_newest_first(tmp_path: Path) -> None:
	log = """ticket,time,status,customer
1,2026-06-01T09:30Z,Resolved,
1,2026-06-01T09:10Z,Open,
1,2026-06-01T09:00Z,New,ACME
"""
	text, tickets, problems = proposal_for(tmp_path, log)

	assert "newest_first = true  # UNSURE" in text
	assert 'blank = "unchanged"  # UNSURE: customer stands' in text
	assert (tickets[0].facts[0].source, problems.noted) == ("line 4", 0)


GERMAN = """Ticketnummer;Erstellt am;Erste Reaktion;Gelöst am;Geschlossen am;Status;Prio;Kunde;Gruppe
4711;13.06.2026 09:00;13.06.2026 09:10;;;Offen;P1;ACME;Netz
4712;14.06.2026 09:00;;15.06.2026 10:00;;Gelöst;P2;Bolt;Netz
"""


def test_german_headers_and_an_empty_column_of_times_are_recognised(tmp_path: Path) -> None:
	text, tickets, problems = proposal_for(tmp_path, GERMAN)

	for found in (
		'ticket = "Ticketnummer"',
		'priority = "Prio"',
		'customer = "Kunde"',
		'team = "Gruppe"',
		'opened = "Erstellt am"',
		'replied = "Erste Reaktion"',
		'resolved = "Gelöst am"',
		'closed = "Geschlossen am"',
	):
		assert found in text
	assert (len(tickets), problems.total) == (2, 0)


def test_a_few_repeated_tickets_do_not_hide_that_there_is_a_row_a_ticket(tmp_path: Path) -> None:
	"""39 of 40 rows have a ticket of their own."""
	rows = [f"{n},2026-06-01T09:00Z,2026-06-02T09:00Z" for n in [*range(39), 38]]

	text, tickets, problems = proposal_for(tmp_path, "\n".join(["id,Raised,Solved", *rows, ""]))

	assert 'opened = "Raised"  # UNSURE: is it when the ticket was opened?' in text
	assert 'resolved = "Solved"\n' in text
	assert (len(tickets), problems.total) == (39, 1)


def test_of_several_columns_of_times_the_chosen_one_is_unsure(tmp_path: Path) -> None:
	log = """ticket,time,due,status
1,2026-06-01T09:00Z,2026-06-02T09:00Z,New
1,2026-06-01T09:10Z,2026-06-02T09:00Z,Resolved
"""
	text, _, _ = proposal_for(tmp_path, log)

	assert 'time = "time"  # UNSURE: "due" holds times too' in text


def test_a_hold_that_was_guessed_from_a_word_is_unsure(tmp_path: Path) -> None:
	log = "ticket,time,status\n1,2026-06-01T09:00Z,Pending\n1,2026-06-01T09:10Z,Resolved\n"

	text, _, _ = proposal_for(tmp_path, log)

	assert "# UNSURE: does the ticket wait in these" in text
	assert text.index("does the ticket wait") < text.index('held_other = ["Pending"]')


def test_a_file_without_times_is_no_ticket_log(tmp_path: Path) -> None:
	path = tmp_path / "prices.csv"
	path.write_text("article,price\nnail,2\n")

	with pytest.raises(InputProblem, match=r'no.* ticket log: none of its columns \("article", "price"\)'):
		propose(path)


def test_an_empty_status_is_told_of_the_milestones(tmp_path: Path) -> None:
	with pytest.raises(InputProblem, match=r"or \[milestones\] if the log has one row a ticket"):
		profile_of(tmp_path, '[columns]\nticket = "t"\ntime = "a"\nstatus = ""\n')
