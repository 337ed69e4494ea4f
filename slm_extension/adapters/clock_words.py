"""The words in which stored clocks say their phase and their outcome, for whoever asks for them or compares them."""

from __future__ import annotations

from slm_extension.domain.clocks import Outcome, Phase

PHASES = {one.value.title(): one for one in Phase}
OUTCOMES = {one.value.title(): one for one in Outcome}
AS_STORED = {one: word for words in (PHASES, OUTCOMES) for word, one in words.items()}

NOT_STARTED, RUNNING, HELD, STOPPED, CANCELLED = PHASES
PENDING, MET, MISSED = OUTCOMES

GOING = (RUNNING, HELD)
"""Phases of a clock that is not done."""
