"""A summary as JSON for other programs: stable keys, written in one piece. Holds everything, internals too.

Schema 1. Instants are ISO 8601 in UTC, months "2026-06", durations seconds of open time, percentages numbers
rounded to four places; null where there is nothing to divide, no objective or no instant.

- `schema`: 1; `log`, `as_of`
- `tickets`: `measured`, `not_covered` (no agreement applies), `not_covered_by_customer` (list of `customer`,
  `tickets`; those with most tickets), `no_target` (an agreement applies, none of its targets does),
  `opened_later` (after `as_of`, left out)
- `clocks`: `total`, `cancelled` (before they were decided), `uncertain` (beyond the known holidays)
- `attainment`: a line for each `kind`, `agreement`, `metric`, `target`, `priority`, `month`
- `totals`: the same lines over all months, without `month`; its `objectives` is a list, as versions may differ
- `parties`: OLA and UC by `kind`, `agreement`, `party`, those with most misses too many first
- `causes`: `agreement`, `cause`, `responsible`, `misses`, `overrun_seconds`, `would_have_held`; gross: excused
  misses are in it, as they are in `worst_misses`
- `worst_misses`: `ticket`, `agreement`, `target`, `priority`, `goal_seconds`, `elapsed_seconds`,
  `overrun_seconds`, `due`, `missed_at`, `zone`, `open`, `cause`, `responsible`, `held_by` (list of `party`,
  `name`, `seconds`), `overruns` (list of `agreement`, `party`, `seconds`, `would_have_held`)
- `excused`: `total`, and `listed` with `ticket`, `agreement`, `target`, `priority`, `missed_at`, `reason`,
  `approved_by`, `evidence`
- `broken_rows`: `total`, and `listed` with `line`, `ticket`, `reason`

Counts in `attainment`, `totals` and `parties`: `met`, `missed`, `pending`, `excused_met`, `excused_missed`,
`decided` (met + missed), `gross_percent`, `net_percent` (without the excused), `objective_percent`, `verdict`
("kept", "not kept", "no objective", "no data"; by the exact figure, not the rounded one), `misses_left` (how many
more may be missed; negative: how many of the misses would have had to be met) and `small_sample`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from slm_extension.domain.attainment import Attainment
from slm_extension.replay.durations import utc_time
from slm_extension.replay.figures import Row, Total, by_agreement, parties_worst_first, verdict_words
from slm_extension.replay.problems import BrokenRow
from slm_extension.replay.summary import CauseLine, ExcusedMiss, Line, Miss, PartyLine, Summary

SCHEMA = 1

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


def write(summary: Summary, broken: Sequence[BrokenRow], broken_total: int, path: Path) -> None:
	"""Write the file, UTF-8 and sorted by key. Raises OSError when it cannot be written."""
	document: dict[str, Json] = {
		"schema": SCHEMA,
		"log": summary.log,
		"as_of": utc_time(summary.asked),
		"tickets": {
			"measured": summary.tickets,
			"not_covered": summary.not_covered,
			"not_covered_by_customer": [
				{"customer": one.name, "tickets": one.tickets} for one in summary.not_covered_customers
			],
			"no_target": summary.no_target,
			"opened_later": summary.opened_later,
		},
		"clocks": {
			"total": summary.clocks,
			"cancelled": summary.cancelled,
			"uncertain": summary.uncertain,
		},
		"attainment": [_line(line) for line in summary.lines],
		"totals": [
			_row(agreement.kind, agreement.name, row)
			for agreement in by_agreement(summary.lines)
			for metric in agreement.metrics
			for row in metric.rows
		],
		"parties": [_party(line) for line in parties_worst_first(summary)],
		"causes": [_cause(line) for line in summary.causes],
		"worst_misses": [_miss(miss) for miss in summary.worst],
		"excused": {
			"total": summary.excused_total,
			"listed": [_excused(miss) for miss in summary.excused],
		},
		"broken_rows": {
			"total": broken_total,
			"listed": [{"line": row.line, "ticket": row.ticket, "reason": row.reason} for row in broken],
		},
	}
	path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _line(line: Line) -> dict[str, Json]:
	key = line.key
	return {
		"kind": key.kind,
		"agreement": key.agreement,
		"metric": key.metric,
		"target": key.target,
		"priority": key.priority,
		"month": f"{key.month:%Y-%m}",
		**_counts(line.attainment),
		**_judged(line.attainment, line.objective),
	}


def _row(kind: str, agreement: str, row: Row) -> dict[str, Json]:
	return {
		"kind": kind,
		"agreement": agreement,
		"metric": row.metric,
		"target": row.target,
		"priority": row.priority,
		**_counts(row.total.attainment),
		**_judged_total(row.total),
	}


def _party(line: PartyLine) -> dict[str, Json]:
	return {
		"kind": line.kind,
		"agreement": line.agreement,
		"party": line.party,
		**_counts(line.attainment),
		**_judged(line.attainment, line.objective),
	}


def _counts(attainment: Attainment) -> dict[str, Json]:
	return {
		"met": attainment.met,
		"missed": attainment.missed,
		"pending": attainment.pending,
		"excused_met": attainment.excused_met,
		"excused_missed": attainment.excused_missed,
		"decided": attainment.decided,
		"gross_percent": _number(attainment.gross),
		"net_percent": _number(attainment.net),
		"small_sample": attainment.small(),
	}


def _judged(attainment: Attainment, objective: Fraction | None) -> dict[str, Json]:
	return {
		"objective_percent": _number(objective),
		"verdict": verdict_words(attainment.verdict(objective)),
		"misses_left": None if objective is None else attainment.misses_left(objective),
	}


def _judged_total(total: Total) -> dict[str, Json]:
	return {
		"objectives": [_number(objective) for objective in total.objectives],
		"verdict": verdict_words(total.verdict),
		"misses_left": total.misses_left,
	}


def _cause(line: CauseLine) -> dict[str, Json]:
	return {
		"agreement": line.agreement,
		"cause": line.cause.value,
		"responsible": line.responsible,
		"misses": line.misses,
		"overrun_seconds": line.overrun,
		"would_have_held": line.would_have_held,
	}


def _miss(miss: Miss) -> dict[str, Json]:
	return {
		"ticket": miss.ticket,
		"agreement": miss.agreement,
		"target": miss.target,
		"priority": miss.priority,
		"goal_seconds": miss.goal,
		"elapsed_seconds": miss.elapsed,
		"overrun_seconds": miss.overrun,
		"due": None if miss.due is None else utc_time(miss.due),
		"missed_at": utc_time(miss.missed_at),
		"zone": miss.zone_name,
		"open": miss.open,
		"cause": miss.cause.value,
		"responsible": miss.responsible,
		"held_by": [
			{"party": party, "name": name, "seconds": seconds} for party, name, seconds in miss.shares
		],
		"overruns": [
			{"agreement": agreement, "party": party, "seconds": seconds, "would_have_held": held}
			for agreement, party, seconds, held in miss.overruns
		],
	}


def _excused(miss: ExcusedMiss) -> dict[str, Json]:
	return {
		"ticket": miss.ticket,
		"agreement": miss.agreement,
		"target": miss.target,
		"missed_at": utc_time(miss.missed_at),
		"reason": miss.excuse.reason,
		"approved_by": miss.excuse.approved_by,
		"evidence": miss.excuse.evidence,
	}


def _number(value: Fraction | None) -> float | None:
	return None if value is None else float(round(value, 4))
