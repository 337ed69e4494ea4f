"""The demo's log: written by its generator, readable, and as lively as its description says."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from types import ModuleType

import pytest

from slm_extension.domain.instants import instant
from slm_extension.domain.timeline import State
from slm_extension.replay.agreements_file import read_agreements
from slm_extension.replay.profile import Profile

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo"
ENDED = {"Resolved", "Closed", "Cancelled", "Duplicate"}

Ticket = list[dict[str, str]]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
	name = "demo_generate"
	spec = importlib.util.spec_from_file_location(name, DEMO / "generate.py")
	assert spec is not None and spec.loader is not None
	module = importlib.util.module_from_spec(spec)
	sys.modules[name] = module
	spec.loader.exec_module(module)
	return module


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
	with open(DEMO / "tickets.csv", encoding="utf-8", newline="") as file:
		return [list(rows) for _, rows in groupby(csv.DictReader(file), key=lambda row: row["number"])]


def when(row: dict[str, str]) -> datetime:
	return datetime.fromisoformat(row["timestamp"])


def test_the_generator_writes_the_log_byte_for_byte(generator: ModuleType) -> None:
	assert generator.generate().encode("utf-8") == (DEMO / "tickets.csv").read_bytes()


def test_another_seed_writes_another_log(generator: ModuleType) -> None:
	assert generator.generate(1) != generator.generate(2)


def test_the_log_is_small_enough_to_keep(tickets: list[Ticket]) -> None:
	assert 1_500 <= len(tickets) <= 3_000
	assert (DEMO / "tickets.csv").stat().st_size < 1_500_000


def test_each_ticket_is_one_block_of_rows_in_the_order_of_time(tickets: list[Ticket]) -> None:
	assert len({rows[0]["number"] for rows in tickets}) == len(tickets)
	assert all(when(one) <= when(other) for rows in tickets for one, other in pairwise(rows))


def test_every_state_has_a_meaning_in_the_profile(tickets: list[Ticket]) -> None:
	known = {term.value for term in Profile.read(DEMO / "profile.toml").statuses.terms}

	assert {row["state"] for rows in tickets for row in rows} == known


def test_every_ticket_is_covered_by_an_agreement(tickets: list[Ticket]) -> None:
	book = read_agreements(DEMO / "agreements.toml").book
	chosen = Counter()
	for rows in tickets:
		first = rows[0]
		state = State(customer=first["customer"], service=first["service"], priority=first["priority"])
		agreement = book.choose(state, instant(when(first)))
		assert agreement is not None
		chosen[agreement.name, agreement.version] += 1

	facing = {(one.name, one.version) for one in book.agreements if one.kind.customer_facing}
	assert set(chosen) == facing


def test_every_team_and_supplier_of_the_log_has_its_agreement(tickets: list[Ticket]) -> None:
	parties = {
		name for one in read_agreements(DEMO / "agreements.toml").book.agreements for name in one.parties
	}

	assert {row["assigned_team"] for rows in tickets for row in rows} | {
		row["vendor"] for rows in tickets for row in rows if row["vendor"]
	} == parties


def test_there_is_a_storm_of_eighty_tickets_within_an_hour(tickets: list[Ticket]) -> None:
	opened = sorted(when(rows[0]) for rows in tickets)
	busiest = max(
		sum(start <= other < start + timedelta(hours=1) for other in opened[index : index + 200])
		for index, start in enumerate(opened)
	)

	assert busiest >= 80


def test_customers_call_in_their_own_working_week(tickets: list[Ticket]) -> None:
	opened = Counter(when(rows[0]).strftime("%a") for rows in tickets)

	assert opened["Mon"] > opened["Thu"] > opened["Fri"] > opened["Sat"] > opened["Sun"] > 0


@pytest.mark.parametrize(
	("happening", "least"),
	[
		("Reopened", 100),
		("Duplicate", 50),
		("Cancelled", 5),
		("Awaiting Customer", 300),
		("Awaiting Vendor", 250),
	],
)
def test_all_that_makes_a_clock_hard_happens(tickets: list[Ticket], happening: str, least: int) -> None:
	assert sum(any(row["state"] == happening for row in rows) for rows in tickets) >= least


def test_tickets_change_priority_wander_between_teams_and_stay_open(tickets: list[Ticket]) -> None:
	raised = sum(len({row["priority"] for row in rows}) > 1 for rows in tickets)
	wandered = sum(
		sum(one["assigned_team"] != other["assigned_team"] for one, other in pairwise(rows)) >= 3
		for rows in tickets
	)
	still_open = sum(rows[-1]["state"] not in ENDED for rows in tickets)

	assert raised >= 50 and wandered >= 50 and still_open >= 5
