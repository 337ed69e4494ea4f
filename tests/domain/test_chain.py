"""What the targets of an SLA rest on, and whether it carries them: metrics, profiles, versions and gaps.

June 2026: 1 June is a Monday. Calendars are UTC; offices are open Monday to Friday 09:00-18:00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from chains import replayed
from given import ALWAYS, HOUR, OFFICE, at, office

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind, Edition
from slm_extension.domain.calendars import WHOLE_DAY, Calendar, DatedHours
from slm_extension.domain.chain import (
	MOST_PASSES,
	ChainFinding,
	Gap,
	GapReason,
	Profile,
	Stage,
	check_agreement,
)
from slm_extension.domain.chain_check import ChainVerdict, Link, Slack
from slm_extension.domain.clocks import Outcome
from slm_extension.domain.errors import (
	DuplicateAgreement,
	EmptyPeriod,
	EmptyStage,
	InvalidPasses,
	PartyMissing,
	RestsOnWrongKind,
)
from slm_extension.domain.scopes import Condition, Forest, Property, Values
from slm_extension.domain.targets import METRICS, Target
from slm_extension.domain.timeline import Waiting

NINE_TO_FIVE = office(hours=("09:00-17:00",))
FIRST, LAST = at("Mon 1 Jun 00:00"), at("Wed 1 Jul 00:00")
MIDDLE = at("Mon 15 Jun 00:00")
FEASIBLE, INFEASIBLE = ChainVerdict.FEASIBLE, ChainVerdict.INFEASIBLE
UNBOUNDED, GAP, UNSUPPORTED = ChainVerdict.UNBOUNDED, ChainVerdict.GAP, ChainVerdict.UNSUPPORTED
ANY = Profile("", "")


def target(metric: str, hours: float, calendar=OFFICE, **more) -> Target:
	scopes = {
		name: frozenset(more.pop(name).split("+")) for name in ("priorities", "services") if name in more
	}
	name = f"{metric} {hours} h {' '.join('+'.join(sorted(names)) for names in scopes.values())}".strip()
	return Target(name, METRICS[metric], int(hours * HOUR), calendar, **scopes, **more)


def sla(*targets: Target, **more) -> Agreement:
	return Agreement("SLA", AgreementKind.SLA, OFFICE, targets, **more)


def ola(*targets: Target, name: str = "Desk", **more) -> Agreement:
	return Agreement(name, AgreementKind.OLA, OFFICE, targets, parties=frozenset({name}), **more)


def uc(*targets: Target, name: str = "Carrier", **more) -> Agreement:
	return Agreement(name, AgreementKind.UC, OFFICE, targets, parties=frozenset({name}), **more)


def found(agreement: Agreement, *stages, forest: Forest | None = None) -> tuple[ChainFinding, ...]:
	chain = [one if isinstance(one, (Stage, Slack)) else Stage((one,)) for one in stages]
	more = {} if forest is None else {"forest": forest}
	return check_agreement(agreement, chain, FIRST, LAST, **more).findings


def told(findings: tuple[ChainFinding, ...]) -> list[tuple]:
	return [
		(one.target.name, one.priorities, one.verdict, None if one.slack is None else one.slack / HOUR)
		for one in findings
	]


FAMILIES = {
	"response by response": ("response", ("response 3",), 1),
	"response is not helped by a turnaround": ("response", ("turnaround 3",), None),
	"ownership by ownership": ("ownership", ("ownership 3", "response 1"), 1),
	"acknowledgement by acknowledgement": ("acknowledgement", ("response 1", "acknowledgement 3"), 1),
	"acknowledgement by what acknowledges": ("acknowledgement", ("response 3", "ownership 2"), 2),
	"an update interval by one": ("update interval", ("update interval 3", "response 1"), 1),
	"escalation by escalation": ("escalation", ("escalation 3",), 1),
	"next reply by next reply": ("next reply", ("next reply 3",), 1),
	"resolution by turnaround": ("resolution", ("turnaround 3",), 1),
	"resolution by resolution": ("resolution", ("resolution 3",), 1),
	"resolution by closure": ("resolution", ("closure 3",), 1),
	"resolution by restoration": ("resolution", ("restoration 3",), 1),
	"resolution by the tightest that ends with the work": (
		"resolution",
		("turnaround 8", "resolution 3", "closure 9", "restoration 1"),
		1,
	),
	"closure by turnaround": ("closure", ("turnaround 3",), 1),
	"turnaround by resolution": ("turnaround", ("resolution 3",), 1),
	"restoration by resolution": ("restoration", ("resolution 3",), 1),
	"restoration by restoration before resolution": ("restoration", ("resolution 9", "restoration 3"), 1),
	"nothing that has to do with it": ("restoration", ("response 3",), None),
}


@pytest.mark.parametrize(("metric", "promised", "slack"), FAMILIES.values(), ids=FAMILIES)
def test_a_metric_rests_on_those_that_limit_it(metric: str, promised: tuple[str, ...], slack) -> None:
	"""The SLA promises four hours; `slack` None: it rests on nothing."""
	support = ola(*(target(*(one.rsplit(" ", 1)[0], int(one.rsplit(" ", 1)[1]))) for one in promised))

	(finding,) = found(sla(target(metric, 4)), support)

	assert (finding.metric, finding.profiles) == (metric, (ANY,))
	if slack is None:
		assert (finding.verdict, finding.checks, finding.worst, finding.slack) == (
			UNSUPPORTED,
			(),
			None,
			None,
		)
		assert (finding.kept, finding.share, finding.earliest) == (True, 0, None)
	else:
		assert (finding.verdict, finding.slack) == (FEASIBLE, slack * HOUR)


PROOFS = ["response", "ownership", "next reply", "resolution", "turnaround", "closure", "restoration"]


@pytest.mark.parametrize("metric", PROOFS)
def test_an_infeasible_target_of_any_metric_is_proved_by_the_clocks(metric: str) -> None:
	support = ola(target(metric, 5, NINE_TO_FIVE))
	promise = sla(target(metric, 4, ALWAYS), rests_on=("Desk",))

	(finding,) = found(promise, support)

	assert finding.verdict is INFEASIBLE
	assert not finding.kept
	assessment = replayed(finding.worst, AgreementBook([promise, support]), metric)
	assert [one.clock.outcome for one in assessment.to_customer] == [Outcome.MISSED]
	assert [one.clock.outcome for one in assessment.beneath] == [Outcome.MET]
	assert -assessment.to_customer[0].clock.remaining == finding.worst.overrun == -finding.slack


def test_a_whole_agreement_over_team_supplier_and_team_is_proved_by_the_clocks() -> None:
	"""P1 fails over the weekend; P2, held while with the supplier, does not."""
	promise = sla(
		target("resolution", 8, ALWAYS, priorities="P1"),
		target("resolution", 20, holds=Waiting.SUPPLIER, priorities="P2"),
		target("response", 1),
	)
	desk = ola(target("turnaround", 2), target("response", 1))
	carrier = uc(target("turnaround", 4, NINE_TO_FIVE))
	network = ola(target("turnaround", 2), name="Network")
	report = check_agreement(
		promise, [Stage((desk,)), Stage((carrier,), Slack("handover", HOUR)), Stage((network,))], FIRST, LAST
	)

	p1, p2, response = report.findings

	assert (p1.profiles, p1.verdict) == ((Profile("P1", ""),), INFEASIBLE)
	assert (p2.profiles, p2.verdict, p2.slack) == ((Profile("P2", ""),), FEASIBLE, 15 * HOUR)
	assert (response.verdict, response.slack) == (FEASIBLE, 0)
	assert response.profiles == (ANY,)
	assert not report.kept
	for finding, outcome in ((p1, Outcome.MISSED), (p2, Outcome.MET)):
		book = AgreementBook([promise, desk, carrier, network])
		assessment = replayed(finding.worst, book, priority=finding.priorities[0])
		clocks = {one.metric: one.clock for one in assessment.to_customer}
		assert clocks["resolution"].outcome is outcome
		assert -clocks["resolution"].remaining == finding.worst.overrun
		beneath = [one for one in assessment.beneath if one.metric == "turnaround"]
		assert sorted(one.agreement.name for one in beneath) == ["Carrier", "Desk", "Network"]
		assert {one.clock.outcome for one in beneath} == {Outcome.MET}


def test_each_priority_has_the_targets_that_are_for_it() -> None:
	"""P1 and P3 have rows of their own beneath, all others share one; P1 alone has one above."""
	promise = sla(target("resolution", 2, priorities="P1"), target("resolution", 8))
	support = ola(
		target("turnaround", 3, priorities="P1"),
		target("turnaround", 9, priorities="P3"),
		target("turnaround", 6),
	)

	assert told(found(promise, support)) == [
		("resolution 2 h P1", ("P1",), INFEASIBLE, -1),
		("resolution 8 h", ("P3",), INFEASIBLE, -1),
		("resolution 8 h", ("",), FEASIBLE, 2),
	]


def test_profiles_that_rest_on_the_same_are_told_together() -> None:
	promise = sla(target("resolution", 8, priorities="P1+P2", services="Mail+Web"))
	support = ola(target("turnaround", 6, priorities="P1+P2+P3"))

	(finding,) = found(promise, support)

	assert finding.priorities == ("P1", "P2")
	assert finding.services == ("Mail", "Web")
	assert len(finding.profiles) == 4


def test_what_a_support_promises_to_others_only_is_a_gap() -> None:
	(critical, others) = found(sla(target("resolution", 4)), ola(target("turnaround", 3, priorities="P1")))

	assert (critical.verdict, critical.profiles) == (FEASIBLE, (Profile("P1", ""),))
	assert (others.verdict, others.profiles, others.kept) == (GAP, (ANY,), False)
	assert others.gaps == (Gap("Desk", GapReason.NOT_PROMISED, FIRST, LAST),)
	assert (others.checks, others.share, others.slack) == ((), 1, None)


def test_a_support_for_other_services_leaves_a_stage_to_one_that_is_for_it() -> None:
	promise = sla(target("resolution", 4))
	mail = ola(target("turnaround", 3), name="Mail team", services=frozenset({"Mail"}))
	web = ola(target("turnaround", 5), name="Web team", services=frozenset({"Web"}))

	mails, webs, others = found(promise, Stage((mail, web)))

	assert (mails.services, mails.verdict, mails.slack) == (("Mail",), FEASIBLE, HOUR)
	assert (webs.services, webs.verdict, webs.slack) == (("Web",), INFEASIBLE, -HOUR)
	assert others.gaps == (
		Gap("Mail team", GapReason.OTHER_TICKETS, FIRST, LAST),
		Gap("Web team", GapReason.OTHER_TICKETS, FIRST, LAST),
	)


def test_an_sla_is_asked_about_its_own_services_and_priorities_only() -> None:
	urgent = Condition(Property.PRIORITY, Values(frozenset({"P1", "P2"})))
	company = Condition(Property.TYPE, Values(frozenset({"Incident"})))
	promise = sla(target("resolution", 4), services=frozenset({"Mail"}), conditions=(urgent, company))
	support = ola(target("turnaround", 3, services="Mail+Web"), target("turnaround", 5, priorities="P3"))

	(finding,) = found(promise, support)

	assert finding.profiles == (Profile("P1", "Mail"), Profile("P2", "Mail"))
	assert finding.slack == HOUR


def test_a_service_rests_on_what_is_promised_for_those_it_lies_beneath() -> None:
	forest = Forest({Property.SERVICE: {"Mail": "Office", "Fax": "Office"}})
	promise = sla(target("resolution", 4), services=frozenset({"Office"}))
	support = ola(
		target("turnaround", 3, services="Office"),
		target("turnaround", 5, services="Mail"),
		services=frozenset({"Office"}),
	)

	mail, office = found(promise, support, forest=forest)

	assert (mail.services, mail.verdict) == (("Mail",), INFEASIBLE)
	assert (office.services, office.verdict) == (("Office",), FEASIBLE)


def test_a_support_that_is_not_in_force_all_the_time_is_a_gap_with_its_dates() -> None:
	"""In force from 8 June to 14 June: before and after, nothing is promised."""
	support = ola(target("turnaround", 3), valid_from=date(2026, 6, 8), valid_until=date(2026, 6, 14))

	(finding,) = found(sla(target("resolution", 4)), support)

	week = at("Mon 8 Jun 00:00"), MIDDLE
	assert finding.verdict is GAP
	assert finding.gaps == (
		Gap("Desk", GapReason.NOT_IN_FORCE, FIRST, week[0]),
		Gap("Desk", GapReason.NOT_IN_FORCE, week[1], LAST),
	)
	(checked,) = finding.checks
	assert (checked.first, checked.last, checked.verdict) == (*week, FEASIBLE)
	assert finding.share == Fraction(23, 30)


def test_a_ticket_stays_with_the_version_in_force_at_its_opening() -> None:
	"""The second version, from 15 June on, is too slow; the first one is not, even over the change."""
	old = ola(target("turnaround", 3), valid_from=date(2026, 1, 1))
	new = ola(target("turnaround", 5), valid_from=date(2026, 6, 15), version=2)

	(finding,) = found(sla(target("resolution", 4)), Stage((new, old)))

	assert [(one.first, one.last, one.verdict) for one in finding.checks] == [
		(FIRST, MIDDLE, FEASIBLE),
		(MIDDLE, LAST, INFEASIBLE),
	]
	assert (finding.verdict, finding.slack) == (INFEASIBLE, -HOUR)
	assert finding.worst == finding.earliest
	assert finding.worst.opened == MIDDLE
	assert [passage.way.version for passage in finding.worst.passages] == [2]
	assert finding.checks[0].worst.passages[0].way.version == 1


def test_a_version_without_what_the_one_before_promised_is_a_gap() -> None:
	old = ola(target("turnaround", 3))
	new = ola(target("response", 1), valid_from=date(2026, 6, 15), version=2)

	(finding,) = found(sla(target("resolution", 4)), Stage((old, new)))

	assert finding.gaps == (Gap("Desk", GapReason.NOT_PROMISED, MIDDLE, LAST),)
	assert [one.last for one in finding.checks] == [MIDDLE]


def test_a_metric_is_asked_about_once_where_only_what_others_rest_on_changes() -> None:
	desk = ola(target("response", 1), target("turnaround", 1))
	carrier = uc(target("turnaround", 1), valid_from=date(2026, 6, 8))

	resolution, response = found(sla(target("resolution", 4), target("response", 1)), desk, carrier)

	assert [(one.first, one.last) for one in resolution.checks] == [(at("Mon 8 Jun 00:00"), LAST)]
	assert [(one.first, one.last) for one in response.checks] == [(FIRST, LAST)]


def test_gaps_of_several_supports_are_told_each_with_its_own_dates() -> None:
	"""The team's ends on 14 June, the supplier's begins on 8 June; who has a gap twice is told once."""
	desk = ola(target("turnaround", 1), valid_until=date(2026, 6, 14))
	carrier = uc(target("turnaround", 1), valid_from=date(2026, 6, 8))

	(finding,) = found(sla(target("resolution", 4)), desk, carrier, desk)

	assert finding.gaps == (
		Gap("Carrier", GapReason.NOT_IN_FORCE, FIRST, at("Mon 8 Jun 00:00")),
		Gap("Desk", GapReason.NOT_IN_FORCE, MIDDLE, LAST),
	)
	assert [(one.first, one.last) for one in finding.checks] == [(at("Mon 8 Jun 00:00"), MIDDLE)]


def test_overlapping_gaps_count_once_in_the_share() -> None:
	desk = ola(target("turnaround", 1), valid_from=date(2026, 6, 15))
	carrier = uc(target("turnaround", 1), valid_from=date(2026, 6, 8))

	(finding,) = found(sla(target("resolution", 4)), desk, carrier)

	assert len(finding.gaps) == 2
	assert finding.share == Fraction(14, 30)


def test_an_edition_counts_for_tickets_opened_from_then_on() -> None:
	"""Calendars of both changed on 15 June: the SLA's is round the clock since, the team's closes earlier."""
	promise = sla(target("resolution", 4), editions=(Edition(MIDDLE, (target("resolution", 24, ALWAYS),)),))
	support = ola(
		target("turnaround", 4),
		editions=(Edition(MIDDLE, (target("turnaround", 4, NINE_TO_FIVE),)),),
	)

	before, after = found(promise, support)

	assert (before.verdict, before.slack, before.checks[0].last) == (FEASIBLE, 0, MIDDLE)
	assert (after.verdict, after.checks[0].first) == (INFEASIBLE, MIDDLE)
	assert after.worst.opened == at("Fri 19 Jun 13:00")


def test_an_edition_of_the_sla_alone_makes_findings_of_their_own() -> None:
	promise = sla(
		target("resolution", 4), editions=(Edition(MIDDLE, (target("resolution", 2, NINE_TO_FIVE),)),)
	)

	before, after = found(promise, ola(target("turnaround", 3)))

	assert (before.verdict, before.checks[0].last) == (FEASIBLE, MIDDLE)
	assert (after.verdict, after.checks[0].first) == (INFEASIBLE, MIDDLE)


def test_where_the_sla_promises_nothing_there_is_nothing_to_keep() -> None:
	promise = sla(target("resolution", 4, priorities="P1"), target("response", 1))
	support = ola(target("turnaround", 3), target("response", 1))

	assert [one.target.name for one in found(promise, support)] == ["resolution 4 h P1", "response 1 h"]


def test_the_gravest_of_versions_is_the_verdict() -> None:
	"""Nothing before 8 June, too slow until 14 June, and then it may be kept for ever: its calendar ends."""
	ended = Calendar.weekly("Ended", "UTC", {}, exceptions=(DatedHours(date(2026, 1, 5), (WHOLE_DAY,)),))
	versions = (
		ola(target("turnaround", 5), valid_from=date(2026, 6, 8)),
		ola(target("turnaround", 5, ended), valid_from=date(2026, 6, 15), version=2),
	)

	(finding,) = found(sla(target("resolution", 4)), Stage(versions))

	assert [one.verdict for one in finding.checks] == [INFEASIBLE, UNBOUNDED]
	assert len(finding.gaps) == 1
	assert (finding.verdict, finding.slack, finding.worst.finish) == (UNBOUNDED, None, None)
	assert finding.earliest.opened == at("Mon 8 Jun 00:00")
	assert finding.share == 1


def test_a_supplier_whose_clock_is_held_while_he_has_it_promises_nothing() -> None:
	carrier = uc(target("turnaround", 1, holds=Waiting.SUPPLIER), target("resolution", 3))
	promise = sla(target("resolution", 4))

	(bound,) = found(promise, carrier)
	(unbound,) = found(promise, replace(carrier, targets=carrier.targets[:1]))
	(team,) = found(promise, ola(target("turnaround", 1, holds=Waiting.SUPPLIER)))

	assert (bound.verdict, bound.slack) == (FEASIBLE, HOUR)
	assert unbound.gaps == (Gap("Carrier", GapReason.NEVER_COUNTS, FIRST, LAST),)
	assert (team.verdict, team.slack) == (FEASIBLE, 3 * HOUR)


def test_the_ways_are_those_that_were_asked_for_in_their_order() -> None:
	promise = sla(target("resolution", 12), target("response", 1))
	desk, carrier = ola(target("turnaround", 2), target("response", 1)), uc(target("turnaround", 1))
	handover = Slack("handover", HOUR, metrics=frozenset({"resolution"}))
	work = Slack("own work", HOUR)

	resolution, response = found(
		promise, work, Stage((desk,), handover, times=2), Stage((carrier,), handover), Stage((desk,))
	)

	names = [
		[one.way.agreement if isinstance(one.way, Link) else one.way.name for one in finding.worst.passages]
		for finding in (resolution, response)
	]
	assert names == [
		["own work", "handover", "Desk", "handover", "Desk", "handover", "Carrier", "Desk"],
		["own work", "Desk", "Desk", "Desk"],
	]
	assert resolution.slack == HOUR


def test_each_support_is_looked_at_alone_as_well() -> None:
	"""R166, R168, R173: the UC alone is weaker than what it carries, the OLA is not."""
	promise = sla(target("resolution", 4), target("response", 1))
	desk = ola(target("turnaround", 3), services=frozenset({"Mail"}))
	carrier = uc(target("turnaround", 5), target("response", 1))

	report = check_agreement(
		promise, [Slack("own work", HOUR), Stage((desk, carrier)), Stage((carrier,))], FIRST, LAST
	)

	assert [(one.support, one.metric, one.services, one.verdict, one.slack) for one in report.alone] == [
		("Desk", "resolution", ("Mail",), FEASIBLE, HOUR),
		("Carrier", "resolution", ("",), INFEASIBLE, -HOUR),
		("Carrier", "response", ("",), FEASIBLE, 0),
	]
	assert {one.support for one in report.findings} == {""}


def test_a_report_says_what_it_is_about() -> None:
	promise = sla(
		target("resolution", 4), valid_from=date(2026, 6, 8), valid_until=date(2026, 6, 14), version=3
	)

	report = check_agreement(promise, [Stage((ola(target("turnaround", 3)),))], FIRST, LAST)

	assert (report.agreement, report.version) == ("SLA", 3)
	assert (report.first, report.last) == (at("Mon 8 Jun 00:00"), MIDDLE)
	assert report.kept


def test_what_rests_on_nothing_does_not_stand_against_an_agreement() -> None:
	report = check_agreement(sla(target("resolution", 4)), [Slack("own work", 5 * HOUR)], FIRST, LAST)

	assert [one.verdict for one in report.findings] == [UNSUPPORTED]
	assert report.kept
	assert report.alone == ()


def test_what_a_support_rests_on_itself_is_not_asked_here() -> None:
	(finding,) = found(sla(target("resolution", 4)), ola(target("turnaround", 3), rests_on=("Unknown",)))

	assert finding.verdict is FEASIBLE


DESK = ola(target("turnaround", 3))
REFUSED = {
	"a period before the agreement": (EmptyPeriod, {"valid_from": date(2026, 7, 1)}, Stage((DESK,))),
	"a stage of nobody": (EmptyStage, {}, Stage(())),
	"never passed": (InvalidPasses, {}, Stage((DESK,), times=0)),
	"passed without end": (InvalidPasses, {}, Stage((DESK,), times=MOST_PASSES + 1)),
	"another promise to a customer": (
		RestsOnWrongKind,
		{},
		Stage((replace(DESK, kind=AgreementKind.COMMITMENT),)),
	),
	"a supplier without a name": (PartyMissing, {}, Stage((replace(DESK, parties=frozenset()),))),
	"two versions of one number": (
		DuplicateAgreement,
		{},
		Stage((DESK, replace(DESK, targets=(target("turnaround", 2),)))),
	),
}


@pytest.mark.parametrize(("error", "agreed", "stage"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_chain_is_refused(error: type, agreed: dict, stage: Stage) -> None:
	with pytest.raises(error):
		check_agreement(sla(target("resolution", 4), **agreed), [stage], FIRST, LAST)
