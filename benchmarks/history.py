"""What bringing history in costs: ledgers begun for Issues that have none, and a ticket log; clocks a CPU second.

Run by hand with the bench's Python, from its folder `sites`, on a site that nobody uses meanwhile and that has some
thousand tickets (`bench slm import-log`, or `bench slm demo`):

    ../env/bin/python <this file> --site SITE [--rounds 3]

Every ledger is forgotten and begun again from what the host remembers of its Issue; the log comes under names of its
own. All of it is rolled back. Customers, services and priorities that the log names have to be there.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

import frappe

from slm_extension.adapters import site_time, store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.replay.profile import Profile
from slm_extension.services.backfill import backfill
from slm_extension.services.chunks import Chunks
from slm_extension.services.import_log import Source, import_log, prepare, scan
from slm_extension.services.master_data import MasterData

BAR = 10_000
"""Clocks a second on a core."""
DEMO = Path(__file__).parents[1] / "examples" / "demo"


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--rounds", type=int, default=3)
	parser.add_argument("--log", type=Path, default=DEMO / "tickets.csv")
	parser.add_argument("--profile", type=Path, default=DEMO / "profile.toml")
	arguments = parser.parse_args()
	frappe.init(site=arguments.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		if not store.count_tickets("Issue"):
			sys.exit("This site has no ledgers. Import a log first.")
		site_agreements()
		gc.collect()
		gc.freeze()
		gc.set_threshold(100_000)
		show("backfill", arguments.rounds, begun_again)
		show("import", arguments.rounds, lambda: imported(arguments.log, arguments.profile))
	finally:
		frappe.db.rollback()
		frappe.destroy()


def begun_again() -> float:
	for doctype in (store.EVENT, store.CLOCK, store.BREACH, store.ALARM):
		frappe.db.delete(doctype)
	return timed(lambda: backfill(site_time.now(), Chunks()))


def imported(log: Path, profile: Path) -> float:
	frappe.db.delete(store.EVENT)
	frappe.db.delete(store.CLOCK)
	source = Source(log, Profile.read(profile), prefix="BENCHMARK-")
	found = scan(source, site_time.now())
	known = prepare(found, MasterData(create=False))
	return timed(lambda: import_log(source, found, known, Chunks()))


def timed(work: Callable[[], object]) -> float:
	begin = time.process_time()
	work()
	return time.process_time() - begin


def show(what: str, rounds: int, turn: Callable[[], float]) -> None:
	found = []
	for _round in range(rounds):
		found.append(turn())
		clocks, facts = frappe.db.count(store.CLOCK), frappe.db.count(store.EVENT)
		frappe.db.rollback()
	best = min(found)
	print(
		f"{what}: {clocks:,} clocks with {facts:,} facts; {clocks / best / BAR:.2f} of the bar of {BAR:,} clocks"
		f" a CPU second, {(clocks + facts) / best / BAR:.2f} counting the facts as well; the fastest of {rounds}"
	)


if __name__ == "__main__":
	main()
