"""Tickets that wait though nobody said for whom: held by a bulk action, the API, an import or a mail, past the form.

Nothing keeps such a hold from being saved; who looks at the ticket next is asked. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slm_extension.adapters.facts import DUPLICATE_FIELD, WAITING_FIELDS
from slm_extension.adapters.settings import asked_for, held_statuses
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Unexplained:
	"""A ticket has waited since an instant. `waits_for` is what the status alone says: a key of facts.WAITING_FOR."""

	since: Instant
	waits_for: str


def unexplained_hold(issue: Any, timeline: Timeline) -> Unexplained | None:
	"""Whether somebody is to be asked whom an Issue waits for; None also where the settings ask nobody."""
	waits_for = asked_for().get(issue.get("status") or "")
	state = timeline.steps[-1].state
	if waits_for is None or issue.get(WAITING_FIELDS[0]) or not state.waiting or state.withdrawn:
		return None
	since = timeline.steps[-1].at
	for step in reversed(timeline.steps):
		if not step.state.waiting:
			break
		since = step.at
	return Unexplained(since, waits_for)


def filters() -> Mapping[str, Any]:
	"""How a list of Issues shows them."""
	return {**filters_of_all(), WAITING_FIELDS[0]: ["is", "not set"]}


def filters_of_all() -> Mapping[str, Any]:
	"""The same of all tickets that wait, whatever else runs or is overdue on them."""
	return {"status": ["in", ",".join(held_statuses())], DUPLICATE_FIELD: ["is", "not set"]}
