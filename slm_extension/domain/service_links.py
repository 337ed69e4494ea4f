"""How services rest on one another: who rests on whom, over how many steps, and circles. Knows names only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import chain, islice

from slm_extension.domain.errors import ServicesRestOnThemselves


class Direction(Enum):
	"""Which way links are followed."""

	DOWN = "what it rests on"
	UP = "what rests on it"


@dataclass(frozen=True, slots=True)
class Step:
	"""A service as it is met on a walk. `path` leads from the start to it; `cut` says that it goes on elsewhere."""

	service: str
	path: tuple[str, ...]
	cut: bool = False

	@property
	def depth(self) -> int:
		return len(self.path) - 1


class ServiceLinks:
	"""All links of a catalogue, each from a service to one that it rests on; the same link twice is one."""

	def __init__(self, links: Iterable[tuple[str, str]]) -> None:
		self._links = tuple(links)

	@cached_property
	def _ways(self) -> Mapping[Direction, Mapping[str, list[str]]]:
		"""Worked out when first asked: of the links of some day in the past nobody may ever ask."""
		down: dict[str, list[str]] = defaultdict(list)
		up: dict[str, list[str]] = defaultdict(list)
		for upper, lower in self:
			down[upper].append(lower)
			up[lower].append(upper)
		return {Direction.DOWN: down, Direction.UP: up}

	def __iter__(self) -> Iterator[tuple[str, str]]:
		"""Every link once, in the order given."""
		return iter(dict.fromkeys(self._links))

	def next_to(self, service: str, direction: Direction) -> tuple[str, ...]:
		"""The services a link away, in the order in which the links were given."""
		return tuple(self._ways[direction].get(service, ()))

	def refuse_circle(self, service: str) -> None:
		"""Raises ServicesRestOnThemselves with the shortest way from a service back to itself, if there is one."""
		came_from: dict[str, str] = {}
		row = [service]
		while row:
			following = []
			for upper in row:
				for lower in self.next_to(upper, Direction.DOWN):
					if lower == service:
						path = (*_way(service, upper, came_from), service)
						raise ServicesRestOnThemselves(path=" → ".join(path))
					if lower not in came_from:
						came_from[lower] = upper
						following.append(lower)
			row = following

	def walk(self, start: str, direction: Direction) -> Iterator[Step]:
		"""Everything reached from a service, depth first; what is shared is met once for every way to it.

		A circle, which only data that went past `refuse_circle` can have, is cut where it closes.
		"""
		waiting = [Step(start, (start,))]
		while waiting:
			step = waiting.pop()
			yield step
			if step.cut:
				continue
			for service in reversed(self.next_to(step.service, direction)):
				waiting.append(Step(service, (*step.path, service), service in step.path))

	def rows(self, start: str, direction: Direction, most: int) -> tuple[tuple[str, ...], ...]:
		"""The services around one, each once and below all that lead to it, in rows; itself left out.

		No more than `most` services, those fewer steps away first. What is in a circle comes last.
		"""
		near = self._near(start, direction, most + 1)
		waiting = dict.fromkeys(near[1:], 0)
		for one in near:
			for following in self.next_to(one, direction):
				if following in waiting:
					waiting[following] += 1
		found: list[tuple[str, ...]] = []
		row = [start]
		while row:
			following_row: list[str] = []
			for one in row:
				for following in self.next_to(one, direction):
					if following in waiting:
						waiting[following] -= 1
						if not waiting[following]:
							following_row.append(following)
			if following_row:
				found.append(tuple(following_row))
			row = following_row
		placed = {start, *(one for some in found for one in some)}
		rest = tuple(one for one in near if one not in placed)
		return (*found, rest) if rest else tuple(found)

	def rings(self, start: str, direction: Direction) -> Iterator[tuple[str, ...]]:
		"""The services around one, each once, with those as many steps away: first those one step away, and on."""
		seen, ring = {start}, [start]
		while ring:
			following = dict.fromkeys(name for one in ring for name in self.next_to(one, direction))
			ring = [one for one in following if one not in seen]
			seen.update(ring)
			if ring:
				yield tuple(ring)

	def _near(self, start: str, direction: Direction, most: int) -> tuple[str, ...]:
		"""A service and those it leads to, fewer steps away first."""
		return tuple(islice(chain([start], chain.from_iterable(self.rings(start, direction))), most))

	def among(self, services: Iterable[str]) -> tuple[tuple[str, str], ...]:
		"""The links that begin and end within some services."""
		within = dict.fromkeys(services)
		return tuple(
			(upper, lower)
			for upper in within
			for lower in self.next_to(upper, Direction.DOWN)
			if lower in within
		)


NO_LINKS = ServiceLinks(())


def _way(start: str, end: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
	path = [end]
	while path[-1] != start:
		path.append(came_from[path[-1]])
	return tuple(reversed(path))
