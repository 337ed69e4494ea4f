"""SLM Agreement Priority, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementPriority(Row):
	pass
