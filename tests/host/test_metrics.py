"""Metrics on the site: a clock of each through real Issues, metrics of the site's own, and what protects them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import frappe
import pytest

from slm_extension import api, testing
from slm_extension.adapters import metrics, site_time
from slm_extension.adapters.facts import News
from slm_extension.adapters.store import Ticket
from slm_extension.domain.targets import METRICS
from slm_extension.domain.timeline import Kind
from slm_extension.seeds import metrics as seeds
from slm_extension.services import observe
from slm_extension.services.chunks import Chunks
from slm_extension.services.export_agreement import export_agreements
from slm_extension.services.import_agreements import import_agreements
from slm_extension.services.tick import tick
from slm_extension.testing import SiteClock, make_agreement, make_calendar, make_issue, target

OFFICE_DAY = "Mon 1 Jun"


def make_metric(name: str = "Call-Back", **values: Any) -> Any:
	"""A metric of the site's own: until staff replies to a message of the customer, unless said otherwise."""
	given = {"starts": ["Customer wrote"], "stops": ["Staff replied", "Done"], "holds": [], **values}
	rows = {table: [{"what": what} for what in given.pop(table)] for table in ("starts", "stops", "holds")}
	return frappe.get_doc({"doctype": "SLM Metric", "metric_name": name, **rows, **given}).insert()


def rows_of(issue: Any, metric: str) -> list[tuple[int, str, str, str | None]]:
	"""The cycles of a clock: number, phase, outcome, and what stopped it."""
	return [
		(row.cycle, row.phase, row.outcome, row.stopped_by)
		for row in testing.clock_rows(issue, metric=metric)
	]


# A clock of each metric, as it is lived through


class TestEachMetric:
	@pytest.fixture(autouse=True)
	def agreement(self, site: str, clock: SiteClock) -> Any:
		return make_agreement(targets=[target(metrics.site_name(name), 1) for name in METRICS])

	def test_a_ticket_has_a_clock_of_each_that_its_opening_starts(self, clock: SiteClock) -> None:
		issue = make_issue()
		going = {name: row.phase for name, row in testing.clocks(issue).items()}
		assert going.pop("next reply") == "Not Started"
		assert going == dict.fromkeys(set(METRICS) - {"next reply"}, "Running")

	def test_a_button_acknowledges_and_nothing_else(self, clock: SiteClock) -> None:
		issue = make_issue()
		clock.at(f"{OFFICE_DAY} 09:20")
		said = api.acknowledge(issue.name)
		found = testing.clocks(issue)
		assert said == f"<strong>{issue.name}</strong> is acknowledged."
		assert (found["acknowledgement"].outcome, found["acknowledgement"].stopped_by) == (
			"Met",
			"acknowledged",
		)
		assert found["acknowledgement"].elapsed == 20 * 60
		assert {name for name, row in found.items() if row.stopped} == {"acknowledgement"}

	def test_acknowledging_twice_says_who_was_first(self, clock: SiteClock) -> None:
		issue = make_issue()
		api.acknowledge(issue.name)
		facts = len(testing.ledger(issue))
		assert "was acknowledged already, by <strong>Administrator</strong>" in api.acknowledge(issue.name)
		assert len(testing.ledger(issue)) == facts

	def test_a_reply_answers_acknowledges_and_begins_the_next_interval(self, clock: SiteClock) -> None:
		issue = make_issue()
		clock.at(f"{OFFICE_DAY} 09:30")
		testing.reply(issue)
		assert rows_of(issue, "Acknowledgement") == [(1, "Stopped", "Met", "replied")]
		assert rows_of(issue, "Response") == [(1, "Stopped", "Met", "replied")]
		assert [row[:3] for row in rows_of(issue, "Update Interval")] == [
			(1, "Stopped", "Met"),
			(2, "Running", "Pending"),
		]

	def test_an_interval_that_passes_is_missed_without_anybody_saving_the_ticket(
		self, clock: SiteClock
	) -> None:
		issue = make_issue()
		clock.at(f"{OFFICE_DAY} 09:30")
		testing.reply(issue)
		clock.at(f"{OFFICE_DAY} 10:31")
		tick(site_time.now(), Chunks())
		first, second = testing.clock_rows(issue, metric="Update Interval")
		assert (first.outcome, second.outcome) == ("Met", "Missed")
		assert site_time.to_instant(second.missed_at) == at("Mon 1 Jun 10:30")

	def test_escalating_hands_the_ticket_to_a_team(self, clock: SiteClock) -> None:
		team = make_team("Network")
		issue = make_issue()
		clock.at(f"{OFFICE_DAY} 09:40")
		said = api.escalate(issue.name, team)
		assert said == f"<strong>{issue.name}</strong> is escalated to <strong>Network</strong>."
		assert rows_of(issue, "Escalation") == [(1, "Stopped", "Met", "escalated")]
		assert frappe.db.get_value("Issue", issue.name, "slm_team") == "Network"
		said_facts = [(fact.kind, fact.value) for fact in testing.ledger(issue)]
		assert [one for one in said_facts if one[0] in ("escalated", "team")] == [
			("escalated", "Network"),
			("team", "Network"),
		]

	def test_escalating_without_a_team_is_a_fact_alone(self, clock: SiteClock) -> None:
		issue = make_issue()
		assert api.escalate(issue.name) == f"<strong>{issue.name}</strong> is escalated."
		assert not frappe.db.get_value("Issue", issue.name, "slm_team")

	def test_a_team_that_is_not_there_is_refused_and_nothing_happens(self, clock: SiteClock) -> None:
		issue = make_issue()
		facts = testing.ledger(issue)
		with pytest.raises(frappe.DoesNotExistError, match="There is no team"):
			api.escalate(issue.name, "<b>Nobody</b>")
		assert testing.ledger(issue) == facts

	@pytest.mark.parametrize("call", [api.acknowledge, api.escalate])
	def test_a_ticket_that_is_done_is_not_acknowledged_or_escalated(
		self, clock: SiteClock, call: Any
	) -> None:
		issue = make_issue()
		testing.set_status(issue, "Closed")
		with pytest.raises(frappe.ValidationError, match=r"is done\. Reopen it first\."):
			call(issue.name)

	@pytest.mark.parametrize("call", [api.acknowledge, api.escalate])
	def test_who_may_not_write_the_ticket_may_not_say_so(self, clock: SiteClock, call: Any) -> None:
		issue = make_issue()
		with (
			testing.as_user(testing.make_user("reader@metrics.example")),
			pytest.raises(frappe.PermissionError),
		):
			call(issue.name)

	def test_being_told_is_taken_back_by_a_reopening(self, clock: SiteClock) -> None:
		issue = make_issue()
		clock.at(f"{OFFICE_DAY} 09:30")
		ticket = Ticket("Issue", issue.name)
		observe.happened(ticket, [News(Kind.TOLD, "")], site_time.now(), "test")
		testing.set_status(issue, "Closed")
		assert rows_of(issue, "Restoration") == [(1, "Stopped", "Met", "told")]
		clock.at(f"{OFFICE_DAY} 12:00")
		testing.set_status(issue, "Open")
		(row,) = testing.clock_rows(issue, metric="Restoration")
		assert (row.phase, row.elapsed, row.held) == ("Running", 30 * 60, 150 * 60)

	def test_a_message_that_was_closed_away_is_owed_again(self, clock: SiteClock) -> None:
		issue = make_issue()
		testing.receive(issue)
		clock.at(f"{OFFICE_DAY} 09:30")
		testing.set_status(issue, "Closed")
		assert rows_of(issue, "Next Reply") == [(1, "Stopped", "Met", "closed")]
		clock.at(f"{OFFICE_DAY} 12:00")
		testing.set_status(issue, "Open")
		(row,) = testing.clock_rows(issue, metric="Next Reply")
		assert (row.phase, row.elapsed) == ("Running", 30 * 60)
		assert site_time.to_instant(row.due) == at("Mon 1 Jun 12:30")


def at(when: str) -> int:
	return site_time.to_instant(testing.wall(when))


def make_team(name: str) -> str:
	if not frappe.db.exists("User Group", name):
		member = {"user": testing.make_user("agent@metrics.example", "Support Team")}
		frappe.get_doc({"doctype": "User Group", "name": name, "user_group_members": [member]}).insert()
	return name


# Standard metrics


def test_every_standard_metric_is_a_document_that_says_what_the_domain_does(site: str) -> None:
	for name, metric in METRICS.items():
		document = frappe.get_doc("SLM Metric", metrics.site_name(name))
		found = metrics.metric_in(document)
		assert document.standard
		assert document.description
		assert (found.start_events, found.stop_events, found.stop_statuses, found.recurs) == (
			metric.start_events,
			metric.stop_events,
			metric.stop_statuses,
			metric.recurs,
		)
		assert found.holds == metrics.usual_holds(document.name)


def test_a_standard_metric_that_was_lost_comes_again_and_others_stay_as_they_are(site: str) -> None:
	frappe.db.delete("SLM Metric", {"name": "Closure"})
	frappe.db.set_value("SLM Metric", "Response", "description", "Ours")
	seeds.seed()
	assert frappe.db.get_value("SLM Metric", "Closure", "standard") == 1
	assert frappe.db.get_value("SLM Metric", "Response", "description") == "Ours"


def test_a_standard_metric_keeps_its_meaning_and_may_be_described_or_disabled(site: str) -> None:
	document = frappe.get_doc("SLM Metric", "Response")
	document.update({"description": "The first word", "disabled": 1}).save()
	document.append("stops", {"what": "Acknowledged"})
	with pytest.raises(frappe.ValidationError, match="means the same everywhere"):
		document.save()
	document.reload()
	document.standard = 0
	document.save()
	assert document.reload().standard == 1
	with pytest.raises(frappe.ValidationError, match="is a standard metric"):
		document.delete()


@pytest.mark.parametrize("name", ["response", "RESPONSE"])
def test_a_standard_name_is_taken_however_it_is_written(site: str, name: str) -> None:
	with pytest.raises(frappe.DuplicateEntryError):
		make_metric(name)


# Metrics of the site's own


def test_a_metric_of_the_sites_own_is_measured_by_its_conditions(site: str, clock: SiteClock) -> None:
	make_metric("VIP Call-Back", holds=["On hold otherwise"])
	agreement = make_agreement(targets=[target("VIP Call-Back", 1)])
	assert (agreement.targets[0].hold_customer, agreement.targets[0].hold_other) == (0, 1)
	issue = make_issue()
	assert rows_of(issue, "VIP Call-Back") == [(1, "Not Started", "Pending", "")]
	testing.receive(issue)
	clock.at(f"{OFFICE_DAY} 09:15")
	testing.reply(issue)
	(row,) = testing.clock_rows(issue)
	assert (row.metric, row.outcome, row.elapsed) == ("VIP Call-Back", "Met", 15 * 60)
	assert api.explain_clock("Issue", issue.name, "VIP Call-Back")["clock"]["metric"] == "VIP Call-Back"


def test_a_metric_that_another_process_changed_is_read_again(site: str, clock: SiteClock) -> None:
	assert "Call-Back" not in metrics.all_metrics()
	document = make_metric()
	assert metrics.all_metrics()["Call-Back"].starts == ("customer wrote",)
	document.starts[0].what = "Reopened"
	document.save()
	assert metrics.all_metrics()["Call-Back"].starts == ("reopened",)
	document.delete()
	assert "Call-Back" not in metrics.all_metrics()


@pytest.mark.parametrize(
	("values", "said"),
	[
		({"starts": ["Staff replied"]}, "starts its clocks and stops them at once"),
		({"stops": ["Done"], "recurs": 1}, "begins anew at each stop"),
		({"stops": ["Done", "Done"]}, "stands twice under"),
		({"starts": ["Whenever"]}, "Starts When"),
		({"starts": []}, "starts"),
		({"stops": []}, "stops"),
		({"name": "x" * 61}, "at most 60 characters"),
	],
)
def test_what_could_not_be_measured_is_refused_in_a_sentence(
	site: str, values: dict[str, Any], said: str
) -> None:
	with pytest.raises(frappe.ValidationError, match=said):
		make_metric(**values)


def test_a_name_that_is_no_name_is_refused_by_the_host(site: str) -> None:
	with pytest.raises(frappe.NameError, match="special characters"):
		make_metric("<b>Bold</b>")


def test_once_an_agreement_was_concluded_with_it_a_metric_keeps_its_meaning(
	site: str, clock: SiteClock
) -> None:
	document = make_metric(holds=["Waiting for customer"])
	agreement = make_agreement(targets=[target("Call-Back", 1)])
	document.update({"description": "Whoever calls is called back.", "holds": []}).save()
	document.append("stops", {"what": "Users told"})
	with pytest.raises(frappe.ValidationError, match=f"what <strong>{agreement.name}</strong> says on it"):
		document.save()
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("SLM Metric", "Call-Back")


def test_a_metric_of_a_draft_may_still_be_changed_but_not_deleted(site: str, clock: SiteClock) -> None:
	document = make_metric()
	make_agreement(targets=[target("Call-Back", 1)], submit=False)
	document.append("stops", {"what": "Users told"})
	document.save()
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("SLM Metric", "Call-Back")


def test_a_metric_that_a_signed_draft_names_keeps_its_meaning(site: str, clock: SiteClock) -> None:
	"""What has been signed is what the metric meant on that day."""
	document = make_metric()
	draft = make_agreement(targets=[target("Call-Back", 1)], submit=False)
	row = draft.append("sign_offs", {"party": "Provider", "signed_on": "2026-06-01 09:00:00"})
	row.db_insert()
	document.append("stops", {"what": "Users told"})
	with pytest.raises(frappe.ValidationError, match="cannot be changed"):
		document.save()


def test_a_metric_is_not_renamed(site: str) -> None:
	make_metric()
	with pytest.raises(frappe.ValidationError, match="keeps its name"):
		frappe.rename_doc(
			"SLM Metric", "Call-Back", "Ring", force=True, rebuild_search=False, show_alert=False
		)


def test_a_disabled_metric_is_not_for_new_agreements_and_goes_on_in_old_ones(
	site: str, clock: SiteClock
) -> None:
	document = make_metric()
	make_agreement(targets=[target("Call-Back", 1)])
	document.update({"disabled": 1}).save()
	issue = make_issue()
	testing.receive(issue)
	assert rows_of(issue, "Call-Back") == [(1, "Running", "Pending", "")]
	with pytest.raises(
		frappe.ValidationError, match="These metrics are disabled: <strong>Call-Back</strong>"
	):
		make_agreement("Another", [target("Call-Back", 2)], submit=False)


def test_an_agreement_cannot_name_a_metric_that_is_not_there(site: str, clock: SiteClock) -> None:
	with pytest.raises(frappe.LinkValidationError, match="Sunshine"):
		make_agreement(targets=[target("Sunshine", 1)], submit=False)


def test_saving_a_ticket_asks_the_database_nothing_about_metrics(
	site: str, clock: SiteClock, monkeypatch: pytest.MonkeyPatch
) -> None:
	make_metric()
	make_agreement(targets=[target("Call-Back", 1), target("Update Interval", 2)])
	make_issue()
	asked: list[str] = []
	monkeypatch.setattr(
		frappe.db,
		"sql",
		lambda query, *more, _sql=frappe.db.sql, **kept: (
			asked.append(str(query)) or _sql(query, *more, **kept)
		),
	)
	make_issue("Another")
	assert asked
	assert not [query for query in asked if "SLM Metric" in query]


# To a file and back


def test_a_file_says_what_a_metric_of_ones_own_is_and_another_site_can_read_it(
	site: str, clock: SiteClock, tmp_path: Path
) -> None:
	make_metric("VIP Call-Back", holds=["On hold otherwise"], recurs=1)
	agreement = make_agreement("Own", [target("VIP Call-Back", 1), target("Acknowledgement", 1)])
	text = export_agreements([agreement.name]).text
	assert '[[metric]]\nname = "VIP Call-Back"\n' in text
	path = tmp_path / "agreements.toml"
	path.write_text(text)
	assert import_agreements(path).unchanged == 1
	other = text.replace("VIP Call-Back", "Ring Back").replace(agreement.lineage, "Ringing")
	path.write_text(other.replace("default = true", 'services = ["Telephone"]'))
	assert import_agreements(path).agreements == 1
	assert metrics.own_metrics()["Ring Back"].stops == ("staff replied", "done")
	path.write_text(text.replace('"customer wrote"', '"reopened"'))
	with pytest.raises(frappe.ValidationError, match='The metric "VIP Call-Back" is on this site and says'):
		import_agreements(path)


# While an agreement is edited


class TestPreview:
	def preview(self, *rows: dict[str, Any]) -> list[dict[str, Any]]:
		return api.preview_targets(
			{
				"title": "Draft",
				"kind": "SLA",
				"basis": "Default",
				"calendar": make_calendar().name,
				"valid_from": "2026-01-01",
				"targets": list(rows),
			}
		)

	def test_every_metric_has_examples_and_says_what_it_means(self, site: str, clock: SiteClock) -> None:
		rows = self.preview(*(target(metrics.site_name(name), 4) for name in METRICS))
		assert len(rows) == len(METRICS)
		for row in rows:
			assert [(one["started"], one["due"]) for one in row["examples"]] == [
				("2026-06-01T09:00:00+05:30", "2026-06-01T13:00:00+05:30"),
				("2026-06-05T16:00:00+05:30", "2026-06-08T11:00:00+05:30"),
			]
			assert row["meaning"].startswith("Starts when ")
			assert " Stops when " in row["meaning"]
			assert row["held"].startswith("The time ")

	def test_the_words_are_those_of_the_conditions(self, site: str, clock: SiteClock) -> None:
		acknowledgement, interval, reply = self.preview(
			target("Acknowledgement", 1), target("Update Interval", 4), target("Next Reply", 4)
		)
		assert acknowledgement["meaning"] == (
			"Starts when the ticket is opened. "
			"Stops when staff acknowledges it, staff replies, somebody takes it or it is resolved or closed."
		)
		assert interval["meaning"].endswith("Begins anew at each stop, as long as the ticket goes on.")
		assert (
			interval["held"] == "The time stands still while the ticket waits for an answer of the customer."
		)
		assert (reply["due"], reply["starts"]) == (None, "the customer writes")

	def test_one_of_the_sites_own_is_previewed_too(self, site: str, clock: SiteClock) -> None:
		make_metric(
			"Ring", starts=["Handed to a supplier"], stops=["Back from the supplier", "Users told", "Closed"]
		)
		(row,) = self.preview(target("Ring", 2))
		assert row["meaning"] == (
			"Starts when it is handed to a supplier. Stops when the users are told that it works again, "
			"it comes back from the supplier or it is closed."
		)
		assert row["examples"][1]["due"] == "2026-06-05T18:00:00+05:30"
