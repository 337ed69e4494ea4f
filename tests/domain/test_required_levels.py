"""Levels a customer asks for: which units say something, how an offer stands beside a wish, what target it makes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from slm_extension.domain.errors import LevelOutOfRange, UnitDoesNotFit
from slm_extension.domain.required_levels import LEVEL_METRICS, MOST, RequiredLevel, Unit

HOUR = 3600


def level(metric: str, wanted: str, unit: Unit, offered: str | None = None) -> RequiredLevel:
	return RequiredLevel(LEVEL_METRICS[metric], Decimal(wanted), unit, Decimal(offered) if offered else None)


@pytest.mark.parametrize(
	("metric", "unit", "wanted", "offered", "shortfall"),
	[
		pytest.param("Response Time", Unit.HOURS, "4", "6", "2", id="slower is worse"),
		pytest.param("Response Time", Unit.HOURS, "4", "3.5", "-0.5", id="faster is better"),
		pytest.param("Availability", Unit.PERCENT, "99.5", "99", "0.5", id="less available is worse"),
		pytest.param("Failure Frequency", Unit.DAYS_BETWEEN, "30", "40", "-10", id="seldom is better"),
		pytest.param("Number of Failures", Unit.A_YEAR, "2", "3", "1", id="more failures are worse"),
		pytest.param("Response Time", Unit.HOURS, "4", None, "0", id="nothing offered, nothing to compare"),
	],
)
def test_the_shortfall_says_how_much_worse_the_offer_is(
	metric: str, unit: Unit, wanted: str, offered: str | None, shortfall: str
) -> None:
	assert level(metric, wanted, unit, offered).shortfall == Decimal(shortfall)


@pytest.mark.parametrize(
	("metric", "unit", "wanted", "goal"),
	[
		pytest.param("Response Time", Unit.HOURS, "0.5", HOUR // 2, id="response"),
		pytest.param("Turnaround Time", Unit.MINUTES, "90", 90 * 60, id="turnaround"),
		pytest.param("Failure Duration", Unit.HOURS, "4", 4 * HOUR, id="failure duration"),
		pytest.param("Availability", Unit.PERCENT, "99", None, id="not ticket by ticket"),
		pytest.param("Number of Failures", Unit.A_MONTH, "0", None, id="a count"),
	],
)
def test_what_is_done_ticket_by_ticket_has_a_goal(
	metric: str, unit: Unit, wanted: str, goal: int | None
) -> None:
	assert level(metric, wanted, unit).goal == goal


def test_the_offer_is_what_is_agreed() -> None:
	assert level("Response Time", "1", Unit.HOURS, "2").goal == 2 * HOUR


def test_each_metric_refuses_every_unit_but_its_own() -> None:
	for metric in LEVEL_METRICS.values():
		for unit in set(Unit) - set(metric.units):
			with pytest.raises(UnitDoesNotFit):
				RequiredLevel(metric, Decimal(1), unit)


@pytest.mark.parametrize("number", ["-1", "0", "NaN", "Infinity", "100001"])
def test_numbers_that_cannot_be_are_refused(number: str) -> None:
	with pytest.raises(LevelOutOfRange):
		level("Response Time", number, Unit.HOURS)


@pytest.mark.parametrize("unit", list(MOST), ids=lambda unit: str(unit.value))
def test_units_that_end_somewhere_hold_no_more(unit: Unit) -> None:
	level("Availability", str(MOST[unit]), unit)
	with pytest.raises(LevelOutOfRange):
		level("Availability", str(MOST[unit] + Decimal("0.1")), unit)


def test_no_failure_at_all_can_be_asked_for() -> None:
	assert level("Number of Failures", "0", Unit.A_YEAR).agreed == 0
