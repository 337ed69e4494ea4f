"""The mean score of feedback that agreements promise (R338), as the domain judges by it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import frappe

from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.domain.satisfaction import checked_objective

FIELD = "satisfaction_objective"


def objective_of(agreement: Any) -> Fraction | None:
	"""The mean that an agreement promises; None: it promises none. Raises InvalidScoreObjective outside 1 to 5."""
	said = agreement.get(FIELD)
	return checked_objective(_exact(said)) if said else None


def objectives() -> Mapping[str, Fraction]:
	"""The means that were ever concluded, by agreement. One query."""
	rows = frappe.get_all(
		AGREEMENT,
		filters={"docstatus": [">", 0], FIELD: [">", 0]},
		fields=["name", FIELD],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.name: _exact(row[FIELD]) for row in rows}


def _exact(number: object) -> Fraction:
	"""As it is written: 4.2, not the binary number next to it."""
	return Fraction(str(number))
