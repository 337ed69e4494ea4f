"""Lines added up for reading, and how a figure looks."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from summaries import HOSTILE, line, months, party, summary

from slm_extension.domain.attainment import Attainment, Verdict
from slm_extension.replay.figures import (
	by_agreement,
	objective_text,
	parties_worst_first,
	percent,
	shown,
	total,
)

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def test_counts_add_up_over_months_targets_and_metrics() -> None:
	lines = [
		line(MAY, 18, 2),
		line(JUNE, 9, 1, pending=4),
		line(JUNE, 30, 0, priority="Low"),
		line(JUNE, 50, 5, metric="response", target="response"),
	]

	(agreement,) = by_agreement(lines)

	response, resolution = agreement.metrics
	assert agreement.total.attainment == Attainment(107, 8, 4)
	assert (response.metric, resolution.metric) == ("response", "resolution")
	assert resolution.total.attainment == Attainment(57, 3, 4)
	assert [one.total.attainment.met for one in resolution.months] == [18, 39]
	assert [(row.priority, row.total.attainment.met) for row in resolution.rows] == [
		("High", 27),
		("Low", 30),
	]


def test_agreements_of_one_name_and_two_kinds_stay_apart() -> None:
	found = by_agreement([line(JUNE, 1, 0, kind="SLA"), line(JUNE, 0, 1, kind="OLA")])

	assert [(one.kind, one.total.attainment.met) for one in found] == [("OLA", 0), ("SLA", 1)]


@pytest.mark.parametrize(
	("lines", "verdict", "misses_left"),
	[
		pytest.param([line(JUNE, 95, 5)], Verdict.KEPT, 0, id="exactly kept"),
		pytest.param([line(JUNE, 94, 6)], Verdict.FAILED, -1, id="one too many"),
		pytest.param([line(JUNE, 94, 6), line(MAY, 100, 0)], Verdict.KEPT, 4, id="one objective is pooled"),
		pytest.param(
			[line(JUNE, 94, 6), line(MAY, 900, 0, objective=Fraction(90))],
			Verdict.FAILED,
			-1,
			id="two objectives: both have to be kept",
		),
		pytest.param(
			[line(JUNE, 95, 5), line(MAY, 0, 9, objective=None)],
			Verdict.KEPT,
			0,
			id="what has no objective cannot fail it",
		),
		pytest.param(
			[line(JUNE, 0, 9, objective=None)], Verdict.NO_OBJECTIVE, None, id="no objective at all"
		),
		pytest.param([line(JUNE, 0, 0, pending=3)], Verdict.NO_DATA, 0, id="nothing decided"),
		pytest.param([line(JUNE, 0, 2, excused_missed=2)], Verdict.NO_DATA, 0, id="all excused"),
		pytest.param([], Verdict.NO_DATA, None, id="no line"),
	],
)
def test_each_objective_is_judged_by_its_own_clocks(lines, verdict, misses_left) -> None:
	found = total(lines)

	assert (found.verdict, found.misses_left) == (verdict, misses_left)


def test_kept_months_as_a_whole_are_told_apart_from_kept_targets() -> None:
	"""In May the many Low tickets hide that High was not kept; in June nothing is decided."""
	(agreement,) = by_agreement(
		[
			line(MAY, 5, 5, priority="High"),
			line(MAY, 990, 0, priority="Low"),
			line(JUNE, 0, 0, pending=2, priority="Low"),
		]
	)

	(metric,) = agreement.metrics
	assert metric.judged_months == (1, 1)
	assert metric.judged_cells == (1, 2)


@pytest.mark.parametrize(
	("target", "priority", "name"),
	[
		pytest.param("resolution", "High", "resolution · High", id="target and priority"),
		pytest.param("resolution High", "High", "resolution · High", id="the target names it already"),
		pytest.param("resolution", "", "resolution · no priority", id="no priority"),
	],
)
def test_a_row_names_its_priority_once(target: str, priority: str, name: str) -> None:
	(agreement,) = by_agreement([line(JUNE, 1, 0, target=target, priority=priority)])

	assert agreement.metrics[0].rows[0].name == name


def test_a_team_that_missed_its_only_ticket_is_not_the_worst() -> None:
	"""0 % of 1 is one miss too many, 70 % of 300 are sixty of them at an objective of 90 %."""
	found = parties_worst_first(
		summary(
			parties=[
				party("kept", 95, 5),
				party("only one", 0, 1),
				party("many", 210, 90),
				party("no promise", 5, 2, objective=None),
			]
		)
	)

	assert [one.party for one in found] == ["many", "no promise", "only one", "kept"]


@pytest.mark.parametrize(
	("value", "objectives", "text"),
	[
		pytest.param(None, (), "", id="nothing to divide"),
		pytest.param(Fraction(100), (), "100.0 %", id="all"),
		pytest.param(Fraction(99_999, 1000), (), "99.9 %", id="never rounded up to all"),
		pytest.param(Fraction("94.96"), (Fraction(95),), "94.9 %", id="never rounded up to the objective"),
		pytest.param(Fraction("99.96"), (Fraction("99.95"),), "99.96 %", id="as fine as its objective"),
		pytest.param(Fraction(0), (), "0.0 %", id="none"),
		pytest.param(Fraction(200, 3), (Fraction(200, 3),), "66.6666 %", id="four decimals at most"),
	],
)
def test_a_percentage_never_looks_better_than_it_is(value, objectives, text: str) -> None:
	assert percent(value, objectives) == text


@pytest.mark.parametrize(
	("objectives", "text"),
	[
		pytest.param((), "", id="none"),
		pytest.param((Fraction(95),), "95 %", id="whole"),
		pytest.param((Fraction("99.95"),), "99.95 %", id="with decimals"),
		pytest.param((Fraction(90), Fraction("99.5")), "90 % to 99.5 %", id="several"),
	],
)
def test_an_objective_is_shown_as_agreed(objectives, text: str) -> None:
	assert objective_text(objectives) == text


@pytest.mark.parametrize(
	("name", "text"),
	[
		pytest.param("Service desk Malmö", "Service desk Malmö", id="an ordinary name"),
		pytest.param("two\n lines\t", "two lines", id="on one line"),
		pytest.param("\x1b[31mred\x00", "�[31mred�", id="no orders to a terminal"),
		pytest.param("\udcff", "�", id="what cannot be written"),
		pytest.param("abc\u202edcba", "abc�dcba", id="no turned direction"),
		pytest.param("x" * 200, "x" * 119 + "…", id="not too long"),
		pytest.param("x" * 120, "x" * 120, id="just long enough"),
		pytest.param("x" + " " * 10_000_000 + "y", "x", id="cut before it is looked at"),
	],
)
def test_a_name_from_a_log_is_made_fit_to_show(name: str, text: str) -> None:
	assert shown(name) == text


def test_a_hostile_name_keeps_its_letters() -> None:
	"""Markup is for the page and the terminal to escape; here only what no one can show is taken out."""
	assert shown(HOSTILE) == '<script>alert("x")</script> & $\\frac{1}{0}$ [/bold] �[31m �'


def test_thirty_months_come_in_order() -> None:
	wanted = months(date(2024, 1, 1), 30)

	(agreement,) = by_agreement(line(month, 1, 0) for month in reversed(wanted))

	assert tuple(one.month for one in agreement.metrics[0].months) == wanted
