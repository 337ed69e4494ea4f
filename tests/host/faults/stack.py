"""A bench of its own beside the one under test: MariaDB, Redis, a copy of the site, web server, workers.

Everything listens on loopback, lies in one temporary folder and ends with the test, killed if need be; nothing of
the bench that lends its programs is written to.
"""

from __future__ import annotations

import contextlib
import ctypes
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql

SITE = "faults.localhost"
DATABASE = "slm_faults"
PASSWORD = "faults"
ROOT = Path(__file__).resolve().parents[3]
HELPERS = Path(__file__).resolve().parents[1]
FRAPPE = ("-m", "frappe.utils.bench_helper", "frappe")
PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "mariadb-dump", "redis-server")
_PARENT_DIED = 1


class CannotStart(Exception):
	"""The machinery cannot be had here; the message says why."""


def missing() -> str:
	"""Why there can be no stack on this machine; empty where there can."""
	lacking = [name for name in PROGRAMS if _program(name) is None]
	return f"{', '.join(lacking)} not installed: no database server of its own to kill" if lacking else ""


def _program(name: str) -> str | None:
	return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")


def free_port() -> int:
	with socket.socket() as one:
		one.bind(("127.0.0.1", 0))
		return int(one.getsockname()[1])


def _end_with_parent() -> None:
	"""A test that is killed itself leaves no process behind."""
	ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)


def _children_of(parent: int) -> list[int]:
	found = []
	for entry in Path("/proc").iterdir():
		if not entry.name.isdigit():
			continue
		try:
			state, ppid, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
		except OSError:
			continue
		if int(ppid) == parent and state != "Z":
			found.append(int(entry.name))
	return sorted(found)


class Process:
	"""A started program with its whole process group, and what it said."""

	def __init__(self, name: str, command: list[str], log: Path, env: dict[str, str], cwd: Path) -> None:
		self.name, self.log = name, log
		with log.open("ab") as output:
			self.popen = subprocess.Popen(
				command,
				cwd=cwd,
				env=env,
				stdin=subprocess.DEVNULL,
				stdout=output,
				stderr=subprocess.STDOUT,
				start_new_session=True,
				preexec_fn=_end_with_parent,
			)

	@property
	def pid(self) -> int:
		return self.popen.pid

	@property
	def lives(self) -> bool:
		return self.popen.poll() is None

	def children(self) -> list[int]:
		"""The processes that it has forked, oldest first."""
		return _children_of(self.pid)

	def kill(self) -> None:
		"""SIGKILL to it and all that it has forked, as when a machine loses its power."""
		family = [self.pid]
		for pid in family:
			family += _children_of(pid)
		for pid in family:
			with contextlib.suppress(ProcessLookupError):
				os.kill(pid, signal.SIGKILL)
		self.popen.wait(timeout=20)

	def said(self) -> str:
		return self.log.read_text(errors="replace")[-3000:]


class Stack:
	"""A site copied from another onto servers of its own."""

	def __init__(self, folder: Path, bench: Path) -> None:
		self.folder, self.bench = folder, bench
		self.sites = folder / "sites"
		self.python = sys.executable
		self.database_port, self.redis_port, self.web_port = free_port(), free_port(), free_port()
		self.processes: list[Process] = []
		self.database: Process | None = None

	@property
	def environment(self) -> dict[str, str]:
		kept = {
			name: value
			for name, value in os.environ.items()
			if not name.startswith(("COVERAGE", "FRAPPE_", "PYTEST_")) and name != "CI"
		}
		path = os.pathsep.join(filter(None, (str(ROOT), str(HELPERS), kept.get("PYTHONPATH", ""))))
		return {**kept, "PYTHONPATH": path, "FRAPPE_BENCH_ROOT": str(self.folder)}

	def set_up(self, site: str) -> None:
		"""Servers, and a copy of that site of the bench."""
		for name in ("logs", "config", "database", "redis"):
			(self.folder / name).mkdir(parents=True)
		self._sites()
		user = getpass.getuser()
		installed = subprocess.run(
			[
				str(_program("mariadb-install-db")),
				"--no-defaults",
				f"--datadir={self.folder / 'database'}",
				f"--user={user}",
				"--auth-root-authentication-method=normal",
				"--skip-test-db",
			],
			capture_output=True,
			text=True,
			timeout=120,
			check=False,
		)
		if installed.returncode:
			raise CannotStart(
				f"mariadb-install-db failed: {installed.stdout[-500:]}{installed.stderr[-500:]}"
			)
		self.start_database()
		self.start_redis()
		self._copy(site)

	def _sites(self) -> None:
		theirs, site = self.bench / "sites", self.sites / SITE
		for name in ("private/files", "public/files", "logs", "locks"):
			(site / name).mkdir(parents=True)
		shutil.copy(theirs / "apps.txt", self.sites)
		(self.sites / "assets").symlink_to(theirs / "assets")
		(self.folder / "apps").symlink_to(self.bench / "apps")
		redis = f"redis://127.0.0.1:{self.redis_port}"
		common = {
			"db_host": "127.0.0.1",
			"db_port": self.database_port,
			"redis_cache": redis,
			"redis_queue": redis,
			"redis_socketio": redis,
			"default_site": SITE,
			"serve_default_site": True,
			"background_process_niceness": 0,
		}
		(self.sites / "common_site_config.json").write_text(json.dumps(common))
		config = {
			"db_name": DATABASE,
			"db_user": DATABASE,
			"db_password": PASSWORD,
			"db_type": "mariadb",
			"mute_emails": 1,
			"mail_server": "127.0.0.1",
			"mail_login": "desk@example.com",
			"encryption_key": "PvR4e1vP5WcYJ7n7pC5bJwGq0yq3l9t0mX1oU0cXb3M=",
		}
		(site / "site_config.json").write_text(json.dumps(config))

	def start_database(self) -> None:
		"""Start the database server, or start it again on what it left behind."""
		self.database = self._start(
			"mariadbd",
			[
				str(_program("mariadbd")),
				"--no-defaults",
				f"--user={getpass.getuser()}",
				f"--datadir={self.folder / 'database'}",
				f"--socket={self.folder / 'database.sock'}",
				f"--pid-file={self.folder / 'database.pid'}",
				"--bind-address=127.0.0.1",
				f"--port={self.database_port}",
				"--character-set-server=utf8mb4",
				"--collation-server=utf8mb4_unicode_ci",
				"--innodb-buffer-pool-size=256M",
				"--innodb-lock-wait-timeout=20",
				"--max-connections=500",
				"--max-allowed-packet=64M",
			],
		)
		self._await_database()

	def _await_database(self) -> None:
		until = time.monotonic() + 60
		while self.database is not None and self.database.lives and time.monotonic() < until:
			try:
				pymysql.connect(
					unix_socket=str(self.folder / "database.sock"), user="root", connect_timeout=2
				).close()
			except pymysql.MySQLError:
				time.sleep(0.1)
			else:
				return
		raise CannotStart(f"mariadbd does not answer: {self.database.said() if self.database else ''}")

	def kill_database(self) -> None:
		assert self.database is not None
		self.database.kill()
		self.processes.remove(self.database)

	def start_redis(self) -> None:
		self._start(
			"redis",
			[
				str(_program("redis-server")),
				*("--bind", "127.0.0.1", "--port", str(self.redis_port), "--dir", str(self.folder / "redis")),
				*("--save", "", "--appendonly", "no"),
			],
		)
		self._await_port(self.redis_port, "redis")

	def set_machine_clock(self, seconds: float) -> None:
		"""By how much the clock of the machine is wrong, for a web server that was started with that in mind."""
		(self.folder / "new-shift").write_text(str(seconds))
		(self.folder / "new-shift").replace(self.folder / "shift")

	def start_web(self, workers: int = 2, own_clock: bool = False) -> Process:
		"""The web server as production has it: a master and workers that it starts again when they die."""
		web = self._start(
			"web",
			[
				self.python,
				*("-m", "gunicorn", "-b", f"127.0.0.1:{self.web_port}", "-w", str(workers), "-t", "60"),
				*("--preload", "--backlog", "1024", "frappe.app:application"),
			],
			self._with_own_clock() if own_clock else self.environment,
		)
		ping = urllib.request.Request(f"{self.url}/api/method/ping", headers={"X-Frappe-Site-Name": SITE})
		until = time.monotonic() + 60
		while web.lives and time.monotonic() < until:
			try:
				with urllib.request.urlopen(ping, timeout=30):
					return web
			except (urllib.error.URLError, OSError):
				time.sleep(0.1)
		raise CannotStart(f"the web server does not answer: {web.said()}")

	def start_worker(self) -> Process:
		"""A worker of the job queue."""
		return self._start(
			"worker", [self.python, *FRAPPE, "worker", "--queue", "long,default,short", "--quiet"]
		)

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.web_port}"

	def connect(self, **more: Any) -> pymysql.Connection[Any]:
		"""A connection past everything of the host's, which commits each statement unless told otherwise."""
		return pymysql.connect(
			host="127.0.0.1",
			port=self.database_port,
			user=DATABASE,
			password=PASSWORD,
			database=DATABASE,
			charset="utf8mb4",
			**{"autocommit": True, **more},
		)

	def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
		with self.connect() as connection, connection.cursor() as cursor:
			cursor.execute(statement, values)
			return list(cursor.fetchall())

	def administer(self, statement: str) -> list[tuple[Any, ...]]:
		"""A statement of the server's own administrator."""
		root = pymysql.connect(unix_socket=str(self.folder / "database.sock"), user="root", autocommit=True)
		with root, root.cursor() as cursor:
			cursor.execute(statement)
			return list(cursor.fetchall())

	def waits(self) -> int:
		"""How many transactions wait for a lock."""
		return self._status("Innodb_row_lock_current_waits")

	def deadlocks(self) -> int:
		"""How many deadlocks the server has found since it was started."""
		return self._status("Innodb_deadlocks")

	def _status(self, name: str) -> int:
		return int(self.administer(f"show global status like '{name}'")[0][1])

	def stop(self, *names: str) -> None:
		"""Kill all processes, or those of some names."""
		for process in [one for one in self.processes if not names or one.name in names]:
			process.kill()
			self.processes.remove(process)

	def _with_own_clock(self) -> dict[str, str]:
		self.set_machine_clock(0)
		path = os.pathsep.join((str(HELPERS / "faults" / "machine_clock"), self.environment["PYTHONPATH"]))
		return {**self.environment, "PYTHONPATH": path, "SLM_MACHINE_CLOCK": str(self.folder / "shift")}

	def _start(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> Process:
		log = self.folder / "logs" / f"{name}.log"
		process = Process(name, command, log, environment or self.environment, self.sites)
		self.processes.append(process)
		return process

	def _await_port(self, port: int, what: str) -> None:
		until = time.monotonic() + 30
		while time.monotonic() < until:
			try:
				with socket.create_connection(("127.0.0.1", port), timeout=2):
					return
			except OSError:
				time.sleep(0.05)
		raise CannotStart(f"{what} does not answer on {port}")

	def _copy(self, site: str) -> None:
		theirs = self.bench / "sites"
		config = {
			**json.loads((theirs / "common_site_config.json").read_text()),
			**json.loads((theirs / site / "site_config.json").read_text()),
		}
		for statement in (
			f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
			f"CREATE USER '{DATABASE}'@'%' IDENTIFIED BY '{PASSWORD}'",
			f"GRANT ALL ON {DATABASE}.* TO '{DATABASE}'@'%'",
		):
			self.administer(statement)
		dump = subprocess.Popen(
			[
				str(_program("mariadb-dump")),
				f"--host={config.get('db_host') or '127.0.0.1'}",
				f"--port={config.get('db_port') or 3306}",
				f"--user={config.get('db_user') or config['db_name']}",
				f"--password={config['db_password']}",
				"--single-transaction",
				"--skip-comments",
				str(config["db_name"]),
			],
			stdout=subprocess.PIPE,
		)
		try:
			subprocess.run(
				[
					str(_program("mariadb")),
					"--no-defaults",
					f"--socket={self.folder / 'database.sock'}",
					"--user=root",
					DATABASE,
				],
				stdin=dump.stdout,
				timeout=120,
				check=True,
			)
		finally:
			dump.kill()
			dump.wait(timeout=20)


def _fast_folder() -> str | None:
	"""Memory, where there is enough: what a killed process has written stays there as well as on a disk."""
	memory = Path("/dev/shm")
	return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**31 else None


@contextlib.contextmanager
def stack_of(site: str, bench: Path) -> Iterator[Stack]:
	"""A stack with a copy of that site, gone at the end of the block."""
	folder = Path(tempfile.mkdtemp(prefix="slm-faults-", dir=_fast_folder()))
	stack = Stack(folder, bench)
	try:
		stack.set_up(site)
		yield stack
	finally:
		stack.stop()
		shutil.rmtree(folder, ignore_errors=True)
