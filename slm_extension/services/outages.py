"""The life of an outage: what it must be, where it stands, and the ticket that says whether the service is down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime

from slm_extension.adapters import facts as translate
from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters.catalogue import SERVICE
from slm_extension.adapters.outages import GOING, OUTAGE, outage_of, outages_of, stored, times_of
from slm_extension.adapters.refusals import refusing
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import Ticket
from slm_extension.adapters.wording import moment_to_the_second
from slm_extension.domain.availability import WHOLE
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.domain.timeline import Kind
from slm_extension.services import observe
from slm_extension.services.tell import PROCESS_OWNER, holders_of, tell

TOLERANCE: Seconds = 300
"""So far the clock of a browser may be ahead, and so long ago a user may have been told without a correction."""

ENDED = ("Resolved", "Closed")
CHANGES = "slm_down_changes"
"""The field of an Issue that counts how often it was told, past its time stamp, whether its service is down."""

FROM_TICKET = "Ticket"
"""What an outage says it is known from whose service and being there follow from its ticket."""


def check(outage: Any, now: Instant) -> None:
	"""Everything an outage has to be before it is saved. Refuses in a sentence."""
	_refuse_service(outage)
	_refuse_times(outage, now)
	_refuse_twice_measured(outage)
	if outage.told_at and not outage.restored_at:
		outage.restored_at = outage.told_at
	if not outage.degradation:
		outage.degradation = _share_of_users(outage)
	with refusing(outage):
		outage_of(outage)
	outage.status = standing(outage)


def standing(outage: Any) -> str:
	"""Open, Restored, Closed or Cancelled: it follows from what is entered, and is never entered itself."""
	if outage.cancelled:
		return "Cancelled"
	if outage.told_at:
		return "Closed"
	return "Restored" if outage.restored_at else "Open"


def _refuse_service(outage: Any) -> None:
	before = outage.get_doc_before_save()
	if before is not None and before.service == outage.service:
		return
	why = unusable(outage.service)
	if why:
		frappe.throw(why, title=_("Service"))


def unusable(service: str) -> str:
	"""Why there can be no outage of what bears that name; empty when there can."""
	known = frappe.db.get_value(SERVICE, service, ["is_group", "status"], as_dict=True)
	name = frappe.bold(escape_html(service))
	if known is None:
		return ""
	if known.is_group:
		return _("{0} is a group of services. Name the service itself.").format(name)
	if known.status == "Retired":
		return _("{0} is retired. Name one that is in use.").format(name)
	return ""


def _refuse_times(outage: Any, now: Instant) -> None:
	with refusing(outage):
		at = times_of(outage)
	for field, instant in at.items():
		if instant > now + TOLERANCE:
			frappe.throw(
				_("{0} ({1}) lies in the future. What is to come is a maintenance window.").format(
					_(outage.meta.get_label(field)), moment_to_the_second(outage.get(field))
				),
				title=_("Not Yet"),
			)
	for earlier, later in (("started", "restored_at"), ("started", "told_at"), ("restored_at", "told_at")):
		if earlier in at and later in at and at[later] < at[earlier]:
			frappe.throw(
				_("{0} ({1}) lies before {2} ({3}). Correct one of them.").format(
					_(outage.meta.get_label(later)),
					moment_to_the_second(outage.get(later)),
					_(outage.meta.get_label(earlier)),
					moment_to_the_second(outage.get(earlier)),
				),
				title=_("Times Swapped"),
			)


def _refuse_twice_measured(outage: Any) -> None:
	"""R195: an import that is run again brings nothing twice."""
	for field in ("data_source", "measurement_id"):
		given = (outage.get(field) or "").strip() if outage.source == "Measurement" else ""
		outage.set(field, given or None)  # the index that keeps twins out takes empty texts for the same
	if outage.source != "Measurement":
		return
	if not outage.data_source:
		frappe.throw(
			_("Measured By is empty. Name the system or the report that measured it."),
			title=_("Source Missing"),
		)
	if not outage.measurement_id:
		return
	known = frappe.db.get_value(
		OUTAGE,
		{
			"data_source": outage.data_source,
			"measurement_id": outage.measurement_id,
			"name": ["!=", outage.name or ""],
		},
	)
	if known:
		frappe.throw(
			_("{0} of {1} is here already: {2}.").format(
				frappe.bold(escape_html(outage.measurement_id)),
				escape_html(outage.data_source or ""),
				frappe.bold(known),
			),
			title=_("Taken In Already"),
		)


def _share_of_users(outage: Any) -> int:
	"""Percent of a service's users that an outage hits, rounded up; all of it where one of the numbers is missing."""
	users = cint(frappe.db.get_value(SERVICE, outage.service, "expected_users"))
	hit = cint(outage.users_affected)
	if not users or not hit:
		return WHOLE
	return min(WHOLE, -(-WHOLE * hit // users))


def mirror(issue: str) -> bool:
	"""Outages of a ticket were changed: it says whether the service is down, no more and no less. Returns what it says.

	Past its time stamp, so that a form that is open is saved all the same; overrides.issue_desk keeps the tick right.
	"""
	said = frappe.db.get_value(
		"Issue", issue, "slm_service_down", for_update=store.locks_rows()
	)  # the ticket is locked before its outages
	outages = outages_of(issue)
	down = any(one.status in GOING for one in outages)
	if bool(said) != down:
		_tick(issue, down, None if down else _last_told(outages))
	return down


def _tick(issue: str, down: bool, told_at: datetime | None) -> None:
	"""Past every event. It is counted, so that a document is found out that was read before."""
	store.count_up(Ticket("Issue", issue), CHANGES)
	store.set_ticket_fields(Ticket("Issue", issue), {"slm_service_down": int(down), "slm_told_at": told_at})


def _last_told(outages: Iterable[Any]) -> datetime | None:
	"""When the users of a ticket were told last that its service works again, as its outages, rows, say."""
	return max((one.told_at for one in outages if one.told_at and not one.cancelled), default=None)


def follow(issue: Any, now: Instant, was: str = "") -> None:
	"""A ticket says that its service is down, or no longer says so: there is an outage, or there was none.

	A ticket that was opened with it says so of its opening, one that says it later of now. `was` is its status
	before, of a document that does not know.
	"""
	before = issue.get_doc_before_save()
	new = issue.flags.in_insert or (before is not None and not before.slm_service_down)
	going = _going(issue.name, new)
	if not issue.slm_service_down:
		_never_down(issue, going)
		return
	for outage in going:
		_keep_up(outage, issue, now, (was if before is None else before.status) in ENDED)
	if going:
		return
	if not issue.slm_service:
		_hint(_("The ticket names no service. Choose one; its outage begins then."))
	elif why := unusable(issue.slm_service):
		_hint(_("No outage was opened: {0}").format(why))
	else:
		_open(issue, _opening(issue, now) if issue.flags.in_insert else site_time.to_site(now))


def _never_down(issue: Any, going: list[Any]) -> tuple[list[str], list[str]]:
	"""A ticket takes back that its service is down, but not what somebody else has found out: then it says so again.

	Returns the names of the outages that are cancelled, and of those that go on.
	"""
	own = [outage for outage in going if outage.source == FROM_TICKET]
	for outage in own:
		_cancel(outage, issue.name)
	others = [outage.name for outage in going if outage.source != FROM_TICKET]
	if others:
		issue.slm_service_down = int(mirror(issue.name))
		_hint(
			_("{0} was not entered by the ticket and goes on. End or cancel it there.").format(
				", ".join(others)
			)
		)
	return [outage.name for outage in own], others


def _hint(text: str) -> None:
	frappe.msgprint(text, alert=True, indicator="orange")


def _opening(issue: Any, now: Instant) -> datetime | None:
	opened = site_time.to_instant(site_time.on_day(issue.opening_date, issue.opening_time))
	return site_time.to_site(min(opened, now))


def _open(issue: Any, started: datetime | None) -> Any:
	return frappe.get_doc(
		{
			"doctype": OUTAGE,
			"service": issue.slm_service,
			"issue": issue.name,
			"started": started,
			"source": FROM_TICKET,
			"description": issue.subject,
		}
	).insert(ignore_permissions=True)


def _keep_up(outage: Any, issue: Any, now: Instant, was_done: bool) -> None:
	"""The service of the ticket is that of its outage; a ticket that is resolved says that the service works again.

	Only one that is reopened (`was_done`) takes that back: who has entered it on the outage of an open one is believed.
	"""
	service, restored_at = _service_now(outage, issue), outage.restored_at
	if issue.status in ENDED:
		restored_at = restored_at or site_time.to_site(now)
	elif was_done:
		restored_at = None
	if (service, restored_at) == (outage.service, outage.restored_at):
		return
	outage.service, outage.restored_at = service, restored_at
	outage.save(ignore_permissions=True)


def _service_now(outage: Any, issue: Any) -> str:
	"""The ticket's, unless the outage was entered by somebody who knew better, or the ticket's cannot be down."""
	if outage.source != FROM_TICKET or not issue.slm_service or issue.slm_service == outage.service:
		return str(outage.service)
	if why := unusable(issue.slm_service):
		_hint(_("{0} remains one of {1}: {2}").format(outage.name, escape_html(outage.service), why))
		return str(outage.service)
	return str(issue.slm_service)


def _cancel(outage: Any, issue: str) -> None:
	outage.cancelled = 1
	outage.save(ignore_permissions=True)
	outage.add_comment("Info", _("{0} no longer says that the service is down.").format(issue))


def _going(issue: str, new: bool = False) -> list[Any]:
	"""The outages of a ticket that is locked of whose end the users have not been told, as they are now.

	One that did not say that its service is down has hardly any (`new`): what it might have is not locked, or two
	whose services go down at once would keep each other from opening an outage.
	"""
	names = (
		frappe.get_all(OUTAGE, filters={"issue": issue}, pluck="name", order_by="name asc")
		if new
		else [one.name for one in outages_of(issue) if one.status in GOING]
	)
	return [outage for outage in map(stored, names) if outage.status in GOING]


def told(issue: Any, at: datetime | str | None, now: Instant) -> datetime:
	"""The users of a ticket know that the service works again (R193): a fact, and the end of its outages.

	Returns the time that was written down. Refuses one that is not now.
	"""
	moment = now if at in (None, "") else _recent(issue, at, now)
	issues.lock([issue.name])
	if enabled():
		moment = _recorded(issue, moment)
	written = site_time.to_site(moment)
	for outage in _going(issue.name):
		outage.told_at = site_time.to_site(max(moment, *times_of(outage).values()))
		outage.save(ignore_permissions=True)
	_tick(issue.name, False, written)
	issue.add_comment("Info", _("has told the users that the service works again."))
	return written


def told_earlier(issue: str, at: Instant, source: str) -> None:
	"""It has become known that the users of a ticket were told at an instant: its outage of that time ended then.

	`source` is the correction that says so. What began later, or had ended before, is left alone.
	"""
	lasted: list[datetime] = []
	for one in sorted(outages_of(issue), key=lambda row: row.started):
		if one.cancelled:
			continue
		outage = stored(one.name)
		span = outage_of(outage)
		if span.began <= at and (span.told is None or at < span.told):
			outage.told_at = site_time.to_site(at)
			if times_of(outage).get("restored_at", at) > at:
				outage.restored_at = outage.told_at
			outage.save(ignore_permissions=True)
			outage.add_comment("Info", _("{0}: the users had been told then.").format(source))
		lasted.extend(filter(None, [outage.told_at]))
	if lasted and not mirror(issue):
		store.set_ticket_fields(Ticket("Issue", issue), {"slm_told_at": max(map(get_datetime, lasted))})


def _recent(issue: Any, at: datetime | str, now: Instant) -> Instant:
	try:
		with refusing(issue):
			moment = site_time.to_instant(at)
	except ValueError:
		frappe.throw(
			_("{0} is not a time. Write it like 2026-06-30 18:00:00.").format(
				frappe.bold(escape_html(str(at)))
			),
			title=_("Users Told"),
		)
	if not now - TOLERANCE <= moment <= now + TOLERANCE:
		frappe.throw(
			_("{0} is not now. What is recorded about an earlier time is a correction: ask for one.").format(
				moment_to_the_second(at)
			),
			title=_("Users Told"),
		)
	return min(moment, now)


def _recorded(issue: Any, moment: Instant) -> Instant:
	"""Put the fact into the ledger, which is begun where there is none, and say when it counts."""
	ticket = Ticket(issue.doctype, issue.name)
	news = [translate.News(Kind.TOLD, frappe.session.user)]
	result = observe.happened(ticket, news, moment, "users told")
	if result is None:
		observe.begun(issue, moment, "users told")
		result = observe.happened(ticket, news, moment, "users told")
	observe.put(ticket, result)
	return moment


def ticket_gone(issue: str) -> None:
	"""A ticket is deleted, and locked by the host for that: that the service was down remains true."""
	for one in outages_of(issue):
		frappe.db.set_value(OUTAGE, one.name, "issue", None)
		outage = frappe.get_doc(OUTAGE, one.name)
		outage.add_comment("Info", _("{0} was deleted.").format(issue))
		if one.status in GOING:
			subject = _("{0} was deleted, and {1} counts as down").format(issue, outage.service)
			text = _(
				"Nobody will end the outage by resolving a ticket any more. Enter its end in {0}."
			).format(outage.name)
			tell(outage, in_charge_of(outage.service), subject, text, everybody=True)


def in_charge_of(service: str) -> list[str]:
	"""Who owns or monitors a service; who owns the process where nobody is named."""
	named = frappe.db.get_value(SERVICE, service, ["service_owner", "monitor"]) or ()
	return list(filter(None, named)) or holders_of(PROCESS_OWNER)


def caught_up(issue: Any, began: Instant) -> list[str]:
	"""A ticket says otherwise than its outages, past every event of the host: they follow it, as on a save.

	`began` is since when the service is down, if it is. Returns what was done, a few words each; nothing where a
	save would not have opened an outage either.
	"""
	going = _going(issue.name)
	if not issue.slm_service_down:
		cancelled, others = _never_down(issue, going)
		return [
			*(_("outage {0} cancelled").format(name) for name in cancelled),
			*(_("outage {0} goes on, so its service is down").format(name) for name in others),
		]
	if going or not issue.slm_service or unusable(issue.slm_service):
		return []
	outage = _open(issue, site_time.to_site(began))
	if issue.slm_told_at:
		frappe.db.set_value("Issue", issue.name, "slm_told_at", None, update_modified=False)
	return [_("outage {0} opened (at {1})").format(outage.name, outage.started)]


def kept_up(issue: Any, at: Instant, was: str) -> list[str]:
	"""A ticket's status or service has become another past every event: its outages follow. Returns what was done.

	`was` is its status before.
	"""
	done = []
	for outage in _going(issue.name):
		before = (outage.service, outage.status)
		_keep_up(outage, issue, max(at, site_time.to_instant(outage.started)), was in ENDED)
		if (outage.service, outage.status) != before:
			done.append(_("outage {0} {1}, {2}").format(outage.name, _(outage.status), outage.service))
	return done
