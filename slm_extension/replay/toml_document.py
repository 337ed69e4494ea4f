"""TOML with line numbers: what is wrong in a file is said with the line it stands in.

The standard parser reads the values; a scan of the text finds the line each key stands in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

if sys.version_info >= (3, 11):
	import tomllib
else:
	import tomli as tomllib

Key = str | int
_Value = TypeVar("_Value")


class InputProblem(Exception):
	"""One thing wrong in an input file: where, what, and what to do."""

	def __init__(self, file: str, line: int | None, problem: str, remedy: str = "") -> None:
		self.file, self.line, self.problem, self.remedy = file, line, problem, remedy
		where = file if line is None else f"{file}, line {line}"
		super().__init__(f"{where}: {problem} {remedy}".strip())


class Table:
	"""A table of a TOML file that knows where it stands; every getter checks the type of what it gets."""

	def __init__(self, document: Document, path: tuple[Key, ...], values: dict[str, Any]) -> None:
		self.document, self.path, self.values = document, path, values

	def problem(self, problem: str, remedy: str = "", key: str | None = None) -> InputProblem:
		"""An error at this table, or at one of its keys, to be raised by the caller."""
		path = self.path if key is None else (*self.path, key)
		return InputProblem(self.document.name, self.document.line(path), problem, remedy)

	def line(self, key: str) -> int | None:
		"""The line that key stands in."""
		return self.document.line((*self.path, key))

	def allow(self, keys: Collection[str]) -> None:
		"""Raise InputProblem for a key that is not one of these."""
		for key in self.values:
			if key not in keys:
				near = _nearest(key, keys)
				remedy = f'Did you mean "{near}"?' if near else f"Known keys: {', '.join(sorted(keys))}."
				raise self.problem(f'Unknown key "{key}".', remedy, key)

	def has(self, key: str) -> bool:
		return key in self.values

	def get(self, key: str, kind: type[_Value], default: _Value | None = None) -> _Value:
		"""The value under a key; without a default the key is required."""
		value = self.values.get(key, default)
		if value is None:
			raise self.problem(f'"{key}" is missing.', f"Add it: {key} = ...")
		if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
			raise self.problem(f'"{key}" must be {_KINDS.get(kind, kind.__name__)}.', key=key)
		return value

	def texts(self, key: str) -> tuple[str, ...]:
		"""A list of strings, or one string for a list of one; empty when the key is not there."""
		value = self.values.get(key, [])
		values = [value] if isinstance(value, str) else value
		if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
			raise self.problem(f'"{key}" must be a string or a list of strings.', key=key)
		return tuple(values)

	def table(self, key: str) -> Table:
		"""The table under a key, empty when it is not there."""
		value = self.values.get(key, {})
		if not isinstance(value, dict):
			raise self.problem(f'"{key}" must be a table.', f"Write [{key}].", key)
		return Table(self.document, (*self.path, key), value)

	def tables(self, key: str) -> Iterator[Table]:
		"""The tables of an array [[key]]."""
		value = self.values.get(key, [])
		if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
			raise self.problem(f'"{key}" must be a list of tables.', f"Write [[{key}]] above each.", key)
		for index, one in enumerate(value):
			yield Table(self.document, (*self.path, key, index), one)


_KINDS: dict[type, str] = {
	str: "a string",
	int: "a whole number",
	bool: "true or false",
	list: "a list",
}


class Document:
	"""A TOML file, read."""

	def __init__(self, name: str, text: str) -> None:
		self.name = name
		self._lines = dict(_locate(text))
		try:
			self.root = Table(self, (), tomllib.loads(text))
		except tomllib.TOMLDecodeError as error:
			found = re.search(r"line (\d+)", str(error))
			line = int(found.group(1)) if found else text.rstrip().count("\n") + 1
			raise InputProblem(name, line, f"This is not TOML: {error}.", "See https://toml.io.") from error
		except RecursionError as error:
			raise InputProblem(name, None, "Is nested too deeply.", "Remove brackets.") from error

	@classmethod
	def read(cls, path: Path) -> Document:
		"""Read a file. Raises InputProblem when it cannot be read or is not TOML."""
		try:
			return cls(str(path), path.read_text(encoding="utf-8-sig"))
		except OSError as error:
			raise InputProblem(
				str(path), None, f"Cannot be read: {error.strerror}.", "Check the path."
			) from error
		except UnicodeDecodeError as error:
			raise InputProblem(str(path), None, "Is not UTF-8.", "Save it as UTF-8.") from error

	def line(self, path: tuple[Key, ...]) -> int | None:
		"""The line a key or table begins in, or that of the nearest table around it."""
		while path:
			if path in self._lines:
				return self._lines[path]
			for known, line in self._lines.items():
				if known[: len(path)] == path:
					return line
			path = path[:-1]
		return None


_HEADER = re.compile(r"""^\s*(\[\[?)\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\]"'])+?)\s*\]""")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*(?:\.|$)""")


def _locate(text: str) -> Iterator[tuple[tuple[Key, ...], int]]:
	counts: dict[tuple[Key, ...], int] = {}
	prefix: tuple[Key, ...] = ()
	depth = 0
	quoted = ""
	for number, line in enumerate(text.split("\n"), start=1):
		if not depth and not quoted:
			header, key = _HEADER.match(line), _KEY.match(line)
			if header:
				prefix = _resolve(_parts(header.group(2)), counts)
				if header.group(1) == "[[":
					counts[prefix] = counts.get(prefix, -1) + 1
					prefix = (*prefix, counts[prefix])
				yield prefix, number
				continue
			if key:
				yield (*prefix, *_parts(key.group(1))), number
		depth, quoted = _nesting(line, depth, quoted)


def _parts(text: str) -> tuple[str, ...]:
	return tuple(next(filter(None, found.groups()), "") for found in _PART.finditer(text))


def _resolve(parts: tuple[str, ...], counts: dict[tuple[Key, ...], int]) -> tuple[Key, ...]:
	"""The full path of a header: below an array of tables, the number of its latest table comes in."""
	path: tuple[Key, ...] = ()
	for index, part in enumerate(parts):
		path = (*path, part)
		if path in counts and index < len(parts) - 1:
			path = (*path, counts[path])
	return path


_TOKEN = re.compile(r'''"""|\'\'\'|"(?:[^"\\]|\\.)*"|'[^']*'|[#\[\]{}]''')
_LONG_END = {'"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""'), "'''": re.compile(r".*?'''")}


def _nesting(line: str, depth: int, quoted: str) -> tuple[int, str]:
	"""How many brackets, and which long string, are open after a line."""
	index = 0
	while True:
		if quoted:
			end = _LONG_END[quoted].match(line, index)
			if end is None:
				return depth, quoted
			index, quoted = end.end(), ""
		token = _TOKEN.search(line, index)
		if token is None or token.group() == "#":
			return depth, ""
		index = token.end()
		text = token.group()
		if text in _LONG_END:
			quoted = text
		else:
			depth += (text in "[{") - (text in "]}")


def _nearest(key: str, keys: Collection[str]) -> str | None:
	found = get_close_matches(key, list(keys), n=1)
	return found[0] if found else None
