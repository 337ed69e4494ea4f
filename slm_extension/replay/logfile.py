"""Ticket logs as files: bytes in, rows of text with their line numbers out. Knows nothing of what columns mean.

A record is one line unless it is quoted. A quotation mark that is never closed must not swallow the rows after
it, so when a record over several lines turns out wrong, only its first line is given up and the others are
read again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
import stat
import sys
import tempfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from slm_extension.replay.problems import Flaw
from slm_extension.replay.toml_document import InputProblem

LONGEST_ROW = 1 << 20
"""Characters that one row may have."""

Report = Callable[[int, Flaw, str, list[str]], None]
"""Called with line, flaw, one sentence, and the cells as far as they could be told apart."""

Progress = Callable[[int], None]
"""Called with the bytes read so far, compressed ones if the file is."""

_CHUNK = 1 << 18
_DELIMITERS = (",", ";", "\t", "|")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_MARKS = (
	(codecs.BOM_UTF32_LE, "utf-32"),
	(codecs.BOM_UTF32_BE, "utf-32"),
	(codecs.BOM_UTF16_LE, "utf-16"),
	(codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDECODABLE = "\udcff"
_MARK_UNDECODABLE = "slm_extension.mark_undecodable"


@dataclass(frozen=True, slots=True)
class Layout:
	"""How a log is written. An empty `delimiter` or `encoding` is found out; an empty `quote` means none.

	`header` names the columns of a log that does not; `skip` lines before the header are passed over.
	"""

	delimiter: str = ""
	quote: str = '"'
	escape: str = ""
	encoding: str = ""
	skip: int = 0
	header: tuple[str, ...] = ()


class _Damaged(Exception):
	"""Compressed data that cannot be read on; says why."""


class _RowTooLong(Exception):
	pass


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
	if not isinstance(error, UnicodeDecodeError):
		raise error
	return _UNDECODABLE, error.end


codecs.register_error(_MARK_UNDECODABLE, _mark_undecodable)


@contextmanager
def opened(path: Path | None) -> Iterator[BinaryIO]:
	"""A log that can be read more than once; None is standard input.

	What cannot be rewound (a pipe) is copied to a temporary file first. Raises InputProblem when there is no
	such file, or it cannot be read.
	"""
	name = shown_path(path)
	try:
		if path is None:
			spooled = _spooled(sys.stdin.buffer)
		elif stat.S_ISREG(path.stat().st_mode):
			spooled = path.open("rb")
		else:
			with path.open("rb") as pipe:
				spooled = _spooled(pipe)
	except IsADirectoryError as error:
		raise InputProblem(name, None, "Is a directory.", "Name the log file inside it.") from error
	except FileNotFoundError as error:
		raise InputProblem(name, None, "There is no such file.", "Check the path.") from error
	except (OSError, ValueError) as error:
		raise InputProblem(name, None, f"Cannot be read: {error}.", "Check the path.") from error
	with spooled:
		yield spooled


def shown_path(path: Path | None) -> str:
	return "standard input" if path is None else str(path)


def _spooled(source: BinaryIO) -> BinaryIO:
	copy = tempfile.TemporaryFile()
	shutil.copyfileobj(source, copy, _CHUNK)
	copy.seek(0)
	return copy


def rows(
	source: BinaryIO,
	layout: Layout,
	report: Report,
	*,
	name: str = "log",
	progress: Progress | None = None,
) -> Iterator[tuple[int, list[str]]]:
	"""The header and then every row that has as many cells as the header: (line it begins in, cells) each.

	Lines are counted from 1; empty ones are passed over. Everything else is reported and left out. Gzip is
	recognised by its first bytes. Raises InputProblem when there is no header, or the file is no text.
	"""
	# The limit is the csv module's own, shared by the process: it is only ever raised.
	csv.field_size_limit(max(csv.field_size_limit(), LONGEST_ROW))
	lines = _Lines(_lines(_bytes(source, name, progress), layout.encoding))
	return _Records(lines, layout, report, name).read()


def _bytes(source: BinaryIO, name: str, progress: Progress | None) -> Iterator[bytes]:
	raw = _read(source, name, progress)
	first = next(raw, b"")
	if first.startswith(_ZIP):
		raise InputProblem(name, None, "Is a workbook or ZIP archive, not text.", "Export the log as CSV.")
	raw = chain([first], raw)
	return _inflated(raw) if first.startswith(_GZIP) else raw


def _read(source: BinaryIO, name: str, progress: Progress | None) -> Iterator[bytes]:
	read = 0
	try:
		while chunk := source.read(_CHUNK):
			read += len(chunk)
			if progress is not None:
				progress(read)
			yield chunk
	except OSError as error:
		raise InputProblem(name, None, f"Cannot be read on: {error.strerror}.", "Check the disk.") from error


def _inflated(compressed: Iterator[bytes]) -> Iterator[bytes]:
	"""What gzip members hold, up to where they are damaged; then raises _Damaged."""
	member = zlib.decompressobj(wbits=31)
	begun = False
	for chunk in compressed:
		while chunk:
			begun = True
			before = member.copy()
			try:
				text = member.decompress(chunk, _CHUNK)
			except zlib.error as error:
				yield from _salvaged(before, chunk)
				raise _Damaged("The compressed data is damaged here") from error
			yield text
			if not member.eof:
				chunk = member.unconsumed_tail
				continue
			chunk = member.unused_data.lstrip(b"\0")
			member, begun = zlib.decompressobj(wbits=31), False
	if begun:
		raise _Damaged("The compressed data breaks off here")


def _salvaged(member: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
	"""Byte for byte, what a chunk gives before it fails: the decompressor throws that away otherwise."""
	for index in range(len(chunk)):
		try:
			text = member.decompress(chunk[index : index + 1])
		except zlib.error:
			return
		yield text


def _lines(chunks: Iterator[bytes], encoding: str) -> Iterator[str]:
	"""Lines without their ends, whichever way these are written. Of one too long only as much as shows it."""
	first = next(chunks, b"")
	if not encoding:
		encoding = next((name for mark, name in _MARKS if first.startswith(mark)), "utf-8-sig")
	decoder = io.IncrementalNewlineDecoder(
		codecs.getincrementaldecoder(encoding)(_MARK_UNDECODABLE), translate=True
	)
	rest = ""
	for chunk in chain([first], chunks):
		found = (rest + decoder.decode(chunk)).split("\n")
		rest = found.pop()[: LONGEST_ROW + 1]
		yield from found
	found = (rest + decoder.decode(b"", final=True)).split("\n")
	yield from found if found[-1] else found[:-1]


class _Lines:
	"""Lines in order, some of which are handed back to be read again. `damage` says why they end too soon."""

	def __init__(self, source: Iterator[str]) -> None:
		self.source = source
		self.back: deque[str] = deque()
		self.damage = ""

	def __iter__(self) -> Iterator[str]:
		back = self.back
		while back:
			yield back.popleft()
		try:
			for line in self.source:
				yield line
				while back:
					yield back.popleft()
		except _Damaged as damage:
			self.damage = str(damage)

	def hand_back(self, lines: list[str]) -> None:
		self.back.extendleft(reversed(lines))


class _Records:
	"""One reading of a log, from its lines to its rows."""

	def __init__(self, lines: _Lines, layout: Layout, report: Report, name: str) -> None:
		self.lines, self.layout, self.report, self.name = lines, layout, report, name
		self.stream = iter(lines)
		self.number = 0
		self.delimiter = layout.delimiter
		self.taken: list[str] = []

	def read(self) -> Iterator[tuple[int, list[str]]]:
		number, header = self.header()
		yield number, header
		width, delimiter, quote, escape = len(header), self.delimiter, self.layout.quote, self.layout.escape
		while True:
			for line in self.stream:
				number = self.number = self.number + 1
				if (quote and quote in line) or (escape and escape in line):
					record = self.record(line, width)
					if record is None:
						continue
					line, cells = record
				else:
					cells = line.split(delimiter)
				if (
					len(cells) == width
					and len(line) <= LONGEST_ROW
					and "\0" not in line
					and _UNDECODABLE not in line
				):
					yield number, cells
				elif line and not line.isspace():
					self.reject(number, line, cells, width)
			if not self.lines.back:
				break
			self.stream = iter(self.lines)
		if self.lines.damage:
			reason = f"{self.lines.damage}: the rows before were used, the rest is lost."
			self.report(self.number + 1, Flaw.DAMAGED, reason, [])

	def header(self) -> tuple[int, list[str]]:
		for line in self.stream:
			self.number += 1
			if self.number <= self.layout.skip or not line.strip():
				continue
			self.delimiter = self.delimiter or _likeliest_delimiter(line, self.layout.quote)
			self.dialect = csv.reader(
				(),
				delimiter=self.delimiter,
				quotechar=self.layout.quote or None,
				escapechar=self.layout.escape or None,
				quoting=csv.QUOTE_MINIMAL if self.layout.quote else csv.QUOTE_NONE,
				strict=True,
			).dialect
			self.parser = csv.reader(self.feed(), self.dialect)
			if self.layout.header:
				self.number -= 1
				self.lines.hand_back([line])
				return self.number, list(self.layout.header)
			number = self.number
			record = self.record(line, None)
			if record is None:
				raise InputProblem(
					self.name, number, "The header cannot be read.", "Correct its quotation marks."
				)
			return number, [cell.strip() for cell in record[1]]
		if self.lines.damage:
			raise InputProblem(
				self.name, None, f"{self.lines.damage}, before the first row.", "Fetch it anew."
			)
		raise InputProblem(
			self.name, None, "Is empty: there is no header.", "Export the log with its header."
		)

	def record(self, line: str, width: int | None) -> tuple[str, list[str]] | None:
		"""The text and cells of a record that begins with this line; None when it was given up."""
		self.taken = []
		self.first = line
		flaw, reason = Flaw.QUOTES, "A quotation mark in this row is not closed, or text follows where it is."
		try:
			cells = next(self.parser)
			if width is None or len(cells) == width or len(self.taken) == 1:
				self.number += len(self.taken) - 1
				return "\n".join(self.taken), cells
		except csv.Error:
			pass
		except _RowTooLong:
			flaw = Flaw.TOO_LONG
			reason = (
				f"This row has more than {LONGEST_ROW} characters, or a quotation mark that is not closed."
			)
		self.parser = csv.reader(self.feed(), self.dialect)
		self.lines.hand_back(self.taken[1:])
		if len(line) > LONGEST_ROW:
			flaw, reason = Flaw.TOO_LONG, _TOO_LONG
		self.report(self.number, flaw, reason, line[:LONGEST_ROW].split(self.delimiter))
		return None

	def feed(self) -> Iterator[str]:
		"""For the parser: the first line of each record, and further ones if it asks for them."""
		while True:
			self.taken.append(self.first)
			if len(self.first) > LONGEST_ROW:
				raise _RowTooLong
			yield _without_nul(self.first)
			size = len(self.first)
			while self.taken:
				line = next(self.stream, None)
				if line is None:
					return
				self.taken.append(line)
				size += len(line) + 1
				if size > LONGEST_ROW:
					raise _RowTooLong
				yield _without_nul(line)

	def reject(self, number: int, line: str, cells: list[str], width: int) -> None:
		if "\0" in line:
			flaw, reason = Flaw.NUL, "This row contains NUL bytes."
		elif _UNDECODABLE in line:
			flaw, reason = Flaw.ENCODING, "This row is not written in the log's encoding."
		elif len(line) > LONGEST_ROW:
			flaw, reason = Flaw.TOO_LONG, _TOO_LONG
		else:
			flaw, reason = Flaw.COLUMNS, f"This row has {len(cells)} columns, the header {width}."
		self.report(number, flaw, reason, cells)


def _without_nul(line: str) -> str:
	"""A line for the parser, which on Python 3.10 stumbles over NUL; what was there is judged by the text itself."""
	return line.replace("\0", "\ufffd") + "\n"


_TOO_LONG = f"This row has more than {LONGEST_ROW} characters."


def _likeliest_delimiter(header: str, quote: str) -> str:
	bare = re.sub(f"{re.escape(quote)}.*?{re.escape(quote)}", "", header) if quote else header
	return max(_DELIMITERS, key=bare.count)
