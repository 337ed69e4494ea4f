"""Legs and tenures: who had the ticket when, and for how long it was whose job."""

from __future__ import annotations

import pytest
from given import at, ticket

from slm_extension.domain.clocks import Within
from slm_extension.domain.legs import (
	Leg,
	Party,
	Tenure,
	holder,
	legs,
	supplier_tenures,
	team_tenures,
)
from slm_extension.domain.timeline import State, Status, Timeline, Waiting

NINE, TEN, ELEVEN, NOON, ONE, TWO = (at(f"Mon 1 Jun {hour:02}:00") for hour in range(9, 15))


def journey() -> Timeline:
	"""Unassigned, first line, customer, first line, second line, supplier, second line, closed, reopened."""
	return ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:00", "customer ACME"),
		("Mon 1 Jun 10:00", "team First"),
		("Mon 1 Jun 11:00", "Replied"),
		("Mon 1 Jun 12:00", "Open"),
		("Mon 1 Jun 12:30", "priority High"),
		("Mon 1 Jun 13:00", "team Second"),
		("Mon 1 Jun 14:00", "supplier Sun"),
		("Mon 1 Jun 14:00", "With Supplier"),
		("Mon 1 Jun 15:00", "Open"),
		("Mon 1 Jun 16:00", "Closed"),
		("Mon 1 Jun 17:00", "Open"),
		("Mon 1 Jun 18:00", "Resolved"),
	)


@pytest.mark.parametrize(
	("state", "expected"),
	[
		pytest.param(State(), (Party.UNASSIGNED, ""), id="nobody has it"),
		pytest.param(State(team="First"), (Party.TEAM, "First"), id="a team"),
		pytest.param(
			State(team="First", supplier="Sun"), (Party.TEAM, "First"), id="a supplier not waited for"
		),
		pytest.param(
			State(team="First", supplier="Sun", waiting=Waiting.SUPPLIER),
			(Party.SUPPLIER, "Sun"),
			id="a supplier",
		),
		pytest.param(State(waiting=Waiting.SUPPLIER), (Party.SUPPLIER, ""), id="a supplier nobody named"),
		pytest.param(
			State(team="First", customer="ACME", waiting=Waiting.CUSTOMER),
			(Party.CUSTOMER, "ACME"),
			id="customer",
		),
		pytest.param(
			State(supplier="Sun", customer="ACME", waiting=Waiting.ANYBODY),
			(Party.CUSTOMER, "ACME"),
			id="the customer before the supplier",
		),
		pytest.param(State(team="First", waiting=Waiting.OTHER), (Party.TEAM, "First"), id="any other hold"),
		pytest.param(State(team="First", status=Status.RESOLVED), (Party.NOBODY, ""), id="resolved"),
		pytest.param(State(team="First", status=Status.CLOSED), (Party.NOBODY, ""), id="closed"),
		pytest.param(State(team="First", status=Status.CANCELLED), (Party.NOBODY, ""), id="cancelled"),
		pytest.param(State(team="First", withdrawn="merged"), (Party.NOBODY, ""), id="withdrawn"),
	],
)
def test_exactly_one_party_holds_a_ticket(state: State, expected: tuple[Party, str]) -> None:
	assert holder(state) == expected


def test_a_journey_in_legs() -> None:
	found = legs(journey(), at("Tue 2 Jun 09:00"))

	assert [(leg.party, leg.name, leg.start, leg.end) for leg in found] == [
		(Party.UNASSIGNED, "", NINE, TEN),
		(Party.TEAM, "First", TEN, ELEVEN),
		(Party.CUSTOMER, "ACME", ELEVEN, NOON),
		(Party.TEAM, "First", NOON, ONE),
		(Party.TEAM, "Second", ONE, TWO),
		(Party.SUPPLIER, "Sun", TWO, at("Mon 1 Jun 15:00")),
		(Party.TEAM, "Second", at("Mon 1 Jun 15:00"), at("Mon 1 Jun 16:00")),
		(Party.NOBODY, "", at("Mon 1 Jun 16:00"), at("Mon 1 Jun 17:00")),
		(Party.TEAM, "Second", at("Mon 1 Jun 17:00"), at("Mon 1 Jun 18:00")),
	]
	assert sum(leg.seconds for leg in found) == at("Mon 1 Jun 18:00") - NINE


@pytest.mark.parametrize(
	("asked", "number", "end"),
	[
		pytest.param("Mon 1 Jun 10:00", 1, "Mon 1 Jun 10:00", id="up to a change"),
		pytest.param("Mon 1 Jun 10:00:01", 2, "Mon 1 Jun 10:00:01", id="a second after a change"),
		pytest.param("Mon 1 Jun 16:30", 7, "Mon 1 Jun 16:00", id="while it is closed"),
		pytest.param("Mon 1 Jun 17:00", 7, "Mon 1 Jun 16:00", id="as it is reopened"),
		pytest.param("Mon 1 Jun 17:30", 9, "Mon 1 Jun 17:30", id="after it was reopened"),
	],
)
def test_legs_end_when_we_ask_or_when_the_ticket_was_done(asked: str, number: int, end: str) -> None:
	found = legs(journey(), at(asked))

	assert (len(found), found[-1].end) == (number, at(end))


@pytest.mark.parametrize("asked", ["Mon 1 Jun 08:00", "Mon 1 Jun 09:00"])
def test_a_ticket_has_no_legs_until_some_time_has_passed(asked: str) -> None:
	assert legs(journey(), at(asked)) == ()
	assert team_tenures(journey(), at(asked)) == ()


def test_a_team_keeps_its_tenure_while_the_ticket_waits_or_is_closed() -> None:
	found = team_tenures(journey(), at("Tue 2 Jun 09:00"))

	assert found == (
		Tenure(Party.TEAM, "First", Within(TEN, ONE)),
		Tenure(Party.TEAM, "Second", Within(ONE, None)),
	)


def test_a_ticket_that_goes_to_and_fro_gives_a_team_a_tenure_each_time() -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:00", "team First"),
		("Mon 1 Jun 10:00", "team Second"),
		("Mon 1 Jun 11:00", "team First"),
		("Mon 1 Jun 12:00", "team "),
	)

	assert team_tenures(found, at("Tue 2 Jun 09:00")) == (
		Tenure(Party.TEAM, "First", Within(NINE, TEN)),
		Tenure(Party.TEAM, "Second", Within(TEN, ELEVEN)),
		Tenure(Party.TEAM, "First", Within(ELEVEN, NOON)),
	)


def test_a_team_that_had_a_ticket_for_no_time_has_no_tenure() -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:00", "team First"),
		("Mon 1 Jun 10:00", "team Second"),
		("Mon 1 Jun 10:00", "reply"),
		("Mon 1 Jun 10:00", "team First"),
	)

	assert team_tenures(found, NOON) == (Tenure(Party.TEAM, "First", Within(NINE, None)),)
	assert legs(found, NOON) == (Leg(NINE, NOON, Party.TEAM, "First"),)


def test_a_tenure_that_begins_at_the_instant_asked_is_there() -> None:
	"""Its clock has a due time to wait for, though nothing else may ever happen to the ticket."""
	found = ticket(
		("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 09:00", "team First"), ("Mon 1 Jun 10:00", "team Second")
	)

	assert team_tenures(found, NINE) == (Tenure(Party.TEAM, "First", Within(NINE, None)),)
	assert team_tenures(found, TEN) == (
		Tenure(Party.TEAM, "First", Within(NINE, TEN)),
		Tenure(Party.TEAM, "Second", Within(TEN, None)),
	)
	assert team_tenures(found, NINE - 1) == ()
	assert team_tenures(found, TEN + 1) == (
		Tenure(Party.TEAM, "First", Within(NINE, TEN)),
		Tenure(Party.TEAM, "Second", Within(TEN, None)),
	)


def test_a_supplier_has_a_tenure_for_each_stretch_it_is_waited_for() -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:00", "supplier Sun"),
		("Mon 1 Jun 10:00", "With Supplier"),
		("Mon 1 Jun 11:00", "Open"),
		("Mon 1 Jun 12:00", "With Supplier"),
		("Mon 1 Jun 13:00", "supplier "),
		("Mon 1 Jun 14:00", "Closed"),
	)

	assert supplier_tenures(found, at("Tue 2 Jun 09:00")) == (
		Tenure(Party.SUPPLIER, "Sun", Within(TEN, ELEVEN)),
		Tenure(Party.SUPPLIER, "Sun", Within(NOON, ONE)),
		Tenure(Party.SUPPLIER, "", Within(ONE, TWO)),
	)


@pytest.mark.parametrize("end", ["Cancelled", "withdrawn duplicate"])
def test_a_suppliers_tenure_ends_with_the_ticket(end: str) -> None:
	found = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 09:00", "supplier Sun"),
		("Mon 1 Jun 10:00", "With Supplier"),
		("Mon 1 Jun 11:00", end),
	)

	assert supplier_tenures(found, NOON) == (Tenure(Party.SUPPLIER, "Sun", Within(TEN, ELEVEN)),)
