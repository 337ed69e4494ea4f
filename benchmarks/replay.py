"""A long ticket log through `slm replay`: how long it takes, and how much memory, as the log grows.

The log is made from a given one, repeated under new ticket numbers, in order and shuffled. What a run used is what
the system says of its process. Times are printed as ratios only. See README.md.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any, TextIO

from slm_extension.domain.instants import moment, zone
from slm_extension.replay import logfile
from slm_extension.replay.profile import Profile
from slm_extension.replay.tickets import last_instant

DEMO = Path(__file__).resolve().parent.parent / "examples" / "demo"
BAR_SECONDS_A_MILLION = 60
YARDSTICK_TIME = "2026-06-01T09:00:00+02:00"
YARDSTICK_READINGS = 3
SEED = 20260601
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Inputs:
	log: Path
	profile: Path
	agreements: Path
	until: str


@dataclass(frozen=True, slots=True)
class Used:
	"""What a process used: CPU seconds, its own and the system's for it, and bytes of memory at its peak."""

	cpu: float
	peak: int


@dataclass(frozen=True, slots=True)
class Measured:
	"""A replay of a log of `events`, and the CPU seconds the yardstick took over the same rows."""

	events: int
	used: Used
	yardstick: float


def make_log(inputs: Inputs, events: int, shuffled: bool, target: Path) -> None:
	"""Write a log of so many rows: the given one again and again, its tickets under new numbers.

	In order, tickets ascend and their rows stay as they were. Shuffled, any row may come anywhere.
	"""
	profile = Profile.read(inputs.profile)
	layout = profile.layout
	with logfile.opened(inputs.log) as source:
		rows = logfile.rows(source, layout, _refuse, name=str(inputs.log))
		_, header = next(rows)
		place = header.index(profile.ticket.name)
		given = sorted((cells for _, cells in rows), key=lambda cells: cells[place].strip())
	if not given:
		raise SystemExit("The log to repeat has no rows.")
	order = array("q", range(events))
	if shuffled:
		random.Random(SEED).shuffle(order)
	digits = len(str(events // len(given)))
	with target.open("w", encoding=layout.encoding or "utf-8", newline="") as file:
		file.write("\n" * layout.skip)
		writer = csv.writer(
			file,
			delimiter=layout.delimiter or ",",
			quotechar=layout.quote or None,
			escapechar=layout.escape or None,
			quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
			lineterminator="\n",
		)
		if not layout.header:
			writer.writerow(header)
		for number in order:
			copy, index = divmod(number, len(given))
			cells = list(given[index])
			cells[place] = f"{copy:0{digits}}-{cells[place].strip()}"
			writer.writerow(cells)


def _refuse(line: int, _flaw: object, reason: str, _cells: list[str]) -> None:
	raise SystemExit(f"Line {line} of the log to repeat is broken: {reason}")


def yardstick(log: Path, profile: Profile) -> float:
	"""CPU seconds of the least one can do with the rows: tell their cells apart and read one time in each.

	The time is always the same one, so that logs with other kinds of time are measured alike. Of some readings
	the fastest.
	"""
	encoding, delimiter = profile.layout.encoding or "utf-8", profile.layout.delimiter or ","

	def reading(file: TextIO) -> float:
		began = process_time()
		for _ in csv.reader(file, delimiter=delimiter):
			datetime.fromisoformat(YARDSTICK_TIME)
		return process_time() - began

	best = float("inf")
	for _ in range(YARDSTICK_READINGS):
		with log.open(encoding=encoding, newline="") as file:
			best = min(best, reading(file))
	return best


def run(inputs: Inputs, out: Path | None) -> Used:
	"""Replay a log in a process of its own."""
	command = [sys.executable, "-m", "slm_extension.replay", "replay", str(inputs.log), "--quiet"]
	command += ["--profile", str(inputs.profile), "--agreements", str(inputs.agreements)]
	command += ["--until", inputs.until]
	if out is not None:
		command += ["--out", str(out)]
	with subprocess.Popen(command) as process:
		_, status, usage = os.wait4(process.pid, 0)
		process.returncode = os.waitstatus_to_exitcode(status)
	if process.returncode:
		raise SystemExit(f"The replay ended with {process.returncode}: mend the inputs, or take others.")
	return Used(usage.ru_utime + usage.ru_stime, _bytes(usage.ru_maxrss))


def _bytes(peak: int) -> int:
	"""macOS counts in bytes, the others in kibibytes."""
	return peak if sys.platform == "darwin" else peak * 1024


def measure(inputs: Inputs, sizes: tuple[int, ...], shuffled: bool) -> Iterator[tuple[bool, Measured]]:
	"""Without and with files written (True), for each size in turn."""
	profile = Profile.read(inputs.profile)
	for events in sizes:
		with tempfile.TemporaryDirectory(prefix="slm-benchmark-") as folder:
			log = Path(folder) / "log.csv"
			apart(make_log, inputs, events, shuffled, log)
			made = Inputs(log, inputs.profile, inputs.agreements, inputs.until)
			for out in (None, Path(folder) / "out"):
				used = run(made, out)
				yield out is not None, Measured(events, used, yardstick(log, profile))
			if not shuffled and events == sizes[-1]:
				print_clocks(Path(folder) / "out" / "clocks.csv")


def apart(call: Any, *arguments: Any) -> None:
	"""Call in another process.

	Linux counts what a process held when it started a child among that child's peak; so this one stays small.
	"""
	process = multiprocessing.get_context("spawn").Process(target=call, args=arguments)
	process.start()
	process.join()
	if process.exitcode:
		raise SystemExit(process.exitcode)


def print_clocks(path: Path) -> None:
	clocks = tickets = 0
	last = ""
	with path.open(encoding="utf-8", newline="") as file:
		for row in csv.DictReader(file):
			clocks += 1
			tickets += row["ticket"] != last
			last = row["ticket"]
	print(f"{'':<12}{tickets:,} tickets with {clocks:,} clocks, {clocks / tickets:.1f} each")


def print_measured(kind: str, written: bool, one: Measured) -> None:
	bar = one.used.cpu / one.events * 1_000_000 / BAR_SECONDS_A_MILLION
	print(
		f"{kind:<12}{'with --out' if written else 'without':<12}{one.events:>12,}{bar:>10.2f}"
		f"{one.yardstick / one.used.cpu:>14.4f}{one.used.peak / MEBIBYTE:>12,.0f}",
		flush=True,
	)


def arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--log", type=Path, default=DEMO / "tickets.csv", help="the log to repeat")
	parser.add_argument("--profile", type=Path, default=DEMO / "profile.toml")
	parser.add_argument("--agreements", type=Path, default=DEMO / "agreements.toml")
	parser.add_argument("--until", help="as of when to look at the tickets; the log's last time unless given")
	parser.add_argument(
		"--events",
		type=int,
		nargs="+",
		default=[100_000, 300_000, 1_000_000],
		help="rows of the logs to make",
	)
	parser.add_argument("--in-order-only", action="store_true", help="leave out the shuffled logs")
	return parser.parse_args()


def main() -> None:
	given = arguments()
	until = given.until
	if until is None:
		last = last_instant(given.log, Profile.read(given.profile))
		if last is None:
			raise SystemExit("No row of the log has a time that can be read.")
		until = moment(last, zone("UTC")).isoformat()
	inputs = Inputs(given.log, given.profile, given.agreements, until)
	sizes = tuple(sorted(given.events))
	print(f"{'log':<12}{'files':<12}{'events':>12}{'of bar':>10}{'of yardstick':>14}{'peak MiB':>12}")
	verdicts: list[str] = []
	for kind, shuffled in (("in order", False), ("shuffled", True))[: 1 if given.in_order_only else 2]:
		found: list[tuple[bool, Measured]] = []
		for written, one in measure(inputs, sizes, shuffled):
			print_measured(kind, written, one)
			found.append((written, one))
		for written in (False, True):
			runs = [one for with_files, one in found if with_files is written]
			verdicts.append(verdict(kind, written, runs))
	print()
	print("of bar: CPU time, as a share of a minute for a million events; 1 or less meets it")
	print("of yardstick: events a second, as a share of what csv.reader and datetime.fromisoformat alone do")
	for line in verdicts:
		print(line)


def verdict(kind: str, written: bool, runs: list[Measured]) -> str:
	least, most = runs[0], runs[-1]
	share = most.used.cpu / most.events * 1_000_000 / BAR_SECONDS_A_MILLION
	return (
		f"{kind}, {'with --out' if written else 'without'}: {share:.2f} of the bar "
		f"({'met' if share <= 1 else 'NOT MET'}); memory {most.used.peak / least.used.peak:.2f} x "
		f"as the log grows {most.events / least.events:.0f} x"
	)


if __name__ == "__main__":
	main()
