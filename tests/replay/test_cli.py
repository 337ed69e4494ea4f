"""The command `slm` from its arguments to its exit code, on small files."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

AGREEMENTS = """\
[calendar.office]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-18:00" }

[[agreement]]
name = "ACME"
kind = "SLA"
calendar = "office"
objective = 90
customers = ["ACME"]

	[[agreement.target]]
	metric = "resolution"
	goal = "4h"
	holds = ["customer"]
"""

PROFILE = """\
[time]
zone = "Europe/Berlin"

[columns]
ticket = "no"
time = "when"
status = "state"
customer = "customer"

[status]
open = ["open"]
held_customer = ["waiting"]
resolved = ["done"]
"""

# Fri 5 June 2026 14:00, held 15:00-17:00, resolved Mon 8 June 10:30: 3 h 30 min of 4 h.
# Mon 1 June 09:00, never resolved: missed since 13:00.
LOG = """\
no,when,state,customer
A-1,2026-06-05T14:00:00,open,ACME
A-1,2026-06-05T15:00:00,waiting,ACME
A-1,2026-06-05T17:00:00,open,ACME
A-1,2026-06-08T10:30:00,done,ACME
A-2,2026-06-01T09:00:00,open,ACME
A-2,2026-06-01T12:00:00,open,ACME
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
	(tmp_path / "agreements.toml").write_text(AGREEMENTS)
	(tmp_path / "profile.toml").write_text(PROFILE)
	(tmp_path / "log.csv").write_text(LOG)
	return tmp_path


def slm(folder: Path, *arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
	done = subprocess.run(
		[sys.executable, "-m", "slm_extension.replay", *arguments],
		cwd=folder,
		input=stdin,
		capture_output=True,
		timeout=60,
	)
	return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


INPUTS = ("--agreements", "agreements.toml", "--profile", "profile.toml")


def clocks(folder: Path) -> list[dict[str, str]]:
	with (folder / "out" / "clocks.csv").open(newline="") as file:
		return list(csv.DictReader(file))


def test_a_replay_writes_three_files_and_prints_the_table(files: Path) -> None:
	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert done.returncode == 0, done.stderr
	assert sorted(path.name for path in (files / "out").iterdir()) == [
		"clocks.csv",
		"report.html",
		"summary.json",
	]
	assert "50.0 %" in done.stdout
	assert done.stderr == ""


def test_the_clocks_are_those_worked_out_by_hand(files: Path) -> None:
	slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	first, second = clocks(files)

	assert {name: first[name] for name in ("ticket", "outcome", "elapsed", "held", "due", "stopped")} == {
		"ticket": "A-1",
		"outcome": "met",
		"elapsed": str(3 * 3600 + 1800),
		"held": str(2 * 3600),
		"due": "2026-06-08T11:00:00+02:00",
		"stopped": "2026-06-08T10:30:00+02:00",
	}
	assert {name: second[name] for name in ("ticket", "outcome", "phase", "missed_at")} == {
		"ticket": "A-2",
		"outcome": "missed",
		"phase": "running",
		"missed_at": "2026-06-01T13:00:00+02:00",
	}
	assert first["explanation"].startswith("2026-06-05T14:00:00+02:00 counted 3600; ")


def test_without_until_the_tickets_are_seen_at_the_last_time_in_the_log(files: Path) -> None:
	slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert json.loads((files / "out" / "summary.json").read_text())["as_of"] == "2026-06-08T08:30:00Z"


@pytest.mark.parametrize(
	("until", "elapsed"),
	[
		pytest.param("2026-06-01T10:00", 3600, id="naive, in the zone of the log"),
		pytest.param("2026-06-01T10:00+02:00", 3600, id="with an offset"),
		pytest.param("2026-06-01T08:30:00Z", 5400, id="UTC"),
		pytest.param("2026-06-01", 9 * 3600, id="a date is its end"),
	],
)
def test_until_says_as_of_when(files: Path, until: str, elapsed: int) -> None:
	slm(files, "replay", "log.csv", *INPUTS, "--out", "out", "--until", until)

	(only,) = clocks(files)

	assert (only["ticket"], only["elapsed"]) == ("A-2", str(elapsed))


def test_a_gzip_log_on_standard_input_gives_the_same(files: Path) -> None:
	slm(files, "replay", "log.csv", *INPUTS, "--out", "out")
	expected = (files / "out" / "clocks.csv").read_bytes()

	done = slm(files, "replay", "-", *INPUTS, "--out", "out", stdin=gzip.compress(LOG.encode()))

	assert done.returncode == 0, done.stderr
	assert (files / "out" / "clocks.csv").read_bytes() == expected


def test_broken_rows_are_listed_and_change_no_other_ticket(files: Path) -> None:
	slm(files, "replay", "log.csv", *INPUTS, "--out", "out")
	expected = clocks(files)
	(files / "log.csv").write_text(LOG.replace("A-2,2026-06-01T12:00:00", "A-2,yesterday"))

	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out", "--until", "2026-06-08T10:30")

	assert done.returncode == 1
	assert "line 7" in done.stderr
	assert clocks(files) == expected


def test_strict_stops_at_the_first_broken_row_and_writes_nothing(files: Path) -> None:
	(files / "log.csv").write_text(
		LOG.replace("A-1,2026-06-05T15:00:00,waiting", "A-1,2026-06-05T15:00:00,gone")
	)

	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out", "--strict")

	assert done.returncode == 4
	assert "line 3" in done.stderr
	assert list((files / "out").iterdir()) == []


def test_what_stood_in_the_directory_stays_when_a_replay_fails(files: Path) -> None:
	(files / "out").mkdir()
	(files / "out" / "clocks.csv").write_text("mine")
	(files / "log.csv").write_text(LOG + "A-3,never,open,ACME\n")

	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out", "--strict", "--until", "2026-07-01")

	assert done.returncode == 4
	assert (files / "out" / "clocks.csv").read_text() == "mine"


@pytest.mark.parametrize(
	("arguments", "code", "said"),
	[
		pytest.param(("replay", "gone.csv", *INPUTS), 3, "gone.csv", id="no log"),
		pytest.param(("replay", "log.csv"), 2, "--agreements", id="no agreements"),
		pytest.param(
			("replay", "log.csv", "--agreements", "gone.toml", "--profile", "profile.toml"),
			3,
			"gone.toml",
			id="agreements not there",
		),
		pytest.param(
			("replay", "log.csv", *INPUTS, "--until", "soon"), 2, '"soon" is not a time', id="until"
		),
		pytest.param(
			("replay", "log.csv", *INPUTS, "--until", "2026-02-30"), 2, "is not a time", id="30 February"
		),
		pytest.param(("replay", "log.csv", *INPUTS, "--until", "9999-12-31"), 2, "is not a time", id="9999"),
		pytest.param(("replay", "log.csv", *INPUTS, "--only", "ACNE"), 2, '"ACNE"', id="only an unknown one"),
		pytest.param(("replay", "log.csv", *INPUTS, "--out", "log.csv"), 2, "log.csv", id="out is a file"),
		pytest.param(("explain", "log.csv", "A-9", *INPUTS), 5, '"A-9"', id="no such ticket"),
		pytest.param(("check",), 2, "--agreements", id="nothing to check"),
		pytest.param(("check", "log.csv", "--agreements", "agreements.toml"), 2, "--profile", id="log alone"),
	],
)
def test_a_mistake_ends_with_one_sentence_and_its_code(
	files: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
	done = slm(files, *arguments)

	assert done.returncode == code
	assert said in done.stderr
	assert "Traceback" not in done.stderr


def test_a_mistake_in_the_agreements_names_file_and_line(files: Path) -> None:
	(files / "agreements.toml").write_text(AGREEMENTS.replace('goal = "4h"', 'goal = "-4h"'))

	done = slm(files, "check", "--agreements", "agreements.toml")

	assert done.returncode == 3
	assert done.stderr.startswith("agreements.toml, line 14: ")


def test_explain_adds_up_to_the_second(files: Path) -> None:
	done = slm(files, "explain", "log.csv", "A-1", *INPUTS)

	assert done.returncode == 0, done.stderr
	assert "closed: Saturday" in done.stdout
	assert "held: waiting" in done.stdout
	assert "counted 3 h 30 min + held 2 h + closed or not counted 63 h = 68 h 30 min" in done.stdout


def test_explain_says_why_a_target_was_missed(files: Path) -> None:
	done = slm(files, "explain", "log.csv", "A-2", *INPUTS, "--until", "2026-06-01T15:00")

	assert "missed at 2026-06-01 13:00:00 CEST, over by 2 h" in done.stdout
	assert "Missed because of: unassigned" in done.stdout


def test_explain_of_a_ticket_opened_later_says_so(files: Path) -> None:
	done = slm(files, "explain", "log.csv", "A-1", *INPUTS, "--until", "2026-06-01T15:00")

	assert "opened after the time asked for" in done.stdout


def test_check_counts_what_it_has_read(files: Path) -> None:
	done = slm(files, "check", "log.csv", *INPUTS)

	assert done.returncode == 0, done.stderr
	assert "1 agreement, 1 calendar, 0 excuses" in done.stdout
	assert "2 tickets in 6 rows" in done.stdout


def test_a_proposed_profile_can_be_used_as_it_is(files: Path) -> None:
	(files / "log.csv").write_text(LOG.replace("no,when,state", "ticket,time,status"))
	(files / "profile.toml").write_text(slm(files, "profile", "log.csv").stdout)

	done = slm(files, "check", "log.csv", "--profile", "profile.toml")

	assert "2 tickets in 6 rows" in done.stdout


def test_a_customer_report_of_several_customers_must_name_one(files: Path) -> None:
	other = AGREEMENTS.split("[[agreement]]")[1].replace("ACME", "Bolt")
	(files / "agreements.toml").write_text(AGREEMENTS + "[[agreement]]" + other)

	refused = slm(files, "replay", "log.csv", *INPUTS, "--out", "out", "--audience", "customer")
	done = slm(
		files, "replay", "log.csv", *INPUTS, "--out", "out", "--audience", "customer", "--only", "ACME"
	)

	assert refused.returncode == 2
	assert "--only" in refused.stderr
	assert done.returncode == 0, done.stderr
	assert "Bolt" not in (files / "out" / "report.html").read_text()


def test_an_excused_miss_is_named_in_the_clocks(files: Path) -> None:
	(files / "agreements.toml").write_text(
		AGREEMENTS + '\n[[excuse]]\nticket = "A-2"\nreason = "flood"\napproved_by = "both"\n'
	)

	slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert [row["excused"] for row in clocks(files)] == ["", "flood"]


def test_text_of_strangers_is_no_formula_in_the_clocks(files: Path) -> None:
	(files / "log.csv").write_text(LOG.replace("A-1", "=1+1"))

	slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert clocks(files)[0]["ticket"] == "'=1+1"


def test_what_the_domain_refuses_about_one_ticket_leaves_the_others(files: Path) -> None:
	"""A calendar open on one day only has no four hours more to give after it."""
	once = '[calendar.office]\nzone = "Europe/Berlin"\nhours = {}\n[[calendar.office.exception]]\ndate = 2026-06-05\nhours = "09:00-23:00"\n'
	(files / "agreements.toml").write_text(once + AGREEMENTS[AGREEMENTS.index("[[agreement]]") :])
	(files / "log.csv").write_text(LOG.replace("A-2,2026-06-01", "A-2,2026-06-06"))

	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert done.returncode == 1
	assert "ticket A-2: " in done.stderr
	assert [row["ticket"] for row in clocks(files)] == ["A-1"]


def test_a_row_placed_by_its_time_is_a_note_and_not_left_out(files: Path) -> None:
	(files / "log.csv").write_text(LOG + "A-2,2026-06-01T11:00:00,waiting,ACME\n")

	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out")
	strict = slm(files, "replay", "log.csv", *INPUTS, "--strict")

	assert done.returncode == 0
	assert done.stderr.startswith(
		'Note: line 8: The time "2026-06-01T11:00:00" is before that of the row above'
	)
	assert json.loads((files / "out" / "summary.json").read_text())["broken_rows"]["total"] == 0
	assert strict.returncode == 4


def test_broken_rows_are_listed_in_order_of_line(files: Path) -> None:
	"""The log is sorted by ticket before it is read; A-3 stands above A-1."""
	(files / "log.csv").write_text(
		LOG.replace("state,customer\n", "state,customer\nA-3,never,open,ACME\n") + "A-1,x,open,ACME\n"
	)

	done = slm(files, "check", "log.csv", "--profile", "profile.toml")

	assert done.returncode == 1
	assert done.stderr.index("line 2:") < done.stderr.index("line 9:")
	assert done.stderr.startswith("2 rows left out: bad time\n")


def test_one_broken_row_is_told_in_the_singular(files: Path) -> None:
	(files / "log.csv").write_text(LOG + "A-3,never,open,ACME\n")

	assert slm(files, "check", "log.csv", "--profile", "profile.toml").stderr.startswith("1 row left out: ")


BROKEN = "".join(f"B-{n},2026-06-05T14:00:00,open,M\xfcller\n" for n in range(10, 20)).encode("cp1252")


@pytest.mark.parametrize("command", ["replay", "check", "explain"])
def test_a_log_whose_rows_are_mostly_broken_for_one_reason_is_refused_with_a_remedy(
	files: Path, command: str
) -> None:
	(files / "log.csv").write_bytes(LOG.encode() + BROKEN)

	done = slm(files, command, "log.csv", *(["A-1"] if command == "explain" else []), *INPUTS)

	assert done.returncode == 3
	assert "log.csv, line 8: 10 of 16 rows cannot be used (wrong encoding)" in done.stderr
	assert "Is it cp1252?" in done.stderr


def test_a_log_that_is_mostly_broken_writes_nothing(files: Path) -> None:
	(files / "log.csv").write_bytes(LOG.encode() + BROKEN)

	slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert list((files / "out").iterdir()) == []


def test_a_log_without_a_single_usable_row_names_the_reason(files: Path) -> None:
	(files / "log.csv").write_bytes(LOG.splitlines(keepends=True)[0].encode() + BROKEN)

	done = slm(files, "replay", "log.csv", *INPUTS)

	assert done.returncode == 3
	assert "10 of 10 rows cannot be used (wrong encoding)" in done.stderr


def test_a_log_half_of_which_is_broken_is_measured(files: Path) -> None:
	rows = "".join(f"A-9,2026-06-08T1{n}:00:00,open,ACME\n" for n in range(4))
	(files / "log.csv").write_bytes(LOG.encode() + rows.encode() + BROKEN)

	assert slm(files, "check", "log.csv", *INPUTS).returncode == 1


def test_explain_of_a_ticket_whose_rows_are_all_broken_says_which_and_why(files: Path) -> None:
	(files / "log.csv").write_text(LOG + "A-3,never,open,ACME\nA-3,2026-06-01T09:00,gone,ACME\n")

	done = slm(files, "explain", "log.csv", "A-3", *INPUTS)

	assert done.returncode == 5
	assert 'Ticket "A-3" has rows in log.csv, but none that can be used:' in done.stderr
	assert 'line 8: "never" is not a time' in done.stderr
	assert 'line 9: The profile does not say what the status "gone" means.' in done.stderr


def test_a_customer_gets_the_report_and_nothing_else(files: Path) -> None:
	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out", "--audience", "customer")

	assert [path.name for path in (files / "out").iterdir()] == ["report.html"]
	assert done.stdout.rstrip().endswith("Report: out/report.html")


def test_check_compares_the_names_of_log_and_agreements(files: Path) -> None:
	(files / "log.csv").write_text(
		LOG.replace("A-2,2026-06-01T09:00:00,open,ACME", "A-2,2026-06-01T09:00:00,open,Acme")
	)
	(files / "agreements.toml").write_text(AGREEMENTS.replace('["ACME"]', '["ACME", "Bolt"]'))

	done = slm(files, "check", "log.csv", *INPUTS)

	assert 'In the agreements, never in the log: customers "Bolt".' in done.stdout
	assert 'No agreement applies to 1 of 2 tickets: customer "Acme" 1.' in done.stdout


def test_check_asks_about_values_that_are_not_repeated(files: Path) -> None:
	(files / "log.csv").write_text(LOG.replace("waiting,ACME", "waiting,"))

	done = slm(files, "check", "log.csv", "--profile", "profile.toml")

	assert (
		'Warning: the customer becomes empty on 1 of 2 tickets that had one; did you mean blank = "unchanged"'
		in done.stdout
	)


def test_tickets_without_agreement_and_without_target_are_told_apart(files: Path) -> None:
	(files / "agreements.toml").write_text(
		AGREEMENTS.replace('goal = "4h"', 'goal = "4h"\n\tpriorities = "P1"')
	)
	(files / "log.csv").write_text(
		LOG.replace("A-1,2026-06-05T14:00:00,open,ACME", "A-1,2026-06-05T14:00:00,open,Bolt")
		.replace("ing,ACME", "ing,Bolt")
		.replace("17:00:00,open,ACME", "17:00:00,open,Bolt")
		.replace("done,ACME", "done,Bolt")
	)

	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert 'Tickets no agreement applies to: 1 (customer "Bolt" 1).' in done.stdout
	assert "Tickets with an agreement, but no target for them: 1." in done.stdout
	found = json.loads((files / "out" / "summary.json").read_text())["tickets"]
	assert (found["not_covered"], found["no_target"]) == (1, 1)


def test_as_of_is_told_by_the_clock_of_the_log(files: Path) -> None:
	done = slm(files, "replay", "log.csv", *INPUTS, "--out", "out")

	assert "log.csv as of 2026-06-08 10:30:00 CEST: 2 tickets, 2 clocks" in done.stdout
	assert "2026-06-08 10:30:00 CEST" in (files / "out" / "report.html").read_text()


def test_a_ticket_without_customer_is_explained_by_the_clock_of_the_log(files: Path) -> None:
	(files / "log.csv").write_text(LOG + "A-3,2026-06-05T14:00:00,open,\n")

	done = slm(files, "explain", "log.csv", "A-3", *INPUTS)

	assert "as seen at 2026-06-08 10:30:00 CEST" in done.stdout
	assert "2026-06-05 14:00:00 CEST  opened" in done.stdout
	assert "ACME (version 1): no, the ticket has no customer" in done.stdout


def test_the_report_has_the_title_that_was_asked_for(files: Path) -> None:
	slm(files, "replay", "log.csv", *INPUTS, "--out", "out", "--title", "June <ACME>")

	assert "<h1>June &lt;ACME&gt;</h1>" in (files / "out" / "report.html").read_text()


def test_what_is_no_ticket_log_gets_no_profile(files: Path) -> None:
	done = slm(files, "profile", "agreements.toml")

	assert done.returncode == 3
	assert "Does not look like a ticket log" in done.stderr
	assert done.stdout == ""
