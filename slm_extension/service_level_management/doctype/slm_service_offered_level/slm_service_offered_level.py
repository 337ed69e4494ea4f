"""A level at which a service is offered; what is promised stands in agreements."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceOfferedLevel(Row):
	pass
