"""One clock: what the site stores about a ticket log is what replay says about it from the file, field by field.

The demo log is always there; the whole Volvo log is compared as well where SLM_VOLVO_LOG says where it lies.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from slm_extension.adapters import site_time, store
from slm_extension.adapters.agreements import site_agreements
from slm_extension.adapters.issues import ISSUE
from slm_extension.adapters.store import Ticket
from slm_extension.domain.instants import Instant
from slm_extension.domain.timeline import Timeline
from slm_extension.replay.agreements_file import read_agreements
from slm_extension.replay.engine import Replayed, replay
from slm_extension.replay.problems import Problems
from slm_extension.replay.profile import Profile
from slm_extension.replay.tickets import read_tickets
from slm_extension.services.chunks import Chunks
from slm_extension.services.export_log import export_log
from slm_extension.services.import_agreements import import_agreements
from slm_extension.services.import_log import PREFIX, Source, import_log, prepare, scan
from slm_extension.services.master_data import MasterData
from slm_extension.services.rebuild import verify

EXAMPLES = Path(__file__).parents[2] / "examples"
VOLVO = os.environ.get("SLM_VOLVO_LOG")
EVERY = 8
"""Of the demo log, one ticket in so many."""

Row = tuple[object, ...]
"""ticket, agreement, version, party, metric, leg, cycle, phase, outcome, started, stopped, stopped_by, due,
missed_at, goal, elapsed, held, remaining, cause, responsible, uncertain"""


@dataclass(frozen=True)
class Case:
	"""A log, what it was imported from, and the instant at which its clocks were asked."""

	log: Path
	folder: Path
	asked: Instant
	tickets: int


def thinned(log: Path, into: Path) -> Path:
	"""Every eighth ticket of a log, by number."""
	with log.open(newline="") as source, into.open("w", newline="") as file:
		rows = csv.reader(source)
		writer = csv.writer(file, lineterminator="\n")
		writer.writerow(next(rows))
		writer.writerows(row for row in rows if int(row[0].rpartition("-")[2]) % EVERY == 0)
	return into


@pytest.fixture(
	params=[
		"demo",
		pytest.param("volvo", marks=pytest.mark.skipif(not VOLVO, reason="SLM_VOLVO_LOG names no log")),
	]
)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
	"""A log with its agreements, in the site."""
	folder = EXAMPLES / request.param
	log = (
		Path(VOLVO or "")
		if request.param == "volvo"
		else thinned(folder / "tickets.csv", tmp_path / "log.csv")
	)
	import_agreements(folder / "agreements.toml")
	source = Source(log, Profile.read(folder / "profile.toml"))
	found = scan(source, site_time.now())
	imported = import_log(source, found, prepare(found, MasterData()), Chunks())
	assert imported.tickets == found.tickets and not imported.failed
	return Case(log, folder, found.asked, found.tickets)


def from_file(log: Path, profile: Path, agreements: Path, asked: Instant, prefix: str = "") -> Counter[Row]:
	"""The clocks that replay finds, by the names that their tickets have on the site."""
	problems = Problems(strict=True)
	tickets = read_tickets(log, Profile.read(profile), problems)
	return Counter(_replayed(replay(tickets, read_agreements(agreements).book, asked, problems), prefix))


def _replayed(replayed: Iterable[Replayed], prefix: str) -> Iterator[Row]:
	for one in replayed:
		assessment = one.assessment
		assert assessment is not None
		tenures = list(dict.fromkeys(clock.tenure for clock in assessment.beneath))
		for clock in assessment.clocks:
			said, blame = clock.clock, clock.attribution
			yield (
				prefix + assessment.timeline.ticket,
				clock.agreement.name,
				clock.agreement.version,
				clock.tenure.name if clock.tenure is not None else "",
				clock.metric,
				tenures.index(clock.tenure) + 1 if clock.tenure is not None else 0,
				said.cycle,
				said.phase.value,
				said.outcome.value,
				site_time.to_site(said.started),
				site_time.to_site(said.stopped),
				said.stopped_by,
				site_time.to_site(said.due),
				site_time.to_site(said.missed_at),
				said.goal,
				said.elapsed,
				said.held,
				said.remaining,
				blame.cause.value if blame is not None else "",
				blame.responsible.casefold() if blame is not None else "",
				said.uncertain,
			)


def in_site() -> Counter[Row]:
	"""The clocks as the site's table has them."""
	kept = site_agreements()
	named = {kept.document(one): one for one in kept.book.agreements}
	after = ""
	found: Counter[Row] = Counter()
	while page := store.ticket_page(ISSUE, after, 500):
		after = page[-1].name
		for clocks in store.whole_clocks_of(page).values():
			for row in clocks.values():
				agreement = named[row.agreement]
				found[
					(
						row.ticket,
						agreement.name,
						agreement.version,
						row.party,
						row.metric.lower(),
						row.leg,
						row.cycle,
						row.phase.lower(),
						row.outcome.lower(),
						row.started,
						row.stopped,
						row.stopped_by,
						row.due,
						row.missed_at,
						row.goal,
						row.elapsed,
						row.held,
						row.remaining,
						row.cause,
						row.responsible.casefold(),
						bool(row.uncertain),
					)
				] += 1
	return found


def test_the_clocks_in_the_site_are_those_that_replay_finds_in_the_file(case: Case) -> None:
	"""Row by row, none more and none less; and each is what its ledger on the site says."""
	expected = from_file(
		case.log, case.folder / "profile.toml", case.folder / "agreements.toml", case.asked, PREFIX
	)

	stored = in_site()

	assert expected.total() > 2 * case.tickets
	assert stored - expected == Counter()
	assert expected - stored == Counter()
	assert verify(site_time.now(), Chunks()).count == 0


def test_the_log_that_the_site_writes_gives_the_same_clocks_again(case: Case, tmp_path: Path) -> None:
	log, profile = tmp_path / "exported.csv", tmp_path / "exported.toml"

	exported = export_log(log, profile)

	assert (exported.tickets, exported.left_out) == (case.tickets, 0)
	again = from_file(log, profile, case.folder / "agreements.toml", case.asked)
	assert again == in_site()


def test_a_ledger_read_back_is_the_timeline_that_was_imported(case: Case) -> None:
	"""Order, labels, holds and all; only where the facts came from is said in other words."""
	for number, log in enumerate(
		read_tickets(case.log, Profile.read(case.folder / "profile.toml"), Problems())
	):
		if number == 25:
			break
		ledger = store.facts_of([ticket := Ticket(ISSUE, PREFIX + log.ticket)])[ticket]
		said = Timeline.of(ticket.name, log.facts)
		kept = Timeline.of(ticket.name, ledger)
		assert [(step.at, step.state.status, step.state.team, step.events) for step in kept.steps] == [
			(step.at, step.state.status, step.state.team, step.events) for step in said.steps
		]
		assert [(fact.at, fact.kind, fact.reason, fact.number) for fact in kept.facts] == [
			(fact.at, fact.kind, fact.reason, fact.number) for fact in said.facts
		]
