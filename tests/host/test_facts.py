"""Every path by which the host changes a ticket reaches the ledger, and what changes nothing costs nothing."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
from erpnext.support.doctype.issue.issue import auto_close_tickets
from frappe.desk.form.assign_to import add as assign
from frappe.templates.includes.comments.comments import add_comment
from frappe.utils import add_days, now_datetime

from slm_extension.adapters import site_time
from slm_extension.domain.timeline import Kind
from slm_extension.services.history import histories
from slm_extension.testing import (
	HOUR,
	as_user,
	clock_rows,
	clocks,
	ledger,
	make_customer,
	make_issue,
	make_issue_type,
	make_priority,
	make_service,
	make_supplier,
	make_user,
	message,
	receive,
	reply,
	set_status,
	wall,
)

pytestmark = pytest.mark.usefixtures("agreement")

LIST_VIEW = "erpnext.support.doctype.issue.issue."


def loaded(issue: Any) -> Any:
	"""The Issue as another request would load it."""
	return frappe.get_doc("Issue", issue.name)


def told(issue: Any, *kinds: str) -> list[tuple[str, str]]:
	"""What the ledger was told after the opening, as kind and value; only of these kinds where some are named."""
	first = [row.source for row in ledger(issue)].count("insert")
	return [(row.kind, row.value) for row in ledger(issue)[first:] if not kinds or row.kind in kinds]


def requested(method: str, **arguments: Any) -> Any:
	"""Call a whitelisted method as a request does: overridden where this app overrides it."""
	name = frappe.get_hooks("override_whitelisted_methods", {}).get(method, [method])[-1]
	function = frappe.get_attr(name)
	frappe.is_whitelisted(function)
	return frappe.call(function, **arguments)


# What begins a ledger


def test_an_insert_tells_opening_status_and_properties(clock) -> None:
	clock.at("Mon 1 Jun 09:30")
	issue = make_issue(
		priority=make_priority("High"),
		customer=make_customer(),
		issue_type=make_issue_type("Fault"),
		slm_service=make_service(),
	)

	assert {(row.kind, row.value, row.at) for row in ledger(issue)} == {
		("opened", "", wall("Mon 1 Jun 09:30")),
		("status", "open", wall("Mon 1 Jun 09:30")),
		("priority", "High", wall("Mon 1 Jun 09:30")),
		("customer", "Wool & Sons", wall("Mon 1 Jun 09:30")),
		("type", "Fault", wall("Mon 1 Jun 09:30")),
		("service", "Online Shop", wall("Mon 1 Jun 09:30")),
	}


def test_our_fields_on_the_ticket_say_how_it_stands(clock, agreement) -> None:
	issue = make_issue()

	stored = loaded(issue)
	assert (stored.slm_agreement, stored.slm_due, stored.slm_state) == (
		agreement,
		wall("Mon 1 Jun 10:00"),
		"Running",
	)
	assert (issue.slm_agreement, issue.slm_due, issue.slm_state) == (
		stored.slm_agreement,
		stored.slm_due,
		stored.slm_state,
	)


def test_data_import_of_a_ticket_opened_last_week(clock) -> None:
	"""Counts from its opening; that it came in closed is known since the import only."""
	clock.at("Mon 8 Jun 11:00")
	frappe.flags.in_import = True
	try:
		issue = make_issue(opened="Fri 5 Jun 17:00", status="Closed")
	finally:
		frappe.flags.in_import = False

	got = clocks(issue)["resolution"]
	assert (got.started, got.stopped, got.elapsed) == (
		wall("Fri 5 Jun 17:00"),
		wall("Mon 8 Jun 11:00"),
		3 * HOUR,
	)


@pytest.mark.parametrize(
	("said", "response", "resolution"),
	[
		pytest.param(("2026-06-05 17:30", "2026-06-08 10:00"), "Met", "Met", id="in time"),
		pytest.param(("2026-06-08 10:00", "2026-06-09 12:00"), "Missed", "Missed", id="too late"),
		pytest.param((None, "2026-06-05 17:40"), "Met", "Met", id="done, and never answered"),
		pytest.param(("2026-06-05 16:00", "2026-07-01 12:00"), "Missed", "Missed", id="not in its life"),
	],
)
def test_a_file_that_says_when_a_ticket_was_answered_and_done_is_believed(
	clock, said: tuple[str | None, str], response: str, resolution: str
) -> None:
	"""Otherwise every old ticket that is brought in would be a miss."""
	clock.at("Mon 15 Jun 11:00")
	fields = dict(zip(("first_responded_on", "sla_resolution_date"), said, strict=True))
	frappe.flags.in_import = True
	try:
		issue = make_issue(opened="Fri 5 Jun 17:00", status="Closed", **fields)
	finally:
		frappe.flags.in_import = False

	got = clocks(issue)
	assert (got["response"].outcome, got["resolution"].outcome) == (response, resolution)


def test_only_a_file_says_when_a_ticket_was_done(clock) -> None:
	"""Who enters it by hand asks for a correction."""
	clock.at("Mon 15 Jun 11:00")
	issue = make_issue(opened="Fri 5 Jun 17:00", status="Closed", sla_resolution_date="2026-06-05 17:30")

	assert clocks(issue)["resolution"].outcome == "Missed"


def test_a_ticket_from_a_file_of_data_import(clock) -> None:
	"""The host's own importer, with a file as a user has it."""
	clock.at("Mon 8 Jun 11:00")
	rows = (
		"Subject,Opening Date,Opening Time,Status,First Responded On,Resolution Date\n"
		"From a file,2026-06-05,17:00:00,Closed,2026-06-05 17:20:00,2026-06-05 17:50:00\n"
	)
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "issues.csv", "content": rows, "is_private": 1}
	).insert()
	order = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Issue",
			"import_type": "Insert New Records",
			"import_file": file.file_url,
		}
	).insert()

	order.get_importer().import_data()

	name = frappe.db.get_value("Issue", {"subject": "From a file"})
	got = clocks(name)["resolution"]
	assert (got.started, got.stopped) == (wall("Fri 5 Jun 17:00"), wall("Fri 5 Jun 17:50"))
	assert clocks(name)["response"].stopped == wall("Fri 5 Jun 17:20")


@pytest.mark.parametrize("opened", ["Tue 2 Jun 09:00", "Fri 31 Dec 9999 09:00"])
def test_a_ticket_is_not_opened_in_the_future(clock, opened: str) -> None:
	clock.at("Mon 1 Jun 09:30")

	issue = make_issue(opened=opened)

	assert clocks(issue)["response"].started == wall("Mon 1 Jun 09:30")


def test_insert_through_the_api(clock) -> None:
	answer = requested("frappe.client.insert", doc={"doctype": "Issue", "subject": "By API"})

	assert set(clocks(answer["name"])) == {"response", "resolution"}


@pytest.mark.parametrize("status", ["Open", "On Hold"])
def test_a_ticket_from_the_portal_has_one_opening(clock, status: str) -> None:
	"""The host writes the first message, and by it the status, before the insert is over; it counts as one by mail."""
	issue = make_issue(
		via_customer_portal=1, description="It is on fire", raised_by="buyer@wool.example", status=status
	)

	past = histories([issue.name], site_time.now(), "backfill")[issue.name]
	kinds = [row.kind for row in ledger(issue)]
	assert kinds == ["opened", "status", "customer replied"] == [fact.kind.value for fact in past]
	assert clocks(issue)["response"].outcome == "Pending"
	assert (
		frappe.db.get_value("Issue", issue.name, "status")
		== [row.reason for row in ledger(issue) if row.reason][-1]
	)


def test_a_copy_starts_its_own_history(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 11:00")
	set_status(issue, "Replied")

	clock.at("Tue 2 Jun 09:00")
	copy = frappe.copy_doc(loaded(issue))
	copy.update({"opening_date": "2026-06-02", "opening_time": "09:00:00", "status": "Open"})
	copy.insert()

	got = clocks(copy)["response"]
	assert (got.started, got.outcome) == (wall("Tue 2 Jun 09:00"), "Pending")
	assert loaded(copy).slm_due == wall("Tue 2 Jun 10:00")


def test_a_split_ticket_links_to_its_parent_and_takes_no_messages_for_new_ones(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 09:30")
	mail = receive(issue)
	reply(issue)
	before = ledger(issue)

	clock.at("Mon 1 Jun 12:00")
	child = frappe.get_doc("Issue", loaded(issue).split_issue("The second thing", mail.name))

	assert [(row.kind, row.value) for row in ledger(child)][:1] == [("opened", issue.name)]
	assert {row.kind for row in ledger(child)} <= {"opened", "status"}
	assert ledger(issue) == before


def test_a_ticket_made_of_a_mail(clock) -> None:
	mail = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Email",
			"sent_or_received": "Received",
			"sender": "buyer@wool.example",
			"subject": "Help",
			"content": "Please",
		}
	).insert(ignore_permissions=True)

	name = requested(
		"erpnext.support.doctype.issue.issue.make_issue_from_communication", communication=mail.name
	)

	assert set(clocks(name)) == {"response", "resolution"}


# What changes a ticket


def test_a_save_tells_status_and_property(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	issue.status = "On Hold"
	issue.priority = make_priority("High")
	issue.save()

	assert sorted(told(issue)) == [("priority", "High"), ("status", "held")]
	assert {row.at for row in ledger(issue)[-2:]} == {wall("Mon 1 Jun 10:00")}
	assert clocks(issue)["resolution"].phase == "Held"


@pytest.mark.parametrize(
	("field", "kind", "value"),
	[
		("priority", "priority", lambda: make_priority("High")),
		("customer", "customer", make_customer),
		("issue_type", "type", lambda: make_issue_type("Fault")),
		("slm_service", "service", make_service),
	],
)
def test_a_property_is_told_when_it_is_set_and_when_it_is_emptied(clock, field, kind, value) -> None:
	issue = make_issue(priority=None)
	clock.at("Mon 1 Jun 09:10")
	issue.set(field, value())
	issue.save()
	clock.at("Mon 1 Jun 09:20")
	issue.set(field, None)
	issue.save()

	assert told(issue) == [(kind, value()), (kind, "")]


def test_set_value_through_the_api(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")

	requested("frappe.client.set_value", doctype="Issue", name=issue.name, fieldname="status", value="Closed")

	assert told(issue) == [("status", "closed")]


def test_bulk_edit_of_the_list_view(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")

	requested(
		"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
		doctype="Issue",
		docnames=json.dumps([issue.name]),
		action="update",
		data=json.dumps({"status": "Resolved"}),
	)

	assert told(issue) == [("status", "resolved")]


def test_a_ticket_that_is_checked_and_not_saved_is_no_new_one(clock) -> None:
	"""A script runs its checks alone; what is written on it in the same request is told all the same."""
	issue = loaded(make_issue())
	clock.at("Mon 1 Jun 09:30")
	issue.run_method("validate")
	reply(issue)

	assert [kind for kind, _value in told(issue, "replied")] == ["replied"]


def test_db_set_there_and_back_on_one_document(clock) -> None:
	"""The host compares with what a document was when it was loaded; both changes have to be told."""
	issue = loaded(make_issue())
	clock.at("Mon 1 Jun 10:00")
	issue.db_set("status", "Replied")
	clock.at("Mon 1 Jun 10:30")
	issue.db_set("status", "Open")

	assert told(issue) == [("status", "held"), ("status", "open")]
	assert clocks(issue)["resolution"].held == HOUR // 2


@pytest.mark.parametrize("same", [True, False], ids=["on the same document", "on another"])
def test_db_set_after_a_save_that_failed_tells_of_one_field(clock, monkeypatch, same) -> None:
	"""The host goes on saying that the ticket is being saved, and the document in hand says what was never stored."""
	issue = loaded(make_issue())
	clock.at("Mon 1 Jun 09:30")
	issue.update({"status": "Closed", "priority": "No Such Priority"})
	with pytest.raises(frappe.LinkValidationError):
		issue.save()
	one = issue if same else loaded(issue)
	one.update({"status": "Closed"})

	one.db_set("priority", make_priority("High"))

	assert told(issue) == [("priority", "High")]
	assert clocks(issue)["resolution"].phase == "Running"


def test_save_and_db_set_back_on_one_document(clock) -> None:
	issue = loaded(make_issue())
	clock.at("Mon 1 Jun 10:00")
	issue.status = "Replied"
	issue.save()
	clock.at("Mon 1 Jun 10:30")
	issue.db_set("status", "Open")

	assert told(issue) == [("status", "held"), ("status", "open")]


@pytest.mark.parametrize("method", ["set_multiple_status", "set_status"])
def test_the_list_views_actions(clock, method: str) -> None:
	"""They write past every event of the document."""
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	which = {"names": json.dumps([issue.name])} if method == "set_multiple_status" else {"name": issue.name}

	requested(LIST_VIEW + method, status="Closed", **which)

	assert told(issue) == [("status", "closed")]
	assert loaded(issue).slm_state == "Met"


@pytest.mark.parametrize("method", ["set_multiple_status", "set_status"])
def test_the_list_views_actions_are_for_those_who_may_write_the_ticket(clock, method: str) -> None:
	issue = make_issue()
	which = {"names": json.dumps([issue.name])} if method == "set_multiple_status" else {"name": issue.name}
	frappe.set_user(make_user("buyer@wool.example"))

	with pytest.raises(frappe.PermissionError):
		requested(LIST_VIEW + method, status="Closed", **which)

	assert loaded(issue).status == "Open"


def test_the_hosts_auto_close(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Replied")
	frappe.db.set_value("Issue", issue.name, "modified", add_days(now_datetime(), -30), update_modified=False)

	clock.at("Wed 10 Jun 00:00")
	auto_close_tickets()

	assert told(issue)[-1] == ("status", "closed")
	assert clocks(issue)["resolution"].stopped == wall("Wed 10 Jun 00:00")


def test_what_is_told_while_the_machines_clock_was_set_back_comes_last(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Replied")
	clock.at("Mon 1 Jun 09:59:58")
	set_status(issue, "Closed")

	assert clocks(issue)["resolution"].phase == "Stopped"
	assert told(issue) == [("status", "held"), ("status", "closed")]


def test_a_status_that_nobody_gave_a_meaning_counts_as_open(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	frappe.db.set_value("Issue", issue.name, "status", "In the Lab")
	requested(LIST_VIEW + "set_status", name=issue.name, status="In the Lab")

	assert told(issue) == [("status", "open")]


# Messages and people


def test_a_reply_of_the_desk_stops_the_response(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 09:40")

	reply(issue)

	got = clocks(issue)["response"]
	assert (got.outcome, got.stopped, got.elapsed) == ("Met", wall("Mon 1 Jun 09:40"), 40 * 60)


def test_a_reply_from_the_form(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 09:40")

	requested(
		"frappe.core.doctype.communication.email.make",
		doctype="Issue",
		name=issue.name,
		content="We are on our way.",
		subject="Re: ink",
		sent_or_received="Sent",
		communication_medium="Email",
		send_email=False,
	)

	assert clocks(issue)["response"].outcome == "Met"


@pytest.mark.parametrize(
	"fields",
	[
		pytest.param({"communication_type": "Automated Message"}, id="automatic acknowledgement"),
		pytest.param({"communication_type": "Notification"}, id="notification"),
		pytest.param({"communication_type": "Comment", "comment_type": "Comment"}, id="old comment"),
		pytest.param({"communication_type": "Feedback"}, id="feedback"),
	],
)
def test_what_is_no_reply(clock, fields: dict[str, str]) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 09:40")

	message(issue, "Sent", **fields)

	assert told(issue) == []


AGENT, SUPPLIER, BUYER = "ann@desk.example", "sue@bytes.example", "buyer@wool.example"


@pytest.fixture
def correspondents(site: str) -> None:
	"""An agent, and a contact of a supplier."""
	make_user(AGENT, "Support Team")
	make_user("reader@desk.example", "Service Level Analyst")
	link = {"link_doctype": "Supplier", "link_name": make_supplier()}
	address = {"email_id": SUPPLIER, "is_primary": 1}
	frappe.get_doc(
		{"doctype": "Contact", "first_name": "Sue", "email_ids": [address], "links": [link]}
	).insert()


@pytest.mark.parametrize(
	("letter", "expected"),
	[
		pytest.param({"recipients": BUYER}, "replied", id="to the requester"),
		pytest.param(
			{"recipients": f"Sue <{SUPPLIER}>, Buyer <BUYER@wool.example>"}, "replied", id="to both"
		),
		pytest.param({"recipients": SUPPLIER, "cc": BUYER}, "replied", id="a copy to the requester"),
		pytest.param({"recipients": "boss@wool.example"}, "replied", id="to whom nobody knows"),
		pytest.param({"recipients": "reader@desk.example"}, "replied", id="to a user without tickets"),
		pytest.param({"recipients": SUPPLIER}, None, id="to the supplier"),
		pytest.param({"recipients": SUPPLIER, "cc": AGENT}, None, id="to the supplier and a colleague"),
		pytest.param({"recipients": AGENT}, None, id="to a colleague"),
		pytest.param({"sender": BUYER}, "customer replied", id="of the requester"),
		pytest.param({"sender": "boss@wool.example"}, "customer replied", id="of whom nobody knows"),
		pytest.param({"sender": SUPPLIER}, None, id="of the supplier"),
		pytest.param({"sender": AGENT, "recipients": "help@desk.example"}, None, id="of a colleague"),
		pytest.param({"sender": AGENT, "recipients": BUYER}, "replied", id="of an agent's own mailbox"),
	],
)
def test_a_mail_is_a_reply_only_between_the_desk_and_its_customer(
	clock, correspondents, letter: dict[str, str], expected: str | None
) -> None:
	"""The same is told as it comes, and of a ticket whose past is read later."""
	issue = make_issue(raised_by=BUYER)
	direction = "Received" if "sender" in letter else "Sent"
	mail = message(issue, direction, **{"sender": AGENT, **letter})

	kinds = ("replied", "customer replied")
	assert [kind for kind, _value in told(issue, *kinds)] == ([expected] if expected else [])
	past = histories([issue.name], site_time.now(), "backfill")[issue.name]
	found = [(fact.kind.value, fact.value) for fact in past if fact.kind.value in kinds]
	assert found == ([(expected, mail.sender)] if expected else [])


def test_what_a_customer_writes_in_the_portal_is_a_message_of_his(clock) -> None:
	"""The host makes a comment of it, as it does of a note of the desk."""
	customer = make_user(BUYER)
	issue = make_issue(raised_by=customer)
	with as_user(customer):
		add_comment("It does not print yet.", customer, "Buyer", "Issue", issue.name, "")

	assert told(issue) == [("customer replied", customer)]
	past = histories([issue.name], site_time.now(), "backfill")[issue.name]
	assert [fact.value for fact in past if fact.kind is Kind.CUSTOMER_REPLIED] == [customer]


def test_who_raised_a_ticket_is_its_requester_though_he_is_staff(clock, correspondents) -> None:
	issue = make_issue(raised_by=AGENT)
	message(issue, "Sent", recipients=AGENT)
	message(issue, "Received", sender=AGENT)

	assert [kind for kind, _value in told(issue, "replied", "customer replied")] == [
		"replied",
		"customer replied",
	]


def test_an_internal_note_is_no_reply(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 09:40")

	issue.add_comment("Comment", "Ask the storeman first.")

	assert told(issue) == []
	assert clocks(issue)["response"].phase == "Running"


def test_what_a_customer_sends_is_no_reply(clock) -> None:
	"""Not even when a script files it under Sent."""
	customer = make_user("buyer@wool.example")
	issue = make_issue()
	clock.at("Mon 1 Jun 09:40")
	frappe.set_user(customer)

	message(issue, "Sent", sender=customer)

	assert clocks(issue)["response"].phase == "Running"


def test_a_mail_of_the_customer_opens_a_held_ticket(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Replied")
	clock.at("Mon 1 Jun 12:00")

	receive(issue)

	assert told(issue, "customer replied") == [("customer replied", "buyer@wool.example")]
	assert told(issue, "status") == [("status", "held"), ("status", "open")]
	assert clocks(issue)["resolution"].due == wall("Mon 1 Jun 15:00")


def test_a_message_that_the_desk_links_by_hand_counts_from_then(clock) -> None:
	"""The host writes that by SQL. What belonged to another ticket before is no news."""
	first, second = make_issue(raised_by=BUYER), make_issue(raised_by=BUYER)
	mail = message(frappe._dict(subject="Still no ink"), "Received", sender=BUYER)
	for issue in (first, second):
		requested("frappe.email.relink", name=mail.name, reference_doctype="Issue", reference_name=issue.name)

	assert (told(first), told(second)) == ([("customer replied", BUYER)], [])


def test_only_who_may_write_a_ticket_links_messages_to_it(clock) -> None:
	issue = make_issue()
	mail = message(frappe._dict(subject="Still no ink"), "Received", sender=BUYER)
	with (
		as_user(make_user("reader@desk.example", "Service Level Analyst")),
		pytest.raises(frappe.PermissionError),
	):
		requested("frappe.email.relink", name=mail.name, reference_doctype="Issue", reference_name=issue.name)

	assert frappe.db.get_value("Communication", mail.name, "reference_name") is None


def test_a_message_that_is_linked_later_counts_from_then(clock) -> None:
	issue = make_issue()
	mail = message(
		frappe._dict(doctype=None, name=None, subject="Lost"), "Received", sender="buyer@wool.example"
	)
	clock.at("Mon 1 Jun 12:00")
	mail.update({"reference_doctype": "Issue", "reference_name": issue.name})
	mail.save(ignore_permissions=True)

	assert told(issue, "customer replied") == [("customer replied", "buyer@wool.example")]


def test_an_assignment_tells_who_owns_the_ticket(clock) -> None:
	agent = make_user("agent@acme.example", "Support Team")
	issue = make_issue()
	clock.at("Mon 1 Jun 09:20")

	assign({"doctype": "Issue", "name": issue.name, "assign_to": [agent]})

	assert told(issue) == [("owned", agent)]


# Names and deletion


def test_a_renamed_ticket_keeps_ledger_and_clocks(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:30")
	set_status(issue, "Closed")
	before = {row.metric: (row.outcome, row.stopped) for row in clock_rows(issue)}

	frappe.rename_doc("Issue", issue.name, "ISS-LEGACY-7", rebuild_search=False, show_alert=False)

	assert {row.metric: (row.outcome, row.stopped) for row in clock_rows("ISS-LEGACY-7")} == before
	assert clock_rows(issue.name) == []
	assert [row.kind for row in ledger("ISS-LEGACY-7")].count("opened") == 1


def test_a_deleted_ticket_leaves_the_figures_and_a_trace(clock) -> None:
	issue = make_issue()
	clock.at("Mon 1 Jun 10:30")

	frappe.delete_doc("Issue", issue.name)

	assert not frappe.db.exists("Issue", issue.name)
	assert clock_rows(issue) == []
	assert told(issue) == [("withdrawn", "deleted")]


def test_a_ticket_merged_into_another_leaves_the_other_as_it_was(clock) -> None:
	"""The merged one leaves the figures, and the one that stays does not inherit its past."""
	stays, merged = make_issue("The printer"), make_issue("The printer again")
	clock.at("Mon 1 Jun 09:30")
	set_status(merged, "Closed")
	clock.at("Mon 1 Jun 10:30")
	before = [(row.kind, row.at) for row in ledger(stays)]

	frappe.rename_doc("Issue", merged.name, stays.name, merge=True, rebuild_search=False, show_alert=False)

	assert [(row.kind, row.at) for row in ledger(stays)] == before
	assert clock_rows(merged) == []
	assert told(merged, "withdrawn") == [("withdrawn", f"merged into {stays.name}"), ("withdrawn", "deleted")]
	assert clocks(stays)["resolution"].phase == "Running"


# Cost, and what must not happen


def test_an_insert_costs_at_most_four_queries(clock, queries, either_way) -> None:
	make_issue()

	with queries.counted():
		make_issue()

	assert len(queries) <= 4, queries.sent


@pytest.mark.parametrize(
	"change",
	[
		pytest.param(lambda issue: set_status(issue, "Replied"), id="hold"),
		pytest.param(lambda issue: set_status(issue, "Closed"), id="close"),
		pytest.param(reply, id="reply"),
		pytest.param(receive, id="mail"),
		pytest.param(lambda issue: loaded(issue).db_set("status", "Closed"), id="db_set"),
		pytest.param(
			lambda issue: requested(LIST_VIEW + "set_status", name=issue.name, status="Closed"),
			id="list view",
		),
		pytest.param(frappe.delete_doc_if_exists, id="delete"),
	],
)
def test_a_change_costs_at_most_eight_queries(clock, queries, change, either_way) -> None:
	"""Whatever number of events came before."""
	first, issue = make_issue(), make_issue()
	for minute in range(10, 60, 10):
		clock.at(f"Mon 1 Jun 10:{minute}")
		for one in (first, issue):
			set_status(one, "On Hold" if minute % 20 else "Open")
	make = (
		change
		if change is not frappe.delete_doc_if_exists
		else lambda one: frappe.delete_doc("Issue", one.name)
	)
	make(first)
	clock.at("Mon 1 Jun 11:00")

	with queries.counted():
		make(issue)

	assert 0 < len(queries) <= 8, queries.sent


@pytest.mark.parametrize(
	"change",
	[
		pytest.param(lambda issue: issue.save(), id="save"),
		pytest.param(lambda issue: issue.update({"description": "More ink"}).save(), id="description"),
		pytest.param(lambda issue: issue.db_set("resolution_details", "Ink"), id="db_set"),
		pytest.param(lambda issue: issue.add_tag("Printer"), id="tag"),
		pytest.param(lambda issue: issue.add_comment("Comment", "Ask the storeman"), id="comment"),
		pytest.param(lambda issue: issue.add_comment("Edit", "Moved"), id="edit comment"),
	],
)
def test_what_changes_nothing_timed_costs_no_query(clock, queries, change, either_way) -> None:
	change(loaded(make_issue()))
	issue = loaded(make_issue())

	with queries.counted():
		change(issue)

	assert queries.sent == []


def test_a_form_that_was_opened_earlier_does_not_set_our_fields_back(clock) -> None:
	"""Time has passed on the ticket since; the form still holds what it was shown."""
	issue = make_issue()
	form = loaded(issue).as_dict()
	clock.at("Mon 1 Jun 09:30")
	reply(issue)
	assert loaded(issue).slm_due == wall("Mon 1 Jun 13:00")

	form["modified"] = str(loaded(issue).modified)
	form["description"] = "Written in an old form"
	requested("frappe.client.save", doc=frappe.as_json(form))

	assert loaded(issue).slm_due == wall("Mon 1 Jun 13:00")


def test_our_fields_cannot_be_set_by_hand(clock, agreement) -> None:
	issue = make_issue(slm_state="Met", slm_agreement="Another")
	issue.update({"slm_state": "Met", "slm_due": "2030-01-01 00:00:00", "slm_agreement": "Another"})
	issue.save()

	stored = loaded(issue)
	assert (stored.slm_agreement, stored.slm_state) == (agreement, "Running")
	assert stored.slm_due == wall("Mon 1 Jun 10:00")


def test_our_writing_does_not_touch_the_time_stamp_of_the_ticket(clock) -> None:
	"""Or a user whose form is open could not save it."""
	issue = make_issue()
	before = loaded(issue).modified
	clock.at("Mon 1 Jun 09:30")

	requested(LIST_VIEW + "set_status", name=issue.name, status="Open")
	message(issue, "Sent")

	assert frappe.db.get_value("Issue", issue.name, "slm_due") == wall("Mon 1 Jun 13:00")
	assert loaded(issue).owner == "Administrator" and before is not None


def test_erpnexts_own_fields_are_left_alone(clock, either_way) -> None:
	fields = ("response_by", "sla_resolution_by", "agreement_status", "service_level_agreement")
	frappe.db.set_single_value("SLM Settings", "enabled", 0)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")
	without = [bool(loaded(make_issue()).get(field)) for field in fields]
	frappe.db.set_single_value("SLM Settings", "enabled", 1)
	frappe.clear_document_cache("SLM Settings", "SLM Settings")

	assert [bool(loaded(make_issue()).get(field)) for field in fields] == without


def test_a_site_that_has_switched_timing_off(clock) -> None:
	settings = frappe.get_single("SLM Settings")
	settings.enabled = 0
	settings.save()

	issue = make_issue()
	reply(issue)

	assert (ledger(issue), clock_rows(issue)) == ([], [])


def test_a_ticket_from_before_the_app_begins_its_ledger_with_its_next_change(clock) -> None:
	settings = frappe.get_single("SLM Settings")
	settings.enabled = 0
	settings.save()
	issue = make_issue()
	settings.enabled = 1
	settings.save()
	clock.at("Mon 1 Jun 10:00")

	set_status(issue, "On Hold")

	got = clocks(issue)["resolution"]
	assert (got.started, got.phase, got.elapsed) == (wall("Mon 1 Jun 09:00"), "Held", HOUR)
