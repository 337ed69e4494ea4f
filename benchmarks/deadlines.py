"""One deadline and one elapsed time by ours, by ERPNext's own functions, and by libraries one could take instead.

All answer the same questions on the same calendar in one run, taking turns. Before anything is timed the answers
are compared. What is printed are ratios: seconds say more about the machine than about the code. See README.md.
"""

from __future__ import annotations

import gc
import importlib
import operator
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import repeat
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from slm_extension.domain.calendars import Calendar, Window
from slm_extension.domain.instants import from_wall, instant, moment

ZONE = ZoneInfo("Europe/Berlin")
OPENS, SHUTS = time(9), time(17)
WORKDAYS = range(5)
MONTH_DAYS = ((1, 1), (5, 1), (6, 4), (8, 15), (10, 3), (11, 1), (12, 24), (12, 25), (12, 26), (12, 31))
HOLIDAYS = tuple(date(year, *month_day) for year in range(2026, 2030) for month_day in MONTH_DAYS)

HOURS = (4, 40, 400, 4000)
STARTS = (
	datetime(2026, 6, 1, 9, 0, 0),  # Monday, at opening
	datetime(2026, 6, 2, 16, 30, 0),  # Tuesday, half an hour before closing
	datetime(2026, 6, 3, 14, 12, 5),  # Wednesday before a holiday
	datetime(2026, 6, 4, 11, 0, 0),  # Thursday, a holiday
	datetime(2026, 6, 5, 17, 0, 0),  # Friday, at closing
	datetime(2026, 6, 6, 18, 0, 0),  # Saturday
	datetime(2026, 6, 10, 7, 15, 40),  # Wednesday, before opening
	datetime(2026, 6, 15, 10, 0, 1),  # Monday
)

ROUNDS = 11
LEAST_SECONDS_A_ROUND = 0.004

INSTANTS, DATETIMES, ERPNEXT = "ours", "ours, from and to datetimes", "ERPNext"
LIBRARIES = ("workclock", "timegrid", "businesstimedelta")

BAR_SHORT, BAR_LONG = (4, 20), (400, 300)
"""(hours, how many times as fast as ERPNext)."""


class LeftOut(Exception):
	"""Somebody cannot take part here; the message says why."""


@dataclass(frozen=True, slots=True)
class Contestant:
	"""`deadline(start, goal)` and `elapsed(begin, end)` in its own kinds of value, and the ways there and back.

	Times outside are naive readings of a clock on the wall in ZONE, durations are seconds.
	"""

	name: str
	deadline: Callable[[Any, Any], Any]
	elapsed: Callable[[Any, Any], Any]
	start: Callable[[datetime], Any]
	goal: Callable[[int], Any]
	span: Callable[[datetime, datetime], tuple[Any, Any]]
	wall: Callable[[Any], datetime]
	seconds: Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Case:
	"""One question put to one contestant for every start: its call, its arguments, and the right answers."""

	contestant: str
	metric: str
	hours: int
	call: Callable[[Any, Any], Any]
	left: tuple[Any, ...]
	right: tuple[Any, ...]
	wrong: tuple[str, ...]

	def passes(self, count: int) -> float:
		"""CPU seconds of one pass over the starts, when `count` are made."""
		began = process_time()
		for _ in range(count):
			deque(map(self.call, self.left, self.right), maxlen=0)
		return (process_time() - began) / count


def our_calendar() -> Calendar:
	window = (Window(OPENS.hour * 3600, SHUTS.hour * 3600),)
	return Calendar.weekly(
		"8x5", ZONE.key, dict.fromkeys(WORKDAYS, window), dict.fromkeys(HOLIDAYS, "holiday")
	)


def ours() -> Contestant:
	"""The public calls clocks use, in the values they use."""
	calendar = our_calendar()
	return Contestant(
		name=INSTANTS,
		deadline=calendar.add,
		elapsed=calendar.between,
		start=_instant,
		goal=int,
		span=lambda begin, end: (_instant(begin), _instant(end)),
		wall=lambda at: _naive(moment(at, ZONE)),
		seconds=float,
	)


def ours_from_datetimes() -> Contestant:
	"""The same calls for somebody who has datetimes and wants datetimes, as all the others take and give."""
	calendar = our_calendar()
	return Contestant(
		name=DATETIMES,
		deadline=lambda start, seconds: moment(calendar.add(instant(start), seconds), ZONE),
		elapsed=lambda begin, end: calendar.between(instant(begin), instant(end)),
		start=_aware,
		goal=int,
		span=lambda begin, end: (_aware(begin), _aware(end)),
		wall=_naive,
		seconds=float,
	)


def workclock() -> Contestant:
	library = _library("workclock")
	schedule = library.Schedule(
		[library.WorkDay(OPENS, SHUTS), library.Holidays(list(HOLIDAYS))], time_zone=ZONE
	)
	return Contestant(
		name="workclock",
		deadline=schedule.add,
		elapsed=schedule.between,
		start=_aware,
		goal=_timedelta,
		span=lambda begin, end: (_aware(begin), _aware(end)),
		wall=_naive,
		seconds=timedelta.total_seconds,
	)


def timegrid() -> Contestant:
	"""It knows no zones. Elapsed time is asked of its compiled timeline; a deadline only its calendar gives."""
	library = _library("timegrid")
	calendar = library.TimeGridCalendar.weekdays(OPENS, SHUTS)
	for day in HOLIDAYS:
		calendar = calendar.close(day)
	timeline = calendar.compile(datetime(2026, 1, 1), datetime(2030, 1, 1))
	return Contestant(
		name="timegrid",
		deadline=calendar.add_work_duration,
		elapsed=timeline.get_working_duration,
		start=_same,
		goal=_timedelta,
		span=lambda begin, end: (begin, end),
		wall=_same,
		seconds=timedelta.total_seconds,
	)


def businesstimedelta() -> Contestant:
	library = _library("businesstimedelta")
	zone = _library("pytz").timezone(ZONE.key)
	rule = library.Rules(
		[library.WorkDayRule(OPENS, SHUTS, list(WORKDAYS), tz=zone), library.HolidayRule(HOLIDAYS, tz=zone)]
	)
	return Contestant(
		name="businesstimedelta",
		deadline=operator.add,
		elapsed=rule.difference,
		start=zone.localize,
		goal=lambda seconds: library.BusinessTimeDelta(rule, seconds=seconds),
		span=lambda begin, end: (zone.localize(begin), zone.localize(end)),
		wall=_naive,
		seconds=lambda delta: delta.timedelta.total_seconds(),
	)


@contextmanager
def erpnext() -> Iterator[Contestant]:
	"""ERPNext's functions on a site, inside a transaction that cannot write.

	Its agreement and holiday list are never saved: they lie in this process's cache of documents, from where
	its functions take them without a query, as they do in a request that has read them before.
	"""
	frappe, bench, site = _bench()
	os.chdir(bench / "sites")  # Frappe finds its log files from there
	frappe.init(site=site, sites_path=".")
	try:
		frappe.connect()
		frappe.db.begin(read_only=True)
		yield _erpnext(frappe)
	finally:
		frappe.destroy()


def _bench() -> tuple[Any, Path, str]:
	"""Frappe, the bench, and the site to use. Raises LeftOut where there is none."""
	root = os.environ.get("FRAPPE_BENCH_ROOT")
	if not root:
		raise LeftOut("FRAPPE_BENCH_ROOT does not name a bench")
	bench = Path(root)
	sites = sorted(path.parent.name for path in bench.glob("sites/*/site_config.json"))
	site = os.environ.get("SLM_BENCH_SITE") or next(iter(sites), "")
	if site not in sites:
		raise LeftOut(f"the bench has no site {site}" if site else "the bench has no site")
	try:
		frappe = importlib.import_module("frappe")
		importlib.import_module("erpnext")
	except ModuleNotFoundError as error:
		raise LeftOut(f"{error.name} is not installed for this Python; run the bench's own") from error
	return frappe, bench, site


def _erpnext(frappe: Any) -> Contestant:
	agreements = importlib.import_module(
		"erpnext.support.doctype.service_level_agreement.service_level_agreement"
	)
	issues = importlib.import_module("erpnext.support.doctype.issue.issue")
	name = "Benchmark 8x5"
	rows = [
		{
			"workday": frappe.utils.get_weekdays()[day],
			"start_time": timedelta(hours=OPENS.hour),
			"end_time": timedelta(hours=SHUTS.hour),
		}
		for day in WORKDAYS
	]
	agreement = _cached(frappe, "Service Level Agreement", name, support_and_resolution=rows)
	_cached(frappe, "Holiday List", name, holidays=[{"holiday_date": day} for day in HOLIDAYS])

	def level(seconds: int) -> Any:
		return frappe._dict(
			resolution_time=seconds,
			support_and_resolution=agreement.support_and_resolution,
			holiday_list=name,
		)

	def issue(begin: datetime) -> Any:
		return frappe._dict(service_level_agreement=name, service_level_agreement_creation=begin)

	return Contestant(
		name=ERPNEXT,
		deadline=lambda start, level: agreements.get_expected_time_for("resolution", level, start),
		elapsed=issues.calculate_first_response_time,
		start=_same,
		goal=level,
		span=lambda begin, end: (issue(begin), end),
		wall=_same,
		seconds=float,
	)


def _cached(frappe: Any, doctype: str, name: str, **values: Any) -> Any:
	"""A document of that name that only this process knows."""
	document = frappe.get_doc({"doctype": doctype, "name": name, **values})
	key = frappe.cache.make_key(frappe.get_document_cache_key(doctype, name))
	frappe.local.cache[key] = document
	try:
		found = frappe.get_cached_doc(doctype, name)
	except frappe.DoesNotExistError as error:
		raise LeftOut("this Frappe keeps its cached documents in another place") from error
	assert found is document
	return document


def _library(name: str) -> Any:
	try:
		return importlib.import_module(name)
	except ModuleNotFoundError as error:
		raise LeftOut("not installed; see benchmarks/requirements.txt") from error


def _same(value: Any) -> Any:
	return value


def _aware(wall: datetime) -> datetime:
	return wall.replace(tzinfo=ZONE)


def _naive(aware: datetime) -> datetime:
	return aware.replace(tzinfo=None)


def _instant(wall: datetime) -> int:
	return from_wall(wall, ZONE)


def _timedelta(seconds: int) -> timedelta:
	return timedelta(seconds=seconds)


def questions(contestant: Contestant, hours: int, dues: tuple[datetime, ...]) -> tuple[Case, Case]:
	"""A deadline and an elapsed time; of each, what it answers otherwise than `dues` and the hours say."""
	goal = contestant.goal(hours * 3600)
	starts = tuple(map(contestant.start, STARTS))
	begins, ends = zip(*map(contestant.span, STARTS, dues), strict=True)
	late, off = [], []
	for start, right, given in zip(STARTS, dues, map(contestant.deadline, starts, repeat(goal)), strict=True):
		if contestant.wall(given) != right:
			late.append(f"{start}: due {contestant.wall(given)}, not {right}")
	for start, given in zip(STARTS, map(contestant.elapsed, begins, ends), strict=True):
		if contestant.seconds(given) != hours * 3600:
			off.append(f"{start}: {contestant.seconds(given) / 3600:g} h, not {hours} h")
	name = contestant.name
	return (
		Case(name, "deadline", hours, contestant.deadline, starts, (goal,) * len(starts), tuple(late)),
		Case(name, "elapsed", hours, contestant.elapsed, begins, ends, tuple(off)),
	)


def fastest(cases: list[Case]) -> list[float]:
	"""For each case the CPU seconds of its fastest pass; they take turns, so that noise meets all alike."""
	counts = [max(1, round(LEAST_SECONDS_A_ROUND / max(case.passes(1), 1e-6))) for case in cases]
	best = [float("inf")] * len(cases)
	gc.disable()
	try:
		for _ in range(ROUNDS):
			for index, case in enumerate(cases):
				best[index] = min(best[index], case.passes(counts[index]))
	finally:
		gc.enable()
	return best


def compile_ten_years(_left: None, _right: None) -> None:
	"""Build the calendar and ask for something ten years long, which compiles them and the margin around."""
	our_calendar().between(_instant(datetime(2026, 1, 1)), _instant(datetime(2036, 1, 1)))


def shown(ratio: float) -> str:
	return f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}"


def print_table(metric: str, names: list[str], cases: dict[tuple[str, int], tuple[Case, float]]) -> None:
	print(f"\n{metric}: time taken, {INSTANTS} = 1\n")
	print(f"{'':<30}" + "".join(f"{f'{hours:,} h':>12}" for hours in HOURS))
	for name in names:
		cells = []
		for hours in HOURS:
			case, seconds = cases[name, hours]
			cells.append(shown(seconds / cases[INSTANTS, hours][1]) + ("*" if case.wrong else " "))
		print(f"{name:<30}" + "".join(f"{cell:>12}" for cell in cells))
	for name in names:
		for hours in HOURS:
			if wrong := cases[name, hours][0].wrong:
				count = f"{len(wrong)} of {len(STARTS)}"
				print(f"* {name}, {hours:,} h, another answer for {count} starts, such as {wrong[0]}")


def print_bars(metric: str, names: list[str], best: dict[tuple[str, int], float]) -> None:
	for hours, bar in (BAR_SHORT, BAR_LONG):
		if ERPNEXT in names:
			ratio = best[ERPNEXT, hours] / best[INSTANTS, hours]
			print(f"{metric}: {shown(ratio)} x ERPNext at {hours} h, bar {bar}: {_verdict(ratio >= bar)}")
	growth = ", ".join(
		f"{name} {shown(best[name, HOURS[-1]] / best[name, HOURS[0]])}"
		for name in (INSTANTS, ERPNEXT)
		if name in names
	)
	print(f"{metric}: {HOURS[-1]:,} h takes so many times what {HOURS[0]} h takes: {growth}")
	for mine in (INSTANTS, DATETIMES):
		ahead = [
			(best[name, hours] / best[mine, hours], name, hours)
			for name in LIBRARIES
			if name in names
			for hours in HOURS
		]
		if ahead:
			ratio, name, hours = min(ahead)
			print(
				f"{metric}: {mine}: closest library {name} at {hours:,} h takes {shown(ratio)} x our time: "
				f"{_verdict(ratio > 1)}"
			)


def _verdict(met: bool) -> str:
	return "met" if met else "NOT MET"


def main() -> None:
	with ExitStack() as stack:
		contestants = [ours(), ours_from_datetimes()]
		factories: list[tuple[str, Callable[[], Contestant]]] = [
			(ERPNEXT, lambda: stack.enter_context(erpnext())),
			("workclock", workclock),
			("timegrid", timegrid),
			("businesstimedelta", businesstimedelta),
		]
		for name, factory in factories:
			try:
				contestants.append(factory())
			except LeftOut as reason:
				print(f"{name} is left out: {reason}.")
		compare(contestants)


def compare(contestants: list[Contestant]) -> None:
	cases: list[Case] = []
	for hours in HOURS:
		dues = tuple(
			contestants[0].wall(contestants[0].deadline(contestants[0].start(start), hours * 3600))
			for start in STARTS
		)
		for contestant in contestants:
			cases += questions(contestant, hours, dues)
	cases.sort(key=lambda case: (case.metric, case.hours))
	compiling = Case(INSTANTS, "compile", 0, compile_ten_years, (None,), (None,), ())
	*best, compiled = fastest([*cases, compiling])
	names = [contestant.name for contestant in contestants]
	timed = list(zip(cases, best, strict=True))
	for metric in ("deadline", "elapsed"):
		of_metric = {
			(case.contestant, case.hours): (case, seconds) for case, seconds in timed if case.metric == metric
		}
		print_table(metric, names, of_metric)
	print()
	for metric in ("deadline", "elapsed"):
		print_bars(
			metric,
			names,
			{(case.contestant, case.hours): seconds for case, seconds in timed if case.metric == metric},
		)
	rival = ERPNEXT if ERPNEXT in names else INSTANTS
	one = next(
		seconds / len(STARTS)
		for case, seconds in timed
		if (case.contestant, case.metric, case.hours) == (rival, "deadline", 400)
	)
	print(
		f"Building the calendar and compiling ten years: {shown(compiled / one)} deadlines by {rival} at 400 h"
	)


if __name__ == "__main__":
	main()
