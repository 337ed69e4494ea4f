"""Issues get the team and the supplier that their ledgers know: imported logs said them before Issues had the fields."""

from __future__ import annotations

import frappe

from slm_extension.adapters import issues, store
from slm_extension.domain.timeline import Kind, Timeline
from slm_extension.services.chunks import PAGE
from slm_extension.services.master_data import MasterData

_FIELDS = {Kind.TEAM: ("slm_team", "team"), Kind.SUPPLIER: ("slm_supplier", "supplier")}


def execute() -> None:
	"""Page by page; what is named and not there as a User Group or Supplier is created, as an import does now."""
	master = MasterData()
	known: dict[tuple[Kind, str], str] = {}
	after = ""
	while page := store.ticket_page(issues.ISSUE, after, PAGE):
		after = page[-1].name
		ledgers = store.facts_of(page)
		documents = issues.rows([ticket.name for ticket in page])
		for ticket in page:
			facts = ledgers[ticket]
			issue = documents.get(ticket.name)
			if issue is None or not any(fact.kind in _FIELDS for fact in facts):
				continue
			state = Timeline.of(ticket.name, facts).steps[-1].state
			values = {}
			for kind, (field, name) in _FIELDS.items():
				said = getattr(state, name)
				if said and not issue.get(field):
					if (kind, said) not in known:
						resolved = (master.teams if kind is Kind.TEAM else master.suppliers)([said])
						known[kind, said] = resolved[said]
					values[field] = known[kind, said]
			if values:
				store.set_ticket_fields(ticket, values)
		frappe.db.commit()
