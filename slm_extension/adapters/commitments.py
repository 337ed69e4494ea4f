"""Rows of an agreement about availability, escalation and interruptions as the domain's values, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from frappe.utils import cstr

from slm_extension.adapters.agreement_documents import Names
from slm_extension.adapters.agreements import CalendarEditions
from slm_extension.adapters.interruptions import row_of, said_in
from slm_extension.adapters.levels import TIMINGS, level_of
from slm_extension.adapters.metrics import site_name
from slm_extension.adapters.promised_availability import MEASURES, PERIODS, in_units, promise_of
from slm_extension.domain.agreements import Agreement
from slm_extension.domain.commitments import Commitments, Escalation, Notify, ServicePromise
from slm_extension.domain.levels import Timing

NOTIFY = {one.value.title().replace("'S", "'s"): one for one in Notify}
"""What the form calls them."""


def commitments_of(document: Any, calendars: Mapping[str, CalendarEditions]) -> Commitments:
	"""What a document says of them. Raises InvalidLevel, InvalidInterruption, NegativeNotice."""
	return Commitments(
		document.lineage or document.name or document.title,
		document.agreement_version or 1,
		tuple(
			ServicePromise(
				cstr(row.service),
				promise_of(row),
				PERIODS[row.period or "Month"],
				calendars[row.calendar or document.calendar].first,
			)
			for row in document.get("availability") or ()
		),
		tuple(_escalation(row) for row in document.get("escalations") or ()),
		tuple(said_in(document)),
	)


def _escalation(row: Any) -> Escalation:
	notify = NOTIFY[row.notify or "Holder"]
	return Escalation(
		level_of(row),
		notify,
		cstr(row.role) if notify is Notify.ROLE else "",
		cstr(row.user) if notify is Notify.USER else "",
		cstr(row.action),
		cstr(row.raise_priority_to),
		cstr(row.move_to_team),
		cstr(row.assign_to),
	)


def in_names(said: Commitments, names: Names) -> Commitments:
	"""The same in the site's names."""
	return Commitments(
		said.agreement,
		said.version,
		tuple(replace(one, service=names.services.get(one.service, "")) for one in said.services),
		tuple(_named(said.escalations, names)),
		tuple(replace(one, service=names.services.get(one.service, "")) for one in said.interruptions),
		tuple(_named(said.warned, names)),
	)


def _named(escalations: Iterable[Escalation], names: Names) -> Iterator[Escalation]:
	for one in escalations:
		yield replace(
			one,
			role=names.roles.get(one.role, ""),
			user=names.users.get(one.user, ""),
			raise_priority_to=names.priorities.get(one.raise_priority_to, ""),
			move_to_team=names.teams.get(one.move_to_team, ""),
			assign_to=names.users.get(one.assign_to, ""),
		)


def rows_of(said: Commitments, agreement: Agreement) -> dict[str, list[dict[str, Any]]]:
	"""The tables of the form, for what is said in the site's names."""
	return {
		"availability": [
			{
				"service": one.service or None,
				"metric": next(name for name, known in MEASURES.items() if known is one.promise.measure),
				"value": float(in_units(one.promise.measure, one.promise.value) or 0),
				"period": next(name for name, known in PERIODS.items() if known is one.period),
				"calendar": one.calendar.name if one.calendar.name != agreement.calendar.name else None,
			}
			for one in said.services
		],
		"interruptions": [row_of(one) for one in said.interruptions],
		"escalations": [_escalation_row(one) for one in (*said.escalations, *said.warned)],
	}


def _escalation_row(one: Escalation) -> dict[str, Any]:
	level = one.level
	return {
		"level": level.number,
		"metric": site_name(level.metric) if level.metric else None,
		"timing": next(name for name, known in TIMINGS.items() if known is level.timing),
		"percent": level.amount if level.timing is Timing.PERCENT else None,
		"offset": level.amount if level.timing is not Timing.PERCENT else None,
		"notify": next(name for name, known in NOTIFY.items() if known is one.notify),
		"role": one.role or None,
		"user": one.user or None,
		"action": one.action or None,
		"raise_priority_to": one.raise_priority_to or None,
		"move_to_team": one.move_to_team or None,
		"assign_to": one.assign_to or None,
	}
