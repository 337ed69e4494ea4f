"""Communication, a DocType of Frappe: replies of staff and messages of customers."""

from __future__ import annotations

from typing import Any

import frappe

from slm_extension.adapters import correspondence, site_time
from slm_extension.adapters import facts as translate
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import Ticket
from slm_extension.services import observe, service_rules
from slm_extension.services.guard import guarded


def after_insert(communication: Any, _method: str | None = None) -> None:
	"""What the host does to the ticket because of it comes next, and is measured with it."""
	if communication.reference_doctype == "Issue":
		service_rules.came_by(communication)
	if _concerns_a_ticket(communication):
		_noted(communication)


def on_update(communication: Any, _method: str | None = None) -> None:
	"""A message that is linked to a ticket later counts from then on; one moved by a split does not."""
	if not _concerns_a_ticket(communication):
		return
	before = communication.get_doc_before_save()
	if before is not None and not before.reference_name:
		_noted(communication)
	_settled(communication)


def linked(communication: Any) -> None:
	"""The host has linked a message to a ticket past every event."""
	if _concerns_a_ticket(communication):
		_noted(communication)
		_settled(communication)


def _settled(communication: Any) -> None:
	ticket = _ticket(communication)
	with guarded(ticket, "message"):
		observe.put(ticket, observe.settled(ticket, site_time.now()))


def _concerns_a_ticket(communication: Any) -> bool:
	return communication.reference_doctype == "Issue" and bool(communication.reference_name) and enabled()


def _ticket(communication: Any) -> Ticket:
	return Ticket("Issue", communication.reference_name)


def _noted(communication: Any) -> None:
	reply = translate.is_public_reply(communication)
	if not reply and not translate.is_customer_message(communication):
		return
	if reply and not _by_staff(communication):
		return
	with guarded(_ticket(communication), "message"):
		kind = correspondence.tells(communication)
		if kind is not None:
			news = translate.News(kind, communication.sender or "")
			observe.noted(_ticket(communication), [news], communication.name)


def _by_staff(communication: Any) -> bool:
	"""Whether a system user sent it, under his own address or through a shared one of his desk."""
	users = {communication.sender, frappe.session.user}
	return any(
		frappe.get_cached_value("User", user, "user_type") == "System User"
		for user in users
		if user and user != "Guest" and frappe.db.exists("User", user, cache=True)
	)
