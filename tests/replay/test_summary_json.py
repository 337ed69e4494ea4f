"""The JSON file: documented keys, exact counts, the same bytes for the same summary."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from summaries import HOUR, believable, cause, excused, line, miss, monstrous, party, summary

from slm_extension.domain.attribution import Cause
from slm_extension.replay.clocks_csv import COLUMNS
from slm_extension.replay.name_counts import NameCount
from slm_extension.replay.problems import BrokenRow
from slm_extension.replay.summary import Summary
from slm_extension.replay.summary_json import write

BROKEN = (BrokenRow(17, "INC-1", "The time cannot be read."),)


def written(figures: Summary, path: Path, broken_total: int = 1) -> dict[str, Any]:
	write(figures, BROKEN, broken_total, path / "summary.json")
	return json.loads((path / "summary.json").read_text(encoding="utf-8"))


def test_the_frame_says_what_was_measured_and_when(tmp_path: Path) -> None:
	found = written(
		summary(
			[line(date(2026, 6, 1), 3, 1)],
			log="a.csv",
			tickets=4,
			not_covered=2,
			customers=[NameCount("Bolt", 2)],
			no_target=3,
			opened_later=5,
			cancelled=6,
			uncertain=7,
		),
		tmp_path,
		broken_total=99,
	)

	assert found["schema"] == 1
	assert found["log"] == "a.csv"
	assert found["as_of"] == "2026-06-12T08:00:00Z"
	assert found["tickets"] == {
		"measured": 4,
		"not_covered": 2,
		"not_covered_by_customer": [{"customer": "Bolt", "tickets": 2}],
		"no_target": 3,
		"opened_later": 5,
	}
	assert found["clocks"] == {"total": 10, "cancelled": 6, "uncertain": 7}
	assert found["broken_rows"] == {
		"total": 99,
		"listed": [{"line": 17, "ticket": "INC-1", "reason": "The time cannot be read."}],
	}


def test_a_line_has_counts_figures_and_a_verdict(tmp_path: Path) -> None:
	"""11 of 13 net of two excused misses; a third has no end in decimals."""
	found = written(summary([line(date(2026, 6, 1), 11, 4, pending=3, excused_missed=2)]), tmp_path)

	assert found["attainment"] == [
		{
			"kind": "SLA",
			"agreement": "Northwind Gold",
			"metric": "resolution",
			"target": "resolution",
			"priority": "High",
			"month": "2026-06",
			"met": 11,
			"missed": 4,
			"pending": 3,
			"excused_met": 0,
			"excused_missed": 2,
			"decided": 15,
			"gross_percent": 73.3333,
			"net_percent": 84.6154,
			"objective_percent": 95.0,
			"verdict": "not kept",
			"misses_left": -2,
			"small_sample": True,
		}
	]


def test_nothing_to_divide_is_null_and_not_a_number(tmp_path: Path) -> None:
	(found,) = written(summary([line(date(2026, 6, 1), 0, 0, pending=1, objective=None)]), tmp_path)[
		"attainment"
	]

	assert (found["gross_percent"], found["net_percent"]) == (None, None)
	assert (found["objective_percent"], found["misses_left"]) == (None, None)
	assert found["verdict"] == "no data"


def test_the_verdict_is_that_of_the_exact_figure(tmp_path: Path) -> None:
	"""94.99999 % rounds to 95 and is none."""
	(found,) = written(summary([line(date(2026, 6, 1), 9_499_999, 500_001)]), tmp_path)["attainment"]

	assert found["net_percent"] == 95.0
	assert found["verdict"] == "not kept"


def test_totals_add_the_months_of_a_target_up(tmp_path: Path) -> None:
	(found,) = written(
		summary(
			[
				line(date(2026, 5, 1), 10, 0, objective=Fraction(90)),
				line(date(2026, 6, 1), 8, 2, objective=Fraction(95)),
			]
		),
		tmp_path,
	)["totals"]

	assert (found["met"], found["missed"]) == (18, 2)
	assert found["objectives"] == [90.0, 95.0]
	assert found["verdict"] == "not kept"
	assert "month" not in found


def test_parties_and_causes_are_there_by_name(tmp_path: Path) -> None:
	found = written(
		summary(
			parties=[party("kept", 10, 0), party("late", 0, 10)],
			causes=[cause(Cause.SUPPLIER, "Fabrikam", 3, avoidable=2)],
		),
		tmp_path,
	)

	assert [one["party"] for one in found["parties"]] == ["late", "kept"]
	assert found["causes"] == [
		{
			"agreement": "Northwind Gold",
			"cause": "supplier",
			"responsible": "Fabrikam",
			"misses": 3,
			"overrun_seconds": 6 * HOUR + 310,
			"would_have_held": 2,
		}
	]


def test_a_miss_says_who_held_it_and_what_was_overrun(tmp_path: Path) -> None:
	(found,) = written(
		summary(
			worst=[
				miss(
					"INC-7",
					HOUR,
					shares=(("supplier", "Fabrikam", 9 * HOUR),),
					overruns=(("Mainframe", "Fabrikam", 60, True),),
				)
			]
		),
		tmp_path,
	)["worst_misses"]

	assert found["elapsed_seconds"] - found["goal_seconds"] == found["overrun_seconds"] == HOUR
	assert (found["due"], found["missed_at"]) == ("2026-06-05T15:00:00Z", "2026-06-08T06:00:00Z")
	assert found["held_by"] == [{"party": "supplier", "name": "Fabrikam", "seconds": 9 * HOUR}]
	assert found["overruns"] == [
		{"agreement": "Mainframe", "party": "Fabrikam", "seconds": 60, "would_have_held": True}
	]


def test_excused_misses_have_reason_approver_and_evidence(tmp_path: Path) -> None:
	found = written(summary(excused=[excused("INC-8")], excused_total=201), tmp_path)["excused"]

	assert found["total"] == 201
	assert found["listed"][0]["missed_at"] == "2026-05-19T09:30:00Z"
	assert found["listed"][0]["approved_by"] == "R. Okafor, 2026-05-22"


@pytest.mark.parametrize(
	"figures", [summary(), believable(), monstrous()], ids=["empty", "believable", "monstrous"]
)
def test_the_same_summary_gives_the_same_bytes_with_sorted_keys(figures: Summary, tmp_path: Path) -> None:
	write(figures, BROKEN, 1, tmp_path / "one.json")
	write(figures, BROKEN, 1, tmp_path / "two.json")

	text = (tmp_path / "one.json").read_text(encoding="utf-8")
	assert text == (tmp_path / "two.json").read_text(encoding="utf-8")
	assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def test_a_name_that_is_not_text_can_be_written_all_the_same(tmp_path: Path) -> None:
	assert written(summary(log="caf\udce9.csv"), tmp_path)["log"] == "caf\udce9.csv"


OUTPUT = (Path(__file__).parents[2] / "docs" / "replay-output.md").read_text(encoding="utf-8")


def keys(found: Any) -> set[str]:
	"""All keys of a document, at any depth."""
	if isinstance(found, dict):
		return set(found).union(*map(keys, found.values()))
	return set().union(*map(keys, found)) if isinstance(found, list) else set()


def test_every_key_of_the_file_and_every_column_of_the_clocks_is_documented(tmp_path: Path) -> None:
	figures = believable()
	clocks, _, rest = OUTPUT.partition("## summary.json")

	undocumented = {key for key in keys(written(figures, tmp_path)) if f"`{key}`" not in rest}

	assert undocumented == set()
	assert [name for name in COLUMNS if f"`{name}`" not in clocks] == []
