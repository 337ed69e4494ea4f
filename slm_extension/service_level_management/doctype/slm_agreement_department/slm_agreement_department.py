"""SLM Agreement Department, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementDepartment(Row):
	pass
