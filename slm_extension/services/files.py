"""Files that are complete or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from slm_extension.replay.toml_document import InputProblem


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
	"""A text file to write into, which takes the place of `path` when all went well. Raises InputProblem."""
	try:
		handle, beside = tempfile.mkstemp(prefix=".slm-", dir=path.parent)
	except OSError as error:
		raise InputProblem(
			str(path), None, f"Cannot be written: {error.strerror}.", "Choose another file."
		) from error
	try:
		with open(handle, "w", encoding="utf-8", newline="") as file:
			yield file
		os.chmod(beside, 0o640)
		os.replace(beside, path)
	except BaseException:
		os.unlink(beside)
		raise
