"""SLM Chain as the report view shows it: each agreement with what is beneath it, and where that is too weak (R179)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from frappe import _

from slm_extension.adapters import wording
from slm_extension.adapters.report_columns import (
	BARS,
	GREEN,
	RED,
	Row,
	card,
	column,
	followable,
	stacked_bars,
)
from slm_extension.adapters.report_filters import one_of
from slm_extension.domain.chain_check import ChainVerdict
from slm_extension.domain.instants import Seconds
from slm_extension.services.chain_gaps import Beneath, ChainStanding, standings

STATES = ("Feasible", "Infeasible", "Waived", "Nothing Beneath", "Not Checked")


def execute(filters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
	"""What a Script Report gives: columns, rows, message, chart, summary."""
	asked = filters or {}
	state = one_of(asked, "state", _("Chain"), STATES)
	found = standings(state, str(asked.get("supplier") or ""), str(asked.get("customer") or ""))
	return followable(columns()), rows_of(found), message_of(found), chart_of(found), summary_of(found)


def columns() -> list[Row]:
	return [
		column("agreement", _("Agreement"), "Link", 110, "SLM Agreement"),
		column("title", _("Title"), "Data", 200),
		column("customer", _("Customer"), "Link", 150, "Customer"),
		column("status", _("Status"), "Data", 100),
		column("state", _("Chain"), "Data", 150),
		column("verdict", _("Gravest Finding"), "Data", 160),
		column("slack", _("Left in the Worst Case"), "Data", 190),
		column("weakest", _("Weakest Link"), "Data", 170),
		column("stage", _("Stage"), "Int", 70),
		column("beneath", _("Rests On"), "Link", 110, "SLM Agreement"),
		column("beneath_title", _("OLA or UC"), "Data", 190),
		column("kind", _("Kind"), "Data", 70),
		column("party", _("Team or Supplier"), "Data", 160),
		column("beneath_status", _("Its Status"), "Data", 100),
		column("valid_until", _("Until"), "Date", 105),
		column("note", _("To Do"), "Data", 300),
	]


def rows_of(found: Sequence[ChainStanding]) -> list[Row]:
	"""A row for each OLA or UC; an agreement without any has one of its own."""
	return [_row(one, beneath) for one in found for beneath in (one.beneath or (None,))]


def _row(one: ChainStanding, beneath: Beneath | None) -> Row:
	row: Row = {
		"agreement": one.name,
		"title": one.title,
		"customer": one.customer,
		"status": _(one.status),
		"state": _(one.state),
		"standing": one.state,
		"verdict": _verdict(one.verdict),
		"slack": _left(one.slack),
		"weakest": one.weakest,
		"note": one.problem,
	}
	if beneath is None:
		return row
	return {
		**row,
		"stage": beneath.stage,
		"beneath": beneath.name,
		"beneath_title": beneath.title,
		"kind": _(beneath.kind),
		"party": beneath.party,
		"beneath_status": _(beneath.status),
		"valid_until": beneath.valid_until,
		"note": " ".join(filter(None, [one.problem, *_to_do(beneath)])),
	}


def _to_do(beneath: Beneath) -> list[str]:
	notes = []
	if not beneath.concluded:
		notes.append(_("Conclude it."))
	if beneath.status in ("Expired", "Terminated", "Cancelled"):
		notes.append(_("It has ended: replace it."))
	if beneath.revision_needed:
		notes.append(_("Revision needed."))
	if beneath.weak:
		notes.append(_("Strengthen it: too weak by itself."))
	return notes


def _verdict(verdict: str) -> str:
	return {
		ChainVerdict.FEASIBLE.value: _("Can be kept"),
		ChainVerdict.INFEASIBLE.value: _("Can be missed"),
		ChainVerdict.UNBOUNDED.value: _("No end"),
		ChainVerdict.GAP.value: _("Not covered"),
		ChainVerdict.UNSUPPORTED.value: _("Nothing beneath"),
	}.get(verdict, "")


def _left(slack: Seconds | None) -> str:
	if slack is None:
		return ""
	if slack < 0:
		return _("{0} too late").format(wording.duration(-slack))
	return wording.duration(slack) or _("nothing")


def message_of(found: Sequence[ChainStanding]) -> str | None:
	unchecked = sum(1 for one in found if one.state == "Not Checked")
	notes = [_("As of the last check of each agreement; open one and choose Check Now for a new one.")]
	if unchecked:
		notes.append(_("{0} could not be checked or never were.").format(unchecked))
	return " ".join(notes) if found else None


def chart_of(found: Sequence[ChainStanding]) -> Row | None:
	"""What is left, and what is missing, in hours; the worst first."""
	measured = sorted((one for one in found if one.slack is not None), key=lambda one: one.slack or 0)[:BARS]
	if not measured:
		return None
	hours = [round((one.slack or 0) / 3600, 2) for one in measured]
	return stacked_bars(
		[one.title for one in measured],
		[
			(_("Hours Left"), [max(value, 0) for value in hours]),
			(_("Hours Too Late"), [min(value, 0) for value in hours]),
		],
		[GREEN, RED],
		fieldtype="Float",
	)


def summary_of(found: Sequence[ChainStanding]) -> list[Row]:
	counts = Counter(one.state for one in found)
	drafts = len({two.name for one in found for two in one.beneath if not two.concluded})
	return [
		card(_("Can Be Kept"), counts["Feasible"], "Green"),
		card(_("Cannot Be Kept"), counts["Infeasible"], "Red"),
		card(_("Waived"), counts["Waived"], "Orange"),
		card(_("Nothing Beneath"), counts["Nothing Beneath"], "Grey"),
		card(_("OLAs and UCs Not Concluded"), drafts, "Orange"),
	]
