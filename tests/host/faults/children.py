"""Actions in processes of their own, forked from one that has loaded everything, killed when the test says so."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from .stack import SITE, Stack

_LIMIT = 90
"""Seconds after which a child that has not ended counts as stuck."""


@dataclass(frozen=True, slots=True)
class Ended:
	"""How a child ended: killed, or with a result or an error's traceback and the count of its changing statements."""

	killed: bool
	result: Any = None
	error: str = ""
	statements: int = 0


class Child:
	"""One action on its way."""

	def __init__(self, process: BaseProcess, pipe: Connection) -> None:
		self._process, self._pipe = process, pipe
		self._wait_for_start()

	def _wait_for_start(self) -> None:
		"""Connected and about to begin: from here on a kill meets the action, not its preparation."""
		if self._pipe.poll(_LIMIT):
			with contextlib.suppress(EOFError):
				self._pipe.recv()

	@property
	def lives(self) -> bool:
		return self._process.is_alive()

	def kill(self) -> None:
		with contextlib.suppress(ProcessLookupError):
			os.kill(self._process.pid or 0, signal.SIGKILL)

	def end(self) -> Ended:
		"""Wait for its end; one that does not end is killed, and an error."""
		ended = Ended(killed=True)
		stuck = not self._pipe.poll(_LIMIT)
		if stuck:
			self.kill()
		else:
			with contextlib.suppress(EOFError):
				result, error, statements = self._pipe.recv()
				ended = Ended(False, result, error, statements)
		self._process.join(_LIMIT)
		self._pipe.close()
		assert not stuck, "a child did not end"
		return ended


class Children:
	"""Starts actions on the site of a stack."""

	def __init__(self, stack: Stack) -> None:
		self._stack = stack
		self._clerk: tuple[BaseProcess, Connection] | None = None
		self._context = multiprocessing.get_context("forkserver")
		self._context.set_forkserver_preload(["faults.actions"])

	def start(
		self,
		action: str,
		*,
		now: int | None = None,
		last: int | None = None,
		**arguments: Any,
	) -> Child:
		"""Begin an action; `last` is the statement before which it kills itself."""
		return Child(*self._begin(act, now, last, action, arguments))

	def run(self, action: str, **options: Any) -> Ended:
		"""An action to its end."""
		return self.start(action, **options).end()

	def do(self, action: str, *, now: int | None = None, **arguments: Any) -> Any:
		"""An action that has to succeed; its result. One process does all of these, one after the other."""
		if self._clerk is None or not self._clerk[0].is_alive():
			self._clerk = self._begin(serve)
		_process, pipe = self._clerk
		pipe.send((action, now, arguments))
		assert pipe.poll(_LIMIT), f"{action} does not end"
		result, error = pipe.recv()
		if error:
			self.dismiss()
		assert not error, error
		return result

	def dismiss(self) -> None:
		"""End the process that does what has to succeed; the next action has another."""
		if self._clerk is not None:
			self._clerk[0].kill()
			self._clerk[0].join(_LIMIT)
		self._clerk = None

	def _begin(self, target: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
		ours, theirs = self._context.Pipe()
		process = self._context.Process(
			target=target, args=(theirs, str(self._stack.sites), *arguments), daemon=True
		)
		with _environment(self._stack.environment):
			process.start()
		theirs.close()
		return process, ours


@contextlib.contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
	"""The process from which all are forked is started by the first of them, and takes what it finds."""
	before = dict(os.environ)
	os.environ.clear()
	os.environ.update(wanted)
	try:
		yield
	finally:
		os.environ.clear()
		os.environ.update(before)


def act(
	pipe: Connection, sites: str, now: int | None, last: int | None, action: str, arguments: dict[str, Any]
) -> None:
	"""A process's part of one action that may kill it."""
	from . import actions

	actions.enter(sites, SITE)
	statements = actions.Statements(last)
	pipe.send(time.monotonic())
	result, error = _done(action, now, arguments)
	pipe.send((result, error, statements.count))


def serve(pipe: Connection, sites: str) -> None:
	"""A process's part of all actions that nothing happens to."""
	from . import actions

	actions.enter(sites, SITE)
	while True:
		done = _done(*pipe.recv())
		actions.finish()
		pipe.send(done)


def _done(action: str, now: int | None, arguments: dict[str, Any]) -> tuple[Any, str]:
	from . import actions

	try:
		return actions.begin(action, now)(**arguments), ""
	except Exception:
		return None, traceback.format_exc()
