"""Agreements from a file: what each key means, and each mistake with its line and what to do about it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from slm_extension.domain.agreements import Agreement, AgreementKind
from slm_extension.domain.attainment import Period
from slm_extension.domain.availability import Measure, Promise
from slm_extension.domain.calendars import Calendar, DatedHours, Window
from slm_extension.domain.commitments import Escalation, Notify
from slm_extension.domain.instants import LAST, instant, zone
from slm_extension.domain.interruptions import AgreedInterruption
from slm_extension.domain.levels import EscalationLevel, Timing
from slm_extension.domain.recurrence import LAST as LAST_PLACE
from slm_extension.domain.recurrence import Every, Rhythm
from slm_extension.domain.scopes import Condition, Property, Values
from slm_extension.domain.targets import METRICS, Change, Reopen
from slm_extension.domain.timeline import State, Waiting
from slm_extension.replay.agreements_file import AgreementsFile, read_agreements
from slm_extension.replay.toml_document import InputProblem

HOUR = 3600
ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples" / "demo" / "agreements.toml"
GUIDE = ROOT / "docs" / "replay-agreements.md"

SMALL = """\
[calendar.office]
zone = "Europe/Berlin"
hours.mon-fri = "09:00-17:00"

[[agreement]]
name = "Acme"
customers = "Acme"
calendar = "office"

[[agreement.target]]
metric = "resolution"
goal = "4h"
"""
CALENDAR = 'hours.mon-fri = "09:00-17:00"'
AGREEMENT = 'calendar = "office"'
GOAL = 'goal = "4h"'
SECOND = "\n" + SMALL[SMALL.index("[[agreement]]") :]
"""A second agreement, all the same: starts on line 14 when it follows SMALL."""


@pytest.fixture
def read(tmp_path: Path):
	def read_text(text: str) -> AgreementsFile:
		path = tmp_path / "agreements.toml"
		path.write_text(text, encoding="utf-8")
		return read_agreements(path)

	return read_text


def changed(old: str, new: str, more: str = "") -> str:
	assert SMALL.count(old) == 1, old
	return SMALL.replace(old, new) + more


def adding(old: str, *lines: str) -> str:
	"""SMALL with lines after an existing one."""
	return changed(old, "\n".join((old, *lines)))


def in_calendar(*lines: str) -> str:
	return adding(CALENDAR, *lines)


def in_agreement(*lines: str) -> str:
	return adding(AGREEMENT, *lines)


def in_target(*lines: str) -> str:
	return adding(GOAL, *lines)


def condition(*lines: str) -> str:
	"""SMALL with a condition on line 13."""
	return "\n".join((SMALL + "[[agreement.condition]]", *lines))


def excuse(*lines: str) -> str:
	"""SMALL with an excuse on line 13, its own lines from 16 on."""
	return "\n".join((SMALL + "[[excuse]]", 'reason = "flood"', 'approved_by = "A. Berg"', *lines))


def availability(*lines: str) -> str:
	"""SMALL with a promise of availability on line 13, its own lines from 16 on."""
	return "\n".join((SMALL + "[[agreement.availability]]", 'service = "Mail"', "", *lines))


def escalation(*lines: str) -> str:
	"""SMALL with an escalation level on line 13, its own lines from 14 on."""
	return "\n".join((SMALL + "[[agreement.escalation]]", *lines))


def interruption(*lines: str) -> str:
	"""SMALL with an agreed interruption on line 13, its own lines from 15 on."""
	return "\n".join((SMALL + "[[agreement.interruption]]", 'name = "Backup"', *lines))


def window(start: float, end: float) -> Window:
	return Window(int(start * HOUR), int(end * HOUR))


# --- Refusals --------------------------------------------------------------------------------------------


def refusal(text: str, line: int | None, said: str, name: str) -> object:
	return pytest.param(text, line, said, id=name)


CALENDARS = [
	refusal(
		changed("Europe/Berlin", "Europe/Berlinn"),
		2,
		'"Europe/Berlinn" is not a time zone. Use a name of the IANA list, such as Europe/Berlin.',
		"unknown zone",
	),
	refusal(changed('"Europe/Berlin"', "1"), 2, '"zone" must be a string.', "zone that is no text"),
	refusal(changed('zone = "Europe/Berlin"', ""), 1, '"zone" is missing. Add it: zone = ...', "no zone"),
	refusal(
		changed(CALENDAR, ""),
		1,
		'Calendar "office" never opens. Give it at least one window on a day that is not closed.',
		"no hours",
	),
	refusal(
		in_calendar('yearly = "01-01..12-31"'), 1, 'Calendar "office" never opens.', "closed all the year"
	),
	refusal(
		changed(CALENDAR, 'hours = "09:00-17:00"'),
		3,
		'"hours" must be a table. Write [hours].',
		"hours as text",
	),
	refusal(
		changed("mon-fri", "monday"),
		3,
		'"monday" is not a day of the week. Write mon, tue, wed, thu, fri, sat, sun or a range: mon-fri.',
		"unknown weekday",
	),
	refusal(changed("mon-fri", "Mon-Fri"), 3, '"Mon-Fri" is not a day of the week.', "weekdays in capitals"),
	refusal(changed("mon-fri", "mon-"), 3, '"mon-" is not a day of the week.', "range without an end"),
	refusal(changed("mon-fri", "mon-xyz"), 3, '"mon-xyz" is not a day of the week.', "range to nowhere"),
	refusal(
		in_calendar('hours.fri = "09:00-12:00"'),
		4,
		"The hours of fri are given twice. Give each day once.",
		"weekday given twice",
	),
	refusal(
		changed("09:00-17:00", "9-17"),
		3,
		'"9-17" is not a window of time. Write "08:00-17:00"; add +1 to an end on the next day: "22:00-06:00+1".',
		"hours without minutes",
	),
	refusal(changed("09:00-17:00", "09:00"), 3, '"09:00" is not a window of time.', "window without an end"),
	refusal(changed("09:00-17:00", "09:00-17:60"), 3, "is not a window of time.", "sixty minutes"),
	refusal(changed("09:00-17:00", "09:00:00-17:00:60"), 3, "is not a window of time.", "sixty seconds"),
	refusal(changed("09:00-17:00", "09:00-24:01"), 3, "is not a window of time.", "past midnight"),
	refusal(changed("09:00-17:00", "22:00-06:00+2"), 3, "is not a window of time.", "two days later"),
	refusal(
		changed("09:00-17:00", "09:00-12:00 11:00-17:00"),
		1,
		"the windows 09:00-12:00 and 11:00-17:00 on Monday overlap. Join them, or let one end where the other "
		"starts.",
		"overlapping windows",
	),
	refusal(
		changed("09:00-17:00", "22:00-06:00+1 05:00-07:00"),
		1,
		"the windows 22:00-06:00 next day and 05:00-07:00 on Tuesday overlap.",
		"window that runs into the next day's",
	),
	refusal(
		changed("09:00-17:00", "17:00-09:00"),
		1,
		"the window 17:00-09:00 on Monday ends before it starts. Swap the times, or say that it ends on the "
		"next day.",
		"backward window",
	),
	refusal(
		changed("09:00-17:00", "09:00-09:00"),
		1,
		"the window 09:00-09:00 on Monday is empty. Remove it, or end it later; a whole day ends at 24:00.",
		"empty window",
	),
	refusal(
		changed("09:00-17:00", "06:00-08:00+1"),
		1,
		"does not lie inside the day it starts on. Start it between 00:00 and 23:59:59 and end it at most 24 "
		"hours later.",
		"window of more than a day",
	),
	refusal(
		in_calendar("around_the_clock = true"),
		3,
		"It is attended around the clock and has hours too. Remove one.",
		"hours around the clock",
	),
	refusal(
		in_calendar("around_the_clok = true"),
		4,
		'Unknown key "around_the_clok". Did you mean "around_the_clock"?',
		"unknown key of a calendar",
	),
	refusal(
		in_calendar('holidays = { country = "XX" }'),
		4,
		"No holidays are known for XX. Use an ISO 3166 code such as SE, or list them under closed.",
		"unknown country",
	),
	refusal(
		in_calendar('holidays = { country = "AT", subdivision = "BY" }'),
		4,
		"AT has no subdivision BY. Use one of: 1, 2, 3, 4, 5, 6, 7, 8, 9.",
		"unknown subdivision",
	),
	refusal(
		in_calendar('holidays = { country = "DE", language = "xx" }'),
		4,
		"The holidays of DE have no names in xx. Use one of: de, ",
		"unknown language",
	),
	refusal(
		in_calendar('holidays = { country = "VA", subdivision = "01" }'),
		4,
		"VA has no subdivision 01. Remove it.",
		"subdivision of a country that has none",
	),
	refusal(
		in_calendar('holidays = "DE"'), 4, '"holidays" must be a table. Write [holidays].', "country alone"
	),
	refusal(in_calendar("holidays = {}"), 4, '"country" is missing. Add it: country = ...', "no country"),
	refusal(
		in_calendar('holidays = { country = "DE", first_year = 2030, last_year = 2029 }'),
		4,
		"The years of the holidays are not possible. Give first_year up to last_year.",
		"backward years",
	),
	refusal(
		in_calendar("[calendar.office.holidays]", 'country = "DE"', 'subdivison = "BE"'),
		6,
		'Unknown key "subdivison". Did you mean "subdivision"?',
		"unknown key of holidays",
	),
	refusal(
		in_calendar('closed = ["2026-12-24"]'),
		4,
		"2026-12-24 is not a date. Write dates without quotes: 2026-12-24.",
		"quoted holiday",
	),
	refusal(in_calendar('closed = "2026-12-24"'), 4, "2026-12-24 is not a date.", "one quoted holiday"),
	refusal(in_calendar("closed = [2026-12-24T00:00:00]"), 4, "is not a date.", "holiday with a time"),
	refusal(
		in_calendar('closed = { Christmas = "25 Dec" }'), 4, "25 Dec is not a date.", "named holiday in words"
	),
	refusal(
		in_calendar('yearly = "Christmas"'),
		4,
		'"Christmas" is not a closure. Write "12-24..01-02 Christmas" (month-day).',
		"yearly closure in words",
	),
	refusal(
		in_calendar('yearly = "2026-12-24..2027-01-02"'), 4, "is not a closure.", "yearly closure with years"
	),
	refusal(
		in_calendar('yearly = "02-30"'),
		4,
		"there is no day 02-30 in any year. Give month and day, such as 12-24.",
		"yearly closure on no day",
	),
	refusal(
		in_calendar("[[calendar.office.exception]]", 'name = "inventory"'),
		4,
		"The exception has no date. Add one without quotes: date = 2026-12-24.",
		"exception without a date",
	),
	refusal(
		in_calendar("[[calendar.office.exception]]", 'date = "2026-12-24"'),
		4,
		"The exception has no date.",
		"exception with a quoted date",
	),
	refusal(
		in_calendar("[[calendar.office.exception]]", "date = 2026-12-24", 'hours = "till noon"'),
		6,
		'"till" is not a window of time.',
		"exception with hours in words",
	),
	refusal(
		in_calendar(*["[[calendar.office.exception]]", "date = 2026-12-24"] * 2),
		1,
		"has two exceptions on 2026-12-24. Put all windows of that day into one exception.",
		"two exceptions on one day",
	),
	refusal(
		changed("[calendar.office]", "[[calendar]]"), 1, '"calendar" must be a table.', "list of calendars"
	),
]

AGREEMENTS = [
	refusal(
		changed("customers", "custmers"),
		7,
		'Unknown key "custmers". Did you mean "customers"?',
		"unknown key of an agreement",
	),
	refusal(
		changed("customers", "zzz"),
		7,
		'Unknown key "zzz". Known keys: availability, calendar, condition, customer_groups, ',
		"nothing near it",
	),
	refusal(changed('name = "Acme"', ""), 5, '"name" is missing. Add it: name = ...', "no name"),
	refusal(
		changed('name = "Acme"', 'name = " "'),
		6,
		"The name is empty. Give the agreement a name of its own.",
		"empty name",
	),
	refusal(
		changed(AGREEMENT, 'calendar = "ofice"'),
		8,
		'There is no calendar "ofice". Add [calendar.ofice] or use one of: office.',
		"unknown calendar",
	),
	refusal(changed(AGREEMENT, ""), 5, '"calendar" is missing. Add it: calendar = ...', "no calendar"),
	refusal(
		in_agreement('valid_from = "2026-01-31"'),
		9,
		"2026-01-31 is not a date. Write it without quotes: valid_from = 2026-01-31.",
		"quoted date",
	),
	refusal(in_agreement("valid_from = 2026-01-31T00:00:00"), 9, "is not a date.", "date with a time"),
	refusal(
		in_agreement("valid_from = 2026-02-30"),
		9,
		"This is not TOML: Invalid date or datetime",
		"30 February",
	),
	refusal(
		in_agreement("valid_from = 2026-02-01", "valid_until = 2026-01-31"),
		10,
		'Agreement "Acme" is valid until 2026-01-31, before it starts on 2026-02-01. Correct one of the two dates.',
		"backward validity",
	),
	refusal(in_agreement('version = "2"'), 9, '"version" must be a whole number.', "version as text"),
	refusal(in_agreement("version = true"), 9, '"version" must be a whole number.', "version as a truth"),
	refusal(
		in_agreement('kind = "SLAA"'),
		9,
		'"SLAA" is not possible here. Write one of: SLA, OLA, UC, commitment.',
		"unknown kind",
	),
	refusal(
		in_agreement('reopen = "never"'),
		9,
		'"never" is not possible here. Write one of: resume, new cycle.',
		"unknown way to reopen",
	),
	refusal(
		in_agreement('on_change = "never"'),
		9,
		'"never" is not possible here. Write one of: retroactive, from the change.',
		"unknown way to change",
	),
	refusal(
		in_agreement('suppliers = "Corvane"'),
		9,
		"An agreement of kind SLA has no suppliers. Remove them.",
		"supplier of an SLA",
	),
	refusal(
		in_agreement('kind = "UC"', 'suppliers = "Corvane"', 'teams = "Desk"'),
		11,
		"An agreement of kind UC has no teams. Remove them.",
		"team of a UC",
	),
	refusal(
		in_agreement('kind = "OLA"'),
		5,
		'Agreement "Acme" is of kind OLA and does not say with which team. Name at least one.',
		"OLA without a team",
	),
	refusal(
		in_agreement('kind = "UC"'),
		5,
		'Agreement "Acme" is of kind UC and does not say with which supplier. Name at least one.',
		"UC without a supplier",
	),
	refusal(
		in_agreement("default = true"),
		9,
		"A default applies to everybody who has nothing else. Remove default, or customers.",
		"default for one customer",
	),
	refusal(
		in_agreement("customer_groups = 1"), 9, '"customer_groups" must be a string or a list', "no names"
	),
	refusal(
		SMALL[: SMALL.index("\n[[agreement.target]]")],
		5,
		'Agreement "Acme" promises nothing. Give it at least one target.',
		"no targets",
	),
	refusal(
		changed("[[agreement.target]]", "[agreement.target]"),
		10,
		'"target" must be a list of tables. Write [[target]] above each.',
		"single target",
	),
	refusal(
		SMALL[: SMALL.index("[[agreement]]")],
		None,
		"There are no agreements. Add at least one [[agreement]].",
		"no agreements",
	),
	refusal(
		condition('property = "colour"', 'is = "red"'),
		14,
		'"colour" is not possible here. Write one of: priority, service, customer, customer_group, ',
		"no such property",
	),
	refusal(condition('is = "red"'), 13, '"property" is missing.', "a condition on nothing"),
	refusal(
		condition('property = "type"'), 13, "The condition names no values.", "a condition without values"
	),
	refusal(
		condition('property = "type"', 'is = "Outage"', 'is_not = "Outage"'),
		13,
		'Agreement "Acme": no ticket can meet all its conditions on the type.',
		"conditions that contradict",
	),
	refusal(
		SMALL + '[beneath.service]\n"Mail" = "IT"\n"IT" = "Mail"\n',
		14,
		'"Mail" lies beneath itself.',
		"a circle of services",
	),
	refusal(
		SMALL + '[rests_on]\nPower = []\n"Mail" = "IT"\n"IT" = ["Power", "Mail"]\n',
		15,
		"Services rest on each other in a circle: Mail → IT → Mail. Remove one of these links.",
		"services that rest on themselves",
	),
	refusal(
		SMALL + '[rests_on]\n"Mail" = 1\n',
		14,
		'"Mail" must be a string or a list of strings.',
		"a service that rests on a number",
	),
	refusal(
		SMALL + SECOND,
		14,
		'There are two agreements "Acme" with version 1. Rename one or give it another version.',
		"duplicate version",
	),
	refusal(
		SMALL + SECOND.replace('name = "Acme"', 'name = "Acme too"'),
		14,
		'The agreements "Acme (version 1)" and "Acme too (version 1)" both apply to Acme on ',
		"overlap of two",
	),
	refusal(
		SMALL + SECOND.replace('"Acme"', '"Zed"').replace("calendar =", 'rests_on = "Nobody"\ncalendar ='),
		17,
		'Agreement "Zed" rests on "Nobody", which does not exist. Correct the name or remove it.',
		"unknown agreement beneath",
	),
	refusal(
		in_agreement('rests_on = "Acme"'),
		9,
		"Agreements rest on each other in a circle: Acme -> Acme. Remove one of these links.",
		"rests on itself",
	),
	refusal(
		in_agreement('rests_on = "Acme too"')
		+ SECOND.replace('"Acme"', '"Acme too"').replace("customers", 'rests_on = "Acme"\ncustomers'),
		17,
		"in a circle: Acme -> Acme too -> Acme.",
		"circle of two",
	),
	refusal(
		in_agreement('rests_on = "Acme too"') + SECOND.replace('"Acme"', '"Acme too"'),
		15,
		'Agreement "Acme" rests on "Acme too", which is a promise to a customer. Let it rest on an OLA or a UC.',
		"rests on an SLA",
	),
	refusal(
		in_agreement('rests_on = "Acm"') + SECOND.replace('"Acme"', '"Ac"'),
		9,
		'rests on "Acm", which does not exist.',
		"shown at the right one of two names that begin alike",
	),
	refusal(SMALL + "\n[[excuses]]\n", 14, 'Unknown key "excuses". Did you mean "excuse"?', "unknown table"),
	refusal(
		changed(AGREEMENT, "calendar = office"), 8, "This is not TOML: Invalid value", "TOML syntax error"
	),
]

TARGETS = [
	refusal(
		changed(GOAL, ""), 10, '"goal" is missing. Write open time in hours, minutes and seconds', "no goal"
	),
	refusal(
		changed("4h", "-4h"),
		12,
		"'-4h' is not a duration. Write open time in hours, minutes and seconds: goal = \"1h 30m\".",
		"negative goal",
	),
	refusal(
		changed("4h", "0h"),
		12,
		'Target "resolution": a duration of 0 seconds cannot be promised. Give a duration above zero.',
		"goal of nothing",
	),
	refusal(changed('"4h"', "4"), 12, "4 is not a duration.", "goal without unit"),
	refusal(changed("4h", "1d"), 12, "'1d' is not a duration.", "goal in days"),
	refusal(changed("4h", "1.5h"), 12, "'1.5h' is not a duration.", "goal with a fraction"),
	refusal(changed("4h", "four hours"), 12, "'four hours' is not a duration.", "goal in words"),
	refusal(changed("4h", "9" * 5000 + "h"), 12, "is not a duration.", "goal of five thousand digits"),
	refusal(
		changed("4h", "87841h"), 12, "'87841h' is longer than ten years. Give a shorter goal.", "goal of ages"
	),
	refusal(
		changed(GOAL, 'goal = { P1 = "1h", P2 = "soon" }'),
		12,
		"'soon' is not a duration.",
		"one of several goals",
	),
	refusal(
		in_target('priorities = "P2"').replace(GOAL, 'goal = { P1 = "1h" }'),
		13,
		"The goal names priorities already. Remove priorities.",
		"priorities twice",
	),
	refusal(changed(GOAL, "goal = {}"), 5, 'Agreement "Acme" promises nothing.', "goals for no priority"),
	refusal(
		changed('"resolution"', '"resolutoin"'),
		11,
		'"resolutoin" is not a metric. Known metrics: acknowledgement, response, ',
		"unknown metric",
	),
	refusal(changed('metric = "resolution"', ""), 10, '"metric" is missing.', "no metric"),
	refusal(in_target("prioritys = []"), 13, 'Did you mean "priorities"?', "unknown key of a target"),
	refusal(
		in_target('calendar = "shop"'),
		13,
		'There is no calendar "shop". Add [calendar.shop] or use one of: office.',
		"unknown calendar of a target",
	),
	refusal(
		in_target('holds = "vendor"'),
		13,
		'A clock cannot be held for "vendor". Known: customer, supplier, other, anybody.',
		"unknown hold",
	),
	refusal(
		in_target("objective = 101"),
		13,
		"101 is not a percentage above 0 and up to 100. Write objective = 95.",
		"objective of 101",
	),
	refusal(in_target("objective = 0"), 13, "0 is not a percentage", "objective of 0"),
	refusal(in_target('objective = "95"'), 13, "'95' is not a percentage", "quoted objective"),
	refusal(in_target("objective = true"), 13, "True is not a percentage", "objective that is a truth"),
	refusal(in_target("objective = nan"), 13, "nan is not a percentage", "objective that is no number"),
	refusal(in_target("objective = inf"), 13, "inf is not a percentage", "objective without end"),
	refusal(
		in_agreement("objective = 101"), 9, "101 is not a percentage", "objective of 101 of an agreement"
	),
	refusal(
		in_target("warn_at = [0]"),
		13,
		"Warning levels are percentages of the goal. Write warn_at = [50, 75].",
		"warning at nothing",
	),
	refusal(
		in_target("warn_at = [1001]"), 13, "Warning levels are percentages", "warning at ten times the goal"
	),
	refusal(in_target("warn_at = [true]"), 13, "Warning levels are percentages", "warning at a truth"),
	refusal(in_target("warn_at = 50"), 13, '"warn_at" must be a list.', "single warning"),
	refusal(
		SMALL + '\n[[agreement.target]]\nname = "other"\nmetric = "resolution"\ngoal = "5h"\n',
		5,
		'the targets "resolution" and "other" promise resolution for the same tickets. Remove one, or tell them '
		"apart by priority or service.",
		"ambiguous targets",
	),
]

EXCUSES = [
	refusal(
		excuse("from = 2026-06-01T09:00:00", "until = 2026-06-02T09:00:00Z"),
		16,
		"2026-06-01 09:00:00 is not a time with a zone. Write from = 2026-06-01T09:00:00+02:00.",
		"naive time",
	),
	refusal(
		excuse("from = 2026-06-01T09:00:00Z", "until = 2026-06-02"),
		17,
		"is not a time with a zone.",
		"date alone",
	),
	refusal(
		excuse("from = 2026-06-01T09:00:00Z", "until = 9999-12-31T00:00:00Z"),
		17,
		"lies outside the years 1970 to 2199. Correct the date.",
		"end of all times",
	),
	refusal(
		excuse("from = 2026-06-01T09:00:00Z", "until = 2026-06-01T09:00:00Z"),
		17,
		"The excuse ends before it starts. Swap from and until.",
		"backward",
	),
	refusal(
		excuse(), 13, "The excuse has no bounds. Name a ticket, or give from and until.", "without any bounds"
	),
	refusal(excuse("from = 2026-06-01T09:00:00Z"), 13, "The excuse has no bounds.", "without an end"),
	refusal(
		excuse('ticket = "7"', 'agreement = "Bolt"'),
		17,
		'There is no agreement "Bolt". Correct the name.',
		"unknown agreement",
	),
	refusal(excuse('tikcet = "7"'), 16, 'Did you mean "ticket"?', "unknown key"),
	refusal(
		excuse('ticket = "7"').replace('approved_by = "A. Berg"\n', ""),
		13,
		'"approved_by" is missing. Add it: approved_by = ...',
		"no approver",
	),
	refusal(
		excuse('ticket = "7"').replace('reason = "flood"\n', ""), 13, '"reason" is missing.', "no reason"
	),
]


COMMITMENTS = [
	refusal(
		SMALL + "[[agreement.interruption]]",
		13,
		'"name" is missing. Add it: name = ...',
		"interruption without a name",
	),
	refusal(
		SMALL + '[[agreement.interruption]]\nname = " "',
		14,
		"The interruption has no name.",
		"interruption without a word",
	),
	refusal(interruption("zzz = 1"), 15, 'Unknown key "zzz".', "unknown key of an interruption"),
	refusal(
		interruption("from = 2026-01-04T02:00:00Z"),
		15,
		"2026-01-04 02:00:00+00:00 is not a time of the clock on the wall. Write it without quotes and without a zone: "
		"from = 2026-01-04T02:00:00.",
		"interruption with a zone",
	),
	refusal(interruption("from = 2026-01-04"), 15, "2026-01-04 is not a time of the clock", "no time of day"),
	refusal(interruption('from = "soon"'), 15, "soon is not a time of the clock", "interruption soon"),
	refusal(interruption('lasts = "2 days"'), 15, "'2 days' is not a duration.", "interruption of days"),
	refusal(
		interruption('every = "fortnight"'),
		15,
		'"fortnight" is not possible here. Write one of: day, week, month, quarter, half-year, year.',
		"another rhythm",
	),
	refusal(
		interruption('on = "first sunday"'),
		15,
		'"on" is of no use without "every". Write every = "month".',
		"a day of no rhythm",
	),
	refusal(interruption("interval = 2"), 15, '"interval" is of no use without', "an interval of no rhythm"),
	*(
		refusal(
			interruption('every = "month"', f"on = {said}"),
			16,
			f'{shown} is not a day here. Write on = "sunday" or "monday to friday" (of a week), "first sunday", "last friday"',
			f"on {said}",
		)
		for said, shown in (
			('"fifth sunday"', "'fifth sunday'"),
			('"the first sunday"', "'the first sunday'"),
			('"first"', "'first'"),
			('"monday to"', "'monday to'"),
			('"monday to work"', "'monday to work'"),
			('"work to monday"', "'work to monday'"),
			('"monday - friday"', "'monday - friday'"),
			('"Monday, Friday"', "'Monday, Friday'"),
			('""', "''"),
			("true", "True"),
			("1.5", "1.5"),
		)
	),
	refusal(
		interruption('every = "month"', 'on = "sunday"'),
		13,
		"The days it names do not fit how often it takes place. Name a weekday, or a first and a last one, where it is by",
		"any Sunday of the month",
	),
	refusal(
		interruption('every = "month"', 'on = "monday to friday"'),
		13,
		"The days it names do not fit how often it takes place.",
		"Monday to Friday of the month",
	),
	refusal(
		interruption('every = "week"', 'on = "friday to friday"'),
		13,
		"It goes from a weekday to the same weekday. Name another last weekday;",
		"Friday to Friday",
	),
	refusal(interruption('every = "month"', "on = 32"), 13, "There is no day 32 in a month.", "day 32"),
	refusal(interruption('every = "week"', "interval = 0"), 13, "from 1 to 99", "never"),
	refusal(
		interruption('every = "day"', 'lasts = "25h"'),
		13,
		"It lasts so long that it is not over before it may begin again. Shorten it,",
		"interruption without end",
	),
	refusal(availability(), 13, '"value" is missing. Add it: value = ...', "availability of nothing"),
	refusal(
		availability("value = 100.1"),
		16,
		"100.1 is not a percentage above 0 and up to 100. Write value = 99.5.",
		"availability above all",
	),
	refusal(availability("value = 0"), 16, "0 is not a percentage above 0", "no availability"),
	refusal(availability("value = true"), 16, "True is not a percentage", "availability that is a truth"),
	refusal(availability("value = nan"), 16, "nan is not a percentage", "availability that is no number"),
	refusal(availability('value = "99"'), 16, "'99' is not a percentage", "quoted availability"),
	refusal(
		availability("value = 99.12345"),
		16,
		"99.12345 has more than 4 digits after the point. Round it.",
		"availability to the last digit",
	),
	refusal(
		availability('measure = "failures"', "value = 1.5"),
		17,
		"1.5 is not a number of failures. Write a whole number, 0 or more.",
		"half a failure",
	),
	refusal(
		availability('measure = "failures"', "value = 100001"), 17, "is not a number of failures", "too many"
	),
	refusal(
		availability('measure = "mtbf"', 'period = "quarter"', "value = 2209"),
		18,
		"2209 is not a number of hours that a quarter can have. Write hours above 0 and up to 2208.",
		"more hours than there are",
	),
	refusal(availability('measure = "mtrs"', "value = 0"), 17, "0 is not a number of hours", "no hours"),
	refusal(
		availability('measure = "uptime"', "value = 99"),
		16,
		'"uptime" is not possible here. Write one of: availability, available hours, failures, mtbf, mtrs, '
		"longest outage.",
		"another measure",
	),
	refusal(
		availability("value = 99", 'period = "week"'),
		17,
		'"week" is not possible here. Write one of: month, quarter, year.',
		"a week",
	),
	refusal(
		availability("value = 99", 'calendar = "night"'),
		17,
		'There is no calendar "night".',
		"unknown calendar of availability",
	),
	refusal(availability("value = 99", "zzz = 1"), 17, 'Unknown key "zzz".', "unknown key of availability"),
	refusal(
		SMALL + "[[agreement.availability]]\nvalue = 99",
		13,
		"The promise of availability is about no service. Name one: service = ..., or give the agreement services.",
		"availability of no service",
	),
	refusal(
		availability("value = 99", "[[agreement.availability]]", 'service = "Mail"', "value = 98"),
		17,
		"The same availability is promised twice. Remove one.",
		"availability twice",
	),
	refusal(
		escalation(),
		13,
		'It is not clear where the level lies. Give one of: at = 75 (percent of the goal), before = "30m", '
		'after = "1h".',
		"level nowhere",
	),
	refusal(escalation("at = 75", 'after = "1h"'), 13, "It is not clear where", "level in two places"),
	refusal(
		escalation("at = 0"),
		14,
		"Levels are percentages of the goal. Write at = 75, from 1 to 1000.",
		"level at 0",
	),
	refusal(escalation("at = 1001"), 14, "Levels are percentages", "level at ten times the goal"),
	refusal(escalation('at = "75"'), 14, '"at" must be a whole number.', "quoted level"),
	refusal(
		escalation('before = "1d"'),
		14,
		"'1d' is not a duration. Write open time in hours, minutes and seconds: before = \"1h 30m\".",
		"level days before",
	),
	refusal(escalation("after = 1"), 14, "1 is not a duration.", "level after a number"),
	refusal(escalation("level = 0", "at = 75"), 14, "0 is not a level. Number levels from 1.", "level 0"),
	refusal(
		escalation("at = 75", 'metric = "speed"'),
		15,
		'"speed" is not a metric.',
		"level of an unknown metric",
	),
	refusal(
		escalation("at = 75", 'notify = "boss"'),
		15,
		'"boss" is not possible here. Write one of: holder, holder\'s manager, team, agreement owner, service '
		"owner, role, user, nobody.",
		"telling another",
	),
	refusal(
		escalation("at = 75", 'notify = "role"'),
		13,
		'notify = "role" and role = ... belong together. Give both, or none.',
		"telling no role",
	),
	refusal(escalation("at = 75", 'user = "a@b.c"'), 15, 'notify = "user" and user', "a user not told"),
	refusal(escalation("at = 75", "zzz = 1"), 15, 'Unknown key "zzz".', "unknown key of a level"),
]


@pytest.mark.parametrize(
	("text", "line", "said"), [*CALENDARS, *AGREEMENTS, *TARGETS, *COMMITMENTS, *EXCUSES]
)
def test_a_mistake_is_refused_with_its_line_and_a_remedy(
	read, text: str, line: int | None, said: str
) -> None:
	with pytest.raises(InputProblem) as caught:
		read(text)

	assert said in str(caught.value)
	assert caught.value.line == line
	assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
	with pytest.raises(InputProblem, match=r"nowhere\.toml: Cannot be read: .* Check the path\."):
		read_agreements(tmp_path / "nowhere.toml")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
	path = tmp_path / "latin.toml"
	path.write_bytes('name = "Logística"'.encode("latin-1"))

	with pytest.raises(InputProblem, match=r"Is not UTF-8\. Save it as UTF-8\."):
		read_agreements(path)


# --- Calendars -------------------------------------------------------------------------------------------


def calendar(found: AgreementsFile) -> Calendar:
	(only,) = found.calendars
	return only


def test_a_calendar_has_its_name_zone_and_hours(read) -> None:
	found = calendar(read(SMALL))

	assert (found.name, found.zone_name) == ("office", "Europe/Berlin")
	assert found.week == ((window(9, 17),),) * 5 + ((), ())


@pytest.mark.parametrize(
	("days", "open_on"),
	[
		("mon-fri", "mon tue wed thu fri"),
		("wed", "wed"),
		("fri-fri", "fri"),
		("sat-mon", "mon sat sun"),
		("sun-sat", "mon tue wed thu fri sat sun"),
		("tue-mon", "mon tue wed thu fri sat sun"),
	],
)
def test_days_may_be_a_range_that_runs_over_the_weekend(read, days: str, open_on: str) -> None:
	week = calendar(read(changed("mon-fri", days))).week
	names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

	assert [name for name, windows in zip(names, week, strict=True) if windows] == open_on.split()


@pytest.mark.parametrize(
	("hours", "windows"),
	[
		pytest.param('"08:00-12:00 13:00-17:00"', (window(8, 12), window(13, 17)), id="lunch break"),
		pytest.param(
			'["13:00-17:00", "08:00-12:00"]', (window(8, 12), window(13, 17)), id="list in any order"
		),
		pytest.param('"22:00-06:00+1"', (window(22, 30),), id="over midnight"),
		pytest.param('"00:00-24:00"', (window(0, 24),), id="whole day"),
		pytest.param('"8:30-17:00:30"', (Window(30_600, 61_230),), id="with seconds"),
		pytest.param('"18:00-00:00+1"', (window(18, 24),), id="until midnight of the next day"),
	],
)
def test_hours_may_be_several_windows_a_day(read, hours: str, windows: tuple[Window, ...]) -> None:
	assert calendar(read(changed('"09:00-17:00"', hours))).week[0] == windows


def test_around_the_clock_has_no_gap_at_midnight(read) -> None:
	found = calendar(read(changed(CALENDAR, "around_the_clock = true")))
	start = instant(datetime(2026, 3, 28, 22, tzinfo=ZoneInfo("Europe/Berlin")))

	assert found.between(start, start + 48 * HOUR) == 48 * HOUR


def test_around_the_clock_may_be_false(read) -> None:
	assert calendar(read(in_calendar("around_the_clock = false"))).week[0] == (window(9, 17),)


def test_holidays_come_by_country_with_their_names_and_how_far_they_are_known(read) -> None:
	found = calendar(
		read(
			in_calendar(
				'holidays = { country = "DE", subdivision = "BE", first_year = 2026, last_year = 2026 }'
			)
		)
	)

	assert DatedHours(date(2026, 10, 3), (), "Tag der Deutschen Einheit") in found.exceptions
	assert DatedHours(date(2026, 3, 8), (), "Frauentag") in found.exceptions
	assert {exception.day.year for exception in found.exceptions} == {2026}
	assert found.known_until == date(2026, 12, 31)


def test_holidays_may_be_known_for_all_years_there_are(read) -> None:
	found = calendar(read(in_calendar('holidays = { country = "SE", first_year = 1900, last_year = 2199 }')))

	assert found.known_until == date(2199, 12, 31)


def test_holidays_may_be_named_in_another_language(read) -> None:
	found = calendar(
		read(in_calendar('holidays = { country = "DE", language = "en_US", first_year = 2026 }'))
	)

	assert DatedHours(date(2026, 10, 3), (), "German Unity Day") in found.exceptions


def test_without_holidays_by_country_nothing_is_unknown(read) -> None:
	assert calendar(read(in_calendar("closed = [2026-12-24]"))).known_until is None


@pytest.mark.parametrize(
	("written", "named"),
	[
		("closed = [2026-12-24, 2026-12-31]", ("", "")),
		(
			'closed = { "Christmas Eve" = 2026-12-24, "New Year\'s Eve" = 2026-12-31 }',
			("Christmas Eve", "New Year's Eve"),
		),
	],
	ids=["list", "with names"],
)
def test_holidays_may_be_listed(read, written: str, named: tuple[str, str]) -> None:
	found = calendar(read(in_calendar(written)))

	assert found.exceptions == (
		DatedHours(date(2026, 12, 24), (), named[0]),
		DatedHours(date(2026, 12, 31), (), named[1]),
	)


def test_a_single_holiday_needs_no_list(read) -> None:
	assert calendar(read(in_calendar("closed = 2026-12-24"))).exceptions == (DatedHours(date(2026, 12, 24)),)


def test_a_listed_name_wins_over_that_of_the_country(read) -> None:
	found = calendar(
		read(
			in_calendar(
				'holidays = { country = "DE", first_year = 2026, last_year = 2026 }',
				'closed = { "Works outing" = 2026-10-03 }',
			)
		)
	)

	assert [one.name for one in found.exceptions if one.day == date(2026, 10, 3)] == ["Works outing"]


def test_an_exception_with_hours_wins_over_a_holiday(read) -> None:
	found = calendar(
		read(
			in_calendar(
				'holidays = { country = "DE", first_year = 2026, last_year = 2026 }',
				"[[calendar.office.exception]]",
				"date = 2026-10-03",
				'hours = "10:00-12:00"',
				'name = "inventory"',
			)
		)
	)

	assert [one for one in found.exceptions if one.day == date(2026, 10, 3)] == [
		DatedHours(date(2026, 10, 3), (window(10, 12),), "inventory")
	]


def test_an_exception_without_hours_is_a_closed_day(read) -> None:
	found = calendar(read(in_calendar("[[calendar.office.exception]]", "date = 2026-06-05")))

	assert found.exceptions == (DatedHours(date(2026, 6, 5)),)


@pytest.mark.parametrize(
	("written", "first", "last", "name"),
	[
		("12-24..01-02 works closure", (12, 24), (1, 2), "works closure"),
		("05-01", (5, 1), (5, 1), ""),
	],
)
def test_a_yearly_closure_is_a_range_or_a_day(
	read, written: str, first: tuple[int, int], last: tuple[int, int], name: str
) -> None:
	(closure,) = calendar(read(in_calendar(f'yearly = "{written}"'))).yearly

	assert (closure.first, closure.last, closure.name) == (first, last, name)


# --- Agreements ------------------------------------------------------------------------------------------


def agreement(found: AgreementsFile) -> Agreement:
	(only,) = found.book.agreements
	return only


def test_an_agreement_is_an_sla_for_ever_unless_it_says_otherwise(read) -> None:
	found = agreement(read(SMALL))

	assert (found.name, found.kind, found.version) == ("Acme", AgreementKind.SLA, 1)
	assert (found.starts, found.ends) == (0, LAST)
	assert found.customers == {"Acme"}
	assert not found.default


def test_an_agreement_has_all_that_its_keys_say(read) -> None:
	text = in_agreement(
		"version = 3",
		"valid_from = 2026-01-01",
		"valid_until = 2026-12-31",
		'customer_groups = ["Industry", "Trade"]',
		'territories = "Germany"',
		'services = ["Mail"]',
		'teams = "Desk"',
		'rests_on = ["OLA"]',
	)
	ola = SECOND.replace('"Acme"', '"OLA"').replace("customers", 'kind = "OLA"\nteams')

	found = read(text + ola).book.agreements[0]

	assert (found.version, found.valid_from, found.valid_until) == (3, date(2026, 1, 1), date(2026, 12, 31))
	assert found.customer_groups == {"Industry", "Trade"}
	assert (found.territories, found.services) == ({"Germany"}, {"Mail"})
	assert (found.teams, found.parties, found.rests_on) == ({"Desk"}, set(), ("OLA",))


def test_the_teams_of_an_ola_are_its_parties(read) -> None:
	found = agreement(read(in_agreement('kind = "OLA"', 'teams = ["Network", "Platform"]')))

	assert (found.parties, found.teams) == ({"Network", "Platform"}, set())


def test_the_suppliers_of_a_uc_are_its_parties(read) -> None:
	found = agreement(read(in_agreement('kind = "UC"', 'suppliers = "Corvane"')))

	assert found.parties == {"Corvane"}


def test_a_default_commitment_takes_who_has_nothing_else(read) -> None:
	default = SECOND.replace('name = "Acme"', 'name = "House"\nkind = "commitment"\ndefault = true').replace(
		'customers = "Acme"\n', ""
	)
	book = read(SMALL + default).book
	opened = instant(datetime(2026, 6, 1, 9, tzinfo=timezone.utc))

	assert [book.choose(State(customer=customer), opened).name for customer in ("Acme", "Bolt", "")] == [
		"Acme",
		"House",
		"House",
	]


def test_conditions_let_in_one_of_some_values_and_none_of_others(read) -> None:
	found = agreement(
		read(condition('property = "type"', 'is = ["Outage", "Incident"]', 'is_not = "Question"'))
	)

	assert found.conditions == (
		Condition(Property.TYPE, Values(frozenset({"Outage", "Incident"}))),
		Condition(Property.TYPE, Values(frozenset({"Question"}), others=True)),
	)


def test_a_default_may_have_conditions(read) -> None:
	text = condition('property = "customer_group"', 'is = "Industry"').replace(
		'customers = "Acme"', "default = true"
	)

	assert agreement(read(text)).conditions[0].property is Property.CUSTOMER_GROUP


def test_an_agreement_is_for_what_lies_beneath_what_it_names(read) -> None:
	text = changed(
		'customers = "Acme"', 'services = "IT"', '[beneath.service]\n"Mail" = "IT"\n"Web Mail" = "Mail"\n'
	)
	book = read(text).book
	opened = instant(datetime(2026, 6, 1, 9, tzinfo=timezone.utc))

	assert [bool(book.choose(State(service=one), opened)) for one in ("Web Mail", "IT", "Shop")] == [
		True,
		True,
		False,
	]


def test_an_agreement_beneath_is_for_what_rests_on_what_it_names(read) -> None:
	text = SMALL + SECOND.replace('name = "Acme"', 'name = "UC"\nkind = "UC"\nsuppliers = "Carrier"').replace(
		'customers = "Acme"', 'services = "Line"'
	)
	text += '[rests_on]\nMail = ["Server", "Other"]\nServer = "Line"\n'
	book = read(text).book
	opened = instant(datetime(2026, 6, 1, 9, tzinfo=timezone.utc))

	found = [book.underpinnings(State(service=one), opened) for one in ("Mail", "Server", "Line", "Other")]

	assert [[(one.name, one.service) for one in some] for some in found] == [
		[("Carrier", "Line")],
		[("Carrier", "Line")],
		[("Carrier", "")],
		[],
	]


def test_a_calendar_may_say_how_far_its_closed_days_are_known(read) -> None:
	(calendar,) = read(in_calendar("closed = [2026-12-24]", "known_until = 2026-12-31")).calendars

	assert calendar.known_until == date(2026, 12, 31)


def test_versions_of_an_agreement_follow_each_other(read) -> None:
	second = SECOND.replace('name = "Acme"', 'name = "Acme"\nversion = 2\nvalid_from = 2026-06-01')
	first, last = read(SMALL + second).book.agreements

	assert (first.valid_until, last.valid_from) == (date(2026, 5, 31), date(2026, 6, 1))


# --- Targets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("written", "seconds"),
	[("4h", 14_400), ("1h 30m", 5_400), ("1h30m", 5_400), ("90s", 90), ("45min", 2_700), ("2 h 1 s", 7_201)],
)
def test_a_goal_is_open_time_in_hours_minutes_and_seconds(read, written: str, seconds: int) -> None:
	(target,) = agreement(read(changed("4h", written))).targets

	assert target.goal == seconds


@pytest.mark.parametrize(
	"written",
	[
		'goal = { P1 = "1h", P2 = "4h" }',
		'[agreement.target.goal]\nP1 = "1h"\nP2 = "4h"',
		'goal.P1 = "1h"\ngoal.P2 = "4h"',
	],
	ids=["inline", "table", "dotted"],
)
def test_a_goal_by_priority_is_a_target_a_priority(read, written: str) -> None:
	found = agreement(read(changed(GOAL, written)))

	assert [(one.name, one.goal, one.priorities) for one in found.targets] == [
		("resolution P1", HOUR, {"P1"}),
		("resolution P2", 4 * HOUR, {"P2"}),
	]


def test_a_target_may_be_for_some_priorities_and_services(read) -> None:
	(target,) = agreement(read(in_target('priorities = ["P1", "P2"]', 'services = "Mail"'))).targets

	assert (target.name, target.priorities, target.services) == ("resolution", {"P1", "P2"}, {"Mail"})


def test_a_target_may_have_a_name_and_a_calendar_of_its_own(read) -> None:
	always = '[calendar.always]\nzone = "UTC"\naround_the_clock = true\n'
	(target,) = agreement(read(always + in_target('name = "repair"', 'calendar = "always"'))).targets

	assert (target.name, target.calendar.name) == ("repair", "always")


def test_what_a_target_leaves_out_it_takes_from_its_agreement(read) -> None:
	text = in_agreement("objective = 95.5", 'reopen = "new cycle"', 'on_change = "from the change"')
	(target,) = agreement(read(text)).targets

	assert target.calendar.name == "office"
	assert target.objective == Fraction(191, 2)
	assert (target.on_reopen, target.on_change) == (Reopen.NEW_CYCLE, Change.FROM_CHANGE)


def test_what_a_target_says_wins_over_its_agreement(read) -> None:
	text = in_agreement("objective = 90", 'reopen = "new cycle"', 'on_change = "from the change"')
	own = 'objective = 100\nreopen = "resume"\non_change = "retroactive"'
	(target,) = agreement(read(text.replace(GOAL, f"{GOAL}\n{own}"))).targets

	assert target.objective == 100
	assert (target.on_reopen, target.on_change) == (Reopen.RESUME, Change.RETROACTIVE)


def test_without_any_word_there_is_no_objective_and_the_usual_choices(read) -> None:
	(target,) = agreement(read(SMALL)).targets

	assert (target.objective, target.warnings) == (None, ())
	assert (target.on_reopen, target.on_change) == (Reopen.RESUME, Change.RETROACTIVE)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_target_is_held_as_its_metric_is(read, metric) -> None:
	(target,) = agreement(read(changed('"resolution"', f'"{metric.name}"'))).targets

	assert (target.metric, target.holds) == (metric, metric.holds)


def test_a_supplier_is_held_for_nobody_unless_the_contract_says_so(read) -> None:
	uc = in_agreement('kind = "UC"', 'suppliers = "Corvane"')

	assert [target.holds for target in agreement(read(uc)).targets] == [Waiting.NOBODY]
	held = agreement(read(uc.replace(GOAL, f'{GOAL}\nholds = "customer"')))
	assert [target.holds for target in held.targets] == [Waiting.CUSTOMER]


@pytest.mark.parametrize(
	("written", "held"),
	[
		('"supplier"', Waiting.SUPPLIER),
		('["customer", "supplier"]', Waiting.CUSTOMER | Waiting.SUPPLIER),
		('"other"', Waiting.OTHER),
		('"anybody"', Waiting.ANYBODY),
		("[]", Waiting.NOBODY),
	],
)
def test_a_target_says_for_whom_it_is_held(read, written: str, held: Waiting) -> None:
	(target,) = agreement(read(in_target(f"holds = {written}"))).targets

	assert target.holds == held


def test_warning_levels_come_in_order(read) -> None:
	(target,) = agreement(read(in_target("warn_at = [90, 50]"))).targets

	assert target.warnings == (50, 90)


def test_a_warning_may_come_after_the_goal(read) -> None:
	(target,) = agreement(read(in_target("warn_at = [1000]"))).targets

	assert target.warnings == (1000,)


def test_a_goal_may_be_ten_years(read) -> None:
	(target,) = agreement(read(changed("4h", "87840h"))).targets

	assert target.goal == 3_660 * 24 * HOUR


# --- Availability and escalation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
	("lines", "promise", "period"),
	[
		(["value = 99.95"], Promise(Measure.AVAILABILITY, Fraction("99.95")), Period.MONTH),
		(
			['measure = "longest outage"', "value = 0.5", 'period = "year"'],
			Promise(Measure.LONGEST, Fraction(1800)),
			Period.YEAR,
		),
		(['measure = "failures"', "value = 0"], Promise(Measure.FAILURES, Fraction(0)), Period.MONTH),
	],
	ids=["percent a month", "hours a year", "no failure"],
)
def test_availability_is_percent_a_number_or_hours(
	read, lines: list[str], promise: Promise, period: Period
) -> None:
	file = read(availability(*lines))
	((found,),) = (one.services for one in file.commitments)

	assert (found.service, found.promise, found.period) == ("Mail", promise, period)
	assert found.calendar == agreement(file).calendar


def test_without_a_service_availability_is_about_those_of_the_agreement(read) -> None:
	file = read(in_agreement('services = "Mail"') + "[[agreement.availability]]\nvalue = 99")

	assert [one.service for one in file.commitments[0].services] == [""]


@pytest.mark.parametrize(
	("lines", "rhythm"),
	[
		([], None),
		(['every = "day"'], Rhythm(Every.DAY)),
		(['every = "week"', "interval = 2"], Rhythm(Every.WEEK, 2)),
		(['every = "week"', 'on = "Sunday"'], Rhythm(Every.WEEK, weekday=6)),
		(['every = "week"', 'on = "Monday to Friday"'], Rhythm(Every.WEEK, weekday=0, through=4)),
		(['every = "month"', 'on = "first Sunday"'], Rhythm(Every.MONTH, weekday=6, place=1)),
		(['every = "quarter"', 'on = "last friday"'], Rhythm(Every.QUARTER, weekday=4, place=LAST_PLACE)),
		(['every = "half-year"', "on = 15"], Rhythm(Every.HALF_YEAR, day=15)),
		(['every = "year"'], Rhythm(Every.YEAR)),
	],
	ids=[
		"once",
		"day",
		"two weeks",
		"Sundays",
		"Mondays to Fridays",
		"first Sunday",
		"last Friday",
		"15th",
		"year",
	],
)
def test_an_interruption_says_how_often_and_when(read, lines: list[str], rhythm: Rhythm | None) -> None:
	said = ["from = 2026-01-04T02:00:00.5", 'lasts = "1h 30m"', 'notice = "72h"', 'service = "Mail"', *lines]

	(found,) = read(interruption(*said)).commitments[0].interruptions

	assert found == AgreedInterruption(
		"Backup", "Mail", datetime(2026, 1, 4, 2), 5400, rhythm, notice=72 * HOUR
	)


def test_an_interruption_may_leave_open_when(read) -> None:
	assert read(interruption()).commitments[0].interruptions == (AgreedInterruption("Backup"),)


def test_a_level_tells_the_holder_unless_it_says_otherwise(read) -> None:
	(said,) = read(escalation("at = 75")).commitments

	assert said.escalations == (Escalation(EscalationLevel(1, Timing.PERCENT, 75)),)


def test_a_level_has_all_that_its_keys_say(read) -> None:
	(said,) = read(
		escalation(
			"level = 2",
			'metric = "resolution"',
			'before = "1h 30m"',
			'notify = "role"',
			'role = "Service Level Manager"',
			'action = "Calls the customer."',
			'raise_priority_to = "P1"',
			'move_to_team = "Second"',
			'assign_to = "otto@desk.example"',
		)
	).commitments

	assert said.escalations == (
		Escalation(
			EscalationLevel(2, Timing.BEFORE, 5400, "resolution"),
			Notify.ROLE,
			"Service Level Manager",
			"",
			"Calls the customer.",
			"P1",
			"Second",
			"otto@desk.example",
		),
	)


def test_warning_levels_stand_for_levels_that_no_row_has(read) -> None:
	(said,) = read(
		in_target("warn_at = [90, 50, 75]") + "[[agreement.escalation]]\nlevel = 2\nat = 75"
	).commitments

	assert [(one.level.number, one.level.amount) for one in said.warned] == [(1, 50), (3, 90)]


def test_what_is_measured_is_the_same_without_them(read) -> None:
	text = availability("value = 99") + "\n[[agreement.escalation]]\nat = 75"

	assert read(text).book.agreements == read(SMALL).book.agreements


# --- Excuses ---------------------------------------------------------------------------------------------

SPAN = ("from = 2026-06-01T09:00:00+02:00", "until = 2026-06-02T09:00:00+02:00")
BEGAN = instant(datetime(2026, 6, 1, 9, tzinfo=timezone(timedelta(hours=2))))
ENDED = BEGAN + 24 * HOUR


def test_an_excuse_has_reason_approver_and_evidence(read) -> None:
	(found,) = read(excuse('ticket = "7"', 'evidence = "mail of 3 June"')).excuses

	assert (found.reason, found.approved_by, found.evidence) == ("flood", "A. Berg", "mail of 3 June")
	assert (found.start, found.end) == (None, None)


@pytest.mark.parametrize(
	("missed_at", "covered"),
	[(BEGAN - 1, False), (BEGAN, True), (ENDED - 1, True), (ENDED, False)],
	ids=["before", "first second", "last second", "after"],
)
def test_an_excuse_covers_what_was_missed_in_its_time(read, missed_at: int, covered: bool) -> None:
	found = read(excuse(*SPAN))

	assert (found.excuse("7", "Acme", missed_at) is not None) is covered


@pytest.mark.parametrize(
	("ticket", "agreement_name", "covered"),
	[("7", "Acme", True), ("8", "Acme", False), ("7", "Bolt", False)],
)
def test_an_excuse_covers_only_the_ticket_and_agreement_it_names(
	read, ticket: str, agreement_name: str, covered: bool
) -> None:
	found = read(excuse('ticket = "7"', 'agreement = "Acme"'))

	assert (found.excuse(ticket, agreement_name, BEGAN) is not None) is covered


# --- The guide and the demo ------------------------------------------------------------------------------


def test_the_guides_example_is_read(read) -> None:
	guide = GUIDE.read_text(encoding="utf-8")
	(example,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)

	found = read(example)

	assert {one.kind for one in found.book.agreements} == set(AgreementKind)


@pytest.mark.parametrize(
	"text",
	[
		pytest.param(changed("customers", "zzz"), id="agreement"),
		pytest.param(in_target("zzz = 1"), id="target"),
		pytest.param(in_calendar("zzz = 1"), id="calendar"),
		pytest.param(excuse("zzz = 1"), id="excuse"),
		pytest.param(escalation("zzz = 1"), id="escalation"),
		pytest.param(interruption("zzz = 1"), id="interruption"),
	],
)
def test_the_guide_has_every_key(read, text: str) -> None:
	"""An unknown key is answered with all known ones."""
	with pytest.raises(InputProblem) as caught:
		read(text)
	keys = caught.value.remedy.removeprefix("Known keys: ").rstrip(".").split(", ")

	assert len(keys) > 5
	guide = GUIDE.read_text(encoding="utf-8")
	assert [key for key in keys if f"`{key}`" not in guide] == []


@pytest.mark.parametrize(
	("text", "line", "said"), [*CALENDARS, *AGREEMENTS, *TARGETS, *COMMITMENTS, *EXCUSES]
)
def test_the_guide_has_every_message(read, text: str, line: int | None, said: str) -> None:
	with pytest.raises(InputProblem) as caught:
		read(text)
	guide = GUIDE.read_text(encoding="utf-8")
	rows = guide[guide.index("## What can be wrong") :].splitlines()
	messages = [one for row in rows for one in re.findall(r"`([^`]+)`", row.split(" | ")[0])]

	assert any(all(part in caught.value.problem for part in one.split(" ... ")) for one in messages)


def test_the_demos_agreements_are_read() -> None:
	found = read_agreements(DEMO)

	assert {one.kind for one in found.book.agreements} == set(AgreementKind)
	assert len({calendar.zone_name for calendar in found.calendars}) >= 5


def test_the_demos_calendars_know_their_own_holidays() -> None:
	calendars = {one.name: one for one in read_agreements(DEMO).calendars}

	def attended(name: str, *moment: int) -> bool:
		found = calendars[name]
		return found.is_open(instant(datetime(*moment, tzinfo=zone(found.zone_name))))

	assert not attended("brandauer", 2025, 12, 29, 10)  # works closure, a Monday
	assert not attended("brandauer", 2025, 10, 6, 12, 30)  # lunch, a Monday
	assert attended("hudson", 2025, 11, 28, 12) and not attended("hudson", 2025, 11, 28, 14)  # short Friday
	assert not attended("hudson", 2025, 7, 4, 10)  # Independence Day, a Friday
	assert not attended("sahyadri", 2025, 8, 15, 10)  # Independence Day, a Friday
	assert attended("sahyadri", 2025, 8, 16, 10)  # Saturday
	assert attended("serra-azul", 2026, 1, 1, 0)
