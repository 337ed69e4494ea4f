"""Seeds: records a site gets once and may change or delete for good; what was seeded is kept in SLM Settings."""

from __future__ import annotations

import json
from collections.abc import Callable

import frappe

FIELD = "seeded"


def once(name: str, make: Callable[[], None]) -> bool:
	"""Call `make` unless something of that name was seeded on this site before; returns whether it was called."""
	known = seeded()
	if name in known:
		return False
	make()
	frappe.db.set_single_value(
		"SLM Settings", FIELD, json.dumps(sorted({*known, name})), update_modified=False
	)
	return True


def seeded() -> frozenset[str]:
	"""What this site has been given so far."""
	return frozenset(json.loads(frappe.db.get_single_value("SLM Settings", FIELD) or "[]"))
