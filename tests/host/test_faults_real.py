"""The real processes of a help desk, killed, locked out and set back while people work: nothing lost, nothing twice.

Everything runs on servers of the test's own (faults.stack), with a copy of the site under test. What each test tried
is asserted, printed, and kept in .cache/fault-counts.json. SLM_FAULT_SEED repeats the dice of a run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import frappe
import pytest
from faults import checks, jobs
from faults.agents import Agent, Answer, Desk, at_work, finished
from faults.children import Children
from faults.names import agent, mark
from faults.stack import ROOT, CannotStart, Stack, missing, stack_of

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "never")

QUICK, QUICK_GOALS = "Quick & Sons", {"Response": 1, "Resolution": 3}
"""A customer whose promises are broken within seconds."""

HOUR = 3600
DAY = 24 * HOUR
GOALS = {"Response": HOUR, "Resolution": 4 * HOUR}
"""What everybody else is promised, around the clock."""

WATCHED = "Watched & Co"
PROMISED = {"Everybody": GOALS, QUICK: QUICK_GOALS, WATCHED: {"Response": HOUR}}
ESCALATIONS = {
	WATCHED: [
		{"level": 1, "timing": "Percent of Goal", "percent": 50, "notify": "User", "user": agent(1)},
		{"level": 2, "timing": "After Due", "offset": 0, "notify": "User", "user": agent(2)},
		{"level": 2, "timing": "After Due", "offset": 0, "notify": "Nobody", "raise_priority_to": "High"},
	]
}
"""Of whom each level is told by name, and what it does."""

SHOP, MAIL = "Online Shop", "Mail"

MON_1_JUN_2026 = 1_780_284_600  # 09:00 in Kolkata
BEFORE_ALL_AGREEMENTS = 1_559_379_600  # a Saturday in June 2019
AGENTS = 200
MARKS = 3_000
COUNTS = ROOT / ".cache" / "fault-counts.json"
SEED = int(os.environ.get("SLM_FAULT_SEED") or random.SystemRandom().randrange(10**6))
EMPTIED = (
	"tabIssue",
	"tabSLM Ticket Event",
	"tabSLM Clock",
	"tabSLM Failed Measure",
	"tabSLM Breach",
	"tabSLM Escalation Log",
	"tabSLM Outage",
	"tabSLM Correction",
	"tabSLM Correction Restatement",
	"tabCommunication",
	"tabCommunication Link",
	"tabToDo",
	"tabVersion",
	"tabComment",
	"tabNotification Log",
	"tabEmail Queue",
	"tabEmail Queue Recipient",
	"tabError Log",
	"tabScheduled Job Log",
	"tabDeleted Document",
)


@pytest.fixture(scope="module")
def machinery(site: str) -> Iterator[tuple[Stack, Children]]:
	try:
		with stack_of(site, Path(frappe.__file__).parents[3]) as stack:
			children = Children(stack)
			children.do(
				"prepare",
				marks=MARKS,
				agents=AGENTS,
				promised=PROMISED,
				escalations=ESCALATIONS,
				services=[SHOP, MAIL],
			)
			children.dismiss()
			try:
				yield stack, children
			finally:
				children.dismiss()
	except CannotStart as problem:
		pytest.skip(f"No servers of its own: {problem}")


@pytest.fixture
def stack(machinery: tuple[Stack, Children]) -> Iterator[Stack]:
	"""The servers, without a single ticket and with neither web server nor workers."""
	stack = machinery[0]
	emptied(stack)
	jobs.forget(stack)
	try:
		yield stack
	finally:
		stack.stop("web", "worker")


def emptied(stack: Stack) -> None:
	for table in set(EMPTIED) & tables(stack):
		stack.rows(f"truncate table `{table}`")


def tables(stack: Stack) -> set[str]:
	return {row[0] for row in stack.rows("show tables")}


@pytest.fixture
def children(machinery: tuple[Stack, Children]) -> Children:
	return machinery[1]


@pytest.fixture(scope="module")
def _written() -> Iterator[dict[str, Any]]:
	found: dict[str, Any] = {"seed": SEED}
	yield found
	COUNTS.parent.mkdir(exist_ok=True)
	COUNTS.write_text(json.dumps(found, indent=1) + "\n")


@pytest.fixture
def count(_written: dict[str, Any], request: pytest.FixtureRequest) -> Callable[..., None]:
	"""Keep, and show, what a test has tried."""

	def keep(**counts: int) -> None:
		mine = _written.setdefault(request.node.name, {})
		mine.update(counts)
		print(
			f"\n{request.node.name} (seed {SEED}): " + ", ".join(f"{n} {name}" for name, n in counts.items())
		)

	return keep


def all_is_well(stack: Stack, children: Children, now: int | None = None) -> None:
	"""Nothing is lost, nothing is there twice, and every clock is what its ledger says."""
	assert checks.wrong(stack) == []
	assert children.do("verify", now=now) == []


def told(stack: Stack) -> int:
	"""How many facts all ledgers hold."""
	return int(stack.rows("select count(*) from `tabSLM Ticket Event`")[0][0])


class Supply:
	"""Fresh tickets, made a dozen at a time unless said."""

	def __init__(self, children: Children, batch: int = 12) -> None:
		self._children, self._batch, self._ready = children, batch, []

	def take(self, count: int = 1) -> list[str]:
		while len(self._ready) < count:
			self._ready += self._children.do("make_issues", count=self._batch, now=MON_1_JUN_2026)
		taken, self._ready = self._ready[:count], self._ready[count:]
		return taken


# Death at every statement


WAYS: dict[str, Callable[[Supply, int], dict[str, Any]]] = {
	"save": lambda supply, n: {
		"name": supply.take()[0],
		"values": {"status": "Closed", "issue_type": mark(n), "priority": "High"},
	},
	"insert": lambda supply, n: {"values": {"issue_type": mark(n), "subject": f"number {n}"}},
	"reply": lambda supply, n: {"name": supply.take()[0], "subject": mark(n)},
	"assign": lambda supply, n: {"name": supply.take()[0], "whom": agent(n)},
	"set_all": lambda supply, n: {"names": supply.take(3), "status": "Resolved"},
	"delete": lambda supply, n: {"name": supply.take()[0]},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_change_that_dies_at_any_statement_is_there_as_a_whole_or_not_at_all(
	stack: Stack, children: Children, count: Callable[..., None], way: str
) -> None:
	supply = Supply(children)
	children.do(way, now=MON_1_JUN_2026 + HOUR, **WAYS[way](supply, 0))
	deaths = kept = 0
	while True:
		arguments = WAYS[way](supply, deaths + 1)
		facts = told(stack)
		ended = children.run(way, now=MON_1_JUN_2026 + HOUR, last=deaths + 1, **arguments)
		assert not ended.error
		assert checks.wrong(stack) == []
		if not ended.killed:
			break
		deaths += 1
		kept += told(stack) > facts

	count(deaths=deaths, kept=kept)
	assert deaths == ended.statements > 5
	assert kept == 1, "One death is the one between the commit and whatever follows."
	all_is_well(stack, children)


def misses(stack: Stack) -> dict[tuple[str, str], tuple[str, int]]:
	"""Outcome and instant of the miss of each clock, by ticket and metric."""
	rows = stack.rows("select ticket, metric, outcome, missed_at from `tabSLM Clock`")
	return {(ticket, metric): (outcome, kolkata(missed)) for ticket, metric, outcome, missed in rows}


def kolkata(at: Any) -> int:
	"""A naive time of the site as an instant; 0 for none."""
	return 0 if at is None else int(at.replace(tzinfo=ZoneInfo("Asia/Kolkata")).timestamp())


def missed(tickets: Iterable[str], opened: int) -> dict[tuple[str, str], tuple[str, int]]:
	"""What is to be known of tickets that nobody has touched since they were opened, long after."""
	return {
		(ticket, metric): ("Missed", opened + goal) for ticket in tickets for metric, goal in GOALS.items()
	}


class Moment:
	"""The tickets as they are now, to be had again."""

	def __init__(self, stack: Stack) -> None:
		self._stack = stack
		self._tables = [table for table in tables(stack) if table in EMPTIED]
		for table in self._tables:
			stack.rows(f"drop table if exists `kept {table}`")
			stack.rows(f"create table `kept {table}` as select * from `{table}`")

	def again(self) -> None:
		with self._stack.connect(autocommit=False) as connection, connection.cursor() as cursor:
			for table in self._tables:
				cursor.execute(f"delete from `{table}`")
				cursor.execute(f"insert into `{table}` select * from `kept {table}`")
			connection.commit()


def test_a_beat_that_dies_at_any_statement_has_kept_whole_pages_and_the_next_does_the_rest(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Pages of two clocks, so that a beat over three tickets keeps several times on its way."""
	tickets, later = children.do("make_issues", count=3, now=MON_1_JUN_2026), MON_1_JUN_2026 + 5 * HOUR
	moment = Moment(stack)
	children.do("beat", now=later, page=2)
	deaths, halfway = 0, set()
	while True:
		moment.again()
		ended = children.run("beat", now=later, page=2, last=deaths + 1)
		assert not ended.error
		assert checks.wrong(stack) == []
		if not ended.killed:
			break
		deaths += 1
		halfway.add(sum(outcome == "Missed" for outcome, _ in misses(stack).values()) // 2)
		children.do("beat", now=later, page=2)
		assert misses(stack) == missed(tickets, MON_1_JUN_2026)
		all_is_well(stack, children)

	count(deaths=deaths, restarts=deaths)
	assert deaths == ended.statements > 10
	assert halfway == {0, 2, 3}, "Each page of two has been the last one of a beat."


def test_an_escalation_that_dies_at_any_statement_is_told_once(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Two levels of one clock; in the desk, by mail, and the priority that is raised."""
	children.do("make_issues", count=1, now=MON_1_JUN_2026, customer=WATCHED)
	later = MON_1_JUN_2026 + 5 * HOUR
	moment = Moment(stack)
	children.do("beat", now=later)
	once, facts = checks.said(stack), told(stack)
	deaths = silent = 0
	while True:
		moment.again()
		ended = children.run("beat", now=later, last=deaths + 1)
		assert not ended.error
		if not ended.killed:
			break
		deaths += 1
		so_far = messages(checks.said(stack))
		assert so_far <= messages(once)
		silent += not so_far
		children.do("beat", now=later)
		assert checks.said(stack) == once
		assert told(stack) == facts
		all_is_well(stack, children)

	count(deaths=deaths, restarts=deaths, told=sum(once.values()), silent_before=silent)
	assert deaths == ended.statements > 20
	assert 0 < silent < deaths
	assert sum(what == "level" for what, *_ in once) == 2
	for user in (agent(1), agent(2)):
		assert sum(one[:2] == ("in the desk", user) for one in once.elements()) == 1
		assert sum(one[:2] == ("by mail", user) for one in once.elements()) == 1


def messages(said: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
	"""Of what was told and noted, what a person has seen."""
	return Counter({one: times for one, times in said.items() if one[0] in ("in the desk", "by mail")})


def test_several_beats_at_once_tell_every_escalation_once(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	children.do("make_issues", count=3, now=MON_1_JUN_2026, customer=WATCHED)
	later = MON_1_JUN_2026 + 5 * HOUR
	moment = Moment(stack)
	children.do("beat", now=later)
	once = checks.said(stack)
	rounds, beats, dice, kills = 4, 3, random.Random(SEED), 0
	for _ in range(rounds):
		moment.again()
		running = [children.start("beat", now=later, page=3) for _ in range(beats)]
		time.sleep(dice.uniform(0.0, 0.2))
		running[0].kill()
		ended = [one.end() for one in running]
		assert [one.error for one in ended] == [""] * beats
		kills += ended[0].killed
		children.do("beat", now=later)
		assert checks.said(stack) == once
		all_is_well(stack, children)
	count(rounds=rounds, beats=rounds * beats, kills=kills, told=sum(once.values()))


def test_a_rebuild_that_dies_at_any_statement_is_begun_again_and_goes_on(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	tickets = children.do("make_issues", count=6, now=MON_1_JUN_2026)
	children.do("beat", now=MON_1_JUN_2026 + 5 * HOUR)
	children.do("rebuild_all", page=2, now=MON_1_JUN_2026 + 5 * HOUR)
	deaths, went_on = 0, 0
	while True:
		stack.rows("update `tabSLM Clock` set outcome = 'Met', missed_at = null, elapsed = 1")
		stack.rows("update tabIssue set slm_state = 'Met'")
		ended = children.run("rebuild_all", page=2, now=MON_1_JUN_2026 + 5 * HOUR, last=deaths + 1)
		assert not ended.error
		if not ended.killed:
			break
		deaths += 1
		said = children.do("rebuild_all", page=2, now=MON_1_JUN_2026 + 5 * HOUR)
		went_on += "Went on" in said
		assert misses(stack) == missed(tickets, MON_1_JUN_2026), f"after the death before statement {deaths}"
		all_is_well(stack, children)

	count(deaths=deaths, restarts=deaths, went_on=went_on)
	assert deaths == ended.statements > 10
	assert went_on > deaths // 3
	all_is_well(stack, children)


def test_a_reconcile_that_dies_at_any_statement_is_made_good_by_the_next(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Statuses that were set past every event, and Issues that nobody has told of: found once, whoever dies.

	Each time as many tickets are new, because agreements have changed just now: those are measured once more.
	"""
	supply, later = Supply(children, batch=2), MON_1_JUN_2026 + HOUR
	deaths = 0
	children.do("hourly")
	while True:
		mine = supply.take(2)
		children.do("bulk_of_the_host", names=mine, status="Closed")
		unseen = f"UNSEEN-{deaths}"
		stack.rows(
			"insert into tabIssue (name, subject, status, creation, modified, opening_date, opening_time)"
			" select %s, subject, 'Open', modified, modified, opening_date, opening_time from tabIssue"
			" where name = %s",
			unseen,
			mine[0],
		)
		ended = children.run("hourly", now=later, last=deaths + 1)
		assert not ended.error
		if ended.killed:
			deaths += 1
			children.do("hourly", now=later)
		assert checks.wrong(stack) == []
		books = checks.ledgers(stack, [*mine, unseen])
		assert [[one.said for one in books[name] if one.kind == "status"][-1] for name in mine] == [
			"Closed"
		] * 2
		assert [one.kind for one in books[unseen]].count("opened") == 1
		if not ended.killed:
			break

	count(deaths=deaths, restarts=deaths, repaired=3 * (deaths + 1))
	assert deaths == ended.statements > 5
	all_is_well(stack, children)


# Death at any moment, while people work


LIMIT = 90
"""Seconds after which a machine is too busy for these tests."""


def people(
	desk: Desk, children: Children, number: int, customer: str | None = None
) -> tuple[list[Agent], list[str]]:
	"""So many agents with two tickets each that nobody else touches, and a few that all of them do. And the former."""
	own = children.do("make_issues", count=2 * number, customer=customer)
	shared = children.do("make_issues", count=4, customer=customer)
	agents = [Agent(desk, n, own[2 * n : 2 * n + 2], shared, SEED) for n in range(number)]
	return agents, own


def closed(desk: Desk, threads: list[threading.Thread], stack: Stack) -> None:
	"""Everybody goes home; whoever waits for an answer waits for it."""
	desk.ended.set()
	if not any(process.name == "web" and process.lives for process in stack.processes):
		stack.start_web()
	finished(threads, 60)


def recovered(stack: Stack, children: Children) -> None:
	"""What the scheduler does once everything runs again."""
	children.do("beat")
	children.do("hourly")


def everything_told(stack: Stack, children: Children, desk: Desk, own: list[str]) -> None:
	"""Ledgers say what agents know; nothing is lost or there twice; nothing that a beat would do is left."""
	assert checks.wrongly_told(stack, desk.changes, own) == []
	all_is_well(stack, children)


def summary(desk: Desk) -> dict[str, int]:
	print(*Counter(why[:200] for why in desk.refusals).items(), sep="\n")
	return {
		"changes_tried": len(desk.changes),
		"acknowledged": desk.count(Answer.DONE),
		"refused": desk.count(Answer.REFUSED),
		"unanswered": desk.count(Answer.UNKNOWN),
		"unreached": desk.count(Answer.UNREACHED),
	}


def test_web_processes_are_killed_while_agents_save(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Now one process of the web server, whose master starts another, now all of it, which the test starts again."""
	dice = random.Random(SEED)
	desk = Desk(stack.url, "secret")
	agents, own = people(desk, children, 5)
	web = stack.start_web()
	threads = at_work(agents)
	kills = restarts = 0
	until = time.monotonic() + LIMIT
	while kills < 15:
		done = desk.count(Answer.DONE)
		assert awaited(lambda done=done: desk.count(Answer.DONE) > done + 2, until - time.monotonic())
		time.sleep(dice.uniform(0.0, 0.2))
		workers = web.children()
		if workers and dice.random() < 0.8:
			os.kill(dice.choice(workers), signal.SIGKILL)
		else:
			stack.stop("web")
			web = stack.start_web()
			restarts += 1
		kills += 1
	closed(desk, threads, stack)

	everything_told(stack, children, desk, own)
	recovered(stack, children)
	everything_told(stack, children, desk, own)
	count(kills=kills, restarts=restarts, **summary(desk))
	assert desk.count(Answer.DONE) > 40
	assert desk.count(Answer.UNKNOWN) > 5


def awaited(true: Callable[[], Any], seconds: float) -> bool:
	"""Whether something becomes true in that time."""
	until = time.monotonic() + seconds
	while not true():
		if time.monotonic() > until:
			return False
		time.sleep(0.02)
	return True


def begun_again(stack: Stack, children: Children, page: int) -> bool:
	"""Put a rebuild on the queue again, once the one whose worker has died is known to have died."""
	jobs.give_up(stack)
	return bool(children.do("enqueue_rebuild", page=page))


def test_workers_are_killed_while_they_rebuild_and_agents_save(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Now the process that does the job, now the worker with it. What was cut short is started again and goes on."""
	dice = random.Random(SEED)
	desk = Desk(stack.url, "secret")
	agents, own = people(desk, children, 3)
	children.do("make_issues", count=40)
	stack.start_web()
	threads = at_work(agents)
	worker = stack.start_worker()
	kills = 0
	until = time.monotonic() + LIMIT
	while kills < 5:
		assert time.monotonic() < until
		if not worker.lives:
			worker = stack.start_worker()
		assert awaited(lambda: begun_again(stack, children, page=3), 10), jobs.status(stack)
		assert awaited(worker.children, 20), worker.said()
		time.sleep(dice.uniform(0.02, 0.5))
		job = worker.children()
		if job and dice.random() < 0.5:
			os.kill(job[0], signal.SIGKILL)
		else:
			stack.stop("worker")
		kills += bool(job)
		assert awaited(lambda worker=worker: not worker.children(), 20)
	closed(desk, threads, stack)
	stack.stop("worker")
	stack.start_worker()
	assert awaited(lambda: begun_again(stack, children, page=50), 10), jobs.status(stack)
	assert awaited(lambda: jobs.status(stack) == "finished", 30)

	everything_told(stack, children, desk, own)
	recovered(stack, children)
	everything_told(stack, children, desk, own)
	count(kills=kills, **summary(desk))
	assert desk.count(Answer.DONE) > 30


def test_beats_are_killed_while_clocks_run_out_and_agents_save(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Promises of seconds, so that there is something to find at any time; one beat after the other, half of them killed."""
	dice = random.Random(SEED)
	desk = Desk(stack.url, "secret")
	agents, own = people(desk, children, 3, customer=QUICK)
	stack.start_web()
	threads = at_work(agents)
	beats = kills = 0
	until = time.monotonic() + LIMIT
	while kills < 10:
		assert time.monotonic() < until
		children.do("make_issues", count=3, customer=QUICK)
		beat = children.start("beat", page=2)
		if dice.random() < 0.5:
			time.sleep(dice.uniform(0.0, 0.05))
			beat.kill()
		ended = beat.end()
		assert not ended.error
		beats, kills = beats + 1, kills + ended.killed
	closed(desk, threads, stack)

	everything_told(stack, children, desk, own)
	time.sleep(QUICK_GOALS["Resolution"] + 1)
	children.do("beat")
	assert checks.overdue(stack, int(time.time()) - 1) == []
	everything_told(stack, children, desk, own)
	count(beats=beats, kills=kills, **summary(desk))
	assert desk.count(Answer.DONE) > 30


def test_two_schedulers_and_two_workers_at_once_do_everything_once(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Two schedulers look at the same moment; and as if that had not met, two beats and two reconciles run at once."""
	stack.start_worker()
	stack.start_worker()
	rounds = 5
	for _ in range(rounds):
		names = children.do("make_issues", count=6, customer=QUICK)
		children.do("bulk_of_the_host", names=names[:2], status="Closed")
		stack.rows(
			"update `tabScheduled Job Type` set last_execution = '2020-01-01' where method in (%s, %s)",
			"slm_extension.tasks.beat",
			"slm_extension.tasks.hourly",
		)
		both = [children.start(action) for action in ("scheduler_pass", "beat", "hourly") for _ in range(2)]
		assert [child.end().error for child in both] == [""] * 6
	time.sleep(QUICK_GOALS["Resolution"] + 1)
	assert awaited(lambda: not jobs.waiting(stack), 30)
	recovered(stack, children)

	ran = dict(
		stack.rows(
			"select concat(scheduled_job_type, ' ', status), count(*) from `tabScheduled Job Log` group by 1"
		)
	)
	count(
		rounds=rounds,
		beats=2 * rounds + ran["tasks.beat Complete"],
		reconciles=2 * rounds + ran["tasks.hourly Complete"],
	)
	assert set(ran) == {"tasks.beat Complete", "tasks.hourly Complete"}
	assert checks.overdue(stack, int(time.time()) - 1) == []
	all_is_well(stack, children)


def test_the_database_is_killed_while_agents_save_a_rebuild_runs_and_the_beat_beats(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""What was acknowledged has been written to disk; what was under way is begun again."""
	dice = random.Random(SEED)
	desk = Desk(stack.url, "secret")
	agents, own = people(desk, children, 6)
	stack.start_web()
	stack.start_worker()
	threads = at_work(agents)
	restarts = failed = 0
	for _ in range(5):
		assert awaited(lambda: begun_again(stack, children, page=2), 30), jobs.status(stack)
		time.sleep(dice.uniform(0.3, 1.0))
		beat = children.start("beat", page=2)
		children.dismiss()
		stack.kill_database()
		time.sleep(dice.uniform(0.0, 0.3))
		stack.start_database()
		failed += bool(beat.end().error)
		restarts += 1
	time.sleep(1)
	closed(desk, threads, stack)
	assert awaited(lambda: begun_again(stack, children, page=50), 30), jobs.status(stack)
	assert awaited(lambda: jobs.status(stack) == "finished", 30), jobs.status(stack)

	everything_told(stack, children, desk, own)
	recovered(stack, children)
	everything_told(stack, children, desk, own)
	count(restarts=restarts, beats_failed=failed, **summary(desk))
	assert desk.count(Answer.DONE) > 30
	assert desk.count(Answer.REFUSED) + desk.count(Answer.UNKNOWN) > 5


# Locks


LOCKED = {
	"the ticket": "select name from tabIssue where name = %s for update",
	"its ledger": "select name from `tabSLM Ticket Event` where ticket = %s for update",
	"its clocks": "select name from `tabSLM Clock` where ticket = %s for update",
}


@contextmanager
def locked(stack: Stack, what: str, ticket: str, weight: int = 0) -> Iterator[Callable[[str], None]]:
	"""Somebody else's transaction holds a lock; gives what it can ask for in addition, and is undone at the end.

	One that has changed more is not the one that a database gives up in a deadlock: `weight` rows.
	"""
	with stack.connect(autocommit=False) as connection, connection.cursor() as cursor:
		if weight:
			cursor.execute("create table if not exists scratch (n int) engine = innodb")
			cursor.execute(f"insert into scratch select seq from seq_1_to_{weight}")
		cursor.execute(LOCKED[what], (ticket,))
		try:
			yield lambda more: cursor.execute(LOCKED[more], (ticket,))
		finally:
			connection.rollback()


@pytest.fixture
def impatient(stack: Stack) -> Iterator[None]:
	"""The database lets nobody wait for a lock for more than a second."""
	stack.administer("set global innodb_lock_wait_timeout = 1")
	try:
		yield
	finally:
		stack.administer("set global innodb_lock_wait_timeout = 20")


@pytest.mark.parametrize("what", LOCKED)
def test_a_save_that_waits_too_long_for_a_lock_fails_as_a_whole(
	stack: Stack, children: Children, impatient: None, count: Callable[..., None], what: str
) -> None:
	"""As the host fails it: the person is told, and saves again."""
	(ticket,) = children.do("make_issues", count=1)
	before = told(stack)
	change = {"name": ticket, "values": {"status": "Closed", "issue_type": mark(1)}}

	with locked(stack, what, ticket):
		ended = children.run("save", **change)

	assert "QueryTimeoutError" in ended.error
	assert told(stack) == before
	all_is_well(stack, children)
	children.do("save", **change)
	assert told(stack) == before + 2
	all_is_well(stack, children)
	count(lock_waits=1, saves=2)


def test_a_save_that_loses_a_deadlock_fails_as_a_whole(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	(ticket,) = children.do("make_issues", count=1)
	before, deadlocks = told(stack), stack.deadlocks()
	change = {"name": ticket, "values": {"status": "Closed", "issue_type": mark(1)}}

	with locked(stack, "its ledger", ticket, weight=5000) as lock:
		child = children.start("save", **change)
		assert awaited(stack.waits, 20)
		lock("the ticket")
	ended = child.end()

	assert "QueryDeadlockError" in ended.error
	assert stack.deadlocks() == deadlocks + 1
	assert told(stack) == before
	all_is_well(stack, children)
	children.do("save", **change)
	all_is_well(stack, children)
	count(deadlocks=1, saves=2)


NOT_IN_TIME: dict[str, tuple[dict[str, str], dict[str, str] | None, str, dict[str, Any]]] = {
	"a miss, then deleted": ({}, None, "delete", {}),
	"other clocks, then deleted": ({}, {"customer": QUICK}, "delete", {}),
	"a miss, then another agreement": ({}, None, "put", {"values": {"customer": QUICK}}),
	"back and forth in a second": (
		{"status": "Closed"},
		{"status": "Open"},
		"put",
		{"values": {"status": "Closed"}},
	),
	"a priority, then the bulk action": ({}, {"priority": "High"}, "set_all", {"status": "Resolved"}),
	"a priority, then a reply": ({}, {"priority": "High"}, "reply", {"subject": mark(1)}),
	"a priority, then a mail": ({"status": "Closed"}, {"priority": "High"}, "receive", {"subject": mark(1)}),
	"a priority, then a mail that changes nothing": (
		{},
		{"priority": "High"},
		"receive",
		{"subject": mark(1)},
	),
	"a priority, then a script": (
		{},
		{"priority": "High"},
		"db_set",
		{"field": "status", "value": "Replied"},
	),
	"a hold, then a script": (
		{},
		{"status": "On Hold", "slm_waiting_for": "Customer", "slm_waiting_reason": "a log"},
		"db_set",
		{"field": "priority", "value": "High"},
	),
	"a priority, then an assignment": ({}, {"priority": "High"}, "assign", {"whom": agent(1)}),
	"closed, then a mail": ({}, {"status": "Closed"}, "receive", {"subject": mark(1)}),
	"a hold, then a reply": ({}, {"status": "On Hold"}, "reply", {"subject": mark(1)}),
}
"""What a ticket was before; what somebody did, or a beat, after an action had begun to read; the action."""


@pytest.mark.parametrize("case", NOT_IN_TIME)
@pytest.mark.parametrize("after", [60, 5 * HOUR])
def test_what_began_to_read_before_another_ended_measures_what_is_there_now(
	stack: Stack, children: Children, count: Callable[..., None], case: str, after: int
) -> None:
	"""What a transaction reads without a lock is as old as its first word."""
	before, meanwhile, action, arguments = NOT_IN_TIME[case]
	(ticket,) = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	mine = {"names": [ticket]} if action == "set_all" else {"name": ticket}
	later = MON_1_JUN_2026 + after
	if before:
		children.do("put", now=later, name=ticket, values=before)

	children.do(
		"late",
		now=later,
		late=action,
		arguments={**mine, **arguments},
		meanwhile="beat" if meanwhile is None else "save",
		others={} if meanwhile is None else {"name": ticket, "values": meanwhile},
		at=later,
	)

	all_is_well(stack, children)
	count(changes=2)


Step = tuple[str, dict[str, Any]]
"""An action and its arguments, in which #0 and #1 are names of tickets."""


def _save(**values: Any) -> Step:
	return "put", {"name": "#0", "values": values}


def _asked(what: str, **values: Any) -> Step:
	return "ask", {"name": "#0", "values": {"what": what, **values}, "who": agent(1)}


DOWN = _save(slm_service=SHOP, slm_service_down=1)
BY_HAND: Step = (
	"enter_outage",
	{"values": {"issue": "#0", "service": MAIL, "started": "2026-06-01 09:30:00"}},
)
MESSAGE: Step = ("receive", {"name": "#0", "subject": mark(1)})


def _ended(number: int = 0) -> Step:
	return "change_outage", {"ticket": "#0", "number": number, "values": {"told_at": "2026-06-01 13:00:00"}}


PASSED_BY: dict[str, tuple[tuple[Step, ...], Step, Step]] = {
	"down twice": ((), DOWN, _save(status="Replied", slm_service_down=1)),
	"down, then resolved": ((), DOWN, _save(status="Closed")),
	"ended, then resolved": ((DOWN,), _ended(), _save(status="Closed")),
	"its cause, then resolved": (
		(DOWN,),
		("change_outage", {"ticket": "#0", "values": {"cause": "Power"}}),
		_save(status="Closed"),
	),
	"its cause, then told": (
		(DOWN,),
		("change_outage", {"ticket": "#0", "values": {"cause": "Power"}}),
		("tell_users", {"name": "#0"}),
	),
	"its cause, then never down": (
		(DOWN,),
		("change_outage", {"ticket": "#0", "values": {"cause": "Power"}}),
		_save(slm_service_down=0),
	),
	"down, then told": ((), DOWN, ("tell_users", {"name": "#0"})),
	"down, then never down": ((), DOWN, _save(slm_service_down=0)),
	"both outages end": ((DOWN, BY_HAND), _ended(1), _ended(0)),
	"one ends, another begins": ((DOWN,), _ended(), BY_HAND),
	"told, another begins": ((DOWN,), ("tell_users", {"name": "#0"}), BY_HAND),
	"never down, another begins": ((DOWN,), _save(slm_service_down=0), BY_HAND),
	"another begins, one ends": ((DOWN,), BY_HAND, _ended()),
	"another begins, told": ((DOWN,), BY_HAND, ("tell_users", {"name": "#0"})),
	"another begins, never down": ((DOWN,), BY_HAND, _save(slm_service_down=0)),
	"down, then deleted": ((), DOWN, ("delete", {"name": "#0"})),
	"resolved, then the bulk action": (
		(DOWN,),
		_save(status="Closed"),
		("set_all", {"names": ["#0"], "status": "Open"}),
	),
	"told, then opened again": (
		(DOWN, _save(status="Closed")),
		("tell_users", {"name": "#0"}),
		_save(status="Open"),
	),
	"opened again, then told": (
		(DOWN, _save(status="Closed")),
		_save(status="Open"),
		("tell_users", {"name": "#0"}),
	),
	"another service, then resolved": ((DOWN,), _save(slm_service=MAIL), _save(status="Closed")),
	"down, then a mail": ((), DOWN, MESSAGE),
	"down, then merged": ((DOWN,), ("beat", {}), ("merge", {"name": "#0", "into": "#1"})),
	"closed, then merged into": (
		(),
		("put", {"name": "#1", "values": {"status": "Closed"}}),
		("merge", {"name": "#0", "into": "#1"}),
	),
	"a miss, then merged": ((), ("beat", {}), ("merge", {"name": "#0", "into": "#1"})),
	"closed, then renamed": ((), _save(status="Closed"), ("rename", {"name": "#0", "new": "#0-new"})),
	"a miss, then renamed": ((), ("beat", {}), ("rename", {"name": "#0", "new": "#0-new"})),
	"closed, then acknowledged by another": (
		(),
		("acknowledge", {"name": "#0"}),
		("acknowledge", {"name": "#0"}),
	),
	"taken, then taken again": ((), ("take", {"name": "#0"}), ("take", {"name": "#0"})),
	"closed, then opened and taken": (
		(_save(status="Closed"),),
		_save(status="Open"),
		("take", {"name": "#0"}),
	),
	"a miss, then a correction": (
		(MESSAGE, _asked("Exclude from the Figures")),
		("beat", {}),
		("approve", {"name": "#0"}),
	),
	"a correction, then closed": (
		(MESSAGE, _asked("Exclude from the Figures")),
		("approve", {"name": "#0"}),
		_save(status="Closed"),
	),
	"a correction, then a beat": (
		(MESSAGE, _asked("Staff Replied", from_time="2026-06-01 09:40:00")),
		("approve", {"name": "#0"}),
		("beat", {}),
	),
	"its cause, then a correction": (
		(DOWN, MESSAGE, _asked("Users Told", from_time="2026-06-01 09:55:00")),
		("change_outage", {"ticket": "#0", "values": {"cause": "Power"}}),
		("approve", {"name": "#0"}),
	),
}
"""What was done to a ticket before; what somebody did after an action had begun to read; that action."""


@pytest.mark.parametrize("case", PASSED_BY)
def test_what_is_decided_is_decided_from_what_is_there_now(
	stack: Stack, children: Children, count: Callable[..., None], case: str
) -> None:
	before, meanwhile, step = PASSED_BY[case]
	tickets = children.do("make_issues", count=2, now=MON_1_JUN_2026)
	later = MON_1_JUN_2026 + 5 * HOUR
	for action, values in before:
		children.do(action, now=MON_1_JUN_2026 + HOUR - 60, **named(values, tickets))

	_late(children, step, meanwhile, tickets, later)

	children.do("beat", now=later)
	all_is_well(stack, children)
	count(changes=2)


def test_an_outage_of_a_ticket_that_was_resolved_just_now_goes_on_when_all_are_opened_again(
	stack: Stack, children: Children
) -> None:
	"""The list's action is told no status before; the ledger knows of it, and of the end just entered."""
	tickets = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	children.do("put", now=MON_1_JUN_2026 + 60, **named(DOWN[1], tickets))

	_late(
		children,
		("set_all", {"names": ["#0"], "status": "Open"}),
		_save(status="Closed"),
		tickets,
		MON_1_JUN_2026 + HOUR,
	)

	assert stack.rows("select status, restored_at from `tabSLM Outage`") == [("Open", None)]
	all_is_well(stack, children)


BY_SCRIPT: dict[str, tuple[tuple[Step, ...], Step, str]] = {
	"down": ((), DOWN, "Restored"),
	"never down": ((DOWN,), _save(slm_service_down=0), "Cancelled"),
	"ended": ((DOWN,), _ended(), "Closed"),
}
"""What was done to a ticket before, and just now; what is to be of its outage when a script closes the ticket."""


@pytest.mark.parametrize("case", BY_SCRIPT)
def test_a_script_that_read_a_ticket_earlier_says_nothing_of_its_service(
	stack: Stack, children: Children, case: str
) -> None:
	before, meanwhile, status = BY_SCRIPT[case]
	tickets = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	for action, values in before:
		children.do(action, now=MON_1_JUN_2026 + 60, **named(values, tickets))
	close: Step = ("db_set", {"name": "#0", "field": "status", "value": "Closed"})

	_late(children, close, meanwhile, tickets, MON_1_JUN_2026 + 5 * HOUR)

	assert stack.rows("select status from `tabSLM Outage`") == [(status,)]
	children.do("beat", now=MON_1_JUN_2026 + 5 * HOUR)
	all_is_well(stack, children)


def _answer(way: str, metric: str = "Response", who: str = "Administrator", **arguments: Any) -> Step:
	return "answer", {"name": "#0", "metric": metric, "way": way, "arguments": arguments, "who": who}


EXCUSE = _answer(
	"ask_to_excuse", who=agent(1), clause="Force majeure", reason="A flood.", evidence_link="the news"
)
EXPLAINED = _answer("explain", who=agent(1), explanation="We slept.", root_cause="Other")
REPLIED_IN_TIME = _asked("Staff Replied", from_time="2026-06-01 09:40:00")
APPROVED: Step = ("approve", {"name": "#0"})
ACCEPTED: dict[str, tuple[tuple[Step, ...], Step, Step]] = {
	"no miss any more, then explained": ((MESSAGE, REPLIED_IN_TIME), APPROVED, EXPLAINED),
	"excluded, then explained": ((MESSAGE, _asked("Exclude from the Figures")), APPROVED, EXPLAINED),
	"explained, then no miss any more": ((MESSAGE, REPLIED_IN_TIME), EXPLAINED, APPROVED),
	"excused, then closed": (
		(EXCUSE,),
		_answer("decide_excuse", excused=True, decision="Yes."),
		_save(status="Closed"),
	),
	"excused, then a beat": (
		(EXCUSE,),
		_answer("decide_excuse", excused=True, decision="Yes."),
		("beat", {}),
	),
	"closed, then excused": (
		(EXCUSE,),
		_save(status="Closed"),
		_answer("decide_excuse", excused=True, decision="Yes."),
	),
	"a beat, then disputed": (
		(),
		("beat", {}),
		_answer("dispute", who=agent(1), by="The customer", reason="He does not agree."),
	),
}
REFUSED: dict[str, tuple[tuple[Step, ...], Step, Step, str]] = {
	"the same asked twice": (
		(MESSAGE,),
		REPLIED_IN_TIME,
		REPLIED_IN_TIME,
		"asks for the same",
	),
	"approved twice": ((MESSAGE, REPLIED_IN_TIME), APPROVED, APPROVED, "Approved"),
	"approved, then rejected": ((MESSAGE, REPLIED_IN_TIME), APPROVED, ("reject", {"name": "#0"}), "Approved"),
	"rejected, then approved": ((MESSAGE, REPLIED_IN_TIME), ("reject", {"name": "#0"}), APPROVED, "Rejected"),
	"closed, then approved": (
		(MESSAGE, REPLIED_IN_TIME),
		_save(status="Closed"),
		APPROVED,
		"Something has happened",
	),
	"deleted, then asked": ((MESSAGE,), ("delete", {"name": "#0"}), REPLIED_IN_TIME, "has been deleted"),
	"excused twice": (
		(EXCUSE,),
		_answer("decide_excuse", excused=True, decision="Yes."),
		_answer("decide_excuse", excused=True, decision="Yes, yes."),
		"Somebody else was quicker",
	),
	"refused, then excused": (
		(EXCUSE,),
		_answer("decide_excuse", excused=False, decision="No."),
		_answer("decide_excuse", excused=True, decision="Yes."),
		"Somebody else was quicker",
	),
	"explained twice": ((), EXCUSE, EXPLAINED, "Somebody else was quicker"),
}


def _missed_and(stack: Stack, children: Children, before: Sequence[Step]) -> list[str]:
	"""A ticket, and another, whose Response is missed, and what people did about it."""
	tickets: list[str] = children.do("make_issues", count=2, now=MON_1_JUN_2026)
	children.do("beat", now=MON_1_JUN_2026 + 2 * HOUR)
	for step, values in before:
		children.do(step, now=MON_1_JUN_2026 + 2 * HOUR, **named(values, tickets))
	return tickets


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_people_say_to_a_miss_leaves_its_figures_as_they_are_measured(
	stack: Stack, children: Children, case: str
) -> None:
	before, meanwhile, step = ACCEPTED[case]
	tickets = _missed_and(stack, children, before)
	later = MON_1_JUN_2026 + 5 * HOUR

	_late(children, step, meanwhile, tickets, later)

	children.do("beat", now=later)
	all_is_well(stack, children)


def test_a_dispute_about_a_ticket_that_was_excluded_just_now_ends_with_it_excused(
	stack: Stack, children: Children
) -> None:
	disputed = _answer("dispute", who=agent(1), by="The customer", reason="He does not agree.")
	exclusion = _asked("Exclude from the Figures")
	tickets = _missed_and(stack, children, (MESSAGE, exclusion, disputed))

	_late(children, _answer("settle", settlement="So be it."), APPROVED, tickets, MON_1_JUN_2026 + 3 * HOUR)

	found = stack.rows("select status, excused from `tabSLM Breach` where ticket = %s", tickets[0])
	assert found == [("Excused", 1)]
	all_is_well(stack, children)


@pytest.mark.parametrize("case", REFUSED)
def test_what_somebody_has_decided_is_not_decided_again_by_who_has_not_seen_it(
	stack: Stack, children: Children, case: str
) -> None:
	before, meanwhile, (action, arguments), why = REFUSED[case]
	tickets = _missed_and(stack, children, before)
	later = MON_1_JUN_2026 + 5 * HOUR
	if action == "approve":
		arguments = {**arguments, "seen": children.do("see", now=later, name=tickets[0])}

	with pytest.raises(AssertionError, match=why):
		_late(children, (action, arguments), meanwhile, tickets, later)

	children.do("beat", now=later)
	all_is_well(stack, children)
	twice = (
		"select what from `tabSLM Correction` where status = 'Requested' group by what having count(*) > 1"
	)
	assert stack.rows(twice) == []


@pytest.mark.parametrize(
	("meanwhile", "kind"),
	[
		pytest.param(("reply", {"name": "#0", "subject": mark(1)}), "replied", id="a reply"),
		pytest.param(("receive", {"name": "#0", "subject": mark(1)}), "customer replied", id="a mail"),
		pytest.param(("assign", {"name": "#0", "whom": agent(1)}), "owned", id="an assignment"),
	],
)
def test_a_ledger_that_is_begun_late_holds_what_came_just_before(
	stack: Stack, children: Children, meanwhile: Step, kind: str
) -> None:
	"""The ticket is as old as can be: nobody has kept a ledger of it, and the first save has begun to read."""
	(ticket,) = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	for table in ("SLM Ticket Event", "SLM Clock"):
		stack.rows(f"delete from `tab{table}` where ticket = %s", ticket)

	_late(children, _save(status="Closed"), meanwhile, [ticket], MON_1_JUN_2026 + HOUR)

	told = stack.rows("select kind from `tabSLM Ticket Event` where kind = %s", kind)
	assert told == [(kind,)]
	assert children.do("verify", now=MON_1_JUN_2026 + HOUR) == []


def test_two_who_ask_for_corrections_of_two_tickets_are_not_in_each_others_way(
	stack: Stack, children: Children
) -> None:
	"""Neither ticket has a correction yet, and the other request comes just before the first takes its number."""
	tickets = children.do("make_issues", count=2, now=MON_1_JUN_2026)
	deadlocks = stack.deadlocks()
	for name in tickets:
		children.do("receive", now=MON_1_JUN_2026 + 60, name=name, subject=mark(1))
	asked = _asked("Staff Replied", from_time="2026-06-01 09:40:00")
	first, second = (named(asked[1], [name]) for name in tickets)

	overtaken(children, ("ask", first), ("ask", second), MON_1_JUN_2026 + HOUR, TAKES_A_NUMBER)

	assert stack.rows("select ticket from `tabSLM Correction` order by ticket") == [(one,) for one in tickets]
	assert stack.deadlocks() == deadlocks
	all_is_well(stack, children)


def test_a_new_ticket_that_a_rule_gives_to_somebody_keeps_nobody_from_saving_the_one_before(
	stack: Stack, children: Children
) -> None:
	"""He saves it when the new one has been given to somebody, and before its ledger is begun."""
	children.do("assign_by_rule", now=MON_1_JUN_2026, whom=agent(1))
	(before,) = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	new: Step = ("insert", {"values": {"subject": mark(1)}})

	save: Step = ("put", {"name": before, "values": {"status": "Closed"}})
	try:
		overtaken(children, new, save, MON_1_JUN_2026 + HOUR, BEGINS_A_LEDGER)
	finally:
		children.do("forget_rules")

	owned = stack.rows("select value from `tabSLM Ticket Event` where kind = 'owned'")
	assert owned == [(agent(1),), (agent(1),)]
	assert children.do("verify", now=MON_1_JUN_2026 + HOUR) == []


BEGINS_A_LEDGER = r"^insert into `tabSLM Ticket Event`"


TAKES_A_NUMBER = r"tabSeries.*for update$"


def _late(children: Children, step: Step, meanwhile: Step, tickets: Sequence[str], later: int) -> None:
	children.do(
		"late",
		now=later,
		late=step[0],
		arguments=named(step[1], tickets),
		meanwhile=meanwhile[0],
		others=named(meanwhile[1], tickets),
		at=later,
	)


def _agreement(stack: Stack, name: str, *fields: str) -> tuple[Any, ...]:
	return stack.rows(f"select {', '.join(fields)} from `tabSLM Agreement` where name = %s", name)[0]


TUE_2_JUN_2026 = MON_1_JUN_2026 + DAY


def test_an_agreement_that_somebody_freezes_on_the_day_it_begins_is_frozen(
	stack: Stack, children: Children
) -> None:
	name = children.do("agree", now=MON_1_JUN_2026, customer="Frozen & Co", valid_from="2026-06-02")
	freeze: Step = ("freeze", {"agreement": name, "first": "2026-06-02", "last": "2026-06-05"})

	_late(children, ("refresh_statuses", {}), freeze, (), TUE_2_JUN_2026)

	assert _agreement(stack, name, "status") == ("Frozen",)


def test_a_new_version_does_not_thaw_the_one_before(stack: Stack, children: Children) -> None:
	name = children.do("agree", now=MON_1_JUN_2026, customer="Followed & Co", valid_from="2026-06-01")
	draft = children.do("new_version", now=MON_1_JUN_2026, agreement=name, valid_from="2026-06-20")
	freeze: Step = ("freeze", {"agreement": name, "first": "2026-06-02", "last": "2026-06-05"})

	_late(children, ("conclude", {"agreement": draft}), freeze, (), TUE_2_JUN_2026)

	assert _agreement(stack, name, "status", "cast(valid_until as char)") == ("Frozen", "2026-06-19")


def test_a_new_version_does_not_prolong_the_one_before(stack: Stack, children: Children) -> None:
	name = children.do("agree", now=MON_1_JUN_2026, customer="Ended & Co", valid_from="2026-06-01")
	draft = children.do("new_version", now=MON_1_JUN_2026, agreement=name, valid_from="2026-06-20")

	_late(
		children,
		("conclude", {"agreement": draft}),
		("terminate", {"agreement": name, "last": "2026-06-10"}),
		(),
		TUE_2_JUN_2026,
	)

	assert _agreement(stack, name, "cast(valid_until as char)") == ("2026-06-10",)


def test_two_who_sign_at_once_have_both_signed(stack: Stack, children: Children) -> None:
	name = children.do(
		"agree", now=MON_1_JUN_2026, customer="Signed & Co", valid_from="2026-06-01", concluded=False
	)

	_late(
		children,
		("sign", {"agreement": name, "party": "Provider"}),
		("sign", {"agreement": name, "party": "Customer"}),
		(),
		MON_1_JUN_2026 + 60,
	)

	signed = "select party from `tabSLM Agreement Sign Off` where parent = %s and signed_on is not null"
	assert sorted(stack.rows(signed, name)) == [("Customer",), ("Provider",)]


def test_of_two_agreements_that_clash_one_is_concluded(stack: Stack, children: Children) -> None:
	drafts = [
		children.do(
			"agree", now=MON_1_JUN_2026, customer="Twice & Co", valid_from="2026-06-01", concluded=False
		)
		for _ in range(2)
	]

	with pytest.raises(AssertionError, match="both apply to Twice"):
		_late(
			children,
			("conclude", {"agreement": drafts[0]}),
			("conclude", {"agreement": drafts[1]}),
			(),
			TUE_2_JUN_2026,
		)

	assert [_agreement(stack, name, "docstatus")[0] for name in drafts] == [0, 1]


def test_a_check_of_a_chain_does_not_go_over_what_was_found_since_of_another_promise(
	stack: Stack, children: Children
) -> None:
	name = children.do("agree_on_a_chain", now=MON_1_JUN_2026, customer="Chained & Co", hours=40)
	assert _agreement(stack, name, "chain_state") == ("Feasible",)

	_late(
		children,
		("recheck", {"agreement": name}),
		("promise", {"agreement": name, "hours": 1}),
		(),
		MON_1_JUN_2026 + 60,
	)

	assert _agreement(stack, name, "chain_state") == ("Infeasible",)


def test_a_ticket_that_was_entered_while_its_agreement_was_concluded_is_measured_by_it(
	stack: Stack, children: Children
) -> None:
	"""The request reads what was agreed before; the job that measures older tickets has passed before it is there."""
	draft = children.do(
		"agree", now=MON_1_JUN_2026, customer="Meanwhile & Co", valid_from="2026-06-01", concluded=False
	)
	new = {"values": {"customer": "Meanwhile & Co", "subject": mark(1)}}
	conclude: Step = ("conclude_and_measure", {"agreement": draft, "start": MON_1_JUN_2026})

	_late(children, ("insert", new), conclude, (), MON_1_JUN_2026 + 60)
	before = stack.rows("select agreement from `tabSLM Clock`")
	children.do("hourly", now=MON_1_JUN_2026 + 120)

	assert (draft,) not in before
	assert stack.rows("select agreement, metric from `tabSLM Clock`") == [(draft, "Response")]
	all_is_well(stack, children)


LOCKS_FREE, LOCKS = (
	r"tabIssue.*for update skip locked$",
	r"^select name, slm_state from `tabissue`.*for update$",
)
"""How the beat locks tickets, and how whoever waits for them does."""


def overtaken(
	children: Children, step: Step, meanwhile: Step, at: int, lock: str = LOCKS_FREE, number: int = 1
) -> None:
	children.do(
		"overtaken",
		now=at,
		late=step[0],
		arguments=step[1],
		meanwhile=meanwhile[0],
		others=meanwhile[1],
		at=at,
		lock=lock,
		number=number,
	)


def test_a_level_that_became_pointless_before_its_ticket_was_locked_is_not_told(
	stack: Stack, children: Children
) -> None:
	(ticket,) = children.do("make_issues", count=1, now=MON_1_JUN_2026, customer=WATCHED)
	done = named(_save(status="Closed")[1], [ticket])

	overtaken(children, ("beat", {}), ("put", done), MON_1_JUN_2026 + HOUR // 2 + 60, number=2)

	assert stack.rows("select status from `tabSLM Escalation Log`") == [("Not Needed",)]
	assert not messages(checks.said(stack))
	all_is_well(stack, children)


def test_what_a_level_does_to_a_ticket_is_done_to_it_as_it_is(stack: Stack, children: Children) -> None:
	(ticket,) = children.do("make_issues", count=1, now=MON_1_JUN_2026, customer=WATCHED)
	change = named(_save(issue_type=mark(1))[1], [ticket])

	overtaken(children, ("beat", {}), ("put", change), MON_1_JUN_2026 + HOUR + 60, number=2)

	assert stack.rows("select priority, issue_type from tabIssue") == [("High", mark(1))]
	assert stack.rows("select problem from `tabSLM Escalation Log` where ifnull(problem, '') != ''") == []
	all_is_well(stack, children)


def test_nobody_is_asked_about_a_miss_that_was_excused_before_its_ticket_was_locked(
	stack: Stack, children: Children
) -> None:
	(ticket,) = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	for step, values in (MESSAGE, _asked("Exclude from the Figures")):
		children.do(step, now=MON_1_JUN_2026 + 60, **named(values, [ticket]))

	overtaken(children, ("beat", {}), ("approve", {"name": ticket}), MON_1_JUN_2026 + HOUR + 60, number=2)

	assert stack.rows("select status, excused from `tabSLM Breach`") == [("Open", 1)]
	all_is_well(stack, children)


def test_nobody_is_reminded_of_a_miss_that_is_none_any_more(stack: Stack, children: Children) -> None:
	(ticket,) = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	children.do("beat", now=MON_1_JUN_2026 + 2 * HOUR)
	for step, values in (MESSAGE, _asked("Staff Replied", from_time="2026-06-01 09:40:00")):
		children.do(step, now=MON_1_JUN_2026 + 2 * HOUR, **named(values, [ticket]))

	overtaken(children, ("remind", {}), ("approve", {"name": ticket}), MON_1_JUN_2026 + 20 * DAY)

	assert stack.rows("select standing, reminders from `tabSLM Breach` where metric = 'Response'") == [(0, 0)]
	all_is_well(stack, children, MON_1_JUN_2026 + 20 * DAY)


def test_a_failure_is_made_good_from_what_the_ledger_says_when_the_ticket_is_locked(
	stack: Stack, children: Children
) -> None:
	(ticket,) = children.do("make_issues", count=1, now=MON_1_JUN_2026)
	stack.rows(
		"insert into `tabSLM Failed Measure` (name, ticket_type, ticket, problem) values ('one', 'Issue', %s, 'x')",
		ticket,
	)
	change = named(_save(status="Closed")[1], [ticket])

	overtaken(children, ("hourly", {}), ("put", change), MON_1_JUN_2026 + 60, LOCKS)

	all_is_well(stack, children)


def named(values: dict[str, Any], tickets: Sequence[str]) -> dict[str, Any]:
	"""Arguments of a step with the names of tickets in them."""
	text = json.dumps(values)
	for number, ticket in enumerate(tickets):
		text = text.replace(f"#{number}", ticket)
	found: dict[str, Any] = json.loads(text)
	return found


def test_a_rebuild_that_loses_a_deadlock_begins_the_chunk_again(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	tickets = children.do("make_issues", count=5, now=MON_1_JUN_2026)
	deadlocks = stack.deadlocks()

	with locked(stack, "its clocks", tickets[2], weight=5000) as lock:
		child = children.start("rebuild_all", page=4, now=MON_1_JUN_2026 + 5 * HOUR)
		assert awaited(stack.waits, 20)
		lock("the ticket")
		assert awaited(lambda: stack.deadlocks() == deadlocks + 1, 20)
		assert awaited(stack.waits, 20), "It does not try again."
	ended = child.end()

	assert not ended.error
	assert misses(stack) == missed(tickets, MON_1_JUN_2026)
	all_is_well(stack, children)
	count(deadlocks=1)


def test_a_beat_that_loses_a_deadlock_does_the_others_and_leaves_that_ticket_to_the_next(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""When it begins the chunk again, the ticket is somebody else's, and it waits for nobody."""
	tickets = children.do("make_issues", count=5, now=MON_1_JUN_2026)
	others = [*tickets[:2], *tickets[3:]]
	later, deadlocks = MON_1_JUN_2026 + 5 * HOUR, stack.deadlocks()

	with locked(stack, "its clocks", tickets[2], weight=5000) as lock:
		child = children.start("beat", page=4, now=later)
		assert awaited(stack.waits, 20)
		lock("the ticket")
		ended = child.end()
		assert not ended.error
		assert stack.deadlocks() == deadlocks + 1
		left = {(tickets[2], metric): ("Pending", 0) for metric in ("Response", "Resolution")}
		assert misses(stack) == {**missed(others, MON_1_JUN_2026), **left}
	children.do("beat", page=4, now=later)

	assert misses(stack) == missed(tickets, MON_1_JUN_2026)
	all_is_well(stack, children)
	count(deadlocks=1)


def test_a_save_of_a_ticket_without_clocks_keeps_nobody_from_opening_another(
	stack: Stack, children: Children, impatient: None, count: Callable[..., None]
) -> None:
	"""Opened before anything was agreed; until it is committed, the place where its clocks would be is no one's.

	Not the newest: behind that the database lets nobody write either, because of its ledger.
	"""
	ticket, _newest = children.do("make_issues", count=2, now=BEFORE_ALL_AGREEMENTS)

	children.do(
		"beside",
		now=MON_1_JUN_2026,
		first="put",
		arguments={"name": ticket, "values": {"status": "Replied"}},
		meanwhile="insert",
		others={"values": {}},
		at=MON_1_JUN_2026,
	)

	all_is_well(stack, children)
	count(changes=2)


def test_a_rebuild_waits_for_a_lock_longer_than_the_database_does(
	stack: Stack, children: Children, impatient: None, count: Callable[..., None]
) -> None:
	tickets = children.do("make_issues", count=5, now=MON_1_JUN_2026)

	with locked(stack, "the ticket", tickets[2]):
		child = children.start("rebuild_all", page=4, now=MON_1_JUN_2026 + 5 * HOUR)
		time.sleep(2.5)
		assert child.lives
	ended = child.end()

	assert not ended.error
	assert misses(stack) == missed(tickets, MON_1_JUN_2026)
	all_is_well(stack, children)
	count(lock_waits=2)


@pytest.mark.parametrize("action", ["beat", "hourly"])
def test_the_beat_and_reconcile_leave_a_locked_ticket_to_the_next_and_do_all_others(
	stack: Stack, children: Children, impatient: None, count: Callable[..., None], action: str
) -> None:
	"""Among many others: the database locks all of a table that fits on a page."""
	children.do("make_issues", count=40, now=MON_1_JUN_2026 + 4 * HOUR)
	tickets = children.do("make_issues", count=5, now=MON_1_JUN_2026)
	later = MON_1_JUN_2026 + 5 * HOUR - 1
	options = {} if action == "hourly" else {"page": 4}
	children.do("bulk_of_the_host", names=tickets[1:4], status="On Hold")

	def unseen() -> set[str]:
		if action == "hourly":
			return {sentence.split()[0] for sentence in checks.wrong(stack)}
		found = misses(stack)
		return {ticket for ticket in tickets if found[ticket, "Response"][0] != "Missed"}

	with locked(stack, "the ticket", tickets[2]):
		ended = children.run(action, now=later, **options)

	assert not ended.error
	assert unseen() == {tickets[2]}
	children.do(action, now=later, **options)
	assert unseen() == set()
	children.do("hourly", now=later)
	all_is_well(stack, children)
	count(locked=1, others=44)


# Time that does not do as it should


Turn = tuple[int, int, str]
"""After so many seconds, with which ticket, what: a status."""

LIVES: tuple[Turn, ...] = (
	(HOUR // 2, 0, "Replied"),
	(2 * HOUR, 1, "Closed"),
	(2 * HOUR + 60, 3, "On Hold"),
	(3 * HOUR, 0, "Open"),
	(5 * HOUR, 2, "Closed"),
	(6 * HOUR, 2, "Open"),
	(3 * DAY, 3, "Open"),
)
"""Answered and taken up again, closed in time, held for days, closed late and opened again; two are left alone."""


def lived(stack: Stack, children: Children, beaten: bool) -> list[tuple[Any, ...]]:
	"""A week of six tickets, with a beat every two minutes or with one at its end; their clocks, without names."""
	names = children.do("make_issues", count=6, now=MON_1_JUN_2026)
	looked = MON_1_JUN_2026
	for after, place, status in LIVES:
		if beaten:
			children.do("ticks", begin=looked, end=MON_1_JUN_2026 + after - 1, step=120)
			looked = MON_1_JUN_2026 + after
		children.do("save", name=names[place], values={"status": status}, now=MON_1_JUN_2026 + after)
	end = MON_1_JUN_2026 + 7 * DAY
	children.do("ticks", begin=looked if beaten else end, end=end, step=120)
	all_is_well(stack, children, now=end)
	return [
		(names.index(ticket), *values)
		for ticket, *values in stack.rows(
			"select ticket, metric, cycle, phase, outcome, due, missed_at, started, stopped, decided_at, next_at"
			" from `tabSLM Clock` order by ticket, metric, cycle"
		)
	]


def test_a_scheduler_that_was_off_for_a_week_finds_the_same_misses_at_the_same_instants(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	regularly = lived(stack, children, beaten=True)
	emptied(stack)
	late = lived(stack, children, beaten=False)

	assert late == regularly
	found = {(place, metric): kolkata(row[4]) - MON_1_JUN_2026 for place, metric, *row in late if row[4]}
	assert found == {
		**{(place, "Response"): HOUR for place in range(6)},
		(0, "Resolution"): 6 * HOUR + HOUR // 2,
		(2, "Resolution"): 4 * HOUR,
		(3, "Resolution"): 3 * DAY + 2 * HOUR - 60,
		(4, "Resolution"): 4 * HOUR,
		(5, "Resolution"): 4 * HOUR,
	}
	count(beats=7 * DAY // 120 + 1, clocks=len(late), missed=len(found))


def test_the_clock_of_the_machine_is_set_back_by_an_hour_while_agents_save(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""What is told afterwards comes after what was told before; nobody is refused, and nothing is measured twice."""
	desk = Desk(stack.url, "secret")
	agents, own = people(desk, children, 3)
	begin = stack.rows("select max(creation) from tabIssue")[0][0]
	stack.start_web(own_clock=True)
	threads = at_work(agents)
	back = []
	for shift in (0, -HOUR, -HOUR // 2, 0):
		stack.set_machine_clock(shift)
		done = len(desk.changes)
		assert awaited(lambda done=done: len(desk.changes) > done + 25, LIMIT)
		back.append(
			stack.rows("select count(*) from tabIssue where modified < %s - interval 20 minute", begin)[0][0]
			> 0
		)
	closed(desk, threads, stack)

	assert back[:3] == [False, True, True], "The host writes the times that the machine tells."
	everything_told(stack, children, desk, own)
	recovered(stack, children)
	everything_told(stack, children, desk, own)
	count(set_back=1, **summary(desk))
	assert desk.count(Answer.UNKNOWN) == 0


def test_reconcile_finds_what_was_done_past_every_event_after_the_clock_was_set_back(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Of a closed ticket, which it looks at only when it was written since it last looked."""
	(ticket,) = children.do("make_issues", count=1)
	children.do("save", name=ticket, values={"status": "Closed"})
	children.do("hourly")
	stack.rows(
		"update tabSingles set value = value + interval 1 hour"
		" where doctype = 'SLM Settings' and field = 'last_reconcile'"
	)
	stack.rows("update tabIssue set priority = 'High', modified = modified + interval 1 second")
	assert checks.wrong(stack) != []

	children.do("hourly")

	all_is_well(stack, children)
	count(set_back=1, repaired=1)


def test_two_hundred_agents_save_at_once(
	stack: Stack, children: Children, count: Callable[..., None]
) -> None:
	"""Each has a ticket of his own, and all of them together forty more; all begin at the same moment."""
	desk = Desk(stack.url, "secret")
	own = children.do("make_issues", count=AGENTS)
	shared = children.do("make_issues", count=40)
	agents = [Agent(desk, n, own[n : n + 1], shared, SEED) for n in range(AGENTS)]
	stack.start_web(workers=4)
	threads = at_work(agents, changes=2)
	beat = children.start("beat", page=20)
	finished(threads, 2 * LIMIT)

	assert not beat.end().error
	everything_told(stack, children, desk, own)
	recovered(stack, children)
	everything_told(stack, children, desk, own)
	count(agents=AGENTS, **summary(desk))
	assert desk.count(Answer.DONE) > AGENTS
	assert desk.count(Answer.UNREACHED) == 0
