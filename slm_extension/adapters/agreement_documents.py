"""Agreements of the domain as documents of the site: the way back from adapters.agreements and calendars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from slm_extension.adapters.agreements import CHANGE, KINDS, PROPERTIES, REOPEN
from slm_extension.adapters.calendars import MONTHS, WEEKDAYS
from slm_extension.adapters.metrics import site_name
from slm_extension.domain.agreements import Agreement
from slm_extension.domain.calendars import WHOLE_DAY, Calendar, DatedHours, Window
from slm_extension.domain.instants import DAY, Seconds
from slm_extension.domain.scopes import Property
from slm_extension.domain.targets import Target
from slm_extension.domain.timeline import Waiting

EVER = date(1970, 1, 1)
"""Valid From of an agreement that has always been in force: the first day that the domain knows."""


@dataclass(frozen=True, slots=True)
class Names:
	"""What the site calls everything that agreements name, by its name elsewhere."""

	customers: Mapping[str, str]
	suppliers: Mapping[str, str]
	services: Mapping[str, str]
	priorities: Mapping[str, str]
	types: Mapping[str, str]
	customer_groups: Mapping[str, str]
	territories: Mapping[str, str]
	teams: Mapping[str, str] = field(default_factory=dict)
	users: Mapping[str, str] = field(default_factory=dict)
	roles: Mapping[str, str] = field(default_factory=dict)

	def of(self, property: Property) -> Mapping[str, str]:
		"""The names of what a condition may be about."""
		return {
			Property.PRIORITY: self.priorities,
			Property.SERVICE: self.services,
			Property.CUSTOMER: self.customers,
			Property.CUSTOMER_GROUP: self.customer_groups,
			Property.TERRITORY: self.territories,
			Property.TYPE: self.types,
		}[property]


def holiday_list(calendar: Calendar, name: str) -> dict[str, Any] | None:
	"""The Holiday List for what a calendar closes on known dates; None where it does not say how far it knows."""
	if calendar.known_until is None:
		return None
	days = [one for one in calendar.exceptions if not one.windows and one.day <= calendar.known_until]
	return {
		"doctype": "Holiday List",
		"holiday_list_name": name,
		"from_date": min([one.day for one in days] or [calendar.known_until]).replace(month=1, day=1),
		"to_date": calendar.known_until,
		"holidays": [
			{"holiday_date": one.day, "description": one.name or str(one.day)}
			for one in sorted(days, key=lambda one: one.day)
		],
	}


def calendar_document(calendar: Calendar, holidays: str | None) -> dict[str, Any]:
	"""The SLM Calendar for a calendar whose closed days, as far as they are known, stand in that Holiday List."""
	always = all(windows == (WHOLE_DAY,) for windows in calendar.week)
	listed = calendar.known_until if holidays else None
	return {
		"doctype": "SLM Calendar",
		"calendar_name": calendar.name,
		"time_zone": calendar.zone_name,
		"around_the_clock": int(always),
		"hours": []
		if always
		else [
			{"day": WEEKDAYS[number], **_hours(window)}
			for number, windows in enumerate(calendar.week)
			for window in windows
		],
		"holiday_lists": [{"holiday_list": holidays}] if holidays else [],
		"yearly_closures": [
			{
				"from_month": MONTHS[one.first[0] - 1],
				"from_day": one.first[1],
				"to_month": MONTHS[one.last[0] - 1],
				"to_day": one.last[1],
				"reason": one.name,
			}
			for one in calendar.yearly
		],
		"exceptions": [
			row
			for one in calendar.exceptions
			if one.windows or listed is None or one.day > listed
			for row in _exception(one)
		],
	}


def _exception(one: DatedHours) -> Iterator[dict[str, Any]]:
	if not one.windows:
		yield {"date": one.day, "closed": 1, "reason": one.name}
	for window in one.windows:
		yield {"date": one.day, "closed": 0, "reason": one.name, **_hours(window)}


def _hours(window: Window) -> dict[str, Any]:
	return {
		"from_time": _clock(window.start),
		"to_time": _clock(window.end % DAY),
		"ends_next_day": int(window.end > DAY),
	}


def _clock(seconds: Seconds) -> str:
	return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def agreement_document(agreement: Agreement, names: Names, rests_on: list[str]) -> dict[str, Any]:
	"""The draft of an SLM Agreement. `rests_on` are the documents of what it rests on."""
	facing = agreement.kind.customer_facing
	customers = sorted(names.customers[name] for name in agreement.customers)
	return {
		"doctype": "SLM Agreement",
		"title": agreement.name,
		"kind": next(kind for kind, known in KINDS.items() if known is agreement.kind),
		"basis": _basis(agreement),
		"customer": customers[0] if facing and customers else None,
		"customers": [{"customer": customer} for customer in (customers[1:] if facing else customers)],
		"supplier": next((names.suppliers[name] for name in sorted(agreement.parties)), None)
		if not facing and not _teams(agreement)
		else None,
		"teams": [{"team": team} for team in sorted(_teams(agreement))],
		"valid_from": agreement.valid_from or EVER,
		"valid_until": agreement.valid_until,
		"calendar": agreement.calendar.name,
		"customer_groups": [
			{"customer_group": names.customer_groups[name]} for name in sorted(agreement.customer_groups)
		],
		"territories": [{"territory": names.territories[name]} for name in sorted(agreement.territories)],
		"services": [{"service": names.services[service]} for service in sorted(agreement.services)],
		"conditions": list(_condition_rows(agreement, names)),
		"targets": [row for one in _numbered(agreement) for row in _rows(one, agreement, names)],
		"rests_on": [{"agreement": name} for name in rests_on] if facing else [],
	}


def _basis(agreement: Agreement) -> str:
	if agreement.customers and agreement.kind.customer_facing:
		return "Customer"
	if agreement.customer_groups:
		return "Customer Group"
	if agreement.territories:
		return "Territory"
	if agreement.services:
		return "Service"
	return "Default" if agreement.default else "Corporate"


def conditions_of(agreement: Agreement) -> dict[tuple[Property, bool], frozenset[str]]:
	"""The values that conditions name by property and whether it is them or none of them, as rows say it.

	Several conditions that a property is one of some values come to what all of them let in.
	"""
	found: dict[tuple[Property, bool], frozenset[str]] = {}
	for one in agreement.conditions:
		key, names = (one.property, one.values.others), one.values.names
		found[key] = (
			(found[key] | names if one.values.others else found[key] & names) if key in found else names
		)
	return found


def _condition_rows(agreement: Agreement, names: Names) -> Iterator[dict[str, str]]:
	for (of, others), said in conditions_of(agreement).items():
		for name in sorted(said):
			yield {
				"property": next(doctype for doctype, known in PROPERTIES.items() if known is of),
				"operator": "is not" if others else "is",
				"value": names.of(of)[name],
			}


def _teams(agreement: Agreement) -> frozenset[str]:
	if agreement.kind.customer_facing:
		return agreement.teams
	return agreement.parties if agreement.kind is KINDS["OLA"] else frozenset()


def _numbered(agreement: Agreement) -> Iterator[tuple[str, Target]]:
	"""Targets with an ID of their own each: the name, and a number where a name is there twice."""
	seen: dict[str, int] = {}
	for target in agreement.targets:
		seen[target.name] = seen.get(target.name, 0) + 1
		number = f" {seen[target.name]}" if seen[target.name] > 1 else ""
		yield target.name[:130] + number, target


def _rows(numbered: tuple[str, Target], agreement: Agreement, names: Names) -> Iterator[dict[str, Any]]:
	"""A target as rows, one a priority and service it is for; their common ID makes them one target again."""
	target_id, target = numbered
	priorities = sorted(names.priorities[one] for one in target.priorities)
	services = sorted(names.services[one] for one in target.services)
	for priority in priorities or [None]:
		for service in services or [None]:
			yield {
				"metric": site_name(target.metric.name),
				"priority": priority,
				"service": service,
				"goal": target.goal,
				"objective": float(target.objective) if target.objective is not None else 0,
				"calendar": target.calendar.name if target.calendar.name != agreement.calendar.name else None,
				"hold_customer": int(bool(target.holds & Waiting.CUSTOMER)),
				"hold_supplier": int(bool(target.holds & Waiting.SUPPLIER)),
				"hold_other": int(bool(target.holds & Waiting.OTHER)),
				"on_reopen": next(name for name, known in REOPEN.items() if known is target.on_reopen),
				"on_change": next(name for name, known in CHANGE.items() if known is target.on_change),
				"target_id": target_id,
			}
