"""What is printed of a summary; without a terminal it is plain text."""

from __future__ import annotations

import io
import re
from datetime import date
from fractions import Fraction

import pytest
from rich.console import Console
from summaries import believable, cause, line, miss, monstrous, months, party, summary

from slm_extension.domain.attribution import Cause
from slm_extension.replay.name_counts import NameCount
from slm_extension.replay.summary import Summary
from slm_extension.replay.terminal import print_summary


def printed(figures: Summary, *, width: int = 120, broken_total: int = 0, newest: int = 6) -> str:
	console = Console(file=io.StringIO(), width=width)
	print_summary(figures, console, broken_total=broken_total, months=newest)
	return console.file.getvalue()  # type: ignore[attr-defined]


def cells(text: str, start: str) -> list[str]:
	"""The cells of the first row that starts so."""
	row = next(row for row in text.splitlines() if row.strip().startswith(start))
	return re.split(r"\s{2,}", row.strip())


def test_a_target_has_its_total_then_its_newest_months_then_the_earlier_ones() -> None:
	figures = summary([line(month, 20, 1) for month in months(date(2026, 1, 1), 6)])

	rows = [row.strip() for row in printed(figures, newest=2).splitlines()]

	found = [row.split("  ")[0] for row in rows if re.match(r"resolution|2026-\d\d |…", row)]
	assert found == ["resolution · High", "2026-06", "2026-05", "… 4 earlier months"]


def test_total_and_earlier_months_add_up() -> None:
	text = printed(summary([line(month, 20, 1) for month in months(date(2026, 1, 1), 6)]), newest=2)

	assert cells(text, "resolution")[1:] == ["120", "6", "·", "·", "95.2 %", "95 %", "kept"]
	assert cells(text, "… 4 earlier")[1:] == ["80", "4", "·", "·", "95.2 %", "95 %", "kept"]


def test_pending_and_excused_stand_in_their_columns_and_the_figure_is_net() -> None:
	text = printed(summary([line(date(2026, 6, 1), 30, 5, pending=7, excused_missed=4)]))

	assert cells(text, "resolution")[1:] == ["30", "5", "7", "4", "96.7 %", "95 %", "kept"]


def test_a_failed_objective_is_said_in_words() -> None:
	text = printed(summary([line(date(2026, 6, 1), 90, 10)]))

	assert cells(text, "resolution")[-1] == "not kept"


def test_small_samples_are_marked_and_explained() -> None:
	text = printed(summary([line(date(2026, 6, 1), 19, 0)]))

	assert "* 100.0 %" in text
	assert "* fewer than 20 decided clocks" in text


def test_twenty_decided_clocks_are_no_small_sample() -> None:
	assert "*" not in printed(summary([line(date(2026, 6, 1), 20, 0)]))


def test_where_there_is_nothing_to_divide_there_is_no_figure_and_no_verdict() -> None:
	text = printed(summary([line(date(2026, 6, 1), 0, 0, pending=2)]))

	assert cells(text, "resolution")[1:] == ["·", "·", "2", "·", "-", "95 %"]


def test_without_clocks_it_says_so() -> None:
	text = printed(summary(tickets=3, not_covered=3, customers=[NameCount("Bolt", 2)]))

	assert "nothing to report on" in text
	assert 'Tickets no agreement applies to: 3 (customer "Bolt" 2, others 1).' in text


def test_broken_rows_are_counted() -> None:
	assert "Broken rows in the log, which change no other ticket's result: 1,204." in printed(
		summary(), broken_total=1204
	)


def test_long_lists_are_cut_at_ten_and_the_rest_is_summed() -> None:
	names = [f"Team {number:02d}" for number in range(13)]
	text = printed(
		summary(
			parties=[party(name, 10, 10) for name in names],
			causes=[cause(Cause.OTHER_TEAM, name, 2) for name in names],
			worst=[miss(f"INC-{number:02d}", 7200) for number in range(13)],
		)
	)

	assert cells(text, "INC-09")
	assert "INC-10" not in text
	assert "Team 10" not in text
	assert cells(text, "… 3 more")[1] == "6"
	assert len(re.findall(r"… 3 more\s+30\s+30", text)) == 1


def test_a_miss_shows_its_overrun_when_it_was_missed_and_who_held_it_longest() -> None:
	text = printed(summary(worst=[miss("INC-1", 3661, still_open=True)]))

	assert cells(text, "INC-1") == [
		"INC-1 (open)",
		"resolution · High",
		"01:01:01",
		"2026-06-08 08:00:00 CEST",
		"Database operations",
	]


def test_names_are_text_and_never_markup_or_orders_to_the_terminal() -> None:
	text = printed(monstrous(), width=200)

	assert "[/bold]" in text
	assert "\x1b" not in text


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("figures", [believable(), monstrous()], ids=["believable", "monstrous"])
def test_no_line_is_wider_than_the_terminal(figures: Summary, width: int) -> None:
	assert max(len(row) for row in printed(figures, width=width).splitlines()) <= width


def test_an_objective_with_decimals_is_not_rounded_away() -> None:
	text = printed(summary([line(date(2026, 6, 1), 1999, 1, objective=Fraction("99.95"))]))

	assert cells(text, "resolution")[-3:] == ["99.95 %", "99.95 %", "kept"]


def test_a_metric_of_several_rows_ends_with_their_sum() -> None:
	figures = summary([line(date(2026, 6, 1), 20, 1, priority=one) for one in ("High", "")])

	text = printed(figures)

	assert cells(text, "resolution · High")[1] == "20"
	assert cells(text, "resolution · no priority")[1] == "20"
	assert cells(text, "resolution, all")[1:3] == ["40", "2"]


def test_a_name_that_says_its_kind_is_not_followed_by_it() -> None:
	text = printed(summary([line(date(2026, 6, 1), 20, 1, agreement=name) for name in ("Acme SLA", "Slack")]))

	assert "Acme SLA" in [row.strip() for row in text.splitlines()]
	assert "Slack (SLA)" in text


def test_the_time_of_a_miss_stays_on_one_line_of_eighty_columns() -> None:
	text = printed(summary(worst=[miss("INC-0000000001", 36_061, still_open=True)]), width=80)

	assert "2026-06-08 08:00:00 CEST" in text


def test_tickets_without_a_target_are_counted_apart() -> None:
	text = printed(summary(tickets=4, no_target=3))

	assert "Tickets with an agreement, but no target for them: 3." in text
	assert "no agreement applies to" not in text


def test_the_instant_is_told_in_the_zone_of_the_log() -> None:
	assert "as of 2026-06-12 10:00:00 CEST: 1 ticket, 0 clocks" in printed(
		summary(tickets=1, zone_name="Europe/Berlin")
	)
