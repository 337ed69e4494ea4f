"""Values read from the site once and kept in each process, until a stamp in the host's cache says that they changed."""

from __future__ import annotations

from collections.abc import Callable
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

	def get(self, variant: str = "") -> Value:
		stamp = frappe.cache.get_value(self._key)
		if stamp is None:
			stamp = self._renew()
		kept = self._values.get((site(), variant))
		if kept is None or kept[0] != stamp:
			kept = (stamp, self._read())
			self._values[site(), variant] = kept
		return kept[1]

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
