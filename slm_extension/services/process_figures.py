"""The figures of the process itself, each with the documents behind it: how late answers come, what was overlooked.

Every figure comes from the service or adapter that knows it; nothing is judged here. Days and hours that people have
for an answer are those of the civil calendar; open time is what the domain says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any, TypeVar

import frappe

from slm_extension.adapters import counts, process_records, settings, site_time
from slm_extension.adapters.agreement_states import AGREEMENT, GOING
from slm_extension.adapters.civil_months import all_months, first_day, last_day, month_of
from slm_extension.adapters.corrections import CORRECTION
from slm_extension.adapters.feedback import FEEDBACK, answered
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.outages import OUTAGE
from slm_extension.adapters.process_records import RECONCILED, Asked, Opened
from slm_extension.adapters.report_links import Behind, named
from slm_extension.adapters.store import ALARM, BREACH, EVENT, FAILED
from slm_extension.adapters.supplier_reports import REPORT
from slm_extension.domain.attainment import SMALL_SAMPLE, Period
from slm_extension.domain.instants import DAY, Instant
from slm_extension.domain.satisfaction import Satisfaction
from slm_extension.services import supplier_reports, unexplained_holds
from slm_extension.services.coverage import Coverage, coverage
from slm_extension.services.due_list import SERVICE, Due, Horizon, What, everything_due, latest_versions
from slm_extension.services.report import Group as By
from slm_extension.services.report import Months, Question, answer

SETTINGS = "SLM Settings"
DECIDED_WITHIN = 7
"""Days within which an excuse, a dispute or a correction should be decided."""

ENDED_WITHIN = 3
"""Days after which an outage should have an end of which somebody was told."""

EXPIRY_NOTICE = 90
_MINUTE, _HOUR = 60, 3600

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Figure:
	"""A figure of a month, or of now; None: nothing to go by. `cases` is of how many it is made."""

	value: Fraction | None
	cases: int
	behind: Behind | None = None


NOTHING = Figure(None, 0)
Figures = Mapping[int, Figure]
"""By month; what is known as of now alone stands under NOW."""

NOW = 0


class Look:
	"""One look at the records: what several figures are made of is read once. Months run from `first` to `last`."""

	def __init__(self, now: Instant, first: int, last: int) -> None:
		self.now, self.first, self.last = now, first, last

	@property
	def months(self) -> tuple[int, ...]:
		return all_months(self.first, self.last)

	@property
	def wall(self) -> datetime:
		"""The time of the site's wall now."""
		wall = site_time.to_site(self.now)
		assert wall is not None
		return wall

	@cached_property
	def settings(self) -> Any:
		return frappe.get_cached_doc(SETTINGS)

	@cached_property
	def opened(self) -> Mapping[int, Opened]:
		return process_records.opened(self.first, self.last)

	@cached_property
	def due(self) -> Sequence[Due]:
		return everything_due(Horizon(self.wall.date(), ahead=0, ends_ahead=EXPIRY_NOTICE))

	@cached_property
	def latest_versions(self) -> Mapping[str, int]:
		return latest_versions()


def beat(look: Look) -> Figures:
	return _since(look, counts.last_beat(), _MINUTE)


def reconciled(look: Look) -> Figures:
	return _since(look, _said(look, "last_reconcile"), _HOUR)


def verified(look: Look) -> Figures:
	return _since(look, _said(look, "last_verify"), _HOUR)


def differences(look: Look) -> Figures:
	if not look.settings.last_verify:
		return {NOW: NOTHING}
	return {NOW: Figure(Fraction(look.settings.last_verify_differences or 0), 1, Behind(SETTINGS))}


def failed(look: Look) -> Figures:
	return {NOW: _count(counts.failed_measures(), Behind(FAILED))}


def repaired(look: Look) -> Figures:
	found = process_records.repaired(look.first, look.last)

	def facts(month: int) -> Behind:
		days = [str(first_day(month)), str(last_day(month))]
		return Behind(EVENT, filters={"source": RECONCILED, "recorded_at": ["Between", days]})

	return {month: _count(tickets, facts(month)) for month, tickets in found.items()}


def explained_in_time(look: Look) -> Figures:
	"""Percent of the misses whose explanation was asked for in a month that were answered in the days asked."""
	days = int(look.settings.explanation_days or 0)
	if not days:
		return {month: NOTHING for month in look.months}
	return _kept(look, process_records.explanations_asked(look.first, look.last), days, BREACH)


def open_hours_to_explanation(look: Look) -> Figures:
	"""The median of open hours from miss to explanation, by the calendar of the agreement that was missed."""
	found: dict[int, dict[str, int]] = {month: {} for month in look.months}
	for one in process_records.explained(look.first, look.last):
		if one.calendar is not None:
			found[one.month][one.name] = one.calendar.between(one.missed, max(one.missed, one.explained))
	return {month: _median(times) for month, times in found.items()}


def _median(times: Mapping[str, int]) -> Figure:
	if not times:
		return NOTHING
	return Figure(Fraction(median(times.values())) / _HOUR, len(times), named(BREACH, times))


def unexplained(look: Look) -> Figures:
	"""Misses that have waited for their explanation for longer than the days asked."""
	days = int(look.settings.explanation_days or 0)
	if not days:
		return {NOW: NOTHING}
	late = _older(look, process_records.explanations_waited_for(), days)
	return {NOW: _count(len(late), named(BREACH, late))}


def undecided(look: Look) -> Figures:
	return {NOW: _longest(look, process_records.decisions_waited_for(), BREACH)}


def decided_in_time(look: Look) -> Figures:
	return _kept(look, process_records.decisions_asked(look.first, look.last), DECIDED_WITHIN, BREACH)


def closed_without_cause(look: Look) -> Figures:
	"""Percent of the misses closed in a month of which nobody said the root cause."""
	rows = by_month(look, process_records.closed(look.first, look.last), lambda one: one.at)
	return {
		month: _share([one.name for one in some if not one.root_cause], len(some), BREACH)
		for month, some in rows.items()
	}


def corrections(look: Look) -> Figures:
	rows = by_month(look, process_records.corrections_asked(look.first, look.last), lambda one: one.since)
	return {
		month: _count(len(some), named(CORRECTION, [one.name for one in some]))
		for month, some in rows.items()
	}


def corrections_undecided(look: Look) -> Figures:
	return {NOW: _longest(look, process_records.corrections_waited_for(), CORRECTION)}


def corrections_in_time(look: Look) -> Figures:
	asked = process_records.corrections_asked(look.first, look.last)
	return _kept(look, asked, DECIDED_WITHIN, CORRECTION)


def holds_without_reason(look: Look) -> Figures:
	"""Percent of the tickets that wait of which nobody said for whom."""
	wanted = unexplained_holds.filters()
	silent, every = _issues(wanted), _issues(unexplained_holds.filters_of_all())
	return {NOW: _part(silent, every, Behind(ISSUE, filters=wanted))}


def _issues(wanted: Mapping[str, Any]) -> int:
	return len(frappe.get_list(ISSUE, filters=dict(wanted), pluck="name", order_by="name asc", limit=0))


def outages_without_end(look: Look) -> Figures:
	late = _older(look, process_records.outages_going(), ENDED_WITHIN)
	return {NOW: _count(len(late), named(OUTAGE, late))}


def without_service(look: Look) -> Figures:
	return {
		month: _part(one.without_service, one.tickets, _issues_of(month, "slm_service"))
		for month, one in look.opened.items()
	}


def without_agreement(look: Look) -> Figures:
	return {
		month: _part(one.without_agreement, one.tickets, _issues_of(month, "slm_agreement"))
		for month, one in look.opened.items()
	}


def _issues_of(month: int, lacking: str) -> Behind:
	days = [str(first_day(month)), str(last_day(month))]
	return Behind(ISSUE, filters={"opening_date": ["Between", days], lacking: ["is", "not set"]})


def services_outside(look: Look) -> Figures:
	outside = sum(1 for one in coverage(look.now) if one.coverage is Coverage.OUTSIDE)
	behind = Behind(report="SLM Services Outside SLA", filters={"show": "Outside Any SLA"})
	return {NOW: _count(outside, behind)}


def small_samples(look: Look) -> Figures:
	"""Percent of the targets decided in a month on so few tickets that their figure says little."""
	below = int(look.settings.small_sample or 0) or SMALL_SAMPLE
	question = Question(Months(look.first, look.last), 0, (By.PERIOD, By.TARGET), Period.MONTH)
	decided: dict[int, list[bool]] = {month: [] for month in look.months}
	for line in answer(question).lines:
		if line.attainment.decided:
			decided[line.months.first].append(line.small(below))
	return {month: _part(sum(some), len(some), _compliance(month)) for month, some in decided.items()}


def _compliance(month: int) -> Behind:
	days = {"from_date": str(first_day(month)), "to_date": str(last_day(month))}
	return Behind(
		report="SLM Compliance", filters={**days, "period": "Month", "group_by": "Target", "kind": ""}
	)


def reviews_overdue(look: Look) -> Figures:
	return _due(look, What.REVIEW, overdue=True)


def reports_overdue(look: Look) -> Figures:
	"""Those that we owe; what teams and suppliers owe us is a figure of its own."""
	return _due(look, What.REPORT, overdue=True)


def supplier_reports_in_time(look: Look) -> Figures:
	"""Percent of the service reports due in a month that came in time, of those that came or are late."""
	found = {}
	for month in look.months:
		due = supplier_reports.standing(first_day(month), last_day(month))
		days = [str(first_day(month)), str(last_day(month))]
		behind = Behind(REPORT, filters={"due_on": ["Between", days]})
		found[month] = _part(due.on_time, due.on_time + due.late + due.missing, behind)
	return found


def users_satisfied(look: Look) -> Figures:
	"""Percent of the answers of a month that say that somebody is satisfied."""
	said: dict[int, Satisfaction] = {}
	for (_service, month), some in answered(look.first, look.last, "service").items():
		said[month] = said.get(month, Satisfaction()) + some
	return {
		month: Figure(one.share, one.answers, Behind(FEEDBACK, filters={"period": month}))
		if (one := said.get(month)) is not None
		else NOTHING
		for month in look.months
	}


def service_reviews_overdue(look: Look) -> Figures:
	return _due(look, What.SERVICE_REVIEW, overdue=True)


def revisions_needed(look: Look) -> Figures:
	return _due(look, What.REVISION)


def signatures_late(look: Look) -> Figures:
	return _due(look, What.SIGNATURE, overdue=True)


def not_measured(look: Look) -> Figures:
	return _due(look, What.UNMEASURED)


def expiring(look: Look) -> Figures:
	return _due(look, What.END)


def _due(look: Look, what: What, overdue: bool = False) -> Figures:
	today = look.wall.date()
	of = SERVICE if what is What.SERVICE_REVIEW else AGREEMENT
	found = [
		one.name
		for one in look.due
		if one.what is what and one.doctype == of and (not overdue or one.overdue(today))
	]
	return {NOW: _count(len(found), named(of, found))}


def broken_chains(look: Look) -> Figures:
	found = process_records.agreements_like(chain_state="Infeasible", status=["in", GOING])
	return {NOW: _count(len(found), named(AGREEMENT, found))}


def ended_unreplaced(look: Look) -> Figures:
	rows = process_records.ended(look.first, look.last, look.latest_versions)
	lost = by_month(look, [one for one in rows if not one.replaced], lambda one: one.day)
	return {
		month: _count(len(some), named(AGREEMENT, [one.name for one in some])) for month, some in lost.items()
	}


def warnings_untold(look: Look) -> Figures:
	rows = process_records.untold(look.first, look.last)
	found = by_month(look, rows, lambda one: site_time.to_site(one.reached) or look.wall)
	return {
		month: _count(len(some), named(ALARM, [one.name for one in some])) for month, some in found.items()
	}


def by_month(look: Look, rows: Iterable[_Row], day: Callable[[_Row], date]) -> Mapping[int, Sequence[_Row]]:
	"""Rows by the month in which they happened; months without any have none."""
	found: dict[int, list[_Row]] = {month: [] for month in look.months}
	for row in rows:
		found[month_of(day(row))].append(row)
	return found


def _since(look: Look, at: Instant | None, unit: int) -> Figures:
	"""What never happened has been waited for since the first ticket was timed."""
	since = at if at is not None else process_records.first_kept()
	if since is None or not settings.enabled():
		return {NOW: NOTHING}
	return {NOW: Figure(Fraction(max(0, look.now - since), unit), 1, Behind(SETTINGS))}


def _said(look: Look, field: str) -> Instant | None:
	value = look.settings.get(field)
	return site_time.to_instant(value) if value else None


def _count(number: int, behind: Behind | None) -> Figure:
	return Figure(Fraction(number), number, behind)


def _part(number: int, of: int, behind: Behind | None) -> Figure:
	return Figure(Fraction(100 * number, of), of, behind) if of else NOTHING


def _share(names: Sequence[str], of: int, doctype: str) -> Figure:
	return _part(len(names), of, named(doctype, names))


def _kept(look: Look, asked: Iterable[Asked], days: int, doctype: str) -> Figures:
	"""Percent done within the days, of those asked for in a month that are done or whose days are over."""
	figures = {}
	for month, some in by_month(look, asked, lambda one: one.since).items():
		late, judged = [], 0
		for one in some:
			until = one.since + timedelta(days=days)
			if one.done is None and look.wall <= until:
				continue
			judged += 1
			if (one.done or look.wall) > until:
				late.append(one.name)
		kept = Fraction(100 * (judged - len(late)), judged) if judged else None
		figures[month] = Figure(kept, judged, named(doctype, late)) if judged else NOTHING
	return figures


def _longest(look: Look, waiting: Sequence[Asked], doctype: str) -> Figure:
	"""Days that the oldest has waited; none waiting is no wait."""
	seconds = [int((look.wall - one.since).total_seconds()) for one in waiting]
	days = Fraction(max([0, *seconds]), DAY)
	return Figure(days, len(waiting), named(doctype, [one.name for one in waiting]))


def _older(look: Look, waiting: Iterable[Asked], days: int) -> list[str]:
	return [one.name for one in waiting if look.wall > one.since + timedelta(days=days)]
