"""Who is meant by the holder of a ticket, his manager, and the other names that an escalation row uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import frappe
from pypika import Order

from slm_extension.adapters.teams import site_teams
from slm_extension.services.tell import holders_of


class Holders:
	"""The people around some tickets of one type, read once a kind when it is first asked for.

	Tickets are documents or rows with name, doctype, slm_team and slm_service. Reads, changes nothing.
	"""

	def __init__(self, tickets: Iterable[Any]) -> None:
		self._tickets = {ticket.name: ticket for ticket in tickets}
		self._assigned: dict[str, list[str]] = {}
		self._of_role: dict[str, list[str]] = {}
		self._enabled: dict[str, bool] = {}

	def assigned(self, ticket: Any) -> list[str]:
		"""The users to whom a ticket is assigned, the latest first."""
		if ticket.name not in self._assigned:
			self._read_assigned({**self._tickets, ticket.name: ticket})
		return self._assigned[ticket.name]

	def forget(self, ticket: Any) -> None:
		"""Something was done with a ticket, by which it may be assigned to others now."""
		self._assigned.pop(ticket.name, None)
		self.__dict__.pop("_superiors", None)

	def holding(self, ticket: Any, party: str = "") -> list[str]:
		"""Who holds a ticket: to whom it is assigned, else who leads its team, else that team's members.

		`party` is the team that a clock is about, where it is about one. Of the assigned those that are there.
		"""
		people = [user for user in self.assigned(ticket) if self.is_there(user)]
		team = site_teams().by_name.get(party or ticket.get("slm_team") or "")
		if people or team is None:
			return people
		return [team.manager] if self.is_there(team.manager) else list(team.members)

	def managers(self, ticket: Any, party: str = "") -> list[str]:
		"""Who leads those that hold it: whom the settings name for the team, else whom each reports to as an Employee."""
		team = site_teams().by_name.get(party or ticket.get("slm_team") or "")
		if team is not None and self.is_there(team.manager):
			return [team.manager]
		superiors = (self._superiors.get(user, "") for user in self.holding(ticket, party))
		return list(filter(None, superiors))

	def named_by(self, row: Any, ticket: Any, agreement: Any, party: str = "") -> Iterator[str]:
		"""The users whom an escalation row names for a ticket; the agreement's owner where it names nobody that is there."""
		found = [user for user in self._named(row, ticket, agreement, party) if user and self.is_there(user)]
		if not found and row.notify != "Nobody" and agreement.agreement_owner:
			found = [agreement.agreement_owner]
		yield from found

	def of_role(self, role: str) -> list[str]:
		"""The enabled users who have a role."""
		if role not in self._of_role:
			self._of_role[role] = holders_of(role)
			self._enabled.update(dict.fromkeys(self._of_role[role], True))
		return self._of_role[role]

	def is_there(self, user: str | None) -> bool:
		"""Whether somebody is behind a user's name whom it is of use to tell."""
		if not user:
			return False
		if user not in self._enabled:
			self._enabled[user] = bool(frappe.get_cached_value("User", user, "enabled"))
		return self._enabled[user]

	def _named(self, row: Any, ticket: Any, agreement: Any, party: str) -> Iterable[str | None]:
		if row.notify == "Holder":
			return self.holding(ticket, party)
		if row.notify == "Holder's Manager":
			return self.managers(ticket, party)
		if row.notify == "Team":
			team = site_teams().by_name.get(party or ticket.get("slm_team") or "")
			return team.members if team is not None else ()
		if row.notify == "Agreement Owner":
			return (agreement.agreement_owner,)
		if row.notify == "Service Owner":
			return (self._of_service(ticket).service_owner,)
		if row.notify == "Monitor":
			return (agreement.get("monitor") or self._of_service(ticket).monitor,)
		if row.notify == "Role":
			return self.of_role(row.role) if row.role else ()
		return (row.user,) if row.notify == "User" else ()

	def _read_assigned(self, tickets: dict[str, Any]) -> None:
		"""Of those that are not known; whether the users are enabled comes along."""
		unknown = {name: ticket for name, ticket in tickets.items() if name not in self._assigned}
		todo, user = frappe.qb.DocType("ToDo"), frappe.qb.DocType("User")
		rows = (
			frappe.qb.from_(todo)
			.left_join(user)
			.on(user.name == todo.allocated_to)
			.select(todo.reference_name, todo.allocated_to, user.enabled)
			.where(todo.reference_type.isin(sorted({ticket.doctype for ticket in unknown.values()})))
			.where(todo.reference_name.isin(sorted(unknown)) & (todo.status == "Open"))
			.orderby(todo.creation, order=Order.desc)
			.orderby(todo.name)
			.run()
		)
		found: defaultdict[str, list[str]] = defaultdict(list)
		for name, allocated_to, enabled in rows:
			if allocated_to:
				found[name].append(allocated_to)
				self._enabled[allocated_to] = bool(enabled)
		self._assigned.update({name: found[name] for name in unknown})

	@cached_property
	def _superiors(self) -> dict[str, str]:
		"""The user of the Employee whom each user's Employee reports to."""
		users = {user for ticket in self._tickets.values() for user in self.assigned(ticket)}
		users |= {user for team in site_teams().by_name.values() for user in (team.manager, *team.members)}
		rows = _employees({"user_id": ["in", _some(users)], "status": "Active", "reports_to": ["is", "set"]})
		above = _employees({"name": ["in", _some({row.reports_to for row in rows})]}) if rows else []
		user_of = {row.name: row.user_id for row in above if row.user_id}
		return {row.user_id: user_of[row.reports_to] for row in rows if row.reports_to in user_of}

	def _of_service(self, ticket: Any) -> Any:
		return self._services.get(ticket.get("slm_service") or "") or frappe._dict()

	@cached_property
	def _services(self) -> dict[str, Any]:
		"""Who owns and who monitors the services of these tickets."""
		services = {ticket.get("slm_service") or "" for ticket in self._tickets.values()}
		rows = frappe.get_all(
			"SLM Service",
			filters={"name": ["in", _some(services)]},
			fields=["name", "service_owner", "monitor"],
			order_by="name asc",
			limit_page_length=0,
		)
		return {row.name: row for row in rows}


def _employees(filters: dict[str, Any]) -> list[Any]:
	"""Of those that share a user the one that was written last comes last."""
	return frappe.get_all(
		"Employee",
		filters=filters,
		fields=["name", "user_id", "reports_to"],
		order_by="modified asc, name asc",
		limit_page_length=0,
	)


def _some(names: Iterable[str]) -> Sequence[str]:
	"""Names for a filter; what nobody is called where there are none."""
	return sorted(filter(None, names)) or [""]
