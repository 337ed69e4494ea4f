"""From a business function down to the component, and back up: what a service rests on and what rests on it (R023)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import frappe

from slm_extension.adapters.catalogue import SERVICE, Node, links, tree
from slm_extension.domain.service_links import Direction, ServiceLinks, Step

MOST_LINES = 2000
MOST_DRAWN = 60


@dataclass(frozen=True, slots=True)
class Line:
	"""A line of a trace. `kind` is what it names: function, process, service, it_function, system or component."""

	depth: int
	kind: str
	name: str
	service: str = ""
	layer: str = ""
	relation: str = ""
	note: str = ""
	cut: str = ""
	"""Why nothing follows beneath though there is something: "circle", or "above" where it stands already."""


@dataclass(frozen=True, slots=True)
class Trace:
	lines: tuple[Line, ...]
	more: bool
	"""Whether there were more lines than are shown."""


@dataclass(frozen=True, slots=True)
class Drawn:
	"""The neighbourhood of a service: rows of services, above it the farthest first, and the links among them."""

	above: tuple[tuple[Node, ...], ...]
	service: Node
	beneath: tuple[tuple[Node, ...], ...]
	links: tuple[tuple[str, str], ...]
	left_out: int


@dataclass(frozen=True, slots=True)
class _Rows:
	"""The rows of all services that a trace is made of."""

	links: Mapping[tuple[str, str], Any]
	customers: Mapping[str, list[Any]]
	systems: Mapping[str, list[Any]]
	statuses: Mapping[str, Node]


def trace(service: str | None, direction: Direction) -> Trace:
	"""The trace of one service, or of every service at an end: down from those on which none rests, up from the
	others."""
	known = links()
	rows = _read()
	starts = [service] if service else _ends(rows, known, direction)
	lines = (line for start in starts for line in _lines(start, known, rows, direction))
	found = tuple(islice(lines, MOST_LINES + 1))
	return Trace(found[:MOST_LINES], len(found) > MOST_LINES)


def _ends(rows: _Rows, known: ServiceLinks, direction: Direction) -> list[str]:
	"""Where a trace of everything begins; services in a circle, which have no end, are begun at each."""
	other = Direction.UP if direction is Direction.DOWN else Direction.DOWN
	named = [node.name for node in rows.statuses.values() if not node.is_group and node.status != "Retired"]
	return [
		name
		for name in sorted(named)
		if not known.next_to(name, other)
		and (direction is Direction.DOWN or known.next_to(name, direction) or name in rows.systems)
	]


def _lines(start: str, known: ServiceLinks, rows: _Rows, direction: Direction) -> Iterator[Line]:
	if direction is Direction.DOWN:
		shown = False
		for use in _uses(rows.customers.get(start, ()), 0):
			yield use
			if use.kind == "process":
				yield from _downwards(start, use.depth + 1, known, rows, shown)
				shown = True
		if not shown:
			yield from _downwards(start, 0, known, rows, shown)
		return
	for step in known.walk(start, direction):
		yield _service(step, 0, rows, direction)
		if not step.cut:
			yield from _uses(rows.customers.get(step.service, ()), step.depth + 1)


def _downwards(start: str, base: int, known: ServiceLinks, rows: _Rows, shown: bool) -> Iterator[Line]:
	"""A service with all that it rests on; only itself where that has been shown for another process."""
	for step in known.walk(start, Direction.DOWN):
		line = _service(step, base, rows, Direction.DOWN)
		if shown:
			yield replace(line, cut="above")
			return
		yield line
		if not step.cut:
			yield from _systems(rows.systems.get(step.service, ()), line.depth + 1)


def _service(step: Step, base: int, rows: _Rows, direction: Direction) -> Line:
	row = None
	if len(step.path) > 1:
		pair = step.path[-2:] if direction is Direction.DOWN else (step.path[-1], step.path[-2])
		row = rows.links.get((pair[0], pair[1]))
	return Line(
		base + step.depth,
		"service",
		step.service,
		service=step.service,
		layer=(row.layer if row else "") or "",
		relation=(row.relation if row else "") or "",
		note=(row.note if row else "") or "",
		cut="circle" if step.cut else "",
	)


def _uses(customers: Any, depth: int) -> list[Line]:
	"""Business functions, each with its processes. A use without a function stands by itself."""
	found: list[Line] = []
	functions: dict[str, list[Any]] = {}
	for row in customers:
		functions.setdefault(row.business_function or "", []).append(row)
	for function, uses in functions.items():
		if function:
			found.append(Line(depth, "function", function, note=_whose(uses)))
		for row in uses:
			if row.business_process:
				found.append(
					Line(depth + bool(function), "process", row.business_process, note=_whose([row]))
				)
	return found


def _whose(uses: list[Any]) -> str:
	return ", ".join(dict.fromkeys(filter(None, (row.customer or row.department for row in uses))))


def _systems(systems: Any, depth: int) -> Iterator[Line]:
	for row in systems:
		at = depth
		if row.it_function:
			yield Line(at, "it_function", row.it_function, layer=row.layer or "")
			at += 1
		yield Line(
			at, "system", row.system, layer=row.layer or "", note=row.ci_code or row.asset or row.item or ""
		)
		if row.component:
			yield Line(at + 1, "component", row.component, layer=row.layer or "")


def _read() -> _Rows:
	def rows(doctype: str, *fields: str) -> list[Any]:
		return frappe.get_all(
			doctype,
			filters={"parenttype": SERVICE},
			fields=["parent", *fields],
			order_by="parent asc, idx asc",
			limit_page_length=0,
		)

	by_service: tuple[dict[str, list[Any]], dict[str, list[Any]]] = ({}, {})
	uses = rows("SLM Service Customer", "customer", "department", "business_function", "business_process")
	systems = rows(
		"SLM Service System", "system", "layer", "it_function", "component", "asset", "item", "ci_code"
	)
	for found, kept in zip((uses, systems), by_service, strict=True):
		for row in found:
			kept.setdefault(row.parent, []).append(row)
	return _Rows(
		{
			(row.parent, row.service): row
			for row in rows("SLM Service Link", "service", "layer", "relation", "note")
		},
		*by_service,
		tree().nodes,
	)


def drawn(service: str) -> Drawn:
	"""What is drawn on the form of a service: a row for each step away from it, up and down."""
	known = links()
	nodes = tree().nodes
	half = MOST_DRAWN // 2

	def rows(direction: Direction) -> tuple[list[tuple[Node, ...]], int]:
		found = known.rows(service, direction, MOST_LINES)
		shown: list[tuple[Node, ...]] = []
		room = half
		for row in found:
			kept = tuple(nodes[name] for name in row[:room] if name in nodes)
			room -= len(kept)
			if kept:
				shown.append(kept)
		return shown, sum(len(row) for row in found) - sum(len(row) for row in shown)

	above, higher = rows(Direction.UP)
	beneath, lower = rows(Direction.DOWN)
	names = [service, *(node.name for row in (*above, *beneath) for node in row)]
	return Drawn(tuple(reversed(above)), nodes[service], tuple(beneath), known.among(names), higher + lower)
