"""SLM Agreement Revision, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementRevision(Row):
	pass
