"""What the database says about services: their tree, their links, and what customers may read. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from unicodedata import combining, normalize

import frappe
from frappe.utils import strip_html

from slm_extension.adapters.agreement_states import GOING
from slm_extension.adapters.hours_text import hours_texts
from slm_extension.adapters.kept import Kept
from slm_extension.domain.service_links import ServiceLinks
from slm_extension.domain.standard_catalogue import PLACES

SERVICE = "SLM Service"
USABLE = ("Approved", "Live")
"""The states in which a service can be agreed and published."""


@dataclass(frozen=True, slots=True)
class Node:
	"""A service or group in the tree."""

	name: str
	parent: str
	is_group: bool
	standard: bool
	status: str
	type: str


@dataclass(frozen=True, slots=True)
class Tree:
	"""All services and groups, as the tree shows them: groups first, then by name."""

	nodes: Mapping[str, Node]
	children: Mapping[str, Sequence[str]]

	def ancestors(self, name: str) -> tuple[str, ...]:
		"""The groups above a node, the topmost first."""
		found: list[str] = []
		parent = self.nodes[name].parent
		while parent and parent in self.nodes and parent not in found:
			found.append(parent)
			parent = self.nodes[parent].parent
		return tuple(reversed(found))

	def beneath(self, names: Iterable[str]) -> frozenset[str]:
		"""These nodes and all that lies under them."""
		waiting, found = list(names), set[str]()
		while waiting:
			name = waiting.pop()
			if name not in found:
				found.add(name)
				waiting.extend(self.children.get(name, ()))
		return frozenset(found)

	def in_order(self, name: str = "") -> Iterable[tuple[int, Node]]:
		"""A branch, or all of the tree, as it is read: each node with its depth, before what is under it."""
		waiting = [(0, name)] if name else [(0, one) for one in reversed(self.children.get("", ()))]
		while waiting:
			depth, one = waiting.pop()
			yield depth, self.nodes[one]
			waiting.extend((depth + 1, child) for child in reversed(self.children.get(one, ())))


def tree() -> Tree:
	rows = frappe.get_all(
		SERVICE,
		fields=["name", "parent_slm_service", "is_group", "standard", "status", "service_type"],
		order_by="standard desc, is_group desc, name asc",
		limit_page_length=0,
	)
	nodes = {
		row.name: Node(
			row.name,
			row.parent_slm_service or "",
			bool(row.is_group),
			bool(row.standard),
			row.status,
			row.service_type or "",
		)
		for row in rows
	}
	children: dict[str, list[str]] = {}
	for node in nodes.values():
		children.setdefault(node.parent if node.parent in nodes else "", []).append(node.name)
	for group in children.values():
		group.sort(key=lambda one: _place(nodes[one]))
	return Tree(nodes, children)


def _place(node: Node) -> tuple[int, bool, str]:
	"""The main categories of the standard in its order, then groups, then services, by name."""
	standing = PLACES.get(node.name, len(PLACES)) if node.standard else len(PLACES)
	return standing, not node.is_group, node.name.casefold()


def links(without: str = "", more: Iterable[tuple[str, str]] = ()) -> ServiceLinks:
	"""What rests on what. `without` leaves the links of one service out, `more` puts others in."""
	rows = frappe.get_all(
		"SLM Service Link",
		filters={"parenttype": SERVICE, "parent": ["!=", without]},
		fields=["parent", "service"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	)
	return ServiceLinks([*((row.parent, row.service) for row in rows), *more])


def binding_agreements(service: str) -> list[str]:
	"""Titles of the agreements that name a service and bind, now or from a day that is fixed."""
	rows = frappe.get_all(
		"SLM Agreement Service",
		filters={"service": service, "parenttype": "SLM Agreement"},
		pluck="parent",
		order_by="parent asc",
	)
	rows += frappe.get_all(
		"SLM Target",
		filters={"service": service, "parenttype": "SLM Agreement"},
		pluck="parent",
		order_by="parent asc",
	)
	if not rows:
		return []
	found = frappe.get_all(
		"SLM Agreement",
		filters={"name": ["in", sorted(set(rows))], "docstatus": 1, "status": ["in", GOING]},
		fields=["name", "title"],
		order_by="name asc",
	)
	return [f"{row.title} ({row.name})" for row in found]


@dataclass(frozen=True, slots=True)
class Card:
	"""A published service as customers find it. Nothing in it is internal; all of it is plain text."""

	name: str
	route: str
	path: tuple[str, ...]
	summary: str
	words: str
	hours: str
	price: float | None
	currency: str
	price_unit: str


@dataclass(frozen=True, slots=True)
class Catalogue:
	"""What is published, in the order of the tree. `sheets` keeps what has been read of single services."""

	cards: tuple[Card, ...]
	by_route: Mapping[str, Card]
	categories: tuple[tuple[int, str, tuple[str, ...]], ...]
	sheets: dict[str, Mapping[str, Any]] = field(default_factory=dict, compare=False)


_SUMMARY = 180
_SHEETS = 500


def published() -> Catalogue:
	"""What customers may read, in the language of who asks; read again only when a service has changed."""
	return _published.get(frappe.local.lang or "")


def forget_catalogue(*_args: Any, **_kwargs: Any) -> None:
	"""A service has changed: forget what was published here at once, everywhere when it is committed."""
	_published.forget()


def _forget_missing_pages() -> None:
	"""The host remembers pages that were not there, for everybody; what is published now may be one of them."""
	frappe.cache.delete_value("website_404")


CARD_FIELDS = (
	"name",
	"route",
	"customer_description",
	"features",
	"service_hours",
	"price",
	"price_shown",
	"currency",
	"price_unit",
)


def _read() -> Catalogue:
	whole = tree()
	rows = {
		row.name: row
		for row in frappe.get_all(
			SERVICE,
			filters={
				"published": 1,
				"status": ["in", USABLE],
				"service_type": "Business Service",
				"is_group": 0,
			},
			fields=list(CARD_FIELDS),
			order_by="name asc",
			limit_page_length=0,
		)
	}
	hours = hours_texts(row.service_hours for row in rows.values() if row.service_hours)
	cards = tuple(
		_card(rows[node.name], whole.ancestors(node.name), hours)
		for _depth, node in whole.in_order()
		if node.name in rows
	)
	used = dict.fromkeys(name for card in cards for name in card.path)
	categories = tuple(
		(depth, node.name, whole.ancestors(node.name))
		for depth, node in whole.in_order()
		if node.name in used
	)
	return Catalogue(cards, {card.route: card for card in cards}, categories)


def _card(row: Any, path: tuple[str, ...], hours: Mapping[str, str]) -> Card:
	text = plain(row.customer_description)
	shown = bool(row.price_shown and row.price)
	return Card(
		name=row.name,
		route=row.route or row.name,
		path=path,
		summary=text if len(text) <= _SUMMARY else text[:_SUMMARY].rsplit(" ", 1)[0] + " …",
		words=searched(" ".join([row.name, *path, text, plain(row.features)])),
		hours=hours.get(row.service_hours, ""),
		price=float(row.price) if shown else None,
		currency=row.currency or "" if shown else "",
		price_unit=row.price_unit or "" if shown else "",
	)


def plain(html: str | None) -> str:
	"""The text of a Text Editor field, words apart."""
	if not html:
		return ""
	spaced = html.replace("</", " </").replace("<br", " <br").replace("<li", " <li")
	return " ".join(unescape(strip_html(spaced)).split())


def searched(text: str) -> str:
	"""A text as it is searched: without case and accents."""
	return "".join(one for one in normalize("NFKD", text.casefold()) if not combining(one))


SHEET_FIELDS = (
	"name",
	"customer_description",
	"features",
	"self_help",
	"service_mode",
	"service_frequency",
	"value_statement",
)
"""What customers may read of a service; nothing that is not listed here reaches the page or the print."""

SHEET_TABLES = {
	"deliverables": ("deliverable", "frequency", "description"),
	"offered_levels": ("level_name", "availability", "response_time", "resolution_time", "description"),
}


def sheet(catalogue: Catalogue, card: Card) -> Mapping[str, Any]:
	"""Everything that customers may read of a published service."""
	known = catalogue.sheets.get(card.name)
	if known is None:
		known = sheet_of(frappe.get_doc(SERVICE, card.name))
		if len(catalogue.sheets) >= _SHEETS:
			catalogue.sheets.clear()
		catalogue.sheets[card.name] = known
	return known


def sheet_of(document: Any) -> Mapping[str, Any]:
	"""The same of a service in hand; rich text is safe as HTML, all else is plain text."""
	found: dict[str, Any] = {name: document.get(name) or "" for name in SHEET_FIELDS}
	for name in ("customer_description", "features", "self_help"):
		found[name] = safe_html(found[name])
	for table, columns in SHEET_TABLES.items():
		found[table] = tuple({column: row.get(column) for column in columns} for row in document.get(table))
	return found


def safe_html(html: str) -> str:
	"""Rich text without scripts, whichever way it came into the database; nothing where it has no words."""
	if not plain(html) and "<img" not in html:
		return ""
	return str(frappe.utils.sanitize_html(html, always_sanitize=True))


_published = Kept("catalogue", _read, _forget_missing_pages)
