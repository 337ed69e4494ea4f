"""Durations, hours and targets in words that both sides understand (R114). Makes words of values; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, flt, formatdate, get_datetime, getdate, strip_html

from slm_extension.domain.calendars import WHOLE_DAY, Calendar, Window, YearlyClosure
from slm_extension.domain.instants import DAY, Seconds
from slm_extension.domain.recurrence import LAST, LAST_DAY, Every, Rhythm

HOUR, MINUTE = 3600, 60


def duration(seconds: Any, days: bool = False) -> str:
	"""A duration in words. Open time is told in hours, because a day of it is no day; with `days`, in days too."""
	left = cint(seconds)
	parts = []
	for unit, one, several in _units() if days else _units()[1:]:
		count, left = divmod(left, unit)
		if count:
			parts.append(one if count == 1 else several.format(count))
	return " ".join(parts)


def _units() -> list[tuple[Seconds, str, str]]:
	return [
		(DAY, _("1 day"), _("{0} days")),
		(HOUR, _("1 hour"), _("{0} hours")),
		(MINUTE, _("1 minute"), _("{0} minutes")),
		(1, _("1 second"), _("{0} seconds")),
	]


def percent(value: Any) -> str:
	"""A share without needless zeros; empty for none."""
	return _("{0} %").format(f"{flt(value):.6g}") if flt(value) else ""


def share(value: Fraction) -> str:
	"""A share that was reached, cut off to a tenth: 99.96 % is not 100 %."""
	return _("{0} %").format(f"{int(value * 10) / 10:g}")


def number(value: Any) -> str:
	return f"{flt(value):.10g}" if flt(value) else ""


def day(value: Any) -> str:
	return formatdate(value) if value else ""


def moment(value: Any) -> str:
	"""A time of the site, to the minute."""
	return f"{formatdate(value)} {get_datetime(value):%H:%M}" if value else ""


def moment_to_the_second(value: Any) -> str:
	"""A time of the site as its form shows it."""
	return str(frappe.format(value, "Datetime"))


def plain(html: Any) -> str:
	"""What a text editor's HTML says, its paragraphs as lines."""
	text = str(html or "")
	for end in ("</p>", "</div>", "</li>", "<br>", "<br/>", "<br />"):
		text = text.replace(end, end + "\n")
	return "\n".join(line.strip() for line in strip_html(text).splitlines() if line.strip())


def always_open(calendar: Calendar) -> bool:
	return all(windows == (WHOLE_DAY,) for windows in calendar.week)


def within(goal: Any, calendar: Calendar | None) -> str:
	"""A goal, and in what time it counts."""
	words = duration(goal)
	return words if calendar is None or always_open(calendar) else _("{0} of service time").format(words)


def promise(metric: str, goal: str) -> str:
	"""What a target promises, where nobody has put it into better words."""
	sentences = {
		"Acknowledgement": _("That the request has arrived is confirmed within {0}."),
		"Response": _("A first answer is given within {0}."),
		"Resolution": _("The request is solved within {0}."),
		"Closure": _("The request is closed within {0}."),
		"Ownership": _("A named person takes the request on within {0}."),
		"Restoration": _("The service works again, and its users are told so, within {0}."),
		"Turnaround": _("What is handed over is done or handed back within {0}."),
		"Next Reply": _("Each further message is answered within {0}."),
		"Update Interval": _("While the request is open, there is news at least every {0}."),
		"Escalation": _("A request that is not solved is handed to the next level within {0}."),
	}
	return sentences.get(metric, _("{0} within {1}").format(_(metric), "{0}")).format(goal)


def commitment(metric: str, goal: str) -> str:
	"""The same in a few words, for a list."""
	return _("{0} within {1}").format(_(metric), goal)


def held(row: Any) -> str:
	"""When a target's time stands still."""
	waits = [
		words
		for field, words in (
			("hold_customer", _("for an answer of the customer")),
			("hold_supplier", _("for a supplier")),
			("hold_other", _("on hold for another agreed reason")),
		)
		if row.get(field)
	]
	if row.get("never_held") or not waits:
		return _("The time never stands still.")
	return _("The time stands still while the ticket waits {0}.").format(_(", or ").join(waits))


def weekly_hours(calendar: Calendar) -> list[str]:
	"""The hours of a week, days with the same hours together."""
	if always_open(calendar):
		return [_("Around the clock, every day of the week")]
	days = weekdays()
	lines = []
	for windows, group in groupby(enumerate(calendar.week), key=lambda pair: pair[1]):
		numbers = [number for number, _windows in group]
		first, last = days[numbers[0]], days[numbers[-1]]
		span = first if len(numbers) == 1 else _("{0} to {1}").format(first, last)
		lines.append(f"{span}: {_windows_in_words(windows)}")
	return lines


def _windows_in_words(windows: Sequence[Window]) -> str:
	if not windows:
		return _("closed")
	return _(" and ").join(_window(one) for one in windows)


def _window(one: Window) -> str:
	if one == WHOLE_DAY:
		return _("all day")
	if one.end <= DAY:
		return f"{_clock(one.start)}-{_clock(one.end)}"
	return _("{0}-{1} of the next day").format(_clock(one.start), _clock(one.end - DAY))


def _clock(seconds: Seconds) -> str:
	hours, rest = divmod(seconds, HOUR)
	return f"{hours:02}:{rest // MINUTE:02}" + (f":{rest % MINUTE:02}" if rest % MINUTE else "")


def closures(calendar: Calendar) -> list[str]:
	"""What is closed every year."""
	return [_closure(one) for one in calendar.yearly]


def _closure(one: YearlyClosure) -> str:
	first, last = _day_of_year(one.first), _day_of_year(one.last)
	span = (
		_("Closed every year on {0}").format(first)
		if one.first == one.last
		else _("Closed every year from {0} to {1}").format(first, last)
	)
	return f"{span} ({one.name})" if one.name else span


def _day_of_year(month_day: tuple[int, int]) -> str:
	return _("{0} {1}").format(month_day[1], months()[month_day[0] - 1])


def special_days(calendar: Calendar, first: date | None, last: date | None) -> Iterator[tuple[str, str, str]]:
	"""Date, hours and name of the days from `first` to `last` that differ from their weekday."""
	for one in sorted(calendar.exceptions, key=lambda one: one.day):
		if (first and one.day < first) or (last and one.day > last):
			continue
		if one.windows == calendar.week[one.day.weekday()]:
			continue
		yield day(one.day), _windows_in_words(one.windows), one.name


def known_until(calendar: Calendar, last: date | None) -> str:
	"""How far the holidays are known, where that is not until the end."""
	known = calendar.known_until
	if known is None or (last and known >= last):
		return ""
	return _("Holidays after {0} are announced as soon as they are known.").format(day(known))


def escalation(row: Any) -> str:
	"""When a level of escalation is reached."""
	if row.timing == "Percent of Goal":
		return _("when {0} % of the time has been used").format(cint(row.percent))
	words = duration(row.offset)
	if not words:
		return _("when the time is over")
	return (
		_("{0} before the time is over") if row.timing == "Before Due" else _("{0} after the time is over")
	).format(words)


def validity(agreement: Any) -> str:
	"""From when to when an agreement holds."""
	first, last = day(agreement.valid_from), day(agreement.valid_until)
	if not last:
		return _("from {0} until it is replaced or ended").format(first) if first else ""
	span = _("from {0} to {1}").format(first, last) if first else _("until {0}").format(last)
	return _("{0}, and after that until it is replaced").format(span) if agreement.until_replaced else span


def recurrence(rhythm: Rhythm | None) -> str:
	"""How often something takes place, such as "monthly on the first Sunday" or "weekly from Monday to Friday"."""
	if rhythm is None:
		return _("once")
	one, several = {
		Every.DAY: (_("daily"), _("every {0} days")),
		Every.WEEK: (_("weekly"), _("every {0} weeks")),
		Every.MONTH: (_("monthly"), _("every {0} months")),
		Every.QUARTER: (_("quarterly"), _("every {0} quarters")),
		Every.HALF_YEAR: (_("half-yearly"), _("every {0} half-years")),
		Every.YEAR: (_("yearly"), _("every {0} years")),
	}[rhythm.every]
	often = one if rhythm.interval == 1 else several.format(rhythm.interval)
	if rhythm.weekday is not None and rhythm.through is not None:
		names = weekdays()
		return _("{0} from {1} to {2}").format(often, names[rhythm.weekday], names[rhythm.through])
	if rhythm.weekday is not None:
		on = {
			None: _("{0} on {1}"),
			1: _("{0} on the first {1}"),
			2: _("{0} on the second {1}"),
			3: _("{0} on the third {1}"),
			4: _("{0} on the fourth {1}"),
			LAST: _("{0} on the last {1}"),
		}[rhythm.place]
		return on.format(often, weekdays()[rhythm.weekday])
	if rhythm.day is None:
		return often
	return (_("{0} on the last day") if rhythm.day == LAST_DAY else _("{0} on day {1}")).format(
		often, rhythm.day
	)


def limit(row: Any) -> str:
	periods = {
		"Day": _("{0} tickets a day"),
		"Week": _("{0} tickets a week"),
		"Month": _("{0} tickets a month"),
		"Quarter": _("{0} tickets a quarter"),
		"Year": _("{0} tickets a year"),
	}
	return periods.get(row.period, "{0}").format(cint(row.tickets))


def period_of(row: Any) -> str:
	"""The days of an exception or a freeze."""
	first, last = (day(getdate(value)) if value else "" for value in (row.from_date, row.until_date))
	if first and last:
		return first if first == last else _("{0} to {1}").format(first, last)
	return _("from {0}").format(first) if first else _("until {0}").format(last) if last else ""


def month(number: int) -> str:
	"""A month like 202606."""
	return _("{0} {1}").format(months()[number % 100 - 1], number // 100)


def weekdays() -> list[str]:
	return [
		_("Monday"),
		_("Tuesday"),
		_("Wednesday"),
		_("Thursday"),
		_("Friday"),
		_("Saturday"),
		_("Sunday"),
	]


def months() -> list[str]:
	return [
		_("January"),
		_("February"),
		_("March"),
		_("April"),
		_("May"),
		_("June"),
		_("July"),
		_("August"),
		_("September"),
		_("October"),
		_("November"),
		_("December"),
	]
