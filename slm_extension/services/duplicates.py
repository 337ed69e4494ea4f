"""Duplicates: of which ticket another may be said to be one. What becomes of its clocks follows from its ledger."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters import store
from slm_extension.adapters.facts import DUPLICATE_FIELD


def refuse_circle(issue: Any) -> None:
	"""A ticket is marked as a duplicate: not of itself, and of none that is, over however many steps, one of it.

	The originals are locked, so that two who mark them as duplicates of each other do not pass each other by.
	"""
	called, first = (frappe.bold(escape_html(name)) for name in (issue.name, issue.get(DUPLICATE_FIELD)))
	if issue.get(DUPLICATE_FIELD) == issue.name:
		frappe.throw(
			_("{0} cannot be a duplicate of itself. Choose the ticket that goes on.").format(called),
			title=_("Duplicate"),
		)
	seen: set[str] = set()
	following = issue.get(DUPLICATE_FIELD)
	while following and following not in seen:
		seen.add(following)
		following = frappe.db.get_value(
			issue.doctype, following, DUPLICATE_FIELD, for_update=store.locks_rows()
		)
		if following == issue.name:
			frappe.throw(
				_("{0} is itself marked as a duplicate of {1}. Take that back first, or leave it so.").format(
					first, called
				),
				title=_("Duplicate"),
			)
