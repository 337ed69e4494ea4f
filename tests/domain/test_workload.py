"""Workload limits: who is the how-manieth of which period, and where a period is heading.

June 2026: 1 June is a Monday.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from given import ALWAYS, OFFICE, at, office

from slm_extension.domain.workload import Limit, Opening, Per, forecast, loads, reached, share_used

UTC, KOLKATA = ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata")


def opened(*moments: str, **more: str) -> list[Opening]:
	return [Opening(f"T{number}", at(one), **more) for number, one in enumerate(moments, start=1)]


def above(limit: Limit, openings: list[Opening], zone: ZoneInfo = UTC) -> list[str]:
	return [
		one.opening.ticket
		for load in loads(limit, openings, zone).values()
		for one in load.tickets
		if one.above
	]


class TestAbove:
	def test_the_limit_itself_is_not_above_it(self) -> None:
		tickets = opened("Mon 1 Jun 09:00", "Mon 1 Jun 10:00", "Mon 1 Jun 11:00")
		assert above(Limit(3, Per.DAY), tickets) == []
		assert above(Limit(2, Per.DAY), tickets) == ["T3"]

	def test_they_count_in_the_order_in_which_they_were_opened_not_in_which_they_come(self) -> None:
		tickets = opened("Mon 1 Jun 11:00", "Mon 1 Jun 09:00", "Mon 1 Jun 10:00")
		assert above(Limit(2, Per.DAY), tickets) == ["T1"]

	def test_of_two_opened_at_once_the_name_decides(self) -> None:
		tickets = opened("Mon 1 Jun 09:00", "Mon 1 Jun 09:00")
		assert above(Limit(1, Per.DAY), list(reversed(tickets))) == ["T2"]

	def test_a_limit_of_none_leaves_all_above(self) -> None:
		assert above(Limit(0, Per.MONTH), opened("Mon 1 Jun 09:00")) == ["T1"]

	def test_each_period_begins_anew(self) -> None:
		tickets = opened("Tue 30 Jun 10:00", "Tue 30 Jun 11:00", "Wed 1 Jul 09:00")
		assert above(Limit(1, Per.MONTH), tickets) == ["T2"]

	def test_a_period_is_that_of_the_agreements_zone(self) -> None:
		"""Sunday 19:00 UTC is half past midnight on Monday in Kolkata."""
		tickets = opened("Sun 31 May 10:00", "Sun 31 May 19:00")
		assert above(Limit(1, Per.DAY), tickets, UTC) == ["T2"]
		assert above(Limit(1, Per.DAY), tickets, KOLKATA) == []

	def test_only_what_the_limit_is_for_counts(self) -> None:
		tickets = [
			*opened("Mon 1 Jun 09:00", service="Mail", priority="High"),
			Opening("U1", at("Mon 1 Jun 10:00"), "Shop", "High"),
			Opening("U2", at("Mon 1 Jun 11:00"), "Mail", "Low"),
		]
		mail = Limit(0, Per.DAY, services=frozenset({"Mail"}))
		high_mail = Limit(0, Per.DAY, frozenset({"Mail"}), frozenset({"High"}))
		assert above(mail, tickets) == ["T1", "U2"]
		assert above(high_mail, tickets) == ["T1"]


@pytest.mark.parametrize(
	("per", "first", "following"),
	[
		(Per.DAY, date(2026, 12, 31), date(2027, 1, 1)),
		(Per.WEEK, date(2026, 12, 28), date(2027, 1, 4)),
		(Per.MONTH, date(2026, 12, 1), date(2027, 1, 1)),
		(Per.QUARTER, date(2026, 10, 1), date(2027, 1, 1)),
		(Per.YEAR, date(2026, 1, 1), date(2027, 1, 1)),
	],
	ids=lambda value: value.value if isinstance(value, Per) else None,
)
def test_a_period_lasts_until_the_next_begins(per: Per, first: date, following: date) -> None:
	start, end = per.span(first, UTC)
	assert per.first_day(at("Thu 31 Dec 2026 23:59:59"), UTC) == first
	assert per.following(first) == following
	assert (start, end) == tuple(int(at(f"{day:%a %-d %b %Y} 00:00")) for day in (first, following))


class TestForecast:
	DAY = (at("Mon 1 Jun 00:00"), at("Tue 2 Jun 00:00"))

	@pytest.mark.parametrize(
		("now", "expected"),
		[
			("Mon 1 Jun 09:00", None),
			("Mon 1 Jun 12:00", Fraction(6)),
			("Mon 1 Jun 13:30", Fraction(4)),
			("Mon 1 Jun 18:00", Fraction(2)),
			("Fri 5 Jun 12:00", Fraction(2)),
			("Sun 31 May 12:00", None),
		],
		ids=["not open yet", "a third", "a half", "closing time", "long over", "not begun"],
	)
	def test_it_goes_on_by_open_time_as_it_came(self, now: str, expected: Fraction | None) -> None:
		assert forecast(2, self.DAY, at(now), OFFICE) == expected

	def test_a_day_that_is_never_open_says_nothing(self) -> None:
		assert forecast(2, self.DAY, at("Mon 1 Jun 23:00"), office(days="Tue")) is None

	def test_around_the_clock_every_hour_counts(self) -> None:
		assert forecast(1, self.DAY, at("Mon 1 Jun 08:00"), ALWAYS) == 3


@pytest.mark.parametrize(
	("count", "limit", "expected"),
	[(7, 10, ()), (8, 10, (80,)), (10, 10, (80, 100)), (12, 10, (80, 100)), (0, 0, ()), (1, 0, (80, 100))],
)
def test_what_share_of_a_limit_has_been_reached(count: int, limit: int, expected: tuple[int, ...]) -> None:
	assert reached(count, limit, (80, 100)) == expected


def test_the_share_of_a_limit_of_none_is_no_figure() -> None:
	assert (share_used(3, 4), share_used(3, 0)) == (75, None)
