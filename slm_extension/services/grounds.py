"""Grounds on which a miss may be excused, each with the clause it rests on. Offers them; excuses nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from slm_extension.adapters import store, workload
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.outages import beneath, windows_between
from slm_extension.adapters.site_time import to_site
from slm_extension.adapters.store import Ticket
from slm_extension.adapters.wording import moment as shown
from slm_extension.domain.instants import Instant, moment
from slm_extension.domain.timeline import Kind, Timeline
from slm_extension.services.workload import limit_in_words, places

ABOVE_WORKLOAD = "Above the agreed workload"
MAINTENANCE = "Planned maintenance"
EXCEPTION = "Exception of the agreement"
EXCLUDED = "Excluded ticket"


@dataclass(frozen=True, slots=True)
class Ground:
	"""`clause` is one of the entries of SLM Breach's list, `words` what the agreement or the record says.

	`doctype` and `name` lead to what shows it.
	"""

	clause: str
	words: str
	doctype: str
	name: str


def grounds_for(ticket: Ticket, agreement: str, missed_at: Instant | None) -> tuple[Ground, ...]:
	"""What speaks for excusing a miss of a ticket under a version of an agreement, the strongest first.

	`missed_at` None: as if it were missed when the ticket's record ends.
	"""
	ledger = store.facts_of([ticket])[ticket]
	if not ledger or not frappe.db.exists(AGREEMENT, agreement):
		return ()
	timeline = Timeline.of(ticket.name, ledger)
	until = max(timeline.opened, timeline.facts[-1].at if missed_at is None else missed_at)
	return (
		*_excluded(timeline),
		*_maintenance(timeline, until),
		*_exceptions(timeline, agreement, until),
		*_above_workload(ticket, agreement),
	)


def _excluded(timeline: Timeline) -> Iterator[Ground]:
	if "" in timeline.excused:
		fact = next(one for one in reversed(timeline.facts) if one.kind is Kind.EXCUSED and not one.value)
		known = frappe.db.exists("SLM Correction", fact.source)
		yield Ground(
			EXCLUDED,
			_("The ticket is left out of the figures: {0}").format(fact.note or fact.source),
			"SLM Correction" if known else "",
			fact.source if known else "",
		)


def _maintenance(timeline: Timeline, until: Instant) -> Iterator[Ground]:
	"""Windows announced in time, of the ticket's service or what it rests on, while its clock went."""
	service = timeline.state_at(until).service
	windows = windows_between(timeline.opened, until)
	if not service or not windows:
		return
	found = {
		name: window
		for one in beneath([service])[service]
		for name, window in windows.get(one, ())
		if window.in_time and window.starts < until and timeline.opened < window.ends
	}
	for name, window in sorted(found.items()):
		yield Ground(
			MAINTENANCE,
			_("Maintenance of {0} from {1} to {2}, announced in time.").format(
				service, shown(to_site(window.starts)), shown(to_site(window.ends))
			),
			"SLM Maintenance Window",
			name,
		)


def _exceptions(timeline: Timeline, agreement: str, until: Instant) -> Iterator[Ground]:
	"""Exceptions of the agreement on one of the days from the opening to the miss, by its calendar."""
	document = frappe.get_cached_doc(AGREEMENT, agreement)
	if not document.exceptions:
		return
	zone = workload.calendar_of(document.calendar).zone
	first, last = (moment(at, zone).date() for at in (timeline.opened, until))
	for row in document.exceptions:
		if _touches(row, first, last):
			yield Ground(EXCEPTION, _exception_in_words(row), AGREEMENT, agreement)


def _touches(row: Any, first: date, last: date) -> bool:
	begins, ends = (getdate(value) if value else None for value in (row.from_date, row.until_date))
	return (begins is None or begins <= last) and (ends is None or first <= ends)


def _exception_in_words(row: Any) -> str:
	said = f"{row.title}: {row.description}"
	if row.from_date and row.until_date:
		return _("{0} ({1} to {2})").format(said, formatdate(row.from_date), formatdate(row.until_date))
	if row.from_date:
		return _("{0} (from {1})").format(said, formatdate(row.from_date))
	if row.until_date:
		return _("{0} (until {1})").format(said, formatdate(row.until_date))
	return _("{0} (at any time; see whether it is about this ticket)").format(said)


def _above_workload(ticket: Ticket, agreement: str) -> Iterator[Ground]:
	"""Only where the agreement says that what lies above is best effort, and the customer has accepted that."""
	for place in places(ticket, [agreement]):
		limit = place.agreed.limit
		if place.numbered.above and limit.best_effort and limit.accepted:
			yield Ground(
				ABOVE_WORKLOAD,
				_("Number {0} since {1}; agreed are {2}, and best effort above.").format(
					place.numbered.number, formatdate(place.first_day), limit_in_words(place.agreed)
				),
				AGREEMENT,
				agreement,
			)
