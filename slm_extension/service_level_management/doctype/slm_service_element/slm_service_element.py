"""A part of what a service consists of, in words."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceElement(Row):
	pass
