"""How the service level process itself goes (R220): its indicators, what they may be at worst, and how they stand.

One more indicator is one more row of INDICATORS, and its name among the options of SLM Process Limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters.civil_months import month_of, months_before
from slm_extension.adapters.corrections import CORRECTION
from slm_extension.adapters.feedback import FEEDBACK
from slm_extension.adapters.outages import OUTAGE
from slm_extension.adapters.permissions import reads_no_ticket
from slm_extension.adapters.store import ALARM, BREACH, CLOCK, EVENT, FAILED
from slm_extension.adapters.supplier_reports import REPORT
from slm_extension.domain.instants import Instant
from slm_extension.services import process_figures as figures
from slm_extension.services.due_list import AGREEMENT, SERVICE
from slm_extension.services.process_figures import NOTHING, NOW, Figure, Figures, Look

LEAST = 5
"""Of fewer cases a share or a median says too little to be judged."""

MONTHS_OF_TREND = 12


class Group(Enum):
	"""What part of the process an indicator is about."""

	TIMING = "Timing"
	MISSES = "Misses"
	LATE = "Late Knowledge"
	COVERAGE = "Coverage"
	AGREEMENTS = "Agreements"
	OPERATION = "Operation"


class Unit(Enum):
	"""What a figure counts."""

	NUMBER = "Number"
	PERCENT = "Percent"
	MINUTES = "Minutes"
	HOURS = "Hours"
	OPEN_HOURS = "Open Hours"
	DAYS = "Days"


class Standing(Enum):
	"""How an indicator stands against its limits."""

	GOOD = "Good"
	ATTENTION = "Attention"
	BAD = "Bad"
	NO_DATA = "No Data"


@dataclass(frozen=True, slots=True)
class Limit:
	"""From where on a figure wants attention, and is bad. Bad above attention: the higher the worse; below: the lower.

	A figure that is as high as its limit has reached it; one that is to be high has to be lower.
	"""

	attention: Fraction
	bad: Fraction

	def standing(self, value: Fraction, rises: bool) -> Standing:
		def reached(limit: Fraction) -> bool:
			return value >= limit if rises else value < limit

		if reached(self.bad):
			return Standing.BAD
		return Standing.ATTENTION if reached(self.attention) else Standing.GOOD


@dataclass(frozen=True, slots=True)
class Indicator:
	"""One figure of the process, what it may be unless the site says otherwise, and what to do when it is not.

	`monthly`: it is known for every month, not as of now alone. `about` is the DocType that its reader has to be
	allowed to read; `tickets`: it tells something about tickets. `judged_from`: of fewer cases it says too little.
	"""

	name: str
	group: Group
	unit: Unit
	attention: float
	bad: float
	measure: Callable[[Look], Figures]
	advice: str
	about: str = ""
	monthly: bool = False
	tickets: bool = False
	judged_from: int = 0

	@property
	def rises(self) -> bool:
		"""Whether it gets worse by rising."""
		return self.bad >= self.attention

	@property
	def usual(self) -> Limit:
		return Limit(Fraction(str(self.attention)), Fraction(str(self.bad)))


_ASK = "Ask those who were asked, or their team's leader, for the explanation."
_TICKETS: dict[str, Any] = {"about": "Issue", "tickets": True}
_OF_MISSES: dict[str, Any] = {"about": BREACH, "tickets": True}
_OF_CORRECTIONS: dict[str, Any] = {"about": CORRECTION, "tickets": True}
_SHARE: dict[str, Any] = {"monthly": True, "judged_from": LEAST}

INDICATORS: tuple[Indicator, ...] = (
	Indicator(
		"Minutes since the Last Beat",
		Group.TIMING,
		Unit.MINUTES,
		10,
		60,
		figures.beat,
		"See whether the site's scheduler and its workers run.",
	),
	Indicator(
		"Hours since the Last Reconcile",
		Group.TIMING,
		Unit.HOURS,
		3,
		24,
		figures.reconciled,
		"See whether the long queue's worker runs; the Error Log says what failed.",
	),
	Indicator(
		"Hours since the Last Verify",
		Group.TIMING,
		Unit.HOURS,
		36,
		96,
		figures.verified,
		"See whether the long queue's worker runs, or run slm verify.",
	),
	Indicator(
		"Differences Found by the Last Verify",
		Group.TIMING,
		Unit.NUMBER,
		1,
		10,
		figures.differences,
		"Read the result in SLM Settings, then run slm rebuild.",
		tickets=True,
	),
	Indicator(
		"Failed Measures",
		Group.TIMING,
		Unit.NUMBER,
		1,
		10,
		figures.failed,
		"Open each and remove what it names; it is measured again within the hour.",
		about=FAILED,
		tickets=True,
	),
	Indicator(
		"Tickets Repaired by the Reconciler",
		Group.TIMING,
		Unit.NUMBER,
		20,
		100,
		figures.repaired,
		"Find out what changes tickets past every event: an import, a script, another app.",
		about=EVENT,
		monthly=True,
		tickets=True,
	),
	Indicator(
		"Misses Explained in Time",
		Group.MISSES,
		Unit.PERCENT,
		90,
		75,
		figures.explained_in_time,
		_ASK,
		**_OF_MISSES,
		**_SHARE,
	),
	Indicator(
		"Open Hours from Miss to Explanation",
		Group.MISSES,
		Unit.OPEN_HOURS,
		18,
		45,
		figures.open_hours_to_explanation,
		_ASK,
		**_OF_MISSES,
		**_SHARE,
	),
	Indicator(
		"Misses Waiting Too Long for an Explanation",
		Group.MISSES,
		Unit.NUMBER,
		1,
		10,
		figures.unexplained,
		_ASK,
		**_OF_MISSES,
	),
	Indicator(
		"Longest Wait of an Excuse or Dispute",
		Group.MISSES,
		Unit.DAYS,
		7,
		14,
		figures.undecided,
		"Grant or refuse the oldest excuses, settle the oldest disputes.",
		**_OF_MISSES,
	),
	Indicator(
		"Excuses and Disputes Decided in Time",
		Group.MISSES,
		Unit.PERCENT,
		90,
		75,
		figures.decided_in_time,
		"Say who decides while the manager is away.",
		**_OF_MISSES,
		**_SHARE,
	),
	Indicator(
		"Misses Closed without Root Cause",
		Group.MISSES,
		Unit.PERCENT,
		10,
		30,
		figures.closed_without_cause,
		"Open them again and let their root cause be named.",
		**_OF_MISSES,
		**_SHARE,
	),
	Indicator(
		"Corrections Asked For",
		Group.LATE,
		Unit.NUMBER,
		20,
		60,
		figures.corrections,
		"See what is written down too late, and let it be said on the ticket at once.",
		monthly=True,
		**_OF_CORRECTIONS,
	),
	Indicator(
		"Longest Wait of a Correction",
		Group.LATE,
		Unit.DAYS,
		7,
		14,
		figures.corrections_undecided,
		"Approve or reject the oldest ones.",
		**_OF_CORRECTIONS,
	),
	Indicator(
		"Corrections Decided in Time",
		Group.LATE,
		Unit.PERCENT,
		90,
		75,
		figures.corrections_in_time,
		"Say who decides while the manager is away.",
		**_OF_CORRECTIONS,
		**_SHARE,
	),
	Indicator(
		"Holds without a Reason",
		Group.LATE,
		Unit.PERCENT,
		10,
		30,
		figures.holds_without_reason,
		"Let whoever holds the ticket say for whom it waits.",
		judged_from=LEAST,
		**_TICKETS,
	),
	Indicator(
		"Outages without an End",
		Group.LATE,
		Unit.NUMBER,
		1,
		5,
		figures.outages_without_end,
		"Enter when the service was back and when its users were told.",
		about=OUTAGE,
	),
	Indicator(
		"Tickets without a Service",
		Group.COVERAGE,
		Unit.PERCENT,
		10,
		30,
		figures.without_service,
		"Add service rules for what these tickets have in common.",
		**_TICKETS,
		**_SHARE,
	),
	Indicator(
		"Tickets without an Agreement",
		Group.COVERAGE,
		Unit.PERCENT,
		10,
		30,
		figures.without_agreement,
		"See under Which Agreement Applies? why none does.",
		**_TICKETS,
		**_SHARE,
	),
	Indicator(
		"Services outside Any SLA",
		Group.COVERAGE,
		Unit.NUMBER,
		1,
		5,
		figures.services_outside,
		"Agree on them, or take them out of the catalogue.",
		about=SERVICE,
	),
	Indicator(
		"Targets with a Small Sample",
		Group.COVERAGE,
		Unit.PERCENT,
		50,
		80,
		figures.small_samples,
		"Join targets that are alike, or judge them by the quarter.",
		about=CLOCK,
		tickets=True,
		**_SHARE,
	),
	Indicator(
		"Agreements Ended without Successor",
		Group.AGREEMENTS,
		Unit.NUMBER,
		1,
		3,
		figures.ended_unreplaced,
		"Conclude a new version, or say so to the customer.",
		about=AGREEMENT,
		monthly=True,
	),
	Indicator(
		"Agreements Expiring in 90 Days",
		Group.AGREEMENTS,
		Unit.NUMBER,
		3,
		10,
		figures.expiring,
		"Draft their next versions.",
		about=AGREEMENT,
	),
	Indicator(
		"Chains That Do Not Hold",
		Group.AGREEMENTS,
		Unit.NUMBER,
		1,
		3,
		figures.broken_chains,
		"Strengthen what they rest on, or relax their targets.",
		about=AGREEMENT,
	),
	Indicator(
		"Revisions Needed",
		Group.AGREEMENTS,
		Unit.NUMBER,
		1,
		5,
		figures.revisions_needed,
		"Revise them, or say that they stay as they are.",
		about=AGREEMENT,
	),
	Indicator(
		"Signatures Overdue",
		Group.AGREEMENTS,
		Unit.NUMBER,
		1,
		5,
		figures.signatures_late,
		"Remind the parties that have not signed.",
		about=AGREEMENT,
	),
	Indicator(
		"Agreements Not Measured",
		Group.AGREEMENTS,
		Unit.NUMBER,
		1,
		5,
		figures.not_measured,
		"See whether their scope fits the tickets that come in.",
		about=AGREEMENT,
	),
	Indicator(
		"Reviews Overdue",
		Group.OPERATION,
		Unit.NUMBER,
		1,
		5,
		figures.reviews_overdue,
		"Hold them, then choose Done in SLM Due.",
		about=AGREEMENT,
	),
	Indicator(
		"Reports Overdue",
		Group.OPERATION,
		Unit.NUMBER,
		1,
		5,
		figures.reports_overdue,
		"Send them, then choose Done in SLM Due.",
		about=AGREEMENT,
	),
	Indicator(
		"Supplier Reports in Time",
		Group.OPERATION,
		Unit.PERCENT,
		90,
		70,
		figures.supplier_reports_in_time,
		"Remind the teams and suppliers whose reports are missing.",
		about=REPORT,
		monthly=True,
	),
	Indicator(
		"Users Satisfied",
		Group.OPERATION,
		Unit.PERCENT,
		75,
		50,
		figures.users_satisfied,
		"See in SLM Scorecard which services are good on paper only, and read what users say.",
		about=FEEDBACK,
		tickets=True,
		**_SHARE,
	),
	Indicator(
		"Service Reviews Overdue",
		Group.OPERATION,
		Unit.NUMBER,
		1,
		5,
		figures.service_reviews_overdue,
		"Look at what the catalogue says of them.",
		about=SERVICE,
	),
	Indicator(
		"Warnings That Reached Nobody",
		Group.OPERATION,
		Unit.NUMBER,
		1,
		10,
		figures.warnings_untold,
		"Read the problem noted on each; name users in the escalation levels.",
		about=ALARM,
		monthly=True,
		tickets=True,
	),
)

BY_NAME: Mapping[str, Indicator] = {one.name: one for one in INDICATORS}


@dataclass(frozen=True, slots=True)
class Stand:
	"""How an indicator stands. `before` is the figure of the month before, where it is known by the month."""

	indicator: Indicator
	figure: Figure
	before: Figure
	limit: Limit
	standing: Standing


def health(now: Instant, month: int, current: bool, groups: Iterable[Group] = Group) -> tuple[Stand, ...]:
	"""Every indicator that the session's user may know of, for a month; `current`: with what is known of now alone."""
	look = Look(now, months_before(month, 1), month)
	asked = set(groups)
	limits = site_limits()
	return tuple(
		_stand(one, one.measure(look) if one.monthly or current else {}, limits[one.name], month)
		for one in readable()
		if one.group in asked
	)


def _stand(one: Indicator, found: Figures, limit: Limit, month: int) -> Stand:
	figure = found.get(month if one.monthly else NOW, NOTHING)
	before = found.get(months_before(month, 1), NOTHING) if one.monthly else NOTHING
	return Stand(one, figure, before, limit, standing_of(one, figure, limit))


def standing_of(one: Indicator, figure: Figure, limit: Limit) -> Standing:
	if figure.value is None or figure.cases < one.judged_from:
		return Standing.NO_DATA
	return limit.standing(figure.value, one.rises)


def trend(one: Indicator, now: Instant, month: int) -> Figures:
	"""An indicator in the twelve months that end with this one; nothing for what is known as of now alone."""
	if not one.monthly or one not in readable():
		return {}
	return one.measure(Look(now, months_before(month, MONTHS_OF_TREND - 1), month))


def readable() -> tuple[Indicator, ...]:
	"""The indicators that the session's user may know of."""
	blind = reads_no_ticket(frappe.session.user)
	may = {one.about: not one.about or frappe.has_permission(one.about, "read") for one in INDICATORS}
	return tuple(one for one in INDICATORS if may[one.about] and not (blind and one.tickets))


def site_limits() -> Mapping[str, Limit]:
	"""By indicator, what it may be: as the site says, else as usual."""
	said = {row.indicator: row for row in frappe.get_cached_doc("SLM Settings").get("process_limits") or ()}
	return {one.name: limit_of(said[one.name]) if one.name in said else one.usual for one in INDICATORS}


def limit_of(row: Any) -> Limit:
	return Limit(Fraction(str(row.attention_at or 0)), Fraction(str(row.bad_at or 0)))


def refuse_bad_limits(rows: Iterable[Any]) -> None:
	"""Raises frappe.ValidationError for limits that cannot be, naming the row."""
	seen: set[str] = set()
	for row in rows:
		problem = _problem(row, seen)
		if problem:
			name = frappe.bold(escape_html(_(row.indicator or "")))
			frappe.throw(
				_("Process Limits, row {0}, {1}: {2}").format(row.idx, name, problem),
				title=_("Process Limits"),
			)
		seen.add(row.indicator)


def _problem(row: Any, seen: set[str]) -> str:
	one = BY_NAME.get(row.indicator)
	if one is None:
		return _("there is no such indicator. Choose one from the list.")
	if one.name in seen:
		return _("it is there twice. Remove one of the rows.")
	limit = limit_of(row)
	lowest, highest = sorted((limit.attention, limit.bad))
	if lowest < 0:
		return _("a limit below 0 is never reached. Enter one from 0 on.")
	if one.unit is Unit.PERCENT and highest > 100:
		return _("no share is above 100 %. Enter one up to 100.")
	if one.rises and lowest == 0:
		return _("from 0 on it would never be good. Enter limits above 0.")
	if one.rises and limit.bad < limit.attention:
		return _("the higher the worse. Let Bad be at {0} or higher.").format(row.attention_at)
	if not one.rises and limit.bad > limit.attention:
		return _("the lower the worse. Let Bad be below {0} or at it.").format(row.attention_at)
	return ""


def this_month(now: Instant) -> int:
	"""The month of the site's calendar now."""
	return month_of(Look(now, 0, 0).wall)
