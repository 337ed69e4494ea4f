"""Whom a report is for, and so what it may name. Nothing is left out here."""

from __future__ import annotations

from enum import Enum


class Audience(Enum):
	"""Who reads the page. OLA, UC, teams and suppliers by name are nobody's business but the provider's."""

	INTERNAL = "internal"
	CUSTOMER = "customer"
