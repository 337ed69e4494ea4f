"""SLM Agreement Availability, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMAgreementAvailability(Row):
	pass
