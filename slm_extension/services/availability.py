"""How available services were, by period, against what agreements promise, and beside their tickets (R199, R229, R231).

A service is down when it, or anything it rests on, is. Periods are those of the site's calendar. What an agreement says
of interruptions counts in what it promises; the service's own figures leave out what all agreements with customers about
it let it be interrupted for. Knows nothing of how figures look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import frappe

from slm_extension.adapters import catalogue, interruptions, outages, promised_availability, site_time
from slm_extension.adapters.agreements import CalendarEditions, calendar_editions
from slm_extension.adapters.catalogue import SERVICE, USABLE
from slm_extension.adapters.interruptions import Agreed
from slm_extension.adapters.promised_availability import Promised
from slm_extension.domain.attainment import Attainment, Period
from slm_extension.domain.availability import (
	Figures,
	History,
	Maintenance,
	Outage,
	Span,
	Standing,
	outside,
)
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.instants import FIRST, LAST, Instant, Seconds, midnight, moment
from slm_extension.domain.interruptions import Interruption, agreed_by_all
from slm_extension.services import report
from slm_extension.services.report import Group, Months

_Outages = Mapping[str, tuple[tuple[str, Outage], ...]]

ALWAYS = "24x7"
"""What a service without service hours is measured in, in the site's zone."""


@dataclass(frozen=True, slots=True)
class Question:
	"""Which days, both included and widened to whole periods; which services: a group means those beneath it.

	`everything` asks for services, too, that nothing was promised of and that were never down.
	"""

	first: date
	last: date
	grain: Period = Period.MONTH
	service: str = ""
	agreement: str = ""
	customer: str = ""
	everything: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
	"""A promise in one of its periods, which it ends in the line's. `figures` are those of the promised hours."""

	promised: Promised
	period: Span
	figures: Figures
	standing: Standing

	@property
	def found(self) -> Fraction | None:
		"""What it came to, in the units in which it was promised."""
		measure = self.promised.promise.measure
		return promised_availability.in_units(measure, measure.of(self.figures))


@dataclass(frozen=True, slots=True)
class Line:
	"""A service in a period, in its service hours.

	`tickets` are the customers' clocks on tickets about it, `outages` the names of the outages in the period, in or
	outside those hours, its own and those of what it rests on; the others the names of the maintenance windows in it
	that do not count, for one reason or the other. `technical`: the figures if each outage had ended when the service
	worked again, and not when its users were told (R197).
	"""

	service: str
	period: Span
	calendar: str
	figures: Figures
	technical: Figures
	ended: bool
	judged: tuple[Judged, ...]
	tickets: Attainment
	outages: tuple[str, ...] = ()
	announced_late: tuple[str, ...] = ()
	never_announced: tuple[str, ...] = ()

	@property
	def standing(self) -> Standing | None:
		"""The worst of what was promised; None where nothing was."""
		found = {one.standing for one in self.judged}
		order = (Standing.MISSED, Standing.OPEN, Standing.KEPT, Standing.NO_DATA)
		return next((one for one in order if one in found), None)


def lines(question: Question, asked: Instant) -> tuple[Line, ...]:
	"""A line for each service and period, by service; as of an instant.

	How often it reads the database does not follow the number of services, nor that of outages.
	"""
	return _Answer(question, asked).lines()


def periods_between(first: date, last: date, grain: Period) -> tuple[Span, ...]:
	"""The whole periods in which these days lie, by the site's zone."""
	zone = site_time.site_zone()
	found: list[Span] = []
	begin = grain.first_day(midnight(first, zone), zone)
	while begin <= last and midnight(begin, zone) < LAST:
		following = grain.following(begin)
		found.append((midnight(begin, zone), midnight(following, zone)))
		begin = following
	return tuple(found)


class _Answer:
	"""One question with what was read for it."""

	def __init__(self, question: Question, asked: Instant) -> None:
		self.question, self.asked = question, asked
		self.periods = periods_between(question.first, question.last, question.grain)
		self.editions = calendar_editions()
		self.tree = catalogue.tree()
		self.promises = self._promises()
		begins = min([self.periods[0][0], *(_first_period(self.periods[0], one)[0] for one in self._all())])
		self.outages, begins = _whole_failures(begins)
		self.known = begins, min(self.asked, LAST - 1)
		self.windows = outages.windows_between(*self.known)
		self.services = self._services()
		self.hours = self._hours()
		self.reach = outages.beneath(self.services)
		self.agreed = interruptions.agreed_by_agreement(self.editions)
		self.notices = interruptions.notices_by_agreement()
		self.named = interruptions.named_with(self.reach) if self.agreed or self.notices else {}
		self.with_customers = interruptions.with_customers(self.editions, self.agreed)
		self.spans: dict[Interruption, tuple[Span, ...]] = {}
		self.tickets = self._tickets()

	def _promises(self) -> Mapping[str, list[Promised]]:
		found: dict[str, list[Promised]] = {}
		asked = self.question
		for one in promised_availability.promised(self.editions, self.tree, asked.agreement, asked.customer):
			if one.starts < self.periods[-1][1] and one.ends > self.periods[0][0]:
				found.setdefault(one.service, []).append(one)
		return found

	def _all(self) -> Iterator[Promised]:
		for some in self.promises.values():
			yield from some

	def _services(self) -> tuple[str, ...]:
		"""The services asked for, in the order of the tree."""
		asked = self.question
		within = self.tree.beneath([asked.service]) if asked.service else frozenset(self.tree.nodes)
		names = [
			node.name for _depth, node in self.tree.in_order() if node.name in within and not node.is_group
		]
		if asked.agreement or asked.customer:
			return tuple(name for name in names if name in self.promises)
		if asked.everything:
			down = self._down()
			return tuple(name for name in names if self.tree.nodes[name].status in USABLE or name in down)
		if asked.service in names:
			return tuple(names)
		down = self._down()
		reach = outages.beneath(names) if down else {}
		return tuple(name for name in names if name in self.promises or reach.get(name, frozenset()) & down)

	def _down(self) -> frozenset[str]:
		"""What was down in the periods asked for; what was read reaches back further."""
		whole = (self.periods[0][0], self.periods[-1][1])
		return frozenset(
			service
			for service, some in self.outages.items()
			if any(_lasted(outage, whole, self.asked) for _name, outage in some)
		)

	def _hours(self) -> Mapping[str, str]:
		rows = frappe.get_all(
			SERVICE,
			filters={"name": ["in", self.services or [""]]},
			fields=["name", "service_hours"],
			order_by="name asc",
			limit_page_length=0,
		)
		return {row.name: row.service_hours or "" for row in rows}

	def _tickets(self) -> Mapping[tuple[str, int], Attainment]:
		"""The clocks of customers' promises by service and month, of tickets that the user may read (R199)."""
		zone = site_time.site_zone()
		first, last = (moment(at, zone) for at in (self.periods[0][0], self.periods[-1][1] - 1))
		now = moment(self.asked, zone)
		found = report.answer(
			report.Question(
				Months(first.year * 100 + first.month, last.year * 100 + last.month),
				now.year * 100 + now.month,
				(Group.SERVICE,),
				self.question.grain,
				((Group.KIND, "SLA"),),
			)
		)
		place = found.groups.index(Group.SERVICE)
		return {(str(line.keys[place]), line.months.first): line.attainment for line in found.lines}

	def lines(self) -> tuple[Line, ...]:
		return tuple(line for service in self.services for line in self._of(service))

	def _of(self, service: str) -> Iterator[Line]:
		agreed = self._agreed_by_all(service)
		history = self._history(service, agreed)
		calendar = self.hours.get(service, "")
		figures = self._figures(history, calendar, self.periods)
		technical = self._technical(service, agreed, calendar) or figures
		judged = self._judged(service, {(agreed, 0): history})
		zone = site_time.site_zone()
		for number, (period, one, other) in enumerate(zip(self.periods, figures, technical, strict=True)):
			if period[0] >= self.asked:
				break
			day = moment(period[0], zone)
			yield Line(
				service,
				period,
				calendar or ALWAYS,
				one,
				other,
				period[1] <= self.asked,
				tuple(judged.get(number, ())),
				self.tickets.get((service, day.year * 100 + day.month), Attainment()),
				self._names(service, period),
				self._ineffective(service, period, agreed, announced=True),
				self._ineffective(service, period, agreed, announced=False),
			)

	def _technical(self, service: str, agreed: Sequence[Span], calendar: str) -> list[Figures]:
		"""Empty where users were told of every end of an outage at once, so that the figures are the same."""
		outages = self._outages_of(service)
		seen = [one.until_it_worked for one in outages]
		if seen == outages:
			return []
		history = History(seen, self._maintenance(service), self.asked, agreed)
		return self._figures(history, calendar, self.periods)

	def _outages_of(self, service: str) -> list[Outage]:
		"""Its own, and those of what it rests on."""
		return [outage for one in self.reach[service] for _name, outage in self.outages.get(one, ())]

	def _names(self, service: str, period: Span) -> tuple[str, ...]:
		return tuple(
			sorted(
				name
				for one in self.reach[service]
				for name, outage in self.outages.get(one, ())
				if _lasted(outage, period, self.asked)
			)
		)

	def _ineffective(
		self, service: str, period: Span, agreed: Sequence[Span], announced: bool
	) -> tuple[str, ...]:
		"""The windows in a period that were announced too late, or never, and are not agreed anyway."""
		start, end = period[0], min(period[1], self.asked)
		found = {
			name
			for one in self.reach[service]
			for name, window in self.windows.get(one, ())
			if window.starts < end and window.ends > start and not window.in_time
			if (window.announced is not None) is announced
			if not any(since <= window.starts and window.ends <= until for since, until in agreed)
		}
		return tuple(sorted(found))

	def _history(self, service: str, agreed: Sequence[Span], notice: Seconds = 0) -> History:
		"""`notice`: what was promised to those whose history it is, where that is longer than a window's own."""
		return History(
			self._outages_of(service),
			[window.for_whom(notice) for window in self._maintenance(service)],
			self.asked,
			agreed,
		)

	def _maintenance(self, service: str) -> tuple[Maintenance, ...]:
		windows = {name: window for one in self.reach[service] for name, window in self.windows.get(one, ())}
		return tuple(windows.values())

	def _notice(self, one: Promised, service: str) -> Seconds:
		"""How early the agreement of a promise asks that users of a service be told of an interruption."""
		return interruptions.longest_notice(
			self.notices.get(one.agreement, ()), self.named.get(service, frozenset())
		)

	def _agreed_by_all(self, service: str) -> tuple[Span, ...]:
		"""When every agreement with customers about a service lets it be interrupted.

		Those are about it that name it, or a group above it; while none of them is in force, those that name no
		service at all.
		"""
		names = {service, *self.tree.ancestors(service)}
		naming = [one for one in self.with_customers if one.services & names]
		named = [one.in_force for one in naming]
		about = [(one.in_force, one.rows) for one in naming]
		about += [
			(span, one.rows)
			for one in self.with_customers
			if not one.services
			for span in outside(one.in_force, named)
		]
		if not any(rows for _span, rows in about):
			return ()
		return agreed_by_all((span, self._spans(rows, service)) for span, rows in about)

	def _spans(self, rows: Iterable[Agreed], service: str) -> Iterator[Span]:
		"""When rows of agreements let a service be interrupted, as far as that is agreed in fact."""
		for row in interruptions.about(rows, self.named.get(service, frozenset())):
			one = row.interruption
			if one.notice:
				yield from one.agreed(*self.known, self._maintenance(service))
				continue
			if one not in self.spans:
				self.spans[one] = tuple(one.spans(*self.known))
			yield from self.spans[one]

	def _figures(self, history: History, calendar: str, periods: Sequence[Span]) -> list[Figures]:
		"""In the hours of a calendar as it stood when each period ended; what it says later does not change it."""
		found: list[Figures] = []
		for said, some in _by_edition(self._said(calendar), periods, self.asked):
			found.extend(history.figures(said, some))
		return found

	def _said(self, calendar: str) -> CalendarEditions:
		known = self.editions.get(calendar)
		if known is not None:
			return known
		always = Calendar.around_the_clock(ALWAYS, str(site_time.site_zone()))
		return CalendarEditions(((FIRST, always),))

	def _judged(
		self, service: str, histories: dict[tuple[tuple[Span, ...], Seconds], History]
	) -> Mapping[int, list[Judged]]:
		"""By the number of the period in which they end, or are as of now.

		`histories` by what is agreed, interruptions and notice; grows.
		"""
		found: dict[int, list[Judged]] = {}
		for one in self.promises.get(service, ()):
			agreed = self._agreed_with(one, service), self._notice(one, service)
			if agreed not in histories:
				histories[agreed] = self._history(service, *agreed)
			history = histories[agreed]
			whole = [span for span in self._promised_periods(one) if span[0] < self.asked]
			parts = [(max(start, one.starts), min(end, one.ends)) for start, end in whole]
			kept = [(start, end) for start, end in parts if start < end]
			for period, figures in zip(kept, self._figures(history, one.calendar, kept), strict=True):
				number = self._number(min(period[1], self.asked) - 1)
				if number is not None:
					standing = one.promise.standing(figures, period[1] <= self.asked)
					found.setdefault(number, []).append(Judged(one, period, figures, standing))
		return found

	def _agreed_with(self, one: Promised, service: str) -> tuple[Span, ...]:
		"""When the agreement of a promise lets a service be interrupted, while it is in force."""
		spans = self._spans(self.agreed.get(one.agreement, ()), service)
		inside = ((max(start, one.starts), min(end, one.ends)) for start, end in spans)
		return tuple((start, end) for start, end in inside if start < end)

	def _promised_periods(self, one: Promised) -> tuple[Span, ...]:
		zone = site_time.site_zone()
		last = moment(self.periods[-1][1] - 1, zone).date()
		return periods_between(moment(self.periods[0][0], zone).date(), last, one.period)

	def _number(self, at: Instant) -> int | None:
		return next((number for number, (start, end) in enumerate(self.periods) if start <= at < end), None)


def _whole_failures(since: Instant) -> tuple[_Outages, Instant]:
	"""The outages that lasted at or after an instant, with those that they overlap before it; and since when they are all.

	Outages that overlap are one failure, which begins with the first of them, whatever a report is asked for.
	"""
	found = outages.outages_since(since)
	while (
		first := min((one.began for some in found.values() for _name, one in some), default=since)
	) < since:
		since = first
		found = outages.outages_since(since)
	return found, since


def _lasted(outage: Outage, period: Span, asked: Instant) -> bool:
	"""Whether an outage lies in a period, as far as it has passed."""
	start, end = period[0], min(period[1], asked)
	return outage.began < end and (outage.told is None or outage.told > start)


def _first_period(first: Span, one: Promised) -> Span:
	day = moment(first[0], site_time.site_zone()).date()
	return periods_between(day, day, one.period)[0]


def _by_edition(
	said: CalendarEditions, periods: Iterable[Span], asked: Instant
) -> Iterator[tuple[Calendar, list[Span]]]:
	held: tuple[Calendar, list[Span]] | None = None
	for period in periods:
		calendar = said.at(max(min(period[1], asked) - 1, period[0]))
		if held is not None and held[0] is calendar:
			held[1].append(period)
		else:
			if held is not None:
				yield held
			held = (calendar, [period])
	if held is not None:
		yield held
