"""What users say beside what was kept: every meeting of the two, and where the borders lie."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slm_extension.domain.satisfaction import Satisfaction
from slm_extension.domain.users_view import UsersView, users_view

HAPPY, UNHAPPY = Satisfaction.of([4, 5]), Satisfaction.of([1, 3])
NOBODY = Satisfaction()


@pytest.mark.parametrize(
	("kept", "said", "seen"),
	[
		pytest.param(True, HAPPY, UsersView.GOOD, id="kept, content"),
		pytest.param(True, UNHAPPY, UsersView.GOOD_ON_PAPER, id="kept, not content"),
		pytest.param(False, HAPPY, UsersView.FORGIVEN, id="missed, content"),
		pytest.param(False, UNHAPPY, UsersView.BAD, id="missed, not content"),
		pytest.param(True, NOBODY, UsersView.NOT_ASKED, id="kept, nobody said anything"),
		pytest.param(False, NOBODY, UsersView.NOT_ASKED, id="missed, nobody said anything"),
		pytest.param(None, UNHAPPY, UsersView.NO_FIGURES, id="nothing to judge"),
	],
)
def test_figures_and_users_meet(kept: bool | None, said: Satisfaction, seen: UsersView) -> None:
	assert users_view(kept, said) is seen


@pytest.mark.parametrize(
	("scores", "objective", "content"),
	[
		pytest.param([3, 3], None, True, id="the middle of the scale is enough where nothing was agreed"),
		pytest.param([3, 3, 2], None, False, id="less is not"),
		pytest.param([4, 5, 4], Fraction(13, 3), True, id="exactly what was agreed"),
		pytest.param([4, 5, 4], Fraction(22, 5), False, id="less than was agreed"),
		pytest.param([2, 2], Fraction(2), True, id="an agreed score lower than the middle"),
	],
)
def test_users_are_content_from_the_agreed_score_on(
	scores: list[int], objective: Fraction | None, content: bool
) -> None:
	seen = users_view(True, Satisfaction.of(scores), objective=objective)

	assert seen is (UsersView.GOOD if content else UsersView.GOOD_ON_PAPER)


@pytest.mark.parametrize(
	("before", "content"),
	[
		pytest.param([5, 5, 5, 5, 5, 5], False, id="by half a point"),
		pytest.param([5, 5, 5, 5, 5, 4], True, id="by a third"),
		pytest.param([4, 4, 4, 4, 4, 4], True, id="it rose"),
		pytest.param([5, 5, 5, 5], True, id="too few said so before"),
		pytest.param([], True, id="nobody said anything before"),
	],
)
def test_users_are_not_content_when_their_score_falls(before: list[int], content: bool) -> None:
	"""It is 4.5 now."""
	seen = users_view(True, Satisfaction.of([5, 4, 5, 4, 5, 4]), Satisfaction.of(before))

	assert seen is (UsersView.GOOD if content else UsersView.GOOD_ON_PAPER)


def test_a_few_who_say_less_are_no_fall() -> None:
	assert users_view(True, Satisfaction.of([4, 4, 4, 4]), Satisfaction.of([5] * 9)) is UsersView.GOOD
