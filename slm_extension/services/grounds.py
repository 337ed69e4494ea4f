"""Grounds on which a miss may be excused, each with the clause it rests on. Offers them; excuses nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from slm_extension.adapters import store, workload
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.agreements import calendar_editions
from slm_extension.adapters.interruptions import (
	Agreed,
	about,
	agreed_in,
	longest_notice,
	named_with,
	notices_by_agreement,
)
from slm_extension.adapters.outages import beneath, windows_between
from slm_extension.adapters.site_time import to_site
from slm_extension.adapters.store import Ticket
from slm_extension.adapters.wording import duration, recurrence
from slm_extension.adapters.wording import moment as shown
from slm_extension.domain.availability import Maintenance, Span
from slm_extension.domain.instants import Instant, Seconds, moment
from slm_extension.domain.interruptions import covered
from slm_extension.domain.timeline import Kind, Timeline
from slm_extension.services.explain import look_at
from slm_extension.services.workload import limit_in_words, places

ABOVE_WORKLOAD = "Above the agreed workload"
MAINTENANCE = "Planned maintenance"
INTERRUPTION = "Agreed interruption"
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


def grounds_for(
	ticket: Ticket, agreement: str, missed_at: Instant | None, clock_key: str = ""
) -> tuple[Ground, ...]:
	"""What speaks for excusing a miss of a ticket under a version of an agreement, the strongest first.

	`missed_at` None: as if it were missed when the ticket's record ends. `clock_key` says which clock was missed;
	without it, any of that agreement.
	"""
	ledger = store.facts_of([ticket])[ticket]
	if not ledger or not frappe.db.exists(AGREEMENT, agreement):
		return ()
	timeline = Timeline.of(ticket.name, ledger)
	until = max(timeline.opened, timeline.facts[-1].at if missed_at is None else missed_at)
	return (
		*_excluded(timeline),
		*_maintenance(timeline, agreement, until),
		*_interruptions(ticket, timeline, agreement, until, clock_key),
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


def _maintenance(timeline: Timeline, agreement: str, until: Instant) -> Iterator[Ground]:
	"""Windows announced in time, also by the agreement, of the ticket's service or what it rests on, while its clock went."""
	service = timeline.state_at(until).service
	windows = windows_between(timeline.opened, until)
	if not service or not windows:
		return
	reach = beneath([service])
	asked = notices_by_agreement(agreement).get(agreement, ())
	notice = longest_notice(asked, named_with(reach)[service]) if asked else 0
	found = {
		name: window
		for one in reach[service]
		for name, window in windows.get(one, ())
		if window.for_whom(notice).in_time and window.starts < until and timeline.opened < window.ends
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


def _interruptions(
	ticket: Ticket, timeline: Timeline, agreement: str, until: Instant, clock_key: str
) -> Iterator[Ground]:
	"""Interruptions that the agreement lists, of the ticket's service or what it rests on, which its clock ran through."""
	service = timeline.state_at(until).service
	document = frappe.get_cached_doc(AGREEMENT, agreement)
	agreed = list(agreed_in(document, calendar_editions())) if document.interruptions else []
	rows = list(about(agreed, named_with(beneath([service]))[service] if service else frozenset()))
	if not rows:
		return
	looked = look_at(ticket, until)
	clocks = [
		one.clock
		for row, one in (looked.clocks() if looked is not None else ())
		if row.agreement == agreement and row.key == (clock_key or row.key)
	]
	announced = _announced(service, timeline.opened, until)
	for row in rows:
		spans = row.interruption.agreed(timeline.opened, until, announced)
		seconds, touched = max((covered(clock, spans, until) for clock in clocks), default=(0, ()))
		if seconds:
			yield Ground(INTERRUPTION, _interruption_in_words(row, seconds, touched), AGREEMENT, agreement)


def _announced(service: str, first: Instant, last: Instant) -> list[Maintenance]:
	"""Maintenance windows of a service or what it rests on, once each."""
	windows = windows_between(first, last)
	named = beneath([service])[service] if service and windows else frozenset()
	return list({name: window for one in named for name, window in windows.get(one, ())}.values())


def _interruption_in_words(row: Agreed, seconds: Seconds, touched: Sequence[Span]) -> str:
	often = _("agreed {0}").format(recurrence(row.said.rhythm))
	begins, ends = (shown(to_site(at)) for at in touched[0])
	title = f"{row.said.title} ({row.said.service})" if row.said.service else row.said.title
	if len(touched) == 1:
		return _("{0}, {1}: {2} of the time counted, from {3} to {4}.").format(
			title, often, duration(seconds), begins, ends
		)
	return _("{0}, {1}: {2} of the time counted, {3} times, first from {4} to {5}.").format(
		title, often, duration(seconds), len(touched), begins, ends
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
