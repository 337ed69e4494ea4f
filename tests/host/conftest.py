"""A real site for the host's tests: connected once, every test in a transaction that is rolled back.

The site is named by SLM_TEST_SITE; it has ERPNext and this app, and its zone is Asia/Kolkata. Run by the
bench's Python: see tests/run_host_suite.py.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import frappe
import pytest

from slm_extension import testing


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
	"""The name of the site that this session is connected to."""
	name = os.environ.get("SLM_TEST_SITE", "slm-test.localhost")
	sites = Path(frappe.__file__).parents[3] / "sites"
	os.chdir(sites)
	frappe.init(site=name, sites_path=str(sites))
	frappe.connect()
	frappe.flags.mute_emails = True
	try:
		yield name
	finally:
		frappe.destroy()


@pytest.fixture(autouse=True)
def _undone(site: str) -> Iterator[None]:
	"""Nothing that a test writes stays, in the database or in what this process remembers.

	Parts of the host commit what they have done; here that waits for the end of the test, and is undone too.
	"""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.local.db.commit = lambda: None
	try:
		yield
	finally:
		del frappe.local.db.commit
	frappe.set_user("Administrator")
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.flags.currently_saving = []
	frappe.local.document_cache = {}
	frappe.cache.delete_value("doctypes_with_active_sla")


@pytest.fixture
def request_put_back(site: str) -> Iterator[None]:
	"""What a request leaves behind in this process is put back; its language is English."""
	names = ("request", "request_ip", "response", "form_dict", "path", "no_cache", "jenv", "lang")
	before = {name: getattr(frappe.local, name) for name in names if hasattr(frappe.local, name)}
	frappe.local.lang = "en"
	yield
	frappe.set_user("Administrator")
	for name in names:
		if name in before:
			setattr(frappe.local, name, before[name])
		elif hasattr(frappe.local, name):
			delattr(frappe.local, name)


@pytest.fixture
def clock() -> Iterator[testing.SiteClock]:
	"""The app's clock in the test's hands; starts at Mon 1 Jun 2026 09:00 of the site."""
	with testing.fixed_clock() as hand:
		yield hand


@pytest.fixture
def agreement(clock: testing.SiteClock) -> str:
	"""The usual promise to everybody: Mon-Fri 09:00-18:00, response 1 h, resolution 4 h. Its name."""
	return testing.make_agreement().name


@pytest.fixture(params=["without ERPNext's SLA", "with ERPNext's SLA"])
def either_way(request: pytest.FixtureRequest) -> bool:
	"""Run the test twice: with ERPNext's own tracking switched off, and on. Tells which."""
	on = request.param.startswith("with ")
	if on:
		testing.track_erpnext_sla()
	else:
		frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 0)
	return on


class Queries:
	"""The statements that this app itself has sent to the database."""

	def __init__(self) -> None:
		self.sent: list[str] = []

	def __len__(self) -> int:
		return len(self.sent)

	@contextmanager
	def counted(self) -> Iterator[Queries]:
		"""Count from here to the end of the block."""
		self.sent = []
		database = frappe.local.db
		original = database.sql

		def sql(query: Any, *arguments: Any, **more: Any) -> Any:
			if _sent_by_us():
				self.sent.append(str(query))
			return original(query, *arguments, **more)

		database.sql = sql
		try:
			yield self
		finally:
			del database.sql


def _sent_by_us() -> bool:
	"""Whether, of ERPNext and this app, this app is the one that asked last."""
	frame = sys._getframe(2)
	while frame is not None:
		module = frame.f_globals.get("__name__", "")
		if module.startswith("erpnext.") or module == "slm_extension.testing":
			return False
		if module.startswith("slm_extension."):
			return True
		frame = frame.f_back
	return False


@pytest.fixture
def queries() -> Queries:
	return Queries()


@pytest.fixture
def outgoing(site: str) -> None:
	"""An account by which the site could send mail; nothing leaves the queue."""
	account = frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "Desk",
			"email_id": "desk@desk.example",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "localhost",
			"no_smtp_authentication": 1,
		}
	)
	account.flags.ignore_validate = account.flags.ignore_mandatory = True
	account.insert()
