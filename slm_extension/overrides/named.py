"""What tickets and rules name, of the host and of ours, may be renamed: what we keep about it follows."""

from __future__ import annotations

from typing import Any

from slm_extension.adapters.agreements import rename_in_conditions
from slm_extension.adapters.service_rules import forget_rules
from slm_extension.adapters.teams import forget_teams
from slm_extension.domain.timeline import Kind
from slm_extension.services.remeasure import renamed

KINDS = {
	"Customer": Kind.CUSTOMER,
	"Customer Group": Kind.CUSTOMER_GROUP,
	"Issue Priority": Kind.PRIORITY,
	"Issue Type": Kind.TYPE,
	"SLM Service": Kind.SERVICE,
	"Supplier": Kind.SUPPLIER,
	"Territory": Kind.TERRITORY,
	"User Group": Kind.TEAM,
}


def after_rename(document: Any, _method: str | None, old: str, new: str, merge: bool = False) -> None:
	rename_in_conditions(document.doctype, old, new)
	renamed(KINDS[document.doctype], old, new)
	if document.doctype == "User Group":
		forget_teams()


def after_rename_in_rules(
	document: Any, _method: str | None, old: str, new: str, merge: bool = False
) -> None:
	"""The host renames what rules ask for, and clears its cache before it commits: what another process has read
	in between is forgotten when it has.
	"""
	forget_rules()
