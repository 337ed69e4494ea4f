"""SLM Metric Stop, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMMetricStop(Row):
	pass
