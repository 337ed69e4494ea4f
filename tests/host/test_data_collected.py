"""What service delivery data the site collects: how much of each kind, and what is missing. 1 June 2026 is a Monday."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from slm_extension.adapters import site_time
from slm_extension.adapters.collected_records import Span, holds, learnt
from slm_extension.service_level_management.report.slm_data_collected import slm_data_collected
from slm_extension.services.data_collected import KINDS
from slm_extension.testing import (
	SiteClock,
	as_user,
	assign,
	make_agreement,
	make_customer,
	make_issue,
	make_outage,
	make_service,
	make_supplier,
	make_team,
	make_user,
	make_window,
	reply,
	set_status,
	wall,
)

OWNER, BLIND = "owner@desk.example", "blind.owner@desk.example"


@pytest.fixture(autouse=True)
def _june(clock: SiteClock) -> None:
	clock.at("Tue 2 Jun 12:00")


def rows(**filters: Any) -> dict[str, dict[str, Any]]:
	return {row["name"]: row for row in slm_data_collected.execute(filters)[1]}


def row(name: str, **filters: Any) -> dict[str, Any]:
	return rows(**filters)[name]


def names(behind: dict[str, Any]) -> set[str]:
	return set(
		frappe.get_list(
			behind["doctype"],
			filters=behind["filters"],
			pluck="name",
			order_by="name asc",
			limit_page_length=0,
		)
	)


def fact(ticket: str, source: str, when: str = "Mon 1 Jun 10:00", kind: str = "priority", **more: Any) -> str:
	at = wall(when)
	values = {"at": at, "recorded_at": at, "recorded_instant": site_time.to_instant(at), **more}
	document = frappe.get_doc(
		{
			"doctype": "SLM Ticket Event",
			"name": frappe.generate_hash(length=10),
			"ticket_type": "Issue",
			"ticket": ticket,
			"kind": kind,
			"source": source,
			**values,
		}
	)
	document.db_insert()
	return str(document.name)


def test_every_kind_has_a_row(clock: SiteClock) -> None:
	assert set(rows()) == {kind.name for kind in KINDS}


def test_what_users_and_suppliers_say_is_counted(clock: SiteClock) -> None:
	shop = make_service("Online Shop")
	before = {name: found["records"] for name, found in rows().items()}
	issue = set_status(make_issue(slm_service=shop), "Resolved")
	answer = {"ticket": issue.name, "score": 2, "channel": "In Person", "person": "Pia"}
	said = frappe.get_doc({"doctype": "SLM Feedback", **answer}).insert()
	for status, received in (("Accepted", "2026-06-01"), ("Overdue", None), ("Delivered", "2026-05-31")):
		frappe.get_doc(
			{
				"doctype": "SLM Supplier Report",
				"name": frappe.generate_hash(length=10),
				"agreement": "GONE",
				"status": status,
				"received_on": received,
			}
		).db_insert()

	found = row("Feedback", service=shop)
	assert (found["records"], found["last"]) == (1, said.given_on)
	assert names(found["behind"]) == {said.name}
	assert row("Feedback")["records"] - before["Feedback"] == 1
	reports = row("Supplier Reports")
	assert (reports["records"] - before["Supplier Reports"], reports["before"]) == (1, 1)
	assert reports["gaps"] == 1
	assert "Supplier Reports" not in rows(service=shop)


@pytest.mark.parametrize(
	("source", "name"),
	[
		("reconcile", "Reconciler"),
		("backfill", "Backfill"),
		("import", "Import"),
		("Correction-0007", "Correction"),
	],
)
def test_what_was_learnt_in_another_way_is_counted_apart(clock: SiteClock, source: str, name: str) -> None:
	issue = make_issue().name
	learnt_so = {fact(issue, source), fact(issue, source, "Tue 2 Jun 10:00")}
	fact(issue, source, "Sun 31 May 23:59")
	fact(issue, source, kind="team")
	found = row(f"Openings and Changes, {name}")
	assert (found["records"], found["before"], found["last"]) == (2, 1, wall("Tue 2 Jun 10:00"))
	assert names(found["behind"]) == learnt_so
	assert row("Openings and Changes, Live")["before"] == 0


def test_what_is_said_on_a_ticket_is_counted_by_what_it_is(clock: SiteClock) -> None:
	make_user("mira@desk.example", "Support Team")
	before = {name: found["records"] for name, found in rows().items()}
	issue = make_issue()
	assign(issue, "mira@desk.example")
	reply(issue)
	issue.reload()
	issue.update({"slm_team": make_team("Front Desk"), "slm_supplier": make_supplier()})
	issue.save()
	found = {name: one["records"] - before[name] for name, one in rows().items()}
	assert found["Messages"] == len(names(row("Messages")["behind"])) == 1
	assert found["Assignments and Teams"] == 2
	assert found["Suppliers"] == 1
	assert found["Openings and Changes, Live"] > 0


def test_tickets_without_a_service_or_a_team_are_missing_something(clock: SiteClock) -> None:
	known = make_issue(slm_service=make_service(), slm_team=make_team("Front Desk")).name
	bare = make_issue().name
	found = rows()
	for name in ("Openings and Changes, Live", "Assignments and Teams"):
		assert names(found[name]["behind_gap"]) == {bare}, name
		assert (found[name]["gaps"], known in names(found[name]["behind_gap"])) == (1, False)


def test_holds_with_and_without_a_reason_are_told_apart(clock: SiteClock) -> None:
	silent, said = make_issue(), make_issue()
	set_status(silent, "On Hold")
	said.reload()
	said.update({"status": "On Hold", "slm_waiting_for": "Customer", "slm_waiting_reason": "He looks it up"})
	said.save()
	found = rows()
	assert [found[f"Holds {how} a Reason"]["records"] for how in ("with", "without")] == [1, 1]
	tickets = frappe.get_all(
		"SLM Ticket Event",
		filters={"name": ["in", list(names(found["Holds without a Reason"]["behind_gap"]))]},
		pluck="ticket",
		order_by="name asc",
	)
	assert tickets == [silent.name]


def test_outages_are_counted_by_where_they_come_from(clock: SiteClock) -> None:
	shop = make_service()
	make_outage(shop, "Mon 1 Jun 09:00", "Mon 1 Jun 10:00")
	open_one = make_outage(shop, "Mon 1 Jun 11:00").name
	for number, system in enumerate(("Ping", "Ping", "Probe")):
		make_outage(
			shop,
			f"Mon 1 Jun 1{number + 2}:00",
			f"Mon 1 Jun 1{number + 2}:30",
			source="Measurement",
			data_source=system,
			measurement_id=str(number),
		)
	make_outage(shop, "Sun 31 May 11:00", "Sun 31 May 12:00")
	found = rows(group="Availability")
	assert (found["Outages by Hand"]["records"], found["Outages by Hand"]["before"]) == (2, 1)
	assert names(found["Outages by Hand"]["behind_gap"]) == {open_one}
	assert found["Outages Measured: Ping"]["records"] == 2
	assert found["Outages Measured: Probe"]["records"] == 1
	assert found["Outages from Tickets"]["records"] == 0


def test_windows_that_were_not_announced_are_missing_that(clock: SiteClock) -> None:
	shop = make_service()
	quiet = make_window("Fri 5 Jun 22:00", "Fri 5 Jun 23:00", shop).name
	found = row("Maintenance Windows")
	assert (found["records"], found["services"]) == (1, 1)
	assert names(found["behind_gap"]) == {quiet}


def test_a_live_service_without_any_data_is_missing(clock: SiteClock) -> None:
	silent, used = make_service("Silent"), make_service("Used")
	for service in (silent, used):
		frappe.db.set_value("SLM Service", service, "status", "Live")
	make_issue(slm_service=used)
	missing = names(row("Services with Data")["behind_gap"])
	assert silent in missing
	assert used not in missing


def test_clocks_and_misses_are_counted_by_their_month(clock: SiteClock, agreement: str) -> None:
	shop = make_service()
	with clock.at("Mon 1 Jun 09:00"):
		issue = make_issue(slm_service=shop)
	clock.at("Mon 1 Jun 09:30")
	reply(issue)
	set_status(issue, "Closed")
	found = row("Clocks Decided")
	assert (found["records"], found["services"], found["agreements"]) == (2, 1, 1)
	assert len(names(found["behind"])) == 2


def test_one_service_is_looked_at_alone(clock: SiteClock) -> None:
	shop, mail = make_service(), make_service("Mail")
	make_issue(slm_service=shop)
	make_outage(mail, "Mon 1 Jun 09:00")
	found = rows(service=shop)
	assert found["Openings and Changes, Live"]["records"] > 0
	assert found["Openings and Changes, Live"]["services"] == 1
	assert found["Outages by Hand"]["records"] == 0
	assert rows(service=mail)["Outages by Hand"]["records"] == 1
	assert rows(service=mail)["Openings and Changes, Live"]["records"] == 0


def test_only_what_lacks_something(clock: SiteClock) -> None:
	make_issue()
	assert all(one["gaps"] for one in rows(gaps_only=1).values())
	assert "Openings and Changes, Live" in rows(gaps_only=1)


def test_the_chart_shows_the_months_by_how_they_were_learnt(clock: SiteClock) -> None:
	fact("GONE", "reconcile")
	chart = slm_data_collected.execute({})[3]
	assert chart["data"]["labels"][-1] == "2026-06"
	assert len(chart["data"]["labels"]) == 6
	repaired = next(one for one in chart["data"]["datasets"] if one["name"] == "Reconciler")
	assert repaired["values"][-1] == 1


def test_who_reads_no_tickets_gets_none_of_their_data(clock: SiteClock) -> None:
	make_user(BLIND, "SLM Process Owner")
	make_issue()
	with as_user(BLIND):
		assert set(rows()) == {kind.name for kind in KINDS if not kind.tickets}
		assert slm_data_collected.execute({})[3]["data"] == {}


def test_who_reads_one_customer_counts_his_tickets(clock: SiteClock) -> None:
	make_user(OWNER, "SLM Process Owner", "Support Team")
	tickets = [make_issue(customer=make_customer(name)).name for name in ("Wool & Sons", "Silk Ltd")]
	for ticket in tickets:
		fact(ticket, "reconcile")
	frappe.get_doc(
		{"doctype": "User Permission", "user": OWNER, "allow": "Customer", "for_value": "Silk Ltd"}
	).insert()
	with as_user(OWNER):
		assert row("Openings and Changes, Reconciler")["records"] == 1
	assert row("Openings and Changes, Reconciler")["records"] == 2


@pytest.mark.parametrize("read", [learnt, holds])
def test_the_ledger_is_read_by_the_index_of_when_it_learnt(
	clock: SiteClock, monkeypatch: pytest.MonkeyPatch, read: Any
) -> None:
	frappe.db.sql(
		"INSERT INTO `tabSLM Ticket Event` (name, ticket_type, ticket, kind, value, source, recorded_instant)"
		" SELECT CONCAT('filler', seq), 'Issue', seq, 'status', 'held', 'save', 1000000000 + 1000 * seq"
		" FROM seq_1_to_5000"
	)
	sent: list[tuple[Any, ...]] = []
	real = frappe.db.sql
	with monkeypatch.context() as listening:
		listening.setattr(frappe.db, "sql", lambda *said, **more: sent.append(said) or real(*said, **more))
		read(Span(202606, 202606))
	of_ledger = [said for said in sent if "recorded_instant" in str(said[0])]
	plans = [frappe.db.sql(f"EXPLAIN {query}", *values, as_dict=True) for query, *values in of_ledger]
	keys = [one.key for plan in plans for one in plan if one.table == "tabSLM Ticket Event"]
	assert of_ledger
	assert keys == ["slm_recorded_instant_kind_source_ticket"] * len(of_ledger)


@pytest.mark.parametrize(
	("filters", "words"),
	[
		({"from_month": "2026-07", "to_month": "2026-06"}, "is after"),
		({"from_month": "2025-01", "to_month": "2026-06"}, "more than 12 months"),
		({"from_month": "soon"}, "not a month"),
		({"service": "<i>None"}, "no service"),
		({"group": "Else"}, "Choose one of"),
	],
	ids=["turned round", "too long", "no month", "no service", "no group"],
)
def test_what_is_no_filter_is_refused(clock: SiteClock, filters: Any, words: str) -> None:
	with pytest.raises(frappe.ValidationError, match=words):
		slm_data_collected.execute(filters)


def test_agreements_with_limits_are_counted_under_workload(clock: SiteClock) -> None:
	limit = {"period": "Month", "tickets": 5, "accepted": 1, "beyond": "Best effort"}
	make_agreement(customer=make_customer(), workload_limits=[limit])
	make_issue(customer=make_customer())
	make_issue()
	assert row("Workload")["records"] == 1
