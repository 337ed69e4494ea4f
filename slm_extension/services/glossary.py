"""The glossary: what its terms are called, which of them a document uses, and which words it should not use.

Abbreviations are looked for as they are written, other words in any case, both as whole words; in scripts that
put no spaces between words, anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, strip_html

TERM = "SLM Glossary Term"
TEXTS = ("Data", "Small Text", "Text", "Long Text", "Text Editor", "Markdown Editor", "HTML Editor", "Select")
"""The kinds of fields whose values are words of ours."""

WORDED_LINKS = ("SLM Metric",)
"""DocTypes whose names are words of the agreement."""

SHOUTED = re.compile(r"(?<![\w-])[A-Z][A-Z0-9&/]{1,7}(?![\w-])")
"""Words in capitals that are no part of a number such as SLA-0001."""

OWN_NAMES = frozenset({"owner", "modified_by", "name", "naming_series"})
INTERNAL_KINDS = ("OLA", "UC")
"""Agreements whose reader is one of us, or a supplier."""


@dataclass(frozen=True, slots=True)
class Term:
	"""A term as the glossary has it. `forms` are other words that may be used for it, `avoid` those that may not."""

	term: str
	abbreviation: str
	definition: str
	forms: tuple[str, ...]
	avoid: tuple[str, ...]
	customer_visible: bool
	language: str

	@property
	def words(self) -> tuple[str, ...]:
		return (self.term, *self.forms)


@dataclass(frozen=True, slots=True)
class Finding:
	"""A word in a text that the glossary does not cover: unknown, or to be avoided for the sake of `instead`."""

	word: str
	instead: str = ""


@dataclass(frozen=True, slots=True)
class Glossary:
	"""The terms of the user's language, and the words that count as known whatever language defines them."""

	terms: tuple[Term, ...]
	known: frozenset[str]

	def used(self, text: str) -> list[Term]:
		"""The terms that a text uses, by term."""
		return [one for one in self.terms if _uses(one, text)]

	def findings(self, text: str) -> list[Finding]:
		"""Abbreviations the glossary does not know, and words it says to avoid, each once (R405)."""
		found = [Finding(word) for word in sorted(set(SHOUTED.findall(text)) - self.known)]
		for one in self.terms:
			allowed = {word.casefold() for word in (*one.words, one.abbreviation)}
			found += [
				Finding(word, one.term)
				for word in one.avoid
				if word.casefold() not in allowed and _written(word).search(text)
			]
		return found


def terms_in(document: Any) -> list[dict[str, str]]:
	"""The terms that a document uses, for printing with it: term, abbreviation and definition, by term (R148).

	Papers for customers have the terms printed for customers only.
	"""
	for_customers = document.get("kind") not in INTERNAL_KINDS
	return [
		{"term": one.term, "abbreviation": one.abbreviation, "definition": one.definition}
		for one in terms_for(texts_of(document))
		if one.customer_visible or not for_customers
	]


def terms_for(texts: Iterable[str]) -> list[Term]:
	"""The terms that some texts use, in the user's language, by term."""
	return glossary().used("\n".join(texts))


def findings_in(texts: Iterable[str]) -> list[Finding]:
	"""What the glossary objects to in some texts; see Glossary.findings."""
	return glossary().findings("\n".join(texts))


def texts_of(document: Any) -> Iterator[str]:
	"""The words of a document and of its rows, as it is printed: labels of what is filled in, and values."""
	for one in (document, *_printed_rows(document)):
		for field in one.meta.get("fields"):
			worded = field.fieldtype in TEXTS or (field.fieldtype == "Link" and field.options in WORDED_LINKS)
			value = one.get(field.fieldname) if worded else None
			if value and _is_printed(field):
				yield f"{_(field.label or '')}: {strip_html(cstr(value))}"


def _printed_rows(document: Any) -> Iterator[Any]:
	"""Rows of tables that are printed, but for those that are not for the other party."""
	for field in document.meta.get_table_fields():
		if _is_printed(field):
			yield from (row for row in document.get(field.fieldname) or () if not row.get("internal"))


def _is_printed(field: Any) -> bool:
	return not (field.get("print_hide") or field.get("hidden") or field.get("permlevel"))


def glossary() -> Glossary:
	"""The glossary in the user's language; where that has no terms, in all languages. One query."""
	language = frappe.local.lang or "en"
	wanted = {"", language, language.split("-")[0]}
	found = _all()
	known = frozenset(word for one in found for word in (one.abbreviation, *one.words) if word)
	return Glossary(tuple(one for one in found if one.language in wanted) or tuple(found), known)


def _all() -> list[Term]:
	rows = frappe.get_all(
		TERM,
		filters={"disabled": 0},
		fields=[
			"term",
			"abbreviation",
			"definition",
			"other_forms",
			"avoid",
			"customer_visible",
			"language",
		],
		order_by="term asc, name asc",
		limit_page_length=0,
	)
	return [
		Term(
			row.term,
			row.abbreviation or "",
			row.definition or "",
			_lines(row.other_forms),
			_lines(row.avoid),
			bool(row.customer_visible),
			row.language or "",
		)
		for row in rows
	]


def _lines(text: str | None) -> tuple[str, ...]:
	return tuple(line.strip() for line in cstr(text).splitlines() if line.strip())


def _uses(term: Term, text: str) -> bool:
	if term.abbreviation and _written(term.abbreviation, exactly=True).search(text):
		return True
	return any(_written(word).search(text) for word in term.words)


@lru_cache(maxsize=2000)
def _written(word: str, exactly: bool = False) -> re.Pattern[str]:
	"""What finds a word: whole, with a plural s; anywhere in scripts without spaces."""
	parts = r"\s+".join(re.escape(part) for part in word.split())
	if not word.isascii() and any(ord(letter) >= 0x2E80 for letter in word):
		return re.compile(parts)
	return re.compile(rf"(?<!\w){parts}(?:s|es|'s)?(?!\w)", 0 if exactly else re.IGNORECASE)


def name_for(document: Any) -> str:
	"""A term is called by itself; in a second language with that language."""
	term = cstr(document.term).strip()
	if frappe.db.exists(TERM, term) and document.language:
		return f"{term} ({document.language})"
	return term


def tidy(document: Any) -> None:
	document.term = " ".join(cstr(document.term).split())
	document.abbreviation = " ".join(cstr(document.abbreviation).split())
	for field in ("other_forms", "avoid"):
		document.set(field, "\n".join(dict.fromkeys(_lines(document.get(field)))))
	both = {word.casefold() for word in _lines(document.avoid)} & {
		word.casefold()
		for word in (document.term, document.abbreviation, *_lines(document.other_forms))
		if word
	}
	if both:
		frappe.throw(
			_("{0} cannot be used and avoided at once.").format(
				frappe.bold(frappe.utils.escape_html(", ".join(sorted(both))))
			),
			title=_("Word Given Twice"),
		)


def refuse_a_second_definition(document: Any) -> None:
	"""One word, one meaning, in each language (R404)."""
	for field in ("term", "abbreviation"):
		word = document.get(field)
		if not word:
			continue
		for name, language in frappe.get_all(
			TERM,
			filters={field: word, "name": ["!=", document.name or ""], "disabled": 0},
			fields=["name", "language"],
			as_list=True,
			order_by="name asc",
		):
			if not document.disabled and (language or "") == (document.language or ""):
				frappe.throw(
					_("{0} is defined already, by the term {1}.").format(
						frappe.bold(frappe.utils.escape_html(word)), frappe.bold(name)
					),
					title=_("Defined Already"),
				)
