"""Whether what an agreement rests on carries it, on a site: found, repaired, waived, told, refused.

Everybody counts in Asia/Kolkata. 5 June 2026 is a Friday. The SLA promises 4 hours around the clock, the supplier
is there Monday to Friday 09:00-17:00, unless said otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date
from typing import Any

import frappe
import pytest
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.desk.doctype.number_card.number_card import get_result

from slm_extension import api, testing
from slm_extension.adapters import chain_words
from slm_extension.service_level_management.report.slm_chain import slm_chain
from slm_extension.services import chain, rechecks, tell
from slm_extension.services.agreements import terminate
from slm_extension.services.chain_layout import lay_out
from slm_extension.services.readiness import checklist
from slm_extension.services.versions import new_version
from slm_extension.testing import HOUR, SiteClock, as_user, conclude, make_agreement, make_user, target, wall

DAY, ALWAYS = "Supplier's Day", "Around the Clock"
FRIDAY = "Fri 5 Jun 16:00"


@pytest.fixture(autouse=True)
def queue(monkeypatch: pytest.MonkeyPatch, clock: SiteClock) -> list[list[str]]:
	"""What was put on the job queue, by the names that are to be checked; notices are written at once."""
	clock.at(FRIDAY)
	later: list[list[str]] = []
	monkeypatch.setattr(rechecks, "_later", lambda names: later.append(sorted(set(names))))
	monkeypatch.setattr(
		tell,
		"enqueue_create_notification",
		lambda users, values: make_notification_logs(frappe._dict(values), users),
	)
	return later


def always() -> str:
	return str(testing.make_calendar(ALWAYS, around_the_clock=True).name)


def day() -> str:
	return str(testing.make_calendar(DAY, hours=("09:00-17:00",)).name)


def supplier(name: str = "Lines & Co") -> str:
	if not frappe.db.exists("Supplier", name):
		group = frappe.get_all(
			"Supplier Group", filters={"is_group": 0}, pluck="name", order_by="name asc", limit=1
		)[0]
		frappe.get_doc({"doctype": "Supplier", "supplier_name": name, "supplier_group": group}).insert()
	return name


def uc(hours: float = 4, calendar: str | None = None, title: str = "Leased Lines", **more: Any) -> Any:
	return make_agreement(
		title,
		**{
			"targets": [target("Turnaround", hours)],
			"calendar": calendar or day(),
			"kind": "UC",
			"supplier": supplier(),
			**more,
		},
	)


def sla(*beneath: Any, hours: float = 4, **more: Any) -> Any:
	"""A draft with Wool & Sons, resting on these in this order."""
	rows = [one if isinstance(one, dict) else {"agreement": one.name} for one in beneath]
	return make_agreement(
		"Support for Wool",
		**{
			"targets": [target("Resolution", hours)],
			"calendar": always(),
			"customer": testing.make_customer(),
			"rests_on": rows,
			"submit": False,
			**more,
		},
	)


def repair(support: Any) -> Any:
	"""A new version from today on that is there around the clock."""
	return strengthened(support, calendar=always())


def strengthened(support: Any, **terms: Any) -> Any:
	draft = new_version(support, date(2026, 6, 5))
	draft.reload()
	draft.update(terms)
	return conclude(draft.save())


def state(document: Any) -> str:
	return str(frappe.db.get_value("SLM Agreement", document.name, "chain_state"))


def finding(document: Any, number: int = 0) -> dict[str, Any]:
	return dict(json.loads(document.chain_result)["findings"][number])


def at(when: str) -> int:
	return testing.site_time.to_instant(wall(when))


def told(document: Any) -> list[tuple[str, str]]:
	return [
		(row.for_user, row.subject)
		for row in frappe.get_all(
			"Notification Log",
			filters={"document_name": document.name},
			fields=["for_user", "subject"],
			order_by="creation asc, for_user asc",
		)
		if "kept any more" in row.subject or "checked any more" in row.subject
	]


def owner() -> str:
	return make_user("owner@provider.example", "SLM Process Owner", "System Manager")


def waived(document: Any, reason: str = "The supplier is replaced in August.") -> Any:
	with as_user(owner()):
		chain.waive(document, reason)
	return document


class TestFinding:
	def test_the_example_of_the_issue_in_figures_and_in_words(self) -> None:
		"""One of his hours on Friday, three on Monday. Of a week's 168 hours only five times 09:00-13:00 are safe."""
		document = sla(uc())
		way = finding(document)["earliest"]
		assert document.chain_state == "Infeasible"
		assert (way["opened"], way["due"]) == (at(FRIDAY), at("Fri 5 Jun 20:00"))
		assert way["passages"][0]["end"] == at("Mon 8 Jun 12:00")
		assert way["overrun"] == 64 * HOUR
		assert chain_words.problems(document.chain_result) == [
			"Resolution, 4 hours: opened Fri 5 Jun 2026 16:00, due Fri 5 Jun 2026 20:00; Leased Lines, within "
			"4 hours of its own hours, may return it on Mon 8 Jun 2026 12:00; 64 hours of service time too late. "
			"So it is for 88.1 % of the time at which a ticket can be opened."
		]

	def test_what_can_be_kept_says_how_much_is_left(self) -> None:
		document = sla(uc(3, always()))
		assert (document.chain_state, finding(document)["slack"]) == ("Feasible", 1 * HOUR)
		assert "1 hour of service time are left" in chain_words.sentence(finding(document), {})

	def test_exactly_on_target_is_kept_and_nothing_is_left(self) -> None:
		document = sla(uc(4, always()))
		assert (document.chain_state, finding(document)["slack"]) == ("Feasible", 0)
		assert "nothing is left" in chain_words.sentence(finding(document), {})

	def test_an_agreement_that_begins_later_is_looked_at_from_its_first_day(self) -> None:
		"""Opened Wed 1 Jul 00:00; the supplier's four hours end at 13:00."""
		way = finding(sla(uc(), valid_from="2026-07-01"))["earliest"]
		assert (way["opened"], way["passages"][0]["end"]) == (at("Wed 1 Jul 00:00"), at("Wed 1 Jul 13:00"))

	def test_two_years_are_looked_at_and_no_more_than_its_life(self) -> None:
		open_ended, short = sla(uc()), sla(uc(), valid_until="2026-06-30")
		assert json.loads(open_ended.chain_result)["last"] == at(FRIDAY) + 732 * 86400
		assert json.loads(short.chain_result)["last"] == at("Wed 1 Jul 00:00")

	def test_one_whose_last_day_has_passed_is_looked_at_over_its_life(self) -> None:
		document = sla(uc(), valid_until="2026-05-31")
		found = json.loads(document.chain_result)
		assert (found["first"], found["last"]) == (at("Thu 1 Jan 00:00"), at("Mon 1 Jun 00:00"))

	@pytest.mark.parametrize(
		("first", "found"),
		[("9999-12-30", "Not Checked"), ("2199-12-30", "Not Checked"), ("1900-01-01", "Feasible")],
	)
	def test_days_at_the_end_of_time_are_checked_or_refused_in_a_sentence(
		self, first: str, found: str
	) -> None:
		document = sla(uc(3, always(), valid_from="1900-01-01"))
		document.valid_from = first
		chain.check(document)
		assert document.chain_state == found
		if found == "Not Checked":
			assert "Enter an earlier Valid From" in chain_words.problems(document.chain_result)[0]

	def test_without_anything_beneath_nothing_is_known(self) -> None:
		assert sla().chain_state == "Nothing Beneath"

	def test_what_only_answers_carries_no_resolution(self) -> None:
		document = sla(uc(targets=[target("Response", 1)]))
		assert document.chain_state == "Nothing Beneath"
		assert "nothing beneath it takes part" in chain_words.sentence(finding(document), {})

	def test_a_supplier_who_ends_earlier_leaves_a_gap_from_the_next_day_on(self) -> None:
		document = sla(uc(3, always(), valid_until="2026-12-31"))
		assert document.chain_state == "Infeasible"
		assert (
			"Leased Lines is not in force for tickets opened from 1 Jan 2027 on."
			in (chain_words.problems(document.chain_result)[0])
		)

	def test_a_gap_between_two_versions_names_its_first_and_its_last_day(self) -> None:
		first = uc(3, always(), valid_until="2026-06-30")
		again = new_version(first, date(2026, 7, 6))
		again.reload()
		conclude(again)
		assert "from 1 Jul 2026 to 5 Jul 2026" in chain_words.problems(sla(first).chain_result)[0]

	def test_a_gap_does_not_hide_what_goes_wrong_while_he_is_there(self) -> None:
		said = chain_words.problems(sla(uc(valid_until="2026-12-31")).chain_result)[0]
		assert "not in force" in said and "may return it on Mon 8 Jun 2026 12:00" in said

	def test_a_supplier_whose_clock_stands_while_he_has_it_is_bound_to_nothing(self) -> None:
		held = uc(targets=[{**target("Turnaround", 1), "hold_supplier": 1}], calendar=always())
		assert "it never runs out" in chain_words.problems(sla(held).chain_result)[0]

	def test_hours_that_end_for_good_are_no_limit(self) -> None:
		"""After June the calendar is never open again, so that nothing is ever overrun."""
		hours = testing.make_calendar(
			"Until June",
			hours=(),
			exceptions=[{"date": "2026-06-30", "from_time": "09:00:00", "to_time": "17:00:00"}],
		)
		assert "may keep it for ever" in chain_words.problems(sla(uc(4, hours.name)).chain_result)[0]

	def test_holidays_that_are_not_known_until_the_end_are_named(self) -> None:
		document = sla(uc(3, holiday_calendar("2026-12-31")))
		assert json.loads(document.chain_result)["unknown_holidays"] == [["With Holidays", "2026-12-31"]]

	def test_six_legs_and_two_years_take_less_than_a_second(self) -> None:
		zones = ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Europe/London", "UTC")
		supports = [
			uc(2, testing.make_calendar(zone, hours=("09:00-13:00", "14:00-18:00"), zone=zone).name, zone)
			for zone in zones
		]
		document = sla(*supports, hours=400)
		began = time.process_time()
		chain.check(document)
		assert time.process_time() - began < 1
		assert document.chain_state == "Feasible"


class TestRows:
	def test_rows_one_after_the_other_add_up(self) -> None:
		"""3 h and 2 h around the clock: 1 h more than promised."""
		one, other = uc(3, always()), uc(2, always(), "Hardware")
		assert finding(sla(one, other))["slack"] == -1 * HOUR

	def test_rows_of_one_stage_are_alternatives_and_the_worse_one_counts(self) -> None:
		one, other = uc(3, always()), uc(2, always(), "Hardware")
		document = sla({"agreement": one.name, "stage": 1}, {"agreement": other.name, "stage": 1})
		assert (document.chain_state, finding(document)["slack"]) == ("Feasible", 1 * HOUR)
		assert finding(document)["worst"]["passages"][0]["name"] == one.name

	def test_the_stage_says_the_order_not_the_row(self) -> None:
		one, other = uc(1, always()), uc(2, always(), "Hardware")
		document = sla({"agreement": one.name, "stage": 2}, {"agreement": other.name, "stage": 1})
		assert [passage["name"] for passage in finding(document)["worst"]["passages"]] == [
			other.name,
			one.name,
		]

	def test_a_handover_is_spent_in_the_hours_of_the_promise(self) -> None:
		document = sla({"agreement": uc(3, always()).name, "slack": 30 * 60})
		assert finding(document)["slack"] == 30 * 60
		assert finding(document)["worst"]["passages"][0]["name"] == "Handover"

	def test_a_draft_can_be_tried_but_not_relied_on(self) -> None:
		draft = uc(3, always(), submit=False)
		document = sla(draft)
		assert document.chain_state == "Feasible"
		assert json.loads(document.chain_result)["waiting"] == [draft.name]
		with pytest.raises(frappe.ValidationError, match="has not been concluded: Leased Lines"):
			conclude(document)

	def test_a_draft_without_a_supplier_can_be_tried_too(self) -> None:
		assert sla(uc(3, always(), submit=False, supplier=None)).chain_state == "Feasible"

	def test_a_draft_of_the_next_version_can_be_tried_by_its_name(self) -> None:
		support = uc()
		draft = new_version(support, date(2026, 6, 5))
		draft.reload()
		draft.calendar = always()
		draft.save()
		assert sla(support).chain_state == "Infeasible"
		assert sla(draft).chain_state == "Feasible"

	@pytest.mark.parametrize(
		("beneath", "said"),
		[
			(lambda: "UC-9999", "there is no agreement"),
			(lambda: sla().name, "is a promise to a customer"),
			(lambda: uc(is_template=1, submit=False).name, "is a template"),
		],
		ids=["missing", "an SLA", "a template"],
	)
	def test_what_cannot_be_beneath_is_refused_with_its_row(self, beneath: Any, said: str) -> None:
		name = beneath()
		with pytest.raises(frappe.LinkValidationError, match=rf"Row 2 of Rests On: .*{said}"):
			sla(uc(), {"agreement": name})

	def test_the_host_refuses_what_has_been_cancelled(self) -> None:
		support = uc()
		support.cancel()
		with pytest.raises(frappe.ValidationError, match="cancelled"):
			sla(support)

	def test_an_agreement_cannot_rest_on_itself(self) -> None:
		document = sla()
		document.append("rests_on", {"agreement": document.name})
		with pytest.raises(frappe.LinkValidationError, match="cannot rest on itself"):
			document.save()

	def test_what_is_not_for_the_priority_is_left_out_where_another_is(self) -> None:
		low, high = testing.make_priority("Low"), testing.make_priority("High")
		one = uc(3, always(), targets=[target("Turnaround", 3, priority=high)])
		document = sla(
			one, targets=[target("Resolution", 4, priority=high), target("Resolution", 40, priority=low)]
		)
		said = chain_words.problems(document.chain_result)
		assert len(said) == 1 and said[0].startswith(
			"Resolution, 40 hours, Low: Leased Lines promises nothing"
		)


class TestRepair:
	def test_what_cannot_be_kept_cannot_be_concluded_until_it_is_strengthened(
		self, queue: list[list[str]]
	) -> None:
		support = uc()
		document = sla(support)
		with pytest.raises(frappe.ValidationError, match="cannot carry it"):
			conclude(document)
		frappe.db.set_value("SLM Agreement", document.name, "docstatus", 0)
		queue.clear()
		repair(support)
		assert [document.name] in queue
		rechecks.recheck([document.name])
		assert state(document) == "Feasible"
		document.reload()
		assert conclude(document).docstatus == 1

	def test_the_checklist_says_so_before(self) -> None:
		lines = {line.name: line for line in checklist(sla(uc()))}
		assert not lines["chain"].done and lines["chain"].binding and lines["support"].done

	def test_what_the_calendar_says_now_counts_from_now_on(self) -> None:
		"""An edition of 16:20 counts for the whole hour that the check begins with."""
		support = uc()
		document = sla(support)
		with testing.fixed_clock() as later:
			later.at("Fri 5 Jun 16:20")
			open_always(DAY)
			rechecks.recheck([document.name])
		assert state(document) == "Feasible"

	def test_saving_a_draft_beneath_checks_the_draft_above(self, queue: list[list[str]]) -> None:
		support = uc(submit=False)
		document = sla(support)
		queue.clear()
		support.reload()
		support.save()
		assert queue == [[document.name]]


class TestWaiver:
	def test_the_process_owner_waives_with_a_reason_and_it_is_concluded(self) -> None:
		document = waived(sla(uc()))
		assert (state(document), document.chain_waived_by) == ("Waived", owner())
		document.reload()
		conclude(document)
		assert (document.docstatus, document.chain_state) == (1, "Waived")
		assert frappe.db.exists(
			"Comment", {"reference_name": document.name, "content": ["like", "%replaced%"]}
		)

	def test_nobody_else_can_and_not_without_a_reason_nor_what_holds(self) -> None:
		document = sla(uc())
		with as_user(make_user("manager@provider.example", "Service Level Manager")):
			with pytest.raises(frappe.PermissionError, match="SLM Process Owner"):
				api.waive_chain(document.name, "Because.")
		with as_user(owner()):
			with pytest.raises(frappe.ValidationError, match="Enter why"):
				api.waive_chain(document.name, "  ")
			with pytest.raises(frappe.ValidationError, match="nothing to waive"):
				api.waive_chain(sla(uc(3, always())).name, "Because.")

	def test_it_cannot_be_written_into_the_form(self) -> None:
		document = sla(uc())
		digest = lay_out(document).digest
		document.update({"chain_waived_by": owner(), "chain_waived_digest": digest, "chain_state": "Waived"})
		document.save()
		assert (document.chain_state, document.chain_waived_by) == ("Infeasible", None)

	def test_it_stays_when_nothing_changes_that_it_was_about(self) -> None:
		document = waived(sla(uc()))
		document.reload()
		document.update({"overview": "Everything around the shop.", "title": "Support for Wool & Sons"})
		document.save()
		assert document.chain_state == "Waived"
		rechecks.recheck([document.name])
		assert state(document) == "Waived" and told(document) == []

	def test_its_digest_does_not_depend_on_the_process(self) -> None:
		"""The host's workers are several, and a set is ordered otherwise in each."""
		assert len({digest_with(seed) for seed in ("1", "2", "3")}) == 1

	@pytest.mark.parametrize("what", ["target", "calendar", "support"])
	def test_it_lapses_when_a_target_or_a_calendar_changes(self, what: str) -> None:
		support = uc()
		document = waived(sla(support))
		document.reload()
		if what == "target":
			document.targets[0].goal = 5 * HOUR
			document.save()
		elif what == "calendar":
			close_on(DAY, "2026-06-08")
			rechecks.recheck([document.name])
		else:
			strengthened(support, targets=[target("Turnaround", 3)])
			rechecks.recheck([document.name])
		assert state(document) == "Infeasible"

	def test_a_new_version_has_to_be_waived_anew(self) -> None:
		document = waived(sla(uc()))
		document.reload()
		conclude(document)
		draft = new_version(document, date(2026, 7, 1))
		assert (draft.chain_state, draft.chain_waived_by) == ("Infeasible", None)


def digest_with(seed: str) -> str:
	script = """
from slm_extension.domain.agreements import Agreement, AgreementKind
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.scopes import FLAT
from slm_extension.domain.targets import RESOLUTION, Target
from slm_extension.services.chain_layout import Layout

names = frozenset("abcdefgh")
calendar = Calendar.around_the_clock("Always", "UTC")
target = Target("1", RESOLUTION, 3600, calendar, priorities=names, services=names)
own = Agreement("A", AgreementKind.SLA, calendar, (target,), services=names)
print(Layout(own, (), (), FLAT, 0, 1).digest)
"""
	return subprocess.run(
		[sys.executable, "-c", script],
		env={**os.environ, "PYTHONHASHSEED": seed},
		capture_output=True,
		text=True,
		check=True,
	).stdout


def open_always(calendar: str) -> None:
	document = frappe.get_doc("SLM Calendar", calendar)
	document.update({"around_the_clock": 1, "hours": []})
	document.save()


def close_on(calendar: str, day: str) -> None:
	document = frappe.get_doc("SLM Calendar", calendar)
	document.append("exceptions", {"date": day, "closed": 1, "reason": "Stocktaking"})
	document.save()


def holiday_calendar(until: str) -> str:
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Chain Holidays",
			"from_date": "2026-01-01",
			"to_date": until,
		}
	).insert()
	return str(
		testing.make_calendar(
			"With Holidays",
			around_the_clock=True,
			holiday_lists=[{"holiday_list": holidays.name}],
		).name
	)


class TestWhatChangesLater:
	"""An SLA in force that rests on a supplier who is there every day, around the clock."""

	def in_force(self, **more: Any) -> tuple[Any, Any]:
		support = uc(3, **more) if more else uc(3, holiday_calendar("2028-12-31"))
		document = sla(support, agreement_owner=make_user("keeper@provider.example", "Service Level Manager"))
		owner()
		return conclude(document), support

	def test_a_closed_day_makes_it_infeasible_and_both_owners_are_told_once(
		self, queue: list[list[str]]
	) -> None:
		"""Closed on Mon 8 Jun: opened Sun 22:00, 2 h on Sunday, and 1 h on Tuesday."""
		document, _support = self.in_force()
		assert state(document) == "Feasible"
		queue.clear()
		close_on("With Holidays", "2026-06-08")
		assert [document.name] in queue
		assert rechecks.recheck([document.name]) == 1
		assert state(document) == "Infeasible"
		people = [user for user, _subject in told(document)]
		assert {"keeper@provider.example", owner()} <= set(people)
		assert len(people) == len(set(people))
		assert rechecks.recheck([document.name]) == 0
		assert len(told(document)) == len(people)

	def test_the_counterexample_is_in_the_notice(self) -> None:
		"""3 h of Sunday end with it, and are overrun only on Tuesday: kept until Mon 23:59:59, 1 h is left of 4."""
		document, _support = self.in_force()
		close_on("With Holidays", "2026-06-08")
		rechecks.recheck([document.name])
		way = json.loads(frappe.db.get_value("SLM Agreement", document.name, "chain_result"))["findings"][0]
		assert way["earliest"]["opened"] == at("Sun 7 Jun 21:00")
		assert way["earliest"]["due"] == at("Mon 8 Jun 01:00")
		text = frappe.get_all(
			"Notification Log",
			filters={"document_name": document.name, "for_user": owner()},
			pluck="email_content",
			order_by="creation desc",
		)[0]
		assert "opened Sun 7 Jun 2026 21:00, due Mon 8 Jun 2026 01:00" in text

	def test_a_holiday_does_the_same(self, queue: list[list[str]]) -> None:
		document, _support = self.in_force()
		queue.clear()
		holidays = frappe.get_doc("Holiday List", "Chain Holidays")
		holidays.append("holidays", {"holiday_date": "2026-08-15", "description": "Independence Day"})
		holidays.save()
		assert [document.name] in queue
		rechecks.recheck([document.name])
		assert state(document) == "Infeasible" and told(document)

	def test_one_who_changed_it_himself_is_told_too(self) -> None:
		document, _support = self.in_force()
		with as_user(owner()):
			close_on("With Holidays", "2026-06-08")
			rechecks.recheck([document.name])
		assert owner() in {user for user, _subject in told(document)}

	def test_a_supplier_given_notice_makes_a_gap(self, queue: list[list[str]]) -> None:
		document, support = self.in_force()
		queue.clear()
		support.reload()
		terminate(support, date(2026, 6, 30), "Too dear")
		assert [document.name] in queue
		rechecks.recheck([document.name])
		assert state(document) == "Infeasible"

	def test_a_form_that_is_older_than_the_check_does_not_undo_it(self) -> None:
		document, _support = self.in_force()
		close_on("With Holidays", "2026-06-08")
		rechecks.recheck([document.name])
		assert document.chain_state == "Feasible"
		document.next_review_on = "2026-09-01"
		document.save()
		assert state(document) == "Infeasible"

	def test_an_amended_version_is_checked_by_itself(self) -> None:
		document, _support = self.in_force()
		draft = new_version(document, date(2026, 7, 1))
		draft.reload()
		draft.targets[0].goal = 2 * HOUR
		draft.save()
		assert draft.chain_state == "Infeasible" and state(document) == "Feasible"

	def test_one_that_cannot_be_checked_says_why_and_the_others_are_checked(self) -> None:
		document, _support = self.in_force()
		other = sla(uc())
		frappe.db.set_value("SLM Agreement Support", {"parent": document.name}, "agreement", "UC-9999")
		rechecks.recheck([document.name, "SLA-9999", other.name])
		assert (state(document), state(other)) == ("Not Checked", "Infeasible")
		answer = api.chain_report(document.name)
		assert "there is no agreement UC-9999" in answer["problem"]
		assert [user for user, _subject in told(document)]

	def test_a_failure_of_ours_is_logged_and_the_others_are_checked(
		self, monkeypatch: pytest.MonkeyPatch
	) -> None:
		document, _support = self.in_force()
		other = sla(uc())
		frappe.db.set_value("SLM Agreement", other.name, "chain_state", "Feasible")
		real = chain.check

		def broken(one: Any) -> Any:
			if one.name == document.name:
				raise ZeroDivisionError
			return real(one)

		monkeypatch.setattr(chain, "check", broken)
		before = frappe.db.count("Error Log")
		rechecks.recheck([document.name, other.name])
		assert frappe.db.count("Error Log") == before + 1
		assert state(other) == "Infeasible"

	def test_what_nobody_looked_at_for_a_week_is_checked_by_itself(
		self, queue: list[list[str]], clock: SiteClock
	) -> None:
		document, _support = self.in_force()
		queue.clear()
		rechecks.recheck_stale()
		assert document.name not in [name for names in queue for name in names]
		clock.at("Sat 13 Jun 16:00")
		rechecks.recheck_stale()
		assert document.name in queue[-1]


class TestWeaker:
	"""A new version of what an SLA in force rests on (R166, R168)."""

	def test_a_weaker_one_is_refused_with_the_title_and_the_counterexample(self) -> None:
		support = uc(3, always())
		conclude(sla(support))
		draft = new_version(support, date(2026, 6, 5))
		draft.reload()
		draft.calendar = day()
		draft.save()
		with pytest.raises(frappe.ValidationError) as refused:
			conclude(draft)
		said = str(refused.value)
		assert "Support for Wool" in said and "due Fri 5 Jun 2026 20:00" in said
		assert "may return it on Mon 8 Jun 2026 11:00" in said

	def test_a_renewal_for_a_year_is_no_weakness(self) -> None:
		support = uc(3, always())
		conclude(sla(support))
		draft = new_version(support, date(2026, 6, 10))
		draft.reload()
		draft.valid_until = "2027-06-09"
		assert conclude(draft).docstatus == 1

	def test_an_improvement_that_does_not_suffice_is_none_either(self) -> None:
		support = uc(3, always())
		document = conclude(sla(support))
		frappe.db.set_value("SLM Target", {"parent": support.name}, "goal", 8 * HOUR)
		rechecks.recheck([document.name])
		assert state(document) == "Infeasible"
		draft = new_version(support, date(2026, 6, 5))
		draft.reload()
		draft.targets[0].goal = 6 * HOUR
		assert conclude(draft).docstatus == 1
		worse = new_version(draft, date(2026, 6, 6))
		worse.reload()
		worse.targets[0].goal = 7 * HOUR
		with pytest.raises(frappe.ValidationError, match="Support for Wool"):
			conclude(worse)

	def test_html_in_titles_is_shown_as_text(self) -> None:
		support = uc(3, always(), "Lines <img src=x onerror=alert(1)>")
		document = sla(support)
		document.title = "<b>Wool</b> & Sons"
		conclude(document)
		draft = new_version(support, date(2026, 6, 5))
		draft.reload()
		draft.targets[0].goal = 5 * HOUR
		with pytest.raises(frappe.ValidationError) as refused:
			conclude(draft)
		assert "<img" not in str(refused.value) and "<b>" not in str(refused.value)


class TestMadeForIt:
	"""An OLA or UC from an SLA (R164, R168, R188), and the request for a supplier (R185, R186)."""

	def mapped(self, document: Any, kind: str) -> Any:
		frappe.flags.args = frappe._dict(kind=kind)
		return api.support_for(document.name)

	def test_it_promises_what_the_sla_does_to_the_same_tickets(self) -> None:
		high = testing.make_priority("High")
		document = sla(
			targets=[
				target("Response", 1),
				target("Resolution", 4, priority=high, objective=95),
				target("Resolution", 40),
				target("Closure", 20),
			]
		)
		draft = self.mapped(document, "OLA")
		rows = [(row.metric, row.priority, row.goal / HOUR, row.objective) for row in draft.targets]
		assert rows == [
			("Turnaround", high, 4, 95),
			("Turnaround", None, 20, 0),
			("Response", None, 1, 0),
		]
		assert (draft.kind, draft.made_for, draft.calendar) == ("OLA", document.name, document.calendar)
		assert draft.is_new() and str(draft.valid_from) == "2026-06-05"

	def test_a_supplier_is_not_asked_to_answer_the_customer(self) -> None:
		document = sla(targets=[target("Response", 1), target("Resolution", 4)])
		assert [row.metric for row in self.mapped(document, "UC").targets] == ["Turnaround"]

	def test_it_gets_what_the_worst_case_leaves(self) -> None:
		"""4 h less the 1 h 43 min of the first: 2 h 17 min, cut to five minutes."""
		draft = self.mapped(sla(uc(1 + 43 / 60, always())), "OLA")
		assert draft.targets[0].goal == 2 * HOUR + 15 * 60

	def test_where_nothing_is_left_it_is_an_even_share(self) -> None:
		draft = self.mapped(sla(uc(4, always())), "OLA")
		assert draft.targets[0].goal == 2 * HOUR

	def test_it_joins_the_draft_it_was_made_for_and_the_chain_is_checked(self) -> None:
		document = sla(uc(3, always()))
		draft = self.mapped(document, "OLA").insert()
		document.reload()
		assert [row.agreement for row in document.rests_on][1] == draft.name
		assert (document.chain_state, finding(document)["slack"]) == ("Feasible", 0)
		draft.save()
		document.reload()
		assert len(document.rests_on) == 2

	def test_made_for_one_in_force_it_joins_the_next_version(self) -> None:
		document = conclude(sla(uc(3, always())))
		draft = self.mapped(document, "UC")
		draft.insert()
		assert "joins what it rests on with its next version" in str(frappe.get_message_log())
		document.reload()
		assert len(document.rests_on) == 1
		following = new_version(document, date(2026, 7, 1))
		following.reload()
		assert [row.agreement for row in following.rests_on][1] == draft.name
		conclude(frappe.get_doc("SLM Agreement", draft.name).update({"supplier": supplier()}))
		following.reload()
		assert len(new_version(conclude(following), date(2026, 8, 1)).rests_on) == 2

	def test_a_draft_above_that_cannot_be_saved_is_named_and_the_support_is_there(self) -> None:
		document = sla(uc(3, always()))
		frappe.db.set_value("SLM Agreement Support", {"parent": document.name}, "agreement", "UC-9999")
		draft = self.mapped(document, "OLA").insert()
		assert frappe.db.exists("SLM Agreement", draft.name)
		assert "could not be added" in str(frappe.get_message_log())

	@pytest.mark.parametrize("kind", ["", "SLA", "<b>"])
	def test_another_kind_is_refused(self, kind: str) -> None:
		with pytest.raises(frappe.ValidationError, match="Choose an OLA or a UC"):
			self.mapped(sla(), kind)

	def test_nothing_is_made_for_a_uc_or_what_has_ended(self) -> None:
		ended = conclude(sla(uc(3, always())))
		ended.db_set("status", "Expired")
		for document in (uc(), ended):
			with pytest.raises(frappe.ValidationError, match="no agreement with a customer"):
				self.mapped(document, "OLA")

	def test_readers_cannot_make_one(self) -> None:
		document = sla()
		with as_user(make_user("support@provider.example", "Support Team")):
			with pytest.raises(frappe.PermissionError):
				self.mapped(document, "OLA")

	def test_the_items_of_the_services_are_requested(self) -> None:
		item = frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": "LINE-RENT",
				"item_group": frappe.get_all(
					"Item Group", filters={"is_group": 0}, pluck="name", order_by="name asc", limit=1
				)[0],
				"is_stock_item": 0,
			}
		).insert()
		service = testing.make_service("Leased Line", item=item.name)
		document = sla(services=[service], external_support_needed=1)
		request = api.supplier_request(document.name)
		assert (request.doctype, request.material_request_type) == ("Material Request", "Purchase")
		assert [row.item_code for row in request.items] == ["LINE-RENT"]
		request.transaction_date = "2026-06-05"
		assert request.insert().items[0].description == (
			f"Leased Line, to support Support for Wool ({document.name})"
		)

	def test_without_an_item_somebody_is_asked_to_find_a_supplier(self) -> None:
		document = sla(services=[testing.make_service("Mail & Fax")], external_support_needed=1)
		todo = api.supplier_request(document.name)
		assert (todo.doctype, todo.reference_name) == ("ToDo", document.name)
		assert "Mail &amp; Fax" in todo.description
		assert todo.insert().name


class TestGapReport:
	"""SLM Chain (R179) and the number card."""

	@staticmethod
	def customer() -> str:
		return testing.make_customer("Reported & Co")

	def sla(self, *beneath: Any, **more: Any) -> Any:
		return sla(*beneath, customer=self.customer(), **more)

	def rows(self, **filters: Any) -> list[dict[str, Any]]:
		return list(slm_chain.execute({"customer": self.customer(), **filters})[1])

	def test_a_row_for_each_support_says_what_to_do(self) -> None:
		weak, draft = uc(), uc(1, always(), "Hardware", submit=False)
		frappe.db.set_value("SLM Agreement", weak.name, "revision_needed", 1)
		document = self.sla(weak, draft)
		one, other = self.rows()
		assert [one[name] for name in ("agreement", "state", "verdict", "slack", "weakest")] == [
			document.name,
			"Infeasible",
			"Can be missed",
			"65 hours too late",
			"Leased Lines",
		]
		assert (one["stage"], one["beneath"], one["party"]) == (1, weak.name, "Lines & Co")
		assert one["note"] == "Revision needed. Strengthen it: too weak by itself."
		assert (other["stage"], other["beneath"], other["note"]) == (2, draft.name, "Conclude it.")

	def test_the_version_in_force_is_shown_and_one_that_ended_is_to_be_replaced(self) -> None:
		support = uc(3, always())
		self.sla(support)
		second = strengthened(support, targets=[target("Turnaround", 2)])
		assert [row["beneath"] for row in self.rows()] == [second.name]
		second.db_set("status", "Expired")
		assert self.rows()[0]["note"] == "It has ended: replace it."

	def test_one_without_anything_beneath_has_a_row_and_templates_have_none(self) -> None:
		self.sla()
		self.sla(uc(3, always()), is_template=1)
		(row,) = self.rows()
		assert (row["state"], row["slack"]) == ("Nothing Beneath", "") and "beneath" not in row

	def test_filters_narrow_it_down_and_nonsense_is_refused(self) -> None:
		kept, broken = (
			self.sla(uc(3, always())),
			self.sla(uc(4, day(), "Far Away", supplier=supplier("Far & Away"))),
		)
		assert [row["agreement"] for row in self.rows(state="Infeasible")] == [broken.name]
		assert [row["agreement"] for row in self.rows(supplier="Lines & Co")] == [kept.name]
		assert len(self.rows()) == 2
		assert self.rows(customer="Nobody") == []
		with pytest.raises(frappe.ValidationError, match="Chain cannot be"):
			slm_chain.execute({"state": "<b>"})

	def test_the_chart_shows_the_worst_first_in_hours(self) -> None:
		self.sla(uc(3, always()))
		self.sla(uc())
		chart = slm_chain.execute({"customer": self.customer()})[3]
		left, late = (one["values"] for one in chart["data"]["datasets"])
		assert (left, late) == ([0, 1.0], [-64.0, 0])

	def test_who_may_not_read_agreements_gets_none(self) -> None:
		self.sla(uc())
		with as_user(make_user("buyer@wool.example")):
			with pytest.raises(frappe.PermissionError):
				slm_chain.execute({})

	def test_the_number_card_counts_what_is_in_force_and_cannot_be_kept(self) -> None:
		card = frappe.get_doc("Number Card", "SLM Chains Broken")
		before = get_result(card, card.filters_json)
		document = conclude(self.sla(uc(3, always())))
		self.sla(uc())
		assert get_result(card, card.filters_json) == before
		document.db_set("chain_state", "Infeasible")
		assert get_result(card, card.filters_json) == before + 1


class TestAsked:
	def test_the_report_names_supports_by_their_titles_and_has_words(self) -> None:
		support = uc()
		answer = api.chain_report(sla(support).name)
		assert answer["titles"] == {support.name: "Leased Lines"}
		assert answer["findings"][0]["words"].startswith("Resolution, 4 hours: opened")

	def test_whoever_may_not_read_the_agreement_is_told_nothing(self) -> None:
		document = sla(uc())
		with as_user(make_user("buyer@wool.example")):
			for ask in (api.chain_report, api.check_chain):
				with pytest.raises(frappe.PermissionError):
					ask(document.name)

	def test_checking_now_needs_write(self) -> None:
		document = sla(uc())
		with as_user(make_user("support@provider.example", "Support Team")):
			with pytest.raises(frappe.PermissionError):
				api.check_chain(document.name)
		assert api.check_chain(document.name) == "Infeasible"
