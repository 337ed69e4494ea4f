"""What has to be done before the service asked for can be offered."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementTask(Row):
	pass
