"""Summaries by hand for the tests of what is shown of them: believable ones, empty ones, monstrous ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timezone
from fractions import Fraction

from slm_extension.domain.attainment import Attainment
from slm_extension.domain.attribution import Cause
from slm_extension.domain.instants import Instant, Seconds, instant
from slm_extension.replay.agreements_file import Excuse
from slm_extension.replay.name_counts import NameCount
from slm_extension.replay.summary import CauseLine, ExcusedMiss, Line, LineKey, Miss, PartyLine, Summary

HOUR = 3600
ASKED = instant(datetime(2026, 6, 12, 8, 0, 0, tzinfo=timezone.utc))
"""A Friday."""


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> Instant:
	return instant(datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc))


def line(
	month: date,
	met: int,
	missed: int,
	*,
	pending: int = 0,
	excused_missed: int = 0,
	agreement: str = "Northwind Gold",
	kind: str = "SLA",
	metric: str = "resolution",
	target: str = "resolution",
	priority: str = "High",
	objective: Fraction | None = Fraction(95),
) -> Line:
	return Line(
		LineKey(kind, agreement, metric, target, priority, month),
		objective,
		Attainment(met, missed, pending, 0, excused_missed),
	)


def months(first: date, count: int) -> tuple[date, ...]:
	return tuple(
		date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1)
		for step in range(count)
	)


def party(
	name: str,
	met: int,
	missed: int,
	*,
	kind: str = "OLA",
	agreement: str = "Second line",
	objective: Fraction | None = Fraction(90),
) -> PartyLine:
	return PartyLine(kind, agreement, name, objective, Attainment(met, missed))


def cause(
	cause: Cause, responsible: str, misses: int, *, agreement: str = "Northwind Gold", avoidable: int = 0
) -> CauseLine:
	return CauseLine(agreement, cause, responsible, misses, misses * 2 * HOUR + 310, avoidable)


def miss(
	ticket: str,
	overrun: Seconds,
	*,
	agreement: str = "Northwind Gold",
	goal: Seconds = 8 * HOUR,
	still_open: bool = False,
	shares: tuple[tuple[str, str, Seconds], ...] | None = None,
	overruns: tuple[tuple[str, str, Seconds, bool], ...] = (),
) -> Miss:
	return Miss(
		ticket=ticket,
		agreement=agreement,
		target="resolution High",
		priority="High",
		zone_name="Europe/Berlin",
		goal=goal,
		elapsed=goal + overrun,
		due=utc(2026, 6, 5, 15, 0, 0),
		missed_at=utc(2026, 6, 8, 6, 0, 0),
		open=still_open,
		cause=Cause.OTHER_TEAM,
		responsible="Database operations",
		shares=shares
		or (
			("team", "Database operations", (goal + overrun) * 3 // 4),
			("team", "Service desk Hamburg", (goal + overrun) // 4),
		),
		overruns=overruns,
	)


def excused(ticket: str, *, agreement: str = "Northwind Gold") -> ExcusedMiss:
	excuse = Excuse(
		reason="Power cut in the customer's building",
		approved_by="R. Okafor, 2026-05-22",
		evidence="Minutes of the service review, item 4",
		ticket=ticket,
		agreement=agreement,
		start=None,
		end=None,
	)
	return ExcusedMiss(ticket, agreement, "resolution High", "High", utc(2026, 5, 19, 9, 30, 0), excuse)


def summary(
	lines: Sequence[Line] = (),
	*,
	log: str = "tickets.csv",
	tickets: int = 0,
	not_covered: int = 0,
	customers: Sequence[NameCount] = (),
	no_target: int = 0,
	zone_name: str = "UTC",
	opened_later: int = 0,
	cancelled: int = 0,
	uncertain: int = 0,
	parties: Sequence[PartyLine] = (),
	worst: Sequence[Miss] = (),
	causes: Sequence[CauseLine] = (),
	excused: Sequence[ExcusedMiss] = (),
	excused_total: int | None = None,
) -> Summary:
	return Summary(
		log=log,
		asked=ASKED,
		zone_name=zone_name,
		tickets=tickets,
		opened_later=opened_later,
		not_covered=not_covered,
		not_covered_customers=tuple(customers),
		no_target=no_target,
		clocks=sum(one.attainment.decided + one.attainment.pending for one in lines) + cancelled,
		cancelled=cancelled,
		uncertain=uncertain,
		lines=tuple(sorted(lines, key=lambda one: one.key)),
		parties=tuple(parties),
		worst=tuple(worst),
		causes=tuple(causes),
		excused=tuple(excused),
		excused_total=len(excused) if excused_total is None else excused_total,
	)


def believable(month_count: int = 9) -> Summary:
	"""Two customers, two metrics, two priorities, an OLA and a UC, up to June 2026."""
	lines = []
	for step, month in enumerate(months(date(2025, 10, 1), month_count)):
		newest = step == month_count - 1
		for agreement, scale in (("Northwind Gold", 3), ("Contoso Standard", 1)):
			for priority, volume in (("High", 9 * scale), ("Low", 31 * scale)):
				lines.append(
					line(
						month,
						volume + step % 4,
						step * 5 % 3,
						pending=2 * scale if newest else 0,
						agreement=agreement,
						metric="response",
						target=f"response {priority}",
						priority=priority,
						objective=Fraction(95) if agreement == "Northwind Gold" else None,
					)
				)
				lines.append(
					line(
						month,
						volume - step % 3,
						step * 7 % 5 + (step == 4) * 6,
						pending=5 * scale if newest else 0,
						excused_missed=4 if step == 4 else 0,
						agreement=agreement,
						target=f"resolution {priority}",
						priority=priority,
						objective=Fraction(90) if agreement == "Northwind Gold" else None,
					)
				)
		lines.append(
			line(
				month, 40, step, kind="OLA", agreement="Second line", metric="turnaround", target="turnaround"
			)
		)
	supplier = (("Mainframe support UC", "Fabrikam Systems GmbH", 5 * HOUR + 62, True),)
	return summary(
		lines,
		log="helpdesk-2026.csv.gz",
		tickets=1804,
		not_covered=37,
		opened_later=12,
		cancelled=41,
		uncertain=3,
		parties=(
			party("Database operations", 180, 41),
			party("Network operations", 96, 3),
			party("Identity and access", 4, 1),
			party("Fabrikam Systems GmbH", 20, 9, kind="UC", agreement="Mainframe support UC"),
		),
		worst=(
			miss("INC-20417", 41 * HOUR + 1931, still_open=True, overruns=supplier),
			miss("INC-19002", 17 * HOUR + 59),
			miss("INC-20233", 6 * HOUR + 605, agreement="Contoso Standard"),
		),
		causes=(
			cause(Cause.OTHER_TEAM, "Database operations", 28, avoidable=9),
			cause(Cause.OWN_TEAM, "Service desk Hamburg", 17),
			cause(Cause.SUPPLIER, "Fabrikam Systems GmbH", 9, avoidable=8),
			cause(Cause.UNASSIGNED, "", 4),
			cause(Cause.OWN_TEAM, "Service desk Hamburg", 11, agreement="Contoso Standard"),
		),
		excused=(excused("INC-19377"), excused("INC-19380", agreement="Second line")),
		excused_total=16,
	)


HOSTILE = '<script>alert("x")</script> & $\\frac{1}{0}$ [/bold] \x1b[31m \u202e'
"""A name that means something to HTML, to mathematical typesetting, to markup and to a terminal."""


def monstrous() -> Summary:
	"""Thirty months with a gap, six hundred teams, names beyond reason, hostile ones, clocks never decided."""
	long_name = "Enterprise-wide service desk for everybody " * 20
	lines = [
		line(
			month,
			4000 + step * 37,
			300 + step % 7 * 90,
			agreement=long_name,
			target="resolution " + "x" * 300,
		)
		for step, month in enumerate(months(date(2024, 1, 1), 30))
		if step != 11
	]
	lines += [
		line(date(2026, 6, 1), 0, 0, pending=3, agreement="Nothing decided"),
		line(date(2026, 6, 1), 7, 0, agreement=HOSTILE, target=HOSTILE, priority=HOSTILE, objective=None),
		line(date(2026, 5, 1), 0, 2, excused_missed=2, agreement="All excused"),
		line(date(2026, 6, 1), 200, 11, agreement="Two objectives", priority="High", objective=Fraction(95)),
		line(
			date(2026, 6, 1), 1999, 1, agreement="Two objectives", priority="Low", objective=Fraction("99.95")
		),
	]
	teams = [f"Team {number:03d}" for number in range(600)]
	return summary(
		lines,
		log=HOSTILE,
		tickets=160_000,
		parties=[party(name, 900 - number, number) for number, name in enumerate(teams)],
		worst=[
			miss(
				HOSTILE if number == 0 else "T" * 200 if number == 1 else f"T-{number}",
				(25 - number) * 3600 * 977,
				agreement=long_name,
				shares=tuple(("team", name, 3600) for name in teams[:40]),
				overruns=tuple(("Second line", name, 60, False) for name in teams[:40]),
			)
			for number in range(25)
		],
		causes=[
			*(
				cause(Cause.OTHER_TEAM, name, 600 - number, agreement=long_name)
				for number, name in enumerate(teams)
			),
			cause(Cause.OWN_TEAM, HOSTILE, 2, agreement=HOSTILE),
		],
		excused=[excused(HOSTILE, agreement="All excused")],
	)
