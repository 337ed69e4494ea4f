"""What a printed agreement consists of: plain values, in order and numbered, for paper and portal alike.

Everything is text, to be escaped by whoever shows it, except the content of Prose, which the host has cleaned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Text:
	"""A paragraph; line breaks in it are meant."""

	text: str
	kind: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class Prose:
	"""What was written in a text editor: HTML that the host cleaned when it was saved."""

	html: str
	kind: ClassVar[str] = "prose"


@dataclass(frozen=True, slots=True)
class Caption:
	"""A heading within a section."""

	text: str
	kind: ClassVar[str] = "caption"


@dataclass(frozen=True, slots=True)
class Listing:
	items: tuple[str, ...]
	kind: ClassVar[str] = "listing"


@dataclass(frozen=True, slots=True)
class Pairs:
	"""Labels and what they say."""

	rows: tuple[tuple[str, str], ...]
	kind: ClassVar[str] = "pairs"


@dataclass(frozen=True, slots=True)
class Table:
	"""`widths` are percent and add up to 100; with `grid` the first column is a head as well."""

	head: tuple[str, ...]
	rows: tuple[tuple[str, ...], ...]
	widths: tuple[int, ...]
	grid: bool = False
	kind: ClassVar[str] = "table"


Block = Text | Prose | Caption | Listing | Pairs | Table


@dataclass(frozen=True, slots=True)
class Section:
	number: int
	title: str
	blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Party:
	"""One side: what it is called in the agreement, and who it is."""

	role: str
	name: str


@dataclass(frozen=True, slots=True)
class Signature:
	"""A line of the sign-off block. `electronic` tells how and when it was signed; empty: to be signed by hand."""

	party: str
	organisation: str
	full_name: str
	designation: str
	signed_on: str
	electronic: str


@dataclass(frozen=True, slots=True)
class Printed:
	"""A document to be printed. `watermark` is a data URI of an image to lay under each page, or empty."""

	name: str
	title: str
	what: str
	number: str
	version: str
	status: str
	note: str
	parties: tuple[Party, ...]
	facts: tuple[tuple[str, str], ...]
	sections: tuple[Section, ...]
	signatures: tuple[Signature, ...]
	signatures_number: int
	records: tuple[Section, ...]
	form_code: str
	notice: str
	secrecy: str
	stamp: str
	watermark: str

	@property
	def running_head(self) -> str:
		return " · ".join(part for part in (self.number, self.version, self.secrecy) if part)

	@property
	def running_head_css(self) -> str:
		"""The running head as a CSS string."""
		return "".join(
			letter
			if letter.isascii() and (letter.isalnum() or letter in " .,-/")
			else f"\\{ord(letter):06x} "
			for letter in self.running_head[:160]
		)


def table(
	columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]], grid: bool = False
) -> list[Table]:
	"""A table of (heading, weight) columns without those that are empty in every row; none without rows."""
	kept = [tuple(row) for row in rows]
	used = [number for number in range(len(columns)) if any(row[number] for row in kept)]
	if not kept or not used:
		return []
	weights = [columns[number][1] for number in used]
	widths = [100 * weight // sum(weights) for weight in weights]
	widths[-1] += 100 - sum(widths)
	return [
		Table(
			tuple(columns[number][0] for number in used),
			tuple(tuple(row[number] for number in used) for row in kept),
			tuple(widths),
			grid,
		)
	]


def texts(*found: str | None) -> list[Text]:
	"""A paragraph for each text that says something."""
	return [Text(one.strip()) for one in found if one and one.strip()]


def pairs(rows: Iterable[tuple[str, str | None]]) -> list[Pairs]:
	"""Labels whose value says something; none when nothing does."""
	kept = tuple((label, value) for label, value in rows if value)
	return [Pairs(kept)] if kept else []


def numbered(found: Iterable[tuple[str, Sequence[Block]]], first: int = 1) -> tuple[Section, ...]:
	"""Sections that have content, numbered in order."""
	kept = [(title, blocks) for title, blocks in found if blocks]
	return tuple(Section(number, title, tuple(blocks)) for number, (title, blocks) in enumerate(kept, first))
