"""What somebody says now about a ticket's past: the facts it comes to, and what cannot have been so.

June 2026: 1 June is a Monday. Everything is UTC; the office is open Monday to Friday 09:00-18:00.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from given import RESOLUTION_4H, at

from slm_extension.domain.clocks import Clock, Outcome, measure
from slm_extension.domain.corrections import Claim, Correction, end_of, facts_of
from slm_extension.domain.errors import (
	BackwardCorrection,
	CorrectionBeforeOpening,
	CorrectionInFuture,
	ExcludedAlready,
	HandedOnMeanwhile,
	InvalidCorrection,
	NotExcluded,
	NothingWaited,
	NotResolvedYet,
	OpenedAfterEvent,
	OpenedThenAlready,
	PriorityChangedMeanwhile,
	PriorityWasSo,
	ResolvedAlready,
	StatusChangedMeanwhile,
)
from slm_extension.domain.instants import Instant
from slm_extension.domain.legs import legs
from slm_extension.domain.targets import Change, Piece
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline, Waiting

NOW = at("Fri 5 Jun 12:00")


def fact(when: str, kind: Kind, value: str = "", **more: object) -> Fact:
	return Fact(at(when), kind, value, **more)  # type: ignore[arg-type]


def status(when: str, value: Status, waiting: Waiting = Waiting.NOBODY, reason: str = "") -> Fact:
	return fact(when, Kind.STATUS, value.value, waiting=waiting.value, reason=reason)


OPENED = fact("Mon 1 Jun 09:00", Kind.OPENED)


def line(*facts: Fact) -> Timeline:
	return Timeline.of("T", [one._replace(number=number) for number, one in enumerate((OPENED, *facts))])


def claim(what: Claim, when: str, until: str = "", **more: object) -> Correction:
	return Correction("C-1", what, at(when), at(until) if until else None, **more)  # type: ignore[arg-type]


def told(timeline: Timeline, correction: Correction) -> Timeline:
	"""The ledger with the correction in it, as it is after an approval now."""
	added = [
		one._replace(recorded_at=NOW, number=100 + number)
		for number, one in enumerate(facts_of(correction, timeline, NOW))
	]
	return Timeline.of("T", [*timeline.facts, *added])


def clock(timeline: Timeline, asked: Instant = NOW) -> Clock:
	return measure(timeline, (Piece(timeline.opened, RESOLUTION_4H),), asked)[-1]


class TestWaited:
	def test_the_stretch_is_held_and_a_miss_becomes_a_hit(self) -> None:
		before = line(status("Mon 1 Jun 17:00", Status.CLOSED))
		after = told(before, claim(Claim.WAITED, "Mon 1 Jun 10:00", "Mon 1 Jun 15:00", whom=Waiting.CUSTOMER))
		assert clock(before).outcome is Outcome.MISSED
		assert (clock(after).outcome, clock(after).elapsed, clock(after).held) == (
			Outcome.MET,
			3 * 3600,
			5 * 3600,
		)

	def test_it_overlaps_with_a_hold_of_the_ledger_and_is_counted_once(self) -> None:
		before = line(
			status("Mon 1 Jun 11:00", Status.HELD, Waiting.CUSTOMER, "Replied"),
			status("Mon 1 Jun 13:00", Status.OPEN),
			status("Mon 1 Jun 15:00", Status.CLOSED),
		)
		after = told(before, claim(Claim.WAITED, "Mon 1 Jun 10:00", "Mon 1 Jun 12:00", whom=Waiting.CUSTOMER))
		assert clock(before).held == 2 * 3600
		assert clock(after).held == 3 * 3600

	def test_without_an_end_it_lasts_until_now(self) -> None:
		after = told(line(), claim(Claim.WAITED, "Tue 2 Jun 10:00", whom=Waiting.CUSTOMER))
		assert after.facts[-1] == Fact(NOW, Kind.HOLD_ENDED, "C-1", recorded_at=NOW, number=101)

	def test_with_a_supplier_the_ticket_is_his_meanwhile_and_back_with_whom_it_was(self) -> None:
		before = line(fact("Mon 1 Jun 09:30", Kind.SUPPLIER, "Old & Co"))
		after = told(
			before,
			claim(
				Claim.WAITED, "Mon 1 Jun 10:00", "Mon 1 Jun 12:00", whom=Waiting.SUPPLIER, party="Bytes & Co"
			),
		)
		held, back = after.state_at(at("Mon 1 Jun 11:00")), after.state_at(at("Mon 1 Jun 12:00"))
		assert (held.supplier, held.waiting) == ("Bytes & Co", Waiting.SUPPLIER)
		assert (back.supplier, back.waiting) == ("Old & Co", 0)


class TestUntilWhen:
	@pytest.mark.parametrize(
		("what", "whom", "expected"),
		[
			(Claim.WAITED, Waiting.CUSTOMER, "Tue 2 Jun 11:00"),
			(Claim.WAITED, Waiting.SUPPLIER, "Tue 2 Jun 12:00"),
			(Claim.DID_NOT_WAIT, Waiting.NOBODY, "Tue 2 Jun 12:00"),
			(Claim.WITH_TEAM, Waiting.NOBODY, "Tue 2 Jun 13:00"),
			(Claim.HAD_PRIORITY, Waiting.NOBODY, "Tue 2 Jun 14:00"),
		],
		ids=[
			"his next message",
			"the next status",
			"the status after the wait",
			"the next hand-over",
			"the next priority",
		],
	)
	def test_as_long_as_nothing_speaks_against_it(self, what: Claim, whom: Waiting, expected: str) -> None:
		timeline = line(
			fact("Tue 2 Jun 11:00", Kind.CUSTOMER_REPLIED),
			status("Tue 2 Jun 12:00", Status.OPEN),
			fact("Tue 2 Jun 13:00", Kind.TEAM, "Networks"),
			fact("Tue 2 Jun 14:00", Kind.PRIORITY, "Low"),
		)
		assert end_of(what, whom, at("Mon 1 Jun 10:00"), timeline, NOW) == at(expected)
		assert end_of(what, whom, at("Wed 3 Jun 10:00"), timeline, NOW) == NOW


class TestDidNotWait:
	HELD = (
		status("Mon 1 Jun 10:00", Status.HELD, Waiting.CUSTOMER, "Replied"),
		status("Mon 1 Jun 16:00", Status.OPEN, reason="Open"),
	)

	def test_a_stretch_of_a_held_status_counts(self) -> None:
		before = line(*self.HELD)
		after = told(before, claim(Claim.DID_NOT_WAIT, "Mon 1 Jun 11:00", "Mon 1 Jun 13:00"))
		asked = at("Mon 1 Jun 16:00")
		assert (clock(before, asked).held, clock(after, asked).held) == (6 * 3600, 4 * 3600)
		assert after.state_at(at("Mon 1 Jun 14:00")).reason == "Replied"

	def test_to_the_end_of_the_wait_nothing_is_said_anew(self) -> None:
		before = line(*self.HELD)
		after = facts_of(claim(Claim.DID_NOT_WAIT, "Mon 1 Jun 09:30", "Mon 1 Jun 16:00"), before, NOW)
		assert after == (Fact(at("Mon 1 Jun 10:00"), Kind.STATUS, "open", reason="Open"),)

	def test_a_ticket_that_still_waits_does_so_afterwards_too(self) -> None:
		before = line(self.HELD[0])
		after = told(before, claim(Claim.DID_NOT_WAIT, "Tue 2 Jun 10:00"))
		assert after.steps[-1].state == before.steps[-1].state
		assert after.state_at(at("Wed 3 Jun 10:00")).waiting == 0

	def test_a_wait_entered_by_a_correction_can_be_taken_back(self) -> None:
		waited = told(
			line(), claim(Claim.WAITED, "Mon 1 Jun 10:00", "Mon 1 Jun 15:00", whom=Waiting.CUSTOMER)
		)
		after = told(waited, claim(Claim.DID_NOT_WAIT, "Mon 1 Jun 12:00", "Mon 1 Jun 14:00"))
		asked = at("Mon 1 Jun 18:00")
		assert clock(waited, asked).held == 5 * 3600
		assert clock(after, asked).held == 3 * 3600

	def test_a_hold_that_never_ended_goes_on_afterwards(self) -> None:
		before = line(fact("Mon 1 Jun 10:00", Kind.HOLD_BEGAN, "h", waiting=1))
		after = told(before, claim(Claim.DID_NOT_WAIT, "Mon 1 Jun 11:00", "Mon 1 Jun 12:00"))
		asked = at("Mon 1 Jun 14:00")
		assert (clock(before, asked).held, clock(after, asked).held) == (4 * 3600, 3 * 3600)

	@pytest.mark.parametrize(
		("begin", "end"),
		[("Mon 1 Jun 09:00", "Mon 1 Jun 10:00"), ("Mon 1 Jun 16:00", "Mon 1 Jun 17:00")],
		ids=["before it waited", "after it had waited"],
	)
	def test_where_it_did_not_wait_there_is_nothing_to_say(self, begin: str, end: str) -> None:
		with pytest.raises(NothingWaited):
			facts_of(claim(Claim.DID_NOT_WAIT, begin, end), line(*self.HELD), NOW)

	def test_the_end_of_a_hold_that_nobody_began_says_nothing(self) -> None:
		with pytest.raises(NothingWaited):
			facts_of(
				claim(Claim.DID_NOT_WAIT, "Mon 1 Jun 09:00", "Mon 1 Jun 17:00"),
				line(fact("Mon 1 Jun 10:00", Kind.HOLD_ENDED, "nobody's")),
				NOW,
			)


class TestHappened:
	@pytest.mark.parametrize(
		("what", "kind"),
		[
			(Claim.REPLIED, Kind.REPLIED),
			(Claim.ACKNOWLEDGED, Kind.ACKNOWLEDGED),
			(Claim.TAKEN, Kind.OWNED),
			(Claim.TOLD, Kind.TOLD),
		],
	)
	def test_what_happens_at_an_instant_is_one_fact(self, what: Claim, kind: Kind) -> None:
		found = facts_of(claim(what, "Mon 1 Jun 09:30", party="ann@desk.example"), line(), NOW)
		assert found == (Fact(at("Mon 1 Jun 09:30"), kind, "ann@desk.example"),)


class TestResolved:
	def test_a_ticket_is_resolved_from_the_earlier_instant_on(self) -> None:
		before = line(status("Tue 2 Jun 17:00", Status.CLOSED, reason="Closed"))
		after = told(before, claim(Claim.RESOLVED, "Mon 1 Jun 12:00"))
		assert clock(before).outcome is Outcome.MISSED
		assert (clock(after).outcome, clock(after).stopped) == (Outcome.MET, at("Mon 1 Jun 12:00"))

	def test_resolved_and_then_closed_begins_with_resolved(self) -> None:
		before = line(
			status("Mon 1 Jun 10:00", Status.OPEN),
			status("Tue 2 Jun 16:00", Status.RESOLVED, reason="Resolved"),
			status("Tue 2 Jun 17:00", Status.CLOSED, reason="Closed"),
		)
		found = facts_of(claim(Claim.RESOLVED, "Mon 1 Jun 12:00"), before, NOW)
		assert found == (Fact(at("Mon 1 Jun 12:00"), Kind.STATUS, "resolved", reason="Resolved"),)

	@pytest.mark.parametrize(
		("facts", "refused"),
		[
			((), NotResolvedYet),
			((status("Mon 1 Jun 11:00", Status.CLOSED),), ResolvedAlready),
			(
				(status("Mon 1 Jun 13:00", Status.OPEN), status("Tue 2 Jun 10:00", Status.CLOSED)),
				StatusChangedMeanwhile,
			),
		],
	)
	def test_what_the_ledger_contradicts_is_refused(
		self, facts: tuple[Fact, ...], refused: type[InvalidCorrection]
	) -> None:
		with pytest.raises(refused):
			facts_of(claim(Claim.RESOLVED, "Mon 1 Jun 12:00"), line(*facts), NOW)


class TestWithTeam:
	def test_it_was_with_a_team_and_then_with_whom_the_ledger_has(self) -> None:
		before = line(fact("Tue 2 Jun 09:00", Kind.TEAM, "Networks"))
		after = told(before, claim(Claim.WITH_TEAM, "Mon 1 Jun 10:00", "Mon 1 Jun 12:00", party="Servers"))
		assert after.state_at(at("Mon 1 Jun 11:00")).team == "Servers"
		assert after.state_at(at("Mon 1 Jun 12:00")).team == ""
		assert after.steps[-1].state.team == "Networks"

	def test_handed_on_to_others_meanwhile_is_refused(self) -> None:
		before = line(fact("Tue 2 Jun 09:00", Kind.TEAM, ""))
		with pytest.raises(HandedOnMeanwhile):
			facts_of(
				claim(Claim.WITH_TEAM, "Mon 1 Jun 10:00", "Wed 3 Jun 12:00", party="Servers"), before, NOW
			)

	def test_a_part_of_it_that_was_known_already_is_not(self) -> None:
		before = line(fact("Tue 2 Jun 09:00", Kind.TEAM, "Servers"))
		after = told(before, claim(Claim.WITH_TEAM, "Mon 1 Jun 10:00", "Wed 3 Jun 12:00", party="Servers"))
		assert after.state_at(at("Mon 1 Jun 10:00")).team == "Servers"


class TestHadPriority:
	"""Opened Monday 09:00 as Medium, Urgent since Tuesday 14:00."""

	LEDGER = (
		fact("Mon 1 Jun 09:00", Kind.PRIORITY, "Medium"),
		fact("Tue 2 Jun 14:00", Kind.PRIORITY, "Urgent"),
	)

	def test_it_was_so_from_earlier_on(self) -> None:
		before = line(*self.LEDGER)
		found = facts_of(
			claim(Claim.HAD_PRIORITY, "Tue 2 Jun 10:00", "Tue 2 Jun 14:00", party="Urgent"), before, NOW
		)
		assert found == (fact("Tue 2 Jun 10:00", Kind.PRIORITY, "Urgent"),)

	def test_for_a_while_and_then_as_the_ledger_has_it(self) -> None:
		before = line(*self.LEDGER)
		after = told(before, claim(Claim.HAD_PRIORITY, "Mon 1 Jun 10:00", "Mon 1 Jun 12:00", party="High"))
		assert [
			(step.at, step.state.priority)
			for step in after.steps
			if step.state.priority in ("High", "Urgent")
		] == [(at("Mon 1 Jun 10:00"), "High"), (at("Tue 2 Jun 14:00"), "Urgent")]
		assert after.steps[-1].state == before.steps[-1].state

	def test_a_priority_that_was_entered_too_early_counts_later(self) -> None:
		"""Urgent only from 16:00 on, not from 14:00."""
		after = told(
			line(*self.LEDGER),
			claim(Claim.HAD_PRIORITY, "Tue 2 Jun 14:00", "Tue 2 Jun 16:00", party="Medium"),
		)
		assert after.state_at(at("Tue 2 Jun 15:00")).priority == "Medium"
		assert after.state_at(at("Tue 2 Jun 16:00")).priority == "Urgent"

	def test_its_clock_changes_by_the_agreement_at_that_instant(self) -> None:
		"""From the change: the two open hours of the urgent target begin at 10:00, so it is missed at noon."""
		urgent = replace(RESOLUTION_4H, name="urgent", goal=2 * 3600, on_change=Change.FROM_CHANGE)
		medium = replace(RESOLUTION_4H, goal=40 * 3600)

		def missed(timeline: Timeline) -> Instant | None:
			(since,) = (step.at for step in timeline.steps if step.state.priority == "Urgent")
			plan = (Piece(timeline.opened, medium), Piece(since, urgent))
			return measure(timeline, plan, NOW)[-1].missed_at

		before = line(*self.LEDGER)
		after = Timeline.of(
			"T", [*before.facts[:2], *facts_of(_urgent_since("Tue 2 Jun 10:00"), before, NOW)]
		)
		assert missed(before) == at("Tue 2 Jun 16:00")
		assert missed(after) == at("Tue 2 Jun 12:00")

	def test_another_priority_meanwhile_is_refused(self) -> None:
		with pytest.raises(PriorityChangedMeanwhile):
			facts_of(
				claim(Claim.HAD_PRIORITY, "Mon 1 Jun 10:00", "Wed 3 Jun 10:00", party="High"),
				line(*self.LEDGER),
				NOW,
			)

	def test_the_same_priority_meanwhile_is_not(self) -> None:
		found = facts_of(
			claim(Claim.HAD_PRIORITY, "Mon 1 Jun 10:00", "Wed 3 Jun 10:00", party="Urgent"),
			line(*self.LEDGER),
			NOW,
		)
		assert found == (fact("Mon 1 Jun 10:00", Kind.PRIORITY, "Urgent"),)

	def test_what_the_record_says_already_is_refused(self) -> None:
		with pytest.raises(PriorityWasSo):
			facts_of(_urgent_since("Tue 2 Jun 14:00"), line(*self.LEDGER), NOW)


def _urgent_since(when: str) -> Correction:
	return claim(Claim.HAD_PRIORITY, when, "Tue 2 Jun 16:00", party="Urgent")


class TestOpened:
	"""Entered Monday 09:00 with a team, answered at 11:00."""

	LEDGER = (
		fact("Mon 1 Jun 09:00", Kind.PRIORITY, "Low"),
		fact("Mon 1 Jun 09:00", Kind.CUSTOMER, "Acme"),
		fact("Mon 1 Jun 09:00", Kind.TEAM, "Desk"),
		status("Mon 1 Jun 09:00", Status.OPEN, reason="Open"),
		fact("Mon 1 Jun 11:00", Kind.REPLIED),
	)

	def test_it_opens_earlier_as_what_it_was_when_it_was_entered(self) -> None:
		after = told(line(*self.LEDGER), claim(Claim.OPENED, "Fri 29 May 17:00"))
		first = after.steps[0]
		assert after.state_at(first.at).reason == "Open"
		assert (after.opened, first.events) == (at("Fri 29 May 17:00"), (Kind.OPENED,))
		assert (first.at, after.state_at(first.at).priority, after.state_at(first.at).customer) == (
			at("Fri 29 May 17:00"),
			"Low",
			"Acme",
		)
		assert after.steps[-1].state == line(*self.LEDGER).steps[-1].state

	def test_its_clock_starts_then_and_nothing_of_it_is_lost(self) -> None:
		"""An hour of Friday: four hours are used up on Monday at 12:00 instead of 13:00."""
		before = line(*self.LEDGER)
		after = told(before, claim(Claim.OPENED, "Fri 29 May 17:00"))
		assert clock(before).missed_at == at("Mon 1 Jun 13:00")
		assert (clock(after).started, clock(after).missed_at) == (
			at("Fri 29 May 17:00"),
			at("Mon 1 Jun 12:00"),
		)

	def test_until_it_was_entered_it_was_with_nobody(self) -> None:
		after = told(line(*self.LEDGER), claim(Claim.OPENED, "Fri 29 May 17:00"))
		first, second = legs(after, NOW)[:2]
		assert (first.name, first.start, first.end) == ("", at("Fri 29 May 17:00"), at("Mon 1 Jun 09:00"))
		assert second.name == "Desk"

	def test_it_opens_later_with_all_that_was_known(self) -> None:
		later = claim(Claim.OPENED, "Mon 1 Jun 10:30")
		after = told(line(*self.LEDGER), later)
		assert facts_of(later, line(*self.LEDGER), NOW) == (fact("Mon 1 Jun 10:30", Kind.OPENED),)
		assert (after.opened, after.steps[0].state.team) == (at("Mon 1 Jun 10:30"), "Desk")
		assert clock(after).missed_at == at("Mon 1 Jun 14:30")

	def test_a_correction_can_be_corrected(self) -> None:
		once = told(line(), claim(Claim.OPENED, "Fri 29 May 17:00"))
		twice = Timeline.of(
			"T",
			[
				*once.facts,
				*(
					one._replace(recorded_at=NOW, number=200)
					for one in facts_of(claim(Claim.OPENED, "Mon 1 Jun 08:30"), once, NOW)
				),
			],
		)
		assert twice.opened == at("Mon 1 Jun 08:30")
		with pytest.raises(OpenedThenAlready):
			facts_of(claim(Claim.OPENED, "Mon 1 Jun 08:30"), twice, NOW)

	def test_one_that_was_entered_as_done_was_open_until_then(self) -> None:
		before = line(status("Mon 1 Jun 09:00", Status.CLOSED))
		after = told(before, claim(Claim.OPENED, "Fri 29 May 17:00"))
		assert not after.steps[0].state.done
		assert clock(after).stopped == at("Mon 1 Jun 09:00")

	def test_where_it_was_split_from_is_kept(self) -> None:
		split = Timeline.of("T", [OPENED._replace(value="ISS-1")])
		(opened,) = facts_of(claim(Claim.OPENED, "Mon 1 Jun 08:10"), split, NOW)
		assert (opened.kind, opened.value) == (Kind.OPENED, "ISS-1")

	@pytest.mark.parametrize(
		("when", "refused"),
		[
			("Mon 1 Jun 11:00:01", OpenedAfterEvent),
			("Mon 1 Jun 09:00", OpenedThenAlready),
			("Fri 5 Jun 12:00:01", CorrectionInFuture),
		],
	)
	def test_what_the_ledger_contradicts_is_refused(
		self, when: str, refused: type[InvalidCorrection]
	) -> None:
		with pytest.raises(refused):
			facts_of(claim(Claim.OPENED, when), line(*self.LEDGER), NOW)

	def test_a_change_of_what_it_is_about_is_something_that_happened_too(self) -> None:
		before = line(fact("Mon 1 Jun 10:00", Kind.PRIORITY, "High"))
		with pytest.raises(OpenedAfterEvent):
			facts_of(claim(Claim.OPENED, "Mon 1 Jun 10:30"), before, NOW)

	def test_at_the_very_instant_of_the_first_event_is_possible(self) -> None:
		after = told(line(*self.LEDGER), claim(Claim.OPENED, "Mon 1 Jun 11:00"))
		assert after.steps[0].at == after.steps[-1].at == at("Mon 1 Jun 11:00")


class TestFigures:
	def test_leaving_a_ticket_out_and_counting_it_again(self) -> None:
		out = told(line(), claim(Claim.EXCLUDED, "Mon 1 Jun 10:00"))
		back = told(out, claim(Claim.INCLUDED, "Mon 1 Jun 10:00"))
		assert (out.excused, back.excused) == (frozenset({""}), frozenset())

	def test_what_is_so_already_is_refused(self) -> None:
		with pytest.raises(NotExcluded):
			facts_of(claim(Claim.INCLUDED, "Mon 1 Jun 10:00"), line(), NOW)
		out = told(line(), claim(Claim.EXCLUDED, "Mon 1 Jun 10:00"))
		with pytest.raises(ExcludedAlready):
			facts_of(claim(Claim.EXCLUDED, "Mon 1 Jun 10:00"), out, NOW)


@pytest.mark.parametrize(
	("what", "begin", "end", "refused"),
	[
		(Claim.REPLIED, "Mon 1 Jun 08:59:59", "", CorrectionBeforeOpening),
		(Claim.REPLIED, "Fri 5 Jun 12:00:01", "", CorrectionInFuture),
		(Claim.WAITED, "Mon 1 Jun 10:00", "Fri 5 Jun 12:00:01", CorrectionInFuture),
		(Claim.WAITED, "Mon 1 Jun 10:00", "Mon 1 Jun 10:00", BackwardCorrection),
		(Claim.WAITED, "Fri 5 Jun 12:00", "", BackwardCorrection),
		(Claim.HAD_PRIORITY, "Mon 1 Jun 10:00", "Mon 1 Jun 10:00", BackwardCorrection),
	],
)
def test_times_that_cannot_be_are_refused(
	what: Claim, begin: str, end: str, refused: type[InvalidCorrection]
) -> None:
	with pytest.raises(refused):
		facts_of(claim(what, begin, end, whom=Waiting.CUSTOMER), line(), NOW)


def test_exactly_at_the_opening_and_exactly_now_are_possible() -> None:
	for when in ("Mon 1 Jun 09:00", "Fri 5 Jun 12:00"):
		assert facts_of(claim(Claim.REPLIED, when), line(), NOW)
