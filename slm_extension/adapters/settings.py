"""SLM Settings, read from the host's cache: no query once a process has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import frappe

from slm_extension.adapters.facts import ISSUE_STATUSES, MEANINGS, WAITING_FOR, Meaning
from slm_extension.domain.timeline import Status


def enabled() -> bool:
	"""Whether tickets are timed on this site."""
	return bool(frappe.get_cached_doc("SLM Settings").enabled)


def meanings() -> Mapping[str, Meaning]:
	"""What each status of an Issue means for time: as the settings say, otherwise as ERPNext means it."""
	said = {row.status: row.meaning for row in frappe.get_cached_doc("SLM Settings").status_meanings}
	return {status: MEANINGS[meaning] for status, meaning in {**ISSUE_STATUSES, **said}.items()}


def team_by_assignment() -> bool:
	"""Whether who is assigned brings his team with him."""
	return bool(frappe.get_cached_doc("SLM Settings").team_by_assignment)


def taken_in_person() -> bool:
	"""Whether a ticket that a rule of the host has given to somebody is still to be taken by him."""
	return bool(frappe.get_cached_doc("SLM Settings").taken_in_person)


def asked_for() -> Mapping[str, str]:
	"""The statuses in which a ticket waits, and for whom unless somebody says otherwise; none if nobody is asked."""
	if not frappe.get_cached_doc("SLM Settings").ask_for_reason:
		return {}
	return {
		status: next((name for name, one in WAITING_FOR.items() if one is meaning.waiting), "Other")
		for status, meaning in meanings().items()
		if meaning.status is Status.HELD
	}


def held_statuses() -> tuple[str, ...]:
	"""The statuses in which a ticket waits, asked about or not."""
	return tuple(status for status, meaning in meanings().items() if meaning.status is Status.HELD)


@dataclass(frozen=True, slots=True)
class Telling:
	"""How people are told: more than `limit` messages within `seconds` become a summary; `mail`: by e-mail too."""

	limit: int
	seconds: int
	mail: bool


def telling() -> Telling:
	settings = frappe.get_cached_doc("SLM Settings")
	return Telling(
		int(settings.storm_limit or 0) or 5,
		60 * (int(settings.storm_minutes or 0) or 15),
		bool(settings.escalation_mail),
	)


def poor_score() -> int:
	"""Somebody is told of feedback with this score or a lower one; 0: nobody."""
	return int(frappe.get_cached_doc("SLM Settings").tell_scores_up_to or 0)


def note_beat(at: str) -> None:
	"""When the beat was last there, in the site's time; the settings that processes keep stay kept."""
	if last_beat() is None:
		frappe.db.set_single_value("SLM Settings", "last_beat", at, update_modified=False)
		return
	singles = frappe.qb.DocType("Singles")
	frappe.qb.update(singles).set(singles.value, at).where(_last_beat(singles)).run()


def last_beat() -> str | None:
	"""When the beat was last there, in the site's time; None: never."""
	singles = frappe.qb.DocType("Singles")
	found = frappe.qb.from_(singles).select(singles.value).where(_last_beat(singles)).run()
	return found[0][0] if found else None


def _last_beat(singles: Any) -> Any:
	return (singles.doctype == "SLM Settings") & (singles.field == "last_beat")
