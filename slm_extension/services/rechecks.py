"""Chains that are checked anew, on the job queue, because something in them has changed; who is told of it.

One that cannot be checked any more says why and does not keep the others from being checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters import chain_values, chain_words, site_time, trees
from slm_extension.adapters.agreement_states import AGREEMENT, FACING, OVER
from slm_extension.adapters.agreements import locked
from slm_extension.services import chain
from slm_extension.services.chain_layout import above
from slm_extension.services.chunks import Chunks
from slm_extension.services.tell import holders_of, tell

STALE = timedelta(days=7)
"""The period that is looked at moves on; so often it is looked at anew though nothing has changed."""


def recheck_above(agreement: Any) -> None:
	"""An agreement was saved, concluded or ended: check what it is part of. A draft with a customer was checked."""
	if agreement.is_template:
		return
	if agreement.kind not in FACING:
		_later(above([agreement.lineage or agreement.name]))
	elif agreement.docstatus == 1:
		_later([agreement.name])


def recheck_calendar(calendar: str) -> None:
	"""A calendar says something else: check every chain that it is part of, those of drafts too."""
	targets = frappe.get_all(
		"SLM Target",
		filters={"calendar": calendar, "parenttype": AGREEMENT},
		pluck="parent",
		distinct=True,
		order_by="parent asc",
	)
	rows = frappe.get_all(
		AGREEMENT,
		filters={"docstatus": ["<", 2], "is_template": 0},
		or_filters={"calendar": calendar, "name": ["in", targets or [""]]},
		fields=["name", "kind", "lineage"],
		order_by="name asc",
	)
	own = [row.name for row in rows if row.kind in FACING]
	_later([*own, *above({row.lineage or row.name for row in rows if row.kind not in FACING})])


def recheck_around(service: str) -> None:
	"""A service lies beneath another or rests on others than before: check the chains that have to do with what it
	reaches, and with what it reached.
	"""
	now_and_before = islice(trees.newest_first(), 2)
	names = sorted({name for forest in now_and_before for name in forest.reach(service)})
	parents: list[str] = []
	for doctype in ("SLM Agreement Service", "SLM Target"):
		parents += frappe.get_all(
			doctype,
			filters={"service": ["in", names], "parenttype": AGREEMENT},
			pluck="parent",
			distinct=True,
			order_by="parent asc",
		)
	rows = frappe.get_all(
		AGREEMENT,
		filters={
			"name": ["in", parents or [""]],
			"kind": ["not in", FACING],
			"docstatus": ["<", 2],
			"is_template": 0,
		},
		fields=["name", "lineage"],
		order_by="name asc",
	)
	_later(above({row.lineage or row.name for row in rows}))


def recheck_stale() -> None:
	"""Check the chains in force that nobody has looked at for a week."""
	_later(_in_force(chain_checked_at=["<", site_time.to_site(site_time.now()) - STALE]))


def recheck_all() -> None:
	"""Check all chains in force: what carries one means something else since an upgrade."""
	_later(_in_force())


def _in_force(**more: Any) -> list[str]:
	filters = {"docstatus": 1, "kind": ["in", FACING], "status": ["not in", OVER], **more}
	names: list[str] = frappe.get_all(AGREEMENT, filters=filters, pluck="name", order_by="name asc")
	return names


def recheck(names: Iterable[str]) -> int:
	"""A job: check these agreements anew and tell the owners of those that cannot be kept any more; how many."""
	broken = 0
	chunks = Chunks(keep=frappe.db.commit, undo=frappe.db.rollback)
	for name in names:
		broken += chunks.run(lambda one=name: _whatever_happens(one))
	return broken


def _whatever_happens(name: str) -> bool:
	"""What fails in an unforeseen way goes to the host's Error Log."""
	frappe.db.savepoint("slm_recheck")
	try:
		return recheck_one(name)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		frappe.db.rollback(save_point="slm_recheck")
		frappe.log_error(title=_("Chain check failed"), reference_doctype=AGREEMENT, reference_name=name)
		return False


def recheck_one(name: str) -> bool:
	"""Check an agreement and keep what was found; whether it cannot be kept, and could before."""
	if not frappe.db.exists(AGREEMENT, name):
		return False
	document = locked(name)
	if not document.rests_on or document.is_template or document.status in OVER:
		return False
	before = document.chain_state
	try:
		chain.check(document)
	except frappe.ValidationError as refusal:
		frappe.clear_last_message()
		document.chain_state = "Not Checked"
		document.chain_result = chain_values.problem_to_json(frappe.utils.strip_html(str(refusal)))
	document.db_set({field: document.get(field) for field in chain.FOUND}, update_modified=False)
	if document.chain_state == before:
		return False
	if document.chain_state == "Not Checked":
		_tell(document, _("What {0} rests on cannot be checked any more").format(document.title))
	elif document.chain_state == "Infeasible":
		_tell(document, _("{0} cannot be kept any more by what it rests on").format(document.title))
	return bool(document.chain_state == "Infeasible")


def _tell(document: Any, subject: str) -> None:
	"""The owner, and of what has been concluded the process owners: also who has caused it, perhaps unknowingly."""
	users = [document.agreement_owner]
	if document.docstatus == 1:
		users += holders_of(chain.OWNER)
	tell(document, users, subject, " ".join(chain_words.problems(document.chain_result)), everybody=True)


def _later(names: Iterable[str]) -> None:
	names = list(dict.fromkeys(names))
	if names:
		frappe.enqueue(recheck, queue="long", timeout=3600, enqueue_after_commit=True, names=names)
