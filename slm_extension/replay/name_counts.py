"""How often names come up in a log, in bounded memory however many names it has. Prints nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameCount:
	"""A name, empty for tickets that have none, and on how many tickets it stands."""

	name: str
	tickets: int


class NameCounts:
	"""Counts the first `keep` names one by one and the others together."""

	def __init__(self, keep: int = 10_000) -> None:
		self.keep = keep
		self.total = 0
		self._counts: Counter[str] = Counter()

	def add(self, name: str) -> None:
		self.total += 1
		if name in self._counts or len(self._counts) < self.keep:
			self._counts[name] += 1

	def largest(self, number: int) -> tuple[NameCount, ...]:
		"""The most frequent names, those equally frequent by name."""
		ranked = sorted(self._counts.items(), key=lambda one: (-one[1], one[0]))
		return tuple(NameCount(name, count) for name, count in ranked[:number])
