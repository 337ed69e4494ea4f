"""Functions of whole instants made of straight pieces: built from calendars, composed and compared exactly.

What a calendar does to an instant never needs a search by second or day: between two openings or closings it
is a straight line of slope 0 or 1. All operations run through sorted pieces once. Nothing here knows what the
lines mean; chain.py does.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from slm_extension.domain.calendars import Calendar
from slm_extension.domain.errors import HorizonExceeded
from slm_extension.domain.instants import LAST, Instant, Seconds

Line: TypeAlias = tuple[int, int]
"""Its value where a piece starts, and its slope."""


class Curve:
	"""A function on the whole instants of [start, end). Values may jump from piece to piece."""

	__slots__ = ("end", "slopes", "starts", "values")

	def __init__(self, pieces: Iterable[tuple[Instant, int, int]], end: Instant) -> None:
		"""From (start, value there, slope) in order of start; pieces of one straight line become one."""
		self.starts: list[Instant] = []
		self.values: list[int] = []
		self.slopes: list[int] = []
		self.end = end
		for start, value, slope in pieces:
			if self.starts and self.slopes[-1] == slope:
				if self.values[-1] + slope * (start - self.starts[-1]) == value:
					continue
			self.starts.append(start)
			self.values.append(value)
			self.slopes.append(slope)

	@property
	def start(self) -> Instant:
		return self.starts[0]

	def at(self, instant: Instant) -> int:
		return self.on(bisect_right(self.starts, instant) - 1, instant)

	def on(self, index: int, instant: Instant) -> int:
		"""What the piece of that number says about an instant."""
		return self.values[index] + self.slopes[index] * (instant - self.starts[index])

	def pieces(self) -> Iterator[tuple[Instant, Instant, int, int]]:
		"""(start, end, value at the start, slope) of each piece."""
		return zip(self.starts, [*self.starts[1:], self.end], self.values, self.slopes, strict=True)

	def raised(self, by: int) -> Curve:
		return Curve(
			((start, value + by, slope) for start, _, value, slope in self.pieces()),
			self.end,
		)

	def peak(self) -> tuple[Instant, int]:
		"""The first instant at which it is highest, and that value."""
		best_at, best = self.start, self.values[0]
		for start, end, value, slope in self.pieces():
			at = end - 1 if slope > 0 else start
			top = value + slope * (at - start)
			if top > best:
				best_at, best = at, top
		return best_at, best

	def above(self, level: int) -> tuple[Instant | None, Seconds]:
		"""The first instant at which it is above `level`, and at how many it is."""
		first, total = None, 0
		for start, end, value, slope in self.pieces():
			if slope > 0 and value <= level:
				start += (level - value) // slope + 1
			elif slope < 0 and value > level:
				end = min(end, start + (value - level - 1) // -slope + 1)
			elif value <= level:
				continue
			if start < end:
				total += end - start
				first = start if first is None else first
		return first, total


def open_time(calendar: Calendar, start: Instant, end: Instant) -> Curve:
	"""Open seconds between `start` and an instant of [start, end)."""

	def pieces() -> Iterator[tuple[Instant, int, int]]:
		total, at = 0, start
		for begin, finish in calendar.open_spans(start, end):
			if at < begin:
				yield at, total, 0
			yield begin, total, 1
			total += finish - begin
			at = finish
		if at < end:
			yield at, total, 0

	return Curve(pieces(), end)


def add_or_last(calendar: Calendar, start: Instant, seconds: Seconds) -> Instant:
	"""As Calendar.add, but LAST where that much open time is never reached."""
	try:
		return calendar.add(start, seconds)
	except HorizonExceeded:
		return LAST


def advance(calendar: Calendar, seconds: Seconds, start: Instant, end: Instant) -> Curve:
	"""`add_or_last` of that many open seconds, for every instant of [start, end)."""
	if not seconds:
		return Curve([(start, start, 1)], end)
	reached = bisect_left(
		range(start, end), LAST, key=lambda instant: add_or_last(calendar, instant, seconds)
	)
	bound = start + reached
	pieces = list(_advance(calendar, seconds, start, bound)) if start < bound else []
	if bound < end:
		pieces.append((bound, LAST, 0))
	return Curve(pieces, end)


def _advance(
	calendar: Calendar, seconds: Seconds, start: Instant, end: Instant
) -> Iterator[tuple[Instant, int, int]]:
	spans = list(calendar.open_spans(start, calendar.add(end - 1, seconds)))
	sums: list[Seconds] = []
	total = 0
	for begin, finish in spans:
		total += finish - begin
		sums.append(total)
	number = goal_in = done = 0
	at = start
	while at < end:
		begin, finish = spans[number]
		goal = done + max(at - begin, 0) + seconds
		while sums[goal_in] < goal:
			goal_in += 1
		left = sums[goal_in] - goal
		due = spans[goal_in][1] - left
		if at < begin:
			yield at, due, 0
			at = begin
		else:
			yield at, due, 1
			at = min(finish, at + left + 1)
		if at == finish:
			number, done = number + 1, sums[number]


def compose(outer: Curve, inner: Curve) -> Curve:
	"""outer(inner(instant)); `inner` never falls and has slopes of 0 or 1."""
	return Curve(
		(
			(start, outer.on(index, value), outer.slopes[index] * slope)
			for start, _, index, value, slope in _laid(outer, inner)
		),
		inner.end,
	)


def plus(one: Curve, other: Curve) -> Curve:
	"""Their sum, where both are defined."""
	return Curve(
		(
			(start, lines[0][0] + lines[1][0], lines[0][1] + lines[1][1])
			for start, _, lines in _cells((one, other))
		),
		min(one.end, other.end),
	)


def minus(one: Curve, other: Curve) -> Curve:
	return plus(one, negative(other))


def negative(curve: Curve) -> Curve:
	return Curve(((start, -value, -slope) for start, _, value, slope in curve.pieces()), curve.end)


def highest(curves: Sequence[Curve]) -> Curve:
	"""At each instant the highest of them, where all are defined."""
	if len(curves) == 1:
		return curves[0]
	return Curve(
		(piece for start, end, lines in _cells(curves) for piece in _upper(start, end, lines)),
		min(curve.end for curve in curves),
	)


def lowest(curves: Sequence[Curve]) -> Curve:
	if len(curves) == 1:
		return curves[0]
	return negative(highest([negative(curve) for curve in curves]))


def highest_ahead(curve: Curve, until: Curve) -> Curve:
	"""At each instant the highest value that `curve` takes from there to `until` of it, both included.

	`until` never falls, has slopes of 0 or 1 and lies at or after its instant, where `curve` is defined.
	"""
	return Curve(_highest_ahead(curve, until), until.end)


def _highest_ahead(curve: Curve, until: Curve) -> Iterator[tuple[Instant, int, int]]:
	starts, slopes = curve.starts, curve.slopes
	tops = [max(value, value + slope * (end - start - 1)) for start, end, value, slope in curve.pieces()]
	whole: deque[int] = deque()
	"""Pieces that lie wholly ahead, each higher than all after it."""
	near = queued = 0
	for start, end, far, value, slope in _laid(curve, until):
		while queued < far:
			while whole and tops[whole[-1]] <= tops[queued]:
				whole.pop()
			whole.append(queued)
			queued += 1
		while start < end:
			while near + 1 < len(starts) and starts[near + 1] <= start:
				near += 1
			while whole and whole[0] <= near:
				whole.popleft()
			stop = end if near + 1 == len(starts) else min(end, starts[near + 1])
			here, there = (curve.on(near, start), slopes[near]), (curve.on(far, value), slopes[far] * slope)
			if near == far:
				lines = [there if slopes[far] >= 0 else here]
			else:
				lines = [
					here if slopes[near] < 0 else (tops[near], 0),
					there if slopes[far] >= 0 else (curve.values[far], 0),
				]
				if whole:
					lines.append((tops[whole[0]], 0))
			yield from _upper(start, stop, lines)
			value += slope * (stop - start)
			start = stop


def _laid(outer: Curve, inner: Curve) -> Iterator[tuple[Instant, Instant, int, int, int]]:
	"""`inner` cut where it comes to another piece of `outer`: (start, end, that piece, value, slope)."""
	index, starts = 0, outer.starts
	for start, end, value, slope in inner.pieces():
		while start < end:
			while index + 1 < len(starts) and starts[index + 1] <= value:
				index += 1
			until = end
			if slope and index + 1 < len(starts):
				until = min(end, start + starts[index + 1] - value)
			yield start, until, index, value, slope
			value += slope * (until - start)
			start = until


def _cells(curves: Sequence[Curve]) -> Iterator[tuple[Instant, Instant, list[Line]]]:
	"""The common stretch of some curves, cut where any of them begins a piece, with the lines of all."""
	first, last = max(curve.start for curve in curves), min(curve.end for curve in curves)
	cuts = {start for curve in curves for start in curve.starts if first < start < last}
	edges = [first, *sorted(cuts), last]
	indices = [0] * len(curves)
	for start, end in pairwise(edges):
		lines: list[Line] = []
		for number, curve in enumerate(curves):
			index = indices[number]
			while index + 1 < len(curve.starts) and curve.starts[index + 1] <= start:
				index += 1
			indices[number] = index
			lines.append((curve.on(index, start), curve.slopes[index]))
		yield start, end, lines


def _upper(start: Instant, end: Instant, lines: Sequence[Line]) -> Iterator[tuple[Instant, int, int]]:
	"""The highest of some lines at each whole instant of [start, end)."""
	at = start
	while at < end:
		value, slope = max((first + rise * (at - start), rise) for first, rise in lines)
		yield at, value, slope
		overtaken = [
			at + (value - first - rise * (at - start)) // (rise - slope) + 1
			for first, rise in lines
			if rise > slope
		]
		at = min([*overtaken, end])
