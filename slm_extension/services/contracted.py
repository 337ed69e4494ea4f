"""Which suppliers have a contract under which a ticket could wait for them. Reads the book, writes nothing."""

from __future__ import annotations

from slm_extension.adapters import store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.legs import Party
from slm_extension.domain.timeline import Timeline


def suppliers_for(ticket: Ticket, now: Instant) -> dict[str, str]:
	"""Suppliers by name, with the UC whose clock would run while the ticket waits for them from `now` on.

	Those whose contract the ticket's own agreement rests on come first.
	"""
	agreements = site_agreements()
	facts = store.facts_of([ticket])[ticket]
	if not facts:
		return {}
	timeline = Timeline.of(ticket.name, facts)
	state, opened = timeline.state_at(now), timeline.opened
	rests_on = agreements.book.cover(state, opened).rests_on
	found = [
		(one.agreement.name not in rests_on, one.name, agreements.document(one.agreement))
		for one in agreements.book.underpinnings(state, opened)
		if one.party is Party.SUPPLIER
	]
	return {name: document for _other, name, document in sorted(found)}
