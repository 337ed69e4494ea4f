"""What a draft would have come to: the tickets of a period measured by it, beside what was really in force.

Tickets, ledgers and clocks are read and never written. A run works page by page on the job queue: each page is
kept whole or not at all, so that one that was stopped, cancelled or killed goes on where it was. What it measures
by, and as of when, is fixed when it is made: later changes of the draft are for another run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate
from frappe.utils.background_jobs import is_job_enqueued

from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters import what_if as runs
from slm_extension.adapters.agreements import KINDS
from slm_extension.adapters.clock_words import AS_STORED, MET, MISSED, OUTCOMES, PHASES
from slm_extension.adapters.facts import DELETED
from slm_extension.adapters.metrics import site_name
from slm_extension.adapters.refusals import sentence
from slm_extension.adapters.report_columns import percent
from slm_extension.adapters.store import ClockRow, Ticket
from slm_extension.adapters.what_if import Counted, RealClock, Row
from slm_extension.domain.agreements import AgreementBook, promises_to_customer
from slm_extension.domain.assessment import AssessedClock, Assessment, assess
from slm_extension.domain.attainment import Attainment, Period, tally
from slm_extension.domain.clocks import Clock, Outcome, Phase
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import Instant, end_of, midnight
from slm_extension.domain.timeline import Fact, Timeline
from slm_extension.replay.figures import Standing, total
from slm_extension.replay.toml_document import InputProblem
from slm_extension.services.chunks import Chunks, Share
from slm_extension.services.export_agreement import Support, export_agreements, read_text
from slm_extension.services.jobs import committing
from slm_extension.services.measure import computed

PAGE = 500
EVENT = "slm_what_if"
"""What an open form of a run listens to."""

GOING = ("Queued", "Running")
_HOURS = 12
_FAILURES = 10
"""So many tickets that could not be measured are named; all are counted."""


def prepare(document: Any, now: Instant) -> None:
	"""Fix what a new run measures, by what and as of when. Raises DomainError, or the host's ValidationError."""
	_check_period(document, now)
	kind = frappe.db.get_value("SLM Agreement", document.agreement, "kind")
	if kind is None or not KINDS[kind].customer_facing:
		frappe.throw(
			_("{0} is no agreement with a customer. Choose an SLA or a commitment.").format(
				frappe.bold(frappe.utils.escape_html(document.agreement))
			),
			title=_("Not for a What-If"),
		)
	try:
		exported = export_agreements([document.agreement], Support.ALL, undated=True)
	except InputProblem as error:
		frappe.throw(frappe.utils.escape_html(str(error)), title=_("Not for a What-If"))
		raise
	document.update(
		{
			"agreements_toml": exported.text,
			"asked_instant": now,
			"asked_at": site_time.to_site(now),
			"status": "Queued",
			"cursor": "",
			"problem": "",
			"failures": "",
			"tickets": 0,
			"done": 0,
			"covered": 0,
			"no_target": 0,
			"failed": 0,
			"started_at": None,
			"ended_at": None,
		}
	)


def _check_period(document: Any, now: Instant) -> None:
	today = site_time.to_site(now).date()
	first, last = getdate(document.opened_from), getdate(document.opened_until)
	if first is None or last is None:
		frappe.throw(_("The period has no first or no last day. Enter both."), title=_("Period"))
	if last < first:
		frappe.throw(_("Until lies before the first day. Swap the two."), title=_("Period"))
	if last > today:
		frappe.throw(
			_("Tickets of the future cannot be replayed: choose {0} or an earlier day.").format(
				frappe.format(today, "Date")
			),
			title=_("Period"),
		)


def enqueue(run: str) -> None:
	"""Put a run on the job queue once the transaction is kept; one that waits or runs there stays as it is."""
	frappe.enqueue(
		run_job,
		queue="long",
		timeout=_HOURS * 3600,
		job_id=job_id(run),
		deduplicate=True,
		enqueue_after_commit=True,
		run=run,
	)


def job_id(run: str) -> str:
	return f"slm_what_if_{run}"


def is_on_the_queue(run: str) -> bool:
	return bool(is_job_enqueued(job_id(run)))


def go_on(document: Any) -> None:
	"""Take up a run that was cancelled, has failed, or whose worker was killed, after the last page it kept."""
	if document.status == "Done":
		frappe.throw(_("This run is done. Make a new one to count again."), title=_("Done"))
	if document.status in GOING and is_on_the_queue(document.name):
		return
	runs.note(document.name, {"status": "Queued", "problem": "", "ended_at": None})
	enqueue(document.name)


def cancel(document: Any) -> None:
	"""Stop a run after the page it is at; what it has counted stays."""
	status, _cursor = runs.lock(document.name)
	if status in GOING:
		runs.note(document.name, {"status": "Cancelled", "ended_at": _now()})
		_publish(document.name)


def forget(run: str) -> None:
	"""Drop the rows of a run that is deleted; a worker that is at it finds it gone."""
	runs.lock(run)
	runs.drop_rows(run)


def run_job(run: str) -> None:
	"""What a worker runs. That it failed, and why, is noted in the run; the host's log gets the rest."""
	try:
		with committing(PAGE, Share(), lambda _done: _publish(run)) as chunks:
			replay_run(run, chunks)
	except Exception as error:
		frappe.db.rollback()
		if runs.lock(run)[0] in GOING:
			runs.note(run, {"status": "Failed", "problem": _reason(error), "ended_at": _now()})
		frappe.db.commit()
		raise
	finally:
		_publish(run)


def _reason(error: Exception) -> str:
	said = sentence(error) if isinstance(error, DomainError) else frappe.utils.strip_html(str(error))
	return (said or type(error).__name__)[:1000]


def _publish(run: str) -> None:
	frappe.publish_realtime(EVENT, {"run": run}, doctype=runs.RUN, docname=run)


def _now() -> Any:
	return site_time.to_site(site_time.now())


@dataclass(frozen=True, slots=True)
class Setup:
	"""What a run measures: tickets opened in [start, end), by these agreements, as of `asked`."""

	run: str
	book: AgreementBook
	start: Instant
	end: Instant
	asked: Instant


def setup_of(document: Any) -> Setup:
	zone = site_time.site_zone()
	return Setup(
		str(document.name),
		read_text(document.agreements_toml).book,
		midnight(getdate(document.opened_from), zone),
		end_of(getdate(document.opened_until), zone),
		document.asked_instant,
	)


@dataclass(slots=True)
class _Counts:
	done: int = 0
	covered: int = 0
	no_target: int = 0
	failed: int = 0


def replay_run(run: str, chunks: Chunks) -> bool:
	"""Measure what is left of a run, a page at a time; False when it was cancelled or deleted meanwhile."""
	status, cursor = runs.lock(run)
	if status not in GOING:
		return False
	document: Any = frappe.get_doc(runs.RUN, run)
	setup = setup_of(document)
	runs.note(
		run,
		{
			"status": "Running",
			"started_at": document.started_at or _now(),
			"tickets": runs.count_opened_between(issues.ISSUE, setup.start, setup.end),
		},
	)
	chunks.run(lambda: None)
	counts = _Counts(document.done, document.covered, document.no_target, document.failed)
	failures = (document.failures or "").splitlines()
	while page := runs.opened_between(issues.ISSUE, setup.start, setup.end, cursor, chunks.page):
		measured = chunks.run(partial(_page, setup, page, cursor, counts, failures))
		if measured is None:
			return False
		counts, failures = measured
		cursor = page[-1].name
		chunks.told(counts.done)
	chunks.run(lambda: _done(run))
	return True


def _done(run: str) -> None:
	if runs.lock(run)[0] in GOING:
		runs.note(run, {"status": "Done", "ended_at": _now()})


def _page(
	setup: Setup, tickets: Sequence[Ticket], after: str, before: _Counts, known: Sequence[str]
) -> tuple[_Counts, list[str]] | None:
	"""Measure a page and keep it; None when the run was cancelled or deleted, or another worker was faster."""
	counts, failures = replace(before, done=before.done + len(tickets)), list(known)
	ledgers, real = store.facts_of(tickets), runs.real_clocks(tickets)
	rows: list[Row] = []
	for ticket in tickets:
		try:
			timeline = Timeline.of(ticket.name, ledgers[ticket])
			if not _concerns(setup, timeline):
				continue
			assessment = assess(timeline, setup.book, setup.asked)
			clocks = _as_of(setup, ticket, ledgers[ticket], real[ticket])
		except DomainError as error:
			counts.failed += 1
			if len(failures) < _FAILURES:
				failures.append(f"{ticket.name}: {error}")
			continue
		if assessment.to_customer:
			counts.covered += 1
		elif promises_to_customer(timeline, setup.book, setup.asked):
			counts.no_target += 1
		else:
			continue
		rows += _rows(setup, ticket, assessment, clocks)
	status, cursor = runs.lock(setup.run)
	if status not in GOING or cursor != after:
		return None
	runs.put_rows(rows)
	runs.note(
		setup.run,
		{
			"cursor": tickets[-1].name,
			"done": counts.done,
			"covered": counts.covered,
			"no_target": counts.no_target,
			"failed": counts.failed,
			"failures": "\n".join(failures),
		},
	)
	return counts, failures


def _concerns(setup: Setup, timeline: Timeline) -> bool:
	"""Whether a ticket was really opened in the period, and is still there."""
	return (
		setup.start <= timeline.opened < setup.end
		and timeline.opened <= setup.asked
		and timeline.state_at(setup.asked).withdrawn != DELETED
	)


def _as_of(
	setup: Setup, ticket: Ticket, facts: Sequence[Fact], stored: Sequence[RealClock]
) -> list[RealClock]:
	"""The real clocks as they stood at the instant asked, measured anew where what is stored is older or later."""
	if not any(0 < one.next_at <= setup.asked or one.asked > setup.asked for one in stored):
		return list(stored)
	excused = {(one.metric, one.cycle) for one in stored if one.excused}
	return [
		_real(row, (row.metric, row.cycle) in excused)
		for row in computed(ticket, facts, setup.asked).rows
		if not row.leg
	]


def _real(row: ClockRow, excused: bool) -> RealClock:
	return RealClock(
		row.ticket,
		row.metric,
		row.cycle,
		row.agreement,
		row.target,
		row.priority or "",
		row.outcome,
		row.phase,
		row.period,
		excused,
		row.goal,
		row.elapsed,
		row.decided_at,
		row.next_at or 0,
		row.asked_instant,
	)


def _rows(setup: Setup, ticket: Ticket, assessment: Assessment, real: Iterable[RealClock]) -> Iterable[Row]:
	"""Draft and reality side by side, a row a metric and cycle; what counts on neither side is left out."""
	drafted = {(site_name(one.metric), one.clock.cycle): one for one in assessment.to_customer}
	really = {(one.metric, one.cycle): one for one in real}
	targets = {metric: _target_name(one) for (metric, _cycle), one in drafted.items()}
	for metric, cycle in dict.fromkeys([*drafted, *really]):
		row = _row(
			setup,
			ticket,
			assessment,
			metric,
			cycle,
			targets.get(metric, ""),
			drafted.get((metric, cycle)),
			really.get((metric, cycle)),
		)
		if row.outcome or row.real_outcome:
			yield row


def _row(
	setup: Setup,
	ticket: Ticket,
	assessment: Assessment,
	metric: str,
	cycle: int,
	target: str,
	draft: AssessedClock | None,
	real: RealClock | None,
) -> Row:
	clock = None if draft is None else draft.clock
	decided = None if clock is None else clock.decided_at
	state = assessment.timeline.state_at(setup.asked if decided is None else decided)
	zone = site_time.site_zone()
	if draft is not None:
		known = draft.clock.target
		zone = (draft.agreement.calendar if known is None else known.calendar).zone
	this_month = _month(Period.MONTH.first_day(setup.asked, zone))
	outcome = "" if clock is None else _counting(clock.outcome, clock.phase)
	real_outcome = "" if real is None else _counting(OUTCOMES[real.outcome], PHASES[real.phase])
	goal = clock.target if clock is not None else None
	blame = None if draft is None else draft.attribution
	return Row(
		what_if=setup.run,
		ticket_type=ticket.type,
		ticket=ticket.name,
		customer=state.customer or None,
		service=state.service or None,
		metric=metric,
		target=target if draft is None else _target_name(draft),
		cycle=cycle,
		difference=_difference(draft is not None, outcome, real is not None, real_outcome),
		outcome=outcome,
		priority=(real.priority if draft is None and real is not None else state.priority) or None,
		month=0
		if not outcome
		else this_month
		if decided is None
		else _month(Period.MONTH.first_day(decided, zone)),
		objective=float(goal.objective or 0) if goal is not None else 0.0,
		goal=0 if clock is None else clock.goal,
		elapsed=0 if clock is None else clock.elapsed,
		overrun=-clock.remaining if clock is not None and clock.outcome is Outcome.MISSED else 0,
		due=None if clock is None else clock.due,
		decided_at=decided,
		cause="" if blame is None else blame.cause.value,
		responsible="" if blame is None else blame.responsible[:140],
		uncertain=int(clock is not None and clock.uncertain and bool(outcome)),
		real_outcome=real_outcome,
		real_agreement=None if real is None else real.agreement,
		real_target="" if real is None else real.target,
		real_priority=None if real is None else real.priority or None,
		real_month=0 if real is None or not real_outcome else real.month or this_month,
		real_excused=0 if real is None else int(real.excused),
		real_goal=0 if real is None else real.goal,
		real_elapsed=0 if real is None else real.elapsed,
		real_overrun=max(0, real.elapsed - real.goal) if real is not None and real_outcome == MISSED else 0,
		real_decided_at=None if real is None else real.decided_at,
	)


def _target_name(one: AssessedClock) -> str:
	return one.metric if one.clock.target is None else one.clock.target.name


def _counting(outcome: Outcome, phase: Phase) -> str:
	"""The outcome of a clock that counts; "" for one that was cancelled before it was decided, or never began."""
	counts = tally(Clock("", 1, None, 0, phase, outcome))
	return "" if counts == Attainment() else AS_STORED[outcome]


def _month(first: date) -> int:
	return first.year * 100 + first.month


def _difference(drafted: bool, outcome: str, promised: bool, real_outcome: str) -> str:
	"""What the draft would have changed about one promise on one ticket."""
	if not drafted:
		return "No Longer Promised"
	if not promised:
		return "Not Promised Before"
	if outcome == MISSED:
		return "Missed Both Ways" if real_outcome == MISSED else "Newly Missed"
	if real_outcome == MISSED:
		return "No Longer Missed"
	return "Met Both Ways" if outcome == real_outcome == MET else "Undecided"


@dataclass(frozen=True, slots=True)
class Side:
	"""Figures of one side. `attainment` in percent, cut off after two decimals; None where nothing was decided.

	`misses_left` is None without an objective; `excused` of the decided ones are left in, as everywhere in gross.
	"""

	met: int
	missed: int
	pending: int
	decided: int
	excused: int
	attainment: float | None
	small: bool
	objective: float | None = None
	verdict: str = ""
	misses_left: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
	"""Draft beside reality; `difference` in percentage points, None where one side has nothing decided."""

	draft: Side
	really: Side
	difference: float | None


@dataclass(frozen=True, slots=True)
class MonthFigure:
	month: int
	figure: Figure


@dataclass(frozen=True, slots=True)
class TargetFigures:
	"""One target for tickets of one priority; without a target: what the draft promises no longer.

	The priority is the one by which the draft counts a clock; what it really was is counted beside it.
	"""

	metric: str
	target: str
	priority: str
	total: Figure
	months: tuple[MonthFigure, ...]


@dataclass(frozen=True, slots=True)
class MetricFigures:
	metric: str
	total: Figure
	months: tuple[MonthFigure, ...]


@dataclass(frozen=True, slots=True)
class Figures:
	"""A run in figures, of the tickets that the session's user may read."""

	months: tuple[int, ...]
	targets: tuple[TargetFigures, ...]
	metrics: tuple[MetricFigures, ...]
	total: Figure
	by_month: tuple[MonthFigure, ...]
	differences: Mapping[str, int]
	uncertain: int


@dataclass(frozen=True, slots=True)
class _Line:
	metric: str
	target: str
	priority: str
	month: int
	objective: Fraction | None
	draft: Attainment
	really: Attainment


def figures(run: str, small_sample: int) -> Figures:
	"""Count a run. `small_sample`: fewer decided clocks are marked.

	What the draft promises no longer has lines of its own, the last ones, and is in no total.
	"""
	every = [_line(one, really) for really in (False, True) for one in runs.counted(run, really)]
	lines = [one for one in every if one.target]

	def months(some: Sequence[_Line]) -> tuple[MonthFigure, ...]:
		return tuple(
			MonthFigure(month, _figure([one for one in some if one.month == month], small_sample))
			for month in sorted({one.month for one in some})
		)

	targets = [
		TargetFigures(*key, _figure(some, small_sample), months(some))
		for key, some in sorted(
			_grouped(every, lambda one: (one.metric, one.target, one.priority)),
			key=lambda item: not item[0][1],
		)
	]
	metrics = [
		MetricFigures(metric, _figure(some, small_sample), months(some))
		for (metric,), some in _grouped(lines, lambda one: (one.metric,))
	]
	return Figures(
		tuple(sorted({one.month for one in lines})),
		tuple(targets),
		tuple(metrics),
		_figure(lines, small_sample),
		months(lines),
		runs.differences(run),
		runs.uncertain(run),
	)


def _grouped(
	lines: Iterable[_Line], key_of: Callable[[_Line], tuple[str, ...]]
) -> list[tuple[tuple[str, ...], list[_Line]]]:
	found: dict[tuple[str, ...], list[_Line]] = {}
	for one in lines:
		found.setdefault(key_of(one), []).append(one)
	return sorted(found.items(), key=lambda item: item[0])


def _line(one: Counted, really: bool) -> _Line:
	objective = Fraction(str(one.objective)) if one.objective else None
	each = tally(Clock("", 1, None, 0, Phase.STOPPED, OUTCOMES[one.outcome]), one.excused)
	counts = Attainment(
		each.met * one.clocks,
		each.missed * one.clocks,
		each.pending * one.clocks,
		each.excused_met * one.clocks,
		each.excused_missed * one.clocks,
	)
	sides = (Attainment(), counts) if really else (counts, Attainment())
	return _Line(one.metric, one.target, one.priority, one.month, objective, *sides)


def _figure(lines: Sequence[_Line], small_sample: int) -> Figure:
	drafted = [one for one in lines if one.draft != Attainment()]
	judged = total(Standing(one.objective, one.draft) for one in drafted)
	objectives = {one.objective for one in drafted}
	really = sum((one.really for one in lines), Attainment())
	draft = replace(
		_side(judged.attainment, small_sample),
		objective=percent(objectives.pop()) if len(objectives) == 1 else None,
		verdict=judged.verdict.value,
		misses_left=judged.misses_left if judged.attainment.decided else None,
	)
	ours, theirs = judged.attainment.gross, really.gross
	return Figure(
		draft,
		_side(really, small_sample),
		None if ours is None or theirs is None else float(round(ours - theirs, 2)),
	)


def _side(counts: Attainment, small_sample: int) -> Side:
	return Side(
		counts.met,
		counts.missed,
		counts.pending,
		counts.decided,
		counts.excused_met + counts.excused_missed,
		percent(counts.gross),
		counts.small(small_sample),
	)


def command_lines(document: Any) -> tuple[str, ...]:
	"""The same from the command line, to the second."""
	asked = site_time.to_site(document.asked_instant)
	zone = get_datetime(asked).replace(tzinfo=site_time.site_zone())
	site = site_time.site()
	return (
		f"bench --site {site} slm export-log tickets.csv --since {document.opened_from} "
		f"--until {document.opened_until}",
		f"bench --site {site} slm export-agreement {document.agreement} --undated --with-all-support "
		"-o agreements.toml",
		f"slm replay tickets.csv --profile tickets.toml --agreements agreements.toml "
		f"--until {zone.isoformat()} --out replayed",
	)
