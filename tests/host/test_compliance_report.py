"""SLM Compliance: its figures against hand-counted ones, who sees which, and every way by which they leave the desk.

The office is open Monday to Friday 09:00-18:00 in Kolkata. June 2026 begins on a Monday.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

import frappe
import openpyxl
import pytest
from frappe.desk.query_report import export_query, run

from slm_extension.adapters import counts, permissions, site_time, store
from slm_extension.adapters.counts import Selection
from slm_extension.adapters.store import ClockRow
from slm_extension.service_level_management.number_card import figures as cards
from slm_extension.services import report
from slm_extension.services.chunks import Chunks
from slm_extension.services.report import Group, Months, Question
from slm_extension.services.tick import tick
from slm_extension.testing import (
	SiteClock,
	make_agreement,
	make_customer,
	make_issue,
	make_priority,
	make_service,
	make_user,
	reply,
	set_status,
	target,
)

REPORT = "SLM Compliance"
SUMMER = {"from_date": "2026-06-01", "to_date": "2026-07-31", "group_by": "Agreement", "then_by": "Target"}
WHOLE = {"from_date": "2026-06-01", "to_date": "2026-07-31", "period": "None", "group_by": "", "then_by": ""}
SUPPORT = "Support Team"


@pytest.fixture(autouse=True)
def _no_clocks(site: str) -> None:
	"""Whatever the site has measured before is out of the way; the transaction gives it back."""
	frappe.db.delete("SLM Clock")
	frappe.db.delete("SLM Failed Measure")


@pytest.fixture
def beat(clock: SiteClock) -> Callable[[str], None]:
	"""Let time pass until an instant, and the beat run at it."""

	def run_at(when: str) -> None:
		clock.at(when)
		tick(site_time.now(), Chunks())
		frappe.db.set_single_value("SLM Settings", "last_beat", site_time.to_site(site_time.now()))

	return run_at


@pytest.fixture
def summer(clock: SiteClock, beat: Callable[[str], None]) -> str:
	"""Four tickets of one customer, asked about on Thu 2 Jul 2026 09:30; the name of their agreement.

	Response 1 h, objective 90 %; resolution 4 h, objective 50 %:

	    opened            response          resolution
	    Mon 1 Jun 09:00   met in June       met in June
	    Mon 1 Jun 10:00   missed in June    met in June
	    Tue 30 Jun 16:00  met in June       missed on Wed 1 Jul 11:00, still open
	    Thu 2 Jul 09:00   pending           pending
	"""
	customer = make_customer()
	agreement = make_agreement(
		"Wool & Sons support",
		[target("Response", 1, objective=90), target("Resolution", 4, objective=50)],
		customer=customer,
	)
	quick = opened(clock, "Mon 1 Jun 09:00", customer=customer, priority=make_priority("High"))
	answered(clock, quick, "Mon 1 Jun 09:30")
	slow = opened(clock, "Mon 1 Jun 10:00", customer=customer, priority=make_priority("Low"))
	resolved(clock, quick, "Mon 1 Jun 11:00")
	answered(clock, slow, "Mon 1 Jun 12:00")
	resolved(clock, slow, "Mon 1 Jun 13:00")
	open_one = opened(clock, "Tue 30 Jun 16:00", customer=customer, priority="High")
	answered(clock, open_one, "Tue 30 Jun 16:30")
	opened(clock, "Thu 2 Jul 09:00", customer=customer, priority="Low")
	beat("Thu 2 Jul 09:30")
	return str(agreement.name)


def opened(clock: SiteClock, when: str, **fields: Any) -> Any:
	clock.at(when)
	return make_issue(**fields)


def answered(clock: SiteClock, issue: Any, when: str) -> None:
	"""A reply that leaves the ticket open."""
	clock.at(when)
	reply(issue)
	set_status(issue, "Open")


def resolved(clock: SiteClock, issue: Any, when: str) -> None:
	clock.at(when)
	set_status(issue, "Resolved")


def shown(**filters: Any) -> dict[str, Any]:
	"""What the report view gets."""
	return run(REPORT, filters={**SUMMER, **filters})


def lines(found: dict[str, Any], *fields: str) -> list[tuple[Any, ...]]:
	return [tuple(row.get(field) for field in fields) for row in found["result"]]


def whole(**filters: Any) -> dict[str, Any]:
	"""The one row of a report without groups; all figures 0 when it has none."""
	rows = run(REPORT, filters={**WHOLE, **filters})["result"]
	return rows[0] if rows else {"met": 0, "missed": 0, "pending": 0, "overdue": 0, "attainment": None}


def counted(**filters: Any) -> tuple[int, int, int]:
	row = whole(**filters)
	return row["met"], row["missed"], row["pending"]


def test_figures_by_month_and_target_equal_the_hand_counted_ones(summer: str) -> None:
	found = shown()

	assert lines(
		found, "period", "agreement", "target_id", "met", "missed", "overdue", "pending", "attainment"
	) == [
		("2026-06", summer, "Resolution", 2, 0, 0, 0, 100.0),
		("2026-06", summer, "Response", 2, 1, 0, 0, 66.66),
		("2026-07", summer, "Resolution", 0, 1, 1, 1, 0.0),
		("2026-07", summer, "Response", 0, 0, 0, 1, None),
		("Total", None, None, 4, 2, 1, 2, 66.66),
	]


def test_each_line_is_held_against_its_own_objective(summer: str) -> None:
	assert lines(shown(), "period", "target_id", "objective", "verdict", "misses_left") == [
		("2026-06", "Resolution", 50.0, "Kept", 2),
		("2026-06", "Response", 90.0, "Failed", -1),
		("2026-07", "Resolution", 50.0, "Failed", -1),
		("2026-07", "Response", 90.0, "No Data", None),
		("Total", None, None, "Objectives Differ", None),
	]


def test_a_line_that_mixes_objectives_shows_none_and_says_so(summer: str) -> None:
	found = shown(group_by="Customer", then_by="")

	assert lines(found, "objective", "verdict") == [(None, "Objectives Differ")] * 3
	assert "Objectives differ within 2 rows" in found["message"]


def test_ten_overdue_open_tickets_are_no_attainment_at_all(clock: SiteClock, beat: Any) -> None:
	"""Case 30: 0 % of 10, not 100 %."""
	make_agreement(targets=[target("Resolution", 4)])
	for _number in range(10):
		opened(clock, "Mon 1 Jun 09:00")
	beat("Fri 5 Jun 12:00")

	row = whole()

	assert (row["met"], row["missed"], row["overdue"], row["pending"]) == (0, 10, 10, 0)
	assert row["attainment"] == 0.0


def test_an_excused_miss_stays_in_the_gross_figure_and_leaves_the_net_one(summer: str) -> None:
	late = frappe.db.get_value("SLM Clock", {"metric": "Response", "outcome": "Missed"})
	frappe.db.set_value("SLM Clock", late, "excused", 1)

	found = shown(period="None", metric="Response")

	assert lines(found, "missed", "excused", "attainment", "net", "verdict") == [(1, 1, 66.66, 100.0, "Kept")]
	assert "net" in [column["fieldname"] for column in found["columns"]]


def test_without_excuses_there_is_no_net_column(summer: str) -> None:
	assert "net" not in [column["fieldname"] for column in shown()["columns"]]


def test_pending_clocks_are_left_out_of_a_period_that_is_over(summer: str) -> None:
	assert counted(to_date="2026-06-30") == (4, 1, 0)


def test_a_figure_is_cut_off_and_never_rounded_up_to_its_objective(clock: SiteClock) -> None:
	"""94.996 % does not look like the 95 % it missed."""
	put(agreement=make_agreement(targets=[target("Response", 1, objective=95)]).name, met=18999, missed=1001)

	assert whole()["attainment"] == 94.99


@pytest.mark.parametrize(
	("filters", "expected"),
	[
		pytest.param({}, (4, 2, 2), id="none"),
		pytest.param({"metric": "Response"}, (2, 1, 1), id="metric"),
		pytest.param({"priority": "High"}, (3, 1, 0), id="priority"),
		pytest.param({"kind": "SLA"}, (4, 2, 2), id="kind of agreement"),
		pytest.param({"kind": "OLA"}, (0, 0, 0), id="kind that has no clocks"),
		pytest.param({"customer": "Wool & Sons"}, (4, 2, 2), id="customer"),
		pytest.param({"customer": "Somebody Else"}, (0, 0, 0), id="customer without tickets"),
		pytest.param({"service": "Online Shop"}, (0, 0, 0), id="service"),
		pytest.param({"from_date": "2026-07-15"}, (0, 1, 2), id="first month by any of its days"),
		pytest.param({"metric": "Resolution", "priority": "Low", "kind": "SLA"}, (1, 0, 1), id="several"),
	],
)
def test_a_filter_leaves_the_clocks_it_names(
	summer: str, filters: dict[str, Any], expected: tuple[int, int, int]
) -> None:
	make_customer("Somebody Else")
	make_service("Online Shop")

	assert counted(**filters) == expected


def test_the_agreement_filter_leaves_the_clocks_of_that_version(summer: str) -> None:
	other = make_agreement("Support for everybody")

	assert counted(agreement=summer) == (4, 2, 2)
	assert counted(agreement=other.name) == (0, 0, 0)


@pytest.mark.parametrize(
	("grain", "periods"),
	[
		pytest.param("Month", ["2026-06", "2026-07", "Total"], id="month"),
		pytest.param("Quarter", ["2026 Q2", "2026 Q3", "Total"], id="quarter"),
		pytest.param("Year", ["2026"], id="year"),
	],
)
def test_time_is_cut_into_periods(summer: str, grain: str, periods: list[str]) -> None:
	found = shown(period=grain, group_by="", then_by="")

	assert lines(found, "period") == [(period,) for period in periods]


def test_groups_come_in_the_order_chosen(summer: str) -> None:
	found = shown(period="None", group_by="Priority", then_by="Metric")

	assert [column["fieldname"] for column in found["columns"]][:2] == ["priority", "metric"]
	assert lines(found, "priority", "metric", "met", "missed", "pending") == [
		("High", "Resolution", 1, 1, 0),
		("High", "Response", 2, 0, 0),
		("Low", "Resolution", 1, 0, 1),
		("Low", "Response", 0, 1, 1),
		("Total", None, 4, 2, 2),
	]


def test_metrics_are_grouped_and_filtered_by_their_dimension(summer: str) -> None:
	"""R230. Here Resolution is made a metric of cost."""
	frappe.db.set_value("SLM Metric", "Resolution", "dimension", "Cost")

	found = shown(period="None", group_by="Dimension", then_by="")

	assert lines(found, "dimension", "met", "missed", "pending") == [
		("Cost", 2, 1, 1),
		("Quality", 2, 1, 1),
		("Total", 4, 2, 2),
	]
	assert parse_qs(found["result"][0]["clocks"])["metric"] == ['["in", "Resolution"]']
	assert counted(dimension="Quality", metric="Response") == (2, 1, 1)
	assert counted(dimension="Quality", metric="Resolution") == (0, 0, 0)


def test_without_any_clock_there_is_no_row_and_no_figure(clock: SiteClock) -> None:
	found = shown()

	assert found["result"] == []
	assert found["chart"]["data"] == {}
	assert found["report_summary"][0]["value"] == "No Data"


def test_without_filters_the_last_twelve_months_are_shown_by_agreement_and_target(summer: str) -> None:
	found = run(REPORT, filters={})

	assert lines(found, "met", "missed", "pending")[-1] == (4, 2, 2)
	assert [column["fieldname"] for column in found["columns"]][:2] == ["period", "agreement"]


@pytest.mark.parametrize(
	("filters", "sentence"),
	[
		pytest.param(
			{"from_date": "2026-08-01"}, r"From \(2026-08\) is after To \(2026-07\)", id="from after to"
		),
		pytest.param({"from_date": "yesterday"}, r"From .*yesterday.* is not a date", id="no date"),
		pytest.param({"period": "Week"}, r"Period cannot be .*Week", id="unknown period"),
		pytest.param({"group_by": "Moon"}, r"Group By cannot be .*Moon", id="unknown group"),
		pytest.param({"then_by": "Moon"}, r"Then By cannot be .*Moon", id="unknown second group"),
		pytest.param({"kind": "SLO"}, r"Kind cannot be .*SLO", id="unknown kind"),
		pytest.param({"dimension": "Time"}, r"Dimension cannot be .*Time", id="unknown dimension"),
		pytest.param({"metric": "Mood"}, r"Metric cannot be .*Mood", id="unknown metric"),
		pytest.param({"chart": "Pie"}, r"Chart cannot be .*Pie", id="unknown chart"),
		pytest.param(
			{"agreement": "SLA-9999"}, r"There is no SLM Agreement .*SLA-9999", id="unknown agreement"
		),
		pytest.param({"customer": ["a", "b"]}, r"There is no Customer", id="a list for a customer"),
	],
)
def test_a_filter_that_cannot_be_meant_is_refused_in_one_sentence(
	clock: SiteClock, filters: dict[str, Any], sentence: str
) -> None:
	with pytest.raises(frappe.ValidationError, match=sentence):
		report_module().execute({**SUMMER, **filters})


def test_a_chart_follows_attainment_by_month_with_the_objective_as_a_line(summer: str) -> None:
	chart = shown(metric="Resolution")["chart"]

	assert chart["type"] == "line"
	assert chart["data"] == {
		"labels": ["2026-06", "2026-07"],
		"datasets": [{"name": "Attainment %", "values": [100.0, 0.0]}],
		"yMarkers": [{"label": "Objective 50 %", "value": 50.0}],
	}


def test_a_chart_has_no_point_where_nothing_was_decided(summer: str) -> None:
	assert shown(metric="Response")["chart"]["data"]["labels"] == ["2026-06"]


def test_a_chart_without_periods_stacks_met_and_missed(summer: str) -> None:
	chart = shown(period="None", group_by="Metric", then_by="")["chart"]

	assert chart["type"] == "bar"
	assert chart["data"]["labels"] == ["Resolution", "Response"]
	assert [dataset["values"] for dataset in chart["data"]["datasets"]] == [[2, 2], [1, 1]]


def test_cards_above_the_report_sum_it_up(summer: str) -> None:
	assert [(card["label"], card["value"]) for card in shown()["report_summary"]] == [
		("Attainment", "66.66 %"),
		("Met", 4),
		("Missed", 2),
		("Pending", 2),
		("Missed and Still Open", 1),
	]


def test_small_samples_are_marked_as_the_settings_say(summer: str) -> None:
	frappe.db.set_single_value("SLM Settings", "small_sample", 6)
	assert whole()["sample"] == ""

	frappe.db.set_single_value("SLM Settings", "small_sample", 7)
	assert whole()["sample"] == "Small"


def test_a_late_beat_and_failed_measures_are_said_above_the_figures(summer: str, clock: SiteClock) -> None:
	assert "scheduler" not in shown()["message"]

	clock.at("Thu 2 Jul 12:00")
	frappe.get_doc(
		{"doctype": "SLM Failed Measure", "ticket_type": "Issue", "ticket": make_issue().name, "problem": "x"}
	).insert(ignore_permissions=True)
	message = shown()["message"]

	assert "1 have come due meanwhile" in message
	assert "1 tickets could not be measured" in message


@pytest.mark.parametrize(
	("roles", "expected"),
	[
		pytest.param([SUPPORT], (4, 2, 2), id="support team"),
		pytest.param([SUPPORT, "SLM Process Owner"], (4, 2, 2), id="process owner who reads tickets"),
		pytest.param(["SLM Process Owner"], (0, 0, 0), id="process owner"),
		pytest.param(["Service Level Manager"], (0, 0, 0), id="manager"),
		pytest.param(["Service Level Analyst"], (0, 0, 0), id="analyst"),
		pytest.param(["System Manager"], (0, 0, 0), id="system manager"),
	],
)
def test_figures_count_the_clocks_of_tickets_that_the_user_may_read(
	summer: str, roles: list[str], expected: tuple[int, int, int]
) -> None:
	"""None of this app's roles reads an Issue by itself; ERPNext gives that to its Support Team."""
	frappe.set_user(make_user("reader@slm.example", *roles))

	assert counted() == expected
	assert len(frappe.get_list("SLM Clock", limit=0, order_by="name asc")) == sum(expected)


@pytest.mark.parametrize("roles", [["Employee"], ["Customer"], []], ids=["employee", "customer", "no role"])
def test_a_role_that_the_report_is_not_for_gets_none(summer: str, roles: list[str]) -> None:
	frappe.set_user(make_user("outsider@slm.example", *roles))

	with pytest.raises(frappe.PermissionError):
		shown()


def test_a_guest_gets_none(summer: str) -> None:
	frappe.set_user("Guest")

	with pytest.raises(frappe.PermissionError):
		shown()
	with pytest.raises(frappe.PermissionError):
		cards.missed_this_month()


def test_who_may_read_no_ticket_is_told_what_to_ask_for(summer: str) -> None:
	frappe.set_user(make_user("owner@slm.example", "SLM Process Owner"))

	assert "Ask for the role Support Team" in shown()["message"]


def test_a_user_permission_on_a_customer_cuts_the_figures(summer: str, clock: SiteClock, beat: Any) -> None:
	"""Whichever way the lines are grouped, and also in the list behind them."""
	other = make_customer("Somebody Else")
	make_agreement("Somebody's support", [target("Response", 1)], customer=other)
	opened(clock, "Wed 1 Jul 09:00", customer=other)
	beat("Thu 2 Jul 09:30")
	assert counted() == (4, 3, 2)
	user = make_user("restricted@slm.example", SUPPORT)
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Customer", "for_value": other}
	).insert()

	frappe.set_user(user)

	assert counted() == (0, 1, 0)
	assert counted(group_by="Agreement", then_by="Target") == (0, 1, 0)
	assert len(frappe.get_list("SLM Clock", limit=0, order_by="name asc")) == 1
	assert cards.missed_this_month()["value"] == 1


def test_a_ticket_that_was_shared_is_all_that_its_reader_sees(summer: str) -> None:
	"""The host's own match conditions are empty for someone who has no role on a DocType, only a share."""
	user = make_user("friend@slm.example", "Service Level Analyst")
	ticket = frappe.db.get_value("SLM Clock", {"outcome": "Missed", "metric": "Response"}, "ticket")
	frappe.share.add("Issue", ticket, user, read=1)

	frappe.set_user(user)

	assert counted() == (1, 1, 0)


def test_a_clock_of_an_unreadable_ticket_cannot_be_opened(summer: str) -> None:
	name = frappe.db.get_value("SLM Clock", {"outcome": "Missed", "metric": "Response"})
	frappe.set_user(make_user("analyst@slm.example", "Service Level Analyst"))

	assert not frappe.has_permission("SLM Clock", "read", name)


def test_a_condition_with_a_percent_sign_in_it_is_passed_on_as_it_is(
	summer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(
		permissions, "condition_of", lambda *_: "`tabSLM Clock`.`customer` like 'Wool%' and 1 = 1"
	)

	assert counted() == (4, 2, 2)


def test_every_figure_says_under_which_filters_its_clocks_are_found(summer: str) -> None:
	rows = shown()["result"]

	assert [(row["clocks"], row["within"]) for row in rows if row.get("is_total")] == [
		("", "period=%5B%22%3E%3D%22%2C%20202606%5D&period=%5B%22%3C%3D%22%2C%20202607%5D")
	]
	assert rows[0]["clocks"].startswith(f"agreement={summer}&target_id=")


@pytest.mark.parametrize("file_format", ["HTML", "XLSX", "CSV"])
def test_it_is_mailed_with_its_figures(summer: str, file_format: str) -> None:
	mail = frappe.get_doc(
		{
			"doctype": "Auto Email Report",
			"report": REPORT,
			"report_type": "Script Report",
			"user": "Administrator",
			"email_to": "owner@wool.example",
			"format": file_format,
			"filters": json.dumps(SUMMER),
		}
	)

	content = mail.get_report_content()

	if file_format == "XLSX":
		header, *rows = cells(content)
		assert [row[header.index("Attainment %")] for row in rows] == [100, 66.66, 0, None, 66.66]
	elif file_format == "CSV":
		assert '"Response",2,1,0,0,0,66.66,90.0,"Failed",-1,"Small"' in content
	else:
		assert "66.66" in content
		assert "0.0%" not in content, "where there is nothing to divide there is no figure"


@pytest.mark.parametrize("file_format", ["Excel", "CSV"])
def test_it_is_exported_with_its_figures(summer: str, file_format: str) -> None:
	frappe.local.form_dict = frappe._dict(
		report_name=REPORT, file_format_type=file_format, filters=json.dumps(SUMMER), visible_idx="[]"
	)

	export_query()

	content = frappe.response["filecontent"]
	if file_format == "Excel":
		header, *rows = cells(content)
		assert [row[header.index("Attainment %")] for row in rows] == [100, 66.66, 0, None, 66.66]
		assert [row[header.index("Pending")] for row in rows] == [0, 0, 1, 1, 2]
	else:
		assert b'"Response",2,1,0,0,0,66.66,90.0,"Failed",-1,"Small"' in content


def cells(content: bytes) -> list[list[Any]]:
	sheet = openpyxl.load_workbook(BytesIO(content)).active
	return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_number_cards_say_what_this_month_has_brought(summer: str) -> None:
	missed, attained = cards.missed_this_month(), cards.attainment_this_month()

	assert (missed["value"], attained["value"]) == (1, 0)
	assert missed["route_options"] == {"kind": "SLA", "outcome": "Missed", "period": 202607}


def test_the_attainment_card_has_no_figure_where_nothing_is_decided(clock: SiteClock) -> None:
	assert cards.attainment_this_month() == "No Data"


@pytest.mark.parametrize(
	("valid_until", "expected"),
	[
		pytest.param("2026-08-30", 1, id="in 90 days"),
		pytest.param("2026-08-31", 0, id="in 91 days"),
		pytest.param(None, 0, id="until replaced"),
	],
)
def test_agreements_are_counted_that_end_within_90_days(
	clock: SiteClock, valid_until: str | None, expected: int
) -> None:
	clock.at("Mon 1 Jun 09:00")
	before = cards.agreements_expiring()["value"]
	make_agreement(customer=make_customer(), valid_until=valid_until)
	frappe.db.set_value("SLM Agreement", {"customer": "Wool & Sons"}, "status", "In Force")

	assert cards.agreements_expiring()["value"] - before == expected


@pytest.mark.parametrize(
	"selection",
	[
		pytest.param(Selection(202601, 202612, True), id="a year"),
		pytest.param(Selection(202601, 202612, True, "SLA-00003"), id="one agreement"),
	],
)
def test_the_clocks_are_counted_from_an_index_alone(clock: SiteClock, selection: Selection) -> None:
	for number in range(10):
		put(agreement=f"SLA-{number:05d}", met=400, missed=40)
	statement, values = counts.query(selection).walk()

	(plan,) = frappe.db.sql(f"EXPLAIN {statement}", values, as_dict=True)

	assert plan.key.startswith("slm_")
	assert "Using index" in plan.Extra


def test_counting_takes_one_query_of_the_clocks_whatever_is_grouped(summer: str, queries: Any) -> None:
	question = Question(Months(202606, 202607), 202607, (Group.CUSTOMER, Group.TARGET))

	with queries.counted() as sent:
		report.answer(question)

	assert len([statement for statement in sent.sent if "SLM Clock" in statement]) == 1


def report_module() -> Any:
	return frappe.get_module("slm_extension.service_level_management.report.slm_compliance.slm_compliance")


def put(agreement: str, met: int, missed: int) -> None:
	"""Clocks of one target decided in June 2026, written as a measure writes them."""
	promise = frappe.get_all(
		"SLM Target", filters={"parent": agreement}, pluck="target_id", order_by="idx asc", limit=1
	)
	store.put_clocks(list(_rows(agreement, promise[0] if promise else "t", met, missed)))


def _rows(agreement: str, target_id: str, met: int, missed: int) -> Iterator[ClockRow]:
	row = ClockRow(
		name="",
		ticket_type="Issue",
		ticket="",
		metric="Response",
		agreement=agreement,
		kind="SLA",
		target_id=target_id,
		target="Response",
		cycle=1,
		leg=0,
		party="",
		phase="Stopped",
		outcome="Met",
		due=None,
		missed_at=None,
		started=None,
		stopped=None,
		stopped_by="",
		uncertain=0,
		goal=3600,
		elapsed=60,
		held=0,
		remaining=3540,
		customer=None,
		service=None,
		priority=None,
		objective=0.0,
		cause="",
		responsible="",
		period=202606,
		decided_at=None,
		next_at=None,
		excused=0,
		levels=0,
		asked_instant=1780000000,
	)
	for number in range(met + missed):
		outcome = "Met" if number < met else "Missed"
		yield row._replace(name=f"{agreement}-{number:07d}", ticket=f"T-{number}", outcome=outcome)
