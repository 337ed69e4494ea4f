"""Something outside that has an influence on a requirement."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementInfluence(Row):
	pass
