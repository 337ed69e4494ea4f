"""A missed promise and what people say to it: asked for, explained, excused or disputed, closed.

The figures of a breach are written when its clock is measured. An excuse is a fact of the ticket's ledger, so that
the clock bears it whoever measures it next; what is decided needs another person than the one who asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime

from slm_extension.adapters import breaches as figures
from slm_extension.adapters import facts as translate
from slm_extension.adapters import issues as issue_store
from slm_extension.adapters import site_time, store, wording, written
from slm_extension.adapters.permissions import speakable
from slm_extension.adapters.refusals import said
from slm_extension.adapters.settings import telling
from slm_extension.adapters.store import BREACH
from slm_extension.adapters.teams import site_teams
from slm_extension.domain.attribution import Cause
from slm_extension.domain.instants import DAY, Instant
from slm_extension.domain.legs import Party
from slm_extension.domain.timeline import Kind
from slm_extension.services import observe
from slm_extension.services.chunks import Chunks
from slm_extension.services.grounds import grounds_for
from slm_extension.services.holders import Holders
from slm_extension.services.inform import Message, Ticket, inform
from slm_extension.services.tell import holders_of, tell

PAGE = 200
DECIDERS = ("SLM Process Owner", "Service Level Manager")
EXPLAINERS = (*DECIDERS, "Service Level Analyst", "Support Team")


def ask_for_explanations(now: Instant, chunks: Chunks) -> int:
	"""Ask whoever held the ticket why it was late, once a breach; returns how many were asked about.

	Misses that lie longer back than the settings say stay open, and nobody is asked.
	"""
	settings = frappe.get_cached_doc("SLM Settings")
	if not settings.ask_explanation:
		return 0
	since = now - int(settings.ask_within_days or 0) * DAY
	count = 0
	while found := _open_since(since):
		asked = chunks.run(lambda some=found: _ask_page(some))
		if not asked:
			break
		count += asked
	return count


def _ask_page(found: Sequence[Any]) -> int:
	"""The tickets are locked before their breaches, as whoever saves a ticket does, and before anything is read of them."""
	breaches = [one for one in _locked(found) if one.status == "Open" and _is_a_miss(one)]
	tickets = issue_store.told_of({one.ticket for one in breaches})
	contracts = _contracts_behind(breaches)
	owners = _owners({*(one.agreement for one in breaches), *contracts.values()})
	people = Holders(tickets.values())
	messages: dict[str, list[Message]] = {}
	instant = site_time.now()
	now, lately = site_time.to_site(instant), _asked_lately(instant)
	for breach in breaches:
		ticket, contract = tickets.get(breach.ticket), contracts.get(breach.name)
		asked = _who_is_asked(breach, ticket, people, owners.get(contract or "", ""), owners)
		breach.update({"status": "Explanation Requested", "asked_of": asked, "asked_on": now, "uc": contract})
		if asked:
			messages.setdefault(asked, []).append(_message(breach, ticket))
	written.write(breaches)
	inform(messages, telling(), _please_explain_many, lately)
	return len(breaches)


def _is_a_miss(breach: Any) -> bool:
	"""Whether the figures count it."""
	return bool(breach.standing and not breach.excused)


def _locked(rows: Sequence[Any]) -> list[Any]:
	"""Their breaches, in their order, for nobody else to write; without those whose ticket somebody else writes."""
	free = set(issue_store.lock_free(sorted({row.ticket for row in rows})))
	stored = written.locked(BREACH, [row.name for row in rows if row.ticket in free])
	return [stored[row.name] for row in rows if row.name in stored]


def _asked_lately(now: Instant) -> Counter[str]:
	"""How many breaches each user has been asked about in the time in which messages count as one storm."""
	users = frappe.get_all(
		BREACH,
		filters={"asked_on": [">", site_time.to_site(now - telling().seconds)]},
		pluck="asked_of",
		order_by=None,
		limit_page_length=0,
	)
	return Counter(filter(None, users))


def _open_since(since: Instant) -> list[Any]:
	return frappe.get_all(
		BREACH,
		filters={"status": "Open", "standing": 1, "excused": 0, "missed_instant": [">=", since]},
		fields=["name", "ticket"],
		order_by="missed_instant asc, name asc",
		limit_page_length=PAGE,
	)


def _message(breach: Any, ticket: Any) -> Message:
	"""`ticket` is None for one that is no more."""
	said = (ticket.subject or "", ticket.customer or "") if ticket is not None else ("", "")
	return Message(Ticket(breach.ticket_type, breach.ticket, *said), partial(_please_explain, breach))


def _please_explain(breach: Any) -> str:
	over = wording.duration(breach.overrun)
	what = _(breach.metric)
	if not over:
		return _("{0} was missed. Please say why on its breach, {1}.").format(what, breach.name)
	return _("{0} was missed by {1} of open time. Please say why on its breach, {2}.").format(
		what, over, breach.name
	)


def _please_explain_many(count: int) -> str:
	return _("Please explain {0} missed promises").format(count)


def remind(now: Instant, chunks: Chunks) -> int:
	"""Once a day: who was asked and has not explained is reminded, as often as the settings say; returns how many.

	Those that somebody is writing to are left to the next day.
	"""
	settings = frappe.get_cached_doc("SLM Settings")
	days, most = int(settings.explanation_days or 0), int(settings.explanation_reminders or 0)
	if not days or not most:
		return 0
	today = site_time.to_site(now)
	waiting = frappe.get_all(
		BREACH,
		filters={
			"status": "Explanation Requested",
			"standing": 1,
			"excused": 0,
			"reminders": ["<", most],
			"asked_of": ["is", "set"],
		},
		fields=["name", "ticket", "asked_on", "reminded_on", "asked_of"],
		order_by="asked_of asc, asked_on asc, name asc",
		limit_page_length=0,
	)
	before = add_days(today, -days)
	late = [row for row in waiting if get_datetime(row.reminded_on or row.asked_on) <= before]
	count = 0
	for _asked_of, rows in groupby(late, key=attrgetter("asked_of")):
		mine = list(rows)
		count += chunks.run(lambda some=mine: _remind_one(some, today))
	return count


def _remind_one(rows: Sequence[Any], today: Any) -> int:
	"""One person, of everything at once. The tickets are locked before their breaches, as elsewhere."""
	before = {row.name: row.reminded_on for row in rows}
	breaches = [
		one
		for one in _locked(rows)
		if one.status == "Explanation Requested" and one.reminded_on == before[one.name] and _is_a_miss(one)
	]
	tickets = issue_store.told_of({one.ticket for one in breaches})
	messages = [_message(breach, tickets.get(breach.ticket)) for breach in breaches]
	for breach in breaches:
		breach.update({"reminded_on": today, "reminders": (breach.reminders or 0) + 1})
	written.write(breaches)
	if messages:
		inform({rows[0].asked_of: messages}, telling(), _please_explain_many)
	return len(messages)


def _contracts_behind(breaches: Iterable[Any]) -> dict[str, str]:
	"""By breach the UC, or OLA, whose overrun cost the promise, in the version that the ticket fell under."""
	wanted = {}
	for breach in breaches:
		overruns = figures.read(breach.figures).overruns
		first = next((one for one in overruns if one.would_have_held), None)
		if first is not None:
			kind = "UC" if first.party == Party.SUPPLIER.value else "OLA"
			wanted[breach.name] = (breach.ticket_type, breach.ticket, kind, first.name)
	missed = figures.contracts_missed({ticket for _type, ticket, _kind, _party in wanted.values()})
	return {name: missed[key] for name, key in wanted.items() if key in missed}


def _owners(agreements: set[str]) -> dict[str, str]:
	"""Who keeps each of some agreements."""
	rows = frappe.get_all(
		"SLM Agreement",
		filters={"name": ["in", sorted(agreements)]},
		fields=["name", "agreement_owner"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.name: row.agreement_owner or "" for row in rows}


def _who_is_asked(
	breach: Any, ticket: Any, people: Holders, keeper: str, owners: Mapping[str, str]
) -> str | None:
	"""Who leads the team that held it, or holds the ticket; for a supplier, who keeps his contract."""
	first: list[str] = []
	if breach.cause in (Cause.OWN_TEAM.value, Cause.OTHER_TEAM.value):
		team = site_teams().by_name.get(breach.responsible)
		if team is not None and team.manager:
			first = [team.manager]
		elif ticket is not None:
			first = people.holding(ticket, breach.responsible)
	elif breach.cause == Cause.SUPPLIER.value:
		first = [keeper]
	elif breach.cause == Cause.UNASSIGNED.value and ticket is not None:
		first = people.managers(ticket)
	candidates = [*first, owners.get(breach.agreement, ""), *people.of_role("Service Level Manager")]
	return next(filter(people.is_there, candidates), None)


def explain(breach: Any, explanation: str, root_cause: str) -> None:
	"""Say why it was missed. Raises frappe.PermissionError, or frappe.ValidationError where nothing is said."""
	_only(EXPLAINERS)
	_refuse_ended(breach, ("Open", "Explanation Requested", "Explained"))
	text = said(explanation, _("Explanation"))
	_refuse_unlisted(breach, "root_cause", root_cause)
	_put(
		breach,
		status="Explained",
		explanation=text,
		root_cause=root_cause,
		explained_by=frappe.session.user,
		explained_on=_now(),
	)
	tell(
		breach,
		holders_of("Service Level Manager"),
		_("{0}: the miss has been explained").format(breach.ticket),
	)


def grounds(breach: Any) -> list[dict[str, str]]:
	"""What the agreement itself offers as an excuse; nothing is excused by it without somebody's decision."""
	ticket = store.Ticket(breach.ticket_type, breach.ticket)
	found = grounds_for(ticket, breach.agreement, breach.missed_instant, breach.clock_key)
	return [{"clause": one.clause, "words": one.words} for one in found]


def ask_to_excuse(breach: Any, clause: str, reason: str, evidence: str, evidence_link: str) -> None:
	"""Ask that the figures leave it out: with a ground, a reason and evidence."""
	_only(EXPLAINERS)
	_refuse_ended(breach, ("Open", "Explanation Requested", "Explained", "Disputed"))
	_refuse_unlisted(breach, "excuse_clause", clause)
	text = said(reason, _("Reason"))
	if not (evidence or "").strip() and not (evidence_link or "").strip():
		frappe.throw(
			_(
				"Attach what proves it, or say where it is: an excuse without evidence cannot be shown to anybody."
			),
			title=_("Evidence Missing"),
		)
	_put(
		breach,
		status="Excuse Requested",
		excuse_clause=clause,
		excuse_reason=text,
		evidence=evidence or None,
		evidence_link=(evidence_link or "")[:140] or None,
		requested_by=frappe.session.user,
		requested_on=_now(),
		decided_by=None,
		decided_on=None,
		decision=None,
	)
	tell(breach, _deciders(), _("{0}: an excuse waits for your decision").format(breach.ticket))


def decide_excuse(breach: Any, excused: bool, decision: str) -> None:
	"""Grant or refuse it, by another person than the one who asked. A refused one is kept."""
	_only(DECIDERS)
	_refuse_ended(breach, ("Excuse Requested",))
	if breach.requested_by == frappe.session.user:
		frappe.throw(
			_("You asked for this excuse yourself. Somebody else has to decide about it."),
			title=_("Another Person Decides"),
		)
	text = said(decision, _("Decision"))
	if excused:
		_write_fact(breach, Kind.EXCUSED, f"{breach.excuse_clause}: {breach.excuse_reason}")
	_put(
		breach,
		status="Excused" if excused else _said_so_far(breach),
		decided_by=frappe.session.user,
		decided_on=_now(),
		decision=text,
	)
	words = _("{0}: the excuse was granted") if excused else _("{0}: the excuse was refused")
	tell(breach, [breach.requested_by], words.format(breach.ticket), text)


def take_excuse_back(breach: Any, decision: str) -> None:
	"""What was excused counts again; the record keeps both."""
	_only(DECIDERS)
	_refuse_ended(breach, ("Excused",))
	text = said(decision, _("Decision"))
	_write_fact(breach, Kind.UNEXCUSED, text)
	_put(breach, status=_said_so_far(breach), decision=text)
	breach.add_comment("Info", _("The excuse was taken back: {0}").format(frappe.utils.escape_html(text)))


def _write_fact(breach: Any, kind: Kind, note: str) -> None:
	news = translate.News(kind, breach.clock_key, note=note[: translate.NOTE_LENGTH])
	ticket = store.Ticket(breach.ticket_type, breach.ticket)
	result = observe.happened(ticket, [news], site_time.now(), breach.name)
	if result is None:
		frappe.throw(
			_("{0} has no ledger any more; there is no clock that could be excused.").format(breach.ticket),
			title=_("Ticket Is Gone"),
		)
	observe.put(ticket, result)


def dispute(breach: Any, by: str, reason: str) -> None:
	"""The other party, or our own side, does not accept how this was counted."""
	_only(EXPLAINERS)
	_refuse_ended(breach, ("Open", "Explanation Requested", "Explained", "Excuse Requested", "Excused"))
	_put(
		breach,
		status="Disputed",
		disputed_by=said(by, _("Disputed By"))[:140],
		dispute_reason=said(reason, _("What Is Disputed")),
		disputed_on=_now(),
		settled_by=None,
		settled_on=None,
		settlement=None,
	)
	tell(breach, _deciders(), _("{0}: a miss is disputed").format(breach.ticket), reason)


def settle(breach: Any, settlement: str) -> None:
	"""How a dispute ended. Figures change by an excuse or a correction alone, each with its own approval."""
	_only(DECIDERS)
	_refuse_ended(breach, ("Disputed",))
	_put(
		breach,
		status=_resting(_stored(breach.name)),
		settlement=said(settlement, _("Settlement")),
		settled_by=frappe.session.user,
		settled_on=_now(),
	)


def close(breach: Any, response: str) -> None:
	"""R211, R212: the cause is known, and what is done about it has been decided."""
	_only(DECIDERS)
	_refuse_ended(breach, ("Explained", "Excused"))
	_put(
		breach,
		status="Closed",
		response=said(response, _("Decision on the Response")),
		closed_by=frappe.session.user,
		closed_on=_now(),
	)


def open_again(breach: Any) -> None:
	"""A closed breach that wants another look."""
	_only(DECIDERS)
	_refuse_ended(breach, ("Closed",))
	_put(breach, status=_resting(_stored(breach.name)), closed_by=None, closed_on=None)


def _resting(breach: Any) -> str:
	"""The state in which a breach is left, by what people have said to it."""
	if breach.excused:
		return "Excused"
	return "Excuse Requested" if breach.requested_on and not breach.decided_on else _said_so_far(breach)


def _said_so_far(breach: Any) -> str:
	"""The same where nothing is asked for and nothing excused."""
	if breach.explanation:
		return "Explained"
	return "Explanation Requested" if breach.asked_on else "Open"


def _put(breach: Any, **values: Any) -> None:
	"""Write these over what is stored now, figures that were measured meanwhile included."""
	stored = _stored(breach.name)
	if stored.status != breach.status:
		frappe.throw(
			_("Somebody else was quicker: it is {0} now. Load it again.").format(
				frappe.bold(_(stored.status))
			),
			frappe.TimestampMismatchError,
			title=_("Changed Meanwhile"),
		)
	stored.update(values)
	stored.flags.ignore_links = True
	stored.save(ignore_permissions=True)
	breach.reload()


def _stored(name: str) -> Any:
	"""A breach as it is now, for nobody else to write until the transaction ends; it may have been measured anew."""
	return frappe.get_doc(BREACH, name, for_update=True)


def _now() -> Any:
	return site_time.to_site(site_time.now())


def _deciders() -> list[str]:
	return list(dict.fromkeys(user for role in DECIDERS for user in holders_of(role)))


def _only(roles: Sequence[str]) -> None:
	if not {*roles, "System Manager"} & set(frappe.get_roles()):
		frappe.throw(
			_("This needs one of the roles {0}.").format(", ".join(_(role) for role in roles)),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)


def _refuse_ended(breach: Any, states: Sequence[str]) -> None:
	if breach.status not in states:
		frappe.throw(
			_("This breach is {0}; that can be done while it is {1}.").format(
				frappe.bold(_(breach.status)), ", ".join(_(state) for state in states)
			),
			title=_("Not in This State"),
		)


def _refuse_unlisted(breach: Any, field: str, value: str) -> None:
	meta = breach.meta.get_field(field)
	known = [option for option in (meta.options or "").split("\n") if option]
	if value not in known:
		frappe.throw(
			_("{0}: choose one of {1}.").format(
				frappe.bold(_(meta.label)), ", ".join(_(one) for one in known)
			),
			title=_("Not in the List"),
		)


def _readable(lineages: set[str]) -> set[str]:
	"""Those of some agreements, by the name that all their versions share, that the user may read."""
	if not lineages or not frappe.has_permission("SLM Agreement", "read"):
		return set()
	rows = frappe.get_list(
		"SLM Agreement",
		or_filters={"lineage": ["in", sorted(lineages)], "name": ["in", sorted(lineages)]},
		fields=["name", "lineage"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.lineage or row.name for row in rows}


def view(breach: Any) -> dict[str, Any]:
	"""The figures of a breach for its form: legs with what the clock counted, overruns, and who may do what."""
	kept = figures.read(breach.figures)
	heard_of = _readable({over.agreement for over in kept.overruns})
	contract = breach.uc if breach.uc in speakable([breach.uc]) else None
	roles = set(frappe.get_roles())
	decides = bool({*DECIDERS, "System Manager"} & roles)
	return {
		"legs": [
			{
				"party": leg.party,
				"name": leg.name,
				"start": leg.start,
				"end": leg.end,
				"counted": leg.counted,
			}
			for leg in kept.legs
		],
		"overruns": [
			{
				"agreement": over.agreement,
				"party": over.party,
				"name": over.name,
				"start": over.start,
				"overrun": over.overrun,
				"cost": over.cost,
				"would_have_held": over.would_have_held,
			}
			for over in kept.overruns
			if over.agreement in heard_of
		],
		"contract": contract,
		"explains": decides or bool(set(EXPLAINERS) & roles),
		"decides": decides,
		"own_request": breach.requested_by == frappe.session.user,
	}
