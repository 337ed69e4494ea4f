"""SLM Compliance over a million clocks: a year by month, agreement and target, against counting the rows.

Takes a site on which it may write: the clocks are made up, belong to no ticket, and are taken out again, also
when the run is cut short. What is printed are ratios of one run, the fastest of several turns. See README.md.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import frappe

from slm_extension.adapters import counts, store, tallies
from slm_extension.adapters.counts import Selection
from slm_extension.adapters.store import ClockRow
from slm_extension.domain.attainment import Period
from slm_extension.services.report import Group, Months, Question, answer

PREFIX = "BENCHMARK-"
AGREEMENTS, TARGETS = 20, 8
MONTHS = tuple(range(202601, 202613))
BATCH = 20_000
BARS = {"a year": 2.0, "one agreement": 0.1}


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument(
		"--site", default=os.environ.get("SLM_BENCH_SITE"), required="SLM_BENCH_SITE" not in os.environ
	)
	parser.add_argument("--clocks", type=int, default=1_000_000)
	parser.add_argument("--turns", type=int, default=7)
	options = parser.parse_args()
	sites = Path(frappe.__file__).parents[3] / "sites"
	os.chdir(sites)
	frappe.init(site=options.site, sites_path=str(sites))
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		promise()
		fill(options.clocks)
		compare(options.turns)
	finally:
		frappe.db.rollback()
		remove()
		frappe.destroy()


def promise() -> None:
	"""The agreements that the clocks belong to. Cancelled, so that nothing is measured by them meanwhile."""
	stamp = frappe.utils.now()
	names = [f"{PREFIX}{agreement:04d}" for agreement in range(AGREEMENTS)]
	frappe.db.bulk_insert(
		"SLM Agreement",
		["name", "creation", "modified", "docstatus", "kind", "title"],
		[(name, stamp, stamp, 2, "SLA", f"Agreement {name}") for name in names],
	)
	frappe.db.bulk_insert(
		"SLM Target",
		[
			"name",
			"creation",
			"modified",
			"docstatus",
			"parent",
			"parenttype",
			"target_id",
			"metric",
			"objective",
		],
		[
			(f"{PREFIX}{target}", stamp, stamp, 2, name, "SLM Agreement", target, "Response", 95)
			for number, name in enumerate(names)
			for target in targets(number)
		],
	)
	frappe.db.commit()


def fill(number: int) -> None:
	"""Clocks decided over a year, one in twenty still pending, spread over agreements and targets."""
	print(f"Making {number:,} clocks ...", flush=True)
	chance = random.Random(20260601)
	rows: list[ClockRow] = []
	for one in range(number):
		rows.append(clock(one, chance))
		if len(rows) == BATCH or one == number - 1:
			store.put_clocks(rows)
			frappe.db.commit()
			rows = []
	frappe.db.sql(f"ANALYZE TABLE `tab{store.CLOCK}`")


def clock(number: int, chance: random.Random) -> ClockRow:
	agreement, target = chance.randrange(AGREEMENTS), chance.randrange(TARGETS)
	pending, missed = chance.random() < 0.05, chance.random() < 0.07
	return ClockRow(
		name=f"{PREFIX}{number:010d}",
		ticket_type="Issue",
		ticket=f"{PREFIX}{number // 4:08d}",
		metric="Response" if target % 2 else "Resolution",
		agreement=f"{PREFIX}{agreement:04d}",
		kind="SLA",
		target_id=targets(agreement)[target],
		target="Response High" if target % 2 else "Resolution High",
		cycle=1,
		leg=0,
		party="",
		phase="Running" if pending else "Stopped",
		outcome="Pending" if pending else "Missed" if missed else "Met",
		due=1_780_000_000,
		missed_at=1_780_000_000 if missed and not pending else None,
		started=1_779_000_000,
		stopped=None if pending else 1_779_500_000,
		stopped_by="",
		uncertain=0,
		goal=14_400,
		elapsed=7_200,
		held=0,
		remaining=7_200,
		customer=None,
		service=None,
		priority=None,
		objective=95.0,
		cause="",
		responsible="",
		period=0 if pending else chance.choice(MONTHS),
		decided_at=None if pending else 1_779_500_000,
		next_at=1_990_000_000 if pending else None,
		excused=0,
		levels=0,
		asked_instant=1_779_600_000,
	)


def targets(agreement: int) -> list[str]:
	return [f"{agreement:05d}{target:05d}" for target in range(TARGETS)]


def compare(turns: int) -> None:
	"""Counting the rows of the table, the statement alone, and the whole answer, taking turns."""
	year = Selection(MONTHS[0], MONTHS[-1], True)
	one = Selection(MONTHS[0], MONTHS[-1], True, f"{PREFIX}0007")
	months = Months(MONTHS[0], MONTHS[-1])
	groups = (Group.PERIOD, Group.AGREEMENT, Group.TARGET)
	whole = Question(months, MONTHS[-1], groups, Period.MONTH)
	part = Question(months, MONTHS[-1], groups, Period.MONTH, ((Group.AGREEMENT, f"{PREFIX}0007"),))
	counting = f"SELECT COUNT(*) FROM `tab{store.CLOCK}`"
	low, high = tallies.months(MONTHS[0], MONTHS[-1])
	same = f"{counting} WHERE tally BETWEEN {low} AND {high} OR tally <= {tallies.UNDECIDED[1]}"
	contestants: dict[str, Callable[[], Any]] = {
		"counting the rows": lambda: frappe.db.sql(counting),
		"counting the year's rows": lambda: frappe.db.sql(same),
		"a year, statement": lambda: counts.query(year).run(),
		"a year, whole answer": lambda: answer(whole),
		"one agreement, statement": lambda: counts.query(one).run(),
		"one agreement, whole answer": lambda: answer(part),
	}
	best = dict.fromkeys(contestants, float("inf"))
	for _turn in range(turns):
		for name, contestant in contestants.items():
			start = perf_counter()
			contestant()
			best[name] = min(best[name], perf_counter() - start)
	rows = best["counting the rows"]
	print(f"\n{'':30}{'ms':>9}{'x counting':>12}{'bar':>7}")
	for name, seconds in best.items():
		bar = next((bar for start, bar in BARS.items() if name.startswith(start)), None)
		print(f"{name:30}{seconds * 1000:9.1f}{seconds / rows:12.2f}{'' if bar is None else f'{bar:7.1f}'}")
	for title, selection in (("A year", year), ("One agreement", one)):
		print(f"\n{title}:")
		for line in plan(selection):
			print(f"  {line}")


def plan(selection: Selection) -> Iterator[str]:
	statement, values = counts.query(selection).walk()
	for row in frappe.db.sql(f"EXPLAIN {statement}", values, as_dict=True):
		yield f"{row.type} on {row.key}, {int(row['rows']):,} rows: {row.Extra}"


def remove() -> None:
	"""Take everything out again, the clocks a batch at a time."""
	for doctype in ("SLM Target", "SLM Agreement"):
		frappe.db.delete(doctype, {"name": ["like", f"{PREFIX}%"]})
	while frappe.db.exists(store.CLOCK, {"name": ["like", f"{PREFIX}%"]}):
		frappe.db.sql(f"DELETE FROM `tab{store.CLOCK}` WHERE name LIKE %s LIMIT {BATCH}", (f"{PREFIX}%",))
		frappe.db.commit()


if __name__ == "__main__":
	main()
