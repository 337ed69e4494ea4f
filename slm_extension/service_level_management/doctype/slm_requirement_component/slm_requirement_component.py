"""A component that the service asked for is made of."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementComponent(Row):
	pass
