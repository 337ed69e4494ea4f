"""When measuring fails, the person who saves a ticket does not notice, and nothing is lost."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters.store import Ticket
from slm_extension.domain.errors import HorizonExceeded
from slm_extension.domain.timeline import Fact, Kind
from slm_extension.services import measure, observe
from slm_extension.services.chunks import Chunks
from slm_extension.services.rebuild import differences, rebuild
from slm_extension.services.reconcile import reconcile, reconcile_some
from slm_extension.services.tick import tick
from slm_extension.testing import (
	HOUR,
	clock_rows,
	clocks,
	ledger,
	make_agreement,
	make_calendar,
	make_customer,
	make_issue,
	make_priority,
	receive,
	reply,
	set_status,
	target,
	wall,
)


def failures() -> list[Any]:
	return frappe.get_all(
		"SLM Failed Measure", fields=["ticket", "problem", "during", "times"], order_by="ticket asc"
	)


def refuse(*_arguments: Any) -> None:
	raise HorizonExceeded(calendar="Office Hours", seconds=3600, years=10, start="2026-06-01")


def break_down(*_arguments: Any, **_more: Any) -> None:
	raise RuntimeError("the disk is on fire")


def lose_a_deadlock(*_arguments: Any, **_more: Any) -> None:
	raise frappe.QueryDeadlockError("try restarting transaction")


@pytest.mark.parametrize("fault", [refuse, break_down])
def test_an_insert_and_a_save_go_through_and_are_listed_once(clock, agreement, monkeypatch, fault) -> None:
	monkeypatch.setattr(measure, "assess", fault)

	issue = make_issue()
	clock.at("Mon 1 Jun 10:00")
	set_status(issue, "Closed")

	assert frappe.db.get_value("Issue", issue.name, "status") == "Closed"
	(listed,) = failures()
	assert (listed.ticket, listed.times, listed.during) == (issue.name, 2, "save")
	assert str(listed.problem).strip()


def test_a_message_goes_through(clock, agreement, monkeypatch) -> None:
	issue = make_issue()
	monkeypatch.setattr(measure, "assess", break_down)
	clock.at("Mon 1 Jun 09:30")

	mail = reply(issue)

	assert frappe.db.exists("Communication", mail.name)
	assert [(row.ticket, row.during) for row in failures()] == [(issue.name, "message")]


def test_a_rebuild_repairs_what_failed_with_the_time_at_which_it_happened(
	clock, agreement, monkeypatch
) -> None:
	issue = make_issue()
	with monkeypatch.context() as broken:
		broken.setattr(measure, "assess", break_down)
		clock.at("Mon 1 Jun 09:30")
		reply(issue)
		clock.at("Mon 1 Jun 12:00")
		set_status(issue, "Closed")
	assert clocks(issue)["resolution"].phase == "Running"

	clock.at("Tue 2 Jun 09:00")
	rebuild([Ticket("Issue", issue.name)], site_time.now())

	got = clocks(issue)
	assert (got["response"].stopped, got["response"].outcome) == (wall("Mon 1 Jun 09:30"), "Met")
	assert (got["resolution"].stopped, got["resolution"].elapsed) == (wall("Mon 1 Jun 12:00"), 3 * HOUR)
	assert frappe.db.get_value("Issue", issue.name, "slm_state") == "Met"
	assert failures() == []


def test_what_did_not_even_reach_the_ledger_is_repaired_by_reconcile(clock, agreement, monkeypatch) -> None:
	issue = make_issue()
	with monkeypatch.context() as broken:
		broken.setattr(store, "add_facts", break_down)
		clock.at("Mon 1 Jun 10:00")
		set_status(issue, "Closed")
	assert [row.kind for row in ledger(issue)].count("status") == 1

	clock.at("Tue 2 Jun 09:00")
	reconcile_some([issue.name], site_time.now())

	assert clocks(issue)["resolution"].phase == "Stopped"
	assert failures() == []


def test_the_next_change_measures_what_failed_before(clock, agreement, monkeypatch) -> None:
	issue = make_issue()
	with monkeypatch.context() as broken:
		broken.setattr(measure, "assess", break_down)
		clock.at("Mon 1 Jun 10:00")
		set_status(issue, "Replied")
	clock.at("Mon 1 Jun 11:00")
	set_status(issue, "Open")

	assert clocks(issue)["resolution"].held == HOUR


def test_agreements_that_cannot_be_read_stop_nobody(clock, agreement) -> None:
	"""Somebody has written an impossible one past every check."""
	frappe.db.sql("update `tabSLM Target` set goal = -1 where parent = %s", agreement)
	from slm_extension.adapters.agreements import forget_agreements

	forget_agreements()
	issue = make_issue()

	assert frappe.db.exists("Issue", issue.name)
	(listed,) = failures()
	assert "-1" in listed.problem


def test_a_deadlock_is_left_to_the_host_which_tries_again(clock, agreement, monkeypatch) -> None:
	issue = make_issue()
	monkeypatch.setattr(store, "put_clocks", lose_a_deadlock)

	with pytest.raises(frappe.QueryDeadlockError):
		set_status(issue, "Closed")


def test_a_ticket_that_fails_in_the_beat_does_not_hold_up_the_others(clock, agreement, monkeypatch) -> None:
	bad, good = make_issue("Bad"), make_issue("Good")
	real = measure.assess

	def some_fail(timeline: Any, *arguments: Any) -> Any:
		return break_down() if timeline.ticket == bad.name else real(timeline, *arguments)

	monkeypatch.setattr(measure, "assess", some_fail)
	clock.at("Mon 1 Jun 15:00")
	tick(site_time.now(), Chunks())

	assert clocks(good)["response"].outcome == "Missed"
	assert [(row.ticket, row.during) for row in failures()] == [(bad.name, "beat")]


# Incremental equals rebuilt


STAMPS = ("creation", "modified", "owner", "modified_by")
START = 1_780_284_600  # Mon 1 Jun 2026 09:00 in Kolkata
STATUSES = {"open": 0, "held": 1, "resolved": 0, "closed": 0, "cancelled": 0}


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
	"""A ticket's life over a month, in no order, of facts that may have been learnt long afterwards."""
	later = st.integers(0, 30 * 86_400)
	kinds = st.one_of(
		st.sampled_from(sorted(STATUSES)).map(lambda value: (Kind.STATUS, value, STATUSES[value])),
		st.just((Kind.STATUS, "held", 4)),
		st.sampled_from([Kind.REPLIED, Kind.CUSTOMER_REPLIED, Kind.OWNED]).map(lambda kind: (kind, "", 0)),
		st.sampled_from(["High", "Low", ""]).map(lambda value: (Kind.PRIORITY, value, 0)),
		st.sampled_from(["Wool & Sons", ""]).map(lambda value: (Kind.CUSTOMER, value, 0)),
		st.sampled_from(["Network", ""]).map(lambda value: (Kind.TEAM, value, 0)),
		st.just((Kind.WITHDRAWN, "duplicate", 0)),
		st.just((Kind.REINSTATED, "", 0)),
	)
	found = [Fact(START, Kind.OPENED, number=0, recorded_at=START)]
	for number, (kind, value, waiting) in enumerate(draw(st.lists(kinds, max_size=12)), start=1):
		at = START + draw(later)
		found.append(Fact(at, kind, value, waiting, value, at + draw(later), number, "test"))
	return draw(st.permutations(found))


@pytest.fixture
def promises(clock) -> None:
	"""Agreements with every rule that a target can have."""
	make_agreement(
		targets=[
			target("Response", 1),
			target("Resolution", 4, priority=make_priority("High")),
			target("Resolution", 16, on_change="From the Change"),
			target("Ownership", 2),
		]
	)
	make_agreement(
		"Wool",
		[target("Next Reply", 2), target("Resolution", 8, on_reopen="New Cycle", hold_supplier=1)],
		calendar=make_calendar("Day and Night", around_the_clock=True).name,
		customer=make_customer(),
	)
	team = frappe.get_doc({"doctype": "User Group", "name": "Network"})
	team.flags.ignore_mandatory = True
	team.insert()
	make_agreement("Network", [target("Turnaround", 3)], kind="OLA", teams=["Network"], basis="Corporate")


def stored(name: str) -> list[dict[str, Any]]:
	"""A ticket's clocks to the byte, without who wrote them when."""
	return [
		{column: value for column, value in row.items() if column not in STAMPS}
		for row in frappe.get_all("SLM Clock", filters={"ticket": name}, fields=["*"], order_by="name asc")
	]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
	arrivals=facts(), looks=st.lists(st.integers(0, 40 * 86_400), min_size=13, max_size=13), data=st.data()
)
def test_facts_in_any_order_of_arrival_give_the_clocks_that_a_rebuild_gives(
	promises, arrivals: list[Fact], looks: list[int], data: st.DataObject
) -> None:
	"""Measured as each arrives, and by beats between; the clocks at the end depend on the ledger alone."""
	ticket = Ticket("Issue", frappe.generate_hash(length=12))
	for fact, look in zip(arrivals, looks, strict=False):
		store.add_facts(ticket, [fact])
		so_far = store.facts_of([ticket])[ticket]
		if any(one.kind is Kind.OPENED for one in so_far):
			measure.measure(ticket, so_far, START + look)
			if data.draw(st.booleans()):
				tick(START + look + 86_400, Chunks())
	end = START + 70 * 86_400
	measure.measure(ticket, store.facts_of([ticket])[ticket], end)
	incremental = stored(ticket.name)

	assert [one for one in differences([ticket], end) if one.field != "existence"] == []
	frappe.db.delete("SLM Clock", {"ticket": ticket.name})
	rebuild([ticket], end)

	assert stored(ticket.name) == incremental
	at_once = measure.computed(ticket, sorted(arrivals, key=Fact.order), end)
	assert sorted(row["digest"] for row in incremental) == sorted(row.digest for row in at_once.rows)


NEWS = {
	"hold": lambda issue: set_status(issue, "Replied"),
	"reopen": lambda issue: set_status(issue, "Open"),
	"close": lambda issue: set_status(issue, "Closed"),
	"reply": reply,
	"mail": receive,
	"priority": lambda issue: (
		frappe.get_doc("Issue", issue.name).update({"priority": make_priority("High")}).save()
	),
	"customer": lambda issue: (
		frappe.get_doc("Issue", issue.name).update({"customer": make_customer()}).save()
	),
	"beat": lambda issue: tick(site_time.now(), Chunks()),
}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
	happenings=st.lists(
		st.tuples(st.sampled_from(sorted(NEWS)), st.integers(-90, 3 * 86_400)), min_size=1, max_size=8
	)
)
def test_what_happens_to_a_real_issue_gives_the_clocks_that_a_rebuild_gives(
	promises, clock, happenings: list[tuple[str, int]]
) -> None:
	"""Through the host's own events, with a machine clock that is set back now and then."""
	clock.at("Mon 1 Jun 09:00")
	issue = make_issue()
	ticket = Ticket("Issue", issue.name)
	for what, after in happenings:
		clock.instant += after
		NEWS[what](issue)

	assert failures() == []
	asked = {row.asked_instant for row in clock_rows(issue)}
	assert len(asked) == 1
	assert list(differences([ticket], clock.instant)) == []
	before = stored(issue.name)
	rebuild([ticket], asked.pop())
	assert stored(issue.name) == before


def test_all_clocks_of_a_ticket_are_asked_at_one_instant(clock, promises) -> None:
	"""Decided ones too: what is stored is one look at the ticket as a whole."""
	issue = make_issue()
	clock.at("Mon 1 Jun 09:30")
	reply(issue)
	clock.at("Mon 1 Jun 12:00")
	set_status(issue, "On Hold")

	assert {row.asked_instant for row in clock_rows(issue)} == {site_time.now()}


def test_a_changed_row_is_a_difference_and_a_rebuild_puts_it_right(clock, agreement) -> None:
	issue = make_issue()
	ticket = Ticket("Issue", issue.name)
	frappe.db.sql(
		"update `tabSLM Clock` set outcome = 'Met' where ticket = %s and metric = 'Response'", issue.name
	)

	assert [(one.field, one.found, one.expected) for one in differences([ticket], site_time.now())] == [
		("outcome", "Met", "Pending")
	]
	rebuild([ticket], site_time.now())

	assert clocks(issue)["response"].outcome == "Pending"


def test_work_that_began_before_something_happened_does_not_forget_it(clock, agreement) -> None:
	"""A rebuild or beat looks at the hour at which it began; the ticket was opened, and closed, while it went on."""
	began = site_time.now()
	clock.at("Mon 1 Jun 10:00")
	opened = make_issue()
	closed = make_issue("Gone")
	clock.at("Mon 1 Jun 10:30")
	set_status(closed, "Closed")
	before = [stored(issue.name) for issue in (opened, closed)]

	rebuild([Ticket("Issue", issue.name) for issue in (opened, closed)], began)

	assert clocks(opened)["resolution"].phase == "Running"
	assert clocks(closed)["resolution"].phase == "Stopped"
	assert [stored(issue.name) for issue in (opened, closed)] == before


def test_a_rebuild_writes_what_is_wrong_and_what_time_has_changed_and_nothing_else(clock, agreement) -> None:
	"""Of three tickets one goes on, one is done, and one is done and was changed behind our back."""
	going, done, changed = (make_issue(name) for name in ("Going", "Done", "Changed"))
	clock.at("Mon 1 Jun 09:30")
	for issue in (done, changed):
		set_status(issue, "Closed")
	frappe.db.sql(
		"update `tabSLM Clock` set elapsed = 7, modified = modified where ticket = %s", changed.name
	)
	before = "2026-06-01 00:00:00.000000"
	frappe.db.sql("update `tabSLM Clock` set modified = %s", before)
	clock.at("Mon 1 Jun 12:00")

	rebuild([Ticket("Issue", issue.name) for issue in (going, done, changed)], site_time.now())

	written = {
		issue.subject: {str(row.modified)[:10] != before[:10] for row in clock_rows(issue)}
		for issue in (going, done, changed)
	}
	assert written == {"Going": {True}, "Done": {False}, "Changed": {True}}
	assert {row.elapsed for row in clock_rows(changed)} == {1800}
	assert clocks(going)["resolution"].elapsed == 3 * HOUR


def test_what_somebody_was_writing_is_looked_at_once_more_in_the_same_way(
	clock, agreement, monkeypatch
) -> None:
	"""Of two that were locked at first, one was written lately and one long ago, before there were ledgers."""
	lately, long_ago = make_issue("Lately"), make_issue("Long ago")
	for issue, status in ((lately, "Closed"), (long_ago, "Open")):
		frappe.db.sql(
			"update tabIssue set status = %s, modified = %s where name = %s",
			(status, wall("Mon 1 Jun 09:30" if issue is lately else "Mon 4 May 09:00"), issue.name),
		)
	frappe.db.delete("SLM Ticket Event", {"ticket": long_ago.name})
	clock.at("Mon 1 Jun 10:00")
	asked, met = [], {lately.name: 2, long_ago.name: 1}

	def free(names: list[str]) -> list[str]:
		"""Each is locked as often as it is met on the first round: by its time stamp, and as going on."""
		found = [name for name in names if asked.count(name) >= met[name]]
		asked.extend(names)
		return found

	monkeypatch.setattr(issues, "lock_free", free)

	found = reconcile(site_time.now(), wall("Mon 1 Jun 09:00"), Chunks())

	assert found.left == ()
	assert any(one.startswith(f"{lately.name}: status Closed") for one in found.repaired)
	assert ledger(long_ago) == []


def test_a_ledger_is_the_same_read_whole_and_read_locked(clock, agreement) -> None:
	"""Whatever people write, and however much of it there is."""
	issue = make_issue()
	ticket = Ticket("Issue", issue.name)
	words = ("'\"\\%s{}", "line\nline\ttab\r", "Grüße 请 \U0001f600", "\x00\x1f\x7f", "</script>", " end ")
	facts = [
		Fact(site_time.now() + place, Kind.HOLD_BEGAN, word, 2, word, None, place, word, word * 20)
		for place, word in enumerate(words, 1)
	]
	store.add_facts(ticket, facts)
	store.add_facts(
		ticket, [Fact(site_time.now(), Kind.REPLIED, number=n, note="x" * 600) for n in range(3000)]
	)

	whole, locked = (store.facts_of([ticket], latest=latest)[ticket] for latest in (False, True))

	assert len(whole) > 3000
	assert sorted(whole, key=Fact.order) == sorted(locked, key=Fact.order)
	with_clocks, clocks = store.record_of(ticket, clocked=True)
	assert sorted(with_clocks, key=Fact.order) == sorted(locked, key=Fact.order)
	assert clocks
	assert clocks == store.clocks_of([ticket])[ticket]
	without, none = store.record_of(ticket, clocked=False)
	assert sorted(without, key=Fact.order) == sorted(locked, key=Fact.order)
	assert none is None
	assert {fact.value for fact in whole if fact.kind is Kind.HOLD_BEGAN} == set(words)


def test_a_ledger_of_a_ticket_whose_name_differs_in_letter_case_alone_is_another(clock, agreement) -> None:
	"""One was renamed and deleted; its ledger stays. Another is called so now, in small letters."""
	gone, issue = make_issue(), make_issue()
	frappe.rename_doc("Issue", gone.name, "Printer Jam", show_alert=False, force=True)
	frappe.delete_doc("Issue", "Printer Jam")
	frappe.rename_doc("Issue", issue.name, "printer jam", show_alert=False, force=True)
	clock.at("Mon 1 Jun 10:00")

	set_status(frappe.get_doc("Issue", "printer jam"), "Closed")

	ticket = Ticket("Issue", "printer jam")
	said = store.facts_of([ticket])[ticket]
	assert [(fact.kind.value, fact.value) for fact in sorted(said, key=Fact.order)] == [
		("opened", ""),
		("status", "open"),
		("status", "closed"),
	]
	assert list(differences([ticket], site_time.now())) == []


def test_observing_without_news_measures_nothing(clock, agreement, queries) -> None:
	issue = make_issue()

	assert observe.changed(frappe.get_doc("Issue", issue.name), site_time.now(), "test") is None
