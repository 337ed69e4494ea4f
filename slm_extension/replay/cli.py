"""The command `slm`: reads its arguments, calls the rest, and says how it ended.

Exit codes: 0 all went well; 1 done, but rows of the log were left out (replay and check); 2 wrong usage; 3 an
input file is wrong, or most rows of the log are broken for one reason (nothing was written); 4 stopped at the
first broken row, as --strict asked (nothing was written); 5 the ticket to explain is not in the log, or none of
its rows can be used; 130 interrupted (nothing was written).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from slm_extension import __version__
from slm_extension.domain.errors import DomainError
from slm_extension.domain.instants import Instant
from slm_extension.replay import summary_json, terminal
from slm_extension.replay.agreements_file import AgreementsFile, read_agreements
from slm_extension.replay.audience import Audience
from slm_extension.replay.clocks_csv import ClocksCsv
from slm_extension.replay.engine import Replayed, replay
from slm_extension.replay.explanation import explain_ticket
from slm_extension.replay.figures import counted
from slm_extension.replay.inspection import Inspection
from slm_extension.replay.problems import BrokenRow, Flaw, Problems, StrictStop
from slm_extension.replay.profile import Profile, propose
from slm_extension.replay.summary import Collector, Summary
from slm_extension.replay.tickets import last_instant, read_tickets
from slm_extension.replay.times import BadTime, as_of
from slm_extension.replay.toml_document import InputProblem

ROWS_LEFT_OUT, INPUT_WRONG, STRICT_STOP, NO_SUCH_TICKET = 1, 3, 4, 5

_log = click.argument("log", metavar="LOG")
_agreements = click.option(
	"--agreements",
	"agreements_path",
	required=True,
	type=click.Path(path_type=Path),
	help="Agreements (TOML), see docs/replay-agreements.md.",
)
_profile = click.option(
	"--profile",
	"profile_path",
	required=True,
	type=click.Path(path_type=Path),
	help="What the columns of the log mean (TOML), see docs/replay-profile.md.",
)
_until = click.option(
	"--until",
	metavar="T",
	help="Look at the tickets as of this time (ISO 8601; a date means its end). Default: the log's last time.",
)
_strict = click.option("--strict", is_flag=True, help="Stop at the first broken row.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="slm")
def cli() -> None:
	"""Service levels from a ticket log: clocks that can be trusted, compliance, and why."""


@cli.command("replay")
@_log
@_agreements
@_profile
@_until
@click.option(
	"--out",
	type=click.Path(path_type=Path, file_okay=False),
	help="Write report.html, clocks.csv and summary.json into this directory; for a customer report.html only.",
)
@click.option(
	"--audience",
	type=click.Choice([one.value for one in Audience]),
	default=Audience.INTERNAL.value,
	show_default=True,
	help="Whom report.html is for; a customer sees no OLA, no UC and no team.",
)
@click.option(
	"--only",
	metavar="AGREEMENT",
	multiple=True,
	help="Put only this agreement with a customer into report.html; may be repeated.",
)
@click.option("--title", default="", help="Heading of report.html. Default: the name of the log.")
@_strict
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but what went wrong.")
def replay_command(
	log: str,
	agreements_path: Path,
	profile_path: Path,
	until: str | None,
	out: Path | None,
	audience: str,
	only: tuple[str, ...],
	title: str,
	strict: bool,
	quiet: bool,
) -> None:
	"""Measure every ticket of LOG (CSV, plain or gzip; - for standard input) against agreements."""
	agreements, profile = read_agreements(agreements_path), Profile.read(profile_path)
	shown = Audience(audience)
	_check_only(only, shown, agreements)
	problems = Problems(strict=strict)
	with _spooled(log) as path, _written(out) as outputs:
		asked = _asked(until, log, path, profile)
		collector = Collector(_name(log), asked, agreements, profile.zone_name)
		with _clocks_file(None if shown is Audience.CUSTOMER else outputs) as clocks:
			for replayed in _measured(log, path, profile, agreements, asked, problems, show=not quiet):
				assessment = replayed.assessment
				if assessment is None:
					collector.opened_later += 1
					continue
				collector.add(assessment)
				if clocks is not None:
					for one in assessment.clocks:
						clocks.add(assessment, one, collector.excuse(replayed.log.ticket, one))
		summary = collector.summary()
		if outputs is not None:
			_write_reports(outputs, summary, problems, shown, only, title)
	if not quiet:
		terminal.print_summary(summary, Console(), broken_total=problems.total)
	if out is not None and not quiet:
		# What lies in the two other files is of all customers.
		also = f"   clocks: {out / 'clocks.csv'}   figures: {out / 'summary.json'}"
		click.echo(f"Report: {out / 'report.html'}{'' if shown is Audience.CUSTOMER else also}")
	_end(problems)


@cli.command("explain")
@_log
@click.argument("ticket")
@_agreements
@_profile
@_until
def explain_command(
	log: str, ticket: str, agreements_path: Path, profile_path: Path, until: str | None
) -> None:
	"""Explain the clocks of one TICKET span by span, each with its reason, adding up to the second."""
	agreements, profile = read_agreements(agreements_path), Profile.read(profile_path)
	problems = Problems(about=ticket)
	with _spooled(log) as path:
		asked = _asked(until, log, path, profile)
		reader = read_tickets(path, profile, problems)
		found = [one for one in reader if one.ticket == ticket]
	if not found and problems.rows:
		click.echo(f'Ticket "{ticket}" has rows in {_name(log)}, but none that can be used:', err=True)
		for row in problems.rows[:_LISTED]:
			click.echo(f"  line {row.line}: {row.reason}", err=True)
		sys.exit(NO_SUCH_TICKET)
	_refuse_mostly_broken(log, problems, reader.rows)
	if not found:
		click.echo(f'There is no ticket "{ticket}" in {_name(log)}.', err=True)
		sys.exit(NO_SUCH_TICKET)
	for replayed in replay(found, agreements.book, asked, problems):
		if replayed.assessment is None:
			click.echo(f"Ticket {ticket} was opened after the time asked for.")
			continue
		for line in explain_ticket(replayed.assessment, agreements.book, profile.zone_name):
			click.echo(line)
	for row in problems.rows:
		click.echo(f"Left out: {_where(row)}: {row.reason}", err=True)
	for row in problems.notes:
		click.echo(f"Note: {_where(row)}: {row.reason}", err=True)


@cli.command("check")
@click.argument("log", metavar="[LOG]", required=False)
@click.option("--agreements", "agreements_path", type=click.Path(path_type=Path))
@click.option("--profile", "profile_path", type=click.Path(path_type=Path))
def check_command(log: str | None, agreements_path: Path | None, profile_path: Path | None) -> None:
	"""Check the inputs that are given, and measure nothing.

	With a log and agreements, say which names they do not share.
	"""
	agreements: AgreementsFile | None = None
	if agreements_path is None and profile_path is None:
		raise click.UsageError("Give --agreements, --profile, or both; LOG needs --profile.")
	if agreements_path is not None:
		agreements = read_agreements(agreements_path)
		click.echo(
			f"{agreements_path}: {counted(len(agreements.book.agreements), 'agreement')}, "
			f"{counted(len(agreements.calendars), 'calendar')}, {counted(len(agreements.excuses), 'excuse')}"
		)
	profile = Profile.read(profile_path) if profile_path is not None else None
	if profile is not None:
		click.echo(f"{profile_path}: readable")
	if log is None:
		return
	if profile is None:
		raise click.UsageError("To check a log, give --profile.")
	problems = Problems()
	inspection = Inspection(None if agreements is None else agreements.book)
	with _spooled(log) as path:
		reader = read_tickets(path, profile, problems)
		count = 0
		for ticket in reader:
			count += 1
			try:
				inspection.add(ticket)
			except DomainError as error:
				problems.add(BrokenRow(0, ticket.ticket, str(error)))
	_refuse_mostly_broken(log, problems, reader.rows)
	click.echo(f"{_name(log)}: {counted(count, 'ticket')} in {counted(reader.rows, 'row')}")
	for sentence in (*inspection.warnings(), *inspection.findings()):
		click.echo(sentence)
	_end(problems)


@cli.command("profile")
@_log
def profile_command(log: str) -> None:
	"""Look at LOG and propose a profile for it, on standard output."""
	with _spooled(log) as path:
		click.echo(propose(path), nl=False)


def main() -> NoReturn:
	"""Run the command and turn what input files got wrong into one sentence and an exit code."""
	try:
		cli.main(standalone_mode=False)
	except click.ClickException as error:
		error.show()
		sys.exit(error.exit_code)
	except (click.Abort, KeyboardInterrupt):
		click.echo("Interrupted; nothing was written.", err=True)
		sys.exit(130)
	except InputProblem as problem:
		click.echo(str(problem), err=True)
		sys.exit(INPUT_WRONG)
	except StrictStop as stop:
		click.echo(f"Stopped at {stop}", err=True)
		sys.exit(STRICT_STOP)
	except BrokenPipeError:
		os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
		sys.exit(0)
	sys.exit(0)


def _name(log: str) -> str:
	return "standard input" if log == "-" else Path(log).name


@contextmanager
def _spooled(log: str) -> Iterator[Path]:
	"""The log as a file: standard input is read twice, so it goes to disk first."""
	if log != "-":
		yield Path(log)
		return
	with tempfile.TemporaryDirectory(prefix="slm-") as folder:
		path = Path(folder) / "log"
		with path.open("wb") as file:
			while chunk := sys.stdin.buffer.read(1 << 20):
				file.write(chunk)
		yield path


def _asked(until: str | None, log: str, path: Path, profile: Profile) -> Instant:
	"""The instant at which the tickets are looked at."""
	if until is None:
		last = last_instant(path, profile)
		if last is None:
			problems = Problems()
			reader = read_tickets(path, profile, problems)
			deque(reader, maxlen=0)
			_refuse_mostly_broken(log, problems, reader.rows)
			name = _name(log) if log == "-" else log
			raise InputProblem(name, None, "No row has a time that can be read.", "Check the profile.")
		return last
	try:
		return as_of(until, profile.zone_name)
	except BadTime as error:
		raise click.BadParameter(str(error), param_hint="--until") from error


def _refuse_mostly_broken(log: str, problems: Problems, rows: int) -> None:
	"""Raise InputProblem when one and the same flaw is in most rows: figures of the others would mislead."""
	most = problems.most(rows)
	if most is not None:
		flaw, count, line = most
		raise InputProblem(
			_name(log) if log == "-" else log,
			line,
			f"{count:,} of {counted(rows, 'row')} cannot be used ({flaw.value}); this is the first.",
			_REMEDIES.get(flaw, "Check the log and its profile."),
		)


_REMEDIES = {
	Flaw.ENCODING: 'Is it cp1252? Set encoding = "cp1252", or what it is, under [log].',
	Flaw.COLUMNS: "Set delimiter, quote or escape under [log].",
	Flaw.QUOTES: 'Set quote and escape under [log]; quote = "" if there are none.',
	Flaw.NUL: 'Is it utf-16? Set encoding = "utf-16" under [log].',
	Flaw.NO_TICKET: "Is ticket under [columns] the right column?",
	Flaw.TIME: "Set format and zone under [time], and check the columns of times.",
	Flaw.STATUS: "List the values of the status column under [status].",
	Flaw.EVENT: 'List the events under [events]; ignore = ["*"] passes over all others.',
	Flaw.REPEATED: "A log with several rows a ticket has time and status under [columns], no [milestones].",
}


def _measured(
	log: str,
	path: Path,
	profile: Profile,
	agreements: AgreementsFile,
	asked: Instant,
	problems: Problems,
	show: bool,
) -> Iterator[Replayed]:
	"""The tickets one after the other, with a progress bar where somebody watches."""
	console = Console(stderr=True)
	if not (show and console.is_terminal):
		tickets = read_tickets(path, profile, problems)
		yield from replay(tickets, agreements.book, asked, problems)
		_refuse_mostly_broken(log, problems, tickets.rows)
		return
	columns = (TextColumn("Measuring"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
	with Progress(*columns, console=console, transient=True) as bar:
		task = bar.add_task("Measuring", total=path.stat().st_size)
		tickets = read_tickets(
			path, profile, problems, progress=lambda done: bar.update(task, completed=done)
		)
		yield from replay(tickets, agreements.book, asked, problems)
	_refuse_mostly_broken(log, problems, tickets.rows)


@contextmanager
def _written(out: Path | None) -> Iterator[Path | None]:
	"""A directory beside `out` to write into; its files move to `out` only when all are complete."""
	if out is None:
		yield None
		return
	try:
		out.mkdir(parents=True, exist_ok=True)
		folder = tempfile.TemporaryDirectory(prefix=".slm-", dir=out)
	except OSError as error:
		raise InputProblem(
			str(out), None, f"Cannot be written: {error.strerror}.", "Choose another --out."
		) from error
	with folder as name:
		yield Path(name)
		for file in sorted(Path(name).iterdir()):
			file.replace(out / file.name)


@contextmanager
def _clocks_file(folder: Path | None) -> Iterator[ClocksCsv | None]:
	if folder is None:
		yield None
		return
	with (folder / "clocks.csv").open("w", encoding="utf-8", newline="") as file:
		yield ClocksCsv(file)


def _check_only(only: tuple[str, ...], audience: Audience, agreements: AgreementsFile) -> None:
	"""Refuse a name that is not there, and a report that would show one customer the figures of another."""
	names = sorted({one.name for one in agreements.book.agreements if one.kind.customer_facing})
	for name in only:
		if name not in names:
			raise click.BadParameter(
				f'There is no agreement "{name}" with a customer. There are: {", ".join(names)}.',
				param_hint="--only",
			)
	if audience is Audience.CUSTOMER and not only and len(names) > 1:
		raise click.UsageError(
			f"Say which customer the report is for: --only AGREEMENT. There are: {', '.join(names)}."
		)


def _write_reports(
	folder: Path,
	summary: Summary,
	problems: Problems,
	audience: Audience,
	only: tuple[str, ...],
	title: str,
) -> None:
	# Half a second of loading for its charts, which no other command should have to wait for.
	from slm_extension.replay import report_html

	report_html.write(
		summary, problems.rows, problems.total, folder / "report.html", audience, agreements=only, title=title
	)
	if audience is not Audience.CUSTOMER:
		summary_json.write(summary, problems.rows, problems.total, folder / "summary.json")


def _end(problems: Problems) -> None:
	"""Say what was left out of the log, and end with the exit code for that."""
	for row in problems.notes[:_LISTED]:
		click.echo(f"Note: {_where(row)}: {row.reason}", err=True)
	if problems.noted > _LISTED:
		click.echo(f"Note: ... and {problems.noted - _LISTED:,} more.", err=True)
	if not problems.total:
		return
	for flaw, count in problems.counts:
		if flaw is not Flaw.OUT_OF_ORDER:
			click.echo(f"{counted(count, _UNITS.get(flaw, 'row'))} left out: {flaw.value}", err=True)
	for row in problems.rows[:_LISTED]:
		click.echo(f"  {_where(row)}: {row.reason}", err=True)
	if problems.total > _LISTED:
		click.echo(f"  ... and {problems.total - _LISTED:,} more.", err=True)
	sys.exit(ROWS_LEFT_OUT)


_LISTED = 10
_UNITS = {Flaw.REFUSED: "ticket", Flaw.DAMAGED: "place"}


def _where(row: BrokenRow) -> str:
	return f"line {row.line}" if row.line else f"ticket {row.ticket}"
