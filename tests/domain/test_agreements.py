"""Which agreement applies to a ticket, in which version, and what rests on what.

Offices are open Monday to Friday 09:00-18:00 UTC unless said otherwise; 1 June 2026 is a Monday.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from given import ALWAYS, HOUR, OFFICE, at, fact, office, ticket

from slm_extension.domain.agreements import (
	Agreement,
	AgreementBook,
	AgreementKind,
	Edition,
	Level,
	Promise,
	Rejection,
	promises_beneath,
	promises_to_customer,
)
from slm_extension.domain.assessment import assess
from slm_extension.domain.clocks import Outcome, Within
from slm_extension.domain.errors import (
	AgreementsOverlap,
	AmbiguousTargets,
	BackwardValidity,
	DuplicateAgreement,
	InvalidAgreement,
	InvalidGoal,
	InvalidObjective,
	NoTargets,
	PartyMissing,
	RestsOnItself,
	RestsOnUnknown,
	RestsOnWrongKind,
)
from slm_extension.domain.instants import FIRST, LAST
from slm_extension.domain.legs import Party, Tenure, team_tenures
from slm_extension.domain.targets import RESOLUTION, RESPONSE, TURNAROUND, Change, Piece, Target, select
from slm_extension.domain.timeline import State, Timeline

RESOLUTION_4H = Target("resolution", RESOLUTION, 4 * HOUR, OFFICE)
RESPONSE_1H = Target("response", RESPONSE, HOUR, OFFICE)
TURNAROUND_2H = Target("turnaround", TURNAROUND, 2 * HOUR, OFFICE)
MONDAY = at("Mon 1 Jun 09:00")
ACME = State(customer="Acme", customer_group="Industry", territory="Germany", service="Mail", priority="P2")


def scopes(**named: str) -> dict[str, frozenset[str]]:
	return {scope: frozenset(names.split("+")) for scope, names in named.items()}


def sla(name: str = "SLA", targets: tuple[Target, ...] = (RESOLUTION_4H,), **more) -> Agreement:
	return Agreement(name, AgreementKind.SLA, more.pop("calendar", OFFICE), targets, **more)


def ola(name: str, team: str, **more) -> Agreement:
	return Agreement(name, AgreementKind.OLA, OFFICE, (TURNAROUND_2H,), parties=frozenset({team}), **more)


def uc(name: str, supplier: str, **more) -> Agreement:
	return Agreement(name, AgreementKind.UC, ALWAYS, (TURNAROUND_2H,), parties=frozenset({supplier}), **more)


def chosen(book: AgreementBook, state: State = ACME, opened: int = MONDAY) -> str | None:
	agreement = book.choose(state, opened)
	return None if agreement is None else f"{agreement.name} v{agreement.version}"


# --- Validity --------------------------------------------------------------------------------------------


def test_case_14_an_agreement_starting_next_month_does_not_apply_today() -> None:
	book = AgreementBook([sla(valid_from=date(2026, 7, 1))])

	assert chosen(book, opened=at("Tue 30 Jun 23:59:59")) is None
	assert chosen(book, opened=at("Wed 1 Jul 00:00")) == "SLA v1"


def test_case_23_an_agreement_that_ends_on_31_march_covers_a_ticket_of_that_day() -> None:
	book = AgreementBook([sla(valid_until=date(2026, 3, 31))])

	assert chosen(book, opened=at("Tue 31 Mar 10:00")) == "SLA v1"
	assert chosen(book, opened=at("Tue 31 Mar 23:59:59")) == "SLA v1"
	assert chosen(book, opened=at("Wed 1 Apr 00:00")) is None


@pytest.mark.parametrize(
	("zone", "last", "first_after"),
	[
		pytest.param("Asia/Kolkata", "Tue 31 Mar 18:29:59", "Tue 31 Mar 18:30", id="ahead of UTC"),
		pytest.param("America/New_York", "Wed 1 Apr 03:59:59", "Wed 1 Apr 04:00", id="behind UTC"),
	],
)
def test_days_of_validity_are_days_of_the_calendars_zone(zone: str, last: str, first_after: str) -> None:
	book = AgreementBook([sla(calendar=office(zone), valid_until=date(2026, 3, 31))])

	assert chosen(book, opened=at(last)) == "SLA v1"
	assert chosen(book, opened=at(first_after)) is None


def test_an_agreement_of_one_day_is_in_force_on_that_day() -> None:
	agreement = sla(valid_from=date(2026, 6, 1), valid_until=date(2026, 6, 1))

	assert (agreement.starts, agreement.ends) == (at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00"))


@pytest.mark.parametrize("until", [date(2199, 12, 31), date(9999, 12, 31)], ids=str)
def test_a_last_day_past_the_supported_years_means_for_ever(until: date) -> None:
	assert sla(valid_until=until).ends == LAST


@pytest.mark.parametrize("start", [date.min, date(1900, 1, 1), date(1970, 1, 1)], ids=str)
def test_a_first_day_before_the_supported_years_means_from_the_beginning(start: date) -> None:
	assert sla(valid_from=start, calendar=office("Europe/Berlin")).starts == FIRST


def test_an_agreement_that_starts_past_the_supported_years_never_applies() -> None:
	book = AgreementBook([sla(valid_from=date(2300, 1, 1))])

	assert chosen(book, opened=LAST - 1) is None


# --- Versions --------------------------------------------------------------------------------------------


def version(number: int, *months: int, **more) -> Agreement:
	start = date(2026, months[0], 1) if months else None
	return sla(version=number, valid_from=start, **more)


def test_a_version_ends_on_the_day_before_the_next_one_starts() -> None:
	book = AgreementBook([version(1, 1), version(2, 6)])

	assert chosen(book, opened=at("Sun 31 May 23:59:59")) == "SLA v1"
	assert chosen(book, opened=at("Mon 1 Jun 00:00")) == "SLA v2"
	assert [one.valid_until for one in book.agreements] == [date(2026, 5, 31), None]


def test_versions_may_be_given_in_any_order() -> None:
	assert AgreementBook([version(2, 6), version(1)]).agreements == (
		version(1, valid_until=date(2026, 5, 31)),
		version(2, 6),
	)


def test_a_version_that_ends_earlier_by_itself_keeps_its_end_and_leaves_a_gap() -> None:
	book = AgreementBook([version(1, 1, valid_until=date(2026, 3, 31)), version(2, 6)])

	assert chosen(book, opened=at("Tue 31 Mar 12:00")) == "SLA v1"
	assert chosen(book, opened=at("Wed 1 Apr 12:00")) is None
	assert chosen(book, opened=MONDAY) == "SLA v2"


def test_a_next_version_without_a_first_day_overlaps_the_one_before() -> None:
	with pytest.raises(AgreementsOverlap, match=r'"SLA \(version 1\)" and "SLA \(version 2\)"'):
		AgreementBook([version(1, 1), version(2)])


def test_a_next_version_that_starts_before_the_one_before_is_refused() -> None:
	with pytest.raises(BackwardValidity, match="valid until 2026-02-28, before it starts on 2026-06-01"):
		AgreementBook([version(1, 6), version(2, 3)])


def test_two_agreements_of_one_name_and_version_are_refused() -> None:
	with pytest.raises(DuplicateAgreement, match='two agreements "SLA" with version 1'):
		AgreementBook([sla(), sla(valid_from=date(2026, 6, 1))])


def test_case_9_a_closed_ticket_keeps_its_agreement_and_results_after_that_has_expired() -> None:
	closed = ticket(("Mon 1 Jun 09:00", "Open"), ("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "Closed"))
	book = AgreementBook([sla(valid_until=date(2026, 6, 1))])

	before, after = (
		assess(closed, book, asked).to_customer for asked in (at("Mon 1 Jun 13:00"), at("Wed 1 Jul 13:00"))
	)

	assert [(one.agreement.name, one.clock.outcome) for one in after] == [("SLA", Outcome.MET)]
	assert [one.clock._replace(asked=0) for one in after] == [one.clock._replace(asked=0) for one in before]


def test_a_later_version_never_touches_a_ticket_opened_before_it() -> None:
	opened = ticket(("Fri 29 May 16:00", "opened"))
	tighter = (replace(RESOLUTION_4H, goal=HOUR),)
	book = AgreementBook([version(1), version(2, 6, targets=tighter)])

	(promise,) = promises_to_customer(opened, book, at("Mon 1 Jun 17:00"))

	assert [piece.target.goal for piece in promise.plan if piece.target] == [4 * HOUR]


# --- Choice ----------------------------------------------------------------------------------------------


def test_case_13_the_customers_own_agreement_wins_over_a_general_one_edited_today() -> None:
	general = [sla("General"), sla("General", version=2, valid_from=date(2026, 6, 1))]
	book = AgreementBook(
		[*general, sla("Acme's own", valid_from=date(2020, 1, 1), **scopes(customers="Acme"))]
	)

	assert chosen(book) == "Acme's own v1"
	assert chosen(book, ACME._replace(customer="Bolt")) == "General v2"


LADDER = (
	sla("default", default=True),
	sla("corporate"),
	sla("service", **scopes(services="Mail")),
	sla("territory", **scopes(territories="Germany")),
	sla("group", **scopes(customer_groups="Industry")),
	sla("customer", **scopes(customers="Acme")),
	sla("customer and service", **scopes(customers="Acme", services="Mail")),
)


@pytest.mark.parametrize("count", range(1, len(LADDER) + 1), ids=[one.name for one in LADDER])
def test_the_more_specific_agreement_wins(count: int) -> None:
	book = AgreementBook(reversed(LADDER[:count]))

	assert chosen(book) == f"{LADDER[count - 1].name} v1"


def test_levels_are_named_from_default_to_customer_and_service() -> None:
	assert [agreement.level for agreement in LADDER] == list(Level)


def test_within_a_level_the_one_narrowed_down_further_wins() -> None:
	book = AgreementBook(
		[
			sla("All of Acme", **scopes(customers="Acme")),
			sla("Acme in Germany", **scopes(customers="Acme", territories="Germany")),
		]
	)

	assert chosen(book) == "Acme in Germany v1"
	assert chosen(book, ACME._replace(territory="India")) == "All of Acme v1"


def test_among_equal_olas_the_first_in_the_alphabet_wins_in_whatever_order_they_are_given() -> None:
	"""Agreements with customers cannot be equal: see overlaps."""
	olas = [ola("OLA B", "Network"), ola("OLA A", "Network")]

	for order in (olas, olas[::-1]):
		assert beneath(AgreementBook(order)) == "OLA A"


def test_a_book_without_agreements_has_none_to_choose() -> None:
	book = AgreementBook([])

	assert chosen(book) is None
	assert not book.has_underpinning


def test_an_ola_never_applies_to_a_customer() -> None:
	book = AgreementBook([ola("OLA", "Network")])

	assert chosen(book) is None
	assert book.has_underpinning


def test_a_commitment_faces_the_customer_as_an_sla_does() -> None:
	book = AgreementBook([replace(sla("House"), kind=AgreementKind.COMMITMENT, default=True)])

	assert chosen(book) == "House v1"


# --- Why not ---------------------------------------------------------------------------------------------


def test_candidates_say_why_each_other_agreement_does_not_apply() -> None:
	book = AgreementBook(
		[
			sla("General"),
			sla("Acme", **scopes(customers="Acme")),
			sla("Bolt", **scopes(customers="Bolt")),
			sla("Gone", valid_until=date(2026, 5, 31), **scopes(customers="Cove")),
			sla("Trade", **scopes(customer_groups="Trade")),
			sla("India", **scopes(territories="India")),
			sla("Web", **scopes(services="Web")),
			sla("Old", valid_until=date(2026, 5, 31), **scopes(customers="Acme", services="Mail")),
			sla("New", valid_from=date(2026, 6, 2), **scopes(customers="Acme", services="Mail")),
			ola("OLA", "Network"),
		]
	)

	found = book.candidates(ACME, MONDAY)

	assert [(one.agreement.name, one.rejected) for one in found] == [
		("Acme", None),
		("New", Rejection.NOT_YET),
		("Old", Rejection.NO_LONGER),
		("Bolt", Rejection.CUSTOMER),
		("Gone", Rejection.CUSTOMER),
		("Trade", Rejection.CUSTOMER_GROUP),
		("India", Rejection.TERRITORY),
		("Web", Rejection.SERVICE),
		("General", Rejection.LESS_SPECIFIC),
	]


def test_candidates_of_a_ticket_that_nothing_covers_have_no_winner() -> None:
	(only,) = AgreementBook([sla(**scopes(customers="Bolt"))]).candidates(ACME, MONDAY)

	assert only.rejected is Rejection.CUSTOMER


# --- Overlaps --------------------------------------------------------------------------------------------


def overlap(*pair: Agreement) -> str:
	with pytest.raises(AgreementsOverlap) as caught:
		AgreementBook(pair)
	return str(caught.value)


def test_an_overlap_names_both_what_they_share_and_the_first_day() -> None:
	message = overlap(
		sla("One", valid_until=date(2026, 6, 30), **scopes(customers="Acme+Bolt")),
		sla("Two", valid_from=date(2026, 6, 30), **scopes(customers="Bolt+Cove")),
	)

	assert message == (
		'The agreements "One (version 1)" and "Two (version 1)" both apply to Bolt on 2026-06-30. '
		"End one before the other starts, or let them cover different customers or services."
	)


def test_agreements_narrowed_down_by_different_things_overlap_where_a_ticket_may_have_both() -> None:
	message = overlap(
		sla("One", **scopes(customer_groups="Industry", territories="Germany")),
		sla("Two", **scopes(customer_groups="Industry", services="Mail")),
	)

	assert "both apply to Industry" in message


def test_an_overlap_of_general_agreements_is_about_the_same_tickets() -> None:
	assert "both apply to the same tickets on 1970-01-01" in overlap(sla("One"), sla("Two"))


def test_a_commitment_and_an_sla_overlap_too() -> None:
	assert "both apply to" in overlap(sla("One"), replace(sla("Two"), kind=AgreementKind.COMMITMENT))


@pytest.mark.parametrize(
	("one", "two"),
	[
		pytest.param(
			sla("One", valid_until=date(2026, 6, 29)),
			sla("Two", valid_from=date(2026, 6, 30)),
			id="one after the other",
		),
		pytest.param(
			sla("One", **scopes(customers="Acme")),
			sla("Two", **scopes(customers="Bolt")),
			id="different customers",
		),
		pytest.param(
			sla("One", **scopes(customer_groups="Trade")),
			sla("Two", **scopes(customer_groups="Industry")),
			id="different groups",
		),
		pytest.param(
			sla("One", **scopes(territories="India")),
			sla("Two", **scopes(territories="Germany")),
			id="different territories",
		),
		pytest.param(
			sla("One", **scopes(customers="Acme", services="Web")),
			sla("Two", **scopes(customers="Acme", services="Mail")),
			id="different services of one customer",
		),
		pytest.param(sla("One"), sla("Two", default=True), id="different levels"),
		pytest.param(ola("One", "Network"), ola("Two", "Network"), id="below the customer"),
	],
)
def test_agreements_that_can_be_told_apart_do_not_overlap(one: Agreement, two: Agreement) -> None:
	assert AgreementBook([one, two]).agreements == (one, two)


# --- What rests on what ----------------------------------------------------------------------------------


def test_an_agreement_may_rest_on_olas_and_ucs_that_rest_on_others() -> None:
	"""Two ways to the same UC are not a circle."""
	book = AgreementBook(
		[
			sla(rests_on=("OLA A", "OLA B")),
			ola("OLA A", "A", rests_on=("UC",)),
			ola("OLA B", "B", rests_on=("UC", "OLA A")),
			uc("UC", "Corvane"),
		]
	)

	assert len(book.agreements) == 4


@pytest.mark.parametrize(
	("agreements", "refusal", "said"),
	[
		pytest.param(
			(sla(rests_on=("OLA",)),), RestsOnUnknown, 'rests on "OLA", which does not exist', id="unknown"
		),
		pytest.param(
			(ola("OLA", "A", rests_on=("OLA",)),), RestsOnItself, "in a circle: OLA -> OLA.", id="itself"
		),
		pytest.param(
			(ola("A", "a", rests_on=("B",)), ola("B", "b", rests_on=("A",))),
			RestsOnItself,
			"in a circle: A -> B -> A.",
			id="circle of two",
		),
		pytest.param(
			(
				sla(rests_on=("A",)),
				ola("A", "a", rests_on=("B",)),
				ola("B", "b", rests_on=("C",)),
				uc("C", "c", rests_on=("A",)),
			),
			RestsOnItself,
			"in a circle: A -> B -> C -> A.",
			id="circle of three below an SLA",
		),
		pytest.param(
			(ola("OLA", "a", rests_on=("SLA",)), sla()),
			RestsOnWrongKind,
			'"OLA" rests on "SLA", which is a promise to a customer',
			id="on an SLA",
		),
		pytest.param(
			(
				ola("A", "a", rests_on=("B",)),
				ola("B", "b", rests_on=("A",)),
				ola("B", "b", version=2, valid_from=date(2026, 6, 1)),
			),
			RestsOnItself,
			"in a circle: A -> B -> A.",
			id="circle through an earlier version",
		),
		pytest.param(
			(sla(rests_on=("OLA",)), sla(version=2, valid_from=date(2026, 6, 1))),
			RestsOnUnknown,
			'rests on "OLA", which does not exist',
			id="unknown in an earlier version",
		),
		pytest.param(
			(replace(ola("OLA", "a"), parties=frozenset()),),
			PartyMissing,
			"of kind OLA and does not say with which team",
			id="OLA without team",
		),
		pytest.param(
			(replace(uc("UC", "a"), parties=frozenset()),),
			PartyMissing,
			"of kind UC and does not say with which supplier",
			id="UC without supplier",
		),
	],
)
def test_links_and_parties_that_cannot_be_are_refused(
	agreements: tuple[Agreement, ...], refusal: type[InvalidAgreement], said: str
) -> None:
	with pytest.raises(refusal) as caught:
		AgreementBook(agreements)

	assert said in str(caught.value)


# --- Beneath ---------------------------------------------------------------------------------------------

NETWORK = Tenure(Party.TEAM, "Network", Within(MONDAY, None))
CORVANE = Tenure(Party.SUPPLIER, "Corvane", Within(MONDAY, None))


def beneath(
	book: AgreementBook, tenure: Tenure = NETWORK, above: Agreement | None = None, state: State = ACME
) -> str | None:
	found = book.underpinning(tenure, () if above is None else above.rests_on, state, MONDAY)
	return None if found is None else found.name


def test_a_team_has_its_ola_and_a_supplier_its_uc() -> None:
	book = AgreementBook([ola("OLA", "Network"), uc("UC", "Corvane"), uc("UC of a namesake", "Network")])

	assert beneath(book) == "OLA"
	assert beneath(book, CORVANE) == "UC"


def test_a_team_without_an_ola_has_none() -> None:
	assert beneath(AgreementBook([ola("OLA", "Desk")])) is None


def test_an_ola_for_other_customers_or_another_time_does_not_apply() -> None:
	book = AgreementBook(
		[
			ola("OLA for Bolt", "Network", **scopes(customers="Bolt")),
			ola("OLA of last year", "Network", valid_until=date(2025, 12, 31)),
		]
	)

	assert beneath(book) is None


def test_the_ola_narrowed_down_further_is_preferred() -> None:
	book = AgreementBook(
		[ola("A general one", "Network"), ola("One for Acme", "Network", **scopes(customers="Acme"))]
	)

	assert beneath(book) == "One for Acme"
	assert beneath(book, state=ACME._replace(customer="Bolt")) == "A general one"


def test_the_ola_that_the_tickets_own_agreement_rests_on_is_preferred_to_all() -> None:
	book = AgreementBook(
		[
			sla(rests_on=("Z",)),
			ola("A", "Network", **scopes(customers="Acme")),
			ola("Z", "Network"),
		]
	)

	assert beneath(book, above=book.choose(ACME, MONDAY)) == "Z"
	assert beneath(book, above=None) == "A"


@pytest.mark.parametrize(
	("pattern", "team", "bound"),
	[
		pytest.param("* 2nd", "Network 2nd", True, id="any 2nd line"),
		pytest.param("* 2nd", "Network 3rd", False, id="not the 3rd"),
		pytest.param("* 2nd", "Network 2ND", False, id="capitals matter"),
		pytest.param("Team [EMEA]", "Team [EMEA]", True, id="brackets in a name mean themselves"),
	],
)
def test_an_ola_may_name_its_teams_by_a_pattern(pattern: str, team: str, bound: bool) -> None:
	tenure = Tenure(Party.TEAM, team, Within(MONDAY, None))

	assert beneath(AgreementBook([ola("OLA", pattern)]), tenure) == ("OLA" if bound else None)


@pytest.mark.parametrize("named", ["A", "Z"])
def test_an_ola_that_names_the_team_is_preferred_to_one_with_a_pattern(named: str) -> None:
	book = AgreementBook([ola(named, "Network"), ola("M", "Net*")])

	assert beneath(book) == named


def test_a_pattern_of_suppliers_does_not_bind_teams() -> None:
	assert beneath(AgreementBook([uc("UC", "*")])) is None


# --- Promises --------------------------------------------------------------------------------------------

P1_1H = replace(RESOLUTION_4H, name="P1", goal=HOUR, priorities=frozenset({"P1"}))
P2_4H = replace(RESOLUTION_4H, name="P2", priorities=frozenset({"P2"}))


def plans(timeline: Timeline, book: AgreementBook, asked: str = "Mon 1 Jun 17:00") -> dict[str, list[str]]:
	found = promises_to_customer(timeline, book, at(asked))
	return {
		promise.metric: [piece.target.name if piece.target else "-" for piece in promise.plan]
		for promise in found
	}


def test_every_metric_of_an_agreement_is_a_promise_of_its_own() -> None:
	book = AgreementBook([sla(targets=(RESPONSE_1H, P1_1H, P2_4H))])

	assert plans(ticket(("Mon 1 Jun 09:00", "priority P1"), ("Mon 1 Jun 09:00", "opened")), book) == {
		"response": ["response"],
		"resolution": ["P1"],
	}


def test_a_ticket_that_no_agreement_covers_has_no_promises() -> None:
	book = AgreementBook([sla(**scopes(customers="Bolt"))])

	assert plans(ticket(("Mon 1 Jun 09:00", "opened")), book) == {}


def test_a_change_of_priority_brings_in_another_target() -> None:
	changed = ticket(
		("Mon 1 Jun 09:00", "priority P2"),
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "reply"),
		("Mon 1 Jun 11:00", "priority P1"),
	)

	(promise,) = promises_to_customer(
		changed, AgreementBook([sla(targets=(P1_1H, P2_4H))]), at("Mon 1 Jun 17:00")
	)

	assert promise.plan == (Piece(at("Mon 1 Jun 09:00"), P2_4H), Piece(at("Mon 1 Jun 11:00"), P1_1H))


def test_a_change_after_the_instant_asked_is_left_out() -> None:
	changed = ticket(
		("Mon 1 Jun 09:00", "priority P2"), ("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "priority P1")
	)
	book = AgreementBook([sla(targets=(P1_1H, P2_4H))])

	assert plans(changed, book, "Mon 1 Jun 10:59:59") == {"resolution": ["P2"]}
	assert plans(changed, book, "Mon 1 Jun 11:00") == {"resolution": ["P2", "P1"]}


def test_of_several_changes_at_one_instant_only_the_last_counts() -> None:
	changed = ticket(
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 11:00", "priority P2"),
		("Mon 1 Jun 11:00", "reply"),
		("Mon 1 Jun 11:00", "priority P1"),
	)
	book = AgreementBook([sla(targets=(P1_1H, P2_4H))])

	assert plans(changed, book) == {"resolution": ["-", "P1"]}


def test_a_change_that_brings_no_other_target_makes_no_new_piece() -> None:
	changed = ticket(("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 11:00", "priority P1"))

	assert plans(changed, AgreementBook([sla()])) == {"resolution": ["resolution"]}


def test_a_change_of_customer_brings_in_the_other_agreement_of_the_opening_day() -> None:
	"""The version in force when the ticket was opened counts, also for the agreement that comes in later."""
	moved = ticket(
		("Fri 29 May 09:00", "customer Acme"),
		("Fri 29 May 09:00", "opened"),
		("Mon 1 Jun 10:00", "customer Bolt"),
	)
	slow, fast = (
		replace(RESOLUTION_4H, name=name, goal=goal) for name, goal in (("slow", 8 * HOUR), ("fast", HOUR))
	)
	book = AgreementBook(
		[
			sla("Acme", **scopes(customers="Acme")),
			sla("Bolt", (slow,), **scopes(customers="Bolt")),
			sla("Bolt", (fast,), version=2, valid_from=date(2026, 6, 1), **scopes(customers="Bolt")),
		]
	)

	(promise,) = promises_to_customer(moved, book, at("Mon 1 Jun 17:00"))

	assert [piece.target for piece in promise.plan] == [RESOLUTION_4H, slow]
	assert [source.name for source in promise.sources if source] == ["Acme", "Bolt"]
	assert promise.agreement_behind(slow) is promise.sources[1]
	assert promise.agreement_behind(RESOLUTION_4H) is promise.sources[0]


def test_an_agreement_behind_no_target_is_the_first_that_promised_anything() -> None:
	agreement = sla()
	promise = Promise("resolution", (Piece(0, None), Piece(9, RESOLUTION_4H)), (None, agreement))

	assert promise.agreement_behind(None) is agreement


def test_where_nobody_promised_anything_nobody_is_behind_it() -> None:
	assert Promise("resolution", (Piece(0, None),), (None,)).agreement_behind(None) is None


def test_each_tenure_of_a_team_is_a_promise_of_its_ola() -> None:
	walked = ticket(
		("Mon 1 Jun 09:00", "team Desk"),
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "team Network"),
		("Mon 1 Jun 12:00", "team Desk"),
		("Mon 1 Jun 13:00", "team Network"),
	)
	book = AgreementBook([ola("OLA", "Network")])
	asked = at("Mon 1 Jun 17:00")

	found = promises_beneath(walked, book, asked, team_tenures(walked, asked))

	assert [(one.metric, one.tenure.within) for one in found if one.tenure] == [
		("turnaround", Within(at("Mon 1 Jun 10:00"), at("Mon 1 Jun 12:00"))),
		("turnaround", Within(at("Mon 1 Jun 13:00"), None)),
	]


def test_without_tenures_nothing_is_promised_beneath() -> None:
	opened = ticket(("Mon 1 Jun 09:00", "opened"))

	assert promises_beneath(opened, AgreementBook([ola("OLA", "Network")]), MONDAY, ()) == ()


def test_the_ola_of_a_tenure_is_chosen_by_what_the_ticket_was_when_it_began() -> None:
	walked = ticket(
		("Mon 1 Jun 09:00", "service Mail"),
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "service Web"),
		("Mon 1 Jun 11:00", "team Network"),
		("Mon 1 Jun 12:00", "service Mail"),
	)
	book = AgreementBook(
		[ola("Mail", "Network", **scopes(services="Mail")), ola("Web", "Network", **scopes(services="Web"))]
	)
	asked = at("Mon 1 Jun 17:00")

	(promise,) = promises_beneath(walked, book, asked, team_tenures(walked, asked))

	assert [source.name for source in promise.sources if source] == ["Web"]


# --- Editions --------------------------------------------------------------------------------------------

AFTERNOON = at("Mon 1 Jun 13:00")
RESOLUTION_8H = replace(RESOLUTION_4H, name="later edition", goal=8 * HOUR)
EDITED = sla(editions=(Edition(AFTERNOON, (RESOLUTION_8H, RESPONSE_1H)),))


@pytest.mark.parametrize(
	("asked", "pieces"),
	[
		pytest.param("Mon 1 Jun 12:59:59", ((MONDAY, RESOLUTION_4H),), id="asked before it"),
		pytest.param(
			"Mon 1 Jun 13:00", ((MONDAY, RESOLUTION_4H), (AFTERNOON, RESOLUTION_8H)), id="asked as it begins"
		),
	],
)
def test_a_later_edition_of_the_targets_takes_over_when_it_begins(
	asked: str, pieces: tuple[tuple[int, Target], ...]
) -> None:
	opened = ticket(("Mon 1 Jun 09:00", "opened"))

	(promise,) = promises_to_customer(opened, AgreementBook([EDITED]), at(asked))

	assert promise.plan == tuple(Piece(start, target) for start, target in pieces)
	assert {source.name for source in promise.sources if source} == {"SLA"}


@pytest.mark.parametrize("opened", ["Mon 1 Jun 13:00", "Mon 1 Jun 14:00"], ids=["as it begins", "after it"])
def test_a_ticket_opened_under_an_edition_has_only_that(opened: str) -> None:
	(promise,) = promises_to_customer(
		ticket((opened, "opened")), AgreementBook([EDITED]), at("Mon 1 Jun 17:00")
	)

	assert promise.plan == (Piece(at(opened), RESOLUTION_8H),)


def test_an_edition_takes_over_between_two_changes_of_the_ticket() -> None:
	rows = (P1_1H, P2_4H)
	later = tuple(replace(one, name=f"{one.name} later") for one in rows)
	changed = ticket(
		("Mon 1 Jun 09:00", "priority P2"),
		("Mon 1 Jun 09:00", "opened"),
		("Mon 1 Jun 10:00", "priority P1"),
		("Mon 1 Jun 15:00", "priority P2"),
	)
	book = AgreementBook([sla(targets=rows, editions=(Edition(AFTERNOON, later),))])

	(promise,) = promises_to_customer(changed, book, at("Mon 1 Jun 17:00"))

	assert promise.plan == (
		Piece(at("Mon 1 Jun 09:00"), P2_4H),
		Piece(at("Mon 1 Jun 10:00"), P1_1H),
		Piece(AFTERNOON, later[0]),
		Piece(at("Mon 1 Jun 15:00"), later[1]),
	)


def test_a_team_has_its_ola_in_the_edition_of_the_hour() -> None:
	later = replace(TURNAROUND_2H, name="later")
	had = ticket(("Mon 1 Jun 09:00", "team Network"), ("Mon 1 Jun 09:00", "opened"))
	book = AgreementBook([ola("OLA", "Network", editions=(Edition(AFTERNOON, (later,)),))])
	asked = at("Mon 1 Jun 17:00")

	(promise,) = promises_beneath(had, book, asked, team_tenures(had, asked))

	assert promise.plan == (Piece(MONDAY, TURNAROUND_2H), Piece(AFTERNOON, later))


def test_without_an_instant_the_targets_are_those_first_agreed() -> None:
	assert EDITED.targets_for("resolution") == (RESOLUTION_4H,)
	assert EDITED.targets_for("resolution", AFTERNOON - 1) == (RESOLUTION_4H,)
	assert EDITED.targets_for("resolution", AFTERNOON) == (RESOLUTION_8H,)


# --- Targets of one agreement ----------------------------------------------------------------------------


def test_an_agreement_without_targets_is_refused() -> None:
	with pytest.raises(NoTargets, match='"SLA" promises nothing'):
		sla(targets=())


def test_an_agreement_that_ends_before_it_starts_is_refused() -> None:
	with pytest.raises(BackwardValidity, match="until 2026-05-31, before it starts on 2026-06-01"):
		sla(valid_from=date(2026, 6, 1), valid_until=date(2026, 5, 31))


@pytest.mark.parametrize(
	("first", "second"),
	[
		pytest.param(RESOLUTION_4H, replace(RESOLUTION_4H, name="other"), id="both for all"),
		pytest.param(
			P1_1H, replace(P1_1H, name="other", priorities=frozenset({"P1", "P2"})), id="P1 in both"
		),
		pytest.param(
			replace(P1_1H, services=frozenset({"Mail"})),
			replace(P1_1H, name="other", services=frozenset({"Mail", "Web"})),
			id="P1 of Mail in both",
		),
	],
)
def test_two_targets_for_the_same_tickets_are_refused(first: Target, second: Target) -> None:
	with pytest.raises(AmbiguousTargets, match=f'"{first.name}" and "other" promise resolution'):
		sla(targets=(first, second))


@pytest.mark.parametrize(
	("first", "second"),
	[
		pytest.param(RESOLUTION_4H, RESPONSE_1H, id="different metrics"),
		pytest.param(RESOLUTION_4H, P1_1H, id="one more precise"),
		pytest.param(P2_4H, P1_1H, id="different priorities"),
		pytest.param(
			replace(P1_1H, services=frozenset({"Mail"})),
			replace(P1_1H, services=frozenset({"Web"})),
			id="different services",
		),
	],
)
def test_two_targets_that_can_be_told_apart_are_accepted(first: Target, second: Target) -> None:
	assert sla(targets=(first, second)).targets == (first, second)


def test_the_most_precise_target_that_suits_applies_services_before_priorities() -> None:
	of_mail = replace(RESOLUTION_4H, name="Mail", services=frozenset({"Mail"}))
	rows = (RESOLUTION_4H, P2_4H, P1_1H, of_mail)

	assert select(rows, ACME) is of_mail
	assert select(rows, ACME._replace(service="Web")) is P2_4H
	assert select(rows, State()) is RESOLUTION_4H
	assert select((P1_1H,), ACME) is None


def test_metrics_come_in_the_order_of_the_targets() -> None:
	agreement = sla(targets=(RESPONSE_1H, P2_4H, P1_1H))

	assert agreement.metrics == ("response", "resolution")
	assert agreement.targets_for("resolution") == (P2_4H, P1_1H)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_goal_of_nothing_is_refused(seconds: int) -> None:
	with pytest.raises(InvalidGoal):
		replace(RESOLUTION_4H, goal=seconds)


@pytest.mark.parametrize("percent", [0, 101])
def test_an_objective_outside_one_to_a_hundred_percent_is_refused(percent: int) -> None:
	with pytest.raises(InvalidObjective):
		replace(RESOLUTION_4H, objective=percent)


def test_a_priority_raised_in_mid_flight_is_judged_by_the_new_target() -> None:
	"""3 h used of 4 h; a retroactive 1 h goal is missed at the change, one from the change runs afresh."""
	raised = ticket(
		("Mon 1 Jun 09:00", "priority P2"), ("Mon 1 Jun 09:00", "opened"), ("Mon 1 Jun 12:00", "priority P1")
	)
	asked = at("Mon 1 Jun 12:30")

	outcomes = {
		change: assess(raised, AgreementBook([sla(targets=(replace(P1_1H, on_change=change), P2_4H))]), asked)
		.to_customer[0]
		.clock
		for change in Change
	}

	assert outcomes[Change.RETROACTIVE].outcome is Outcome.MISSED
	assert outcomes[Change.FROM_CHANGE].due == at("Mon 1 Jun 13:00")


def test_facts_that_say_the_same_again_are_no_change() -> None:
	again = Timeline.of(
		"ISS-1",
		[
			fact("Mon 1 Jun 09:00", "priority P2"),
			fact("Mon 1 Jun 09:00", "opened", 1),
			fact("Mon 1 Jun 10:00", "priority P2", 2),
		],
	)

	assert plans(again, AgreementBook([sla(targets=(P1_1H, P2_4H))])) == {"resolution": ["P2"]}
