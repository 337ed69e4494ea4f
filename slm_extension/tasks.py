"""What the scheduler starts."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.utils import get_datetime, now_datetime
from frappe.utils import now as now_text

from slm_extension.adapters import site_time
from slm_extension.adapters.settings import enabled, note_beat
from slm_extension.services import owed_reports, workload
from slm_extension.services.agreements import refresh_statuses
from slm_extension.services.breaches import ask_for_explanations, remind
from slm_extension.services.chunks import Chunks
from slm_extension.services.escalate import escalate
from slm_extension.services.process_alerts import watch
from slm_extension.services.rebuild import note_verified, verify
from slm_extension.services.rechecks import recheck_stale
from slm_extension.services.reconcile import note_reconciled, reconcile
from slm_extension.services.tick import PAGE, tick

OVERLAP = timedelta(minutes=10)
"""So long may a transaction last whose changes become visible later than their time says."""


SET_BACK = timedelta(days=1)
"""So far it is looked back where the machine's clock has been set back since."""


def beat() -> None:
	"""Every few minutes: mark what time alone has changed. Each page is committed as it is done."""
	if not enabled():
		return
	chunks = Chunks(PAGE, keep=frappe.db.commit, undo=frappe.db.rollback)
	tick(site_time.now(), chunks)
	escalate(chunks)
	ask_for_explanations(site_time.now(), chunks)
	note_beat(now_text())


def hourly() -> None:
	"""Once an hour: what happened to Issues past every event of the host, what could not be measured, what is used up."""
	if not enabled():
		return
	began = now_datetime()
	last = get_datetime(frappe.get_single("SLM Settings").last_reconcile or began)
	since = min(last, began) - (OVERLAP if last <= began else SET_BACK)
	note_reconciled(reconcile(site_time.now(), since, _chunks()), began)
	frappe.db.commit()  # what was repaired is told, whatever becomes of the rest
	workload.warn(site_time.now())


def daily() -> None:
	"""Once a day: agreements that begin or end today, the reports they owe, and chains that nobody has looked at for a week."""
	refresh_statuses(site_time.today())
	owed_reports.keep_on_record(site_time.today(), _chunks())
	recheck_stale()
	if enabled():
		remind(site_time.now(), _chunks())


def nightly() -> None:
	"""Once a night, on the long queue: the proof that what is stored is what the ledgers say."""
	if not enabled():
		return
	now = site_time.now()
	note_verified(verify(now, _chunks()), now)


def process() -> None:
	"""Once a night: the indicators of the process that have turned bad, or are good again, are told to its owners."""
	if enabled():
		watch(site_time.now())


def _chunks() -> Chunks:
	return Chunks(keep=frappe.db.commit, undo=frappe.db.rollback)
