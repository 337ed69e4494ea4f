"""Calendars, agreements and settings: what cannot be used is refused in a sentence, and what is used may change."""

from __future__ import annotations

import re
from typing import Any

import frappe
import pytest
from frappe.utils import getdate

from slm_extension.adapters import site_time
from slm_extension.adapters.calendars import calendar_of
from slm_extension.domain.calendars import Window
from slm_extension.services.agreements import refresh_statuses
from slm_extension.services.chunks import Chunks
from slm_extension.services.tick import tick
from slm_extension.services.versions import new_version
from slm_extension.testing import (
	HOUR,
	RESOLUTION_4H,
	RESPONSE_1H,
	clocks,
	conclude,
	hours_rows,
	make_agreement,
	make_calendar,
	make_customer,
	make_issue,
	make_service,
	set_status,
	target,
	wall,
)

MESSAGE = re.compile("<[^>]*>")


def refusal(make: Any) -> str:
	"""The sentences a user is shown; nothing has been stored."""
	doctypes = ("SLM Calendar", "SLM Calendar Edition", "SLM Agreement", "SLM Target", "SLM Service")
	before = [frappe.db.count(doctype) for doctype in doctypes]
	frappe.clear_messages()
	frappe.db.savepoint("refused")
	with pytest.raises(frappe.ValidationError) as caught:
		make()
	frappe.db.rollback(save_point="refused")
	assert [frappe.db.count(doctype) for doctype in doctypes] == before
	shown = [str(message.get("message")) for message in frappe.get_message_log()]
	return MESSAGE.sub("", " ".join([str(caught.value), *shown]))


def calendar(**values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "SLM Calendar",
			"calendar_name": "Odd Hours",
			"time_zone": "Asia/Kolkata",
			"hours": hours_rows(["09:00-18:00"]),
			**values,
		}
	)


@pytest.mark.parametrize(
	("values", "said"),
	[
		pytest.param({"hours": []}, "Odd Hours.*never opens.*at least one window", id="never opens"),
		pytest.param({"time_zone": "Mars/Olympus"}, "Mars/Olympus.*not a time zone.*IANA", id="unknown zone"),
		pytest.param({"time_zone": ""}, "Time Zone", id="no zone"),
		pytest.param(
			{"hours": hours_rows(["09:00-12:00", "11:00-13:00"], ["Monday"])},
			"Odd Hours.*09:00.*11:00.*Monday overlap.*Join",
			id="overlapping windows",
		),
		pytest.param(
			{"hours": [{"day": "Monday", "from_time": "18:00", "to_time": "09:00"}]},
			"Odd Hours.*18:00.*Monday.*ends before it starts.*next day",
			id="backward window",
		),
		pytest.param(
			{"hours": [{"day": "Monday", "from_time": "09:00", "to_time": "09:00"}]},
			"Odd Hours.*Monday.*empty.*end it later",
			id="empty window",
		),
		pytest.param(
			{"hours": [{"day": "Someday", "from_time": "09:00", "to_time": "18:00"}]},
			"Row #?1.*Day.*Someday",
			id="no such day",
		),
		pytest.param(
			{"hours": [{"day": "Monday", "from_time": "nine", "to_time": "18:00"}]},
			"Row 1: nine in From is not a time.*Enter it like 09:00",
			id="no such time",
		),
		pytest.param(
			{
				"yearly_closures": [
					{"from_month": "February", "from_day": 30, "to_month": "March", "to_day": 1}
				]
			},
			"Odd Hours.*no day.*30.*month and day",
			id="30 February",
		),
		pytest.param(
			{"yearly_closures": [{"from_month": "Sol", "from_day": 1, "to_month": "March", "to_day": 1}]},
			"Row #?1.*From Month.*Sol",
			id="no such month",
		),
		pytest.param(
			{"exceptions": [{"date": "2026-06-06", "from_time": "12:00", "to_time": "10:00"}]},
			"Odd Hours.*ends before it starts",
			id="backward exception",
		),
		pytest.param(
			{"holiday_lists": [{"holiday_list": "Nowhere"}]}, "Holiday List.*Nowhere", id="no such list"
		),
	],
)
def test_a_calendar_that_cannot_be_counted_in(clock, values: dict[str, Any], said: str) -> None:
	sentence = refusal(calendar(**values).insert)

	assert re.search(said, sentence), sentence
	assert "Traceback" not in sentence


def test_a_calendar_may_have_odd_hours(clock) -> None:
	"""A lunch break, a night shift, a working Saturday, a name that looks like an address."""
	odd = calendar(
		calendar_name="night@acme.example",
		hours=hours_rows(["09:00-12:00", "13:00-17:00", "22:00-02:00"]),
		exceptions=[
			{"date": "2026-06-06", "from_time": "10:00", "to_time": "14:00", "reason": "Stocktaking"},
			{"date": "2026-06-01", "closed": 1, "reason": "Works outing"},
		],
	).insert()
	make_agreement(calendar=odd.name)
	clock.at("Mon 1 Jun 09:00")

	assert clocks(make_issue())["response"].due == wall("Tue 2 Jun 10:00")


def test_holidays_are_closed_and_known_only_so_far(clock) -> None:
	frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Works 2026",
			"from_date": "2026-01-01",
			"to_date": "2026-12-31",
			"holidays": [{"holiday_date": "2026-06-02", "description": "<b>Foundation Day</b>"}],
		}
	).insert()
	office = calendar(holiday_lists=[{"holiday_list": "Works 2026"}]).insert()
	make_agreement(calendar=office.name)
	clock.at("Mon 1 Jun 17:00")

	assert office.known_until == getdate("2026-12-31")
	assert clocks(make_issue())["resolution"].due == wall("Wed 3 Jun 12:00")


def test_a_changed_holiday_list_moves_what_runs(clock) -> None:
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Works 2026",
			"from_date": "2026-01-01",
			"to_date": "2026-12-31",
		}
	).insert()
	make_agreement(calendar=calendar(holiday_lists=[{"holiday_list": "Works 2026"}]).insert().name)
	clock.at("Mon 1 Jun 17:00")
	issue = make_issue()

	clock.at("Mon 1 Jun 17:30")
	holidays.append("holidays", {"holiday_date": "2026-06-02", "description": "Storm"})
	holidays.save()
	clock.at("Mon 1 Jun 17:40")
	set_status(issue, "On Hold")
	set_status(issue, "Open")

	assert clocks(issue)["resolution"].due == wall("Wed 3 Jun 12:00")


def agreement(**values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "SLM Agreement",
			"title": "Odd Promise",
			"kind": "SLA",
			"basis": "Default",
			"calendar": make_calendar().name,
			"valid_from": "2026-01-01",
			"targets": [RESPONSE_1H, RESOLUTION_4H],
			**values,
		}
	)


@pytest.mark.parametrize(
	("values", "said"),
	[
		pytest.param({"targets": []}, "Targets|promises nothing", id="no target"),
		pytest.param({"targets": [target("Resolution", 0)]}, "(Row #?1|Goal|duration).*", id="no goal"),
		pytest.param(
			{"targets": [target("Resolution", -1)]},
			"-3600 seconds cannot be promised.*above zero",
			id="goal of -1 h",
		),
		pytest.param({"targets": [target("Speed", 1)]}, "Row #?1.*Metric.*Speed", id="unknown metric"),
		pytest.param({"targets": [target("", 1)]}, "Metric", id="no metric"),
		pytest.param(
			{"targets": [target("Response", 1, objective=120)]},
			"objective of 120.*not possible.*up to 100",
			id="120 %",
		),
		pytest.param(
			{"targets": [RESPONSE_1H, target("Response", 2)]},
			"promise response for the same tickets.*Remove one",
			id="two for the same",
		),
		pytest.param(
			{"valid_until": "2025-12-31"}, "2025-12-31.*before it starts.*2026-01-01.*Correct", id="backward"
		),
		pytest.param({"calendar": None}, "Calendar", id="no calendar"),
		pytest.param({"calendar": "Nowhere"}, "Calendar.*Nowhere", id="no such calendar"),
		pytest.param(
			{"targets": [target("Response", 1, calendar="Nowhere")]}, "Nowhere", id="no such target calendar"
		),
		pytest.param({"kind": "OLA"}, "(Team|team)", id="OLA without a team"),
		pytest.param({"kind": "UC"}, "(Supplier|supplier)", id="UC without a supplier"),
		pytest.param({"kind": "Wish"}, "Kind.*Wish", id="unknown kind"),
		pytest.param({"basis": "Customer"}, "Customer is empty.*Name the customer", id="no customer"),
		pytest.param({"basis": "Customer", "customer": "Nobody"}, "Customer.*Nobody", id="no such customer"),
		pytest.param({"rests_on": [{"agreement": "SLA-9999"}]}, "SLA-9999", id="rests on nothing"),
	],
)
def test_an_agreement_that_cannot_be_measured_by(clock, values: dict[str, Any], said: str) -> None:
	make_calendar()
	document = agreement(**values)

	sentence = refusal(lambda: conclude(document.insert()))

	assert re.search(said, sentence), sentence


def test_a_far_future_and_a_long_text_are_no_trouble(clock) -> None:
	"""And a service that is called like an address."""
	service = make_service("help@acme.example")
	far = agreement(
		basis="Service",
		services=[{"service": service}],
		valid_from="2026-01-01",
		valid_until="9999-12-31",
		description="x" * 1_000_000,
	).insert()
	conclude(far)

	assert set(clocks(make_issue(slm_service=service))) == {"response", "resolution"}


def test_a_service_that_is_not_approved_cannot_be_promised(clock) -> None:
	service = make_service("Data Lake", status="Draft")

	sentence = refusal(agreement(basis="Service", services=[{"service": service}]).insert)

	assert "Data Lake" in sentence and "Approve" in sentence


def test_agreements_that_clash_are_refused_with_both_names(clock) -> None:
	first = make_agreement("Support for everybody")
	second = agreement().insert()

	sentence = refusal(lambda: conclude(second))

	assert first.name in sentence and second.name in sentence
	assert "End one before the other starts" in sentence
	assert frappe.db.get_value("SLM Agreement", second.name, "docstatus") == 0


def test_lengthening_an_agreement_into_another_is_refused(clock) -> None:
	first = make_agreement(valid_until="2099-12-31")
	make_agreement("After", valid_from="2100-01-01")
	first.valid_until = "2100-06-30"

	assert first.name in refusal(first.save)
	assert str(frappe.db.get_value("SLM Agreement", first.name, "valid_until")) == "2099-12-31"


def test_agreements_may_follow_each_other(clock) -> None:
	make_agreement(targets=[target("Response", 1)], valid_until="2026-06-30")
	make_agreement("Afterwards", targets=[target("Response", 2)], valid_from="2026-07-01")
	clock.at("Tue 30 Jun 17:59")
	old = make_issue()
	clock.at("Wed 1 Jul 09:00")
	new = make_issue()

	assert (clocks(old)["response"].goal, clocks(new)["response"].goal) == (HOUR, 2 * HOUR)


def test_a_new_version_ends_the_old_one_on_its_eve(clock) -> None:
	old = make_agreement(targets=[target("Response", 1)])
	clock.at("Tue 9 Jun 09:00")
	before = make_issue()
	version = new_version(old, getdate("2026-06-10"))
	version.targets[0].goal = 2 * HOUR
	version.save()
	assert clocks(make_issue())["response"].agreement == old.name

	conclude(version)

	old.reload()
	assert (str(old.valid_until), old.status) == ("2026-06-09", "In Force")
	refresh_statuses(getdate("2026-06-10"))
	old.reload()
	assert old.status == "Superseded"
	assert (version.agreement_version, version.lineage) == (2, old.lineage)
	clock.at("Wed 10 Jun 09:00")
	assert clocks(make_issue())["response"].agreement == version.name
	set_status(before, "On Hold")
	assert clocks(before)["response"].agreement == old.name


def test_an_agreement_in_use_cannot_be_cancelled_or_deleted(clock) -> None:
	used = make_agreement()
	make_issue()

	assert "Terminate it" in refusal(used.cancel)
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("SLM Agreement", used.name)


def test_an_agreement_cannot_be_ended_in_the_past(clock) -> None:
	used = make_agreement()
	used.valid_until = "2026-02-28"

	assert "Enter today or a later day" in refusal(used.save)


def test_a_submitted_agreement_does_not_change(clock) -> None:
	used = make_agreement()
	used.targets[0].goal = 2 * HOUR

	assert "Not allowed to change" in refusal(used.save)


def test_statuses_follow_the_calendar(clock) -> None:
	one = make_agreement(valid_from="2100-01-01", valid_until="2100-12-31")
	assert one.status == "Agreed"

	seen = []
	for day in ("2100-06-01", "2101-01-01"):
		refresh_statuses(getdate(day))
		seen.append(frappe.db.get_value("SLM Agreement", one.name, "status"))

	assert seen == ["In Force", "Expired"]


def test_a_target_holds_as_is_usual_for_its_metric_unless_it_says(clock) -> None:
	document = agreement(
		targets=[
			target("Response", 1),
			target("Resolution", 4),
			target("Closure", 8, hold_supplier=1),
			target("Ownership", 1, hold_customer=1),
			target("Restoration", 4, never_held=1, hold_customer=1),
		]
	).insert()

	assert [
		(row.metric, row.hold_customer, row.hold_supplier, row.hold_other) for row in document.targets
	] == [
		("Response", 0, 0, 0),
		("Resolution", 1, 0, 1),
		("Closure", 0, 1, 0),
		("Ownership", 1, 0, 0),
		("Restoration", 0, 0, 0),
	]


# A calendar that is changed while clocks count in it


def test_new_hours_move_what_runs_and_leave_what_is_decided(clock) -> None:
	make_agreement()
	clock.at("Mon 1 Jun 14:00")
	closed, missed, running = make_issue("Closed"), make_issue("Missed"), make_issue("Running")
	clock.at("Mon 1 Jun 14:30")
	set_status(closed, "Closed")
	clock.at("Mon 1 Jun 15:30")
	tick(site_time.now(), Chunks())
	before = clocks(closed)["resolution"], clocks(missed)["response"]

	clock.at("Mon 1 Jun 16:00")
	hours = frappe.get_doc("SLM Calendar", "Office Hours")
	hours.set("hours", hours_rows(["10:00-16:00"]))
	hours.save()
	clock.at("Tue 2 Jun 09:00")
	for issue in (closed, missed, running):
		issue.reload()
		issue.update({"priority": None, "issue_type": None, "customer": make_customer()})
		issue.save()

	for issue, metric, was in ((closed, "resolution", before[0]), (missed, "response", before[1])):
		got = clocks(issue)[metric]
		for name in ("outcome", "due", "missed_at", "stopped", "period", "goal"):
			assert got[name] == was[name], (metric, name)
	assert clocks(closed)["resolution"].elapsed == before[0].elapsed
	assert clocks(running)["resolution"].due == wall("Tue 2 Jun 12:00")


def test_a_save_that_changes_nothing_makes_no_edition(clock) -> None:
	hours = make_calendar()
	hours.save()
	hours.around_the_clock = 0
	hours.save()

	assert frappe.db.count("SLM Calendar Edition", {"calendar": hours.name}) == 1


def test_a_window_until_midnight_survives_being_saved_again(clock) -> None:
	hours = make_calendar("Evenings", hours=["18:00-24:00"])
	hours.reload()
	hours.save()
	hours.reload()

	assert {str(row.to_time) for row in hours.hours} == {"1 day, 0:00:00"}
	assert calendar_of(hours).week[0][0] == Window(18 * 3600, 24 * 3600)


def test_a_calendar_nobody_counts_in_has_one_edition_however_often_it_changes(clock) -> None:
	hours = make_calendar()
	for end in ("17:00", "16:00"):
		clock.instant += 60
		hours.set("hours", hours_rows([f"09:00-{end}"]))
		hours.save()

	assert frappe.db.count("SLM Calendar Edition", {"calendar": hours.name}) == 1


def test_a_calendar_in_use_cannot_be_deleted(clock) -> None:
	make_agreement()

	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("SLM Calendar", "Office Hours")


def test_a_renamed_calendar_goes_on_counting(clock) -> None:
	make_agreement()
	frappe.rename_doc("SLM Calendar", "Office Hours", "Opening Hours", rebuild_search=False, show_alert=False)

	assert clocks(make_issue())["response"].due == wall("Mon 1 Jun 10:00")


# Settings


def test_a_status_has_one_meaning(clock) -> None:
	settings = frappe.get_single("SLM Settings")
	settings.append("status_meanings", {"status": "Open", "meaning": "Closed"})

	sentence = refusal(settings.save)

	assert "Open" in sentence and "twice" in sentence and "Remove" in sentence


def test_a_meaning_that_does_not_exist(clock) -> None:
	settings = frappe.get_single("SLM Settings")
	settings.status_meanings[0].meaning = "Forgotten"

	assert re.search("Row #?1.*Meaning.*Forgotten", refusal(settings.save))


def test_another_meaning_counts_from_the_next_change(clock) -> None:
	make_agreement()
	settings = frappe.get_single("SLM Settings")
	for row in settings.status_meanings:
		if row.status == "On Hold":
			row.meaning = "Open"
	settings.save()
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")

	set_status(issue, "On Hold")

	assert clocks(issue)["resolution"].phase == "Running"


def test_a_site_whose_settings_were_never_saved_is_timed_as_erpnext_means_it(clock) -> None:
	make_agreement()
	frappe.db.delete("Singles", {"doctype": "SLM Settings"})
	frappe.db.delete("SLM Status Meaning", {"parent": "SLM Settings"})
	frappe.clear_document_cache("SLM Settings", "SLM Settings")
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Replied")

	assert clocks(issue)["resolution"].phase == "Held"


def imported(doctype: str, text: str) -> list[Any]:
	"""What the host's own importer says about the rows of a file."""
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "rows.csv", "content": text, "is_private": 1}
	).insert()
	order = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": doctype,
			"import_type": "Insert New Records",
			"import_file": file.file_url,
		}
	).insert()
	order.get_importer().import_data()
	return frappe.get_all(
		"Data Import Log",
		filters={"data_import": order.name},
		fields=["success", "messages", "docname"],
		order_by="log_index asc",
	)


def test_data_import_of_a_calendar_whose_windows_overlap_says_which_and_keeps_nothing(clock) -> None:
	rows = (
		"Name,Time Zone,Day (Hours),From (Hours),To (Hours)\n"
		"Two Shifts,Europe/Berlin,Monday,08:00:00,13:00:00\n"
		",,Monday,12:00:00,17:00:00\n"
	)

	(log,) = imported("SLM Calendar", rows)

	assert not log.success
	assert "08:00-13:00 and 12:00-17:00 on Monday overlap" in log.messages
	assert not frappe.db.exists("SLM Calendar", "Two Shifts")


def test_data_import_of_a_good_calendar_makes_it(clock) -> None:
	rows = (
		"Name,Time Zone,Day (Hours),From (Hours),To (Hours)\n"
		"Two Shifts,Europe/Berlin,Monday,08:00:00,12:00:00\n"
		",,Monday,13:00:00,17:00:00\n"
	)

	(log,) = imported("SLM Calendar", rows)

	assert log.success, log.messages
	assert len(frappe.get_doc("SLM Calendar", "Two Shifts").hours) == 2
