"""A new Issue gets the service and the team that the rules say. Never in the way of who saves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.service_rules import site_rules, traits_of
from slm_extension.adapters.teams import team_of_service
from slm_extension.domain.service_rules import Condition, Looked, Rule

LABELS = {
	Condition.ISSUE_TYPE: "Issue Type",
	Condition.PROJECT: "Project",
	Condition.CUSTOMER: "Customer",
	Condition.COMPANY: "Company",
	Condition.EMAIL_ACCOUNT: "Email Account",
	Condition.SUBJECT: "Words in the Subject",
}


def fill(issue: Any) -> None:
	"""Give an Issue that is being inserted its service and team, unless somebody has chosen them.

	Asked once customer and company are known. Which e-mail account it came by the host says a little later.
	"""
	if issue.get("slm_service") and issue.get("slm_team"):
		return
	with _not_in_the_way(issue):
		rules = site_rules()
		rule = rules.choose(traits_of(issue))
		chosen = bool(issue.get("slm_service"))
		if rule is not None and not chosen:
			issue.slm_service = rule.service
		_give_team(issue, rule)
		if rules.asks_for_account and not chosen and not issue.get("email_account"):
			_awaiting_account()[issue.name] = issue.get("slm_service")


def service_changed(issue: Any) -> None:
	"""An Issue that nobody holds yet is about another service: it goes to the team that supports that."""
	with _not_in_the_way(issue):
		_give_team(issue, None)


def _give_team(issue: Any, rule: Rule | None) -> None:
	"""The team that the rule names for its service, else the one that supports the service."""
	if issue.get("slm_team"):
		return
	service = issue.get("slm_service") or ""
	named = rule.team if rule is not None and rule.service == service else ""
	issue.slm_team = named or team_of_service(service) or None


def came_by(communication: Any) -> None:
	"""The mail that has made an Issue in this request says its account: rules that ask for it are tried now."""
	given = _awaiting_account()
	name = communication.reference_name
	if name not in given or not communication.get("email_account"):
		return
	before = given.pop(name)
	issue = frappe.get_doc("Issue", name)
	with _not_in_the_way(issue):
		rule = site_rules().choose(traits_of(issue, communication.email_account))
		if rule is not None and rule.service != before and issue.slm_service == before:
			issue.slm_service = rule.service
			_give_team(issue, rule)
			issue.db_set({"slm_service": rule.service, "slm_team": issue.slm_team})


def look(issue: Any) -> tuple[Looked, ...]:
	"""Every rule in its order, and whether it would decide about something with the fields of an Issue."""
	return site_rules().look(traits_of(issue))


def why(looked: Looked) -> str:
	"""Why a rule decides or does not, in the user's language."""
	if looked.unsuited:
		return _("Does not suit: {0}").format(", ".join(_(LABELS[one]) for one in looked.unsuited))
	return _("An earlier rule decides") if looked.late else _("Decides")


def _awaiting_account() -> dict[str, str | None]:
	"""Issues of this request that the rules may judge otherwise once their account is known, with their service."""
	return frappe.local.flags.setdefault("slm_awaiting_account", {})


@contextmanager
def _not_in_the_way(issue: Any) -> Iterator[None]:
	"""What fails here goes to the host's Error Log, and the Issue is saved as it is."""
	try:
		yield
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception:
		frappe.log_error(title=_("Service rules failed for {0}").format(issue.name))
