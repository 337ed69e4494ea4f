"""Values as they stand in the text of a statement, for whoever writes thousands of rows.

The driver takes a microsecond or two for each value, and looks at each as if it had never seen one; most of a page's
rows say the same few hundred. What it alone can put in, because of its characters or its type, is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import frappe

LEFT_TO_THE_DRIVER = "%s"
_plain = re.compile(r"[\w .,:;/@|+=#&!?<>~*-]*").fullmatch
"""Nothing that ends a text, escapes, is a place for a value, or could be a call that the host rewrites."""


class _Spelt(dict[Any, str]):
	def __missing__(self, value: Any) -> str:
		self[value] = text = _text(value)
		return text


class _LeftToTheDriver(dict[Any, str]):
	def __missing__(self, value: Any) -> str:
		return LEFT_TO_THE_DRIVER


def _text(value: Any) -> str:
	kind = type(value)
	if kind is str:
		return f"'{value}'" if _plain(value) else LEFT_TO_THE_DRIVER
	if kind is int or kind is float:
		return repr(value)
	if kind is bool:
		return repr(int(value))
	if kind is datetime or kind is date:
		return f"'{value}'"
	return "NULL" if value is None else LEFT_TO_THE_DRIVER


class Spelling:
	"""How rows stand in statements; `constants` are the texts of what comes after the values of each."""

	def __init__(self, constants: Iterable[str] = ()) -> None:
		by_text = (
			frappe.db.db_type == "mariadb"
		)  # the host rewrites the whole text of a statement for PostgreSQL
		self._spelt: Mapping[Any, str] = _Spelt() if by_text else _LeftToTheDriver()
		self._end = "".join(f", {text}" for text in constants)

	def rows(self, rows: Iterable[Sequence[Any]]) -> tuple[str, list[Any]]:
		"""What follows VALUES, and the values that the driver has to put into it."""
		spelt, end = self._spelt, self._end
		every: list[str] = []
		left: list[Any] = []
		for row in rows:
			texts = [spelt[value] for value in row]
			if LEFT_TO_THE_DRIVER in texts:
				left += [value for value, text in zip(row, texts, strict=True) if text == LEFT_TO_THE_DRIVER]
			every.append(f"({', '.join(texts)}{end})")
		return ", ".join(every), left
