"""Writes tickets.csv: nine simulated months of a managed-services provider. Standard library only.

Nothing in it knows about agreements, goals or clocks. Customers call in their own hours, people take tickets
when they are at work and free, suppliers take the time they take; what was kept and what was missed only
shows when somebody measures it. The same seed writes the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import heapq
import io
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SEED = 20260331
MINUTE, HOUR = 60, 3600
OFFICE = ZoneInfo("Europe/Berlin")
BEGIN = int(datetime(2025, 7, 1, tzinfo=OFFICE).timestamp())
END = int(datetime(2026, 4, 1, tzinfo=OFFICE).timestamp())
COLUMNS = ("number", "timestamp", "state", "assigned_team", "vendor", "priority", "customer", "service")

DESK, NETWORK, PLATFORM = "Service Desk", "Network 2nd Line", "Platform 2nd Line"
DATABASE, FIELD = "Database 3rd Line", "Field Service"
CORVANE, LINDQVIST = "Corvane Telecom", "Lindqvist Software"
WORKPLACE, MAIL, NET, ERP, SHOP, REPORTS = "Workplace", "E-mail", "Network", "ERP", "Web Shop", "Reporting"
PRIORITIES = ("P1", "P2", "P3", "P4")
WORKING_WEEK, SIX_DAYS, WHOLE_WEEK = frozenset(range(5)), frozenset(range(6)), frozenset(range(7))


def dates(year: int, *days: str) -> frozenset[date]:
	return frozenset(date(year, *map(int, day.split("-"))) for day in days)


def days(first: date, last: date) -> frozenset[date]:
	return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))


GERMAN = dates(2025, "10-03", "12-25", "12-26") | dates(2026, "01-01", "03-08")
AMERICAN = dates(2025, "07-04", "09-01", "11-27", "12-25") | dates(2026, "01-01", "01-19", "02-16")
INDIAN = dates(2025, "08-15", "10-02", "10-20", "10-21", "12-25") | dates(2026, "01-26", "03-04")
BRAZILIAN = dates(2025, "09-07", "12-25") | dates(2026, "01-01", "02-16", "02-17")
SWEDISH = dates(2025, "12-24", "12-25", "12-26", "12-31") | dates(2026, "01-01", "01-06")
TURN_OF_YEAR = days(date(2025, 12, 22), date(2026, 1, 2))


@dataclass(frozen=True)
class Hours:
	"""When somebody is there: hours from `start` to `end` on some weekdays, in a zone, but not on days off."""

	zone: ZoneInfo
	weekdays: frozenset[int]
	start: float
	end: float
	off: frozenset[date] = frozenset()

	def present(self, at: int) -> bool:
		return self.next(at) == at

	def next(self, at: int) -> int:
		return self.span(at)[0]

	def span(self, at: int) -> tuple[int, int]:
		"""The first stretch of presence that ends after `at`, without what lies before it."""
		day = datetime.fromtimestamp(at, self.zone).date()
		while True:
			if day.weekday() in self.weekdays and day not in self.off:
				midnight = datetime.combine(day, time(), self.zone)
				end = int((midnight + timedelta(hours=self.end)).timestamp())
				if end > at:
					return max(at, int((midnight + timedelta(hours=self.start)).timestamp())), end
			day += timedelta(days=1)

	def after(self, at: int, seconds: float) -> int:
		"""When that much presence will have passed."""
		left = max(round(seconds), 1)
		while True:
			start, end = self.span(at)
			if left <= end - start:
				return start + left
			left -= end - start
			at = end


@dataclass(frozen=True)
class Customer:
	"""`daily` is the tickets of an ordinary weekday, `weekend` the share of that on other days."""

	name: str
	hours: Hours
	daily: float
	weekend: float
	night: float
	services: tuple[float, ...]
	priorities: tuple[float, ...] = (0.03, 0.16, 0.56, 0.25)


SERVICES = (WORKPLACE, MAIL, NET, ERP, SHOP, REPORTS)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
KOLKATA, SAO_PAULO = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/Sao_Paulo")
CLOSURE = days(date(2025, 12, 24), date(2026, 1, 1))

BRANDAUER = Customer(
	"Brandauer Maschinenbau",
	Hours(BERLIN, WORKING_WEEK, 8, 17, GERMAN | CLOSURE),
	3.6,
	0.03,
	0.1,
	(32, 16, 16, 24, 2, 10),
)
HUDSON = Customer(
	"Hudson & Vale",
	Hours(NEW_YORK, WORKING_WEEK, 8.5, 18, AMERICAN),
	2.8,
	0.1,
	0.2,
	(30, 20, 8, 8, 22, 12),
)
SAHYADRI = Customer(
	"Sahyadri Textiles",
	Hours(KOLKATA, SIX_DAYS, 9, 18, INDIAN),
	2.3,
	0.05,
	0.1,
	(28, 18, 14, 30, 2, 8),
)
SERRA = Customer(
	"Serra Azul Logística",
	Hours(SAO_PAULO, WHOLE_WEEK, 6, 22, BRAZILIAN),
	1.8,
	0.6,
	0.6,
	(14, 8, 62, 8, 3, 5),
	(0.06, 0.28, 0.47, 0.19),
)
INTERNAL = Customer(
	"Harbourline (internal)",
	Hours(BERLIN, WORKING_WEEK, 8, 18, GERMAN),
	0.3,
	0.0,
	0.1,
	(40, 20, 15, 5, 0, 20),
	(0.0, 0.08, 0.52, 0.4),
)
CUSTOMERS = (BRANDAUER, HUDSON, SAHYADRI, SERRA, INTERNAL)
WEEKDAY_LOAD = (1.3, 1.08, 0.98, 0.92, 0.72, 1.0, 0.9)
HOUR_LOAD = (1.0, 1.7, 1.6, 1.2, 0.6, 0.9, 1.3, 1.1, 0.8, 0.5)
"""How the calls of a day spread over it, from the first hour of work to the last."""


@dataclass(frozen=True)
class Supplier:
	"""`repair` is the median hours it needs, by priority; `slower` what that grows by in the end."""

	name: str
	hours: Hours
	repair: tuple[float, ...]
	slower: float = 0.0


SUPPLIERS = {
	CORVANE: Supplier(CORVANE, Hours(OFFICE, WHOLE_WEEK, 0, 24), (1.6, 2.9, 8.0, 16.0), slower=3.2),
	LINDQVIST: Supplier(
		LINDQVIST,
		Hours(ZoneInfo("Europe/Stockholm"), WORKING_WEEK, 8, 17, SWEDISH),
		(1.2, 2.2, 6.0, 9.0),
	),
}
SLOWER_FROM, SLOWER_UNTIL = (
	datetime(2025, 10, 1, tzinfo=OFFICE).timestamp(),
	datetime(2026, 3, 1, tzinfo=OFFICE).timestamp(),
)


@dataclass
class Person:
	"""Somebody of a team. `pause` is the median of what else there is to do between two looks at the queue."""

	team: str
	hours: Hours
	pause: float
	customers: frozenset[str] = frozenset()
	on_ticket: bool = False
	look: int = 0


@dataclass(frozen=True)
class Task:
	"""A team's next piece of work on a ticket, and what comes of it."""

	team: str
	effort: float
	then: str
	vendor: str = ""


@dataclass
class Ticket:
	opened: int
	customer: Customer
	service: str
	priority: str
	tasks: list[Task]
	number: str = ""
	team: str = ""
	vendor: str = ""
	state: str = ""
	returns: int = 0
	overlooked_until: int = 0
	storm: bool = False
	rows: list[tuple[str, ...]] = field(default_factory=list)

	@property
	def ended(self) -> bool:
		return self.state in ("Resolved", "Closed", "Cancelled", "Duplicate")


STORM_BEGAN = int(datetime(2025, 11, 19, 10, 4, tzinfo=OFFICE).timestamp())
STORM_KNOWN = STORM_BEGAN + 35 * MINUTE
STORM_ENDED = int(datetime(2025, 11, 19, 16, 26, tzinfo=OFFICE).timestamp())
STORM_TICKETS = 80
"""On Wednesday 19 November 2025 an excavator cuts the fibre of Corvane's ring that two customers hang on."""


class Simulation:
	"""People, queues and tickets, driven by a heap of what happens next."""

	def __init__(self, seed: int) -> None:
		self.random = random.Random(seed)
		self.agenda: list[tuple[int, int, Callable[[int], None]]] = []
		self.order = 0
		self.queues: dict[str, list[Ticket]] = {
			team: [] for team in (DESK, NETWORK, PLATFORM, DATABASE, FIELD)
		}
		self.people = staff(self.random)
		self.tickets = sorted((*self.calls(), *self.storm()), key=lambda one: one.opened)

	def run(self) -> list[Ticket]:
		for number, ticket in enumerate(self.tickets, start=10001):
			ticket.number = f"HL-{number}"
			self.at(ticket.opened, self.opening(ticket))
		for person in self.people:
			self.look_at(person, person.hours.next(BEGIN) + self.random.randrange(20 * MINUTE))
		while self.agenda and self.agenda[0][0] < END:
			now, _, action = heapq.heappop(self.agenda)
			action(now)
		return self.tickets

	def at(self, when: int, action: Callable[[int], None]) -> None:
		self.order += 1
		heapq.heappush(self.agenda, (when, self.order, action))

	def around(self, median: float, spread: float) -> float:
		return median * math.exp(self.random.gauss(0, spread))

	def chance(self, probability: float) -> bool:
		return self.random.random() < probability

	def calls(self) -> Iterable[Ticket]:
		"""The tickets of every customer, day by day, in the rhythm of its own week."""
		for customer in CUSTOMERS:
			day = date(2025, 7, 1)
			while day <= date(2026, 4, 1):
				for opened in self.calls_of(customer, day):
					if BEGIN <= opened < END:
						yield self.call(customer, opened)
				day += timedelta(days=1)

	def calls_of(self, customer: Customer, day: date) -> Iterable[int]:
		hours = customer.hours
		working = day.weekday() in hours.weekdays and day not in hours.off
		load = customer.daily * (WEEKDAY_LOAD[day.weekday()] if working else customer.weekend)
		if day.weekday() > 4:
			load *= max(customer.weekend, 0.35)
		if day in TURN_OF_YEAR:
			load *= 0.7
		midnight = datetime.combine(day, time(), hours.zone)
		for _ in range(self.poisson(load)):
			if self.chance(customer.night * 0.25):
				hour = self.random.random() * 24
			else:
				slot = self.random.choices(range(len(HOUR_LOAD)), HOUR_LOAD)[0] + self.random.random()
				hour = hours.start + slot / len(HOUR_LOAD) * (hours.end - hours.start)
			yield int((midnight + timedelta(seconds=int(hour * HOUR))).timestamp())

	def poisson(self, mean: float) -> int:
		limit, count, product = math.exp(-mean), 0, self.random.random()
		while product > limit:
			count += 1
			product *= self.random.random()
		return count

	def call(self, customer: Customer, opened: int) -> Ticket:
		service = self.random.choices(SERVICES, customer.services)[0]
		priority = self.random.choices(PRIORITIES, customer.priorities)[0]
		return Ticket(opened, customer, service, priority, self.course(service, priority))

	def course(self, service: str, priority: str) -> list[Task]:
		"""How a ticket goes through the house: who works on it and what each comes to."""
		desk = Task(DESK, self.around(16, 0.6), "resolve")
		if self.chance(0.025):
			return [Task(DESK, self.around(6, 0.4), "duplicate")]
		team = self.random.choices((DESK, NETWORK, PLATFORM, DATABASE, FIELD), LINES[service])[0]
		ask = self.chance(0.24 if priority in ("P3", "P4") else 0.1)
		if team == DESK:
			asked = [Task(DESK, self.around(8, 0.5), "ask")] if ask else []
			return [*asked, desk]
		tasks = [Task(DESK, self.around(11, 0.5), "hand")]
		if self.chance(0.07):
			back = PLATFORM if team != PLATFORM else NETWORK
			tasks += [Task(back, self.around(12, 0.5), "hand"), Task(DESK, self.around(6, 0.5), "hand")]
		median, spread = EFFORT[team]
		if ask:
			tasks.append(Task(team, self.around(12, 0.5), "ask"))
		vendor, likely = VENDORS.get((team, service), ("", 0.0))
		if vendor and self.chance(likely):
			tasks.append(Task(team, self.around(18, 0.5), "vendor", vendor))
			tasks.append(Task(team, self.around(14, 0.5), "resolve"))
			return tasks
		if team == PLATFORM and service in (ERP, SHOP) and self.chance(0.22):
			tasks.append(Task(PLATFORM, self.around(22, 0.5), "hand"))
			team, (median, spread) = DATABASE, EFFORT[DATABASE]
		hurry = 0.6 if priority == "P1" else 0.8 if priority == "P2" else 1.0
		return [*tasks, Task(team, self.around(median * hurry, spread), "resolve")]

	def storm(self) -> Iterable[Ticket]:
		for number in range(STORM_TICKETS):
			opened = STORM_BEGAN + int(55 * MINUTE * (self.random.random() ** 1.4))
			customer = BRANDAUER if self.chance(0.65) else SAHYADRI
			service = self.random.choices((NET, ERP, MAIL, WORKPLACE), (50, 22, 16, 12))[0]
			priority = self.random.choices(PRIORITIES, (0.25, 0.45, 0.3, 0))[0] if number else "P1"
			then = "duplicate" if self.chance(0.35) and number else "outage"
			effort = self.around(9, 0.4)
			yield Ticket(opened, customer, service, priority, [Task(DESK, effort, then)], storm=True)

	def opening(self, ticket: Ticket) -> Callable[[int], None]:
		def open_ticket(now: int) -> None:
			self.record(now, ticket, "New", team=DESK)
			self.enqueue(now, ticket)
			if not ticket.storm and ticket.priority != "P1" and self.chance(0.06):
				again = ticket.customer.hours.after(now, self.around(3 * HOUR, 0.9))
				self.at(again, lambda then: self.raise_priority(then, ticket))
			if not ticket.storm and self.chance(0.03):
				never_mind = ticket.customer.hours.after(now, self.around(HOUR, 1.0))
				self.at(never_mind, lambda then: self.cancel(then, ticket))

		return open_ticket

	def record(self, now: int, ticket: Ticket, state: str, team: str | None = None, vendor: str = "") -> None:
		ticket.state = state
		ticket.team = ticket.team if team is None else team
		ticket.vendor = vendor
		moment = datetime.fromtimestamp(now, OFFICE).isoformat()
		ticket.rows.append(
			(
				ticket.number,
				moment,
				state,
				ticket.team,
				vendor,
				ticket.priority,
				ticket.customer.name,
				ticket.service,
			)
		)

	def raise_priority(self, now: int, ticket: Ticket) -> None:
		"""The customer calls again: it is worse than it looked."""
		if ticket.ended or ticket.priority == "P1":
			return
		ticket.priority = PRIORITIES[PRIORITIES.index(ticket.priority) - 1]
		self.record(now, ticket, ticket.state, vendor=ticket.vendor)
		if ticket.priority == "P1":
			self.page(now, ticket)

	def cancel(self, now: int, ticket: Ticket) -> None:
		"""The customer does not need it any more; nobody interrupts work for that."""
		if ticket.state in ("New", "Assigned", "Awaiting Customer"):
			if ticket in self.queues[ticket.team]:
				self.queues[ticket.team].remove(ticket)
			self.record(now, ticket, "Cancelled")

	def enqueue(self, now: int, ticket: Ticket) -> None:
		self.queues[ticket.team].append(ticket)
		if ticket.priority in ("P3", "P4") and self.chance(0.012):
			ticket.overlooked_until = now + round(self.around(2 * 24 * HOUR, 0.6))
		if ticket.priority == "P1":
			self.at(now + self.random.randrange(2 * MINUTE, 6 * MINUTE), lambda then: self.page(then, ticket))

	def page(self, now: int, ticket: Ticket, tries: int = 0) -> None:
		"""A P1 is called out: whoever is there drops other work, at night somebody gets up."""
		if ticket.ended or ticket not in self.queues[ticket.team]:
			return
		free = [one for one in self.people if one.team == ticket.team and not one.on_ticket]
		here = [one for one in free if one.hours.present(now) and serves(one, ticket)]
		if here:
			self.take(now, self.random.choice(here), ticket)
		elif tries and free:
			self.take(now, self.random.choice(free), ticket, called_out=True)
		else:
			delay = self.random.randrange(8 * MINUTE, 22 * MINUTE)
			self.at(now + delay, lambda then: self.page(then, ticket, tries + 1))

	def look_at(self, person: Person, when: int) -> None:
		person.look += 1
		turn = person.look

		def look(now: int) -> None:
			if person.look != turn or person.on_ticket:
				return
			if not person.hours.present(now):
				self.look_at(person, person.hours.next(now) + self.random.randrange(12 * MINUTE))
				return
			waiting = [
				ticket
				for ticket in self.queues[person.team]
				if serves(person, ticket) and ticket.overlooked_until <= now
			]
			if waiting:
				self.take(now, person, min(waiting, key=lambda one: (one.priority, one.number)))
			else:
				pause = 2 * MINUTE if self.stormy(now, person) else self.around(person.pause * MINUTE, 0.5)
				self.look_at(person, now + max(round(pause), 30))

		self.at(when, look)

	def stormy(self, now: int, person: Person) -> bool:
		return person.team == DESK and STORM_KNOWN <= now < STORM_ENDED

	def take(self, now: int, person: Person, ticket: Ticket, called_out: bool = False) -> None:
		self.queues[ticket.team].remove(ticket)
		person.on_ticket = True
		task = ticket.tasks.pop(0)
		if len(ticket.rows) == 1 and ticket.priority == "P2" and not ticket.storm and self.chance(0.08):
			ticket.priority = "P3"
		self.record(now, ticket, "In Progress")
		effort = task.effort * MINUTE * (0.45 if ticket.storm and now >= STORM_KNOWN else 1)
		end = now + max(round(effort), 60) if called_out else person.hours.after(now, effort)
		self.at(end, lambda then: self.finish(then, person, ticket, task))

	def finish(self, now: int, person: Person, ticket: Ticket, task: Task) -> None:
		person.on_ticket = False
		pause = self.random.randrange(1, 5) if self.chance(0.45) else self.around(person.pause, 0.5)
		self.look_at(
			person, now + (2 * MINUTE if self.stormy(now, person) else max(round(pause * MINUTE), 30))
		)
		{
			"hand": self.hand_over,
			"ask": self.ask,
			"vendor": self.call_vendor,
			"resolve": self.resolve,
			"duplicate": lambda then, one, _: self.record(then, one, "Duplicate"),
			"outage": self.join_outage,
		}[task.then](now, ticket, task)

	def hand_over(self, now: int, ticket: Ticket, task: Task) -> None:
		self.record(now, ticket, "Assigned", team=ticket.tasks[0].team)
		self.enqueue(now, ticket)

	def ask(self, now: int, ticket: Ticket, task: Task) -> None:
		self.record(now, ticket, "Awaiting Customer")
		if self.chance(0.05):
			self.at(now + 7 * 24 * HOUR, lambda then: self.give_up(then, ticket))
			return
		hurry = 0.3 if ticket.priority in ("P1", "P2") else 1.0
		answer = ticket.customer.hours.after(now, self.around(3.5 * HOUR * hurry, 1.1))
		self.at(answer, lambda then: self.back(then, ticket))

	def give_up(self, now: int, ticket: Ticket) -> None:
		"""No answer in a week: taken for solved."""
		if ticket.state == "Awaiting Customer":
			ticket.returns = 1
			self.resolve(now, ticket, ticket.tasks[0])

	def back(self, now: int, ticket: Ticket) -> None:
		if not ticket.ended:
			self.record(now, ticket, "Assigned")
			self.enqueue(now, ticket)

	def call_vendor(self, now: int, ticket: Ticket, task: Task) -> None:
		self.record(now, ticket, "Awaiting Vendor", vendor=task.vendor)
		supplier = SUPPLIERS[task.vendor]
		progress = (now - SLOWER_FROM) / (SLOWER_UNTIL - SLOWER_FROM)
		factor = 1 + supplier.slower * min(max(progress, 0.0), 1.0)
		median = supplier.repair[PRIORITIES.index(ticket.priority)] * factor
		self.at(
			supplier.hours.after(now, self.around(median * HOUR, 0.45)), lambda then: self.back(then, ticket)
		)

	def join_outage(self, now: int, ticket: Ticket, task: Task) -> None:
		"""One of the storm: it waits with the others for the fibre, or is done if that is spliced already."""
		if now >= STORM_ENDED:
			self.resolve(now, ticket, task)
			return
		self.record(now, ticket, "Awaiting Vendor", team=NETWORK, vendor=CORVANE)
		ticket.returns = 1
		end = STORM_ENDED + self.random.randrange(4 * MINUTE, 25 * MINUTE)
		self.at(end, lambda then: self.resolve(then, ticket, task))

	def resolve(self, now: int, ticket: Ticket, task: Task) -> None:
		self.record(now, ticket, "Resolved")
		if not ticket.returns and self.chance(0.06):
			ticket.returns += 1
			complaint = ticket.customer.hours.after(now, self.around(5 * HOUR, 0.9))
			self.at(complaint, lambda then: self.reopen(then, ticket))
		else:
			self.at(night_after(now + 5 * 24 * HOUR), lambda then: self.record(then, ticket, "Closed"))

	def reopen(self, now: int, ticket: Ticket) -> None:
		self.record(now, ticket, "Reopened")
		ticket.tasks = [Task(ticket.team, self.around(24, 0.6), "resolve")]
		self.enqueue(now, ticket)


LINES = {
	WORKPLACE: (66, 2, 10, 0, 22),
	MAIL: (52, 4, 44, 0, 0),
	NET: (14, 76, 0, 0, 10),
	ERP: (28, 0, 58, 14, 0),
	SHOP: (10, 8, 66, 16, 0),
	REPORTS: (18, 0, 18, 64, 0),
}
"""Which share of a service's tickets ends with the desk, network, platform, database and field."""

EFFORT = {NETWORK: (48, 0.7), PLATFORM: (55, 0.7), DATABASE: (80, 0.7), FIELD: (75, 0.5)}
"""Minutes of work and their spread."""

VENDORS = {(NETWORK, NET): (CORVANE, 0.72), (PLATFORM, ERP): (LINDQVIST, 0.3)}


def staff(chance: random.Random) -> list[Person]:
	"""Everybody who works at the provider, with their leave; the turn of the year is thinly staffed."""
	people = []
	for team, zone, weekdays, start, end, heads, pause, off, customers in STAFF:
		for number in range(heads):
			leave_begins = date(2025, 7, 7) + timedelta(days=7 * chance.randrange(7))
			away = off
			if heads > 1:  # somebody stands in for who works alone
				away |= days(leave_begins, leave_begins + timedelta(days=11))
			if number % 3 != 0:
				away |= TURN_OF_YEAR
			hours = Hours(zone, weekdays, start, end, away)
			people.append(Person(team, hours, pause, frozenset(customers)))
	return people


STAFF = (
	(DESK, BERLIN, WORKING_WEEK, 7, 16, 2, 130, GERMAN, ()),
	(DESK, BERLIN, WORKING_WEEK, 10, 19, 2, 130, GERMAN, ()),
	(DESK, NEW_YORK, WORKING_WEEK, 9, 18, 2, 130, AMERICAN, ()),
	(DESK, KOLKATA, SIX_DAYS, 9, 18, 2, 130, INDIAN, ()),
	(DESK, SAO_PAULO, WHOLE_WEEK, 6, 15, 1, 100, BRAZILIAN, ()),
	(DESK, SAO_PAULO, WHOLE_WEEK, 15, 23, 1, 100, BRAZILIAN, ()),
	(NETWORK, BERLIN, WORKING_WEEK, 7, 16, 2, 140, GERMAN, ()),
	(NETWORK, NEW_YORK, WORKING_WEEK, 9, 18, 1, 110, AMERICAN, ()),
	(NETWORK, SAO_PAULO, WHOLE_WEEK, 8, 20, 1, 80, frozenset(), ()),
	(NETWORK, KOLKATA, SIX_DAYS, 9, 18, 1, 120, INDIAN, ()),
	(PLATFORM, BERLIN, WORKING_WEEK, 8, 17, 3, 240, GERMAN, ()),
	(PLATFORM, NEW_YORK, WORKING_WEEK, 9, 18, 2, 240, AMERICAN, ()),
	(PLATFORM, KOLKATA, SIX_DAYS, 9, 18, 2, 240, INDIAN, ()),
	(DATABASE, BERLIN, WORKING_WEEK, 8, 17, 2, 170, GERMAN, ()),
	(DATABASE, NEW_YORK, WORKING_WEEK, 9, 17, 1, 170, AMERICAN, ()),
	(FIELD, BERLIN, WORKING_WEEK, 8, 16, 2, 130, GERMAN, (BRANDAUER.name, INTERNAL.name)),
	(FIELD, KOLKATA, SIX_DAYS, 9, 17, 1, 130, INDIAN, (SAHYADRI.name,)),
	(FIELD, NEW_YORK, WORKING_WEEK, 9, 17, 1, 130, AMERICAN, (HUDSON.name,)),
	(FIELD, SAO_PAULO, WHOLE_WEEK, 8, 18, 1, 60, BRAZILIAN, (SERRA.name,)),
)
"""Team, zone, weekdays, from, to, heads, minutes between looks at the queue, public holidays, customers."""


def serves(person: Person, ticket: Ticket) -> bool:
	return not person.customers or ticket.customer.name in person.customers


def night_after(at: int) -> int:
	"""When the nightly job that closes resolved tickets next runs: two in the morning at the office."""
	local = datetime.fromtimestamp(at, OFFICE)
	night = datetime.combine(local.date() + timedelta(days=1), time(2), OFFICE)
	return int(night.timestamp())


def generate(seed: int = SEED) -> str:
	"""The log as CSV: one row an event, tickets in the order of their numbers."""
	text = io.StringIO()
	writer = csv.writer(text, lineterminator="\n")
	writer.writerow(COLUMNS)
	for ticket in Simulation(seed).run():
		writer.writerows(ticket.rows)
	return text.getvalue()


def main() -> None:
	here = Path(__file__).resolve().parent
	parser = argparse.ArgumentParser(description="Write the demo's ticket log.")
	parser.add_argument("--seed", type=int, default=SEED)
	parser.add_argument("--out", type=Path, default=here / "tickets.csv")
	chosen = parser.parse_args()
	chosen.out.write_bytes(generate(chosen.seed).encode("utf-8"))
	print(f"Wrote {chosen.out}")


if __name__ == "__main__":
	main()
