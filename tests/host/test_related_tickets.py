"""What the time-line of a ticket says of others: split off from it, marked as its duplicates, merged into it.

Monday to Friday 09:00-18:00 in Kolkata; response 1 h, resolution 4 h. June 2026 begins on a Monday.
"""

from __future__ import annotations

from html import unescape
from typing import Any

import frappe
import pytest

from slm_extension import testing
from slm_extension.adapters import site_time, store
from slm_extension.adapters.store import Ticket
from slm_extension.domain.corrections import Claim, Correction, facts_of
from slm_extension.domain.timeline import Timeline
from slm_extension.services import live, observe, rebuild, related_tickets, timeline_items
from slm_extension.services.chunks import Chunks
from slm_extension.services.reconcile import Reconciled, reconcile
from slm_extension.testing import (
	SiteClock,
	as_user,
	clock_rows,
	ledger,
	make_agreement,
	make_issue,
	make_user,
	set_status,
	target,
	wall,
)


@pytest.fixture(autouse=True)
def promise(clock: SiteClock) -> None:
	make_agreement(targets=(target("Resolution", 4),))


def texts(issue: Any | str) -> list[tuple[str, str]]:
	items = timeline_items.of_ticket("Issue", getattr(issue, "name", issue))
	return [(f"{item.at:%H:%M}", unescape(frappe.utils.strip_html(item.html))) for item in items]


def split(issue: Any) -> str:
	mail = testing.receive(issue)
	return str(frappe.get_doc("Issue", issue.name).split_issue("The second thing", mail.name))


def duplicate(issue: Any, original: str | None) -> None:
	issue.reload()
	issue.slm_duplicate_of = original
	issue.save()


def merge(issue: Any, into: Any) -> None:
	frappe.rename_doc("Issue", issue.name, into.name, merge=True, rebuild_search=False, show_alert=False)


def rename(issue: Any, name: str) -> None:
	frappe.rename_doc("Issue", issue.name, name, rebuild_search=False, show_alert=False)


def reads_only(*issues: Any) -> str:
	"""A user who reads these Issues, each shared with him, and no other."""
	user = make_user("guest.agent@desk.example", "Employee")
	for issue in issues:
		frappe.share.add_docshare("Issue", issue.name, user, read=1, flags={"ignore_share_permission": True})
	return user


# split


def test_a_ticket_that_was_split_says_what_was_split_off_and_when_that_is_due(clock: SiteClock) -> None:
	parent = make_issue()
	clock.at("Mon 1 Jun 12:00")
	child = split(parent)

	assert texts(parent) == [("12:00", f"{child} was split off: Resolution due 01-06-2026 16:00")]
	assert texts(child) == [("12:00", f"Split off from {parent.name}: Resolution due 01-06-2026 16:00")]


def test_a_split_is_told_once_though_the_opening_was_corrected(clock: SiteClock) -> None:
	parent = make_issue()
	clock.at("Mon 1 Jun 12:00")
	child = Ticket("Issue", split(parent))
	clock.at("Mon 1 Jun 12:30")
	earlier = Correction("C-1", Claim.OPENED, site_time.to_instant(wall("Mon 1 Jun 11:00")))
	now = site_time.now()
	timeline = Timeline.of(child.name, store.facts_of([child])[child])
	observe.corrected(child, facts_of(earlier, timeline, now), now, "C-1", "He asked for it at eleven.")

	told = [line for line in texts(parent) if "split off" in line[1]]

	assert told == [("11:00", f"{child.name} was split off: Resolution due 01-06-2026 15:00")]


def test_the_line_of_a_split_stays_when_the_child_is_deleted(clock: SiteClock) -> None:
	parent = make_issue()
	clock.at("Mon 1 Jun 12:00")
	child = split(parent)
	frappe.delete_doc("Issue", child)

	assert texts(parent)[0][1].startswith(f"{child} was split off")
	assert "href" not in timeline_items.of_ticket("Issue", parent.name)[0].html


def test_a_line_leads_to_the_other_ticket(clock: SiteClock) -> None:
	parent = make_issue()
	child = split(parent)

	(item,) = timeline_items.of_ticket("Issue", parent.name)

	assert f'<a href="/app/issue/{child}">{child}</a>' in item.html


# duplicates


def test_the_original_says_which_duplicates_it_had_with_their_clocks_before_and_after(
	clock: SiteClock,
) -> None:
	original, issue = make_issue(), make_issue()
	clock.at("Mon 1 Jun 10:00")
	duplicate(issue, original.name)
	clock.at("Mon 1 Jun 11:00")
	duplicate(issue, None)

	assert texts(original) == [
		(
			"10:00",
			f"{issue.name} was marked as a duplicate of this ticket: "
			"Resolution cancelled, was due 01-06-2026 13:00",
		),
		("11:00", f"{issue.name} is no longer a duplicate of this ticket: Resolution due 01-06-2026 14:00"),
	]


@pytest.mark.parametrize(
	("status", "at", "was"),
	[
		pytest.param("On Hold", "Mon 1 Jun 11:00", "was held with 3 hours left", id="held"),
		pytest.param("Open", "Mon 1 Jun 14:00", "was overdue", id="overdue"),
	],
)
def test_what_a_cancelled_clock_was_before_is_said(clock: SiteClock, status: str, at: str, was: str) -> None:
	make_agreement("Held", targets=(target("Resolution", 4, hold_other=1),), customer=testing.make_customer())
	original, issue = make_issue(), make_issue(customer=testing.make_customer())
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, status)
	clock.at(at)
	duplicate(issue, original.name)

	assert [text for _at, text in texts(original) if issue.name in text] == [
		f"{issue.name} was marked as a duplicate of this ticket: Resolution cancelled, {was}"
	]


def test_a_duplicate_of_another_ticket_is_one_of_this_one_no_longer(clock: SiteClock) -> None:
	first, second, issue = make_issue(), make_issue(), make_issue()
	duplicate(issue, first.name)
	clock.at("Mon 1 Jun 10:00")
	duplicate(issue, second.name)

	assert [text for _at, text in texts(first)][1:] == [
		f"{issue.name} is no longer a duplicate of this ticket"
	]
	assert [text for _at, text in texts(second)] == [f"{issue.name} was marked as a duplicate of this ticket"]


def test_of_many_duplicates_the_latest_are_told(clock: SiteClock, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(timeline_items, "CHANGES_AT_MOST", 2)
	original = make_issue()
	duplicates = [make_issue() for _number in range(3)]
	for minute, issue in enumerate(duplicates, 1):
		clock.at(f"Mon 1 Jun 09:0{minute}")
		duplicate(issue, original.name)

	assert [at for at, _text in texts(original)] == ["09:02", "09:03"]


# names


def test_lines_follow_a_ticket_that_is_called_otherwise_and_reconcile_finds_nothing(clock: SiteClock) -> None:
	original, issue = make_issue(), make_issue()
	child = split(original)
	clock.at("Mon 1 Jun 10:00")
	duplicate(issue, original.name)
	clock.at("Mon 1 Jun 11:00")
	rename(original, "ISS-LEGACY-7")

	assert {text.partition(" ")[0] for _at, text in texts("ISS-LEGACY-7")} == {child, issue.name}
	assert texts(issue)[0][1].startswith("Marked as a duplicate of ISS-LEGACY-7")
	assert reconcile(site_time.now(), wall("Mon 1 Jun 08:00"), Chunks()) == Reconciled()


def test_a_merged_ticket_is_told_of_by_the_one_that_stays(clock: SiteClock) -> None:
	stays, merged = make_issue(), make_issue()
	clock.at("Mon 1 Jun 10:00")
	merge(merged, stays)

	assert texts(stays) == [
		(
			"10:00",
			f"{merged.name} was merged into this ticket: Resolution cancelled, was due 01-06-2026 13:00",
		)
	]


def test_duplicates_of_a_merged_ticket_are_those_of_the_one_that_stays(clock: SiteClock) -> None:
	stays, merged, issue = make_issue(), make_issue(), make_issue()
	duplicate(issue, merged.name)
	clock.at("Mon 1 Jun 10:00")
	merge(merged, stays)

	assert ledger(issue)[-1].value == f"duplicate of {stays.name}"
	assert [text.partition(":")[0] for _at, text in texts(stays)] == [
		f"{merged.name} was merged into this ticket",
		f"{issue.name} was marked as a duplicate of this ticket",
	]


def test_a_ticket_into_which_its_own_original_is_merged_is_no_duplicate_any_more(clock: SiteClock) -> None:
	stays, original = make_issue(), make_issue()
	duplicate(stays, original.name)
	clock.at("Mon 1 Jun 10:00")
	merge(original, stays)

	assert not frappe.db.get_value("Issue", stays.name, "slm_duplicate_of")
	assert {row.phase for row in clock_rows(stays)} == {"Running"}
	assert rebuild.verify(site_time.now(), Chunks()).count == 0


# who may know


def test_who_may_not_read_the_other_ticket_learns_its_name_alone(clock: SiteClock) -> None:
	original, seen, hidden = make_issue(), make_issue(), make_issue("Salaries have leaked")
	clock.at("Mon 1 Jun 10:00")
	for issue in (seen, hidden):
		duplicate(issue, original.name)
	with as_user(reads_only(original, seen)):
		items = timeline_items.of_ticket("Issue", original.name)

	said = dict(zip([seen.name, hidden.name], [item.html for item in items], strict=True))
	assert "Resolution" in said[seen.name] and "href" in said[seen.name]
	assert said[hidden.name] == f"<strong>{hidden.name}</strong> was marked as a duplicate of this ticket"


def test_of_a_ticket_that_is_gone_only_who_may_read_every_one_hears_more(clock: SiteClock) -> None:
	stays, merged = make_issue(), make_issue()
	clock.at("Mon 1 Jun 10:00")
	merge(merged, stays)
	with as_user(reads_only(stays)):
		assert [text for _at, text in texts(stays)] == [f"{merged.name} was merged into this ticket"]


# cost, and open forms


def test_a_ticket_that_no_other_names_costs_its_time_line_one_query_more(
	clock: SiteClock, queries: Any
) -> None:
	issue = make_issue()
	with queries.counted() as sent:
		assert related_tickets.related_to(Ticket("Issue", issue.name), 40) == []
	assert len(sent) == 1, sent.sent


def test_the_line_can_be_found_by_an_index(site: str) -> None:
	issue = make_issue()
	assert frappe.db.has_index("tabSLM Ticket Event", "slm_kind_value")
	plan = frappe.db.sql(
		"explain select ticket from `tabSLM Ticket Event` force index (slm_kind_value)"
		" where kind = 'withdrawn' and value = %s",
		f"duplicate of {issue.name}",
		as_dict=True,
	)
	assert plan[0].key == "slm_kind_value"


def test_an_open_form_of_the_other_ticket_hears_of_it(
	clock: SiteClock, monkeypatch: pytest.MonkeyPatch
) -> None:
	original, issue = make_issue(), make_issue()
	heard: list[str] = []
	monkeypatch.setattr(live, "changed", lambda tickets: heard.extend(one.name for one in tickets))

	duplicate(issue, original.name)
	assert original.name in heard
	heard.clear()
	duplicate(issue, None)
	assert original.name in heard
	heard.clear()
	split(original)
	assert original.name in heard
