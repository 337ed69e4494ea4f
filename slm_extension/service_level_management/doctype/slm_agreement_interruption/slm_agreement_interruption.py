"""SLM Agreement Interruption, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementInterruption(Row):
	pass
