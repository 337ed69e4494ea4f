"""The beat: what time alone has changed bears the instant at which it changed, whenever the beat comes by."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from slm_extension import tasks
from slm_extension.adapters import site_time
from slm_extension.adapters.settings import last_beat
from slm_extension.services.chunks import Chunks
from slm_extension.services.tick import tick
from slm_extension.testing import clock_rows, clocks, make_agreement, make_issue, set_status, wall


def beat(**how: Any) -> int:
	return tick(site_time.now(), Chunks(**how))


def misses(issues: list[Any]) -> list[tuple[str, Any, Any, int]]:
	return [
		(row.metric, row.outcome, row.missed_at, row.period) for issue in issues for row in clock_rows(issue)
	]


def test_used_up_to_the_second_is_not_yet_missed(clock, agreement) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00:00")
	assert beat() == 0

	clock.at("Mon 1 Jun 10:00:01")
	assert beat() == 1

	got = clocks(issue)["response"]
	assert (got.outcome, got.missed_at, got.phase) == ("Missed", wall("Mon 1 Jun 10:00"), "Running")
	assert frappe.db.get_value("Issue", issue.name, "slm_state") == "Overdue"


def test_used_up_at_closing_time_is_missed_when_the_office_opens(clock, agreement) -> None:
	clock.at("Mon 1 Jun 14:00")
	issue = make_issue()
	clock.at("Tue 2 Jun 08:59:59")
	beat()
	assert clocks(issue)["resolution"].outcome == "Pending"

	clock.at("Tue 2 Jun 09:02")
	beat()

	assert clocks(issue)["resolution"].missed_at == wall("Tue 2 Jun 09:00")


def test_a_held_clock_is_left_alone(clock, agreement) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 09:30")
	set_status(issue, "Replied")
	clock.at("Fri 5 Jun 09:00")
	beat()

	assert clocks(issue)["resolution"].outcome == "Pending"
	assert clocks(issue)["response"].outcome == "Missed"


def test_pages_of_any_size_come_to_the_same(clock, agreement) -> None:
	issues = [make_issue(f"Number {number}") for number in range(7)]
	clock.at("Tue 2 Jun 12:00")

	assert beat(page=2) >= len(issues)

	assert {row[1] for row in misses(issues)} == {"Missed"}
	assert {row[2] for row in misses(issues)} == {wall("Mon 1 Jun 10:00"), wall("Mon 1 Jun 13:00")}


def test_twice_gives_the_same(clock, agreement) -> None:
	issues = [make_issue(f"Number {number}") for number in range(3)]
	clock.at("Tue 2 Jun 12:00")
	beat()
	before = [clock_rows(issue) for issue in issues]

	assert beat() == 0
	assert [clock_rows(issue) for issue in issues] == before


def test_off_for_a_week_gives_the_same_misses(clock, agreement) -> None:
	"""The first tickets are looked at every ten minutes of their day, the others once a week later."""
	clock.at("Mon 1 Jun 09:30")
	awake = [make_issue(f"Awake {number}", opened=f"Mon 1 Jun 0{number}:30") for number in (7, 8, 9)]
	for _ in range(36):
		clock.instant += 10 * 60
		beat()
	clock.at("Mon 1 Jun 09:30")
	asleep = [make_issue(f"Asleep {number}", opened=f"Mon 1 Jun 0{number}:30") for number in (7, 8, 9)]
	clock.at("Mon 8 Jun 09:30")
	beat()

	assert misses(asleep) == misses(awake)
	assert {row[1] for row in misses(asleep)} == {"Missed"}


def test_a_beat_that_is_cut_short_has_done_what_it_has_done(clock, agreement) -> None:
	issues = [make_issue(f"Number {number}") for number in range(4)]
	clock.at("Mon 1 Jun 10:30")
	kept: list[int] = []

	def killed_at_the_third() -> None:
		kept.append(1)
		if len(kept) == 3:
			raise KeyboardInterrupt

	with pytest.raises(KeyboardInterrupt):
		beat(page=2, keep=killed_at_the_third)
	assert [clocks(issue)["response"].outcome for issue in issues].count("Missed") == 2

	beat(page=2)

	assert {clocks(issue)["response"].missed_at for issue in issues} == {wall("Mon 1 Jun 10:00")}


def test_a_beat_without_anything_due_is_one_query(clock, agreement, queries) -> None:
	for number in range(5):
		make_issue(f"Number {number}")

	with queries.counted():
		assert beat() == 0

	assert len(queries) == 1, queries.sent


def test_the_scheduler_notes_when_it_was_there_and_rests_where_timing_is_off(clock, agreement) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:30")
	settings = frappe.get_single("SLM Settings")
	settings.enabled = 0
	settings.save()
	tasks.beat()
	assert clocks(issue)["response"].outcome == "Pending"

	settings.reload()
	settings.enabled = 1
	settings.save()
	tasks.beat()

	assert clocks(issue)["response"].outcome == "Missed"
	assert last_beat()


@pytest.fixture
def kept_tickets(clock) -> Iterator[list[str]]:
	"""Tickets that other processes can see; taken away afterwards."""
	agreement = make_agreement("Seen by all")
	names = [make_issue(f"Seen by all {number}").name for number in range(40)]
	type(frappe.local.db).commit(frappe.local.db)
	try:
		yield names
	finally:
		frappe.db.rollback()
		for doctype, field in (
			("Issue", "name"),
			("SLM Breach", "ticket"),
			("SLM Clock", "ticket"),
			("SLM Escalation Log", "ticket"),
			("SLM Ticket Event", "ticket"),
			("SLM Failed Measure", "ticket"),
			("Version", "docname"),
			("Comment", "reference_name"),
		):
			frappe.db.delete(doctype, {field: ["in", names]})
		for child in ("SLM Target", "SLM Agreement Service", "SLM Agreement Team"):
			frappe.db.delete(child, {"parent": agreement.name})
		frappe.db.delete("SLM Agreement", {"name": agreement.name})
		frappe.db.delete("SLM Calendar Hours", {"parent": agreement.calendar})
		frappe.db.delete("SLM Calendar Edition", {"calendar": agreement.calendar})
		frappe.db.delete("SLM Calendar", {"name": agreement.calendar})
		type(frappe.local.db).commit(frappe.local.db)
		frappe.clear_cache()


BEAT = """
import frappe
frappe.init(site={site!r}, sites_path={sites!r})
frappe.connect()
from slm_extension import testing, tasks
with testing.fixed_clock() as clock:
	clock.at("Mon 1 Jun 10:30")
	print("ready", flush=True)
	input()
	tasks.beat()
frappe.destroy()
"""


def test_two_beats_at_once_do_the_work_once(site, kept_tickets) -> None:
	"""Two schedulers in processes of their own, let loose at the same moment."""
	script = textwrap.dedent(BEAT.format(site=site, sites=frappe.local.sites_path))
	beats = [
		subprocess.Popen(
			[sys.executable, "-c", script],
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			text=True,
		)
		for _ in range(2)
	]
	for process in beats:
		assert process.stdout is not None and process.stdout.readline() == "ready\n"
	for process in beats:
		assert process.stdin is not None
		process.stdin.write("go\n")
		process.stdin.flush()
	said = [process.communicate(timeout=60)[1] for process in beats]

	assert [process.returncode for process in beats] == [0, 0], said
	rows = frappe.get_all(
		"SLM Clock",
		filters={"ticket": ["in", kept_tickets]},
		fields=["ticket", "metric", "outcome", "missed_at"],
		order_by="ticket asc, metric asc",
	)
	assert len(rows) == 2 * len(kept_tickets)
	assert {row.missed_at for row in rows if row.metric == "Response"} == {wall("Mon 1 Jun 10:00")}
	assert not frappe.db.exists("SLM Failed Measure", {"ticket": ["in", kept_tickets]})
