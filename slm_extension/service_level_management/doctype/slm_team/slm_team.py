"""A support team of the site; a row of SLM Settings."""

from slm_extension.service_level_management.rows import Row


class SLMTeam(Row):
	pass
