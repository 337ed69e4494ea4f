"""What is there to deliver a service with."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceResource(Row):
	pass
