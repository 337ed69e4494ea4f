"""What an agreement rests on, laid out for the domain's chain check: stages, versions, calendars as they are now.

Rows of Rests On with one stage are alternatives; a row without stage follows the row above. What a calendar has
said earlier is left aside: tickets still to be opened are measured by what it says now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from slm_extension.adapters import site_time, trees
from slm_extension.adapters.agreement_states import AGREEMENT, FACING, OVER
from slm_extension.adapters.agreements import CalendarEditions, agreement_of, calendar_editions
from slm_extension.adapters.calendars import to_text
from slm_extension.domain.agreements import Agreement
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.chain import Stage
from slm_extension.domain.chain_check import Slack
from slm_extension.domain.instants import DAY, LAST, Instant, Seconds, moment
from slm_extension.domain.scopes import Forest, Property
from slm_extension.domain.targets import Target

LOOK_AHEAD: Seconds = 2 * 366 * DAY
_LONGEST_WAY: Seconds = 366 * DAY
_SOMEBODY = frozenset({"?"})


@dataclass(frozen=True, slots=True)
class Layout:
	"""An agreement and the stages beneath it, for tickets opened in [first, last).

	`waiting`: names of what has not been concluded.
	"""

	own: Agreement
	stages: tuple[Stage, ...]
	waiting: tuple[str, ...]
	forest: Forest
	first: Instant
	last: Instant

	@property
	def agreements(self) -> tuple[Agreement, ...]:
		return (self.own, *(one for stage in self.stages for one in stage.agreements))

	@property
	def unknown_holidays(self) -> tuple[tuple[str, date], ...]:
		"""Calendars whose holidays are not known until the end of what is looked at, and until when they are."""
		found: dict[str, date] = {}
		for calendar in self._calendars():
			known = calendar.known_until
			if known is not None and known < moment(min(self.last, self.own.ends) - 1, calendar.zone).date():
				found[calendar.name] = known
		return tuple(sorted(found.items()))

	@property
	def digest(self) -> str:
		"""Of all that the answer depends on but the days that are looked at."""
		said = [
			_said(self.own),
			[
				[[one.name, *_said(one)] for one in stage.agreements]
				+ [stage.handover.seconds if stage.handover else 0]
				for stage in self.stages
			],
			# Nothing where no service of it rests on anything: a waiver of then is one of now.
			*([one] for one in self._rested_on()),
		]
		return sha256(json.dumps(said).encode()).hexdigest()

	def _rested_on(self) -> Iterable[list[Any]]:
		"""The services it is for that rest on one which a support names, each with these, the nearest first."""
		named: set[str] = set()
		for support in self.agreements[1:]:
			named = named.union(support.services, *(target.services for target in support.targets))
		for service in sorted({link[0] for link in self.forest.leading_to(named)}):
			path = self.forest.path(Property.SERVICE, service)
			if not self.own.services or not self.own.services.isdisjoint(path):
				yield [service, *(one for one in self.forest.reach(service) if one in named)]

	def _calendars(self) -> Iterable[Calendar]:
		return (target.calendar for one in self.agreements for target in one.targets)


def lay_out(agreement: Any) -> Layout:
	"""Raises frappe.ValidationError for rows that cannot be part of a chain, and what the domain objects to."""
	refuse_wrong_rows(agreement)
	editions = calendar_editions()
	waiting: list[str] = []
	rows: dict[int, list[Any]] = {}
	number = 0
	for row in agreement.rests_on:
		number = cint(row.stage) or number + 1
		rows.setdefault(number, []).append(row)
	stages = []
	for number in sorted(rows):
		supports: list[Agreement] = []
		for row in rows[number]:
			documents = _versions(row.agreement)
			waiting += [one.name for one in documents if one.docstatus == 0]
			supports += [as_of_now(one, editions) for one in documents]
		slack = max(cint(row.slack) for row in rows[number])
		stages.append(Stage(tuple(supports), Slack(_("Handover"), slack) if slack else None))
	own = as_of_now(agreement, editions)
	first, last = _period(own)
	return Layout(own, tuple(stages), tuple(dict.fromkeys(waiting)), next(trees.newest_first()), first, last)


def as_of_now(document: Any, editions: dict[str, CalendarEditions]) -> Agreement:
	"""An agreement with its calendars as they are; who keeps it may still be open in a draft."""
	found = agreement_of(document, editions)
	if found.editions:
		found = replace(found, targets=found.editions[-1].targets, editions=())
	if not found.kind.customer_facing and not found.parties:
		found = replace(found, parties=_SOMEBODY)
	return found


def refuse_wrong_rows(agreement: Any) -> None:
	"""Raises frappe.ValidationError with the row and what to do about it."""
	for row in agreement.rests_on:
		problem = _problem(agreement, row)
		if problem:
			frappe.throw(
				_("Row {0} of Rests On: {1}").format(row.idx, problem),
				frappe.LinkValidationError,
				title=_("Not Part of the Chain"),
			)


def above(lineages: Iterable[str], concluded: bool = False) -> list[str]:
	"""Names of agreements with customers that rest on a version of these and have not ended."""
	versions = frappe.get_all(
		AGREEMENT, filters={"lineage": ["in", sorted(lineages) or [""]]}, pluck="name", order_by="name asc"
	)
	parents = frappe.get_all(
		"SLM Agreement Support",
		filters={"agreement": ["in", versions or [""]], "parenttype": AGREEMENT},
		pluck="parent",
		distinct=True,
		order_by="parent asc",
	)
	return frappe.get_all(
		AGREEMENT,
		filters={
			"name": ["in", parents or [""]],
			"docstatus": 1 if concluded else ["<", 2],
			"status": ["not in", OVER],
			"is_template": 0,
		},
		pluck="name",
		order_by="name asc",
	)


def _problem(agreement: Any, row: Any) -> str:
	other = frappe.db.get_value(
		AGREEMENT, row.agreement, ["title", "kind", "is_template", "docstatus", "lineage"], as_dict=True
	)
	name = frappe.bold(escape_html(row.agreement))
	if other is None:
		return _("there is no agreement {0}. Correct the name or remove the row.").format(name)
	if row.agreement == agreement.name:
		return _("an agreement cannot rest on itself. Remove the row.")
	named = _("{0} ({1})").format(name, escape_html(other.title))
	if other.kind in FACING:
		return _("{0} is a promise to a customer. Name an OLA or a UC.").format(named)
	if other.is_template:
		return _("{0} is a template. Make an agreement from it and name that.").format(named)
	if other.docstatus == 2 and not _concluded(other.lineage or row.agreement):
		return _("{0} has been cancelled. Name another agreement or remove the row.").format(named)
	return ""


def _versions(name: str) -> list[Any]:
	"""The concluded versions of an agreement, and the draft that is named, so that it can be tried."""
	lineage, docstatus = frappe.db.get_value(AGREEMENT, name, ["lineage", "docstatus"])
	names = _concluded(lineage or name)
	if docstatus == 0:
		names.append(name)
	return [frappe.get_doc(AGREEMENT, one) for one in names]


def _concluded(lineage: str) -> list[str]:
	return frappe.get_all(
		AGREEMENT,
		filters={"lineage": lineage, "docstatus": 1},
		pluck="name",
		order_by="agreement_version asc",
	)


def _period(own: Agreement) -> tuple[Instant, Instant]:
	"""From the hour that has begun, or from the first day where that is later or the last one has passed."""
	now = site_time.now()
	wall = moment(now, own.calendar.zone)
	hour = now - wall.minute * 60 - wall.second
	first = max(own.starts, hour) if hour < own.ends else own.starts
	return first, min(first + LOOK_AHEAD, LAST - _LONGEST_WAY)


def _said(agreement: Agreement) -> list[Any]:
	return [
		str(agreement.valid_from),
		str(agreement.valid_until),
		sorted(agreement.services),
		[
			[one.property.value, sorted(one.values.names), one.values.others]
			for one in sorted(agreement.conditions, key=lambda one: (one.property.value, one.values.others))
		],
		[_promised(target) for target in agreement.targets],
	]


def _promised(target: Target) -> list[Any]:
	return [
		target.metric.name,
		target.goal,
		to_text(target.calendar),
		target.held_for,
		sorted(target.priorities),
		sorted(target.services),
	]
