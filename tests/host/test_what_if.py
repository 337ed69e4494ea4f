"""A draft over the tickets of a past period: the same figures as `slm replay`, and nothing else touched."""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import frappe
import pytest
from click.testing import CliRunner

from slm_extension import commands, testing
from slm_extension.adapters import site_time, store
from slm_extension.adapters import what_if as adapter
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.store import Ticket
from slm_extension.domain.errors import HorizonExceeded
from slm_extension.service_level_management.doctype.slm_what_if import slm_what_if
from slm_extension.service_level_management.report.slm_what_if_tickets import slm_what_if_tickets
from slm_extension.services import what_if
from slm_extension.services.chunks import Chunks
from slm_extension.services.import_agreements import import_agreements
from slm_extension.services.versions import new_version
from slm_extension.testing import (
	SiteClock,
	make_agreement,
	make_customer,
	make_issue,
	reply,
	set_status,
	target,
)

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "demo"
REPLAY = ROOT / ".venv" / "bin" / "slm"
"""The command line for people without a site, as `make test` sets it up: a bench has not all that it needs."""

TIGHT = [target("Response", 0.5), target("Resolution", 2, objective=90)]


@pytest.fixture
def slm(site: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
	"""Runs `bench slm ...` on the site that the test is connected to, in the test's transaction."""
	monkeypatch.setattr(commands, "connected", lambda name: nullcontext())

	def run(*arguments: object) -> str:
		result = CliRunner().invoke(
			commands.slm, [str(one) for one in arguments], obj={"sites": [site], "profile": False}
		)
		assert result.exit_code == 0, result.output
		return result.output

	return run


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
	"""What is put on the queue waits for a commit that never comes; nobody asks Redis for it."""
	monkeypatch.setattr(what_if, "is_on_the_queue", lambda run: False)


def make_run(agreement: Any, first: str = "2026-06-01", last: str = "2026-06-01") -> Any:
	return frappe.get_doc(
		{
			"doctype": adapter.RUN,
			"agreement": getattr(agreement, "name", agreement),
			"opened_from": first,
			"opened_until": last,
		}
	).insert()


def replayed(agreement: Any, page: int = 500, **period: str) -> Any:
	run = make_run(agreement, **period)
	assert what_if.replay_run(run.name, Chunks(page))
	return frappe.get_doc(adapter.RUN, run.name)


def rows(run: Any, **filters: Any) -> list[Any]:
	return frappe.get_all(
		adapter.ROW,
		filters={"what_if": run.name, **filters},
		fields=["*"],
		order_by="ticket asc, metric asc, cycle asc",
		limit_page_length=0,
	)


def checksums() -> list[Any]:
	"""Of every table that a what-if has no business in."""
	names = [
		name
		for name in frappe.db.get_tables(cached=False)
		if name.startswith("tab") and name not in (f"tab{adapter.RUN}", f"tab{adapter.ROW}", "tabSeries")
	]
	return frappe.db.sql(f"CHECKSUM TABLE {', '.join(f'`{name}`' for name in names)}")


class TestAgainstReplay:
	"""The demo's first tickets, a draft with tightened goals, and `slm replay` on what the site exports."""

	@pytest.fixture
	def draft(self, clock: SiteClock, slm: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Any:
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		clock.at("Sun 24 Aug 2025 12:00")
		import_agreements(DEMO / "agreements.toml")
		slm("import-log", DEMO / "tickets.csv", "--profile", DEMO / "profile.toml", "--limit", "320")
		clock.at("Mon 25 Aug 2025 12:00")
		document = new_version(
			frappe.get_last_doc(
				"SLM Agreement", {"title": "Brandauer Maschinenbau"}, order_by="agreement_version desc"
			),
			"2026-10-01",
		)
		for row in document.targets:
			row.goal = round(row.goal / 2)
			row.objective = 90
		return document.save()

	def test_every_figure_and_every_ticket_is_that_of_slm_replay(
		self, draft: Any, slm: Callable[..., str], tmp_path: Path
	) -> None:
		run = replayed(draft, page=70, first="2025-07-07", last="2025-08-20")
		self._replay(run, slm, tmp_path)
		figures = what_if.figures(run.name, 20)
		summary = json.loads((tmp_path / "out" / "summary.json").read_text())

		expected = {
			(
				line["metric"].title(),
				line["target"],
				line["priority"],
				int(line["month"].replace("-", "")),
			): line
			for line in summary["attainment"]
			if line["kind"] == "SLA"
		}
		lines = {
			(one.metric, one.target, one.priority, month.month): month.figure.draft
			for one in figures.targets
			for month in one.months
			if month.figure.draft.decided or month.figure.draft.pending
		}
		assert len(lines) > 8
		assert figures.differences["Newly Missed"] == len(rows(run, difference="Newly Missed")) > 0
		assert "No Longer Missed" not in figures.differences
		assert figures.total.difference is not None and figures.total.difference < 0
		assert {key: _said(side) for key, side in lines.items()} == {
			key: _said_by_replay(line) for key, line in expected.items()
		}
		assert {
			(one.metric, one.target, one.priority): _counts(one.total.draft) for one in figures.targets
		} == {
			(one["metric"].title(), one["target"], one["priority"]): (
				one["met"],
				one["missed"],
				one["pending"],
			)
			for one in summary["totals"]
			if one["kind"] == "SLA"
		}
		counted = summary["tickets"]
		assert (run.covered, run.no_target) == (
			counted["measured"] - counted["not_covered"] - counted["no_target"],
			counted["no_target"],
		)
		assert run.tickets == counted["measured"]
		assert rows(run, outcome="Missed") and figures.total.draft.missed == len(rows(run, outcome="Missed"))
		assert {
			(one.ticket, one.metric.lower(), one.cycle): (
				one.target,
				one.priority,
				one.outcome.lower(),
				int(one.goal),
				int(one.elapsed),
				one.cause,
				one.responsible,
			)
			for one in rows(run, outcome=["!=", ""])
		} == {
			(one["ticket"], one["metric"], int(one["cycle"])): (
				one["target"],
				one["priority"],
				one["outcome"],
				int(one["goal"]),
				int(one["elapsed"]),
				one["cause"],
				one["responsible"],
			)
			for one in _clocks(tmp_path / "out")
		}

	def test_what_really_was_is_what_replay_says_of_all_agreements(
		self, draft: Any, slm: Callable[..., str], tmp_path: Path
	) -> None:
		run = replayed(draft, first="2025-07-07", last="2025-08-20")
		slm("export-agreement", "--all", "-o", tmp_path / "agreements.toml")
		self._replay(run, slm, tmp_path, export=False)
		covered = {one.ticket for one in rows(run)}

		assert Counter(
			(one.metric.lower(), one.real_priority or "", one.real_month, one.real_outcome.lower())
			for one in rows(run, real_outcome=["!=", ""])
		) == Counter(
			(one["metric"], one["priority"], _month_of(one), one["outcome"])
			for one in _clocks(tmp_path / "out")
			if one["ticket"] in covered
		)
		really = what_if.figures(run.name, 20).total.really
		assert (really.met, really.missed) == (
			len(rows(run, real_outcome="Met")),
			len(rows(run, real_outcome="Missed")),
		)

	def _replay(self, run: Any, slm: Callable[..., str], folder: Path, export: bool = True) -> None:
		"""The commands that the form shows, word for word but for the folder."""
		export_log, export_agreement, replay = (line.split() for line in what_if.command_lines(run))
		for line in [export_log, export_agreement][: 1 + export]:
			arguments = line[line.index("slm") + 1 :]
			slm(*(folder / one if one.endswith((".csv", ".toml")) else one for one in arguments))
		arguments = [str(folder / one) if one.endswith((".csv", ".toml")) else one for one in replay[1:-1]]
		subprocess.run([REPLAY, *arguments, str(folder / "out"), "--quiet"], check=True, cwd=ROOT)


def _counts(side: Any) -> tuple[int, int, int]:
	return side.met, side.missed, side.pending


def _said(side: Any) -> tuple[object, ...]:
	return (*_counts(side), side.small, side.objective, side.verdict, side.misses_left)


def _said_by_replay(line: Any) -> tuple[object, ...]:
	verdict = "failed" if line["verdict"] == "not kept" else line["verdict"]
	left = line["misses_left"] if line["decided"] else None
	return (
		line["met"],
		line["missed"],
		line["pending"],
		line["small_sample"],
		line["objective_percent"],
		verdict,
		left,
	)


def _clocks(folder: Path) -> list[dict[str, str]]:
	"""The customers' clocks that count, as replay wrote them."""
	with (folder / "clocks.csv").open() as file:
		return [
			one
			for one in csv.DictReader(file)
			if one["kind"] in ("SLA", "commitment")
			and (one["outcome"] != "pending" or one["phase"] not in ("cancelled", "not started"))
		]


def _month_of(clock: dict[str, str]) -> int:
	at = clock["missed_at"] if clock["outcome"] == "missed" else clock["stopped"]
	at = "2025-08" if clock["outcome"] == "pending" else at
	return int(at[:7].replace("-", ""))


class TestAFewTickets:
	@pytest.fixture
	def draft(self, agreement: str) -> Any:
		return make_agreement("Tighter", TIGHT, submit=False)

	@pytest.fixture
	def tickets(self, agreement: str, clock: SiteClock) -> dict[str, str]:
		"""Under the usual promise (1 h, 4 h): answered after 45 minutes, solved after 3 hours; and one untouched."""
		clock.at("Mon 1 Jun 09:00")
		solved, waiting = make_issue("Solved"), make_issue("Waiting")
		clock.at("Mon 1 Jun 09:45")
		reply(solved)
		clock.at("Mon 1 Jun 12:00")
		set_status(solved, "Resolved")
		return {"solved": solved.name, "waiting": waiting.name}

	def test_each_ticket_is_beside_what_it_really_was(
		self, draft: Any, tickets: dict[str, str], clock: SiteClock
	) -> None:
		run = replayed(draft)

		found = {(one.ticket, one.metric): one for one in rows(run)}
		response = found[tickets["solved"], "Response"]
		assert (response.outcome, response.overrun, response.real_outcome, response.difference) == (
			"Missed",
			15 * 60,
			"Met",
			"Newly Missed",
		)
		resolution = found[tickets["waiting"], "Resolution"]
		assert (resolution.outcome, resolution.real_outcome) == ("Missed", "Pending")
		assert (resolution.month, resolution.real_month, resolution.objective) == (202606, 202606, 90)

	def test_nothing_but_the_run_is_written(self, draft: Any, tickets: dict[str, str]) -> None:
		run = make_run(draft)
		before = checksums()

		what_if.replay_run(run.name, Chunks())

		assert checksums() == before
		assert len(rows(run)) == 4

	def test_a_ticket_of_another_day_is_left_out(
		self, draft: Any, tickets: dict[str, str], clock: SiteClock
	) -> None:
		clock.at("Tue 2 Jun 00:00")
		make_issue("Next day")

		run = replayed(draft, first="2026-06-01", last="2026-06-01")

		assert {one.ticket for one in rows(run)} == set(tickets.values())

	def test_a_ticket_of_another_customer_is_not_the_drafts(
		self, agreement: str, tickets: dict[str, str], clock: SiteClock
	) -> None:
		mine = make_issue("Mine", customer=make_customer())
		draft = make_agreement("For one", TIGHT, customer=make_customer(), submit=False)

		run = replayed(draft)

		assert {one.ticket for one in rows(run)} == {mine.name}
		assert (run.tickets, run.done, run.covered, run.no_target) == (3, 3, 1, 0)

	def test_a_deleted_ticket_counts_nowhere(self, draft: Any, tickets: dict[str, str]) -> None:
		frappe.delete_doc("Issue", tickets["solved"])

		assert {one.ticket for one in rows(replayed(draft))} == {tickets["waiting"]}

	def test_what_the_draft_promises_no_longer_is_shown(
		self, agreement: str, tickets: dict[str, str]
	) -> None:
		draft = make_agreement("No response", [target("Resolution", 4)], submit=False)

		run = replayed(draft)

		gone = rows(run, metric="Response")
		assert {one.difference for one in gone} == {"No Longer Promised"}
		(figures,) = (one for one in what_if.figures(run.name, 20).targets if one.metric == "Response")
		assert (figures.target, figures.total.draft.decided, figures.total.really.decided) == ("", 0, 2)
		assert what_if.figures(run.name, 20).total.really.decided == 1

	def test_its_own_versions_do_not_stand_in_its_way(
		self, agreement: str, tickets: dict[str, str], clock: SiteClock
	) -> None:
		draft = new_version(frappe.get_doc("SLM Agreement", agreement), "2026-12-01")
		draft.targets[0].goal = 1800
		draft.save()

		assert "Newly Missed" in {one.difference for one in rows(replayed(draft))}

	def test_what_time_alone_has_decided_since_it_was_stored_is_counted(
		self, draft: Any, tickets: dict[str, str]
	) -> None:
		"""No beat has come; what is stored about the untouched ticket is three hours old."""
		assert testing.clocks(tickets["waiting"])["response"].outcome == "Pending"

		run = replayed(draft)

		(found,) = rows(run, ticket=tickets["waiting"], metric="Response")
		assert (found.real_outcome, found.real_overrun) == ("Missed", 2 * 3600)

	def test_an_excused_miss_is_counted_as_excused(self, draft: Any, tickets: dict[str, str]) -> None:
		store_name = next(
			row.name for row in testing.clock_rows(tickets["waiting"]) if row.metric == "Response"
		)
		frappe.db.set_value("SLM Clock", store_name, {"excused": 1})

		really = what_if.figures(replayed(draft).name, 20).total.really
		assert (really.missed, really.excused) == (1, 1)

	def test_a_run_goes_on_after_the_last_page_it_kept(self, draft: Any, tickets: dict[str, str]) -> None:
		whole = rows(replayed(draft))
		run = make_run(draft)

		def stop(done: int) -> None:
			raise KeyboardInterrupt

		with pytest.raises(KeyboardInterrupt):
			what_if.replay_run(run.name, Chunks(1, told=stop))
		assert frappe.db.get_value(adapter.RUN, run.name, ["status", "done"]) == ("Running", 1)
		assert what_if.replay_run(run.name, Chunks(1))

		found = rows(frappe.get_doc(adapter.RUN, run.name))
		assert [_content(one) for one in found] == [_content(one) for one in whole]
		assert frappe.db.get_value(adapter.RUN, run.name, ["status", "done", "covered"]) == ("Done", 2, 2)

	def test_a_run_measures_by_the_draft_as_it_was(self, draft: Any, tickets: dict[str, str]) -> None:
		run = make_run(draft)
		draft.reload()
		draft.targets[0].goal = 8 * 3600
		draft.save()

		what_if.replay_run(run.name, Chunks())

		assert {int(one.goal) for one in rows(run, metric="Response")} == {1800}

	def test_a_cancelled_run_stops_after_its_page_and_can_go_on(
		self, draft: Any, tickets: dict[str, str]
	) -> None:
		run = make_run(draft)

		assert not what_if.replay_run(run.name, Chunks(1, told=lambda done: run.run_method("cancel_run")))
		run.reload()
		assert (run.status, run.done) == ("Cancelled", 1)

		run.go_on()
		assert what_if.replay_run(run.name, Chunks(1))
		assert frappe.db.get_value(adapter.RUN, run.name, ["status", "done"]) == ("Done", 2)

	def test_two_runs_do_not_disturb_one_another(self, draft: Any, tickets: dict[str, str]) -> None:
		first, second = make_run(draft), make_run(make_agreement("Looser", submit=False))

		def other(done: int) -> None:
			what_if.replay_run(second.name, Chunks(1))

		what_if.replay_run(first.name, Chunks(1, told=other))

		assert {int(one.goal) for one in rows(first, metric="Response")} == {1800}
		assert {int(one.goal) for one in rows(second, metric="Response")} == {3600}

	def test_of_two_workers_on_one_run_the_slower_gives_way(
		self, draft: Any, tickets: dict[str, str]
	) -> None:
		run = make_run(draft)

		def stop(done: int) -> None:
			raise KeyboardInterrupt

		def faster(done: int) -> None:
			with pytest.raises(KeyboardInterrupt):
				what_if.replay_run(run.name, Chunks(1, told=stop))

		assert not what_if.replay_run(run.name, Chunks(1, told=faster))
		assert (len(rows(run)), frappe.db.get_value(adapter.RUN, run.name, "covered")) == (4, 2)

	def test_a_deleted_run_takes_its_rows_along(self, draft: Any, tickets: dict[str, str]) -> None:
		run, other = replayed(draft), replayed(draft)

		frappe.delete_doc(adapter.RUN, run.name)

		assert (rows(run), len(rows(other))) == ([], 4)
		assert not what_if.replay_run(run.name, Chunks())

	def test_a_run_does_not_keep_its_draft_or_its_tickets(self, draft: Any, tickets: dict[str, str]) -> None:
		run = replayed(draft)

		frappe.delete_doc("SLM Agreement", draft.name)
		frappe.delete_doc("Issue", tickets["solved"])

		assert slm_what_if.figures(run.name)["total"]["draft"]["missed"] == 4

	def test_a_failed_run_says_why(
		self, draft: Any, tickets: dict[str, str], monkeypatch: pytest.MonkeyPatch
	) -> None:
		run = make_run(draft)

		def broken(*arguments: Any) -> None:
			raise OSError("the disk is full")

		monkeypatch.setattr(adapter, "put_rows", broken)
		monkeypatch.setattr(frappe.db, "rollback", lambda: None)
		with pytest.raises(OSError):
			what_if.run_job(run.name)

		assert frappe.db.get_value(adapter.RUN, run.name, ["status", "problem"]) == (
			"Failed",
			"the disk is full",
		)

	def test_a_ticket_that_cannot_be_measured_is_named_and_the_others_go_on(
		self, draft: Any, tickets: dict[str, str], monkeypatch: pytest.MonkeyPatch
	) -> None:
		real = what_if.assess

		def refusing(timeline: Any, *arguments: Any) -> Any:
			if timeline.ticket == tickets["waiting"]:
				raise HorizonExceeded(calendar="Office Hours", start=0, seconds=1, years=50)
			return real(timeline, *arguments)

		monkeypatch.setattr(what_if, "assess", refusing)

		run = replayed(draft)

		assert (run.failed, run.covered, run.status) == (1, 1, "Done")
		assert run.failures.startswith(tickets["waiting"])

	def test_a_form_that_is_saved_changes_nothing(self, draft: Any, tickets: dict[str, str]) -> None:
		run = replayed(draft)
		run.done, run.opened_until, run.agreements_toml = 99, "2026-07-01", ""

		run.save()

		run.reload()
		assert (run.done, str(run.opened_until)) == (2, "2026-06-01")
		assert run.agreements_toml


def _content(row: Any) -> dict[str, Any]:
	return {
		key: value
		for key, value in row.items()
		if key not in ("name", "what_if", "creation", "modified", "owner", "modified_by", "idx")
	}


class TestRefusals:
	@pytest.mark.parametrize(
		("first", "last", "said"),
		[
			pytest.param("2026-06-02", "2026-06-01", "before the first day", id="backwards"),
			pytest.param("2026-05-01", "2026-06-02", "future", id="tomorrow"),
			pytest.param("2026-05-01", "9999-12-31", "future", id="the year 9999"),
			pytest.param(None, "2026-06-01", "opened_from", id="nothing"),
			pytest.param("0001-01-01", "2026-06-01", "no first", id="what the host takes for no date"),
		],
	)
	def test_a_period_that_cannot_be(self, agreement: str, first: Any, last: Any, said: str) -> None:
		with pytest.raises(frappe.ValidationError, match=said):
			make_run(agreement, first, last)

	def test_a_period_long_past_has_no_tickets(self, agreement: str) -> None:
		run = replayed(agreement, first="0002-01-01", last="1969-12-31")
		assert (run.tickets, run.status) == (0, "Done")
		assert slm_what_if.figures(run.name)["total"]["difference"] is None

	def test_an_ola_has_no_customers_clocks(self, agreement: str) -> None:
		frappe.get_doc({"doctype": "User Group", "name": "Network"}).insert(ignore_mandatory=True)
		ola = make_agreement("OLA", [target("Turnaround", 1)], kind="OLA", teams=["Network"], submit=False)
		with pytest.raises(frappe.ValidationError, match="no agreement with a customer"):
			make_run(ola)

	def test_an_agreement_that_is_not_there(self, agreement: str) -> None:
		with pytest.raises(frappe.ValidationError):
			make_run("<b>None</b>")


class TestPermissions:
	@pytest.fixture
	def run(self, agreement: str, clock: SiteClock) -> Any:
		(
			make_issue("Others'", customer=make_customer("Other & Co")),
			make_issue("Theirs", customer=make_customer()),
		)
		return replayed(make_agreement("Tighter", TIGHT, submit=False))

	@pytest.mark.parametrize(
		("roles", "may_run", "may_delete"),
		[
			pytest.param(["SLM Process Owner", "Support Team"], True, True, id="process owner"),
			pytest.param(["Service Level Manager", "Support Team"], True, True, id="manager"),
			pytest.param(["Service Level Analyst", "Support Team"], True, False, id="analyst"),
			pytest.param(["Support Team"], False, False, id="support team"),
		],
	)
	def test_who_may_run_and_delete(
		self, run: Any, roles: list[str], may_run: bool, may_delete: bool
	) -> None:
		testing.make_user("one@acme.example", *roles)
		with _as("one@acme.example"):
			assert frappe.has_permission(adapter.RUN, "create") is may_run
			assert run.has_permission("delete") is may_delete
			assert run.has_permission("read")

	def test_an_analyst_deletes_his_own(self, agreement: str) -> None:
		testing.make_user("one@acme.example", "Service Level Analyst", "Support Team")
		with _as("one@acme.example"):
			run = make_run(agreement)
			frappe.delete_doc(adapter.RUN, run.name)
		assert not frappe.db.exists(adapter.RUN, run.name)

	def test_figures_are_of_the_tickets_that_one_may_read(self, run: Any) -> None:
		testing.make_user("one@acme.example", "Support Team")
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": "one@acme.example",
				"allow": "Customer",
				"for_value": make_customer(),
				"apply_to_all_doctypes": 1,
			}
		).insert()
		assert what_if.figures(run.name, 20).total.draft.pending == 4
		with _as("one@acme.example"):
			assert what_if.figures(run.name, 20).total.draft.pending == 2
			_, shown, _ = slm_what_if_tickets.execute({"what_if": run.name})
			assert {one.customer for one in shown} == {make_customer()}

	def test_who_may_read_no_ticket_sees_no_run(self, run: Any) -> None:
		testing.make_user("one@acme.example", "Service Level Analyst")
		with _as("one@acme.example"):
			assert frappe.get_list(adapter.RUN, order_by="name asc") == []
			with pytest.raises(frappe.PermissionError):
				slm_what_if.figures(run.name)

	def test_a_customer_sees_nothing(self, run: Any) -> None:
		testing.make_user("buyer@wool.example", "Customer")
		with _as("buyer@wool.example"):
			for ask in (slm_what_if.figures, slm_what_if.standing, slm_what_if.download_agreements_of):
				with pytest.raises(frappe.PermissionError):
					ask(run.name)
			with pytest.raises(frappe.PermissionError):
				slm_what_if.begin(run.agreement, "2026-06-01", "2026-06-01")
			with pytest.raises(frappe.PermissionError):
				slm_what_if.download_agreement(run.agreement)


def _as(user: str) -> Any:
	return testing_user(user)


class testing_user:
	def __init__(self, user: str) -> None:
		self.user = user

	def __enter__(self) -> None:
		frappe.set_user(self.user)

	def __exit__(self, *error: Any) -> None:
		frappe.set_user("Administrator")


class TestTickets:
	def test_the_rows_behind_each_figure_are_as_many_as_it_says(
		self, agreement: str, clock: SiteClock
	) -> None:
		clock.at("Mon 1 Jun 09:00")
		first = make_issue("Answered")
		make_issue("Not answered")
		clock.at("Mon 1 Jun 09:45")
		reply(first)
		clock.at("Mon 1 Jun 15:00")
		run = replayed(make_agreement("Tighter", TIGHT, submit=False))
		found = what_if.figures(run.name, 20)

		for one in found.targets:
			for month in one.months:
				for side, label in ((month.figure.draft, "As Drafted"), (month.figure.really, "Really")):
					for outcome in ("Met", "Missed", "Pending"):
						_, shown, _ = slm_what_if_tickets.execute(
							{
								"what_if": run.name,
								"side": label,
								"metric": one.metric,
								"target": one.target or slm_what_if_tickets.NONE,
								"priority": one.priority or slm_what_if_tickets.NONE,
								"month": month.month,
								"outcome": outcome,
							}
						)
						assert len(shown) == getattr(side, outcome.lower())

	def test_more_rows_than_shown_are_announced(self, agreement: str, clock: SiteClock) -> None:
		make_issue(), make_issue()
		run = replayed(agreement)

		_, shown, message = slm_what_if_tickets.execute({"what_if": run.name, "limit": 3})
		_, every, nothing = slm_what_if_tickets.execute({"what_if": run.name, "limit": 0})

		assert (len(shown), len(every), nothing) == (3, 4, None)
		assert "3 largest of 4" in str(message)

	@pytest.mark.parametrize("bad", [{"outcome": "<b>x</b>"}, {"side": "Left"}, {"difference": "None"}])
	def test_a_filter_that_cannot_be_meant_is_refused(self, agreement: str, bad: dict[str, str]) -> None:
		with pytest.raises(frappe.ValidationError, match="Choose one of"):
			slm_what_if_tickets.execute({"what_if": replayed(agreement).name, **bad})


def test_pages_of_tickets_cost_a_few_queries_each(agreement: str, clock: SiteClock, queries: Any) -> None:
	for number in range(6):
		make_issue(f"Ticket {number}")
	run = make_run(agreement)
	with queries.counted() as counted:
		what_if.replay_run(run.name, Chunks(3))
	pages = [one for one in counted.sent if "INSERT INTO" in one]
	assert len(pages) == 2
	assert len(counted) <= 20


def test_the_ledger_is_asked_for_openings_only(agreement: str, clock: SiteClock) -> None:
	clock.at("Sun 31 May 23:59")
	make_issue("Before")
	clock.at("Mon 1 Jun 00:00")
	inside = make_issue("Inside")
	start = site_time.to_instant("2026-06-01 00:00:00")
	names = [one.name for one in adapter.opened_between(ISSUE, start, start + 86_400, "", 1000)]
	assert inside.name in names
	assert store.facts_of([Ticket(ISSUE, inside.name)])
	assert adapter.count_opened_between(ISSUE, start, start + 86_400) == len(names)
