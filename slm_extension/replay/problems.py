"""What is wrong with rows of a ticket log: counted by kind, the first ones kept. Nothing is repaired here."""

from __future__ import annotations

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
	"""Collects flaws in bounded memory. When `strict`, adding one raises StrictStop."""

	def __init__(self, *, strict: bool = False, keep: int = 1000) -> None:
		self.strict, self.keep = strict, keep
		self._counts = dict.fromkeys(Flaw, 0)
		self._rows: list[BrokenRow] = []

	def add(self, row: BrokenRow, flaw: Flaw = Flaw.REFUSED) -> None:
		"""Note a flaw. Raises StrictStop when strict."""
		self._counts[flaw] += 1
		if len(self._rows) < self.keep:
			self._rows.append(row)
		if self.strict:
			raise StrictStop(row)

	@property
	def rows(self) -> tuple[BrokenRow, ...]:
		"""The first `keep` of them, as they were met."""
		return tuple(self._rows)

	@property
	def counts(self) -> tuple[tuple[Flaw, int], ...]:
		"""How many of each kind, those that occurred."""
		return tuple((flaw, count) for flaw, count in self._counts.items() if count)

	@property
	def total(self) -> int:
		return sum(self._counts.values())


def shown(text: str, longest: int = 60) -> str:
	"""Text from a log in quotation marks, short and without control characters, fit for a sentence."""
	cut = text if len(text) <= longest else text[:longest] + "…"
	return '"' + "".join(one if one.isprintable() else " " for one in cut) + '"'
