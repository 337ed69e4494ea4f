"""What rebuilding a site's clocks costs: clocks a CPU second, against the domain alone, with one worker and with two.

Run by hand with the bench's Python, from its folder `sites`, on a site that has some thousand tickets (`bench slm
import-log`, or `bench slm demo`):

    ../env/bin/python <this file> --site SITE [--rounds 3]

Every clock is written as it is; what the site says stays the same. Workers are processes with a share each.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import frappe

from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.domain.assessment import assess
from slm_extension.domain.timeline import Fact, Timeline
from slm_extension.services.chunks import PAGE, Share
from slm_extension.services.jobs import committing
from slm_extension.services.rebuild import rebuild_all

BAR = 10_000
"""Clocks a second on a core."""


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--rounds", type=int, default=3)
	parser.add_argument(
		"--share", type=int, nargs=2, help="be one of several workers: index and count (0: only start)"
	)
	arguments = parser.parse_args()
	frappe.init(site=arguments.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		if arguments.share and arguments.share[1]:
			rebuild_share(Share(*arguments.share))
		elif arguments.share:
			site_agreements()
		else:
			show(arguments)
	finally:
		frappe.db.rollback()
		frappe.destroy()


def rebuild_share(share: Share) -> None:
	with committing(PAGE, share, lambda _done: None) as chunks:
		for _after in rebuild_all(site_time.now(), chunks):
			pass


def assess_all(ledgers: Mapping[str, Sequence[Fact]]) -> None:
	"""The domain alone, on ledgers that are in memory."""
	book, now = site_agreements().book, site_time.now()
	for ticket, facts in ledgers.items():
		assess(Timeline.of(ticket, facts), book, now)


def read_ledgers() -> dict[str, list[Fact]]:
	found: dict[str, list[Fact]] = {}
	after = ""
	while page := store.ticket_page(issues.ISSUE, after, PAGE):
		after = page[-1].name
		found.update((ticket.name, facts) for ticket, facts in store.facts_of(page).items())
	return found


def show(arguments: argparse.Namespace) -> None:
	clocks = frappe.db.count(store.CLOCK)
	tickets = store.count_tickets(issues.ISSUE)
	if not clocks:
		sys.exit("This site has no clocks. Import a log first.")
	ledgers = read_ledgers()
	rebuild_share(Share())
	domain = fastest(arguments.rounds, time.process_time, lambda: assess_all(ledgers))
	whole = fastest(arguments.rounds, time.process_time, lambda: rebuild_share(Share()))
	print(f"{tickets:,} tickets, {clocks:,} clocks; the fastest of {arguments.rounds} rounds")
	print(f"rebuild: {clocks / whole / BAR:.2f} of the bar of {BAR:,} clocks a CPU second")
	print(f"rebuild / the domain alone: {whole / domain:.2f} times the CPU time")
	one = fastest(arguments.rounds, time.perf_counter, lambda: workers(arguments.site, 1))
	two = fastest(arguments.rounds, time.perf_counter, lambda: workers(arguments.site, 2))
	none = fastest(arguments.rounds, time.perf_counter, lambda: workers(arguments.site, 1, idle=True))
	print(f"two workers: {(one - none) / (two - none):.2f} times as fast as one, their start taken off")


def workers(site: str, count: int, idle: bool = False) -> None:
	"""So many processes, each with its share; an idle one only starts, and reads the agreements."""
	shares = [(index, count) for index in range(count)] if not idle else [(0, 0)]
	running = [
		subprocess.Popen([sys.executable, __file__, "--site", site, "--share", str(index), str(of)])
		for index, of in shares
	]
	if any(process.wait() for process in running):
		sys.exit("A worker failed.")


def fastest(rounds: int, clock: Callable[[], float], work: Callable[[], None]) -> float:
	found = []
	for _round in range(rounds):
		begin = clock()
		work()
		found.append(clock() - begin)
	return min(found)


if __name__ == "__main__":
	main()
