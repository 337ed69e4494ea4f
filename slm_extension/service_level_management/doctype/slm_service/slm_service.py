"""A service of the catalogue, in a tree of services and groups."""

from __future__ import annotations

from frappe.utils.nestedset import NestedSet


class SLMService(NestedSet):
	nsm_parent_field = "parent_slm_service"
