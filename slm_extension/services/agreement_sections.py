"""The contents of an agreement, a section each: what both sides see of it, and nothing that is ours alone (R129-R163).

Costs, budget, the reasons behind targets, what an agreement rests on and references marked as internal are never
read here, so no print and no page of the portal can show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, flt, fmt_money, getdate, strip_html

from slm_extension.adapters import promised_availability, wording
from slm_extension.adapters.agreement_states import FACING
from slm_extension.adapters.calendars import calendar_of
from slm_extension.adapters.interruptions import said_if_possible
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.satisfaction import HIGHEST_SCORE
from slm_extension.services.agreement_sides import Reader, Sides, person, title_of
from slm_extension.services.glossary import terms_in
from slm_extension.services.printed import Block, Caption, Listing, Prose, Text, pairs, table, texts

LEVELS = ("High", "Medium", "Low")
IMPORTANT = ("Key", "Important")


class Sections:
	"""The sections of one agreement; one that has nothing to say is empty."""

	def __init__(self, document: Any, reader: Reader, sides: Sides) -> None:
		self.it = document
		self.reader = reader
		self.sides = sides
		self._calendars: dict[str, Calendar | None] = {}

	def prose(self, html: Any) -> list[Block]:
		return [Prose(cstr(html))] if strip_html(cstr(html)).strip() or "<img" in cstr(html) else []

	def overview(self) -> list[Block]:
		objective = texts(self.it.agreed_level)
		return [
			*self.prose(self.it.overview),
			*([Caption(_("Objective"))] if objective else []),
			*objective,
		]

	def processes(self) -> list[Block]:
		return [
			*table(
				[
					(_("Business process"), 3),
					(_("Importance"), 2),
					(_("Served by"), 3),
					(_("Description"), 5),
				],
				[
					(
						cstr(row.business_process),
						_(row.importance) if row.importance else "",
						cstr(row.service),
						cstr(row.description),
					)
					for row in self.it.processes
				],
			)
		]

	def services(self) -> list[Block]:
		if not self.it.services:
			return [
				Text(
					_("All services of the catalogue that the customer uses.")
					if self.it.kind in FACING
					else _("All services.")
				)
			]
		return [
			*table(
				[
					(_("Service"), 3),
					(_("Class"), 2),
					(_("What is done"), 6),
					(_("How"), 2),
					(_("Required ability of the staff"), 3),
				],
				[
					(
						cstr(row.service),
						_(row.system_class) if row.system_class in IMPORTANT else "",
						cstr(row.content).strip() or _catalogue(row.service),
						cstr(row.service_mode),
						cstr(row.staff_skills),
					)
					for row in self.it.services
				],
			)
		]

	def scope(self) -> list[Block]:
		"""Which tickets it is for, beyond party and services."""
		rows = [
			_("{0} {1} {2}").format(_(row.property), _(row.operator), cstr(row.value))
			for row in self.it.conditions
			if self.reader.customers is None or row.property != "Customer"
		]
		found: list[Block] = []
		if rows:
			found += [Text(_("It applies to tickets with:")), Listing(tuple(rows))]
		if self.it.kind not in FACING and self.it.customers:
			names = ", ".join(title_of("Customer", row.customer) for row in self.it.customers)
			found.append(Text(_("It applies to work for these customers: {0}.").format(names)))
		return found

	def service_time(self) -> list[Block]:
		blocks: list[Block] = [*texts(self.it.service_schedule)]
		used = dict.fromkeys(
			name for name in (self.it.calendar, *(row.calendar for row in self.it.targets)) if name
		)
		for name in used:
			calendar = self.calendar(name)
			if calendar is None:
				continue
			if len(used) > 1:
				blocks.append(Caption(name))
			blocks += self._hours(calendar)
		return blocks

	def _hours(self, calendar: Calendar) -> Iterator[Block]:
		yield Listing((*wording.weekly_hours(calendar), *wording.closures(calendar)))
		if not wording.always_open(calendar):
			yield Text(
				_(
					"Times are those of {0}. Service time is time within these hours; "
					"the times promised count nothing else."
				).format(calendar.zone_name)
			)
		first = getdate(self.it.valid_from) if self.it.valid_from else None
		last = getdate(self.it.valid_until) if self.it.valid_until else None
		days = list(wording.special_days(calendar, first, last))
		if days:
			yield Caption(_("Holidays and days with other hours"))
			yield from table([(_("Day"), 2), (_("Hours"), 3), (_("Occasion"), 5)], days)
		yield from texts(wording.known_until(calendar, last))

	def calendar(self, name: str | None) -> Calendar | None:
		if not name:
			return None
		if name not in self._calendars:
			known = frappe.db.exists("SLM Calendar", name)
			self._calendars[name] = calendar_of(frappe.get_doc("SLM Calendar", name)) if known else None
		return self._calendars[name]

	def interruptions(self) -> list[Block]:
		rows = self.it.interruptions
		calendar = self.calendar(self.it.calendar) if any(row.starts for row in rows) else None
		return [
			*table(
				[
					(_("Interruption"), 4),
					(_("Service"), 3),
					(_("How often"), 3),
					(_("From"), 3),
					(_("At most"), 2),
					(_("Announced before"), 2),
				],
				[self._interruption(row) for row in rows],
			),
			*([Text(_("Times are those of {0}.").format(calendar.zone_name))] if calendar else []),
		]

	def _interruption(self, row: Any) -> tuple[str, ...]:
		said = said_if_possible(row)
		often = cstr(_(row.recurrence)) if said is None else wording.recurrence(said.rhythm)
		often = often if row.recurrence else ""
		return (
			cstr(row.title),
			cstr(row.service),
			often[:1].upper() + often[1:],
			wording.moment(row.starts),
			wording.duration(row.duration, days=True),
			wording.duration(row.notice, days=True),
		)

	def targets(self) -> list[Block]:
		rows = self.it.targets
		if not rows:
			return []
		holds = {wording.held(row) for row in rows}
		apart = len({row.calendar or self.it.calendar for row in rows}) > 1
		blocks: list[Block] = [
			*table(
				[
					(_("#"), 1),
					(_("What is promised"), 7),
					(_("For"), 4),
					(_("Within"), 3),
					(_("In at least"), 2),
					(_("Service time"), 3),
					(_("How it is measured and judged"), 5),
				],
				[
					(
						str(number),
						"\n".join(
							(
								self.promise(row),
								*([wording.held(row)] if len(holds) > 1 else []),
							)
						),
						_for(row),
						self._within(row),
						wording.percent(row.objective),
						cstr(row.calendar or self.it.calendar) if apart else "",
						"\n".join(one for one in (row.measured_by, row.evaluation_rule) if one),
					)
					for number, row in enumerate(rows, 1)
				],
			)
		]
		if len(holds) == 1:
			blocks.append(Text(holds.pop()))
		blocks.append(Text(_usually_judged(rows)))
		return blocks

	def _within(self, row: Any) -> str:
		"""A goal beside its promise; in what time it counts is said once, by the promise if it has our own words."""
		if not cstr(row.customer_wording).strip():
			return wording.duration(row.goal)
		return wording.within(row.goal, self.calendar(row.calendar or self.it.calendar))

	def promise(self, row: Any) -> str:
		words = cstr(row.customer_wording).strip()
		return words or wording.promise(
			row.metric, wording.within(row.goal, self.calendar(row.calendar or self.it.calendar))
		)

	def availability(self) -> list[Block]:
		"""What is promised about outages of the services (R222-R229)."""
		rows = [
			(
				cstr(row.service) or _("Each service"),
				_(row.metric),
				promised_availability.in_words(row),
				cstr(row.calendar or self.it.calendar),
			)
			for row in self.it.availability
		]
		if not rows:
			return []
		return [
			*table(
				[(_("Service"), 4), (_("What is promised"), 3), (_("How much"), 4), (_("Service time"), 3)],
				rows,
			),
			Text(
				_(
					"An outage lasts until the users have been told that the service is back, and counts within service "
					"time only. Maintenance that was announced in time is no service time, nor is an agreed interruption."
				)
			),
		]

	def important_systems(self) -> list[Block]:
		"""R150: what is committed for key and for important systems, apart."""
		return [
			*table(
				[(_("System"), 3), (_("Class"), 2), (_("Commitments"), 7)],
				[
					(
						cstr(service.service),
						_(service.system_class),
						"\n".join(self._commitment(row) for row in self._targets_of(service.service)),
					)
					for level in IMPORTANT
					for service in self.it.services
					if service.system_class == level
				],
			)
		]

	def _targets_of(self, service: str) -> list[Any]:
		"""The targets that a service has: rows for it before rows for all, metric and priority by metric and priority."""
		own = {(row.metric, row.priority or "") for row in self.it.targets if row.service == service}
		return [
			row
			for row in self.it.targets
			if row.service == service or (not row.service and (row.metric, row.priority or "") not in own)
		]

	def _commitment(self, row: Any) -> str:
		words = wording.commitment(
			row.metric, wording.within(row.goal, self.calendar(row.calendar or self.it.calendar))
		)
		parts = [f"{words} ({_(row.priority)})" if row.priority else words, wording.percent(row.objective)]
		return ", ".join(part for part in parts if part)

	def indicators(self) -> list[Block]:
		"""R390: the key quantitative indicators of each service; the targets marked as key, or all."""
		key = [row for row in self.it.targets if row.key_target] or list(self.it.targets)
		names = [row.service for row in self.it.services] or [""]
		lines = []
		for name in names:
			for row in self._targets_of(name):
				if row not in key:
					continue
				lines.append(
					(
						cstr(name) or _("All services"),
						_(row.metric),
						_(row.priority) if row.priority else _("All"),
						wording.within(row.goal, self.calendar(row.calendar or self.it.calendar)),
						wording.percent(row.objective),
						cstr(row.evaluation_rule),
					)
				)
		return [
			*table(
				[
					(_("Service"), 4),
					(_("Indicator"), 3),
					(_("Priority"), 2),
					(_("Within"), 4),
					(_("In at least"), 2),
					(_("How it is judged"), 5),
				],
				lines,
			),
			*([Text(_usually_judged(key))] if lines else []),
		]

	def priorities(self) -> list[Block]:
		"""R139: impact and urgency as a grid, and when each priority applies."""
		rows = self.it.priority_matrix
		if not rows:
			return []
		cells = {(row.impact, row.urgency): cstr(row.priority) for row in rows}
		guidance = dict.fromkeys((cstr(row.priority), cstr(row.guidance)) for row in rows if row.guidance)
		return [
			*table(
				[(_("Impact"), 1), *((_("Urgency: {0}").format(_(level)), 1) for level in LEVELS)],
				[
					(_(impact), *(_(cells.get((impact, urgency), "-")) for urgency in LEVELS))
					for impact in LEVELS
				],
				grid=True,
			),
			*table(
				[(_("Priority"), 1), (_("Applies when"), 4)], [(_(name), text) for name, text in guidance]
			),
		]

	def escalation(self) -> list[Block]:
		return [
			*table(
				[
					(_("Level"), 2),
					(_("Target"), 2),
					(_("When"), 4),
					(_("Who is told"), 3),
					(_("What they do"), 5),
				],
				[
					(
						cstr(row.level or ""),
						_(row.metric) if row.metric else _("Every target"),
						wording.escalation(row),
						self._told(row),
						cstr(row.action),
					)
					for row in sorted(self.it.escalations, key=lambda row: (row.level or 0, row.idx))
				],
			)
		]

	def _told(self, row: Any) -> str:
		return {
			"Holder": lambda: _("whoever holds the ticket"),
			"Holder's Manager": lambda: _("the manager of whoever holds the ticket"),
			"Team": lambda: _("the team that holds the ticket"),
			"Service Owner": lambda: _("the owner of the service"),
			"Monitor": lambda: person(self.it.monitor) or _("whoever monitors the service"),
			"Nobody": lambda: "",
			"Agreement Owner": lambda: person(self.it.agreement_owner) or _("the owner of this agreement"),
			"Role": lambda: _(row.role) if row.role else "",
			"User": lambda: person(row.user),
		}.get(row.notify or "Holder", lambda: _(row.notify))()

	def duties(self) -> list[Block]:
		blocks: list[Block] = []
		for party in ("Provider", "Customer", "Team", "Supplier", "Both"):
			rows = [(cstr(row.duty), cstr(row.measured_by)) for row in self.it.duties if row.party == party]
			if rows:
				name = self.sides.organisation(party)
				blocks.append(
					Caption(f"{self.sides.role(party)}: {name}" if name else self.sides.role(party))
				)
				blocks += table([(_("Responsibility"), 7), (_("How both sides see it"), 4)], rows)
		return blocks

	def workload(self) -> list[Block]:
		return [
			*table(
				[
					(_("At most"), 3),
					(_("Service"), 3),
					(_("Priority"), 2),
					(_("Above the limit"), 3),
					(_("Accepted"), 2),
				],
				[
					(
						wording.limit(row),
						cstr(row.service) or _("All services"),
						_(row.priority) if row.priority else _("All"),
						_(row.beyond) if row.beyond else "",
						_("Yes") if row.accepted else _("Not yet"),
					)
					for row in self.it.workload_limits
				],
			)
		]

	def exceptions(self) -> list[Block]:
		return [
			*table(
				[(_("Exception"), 3), (_("What does not count"), 6), (_("When"), 3)],
				[
					(cstr(row.title), cstr(row.description), wording.period_of(row))
					for row in self.it.exceptions
				],
			)
		]

	def events(self) -> list[Block]:
		blocks: list[Block] = []
		for caption, text in (
			(_("What is an exceptional event"), self.it.exceptional_event),
			(_("What counts as recovered"), self.it.fault_recovery),
		):
			if text and text.strip():
				blocks += [Caption(caption), Text(text.strip())]
		return blocks

	def contacts(self) -> list[Block]:
		return [
			*table(
				[(_("Side"), 2), (_("Role"), 3), (_("Name"), 3), (_("E-mail"), 4), (_("Telephone"), 3)],
				[
					(
						self.sides.role(row.party),
						cstr(row.contact_role),
						cstr(row.full_name or row.contact),
						cstr(row.email),
						cstr(row.phone),
					)
					for row in self.it.contacts
				],
			)
		]

	def channels(self) -> list[Block]:
		return [
			*table(
				[(_("For"), 4), (_("Channel"), 2), (_("Address"), 4), (_("Reachable"), 3)],
				[
					(cstr(row.purpose), _(row.channel), cstr(row.address), cstr(row.hours))
					for row in self.it.channels
				],
			)
		]

	def reporting(self, baseline: bool = True) -> list[Block]:
		return [
			*pairs(
				[
					(_("Report"), _(self.it.report_frequency) if self.it.report_frequency else ""),
					(_("Form of the report"), self.it.report_method),
					(_("Review"), _(self.it.review_frequency) if self.it.review_frequency else ""),
					(_("Next review"), wording.day(self.it.next_review_on)),
					(_("Satisfaction of the users"), self._satisfaction()),
					(_("Judged against"), self.it.evaluation_baseline if baseline else ""),
				]
			)
		]

	def _satisfaction(self) -> str:
		agreed = wording.number(self.it.satisfaction_objective)
		if not agreed:
			return ""
		return _("A mean score of at least {0} of {1} in the feedback on tickets").format(
			agreed, HIGHEST_SCORE
		)

	def baseline(self) -> list[Block]:
		return [*texts(self.it.evaluation_baseline)] or [Text(_usually_judged(self.it.targets))]

	def deliverables(self) -> list[Block]:
		return [
			*table(
				[(_("Deliverable"), 4), (_("Service"), 3), (_("How often"), 2), (_("Form"), 3)],
				[
					(
						cstr(row.deliverable),
						cstr(row.service),
						_(row.frequency) if row.frequency else "",
						cstr(row.format),
					)
					for row in self.it.deliverables
				],
			)
		]

	def spare_parts(self) -> list[Block]:
		return [
			*table(
				[
					(_("Spare part"), 5),
					(_("Quantity kept"), 2),
					(_("Provided within"), 3),
					(_("Kept at"), 3),
				],
				[
					(
						cstr(row.description) or title_of("Item", row.item),
						wording.number(row.qty),
						wording.duration(row.provided_within, days=True),
						cstr(row.location),
					)
					for row in self.it.spare_parts
				],
			)
		]

	def prices(self) -> list[Block]:
		"""R144, R387, R388: what the other party pays or is paid; never what it costs us."""
		charging = _(self.it.charging_method) if self.it.charging_method else ""
		total = self.money(self.it.total_price)
		if total and self.it.billing_period:
			total = _("{0} per {1}").format(total, _(self.it.billing_period).lower())
		return [
			*table(
				[(_("Service"), 3), (_("Price"), 1)],
				[(cstr(row.service), self.money(row.price)) for row in self.it.services if flt(row.price)],
			),
			*pairs([(_("Charging"), charging), (_("Price in all"), total)]),
		]

	def money(self, amount: Any) -> str:
		currency = self.it.currency or frappe.defaults.get_global_default("currency")
		return cstr(fmt_money(amount, currency=currency)) if flt(amount) else ""

	def credits(self) -> list[Block]:
		return [
			*table(
				[
					(_("Target"), 2),
					(_("When reached in less than"), 2),
					(_("Credit on the price of the period"), 3),
				],
				[
					(
						_(row.metric) if row.metric else _("Every target"),
						wording.percent(row.below),
						wording.percent(row.credit),
					)
					for row in self.it.credit_bands
				],
			)
		]

	def references(self) -> list[Block]:
		"""R145, R161-R163: documents are referred to, not repeated; those marked as internal are left out."""
		rows = [
			(_(row.kind), cstr(row.title), cstr(row.url or row.reference_name))
			for row in self.it.documents
			if not row.internal
		]
		for doctype, name in (
			("Contract", self.it.contract),
			("Sales Order", self.it.sales_order if self.it.kind in FACING else ""),
			("Purchase Order", self.it.purchase_order if self.it.kind == "UC" else ""),
		):
			if name:
				rows.append((_(doctype), cstr(name), ""))
		if self.it.availability_review and self.it.kind in FACING:
			rows.append((_("Record"), _("Initial availability review"), _("kept with this agreement")))
		return [*table([(_("Kind"), 2), (_("Document"), 5), (_("Where"), 4)], rows)]

	def glossary(self) -> list[Block]:
		if not self.it.print_glossary:
			return []
		return [
			*table(
				[(_("Term"), 3), (_("Abbreviation"), 2), (_("Meaning"), 8)],
				[
					(one["term"], one["abbreviation"], wording.plain(one["definition"]))
					for one in terms_in(self.it)
				],
			)
		]


def _usually_judged(targets: Iterable[Any]) -> str:
	measured = _("Unless a line says otherwise, a promise is measured by the times recorded on each ticket.")
	if not any(flt(row.objective) for row in targets):
		return measured
	judged = _(
		"Where a share is promised, it is judged once a month: the share of tickets in time must not be below it."
	)
	return f"{measured} {judged}"


def _for(row: Any) -> str:
	parts = [
		_("Priority {0}").format(_(row.priority)) if row.priority else "",
		cstr(row.service),
	]
	return "\n".join(part for part in parts if part) or _("All tickets")


def _catalogue(service: Any) -> str:
	"""What the catalogue tells customers about a service."""
	return (
		wording.plain(frappe.db.get_value("SLM Service", service, "customer_description")) if service else ""
	)
