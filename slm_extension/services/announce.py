"""Telling a concluded agreement to those it is for: to the other party's people and its distribution list (R098)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cstr, get_fullname, get_url, get_url_to_form, validate_email_address

from slm_extension.adapters import site_time, wording
from slm_extension.adapters.agreement_states import FACING, GOING
from slm_extension.adapters.party_permissions import customers_in
from slm_extension.seeds import mail_template
from slm_extension.seeds.agreement_announcement import MESSAGE, NAME, SUBJECT
from slm_extension.services.print_agreement import printed
from slm_extension.services.tell import holders_of


@dataclass(frozen=True, slots=True)
class Recipient:
	"""Somebody who is told. `desk`: he reads the agreement at the desk, not in the portal."""

	email: str
	name: str
	desk: bool


def recipients(agreement: Any) -> tuple[Recipient, ...]:
	"""Who is told, each address once, by address."""
	found: dict[str, Recipient] = {}
	for one in (*_of_the_other_party(agreement), *_on_the_list(agreement)):
		if validate_email_address(one.email):
			found.setdefault(one.email.strip().lower(), one)
	return tuple(found[email] for email in sorted(found))


def _of_the_other_party(agreement: Any) -> Iterator[Recipient]:
	party = {"OLA": "Team", "UC": "Supplier"}.get(agreement.kind, "Customer")
	for row in agreement.contacts:
		if row.party == party:
			email = row.email or (
				frappe.db.get_value("Contact", row.contact, "email_id") if row.contact else ""
			)
			yield Recipient(cstr(email).strip(), cstr(row.full_name or row.contact), party == "Team")
	if agreement.kind == "UC":
		yield from _portal_users("Supplier", [agreement.supplier])
	elif agreement.kind in FACING and agreement.basis == "Customer":
		yield from _portal_users("Customer", sorted(customers_in(agreement)))
	elif agreement.kind == "OLA":
		members = frappe.get_all(
			"User Group Member",
			filters={"parent": ["in", [row.team for row in agreement.teams] or [""]]},
			pluck="user",
			order_by="user asc",
		)
		yield from _users(members)


def _portal_users(party: str, names: list[str]) -> Iterator[Recipient]:
	rows = frappe.get_all(
		"Portal User",
		filters={"parenttype": party, "parent": ["in", names or [""]]},
		pluck="user",
		order_by="user asc",
	)
	yield from _users(rows)


def _on_the_list(agreement: Any) -> Iterator[Recipient]:
	for row in agreement.distribution:
		yield from _users([row.user] if row.user else holders_of(row.role) if row.role else [])


def _users(names: list[str]) -> Iterator[Recipient]:
	for user in frappe.get_all(
		"User",
		filters={"name": ["in", names or [""]], "enabled": 1},
		fields=["name", "email", "user_type"],
		order_by="name asc",
	):
		yield Recipient(cstr(user.email), cstr(get_fullname(user.name)), user.user_type == "System User")


def announce(agreement: Any) -> tuple[Recipient, ...]:
	"""Mail it to everybody concerned and keep on the agreement who was told and when.

	Raises frappe.ValidationError for an agreement that is not concluded, or where nobody can be told.
	"""
	if agreement.docstatus != 1 or agreement.status not in GOING:
		frappe.throw(
			_("{0} is {1}. Only an agreement that has been concluded and has not ended is announced.").format(
				frappe.bold(agreement.name), _(agreement.status)
			),
			title=_("Nothing to Announce"),
		)
	told = recipients(agreement)
	if not told:
		frappe.throw(
			_("Nobody to tell: enter contacts with an e-mail address, portal users or a distribution list."),
			title=_("No Recipients"),
		)
	for desk in (False, True):
		addresses = [one.email for one in told if one.desk is desk]
		if addresses:
			subject, message = _mail(agreement, desk)
			frappe.sendmail(
				recipients=addresses,
				subject=subject,
				message=message,
				reference_doctype=agreement.doctype,
				reference_name=agreement.name,
				add_unsubscribe_link=0,
			)
	agreement.db_set("announced_on", site_time.to_site(site_time.now()), update_modified=False)
	names = ", ".join(frappe.utils.escape_html(f"{one.name} <{one.email}>") for one in told)
	agreement.add_comment("Info", _("Announced to {0}").format(names))
	return told


def _mail(agreement: Any, desk: bool) -> tuple[str, str]:
	"""Subject and message by the site's template; by ours, where the site has deleted it."""
	paper = printed(agreement)
	escape = frappe.utils.escape_html
	values = {
		"title": escape(paper.title),
		"kind": escape(paper.what),
		"number": escape(paper.number),
		"version": escape(paper.version),
		"validity": escape(wording.validity(agreement)),
		"provider": escape(paper.parties[0].name),
		"other_party": escape(paper.parties[1].name),
		"url": get_url_to_form(agreement.doctype, agreement.name)
		if desk
		else get_url(f"/agreement?name={quote(agreement.name)}"),
	}
	return mail_template.filled_in(NAME, SUBJECT, MESSAGE, values)
