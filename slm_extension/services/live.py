"""Tells open desks that the clocks of some tickets have changed, once what changed them is committed. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.realtime import get_doctype_room

from slm_extension.adapters.store import Ticket

EVENT = "slm_clocks"

NAMED_AT_MOST = 100
"""Beyond so many the message says only that there were many; whoever listens looks again."""


def changed(tickets: Iterable[Ticket]) -> None:
	"""Whoever watches tickets of these types hears of it; the room admits those who may read the DocType."""
	by_type: dict[str, list[str]] = {}
	for ticket in tickets:
		by_type.setdefault(ticket.type, []).append(ticket.name)
	for ticket_type, names in by_type.items():
		message = {"ticket_type": ticket_type, "tickets": names if len(names) <= NAMED_AT_MOST else None}
		frappe.publish_realtime(EVENT, message, room=get_doctype_room(ticket_type), after_commit=True)
