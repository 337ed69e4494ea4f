"""ERPNext's Service Level Agreement and Helpdesk's as one value, from documents or plain mappings. Reads, judges nothing.

Helpdesk differs: it has no entity (a condition says whom it is for), its statuses say themselves whether they pause,
and its holiday lists are its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from frappe.utils import cint, cstr, getdate

from slm_extension.domain.instants import Seconds

ERPNEXT, HELPDESK = "Service Level Agreement", "HD Service Level Agreement"
TICKETS = {ERPNEXT: "Issue", HELPDESK: "HD Ticket"}
LAST_SECOND = (24 * 3600 - 60, 24 * 3600 - 1)
"""23:59:00 and 23:59:59: how these agreements say midnight, because an end has to come after its start."""

ONE_CUSTOMER = re.compile(r"""doc\.customer\s*==\s*(?P<quote>["'])(?P<name>(?:(?!(?P=quote)).)+)(?P=quote)""")


@dataclass(frozen=True, slots=True)
class HostLevel:
	"""The times of one priority, in seconds of working time; None where there is none."""

	priority: str
	response: Seconds | None
	resolution: Seconds | None
	usual: bool


@dataclass(frozen=True, slots=True)
class HostHours:
	"""Working hours of a weekday, in seconds after midnight; the end may be the day's."""

	day: str
	start: Seconds
	end: Seconds


@dataclass(frozen=True, slots=True)
class HostAgreement:
	"""An agreement of the host. `customers` are those a Helpdesk condition is about, if it is about nothing else."""

	source: str
	name: str
	title: str
	tickets: str
	enabled: bool
	default: bool
	entity_type: str
	entity: str
	customers: tuple[str, ...]
	condition: str
	starts: date | None
	ends: date | None
	holiday_list: str
	hours: tuple[HostHours, ...]
	levels: tuple[HostLevel, ...]
	with_resolution: bool
	pausing: tuple[str, ...]
	fulfilling: tuple[str, ...]


def erpnext_agreement(values: Mapping[str, Any]) -> HostAgreement:
	"""A Service Level Agreement of ERPNext."""
	return HostAgreement(
		**_common(ERPNEXT, values),
		tickets=cstr(values.get("document_type")) or "Issue",
		default=bool(cint(values.get("default_service_level_agreement"))),
		entity_type=cstr(values.get("entity_type")) if values.get("entity") else "",
		entity=cstr(values.get("entity")),
		customers=(),
		condition=cstr(values.get("condition")).strip(),
		pausing=_statuses(values.get("pause_sla_on")),
		fulfilling=_statuses(values.get("sla_fulfilled_on")),
	)


def helpdesk_agreement(
	values: Mapping[str, Any], pausing: Sequence[str], fulfilling: Sequence[str]
) -> HostAgreement:
	"""An HD Service Level Agreement of Helpdesk, with the statuses that pause and fulfil on that site."""
	condition = cstr(values.get("condition")).strip() or cstr(values.get("condition_json")).strip()
	if condition in ("[]", "{}", "null"):
		condition = ""
	# Older versions kept these in the agreement.
	return HostAgreement(
		**_common(HELPDESK, values),
		tickets=TICKETS[HELPDESK],
		default=bool(cint(values.get("default_sla"))),
		entity_type="",
		entity="",
		customers=customers_in(condition),
		condition=condition,
		pausing=_statuses(values.get("pause_sla_on")) or tuple(pausing),
		fulfilling=_statuses(values.get("sla_fulfilled_on")) or tuple(fulfilling),
	)


def customers_in(condition: str) -> tuple[str, ...]:
	"""The customers of a condition that only says `doc.customer == "..."`, several joined by `or`; else none."""
	parts = [part.strip(" ()\n\t") for part in re.split(r"\bor\b", condition)]
	found = [ONE_CUSTOMER.fullmatch(part) for part in parts if part]
	if not found or any(one is None for one in found):
		return ()
	return tuple(dict.fromkeys(one["name"] for one in found if one))


def _common(source: str, values: Mapping[str, Any]) -> dict[str, Any]:
	return {
		"source": source,
		"name": cstr(values.get("name")),
		"title": cstr(values.get("service_level") or values.get("name")),
		"enabled": bool(cint(values.get("enabled", 1))),
		"starts": getdate(values["start_date"]) if values.get("start_date") else None,
		"ends": getdate(values["end_date"]) if values.get("end_date") else None,
		"holiday_list": cstr(values.get("holiday_list")),
		"hours": tuple(_hours(row) for row in values.get("support_and_resolution") or ()),
		"levels": tuple(_level(row) for row in values.get("priorities") or ()),
		"with_resolution": bool(cint(values.get("apply_sla_for_resolution"))),
	}


def _level(row: Mapping[str, Any]) -> HostLevel:
	return HostLevel(
		cstr(row.get("priority")),
		cint(row.get("response_time")) or None,
		cint(row.get("resolution_time")) or None,
		bool(cint(row.get("default_priority"))),
	)


def _hours(row: Mapping[str, Any]) -> HostHours:
	start, end = _seconds(row.get("start_time")), _seconds(row.get("end_time"))
	return HostHours(cstr(row.get("workday")), start, 24 * 3600 if end in LAST_SECOND else end)


def _seconds(value: Any) -> Seconds:
	if isinstance(value, timedelta):
		return int(value.total_seconds())
	hours, minutes, seconds = (*cstr(value or "0").split(":"), "0", "0")[:3]
	return int(hours) * 3600 + int(minutes) * 60 + int(float(seconds))


def _statuses(rows: Any) -> tuple[str, ...]:
	return tuple(cstr(row.get("status")) for row in rows or () if row.get("status"))
