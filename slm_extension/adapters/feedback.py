"""What users have said about their tickets, as the site keeps it: counted for reports, and looked up. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum

from slm_extension.adapters.permissions import only_readable
from slm_extension.adapters.store import locks_rows
from slm_extension.domain.satisfaction import SATISFIED_FROM, Perception, Satisfaction

FEEDBACK = "SLM Feedback"
GROUPS = ("service", "agreement", "customer")
"""What answers are counted by: as the ticket had it when the answer was given."""


@dataclass(frozen=True, slots=True)
class Answer:
	"""Something that somebody has said. `at` is a time of the site; `by` is empty for who has no user account.

	`expected` is 0 where nobody asked what he had expected.
	"""

	name: str
	at: datetime
	by: str
	person: str
	channel: str
	score: int
	expected: int
	comment: str


def answered(
	first_month: int, last_month: int, group: str, only: Mapping[str, Iterable[str]] | None = None
) -> Mapping[tuple[str, int], Satisfaction]:
	"""Answers given in months like 202606, both included, by the value of `group` (see GROUPS) and the month.

	Months are those of the site's zone; a value that a ticket did not have is "". Of tickets that the session's user
	may read alone. `only` are further groups and the values one of which an answer must have. One query. Raises
	ValueError for another group.
	"""
	feedback = frappe.qb.DocType(FEEDBACK)
	satisfied = Case().when(feedback.score >= SATISFIED_FROM, 1).else_(0)
	query = _by(group, first_month, last_month, only).select(Count("*"), Sum(feedback.score), Sum(satisfied))
	found: dict[tuple[str, int], Satisfaction] = {}
	for value, month, *numbers in only_readable(query, FEEDBACK).run():
		key = (value or "", int(month))
		found[key] = found.get(key, Satisfaction()) + Satisfaction(*(int(number) for number in numbers))
	return found


def compared(
	first_month: int, last_month: int, group: str, only: Mapping[str, Iterable[str]] | None = None
) -> Mapping[tuple[str, int], Perception]:
	"""The same for those who have said what they had expected: both sums (R377)."""
	feedback = frappe.qb.DocType(FEEDBACK)
	query = _by(group, first_month, last_month, only).where(feedback.expected_score > 0)
	query = query.select(Count("*"), Sum(feedback.expected_score), Sum(feedback.score))
	found: dict[tuple[str, int], Perception] = {}
	for value, month, *numbers in only_readable(query, FEEDBACK).run():
		key = (value or "", int(month))
		found[key] = found.get(key, Perception()) + Perception(*(int(number) for number in numbers))
	return found


def _by(group: str, first_month: int, last_month: int, only: Mapping[str, Iterable[str]] | None) -> Any:
	wanted = {name: sorted(values) for name, values in (only or {}).items()}
	for one in (group, *wanted):
		if one not in GROUPS:
			raise ValueError(f"Answers are not counted by {one}.")
	feedback = frappe.qb.DocType(FEEDBACK)
	groups = (feedback[group], feedback.period)
	query = frappe.qb.from_(feedback).select(*groups).where(feedback.period[first_month:last_month])
	for one, values in wanted.items():
		query = query.where(feedback[one].isin(values))
	return query.groupby(*groups)


def answers_of(ticket: str, latest: bool = False) -> list[Answer]:
	"""What has been said about a ticket, in the order in which it was, for whoever may read the ticket.

	With `latest` what others have committed since this transaction began is among it; nobody changes it until it ends.
	"""
	feedback = frappe.qb.DocType(FEEDBACK)
	columns = ("name", "given_on", "given_by", "person", "channel", "score", "expected_score", "comment")
	query = (
		frappe.qb.from_(feedback)
		.select(*(feedback[column] for column in columns))
		.where(feedback.ticket == ticket)
		.orderby(feedback.given_on)
		.orderby(feedback.name)
	)
	if latest and locks_rows():
		query = query.for_update()
	return [
		Answer(name, at, by or "", person or "", channel or "", score or 0, expected or 0, comment or "")
		for name, at, by, person, channel, score, expected, comment in query.run()
	]
