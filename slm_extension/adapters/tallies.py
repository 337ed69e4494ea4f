"""A clock's agreement, target, outcome and phase as one number: eight bytes of an index, by which reports count."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from slm_extension.domain.clocks import Outcome, Phase

_STANDINGS = tuple((outcome, phase) for outcome in Outcome for phase in Phase)
_STANDING = {
	(outcome.value.title(), phase.value.title()): number for number, (outcome, phase) in enumerate(_STANDINGS)
}
_ROOM = 16
"""Numbers kept for the standings of one target."""


def tally_of(agreement: str, target_id: str, outcome: str, phase: str) -> int:
	"""The number of a clock, outcome and phase as they are stored ("Met", "Not Started")."""
	return promise_number(agreement, target_id) * _ROOM + _STANDING[outcome, phase]


def tallies_of(agreement: str, target_id: str) -> tuple[int, int]:
	"""The first and the last number that clocks of one target may have."""
	first = promise_number(agreement, target_id) * _ROOM
	return first, first + len(_STANDINGS) - 1


def read(tally: int) -> tuple[int, Outcome, Phase]:
	"""The number of the target, and the standing, in a clock's number."""
	promise, standing = divmod(tally, _ROOM)
	return (promise, *_STANDINGS[standing])


@lru_cache(maxsize=4096)
def promise_number(agreement: str, target_id: str) -> int:
	"""A number of 56 bits for a target of an agreement, the same everywhere; without a target ID: for none of them."""
	digest = hashlib.sha256(f"{agreement}\x1f{target_id}".encode()).digest()
	return int.from_bytes(digest[:7], "big")
