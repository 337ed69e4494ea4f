"""Where what the catalogue says about a service comes from."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceSource(Row):
	pass
