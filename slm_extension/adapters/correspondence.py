"""Who writes to whom on a ticket. A mail to the supplier is no reply to the requester, and what he answers no question."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Any

import frappe

from slm_extension.domain.timeline import Kind

_ADDRESSED = ("recipients", "cc", "bcc")
COLUMNS = ("sender", "sent_or_received", *_ADDRESSED)
"""What a row of Communication needs for a letter to be made of it."""


@dataclass(frozen=True, slots=True)
class Letter:
	"""A Communication on a ticket: whose it is, whom it is addressed to, and whether the desk sent it. In lower case."""

	sender: str
	to: frozenset[str]
	sent: bool

	def unknown(self, requester: str) -> frozenset[str]:
		"""The addresses of which it matters whose they are."""
		if self.sent:
			return frozenset() if requester in self.to else self.to
		return frozenset() if self.sender == requester else frozenset({self.sender})

	def tells(self, requester: str, known: Insiders) -> Kind | None:
		"""A reply, a message of the customer, or neither.

		In doubt it is what the host takes it for: an address that nobody knows may well be the customer's.
		"""
		if self.sent:
			aside = bool(self.to) and requester not in self.to and self.to <= known.desk | known.suppliers
			return None if aside else Kind.REPLIED
		if self.sender != requester and self.sender in known.desk:
			return Kind.REPLIED if requester in self.to else None
		if self.sender != requester and self.sender in known.suppliers:
			return None
		return Kind.CUSTOMER_REPLIED


@dataclass(frozen=True, slots=True)
class Insiders:
	"""Of some addresses, those of the desk (its accounts, and users who may write tickets) and those of suppliers."""

	desk: frozenset[str] = frozenset()
	suppliers: frozenset[str] = frozenset()


def letter_of(row: Any) -> Letter:
	return Letter(
		next(iter(_addresses([row.get("sender")])), ""),
		_addresses(row.get(field) for field in _ADDRESSED),
		row.get("sent_or_received") == "Sent",
	)


def requester_of(raised_by: str | None) -> str:
	return (raised_by or "").strip().lower()


def tells(communication: Any) -> Kind | None:
	"""The same of a Communication on an Issue. One query; none where the desk addressed nobody in particular."""
	letter = letter_of(communication)
	if letter.sent and not letter.to:
		return Kind.REPLIED
	found = _looked_up(letter.to | {letter.sender}, communication.reference_name)
	requester = requester_of(next((said for what, said in found if what == "requester"), ""))
	return letter.tells(requester, _insiders(found))


def insiders_among(addresses: Collection[str]) -> Insiders:
	"""One query, however many addresses; none where there are none."""
	return _insiders(_looked_up(addresses))


def _addresses(texts: Iterable[str | None]) -> frozenset[str]:
	found = getaddresses([text for text in texts if text])
	return frozenset(address.strip().lower() for _name, address in found if address)


_SOUGHT = """
	SELECT 'desk', person.name FROM `tabUser` AS person
	JOIN `tabHas Role` AS held ON held.parent = person.name AND held.parenttype = 'User'
	WHERE person.name IN %(addresses)s AND person.user_type = 'System User' AND held.role IN %(roles)s
	UNION ALL
	SELECT 'desk', email_id FROM `tabEmail Account` WHERE email_id IN %(addresses)s
	UNION ALL
	SELECT link.link_doctype, address.email_id FROM `tabContact Email` AS address
	JOIN `tabDynamic Link` AS link ON link.parent = address.parent AND link.parenttype = 'Contact'
	WHERE address.email_id IN %(addresses)s AND link.link_doctype IN ('Customer', 'Supplier')
"""
_RAISED_BY = "UNION ALL SELECT 'requester', raised_by FROM `tabIssue` WHERE name = %(ticket)s"


def _looked_up(addresses: Collection[str], ticket: str = "") -> list[tuple[str, str | None]]:
	"""What some addresses are, each with its address; and who raised a ticket, where one is named."""
	wanted = tuple(sorted(filter(None, addresses)))
	if not wanted and not ticket:
		return []
	roles = {row.role for row in frappe.get_meta("Issue").permissions if row.write and not row.permlevel}
	values = {"addresses": wanted or ("",), "roles": tuple(sorted(roles)) or ("",), "ticket": ticket}
	return list(frappe.db.sql(_SOUGHT + (_RAISED_BY if ticket else ""), values))


def _insiders(found: Iterable[tuple[str, str | None]]) -> Insiders:
	"""A contact of a supplier who is a customer's as well is no insider."""
	of: dict[str, set[str]] = {}
	for what, address in found:
		of.setdefault(what, set()).add((address or "").lower())
	suppliers = of.get("Supplier", set()) - of.get("Customer", set())
	return Insiders(frozenset(of.get("desk", ())), frozenset(suppliers))
