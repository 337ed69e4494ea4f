"""A clock that is decided otherwise, or in another period, because of a correction."""

from slm_extension.service_level_management.rows import Row


class SLMCorrectionRestatement(Row):
	pass
