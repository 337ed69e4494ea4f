"""SLM Scorecard: quality, quantity and cost of services, agreements and customers beside what their users say.

The office is open Monday to Friday 09:00-18:00 in Kolkata; June 2026 has 22 of its days, 198 hours.
"""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run

from slm_extension.adapters.feedback import FEEDBACK
from slm_extension.services.report import Months
from slm_extension.services.scorecard import Against, held_against
from slm_extension.testing import (
	SiteClock,
	as_user,
	conclude,
	make_agreement,
	make_customer,
	make_issue,
	make_outage,
	make_service,
	make_user,
	reply,
	set_status,
	target,
	wall,
)

REPORT = "SLM Scorecard"
JUNE = {"from_date": "2026-06-01", "to_date": "2026-06-30"}
WOOL, SILK = "Wool & Sons", "Silk Ltd"
SHOP, MAIL = "Online Shop", "Mail"


@pytest.fixture(autouse=True)
def _nothing_measured(site: str) -> None:
	"""Whatever the site has measured before is out of the way; the transaction gives it back."""
	for doctype in ("SLM Clock", "SLM Outage", FEEDBACK, "Issue"):
		frappe.db.delete(doctype)


@pytest.fixture
def summer(clock: SiteClock) -> str:
	"""What happened in May and June 2026, asked about on Wed 1 Jul; the agreement's name.

	    service       customer  opened           answered   scores
	    Online Shop   Wool      Mon 4 May 09:00  in time    5
	    Online Shop   Wool      Mon 1 Jun 09:00  in time    2
	    Online Shop   Wool      Tue 2 Jun 09:00  in time    3
	    Mail          Silk      Wed 3 Jun 09:00  late       5

	The shop was down on Tue 2 Jun from 10:00; it worked again at 11:00, and its users were told at 16:00.
	"""
	shop = make_service(SHOP, service_hours=None)
	make_service(MAIL)
	agreement = make_agreement("Support", [target("Response", 1, objective=90)])
	handled(clock, "Mon 4 May 09:00", 30, [5], customer=make_customer(WOOL), slm_service=shop)
	handled(clock, "Mon 1 Jun 09:00", 30, [2], customer=WOOL, slm_service=shop)
	handled(clock, "Tue 2 Jun 09:00", 30, [3], customer=WOOL, slm_service=shop)
	handled(clock, "Wed 3 Jun 09:00", 90, [5], customer=make_customer(SILK), slm_service=MAIL)
	clock.at("Wed 1 Jul 12:00")
	make_outage(shop, "Tue 2 Jun 10:00", "Tue 2 Jun 16:00", restored_at=wall("Tue 2 Jun 11:00"))
	return str(agreement.name)


def handled(clock: SiteClock, when: str, minutes: int, scores: list[int], **fields: Any) -> None:
	"""A ticket that is answered after so many minutes, resolved in that hour, and judged by its user."""
	clock.at(when)
	issue = make_issue(**fields)
	clock.at(f"{when[:-5]}{9 + minutes // 60:02}:{minutes % 60:02}")
	reply(issue)
	set_status(issue.reload(), "Resolved")
	for number, score in enumerate(scores):
		frappe.get_doc(
			{
				"doctype": FEEDBACK,
				"ticket": issue.name,
				"score": score,
				"channel": "In Person",
				"person": f"Pia {number}",
			}
		).insert()


def shown(**filters: Any) -> dict[str, Any]:
	return dict(run(REPORT, filters={**JUNE, **filters}))


def row(key: str, **filters: Any) -> dict[str, Any]:
	group = filters.get("group_by", "Service").lower()
	(found,) = [one for one in shown(**filters)["result"] if one[group] == key]
	return dict(found)


def test_quality_stands_beside_quantity_and_what_users_say(summer: str) -> None:
	found = row(SHOP)

	assert (found["attainment"], found["kept"], found["decided"], found["missed"]) == (100, "1 of 1", 2, 0)
	assert (found["score"], found["satisfied"], found["answers"]) == (2.5, 0, 2)
	assert (found["tickets"], found["failures"]) == (2, 1)


def test_what_users_had_expected_stands_beside_it(summer: str) -> None:
	"""R377: of the shop's users in June one had expected 4 and got 2; the other did not say."""
	assert "gap" not in [one["fieldname"] for one in shown()["columns"]]

	frappe.db.set_value(FEEDBACK, {"score": 2}, "expected_score", 4)

	assert row(SHOP)["gap"] == -2
	assert row(MAIL)["gap"] is None


def test_what_users_lived_through_stands_beside_what_a_monitor_saw(summer: str) -> None:
	"""R197, around the clock: 6 of June's 720 hours, of which it did not work in one."""
	found = row(SHOP)

	assert (found["availability"], found["technical"]) == (99.1666, 99.8611)


def test_each_line_says_whether_figures_and_users_agree(summer: str) -> None:
	assert {one["service"]: one["view"] for one in shown()["result"]} == {
		SHOP: "Good on Paper Only",
		MAIL: "Missed, Users Content",
	}


def test_the_months_before_stand_beside_them(summer: str) -> None:
	"""R231: in May the shop had one ticket, in time, and a score of 5; it was never down."""
	found = row(SHOP)

	assert (found["attainment_change"], found["score_change"], found["tickets_change"]) == (0, -2.5, 1)
	assert found["availability_change"] == round(99.1666 - 100, 4)
	assert "score_change" not in [one["fieldname"] for one in shown(against="Nothing")["columns"]]


@pytest.mark.parametrize(
	("filters", "lines"),
	[
		pytest.param({"group_by": "Customer"}, {WOOL: 2, SILK: 1}, id="by customer"),
		pytest.param({"group_by": "Customer", "service": SHOP}, {WOOL: 2}, id="of a service"),
		pytest.param({"customer": SILK}, {MAIL: 1}, id="of a customer"),
		pytest.param({"service": MAIL}, {MAIL: 1}, id="one service"),
		pytest.param({"from_date": "2026-05-01", "to_date": "2026-05-31"}, {SHOP: 1}, id="May"),
	],
)
def test_it_is_cut_by_what_is_asked(summer: str, filters: dict[str, Any], lines: dict[str, int]) -> None:
	group = filters.get("group_by", "Service").lower()
	found = {one[group]: one["answers"] for one in shown(**filters, against="Nothing")["result"]}

	assert found == lines


def test_an_agreement_is_judged_by_the_score_that_was_agreed(summer: str) -> None:
	"""The mean of 2, 3 and 5 is more than the middle of the scale, and less than 4."""
	before = row(summer, group_by="Agreement")
	frappe.db.set_value("SLM Agreement", summer, {"satisfaction_objective": 4})
	after = row(summer, group_by="Agreement")

	assert (before["kept"], before["score"], before["view"]) == ("0 of 1", 3.33, "Missed, Users Content")
	assert (after["objective"], after["view"], after["title"]) == (4, "Bad", "Support")


def test_costs_stand_beside_them_for_who_may_read_costs(summer: str) -> None:
	"""R230: 1,200 a year are 100 in a month, for two tickets."""
	frappe.db.set_value("SLM Service", SHOP, {"annual_cost": 1200, "currency": "INR"})
	with as_user(make_user("agent@acme.test", "Support Team")):
		hidden = row(SHOP)

	assert (row(SHOP)["cost"], row(SHOP)["cost_of_a_ticket"]) == (100, 50)
	assert hidden["tickets"] == 2
	assert "cost" not in hidden


def test_a_ticket_costs_what_the_same_agreement_and_service_cost(clock: SiteClock) -> None:
	"""Two agreements about the shop at 1,200 and 2,400 a year, the one about mail as well at 600; a ticket under each."""
	make_service(SHOP)
	make_service(MAIL)
	first = costing("First", WOOL, {SHOP: 1200, MAIL: 600})
	costing("Second", SILK, {SHOP: 2400})
	handled(clock, "Mon 1 Jun 09:00", 30, [5], customer=WOOL, slm_service=SHOP)
	handled(clock, "Tue 2 Jun 09:00", 30, [5], customer=SILK, slm_service=SHOP)
	clock.at("Wed 1 Jul 12:00")

	assert row(SHOP)["cost_of_a_ticket"] == 150
	assert row(SHOP, agreement=first.name)["cost_of_a_ticket"] == 100
	assert row(SHOP, customer=WOOL)["cost_of_a_ticket"] == 100
	assert row(first.name, group_by="Agreement")["cost_of_a_ticket"] == 150
	assert row(first.name, group_by="Agreement", service=SHOP)["cost_of_a_ticket"] == 100
	assert row(first.name, group_by="Agreement", customer=WOOL)["cost_of_a_ticket"] == 150


def test_an_objective_stays_one_where_lines_are_cut_to_a_group_of_services(clock: SiteClock) -> None:
	"""Of three tickets one is late, two of three are what was agreed, whatever each of both services would come to."""
	group = make_service("Everything", is_group=1)
	make_service(SHOP, parent_slm_service=group)
	make_service(MAIL, parent_slm_service=group)
	agreement = make_agreement(
		"Both", [target("Response", 1, objective=60)], services=[SHOP, MAIL], customer=make_customer(WOOL)
	)
	handled(clock, "Mon 1 Jun 09:00", 30, [5], customer=WOOL, slm_service=SHOP)
	handled(clock, "Tue 2 Jun 09:00", 30, [5], customer=WOOL, slm_service=SHOP)
	handled(clock, "Wed 3 Jun 09:00", 90, [5], customer=WOOL, slm_service=MAIL)
	clock.at("Wed 1 Jul 12:00")

	for cut in ({}, {"service": group}):
		assert row(str(agreement.name), group_by="Agreement", **cut)["kept"] == "1 of 1"
	assert row(str(agreement.name), group_by="Agreement", service=MAIL)["kept"] == "0 of 1"


def test_what_several_customers_share_is_no_cost_of_one(clock: SiteClock) -> None:
	make_service(SHOP)
	shared = costing("Shared", WOOL, {SHOP: 1200}, customers=[{"customer": make_customer(SILK)}])
	handled(clock, "Mon 1 Jun 09:00", 30, [5], customer=WOOL, slm_service=SHOP)
	clock.at("Wed 1 Jul 12:00")

	assert row(SHOP)["cost_of_a_ticket"] == 100
	assert row(SHOP, customer=WOOL).get("cost_of_a_ticket") is None
	assert row(shared.name, group_by="Agreement", customer=WOOL).get("cost_of_a_ticket") is None


def costing(title: str, customer: str, costs: dict[str, float], **more: Any) -> Any:
	"""An agreement with a customer about services, and what each of them costs in a year."""
	agreement = make_agreement(
		title,
		[target("Response", 1)],
		customer=make_customer(customer),
		services=tuple(costs),
		submit=False,
		billing_period="Year",
		currency="INR",
		**more,
	)
	for one in agreement.services:
		one.cost = costs[one.service]
	return conclude(agreement.save())


@pytest.mark.parametrize("year", ["0001", "1900"])
def test_months_before_anything_is_known_have_no_figures(year: str) -> None:
	assert shown(from_date=f"{year}-01-01", to_date=f"{year}-02-01")["result"] == []


def test_who_may_read_no_ticket_sees_no_figures_of_tickets(summer: str) -> None:
	with as_user(make_user("analyst@acme.test", "Service Level Analyst")):
		found = shown()

	assert [(one["answers"], one["tickets"], one["decided"]) for one in found["result"]] == [(0, 0, 0)]
	assert "You may read no tickets" in found["message"]


def test_figures_are_those_of_the_tickets_that_the_reader_may_read(summer: str) -> None:
	user = make_user("agent@acme.test", "Support Team")
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Customer", "for_value": SILK}
	).insert()
	with as_user(user):
		found = shown()["result"]

	assert {one["service"]: (one["answers"], one["tickets"]) for one in found} == {MAIL: (1, 1), SHOP: (0, 0)}


def test_every_figure_leads_to_what_is_behind_it(summer: str) -> None:
	behind = row(SHOP)["behind"]

	for doctype, count in (("SLM Clock", 2), ("Issue", 2), (FEEDBACK, 2), ("SLM Outage", 1)):
		filters = [
			[field, *(value if isinstance(value, list) else ["=", value])] for field, value in behind[doctype]
		]
		assert len(frappe.get_list(doctype, filters=filters)) == count, filters


def test_how_often_it_asks_the_database_does_not_follow_its_lines(
	summer: str, clock: SiteClock, queries: Any
) -> None:
	def asked() -> int:
		with queries.counted() as sent:
			assert shown(group_by="Customer", service=SHOP, from_date="2026-05-01")["result"]
		return len(sent)

	asked()
	few = asked()
	for number in range(4):
		customer = make_customer(f"Customer {number}")
		handled(clock, "Thu 4 Jun 09:00", 30, [4], customer=customer, slm_service=SHOP)
	clock.at("Wed 1 Jul 12:00")

	assert asked() == few


def test_cards_and_charts_sum_it_up(summer: str) -> None:
	found = shown()
	by_month = shown(chart="By Month", from_date="2026-05-01")["chart"]["data"]

	assert {one["label"]: one["value"] for one in found["report_summary"]} == {
		"Attainment": "66.66 %",
		"Users' Score": "3.33 of 5",
		"Answers": 3,
		"Tickets": 3,
		"Good on Paper Only": 1,
	}
	assert found["chart"]["data"]["labels"] == [SHOP, MAIL]
	assert [one["values"] for one in found["chart"]["data"]["datasets"]] == [[100, 0], [0, 100]]
	assert by_month["labels"] == ["2026-05", "2026-06"]
	assert [one["values"] for one in by_month["datasets"]] == [[100, 66.66], [100, 33.33]]


def test_the_message_names_what_is_good_on_paper_only_and_few_answers(summer: str) -> None:
	said = shown()["message"]

	assert "users are not content: <strong>Online Shop</strong>." in said
	assert "In 2 lines fewer than 20 users have answered" in said


def test_of_months_of_which_nothing_is_known_it_says_so(summer: str) -> None:
	found = shown(from_date="2025-01-01", to_date="2025-01-31")

	assert found["result"] == []
	assert "Nothing is known" in found["message"]


@pytest.mark.parametrize(
	("filters", "sentence"),
	[
		pytest.param({"from_date": "2026-08-01"}, r"From \(2026-08\) is after To", id="from after to"),
		pytest.param({"group_by": "Moon"}, r"Group By cannot be .*Moon", id="unknown group"),
		pytest.param({"against": "Mars"}, r"Compare With cannot be .*Mars", id="unknown comparison"),
		pytest.param(
			{"service": "<b>None"}, r"There is no SLM Service .*&lt;b&gt;None", id="unknown service"
		),
		pytest.param({"chart": "Pie"}, r"Chart cannot be .*Pie", id="unknown chart"),
	],
)
def test_a_filter_that_cannot_be_meant_is_refused_in_one_sentence(
	site: str, filters: dict[str, Any], sentence: str
) -> None:
	with pytest.raises(frappe.ValidationError, match=sentence):
		shown(**filters)


@pytest.mark.parametrize(
	("months", "against", "before"),
	[
		pytest.param((202606, 202606), Against.MONTHS_BEFORE, Months(202605, 202605), id="a month"),
		pytest.param((202601, 202603), Against.MONTHS_BEFORE, Months(202510, 202512), id="a quarter"),
		pytest.param((202601, 202603), Against.YEAR_BEFORE, Months(202501, 202503), id="a year before"),
		pytest.param((202601, 202603), Against.NOTHING, None, id="nothing"),
		pytest.param((197103, 197105), Against.MONTHS_BEFORE, None, id="before there is anything"),
	],
)
def test_months_are_held_against_others(
	months: tuple[int, int], against: Against, before: Months | None
) -> None:
	assert held_against(Months(*months), against) == before
