"""Searching and browsing what is published: a page of cards at a time, and how many there are by category."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe.utils import fmt_money

from slm_extension.adapters.catalogue import Card, Catalogue, searched

PAGE = 24
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Shown:
	"""A card as the page shows it; all of it is plain text still to be escaped."""

	name: str
	url: str
	path: tuple[str, ...]
	summary: str
	hours: str
	price: str


@dataclass(frozen=True, slots=True)
class Choice:
	"""A category to choose, with how many services it has of those that are searched for."""

	name: str
	depth: int
	count: int
	chosen: bool
	url: str


@dataclass(frozen=True, slots=True)
class Found:
	"""What somebody sees who has searched or browsed; `previous` and `following` are empty at the ends."""

	search: str
	category: str
	cards: tuple[Shown, ...]
	count: int
	first: int
	page: int
	pages: int
	everything: Choice
	categories: tuple[Choice, ...]
	previous: str
	following: str
	published: int


def find(catalogue: Catalogue, search: str, category: str, page: int) -> Found:
	"""The services with all words of a search, those with all of them in the name first, within a category."""
	asked = " ".join(search.split())[:LONGEST_SEARCH]
	words = searched(asked).split()
	fitting = [card for card in catalogue.cards if all(word in card.words for word in words)]
	if words:
		fitting.sort(key=lambda card: not all(word in searched(card.name) for word in words))
	known = {name for _depth, name, _path in catalogue.categories}
	chosen = category if category in known else ""
	within = [card for card in fitting if not chosen or chosen in card.path]
	pages = max(1, ceil(len(within) / PAGE))
	number = min(max(page, 1), pages)
	first = (number - 1) * PAGE
	return Found(
		search=asked,
		category=chosen,
		cards=tuple(shown(card) for card in within[first : first + PAGE]),
		count=len(within),
		first=first + 1,
		page=number,
		pages=pages,
		everything=Choice("", 0, len(fitting), not chosen, _url(asked, "")),
		categories=_choices(catalogue, fitting, asked, chosen),
		previous=_url(asked, chosen, number - 1) if number > 1 else "",
		following=_url(asked, chosen, number + 1) if number < pages else "",
		published=len(catalogue.cards),
	)


def _choices(catalogue: Catalogue, fitting: list[Card], asked: str, chosen: str) -> tuple[Choice, ...]:
	"""The main categories, and under the one that is chosen, or that the chosen one is in, its own."""
	counts: dict[str, int] = {}
	for card in fitting:
		for name in card.path:
			counts[name] = counts.get(name, 0) + 1
	open_ones = {chosen}
	for _depth, name, path in catalogue.categories:
		if name == chosen:
			open_ones.update(path)
	return tuple(
		Choice(name, depth, counts.get(name, 0), name == chosen, _url(asked, name))
		for depth, name, path in catalogue.categories
		if depth == 0 or path[-1] in open_ones
	)


def shown(card: Card) -> Shown:
	price = ""
	if card.price is not None:
		price = str(fmt_money(card.price, currency=card.currency or frappe.db.get_default("currency")))
		price += f" / {card.price_unit}" if card.price_unit else ""
	return Shown(
		card.name, f"/services/{quote(card.route, safe='')}", card.path, card.summary, card.hours, price
	)


def _url(search: str, category: str, page: int = 1) -> str:
	asked: dict[str, Any] = {}
	if search:
		asked["q"] = search
	if category:
		asked["category"] = category
	if page > 1:
		asked["page"] = page
	return f"/services?{urlencode(asked)}" if asked else "/services"
