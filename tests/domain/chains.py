"""For the tests of chains: small worlds in which every second can be tried, and tickets made of a journey."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from oracles import MinuteByMinute

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.assessment import Assessment, assess
from slm_extension.domain.calendars import Calendar, DatedHours, Window
from slm_extension.domain.chain_check import Journey, Link, Slack, Way
from slm_extension.domain.instants import DAY, instant
from slm_extension.domain.targets import RESOLUTION, TURNAROUND, Target
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline, Waiting

AROUND = 15
"""Seconds before and after a scene's middle in which calendars open and close as they like."""
REACH = 250
"""Seconds after the middle by which every ticket has been through: from AROUND on all are open for long."""


@dataclass(frozen=True)
class Scene:
	"""Half a minute in which all happens. `walls` are what a clock shows in it; at `open_at` all are open."""

	zone: str
	day: date
	middle: int
	walls: tuple[int, ...]
	open_at: int


def scene(zone: str, middle: datetime, before: int, after: int, open_at: int) -> Scene:
	walls = (*range(before - AROUND, before), *range(after, after + AROUND))
	return Scene(zone, middle.date(), instant(middle.replace(tzinfo=ZoneInfo("UTC"))), walls, open_at)


NOON = DAY // 2
SCENES = (
	scene("UTC", datetime(2026, 6, 1), DAY, 0, NOON),
	scene("UTC", datetime(2026, 6, 1, 8), 8 * 3600, 8 * 3600, NOON),
	scene("Europe/Berlin", datetime(2026, 3, 29, 1), 2 * 3600, 3 * 3600, NOON),
	scene("Europe/Berlin", datetime(2026, 10, 25, 1), 3 * 3600, 2 * 3600, 2 * 3600 + 1800),
)
"""Midnight, a morning, and the seconds around both changes of daylight saving in Berlin."""


@dataclass(frozen=True)
class Hours:
	"""A calendar in parts, for both sides."""

	scene: Scene
	week: tuple[Window, ...]
	dated: tuple[DatedHours, ...]

	@cached_property
	def calendar(self) -> Calendar:
		return Calendar.weekly(
			f"{self.week}{self.dated}", self.scene.zone, dict.fromkeys(range(7), self.week), None, self.dated
		)

	@cached_property
	def open(self) -> list[bool]:
		"""Whether it is open, for each second from AROUND before the scene's middle to REACH after it."""
		middle = self.scene.middle
		week = dict.fromkeys(range(7), self.week)
		clock = MinuteByMinute(self.scene.zone, week, self.dated, (), middle, middle)
		return [clock.wall_is_open(at) for at in range(middle - AROUND, middle + REACH)]


def cut(points: list[int], open_at: int, around_midnight: bool) -> tuple[Window, ...]:
	"""Windows that begin and end in turn at an even number of points, so that `open_at` lies inside one.

	What is open at midnight is one window that runs over it, or ends there and begins with the day.
	"""
	if not points:
		return (Window(0, DAY),)
	if sum(1 for point in points if point <= open_at) % 2 == 1:
		turned = points
	else:
		turned = [*points[1:], points[0] + DAY] if around_midnight else [0, *points, DAY]
	pairs = zip(turned[::2], turned[1::2], strict=True)
	return tuple(Window(start, end) for start, end in pairs if start < end)


@st.composite
def hours(draw: st.DrawFn, scene: Scene) -> Hours:
	points = st.lists(st.sampled_from(scene.walls), unique=True, max_size=8).map(
		lambda some: sorted(some)[: len(some) // 2 * 2]
	)
	week = cut(draw(points), scene.open_at, draw(st.booleans()))
	dated = (DatedHours(scene.day, cut(draw(points), scene.open_at, False)),) if draw(st.booleans()) else ()
	return Hours(scene, week, dated)


@dataclass(frozen=True)
class World:
	"""A chain in a scene. The names of calendars tell their hours apart."""

	scene: Scene
	hours: tuple[Hours, ...]
	target: Target
	stages: tuple[tuple[Way, ...], ...]

	@property
	def first(self) -> int:
		return self.scene.middle - AROUND

	@property
	def last(self) -> int:
		return self.scene.middle + AROUND

	def opened(self, calendar: Calendar, start: int, end: int) -> int:
		cells = next(one.open for one in self.hours if one.calendar is calendar)
		return sum(cells[start - self.first : end - self.first])

	def ends(self, way: Way, start: int) -> list[int]:
		"""Every second at which a leg may end, found by waiting for it."""
		found, end = [], start
		while end < self.scene.middle + REACH:
			if isinstance(way, Slack):
				if self.opened(way.calendar or self.target.calendar, start, end) == way.seconds:
					return [end]
			elif all(self.opened(one.calendar, start, end) <= one.goal for one in way.targets):
				found.append(end)
			else:
				return found
			end += 1
		raise AssertionError("REACH is too short")

	def held(self, way: Way) -> bool:
		return (
			isinstance(way, Link) and way.kind is AgreementKind.UC and Waiting.SUPPLIER in self.target.holds
		)

	def most(self) -> dict[int, int]:
		"""For each opening the most that can be counted, by trying every end of every leg."""
		known: dict[tuple[int, int], int] = {}

		def ahead(stage: int, start: int) -> int:
			if stage == len(self.stages):
				return 0
			if (stage, start) not in known:
				known[stage, start] = max(
					ahead(stage + 1, end)
					+ (0 if self.held(way) else self.opened(self.target.calendar, start, end))
					for way in self.stages[stage]
					for end in self.ends(way, start)
				)
			return known[stage, start]

		return {opened: ahead(0, opened) for opened in range(self.first, self.last)}

	def book(self) -> AgreementBook:
		calendar = self.hours[0].calendar
		under = [
			Agreement(way.agreement, way.kind, calendar, way.targets, parties=way.parties)
			for ways in self.stages
			for way in ways
			if isinstance(way, Link)
		]
		return AgreementBook([Agreement("SLA", AgreementKind.SLA, calendar, (self.target,)), *under])


@st.composite
def worlds(draw: st.DrawFn, stages: int = 3) -> World:
	scene = draw(st.sampled_from(SCENES))
	some = tuple(draw(st.lists(hours(scene), min_size=1, max_size=3)))
	calendars = st.sampled_from(some).map(lambda one: one.calendar)
	goals = st.integers(1, 10)

	def target(metric, more: int = 1) -> Target:
		return Target(metric.name, metric, draw(goals) * more, draw(calendars))

	def way(name: str) -> Way:
		kind = draw(st.sampled_from((AgreementKind.OLA, AgreementKind.UC, AgreementKind.UC, None)))
		if kind is None:
			return Slack(name, draw(st.integers(0, 5)), draw(st.one_of(st.none(), calendars)))
		targets = (target(TURNAROUND), *([target(RESOLUTION)] if draw(st.booleans()) else []))
		return Link(name, kind, targets, parties=frozenset({name}))

	holds = draw(st.sampled_from((Waiting.NOBODY, Waiting.SUPPLIER, Waiting.SUPPLIER | Waiting.CUSTOMER)))
	return World(
		scene,
		some,
		replace(target(RESOLUTION, draw(st.integers(1, 3))), holds=holds),
		tuple(
			tuple(way(f"{stage}-{number}") for number in range(draw(st.integers(1, 2))))
			for stage in range(draw(st.integers(0 if stages > 1 else 1, stages)))
		),
	)


ENDS = {
	"response": (Kind.REPLIED, ""),
	"next reply": (Kind.REPLIED, ""),
	"ownership": (Kind.OWNED, ""),
	"restoration": (Kind.TOLD, ""),
	"resolution": (Kind.STATUS, Status.RESOLVED.value),
	"turnaround": (Kind.STATUS, Status.RESOLVED.value),
	"closure": (Kind.STATUS, Status.CLOSED.value),
}
"""What a user or the host records when a ticket's way is over, by the metric that ends with it."""


def ticket_of(legs: list[tuple[int, Way]], finish: int, metric: str = "resolution", **named: str) -> Timeline:
	"""A ticket as it would be recorded: who had it from when on, and how it ended.

	A team's tenure ends when a supplier gets the ticket; slack is nobody's. `named` are priority and service.
	"""
	opened = legs[0][0] if legs else finish
	facts = [(opened, Kind(name), value, 0) for name, value in named.items()]
	facts.append((opened, Kind.OPENED, "", 0))
	if metric == "next reply":
		facts.append((opened, Kind.CUSTOMER_REPLIED, "", 0))
	for start, way in legs:
		party = min(way.parties) if isinstance(way, Link) else ""
		if isinstance(way, Link) and way.kind is AgreementKind.UC:
			facts += [(start, Kind.TEAM, "", 0), (start, Kind.SUPPLIER, party, 0)]
			facts.append((start, Kind.STATUS, Status.HELD.value, Waiting.SUPPLIER.value))
		else:
			facts += [(start, Kind.TEAM, party, 0), (start, Kind.SUPPLIER, "", 0)]
			facts.append((start, Kind.STATUS, Status.OPEN.value, 0))
	kind, value = ENDS[metric]
	facts.append((finish, kind, value, 0))
	return Timeline.of(
		"ISS-1",
		[
			Fact(at, kind, value, waiting, number=number)
			for number, (at, kind, value, waiting) in enumerate(facts)
		],
	)


def replayed(journey: Journey, book: AgreementBook, metric: str = "resolution", **named: str) -> Assessment:
	"""What the clocks say of a ticket that went that way, looked at long after."""
	assert journey.finish is not None
	timeline = ticket_of(
		[(passage.start, passage.way) for passage in journey.passages], journey.finish, metric, **named
	)
	return assess(timeline, book, journey.finish + 400 * DAY)
