"""Charts as inline SVG: attainment by month against the objective, and misses by who had them. Draws only.

Text stays text, so it can be searched and takes the font of the page; the same figures give the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from slm_extension.domain.attainment import Attainment
from slm_extension.replay.durations import MONTHS
from slm_extension.replay.figures import MonthFigure, shown

ACCENT = "#1f5a8c"
MET = "#bcd2e6"
MISSED = "#9c3526"
INK = "#1d2733"
MUTED = "#5b6672"
RULE = "#d8dee5"
PAPER = "#ffffff"

WIDTH = 7.1
"""Inches: what A4 leaves between the page's margins."""

FULLEST, ROOMY = 30, 15
"""Over more months than FULLEST the bars have no figures, over more than ROOMY no long ones: they would touch."""

_STYLE: dict[Any, Any] = {
	"svg.fonttype": "none",
	"font.family": "sans-serif",
	"font.sans-serif": ["DejaVu Sans"],
	"font.size": 7.5,
	"text.color": INK,
	"axes.edgecolor": RULE,
	"axes.labelcolor": MUTED,
	"axes.linewidth": 0.6,
	"axes.spines.top": False,
	"axes.spines.right": False,
	"axes.spines.left": False,
	"axes.axisbelow": True,
	"xtick.color": MUTED,
	"ytick.color": MUTED,
	"xtick.major.size": 0,
	"ytick.major.size": 0,
	"hatch.linewidth": 0.8,
	"hatch.color": MISSED,
}


def attainment_by_month(months: Sequence[MonthFigure], name: str) -> str:
	"""Net attainment as a line over the objective, and below it the clocks behind it as stacked bars.

	Months without a figure leave a gap, small samples a hollow mark. `name` tells its ids from those of other
	charts on a page. Needs at least one month.
	"""
	first = months[0].month
	positions = [_months_between(first, one.month) for one in months]
	last = positions[-1]
	with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
		figure = Figure(figsize=(WIDTH, 2.75))
		grid = figure.add_gridspec(
			2, 1, height_ratios=(1.25, 1), hspace=0.16, left=0.065, right=0.93, top=0.97, bottom=0.1
		)
		above, below = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
		_draw_line(above, positions, months)
		_draw_bars(below, positions, months)
		for axes in (above, below):
			axes.set_xlim(-0.7, max(last, 5) + 0.7)
			axes.grid(axis="y", color=RULE, linewidth=0.5)
		above.set_xticks([])
		above.spines["bottom"].set_visible(False)
		ticks = list(range(0, last + 1, 1 if last < 18 else 2 if last < 36 else -(-last // 12)))
		below.set_xticks(ticks, [_month_label(first, position) for position in ticks])
		return _svg(figure, name)


def _draw_line(axes: Axes, positions: Sequence[int], months: Sequence[MonthFigure]) -> None:
	points = [
		(position, float(one.total.attainment.net), one.total.attainment.small())
		for position, one in zip(positions, months, strict=True)
		if one.total.attainment.net is not None
	]
	objectives = [
		(position, {float(value) for value in one.total.objectives})
		for position, one in zip(positions, months, strict=True)
	]
	lowest = min(
		[value for _, value, _ in points] + [value for _, values in objectives for value in values] or [0]
	)
	step = next(step for step in (1, 2, 5, 10, 20, 25) if step == 25 or 100 - 4 * step < lowest)
	bottom = 100 - 4 * step
	axes.set_ylim(bottom, 100 + step * 0.4)
	axes.set_yticks(range(bottom, 101, step), [f"{value} %" for value in range(bottom, 101, step)])
	for value in sorted(set().union(*(values for _, values in objectives))):
		for begin, end in _runs([position for position, values in objectives if value in values]):
			axes.plot(
				[begin - 0.5, end + 0.5], [value, value], color=INK, linewidth=0.9, linestyle=(0, (4, 2))
			)
	newest = objectives[-1][1]
	if newest:
		axes.annotate(
			f"objective\n{min(newest):g} %" if len(newest) == 1 else "objectives",
			(max(objectives[-1][0], 5) + 0.7, max(newest)),
			xytext=(3, 0),
			textcoords="offset points",
			verticalalignment="center",
			color=MUTED,
			fontsize=7,
			annotation_clip=False,
		)
	for (left, before, _), (right, after, _) in pairwise(points):
		if right - left == 1:
			axes.plot([left, right], [before, after], color=ACCENT, linewidth=1.5)
	for position, value, small in points:
		axes.plot(
			[position],
			[value],
			linestyle="",
			marker="o",
			markersize=4,
			color=ACCENT,
			markerfacecolor=PAPER if small else ACCENT,
			markeredgewidth=1.1,
		)


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
	"""First and last of each run of consecutive positions."""
	runs: list[tuple[int, int]] = []
	for position in positions:
		if runs and runs[-1][1] == position - 1:
			runs[-1] = runs[-1][0], position
		else:
			runs.append((position, position))
	return runs


def _draw_bars(axes: Axes, positions: Sequence[int], months: Sequence[MonthFigure]) -> None:
	counts = [one.total.attainment for one in months]
	missed = [one.missed - one.excused_missed for one in counts]
	layers = (
		([one.met for one in counts], {"color": MET}),
		(missed, {"color": MISSED}),
		(
			[one.excused_missed for one in counts],
			{"facecolor": PAPER, "edgecolor": MISSED, "hatch": "//////"},
		),
		([one.pending for one in counts], {"facecolor": PAPER, "edgecolor": MUTED, "linestyle": (0, (2, 1))}),
	)
	base = [0] * len(counts)
	for heights, look in layers:
		drawn = [index for index, height in enumerate(heights) if height]
		axes.bar(
			[positions[index] for index in drawn],
			[heights[index] for index in drawn],
			bottom=[base[index] for index in drawn],
			width=0.62,
			linewidth=0.7,
			**look,
		)
		base = [under + height for under, height in zip(base, heights, strict=True)]
	highest = max(max(base), 1)
	axes.set_ylim(0, highest * 1.22)
	axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
	axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
	if positions[-1] <= FULLEST:
		for position, height, one in zip(positions, base, counts, strict=True):
			axes.text(
				position,
				height + highest * 0.03,
				_bar_count(one, positions[-1] < ROOMY),
				horizontalalignment="center",
				verticalalignment="bottom",
				fontsize=6.5,
				color=MUTED,
			)


def _bar_count(counts: Attainment, room: bool) -> str:
	whole = counts.decided + counts.pending
	if whole < 1000 or (room and whole < 100_000):
		return f"{whole:,}"
	return f"{whole / 1000:.1f}k" if whole < 100_000 else f"{whole // 1000:,}k"


def misses_by_holder(bars: Sequence[tuple[str, int]], name: str) -> str:
	"""Horizontal bars of misses, as given, each with its number. Needs at least one bar."""
	with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
		height = 0.2 + 0.24 * len(bars)
		figure = Figure(figsize=(WIDTH, height))
		axes = figure.add_axes((0.33, 0.1 / height, 0.6, 1 - 0.2 / height))
		rows = range(len(bars))
		largest = max(max(misses for _, misses in bars), 1)
		axes.barh(rows, [misses for _, misses in bars], height=0.6, color=MISSED)
		axes.set_xlim(0, largest * 1.08)
		axes.set_ylim(len(bars) - 0.5, -0.5)
		axes.set_xticks([])
		axes.set_yticks([])
		axes.spines["bottom"].set_visible(False)
		for row, (label, misses) in zip(rows, bars, strict=True):
			axes.text(
				-largest * 0.015,
				row,
				shown(label, 38),
				horizontalalignment="right",
				verticalalignment="center",
				parse_math=False,
			)
			axes.text(
				misses + largest * 0.01,
				row,
				f"{misses:,}",
				horizontalalignment="left",
				verticalalignment="center",
				color=MUTED,
			)
		return _svg(figure, name)


def _months_between(first: date, month: date) -> int:
	return (month.year - first.year) * 12 + month.month - first.month


def _month_label(first: date, position: int) -> str:
	"""Short name of a month; with the year below where a year begins, or the axis does."""
	years, month = divmod(first.month - 1 + position, 12)
	return MONTHS[month] if month and position else f"{MONTHS[month]}\n{first.year + years}"


_PROLOG = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_ID = re.compile(r'(\bid="|href="#|url\(#)')


def _svg(figure: Figure, name: str) -> str:
	"""The figure as an element for HTML that takes the width it is given; every id starts with `name`."""
	FigureCanvasSVG(figure)
	written = io.StringIO()
	with warnings.catch_warnings():
		warnings.filterwarnings("ignore", message="Glyph .* missing")
		figure.savefig(
			written,
			format="svg",
			metadata={"Creator": None, "Date": None, "Format": None, "Type": None},
			transparent=True,
		)
	element = _PROLOG.sub("", written.getvalue(), count=1)
	opening, rest = element.split(">", 1)
	opening = re.sub(r'\s(?:width|height)="[^"]*"', "", opening)
	return _ID.sub(rf"\g<1>{name}-", f'{opening} aria-hidden="true">{rest}').strip()
