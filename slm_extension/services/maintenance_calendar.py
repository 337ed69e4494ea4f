"""Agreed interruptions for the calendar in which maintenance windows are seen. Stores nothing, knows no windows.

It shows when agreements in force let their services be interrupted, announced or not; what of that counts is said in
services/availability.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from operator import attrgetter

import frappe
from frappe import _

from slm_extension.adapters import interruptions, wording
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.agreements import calendar_editions
from slm_extension.adapters.interruptions import Agreed
from slm_extension.adapters.promised_availability import in_force
from slm_extension.domain.availability import Span
from slm_extension.domain.instants import Instant

MOST = 300
"""So many are shown at once: a month in which seven agreements have one every night."""


@dataclass(frozen=True, slots=True)
class Entry:
	"""One interruption, in [starts, ends): its name with that of its agreement, and how it is agreed, in words."""

	starts: Instant
	ends: Instant
	agreement: str
	title: str
	meaning: str


@dataclass(frozen=True, slots=True)
class Entries:
	"""The earliest of some time, in order; `more` if others follow."""

	shown: tuple[Entry, ...]
	more: bool


def entries(first: Instant, last: Instant) -> Entries:
	"""What touches [first, last) of the agreements that the user may read, cut off where each is not in force.

	However long that time is, no more than MOST are counted out. Raises InstantOutOfRange.
	"""
	series = (
		_of_row(agreement, holds, row, (max(first, holds[0]), min(last, holds[1])))
		for agreement, holds, row in _rows()
	)
	found = list(islice(merge(*series, key=attrgetter("starts")), MOST + 1))
	return Entries(tuple(found[:MOST]), len(found) > MOST)


def _rows() -> Iterator[tuple[frappe._dict, Span, Agreed]]:
	"""The rows of concluded agreements that say when, each with when its agreement is in force."""
	if not frappe.has_permission(AGREEMENT, "read"):
		return
	editions = calendar_editions()
	agreed = interruptions.agreed_by_agreement(editions)
	for one in frappe.get_list(
		AGREEMENT,
		filters={"name": ["in", list(agreed) or [""]]},
		fields=["name", "title", "calendar", "valid_from", "valid_until", "until_replaced"],
		order_by="name asc",
		limit_page_length=0,
	):
		holds = in_force(one, editions[one.calendar].first.zone)
		yield from ((one, holds, row) for row in agreed[one.name])


def _of_row(agreement: frappe._dict, holds: Span, row: Agreed, asked: Span) -> Iterator[Entry]:
	if asked[1] <= asked[0]:
		return
	title = _("{0} ({1})").format(row.said.title, agreement.title)
	meaning = _("{0}: {1}").format(title, _meaning(row))
	for starts, ends in row.interruption.spans(*asked):
		yield Entry(max(starts, holds[0]), min(ends, holds[1]), agreement.name, title, meaning)


def _meaning(row: Agreed) -> str:
	"""Such as "Mail, monthly on the first Sunday, where it was announced 3 days before"."""
	what = row.said.service or _("all that the agreement is about")
	often = wording.recurrence(row.said.rhythm)
	if not row.said.notice:
		return _("{0}, {1}").format(what, often)
	notice = wording.duration(row.said.notice, days=True)
	return _("{0}, {1}, where it was announced {2} before").format(what, often, notice)
