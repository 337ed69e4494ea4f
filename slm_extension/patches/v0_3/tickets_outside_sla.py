"""Tickets on which nothing is promised say so (R218); until now their state was as empty as that of unmeasured ones."""

from __future__ import annotations

import frappe

from slm_extension.adapters.agreement_states import FACING
from slm_extension.adapters.issues import ISSUE, OUTSIDE
from slm_extension.adapters.store import CLOCK, EVENT


def execute() -> None:
	"""Those that have a ledger, no agreement, and no clock of a promise to a customer."""
	issue, event, clock = (frappe.qb.DocType(one) for one in (ISSUE, EVENT, CLOCK))
	measured = frappe.qb.from_(event).select(event.ticket).where(event.ticket_type == ISSUE)
	promised = (
		frappe.qb.from_(clock)
		.select(clock.ticket)
		.where((clock.ticket_type == ISSUE) & clock.kind.isin(FACING))
	)
	(
		frappe.qb.update(issue)
		.set(issue.slm_state, OUTSIDE)
		.where(issue.slm_state.isnull() | (issue.slm_state == ""))
		.where(issue.slm_agreement.isnull() | (issue.slm_agreement == ""))
		.where(issue.name.isin(measured) & issue.name.notin(promised))
		.run()
	)
