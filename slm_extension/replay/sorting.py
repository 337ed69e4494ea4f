"""Sorting more rows than memory holds, by ticket and line, through one temporary file."""

from __future__ import annotations

import heapq
import marshal
import tempfile
from collections.abc import Iterator
from types import TracebackType

Entry = tuple[str, int, tuple[str, ...]]
"""Ticket, line and cells."""

_CHARACTERS_HELD = 1 << 24
_ROWS_HELD = 100_000
_CHARACTERS_A_PIECE = 1 << 16
_ROWS_A_PIECE = 256


class Sorter:
	"""Takes entries in any order and gives them back sorted. Lines must differ. To be used in a `with`."""

	def __init__(self, rows_held: int = _ROWS_HELD) -> None:
		self.bytes = 0
		self._rows_held = rows_held
		self._held: list[Entry] = []
		self._characters = 0
		self._file = tempfile.TemporaryFile()
		self._runs: list[list[tuple[int, int]]] = []

	def __enter__(self) -> Sorter:
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self._file.close()

	def add(self, ticket: str, line: int, cells: tuple[str, ...]) -> None:
		self._held.append((ticket, line, cells))
		self._characters += len(ticket) + sum(map(len, cells))
		if len(self._held) >= self._rows_held or self._characters >= _CHARACTERS_HELD:
			self._write_run()

	def merged(self) -> Iterator[Entry]:
		"""All entries by ticket, then line. Nothing can be added afterwards."""
		if self._held:
			self._write_run()
		return heapq.merge(*(self._read_run(run) for run in self._runs))

	def _write_run(self) -> None:
		self._held.sort()
		pieces: list[tuple[int, int]] = []
		piece: list[Entry] = []
		characters = 0
		for entry in self._held:
			piece.append(entry)
			characters += sum(map(len, entry[2]))
			if len(piece) >= _ROWS_A_PIECE or characters >= _CHARACTERS_A_PIECE:
				pieces.append(self._write_piece(piece))
				piece, characters = [], 0
		if piece:
			pieces.append(self._write_piece(piece))
		self._runs.append(pieces)
		self._held, self._characters = [], 0

	def _write_piece(self, piece: list[Entry]) -> tuple[int, int]:
		packed = marshal.dumps(piece)
		place = self.bytes, len(packed)
		self._file.write(packed)
		self.bytes += len(packed)
		return place

	def _read_run(self, pieces: list[tuple[int, int]]) -> Iterator[Entry]:
		for start, size in pieces:
			self._file.seek(start)
			yield from marshal.loads(self._file.read(size))
