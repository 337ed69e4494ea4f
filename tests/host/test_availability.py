"""Outages, maintenance and what agreements promise of them: through documents, tickets and the report.

June 2026 begins on a Monday. The office is open from nine to six, the site's zone is Asia/Kolkata.
"""

from __future__ import annotations

import json
from typing import Any

import frappe
import frappe.client
import pytest
from frappe.desk.query_report import run
from frappe.utils import get_datetime

from slm_extension import api, testing
from slm_extension.adapters import site_time
from slm_extension.adapters.outages import outage_of
from slm_extension.overrides.issue import set_multiple_status
from slm_extension.seeds import outage_mails
from slm_extension.service_level_management.report.slm_availability import slm_availability
from slm_extension.services import outages, print_agreement, reconcile, terms
from slm_extension.services.chunks import Chunks
from slm_extension.testing import (
	as_user,
	clocks,
	ledger,
	make_agreement,
	make_customer,
	make_issue,
	make_outage,
	make_service,
	make_user,
	make_window,
	opened_form,
	save_form,
	target,
	wall,
)

SHOP, MAIL, SERVER = "Online Shop", "Mail", "Server Room"
NOON = "Tue 2 Jun 12:00"


@pytest.fixture
def shop(clock) -> str:
	testing.make_calendar()
	return make_service(SHOP, service_hours=testing.OFFICE)


def refusal(call: Any) -> str:
	"""The sentence with which something is refused."""
	frappe.db.savepoint("refused")
	with pytest.raises(frappe.ValidationError) as caught:
		call()
	frappe.db.rollback(save_point="refused")
	frappe.clear_messages()
	return frappe.utils.strip_html(str(caught.value))


def of(issue: Any | str) -> list[Any]:
	return frappe.get_all(
		"SLM Outage",
		filters={"issue": getattr(issue, "name", issue)},
		fields=["name", "service", "status", "started", "restored_at", "told_at", "source", "degradation"],
		order_by="started asc, name asc",
	)


class TestOutage:
	@pytest.mark.parametrize(
		("values", "said"),
		[
			(
				{"restored_at": wall("Mon 1 Jun 10:59")},
				"Restored At (01-06-2026 10:59:00) lies before Started",
			),
			({"told_at": wall("Mon 1 Jun 10:59")}, "Users Told At (01-06-2026 10:59:00) lies before Started"),
			(
				{"restored_at": wall("Mon 1 Jun 13:00"), "told_at": wall("Mon 1 Jun 12:00")},
				"Users Told At (01-06-2026 12:00:00) lies before Restored At",
			),
			({"started": wall("Tue 2 Jun 12:06")}, "What is to come is a maintenance window."),
			({"told_at": "9999-12-31 23:59:59"}, "outside the years 1970 to 2199"),
			({"started": "1066-10-14 09:00:00"}, "outside the years 1970 to 2199"),
			({"degradation": 101}, "An outage cannot take 101 % of a service."),
			({"description": "x" * 70_000}, "Description is too long"),
			({"source": "Measurement"}, "Measured By"),
		],
		ids=["restored", "told", "told first", "future", "9999", "1066", "over", "long", "source"],
	)
	def test_what_cannot_have_been_is_refused(self, clock, shop, values: dict[str, Any], said: str) -> None:
		clock.at(NOON)
		document = {"doctype": "SLM Outage", "service": shop, "started": wall("Mon 1 Jun 11:00"), **values}

		assert said in refusal(lambda: frappe.get_doc(document).insert())

	def test_neither_a_group_nor_a_retired_service_is_down(self, clock, shop) -> None:
		clock.at(NOON)
		group = make_service("All Shops", is_group=1)
		frappe.db.set_value("SLM Service", shop, "status", "Retired")

		assert "All Shops is a group of services." in refusal(lambda: make_outage(group, "Mon 1 Jun 11:00"))
		assert "is retired" in refusal(lambda: make_outage(shop, "Mon 1 Jun 11:00"))

	def test_where_it_stands_follows_from_its_times(self, clock, shop) -> None:
		clock.at(NOON)
		document = make_outage(shop, "Mon 1 Jun 11:00", status="Closed")
		seen = [document.status]
		for field, value in (("restored_at", wall(NOON)), ("told_at", wall(NOON)), ("cancelled", 1)):
			document.set(field, value)
			seen.append(document.save().status)

		assert seen == ["Open", "Restored", "Closed", "Cancelled"]

	def test_who_was_told_that_it_works_need_not_enter_that_it_works(self, clock, shop) -> None:
		clock.at(NOON)

		assert make_outage(shop, "Mon 1 Jun 11:00", "Mon 1 Jun 12:00").restored_at == wall("Mon 1 Jun 12:00")

	@pytest.mark.parametrize(
		("users", "hit", "given", "lost"),
		[(200, 21, 0, 11), (200, 500, 0, 100), (0, 21, 0, 100), (200, 0, 0, 100), (200, 21, 60, 60)],
		ids=["rounded up", "more than all", "users unknown", "hit unknown", "entered"],
	)
	def test_without_a_percentage_the_share_of_users_is_lost(
		self, clock, shop, users: int, hit: int, given: int, lost: int
	) -> None:
		clock.at(NOON)
		frappe.db.set_value("SLM Service", shop, "expected_users", users)

		assert make_outage(shop, "Mon 1 Jun 11:00", users_affected=hit, degradation=given).degradation == lost

	def test_a_measurement_is_taken_in_once(self, clock, shop) -> None:
		clock.at(NOON)
		measured = {"source": "Measurement", "data_source": "Zabbix", "measurement_id": "E-1"}
		make_outage(shop, "Mon 1 Jun 11:00", "Mon 1 Jun 12:00", **measured)

		assert "E-1 of Zabbix is here already" in refusal(
			lambda: make_outage(shop, "Mon 1 Jun 11:00", **measured)
		)
		make_outage(shop, "Mon 1 Jun 11:00", **{**measured, "data_source": "Nagios"})

	def test_nor_by_two_at_the_same_time(self, clock, shop) -> None:
		"""Neither has seen the other's; the database refuses the second."""
		clock.at(NOON)
		measured = {"source": "Measurement", "data_source": "Zabbix", "measurement_id": "E-1"}
		make_outage(shop, "Mon 1 Jun 11:00", **measured)
		second = frappe.get_doc(
			{"doctype": "SLM Outage", "service": shop, "started": wall("Mon 1 Jun 11:00"), **measured}
		)
		second.flags.ignore_validate = True
		second.status, second.degradation = "Open", 100

		with pytest.raises(frappe.UniqueValidationError):
			second.insert()

	def test_measurements_without_a_number_are_not_the_same(self, clock, shop) -> None:
		clock.at(NOON)
		measured = {"source": "Measurement", "data_source": "Zabbix", "measurement_id": " "}

		names = {make_outage(shop, "Mon 1 Jun 11:00", **measured).name for _number in range(2)}

		assert len(names) == 2

	def test_it_says_what_is_down_with_it(self, clock, shop) -> None:
		clock.at(NOON)
		make_service(SERVER)
		document = frappe.get_doc("SLM Service", shop)
		document.append("rests_on", {"service": SERVER, "relation": "Rests On"})
		document.save()

		found = make_outage(SERVER, "Mon 1 Jun 11:00")
		found.run_method("onload")

		assert found.get_onload("concerned") == [shop]

	def test_a_service_that_was_down_cannot_be_deleted_but_renamed(self, clock, shop) -> None:
		clock.at(NOON)
		found = make_outage(shop, "Mon 1 Jun 11:00")

		with pytest.raises(frappe.LinkExistsError):
			frappe.delete_doc("SLM Service", shop)
		frappe.rename_doc("SLM Service", shop, "Web Shop")

		assert frappe.db.get_value("SLM Outage", found.name, "service") == "Web Shop"


class TestMaintenance:
	@pytest.mark.parametrize(
		("announced", "in_time"),
		[("Sun 31 May 22:00", 1), ("Sun 31 May 22:00:01", 0), (None, 0)],
		ids=["exactly 48 h before", "a second late", "never"],
	)
	def test_it_says_whether_it_was_announced_in_time(self, clock, shop, announced, in_time: int) -> None:
		"""48 hours unless somebody says otherwise."""
		clock.at("Tue 2 Jun 09:00")
		found = make_window("Tue 2 Jun 22:00", "Wed 3 Jun 02:00", shop, announced=announced)

		assert (found.minimum_notice, found.in_time) == (48 * 3600, in_time)

	@pytest.mark.parametrize(
		("values", "said"),
		[
			({"ends": wall("Thu 4 Jun 22:00")}, "not after it starts"),
			({"ends": wall("Sun 5 Jul 23:00")}, "Maintenance of more than a month"),
			({"ends": "9999-12-31 00:00:00"}, "outside the years 1970 to 2199"),
			({"announced_on": wall("Tue 2 Jun 13:00")}, "lies in the future"),
			({"services": []}, "services"),
			({"services": [{"service": SHOP}, {"service": SHOP}]}, "is there twice"),
			({"title": "  "}, "title"),
		],
		ids=["empty", "endless", "9999", "announced tomorrow", "nothing", "twice", "nameless"],
	)
	def test_what_cannot_be_is_refused(self, clock, shop, values: dict[str, Any], said: str) -> None:
		clock.at(NOON)
		document = {
			"doctype": "SLM Maintenance Window",
			"title": "Patches",
			"services": [{"service": shop}],
			"starts": wall("Thu 4 Jun 22:00"),
			"ends": wall("Fri 5 Jun 02:00"),
			**values,
		}

		assert said in refusal(lambda: frappe.get_doc(document).insert())

	def test_the_notice_is_that_of_the_agreement(self, clock, shop) -> None:
		"""The longest that it asks for this service; a shorter one cannot be entered."""
		agreement = make_agreement(
			services=[shop],
			interruptions=[
				{"title": "Patches", "service": shop, "notice": 5 * 86_400},
				{"title": "Backup", "notice": 86_400},
			],
		).name
		clock.at(NOON)

		assert (
			make_window("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, agreement=agreement).minimum_notice
			== 432_000
		)
		assert "asks for a notice of 5 days" in refusal(
			lambda: make_window(
				"Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, agreement=agreement, minimum_notice=86_400
			)
		)

	def test_users_who_were_told_other_times_were_not_told(self, clock, shop) -> None:
		clock.at("Mon 1 Jun 09:00")
		found = make_window("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, announced="Mon 1 Jun 09:00")
		found.ends = wall("Fri 5 Jun 01:00")
		assert found.save().in_time

		found.ends = wall("Fri 5 Jun 03:00")
		found.save()

		assert (found.announced_on, found.in_time) == (None, 0)

	def test_what_has_begun_cannot_be_made_longer_but_shorter(self, clock, shop) -> None:
		clock.at("Mon 1 Jun 09:00")
		found = make_window("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, announced="Mon 1 Jun 09:00")
		clock.at("Fri 5 Jun 01:00")
		found.ends = wall("Fri 5 Jun 03:00")
		assert "It began at 04-06-2026 22:00:00" in refusal(found.save)

		found.reload()
		found.ends = wall("Fri 5 Jun 01:30")

		assert found.save().in_time

	def test_announcing_it_writes_down_when(self, clock, shop) -> None:
		found = make_window("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop)
		clock.at("Tue 2 Jun 22:00")

		found.run_method("announce")

		assert (found.announced_on, found.in_time) == (wall("Tue 2 Jun 22:00"), 1)

	@pytest.mark.parametrize(
		"afterwards",
		[
			{"announced_on": wall("Mon 1 Jun 09:00")},
			{"minimum_notice": 0},
			{"starts": wall("Fri 5 Jun 00:30")},
			{"cancelled": 0},
		],
		ids=["told earlier", "less notice", "later start", "takes place"],
	)
	def test_once_it_has_begun_nothing_makes_it_announced_in_time(
		self, clock, shop, afterwards: dict[str, Any]
	) -> None:
		"""Told 47 hours before, of 48; or cancelled."""
		clock.at("Tue 2 Jun 23:00")
		cancelled = "cancelled" in afterwards
		told = "Tue 2 Jun 21:00" if cancelled else "Tue 2 Jun 23:00"
		found = make_window("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, announced=told)
		if cancelled:
			found.cancelled = 1
			found.save()
		clock.at("Fri 5 Jun 01:00")
		frappe.db.set_single_value("SLM Settings", "maintenance_notice", 12 * 3600)
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		found.update(afterwards)

		assert "It began at 04-06-2026 22:00:00" in refusal(found.save)

	def test_the_notice_cannot_be_less_than_that_of_the_settings(self, clock, shop) -> None:
		clock.at("Thu 4 Jun 21:59")

		assert "a notice of 2 days" in refusal(
			lambda: make_window(
				"Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, announced="Thu 4 Jun 21:59", minimum_notice=1
			)
		)

	def test_a_notice_that_was_usual_then_does_not_keep_it_from_being_cancelled(self, clock, shop) -> None:
		found = make_window("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, announced="Mon 1 Jun 09:00")
		frappe.db.set_single_value("SLM Settings", "maintenance_notice", 5 * 86_400)
		frappe.clear_document_cache("SLM Settings", "SLM Settings")
		found.cancelled = 1

		assert found.save().in_time

	@pytest.mark.parametrize(("role", "may"), [("Service Level Analyst", False), ("SLM Process Owner", True)])
	def test_who_enters_it_afterwards_cannot_say_that_it_was_announced(
		self, clock, shop, role: str, may: bool
	) -> None:
		"""Unless the settings are his to write. Without an announcement it is accepted, and changes no figure."""
		clock.at("Fri 5 Jun 12:00")
		times = ("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop)
		with as_user(make_user(f"{frappe.scrub(role)}@desk.example", role)):
			assert not make_window(*times).in_time
			if may:
				assert make_window(*times, announced="Mon 1 Jun 09:00").in_time
			else:
				said = refusal(lambda: make_window(*times, announced="Mon 1 Jun 09:00"))
				assert "It began at 04-06-2026 22:00:00" in said

	def test_nor_who_moves_it_into_the_past(self, clock, shop) -> None:
		clock.at("Fri 5 Jun 12:00")
		found = make_window("Thu 11 Jun 22:00", "Fri 12 Jun 02:00", shop, announced="Fri 5 Jun 12:00")
		found.update(
			{
				"starts": wall("Thu 4 Jun 22:00"),
				"ends": wall("Fri 5 Jun 02:00"),
				"announced_on": wall("Mon 1 Jun 09:00"),
			}
		)

		assert "It began at 04-06-2026 22:00:00" in refusal(found.save)

	def test_a_notice_for_a_group_is_one_for_the_services_beneath_it(self, clock) -> None:
		testing.make_calendar()
		shop = make_service(SHOP, parent_slm_service=make_service("All Shops", is_group=1))
		agreement = make_agreement(
			services=[shop],
			interruptions=[{"title": "Patches", "service": "All Shops", "notice": 5 * 86_400}],
		).name

		found = make_window("Thu 4 Jun 22:00", "Fri 5 Jun 02:00", shop, agreement=agreement)

		assert found.minimum_notice == 432_000


class TestTicket:
	def test_one_opened_with_the_service_down_tells_since_when(self, clock, shop) -> None:
		clock.at("Mon 1 Jun 10:00")
		issue = make_issue(opened="Mon 1 Jun 09:30", slm_service=shop, slm_service_down=1)

		(found,) = of(issue)
		assert (found.service, found.status, found.started) == (shop, "Open", wall("Mon 1 Jun 09:30"))
		assert (found.source, found.degradation) == ("Ticket", 100)

	def test_one_that_says_so_later_says_so_of_that_moment(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop)
		clock.at("Mon 1 Jun 11:00")
		issue.slm_service_down = 1
		issue.save()

		assert [one.started for one in of(issue)] == [wall("Mon 1 Jun 11:00")]

	def test_a_save_that_changes_nothing_of_it_asks_nothing(self, clock, shop, queries) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		other = make_issue(slm_service=shop)
		for one in (issue, other):
			one.reload()
			one.description = "more"
			with queries.counted():
				one.save()
			assert not queries.sent, queries.sent

	def test_who_unticks_it_says_that_there_was_none(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		issue.reload()
		issue.slm_service_down = 0
		issue.save()

		(found,) = of(issue)
		comments = frappe.get_all(
			"Comment",
			filters={"reference_name": found.name, "comment_type": "Info"},
			pluck="content",
			order_by="name asc",
		)
		assert found.status == "Cancelled"
		assert any(issue.name in comment for comment in comments)

	def test_without_a_service_the_outage_waits_for_one(self, clock, shop) -> None:
		issue = make_issue(slm_service_down=1)
		assert not of(issue)

		clock.at("Mon 1 Jun 10:00")
		issue.reload()
		issue.slm_service = shop
		issue.save()

		assert [one.started for one in of(issue)] == [wall("Mon 1 Jun 10:00")]

	def test_another_service_on_the_ticket_is_another_on_its_outage(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		issue.reload()
		issue.slm_service = make_service(MAIL)
		issue.save()

		assert [(one.service, one.status) for one in of(issue)] == [(MAIL, "Open")]

	def test_a_resolved_ticket_says_that_it_works_again_and_still_counts(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 11:00")
		issue = testing.set_status(issue, "Resolved")
		(found,) = of(issue)
		assert (found.status, found.restored_at) == ("Restored", wall("Mon 1 Jun 11:00"))

		testing.set_status(issue, "Open")

		assert [one.status for one in of(issue)] == ["Open"]

	def test_a_service_that_cannot_be_down_does_not_stop_the_save(self, clock, shop) -> None:
		frappe.db.set_value("SLM Service", shop, "status", "Retired")

		issue = make_issue(slm_service=shop, slm_service_down=1)

		assert issue.name and not of(issue)
		assert not frappe.db.exists("SLM Failed Measure", {"ticket": issue.name})

	def test_nor_does_trouble_of_ours(self, clock, shop, monkeypatch) -> None:
		monkeypatch.setattr(outages, "follow", lambda *_: 1 / 0)

		issue = make_issue(slm_service=shop, slm_service_down=1)

		assert frappe.db.exists("SLM Failed Measure", {"ticket": issue.name, "during": "outage"})

	@pytest.mark.parametrize(("status", "becomes"), [("Resolved", "Restored"), ("Closed", "Restored")])
	def test_a_bulk_action_is_followed(self, clock, shop, status, becomes) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 11:00")

		set_multiple_status(json.dumps([issue.name]), status)

		assert [(one.status, one.restored_at) for one in of(issue)] == [(becomes, wall("Mon 1 Jun 11:00"))]

	def test_a_split_ticket_leaves_the_outage_with_its_parent(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		child = frappe.copy_doc(issue)
		child.issue_split_from = issue.name
		child.insert()

		assert (child.slm_service_down, of(child)) == (0, [])

	def test_an_outage_outlives_its_ticket(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		(found,) = of(issue)

		frappe.delete_doc("Issue", issue.name)

		assert frappe.db.get_value("SLM Outage", found.name, ["status", "issue"]) == ("Open", None)

	def test_a_renamed_ticket_keeps_it(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)

		frappe.rename_doc("Issue", issue.name, "ISS-RENAMED")

		assert [one.status for one in of("ISS-RENAMED")] == ["Open"]

	def test_what_is_ended_by_hand_is_ended_on_the_ticket(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 11:00")
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.told_at = wall("Mon 1 Jun 10:30")
		document.save()
		assert not frappe.db.get_value("Issue", issue.name, "slm_service_down")
		assert found_by_reconcile() == ()

		document.told_at = None
		document.save()

		assert frappe.db.get_value("Issue", issue.name, "slm_service_down") == 1

	def test_one_entered_by_hand_keeps_its_service_and_follows_the_resolution(self, clock, shop) -> None:
		"""An analyst has found that the ticket about the shop is an outage of the mail."""
		issue = make_issue(slm_service=shop)
		make_outage(make_service(MAIL), "Mon 1 Jun 09:00", issue=issue.name)
		clock.at("Mon 1 Jun 10:00")

		testing.set_status(issue, "Replied")
		assert [(one.service, one.status) for one in of(issue)] == [(MAIL, "Open")]
		testing.set_status(issue, "Resolved")

		assert [(one.service, one.status) for one in of(issue)] == [(MAIL, "Restored")]

	def test_one_entered_by_hand_is_not_cancelled_by_unticking(self, clock, shop) -> None:
		"""As long as it goes on, the box of its ticket says so."""
		issue = make_issue(slm_service=shop, slm_service_down=1)
		make_outage(make_service(MAIL), "Mon 1 Jun 09:00", issue=issue.name)
		issue.reload()
		issue.slm_service_down = 0
		issue.save()

		assert {(one.service, one.status) for one in of(issue)} == {(shop, "Cancelled"), (MAIL, "Open")}
		assert (issue.slm_service_down, frappe.db.get_value("Issue", issue.name, "slm_service_down")) == (
			1,
			1,
		)

	def test_a_ticket_that_loses_its_service_is_resolved_all_the_same(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 10:00")
		issue.reload()
		issue.update({"slm_service": None, "status": "Resolved"})
		issue.save()

		assert [(one.service, one.status) for one in of(issue)] == [(shop, "Restored")]

	def test_a_group_on_the_ticket_leaves_its_outage_as_it_was(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		issue.reload()
		issue.slm_service = make_service("All Shops", is_group=1)
		issue.save()

		assert [(one.service, one.status) for one in of(issue)] == [(shop, "Open")]
		assert not frappe.db.exists("SLM Failed Measure", {"ticket": issue.name})

	def test_an_end_entered_by_hand_survives_what_happens_to_an_open_ticket(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 11:00")
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.restored_at = wall("Mon 1 Jun 10:30")
		document.save()

		testing.set_status(issue, "Replied")

		assert [one.restored_at for one in of(issue)] == [wall("Mon 1 Jun 10:30")]

	def test_one_that_moves_to_another_ticket_takes_the_tick_along(self, clock, shop) -> None:
		issue, other = make_issue(slm_service=shop, slm_service_down=1), make_issue(slm_service=shop)
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.issue = other.name
		document.save()

		ticks = [frappe.db.get_value("Issue", one.name, "slm_service_down") for one in (issue, other)]
		assert ticks == [0, 1]
		assert (found_by_reconcile(), len(of(issue)), len(of(other))) == ((), 0, 1)

	def test_one_that_is_deleted_leaves_no_tick(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)

		frappe.delete_doc("SLM Outage", of(issue)[0].name)

		assert frappe.db.get_value("Issue", issue.name, "slm_service_down") == 0
		assert found_by_reconcile() == ()

	def test_a_form_that_was_open_meanwhile_is_saved_and_ticks_nothing(self, clock, shop) -> None:
		"""What ends an outage leaves the ticket's time stamp alone, and a form brings back no tick it was opened with."""
		issue = make_issue(slm_service=shop, slm_service_down=1)
		form = opened_form(issue)
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.told_at = document.started
		document.save()

		saved = save_form({**form, "description": "We are on it"})

		assert (saved.slm_service_down, saved.description) == (0, "We are on it")
		assert [one.status for one in of(issue)] == ["Closed"]

	@pytest.mark.parametrize("door", ["resource", "save"])
	def test_nor_does_a_document_that_an_integration_read_before(self, clock, shop, door: str) -> None:
		"""It writes back all that it has read, the tick and a time stamp that is still the latest among it."""
		issue = make_issue(slm_service=shop, slm_service_down=1)
		read = frappe.parse_json(frappe.as_json(frappe.get_doc("Issue", issue.name)))
		clock.at("Mon 1 Jun 10:00")
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.told_at = wall("Mon 1 Jun 09:30")
		document.save()

		put({**read, "description": "We are on it"}, door)

		saved = frappe.get_doc("Issue", issue.name)
		assert (saved.slm_service_down, saved.description) == (0, "We are on it")
		assert saved.slm_told_at == wall("Mon 1 Jun 09:30")
		assert [one.status for one in of(issue)] == ["Closed"]

	def test_nor_one_read_before_the_outage_was_cancelled(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		read = frappe.parse_json(frappe.as_json(frappe.get_doc("Issue", issue.name)))
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.cancelled = 1
		document.save()

		put({**read, "description": "We are on it"}, "resource")

		assert frappe.db.get_value("Issue", issue.name, "slm_service_down") == 0
		assert [one.status for one in of(issue)] == ["Cancelled"]

	@pytest.mark.parametrize("whole", [True, False], ids=["whole", "the tick alone"])
	@pytest.mark.parametrize("door", ["resource", "save"])
	def test_but_one_that_was_read_afterwards_says_that_it_is_down_again(
		self, clock, shop, door: str, whole: bool
	) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 10:00")
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.told_at = wall("Mon 1 Jun 09:30")
		document.save()
		read = frappe.parse_json(frappe.as_json(frappe.get_doc("Issue", issue.name)))

		if whole or door == "save":
			put({**read, "slm_service_down": 1}, door)
		else:
			put({"name": issue.name, "slm_service_down": 1}, door)

		assert [one.status for one in of(issue)] == ["Closed", "Open"]
		assert frappe.db.get_value("Issue", issue.name, ["slm_service_down", "slm_told_at"]) == (1, None)


def put(values: dict[str, Any], door: str) -> None:
	"""A PUT to /api/resource, as the host carries it out, or its method that saves a document."""
	if door == "save":
		frappe.client.save(frappe.as_json(values))
		return
	document = frappe.get_doc("Issue", values["name"])
	document.update(values)
	document.save()


class TestAutumn:
	"""25 October 2026, a Sunday: in Berlin the hour from two to three comes twice."""

	@pytest.fixture(autouse=True)
	def _berlin(self, clock, shop, monkeypatch: pytest.MonkeyPatch) -> None:
		monkeypatch.setattr(site_time, "get_system_timezone", lambda: "Europe/Berlin")

	def test_users_told_in_the_second_hour_were_told_then(self, clock, shop) -> None:
		"""Down at 02:50 by summer time, told twenty minutes later, at 02:10 by winter time."""
		clock.at("Sun 25 Oct 02:50")
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.instant += 20 * 60

		outages.told(issue, None, site_time.now())

		(found,) = frappe.get_all(
			"SLM Outage", fields=["*"], filters={"issue": issue.name}, order_by="name asc"
		)
		assert found.told_at == wall("Sun 25 Oct 02:10")
		assert outage_of(found).told - outage_of(found).began == 20 * 60

	def test_by_hand_it_can_be_entered_too(self, clock, shop) -> None:
		clock.at("Sun 25 Oct 12:00")

		found = make_outage(
			shop, "Sun 25 Oct 02:50", "Sun 25 Oct 02:20", restored_at=wall("Sun 25 Oct 02:10")
		)

		assert outage_of(found).told - outage_of(found).began == 30 * 60


class TestPastEveryEvent:
	"""What raw SQL did to a ticket whose service is down; the reconciler looked last at 09:50."""

	def test_a_box_that_was_ticked_opens_an_outage_once_and_is_named(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop)
		clock.at("Mon 1 Jun 10:00")
		by_sql(issue, slm_service_down=1, slm_told_at=wall("Fri 1 May 10:00"))

		said = found_by_reconcile()

		(opened,) = of(issue)
		assert said == (f"{issue.name}: outage {opened.name} opened (at 2026-06-01 10:00:00)",)
		assert (opened.status, opened.started, opened.source) == ("Open", wall("Mon 1 Jun 10:00"), "Ticket")
		assert frappe.db.get_value("Issue", issue.name, "slm_told_at") is None
		assert found_by_reconcile() == ()
		assert len(of(issue)) == 1

	@pytest.mark.parametrize(
		("written", "started"),
		[
			pytest.param("Mon 1 Jun 09:55", "Mon 1 Jun 09:55", id="since it was looked at"),
			pytest.param("Mon 1 Jun 09:10", "Mon 1 Jun 10:00", id="before, so the box is newer"),
			pytest.param("Mon 1 Jun 10:30", "Mon 1 Jun 10:00", id="in the future"),
		],
	)
	def test_it_began_when_the_ticket_was_written_if_that_is_news(
		self, clock, shop, written, started
	) -> None:
		issue = make_issue(slm_service=shop)
		clock.at("Mon 1 Jun 10:00")
		by_sql(issue, slm_service_down=1, modified=wall(written))

		found_by_reconcile()

		assert [one.started for one in of(issue)] == [wall(started)]

	def test_a_box_that_was_unticked_cancels_the_outage_and_is_named(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		(opened,) = of(issue)
		clock.at("Mon 1 Jun 10:00")
		by_sql(issue, slm_service_down=0)

		assert found_by_reconcile() == (f"{issue.name}: outage {opened.name} cancelled",)
		assert [one.status for one in of(issue)] == ["Cancelled"]
		assert found_by_reconcile() == ()

	def test_a_box_that_was_unticked_says_again_what_somebody_else_found_out(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop)
		entered = make_outage(make_service(MAIL), "Mon 1 Jun 09:00", issue=issue.name)
		clock.at("Mon 1 Jun 10:00")
		by_sql(issue, slm_service_down=0)

		assert found_by_reconcile() == (
			f"{issue.name}: outage {entered.name} goes on, so its service is down",
		)
		assert [(one.service, one.status) for one in of(issue)] == [(MAIL, "Open")]
		assert frappe.db.get_value("Issue", issue.name, "slm_service_down") == 1
		assert found_by_reconcile() == ()

	@pytest.mark.parametrize("service", ["All Shops", None], ids=["a group", "none"])
	def test_a_resolution_is_followed_though_the_service_cannot_be_down(self, clock, shop, service) -> None:
		make_service("All Shops", is_group=1)
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 10:00")
		by_sql(issue, slm_service=service, status="Resolved")

		found_by_reconcile()

		assert [(one.service, one.status) for one in of(issue)] == [(SHOP, "Restored")]

	@pytest.mark.parametrize("named", [True, False], ids=["its owner", "nobody in charge of it"])
	def test_who_is_in_charge_hears_of_an_outage_whose_ticket_was_deleted(
		self, clock, shop, monkeypatch, named: bool
	) -> None:
		told: list[tuple[str, str, list[str]]] = []
		monkeypatch.setattr(
			outages,
			"tell",
			lambda document, users, subject, text, everybody: told.append((document.name, subject, users)),
		)
		process_owner = make_user("process@desk.example", "SLM Process Owner")
		owner = make_user("owner@desk.example", "Service Level Analyst") if named else None
		frappe.db.set_value("SLM Service", shop, "service_owner", owner)
		down, ended = (make_issue(slm_service=shop, slm_service_down=1) for _ in range(2))
		frappe.db.set_value("SLM Outage", {"issue": ended.name}, "status", "Closed")
		(outage,) = frappe.get_all("SLM Outage", {"issue": down.name}, pluck="name", order_by="name asc")
		for issue in (down, ended):
			frappe.delete_doc("Issue", issue.name)

		((document, subject, users),) = told
		assert (document, subject) == (outage, f"{down.name} was deleted, and {shop} counts as down")
		assert users == [owner] if named else process_owner in users

	def test_a_ticket_that_was_deleted_leaves_its_outage(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		(opened,) = of(issue)
		frappe.db.sql("delete from `tabIssue` where name = %s", issue.name)

		assert f"{issue.name}: it is gone, its outage stays" in found_by_reconcile()
		assert frappe.db.get_value("SLM Outage", opened.name, ["status", "issue"]) == ("Open", None)

	@pytest.mark.parametrize(
		("change", "becomes"),
		[
			pytest.param({"status": "Resolved"}, ("Restored", SHOP), id="resolved"),
			pytest.param({"slm_service": MAIL}, ("Open", MAIL), id="another service"),
		],
	)
	def test_status_and_service_are_followed_and_named_with_the_ticket(
		self, clock, shop, change, becomes
	) -> None:
		make_service(MAIL)
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 10:00")
		by_sql(issue, **change)

		(said,) = found_by_reconcile()

		(outage,) = of(issue)
		assert said.endswith(f"; outage {outage.name} {becomes[0]}, {becomes[1]}")
		assert (outage.status, outage.service) == becomes

	def test_what_was_entered_on_the_outage_itself_is_left_alone(self, clock, shop) -> None:
		"""A person says that it works again, of another service, while the ticket is open as before."""
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 10:00")
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.update({"restored_at": wall("Mon 1 Jun 09:30"), "service": make_service(MAIL)})
		document.save()

		assert found_by_reconcile() == ()
		assert [(one.status, one.service) for one in of(issue)] == [("Restored", MAIL)]

	@pytest.mark.parametrize("door", ["sql", "the list"])
	@pytest.mark.parametrize(
		("statuses", "restored"),
		[
			pytest.param(["Replied"], True, id="no reopening"),
			pytest.param(["Closed", "Open"], False, id="a reopening"),
		],
	)
	def test_an_end_entered_by_hand_is_taken_back_by_a_reopening_alone(
		self, clock, shop, door: str, statuses: list[str], restored: bool
	) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 10:00")
		document = frappe.get_doc("SLM Outage", of(issue)[0].name)
		document.update({"restored_at": wall("Mon 1 Jun 09:30")})
		document.save()

		for status in statuses:
			if door == "sql":
				by_sql(issue, status=status)
				found_by_reconcile()
			else:
				set_multiple_status(json.dumps([issue.name]), status)

		(outage,) = of(issue)
		assert bool(outage.restored_at) is restored, outage

	def test_one_ticket_is_counted_once_whatever_was_done_to_it(self, clock, shop) -> None:
		"""Its status was changed, and the box was ticked: the ledger and its outage were repaired."""
		issue = make_issue(slm_service=shop)
		clock.at("Mon 1 Jun 10:00")
		by_sql(issue, slm_service_down=1, status="Replied")

		found = reconcile.reconcile(site_time.now(), wall("Mon 1 Jun 09:50"), Chunks())
		reconcile.note_reconciled(found, wall("Mon 1 Jun 10:00"))

		(opened,) = of(issue)
		noted = frappe.get_single("SLM Settings").last_reconcile_result.split("\n")
		assert noted[0].startswith("1 ticket") and len(noted) == 2
		assert "status Replied" in noted[1] and f"outage {opened.name} opened" in noted[1]

	@pytest.mark.parametrize("hinders", ["no service", "a retired service"])
	def test_where_a_save_would_open_none_there_is_none(self, clock, shop, hinders) -> None:
		issue = make_issue(slm_service=shop if hinders == "a retired service" else None)
		frappe.db.set_value("SLM Service", shop, "status", "Retired")
		by_sql(issue, slm_service_down=1)

		assert (found_by_reconcile(), of(issue)) == ((), [])
		assert not frappe.db.exists("SLM Failed Measure", {"ticket": issue.name})

	def test_trouble_with_one_does_not_keep_the_others(self, clock, shop, monkeypatch) -> None:
		first, second = make_issue(slm_service=shop), make_issue(slm_service=shop)
		by_sql(first, slm_service_down=1)
		by_sql(second, slm_service_down=1)
		real = outages.caught_up
		monkeypatch.setattr(
			outages,
			"caught_up",
			lambda issue, began: 1 / 0 if issue.name == first.name else real(issue, began),
		)

		assert len(found_by_reconcile()) == 1
		assert (len(of(first)), len(of(second))) == (0, 1)
		assert frappe.db.exists("SLM Failed Measure", {"ticket": first.name, "during": "outage"})

	@pytest.mark.parametrize("tickets", [1, 6])
	def test_where_all_is_well_it_costs_two_queries_however_many_there_are(
		self, clock, shop, queries, tickets
	) -> None:
		for _number in range(tickets):
			make_issue(slm_service=shop, slm_service_down=1)
		with queries.counted() as sent:
			found_by_reconcile()

		assert len([one for one in sent.sent if "tabSLM Outage" in one]) == 2, sent.sent

	def test_tickets_whose_service_is_down_are_found_by_an_index(self, site: str) -> None:
		"""The reconciler asks for them every hour, among however many tickets there are."""
		known = frappe.db.sql(
			"show index from `tabIssue` where Column_name = 'slm_service_down'", as_dict=True
		)

		assert [one.Seq_in_index for one in known] == [1]


def by_sql(issue: Any, **fields: Any) -> None:
	for field, value in fields.items():
		frappe.db.sql(f"update `tabIssue` set `{field}` = %s where name = %s", (value, issue.name))


def found_by_reconcile() -> tuple[str, ...]:
	return reconcile.reconcile(site_time.now(), wall("Mon 1 Jun 09:50"), Chunks()).repaired


class TestTold:
	def test_the_outage_ends_and_the_restoration_clock_stops(self, clock, shop) -> None:
		"""Resolved at 11, told at 12: the promise to restore within two hours is missed, that to resolve is met."""
		make_agreement(targets=[target("Resolution", 2), target("Restoration", 2)])
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 11:00")
		testing.set_status(issue, "Resolved")
		clock.at("Mon 1 Jun 12:00")

		answer = api.ticket_told(issue.name)

		assert get_datetime(answer) == wall("Mon 1 Jun 12:00")
		(found,) = of(issue)
		assert (found.status, found.restored_at, found.told_at) == (
			"Closed",
			wall("Mon 1 Jun 11:00"),
			wall("Mon 1 Jun 12:00"),
		)
		assert frappe.db.get_value("Issue", issue.name, ["slm_told_at", "slm_service_down"]) == (
			wall("Mon 1 Jun 12:00"),
			0,
		)
		assert [(one.kind, one.value) for one in ledger(issue) if one.kind == "told"] == [
			("told", "Administrator")
		]
		got = clocks(issue)
		assert (got["resolution"].outcome, got["restoration"].outcome) == ("Met", "Missed")

	def test_a_time_that_has_passed_needs_a_correction(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 12:00")

		for at in ("2026-06-01 11:54:59", "2026-06-01 12:05:01", "9999-01-01 00:00:00"):
			refusal(lambda: api.ticket_told(issue.name, at))  # noqa: B023
		assert "ask for one" in refusal(lambda: api.ticket_told(issue.name, "2026-06-01 11:00:00"))
		api.ticket_told(issue.name, "2026-06-01 11:55:00")

		assert of(issue)[0].told_at == wall("Mon 1 Jun 11:55")

	def test_who_may_not_write_the_ticket_tells_nobody(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)

		with as_user(make_user("nobody@desk.example", "Employee")), pytest.raises(frappe.PermissionError):
			api.ticket_told(issue.name)

	def test_an_agent_may_though_outages_are_not_his_to_write(self, clock, shop) -> None:
		with as_user(make_user("agent@desk.example", "Support Team")):
			issue = make_issue(slm_service=shop, slm_service_down=1)
			api.ticket_told(issue.name)

		assert [one.status for one in of(issue)] == ["Closed"]

	def test_when_users_were_told_is_never_entered(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_told_at=wall("Mon 1 Jun 09:00"))
		assert issue.slm_told_at is None
		issue.reload()
		issue.slm_told_at = wall("Mon 1 Jun 09:00")
		issue.save()

		assert frappe.db.get_value("Issue", issue.name, "slm_told_at") is None

	def test_a_service_that_fails_again_is_down_anew(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		clock.at("Mon 1 Jun 12:00")
		api.ticket_told(issue.name)
		clock.at("Mon 1 Jun 14:00")
		issue.reload()
		issue.slm_service_down = 1
		issue.save()

		assert issue.slm_told_at is None
		assert [(one.started, one.status) for one in of(issue)] == [
			(wall("Mon 1 Jun 09:00"), "Closed"),
			(wall("Mon 1 Jun 14:00"), "Open"),
		]

	def test_a_form_opened_before_does_not_open_the_outage_again(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop, slm_service_down=1)
		stale = frappe.get_doc("Issue", issue.name)
		api.ticket_told(issue.name)

		stale.save()

		assert [one.status for one in of(issue)] == ["Closed"]
		assert frappe.db.get_value("Issue", issue.name, ["slm_service_down", "slm_told_at"]) == (
			0,
			wall("Mon 1 Jun 09:00"),
		)

	def test_a_ticket_that_has_no_ledger_yet_gets_one(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop)
		frappe.db.delete("SLM Ticket Event", {"ticket": issue.name})

		api.ticket_told(issue.name)

		assert "told" in [one.kind for one in ledger(issue)]


PROMISE = {"service": SHOP, "metric": "Availability %", "value": 99, "period": "Month"}


class TestPromise:
	@pytest.mark.parametrize(
		("row", "said"),
		[
			({"value": 0}, "a percentage above 0"),
			({"value": 100.01}, "a percentage above 0"),
			({"metric": "Number of Failures", "value": 1.5}, "a whole number"),
			({"metric": "MTRS", "value": 745}, "up to the 744"),
			({"metric": "MTBF", "value": 0}, "hours above 0"),
			({"service": None}, "the agreement names none"),
		],
		ids=["nothing", "too much", "half a failure", "too long", "no time", "no service"],
	)
	def test_what_cannot_be_promised_is_refused(self, clock, shop, row: dict[str, Any], said: str) -> None:
		assert said in refusal(lambda: make_agreement(availability=[{**PROMISE, **row}], submit=False))

	def test_what_is_not_approved_is_not_promised(self, clock, shop) -> None:
		draft = make_service("Draft Shop", status="Draft")

		assert "is not approved" in refusal(
			lambda: make_agreement(availability=[{**PROMISE, "service": draft}], submit=False)
		)

	def test_the_next_version_promises_the_same(self, clock, shop) -> None:
		name = make_agreement(services=[shop], availability=[PROMISE], valid_from="2026-01-01").name

		(row,) = frappe.get_doc("SLM Agreement", api.new_version(name)).availability

		assert (row.service, row.metric, row.value, row.period) == (SHOP, "Availability %", 99, "Month")

	def test_the_same_cannot_be_promised_twice(self, clock, shop) -> None:
		rows = [PROMISE, {**PROMISE, "value": 98}]

		assert "Row 2" in refusal(lambda: make_agreement(availability=rows, submit=False))

	def test_it_is_part_of_what_both_sides_sign_and_is_printed(self, clock, shop) -> None:
		draft = make_agreement(availability=[PROMISE], submit=False)
		before, old = terms.digest(draft), frappe.get_doc("SLM Agreement", draft.name)
		draft.availability[0].value = 99.5
		draft.save()

		assert terms.digest(draft) != before
		assert [one.what for one in terms.differences(old, draft)] == [
			"Availability of Services: Online Shop, Availability %, Month: Value 99 → 99.5"
		]
		assert "at least 99.5 % a month" in str(print_agreement.printed(draft))


def report(**filters: Any) -> list[dict[str, Any]]:
	asked = {"from_date": "2026-06-01", "to_date": "2026-06-30", **filters}
	return slm_availability.execute(asked)[1]


class TestReport:
	def test_the_figures_of_a_month_are_those_worked_out_by_hand(self, clock, shop) -> None:
		"""June has 22 days of nine hours, 198 in all. Maintenance announced in time takes two of them.

		Down: Monday 17:00 until Tuesday 10:00, 2 h, and half of it on the 10th, 4 h. 196 agreed, 4 lost, 2 failures.
		"""
		clock.at("Mon 1 Jun 09:00")
		make_window("Thu 18 Jun 16:00", "Thu 18 Jun 20:00", shop, announced="Mon 1 Jun 09:00")
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Mon 8 Jun 17:00", "Tue 9 Jun 10:00")
		make_outage(shop, "Wed 10 Jun 09:00", "Wed 10 Jun 13:00", degradation=50)
		make_outage(shop, "Thu 18 Jun 16:30", "Thu 18 Jun 19:00")

		(row,) = report(service=shop)

		assert {
			name: row[name] for name in ("agreed", "maintenance", "downtime", "available", "failures")
		} == {
			"agreed": 196,
			"maintenance": 2,
			"downtime": 4,
			"available": 192,
			"failures": 2,
		}
		assert row["availability"] == 97.9591
		assert (row["mtbf"], row["mtrs"], row["longest"]) == ((196 - 6) / 2, 3, 4)
		assert (row["period"], row["calendar"], row["outages"]) == ("2026-06", testing.OFFICE, 3)

	def test_a_service_is_down_when_what_it_rests_on_is(self, clock, shop) -> None:
		"""The server room fails at 10; the shop's own outage from 11 until 12 lies in that."""
		make_service(SERVER)
		document = frappe.get_doc("SLM Service", shop)
		document.append("rests_on", {"service": SERVER, "relation": "Rests On"})
		document.save()
		clock.at("Wed 1 Jul 12:00")
		make_outage(SERVER, "Tue 9 Jun 10:00", "Tue 9 Jun 14:00")
		make_outage(shop, "Tue 9 Jun 11:00", "Tue 9 Jun 12:00")

		found = {row["service"]: (row["downtime"], row["failures"]) for row in report()}

		assert found[shop] == (4, 1)
		assert found[SERVER] == (4, 1)

	def test_what_was_promised_is_judged_in_the_hours_it_was_promised_for(self, clock, shop) -> None:
		"""Around the clock June has 720 hours; 4 lost are 99.44 %. Per quarter: two failures are too many."""
		always = testing.make_calendar("Always", around_the_clock=True).name
		name = make_agreement(
			services=[shop],
			availability=[
				{**PROMISE, "calendar": always},
				{**PROMISE, "metric": "MTRS", "value": 1.99},
				{**PROMISE, "metric": "Number of Failures", "value": 1, "period": "Quarter", "service": None},
			],
		).name
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Tue 14 Apr 10:00", "Tue 14 Apr 12:00")
		make_outage(shop, "Tue 9 Jun 10:00", "Tue 9 Jun 14:00")

		rows = report(service=shop)
		own, promises = rows[0], rows[1:]

		assert (own["verdict"], own["indent"]) == ("Missed", 0)
		assert [(row["promised"], row["found"], row["verdict"], row["period"]) for row in promises] == [
			("Availability %: at least 99 % a month", "99.4444 %", "Kept", "2026-06"),
			("MTRS: at most 1.99 h a month", "4 h", "Missed", "2026-06"),
			("Number of Failures: at most 1 a quarter", "2", "Missed", "2026 Q2"),
		]
		assert {row["agreement"] for row in promises} == {name}

	def test_a_promise_counts_from_its_first_day_to_its_last(self, clock, shop) -> None:
		make_agreement(services=[shop], valid_from="2026-06-08", availability=[PROMISE])
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Tue 2 Jun 10:00", "Tue 2 Jun 14:00")

		row = report(service=shop)[1]

		assert (row["agreed"], row["downtime"], row["verdict"]) == (17 * 9, 0, "Kept")

	def test_a_month_that_lasts_is_not_judged_before_its_end(self, clock, shop) -> None:
		make_agreement(
			services=[shop], availability=[PROMISE, {**PROMISE, "metric": "Longest Outage", "value": 1}]
		)
		clock.at("Tue 9 Jun 12:00")
		make_outage(shop, "Tue 9 Jun 10:00")

		assert [row["verdict"] for row in report(service=shop)] == ["Missed", "Not Over Yet", "Missed"]

	def test_hours_that_change_later_change_no_past_month(self, clock, shop) -> None:
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sat 6 Jun 10:00", "Sat 6 Jun 14:00")
		calendar = frappe.get_doc("SLM Calendar", testing.OFFICE)
		calendar.around_the_clock = 1
		calendar.hours = []
		calendar.save()
		clock.at("Mon 3 Aug 12:00")

		rows = report(service=shop, to_date="2026-07-31")

		assert [(row["period"], row["agreed"]) for row in rows] == [("2026-06", 198), ("2026-07", 31 * 24)]

	def test_tickets_stand_beside_the_outages(self, clock, shop) -> None:
		"""R199: one response in time, one late."""
		make_agreement(targets=[target("Response", 1)])
		for minutes in (30, 90):
			clock.at("Mon 1 Jun 09:00")
			issue = make_issue(slm_service=shop)
			clock.at(f"Mon 1 Jun {9 + minutes // 60:02}:{minutes % 60:02}")
			testing.reply(issue)
		clock.at("Wed 1 Jul 12:00")

		assert report(service=shop)[0]["tickets"] == 50

	def test_what_a_monitor_sees_stands_beside_what_users_live_through(self, clock, shop) -> None:
		"""R197: it worked again after an hour; its users were told five hours later, in an office of 198 hours."""
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Tue 2 Jun 10:00", "Tue 2 Jun 16:00", restored_at=testing.wall("Tue 2 Jun 11:00"))
		make_outage(shop, "Wed 3 Jun 10:00", "Wed 3 Jun 11:00")

		row = report(service=shop)[0]

		assert (row["availability"], row["technical"]) == (96.4646, 98.9898)

	def test_a_failure_is_the_same_however_far_back_one_asks(self, clock, shop) -> None:
		"""Friday 16:00 to Saturday noon, and Saturday 11:00 to Monday 10:00: one failure of May, of three hours."""
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Fri 29 May 16:00", "Sat 30 May 12:00")
		make_outage(shop, "Sat 30 May 11:00", "Mon 1 Jun 10:00")

		alone, of_both = report(service=shop), report(service=shop, from_date="2026-05-01")

		assert [(row["failures"], row["mtrs"], row["downtime"]) for row in of_both] == [
			(1, 3, 2),
			(0, None, 1),
		]
		assert alone == of_both[1:]

	def test_what_was_down_in_other_months_only_is_not_listed(self, clock, shop) -> None:
		"""Though a promise for a year looks back to January."""
		make_agreement(services=[shop], availability=[{**PROMISE, "period": "Year"}])
		clock.at("Wed 1 Jul 12:00")
		make_outage(make_service(MAIL), "Tue 13 Jan 10:00", "Tue 13 Jan 12:00")
		make_outage(shop, "Tue 13 Jan 10:00", "Tue 13 Jan 12:00")

		assert {row["service"] for row in report()} == {shop}

	def test_windows_announced_too_late_are_those_of_the_services_shown(self, clock, shop) -> None:
		"""One reaches into June; those of another service, and one that was never announced, are not told of."""
		make_service(MAIL)
		make_service(SERVER)
		document = frappe.get_doc("SLM Service", shop)
		document.append("rests_on", {"service": SERVER, "relation": "Rests On"})
		document.save()
		clock.at("Mon 25 May 12:00")
		late = {"announced": "Mon 25 May 12:00", "minimum_notice": 14 * 86_400}
		make_window("Sun 31 May 22:00", "Mon 1 Jun 02:00", SERVER, **late)
		make_window("Tue 2 Jun 22:00", "Wed 3 Jun 02:00", shop, SERVER, **late)
		make_window("Tue 2 Jun 22:00", "Wed 3 Jun 02:00", MAIL, **late)
		make_window("Tue 9 Jun 22:00", "Wed 10 Jun 02:00", shop)
		clock.at("Wed 1 Jul 12:00")

		said = slm_availability.execute(
			{"from_date": "2026-06-01", "to_date": "2026-06-30", "service": shop}
		)[2]

		assert "2 maintenance windows were announced too late" in said
		assert "1 maintenance window was never announced" in said

	def test_a_group_stands_for_the_services_beneath_it(self, clock) -> None:
		group = make_service("Shops", is_group=1)
		for name in ("North", "South"):
			make_service(name, parent_slm_service=group)
		clock.at("Wed 1 Jul 12:00")

		assert [row["service"] for row in report(service=group, show="All Services")] == ["North", "South"]

	@pytest.mark.parametrize(
		("filters", "said"),
		[
			({"from_date": "2026-07-01"}, "is after To"),
			({"from_date": "<b>June"}, "is not a day that can be reported on"),
			({"to_date": "9999-12-31"}, "is not a day that can be reported on"),
			({"from_date": "1990-01-01"}, "too many periods"),
			({"period": "Fortnight"}, "Choose one of"),
			({"service": "No Such Thing"}, "There is no SLM Service"),
			({"service": ["in", ["x"]]}, "There is no SLM Service"),
		],
		ids=["swapped", "no day", "9999", "a lifetime", "period", "service", "list"],
	)
	def test_what_cannot_be_asked_is_refused(self, clock, filters: dict[str, Any], said: str) -> None:
		clock.at("Wed 1 Jul 12:00")

		assert said in refusal(lambda: report(**filters))

	def test_it_runs_as_the_desk_and_its_mails_run_it(self, clock, shop) -> None:
		make_agreement(services=[shop], availability=[PROMISE])
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Tue 9 Jun 10:00", "Tue 9 Jun 14:00")
		filters = {"from_date": "2026-05-01", "to_date": "2026-06-30"}

		answer = run("SLM Availability", filters=json.dumps(filters), ignore_prepared_report=True)

		assert answer["chart"]["data"]["labels"] == ["2026-05", "2026-06"]
		assert {one["label"]: one["value"] for one in answer["report_summary"]} == {
			"Availability": "98.966 %",
			"Failures": 1,
			"MTRS": "4 h",
			"Promises Kept": 1,
			"Promises Missed": 1,
		}
		mail = frappe.get_doc(
			{
				"doctype": "Auto Email Report",
				"report": "SLM Availability",
				"report_type": "Script Report",
				"user": "Administrator",
				"email_to": "boss@acme.example",
				"format": "HTML",
				"filters": json.dumps(filters),
				"filter_meta": "[]",
				"frequency": "Monthly",
			}
		).insert()
		assert "97.9797" in mail.get_report_content()

	def test_agreements_that_a_reader_may_not_see_are_not_named(self, clock, shop) -> None:
		make_customer("Silk Ltd")
		make_agreement("Promise to Wool", customer=make_customer(), services=[shop], availability=[PROMISE])
		user = make_user("silk.only@desk.example", "Support Team")
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "Customer", "for_value": "Silk Ltd"}
		).insert()
		frappe.clear_cache(user=user)
		clock.at("Wed 1 Jul 12:00")

		with as_user(user):
			rows = report(service=shop)

		assert [row.get("agreement") for row in rows] == [None]

	def test_the_number_of_its_queries_does_not_grow_with_services_and_outages(
		self, clock, shop, queries
	) -> None:
		clock.at("Wed 1 Jul 12:00")
		sent = []
		for number in range(2):
			for service in (make_service(f"Service {number} {one}") for one in range(5)):
				make_outage(service, "Tue 9 Jun 10:00", "Tue 9 Jun 14:00")
			with queries.counted():
				report()
			sent.append(len(queries))

		assert sent[0] == sent[1]


class TestAround:
	def test_the_hourly_task_catches_up(self, clock, shop) -> None:
		issue = make_issue(slm_service=shop)
		frappe.db.set_value("Issue", issue.name, "slm_service_down", 1)
		frappe.db.set_single_value("SLM Settings", "enabled", 1)

		frappe.get_attr("slm_extension.tasks.hourly")()

		assert len(of(issue)) == 1

	def test_a_template_is_filled_in_with_the_ticket(self, clock, shop) -> None:
		outage_mails.seed()
		issue = make_issue("<b>No</b> shop", slm_service=shop)

		mail = frappe.get_doc("Email Template", outage_mails.RESTORED).get_formatted_email(issue.as_dict())

		assert mail["subject"] == f"Online Shop works again (#{issue.name})"
		assert "&lt;b&gt;No" in mail["message"]

	def test_what_was_seeded_is_taken_back(self, site) -> None:
		outage_mails.seed()
		outage_mails.unseed()

		assert not frappe.db.exists("Email Template", {"name": ["in", list(outage_mails.TEMPLATES)]})


def test_what_is_no_time_is_refused_in_a_sentence(clock: Any) -> None:
	issue = make_issue()

	with pytest.raises(frappe.ValidationError, match="is not a time"):
		api.ticket_told(issue.name, "<b>soon")
