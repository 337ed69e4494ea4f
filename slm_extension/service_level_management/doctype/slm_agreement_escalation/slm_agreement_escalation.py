"""SLM Agreement Escalation, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementEscalation(Row):
	pass
