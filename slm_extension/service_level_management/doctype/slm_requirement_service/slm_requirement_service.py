"""A service that a requirement asks for: one of the catalogue, or one that is to come."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementService(Row):
	pass
