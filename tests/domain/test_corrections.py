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
	ResolvedAlready,
	StatusChangedMeanwhile,
)
from slm_extension.domain.instants import Instant
from slm_extension.domain.targets import Piece
from slm_extension.domain.timeline import Fact, Kind, Status, Timeline, Waiting

NOW = at("Fri 5 Jun 12:00")


def fact(when: str, kind: Kind, value: str = "", **more: object) -> Fact:
	return Fact(at(when), kind, value, **more)  # type: ignore[arg-type]


def status(when: str, value: Status, waiting: Waiting = Waiting.NOBODY, reason: str = "") -> Fact:
	return fact(when, Kind.STATUS, value.value, waiting=waiting.value, reason=reason)


OPENED = fact("Mon 1 Jun 09:00", Kind.OPENED)


def line(*facts: Fact) -> Timeline:
	return Timeline.of("T", [replace(one, number=number) for number, one in enumerate((OPENED, *facts))])


def claim(what: Claim, when: str, until: str = "", **more: object) -> Correction:
	return Correction("C-1", what, at(when), at(until) if until else None, **more)  # type: ignore[arg-type]


def told(timeline: Timeline, correction: Correction) -> Timeline:
	"""The ledger with the correction in it, as it is after an approval now."""
	added = [
		replace(one, recorded_at=NOW, number=100 + number)
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
		],
		ids=["his next message", "the next status", "the status after the wait", "the next hand-over"],
	)
	def test_as_long_as_nothing_speaks_against_it(self, what: Claim, whom: Waiting, expected: str) -> None:
		timeline = line(
			fact("Tue 2 Jun 11:00", Kind.CUSTOMER_REPLIED),
			status("Tue 2 Jun 12:00", Status.OPEN),
			fact("Tue 2 Jun 13:00", Kind.TEAM, "Networks"),
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
