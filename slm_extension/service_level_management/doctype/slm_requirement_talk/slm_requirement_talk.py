"""A talk with the customer about a requirement."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementTalk(Row):
	pass
