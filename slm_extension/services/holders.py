"""Who is meant by the holder of a ticket, his manager, and the other names that an escalation row uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import frappe

from slm_extension.adapters.teams import site_teams
from slm_extension.services.tell import holders_of


def assigned(ticket_type: str, ticket: str) -> list[str]:
	"""The users to whom a ticket is assigned, the latest first, without those that are disabled."""
	users = frappe.get_all(
		"ToDo",
		filters={"reference_type": ticket_type, "reference_name": ticket, "status": "Open"},
		pluck="allocated_to",
		order_by="creation desc, name asc",
	)
	return [user for user in users if is_there(user)]


def holding(ticket: Any, party: str = "") -> list[str]:
	"""Who holds a ticket: to whom it is assigned, else who leads its team, else that team's members.

	`party` is the team that a clock is about, where it is about one.
	"""
	people = assigned(ticket.doctype, ticket.name)
	team = site_teams().by_name.get(party or ticket.get("slm_team") or "")
	if people or team is None:
		return people
	return [team.manager] if is_there(team.manager) else list(team.members)


def managers(ticket: Any, party: str = "") -> list[str]:
	"""Who leads those that hold it: whom the settings name for the team, else whom each reports to as an Employee."""
	team = site_teams().by_name.get(party or ticket.get("slm_team") or "")
	if team is not None and is_there(team.manager):
		return [team.manager]
	return list(filter(None, map(reports_to, holding(ticket, party))))


def reports_to(user: str) -> str | None:
	"""The user of the Employee whom this user's Employee reports to."""
	superior = frappe.db.get_value("Employee", {"user_id": user, "status": "Active"}, "reports_to")
	return frappe.db.get_value("Employee", superior, "user_id") if superior else None


def named_by(row: Any, ticket: Any, agreement: Any, party: str = "") -> Iterator[str]:
	"""The users whom an escalation row names for a ticket; the agreement's owner where it names nobody that is there."""
	found = [user for user in _named(row, ticket, agreement, party) if is_there(user)]
	if not found and row.notify != "Nobody" and agreement.agreement_owner:
		found = [agreement.agreement_owner]
	yield from found


def is_there(user: str | None) -> bool:
	"""Whether somebody is behind a user's name whom it is of use to tell."""
	return bool(user and frappe.get_cached_value("User", user, "enabled"))


def _named(row: Any, ticket: Any, agreement: Any, party: str) -> Iterable[str | None]:
	if row.notify == "Holder":
		return holding(ticket, party)
	if row.notify == "Holder's Manager":
		return managers(ticket, party)
	if row.notify == "Team":
		team = site_teams().by_name.get(party or ticket.get("slm_team") or "")
		return team.members if team is not None else ()
	if row.notify == "Agreement Owner":
		return (agreement.agreement_owner,)
	if row.notify == "Service Owner":
		service = ticket.get("slm_service")
		return (frappe.db.get_value("SLM Service", service, "service_owner") if service else None,)
	if row.notify == "Role":
		return holders_of(row.role) if row.role else ()
	return (row.user,) if row.notify == "User" else ()
