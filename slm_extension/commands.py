"""`bench --site S slm ...`: reads arguments, calls services, and says how it ended. See docs/commands.md.

Exit codes: 0 all is well; 1 refused, with the reason in one sentence and nothing changed, or a difference was
found; 2 wrong usage.
"""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
import frappe
from frappe.commands import get_site, pass_context
from frappe.utils import strip_html, update_progress_bar

from slm_extension.domain.errors import DomainError
from slm_extension.replay.toml_document import InputProblem

WRONG = 1
DEMO = Path(__file__).parent.parent / "examples" / "demo"
"""Where the demo stands in a checkout; a wheel has none."""


class _UserPath(click.ParamType):
	"""A path from where the user stands: bench goes to its own directory before it runs a command."""

	name = "path"

	def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
		return Path(os.environ.get("PWD", os.getcwd())) / Path(value).expanduser()


PATH = _UserPath()


@click.group("slm", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def slm() -> None:
	"""Service levels: tickets and agreements in and out, clocks built, rebuilt and proved."""


@contextmanager
def connected(site: str) -> Iterator[None]:
	frappe.init(site=site)
	frappe.connect()
	try:
		yield
	finally:
		frappe.destroy()


def _on_site(body: Callable[..., int | None]) -> Callable[..., None]:
	"""Run a command connected to its site. What is refused becomes one sentence, and nothing of it stays."""

	@pass_context
	@wraps(body)
	def command(context: Any, **options: Any) -> None:
		with connected(get_site(context)):
			try:
				code = body(**options)
			except (InputProblem, DomainError, frappe.ValidationError, frappe.NameError) as error:
				frappe.db.rollback()
				click.echo(_sentence(error), err=True)
				code = WRONG
		sys.exit(code or 0)

	return command


def _sentence(error: Exception) -> str:
	"""What was refused, as plain text; the host writes its messages in HTML."""
	if isinstance(error, (InputProblem, DomainError)):
		return str(error)
	return " ".join(html.unescape(strip_html(str(error))).split())


_enqueue = click.option(
	"--enqueue/--now", default=False, help="Put it on the job queue, or do it here and now (default)."
)
_workers = click.option(
	"--workers",
	type=click.IntRange(1, 8),
	default=1,
	show_default=True,
	help="With --enqueue: share it out among so many workers of the queue `long`.",
)
_page = click.option(
	"--page", type=click.IntRange(1, 10_000), default=500, show_default=True, help="Tickets a chunk."
)


def _long(command: str, enqueue: bool, workers: int, page: int, **arguments: Any) -> int:
	"""Run a long command here, with a bar where somebody watches, or hand it to the queue."""
	from slm_extension.services import jobs
	from slm_extension.services.chunks import Share

	if enqueue:
		if not jobs.enqueue(command, workers, page, arguments):
			click.echo(f"slm {command} is on the queue already.", err=True)
			return WRONG
		click.echo(f"Enqueued: {workers} jobs." if workers > 1 else "Enqueued.")
		return 0
	outcome = jobs.COMMANDS[command](_bar(), Share(), page, **arguments)
	return _said(outcome.sentence, outcome.lines, outcome.good)


def _bar() -> Callable[[str, int, int], None]:
	def told(what: str, done: int, total: int) -> None:
		if sys.stdout.isatty():
			total = max(total, done, 1)
			update_progress_bar(what, done - 1, total)
			if done == total:
				click.echo()

	return told


def _said(sentence: str, lines: tuple[str, ...] = (), good: bool = True) -> int:
	click.echo(sentence)
	for line in lines:
		click.echo(line)
	return 0 if good else WRONG


@slm.command("backfill")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only Issues created on that day or later.")
@_page
@_enqueue
@_workers
@_on_site
def backfill_command(since: datetime | None, page: int, enqueue: bool, workers: int) -> int:
	"""Begin the ledgers of Issues that were there before this app."""
	day = since.date().isoformat() if since is not None else None
	return _long("backfill", enqueue, workers, page, since=day)


@slm.command("rebuild")
@click.option("--ticket", "tickets", multiple=True, metavar="ISSUE", help="Only this one; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Every ticket that has a ledger.")
@_page
@_enqueue
@_workers
@_on_site
def rebuild_command(tickets: tuple[str, ...], every: bool, page: int, enqueue: bool, workers: int) -> int:
	"""Measure tickets anew from their ledgers."""
	if every == bool(tickets):
		raise click.UsageError("Give --ticket, or --all.")
	if every:
		return _long("rebuild", enqueue, workers, page)
	from slm_extension.adapters import site_time
	from slm_extension.adapters.issues import ISSUE
	from slm_extension.adapters.store import Ticket
	from slm_extension.services.rebuild import rebuild_locked

	named = list(dict.fromkeys(tickets))
	count = rebuild_locked([Ticket(ISSUE, name) for name in named], site_time.now())
	if count < len(named):
		frappe.throw(
			f"{len(named) - count} of these {len(named)} tickets have no ledger: slm backfill begins them."
		)
	frappe.db.commit()
	return _said(f"{count} tickets measured anew.")


@slm.command("verify")
@_page
@_enqueue
@_on_site
def verify_command(page: int, enqueue: bool) -> int:
	"""Prove that clocks and Issues are what the ledgers say; exits 1 on a difference."""
	return _long("verify", enqueue, 1, page)


@slm.command("import-agreements")
@click.argument("file", type=PATH)
@click.option("--no-create", is_flag=True, help="Refuse what names customers, services ... not on the site.")
@_on_site
def import_agreements_command(file: Path, no_create: bool) -> int:
	"""Write the calendars and agreements of FILE (docs/replay-agreements.md), submitted."""
	return _import_agreements(file, not no_create)


def _import_agreements(file: Path, create: bool = True) -> int:
	from slm_extension.services.import_agreements import import_agreements

	result = import_agreements(file, create)
	frappe.db.commit()
	if not result.calendars and not result.agreements:
		return _said(f"Nothing to do: {result.unchanged} agreements are there already.", result.left_out)
	created = ", ".join(f"{count} {doctype}" for doctype, count in result.created.items())
	lines = ((f"Created: {created}.",) if created else ()) + result.left_out
	return _said(f"{result.calendars} calendars and {result.agreements} agreements written.", lines)


@slm.command("import-log")
@click.argument("log", type=PATH)
@click.option(
	"--profile",
	required=True,
	type=PATH,
	help="What its columns mean (docs/replay-profile.md).",
)
@click.option(
	"--until", metavar="T", help="Leave out what happened later. Default: the log's last time, or now."
)
@click.option("--company", help="Company of the Issues. Default: that of the site.")
@click.option(
	"--prefix", default="LOG-", show_default=True, help="The Issue of ticket 4711 is named LOG-4711."
)
@click.option("--limit", type=click.IntRange(1), help="Only the first so many tickets.")
@click.option(
	"--no-create", is_flag=True, help="Refuse a log with customers, priorities ... not on the site."
)
@click.option(
	"--skip-broken", is_flag=True, help="Leave out rows that cannot be used, instead of refusing the log."
)
@_page
@_enqueue
@_workers
@_on_site
def import_log_command(
	log: Path,
	profile: Path,
	until: str | None,
	company: str | None,
	prefix: str,
	limit: int | None,
	no_create: bool,
	skip_broken: bool,
	page: int,
	enqueue: bool,
	workers: int,
) -> int:
	"""Bring the tickets of LOG in as Issues, with their facts and clocks. Twice imports nothing twice."""
	return _import_log(
		log, profile, until, company, prefix, limit, not no_create, skip_broken, page, enqueue, workers
	)


def _import_log(
	log: Path,
	profile: Path,
	until: str | None = None,
	company: str | None = None,
	prefix: str = "LOG-",
	limit: int | None = None,
	create: bool = True,
	skip_broken: bool = False,
	page: int = 500,
	enqueue: bool = False,
	workers: int = 1,
) -> int:
	from slm_extension.adapters import site_time
	from slm_extension.replay.profile import Profile
	from slm_extension.replay.times import BadTime, as_of
	from slm_extension.services.import_log import Source, prepare, scan
	from slm_extension.services.master_data import MasterData

	known = Profile.read(profile)
	try:
		asked = None if until is None else as_of(until, known.zone_name)
	except BadTime as error:
		raise click.BadParameter(str(error), param_hint="--until") from error
	company = company or frappe.defaults.get_global_default("company")
	if company and not frappe.db.exists("Company", company):
		frappe.throw(f'There is no company "{company}" on this site.')
	if enqueue:
		source = Source(log, known, asked, prefix, company, limit, skip_broken)
		found = scan(source, site_time.now())
		prepare(found, MasterData(create))
		frappe.db.commit()
		asked = found.asked
	return _long(
		"import-log",
		enqueue,
		workers,
		page,
		log=str(log.resolve()),
		profile=str(profile.resolve()),
		until=asked,
		prefix=prefix,
		company=company,
		limit=limit,
		skip_broken=skip_broken,
		create=create,
	)


@slm.command("export-log")
@click.argument("file", type=PATH)
@click.option(
	"--profile-out",
	type=PATH,
	help="The profile to read it back. Default: beside FILE, .toml.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only tickets opened on that day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only tickets opened on that day or before.")
@_on_site
def export_log_command(
	file: Path, profile_out: Path | None, since: datetime | None, until: datetime | None
) -> int:
	"""Write the site's tickets as a log for `slm replay`, and the profile that goes with it."""
	from slm_extension.adapters import issues, store
	from slm_extension.services.export_log import export_log

	profile = profile_out or file.with_suffix(".toml")
	if profile == file:
		raise click.UsageError("FILE ends in .toml already: name the profile with --profile-out.")
	total, bar = store.count_tickets(issues.ISSUE), _bar()
	result = export_log(
		file,
		profile,
		since.date() if since is not None else None,
		lambda done: bar("Writing tickets", done, total),
		until.date() if until is not None else None,
	)
	lines = (
		(f"{result.left_out} tickets left out: deleted, or with holds of their own.",)
		if result.left_out
		else ()
	)
	return _said(
		f"{result.tickets} tickets in {result.rows} rows written to {file}; profile: {profile}.", lines
	)


@slm.command("export-agreement")
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every agreement that is, was or will be in force.")
@click.option("--with-support", is_flag=True, help="The OLAs and UCs that they rest on, too.")
@click.option("--with-all-support", is_flag=True, help="Every OLA and UC of the site, too.")
@click.option("--undated", is_flag=True, help="As if those named had always been in force.")
@click.option("-o", "--out", type=PATH, help="The file. Default: standard output.")
@_on_site
def export_agreement_command(
	names: tuple[str, ...],
	every: bool,
	with_support: bool,
	with_all_support: bool,
	undated: bool,
	out: Path | None,
) -> int:
	"""Write agreements, drafts too, as TOML for `slm replay` and import-agreements."""
	from slm_extension.services import export_agreement
	from slm_extension.services.export_agreement import Support
	from slm_extension.services.files import written

	if every == bool(names):
		raise click.UsageError("Name agreements, or give --all.")
	if every and undated:
		raise click.UsageError(
			"--undated is for agreements that are named: of all, several would apply at once."
		)
	if with_support and with_all_support:
		raise click.UsageError("Give --with-support or --with-all-support, not both.")
	wanted = export_agreement.concluded() if every else [export_agreement.found(name) for name in names]
	if not wanted:
		frappe.throw("No agreement has been concluded on this site: name a draft.")
	support = Support.ALL if with_all_support else Support.RESTS_ON if with_support else Support.NONE
	result = export_agreement.export_agreements(wanted, support, undated)
	if out is None:
		click.echo(result.text, nl=False)
		for line in result.left_out:
			click.echo(line, err=True)
		return 0
	with written(out) as file:
		file.write(result.text)
	return _said(
		f"{result.agreements} agreements and {result.calendars} calendars written to {out}.", result.left_out
	)


@slm.command("export-clocks")
@click.argument("file", type=PATH)
@click.option(
	"--strip", default="", metavar="PREFIX", help="Cut this off where a ticket's name begins with it."
)
@_on_site
def export_clocks_command(file: Path, strip: str) -> int:
	"""Write the site's clocks in the words of replay's clocks.csv."""
	from slm_extension.adapters import issues, store
	from slm_extension.services.export_clocks import export_clocks

	total, bar = store.count_tickets(issues.ISSUE), _bar()
	count = export_clocks(file, strip, lambda done: bar("Writing clocks", done, total))
	return _said(f"{count} clocks written to {file}.")


@slm.command("demo")
@click.argument("folder", type=PATH, default=DEMO, required=False)
@click.option("--company", help="Company of the Issues. Default: that of the site.")
@_on_site
def demo_command(folder: Path, company: str | None) -> int:
	"""Bring in the demo company: agreements.toml, tickets.csv and profile.toml of FOLDER (examples/demo)."""
	files = [folder / name for name in ("agreements.toml", "tickets.csv", "profile.toml")]
	if not all(file.is_file() for file in files):
		frappe.throw(
			f"The demo is not in {folder}. It comes with the source, not with the package: "
			"name the folder examples/demo of a checkout."
		)
	agreements, log, profile = files
	return _import_agreements(agreements) or _import_log(log, profile, company=company)


commands = [slm]
