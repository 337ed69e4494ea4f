"""What a service hands over, and how often."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceDeliverable(Row):
	pass
