"""SLM Agreement Process, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementProcess(Row):
	pass
