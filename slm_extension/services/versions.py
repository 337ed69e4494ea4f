"""A new version of an agreement that stays in force until the new one starts (R310-R312)."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe


def new_version(agreement: Any, valid_from: date) -> Any:
	"""A draft with the same terms, to be changed and submitted; submitting it ends the one before on its eve.

	The host's own Amend wants the earlier document cancelled first, which one that tickets were measured by
	must not be. So the link to it and the version are set once the draft is there.
	"""
	draft = frappe.copy_doc(agreement, ignore_no_copy=False)
	draft.valid_from, draft.valid_until = valid_from, None
	draft.insert()
	latest = frappe.get_all(
		"SLM Agreement",
		filters={"lineage": agreement.lineage},
		pluck="agreement_version",
		order_by="agreement_version desc",
		limit=1,
	)[0]
	draft.db_set(
		{
			"amended_from": agreement.name,
			"lineage": agreement.lineage,
			"agreement_version": latest + 1,
		},
		update_modified=False,
	)
	return draft
