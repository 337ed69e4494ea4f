"""The portal: who sees which agreement by whatever door, signing, figures, PDF, announcement, distribution.

The office is open Monday to Friday 09:00-18:00 in Kolkata. June 2026 begins on a Monday.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import frappe
import pytest
from frappe.utils import set_request, strip_html
from frappe.website.serve import get_response
from full_agreement import SECRETS, make_full_agreement
from werkzeug.exceptions import HTTPException

from slm_extension import api, portal
from slm_extension.adapters.party_permissions import agreements_of, parties_of, visible
from slm_extension.seeds import agreement_announcement
from slm_extension.services import agreement_figures, announce, distribution, terms
from slm_extension.services.paper import reader_of
from slm_extension.services.ticket_dues import dues
from slm_extension.testing import (
	SiteClock,
	as_user,
	conclude,
	make_agreement,
	make_customer,
	make_issue,
	make_user,
	reply,
	set_status,
	target,
)

WOOL, SILK, BYTES = "Wool & Sons", "Silk Ltd", "Bytes & Co"
OUTSIDE = ("of wool", "of silk", "of bytes", "a customer without a party", "employee", "guest")


pytestmark = pytest.mark.usefixtures("request_put_back")


class People(dict[str, str]):
	"""A user of each kind by what he is, made when he is asked for."""

	def __missing__(self, who: str) -> str:
		self[who] = {
			"of wool": lambda: make_portal_user("buyer@wool.test", "Customer", make_customer(WOOL)),
			"of silk": lambda: make_portal_user("buyer@silk.test", "Customer", make_customer(SILK)),
			"of bytes": lambda: make_portal_user("seller@bytes.test", "Supplier", make_supplier()),
			"a customer without a party": lambda: make_user("stray@nowhere.test", "Customer"),
			"employee": lambda: make_user("clerk@acme.test", "Employee"),
			"support": lambda: make_user("agent@acme.test", "Support Team"),
			"manager": lambda: make_user("boss@acme.test", "Service Level Manager"),
			"guest": lambda: "Guest",
		}[who]()
		return self[who]


@pytest.fixture
def people(clock: SiteClock) -> People:
	make_customer(WOOL)
	make_customer(SILK)
	return People()


def make_supplier(name: str = BYTES) -> str:
	if not frappe.db.exists("Supplier", name):
		frappe.get_doc({"doctype": "Supplier", "supplier_name": name, "supplier_type": "Company"}).insert()
	return name


def make_portal_user(email: str, party: str, name: str) -> str:
	user = make_user(email, party)
	document = frappe.get_doc(party, name)
	if not any(row.user == user for row in document.portal_users):
		document.append("portal_users", {"user": user})
		document.save()
	return user


def ready(document: Any) -> Any:
	"""Passed by the group, to be signed."""
	document.db_set("status", "Approved")
	return document.reload()


def make_uc(**more: Any) -> Any:
	return make_agreement(
		"Hosting", [target("Turnaround", 4)], kind="UC", supplier=make_supplier(), submit=False, **more
	)


def seen_by(user: str, name: str) -> str:
	"""The side on which a user sees an agreement, or nothing."""
	with as_user(user):
		try:
			return visible(name)[1]
		except frappe.DoesNotExistError:
			frappe.clear_messages()
			return ""


def page(path: str, user: str, **asked: Any) -> tuple[int, str]:
	"""What the host answers a visitor."""
	frappe.set_user(user)
	set_request(method="GET", path=f"/{path}", query_string=asked)
	frappe.local.form_dict = frappe._dict(asked)
	frappe.local.response = frappe._dict(headers={})
	response = get_response(path)
	frappe.set_user("Administrator")
	return response.status_code, response.get_data(as_text=True)


# who sees what


@pytest.mark.parametrize(
	("make", "side", "sees"),
	[
		(lambda: make_full_agreement(), "of wool", ""),
		(lambda: in_status("In Negotiation"), "of wool", ""),
		(lambda: in_status("Group Review"), "of wool", ""),
		(lambda: in_status("Approved"), "of wool", "Customer"),
		(lambda: in_status("Approved"), "of silk", ""),
		(lambda: in_status("Approved"), "of bytes", ""),
		(lambda: make_agreement(customer=make_customer(WOOL)), "of wool", "Customer"),
		(lambda: make_agreement(customer=make_customer(WOOL)), "of silk", ""),
		(lambda: concluded("Frozen"), "of wool", "Customer"),
		(lambda: concluded("Superseded"), "of wool", "Customer"),
		(lambda: concluded("Expired"), "of wool", "Customer"),
		(lambda: concluded("Terminated"), "of wool", "Customer"),
		(lambda: cancelled(), "of wool", ""),
		(lambda: shared_with_silk(), "of silk", "Customer"),
		(lambda: make_agreement(), "of wool", ""),
		(lambda: make_agreement("All", basis="Corporate"), "of wool", ""),
		(lambda: ready(make_full_agreement(kind="Commitment")), "of wool", "Customer"),
		(lambda: template(), "of wool", ""),
		(lambda: make_ola(), "of wool", ""),
		(lambda: ready(make_uc()), "of wool", ""),
		(lambda: ready(make_uc()), "of bytes", "Supplier"),
		(lambda: make_uc(), "of bytes", ""),
		(lambda: conclude(make_uc()), "of bytes", "Supplier"),
		(lambda: uc_of_another(), "of bytes", ""),
		(lambda: uc_for_wool(), "of wool", ""),
	],
	ids=[
		"draft",
		"in negotiation",
		"group review",
		"to be signed",
		"to be signed, another customer",
		"to be signed, a supplier",
		"in force",
		"in force, another customer",
		"frozen",
		"superseded",
		"expired",
		"terminated",
		"cancelled",
		"further customer",
		"default one",
		"corporate one",
		"commitment",
		"template",
		"OLA",
		"UC, a customer",
		"UC, its supplier",
		"UC in the making",
		"UC in force",
		"another supplier's UC",
		"UC for the customer's tickets",
	],
)
def test_who_sees_which_agreement(people: People, make: Callable[[], Any], side: str, sees: str) -> None:
	"""R176, R181: his own, from when it is ready to be signed; the list and the single page agree."""
	name = make().name

	assert seen_by(people[side], name) == sees
	assert (name in [row.name for row in agreements_of(parties_of(people[side]))]) is bool(sees)
	for other in ("guest", "employee", "a customer without a party"):
		assert seen_by(people[other], name) == ""


def in_status(status: str) -> Any:
	document = make_full_agreement(WOOL)
	document.db_set("status", status)
	return document


def concluded(status: str) -> Any:
	document = make_agreement(customer=make_customer(WOOL))
	document.db_set("status", status)
	return document


def cancelled() -> Any:
	document = make_agreement(customer=make_customer(WOOL))
	document.cancel()
	return document


def shared_with_silk() -> Any:
	return make_agreement(customer=make_customer(WOOL), customers=[{"customer": SILK}])


def template() -> Any:
	document = make_full_agreement(WOOL, is_template=1)
	document.db_set("status", "Approved")
	return document


def make_ola() -> Any:
	frappe.get_doc({"doctype": "User Group", "name": "Network Team", "user_group_members": []}).insert(
		ignore_mandatory=True
	)
	return make_agreement(
		"Network",
		[target("Turnaround", 2)],
		kind="OLA",
		teams=["Network Team"],
		customers=[{"customer": make_customer(WOOL)}],
	)


def uc_of_another() -> Any:
	document = make_uc()
	document.db_set({"supplier": make_supplier("Bits Ltd"), "status": "Approved"})
	return document


def uc_for_wool() -> Any:
	return ready(make_uc(customers=[{"customer": make_customer(WOOL)}]))


def test_a_disabled_user_belongs_to_nobody(people: People) -> None:
	frappe.db.set_value("User", people["of wool"], "enabled", 0)
	frappe.clear_document_cache("User", people["of wool"])

	assert not parties_of(people["of wool"])


def test_a_contact_makes_nobody_a_customers_user(people: People) -> None:
	"""Every user may write a Contact for himself and link it to whom he likes."""
	name = ready(make_full_agreement(WOOL)).name
	with as_user(people["of silk"]):
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Sly",
				"user": people["of silk"],
				"email_ids": [{"email_id": people["of silk"], "is_primary": 1}],
				"links": [{"link_doctype": "Customer", "link_name": WOOL}],
			}
		).insert(ignore_links=True)

	assert seen_by(people["of silk"], name) == ""


# doors of the host

ReadBy = Callable[[str], Any]
DOORS: dict[str, ReadBy] = {
	"get_list": lambda name: frappe.get_list("SLM Agreement", fields=["*"]),
	"children": lambda name: frappe.get_list("SLM Target", parent_doctype="SLM Agreement", fields=["*"]),
	"customers of agreements": lambda name: frappe.get_list(
		"SLM Agreement Customer", parent_doctype="SLM Agreement", fields=["*"]
	),
	"client.get": lambda name: call("frappe.client.get", doctype="SLM Agreement", name=name),
	"client.get_list": lambda name: call(
		"frappe.client.get_list", doctype="SLM Agreement", fields=["name", "total_cost"]
	),
	"client.get_value": lambda name: call(
		"frappe.client.get_value", doctype="SLM Agreement", fieldname="total_cost", filters=name
	),
	"form": lambda name: call("frappe.desk.form.load.getdoc", doctype="SLM Agreement", name=name),
	"report view": lambda name: call(
		"frappe.desk.reportview.get", doctype="SLM Agreement", fields=json.dumps(["name", "budget"])
	),
	"export": lambda name: call(
		"frappe.desk.reportview.export_query",
		doctype="SLM Agreement",
		fields=json.dumps(["name", "budget"]),
		file_format_type="CSV",
		title="x",
	),
	"search": lambda name: call(
		"frappe.desk.search.search_link", doctype="SLM Agreement", txt="", page_length=20
	),
	"print": lambda name: call(
		"frappe.www.printview.get_html_and_style", doc="SLM Agreement", name=name, print_format="Standard"
	),
	"PDF": lambda name: call(
		"frappe.utils.print_format.download_pdf", doctype="SLM Agreement", name=name, format="Standard"
	),
	"website list": lambda name: call("frappe.www.list.get", doctype="SLM Agreement"),
	"clocks": lambda name: frappe.get_list("SLM Clock", fields=["*"]),
	"report": lambda name: call("frappe.desk.query_report.run", report_name="SLM Compliance", filters="{}"),
	"checklist": lambda name: api.agreement_checklist(name),
	"announcement": lambda name: api.announcement(name),
	"announce": lambda name: api.announce_agreement(name),
	"desk signature": lambda name: api.sign_agreement(name, "Customer", "Me"),
	"paper signature": lambda name: api.sign_agreement(
		name, "Customer", "Me", on_paper=True, evidence="/files/x.pdf"
	),
	"share": lambda name: call("frappe.share.add", doctype="SLM Agreement", name=name),
	"comments": lambda name: call(
		"frappe.desk.form.utils.add_comment",
		reference_doctype="SLM Agreement",
		reference_name=name,
		content="x",
		comment_email="x@example.com",
		comment_by="x",
	),
}


def call(method: str, **asked: Any) -> Any:
	"""A whitelisted method as the web calls it, with the host's own check of the guest."""
	frappe.local.form_dict = frappe._dict(asked, cmd=method)
	frappe.local.response = frappe._dict(docs=[], headers={})
	found = frappe.handler.execute_cmd(method)
	return found if found is not None else frappe.local.response


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_no_door_of_the_host_shows_an_agreement_to_those_without_its_roles(people: People, door: str) -> None:
	"""The portal reads for its users; they themselves have no permission, so costs and drafts stay where they are."""
	document = ready(make_full_agreement(WOOL))
	set_request(method="POST", path="/")
	secrets = (document.name, document.title, *map(str, SECRETS.values()))

	told = {}
	for who in OUTSIDE:
		with as_user(people[who]):
			answer = through(door, document.name)
		told[who] = [secret for secret in secrets if secret in answer]

	assert told == {who: [] for who in OUTSIDE}


def through(door: str, name: str) -> str:
	"""What a door of the host answers; nothing, when it refuses."""
	try:
		return str(frappe.as_json(DOORS[door](name)))
	except (frappe.PermissionError, frappe.DoesNotExistError, frappe.ValidationError):
		return ""
	except HTTPException:
		return ""


def test_the_doors_do_open_for_those_who_may(people: People) -> None:
	"""Otherwise the test above would prove nothing."""
	document = ready(make_full_agreement(WOOL))
	set_request(method="POST", path="/")

	with as_user(people["manager"]):
		shut = [
			door
			for door in DOORS
			if door not in ("website list", "clocks", "report", "announce", "PDF")
			and not door.endswith("signature")
			and not through(door, document.name)
		]

	assert shut == []


def test_the_printed_page_of_the_host_is_closed_to_the_customer(people: People) -> None:
	document = ready(make_full_agreement(WOOL))

	for print_format in ("Standard", "SLM Agreement"):
		_status, html = page(
			"printview",
			people["of wool"],
			doctype="SLM Agreement",
			name=document.name,
			format=print_format,
		)
		assert "Operation, patches" not in html
		assert SECRETS["cost_justification"] not in html


# pages


def test_the_list_shows_what_waits_for_a_signature_first(people: People) -> None:
	waiting = ready(make_full_agreement(WOOL, title="Waits <b>for</b> you"))
	frappe.db.set_value("SLM Agreement", waiting.name, "title", "Waits <b>for</b> you")
	running = make_agreement("Runs", customer=WOOL, targets=[target("Closure", 9)])
	make_agreement("Silk's own", customer=SILK)

	status, html = page("agreements", people["of wool"])

	assert status == 200
	assert "Waits &lt;b&gt;for&lt;/b&gt; you" in html
	assert html.index(waiting.name) < html.index(running.name)
	assert "Silk&#39;s own" not in html


@pytest.mark.parametrize("path", ["agreements", "supplier-agreements"])
def test_a_guest_is_sent_to_the_login(people: People, path: str) -> None:
	frappe.set_user("Guest")
	set_request(method="GET", path=f"/{path}")
	frappe.local.form_dict = frappe._dict()

	response = get_response(path)

	assert response.status_code in (301, 302)
	assert response.location.endswith("/login?redirect-to=/agreements")


def test_a_guest_comes_back_to_the_agreement_he_was_sent(people: People) -> None:
	frappe.set_user("Guest")
	set_request(method="GET", path="/agreement", query_string={"name": "SLA-0001"})
	frappe.local.form_dict = frappe._dict(name="SLA-0001")

	response = get_response("agreement")

	assert response.location.endswith("/login?redirect-to=%2Fagreement%3Fname%3DSLA-0001")


def test_a_user_without_a_party_is_told_what_to_do(people: People) -> None:
	_status, html = page("agreements", people["a customer without a party"])

	assert "does not belong to a customer or supplier yet" in html


def test_the_page_says_what_the_paper_says_and_no_more(people: People) -> None:
	document = ready(make_full_agreement(WOOL))

	status, html = page("agreement", people["of wool"], name=document.name)

	assert status == 200
	assert "If nobody can buy, the shop sells again within 4 hours" in html
	assert "Ready to be signed" in html
	assert [name for name, secret in SECRETS.items() if str(secret) in html.replace(",", "")] == []


@pytest.mark.parametrize("who", ["of silk", "of bytes", "employee", "support", "a customer without a party"])
def test_others_are_told_that_there_is_no_such_page(people: People, who: str) -> None:
	"""What is not for him and what does not exist answer alike."""
	document = ready(make_full_agreement(WOOL))

	theirs = page("agreement", people[who], name=document.name)
	nobodys = page("agreement", people[who], name="SLA-9999")

	assert theirs[0] == nobodys[0] == 403
	assert document.title not in theirs[1]


@pytest.mark.parametrize("name", ["", "x" * 5000, "<script>", "SLA-0001' or 1=1", "../../etc"])
def test_a_name_that_makes_no_sense_is_not_found(people: People, name: str) -> None:
	assert page("agreement", people["of wool"], name=name)[0] == 403


def test_what_was_not_there_yet_is_found_once_it_is(people: People) -> None:
	"""The host remembers addresses that were not found, for everybody."""
	document = make_full_agreement(WOOL)
	before = page("agreement", people["of wool"], name=document.name)[0]
	ready(document)

	assert before == 403
	assert page("agreement", people["of wool"], name=document.name)[0] == 200


def test_a_further_customer_learns_of_no_other(people: People) -> None:
	make_customer("Cotton Ltd")
	document = ready(make_full_agreement(WOOL, customers=[{"customer": SILK}, {"customer": "Cotton Ltd"}]))

	_status, of_silk = page("agreement", people["of silk"], name=document.name)
	_status, of_wool = page("agreement", people["of wool"], name=document.name)

	assert "Cotton Ltd" not in of_silk
	assert "Cotton Ltd" in of_wool


# signing


def sign(document: Any, user: str, **more: Any) -> dict[str, str]:
	with as_user(user):
		frappe.local.request_ip = "203.0.113.9"
		return portal.sign_agreement(
			document.name,
			**{
				"full_name": "Wanda Wool",
				"designation": "Head of Sales",
				"agreed": True,
				"terms": terms.digest(document),
				**more,
			},
		)


def test_a_customer_signs_in_the_portal(people: People) -> None:
	"""R093: who, when, from where, and which terms."""
	document = ready(make_full_agreement(WOOL))

	sign(document, people["of wool"])

	document.reload()
	row = next(one for one in document.sign_offs if one.party == "Customer")
	assert (row.full_name, row.designation, row.method) == ("Wanda Wool", "Head of Sales", "Portal")
	assert (row.signed_by, row.signed_from) == (people["of wool"], "203.0.113.9")
	assert str(row.signed_on) == "2026-06-01 09:00:00"
	assert row.digest == terms.digest(document)
	assert next(one for one in document.sign_offs if one.party == "Provider").signed_on is None


def test_a_supplier_signs_his_uc(people: People) -> None:
	document = ready(make_uc())

	sign(document, people["of bytes"])

	document.reload()
	assert [row.party for row in document.sign_offs if row.signed_on] == ["Supplier"]


def test_pressing_twice_signs_once(people: People, clock: SiteClock) -> None:
	document = ready(make_full_agreement(WOOL))

	first = sign(document, people["of wool"])
	clock.at("Mon 1 Jun 09:01")
	second = sign(document, people["of wool"])

	assert first == second
	document.reload()
	assert len([row for row in document.sign_offs if row.party == "Customer"]) == 1


@pytest.mark.parametrize(
	("given", "said"),
	[
		({"full_name": "  "}, "Enter your full name."),
		({"designation": ""}, "Enter your title"),
		({"agreed": False}, "Tick that you have read the agreement"),
		({"terms": ""}, "has been changed since you opened this page"),
		({"terms": "0" * 64}, "has been changed since you opened this page"),
	],
	ids=["no name", "no title", "not ticked", "terms unknown", "other terms"],
)
def test_what_is_missing_is_said_in_a_sentence(people: People, given: dict[str, Any], said: str) -> None:
	document = ready(make_full_agreement(WOOL))

	with pytest.raises(frappe.ValidationError, match=said):
		sign(document, people["of wool"], **given)

	document.reload()
	assert not any(row.signed_on for row in document.sign_offs)


def test_absurd_names_are_cut_and_shown_as_text(people: People) -> None:
	document = ready(make_full_agreement(WOOL))

	sign(document, people["of wool"], full_name="<b>W</b>" + "x" * 5000, designation="y" * 5000)

	_status, html = page("agreement", people["of wool"], name=document.name)
	assert "<b>W</b>" not in html
	document.reload()
	assert all(len(row.designation or "") <= 140 for row in document.sign_offs)


@pytest.mark.parametrize("who", ["of silk", "of bytes", "employee", "support", "manager", "guest"])
def test_nobody_else_signs_for_the_customer(people: People, who: str) -> None:
	document = ready(make_full_agreement(WOOL))

	with pytest.raises(frappe.DoesNotExistError):
		sign(document, people[who])


def test_a_line_that_asks_one_person_is_not_signed_by_another(people: People) -> None:
	other = make_portal_user("chief@wool.test", "Customer", WOOL)
	document = make_full_agreement(WOOL)
	next(row for row in document.sign_offs if row.party == "Customer").user = other
	document.save()
	ready(document)

	_status, html = page("agreement", people["of wool"], name=document.name)
	with pytest.raises(frappe.PermissionError):
		sign(document, people["of wool"])
	sign(document, other)

	assert "data-terms=" not in html


def test_a_commitment_is_not_signed_by_the_customer(people: People) -> None:
	document = ready(make_full_agreement(WOOL, kind="Commitment"))

	_status, html = page("agreement", people["of wool"], name=document.name)

	assert "data-terms=" not in html
	with pytest.raises(frappe.ValidationError, match="is not signed by a Customer"):
		sign(document, people["of wool"])


def test_what_is_in_force_is_not_signed_again(people: People) -> None:
	document = make_agreement(customer=make_customer(WOOL))

	with pytest.raises(frappe.ValidationError, match="concluded already"):
		sign(document, people["of wool"])


def test_the_page_shows_the_form_until_the_user_has_signed(people: People) -> None:
	document = ready(make_full_agreement(WOOL))

	_status, before = page("agreement", people["of wool"], name=document.name)
	sign(document, people["of wool"])
	_status, after = page("agreement", people["of wool"], name=document.name)

	assert f'data-terms="{terms.digest(document)}"' in before
	assert "data-terms=" not in after
	assert "You signed on 01-06-2026 09:00." in after


# figures


@pytest.fixture
def measured(people: People, clock: SiteClock) -> Any:
	"""Response 1 h: of Wool's tickets one met and one missed in June, one met in July; Silk's missed in June."""
	frappe.db.delete("SLM Clock")
	document = make_agreement(
		targets=[target("Response", 1, objective=50)], customer=WOOL, customers=[{"customer": SILK}]
	)
	for customer, opened, answered in (
		(WOOL, "Mon 1 Jun 09:00", "Mon 1 Jun 09:30"),
		(WOOL, "Tue 2 Jun 09:00", "Tue 2 Jun 12:00"),
		(SILK, "Wed 3 Jun 09:00", "Wed 3 Jun 12:00"),
		(WOOL, "Wed 1 Jul 09:00", "Wed 1 Jul 09:30"),
	):
		clock.at(opened)
		issue = make_issue(customer=customer)
		clock.at(answered)
		reply(issue)
		set_status(issue, "Resolved")
	clock.at("Thu 2 Jul 09:00")
	return document


def by_month(document: Any, *customers: str) -> dict[int, tuple[int, int, bool | None]]:
	found = agreement_figures.figures(document, customers, date(2026, 7, 2))
	return {
		one.month: (one.total.met, one.total.decided, one.kept) for one in found.months if one.total.decided
	}


def test_figures_count_the_customers_own_tickets_month_by_month(measured: Any) -> None:
	assert by_month(measured, WOOL) == {202606: (1, 2, True), 202607: (1, 1, True)}
	assert by_month(measured, SILK) == {202606: (0, 1, False)}
	assert by_month(measured, WOOL, SILK)[202606][:2] == (1, 3)


def test_the_latest_twelve_months_are_shown(site: str) -> None:
	assert agreement_figures.latest_months(date(2026, 2, 28)) == (
		202503, 202504, 202505, 202506, 202507, 202508, 202509, 202510, 202511, 202512, 202601, 202602,
	)  # fmt: skip


def test_the_page_shows_the_figures_to_the_customer_alone(
	measured: Any, people: People, clock: SiteClock
) -> None:
	"""The page reads with the server's rights, and gives them back."""
	clock.at("Thu 2 Jul 09:00")
	_status, of_wool = page("agreement", people["of wool"], name=measured.name)
	_status, of_silk = page("agreement", people["of silk"], name=measured.name)

	assert "50 % (1 of 2)" in strip_html(of_wool)
	assert "0 % (0 of 1)" in strip_html(of_silk)
	assert "50 %" not in strip_html(of_silk.split("slm-kept")[1].split("</table>")[0]).replace(
		"at least 50 %", ""
	)
	with as_user(people["of wool"]), pytest.raises(frappe.PermissionError):
		frappe.get_list("SLM Clock")


def test_a_supplier_sees_no_figures(people: People) -> None:
	_status, html = page("agreement", people["of bytes"], name=conclude(make_uc()).name)

	assert 'class="slm-chart"' not in html


# due times of a ticket


def test_due_times_of_a_ticket_are_told_in_words(people: People, clock: SiteClock) -> None:
	"""Feature 94. Opened on Mon 1 Jun 09:00; response 1 h, resolution 4 h."""
	make_agreement(customer=WOOL)
	clock.at("Mon 1 Jun 09:00")
	issue = make_issue(customer=WOOL)

	before = dues("Issue", issue.name)
	clock.at("Mon 1 Jun 09:20")
	reply(issue)
	after = dues("Issue", issue.name)

	assert [(one["what"], one["state"]) for one in before] == [("First answer", "open"), ("Solution", "open")]
	assert before[0]["when"].startswith("Due by 01-06-2026 10:00")
	assert [one["state"] for one in after] == ["done", "open"]


def test_due_times_are_for_those_who_see_the_ticket(people: People, clock: SiteClock) -> None:
	make_agreement(customer=WOOL)
	issue = make_issue(customer=WOOL, raised_by="somebody@wool.test")

	told = {}
	for who in (*OUTSIDE, "support"):
		with as_user(people[who]):
			try:
				told[who] = len(portal.due_times(issue.name))
			except frappe.DoesNotExistError:
				told[who] = 0

	assert {who for who, lines in told.items() if lines} == {"of wool", "support"}


def test_due_times_of_teams_and_suppliers_stay_inside(people: People, clock: SiteClock) -> None:
	make_agreement(customer=WOOL)
	issue = make_issue(customer=WOOL)
	frappe.db.set_value("SLM Clock", {"ticket": issue.name, "metric": "response"}, "kind", "UC")

	assert [one["what"] for one in dues("Issue", issue.name)] == ["Solution"]


# announcing


@pytest.fixture
def post() -> Callable[[], dict[str, str]]:
	"""The mails that wait to be sent since now: recipient and message."""
	before = set(frappe.get_all("Email Queue", pluck="name", order_by="name asc"))
	if not frappe.db.exists("Email Account", {"default_outgoing": 1}):
		frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": "Outbox",
				"email_id": "outbox@acme.test",
				"enable_outgoing": 1,
				"default_outgoing": 1,
				"smtp_server": "localhost",
				"password": "x",
			}
		).db_insert()

	def waiting() -> dict[str, str]:
		found = {}
		for name in frappe.get_all("Email Queue", pluck="name", order_by="name asc"):
			if name not in before:
				mail = frappe.get_doc("Email Queue", name)
				found.update({row.recipient: mail.message for row in mail.recipients})
		return found

	return waiting


def body(message: str) -> str:
	from email import message_from_string

	parts = [
		part.get_payload(decode=True).decode()
		for part in message_from_string(message).walk()
		if part.get_content_type() == "text/html"
	]
	return " ".join(parts)


def test_announcing_mails_both_sides_and_is_kept(people: People, post: Callable[[], dict[str, str]]) -> None:
	"""R098: the customer's people are sent to the portal, those at the desk to the form."""
	buyer = people["of wool"]
	document = conclude(make_full_agreement(WOOL))

	with as_user(people["manager"]):
		told = api.announce_agreement(document.name)

	mails = post()
	assert set(told) == set(mails) == {"wanda@wool.example", buyer, "manager@acme.example"}
	assert f"/agreement?name={document.name}" in body(mails[buyer])
	assert f"/app/slm-agreement/{document.name}" in body(mails["manager@acme.example"])
	document.reload()
	assert str(document.announced_on) == "2026-06-01 09:00:00"
	comments = frappe.get_all(
		"Comment",
		filters={"reference_name": document.name, "comment_type": "Info"},
		pluck="content",
		order_by="creation asc",
	)
	assert any("Announced to" in one and buyer in one for one in comments)


def test_the_mail_is_the_sites_to_word_and_ours_where_it_was_deleted(
	people: People, post: Callable[[], dict[str, str]]
) -> None:
	buyer = people["of wool"]
	document = conclude(make_full_agreement(WOOL))
	frappe.db.set_value(
		"Email Template",
		agreement_announcement.NAME,
		{"use_html": 1, "response_html": "<p>Hear, hear: {{ title }}</p>"},
	)
	announce.announce(document)
	worded = body(post()[buyer])
	frappe.db.delete("Email Queue")
	frappe.delete_doc("Email Template", agreement_announcement.NAME, force=True)
	announce.announce(document)

	assert "Hear, hear: Support of the Online Shop" in worded
	assert "Read the agreement" in body(post()[buyer])


def test_a_title_in_html_stays_text_in_the_mail(people: People, post: Callable[[], dict[str, str]]) -> None:
	buyer = people["of wool"]
	document = conclude(make_full_agreement(WOOL))
	document.title = "<img src=x> {{ frappe.session.user }} & more"

	announce.announce(document)

	mail = body(post()[buyer])
	assert "<img src=x>" not in mail
	assert "{{ frappe.session.user }}" in mail


def test_only_what_is_concluded_is_announced(people: People) -> None:
	document = ready(make_full_agreement(WOOL))

	with pytest.raises(frappe.ValidationError, match="Only an agreement that has been concluded"):
		announce.announce(document)


def test_announcing_to_nobody_is_refused_in_a_sentence(clock: SiteClock) -> None:
	with pytest.raises(frappe.ValidationError, match="Nobody to tell"):
		announce.announce(make_agreement(customer=make_customer("Lonely Ltd")))


def test_an_ola_is_announced_to_its_team_and_to_no_customer(people: People) -> None:
	ola = make_ola()
	frappe.get_doc(
		{
			"doctype": "User Group Member",
			"parent": "Network Team",
			"parenttype": "User Group",
			"parentfield": "user_group_members",
			"user": people["support"],
		}
	).db_insert()

	assert [one.email for one in announce.recipients(ola)] == [people["support"]]


@pytest.mark.parametrize("who", ["support", "employee", "of wool"])
def test_announcing_is_for_those_who_conclude_agreements(people: People, who: str) -> None:
	document = conclude(make_full_agreement(WOOL))

	with as_user(people[who]), pytest.raises(frappe.PermissionError):
		api.announce_agreement(document.name)


# distribution


def test_concluding_shares_it_with_its_distribution_list(people: People) -> None:
	"""R313. A user of the portal gets no share: it would show him costs."""
	rows = [
		{"user": people["employee"], "access": "Read"},
		{"user": people["support"], "access": "Comment"},
		{"user": people["manager"], "access": "Edit"},
		{"user": people["of wool"], "access": "Edit"},
		{"role": "Employee", "access": "Read"},
		{"recipient": "The archive", "access": "Read"},
	]

	document = conclude(make_full_agreement(WOOL, distribution=rows))

	shares = frappe.get_all(
		"DocShare",
		filters={"share_doctype": "SLM Agreement", "share_name": document.name},
		fields=["user", "read", "write", "share"],
		order_by="user asc",
	)
	assert [(row.user, row.read, row.write, row.share) for row in shares] == [
		(people["support"], 1, 0, 0),
		(people["manager"], 1, 1, 0),
		(people["employee"], 1, 0, 0),
	]
	with as_user(people["employee"]):
		assert frappe.get_doc("SLM Agreement", document.name).has_permission("read")
	with as_user(people["of wool"]):
		assert not frappe.get_doc("SLM Agreement", document.name).has_permission("read")


def test_sharing_twice_gives_the_same(people: People) -> None:
	document = conclude(
		make_full_agreement(
			WOOL,
			distribution=[
				{"user": people["employee"], "access": "Edit"},
				{"user": people["employee"], "access": "Read"},
			],
		)
	)

	assert distribution.share(document) == [people["employee"]]
	assert frappe.db.count("DocShare", {"share_name": document.name, "write": 1}) == 1


def test_the_reader_of_a_page_is_told_of_his_customers(people: People) -> None:
	document = ready(make_full_agreement(WOOL, customers=[{"customer": SILK}]))

	with as_user(people["of wool"]):
		assert reader_of(document).customers is None
	with as_user(people["of silk"]):
		assert reader_of(document).customers == frozenset({SILK})


def test_the_portals_menu_leads_there(people: People) -> None:
	from frappe.website.utils import get_portal_sidebar_items

	routes = {}
	for who in ("of wool", "of bytes", "employee"):
		with as_user(people[who]):
			frappe.cache.hdel("portal_menu_items", people[who])
			routes[who] = {item.get("route") for item in get_portal_sidebar_items()}

	assert "/agreements" in routes["of wool"]
	assert "/supplier-agreements" in routes["of bytes"]
	assert not {"/agreements", "/supplier-agreements"} & routes["employee"]
