"""SLM Agreement Reference, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementReference(Row):
	pass
