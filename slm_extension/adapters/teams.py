"""The support teams of the site: User Groups with their members and who leads them, kept per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import frappe

from slm_extension.adapters.kept import Kept

HOLDER_FIELDS = ("slm_team", "slm_supplier")
"""Fields of an Issue that an assignment, a rule or somebody else may change while a form of it is open."""


@dataclass(frozen=True, slots=True)
class Team:
	"""A User Group that tickets are given to. `manager` is empty where nobody was named."""

	name: str
	members: tuple[str, ...]
	manager: str = ""
	supplier: str = ""


@dataclass(frozen=True, slots=True)
class Teams:
	"""The teams of a site in the order of its settings, and the teams of their members."""

	by_name: Mapping[str, Team]
	of_user: Mapping[str, tuple[str, ...]]

	def brought_by(self, user: str, current: str) -> str:
		"""The team that a ticket is with once it is assigned to that user: his own, unless it is with one of them."""
		own = self.of_user.get(user, ())
		return current if current in own or not own else own[0]


def site_teams() -> Teams:
	"""The teams as they are now; read again only when a User Group or the settings have changed."""
	return _teams.get()


def forget_teams(*_args: Any, **_kwargs: Any) -> None:
	"""A User Group or the settings have changed."""
	_teams.forget()


def team_of_service(service: str) -> str:
	"""The team that supports a service: its own, else that of the nearest group above; empty where there is none."""
	return _supporting.get().get(service, "")


def forget_supporting(*_args: Any, **_kwargs: Any) -> None:
	"""A service has changed."""
	_supporting.forget()


def _read_supporting() -> Mapping[str, str]:
	rows = frappe.get_all(
		"SLM Service",
		fields=["name", "parent_slm_service", "support_team"],
		order_by="lft asc, name asc",
		limit_page_length=0,
	)
	found: dict[str, str] = {}
	for row in rows:
		found[row.name] = row.support_team or found.get(row.parent_slm_service or "", "")
	return found


def _read() -> Teams:
	members: dict[str, list[str]] = {
		name: [] for name in frappe.get_all("User Group", pluck="name", order_by="name asc")
	}
	for row in frappe.get_all(
		"User Group Member",
		filters={"parenttype": "User Group"},
		fields=["parent", "user"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		members.setdefault(row.parent, []).append(row.user)
	named = frappe.get_all(
		"SLM Team",
		filters={"parenttype": "SLM Settings"},
		fields=["team", "manager", "supplier"],
		order_by="idx asc",
	)
	rows = named or [frappe._dict(team=name) for name in members]
	by_name = {
		row.team: Team(row.team, tuple(members.get(row.team, ())), row.manager or "", row.supplier or "")
		for row in rows
	}
	of_user: dict[str, list[str]] = {}
	for team in by_name.values():
		for user in team.members:
			of_user.setdefault(user, []).append(team.name)
	return Teams(by_name, {user: tuple(names) for user, names in of_user.items()})


_teams = Kept("teams", _read)
_supporting = Kept("supporting_teams", _read_supporting)
