"""SLM Agreement Condition, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementCondition(Row):
	pass
