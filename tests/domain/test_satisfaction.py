"""Scores that users give: counted, averaged, added up and held against what was agreed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_extension.domain.attainment import Verdict
from slm_extension.domain.errors import InvalidScore, InvalidScoreObjective
from slm_extension.domain.satisfaction import Perception, Satisfaction, checked_objective

SCORES = st.lists(st.integers(min_value=1, max_value=5))


def test_scores_are_counted_summed_and_those_from_four_on_are_satisfied() -> None:
	assert Satisfaction.of([5, 4, 3, 1]) == Satisfaction(answers=4, points=13, satisfied=2)


def test_the_mean_and_the_share_are_exact() -> None:
	figures = Satisfaction.of([5, 4, 3])

	assert figures.mean == 4
	assert figures.share == Fraction(200, 3)


def test_where_nobody_has_answered_there_is_neither_mean_nor_share() -> None:
	assert Satisfaction.of([]) == Satisfaction()
	assert Satisfaction().mean is None
	assert Satisfaction().share is None


@pytest.mark.parametrize("score", [0, 6, -1, 4.0, 3.5, True, "4", None], ids=repr)
def test_what_is_no_whole_number_from_one_to_five_is_no_score(score: object) -> None:
	with pytest.raises(InvalidScore, match=r"is no score\. Give a whole number from 1 to 5\."):
		Satisfaction.of([5, score])  # type: ignore[list-item]


@given(SCORES, SCORES)
def test_figures_of_two_months_add_up_to_those_of_both(first: list[int], second: list[int]) -> None:
	assert Satisfaction.of(first) + Satisfaction.of(second) == Satisfaction.of([*first, *second])


@given(SCORES.filter(bool))
def test_a_mean_lies_between_the_lowest_and_the_highest_score(scores: list[int]) -> None:
	mean = Satisfaction.of(scores).mean

	assert mean is not None
	assert min(scores) <= mean <= max(scores)


@pytest.mark.parametrize(
	("scores", "objective", "verdict"),
	[
		([4, 4], Fraction(4), Verdict.KEPT),
		([5, 3], Fraction(4), Verdict.KEPT),
		([4, 3], Fraction(4), Verdict.FAILED),
		([1], None, Verdict.NO_OBJECTIVE),
		([], Fraction(4), Verdict.NO_DATA),
		([], None, Verdict.NO_DATA),
	],
	ids=["reached", "reached on the whole", "not reached", "none agreed", "no answer", "neither"],
)
def test_the_mean_is_held_against_the_agreed_one(
	scores: list[int], objective: Fraction | None, verdict: Verdict
) -> None:
	assert Satisfaction.of(scores).verdict(objective) is verdict


def test_the_gap_is_what_was_perceived_less_what_was_expected() -> None:
	"""R377: of those who said both."""
	assert (Perception(1, 5, 2) + Perception(1, 3, 4)).gap == -1
	assert Perception(2, 4, 7).gap == Fraction(3, 2)
	assert Perception().gap is None


@pytest.mark.parametrize("objective", [Fraction(1), Fraction(7, 2), Fraction(5)], ids=str)
def test_a_mean_from_one_to_five_can_be_agreed(objective: Fraction) -> None:
	assert checked_objective(objective) == objective


@pytest.mark.parametrize("objective", [Fraction(0), Fraction(99, 100), Fraction(501, 100)], ids=str)
def test_a_mean_that_no_scores_can_have_cannot_be_agreed(objective: Fraction) -> None:
	with pytest.raises(InvalidScoreObjective, match=r"cannot be agreed\. Give a number from 1 to 5"):
		checked_objective(objective)
