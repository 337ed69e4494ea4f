"""What is printed of an agreement: all of what both parties see, nothing that is ours alone, whatever was entered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils import strip_html
from full_agreement import SECRETS, make_full_agreement, make_support_hours

from slm_extension.adapters import wording
from slm_extension.adapters.calendars import calendar_of
from slm_extension.services.agreement_sides import Reader
from slm_extension.services.print_agreement import printed
from slm_extension.services.printed import Printed
from slm_extension.testing import (
	HOUR,
	SiteClock,
	conclude,
	make_agreement,
	make_calendar,
	make_customer,
	make_service,
	make_user,
	target,
)

FORMATS = ("SLM Agreement", "SLM Agreement Annex")
EVIL = '<script>evil()</script><img src=x onerror="evil()">'


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
	before = frappe.local.lang
	frappe.local.lang = "en"
	yield
	frappe.local.lang = before
	frappe.local.jenv = None


def make_supplier(name: str = "Bytes & Co") -> str:
	if not frappe.db.exists("Supplier", name):
		frappe.get_doc({"doctype": "Supplier", "supplier_name": name, "supplier_type": "Company"}).insert()
	return name


def html_of(document: Any, print_format: str = "SLM Agreement") -> str:
	"""The document as the host prints it, without what surrounds it."""
	from frappe.www.printview import get_rendered_template

	return str(
		get_rendered_template(
			document,
			print_format=frappe.get_doc("Print Format", print_format),
			meta=document.meta,
			no_letterhead=True,
		)
	)


def words(html: str) -> str:
	return " ".join(strip_html(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)).split())


def section(paper: Printed, title: str) -> str:
	"""All the text of a section, cells divided by bars."""
	found = next((one for one in (*paper.sections, *paper.records) if one.title == title), None)
	return "" if found is None else " | ".join(_texts(found.blocks))


def _texts(blocks: Any) -> Iterator[str]:
	for one in blocks:
		if one.kind in ("text", "caption"):
			yield one.text
		elif one.kind == "prose":
			yield strip_html(one.html)
		elif one.kind == "listing":
			yield from one.items
		elif one.kind == "pairs":
			yield from (f"{label}: {value}" for label, value in one.rows)
		else:
			yield from one.head
			yield from (cell for row in one.rows for cell in row)


@pytest.mark.parametrize("print_format", FORMATS)
def test_nothing_that_is_ours_alone_is_printed(clock: SiteClock, print_format: str) -> None:
	document = make_full_agreement()

	html = html_of(document, print_format).replace(",", "")

	assert [name for name, secret in SECRETS.items() if str(secret) in html] == []


@pytest.mark.parametrize(
	("title", "said"),
	[
		("Overview", "We run the online shop"),
		("Overview", "Orders can be placed whenever people want to buy."),
		("Key Business Processes", "Selling online | Key | Online Shop"),
		(
			"Services",
			"Online Shop | Key | Operation, patches, backup.\nHelp for its users. | Remote, on call",
		),
		("Services", "Mail |  | Sending and receiving mail. | Remote"),
		("Service Time", "Monday to Friday: 08:00-18:00 | Saturday to Sunday: closed"),
		("Service Time", "Closed every year from 30 December to 1 January (Stocktaking)"),
		("Service Time", "08:00-12:00 | Christmas Eve"),
		("Service Time", "Around the Clock | Around the clock, every day of the week"),
		("Planned and Agreed Interruptions", "Monthly patches | Online Shop | Monthly"),
		("Planned and Agreed Interruptions", "2 hours | 3 days"),
		("Service Levels", "A first answer is given within 1 hour of service time."),
		("Service Levels", "If nobody can buy, the shop sells again within 4 hours, at any hour of any day."),
		("Service Levels", "Priority High\nOnline Shop | 4 hours | 95 %"),
		("Service Levels", "By the shop's own monitoring\nBy quarter"),
		("Availability of Services", "Online Shop | Availability % | at least 99.5 % a month"),
		("Availability of Services", "Each service | Longest Outage | at most 4 h a quarter"),
		(
			"Key and Important Systems",
			"Online Shop | Key | Response within 1 hour of service time (High), 98 %",
		),
		("Priorities", "Urgency: High | Urgency: Medium | Urgency: Low | High | High | - | Medium"),
		("Priorities", "High | Nobody can buy."),
		("Escalation and Notification", "when 75 % of the time has been used | whoever holds the ticket"),
		("Escalation and Notification", "1 hour after the time is over | Manager"),
		("Responsibilities", "Service provider: Acme Test | Responsibility"),
		(
			"Responsibilities",
			"Customer: Wool & Sons | Responsibility | How both sides see it | Names two key users.",
		),
		("Workload Limits", "120 tickets a month | Online Shop | All | Best effort | Yes"),
		("Exceptions", "Summer sale | Load tests."),
		("Exceptional Events and Recovery", "A power cut of the region. | What counts as recovered"),
		("Security Responsibilities", "We protect the servers"),
		("Contacts", "Wanda Wool | wanda@wool.example"),
		("Communication", "Reporting a fault | Telephone"),
		("Complaints", "within two working days"),
		("Reporting and Review", "Report: Monthly | Form of the report: PDF by e-mail | Review: Quarterly"),
		("Reporting and Review", "Judged against: The figures of 2025."),
		("Deliverables", "Service report | Online Shop | Monthly | PDF"),
		("Spare Parts", "Payment terminal | 3 | 1 day | Howrah"),
		("Prices", "Price in all: ₹ 13,500.00 per month"),
		("Service Credits", "Resolution | 90 % | 5 %"),
		("References", "Continuity plan | Plan for the shop | https://docs.example.com/plan"),
		("Changes of This Agreement", "Either side may ask for a change"),
		("Further Clauses", "The law of West Bengal applies."),
		("Terms and Definitions", "Workaround | WA | A way to go on working"),
		("Revision History", "0.1 | 01-12-2025 | A | First draft | Manager"),
		("Distribution", "Manager | Edit | 2"),
		("Document Control", "Owner: Manager"),
	],
	ids=lambda value: value[:40],
)
def test_every_part_of_the_form_has_its_place(clock: SiteClock, title: str, said: str) -> None:
	paper = printed(make_full_agreement())

	assert said in section(paper, title)


def test_sections_without_content_are_left_out_and_the_numbers_stay_right(clock: SiteClock) -> None:
	"""The signatures stand between the contents and the records, with a number of their own."""
	few, all_of_them = printed(make_agreement(submit=False, print_glossary=0)), printed(make_full_agreement())

	for paper in (few, all_of_them):
		numbers = [
			*(one.number for one in paper.sections),
			paper.signatures_number,
			*(one.number for one in paper.records),
		]
		assert numbers == list(range(1, len(numbers) + 1))
	assert [one.title for one in few.sections] == [
		"Services",
		"Service Time",
		"Service Levels",
		"Reporting and Review",
	]
	assert len(all_of_them.sections) == 27


@pytest.mark.parametrize(
	("status", "stamp"),
	[
		("Draft", "DRAFT"),
		("In Negotiation", "DRAFT"),
		("Group Review", "DRAFT"),
		("Approved", ""),
	],
)
def test_a_draft_is_stamped_as_one_until_it_may_be_signed(clock: SiteClock, status: str, stamp: str) -> None:
	"""R311. What two people are asked to sign must not call itself a draft for reference only."""
	document = make_full_agreement()
	document.status = status

	paper = printed(document)

	assert (paper.stamp, bool(paper.watermark)) == (stamp, bool(stamp))
	assert ("for reference only" in paper.note) is bool(stamp)


@pytest.mark.parametrize(
	("status", "stamp"),
	[("In Force", ""), ("Frozen", ""), ("Superseded", "SUPERSEDED"), ("Terminated", "TERMINATED")],
)
def test_an_agreement_that_has_ended_says_so_across_the_page(
	clock: SiteClock, status: str, stamp: str
) -> None:
	document = make_agreement()
	document.status = status

	assert printed(document).stamp == stamp


@pytest.mark.parametrize("print_format", FORMATS)
def test_html_in_any_text_is_printed_as_text(clock: SiteClock, print_format: str) -> None:
	"""Text editors are cleaned by the host when they are saved; everything else is escaped on paper."""
	document = make_full_agreement()
	for one in (document, *document.get_all_children()):
		for field in one.meta.fields:
			if field.fieldtype in ("Data", "Small Text", "Text", "Long Text"):
				one.set(field.fieldname, EVIL)

	html = html_of(document, print_format)

	assert "<script>evil" not in html
	assert "<img src=x" not in html
	assert "&lt;script&gt;evil()" in html


def test_html_in_the_names_of_parties_and_services_is_printed_as_text(clock: SiteClock) -> None:
	service = make_service('Shop "A" & B\'s')
	customer = make_customer("Wool & Söhne's")
	document = make_full_agreement(customer)
	document.title = "A & B <v2>"
	document.services[0].service = service

	html = html_of(document)

	assert "Wool &amp; Söhne&#39;s" in html
	assert "A &amp; B &lt;v2&gt;" in html
	assert "Shop &#34;A&#34; &amp; B&#39;s" in html


def test_a_script_in_a_clause_does_not_reach_paper(clock: SiteClock) -> None:
	document = make_full_agreement(description=f"<p>The law applies.</p>{EVIL}")
	document.reload()

	html = html_of(document)

	assert "The law applies." in html
	assert "<script>evil" not in html
	assert "onerror" not in html


def test_a_monstrous_agreement_is_printed_whole(clock: SiteClock) -> None:
	"""A clause of nearly a million characters without a blank, 60 targets, an end in 9999."""
	document = make_full_agreement(
		description="<p>" + "x" * 900_000 + "</p>",
		valid_until="9999-12-31",
		targets=[target("Response", hours, service=None, priority=None) for hours in (1,)],
	)
	document.targets = [
		frappe.get_doc(
			{"doctype": "SLM Target", **target("Resolution", hours), "objective": 90, "idx": hours}
		)
		for hours in range(1, 61)
	]

	html = html_of(document)

	assert "x" * 900_000 in html
	assert len(re.findall(r"The request is solved within \d+ hours? of service time\.", html)) == 60
	assert "until 31-12-9999" in html or "to 31-12-9999" in html


def test_each_party_has_a_block_to_sign_in(clock: SiteClock) -> None:
	paper = printed(make_full_agreement())

	assert [(one.party, one.organisation, one.electronic) for one in paper.signatures] == [
		("Service provider", "Acme Test", ""),
		("Customer", "Wool & Sons", ""),
	]


def test_an_electronic_signature_shows_name_function_and_day_but_no_account_and_no_address(
	clock: SiteClock,
) -> None:
	document = make_full_agreement()
	document.sign_offs[1].update(
		{
			"full_name": "Wanda Wool",
			"designation": "Head of Sales",
			"method": "Portal",
			"signed_on": "2026-06-01 10:30:00",
			"signed_by": make_user("desk7@login.example", first_name="Shared Account"),
			"signed_from": "203.0.113.9",
		}
	)

	one = printed(document).signatures[1]

	assert (one.full_name, one.designation) == ("Wanda Wool", "Head of Sales")
	assert one.electronic == "Signed electronically in the portal on 01-06-2026 10:30."
	html = html_of(document)
	assert "Wanda Wool" in html
	assert not [secret for secret in ("Shared Account", "desk7@login", "203.0.113.9") if secret in html]


def test_that_a_goal_counts_in_service_time_is_said_once_a_row(clock: SiteClock) -> None:
	document = make_agreement(customer=make_customer(), targets=[target("Response", 1)], submit=False)

	html = html_of(document)

	assert html.count("1 hour of service time") == 1
	assert "A first answer is given within 1 hour of service time." in html


@pytest.mark.parametrize(("objective", "judged"), [(0, False), (95, True)])
def test_how_a_share_is_judged_is_said_only_where_a_share_is_promised(
	clock: SiteClock, objective: int, judged: bool
) -> None:
	document = make_full_agreement()
	for row in document.targets:
		row.objective = objective

	html = html_of(document)

	assert "is measured by the times recorded on each ticket" in html
	assert ("Where a share is promised" in html) is judged


def test_a_void_signature_is_not_printed(clock: SiteClock) -> None:
	document = make_full_agreement()
	document.sign_offs[0].update(
		{"signed_on": "2026-06-01 10:30:00", "void_because": "The terms were changed."}
	)

	assert [one.party for one in printed(document).signatures] == ["Customer"]


def test_a_uc_is_between_client_and_supplier_and_binds_them(clock: SiteClock) -> None:
	"""R172."""
	supplier = make_supplier()
	uc = make_agreement("Hosting", [target("Turnaround", 4)], kind="UC", supplier=supplier, submit=False)
	uc.docstatus = 1

	paper = printed(uc)

	assert paper.what == "Underpinning Contract"
	assert [(one.role, one.name) for one in paper.parties] == [
		("Client", "Acme Test"),
		("Supplier", "Bytes & Co"),
	]
	assert paper.note == "This document is a legally binding contract."
	assert ("Standing", "Legally binding contract") in paper.facts
	assert "Services" in [one.title for one in paper.sections]


def test_an_sla_says_that_it_is_not_a_legal_text(clock: SiteClock) -> None:
	assert "not meant as a legal text" in printed(make_agreement()).note


def test_an_ola_names_the_team_and_the_work_it_is_for(clock: SiteClock) -> None:
	frappe.get_doc({"doctype": "User Group", "name": "Network Team", "user_group_members": []}).insert(
		ignore_mandatory=True
	)
	ola = make_agreement(
		"Network",
		[target("Turnaround", 2)],
		kind="OLA",
		teams=["Network Team"],
		customers=[{"customer": make_customer()}],
		submit=False,
	)

	paper = printed(ola)

	assert paper.parties[1].role == "Internal team"
	assert paper.parties[1].name == "Network Team"
	assert "It applies to work for these customers: Wool & Sons." in section(paper, "Where It Applies")


def test_a_reader_of_a_further_customer_does_not_learn_of_the_others(clock: SiteClock) -> None:
	for name in ("Silk Ltd", "Cotton Ltd"):
		make_customer(name)
	document = make_full_agreement(customers=[{"customer": "Silk Ltd"}, {"customer": "Cotton Ltd"}])

	concluded_it = printed(document, Reader()).parties[1].name
	of_silk = printed(document, Reader(frozenset({"Silk Ltd"}))).parties[1].name

	assert concluded_it == "Wool & Sons, Silk Ltd, Cotton Ltd"
	assert of_silk == "Wool & Sons, Silk Ltd"


def test_the_annex_has_items_indicators_reports_baseline_and_price(clock: SiteClock) -> None:
	"""R389, R390: of the indicators those marked as key."""
	from slm_extension.services.print_agreement import printed_annex

	paper = printed_annex(make_full_agreement())

	assert [one.title for one in paper.sections] == [
		"Service Items and Mode",
		"Key Indicators",
		"Service Time",
		"Quality Reports",
		"Baseline of the Evaluation",
		"Deliverables",
		"Prices",
		"Service Credits",
	]
	indicators = section(paper, "Key Indicators")
	assert "Online Shop | Resolution | High | 4 hours | 95 %" in indicators
	assert "Mail | Response | High | 1 hour of service time | 98 %" in indicators
	assert "16 hours" not in indicators
	assert section(paper, "Baseline of the Evaluation") == "The figures of 2025."


def test_record_number_and_copy_notice_are_printed(clock: SiteClock) -> None:
	"""R327, R330: the agreement's own record number before that of its kind."""
	frappe.db.set_single_value("SLM Settings", "form_code_sla", "SLA QR-14-01")
	frappe.db.set_single_value("SLM Settings", "copy_notice", "Not to be copied <freely>.")
	document = make_full_agreement()

	assert "SLA QR-14-01" in words(html_of(document))
	assert "Not to be copied &lt;freely&gt;." in html_of(document)
	document.form_code = "OWN-7"
	assert "OWN-7" in words(html_of(document))


def test_the_glossary_is_printed_where_it_is_asked_for(clock: SiteClock) -> None:
	document = make_full_agreement(print_glossary=0)

	assert section(printed(document), "Terms and Definitions") == ""


def test_strings_follow_the_print_language(clock: SiteClock) -> None:
	frappe.get_doc(
		{
			"doctype": "Translation",
			"language": "de",
			"source_text": "Service Levels",
			"translated_text": "Zugesagte Güte",
		}
	).insert()
	frappe.local.lang = "de"

	assert "Zugesagte Güte" in [one.title for one in printed(make_full_agreement()).sections]


def test_the_running_head_is_a_harmless_css_string(clock: SiteClock) -> None:
	document = make_full_agreement(document_number='X"; } </style><b>\\')

	css = printed(document).running_head_css

	assert not set('";}{<>') & set(css)
	assert css.startswith("X\\000022 \\00003b ")


@pytest.mark.parametrize(
	("seconds", "days", "said"),
	[
		(0, False, ""),
		(None, False, ""),
		(60, False, "1 minute"),
		(HOUR, False, "1 hour"),
		(5400, False, "1 hour 30 minutes"),
		(40 * HOUR, False, "40 hours"),
		(40 * HOUR, True, "1 day 16 hours"),
		(3 * 24 * HOUR, True, "3 days"),
		(61, False, "1 minute 1 second"),
	],
)
def test_durations_in_words(site: str, seconds: int | None, days: bool, said: str) -> None:
	"""Open time is never told in days: a day of service time is not 24 hours."""
	assert wording.duration(seconds, days) == said


@pytest.mark.parametrize(
	("values", "said"),
	[
		({"around_the_clock": True}, ["Around the clock, every day of the week"]),
		({}, ["Monday to Friday: 09:00-18:00", "Saturday to Sunday: closed"]),
		(
			{"hours": ("09:00-12:00", "13:00-17:30")},
			["Monday to Friday: 09:00-12:00 and 13:00-17:30", "Saturday to Sunday: closed"],
		),
		(
			{"hours": ("22:00-06:00",), "days": ("Wednesday",)},
			[
				"Monday to Tuesday: closed",
				"Wednesday: 22:00-06:00 of the next day",
				"Thursday to Sunday: closed",
			],
		),
		(
			{"hours": ("00:00-00:00",), "days": ("Sunday",)},
			["Monday to Saturday: closed", "Sunday: all day"],
		),
	],
	ids=["24x7", "one window", "two windows", "over midnight", "a whole day"],
)
def test_hours_of_a_week_in_words(clock: SiteClock, values: dict[str, Any], said: list[str]) -> None:
	assert wording.weekly_hours(calendar_of(make_calendar("Told", **values))) == said


def test_only_days_that_differ_from_their_weekday_are_listed(clock: SiteClock) -> None:
	"""Independence Day 2026 is a Saturday, which is closed anyway."""
	calendar = calendar_of(frappe.get_doc("SLM Calendar", make_support_hours()))

	names = [name for _day, _hours, name in wording.special_days(calendar, None, None)]

	assert names == ["Republic Day", "Gandhi Jayanti", "Christmas Eve"]


def test_a_concluded_agreement_carries_its_version_and_its_signatures(clock: SiteClock) -> None:
	document = conclude(make_full_agreement())

	paper = printed(document)

	assert paper.version == "Version 1.0"
	assert paper.stamp == ""
	assert all(
		one.electronic.startswith("Signed electronically on 01-06-2026 09:00") for one in paper.signatures
	)
