"""What the page /services costs with two thousand published services, beside a page of the host that reads nothing.

Run by hand on a site that has this app, with the bench's Python, from its folder `sites`:

    ../env/bin/python <this file> --site SITE [--services 2000]

The services are made up, nothing is committed. Prints the time of each page as a ratio to the host's page
/about, with the queries of both; the first visit after a change, which reads the catalogue, apart.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils import set_request
from frappe.website.serve import get_response

from slm_extension.adapters import catalogue

GROUPS = ("Network Operations", "Host Operations", "Workplace Equipment", "Application Software Services")
WORDS = "order invoice laptop printer network mail phone backup access report meeting training".split()


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--services", type=int, default=2_000)
	parser.add_argument("--rounds", type=int, default=15)
	arguments = parser.parse_args()
	frappe.init(site=arguments.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.db.commit = lambda: None
	try:
		add_services(arguments.services)
		show(arguments.rounds, arguments.services)
	finally:
		frappe.db.rollback()
		catalogue.forget_catalogue()
		frappe.destroy()


def add_services(count: int) -> None:
	"""Published services under the categories, written past the documents: only what is stored matters here."""
	known = frappe.db.count(catalogue.SERVICE)
	for number in range(count):
		words = " ".join(WORDS[(number + step) % len(WORDS)] for step in range(4))
		frappe.get_doc(
			{
				"doctype": catalogue.SERVICE,
				"name": f"Made-up {words} {number}",
				"service_name": f"Made-up {words} {number}",
				"parent_slm_service": GROUPS[number % len(GROUPS)],
				"service_type": "Business Service",
				"status": "Live",
				"published": 1,
				"route": f"made-up-{number}",
				"customer_description": f"<p>We look after the {words} of your people. </p>" * 10,
				"lft": 2 * (known + number) + 1,
				"rgt": 2 * (known + number) + 2,
			}
		).db_insert()
	catalogue.forget_catalogue()


def show(rounds: int, count: int) -> None:
	visits: dict[str, tuple[str, dict[str, Any]]] = {
		"host: /about": ("about", {}),
		"host: /me": ("me", {}),
		"the first page": ("services", {}),
		"the last page": ("services", {"page": 9_999}),
		"a search": ("services", {"q": "laptop mail"}),
		"a category": ("services", {"category": GROUPS[0]}),
		"one service": (f"services/made-up-{count // 2}", {}),
	}
	cold = timed(lambda: visit("services", {}), 1)
	found = {name: measure(path, asked, rounds) for name, (path, asked) in visits.items()}
	yardstick = found["host: /about"][0]
	print(f"{count} published services; 1.0 is the host's page /about")
	print(f"{'':24}{'time':>8}{'queries':>10}{'KiB':>8}")
	for name, (seconds, queries, size) in found.items():
		print(f"{name:24}{seconds / yardstick:8.2f}{queries:10}{size / 1024:8.1f}")
	print(f"{'first after a change':24}{cold / yardstick:8.2f}")


def measure(path: str, asked: dict[str, Any], rounds: int) -> tuple[float, int, int]:
	size = visit(path, asked)
	return timed(lambda: visit(path, asked), rounds), queries_of(lambda: visit(path, asked)), size


def visit(path: str, asked: dict[str, Any]) -> int:
	"""The host's answer to a visitor who is signed in; its size in bytes."""
	set_request(method="GET", path=f"/{path}", query_string=asked)
	frappe.local.form_dict = frappe._dict(asked)
	frappe.local.response = frappe._dict(headers={})
	frappe.local.cache = {}
	response = get_response(path)
	assert response.status_code == 200, (path, response.status_code)
	return len(response.get_data())


def timed(do: Callable[[], object], rounds: int) -> float:
	"""Seconds of the CPU, of several turns the fastest."""
	best = float("inf")
	for _ in range(rounds):
		begin = time.process_time()
		do()
		best = min(best, time.process_time() - begin)
	return best


def queries_of(do: Callable[[], object]) -> int:
	sent = []
	original = frappe.local.db.sql

	def sql(*arguments: Any, **more: Any) -> Any:
		sent.append(arguments[0])
		return original(*arguments, **more)

	frappe.local.db.sql = sql
	try:
		do()
	finally:
		del frappe.local.db.sql
	return len(sent)


if __name__ == "__main__":
	main()
