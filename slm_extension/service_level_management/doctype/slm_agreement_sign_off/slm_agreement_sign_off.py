"""SLM Agreement Sign Off, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementSignOff(Row):
	pass
