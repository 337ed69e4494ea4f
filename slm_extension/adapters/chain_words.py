"""What the chain check found, in words that the owner of an agreement can act on. Computes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_datetime

from slm_extension.adapters import wording
from slm_extension.adapters.chain_values import finding_values
from slm_extension.domain.chain import ChainFinding, GapReason
from slm_extension.domain.chain_check import ChainVerdict
from slm_extension.domain.instants import Instant, moment, zone

MOST_SERVICES = 10
"""So many services are named; whatever rests on what a support is for is one, and that may be half the catalogue."""


def problem(finding: ChainFinding, support: str = "") -> str:
	"""What stands against one target, in one or two sentences. `support` is what to call the only support."""
	titles = {finding.support: support} if support and finding.support else {}
	return sentence(finding_values(finding), titles)


def problems(result: str | None) -> list[str]:
	"""Everything that stands against an agreement, from what is kept on it; empty when nothing does."""
	found = json.loads(result or "{}")
	if found.get("problem"):
		return [found["problem"]]
	titles = titles_of(found)
	return [sentence(one, titles) for one in found.get("findings", ()) if not one["kept"]]


def titles_of(found: Mapping[str, Any]) -> dict[str, str]:
	"""What the supports in a result are called: their lineage -> the title of the latest version."""
	names: set[str] = set()
	names |= {one["support"] for one in found.get("alone", ())}
	for one in found.get("findings", ()):
		names |= {gap["agreement"] for gap in one["gaps"]}
		for way in filter(None, (one["worst"], one["earliest"])):
			names |= {passage["name"] for passage in way["passages"] if passage["kind"]}
	rows = frappe.get_all(
		"SLM Agreement",
		filters={"lineage": ["in", sorted(names - {""}) or [""]]},
		fields=["lineage", "title"],
		order_by="agreement_version asc",
	)
	return {row.lineage: row.title for row in rows}


def sentence(finding: Mapping[str, Any], titles: Mapping[str, str]) -> str:
	"""One finding: for which tickets, and how it goes wrong, or how much is left."""
	return _("{0}: {1}").format(subject(finding), " ".join(_story(finding, titles)))


def subject(finding: Mapping[str, Any]) -> str:
	"""Which target, for which tickets."""
	parts = [_(finding["metric"]), wording.duration(finding["goal"])]
	parts += [
		_("any other priority") if not name else _(name)
		for name in finding["priorities"]
		if _some(finding["priorities"])
	]
	services = finding["services"] if _some(finding["services"]) else []
	parts += [name or _("any other service") for name in services[:MOST_SERVICES]]
	if len(services) > MOST_SERVICES:
		parts.append(_("{0} more services").format(len(services) - MOST_SERVICES))
	return ", ".join(parts)


def _some(names: list[str]) -> bool:
	"""Whether these say anything: not merely "any"."""
	return names != [""]


def _story(finding: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
	for gap in finding["gaps"]:
		yield _gap(gap, titles, finding["zone"])
	verdict = finding["verdict"]
	if verdict == ChainVerdict.UNSUPPORTED.value:
		yield _("nothing beneath it takes part.")
	endless = verdict == ChainVerdict.UNBOUNDED.value
	way = finding["worst"] if endless else finding["earliest"] or finding["worst"]
	if way is None or verdict == ChainVerdict.GAP.value:
		return
	if finding["kept"]:
		left = wording.duration(finding["slack"])
		said = _("can be kept; in the worst case (opened {0}) {1} of service time are left.")
		if not left:
			said = _("can be kept; in the worst case (opened {0}) nothing is left.")
		yield said.format(_when(way["opened"], finding["zone"]), left)
		return
	yield _journey(finding, way, titles)
	if finding["share"]:
		yield _("So it is for {0} % of the time at which a ticket can be opened.").format(
			wording.number(round(100 * finding["share"], 1) or 0.1)
		)


def _journey(finding: Mapping[str, Any], way: Mapping[str, Any], titles: Mapping[str, str]) -> str:
	parts = [_("opened {0}").format(_when(way["opened"], finding["zone"]))]
	if way["due"] is not None:
		parts[0] += _(", due {0}").format(_when(way["due"], finding["zone"]))
	for passage in way["passages"]:
		name = titles.get(passage["name"], passage["name"])
		if passage["end"] is None:
			parts.append(_("{0} may keep it for ever, because its hours end").format(name))
		elif passage["kind"]:
			parts.append(
				_("{0}, within {1} of its own hours, may return it on {2}").format(
					name, wording.duration(passage["goal"]), _when(passage["end"], finding["zone"])
				)
			)
		else:
			parts.append(
				_("{0} ({1}) until {2}").format(
					name, wording.duration(passage["used"]), _when(passage["end"], finding["zone"])
				)
			)
	if way["overrun"] is not None:
		parts.append(_("{0} of service time too late").format(wording.duration(way["overrun"])))
	return "; ".join(parts) + "."


def _gap(gap: Mapping[str, Any], titles: Mapping[str, str], zone_name: str) -> str:
	name = titles.get(gap["agreement"], gap["agreement"])
	reasons = {
		GapReason.NOT_IN_FORCE.value: _("{0} is not in force for tickets opened from {1} to {2}.")
		if gap["end"] is not None
		else _("{0} is not in force for tickets opened from {1} on."),
		GapReason.NOT_PROMISED.value: _("{0} promises nothing that limits it."),
		GapReason.OTHER_TICKETS.value: _("{0} is for other tickets."),
		GapReason.NEVER_COUNTS.value: _(
			"the clock of {0} is held while it has the ticket, so it never runs out."
		),
	}
	last = "" if gap["end"] is None else _day(gap["end"], zone_name, True)
	return reasons[gap["reason"]].format(name, _day(gap["start"], zone_name), last)


def _when(at: Instant, zone_name: str) -> str:
	shown = moment(at, zone(zone_name)).replace(tzinfo=None)
	exact = "EEE d MMM yyyy HH:mm" + (":ss" if shown.second else "")
	return str(format_datetime(shown, exact))


def _day(at: Instant, zone_name: str, end: bool = False) -> str:
	"""A day, the last one where `at` is the end of a span; with the time where that is not midnight there."""
	shown = moment(at, zone(zone_name)).replace(tzinfo=None)
	if shown.time() != time():
		return str(format_datetime(shown, "d MMM yyyy HH:mm"))
	return str(format_datetime(shown - timedelta(days=1) if end else shown, "d MMM yyyy"))
