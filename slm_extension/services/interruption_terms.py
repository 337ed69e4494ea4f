"""What an agreement may say about interruptions: which rows can take place at all."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.interruptions import said_by, useless_fields
from slm_extension.adapters.refusals import sentence
from slm_extension.domain.errors import DomainError


def forget_what_does_not_count(agreement: Any) -> None:
	"""What the form does not show for how often a row takes place is not kept: nobody signs what he does not see."""
	for row in agreement.get("interruptions") or ():
		for field in useless_fields(row):
			row.set(field, None)


def refuse_wrong_rows(agreement: Any) -> None:
	"""Refuse, in a sentence, a row that can take place at no time or never ends. Templates may not have one either."""
	for row in agreement.get("interruptions") or ():
		row._validate_selects()
		try:
			said_by(row)
		except DomainError as error:
			frappe.throw(
				_("Row {0} of Planned and Agreed Interruptions: {1}").format(row.idx, sentence(error)),
				title=_("Interruptions"),
			)
