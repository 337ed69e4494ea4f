"""Whether six legs over a year carry a promise, against following one ticket opened at each hour of that year.

Hourly openings are no answer, only a yardstick: they miss what goes wrong between two hours, and a supplier who
comes back early. Calendars are built anew in every turn, so that compiling them is part of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from time import process_time

from slm_extension.domain.agreements import Agreement, AgreementKind
from slm_extension.domain.calendars import Calendar, Window
from slm_extension.domain.chain import Stage, check_agreement
from slm_extension.domain.chain_check import ChainVerdict, Link, check
from slm_extension.domain.instants import instant
from slm_extension.domain.targets import RESOLUTION, TURNAROUND, Target
from slm_extension.domain.timeline import Waiting

HOUR = 3600
BAR = 1.0
"""Seconds of CPU for one chain of six legs over a year."""
TURNS = 5
FIRST = instant(datetime(2026, 1, 1, tzinfo=timezone.utc))
HOLIDAYS = {date(2026, 1, 1) + timedelta(days=33 * number): "Holiday" for number in range(11)}
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")


def calendar(name: str, zone: str, *windows: tuple[float, float]) -> Calendar:
	hours = tuple(Window(int(start * HOUR), int(end * HOUR)) for start, end in windows)
	return Calendar.weekly(name, zone, dict.fromkeys(range(5), hours), HOLIDAYS)


def legs() -> tuple[Calendar, tuple[tuple[AgreementKind, int, Calendar], ...]]:
	"""Three teams and three suppliers in three zones; two windows a day, windows over midnight, holidays."""
	desk = calendar("Desk", "Europe/Berlin", (8, 12), (13, 17.5))
	night = calendar("Night", "America/New_York", (20, 28))
	kolkata = calendar("Kolkata", "Asia/Kolkata", (9, 13), (14, 18))
	team, supplier = AgreementKind.OLA, AgreementKind.UC
	return desk, (
		(team, 4, desk),
		(supplier, 8, night),
		(team, 4, desk),
		(supplier, 8, kolkata),
		(team, 2, night),
		(supplier, 4, desk),
	)


def one_chain(holds: Waiting, years: int) -> ChainVerdict:
	"""One target over six legs, the calendars included."""
	desk, some = legs()
	stages = [
		[Link(str(number), kind, (Target("turnaround", TURNAROUND, hours * HOUR, open_hours),))]
		for number, (kind, hours, open_hours) in enumerate(some)
	]
	target = Target("resolution", RESOLUTION, 40 * HOUR, desk, holds)
	return check(target, stages, FIRST, FIRST + years * 365 * 24 * HOUR).verdict


def whole_agreement() -> int:
	"""An SLA and six supports with a target for each of five priorities; how many findings there are."""
	desk, some = legs()
	supports = [
		Agreement(
			f"Support {number}",
			kind,
			open_hours,
			tuple(
				Target(name, TURNAROUND, hours * HOUR * (1 + row), open_hours, priorities=frozenset({name}))
				for row, name in enumerate(PRIORITIES)
			),
			parties=frozenset({f"Party {number}"}),
		)
		for number, (kind, hours, open_hours) in enumerate(some)
	]
	promised = tuple(
		Target(name, RESOLUTION, 40 * HOUR * (1 + row), desk, priorities=frozenset({name}))
		for row, name in enumerate(PRIORITIES)
	)
	sla = Agreement("SLA", AgreementKind.SLA, desk, promised)
	last = FIRST + 365 * 24 * HOUR
	report = check_agreement(sla, [Stage((support,)) for support in supports], FIRST, last)
	return len(report.findings) + len(report.alone)


def hour_by_hour() -> int:
	"""The yardstick: every hour of a year, one ticket through the same six legs by Calendar.add."""
	desk, some = legs()
	most = 0
	for opened in range(FIRST, FIRST + 365 * 24 * HOUR, HOUR):
		at = opened
		for _, hours, open_hours in some:
			at = open_hours.add(at, hours * HOUR + 1) - 1
		most = max(most, desk.between(opened, at))
	return most


def fastest(cases: Sequence[tuple[str, Callable[[], object]]]) -> list[float]:
	"""The least CPU time of each in several turns, taken in rotation."""
	best = [float("inf")] * len(cases)
	for _ in range(TURNS):
		for number, (_, run) in enumerate(cases):
			begun = process_time()
			run()
			best[number] = min(best[number], process_time() - begun)
	return best


def main() -> None:
	cases: list[tuple[str, Callable[[], object]]] = [
		("a year, SLA runs", lambda: one_chain(Waiting.NOBODY, 1)),
		("a year, SLA held for suppliers", lambda: one_chain(Waiting.SUPPLIER, 1)),
		("ten years, SLA runs", lambda: one_chain(Waiting.NOBODY, 10)),
		("ten years, SLA held for suppliers", lambda: one_chain(Waiting.SUPPLIER, 10)),
		("an agreement of five priorities, a year", whole_agreement),
		("every hour of a year, one way each", hour_by_hour),
	]
	best = fastest(cases)
	print(f"{'':42}{'of bar':>10}{'of yardstick':>16}")
	for (name, _), seconds in zip(cases, best, strict=True):
		print(f"{name:42}{seconds / BAR:>10.3f}{seconds / best[-1]:>16.2f}")
	print(f"bar {BAR} s of CPU for a year: {'met' if max(best[:2]) <= BAR else 'NOT MET'}")


if __name__ == "__main__":
	main()
