"""SLM Agreement Contact, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementContact(Row):
	pass
