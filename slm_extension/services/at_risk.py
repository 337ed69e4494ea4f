"""Whose clocks run out next: the tickets of a user, of his teams or of everybody, nearest to a miss first.

The database tells which clocks are near; how they stand at this second is assessed anew, as on their tickets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from slm_extension.adapters import running_clocks
from slm_extension.adapters.running_clocks import Wanted
from slm_extension.adapters.teams import site_teams
from slm_extension.domain.instants import Instant
from slm_extension.domain.legs import holder
from slm_extension.services.explain import ClockView, Looked, clock_view, look_at_all

PAGE = 50

MINE, TEAMS, ALL = "mine", "teams", "all"
SCOPES = (MINE, TEAMS, ALL)


@dataclass(frozen=True, slots=True)
class AtRisk:
	"""One clock on the list. `holder` and `held_by` say who has the ticket now: a value of Party, and a name."""

	key: str
	ticket_type: str
	ticket: str
	subject: str
	customer: str
	team: str
	status: str
	holder: str
	held_by: str
	clock: ClockView


@dataclass(frozen=True, slots=True)
class Found:
	"""A page of the list as of `now`, and how many clocks there are in each state of running_clocks.STATES."""

	now: Instant
	start: int
	total: int
	counts: dict[str, int]
	rows: tuple[AtRisk, ...]


def of_scope(wanted: Wanted, scope: str, user: str) -> Wanted:
	"""What is wanted of the tickets assigned to a user, of those his teams have, or of all."""
	if scope == MINE:
		return replace(wanted, assigned_to=user)
	if scope == TEAMS:
		return replace(wanted, teams=teams_of(user))
	return wanted


def teams_of(user: str) -> tuple[str, ...]:
	"""The teams a user is in, or leads."""
	teams = site_teams()
	led = (team.name for team in teams.by_name.values() if team.manager == user)
	return tuple(dict.fromkeys((*teams.of_user.get(user, ()), *led)))


def at_risk(wanted: Wanted, now: Instant, user: str, start: int = 0) -> Found:
	"""A page of clocks that still go, of the tickets the user may read. Three queries or four, and a ledger page."""
	counts = running_clocks.count(wanted, now, user)
	total = counts[wanted.state] if wanted.state else sum(counts.values())
	start = min(max(0, start), max(0, total - 1) // PAGE * PAGE)
	going = running_clocks.page(wanted, now, user, start, PAGE) if total else []
	looked = look_at_all(list(dict.fromkeys(one.ticket for one in going)), now)
	views = {ticket: _views(found) for ticket, found in looked.items()}
	rows = []
	for one in going:
		view = views.get(one.ticket, {}).get(one.clock)
		if view is not None:
			assessment = looked[one.ticket].assessment
			party, name = holder(assessment.timeline.state_at(assessment.asked))
			rows.append(
				AtRisk(
					key=one.clock,
					ticket_type=one.ticket.type,
					ticket=one.ticket.name,
					subject=one.subject,
					customer=one.customer,
					team=one.team,
					status=one.status,
					holder=party.value,
					held_by=name,
					clock=view,
				)
			)
	return Found(now, start, total, counts, tuple(rows))


def _views(looked: Looked) -> dict[str, ClockView]:
	return {row.name: clock_view(row, one) for row, one in looked.clocks()}


def due_soon(now: Instant, user: str) -> int:
	"""How many clocks of tickets the user may read are due within the hour."""
	return running_clocks.count(Wanted(), now, user)["soon"]
