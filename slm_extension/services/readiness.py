"""What still stands between a draft agreement and its conclusion: a checklist, some of it binding (R126).

Binding lines keep an agreement from being concluded; the others are named pitfalls that its owner should see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from slm_extension.adapters.agreement_states import FACING
from slm_extension.services.chain import unconcluded
from slm_extension.services.signing import concluded_elsewhere, missing_parties

CLEAN = ("Feasible", "Waived", "Nothing Beneath")


@dataclass(frozen=True, slots=True)
class Line:
	"""One line of the checklist. `binding`: without it the agreement cannot be concluded."""

	name: str
	done: bool
	what: str
	binding: bool


def checklist(agreement: Any) -> tuple[Line, ...]:
	"""Everything a draft is checked for, binding lines first."""
	lines = (*_chain(agreement), *_signatures(agreement), *_reviewed(agreement), *_advice(agreement))
	return tuple(sorted(lines, key=lambda line: not line.binding))


def refuse_unready(agreement: Any) -> None:
	"""Raises frappe.ValidationError that names every binding line that is open. What was imported stands as it is."""
	if concluded_elsewhere(agreement):
		return
	open_lines = [escape_html(line.what) for line in checklist(agreement) if line.binding and not line.done]
	if open_lines:
		frappe.throw(
			open_lines if len(open_lines) > 1 else open_lines[0],
			title=_("Not Ready to Be Concluded"),
			as_list=len(open_lines) > 1,
		)


def _chain(agreement: Any) -> Iterator[Line]:
	if agreement.kind in FACING:
		yield Line(
			"chain",
			agreement.chain_state in CLEAN,
			_(
				"What it rests on cannot carry it (see Chain). Strengthen it, relax the targets, or have the process owner waive it."
			),
			True,
		)
		drafts = unconcluded(agreement)
		yield Line(
			"support",
			not drafts,
			_("What it rests on has not been concluded: {0}. Conclude that first.").format(", ".join(drafts))
			if drafts
			else _("Everything it rests on has been concluded."),
			True,
		)


def _signatures(agreement: Any) -> Iterator[Line]:
	settings = frappe.get_cached_doc("SLM Settings")
	missing = missing_parties(agreement)
	names = ", ".join(_(party) for party in missing)
	yield Line(
		"signatures",
		not missing,
		_("Signatures are missing: {0}.").format(names) if missing else _("Every party has signed."),
		bool(settings.require_signatures),
	)


def _reviewed(agreement: Any) -> Iterator[Line]:
	settings = frappe.get_cached_doc("SLM Settings")
	if agreement.kind == "UC":
		yield Line(
			"contract_review",
			bool(agreement.contract_reviewed_by and agreement.contract_reviewed_on),
			_("Nobody has reviewed the contract. Read it, then choose Contract Reviewed."),
			True,
		)
	if agreement.kind in FACING:
		yield Line(
			"requirement",
			bool(agreement.requirement),
			_("It is not linked to a requirement of the customer."),
			bool(settings.require_requirement) and agreement.basis == "Customer",
		)
		yield Line(
			"availability_review",
			bool(agreement.availability_review),
			_("The initial availability review is not attached."),
			bool(settings.require_availability_review),
		)
	yield Line(
		"cost_analysis",
		bool((agreement.cost_justification or "").strip()),
		_("The cost analysis is empty: why this level is worth its cost."),
		bool(settings.require_cost_analysis),
	)


def _advice(agreement: Any) -> Iterator[Line]:
	settings = frappe.get_cached_doc("SLM Settings")
	most = settings.many_targets or 20
	yield Line(
		"complexity",
		len(agreement.targets) <= most,
		_("It has {0} targets. More than {1} are hard to keep in view.").format(len(agreement.targets), most),
		False,
	)
	uncovered = _services_without_target(agreement)
	yield Line(
		"coverage",
		not uncovered,
		_("These services have no target: {0}.").format(", ".join(uncovered[:10]))
		if uncovered
		else _("Every service has a target."),
		False,
	)
	yield Line(
		"objectives",
		all(row.objective for row in agreement.targets),
		_("Targets without an objective cannot be judged over a period."),
		False,
	)
	if agreement.kind in FACING:
		yield Line("processes", bool(agreement.processes), _("No key business process is named."), False)
	yield Line(
		"duties",
		bool(agreement.duties),
		_("The responsibilities of both sides are not written down."),
		False,
	)
	yield Line("contacts", bool(agreement.contacts), _("No contacts are named."), False)
	if agreement.workload_limits:
		yield Line(
			"workload",
			all(row.accepted for row in agreement.workload_limits),
			_("Workload limits are not accepted yet."),
			False,
		)
	if agreement.budget:
		yield Line(
			"budget",
			(agreement.total_cost or 0) <= agreement.budget,
			_("The cost is above the budget."),
			False,
		)


def _services_without_target(agreement: Any) -> list[str]:
	"""R118: services of the agreement that no row of its targets is for."""
	named = {row.service for row in agreement.targets}
	if "" in named or None in named:
		return []
	return sorted(row.service for row in agreement.services if row.service not in named)
