"""Agreements, requirements, specifications and what-ifs shared one counter; each goes on with its own."""

from __future__ import annotations

from slm_extension.adapters.numbers import count_on


def execute() -> None:
	count_on()
