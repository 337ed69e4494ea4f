"""A document that a requirement was drawn from."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementSource(Row):
	pass
