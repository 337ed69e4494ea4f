"""What users say about their tickets: who may say it, what is kept, what it counts to, and who hears of it.

The office is open Monday to Friday 09:00-18:00 in Kolkata. June 2026 begins on a Monday.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from email import message_from_string
from email.header import decode_header, make_header
from fractions import Fraction
from typing import Any

import frappe
import pytest
from frappe.utils import set_request, strip_html
from full_agreement import make_full_agreement

from slm_extension import portal
from slm_extension.adapters import site_time
from slm_extension.adapters.agreed_satisfaction import objectives
from slm_extension.adapters.feedback import FEEDBACK, answered, answers_of, compared
from slm_extension.domain.satisfaction import Perception, Satisfaction
from slm_extension.seeds import feedback_request
from slm_extension.service_level_management.doctype.slm_feedback import slm_feedback
from slm_extension.services import feedback, tell, terms, timeline_items
from slm_extension.services.versions import new_version
from slm_extension.testing import (
	SiteClock,
	as_user,
	assign,
	make_agreement,
	make_customer,
	make_issue,
	make_service,
	make_team,
	make_user,
	set_status,
	target,
	wall,
)

WOOL, SILK = "Wool & Sons", "Silk Ltd"
PETRA, PAUL = "petra@wool.test", "paul@wool.test"


def make_buyer(email: str = PETRA, customer: str = WOOL) -> str:
	"""A user of the portal who belongs to a customer."""
	user = make_user(email, "Customer")
	document = frappe.get_doc("Customer", make_customer(customer))
	if user not in [row.user for row in document.portal_users]:
		document.append("portal_users", {"user": user})
		document.save()
	return user


def make_agent(email: str = "agent@acme.test") -> str:
	return make_user(email, "Support Team")


def done(**fields: Any) -> Any:
	"""A ticket of Petra's that has been resolved."""
	fields = {"customer": make_customer(WOOL), "raised_by": make_buyer(), **fields}
	return set_status(make_issue(**fields), "Resolved")


def say(issue: Any, score: Any = 5, by: str = PETRA, channel: str = "Telephone", **more: Any) -> Any:
	"""What an agent notes for a user."""
	with as_user(make_agent()):
		name = slm_feedback.record(issue.name, score, by, channel, **more)
	return frappe.get_doc(FEEDBACK, name)


def insert(issue: Any, **values: Any) -> Any:
	"""As the desk's own form and Data Import do."""
	return frappe.get_doc(
		{
			"doctype": FEEDBACK,
			"ticket": issue.name,
			"score": 4,
			"channel": "In Person",
			"person": "Pia",
			**values,
		}
	).insert()


class TestWhatIsKept:
	def test_the_ticket_as_it_was_then_and_who_said_it_to_whom(self, clock: SiteClock) -> None:
		agreement = make_agreement(customer=make_customer(WOOL))
		service = make_service()
		issue = done(slm_service=service)
		clock.at("Tue 30 Jun 17:30")

		said = say(issue, 4, comment="Quick, but twice", expected=5)

		assert (said.ticket, said.subject, said.customer) == (issue.name, issue.subject, WOOL)
		assert (said.service, said.agreement) == (service, agreement.name)
		assert (said.score, said.expected_score, said.comment) == (4, 5, "Quick, but twice")
		assert (said.given_on, said.period) == (wall("Tue 30 Jun 17:30"), 202606)
		assert (said.given_by, said.person) == (PETRA, frappe.db.get_value("User", PETRA, "full_name"))
		assert (said.channel, said.recorded_by) == ("Telephone", make_agent())

	def test_it_stays_when_the_ticket_changes_and_when_it_is_gone(self, clock: SiteClock) -> None:
		issue = done()
		said = say(issue)
		issue.reload().update({"customer": make_customer(SILK), "subject": "Another"})
		issue.save()

		assert said.reload().customer == WOOL

		frappe.delete_doc("Issue", issue.name)

		assert said.reload().ticket == issue.name
		with as_user(make_agent()):
			assert frappe.get_list(FEEDBACK, pluck="name") == [said.name]

	def test_it_follows_a_ticket_that_is_renamed_or_merged(self, clock: SiteClock) -> None:
		one, other = done(), done(subject="The same again")
		said = say(one)

		frappe.rename_doc("Issue", one.name, "ISS-RENAMED", force=True)
		assert said.reload().ticket == "ISS-RENAMED"

		frappe.rename_doc("Issue", "ISS-RENAMED", other.name, merge=True, force=True)
		assert said.reload().ticket == other.name

	def test_it_follows_a_customer_and_a_service_that_are_renamed(self, clock: SiteClock) -> None:
		said = say(done(slm_service=make_service()))

		frappe.rename_doc("Customer", WOOL, "Wool Ltd", force=True)
		frappe.rename_doc("SLM Service", "Online Shop", "Web Shop", force=True)

		said.reload()
		assert (said.customer, said.service) == ("Wool Ltd", "Web Shop")

	def test_each_has_a_number_of_its_own(self, clock: SiteClock) -> None:
		first, second = say(done()), say(done())

		assert first.name.startswith("Feedback-")
		assert int(second.name.partition("-")[2]) == int(first.name.partition("-")[2]) + 1

	def test_somebody_without_an_account_is_named_in_words(self, clock: SiteClock) -> None:
		said = say(done(), by=" Pia of the shop ")

		assert (said.given_by, said.person) == (None, "Pia of the shop")


class TestAnotherAnswer:
	def test_a_later_one_of_the_same_person_replaces_it_and_the_host_keeps_the_former(
		self, clock: SiteClock
	) -> None:
		issue = done()
		first = say(issue, 2, comment="Not yet")
		clock.at("Wed 1 Jul 10:00")

		again = say(issue, 5, channel="E-Mail")

		assert again.name == first.name
		assert frappe.db.count(FEEDBACK, {"ticket": issue.name}) == 1
		assert (again.score, again.comment, again.channel, again.period) == (5, "", "E-Mail", 202607)
		version = frappe.get_last_doc("Version", {"ref_doctype": FEEDBACK, "docname": first.name})
		assert ["score", 2, 5] in frappe.parse_json(version.data)["changed"]

	def test_that_of_another_person_stands_beside_it(self, clock: SiteClock) -> None:
		issue = done()

		say(issue, 2), say(issue, 4, by=make_buyer(PAUL)), say(issue, 3, by="Pia"), say(issue, 1, by="PIA  ")

		assert sorted((one.person, one.score) for one in answers_of(issue.name)) == [
			("PIA", 1),
			("Paul", 4),
			("Petra", 2),
		]

	def test_after_the_ticket_was_reopened_and_done_again_it_is_another_one(self, clock: SiteClock) -> None:
		issue = done()
		first = say(issue, 2)
		clock.at("Tue 2 Jun 10:00")
		set_status(issue, "Open")

		assert say(issue, 1).name == first.name  # nothing has been done since

		clock.at("Tue 2 Jun 11:00")
		set_status(issue, "Closed")
		second = say(issue, 5)

		assert second.name != first.name
		assert [one.score for one in answers_of(issue.name)] == [1, 5]

	def test_one_that_was_deleted_is_in_nobodys_way(self, clock: SiteClock) -> None:
		issue = done()
		deleted = say(issue, 1)
		for day, score in ((2, 2), (3, 3)):
			for hour, status in (("10:00", "Open"), ("11:00", "Resolved")):
				clock.at(f"2026-06-0{day} {hour}:00")
				set_status(issue, status)
			if score == 3:
				frappe.delete_doc(FEEDBACK, deleted.name)
			say(issue, score)

		assert [one.score for one in answers_of(issue.name)] == [2, 3]

	def test_closing_what_is_resolved_is_no_new_work(self, clock: SiteClock) -> None:
		issue = done()
		first = say(issue, 2)
		clock.at("Tue 2 Jun 10:00")
		set_status(issue, "Closed")

		assert say(issue, 3).name == first.name

	def test_the_form_and_an_import_bring_nothing_twice(self, clock: SiteClock) -> None:
		issue = done()
		insert(issue)

		with pytest.raises(frappe.ValidationError, match=r"has said something about .* already: .*Feedback-"):
			insert(issue, person="pia")

	def test_what_somebody_has_said_is_edited_by_nobody(self, clock: SiteClock) -> None:
		"""Not even by who may do everything; another answer is another matter."""
		said = say(done(), 2)

		changes = (
			("score", 5),
			("comment", "Splendid"),
			("given_by", None),
			("customer", None),
			("period", 202601),
			("recorded_by", None),
			("answer_key", "x"),
		)
		for field, value in changes:
			with pytest.raises(frappe.PermissionError, match="is not edited"):
				said.reload().update({field: value})
				said.save()
		said.reload().save()


class TestWhatIsRefused:
	@pytest.mark.parametrize("score", [0, 6, -1, 3.5, "many", "1e9"])
	def test_what_is_no_score(self, clock: SiteClock, score: Any) -> None:
		with pytest.raises(frappe.ValidationError, match=r"is no score\. Give a whole number from 1 to 5"):
			insert(done(), score=score)

	def test_an_expectation_that_is_none(self, clock: SiteClock) -> None:
		with pytest.raises(frappe.ValidationError, match="6 is no score"):
			insert(done(), expected_score=6)

	@pytest.mark.parametrize("status", ["Open", "Replied", "On Hold"])
	def test_a_ticket_that_was_never_done(self, clock: SiteClock, status: str) -> None:
		issue = set_status(make_issue(), status) if status != "Open" else make_issue()

		with pytest.raises(frappe.ValidationError, match="was never resolved or closed"):
			insert(issue)

	def test_a_ticket_that_was_reopened_was_done_once(self, clock: SiteClock) -> None:
		assert insert(set_status(done(), "Open")).score == 4

	@pytest.mark.parametrize(
		"works",
		[
			lambda issue, user: assign(issue, user),
			lambda issue, user: issue.db_set("slm_team", make_team("First Line", user)),
		],
		ids=["assigned", "of its team"],
	)
	def test_who_works_on_a_ticket_does_not_judge_it(
		self, clock: SiteClock, works: Callable[[Any, str], None]
	) -> None:
		"""He may note for its user what that one has said."""
		issue = done()
		works(issue, make_agent())

		with pytest.raises(frappe.PermissionError, match=r"works on .*; that is for its user to judge"):
			say(issue, by=make_agent())
		assert say(issue).recorded_by == make_agent()

	def test_the_portal_is_no_way_of_noting_something(self, clock: SiteClock) -> None:
		with pytest.raises(frappe.ValidationError, match="In the portal users answer themselves"):
			insert(done(), channel="Portal")
		with pytest.raises(
			frappe.ValidationError, match="Say how it was given: E-Mail, Telephone, In Person"
		):
			say(done(), channel="Portal")

	@pytest.mark.parametrize(
		("values", "sentence"),
		[
			({"person": ""}, "Say whose opinion it is"),
			({"given_on": "2026-06-02 09:00:00"}, "lies in the future"),
			({"given_on": "yesterday"}, "yesterday</strong> is not a time"),
			({"given_on": "2026-06-01 25:00:00"}, "is not a time"),
			({"given_on": "0001-01-01"}, "is not a time"),
			({"given_on": "2026-05-31 09:00:00"}, "lies before .* was opened"),
			({"comment": "x" * 70_000}, "is too long"),
			({"channel": "Smoke"}, "Channel cannot be"),
			({"ticket": "Nothing"}, "Could not find"),
			({"ticket": None}, ": ticket"),
			({"channel": None}, ": channel"),
			({"given_by": "nobody@nowhere.test"}, "Could not find"),
		],
		ids=lambda value: str(value)[:30],
	)
	def test_what_cannot_be(self, clock: SiteClock, values: dict[str, Any], sentence: str) -> None:
		issue = done()

		with pytest.raises(frappe.ValidationError, match=sentence):
			insert(issue, **values)

	def test_whoever_may_not_read_the_ticket_or_not_write_anything_down(self, clock: SiteClock) -> None:
		issue = done()
		for user in (make_user("clerk@acme.test", "Employee"), PETRA, "Guest"):
			with as_user(user), pytest.raises(frappe.PermissionError):
				slm_feedback.record(issue.name, 5, "Pia", "Telephone")
			with as_user(user), pytest.raises(frappe.PermissionError):
				slm_feedback.about_ticket(issue.name)


class TestImport:
	def test_old_answers_come_in_with_the_time_at_which_they_were_given(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		issue = done(slm_service=make_service())
		clock.at("Wed 1 Jul 10:00")
		monkeypatch.setattr(frappe.flags, "in_import", True)

		said = insert(
			issue, channel=None, score=1, given_on="2026-06-15 08:00:00", given_by=PETRA, person=None
		)

		assert (said.channel, said.period, said.person) == ("Import", 202606, "Petra")
		assert frappe.get_meta(FEEDBACK).allow_import


class TestFigures:
	def test_answers_by_value_and_month(self, clock: SiteClock) -> None:
		"""The month is that of the site: on 30 June 23:59 in Kolkata it is the 30th in London too, at 00:01 not yet."""
		shop, mail = make_service(), make_service("Mail")
		for service, score, at in (
			(shop, 5, "Tue 30 Jun 23:59"),
			(shop, 4, "Tue 30 Jun 23:59"),
			(shop, 1, "Wed 1 Jul 00:01"),
			(mail, 3, "Tue 30 Jun 23:59"),
			(None, 2, "Tue 30 Jun 23:59"),
		):
			clock.at("Mon 1 Jun 09:00")
			issue = done(slm_service=service)
			clock.at(at)
			say(issue, score)

		assert answered(202606, 202607, "service") == {
			(shop, 202606): Satisfaction(2, 9, 2),
			(shop, 202607): Satisfaction(1, 1, 0),
			(mail, 202606): Satisfaction(1, 3, 0),
			("", 202606): Satisfaction(1, 2, 0),
		}
		assert answered(202607, 202607, "customer") == {(WOOL, 202607): Satisfaction(1, 1, 0)}
		assert answered(202608, 202612, "agreement") == {}

	def test_what_was_expected_beside_what_was_perceived(self, clock: SiteClock) -> None:
		"""R377: of those who said both."""
		for score, expected in ((2, 5), (4, 3), (1, 0)):
			say(done(), score, expected=expected)

		assert compared(202606, 202606, "customer") == {(WOOL, 202606): Perception(2, 8, 6)}

	def test_no_other_group(self, site: str) -> None:
		with pytest.raises(ValueError, match="not counted by comment"):
			answered(202601, 202612, "comment")

	def test_one_query(self, clock: SiteClock, queries: Any) -> None:
		say(done())
		answered(202606, 202606, "customer")

		with queries.counted():
			answered(202606, 202606, "customer")

		assert len(queries) == 1

	def test_each_hears_of_tickets_that_he_may_read(self, clock: SiteClock) -> None:
		"""Whoever reads no tickets gets none, whatever role he has."""
		say(done(), 5)
		say(done(customer=make_customer(SILK)), 2)
		of_silk = make_agent("silk.agent@acme.test")
		frappe.get_doc(
			{"doctype": "User Permission", "user": of_silk, "allow": "Customer", "for_value": SILK}
		).insert()
		frappe.clear_cache(user=of_silk)

		def seen(user: str) -> dict[str, int]:
			with as_user(user):
				return {
					value: one.answers for (value, _month), one in answered(0, 999912, "customer").items()
				}

		assert seen(make_agent()) == {WOOL: 1, SILK: 1}
		assert seen(of_silk) == {SILK: 1}
		for user in (
			make_user("boss@acme.test", "Service Level Manager"),
			make_user("clerk@acme.test", "Employee"),
			PETRA,
			"Guest",
		):
			assert seen(user) == {}, user


class TestPoorScores:
	def told(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
		"""Collects who is told, and in which words."""
		found: list[tuple[str, str]] = []
		monkeypatch.setattr(
			tell,
			"enqueue_create_notification",
			lambda users, said: found.extend((user, said["subject"]) for user in users),
		)
		return found

	def test_whoever_looks_after_the_agreement_hears_of_them_once(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		monitor = make_user("monitor@acme.test", "Service Level Analyst")
		keeper = make_user("keeper@acme.test", "Service Level Manager")
		make_agreement(customer=make_customer(WOOL), monitor=monitor, agreement_owner=keeper)
		issue, told = done(subject="<b>Ink</b>"), self.told(monkeypatch)

		say(issue, 3)
		assert told == []

		say(issue, 2)
		say(issue, 1)

		words = f"2 of 5 for {issue.name}: &lt;b&gt;Ink&lt;/b&gt;"
		assert sorted(told) == [(keeper, words), (monitor, words)]

	def test_without_an_agreement_whoever_is_in_charge_of_the_service(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		owner = make_user("shop@acme.test", "Support Team")
		service, told = make_service(service_owner=owner), self.told(monkeypatch)

		say(done(slm_service=service), 1)

		assert [user for user, _words in told] == [owner]

	@pytest.mark.parametrize(("limit", "heard"), [(0, 0), (1, 1), (3, 3)])
	def test_the_settings_say_up_to_which_score(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch, limit: int, heard: int
	) -> None:
		frappe.db.set_single_value("SLM Settings", "tell_scores_up_to", limit)
		service = make_service(service_owner=make_user("shop@acme.test", "Support Team"))
		told = self.told(monkeypatch)

		for score in (1, 2, 3, 4, 5):
			say(done(slm_service=service), score)

		assert len(told) == heard

	def test_nobody_is_told_of_old_ones_that_are_brought_in(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		service = make_service(service_owner=make_user("shop@acme.test", "Support Team"))
		issue, told = done(slm_service=service), self.told(monkeypatch)
		monkeypatch.setattr(frappe.flags, "in_import", True)

		insert(issue, score=1, channel="Import")

		assert told == []


class TestWhatIsAgreed:
	"""R338: a mean score, in the terms of an SLA."""

	def test_an_agreement_without_one_has_the_terms_it_had_before_there_was_such_a_field(
		self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
	) -> None:
		"""What was signed stays signed, also where the database says 0."""
		agreement = make_full_agreement(satisfaction_objective=None)
		digests = set()
		for empty in (None, 0, 0.0, ""):
			agreement.satisfaction_objective = empty
			digests.add(terms.digest(agreement))
		fields = terms._fields
		monkeypatch.setattr(
			terms,
			"_fields",
			lambda document: [one for one in fields(document) if one.fieldname != "satisfaction_objective"],
		)

		assert digests == {terms.digest(agreement)}

	def test_it_is_one_of_the_terms_and_a_revision_says_how_it_changed(self, clock: SiteClock) -> None:
		before = make_full_agreement(satisfaction_objective=4)
		after = frappe.copy_doc(before)
		after.satisfaction_objective = 4.25

		assert terms.digest(before) != terms.digest(after)
		assert [(one.mark, one.what) for one in terms.differences(before, after)] == [
			("M", "Satisfaction of the Users: 4 → 4.25")
		]

	def test_a_signature_on_other_terms_is_void(self, clock: SiteClock) -> None:
		draft = make_agreement(customer=make_customer(WOOL), submit=False)
		before = draft.document_version

		draft.satisfaction_objective = 4
		draft.save()

		assert draft.document_version != before

	@pytest.mark.parametrize("mean", [0.5, 5.01, 80])
	def test_a_mean_that_no_scores_can_have_is_refused(self, clock: SiteClock, mean: float) -> None:
		with pytest.raises(
			frappe.ValidationError, match=r"cannot be agreed\. Give a number from 1 to 5, or leave it empty"
		):
			make_agreement(satisfaction_objective=mean, submit=False)

	def test_a_negative_one_is_refused(self, clock: SiteClock) -> None:
		with pytest.raises(frappe.ValidationError):
			make_agreement(satisfaction_objective=-1, submit=False)

	def test_it_is_with_customers_alone(self, clock: SiteClock) -> None:
		team = make_team("First Line", make_agent())
		ola = make_agreement(
			targets=[target("Turnaround", 1)],
			kind="OLA",
			teams=[team],
			satisfaction_objective=4,
			submit=False,
		)

		assert ola.satisfaction_objective == 0

	def test_it_is_printed_and_only_where_it_is_agreed(self, clock: SiteClock) -> None:
		said = "A mean score of at least 4.2 of 5 in the feedback on tickets"

		for mean, printed in ((4.2, True), (None, False)):
			agreement = make_full_agreement(satisfaction_objective=mean)
			text = strip_html(frappe.get_print("SLM Agreement", agreement.name, "SLM Agreement"))
			assert (said in text) is printed

	def test_reports_find_what_was_concluded(self, clock: SiteClock) -> None:
		agreed = make_agreement("Wool", customer=make_customer(WOOL), satisfaction_objective=4.2)
		make_agreement("Silk", customer=make_customer(SILK))
		make_agreement("Draft", satisfaction_objective=3, submit=False)

		assert objectives() == {agreed.name: Fraction(21, 5)}

	def test_the_next_version_takes_it_along(self, clock: SiteClock) -> None:
		agreed = make_agreement(customer=make_customer(WOOL), satisfaction_objective=4.2)

		assert new_version(agreed, wall("Wed 1 Jul 00:00").date()).satisfaction_objective == 4.2


@pytest.mark.usefixtures("request_put_back")
class TestPortal:
	def test_a_user_says_it_himself_and_changes_it(self, clock: SiteClock) -> None:
		issue = done()
		with as_user(PETRA):
			assert portal.ticket_feedback(issue.name)["given"] == ""

			first = portal.give_feedback(issue.name, 2, " Late ", 4)
			again = portal.give_feedback(issue.name, 5)

		assert (first["score"], first["expected"], first["comment"]) == (2, 4, " Late ")
		assert (again["score"], again["expected"], again["comment"]) == (5, 0, "")
		(kept,) = answers_of(issue.name)
		said = frappe.get_doc(FEEDBACK, kept.name)
		assert (said.channel, said.given_by, said.recorded_by, said.score) == ("Portal", PETRA, None, 5)

	def test_he_is_who_raised_it_however_his_mail_spells_his_address(self, clock: SiteClock) -> None:
		user = make_user("lone@nowhere.test", "Customer")
		issue = make_issue(raised_by="Lone@Nowhere.Test")
		set_status(issue, "Closed")

		with as_user(user):
			assert portal.give_feedback(issue.name, 4)["score"] == 4

	def test_two_requests_at_once_leave_one(self, clock: SiteClock, monkeypatch: pytest.MonkeyPatch) -> None:
		"""The second does not see the first, which has not been there when its transaction began."""
		issue = done()
		with as_user(PETRA):
			portal.give_feedback(issue.name, 2)
			seen = feedback.answers_of
			monkeypatch.setattr(
				feedback, "answers_of", lambda ticket, latest=False: seen(ticket, latest) if latest else []
			)
			feedback.give(issue.name, 4, "", 0, site_time.now())

		assert [one.score for one in seen(issue.name)] == [4]

	def test_colleagues_of_the_customer_may_too_and_others_are_told_that_there_is_no_such_ticket(
		self, clock: SiteClock
	) -> None:
		issue = done()
		colleague, stranger = make_buyer(PAUL), make_buyer("buyer@silk.test", SILK)

		with as_user(colleague):
			assert portal.give_feedback(issue.name, 4)["score"] == 4
		for user in (stranger, "Guest", make_agent(), make_user("clerk@acme.test", "Employee")):
			with as_user(user):
				for call in (portal.ticket_feedback, lambda name: portal.give_feedback(name, 1)):
					with pytest.raises(frappe.DoesNotExistError, match=r"There is no ticket .* of yours\."):
						call(issue.name)
					with pytest.raises(frappe.DoesNotExistError, match="&lt;b&gt;"):
						call("<b>")
		assert len(answers_of(issue.name)) == 1

	def test_of_an_open_ticket_nobody_is_asked(self, clock: SiteClock) -> None:
		issue = make_issue(customer=make_customer(WOOL), raised_by=make_buyer())

		with as_user(PETRA):
			assert portal.ticket_feedback(issue.name) is None
			with pytest.raises(frappe.ValidationError, match="was never resolved or closed"):
				portal.give_feedback(issue.name, 5)

	def test_whoever_works_on_his_own_ticket_is_not_asked(self, clock: SiteClock) -> None:
		agent = make_agent()
		issue = done(customer=None, raised_by=agent)
		assign(issue, agent)

		with as_user(agent):
			assert portal.ticket_feedback(issue.name) is None
			with pytest.raises(frappe.PermissionError, match="that is for its user to judge"):
				portal.give_feedback(issue.name, 5)

	def test_after_the_ticket_was_done_again_he_is_asked_again(self, clock: SiteClock) -> None:
		issue = done()
		with as_user(PETRA):
			portal.give_feedback(issue.name, 2)
		for at, status in (("Tue 2 Jun 10:00", "Open"), ("Tue 2 Jun 11:00", "Resolved")):
			clock.at(at)
			set_status(issue, status)

		with as_user(PETRA):
			assert portal.ticket_feedback(issue.name)["given"] == ""

	def test_what_he_said_himself_nobody_records_otherwise(self, clock: SiteClock) -> None:
		issue = done()
		with as_user(PETRA):
			portal.give_feedback(issue.name, 1)

		with pytest.raises(frappe.PermissionError, match=r"has said so in the portal, on .*\. Only the user"):
			say(issue, 5)

		assert [one.score for one in answers_of(issue.name)] == [1]

	def test_what_was_recorded_for_him_he_may_change(self, clock: SiteClock) -> None:
		issue = done()
		said = say(issue, 1)
		with as_user(PETRA):
			portal.give_feedback(issue.name, 4)

		said.reload()
		assert (said.score, said.channel, said.recorded_by) == (4, "Portal", None)

	def test_the_host_limits_how_often(self, clock: SiteClock) -> None:
		issue = done()
		set_request(method="POST", path="/")
		frappe.local.request_ip = f"192.0.2.{random.randint(1, 250)}"
		frappe.local.form_dict = frappe._dict(cmd=frappe.generate_hash(), issue=issue.name)

		with as_user(PETRA), pytest.raises(frappe.RateLimitExceededError):
			for _ in range(21):
				portal.give_feedback(issue.name, 3)


class TestDesk:
	def test_the_form_of_a_ticket_shows_what_was_said_and_for_whom_more_is_recorded(
		self, clock: SiteClock
	) -> None:
		issue = done()
		said = say(issue, 2, comment="<b>No</b>", expected=3)

		with as_user(make_agent()):
			about = slm_feedback.about_ticket(issue.name)

		assert about["requester"] == PETRA and about["may_record"]
		assert [(one["name"], one["score"], one["expected"]) for one in about["answers"]] == [
			(said.name, 2, 3)
		]

	def test_the_time_line_says_it_in_a_line_that_is_safe(self, clock: SiteClock) -> None:
		issue = done()
		say(issue, 2, by="<i>Pia</i>", comment="<b>No</b>")

		(line,) = [
			one.html for one in timeline_items.of_ticket("Issue", issue.name) if "Feedback-" in one.html
		]

		assert (
			"&lt;i&gt;Pia&lt;/i&gt;</b>: 2 of 5 for how it was handled (&lt;b&gt;No&lt;/b&gt;)"
			in line.replace("strong>", "b>")
		)

	def test_saving_a_ticket_asks_nothing_about_feedback(self, clock: SiteClock, queries: Any) -> None:
		issue = done()
		say(issue)

		with queries.counted():
			set_status(issue, "Closed")
			issue.reload().description = "More"
			issue.save()

		assert not [one for one in queries.sent if FEEDBACK in one]

	def test_it_is_among_the_connections_of_ticket_and_agreement(self, clock: SiteClock) -> None:
		issue = frappe.get_meta("Issue").get_dashboard_data()
		assert issue.non_standard_fieldnames[FEEDBACK] == "ticket"
		agreement = frappe.get_meta("SLM Agreement").get_dashboard_data()
		assert any(FEEDBACK in group["items"] for group in agreement.transactions)


def test_a_ticket_that_is_no_name_is_refused_in_a_sentence(clock: SiteClock) -> None:
	with pytest.raises(frappe.LinkValidationError, match="Could not find Ticket"):
		feedback.give({"a": 1}, 5, "", 0, site_time.now())  # type: ignore[arg-type]


def test_an_answer_in_the_second_in_which_the_ticket_was_opened_is_none_before_it(clock: SiteClock) -> None:
	"""The app's clock knows whole seconds, the host's fields parts of them."""
	issue = done()
	frappe.db.set_value("Issue", issue.name, "opening_time", "09:00:00.600000")

	assert say(issue).given_on == wall("Mon 1 Jun 09:00")


class TestInvitation:
	@pytest.fixture
	def closed(self, clock: SiteClock, outgoing: None) -> Callable[..., list[Any]]:
		"""The mails about a ticket with these fields once it is closed."""
		feedback_request.unseed()
		feedback_request.seed()

		def close(**fields: Any) -> list[Any]:
			frappe.cache.delete_value("notifications")
			frappe.flags.mute_emails = False
			try:
				issue = make_issue(raised_by=make_buyer(), customer=make_customer(WOOL), **fields)
				issue.reload().status = "Closed"
				frappe.cache.delete_value("notifications")
				issue.save()
			finally:
				frappe.flags.mute_emails = True
			return frappe.get_all(
				"Email Queue",
				filters={"reference_name": issue.name},
				fields=["message"],
				order_by="creation asc",
			)

		return close

	def test_at_first_it_is_switched_off(self, closed: Callable[..., list[Any]]) -> None:
		assert closed() == []

	def test_once_switched_on_the_requester_gets_a_link_to_his_ticket(
		self, closed: Callable[..., list[Any]]
	) -> None:
		frappe.db.set_value("Notification", feedback_request.NAME, "enabled", 1)

		(mail,) = closed(subject="Ink & paper")

		text = message_from_string(mail.message)
		body = "".join(
			part.get_payload(decode=True).decode()
			for part in text.walk()
			if part.get_content_type() == "text/html"
		)
		assert "How did we do? Ink & paper" in str(make_header(decode_header(text["Subject"])))
		assert "/issues/ISS-" in body
		assert "Ink &amp; paper" in body

	def test_the_template_by_hand_says_the_same(self, clock: SiteClock) -> None:
		feedback_request.unseed()
		feedback_request.seed()
		issue = done(subject="Ink <b>")

		mail = frappe.get_doc("Email Template", feedback_request.NAME).get_formatted_email(issue.as_dict())

		assert f"/issues/{issue.name}" in mail["message"]
		assert "<b>" not in mail["message"]

	def test_seeded_twice_is_seeded_once_and_unseeded_nothing_is_left(self, site: str) -> None:
		for _ in range(2):
			feedback_request.seed()
		feedback_request.unseed()

		for doctype in ("Notification", "Email Template"):
			assert not frappe.db.exists(doctype, feedback_request.NAME)
