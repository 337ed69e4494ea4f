"""A log held against agreements: names that never meet, with counts; values that get lost. Mon 1 June 2026."""

from __future__ import annotations

import pytest

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.scopes import Forest, Property
from slm_extension.domain.service_links import ServiceLinks
from slm_extension.domain.targets import RESOLUTION, TURNAROUND, Target
from slm_extension.domain.timeline import Fact, Kind
from slm_extension.replay.inspection import Inspection
from slm_extension.replay.name_counts import NameCount, NameCounts
from slm_extension.replay.tickets import TicketLog

MONDAY = 1_780_300_800
ALWAYS = Calendar.around_the_clock("always", "UTC")


def ticket(name: str, *said: tuple[Kind, str]) -> TicketLog:
	facts = [Fact(MONDAY, Kind.OPENED)]
	facts += [Fact(MONDAY, kind, value, number=n + 1) for n, (kind, value) in enumerate(said)]
	return TicketLog(name, tuple(facts), len(facts), 0)


def acme() -> Agreement:
	return Agreement(
		"ACME",
		AgreementKind.SLA,
		ALWAYS,
		(Target("resolution", RESOLUTION, 3600, ALWAYS, priorities=frozenset({"P1", "P2"})),),
		customers=frozenset({"ACME", "ACME Ltd"}),
	)


def ola(*teams: str) -> Agreement:
	return Agreement(
		"OLA",
		AgreementKind.OLA,
		ALWAYS,
		(Target("turnaround", TURNAROUND, 3600, ALWAYS),),
		parties=frozenset(teams),
	)


def findings(book: AgreementBook, *tickets: TicketLog) -> list[str]:
	inspection = Inspection(book)
	for one in tickets:
		inspection.add(one)
	return list(inspection.findings())


def test_what_the_services_of_the_log_rest_on_is_in_the_log() -> None:
	contract = Agreement(
		"UC",
		AgreementKind.UC,
		ALWAYS,
		(Target("turnaround", TURNAROUND, 3600, ALWAYS),),
		services=frozenset({"Network", "Power"}),
		parties=frozenset({"Carrier"}),
	)
	forest = Forest({Property.SERVICE: {"WAN": "Network"}}, links=ServiceLinks([("ERP", "WAN")]))

	found = findings(
		AgreementBook([contract], [forest]),
		*(ticket(name, (Kind.SERVICE, "ERP"), (Kind.SUPPLIER, "Carrier")) for name in ("1", "2")),
	)

	assert 'In the agreements, never in the log: services "Power".' in found


def test_names_of_the_agreements_that_the_log_never_has_are_listed() -> None:
	found = findings(
		AgreementBook([acme(), ola("Network", "* 2nd", "* 3rd")]),
		ticket("1", (Kind.CUSTOMER, "ACME"), (Kind.PRIORITY, "P1"), (Kind.TEAM, "Platform 2nd")),
	)

	assert found == [
		'In the agreements, never in the log: customers "ACME Ltd".',
		'In the agreements, never in the log: priorities "P2".',
		'In the agreements, never in the log: teams "* 3rd", "Network".',
	]


def test_customers_without_agreement_and_priorities_without_target_are_counted() -> None:
	first = (Kind.CUSTOMER, "ACME"), (Kind.PRIORITY, "P1")
	found = findings(
		AgreementBook([acme()]),
		ticket("1", *first),
		ticket("2", (Kind.CUSTOMER, "Bolt")),
		ticket("3", (Kind.CUSTOMER, "Bolt")),
		ticket("4"),
		ticket("5", (Kind.PRIORITY, "P9"), (Kind.CUSTOMER, "ACME")),
	)

	assert found[-2:] == [
		'No agreement applies to 3 of 5 tickets: customer "Bolt" 2, without customer 1.',
		'An agreement applies, but none of its targets, to 1 of 5 tickets: priority "P9" 1.',
	]


@pytest.mark.parametrize(
	("kind", "emptied", "kept", "warned"),
	[
		pytest.param(Kind.CUSTOMER, 1, 2, True, id="customer on a third"),
		pytest.param(Kind.CUSTOMER, 1, 4, False, id="customer on a fifth"),
		pytest.param(Kind.TEAM, 1, 1, False, id="half go back to the queue"),
		pytest.param(Kind.TEAM, 2, 1, True, id="team on most"),
		pytest.param(Kind.SUPPLIER, 3, 0, False, id="suppliers come and go"),
	],
)
def test_a_property_that_becomes_empty_on_many_tickets_is_warned_of(
	kind: Kind, emptied: int, kept: int, warned: bool
) -> None:
	inspection = Inspection()
	for number in range(emptied + kept):
		said = [(kind, "A"), (kind, "")] if number < emptied else [(kind, "A")]
		inspection.add(ticket(str(number), *said))

	found = list(inspection.warnings())

	assert bool(found) is warned
	if warned:
		name = kind.value
		assert found[0].startswith(
			f"Warning: the {name} becomes empty on {emptied} of {emptied + kept} tickets"
		)
		assert 'did you mean blank = "unchanged"' in found[0]


def test_names_beyond_the_bound_are_counted_together() -> None:
	counts = NameCounts(keep=2)
	for name in ("a", "b", "c", "b", "c"):
		counts.add(name)

	assert counts.largest(5) == (NameCount("b", 2), NameCount("a", 1))
	assert counts.total == 5
