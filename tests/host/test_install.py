"""Installing and uninstalling on a site of its own: what the host had before it has afterwards, and nothing more."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from slm_extension.install import INDEXES
from slm_extension.uninstall import ROLES

APP = "slm_extension"
SITE = "slm-install.localhost"
BASELINE = "before-slm-extension.sql.gz"

SNAPSHOT = """
import json, frappe
frappe.init(site={site!r}, sites_path=".")
frappe.connect()
tables = frappe.db.get_tables(cached=False)
print("SNAPSHOT" + json.dumps({{
	"custom fields": frappe.get_all("Custom Field", pluck="name", order_by="name asc"),
	"property setters": frappe.get_all("Property Setter", pluck="name", order_by="name asc"),
	"roles": frappe.get_all("Role", pluck="name", order_by="name asc"),
	"doctypes": frappe.get_all("DocType", pluck="name", order_by="name asc"),
	"permissions": [list(row) for row in frappe.get_all("Custom DocPerm", fields=["parent", "role"], as_list=True, order_by="name asc")],
	"modules": frappe.get_all("Module Def", pluck="name", order_by="name asc"),
	"workspaces": frappe.get_all("Workspace", pluck="name", order_by="name asc"),
	"reports": frappe.get_all("Report", pluck="name", order_by="name asc"),
	"pages": frappe.get_all("Page", pluck="name", order_by="name asc"),
	"cards": frappe.get_all("Number Card", pluck="name", order_by="name asc"),
	"charts": frappe.get_all("Dashboard Chart", pluck="name", order_by="name asc"),
	"print formats": frappe.get_all("Print Format", pluck="name", order_by="name asc"),
	"workflows": frappe.get_all("Workflow", pluck="name", order_by="name asc"),
	"workflow states": frappe.get_all("Workflow State", pluck="name", order_by="name asc"),
	"workflow actions": frappe.get_all("Workflow Action Master", pluck="name", order_by="name asc"),
	"notifications": frappe.get_all("Notification", pluck="name", order_by="name asc"),
	"web forms": frappe.get_all("Web Form", pluck="name", order_by="name asc"),
	"portal menu": frappe.get_all("Portal Menu Item", pluck="route", order_by="route asc"),
	"tables": sorted(tables),
	"issue columns": sorted(frappe.db.get_table_columns("Issue")),
	"customer columns": sorted(frappe.db.get_table_columns("Customer")),
	"scheduled": frappe.get_all("Scheduled Job Type", pluck="method", order_by="method asc"),
	"apps": frappe.get_installed_apps(),
	"singles": frappe.db.sql("select field from `tabSingles` where doctype like 'SLM %%' order by field", pluck=True),
	"roles given": frappe.db.count("Has Role", {{"role": ["in", {roles!r}]}}),
}}))
"""


class ThrowAway:
	"""A site that is made of a dump and thrown away, driven by commands of the bench as an administrator would."""

	def __init__(self, bench: Path) -> None:
		self.sites = bench / "sites"
		self.config: dict[str, Any] = json.loads((self.sites / "common_site_config.json").read_text())
		self.database = "_slm_install"
		self.secret = "slm_install_only"

	def make(self, dump: bytes) -> None:
		self.drop()
		folder = self.sites / SITE
		for name in ("locks", "logs", "private/backups", "private/files", "public/files"):
			(folder / name).mkdir(parents=True)
		config = {
			"db_name": self.database,
			"db_password": self.secret,
			"db_type": "mariadb",
			"mute_emails": 1,
			"pause_scheduler": 1,
		}
		(folder / "site_config.json").write_text(json.dumps(config))
		self.sql(
			f"create database `{self.database}` character set utf8mb4 collate utf8mb4_unicode_ci;"
			f"create user `{self.database}`@`%` identified by '{self.secret}';"
			f"grant all on `{self.database}`.* to `{self.database}`@`%`;".encode()
		)
		self.sql(dump, self.database)
		self.bench("clear-cache")

	def drop(self) -> None:
		self.sql(
			f"drop database if exists `{self.database}`; drop user if exists `{self.database}`@`%`;".encode()
		)
		shutil.rmtree(self.sites / SITE, ignore_errors=True)

	def sql(self, statements: bytes, database: str | None = None) -> None:
		password = os.environ.get("FRAPPE_DB_ROOT_PASSWORD", "root")
		subprocess.run(
			[
				shutil.which("mariadb") or "mysql",
				f"--host={self.config.get('db_host') or '127.0.0.1'}",
				f"--port={self.config.get('db_port') or 3306}",
				"--user=root",
				f"--password={password}",
				*filter(None, [database]),
			],
			input=statements,
			check=True,
			capture_output=True,
			timeout=120,
		)

	def bench(self, *command: str) -> str:
		return self._python("-m", "frappe.utils.bench_helper", "frappe", "--site", SITE, *command)

	def run(self, script: str) -> str:
		return self._python("-c", script)

	def snapshot(self) -> dict[str, Any]:
		said = self.run(SNAPSHOT.format(site=SITE, roles=list(ROLES)))
		return json.loads(said.split("SNAPSHOT", 1)[1])

	def _python(self, *arguments: str) -> str:
		done = subprocess.run(
			[sys.executable, *arguments],
			cwd=self.sites,
			capture_output=True,
			text=True,
			timeout=300,
			check=False,
		)
		assert done.returncode == 0, done.stdout + done.stderr
		return done.stdout


@pytest.fixture(scope="module")
def throw_away(site: str) -> Iterator[ThrowAway]:
	"""A site with ERPNext and without this app."""
	sites = Path(frappe.local.sites_path)
	dump = sites / site / "private" / BASELINE
	if not dump.exists():
		pytest.skip(
			f"{site} was not made by tests/run_host_suite.py, which keeps what it was before this app."
		)
	made = ThrowAway(sites.parent)
	made.make(gzip.decompress(dump.read_bytes()))
	try:
		yield made
	finally:
		made.drop()


def differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
	"""What only one of two snapshots has, by kind."""
	found = {}
	for kind in one:
		if one[kind] != other[kind]:
			lists = isinstance(one[kind], list)
			found[kind] = (
				(
					[x for x in one[kind] if x not in other[kind]],
					[x for x in other[kind] if x not in one[kind]],
				)
				if lists
				else (one[kind], other[kind])
			)
	return found


TICKETS = """
import frappe
frappe.init(site={site!r}, sites_path=".")
frappe.connect()
frappe.set_user("Administrator")
from slm_extension import testing
testing.make_user("manager@acme.example", "Service Level Manager")
testing.make_agreement(customer=testing.make_customer())
issue = testing.make_issue(customer="Wool & Sons", slm_service=testing.make_service())
assert testing.clocks(issue)
frappe.db.commit()
print(issue.name)
"""


def test_the_host_is_as_it_was_after_installing_using_migrating_and_uninstalling(
	throw_away: ThrowAway,
) -> None:
	before = throw_away.snapshot()
	assert APP not in before["apps"]

	throw_away.bench("install-app", APP)
	installed = throw_away.snapshot()
	assert APP in installed["apps"]
	assert set(ROLES) <= set(installed["roles"])
	assert {"slm_service", "slm_agreement", "slm_due", "slm_state"} <= set(installed["issue columns"])
	assert "tabSLM Clock" in installed["tables"]

	throw_away.bench("migrate", "--skip-search-index")
	assert differing(throw_away.snapshot(), installed) == {}

	issue = throw_away.run(TICKETS.format(site=SITE)).strip().splitlines()[-1]
	throw_away.bench("uninstall-app", APP, "--yes", "--no-backup")
	assert differing(throw_away.snapshot(), before) == {}

	throw_away.run(
		f"import frappe; frappe.init(site={SITE!r}, sites_path='.'); frappe.connect();"
		f"issue = frappe.get_doc('Issue', {issue!r}); issue.status = 'Closed'; issue.save(); frappe.db.commit()"
	)

	throw_away.bench("install-app", APP)
	assert differing(throw_away.snapshot(), installed) == {}


def test_every_index_is_there(site: str) -> None:
	for doctype, indexes in INDEXES.items():
		for columns in indexes:
			name = "slm_" + "_".join(columns)[:55]
			assert frappe.db.has_index(f"tab{doctype}", name), name


def test_every_line_of_the_patches_resolves() -> None:
	lines = Path(frappe.get_app_path(APP, "patches.txt")).read_text().splitlines()
	for line in lines:
		if line and not line.startswith(("[", "#")):
			assert callable(frappe.get_attr(f"{line.split()[0]}.execute"))


def test_every_hook_names_something_that_is_there() -> None:
	from slm_extension import hooks

	def names(value: Any) -> Iterator[str]:
		if isinstance(value, str):
			if value.startswith(f"{APP}."):
				yield value
		elif isinstance(value, dict):
			for one in value.values():
				yield from names(one)
		elif isinstance(value, list | tuple):
			for one in value:
				yield from names(one)

	found = [name for key, value in vars(hooks).items() if not key.startswith("_") for name in names(value)]
	assert found
	for name in found:
		assert callable(frappe.get_attr(name)), name


def test_the_roles_that_are_taken_back_are_those_that_were_brought() -> None:
	brought = json.loads(Path(frappe.get_app_path(APP, "fixtures", "role.json")).read_text())

	assert sorted(role["name"] for role in brought) == sorted(ROLES)
