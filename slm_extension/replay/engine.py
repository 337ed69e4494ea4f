"""Runs a log through the domain: one ticket in, its assessment out, nothing kept in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slm_extension.domain.agreements import AgreementBook
from slm_extension.domain.assessment import Assessment, assess
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Kind, Timeline
from slm_extension.replay.problems import BrokenRow, Problems
from slm_extension.replay.tickets import TicketLog


@dataclass(frozen=True, slots=True)
class Replayed:
	"""A ticket of the log, measured; `assessment` is None when it was opened after the instant asked."""

	log: TicketLog
	assessment: Assessment | None


def replay(
	tickets: Iterable[TicketLog], book: AgreementBook, asked: Instant, problems: Problems
) -> Iterator[Replayed]:
	"""Measure ticket after ticket as seen at `asked`.

	What the domain refuses about one ticket is added to `problems` and the ticket left out; the others go on.
	"""
	for log in tickets:
		if not any(fact.kind is Kind.OPENED and fact.at <= asked for fact in log.facts):
			if log.facts:
				yield Replayed(log, None)
			continue
		try:
			assessment = assess(Timeline.of(log.ticket, log.facts), book, asked)
		except DomainError as error:
			problems.add(BrokenRow(0, log.ticket, str(error)))
			continue
		yield Replayed(log, assessment)
