"""A person who takes part in working a requirement out."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementParticipant(Row):
	pass
