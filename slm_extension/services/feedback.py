"""What users say about how a ticket was handled: who may say it, what is kept of it, and who hears of a poor score.

An answer stays as it was given. The same person's next one replaces it, unless the ticket was reopened and done
again in between; then it is about other work, and both stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import frappe
from frappe import _
from frappe.database.database import savepoint
from frappe.utils import escape_html, flt

from slm_extension.adapters import settings, site_time, store, wording
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.feedback import FEEDBACK, Answer, answers_of
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.refusals import filled_in, refusing
from slm_extension.adapters.store import Ticket
from slm_extension.adapters.teams import site_teams
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import Instant
from slm_extension.domain.satisfaction import HIGHEST_SCORE, checked_score
from slm_extension.domain.timeline import DONE, ENDED, Kind, Timeline
from slm_extension.services.outages import in_charge_of
from slm_extension.services.tell import tell

PORTAL, IMPORT = "Portal", "Import"
TOLD_TO_STAFF = ("E-Mail", "Telephone", "In Person")
"""Ways in which a user says something that somebody else then writes down."""

AS_IT_WAS = {
	"subject": "subject",
	"customer": "customer",
	"service": "slm_service",
	"agreement": "slm_agreement",
}
"""What is kept of the ticket as it is when the answer is given: field of the answer -> field of the Issue."""

TOLERANCE = 300
"""So many seconds the clock of a browser may be ahead."""


@dataclass(frozen=True, slots=True)
class Said:
	"""What somebody says. `by` is his name, or his e-mail address; `expected` is 0 where he was not asked."""

	score: float
	by: str
	channel: str
	comment: str = ""
	expected: float = 0


def take_down(feedback: Any, now: Instant) -> None:
	"""A new answer, by whatever door: fill in what follows from the ticket, refuse in a sentence what cannot be."""
	if frappe.flags.in_import and not feedback.channel:
		feedback.channel = IMPORT
	_say_who(feedback)
	filled_in(feedback)
	_settle(feedback, now)
	said = _said_by(feedback.ticket, feedback.given_by or "", feedback.person)
	former = _of_same_work(feedback.ticket, said, site_time.to_instant(feedback.given_on))
	if former is not None:
		frappe.throw(
			_(
				"{0} has said something about {1} already: {2}. Record it on the ticket to replace that."
			).format(
				frappe.bold(escape_html(feedback.person)),
				frappe.bold(escape_html(feedback.ticket)),
				frappe.bold(former.name),
			),
			title=_("Said Already"),
		)
	feedback.answer_key = _key(feedback, said)


def record(ticket: str, said: Said, now: Instant) -> str:
	"""Write down for a user what he has said. Returns the name of the answer.

	What he has said in the portal himself is his to change.
	"""
	if said.channel not in TOLD_TO_STAFF:
		frappe.throw(
			_("Say how it was given: {0}.").format(", ".join(_(channel) for channel in TOLD_TO_STAFF)),
			title=_("Channel"),
		)
	by = said.by.strip()
	if not by:
		frappe.throw(_("Say whose opinion it is: a name or an e-mail address."), title=_("Who Says So"))
	return _keep(ticket, said, _user_called(by), by, now)


def give(ticket: str, score: float, comment: str, expected: float, now: Instant) -> str:
	"""The session's user says something himself, in the portal. Returns the name of the answer."""
	said = Said(score, frappe.session.user, PORTAL, comment, expected)
	return _keep(ticket, said, frappe.session.user, "", now)


def own(ticket: str, now: Instant) -> dict[str, Any] | None:
	"""What the portal shows to the session's user on a ticket of his; None where he is asked nothing."""
	user = frappe.session.user
	row = _row(ticket)
	former = _of_same_work(ticket, _said_by(ticket, user, ""), now)
	works_on_it = _works_on(row, user)
	if former is None and (works_on_it or not _is_done(row)):
		return None
	return {
		"score": former.score if former else 0,
		"expected": former.expected if former else 0,
		"comment": former.comment if former else "",
		"given": wording.moment(former.at) if former else "",
		"open": not works_on_it,
	}


def about(ticket: str, now: Instant) -> dict[str, Any]:
	"""What the form of a ticket shows, and whom a new answer would be recorded for."""
	row = _row(ticket)
	return {
		"answers": [
			{
				"name": one.name,
				"score": one.score,
				"expected": one.expected,
				"person": one.person,
				"comment": one.comment,
				"given": wording.moment(one.at),
			}
			for one in answers_of(ticket)
		],
		"may_record": bool(frappe.has_permission(FEEDBACK, "create")) and _was_done(row),
		"requester": row.raised_by or "",
	}


def refuse_editing(feedback: Any) -> None:
	"""What somebody has said stays as he said it; another answer comes by `record` or `give`."""
	if feedback.flags.slm_another_answer:
		return
	changed = [
		field
		for field in feedback.meta.fields
		if field.fieldtype not in frappe.model.no_value_fields
		and not field.get("is_custom_field")
		and feedback.has_value_changed(field.fieldname)
	]
	if changed:
		labels = ", ".join(_(field.label) for field in changed)
		frappe.throw(
			_(
				"What {0} has said is not edited ({1}). If it was noted wrongly, record it again on the ticket."
			).format(frappe.bold(escape_html(feedback.person)), labels),
			frappe.PermissionError,
			title=_("Said by Somebody Else"),
		)


def tell_poor(feedback: Any) -> list[str]:
	"""Tell whoever looks after the agreement, or else the service, of a poor score, once; returns whom.

	Of old answers that are brought in nobody is told.
	"""
	most = settings.poor_score()
	before = feedback.get_doc_before_save()
	known = before is not None and before.score <= most
	if feedback.score > most or known or frappe.flags.in_import:
		return []
	subject = _("{0} of {1} for {2}: {3}").format(
		feedback.score, HIGHEST_SCORE, feedback.ticket, feedback.subject or ""
	)
	said = _("{0} says: {1}").format(feedback.person, feedback.comment) if feedback.comment else ""
	return tell(feedback, _in_charge(feedback), subject, said)


def _in_charge(feedback: Any) -> list[str]:
	named: Iterable[str | None] = ()
	if feedback.agreement:
		named = frappe.db.get_value(AGREEMENT, feedback.agreement, ["monitor", "agreement_owner"]) or ()
	return list(filter(None, named)) or in_charge_of(feedback.service or "")


def _keep(ticket: str, said: Said, user: str, person: str, now: Instant) -> str:
	"""A new answer, or another one instead of the same person's last about the same work."""
	ticket = str(ticket)  # whoever asks may send anything
	values = {
		"channel": said.channel,
		"given_by": user or None,
		"person": person,
		"score": said.score,
		"expected_score": said.expected,
		"comment": said.comment,
	}
	former = _of_same_work(ticket, _said_by(ticket, user, person), now)
	if former is None:
		with savepoint(catch=frappe.UniqueValidationError):
			return _insert(ticket, values)
		frappe.clear_last_message()  # the same person has said something just now, on another page
		former = _of_same_work(ticket, _said_by(ticket, user, person, latest=True), now)
		if former is None:
			frappe.throw(_("This could not be kept. Reload the page and try again."), title=_("Not Kept"))
			raise AssertionError
	if former.channel == PORTAL and said.channel != PORTAL:
		frappe.throw(
			_("{0} has said so in the portal, on {1}. Only the user changes that.").format(
				frappe.bold(escape_html(former.person)), wording.moment(former.at)
			),
			frappe.PermissionError,
			title=_("Said in the Portal"),
		)
	return _replace(former, values, now)


def _insert(ticket: str, values: Mapping[str, Any]) -> str:
	feedback = frappe.new_doc(FEEDBACK)
	feedback.update({"ticket": ticket, **values})
	feedback.flags.slm_by_himself = values["channel"] == PORTAL
	return str(feedback.insert(ignore_permissions=True).name)


def _replace(former: Answer, values: Mapping[str, Any], now: Instant) -> str:
	feedback = frappe.get_doc(FEEDBACK, former.name, for_update=store.locks_rows())
	feedback.update({**values, "given_on": None})
	feedback.flags.slm_by_himself = values["channel"] == PORTAL
	feedback.flags.slm_another_answer = True
	_say_who(feedback)
	filled_in(feedback)
	_settle(feedback, now)
	return str(feedback.save(ignore_permissions=True).name)


def _say_who(feedback: Any) -> None:
	"""The name goes with the user; a name that is a user's e-mail address becomes that user."""
	feedback.person = (feedback.person or "").strip()
	if not feedback.given_by:
		feedback.given_by = _user_called(feedback.person) or None
	if feedback.given_by:
		feedback.person = frappe.db.get_value("User", feedback.given_by, "full_name") or feedback.given_by
	if not feedback.person:
		frappe.throw(_("Say whose opinion it is: a user, or a name."), title=_("Who Says So"))


def _user_called(name: str) -> str:
	found = frappe.db.exists("User", name) if name else None
	return str(found) if found and found != "Guest" else ""


def _settle(feedback: Any, now: Instant) -> None:
	"""Everything that an answer has to be, and what follows from its ticket."""
	row = _row(feedback.ticket)
	by_himself = bool(feedback.flags.slm_by_himself)
	if feedback.channel == PORTAL and not by_himself:
		frappe.throw(
			_("In the portal users answer themselves. Say how this was given to you."), title=_("Channel")
		)
	with refusing(feedback):
		feedback.score = _score(feedback.score)
		feedback.expected_score = _score(feedback.expected_score) if flt(feedback.expected_score) else 0
		_say_when(feedback, row, now)
	if not _was_done(row):
		frappe.throw(
			_("{0} was never resolved or closed; there is nothing yet to have an opinion about.").format(
				frappe.bold(escape_html(feedback.ticket))
			),
			title=_("Not Done Yet"),
		)
	if feedback.given_by and _works_on(row, feedback.given_by):
		frappe.throw(
			_(
				"{0} works on {1}; that is for its user to judge. If you note what he has said, name him."
			).format(frappe.bold(escape_html(feedback.person)), frappe.bold(escape_html(feedback.ticket))),
			frappe.PermissionError,
			title=_("Own Work"),
		)
	feedback.ticket_type = ISSUE
	feedback.recorded_by = None if by_himself else frappe.session.user
	feedback.period = feedback.given_on.year * 100 + feedback.given_on.month
	feedback.update({ours: row.get(theirs) for ours, theirs in AS_IT_WAS.items()})
	# what the ticket names may have been cancelled since
	feedback.flags.ignore_links = True


def _score(value: object) -> int:
	number = flt(value)
	return checked_score(int(number) if number.is_integer() else number)


def _say_when(feedback: Any, row: Any, now: Instant) -> None:
	given = feedback.given_on
	try:
		feedback.given_on = frappe.utils.get_datetime(given or site_time.to_site(now))
	except (ValueError, OverflowError):
		feedback.given_on = None
	if feedback.given_on is None:
		frappe.throw(
			_("{0} is not a time. Enter it as in 2026-06-01 09:30, or leave it empty.").format(
				frappe.bold(escape_html(str(given)[:40]))
			),
			title=_("Given"),
		)
	if site_time.to_instant(feedback.given_on) > now + TOLERANCE:
		frappe.throw(
			_("{0} lies in the future. Correct the time, or leave it empty.").format(
				wording.moment(feedback.given_on)
			),
			title=_("Given"),
		)
	opened = site_time.on_day(row.opening_date, row.opening_time)
	if site_time.to_instant(feedback.given_on) < site_time.to_instant(opened):
		frappe.throw(
			_("{0} lies before {1} was opened. Correct the time, or leave it empty.").format(
				wording.moment(feedback.given_on), frappe.bold(escape_html(row.name))
			),
			title=_("Given"),
		)


def _row(ticket: str) -> Any:
	fields = ("name", "status", "opening_date", "opening_time", "raised_by", "slm_team", *AS_IT_WAS.values())
	found = frappe.db.get_value(ISSUE, ticket, fields, as_dict=True)
	if found is None:
		frappe.throw(
			_("There is no ticket {0}.").format(frappe.bold(escape_html(str(ticket)[:140]))),
			frappe.DoesNotExistError,
			title=_("Not Found"),
		)
	return found


def _is_done(row: Any) -> bool:
	meaning = settings.meanings().get(row.status)
	return meaning is not None and meaning.status in ENDED


def _was_done(row: Any) -> bool:
	"""Whether it is resolved or closed, or once was."""
	return _is_done(row) or any(
		fact.kind is Kind.STATUS and fact.value in _ENDINGS for fact in _facts(row.name)
	)


_ENDINGS = frozenset(status.value for status in ENDED)


def _works_on(row: Any, user: str) -> bool:
	"""Whether it is, or was, assigned to him, or is with a team of which he is a member."""
	team = site_teams().by_name.get(row.slm_team or "")
	assigned = {
		"reference_type": ISSUE,
		"reference_name": row.name,
		"allocated_to": user,
		"status": ["!=", "Cancelled"],
	}
	return (team is not None and user in team.members) or bool(frappe.db.exists("ToDo", assigned))


def _said_by(ticket: str, user: str, person: str, latest: bool = False) -> list[Answer]:
	"""What a person has said about a ticket so far. `latest`: what others have committed meanwhile as well."""
	return [one for one in answers_of(ticket, latest) if _is_of(one, user, person)]


def _of_same_work(ticket: str, said: Sequence[Answer], at: Instant) -> Answer | None:
	"""The last of some answers that is about the same work as one given at that instant, if any is."""
	return next((one for one in reversed(said) if not _done_again(ticket, one.at, at)), None)


def _key(feedback: Any, said: Sequence[Answer]) -> str:
	"""What two answers that a person gives at once, after the same others, have in common: one of them is kept."""
	parts = (
		feedback.ticket,
		feedback.given_by or _called(feedback.person),
		*sorted(one.name for one in said),
	)
	return sha256("\x1f".join(parts).encode()).hexdigest()


def _called(person: str) -> str:
	"""A name, however it is spaced and capitalised."""
	return " ".join(person.split()).casefold()


def _is_of(answer: Answer, user: str, person: str) -> bool:
	if user or answer.by:
		return answer.by == user
	return _called(answer.person) == _called(person)


def _done_again(ticket: str, given: datetime, at: Instant) -> bool:
	"""Whether the ticket was reopened and done again between two answers, whichever came first."""
	first, last = sorted((site_time.to_instant(given), at))
	try:
		timeline = Timeline.of(ticket, _facts(ticket))
	except DomainError:
		return False  # of a ticket without a record it is not known
	goes_on = not timeline.state_at(first).done
	for step in timeline.steps:
		if not first < step.at <= last:
			continue
		if step.state.status not in DONE:
			goes_on = True
		elif goes_on:
			return True
	return False


def _facts(ticket: str) -> list[Any]:
	known = Ticket(ISSUE, ticket)
	return store.facts_of([known])[known]
