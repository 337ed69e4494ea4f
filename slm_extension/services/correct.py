"""Late knowledge from the request to the decision: who may ask, who may decide, and what each leaves on record.

What was asked is never changed afterwards; whoever asked for something else withdraws and asks again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, cstr, escape_html, get_datetime

from slm_extension.adapters import facts as translate
from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters.corrections import (
	APPROVED,
	CORRECTION,
	MEANINGS,
	PARTIES,
	REJECTED,
	REQUESTED,
	WITHDRAWN,
	correction_of,
	is_about_time,
	lasts,
	meaning_of,
)
from slm_extension.adapters.permissions import TICKET_TYPES, speakable
from slm_extension.adapters.refusals import filled_in, fits_in, sentence
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import Ticket
from slm_extension.adapters.wording import moment
from slm_extension.domain.corrections import end_of
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import DAY, Instant, Seconds
from slm_extension.domain.timeline import Fact, Kind, Timeline
from slm_extension.services import observe, outages
from slm_extension.services.corrections import Preview, preview
from slm_extension.services.tell import holders_of, tell

ASKED = ("ticket_type", "ticket", "what", "from_time", "until_time", *PARTIES)
"""What decides what a correction changes."""

DECIDERS = ("Service Level Manager", "SLM Process Owner")
LONGEST: Seconds = 366 * DAY
"""No wait that nobody noticed for a year is corrected in one piece."""


def ask(document: Any, now: Instant) -> None:
	"""A request is made: it has to be possible, evidenced, within the limits, and by who may change the ticket."""
	document.restatements = []
	filled_in(document)
	fits_in(document)
	_refuse_impersonation()
	ticket, ledger = _ticket_of(document), _ledger_to_correct(document)
	_take_times(document, ledger, now)
	_refuse_without_party(document)
	_refuse_without_evidence(document)
	_refuse_beyond_limits(document, now)
	document.update(
		{
			"status": REQUESTED,
			"requested_by": frappe.session.user,
			"requested_on": site_time.to_site(now),
			"decided_by": None,
			"decided_on": None,
			"decision_note": None,
		}
	)
	with _refusing():
		document.figures = _kept(preview(ticket, document, ledger, now))


def keep(document: Any) -> None:
	"""A request that is there is saved: it stays as it was asked, whatever a form or another door sends."""
	if document.flags.slm_deciding:
		return
	before = document.get_doc_before_save()
	for field in document.meta.fields:
		if field.fieldtype == "Table":
			document.set(field.fieldname, [row.as_dict() for row in before.get(field.fieldname)])
		elif field.fieldtype not in frappe.model.no_value_fields:
			if _plain(field, document) != _plain(field, before):
				frappe.throw(
					_("{0} stays as it was asked. Withdraw the request and make another.").format(
						frappe.bold(_(field.label))
					),
					title=_("Kept as Asked"),
				)


def _plain(field: Any, document: Any) -> str:
	value = document.get(field.fieldname)
	return cstr(get_datetime(value)) if value and field.fieldtype == "Datetime" else cstr(value)


def refuse_deletion(document: Any) -> None:
	frappe.throw(
		_("{0} stays on record. Whoever asked can withdraw it as long as it is not decided.").format(
			frappe.bold(document.name)
		),
		title=_("Kept on Record"),
	)


def shown(document: Any, now: Instant) -> dict[str, Any]:
	"""What the form shows: of a request, what it would change as of now; of what is decided, what was shown then."""
	if document.status != REQUESTED:
		return _for_reader(json.loads(document.figures or "{}"))
	ledger = _ledger_to_correct(document, write=False, lock=False)
	with _refusing():
		return _for_reader(_as_json(preview(_ticket_of(document), document, ledger, now)))


def shown_before_asking(document: Any, now: Instant) -> dict[str, Any]:
	"""The same of a request in the making, with the end that was taken for it; nothing while it does not say enough."""
	if not document.ticket or document.what not in MEANINGS:
		return {}
	if is_about_time(document) and not document.from_time:
		return {}
	ledger = _ledger_to_correct(document, lock=False)
	given = document.until_time
	_take_times(document, ledger, now)
	_refuse_without_party(document)
	taken = str(document.until_time) if document.until_time and not given else None
	with _refusing():
		found = preview(_ticket_of(document), document, ledger, now)
	return {**_for_reader(_as_json(found)), "until": taken}


def hide(document: Any) -> None:
	"""On the document in hand, what it keeps of clocks under agreements of which the user may not hear."""
	rows = document.get("restatements") or []
	spoken = speakable(row.agreement for row in rows)
	document.restatements = [row for row in rows if row.agreement in spoken]
	if document.get("figures"):
		known = json.loads(document.figures)
		told = _for_reader(known)
		if told.get("hidden"):
			document.figures = _json(told)


def _for_reader(view: dict[str, Any]) -> dict[str, Any]:
	"""A preview without clocks under agreements of which the user may not hear; `hidden` says how many there are."""
	if not view:
		return view
	spoken = speakable(view["titles"])
	clocks, periods = (
		[one for one in view[field] if one["agreement"] in spoken] for field in ("clocks", "periods")
	)
	titles = {name: title for name, title in view["titles"].items() if name in spoken}
	hidden = len(view["clocks"]) - len(clocks)
	return {**view, "clocks": clocks, "periods": periods, "titles": titles, "hidden": hidden}


def approve(name: str, seen: str, note: str, now: Instant) -> None:
	"""Put it into the ledger, if it still changes what the approver has seen. `seen` is the digest of that."""
	document = _to_decide(name)
	ticket = _ticket_of(document)
	observe.settled(ticket, now)
	ledger = _ledger_to_correct(document, write=False)
	with _refusing():
		found = preview(ticket, document, ledger, now)
		if found.digest != seen:
			frappe.throw(
				_(
					"Something has happened to {0} since these figures were shown. Look at the new ones."
				).format(frappe.bold(escape_html(ticket.name))),
				title=_("Figures Outdated"),
			)
		observe.corrected(ticket, found.facts, now, document.name, document.reason)
		for fact in found.facts:
			if fact.kind is Kind.TOLD and ticket.type == issues.ISSUE:
				outages.told_earlier(ticket.name, fact.at, document.name)
	for one in found.clocks:
		if one.restated:
			document.append(
				"restatements",
				{
					"metric": one.metric,
					"agreement": one.agreement,
					"target": one.target,
					"clock_key": one.key,
					"before_outcome": one.before.outcome if one.before else "",
					"before_period": one.before.period if one.before else 0,
					"before_excused": int(one.before.excused) if one.before else 0,
					"after_outcome": one.after.outcome if one.after else "",
					"after_period": one.after.period if one.after else 0,
					"after_excused": int(one.after.excused) if one.after else 0,
				},
			)
	document.figures = _kept(found)
	_decide(document, APPROVED, note, now)
	frappe.get_doc(ticket.type, ticket.name).notify_update()


def reject(name: str, note: str, now: Instant) -> None:
	"""Nothing changes; the request and why it was refused stay on record."""
	document = _to_decide(name)
	if not (note or "").strip():
		frappe.throw(_("Say why: whoever asked will read it."), title=_("Note Missing"))
	_keep_figures(document, now)
	_decide(document, REJECTED, note, now)


def withdraw(name: str, note: str, now: Instant) -> None:
	"""Whoever asked takes it back before it is decided."""
	document = _locked(name)
	if document.requested_by != frappe.session.user:
		frappe.throw(
			_("Only {0}, who asked, can withdraw it.").format(
				frappe.bold(escape_html(document.requested_by))
			),
			frappe.PermissionError,
			title=_("Not Yours"),
		)
	_refuse_decided(document)
	_decide(document, WITHDRAWN, note, now)


def why_not_decide(document: Any) -> str:
	"""Why the user may not decide a request; empty when he may."""
	user = frappe.session.user
	if set(DECIDERS).isdisjoint(frappe.get_roles(user)):
		return _("Corrections are decided by a Service Level Manager or the SLM Process Owner.")
	if user == document.requested_by:
		return _("You have asked for it. Somebody else has to decide.")
	if _impersonated():
		return _("You act for somebody else. Sign in as yourself to decide.")
	return ""


def may_withdraw(document: Any) -> bool:
	return document.status == REQUESTED and document.requested_by == frappe.session.user


def tell_deciders(document: Any) -> list[str]:
	"""Everybody who can decide a new request, apart from who asked, is told of it."""
	wanted = {user for role in DECIDERS for user in holders_of(role)} - {document.requested_by}
	users = sorted(user for user in wanted if document.has_permission("read", user=user))
	subject = _("{0} asks to correct {1}: {2}").format(
		frappe.utils.get_fullname(document.requested_by), document.ticket, _(document.what)
	)
	return tell(document, users, subject, document.reason)


def _to_decide(name: str) -> Any:
	document = _locked(name)
	document.check_permission("read")
	if refusal := why_not_decide(document):
		frappe.throw(refusal, frappe.PermissionError, title=_("Not Yours to Decide"))
	_refuse_decided(document)
	return document


def _locked(name: str) -> Any:
	"""The request as it is stored; nobody else decides it until this transaction ends.

	Its ticket is locked before it: whoever asks for another has that, and looks at all requests for it then.
	"""
	if ticket := frappe.db.get_value(CORRECTION, name, "ticket"):
		issues.lock([ticket])
	return frappe.get_doc(CORRECTION, name, for_update=True)


def _refuse_decided(document: Any) -> None:
	if document.status != REQUESTED:
		frappe.throw(
			_("{0} is {1} already.").format(frappe.bold(document.name), _(document.status)),
			title=_("Decided Already"),
		)


def _decide(document: Any, status: str, note: str, now: Instant) -> None:
	document.update(
		{
			"status": status,
			"decided_by": frappe.session.user,
			"decided_on": site_time.to_site(now),
			"decision_note": (note or "").strip() or None,
		}
	)
	fits_in(document)
	document.flags.slm_deciding = True
	document.flags.ignore_links = True
	document.save(ignore_permissions=True)
	document.flags.slm_deciding = False
	subject = _("Your correction of {0} is {1}: {2}").format(
		document.ticket, _(status).lower(), _(document.what)
	)
	tell(document, [document.requested_by], subject, document.decision_note or "")


def _keep_figures(document: Any, now: Instant) -> None:
	"""What would have changed, as of the decision; what was kept when it was asked, where that cannot be said now."""
	ticket = _ticket_of(document)
	ledger = store.facts_of([ticket])[ticket]
	if not ledger:
		return
	try:
		document.figures = _kept(preview(ticket, document, ledger, now))
	except DomainError:
		return


def _ticket_of(document: Any) -> Ticket:
	return Ticket(document.ticket_type, document.ticket)


def _ledger_to_correct(document: Any, write: bool = True, lock: bool = True) -> list[Fact]:
	"""The ledger of a ticket that is there and timed; with `write`, of one that the user may change.

	With `lock` nobody else adds to it until the transaction ends.
	"""
	ticket = _ticket_of(document)
	called = frappe.bold(escape_html(ticket.name))
	if ticket.type not in TICKET_TYPES:
		frappe.throw(_("{0} is no ticket.").format(called), title=_("No Ticket"))
	if not enabled():
		frappe.throw(_("Tickets are not timed on this site."), title=_("No Clocks"))
	if lock:
		issues.lock([ticket.name])
	if not frappe.db.exists(ticket.type, ticket.name):
		frappe.throw(
			_("{0} has been deleted: its clocks count nowhere any more.").format(called), title=_("No Ticket")
		)
	frappe.has_permission(ticket.type, "write" if write else "read", ticket.name, throw=True)
	ledger = store.facts_of([ticket], latest=lock)[ticket]
	if not ledger:
		frappe.throw(
			_("Nothing has been recorded about {0} yet. The process owner can run the backfill.").format(
				called
			),
			title=_("No Record"),
		)
	if Timeline.of(ticket.name, ledger).steps[-1].state.withdrawn == translate.DELETED:
		frappe.throw(
			_("{0} has been deleted: its clocks count nowhere any more.").format(called), title=_("No Ticket")
		)
	return ledger


def _take_times(document: Any, ledger: list[Fact], now: Instant) -> None:
	"""Times of what is about time only; an end that nobody gave is the one that the record suggests."""
	if not is_about_time(document):
		document.from_time = document.until_time = None
		return
	if not document.from_time:
		frappe.throw(_("Say from when on it was so."), title=_("Time Missing"))
	if not lasts(document):
		document.until_time = None
		return
	with _refusing():
		one = correction_of(document, now)
		until = one.until
		if until is None:
			until = end_of(one.claim, one.whom, one.at, Timeline.of(document.ticket, ledger), now)
			document.until_time = site_time.to_site(until)
		if until - one.at > LONGEST:
			frappe.throw(
				_("From {0} to {1} is more than a year. Correct one of the times.").format(
					moment(document.from_time), moment(document.until_time)
				),
				title=_("Too Long"),
			)


def _refuse_without_party(document: Any) -> None:
	meaning = meaning_of(document)
	for field in PARTIES:
		if field != meaning.party:
			document.set(field, None)
	if meaning.needs_party and not document.get(meaning.party):
		frappe.throw(
			_("Say to whom: {0}.").format(frappe.bold(_(document.meta.get_label(meaning.party))))
			if meaning.party != "priority"
			else _("Say which priority it had."),
			title=_("Name Missing"),
		)
	if document.get("priority"):
		known = frappe.db.exists("Issue Priority", document.priority)
		if not known:
			frappe.throw(
				_("There is no priority {0}. Choose one of the list.").format(
					frappe.bold(escape_html(document.priority))
				),
				title=_("No Such Priority"),
			)
		document.priority = known


def _refuse_without_evidence(document: Any) -> None:
	if not document.communication and not document.evidence:
		frappe.throw(
			_("Attach a file or choose a message of the ticket that shows it."), title=_("Evidence Missing")
		)
	if document.communication:
		about = frappe.db.get_value(
			"Communication", document.communication, ["reference_doctype", "reference_name"]
		)
		if about != (document.ticket_type, document.ticket):
			frappe.throw(
				_("That message is not about {0}. Choose one of the ticket.").format(
					frappe.bold(escape_html(document.ticket))
				),
				title=_("Evidence of Another"),
			)
	if document.evidence and not _may_read_file(document.evidence):
		frappe.throw(_("There is no such file that you may read. Attach it again."), title=_("No Such File"))


def _may_read_file(url: str) -> bool:
	names = frappe.get_all("File", filters={"file_url": url}, pluck="name", order_by="creation asc", limit=20)
	return any(frappe.get_doc("File", name).has_permission("read") for name in names)


def _refuse_beyond_limits(document: Any, now: Instant) -> None:
	settings = frappe.get_cached_doc("SLM Settings")
	days, limit = cint(settings.get("correction_days")), cint(settings.get("correction_limit"))
	if days and is_about_time(document):
		with _refusing():
			earliest = now - days * DAY
			if correction_of(document, now).at < earliest:
				frappe.throw(
					_(
						"{0} is more than {1} days ago. SLM Settings allow corrections no further back."
					).format(moment(document.from_time), days),
					title=_("Too Late"),
				)
	if limit:
		today = site_time.to_site(now)
		first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
		asked = frappe.db.count(
			CORRECTION,
			{
				"requested_by": frappe.session.user,
				"requested_on": ["between", [first, today]],
				"status": ["!=", WITHDRAWN],
			},
		)
		if asked >= limit:
			frappe.throw(
				_("You have asked for {0} corrections this month; SLM Settings allow {1}.").format(
					asked, limit
				),
				title=_("Too Many"),
			)


def refuse_twice(document: Any) -> None:
	"""The ticket is locked and the request stored: who has asked before, with a first click for one, is seen.

	Were it not stored before one looks for others, the database would lock the place where it belongs: that of the
	requests for other tickets too.
	"""
	same = frappe.db.get_value(
		CORRECTION,
		{
			"ticket_type": document.ticket_type,
			"ticket": document.ticket,
			"what": document.what,
			"from_time": document.from_time or ["is", "not set"],
			"status": REQUESTED,
			"name": ["!=", document.name],
			**{field: document.get(field) or ["is", "not set"] for field in PARTIES},
		},
		"name",
		for_update=store.locks_rows(),
	)
	if same:
		# whoever goes on after the refusal leaves none behind
		frappe.db.delete(CORRECTION, {"name": document.name})
		frappe.throw(
			_("{0} asks for the same and is not decided yet.").format(
				frappe.utils.get_link_to_form(CORRECTION, same)
			),
			title=_("Asked Already"),
		)


def _refuse_impersonation() -> None:
	if _impersonated():
		frappe.throw(
			_("You act for somebody else. Sign in as yourself to ask for a correction."),
			frappe.PermissionError,
			title=_("Not in Another's Name"),
		)


def _impersonated() -> bool:
	"""Whether an administrator has taken on this user's session."""
	return bool((frappe.session.get("data") or {}).get("impersonated_by"))


@contextmanager
def _refusing() -> Iterator[None]:
	"""What the domain objects to, as a sentence with times that a person can read."""
	try:
		yield
	except DomainError as error:
		called = {
			str(value): moment(site_time.to_site(value))
			for value in error.values.values()
			if isinstance(value, int)
		}
		frappe.throw(sentence(error, called), title=_("This Cannot Have Been So"))


def _as_json(found: Preview) -> dict[str, Any]:
	"""A preview for the form and the record: instants as the site's wall shows them."""
	clocks = []
	for one in found.clocks:
		clock = asdict(one)
		for side in (clock["before"], clock["after"]):
			for field in ("started", "stopped", "due", "missed_at") if side else ():
				side[field] = _text(side[field])
		clocks.append({**clock, "restated": one.restated})
	periods = [
		{
			"agreement": one.agreement,
			"metric": one.metric,
			"target": one.target,
			"period": one.period,
			"before": _attainment(one.before),
			"after": _attainment(one.after),
		}
		for one in found.periods
	]
	titles = {
		name: frappe.get_cached_value("SLM Agreement", name, "title")
		for name in sorted({one.agreement for one in found.clocks})
	}
	return {
		"asked": _text(found.asked),
		"digest": found.digest,
		"clocks": clocks,
		"periods": periods,
		"titles": titles,
	}


def _attainment(counts: Any) -> dict[str, Any]:
	return {
		**asdict(counts),
		"gross": None if counts.gross is None else float(counts.gross),
		"net": None if counts.net is None else float(counts.net),
	}


def _text(at: Instant | None) -> str | None:
	return None if at is None else str(site_time.to_site(at))


def _kept(found: Preview) -> str:
	return _json(_as_json(found))


def _json(view: dict[str, Any]) -> str:
	return json.dumps(view, ensure_ascii=False, separators=(",", ":"))
