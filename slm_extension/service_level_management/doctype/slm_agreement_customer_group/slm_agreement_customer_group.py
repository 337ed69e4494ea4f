"""SLM Agreement Customer Group, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementCustomerGroup(Row):
	pass
