"""What is wrong with rows of a ticket log: counted by kind, the first ones kept. Nothing is repaired here.

Rows that were left out and rows that were used all the same are kept apart.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from enum import Enum


class Flaw(Enum):
	"""The kinds of things that are wrong with a row. Only OUT_OF_ORDER rows are used all the same.

	REFUSED is a whole ticket whose rows could be read and whose facts could not be measured.
	"""

	COLUMNS = "wrong number of columns"
	QUOTES = "quotation marks out of order"
	ENCODING = "wrong encoding"
	NUL = "NUL byte"
	TOO_LONG = "too long"
	DAMAGED = "compressed data damaged"
	NO_TICKET = "no ticket"
	TIME = "bad time"
	STATUS = "unknown status"
	EVENT = "unknown event"
	REPEATED = "ticket repeated"
	OUT_OF_ORDER = "time goes backwards"
	REFUSED = "ticket refused"


@dataclass(frozen=True, slots=True)
class BrokenRow:
	"""A row with a flaw. `ticket` is empty where it cannot be told; `reason` is one sentence."""

	line: int
	ticket: str
	reason: str


class StrictStop(Exception):
	"""The first flaw met when none is tolerated."""

	def __init__(self, row: BrokenRow) -> None:
		self.row = row
		super().__init__(f"line {row.line}: {row.reason}")


class Problems:
	"""Collects flaws in bounded memory. When `strict`, adding one raises StrictStop.

	Everything is counted; with `about`, only rows of that ticket are kept.
	"""

	def __init__(self, *, strict: bool = False, keep: int = 1000, about: str | None = None) -> None:
		self.strict, self.keep, self.about = strict, keep, about
		self._counts = dict.fromkeys(Flaw, 0)
		self._first = dict.fromkeys(Flaw, 0)
		self._broken = _FirstRows(keep)
		self._notes = _FirstRows(keep)

	def add(self, row: BrokenRow, flaw: Flaw = Flaw.REFUSED) -> None:
		"""Note a flaw. Raises StrictStop when strict."""
		self._counts[flaw] += 1
		self._first[flaw] = min(self._first[flaw] or row.line, row.line)
		if self.about is None or row.ticket == self.about:
			(self._notes if flaw is Flaw.OUT_OF_ORDER else self._broken).add(row)
		if self.strict:
			raise StrictStop(row)

	@property
	def rows(self) -> tuple[BrokenRow, ...]:
		"""The rows that were left out: the first `keep` by line, whole tickets last."""
		return self._broken.sorted()

	@property
	def notes(self) -> tuple[BrokenRow, ...]:
		"""The rows that were used all the same, placed by their time: the first `keep` by line."""
		return self._notes.sorted()

	@property
	def counts(self) -> tuple[tuple[Flaw, int], ...]:
		"""How many of each kind, those that occurred."""
		return tuple((flaw, count) for flaw, count in self._counts.items() if count)

	@property
	def total(self) -> int:
		"""How many were left out."""
		return sum(self._counts.values()) - self.noted

	@property
	def noted(self) -> int:
		"""How many were used all the same."""
		return self._counts[Flaw.OUT_OF_ORDER]

	def most(self, rows: int) -> tuple[Flaw, int, int] | None:
		"""The flaw that more than half of all rows have, and at least ten: with how many, and the first line."""
		for flaw, count in self._counts.items():
			if flaw not in (Flaw.OUT_OF_ORDER, Flaw.REFUSED) and count >= _MANY and count * 2 > rows:
				return flaw, count, self._first[flaw]
		return None


_MANY = 10
"""Fewer broken rows are never taken for a mistake in the profile."""


class _FirstRows:
	"""Keeps the rows with the smallest lines, in whatever order they come; those without a line count last."""

	def __init__(self, keep: int) -> None:
		self._keep = keep
		self._heap: list[tuple[float, int, BrokenRow]] = []
		self._added = 0

	def add(self, row: BrokenRow) -> None:
		self._added += 1
		entry = (-(row.line or math.inf), -self._added, row)
		if len(self._heap) < self._keep:
			heapq.heappush(self._heap, entry)
		elif self._heap:
			heapq.heappushpop(self._heap, entry)

	def sorted(self) -> tuple[BrokenRow, ...]:
		return tuple(row for _, _, row in sorted(self._heap, reverse=True))


def shown(text: str, longest: int = 60) -> str:
	"""Text from a log in quotation marks, short and without control characters, fit for a sentence."""
	cut = text if len(text) <= longest else text[:longest] + "…"
	return '"' + "".join(one if one.isprintable() else " " for one in cut) + '"'
