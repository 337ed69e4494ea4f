"""The agreements of a contract, project or order among its connections, and the feedback on a ticket.

The host counts and opens them.
"""

from __future__ import annotations

from typing import Any

from frappe import _

from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.feedback import FEEDBACK


def of_contract(data: Any) -> Any:
	return _with(AGREEMENT, data, "contract")


def of_issue(data: Any) -> Any:
	return _with(FEEDBACK, data, "ticket")


def of_project(data: Any) -> Any:
	return _with(AGREEMENT, data, "project")


def of_purchase_order(data: Any) -> Any:
	return _with(AGREEMENT, data, "purchase_order")


def of_sales_order(data: Any) -> Any:
	return _with(AGREEMENT, data, "sales_order")


def _with(doctype: str, data: Any, field: str) -> Any:
	"""The host calls this on every request of a form's meta, with what others have put in already."""
	data.fieldname = data.get("fieldname") or field
	data.setdefault("non_standard_fieldnames", {})[doctype] = field
	groups = data.setdefault("transactions", [])
	if not any(doctype in group["items"] for group in groups):
		groups.append({"label": _("Service Levels"), "items": [doctype]})
	return data
