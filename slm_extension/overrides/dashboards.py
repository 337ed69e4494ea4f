"""The agreements of a contract, project or order among its connections. The host counts and opens them."""

from __future__ import annotations

from typing import Any

from frappe import _

from slm_extension.adapters.agreement_states import AGREEMENT


def of_contract(data: Any) -> Any:
	return _with_agreements(data, "contract")


def of_project(data: Any) -> Any:
	return _with_agreements(data, "project")


def of_purchase_order(data: Any) -> Any:
	return _with_agreements(data, "purchase_order")


def of_sales_order(data: Any) -> Any:
	return _with_agreements(data, "sales_order")


def _with_agreements(data: Any, field: str) -> Any:
	"""The host calls this on every request of a form's meta, with what others have put in already."""
	data.fieldname = data.get("fieldname") or field
	data.setdefault("non_standard_fieldnames", {})[AGREEMENT] = field
	groups = data.setdefault("transactions", [])
	if not any(AGREEMENT in group["items"] for group in groups):
		groups.append({"label": _("Service Levels"), "items": [AGREEMENT]})
	return data
