"""What users say about how their tickets were handled: scores from 1 to 5, counted, averaged and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from slm_extension.domain.attainment import Verdict
from slm_extension.domain.errors import InvalidScore, InvalidScoreObjective

LOWEST_SCORE = 1
HIGHEST_SCORE = 5
SATISFIED_FROM = 4
"""From this score on somebody is satisfied; the one in the middle says neither."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
	"""Counts of answers. `points` is the sum of their scores, `satisfied` how many of them are 4 or 5."""

	answers: int = 0
	points: int = 0
	satisfied: int = 0

	def __add__(self, other: Satisfaction) -> Satisfaction:
		return Satisfaction(
			self.answers + other.answers,
			self.points + other.points,
			self.satisfied + other.satisfied,
		)

	@classmethod
	def of(cls, scores: Iterable[int]) -> Satisfaction:
		"""These scores, counted. Raises InvalidScore for what is no whole number from 1 to 5."""
		known = [checked_score(score) for score in scores]
		return cls(len(known), sum(known), sum(score >= SATISFIED_FROM for score in known))

	@property
	def mean(self) -> Fraction | None:
		"""The mean score, from 1 to 5; None when nobody has answered."""
		return Fraction(self.points, self.answers) if self.answers else None

	@property
	def share(self) -> Fraction | None:
		"""Percent of the answers that are satisfied; None when nobody has answered."""
		return Fraction(100 * self.satisfied, self.answers) if self.answers else None

	def verdict(self, objective: Fraction | None) -> Verdict:
		"""Whether the mean reaches an agreed one (R338)."""
		mean = self.mean
		if mean is None:
			return Verdict.NO_DATA
		if objective is None:
			return Verdict.NO_OBJECTIVE
		return Verdict.KEPT if mean >= objective else Verdict.FAILED


@dataclass(frozen=True, slots=True)
class Perception:
	"""Answers of those who said what they had expected as well (R377): the sums of both scores."""

	answers: int = 0
	expected: int = 0
	perceived: int = 0

	def __add__(self, other: Perception) -> Perception:
		return Perception(
			self.answers + other.answers,
			self.expected + other.expected,
			self.perceived + other.perceived,
		)

	@property
	def gap(self) -> Fraction | None:
		"""Mean of what was perceived less that of what was expected, from -4 to 4; None where nobody said both."""
		return Fraction(self.perceived - self.expected, self.answers) if self.answers else None


def checked_score(score: int) -> int:
	"""A score as it is. Raises InvalidScore for what is no whole number from 1 to 5."""
	if type(score) is not int or not LOWEST_SCORE <= score <= HIGHEST_SCORE:
		raise InvalidScore(score=score, lowest=LOWEST_SCORE, highest=HIGHEST_SCORE)
	return score


def checked_objective(objective: Fraction) -> Fraction:
	"""A mean score that can be agreed (R338). Raises InvalidScoreObjective for one outside 1 to 5."""
	if not LOWEST_SCORE <= objective <= HIGHEST_SCORE:
		raise InvalidScoreObjective(
			objective=f"{float(objective):g}", lowest=LOWEST_SCORE, highest=HIGHEST_SCORE
		)
	return objective
