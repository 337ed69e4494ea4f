"""Long commands, in a terminal or on the job queue: the same work, told to whoever waits for it.

Each command runs once at a time; on the queue it may be shared out among several workers. What was killed is
started again and goes on where it was.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils.background_jobs import is_job_enqueued

from slm_extension.adapters import issues, site_time, store
from slm_extension.replay.profile import Profile
from slm_extension.services.backfill import backfill
from slm_extension.services.chunks import PAGE, Chunks, Share
from slm_extension.services.import_log import ImportedLog, Source, import_log, prepare, scan
from slm_extension.services.master_data import MasterData
from slm_extension.services.rebuild import note_verified, rebuild_all, verify

WORKERS = 8
"""As many may share a command."""

_HOURS = 12
_MADE_IN_A_CHUNK = 100_000
"""Values, about, before the garbage collector looks at them."""
_CURSOR_DAYS = 7
_UPGRADE = "slm_extension:rebuild:upgrade"


@dataclass(frozen=True, slots=True)
class Outcome:
	"""How a command ended, in a sentence; `lines` say more, `good` tells whether nothing was found wrong."""

	sentence: str
	lines: tuple[str, ...] = ()
	good: bool = True


Watch = Callable[[str, int, int], None]
"""Is told what is going on, how much of it is done, and how much there is."""


@contextmanager
def committing(page: int, share: Share, told: Callable[[int], None]) -> Iterator[Chunks]:
	"""Chunks that are kept for good: for commands and jobs, whose transaction is their own.

	What is there when such work begins stays there, and what a chunk makes goes with it: the garbage collector need
	not go through the host again and again, nor look for circles after every few hundred values. When it ends, the
	collector does as it did: not every worker's process ends with its job.
	"""
	usual, ours = gc.get_threshold(), not gc.get_freeze_count()
	gc.freeze()
	gc.set_threshold(_MADE_IN_A_CHUNK)
	try:
		yield Chunks(page, frappe.db.commit, frappe.db.rollback, told, share)
	finally:
		gc.set_threshold(*usual)
		if ours:
			gc.unfreeze()


def run_backfill(watch: Watch, share: Share, page: int, since: str | None = None) -> Outcome:
	day = date.fromisoformat(since) if since else None
	total = issues.count_without_ledger(day)
	with committing(page, share, lambda done: watch(_("Beginning ledgers"), done, total)) as chunks:
		count = backfill(site_time.now(), chunks, day)
	return Outcome(_("{0} ledgers begun.").format(count) if count else _("Every Issue has its ledger."))


def run_rebuild(watch: Watch, share: Share, page: int, upgrade: bool = False) -> Outcome:
	"""Measure all tickets anew; one that was cut short goes on after the last chunk that it kept.

	That of an `upgrade` knows nothing of what others did before: they measured otherwise.
	"""
	key = _UPGRADE if upgrade else f"slm_extension:rebuild:{share.index}:{share.count}"
	after = frappe.cache.get_value(key, expires=True) or ""
	total = store.count_tickets(issues.ISSUE)
	done = 0

	def told(count: int) -> None:
		nonlocal done
		done = count
		watch(_("Measuring tickets"), count, total)

	with committing(page, share, told) as chunks:
		for after_chunk in rebuild_all(site_time.now(), chunks, after):
			frappe.cache.set_value(key, after_chunk, expires_in_sec=_CURSOR_DAYS * 86_400)
	frappe.cache.delete_value(key)
	went_on = _(" Went on after {0}, where the last run was cut short.").format(after) if after else ""
	return Outcome(_("{0} tickets measured anew.").format(done) + went_on)


def run_verify(watch: Watch, share: Share, page: int) -> Outcome:
	total = store.count_tickets(issues.ISSUE)
	now = site_time.now()
	with committing(page, share, lambda done: watch(_("Verifying"), done, total)) as chunks:
		verified = verify(now, chunks)
	note_verified(verified, now)
	frappe.db.commit()
	lines = [str(one) for one in verified.first]
	if verified.count > len(lines):
		lines.append(_("... and {0} more.").format(verified.count - len(lines)))
	if verified.unseen:
		lines.append(_("{0} Issues have no ledger; slm backfill begins them.").format(verified.unseen))
	return Outcome(verified.sentence, tuple(lines), not verified.count)


def run_import_log(
	watch: Watch,
	share: Share,
	page: int,
	log: str,
	profile: str,
	until: int | None,
	prefix: str,
	company: str | None,
	limit: int | None,
	skip_broken: bool,
	create: bool,
) -> Outcome:
	source = Source(Path(log), Profile.read(Path(profile)), until, prefix, company, limit, skip_broken)
	found = scan(source, site_time.now())
	master = MasterData(create)
	known = prepare(found, master)
	total = found.tickets // share.count or 1
	with committing(page, share, lambda done: watch(_("Importing tickets"), done, total)) as chunks:
		result = import_log(source, found, known, chunks)
	lines = [*_created(master.created), *_left(result, found.broken_rows)]
	at = site_time.to_site(found.asked)
	sentence = _("{0} tickets imported with {1} facts and {2} clocks, as of {3} (site time).").format(
		result.tickets, result.facts, result.clocks, at
	)
	return Outcome(sentence, tuple(lines), not result.failed)


def _created(created: dict[str, int]) -> Iterator[str]:
	if created:
		yield _("Created: {0}.").format(
			", ".join(f"{count} {_(doctype)}" for doctype, count in created.items())
		)


def _left(result: ImportedLog, broken: int) -> Iterator[str]:
	if result.present:
		yield _("{0} tickets were there already.").format(result.present)
	if result.later:
		yield _("{0} tickets were opened later and left out.").format(result.later)
	if broken:
		yield _("{0} rows of the log cannot be used and were left out.").format(broken)
	if result.failed:
		yield _("{0} tickets could not be measured; see SLM Failed Measure.").format(result.failed)


COMMANDS: dict[str, Callable[..., Outcome]] = {
	"backfill": run_backfill,
	"rebuild": run_rebuild,
	"verify": run_verify,
	"import-log": run_import_log,
}


def enqueue(command: str, workers: int, page: int, arguments: dict[str, Any]) -> bool:
	"""Put a command on the job queue, a job a worker; False where it waits or runs there already."""
	if any(is_job_enqueued(_job_id(command, index)) for index in range(WORKERS)):
		return False
	for index in range(workers):
		frappe.enqueue(
			run_job,
			queue="long",
			timeout=_HOURS * 3600,
			job_id=_job_id(command, index),
			command=command,
			index=index,
			workers=workers,
			page=page,
			arguments=arguments,
		)
	return True


def rebuild_after_upgrade() -> None:
	"""Put a rebuild of all tickets on the job queue, whatever other rebuild waits, runs or was cut short."""
	frappe.cache.delete_value(_UPGRADE)
	if not is_job_enqueued(_UPGRADE):
		frappe.enqueue(
			run_job,
			queue="long",
			timeout=_HOURS * 3600,
			job_id=_UPGRADE,
			command="rebuild",
			index=0,
			workers=1,
			page=PAGE,
			arguments={"upgrade": True},
		)


def _job_id(command: str, index: int) -> str:
	return f"slm_{command}_{index}"


def run_job(command: str, index: int, workers: int, page: int, arguments: dict[str, Any]) -> str:
	"""What a worker runs: a share of a command, with its progress shown to the user who started it."""
	outcome = COMMANDS[command](_published, Share(index, workers), page, **arguments)
	lines = "<br>".join(frappe.utils.escape_html(line) for line in (outcome.sentence, *outcome.lines))
	frappe.publish_realtime("msgprint", lines, user=frappe.session.user)
	return outcome.sentence


def _published(what: str, done: int, total: int) -> None:
	percent = min(100, round(100 * done / max(total, 1)))
	frappe.publish_progress(percent, title=what, description=_("{0} of {1}").format(done, total))
