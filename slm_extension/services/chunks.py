"""Long work in chunks: each kept as it is done, tried again where others were in the way, told to who waits.

What was cut short is begun again and goes on where it was, because every chunk is whole or not there at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

import frappe

PAGE = 500
_TRIES = 5

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Share:
	"""The part of the tickets that one of several workers takes; together they take each exactly once."""

	index: int = 0
	count: int = 1

	def takes(self, ticket: str) -> bool:
		return self.count == 1 or crc32(ticket.encode()) % self.count == self.index


def _nothing() -> None:
	"""For work inside a transaction of the caller's."""


def _nobody(_done: int) -> None:
	"""For work that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Chunks:
	"""How long work is done: tickets a chunk, what keeps a chunk and what undoes one, whom to tell the count."""

	page: int = PAGE
	keep: Callable[[], None] = _nothing
	undo: Callable[[], None] = _nothing
	told: Callable[[int], None] = _nobody
	share: Share = Share()

	def run(self, work: Callable[[], _Result]) -> _Result:
		"""Do a chunk and keep it. Where the database gave way to somebody else, do it again.

		What was read before is let go first, of the host's cache too: the chunk sees what is there now.
		"""
		for _ in range(_TRIES - 1):
			self.keep()
			frappe.local.cache.clear()
			try:
				result = work()
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
				self.undo()
				continue
			self.keep()
			return result
		result = work()
		self.keep()
		return result
