"""The clock of a machine in the hands of a test: every Python that finds this on its path shows another time.

The file that SLM_MACHINE_CLOCK names holds by how many seconds; it may change while the process runs.
"""

import datetime
import os
import time
from pathlib import Path

_FILE = Path(os.environ["SLM_MACHINE_CLOCK"])
_real = datetime.datetime
_seconds = time.time


def _shift() -> float:
	return float(_FILE.read_text() or 0)


class _AnyDatetime(type):
	def __instancecheck__(cls, value: object) -> bool:
		return isinstance(value, _real)


class _Datetime(_real, metaclass=_AnyDatetime):
	@classmethod
	def now(cls, tz=None):
		return cls.fromtimestamp(time.time(), tz)

	@classmethod
	def utcnow(cls):
		return cls.fromtimestamp(time.time(), datetime.timezone.utc).replace(tzinfo=None)

	@classmethod
	def today(cls):
		return cls.now()


# By its name other processes read back what these have stored.
_Datetime.__name__ = _Datetime.__qualname__ = "datetime"
_Datetime.__module__ = "datetime"
datetime.datetime = _Datetime
time.time = lambda: _seconds() + _shift()
