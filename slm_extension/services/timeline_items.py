"""What the desk's time-line tells about a ticket's clocks: what moved them, what was missed, who was told.

Worked out from the ledger whenever somebody looks; nothing is kept for it, and saving a ticket costs nothing more.
Every line is HTML, escaped. Agreements with teams and suppliers are spoken of to those who may read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, formatdate, get_system_timezone

from slm_extension.adapters import site_time, store, wording
from slm_extension.adapters.agreements import SiteAgreements
from slm_extension.adapters.corrections import CORRECTION
from slm_extension.adapters.facts import DELETED, DUPLICATE_OF, WAITING_FOR
from slm_extension.adapters.feedback import FEEDBACK, answers_of
from slm_extension.adapters.metrics import site_name
from slm_extension.adapters.permissions import speakable
from slm_extension.adapters.store import Ticket
from slm_extension.domain.agreements import AgreementKind
from slm_extension.domain.assessment import AssessedClock, assess
from slm_extension.domain.attribution import Cause
from slm_extension.domain.clocks import Clock, Outcome, Phase
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import Instant, moment, zone
from slm_extension.domain.satisfaction import HIGHEST_SCORE
from slm_extension.domain.timeline import Fact, Kind, State, Timeline, Waiting
from slm_extension.services import corrections
from slm_extension.services.explain import Looked, look_at
from slm_extension.services.related_tickets import Bond, Related, related_to

CHANGES_AT_MOST = 40
"""So many of the latest changes are looked into; each costs one assessment of the ticket."""

_MOVING = frozenset(
	{
		Kind.STATUS,
		Kind.PRIORITY,
		Kind.CUSTOMER,
		Kind.CUSTOMER_GROUP,
		Kind.TERRITORY,
		Kind.SERVICE,
		Kind.TYPE,
		Kind.HOLD_BEGAN,
		Kind.HOLD_ENDED,
		Kind.WITHDRAWN,
		Kind.REINSTATED,
	}
)


@dataclass(frozen=True, slots=True)
class Item:
	"""One line of the time-line. `at` is a time of the site."""

	at: datetime
	html: str


def of_ticket(ticket_type: str, name: str) -> list[Item]:
	"""The lines about a ticket that the user may read; none where nothing is known of it. Raises DomainError."""
	ticket = Ticket(ticket_type, name)
	looked = look_at(ticket, site_time.now())
	if looked is None:
		return []
	found = [
		*_origin(looked),
		*_changes(looked),
		*_related(ticket, looked.agreements),
		*_remarks(looked.assessment.timeline.facts),
		*_misses(looked),
		*_levels(ticket),
		*_outages(ticket),
		*_corrections(ticket),
		*_feedback(ticket),
	]
	return [
		Item(site_time.to_site(at), html)
		for at, html in sorted(found, key=lambda line: line[0])
		if at and html
	]


def content(ticket_type: str, name: str) -> list[dict[str, Any]]:
	"""The same as the host's form wants it; `slm` tells our lines from those of other apps."""
	return [
		{"creation": str(item.at), "content": item.html, "is_card": 0, "slm": 1}
		for item in of_ticket(ticket_type, name)
	]


_Line = tuple[Instant, str]


def _changes(looked: Looked) -> Iterator[_Line]:
	"""What became of the customer's clocks whenever something about the ticket changed."""
	timeline, agreements = looked.assessment.timeline, looked.agreements
	instants = [(at, list(facts)) for at, facts in groupby(timeline.facts, key=lambda fact: fact.at)]
	moving = [
		number
		for number, (at, facts) in enumerate(instants)
		if timeline.opened < at and any(fact.kind in _MOVING for fact in facts)
	][-CHANGES_AT_MOST:]
	if not moving:
		return
	known: dict[_Key, Clock] = {}
	last_due: dict[_Key, Instant] = {}
	told = sum(len(facts) for _at, facts in instants[: moving[0]])
	if told:
		known = _as_of(timeline, told, moving[0], instants, agreements, last_due)
	for number in range(moving[0], len(instants)):
		at, facts = instants[number]
		told += len(facts)
		if number not in moving:
			continue
		before, after = timeline.state_at(at - 1), timeline.state_at(at)
		clocks = _clocks(timeline, told, at, agreements)
		effects = list(_effects(known, clocks, last_due))
		said = list(_said(before, after, facts))
		news = before.waiting != after.waiting or before.withdrawn != after.withdrawn
		if effects or (said and (news or _explained_late(before, after, facts))):
			yield at, _sentence(", ".join(said), effects)
		known = clocks


def _origin(looked: Looked) -> Iterator[_Line]:
	"""From which ticket this one was split off, and what is due since."""
	timeline = looked.assessment.timeline
	parent = next((fact.value for fact in timeline.facts if fact.kind is Kind.OPENED), "")
	if parent:
		effects = _effects({}, _told_by(timeline, timeline.opened, looked.agreements), {})
		yield timeline.opened, _sentence(_("Split off from {0}").format(_link("issue", parent)), effects)


def _related(ticket: Ticket, agreements: SiteAgreements) -> Iterator[_Line]:
	"""Tickets that were split off from this one, are its duplicates or became part of it."""
	words = {
		Bond.SPLIT_OFF: _("{0} was split off"),
		Bond.DUPLICATE: _("{0} was marked as a duplicate of this ticket"),
		Bond.NO_DUPLICATE: _("{0} is no longer a duplicate of this ticket"),
		Bond.MERGED: _("{0} was merged into this ticket"),
	}
	for one in related_to(ticket, CHANGES_AT_MOST):
		name = _link("issue", one.other) if one.there else frappe.bold(escape_html(one.other))
		yield one.at, _sentence(words[one.bond].format(name), _effects_on(one, agreements))


def _effects_on(one: Related, agreements: SiteAgreements) -> list[str]:
	"""What became of the other ticket's clocks then; nothing for who may not read it, or where it cannot be said."""
	if one.timeline is None:
		return []
	try:
		before = (
			{}
			if one.bond is Bond.SPLIT_OFF
			else _clocks(
				one.timeline, sum(fact.at < one.at for fact in one.timeline.facts), one.at, agreements
			)
		)
		after = _told_by(one.timeline, one.at, agreements)
	except DomainError:
		return []
	return list(_effects(before, after, {}))


def _told_by(timeline: Timeline, at: Instant, agreements: SiteAgreements) -> Mapping[_Key, Clock]:
	"""The customer's clocks at an instant, by all that had happened until then."""
	return _clocks(timeline, sum(fact.at <= at for fact in timeline.facts), at, agreements)


def _sentence(said: str, effects: Iterable[str]) -> str:
	return ": ".join(filter(None, (said, ", ".join(effects))))


_Key = tuple[str, int]

_AT_REST = (Phase.STOPPED, Phase.CANCELLED)


def _as_of(
	timeline: Timeline,
	told: int,
	upto: int,
	instants: Sequence[tuple[Instant, list[Fact]]],
	agreements: SiteAgreements,
	last_due: dict[_Key, Instant],
) -> dict[_Key, Clock]:
	"""How the clocks stood before the first of the changes."""
	at = max(instants[upto - 1][0], timeline.opened)
	clocks = _clocks(timeline, told, at, agreements)
	last_due.update({key: clock.due for key, clock in clocks.items() if clock.due is not None})
	return clocks


def _clocks(timeline: Timeline, told: int, at: Instant, agreements: SiteAgreements) -> dict[_Key, Clock]:
	"""The customer's clocks at an instant, by what had happened until then."""
	past = Timeline.of(timeline.ticket, timeline.facts[:told])
	return {(one.metric, one.clock.cycle): one.clock for one in assess(past, agreements.book, at).to_customer}


def _effects(
	before: Mapping[_Key, Clock], after: Mapping[_Key, Clock], last_due: dict[_Key, Instant]
) -> Iterator[str]:
	for key, clock in after.items():
		name = frappe.bold(escape_html(_(site_name(key[0]))))
		was = before.get(key)
		if clock.phase is Phase.RUNNING and clock.outcome is Outcome.PENDING and clock.due is not None:
			due, earlier = clock.due, last_due.get(key)
			if (
				was is None
				or was.phase is Phase.CANCELLED
				or was.phase is Phase.NOT_STARTED
				or earlier is None
			):
				yield _("{0} due {1}").format(name, _when(due))
			elif earlier != due:
				yield _("{0} due {1} instead of {2}").format(name, _when(due), _when(earlier))
			elif was.phase is not Phase.RUNNING:
				yield _("{0} runs again, due {1}").format(name, _when(due))
			last_due[key] = due
		elif clock.phase is Phase.RUNNING and was is not None and was.phase in _AT_REST:
			yield _("{0} runs again, overdue").format(name)
		elif clock.phase is Phase.HELD and was is not None and was.phase is Phase.RUNNING:
			if clock.outcome is Outcome.PENDING:
				yield _("{0} held with {1} left").format(name, wording.duration(clock.remaining))
		elif clock.phase is Phase.CANCELLED and was is not None and was.phase in (Phase.RUNNING, Phase.HELD):
			yield _cancelled(name, was)
	for key, was in before.items():
		if key not in after and was.phase in (Phase.RUNNING, Phase.HELD):
			yield _("{0} no longer promised").format(frappe.bold(escape_html(_(site_name(key[0])))))


def _cancelled(name: str, was: Clock) -> str:
	if was.outcome is not Outcome.PENDING:
		return _("{0} cancelled, was overdue").format(name)
	if was.phase is Phase.HELD or was.due is None:
		return _("{0} cancelled, was held with {1} left").format(name, wording.duration(was.remaining))
	return _("{0} cancelled, was due {1}").format(name, _when(was.due))


def _said(before: State, after: State, facts: Sequence[Fact]) -> Iterator[str]:
	"""What was done to the ticket, in words."""
	if after.withdrawn != before.withdrawn:
		yield _withdrawal(before.withdrawn, after.withdrawn)
	if after.waiting and (after.waiting != before.waiting or _explained_late(before, after, facts)):
		yield _waiting(after, facts)
	elif before.waiting and not after.waiting and not after.done:
		yield _("No longer waiting")
	elif before.done and not after.done:
		yield _("Reopened")
	for label, old, new in (
		(_("Customer"), before.customer, after.customer),
		(_("Priority"), before.priority, after.priority),
		(_("Service"), before.service, after.service),
		(_("Issue Type"), before.type, after.type),
	):
		if old != new:
			yield _("{0} {1} instead of {2}").format(
				label, escape_html(_(new) or _("none")), escape_html(_(old) or _("none"))
			)


def _explained_late(before: State, after: State, facts: Sequence[Fact]) -> bool:
	"""Whether it was said of a ticket that waited already whom it waits for, or why."""
	return bool(before.waiting and after.waiting) and any(
		fact.kind is Kind.STATUS and fact.note for fact in facts
	)


def _withdrawal(before: str, after: str) -> str:
	if after.startswith(DUPLICATE_OF):
		return _("Marked as a duplicate of {0}").format(_link("issue", after.removeprefix(DUPLICATE_OF)))
	if after:
		return _("Withdrawn: {0}").format(escape_html(_(after)))
	if before.startswith(DUPLICATE_OF):
		return _("No longer a duplicate of {0}").format(_link("issue", before.removeprefix(DUPLICATE_OF)))
	return _("Restored") if before == DELETED else _("Reinstated")


def _waiting(state: State, facts: Sequence[Fact]) -> str:
	whom = _("Waiting")
	if state.waiting & Waiting.CUSTOMER.value:
		whom = _("Waiting for the customer")
	elif state.waiting & Waiting.SUPPLIER.value:
		name = frappe.bold(escape_html(state.supplier or _("a supplier")))
		whom = _("Waiting for {0}").format(name)
	why = next((fact.note for fact in reversed(facts) if fact.note), "")
	party, _dot, rest = why.partition(" · ")
	why = rest if party in WAITING_FOR else why
	return f"{whom} ({escape_html(why)})" if why else whom


def _remarks(facts: Iterable[Fact]) -> Iterator[_Line]:
	"""Facts that nothing else on the host's time-line tells."""
	for fact in facts:
		said = {
			Kind.ACKNOWLEDGED: _("{0} acknowledged the ticket"),
			Kind.ESCALATED: _("Escalated to {0}"),
			Kind.EXCUSED: _("{0} does not count as missed"),
			Kind.UNEXCUSED: _("{0} counts as missed again"),
		}.get(fact.kind)
		if said is None:
			continue
		if fact.kind in (Kind.EXCUSED, Kind.UNEXCUSED):
			who = _(site_name(fact.value.split("|")[1])) if fact.value.count("|") >= 3 else _("Everything")
		else:
			known = frappe.db.exists("User", fact.value) if fact.kind is Kind.ACKNOWLEDGED else None
			who = frappe.get_cached_value("User", known, "full_name") if known else fact.value
			if fact.kind is Kind.ESCALATED and not who:
				said, who = _("Escalated to the next level"), ""
		note = f" ({escape_html(fact.note)})" if fact.note else ""
		yield fact.at, said.format(frappe.bold(escape_html(who or _("Somebody")))) + note


def _misses(looked: Looked) -> Iterator[_Line]:
	readable = _readable(one.agreement.kind for _row, one in looked.clocks())
	titles = _titles(
		row.agreement
		for row, one in looked.clocks()
		if one.clock.missed_at is not None and not one.agreement.kind.customer_facing and readable
	)
	for row, one in looked.clocks():
		if one.clock.missed_at is None or not (one.agreement.kind.customer_facing or row.agreement in titles):
			continue
		name = frappe.bold(escape_html(_(row.metric)))
		if one.agreement.kind.customer_facing:
			yield one.clock.missed_at, _("{0} missed").format(name) + _because(one)
		else:
			yield (
				one.clock.missed_at,
				_("{0} of {1} missed").format(name, escape_html(titles[row.agreement])),
			)


def _because(one: AssessedClock) -> str:
	if one.attribution is None:
		return ""
	words = {
		Cause.OWN_TEAM: _("own team"),
		Cause.OTHER_TEAM: _("another team"),
		Cause.SUPPLIER: _("supplier"),
		Cause.UNASSIGNED: _("nobody had taken it"),
		Cause.CUSTOMER: _("customer"),
	}
	cause = words[one.attribution.cause]
	named = one.attribution.responsible
	return f" ({cause}: {escape_html(named)})" if named else f" ({cause})"


def _readable(kinds: Iterable[AgreementKind]) -> bool:
	"""Whether the user may read agreements at all; asked only where one with a team or supplier is concerned."""
	return any(not kind.customer_facing for kind in kinds) and bool(
		frappe.has_permission("SLM Agreement", "read")
	)


def _titles(agreements: Iterable[str]) -> dict[str, str]:
	"""Those of some agreements that the user may read, with their titles."""
	names = sorted(set(agreements))
	if not names:
		return {}
	rows = frappe.get_list(
		"SLM Agreement",
		filters={"name": ["in", names]},
		fields=["name", "title"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.name: row.title or row.name for row in rows}


def _levels(ticket: Ticket) -> Iterator[_Line]:
	"""Warnings and escalations, and whom they reached."""
	rows = frappe.get_all(
		store.ALARM,
		filters={"ticket_type": ticket.type, "ticket": ticket.name},
		fields=[
			"agreement",
			"metric",
			"level",
			"status",
			"reached_instant",
			"recipients",
			"actions_taken",
			"problem",
		],
		order_by="reached_instant asc, level asc",
		limit_page_length=0,
	)
	if not rows:
		return
	shown = speakable(row.agreement for row in rows)
	for row in rows:
		if row.agreement not in shown:
			continue
		name = frappe.bold(escape_html(_(row.metric)))
		said = _("{0} reached level {1}").format(name, row.level)
		yield row.reached_instant, ": ".join(filter(None, (said, _told(row))))


def _told(row: frappe._dict) -> str:
	whom = ", ".join(filter(None, (line.strip() for line in (row.recipients or "").splitlines())))
	words = {
		"Queued": _("being told"),
		"Sent": _("told {0}").format(escape_html(whom)) if whom else "",
		"In a Summary": _("told {0} in a summary").format(escape_html(whom)) if whom else _("in a summary"),
		"Not Needed": _("nobody had to be told"),
		"Nobody to Tell": _("there was nobody to tell"),
		"Failed": ". ".join(
			filter(
				None,
				(
					_("told {0}").format(escape_html(whom)) if whom else "",
					_("not everything that was to be done could be done: {0}").format(
						escape_html(row.problem or "")
					),
				),
			)
		),
	}
	done = "; ".join(filter(None, (line.strip() for line in (row.actions_taken or "").splitlines())))
	return ". ".join(filter(None, (words.get(row.status, ""), escape_html(done))))


def _outages(ticket: Ticket) -> Iterator[_Line]:
	if ticket.type != "Issue" or not frappe.has_permission("SLM Outage", "read"):
		return
	for row in frappe.get_list(
		"SLM Outage",
		filters={"issue": ticket.name, "status": ["!=", "Cancelled"]},
		fields=["name", "service", "started", "restored_at", "told_at"],
		order_by="started asc, name asc",
		limit_page_length=0,
	):
		link = _link("slm-outage", row.name)
		service = frappe.bold(escape_html(row.service))
		for value, said in (
			(row.started, _("{0} went down ({1})")),
			(row.restored_at, _("{0} works again ({1})")),
			(row.told_at, _("The users of {0} were told ({1})")),
		):
			if value:
				yield site_time.to_instant(value), said.format(service, link)


def _corrections(ticket: Ticket) -> Iterator[_Line]:
	"""What was said about the past, what became of it, and which clocks are judged otherwise since."""
	if not frappe.has_permission(CORRECTION, "read"):
		return
	for asked in corrections.of_ticket(ticket):
		link = _link("slm-correction", asked.name)
		what = frappe.bold(escape_html(_(asked.what or "")))
		party = f" ({escape_html(asked.party)})" if asked.party else ""
		span = " - ".join(
			_when(site_time.to_instant(value)) for value in (asked.from_time, asked.until_time) if value
		)
		if asked.requested_on:
			said = _("{0} asked for a correction: {1}").format(_person(asked.requested_by), f"{what}{party}")
			because = f" ({escape_html(asked.reason)})" if asked.reason else ""
			told = f"{said}, {span}{because}" if span else f"{said}{because}"
			yield site_time.to_instant(asked.requested_on), f"{told} ({link})"
		if asked.decided_on:
			words = {
				"Approved": _("{0} approved the correction {1}"),
				"Rejected": _("{0} rejected the correction {1}"),
				"Withdrawn": _("{0} withdrew the correction {1}"),
			}
			said = words.get(asked.status, "{0} {1}").format(_person(asked.decided_by), link)
			effects = ", ".join(_restated(asked.name)) if asked.restated else ""
			note = f" ({escape_html(asked.decision_note)})" if asked.decision_note else ""
			yield site_time.to_instant(asked.decided_on), ": ".join(filter(None, (said + note, effects)))


def _feedback(ticket: Ticket) -> Iterator[_Line]:
	"""How somebody says the ticket was handled."""
	if ticket.type != "Issue" or not frappe.has_permission(FEEDBACK, "read"):
		return
	for answer in answers_of(ticket.name):
		said = _("{0}: {1} of {2} for how it was handled").format(
			frappe.bold(escape_html(answer.person)), answer.score, HIGHEST_SCORE
		)
		comment = f" ({escape_html(answer.comment)})" if answer.comment else ""
		yield site_time.to_instant(answer.at), f"{said}{comment} ({_link('slm-feedback', answer.name)})"


def _restated(correction: str) -> Iterator[str]:
	rows = frappe.get_all(
		"SLM Correction Restatement",
		filters={"parenttype": CORRECTION, "parent": correction},
		fields=["metric", "agreement", "before_outcome", "after_outcome", "before_excused", "after_excused"],
		order_by="idx asc",
		limit_page_length=0,
	)
	shown = speakable(row.agreement for row in rows)
	for row in rows:
		if row.agreement in shown:
			before, after = (
				_("excused") if excused else _(outcome or "none")
				for outcome, excused in (
					(row.before_outcome, row.before_excused),
					(row.after_outcome, row.after_excused),
				)
			)
			name = frappe.bold(escape_html(_(row.metric or "")))
			yield _("{0} {1} instead of {2}").format(name, escape_html(after), escape_html(before))


def _person(user: str) -> str:
	return frappe.bold(
		escape_html(frappe.get_cached_value("User", user, "full_name") or user or _("Somebody"))
	)


def _link(route: str, name: str) -> str:
	return f'<a href="/app/{route}/{escape_html(frappe.utils.quoted(name))}">{escape_html(name)}</a>'


def _when(at: Instant) -> str:
	"""An instant in the reader's zone, as the clocks above the time-line say it."""
	own = frappe.get_cached_value("User", frappe.session.user, "time_zone")
	found = moment(at, zone(own or get_system_timezone()))
	return f"{formatdate(found.date())} {found:%H:%M}"
