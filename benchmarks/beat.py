"""What a beat costs when 200 clocks are due, among ten thousand running ones and among a million.

Run by hand on a site that may be written to, with the bench's Python, from its folder `sites`:

    ../env/bin/python <this file> --site SITE [--few 10000] [--many 1000000] [--due 200]

The running clocks are made up and removed afterwards; the due ones belong to real Issues and are rolled back.
Prints the time among many as a ratio to that among few, the queries of both, and the plan of the look-up.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import frappe

from slm_extension import testing
from slm_extension.adapters import site_time, store
from slm_extension.services.chunks import Chunks
from slm_extension.services.tick import tick

MARK = "benchmark-"
DAY = 86_400


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--few", type=int, default=10_000)
	parser.add_argument("--many", type=int, default=1_000_000)
	parser.add_argument("--due", type=int, default=200)
	parser.add_argument("--rounds", type=int, default=7)
	arguments = parser.parse_args()
	frappe.init(site=arguments.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.mute_emails = True
	try:
		remove()
		now = site_time.now()
		found = {}
		running = 0
		for count in (arguments.few, arguments.many):
			add_running(running, count, now)
			running = count
			found[count] = measure(arguments, now)
		show(found, now, arguments)
	finally:
		frappe.db.rollback()
		remove()
		frappe.clear_cache()
		frappe.destroy()


def add_running(begin: int, end: int, now: int) -> None:
	"""Clocks that run and are due tomorrow or later, written past the domain: only their number matters."""
	columns = ("name", "ticket_type", "ticket", "metric", "phase", "outcome", "next_at", "asked_instant")
	for first in range(begin, end, 5_000):
		rows = [
			(
				f"{MARK}{number:014}",
				"Issue",
				f"{MARK}{number // 2}",
				"Resolution",
				"Running",
				"Pending",
				now + DAY + number,
				now,
			)
			for number in range(first, min(first + 5_000, end))
		]
		marks = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
		frappe.db.sql(
			f"INSERT INTO `tabSLM Clock` ({', '.join(f'`{column}`' for column in columns)}) VALUES {marks}",
			[value for row in rows for value in row],
		)
		frappe.db.commit()
	frappe.db.sql("ANALYZE TABLE `tabSLM Clock`")


def remove() -> None:
	while frappe.db.sql("DELETE FROM `tabSLM Clock` WHERE name LIKE %s LIMIT 50000", f"{MARK}%") is not None:
		left = frappe.db.sql("SELECT 1 FROM `tabSLM Clock` WHERE name LIKE %s LIMIT 1", f"{MARK}%")
		frappe.db.commit()
		if not left:
			return


def due_issues(count: int) -> None:
	"""Issues with one target of an hour, around the clock."""
	calendar = frappe.get_doc(
		{"doctype": "SLM Calendar", "calendar_name": "Benchmark", "time_zone": "UTC", "around_the_clock": 1}
	).insert()
	customer = frappe.get_doc({"doctype": "Customer", "customer_name": "Benchmark"}).insert()
	agreement = frappe.get_doc(
		{
			"doctype": "SLM Agreement",
			"title": "Benchmark",
			"kind": "SLA",
			"customer": customer.name,
			"calendar": calendar.name,
			"valid_from": "2020-01-01",
			"targets": [{"metric": "Response", "goal": 3600}],
		}
	).insert()
	testing.conclude(agreement)
	for number in range(count):
		frappe.get_doc({"doctype": "Issue", "subject": f"{number}", "customer": customer.name}).insert()


def measure(arguments: argparse.Namespace, now: int) -> list[tuple[float, int, int]]:
	"""Seconds, queries and tickets of beats that each find the same clocks due."""
	found = []
	due_issues(arguments.due)
	for _ in range(arguments.rounds):
		frappe.db.savepoint("beat")
		queries = 0
		run = frappe.db.sql

		def counted(*args: Any, _run: Any = run, **kwargs: Any) -> Any:
			nonlocal queries
			queries += 1
			return _run(*args, **kwargs)

		frappe.db.sql = counted
		begin = time.perf_counter()
		tickets = tick(now + 2 * 3600, Chunks(page=200))
		seconds = time.perf_counter() - begin
		frappe.db.sql = run
		found.append((seconds, queries, int(tickets)))
		frappe.db.rollback(save_point="beat")
	frappe.db.rollback()
	frappe.clear_cache()
	return found


def show(found: dict[int, list[tuple[float, int, int]]], now: int, arguments: argparse.Namespace) -> None:
	times = {count: statistics.median(one[0] for one in rounds) for count, rounds in found.items()}
	for count, rounds in found.items():
		print(f"{count:>9,} running: {rounds[-1][2]} tickets measured in {rounds[-1][1]} queries")
	print(
		f"time among {arguments.many:,} / among {arguments.few:,}: {times[arguments.many] / times[arguments.few]:.2f}"
	)
	plan = frappe.db.sql(
		"EXPLAIN SELECT next_at, name, ticket_type, ticket FROM `tabSLM Clock`"
		" WHERE next_at > 0 AND next_at <= %s ORDER BY next_at, name LIMIT 200",
		now,
		as_dict=True,
	)[0]
	print(f"look-up: key {plan.key}, type {plan.type}, rows {plan.rows}, {plan.Extra}")
	print(f"(page of {store.CLOCK} rows; one run, medians)")


if __name__ == "__main__":
	main()
