"""SLM Correction documents as corrections of the domain, and the counts of the periods that they would restate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from slm_extension.adapters.clock_words import MET, MISSED
from slm_extension.adapters.site_time import to_instant
from slm_extension.adapters.store import CLOCK, Ticket
from slm_extension.domain.attainment import Attainment
from slm_extension.domain.corrections import JUDGING, LASTING, Claim, Correction
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Waiting

CORRECTION = "SLM Correction"
STATUSES = ("Requested", "Approved", "Rejected", "Withdrawn")
REQUESTED, APPROVED, REJECTED, WITHDRAWN = STATUSES


@dataclass(frozen=True, slots=True)
class Meaning:
	"""What an entry of the form's list claims; `party` is the field that names who, and whether it must."""

	claim: Claim
	whom: Waiting = Waiting.NOBODY
	party: str = ""
	needs_party: bool = False


MEANINGS = {
	"Waited for Customer": Meaning(Claim.WAITED, Waiting.CUSTOMER),
	"Waited for Supplier": Meaning(Claim.WAITED, Waiting.SUPPLIER, "supplier"),
	"Waited for Other": Meaning(Claim.WAITED, Waiting.OTHER),
	"Did Not Wait": Meaning(Claim.DID_NOT_WAIT),
	"Staff Replied": Meaning(Claim.REPLIED, party="user"),
	"Acknowledged": Meaning(Claim.ACKNOWLEDGED, party="user"),
	"Taken By": Meaning(Claim.TAKEN, party="user", needs_party=True),
	"Users Told": Meaning(Claim.TOLD, party="user"),
	"Resolved Earlier": Meaning(Claim.RESOLVED),
	"Handed to Team": Meaning(Claim.WITH_TEAM, party="team", needs_party=True),
	"Had Priority": Meaning(Claim.HAD_PRIORITY, party="priority", needs_party=True),
	"Opened": Meaning(Claim.OPENED),
	"Exclude from the Figures": Meaning(Claim.EXCLUDED),
	"Count in the Figures Again": Meaning(Claim.INCLUDED),
}
PARTIES = ("user", "supplier", "team", "priority")


def meaning_of(document: Any) -> Meaning:
	return MEANINGS[document.what]


def is_about_time(document: Any) -> bool:
	"""Whether it says when something was so; the others hold from when they are approved."""
	return meaning_of(document).claim not in JUDGING


def lasts(document: Any) -> bool:
	"""Whether it is about a stretch, not an instant."""
	return meaning_of(document).claim in LASTING


def correction_of(document: Any, now: Instant) -> Correction:
	"""The correction a document asks for. Raises InstantOutOfRange."""
	meaning = meaning_of(document)
	at = to_instant(document.from_time) if is_about_time(document) else now
	until = document.until_time if lasts(document) else None
	return Correction(
		document.name or CORRECTION,
		meaning.claim,
		at,
		to_instant(until, not_before=at) if until else None,
		meaning.whom,
		(document.get(meaning.party) or "") if meaning.party else "",
		document.what if meaning.claim is Claim.WAITED else "",
	)


def decided_of_others(ticket: Ticket, agreement: str, target_id: str, period: int) -> Attainment:
	"""How many clocks of a target were decided in a month (202606), as they are stored, on all tickets but one."""
	clock = frappe.qb.DocType(CLOCK)
	rows = (
		frappe.qb.from_(clock)
		.select(clock.outcome, clock.excused, Count("*"))
		.where((clock.agreement == agreement) & (clock.target_id == target_id) & (clock.period == period))
		.where((clock.ticket != ticket.name) | (clock.ticket_type != ticket.type))
		.groupby(clock.outcome, clock.excused)
		.run()
	)
	found = Attainment()
	for outcome, excused, count in rows:
		found += counted(outcome, bool(excused), int(count))
	return found


def counted(outcome: str, excused: bool, count: int = 1) -> Attainment:
	"""So many clocks with a stored outcome, as counts."""
	left_out = count if excused else 0
	if outcome == MET:
		return Attainment(met=count, excused_met=left_out)
	if outcome == MISSED:
		return Attainment(missed=count, excused_missed=left_out)
	return Attainment()
