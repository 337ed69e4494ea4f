"""The site's stored clocks as a CSV, in the words and columns of replay's clocks.csv, to be laid beside it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from slm_extension.adapters import issues, store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.metrics import domain_name
from slm_extension.adapters.site_time import to_instant
from slm_extension.domain.agreements import Agreement
from slm_extension.domain.instants import Instant, moment
from slm_extension.replay.clocks_csv import FIGURES, OUTCOME, SUBJECT, safe
from slm_extension.services.files import written

PAGE = 500
COLUMNS = (*SUBJECT, "leg", *OUTCOME, *FIGURES)


def export_clocks(path: Path, strip: str = "", told: Callable[[int], None] = lambda done: None) -> int:
	"""Write all stored clocks, by ticket, and return how many. `strip` is cut off where a ticket begins with it.

	Times are ISO 8601 in the zone of the target's calendar. Raises InputProblem where it cannot be written.
	"""
	count = 0
	with written(path) as file:
		writer = csv.writer(file, lineterminator="\n")
		writer.writerow(COLUMNS)
		for row in _rows(strip, told):
			writer.writerow(row)
			count += 1
	return count


def _rows(strip: str, told: Callable[[int], None]) -> Iterator[tuple[Any, ...]]:
	kept = site_agreements()
	by_document = {kept.document(agreement): agreement for agreement in kept.book.agreements}
	after, done = "", 0
	while page := store.ticket_page(issues.ISSUE, after, PAGE):
		after = page[-1].name
		clocks = store.whole_clocks_of(page)
		for ticket in page:
			for row in sorted(
				clocks[ticket].values(), key=lambda one: (one.metric, one.leg, one.cycle, one.agreement)
			):
				yield _line(row, by_document[row.agreement], strip)
		done += len(page)
		told(done)


def _line(row: Any, agreement: Agreement, strip: str) -> tuple[Any, ...]:
	"""A clock as replay writes it; the host gives whole seconds back as fractions."""
	calendar = next(
		(one.calendar for one in agreement.targets if one.name == row.target_id), agreement.calendar
	)
	zone = calendar.zone
	started = None if row.started is None else to_instant(row.started)

	def shown(value: Any) -> str:
		at: Instant | None = None if value is None else to_instant(value, started)
		return "" if at is None else moment(at, zone).isoformat()

	return (
		safe(row.ticket.removeprefix(strip)),
		agreement.name,
		agreement.version,
		row.kind,
		safe(row.party or ""),
		domain_name(row.metric),
		row.target_id,
		safe(row.priority or ""),
		safe(row.customer or ""),
		safe(row.service or ""),
		row.leg,
		row.cycle,
		row.phase.lower(),
		row.outcome.lower(),
		shown(row.started),
		shown(row.stopped),
		row.stopped_by,
		shown(row.due),
		shown(row.missed_at),
		int(row.goal),
		int(row.elapsed),
		int(row.held),
		int(row.remaining),
		row.cause,
		safe(row.responsible or ""),
		"yes" if row.uncertain else "",
	)
