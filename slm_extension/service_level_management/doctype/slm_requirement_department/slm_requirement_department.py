"""A department that is needed to provide a service."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementDepartment(Row):
	pass
