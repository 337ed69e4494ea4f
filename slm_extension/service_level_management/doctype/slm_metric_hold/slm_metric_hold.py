"""SLM Metric Hold, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMMetricHold(Row):
	pass
