"""Planned and agreed interruptions: what can be agreed, how it is said, and what it changes in availability.

The site's zone is Asia/Kolkata. Agreements are measured around the clock: June 2026 has 720 hours. Its first Sunday is
the 7th.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import frappe
import pytest
from frappe.permissions import add_user_permission

from slm_extension import api, testing
from slm_extension.adapters.agreements import calendar_editions
from slm_extension.adapters.interruptions import agreed_in
from slm_extension.service_level_management.report.slm_availability import slm_availability
from slm_extension.services import maintenance_calendar, print_agreement, terms
from slm_extension.testing import (
	make_agreement,
	make_customer,
	make_outage,
	make_service,
	make_window,
	wall,
)

SHOP, MAIL, SERVER = "Online Shop", "Mail", "Server Room"
HOUR = 3600
PROMISE = {"metric": "Availability %", "value": 99.9, "period": "Month"}


def agreed(**more: Any) -> dict[str, Any]:
	"""A row: the first Sunday of every month, 02:00 to 06:00, since January."""
	return {
		"title": "Patches",
		"recurrence": "Monthly",
		"month_rule": "First",
		"weekday": "Sunday",
		"starts": wall("Thu 1 Jan 02:00"),
		"duration": 4 * HOUR,
		**more,
	}


@pytest.fixture
def shop(clock: Any) -> str:
	testing.make_calendar("Always", around_the_clock=True)
	return make_service(SHOP, service_hours="Always")


def rest_on_server_room(shop: str) -> None:
	"""The shop rests on the server room, which belongs to the rooms; there is mail besides."""
	make_service(MAIL)
	make_service(SERVER, parent_slm_service=make_service("Rooms", is_group=1))
	document = frappe.get_doc("SLM Service", shop)
	document.append("rests_on", {"service": SERVER, "relation": "Rests On"})
	document.save()


def promise(*rows: dict[str, Any], **more: Any) -> Any:
	"""An agreement that promises 99.9 % of its services a month."""
	services = more.pop("services", [SHOP])
	values = {"calendar": "Always", "services": services, "availability": [PROMISE], **more}
	return make_agreement(interruptions=list(rows), **values)


def refusal(call: Any) -> str:
	"""The sentence with which something is refused."""
	with pytest.raises(frappe.ValidationError) as caught:
		call()
	frappe.clear_messages()
	return frappe.utils.strip_html(str(caught.value))


class TestTerms:
	@pytest.mark.parametrize(
		("row", "said"),
		[
			pytest.param(
				{"weekday": None},
				"It does not say which weekday of the month is meant. Choose a weekday.",
				id="first of what",
			),
			pytest.param(
				{"month_rule": "On Day", "month_day": 0}, "There is no day 0 in a month.", id="no day"
			),
			pytest.param(
				{"month_rule": "On Day", "month_day": 32}, "There is no day 32 in a month.", id="day 32"
			),
			pytest.param({"every_number": 100}, "Nothing takes place every 100 times.", id="seldom"),
			pytest.param(
				{"recurrence": "Daily", "duration": 25 * HOUR},
				"It lasts so long that it is not over before it may begin again.",
				id="all day",
			),
			pytest.param({"duration": -HOUR}, "An interruption of -3600 seconds is negative.", id="backward"),
			pytest.param({"notice": -HOUR}, "A notice of -3600 seconds is negative.", id="notice"),
			pytest.param(
				{"recurrence": "Weekly", "weekday": "Monday", "to_weekday": "Monday"},
				"It goes from a weekday to the same weekday. Name another last weekday;",
				id="Monday to Monday",
			),
			pytest.param({"month_rule": "Fifth"}, "Day in the Month cannot be", id="fifth"),
		],
	)
	@pytest.mark.parametrize("template", [0, 1], ids=["agreement", "template"])
	def test_what_cannot_take_place_is_refused(
		self, shop: str, row: dict[str, Any], said: str, template: int
	) -> None:
		found = refusal(
			lambda: make_agreement(
				interruptions=[agreed(), agreed(**row)], is_template=template, submit=False
			)
		)

		assert said in found
		assert "Row 2 of Planned and Agreed Interruptions: " in found or "Row #2" in found

	@pytest.mark.parametrize(
		("recurrence", "kept"),
		[
			("Once", {}),
			("Daily", {"every_number": 2}),
			("Weekly", {"every_number": 2, "weekday": "Sunday", "to_weekday": "Tuesday"}),
			("Monthly", {"every_number": 2, "month_rule": "First", "weekday": "Sunday"}),
		],
	)
	def test_what_the_form_does_not_show_is_not_kept(
		self, shop: str, recurrence: str, kept: dict[str, Any]
	) -> None:
		row = agreed(recurrence=recurrence, every_number=2, to_weekday="Tuesday", month_day=15)

		(found,) = make_agreement(interruptions=[row], submit=False).reload().interruptions

		fields = ("every_number", "month_rule", "weekday", "to_weekday", "month_day")
		assert {name: found.get(name) for name in fields if found.get(name)} == kept

	def test_a_last_weekday_without_a_first_is_not_kept(self, shop: str) -> None:
		row = agreed(recurrence="Weekly", weekday=None, to_weekday="Friday")

		(found,) = make_agreement(interruptions=[row], submit=False).reload().interruptions

		assert not found.to_weekday

	def test_terms_signed_before_are_the_same_terms(self, shop: str) -> None:
		"""What could be said before is in the digest as it was, in the same order."""
		row = {"title": "Backup", "recurrence": "Weekly", "starts": wall("Mon 5 Jan 10:00")}
		document = make_agreement(interruptions=[{**row, "duration": 60, "notice": 120}], submit=False)

		assert terms._row(document.interruptions[0]) == [
			("title", "Backup"),
			("recurrence", "Weekly"),
			("starts", "2026-01-05 10:00:00"),
			("duration", "60"),
			("notice", "120"),
		]

	@pytest.mark.parametrize(
		("row", "words"),
		[
			pytest.param({}, "Monthly on the first Sunday", id="first Sunday"),
			pytest.param({"month_rule": "Last", "recurrence": "Quarterly"}, "Quarterly on the last Sunday", id="last"),
			pytest.param({"month_rule": "Second", "every_number": 2}, "Every 2 months on the second Sunday", id="second"),
			pytest.param({"month_rule": "Third", "recurrence": "Yearly"}, "Yearly on the third Sunday", id="third"),
			pytest.param(
				{"month_rule": "Fourth", "recurrence": "Half-Yearly"}, "Half-yearly on the fourth Sunday", id="fourth"
			),
			pytest.param({"month_rule": "On Day", "month_day": 15}, "Monthly on day 15", id="day"),
			pytest.param({"month_rule": "On Day", "month_day": 31}, "Monthly on the last day", id="last day"),
			pytest.param({"month_rule": None}, "Monthly | ", id="day of From"),
			pytest.param({"recurrence": "Weekly"}, "Weekly on Sunday", id="weekly"),
			pytest.param(
				{"recurrence": "Weekly", "weekday": "Monday", "to_weekday": "Friday"},
				"Weekly from Monday to Friday",
				id="Monday to Friday",
			),
			pytest.param(
				{"recurrence": "Weekly", "weekday": "Friday", "to_weekday": "Monday", "every_number": 3},
				"Every 3 weeks from Friday to Monday",
				id="Friday to Monday",
			),
			pytest.param(
				{"recurrence": "Weekly", "every_number": 2, "weekday": None}, "Every 2 weeks | ", id="two weeks"
			),
			pytest.param({"recurrence": "Daily", "every_number": 3}, "Every 3 days | ", id="days"),
			pytest.param({"recurrence": "Once"}, "Once | ", id="once"),
		],
	)  # fmt: skip
	def test_it_is_printed_as_people_say_it(self, shop: str, row: dict[str, Any], words: str) -> None:
		document = make_agreement(interruptions=[agreed(**row)], submit=False)

		section = next(
			one
			for one in print_agreement.printed(document).sections
			if one.title == "Planned and Agreed Interruptions"
		)

		table, zone = section.blocks
		assert words in f"{' | '.join(table.rows[0])} | "
		assert zone.text == "Times are those of Asia/Kolkata."


class TestComing:
	def times(self, *rows: dict[str, Any], calendar: str = "Always") -> list[dict[str, Any]]:
		document = make_agreement(interruptions=list(rows), calendar=calendar, submit=False)
		return api.preview_interruptions(document.as_dict())

	def test_the_next_ones_by_the_clock_of_the_calendar(self, clock: Any, shop: str) -> None:
		"""The last Sunday of October, when summer time ends in Berlin: 02:00 comes twice, four hours end at 05:00."""
		testing.make_calendar("Berlin", around_the_clock=True, zone="Europe/Berlin")
		clock.at("Thu 1 Oct 09:00")

		(found,) = self.times(agreed(month_rule="Last", weekday="Sunday"), calendar="Berlin")

		assert (found["idx"], found["often"], found["zone"]) == (
			1,
			"monthly on the last Sunday",
			"Europe/Berlin",
		)
		assert [list(one) for one in found["times"]] == [
			["2026-10-25T02:00:00+02:00", "2026-10-25T05:00:00+01:00"],
			["2026-11-29T02:00:00+01:00", "2026-11-29T06:00:00+01:00"],
			["2026-12-27T02:00:00+01:00", "2026-12-27T06:00:00+01:00"],
		]

	def test_from_monday_to_friday_is_one_row(self, clock: Any, shop: str) -> None:
		"""Asked on Thursday 4 June, noon: tomorrow, and Monday and Tuesday."""
		clock.at("Thu 4 Jun 12:00")

		(found,) = self.times(agreed(recurrence="Weekly", weekday="Monday", to_weekday="Friday"))

		assert found["often"] == "weekly from Monday to Friday"
		assert [one[0][:16] for one in found["times"]] == [
			"2026-06-05T02:00",
			"2026-06-08T02:00",
			"2026-06-09T02:00",
		]

	def test_one_that_goes_on_is_shown_and_one_that_is_over_is_not(self, clock: Any, shop: str) -> None:
		clock.at("Sun 7 Jun 03:00")
		once = {"recurrence": "Once", "month_rule": None, "weekday": None}

		going, over = self.times(
			agreed(starts=wall("Sun 7 Jun 02:00"), **once), agreed(starts=wall("Sat 6 Jun 02:00"), **once)
		)

		assert [one[0][:16] for one in going["times"]] == ["2026-06-07T02:00"]
		assert list(over["times"]) == []

	def test_rows_that_do_not_say_when_are_left_out_and_wrong_ones_say_why(
		self, clock: Any, shop: str
	) -> None:
		document = make_agreement(
			interruptions=[agreed(starts=None), agreed(duration=0), agreed()], submit=False
		)
		values = document.as_dict()
		values.interruptions[2].weekday = None

		(found,) = api.preview_interruptions(values)

		assert (found["idx"], list(found["times"])) == (3, [])
		assert found["problem"].startswith("It does not say which weekday")

	def test_without_a_calendar_there_is_nothing_to_say(self, clock: Any, shop: str) -> None:
		values = make_agreement(interruptions=[agreed()], submit=False).as_dict()

		assert api.preview_interruptions({**values, "calendar": None}) == []


def report(**filters: Any) -> list[dict[str, Any]]:
	asked = {"from_date": "2026-06-01", "to_date": "2026-06-30", **filters}
	return slm_availability.execute(asked)[1]


def shown(row: dict[str, Any]) -> dict[str, Any]:
	names = ("agreed", "maintenance", "interruptions", "downtime", "as_agreed", "availability", "gross")
	return {name: row[name] for name in names}


class TestRowsOfOldAgreements:
	"""Rows that were concluded before anybody refused them; they interrupt nothing."""

	@pytest.fixture
	def old(self, clock: Any, shop: str) -> Any:
		document = promise(agreed(), agreed(title="Endless", recurrence="Daily", duration=HOUR))
		wrong = {"title": "Endless", "parent": document.name}
		frappe.db.set_value("SLM Agreement Interruption", wrong, "duration", 30 * HOUR)
		return frappe.get_doc("SLM Agreement", document.name)

	def test_availability_is_told_all_the_same(self, clock: Any, old: Any, shop: str) -> None:
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		own, _promised = report(service=shop)

		assert (own["interruptions"], own["as_agreed"]) == (4, 4)

	def test_it_is_printed_as_it_was_signed(self, old: Any) -> None:
		sections = str(print_agreement.printed(old).sections)

		assert "Endless" in sections and "Daily" in sections

	def test_one_that_is_still_a_draft_is_not_concluded(self, clock: Any, shop: str) -> None:
		draft = make_agreement(interruptions=[agreed()], calendar="Always", services=[SHOP], submit=False)
		wrong = {"title": "Patches", "parent": draft.name}
		frappe.db.set_value(
			"SLM Agreement Interruption", wrong, {"recurrence": "Daily", "duration": 30 * HOUR}
		)
		draft.reload()

		assert "Row 1 of Planned and Agreed Interruptions" in refusal(draft.submit)


class TestAvailability:
	def test_an_outage_in_it_is_downtime_as_agreed_net_and_gross_stand_beside_each_other(
		self, clock: Any, shop: str
	) -> None:
		"""Sunday 7 June, 01:00-05:00: an hour before it began, and three of its four. Promised are 99.9 % of 716 h."""
		promise(agreed())
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 01:00", "Sun 7 Jun 05:00")

		own, promised = report(service=shop)

		expected = {
			"agreed": 716,
			"maintenance": 0,
			"interruptions": 4,
			"downtime": 1,
			"as_agreed": 3,
			"availability": 99.8603,
			"gross": 99.4444,
		}
		assert (shown(own), shown(promised)) == (expected, expected)
		assert (promised["found"], promised["verdict"]) == ("99.8603 %", "Missed")
		assert (own["failures"], own["longest"], own["outages"]) == (1, 1, 1)

	def test_a_promise_is_kept_that_would_be_missed_without_it(self, clock: Any, shop: str) -> None:
		promise(agreed())
		clock.at("Wed 1 Jul 12:00")
		down = make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		own, promised = report(service=shop)

		assert (promised["found"], promised["verdict"], promised["failures"]) == ("100 %", "Kept", 0)
		assert (own["downtime"], own["as_agreed"], own["gross"]) == (0, 4, 99.4444)
		assert own["list"] == {"name": ["in", [down.name]]}

	def test_one_row_from_monday_to_friday_takes_the_nights_of_the_week(self, clock: Any, shop: str) -> None:
		"""June 2026 has 22 days from Monday to Friday. Down on Friday and Saturday 02:00-06:00: the one was agreed."""
		promise(agreed(recurrence="Weekly", weekday="Monday", to_weekday="Friday"))
		clock.at("Wed 1 Jul 12:00")
		for day in ("Fri 5 Jun", "Sat 6 Jun"):
			make_outage(shop, f"{day} 02:00", f"{day} 06:00")

		own, _promised = report(service=shop)

		assert (own["interruptions"], own["downtime"], own["as_agreed"]) == (88, 4, 4)

	def test_the_summary_shows_both(self, clock: Any, shop: str) -> None:
		promise(agreed())
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 01:00", "Sun 7 Jun 05:00")

		cards = slm_availability.execute({"from_date": "2026-06-01", "to_date": "2026-06-30"})[4]

		values = {one["label"]: one["value"] for one in cards}
		assert (values["Availability"], values["Gross Availability"]) == ("99.86 %", "99.444 %")

	def test_what_one_customer_agreed_to_is_none_of_another(self, clock: Any, shop: str) -> None:
		"""Nor of the service itself, as not everybody agrees."""
		wool = promise(agreed(), title="Wool", customer=make_customer("Wool"))
		silk = promise(title="Silk", customer=make_customer("Silk"))
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		rows = report(service=shop)

		found = {
			row.get("agreement"): (row["downtime"], row["as_agreed"], row.get("verdict")) for row in rows
		}
		assert found == {None: (4, 0, "Missed"), wool.name: (0, 4, "Kept"), silk.name: (4, 0, "Missed")}

	def test_the_service_itself_leaves_out_what_all_agree_on(self, clock: Any, shop: str) -> None:
		"""02:00-06:00 with one, 04:00-08:00 with the other: two hours with both."""
		promise(agreed(), title="Wool", customer=make_customer("Wool"))
		promise(
			agreed(starts=wall("Thu 1 Jan 04:00"), service=shop), title="Silk", customer=make_customer("Silk")
		)
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		own, *promised = report(service=shop)

		assert (own["interruptions"], own["downtime"], own["as_agreed"]) == (2, 2, 2)
		assert [row["as_agreed"] for row in promised] == [4, 2]

	def test_agreements_for_all_services_count_where_none_names_it(self, clock: Any, shop: str) -> None:
		make_service(MAIL, service_hours="Always")
		make_agreement("Everybody", calendar="Always", interruptions=[agreed()])
		promise(title="Wool", customer=make_customer("Wool"), services=[MAIL])
		clock.at("Wed 1 Jul 12:00")
		for service in (shop, MAIL):
			make_outage(service, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		found = {row["service"]: row["as_agreed"] for row in report() if not row["indent"]}

		assert found == {shop: 4, MAIL: 0}

	def test_while_no_agreement_that_names_it_is_in_force_those_that_name_none_count(
		self, clock: Any, shop: str
	) -> None:
		"""Until May an agreement named the shop and allowed nothing; since then one that names no service does."""
		promise(title="Wool", customer=make_customer("Wool"), valid_until="2026-05-31", availability=[])
		make_agreement("Everybody", calendar="Always", interruptions=[agreed()])
		clock.at("Wed 1 Jul 12:00")
		for day in ("Sun 3 May", "Sun 7 Jun"):
			make_outage(shop, f"{day} 02:00", f"{day} 06:00")

		found = [
			row["as_agreed"] for row in report(service=shop, from_date="2026-05-01") if not row["indent"]
		]

		assert found == [0, 4]

	def test_a_row_without_a_promise_of_availability_counts_for_the_service(
		self, clock: Any, shop: str
	) -> None:
		promise(agreed(), availability=[])
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		(own,) = report(service=shop)

		assert (own["downtime"], own["as_agreed"]) == (0, 4)

	@pytest.mark.parametrize(
		("named", "as_agreed"), [(SHOP, 4), (SERVER, 4), ("Rooms", 4), (MAIL, 0)], ids=str
	)
	def test_it_is_about_the_service_it_names_and_what_rests_on_that(
		self, clock: Any, shop: str, named: str, as_agreed: int
	) -> None:
		rest_on_server_room(shop)
		promise(agreed(service=named))
		clock.at("Wed 1 Jul 12:00")
		make_outage(SERVER, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		promised = report(service=shop)[1]

		assert (promised["as_agreed"], promised["downtime"]) == (as_agreed, 4 - as_agreed)

	@pytest.mark.parametrize(
		("announced", "in_time"),
		[("Thu 4 Jun 03:00", True), ("Thu 4 Jun 03:00:01", False), (None, False)],
		ids=["72 hours before", "a second late", "never"],
	)
	def test_with_a_notice_the_announced_part_of_it_counts(
		self, clock: Any, shop: str, announced: str | None, in_time: bool
	) -> None:
		"""A window of the agreement, 03:00-05:00, in it."""
		agreement = promise(agreed(notice=72 * HOUR)).name
		clock.at("Thu 4 Jun 04:00")
		make_window("Sun 7 Jun 03:00", "Sun 7 Jun 05:00", shop, announced=announced, agreement=agreement)
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		own, promised = report(service=shop)

		taken = 2 if in_time else 0
		assert shown(own) == shown(promised)
		assert (promised["maintenance"], promised["interruptions"]) == (taken, 0)
		assert (promised["downtime"], promised["as_agreed"]) == (4 - taken, taken)

	@pytest.mark.parametrize(
		("about", "announced", "in_time"),
		[
			(None, "Fri 5 Jun 03:00", False),
			(None, "Thu 4 Jun 03:00", True),
			(SHOP, "Fri 5 Jun 03:00", False),
			(SERVER, "Fri 5 Jun 03:00", False),
			(MAIL, "Fri 5 Jun 03:00", True),
		],
		ids=["48 hours before", "72 hours before", "asked for it", "asked beneath", "asked for another"],
	)
	def test_a_window_of_the_whole_site_counts_where_it_is_as_early_as_the_agreement_asks(
		self, clock: Any, shop: str, about: str | None, announced: str, in_time: bool
	) -> None:
		"""48 hours are usual, 72 are agreed, in a row that says no time."""
		rest_on_server_room(shop)
		promise({"title": "Any work", "service": about, "notice": 72 * HOUR})
		clock.at(announced)
		make_window("Sun 7 Jun 03:00", "Sun 7 Jun 05:00", shop, announced=announced)
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")

		own, promised = report(service=shop)

		assert (own["maintenance"], own["downtime"]) == (2, 2)
		assert (promised["maintenance"], promised["downtime"]) == ((2, 2) if in_time else (0, 4))

	def test_a_window_announced_in_it_is_not_taken_out_twice(self, clock: Any, shop: str) -> None:
		"""03:00-08:00, announced in time: five hours of maintenance, one of the interruption besides."""
		promise(agreed())
		clock.at("Mon 1 Jun 09:00")
		make_window("Sun 7 Jun 03:00", "Sun 7 Jun 08:00", shop, announced="Mon 1 Jun 09:00")
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 09:00")

		own, promised = report(service=shop)

		assert shown(own) == shown(promised)
		assert (own["agreed"], own["maintenance"], own["interruptions"]) == (714, 5, 1)
		assert (own["downtime"], own["as_agreed"]) == (1, 6)

	def test_a_window_announced_too_late_is_not_named_where_it_was_agreed_anyway(
		self, clock: Any, shop: str
	) -> None:
		promise(agreed())
		clock.at("Sat 6 Jun 09:00")
		make_window("Sun 7 Jun 03:00", "Sun 7 Jun 05:00", shop, announced="Sat 6 Jun 09:00")
		make_window("Sun 14 Jun 03:00", "Sun 14 Jun 05:00", shop)
		clock.at("Wed 1 Jul 12:00")

		said = slm_availability.execute(
			{"from_date": "2026-06-01", "to_date": "2026-06-30", "service": shop}
		)[2]

		assert "announced too late" not in said
		assert "1 maintenance window was never announced" in said

	def test_it_is_agreed_while_the_agreement_is_in_force(self, clock: Any, shop: str) -> None:
		promise(agreed(), valid_from="2026-06-08")
		clock.at("Mon 3 Aug 12:00")
		make_outage(shop, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")
		make_outage(shop, "Sun 5 Jul 02:00", "Sun 5 Jul 06:00")

		rows = report(service=shop, to_date="2026-07-31")

		assert [(row["indent"], row["downtime"], row["as_agreed"]) for row in rows] == [
			(0, 4, 0),
			(1, 0, 0),
			(0, 0, 4),
			(1, 0, 4),
		]

	def test_its_time_is_that_of_the_agreements_calendar(self, clock: Any, shop: str) -> None:
		"""02:00 in Berlin is 06:30 here on Sunday 1 February, and 05:30 on 7 June."""
		testing.make_calendar("Berlin", around_the_clock=True, zone="Europe/Berlin")
		document = promise(agreed(), calendar="Berlin")
		clock.at("Wed 1 Jul 12:00")
		make_outage(shop, "Sun 1 Feb 06:30", "Sun 1 Feb 10:30")
		make_outage(shop, "Sun 7 Jun 05:30", "Sun 7 Jun 09:30")

		rows = [
			row for row in report(service=shop, from_date="2026-02-01") if row["indent"] and row["as_agreed"]
		]

		assert [(row["period"], row["downtime"], row["as_agreed"]) for row in rows] == [
			("2026-02", 0, 4),
			("2026-06", 0, 4),
		]
		(only,) = agreed_in(document, calendar_editions())
		assert only.interruption.zone.key == "Europe/Berlin"

	def test_the_number_of_its_queries_does_not_grow_with_agreements(
		self, clock: Any, shop: str, queries: Any
	) -> None:
		sent = []
		for number in range(2):
			for one in range(3):
				clock.at("Mon 1 Jun 09:00")
				service = make_service(f"Service {number} {one}", service_hours="Always")
				promise(agreed(notice=HOUR), agreed(), title=service, services=[service])
				clock.at("Wed 1 Jul 12:00")
				make_outage(service, "Sun 7 Jun 02:00", "Sun 7 Jun 06:00")
			with queries.counted():
				report()
			sent.append(len(queries))

		assert sent[0] == sent[1]


def month(
	start: str = "2026-06-01 00:00:00", end: str = "2026-07-01 00:00:00", fields: Sequence[str] = ()
) -> list[dict[str, Any]]:
	"""What the calendar of maintenance windows gets when it asks as the host does."""
	columns = {"start": "starts", "end": "ends", "id": "name", "title": "title", "status": "in_time"}
	asked = json.dumps(list(fields)) if fields else None
	return api.maintenance_calendar(start, end, json.dumps(columns), asked, filters="[]")


def agreed_times(**asked: str) -> list[tuple[str, str, str]]:
	found = [one for one in month(**asked) if one.get("agreed_interruption")]
	return [(one["title"], one["starts"], one["ends"]) for one in found]


class TestCalendar:
	"""The site is in Asia/Kolkata, 3:30 ahead of Berlin in summer, 4:30 in winter."""

	def test_it_shows_windows_and_what_is_agreed_in_the_time_of_the_site(self, clock: Any, shop: str) -> None:
		"""Monthly on the first Sunday, 02:00-06:00 in Berlin: 7 June, 05:30-09:30 in Kolkata."""
		testing.make_calendar("Berlin", around_the_clock=True, zone="Europe/Berlin")
		clock.at("Mon 1 Jun 09:00")
		window = make_window("Sun 14 Jun 02:00", "Sun 14 Jun 06:00", shop)
		agreement = make_agreement(
			"Wool", calendar="Berlin", interruptions=[agreed(service=shop, notice=72 * HOUR)]
		)

		announced, one = month()

		assert (announced["name"], announced["title"]) == (window.name, "Patches")
		assert one == {
			"doctype": "SLM Agreement",
			"name": agreement.name,
			"docstatus": 1,
			"agreed_interruption": 1,
			"title": "Patches (Wool)",
			"tooltip": "Patches (Wool): Online Shop, monthly on the first Sunday, where it was announced 3 days before",
			"starts": "2026-06-07 05:30:00",
			"ends": "2026-06-07 09:30:00",
		}

	def test_each_window_says_what_its_colour_means(self, clock: Any, shop: str) -> None:
		clock.at("Mon 1 Jun 09:00")
		for day, values in (
			("Sun 14 Jun", {}),
			("Mon 15 Jun", {"cancelled": 1}),
			("Tue 16 Jun", {"in_time": 1, "announced_on": wall("Mon 1 Jun 09:00")}),
			("Wed 17 Jun", {"announced_on": wall("Mon 15 Jun 09:00")}),
		):
			made = make_window(f"{day} 02:00", f"{day} 06:00", shop)
			frappe.db.set_value(made.doctype, made.name, {"announced_on": None, "in_time": 0, **values})

		found = month(fields=["name", "title", "in_time", "cancelled", "announced_on", "starts"])

		said = {str(one["starts"])[8:10]: (one["title"], one["tooltip"]) for one in found}
		assert said == {
			"14": ("Patches", "Not Announced: Patches"),
			"15": ("Cancelled: Patches", "Cancelled: Patches"),
			"16": ("Patches", "Announced in Time: Patches"),
			"17": ("Patches", "Announced Late: Patches"),
		}

	def test_those_of_several_agreements_come_in_order(self, clock: Any, shop: str) -> None:
		weekly = agreed(recurrence="Weekly", weekday="Saturday", to_weekday="Sunday", title="Weekend")
		promise(agreed(starts=wall("Thu 1 Jan 01:00")), title="Wool", customer=make_customer("Wool"))
		promise(weekly, title="Silk", customer=make_customer("Silk"))
		clock.at("Mon 1 Jun 09:00")

		found = agreed_times(end="2026-06-08 00:00:00")

		assert [(title, starts) for title, starts, _ends in found] == [
			("Weekend (Silk)", "2026-06-06 02:00:00"),
			("Patches (Wool)", "2026-06-07 01:00:00"),
			("Weekend (Silk)", "2026-06-07 02:00:00"),
		]

	def test_only_while_the_agreement_is_in_force(self, clock: Any, shop: str) -> None:
		"""From Wednesday 3 until Friday 5 June, midnight; the last night is cut off there. A draft shows nothing."""
		clock.at("Mon 1 Jun 09:00")
		nightly = agreed(recurrence="Daily", weekday=None, starts=wall("Thu 1 Jan 22:00"))
		promise(nightly, title="Wool", valid_from="2026-06-03", valid_until="2026-06-05", until_replaced=0)
		make_agreement("Draft", calendar="Always", interruptions=[nightly], submit=False)

		assert agreed_times() == [
			("Patches (Wool)", "2026-06-03 00:00:00", "2026-06-03 02:00:00"),
			("Patches (Wool)", "2026-06-03 22:00:00", "2026-06-04 02:00:00"),
			("Patches (Wool)", "2026-06-04 22:00:00", "2026-06-05 02:00:00"),
			("Patches (Wool)", "2026-06-05 22:00:00", "2026-06-06 00:00:00"),
		]
		assert agreed_times(start="2026-07-01 00:00:00", end="2026-08-01 00:00:00") == []

	def test_only_agreements_that_the_user_may_read(self, clock: Any, shop: str) -> None:
		wool, silk = make_customer("Wool"), make_customer("Silk")
		promise(agreed(), title="Wool", customer=wool)
		promise(agreed(), title="Silk", customer=silk)
		clock.at("Mon 1 Jun 09:00")
		user = testing.make_user("agent@acme.example", "Support Team")
		add_user_permission("Customer", wool, user)

		with testing.as_user(user):
			found = agreed_times()

		assert [title for title, *_times in found] == ["Patches (Wool)"]

	def test_who_reads_windows_and_no_agreements_sees_windows_alone(self, clock: Any, shop: str) -> None:
		promise(agreed())
		clock.at("Mon 1 Jun 09:00")
		window = make_window("Sun 14 Jun 02:00", "Sun 14 Jun 06:00", shop)
		frappe.get_doc({"doctype": "Role", "role_name": "Window Reader"}).insert()
		reads = {"parent": "SLM Maintenance Window", "role": "Window Reader", "read": 1, "permlevel": 0}
		frappe.get_doc({"doctype": "Custom DocPerm", **reads}).insert()
		user = testing.make_user("reader@acme.example", "Window Reader")

		with testing.as_user(user):
			found = month()

		assert [one["name"] for one in found] == [window.name]

	def test_no_more_than_can_be_looked_at_and_it_says_so(self, clock: Any, shop: str) -> None:
		"""For two thousand days of every night, the first ones only."""
		promise(agreed(recurrence="Daily", weekday=None))
		clock.at("Mon 1 Jun 09:00")
		frappe.clear_messages()

		found = agreed_times(end="2032-01-01 00:00:00")

		assert (len(found), found[-1][1]) == (maintenance_calendar.MOST, "2027-03-27 02:00:00")
		(said,) = frappe.get_message_log()
		assert (
			said["message"] == "Only the first 300 agreed interruptions are shown. Look at a week or a day."
		)
		frappe.clear_messages()
		assert len(agreed_times()) == 30
		assert frappe.get_message_log() == []

	def test_of_years_that_nobody_can_agree_on_it_says_so(self, clock: Any, shop: str) -> None:
		said = refusal(lambda: month(start="2300-01-01 00:00:00", end="2300-02-01 00:00:00"))

		assert "lies outside the years 1970 to 2199" in said
