"""What a customer expects, and what is offered to meet it."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMRequirementExpectation(Row):
	pass
