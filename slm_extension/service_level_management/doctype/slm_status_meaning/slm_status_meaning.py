"""SLM Status Meaning, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMStatusMeaning(Row):
	pass
