"""What a provider reports of each target beside what we measured ourselves in the same days.

Measured is what services.report counts; here it is only put side by side. Frozen when a report is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import wording
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.counts import Promise
from slm_extension.adapters.party_permissions import reading_for_a_party
from slm_extension.adapters.permissions import reads_every_ticket
from slm_extension.adapters.report_columns import percent
from slm_extension.adapters.supplier_reports import versions_of
from slm_extension.domain.attainment import Attainment
from slm_extension.services.report import Group, Months, Question, answer


@dataclass(frozen=True, slots=True)
class Promised:
	"""A target of an agreement: its ID, which all versions share, its metric and what is promised in words."""

	target_id: str
	metric: str
	target: str
	objective: float


def promised(agreement: str) -> tuple[Promised, ...]:
	"""The targets of an agreement in their order."""
	rows = frappe.get_all(
		"SLM Target",
		filters={"parent": agreement, "parenttype": AGREEMENT},
		fields=["target_id", "metric", "priority", "service", "goal", "objective"],
		order_by="idx asc",
		limit_page_length=0,
	)
	return tuple(
		Promised(
			row.target_id or "",
			row.metric,
			_in_words(row)[:140],
			row.objective or 0.0,
		)
		for row in rows
	)


def _in_words(row: Any) -> str:
	objective = _("at least {0}").format(wording.percent(row.objective)) if row.objective else ""
	return ", ".join(filter(None, [wording.duration(row.goal), objective, row.priority, row.service]))


def measured(
	lineage: str, first: date, last: date, promises: Sequence[Promise] | None = None
) -> dict[str, Attainment]:
	"""By target ID, what was decided on these days, both included, under all versions of an agreement.

	Whole months are those of SLM Compliance, by the agreement's calendar; other days are the site's. All tickets are
	counted, whoever asks: what it says is for those who read every ticket, see `view`. `promises` are all that there
	are, of whoever asks about many reports.
	"""
	found: dict[str, Attainment] = {}
	with reading_for_a_party():
		for version in versions_of(lineage):
			if (
				version.first <= last
			):  # a ticket is decided by the version under which it was opened, ended or not
				for target_id, counts in _of_version(version.name, first, last, promises):
					found[target_id] = found.get(target_id, Attainment()) + counts
	return found


def _of_version(
	agreement: str, first: date, last: date, promises: Sequence[Promise] | None
) -> list[tuple[str, Attainment]]:
	groups = (Group.AGREEMENT, Group.TARGET)
	found = answer(
		Question(
			_months(first, last),
			0,
			groups,
			only=((Group.AGREEMENT, agreement),),
			days=None if _whole_months(first, last) else (first, last),
		),
		promises,
	)
	place = found.groups.index(Group.TARGET)
	return [(str(line.keys[place]), line.attainment) for line in found.lines if line.keys[place]]


def _whole_months(first: date, last: date) -> bool:
	return first.day == 1 and (last + timedelta(days=1)).day == 1


def _months(first: date, last: date) -> Months:
	"""Those that the days lie in; of days that are no whole months also those beside, for calendars of other zones."""
	if not _whole_months(first, last):
		first, last = first - timedelta(days=1), last + timedelta(days=1)
	return Months(first.year * 100 + first.month, last.year * 100 + last.month)


def freeze(measures: Mapping[str, Attainment]) -> str:
	"""As kept with an accepted report."""
	return json.dumps({target_id: asdict(counts) for target_id, counts in sorted(measures.items())})


def of_report(report: Any, promises: Sequence[Promise] | None = None) -> dict[str, Attainment]:
	"""What was measured for a report: as kept when it was accepted, otherwise as it is now."""
	if report.measured:
		kept = json.loads(report.measured)
		return {target_id: Attainment(**counts) for target_id, counts in kept.items()}
	return measured(report.lineage, report.period_from, report.period_to, promises)


def reported(rows: Iterable[Any]) -> Attainment:
	"""What the provider says of some targets together."""
	return sum((_of_row(row) for row in rows if row.reported), Attainment())


def _of_row(row: Any) -> Attainment:
	return Attainment(row.met or 0, (row.decided or 0) - (row.met or 0))


def compared(
	report: Any, rows: Iterable[Any], promises: Sequence[Promise] | None = None
) -> tuple[Attainment, Attainment]:
	"""What a report says of its targets together, and what was measured of the same targets; `promises` as above."""
	said = [row for row in rows if row.reported]
	if not said:
		return Attainment(), Attainment()
	ours = of_report(report, promises)
	return reported(said), sum((ours.get(row.target_id, Attainment()) for row in said), Attainment())


def view(report: Any) -> dict[str, Any]:
	"""A line a target for the form. `shown` is false for those who may not read every ticket: no figure is in it then."""
	if not reads_every_ticket(str(frappe.session.user)):
		return {"shown": False, "frozen": bool(report.measured), "lines": [], "total": None}
	ours = of_report(report)
	known = {row.target_id for row in report.figures}
	lines = [
		_line(
			f"{_(row.metric)}: {row.target}" if row.target else _(row.metric),
			_of_row(row) if row.reported else None,
			ours.get(row.target_id, Attainment()),
		)
		for row in report.figures
	]
	lines += [
		_line(f"{_(one.metric)}: {one.target}", None, ours[one.target_id])
		for one in promised(report.agreement)
		if one.target_id not in known and one.target_id in ours
	]
	compared = [row for row in report.figures if row.reported]
	total = _line(
		"",
		reported(report.figures) if compared else None,
		sum((ours.get(row.target_id, Attainment()) for row in compared), Attainment())
		if compared
		else sum(ours.values(), Attainment()),
	)
	return {"shown": True, "frozen": bool(report.measured), "lines": lines, "total": total}


def _line(target: str, theirs: Attainment | None, ours: Attainment) -> dict[str, Any]:
	return {
		"target": target,
		"reported": _said(theirs),
		"measured": _said(ours),
		"excused": ours.excused_missed,
		"difference": difference(theirs, ours),
	}


def _said(counts: Attainment | None) -> dict[str, Any] | None:
	if counts is None:
		return None
	return {"decided": counts.decided, "met": counts.met, "attainment": percent(counts.gross)}


def difference(theirs: Attainment | None, ours: Attainment) -> float | None:
	"""By how many percentage points the provider reports more than was measured; None where either has no share.

	Excused misses are misses in both: the provider does not know what we excuse.
	"""
	if theirs is None or theirs.gross is None or ours.gross is None:
		return None
	return float(round(theirs.gross - ours.gross, 2))
