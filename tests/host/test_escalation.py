"""Warnings and escalations: who is told of which level, once, in the desk, by mail and in a summary. June 2026 begins
on a Monday; the agreement promises a resolution within four hours, Mon-Fri 09:00-18:00.
"""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from slm_extension.adapters import site_time
from slm_extension.seeds import escalation_mails
from slm_extension.services import rebuild
from slm_extension.services.chunks import Chunks
from slm_extension.services.escalate import escalate
from slm_extension.services.tick import tick
from slm_extension.testing import (
	RESPONSE_1H,
	SiteClock,
	assign,
	make_agreement,
	make_issue,
	make_priority,
	make_service,
	make_team,
	make_user,
	set_status,
	target,
	wall,
)

MONA = "mona@desk.example"
MIRA, OTTO, BOSS, OWNER = "mira@desk.example", "otto@desk.example", "boss@desk.example", "owner@desk.example"
RESOLUTION_4H = target("Resolution", 4)


def level(number: int, timing: str, amount: float, notify: str = "Holder", **more: Any) -> dict[str, Any]:
	"""A row: percent, or hours before or after."""
	amounts = {"percent": int(amount)} if timing == "Percent of Goal" else {"offset": round(amount * 3600)}
	return {"level": number, "timing": timing, "notify": notify, **amounts, **more}


HALF = level(1, "Percent of Goal", 50)
MISSED = level(2, "After Due", 0, "Holder's Manager")


@pytest.fixture
def desk(outgoing: None) -> str:
	"""Mira and Otto, led by the boss."""
	for user in (MIRA, OTTO, BOSS, OWNER):
		make_user(user, "Support Team")
	return make_team("Front Desk", MIRA, OTTO, manager=BOSS)


def promise(*rows: dict[str, Any], **more: Any) -> str:
	return make_agreement(targets=[RESOLUTION_4H], escalations=list(rows), agreement_owner=OWNER, **more).name


def beat(clock: SiteClock, when: str) -> None:
	clock.at(when)
	tick(site_time.now(), Chunks())
	escalate(Chunks())


def log(issue: Any) -> list[tuple[int, str, str]]:
	"""What became of the levels of an Issue: number, status, whom it was told."""
	rows = frappe.get_all(
		"SLM Escalation Log",
		filters={"ticket": issue.name},
		fields=["level", "status", "recipients"],
		order_by="level asc, name asc",
	)
	return [(row.level, row.status, row.recipients or "") for row in rows]


def told(user: str) -> list[str]:
	return frappe.get_all(
		"Notification Log", filters={"for_user": user}, pluck="subject", order_by="creation asc, name asc"
	)


def mails(user: str) -> list[str]:
	queue = frappe.get_all(
		"Email Queue Recipient",
		filters={"recipient": user},
		pluck="parent",
		order_by="creation asc, name asc",
	)
	return [frappe.db.get_value("Email Queue", name, "message") for name in queue]


def test_half_of_the_time_is_told_to_the_holder_at_its_instant_and_not_before(clock, desk) -> None:
	promise(HALF)
	issue = make_issue("Ink <b>", slm_team=desk)
	assign(issue, MIRA)
	before = told(MIRA)

	beat(clock, "Mon 1 Jun 10:59:59")
	assert log(issue) == []
	beat(clock, "Mon 1 Jun 11:00")

	assert log(issue) == [(1, "Sent", MIRA)]
	reached = frappe.db.get_value("SLM Escalation Log", {"ticket": issue.name}, "reached_at")
	assert reached == wall("Mon 1 Jun 11:00")
	new = told(MIRA)[len(before) :]
	assert new == [f"{issue.name}: Resolution: 50 % used, 2 hours of open time left, due 01-06-2026 13:00."]
	(mail,) = mails(MIRA)
	assert "50 % used" in mail and "Ink &lt;b&gt;" in frappe.utils.cstr(mail).replace("=\n", "")


def test_a_level_is_told_once_whatever_happens_afterwards(clock, desk) -> None:
	promise(HALF)
	issue = make_issue(slm_team=desk)
	beat(clock, "Mon 1 Jun 11:00")
	beat(clock, "Mon 1 Jun 11:02")
	set_status(issue, "Replied")
	clock.at("Mon 1 Jun 12:00")
	set_status(issue, "Open")
	rebuild.rebuild([rebuild.Ticket("Issue", issue.name)], site_time.now())
	frappe.rename_doc("Issue", issue.name, "Called Otherwise", force=True)
	beat(clock, "Mon 1 Jun 12:30")

	issue.name = "Called Otherwise"
	assert log(issue) == [(1, "Sent", BOSS)]
	assert len(told(BOSS)) == 1


def test_a_miss_goes_to_the_manager_though_the_beat_comes_a_week_late(clock, desk) -> None:
	"""Due on Monday at 13:00; the scheduler was off until the next Monday."""
	promise(HALF, MISSED)
	issue = make_issue(slm_team=desk)
	assign(issue, MIRA)

	beat(clock, "Mon 8 Jun 09:30")

	assert log(issue) == [(1, "Sent", MIRA), (2, "Sent", BOSS)]
	assert frappe.db.get_value(
		"SLM Escalation Log", {"ticket": issue.name, "level": 2}, "reached_at"
	) == wall("Mon 1 Jun 13:00:01")
	assert told(BOSS) == [f"{issue.name}: Resolution is overdue by 41 hours 30 minutes of open time."]


def test_a_storm_becomes_one_summary_a_person(clock, desk) -> None:
	"""Eight tickets come due at once; five messages at most, says the site."""
	promise(MISSED)
	issues = [make_issue(f"Number {number}", slm_team=desk) for number in range(8)]

	beat(clock, "Mon 1 Jun 14:00")

	assert told(BOSS) == ["8 warnings about tickets that are due or overdue"]
	assert len(mails(BOSS)) == 1
	assert all(issue.name in mails(BOSS)[0] for issue in issues)
	assert {status for issue in issues for _level, status, _users in log(issue)} == {"In a Summary"}


def test_a_storm_that_comes_bit_by_bit_becomes_summaries_too(clock, desk) -> None:
	"""Three levels a beat, five messages in a quarter of an hour at most; half an hour later it is over."""
	promise(MISSED)
	for minute in (0, 2, 4, 30):
		clock.at(f"Mon 1 Jun 09:{minute:02}")
		for number in range(3):
			make_issue(f"Number {minute}.{number}", slm_team=desk)
	counts = []
	for minute in (0, 2, 4, 30):
		before = len(told(BOSS))
		beat(clock, f"Mon 1 Jun 13:{minute:02}:02")
		counts.append(len(told(BOSS)) - before)

	assert counts == [3, 1, 1, 3]
	assert told(BOSS)[3] == "3 warnings about tickets that are due or overdue"


def test_one_warning_is_told_in_its_own_words_whatever_came_before(clock, desk) -> None:
	promise(MISSED)
	for number in range(8):
		make_issue(f"Number {number}", slm_team=desk)
	clock.at("Mon 1 Jun 09:02")
	late = make_issue("Late", slm_team=desk)
	beat(clock, "Mon 1 Jun 13:00:02")

	beat(clock, "Mon 1 Jun 13:02:02")

	assert told(BOSS)[1].startswith(f"{late.name}: Resolution is")


def test_what_is_closed_before_the_beat_comes_is_not_told(clock, desk) -> None:
	promise(HALF, MISSED)
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 12:00")
	issue.reload()
	issue.subject = "A change that measures"
	issue.priority = make_priority("High")
	issue.save()
	assert log(issue) == [(1, "Queued", "")]
	set_status(issue, "Closed")

	beat(clock, "Mon 1 Jun 15:00")

	assert log(issue) == [(1, "Not Needed", "")]
	assert told(BOSS) == []


def test_a_hold_puts_the_level_off(clock, desk) -> None:
	promise(HALF)
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Replied")
	beat(clock, "Mon 1 Jun 15:00")
	assert log(issue) == []
	set_status(issue, "Open")
	beat(clock, "Mon 1 Jun 15:59:59")
	assert log(issue) == []

	beat(clock, "Mon 1 Jun 16:00")

	assert log(issue) == [(1, "Sent", BOSS)]


def test_a_metric_of_its_own_has_its_own_levels(clock, desk) -> None:
	make_agreement(
		targets=[RESPONSE_1H, RESOLUTION_4H],
		escalations=[{**HALF, "metric": "Response"}],
		agreement_owner=OWNER,
	)
	issue = make_issue(slm_team=desk)

	beat(clock, "Mon 1 Jun 12:00")

	assert frappe.get_all(
		"SLM Escalation Log", {"ticket": issue.name}, ["metric", "level"], order_by="name asc", as_list=True
	) == (("Response", 1),)


@pytest.mark.parametrize(
	("notify", "more", "users"),
	[
		("Holder", {}, [MIRA]),
		("Holder's Manager", {}, [BOSS]),
		("Team", {}, [MIRA, OTTO]),
		("Agreement Owner", {}, [OWNER]),
		("Service Owner", {}, [OTTO]),
		("Monitor", {}, [MONA]),
		("User", {"user": BOSS}, [BOSS]),
		("Role", {"role": "Service Level Analyst"}, ["analyst@desk.example"]),
		("Nobody", {}, []),
	],
)
def test_each_name_of_a_row_means_somebody(clock, desk, notify, more, users) -> None:
	make_user("analyst@desk.example", "Service Level Analyst")
	make_service("Online Shop", service_owner=OTTO, monitor=make_user(MONA, "Support Team"))
	promise(level(1, "Percent of Goal", 50, notify, **more))
	issue = make_issue(slm_team=desk, slm_service="Online Shop")
	assign(issue, MIRA)

	beat(clock, "Mon 1 Jun 11:00")

	assert log(issue) == [(1, "Sent" if users else "Nobody to Tell", ", ".join(users))]


def test_who_monitors_the_agreement_comes_before_who_monitors_the_service(clock, desk) -> None:
	make_service("Online Shop", monitor=make_user(MONA, "Support Team"))
	promise(level(1, "Percent of Goal", 50, "Monitor"), monitor=BOSS)
	issue = make_issue(slm_team=desk, slm_service="Online Shop")

	beat(clock, "Mon 1 Jun 11:00")

	assert log(issue) == [(1, "Sent", BOSS)]


def test_the_manager_is_whom_the_employee_reports_to_where_no_team_has_one(clock, outgoing) -> None:
	for user in (MIRA, BOSS):
		make_user(user, "Support Team")
	make_employee(MIRA, make_employee(BOSS))
	promise(level(1, "Percent of Goal", 50, "Holder's Manager"))
	issue = make_issue()
	assign(issue, MIRA)

	beat(clock, "Mon 1 Jun 11:00")

	assert log(issue) == [(1, "Sent", BOSS)]


def make_employee(user: str, reports_to: str | None = None) -> str:
	company = frappe.get_all("Company", pluck="name", order_by="name asc", limit=1)[0]
	return str(
		frappe.get_doc(
			{
				"doctype": "Employee",
				"first_name": user.partition("@")[0],
				"gender": "Female",
				"date_of_birth": "1990-01-01",
				"date_of_joining": "2020-01-01",
				"company": company,
				"user_id": user,
				"reports_to": reports_to,
			}
		)
		.insert(ignore_mandatory=True)
		.name
	)


def test_five_levels_are_told_in_as_many_statements_as_two(clock, outgoing, queries) -> None:
	"""Each ticket is held by an employee of his own; their superior, a role and the service's owner get a summary each."""
	agents = [make_user(f"agent{number}@desk.example", "Support Team") for number in range(5)]
	for user in (OWNER, OTTO, BOSS):
		make_user(user, "Support Team")
	make_user("analyst@desk.example", "Service Level Analyst")
	make_service("Online Shop", service_owner=OTTO)
	boss = make_employee(BOSS)
	for agent in agents:
		make_employee(agent, boss)
	frappe.db.set_single_value("SLM Settings", "storm_limit", 1)
	promise(
		level(1, "Percent of Goal", 50, "Holder's Manager"),
		level(1, "Percent of Goal", 50, "Service Owner"),
		level(1, "Percent of Goal", 50, "Role", role="Service Level Analyst"),
	)

	def statements(start: str, end: str, count: int) -> int:
		clock.at(start)
		issues = [make_issue(f"Number {number}", slm_service="Online Shop") for number in range(count)]
		for issue, agent in zip(issues, agents, strict=False):
			assign(issue, agent)
		clock.at(end)
		tick(site_time.now(), Chunks())
		with queries.counted():
			escalate(Chunks())
		users = ", ".join([BOSS, OTTO, "analyst@desk.example"])
		assert {entry for issue in issues for entry in log(issue)} == {(1, "In a Summary", users)}
		return len(queries)

	statements("Mon 1 Jun 09:00", "Mon 1 Jun 11:00", 2)  # whatever the host reads once and keeps
	few = statements("Tue 2 Jun 09:00", "Tue 2 Jun 11:00", 2)
	many = statements("Wed 3 Jun 09:00", "Wed 3 Jun 11:00", 5)

	assert many <= few, queries.sent


def test_a_notification_about_a_field_hears_of_changes_of_it_alone(clock, desk) -> None:
	"""Levels are settled past the host's way of saving; what a Notification compares with has to be there."""
	for field, subject in (("status", "The status"), ("metric", "The metric")):
		frappe.get_doc(
			{
				"doctype": "Notification",
				"__newname": subject,
				"channel": "Email",
				"document_type": "SLM Escalation Log",
				"event": "Value Change",
				"value_changed": field,
				"subject": f"{subject} of {{{{ doc.ticket }}}}",
				"message": "It has changed.",
				"recipients": [{"receiver_by_role": "Service Level Analyst"}],
				"enabled": 1,
			}
		).insert()
	frappe.cache.hdel("notifications", "SLM Escalation Log")
	analyst = make_user("analyst@desk.example", "Service Level Analyst")
	promise(HALF)
	issue = make_issue(slm_team=desk)

	beat(clock, "Mon 1 Jun 11:00")
	frappe.cache.hdel("notifications", "SLM Escalation Log")

	(mail,) = mails(analyst)
	assert f"The status of {issue.name}" in mail


def test_a_level_raises_the_priority_moves_and_assigns(clock, desk) -> None:
	second = make_team("Second Level", make_user("nils@network.example", "Support Team"))
	promise(
		level(
			1,
			"Percent of Goal",
			50,
			raise_priority_to=make_priority("Urgent"),
			move_to_team=second,
			assign_to="nils@network.example",
		)
	)
	issue = make_issue(slm_team=desk, priority=make_priority("Low"))

	beat(clock, "Mon 1 Jun 11:00")

	issue.reload()
	assert (issue.priority, issue.slm_team) == ("Urgent", second)
	assert "nils@network.example" in issue._assign
	done = frappe.db.get_value("SLM Escalation Log", {"ticket": issue.name}, "actions_taken")
	assert done == "Priority Low became Urgent. Moved to Second Level. Assigned to nils@network.example."
	assert rebuild.verify(site_time.now(), Chunks()).count == 0


def test_what_cannot_be_done_is_said_and_the_people_are_told_all_the_same(clock, desk, monkeypatch) -> None:
	promise(level(1, "Percent of Goal", 50, raise_priority_to=make_priority("Urgent")))
	issue = make_issue(slm_team=desk, priority=make_priority("Low"))
	frappe.db.sql("update `tabIssue` set issue_type = 'Gone' where name = %s", issue.name)

	beat(clock, "Mon 1 Jun 11:00")

	status, problem = frappe.db.get_value("SLM Escalation Log", {"ticket": issue.name}, ["status", "problem"])
	assert status == "Failed" and "Gone" in problem
	assert frappe.db.get_value("Issue", issue.name, "priority") == "Low"
	assert len(told(BOSS)) == 1


def test_a_priority_that_would_give_more_time_is_no_higher_one(clock, desk) -> None:
	"""Urgent tickets are due in four hours, others in eight; "raise to High" leaves an urgent one as it is."""
	urgent, high = make_priority("Urgent"), make_priority("High")
	make_agreement(
		targets=[target("Resolution", 4, priority=urgent), target("Resolution", 8)],
		escalations=[level(1, "Percent of Goal", 50, raise_priority_to=high)],
	)
	issue = make_issue(slm_team=desk, priority=urgent)

	beat(clock, "Mon 1 Jun 11:00")

	assert frappe.db.get_value("Issue", issue.name, "priority") == urgent
	done = frappe.db.get_value("SLM Escalation Log", {"ticket": issue.name}, "actions_taken")
	assert done == "Priority Urgent was kept: High would allow 8 hours instead of 4 hours."
	assert len(told(BOSS)) == 1


def test_who_has_left_is_told_nothing_and_the_owner_of_the_agreement_instead(clock, outgoing) -> None:
	make_user(MIRA, "Support Team")
	make_user(OWNER, "Support Team")
	promise(HALF)
	issue = make_issue()
	assign(issue, MIRA)
	frappe.db.set_value("User", MIRA, "enabled", 0)
	frappe.clear_document_cache("User", MIRA)

	beat(clock, "Mon 1 Jun 11:00")

	assert log(issue) == [(1, "Sent", OWNER)]


def test_a_template_that_the_site_has_broken_stops_no_warning(clock, desk) -> None:
	"""Our own words go out instead, and the Error Log names the template."""
	template = frappe.get_doc("Email Template", escalation_mails.ONE)
	template.response_html = "{{ doc.subject }}"
	template.save()
	promise(HALF)
	issue = make_issue(slm_team=desk)

	beat(clock, "Mon 1 Jun 11:00")

	assert log(issue) == [(1, "Sent", BOSS)]
	assert "50 % used" in mails(BOSS)[0]
	assert frappe.db.exists("Error Log", {"reference_name": escalation_mails.ONE})


def test_a_level_reached_before_a_renaming_is_told_after_it(clock, desk) -> None:
	promise(HALF)
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 11:00")
	tick(site_time.now(), Chunks())

	name = frappe.rename_doc("Issue", issue.name, "ISS-CALLED-OTHERWISE", force=True)
	beat(clock, "Mon 1 Jun 11:02")

	assert frappe.get_all("SLM Escalation Log", filters={"ticket": name}, pluck="status") == ["Sent"]


def test_the_levels_of_the_settings_are_for_agreements_that_say_nothing(clock, desk) -> None:
	settings = frappe.get_single("SLM Settings")
	settings.set("default_escalations", [level(1, "Before Due", 1)])
	settings.save()
	promise()
	issue = make_issue(slm_team=desk)

	beat(clock, "Mon 1 Jun 11:59:59")
	assert log(issue) == []
	beat(clock, "Mon 1 Jun 12:00")

	assert log(issue) == [(1, "Sent", BOSS)]


def test_a_level_that_lies_nowhere_is_refused(clock, desk) -> None:
	with pytest.raises(frappe.ValidationError, match="Number levels from 1"):
		promise({"level": 1, "timing": "Percent of Goal", "percent": 0, "notify": "Holder"})


def test_who_is_disabled_is_not_told_and_the_owner_stands_in_for_nobody(clock, desk) -> None:
	promise(level(1, "Percent of Goal", 50, "Service Owner"))
	issue = make_issue()

	beat(clock, "Mon 1 Jun 11:00")

	assert log(issue) == [(1, "Sent", OWNER)]


def test_the_clock_of_an_ola_warns_the_team_that_it_is_about(clock, desk) -> None:
	make_agreement()
	make_agreement(
		"Desk",
		[target("Turnaround", 2)],
		kind="OLA",
		teams=[desk],
		escalations=[level(1, "Percent of Goal", 50)],
	)
	issue = make_issue(slm_team=desk)

	beat(clock, "Mon 1 Jun 10:00")

	assert log(issue) == [(1, "Sent", BOSS)]
	assert told(BOSS) == [
		f"{issue.name}: Turnaround of Front Desk: 50 % used, 1 hour of open time left, due 01-06-2026 11:00."
	]


def test_a_level_that_was_reached_as_the_ticket_was_closed_is_told_when_it_is_reopened(clock, desk) -> None:
	promise(HALF)
	issue = make_issue(slm_team=desk)
	clock.at("Mon 1 Jun 11:00")
	set_status(issue, "Closed")
	beat(clock, "Mon 1 Jun 11:02")
	assert log(issue) == []

	clock.at("Tue 2 Jun 10:00")
	set_status(issue, "Open")
	beat(clock, "Tue 2 Jun 10:00")

	assert log(issue) == [(1, "Sent", BOSS)]


def test_a_webhook_of_the_site_hears_of_what_was_told(clock, desk) -> None:
	frappe.get_doc(
		{
			"doctype": "Webhook",
			"__newname": "Levels",
			"webhook_doctype": "SLM Escalation Log",
			"webhook_docevent": "on_update",
			"request_url": "http://127.0.0.1:9/levels",
			"request_method": "POST",
			"enabled": 1,
		}
	).insert()
	frappe.cache.delete_value("webhooks")
	frappe.local._webhook_queue = None
	promise(HALF)
	issue = make_issue(slm_team=desk)

	beat(clock, "Mon 1 Jun 11:00")

	(queued,) = frappe.local._webhook_queue
	assert (queued.doc.doctype, queued.doc.ticket, queued.doc.status) == (
		"SLM Escalation Log",
		issue.name,
		"Sent",
	)
	frappe.cache.delete_value("webhooks")
