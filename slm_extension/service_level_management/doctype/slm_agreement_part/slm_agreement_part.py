"""SLM Agreement Part, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementPart(Row):
	pass
