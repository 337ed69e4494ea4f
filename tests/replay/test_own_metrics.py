"""Metrics that an agreements file defines of its own, and events that only some metrics look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from slm_extension.domain.assessment import assess
from slm_extension.domain.clocks import Outcome
from slm_extension.domain.targets import METRICS, Metric
from slm_extension.domain.timeline import Kind, Timeline, Waiting
from slm_extension.replay.agreements_file import AgreementsFile, read_agreements
from slm_extension.replay.agreements_writer import agreements_text
from slm_extension.replay.problems import Problems
from slm_extension.replay.profile import Profile
from slm_extension.replay.tickets import read_tickets
from slm_extension.replay.toml_document import InputProblem

FILE = """\
[calendar.always]
zone = "UTC"
around_the_clock = true

[[metric]]
name = "VIP Call-Back"
starts = ["customer wrote", "reopened"]
stops = ["staff replied", "users told", "done"]
holds = ["other"]

[[metric]]
name = "heartbeat"
stops = "staff replied"
recurs = true

[[agreement]]
name = "Acme"
calendar = "always"
default = true

[[agreement.target]]
metric = "VIP Call-Back"
goal = "1h"

[[agreement.target]]
metric = "heartbeat"
goal = "30m"

[[agreement.target]]
metric = "acknowledgement"
goal = "5m"
"""


def read(tmp_path: Path, text: str = FILE) -> AgreementsFile:
	path = tmp_path / "agreements.toml"
	path.write_text(text)
	return read_agreements(path)


def test_a_file_may_define_metrics_of_its_own_by_named_conditions(tmp_path: Path) -> None:
	file = read(tmp_path)

	assert file.metrics == (
		Metric.named(
			"VIP Call-Back",
			["customer wrote", "reopened"],
			["staff replied", "users told", "done"],
			Waiting.OTHER,
		),
		Metric.named("heartbeat", ["opened"], ["staff replied"], recurs=True),
	)
	targets = file.book.agreements[0].targets
	assert [one.metric for one in targets] == [*file.metrics, METRICS["acknowledgement"]]
	assert [one.holds for one in targets] == [Waiting.OTHER, Waiting.NOBODY, Waiting.NOBODY]


def test_what_is_written_of_them_is_read_as_the_same(tmp_path: Path) -> None:
	file = read(tmp_path)

	again = read(tmp_path, agreements_text(file.book.agreements))

	assert again.metrics == file.metrics
	assert again.book.agreements == file.book.agreements


def test_a_file_without_metrics_of_its_own_writes_none(tmp_path: Path) -> None:
	only = FILE[: FILE.index("[[metric]]")] + FILE[FILE.index("[[agreement]]") :]
	plain = only.replace("VIP Call-Back", "resolution").replace("heartbeat", "response")

	assert "[[metric]]" not in agreements_text(read(tmp_path, plain).book.agreements)


@pytest.mark.parametrize(
	("old", "new", "said"),
	[
		pytest.param(
			'"reopened"]',
			'"rain"]',
			'line 7: "rain" is not a condition here. Known: opened, ',
			id="unknown start",
		),
		pytest.param(
			'"users told", "done"]',
			'"opened"]',
			'line 8: "opened" is not a condition here. Known: ',
			id="unknown stop",
		),
		pytest.param(
			'holds = ["other"]',
			'holds = ["monday"]',
			'line 9: A clock cannot be held for "monday".',
			id="unknown hold",
		),
		pytest.param(
			'"heartbeat"\nstops',
			'"Response"\nstops',
			'line 12: "response" is a standard metric.',
			id="a standard one",
		),
		pytest.param(
			'"heartbeat"\nstops',
			'"vip call-back"\nstops',
			'line 12: The metric "VIP Call-Back" is there twice.',
			id="twice",
		),
		pytest.param('"heartbeat"\nstops', '" "\nstops', "line 12: The metric has no name.", id="no name"),
		pytest.param(
			'stops = "staff replied"\n', "", 'Metric "heartbeat": nothing stops its clocks.', id="no stop"
		),
		pytest.param('"customer wrote", "reopened"', "", "line 7: Metric", id="no start"),
		pytest.param(
			'"staff replied"\nrecurs', '"done"\nrecurs', "line 14: Metric", id="nothing to recur at"
		),
		pytest.param('"reopened"]', '"users told"]', '"users told" starts its clocks', id="start and stop"),
		pytest.param("recurs = true", "repeats = true", "repeats", id="unknown key"),
		pytest.param(
			'metric = "heartbeat"', 'metric = "Heartbeat"', "Define your own as [[metric]].", id="case"
		),
	],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
	assert FILE.count(old) == 1

	with pytest.raises(InputProblem) as caught:
		read(tmp_path, FILE.replace(old, new))

	assert said in str(caught.value)


LOG = """\
ticket,at,what
1,2026-06-01T09:00:00Z,created
1,2026-06-01T09:04:00Z,seen
1,2026-06-01T09:10:00Z,second level
1,2026-06-01T09:20:00Z,mail
1,2026-06-01T10:20:00Z,mail
1,2026-06-01T10:25:00Z,closed
"""
PROFILE = """\
[columns]
ticket = "ticket"
time = "at"
[events]
column = "what"
opened = ["created"]
acknowledged = ["seen"]
escalated = ["second level"]
replied = ["mail"]
closed = ["closed"]
"""


def test_a_log_may_say_that_a_ticket_was_acknowledged_and_escalated(tmp_path: Path) -> None:
	(tmp_path / "log.csv").write_text(LOG)
	(tmp_path / "profile.toml").write_text(PROFILE)

	(found,) = read_tickets(tmp_path / "log.csv", Profile.read(tmp_path / "profile.toml"), Problems())
	timeline = Timeline.of(found.ticket, found.facts)
	clocks = assess(timeline, read(tmp_path).book, timeline.steps[-1].at).to_customer

	kinds = [fact.kind for fact in timeline.facts]
	assert Kind.ACKNOWLEDGED in kinds and Kind.ESCALATED in kinds
	told = [(one.metric, one.clock.cycle, one.clock.elapsed // 60, one.clock.outcome) for one in clocks]
	assert told == [
		("VIP Call-Back", 1, 0, Outcome.PENDING),
		("heartbeat", 1, 20, Outcome.MET),
		("heartbeat", 2, 60, Outcome.MISSED),
		("heartbeat", 3, 5, Outcome.PENDING),
		("acknowledgement", 1, 4, Outcome.MET),
	]


def test_milestones_may_be_an_acknowledgement_and_an_escalation(tmp_path: Path) -> None:
	(tmp_path / "log.csv").write_text(
		"id,in,seen,up,out\n7,2026-06-01T09:00:00Z,2026-06-01T09:01:00Z,2026-06-01T09:30:00Z,2026-06-01T10:00:00Z\n"
	)
	(tmp_path / "profile.toml").write_text(
		'[columns]\nticket = "id"\n[milestones]\nopened = "in"\nacknowledged = "seen"\nescalated = "up"\nclosed = "out"\n'
	)

	(found,) = read_tickets(tmp_path / "log.csv", Profile.read(tmp_path / "profile.toml"), Problems())

	assert [fact.kind for fact in found.facts] == [
		Kind.OPENED,
		Kind.ACKNOWLEDGED,
		Kind.ESCALATED,
		Kind.STATUS,
	]
