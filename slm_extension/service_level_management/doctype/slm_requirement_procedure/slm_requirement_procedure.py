"""A procedure that keeps the quality of the service asked for."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementProcedure(Row):
	pass
