"""SLM Metric Start, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMMetricStart(Row):
	pass
