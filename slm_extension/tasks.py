"""What the scheduler starts."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.utils import get_datetime, now_datetime
from frappe.utils import now as now_text

from slm_extension.adapters import site_time
from slm_extension.adapters.settings import enabled
from slm_extension.services.agreements import refresh_statuses
from slm_extension.services.chunks import Chunks
from slm_extension.services.rechecks import recheck_stale
from slm_extension.services.reconcile import reconcile
from slm_extension.services.tick import PAGE, tick

OVERLAP = timedelta(minutes=10)
"""So long may a transaction last whose changes become visible later than their time says."""


def beat() -> None:
	"""Every few minutes: mark what time alone has changed. Each page is committed as it is done."""
	if not enabled():
		return
	tick(site_time.now(), Chunks(PAGE, keep=frappe.db.commit, undo=frappe.db.rollback))
	frappe.db.set_single_value("SLM Settings", "last_beat", now_text(), update_modified=False)


def hourly() -> None:
	"""Once an hour: what happened to Issues past every event of the host, and what could not be measured."""
	if not enabled():
		return
	began = now_datetime()
	last = frappe.get_single("SLM Settings").last_reconcile
	since = (get_datetime(last) if last else began) - OVERLAP
	reconcile(site_time.now(), since, Chunks(keep=frappe.db.commit, undo=frappe.db.rollback))
	frappe.db.set_single_value("SLM Settings", "last_reconcile", str(began), update_modified=False)


def daily() -> None:
	"""Once a day: agreements that begin or end today, and chains that nobody has looked at for a week."""
	refresh_statuses(site_time.today())
	recheck_stale()
