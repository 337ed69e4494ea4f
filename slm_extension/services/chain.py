"""Whether what an agreement rests on can carry it: the domain's check, kept on the document, and its waiver.

Checked for tickets opened during the agreement's life, at most two years of it, from its first day or from now if
that has passed; see chain_layout. When it is checked anew by itself, see rechecks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters import chain_words, site_time
from slm_extension.adapters.agreement_states import AGREEMENT, FACING
from slm_extension.adapters.agreements import calendar_editions
from slm_extension.adapters.chain_values import problem_to_json, report_to_json
from slm_extension.adapters.refusals import refusing
from slm_extension.domain.agreements import Agreement
from slm_extension.domain.chain import (
	ChainFinding,
	ChainReport,
	GapReason,
	Stage,
	check_agreement,
)
from slm_extension.domain.chain_check import ChainVerdict
from slm_extension.services.chain_layout import (
	Layout,
	above,
	as_of_now,
	lay_out,
)

OWNER = "SLM Process Owner"
FOUND = ("chain_state", "chain_result", "chain_checked_at")


def check(agreement: Any) -> ChainReport | None:
	"""Set the chain's fields on a document and return what was found; nothing is saved here.

	Raises frappe.ValidationError for what cannot be checked.
	"""
	if agreement.kind not in FACING:
		agreement.update({"chain_state": None, "chain_result": None})
		return None
	agreement.chain_checked_at = site_time.to_site(site_time.now())
	if not agreement.rests_on:
		agreement.update({"chain_state": "Nothing Beneath", "chain_result": None})
		return None
	with refusing(agreement):
		layout = lay_out(agreement)
		if layout.last <= layout.first:
			problem = _("It begins later than times are counted. Enter an earlier Valid From.")
			agreement.update({"chain_state": "Not Checked", "chain_result": problem_to_json(problem)})
			return None
		report = _report(layout)
	agreement.chain_result = report_to_json(report, layout.waiting, layout.unknown_holidays)
	agreement.chain_state = _state(agreement, report, layout)
	return report


def unconcluded(agreement: Any) -> list[str]:
	"""Titles of what an agreement rests on that has not been concluded (R175)."""
	drafts = frappe.get_all(
		AGREEMENT,
		filters={"name": ["in", [row.agreement for row in agreement.rests_on] or [""]], "docstatus": 0},
		fields=["name", "title"],
		order_by="name asc",
	)
	return [f"{one.title} ({one.name})" for one in drafts]


def refuse_unconcluded(agreement: Any) -> None:
	"""Raises frappe.ValidationError that names what an agreement to be concluded rests on and is a draft."""
	drafts = unconcluded(agreement)
	if drafts:
		frappe.throw(
			_("What it rests on has not been concluded: {0}. Conclude that first.").format(
				escape_html(", ".join(drafts))
			),
			title=_("Not Ready to Be Concluded"),
		)


def waive(agreement: Any, reason: str) -> None:
	"""Let an agreement be concluded, or stand, although its chain does not hold. For the process owner alone."""
	if OWNER not in frappe.get_roles() and frappe.session.user != "Administrator":
		frappe.throw(
			_("Only somebody with the role {0} can waive what the chain check found.").format(
				frappe.bold(_(OWNER))
			),
			frappe.PermissionError,
			title=_("Not Yours to Waive"),
		)
	if not (reason or "").strip():
		frappe.throw(_("Enter why the risk is taken; auditors will ask."), title=_("Reason Missing"))
	check(agreement)
	if agreement.chain_state != "Infeasible":
		frappe.throw(
			_("The chain of {0} is {1}; there is nothing to waive.").format(
				frappe.bold(agreement.name), _(agreement.chain_state or "Not Checked")
			),
			title=_("Nothing to Waive"),
		)
	agreement.db_set(
		{
			"chain_result": agreement.chain_result,
			"chain_checked_at": agreement.chain_checked_at,
			"chain_state": "Waived",
			"chain_waiver": reason.strip()[:500],
			"chain_waived_by": frappe.session.user,
			"chain_waived_on": site_time.to_site(site_time.now()),
			"chain_waived_digest": lay_out(agreement).digest,
		}
	)
	agreement.add_comment("Info", _("Chain waived: {0}").format(escape_html(reason.strip()[:500])))


def refuse_weakening(support: Any) -> None:
	"""An OLA or UC about to be concluded must carry, by itself, what rests on it (R166, R168, R173).

	Where what it replaces could not carry that either, it may not be weaker. That it ends earlier is no weakness:
	the chain above says so, and its owner is told.
	"""
	if support.kind in FACING:
		return
	with refusing(support):
		weak = [
			sentence
			for name in above([support.lineage or support.name], concluded=True)
			for sentence in _weaknesses(frappe.get_doc(AGREEMENT, name), support)
		]
	if weak:
		frappe.throw(weak, title=_("Weaker Than What Rests on It"), as_list=True)


def _state(agreement: Any, report: ChainReport, layout: Layout) -> str:
	if not any(one.checks or one.gaps for one in report.findings):
		return "Nothing Beneath"
	if report.kept:
		return "Feasible"
	waived = agreement.chain_waived_by and agreement.chain_waived_digest == layout.digest
	return "Waived" if waived else "Infeasible"


def _report(layout: Layout) -> ChainReport:
	return check_agreement(layout.own, layout.stages, layout.first, layout.last, layout.forest)


def _weaknesses(above_it: Any, support: Any) -> Iterator[str]:
	"""Where `support`, as it is about to be, cannot carry an agreement above it."""
	if above_it.chain_state == "Waived":
		return
	layout = lay_out(above_it)
	editions = calendar_editions()
	new = as_of_now(support, editions)
	replaced = [
		replace(one, valid_from=new.valid_from, valid_until=new.valid_until, version=0)
		for one in _before(support, layout)
	]
	earlier = [one for version in replaced for one in _alone(layout, version)]
	for finding in _alone(layout, new):
		if _is_weak(finding) and not any(_no_better(other, finding) for other in earlier):
			yield _("{0}: {1}").format(
				frappe.bold(escape_html(above_it.title)),
				escape_html(chain_words.problem(finding, support.title)),
			)


def _before(support: Any, layout: Layout) -> list[Agreement]:
	"""The version that a new one takes over from."""
	versions = [one for one in layout.agreements if one.name == support.lineage]
	return sorted(versions, key=lambda one: one.version)[-1:]


def _alone(layout: Layout, support: Agreement) -> tuple[ChainFinding, ...]:
	"""What a support comes to by itself, for tickets opened while it is in force."""
	first, last = max(layout.first, support.starts), min(layout.last, support.ends, layout.own.ends)
	if last <= first:
		return ()
	return check_agreement(layout.own, (Stage((support,)),), first, last, layout.forest).alone


def _is_weak(finding: ChainFinding) -> bool:
	return finding.verdict in (ChainVerdict.INFEASIBLE, ChainVerdict.UNBOUNDED) or any(
		gap.reason in (GapReason.NOT_PROMISED, GapReason.NEVER_COUNTS) for gap in finding.gaps
	)


def _no_better(earlier: ChainFinding, new: ChainFinding) -> bool:
	"""Whether what was replaced left no more of the same target for some of the same tickets."""
	if (earlier.metric, earlier.target) != (new.metric, new.target):
		return False
	if not set(earlier.profiles) & set(new.profiles) or not _is_weak(earlier):
		return False
	return earlier.slack is None or (new.slack is not None and earlier.slack <= new.slack)
