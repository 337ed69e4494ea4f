"""What an indicator of the process may be on this site; a row of SLM Settings."""

from slm_extension.service_level_management.rows import Row


class SLMProcessLimit(Row):
	pass
