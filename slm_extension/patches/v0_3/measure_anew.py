"""Breaches, levels and clocks of what was timed before they existed: a rebuild on the job queue, where there is anything."""

from __future__ import annotations

from slm_extension.adapters import issues, store
from slm_extension.services import jobs
from slm_extension.services.chunks import PAGE


def execute() -> None:
	if store.ticket_page(issues.ISSUE, "", 1):
		jobs.enqueue("rebuild", 1, PAGE, {})
