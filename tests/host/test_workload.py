"""Agreed workload on a site: which ticket lies above, what the report says, who is told, and what may be excused.

June 2026: 1 June is a Monday. The office is open Monday to Friday 09:00-18:00 in Kolkata.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
import pytest

from slm_extension.adapters import site_time
from slm_extension.adapters.agreements import forget_agreements
from slm_extension.adapters.store import Ticket
from slm_extension.service_level_management.report.slm_workload import slm_workload
from slm_extension.services import grounds, workload
from slm_extension.services.grounds import Ground, grounds_for
from slm_extension.testing import (
	SiteClock,
	as_user,
	make_agreement,
	make_customer,
	make_issue,
	make_priority,
	make_service,
	make_user,
	make_window,
	reply,
	set_status,
	wall,
)

WOOL = "Wool & Sons"
NOTICE = "SLM Workload Notice"


def limit(tickets: int, per: str = "Month", **more: Any) -> dict[str, Any]:
	return {"period": per, "tickets": tickets, "accepted": 1, "beyond": "Best effort", **more}


def agreement_with(*limits: dict[str, Any], **more: Any) -> Any:
	make_customer(WOOL)
	return make_agreement("Support for Wool", customer=WOOL, workload_limits=list(limits), **more)


def tickets(clock: SiteClock, *moments: str, **fields: Any) -> list[Any]:
	found = []
	for when in moments:
		clock.at(when)
		found.append(make_issue(f"Opened {when}", customer=WOOL, **fields))
	return found


def report(**filters: Any) -> list[dict[str, Any]]:
	return slm_workload.execute({"from_date": "2026-06-01", "to_date": "2026-06-30", **filters})[1]


def instant(when: str) -> int:
	return site_time.to_instant(wall(when))


class TestNumbering:
	def test_the_tickets_after_the_limit_lie_above_it_in_order_of_opening(self, clock: SiteClock) -> None:
		agreement_with(limit(2))
		first, second, third = tickets(clock, "Mon 1 Jun 09:00", "Mon 1 Jun 10:00", "Mon 1 Jun 11:00")
		assert workload.remarks_on(Ticket("Issue", second.name)) == ()
		assert workload.remarks_on(Ticket("Issue", third.name)) == (
			"Above the agreed workload of Support for Wool: number 3, agreed are 2 tickets a month.",
		)
		frappe.delete_doc("Issue", first.name)
		assert workload.remarks_on(Ticket("Issue", third.name)) == ()

	def test_a_duplicate_is_no_work(self, clock: SiteClock) -> None:
		agreement_with(limit(1))
		first, second = tickets(clock, "Mon 1 Jun 09:00", "Mon 1 Jun 10:00")
		first.reload()
		first.slm_duplicate_of = second.name
		first.save()
		assert workload.remarks_on(Ticket("Issue", second.name)) == ()

	def test_a_limit_for_a_service_counts_what_lies_beneath_it_too(self, clock: SiteClock) -> None:
		group = frappe.get_doc(
			{"doctype": "SLM Service", "service_name": "Office", "is_group": 1, "status": "Live"}
		).insert()
		mail = make_service("Mail", parent_slm_service=group.name)
		shop = make_service("Shop")
		agreement_with(limit(0, service=group.name))
		(one,) = tickets(clock, "Mon 1 Jun 09:00", slm_service=mail)
		(other,) = tickets(clock, "Mon 1 Jun 09:30", slm_service=shop)
		assert workload.remarks_on(Ticket("Issue", one.name))
		assert not workload.remarks_on(Ticket("Issue", other.name))

	def test_a_version_goes_on_counting_where_the_one_before_stopped(self, clock: SiteClock) -> None:
		"""A limit is for a month, whichever version is in force in it."""
		first = agreement_with(limit(1), valid_until="2026-06-10")
		second = agreement_with(limit(1), valid_from="2026-06-11")
		second.db_set("lineage", first.lineage)
		second.db_set("agreement_version", 2)
		forget_agreements()
		_one, two = tickets(clock, "Mon 1 Jun 09:00", "Mon 15 Jun 09:00")
		(place,) = workload.places(Ticket("Issue", two.name))
		assert (place.agreement, place.numbered.number, place.numbered.above) == (second.name, 2, True)

	def test_the_number_on_the_form_is_that_of_the_report_and_reads_no_other_tickets(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""Two opened in the same second, one that is no work, one of another priority, one of another month."""
		high = make_priority("High")
		agreement = agreement_with(limit(1), limit(1, "Day", priority=high))
		found = tickets(
			clock, "Fri 29 May 09:00", "Mon 1 Jun 09:00", "Mon 1 Jun 09:00", "Tue 2 Jun 09:00", priority=high
		)
		found += tickets(clock, "Tue 2 Jun 10:00", "Tue 2 Jun 11:00")
		duplicate = found[-2]
		duplicate.reload()
		duplicate.slm_duplicate_of = found[-1].name
		duplicate.save()
		clock.at("Wed 3 Jun 09:00")
		lines = workload.lines([agreement.name], date(2026, 5, 1), date(2026, 6, 3), site_time.now())
		reported = {
			(one.opening.ticket, line.agreed.row): (one.number, one.above)
			for line in lines
			for one in line.tickets
		}
		monkeypatch.setattr(workload, "_opened", lambda *_: 1 / 0)
		on_forms = {
			(one.name, place.agreed.row): (place.numbered.number, place.numbered.above)
			for one in found
			for place in workload.places(Ticket("Issue", one.name))
		}
		assert on_forms == reported
		assert sorted(number for number, _above in reported.values()) == [1, 1, 1, 1, 1, 2, 2, 3, 4]
		assert workload.warn(site_time.now()) == 1

	def test_the_form_asks_as_often_however_many_tickets_there_are(
		self, clock: SiteClock, queries: Any
	) -> None:
		agreement_with(limit(1))
		sent = []
		for when in ("Mon 1 Jun 09:00", "Mon 1 Jun 10:00", "Mon 1 Jun 11:00"):
			(issue,) = tickets(clock, when)
			workload.remarks_on(Ticket("Issue", issue.name))  # what a process asks once
			with queries.counted():
				workload.remarks_on(Ticket("Issue", issue.name))
			sent.append(len(queries))
		assert len(set(sent)) == 1


class TestReport:
	def test_actual_against_limit_with_what_was_kept_inside_and_above(self, clock: SiteClock) -> None:
		agreement_with(limit(1))
		one, two = tickets(clock, "Mon 1 Jun 09:00", "Mon 1 Jun 09:10")
		reply(one)
		clock.at("Mon 1 Jun 12:00")
		reply(two)
		for issue in (one, two):
			set_status(issue, "Closed")
		clock.at("Mon 15 Jun 13:30")
		(row,) = report()
		assert (row["tickets"], row["above"], row["used"], row["verdict"]) == (2, 1, 200, "Above by 1")
		assert (row["inside"], row["inside_decided"], row["beyond"], row["beyond_decided"]) == (100, 2, 50, 2)
		assert row["forecast"] == 4  # 10 days and a half of 22 have passed

	def test_every_period_that_has_begun_has_its_line(self, clock: SiteClock) -> None:
		agreement_with(limit(5, "Week"))
		tickets(clock, "Mon 1 Jun 09:00", "Mon 8 Jun 09:00", "Tue 9 Jun 09:00")
		clock.at("Wed 10 Jun 09:00")
		assert [(row["period"], row["tickets"]) for row in report()] == [("2026 W23", 1), ("2026 W24", 2)]

	def test_the_tickets_of_a_line_are_numbered_and_marked(self, clock: SiteClock) -> None:
		agreement_with(limit(1), limit(5, priority=make_priority("High")))
		names = [one.name for one in tickets(clock, "Mon 1 Jun 09:00", "Mon 1 Jun 10:00")]
		rows = report(show="Tickets", row=1)
		assert [(row["number"], row["ticket"], row["mark"]) for row in rows] == [
			(1, names[0], "Inside"),
			(2, names[1], "Above"),
		]
		assert [row["ticket"] for row in report(show="Tickets", row=1, above_only=1)] == [names[1]]

	def test_who_reads_no_tickets_sees_counts_only(self, clock: SiteClock) -> None:
		agreement_with(limit(1))
		tickets(clock, "Mon 1 Jun 09:00")
		with as_user(make_user("analyst@desk.example", "Service Level Analyst")):
			assert report()[0]["tickets"] == 1
			with pytest.raises(frappe.PermissionError):
				report(show="Tickets")

	@pytest.mark.parametrize(
		"filters",
		[
			{"from_date": "2026-07-01"},
			{"from_date": "nonsense"},
			{"to_date": "9999-12-31"},
			{"show": "<script>"},
			{"per": "Century"},
			{"from_date": "1990-01-01", "to_date": "2100-01-01"},
		],
	)
	def test_what_cannot_be_meant_is_refused(self, clock: SiteClock, filters: dict[str, str]) -> None:
		agreement_with(limit(1, "Day"), valid_from="1980-01-01")
		with pytest.raises(frappe.ValidationError):
			report(**filters)

	@pytest.mark.parametrize("filters", [{"row": 2}, {"per": "Week"}], ids=["row", "period"])
	def test_limits_that_were_not_asked_for_are_not_looked_at(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch, filters: dict[str, Any]
	) -> None:
		agreement_with(limit(1), limit(5, "Week"))
		tickets(clock, "Mon 1 Jun 09:00")
		asked = []
		real = workload._opened
		monkeypatch.setattr(workload, "_opened", lambda *given: (asked.append(given), real(*given))[1])
		assert {row["limit"] for row in report(**filters)} == {"5 tickets a week"}
		assert len(asked) == 1

	def test_without_limits_it_says_so(self, clock: SiteClock, agreement: str) -> None:
		columns, rows, message, chart, _summary, _total = slm_workload.execute({"agreement": agreement})
		assert columns and not rows and chart is None
		assert "No agreement has a workload limit" in message


class TestWarning:
	def test_the_owner_is_told_at_eighty_and_at_a_hundred_percent_once_each(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		monkeypatch.setitem(frappe.flags, "in_test", True)
		owner = make_user("owner@desk.example", "Service Level Manager")
		agreement_with(limit(5), agreement_owner=owner)
		sent = []
		for number, when in enumerate(
			("Mon 1 Jun 09:00", "Mon 1 Jun 10:00", "Mon 1 Jun 11:00", "Tue 2 Jun 09:00", "Tue 2 Jun 10:00")
		):
			tickets(clock, when)
			sent.append(workload.warn(site_time.now()) + workload.warn(site_time.now()))
			assert number == len(sent) - 1
		assert sent == [0, 0, 0, 1, 1]
		subjects = frappe.get_all(
			"Notification Log",
			filters={"for_user": owner, "subject": ["like", "%workload%"]},
			pluck="subject",
			order_by="creation asc, name asc",
		)
		assert sorted(subjects) == [
			"80 % of the agreed workload of Support for Wool is used",
			"The agreed workload of Support for Wool is used up",
		]

	def test_past_both_at_once_he_is_told_once(self, clock: SiteClock) -> None:
		agreement_with(limit(1))
		tickets(clock, "Mon 1 Jun 09:00")
		assert workload.warn(site_time.now()) == 1
		assert frappe.get_all(NOTICE, pluck="percent", order_by="percent asc") == [80, 100]

	def test_the_next_month_begins_anew(self, clock: SiteClock) -> None:
		agreement_with(limit(1))
		tickets(clock, "Mon 1 Jun 09:00")
		workload.warn(site_time.now())
		clock.at("Wed 1 Jul 09:00")
		assert workload.warn(site_time.now()) == 0
		tickets(clock, "Wed 1 Jul 10:00")
		assert workload.warn(site_time.now()) == 1


class TestGrounds:
	def clauses(self, issue: Any, agreement: Any, missed: str = "Mon 1 Jun 14:00") -> list[str]:
		found = grounds_for(Ticket("Issue", issue.name), agreement.name, instant(missed))
		return [one.clause for one in found]

	@pytest.mark.parametrize(
		("row", "expected"),
		[
			(limit(0), [grounds.ABOVE_WORKLOAD]),
			(limit(1), []),
			(limit(0, accepted=0), []),
			(limit(0, beyond="Counts all the same"), []),
		],
		ids=["above", "inside", "not accepted", "counts all the same"],
	)
	def test_above_the_agreed_workload(
		self, clock: SiteClock, row: dict[str, Any], expected: list[str]
	) -> None:
		agreement = agreement_with(row)
		(issue,) = tickets(clock, "Mon 1 Jun 09:00")
		assert self.clauses(issue, agreement) == expected

	@pytest.mark.parametrize(
		("begins", "ends", "expected"),
		[
			("2026-06-01", "2026-06-01", True),
			("2026-05-01", "2026-05-31", False),
			("2026-06-02", None, False),
			(None, "2026-06-01", True),
			(None, None, True),
		],
	)
	def test_an_exception_of_the_agreement_on_that_day(
		self, clock: SiteClock, begins: str | None, ends: str | None, expected: bool
	) -> None:
		agreement = agreement_with(
			exceptions=[
				{"title": "Move", "from_date": begins, "until_date": ends, "description": "The office moves"}
			]
		)
		(issue,) = tickets(clock, "Mon 1 Jun 09:00")
		assert (grounds.EXCEPTION in self.clauses(issue, agreement)) is expected

	def test_maintenance_of_its_service_announced_in_time(self, clock: SiteClock) -> None:
		service = make_service("Mail")
		agreement = agreement_with()
		clock.at("Wed 20 May 09:00")
		make_window("Mon 1 Jun 11:00", "Mon 1 Jun 12:00", service, announced="Wed 20 May 08:00")
		(issue,) = tickets(clock, "Mon 1 Jun 09:00", slm_service=service)
		(early,) = tickets(clock, "Mon 1 Jun 12:00", slm_service=service)
		assert self.clauses(issue, agreement) == [grounds.MAINTENANCE]
		assert self.clauses(issue, agreement, "Mon 1 Jun 11:00") == []
		assert self.clauses(early, agreement) == []

	@pytest.mark.parametrize(
		("row", "expected"),
		[
			({"notice": 12 * 86_400}, [grounds.MAINTENANCE]),
			({"notice": 12 * 86_400 + 3 * 3600 + 1}, []),
			({"notice": 20 * 86_400, "service": "Phone"}, [grounds.MAINTENANCE]),
		],
		ids=["as early as agreed", "a second late", "another service"],
	)
	def test_maintenance_as_early_as_the_agreement_asks(
		self, clock: SiteClock, row: dict[str, Any], expected: list[str]
	) -> None:
		make_service("Phone")
		service = make_service("Mail")
		agreement = agreement_with(interruptions=[{"title": "Any work", **row}])
		clock.at("Wed 20 May 09:00")
		make_window("Mon 1 Jun 11:00", "Mon 1 Jun 12:00", service, announced="Wed 20 May 08:00")
		(issue,) = tickets(clock, "Mon 1 Jun 09:00", slm_service=service)
		assert self.clauses(issue, agreement) == expected

	def test_words_name_the_clause(self, clock: SiteClock) -> None:
		agreement = agreement_with(limit(0))
		(issue,) = tickets(clock, "Mon 1 Jun 09:00")
		(ground,) = grounds_for(Ticket("Issue", issue.name), agreement.name, None)
		assert ground == Ground(
			grounds.ABOVE_WORKLOAD,
			"Number 1 since 01-06-2026; agreed are 0 tickets a month, and best effort above.",
			"SLM Agreement",
			agreement.name,
		)

	def test_a_ticket_without_a_record_has_none(self, clock: SiteClock) -> None:
		agreement = agreement_with(limit(0))
		assert grounds_for(Ticket("Issue", "ISS-NONE"), agreement.name, None) == ()
