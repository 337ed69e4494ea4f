"""A service that another one rests on or consists of."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceLink(Row):
	pass
