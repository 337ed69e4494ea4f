"""What a service rests on: agreements beneath may be for that; those with customers may not.

The catalogue: ERP rests on the application server and on the WAN line, the server on the database and on the WAN
line, the database on power. ERP lies in the tree beneath Business, the WAN line beneath Lines, beneath Network.
Offices are open Monday to Friday 09:00-18:00 UTC; 1 June 2026 is a Monday.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from given import HOUR, OFFICE, at, ticket

from slm_extension.domain import agreements
from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind, Rejection
from slm_extension.domain.assessment import assess
from slm_extension.domain.chain import ChainFinding, Gap, GapReason, Stage, check_agreement
from slm_extension.domain.chain_check import ChainVerdict
from slm_extension.domain.clocks import Within
from slm_extension.domain.legs import Party, Tenure
from slm_extension.domain.scopes import Condition, Forest, Property, Values
from slm_extension.domain.service_links import ServiceLinks
from slm_extension.domain.targets import RESOLUTION, TURNAROUND, Target, select
from slm_extension.domain.timeline import State

MONDAY = at("Mon 1 Jun 09:00")
LINKS = (
	("ERP", "Server"),
	("ERP", "WAN line"),
	("Server", "Database"),
	("Server", "WAN line"),
	("Database", "Power"),
)
TREE = {
	Property.SERVICE: {
		"Business": "",
		"ERP": "Business",
		"Shop": "Business",
		"Network": "",
		"Lines": "Network",
		"WAN line": "Lines",
	}
}
CATALOGUE = Forest(TREE, links=ServiceLinks(LINKS))
ERP = State(customer="Acme", service="ERP", priority="P2")
CARRIER = Tenure(Party.SUPPLIER, "Carrier", Within(MONDAY, None))
DESK = Tenure(Party.TEAM, "Desk", Within(MONDAY, None))
WORK = Target("turnaround", TURNAROUND, 4 * HOUR, OFFICE)


def named(names: str) -> frozenset[str]:
	return frozenset(names.split("+")) if names else frozenset()


def row(hours: float, services: str = "", metric=TURNAROUND) -> Target:
	name = f"{metric.name} {hours} h {services}".strip()
	return Target(name, metric, int(hours * HOUR), OFFICE, services=named(services))


def uc(name: str, services: str = "", *targets: Target, parties: str = "Carrier", **more) -> Agreement:
	more["customers"] = named(more.pop("customers", ""))
	return Agreement(
		name,
		AgreementKind.UC,
		OFFICE,
		targets or (WORK,),
		services=named(services),
		parties=named(parties),
		**more,
	)


def sla(*targets: Target, services: str = "", **more) -> Agreement:
	return Agreement("SLA", AgreementKind.SLA, OFFICE, targets, services=named(services), **more)


def beneath(*agreements: Agreement, state: State = ERP, tenure: Tenure = CARRIER) -> str:
	"""The name of what underpins a ticket, with what the SLA among the agreements rests on; "" for nothing."""
	book = AgreementBook(agreements, [CATALOGUE])
	found = book.underpinning(tenure, book.cover(state, MONDAY).rests_on, state, MONDAY)
	return "" if found is None else found.name


# --- How far a service reaches ---------------------------------------------------------------------------


@pytest.mark.parametrize(
	("service", "reach"),
	[
		pytest.param(
			"ERP",
			{
				"ERP": 0,
				"Business": 1,
				"Server": 2,
				"WAN line": 2,
				"Lines": 3,
				"Network": 4,
				"Database": 5,
				"Power": 6,
			},
			id="itself, what it lies beneath, then by the number of links",
		),
		pytest.param("Power", {"Power": 0}, id="what rests on nothing"),
		pytest.param("WAN line", {"WAN line": 0, "Lines": 1, "Network": 2}, id="only what it lies beneath"),
		pytest.param("", {"": 0}, id="no service"),
		pytest.param("Unknown", {"Unknown": 0}, id="a name that the catalogue does not know"),
	],
)
def test_a_service_reaches_what_lies_above_it_and_what_it_rests_on(
	service: str, reach: dict[str, int]
) -> None:
	found = CATALOGUE.reach(service)

	assert found == reach
	assert list(found) == list(reach)


def test_what_a_service_lies_beneath_stays_near_though_something_it_rests_on_lies_there_too() -> None:
	both = Forest({Property.SERVICE: {"A": "IT", "B": "IT"}}, links=ServiceLinks([("A", "B")]))

	assert both.reach("A") == {"A": 0, "IT": 1, "B": 2}


def test_what_is_equally_far_comes_by_name_however_the_links_are_kept() -> None:
	for links in (LINKS, tuple(reversed(LINKS))):
		assert list(Forest(links=ServiceLinks(links)).reach("ERP")) == [
			"ERP",
			"Server",
			"WAN line",
			"Database",
			"Power",
		]


def test_links_in_a_circle_are_followed_once() -> None:
	circle = Forest(links=ServiceLinks([("A", "B"), ("B", "C"), ("C", "A")]))

	assert circle.reach("A") == {"A": 0, "B": 1, "C": 2}


# --- Which agreement underpins ---------------------------------------------------------------------------


@pytest.mark.parametrize(
	("services", "applies"),
	[
		pytest.param("WAN line", True, id="beneath"),
		pytest.param("Power", True, id="beneath over three links"),
		pytest.param("Lines", True, id="what lies above something beneath"),
		pytest.param("Other+Database", True, id="one of several"),
		pytest.param("Business", True, id="above in the tree"),
		pytest.param("Shop", False, id="beside it in the tree"),
		pytest.param("Other", False, id="another service"),
	],
)
def test_an_agreement_for_what_the_service_rests_on_underpins_its_tickets(
	services: str, applies: bool
) -> None:
	assert beneath(uc("UC", services)) == ("UC" if applies else "")


def test_of_rows_for_services_equally_far_away_the_one_for_the_priority_applies() -> None:
	server = replace(WORK, name="Server", services=frozenset({"Server"}))
	line = replace(WORK, name="Line", services=frozenset({"WAN line"}), priorities=frozenset({"P1"}))
	reach = CATALOGUE.reach("ERP")

	assert reach["Server"] == reach["WAN line"]
	assert select((server, line), ERP._replace(priority="P1"), reach) is line
	assert select((server, line), ERP._replace(priority="P2"), reach) is server


def test_what_rests_on_a_service_is_not_beneath_it() -> None:
	assert beneath(uc("UC", "ERP"), state=ERP._replace(service="WAN line")) == ""
	assert beneath(uc("UC", "WAN line"), state=ERP._replace(service="Shop")) == ""


def test_an_ola_underpins_as_a_uc_does() -> None:
	ola = Agreement(
		"OLA", AgreementKind.OLA, OFFICE, (WORK,), services=named("Server"), parties=named("Desk")
	)

	assert beneath(ola, tenure=DESK) == "OLA"
	assert beneath(ola, tenure=DESK._replace(name="Network")) == ""


NEARNESS = {
	"the service itself before what it rests on": ((uc("A", "WAN line"), uc("B", "ERP")), "B"),
	"a group above before what it rests on": ((uc("A", "WAN line"), uc("B", "Business")), "B"),
	"fewer links before more": ((uc("A", "Database"), uc("B", "Server")), "B"),
	"fewer links before more, whatever the tree": ((uc("A", "Database"), uc("B", "Network")), "B"),
	"over one link, the one that lies nearest in the tree": ((uc("A", "Network"), uc("B", "Lines")), "B"),
	"the nearest of several that one names": ((uc("A", "Database"), uc("B", "Power+Server")), "B"),
	"equally far, one that names the party": (
		(uc("A", "Server", parties="C*"), uc("B", "WAN line")),
		"B",
	),
	"equally far, the first in the alphabet": ((uc("A", "WAN line"), uc("B", "Server")), "A"),
	"any service named before none": ((uc("A"), uc("B", "Power")), "B"),
	"narrowed down by a customer as well": ((uc("A", "ERP"), uc("B", "Power", customers="Acme")), "B"),
	"what the ticket's SLA rests on, farther": (
		(sla(row(8), rests_on=("B",)), uc("A", "ERP"), uc("B", "Power")),
		"B",
	),
	"what the ticket's SLA rests on, for all services": (
		(sla(row(8), rests_on=("B",)), uc("A", "WAN line"), uc("B")),
		"B",
	),
	"not what the SLA rests on when it is for another service": (
		(sla(row(8), rests_on=("B",)), uc("A", "WAN line"), uc("B", "Shop")),
		"A",
	),
}


@pytest.mark.parametrize(("agreements", "chosen"), NEARNESS.values(), ids=NEARNESS)
def test_the_nearest_is_preferred(agreements: tuple[Agreement, ...], chosen: str) -> None:
	assert beneath(*agreements) == chosen
	assert beneath(*reversed(agreements)) == chosen


def test_a_condition_is_on_the_service_of_the_ticket() -> None:
	on_line = Condition(Property.SERVICE, Values(named("WAN line")))
	not_on_erp = Condition(Property.SERVICE, Values(named("ERP"), others=True))

	assert beneath(uc("UC", "WAN line", conditions=(on_line,))) == ""
	assert beneath(uc("UC", "WAN line", conditions=(not_on_erp,))) == ""
	assert (
		beneath(uc("UC", "WAN line", conditions=(not_on_erp,)), state=ERP._replace(service="Server")) == "UC"
	)


def test_dates_and_customers_keep_an_agreement_away_as_ever() -> None:
	last_year = uc("Last year", "WAN line", valid_until=date(2025, 12, 31))

	assert beneath(last_year, uc("For Bolt", "WAN line", customers="Bolt")) == ""


def test_what_underpins_is_remembered_for_the_days_the_supplier_and_the_ticket_it_is_for() -> None:
	"""Asked twice of one book, so that the second answer is a remembered one."""
	book = AgreementBook(
		[
			uc("January", "WAN line", valid_until=date(2026, 1, 31)),
			uc("February", "WAN line", valid_from=date(2026, 2, 1), valid_until=date(2026, 2, 28)),
			uc("Whole", parties="Carrier+Other"),
			uc("Else", "Shop", valid_from=date(2026, 2, 1)),
		],
		[CATALOGUE],
	)
	other = CARRIER._replace(name="Other")
	asked = [
		(CARRIER, (), ERP, "Sat 31 Jan 23:59:59"),
		(CARRIER, (), ERP, "Sun 1 Feb 00:00"),
		(CARRIER, (), ERP, "Sun 1 Mar 00:00"),
		(CARRIER, ("Whole",), ERP, "Sun 1 Feb 00:00"),
		(CARRIER, (), ERP._replace(service="Power"), "Sun 1 Feb 00:00"),
		(CARRIER, (), ERP._replace(service="Shop"), "Sun 1 Feb 00:00"),
		(other, (), ERP, "Sun 1 Feb 00:00"),
		(other._replace(party=Party.TEAM), (), ERP, "Sun 1 Feb 00:00"),
	]

	for _turn in range(2):
		found = [
			book.underpinning(tenure, rests_on, state, at(day)) for tenure, rests_on, state, day in asked
		]
		assert [one and one.name for one in found] == [
			"January",
			"February",
			"Whole",
			"Whole",
			"Whole",
			"Else",
			"Whole",
			None,
		]


def test_what_is_forgotten_for_want_of_room_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(agreements, "_COVERS_KEPT", 1)
	book = AgreementBook([uc("Line", "WAN line"), uc("Whole", "ERP", parties="Other")], [CATALOGUE])

	found = [
		book.underpinning(CARRIER._replace(name=name), (), ERP._replace(service=service), MONDAY)
		for name, service in (("Carrier", "ERP"), ("Other", "ERP"), ("Carrier", "Server"), ("Carrier", "ERP"))
	]

	assert [one and one.name for one in found] == ["Line", "Whole", "Line", "Line"]


def test_what_underpins_a_ticket_is_said_for_each_team_and_supplier() -> None:
	"""`service` is said where the ticket's only rests on it; a support whose rows are for others promises nothing."""
	ola = Agreement(
		"OLA",
		AgreementKind.OLA,
		OFFICE,
		(WORK,),
		services=named("Business"),
		parties=named("Desk+Server team"),
	)
	book = AgreementBook(
		[
			ola,
			uc("Line", "WAN line+Power", row(3), row(2, "Server", RESOLUTION)),
			uc("Any", "", row(3, "Shop"), parties="Anybody"),
			uc("Else", "Shop", parties="Else"),
		],
		[CATALOGUE],
	)

	assert [
		(one.party.value, one.name, one.agreement.name, one.metrics, one.service)
		for one in book.underpinnings(ERP, MONDAY)
	] == [
		("team", "Desk", "OLA", ("turnaround",), ""),
		("team", "Server team", "OLA", ("turnaround",), ""),
		("supplier", "Anybody", "Any", (), ""),
		("supplier", "Carrier", "Line", ("turnaround", "resolution"), "WAN line"),
	]


def test_agreements_with_customers_are_not_for_what_rests_on_their_services() -> None:
	book = AgreementBook([sla(row(8, metric=RESOLUTION), services="WAN line")], [CATALOGUE])

	assert book.cover(ERP, MONDAY).fitting == ()
	assert [one.rejected for one in book.candidates(ERP, MONDAY)] == [Rejection.SERVICE]


def test_targets_for_customers_are_not_for_what_rests_on_their_services() -> None:
	book = AgreementBook([sla(row(8, metric=RESOLUTION), row(2, "WAN line", RESOLUTION))], [CATALOGUE])

	assert [one.target.goal for one in book.cover(ERP, MONDAY).layers] == [8 * HOUR]


# --- Clocks ----------------------------------------------------------------------------------------------


def waited(*forests: Forest, targets: tuple[Target, ...] = (WORK,), opened: str = "Mon 1 Jun 09:00"):
	"""The clocks beneath a ticket about ERP that waits for the carrier from 12:00 on, asked at 17:00."""
	found = ticket(
		(opened, "service ERP"),
		(opened, "opened"),
		("Mon 1 Jun 12:00", "supplier Carrier"),
		("Mon 1 Jun 12:00", "With Supplier"),
	)
	book = AgreementBook([uc("UC", "WAN line", *targets)], forests)
	return assess(found, book, at("Mon 1 Jun 17:00")).beneath


def test_the_clock_of_a_supplier_beneath_runs_while_a_ticket_waits_for_him() -> None:
	(clock,) = waited(CATALOGUE)

	assert (clock.agreement.name, clock.metric, clock.clock.elapsed) == ("UC", "turnaround", 5 * HOUR)


@pytest.mark.parametrize(
	("targets", "goal"),
	[
		pytest.param((row(4),), 4, id="for all services"),
		pytest.param((row(8), row(2, "WAN line")), 2, id="for what it rests on before one for all"),
		pytest.param((row(3, "Server+Shop"), row(6, "Power")), 3, id="fewer links"),
		pytest.param((row(6, "ERP"), row(2, "WAN line")), 6, id="the service itself first"),
		pytest.param((row(6, "Business"), row(2, "WAN line")), 6, id="what lies above it first"),
		pytest.param((row(6, "Shop"),), None, id="for other services only"),
	],
)
def test_the_target_for_what_lies_nearest_applies(targets: tuple[Target, ...], goal: float | None) -> None:
	clocks = waited(CATALOGUE, targets=targets)

	assert [one.clock.goal for one in clocks] == ([] if goal is None else [goal * HOUR])


@pytest.mark.parametrize(
	("opened", "runs"),
	[
		pytest.param("Mon 1 Jun 09:59:59", True, id="opened before the link went"),
		pytest.param("Mon 1 Jun 10:00", False, id="opened when it went"),
		pytest.param("Mon 1 Jun 11:00", True, id="opened when another was added"),
	],
)
def test_the_links_of_when_a_ticket_was_opened_count(opened: str, runs: bool) -> None:
	without = Forest(TREE, at("Mon 1 Jun 10:00"), ServiceLinks(LINKS[2:3]))
	added = Forest(TREE, at("Mon 1 Jun 11:00"), ServiceLinks([("ERP", "Line"), ("Line", "WAN line")]))

	assert bool(waited(CATALOGUE, without, added, opened=opened)) is runs


def test_the_first_forest_counts_for_all_time_before_it() -> None:
	late = replace(CATALOGUE, since=at("Wed 1 Jul 09:00"))

	assert len(waited(late)) == 1


def test_what_a_service_rests_on_is_looked_up_once_for_each_book_service_and_forest() -> None:
	asked: list[str] = []

	class Counted(ServiceLinks):
		def rings(self, start, direction):
			asked.append(start)
			return super().rings(start, direction)

	before = Forest(TREE, links=Counted(LINKS))
	book = AgreementBook([uc("UC", "WAN line")], [before, replace(before, since=at("Mon 8 Jun 09:00"))])

	for customer in ("Acme", "Bolt"):
		for service in ("ERP", "Server"):
			for day in ("Mon 1 Jun 09:00", "Tue 2 Jun 09:00", "Tue 9 Jun 09:00"):
				book.cover(State(customer=customer, service=service), at(day))

	assert asked == ["ERP", "ERP", "Server", "Server"]


# --- The chain -------------------------------------------------------------------------------------------

FIRST, LAST = at("Mon 1 Jun 00:00"), at("Wed 1 Jul 00:00")
FOUR_HOURS = row(4, metric=RESOLUTION)


def chain(promise: Agreement, *beneath: Agreement, links=LINKS) -> tuple[ChainFinding, ...]:
	forest = Forest(TREE, links=ServiceLinks(links))
	return check_agreement(promise, [Stage(beneath)], FIRST, LAST, forest).findings


def said(findings: tuple[ChainFinding, ...]) -> list[tuple]:
	return [
		(one.services, one.verdict, None if one.slack is None else one.slack / HOUR, one.gaps)
		for one in findings
	]


def elsewhere(name: str) -> tuple[Gap, ...]:
	return (Gap(name, GapReason.OTHER_TICKETS, FIRST, LAST),)


def test_a_uc_for_what_a_service_rests_on_carries_its_tickets() -> None:
	found = chain(sla(FOUR_HOURS, services="ERP"), uc("UC", "WAN line", row(3)))

	assert said(found) == [(("ERP",), ChainVerdict.FEASIBLE, 1, ())]


def test_without_the_link_it_is_for_other_tickets() -> None:
	found = chain(sla(FOUR_HOURS, services="ERP"), uc("UC", "WAN line", row(3)), links=LINKS[2:3])

	assert said(found) == [(("ERP",), ChainVerdict.GAP, None, elsewhere("UC"))]


def test_services_of_a_group_that_rest_on_it_are_told_from_those_that_do_not() -> None:
	found = chain(sla(FOUR_HOURS, services="Business"), uc("UC", "Lines", row(5)))

	assert said(found) == [
		(("Business",), ChainVerdict.GAP, None, elsewhere("UC")),
		(("ERP",), ChainVerdict.INFEASIBLE, -1, ()),
	]


def test_an_sla_for_all_services_is_checked_for_whatever_rests_on_what_its_support_names() -> None:
	found = chain(sla(FOUR_HOURS), uc("UC", "", row(3), row(1, "Database")))

	assert said(found) == [
		(("Database", "ERP", "Server"), ChainVerdict.FEASIBLE, 3, ()),
		(("",), ChainVerdict.FEASIBLE, 1, ()),
	]


def test_targets_for_customers_are_chosen_along_the_tree_in_a_chain_too() -> None:
	promise = sla(FOUR_HOURS, row(2, "WAN line", RESOLUTION), services="ERP")

	assert said(chain(promise, uc("UC", "", row(3)))) == [(("ERP",), ChainVerdict.FEASIBLE, 1, ())]


def test_the_support_that_is_for_it_takes_the_stage_and_its_gap_is_told() -> None:
	line = uc("Line", "WAN line", row(3), valid_until=date(2026, 6, 14))
	shop = uc("Shop", "Shop", row(1))

	found = chain(sla(FOUR_HOURS, services="ERP"), line, shop)

	assert said(found) == [
		(
			("ERP",),
			ChainVerdict.GAP,
			1,
			(Gap("Line", GapReason.NOT_IN_FORCE, at("Mon 15 Jun 00:00"), LAST),),
		)
	]


def test_a_support_alone_is_looked_at_for_what_rests_on_its_services() -> None:
	forest = Forest(TREE, links=ServiceLinks(LINKS))
	report = check_agreement(
		sla(FOUR_HOURS, services="ERP+Shop"), [Stage((uc("UC", "WAN line", row(5)),))], FIRST, LAST, forest
	)

	assert [(one.services, one.verdict) for one in report.alone] == [(("ERP",), ChainVerdict.INFEASIBLE)]


def test_the_chain_and_the_clocks_choose_the_same_target() -> None:
	targets = (row(3), row(2, "WAN line"), row(1, "Database"))

	(finding,) = chain(sla(FOUR_HOURS, services="ERP"), uc("UC", "WAN line", *targets))
	(clock,) = waited(CATALOGUE, targets=targets)

	assert finding.worst.passages[0].target is clock.clock.target
