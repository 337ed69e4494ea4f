"""The page: self-contained, escaped, the same bytes again, and nothing of the provider's for a customer."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from summaries import HOUR, believable, cause, excused, line, miss, monstrous, months, party, summary

from slm_extension.domain.attribution import Cause
from slm_extension.replay.charts import attainment_by_month, misses_by_holder
from slm_extension.replay.figures import by_agreement, shown
from slm_extension.replay.name_counts import NameCount
from slm_extension.replay.problems import BrokenRow
from slm_extension.replay.report_html import Audience, write
from slm_extension.replay.summary import Summary

BROKEN = (BrokenRow(1017, "INC-1", "The time <now> cannot be read."), BrokenRow(2, "", "There is no ticket."))
JUNE = date(2026, 6, 1)
VOID = {"meta", "br", "link", "img", "input", "hr"}
ALL = [summary(), believable(1), believable(), monstrous()]
NAMES = ["empty", "one month", "believable", "monstrous"]


class Page(HTMLParser):
	"""Reads a page: tags, attributes, text outside style, table rows; and whether every tag is closed."""

	def __init__(self, html: str) -> None:
		super().__init__()
		self.tags: list[str] = []
		self.attributes: list[tuple[str, str]] = []
		self.words: list[str] = []
		self.rows: list[list[str]] = []
		self.ids: list[str] = []
		self._open: list[str] = []
		self.feed(html)
		self.close()
		self.rows = [[cell.strip() for cell in row] for row in self.rows]
		assert not self._open

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.tags.append(tag)
		self.attributes += [(name, value or "") for name, value in attrs]
		self.ids += [value or "" for name, value in attrs if name == "id"]
		if tag not in VOID:
			self._open.append(tag)
		if tag == "tr":
			self.rows.append([])
		elif tag in ("td", "th"):
			self.rows[-1].append("")

	def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.handle_starttag(tag, attrs)
		if tag not in VOID:
			self._open.pop()

	def handle_endtag(self, tag: str) -> None:
		assert self._open.pop() == tag

	def handle_data(self, data: str) -> None:
		if "style" in self._open:
			return
		self.words.append(data)
		if {"td", "th"} & set(self._open) and "sup" not in self._open:
			self.rows[-1][-1] = re.sub(r"\s+", " ", self.rows[-1][-1] + data).lstrip()

	@property
	def text(self) -> str:
		return " ".join("".join(self.words).split())

	def row(self, start: str) -> list[str]:
		return next(row for row in self.rows if row[0].startswith(start))


def html(path: Path, figures: Summary, audience: Audience = Audience.INTERNAL, *agreements: str) -> str:
	file = path / "report.html"
	write(figures, BROKEN, 2, file, audience=audience, agreements=agreements)
	return file.read_text(encoding="utf-8")


def page(path: Path, figures: Summary, audience: Audience = Audience.INTERNAL, *agreements: str) -> Page:
	return Page(html(path, figures, audience, *agreements))


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("figures", ALL, ids=NAMES)
def test_the_page_needs_no_network_and_no_script(
	figures: Summary, audience: Audience, tmp_path: Path
) -> None:
	text = html(tmp_path, figures, audience)

	found = Page(text)
	assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(found.tags)
	assert all(
		value.startswith("#") for name, value in found.attributes if name in ("href", "xlink:href", "src")
	)
	assert not [name for name, _ in found.attributes if name.startswith("on")]
	assert not re.search(r"@import|@font-face|url\((?!#)", text)


@pytest.mark.parametrize("figures", ALL, ids=NAMES)
def test_every_link_leads_somewhere_and_no_id_comes_twice(figures: Summary, tmp_path: Path) -> None:
	found = page(tmp_path, figures)

	targets = {value[1:] for name, value in found.attributes if name in ("href", "xlink:href")}
	assert targets <= set(found.ids)
	assert len(found.ids) == len(set(found.ids))


@pytest.mark.parametrize("figures", ALL, ids=NAMES)
def test_the_same_summary_gives_the_same_bytes(figures: Summary, tmp_path: Path) -> None:
	assert html(tmp_path, figures) == html(tmp_path, figures)


def test_names_are_escaped_wherever_they_stand(tmp_path: Path) -> None:
	"""The hostile name is the log's, an agreement's, a target's, a priority's, a ticket's and a team's."""
	text = html(tmp_path, monstrous())

	assert "<script>" not in text
	assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; $\\frac{1}{0}$" in text
	assert "The time &lt;now&gt; cannot be read." in text
	assert "\x1b" not in text
	assert "\u202e" not in text


def test_the_title_says_which_log_as_of_when_and_how_many_tickets(tmp_path: Path) -> None:
	text = page(tmp_path, summary([line(JUNE, 3, 0)], log="june.csv", tickets=1234)).text

	assert "june.csv As of2026-06-12 08:00:00 UTC Tickets1,234 " in text


def test_a_tile_tells_figure_verdict_and_how_many_more_may_be_missed(tmp_path: Path) -> None:
	"""June alone: 57 of 59 net; one more missed would be 57 of 60, exactly 95 %."""
	figures = summary([line(date(2026, 5, 1), 90, 10), line(JUNE, 57, 4, excused_missed=2)])

	text = page(tmp_path, figures).text

	assert "Northwind Gold SLA resolution ▼ not kept 92.4 % objective 95 %" in text
	assert "147 met, 14 missed; gross 91.3 %" in text
	assert "Kept in 1 of 2 months Jun 2026: 1 more may be missed" in text


@pytest.mark.parametrize(
	("met", "missed", "words"),
	[
		pytest.param(95, 5, "no more may be missed", id="none left"),
		pytest.param(94, 6, "1 miss too many", id="one too many"),
		pytest.param(90, 10, "5 misses too many", id="several too many"),
		pytest.param(1995, 5, "100 more may be missed", id="plenty"),
	],
)
def test_what_the_objective_still_allows_is_said_in_words(
	met: int, missed: int, words: str, tmp_path: Path
) -> None:
	assert f"Jun 2026: {words}" in page(tmp_path, summary([line(JUNE, met, missed)])).text


def test_the_table_shows_counts_figures_objective_and_verdict_by_month(tmp_path: Path) -> None:
	figures = summary([line(date(2026, 5, 1), 40, 5, excused_missed=4), line(JUNE, 10, 1, pending=3)])

	found = page(tmp_path, figures)

	assert found.row("resolution · High") == [
		"resolution · High", "50", "6", "3", "4", "89.2 %", "96.1 %", "95 %", "✓ kept",
	]  # fmt: skip
	assert found.row("May 2026") == ["May 2026", "40", "5", "0", "4", "88.8 %", "97.5 %", "95 %", "✓ kept"]
	assert found.row("Jun 2026") == [
		"Jun 2026", "10", "1", "3", "0", "n < 20 90.9 %", "", "95 %", "▼ not kept",
	]  # fmt: skip


def test_where_there_is_nothing_to_divide_there_is_no_figure(tmp_path: Path) -> None:
	found = page(tmp_path, summary([line(JUNE, 0, 0, pending=3)]))

	assert found.row("Jun 2026") == ["Jun 2026", "0", "0", "3", "0", "\u2013", "", "95 %", "no figure"]


def test_when_all_misses_are_excused_gross_has_a_figure_and_net_has_none(tmp_path: Path) -> None:
	found = page(tmp_path, summary([line(JUNE, 0, 30, excused_missed=30)]))

	assert found.row("Jun 2026")[5:] == ["0.0 %", "\u2013", "95 %", "no figure"]


def test_an_agreement_without_objective_has_no_verdict_and_no_allowance(tmp_path: Path) -> None:
	found = page(tmp_path, summary([line(JUNE, 30, 30, objective=None)]))

	assert found.row("Jun 2026")[-2:] == ["", "no objective"]
	assert "may be missed" not in found.text
	assert "too many" not in found.text


def test_a_single_month_is_not_drawn(tmp_path: Path) -> None:
	assert "svg" not in page(tmp_path, summary([line(JUNE, 30, 3)])).tags
	assert "svg" in page(tmp_path, summary([line(JUNE, 30, 3), line(date(2026, 5, 1), 3, 0)])).tags


def test_an_empty_log_gives_a_page_that_says_so(tmp_path: Path) -> None:
	found = page(tmp_path, summary())

	assert "Nothing to report on" in found.text
	assert "no ticket was measured" in found.text
	assert found.row("Broken rows of the log")[1] == "2"


def test_a_log_no_agreement_applies_to_says_that(tmp_path: Path) -> None:
	text = page(tmp_path, summary(tickets=1500, not_covered=1500)).text

	assert "no agreement applies to any of the 1,500 tickets" in text


def test_a_miss_tells_who_held_it_and_which_overrun_made_the_difference(tmp_path: Path) -> None:
	found = page(
		tmp_path,
		summary(
			worst=[
				miss(
					"INC-7",
					HOUR,
					still_open=True,
					shares=(
						("supplier", "Fabrikam", 7 * HOUR),
						("customer", "", HOUR),
						("unassigned", "", HOUR),
					),
					overruns=(("Mainframe UC", "Fabrikam", 61, True), ("Second line", "DBA", 30, False)),
				)
			]
		),
	)

	assert found.row("INC-7") == [
		"INC-7 still open", "resolution · High", "8 h", "9 h", "1 h",
		"2026-06-05 17:00:00 CEST", "2026-06-08 08:00:00 CEST",
	]  # fmt: skip
	assert found.row("Northwind Gold.") == [
		"Northwind Gold. Held by Fabrikam 7 h, customer 1 h, nobody assigned 1 h. "
		"Fabrikam overran Mainframe UC by 1 min 01 s; the target would have been kept otherwise. "
		"DBA overran Second line by 30 s."
	]


def test_more_holders_and_overruns_than_fit_are_counted(tmp_path: Path) -> None:
	shares = tuple(("team", f"Team {number}", HOUR) for number in range(5))
	overruns = tuple(("Second line", f"Team {number}", 60, False) for number in range(5))

	text = page(tmp_path, summary(worst=[miss("INC-7", HOUR, shares=shares, overruns=overruns)])).text

	assert "Team 2 1 h and 2 more." in text
	assert "And 2 more overrun." in text


def test_thirty_teams_are_listed_and_the_rest_is_summed(tmp_path: Path) -> None:
	teams = [party(f"Team {number:03d}", 900 - number, number) for number in range(600)]

	found = page(tmp_path, summary(parties=teams))

	assert len([row for row in found.rows if re.match(r"Team \d", row[0])]) == 30
	assert found.row("Team 599")[2:4] == ["301", "599"]
	assert found.row("570 more")[2:4] == [f"{sum(900 - n for n in range(570)):,}", f"{sum(range(570)):,}"]


def test_excused_misses_are_listed_with_reason_approver_and_evidence(tmp_path: Path) -> None:
	found = page(
		tmp_path, summary([line(JUNE, 30, 9, excused_missed=3)], excused=[excused("INC-8")], excused_total=3)
	)

	assert "The first 1 of 3." in found.text
	assert found.row("INC-8")[2:] == [
		"2026-05-19 09:30:00 UTC",
		"Power cut in the customer's building",
		"R. Okafor, 2026-05-22",
		"Minutes of the service review, item 4",
	]


def test_broken_rows_are_listed_with_line_and_reason(tmp_path: Path) -> None:
	found = page(tmp_path, believable())

	assert found.row("1,017") == ["1,017", "INC-1", "The time <now> cannot be read."]


def test_causes_are_shared_out_and_the_largest_comes_first(tmp_path: Path) -> None:
	found = page(
		tmp_path,
		summary(causes=[cause(Cause.UNASSIGNED, "", 1), cause(Cause.OTHER_TEAM, "DBA", 3, avoidable=2)]),
	)

	causes = [row for row in found.rows if row[0] in ("Other team", "Nobody assigned")]
	assert causes == [
		["Other team", "DBA", "3", "75.0 %", "6 h 05 min 10 s", "2"],
		["Nobody assigned", "", "1", "25.0 %", "2 h 05 min 10 s", "0"],
	]


INTERNAL_ONLY = (
	"Database operations",
	"Service desk Hamburg",
	"Fabrikam",
	"Second line",
	"Mainframe",
	"OLA",
	"UC",
	"INC-19380",
	"overran",
)


def test_what_is_internal_never_reaches_a_customer(tmp_path: Path) -> None:
	internal, outside = (html(tmp_path, believable(), audience) for audience in Audience)

	assert [word for word in INTERNAL_ONLY if word not in internal] == []
	assert [word for word in INTERNAL_ONLY if word in outside] == []


def test_no_broken_row_reaches_a_customer_but_its_count_does(tmp_path: Path) -> None:
	"""Rows may be of another customer's tickets."""
	found = page(tmp_path, believable(), Audience.CUSTOMER)

	assert found.row("Broken rows of the log")[1] == "2"
	assert "INC-1 " not in found.text
	assert "cannot be read" not in found.text


def test_a_customer_sees_causes_and_holders_by_kind_only(tmp_path: Path) -> None:
	found = page(
		tmp_path,
		summary(
			causes=[
				cause(Cause.OTHER_TEAM, "DBA", 3),
				cause(Cause.OTHER_TEAM, "Network", 2),
				cause(Cause.SUPPLIER, "Fabrikam", 1),
			],
			worst=[
				miss(
					"INC-7",
					HOUR,
					shares=(("team", "DBA", 4 * HOUR), ("supplier", "F", HOUR), ("team", "N", HOUR)),
				)
			],
		),
		Audience.CUSTOMER,
	)

	assert found.row("Other team")[:2] == ["Other team", "5"]
	assert found.row("Supplier")[:2] == ["Supplier", "1"]
	assert "Held by provider's teams 5 h, a supplier 1 h." in found.text


def test_a_page_narrowed_to_one_customer_says_nothing_of_another(tmp_path: Path) -> None:
	text = html(tmp_path, believable(), Audience.CUSTOMER, "Contoso Standard")

	assert "Contoso Standard" in text
	assert "INC-20233" in text
	for foreign in ("Northwind", "INC-20417", "INC-19377", "1,804"):
		assert foreign not in text


def test_charts_are_well_formed_and_keep_text_as_text() -> None:
	(agreement,) = by_agreement(line(month, 40, 2, pending=1) for month in months(date(2025, 11, 1), 4))

	drawn = attainment_by_month(agreement.metrics[0].months, "chart")

	texts = [one.text for one in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
	assert {"Nov", "2025", "Dec", "Jan", "2026", "Feb", "43", "100 %"} <= set(texts)
	assert "Mar" not in texts


def test_a_month_without_a_figure_leaves_a_gap_in_the_line() -> None:
	"""March has nothing decided: of four months only the first two are joined."""
	figures = [(date(2026, 1, 1), 30, 1), (date(2026, 2, 1), 30, 2), (date(2026, 4, 1), 30, 3)]
	(whole,) = by_agreement(line(month, met, missed, objective=None) for month, met, missed in figures)
	(joined,) = by_agreement(
		line(date(2026, 1 + step, 1), met, missed, objective=None)
		for step, (_, met, missed) in enumerate(figures)
	)

	lines = [
		len(
			re.findall(
				r"stroke: #1f5a8c; stroke-width: 1.5; stroke-linecap: square",
				attainment_by_month(one.metrics[0].months, "chart"),
			)
		)
		for one in (whole, joined)
	]

	assert lines == [1, 2]


@pytest.mark.parametrize("label", ["$\\frac{1}{0}$", "<b>&", "日本語", "", "\x00\x1b", "x" * 500])
def test_any_label_can_be_drawn(label: str) -> None:
	drawn = ElementTree.fromstring(misses_by_holder([(label, 3)], "chart"))

	assert shown(label, 38) in {"", *(one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text"))}


def test_different_objectives_are_all_drawn() -> None:
	(agreement,) = by_agreement(
		line(month, 40, 2, priority=priority, objective=objective)
		for month in months(date(2026, 1, 1), 3)
		for priority, objective in (("High", Fraction(95)), ("Low", Fraction(90)))
	)

	drawn = attainment_by_month(agreement.metrics[0].months, "chart")

	assert len(re.findall(r"stroke-dasharray", drawn)) == 2
	assert ">objectives<" in drawn


def test_the_page_says_of_which_customers_the_tickets_without_agreement_are(tmp_path: Path) -> None:
	figures = summary(
		tickets=9, not_covered=5, no_target=2, customers=[NameCount("Bolt", 3), NameCount("", 2)]
	)

	inside, outside = (page(tmp_path, figures, audience) for audience in Audience)

	assert inside.row("Tickets no agreement")[1:] == [
		"5",
		"Counted above; no clock. By customer: Bolt 3, none 2.",
	]
	assert inside.row("Tickets without a target")[1] == "2"
	assert "Bolt" not in outside.text


def test_the_page_tells_the_instant_in_the_zone_of_the_log(tmp_path: Path) -> None:
	text = page(tmp_path, summary(zone_name="Europe/Berlin")).text

	assert text.count("2026-06-12 10:00:00 CEST") == 2
	assert "2026-06-12 08:00:00" not in text


def test_a_heading_does_not_repeat_the_kind_that_the_name_says(tmp_path: Path) -> None:
	text = page(tmp_path, summary([line(JUNE, 3, 0, agreement="Acme SLA")])).text

	assert "Acme SLA" in text
	assert "SLA SLA" not in text
