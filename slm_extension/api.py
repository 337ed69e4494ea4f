"""What the browser may ask: how a ticket's clocks stand and why, and what a form would come to.

Every method checks permission itself, hands the work to a service and puts the answer into plain values.
Instants are seconds since 1970-01-01T00:00:00Z, so the browser shows them in its user's zone. Annotations are
not postponed here: the host checks and converts arguments by them.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.desk.calendar import get_events
from frappe.utils import add_days, getdate

from slm_extension.adapters import chain_words, customers, metrics, site_time
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.agreements import KINDS
from slm_extension.adapters.outages import WINDOW
from slm_extension.adapters.refusals import sentence
from slm_extension.adapters.running_clocks import STATES, Wanted
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import FAILED, Ticket
from slm_extension.adapters.teams import HOLDER_FIELDS
from slm_extension.domain.errors import DomainError
from slm_extension.domain.timeline import State
from slm_extension.services import (
	agreements,
	announce,
	catalogue_print,
	catalogue_sources,
	chain,
	due,
	explain,
	glossary,
	import_erpnext_sla,
	outages,
	preview,
	readiness,
	rechecks,
	requirement_results,
	service_rules,
	signing,
	specifications,
	supports,
	ticket_actions,
	timeline_items,
	trace,
	versions,
	which,
)
from slm_extension.services import at_risk as risk
from slm_extension.services import maintenance_calendar as agreed_calendar
from slm_extension.services.contracted import suppliers_for
from slm_extension.services.ticket_legs import legs_view
from slm_extension.services.unexplained_holds import unexplained_hold

CANDIDATES_SHOWN = 20
CANDIDATES_AT_MOST = 500


@frappe.whitelist()
def ticket_clocks(ticket_type: str, ticket: str) -> dict[str, Any]:
	"""The clocks of a ticket as of now. Without any: why not, as `candidates`.

	`recorded` is false for a ticket the ledger does not know, `problem` says why it could not be measured, safe as
	HTML; `holder` are the fields that say with whom it is, which change past the time stamp of a form; `unexplained`
	says since when it waits, if nobody said for whom.
	"""
	document = _may_read(ticket_type, ticket)
	failed = frappe.db.get_value(FAILED, {"ticket_type": ticket_type, "ticket": ticket}, "problem")
	answer: dict[str, Any] = {
		"enabled": enabled(),
		"recorded": False,
		"problem": frappe.utils.escape_html(failed or ""),
		"now": site_time.now(),
		"agreement": None,
		"agreements": {},
		"clocks": [],
		"holder": {field: document.get(field) or "" for field in HOLDER_FIELDS},
		"unexplained": None,
	}
	try:
		looked = explain.look_at(Ticket(ticket_type, ticket), answer["now"])
	except DomainError as error:
		return {**answer, "recorded": True, "problem": sentence(error)}
	if looked is None:
		return answer
	view = explain.ticket_view(looked)
	agreements = _readable({*(clock.agreement for clock in view.clocks), *filter(None, [view.agreement])})
	clocks = [
		asdict(clock)
		for clock in view.clocks
		if _promised_to_customer(clock) or clock.agreement in agreements
	]
	answer.update(recorded=True, now=view.now, agreement=view.agreement, agreements=agreements, clocks=clocks)
	hold = unexplained_hold(document, looked.assessment.timeline)
	answer["unexplained"] = None if hold is None else asdict(hold)
	return answer if clocks else {**answer, **_choice(explain.choice(looked))}


@frappe.whitelist()
def ticket_legs(ticket_type: str, ticket: str) -> dict[str, Any]:
	"""Who held a ticket from when to when; see services.ticket_legs. Without a ledger there are no legs."""
	_may_read(ticket_type, ticket)
	now = site_time.now()
	view = legs_view(Ticket(ticket_type, ticket), now)
	return {"now": now, "legs": []} if view is None else {"now": now, **asdict(view)}


@frappe.whitelist()
def ticket_timeline(ticket_type: str, ticket: str) -> list[dict[str, Any]]:
	"""What the time-line tells about a ticket's clocks, for a form that is open; see services.timeline_items."""
	_may_read(ticket_type, ticket)
	try:
		return timeline_items.content(ticket_type, ticket)
	except DomainError:
		return []  # ticket_clocks says what is wrong


@frappe.whitelist()
def contracted_suppliers(ticket_type: str, ticket: str) -> list[dict[str, str]]:
	"""Suppliers with a contract for such a ticket, that the user may read, and what it is called."""
	_may_read(ticket_type, ticket)
	found = suppliers_for(Ticket(ticket_type, ticket), site_time.now())
	readable = _readable(found.values())
	return [
		{"supplier": supplier, "agreement": agreement, "title": readable[agreement]["title"] or agreement}
		for supplier, agreement in found.items()
		if agreement in readable
	]


@frappe.whitelist()
def at_risk(
	scope: str = "mine",
	team: str = "",
	customer: str = "",
	metric: str = "",
	agreement: str = "",
	kind: str = "",
	state: str = "",
	start: int = 0,
) -> dict[str, Any]:
	"""Clocks that go, nearest to a miss first, of the user's tickets ("mine"), his "teams"' or "all" he may read."""
	frappe.has_permission("Issue", "read", throw=True)
	if scope not in risk.SCOPES or state not in ("", *STATES):
		frappe.throw(_("There is no such list."), title=_("Not Found"))
	wanted = Wanted(team=team, customer=customer, metric=metric, agreement=agreement, kind=kind, state=state)
	user = str(frappe.session.user)
	found = risk.at_risk(risk.of_scope(wanted, scope, user), site_time.now(), user, start)
	agreements = _readable({row.clock.agreement for row in found.rows})
	return {**asdict(found), "page": risk.PAGE, "teams": risk.teams_of(user), "agreements": agreements}


@frappe.whitelist()
def explain_agreement(ticket_type: str, ticket: str) -> dict[str, Any]:
	"""Which agreements apply to a ticket, what comes from which, and why the others do not."""
	return _choice(explain.choice(_looked(ticket_type, ticket)))


@frappe.whitelist()
def explain_clock(ticket_type: str, ticket: str, metric: str, cycle: int = 1, leg: int = 0) -> dict[str, Any]:
	"""One clock span by span, in sums that add up, and why its agreement is the one that applies."""
	looked = _looked(ticket_type, ticket)
	found = explain.explanation(looked, metric, cycle, leg)
	if found is not None:
		agreements = _readable({found.clock.agreement})
		if _promised_to_customer(found.clock) or agreements:
			return {**asdict(found), "agreements": agreements, **_choice(explain.choice(looked))}
	frappe.throw(
		_("{0} has no such clock any more. Reload the page.").format(frappe.bold(ticket)),
		frappe.DoesNotExistError,
		title=_("Clock Not Found"),
	)


@frappe.whitelist(methods=["POST"])
def acknowledge(ticket: str) -> str:
	"""Say that an Issue has arrived; returns a sentence, safe as HTML."""
	return ticket_actions.acknowledge(_writable_issue(ticket))


@frappe.whitelist(methods=["POST"])
def take(ticket: str) -> str:
	"""Take an Issue on oneself; returns a sentence, safe as HTML."""
	return ticket_actions.take(_writable_issue(ticket))


@frappe.whitelist(methods=["POST"])
def escalate(ticket: str, team: str | None = None) -> str:
	"""Hand an Issue to the next level, and to a team where one is named; returns a sentence, safe as HTML."""
	return ticket_actions.escalate(_writable_issue(ticket), team or "")


def _writable_issue(ticket: str) -> Any:
	issue = frappe.get_doc("Issue", ticket)
	issue.check_permission("write")
	return issue


@frappe.whitelist()
def which_agreement(
	customer: str = "",
	customer_group: str = "",
	territory: str = "",
	service: str = "",
	priority: str = "",
	issue_type: str = "",
	opened: str | None = None,
	everyone: bool = False,
) -> dict[str, Any]:
	"""What would apply to a ticket of these properties, opened at a time of the site's zone, or now.

	With `everyone` the agreements for other customers are told as well, not only counted.
	"""
	frappe.has_permission("SLM Agreement", "read", throw=True)
	state = State(
		customer=customer,
		customer_group=customer_group,
		territory=territory,
		service=service,
		priority=priority,
		type=issue_type,
	)
	try:
		at = site_time.to_instant(opened) if opened else site_time.now()
		return _choice(which.trial(state, at), everyone)
	except DomainError as error:
		frappe.throw(sentence(error), title=_("Cannot Be Measured"))


@frappe.whitelist()
def customer_standing(customer: str) -> dict[str, str]:
	"""The customer group and territory that a ticket of this customer would be given."""
	frappe.has_permission("SLM Agreement", "read", throw=True)
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	return asdict(customers.standing(customer))


@frappe.whitelist()
def effective_targets(doc: str | dict[str, Any], customer: str = "") -> dict[str, Any]:
	"""What applies to tickets of an agreement, as it is being edited or by name, and where it comes from."""
	document = _readable_agreement(doc) if isinstance(doc, str) and not doc.startswith("{") else None
	document = document or _in_hand("SLM Agreement", doc)
	try:
		found = which.effective_targets(document, customer, site_time.now())
	except DomainError as error:
		return {"problem": sentence(error), "rows": [], "agreements": {}}
	readable = _readable(one.agreement for one in found.rows if one.agreement)
	return {**asdict(found), "problem": "", "agreements": readable}


@frappe.whitelist()
def preview_calendar(doc: str | dict[str, Any]) -> dict[str, Any]:
	"""The next days of a calendar as it is being edited."""
	return asdict(preview.calendar_preview(_in_hand("SLM Calendar", doc), site_time.now()))


@frappe.whitelist()
def preview_targets(doc: str | dict[str, Any], opened: str | None = None) -> list[dict[str, Any]]:
	"""When each target of an agreement as it is being edited would be due on a ticket opened then, or now.

	`opened` is a time of the site's zone.
	"""
	at = site_time.to_instant(opened) if opened else site_time.now()
	return [asdict(one) for one in preview.target_previews(_in_hand("SLM Agreement", doc), at)]


@frappe.whitelist()
def preview_interruptions(doc: str | dict[str, Any]) -> list[dict[str, Any]]:
	"""When the interruptions of an agreement as it is being edited take place from now on."""
	return [
		asdict(one) for one in preview.interruption_previews(_in_hand("SLM Agreement", doc), site_time.now())
	]


@frappe.whitelist()
def maintenance_calendar(
	start: str, end: str, field_map: str, fields: str | None = None, filters: str | None = None
) -> list[dict[str, Any]]:
	"""What the calendar of maintenance windows shows: the windows, as the host finds them, and agreed interruptions.

	`start`, `end` and the times in the answer are those of the site's zone; `filters` are of windows alone.
	"""
	frappe.has_permission(WINDOW, "read", throw=True)
	windows = get_events(WINDOW, start, end, field_map, filters, fields)
	try:
		found = agreed_calendar.entries(site_time.to_instant(start), site_time.to_instant(end))
	except DomainError as error:
		frappe.throw(sentence(error), title=_("Calendar"))
	if found.more:
		frappe.msgprint(
			_("Only the first {0} agreed interruptions are shown. Look at a week or a day.").format(
				len(found.shown)
			),
			alert=True,
			indicator="orange",
		)
	return [*map(_window_entry, windows), *map(_calendar_entry, found.shown)]


def _window_entry(window: dict[str, Any]) -> dict[str, Any]:
	"""A window as the host's calendar has it; what its colour means is said as well."""
	if window.get("cancelled"):
		meaning = _("Cancelled")
	elif window.get("in_time"):
		meaning = _("Announced in Time")
	else:
		meaning = _("Announced Late") if window.get("announced_on") else _("Not Announced")
	called = window.get("title") or ""
	title = f"{meaning}: {called}"
	return {**window, "title": title if window.get("cancelled") else called, "tooltip": title}


def _calendar_entry(one: agreed_calendar.Entry) -> dict[str, Any]:
	"""As the host's calendar has it, which lets nobody move what is submitted."""
	return {
		"doctype": AGREEMENT,
		"name": one.agreement,
		"docstatus": 1,
		"agreed_interruption": 1,
		"title": one.title,
		"tooltip": one.meaning,
		"starts": str(site_time.to_site(one.starts)),
		"ends": str(site_time.to_site(one.ends)),
	}


@frappe.whitelist()
def default_holds() -> dict[str, dict[str, int]]:
	"""What the rows of an agreement hold for unless somebody says otherwise, by metric as the form calls it."""
	frappe.has_permission("SLM Agreement", "read", throw=True)
	return {name: metrics.hold_fields(metrics.usual_holds(name)) for name in metrics.all_metrics()}


@frappe.whitelist()
def service_nodes(
	doctype: str, parent: str = "", is_root: bool = False, **_more: Any
) -> list[dict[str, Any]]:
	"""The services right under a node of the tree, or the topmost ones."""
	frappe.has_permission("SLM Service", "read", throw=True)
	return frappe.get_list(
		"SLM Service",
		filters={"parent_slm_service": ["is", "not set"] if is_root else parent},
		fields=["name as value", "is_group as expandable", "status", "service_type"],
		order_by="is_group desc, name asc",
		limit_page_length=0,
	)


@frappe.whitelist(methods=["POST"])
def add_service(
	service_name: str, parent: str = "", is_root: bool = False, is_group: bool = False, **more: Any
) -> str:
	"""Put a service or a group under a node of the tree; returns its name."""
	document = frappe.get_doc(
		{
			"doctype": "SLM Service",
			"service_name": service_name,
			"is_group": int(is_group),
			"parent_slm_service": None if is_root else parent,
			"service_type": more.get("service_type") or None,
			"status": more.get("status") or "Draft",
		}
	)
	return document.insert().name


@frappe.whitelist(methods=["POST"])
def new_version(agreement: str) -> str:
	"""Draft the next version of a submitted agreement, from tomorrow on; returns its name."""
	document = frappe.get_doc("SLM Agreement", agreement)
	document.check_permission("read")
	frappe.has_permission("SLM Agreement", "create", throw=True)
	if document.docstatus != 1:
		frappe.throw(
			_("{0} is not submitted. Change it as it is.").format(frappe.bold(agreement)),
			title=_("No New Version"),
		)
	return versions.new_version(document, add_days(site_time.today(), 1)).name


def _may_read(ticket_type: str, ticket: str) -> Any:
	document = frappe.get_doc(ticket_type, ticket)
	document.check_permission("read")
	return document


def _looked(ticket_type: str, ticket: str) -> explain.Looked:
	_may_read(ticket_type, ticket)
	try:
		looked = explain.look_at(Ticket(ticket_type, ticket), site_time.now())
	except DomainError as error:
		frappe.throw(sentence(error), title=_("Cannot Be Measured"))
	if looked is None:
		frappe.throw(
			_("Nothing has been recorded about {0} yet. Ask the process owner to run the backfill.").format(
				frappe.bold(ticket)
			),
			title=_("Not Recorded"),
		)
	return looked


def _promised_to_customer(clock: explain.ClockView) -> bool:
	return any(kind.value == clock.kind and kind.customer_facing for kind in KINDS.values())


def _readable(names: Iterable[str]) -> dict[str, dict[str, Any]]:
	"""Those of some agreements that the user may read, with what to call them."""
	wanted = sorted(names)
	if not wanted or not frappe.has_permission("SLM Agreement", "read"):
		return {}
	rows = frappe.get_list(
		"SLM Agreement",
		filters={"name": ["in", wanted]},
		fields=["name", "title", "kind", "document_version", "valid_from", "valid_until"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.pop("name"): row for row in rows}


def _choice(found: which.Choice, everyone: bool = False) -> dict[str, Any]:
	"""A choice with the agreements the user may read, those for other customers only counted unless `everyone`."""
	near = [one for one in found.candidates if everyone or one.rejected != "customer"]
	readable = _readable({one.agreement for one in (*near, *found.promises, *found.beneath)})
	shown = [
		{**asdict(one), **readable.get(one.agreement, {})}
		for one in near
		if one.agreement in readable or not one.rejected
	]
	beneath = [
		{**asdict(one), "title": readable[one.agreement]["title"]}
		for one in found.beneath
		if one.agreement in readable
	]
	limit = CANDIDATES_AT_MOST if everyone else CANDIDATES_SHOWN
	return {
		"ticket": asdict(found.ticket),
		"opened": found.opened,
		"applies": found.agreement,
		"promises": [
			{**asdict(one), "title": readable.get(one.agreement, {}).get("title", "")}
			for one in found.promises
		],
		"candidates": shown[:limit],
		"beneath": beneath[:limit],
		"more_beneath": len(beneath[limit:]),
		"other_customers": len(found.candidates) - len(near),
		"more": len(near) - len(shown[:limit]),
	}


def _in_hand(doctype: str, doc: str | dict[str, Any]) -> Any:
	"""The document a form holds, for those who may write it; for readers, as it is stored."""
	values = dict(frappe.parse_json(doc))
	name = values.get("name")
	stored = frappe.get_doc(doctype, name) if name and frappe.db.exists(doctype, name) else None
	if stored is None:
		frappe.has_permission(doctype, "create", throw=True)
	elif not frappe.has_permission(doctype, "write", doc=stored):
		stored.check_permission("read")
		return stored
	return frappe.get_doc({**values, "doctype": doctype})


@frappe.whitelist(methods=["POST"])
def sign_agreement(
	agreement: str,
	party: str,
	full_name: str,
	designation: str = "",
	on_paper: bool = False,
	evidence: str | None = None,
) -> str:
	"""Sign a draft for a party, at the desk or with a copy signed on paper; returns when, in site time."""
	document = _readable_agreement(agreement)
	row = signing.sign(
		document,
		party,
		full_name,
		designation,
		"On Paper" if on_paper else "Desk",
		str(frappe.local.request_ip or ""),
		evidence,
	)
	return str(row.signed_on)


@frappe.whitelist(methods=["POST"])
def contract_reviewed(agreement: str) -> None:
	"""The user has read a draft contract with a supplier and vouches for it."""
	document = frappe.get_doc(AGREEMENT, agreement)
	document.check_permission("submit")
	versions.contract_reviewed(document)


@frappe.whitelist()
def agreement_checklist(agreement: str) -> list[dict[str, str | bool]]:
	"""What still stands between a draft and its conclusion; see services.readiness."""
	return [
		{"name": line.name, "done": line.done, "what": line.what, "binding": line.binding}
		for line in readiness.checklist(_readable_agreement(agreement))
	]


@frappe.whitelist()
def chain_report(agreement: str) -> dict[str, Any]:
	"""What the last chain check of an agreement found, each finding with its words; `titles` name the supports."""
	document = _readable_agreement(agreement)
	found = frappe.parse_json(document.chain_result or "{}")
	titles = chain_words.titles_of(found)
	for one in found.get("findings", ()):
		one["words"] = chain_words.sentence(one, titles)
	waiver = {"waived_by": document.chain_waived_by, "waiver": document.chain_waiver}
	return {**found, **waiver, "titles": titles, "state": document.chain_state}


@frappe.whitelist(methods=["POST"])
def check_chain(agreement: str) -> str:
	"""Check an agreement's chain now; returns its state."""
	document = frappe.get_doc("SLM Agreement", agreement)
	document.check_permission("write")
	rechecks.recheck_one(document.name)
	return str(frappe.db.get_value("SLM Agreement", document.name, "chain_state"))


@frappe.whitelist(methods=["POST"])
def waive_chain(agreement: str, reason: str) -> None:
	"""Let an agreement stand although its chain does not hold; for the process owner."""
	chain.waive(_readable_agreement(agreement), reason)


@frappe.whitelist(methods=["POST"])
def terminate_agreement(agreement: str, last_day: str, reason: str) -> None:
	"""End an agreement in force or agreed after a day that has not passed."""
	agreements.terminate(_action_allowed(agreement, "Terminate"), getdate(last_day), reason)


@frappe.whitelist(methods=["POST"])
def freeze_agreement(agreement: str, first_day: str, last_day: str, reason: str) -> None:
	"""Let an agreement's clocks stand still from one day to another."""
	agreements.freeze(_action_allowed(agreement, "Freeze"), getdate(first_day), getdate(last_day), reason)


@frappe.whitelist(methods=["POST"])
def lift_freeze(agreement: str) -> None:
	"""Let an agreement's clocks run again from today on."""
	status = frappe.db.get_value("SLM Agreement", agreement, "status")
	action = "Lift Freeze" if status == "Frozen" else "Freeze"
	agreements.lift_freeze(_action_allowed(agreement, action))


@frappe.whitelist(methods=["POST"])
def agreement_revised(agreement: str) -> None:
	"""Somebody has looked at what asked for a revision, and the agreement stays as it is."""
	document = frappe.get_doc("SLM Agreement", agreement)
	document.check_permission("submit")
	agreements.revised(document)
	document.add_comment(
		"Info", _("Looked at; no revision needed: {0}").format(document.revision_because or "")
	)


@frappe.whitelist()
def announcement(agreement: str) -> list[dict[str, Any]]:
	"""Whom announcing an agreement would tell."""
	return [asdict(one) for one in announce.recipients(_announced_by_user(agreement))]


@frappe.whitelist(methods=["POST"])
def announce_agreement(agreement: str) -> list[str]:
	"""Announce a concluded agreement by e-mail; returns the addresses."""
	return [one.email for one in announce.announce(_announced_by_user(agreement))]


def _announced_by_user(name: str) -> Any:
	document = frappe.get_doc("SLM Agreement", name)
	document.check_permission("submit")
	return document


@frappe.whitelist()
def next_due(doctype: str, name: str, item: str) -> dict[str, Any]:
	"""A review, report or deliverable: what it is, when it is due, and the days that may come next."""
	task = due.task_of(_with_dates(doctype, name), item)
	return {
		"what": task.what,
		"due": str(task.due) if task.due else None,
		"next": [str(day) for day in due.next_dates(task)],
	}


@frappe.whitelist(methods=["POST"])
def mark_done(
	doctype: str,
	name: str,
	item: str,
	due_on: str | None = None,
	next_on: str | None = None,
	note: str = "",
) -> str | None:
	"""Say that something that was due on a day is done, named as by services.due; returns the next day, if any."""
	seen, wanted = (getdate(day) if day else None for day in (due_on, next_on))
	found = due.done(_with_dates(doctype, name), item, seen, wanted, note)
	return str(found) if found else None


def _with_dates(doctype: str, name: str) -> Any:
	if doctype not in (AGREEMENT, due.SERVICE):
		frappe.throw(_("Nothing is due from {0}.").format(frappe.bold(_(doctype))), frappe.PermissionError)
	document = frappe.get_doc(doctype, name)
	document.check_permission("write")
	return document


@frappe.whitelist()
def agreement_from_template(source_name: str, target_doc: str | None = None) -> Any:
	"""A new agreement, not saved yet, with what a template says; for the host's open_mapped_doc."""
	frappe.has_permission("SLM Agreement", "create", throw=True)
	return versions.from_template(_readable_agreement(source_name))


@frappe.whitelist()
def support_for(source_name: str, target_doc: str | None = None) -> Any:
	"""A new OLA or UC, not saved yet, to carry an agreement; `kind` is in the args of the host's open_mapped_doc."""
	frappe.has_permission("SLM Agreement", "create", throw=True)
	return supports.draft_for(_readable_agreement(source_name), (frappe.flags.args or {}).get("kind") or "")


@frappe.whitelist()
def supplier_request(source_name: str, target_doc: str | None = None) -> Any:
	"""A new Material Request or ToDo, not saved yet, to find a supplier; for the host's open_mapped_doc."""
	return supports.supplier_request(_readable_agreement(source_name))


def _readable_agreement(name: str) -> Any:
	document = frappe.get_doc("SLM Agreement", name)
	document.check_permission("read")
	return document


def _action_allowed(name: str, action: str) -> Any:
	"""The agreement, if the user may do that to it: as the site's workflow says, where there is one."""
	document = frappe.get_doc("SLM Agreement", name)
	document.check_permission("submit")
	versions.refuse_action(document, action)
	return document


@frappe.whitelist()
def service_graph(service: str) -> dict[str, Any]:
	"""What a service rests on and what rests on it, in rows by the number of steps, for drawing."""
	frappe.get_doc("SLM Service", service).check_permission("read")
	return asdict(trace.drawn(service))


@frappe.whitelist()
def find_service(issue: str | dict[str, Any]) -> dict[str, Any]:
	"""Which service an Issue with these values would get, and of each rule why it decides or does not."""
	frappe.has_permission("SLM Service Rule", "read", throw=True)
	looked = service_rules.look(frappe._dict(frappe.parse_json(issue)))
	decided = next((one.rule for one in looked if one.decided), None)
	return {
		"service": decided.service if decided else None,
		"rules": [
			{
				"name": one.rule.name,
				"service": one.rule.service,
				"decided": one.decided,
				"why": service_rules.why(one),
			}
			for one in looked
		],
	}


@frappe.whitelist(methods=["POST"])
def services_from(source: str, names: str | list[str], parent: str = "") -> dict[str, Any]:
	"""Make draft services of assets or items; says which, and of which none was made and why."""
	frappe.has_permission("SLM Service", "create", throw=True)
	return asdict(catalogue_sources.services_from(source, frappe.parse_json(names), parent))


@frappe.whitelist()
def print_catalogue() -> None:
	"""The whole catalogue, as customers may read it, as a PDF to look at."""
	frappe.has_permission("SLM Service", "print", throw=True)
	frappe.local.response.filename = f"{_('Service Catalogue')}.pdf"
	frappe.local.response.filecontent = catalogue_print.catalogue_pdf()
	frappe.local.response.type = "pdf"


@frappe.whitelist()
def requirement_from_opportunity(source_name: str, target_doc: str | None = None) -> Any:
	"""A new requirement, not saved yet, of an opportunity's customer or lead; for the host's open_mapped_doc."""
	frappe.has_permission("SLM Requirement", "create", throw=True)
	return requirement_results.from_opportunity(source_name)


@frappe.whitelist()
def requirement_from_lead(source_name: str, target_doc: str | None = None) -> Any:
	"""A new requirement, not saved yet, of a lead; for the host's open_mapped_doc."""
	frappe.has_permission("SLM Requirement", "create", throw=True)
	return requirement_results.from_lead(source_name)


@frappe.whitelist()
def requirement_from_contract(source_name: str, target_doc: str | None = None) -> Any:
	"""A new requirement, not saved yet, under a customer's contract; for the host's open_mapped_doc."""
	frappe.has_permission("SLM Requirement", "create", throw=True)
	return requirement_results.from_contract(source_name)


@frappe.whitelist(methods=["POST"])
def agreement_from_requirement(
	requirement: str, calendar: str | None = None, valid_from: str | None = None
) -> str:
	"""Draft an agreement with what a requirement says; returns its name."""
	document = _readable_requirement(requirement)
	frappe.has_permission("SLM Agreement", "create", throw=True)
	return requirement_results.draft_agreement(
		document, calendar or None, getdate(valid_from) if valid_from else None
	)


@frappe.whitelist(methods=["POST"])
def specification_from_requirement(requirement: str, service: str | None = None) -> str:
	"""Draft a service specification with what a requirement says; returns its name."""
	document = _readable_requirement(requirement)
	frappe.has_permission("SLM Service Specification", "create", throw=True)
	return requirement_results.draft_specification(document, service or None)


@frappe.whitelist(methods=["POST"])
def quality_plan_from_requirement(requirement: str) -> str:
	"""The Quality Goal of a requirement, made of its levels if there is none yet; returns its name."""
	document = _readable_requirement(requirement)
	document.check_permission("write")
	frappe.has_permission("Quality Goal", "create", throw=True)
	return requirement_results.quality_plan(document)


@frappe.whitelist(methods=["POST"])
def new_specification_version(specification: str) -> str:
	"""Draft the next version of a service specification; returns its name."""
	document = frappe.get_doc("SLM Service Specification", specification)
	document.check_permission("read")
	frappe.has_permission("SLM Service Specification", "create", throw=True)
	return specifications.new_version(document)


@frappe.whitelist(methods=["POST"])
def ticket_told(ticket: str, at: str | None = None) -> str:
	"""The users of a ticket have just been told that the service works again; returns the time written down."""
	issue = frappe.get_doc("Issue", ticket)
	issue.check_permission("write")
	return str(outages.told(issue, at, site_time.now()))


@frappe.whitelist()
def importable_agreements() -> list[str]:
	"""The DocTypes of agreements on this site that the user may import from."""
	frappe.has_permission("SLM Agreement", "create", throw=True)
	return list(import_erpnext_sla.sources())


@frappe.whitelist(methods=["POST"])
def import_agreement(source: str, name: str) -> dict[str, Any]:
	"""Draft an agreement from one of ERPNext's or Helpdesk's; `notes` are sentences, safe as HTML."""
	if source not in import_erpnext_sla.sources():
		frappe.throw(
			_("Nothing can be imported from {0}.").format(frappe.bold(_(source))), frappe.PermissionError
		)
	return asdict(import_erpnext_sla.import_agreement(source, name))


@frappe.whitelist()
def glossary_coverage(doctype: str, name: str) -> list[dict[str, str]]:
	"""Abbreviations in a document that the glossary does not know, and words it says to avoid."""
	document = frappe.get_doc(doctype, name)
	document.check_permission("read")
	return [asdict(one) for one in glossary.findings_in(glossary.texts_of(document))]


def _readable_requirement(name: str) -> Any:
	document = frappe.get_doc("SLM Requirement", name)
	document.check_permission("read")
	return document
