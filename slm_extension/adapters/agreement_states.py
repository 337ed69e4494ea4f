"""What the host's records call an agreement, its kinds and its states: the one list of each."""

from __future__ import annotations

AGREEMENT = "SLM Agreement"

FACING = ("SLA", "Commitment")
"""Kinds of agreement that promise something to a customer; the others keep such promises up."""

GOING = ("Agreed", "In Force", "Frozen")
"""States of a concluded agreement that has not ended."""

ENDED = ("Superseded", "Expired", "Terminated")
"""States of a concluded agreement that has ended."""

CONCLUDED = (*GOING, *ENDED)

OVER = (*ENDED, "Cancelled")
"""States of an agreement that will not promise anything again."""
