"""Rows that are written as text say exactly what they said as values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import frappe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.adapters import spelling, store

TEXTS = (
	"plain",
	"",
	" spaces ",
	"O'Brien",
	'say "hello"',
	"back\\slash\\",
	"100 % of %s and %(name)s",
	"ifnull(a, b)",
	"`tabIssue`; -- gone",
	"two\nlines\r\n\tand a tab",
	"naïve 東京 🎉",
	"\x00\x1a",
	"null",
	"0",
)


@pytest.fixture(autouse=True)
def undone(site: str) -> Iterator[None]:
	yield
	frappe.db.rollback()


def written(values: list[str]) -> list[str]:
	columns = ("name", "ticket", "number", "note")
	rows = [(frappe.generate_hash(length=16), "SPELLING", at, text) for at, text in enumerate(values)]
	store.insert_rows(store.EVENT, columns, rows, {"owner": "o'hara@desk.example"})
	query = "select note, owner from `tabSLM Ticket Event` where ticket = 'SPELLING' order by number"
	found = frappe.db.sql(query)
	frappe.db.rollback()
	assert {owner for _note, owner in found} <= {"o'hara@desk.example"}
	return [note for note, _owner in found]


def test_every_text_comes_back_as_it_was() -> None:
	assert written(list(TEXTS)) == list(TEXTS)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=20))
def test_any_text_comes_back_as_it_was(site: str, texts: list[str]) -> None:
	assert written(texts) == texts


@pytest.mark.parametrize(
	("column", "value"),
	[
		("at_instant", 1_780_284_600),
		("at_instant", -1),
		("number", True),
		("number", 0.0),
		("at", datetime(2026, 6, 1, 9)),
		("at", datetime(2026, 6, 1, 9, 0, 0, 123456)),
		("at", None),
	],
)
def test_other_values_come_back_too(column: str, value: Any) -> None:
	name = frappe.generate_hash(length=16)

	store.insert_rows(store.EVENT, ("name", column), [(name, value)], {})

	assert frappe.db.get_value(store.EVENT, name, column) == value


def test_what_is_the_same_in_many_rows_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
	seen: list[Any] = []
	real = spelling._text
	monkeypatch.setattr(spelling, "_text", lambda value: seen.append(value) or real(value))

	text, left = spelling.Spelling(["'x'"]).rows([("a", 1, "it's"), ("a", 1, "b")])

	assert (text, left) == ("('a', 1, %s, 'x'), ('a', 1, 'b', 'x')", ["it's"])
	assert seen == ["a", 1, "it's", "b"]
