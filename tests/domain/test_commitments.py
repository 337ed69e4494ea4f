"""What an agreement promises beside what clocks measure: warning levels of targets as rows that tell the holder."""

from __future__ import annotations

from dataclasses import replace

import pytest
from given import RESOLUTION_4H, RESPONSE_1H

from slm_extension.domain.commitments import Escalation, escalations_for_warnings
from slm_extension.domain.levels import EscalationLevel, Timing


def row(number: int, amount: int, metric: str = "", timing: Timing = Timing.PERCENT) -> Escalation:
	return Escalation(EscalationLevel(number, timing, amount, metric))


@pytest.mark.parametrize(
	("known", "expected"),
	[
		pytest.param([], [(1, 50), (2, 75), (3, 90)], id="numbered in order"),
		pytest.param([row(1, 75)], [(2, 50), (3, 90)], id="one is there for every metric"),
		pytest.param([row(7, 50, "resolution")], [(1, 75), (2, 90)], id="one is there for this metric"),
		pytest.param([row(1, 50, "response")], [(1, 50), (2, 75), (3, 90)], id="one of another metric"),
		pytest.param(
			[row(2, 50, timing=Timing.AFTER)], [(1, 50), (3, 75), (4, 90)], id="seconds are no percent"
		),
	],
)
def test_a_warning_level_is_a_row_where_none_lies_there(
	known: list[Escalation], expected: list[tuple[int, int]]
) -> None:
	"""Two targets of one metric warn at 50, 75 and 90 between them."""
	targets = [
		replace(RESOLUTION_4H, warnings=(50, 90)),
		replace(RESOLUTION_4H, warnings=(50, 75)),
		RESPONSE_1H,
	]

	found = escalations_for_warnings(targets, known)

	assert [(one.level.number, one.level.amount) for one in found] == expected
	assert {(one.level.metric, one.level.timing, one.notify.value) for one in found} == {
		("resolution", Timing.PERCENT, "holder")
	}


def test_each_metric_has_levels_of_its_own() -> None:
	targets = [replace(RESPONSE_1H, warnings=(80,)), replace(RESOLUTION_4H, warnings=(50, 80))]

	found = escalations_for_warnings(targets, [])

	assert [(one.level.metric, one.level.number, one.level.amount) for one in found] == [
		("response", 1, 80),
		("resolution", 1, 50),
		("resolution", 2, 80),
	]
