"""A week in the life of a help desk, minute by minute: three teams, two suppliers, three customers in three zones.

Every figure in the tables was worked out by hand beforehand. The site's clock shows Indian time (UTC+5:30): Berlin is
3 h 30 min behind it, New York 9 h 30 min. Monday is 1 June 2026. At each minute what happens comes first, then the
beat; every hour the reconciler, which must find nothing, and every night the reminders and the verification.

Promises: *Wool* (Mon-Fri 09-18 IST) response 1 h, resolution 4 h; *Berlin* (08-17 Berlin) resolution 8 h; *Hudson*
(09-17 New York) response 2 h, resolution 8 h; none of them waits for suppliers. Beneath: the network team hands on
within 2 h and not counting its supplier's time, Bytes & Co within 4 h of office time, Cable Corp within 2 h day and
night. Wool's levels: half of the time to the holder, the miss to the holder's manager.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import frappe
import pytest

from slm_extension import api, tasks, testing
from slm_extension.adapters import site_time, store
from slm_extension.domain.legs import legs
from slm_extension.domain.timeline import Timeline
from slm_extension.overrides.issue import set_multiple_status
from slm_extension.service_level_management.doctype.slm_correction.slm_correction import preview
from slm_extension.services import availability, breaches, rebuild, reconcile, report
from slm_extension.services.chunks import Chunks
from slm_extension.testing import SiteClock, as_user, make_agreement, make_calendar, make_issue, target, wall

FRED, NORA, ANNA = "fred@desk.example", "nora@network.example", "anna@apps.example"
OTTO, OLGA, UMA, MIA = "otto@desk.example", "olga@desk.example", "uma@desk.example", "mia@desk.example"
DESK, NETWORK, APPS = "Front Desk", "Network", "Applications"
WOOL, BERLIN, HUDSON = "Wool & Sons", "Berlin Mills", "Hudson Paper"
BYTES, CABLE = "Bytes & Co", "Cable Corp"
MINUTE = 60

STORM = tuple(f"S{number}" for number in range(1, 7))

CLOCKS = {
	# ticket, metric, whose: outcome, minutes used, missed at
	("T1", "Response", ""): ("Met", 20, None),
	("T1", "Resolution", ""): ("Missed", 300, "Mon 1 Jun 13:00"),
	("T1", "Turnaround", NETWORK): ("Met", 90, None),
	("T1", "Turnaround", BYTES): ("Met", 150, None),
	("T2", "Response", ""): ("Missed", 120, "Mon 1 Jun 11:00"),
	("T2", "Resolution", ""): ("Met", 210, None),
	("T2", "Turnaround", NETWORK): ("Missed", 180, "Mon 1 Jun 12:00"),
	("T3", "Response", ""): ("Met", 10, None),
	("T3", "Resolution", ""): ("Met", 210, None),
	("T4", "Resolution", ""): ("Met", 480, None),
	("T5", "Response", ""): ("Missed", 150, "Wed 3 Jun 20:30"),
	("T5", "Resolution", ""): ("Missed", 510, "Thu 4 Jun 18:30"),
	("T5", "Turnaround", CABLE): ("Missed", 180, "Thu 4 Jun 00:00"),
	**{(name, "Response", ""): ("Missed", 90, "Thu 4 Jun 10:00") for name in STORM},
	**{(name, "Resolution", ""): ("Met", 90, None) for name in STORM},
	("T6", "Response", ""): ("Met", 15, None),
	("T6", "Resolution", ""): ("Met", 120, None),
	("T7", "Response", ""): ("Met", 10, None),
	("T7", "Resolution", ""): ("Met", 180, None),
}

LEGS = {
	"T1": [("team", DESK, 60), ("team", NETWORK, 60), ("supplier", BYTES, 150), ("team", NETWORK, 30)],
	"T2": [("team", NETWORK, 180), ("team", DESK, 30)],
	"T3": [
		("team", DESK, 60),
		("customer", WOOL, 17 * 60),
		("team", DESK, 60),
		("nobody", "", 22 * 60),
		("team", DESK, 90),
	],
	"T4": [("team", APPS, 540)],
	"T5": [("team", DESK, 210), ("supplier", CABLE, 180), ("team", DESK, 18 * 60)],
	"T7": [("team", DESK, 60), ("customer", WOOL, 180), ("team", DESK, 120)],
}
"""Party, name and minutes of wall-clock time, in order."""

BREACHES = {
	# ticket, metric: cause, who held it, minutes over, asked of, still a miss
	("T1", "Resolution"): ("supplier", BYTES, 60, OLGA, 1),
	("T2", "Response"): ("other team", NETWORK, 60, NORA, 1),
	("T5", "Response"): ("own team", DESK, 30, FRED, 1),
	("T5", "Resolution"): ("supplier", CABLE, 30, UMA, 1),
	**{(name, "Response"): ("own team", DESK, 30, FRED, 1) for name in STORM},
	("T7", "Resolution"): ("own team", DESK, 120, FRED, 0),
}

HALF = "{what}: 50 % used, {left} of open time left, due {due}."
OVER = "{what} is overdue by 1 minute of open time."
WHY = "{what} was missed by {over} of open time. Please say why on its breach, {breach}."

MESSAGES = [
	("Mon 1 Jun 10:30", NORA, "T2", HALF.format(what="Response", left="30 minutes", due="01-06-2026 11:00")),
	("Mon 1 Jun 11:00", NORA, "T1", HALF.format(what="Resolution", left="2 hours", due="01-06-2026 13:00")),
	("Mon 1 Jun 11:01", NORA, "T2", OVER.format(what="Response")),
	("Mon 1 Jun 11:01", NORA, "T2", WHY.format(what="Response", over="1 minute", breach="{breach}")),
	("Mon 1 Jun 12:00", NORA, "T2", HALF.format(what="Resolution", left="2 hours", due="01-06-2026 14:00")),
	("Mon 1 Jun 13:01", NORA, "T1", OVER.format(what="Resolution")),
	("Mon 1 Jun 13:01", OLGA, "T1", WHY.format(what="Resolution", over="1 minute", breach="{breach}")),
	("Wed 3 Jun 09:00", FRED, "T3", HALF.format(what="Resolution", left="2 hours", due="03-06-2026 11:00")),
	("Wed 3 Jun 20:31", FRED, "T5", WHY.format(what="Response", over="1 minute", breach="{breach}")),
	# asked on Monday and silent for two days
	("Thu 4 Jun 00:30", OLGA, "T1", WHY.format(what="Resolution", over="1 hour", breach="{breach}")),
	("Thu 4 Jun 09:30", FRED, "", "6 warnings about tickets that are due or overdue"),
	("Thu 4 Jun 10:01", FRED, "", "6 warnings about tickets that are due or overdue"),
	("Thu 4 Jun 10:01", FRED, "", "Please explain 6 missed promises"),
	("Thu 4 Jun 13:00", FRED, "T7", HALF.format(what="Resolution", left="2 hours", due="04-06-2026 15:00")),
	("Thu 4 Jun 15:01", FRED, "T7", OVER.format(what="Resolution")),
	("Thu 4 Jun 15:01", FRED, "T7", WHY.format(what="Resolution", over="1 minute", breach="{breach}")),
	("Thu 4 Jun 18:31", UMA, "T5", WHY.format(what="Resolution", over="1 minute", breach="{breach}")),
	("Sat 6 Jun 00:30", OLGA, "T1", WHY.format(what="Resolution", over="1 hour", breach="{breach}")),
	("Sat 6 Jun 00:30", FRED, "T5", WHY.format(what="Response", over="30 minutes", breach="{breach}")),
	# the six of Thursday; the seventh was corrected on Friday and is no miss any more
	("Sun 7 Jun 00:30", FRED, "", "Please explain 6 missed promises"),
	("Sun 7 Jun 00:30", UMA, "T5", WHY.format(what="Resolution", over="30 minutes", breach="{breach}")),
]

LEVELS = Counter({"T1": 2, "T2": 3, "T3": 1, "T7": 2, **dict.fromkeys(STORM, 2)})


class Desk:
	"""The site, its tickets by the names of the tables, and what people were told."""

	def __init__(self, clock: SiteClock) -> None:
		self.clock = clock
		self.names: dict[str, str] = {}
		self.told: list[tuple[str, str, str]] = []
		self.seen = set(notices())
		self.mails = frappe.db.count("Email Queue")
		self.repaired: list[str] = []
		self.differences: list[str] = []

	def issue(self, name: str) -> Any:
		return frappe.get_doc("Issue", self.names[name])

	def open(self, name: str, customer: str, team: str, **more: Any) -> None:
		self.names[name] = make_issue(f"Ticket {name}", customer=customer, slm_team=team, **more).name

	def change(self, name: str, **values: Any) -> None:
		issue = self.issue(name)
		issue.update(values)
		issue.save()

	def minute(self, at: datetime) -> None:
		tasks.beat()
		if at.minute == 0:
			self.repaired += reconcile.reconcile(site_time.now(), at - timedelta(hours=2), Chunks()).repaired
		if (at.hour, at.minute) == (0, 30):
			breaches.remind(site_time.now(), Chunks())
			verified = rebuild.verify(site_time.now(), Chunks())
			self.differences += [str(one) for one in verified.first]
		for name in notices(len(self.seen)):
			if name not in self.seen:
				self.seen.add(name)
				user, subject = frappe.db.get_value("Notification Log", name, ["for_user", "subject"])
				self.told.append((f"{at:%a} {at.day} {at:%b} {at:%H:%M}", user, subject))


def notices(known: int = 0) -> list[str]:
	"""The names of all notices of the desk; none where there are as many as are known."""
	if frappe.db.count("Notification Log") == known:
		return []
	return frappe.get_all(
		"Notification Log", pluck="name", order_by="creation asc, name asc", limit_page_length=0
	)


@pytest.fixture
def desk(clock: SiteClock, outgoing: None) -> Desk:
	for user in (FRED, NORA, ANNA, OTTO, UMA, OLGA):
		testing.make_user(user, "Support Team")
	testing.make_user(MIA, "Service Level Manager", "Support Team")
	testing.make_team(DESK, OTTO, manager=FRED)
	testing.make_team(NETWORK, NORA, manager=NORA)
	testing.make_team(APPS, ANNA, manager=ANNA)
	for customer in (WOOL, BERLIN, HUDSON):
		testing.make_customer(customer)
	for supplier in (BYTES, CABLE):
		testing.make_supplier(supplier)
	office = make_calendar().name
	levels = [
		{"level": 1, "timing": "Percent of Goal", "percent": 50, "notify": "Holder"},
		{"level": 2, "timing": "After Due", "offset": 0, "notify": "Holder's Manager"},
	]
	clock.at("Mon 1 Jun 00:00")
	common = {"agreement_owner": OLGA, "teams": [DESK]}
	make_agreement("Wool", customer=WOOL, calendar=office, escalations=levels, **common)
	make_agreement(
		"Berlin",
		[target("Resolution", 8)],
		make_calendar("Berlin", ("08:00-17:00",), zone="Europe/Berlin").name,
		BERLIN,
		**common,
	)
	make_agreement(
		"Hudson",
		[target("Response", 2), target("Resolution", 8)],
		make_calendar("New York", ("09:00-17:00",), zone="America/New_York").name,
		HUDSON,
		**common,
	)
	make_agreement(
		"Network",
		[target("Turnaround", 2, hold_supplier=1)],
		office,
		kind="OLA",
		teams=[NETWORK],
		agreement_owner=OLGA,
	)
	make_agreement("Bytes", [target("Turnaround", 4)], office, kind="UC", supplier=BYTES, agreement_owner=UMA)
	around = make_calendar("Day and Night", around_the_clock=True).name
	make_agreement("Cable", [target("Turnaround", 2)], around, kind="UC", supplier=CABLE, agreement_owner=UMA)
	testing.make_service("Mail", service_hours=office)
	return Desk(clock)


def week(desk: Desk) -> Iterator[tuple[str, Callable[[], Any]]]:
	"""What happens, in order."""
	yield "Mon 1 Jun 09:00", lambda: desk.open("T1", WOOL, DESK)
	yield "Mon 1 Jun 09:20", lambda: testing.reply(desk.issue("T1"))
	yield "Mon 1 Jun 10:00", lambda: desk.change("T1", slm_team=NETWORK)
	yield "Mon 1 Jun 10:00", lambda: desk.open("T2", WOOL, NETWORK)
	yield (
		"Mon 1 Jun 11:00",
		lambda: desk.change("T1", status="On Hold", slm_waiting_for="Supplier", slm_supplier=BYTES),
	)
	yield "Mon 1 Jun 12:00", lambda: testing.reply(desk.issue("T2"))
	yield "Mon 1 Jun 13:00", lambda: desk.change("T2", slm_team=DESK)
	yield "Mon 1 Jun 13:30", lambda: desk.change("T1", status="Open")
	yield "Mon 1 Jun 13:30", lambda: desk.change("T2", status="Closed")
	yield "Mon 1 Jun 14:00", lambda: desk.change("T1", status="Closed")
	yield "Mon 1 Jun 16:00", lambda: desk.open("T3", WOOL, DESK)
	yield "Mon 1 Jun 16:10", lambda: testing.reply(desk.issue("T3"))
	yield "Mon 1 Jun 17:00", lambda: desk.change("T3", status="Replied")
	yield "Tue 2 Jun 09:00", lambda: explain(desk, "T2", "Response", NORA)
	yield "Tue 2 Jun 10:00", lambda: testing.receive(desk.issue("T3"))
	yield "Tue 2 Jun 11:00", lambda: desk.change("T3", status="Resolved")
	yield "Tue 2 Jun 12:30", lambda: desk.open("T4", BERLIN, APPS)  # 09:00 in Berlin
	yield "Tue 2 Jun 21:30", lambda: desk.change("T4", status="Closed")  # 18:00, an hour after closing time
	yield "Wed 3 Jun 09:00", lambda: testing.receive(desk.issue("T3"))
	yield "Wed 3 Jun 10:30", lambda: desk.change("T3", status="Closed")
	yield "Wed 3 Jun 18:30", lambda: desk.open("T5", HUDSON, DESK)  # 09:00 in New York
	yield "Wed 3 Jun 21:00", lambda: testing.reply(desk.issue("T5"))
	yield (
		"Wed 3 Jun 22:00",
		lambda: desk.change("T5", status="On Hold", slm_waiting_for="Supplier", slm_supplier=CABLE),
	)
	yield "Thu 4 Jun 01:00", lambda: desk.change("T5", status="Open")
	for name in STORM:
		yield "Thu 4 Jun 09:00", lambda name=name: desk.open(name, WOOL, DESK)
	yield (
		"Thu 4 Jun 10:30",
		lambda: set_multiple_status(frappe.as_json([desk.names[name] for name in STORM]), "Closed"),
	)
	yield "Thu 4 Jun 11:00", lambda: desk.open("T7", WOOL, DESK)
	yield "Thu 4 Jun 11:10", lambda: testing.reply(desk.issue("T7"))
	yield "Thu 4 Jun 12:00", lambda: announce_maintenance()
	yield "Thu 4 Jun 17:00", lambda: desk.change("T7", status="Closed")
	yield "Thu 4 Jun 19:00", lambda: desk.change("T5", status="Closed")  # 09:30 in New York
	yield "Fri 5 Jun 09:00", lambda: desk.open("T6", WOOL, DESK, slm_service="Mail", slm_service_down=1)
	yield "Fri 5 Jun 09:15", lambda: testing.reply(desk.issue("T6"))
	yield "Fri 5 Jun 11:00", lambda: desk.change("T6", status="Resolved")
	yield "Fri 5 Jun 11:30", lambda: api.ticket_told(desk.names["T6"])
	yield "Fri 5 Jun 12:00", lambda: ask_for_a_correction(desk)
	yield "Fri 5 Jun 12:30", lambda: approve_it()
	yield "Fri 5 Jun 16:30", lambda: an_outage_in_the_maintenance_window()


def explain(desk: Desk, name: str, metric: str, user: str) -> None:
	with as_user(user):
		frappe.get_doc("SLM Breach", {"ticket": desk.names[name], "metric": metric}).explain(
			"We were three.", "Other"
		)


def announce_maintenance() -> None:
	"""More than a day before: in time, as the site asks for a notice of 24 hours."""
	frappe.get_single("SLM Settings").update({"maintenance_notice": 24 * 3600}).save()
	frappe.get_doc(
		{
			"doctype": "SLM Maintenance Window",
			"title": "New disks",
			"services": [{"service": "Mail"}],
			"starts": wall("Fri 5 Jun 15:00"),
			"ends": wall("Fri 5 Jun 17:00"),
			"announced_on": wall("Thu 4 Jun 12:00"),
		}
	).insert()


def an_outage_in_the_maintenance_window() -> None:
	frappe.get_doc(
		{
			"doctype": "SLM Outage",
			"service": "Mail",
			"started": wall("Fri 5 Jun 15:30"),
			"restored_at": wall("Fri 5 Jun 16:00"),
			"told_at": wall("Fri 5 Jun 16:00"),
		}
	).insert()


def ask_for_a_correction(desk: Desk) -> None:
	"""T7 had waited for the customer from 12:00 to 15:00 on Thursday; nobody had put it on hold."""
	with as_user(OTTO):
		frappe.get_doc(
			{
				"doctype": "SLM Correction",
				"ticket_type": "Issue",
				"ticket": desk.names["T7"],
				"what": "Waited for Customer",
				"from_time": wall("Thu 4 Jun 12:00"),
				"until_time": wall("Thu 4 Jun 15:00"),
				"reason": "They were at lunch and sent the log afterwards.",
				"evidence": attached_mail(),
			}
		).insert()


def attached_mail() -> str:
	return str(
		frappe.get_doc(
			{"doctype": "File", "file_name": "mail.txt", "content": "We are back at three.", "is_private": 1}
		)
		.insert(ignore_permissions=True)
		.file_url
	)


def approve_it() -> None:
	with as_user(MIA):
		asked = frappe.get_last_doc("SLM Correction")
		asked.approve(preview(asked.name)["digest"], "The mail says so.")


def play(desk: Desk, until: str) -> None:
	events = list(week(desk))
	at, last = wall("Mon 1 Jun 00:00"), wall(until)
	while at <= last:
		desk.clock.at(at)
		while events and wall(events[0][0]) == at:
			events.pop(0)[1]()
		desk.minute(at)
		at += timedelta(minutes=1)
	assert not events


def test_the_week_comes_out_as_it_was_worked_out_by_hand(desk: Desk) -> None:
	play(desk, "Sun 7 Jun 23:59")
	ticket = {issue: name for name, issue in desk.names.items()}

	clocks = {
		(ticket[row.ticket], row.metric, row.party or ""): (
			row.outcome,
			row.elapsed / MINUTE,
			row.missed_at,
		)
		for row in frappe.get_all(
			"SLM Clock",
			filters={"ticket": ["in", list(ticket)]},
			fields=["ticket", "metric", "party", "outcome", "elapsed", "missed_at"],
			order_by="name asc",
			limit_page_length=0,
		)
	}
	assert clocks == {
		key: (outcome, minutes, wall(missed) if missed else None)
		for key, (outcome, minutes, missed) in CLOCKS.items()
	}

	assert {name: legs_of(desk, name) for name in LEGS} == LEGS

	found = {
		(ticket[row.ticket], row.metric): (
			row.cause,
			row.responsible,
			row.overrun / MINUTE,
			row.asked_of,
			row.standing,
		)
		for row in frappe.get_all(
			"SLM Breach", filters={"ticket": ["in", list(ticket)]}, fields=["*"], order_by="name asc"
		)
	}
	assert found == BREACHES

	assert sorted(desk.told, key=in_time) == sorted((said(desk, *one) for one in MESSAGES), key=in_time)
	assert frappe.db.count("Email Queue") - desk.mails == len(MESSAGES)
	logged = frappe.get_all(
		"SLM Escalation Log",
		filters={"ticket": ["in", list(ticket)]},
		fields=["ticket", "status"],
		order_by="name asc",
	)
	assert Counter(ticket[row.ticket] for row in logged) == LEVELS
	assert Counter(row.status for row in logged) == {"Sent": 8, "In a Summary": 12}

	assert desk.repaired == []
	assert desk.differences == []

	june = report.answer(report.Question(report.Months(202606, 202606), 202606, only=())).total.attainment
	met = sum(outcome == "Met" for outcome, _minutes, _missed in CLOCKS.values())
	assert (june.met, june.missed, june.pending) == (met, len(CLOCKS) - met, 0)

	(mail,) = (
		line
		for line in availability.lines(
			availability.Question(
				wall("Mon 1 Jun 00:00").date(), wall("Sun 7 Jun 00:00").date(), service="Mail"
			),
			site_time.now(),
		)
		if line.service == "Mail"
	)
	# five days of nine hours without the two of maintenance; down from 09:00 until the users were told at 11:30
	assert (mail.figures.agreed, mail.figures.down, len(mail.figures.failures)) == (43 * 3600, 9000, 1)


def legs_of(desk: Desk, name: str) -> list[tuple[str, str, float]]:
	key = store.Ticket("Issue", desk.names[name])
	timeline = Timeline.of(key.name, store.facts_of([key])[key])
	return [(leg.party.value, leg.name, leg.seconds / MINUTE) for leg in legs(timeline, site_time.now())]


def said(desk: Desk, when: str, user: str, name: str, text: str) -> tuple[str, str, str]:
	if not name:
		return when, user, text
	metric = text.split()[0].rstrip(":")
	breach = frappe.db.get_value("SLM Breach", {"ticket": desk.names[name], "metric": metric})
	return when, user, f"{desk.names[name]}: {text.replace('{breach}', breach or '')}"


def in_time(one: tuple[str, str, str]) -> tuple[Any, str, str]:
	return wall(one[0]), *one[1:]
