"""SLM Agreement Credit, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementCredit(Row):
	pass
