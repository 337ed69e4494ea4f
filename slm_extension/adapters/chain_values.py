"""What the chain check found as plain values: kept on the agreement as JSON, read by the form and by the words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any

from slm_extension.adapters.metrics import site_name
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.chain import ChainFinding, ChainReport
from slm_extension.domain.chain_check import Journey, Link, Passage, Way
from slm_extension.domain.instants import Instant

MARGIN = 2 * 3600
MOST_SPANS = 120
"""So many open stretches are drawn of one calendar."""


def report_to_json(
	report: ChainReport, waiting: Iterable[str] = (), unknown_holidays: Iterable[tuple[str, date]] = ()
) -> str:
	"""A report as JSON. Instants are seconds since 1970-01-01T00:00:00Z, durations open seconds."""
	return json.dumps(
		{
			"first": report.first,
			"last": report.last,
			"waiting": list(waiting),
			"unknown_holidays": [[name, str(until)] for name, until in unknown_holidays],
			"findings": [finding_values(one, report.last) for one in report.findings],
			"alone": [_alone(one) for one in report.alone],
		}
	)


def problem_to_json(sentence: str) -> str:
	"""What is kept where nothing could be checked."""
	return json.dumps({"problem": sentence})


def _alone(finding: ChainFinding) -> dict[str, Any]:
	"""Of a support by itself, as little as tells whether it is the weak one."""
	return {
		"metric": site_name(finding.metric),
		"support": finding.support,
		"verdict": finding.verdict.value,
		"kept": finding.kept,
		"slack": finding.slack,
	}


def finding_values(finding: ChainFinding, last: Instant | None = None) -> dict[str, Any]:
	"""One finding; `worst` and `earliest` with what a time-line of them needs. A gap until `last` has no end."""
	calendar = finding.target.calendar
	return {
		"metric": site_name(finding.metric),
		"goal": finding.target.goal,
		"calendar": calendar.name,
		"zone": calendar.zone_name,
		"priorities": list(finding.priorities),
		"services": list(finding.services),
		"verdict": finding.verdict.value,
		"kept": finding.kept,
		"support": finding.support,
		"slack": finding.slack,
		"share": float(finding.share),
		"gaps": [
			{
				"agreement": gap.agreement,
				"reason": gap.reason.value,
				"start": gap.start,
				"end": None if gap.end == last else gap.end,
			}
			for gap in finding.gaps
		],
		"worst": _journey(finding.worst, calendar),
		"earliest": _journey(finding.earliest, calendar),
	}


def _journey(journey: Journey | None, calendar: Calendar) -> dict[str, Any] | None:
	if journey is None:
		return None
	ends = [journey.opened, *(end for end in (journey.due, journey.finish) if end is not None)]
	ends += [one.start for one in journey.passages]
	begin, end = journey.opened - MARGIN, max(ends) + MARGIN
	return {
		"opened": journey.opened,
		"due": journey.due,
		"finish": journey.finish,
		"overrun": journey.overrun,
		"begin": begin,
		"end": end,
		"open": _open(calendar, begin, end),
		"passages": [_passage(one, calendar, begin, end) for one in journey.passages],
	}


def _passage(passage: Passage, calendar: Calendar, begin: Instant, end: Instant) -> dict[str, Any]:
	own = passage.target.calendar if passage.target is not None else _assumed(passage.way) or calendar
	return {
		"name": _name(passage.way),
		"kind": passage.way.kind.value if isinstance(passage.way, Link) else "",
		"goal": passage.target.goal if passage.target is not None else None,
		"metric": site_name(passage.target.metric.name) if passage.target is not None else "",
		"calendar": own.name,
		"zone": own.zone_name,
		"start": passage.start,
		"end": passage.end,
		"latest": passage.latest,
		"used": passage.used,
		"counted": passage.counted,
		"held": passage.held,
		"open": _open(own, begin, end),
	}


def _name(way: Way) -> str:
	return way.agreement if isinstance(way, Link) else way.name


def _assumed(way: Way) -> Calendar | None:
	return None if isinstance(way, Link) else way.calendar


def _open(calendar: Calendar, begin: Instant, end: Instant) -> list[tuple[Instant, Instant]]:
	return list(islice(calendar.open_spans(begin, end), MOST_SPANS))
