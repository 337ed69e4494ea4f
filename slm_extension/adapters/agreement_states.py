"""What the host's records call an agreement, its kinds and its states: the one list of each."""

from __future__ import annotations

AGREEMENT = "SLM Agreement"

FACING = ("SLA", "Commitment")
"""Kinds of agreement that promise something to a customer; the others keep such promises up."""

PERFORMED = ("OLA", "UC", "Commitment")
"""Kinds of agreement whose provider reports to us how it was kept; an SLA is what we report on ourselves."""

GOING = ("Agreed", "In Force", "Frozen")
"""States of a concluded agreement that has not ended."""

ENDED = ("Superseded", "Expired", "Terminated")
"""States of a concluded agreement that has ended."""

CONCLUDED = (*GOING, *ENDED)

OVER = (*ENDED, "Cancelled")
"""States of an agreement that will not promise anything again."""
