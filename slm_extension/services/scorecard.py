"""Services, agreements or customers at a glance: quality, quantity and cost, beside what users say (R192, R197, R230, R231).

Every figure is taken from where it is made: clocks from services/report.py, availability from services/availability.py,
amounts from services/cost_value.py, answers from adapters/feedback.py. Writes nothing, and knows nothing of how figures
look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TypeVar

import frappe

from slm_extension.adapters import agreed_satisfaction, catalogue, counts, feedback, site_time
from slm_extension.adapters.agreement_states import AGREEMENT, FACING, GOING
from slm_extension.adapters.civil_months import all_months, first_day, last_day, month_of, months_before
from slm_extension.domain.attainment import Attainment, Period
from slm_extension.domain.availability import Figures, Standing
from slm_extension.domain.instants import Instant, moment
from slm_extension.domain.satisfaction import Perception, Satisfaction
from slm_extension.domain.users_view import UsersView, users_view
from slm_extension.services import availability, cost_value
from slm_extension.services.cost_value import Amounts
from slm_extension.services.report import Group, Kept, Months, answer, groups_of, kept
from slm_extension.services.report import Question as AboutClocks


class Subject(Enum):
	"""What there is a line for. The value is the field of clocks, answers and workloads in which it stands."""

	SERVICE = "service"
	AGREEMENT = "agreement"
	CUSTOMER = "customer"


class Against(Enum):
	"""What the months asked for are held against."""

	NOTHING = "nothing"
	MONTHS_BEFORE = "the months before"
	YEAR_BEFORE = "the year before"


MONTHS_OF_A_YEAR = 12
FIRST_MONTH = 197101
"""Instants begin with 1970: there is nothing before."""

_GROUPS = {
	Subject.SERVICE: Group.SERVICE,
	Subject.AGREEMENT: Group.AGREEMENT,
	Subject.CUSTOMER: Group.CUSTOMER,
}
TICKET_FIELDS = {
	Subject.SERVICE: "slm_service",
	Subject.AGREEMENT: "slm_agreement",
	Subject.CUSTOMER: "customer",
}


@dataclass(frozen=True, slots=True)
class Question:
	"""Which months, and for whom. `only` are subjects that must be so: a group of services means those beneath it.

	`within` are these services, None for all.
	"""

	months: Months
	subject: Subject
	against: Against
	only: tuple[tuple[Subject, str], ...] = ()
	within: frozenset[str] | None = None

	@classmethod
	def about(
		cls, months: Months, subject: Subject, against: Against, only: Sequence[tuple[Subject, str]]
	) -> Question:
		"""With the services as the catalogue has them now."""
		service = dict(only).get(Subject.SERVICE)
		within = None if service is None else catalogue.tree().beneath([service])
		return cls(months, subject, against, tuple(only), within)

	@property
	def others(self) -> dict[Subject, frozenset[str]]:
		"""What cuts the lines smaller, and is no line itself: each with the values that are meant."""
		return {
			subject: frozenset((name,)) if subject is not Subject.SERVICE else self.within or frozenset()
			for subject, name in self.only
			if subject is not self.subject
		}


@dataclass(frozen=True, slots=True)
class Card:
	"""The figures of some months. `up` and `technical` are of a service in its own hours, None of anything else.

	`outages` are the names of those behind `up`. `promises` are about availability: whether each was kept.
	"""

	clocks: Kept = field(default_factory=Kept)
	tickets: int = 0
	said: Satisfaction = field(default_factory=Satisfaction)
	perceived: Perception = field(default_factory=Perception)
	up: Figures | None = None
	technical: Figures | None = None
	outages: tuple[str, ...] = ()
	promises: tuple[bool, ...] = ()

	@property
	def kept(self) -> bool | None:
		"""Whether everything promised was kept; None where there was nothing to judge."""
		if not self.clocks.judged and not self.promises:
			return None
		return self.clocks.kept == self.clocks.judged and all(self.promises)

	@property
	def empty(self) -> bool:
		"""Whether nothing is known of these months but that everything worked."""
		nothing_up = self.up is None or not (self.up.lost or self.up.lost_as_agreed)
		return nothing_up and self == Card(up=self.up, technical=self.technical)


@dataclass(frozen=True, slots=True)
class Line:
	"""A subject. `before` is None where nothing is held against it. `amounts` are of the months asked for, if known.

	`objective` is the mean score agreed with the customer, of a line that is an agreement; None where none was.
	"""

	key: str
	now: Card
	before: Card | None
	amounts: Amounts | None = None
	objective: Fraction | None = None

	@property
	def view(self) -> UsersView:
		before = self.before.said if self.before is not None else Satisfaction()
		return users_view(self.now.kept, self.now.said, before, self.objective)

	@property
	def cost_of_a_ticket(self) -> Decimal | None:
		if self.amounts is None or self.amounts.cost is None or not self.now.tickets:
			return None
		return self.amounts.cost / self.now.tickets


@dataclass(frozen=True, slots=True)
class Scorecard:
	"""`lines` by subject; `by_month` what all of them came to, month by month; `titles` of lines that are agreements."""

	lines: tuple[Line, ...]
	by_month: Mapping[int, tuple[Attainment, Satisfaction]]
	titles: Mapping[str, str]


def scorecard(question: Question, asked: Instant) -> Scorecard:
	"""As of an instant; of tickets, agreements and amounts that the session's user may read."""
	wanted = _wanted(question)
	now = _cards(question, question.months, asked)
	earlier = held_against(question.months, question.against)
	before = _cards(question, earlier, asked) if earlier is not None else None
	amounts = _amounts(question, asked)
	objectives = agreed_satisfaction.objectives() if question.subject is Subject.AGREEMENT else {}
	named = {*now, *(before or ()), *amounts}
	lines = tuple(
		Line(
			key,
			now.get(key, Card()),
			None if before is None else before.get(key, Card()),
			amounts.get(key),
			objectives.get(key),
		)
		for key in sorted(named)
		if wanted is None or key in wanted
	)
	known = tuple(line for line in lines if not line.now.empty or not (line.before or Card()).empty)
	titles = _titles(known) if question.subject is Subject.AGREEMENT else {}
	return Scorecard(known, _by_month(question, wanted, asked), titles)


def held_against(months: Months, against: Against) -> Months | None:
	"""As many months right before these, or the same a year earlier; None for nothing, and before anything is known."""
	if against is Against.NOTHING:
		return None
	by = MONTHS_OF_A_YEAR if against is Against.YEAR_BEFORE else len(all_months(months.first, months.last))
	before = Months(months_before(months.first, by), months_before(months.last, by))
	return before if before.first > FIRST_MONTH else None


def _wanted(question: Question) -> frozenset[str] | None:
	"""The lines asked for; None: whatever there is."""
	if question.subject is Subject.SERVICE:
		return question.within
	name = dict(question.only).get(question.subject)
	return None if name is None else frozenset((name,))


def _cards(question: Question, months: Months, asked: Instant) -> dict[str, Card]:
	clocks = _clocks(question, months, asked)
	tickets = counts.tickets_opened(
		first_day(months.first),
		last_day(months.last),
		TICKET_FIELDS[question.subject],
		{TICKET_FIELDS[subject]: values for subject, values in question.others.items()},
	)
	said = _by_line(_said(question, months), Satisfaction())
	perceived = _by_line(feedback.compared(*_asked_of_users(question, months)), Perception())
	found = {
		key: Card(
			clocks.get(key, Kept()),
			tickets.get(key, 0),
			said.get(key, Satisfaction()),
			perceived.get(key, Perception()),
		)
		for key in {*clocks, *tickets, *said}
	}
	if question.subject is Subject.SERVICE:
		for service, card in _availability(question, months, asked).items():
			known = found.get(service, Card())
			found[service] = replace(
				card, clocks=known.clocks, tickets=known.tickets, said=known.said, perceived=known.perceived
			)
	return found


def _clocks(question: Question, months: Months, asked: Instant) -> dict[str, Kept]:
	"""Promises to customers, by line."""
	within = question.others.get(Subject.SERVICE)
	among = None if within is None else (Group.SERVICE, within)
	about = replace(_about_clocks(question, months, asked), groups=(_GROUPS[question.subject],))
	return {key: one for (key,), one in kept(about, among).items()}


def _about_clocks(
	question: Question, months: Months, asked: Instant, grain: Period | None = None
) -> AboutClocks:
	"""Services stand beside the lines where they cut them smaller: a group of them is no value of a clock."""
	cut = question.others
	groups = (_GROUPS[question.subject], *((Group.SERVICE,) if Subject.SERVICE in cut else ()))
	only = [
		(_GROUPS[subject], name)
		for subject, names in cut.items()
		if subject is not Subject.SERVICE
		for name in names
	]
	return AboutClocks(months, _this_month(asked), groups, grain, ((Group.KIND, "SLA"), *only))


def _said(question: Question, months: Months) -> Mapping[tuple[str, int], Satisfaction]:
	return feedback.answered(*_asked_of_users(question, months))


def _asked_of_users(question: Question, months: Months) -> tuple[int, int, str, Mapping[str, frozenset[str]]]:
	only = {subject.value: values for subject, values in question.others.items()}
	return months.first, months.last, question.subject.value, only


_Sum = TypeVar("_Sum", Satisfaction, Perception)


def _by_line(counted: Mapping[tuple[str, int], _Sum], none: _Sum) -> dict[str, _Sum]:
	"""All months of a line together."""
	found: dict[str, _Sum] = {}
	for (name, _month), one in counted.items():
		found[name] = found.get(name, none) + one
	return found


def _availability(question: Question, months: Months, asked: Instant) -> dict[str, Card]:
	if months.last < FIRST_MONTH:
		return {}
	only = dict(question.only)
	first, last = first_day(months.first), last_day(months.last)
	found: dict[str, Card] = {}
	for line in availability.lines(
		availability.Question(
			first,
			last,
			service=only.get(Subject.SERVICE, ""),
			agreement=only.get(Subject.AGREEMENT, ""),
			customer=only.get(Subject.CUSTOMER, ""),
			everything=True,
		),
		asked,
	):
		known = found.get(line.service)
		judged = tuple(
			one.standing is Standing.KEPT
			for one in line.judged
			if one.standing in (Standing.KEPT, Standing.MISSED)
		)
		if known is None or known.up is None or known.technical is None:
			found[line.service] = Card(
				up=line.figures, technical=line.technical, outages=line.outages, promises=judged
			)
			continue
		found[line.service] = replace(
			known,
			up=known.up.and_then(line.figures),
			technical=known.technical.and_then(line.technical),
			outages=tuple(dict.fromkeys((*known.outages, *line.outages))),
			promises=(*known.promises, *judged),
		)
	return found


def _by_month(
	question: Question, wanted: frozenset[str] | None, asked: Instant
) -> dict[int, tuple[Attainment, Satisfaction]]:
	clocks: dict[int, Attainment] = {}
	about = _about_clocks(question, question.months, asked, Period.MONTH)
	places = [groups_of(about).index(group) for group in about.groups]
	within = question.others.get(Subject.SERVICE)
	for line in answer(about).lines:
		key, *services = (str(line.keys[place]) for place in places)
		if (wanted is None or key in wanted) and (within is None or within.issuperset(services)):
			clocks[line.months.first] = clocks.get(line.months.first, Attainment()) + line.attainment
	said: dict[int, Satisfaction] = {}
	for (name, month), some in _said(question, question.months).items():
		if wanted is None or name in wanted:
			said[month] = said.get(month, Satisfaction()) + some
	return {
		month: (clocks.get(month, Attainment()), said.get(month, Satisfaction()))
		for month in sorted({*clocks, *said})
	}


def _amounts(question: Question, asked: Instant) -> dict[str, Amounts]:
	"""What each line costs and brings in the months asked for; nothing for who may not read costs.

	Where lines are cut smaller, what the agreements say of the services that are left: what a whole one costs is not
	what the tickets that are left cost.
	"""
	if question.subject is Subject.CUSTOMER or not cost_value.reads_costs():
		return {}
	only, cut = dict(question.only), question.others
	filters: dict[str, object] = {"status": ["in", GOING], "kind": ["in", FACING]}
	filters.update(
		(column, only[subject])
		for subject, column in ((Subject.CUSTOMER, "customer"), (Subject.AGREEMENT, "name"))
		if subject in only
	)
	if Subject.CUSTOMER in only:
		filters.setdefault("name", ["not in", _of_several_customers()])
	of_services = question.subject is Subject.SERVICE
	parts = bool(cut) if of_services else Subject.SERVICE in cut
	within = cut.get(Subject.SERVICE)
	count = len(all_months(question.months.first, question.months.last))
	found: dict[str, Amounts | None] = {}
	for line in (cost_value.by_service if of_services else cost_value.by_agreement)(
		filters, _this_month(asked)
	):
		if line.beneath is not parts or line.mixed or (within is not None and line.service not in within):
			continue
		key = line.service if of_services else line.agreement
		amounts = cost_value.for_months(line.amounts, count)
		found[key] = cost_value.together(found[key], amounts) if key in found else amounts
	return {key: amounts for key, amounts in found.items() if amounts is not None}


def _of_several_customers() -> list[str]:
	"""Agreements whose costs are not those of one customer's tickets."""
	return frappe.get_all(
		"SLM Agreement Customer",
		filters={"parenttype": AGREEMENT},
		pluck="parent",
		distinct=True,
		order_by="parent asc",
		limit_page_length=0,
	) or [""]


def _titles(lines: Sequence[Line]) -> dict[str, str]:
	return dict(
		frappe.get_all(
			AGREEMENT,
			filters={"name": ["in", [line.key for line in lines] or [""]]},
			fields=["name", "title"],
			order_by="name asc",
			limit_page_length=0,
			as_list=True,
		)
	)


def _this_month(asked: Instant) -> int:
	return month_of(moment(asked, site_time.site_zone()))
