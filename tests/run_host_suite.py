"""Runs what needs a bench: tests/host on a site of its own, and tests/browser against a web server of that site.

The environment variable FRAPPE_BENCH_ROOT names the bench; without it one line says that nothing was run. The
site is made when it is missing, and after the tests it is as it was before them. The result is written to
.cache/host-suite.json. Started by `make test`; needs nothing but the standard library.

FRAPPE_DB_ROOT_PASSWORD is the password of the database's root user ("root" unless said); it is needed to make
sites only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
APP = "slm_extension"
SITE = "slm-test.localhost"
CACHE = ROOT / ".cache"
MARK = "slm_host_suite"
BASELINE = "before-slm-extension.sql.gz"
"""In the site's private folder: what its database was before this app was installed."""

FRAPPE = ("-m", "frappe.utils.bench_helper", "frappe")
MINUTE = 60
SUITE_MINUTES = 60
"""A suite that takes longer hangs."""
TOOLS = ("pytest", "hypothesis", "playwright")


class NotPossible(Exception):
	"""The suite cannot be run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Counts:
	"""How the tests of a run went."""

	passed: int = 0
	failed: int = 0
	skipped: int = 0

	def __add__(self, other: Counts) -> Counts:
		return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


@dataclass(frozen=True, slots=True)
class Bench:
	"""A bench on this machine, and how to have its Python do something in bounded time."""

	root: Path

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	@property
	def python(self) -> Path:
		return self.root / "env" / "bin" / "python"

	@property
	def config(self) -> dict[str, object]:
		path = self.sites / "common_site_config.json"
		return json.loads(path.read_text()) if path.exists() else {}

	def environment(self, **more: str) -> dict[str, str]:
		"""This checkout comes first, whichever one is installed in the bench."""
		kept = {
			name: value
			for name, value in os.environ.items()
			if not name.startswith(("COVERAGE", "VIRTUAL_ENV"))
		}
		return {**kept, "PYTHONPATH": str(ROOT), **more}

	def run(
		self, *arguments: str, minutes: float, check: bool = True, quiet: bool = False, **environment: str
	) -> subprocess.CompletedProcess[str]:
		return _run(
			[str(self.python), *arguments],
			minutes,
			check=check,
			quiet=quiet,
			cwd=self.sites,
			env=self.environment(**environment),
		)

	def frappe(self, *arguments: str, minutes: float) -> None:
		"""A command of the bench, such as `--site NAME migrate`."""
		self.run(*FRAPPE, *arguments, minutes=minutes, quiet=True)

	def site_config(self, site: str) -> dict[str, object]:
		path = self.sites / site / "site_config.json"
		return json.loads(path.read_text()) if path.exists() else {}


def main(arguments: Sequence[str] | None = None) -> int:
	parser = argparse.ArgumentParser(
		prog="python -m tests.run_host_suite", description=__doc__.splitlines()[0]
	)

	parser.add_argument("only", nargs="*", help="arguments for pytest, for both suites")
	options = parser.parse_args(arguments)
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
	root = os.environ.get("FRAPPE_BENCH_ROOT", "").strip()
	if not root:
		print("Skipped tests/host and tests/browser: FRAPPE_BENCH_ROOT does not name a bench.")
		return 0
	try:
		return run(Bench(Path(root).resolve()), options.only)
	except NotPossible as problem:
		print(f"The host suite cannot be run: {problem}", file=sys.stderr)
		return 2


def run(bench: Bench, only: Sequence[str]) -> int:
	check_bench(bench)
	start_services(bench)
	make_importable(bench)
	install_tools(bench)
	site = os.environ.get("SLM_TEST_SITE", SITE)
	prepare_site(bench, site)
	with restored(bench, site):
		counts = run_pytest(bench, site, "host", only)
		if has_tests("browser"):
			with web_server(bench, site) as url:
				counts += run_pytest(bench, site, "browser", only, SLM_TEST_URL=url)
	write_result(bench, counts)
	print(f"Host suite: {counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped.")
	return 1 if counts.failed or not counts.passed else 0


def check_bench(bench: Bench) -> None:
	for needed in (
		bench.python,
		bench.sites,
		bench.root / "apps" / "frappe",
		bench.root / "apps" / "erpnext",
	):
		if not needed.exists():
			raise NotPossible(
				f"{bench.root} is not a bench with ERPNext, {needed} is missing. Correct FRAPPE_BENCH_ROOT."
			)


def start_services(bench: Bench) -> None:
	"""MariaDB and Redis, where nothing listens. They stay, as services do."""
	config = bench.config
	host, port = str(config.get("db_host") or "127.0.0.1"), int(str(config.get("db_port") or 3306))
	if not _listens(host, port):
		_say("Starting MariaDB.")
		_run(["service", "mariadb", "start"], 2, quiet=True)
		_await_listener(host, port, "MariaDB")
	for purpose in ("cache", "queue"):
		address = urlsplit(str(config.get(f"redis_{purpose}") or ""))
		if not address.hostname or not address.port or _listens(address.hostname, address.port):
			continue
		_say(f"Starting Redis for the {purpose}.")
		subprocess.Popen(
			["redis-server", str(bench.root / "config" / f"redis_{purpose}.conf")],
			cwd=bench.root,
			stdin=subprocess.DEVNULL,
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
			start_new_session=True,
		)
		_await_listener(address.hostname, address.port, "Redis")


def make_importable(bench: Bench) -> None:
	"""Install this checkout where the bench knows none; where it knows another, this one is used for the run."""
	found = bench.run(
		"-c",
		f"import importlib.util as u; s = u.find_spec('{APP}'); print(s.origin if s else '')",
		minutes=1,
		quiet=True,
		PYTHONPATH="",
	).stdout.strip()
	if not found:
		_say(f"Installing {APP} in the bench.")
		_pip(bench, "--editable", str(ROOT))
	elif Path(found).resolve().parent != ROOT / APP:
		_say(f"The bench has {APP} from {Path(found).parent}; this run uses {ROOT / APP}.")
	link = bench.root / "apps" / APP
	if not link.exists():
		link.unlink(missing_ok=True)
		link.symlink_to(ROOT)
	assets = bench.sites / "assets" / APP
	if assets.parent.is_dir() and not assets.exists():
		assets.unlink(missing_ok=True)
		assets.symlink_to(link / APP / "public")
	listed = bench.sites / "apps.txt"
	names = listed.read_text().split() if listed.exists() else []
	if APP not in names:
		listed.write_text("\n".join([*names, APP]) + "\n")


def install_tools(bench: Bench) -> None:
	missing = bench.run(
		"-c",
		f"import importlib.util as u; print(*[n for n in {TOOLS!r} if u.find_spec(n) is None])",
		minutes=1,
		quiet=True,
	).stdout.split()
	if missing:
		_say(f"Installing {', '.join(missing)} in the bench.")
		_pip(bench, *missing)


def _pip(bench: Bench, *what: str) -> None:
	if bench.run("-c", "import pip", minutes=1, check=False, quiet=True).returncode == 0:
		bench.run(
			"-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what, minutes=10, quiet=True
		)
	else:
		_run(["uv", "pip", "install", "--quiet", "--python", str(bench.python), *what], 10, quiet=True)


def prepare_site(bench: Bench, site: str) -> None:
	"""The test's own site: made when it is missing, migrated to this checkout when it is there."""
	if bench.site_config(site).get(MARK):
		_say(f"Migrating {site}.")
		bench.frappe("--site", site, "migrate", minutes=10)
		return
	if bench.site_config(site) and site != SITE:
		raise NotPossible(f"{site} was not made for tests, and they would change it. Unset SLM_TEST_SITE.")
	_say(f"Making the site {site}; this takes some minutes.")
	root_password = os.environ.get("FRAPPE_DB_ROOT_PASSWORD", "root")
	if bench.site_config(site):
		# Half made the last time. What Redis remembers of it would be taken for the new one's.
		bench.run(*FRAPPE, "--site", site, "clear-cache", minutes=2, check=False, quiet=True)
	bench.frappe(
		"new-site",
		site,
		"--force",
		"--db-root-username=root",
		f"--db-root-password={root_password}",
		"--mariadb-user-host-login-scope=%",
		"--admin-password=admin",
		"--install-app=erpnext",
		minutes=15,
	)
	for name, value in (
		("allow_tests", "1"),
		("mute_emails", "1"),
		("pause_scheduler", "1"),
		("developer_mode", "0"),
	):
		bench.frappe("--site", site, "set-config", "--parse", name, value, minutes=1)
	bench.run(str(ROOT / "tests" / "host" / "complete_setup.py"), site, minutes=10, quiet=True)
	bench.frappe("--site", site, "migrate", minutes=10)
	dump(bench, site, bench.sites / site / "private" / BASELINE)
	bench.frappe("--site", site, "install-app", APP, minutes=10)
	bench.frappe("--site", site, "set-config", "--parse", MARK, "1", minutes=1)


@contextmanager
def restored(bench: Bench, site: str) -> Iterator[None]:
	"""Whatever happens inside, the site's database is as it was."""
	CACHE.mkdir(exist_ok=True)
	kept = CACHE / "host-suite.sql.gz"
	dump(bench, site, kept)
	try:
		yield
	finally:
		restore(bench, site, kept)
		kept.unlink()


def dump(bench: Bench, site: str, into: Path) -> None:
	"""The site's database as compressed SQL."""
	into.parent.mkdir(parents=True, exist_ok=True)
	program = shutil.which("mariadb-dump") or "mysqldump"
	sql = _run([program, *_login(bench, site), "--single-transaction"], 5, quiet=True, text=False).stdout
	into.write_bytes(gzip.compress(sql, 1))


def restore(bench: Bench, site: str, source: Path) -> None:
	program = shutil.which("mariadb") or "mysql"
	_run(
		[program, *_login(bench, site)], 5, quiet=True, text=False, input=gzip.decompress(source.read_bytes())
	)
	bench.frappe("--site", site, "clear-cache", minutes=2)


def _login(bench: Bench, site: str) -> list[str]:
	config = {**bench.config, **bench.site_config(site)}
	return [
		f"--host={config.get('db_host') or '127.0.0.1'}",
		f"--port={config.get('db_port') or 3306}",
		f"--user={config.get('db_user') or config['db_name']}",
		f"--password={config['db_password']}",
		str(config["db_name"]),
	]


def has_tests(suite: str) -> bool:
	return any((ROOT / "tests" / suite).glob("test_*.py"))


def run_pytest(bench: Bench, site: str, suite: str, only: Sequence[str], **environment: str) -> Counts:
	"""Run tests/<suite> with the bench's Python and count what came out; a run that broke off counts as failed."""
	report = CACHE / f"{suite}-suite.xml"
	report.unlink(missing_ok=True)
	_say(f"tests/{suite}")
	process = bench.run(
		"-m",
		"pytest",
		str(ROOT / "tests" / suite),
		"--quiet",
		"--disable-warnings",
		f"--junitxml={report}",
		*only,
		minutes=SUITE_MINUTES,
		check=False,
		SLM_TEST_SITE=site,
		**environment,
	)
	counts = read_report(report) if report.exists() else Counts()
	if process.returncode not in (0, 1) and not counts.failed:
		return counts + Counts(failed=1)
	return counts


def read_report(report: Path) -> Counts:
	counts = Counts()
	for suite in ElementTree.parse(report).getroot().iter("testsuite"):
		tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
		failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
		counts += Counts(tests - failed - skipped, failed, skipped)
	return counts


@contextmanager
def web_server(bench: Bench, site: str) -> Iterator[str]:
	"""A web server of the site on a free loopback port; ends by itself after half an hour."""
	with socket.socket() as free:
		free.bind(("127.0.0.1", 0))
		port = free.getsockname()[1]
	url = f"http://127.0.0.1:{port}"
	log = CACHE / "web-server.log"
	with log.open("wb") as output:
		process = subprocess.Popen(
			[
				"timeout",
				str(30 * MINUTE),
				str(bench.python),
				*(*FRAPPE, "--site", site),
				*("serve", "--port", str(port), "--noreload"),
			],
			cwd=bench.sites,
			env=bench.environment(CI="1"),
			stdin=subprocess.DEVNULL,
			stdout=output,
			stderr=subprocess.STDOUT,
			start_new_session=True,
		)
	try:
		_await_answer(f"{url}/api/method/ping", process, log)
		yield url
	finally:
		if process.poll() is None:
			os.killpg(process.pid, signal.SIGTERM)
		process.wait(timeout=MINUTE)


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
	until = time.monotonic() + 2 * MINUTE
	while time.monotonic() < until and process.poll() is None:
		try:
			with urllib.request.urlopen(url, timeout=MINUTE):
				return
		except (urllib.error.URLError, OSError):
			time.sleep(0.5)
	raise NotPossible(f"the web server did not answer; see {log}.")


def write_result(bench: Bench, counts: Counts) -> None:
	versions = bench.run(
		"-c", "import erpnext, frappe; print(frappe.__version__, erpnext.__version__)", minutes=1, quiet=True
	).stdout.split()
	result = {
		"tree": _git("rev-parse", "--quiet", "--verify", "HEAD^{tree}"),
		"dirty": bool(_git("status", "--porcelain")),
		"passed": counts.passed,
		"failed": counts.failed,
		"skipped": counts.skipped,
		"frappe": versions[0],
		"erpnext": versions[1],
	}
	CACHE.mkdir(exist_ok=True)
	(CACHE / "host-suite.json").write_text(json.dumps(result, indent=1) + "\n")


def _git(*arguments: str) -> str:
	return _run(["git", "-C", str(ROOT), *arguments], 1, check=False, quiet=True).stdout.strip()


def _listens(host: str, port: int) -> bool:
	try:
		with socket.create_connection((host, port), timeout=2):
			return True
	except OSError:
		return False


def _await_listener(host: str, port: int, what: str) -> None:
	until = time.monotonic() + MINUTE
	while not _listens(host, port):
		if time.monotonic() > until:
			raise NotPossible(f"{what} does not answer on {host}:{port}. Start it and try again.")
		time.sleep(0.2)


def _run(
	command: Sequence[str],
	minutes: float,
	*,
	check: bool = True,
	quiet: bool = False,
	text: bool = True,
	**more: object,
) -> subprocess.CompletedProcess[str]:
	"""Run a command to its end or the end of its time; what a quiet one says is shown only if it fails."""
	try:
		done = subprocess.run(
			command, timeout=minutes * MINUTE, capture_output=quiet, text=text, check=False, **more
		)
	except FileNotFoundError as error:
		raise NotPossible(f"{command[0]} is not installed.") from error
	except subprocess.TimeoutExpired as error:
		raise NotPossible(f"{_shown(command)} took longer than {minutes:g} minutes.") from error
	if check and done.returncode:
		said = "".join(str(part) for part in (done.stdout, done.stderr) if part) if quiet else ""
		raise NotPossible(f"{_shown(command)} failed with {done.returncode}.\n{said}")
	return done


def _shown(command: Sequence[str]) -> str:
	return " ".join("***" if "password=" in part else part for part in command)


def _say(text: str) -> None:
	print(text, flush=True)


if __name__ == "__main__":
	sys.exit(main())
