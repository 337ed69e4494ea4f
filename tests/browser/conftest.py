"""A real browser against a real site: one login, and no test passes while the page complains in its console.

SLM_TEST_SITE names the site, SLM_TEST_URL (or SLM_SITE_URL) a web server of it; both are set by
tests/run_host_suite.py. CHROMIUM names the browser where it is not found by itself. Data is made in this
process and committed, because the web server must see it; it is gone when the session ends.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import frappe
import pytest
from desk import Complaints
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from slm_extension import testing

WIDE = {"width": 1280, "height": 860}
QUIET = (
	"--no-sandbox",
	"--disable-gpu",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--no-first-run",
	"--disable-quic",
)
USER, PASSWORD = "desk@acme.example", "Clocks-tell-no-lies-7"
ROLES = ("Support Team", "Service Level Manager", "Sales User", "System Manager")
"""System Manager: ERPNext's own script of the Issue reads Support Settings, which nobody else may."""
HOSTS_RECORDS = (
	"Comment",
	"Communication",
	"Customer",
	"Holiday List",
	"Issue",
	"Issue Priority",
	"Notification Log",
	"Opportunity",
	"Quality Goal",
	"Service Level Agreement",
	"Supplier",
	"ToDo",
	"User",
	"User Group",
	"Version",
)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
	"""The name of the site that this process is connected to."""
	name = os.environ.get("SLM_TEST_SITE", "slm-test.localhost")
	sites = Path(frappe.__file__).parents[3] / "sites"
	os.chdir(sites)
	frappe.init(site=name, sites_path=str(sites))
	frappe.connect()
	frappe.flags.mute_emails = True
	frappe.flags.mute_messages = True
	try:
		yield name
	finally:
		frappe.destroy()


@pytest.fixture(scope="session")
def address() -> str:
	found = os.environ.get("SLM_TEST_URL") or os.environ.get("SLM_SITE_URL")
	assert found, "SLM_TEST_URL does not name a web server of the test site."
	return found.rstrip("/")


@pytest.fixture(scope="session", autouse=True)
def _as_found(site: str) -> Iterator[None]:
	"""Delete, when all is done, every record that was not there before."""
	doctypes = [*HOSTS_RECORDS, *_own_doctypes()]
	before = {doctype: set(_names(doctype)) for doctype in doctypes}
	testing.make_user(USER, *ROLES, new_password=PASSWORD, time_zone=testing.ZONE)
	frappe.db.commit()
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for doctype in doctypes:
		new = sorted(set(_names(doctype)) - before[doctype])
		_delete(doctype, new)
	frappe.db.delete("__UserSettings", {"user": USER})
	frappe.db.commit()
	frappe.clear_cache()


def _own_doctypes() -> list[str]:
	return frappe.get_all(
		"DocType",
		filters={"module": "Service Level Management", "istable": 0, "issingle": 0},
		pluck="name",
		order_by="name asc",
	)


def _names(doctype: str) -> list[str]:
	return frappe.get_all(doctype, pluck="name", order_by="name asc", limit_page_length=0)


def _delete(doctype: str, names: list[str]) -> None:
	if not names:
		return
	for child in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(child.options, {"parenttype": doctype, "parent": ["in", names]})
	frappe.db.delete(doctype, {"name": ["in", names]})


@pytest.fixture(autouse=True)
def _sees_what_the_browser_did(site: str) -> None:
	"""A transaction of this process that has begun would not see later writes of the web server."""
	frappe.db.rollback()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
	expect.set_options(timeout=15_000)
	found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
	with sync_playwright() as playwright:
		chromium = playwright.chromium.launch(executable_path=found, args=list(QUIET))
		yield chromium
		chromium.close()


def new_context(browser: Browser, address: str, **options: Any) -> BrowserContext:
	context = browser.new_context(viewport=WIDE, base_url=address, timezone_id=testing.ZONE, **options)
	context.set_default_timeout(30_000)
	return context


@pytest.fixture(scope="session")
def signed_in(browser: Browser, address: str, _as_found: None) -> Iterator[BrowserContext]:
	context = new_context(browser, address)
	page = context.new_page()
	page.goto("/login")
	page.fill("#login_email", USER)
	page.fill("#login_password", PASSWORD)
	page.click(".btn-login:visible")
	page.wait_for_url("**/app**")
	page.close()
	yield context
	context.close()


@contextmanager
def visiting(browser: Browser, address: str, user: str, complaints: Complaints) -> Iterator[Page]:
	"""A page of a user of the portal, signed in with the password of all. It complains as `page` does."""
	context = new_context(browser, address)
	page = watched(context, complaints)
	page.goto("/login")
	page.fill("#login_email", user)
	page.fill("#login_password", PASSWORD)
	page.click(".btn-login:visible")
	page.wait_for_url(lambda url: "/login" not in url)
	yield page
	context.close()
	assert complaints.unexpected == []


@pytest.fixture
def complaints() -> Complaints:
	return Complaints()


@pytest.fixture
def page(signed_in: BrowserContext, complaints: Complaints) -> Iterator[Page]:
	"""A page of somebody who is signed in. The test fails when the page complained of what nobody expected."""
	page = watched(signed_in, complaints)
	yield page
	page.close()
	assert complaints.unexpected == []


@pytest.fixture
def timeless(
	browser: Browser, signed_in: BrowserContext, address: str, complaints: Complaints
) -> Iterator[Page]:
	"""A page like `page` whose clock is in the test's hands; a clock belongs to a whole browser context."""
	context = new_context(browser, address, storage_state=signed_in.storage_state())
	page = watched(context, complaints)
	page.clock.install()
	yield page
	context.close()
	assert complaints.unexpected == []


def watched(context: BrowserContext, complaints: Complaints) -> Page:
	page = context.new_page()
	page.on("console", lambda message: complaints.on_console(message))
	page.on("pageerror", lambda error: complaints.hear(str(error)))
	return page
