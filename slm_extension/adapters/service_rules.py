"""SLM Service Rule documents as rules of the domain, kept per process, and what an Issue is judged by."""

from __future__ import annotations

from typing import Any

import frappe

from slm_extension.adapters.kept import Kept
from slm_extension.domain.service_rules import Rule, RuleBook, Traits, in_order, words_of

RULE = "SLM Service Rule"
NOT_GIVEN = ("Retired",)
"""The states in which a service gets no new tickets by rules."""


def site_rules() -> RuleBook:
	"""The rules that are on, in their order; read again only when one of them, or a service, has changed."""
	return _rules.get()


def forget_rules(*_args: Any, **_kwargs: Any) -> None:
	"""A rule has changed: forget the rules here at once, everywhere when it is committed."""
	_rules.forget()


def _read() -> RuleBook:
	rows = frappe.get_all(
		RULE,
		filters={"disabled": 0},
		fields=[
			"name",
			"service",
			"place",
			"issue_type",
			"project",
			"customer",
			"for_company",
			"email_account",
			"words",
			"team",
		],
		order_by="place asc, name asc",
		limit_page_length=0,
	)
	given = set(
		frappe.get_all(
			"SLM Service", filters={"status": ["not in", NOT_GIVEN]}, pluck="name", order_by="name asc"
		)
	)
	return in_order((row.place or 0, rule_of(row)) for row in rows if row.service in given)


def rule_of(row: Any) -> Rule:
	return Rule(
		name=row.name or row.rule_name,
		service=row.service,
		issue_type=row.issue_type or "",
		project=row.project or "",
		customer=row.customer or "",
		company=row.for_company or "",
		email_account=row.email_account or "",
		words=words_of(row.words or ""),
		team=row.get("team") or "",
	)


def traits_of(issue: Any, email_account: str = "") -> Traits:
	"""What an Issue, or something with its fields, is judged by."""
	return Traits(
		subject=issue.get("subject") or "",
		issue_type=issue.get("issue_type") or "",
		project=issue.get("project") or "",
		customer=issue.get("customer") or "",
		company=issue.get("company") or "",
		email_account=email_account or issue.get("email_account") or "",
	)


_rules = Kept("service_rules", _read)
