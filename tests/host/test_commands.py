"""The commands of `bench slm`: history in and out, rebuilt and proved, cut short and gone on with."""

from __future__ import annotations

import csv
import gc
import json
import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import frappe
import pytest
from click.testing import CliRunner, Result
from frappe.utils import bench_helper, now_datetime
from frappe.utils.background_jobs import get_job

from slm_extension import commands, tasks, testing
from slm_extension.adapters import site_time, store
from slm_extension.adapters.agreements import _LAST_CHANGE, changed_since, forget_agreements, site_agreements
from slm_extension.adapters.issues import ISSUE, Message
from slm_extension.adapters.store import Ticket
from slm_extension.domain.agreements import AgreementBook
from slm_extension.domain.assessment import assess
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline
from slm_extension.replay.agreements_file import read_agreements
from slm_extension.services import jobs, measure, observe
from slm_extension.services import reconcile as reconciling
from slm_extension.services.backfill import backfill
from slm_extension.services.chunks import Chunks, Share
from slm_extension.services.guard import note
from slm_extension.services.import_log import issue_name
from slm_extension.services.rebuild import verify
from slm_extension.services.reconcile import Reconciled, reconcile
from slm_extension.testing import (
	HOUR,
	SiteClock,
	make_issue,
	make_priority,
	receive,
	reply,
	set_status,
	target,
)

DEMO = Path(__file__).parents[2] / "examples" / "demo"


@pytest.fixture
def slm(site: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
	"""Runs a command on the site that the test is connected to, in the test's transaction."""
	context = {"sites": [site], "profile": False, "verbose": False, "force": False}
	if hasattr(bench_helper, "CliCtxObj"):  # Frappe 16
		context = bench_helper.CliCtxObj(**context)
	monkeypatch.setattr(commands, "connected", lambda name: nullcontext())
	monkeypatch.setattr(frappe.db, "commit", lambda: None)

	def run(*arguments: object) -> Result:
		return CliRunner().invoke(
			commands.slm, [str(one) for one in arguments], obj={"sites": [site], "profile": False}
		)

	return run


class Story:
	"""An Issue to which things happen at chosen times; what the host writes down bears those times too."""

	def __init__(self, clock: SiteClock, when: str, **fields: Any) -> None:
		self.clock = clock
		clock.at(when)
		self.issue = make_issue(**fields)
		self._stamp(creation=True)

	def at(self, when: str, what: Callable[[Any], object]) -> Story:
		self.clock.at(when)
		self.issue.reload()
		what(self.issue)
		self._stamp()
		return self

	def _stamp(self, creation: bool = False) -> None:
		"""The host writes the machine's time; here it is the test's."""
		at = site_time.to_site(site_time.now())
		real = "2026-11-01"
		for doctype, field in (
			("Version", "docname"),
			("Communication", "reference_name"),
			("ToDo", "reference_name"),
		):
			table = frappe.qb.DocType(doctype)
			query = frappe.qb.update(table).set(table.creation, at)
			query.where((table[field] == self.issue.name) & (table.creation >= real)).run()
		values = {"modified": at, **({"creation": at} if creation else {})}
		frappe.db.set_value(ISSUE, self.issue.name, values, update_modified=False)


def save(**values: Any) -> Callable[[Any], object]:
	def saved(issue: Any) -> None:
		issue.update(values)
		issue.save()

	return saved


def assign(issue: Any) -> None:
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": "Please look",
			"reference_type": issue.doctype,
			"reference_name": issue.name,
			"allocated_to": "Administrator",
		}
	).insert()


def facts(name: str) -> list[tuple[object, ...]]:
	"""What a ledger says, without how and when we learnt it."""
	ledger = store.facts_of([ticket := Ticket(ISSUE, name)])[ticket]
	return [
		(one.at, one.kind, one.value, one.waiting, one.reason) for one in Timeline.of(name, ledger).facts
	] if ledger else []  # fmt: skip


def stored(name: str) -> dict[str, dict[str, object]]:
	"""Stored clocks by name, column by column."""
	ticket = Ticket(ISSUE, name)
	return {row: dict(values) for row, values in store.whole_clocks_of([ticket])[ticket].items()}


def past_every_event(doctype: str, when: str, issue: Any, **fields: Any) -> str:
	"""A message or an assignment on an Issue that SQL has written; its name."""
	at = testing.wall(when)
	types = ("reference_type", "") if doctype == "ToDo" else ("reference_doctype", "communication_type")
	document = frappe.get_doc({"doctype": doctype, types[0]: ISSUE, "reference_name": issue.name, **fields})
	if types[1]:
		document.communication_type = "Communication"
	document.update(
		{"name": frappe.generate_hash(length=10), "creation": at, "modified": at, "owner": "Administrator"}
	)
	document.db_insert()
	return str(document.name)


def begun_again(name: str) -> None:
	forget(name)
	backfill(now(), Chunks())


def merged(issue: Any) -> None:
	other = make_issue("The same again")
	frappe.rename_doc(ISSUE, issue.name, other.name, merge=True, rebuild_search=False, show_alert=False)


def split(issue: Any) -> None:
	mail = frappe.get_last_doc("Communication", {"reference_name": issue.name})
	frappe.get_doc(ISSUE, issue.name).split_issue("Also the scanner", mail.name)


def hears_nothing_new() -> None:
	"""The reconciler looks at all that was ever said."""
	found = list(reconciling._talked_about(testing.wall("Thu 1 Jan 09:00"), 500))
	names = [name for page in found for name in page]
	assert reconciling._heard(names, now(), testing.wall("Thu 1 Jan 09:00")).done == ()


def forget(*names: str) -> None:
	"""As if the app had not been there when these Issues lived."""
	for doctype in (store.EVENT, store.CLOCK):
		frappe.db.delete(doctype, {"ticket": ["in", names]})


def now() -> int:
	return site_time.now()


def a_life(clock: SiteClock) -> Story:
	make_priority("Urgent")
	return (
		Story(clock, "Mon 1 Jun 09:00", priority="Medium")
		.at("Mon 1 Jun 09:30", assign)
		.at("Mon 1 Jun 10:30", reply)
		.at("Mon 1 Jun 10:31", save(status="Replied"))
		.at("Mon 1 Jun 12:00", receive)
		.at("Mon 1 Jun 14:00", save(status="On Hold", priority="Urgent"))
		.at("Tue 2 Jun 09:00", save(status="Closed"))
		.at("Wed 3 Jun 11:00", receive)
		.at("Wed 3 Jun 12:00", save(status="Resolved", subject="Ink again"))
	)


STORIES: dict[str, Callable[[SiteClock], Story]] = {
	"a long life": a_life,
	"never touched": lambda clock: Story(clock, "Mon 1 Jun 09:00"),
	"closed when it was entered": lambda clock: Story(clock, "Mon 1 Jun 09:00", status="Closed"),
	"entered late": lambda clock: Story(clock, "Mon 8 Jun 09:00", opened="Mon 1 Jun 10:00"),
	"given a priority only": lambda clock: Story(clock, "Mon 1 Jun 09:00").at(
		"Mon 1 Jun 11:00", save(priority="High")
	),
	"answered by a customer while it is open": lambda clock: Story(clock, "Mon 1 Jun 09:00").at(
		"Mon 1 Jun 11:00", receive
	),
	"an automatic message": lambda clock: Story(clock, "Mon 1 Jun 09:00").at(
		"Mon 1 Jun 11:00", lambda issue: reply(issue, communication_type="Automated Message")
	),
}


class TestBackfill:
	@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
	def test_the_past_is_written_as_the_events_of_the_host_would_have_written_it(
		self, agreement: str, clock: SiteClock, story: Callable[[SiteClock], Story]
	) -> None:
		name = story(clock).issue.name
		clock.at("Mon 15 Jun 09:00")
		seen = facts(name)
		forget(name)

		count = backfill(now(), Chunks())

		assert count >= 1
		assert facts(name) == seen
		assert verify(now(), Chunks()).count == 0
		assert stored(name)

	def test_what_is_learnt_late_says_so(self, agreement: str, clock: SiteClock) -> None:
		name = STORIES["never touched"](clock).issue.name
		forget(name)
		clock.at("Mon 15 Jun 09:00")

		backfill(now(), Chunks())

		ledger = testing.ledger(name)
		assert {row.recorded_at for row in ledger} == {testing.wall("Mon 15 Jun 09:00")}
		assert {row.source for row in ledger} == {"backfill"}

	def test_a_change_that_left_no_trace_is_put_where_the_issue_was_last_written(
		self, agreement: str, clock: SiteClock
	) -> None:
		story = Story(clock, "Mon 1 Jun 09:00")
		story.at("Mon 1 Jun 11:00", lambda issue: frappe.db.set_value(ISSUE, issue.name, "status", "Closed"))
		forget(story.issue.name)

		backfill(now(), Chunks())

		assert facts(story.issue.name)[-1][0] == now()
		clock = testing.clocks(story.issue)["resolution"]
		assert (clock.outcome, clock.elapsed) == ("Met", 2 * HOUR)

	def test_a_message_that_a_split_took_along_counts_where_it_was_told(
		self, agreement: str, clock: SiteClock
	) -> None:
		story = Story(clock, "Mon 1 Jun 09:00").at("Mon 1 Jun 09:30", reply)
		told = frappe.get_last_doc("Communication", {"reference_name": story.issue.name})
		clock.at("Mon 1 Jun 11:00")
		child = frappe.get_doc(ISSUE, story.issue.name).split_issue("The other half", told.name)
		frappe.db.set_value(ISSUE, child, "creation", testing.wall("Mon 1 Jun 11:00"), update_modified=False)
		before, after = facts(story.issue.name), facts(child)
		forget(story.issue.name, child)

		backfill(now(), Chunks())

		assert facts(story.issue.name) == before
		assert facts(child) == after

	def test_a_status_saved_in_another_language_is_understood(self, agreement: str, clock: SiteClock) -> None:
		frappe.db.set_value("User", "Guest", "language", "de")
		assert frappe._("Closed", lang="de") != "Closed"
		story = Story(clock, "Mon 1 Jun 09:00").at("Mon 1 Jun 11:00", save(status="Closed"))
		version = frappe.get_last_doc("Version", {"docname": story.issue.name})
		data = json.loads(version.data)
		data["changed"] = [["status", frappe._("Open", lang="de"), frappe._("Closed", lang="de")]]
		frappe.db.set_value("Version", version.name, "data", json.dumps(data), update_modified=False)
		seen = facts(story.issue.name)
		forget(story.issue.name)

		backfill(now(), Chunks())

		assert facts(story.issue.name) == seen

	def test_an_issue_that_has_a_ledger_is_left_alone(self, agreement: str, clock: SiteClock) -> None:
		issue = make_issue()
		backfill(now(), Chunks())

		assert backfill(now(), Chunks()) == 0
		assert len(testing.ledger(issue)) == 2

	def test_only_issues_of_a_day_or_later_are_begun_when_asked_so(
		self, agreement: str, clock: SiteClock, slm: Callable[..., Result]
	) -> None:
		early, late = Story(clock, "Mon 1 Jun 09:00").issue, Story(clock, "Tue 2 Jun 09:00").issue
		forget(early.name, late.name)

		result = slm("backfill", "--since", "2026-06-02")

		assert result.exit_code == 0, result.output
		assert not facts(early.name)
		assert facts(late.name)

	def test_cut_short_it_goes_on_where_it_was(self, agreement: str, clock: SiteClock) -> None:
		backfill(now(), Chunks())
		names = [make_issue(f"Number {number}").name for number in range(5)]
		forget(*names)

		def killed(done: int) -> None:
			raise KeyboardInterrupt

		with pytest.raises(KeyboardInterrupt):
			backfill(now(), Chunks(page=2, told=killed))
		begun = [name for name in names if facts(name)]
		count = backfill(now(), Chunks(page=2))

		assert (len(begun), count) == (2, 3)
		assert all(len(facts(name)) == 2 for name in names)

	def test_two_workers_begin_each_ledger_once(self, agreement: str, clock: SiteClock) -> None:
		backfill(now(), Chunks())
		names = [make_issue(f"Number {number}").name for number in range(9)]
		forget(*names)

		counts = [backfill(now(), Chunks(page=4, share=Share(index, 2))) for index in range(2)]

		assert sum(counts) == 9 and all(counts)
		assert all(len(facts(name)) == 2 for name in names)

	def test_an_old_issue_that_changes_before_backfill_keeps_its_past(
		self, agreement: str, clock: SiteClock
	) -> None:
		story = a_life(clock)
		forget(story.issue.name)

		story.at("Thu 4 Jun 10:00", save(status="Open"))

		told = [fact[2] for fact in facts(story.issue.name) if fact[1].value == "status"]
		assert told == ["open", "held", "open", "held", "closed", "open", "resolved", "open"]
		assert testing.clocks(story.issue)["response"].stopped == testing.wall("Mon 1 Jun 10:30")


DAMAGES: dict[str, tuple[str, str]] = {
	"a clock's outcome": ("update `tabSLM Clock` set outcome = 'Met' where ticket = %s", "outcome"),
	"a clock's due time": ("update `tabSLM Clock` set due = now() where ticket = %s", "due"),
	"a clock's elapsed time": ("update `tabSLM Clock` set elapsed = 5 where ticket = %s", "elapsed"),
	"a clock that is gone": ("delete from `tabSLM Clock` where ticket = %s limit 1", "clock"),
	"a status": ("update `tabIssue` set status = 'Closed' where name = %s", "status"),
	"a priority": ("update `tabIssue` set priority = 'High' where name = %s", "priority"),
	"a due time on the Issue": ("update `tabIssue` set slm_due = now() where name = %s", "slm_due"),
	"a fact that is gone": ("delete from `tabSLM Ticket Event` where ticket = %s", "clock"),
	"an Issue that is gone": ("delete from `tabIssue` where name = %s", "existence"),
}


class TestVerifyAndRebuild:
	@pytest.fixture
	def issue(self, agreement: str, clock: SiteClock) -> Any:
		return make_issue()

	@pytest.mark.parametrize(("damage", "field"), DAMAGES.values(), ids=DAMAGES)
	def test_verify_finds_what_sql_has_changed_and_says_where(
		self, issue: Any, slm: Callable[..., Result], damage: str, field: str
	) -> None:
		assert slm("verify").exit_code == 0
		frappe.db.sql(damage, issue.name)

		result = slm("verify")

		assert result.exit_code == 1
		assert any(issue.name in line and field in line for line in result.output.splitlines()), result.output

	def test_what_verify_found_is_kept_in_the_settings(
		self, issue: Any, slm: Callable[..., Result], clock: SiteClock
	) -> None:
		frappe.db.sql(DAMAGES["a status"][0], issue.name)
		clock.at("Mon 1 Jun 09:10")

		slm("verify")

		settings = frappe.get_single("SLM Settings")
		assert frappe.utils.get_datetime(settings.last_verify) == testing.wall("Mon 1 Jun 09:10")
		assert issue.name in settings.last_verify_result

	@pytest.mark.parametrize(
		"damage",
		[
			"a clock's outcome",
			"a clock's due time",
			"a clock's elapsed time",
			"a clock that is gone",
			"a due time on the Issue",
		],
	)
	@pytest.mark.parametrize("arguments", [("--all",), ("--ticket",)], ids=["all", "one"])
	def test_rebuild_repairs_what_follows_from_the_ledger(
		self, issue: Any, slm: Callable[..., Result], damage: str, arguments: tuple[str, ...]
	) -> None:
		before = stored(issue.name)
		frappe.db.sql(DAMAGES[damage][0], issue.name)

		result = slm("rebuild", *arguments, *([issue.name] if arguments == ("--ticket",) else []))

		assert result.exit_code == 0, result.output
		assert stored(issue.name) == before
		assert slm("verify").exit_code == 0

	def test_a_clock_that_the_beat_has_not_reached_is_no_difference(
		self, issue: Any, slm: Callable[..., Result], clock: SiteClock
	) -> None:
		clock.at("Fri 5 Jun 09:00")

		assert slm("verify").exit_code == 0

	def test_cut_short_a_rebuild_goes_on_after_the_last_chunk(
		self, agreement: str, clock: SiteClock, monkeypatch: pytest.MonkeyPatch, slm: Callable[..., Result]
	) -> None:
		names = sorted(make_issue(f"Number {number}").name for number in range(4))
		frappe.db.sql("update `tabSLM Clock` set elapsed = 5")
		first_chunk = jobs.rebuild_all

		def killed(*arguments: Any) -> Iterator[str]:
			yield next(first_chunk(*arguments))
			raise KeyboardInterrupt

		monkeypatch.setattr(jobs, "rebuild_all", killed)
		assert slm("rebuild", "--all", "--page", 2).exit_code != 0
		monkeypatch.setattr(jobs, "rebuild_all", first_chunk)

		result = slm("rebuild", "--all", "--page", 2)

		assert "2 tickets measured anew." in result.output and names[1] in result.output
		assert slm("verify").exit_code == 0

	@pytest.mark.parametrize(
		("arguments", "sentence"),
		[
			((), "Give --ticket, or --all."),
			(("--all", "--ticket", "X"), "Give --ticket, or --all."),
			(("--ticket", "ISS-NONE"), "1 of these 1 tickets have no ledger"),
		],
		ids=["neither", "both", "unknown"],
	)
	def test_a_rebuild_of_nothing_says_what_to_give(
		self, slm: Callable[..., Result], arguments: tuple[str, ...], sentence: str
	) -> None:
		result = slm("rebuild", *arguments)

		assert result.exit_code != 0
		assert sentence in result.output


class TestReconcile:
	@pytest.fixture
	def issue(self, agreement: str, clock: SiteClock) -> Any:
		issue = Story(clock, "Mon 1 Jun 09:00").issue
		clock.at("Mon 1 Jun 12:00")
		return issue

	def test_a_status_that_was_written_with_its_time_counts_from_that_time(
		self, issue: Any, clock: SiteClock
	) -> None:
		at = testing.wall("Mon 1 Jun 11:00")
		frappe.db.set_value(ISSUE, issue.name, {"status": "Closed", "modified": at}, update_modified=False)

		repaired = reconcile(now(), testing.wall("Mon 1 Jun 10:00"), Chunks()).repaired

		assert repaired == (f"{issue.name}: status Closed (at 2026-06-01 11:00:00)",)
		assert testing.clocks(issue)["resolution"].stopped == at
		assert testing.ledger(issue)[-1].source == "reconcile"
		assert verify(now(), Chunks()).count == 0

	@pytest.mark.parametrize(
		("column", "value"), [("status", "Closed"), ("priority", "High")], ids=["status", "priority"]
	)
	def test_what_sql_did_to_an_open_issue_is_seen_though_its_time_says_nothing(
		self, issue: Any, column: str, value: str
	) -> None:
		frappe.db.sql(f"update `tabIssue` set {column} = %s where name = %s", (value, issue.name))

		reconcile(now(), testing.wall("Mon 1 Jun 11:50"), Chunks())

		assert testing.ledger(issue)[-1].at == testing.wall("Mon 1 Jun 12:00")
		assert verify(now(), Chunks()).count == 0

	def test_an_issue_reopened_by_sql_runs_again(self, issue: Any, clock: SiteClock) -> None:
		set_status(issue, "Closed")
		frappe.db.sql("update `tabIssue` set status = 'Open' where name = %s", issue.name)
		clock.at("Mon 1 Jun 13:00")

		reconcile(now(), testing.wall("Mon 1 Jun 12:50"), Chunks())

		assert testing.clocks(issue)["resolution"].phase == "Running"

	def test_the_clocks_of_an_issue_deleted_by_sql_leave_the_figures(self, issue: Any) -> None:
		frappe.db.sql("delete from `tabIssue` where name = %s", issue.name)

		reconcile(now(), testing.wall("Mon 1 Jun 11:50"), Chunks())

		assert not stored(issue.name)
		assert testing.ledger(issue)[-1].kind == "withdrawn"
		assert verify(now(), Chunks()).count == 0

	def test_an_issue_that_was_written_past_every_event_gets_its_ledger(self, issue: Any) -> None:
		forget(issue.name)

		reconcile(now(), testing.wall("Mon 1 Jun 08:50"), Chunks())

		assert len(testing.ledger(issue)) == 2

	def test_an_old_issue_without_ledger_is_left_to_backfill(self, issue: Any) -> None:
		forget(issue.name)

		assert reconcile(now(), testing.wall("Mon 1 Jun 11:50"), Chunks()) == Reconciled()
		assert not testing.ledger(issue)

	def test_a_ticket_that_could_not_be_measured_is_measured_again(self, issue: Any) -> None:
		note(Ticket(ISSUE, issue.name), "save", ValueError("no such luck"))
		frappe.db.delete(store.CLOCK, {"ticket": issue.name})

		reconcile(now(), testing.wall("Mon 1 Jun 11:50"), Chunks())

		assert len(stored(issue.name)) == 2
		assert not frappe.db.exists(store.FAILED, {"ticket": issue.name})

	def test_where_nothing_is_missing_nothing_is_written(
		self, issue: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		monkeypatch.setattr("slm_extension.services.reconcile.changed_since", lambda moment: False)
		before = stored(issue.name)

		assert reconcile(now(), testing.wall("Mon 1 Jun 08:00"), Chunks()) == Reconciled()
		assert stored(issue.name) == before
		assert len(testing.ledger(issue)) == 2

	@pytest.mark.parametrize(
		("direction", "kind", "response"),
		[("Sent", "replied", "Met"), ("Received", "customer replied", "Missed")],
		ids=["a reply", "a message of the customer"],
	)
	def test_a_message_that_was_written_past_every_event_is_told_as_of_then(
		self, issue: Any, direction: str, kind: str, response: str
	) -> None:
		name = past_every_event(
			"Communication", "Mon 1 Jun 09:30", issue, sent_or_received=direction, sender="Administrator"
		)
		if direction == "Received":
			frappe.db.set_value("Communication", name, "sender", "buyer@wool.example", update_modified=False)

		(said,) = reconcile(now(), testing.wall("Mon 1 Jun 08:50"), Chunks()).repaired

		assert said.startswith(f"{issue.name}: {kind} ") and said.endswith("(at 2026-06-01 09:30:00)")
		told = testing.ledger(issue)[-1]
		assert (told.kind, told.at, told.source) == (kind, testing.wall("Mon 1 Jun 09:30"), name)
		assert told.recorded_at == testing.wall("Mon 1 Jun 12:00")
		assert testing.clocks(issue)["response"].outcome == response
		assert verify(now(), Chunks()).count == 0
		assert reconcile(now(), testing.wall("Mon 1 Jun 08:50"), Chunks()) == Reconciled()

	def test_an_assignment_that_was_written_past_every_event_is_told_as_of_then(self, issue: Any) -> None:
		past_every_event("ToDo", "Mon 1 Jun 09:40", issue, allocated_to="Administrator")

		(said,) = reconcile(now(), testing.wall("Mon 1 Jun 08:50"), Chunks()).repaired

		assert said == f"{issue.name}: owned Administrator (at 2026-06-01 09:40:00)"

	def test_a_message_from_before_it_looked_last_is_left_alone(self, issue: Any) -> None:
		"""It was looked at then; what is told by it may have become something else since."""
		past_every_event(
			"Communication", "Mon 1 Jun 09:30", issue, sent_or_received="Sent", sender="Administrator"
		)

		assert reconcile(now(), testing.wall("Mon 1 Jun 09:31"), Chunks()) == Reconciled()

	@pytest.mark.parametrize(
		"known",
		[
			pytest.param(lambda issue: None, id="told as it came"),
			pytest.param(lambda issue: begun_again(issue.name), id="told by a ledger begun later"),
			pytest.param(lambda issue: merged(issue), id="told of a ticket that was merged into it"),
			pytest.param(lambda issue: split(issue), id="told of the ticket that it was split from"),
			pytest.param(lambda issue: forget(issue.name), id="of a ticket without a ledger"),
		],
	)
	def test_what_some_ledger_knows_is_not_told_again(
		self, issue: Any, clock: SiteClock, known: Callable[[Any], None]
	) -> None:
		reply(issue)
		receive(issue)
		testing.assign(issue, "Administrator")
		known(issue)
		facts = frappe.db.count(store.EVENT)

		hears_nothing_new()

		assert frappe.db.count(store.EVENT) == facts

	@pytest.mark.parametrize("user_type", ["Employee Self Service", None], ids=["a third type", "gone"])
	def test_a_note_of_somebody_who_is_no_user_of_the_portal_is_no_message(
		self, issue: Any, user_type: str | None
	) -> None:
		user = testing.make_user("clerk@desk.example", "Support Team")
		with testing.as_user(user):
			issue.add_comment("Comment", "Ask them for the model.")
		if user_type is None:
			frappe.db.delete("User", {"name": user})
		else:
			frappe.db.set_value("User", user, "user_type", user_type)

		hears_nothing_new()

	def test_a_message_is_not_told_again_after_the_opening_was_corrected(self, issue: Any) -> None:
		past_every_event(
			"Communication", "Mon 1 Jun 09:30", issue, sent_or_received="Sent", sender="Administrator"
		)
		begun_again(issue.name)
		later = Fact(site_time.to_instant(testing.wall("Mon 1 Jun 10:00")), Kind.OPENED, "")
		observe.corrected(Ticket(ISSUE, issue.name), [later], now(), "CORR-1", "It was entered early.")

		hears_nothing_new()

	def test_a_message_on_a_ticket_that_somebody_was_writing_is_heard_of_when_he_is_done(
		self, issue: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		past_every_event(
			"Communication", "Mon 1 Jun 09:30", issue, sent_or_received="Sent", sender="Administrator"
		)
		heard, calls = reconciling._heard, []

		def busy_once(names: list[str], *rest: Any) -> Reconciled:
			calls.append(names)
			return heard(names, *rest) if calls[1:] else Reconciled(left=tuple(names))

		monkeypatch.setattr(reconciling, "_heard", busy_once)

		found = reconcile(now(), testing.wall("Mon 1 Jun 08:50"), Chunks())

		assert [name for name, _said in found.done] == [issue.name]
		assert found.left == ()
		assert testing.ledger(issue)[-1].kind == "replied"

	def test_a_comment_whose_ticket_is_spelt_otherwise_does_not_stop_it(self, issue: Any) -> None:
		reply(issue)
		comment = issue.add_comment("Comment", "Any news?")
		values = {"owner": testing.make_user("buyer@wool.example"), "reference_name": issue.name.lower()}
		frappe.db.set_value("Comment", comment.name, values)

		reconcile(now(), testing.wall("Mon 1 Jun 08:50"), Chunks())

	def test_a_ledger_without_an_opening_does_not_keep_it_from_the_others(self, issue: Any) -> None:
		broken = make_issue("Of which SQL has deleted a fact")
		frappe.db.delete(store.EVENT, {"ticket": broken.name, "kind": "opened"})
		past_every_event(
			"Communication", "Mon 1 Jun 09:30", issue, sent_or_received="Sent", sender="Administrator"
		)

		reconcile(now(), testing.wall("Mon 1 Jun 08:50"), Chunks())

		assert testing.ledger(issue)[-1].kind == "replied"
		assert frappe.db.exists(store.FAILED, {"ticket": broken.name})

	def test_a_message_in_the_hour_that_autumn_repeats_comes_after_the_opening(
		self, site: str, monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""Opened at 02:30 in winter time, Sun 25 Oct 2026; at 02:40 somebody replied."""
		monkeypatch.setattr(site_time, "site_zone", lambda: ZoneInfo("Europe/Berlin"))
		opened = 1792891800
		assert site_time.to_site(opened) == testing.wall("Sun 25 Oct 02:30")
		told = Message("ISS-1", "mail", testing.wall("Sun 25 Oct 02:40"), "", False, Kind.REPLIED)

		(found,) = reconciling._unheard(
			[Fact(opened, Kind.OPENED, "")], [told], opened + HOUR, testing.wall("Sun 25 Oct 00:00")
		)

		assert found.at == opened + 600

	def test_since_when_agreements_are_others_is_known(self, issue: Any) -> None:
		before = now_datetime()
		forget_agreements()

		assert changed_since(before)
		assert not changed_since(now_datetime() + timedelta(seconds=1))

	def test_where_nobody_knows_any_more_it_is_asked_once(self, issue: Any) -> None:
		forget_agreements()
		frappe.cache.delete_value(_LAST_CHANGE)
		later = now_datetime() + timedelta(seconds=1)

		assert changed_since(later)
		assert not changed_since(later)

	def test_what_was_measured_while_agreements_changed_is_measured_again(
		self, issue: Any, clock: SiteClock
	) -> None:
		forget_agreements()
		frappe.db.set_value(store.CLOCK, {"ticket": issue.name}, "agreement", "Another")

		reconcile(now(), testing.wall("Mon 1 Jun 08:00"), Chunks())

		assert {row["agreement"] for row in stored(issue.name).values()} == {issue.slm_agreement}

	def test_what_somebody_is_writing_then_is_left_to_the_next_time(
		self, issue: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""Nothing else says that this one, closed and written long ago, is to be looked at."""
		testing.set_status(issue, "Closed")
		frappe.db.sql("update `tabIssue` set modified = '2026-05-04' where name = %s", issue.name)
		frappe.db.set_value(store.CLOCK, {"ticket": issue.name}, "agreement", "Another")
		forget_agreements()

		with monkeypatch.context() as written:
			written.setattr("slm_extension.adapters.issues.lock_free", lambda names: [])
			found = reconcile(now(), testing.wall("Mon 1 Jun 08:00"), Chunks())

		assert found == Reconciled(left=(issue.name,))
		assert {row["agreement"] for row in stored(issue.name).values()} == {"Another"}
		assert reconcile(now(), testing.wall("Mon 1 Jun 08:00"), Chunks()) == Reconciled()
		assert {row["agreement"] for row in stored(issue.name).values()} == {issue.slm_agreement}

	def test_one_that_cannot_be_measured_then_is_listed_and_the_others_are_measured_once(
		self, issue: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		broken = testing.make_issue("Broken")
		seen: list[str] = []

		def computed(ticket: Ticket, *rest: Any) -> Any:
			seen.append(ticket.name)
			if ticket.name == broken.name:
				raise ValueError("no such luck")
			return measure.computed(ticket, *rest)

		monkeypatch.setattr("slm_extension.services.rebuild.computed", computed)
		forget_agreements()

		assert reconcile(now(), testing.wall("Mon 1 Jun 08:00"), Chunks()) == Reconciled()

		assert sorted(seen) == [issue.name, broken.name]
		assert frappe.get_all(store.FAILED, pluck="ticket", order_by="ticket asc") == [broken.name]

	def test_what_was_repaired_is_named_to_the_process_owner(
		self, issue: Any, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		told: list[tuple[list[str], str]] = []
		monkeypatch.setattr(
			"slm_extension.services.tell.enqueue_create_notification",
			lambda users, message: told.append((users, message["subject"])),
		)
		owner = testing.make_user("owner@desk.example", "SLM Process Owner")
		monkeypatch.setattr("slm_extension.tasks.now_datetime", lambda: testing.wall("Mon 1 Jun 12:00"))
		frappe.db.set_single_value("SLM Settings", "last_reconcile", "2026-06-01 11:30:00")
		frappe.db.sql("update `tabIssue` set status = 'Closed' where name = %s", issue.name)

		tasks.hourly()

		result = frappe.db.get_single_value("SLM Settings", "last_reconcile_result")
		assert f"{issue.name}: status Closed" in result
		assert told == [([owner], "1 tickets had changed past every event.")]

	def test_the_nightly_task_tells_the_process_owner_of_a_difference_and_of_nothing_else(
		self, issue: Any, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		told: list[str] = []
		monkeypatch.setattr(
			"slm_extension.services.tell.enqueue_create_notification",
			lambda _users, message: told.append(message["subject"]),
		)
		testing.make_user("owner@desk.example", "SLM Process Owner")

		tasks.nightly()
		assert told == []
		frappe.db.sql("update `tabSLM Clock` set elapsed = 1 where ticket = %s", issue.name)
		tasks.nightly()

		(subject,) = told
		assert issue.name in subject and "differences" in subject

	def test_the_hourly_task_looks_back_to_when_it_last_looked(
		self, issue: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		seen: list[Any] = []
		monkeypatch.setattr(tasks, "reconcile", lambda now, since, chunks: seen.append(since) or Reconciled())

		began = frappe.utils.now_datetime()
		tasks.hourly()
		tasks.hourly()

		assert began - tasks.OVERLAP <= seen[0] <= seen[1] <= frappe.utils.now_datetime() - tasks.OVERLAP
		assert seen[1] >= began - tasks.OVERLAP

	def test_what_somebody_was_writing_is_looked_at_the_next_time(
		self, issue: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""Until then it is looked back as far as now, whatever the ticket's own time says."""
		frappe.db.set_single_value("SLM Settings", "last_reconcile", "2026-06-01 11:00:00")
		monkeypatch.setattr(tasks, "now_datetime", lambda: testing.wall("Mon 1 Jun 12:00"))
		monkeypatch.setattr(tasks, "reconcile", lambda now, since, chunks: Reconciled(left=(issue.name,)))

		tasks.hourly()

		assert str(frappe.get_single("SLM Settings").last_reconcile) == "2026-06-01 11:00:00"

	def test_it_looks_back_a_day_where_the_machines_clock_was_set_back(
		self, issue: Any, monkeypatch: pytest.MonkeyPatch
	) -> None:
		seen: list[Any] = []
		monkeypatch.setattr(tasks, "reconcile", lambda now, since, chunks: seen.append(since) or Reconciled())
		monkeypatch.setattr(tasks, "now_datetime", lambda: testing.wall("Mon 1 Jun 11:00"))
		frappe.db.set_single_value("SLM Settings", "last_reconcile", "2026-06-01 12:00:00")

		tasks.hourly()

		assert seen == [testing.wall("Sun 31 May 11:00")]


SMALL = """
[calendar.office]
zone = "Europe/Berlin"
hours.mon-fri = "09:00-17:00"
yearly = ["12-24..01-02 closure"]
closed = { "Outing" = 2026-06-19 }

[calendar.night]
zone = "Asia/Kolkata"
hours.sun-thu = "22:00-06:00+1"
hours.sat = "00:00-24:00"

[[calendar.night.exception]]
date = 2026-06-06
hours = ["10:00-12:00", "14:00-24:00"]

[[agreement]]
name = "Twins"
customers = ["Castor", "Pollux"]
calendar = "office"
objective = 95.5
on_change = "from the change"

[[agreement.target]]
metric = "resolution"
goal = "8h"
priorities = ["P3", "P4"]
services = ["Mail", "Chat"]

[[agreement.target]]
metric = "resolution"
goal = { P1 = "2h", P2 = "4h" }
calendar = "night"
holds = ["customer", "supplier", "other"]

[[agreement]]
name = "Twins"
version = 2
valid_from = 2026-07-01
customers = ["Castor", "Pollux"]
calendar = "office"
reopen = "new cycle"

[[agreement.target]]
metric = "next reply"
goal = "90s"
holds = []

[[agreement]]
name = "OLA Night"
kind = "OLA"
teams = ["Night", "Day"]
customers = ["Pollux"]
calendar = "night"

[[agreement.target]]
metric = "turnaround"
goal = "1h 30m"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
	path = tmp_path / "agreements.toml"
	path.write_text(SMALL)
	return path


def documents() -> dict[str, list[tuple[str, object]]]:
	"""Every document that an import may write, with the time it was last written."""
	return {
		doctype: frappe.get_all(doctype, fields=["name", "modified"], as_list=True, order_by="name asc")
		for doctype in (
			"SLM Agreement",
			"SLM Calendar",
			"SLM Calendar Edition",
			"SLM Service",
			"Customer",
			"Supplier",
			"Holiday List",
			"Issue Priority",
			"Issue Type",
			"User Group",
			"Issue",
			store.EVENT,
			store.CLOCK,
		)
	}


FILES_REFUSED: dict[str, tuple[str, str, str]] = {
	"not TOML": ('zone = "Europe/Berlin"', "zone = Berlin", "This is not TOML"),
	"an unknown calendar": (
		'calendar = "night"\nholds',
		'calendar = "day"\nholds',
		'There is no calendar "day"',
	),
	"a goal of days": ('goal = "8h"', 'goal = "1d"', "is not a duration"),
	"a customer and a customer group": (
		'customers = ["Pollux"]',
		'customers = ["Pollux"]\ncustomer_groups = ["Heroes"]',
		"cannot be kept on this site",
	),
	"two suppliers": (
		'kind = "OLA"\nteams = ["Night", "Day"]',
		'kind = "UC"\nsuppliers = ["Sun", "Moon"]',
		"has 2 suppliers",
	),
	"a name that is too long": ('"Castor"', f'"{"x" * 150}"', "150 characters"),
	"a name that the host refuses": ('"Chat"', '"<Chat>"', '"<Chat>" cannot be created'),
}


def random_timeline(seed: int) -> tuple[Timeline, int]:
	"""A ticket opened in June 2026 to which things happen that the agreements above look at."""
	chance = random.Random(seed)
	begin = site_time.to_instant(testing.wall("Mon 1 Jun 09:00")) + chance.randrange(40 * 24 * HOUR)
	values = {
		Kind.PRIORITY: ["P1", "P2", "P3", "P4", "P5"],
		Kind.CUSTOMER: ["Castor", "Pollux", "Leda"],
		Kind.SERVICE: ["Mail", "Chat", "Files"],
		Kind.TEAM: ["Night", "Day", "Other", ""],
		Kind.STATUS: [status.value for status in Status],
		Kind.REPLIED: [""],
		Kind.CUSTOMER_REPLIED: [""],
	}
	happened = [Fact(begin, Kind.OPENED, number=0)]
	for number in range(1, 25):
		kind = chance.choice(list(values))
		at = begin if number < 5 else begin + chance.randrange(14 * 24 * HOUR)
		value = chance.choice(values[kind])
		waiting = chance.choice([1, 2, 4, 5]) if value == Status.HELD.value else 0
		happened.append(Fact(at, kind, value, waiting, number=number))
	return Timeline.of(str(seed), happened), begin + 15 * 24 * HOUR


def measured(timeline: Timeline, book: AgreementBook, asked: int) -> list[tuple[object, ...]]:
	"""All that is said about a ticket, whatever its targets are called."""
	return [
		(
			one.agreement.name,
			one.agreement.version,
			one.metric,
			one.tenure,
			one.shares,
			one.clock.phase,
			one.clock.outcome,
			one.clock.started,
			one.clock.stopped,
			one.clock.due,
			one.clock.missed_at,
			one.clock.next_at,
			one.clock.goal,
			one.clock.elapsed,
			one.clock.held,
			one.clock.uncertain,
			one.clock.stretches,
			len(one.clock.swaps),
		)
		for one in assess(timeline, book, asked).clocks
	]


class TestImportAgreements:
	def test_what_the_site_promises_is_what_the_file_says(
		self, site: str, small: Path, slm: Callable[..., Result]
	) -> None:
		result = slm("import-agreements", small)

		assert result.exit_code == 0, result.output
		book = {(one.name, one.version): one for one in site_agreements().book.agreements}
		first, second, night = book["Twins", 1], book["Twins", 2], book["OLA Night", 1]
		assert first.customers == {"Castor", "Pollux"}
		assert [
			(sorted(one.priorities), sorted(one.services), one.goal, int(one.holds)) for one in first.targets
		] == [
			(["P3", "P4"], ["Chat", "Mail"], 8 * HOUR, 1),
			(["P1"], [], 2 * HOUR, 7),
			(["P2"], [], 4 * HOUR, 7),
		]
		assert str(first.valid_until) == "2026-06-30"
		assert (second.targets[0].metric.name, second.targets[0].goal) == ("next reply", 90)
		assert (night.parties, night.customers) == ({"Night", "Day"}, {"Pollux"})
		saturday = site_time.to_instant(testing.wall("Sat 6 Jun 00:00"))
		assert night.calendar.between(saturday, saturday + 24 * HOUR) == 12 * HOUR

	def test_whatever_happens_to_a_ticket_file_and_site_measure_it_alike(
		self, site: str, small: Path, slm: Callable[..., Result]
	) -> None:
		"""Fifty random lives of a ticket over six weeks, across a change of version."""
		slm("import-agreements", small)
		file, kept = read_agreements(small).book, site_agreements().book

		for seed in range(50):
			timeline, asked = random_timeline(seed)
			assert measured(timeline, kept, asked) == measured(timeline, file, asked)

	@pytest.mark.parametrize("file", ["small", "demo"])
	def test_a_second_time_nothing_is_written(
		self, small: Path, slm: Callable[..., Result], file: str
	) -> None:
		path = small if file == "small" else DEMO / "agreements.toml"
		assert slm("import-agreements", path).exit_code == 0
		before = documents()

		result = slm("import-agreements", path)

		assert result.exit_code == 0
		assert "Nothing to do" in result.output
		assert documents() == before

	@pytest.mark.parametrize(("found", "wrong", "sentence"), FILES_REFUSED.values(), ids=FILES_REFUSED)
	def test_a_file_with_a_mistake_is_refused_as_a_whole_in_one_sentence(
		self, small: Path, slm: Callable[..., Result], found: str, wrong: str, sentence: str
	) -> None:
		before = documents()
		assert found in SMALL
		small.write_text(SMALL.replace(found, wrong))

		result = slm("import-agreements", small)

		assert result.exit_code == 1
		assert sentence in result.output
		assert len(result.output.strip().splitlines()) == 1
		assert documents() == before

	@pytest.mark.parametrize(
		("found", "wrong", "sentence"),
		[
			(
				'goal = "8h"',
				'goal = "7h"',
				'Version 1 of the agreement "Twins" is on this site and says something else',
			),
			(
				'"09:00-17:00"',
				'"09:00-18:00"',
				'The calendar "office" is on this site and says something else',
			),
		],
		ids=["agreement", "calendar"],
	)
	def test_what_is_on_the_site_is_never_overwritten(
		self, small: Path, slm: Callable[..., Result], found: str, wrong: str, sentence: str
	) -> None:
		slm("import-agreements", small)
		small.write_text(SMALL.replace(found, wrong))

		result = slm("import-agreements", small)

		assert result.exit_code == 1
		assert sentence in result.output

	def test_it_can_be_told_to_create_no_customers(self, small: Path, slm: Callable[..., Result]) -> None:
		before = documents()

		result = slm("import-agreements", small, "--no-create")

		assert result.exit_code == 1
		assert "not on this site" in result.output
		assert documents() == before

	def test_what_has_no_place_on_a_site_is_named(self, slm: Callable[..., Result]) -> None:
		result = slm("import-agreements", DEMO / "agreements.toml")

		assert "2 excuses were left out" in result.output
		assert "warn_at" not in result.output


LOG = """ticket,at,status,priority,customer,team,service
a1,2026-06-01T09:00:00+05:30,New,P1,Castor,Desk,Mail
a1,2026-06-01T10:00:00+05:30,Working,P1,Castor,Desk,Mail
a1,2026-06-01T11:00:00+05:30,Done,P1,Castor,Desk,Mail
a2,2026-06-01T09:00:00+05:30,New,P1,Castor,Desk,Mail
a2,2026-06-01T12:00:00+05:30,Asked,P2,Castor,Second,Mail
a3,2026-06-02T09:00:00+05:30,New,P1,Pollux,Desk,Mail
a3,2026-06-02T10:00:00+05:30,Dropped,P1,Pollux,Desk,Mail
"""
PROFILE = """
[columns]
ticket = "ticket"
time = "at"
status = "status"
priority = "priority"
customer = "customer"
team = "team"
service = "service"

[status]
opened = "New"
replied = "Working"
held_customer = "Asked"
held_other = "Parked"
resolved = "Done"
cancelled = "Dropped"
"""


@pytest.fixture
def log(tmp_path: Path, clock: SiteClock) -> Path:
	"""A small log; its profile lies beside it."""
	clock.at("Mon 8 Jun 09:00")
	(tmp_path / "profile.toml").write_text(PROFILE)
	path = tmp_path / "log.csv"
	path.write_text(LOG)
	return path


@pytest.fixture
def bring(slm: Callable[..., Result], log: Path) -> Callable[..., Result]:
	"""Imports the log with these options."""
	return lambda *options: slm("import-log", log, "--profile", log.parent / "profile.toml", *options)


LOGS_REFUSED: dict[str, tuple[str, str, tuple[str, ...], str]] = {
	"no such file": ("", "", ("--limit", "1"), ""),
	"an unknown status": ("Working", "Wrking", (), '"Wrking"'),
	"a bad time": ("2026-06-01T11:00:00+05:30", "yesterday", (), '"yesterday"'),
	"a missing column": ("priority,customer", "prio,customer", (), 'no column "priority"'),
	"a name that is too long": ("Pollux", "x" * 150, (), "150 characters"),
	"a customer not on the site": ("", "", ("--no-create",), "not on this site"),
	"a company not on the site": ("", "", ("--company", "Nobody"), 'no company "Nobody"'),
}


class TestImportLog:
	def test_tickets_become_issues_as_they_stand_at_the_end_of_the_log(
		self, agreement: str, bring: Callable[..., Result]
	) -> None:
		result = bring()

		assert result.exit_code == 0, result.output
		issues = frappe.get_all(
			"Issue",
			filters={"name": ["like", "LOG-%"]},
			fields=[
				"name",
				"subject",
				"status",
				"priority",
				"customer",
				"slm_service",
				"opening_date",
				"slm_state",
			],
			order_by="name asc",
			as_list=True,
		)
		day = testing.wall("Mon 1 Jun 00:00").date()
		assert issues == (
			("LOG-a1", "Imported a1", "Resolved", "P1", "Castor", "Mail", day, "Met"),
			("LOG-a2", "Imported a2", "Replied", "P2", "Castor", "Mail", day, "Overdue"),
			("LOG-a3", "Imported a3", "Closed", "P1", "Pollux", "Mail", day + timedelta(1), None),
		)
		assert {row.source for row in testing.ledger("LOG-a1")} == {"import"}
		assert str(frappe.get_value("Issue", "LOG-a1", "opening_time")) == "9:00:00"

	def test_clocks_are_asked_at_the_last_instant_of_the_log(
		self, agreement: str, bring: Callable[..., Result]
	) -> None:
		bring()

		clock = testing.clocks("LOG-a2")["resolution"]
		assert clock.asked_instant == site_time.to_instant(testing.wall("Tue 2 Jun 10:00"))
		assert (clock.phase, clock.elapsed, clock.goal) == ("Held", 3 * HOUR, 4 * HOUR)

	def test_what_happened_after_until_is_left_out(
		self, agreement: str, bring: Callable[..., Result]
	) -> None:
		result = bring("--until", "2026-06-01T10:30:00+05:30")

		assert "2 tickets imported" in result.output
		assert "1 tickets were opened later and left out." in result.output
		assert frappe.get_value("Issue", "LOG-a1", "status") == "Open"
		assert verify(now(), Chunks()).count == 0

	def test_what_lies_in_the_future_is_left_out(
		self, agreement: str, bring: Callable[..., Result], clock: SiteClock
	) -> None:
		clock.at("Mon 1 Jun 10:30")

		assert "2 tickets imported" in bring().output

	def test_twice_imports_nothing_twice(self, agreement: str, bring: Callable[..., Result]) -> None:
		bring("--limit", 2)
		bring()
		before = documents()

		result = bring()

		assert result.exit_code == 0
		assert "0 tickets imported" in result.output and "3 tickets were there already." in result.output
		assert documents() == before

	def test_two_shares_make_the_whole(self, agreement: str, log: Path, bring: Callable[..., Result]) -> None:
		bring()
		whole = {name: facts(name) for name in ("LOG-a1", "LOG-a2", "LOG-a3")}
		forget(*whole)
		frappe.db.delete("Issue", {"name": ["in", list(whole)]})
		arguments = dict(
			log=str(log),
			profile=str(log.parent / "profile.toml"),
			until=None,
			prefix="LOG-",
			company=None,
			limit=None,
			skip_broken=False,
			create=True,
		)

		for index in range(2):
			jobs.run_job("import-log", index, 2, 1, arguments)

		assert {name: facts(name) for name in whole} == whole

	def test_numbers_that_differ_in_case_alone_are_two_issues(
		self, agreement: str, log: Path, bring: Callable[..., Result]
	) -> None:
		log.write_text(LOG + "A1,2026-06-01T09:00:00+05:30,New,P1,Castor,Desk,Mail\n")

		bring("--limit", 1)
		bring()
		again = bring()

		assert "4 tickets were there already." in again.output
		assert frappe.db.exists("Issue", issue_name("LOG-", "a1", apart=True))

	@pytest.mark.parametrize(
		("number", "name"),
		[
			("4711", "LOG-4711"),
			("INC 47/11", "LOG-INC 47/11"),
			("<4711>", "LOG-4711-98c97f8b347e"),
			("é", "LOG--4a99557e4033"),
		],
		ids=["plain", "with a slash", "not a name", "accented"],
	)
	def test_a_number_that_is_no_name_for_the_host_gets_its_checksum(self, number: str, name: str) -> None:
		assert issue_name("LOG-", number) == name

	def test_an_imported_ticket_stays_cancelled_when_something_else_is_saved(
		self, agreement: str, bring: Callable[..., Result]
	) -> None:
		"""The Issue shows Closed; the other system's word for it is not news."""
		bring()
		issue = frappe.get_doc("Issue", "LOG-a3")

		issue.priority = "P2"
		issue.save()

		assert [row.kind for row in testing.ledger(issue)][-1] == "priority"
		assert testing.clocks(issue)["resolution"].phase == "Cancelled"

	def test_reopened_on_the_desk_an_imported_ticket_goes_on(
		self, agreement: str, bring: Callable[..., Result]
	) -> None:
		bring()

		set_status(frappe.get_doc("Issue", "LOG-a1"), "Open")

		assert testing.clocks("LOG-a1")["resolution"].phase == "Running"
		assert verify(now(), Chunks()).count == 0

	@pytest.mark.parametrize(
		("found", "wrong", "options", "sentence"), LOGS_REFUSED.values(), ids=LOGS_REFUSED
	)
	def test_a_log_that_cannot_be_brought_in_is_refused_in_one_sentence(
		self,
		log: Path,
		bring: Callable[..., Result],
		found: str,
		wrong: str,
		options: tuple[str, ...],
		sentence: str,
	) -> None:
		before = documents()
		log.write_text(LOG.replace(found, wrong) if found else LOG)
		if not sentence:
			log.unlink()

		result = bring(*options)

		assert result.exit_code == 1
		assert sentence in result.output
		assert len(result.output.strip().splitlines()) == 1
		assert documents() == before

	def test_rows_that_cannot_be_used_may_be_skipped(
		self, agreement: str, log: Path, bring: Callable[..., Result]
	) -> None:
		log.write_text(LOG.replace("Working", "Wrking"))

		result = bring("--skip-broken")

		assert result.exit_code == 0
		assert "1 rows of the log cannot be used and were left out." in result.output
		assert frappe.db.exists("Issue", "LOG-a1")

	def test_a_ticket_that_cannot_be_measured_is_listed_and_the_others_come_in(
		self, agreement: str, bring: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
	) -> None:
		from slm_extension.services import import_log

		measured = import_log.judged

		def failing(ticket: Ticket, *more: Any) -> Any:
			if ticket.name == "LOG-a2":
				raise ValueError("no such luck")
			return measured(ticket, *more)

		monkeypatch.setattr(import_log, "judged", failing)

		result = bring()

		assert result.exit_code == 1
		assert "1 tickets could not be measured" in result.output
		assert frappe.db.exists(store.FAILED, {"ticket": "LOG-a2"})
		assert facts("LOG-a2") and stored("LOG-a3")


class TestExport:
	def test_the_words_of_the_desk_are_read_back_as_they_were(
		self, agreement: str, clock: SiteClock, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		story = a_life(clock)
		log = tmp_path / "log.csv"

		result = slm("export-log", log)

		assert result.exit_code == 0, result.output
		seen = [(fact[0], fact[1], fact[4]) for fact in facts(story.issue.name)]
		known = facts_of_file(log, tmp_path / "log.toml")[story.issue.name]
		assert [(fact.at, fact.kind, fact.reason) for fact in known] == seen

	def test_a_word_with_two_meanings_is_told_apart(
		self, agreement: str, clock: SiteClock, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		story = Story(clock, "Mon 1 Jun 09:00").at("Mon 1 Jun 10:00", save(status="On Hold"))
		frappe.db.sql(
			"update `tabSLM Ticket Event` set waiting = 1, reason = 'Open' where ticket = %s and value = 'held'",
			story.issue.name,
		)
		log = tmp_path / "log.csv"

		slm("export-log", log)

		held = facts_of_file(log, tmp_path / "log.toml")[story.issue.name][-1]
		assert (held.value, held.waiting, held.reason) == ("held", 1, "Open (held)")

	def test_a_deleted_ticket_is_left_out_and_counted(
		self, agreement: str, clock: SiteClock, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		issue = make_issue()
		frappe.delete_doc("Issue", issue.name)

		result = slm("export-log", tmp_path / "log.csv")

		assert "1 tickets left out" in result.output

	def test_only_tickets_of_a_day_or_later_are_written_when_asked_so(
		self, agreement: str, clock: SiteClock, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		early, late = Story(clock, "Mon 1 Jun 23:59").issue, Story(clock, "Tue 2 Jun 00:00").issue

		slm("export-log", tmp_path / "log.csv", "--since", "2026-06-02")

		written = {row["ticket"] for row in csv.DictReader((tmp_path / "log.csv").open())}
		assert late.name in written and early.name not in written

	def test_a_folder_that_is_not_there_is_named(self, slm: Callable[..., Result], tmp_path: Path) -> None:
		result = slm("export-log", tmp_path / "nowhere" / "log.csv")

		assert result.exit_code == 1
		assert "Cannot be written" in result.output

	def test_clocks_are_written_in_the_words_of_replay(
		self, agreement: str, clock: SiteClock, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		story = Story(clock, "Mon 1 Jun 09:00").at("Mon 1 Jun 11:00", reply)

		slm("export-clocks", tmp_path / "clocks.csv", "--strip", story.issue.name[:4])

		rows = [
			row
			for row in csv.DictReader((tmp_path / "clocks.csv").open())
			if row["ticket"] == story.issue.name[4:] and row["metric"] == "response"
		]
		wanted = ("phase", "outcome", "started", "due", "missed_at", "goal", "elapsed")
		assert [tuple(row[name] for name in wanted) for row in rows] == [
			(
				"stopped",
				"missed",
				"2026-06-01T09:00:00+05:30",
				"2026-06-01T10:00:00+05:30",
				"2026-06-01T10:00:00+05:30",
				"3600",
				"7200",
			)
		]


def facts_of_file(log: Path, profile: Path) -> dict[str, list[Any]]:
	from slm_extension.replay.problems import Problems
	from slm_extension.replay.profile import Profile
	from slm_extension.replay.tickets import read_tickets

	read = read_tickets(log, Profile.read(profile), Problems(strict=True))
	return {one.ticket: list(one.facts) for one in read}


class TestQueue:
	@pytest.fixture
	def emptied(self, site: str) -> Iterator[None]:
		"""Whatever a test puts on the queue is taken off again: no worker is to run it."""
		yield
		for index in range(jobs.WORKERS):
			job = get_job(f"slm_verify_{index}")
			if job is not None:
				job.delete()

	def test_a_command_that_is_on_the_queue_does_not_run_twice(
		self, emptied: None, slm: Callable[..., Result]
	) -> None:
		first, second = slm("verify", "--enqueue"), slm("verify", "--enqueue")

		assert (first.exit_code, first.output) == (0, "Enqueued.\n")
		assert (second.exit_code, second.output) == (1, "slm verify is on the queue already.\n")

	def test_a_worker_says_how_far_it_is_and_how_it_ended(
		self, agreement: str, monkeypatch: pytest.MonkeyPatch
	) -> None:
		make_issue()
		told: list[tuple[str, object]] = []
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
		monkeypatch.setattr(
			frappe, "publish_progress", lambda percent, **more: told.append(("progress", percent))
		)
		monkeypatch.setattr(
			frappe, "publish_realtime", lambda event, text, **more: told.append((event, text))
		)

		collector = gc.get_threshold(), gc.get_freeze_count()

		jobs.run_job("verify", 0, 1, 100, {})

		assert (gc.get_threshold(), gc.get_freeze_count()) == collector, "Not every worker ends with its job."
		assert told[-2:] == [("progress", 100), ("msgprint", told[-1][1])]
		assert "no difference" in str(told[-1][1])


class TestDemo:
	def test_the_demo_company_comes_in_with_its_clocks(
		self, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		for name in ("agreements.toml", "profile.toml"):
			(tmp_path / name).write_text((DEMO / name).read_text())
		with (DEMO / "tickets.csv").open() as file:
			(tmp_path / "tickets.csv").write_text(
				"".join(line for line, _ in zip(file, range(100), strict=False))
			)

		result = slm("demo", tmp_path)

		assert result.exit_code == 0, result.output
		assert "15 agreements written" in result.output
		assert frappe.db.count("Issue", {"name": ["like", "LOG-HL-%"]}) > 10

	def test_where_it_is_not_the_message_says_where_it_comes_from(
		self, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		result = slm("demo", tmp_path)

		assert result.exit_code == 1
		assert "name the folder examples/demo of a checkout" in result.output


def test_a_message_to_customers_that_is_automatic_is_no_response(agreement: str, clock: SiteClock) -> None:
	"""As told by the history, too."""
	story = Story(clock, "Mon 1 Jun 09:00")
	story.at("Mon 1 Jun 09:30", lambda issue: reply(issue, communication_type="Automated Message"))
	forget(story.issue.name)

	backfill(now(), Chunks())

	assert testing.clocks(story.issue)["response"].phase == "Running"


def test_only_targets_of_one_id_that_differ_in_nothing_else_are_one(site: str) -> None:
	"""Two rows of one ID and another goal stay two; a change of priority between them is a change."""
	make_priority("P1")
	make_priority("P2")
	document = testing.make_agreement(
		targets=[
			target("Resolution", 4, priority="P1", target_id="same"),
			target("Resolution", 4, priority="P2", target_id="same"),
			target("Response", 1, priority="P1", target_id="apart"),
			target("Response", 2, priority="P2", target_id="apart"),
		]
	)

	agreement = next(one for one in site_agreements().book.agreements if one.name == document.lineage)

	assert [(one.metric.name, sorted(one.priorities)) for one in agreement.targets] == [
		("resolution", ["P1", "P2"]),
		("response", ["P1"]),
		("response", ["P2"]),
	]
