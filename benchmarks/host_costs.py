"""What our hooks add to saving an Issue, and what ERPNext's own SLA code adds to the same saves in the same run.

Run by hand on a site that may be written to (everything is rolled back), with the bench's Python, from its folder
`sites`:

    ../env/bin/python <this file> --site SITE [--rounds 30] [--agreements 200]

Prints, for each step in an Issue's life, the queries of a save without either, those that each adds, and the time
that ours adds as a share of what ERPNext's adds. No bare seconds: machines differ.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import frappe

STEPS = ("insert", "unchanged save", "reply", "hold", "resume", "close")
VARIANTS = ("neither", "ours", "ERPNext's", "both")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--rounds", type=int, default=30)
	parser.add_argument("--agreements", type=int, default=200)
	arguments = parser.parse_args()
	frappe.init(site=arguments.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.mute_emails = True
	try:
		customer = prepare(arguments.agreements)
		show(measure(customer, arguments.rounds), arguments)
	finally:
		frappe.db.rollback()
		frappe.clear_cache()
		frappe.destroy()


def prepare(agreements: int) -> str:
	"""A customer with an agreement of ours and one of ERPNext's, among many others of ours."""
	calendar = frappe.get_doc(
		{
			"doctype": "SLM Calendar",
			"calendar_name": "Benchmark",
			"time_zone": "Asia/Kolkata",
			"hours": [{"day": day, "from_time": "09:00:00", "to_time": "18:00:00"} for day in WEEK],
		}
	).insert()
	group = frappe.db.get_value("Customer Group", {"is_group": 0}, order_by="name asc")
	territory = frappe.db.get_value("Territory", {"is_group": 0}, order_by="name asc")
	customers = [
		frappe.get_doc(
			{
				"doctype": "Customer",
				"customer_name": f"Benchmark {number}",
				"customer_group": group,
				"territory": territory,
			}
		)
		.insert()
		.name
		for number in range(agreements)
	]
	priorities = frappe.get_all("Issue Priority", pluck="name", order_by="name asc")
	for customer in customers:
		agreement = frappe.get_doc(
			{
				"doctype": "SLM Agreement",
				"title": f"SLA {customer}",
				"kind": "SLA",
				"customer": customer,
				"calendar": calendar.name,
				"valid_from": "2020-01-01",
				"targets": [
					{"metric": "Response", "goal": 3600},
					*({"metric": "Resolution", "goal": 14400, "priority": name} for name in priorities),
				],
			}
		).insert()
		# Submitting checks against all others; here that would make setting up grow with the square.
		frappe.db.set_value("SLM Agreement", agreement.name, {"docstatus": 1, "status": "In Force"})
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Benchmark",
			"from_date": "2020-01-01",
			"to_date": "2035-12-31",
		}
	).insert()
	frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 1)
	frappe.get_doc(
		{
			"doctype": "Service Level Agreement",
			"service_level": "Benchmark",
			"document_type": "Issue",
			"enabled": 1,
			"entity_type": "Customer",
			"entity": customers[0],
			"holiday_list": holidays.name,
			"apply_sla_for_resolution": 1,
			"default_priority": priorities[0],
			"priorities": [
				{
					"priority": name,
					"response_time": 3600,
					"resolution_time": 14400,
					"default_priority": name == priorities[0],
				}
				for name in priorities
			],
			"sla_fulfilled_on": [{"status": "Resolved"}, {"status": "Closed"}],
			"pause_sla_on": [{"status": "Replied"}, {"status": "On Hold"}],
			"support_and_resolution": [
				{"workday": day, "start_time": "09:00:00", "end_time": "18:00:00"} for day in WEEK
			],
		}
	).insert()
	return customers[0]


def switch(variant: str) -> None:
	frappe.db.set_single_value("SLM Settings", "enabled", int(variant in ("ours", "both")))
	frappe.db.set_single_value(
		"Support Settings", "track_service_level_agreement", int(variant in ("ERPNext's", "both"))
	)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")
	frappe.clear_document_cache("Support Settings", "Support Settings")


def life(customer: str) -> list[tuple[str, Callable[[], Any]]]:
	"""The steps of one Issue, to be run in their order."""
	issue = frappe.get_doc(
		{"doctype": "Issue", "subject": "Benchmark", "customer": customer, "priority": "Medium"}
	)

	def save(**values: str) -> Callable[[], Any]:
		def step() -> None:
			issue.reload()
			issue.update(values)
			timed(issue.save)

		return step

	def reply() -> None:
		timed(
			frappe.get_doc(
				{
					"doctype": "Communication",
					"communication_type": "Communication",
					"sent_or_received": "Sent",
					"sender": "Administrator",
					"subject": "Re",
					"content": "We are on it.",
					"reference_doctype": "Issue",
					"reference_name": issue.name,
				}
			).insert
		)

	return [
		("insert", lambda: timed(issue.insert)),
		("unchanged save", save(subject="Benchmark, again")),
		("reply", reply),
		("hold", save(status="On Hold")),
		("resume", save(status="Open")),
		("close", save(status="Closed")),
	]


_latest: tuple[float, int] = (0.0, 0)


def timed(call: Callable[[], Any]) -> None:
	"""Run one save, and keep its seconds and its queries."""
	global _latest
	count = 0
	run = frappe.db.sql

	def counted(*args: Any, **kwargs: Any) -> Any:
		nonlocal count
		count += 1
		return run(*args, **kwargs)

	frappe.db.sql = counted
	begin = time.perf_counter()
	try:
		call()
	finally:
		_latest = (time.perf_counter() - begin, count)
		frappe.db.sql = run


def measure(customer: str, rounds: int) -> dict[tuple[str, str], list[tuple[float, int]]]:
	"""Seconds and queries by variant and step; the variants take turns, so that noise meets all of them."""
	found: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
	for number in range(rounds + 3):
		for variant in VARIANTS:
			switch(variant)
			gc.collect()
			for step, run in life(customer):
				run()
				if number >= 3:
					found[variant, step].append(_latest)
	return found


def show(found: dict[tuple[str, str], list[tuple[float, int]]], arguments: argparse.Namespace) -> None:
	print(f"{arguments.rounds} rounds, {arguments.agreements} agreements; medians of one run")
	print(f"{'':<16}{'queries':>24}{'':>10}{'time added by':>22}")
	print(
		f"{'step':<16}{'save':>8}{'+ours':>8}{'+theirs':>8}{'ours/save':>12}{'theirs/save':>12}{'ours/theirs':>12}"
	)
	for step in STEPS:
		seconds = {one: statistics.median(time for time, _ in found[one, step]) for one in VARIANTS}
		queries = {one: statistics.median(count for _, count in found[one, step]) for one in VARIANTS}
		base = seconds["neither"]
		ours, theirs = seconds["ours"] - base, seconds["ERPNext's"] - base
		share = f"{ours / theirs:.2f}" if theirs > 0.05 * base else "-"
		print(
			f"{step:<16}{queries['neither']:>8.0f}{queries['ours'] - queries['neither']:>8.0f}"
			f"{queries[VARIANTS[2]] - queries['neither']:>8.0f}"
			f"{ours / base:>12.2f}{theirs / base:>12.2f}{share:>12}"
		)


if __name__ == "__main__":
	main()
