"""What the figures say of a period held against what its users say: good on paper only, or good for them too (R192, R197)."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from slm_extension.domain.satisfaction import HIGHEST_SCORE, LOWEST_SCORE, Satisfaction

MIDDLE = Fraction(LOWEST_SCORE + HIGHEST_SCORE, 2)
"""The mean score from which on users count as content where none was agreed."""

FALL = Fraction(1, 2)
"""A mean score that falls by so much from one period to the next makes them discontent, however high it was."""

ENOUGH = 5
"""Between two periods of which one has fewer answers, scores rise and fall by chance."""

NOBODY = Satisfaction()


class UsersView(Enum):
	"""GOOD_ON_PAPER is green outside and red inside: what was promised was kept, and its users are not content."""

	GOOD = "good"
	GOOD_ON_PAPER = "good on paper"
	FORGIVEN = "forgiven"
	BAD = "bad"
	NOT_ASKED = "not asked"
	NO_FIGURES = "no figures"


def users_view(
	kept: bool | None,
	said: Satisfaction,
	before: Satisfaction = NOBODY,
	objective: Fraction | None = None,
) -> UsersView:
	"""`kept`: whether every promise was, None where there was nothing to judge.

	Users are content when their mean score reaches the one that was agreed, or the middle of the scale, and has not
	fallen by half a point or more since the period before, as far as both have enough answers to tell.
	"""
	if kept is None:
		return UsersView.NO_FIGURES
	content = _content(said, before, objective)
	if content is None:
		return UsersView.NOT_ASKED
	if kept:
		return UsersView.GOOD if content else UsersView.GOOD_ON_PAPER
	return UsersView.FORGIVEN if content else UsersView.BAD


def _content(said: Satisfaction, before: Satisfaction, objective: Fraction | None) -> bool | None:
	if said.mean is None:
		return None
	return said.mean >= (MIDDLE if objective is None else objective) and not _fallen(said, before)


def _fallen(said: Satisfaction, before: Satisfaction) -> bool:
	if said.mean is None or before.mean is None or min(said.answers, before.answers) < ENOUGH:
		return False
	return before.mean - said.mean >= FALL
