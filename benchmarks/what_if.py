"""What a what-if costs for each clock, beside a rebuild of the same tickets: a ratio of clocks a CPU second.

Run by hand on a site that has tickets with ledgers, with the bench's Python, from its folder `sites`:

    ../env/bin/python <this file> --site SITE --agreement NAME [--rounds 3]

NAME is a draft or an agreement with a customer; take a default one, so that every ticket is measured. Both sides
write all they have and are rolled back. The CPU time is this process's own, the database's is not in it.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import frappe

from slm_extension.adapters import site_time, store
from slm_extension.adapters import what_if as adapter
from slm_extension.adapters.issues import ISSUE
from slm_extension.domain.assessment import Assessment, assess
from slm_extension.services import what_if
from slm_extension.services.chunks import Chunks
from slm_extension.services.rebuild import rebuild_all

FIRST_DAY = "1971-01-01"


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--agreement", required=True)
	parser.add_argument("--rounds", type=int, default=3)
	arguments = parser.parse_args()
	frappe.init(site=arguments.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		tickets = store.count_tickets(ISSUE)
		rebuilt = max(rebuilding() for _ in range(arguments.rounds))
		tried = max(trying(arguments.agreement) for _ in range(arguments.rounds))
		print(f"{tickets} tickets; a what-if measures {tried / rebuilt:.2f} times the clocks of a rebuild")
		print(f"a CPU second: {tried:,.0f} and {rebuilt:,.0f}")
	finally:
		frappe.db.rollback()
		frappe.destroy()


def rebuilding() -> float:
	"""Clocks a CPU second of a rebuild of all tickets."""
	begun = time.process_time()
	for _ in rebuild_all(site_time.now(), Chunks()):
		pass
	spent = time.process_time() - begun
	clocks = frappe.db.count(store.CLOCK)
	frappe.db.rollback()
	return clocks / spent


def trying(agreement: str) -> float:
	"""Clocks a CPU second of a what-if over all tickets, with those of OLAs and UCs that it measures for the causes."""
	today = site_time.to_site(site_time.now()).date()
	run = frappe.get_doc(
		{"doctype": adapter.RUN, "agreement": agreement, "opened_from": FIRST_DAY, "opened_until": today}
	).insert()
	clocks = 0

	def counting(*given: Any) -> Assessment:
		nonlocal clocks
		assessment = assess(*given)
		clocks += len(assessment.clocks)
		return assessment

	what_if.assess = counting
	begun = time.process_time()
	what_if.replay_run(run.name, Chunks())
	spent = time.process_time() - begun
	frappe.db.rollback()
	return clocks / spent


if __name__ == "__main__":
	main()
