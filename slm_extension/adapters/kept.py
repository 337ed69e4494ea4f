"""Values read from the site once and kept in each process, until a stamp in the host's cache says that they changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

import frappe

from slm_extension.adapters.site_time import site

Value = TypeVar("Value")


class Kept(Generic[Value]):
	"""What `read` returns, by site and variant (a language, for one); asking costs no query while nothing changes.

	`key` names the stamp. `renewed` is called as well whenever the stamp is.
	"""

	def __init__(
		self, key: str, read: Callable[[], Value], renewed: Callable[[], None] | None = None
	) -> None:
		self._key = f"slm_extension:{key}"
		self._read = read
		self._renewed = renewed
		self._values: dict[tuple[str, str], tuple[str, Value]] = {}
		self._met: dict[tuple[str, str], str] = {}

	def get(self, variant: str = "") -> Value:
		stamp = frappe.cache.get_value(self._key)
		if stamp is None:
			stamp = self._renew()
		place = (site(), variant)
		kept = self._values.get(place)
		if kept is None or kept[0] != stamp:
			kept = self._values[place] = (stamp, self._read())
			self._only_for_now(place, stamp)
		return kept[1]

	def _only_for_now(self, place: tuple[str, str], stamp: str) -> None:
		"""A transaction that is older than a stamp reads what was there before the change: the next one reads again."""
		if self._met.get(place) != stamp:
			self._met[place] = stamp
			drop = partial(self._values.pop, place, None)
			frappe.db.after_commit.add(drop)
			frappe.db.after_rollback.add(drop)

	def forget(self) -> None:
		"""It has changed: forget it here at once, and everywhere when that is committed, or taken back."""
		self._forget_here()
		frappe.db.after_commit.add(self._renew)
		frappe.db.after_rollback.add(self._forget_here)

	def _forget_here(self) -> None:
		for key in [one for one in self._values if one[0] == site()]:
			self._values.pop(key, None)
		self._renew()

	def _renew(self) -> str:
		stamp = str(frappe.generate_hash(length=12))
		frappe.cache.set_value(self._key, stamp)
		if self._renewed is not None:
			self._renewed()
		return stamp
