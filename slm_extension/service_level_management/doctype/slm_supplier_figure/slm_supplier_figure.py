"""SLM Supplier Figure, a row of its parent."""

from slm_extension.service_level_management.rows import Row


class SLMSupplierFigure(Row):
	pass
