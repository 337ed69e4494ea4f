"""Agreements written as TOML and read again are the same agreements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from slm_extension.domain.agreements import Agreement, AgreementBook, AgreementKind
from slm_extension.domain.attainment import Period
from slm_extension.domain.availability import Measure, Promise
from slm_extension.domain.calendars import Calendar, DatedHours, Window, YearlyClosure
from slm_extension.domain.commitments import Commitments, Escalation, Notify, ServicePromise
from slm_extension.domain.interruptions import AgreedInterruption
from slm_extension.domain.levels import EscalationLevel, Timing
from slm_extension.domain.recurrence import LAST, Every, Rhythm
from slm_extension.domain.scopes import Condition, Forest, Property, Values
from slm_extension.domain.service_links import ServiceLinks
from slm_extension.domain.targets import METRICS, RESOLUTION, RESPONSE, TURNAROUND, Change, Reopen, Target
from slm_extension.domain.timeline import Waiting
from slm_extension.replay.agreements_file import read_agreements
from slm_extension.replay.agreements_writer import agreements_text

EXAMPLES = Path(__file__).parents[2] / "examples"
HOUR = 3600
ALWAYS = Calendar.around_the_clock("Always", "UTC")
ODD = Calendar.weekly(
	'Odd "hours" of [Kolkata]',
	"Asia/Kolkata",
	{
		0: (Window(0, 9 * HOUR), Window(9 * HOUR + 30, 12 * HOUR + 61)),
		5: (Window(22 * HOUR, 30 * HOUR),),
		6: (Window(18 * HOUR, 24 * HOUR),),
	},
	exceptions=(
		DatedHours(date(2026, 10, 2), (), "Gandhi's day = \\ a # holiday"),
		DatedHours(date(2026, 1, 26), (Window(10 * HOUR, 12 * HOUR), Window(13 * HOUR, 25 * HOUR)), ""),
	),
	yearly=(YearlyClosure((12, 24), (1, 2), "Christmas"), YearlyClosure((5, 1), (5, 1))),
)


def _target(name: str = "response", **more: object) -> Target:
	values = {"metric": RESPONSE, "goal": HOUR, "calendar": ALWAYS, **more}
	return Target(name, **values)  # type: ignore[arg-type]


def _read_back(tmp_path: Path, *agreements: Agreement) -> tuple[Agreement, ...]:
	path = tmp_path / "agreements.toml"
	path.write_text(agreements_text(agreements), encoding="utf-8")
	return read_agreements(path).book.agreements


@pytest.mark.parametrize("example", ["demo", "volvo"])
def test_an_example_is_read_back_as_it_was(example: str, tmp_path: Path) -> None:
	known = read_agreements(EXAMPLES / example / "agreements.toml").book.agreements
	assert _read_back(tmp_path, *known) == known


@pytest.mark.parametrize(
	"agreement",
	[
		pytest.param(Agreement("Plain", AgreementKind.SLA, ALWAYS, (_target(),)), id="plain"),
		pytest.param(
			Agreement(
				"Every scope",
				AgreementKind.SLA,
				ODD,
				(
					_target(
						"repair\tand \x7f more",
						metric=RESOLUTION,
						goal=100 * HOUR + 61,
						calendar=ODD,
						holds=Waiting.CUSTOMER | Waiting.OTHER,
						priorities=frozenset({"P1", "P2"}),
						services=frozenset({"Mail"}),
						on_reopen=Reopen.NEW_CYCLE,
						on_change=Change.FROM_CHANGE,
						objective=Fraction("99.95"),
						warnings=(50, 75),
					),
					_target(priorities=frozenset({"P1"}), objective=Fraction(95)),
					_target("nothing holds", metric=METRICS["closure"], holds=Waiting.NOBODY, goal=59),
				),
				valid_from=date(2025, 1, 1),
				valid_until=date(2026, 12, 31),
				version=3,
				customers=frozenset({"Müller & Söhne", 'A "quoted" one'}),
				customer_groups=frozenset({"Gold"}),
				territories=frozenset({"EMEA"}),
				services=frozenset({"Mail", "Web"}),
				teams=frozenset({"Desk"}),
			),
			id="every scope",
		),
		pytest.param(
			Agreement("Default", AgreementKind.COMMITMENT, ALWAYS, (_target(),), default=True), id="default"
		),
		pytest.param(
			Agreement(
				"OLA",
				AgreementKind.OLA,
				ALWAYS,
				(_target(metric=TURNAROUND, holds=Waiting.ANYBODY),),
				parties=frozenset({"* 2nd"}),
				customers=frozenset({"Acme"}),
			),
			id="ola",
		),
		pytest.param(
			Agreement(
				"UC", AgreementKind.UC, ALWAYS, (_target(metric=TURNAROUND),), parties=frozenset({"Corvane"})
			),
			id="uc",
		),
	],
)
def test_an_agreement_is_read_back_as_it_was(agreement: Agreement, tmp_path: Path) -> None:
	assert _read_back(tmp_path, agreement) == (agreement,)


def test_availability_and_escalation_are_read_back(tmp_path: Path) -> None:
	"""Every measure, and every way in which a level can lie and be acted on; one calendar is nobody else's."""
	agreement = Agreement("Acme", AgreementKind.SLA, ALWAYS, (_target(),))
	values = {
		Measure.AVAILABILITY: Fraction("99.95"),
		Measure.HOURS: Fraction(700 * HOUR),
		Measure.FAILURES: Fraction(2),
		Measure.MTBF: Fraction("100.25") * HOUR,
		Measure.MTRS: Fraction("0.3333") * HOUR,
		Measure.LONGEST: Fraction(4 * HOUR),
	}
	said = Commitments(
		"Acme",
		1,
		tuple(
			ServicePromise('Mail "and" more', Promise(measure, value), period, calendar)
			for measure, value in values.items()
			for period, calendar in ((Period.MONTH, ALWAYS), (Period.QUARTER, ODD), (Period.YEAR, ALWAYS))
		),
		(
			Escalation(EscalationLevel(1, Timing.PERCENT, 75)),
			Escalation(EscalationLevel(1, Timing.BEFORE, 0, "response"), Notify.TEAM, action='Say "x"\nto y'),
			Escalation(EscalationLevel(2, Timing.BEFORE, 5401), Notify.ROLE, role="Service Level Manager"),
			Escalation(
				EscalationLevel(3, Timing.AFTER, HOUR, "response"),
				Notify.USER,
				user="otto@desk.example",
				raise_priority_to="P1",
				move_to_team="Second",
				assign_to="mira@desk.example",
			),
		),
	)
	path = tmp_path / "agreements.toml"
	path.write_text(agreements_text([agreement], commitments=[said]), encoding="utf-8")

	file = read_agreements(path)

	assert file.commitments == (said,)
	assert file.book.agreements == (agreement,)


def test_interruptions_are_read_back(tmp_path: Path) -> None:
	"""Every rhythm, with and without a day of its own."""
	agreement = Agreement("Acme", AgreementKind.SLA, ALWAYS, (_target(),))
	begins = datetime(2026, 1, 4, 2, 30, 15)
	rhythms = [
		None,
		*(Rhythm(every) for every in Every),
		Rhythm(Every.WEEK, 2, 6),
		Rhythm(Every.WEEK, 1, 0, through=4),
		Rhythm(Every.WEEK, 3, 4, through=0),
		*(Rhythm(Every.MONTH, weekday=weekday, place=1) for weekday in range(7)),
		*(Rhythm(Every.QUARTER, 3, 4, place) for place in (1, 2, 3, 4, LAST)),
		Rhythm(Every.YEAR, day=31),
	]
	said = Commitments(
		"Acme",
		1,
		interruptions=(
			AgreedInterruption('Not "said" when', notice=HOUR),
			*(AgreedInterruption("Patches", "Mail", begins, 5401, one, 72 * HOUR) for one in rhythms),
		),
	)
	path = tmp_path / "agreements.toml"
	path.write_text(agreements_text([agreement], commitments=[said]), encoding="utf-8")

	assert read_agreements(path).commitments == (said,)


def test_conditions_and_what_lies_beneath_what_are_read_back(tmp_path: Path) -> None:
	agreement = Agreement(
		"A",
		AgreementKind.SLA,
		ALWAYS,
		(_target(),),
		services=frozenset({"Shop"}),
		conditions=(
			Condition(Property.PRIORITY, Values(frozenset({"P1", "P2"}))),
			Condition(Property.TERRITORY, Values(frozenset({'"Nord"'}), others=True)),
		),
	)
	links = [("Cart", 'Card "X"'), ("Cart", "Bank"), ("Shop", "Power")]
	forest = Forest(
		{Property.SERVICE: {"Cart": "Shop", "Pay. by = card": "Cart"}, Property.TERRITORY: {}},
		links=ServiceLinks(reversed(links)),
	)
	path = tmp_path / "agreements.toml"
	path.write_text(agreements_text([agreement], forest=forest), encoding="utf-8")
	book = read_agreements(path).book
	assert book.agreements == (agreement,)
	assert book.forests[0].parents[Property.SERVICE] == forest.parents[Property.SERVICE]
	assert sorted(book.forests[0].links) == sorted(links)


def test_versions_end_as_they_did_and_what_they_rest_on_stays(tmp_path: Path) -> None:
	beneath = Agreement(
		"OLA", AgreementKind.OLA, ALWAYS, (_target(metric=TURNAROUND),), parties=frozenset({"Network"})
	)
	first = Agreement("Acme", AgreementKind.SLA, ALWAYS, (_target(),), rests_on=("OLA",))
	second = replace(first, version=2, valid_from=date(2026, 6, 1))
	known = AgreementBook([beneath, first, second]).agreements
	assert _read_back(tmp_path, *known) == known
	assert known[0].valid_until == date(2026, 5, 31)


def test_how_far_holidays_are_known_is_read_back(tmp_path: Path) -> None:
	calendar = replace(ALWAYS, known_until=date(2027, 12, 31))
	agreement = Agreement("A", AgreementKind.SLA, calendar, (_target(calendar=calendar),))
	assert _read_back(tmp_path, agreement)[0].calendar.known_until == date(2027, 12, 31)


def test_two_calendars_of_one_name_are_told_apart(tmp_path: Path) -> None:
	"""A frozen agreement counts in a calendar of its own that is called as the one it came from."""
	other = replace(ODD, name="Always")
	agreement = Agreement("A", AgreementKind.SLA, ALWAYS, (_target(calendar=other),))
	(found,) = _read_back(tmp_path, agreement)
	assert found.targets[0].calendar == replace(other, name="Always (2)")
	assert found.calendar == ALWAYS


def test_remarks_are_comments_whatever_is_in_them(tmp_path: Path) -> None:
	agreement = Agreement("A", AgreementKind.SLA, ALWAYS, (_target(),))
	text = agreements_text(
		[agreement], {("A", 1): "Gold\x00\nname = 'B'\u2028zone"}, "First\n[[agreement]]\x85x = 1"
	)
	path = tmp_path / "agreements.toml"
	path.write_text(text, encoding="utf-8")
	assert read_agreements(path).book.agreements == (agreement,)
	assert "# Gold" in text
