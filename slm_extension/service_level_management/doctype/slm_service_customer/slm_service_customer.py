"""Who uses a service for which business process, and what they expect of it."""

from __future__ import annotations

from slm_extension.service_level_management.rows import Row


class SLMServiceCustomer(Row):
	pass
