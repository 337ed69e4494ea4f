"""A service level that a customer asks for, and what is offered."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementLevel(Row):
	pass
