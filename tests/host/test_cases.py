"""The cases that other systems get wrong, through real Issues, with ERPNext's own SLA tracking off and on.

The numbers are those of tests/domain/test_thirty_cases.py, where the cases of pure arithmetic stand. The office
is open Monday to Friday 09:00-18:00 in Kolkata; a response is due within 1 h, a resolution within 4 h.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import frappe
import pytest
from frappe.utils import getdate

from slm_extension.adapters import site_time
from slm_extension.services.chunks import Chunks
from slm_extension.services.tick import tick
from slm_extension.services.versions import new_version
from slm_extension.testing import (
	HOUR,
	RESOLUTION_4H,
	RESPONSE_1H,
	clocks,
	conclude,
	make_agreement,
	make_calendar,
	make_customer,
	make_issue,
	make_priority,
	make_user,
	reply,
	set_status,
	target,
	wall,
)

pytestmark = pytest.mark.usefixtures("either_way")

BULK = "erpnext.support.doctype.issue.issue.set_multiple_status"


def bulk(issue: Any, status: str) -> None:
	"""The list view's action, resolved as a request would resolve it."""
	method = frappe.get_hooks("override_whitelisted_methods", {}).get(BULK, [BULK])[-1]
	frappe.call(method, names=json.dumps([issue.name]), status=status)


def as_loaded(issue: Any) -> Any:
	"""The Issue as a request would load it."""
	return frappe.get_doc("Issue", issue.name)


def beat() -> None:
	tick(site_time.now(), Chunks())


def do(issue: Any, what: str) -> None:
	"""A happening of a case: a status that is saved, a reply, a tag, or a bulk action."""
	if what == "reply":
		reply(issue)
	elif what == "tag":
		issue.reload()
		issue.add_tag("Printer")
	elif what == "beat":
		beat()
	elif what.startswith("bulk "):
		bulk(issue, what.removeprefix("bulk "))
	else:
		set_status(issue, what)


@dataclass(frozen=True)
class Case:
	"""When it was opened, what happened, and what the stored clock must say about one metric."""

	happened: tuple[tuple[str, str], ...]
	metric: str
	targets: tuple[dict[str, Any], ...]
	expected: dict[str, Any]


def case(
	number: int,
	title: str,
	*happened: tuple[str, str],
	metric: str = "resolution",
	targets: tuple[dict[str, Any], ...] = (RESPONSE_1H, RESOLUTION_4H),
	**expected: Any,
) -> object:
	return pytest.param(Case(happened, metric, targets, expected), id=f"{number:02}-{title}")


@pytest.mark.parametrize(
	"case",
	[
		case(
			1,
			"held overnight",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 17:00", "Replied"),
			("Tue 2 Jun 10:00", "Open"),
			targets=(target("Resolution", 10),),
			outcome="Pending",
			phase="Running",
			due="Tue 2 Jun 12:00",
			held=2 * HOUR,
		),
		case(
			2,
			"held on Friday and closed on Monday",
			("Fri 5 Jun 14:00", "opened"),
			("Fri 5 Jun 15:00", "Replied"),
			("Fri 5 Jun 17:00", "Open"),
			("Mon 8 Jun 10:30", "Closed"),
			outcome="Met",
			due="Mon 8 Jun 11:00",
			elapsed=3 * HOUR + HOUR // 2,
		),
		case(
			3,
			"closed and then held counts once",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Closed"),
			("Mon 1 Jun 12:00", "Replied"),
			("Mon 1 Jun 13:00", "Open"),
			outcome="Pending",
			due="Mon 1 Jun 16:00",
			held=3 * HOUR,
		),
		case(
			4,
			"reopened on a Sunday",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Closed"),
			("Sun 7 Jun 12:00", "Open"),
			outcome="Pending",
			due="Mon 8 Jun 12:00",
			elapsed=HOUR,
		),
		case(
			5,
			"late response stays late",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 12:00", "reply"),
			("Mon 1 Jun 12:30", "Closed"),
			metric="response",
			outcome="Missed",
			missed_at="Mon 1 Jun 10:00",
			stopped="Mon 1 Jun 12:00",
			elapsed=3 * HOUR,
		),
		case(
			5,
			"resolution in time stays in time",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 12:00", "reply"),
			("Mon 1 Jun 12:30", "Closed"),
			outcome="Met",
			stopped="Mon 1 Jun 12:30",
			elapsed=3 * HOUR + HOUR // 2,
		),
		case(
			6,
			"missed without anybody saving it",
			("Mon 1 Jun 09:00", "opened"),
			("Sat 20 Jun 12:00", "beat"),
			metric="response",
			outcome="Missed",
			phase="Running",
			missed_at="Mon 1 Jun 10:00",
			period=202606,
		),
		case(
			7,
			"on hold without a mail is no response",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 09:05", "On Hold"),
			("Mon 1 Jun 11:00", "beat"),
			metric="response",
			outcome="Missed",
			missed_at="Mon 1 Jun 10:00",
			stopped=None,
		),
		case(
			10,
			"closed from the list view",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 11:00:07", "bulk Closed"),
			outcome="Met",
			phase="Stopped",
			stopped="Mon 1 Jun 11:00:07",
			elapsed=2 * HOUR + 7,
		),
		case(
			11,
			"reopened from the list view",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 11:00", "bulk Closed"),
			("Mon 1 Jun 15:00", "bulk Open"),
			outcome="Pending",
			phase="Running",
			due="Mon 1 Jun 17:00",
			held=4 * HOUR,
		),
		case(
			19,
			"closed from a hold a week later",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Replied"),
			("Mon 8 Jun 10:00", "Closed"),
			outcome="Met",
			phase="Stopped",
			elapsed=HOUR,
		),
		case(
			20,
			"a tag does not end a hold",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Replied"),
			("Tue 2 Jun 10:00", "tag"),
			("Tue 2 Jun 10:00", "beat"),
			outcome="Pending",
			phase="Held",
			elapsed=HOUR,
			due=None,
		),
		case(
			21,
			"resolved, replied, open again",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 10:00", "Resolved"),
			("Wed 3 Jun 10:00", "Replied"),
			("Wed 3 Jun 11:00", "Open"),
			outcome="Pending",
			due="Wed 3 Jun 14:00",
		),
		case(
			22,
			"moved to another closed status",
			("Mon 1 Jun 09:00", "opened"),
			("Mon 1 Jun 14:00", "Resolved"),
			("Tue 2 Jun 14:00", "Closed"),
			outcome="Missed",
			missed_at="Mon 1 Jun 13:00",
			stopped="Mon 1 Jun 14:00",
			elapsed=5 * HOUR,
		),
	],
)
def test_case(case: Case, clock) -> None:
	make_agreement(targets=case.targets)
	(opened, _), *happened = case.happened
	clock.at(opened)
	issue = make_issue()

	for when, what in happened:
		clock.at(when)
		do(issue, what)

	got = clocks(issue)[case.metric]
	for name, expected in case.expected.items():
		wanted = wall(expected) if isinstance(expected, str) and ":" in expected else expected
		assert got[name] == wanted, name


def test_case_08_a_target_cut_after_closing_does_not_judge_again(clock) -> None:
	first = make_agreement(targets=[RESOLUTION_4H])
	clock.at("Mon 1 Jun 09:00")
	issue = make_issue()
	clock.at("Mon 1 Jun 12:00")
	set_status(issue, "Closed")

	clock.at("Wed 10 Jun 09:00")
	version = new_version(first, getdate("2026-06-10"))
	version.targets[0].goal = 2 * HOUR
	conclude(version.save())
	clock.at("Wed 1 Jul 09:00")
	issue.reload()
	issue.description = "Ink was delivered."
	issue.priority = make_priority("High")
	issue.save()

	got = clocks(issue)["resolution"]
	assert (got.agreement, got.outcome, got.goal, got.elapsed) == (first.name, "Met", 4 * HOUR, 3 * HOUR)


def test_case_09_an_old_ticket_keeps_an_expired_agreement_and_its_results(clock) -> None:
	agreement = make_agreement(valid_until="2027-12-31")
	clock.at("Mon 1 Jun 09:00")
	issue = make_issue()
	clock.at("Mon 1 Jun 12:00")
	set_status(issue, "Closed")
	before = clocks(issue)["resolution"]

	clock.at("Mon 3 Jan 2028 09:00")
	issue.reload()
	issue.priority = make_priority("Low")
	issue.save()

	got = clocks(issue)["resolution"]
	for name in ("agreement", "outcome", "stopped", "elapsed", "due", "period"):
		assert got[name] == before[name], name
	assert issue.reload().slm_agreement == agreement.name


def test_case_12_site_in_kolkata_user_in_new_york(clock) -> None:
	make_agreement()
	agent = make_user("agent@newyork.example", "Support Team", time_zone="America/New_York")
	clock.at("Mon 1 Jun 11:00")
	issue = make_issue()

	clock.at("Mon 1 Jun 15:00")
	frappe.set_user(agent)
	issue.reload()
	issue.status = "Closed"
	issue.save(ignore_permissions=True)

	got = clocks(issue)["response"]
	assert (got.elapsed, got.outcome) == (4 * HOUR, "Missed")
	assert (got.missed_at, got.stopped) == (wall("Mon 1 Jun 12:00"), wall("Mon 1 Jun 15:00"))


def test_case_13_the_customers_own_agreement_before_a_general_one_edited_today(clock) -> None:
	customer = make_customer()
	own = make_agreement("Wool & Sons", [target("Resolution", 2)], customer=customer)
	general = make_agreement(targets=[target("Resolution", 8)])
	general.valid_until = "2027-12-31"
	general.save()

	issue = make_issue(customer=customer)

	assert [(row.agreement, row.goal) for row in clocks(issue).values()] == [(own.name, 2 * HOUR)]


def test_case_14_an_agreement_that_starts_next_month_is_not_applied_today(clock) -> None:
	make_agreement(valid_from="2026-07-01")
	clock.at("Tue 30 Jun 17:59:59")
	today = make_issue()
	clock.at("Wed 1 Jul 00:00")
	next_month = make_issue()

	assert clocks(today) == {}
	assert set(clocks(next_month)) == {"response", "resolution"}


def test_case_25_a_split_ticket_starts_clean_and_leaves_its_parent_alone(clock) -> None:
	make_agreement(calendar=make_calendar().name)
	clock.at("Mon 1 Jun 10:00")
	parent = make_issue()
	mail = reply(parent)
	clock.at("Mon 1 Jun 11:00")
	set_status(parent, "Replied")

	clock.at("Thu 4 Jun 11:00")
	before = clocks(parent)
	child = frappe.get_doc("Issue", as_loaded(parent).split_issue("Also the scanner", mail.name))

	got = clocks(child)
	assert got["response"].due == wall("Thu 4 Jun 12:00")
	assert got["resolution"].due == wall("Thu 4 Jun 15:00")
	assert (got["response"].outcome, got["resolution"].outcome) == ("Pending", "Pending")
	assert clocks(parent) == before
	assert frappe.db.get_value("Issue", parent.name, "status") == "Replied"
