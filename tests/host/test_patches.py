"""What a migration does for sites that had this app before. June 2026 begins on a Monday."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import frappe
import pytest

from slm_extension.adapters import site_time
from slm_extension.patches.v0_3 import (
	measure_anew,
	measure_what_services_rest_on,
	teams_on_issues,
	tickets_outside_sla,
)
from slm_extension.services import jobs, rebuild, rechecks
from slm_extension.services.chunks import Chunks
from slm_extension.testing import make_agreement, make_issue, make_service, make_supplier, make_team, target


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
	found: list[Any] = []
	monkeypatch.setattr(jobs, "rebuild_after_upgrade", lambda: found.append("rebuild"))
	return found


@pytest.fixture
def rechecked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
	found: list[str] = []
	monkeypatch.setattr(rechecks, "_later", found.extend)
	return found


def test_issues_get_the_team_and_supplier_that_only_their_ledgers_knew(clock, agreement) -> None:
	"""A supplier of the ledger is created where the site has none; what an Issue says already stays."""
	team = make_team("Network")
	old, kept = (make_issue(slm_team=team, slm_supplier=make_supplier()) for _number in range(2))
	frappe.db.sql("update `tabIssue` set slm_team = null, slm_supplier = null where name = %s", old.name)
	frappe.db.sql(
		"update `tabSLM Ticket Event` set value = 'Cable Corp' where ticket = %s and kind = 'supplier'",
		old.name,
	)

	teams_on_issues.execute()

	assert frappe.db.get_value("Issue", old.name, ["slm_team", "slm_supplier"]) == (team, "Cable Corp")
	assert frappe.db.get_value("Issue", kept.name, "slm_supplier") == "Bytes & Co"
	assert frappe.db.exists("Supplier", "Cable Corp")
	assert rebuild.verify(site_time.now(), Chunks()).count == 0


def test_tickets_outside_any_agreement_say_so_and_those_that_were_never_measured_do_not(clock) -> None:
	outside, never = make_issue(), make_issue()
	frappe.db.delete("SLM Ticket Event", {"ticket": never.name})
	make_agreement()
	under = make_issue()
	frappe.db.sql("update `tabIssue` set slm_state = null where name in %s", [(outside.name, never.name)])
	frappe.db.sql("update `tabIssue` set slm_state = '' where name = %s", under.name)

	for _number in range(2):
		tickets_outside_sla.execute()

	states = [frappe.db.get_value("Issue", one.name, "slm_state") for one in (outside, never, under)]
	assert states == ["Outside SLA", None, ""]


def test_tickets_that_were_timed_before_are_measured_anew_on_the_queue(clock, agreement, asked) -> None:
	make_issue()

	measure_anew.execute()

	assert asked == ["rebuild"]


def test_a_site_without_tickets_has_nothing_to_measure(clock, asked, monkeypatch) -> None:
	monkeypatch.setattr(measure_anew.store, "ticket_page", lambda *_arguments: [])

	measure_anew.execute()

	assert asked == []


@pytest.mark.parametrize(
	("linked", "contract", "issue", "measured"),
	[
		pytest.param(True, True, True, ["rebuild"], id="all there is to it"),
		pytest.param(False, True, True, [], id="nothing rests on anything"),
		pytest.param(True, False, True, [], id="no OLA or UC"),
		pytest.param(True, True, False, [], id="no tickets"),
	],
)
def test_tickets_are_measured_by_what_their_services_rest_on(
	clock, agreement, asked, rechecked, monkeypatch, linked, contract, issue, measured
) -> None:
	rows = [{"service": make_service("WAN Line")}] if linked else []
	make_service("ERP", rests_on=rows)
	if contract:
		make_agreement("Line", [target("Turnaround", 2)], kind="UC", supplier=make_supplier())
	if not issue:
		monkeypatch.setattr(measure_what_services_rest_on.store, "ticket_page", lambda *_arguments: [])
	else:
		make_issue()

	rechecked.clear()
	measure_what_services_rest_on.execute()

	assert rechecked == ([agreement] if linked and contract else [])
	assert asked == measured


def test_the_rebuild_of_an_upgrade_is_not_kept_from_it_by_one_that_waits_or_was_cut_short(
	clock, agreement, monkeypatch
) -> None:
	"""Another has come as far as past the last ticket; that one did not measure what counts now."""
	issue = make_issue()
	frappe.db.sql("update `tabSLM Clock` set elapsed = 77 where ticket = %s", issue.name)
	queued: list[dict[str, Any]] = []
	monkeypatch.setattr(jobs, "is_job_enqueued", lambda job: job == "slm_rebuild_0")
	monkeypatch.setattr(jobs.frappe, "enqueue", lambda _method, **named: queued.append(named))
	monkeypatch.setattr(
		jobs, "committing", lambda page, share, told: nullcontext(Chunks(page=page, share=share))
	)
	frappe.cache.set_value("slm_extension:rebuild:0:1", "~", expires_in_sec=60)
	try:
		jobs.rebuild_after_upgrade()
		(job,) = queued
		jobs.run_job(job["command"], job["index"], job["workers"], job["page"], job["arguments"])
	finally:
		frappe.cache.delete_value("slm_extension:rebuild:0:1")

	assert frappe.get_all("SLM Clock", {"ticket": issue.name, "elapsed": 77}, order_by="name asc") == []
