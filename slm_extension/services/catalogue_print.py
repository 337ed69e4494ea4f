"""The catalogue as it is printed: by category, in the words of customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import formatdate

from slm_extension.adapters import site_time
from slm_extension.adapters.catalogue import (
	SERVICE,
	Node,
	Tree,
	plain,
	published,
	safe_html,
	sheet,
	sheet_of,
	tree,
)
from slm_extension.adapters.hours_text import hours_texts

PRINT_FORMAT = "SLM Service Catalogue"


@dataclass(frozen=True, slots=True)
class Page:
	"""A service in print: what customers may read of it, `draft` where they may not yet."""

	name: str
	hours: str
	price: float | None
	currency: str
	price_unit: str
	sheet: Mapping[str, Any]
	draft: bool


@dataclass(frozen=True, slots=True)
class Chapter:
	"""A category with the services right in it; `depth` is 0 for a main category."""

	name: str
	depth: int
	summary: str
	pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Book:
	"""A printed catalogue, or a part of one. `title` is empty for the whole, and for a single service."""

	title: str
	whole: bool
	charter: str
	form_code: str
	date: str
	provider: str
	chapters: tuple[Chapter, ...]

	@property
	def count(self) -> int:
		return sum(len(chapter.pages) for chapter in self.chapters)


def book_of(document: Any) -> Book:
	"""The whole catalogue for a service without a name, the branch of a group, else that service alone."""
	everything = not document.name
	if document.is_group or everything:
		chapters = _branch("" if everything else document.name)
	else:
		chapters = (Chapter("", 0, "", (_alone(document),)),)
	settings = frappe.get_cached_doc("SLM Settings")
	return Book(
		title="" if everything or not document.is_group else document.name,
		whole=everything,
		charter=safe_html(settings.get("service_charter") or "") if everything else "",
		form_code=settings.get("form_code_catalogue") or "",
		date=formatdate(site_time.today()),
		provider=frappe.defaults.get_global_default("company") or site_time.site(),
		chapters=chapters,
	)


def _branch(name: str) -> tuple[Chapter, ...]:
	known = published()
	groups: dict[str, list[Page]] = {}
	for card in known.cards:
		page = Page(
			card.name, card.hours, card.price, card.currency, card.price_unit, sheet(known, card), draft=False
		)
		groups.setdefault(card.path[-1], []).append(page)
	known_tree = tree()
	filled = {one for group in groups for one in (*known_tree.ancestors(group), group)}
	texts = _summaries(filled)
	return tuple(
		Chapter(node.name, depth, texts.get(node.name, ""), tuple(groups.get(node.name, ())))
		for depth, node in _in_order(known_tree, name)
		if node.name in filled
	)


def _in_order(known: Tree, name: str) -> Iterator[tuple[int, Node]]:
	above = len(known.ancestors(name)) if name else 0
	return ((depth + above, node) for depth, node in known.in_order(name))


def _summaries(names: set[str]) -> dict[str, str]:
	if not names:
		return {}
	rows = frappe.get_all(
		SERVICE,
		filters={"name": ["in", sorted(names)]},
		fields=["name", "customer_description"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.name: plain(row.customer_description) for row in rows}


def _alone(document: Any) -> Page:
	shown = bool(document.price_shown and document.price)
	hours = document.service_hours
	return Page(
		document.name,
		hours_texts([hours]).get(hours, "") if hours else "",
		float(document.price) if shown else None,
		document.currency or "" if shown else "",
		document.price_unit or "" if shown else "",
		sheet_of(document),
		draft=not document.published,
	)


def catalogue_pdf() -> bytes:
	"""The whole catalogue as a PDF, made by the host with the print format that the site has for it."""
	return frappe.get_print(SERVICE, "", print_format=PRINT_FORMAT, doc=whole(), as_pdf=True)


def whole() -> Any:
	"""What stands for the whole catalogue where the host prints a document: a service without a name."""
	document = frappe.new_doc(SERVICE)
	document.name = ""
	return document
