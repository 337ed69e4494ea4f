"""Telling people about tickets: in the desk and by mail, each once; who would get many at once gets one summary.

Everything is written in the caller's transaction, mails into the host's Email Queue: what is rolled back has not
been sent, and what is committed will be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, get_url_to_form

from slm_extension.adapters.settings import Telling
from slm_extension.seeds import escalation_mails, mail_template

LINES = 50
"""So many tickets a summary names; the others it counts."""


@dataclass(frozen=True, slots=True)
class Ticket:
	"""What a message says of the ticket it is about."""

	type: str
	name: str
	subject: str
	customer: str = ""


@dataclass(frozen=True, slots=True)
class Message:
	"""Something to be told about a ticket: `say` gives the sentence in the language of the session.

	`action` is what the reader is expected to do.
	"""

	ticket: Ticket
	say: Callable[[], str]
	action: str = ""


@dataclass(frozen=True, slots=True)
class _Reader:
	user: str
	email: str
	language: str
	notified: bool


def inform(
	messages: Mapping[str, Sequence[Message]],
	how: Telling,
	many: Callable[[int], str],
	lately: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, bool]:
	"""Tell each user his messages; too many become one summary, headed by what `many(count)` says.

	`lately` are the messages that a user has got already in the time in which they count as one storm. Returns whom
	it told, and whether in a summary. Users who are gone or disabled are left out.
	"""
	told: dict[str, bool] = {}
	mail = how.mail and bool(messages) and _can_mail()
	for reader in _readers(messages):
		own = messages[reader.user]
		summed_up = len(own) > 1 and len(own) + lately.get(reader.user, 0) > how.limit
		with _in_language(reader.language):
			if summed_up:
				_tell_many(reader, own, many(len(own)), mail)
			else:
				for one in own:
					_tell_one(reader, one, mail)
		told[reader.user] = summed_up
	return told


def _readers(users: Iterable[str]) -> Iterator[_Reader]:
	names = sorted(set(users) - {"Guest", ""})
	deaf = set(_without_notifications(names))
	for row in frappe.get_all(
		"User",
		filters={"name": ["in", names or [""]], "enabled": 1, "user_type": "System User"},
		fields=["name", "email", "language"],
		order_by="name asc",
	):
		yield _Reader(row.name, row.email or "", row.language or "", row.name not in deaf)


def _without_notifications(users: Sequence[str]) -> list[str]:
	"""Those of some users who have switched off that the desk tells them anything."""
	return frappe.get_all(
		"Notification Settings",
		filters={"name": ["in", users or [""]], "enabled": 0},
		pluck="name",
		order_by="name asc",
		limit_page_length=0,
	)


@contextmanager
def _in_language(language: str) -> Iterator[None]:
	before = frappe.local.lang
	frappe.local.lang = language or before
	try:
		yield
	finally:
		frappe.local.lang = before


def _tell_one(reader: _Reader, one: Message, mail: bool) -> None:
	sentence = one.say()
	headline = f"{one.ticket.name}: {sentence}"
	_notify(reader, headline, one.action, one.ticket.type, one.ticket.name)
	values = {
		"headline": escape_html(headline),
		"sentence": escape_html(sentence),
		"ticket": escape_html(one.ticket.name),
		"subject": escape_html(one.ticket.subject),
		"customer": escape_html(one.ticket.customer),
		"action": escape_html(one.action),
		"url": get_url_to_form(one.ticket.type, one.ticket.name),
	}
	template = escalation_mails
	if mail:
		_mail(reader, template.ONE, template.ONE_SUBJECT, template.ONE_MESSAGE, values, one.ticket)


def _tell_many(reader: _Reader, own: Sequence[Message], headline: str, mail: bool) -> None:
	lines = [
		{
			"ticket": escape_html(one.ticket.name),
			"subject": escape_html(one.ticket.subject),
			"sentence": escape_html(one.say()),
			"url": get_url_to_form(one.ticket.type, one.ticket.name),
		}
		for one in own[:LINES]
	]
	more = _("... and {0} more.").format(len(own) - LINES) if len(own) > LINES else ""
	values = {
		"headline": escape_html(headline),
		"sentence": escape_html(headline),
		"lines": lines,
		"more": more,
	}
	template = escalation_mails
	subject, message = mail_template.filled_in(
		template.MANY, template.MANY_SUBJECT, template.MANY_MESSAGE, values
	)
	_notify(reader, headline, message, None, None, "/app/slm-at-risk")
	if mail:
		_send(reader, subject, message, None)


def _notify(
	reader: _Reader,
	headline: str,
	content: str,
	doctype: str | None,
	name: str | None,
	link: str | None = None,
) -> None:
	if not reader.notified:
		return
	document = frappe.new_doc("Notification Log")
	document.update(
		{
			"type": "Alert",
			"for_user": reader.user,
			"from_user": frappe.session.user,
			"subject": escape_html(headline),
			"email_content": content if link else escape_html(content),
			"document_type": doctype,
			"document_name": name,
			"link": link,
		}
	)
	document.insert(ignore_permissions=True)


def _mail(
	reader: _Reader, name: str, subject: str, message: str, values: Mapping[str, Any], ticket: Ticket
) -> None:
	said, body = mail_template.filled_in(name, subject, message, values)
	_send(reader, said, body, ticket)


def _send(reader: _Reader, subject: str, message: str, ticket: Ticket | None) -> None:
	"""Into the Email Queue."""
	if not reader.email:
		return
	frappe.sendmail(
		recipients=[reader.email],
		subject=subject,
		message=message,
		reference_doctype=ticket.type if ticket is not None else None,
		reference_name=ticket.name if ticket is not None else None,
		add_unsubscribe_link=0,
	)


def _can_mail() -> bool:
	"""Whether the site has an account to send by; the desk tells the same."""
	return bool(
		frappe.conf.get("mail_server")
		or frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1})
	)
