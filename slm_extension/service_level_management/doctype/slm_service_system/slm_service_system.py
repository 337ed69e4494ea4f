"""An IT system that a service rests on, by its layer."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceSystem(Row):
	pass
