"""Everything the domain refuses, each refusal with a name of its own.

An error carries a sentence about what is wrong and one about what to do, both as templates with their
values apart, so that the edge which shows them can translate the templates.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
	"""Base of all refusals. `problem` and `remedy` are templates in English, `values` fills both."""

	problem: ClassVar[str] = "This cannot be used."
	remedy: ClassVar[str] = ""

	def __init__(self, **values: object) -> None:
		super().__init__(values)
		self.values = values

	def __str__(self) -> str:
		return f"{self.problem} {self.remedy}".strip().format(**self.values)


class NaiveInstant(DomainError):
	problem = "The time {moment} has no time zone."
	remedy = "Give it the zone in which it was read."


class InstantOutOfRange(DomainError):
	problem = "The time {moment} lies outside the years {first} to {last}."
	remedy = "Correct the date."


class UnknownZone(DomainError):
	problem = '"{zone}" is not a time zone.'
	remedy = "Use a name of the IANA list, such as Europe/Berlin."


class InvalidCalendar(DomainError):
	"""A calendar that cannot be built."""


class InvalidWindow(InvalidCalendar):
	problem = 'Calendar "{calendar}": the window {window} on {day} does not lie inside the day it starts on.'
	remedy = "Start it between 00:00 and 23:59:59 and end it at most 24 hours later."


class EmptyWindow(InvalidCalendar):
	problem = 'Calendar "{calendar}": the window {window} on {day} is empty.'
	remedy = "Remove it, or end it later; a whole day ends at 24:00."


class BackwardWindow(InvalidCalendar):
	problem = 'Calendar "{calendar}": the window {window} on {day} ends before it starts.'
	remedy = "Swap the times, or say that it ends on the next day."


class OverlappingWindows(InvalidCalendar):
	problem = 'Calendar "{calendar}": the windows {first} and {second} on {day} overlap.'
	remedy = "Join them, or let one end where the other starts."


class DuplicateException(InvalidCalendar):
	problem = 'Calendar "{calendar}" has two exceptions on {day}.'
	remedy = "Put all windows of that day into one exception."


class InvalidYearlyClosure(InvalidCalendar):
	problem = 'Calendar "{calendar}": there is no day {day} in any year.'
	remedy = "Give month and day, such as 12-24."


class CalendarNeverOpens(InvalidCalendar):
	problem = 'Calendar "{calendar}" never opens.'
	remedy = "Give it at least one window on a day that is not closed."


class HorizonExceeded(DomainError):
	problem = 'Calendar "{calendar}" has not {seconds} open seconds within {years} years after {start}.'
	remedy = "Shorten the target or give the calendar more hours."


class BackwardSpan(DomainError):
	problem = "The span ends at {end}, before it starts at {start}."
	remedy = "Swap the two instants."


class NegativeDuration(DomainError):
	problem = "A duration of {seconds} seconds is negative."
	remedy = "Give zero or more."


class NotOpened(DomainError):
	problem = 'Ticket "{ticket}" has no fact that says when it was opened.'
	remedy = "Add its opening."


class InvalidTarget(DomainError):
	"""A target that cannot be measured."""


class InvalidGoal(InvalidTarget):
	problem = 'Target "{target}": a duration of {seconds} seconds cannot be promised.'
	remedy = "Give a duration above zero."


class InvalidObjective(InvalidTarget):
	problem = 'Target "{target}": an attainment objective of {objective} % is not possible.'
	remedy = "Give a percentage above 0 and up to 100."


class InvalidMetric(DomainError):
	"""A metric that no clock could be measured by."""


class UnknownMetric(InvalidMetric):
	problem = 'There is no metric "{metric}".'
	remedy = "Choose one that is there, or add it first."


class MetricNeverStarts(InvalidMetric):
	problem = 'Metric "{metric}": nothing starts its clocks.'
	remedy = "Choose at least one start condition."


class MetricNeverStops(InvalidMetric):
	problem = 'Metric "{metric}": nothing stops its clocks.'
	remedy = "Choose at least one stop condition."


class MetricStopsAtItsStart(InvalidMetric):
	problem = 'Metric "{metric}": {condition} starts its clocks and stops them at once.'
	remedy = "Take it out of the start conditions or out of the stop conditions."


class MetricCannotRecur(InvalidMetric):
	problem = 'Metric "{metric}": it begins anew at each stop, but nothing that happens stops it.'
	remedy = "Add something that happens to its stop conditions, or let it not begin anew."


class InvalidLevel(DomainError):
	problem = "Escalation level {level} lies nowhere: {amount} was given."
	remedy = "Number levels from 1, and give a percentage above 0 or a time that is not negative."


class AmbiguousTargets(InvalidTarget):
	problem = (
		'Agreement "{agreement}": the targets "{first}" and "{second}" promise {metric} for the same tickets.'
	)
	remedy = "Remove one, or tell them apart by priority or service."


class InvalidAgreement(DomainError):
	"""An agreement that cannot be used."""


class BackwardValidity(InvalidAgreement):
	problem = 'Agreement "{agreement}" is valid until {until}, before it starts on {start}.'
	remedy = "Correct one of the two dates."


class ConditionsContradict(InvalidAgreement):
	problem = 'Agreement "{agreement}": no ticket can meet all its conditions on the {property}.'
	remedy = "Remove one of them."


class NoTargets(InvalidAgreement):
	problem = 'Agreement "{agreement}" promises nothing.'
	remedy = "Give it at least one target."


class PartyMissing(InvalidAgreement):
	problem = 'Agreement "{agreement}" is of kind {kind} and does not say with which {party}.'
	remedy = "Name at least one."


class DuplicateAgreement(InvalidAgreement):
	problem = 'There are two agreements "{agreement}" with version {version}.'
	remedy = "Rename one or give it another version."


class AgreementsOverlap(InvalidAgreement):
	problem = 'The agreements "{first}" and "{second}" both apply to {scope} on {day}.'
	remedy = "End one before the other starts, or let them cover different customers or services."


class RestsOnUnknown(InvalidAgreement):
	problem = 'Agreement "{agreement}" rests on "{other}", which does not exist.'
	remedy = "Correct the name or remove it."


class RestsOnItself(InvalidAgreement):
	problem = "Agreements rest on each other in a circle: {path}."
	remedy = "Remove one of these links."


class RestsOnWrongKind(InvalidAgreement):
	problem = 'Agreement "{agreement}" rests on "{other}", which is a promise to a customer.'
	remedy = "Let it rest on an OLA or a UC."


class ServicesRestOnThemselves(DomainError):
	problem = "Services rest on each other in a circle: {path}."
	remedy = "Remove one of these links."


class InvalidChain(DomainError):
	"""A chain of supports that cannot be checked."""


class EmptyPeriod(InvalidChain):
	problem = "Between {start} and {end} no ticket can be opened under this agreement."
	remedy = "Give a period that lies inside its validity and ends after it starts."


class EmptyStage(InvalidChain):
	problem = "Stage {number} of the chain names no agreement."
	remedy = "Name an OLA or a UC, or remove the stage."


class InvalidPasses(InvalidChain):
	problem = "Stage {number} of the chain cannot be passed {times} times."
	remedy = "Give a number from 1 to {most}."


class UnitDoesNotFit(DomainError):
	problem = '"{unit}" says nothing about {metric}.'
	remedy = "Choose one of: {units}."


class LevelOutOfRange(DomainError):
	problem = "{metric} cannot be {number} {unit}."
	remedy = "Correct the number."


class InvalidOutage(DomainError):
	"""An outage, or maintenance, that cannot be counted."""


class BackwardOutage(InvalidOutage):
	problem = "The users were told at {told}, before the outage began at {began}."
	remedy = "Correct one of the two times."


class InvalidLoss(InvalidOutage):
	problem = "An outage cannot take {lost} % of a service."
	remedy = "Give a whole percentage from 1 to 100."


class BackwardMaintenance(InvalidOutage):
	problem = "The maintenance ends at {ends}, not after it starts at {starts}."
	remedy = "Correct one of the two times."


class NegativeNotice(InvalidOutage):
	problem = "A notice of {notice} seconds is negative."
	remedy = "Give zero or more."


class PeriodsOutOfOrder(DomainError):
	problem = "The periods around {start} and {end} are not in order, or overlap."
	remedy = "Give them in order."


class InvalidCorrection(DomainError):
	"""Something said about a ticket's past that cannot have been so. Instants among the values are numbers."""


class CorrectionBeforeOpening(InvalidCorrection):
	problem = "{at} lies before the ticket was opened at {opened}."
	remedy = "Give a later time, or have the opening corrected first."


class CorrectionInFuture(InvalidCorrection):
	problem = "{at} has not come yet."
	remedy = "Give a time that has passed."


class BackwardCorrection(InvalidCorrection):
	problem = "It ends at {until}, not after it began at {at}."
	remedy = "Correct one of the two times."


class HandedOnMeanwhile(InvalidCorrection):
	problem = "At {at}, between these times, the ticket was handed on: {holder}."
	remedy = "Let it end by then, and ask for the rest in another request."


class PriorityChangedMeanwhile(InvalidCorrection):
	problem = "At {at}, between these times, the priority was changed: {priority}."
	remedy = "Let it end by then, and ask for the rest in another request."


class PriorityWasSo(InvalidCorrection):
	problem = "By the record its priority was {priority} at {at} already."
	remedy = "Give an earlier time, or another priority."


class OpenedThenAlready(InvalidCorrection):
	problem = "By the record it was opened at {at} already."
	remedy = "There is nothing to ask for."


class OpenedAfterEvent(InvalidCorrection):
	problem = "Something happened to the ticket at {event}, so it was not opened as late as {at}."
	remedy = "Give an earlier time."


class NothingWaited(InvalidCorrection):
	problem = "The ticket did not wait between {at} and {until}."
	remedy = "Look at its history for when it did."


class NotResolvedYet(InvalidCorrection):
	problem = "The ticket is neither resolved nor closed."
	remedy = "Resolve it first, then ask for the earlier time."


class ResolvedAlready(InvalidCorrection):
	problem = "The ticket has been resolved since {at}."
	remedy = "Give an earlier time."


class StatusChangedMeanwhile(InvalidCorrection):
	problem = "The status of the ticket was changed at {at}, so it was not resolved before that."
	remedy = "Give a later time, or say for whom it waited in between."


class ExcludedAlready(InvalidCorrection):
	problem = "The ticket is left out of the figures already."
	remedy = "There is nothing to ask for."


class NotExcluded(InvalidCorrection):
	problem = "The ticket counts in the figures as it is."
	remedy = "There is nothing to ask for."


class InvalidInterruption(DomainError):
	"""An agreed interruption that cannot take place as it is agreed."""


class IntervalOutOfRange(InvalidInterruption):
	problem = "Nothing takes place every {interval} times."
	remedy = "Give a number from 1 to {most}; 1 is every time."


class WeekdayMissing(InvalidInterruption):
	problem = "It does not say which weekday of the month is meant."
	remedy = "Choose a weekday."


class NoDayOfMonth(InvalidInterruption):
	problem = "There is no day {day} in a month."
	remedy = "Give a number from 1 to 31; where a month is shorter, its last day is meant."


class SameWeekdayTwice(InvalidInterruption):
	problem = "It goes from a weekday to the same weekday."
	remedy = "Name another last weekday; or none, where it is on one day of the week; or let it be daily."


class DaysDoNotFit(InvalidInterruption):
	problem = "The days it names do not fit how often it takes place."
	remedy = (
		"Name a weekday, or a first and a last one, where it is by weeks; a day, or the first, second ... last of a weekday,"
		" where it is by months."
	)


class NegativeInterruption(InvalidInterruption):
	problem = "An interruption of {lasts} seconds is negative."
	remedy = "Give zero or more."


class InterruptionWithoutEnd(InvalidInterruption):
	problem = "It lasts so long that it is not over before it may begin again."
	remedy = "Shorten it, or let it take place less often."


class InvalidScore(DomainError):
	problem = "{score} is no score."
	remedy = "Give a whole number from {lowest} to {highest}."


class InvalidScoreObjective(DomainError):
	problem = "A mean score of {objective} cannot be agreed."
	remedy = "Give a number from {lowest} to {highest}, or leave it empty."
