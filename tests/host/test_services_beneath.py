"""OLAs and UCs for what a service rests on, and the links of the catalogue as they were when a ticket was opened.

1 June 2026 is a Monday; calendars keep 09:00-18:00 in Asia/Kolkata, and the app's clock stands at 09:00.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import frappe
import pytest

from slm_extension import api, testing
from slm_extension.adapters import site_time, trees
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.link_changes import CHANGE
from slm_extension.adapters.store import Ticket
from slm_extension.domain.timeline import State
from slm_extension.services import chain, rechecks
from slm_extension.services.export_agreement import export_agreements, read_text
from slm_extension.services.import_agreements import import_agreements
from slm_extension.services.rebuild import differences, rebuild
from slm_extension.testing import HOUR, SiteClock, make_agreement, make_issue, make_supplier, target

ERP, WAN, POWER = "ERP", "WAN Line", "Power"


@pytest.fixture(autouse=True)
def checks(clock: SiteClock, monkeypatch: pytest.MonkeyPatch) -> list[str]:
	"""All here happens by the app's clock. The chains that were put on the queue to be checked."""
	later: list[str] = []
	monkeypatch.setattr(rechecks, "_later", later.extend)
	return later


@pytest.fixture
def carrier() -> str:
	return make_supplier("Carrier")


def service(name: str, *rests_on: str, **more: Any) -> str:
	rows = [{"service": one} for one in rests_on]
	return testing.make_service(name, rests_on=rows, **more)


def link(name: str, *rests_on: str) -> None:
	document = frappe.get_doc("SLM Service", name)
	document.set("rests_on", [{"service": one} for one in rests_on])
	document.save()


def rename(old: str, new: str, merge: bool = False) -> None:
	frappe.rename_doc("SLM Service", old, new, merge=merge, rebuild_search=False, show_alert=False)


def catalogue() -> None:
	"""ERP rests on the WAN line, and that on power."""
	service(POWER)
	service(WAN, POWER)
	service(ERP, WAN)


def uc(carrier: str, *services: str, title: str = "Leased line", hours: float = 2, **more: Any) -> Any:
	return make_agreement(
		title, [target("Turnaround", hours)], kind="UC", supplier=carrier, services=services or (WAN,), **more
	)


def waiting(carrier: str, slm_service: str = ERP) -> Any:
	"""A ticket that waits for the carrier from now on."""
	issue = make_issue(slm_service=slm_service)
	issue.update({"status": "On Hold", "slm_waiting_for": "Supplier", "slm_supplier": carrier})
	return issue.save()


def beneath(issue: Any) -> list[str]:
	"""The titles of the OLAs and UCs whose clocks a ticket has, before a rebuild and after it."""
	before = _beneath(issue)
	rebuild([Ticket("Issue", issue.name)], site_time.now())
	assert _beneath(issue) == before
	return before


def _beneath(issue: Any) -> list[str]:
	return [
		frappe.db.get_value("SLM Agreement", row.agreement, "title")
		for row in testing.clock_rows(issue)
		if row.leg
	]


def changes() -> list[tuple[str, str, str]]:
	rows = frappe.get_all(
		CHANGE, fields=["service", "change", "rests_on"], order_by="creation asc, rests_on asc"
	)
	return [(row.service, row.change, row.rests_on) for row in rows]


# --- Clocks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [WAN, POWER], ids=["over one link", "over two"])
def test_the_clock_of_a_uc_for_what_a_service_rests_on_runs_while_a_ticket_waits(
	clock: SiteClock, carrier: str, named: str
) -> None:
	catalogue()
	make_agreement()
	contract = uc(carrier, named)
	issue = waiting(carrier)
	clock.at("Mon 1 Jun 12:30")
	issue.reload().update({"status": "Open"}).save()

	(row,) = [row for row in testing.clock_rows(issue) if row.leg]

	assert (row.agreement, row.kind, row.party) == (contract.name, "UC", carrier)
	assert (row.outcome, row.goal, row.elapsed) == ("Missed", 2 * HOUR, 3.5 * HOUR)
	assert list(differences([Ticket("Issue", issue.name)], site_time.now())) == []


def test_a_ticket_about_what_rests_on_nothing_has_no_such_clock(carrier: str) -> None:
	catalogue()
	service("Shop")
	uc(carrier)

	assert beneath(waiting(carrier, "Shop")) == []
	assert beneath(waiting(carrier, POWER)) == []


def test_the_contract_for_the_service_itself_goes_before_one_for_what_it_rests_on(carrier: str) -> None:
	catalogue()
	uc(carrier, POWER, title="Power")
	uc(carrier, WAN, title="Line")
	assert beneath(waiting(carrier)) == ["Line"]

	uc(carrier, ERP, title="Whole")
	assert beneath(waiting(carrier)) == ["Whole"]


def test_the_desk_offers_the_supplier_of_what_the_service_rests_on(carrier: str) -> None:
	catalogue()
	contract = uc(carrier)
	issue = make_issue(slm_service=ERP)

	assert api.contracted_suppliers("Issue", issue.name) == [
		{"supplier": carrier, "agreement": contract.name, "title": "Leased line"}
	]


# --- What the links were ---------------------------------------------------------------------------------


def test_a_ticket_keeps_the_links_of_when_it_was_opened(clock: SiteClock, carrier: str) -> None:
	catalogue()
	uc(carrier)
	old = waiting(carrier)
	clock.at("Mon 1 Jun 10:00")
	link(ERP)
	without = waiting(carrier)
	clock.at("Mon 1 Jun 11:00")
	link(ERP, POWER, WAN)
	new = waiting(carrier)
	clock.at("Mon 1 Jun 12:00")

	assert changes() == [(ERP, "Removed", WAN), (ERP, "Added", POWER), (ERP, "Added", WAN)]
	assert beneath(old) == ["Leased line"]
	assert beneath(without) == []
	assert beneath(new) == ["Leased line"]


def test_a_change_is_there_for_tickets_opened_at_that_second(clock: SiteClock, carrier: str) -> None:
	catalogue()
	uc(carrier)
	site_agreements()
	link(ERP)

	assert beneath(waiting(carrier)) == []


@pytest.mark.parametrize(("old", "new"), [(ERP, "Ledger"), (WAN, "Wide Area")], ids=["above", "beneath"])
def test_a_service_with_another_name_keeps_its_links_and_those_it_had(
	clock: SiteClock, carrier: str, old: str, new: str
) -> None:
	catalogue()
	uc(carrier)
	issue = waiting(carrier)
	clock.at("Mon 1 Jun 10:00")
	link(ERP)
	later = waiting(carrier)
	rename(old, new)

	assert beneath(issue) == ["Leased line"]
	assert beneath(later) == []
	assert list(differences([Ticket("Issue", issue.name)], site_time.now())) == []


def test_a_service_that_is_merged_brings_its_links_upwards_and_no_past(
	clock: SiteClock, carrier: str
) -> None:
	"""ERP rested on the line since 10:00 and on copper for ever, and copper on power until then; line and copper
	become one."""
	service(POWER)
	service("Copper", POWER)
	service(WAN)
	service(ERP, "Copper")
	uc(carrier, WAN)
	old = waiting(carrier)
	clock.at("Mon 1 Jun 10:00")
	link(ERP, "Copper", WAN)
	link("Copper")
	rename("Copper", WAN, merge=True)
	clock.at("Mon 1 Jun 11:00")
	link(ERP, WAN)

	assert trees.forests()[0].reach(ERP) == {ERP: 0, WAN: 1}
	rebuild([Ticket("Issue", old.name)], site_time.now())
	assert beneath(old) == ["Leased line"]


def test_what_a_service_was_merged_into_has_its_chains_checked_anew(carrier: str, checks: list[str]) -> None:
	"""ERP rested on copper, and rests on the line that copper was merged into."""
	service("Copper")
	service(WAN)
	service(ERP, "Copper")
	carried = sla(uc(carrier, WAN, hours=3))
	checks.clear()
	rename("Copper", WAN, merge=True)

	assert carried.name in checks


def test_a_service_that_is_deleted_leaves_what_it_rested_on_to_older_tickets(
	clock: SiteClock, carrier: str
) -> None:
	service(WAN)
	service("Proxy", WAN)
	service(ERP, "Proxy")
	uc(carrier)
	issue = waiting(carrier)
	clock.at("Mon 1 Jun 10:00")
	link(ERP)
	frappe.delete_doc("SLM Service", "Proxy")

	assert beneath(issue) == ["Leased line"]
	assert changes() == [(ERP, "Removed", "Proxy"), ("Proxy", "Removed", WAN)]


def test_a_service_that_is_made_again_has_its_old_links_then_and_its_new_ones_now(
	clock: SiteClock, carrier: str
) -> None:
	for name in (WAN, POWER):
		service(name)
	service("Proxy", WAN)
	clock.at("Mon 1 Jun 10:00")
	frappe.delete_doc("SLM Service", "Proxy")
	clock.at("Mon 1 Jun 11:00")
	service("Proxy", POWER)

	reached = [(one.since > 0, list(one.reach("Proxy"))) for one in trees.forests()]

	assert reached == [(False, ["Proxy", WAN]), (True, ["Proxy"]), (True, ["Proxy", POWER])]


def test_a_new_service_and_a_save_that_changes_no_link_are_not_remembered() -> None:
	catalogue()
	document = frappe.get_doc("SLM Service", ERP)
	document.rests_on[0].note = "Two lines, one through each door"
	document.save()

	assert changes() == []
	assert len(trees.forests()) == 1


def test_links_and_moves_of_one_second_are_one_change(clock: SiteClock) -> None:
	group = service("Systems", is_group=1)
	catalogue()
	clock.at("Mon 1 Jun 10:00")
	document = frappe.get_doc("SLM Service", ERP)
	document.update({"parent_slm_service": group, "rests_on": []})
	document.save()

	before, now = trees.forests()

	assert list(before.reach(ERP)) == [ERP, WAN, POWER]
	assert list(now.reach(ERP)) == [ERP, group]


# --- The chain -------------------------------------------------------------------------------------------


def sla(*beneath: Any, **more: Any) -> Any:
	return make_agreement(
		"ERP for Wool",
		[target("Resolution", 4)],
		rests_on=[{"agreement": one.name} for one in beneath],
		submit=False,
		**{"customer": testing.make_customer(), "services": [ERP], **more},
	)


def test_a_uc_for_what_a_service_rests_on_carries_the_chain_above(carrier: str) -> None:
	catalogue()

	carried = sla(uc(carrier, hours=3))

	assert carried.chain_state == "Feasible"
	assert "1 hour of service time are left" in " ".join(told(carried))


def test_of_many_services_that_rest_on_it_the_first_are_named(carrier: str) -> None:
	catalogue()
	for number in range(1, 12):
		service(f"Shop {number:02}", WAN)

	(others, resting) = told(sla(uc(carrier, hours=3), customer=None, basis="Corporate", services=[]))[::-1]

	assert others == "Resolution, 4 hours: Leased line is for other tickets."
	assert "ERP, Shop 01, " in resting and "Shop 09, 3 more services: can be kept" in resting


def test_its_gap_is_found_in_the_chain(carrier: str) -> None:
	catalogue()

	carried = sla(uc(carrier, valid_until="2026-06-30"))

	assert carried.chain_state == "Infeasible"
	assert "Leased line is not in force for tickets opened from 1 Jul 2026 on." in " ".join(told(carried))


def told(agreement: Any) -> list[str]:
	return [one["words"] for one in api.chain_report(agreement.name)["findings"]]


def test_a_link_that_changes_has_the_chains_around_it_checked(
	clock: SiteClock, carrier: str, checks: list[str]
) -> None:
	catalogue()
	service("Shop")
	carried = sla(uc(carrier, POWER))
	checks.clear()
	clock.at("Mon 1 Jun 10:00")

	link("Shop")
	assert checks == []

	link(WAN)
	assert checks == [carried.name]
	rechecks.recheck_one(carried.name)
	assert "Leased line is for other tickets." in " ".join(told(carried.reload()))

	link(WAN, POWER)
	assert checks == [carried.name] * 2


@pytest.mark.parametrize(
	("changed", "left"),
	[
		pytest.param(("Shop",), "Waived", id="of a service that it is not for"),
		pytest.param((ERP, WAN, "Shop"), "Waived", id="to a service that no support names"),
		pytest.param((ERP, WAN, POWER), "Infeasible", id="to one that a support names"),
	],
)
def test_a_waiver_is_bound_to_what_the_services_rest_on(
	carrier: str, changed: tuple[str, ...], left: str
) -> None:
	catalogue()
	service("Shop", WAN)
	carried = sla(uc(carrier, hours=8), uc(carrier, POWER, title="Power", hours=8))
	chain.waive(carried, "The carrier is replaced in August.")
	carried.reload()

	link(*changed)
	rechecks.recheck_one(carried.name)

	assert carried.reload().chain_state == left


# --- Which agreement -------------------------------------------------------------------------------------


def test_agreements_with_customers_are_for_the_service_itself_only(carrier: str) -> None:
	catalogue()
	make_agreement("Lines", services=[WAN])

	answer = api.which_agreement(service=ERP)

	assert answer["applies"] is None
	assert [(one["title"], one["rejected"]) for one in answer["candidates"]] == [("Lines", "service")]
	assert answer["beneath"] == []


def test_it_is_said_what_underpins_a_ticket_and_for_which_service(clock: SiteClock, carrier: str) -> None:
	catalogue()
	contract, power = uc(carrier), uc(make_supplier("Mains"), ERP, POWER, title="Power")
	issue = waiting(carrier)
	line = {
		"party": carrier,
		"kind": "UC",
		"agreement": contract.name,
		"title": "Leased line",
		"metrics": ("Turnaround",),
		"service": WAN,
	}
	mains = {**line, "party": "Mains", "agreement": power.name, "title": "Power", "service": ""}
	clock.at("Mon 1 Jun 10:00")
	link(ERP)

	assert api.explain_agreement("Issue", issue.name)["beneath"] == [line, mains]
	assert api.which_agreement(service=ERP, opened="2026-06-01 09:59:59")["beneath"] == [line, mains]
	assert api.which_agreement(service=ERP)["beneath"] == [mains]


def test_of_many_that_underpin_a_ticket_the_rest_are_counted(
	carrier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	catalogue()
	for name in (carrier, "Mains", "Steel"):
		uc(make_supplier(name), title=f"Contract of {name}")
	monkeypatch.setattr(api, "CANDIDATES_SHOWN", 2)

	answer = api.which_agreement(service=ERP)

	assert [one["party"] for one in answer["beneath"]] == [carrier, "Mains"]
	assert answer["more_beneath"] == 1


def test_what_underpins_a_ticket_is_said_to_who_may_read_it(carrier: str) -> None:
	catalogue()
	uc(carrier)
	issue = make_issue(slm_service=ERP)
	user = testing.make_user("agent@provider.example", "Support Team")
	with testing.as_user(user):
		assert [one["party"] for one in api.explain_agreement("Issue", issue.name)["beneath"]] == [carrier]

	frappe.db.delete("DocPerm", {"parent": "SLM Agreement", "role": "Support Team"})
	frappe.clear_cache(doctype="SLM Agreement")
	with testing.as_user(user):
		assert api.explain_agreement("Issue", issue.name)["beneath"] == []
	frappe.clear_cache(doctype="SLM Agreement")


# --- Files -----------------------------------------------------------------------------------------------


def test_an_exported_contract_brings_the_links_over_which_services_rest_on_it(carrier: str) -> None:
	group = service("Network", is_group=1)
	catalogue()
	frappe.get_doc("SLM Service", WAN).update({"parent_slm_service": group}).save()
	service("Shop", ERP, POWER)
	service("Mail", POWER)

	exported = export_agreements([uc(carrier, group).name])
	book = read_text(exported.text).book

	assert sorted(book.forests[0].links) == [(ERP, WAN), ("Shop", ERP)]
	(beneath,) = book.underpinnings(State(service="Shop"), site_time.now())
	assert (beneath.name, beneath.service) == (carrier, group)


def test_an_imported_file_leaves_the_catalogue_of_the_site_as_it_is(tmp_path: Path, carrier: str) -> None:
	catalogue()
	path = tmp_path / "agreements.toml"
	path.write_text(export_agreements([uc(carrier).name]).text.replace(ERP, "Ledger"), encoding="utf-8")

	imported = import_agreements(path)

	assert "What services rest on was left out: the site has its own catalogue." in imported.left_out
	assert changes() == []
