"""What `slm explain` says about the choice of agreements, on tickets opened on Monday, 1 June 2026."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from slm_extension.domain.assessment import assess
from slm_extension.domain.instants import instant
from slm_extension.domain.timeline import Fact, Kind, Timeline
from slm_extension.replay.agreements_file import read_agreements
from slm_extension.replay.explanation import explain_ticket

MONDAY = instant(datetime(2026, 6, 1, 9, tzinfo=timezone.utc))
AGREEMENTS = """\
[calendar.always]
zone = "UTC"
around_the_clock = true

[[agreement]]
name = "Company"
calendar = "always"
target = [{ metric = "response", goal = "4h" }, { metric = "resolution", goal = "20h" }]

[[agreement]]
name = "House"
calendar = "always"
default = true
target = [{ metric = "closure", goal = "90h" }]

[[agreement]]
name = "Acme"
customers = "Acme"
calendar = "always"
target = [{ metric = "response", goal = "1h" }]

[[agreement]]
name = "Industry"
customer_groups = "Industry"
calendar = "always"
target = [{ metric = "response", goal = "2h" }]

[[agreement]]
name = "Outages"
calendar = "always"
condition = [{ property = "type", is = "Outage" }]
target = [{ metric = "restoration", goal = "2h" }]
"""


def choice(tmp_path: Path, **properties: str) -> list[str]:
	"""The lines about the choice of agreements."""
	path = tmp_path / "agreements.toml"
	path.write_text(AGREEMENTS, encoding="utf-8")
	book = read_agreements(path).book
	facts = [Fact(MONDAY, Kind[kind.upper()], value) for kind, value in properties.items()]
	timeline = Timeline.of("A-1", [*facts, Fact(MONDAY, Kind.OPENED)])
	lines = list(explain_ticket(assess(timeline, book, MONDAY + 60), book))
	begin = lines.index("Agreement") + 1
	return [line.strip().replace(" (version 1)", "") for line in lines[begin : lines.index("", begin)]]


def test_it_says_what_each_agreement_promises_and_why_the_others_promise_nothing(tmp_path: Path) -> None:
	assert choice(tmp_path, customer="Acme", type="Question", customer_group="Industry") == [
		"Acme: applies: response",
		"Company: applies: resolution",
		"Industry: no, closer agreements promise all that it does",
		"Outages: no, its condition on the type does not hold (it is Question)",
		"House: no, a default, and another agreement applies",
	]


def test_it_says_what_a_ticket_lacks(tmp_path: Path) -> None:
	assert choice(tmp_path) == [
		"Company: applies: response, resolution",
		"Acme: no, the ticket has no customer",
		"Industry: no, the ticket has no customer group",
		"Outages: no, its condition on the type does not hold (there is none)",
		"House: no, a default, and another agreement applies",
	]
